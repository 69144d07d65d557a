/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef UI_LIST_H
#define UI_LIST_H
/*
 * A list of any length of which only the rows near the screen are in memory.
 * Rows come by key from the owner's callbacks, never by number. The widget
 * does motion, tags, paging, search, mouse, drawing with columns, and keeps
 * the selection by id and the scroll position when rows change.
 */
#include "base/err.h"
#include "base/map.h"
#include "ui/command.h"
#include "ui/draw.h"

struct list_row {
	int64_t id; /* not 0, unique */
	void *data; /* owned by the list once handed over */
};
struct list_rows {
	struct list_row *v;
	size_t n, cap;
};
void list_rows_add(struct list_rows *r, int64_t id, void *owned_data);

/* One row of columns.def. */
struct column {
	const char *name; /* "subject" */
	const char *title;
	int id;	       /* for the cell callback */
	int min, want; /* cells; want 0: takes what is left */
	bool right;
	int drop;	  /* > 0: goes where room lacks, low first */
	const char *sort; /* sort key name; NULL none */
};
/* Widths for `width` cells with one blank between; 0: dropped. The one with
 * want 0 gets at least its min (16 in narrow lists) as long as anything else
 * can go: first columns with drop up to COLUMN_COMFORT, then those wider than
 * their min shrink, then the other droppable ones go. */
#define COLUMN_COMFORT 2
void columns_fit(const struct column *c, size_t n, int width, int *out);

struct list_ops {
	/* Up to n rows after `anchor` (NULL: from the top), or with back those
	 * before it (NULL: the last ones); in list order either way. */
	bool (*page)(void *ctx, const struct list_row *anchor, bool back,
		     size_t n, struct list_rows *out, struct err *err);
	/* The row of an id anew; false: it is gone. NULL: ids never change. */
	bool (*row)(void *ctx, int64_t id, struct list_row *out);
	void (*free_data)(void *ctx, void *data);
	/* Number of rows; -1 unknown. NULL: unknown. */
	int64_t (*count)(void *ctx);
	/* 0-based place; -1 unknown. NULL: unknown. */
	int64_t (*position)(void *ctx, const struct list_row *row);
	/* Text of a cell, and its role in *role (preset to the row's). */
	void (*cell)(void *ctx, const struct list_row *row, int column,
		     struct str *out, enum theme_role *role);
	/* The row in words, to be read aloud; NULL: its cells. */
	void (*say)(void *ctx, const struct list_row *row, struct str *out);
	/* Role of the row; NULL: NORMAL. */
	enum theme_role (*role)(void *ctx, const struct list_row *row);
	/* A heading drawn before the row given the one above it (NULL: none
	 * above), as a separator line; false: none. May be NULL. */
	bool (*heading)(void *ctx, const struct list_row *above,
			const struct list_row *row, struct str *out);
	/* Does the row match the search text? NULL: its cells are searched. */
	bool (*match)(void *ctx, const struct list_row *row, const char *text);
	/* Text for an empty list. */
	void (*empty)(void *ctx, struct str *out);
};

struct list;
struct list *list_new(const struct list_ops *ops, void *ctx,
		      const struct column *columns, size_t n_columns);
void list_free(struct list *l);

/* Forgets the rows and starts at the top (or at id, 0: top). */
bool list_load(struct list *l, int64_t id, struct err *err) MUST_CHECK;
/* The rows changed: loads what is shown anew, keeps cursor and scroll. */
bool list_refresh(struct list *l, struct err *err) MUST_CHECK;
/* Other columns; borrowed. */
void list_set_columns(struct list *l, const struct column *columns, size_t n);
void list_set_win(struct list *l, const struct win *w);
/* Cells of a column by its id; 0: it is dropped. */
int list_column_cells(const struct list *l, int column);
void list_set_header(struct list *l, bool shown);
void list_set_sort(struct list *l, const char *sort,
		   bool ascending); /* shown only */
void list_draw(struct list *l, bool focused);

/* The row under the cursor; NULL: empty. Valid until the list changes. */
const struct list_row *list_current(const struct list *l);
/* The row drawn at (or nearest the cursor +- by); NULL: none. */
const struct list_row *list_neighbour(struct list *l, int by);
bool list_go_to(struct list *l, int64_t id); /* only among loaded rows */
int64_t list_count(const struct list *l);    /* -1 unknown */
int64_t list_position(const struct list *l); /* 0-based, -1 unknown */

/* Moves by rows; false when it was at the end already. */
bool list_move(struct list *l, int64_t by);
/* Next (or previous) row for which test holds, loading pages as needed but at
 * most `limit` rows; wraps. */
bool list_find(struct list *l, bool back, int64_t limit,
	       bool (*test)(void *ctx, const struct list_row *row), void *ctx);
bool list_search(struct list *l, const char *text, bool back);

/* Tags by id: survive paging and refresh. */
void list_tag(struct list *l, int64_t id, bool on);
bool list_is_tagged(const struct list *l, int64_t id);
void list_untag_all(struct list *l);
size_t list_tagged(const struct list *l, int64_t **out); /* caller frees */

/* Motion commands (next, prev, page-down, ..., first, last, tag): true taken. */
bool list_command(struct list *l, const struct command_call *call);
/* What a click did. */
enum list_click {
	LIST_NOWHERE,
	LIST_SCROLLED,
	LIST_SELECTED,
	LIST_OPENED,
	LIST_SORT
};
enum list_click list_mouse(struct list *l, const struct input *in,
			   const char **sort);
#endif
