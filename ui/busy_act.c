/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* What is done on the free/busy screen. */
#include <string.h>
#include "text/span.h"
#include "ui/busy.h"
#include "ui/calendar.h"
#include "ui/event_form.h"

#define DAY ((int64_t)86400)

static int times(const struct command_call *call)
{
	return call->count > 0 ? call->count : 1;
}

void busy_open_with(struct app *app, const struct appointment *a, bool for_form)
{
	struct str arg CLEANUP(str_release) = STR_INIT;

	str_add(&arg, for_form ? BUSY_FOR_FORM : "");
	appointment_pack(&arg, a);
	screen_open(app, SCREEN_freebusy, arg.s);
}

void cmd_screen_freebusy(struct app *app, const struct command_call *call)
{
	struct screen *s = screen_top(app);
	struct cal *c = s && s->id == SCREEN_calendar ? s->data : NULL;
	const struct calendar_entry *e = c ? cal_current(c) : NULL;
	struct appointment a;

	if (*call->rest || !c) {
		screen_open(app, SCREEN_freebusy,
			    *call->rest ? call->rest : NULL);
		return;
	}
	/* About what is under the calendar's cursor. */
	if (e) {
		appointment_copy(&a, e->appt);
		a.end = e->end;
		a.start = e->start;
		a.flags &= ~(unsigned)APPT_ALL_DAY;
	} else {
		appointment_init(&a);
		a.start = zone_instant(c->zone, c->day + c->slot * c->step);
		a.end = a.start + 3600;
	}
	busy_open_with(app, &a, false);
	appointment_release(&a);
}

/* --- moving --------------------------------------------------------------- */

static int step_of(const struct busy *b)
{
	return b->zoom == 0 ? BUSY_QUARTER * 2 : b->zoom == 1 ? 1800 : 3600;
}

/* By n steps, over nights and weekends that are not shown. */
static void move_slot(struct app *app, struct busy *b, int n)
{
	int64_t step = step_of(b), wall = zone_wall(b->zone, b->start);
	int first, last, by = n < 0 ? -1 : 1;

	busy_hours(b, &first, &last);
	for (; n; n -= by) {
		wall += by * step;
		while (!busy_day_shown(b, zone_day(wall)) ||
		       wall - zone_day(wall) < (int64_t)first * 3600 ||
		       wall - zone_day(wall) >= (int64_t)last * 3600)
			wall += by * step;
	}
	if (wall < b->day || wall >= b->day + BUSY_DAYS * DAY) {
		b->day = zone_day(wall);
		b->day -= (zone_weekday(b->day) + 6) % 7 * DAY;
		b->left = 0;
		busy_ask_again(app, b);
	}
	b->start = zone_instant(b->zone, wall);
}

void cmd_busy_left(struct app *app, const struct command_call *call)
{
	struct busy *b = busy_of(app);

	if (b)
		move_slot(app, b, -times(call));
}

void cmd_busy_right(struct app *app, const struct command_call *call)
{
	struct busy *b = busy_of(app);

	if (b)
		move_slot(app, b, times(call));
}

static void move_days(struct app *app, int n)
{
	struct busy *b = busy_of(app);
	int64_t wall;

	if (!b)
		return;
	wall = zone_wall(b->zone, b->start) + n * DAY;
	while (!busy_day_shown(b, zone_day(wall)))
		wall += n < 0 ? -DAY : DAY;
	b->start = zone_instant(b->zone, wall);
	if (wall < b->day || wall >= b->day + BUSY_DAYS * DAY) {
		b->day = zone_day(wall);
		b->day -= (zone_weekday(b->day) + 6) % 7 * DAY;
		b->left = 0;
		busy_ask_again(app, b);
	}
}

void cmd_busy_next_day(struct app *app, const struct command_call *call)
{
	move_days(app, times(call));
}

void cmd_busy_previous_day(struct app *app, const struct command_call *call)
{
	move_days(app, -times(call));
}

void cmd_busy_next_week(struct app *app, const struct command_call *call)
{
	move_days(app, 7 * times(call));
}

void cmd_busy_previous_week(struct app *app, const struct command_call *call)
{
	move_days(app, -7 * times(call));
}

