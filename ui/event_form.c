/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* What the event editor works on: where it comes from, who is free, and how
 * it goes out. */
#include "ui/event_form.h"

#include <string.h>

#include "base/codec.h"
#include "engine/engine.h"
#include "engine/event.h"
#include "ui/session.h"

#define DAY ((int64_t)86400)
#define ASK_DAYS 14
#define REMIND_DEFAULT 15
#define GROUPS_MAX 5 /* who is not known may be a list */
#define MEMBERS_MAX 100

struct event_form *event_form_of(struct app *app)
{
	struct screen *s = screen_get(app, SCREEN_event);

	return s ? s->data : NULL;
}

static void forget_busy(struct event_form *f)
{
	for (size_t i = 0; i < f->busy.n; i++) {
		free(f->busy.v[i].addr);
		free_busy_release(&f->busy.v[i].busy);
	}
	f->busy.n = 0;
	f->next.start = CLOCK_NEVER;
}

void event_form_release(struct event_form *f)
{
	forget_busy(f);
	vec_release(&f->busy);
	for (size_t i = 0; i < f->groups.n; i++) {
		free(f->groups.v[i].addr);
		strv_release(&f->groups.v[i].members);
	}
	vec_release(&f->groups);
	strv_release(&f->asked);
	appointment_release(&f->appt);
	appointment_release(&f->before);
	appointment_release(&f->head);
	free(f->place);
	zone_free(f->zone);
	zone_free(f->own);
}

/* --- opening -------------------------------------------------------------- */

/* "NEW" and the packed entry, or "ITEM ORIGINAL", with "+": and what follows. */
void event_form_new(struct app *app, const struct appointment *a)
{
	struct str arg CLEANUP(str_release) = STR_INIT;

	str_add(&arg, "new\n");
	appointment_pack(&arg, a);
	screen_open(app, SCREEN_event, arg.s);
}

void event_form_edit(struct app *app, int64_t item, int64_t original,
		     bool following)
{
	char *arg CLEANUP(mem_free_ptr) =
		xasprintf("%lld %lld%s", (long long)item, (long long)original,
			  following ? "+" : "");

	screen_open(app, SCREEN_event, arg);
}

static struct zone *zone_of(const struct appointment *a)
{
	const char *iana = a->zone ? calendar_zone_name(a->zone) : NULL;
	struct zone *z = NULL;

	if (a->zone)
		z = zone_load(iana ? iana : a->zone);
	if (!z && a->zone_rule)
		z = zone_from_rule(a->zone_rule);
	return z ? z : zone_load_local();
}

static void complete_new(struct app *app, struct appointment *a)
{
	int64_t hour = clock_now() / 3600 * 3600 + 3600;

	if (a->start == CLOCK_NEVER) {
		a->start = hour;
		a->end = hour + 3600;
	}
	if (a->uid && a->flags & APPT_ORGANIZER)
		return;
	if (!(a->flags & APPT_ALL_DAY)) {
		a->flags |= APPT_REMINDER;
		a->reminder = REMIND_DEFAULT;
	}
	a->show_as = a->flags & APPT_ALL_DAY ? SHOW_FREE : SHOW_BUSY;
	a->flags |= APPT_ORGANIZER;
	a->my_answer = ANSWER_ORGANIZER;
	if (app->account) {
		mem_replace(&a->organizer_addr, xstrdup(app->account->address));
		mem_replace(&a->organizer_name,
			    xstrdup(app->account->display_name));
	}
}

static bool set_up_new(struct app *app, struct event_form *f, const char *text,
		       struct err *err)
{
	char *id CLEANUP(mem_free_ptr) = codec_random_id();

	f->is_new = true;
	f->calendar =
		app->store ? query_folder_role(app->store, FOLDER_ROLE_CALENDAR)
			   : 0;
	if (!f->calendar)
		return err_set(err, ERR_NOT_FOUND,
			       "there is no calendar here yet: $ fetches it");
	appointment_unpack(&f->appt, text);
	f->appt.kind = f->appt.recur.kind == RECUR_NONE ? APPOINTMENT_SINGLE
							: APPOINTMENT_SERIES;
	complete_new(app, &f->appt);
	/* A copy of another one is another one. */
	mem_replace(&f->appt.uid, xasprintf("%s@retinue", id));
	mem_replace(&f->appt.remote_id, NULL);
	mem_replace(&f->appt.change_key, NULL);
	return true;
}

