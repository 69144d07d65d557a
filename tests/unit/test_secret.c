/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/proc.h"
#include "config/secret.h"

static char path[] = "/tmp/retinue-secret-XXXXXX";

static struct config *load(const char *line)
{
	CLEANUP(mem_free_ptr)
	char *text = xasprintf("[account \"work\"]\naddress = a@b\n%s\n", line);
	CLEANUP(strv_release) struct strv files = {0};
	struct config *c = NULL;
	struct err err = ERR_INIT;

	strv_add(&files, path);
	if (!proc_write_file(path, text, strlen(text), 0600, &err) ||
	    !config_load(&c, &files, NULL, NULL, &err))
		fail_msg("%s", err.text);
	return c;
}

static void test_given(void **state)
{
	static const struct {
		const char *line, *secret;
	} rows[] = {
		{"password = 'pass ; # word'", "pass ; # word"},
		{"password-command = printf 'one\\ntwo\\n'", "one"},
		{"password-command = sh:printf 'one\\r\\n'", "one"},
		{"password-command = sh:echo \"$RETINUE_ACCOUNT pw\"",
		 "work pw"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct config *c = load(rows[i].line);
		struct err err = ERR_INIT;
		struct strv lines = {0};
		char *secret = NULL;

		if (!secret_password(c, "work", &secret, &err))
			fail_msg("%s", err.text);
		assert_string_equal(secret, rows[i].secret);
		log_at(LOG_ERROR, "test", "it is <%s>", secret);
		log_recent(&lines);
		if (strlen(secret) >= 4)
			assert_non_null(
				strstr(lines.v[lines.n - 1], "it is <***>"));
		strv_release(&lines);
		secret_free(secret);
		config_free(c);
		log_close();
	}
}

static void test_not_given(void **state)
{
	static const struct {
		const char *line, *code;
	} rows[] = {
		{"", "ask"},
		{"password-command = false", "command"},
		{"password-command = true", "command"},
		{"password-command = sh:echo half; exit 1", "command"},
		{"password-command = no-such-program-here", "command"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct config *c = load(rows[i].line);
		struct err err = ERR_INIT;
		char *secret = NULL;

		assert_false(secret_password(c, "work", &secret, &err));
		assert_null(secret);
		assert_int_equal(err.kind, ERR_AUTH);
		assert_string_equal(err.code, rows[i].code);
		assert_non_null(strstr(err.text, "work"));
		config_free(c);
	}
	secret_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_given),
		cmocka_unit_test(test_not_given),
	};
	int rc, fd = mkstemp(path);

	if (fd < 0)
		return 1;
	close(fd);
	rc = cmocka_run_group_tests_name("secret", tests, NULL, NULL);
	unlink(path);
	return rc;
}
