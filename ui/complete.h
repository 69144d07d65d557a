/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef UI_COMPLETE_H
#define UI_COMPLETE_H
/*
 * Completion: candidates with descriptions for one kind of argument. The kinds
 * named in commands.def's args ("<folder>", "[category]") are:
 *   command option value key scope screen theme file dir  (made here)
 *   folder category person tag query item                 (screens register)
 * A person's candidate may come late: nothing here waits.
 */
#include "base/str.h"
#include "base/vec.h"

struct app;

struct candidate {
	char *text; /* what replaces the word */
	char *note; /* described; NULL none */
	int score;  /* higher first; ties keep their order */
};
struct candidates {
	struct candidate *v;
	size_t n, cap;
	size_t start; /* byte of the line where the word begins */
};
void candidates_release(struct candidates *c);
/* Keeps those that match `word` (fuzzy), scores and sorts. */
void candidates_match(struct candidates *c, const char *word);
void candidates_add(struct candidates *c, const char *text, const char *note);

/* Candidates for a word of this kind, unfiltered or already filtered. */
typedef void complete_fn(struct app *app, const char *word,
			 struct candidates *out);
struct completers;
struct completers *completers_new(void);
void completers_free(struct completers *c);
void complete_register(struct app *app, const char *kind, complete_fn *fn);
/* kind "line": a whole command line; the word under the cursor decides. */
void complete(struct app *app, const char *kind, const char *text,
	      size_t cursor, struct candidates *out);

/* Fuzzy match, folded; 0: none, else the better the higher. */
int complete_score(const char *text, const char *pattern);
#endif
