/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * The cases where calendars go wrong, each worked out by hand with its
 * reason, and input no calendar should have.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "ical/ics.h"

#define DAILY .kind = RECUR_DAILY, .interval = 1
#define WEEKLY(mask) .kind = RECUR_WEEKLY, .interval = 1, .days = (mask)
#define SUN 1u
#define MON 2u
#define TUE 4u
#define WED 8u
#define FRI 0x20u
#define SAT 0x40u

struct hard {
	const char *zone, *start; /* start: wall time there */
	struct recur recur;
	int which;	 /* occurrence, from 0 */
	const char *utc; /* where it is */
	const char *reason;
};

static const struct hard cases[] = {
	{"W. Europe Standard Time",
	 "2024-03-29T09:00:00",
	 {DAILY},
	 1,
	 "2024-03-30T08:00:00Z",
	 "the day before summer time: UTC+1"},
	{"W. Europe Standard Time",
	 "2024-03-29T09:00:00",
	 {DAILY},
	 2,
	 "2024-03-31T07:00:00Z",
	 "clocks went forward at 2: 9 o'clock is UTC+2"},
	{"W. Europe Standard Time",
	 "2024-03-29T02:30:00",
	 {DAILY},
	 2,
	 "2024-03-31T01:30:00Z",
	 "2:30 does not exist: read with the offset before, it shows 3:30"},
	{"W. Europe Standard Time",
	 "2024-03-29T02:30:00",
	 {DAILY},
	 3,
	 "2024-04-01T00:30:00Z",
	 "and 2:30 is back the day after"},
	{"W. Europe Standard Time",
	 "2024-10-25T02:30:00",
	 {DAILY},
	 2,
	 "2024-10-27T00:30:00Z",
	 "2:30 comes twice: the first, still UTC+2"},
	{"W. Europe Standard Time",
	 "2024-10-25T02:30:00",
	 {DAILY},
	 3,
	 "2024-10-28T01:30:00Z",
	 "UTC+1 from then on"},
	{"Pacific Standard Time",
	 "2024-11-02T01:30:00",
	 {DAILY},
	 1,
	 "2024-11-03T08:30:00Z",
	 "1:30 comes twice in the US: first, UTC-7"},
	{"Pacific Standard Time",
	 "2006-10-25T09:00:00",
	 {WEEKLY(WED)},
	 1,
	 "2006-11-01T17:00:00Z",
	 "until 2006 US summer time ended in October: UTC-8 already"},
	{"Pacific Standard Time",
	 "2007-10-24T09:00:00",
	 {WEEKLY(WED)},
	 1,
	 "2007-10-31T16:00:00Z",
	 "since 2007 it ends in November: still UTC-7"},
	{"Pacific Standard Time",
	 "2007-03-07T09:00:00",
	 {WEEKLY(WED)},
	 1,
	 "2007-03-14T16:00:00Z",
	 "and begins on the second Sunday of March"},
	{"Russian Standard Time",
	 "2014-10-20T09:00:00",
	 {WEEKLY(MON)},
	 0,
	 "2014-10-20T05:00:00Z",
	 "Moscow was UTC+4 all year from 2011"},
	{"Russian Standard Time",
	 "2014-10-20T09:00:00",
	 {WEEKLY(MON)},
	 1,
	 "2014-10-27T06:00:00Z",
	 "and UTC+3 for good since 26 October 2014"},
	{"Turkey Standard Time",
	 "2016-10-25T09:00:00",
	 {WEEKLY(TUE)},
	 2,
	 "2016-11-08T06:00:00Z",
	 "Turkey stayed on summer time in 2016: UTC+3"},
	{"E. South America Standard Time",
	 "2018-10-31T09:00:00",
	 {WEEKLY(WED)},
	 1,
	 "2018-11-07T11:00:00Z",
	 "Brazil's last summer time began on 4 November 2018: UTC-2"},
	{"E. South America Standard Time",
	 "2019-10-30T09:00:00",
	 {WEEKLY(WED)},
	 1,
	 "2019-11-06T12:00:00Z",
	 "abolished in 2019: UTC-3 all year"},
	{"AUS Eastern Standard Time",
	 "2024-04-05T09:00:00",
	 {DAILY},
	 2,
	 "2024-04-06T23:00:00Z",
	 "in the south summer time ends in April: UTC+10"},
	{"Lord Howe Standard Time",
	 "2024-04-05T09:00:00",
	 {DAILY},
	 1,
	 "2024-04-05T22:00:00Z",
	 "summer time of half an hour: UTC+11"},
	{"Lord Howe Standard Time",
	 "2024-04-05T09:00:00",
	 {DAILY},
	 2,
	 "2024-04-06T22:30:00Z",
	 "UTC+10:30 after it"},
	{"Nepal Standard Time",
	 "2024-01-01T09:00:00",
	 {DAILY},
	 0,
	 "2024-01-01T03:15:00Z",
	 "an offset of quarters: UTC+5:45"},
	{"Samoa Standard Time",
	 "2011-12-28T09:00:00",
	 {DAILY},
	 1,
	 "2011-12-29T19:00:00Z",
	 "Samoa before its jump: UTC-10"},
	{"Samoa Standard Time",
	 "2011-12-28T09:00:00",
	 {DAILY},
	 3,
	 "2011-12-30T19:00:00Z",
	 "31 December 2011 after the day that was left out: UTC+14"},
	{"Egypt Standard Time",
	 "2024-04-24T09:00:00",
	 {DAILY},
	 2,
	 "2024-04-26T06:00:00Z",
	 "Egypt has summer time again since 2023, from the last Friday"},
	{"Iran Standard Time",
	 "2022-09-20T09:00:00",
	 {DAILY},
	 2,
	 "2022-09-22T05:30:00Z",
	 "Iran's last change, to UTC+3:30"},
	{"Iran Standard Time",
	 "2023-06-01T09:00:00",
	 {DAILY},
	 0,
	 "2023-06-01T05:30:00Z",
	 "no summer time there since"},
	{"Greenland Standard Time",
	 "2023-03-24T09:00:00",
	 {DAILY},
	 3,
	 "2023-03-27T11:00:00Z",
	 "Greenland took UTC-2 as its standard in 2023"},
	{"GMT Standard Time",
	 "1995-10-21T09:00:00",
	 {DAILY},
	 1,
	 "1995-10-22T09:00:00Z",
	 "until 1995 British summer time ended on the fourth Sunday"},
	{"UTC",
	 "2024-03-30T09:00:00",
	 {DAILY},
	 1,
	 "2024-03-31T09:00:00Z",
	 "no changes in UTC"},
	{"tzone://Microsoft/Utc",
	 "2024-03-30T09:00:00",
	 {DAILY},
	 1,
	 "2024-03-31T09:00:00Z",
	 "Exchange's own name for it"},
	{"(UTC+05:30) Chennai, Kolkata",
	 "2024-03-30T09:00:00",
	 {DAILY},
	 1,
	 "2024-03-31T03:30:00Z",
	 "a display name in place of an id"},
	/* leap days and month ends */
	{"UTC",
	 "2024-02-29T09:00:00",
	 {.kind = RECUR_YEARLY, .interval = 1, .day = 29, .month = 2},
	 1,
	 "2025-02-28T09:00:00Z",
	 "29 February falls to the 28th (12.3)"},
	{"UTC",
	 "2024-02-29T09:00:00",
	 {.kind = RECUR_YEARLY, .interval = 1, .day = 29, .month = 2},
	 4,
	 "2028-02-29T09:00:00Z",
	 "and is itself in a leap year"},
	{"UTC",
	 "2096-02-29T09:00:00",
	 {.kind = RECUR_YEARLY, .interval = 1, .day = 29, .month = 2},
	 4,
	 "2100-02-28T09:00:00Z",
	 "2100 is no leap year"},
	{"UTC",
	 "2024-01-31T09:00:00",
	 {.kind = RECUR_MONTHLY, .interval = 1, .day = 31},
	 1,
	 "2024-02-29T09:00:00Z",
	 "the 31st of February 2024 is its last day"},
	{"UTC",
	 "2024-01-31T09:00:00",
	 {.kind = RECUR_MONTHLY, .interval = 1, .day = 31},
	 3,
	 "2024-04-30T09:00:00Z",
	 "and 30 April"},
	{"UTC",
	 "2024-01-30T09:00:00",
	 {.kind = RECUR_MONTHLY, .interval = 1, .day = 30},
	 1,
	 "2024-02-29T09:00:00Z",
	 "the 30th in February"},
	{"UTC",
	 "2024-01-30T09:00:00",
	 {.kind = RECUR_MONTHLY, .interval = 1, .day = 30},
	 2,
	 "2024-03-30T09:00:00Z",
	 "but not the 31st in March"},
	{"UTC",
	 "2024-01-29T09:00:00",
	 {.kind = RECUR_MONTHLY, .interval = 13, .day = 29},
	 1,
	 "2025-02-28T09:00:00Z",
	 "13 months on, a short February"},
	/* week start: every second week of Sunday and Monday */
	{"UTC",
	 "2024-01-01T09:00:00",
	 {.kind = RECUR_WEEKLY,
	  .interval = 2,
	  .days = SUN | MON,
	  .week_start = 1},
	 1,
	 "2024-01-07T09:00:00Z",
	 "weeks begin on Monday: Sunday 7 is in the week of Monday 1"},
	{"UTC",
	 "2024-01-01T09:00:00",
	 {.kind = RECUR_WEEKLY,
	  .interval = 2,
	  .days = SUN | MON,
	  .week_start = 0},
	 1,
	 "2024-01-14T09:00:00Z",
	 "weeks begin on Sunday: Sunday 7 is in the week left out"},
	{"UTC",
	 "2023-12-31T09:00:00",
	 {.kind = RECUR_WEEKLY,
	  .interval = 2,
	  .days = SUN | SAT,
	  .week_start = 1},
	 1,
	 "2024-01-13T09:00:00Z",
	 "Sunday ends its week: the next counts two weeks from Monday 25"},
	/* nth weekdays */
	{"UTC",
	 "2024-01-31T09:00:00",
	 {.kind = RECUR_MONTHLY_NTH,
	  .interval = 1,
	  .days = RECUR_WORKDAYS,
	  .nth = 5},
	 2,
	 "2024-03-29T09:00:00Z",
	 "the last working day of March 2024 is Friday 29 (30, 31: weekend)"},
	{"UTC",
	 "2024-01-31T09:00:00",
	 {.kind = RECUR_MONTHLY_NTH,
	  .interval = 1,
	  .days = RECUR_ALL_DAYS,
	  .nth = 5},
	 1,
	 "2024-02-29T09:00:00Z",
	 "the last day of any kind"},
	{"UTC",
	 "2024-01-06T09:00:00",
	 {.kind = RECUR_MONTHLY_NTH,
	  .interval = 1,
	  .days = RECUR_WEEKEND,
	  .nth = 1},
	 5,
	 "2024-06-01T09:00:00Z",
	 "June 2024 begins with a Saturday"},
	{"UTC",
	 "2024-01-22T09:00:00",
	 {.kind = RECUR_MONTHLY_NTH, .interval = 1, .days = MON, .nth = 4},
	 3,
	 "2024-04-22T09:00:00Z",
	 "April 2024 has five Mondays: the fourth is not the last"},
	{"UTC",
	 "2024-01-29T09:00:00",
	 {.kind = RECUR_MONTHLY_NTH, .interval = 1, .days = MON, .nth = 5},
	 1,
	 "2024-02-26T09:00:00Z",
	 "last, not fifth: February 2024 has four Mondays"},
	{"UTC",
	 "2024-03-31T09:00:00",
	 {.kind = RECUR_YEARLY_NTH,
	  .interval = 1,
	  .days = SUN,
	  .nth = 5,
	  .month = 3},
	 1,
	 "2025-03-30T09:00:00Z",
	 "last Sunday of March 2025"},
	{"UTC",
	 "2024-11-28T09:00:00",
	 {.kind = RECUR_YEARLY_NTH,
	  .interval = 1,
	  .days = 0x10,
	  .nth = 4,
	  .month = 11},
	 4,
	 "2028-11-23T09:00:00Z",
	 "Thanksgiving 2028: November begins with a Wednesday"},
	{"UTC",
	 "2024-01-03T09:00:00",
	 {.kind = RECUR_MONTHLY_NTH,
	  .interval = 1,
	  .days = RECUR_ALL_DAYS,
	  .nth = 3},
	 1,
	 "2024-02-03T09:00:00Z",
	 "the third day is the 3rd"},
	/* ends */
	{"W. Europe Standard Time",
	 "2024-01-08T23:30:00",
	 {WEEKLY(MON), .end = RECUR_UNTIL, .end_day = 1711324800},
	 11,
	 "2024-03-25T22:30:00Z",
	 "until 25 March, a day in Berlin: 23:30 there still counts"},
	{"Tokyo Standard Time",
	 "2024-01-01T07:00:00",
	 {WEEKLY(MON)},
	 1,
	 "2024-01-07T22:00:00Z",
	 "Monday in Tokyo is Sunday in UTC"},
	{"Hawaiian Standard Time",
	 "2024-01-05T20:00:00",
	 {WEEKLY(FRI)},
	 1,
	 "2024-01-13T06:00:00Z",
	 "Friday evening in Hawaii is Saturday in UTC"},
	{"W. Europe Standard Time",
	 "2024-03-30T09:00:00",
	 {DAILY, .end = RECUR_COUNTED, .count = 3},
	 2,
	 "2024-04-01T07:00:00Z",
	 "the third of three: days are counted, not 24 hours each"},
	/* more zones whose rules change or are odd */
	{"Chatham Islands Standard Time",
	 "2024-04-06T09:00:00",
	 {DAILY},
	 0,
	 "2024-04-05T19:15:00Z",
	 "summer time on top of three quarters: UTC+13:45"},
	{"Chatham Islands Standard Time",
	 "2024-04-06T09:00:00",
	 {DAILY},
	 1,
	 "2024-04-06T20:15:00Z",
	 "it ended at 3:45 on the first Sunday of April: UTC+12:45"},
	{"Central Standard Time (Mexico)",
	 "2022-06-01T09:00:00",
	 {.kind = RECUR_YEARLY, .interval = 1, .day = 1, .month = 6},
	 0,
	 "2022-06-01T14:00:00Z",
	 "Mexico's last summer time, UTC-5"},
	{"Central Standard Time (Mexico)",
	 "2022-06-01T09:00:00",
	 {.kind = RECUR_YEARLY, .interval = 1, .day = 1, .month = 6},
	 1,
	 "2023-06-01T15:00:00Z",
	 "abolished in October 2022: UTC-6 in June, too"},
	{"Jordan Standard Time",
	 "2022-01-15T09:00:00",
	 {.kind = RECUR_YEARLY, .interval = 1, .day = 15, .month = 1},
	 1,
	 "2023-01-15T06:00:00Z",
	 "winter, and yet UTC+3: summer time for good since October 2022"},
	{"Morocco Standard Time",
	 "2024-03-09T09:00:00",
	 {DAILY},
	 1,
	 "2024-03-10T09:00:00Z",
	 "Morocco leaves UTC+1 for UTC in Ramadan, from 10 March 2024"},
	{"Morocco Standard Time",
	 "2024-03-09T09:00:00",
	 {DAILY},
	 36,
	 "2024-04-14T08:00:00Z",
	 "36 days on it is back at UTC+1, since 2 o'clock of 14 April"},
	{"Line Islands Standard Time",
	 "2024-01-01T09:00:00",
	 {WEEKLY(MON)},
	 0,
	 "2023-12-31T19:00:00Z",
	 "UTC+14: Monday of the new year there is last year's Sunday"},
	/* months and weeks that are easily miscounted */
	{"UTC",
	 "2024-12-31T09:00:00",
	 {.kind = RECUR_MONTHLY, .interval = 2, .day = 31},
	 1,
	 "2025-02-28T09:00:00Z",
	 "two months after 31 December: the last of February, no leap year"},
	{"UTC",
	 "2024-02-23T09:00:00",
	 {.kind = RECUR_YEARLY_NTH,
	  .interval = 1,
	  .days = FRI,
	  .nth = 5,
	  .month = 2},
	 1,
	 "2025-02-28T09:00:00Z",
	 "the last Friday of February: the 23rd in 2024, the 28th in 2025"},
	{"UTC",
	 "2024-01-02T09:00:00",
	 {.kind = RECUR_WEEKLY,
	  .interval = 2,
	  .days = TUE | SUN,
	  .week_start = 1},
	 1,
	 "2024-01-07T09:00:00Z",
	 "weeks begin on Monday: Sunday the 7th ends the first of them"},
	{"UTC",
	 "2024-01-02T09:00:00",
	 {.kind = RECUR_WEEKLY,
	  .interval = 2,
	  .days = TUE | SUN,
	  .week_start = 0},
	 1,
	 "2024-01-14T09:00:00Z",
	 "weeks begin on Sunday: the 7th begins one that is left out"},
};
_Static_assert(ARRAY_LEN(cases) >= 60, "sixty cases, each with its reason");

