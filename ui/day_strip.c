/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "ui/day_strip.h"

#include <string.h>

#include "engine/event.h"
#include "ui/cal_layers.h"
#include "ui/calendar.h"
#include "ui/dates.h"
#include "ui/grid.h"

#define DAY ((int64_t)86400)
#define FIRST_MS 20  /* behind the first frame */
#define AGAIN_MS 200 /* changes come in swarms */
#define GUTTER 3
#define MORNING 8	   /* the hour it begins with where it can */
#define ROWS_FOR_HALVES 20 /* fewer rows are of whole hours */
#define ALL_DAY_MOST 3
#define AHEAD (2 * DAY) /* so far the next event is looked for */

struct day_strip {
	struct zone *zone;
	struct cal_layers layers;
	struct calendar_view view;
	struct grid_day grid;
	int64_t chosen; /* CLOCK_NEVER: today */
	int64_t day;	/* that was read */
	bool loaded, stale, stale_layers;
	int timer;	  /* until it is read; 0 none */
	int minute_timer; /* until "in 5 min" is another */
	/* How it was drawn, for the mouse. */
	struct win win;
	int y, rows, top, step;
};

struct day_strip *day_strip_new(void)
{
	struct day_strip *d = xcalloc(1, sizeof(*d));

	d->zone = zone_load_local();
	d->chosen = CLOCK_NEVER;
	d->stale = d->stale_layers = true;
	cal_layers_init(&d->layers);
	return d;
}

static void drop(struct day_strip *d)
{
	grid_day_release(&d->grid);
	calendar_view_release(&d->view);
	d->loaded = false;
}

void day_strip_free(struct app *app, struct day_strip *d)
{
	app_timer_cancel(app, d->timer);
	app_timer_cancel(app, d->minute_timer);
	drop(d);
	cal_layers_release(&d->layers);
	zone_free(d->zone);
	free(d);
}

void day_strip_forget(struct app *app, struct day_strip *d)
{
	drop(d);
	d->stale = d->stale_layers = true;
	app_damage(app, DAMAGE_SCREEN);
}

static int64_t today(const struct day_strip *d)
{
	return zone_day(zone_wall(d->zone, clock_now()));
}

int64_t day_strip_day(const struct day_strip *d)
{
	return d->chosen == CLOCK_NEVER ? today(d) : d->chosen;
}

/* --- reading -------------------------------------------------------------- */

static void load(struct app *app, void *ctx)
{
	struct day_strip *d = ctx;

	d->timer = 0;
	if (!app->store)
		return;
	if (d->stale_layers)
		cal_layers_load(app, &d->layers);
	d->stale = d->stale_layers = false;
	drop(d);
	d->day = day_strip_day(d);
	d->loaded = cal_layers_read(
		app, &d->layers, zone_instant(d->zone, d->day),
		zone_instant(d->zone, d->day) + AHEAD, &d->view, NULL);
	app_damage(app, DAMAGE_SCREEN);
}

static void see_to_it(struct app *app, struct day_strip *d)
{
	if (d->loaded && d->day != day_strip_day(d))
		d->stale = true; /* midnight, or another day was chosen */
	if (d->stale && !d->timer && app->store)
		d->timer = app_timer(app, d->loaded ? AGAIN_MS : FIRST_MS, load,
				     d);
}

void day_strip_event(struct app *app, struct day_strip *d,
		     const struct event *ev, bool shown)
{
	bool mine = false;

	for (size_t i = 0; i < d->layers.v.n; i++)
		mine |= ev->folder && d->layers.v.v[i].folder == ev->folder;
	switch ((int)ev->kind) {
	case EVENT_FOLDERS:
	case EVENT_FOREIGN:
	case EVENT_BUSY: /* it may be of somebody laid over */
		d->stale = d->stale_layers = true;
		break;
	case EVENT_ITEMS:
		if (!mine && ev->folder)
			return;
		d->stale = true;
		break;
	default:
		return;
	}
	if (shown)
		see_to_it(app, d);
}

void day_strip_show(struct app *app, struct day_strip *d, int64_t day)
{
	d->chosen = day == today(d) ? CLOCK_NEVER : day;
	d->stale = true;
	/* The person waits for it. */
	app_timer_cancel(app, d->timer);
	d->timer = app_timer(app, 0, load, d);
	app_damage(app, DAMAGE_SCREEN);
}

/* --- drawing -------------------------------------------------------------- */

static void minute_over(struct app *app, void *ctx)
{
	struct day_strip *d = ctx;

	d->minute_timer = 0;
	app_damage(app, DAMAGE_SCREEN);
}

static void draw_head(const struct day_strip *d, const struct win *w)
{
	struct str b CLEANUP(str_release) = STR_INIT;
	int64_t day = day_strip_day(d);

	dates_add_short_day(&b, day);
	draw_fill(w, 0, 0, w->w, THEME_HEADER);
	draw_column(w, 1, 0, w->w - 1, false, THEME_HEADER, b.s);
}

static bool is_of_day(const struct day_strip *d, const struct calendar_entry *e)
{
	int64_t from = zone_instant(d->zone, d->day);

	return e->start < zone_instant(d->zone, d->day + DAY) && e->end > from;
}

static bool is_whole(const struct calendar_entry *e)
{
	return e->appt->flags & APPT_ALL_DAY || e->end - e->start >= DAY;
}

