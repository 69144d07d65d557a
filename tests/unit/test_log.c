/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/chan.h"
#include "base/log.h"
#include "base/proc.h"

static char path[] = "/tmp/retinue-log-XXXXXX";

static char *last_line(void)
{
	struct strv lines = {0};
	char *s;

	log_recent(&lines);
	s = xstrdup(lines.n ? lines.v[lines.n - 1] : "");
	strv_release(&lines);
	return s;
}

static void expect_last(const char *end)
{
	char *s = last_line();

	/* "2026-11-24 03:14:15.926 " comes first */
	assert_true(strlen(s) > 24);
	assert_string_equal(s + 24, end);
	free(s);
}

static void test_file(void **state)
{
	struct str text = STR_INIT;
	struct stat st;
	struct err err;

	(void)state;
	assert_true(log_open(path, LOG_INFO, &err));
	log_at(LOG_INFO, "http", "GET %s", "/EWS");
	log_at(LOG_DEBUG, "http", "not at this level");
	log_at(LOG_ERROR, "store", "two\nlines\x1B[1m");
	log_close();
	log_at(LOG_WARN, "after", "only in the ring");
	expect_last("W after: only in the ring");
	assert_true(proc_read_file(path, &text, 10000, &err));
	assert_non_null(strstr(text.s, " I http: GET /EWS\n"));
	assert_null(strstr(text.s, "not at this level"));
	assert_non_null(strstr(text.s, " E store: two lines [1m\n"));
	assert_null(strstr(text.s, "ring"));
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_false(log_open("/nonexistent/x/y", LOG_INFO, &err));
	assert_int_equal(err.kind, ERR_DISK);
	str_release(&text);
}

static void test_masks(void **state)
{
	(void)state;
	log_mask("hunter2");
	log_mask("abc"); /* too short: would hide too much */
	log_mask(NULL);
	log_at(LOG_INFO, "auth", "hunter2 and hunter2, abc");
	expect_last("I auth: *** and ***, abc");
	log_close(); /* forgets secrets */
	log_at(LOG_INFO, "auth", "hunter2");
	expect_last("I auth: hunter2");
}

static void test_ring(void **state)
{
	struct strv lines = {0};

	(void)state;
	for (int i = 0; i < 1200; i++)
		log_at(LOG_INFO, "x", "n%d", i);
	log_recent(&lines);
	assert_int_equal(lines.n, 500);
	assert_non_null(strstr(lines.v[0], "n700"));
	assert_non_null(strstr(lines.v[499], "n1199"));
	strv_release(&lines);
}

static void test_levels(void **state)
{
	enum log_level level;

	(void)state;
	assert_true(log_level_parse("trace", &level));
	assert_int_equal(level, LOG_TRACE);
	assert_false(log_level_parse("loud", &level));
	log_set_level(LOG_ERROR);
	log_at(LOG_WARN, "x", "unheard");
	expect_last("I x: n1199");
	log_set_level(LOG_INFO);
}

static void chatter(void *arg)
{
	for (int i = 0; i < 500; i++) {
		log_at(LOG_INFO, arg, "line %d", i);
		if (i % 100 == 0)
			log_mask("a secret of a thread");
	}
}

static void test_threads(void **state)
{
	char area_a[] = "a", area_b[] = "b";
	struct thread *a = thread_start("a", chatter, area_a);
	struct thread *b = thread_start("b", chatter, area_b);
	struct strv lines = {0};

	(void)state;
	log_set_level(LOG_INFO);
	thread_join(a);
	thread_join(b);
	log_recent(&lines);
	assert_int_equal(lines.n, 500);
	for (size_t i = 0; i < lines.n; i++)
		assert_non_null(strstr(lines.v[i], ": line "));
	strv_release(&lines);
	log_close();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_file),	cmocka_unit_test(test_masks),
		cmocka_unit_test(test_ring),	cmocka_unit_test(test_levels),
		cmocka_unit_test(test_threads),
	};
	int rc, fd = mkstemp(path);

	if (fd < 0)
		return 1;
	close(fd);
	rc = cmocka_run_group_tests_name("log", tests, NULL, NULL);
	unlink(path);
	return rc;
}
