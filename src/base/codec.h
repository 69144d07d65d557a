/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef BASE_CODEC_H
#define BASE_CODEC_H
/* Base64 (RFC 4648 4), hex, percent-encoding, random identifiers. */
#include "base/str.h"
#include "base/err.h"

void codec_base64_add(struct str *b, const void *p, size_t len);
/* Lenient as EWS needs (dossier 4.2): skips white space, missing padding is
 * fine; false on any other foreign byte. Appends to out. */
bool codec_base64_decode(struct str *out, const char *s, size_t len) MUST_CHECK;

/* Incremental decoder for text that arrives in pieces. */
struct codec_base64 {
	uint32_t acc;
	int bits;
	bool bad;
};
void codec_base64_feed(struct codec_base64 *d, struct str *out, const char *s,
		       size_t len);

void codec_hex_add(struct str *b, const void *p, size_t len);
bool codec_hex_decode(struct str *out, const char *s, size_t len) MUST_CHECK;
/* n random bytes from the kernel. */
void codec_random(void *p, size_t n);
/* A random identifier of 32 hex digits; caller frees. */
char *codec_random_id(void);
#endif
