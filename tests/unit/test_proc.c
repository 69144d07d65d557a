/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/chan.h"
#include "base/clock.h"
#include "base/lockfile.h"
#include "base/log.h"
#include "base/proc.h"

static char dir[] = "/tmp/retinue-proc-XXXXXX";

static char *in_dir(const char *name)
{
	return xasprintf("%s/%s", dir, name);
}

static void test_parse(void **state)
{
	static const struct {
		const char *command, *words; /* joined by | */
	} rows[] = {
		{"pass show work", "pass|show|work"},
		{"  a\t b ", "a|b"},
		{"a 'b c' \"d \\\" $E\"", "a|b c|d \" $E"},
		{"a b\\ c ''", "a|b c|"},
		{"~/bin/x ~nobody/y a~", "/home/ada/bin/x|/nonexistent/y|a~"},
		{"$XX/y ${XX}z \"$XX\"", "val/y|valz|val"},
		{"'$XX' a$XX \\$XX $ $5x", "$XX|a$XX|$XX|$|five"},
		{"sh: echo $XX | cat", "sh|-c|echo $XX | cat"},
		{"x'a'\"b\"c", "xabc"},
	};

	(void)state;
	setenv("HOME", "/home/ada", 1);
	setenv("XX", "val", 1);
	setenv("5x", "five", 1);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct strv argv = {0};
		struct err err;
		char *joined;

		assert_true(proc_parse(&argv, rows[i].command, &err));
		joined = strv_join(&argv, "|");
		assert_string_equal(joined, rows[i].words);
		free(joined);
		strv_release(&argv);
	}
}

static void test_parse_refuses(void **state)
{
	static const char *const rows[] = {
		"",
		"  ",
		"a 'b",
		"a \"b",
		"$NOT_SET_ANYWHERE x",
		"${XX",
		"~no-such-person/x",
		"''",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct strv argv = {0};
		struct err err = ERR_INIT;

		assert_false(proc_parse(&argv, rows[i], &err));
		assert_int_equal(err.kind, ERR_INPUT);
		assert_int_equal(argv.n, 0);
	}
}

/* Runs a shell line; the output is the caller's. */
static char *run(const char *line, const struct bytes *in, size_t max,
		 int *status)
{
	CLEANUP(strv_release) struct strv argv = {0};
	struct str out = STR_INIT;
	struct err err = ERR_INIT;

	strv_add(&argv, "sh");
	strv_add(&argv, "-c");
	strv_add(&argv, line);
	if (!proc_run(&argv, NULL, in, &out, max, 20000, status, &err))
		fail_msg("%s", err.text);
	return str_take(&out);
}

static void test_run(void **state)
{
	struct bytes in = {(unsigned char *)"some input", 10};
	int status = -1;
	char *s;

	(void)state;
	s = run("cat; echo done; exit 3", &in, 1000, &status);
	assert_string_equal(s, "some inputdone\n");
	assert_int_equal(status, 3);
	free(s);
	s = run("cat; kill -9 $$", NULL, 1000, &status);
	assert_string_equal(s, "");
	assert_int_equal(status, 128 + SIGKILL);
	free(s);
}

static void test_run_large(void **state)
{
	struct bytes in = {xcalloc(1, 3000000), 3000000};
	int status = -1;
	char *s;

	(void)state;
	memset(in.p, 'a', in.len);
	s = run("cat", &in, 4000000, &status);
	assert_int_equal(strlen(s), 3000000);
	assert_int_equal(status, 0);
	free(s);
	/* a child that does not want its input must not end us by SIGPIPE */
	s = run("exec 0<&-; echo no", &in, 100, &status);
	assert_string_equal(s, "no\n");
	assert_int_equal(status, 0);
	free(s);
	/* more output than allowed ends the child, not the run */
	s = run("yes 0123456", NULL, 100, &status);
	assert_int_equal(strlen(s), 100);
	assert_int_equal(status, 128 + SIGPIPE);
	free(s);
	bytes_release(&in);
}

