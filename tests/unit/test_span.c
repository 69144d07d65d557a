/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>

#include "base/str.h"
#include "text/span.h"

/* Tuesday 24 November 2026, 11:32 in Berlin (UTC+1) */
#define NOW clock_from_utc(2026, 11, 24, 10, 32, 0)

static void days(void **state)
{
	static const struct {
		const char *text, *from, *to; /* UTC */
	} rows[] = {
		{"", "2026-11-23T23:00:00Z", "2026-11-24T23:00:00Z"},
		{"today", "2026-11-23T23:00:00Z", "2026-11-24T23:00:00Z"},
		{"tomorrow 3d", "2026-11-24T23:00:00Z", "2026-11-27T23:00:00Z"},
		{"week", "2026-11-22T23:00:00Z", "2026-11-29T23:00:00Z"},
		{"next week", "2026-11-29T23:00:00Z", "2026-12-06T23:00:00Z"},
		{"next mon", "2026-11-29T23:00:00Z", "2026-11-30T23:00:00Z"},
		{"last fri", "2026-11-19T23:00:00Z", "2026-11-20T23:00:00Z"},
		{"month", "2026-10-31T23:00:00Z", "2026-11-30T23:00:00Z"},
		{"next month", "2026-11-30T23:00:00Z", "2026-12-31T23:00:00Z"},
		{"fri", "2026-11-26T23:00:00Z", "2026-11-27T23:00:00Z"},
		{"mon fri", "2026-11-29T23:00:00Z", "2026-12-04T23:00:00Z"},
		{"5d", "2026-11-23T23:00:00Z", "2026-11-28T23:00:00Z"},
		{"2026-11-30", "2026-11-29T23:00:00Z", "2026-11-30T23:00:00Z"},
		{"2026-11-30 2026-12-04", "2026-11-29T23:00:00Z",
		 "2026-12-04T23:00:00Z"},
		{"30 nov 2d", "2026-11-29T23:00:00Z", "2026-12-01T23:00:00Z"},
		/* summer time begins inside: 23 hours less a day's 24 */
		{"2027-03-27 2d", "2027-03-26T23:00:00Z",
		 "2027-03-28T22:00:00Z"},
	};
	static const char *const bad[] = {"sometime", "2026-13-01", "fri x",
					  "2026-12-04 2026-11-30", "0d"};
	struct zone *z = zone_load("Europe/Berlin");
	int64_t from, to;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct str a CLEANUP(str_release) = STR_INIT;
		struct str b CLEANUP(str_release) = STR_INIT;

		if (!span_parse_days(rows[i].text, z, NOW, &from, &to, NULL))
			fail_msg("%s", rows[i].text);
		clock_add_iso(&a, from);
		clock_add_iso(&b, to);
		if (strcmp(a.s, rows[i].from) || strcmp(b.s, rows[i].to))
			fail_msg("'%s': %s %s", rows[i].text, a.s, b.s);
	}
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		if (span_parse_days(bad[i], z, NOW, &from, &to, NULL) &&
		    strcmp(bad[i], "0d"))
			fail_msg("'%s' is no range", bad[i]);
	zone_free(z);
}

