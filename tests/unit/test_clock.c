/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"

/* Half an hour off, with daylight saving, and west of UTC. */
#define ZONE "NST3:30NDT2:30,M3.2.0,M11.1.0"

static void test_parse(void **state)
{
	static const struct {
		const char *in;
		int64_t out;
	} rows[] = {
		{"1970-01-01T00:00:00Z", 0},
		{"2026-05-01T08:00:00Z", 1777622400},
		{"2026-05-01T08:00:00", 1777622400},
		{"2026-05-01T10:00:00+02:00", 1777622400},
		{"2026-05-01T02:30:00-05:30", 1777622400},
		{"2026-05-01T08:00:00.1234567Z", 1777622400},
		{" 2026-05-01T08:00:00.5+00:00\n", 1777622400},
		{"2024-02-29T00:00:00Z", 1709164800},
		{"1969-12-31T23:59:59Z", -1},
		{"2000-12-31T24:00:00Z", 978307200},
		{"2001-01-01Z", 978307200},
		{"2001-01-01", 978307200},
		{"2001-01-01+02:00", 978307200},
		{"0001-01-01T00:00:00", CLOCK_NEVER},
		{"0000-00-00T00:00:00", 1}, /* refused, see below */
		{"1601-01-01T00:00:00Z", CLOCK_NEVER},
		{"4501-01-01T00:00:00Z", CLOCK_NEVER},
		{"9999-12-31T23:59:59.9999999", CLOCK_NEVER},
		{"1602-01-01T00:00:00Z", -11612937600},
		{"4500-12-31T00:00:00Z", 79870579200},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		int64_t t = 42;

		if (rows[i].out == 1) {
			assert_false(clock_parse_iso(rows[i].in, &t));
			continue;
		}
		assert_true(clock_parse_iso(rows[i].in, &t));
		assert_int_equal(t, rows[i].out);
	}
}

static void test_parse_refuses(void **state)
{
	static const char *const rows[] = {
		"",
		"hello",
		"2026-13-01",
		"2026-02-30",
		"2026-05-01T",
		"2026-05-01T08:00",
		"2026-05-01T25:00:00Z",
		"2026-05-01T08:60:00Z",
		"2026-05-01T08:00:00.Z",
		"2026-05-01T08:00:00+2",
		"2026-05-01T08:00:00Zx",
		"26-05-01",
		"2023-02-29",
		"2026-05-01T24:00:01Z",
		"2026-05-01T08:00:00+15:00",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		int64_t t = 42;

		assert_false(clock_parse_iso(rows[i], &t));
		assert_int_equal(t, 42);
	}
}

static void check(void (*add)(struct str *, int64_t), int64_t t,
		  const char *expected)
{
	struct str b = STR_INIT;

	add(&b, t);
	assert_string_equal(b.s, expected);
	str_release(&b);
}

static void test_write(void **state)
{
	(void)state;
	check(clock_add_iso, 1795490055, "2026-11-24T03:14:15Z");
	check(clock_add_iso, -1, "1969-12-31T23:59:59Z");
	check(clock_add_rfc5322, 1795490055, "Mon, 23 Nov 2026 23:44:15 -0330");
	check(clock_add_rfc5322, 1782864000, "Tue, 30 Jun 2026 21:30:00 -0230");
	check(clock_add_local_iso, 1795490055, "2026-11-23T23:44:15-03:30");
	check(clock_add_long, 1795490055, "Mon 23 Nov 2026 23:44");
	check(clock_add_long, CLOCK_NEVER, "");
}

static void test_short(void **state)
{
	const int64_t now = 1795490055; /* Mon 23 Nov 2026 23:44 local */
	static const struct {
		int64_t ago;
		const char *text;
	} rows[] = {
		{0, "23:44"},
		{82800, "00:44"},
		{86400, "Sun"},
		{6 * 86400, "Tue"},
		{7 * 86400, "16 Nov"},
		{-86400, "24 Nov"},
		{300 * 86400, "27 Jan"},
		{400 * 86400, "2025-10-20"},
		{-60 * 86400, "2027-01-22"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct str b = STR_INIT;

		clock_add_short(&b, now - rows[i].ago, now);
		assert_string_equal(b.s, rows[i].text);
		str_release(&b);
	}
}

static void test_parts(void **state)
{
	struct clock_parts p;

	(void)state;
	clock_local(1795490055, &p);
	assert_int_equal(p.year, 2026);
	assert_int_equal(p.month, 11);
	assert_int_equal(p.day, 23);
	assert_int_equal(p.weekday, 1);
	assert_int_equal(p.yearday, 326);
	assert_int_equal(p.offset, -12600);
	/* every day for 800 years goes there and back, as the C library has it
	 */
	for (int64_t t = -11612937600; t < 13633833600; t += 86400) {
		time_t when = (time_t)t;
		struct tm tm;
		struct str b = STR_INIT;
		int64_t back;

		assert_non_null(gmtime_r(&when, &tm));
		assert_int_equal(clock_from_utc(tm.tm_year + 1900,
						tm.tm_mon + 1, tm.tm_mday, 0, 0,
						0),
				 t);
		if ((t / 86400) % 50 == 0) {
			clock_add_iso(&b, t);
			assert_true(clock_parse_iso(b.s, &back));
			assert_int_equal(back, t);
		}
		str_release(&b);
	}
}

static void test_now_is_fixed(void **state)
{
	int64_t before = clock_mono_ms();

	(void)state;
	assert_int_equal(clock_now(), 1795490055);
	setenv("RETINUE_TEST_NOW", "5", 1);
	assert_int_equal(clock_now(), 1795490055); /* read once */
	assert_true(clock_mono_ms() >= before);
}

/* It is read once in a process: this is another one's. */
static void test_now_runs(void **state)
{
	int status;
	pid_t pid = fork();

	(void)state;
	if (pid == 0) {
		setenv("RETINUE_TEST_NOW", "1000+", 1);
		execl("/proc/self/exe", "test_clock", "runs", (char *)NULL);
		_exit(127);
	}
	assert_true(pid > 0 && waitpid(pid, &status, 0) == pid);
	assert_int_equal(status, 0);
}

static int check_it_runs(void)
{
	int64_t first = clock_now();

	usleep(1100000);
	return first == 1000 && clock_now() > first && clock_now() < first + 60
		       ? 0
		       : 1;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_parse_refuses),
		cmocka_unit_test(test_write),
		cmocka_unit_test(test_short),
		cmocka_unit_test(test_parts),
		cmocka_unit_test(test_now_is_fixed),
		cmocka_unit_test(test_now_runs),
	};

	if (argc > 1 && strcmp(argv[1], "runs") == 0)
		return check_it_runs();
	setenv("TZ", ZONE, 1);
	setenv("RETINUE_TEST_NOW", "1795490055", 1);
	tzset();
	return cmocka_run_group_tests_name("clock", tests, NULL, NULL);
}
