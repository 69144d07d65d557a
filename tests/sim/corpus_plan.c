/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "tests/sim/corpus_plan.h"

#include <string.h>

enum { REPLY_PERCENT = 45, BACK_MAX = 25 };

/* --- chance -------------------------------------------------------------- */
uint64_t corpus_mix(uint64_t x)
{
	x ^= x >> 30;
	x *= 0xbf58476d1ce4e5b9u;
	x ^= x >> 27;
	x *= 0x94d049bb133111ebu;
	return x ^ x >> 31;
}

uint64_t corpus_roll(const struct corpus *c, size_t number, unsigned what)
{
	return corpus_mix(c->seed * 0x9e3779b97f4a7c15u + number * 131 + what);
}

size_t corpus_pick(const struct corpus *c, size_t number, unsigned what,
		   size_t n)
{
	return (size_t)(corpus_roll(c, number, what) % n);
}

/* --- threads ------------------------------------------------------------- */
static bool parent_of(const struct corpus *c, size_t number, size_t *parent)
{
	size_t reach = number < BACK_MAX ? number : BACK_MAX;

	if (reach == 0 || corpus_roll(c, number, PARENT) % 100 >= REPLY_PERCENT)
		return false;
	*parent = number - 1 - corpus_pick(c, number, PARENT + 50, reach);
	return true;
}

static const struct theme *theme_of_root(const struct corpus *c, size_t root)
{
	/* Colleagues write most. */
	size_t i = corpus_pick(c, root, THEME, theme_count + 14);

	return &themes[i < theme_count ? i : (i - theme_count) % 7];
}

static int64_t date_of(const struct corpus *c, size_t number)
{
	int64_t step = c->total ? c->span / (int64_t)c->total : 3600;
	int64_t back = (int64_t)(c->total - number) * step;

	int64_t t, of_day;

	if (step < 1)
		step = 1;
	t = c->now - back +
	    (int64_t)(corpus_roll(c, number, TIME) % (uint64_t)step);
	/* The day's mail falls between half past six and half past eight. */
	of_day = t % DAY;
	t = t - of_day + 23400 + of_day * 50400 / DAY;
	return t < c->now - 60 ? t : c->now - 60 - (int64_t)(c->total - number);
}

void plan_make(const struct corpus *c, struct plan *p, size_t number)
{
	size_t up = number;

	memset(p, 0, sizeof(*p));
	p->number = p->root = number;
	p->date = date_of(c, number);
	while (parent_of(c, up, &up)) {
		if (p->depth++ == 0)
			p->parent = up;
		if (p->reference_count < ARRAY_LEN(p->references))
			p->references[p->reference_count++] = up;
		p->root = up;
	}
	p->theme = theme_of_root(c, p->root);
	/* Machines, letters and crooks are not answered: such a message
	 * begins a thread of its own. */
	if (p->depth > 0 && p->theme->kind >= THEME_NOTICE) {
		p->root = number;
		p->depth = 0;
		p->reference_count = 0;
		p->theme = theme_of_root(c, number);
	}
	if (p->depth > 0 && corpus_roll(c, number, WRITER) % 4 == 0)
		p->from = c->owner;
	else if ((p->theme->from_name && p->depth == 0) ||
		 (p->theme->kind == THEME_OUTSIDE &&
		  corpus_roll(c, number, WRITER) % 2))
		p->from = NULL;
	else if (c->people.n > 0)
		p->from = c->people.v[corpus_pick(c, p->root + p->depth % 2 * 7,
						  WRITER, c->people.n)];
	else
		p->from = c->owner;
	if (!p->from && !p->theme->from_name)
		p->from = c->owner;
}

/* --- words --------------------------------------------------------------- */
void plan_add_filled(const struct corpus *c, const struct plan *p,
		     struct str *b, const char *s)
{
	size_t root = p->root;
	const struct box *someone =
		c->people.n
			? c->people.v[corpus_pick(c, root, WORDS, c->people.n)]
			: c->owner;

	while (*s) {
		size_t plain = strcspn(s, "{");

		str_add_mem(b, s, plain);
		s += plain;
		if (str_starts(s, "{product}"))
			str_add(b,
				products[corpus_pick(c, root, WORDS + 20, 8)]);
		else if (str_starts(s, "{site}"))
			str_add(b, sites[corpus_pick(c, root, WORDS + 21, 8)]);
		else if (str_starts(s, "{customer}"))
			str_add(b,
				customers[corpus_pick(c, root, WORDS + 22, 8)]);
		else if (str_starts(s, "{day}"))
			str_add(b, days[corpus_pick(c, root, WORDS + 23, 5)]);
		else if (str_starts(s, "{number}"))
			str_addf(b, "%zu",
				 10 + corpus_pick(c, root, WORDS + 24, 50));
		else if (str_starts(s, "{name}"))
			str_add(b, someone->given ? someone->given
						  : someone->name);
		else if (*s)
			str_add_char(b, *s);
		if (!*s)
			break;
		plain = strcspn(s, "}");
		s += plain + (s[plain] != 0);
	}
}

void plan_add_subject(const struct corpus *c, const struct plan *p,
		      struct str *b)
{
	size_t n = 0;

	while (n < 4 && p->theme->subjects[n])
		n++;
	if (p->depth > 0)
		str_add(b, "Re: ");
	plan_add_filled(
		c, p, b,
		p->theme->subjects[corpus_pick(c, p->root, SUBJECT, n)]);
}

static size_t sentence_count(const struct theme *t)
{
	size_t n = 0;

	while (n < ARRAY_LEN(t->sentences) && t->sentences[n])
		n++;
	return n;
}

void plan_add_text(const struct corpus *c, const struct plan *p, struct str *b)
{
	const struct theme *t = p->theme;
	size_t n = sentence_count(t), paragraphs, at;

	if (p->depth == 0 && *t->greeting)
		str_addf(b, "%s\n\n", t->greeting);
	else if (p->depth > 0 && !t->charset) {
		plan_add_filled(c, p, b,
				replies[corpus_pick(c, p->number, TEXT, 12)]);
		str_add(b, "\n\n");
	}
	paragraphs = p->depth > 0 ? corpus_pick(c, p->number, TEXT + 1, 2)
				  : 1 + corpus_pick(c, p->number, TEXT + 1, 3);
	at = corpus_pick(c, p->number, TEXT + 2, n);
	if (p->depth > 0 && t->charset && paragraphs == 0)
		paragraphs = 1;
	for (size_t i = 0; i < paragraphs; i++) {
		size_t some = 1 + corpus_pick(c, p->number,
					      TEXT + 3 + (unsigned)i, 3);

		for (size_t k = 0; k < some && k < n; k++) {
			if (k > 0)
				str_add_char(b, t->kind == THEME_NOTICE ? '\n'
									: ' ');
			plan_add_filled(c, p, b, t->sentences[at++ % n]);
		}
		str_add(b, "\n\n");
	}
	if (!p->from || t->kind == THEME_NOTICE || t->kind == THEME_LETTER)
		return;
	str_addf(b, "-- \n%s\n", p->from->name);
	if (p->from->title)
		str_addf(b, "%s, Halden Instruments\n%s\n", p->from->title,
			 str_or_empty(p->from->phone));
}

void plan_add_writer(const struct plan *p, struct addrs *list)
{
	if (p->from)
		addrs_add(list, p->from->name, p->from->address);
	else
		addrs_add(list, p->theme->from_name, p->theme->from_address);
}