struct nth {
	int left;
	int64_t start;
};

static bool take_nth(void *ctx, const struct occurrence *o)
{
	struct nth *n = ctx;

	n->start = o->start;
	return n->left-- > 0;
}

static void hard_cases(void **state)
{
	struct tz_set *zones = tz_set_new();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const struct hard *c = &cases[i];
		struct str got CLEANUP(str_release) = STR_INIT;
		struct nth n = {.left = c->which};
		struct appointment a;
		int64_t wall;

		assert_true(c->reason && strlen(c->reason) > 10);
		appointment_init(&a);
		a.kind = APPOINTMENT_SERIES;
		a.zone = xstrdup(c->zone);
		a.recur = c->recur;
		assert_true(clock_parse_iso(c->start, &wall));
		assert_non_null(tz_find(zones, a.zone, NULL));
		a.start = zone_instant(tz_of(zones, &a), wall);
		a.end = a.start + 3600;
		occurrences_walk(zones, &a, tz_local(zones), 0, INT64_MAX / 2,
				 1000, take_nth, &n);
		clock_add_iso(&got, n.start);
		if (strcmp(got.s, c->utc) != 0)
			fail_msg("%s from %s, %d: %s, not %s (%s)", c->zone,
				 c->start, c->which, got.s, c->utc, c->reason);
		appointment_release(&a);
	}
	tz_set_free(zones);
}

