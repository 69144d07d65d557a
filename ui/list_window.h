/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef UI_LIST_WINDOW_H
#define UI_LIST_WINDOW_H
/* Inside of the list widget, shared by list.c (rows) and list_view.c (what is
 * seen and pressed). */
#include "base/vec.h"
#include "ui/list.h"

struct list {
	const struct list_ops *ops;
	void *ctx;
	const struct column *columns;
	size_t n_columns;
	int *widths;
	struct win win, body; /* body: below the header */
	bool header;
	char *sort;
	bool ascending;

	struct list_rows rows;
	bool has_first, has_last; /* the window touches that end */
	size_t cursor, top;
	bool free_scroll;  /* the wheel moved the view off the cursor */
	int64_t before;	   /* rows above the window; -1 unknown */
	int64_t count;	   /* -1 unknown */
	VEC(int64_t) tags; /* sorted */
	char *search;
};

int list_height(const struct list *l); /* rows of the body; 24 before layout */
/* Loads so that a screen's worth of rows follows (precedes) that place. */
void list_fill_below(struct list *l, size_t from);
void list_fill_above(struct list *l, size_t rows);
void list_trim(struct list *l);
bool list_go_first(struct list *l);
bool list_go_last(struct list *l);
#endif
