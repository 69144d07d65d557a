/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* When can we meet? Availability of people and rooms (busy.h). */
#include <string.h>
#include "engine/event.h"
#include "ui/busy.h"
#include "ui/event_form.h"

#define DAY ((int64_t)86400)

struct busy *busy_of(struct app *app)
{
	struct screen *s = screen_get(app, SCREEN_freebusy);

	return s ? s->data : NULL;
}

static void clear_rows(struct busy *b)
{
	for (size_t i = 0; i < b->rows.n; i++)
		busy_row_release(&b->rows.v[i]);
	b->rows.n = 0;
	for (size_t i = 0; i < b->asks.n; i++) {
		strv_release(&b->asks.v[i].addrs);
		free(b->asks.v[i].group);
	}
	b->asks.n = 0;
	b->stale_slots = true;
	b->row = b->top = b->left = 0;
}

/* The next full hour of a day on which people work. */
static int64_t next_start(const struct busy *b)
{
	int64_t wall = zone_wall(b->zone, clock_now()) / 3600 * 3600 + 3600;

	while (zone_weekday(wall) == 0 || zone_weekday(wall) == 6 ||
	       wall - zone_day(wall) >= 17 * 3600)
		wall = zone_day(wall) + DAY + 9 * 3600;
	if (wall - zone_day(wall) < 8 * 3600)
		wall = zone_day(wall) + 9 * 3600;
	return zone_instant(b->zone, wall);
}

/* An entry's people and time; what it is called is kept for the form. */
static void take_appointment(struct app *app, struct busy *b)
{
	static const enum guest_kind kinds[] = {GUEST_REQUIRED, GUEST_OPTIONAL,
						GUEST_ROOM};
	const struct appointment *a = &b->appt;
	struct busy_row *me;

	if (app->account) {
		me = busy_add_known(app, b, app->account->display_name,
				    app->account->address, GUEST_REQUIRED);
		me->self = true;
	}
	for (size_t i = 0; i < a->attendees.n; i++) {
		const struct attendee *t = &a->attendees.v[i];
		struct str text CLEANUP(str_release) = STR_INIT;

		if (!t->addr)
			continue;
		str_addf(&text, "\"%s\" <%s>", str_or_empty(t->name), t->addr);
		busy_add_text(app, b, text.s, kinds[t->role]);
	}
	b->start = a->start;
	if (a->flags & APPT_ALL_DAY && b->start != CLOCK_NEVER)
		b->start = zone_instant(b->zone, b->start + 9 * 3600);
	b->length = a->start != CLOCK_NEVER && !(a->flags & APPT_ALL_DAY)
			    ? a->end - a->start
			    : 3600;
	if (b->start == CLOCK_NEVER)
		b->start = next_start(b);
	b->day = zone_day(zone_wall(b->zone, b->start));
	b->day -= (zone_weekday(b->day) + 6) % 7 * DAY;
	busy_ask(app, b);
}

static void set_up(struct app *app, struct busy *b, const char *arg)
{
	clear_rows(b);
	appointment_release(&b->appt);
	appointment_init(&b->appt);
	b->for_form = arg && str_starts(arg, BUSY_FOR_FORM);
	if (b->for_form)
		arg += strlen(BUSY_FOR_FORM);
	if (arg && strchr(arg, '\t')) {
		appointment_unpack(&b->appt, arg);
		arg = NULL;
	}
	take_appointment(app, b);
	if (arg && *arg)
		busy_add_text(app, b, arg, GUEST_REQUIRED);
	busy_ask(app, b);
}

static bool open_busy(struct app *app, struct screen *s, const char *arg,
		      struct err *err)
{
	struct busy *b = xcalloc(1, sizeof(*b));

	(void)err;
	appointment_init(&b->appt);
	b->pressed = CLOCK_NEVER;
	b->zone = zone_load_local();
	b->zoom = s->win.w < 60 ? 1 : 0;
	s->data = b;
	set_up(app, b, arg);
	return true;
}

static void reopen_busy(struct app *app, struct screen *s, const char *arg)
{
	if (arg && *arg)
		set_up(app, s->data, arg);
}

static void close_busy(struct app *app, struct screen *s)
{
	struct busy *b = s->data;

	(void)app;
	clear_rows(b);
	vec_release(&b->rows);
	vec_release(&b->asks);
	vec_release(&b->slots);
	vec_release(&b->told);
	free(b->guest_rows);
	free(b->room_lists);
	appointment_release(&b->appt);
	zone_free(b->zone);
	free(b);
}

static void draw_busy(struct app *app, struct screen *s)
{
	busy_draw(app, s, s->data);
}

static void freebusy_event(struct app *app, struct screen *s,
			   const struct event *ev)
{
	if (busy_event(app, s->data, ev))
		app_damage(app, DAMAGE_SCREEN);
}

/* From where it was pressed to here, whichever is first. */
static void drag_slot(struct busy *b, int64_t at)
{
	int64_t from = at < b->pressed ? at : b->pressed;
	int64_t to = at < b->pressed ? b->pressed : at;

	b->start = from;
	b->length = to + BUSY_QUARTER - from;
	b->stale_slots = true;
}

static void press(struct app *app, struct busy *b, const struct input *in,
		  int64_t at, int row, int slot)
{
	struct command_call take = {.id = COMMAND_busy_take};
	bool suggested = slot >= 0 && (size_t)slot < b->slots.n;

	b->pressed = suggested ? CLOCK_NEVER : at;
	if (row >= 0)
		b->row = row;
	if (at != CLOCK_NEVER)
		b->start = at;
	if (suggested)
		b->start = b->slots.v[slot].start;
	if (suggested && in->clicks == 2)
		command_run(app, &take);
}

static bool freebusy_mouse(struct app *app, struct screen *s,
			   const struct input *in)
{
	struct busy *b = s->data;
	int row, slot;
	int64_t at = busy_at(s, b, in->x, in->y, &row, &slot);

	if (in->action == MOUSE_WHEEL_UP || in->action == MOUSE_WHEEL_DOWN) {
		struct command_call call = {.id = in->action == MOUSE_WHEEL_UP
							  ? COMMAND_busy_up
							  : COMMAND_busy_down};

		command_run(app, &call);
		return true;
	}
	/* Not every terminal tells of the way between. */
	if ((in->action == MOUSE_DRAG || in->action == MOUSE_RELEASE) &&
	    at != CLOCK_NEVER && b->pressed != CLOCK_NEVER && at != b->pressed)
		drag_slot(b, at);
	else if (in->action == MOUSE_PRESS)
		press(app, b, in, at, row, slot);
	else
		return false;
	app_damage(app, DAMAGE_SCREEN);
	return true;
}

static unsigned freebusy_has(struct app *app, struct screen *s)
{
	struct busy *b = s->data;

	(void)app;
	return b->row >= 0 && (size_t)b->row < b->rows.n ? NEED_person : 0;
}

const struct screen_ops scr_freebusy_ops = {
	.open = open_busy,
	.reopen = reopen_busy,
	.close = close_busy,
	.draw = draw_busy,
	.event = freebusy_event,
	.mouse = freebusy_mouse,
	.has = freebusy_has,
};