static void move_rows(struct app *app, int n)
{
	struct busy *b = busy_of(app);
	int by = n < 0 ? -1 : 1;

	while (b && n) {
		int at = b->row + by;

		while (at >= 0 && (size_t)at < b->rows.n &&
		       !busy_row_shown(b, (size_t)at))
			at += by;
		if (at < 0 || (size_t)at >= b->rows.n)
			return;
		b->row = at;
		n -= by;
	}
}

void cmd_busy_down(struct app *app, const struct command_call *call)
{
	move_rows(app, times(call));
}

void cmd_busy_up(struct app *app, const struct command_call *call)
{
	move_rows(app, -times(call));
}

static void set_length(struct app *app, int64_t by)
{
	struct busy *b = busy_of(app);

	if (!b || b->length + by < BUSY_QUARTER || b->length + by > 12 * 3600)
		return;
	b->length += by;
	b->stale_slots = true;
}

void cmd_busy_longer(struct app *app, const struct command_call *call)
{
	set_length(app, times(call) * BUSY_QUARTER);
}

void cmd_busy_shorter(struct app *app, const struct command_call *call)
{
	set_length(app, -times(call) * BUSY_QUARTER);
}

static void zoom(struct app *app, int by)
{
	struct busy *b = busy_of(app);

	if (!b || b->zoom + by < 0 || b->zoom + by > 2)
		return;
	b->zoom += by;
	b->left = 0;
	b->stale_slots = true;
}

void cmd_busy_zoom_in(struct app *app, const struct command_call *call)
{
	(void)call;
	zoom(app, -1);
}

void cmd_busy_zoom_out(struct app *app, const struct command_call *call)
{
	(void)call;
	zoom(app, 1);
}

void cmd_busy_hours(struct app *app, const struct command_call *call)
{
	struct busy *b = busy_of(app);

	(void)call;
	if (!b)
		return;
	b->any_hour = !b->any_hour;
	b->left = 0;
	b->stale_slots = true;
}

void cmd_busy_date(struct app *app, const struct command_call *call)
{
	struct busy *b = busy_of(app);
	int64_t from, to;
	struct err err;

	if (!b)
		return;
	if (!span_parse_days(call->rest, b->zone, clock_now(), &from, &to,
			     &err)) {
		message_error(app, "No day", &err);
		return;
	}
	b->start = from + 9 * 3600;
	move_days(app, 0);
}

void cmd_busy_suggestion(struct app *app, const struct command_call *call)
{
	struct busy *b = busy_of(app);
	size_t at = 0;

	if (!b)
		return;
	/* Keys may be quicker than the picture. */
	if (b->stale_slots)
		busy_find_slots(b);
	if (!b->slots.n)
		return;
	if (call->count > 0) {
		at = (size_t)call->count - 1;
	} else {
		while (at < b->slots.n && b->slots.v[at].start != b->start)
			at++;
		at = at + 1 < b->slots.n ? at + 1 : 0;
	}
	if (at < b->slots.n)
		b->start = b->slots.v[at].start;
}

/* --- who ------------------------------------------------------------------ */

static void person_typed(struct app *app, void *ctx, const char *text)
{
	struct busy *b = busy_of(app);

	(void)ctx;
	if (!b || !text || !*text)
		return;
	busy_add_text(app, b, text, GUEST_REQUIRED);
	busy_ask(app, b);
	app_damage(app, DAMAGE_SCREEN);
}

void cmd_busy_add(struct app *app, const struct command_call *call)
{
	struct prompt_spec spec = {.label = "Ask about: ",
				   .complete = "person",
				   .popup = true,
				   .done = person_typed};

	if (*call->rest)
		person_typed(app, NULL, call->rest);
	else
		prompt_open(app, &spec);
}

void cmd_busy_rooms(struct app *app, const struct command_call *call)
{
	struct busy *b = busy_of(app);

	if (b)
		busy_ask_rooms(app, b, *call->rest ? call->rest : NULL);
}

void cmd_busy_expand(struct app *app, const struct command_call *call)
{
	struct busy *b = busy_of(app);
	struct busy_row *r;

	(void)call;
	if (!b || (size_t)b->row >= b->rows.n)
		return;
	while (b->row > 0 && b->rows.v[b->row].member)
		b->row--;
	r = &b->rows.v[b->row];
	if (r->group)
		r->expanded = !r->expanded;
	else
		message_show(app, MESSAGE_INFO, "%s is no group", r->name);
}

