/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* What is done on the calendar screen. */
#include <string.h>
#include "base/codec.h"
#include "engine/engine.h"
#include "text/span.h"
#include "ui/calendar.h"
#include "ui/dates.h"
#include "ui/session.h"
#include "ui/event_form.h"

#define DAY ((int64_t)86400)
#define REMIND_DEFAULT 15

static int times(const struct command_call *call)
{
	return call->count > 0 ? call->count : 1;
}

void cmd_screen_calendar(struct app *app, const struct command_call *call)
{
	screen_open(app, SCREEN_calendar, *call->rest ? call->rest : NULL);
}

/* --- moving --------------------------------------------------------------- */

static void set_mode(struct app *app, enum cal_mode mode)
{
	struct cal *c = cal_of(app);

	if (!c)
		return;
	c->mode = mode;
	c->nth = 0;
	c->chosen = 0;
	cal_reload(app, c);
}

void cmd_cal_day(struct app *app, const struct command_call *call)
{
	(void)call;
	set_mode(app, CAL_DAY);
}

void cmd_cal_workweek(struct app *app, const struct command_call *call)
{
	(void)call;
	set_mode(app, CAL_WORKWEEK);
}

void cmd_cal_week(struct app *app, const struct command_call *call)
{
	(void)call;
	set_mode(app, CAL_WEEK);
}

void cmd_cal_month(struct app *app, const struct command_call *call)
{
	(void)call;
	set_mode(app, CAL_MONTH);
}

void cmd_cal_agenda(struct app *app, const struct command_call *call)
{
	(void)call;
	set_mode(app, CAL_AGENDA);
}

static void move_days(struct app *app, int n)
{
	struct cal *c = cal_of(app);

	if (c)
		cal_go(app, c, c->day + n * DAY);
}

void cmd_cal_left(struct app *app, const struct command_call *call)
{
	move_days(app, -times(call));
}

void cmd_cal_right(struct app *app, const struct command_call *call)
{
	move_days(app, times(call));
}

/* Down a row: half an hour, a week, or an entry. */
static void move_rows(struct app *app, int n)
{
	struct cal *c = cal_of(app);
	int slots;
	int64_t to;

	if (!c)
		return;
	slots = (int)(DAY / c->step);
	if (c->mode == CAL_MONTH) {
		cal_go(app, c, c->day + n * 7 * DAY);
		return;
	}
	if (c->mode == CAL_AGENDA) {
		to = (int64_t)c->chosen + n;
		if (to < 0 || to >= (int64_t)c->view.n)
			to = to < 0 ? 0 : (int64_t)c->view.n - 1;
		c->chosen = to < 0 ? 0 : (size_t)to;
	} else {
		c->slot += n;
		if (c->slot < 0)
			c->slot = 0;
		if (c->slot >= slots)
			c->slot = slots - 1;
		c->nth = 0;
	}
	app_damage(app, DAMAGE_SCREEN | DAMAGE_BAR);
}

void cmd_cal_down(struct app *app, const struct command_call *call)
{
	move_rows(app, times(call));
}

void cmd_cal_up(struct app *app, const struct command_call *call)
{
	move_rows(app, -times(call));
}

/* A page: as many days as are shown, or a month. */
static void move_pages(struct app *app, int n)
{
	struct cal *c = cal_of(app);
	struct clock_parts p;
	int last;

	if (!c)
		return;
	if (c->mode == CAL_MONTH) {
		zone_parts(c->day, &p);
		cal_go(app, c, zone_wall_of(p.year, p.month + n, 1, 0, 0));
		zone_parts(c->day, &p);
		last = zone_month_days(p.year, p.month);
		(void)last;
		return;
	}
	move_days(app, n * (c->mode == CAL_DAY ? 1 : 7));
}

void cmd_cal_next_page(struct app *app, const struct command_call *call)
{
	move_pages(app, times(call));
}

void cmd_cal_previous_page(struct app *app, const struct command_call *call)
{
	move_pages(app, -times(call));
}

void cmd_cal_today(struct app *app, const struct command_call *call)
{
	struct cal *c = cal_of(app);
	int64_t now;

	(void)call;
	if (!c)
		return;
	now = zone_wall(c->zone, clock_now());
	c->slot = (int)((now - zone_day(now)) / c->step);
	c->chosen = 0;
	cal_go(app, c, zone_day(now));
}