static bool count(void *ctx, const struct occurrence *o)
{
	(void)o;
	++*(int *)ctx;
	return true;
}

static void all_day_stays_on_its_day(void **state)
{
	struct zone *far[] = {zone_load("Pacific/Kiritimati"),
			      zone_load("Pacific/Pago_Pago")};
	struct tz_set *zones = tz_set_new();
	struct appointment a;

	(void)state;
	appointment_init(&a);
	a.flags = APPT_ALL_DAY;
	a.start = clock_from_utc(2024, 6, 3, 0, 0, 0);
	a.end = a.start + 86400;
	for (size_t i = 0; i < 2; i++) {
		int64_t day = zone_instant(far[i], a.start);
		int n = 0;

		occurrences_walk(zones, &a, far[i], day, day + 86400, 10, count,
				 &n);
		assert_int_equal(n, 1);
		occurrences_walk(zones, &a, far[i], day + 86400,
				 day + 2 * 86400, 10, count, &n);
		occurrences_walk(zones, &a, far[i], day - 86400, day, 10, count,
				 &n);
		assert_int_equal(n, 1);
		zone_free(far[i]);
	}
	appointment_release(&a);
	tz_set_free(zones);
}

static void zones_by_rule(void **state)
{
	struct zone_change standard = {3600, 10, 5, 0, 10800};
	struct zone_change daylight = {7200, 3, 5, 0, 7200}, s, d;
	char *rule = zone_make_rule(&standard, &daylight);
	struct zone *z = zone_from_rule(rule), *berlin;
	static const char *const absurd[] = {"",
					     "X",
					     "CET",
					     "CET-99",
					     "CET-1CEST,M3",
					     "CET-1CEST,M13.1.0,M10.5.0",
					     "CET-1CEST,M3.5.0",
					     "CET-1CEST,M3.6.0,M10.5.0",
					     NULL};

	(void)state;
	assert_non_null(z);
	berlin = zone_load("Europe/Berlin");
	for (int64_t t = clock_from_utc(2023, 1, 1, 0, 0, 0);
	     t < clock_from_utc(2045, 1, 1, 0, 0, 0); t += 3600)
		assert_int_equal(zone_offset(z, t), zone_offset(berlin, t));
	zone_changes(berlin, 2024, &s, &d);
	assert_memory_equal(&s, &standard, sizeof(s));
	assert_memory_equal(&d, &daylight, sizeof(d));
	for (size_t i = 0; i < ARRAY_LEN(absurd); i++)
		assert_null(zone_from_rule(absurd[i]));
	assert_null(zone_load("../../etc/passwd"));
	assert_null(zone_load("No/Such_Zone"));
	free(rule);
	zone_free(z);
	zone_free(berlin);
}

