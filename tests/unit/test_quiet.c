/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/mem.h"
#include "text/quiet.h"

enum { SUN, MON, TUE, WED, THU, FRI, SAT };
#define AT(h, m) ((h)*60 + (m))

static void covers(void **state)
{
	static const struct {
		const char *rule;
		int day, minute;
		bool covers;
	} rows[] = {
		{"22:00-7:00", WED, AT(22, 0), true},
		{"22:00-7:00", WED, AT(6, 59), true},
		{"22:00-7:00", WED, AT(7, 0), false},
		{"22:00-7:00", WED, AT(21, 59), false},
		{"12-13", MON, AT(12, 30), true},
		{"12-13", MON, AT(13, 0), false},
		{"sat", SAT, AT(12, 0), true},
		{"sat", SUN, AT(12, 0), false},
		{"Sat-Sun", SUN, AT(23, 59), true},
		{"sat-sun", MON, 0, false},
		/* the night after Friday belongs to Friday */
		{"mon-fri 18:00-8:00", SAT, AT(7, 0), true},
		{"mon-fri 18:00-8:00", SAT, AT(18, 0), false},
		{"mon-fri 18:00-8:00", MON, AT(7, 0), false},
		{"0:00-24:00", TUE, AT(23, 59), true},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		bool got;

		if (!quiet_covers(rows[i].rule, rows[i].day, rows[i].minute,
				  &got, NULL) ||
		    got != rows[i].covers)
			fail_msg("%s on %d at %d", rows[i].rule, rows[i].day,
				 rows[i].minute);
	}
}

static void refuses(void **state)
{
	static const char *const wrong[] = {"",	     "noon",	"22:00",
					    "25-26", "22:61-7", "sat-",
					    "sat x", "22-7 x",	"24:30-7"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		bool got = true;

		if (quiet_covers(wrong[i], MON, 0, &got, NULL) || got)
			fail_msg("%s was taken", wrong[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(covers),
		cmocka_unit_test(refuses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