void cmd_cal_other(struct app *app, const struct command_call *call)
{
	struct cal *c = cal_of(app);
	int n = 0, day;

	(void)call;
	if (!c)
		return;
	day = (int)((c->day - c->first) / DAY);
	if (c->mode <= CAL_WEEK && day >= 0 && day < c->n_days)
		grid_day_at(&c->days[day], c->slot, 0, &n);
	c->nth = n ? (c->nth + 1) % n : c->nth + 1;
	if (c->mode == CAL_MONTH && !cal_current(c))
		c->nth = 0;
	app_damage(app, DAMAGE_SCREEN | DAMAGE_BAR);
}

static void zoom(struct app *app, int finer)
{
	static const int steps[] = {3600, 1800, 900};
	struct cal *c = cal_of(app);
	int at = 1;

	if (!c)
		return;
	for (int i = 0; i < 3; i++)
		if (steps[i] == c->step)
			at = i;
	at += finer;
	if (at < 0 || at > 2)
		return;
	c->slot = (int)((int64_t)c->slot * c->step / steps[at]);
	c->top = (int)((int64_t)c->top * c->step / steps[at]);
	c->step = steps[at];
	cal_reload(app, c);
}

void cmd_cal_zoom_in(struct app *app, const struct command_call *call)
{
	(void)call;
	zoom(app, 1);
}

void cmd_cal_zoom_out(struct app *app, const struct command_call *call)
{
	(void)call;
	zoom(app, -1);
}

void cmd_cal_goto(struct app *app, const struct command_call *call)
{
	struct cal *c = cal_of(app);
	int64_t from, to;
	struct err err;

	if (!c)
		return;
	if (!span_parse_days(call->rest, c->zone, clock_now(), &from, &to,
			     &err)) {
		message_show(app, MESSAGE_ERROR, "%s", err.text);
		return;
	}
	c->chosen = 0;
	cal_go(app, c, zone_day(zone_wall(c->zone, from)));
}

/* --- changing ------------------------------------------------------------- */

/* done: "Changed", what was done with it; when: say when it is now. */
static void submit(struct app *app, struct appointment_change *c,
		   int64_t calendar, int64_t item, const char *done, bool when)
{
	struct cal *cal = cal_of(app);
	struct str said CLEANUP(str_release) = STR_INIT;
	bool all_day = c->appt.flags & APPT_ALL_DAY;
	int64_t start = c->appt.start;

	str_addf(&said, "%s %s", done, str_or_empty(c->appt.subject));
	if (when && cal && all_day) {
		str_add(&said, ": ");
		dates_add_short_day(&said, start);
	} else if (when && cal) {
		str_add(&said, ": ");
		dates_add_short_day(&said, zone_wall(cal->zone, start));
		str_add_char(&said, ' ');
		dates_add_times(&said, start, c->appt.end, false, cal->zone);
	}
	str_add(&said, " - u undo");
	(void)session_change(app, intent_event(c, calendar, item, 0), "Event",
			     said.s);
}

static void make_new(struct app *app, void *ctx, const char *text)
{
	struct appointment_change c CLEANUP(appointment_change_release);
	struct cal *cal = cal_of(app);
	struct span s, base;
	const char *rest;
	struct err err;
	char *id CLEANUP(mem_free_ptr) = NULL;

	(void)ctx;
	appointment_change_init(&c);
	if (!cal || !text || !*text)
		return;
	/* Words without a time are the title of an event at the cursor. */
	base = (struct span){
		.start = zone_instant(cal->zone,
				      cal->day + cal->slot * cal->step)};
	base.end = base.start + 3600;
	if (!span_parse(text, cal->zone, clock_now(), 3600, NULL, &s, &rest,
			&err)) {
		s = base;
		rest = text;
	}
	if (!*rest) {
		message_show(app, MESSAGE_ERROR,
			     "An event needs a title: fri 9:30 45m Title");
		return;
	}
	id = codec_random_id();
	c.op = APPT_CREATE;
	appointment_set_times(&c.appt, s.start, s.end, s.all_day, cal->zone);
	c.appt.uid = xasprintf("%s@retinue", id);
	c.appt.subject = xstrdup(rest);
	c.appt.my_answer = ANSWER_ORGANIZER;
	c.appt.flags |= APPT_ORGANIZER;
	c.appt.show_as = s.all_day ? SHOW_FREE : SHOW_BUSY;
	if (!s.all_day) {
		c.appt.flags |= APPT_REMINDER;
		c.appt.reminder = REMIND_DEFAULT;
	}
	if (!cal->layers.v.n || !cal->layers.v.v[0].folder) {
		message_show(app, MESSAGE_ERROR,
			     "There is no calendar here yet: $ fetches it");
		return;
	}
	submit(app, &c, cal->layers.v.v[0].folder, 0, "Added", true);
	cal_follow(app, cal, &c.appt);
}

