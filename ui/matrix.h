/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef UI_MATRIX_H
#define UI_MATRIX_H
/*
 * A small table with a cursor on one cell: rows of things, columns of what can
 * be set of each. The first column is the row's name and stays where it is; the
 * others move sideways where they do not all fit. All rows are the owner's.
 */
#include "ui/command.h"
#include "ui/draw.h"

struct input;

struct matrix_column {
	const char *title;
	int cells;
};
struct matrix_ops {
	/* Text of a cell, column 0 the row's name; *role is preset. */
	void (*cell)(void *ctx, size_t row, size_t column, struct str *out,
		     enum theme_role *role);
	/* Said of the row's cell under the cursor, in a line below. */
	void (*note)(void *ctx, size_t row, size_t column, struct str *out);
};

struct matrix {
	const struct matrix_ops *ops;
	void *ctx;
	const struct matrix_column *columns; /* those behind the name */
	size_t n_columns, rows;
	size_t row, column; /* the cursor; column from 1 */
	size_t top, left;   /* first row and column shown */
	struct win win;
};

void matrix_init(struct matrix *m, const struct matrix_ops *ops, void *ctx,
		 const struct matrix_column *columns, size_t n);
/* The owner has that many rows now. */
void matrix_set_rows(struct matrix *m, size_t rows);
void matrix_set_win(struct matrix *m, const struct win *w);
void matrix_draw(struct matrix *m, bool focused);
/* Motion, and column-left, column-right: true taken. */
bool matrix_command(struct matrix *m, const struct command_call *call);
/* A click on a cell moves there; *again: it was there already. */
bool matrix_mouse(struct matrix *m, const struct input *in, bool *again);
#endif