static void read_bad(const char *text, size_t entries, size_t notes)
{
	struct tz_set *zones = tz_set_new();
	struct err err = ERR_INIT;
	struct ics c;

	if (ics_read(&c, text, strlen(text), zones, &err)) {
		assert_int_equal(c.entries.n, entries);
		if (c.notes.n != notes)
			fail_msg("%s: %s", text,
				 c.notes.n ? c.notes.v[0] : "no note");
		ics_release(&c);
	} else {
		assert_int_equal(entries, 0);
		assert_int_equal(err.kind, ERR_INPUT);
	}
	tz_set_free(zones);
}

#define CAL(text) "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n" text "END:VCALENDAR\r\n"
#define EV(text) "BEGIN:VEVENT\r\nUID:u\r\n" text "END:VEVENT\r\n"

static void bad_calendars(void **state)
{
	(void)state;
	read_bad("", 0, 0);
	read_bad("nothing", 0, 0);
	read_bad(CAL(""), 0, 0);
	/* no end, and an end before the start */
	read_bad(CAL(EV("DTSTART:20240101T090000Z\r\n")), 1, 0);
	read_bad(CAL(EV("DTSTART:20240101T090000Z\r\n"
			"DTEND:20240101T080000Z\r\n")),
		 1, 1);
	/* a rule that never yields, one that Exchange cannot have */
	read_bad(CAL(EV("DTSTART:20240101T090000Z\r\nDTEND:20240101T100000Z\r\n"
			"RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30\r\n")),
		 1, 0);
	read_bad(CAL(EV("DTSTART:20240101T090000Z\r\nDTEND:20240101T100000Z\r\n"
			"RRULE:FREQ=SECONDLY;BYMONTHDAY=30\r\n")),
		 1, 1);
	/* an unknown zone; END:VCALENDAR missing (12.6) */
	read_bad(CAL(EV("DTSTART;TZID=Middle Earth:20240101T090000\r\n"
			"DTEND;TZID=Middle Earth:20240101T100000\r\n")),
		 1, 0);
	read_bad("BEGIN:VCALENDAR\r\n"
		 "BEGIN:VEVENT\r\nDTSTART:20240101T090000Z\r\nEND:VEVENT\r\n",
		 1, 0);
	/* two series of one UID */
	read_bad(
		CAL(EV("DTSTART:20240101T090000Z\r\nDTEND:20240101T100000Z\r\n"
		       "RRULE:FREQ=DAILY\r\n") EV("DTSTART:20250101T090000Z\r\n"
						  "DTEND:20250101T100000Z\r\n"
						  "RRULE:FREQ=DAILY\r\n")),
		1, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hard_cases),
		cmocka_unit_test(all_day_stays_on_its_day),
		cmocka_unit_test(zones_by_rule),
		cmocka_unit_test(bad_calendars),
	};

	return cmocka_run_group_tests_name("recur_hard", tests, NULL, NULL);
}
