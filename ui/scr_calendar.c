/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* The calendar: day, work week, week, month, agenda. */
#include <string.h>
#include "base/clock.h"
#include "config/config.h"
#include "engine/event.h"
#include "text/span.h"
#include "ui/calendar.h"
#include "ui/dates.h"

#define DAY ((int64_t)86400)
#define AGENDA_DAYS 28
#define FOLLOW_MOST_MS 2000 /* a change may fail */

struct cal *cal_of(struct app *app)
{
	struct screen *s = screen_get(app, SCREEN_calendar);

	return s ? s->data : NULL;
}

static int64_t week_begin(const struct cal *c, int64_t day)
{
	int start = c->mode == CAL_WORKWEEK ? 1 : c->week_start;

	return day - (zone_weekday(day) - start + 7) % 7 * DAY;
}

/* Which days the view shows. */
static void set_span(struct cal *c)
{
	struct clock_parts p;

	switch (c->mode) {
	case CAL_DAY:
		c->first = c->day;
		c->n_days = 1;
		break;
	case CAL_WORKWEEK:
		c->first = week_begin(c, c->day);
		c->n_days = 5;
		/* The weekend has the cursor: show the whole week. */
		if (c->day >= c->first + 5 * DAY)
			c->n_days = 7;
		break;
	case CAL_WEEK:
		c->first = week_begin(c, c->day);
		c->n_days = 7;
		break;
	case CAL_MONTH:
		zone_parts(c->day, &p);
		c->first =
			week_begin(c, zone_wall_of(p.year, p.month, 1, 0, 0));
		c->n_days = 42;
		break;
	case CAL_AGENDA:
		c->first = c->day;
		c->n_days = AGENDA_DAYS;
		break;
	}
}

static void read_view(struct app *app, struct cal *c)
{
	struct err err;

	calendar_view_release(&c->view);
	c->from = c->first;
	c->to = c->first + c->n_days * DAY;
	if (!cal_layers_read(app, &c->layers, zone_instant(c->zone, c->from),
			     zone_instant(c->zone, c->to), &c->view, &err))
		message_show(app, MESSAGE_ERROR, "%s", err.text);
	c->loaded = c->view.zone != NULL;
}

/* People are asked of from the week before on: one moves about there. */
void cal_ask_people(struct app *app, struct cal *c, bool again)
{
	int64_t from =
		c->mode == CAL_MONTH
			? c->first
			: c->first - (zone_weekday(c->first) + 6) % 7 * DAY -
				  7 * DAY;
	int64_t to = c->first + c->n_days * DAY;

	cal_layers_ask(app, &c->layers, zone_instant(c->zone, from),
		       zone_instant(c->zone, to), again);
}

static bool is_followed(const struct cal *c, const struct calendar_entry *e)
{
	return e->start == c->follow_start && e->end == c->follow_end &&
	       str_eq(str_or_empty(e->appt->subject), c->follow);
}

/* Puts the cursor on what was made or moved; among those at the same time it is
 * the nth. */
static void find_followed(struct cal *c)
{
	int64_t wall = zone_wall(c->zone, c->follow_start);
	int day = (int)((zone_day(wall) - c->first) / DAY), n = 1;

	if (c->mode == CAL_AGENDA)
		for (size_t i = 0; i < c->view.n; i++)
			if (is_followed(c, &c->view.v[i])) {
				c->chosen = i;
				mem_replace(&c->follow, NULL);
				return;
			}
	if (c->mode > CAL_WEEK || day < 0 || day >= c->n_days)
		return;
	for (int i = 0; i < n; i++) {
		int slot = (int)((wall - zone_day(wall)) / c->step);
		size_t at = grid_day_at(&c->days[day], slot, i, &n);

		if (at == SIZE_MAX || !is_followed(c, &c->view.v[at]))
			continue;
		c->day = zone_day(wall);
		c->slot = slot;
		c->nth = i;
		mem_replace(&c->follow, NULL);
		return;
	}
}

void cal_follow(struct app *app, struct cal *c, const struct appointment *a)
{
	int64_t wall = zone_wall(c->zone, a->start);

	if (a->flags & APPT_ALL_DAY) {
		cal_go(app, c, a->start);
		return;
	}
	mem_replace(&c->follow, xstrdup(str_or_empty(a->subject)));
	c->follow_start = a->start;
	c->follow_end = a->end;
	c->follow_since = clock_mono_ms();
	c->moved_item = 0;
	c->slot = (int)((wall - zone_day(wall)) / c->step);
	cal_go(app, c, zone_day(wall));
}

