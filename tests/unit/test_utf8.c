/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <locale.h>
#include <string.h>

#include "base/utf8.h"

#define E_ACUTE "\xC3\xA9"
#define E_COMBINED "e\xCC\x81"
#define EURO "\xE2\x82\xAC"
#define SMILE "\xF0\x9F\x98\x80"
#define ZHONG "\xE4\xB8\xAD"
#define ZWJ "\xE2\x80\x8D"
#define VS16 "\xEF\xB8\x8F"
#define WOMAN "\xF0\x9F\x91\xA9"
#define GIRL "\xF0\x9F\x91\xA7"
#define SKIN "\xF0\x9F\x8F\xBD"
#define RI_D "\xF0\x9F\x87\xA9"
#define RI_E "\xF0\x9F\x87\xAA"
#define REPLACED "\xEF\xBF\xBD"

static void test_decode(void **state)
{
	static const struct {
		const char *s;
		uint32_t rune;
		size_t used;
	} rows[] = {
		{"a", 'a', 1},
		{E_ACUTE, 0xE9, 2},
		{EURO, 0x20AC, 3},
		{SMILE, 0x1F600, 4},
		{"\xF4\x8F\xBF\xBF", 0x10FFFF, 4},
		{"\xC0\x80", UTF8_REPLACEMENT, 1},	   /* overlong */
		{"\xE0\x9F\xBF", UTF8_REPLACEMENT, 1},	   /* overlong */
		{"\xF0\x8F\xBF\xBF", UTF8_REPLACEMENT, 1}, /* overlong */
		{"\xED\xA0\x80", UTF8_REPLACEMENT, 1},	   /* surrogate */
		{"\xF4\x90\x80\x80", UTF8_REPLACEMENT, 1}, /* too large */
		{"\xE2\x82", UTF8_REPLACEMENT, 1},	   /* cut */
		{"\x80", UTF8_REPLACEMENT, 1},
		{"\xFF", UTF8_REPLACEMENT, 1},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		uint32_t rune;
		char back[4];

		assert_int_equal(
			utf8_decode(rows[i].s, strlen(rows[i].s), &rune),
			rows[i].used);
		assert_int_equal(rune, rows[i].rune);
		if (rune == UTF8_REPLACEMENT)
			continue;
		assert_int_equal(utf8_encode(back, rune), rows[i].used);
		assert_memory_equal(back, rows[i].s, rows[i].used);
	}
}

static void test_valid(void **state)
{
	char *s;

	(void)state;
	assert_true(utf8_is_valid("plain " EURO " and more text", 23));
	assert_false(utf8_is_valid("0123456789\xC3", 11));
	s = utf8_make_valid("0123456789\xC3 \xE2\x82" EURO "\xFF", 18);
	assert_string_equal(s, "0123456789" REPLACED
			       " " REPLACED REPLACED EURO REPLACED);
	free(s);
}

static void test_graphemes(void **state)
{
	static const struct {
		const char *s;
		int cells;
		size_t first; /* bytes of the first cluster; 0: the whole */
	} rows[] = {
		{"a", 1, 0},
		{"ab", 1, 1},
		{"\t", 0, 0},
		{"\r\n", 0, 0},
		{"\rx", 0, 1},
		{E_ACUTE, 1, 0},
		{E_COMBINED, 1, 0},
		{E_COMBINED "x", 1, 3},
		{ZHONG, 2, 0},
		{ZHONG ZHONG, 2, 3},
		{SMILE, 2, 0},
		{WOMAN ZWJ WOMAN ZWJ GIRL, 2, 0},
		{WOMAN SKIN, 2, 0},
		{WOMAN SKIN ZWJ GIRL "x", 2, 15},
		{RI_D RI_E, 2, 0},
		{RI_D RI_E RI_D RI_E, 2, 8},
		{"\xE2\x98\x8E", 1, 0},		 /* telephone, text */
		{"\xE2\x98\x8E" VS16, 2, 0},	 /* telephone, emoji */
		{"1" VS16 "\xE2\x83\xA3", 2, 0}, /* keycap */
		{"\xE1\x84\x92\xE1\x85\xA1\xE1\x86\xAB", 2, 0}, /* Hangul */
		{"\xEA\xB0\x80\xE1\x86\xA8", 2, 0},		/* LV + T */
		{"a" ZWJ "b", 1, 4}, /* joins nothing but emoji */
		{"\xC2\xA9" ZWJ SMILE, 2, 0},
		{"\xFF\xFF", 1, 1},
		{"\xCC\x81", 0, 0},
		{"\xC2\x9B", 0, 0},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		size_t len = strlen(rows[i].s);
		int cells = -1;
		size_t n = utf8_grapheme(rows[i].s, len, &cells);

		if (n != (rows[i].first ? rows[i].first : len) ||
		    cells != rows[i].cells)
			fail_msg("row %zu: %zu bytes, %d cells", i, n, cells);
	}
}

