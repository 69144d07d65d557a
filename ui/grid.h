/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef UI_GRID_H
#define UI_GRID_H
/*
 * A day as a column of time: entries as blocks, side by side where they
 * overlap. Pure layout, then drawing into a window.
 */
#include "engine/calendar.h"
#include "ui/draw.h"

struct cal_layers;

struct grid_block {
	size_t entry; /* index into the view */
	int from, to; /* slots of the day, to exclusive */
	int lane, lanes;
};
struct grid_day {
	int64_t day; /* wall midnight */
	VEC(struct grid_block) blocks;
	int all_day; /* entries of whole days */
};

/* Blocks of the timed entries of a day; slot: seconds a row stands for, 900 at
 * least. first: the folder whose entries come leftmost; 0: none. */
void grid_day_fill(struct grid_day *d, const struct calendar_view *v,
		   int64_t day, int slot, int64_t first);
void grid_day_release(struct grid_day *d);
/* The entry at a slot; `nth` cycles where several overlap. SIZE_MAX: none. */
size_t grid_day_at(const struct grid_day *d, int slot, int nth, int *count);

struct grid_look {
	int top;	 /* first slot shown */
	int cursor;	 /* slot of the cursor; -1: not in this day */
	size_t selected; /* entry under it; SIZE_MAX none */
	bool focused;
	bool lines;			 /* a line on its left */
	const struct cal_layers *layers; /* whose what is; NULL: one's own */
};
/* w: the day's column without heading. */
void grid_day_draw(const struct grid_day *d, const struct calendar_view *v,
		   const struct win *w, const struct grid_look *look);
/* '#' busy, ':' tentative, '/' away, '-' elsewhere, ' ' free. */
char grid_texture(enum show_as s);
unsigned grid_style(const struct calendar_entry *e);
#endif
