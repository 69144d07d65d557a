/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Calendar data: copying, occurrences, what a window holds. */
#include "tests/sim/cal.h"

#include <string.h>
#include "base/clock.h"
#include "base/codec.h"

enum { DAY_SECONDS = 86400, YEARS_MAX = 120 };

struct cal *cal_new(void)
{
	struct cal *c = xcalloc(1, sizeof(*c));

	c->busy = c->intended = BUSY_BUSY;
	c->response_wanted = c->allow_proposal = true;
	c->reminder_due = c->replied = CLOCK_NEVER;
	c->recurrence_id = c->proposed_start = c->proposed_end = CLOCK_NEVER;
	c->stamp = clock_now();
	c->recur.interval = 1;
	return c;
}

void attendee_release(struct attendee *a)
{
	free(a->name);
	free(a->email);
}

void cal_clear_exceptions(struct cal *c)
{
	for (size_t i = 0; i < c->exceptions.n; i++)
		item_free(c->exceptions.v[i].it);
	vec_release(&c->exceptions);
}

void cal_free(struct cal *c)
{
	if (!c)
		return;
	cal_clear_exceptions(c);
	for (size_t i = 0; i < c->attendees.n; i++)
		attendee_release(&c->attendees.v[i]);
	vec_release(&c->attendees);
	addr_release(&c->organizer);
	free(c->zone);
	free(c->end_zone);
	free(c->location);
	free(c->uid);
	free(c);
}

struct cal *cal_copy(const struct cal *c)
{
	struct cal *copy = xmalloc(sizeof(*copy));

	*copy = *c;
	copy->zone = xstrdup(c->zone);
	copy->end_zone = xstrdup(c->end_zone);
	copy->location = xstrdup(c->location);
	copy->uid = xstrdup(c->uid);
	copy->organizer.name = xstrdup(c->organizer.name);
	copy->organizer.email = xstrdup(c->organizer.email);
	memset(&copy->attendees, 0, sizeof(copy->attendees));
	memset(&copy->exceptions, 0, sizeof(copy->exceptions));
	for (size_t i = 0; i < c->attendees.n; i++) {
		struct attendee a = c->attendees.v[i];

		a.name = xstrdup(a.name);
		a.email = xstrdup(a.email);
		vec_add(&copy->attendees, a);
	}
	return copy;
}

void cal_copy_exceptions(struct item *to, const struct item *from)
{
	cal_clear_exceptions(to->cal);
	for (size_t i = 0; i < from->cal->exceptions.n; i++) {
		struct cal_exception e = from->cal->exceptions.v[i];

		if (e.it) {
			e.it = item_clone(e.it);
			e.it->master = to;
		}
		vec_add(&to->cal->exceptions, e);
	}
}

struct attendee *cal_attendee(struct cal *c, const char *email)
{
	for (size_t i = 0; i < c->attendees.n; i++)
		if (str_eq_nocase(c->attendees.v[i].email, email))
			return &c->attendees.v[i];
	return NULL;
}

struct attendee *cal_add_attendee(struct cal *c, enum cal_role role,
				  const char *name, const char *email)
{
	struct attendee *a = vec_new(&c->attendees);

	a->name = xstrdup(name);
	a->email = xstrdup(email);
	a->role = role;
	a->responded = a->proposed_start = a->proposed_end = CLOCK_NEVER;
	return a;
}

/* A GlobalObjectId in hex, with a random tail (dossier 12.1). */
char *cal_new_uid(void)
{
	char *id = codec_random_id();
	char *uid = xasprintf("040000008200E00074C5B7101A82E008"
			      "0000000000000000000000000000000010000000%.32s",
			      id);

	free(id);
	for (char *p = uid; *p; p++)
		if (*p >= 'a' && *p <= 'f')
			*p = (char)(*p - 'a' + 'A');
	return uid;
}

static int64_t floor_days(int64_t seconds)
{
	return seconds / DAY_SECONDS - (seconds % DAY_SECONDS < 0);
}

void cal_cut_exceptions(struct cal *c, int64_t last_day)
{
	const struct zone *z = zone_get(c->zone);
	size_t n = 0;

	for (size_t i = 0; i < c->exceptions.n; i++) {
		struct cal_exception *e = &c->exceptions.v[i];

		if (floor_days(zone_to_local(z, e->original)) <= last_day)
			c->exceptions.v[n++] = *e;
		else
			item_free(e->it);
	}
	c->exceptions.n = n;
}

void cal_round_days(struct cal *c)
{
	const struct zone *z = zone_get(c->zone);
	int64_t first = floor_days(zone_to_local(z, c->start));
	int64_t last = zone_to_local(z, c->end) + DAY_SECONDS - 1;

	last = floor_days(last);
	if (last <= first)
		last = first + 1;
	c->start = zone_to_utc(z, first * DAY_SECONDS);
	c->end = zone_to_utc(z, last * DAY_SECONDS);
}

bool item_is_event(const struct item *it)
{
	return it->cal &&
	       str_starts(str_or_empty(it->item_class), "IPM.Appointment");
}

