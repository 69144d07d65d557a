/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "base/err.h"

static void test_set(void **state)
{
	struct err err = ERR_INIT;

	(void)state;
	err.number = 500;
	assert_false(err_set(&err, ERR_QUOTA, "%s is %d%% full", "Inbox", 99));
	assert_int_equal(err.kind, ERR_QUOTA);
	assert_int_equal(err.number, 0);
	assert_string_equal(err.text, "Inbox is 99% full");
	assert_false(err_set(NULL, ERR_QUOTA, "nobody looks"));
	/* an argument may be the old text */
	err_set(&err, ERR_INPUT, "<%s>", err.text);
	assert_string_equal(err.text, "<Inbox is 99% full>");
	err_clear(&err);
	assert_int_equal(err.kind, ERR_NONE);
	assert_string_equal(err.text, "");
}

static void test_context(void **state)
{
	struct err err = ERR_INIT;

	(void)state;
	err_set(&err, ERR_NETWORK, "connection refused");
	assert_false(err_add(&err, "while syncing %s", "Inbox"));
	assert_string_equal(err.text,
			    "while syncing Inbox: connection refused");
	assert_int_equal(err.kind, ERR_NETWORK);
	errno = ENOENT;
	assert_false(err_errno(&err, "cannot open %s", "x"));
	assert_string_equal(err.text,
			    "cannot open x: No such file or directory");
	assert_int_equal(err.number, ENOENT);
	assert_int_equal(err.kind, ERR_DISK);
}

/* Cutting keeps whole characters. */
static void test_long_text(void **state)
{
	char text[1200];

	(void)state;
	for (int shift = 0; shift < 3; shift++) {
		struct err err = ERR_INIT;
		size_t n = (size_t)shift;

		memset(text, 'x', n);
		while (n < 900) {
			memcpy(text + n, "\xE2\x82\xAC", 3);
			n += 3;
		}
		text[n] = '\0';
		err_set(&err, ERR_INPUT, "%s", text);
		n = strlen(err.text);
		assert_in_range(n, 505, 511);
		assert_int_equal((n - (size_t)shift) % 3, 0);
		err_add(&err, "front");
		n = strlen(err.text);
		assert_in_range(n, 505, 511);
		assert_int_equal((n - (size_t)shift - 7) % 3, 0);
	}
}

static void test_kinds(void **state)
{
	struct err err = ERR_INIT;

	(void)state;
	for (int k = 0; k < ERR_KINDS; k++)
		assert_true(strlen(err_kind_name((enum err_kind)k)) > 2);
	assert_string_equal(err_kind_name(ERR_NOT_FOUND), "not-found");
	for (int k = 0; k < ERR_KINDS; k++) {
		err.kind = (enum err_kind)k;
		assert_int_equal(err_is_transient(&err),
				 k == ERR_NETWORK || k == ERR_SERVER);
	}
	err.kind = ERR_DENIED;
	err.retry_after_ms = 10;
	assert_true(err_is_transient(&err));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_set),
		cmocka_unit_test(test_context),
		cmocka_unit_test(test_long_text),
		cmocka_unit_test(test_kinds),
	};

	return cmocka_run_group_tests_name("err", tests, NULL, NULL);
}
