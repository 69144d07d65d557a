/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Patterns: whether they are the same, and one whose first day is another. */
#include "model/recur.h"
#include "base/clock.h"
#include "base/zone.h"

#define DAY ((int64_t)86400)
#define LAST 5 /* nth: the last one of the month */

bool recur_same_pattern(const struct recur *a, const struct recur *b)
{
	if (a->kind == RECUR_NONE || b->kind == RECUR_NONE)
		return a->kind == b->kind;
	return a->kind == b->kind && a->interval == b->interval &&
	       a->days == b->days && a->nth == b->nth && a->day == b->day &&
	       a->month == b->month && a->week_start == b->week_start &&
	       a->start_day == b->start_day;
}

bool recur_equal(const struct recur *a, const struct recur *b)
{
	return recur_same_pattern(a, b) &&
	       (a->kind == RECUR_NONE ||
		(a->end == b->end && a->end_day == b->end_day &&
		 a->count == b->count));
}

static unsigned day_bit(int64_t day)
{
	return 1u << zone_weekday(day);
}

/* All days of the week go along, unless the new one is among them. */
static void turn_week(struct recur *r, int64_t from, int64_t to)
{
	int by = (zone_weekday(to) - zone_weekday(from) + 7) % 7;

	if (!(r->days & day_bit(to)))
		r->days =
			(r->days << by | r->days >> (7 - by)) & RECUR_ALL_DAYS;
	if (!(r->days & day_bit(to)))
		r->days = day_bit(to);
}

/* "The second Tuesday", "the last Friday"; of several days the pattern stays. */
static void turn_month(struct recur *r, int64_t to, const struct clock_parts *p)
{
	bool last = p->day + 7 > zone_month_days(p->year, p->month);

	if (r->days & (r->days - 1))
		return;
	r->days = day_bit(to);
	r->nth = last && (r->nth == LAST || p->day > 28) ? LAST
							 : (p->day - 1) / 7 + 1;
}

void recur_follow(struct recur *r, int64_t from, int64_t to)
{
	struct clock_parts p;

	if (r->kind == RECUR_NONE || from == to)
		return;
	zone_parts(to, &p);
	switch (r->kind) {
	case RECUR_WEEKLY:
		turn_week(r, from, to);
		break;
	case RECUR_MONTHLY_NTH:
	case RECUR_YEARLY_NTH:
		turn_month(r, to, &p);
		break;
	case RECUR_MONTHLY:
	case RECUR_YEARLY:
		r->day = p.day;
		break;
	case RECUR_NONE:
	case RECUR_DAILY:
	case RECUR_KIND_COUNT:
		break;
	}
	if (r->kind == RECUR_YEARLY || r->kind == RECUR_YEARLY_NTH)
		r->month = p.month;
	r->start_day = to;
	if (r->end == RECUR_UNTIL && r->end_day < to)
		r->end_day += to - from;
}
