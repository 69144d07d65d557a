/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "tests/unit/cpu_time.h"
#include "base/utf8.h"
#include "text/layout.h"

static void lay(struct lines *l, const char *text, size_t width)
{
	struct layout_options o = {.width = width, .link_numbers = true};

	lines_init(l);
	layout_text(l, text, strlen(text), &o);
}

static void lays_to(const char *text, size_t width, const char *want)
{
	struct lines l;
	struct str b = STR_INIT;

	lay(&l, text, width);
	lines_add_plain(&l, &b, false);
	assert_string_equal(b.s, want);
	str_release(&b);
	lines_release(&l);
}

static void test_wrapping(void **state)
{
	(void)state;
	lays_to("", 20, "");
	lays_to("\n\n", 20, "\n\n");
	lays_to("short\n", 20, "short\n");
	lays_to("aaaa bbbb cccc dddd", 10, "aaaa bbbb\ncccc dddd\n");
	lays_to("aaaa bbbb  ", 9, "aaaa bbbb\n");
	lays_to("abcdefghijklmnop", 10, "abcdefghij\nklmnop\n");
	lays_to("well-known-words", 12, "well-known-\nwords\n");
	lays_to("> aaaa bbbb cccc", 12, "> aaaa bbbb\n> cccc\n");
	lays_to("> > aaaa bbbb cccc", 14, "> > aaaa bbbb\n> > cccc\n");
	lays_to("x", 0, "x\n");
	lays_to("aaaa bbbb cccc dddd", 0, "aaaa bbbb cccc dddd\n");
	/* Chinese breaks anywhere but before a full stop. */
	lays_to("\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E\xE6\x97\xA5", 5,
		"\xE6\x97\xA5\xE6\x9C\xAC\n\xE8\xAA\x9E\xE6\x97\xA5\n");
	lays_to("\xE6\x97\xA5\xE6\x9C\xAC\xE3\x80\x82\xE6\x97\xA5", 4,
		"\xE6\x97\xA5\n\xE6\x9C\xAC\xE3\x80\x82\n\xE6\x97\xA5\n");
	/* A combining accent stays with its letter. */
	lays_to("aaae\xCC\x81"
		"bbb",
		4, "aaae\xCC\x81\nbbb\n");
}