/* --- the pattern --------------------------------------------------------- */
static int weekday_of(int64_t day)
{
	return (int)((day % 7 + 11) % 7);
}

static int64_t day_of(int year, int month, int day)
{
	return clock_from_utc(year, month, day, 0, 0, 0) / DAY_SECONDS;
}

/* Counts months from year 0. */
static int month_length(int months)
{
	int y = months / 12, m = months % 12 + 1;
	int64_t next = m == 12 ? day_of(y + 1, 1, 1) : day_of(y, m + 1, 1);

	return (int)(next - day_of(y, m, 1));
}

static int64_t nth_day(const struct recur *r, int months)
{
	int length = month_length(months), seen = 0;
	int64_t first = day_of(months / 12, months % 12 + 1, 1), found = -1;

	for (int d = 0; d < length; d++) {
		if (!(r->days & 1u << weekday_of(first + d)))
			continue;
		found = first + d;
		if (++seen == r->nth)
			break;
	}
	return found;
}

struct pattern {
	const struct recur *r;
	struct clock_parts from;
	int64_t period; /* number of the next one */
	int64_t days[7];
	size_t n, at;
};

static void fill_period(struct pattern *p)
{
	const struct recur *r = p->r;
	int step = r->interval > 0 ? r->interval : 1, months, day;
	int64_t k = p->period++, week;

	p->n = p->at = 0;
	months = p->from.year * 12 + p->from.month - 1 + (int)k * step;
	if (r->kind == RECUR_YEAR_DAY || r->kind == RECUR_YEAR_NTH)
		months = (p->from.year + (int)k * step) * 12 +
			 (r->month > 0 ? r->month - 1 : p->from.month - 1);
	switch (r->kind) {
	case RECUR_NONE:
		break;
	case RECUR_DAILY:
		p->days[p->n++] = r->first + k * step;
		break;
	case RECUR_WEEKLY:
		week = r->first -
		       (weekday_of(r->first) - r->first_day + 7) % 7 +
		       7 * k * step;
		for (int d = 0; d < 7; d++)
			if (r->days & 1u << weekday_of(week + d))
				p->days[p->n++] = week + d;
		break;
	case RECUR_MONTH_DAY:
	case RECUR_YEAR_DAY:
		day = r->month_day > 0 ? r->month_day : p->from.day;
		if (day > month_length(months))
			day = month_length(months);
		p->days[p->n++] =
			day_of(months / 12, months % 12 + 1, 1) + day - 1;
		break;
	case RECUR_MONTH_NTH:
	case RECUR_YEAR_NTH:
		p->days[p->n] = nth_day(r, months);
		if (p->days[p->n] >= 0)
			p->n++;
		break;
	}
}

struct cal_exception *cal_exception(const struct cal *c, int64_t original)
{
	for (size_t i = 0; i < c->exceptions.n; i++)
		if (c->exceptions.v[i].original == original)
			return &c->exceptions.v[i];
	return NULL;
}

int cal_sequence(const struct cal *c, int64_t original)
{
	const struct cal_exception *e =
		original != CLOCK_NEVER && c->recur.kind != RECUR_NONE
			? cal_exception(c, original)
			: NULL;

	return e && e->it && e->it->cal->sequence > c->sequence
		       ? e->it->cal->sequence
		       : c->sequence;
}

int cal_latest(const struct cal *c)
{
	int n = c->sequence;

	for (size_t i = 0; i < c->exceptions.n; i++)
		if (c->exceptions.v[i].it &&
		    c->exceptions.v[i].it->cal->sequence > n)
			n = c->exceptions.v[i].it->cal->sequence;
	return n;
}

int cal_next(const struct cal *c)
{
	int n = cal_latest(c) + 1;

	for (size_t i = 0; i < c->exceptions.n; i++)
		n += !c->exceptions.v[i].it;
	return n;
}

static void occurrence_fill(struct occurrence *o, const struct cal *c,
			    int64_t day, int64_t second, size_t index)
{
	const struct zone *z = zone_get(c->zone);
	int64_t local = day * DAY_SECONDS + second;

	o->original = zone_to_utc(z, local);
	o->start = o->original;
	o->end = o->start + (c->end - c->start);
	if (c->all_day)
		o->end = zone_to_utc(z, local + (zone_to_local(z, c->end) -
						 zone_to_local(z, c->start)));
	o->index = index;
	o->exception = cal_exception(c, o->original);
	if (o->exception && o->exception->it) {
		o->start = o->exception->it->cal->start;
		o->end = o->exception->it->cal->end;
	}
}

