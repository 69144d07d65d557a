/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "ui/grid.h"

#include <string.h>

#include "ui/cal_layers.h"

#define DAY ((int64_t)86400)
#define LANES_MAX 32
#define LANE_CELLS 5 /* narrower says nothing */

char grid_texture(enum show_as s)
{
	static const char marks[] = {' ', ':', '#', '/', '-', '?'};

	return s < SHOW_COUNT ? marks[s] : '#';
}

unsigned grid_style(const struct calendar_entry *e)
{
	const struct appointment *a = e->appt;

	if (a->flags & APPT_CANCELLED)
		return THEME_DIMMED;
	if (e->conflict)
		return THEME_ERROR;
	switch (a->show_as) {
	case SHOW_TENTATIVE:
		return THEME_WARNING;
	case SHOW_AWAY:
		return THEME_MARK;
	case SHOW_FREE:
		return THEME_DATE;
	case SHOW_BUSY:
	case SHOW_ELSEWHERE:
	case SHOW_NO_DATA:
	case SHOW_COUNT:
		break;
	}
	return THEME_PERSON;
}

void grid_day_release(struct grid_day *d)
{
	vec_release(&d->blocks);
	memset(d, 0, sizeof(*d));
}

/* One's own before what is laid over, what only says that somebody is busy
 * last: who lacks room for all hides those. */
static int rank(const struct calendar_entry *e, int64_t first)
{
	return e->folder == first ? 0 : e->item ? 1 : 2;
}

#define RANKS 3
#define SLOTS_MAX 96 /* quarters of an hour */

struct lane {
	bool taken[SLOTS_MAX];
};

static bool is_free(const struct lane *l, const struct grid_block *b)
{
	for (int i = b->from; i < b->to && i < SLOTS_MAX; i++)
		if (l->taken[i])
			return false;
	return true;
}

/* Lanes of a run of blocks that overlap one another. */
static void place_run(struct grid_day *d, const struct calendar_view *v,
		      int64_t first, size_t from, size_t to)
{
	struct lane lanes[LANES_MAX];
	int n = 0;

	memset(lanes, 0, sizeof(lanes));
	for (int r = 0; r < RANKS; r++)
		for (size_t i = from; i < to; i++) {
			struct grid_block *b = &d->blocks.v[i];
			int lane = 0;

			if (rank(&v->v[b->entry], first) != r)
				continue;
			while (lane < LANES_MAX - 1 &&
			       !is_free(&lanes[lane], b))
				lane++;
			for (int k = b->from; k < b->to && k < SLOTS_MAX; k++)
				lanes[lane].taken[k] = true;
			b->lane = lane;
			n = lane + 1 > n ? lane + 1 : n;
		}
	for (size_t i = from; i < to; i++)
		d->blocks.v[i].lanes = n;
}

static void set_lanes(struct grid_day *d, const struct calendar_view *v,
		      int64_t first)
{
	int run_end = 0;
	size_t run = 0;

	for (size_t i = 0; i < d->blocks.n; i++) {
		const struct grid_block *b = &d->blocks.v[i];

		if (b->from >= run_end) {
			place_run(d, v, first, run, i);
			run = i;
		}
		if (b->to > run_end)
			run_end = b->to;
	}
	place_run(d, v, first, run, d->blocks.n);
}

void grid_day_fill(struct grid_day *d, const struct calendar_view *v,
		   int64_t day, int slot, int64_t first)
{
	int64_t from = zone_instant(v->zone, day);
	int64_t to = zone_instant(v->zone, day + DAY);
	int slots = (int)(DAY / slot);

	grid_day_release(d);
	d->day = day;
	for (size_t i = 0; i < v->n; i++) {
		const struct calendar_entry *e = &v->v[i];
		struct grid_block b = {.entry = i, .lanes = 1};
		int64_t start, end;

		if (e->start >= to || e->end <= from)
			continue;
		/* A whole day, or one that lasts longer. */
		if (e->appt->flags & APPT_ALL_DAY ||
		    (e->start <= from && e->end >= to)) {
			d->all_day++;
			continue;
		}
		start = e->start < from ? 0
					: zone_wall(v->zone, e->start) - day;
		end = e->end > to ? DAY : zone_wall(v->zone, e->end) - day;
		b.from = (int)(start / slot);
		b.to = (int)((end + slot - 1) / slot);
		if (b.to <= b.from)
			b.to = b.from + 1;
		if (b.to > slots)
			b.to = slots;
		if (b.from >= slots)
			b.from = slots - 1;
		vec_add(&d->blocks, b);
	}
	set_lanes(d, v, first);
}

