/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "model/appointment.h"

#include <string.h>

#define DAY 86400
#define HALF_HOUR 1800
/* Nobody meets for longer; a broken zone or year gives such things. */
#define LENGTH_MAX ((int64_t)400 * 366 * DAY)

#define STRINGS(X)                                                             \
	X(remote_id)                                                           \
	X(change_key)                                                          \
	X(uid)                                                                 \
	X(subject)                                                             \
	X(location)                                                            \
	X(notes)                                                               \
	X(zone)                                                                \
	X(zone_rule)                                                           \
	X(categories)                                                          \
	X(join_url)                                                            \
	X(organizer_name)                                                      \
	X(organizer_addr)                                                      \
	X(calendar_id)

void appointment_init(struct appointment *a)
{
	memset(a, 0, sizeof(*a));
	a->start = a->end = a->original = CLOCK_NEVER;
	a->stamp = a->replied = a->signal = CLOCK_NEVER;
	a->show_as = SHOW_BUSY;
	a->recur.interval = 1;
	a->recur.start_day = a->recur.end_day = CLOCK_NEVER;
}

void attendee_release(struct attendee *a)
{
	free(a->name);
	free(a->addr);
}

void appointment_list_release(struct appointment_list *l)
{
	for (size_t i = 0; i < l->n; i++)
		appointment_release(&l->v[i]);
	vec_release(l);
}

void appointment_release(struct appointment *a)
{
#define X(member) free(a->member);
	STRINGS(X)
#undef X
	for (size_t i = 0; i < a->attendees.n; i++)
		attendee_release(&a->attendees.v[i]);
	vec_release(&a->attendees);
	/* Exceptions have none of their own: one level deep. */
	appointment_list_release(&a->exceptions);
	vec_release(&a->removed);
	appointment_init(a);
}

void appointment_copy(struct appointment *to, const struct appointment *from)
{
	struct appointment c = *from;

#define X(member) c.member = xstrdup(from->member);
	STRINGS(X)
#undef X
	memset(&c.attendees, 0, sizeof(c.attendees));
	memset(&c.exceptions, 0, sizeof(c.exceptions));
	memset(&c.removed, 0, sizeof(c.removed));
	for (size_t i = 0; i < from->attendees.n; i++) {
		struct attendee t = from->attendees.v[i];

		t.name = xstrdup(t.name);
		t.addr = xstrdup(t.addr);
		vec_add(&c.attendees, t);
	}
	for (size_t i = 0; i < from->exceptions.n; i++) {
		struct appointment x;

		appointment_copy(&x, &from->exceptions.v[i]);
		vec_add(&c.exceptions, x);
	}
	for (size_t i = 0; i < from->removed.n; i++)
		vec_add(&c.removed, from->removed.v[i]);
	*to = c;
}

static bool attendee_equal(const struct attendee *a, const struct attendee *b)
{
	return str_eq(a->name, b->name) && str_eq(a->addr, b->addr) &&
	       a->role == b->role && a->answer == b->answer &&
	       a->answered == b->answered &&
	       a->proposed_start == b->proposed_start &&
	       a->proposed_end == b->proposed_end;
}

bool appointment_equal(const struct appointment *a, const struct appointment *b)
{
#define X(member)                                                              \
	if (!str_eq(a->member, b->member))                                     \
		return false;
	STRINGS(X)
#undef X
	if (a->kind != b->kind || a->flags != b->flags ||
	    a->start != b->start || a->end != b->end ||
	    a->original != b->original || a->stamp != b->stamp ||
	    a->replied != b->replied || a->show_as != b->show_as ||
	    a->sensitivity != b->sensitivity || a->my_answer != b->my_answer ||
	    a->reminder != b->reminder || a->sequence != b->sequence ||
	    !recur_equal(&a->recur, &b->recur) ||
	    a->attendees.n != b->attendees.n ||
	    a->exceptions.n != b->exceptions.n || a->removed.n != b->removed.n)
		return false;
	for (size_t i = 0; i < a->attendees.n; i++)
		if (!attendee_equal(&a->attendees.v[i], &b->attendees.v[i]))
			return false;
	for (size_t i = 0; i < a->exceptions.n; i++)
		if (!appointment_equal(&a->exceptions.v[i],
				       &b->exceptions.v[i]))
			return false;
	for (size_t i = 0; i < a->removed.n; i++)
		if (a->removed.v[i] != b->removed.v[i])
			return false;
	return true;
}

