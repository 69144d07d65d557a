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

/* Each byte knows where it was, so that styles stay with their letters. */
static void places_are_told(void **state)
{
	uint32_t *from;
	char *got = bidi_visual_from("a \u05d0\u05d1 b", &from);

	(void)state;
	assert_string_equal(got, "a \u05d1\u05d0 b");
	assert_int_equal(from[0], 0);
	assert_int_equal(from[2], 4);
	assert_int_equal(from[3], 4);
	assert_int_equal(from[4], 2);
	assert_int_equal(from[5], 2);
	assert_int_equal(from[7], 7);
	free(from);
	free(got);
	assert_null(bidi_visual_from("plain", &from));
	assert_null(from);
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
		cmocka_unit_test(places_are_told),
		cmocka_unit_test(long_ones_stay),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
