/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Beside the days on a wide screen: a small month, and the day as a list. */
#include <string.h>
#include "base/utf8.h"
#include "ui/calendar.h"
#include "ui/dates.h"

#define DAY ((int64_t)86400)
#define CELLS 42

static int64_t month_first(const struct cal *c)
{
	struct clock_parts p;
	int64_t first;

	zone_parts(c->day, &p);
	first = zone_wall_of(p.year, p.month, 1, 0, 0);
	return first - (zone_weekday(first) - c->week_start + 7) % 7 * DAY;
}

void cal_side_load(struct app *app, struct cal *c)
{
	struct calendar_view v;

	c->month_first = month_first(c);
	c->month_busy = 0;
	if (cal_layers_read(app, &c->layers,
			    zone_instant(c->zone, c->month_first),
			    zone_instant(c->zone, c->month_first + CELLS * DAY),
			    &v, NULL)) {
		for (size_t i = 0; i < v.n; i++) {
			int64_t from = zone_wall(c->zone, v.v[i].start);
			int64_t to = zone_wall(c->zone, v.v[i].end - 1);
			int a = (int)((from - c->month_first) / DAY);
			int z = (int)((to - c->month_first) / DAY);

			for (int k = a < 0 ? 0 : a; k <= z && k < CELLS; k++)
				c->month_busy |= (uint64_t)1 << k;
		}
		calendar_view_release(&v);
	}
}

static int draw_month(const struct win *w, const struct cal *c)
{
	int64_t today = zone_day(zone_wall(c->zone, clock_now()));
	struct str title CLEANUP(str_release) = STR_INIT;
	struct clock_parts p, m;
	int rows = 6;

	zone_parts(c->day, &m);
	dates_add_month(&title, c->day);
	draw_column(w, 4, 0, w->w - 4, false, THEME_FIELD, title.s);
	for (int i = 0; i < 7; i++) {
		const char *name = dates_weekday((c->week_start + i) % 7);
		size_t used, n = utf8_fit(name, 2, &used);

		draw_text_n(w, 4 + i * 3, 1, 2, THEME_DIMMED, name, n);
	}
	for (int k = 0; k < CELLS; k++) {
		int64_t day = c->month_first + k * DAY;
		unsigned style;

		zone_parts(day, &p);
		/* A last row that is all of the next month is left out. */
		if (k == 35 && p.month != m.month) {
			rows = 5;
			break;
		}
		if (k % 7 == 0)
			draw_textf(w, 0, 2 + k / 7, THEME_DIMMED, "w%02d",
				   dates_week_number(day + 3 * DAY));
		style = day == c->day		 ? THEME_CURSOR
			: day == today		 ? THEME_BAR_TAB
			: p.month != m.month	 ? THEME_DIMMED
			: c->month_busy >> k & 1 ? THEME_SUBJECT
						 : THEME_NORMAL;
		draw_textf(w, 4 + k % 7 * 3, 2 + k / 7, style, "%2d", p.day);
	}
	return 2 + rows;
}

static void draw_list(const struct win *w, const struct cal *c, int y)
{
	int64_t from = zone_instant(c->zone, c->day);
	int64_t to = zone_instant(c->zone, c->day + DAY);
	struct str title CLEANUP(str_release) = STR_INIT;
	int first = y + 1;

	dates_add_short_day(&title, c->day);
	draw_column(w, 0, y++, w->w, false, THEME_FIELD, title.s);
	for (size_t i = 0; i < c->view.n && y < w->h; i++) {
		const struct calendar_entry *e = &c->view.v[i];
		struct str line CLEANUP(str_release) = STR_INIT;

		if (e->start >= to || e->end <= from)
			continue;
		if (e->appt->flags & APPT_ALL_DAY)
			str_add(&line, "all  ");
		else
			dates_add_clock(&line, zone_wall(c->zone, e->start));
		str_add_char(&line, ' ');
		cal_layers_add_letter(&c->layers, e, &line);
		str_add(&line, e->appt->subject ? e->appt->subject
			       : e->item	? "(no subject)"
					 : show_as_name(e->appt->show_as));
		draw_column(w, 0, y, w->w - (e->clash ? 6 : 0), false,
			    cal_layers_style(&c->layers, e), line.s);
		if (e->clash)
			draw_text(w, w->w - 5, y, 5, THEME_ERROR, "CLASH");
		y++;
		if (e->appt->location && y < w->h)
			draw_column(w, 6, y++, w->w - 6, false, THEME_DIMMED,
				    e->appt->location);
	}
	if (y == first)
		draw_text(w, 0, y, -1, THEME_DIMMED, "nothing");
}

void cal_side_draw(struct screen *s, struct cal *c)
{
	struct win w = win_sub(&s->win, s->win.w - CAL_SIDE, 1, CAL_SIDE - 1,
			       s->win.h - 2);

	draw_vline(&s->win, s->win.w - CAL_SIDE - 1, 1, s->win.h - 2,
		   THEME_BORDER);
	draw_list(&w, c, draw_month(&w, c) + 1);
}

bool cal_side_day(const struct screen *s, const struct cal *c, int x, int y,
		  int64_t *day)
{
	x -= s->win.x + s->win.w - CAL_SIDE + 4;
	y -= s->win.y + 3;
	if (!c->side || x < 0 || x / 3 > 6 || x % 3 == 2 || y < 0 ||
	    y >= CELLS / 7)
		return false;
	*day = c->month_first + (y * 7 + x / 3) * DAY;
	return true;
}