static bool clamp(int *v, int low, int high)
{
	int old = *v;

	if (*v < low)
		*v = low;
	if (*v > high)
		*v = high;
	return *v != old;
}

static bool repair_recur(struct recur *r)
{
	bool changed = clamp(&r->interval, 1, 999);

	switch (r->kind) {
	case RECUR_NONE:
	case RECUR_DAILY:
		break;
	case RECUR_WEEKLY:
	case RECUR_MONTHLY_NTH:
	case RECUR_YEARLY_NTH:
		if (!(r->days & RECUR_ALL_DAYS)) {
			r->kind = RECUR_NONE; /* it never happens */
			return true;
		}
		if (r->kind != RECUR_WEEKLY)
			changed |= clamp(&r->nth, 1, 5);
		break;
	case RECUR_MONTHLY:
	case RECUR_YEARLY:
		changed |= clamp(&r->day, 1, 31);
		break;
	case RECUR_KIND_COUNT:
		break;
	}
	if (r->kind == RECUR_YEARLY || r->kind == RECUR_YEARLY_NTH)
		changed |= clamp(&r->month, 1, 12);
	changed |= clamp(&r->week_start, 0, 6);
	if (r->end == RECUR_COUNTED)
		changed |= clamp(&r->count, 1, 9999);
	if (r->end == RECUR_UNTIL && r->end_day == CLOCK_NEVER) {
		r->end = RECUR_ENDLESS;
		changed = true;
	}
	return changed;
}

bool appointment_repair(struct appointment *a)
{
	bool all_day = a->flags & APPT_ALL_DAY, changed = false;

	if (a->start == CLOCK_NEVER && a->end != CLOCK_NEVER) {
		a->start = a->end;
		changed = true;
	}
	if (a->start != CLOCK_NEVER &&
	    (a->end == CLOCK_NEVER || a->end < a->start ||
	     a->end - a->start > LENGTH_MAX ||
	     (all_day && a->end == a->start))) {
		a->end = a->start + (all_day ? DAY : HALF_HOUR);
		changed = true;
	}
	changed |= repair_recur(&a->recur);
	if (a->kind == APPOINTMENT_SERIES && a->recur.kind == RECUR_NONE) {
		a->kind = APPOINTMENT_SINGLE;
		changed = true;
	}
	for (size_t i = 0; i < a->exceptions.n; i++)
		changed |= appointment_repair(&a->exceptions.v[i]);
	return changed;
}

/* Roughly the last day on which a series can begin; never too early. */
static int64_t last_start(const struct appointment *a)
{
	const struct recur *r = &a->recur;
	int64_t step = DAY, from = a->start;

	if (r->end == RECUR_ENDLESS)
		return INT64_MAX;
	if (r->end == RECUR_UNTIL)
		return r->end_day + 2 * (int64_t)DAY;
	switch (r->kind) {
	case RECUR_WEEKLY:
		step = 7 * DAY;
		break;
	case RECUR_MONTHLY:
	case RECUR_MONTHLY_NTH:
		step = 31 * DAY;
		break;
	case RECUR_YEARLY:
	case RECUR_YEARLY_NTH:
		step = (int64_t)366 * DAY;
		break;
	case RECUR_DAILY:
	case RECUR_NONE:
	case RECUR_KIND_COUNT:
		break;
	}
	return from + step * r->interval * (r->count + 1) + 2 * (int64_t)DAY;
}

void appointment_span(const struct appointment *a, int64_t *first,
		      int64_t *last)
{
	int64_t slack = a->flags & APPT_ALL_DAY ? DAY : 0, length;

	if (a->start == CLOCK_NEVER) {
		*first = *last = 0;
		return;
	}
	length = a->end - a->start;
	*first = a->start - slack;
	*last = a->end + slack;
	if (a->kind != APPOINTMENT_SERIES)
		return;
	*last = last_start(a);
	if (*last < INT64_MAX - length - slack)
		*last += length + slack;
	for (size_t i = 0; i < a->exceptions.n; i++) {
		const struct appointment *x = &a->exceptions.v[i];

		if (x->start == CLOCK_NEVER)
			continue;
		if (x->start - DAY < *first)
			*first = x->start - DAY;
		if (x->end + DAY > *last)
			*last = x->end + DAY;
	}
}

