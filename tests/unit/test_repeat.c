/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>

#include "text/repeat.h"

/* Tuesday 24 November 2026 */
#define START zone_wall_of(2026, 11, 24, 10, 0)

static char *said(const char *text, struct err *err)
{
	struct zone *z = zone_load("Europe/Berlin");
	struct str b = STR_INIT;
	struct recur r;

	if (repeat_parse(text, START, z, zone_instant(z, START), &r, err))
		recur_add_text(&b, &r);
	zone_free(z);
	return str_take(&b);
}

static void words(void **state)
{
	static const char *const rows[][2] = {
		{"none", ""},
		{"", ""},
		{"daily", "daily"},
		{"every day", "daily"},
		{"every 3 days", "every 3 days"},
		{"every weekday", "weekly on Mon-Fri"},
		{"weekdays", "weekly on Mon-Fri"},
		{"weekly", "weekly on Tue"},
		{"Weekly on Mon and Thursday", "weekly on Mon, Thu"},
		{"every mon, wed", "weekly on Mon, Wed"},
		{"weekly on mon-wed", "weekly on Mon, Tue, Wed"},
		{"every other week", "every 2 weeks on Tue"},
		{"fortnightly on fri", "every 2 weeks on Fri"},
		{"monthly", "monthly on day 24"},
		{"monthly on the 15th", "monthly on day 15"},
		{"every 3 months on day 31", "every 3 months on day 31"},
		{"monthly on the last friday", "monthly on the last Fri"},
		{"monthly on the first weekday",
		 "monthly on the first weekday"},
		{"monthly on the last day", "monthly on the last day"},
		{"yearly", "yearly on 24 Nov"},
		{"yearly on dec 24", "yearly on 24 Dec"},
		{"yearly on the second sunday of may",
		 "yearly on the second Sun of May"},
		{"weekly, 10 times", "weekly on Tue, 10 times"},
		{"daily until 2026-12-24", "daily, until 24 Dec 2026"},
		{"daily until 3 jan", "daily, until 3 Jan 2027"},
		{"weekly on Tue, until 22 Dec 2026",
		 "weekly on Tue, until 22 Dec 2026"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct err err = ERR_INIT;
		char *got = said(rows[i][0], &err), *again;

		assert_string_equal(err.text, "");
		assert_string_equal(got, rows[i][1]);
		/* What is said is understood, too. */
		again = said(got, &err);
		assert_string_equal(again, got);
		free(again);
		free(got);
	}
}

static void wrong(void **state)
{
	static const char *const rows[] = {"sometimes",
					   "every",
					   "weekly on day 3",
					   "monthly on the",
					   "monthly on day 32",
					   "daily until nonsense",
					   "daily until 2026-11-01",
					   "weekly on mon xyz",
					   "every 5000 days",
					   "daily 99999 times"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct err err = ERR_INIT;
		char *got = said(rows[i], &err);

		if (err.kind != ERR_INPUT)
			print_message("%s gave %s\n", rows[i], got);
		assert_int_equal(err.kind, ERR_INPUT);
		free(got);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(words),
					   cmocka_unit_test(wrong)};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