static void entries(void **state)
{
	static const struct {
		const char *text, *start, *end, *rest;
		bool all_day;
	} rows[] = {
		{"fri 9:30 45m Title", "2026-11-27T08:30:00Z",
		 "2026-11-27T09:15:00Z", "Title", false},
		{"fri 9:30 for 45m Title", "2026-11-27T08:30:00Z",
		 "2026-11-27T09:15:00Z", "Title", false},
		{"tomorrow 10-11 Two words", "2026-11-25T09:00:00Z",
		 "2026-11-25T10:00:00Z", "Two words", false},
		{"2026-11-30 14:00-15:30 X", "2026-11-30T13:00:00Z",
		 "2026-11-30T14:30:00Z", "X", false},
		{"2026-11-30T14:00 X", "2026-11-30T13:00:00Z",
		 "2026-11-30T14:00:00Z", "X", false},
		{"9:30 X", "2026-11-25T08:30:00Z", "2026-11-25T09:30:00Z", "X",
		 false}, /* past today */
		{"15:00 X", "2026-11-24T14:00:00Z", "2026-11-24T15:00:00Z", "X",
		 false},
		{"3pm - 4pm X", "2026-11-24T14:00:00Z", "2026-11-24T15:00:00Z",
		 "X", false},
		{"fri 23:00-1:00 Party", "2026-11-27T22:00:00Z",
		 "2026-11-28T00:00:00Z", "Party", false},
		{"fri Offsite", "2026-11-27T00:00:00Z", "2026-11-28T00:00:00Z",
		 "Offsite", true},
		{"mon - wed Offsite", "2026-11-30T00:00:00Z",
		 "2026-12-03T00:00:00Z", "Offsite", true},
		{"30 nov 3d Offsite", "2026-11-30T00:00:00Z",
		 "2026-12-03T00:00:00Z", "Offsite", true},
		{"fri 9:30 3 wise men", "2026-11-27T08:30:00Z",
		 "2026-11-27T09:30:00Z", "3 wise men", false},
		{"fri 42 Title", "2026-11-27T00:00:00Z", "2026-11-28T00:00:00Z",
		 "42 Title", true},
	};
	struct zone *z = zone_load("Europe/Berlin");
	struct span s;
	const char *rest;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct str a CLEANUP(str_release) = STR_INIT;
		struct str b CLEANUP(str_release) = STR_INIT;
		struct err err = ERR_INIT;

		if (!span_parse(rows[i].text, z, NOW, 3600, NULL, &s, &rest,
				&err))
			fail_msg("%s", err.text);
		clock_add_iso(&a, s.start);
		clock_add_iso(&b, s.end);
		if (strcmp(a.s, rows[i].start) || strcmp(b.s, rows[i].end) ||
		    strcmp(rest, rows[i].rest) || s.all_day != rows[i].all_day)
			fail_msg("'%s': %s %s '%s'", rows[i].text, a.s, b.s,
				 rest);
	}
	assert_false(span_parse("Title", z, NOW, 3600, NULL, &s, &rest, NULL));
	assert_false(span_parse("", z, NOW, 3600, NULL, &s, &rest, NULL));
	zone_free(z);
}

static void changes(void **state)
{
	struct zone *z = zone_load("Europe/Berlin");
	struct span base = {.start = clock_from_utc(2027, 3, 26, 8, 0, 0),
			    .end = clock_from_utc(2027, 3, 26, 9, 0, 0)};
	struct span s;
	const char *rest;

	(void)state;
	/* two days later is 9 o'clock again, summer time or not */
	assert_true(span_parse("+2d", z, NOW, 0, &base, &s, &rest, NULL));
	assert_int_equal(s.start, clock_from_utc(2027, 3, 28, 7, 0, 0));
	assert_int_equal(s.end - s.start, 3600);
	assert_true(span_parse("-30m", z, NOW, 0, &base, &s, &rest, NULL));
	assert_int_equal(s.start, base.start - 1800);
	assert_true(span_parse("13:00", z, NOW, 0, &base, &s, &rest, NULL));
	assert_int_equal(s.start, clock_from_utc(2027, 3, 26, 12, 0, 0));
	assert_int_equal(s.end - s.start, 3600);
	assert_true(
		span_parse("2027-04-01", z, NOW, 0, &base, &s, &rest, NULL));
	assert_int_equal(s.start, clock_from_utc(2027, 4, 1, 7, 0, 0));
	zone_free(z);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(days),
		cmocka_unit_test(entries),
		cmocka_unit_test(changes),
	};

	return cmocka_run_group_tests_name("span", tests, NULL, NULL);
}
