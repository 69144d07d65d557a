/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef UI_TREE_H
#define UI_TREE_H
/*
 * A tree that fits in memory (folders): fold, counts at the right, cursor and
 * folds kept by id when the nodes change.
 */
#include "ui/command.h"
#include "ui/draw.h"

struct tree_node {
	int64_t id;	   /* not 0 */
	int depth;	   /* 0 top; parents come before their children */
	const char *name;  /* copied */
	const char *count; /* at the right; NULL none; copied */
	enum theme_role role;
	char mark;    /* before the name, '\0' none */
	bool heading; /* cannot be selected */
	bool folded;  /* how it is when first seen */
};

struct tree;
struct tree *tree_new(void);
void tree_free(struct tree *t);
void tree_set(struct tree *t, const struct tree_node *nodes, size_t n);
void tree_set_win(struct tree *t, const struct win *w);
void tree_draw(struct tree *t, bool focused);
int64_t tree_current(const struct tree *t);  /* 0: none */
bool tree_go_to(struct tree *t, int64_t id); /* unfolds what hides it */
bool tree_fold(struct tree *t, int64_t id, bool folded);
bool tree_is_folded(const struct tree *t, int64_t id);
bool tree_search(struct tree *t, const char *text, bool back);
bool tree_command(struct tree *t, const struct command_call *call);
/* True: it was inside. *opened: a double click or a click on the selected. */
bool tree_mouse(struct tree *t, const struct input *in, bool *opened);
#endif
