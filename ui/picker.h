/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef UI_PICKER_H
#define UI_PICKER_H
/*
 * Rows to pick one from, narrowed by typing: help, palette, links, folders.
 * Everything is in memory; rows may be headings that cannot be picked.
 */
#include "ui/prompt.h"

struct picker_row {
	char *left, *middle, *right; /* owned; middle is what is searched */
	char *help; /* shown below for the selected row; NULL none */
	int value;  /* the owner's */
	bool heading;
	int score; /* kept by the picker */
};

struct picker;
struct picker *picker_new(const char *title, int left_cells, int middle_cells);
void picker_free(struct picker *p);
/* Copies its texts; NULL is "". */
void picker_add(struct picker *p, int value, const char *left,
		const char *middle, const char *right, const char *help);
void picker_add_heading(struct picker *p, const char *text);
/* New texts for the rows of this value; filter and selection stay. */
void picker_change(struct picker *p, int value, const char *left,
		   const char *right);
void picker_set_filter(struct picker *p, const char *text);
/* Best match first instead of the rows' own order (palette). */
void picker_sort(struct picker *p, bool by_score);
void picker_draw(struct picker *p, const struct win *w);
/* The selected row; NULL: nothing matches. */
const struct picker_row *picker_current(const struct picker *p);

enum picker_result { PICKER_TAKEN, PICKER_CHOSEN, PICKER_LEFT };
enum picker_result picker_key(struct picker *p, uint32_t key);
enum picker_result picker_mouse(struct picker *p, const struct input *in);
void picker_paste(struct picker *p, const char *text);
#endif