static void test_width_holds(void **state)
{
	static const char *const texts[] = {
		"The quick brown fox jumps over the lazy dog, and again",
		"\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E words \xE6\x97\xA5 mixed",
		"> > > deep quotes with text that has to be wrapped somewhere",
		">>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>> very deep",
		("\xF0\x9F\x91\xA8\xE2\x80\x8D\xF0\x9F\x91\xA9\xE2\x80\x8D"
		 "\xF0\x9F\x91\xA7 family and "
		 "\xF0\x9F\x87\xA9\xF0\x9F\x87\xAA"),
		"\ttabs\tare\texpanded\there",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		for (size_t width = 8; width < 60; width++) {
			struct lines l;

			lay(&l, texts[i], width);
			for (size_t k = 0; k < l.n; k++) {
				assert_true(l.v[k].cells <= width);
				assert_int_equal(l.v[k].cells,
						 utf8_width(lines_text(&l, k)));
				assert_int_equal(l.v[k].len,
						 strlen(lines_text(&l, k)));
			}
			lines_release(&l);
		}
}

static void test_flowed(void **state)
{
	struct layout_options o = {.width = 30, .flowed = true};
	static const char text[] = "This is a \r\nflowed paragraph \r\n"
				   "of text.\r\nNext one.\r\n> quoted \r\n"
				   "> text\r\n >not a quote\r\n-- \r\nAda\r\n";
	struct lines l;
	struct str b = STR_INIT;

	(void)state;
	lines_init(&l);
	layout_text(&l, text, strlen(text), &o);
	lines_add_plain(&l, &b, false);
	assert_string_equal(b.s, "This is a flowed paragraph of\ntext.\n"
				 "Next one.\n> quoted text\n >not a quote\n"
				 "-- \nAda\n");
	assert_int_equal(l.v[3].quote, 1);
	assert_int_equal(l.v[4].quote, 0);
	assert_int_equal(l.v[5].kind, LINE_SIGNATURE);
	lines_release(&l);
	str_clear(&b);
	lines_init(&l);
	o.delsp = true;
	layout_text(&l, "half \r\nword\r\n", 13, &o);
	lines_add_plain(&l, &b, false);
	assert_string_equal(b.s, "halfword\n");
	lines_release(&l);
	str_release(&b);
}

static void test_quotes_and_kinds(void **state)
{
	struct lines l;

	(void)state;
	lay(&l, "Hi\nOn Monday, Ada wrote:\n> a\n> > b\n>> c\nd\n-- \nme\n",
	    40);
	assert_int_equal(l.n, 8);
	assert_int_equal(l.v[0].quote, 0);
	assert_int_equal(l.v[1].kind, LINE_QUOTE_HEADER);
	assert_int_equal(l.v[2].quote, 1);
	assert_int_equal(l.v[3].quote, 2);
	assert_int_equal(l.v[3].prefix, 4);
	assert_int_equal(l.v[4].quote, 2);
	assert_int_equal(l.v[5].quote, 0);
	assert_int_equal(l.v[5].kind, LINE_TEXT);
	assert_int_equal(l.v[7].kind, LINE_SIGNATURE);
	assert_int_equal(lines_spans(&l, 2)[0].style, STYLE_QUOTE_MARK);
	lines_release(&l);
}

static void test_outlook_block(void **state)
{
	struct lines l;

	(void)state;
	lay(&l,
	    "Yes.\n\nFrom: Ada\nSent: Monday\nTo: Bob\nSubject: x\n\n"
	    "Old text\n",
	    40);
	assert_int_equal(l.n, 8);
	assert_int_equal(l.v[0].quote, 0);
	assert_int_equal(l.v[2].kind, LINE_QUOTE_HEADER);
	assert_int_equal(l.v[5].kind, LINE_QUOTE_HEADER);
	assert_int_equal(l.v[7].quote, 1);
	assert_int_equal(l.v[7].kind, LINE_TEXT);
	lines_release(&l);
	lay(&l, "From: here to there\nis far\n", 40);
	assert_int_equal(l.v[1].quote, 0);
	lines_release(&l);
}

static void test_urls(void **state)
{
	static const struct {
		const char *text, *url;
	} rows[] = {
		{"see https://example.org/a.", "https://example.org/a"},
		{"(https://example.org/a)", "https://example.org/a"},
		{"https://example.org/a_(b)", "https://example.org/a_(b)"},
		{"<http://example.org/?x=1&y=2>",
		 "http://example.org/?x=1&y=2"},
		{"www.example.org, yes", "www.example.org"},
		{"mailto:ada@example.org!", "mailto:ada@example.org"},
		{"xhttps://example.org", NULL},
		{"https://", NULL},
		{"http:/x", NULL},
		{"nothing", NULL},
		{"\"https://example.org/\"", "https://example.org/"},
		{"HTTPS://EXAMPLE.ORG/", "HTTPS://EXAMPLE.ORG/"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		size_t a, b;
		bool found = layout_find_url(rows[i].text, strlen(rows[i].text),
					     0, &a, &b);

		assert_int_equal(found, rows[i].url != NULL);
		if (!found)
			continue;
		assert_int_equal(b - a, strlen(rows[i].url));
		assert_memory_equal(rows[i].text + a, rows[i].url, b - a);
	}
}

static void test_links(void **state)
{
	struct lines l;
	struct str b = STR_INIT;

	(void)state;
	lay(&l,
	    "a https://example.org/x and https://example.org/y\n"
	    "again https://example.org/x\n",
	    80);
	assert_int_equal(l.links.n, 2);
	assert_string_equal(lines_text(&l, 0), "a https://example.org/x[1] and "
					       "https://example.org/y[2]");
	assert_string_equal(lines_text(&l, 1),
			    "again https://example.org/x[1]");
	assert_false(l.links.v[0].mismatch);
	const struct line_span *s = lines_spans(&l, 0);
	assert_int_equal(l.v[0].n_spans, 4);
	assert_int_equal(s[0].start, 2);
	assert_int_equal(s[0].len, 21);
	assert_int_equal(s[0].style, STYLE_LINK);
	assert_int_equal(s[0].link, 1);
	assert_int_equal(s[1].style, STYLE_LINK_NUMBER);
	assert_int_equal(s[2].link, 2);
	lines_add_plain(&l, &b, true);
	assert_non_null(strstr(b.s, "[2] https://example.org/y\n"));
	lines_release(&l);
	str_release(&b);
}

static void test_finding(void **state)
{
	struct lines l;
	size_t len;

	(void)state;
	lay(&l,
	    "plain Text\nGr\xC3\xBC\xC3\x9F"
	    "e aus K\xC3\xB6ln\nend\n",
	    80);
	assert_int_equal(lines_find(&l, "text", 0), 0);
	assert_int_equal(lines_find(&l, "koln", 0), 1);
	assert_int_equal(lines_find(&l, "absent", 0), -1);
	assert_int_equal(lines_match(&l, 1, "grusse", 0, &len), 0);
	assert_int_equal(len, 7);
	assert_int_equal(lines_match(&l, 1, "k\xC3\xB6ln", 0, &len), 12);
	assert_int_equal(len, 5);
	assert_int_equal(lines_match(&l, 0, "t", 5, &len), 6);
	lines_release(&l);
}

static void test_hostile(void **state)
{
	struct layout_options o = {.width = 80, .link_numbers = true};
	static const char *const floods[] = {
		"a",	     " ",    ">",	 "\t", "http://a ",
		"http://",   "(",    "\xCC\x81", "\n", "\xE6\x97\xA5",
		"From: a\n", "a:\n", "x > ",	 "-",  "\xF0\x9F"};
	int64_t start = cpu_ms();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(floods); i++) {
		struct str b = STR_INIT;
		struct lines l;

		while (b.len < 300000)
			str_add(&b, floods[i]);
		lines_init(&l);
		layout_text(&l, b.s, b.len, &o);
		assert_true(l.n > 0);
		lines_release(&l);
		str_release(&b);
	}
	assert_true(cpu_ms() - start < 20000);
}

static void test_limit(void **state)
{
	struct layout_options o = {.width = 80, .max_bytes = 1000};
	struct str b = STR_INIT;
	struct lines l;

	(void)state;
	while (b.len < 100000)
		str_add(&b, "some words ");
	lines_init(&l);
	layout_text(&l, b.s, b.len, &o);
	assert_true(l.truncated);
	assert_true(l.pool.len < 5000);
	lines_release(&l);
	str_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_wrapping),
		cmocka_unit_test(test_width_holds),
		cmocka_unit_test(test_flowed),
		cmocka_unit_test(test_quotes_and_kinds),
		cmocka_unit_test(test_outlook_block),
		cmocka_unit_test(test_urls),
		cmocka_unit_test(test_links),
		cmocka_unit_test(test_finding),
		cmocka_unit_test(test_hostile),
		cmocka_unit_test(test_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