/* Lanes may have changed: among those at the cursor's time it stays on the same
 * one. */
static void keep_chosen(struct cal *c, int64_t item, int64_t original)
{
	int day = (int)((c->day - c->first) / DAY), n = 1;

	if (c->mode > CAL_WEEK || day < 0 || day >= c->n_days)
		return;
	for (int i = 0; i < n; i++) {
		size_t at = grid_day_at(&c->days[day], c->slot, i, &n);

		if (at != SIZE_MAX && c->view.v[at].item == item &&
		    c->view.v[at].original == original) {
			c->nth = i;
			return;
		}
	}
}

void cal_reload(struct app *app, struct cal *c)
{
	const struct calendar_entry *e = cal_current(c);
	int64_t item = e ? e->item : 0, original = e ? e->original : 0;
	int64_t first;

	c->stale = false;
	if (!c->layers.v.n || c->stale_layers)
		cal_layers_load(app, &c->layers);
	c->stale_layers = false;
	set_span(c);
	read_view(app, c);
	cal_ask_people(app, c, false);
	cal_side_load(app, c);
	first = c->layers.v.n ? c->layers.v.v[0].folder : 0;
	for (int i = 0; i < CAL_DAYS; i++) {
		grid_day_release(&c->days[i]);
		if (i < c->n_days && c->loaded)
			grid_day_fill(&c->days[i], &c->view, c->first + i * DAY,
				      c->step, first);
	}
	if (c->chosen >= c->view.n)
		c->chosen = c->view.n ? c->view.n - 1 : 0;
	if (item)
		keep_chosen(c, item, original);
	if (c->follow)
		find_followed(c);
	app_damage(app, DAMAGE_SCREEN);
}

void cal_go(struct app *app, struct cal *c, int64_t day)
{
	c->day = day;
	c->nth = 0;
	cal_reload(app, c);
}

void cal_show_time(struct app *app, int64_t start, bool all_day)
{
	struct cal *c = cal_of(app);
	int64_t wall;

	if (!c)
		return;
	wall = all_day ? start : zone_wall(c->zone, start);
	if (c->mode >= CAL_MONTH)
		c->mode = CAL_WORKWEEK;
	c->slot = (int)((wall - zone_day(wall)) / c->step);
	cal_go(app, c, zone_day(wall));
}

/* In a month: the first of the day. */
static const struct calendar_entry *first_of_day(struct cal *c)
{
	int64_t from = zone_instant(c->zone, c->day);
	int64_t to = zone_instant(c->zone, c->day + DAY);
	int nth = c->nth;

	for (size_t i = 0; i < c->view.n; i++)
		if (c->view.v[i].start < to && c->view.v[i].end > from &&
		    nth-- == 0)
			return &c->view.v[i];
	return NULL;
}

bool cal_is_following(const struct cal *c)
{
	return c->follow && clock_mono_ms() - c->follow_since < FOLLOW_MOST_MS;
}

const struct calendar_entry *cal_current(struct cal *c)
{
	size_t at = SIZE_MAX;
	int day = (int)((c->day - c->first) / DAY);

	/* What was just changed is meant, not what was there before. */
	if (!c->loaded || cal_is_following(c))
		return NULL;
	if (c->mode == CAL_AGENDA)
		return c->chosen < c->view.n ? &c->view.v[c->chosen] : NULL;
	if (c->mode == CAL_MONTH)
		return first_of_day(c);
	if (day >= 0 && day < c->n_days && day < CAL_DAYS)
		at = grid_day_at(&c->days[day], c->slot, c->nth, NULL);
	return at == SIZE_MAX ? NULL : &c->view.v[at];
}

void cal_show_cursor(struct cal *c, int rows)
{
	int slots = (int)(DAY / c->step);

	if (!c->scrolled && c->slot < c->top)
		c->top = c->slot;
	if (!c->scrolled && c->slot >= c->top + rows)
		c->top = c->slot - rows + 1;
	if (c->top > slots - rows)
		c->top = slots - rows;
	if (c->top < 0)
		c->top = 0;
}

/* --- the screen ----------------------------------------------------------- */

const char *cal_skip_view(const char *text, enum cal_mode *mode)
{
	static const char *const names[] = {"day", "workweek", "week", "month",
					    "agenda"};
	size_t n = strcspn(text, " ");
	char *word CLEANUP(mem_free_ptr) = xstrndup(text, n);

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (str_eq_nocase(word, names[i])) {
			if (mode)
				*mode = (enum cal_mode)i;
			return text + n + strspn(text + n, " ");
		}
	return text;
}