/* required, optional, and back; a group with its members. */
void cmd_busy_role(struct app *app, const struct command_call *call)
{
	struct busy *b = busy_of(app);
	size_t at = b ? (size_t)b->row : 0;
	enum guest_kind kind;

	(void)call;
	if (!b || at >= b->rows.n)
		return;
	kind = b->rows.v[at].kind == GUEST_REQUIRED   ? GUEST_OPTIONAL
	       : b->rows.v[at].kind == GUEST_OPTIONAL ? GUEST_ROOM
						      : GUEST_REQUIRED;
	b->rows.v[at].kind = kind;
	while (b->rows.v[at].group && ++at < b->rows.n && b->rows.v[at].member)
		b->rows.v[at].kind = kind;
	busy_others(b);
}

void cmd_busy_remove(struct app *app, const struct command_call *call)
{
	struct busy *b = busy_of(app);
	size_t at = b ? (size_t)b->row : 0;
	bool group;

	(void)call;
	if (!b || at >= b->rows.n)
		return;
	group = b->rows.v[at].group;
	do {
		busy_row_release(&b->rows.v[at]);
		vec_remove(&b->rows, at);
	} while (group && at < b->rows.n && b->rows.v[at].member);
	if (b->row && (size_t)b->row >= b->rows.n)
		b->row = (int)b->rows.n - 1;
	busy_others(b);
}

/* --- taking it ------------------------------------------------------------ */

static void add_attendee(struct appointment *a, const struct busy_row *r)
{
	static const enum attendee_role roles[] = {
		ATTENDEE_REQUIRED, ATTENDEE_OPTIONAL, ATTENDEE_RESOURCE};
	struct attendee t = {.name = xstrdup(r->name),
			     .addr = xstrdup(r->addr),
			     .role = roles[r->kind],
			     .answer = ANSWER_NONE,
			     .answered = CLOCK_NEVER,
			     .proposed_start = CLOCK_NEVER,
			     .proposed_end = CLOCK_NEVER};
	struct attendee *old = appointment_attendee(a, r->addr);

	if (old) {
		old->role = t.role;
		attendee_release(&t);
	} else {
		vec_add(&a->attendees, t);
	}
}

/* Of several rooms the meeting takes one that is free, else the first. */
static const struct busy_row *best_room(const struct busy *b)
{
	const struct busy_row *first = NULL;

	for (size_t i = 0; i < b->rows.n; i++) {
		const struct busy_row *r = &b->rows.v[i];

		if (r->kind != GUEST_ROOM)
			continue;
		if (r->answered && r->busy.err.kind == ERR_NONE &&
		    free_busy_at(&r->busy, b->start, b->start + b->length,
				 NULL) == SHOW_FREE)
			return r;
		if (!first)
			first = r;
	}
	return first;
}

static bool is_in(const struct busy *b, const char *addr)
{
	for (size_t i = 0; i < b->rows.n; i++)
		if (str_eq_nocase(b->rows.v[i].addr, addr))
			return true;
	return false;
}

void cmd_busy_take(struct app *app, const struct command_call *call)
{
	struct busy *b = busy_of(app);
	const struct busy_row *room;
	struct appointment a;

	(void)call;
	if (!b)
		return;
	appointment_copy(&a, &b->appt);
	for (size_t i = a.attendees.n; i-- > 0;)
		if (a.attendees.v[i].role == ATTENDEE_RESOURCE ||
		    !is_in(b, a.attendees.v[i].addr)) {
			attendee_release(&a.attendees.v[i]);
			vec_remove(&a.attendees, i);
		}
	for (size_t i = 0; i < b->rows.n; i++)
		if (!b->rows.v[i].self && !b->rows.v[i].member &&
		    b->rows.v[i].kind != GUEST_ROOM)
			add_attendee(&a, &b->rows.v[i]);
	room = best_room(b);
	if (room) {
		add_attendee(&a, room);
		mem_replace(&a.location, xstrdup(room->name));
	}
	a.start = b->start;
	a.end = b->start + b->length;
	a.flags &= ~(unsigned)APPT_ALL_DAY;
	event_form_take(app, &a, b->for_form);
	appointment_release(&a);
}
