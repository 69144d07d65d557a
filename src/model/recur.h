/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef MODEL_RECUR_H
#define MODEL_RECUR_H
/*
 * The pattern of a series as Exchange knows it. Days are wall midnights in the
 * entry's own zone (base/zone.h).
 */
#include "base/str.h"

/* X(id, name in JSON, EWS element) */
#define RECUR_KINDS(X)                                                         \
	X(NONE, "none", "")                                                    \
	X(DAILY, "daily", "DailyRecurrence")                                   \
	X(WEEKLY, "weekly", "WeeklyRecurrence")                                \
	X(MONTHLY, "monthly", "AbsoluteMonthlyRecurrence")                     \
	X(MONTHLY_NTH, "monthly-nth", "RelativeMonthlyRecurrence")             \
	X(YEARLY, "yearly", "AbsoluteYearlyRecurrence")                        \
	X(YEARLY_NTH, "yearly-nth", "RelativeYearlyRecurrence")
enum recur_kind {
#define X(id, name, ews) RECUR_##id,
	RECUR_KINDS(X)
#undef X
		RECUR_KIND_COUNT
};

enum recur_end { RECUR_ENDLESS, RECUR_UNTIL, RECUR_COUNTED };
#define RECUR_ALL_DAYS 0x7fu
#define RECUR_WORKDAYS 0x3eu /* Monday to Friday */
#define RECUR_WEEKEND 0x41u

struct recur {
	enum recur_kind kind;
	int interval;	   /* of days, weeks, months; >= 1 */
	unsigned days;	   /* bit 0 Sunday; WEEKLY, *_NTH */
	int nth;	   /* 1-4, 5 last; *_NTH */
	int day;	   /* of the month; 31 in a short one: its last */
	int month;	   /* 1-12; YEARLY, YEARLY_NTH */
	int week_start;	   /* 0 Sunday; matters to WEEKLY with interval > 1 */
	int64_t start_day; /* wall midnight; CLOCK_NEVER: of the start */
	enum recur_end end;
	int64_t end_day; /* RECUR_UNTIL: last wall midnight that counts */
	int count;	 /* RECUR_COUNTED */
};

/* "weekly on Mon, Thu until 27 Jun 2024"; nothing where there is no series. */
void recur_add_text(struct str *b, const struct recur *r);
/* The pattern of a series whose first day becomes another one (wall midnights):
 * "weekly on Mon" goes to Tuesdays, "on the 3rd" to the 4th. */
void recur_follow(struct recur *r, int64_t from, int64_t to);
/* The same days, wherever they end. */
bool recur_same_pattern(const struct recur *a, const struct recur *b);
bool recur_equal(const struct recur *a, const struct recur *b);
const char *recur_kind_name(enum recur_kind k);
#endif
