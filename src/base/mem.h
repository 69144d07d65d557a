/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef BASE_MEM_H
#define BASE_MEM_H
/*
 * Allocation that cannot fail (it aborts when memory is out) and scope-bound
 * cleanup. The libc calls nobody may use are listed in tests/lint/banned.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#define MUST_CHECK __attribute__((warn_unused_result))
#define PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#define NORETURN __attribute__((noreturn))
#define UNUSED __attribute__((unused))

/* Runs release(&variable) when the variable leaves its scope. */
#define CLEANUP(release) __attribute__((cleanup(release)))

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

/* A broken invariant: writes the place and the text, then aborts. Never for
 * anything that input, the network or the disk can cause. */
#define BUG(...) mem_bug(__FILE__, __LINE__, __VA_ARGS__)
NORETURN PRINTF(3, 4) void mem_bug(const char *file, int line, const char *fmt,
				   ...);

/* Each returns memory the caller frees with free(); all abort when out of
 * memory or when count * size overflows. xcalloc zeroes. xstrdup(NULL) is
 * NULL. xstrndup copies at most len bytes and terminates. */
void *xmalloc(size_t size);
void *xcalloc(size_t count, size_t size);
void *xrealloc(void *p, size_t count, size_t size);
void *xmemdup(const void *p, size_t len);
char *xstrdup(const char *s);
char *xstrndup(const char *s, size_t len);
PRINTF(1, 2) char *xasprintf(const char *fmt, ...);

/* CLEANUP helpers: free what the pointer variable holds. */
void mem_free_ptr(void *pp); /* any T * variable: CLEANUP(mem_free_ptr) */

/* Overwrites memory with zeros in a way the compiler keeps (for secrets). */
void mem_wipe(void *p, size_t len);

/* Wipes and frees a secret text (may be NULL), and forgets it. */
void mem_wipe_text(char **text);

/* Frees *p, then makes it own `owned` (may be NULL). */
void mem_replace(char **p, char *owned);

/* Equality where NULL equals only NULL. */
bool str_eq(const char *a, const char *b);
bool str_eq_nocase(const char *a, const char *b); /* ASCII folding */
bool str_starts(const char *s, const char *prefix);
bool str_ends(const char *s, const char *suffix);
/* "" for NULL. */
const char *str_or_empty(const char *s);

#endif
