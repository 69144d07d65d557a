/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef TEXT_LAYOUT_H
#define TEXT_LAYOUT_H
/*
 * Plain text to lines of a width: wrapping by cells, format=flowed (RFC 3676),
 * quote depth, signature, numbered links.
 */
#include "text/lines.h"

struct layout_options {
	size_t width;	   /* cells; 0: do not wrap */
	bool flowed;	   /* Content-Type has format=flowed */
	bool delsp;	   /* ... and delsp=yes */
	bool link_numbers; /* write "[n]" behind URLs */
	bool ascii;	   /* terminal shows only ASCII */
	size_t max_bytes;  /* of laid out text; 0: 8 MB */
};

/* Lays out `text` (UTF-8; invalid bytes become U+FFFD) and appends to `out`
 * (initialised). Linear in len. */
void layout_text(struct lines *out, const char *text, size_t len,
		 const struct layout_options *o);

/* Byte range of the first URL at or after `from` in s (http, https, ftp,
 * mailto, www.); false when there is none. Punctuation behind it and an
 * unbalanced closing bracket are not part of it. */
bool layout_find_url(const char *s, size_t len, size_t from, size_t *start,
		     size_t *end);
#endif
