/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef NET_PAGE_H
#define NET_PAGE_H
/*
 * Reading the pages of a web access as far as their forms go: tags and
 * attributes in any case, quoted or bare. No document is built: what stands
 * outside of tags is the caller's.
 */
#include "base/str.h"

struct page_tag {
	const char *name; /* in the page, not terminated */
	size_t len;
	const char *end; /* past ">" */
	bool is_end;
};
/* The next tag from p on; comments and scripts are passed over. */
bool page_next_tag(const char *p, struct page_tag *t);
/* Is it a beginning of that element? */
bool page_is_tag(const struct page_tag *t, const char *name);
/* An attribute's value; NULL: absent. A bare name has an empty one. Caller
 * frees. */
char *page_attribute(const struct page_tag *t, const char *name);
/* Character references of HTML: numbers, and the names such pages use. What is
 * none stays as it is. Caller frees. */
char *page_unescape(const char *s, size_t len);
#endif