struct appointment *appointment_exception(const struct appointment *series,
					  int64_t original)
{
	for (size_t i = 0; i < series->exceptions.n; i++)
		if (series->exceptions.v[i].original == original)
			return &series->exceptions.v[i];
	return NULL;
}

void appointment_occurrence(struct appointment *out,
			    const struct appointment *series, int64_t original)
{
	const struct appointment *x = appointment_exception(series, original);

	appointment_copy(out, x ? x : series);
	if (x)
		return;
	appointment_list_release(&out->exceptions);
	out->removed.n = 0;
	out->recur.kind = RECUR_NONE;
	out->kind = APPOINTMENT_EXCEPTION;
	mem_replace(&out->remote_id, NULL);
	mem_replace(&out->change_key, NULL);
	out->end = original + (series->end - series->start);
	out->start = out->original = original;
}

bool appointment_is_removed(const struct appointment *series, int64_t original)
{
	for (size_t i = 0; i < series->removed.n; i++)
		if (series->removed.v[i] == original)
			return true;
	return false;
}

static int64_t first_day(const struct appointment *a, const struct zone *zone)
{
	return zone_day(a->flags & APPT_ALL_DAY ? a->start
						: zone_wall(zone, a->start));
}

void appointment_set_times(struct appointment *a, int64_t start, int64_t end,
			   bool all_day, const struct zone *zone)
{
	int64_t day = a->start == CLOCK_NEVER ? 0 : first_day(a, zone);

	a->start = start;
	a->end = end;
	a->flags &= ~(unsigned)APPT_ALL_DAY;
	if (all_day)
		a->flags |= APPT_ALL_DAY;
	mem_replace(&a->zone, xstrdup(zone_name(zone)));
	mem_replace(&a->zone_rule, NULL);
	recur_follow(&a->recur, day, first_day(a, zone));
}

int appointment_version(const struct appointment *a, int64_t original)
{
	const struct appointment *x = NULL;

	if (original != CLOCK_NEVER && a->kind == APPOINTMENT_SERIES)
		x = appointment_exception(a, original);
	return x && x->sequence > a->sequence ? x->sequence : a->sequence;
}

int appointment_latest(const struct appointment *a)
{
	int n = a->sequence;

	for (size_t i = 0; i < a->exceptions.n; i++)
		if (a->exceptions.v[i].sequence > n)
			n = a->exceptions.v[i].sequence;
	return n;
}

int appointment_next(const struct appointment *a)
{
	return appointment_latest(a) + (int)a->removed.n + 1;
}

struct attendee *appointment_attendee(const struct appointment *a,
				      const char *addr)
{
	for (size_t i = 0; addr && i < a->attendees.n; i++)
		if (str_eq_nocase(a->attendees.v[i].addr, addr))
			return &a->attendees.v[i];
	return NULL;
}

void appointment_count_answers(const struct appointment *a, int *yes,
			       int *maybe, int *no, int *none)
{
	*yes = *maybe = *no = *none = 0;
	for (size_t i = 0; i < a->attendees.n; i++) {
		switch (a->attendees.v[i].answer) {
		case ANSWER_ACCEPTED:
		case ANSWER_ORGANIZER:
			++*yes;
			break;
		case ANSWER_TENTATIVE:
			++*maybe;
			break;
		case ANSWER_DECLINED:
			++*no;
			break;
		case ANSWER_UNKNOWN:
		case ANSWER_NONE:
		case ANSWER_COUNT:
			++*none;
			break;
		}
	}
}

/* --- names ---------------------------------------------------------------- */

const char *show_as_name(enum show_as s)
{
	static const char *const names[] = {
#define X(id, name, ews) name,
		SHOW_AS(X)
#undef X
	};

	return s < SHOW_COUNT ? names[s] : "busy";
}