static void test_run_stderr_is_logged(void **state)
{
	struct strv lines = {0};
	char *s = run("echo oops >&2; printf 'no newline' >&2", NULL, 10, NULL);

	(void)state;
	assert_string_equal(s, "");
	free(s);
	log_recent(&lines);
	assert_true(lines.n >= 2);
	assert_non_null(strstr(lines.v[lines.n - 2], "W proc: oops"));
	assert_non_null(strstr(lines.v[lines.n - 1], "W proc: no newline"));
	strv_release(&lines);
}

static void test_run_environment(void **state)
{
	struct strv argv = {0}, env = {0};
	struct str out = STR_INIT;
	struct err err;

	(void)state;
	setenv("XX", "old", 1);
	setenv("YY", "kept", 1);
	assert_true(proc_parse(&argv, "sh:echo $XX $YY $ZZ", &err));
	strv_add(&env, "XX=new");
	strv_add(&env, "ZZ=added");
	assert_true(proc_run(&argv, &env, NULL, &out, 100, -1, NULL, &err));
	assert_string_equal(out.s, "new kept added\n");
	strv_release(&argv);
	strv_release(&env);
	str_release(&out);
}

static void test_run_time_out(void **state)
{
	struct strv argv = {0};
	struct str out = STR_INIT;
	struct err err = ERR_INIT;
	char *mark = in_dir("late");
	char *line = xasprintf("sh:trap '' TERM; (sleep 3; touch %s) & sleep 9",
			       mark);
	int64_t before = clock_mono_ms();
	int status = 77;

	(void)state;
	assert_true(proc_parse(&argv, line, &err));
	str_add(&out, "kept");
	assert_false(
		proc_run(&argv, NULL, NULL, &out, 100, 100, &status, &err));
	assert_in_range(clock_mono_ms() - before, 90, 2800);
	assert_non_null(strstr(err.text, "did not finish within 0.1 seconds"));
	assert_string_equal(out.s, "kept");
	assert_int_equal(status, 77);
	/* its children are gone, too: nobody is left to make the mark */
	while (clock_mono_ms() - before < 3200)
		usleep(50000);
	assert_int_not_equal(access(mark, F_OK), 0);
	free(mark);
	free(line);
	strv_release(&argv);
	str_release(&out);
}

/* A key agent started by the command keeps its pipes open. */
static void test_run_daemon(void **state)
{
	int64_t before = clock_mono_ms();
	char *s = run("sleep 5 & echo secret", NULL, 100, NULL);

	(void)state;
	assert_string_equal(s, "secret\n");
	assert_true(clock_mono_ms() - before < 4000);
	free(s);
}

static void test_run_missing(void **state)
{
	struct strv argv = {0};
	struct str out = STR_INIT;
	struct err err = ERR_INIT;

	(void)state;
	strv_add(&argv, "no-such-program-here");
	assert_false(proc_run(&argv, NULL, NULL, &out, 10, -1, NULL, &err));
	assert_int_equal(err.kind, ERR_INPUT);
	assert_int_equal(err.number, ENOENT);
	assert_false(proc_spawn(&argv, NULL, &err));
	assert_int_equal(err.number, ENOENT);
	assert_false(proc_run_tty(&argv, NULL, NULL, &err));
	strv_release(&argv);
	str_release(&out);
}

static void test_no_descriptor_leaks(void **state)
{
	char *s = run("ls /proc/self/fd", NULL, 1000, NULL);
	int expected = 4, found = 0; /* 0 1 2 and the directory itself */

	(void)state;
	/* and what whoever started this test left open */
	for (int fd = 3; fd < 1024; fd++) {
		int flags = fcntl(fd, F_GETFD);

		expected += flags >= 0 && !(flags & FD_CLOEXEC);
	}
	for (const char *p = s; *p; p++)
		found += *p == '\n';
	assert_int_equal(found, expected);
	free(s);
}

/* Lanes block signals and their children must not. */
static void run_in_thread(void *arg)
{
	*(char **)arg = run("grep ^SigBlk /proc/self/status | cut -f2;"
			    "grep ^SigIgn /proc/self/status | cut -f2",
			    NULL, 1000, NULL);
}