/* Rows used. */
static int draw_whole_days(const struct day_strip *d, const struct win *w,
			   int y)
{
	int rows = 0;

	for (size_t i = 0; i < d->view.n && rows < ALL_DAY_MOST; i++) {
		const struct calendar_entry *e = &d->view.v[i];
		struct str b CLEANUP(str_release) = STR_INIT;

		if (!is_whole(e) || !is_of_day(d, e))
			continue;
		str_add_char(&b, '[');
		cal_layers_add_letter(&d->layers, e, &b);
		str_add(&b, e->appt->subject ? e->appt->subject
					     : show_as_name(e->appt->show_as));
		draw_column(w, GUTTER, y + rows, w->w - GUTTER - 1, false,
			    cal_layers_style(&d->layers, e), b.s);
		draw_text(w, w->w - 1, y + rows, 1,
			  cal_layers_style(&d->layers, e), "]");
		rows++;
	}
	return rows;
}

/* The first row: the morning, or what is earlier; but now must be seen. */
static int first_slot(const struct day_strip *d, int rows)
{
	int slots = (int)(DAY / d->step);
	int top = MORNING * 3600 / d->step;
	int64_t now = zone_wall(d->zone, clock_now());
	int at = (int)((now - zone_day(now)) / d->step);

	for (size_t i = 0; i < d->grid.blocks.n; i++)
		if (d->grid.blocks.v[i].from < top)
			top = d->grid.blocks.v[i].from;
	top -= top * d->step % 3600 / d->step;
	if (d->day == zone_day(now) && (at < top || at >= top + rows))
		top = at - rows / 3;
	if (top > slots - rows)
		top = slots - rows;
	return top < 0 ? 0 : top;
}

static void draw_hours(struct day_strip *d, const struct win *w, int y,
		       int rows)
{
	int64_t now = zone_wall(d->zone, clock_now());
	int at = (int)((now - zone_day(now)) / d->step);
	struct win grid = win_sub(w, GUTTER, y, w->w - GUTTER, rows);
	struct grid_look look = {
		.cursor = -1, .selected = SIZE_MAX, .layers = &d->layers};

	grid_day_fill(&d->grid, &d->view, d->day, d->step,
		      d->layers.v.n ? d->layers.v.v[0].folder : 0);
	look.top = d->top = first_slot(d, rows);
	for (int r = 0; r < rows; r++) {
		int seconds = (d->top + r) * d->step;

		if (seconds % 3600 == 0 && seconds < DAY)
			draw_textf(w, 0, y + r, THEME_DATE, "%02d",
				   seconds / 3600);
		if (d->top + r == at && d->day == zone_day(now))
			draw_text(w, 2, y + r, 1, THEME_ERROR, ">");
	}
	grid_day_draw(&d->grid, &d->view, &grid, &look);
}

/* "in 1 h 48 Budget", of one's own calendar. */
static void draw_next(struct app *app, struct day_strip *d, const struct win *w)
{
	struct str b CLEANUP(str_release) = STR_INIT;
	int64_t now = clock_now();

	if (d->day != today(d))
		return;
	for (size_t i = 0; i < d->view.n && !b.len; i++) {
		const struct calendar_entry *e = &d->view.v[i];
		const struct cal_layer *l = cal_layers_of(&d->layers, e);

		if (e->start <= now || is_whole(e) || !l ||
		    !cal_layers_is_first(&d->layers, l) ||
		    e->appt->flags & APPT_CANCELLED)
			continue;
		str_add(&b, "in ");
		dates_add_length(&b, (e->start - now + 59) / 60 * 60);
		str_addf(&b, ": %s",
			 e->appt->subject ? e->appt->subject : "(no subject)");
	}
	if (!b.len)
		str_addf(&b, "nothing until %s",
			 dates_weekday(zone_weekday(d->day + AHEAD)));
	draw_column(w, 0, w->h - 1, w->w, false, THEME_DIMMED, b.s);
	if (!d->minute_timer)
		d->minute_timer =
			app_timer(app, (60 - now % 60) * 1000, minute_over, d);
}

void day_strip_draw(struct app *app, struct day_strip *d, const struct win *w)
{
	int y = 1;

	see_to_it(app, d);
	d->win = *w;
	d->rows = 0;
	draw_head(d, w);
	if (!d->loaded || w->h < 4)
		return;
	y += draw_whole_days(d, w, y);
	d->y = y;
	d->rows = w->h - y - 1;
	d->step = d->rows >= ROWS_FOR_HALVES ? 1800 : 3600;
	draw_hours(d, w, y, d->rows);
	draw_next(app, d, w);
}

bool day_strip_mouse(struct app *app, struct day_strip *d,
		     const struct input *in)
{
	int64_t wall;

	if (!win_has(&d->win, in->x, in->y))
		return false;
	if (in->action == MOUSE_WHEEL_UP || in->action == MOUSE_WHEEL_DOWN) {
		day_strip_show(app, d,
			       day_strip_day(d) + (in->action == MOUSE_WHEEL_UP
							   ? -DAY
							   : DAY));
		return true;
	}
	if (in->action != MOUSE_PRESS || !d->rows)
		return true;
	wall = d->day;
	if (in->y - d->win.y >= d->y && in->y - d->win.y < d->y + d->rows)
		wall += (int64_t)(d->top + in->y - d->win.y - d->y) * d->step;
	screen_open(app, SCREEN_calendar, NULL);
	cal_show_time(app, zone_instant(d->zone, wall), false);
	return true;
}
