/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef BASE_ZONE_H
#define BASE_ZONE_H
/*
 * Time zones: which offset holds when. A zone is read from the system's
 * database (TZif, RFC 8536) by its IANA name, or made of a POSIX rule such as
 * "<+01>-1<+02>,M3.5.0/2,M10.5.0/3", which is also the form in which rules
 * that servers and calendars spell out are kept.
 *
 * Wall time is int64_t seconds as if the wall clock showed UTC: the same
 * arithmetic, no zone. A zone is immutable once made and may be shared.
 */
#include "base/clock.h"
#include "base/err.h"

struct zone;

/* By IANA name ("Europe/Berlin", "UTC"). NULL: no such zone here. */
struct zone *zone_load(const char *name);
/* NULL: not a rule. Absurd ones (offsets beyond a day) are refused too. */
struct zone *zone_from_rule(const char *posix);
/* The person's own: $TZ, else /etc/localtime, else UTC. Never NULL. */
struct zone *zone_load_local(void);
void zone_free(struct zone *z);
/* "Europe/Berlin", or the rule. */
const char *zone_name(const struct zone *z);

/* Seconds east of UTC at an instant. */
int zone_offset(const struct zone *z, int64_t utc);
int64_t zone_wall(const struct zone *z, int64_t utc);
/* The instant a wall clock shows this. Shown twice: the first time (RFC 5545
 * 3.3.5). Never shown: as if the clock had not been set forward. */
int64_t zone_instant(const struct zone *z, int64_t wall);

/* Wall time as parts (offset 0), and back; day 31 of a short month and month
 * 13 are carried over. */
void zone_parts(int64_t wall, struct clock_parts *out);
int64_t zone_wall_of(int year, int month, int day, int hour, int minute);
/* Midnight of the day. */
int64_t zone_day(int64_t wall);
int zone_weekday(int64_t wall); /* 0 Sunday */
int zone_month_days(int year, int month);

/* One half of a yearly rule as Windows, EWS and POSIX tell it. */
struct zone_change {
	int offset;  /* seconds east of UTC from then on */
	int month;   /* 1-12; 0: there is no change in the year */
	int week;    /* 1-4, 5 last */
	int weekday; /* 0 Sunday */
	int time;    /* seconds after midnight, old wall time */
};
/* The POSIX rule of a zone with these two; caller frees. daylight NULL or
 * without a month: the same all year. */
char *zone_make_rule(const struct zone_change *standard,
		     const struct zone_change *daylight);
/* The yearly changes of a zone as they are in `year`, for servers that want
 * them spelt out. daylight->month 0: none. Where a zone's rule cannot be said
 * like this the nearest that can is given. */
void zone_changes(const struct zone *z, int year, struct zone_change *standard,
		  struct zone_change *daylight);
#endif
