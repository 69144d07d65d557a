/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef SIM_CORPUS_PLAN_H
#define SIM_CORPUS_PLAN_H
/* What message number n of a corpus is to be: who writes it, when, as an
 * answer to what, and what it says. */
#include <iconv.h>
#include "tests/sim/corpus.h"
#include "tests/sim/corpus_text.h"

enum { DAY = 86400, CORPUS_CHARSETS = 4 /* besides UTF-8 */ };

struct corpus {
	struct boxes people; /* those who write */
	struct box *owner;
	uint64_t seed;
	size_t total;
	int64_t now, span;
	iconv_t kept[2 * CORPUS_CHARSETS]; /* to it and from it */
};

/* Kinds of chance, so that one does not depend on another. */
enum {
	PARENT = 1,
	THEME,
	SUBJECT,
	WRITER,
	WORDS,
	FORM,
	ATTACH,
	TO,
	PLACE,
	TIME,
	TEXT = 100
};

struct plan {
	size_t number, root, parent;
	unsigned depth;
	const struct theme *theme;
	const struct box *from; /* NULL: the theme's outside writer */
	int64_t date;
	size_t references[8];
	size_t reference_count;
};

uint64_t corpus_mix(uint64_t x);
uint64_t corpus_roll(const struct corpus *c, size_t number, unsigned what);
size_t corpus_pick(const struct corpus *c, size_t number, unsigned what,
		   size_t n);
void plan_make(const struct corpus *c, struct plan *p, size_t number);
/* A text of corpus_text.h with its {words} filled in. */
void plan_add_filled(const struct corpus *c, const struct plan *p,
		     struct str *b, const char *s);
void plan_add_subject(const struct corpus *c, const struct plan *p,
		      struct str *b);
/* What this message itself says; paragraphs end with an empty line. */
void plan_add_text(const struct corpus *c, const struct plan *p, struct str *b);
void plan_add_writer(const struct plan *p, struct addrs *list);
#endif