void cmd_event_new(struct app *app, const struct command_call *call)
{
	struct prompt_spec spec = {
		.label = "New event: ", .history = "event", .done = make_new};

	if (*call->rest)
		make_new(app, NULL, call->rest);
	else
		prompt_open(app, &spec);
}

bool cal_may_change(struct app *app, const struct cal *c,
		    const struct calendar_entry *e)
{
	const struct cal_layer *l = cal_layers_of(&c->layers, e);

	if (!l || !l->read_only)
		return true;
	message_show(app, MESSAGE_WARNING, "%s can only be read", l->name);
	return false;
}

/* What is changed: the occurrence under the cursor, or the event. */
static bool begin(struct app *app, struct appointment_change *c, int64_t *item)
{
	struct cal *cal = cal_of(app);
	const struct calendar_entry *e = cal ? cal_current(cal) : NULL;

	appointment_change_init(c);
	if (cal && cal_is_following(cal) && cal->moved_item) {
		*item = cal->moved_item;
		appointment_copy(&c->appt, &cal->moved);
		c->op = APPT_CHANGE;
		c->original = cal->moved_original;
		return true;
	}
	if (!e || !cal_may_change(app, cal, e))
		return false;
	*item = e->item;
	appointment_copy(&c->appt, e->appt);
	c->op = APPT_CHANGE;
	if (!e->series)
		return true;
	c->original = e->original;
	if (e->appt == e->series) {
		int64_t length = c->appt.end - c->appt.start;

		c->appt.start = e->original;
		c->appt.end = e->original + length;
	}
	c->appt.recur.kind = RECUR_NONE;
	return true;
}

static void shift(struct app *app, int64_t start, int64_t end)
{
	struct appointment_change c;
	struct cal *cal = cal_of(app);
	int64_t item;

	if (begin(app, &c, &item)) {
		bool all_day = c.appt.flags & APPT_ALL_DAY;

		c.set = APPT_SET_TIME;
		c.appt.start += all_day ? 0 : start;
		c.appt.end += all_day ? 0 : end;
		if (all_day) {
			message_show(app, MESSAGE_INFO,
				     "It lasts the whole day: E moves it by "
				     "days (+1d)");
		} else if (c.appt.end <= c.appt.start) {
			message_show(app, MESSAGE_INFO,
				     "It cannot be shorter than that");
		} else {
			submit(app, &c, 0, item, "Changed", true);
			cal_follow(app, cal, &c.appt);
			appointment_release(&cal->moved);
			appointment_copy(&cal->moved, &c.appt);
			cal->moved_item = item;
			cal->moved_original = c.original;
		}
	}
	appointment_change_release(&c);
}

void cal_shift(struct app *app, int64_t start, int64_t end)
{
	shift(app, start, end);
}

void cmd_event_earlier(struct app *app, const struct command_call *call)
{
	struct cal *c = cal_of(app);

	if (c)
		shift(app, -c->step * times(call), -c->step * times(call));
}

void cmd_event_later(struct app *app, const struct command_call *call)
{
	struct cal *c = cal_of(app);

	if (c)
		shift(app, c->step * times(call), c->step * times(call));
}

void cmd_event_shorter(struct app *app, const struct command_call *call)
{
	struct cal *c = cal_of(app);

	if (c)
		shift(app, 0, -c->step * times(call));
}

void cmd_event_longer(struct app *app, const struct command_call *call)
{
	struct cal *c = cal_of(app);

	if (c)
		shift(app, 0, c->step * times(call));
}