void cal_walk(const struct item *master, int64_t horizon, occurrence_fn *fn,
	      void *arg)
{
	const struct cal *c = master->cal;
	const struct recur *r = &c->recur;
	struct recur with = *r;
	int64_t local = zone_to_local(zone_get(c->zone), c->start);
	int64_t second = local - floor_days(local) * DAY_SECONDS;
	int64_t limit = r->first + YEARS_MAX * 366LL;
	struct pattern p = {.r = &with};
	size_t index = 0;

	if (r->kind == RECUR_NONE)
		return;
	if (with.days == 0)
		with.days = 1u << weekday_of(r->first);
	clock_utc(r->first * DAY_SECONDS, &p.from);
	for (;;) {
		struct occurrence o;
		int64_t day;

		while (p.at == p.n && p.period < YEARS_MAX * 366LL)
			fill_period(&p);
		if (p.at == p.n)
			return;
		day = p.days[p.at++];
		if (day < r->first)
			continue;
		if (day > limit || (r->end == RECUR_UNTIL && day > r->last) ||
		    (r->end == RECUR_COUNT && index >= (size_t)r->count))
			return;
		occurrence_fill(&o, c, day, second, ++index);
		if (o.original >= horizon || !fn(arg, &o))
			return;
	}
}

struct wanted {
	size_t index;
	int64_t original;
	struct occurrence *o;
	bool found;
};

static bool is_wanted(void *arg, const struct occurrence *o)
{
	struct wanted *w = arg;

	if (w->index ? o->index == w->index : o->original == w->original) {
		*w->o = *o;
		w->found = true;
	}
	return !w->found;
}

bool cal_occurrence(const struct item *master, size_t index, int64_t original,
		    struct occurrence *o)
{
	struct wanted w = {index, original, o, false};

	cal_walk(master, index ? INT64_MAX : original + 1, is_wanted, &w);
	return w.found;
}

/* --- single occurrences -------------------------------------------------- */
struct item *occurrence_make(const struct item *master,
			     const struct occurrence *o)
{
	const struct item *from =
		o->exception && o->exception->it ? o->exception->it : master;
	struct item *it = item_clone(from);

	it->id = master->id;
	it->folder = master->folder;
	it->change = master->change;
	it->created = master->created;
	it->content = master->content;
	it->master = master;
	it->original = o->original;
	it->cal->start = o->start;
	it->cal->end = o->end;
	it->cal->recurrence_id = o->original;
	it->cal->reminder_due = CLOCK_NEVER;
	it->cal->recur.kind = RECUR_NONE;
	return it;
}

static struct cal_exception *exception_at(struct item *master, int64_t original)
{
	struct cal *c = master->cal;
	struct cal_exception *e = cal_exception(c, original);
	size_t at = 0;

	if (e)
		return e;
	while (at < c->exceptions.n && c->exceptions.v[at].original < original)
		at++;
	vec_add(&c->exceptions, ((struct cal_exception){original, NULL}));
	memmove(&c->exceptions.v[at + 1], &c->exceptions.v[at],
		(c->exceptions.n - 1 - at) * sizeof(*c->exceptions.v));
	c->exceptions.v[at] = (struct cal_exception){original, NULL};
	return &c->exceptions.v[at];
}

void occurrence_replace(struct item *master, int64_t original, struct item *it)
{
	struct cal_exception *e = exception_at(master, original);

	if (e->it != it)
		item_free(e->it);
	it->master = master;
	it->original = original;
	it->folder = master->folder;
	e->it = it;
}

void occurrence_delete(struct item *master, int64_t original)
{
	struct cal_exception *e = exception_at(master, original);

	item_free(e->it);
	e->it = NULL;
}

/* --- windows ------------------------------------------------------------- */
struct window {
	const struct item *master;
	int64_t from, to;
	struct event_list *out;
};

static bool overlaps(int64_t start, int64_t end, int64_t from, int64_t to)
{
	return start < to && (end > from || (start == end && start >= from));
}

static bool take_occurrence(void *arg, const struct occurrence *o)
{
	struct window *w = arg;

	if (o->exception && !o->exception->it)
		return true;
	if (overlaps(o->start, o->end, w->from, w->to))
		vec_add(w->out, occurrence_make(w->master, o));
	return true;
}

static int by_start(const void *pa, const void *pb)
{
	const struct item *a = *(struct item *const *)pa;
	const struct item *b = *(struct item *const *)pb;

	if (a->cal->start != b->cal->start)
		return a->cal->start < b->cal->start ? -1 : 1;
	return a->id < b->id ? -1 : a->id > b->id;
}

void events_between(const struct folder *f, int64_t from, int64_t to,
		    struct event_list *out)
{
	for (size_t i = 0; i < f->items.n; i++) {
		const struct item *it = f->items.v[i];
		struct window w = {it, from, to, out};
		int64_t horizon = to;

		if (!item_is_event(it))
			continue;
		if (it->cal->recur.kind == RECUR_NONE) {
			if (overlaps(it->cal->start, it->cal->end, from, to))
				vec_add(out, f->items.v[i]);
			continue;
		}
		/* One that was moved here may belong to a later day. */
		for (size_t k = 0; k < it->cal->exceptions.n; k++)
			if (it->cal->exceptions.v[k].original >= horizon)
				horizon = it->cal->exceptions.v[k].original + 1;
		cal_walk(it, horizon, take_occurrence, &w);
	}
	if (out->n > 1)
		qsort(out->v, out->n, sizeof(*out->v), by_start);
}

void events_free(struct event_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		if (list->v[i]->master)
			item_free(list->v[i]);
	vec_release(list);
}
