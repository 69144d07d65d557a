/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "ui/complete.h"
#include <string.h>
#include "base/utf8.h"

/* Candidates of a completion: collected, matched, ordered. */

#define CANDIDATES_MAX 2000

void candidates_release(struct candidates *c)
{
	for (size_t i = 0; i < c->n; i++) {
		free(c->v[i].text);
		free(c->v[i].note);
	}
	vec_release(c);
	c->start = 0;
}

void candidates_add(struct candidates *c, const char *text, const char *note)
{
	struct candidate one = {xstrdup(text), xstrdup(note), 0};

	if (c->n >= CANDIDATES_MAX) {
		free(one.text);
		free(one.note);
		return;
	}
	vec_add(c, one);
}

/* Letters of the pattern in order; runs, word starts and early hits count. */
static int score_folded(const char *text, const char *pattern)
{
	int score = 1, run = 0;
	const char *start = text, *p = pattern;

	for (; *text && *p; text++) {
		if (*text != *p) {
			run = 0;
			continue;
		}
		bool word = text == start ||
			    !((text[-1] >= 'a' && text[-1] <= 'z') ||
			      (text[-1] >= '0' && text[-1] <= '9') ||
			      (unsigned char)text[-1] >= 0x80);
		score +=
			2 + run * 4 + (word ? 8 : 0) + (text == start ? 10 : 0);
		run++;
		p++;
	}
	return *p ? 0 : score;
}

int complete_score(const char *text, const char *pattern)
{
	char *t CLEANUP(mem_free_ptr) = utf8_fold(text);
	char *p CLEANUP(mem_free_ptr) = utf8_fold(pattern);
	const char *hit;
	int score;

	if (!*p)
		return 1;
	score = score_folded(t, p);
	/* The pattern in one piece beats any scattered match. */
	hit = strstr(t, p);
	if (hit)
		score += 200 + (hit == t ? 100 : 0) -
			 (int)(strlen(t) < 90 ? strlen(t) : 90);
	return score;
}

/* Stable, so that an order with a meaning (recency, tree) is kept. */
static void sort_by_score(struct candidates *c)
{
	for (size_t i = 1; i < c->n; i++) {
		struct candidate one = c->v[i];
		size_t j = i;
		for (; j > 0 && c->v[j - 1].score < one.score; j--)
			c->v[j] = c->v[j - 1];
		c->v[j] = one;
	}
}

void candidates_match(struct candidates *c, const char *word)
{
	size_t kept = 0;

	for (size_t i = 0; i < c->n; i++) {
		struct candidate one = c->v[i];
		one.score = complete_score(one.text, word);
		if (!one.score && one.note && *word &&
		    utf8_contains_folded(one.note, word))
			one.score = 1;
		if (one.score) {
			c->v[kept++] = one;
			continue;
		}
		free(one.text);
		free(one.note);
	}
	c->n = kept;
	if (*word)
		sort_by_score(c);
}