/* "[VIEW] [DAY]" */
static void take_argument(struct app *app, struct cal *c, const char *arg)
{
	const char *day = arg ? cal_skip_view(arg, &c->mode) : "";
	int64_t from, to;
	struct err err;

	if (!*day)
		return;
	if (!span_parse_days(day, c->zone, clock_now(), &from, &to, &err)) {
		message_show(app, MESSAGE_ERROR, "%s", err.text);
		return;
	}
	c->chosen = 0;
	c->day = zone_day(zone_wall(c->zone, from));
}

/* The zone beside one's own, which :set may change at any time. */
static void take_second(struct app *app, struct cal *c)
{
	const char *name =
		app->config ? config_text(app->config, NULL, CONFIG_SECOND_ZONE)
			    : NULL;

	if (str_eq(str_or_empty(name), str_or_empty(c->second_name)))
		return;
	mem_replace(&c->second_name, xstrdup(name));
	zone_free(c->second);
	c->second = name && *name ? zone_load(name) : NULL;
	if (name && *name && !c->second)
		message_show(app, MESSAGE_WARNING,
			     "second-zone: \"%s\" is no zone", name);
}

static void layout_calendar(struct app *app, struct screen *s)
{
	take_second(app, s->data);
}

static bool open_calendar(struct app *app, struct screen *s, const char *arg,
			  struct err *err)
{
	struct cal *c = xcalloc(1, sizeof(*c));
	int64_t now;

	(void)err;
	s->data = c;
	cal_layers_init(&c->layers);
	appointment_init(&c->moved);
	c->zone = zone_load_local();
	take_second(app, c);
	c->week_start = dates_first_weekday();
	c->mode = s->win.w < 60 ? CAL_AGENDA : CAL_WORKWEEK;
	c->step = 1800;
	now = zone_wall(c->zone, clock_now());
	c->day = zone_day(now);
	c->slot = (int)((now - c->day) / c->step);
	/* The working day in sight. */
	c->top = 16;
	take_argument(app, c, arg);
	cal_reload(app, c);
	return true;
}

static void reopen_calendar(struct app *app, struct screen *s, const char *arg)
{
	take_argument(app, s->data, arg);
	cal_reload(app, s->data);
}

static void close_calendar(struct app *app, struct screen *s)
{
	struct cal *c = s->data;

	(void)app;
	for (int i = 0; i < CAL_DAYS; i++)
		grid_day_release(&c->days[i]);
	calendar_view_release(&c->view);
	vec_release(&c->lines);
	free(c->follow);
	appointment_release(&c->moved);
	cal_layers_release(&c->layers);
	zone_free(c->zone);
	zone_free(c->second);
	free(c->second_name);
	free(c);
}

static void draw_calendar(struct app *app, struct screen *s)
{
	struct cal *c = s->data;

	if (c->stale)
		cal_reload(app, c);
	cal_draw(app, s, c);
}

static void calendar_event(struct app *app, struct screen *s,
			   const struct event *ev)
{
	struct cal *c = s->data;

	bool told = cal_layers_event(&c->layers, ev);

	if (!told && ev->kind != EVENT_ITEMS && ev->kind != EVENT_FOLDERS &&
	    ev->kind != EVENT_FOREIGN && ev->kind != EVENT_JOURNAL)
		return;
	if (told || ev->kind == EVENT_FOLDERS || ev->kind == EVENT_FOREIGN)
		c->stale_layers = true;
	c->stale = true;
	app_damage(app, DAMAGE_SCREEN);
}

/* Where the wheel has scrolled to lasts until a key is pressed; nor is anything
 * waited for then. */
static bool calendar_command(struct app *app, struct screen *s,
			     const struct command_call *call)
{
	struct cal *c = s->data;

	(void)app;
	c->scrolled = false;
	if (!(command_get(call->id)->needs & NEED_event))
		mem_replace(&c->follow, NULL);
	return false;
}

static unsigned calendar_has(struct app *app, struct screen *s)
{
	struct cal *c = s->data;
	const struct calendar_entry *e = cal_current(c);

	(void)app;
	if (cal_is_following(c))
		return c->moved_item ? NEED_event : 0;
	/* Somebody's free/busy cannot be opened or moved. */
	return e && e->item ? NEED_event : 0;
}

const struct screen_ops scr_calendar_ops = {
	.open = open_calendar,
	.reopen = reopen_calendar,
	.close = close_calendar,
	.layout = layout_calendar,
	.draw = draw_calendar,
	.event = calendar_event,
	.mouse = cal_mouse,
	.command = calendar_command,
	.has = calendar_has,
};