bool show_as_find(const char *name, enum show_as *out)
{
	for (int i = 0; i < SHOW_COUNT; i++)
		if (str_eq_nocase(show_as_name((enum show_as)i), name)) {
			*out = (enum show_as)i;
			return true;
		}
	return false;
}

const char *answer_name(enum answer_kind a)
{
	static const char *const names[] = {
#define X(id, name, ews, ical) name,
		ANSWERS(X)
#undef X
	};

	return a < ANSWER_COUNT ? names[a] : "unknown";
}

const char *sensitivity_name(enum sensitivity s)
{
	static const char *const names[] = {
#define X(id, name, ews, ical) name,
		SENSITIVITIES(X)
#undef X
	};

	return s < SENSITIVITY_COUNT ? names[s] : "normal";
}

const char *recur_kind_name(enum recur_kind k)
{
	static const char *const names[] = {
#define X(id, name, ews) name,
		RECUR_KINDS(X)
#undef X
	};

	return k < RECUR_KIND_COUNT ? names[k] : "none";
}

/* --- recurrence in words -------------------------------------------------- */

static const char *const day_names[] = {"Sun", "Mon", "Tue", "Wed",
					"Thu", "Fri", "Sat"};
static const char *const month_names[] = {"Jan", "Feb", "Mar", "Apr",
					  "May", "Jun", "Jul", "Aug",
					  "Sep", "Oct", "Nov", "Dec"};

static void add_days(struct str *b, const struct recur *r)
{
	const char *sep = "";

	if (r->kind != RECUR_WEEKLY && r->days == RECUR_ALL_DAYS) {
		str_add(b, "day");
		return;
	}
	if (r->days == RECUR_WORKDAYS) {
		str_add(b, r->kind == RECUR_WEEKLY ? "Mon-Fri" : "weekday");
		return;
	}
	if (r->kind != RECUR_WEEKLY && r->days == RECUR_WEEKEND) {
		str_add(b, "weekend day");
		return;
	}
	for (int k = 0; k < 7; k++) {
		int d = (k + 1) % 7; /* Monday first in words */

		if (!(r->days >> d & 1))
			continue;
		str_addf(b, "%s%s", sep, day_names[d]);
		sep = ", ";
	}
}

static void add_every(struct str *b, const char *adverb, const char *unit,
		      int n)
{
	if (n == 1)
		str_add(b, adverb);
	else
		str_addf(b, "every %d %s", n, unit);
}

void recur_add_text(struct str *b, const struct recur *r)
{
	static const char *const nth[] = {"first", "second", "third", "fourth",
					  "last"};
	struct clock_parts p;
	const char *which = nth[(r->nth >= 1 && r->nth <= 5 ? r->nth : 1) - 1];
	const char *month =
		month_names[(r->month >= 1 && r->month <= 12 ? r->month : 1) -
			    1];

	switch (r->kind) {
	case RECUR_NONE:
	case RECUR_KIND_COUNT:
		return;
	case RECUR_DAILY:
		add_every(b, "daily", "days", r->interval);
		break;
	case RECUR_WEEKLY:
		add_every(b, "weekly", "weeks", r->interval);
		str_add(b, " on ");
		add_days(b, r);
		break;
	case RECUR_MONTHLY:
		add_every(b, "monthly", "months", r->interval);
		str_addf(b, " on day %d", r->day);
		break;
	case RECUR_MONTHLY_NTH:
		add_every(b, "monthly", "months", r->interval);
		str_addf(b, " on the %s ", which);
		add_days(b, r);
		break;
	case RECUR_YEARLY:
		str_addf(b, "yearly on %d %s", r->day, month);
		break;
	case RECUR_YEARLY_NTH:
		str_addf(b, "yearly on the %s ", which);
		add_days(b, r);
		str_addf(b, " of %s", month);
		break;
	}
	if (r->end == RECUR_COUNTED) {
		str_addf(b, ", %d times", r->count);
	} else if (r->end == RECUR_UNTIL) {
		clock_utc(r->end_day, &p);
		str_addf(b, ", until %d %s %d", p.day, month_names[p.month - 1],
			 p.year);
	}
}
