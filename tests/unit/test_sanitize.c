/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <stdlib.h>
#include <cmocka.h>

#include "base/str.h"
#include "base/utf8.h"
#include "text/sanitize.h"

static void becomes(const char *s, size_t len, bool ascii, const char *want)
{
	struct str b = STR_INIT;

	sanitize_text(&b, s, len, ascii);
	assert_string_equal(b.s, want);
	assert_int_equal(strlen(b.s), b.len);
	str_release(&b);
}

static void test_lines_and_tabs(void **state)
{
	(void)state;
	becomes("", 0, false, "");
	becomes("plain\n", 6, false, "plain\n");
	becomes("a\r\nb\rc\n", 7, false, "a\nb\nc\n");
	becomes("a\tb", 3, false, "a       b");
	becomes("\tb", 2, false, "        b");
	becomes("1234567\tb", 9, false, "1234567 b");
	becomes("12345678\tb", 10, false, "12345678        b");
	becomes("a\fb", 3, false, "a\n\nb");
	/* A wide character takes two cells of the tab stop. */
	becomes("\xE6\x97\xA5\tb", 5, false, "\xE6\x97\xA5      b");
}

static void test_controls(void **state)
{
	(void)state;
	becomes("\033[31mred", 8, false, "\xE2\x90\x9B[31mred");
	becomes("\033]0;t\007", 6, true, "?]0;t?");
	becomes("a\0b", 3, true, "a?b");
	becomes("\xC2\x9B"
		"1m",
		4, true, "?1m");
	becomes("\x7f", 1, true, "?");
	/* Bidi overrides and isolates, marks, zero width blanks. */
	becomes("a\xE2\x80\xAE"
		"b\xE2\x81\xA6"
		"c\xE2\x80\x8F",
		12, false, "abc");
}

static void test_invalid_bytes(void **state)
{
	struct str b = STR_INIT;

	(void)state;
	sanitize_text(&b, "a\xff\xfe\xc3", 4, false);
	assert_true(utf8_is_valid(b.s, b.len));
	assert_int_equal(b.s[0], 'a');
	str_release(&b);
}

/* No byte string whatever may put a control or escape through. */
static void test_random_bytes(void **state)
{
	uint32_t seed = 12345;

	(void)state;
	for (int round = 0; round < 2000; round++) {
		char raw[64];
		struct str b = STR_INIT;

		for (size_t i = 0; i < sizeof(raw); i++) {
			seed = seed * 1664525 + 1013904223;
			raw[i] = (char)(seed >> 24);
		}
		sanitize_text(&b, raw, sizeof(raw), round % 2);
		assert_true(utf8_is_valid(b.s, b.len));
		for (size_t i = 0; i < b.len;) {
			uint32_t r;

			i += utf8_decode(b.s + i, b.len - i, &r);
			assert_true(r == '\n' || r >= ' ');
			assert_false(r >= 0x7f && r < 0xa0);
			assert_false(r >= 0x202a && r <= 0x202e);
			assert_false(r >= 0x2066 && r <= 0x2069);
		}
		str_release(&b);
	}
}

static void test_whole(void **state)
{
	(void)state;
	assert_int_equal(sanitize_whole("ab", 2), 2);
	assert_int_equal(sanitize_whole("a\xC3\xA4", 3), 3);
	assert_int_equal(sanitize_whole("a\xC3", 2), 1);
	assert_int_equal(sanitize_whole("a\xE6\x97", 3), 1);
	assert_int_equal(sanitize_whole("a\xF0\x9F\x98", 4), 1);
	assert_int_equal(sanitize_whole("", 0), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines_and_tabs),
		cmocka_unit_test(test_controls),
		cmocka_unit_test(test_invalid_bytes),
		cmocka_unit_test(test_random_bytes),
		cmocka_unit_test(test_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