size_t grid_day_at(const struct grid_day *d, int slot, int nth, int *count)
{
	const struct grid_block *found[LANES_MAX];
	int n = 0;

	for (size_t i = 0; i < d->blocks.n && n < LANES_MAX; i++) {
		const struct grid_block *b = &d->blocks.v[i];
		int at = n;

		if (b->from > slot || slot >= b->to)
			continue;
		/* From left to right. */
		for (; at > 0 && found[at - 1]->lane > b->lane; at--)
			found[at] = found[at - 1];
		found[at] = b;
		n++;
	}
	if (count)
		*count = n;
	return n ? found[nth % n]->entry : SIZE_MAX;
}

/* The first line: whose it is and what, or only that somebody is busy. */
static void draw_name(const struct calendar_entry *e, const struct win *w,
		      const struct grid_look *look, int x, int y, int cells,
		      unsigned style)
{
	const struct cal_layer *layer =
		look->layers ? cal_layers_of(look->layers, e) : NULL;
	char letter[2] = "";

	if (layer && !cal_layers_is_first(look->layers, layer))
		letter[0] = layer->letter;
	if (*letter) {
		draw_text(w, x, y, 1, style == THEME_CURSOR ? style : THEME_BAR,
			  letter);
		x += 2;
		cells -= 2;
	}
	if (cells > 0 && (e->item || e->appt->subject))
		draw_column(w, x, y, cells, false, style,
			    e->appt->subject ? e->appt->subject
					     : "(no subject)");
}

/* One block: its name, then its texture and place. */
static void draw_block(const struct grid_block *b,
		       const struct calendar_entry *e, const struct win *w,
		       const struct grid_look *look, int x, int cells)
{
	const struct appointment *a = e->appt;
	unsigned style = look->layers ? cal_layers_style(look->layers, e)
				      : grid_style(e);
	char texture[2] = {grid_texture(a->show_as), '\0'};
	bool selected = b->entry == look->selected;
	bool bare = !e->item && !a->subject;

	if (selected)
		style = look->focused ? THEME_CURSOR : THEME_CURSOR_AWAY;
	for (int slot = b->from; slot < b->to; slot++) {
		int y = slot - look->top;
		int line = slot - b->from;

		if (y < 0 || y >= w->h)
			continue;
		/* A block that began above shows its name at the top. */
		if (b->from < look->top)
			line = y;
		draw_fill(w, x, y, cells, style);
		/* Who is only known to be busy is all texture. */
		for (int k = 0; k < (bare ? cells : line > 0); k++)
			draw_text(w, x + k, y, 1, style, texture);
		if (line == 0)
			draw_name(e, w, look, x, y, cells, style);
		else if (line == 1 && cells > 4 && a->location)
			draw_column(w, x + 2, y, cells - 2, false, style,
				    a->location);
		else if (line == 2 && cells > 9 &&
			 a->sensitivity == SENSITIVITY_PRIVATE)
			draw_text(w, x + 2, y, cells - 2, style, "private");
	}
}

void grid_day_draw(const struct grid_day *d, const struct calendar_view *v,
		   const struct win *w, const struct grid_look *look)
{
	int left = look->lines ? 1 : 0, cells = w->w - left;

	if (look->lines)
		draw_vline(w, 0, 0, w->h, THEME_BORDER);
	if (look->cursor >= look->top && look->cursor < look->top + w->h)
		draw_fill(w, left, look->cursor - look->top, cells,
			  look->focused ? THEME_CURSOR : THEME_CURSOR_AWAY);
	for (size_t i = 0; i < d->blocks.n; i++) {
		const struct grid_block *b = &d->blocks.v[i];
		int most = cells / LANE_CELLS < 1 ? 1 : cells / LANE_CELLS;
		int lanes = b->lanes < most ? b->lanes : most;
		int x, width;

		if (b->lane >= lanes)
			continue;
		x = left + b->lane * cells / lanes;
		width = left + (b->lane + 1) * cells / lanes - x;
		/* A blank between neighbours. */
		if (b->lane + 1 < lanes)
			width--;
		draw_block(b, &v->v[b->entry], w, look, x, width);
		if (b->lanes > lanes && b->lane == lanes - 1 &&
		    b->from >= look->top && width > 3)
			draw_textf(w, x + width - 2, b->from - look->top,
				   THEME_MARK, "+%d", b->lanes - lanes);
	}
}
