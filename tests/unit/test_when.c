/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "text/when.h"

/* Thu 26 Nov 2026 09:00 in Berlin (UTC+1). */
#define NOW 1795680000

static const struct {
	const char *text, *utc; /* utc NULL: refused */
} rows[] = {
	{"18:30", "2026-11-26T17:30:00Z"},
	{"8:59", "2026-11-27T07:59:00Z"},
	{"9am", "2026-11-27T08:00:00Z"},
	{"12am", "2026-11-26T23:00:00Z"},
	{"6.15pm", "2026-11-26T17:15:00Z"},
	{"today 18:30", "2026-11-26T17:30:00Z"},
	{"tomorrow", "2026-11-27T07:00:00Z"},
	{"Tomorrow 9:00", "2026-11-27T08:00:00Z"},
	{"fri", "2026-11-27T07:00:00Z"},
	{"thu 10:00", "2026-12-03T09:00:00Z"},
	{"monday 14:15", "2026-11-30T13:15:00Z"},
	{"+90m", "2026-11-26T09:30:00Z"},
	{"in 2 hours", "2026-11-26T10:00:00Z"},
	{"3d", "2026-11-29T08:00:00Z"},
	{"2026-12-24", "2026-12-24T07:00:00Z"},
	{"2026-12-24 18:00", "2026-12-24T17:00:00Z"},
	{"2026-12-24T18:00", "2026-12-24T17:00:00Z"},
	{"2027-07-01 18:00", "2027-07-01T16:00:00Z"}, /* summer time */
	{"2026-12-24T18:00:00+05:00", "2026-12-24T13:00:00Z"},
	{"2026-12-24T18:00:00Z", "2026-12-24T18:00:00Z"},
	{"", NULL},
	{"someday", NULL},
	{"25:00", NULL},
	{"9:61", NULL},
	{"tomorrow at noon", NULL},
	{"2026-13-01", NULL},
	{"2026-12-24 18:00 sharp", NULL},
	{"-2h", NULL},
	{"0m", NULL},
};

static void test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct str got CLEANUP(str_release) = STR_INIT;
		struct err err;
		int64_t t;
		bool ok = when_parse(rows[i].text, NOW, &t, &err);

		if (ok)
			clock_add_iso(&got, t);
		if (!rows[i].utc && !ok && err.kind == ERR_INPUT)
			continue;
		if (!ok || !rows[i].utc || !str_eq(got.s, rows[i].utc))
			fail_msg("\"%s\" gives %s", rows[i].text,
				 ok ? got.s : err.text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_rows)};

	setenv("TZ", "Europe/Berlin", 1);
	tzset();
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
