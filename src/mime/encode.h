/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef MIME_ENCODE_H
#define MIME_ENCODE_H
/* Inside src/mime only: header fields and bodies on their way out. */
#include "mime/address.h"

/* "Name: value\r\n", folded, RFC 2047 words where needed. CR, LF, NUL and
 * other controls in value become blanks. */
void mime_encode_field(struct str *out, const char *name, const char *value);
/* An address list field; nothing when the list is empty. */
void mime_encode_addresses(struct str *out, const char *name,
			   const struct mime_address_list *l);
/* "; name=value" of Content-Type and Content-Disposition, RFC 2231, each on a
 * line of its own. With `words` RFC 2047 in quotes instead (what Outlook reads
 * in Content-Type). */
void mime_encode_param(struct str *out, const char *name, const char *value,
		       bool words);
/* "<a> <b>" folded. */
void mime_encode_ids(struct str *out, const char *name, const struct strv *ids);

enum mime_body_encoding { MIME_BODY_7BIT, MIME_BODY_QP, MIME_BODY_BASE64 };
/* The shortest that is safe: 7bit needs ASCII without controls and lines of at
 * most 998 bytes. */
enum mime_body_encoding mime_encode_choose(const char *s, size_t len);
const char *mime_encode_name(enum mime_body_encoding e);
/* Text with \n or \r\n; ends with a line break. */
void mime_encode_body(struct str *out, const char *s, size_t len,
		      enum mime_body_encoding e);
void mime_encode_base64(struct str *out, const void *p, size_t len);
/* Line ends to \r\n, else byte for byte. */
void mime_encode_crlf(struct str *out, const char *s, size_t len);
bool mime_encode_is_field_name(const char *s);
#endif