/* The series becomes two, unless it is about its first: that is all of it. */
static bool set_up_following(struct event_form *f,
			     const struct calendar_entry *e, struct err *err)
{
	struct err why = ERR_INIT;

	f->following = calendar_split(e->series, e->original, &f->head,
				      &f->appt, &why);
	f->original = CLOCK_NEVER;
	f->calendar = e->folder;
	if (f->following)
		return true;
	if (why.kind != ERR_NOT_FOUND) {
		*err = why;
		return false;
	}
	appointment_copy(&f->appt, e->series);
	return true;
}

static bool set_up_old(struct app *app, struct event_form *f, const char *arg,
		       struct err *err)
{
	struct calendar_view v;
	const struct calendar_entry *e;
	char *end;

	f->item = strtoll(arg, &end, 10);
	f->original = strtoll(end, &end, 10);
	if (!app->store ||
	    !calendar_occurrence(app->store, f->item, f->original, &v, err))
		return false;
	e = &v.v[0];
	f->of_series = e->series != NULL;
	if (f->of_series && *end == '+') {
		bool ok = set_up_following(f, e, err);

		calendar_view_release(&v);
		return ok;
	}
	appointment_copy(&f->appt, e->series && f->original == CLOCK_NEVER
					   ? e->series
					   : e->appt);
	if (!f->of_series)
		f->original = CLOCK_NEVER;
	if (f->original != CLOCK_NEVER) {
		f->original = e->original;
		/* An ordinary one has the times of the series' first. */
		if (e->appt == e->series) {
			int64_t length = f->appt.end - f->appt.start;

			f->appt.start = e->original;
			f->appt.end = e->original + length;
		}
		f->appt.recur.kind = RECUR_NONE;
	}
	calendar_view_release(&v);
	return true;
}

bool event_form_set_up(struct app *app, struct event_form *f, const char *arg,
		       struct err *err)
{
	bool is_new = !arg || str_starts(arg, "new\n");

	memset(f, 0, sizeof(*f));
	appointment_init(&f->appt);
	appointment_init(&f->before);
	appointment_init(&f->head);
	strv_init(&f->asked);
	f->original = CLOCK_NEVER;
	f->next.start = CLOCK_NEVER;
	f->own = zone_load_local();
	if (is_new ? !set_up_new(app, f, arg ? arg + 4 : "", err)
		   : !set_up_old(app, f, arg, err)) {
		event_form_release(f);
		return false;
	}
	f->zone = zone_of(&f->appt);
	if (!f->appt.zone)
		f->appt.zone = xstrdup(zone_name(f->zone));
	appointment_copy(&f->before, &f->appt);
	event_form_ask_busy(app, f);
	return true;
}

void event_form_take(struct app *app, const struct appointment *a, bool back)
{
	struct event_form *f = event_form_of(app);
	struct screen *busy = screen_get(app, SCREEN_freebusy);

	if (back && f) {
		appointment_release(&f->appt);
		appointment_copy(&f->appt, a);
		if (f->appt.attendees.n)
			f->appt.flags |= APPT_MEETING;
		if (busy)
			screen_close(app, busy);
		event_form_ask_busy(app, f);
		return;
	}
	if (f) {
		message_show(app, MESSAGE_WARNING,
			     "Another event is being edited: s keeps it, q "
			     "leaves it");
		return;
	}
	event_form_new(app, a);
}

/* --- who is free ---------------------------------------------------------- */

void event_form_span(const struct event_form *f, int64_t *from, int64_t *to)
{
	const struct appointment *a = &f->appt;
	bool all_day = a->flags & APPT_ALL_DAY;

	*from = all_day ? zone_instant(f->own, a->start) : a->start;
	*to = all_day ? zone_instant(f->own, a->end) : a->end;
}

bool event_form_is_meeting(const struct event_form *f)
{
	return f->appt.attendees.n > 0 && f->appt.flags & APPT_ORGANIZER;
}

static struct event_busy *find_busy(const struct event_form *f,
				    const char *addr)
{
	for (size_t i = 0; addr && i < f->busy.n; i++)
		if (str_eq_nocase(f->busy.v[i].addr, addr))
			return &f->busy.v[i];
	return NULL;
}

const struct free_busy *event_form_busy(const struct event_form *f,
					const char *addr)
{
	const struct event_busy *b = find_busy(f, addr);

	return b && b->answered ? &b->busy : NULL;
}

static void ask_one(struct event_form *f, const char *addr)
{
	struct event_busy *b;

	if (!addr || find_busy(f, addr))
		return;
	b = vec_new(&f->busy);
	b->addr = xstrdup(addr);
	strv_add(&f->asked, addr);
}

static const struct event_group *find_group(const struct event_form *f,
					    const char *addr)
{
	for (size_t i = 0; addr && i < f->groups.n; i++)
		if (str_eq_nocase(f->groups.v[i].addr, addr))
			return &f->groups.v[i];
	return NULL;
}

