/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef UI_DATES_H
#define UI_DATES_H
/*
 * Days and times for people, in the locale's names of days and months. All
 * texts are UTF-8 and appended. wall: wall time (base/zone.h).
 */
#include "base/zone.h"

/* "Mon", "November", "Nov"; weekday 0 Sunday, month 1-12. */
const char *dates_weekday(int weekday);
const char *dates_month(int month);
const char *dates_month_short(int month);
/* 0 Sunday. The locale's; the C locale knows none, ISO 8601 says Monday. */
int dates_first_weekday(void);
/* ISO 8601: the week that holds the Thursday. */
int dates_week_number(int64_t day);

/* Does the locale number the months, years first (Chinese, Japanese, Korean)? */
bool dates_are_counted(void);

void dates_add_clock(struct str *out, int64_t wall); /* "09:30" */
void dates_add_day(struct str *out, int64_t wall);   /* "Tue 24 Nov 2026" */
/* "Tue 24 Nov"; where months are numbers "11-24 Tue". */
void dates_add_short_day(struct str *out, int64_t wall);
/* "November 2026" */
void dates_add_month(struct str *out, int64_t wall);
/* "09:30-10:15", "all day", "Mon 23:00-Tue 01:00". */
void dates_add_times(struct str *out, int64_t start, int64_t end, bool all_day,
		     const struct zone *zone);
/* "45 min", "1 h", "1 h 30", "2 days" */
void dates_add_length(struct str *out, int64_t seconds);

/* A due date as people say it: today, tomorrow, monday, 3d, 2w, 2026-12-01.
 * CLOCK_NEVER: not understood. */
int64_t dates_parse_due(const char *text);
#endif
