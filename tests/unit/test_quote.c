/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

#include "base/clock.h"
#include "tests/unit/cpu_time.h"
#include "base/utf8.h"
#include "text/quote.h"

static void test_depth(void **state)
{
	static const struct {
		const char *line;
		unsigned depth;
		size_t marks;
	} rows[] = {
		{"", 0, 0},	  {"x", 0, 0},	    {"> x", 1, 1},
		{">x", 1, 1},	  {"> > x", 2, 3},  {">> x", 2, 2},
		{"> >> x", 3, 4}, {">  > x", 1, 1}, {" > x", 0, 0},
		{">", 1, 1},	  {"> ", 1, 1},	    {"a > b", 0, 0},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		size_t marks;

		assert_int_equal(
			quote_depth(rows[i].line, strlen(rows[i].line), &marks),
			rows[i].depth);
		assert_int_equal(marks, rows[i].marks);
	}
}

static void quotes_to(const char *text, const struct quote_options *o,
		      const char *want)
{
	struct str b = STR_INIT;

	quote_text(&b, text, strlen(text), o);
	assert_string_equal(b.s, want);
	str_release(&b);
}

static void test_quote(void **state)
{
	struct quote_options plain = {.flowed = false};
	struct quote_options keep = {.keep_signature = true};
	struct quote_options narrow = {.width = 20};
	struct quote_options flowed = {.flowed = true};
	struct quote_options delsp = {.flowed = true, .delsp = true};

	(void)state;
	quotes_to("", &plain, "");
	quotes_to("a\nb\n", &plain, "> a\n> b\n");
	quotes_to("a\r\n\r\nb", &plain, "> a\n>\n> b\n");
	quotes_to("> a\n>> b\nc\n", &plain, ">> a\n>>> b\n> c\n");
	quotes_to("a\n\n\n", &plain, "> a\n");
	quotes_to("a\n-- \nAda\n", &plain, "> a\n");
	quotes_to("a\n-- \nAda\n", &keep, "> a\n> --\n> Ada\n");
	quotes_to("aaaa bbbb cccc dddd eeee\n", &narrow,
		  "> aaaa bbbb cccc\n> dddd eeee\n");
	quotes_to("> aaaa bbbb cccc dddd eeee\n", &narrow,
		  ">> aaaa bbbb cccc\n>> dddd eeee\n");
	quotes_to("one \ntwo\nthree\n", &flowed, "> one two\n> three\n");
	quotes_to("one \ntwo\n", &delsp, "> onetwo\n");
	quotes_to(">one \n>two\n", &flowed, ">> one two\n");
}

static void test_wide_characters(void **state)
{
	struct quote_options o = {.width = 14};
	const char *text = "\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E\xE6\x97\xA5"
			   "\xE6\x9C\xAC\xE8\xAA\x9E\xE6\x97\xA5\n";
	struct str b = STR_INIT;

	(void)state;
	quote_text(&b, text, strlen(text), &o);
	assert_true(utf8_is_valid(b.s, b.len));
	for (const char *p = b.s; *p;) {
		size_t n = strcspn(p, "\n");

		assert_true(utf8_width_n(p, n) <= 14);
		assert_memory_equal(p, "> ", 2);
		p += n + 1;
	}
	str_release(&b);
}

static void test_signature(void **state)
{
	(void)state;
	assert_int_equal(quote_signature_start("a\n-- \nb", 7), 2);
	assert_int_equal(quote_signature_start("a\r\n-- \r\nb", 9), 3);
	assert_int_equal(quote_signature_start("a\n--\nb", 6), 6);
	assert_int_equal(quote_signature_start("a\n--- \nb", 8), 8);
}

static void test_attribution(void **state)
{
	struct str b = STR_INIT;

	(void)state;
	quote_add_attribution(&b, 1795446855, "Ada Byron", "ada@example.org");
	assert_non_null(strstr(b.s, "Ada Byron wrote:\n"));
	assert_non_null(strstr(b.s, "2026"));
	str_clear(&b);
	quote_add_attribution(&b, CLOCK_NEVER, NULL, "ada@example.org");
	assert_string_equal(b.s, "ada@example.org wrote:\n");
	str_clear(&b);
	/* A name cannot bring lines or escapes of its own. */
	quote_add_attribution(&b, CLOCK_NEVER, "A\nBcc: x\033[1m", NULL);
	assert_null(strchr(b.s, '\033'));
	assert_ptr_equal(strchr(b.s, '\n'), b.s + b.len - 1);
	str_release(&b);
}

static void test_long_line_is_linear(void **state)
{
	struct quote_options o = {.width = 72};
	struct str text = STR_INIT, b = STR_INIT;
	int64_t start = cpu_ms();

	(void)state;
	for (int i = 0; i < 1000000; i++)
		str_add(&text, "word ");
	quote_text(&b, text.s, text.len, &o);
	assert_true(b.len > text.len);
	assert_true(cpu_ms() - start < 10000);
	str_release(&text);
	str_release(&b);
}

static void test_header_lines(void **state)
{
	static const char *const yes[] = {
		"Sent: Monday", "To: a",     "Betreff: x",
		"An: b",	"*Sent:* x", "Envoy\xC3\xA9\xC2\xA0: lundi",
		"Cc: c"};

	(void)state;
	assert_true(quote_is_header_line("From: a", 7, true));
	assert_true(quote_is_header_line("Von: a", 6, true));
	assert_false(quote_is_header_line("Fromage: a", 10, true));
	assert_false(quote_is_header_line("From", 4, true));
	for (size_t i = 0; i < ARRAY_LEN(yes); i++)
		assert_true(
			quote_is_header_line(yes[i], strlen(yes[i]), false));
	assert_false(quote_is_header_line("Tomorrow: x", 11, false));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_depth),
		cmocka_unit_test(test_quote),
		cmocka_unit_test(test_wide_characters),
		cmocka_unit_test(test_signature),
		cmocka_unit_test(test_attribution),
		cmocka_unit_test(test_long_line_is_linear),
		cmocka_unit_test(test_header_lines),
	};

	setenv("TZ", "UTC", 1);
	tzset();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