static void edit_done(struct app *app, void *ctx, const char *text)
{
	struct appointment_change c;
	struct cal *cal = cal_of(app);
	struct span base, s;
	const char *rest;
	int64_t item;

	(void)ctx;
	if (!cal || !text || !*text)
		return;
	if (begin(app, &c, &item)) {
		base = (struct span){.all_day = c.appt.flags & APPT_ALL_DAY,
				     .start = c.appt.start,
				     .end = c.appt.end};
		rest = text;
		if (span_parse(text, cal->zone, clock_now(), 3600, &base, &s,
			       &rest, NULL)) {
			appointment_set_times(&c.appt, s.start, s.end,
					      s.all_day, cal->zone);
			c.set |= APPT_SET_TIME;
		} else {
			rest = text;
		}
		if (*rest) {
			mem_replace(&c.appt.subject, xstrdup(rest));
			c.set |= APPT_SET_SUBJECT;
		}
		submit(app, &c, 0, item, "Changed", true);
		cal_follow(app, cal, &c.appt);
	}
	appointment_change_release(&c);
}

void cmd_event_edit(struct app *app, const struct command_call *call)
{
	struct prompt_spec spec = {
		.label = "New time or title (fri 9:30 45m, +1d, words): ",
		.history = "event",
		.done = edit_done};

	if (*call->rest)
		edit_done(app, NULL, call->rest);
	else
		prompt_open(app, &spec);
}

static void series_chosen(struct app *app, void *ctx, char choice)
{
	struct cal *c = cal_of(app);
	const struct calendar_entry *e = c ? cal_current(c) : NULL;

	(void)ctx;
	if (e && choice)
		event_form_edit(app, e->item,
				choice == 'a' ? CLOCK_NEVER : e->original,
				choice == 'f');
}

void cmd_event_form(struct app *app, const struct command_call *call)
{
	struct cal *c = cal_of(app);
	const struct calendar_entry *e = c ? cal_current(c) : NULL;

	(void)call;
	if (!e || !cal_may_change(app, c, e))
		return;
	if (e->series)
		prompt_choose(app,
			      "Change (t)his one, this and the (f)ollowing, or "
			      "(a)ll of the series?",
			      "tfa", 0, series_chosen, NULL, NULL);
	else
		event_form_edit(app, e->item, CLOCK_NEVER, false);
}

void cmd_event_make(struct app *app, const struct command_call *call)
{
	struct cal *c = cal_of(app);
	struct appointment a;

	(void)call;
	if (!c)
		return;
	appointment_init(&a);
	a.start = zone_instant(c->zone, c->day + c->slot * c->step);
	a.end = a.start + 3600;
	event_form_new(app, &a);
	appointment_release(&a);
}

void cmd_cal_freebusy(struct app *app, const struct command_call *call)
{
	cmd_screen_freebusy(app, call);
}

/* The series ends before the one under the cursor. False: that is its first. */
static bool end_before(struct app *app, struct appointment_change *c)
{
	struct cal *cal = cal_of(app);
	const struct calendar_entry *e = cal ? cal_current(cal) : NULL;
	struct appointment head, rest;
	struct err err;

	if (!e || !e->series ||
	    !calendar_split(e->series, e->original, &head, &rest, &err))
		return false;
	appointment_release(&rest);
	appointment_release(&c->appt);
	c->appt = head;
	c->set = APPT_SET_RECUR;
	return true;
}

static void cancel_chosen(struct app *app, void *ctx, char choice)
{
	struct appointment_change c;
	int64_t item;

	(void)ctx;
	if (!choice || choice == 'n')
		return;
	if (begin(app, &c, &item)) {
		if (choice != 'f' || !end_before(app, &c))
			c.op = APPT_CANCEL;
		c.quiet = choice == 'q';
		if (choice == 'a' || choice == 'f')
			c.original = CLOCK_NEVER;
		submit(app, &c, 0, item, "Cancelled", false);
	}
	appointment_change_release(&c);
}

/* A meeting asks, since others hear of it; what is one's own just goes. */
void cmd_event_cancel(struct app *app, const struct command_call *call)
{
	struct cal *c = cal_of(app);
	const struct calendar_entry *e = c ? cal_current(c) : NULL;

	(void)call;
	if (!e || !cal_may_change(app, c, e))
		return;
	if (e->series)
		prompt_choose(app,
			      "Cancel (t)his one, this and the (f)ollowing, "
			      "(a)ll of them, or [n]one?",
			      "tfan", 'n', cancel_chosen, NULL, NULL);
	else if (e->appt->attendees.n && e->appt->flags & APPT_ORGANIZER)
		prompt_choose(app,
			      "Cancel and tell the attendees? (y)es, "
			      "(q)uietly, [n]o",
			      "yqn", 'n', cancel_chosen, NULL, NULL);
	else
		cancel_chosen(app, NULL, 'y');
}

