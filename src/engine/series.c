/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* "This one and the following": a series becomes two. */
#include "base/codec.h"
#include "engine/calendar.h"
#include "ical/recur.h"

struct before {
	int64_t last; /* wall start of the last one; NEVER: none */
	int n;
};

static bool note_one(void *ctx, int64_t wall)
{
	struct before *b = ctx;

	b->last = wall;
	b->n++;
	return true;
}

/* What lies on that side of the instant goes. */
static void drop_exceptions(struct appointment *a, int64_t at, bool before)
{
	size_t n = 0;

	for (size_t i = 0; i < a->exceptions.n; i++) {
		struct appointment *x = &a->exceptions.v[i];

		if ((x->original < at) == before)
			appointment_release(x);
		else
			a->exceptions.v[n++] = *x;
	}
	a->exceptions.n = n;
	n = 0;
	for (size_t i = 0; i < a->removed.n; i++)
		if ((a->removed.v[i] < at) != before)
			a->removed.v[n++] = a->removed.v[i];
	a->removed.n = n;
}

bool calendar_split(const struct appointment *series, int64_t original,
		    struct appointment *head, struct appointment *rest,
		    struct err *err)
{
	struct tz_set *zones = tz_set_new();
	const struct zone *z = tz_of(zones, series);
	bool all_day = series->flags & APPT_ALL_DAY;
	int64_t from = all_day ? series->start : zone_wall(z, series->start);
	int64_t at = all_day ? original : zone_wall(z, original);
	int64_t length = series->end - series->start;
	char *uid CLEANUP(mem_free_ptr) = codec_random_id();
	char *whole CLEANUP(mem_free_ptr) = xasprintf("%s@retinue", uid);
	struct before b = {.last = CLOCK_NEVER};

	recur_walk(&series->recur, from, from, at, SIZE_MAX, note_one, &b);
	tz_set_free(zones);
	if (series->flags & APPT_MEETING && !(series->flags & APPT_ORGANIZER))
		return err_set(err, ERR_INPUT,
			       "only its organizer can change a meeting from "
			       "one day on");
	if (series->recur.kind == RECUR_NONE || !b.n)
		return err_set(err, ERR_NOT_FOUND,
			       "there is nothing of the series before that");
	appointment_copy(head, series);
	head->recur.end = RECUR_UNTIL;
	head->recur.end_day = zone_day(b.last);
	head->recur.count = 0;
	drop_exceptions(head, original, false);
	appointment_copy(rest, series);
	drop_exceptions(rest, original, true);
	appointment_make_another(rest, whole);
	rest->start = original;
	rest->end = original + length;
	rest->recur.start_day = zone_day(at);
	if (rest->recur.end == RECUR_COUNTED)
		rest->recur.count -= b.n;
	return true;
}

void calendar_follow(const struct appointment *was, struct appointment *rest)
{
	unsigned set = appointment_differs(was, rest);
	struct appointment_change c CLEANUP(appointment_change_release);

	appointment_change_init(&c);
	if (set & (APPT_SET_TIME | APPT_SET_RECUR)) {
		appointment_list_release(&rest->exceptions);
		rest->removed.n = 0;
		return;
	}
	c.op = APPT_CHANGE;
	appointment_copy(&c.appt, rest);
	for (size_t i = 0; i < rest->exceptions.n; i++) {
		struct appointment *x = &rest->exceptions.v[i];

		c.set = set & ~appointment_differs(was, x);
		appointment_change_apply(&c, x);
	}
}
