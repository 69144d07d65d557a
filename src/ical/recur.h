/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef ICAL_RECUR_H
#define ICAL_RECUR_H
/*
 * Series: which days a pattern means, by libical. A pattern of Exchange is
 * written as an RRULE and walked from near the window that is looked at, so
 * that a daily series of ten years costs no more than a new one.
 */
#include "ical/tz.h"

/* "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO;WKST=MO;UNTIL=20241231T235959". until:
 * what stands for UNTIL (may be NULL: wall time of end_day). */
void recur_add_rule(struct str *b, const struct recur *r, const char *until);
/* The same as Exchange reads it: a day of the month that is one number, -1 for
 * the last (MS-OXCICAL 2.1.3.2.2). */
void recur_add_exchange_rule(struct str *b, const struct recur *r,
			     const char *until);
/* The RRULE as a pattern. start: wall time of DTSTART, which fills what the
 * rule leaves out. False (ERR_UNSUPPORTED): Exchange has no such pattern. */
bool recur_from_rule(struct recur *out, const char *rule, int64_t start,
		     struct err *err) MUST_CHECK;

/* Wall times of the pattern in [from, to), rising; at most `most` calls, and
 * it always ends. False from fn stops. */
typedef bool (*recur_fn)(void *ctx, int64_t wall);
void recur_walk(const struct recur *r, int64_t start, int64_t from, int64_t to,
		size_t most, recur_fn fn, void *ctx);
/* The last wall start of a series that ends; CLOCK_NEVER: endless, none. */
int64_t recur_last(const struct recur *r, int64_t start);

/* One appearance of an entry in a view. */
struct occurrence {
	const struct appointment *entry; /* what to show: entry or exception */
	const struct appointment *of;	 /* the series; NULL: not of one */
	int64_t start, end;		 /* instants; all-day: in `viewer` */
	int64_t original;		 /* by the pattern; NEVER: no series */
};
typedef bool (*occurrence_fn)(void *ctx, const struct occurrence *o);
/* Appearances that overlap [from, to), instants. All-day entries lie on the
 * viewer's days. */
void occurrences_walk(struct tz_set *zones, const struct appointment *a,
		      const struct zone *viewer, int64_t from, int64_t to,
		      size_t most, occurrence_fn fn, void *ctx);
#endif
