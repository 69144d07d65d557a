/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "text/bidi.h"

static void expect(const char *line, const char *want)
{
	char *got = bidi_visual(line);

	if (!want) {
		assert_null(got);
		return;
	}
	assert_non_null(got);
	assert_string_equal(got, want);
	free(got);
}

static void lines(void **state)
{
	(void)state;
	expect("plain words", NULL);
	expect("Zo\xc3\xab \xe6\x97\xa5\xe6\x9c\xac", NULL);
	/* shalom, in the order of its sounds and as it is read */
	expect("\u05e9\u05dc\u05d5\u05dd", "\u05dd\u05d5\u05dc\u05e9");
	/* numbers keep their own direction */
	expect("\u05d0\u05d1 12", "12 \u05d1\u05d0");
	expect("Re: \u05d0\u05d1", "Re: \u05d1\u05d0");
	/* a mark stays behind its letter; brackets are turned */
	expect("\u05d1\u05bc\u05d0", "\u05d0\u05d1\u05bc");
	expect("(\u05d0)", "(\u05d0)");
	/* lam and alef are one form; beh joins */
	expect("\u0644\u0627", "\ufefb");
	expect("\u0628\u0628", "\ufe90\ufe91");
}

static void long_ones_stay(void **state)
{
	struct str b CLEANUP(str_release) = STR_INIT;

	(void)state;
	for (int i = 0; i < 5000; i++)
		str_add(&b, "\u05d0");
	expect(b.s, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines),
		cmocka_unit_test(long_ones_stay),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
