/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef MIME_ADDRESS_H
#define MIME_ADDRESS_H
/* Address lists (RFC 5322 3.4, RFC 6532), parsed leniently. */
#include "base/str.h"

struct mime_address {
	char *name;  /* decoded, one clean line; NULL: none */
	char *addr;  /* "local@domain"; NULL: an empty group */
	char *group; /* name of the group it stands in; NULL */
};

struct mime_address_list {
	struct mime_address *v;
	size_t n, cap;
	bool truncated; /* there were more than the limit */
};

void mime_address_list_init(struct mime_address_list *l);
void mime_address_list_release(struct mime_address_list *l);
void mime_address_list_add(struct mime_address_list *l, const char *name,
			   const char *addr);
/* Same address (domain in any case, and local part too: Exchange folds it). */
bool mime_address_list_has(const struct mime_address_list *l, const char *addr);
/* Appends what a header value or a typed line names; RFC 2047 words are
 * decoded. At most `max` addresses in the list (0: 100,000). False when some
 * piece is no address (the others are still added). */
bool mime_address_parse(struct mime_address_list *l, const char *text,
			size_t max);
/* For people: `Ada Byron <ada@example.org>, ...` in UTF-8, quoted where
 * needed so that mime_address_parse reads it back. */
void mime_address_add_text(struct str *out, const struct mime_address *a);
void mime_address_list_add_text(struct str *out,
				const struct mime_address_list *l);
/* Is it one plausible address "local@domain" without blanks or controls? */
bool mime_address_is_valid(const char *addr);
#endif
