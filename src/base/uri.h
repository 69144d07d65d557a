/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef BASE_URI_H
#define BASE_URI_H
/* URIs (RFC 3986): split, resolve, percent-encoding. */
#include "base/str.h"

struct uri {
	char *scheme; /* lower case, NULL when relative */
	char *host;   /* NULL when none; lower case, IPv6 without brackets */
	int port;     /* 0: none given */
	char *path;   /* as written, never NULL */
	char *query;  /* NULL when none */
};
void uri_release(struct uri *u);
bool uri_parse(struct uri *u, const char *s) MUST_CHECK;
int uri_port(const struct uri *u); /* given, else 80/443 by scheme, else 0 */
/* `ref` against `base`; caller frees; NULL when either does not parse. */
char *uri_resolve(const char *base, const char *ref);
void uri_add_escaped(struct str *b, const char *s, const char *also_safe);
bool uri_unescape(struct str *b, const char *s) MUST_CHECK;
#endif