/* Of whom nothing is known, it may be a list: then its members are asked about.
 * One request at a time. */
static void ask_members(struct app *app, struct event_form *f)
{
	struct request r = {.kind = REQUEST_EXPAND, .deep = true};

	for (size_t i = 0; i < f->appt.attendees.n; i++) {
		const char *addr = f->appt.attendees.v[i].addr;
		const struct free_busy *b = event_form_busy(f, addr);
		struct event_group *g;

		if (!b || b->err.kind != ERR_NOT_FOUND ||
		    f->groups.n == GROUPS_MAX || find_group(f, addr))
			continue;
		g = vec_new(&f->groups);
		g->addr = xstrdup(addr);
		strv_init(&g->members);
		r.text = xstrdup(addr);
		f->expanding = engine_submit(app->engine, &r);
		return;
	}
}

void event_form_ask_busy(struct app *app, struct event_form *f)
{
	struct request r = {.kind = REQUEST_BUSY};
	int64_t from, to, day;

	event_form_span(f, &from, &to);
	if (from < f->from || to > f->to) {
		day = zone_day(zone_wall(f->own, from));
		forget_busy(f);
		f->from = zone_instant(f->own, day);
		f->to = zone_instant(f->own, day + ASK_DAYS * DAY);
	}
	if (!app->engine || !f->appt.attendees.n || f->ticket || f->expanding)
		return;
	strv_release(&f->asked);
	strv_init(&f->asked);
	if (app->account)
		ask_one(f, app->account->address);
	for (size_t i = 0; i < f->appt.attendees.n; i++) {
		const char *addr = f->appt.attendees.v[i].addr;
		const struct event_group *g = find_group(f, addr);

		ask_one(f, addr);
		for (size_t k = 0; g && k < g->members.n; k++)
			ask_one(f, g->members.v[k]);
	}
	if (!f->asked.n) {
		ask_members(app, f);
		return;
	}
	r.text = strv_join(&f->asked, "\n");
	r.from = f->from;
	r.to = f->to;
	f->ticket = engine_submit(app->engine, &r);
}

size_t event_form_group(const struct event_form *f, const char *addr,
			struct event_count *n)
{
	const struct event_group *g = find_group(f, addr);
	int64_t from, to;

	*n = (struct event_count){0};
	if (!g)
		return 0;
	event_form_span(f, &from, &to);
	n->waits = f->expanding && g == &f->groups.v[f->groups.n - 1];
	for (size_t i = 0; i < g->members.n; i++) {
		const struct event_busy *b = find_busy(f, g->members.v[i]);
		enum show_as is;

		n->waits |= f->ticket && b && !b->answered;
		if (!b || !b->answered || b->busy.err.kind != ERR_NONE)
			continue;
		n->known++;
		is = free_busy_at(&b->busy, from, to, NULL);
		n->busy += is == SHOW_BUSY || is == SHOW_AWAY;
	}
	return g->members.n;
}

/* A list is busy when one of its members is. */
static void add_up(struct event_form *f, const struct event_group *g)
{
	struct event_busy *of = find_busy(f, g->addr);
	struct free_busy all = {.err = ERR_INIT};
	bool known = false;

	for (size_t i = 0; of && i < g->members.n; i++) {
		const struct event_busy *b = find_busy(f, g->members.v[i]);
		struct free_busy one;

		if (!b || b == of || !b->answered ||
		    b->busy.err.kind != ERR_NONE)
			continue;
		known = true;
		free_busy_copy(&one, &b->busy);
		for (size_t k = 0; k < one.spans.n; k++)
			vec_add(&all.spans, one.spans.v[k]);
		one.spans.n = 0;
		free_busy_release(&one);
	}
	if (!known) {
		free_busy_release(&all);
		return;
	}
	free_busy_sort(&all);
	free_busy_release(&of->busy);
	of->busy = all;
	of->answered = true;
}

/* The next time at which all that must come can. */
static void find_next(struct event_form *f)
{
	struct guest *guests =
		xcalloc(f->appt.attendees.n + 1, sizeof(*guests));
	int64_t from, to;
	struct slot_query q = {
		.step = 1800, .zone = f->own, .guests = guests, .most = 1};
	struct slot_list slots = {0};

	event_form_span(f, &from, &to);
	q.from = from > clock_now() ? from : clock_now();
	q.to = f->to;
	q.length = to - from;
	for (size_t i = 0; i < f->appt.attendees.n; i++) {
		const struct attendee *t = &f->appt.attendees.v[i];
		const struct free_busy *b = event_form_busy(f, t->addr);

		if (b && b->err.kind == ERR_NONE &&
		    t->role != ATTENDEE_OPTIONAL)
			guests[q.n++] = (struct guest){
				GUEST_REQUIRED, t->name ? t->name : t->addr, b};
	}
	f->next.start = CLOCK_NEVER;
	if (q.n)
		slots_find(&q, &slots);
	if (slots.n && slots.v[0].required_free == slots.v[0].required)
		f->next = slots.v[0];
	vec_release(&slots);
	free(guests);
}

