/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H
/*
 * UTF-8 text and its width on a terminal. Widths are in cells, by grapheme
 * cluster, and the only source of widths in the program. The only file that
 * may include libunistring is utf8.c.
 */
#include "base/str.h"

#define UTF8_REPLACEMENT 0xFFFDu

/* Decodes one code point from s (len bytes left, len > 0). Returns bytes used
 * (>= 1); invalid input yields UTF8_REPLACEMENT and 1. */
size_t utf8_decode(const char *s, size_t len, uint32_t *rune);
size_t utf8_encode(char out[4], uint32_t rune);
bool utf8_is_valid(const char *s, size_t len);
/* Copy with every invalid byte replaced by U+FFFD; caller frees. */
char *utf8_make_valid(const char *s, size_t len);

/* Length in bytes of the grapheme cluster at s (len > 0 bytes left) and its
 * cells (0, 1 or 2). */
size_t utf8_grapheme(const char *s, size_t len, int *cells);
int utf8_rune_width(uint32_t rune); /* 0, 1, 2; controls 0 */
size_t utf8_width(const char *s);   /* cells of a whole string */
size_t utf8_width_n(const char *s, size_t len);
/* Bytes of s that fit into `cells` cells, whole clusters; *used = their cells. */
size_t utf8_fit(const char *s, size_t cells, size_t *used);

/* Appends s cut to `cells` cells (with `ellipsis`, may be NULL, when cut) and
 * padded with blanks to exactly `cells`; right alignment with right. */
void utf8_add_column(struct str *b, const char *s, size_t cells, bool right,
		     const char *ellipsis);

/* Case and accents folded for comparing; caller frees. */
char *utf8_fold(const char *s);
/* Substring search on folded text: is needle in s? */
bool utf8_contains_folded(const char *s, const char *needle);

/* Text safe to draw on one line: C0, C1, DEL become visible symbols (U+2400
 * block, or '?' when ascii), line breaks and tabs become one blank, bidi
 * controls (U+202A-E, U+2066-9, U+200E/F, U+061C) and other invisible format
 * characters are removed. Caller frees. */
char *utf8_clean_line(const char *s, bool ascii);
/* Transliterates to ASCII for a C locale ("?" where nothing is near). */
char *utf8_to_ascii(const char *s);
#endif
