/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef PROTO_SID_H
#define PROTO_SID_H
/* Security identifiers ([MS-DTYP] 2.4.2): revision 1, a 6-byte authority, up to
 * 15 numbers; as the directory and descriptors have them, and as text. */
#include "base/str.h"

#define SID_EVERYBODY "S-1-1-0"
#define SID_ANONYMOUS "S-1-5-7"

/* Length of the SID that begins at p; 0: none does within len bytes. */
size_t sid_length(const unsigned char *p, size_t len);
/* "S-1-5-21-..." of the len bytes; NULL: no SID. Caller frees. */
char *sid_text(const unsigned char *p, size_t len);
/* Appends the bytes; false: the text is no SID. */
bool sid_add_bytes(struct str *b, const char *text) MUST_CHECK;
#endif