static void take_members(struct event_form *f, const struct person_list *people)
{
	struct event_group *g = &f->groups.v[f->groups.n - 1];

	for (size_t i = 0; i < people->n && g->members.n < MEMBERS_MAX; i++)
		if (people->v[i].addr)
			strv_add(&g->members, people->v[i].addr);
}

static void take_busy(struct event_form *f, const struct event *ev)
{
	struct event_busy *b = find_busy(f, f->asked.v[ev->count]);

	if (!b)
		return;
	free_busy_release(&b->busy);
	free_busy_copy(&b->busy, ev->busy);
	b->answered = true;
}

bool event_form_event(struct event_form *f, const struct event *ev)
{
	if (!ev->ticket ||
	    (ev->ticket != f->ticket && ev->ticket != f->expanding))
		return false;
	if (ev->kind == EVENT_BUSY && ev->busy &&
	    (size_t)ev->count < f->asked.n) {
		take_busy(f, ev);
		return true;
	}
	if (ev->kind == EVENT_PEOPLE && ev->ticket == f->expanding)
		take_members(f, &ev->people);
	if (ev->kind != EVENT_DONE)
		return false;
	if (ev->ticket == f->ticket)
		f->ticket = 0;
	else
		f->expanding = 0;
	for (size_t i = 0; i < f->groups.n; i++)
		add_up(f, &f->groups.v[i]);
	find_next(f);
	return true;
}

/* --- out ------------------------------------------------------------------ */

static struct intent *end_series(const struct event_form *f, bool quiet)
{
	struct appointment_change c CLEANUP(appointment_change_release);

	appointment_change_init(&c);
	c.op = APPT_CHANGE;
	c.set = APPT_SET_RECUR;
	c.quiet = quiet;
	appointment_copy(&c.appt, &f->head);
	return intent_event(&c, 0, f->item, 0);
}

bool event_form_end_series(struct app *app, const struct event_form *f,
			   bool quiet, const char *said)
{
	return session_change(app, end_series(f, quiet), "Event", said);
}

static bool keep_following(struct app *app, struct event_form *f, bool quiet)
{
	struct appointment_change c CLEANUP(appointment_change_release);
	char *said CLEANUP(mem_free_ptr) = xasprintf(
		"Changed \"%s\" from that day on%s - u undo", f->appt.subject,
		event_form_is_meeting(f) && !quiet ? ", invitations go out"
						   : "");

	appointment_change_init(&c);
	if (!appointment_differs(&f->before, &f->appt)) {
		message_show(app, MESSAGE_INFO, "Nothing was changed");
		return true;
	}
	calendar_follow(&f->before, &f->appt);
	c.op = APPT_CREATE;
	c.quiet = quiet;
	appointment_copy(&c.appt, &f->appt);
	/* The new one first: nothing is lost whatever comes between. */
	return session_change(app,
			      intent_then(intent_event(&c, f->calendar, 0, 0),
					  end_series(f, quiet)),
			      "Event", said);
}

bool event_form_keep(struct app *app, struct event_form *f, bool quiet)
{
	struct appointment_change c CLEANUP(appointment_change_release);
	char *said CLEANUP(mem_free_ptr) = NULL;
	bool tell = event_form_is_meeting(f) && !quiet;

	appointment_change_init(&c);
	if (!f->appt.subject) {
		message_show(app, MESSAGE_WARNING,
			     "An event needs a title: Enter on the first row");
		f->at = EVENT_FIELD_TITLE;
		return false;
	}
	if (f->following)
		return keep_following(app, f, quiet);
	c.op = f->is_new ? APPT_CREATE : APPT_CHANGE;
	c.quiet = quiet;
	c.original = f->original;
	appointment_release(&c.appt);
	appointment_copy(&c.appt, &f->appt);
	if (!f->is_new)
		c.set = appointment_differs(&f->before, &f->appt);
	if (!f->is_new && !c.set) {
		message_show(app, MESSAGE_INFO, "Nothing was changed");
		return true;
	}
	said = xasprintf("%s \"%s\"%s - u undo",
			 f->is_new ? "Added" : "Changed", f->appt.subject,
			 !tell	     ? ""
			 : f->is_new ? ", invitations go out"
				     : ", updates go out");
	return session_change(
		app, intent_event(&c, f->is_new ? f->calendar : 0, f->item, 0),
		"Event", said);
}