static void test_signals_reset(void **state)
{
	char *s = NULL, *end;

	(void)state;
	signal(SIGUSR1, SIG_IGN);
	thread_join(thread_start("runner", run_in_thread, &s));
	signal(SIGUSR1, SIG_DFL);
	assert_int_equal(strtoull(s, &end, 16), 0);
	/* the C library's own signals, 32 and 33, are its affair */
	assert_int_equal(strtoull(end, NULL, 16) & 0x7FFFFFFF, 0);
	free(s);
}

static void test_tty_and_spawn(void **state)
{
	struct strv argv = {0};
	struct err err;
	char *mark = in_dir("spawned"), *line = xasprintf("touch %s", mark);
	int status = -1;

	(void)state;
	assert_true(proc_parse(&argv, "sh:exit 4", &err));
	assert_true(proc_run_tty(&argv, NULL, &status, &err));
	assert_int_equal(status, 4);
	strv_release(&argv);
	assert_true(proc_parse(&argv, line, &err));
	assert_true(proc_spawn(&argv, NULL, &err));
	for (int i = 0; i < 200 && access(mark, F_OK) != 0; i++)
		usleep(20000);
	assert_int_equal(access(mark, F_OK), 0);
	unlink(mark);
	strv_release(&argv);
	free(line);
	free(mark);
}

static void test_files(void **state)
{
	struct str text = STR_INIT;
	struct err err = ERR_INIT;
	struct stat st;
	char *deep = in_dir("a/b/c"), *file = in_dir("a/b/c/f");

	(void)state;
	assert_true(proc_make_dirs(deep, &err));
	assert_true(proc_make_dirs(deep, &err));
	assert_int_equal(stat(deep, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	assert_true(proc_write_file(file, "abc", 3, 0640, &err));
	assert_true(proc_write_file(file, "defg", 4, 0600, &err));
	assert_int_equal(stat(file, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	str_add(&text, "x");
	assert_true(proc_read_file(file, &text, 4, &err));
	assert_string_equal(text.s, "xdefg");
	assert_false(proc_read_file(file, &text, 3, &err));
	assert_string_equal(text.s, "xdefg");
	assert_int_equal(err.kind, ERR_DISK);
	assert_false(proc_make_dirs(file, &err));
	assert_false(proc_read_file(deep, &text, 10, &err));
	assert_false(proc_write_file("/nonexistent/f", "", 0, 0600, &err));
	assert_int_equal(unlink(file), 0);
	/* nothing left over from the atomic writing */
	assert_int_equal(rmdir(deep), 0);
	str_release(&text);
	free(deep);
	free(file);
}

static void test_lockfile(void **state)
{
	struct lockfile *a = NULL, *b = NULL;
	struct err err = ERR_INIT;
	char *path = in_dir("lock"),
	     *holder = xasprintf("process %ld", (long)getpid());

	(void)state;
	assert_true(lockfile_take(&a, path, &err));
	assert_false(lockfile_take(&b, path, &err));
	assert_int_equal(err.kind, ERR_CONFLICT);
	assert_non_null(strstr(err.text, holder));
	lockfile_free(a);
	assert_true(lockfile_take(&b, path, &err));
	lockfile_free(b);
	lockfile_free(NULL);
	assert_false(lockfile_take(&b, "/nonexistent/lock", &err));
	assert_int_equal(err.kind, ERR_DISK);
	unlink(path);
	free(path);
	free(holder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_parse_refuses),
		cmocka_unit_test(test_run),
		cmocka_unit_test(test_run_large),
		cmocka_unit_test(test_run_stderr_is_logged),
		cmocka_unit_test(test_run_environment),
		cmocka_unit_test(test_run_time_out),
		cmocka_unit_test(test_run_daemon),
		cmocka_unit_test(test_run_missing),
		cmocka_unit_test(test_no_descriptor_leaks),
		cmocka_unit_test(test_signals_reset),
		cmocka_unit_test(test_tty_and_spawn),
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_lockfile),
	};
	char *b, *a;
	int rc;

	if (!mkdtemp(dir))
		return 1;
	rc = cmocka_run_group_tests_name("proc", tests, NULL, NULL);
	b = in_dir("a/b");
	a = in_dir("a");
	rmdir(b);
	rmdir(a);
	free(b);
	free(a);
	rmdir(dir);
	return rc;
}