static void answer(struct app *app, enum answer_kind how, const char *said,
		   const char *note)
{
	struct appointment_change c;
	int64_t item;

	if (begin(app, &c, &item)) {
		c.op = APPT_ANSWER;
		c.answer = how;
		c.note = *note ? xstrdup(note) : NULL;
		if (!(c.appt.flags & APPT_MEETING) ||
		    c.appt.flags & APPT_ORGANIZER) {
			message_show(app, MESSAGE_ERROR,
				     c.appt.flags & APPT_MEETING
					     ? "This is your own meeting"
					     : "This is no meeting: nobody "
					       "waits for an answer");
		} else {
			submit(app, &c, 0, item, said, false);
		}
	}
	appointment_change_release(&c);
}

void cmd_event_accept(struct app *app, const struct command_call *call)
{
	answer(app, ANSWER_ACCEPTED, "Accepted", call->rest);
}

void cmd_event_tentative(struct app *app, const struct command_call *call)
{
	answer(app, ANSWER_TENTATIVE, "Tentatively accepted", call->rest);
}

void cmd_event_decline(struct app *app, const struct command_call *call)
{
	answer(app, ANSWER_DECLINED, "Declined", call->rest);
}

/* --- looking -------------------------------------------------------------- */

void cmd_event_show(struct app *app, const struct command_call *call)
{
	static const char *const roles[] = {"required", "optional", "resource"};
	struct cal *c = cal_of(app);
	const struct calendar_entry *e = c ? cal_current(c) : NULL;
	struct str b CLEANUP(str_release) = STR_INIT;
	const struct appointment *a;

	(void)call;
	if (!e)
		return;
	a = e->appt;
	str_add(&b, "When       ");
	dates_add_day(&b, zone_wall(c->zone, e->start));
	str_add(&b, "  ");
	dates_add_times(&b, e->start, e->end, a->flags & APPT_ALL_DAY, c->zone);
	str_addf(&b, "\nShow as    %s%s\n", show_as_name(a->show_as),
		 a->sensitivity == SENSITIVITY_PRIVATE ? ", private" : "");
	if (a->location)
		str_addf(&b, "Where      %s\n", a->location);
	if (e->series) {
		str_add(&b, "Repeat     ");
		recur_add_text(&b, &e->series->recur);
		str_add_char(&b, '\n');
	}
	if (a->flags & APPT_REMINDER)
		str_addf(&b, "Remind     %d min before\n", a->reminder);
	if (a->organizer_name || a->organizer_addr)
		str_addf(&b, "Organizer  %s\n",
			 a->organizer_name ? a->organizer_name
					   : a->organizer_addr);
	for (size_t i = 0; i < a->attendees.n; i++) {
		const struct attendee *t = &a->attendees.v[i];

		str_addf(&b, "%s%s, %s, %s\n",
			 i ? "           " : "People     ",
			 t->name ? t->name : str_or_empty(t->addr),
			 roles[t->role], answer_name(t->answer));
		if (t->proposed_start == CLOCK_NEVER)
			continue;
		str_add(&b, "           proposes ");
		dates_add_day(&b, zone_wall(c->zone, t->proposed_start));
		str_add(&b, "  ");
		dates_add_times(&b, t->proposed_start, t->proposed_end, false,
				c->zone);
		str_add_char(&b, '\n');
	}
	if (a->notes)
		str_addf(&b, "\n%s\n", a->notes);
	text_show(app, a->subject ? a->subject : "Event", b.s);
}

/* Lays another calendar over, or takes it away. */
void cmd_cal_overlay(struct app *app, const struct command_call *call)
{
	struct cal *c = cal_of(app);
	struct cal_layer *l;

	if (!c)
		return;
	if (!*call->rest) {
		screen_open(app, SCREEN_calendars, NULL);
		return;
	}
	l = cal_layers_find(&c->layers, call->rest);
	if (l)
		cal_toggle_layer(app, c, l);
	else
		cal_add_people(app, c, call->rest);
}