static void test_width(void **state)
{
	static const struct {
		const char *s;
		size_t cells;
	} rows[] = {
		{"", 0},
		{"hello, world and more", 21},
		{"abcdefg" E_COMBINED "h", 9},
		{"abcdefgh" E_COMBINED, 9},
		{"caf" E_ACUTE, 4},
		{ZHONG "ab" ZHONG, 6},
		{"a\x01"
		 "b\x7F"
		 "c",
		 3},
		{"12345678\x1F", 8},
		{WOMAN ZWJ GIRL " ok", 5},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		assert_int_equal(utf8_width(rows[i].s), rows[i].cells);
	assert_int_equal(utf8_width_n("abcdef", 3), 3);
	assert_int_equal(utf8_rune_width(0x4E2D), 2);
	assert_int_equal(utf8_rune_width(0x301), 0);
	assert_int_equal(utf8_rune_width(0x1B), 0);
}

static void test_fit(void **state)
{
	static const struct {
		const char *s;
		size_t cells, bytes, used;
	} rows[] = {
		{"hello", 3, 3, 3},
		{"hello", 5, 5, 5},
		{"hello", 9, 5, 5},
		{"hello", 0, 0, 0},
		{ZHONG ZHONG, 3, 3, 2},
		{"a" ZHONG, 2, 1, 1},
		{"abc" E_COMBINED "d", 4, 6, 4},
		{"abcd\xCC\x81"
		 "e",
		 4, 6, 4},
		{WOMAN ZWJ GIRL "x", 2, 11, 2},
		{"0123456789abcdefghij", 17, 17, 17},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		size_t used, n = utf8_fit(rows[i].s, rows[i].cells, &used);

		if (n != rows[i].bytes || used != rows[i].used)
			fail_msg("row %zu: %zu bytes, %zu cells", i, n, used);
	}
}

static void test_column(void **state)
{
	static const struct {
		const char *s;
		size_t cells;
		bool right;
		const char *ellipsis, *out;
	} rows[] = {
		{"ab", 4, false, NULL, "ab  "},
		{"ab", 4, true, NULL, "  ab"},
		{"abcdef", 4, false, NULL, "abcd"},
		{"abcdef", 4, false, "\xE2\x80\xA6", "abc\xE2\x80\xA6"},
		{"abcdef", 4, false, "...", "a..."},
		{"abcdef", 2, false, "...", "ab"},
		{"abcd", 4, false, "...", "abcd"},
		{ZHONG ZHONG ZHONG, 5, false, "~", ZHONG ZHONG "~"},
		{ZHONG ZHONG ZHONG, 4, false, "~", ZHONG "~ "},
		{ZHONG ZHONG ZHONG, 4, true, "~", " " ZHONG "~"},
		{"", 40, false, "~",
		 "                                        "},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct str b = STR_INIT;

		utf8_add_column(&b, rows[i].s, rows[i].cells, rows[i].right,
				rows[i].ellipsis);
		assert_string_equal(b.s, rows[i].out);
		assert_int_equal(utf8_width(b.s), rows[i].cells);
		str_release(&b);
	}
}

static void test_fold(void **state)
{
	static const struct {
		const char *in, *out;
	} rows[] = {
		{"Hello World", "hello world"},
		{"CAF\xC3\x89", "cafe"},
		{"Cafe\xCC\x81", "cafe"},
		{"Stra\xC3\x9F"
		 "e",
		 "strasse"},
		{"\xC3\x98re \xC5\x81\xC3\xB3"
		 "d\xC5\xBA",
		 "ore lodz"},
		{"\xCE\xA3\xCE\x8A\xCE\xA3", "\xCF\x83\xCE\xB9\xCF\x83"},
		{"\xEF\xBC\xA1\xEF\xBC\xA2", "ab"}, /* full width */
		{"\xE3\x81\x8C", "\xE3\x81\x8C"},   /* voiced kana stays */
		{"bad \xFF", "bad " REPLACED},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char *s = utf8_fold(rows[i].in);

		assert_string_equal(s, rows[i].out);
		free(s);
	}
	assert_true(utf8_contains_folded("The CAF\xC3\x89 at noon", "cafe"));
	assert_true(utf8_contains_folded("Plain Text", "IN TE"));
	assert_true(utf8_contains_folded("x", ""));
	assert_false(utf8_contains_folded("Plain", "\xC3\xA9"));
}

static void test_clean_line(void **state)
{
	static const struct {
		const char *in;
		const char *out, *ascii;
	} rows[] = {
		{"plain", "plain", "plain"},
		{"a\x1B[31mb", "a\xE2\x90\x9B[31mb", "a?[31mb"},
		{"\x7F", "\xE2\x90\xA1", "?"},
		{"a\xC2\x9B"
		 "31m",
		 "a\xE2\x90\xA6"
		 "31m",
		 "a?31m"},
		{"a\r\n b\tc", "a b c", "a b c"},
		{"a\n\n\nb", "a b", "a b"},
		{"a\xE2\x80\xA8"
		 "b",
		 "a b", "a b"},
		{"x\xE2\x80\xAEgpj.exe", "xgpj.exe", "xgpj.exe"},
		{"\xE2\x81\xA6"
		 "a\xE2\x81\xA9\xD8\x9C\xE2\x80\x8F",
		 "a", "a"},
		{"so\xC2\xAD"
		 "ft\xEF\xBB\xBF \xE2\x80\x8B.",
		 "soft .", "soft ."},
		{WOMAN ZWJ GIRL, WOMAN ZWJ GIRL, WOMAN ZWJ GIRL},
		{"a\xFF"
		 "b",
		 "a" REPLACED "b", "a?b"},
		{"a  b", "a  b", "a  b"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char *s = utf8_clean_line(rows[i].in, false);
		char *a = utf8_clean_line(rows[i].in, true);

		assert_string_equal(s, rows[i].out);
		assert_string_equal(a, rows[i].ascii);
		free(s);
		free(a);
	}
}

static void test_to_ascii(void **state)
{
	static const struct {
		const char *in, *out;
	} rows[] = {
		{"plain", "plain"},
		{"caf" E_ACUTE " " E_COMBINED, "cafe e"},
		{"\xE2\x80\x9Cquoted\xE2\x80\x9D \xE2\x80\x98x\xE2\x80\x99",
		 "\"quoted\" 'x'"},
		{"1\xE2\x80\x93"
		 "2 \xE2\x80\x94 3\xE2\x80\xA6",
		 "1-2 -- 3..."},
		{"\xE2\x86\x92 "
		 "\xE2\x94\x8C\xE2\x94\x80\xE2\x94\x90\xE2\x94\x82",
		 "-> +-+|"},
		{"\xC3\x86\xC3\x98\xC3\x9F \xC5\x81", "AEOss L"},
		{EURO "5", "EUR5"},
		{"\xE1\xBB\x87", "e"}, /* two accents */
		{"\xEF\xAC\x81", "fi"},
		{ZHONG SMILE, "??"},
		{WOMAN ZWJ GIRL VS16, "??"},
		{"\xFF", "?"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char *s = utf8_to_ascii(rows[i].in);

		assert_string_equal(s, rows[i].out);
		free(s);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_decode),
		cmocka_unit_test(test_valid),
		cmocka_unit_test(test_graphemes),
		cmocka_unit_test(test_width),
		cmocka_unit_test(test_fit),
		cmocka_unit_test(test_column),
		cmocka_unit_test(test_fold),
		cmocka_unit_test(test_clean_line),
		cmocka_unit_test(test_to_ascii),
	};
	int bad = 0;

	/* The widths must not depend on the locale. */
	setlocale(LC_ALL, "C");
	bad += cmocka_run_group_tests_name("utf8", tests, NULL, NULL);
	if (setlocale(LC_ALL, "C.UTF-8"))
		bad += cmocka_run_group_tests_name("utf8 in C.UTF-8", tests,
						   NULL, NULL);
	return bad;
}
