/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef BASE_STR_H
#define BASE_STR_H
/*
 * struct str: a growing, always NUL-terminated byte string for building text.
 * struct bytes: owned bytes that are not text (may hold NULs).
 *
 * Invariants: s is never NULL after str_init; s[len] == 0; len <= max. A str
 * that would grow past its limit stops growing and remembers it (truncated):
 * callers of untrusted input check str_is_truncated() once at the end.
 */
#include <stdarg.h>
#include "base/mem.h"

struct str {
	char *s;
	size_t len;
	size_t cap; /* 0: s points to a shared empty string */
	size_t max; /* limit of len in bytes */
	bool truncated;
};

extern char str_empty[1];
#define STR_INIT                                                               \
	{                                                                      \
		.s = str_empty, .max = (size_t)1 << 30                         \
	}

void str_init(struct str *b);
void str_init_max(struct str *b, size_t max);
void str_release(struct str *b); /* frees; b is unusable until init */
void str_clear(struct str *b);	 /* empties, keeps the memory */
/* The text becomes the caller's (free()); b is empty and usable again. */
char *str_take(struct str *b);

void str_add(struct str *b, const char *s); /* NULL adds nothing */
void str_add_mem(struct str *b, const void *p, size_t len);
void str_add_char(struct str *b, char c);
void str_add_rune(struct str *b, uint32_t rune); /* as UTF-8 */
PRINTF(2, 3) void str_addf(struct str *b, const char *fmt, ...);
PRINTF(2, 0) void str_addfv(struct str *b, const char *fmt, va_list args);
/* Text as XML character data (also right inside "..." attributes): escapes
 * & < > " ' and CR, and drops what XML 1.0 cannot carry (dossier EWS 4.2). */
void str_add_xml(struct str *b, const char *s);
void str_cut(struct str *b, size_t len); /* shorten to len bytes */
void str_trim(struct str *b);		 /* white space at both ends */
/* Room for `more` further bytes; returns where to write them. Follow with
 * str_grew(). NULL when the limit forbids it. */
char *str_reserve(struct str *b, size_t more);
void str_grew(struct str *b, size_t more);
bool str_is_truncated(const struct str *b);

struct bytes {
	unsigned char *p; /* NULL when len is 0 */
	size_t len;
};

void bytes_release(struct bytes *b);
void bytes_set(struct bytes *b, const void *p, size_t len); /* copies */
/* The bytes of a str become those of a struct bytes; the str is empty. */
struct bytes bytes_from_str(struct str *taken);

/* A growable list of owned strings. */
struct strv {
	char **v;
	size_t n, cap;
};
void strv_init(struct strv *v);
void strv_release(struct strv *v);
/* The same texts in the same order? */
bool strv_same(const struct strv *a, const struct strv *b);
void strv_add(struct strv *v, const char *s);
void strv_give(struct strv *v, char *owned_s);
bool strv_has(const struct strv *v, const char *s);
/* Splits at any byte of `seps`, trims blanks, skips empty pieces. */
void strv_split(struct strv *v, const char *s, const char *seps);
char *strv_join(const struct strv *v, const char *sep);
#endif
