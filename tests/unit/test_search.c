/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

#include "base/clock.h"
#include "model/item.h"
#include "text/search.h"

#define NOW 1795446855 /* Mon 2026-11-23 15:14:15 UTC */

/* The tree in a short form. */
static void add_tree(struct str *b, const struct search_node *n)
{
	static const char *const names[] = {
		"all",	 "and",	     "or",     "not",	 "text",
		"from",	 "to",	     "cc",     "who",	 "subject",
		"body",	 "category", "in",     "id",	 "rows",
		"flags", "after",    "before", "larger", "smaller"};

	str_addf(b, "%s", names[n->op]);
	if (n->text)
		str_addf(b, ":%s%s%s%s", n->phrase ? "\"" : "", n->text,
			 n->phrase ? "\"" : "", n->prefix ? "*" : "");
	if (n->op == SEARCH_FLAGS)
		str_addf(b, ":%s%x", n->wanted ? "" : "!", n->mask);
	if (n->op >= SEARCH_AFTER)
		str_addf(b, ":%lld", (long long)n->number);
	if (n->n == 0)
		return;
	str_add(b, "(");
	for (size_t i = 0; i < n->n; i++) {
		if (i > 0)
			str_add(b, " ");
		add_tree(b, n->kids[i]);
	}
	str_add(b, ")");
}

static void parses_to(const char *query, const char *want)
{
	struct err err = ERR_INIT;
	struct search_node *n = NULL;
	struct str b = STR_INIT;

	if (!search_parse(&n, query, NOW, &err))
		fail_msg("%s: %s", query, err.text);
	add_tree(&b, n);
	if (strcmp(b.s, want) != 0)
		fail_msg("%s gives %s, not %s", query, b.s, want);
	search_node_free(n);
	str_release(&b);
}

static void test_trees(void **state)
{
	static const char *const rows[][2] = {
		{"", "all"},
		{"   ", "all"},
		{"budget", "text:budget"},
		{"budget ada", "and(text:budget text:ada)"},
		{"budget AND ada", "and(text:budget text:ada)"},
		{"\"two words\"", "text:\"two words\""},
		{"\"a \\\"b\\\"\"", "text:\"a \"b\"\""},
		{"invo*", "text:invo*"},
		{"a OR b", "or(text:a text:b)"},
		{"a | b|c", "or(text:a text:b text:c)"},
		{"a b OR c d", "or(and(text:a text:b) and(text:c text:d))"},
		{"a (b OR c)", "and(text:a or(text:b text:c))"},
		{"-a", "not(text:a)"},
		{"!a", "not(text:a)"},
		{"! a", "not(text:a)"},
		{"NOT a", "not(text:a)"},
		{"not:a", "not(text:a)"},
		{"-(a b)", "not(and(text:a text:b))"},
		{"from:ada", "from:ada"},
		{"FROM:ada", "from:ada"},
		{"from:\"Ada Byron\"", "from:\"Ada Byron\""},
		{"-from:ada", "not(from:ada)"},
		{"to:a cc:b who:c", "and(to:a cc:b who:c)"},
		{"subject:x body:y", "and(subject:x body:y)"},
		{"category:\"Big one\" in:inbox",
		 "and(category:\"Big one\" in:inbox)"},
		{"http://example.org/x", "text:http://example.org/x"},
		{"12:30", "text:12:30"},
		{"well-known", "text:well-known"},
		{"\xE6\x97\xA5\xE6\x9C\xAC", "text:\xE6\x97\xA5\xE6\x9C\xAC"},
		{"~f ada", "from:ada"},
		{"~fada", "from:ada"},
		{"~s \"a b\" ~b c", "and(subject:\"a b\" body:c)"},
		{"~C ada ~L bob", "and(to:ada who:bob)"},
		{"! ~F", "not(flags:2)"},
		{"~A", "all"},
		{"~N | ~F", "or(flags:!1 flags:2)"},
		{"(~N)", "flags:!1"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		parses_to(rows[i][0], rows[i][1]);
}

static void test_flags(void **state)
{
	static const struct {
		const char *query;
		unsigned mask;
		bool wanted;
	} rows[] = {
		{"is:unread", ITEM_READ, false},
		{"is:read", ITEM_READ, true},
		{"IS:Flagged", ITEM_FLAGGED, true},
		{"is:answered", ITEM_ANSWERED, true},
		{"is:forwarded", ITEM_FORWARDED, true},
		{"is:draft", ITEM_DRAFT, true},
		{"is:important", ITEM_HIGH, true},
		{"has:attachment", ITEM_ATTACHMENT, true},
		{"~X", ITEM_ATTACHMENT, true},
		{"~Q", ITEM_ANSWERED, true},
		{"~R", ITEM_READ, true},
		{"~U", ITEM_READ, false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct search_node *n;

		assert_true(search_parse(&n, rows[i].query, NOW, NULL));
		assert_int_equal(n->op, SEARCH_FLAGS);
		assert_int_equal(n->mask, rows[i].mask);
		assert_int_equal(n->wanted, rows[i].wanted);
		search_node_free(n);
	}
}

static void test_dates_and_sizes(void **state)
{
	static const char *const rows[][2] = {
		{"after:2026-11-20", "after:1795132800"},
		{"before:2026-11-20", "before:1795132800"},
		{"date:2026-11-20", "and(after:1795132800 before:1795219200)"},
		{"date:20/11/2026", "and(after:1795132800 before:1795219200)"},
		{"date:2026-11", "and(after:1793491200 before:1796083200)"},
		{"date:2026", "and(after:1767225600 before:1798761600)"},
		{"date:today", "and(after:1795392000 before:1795478400)"},
		{"date:yesterday", "and(after:1795305600 before:1795392000)"},
		{"after:7d", "after:1794787200"},
		{"date:7d", "after:1794787200"},
		{"after:1w", "after:1794787200"},
		{"after:1m", "after:1792713600"},
		{"after:1y", "after:1763856000"},
		{"before:7d", "before:1794787200"},
		{"date:2026-11-01..2026-11-20",
		 "and(after:1793491200 before:1795219200)"},
		{"after:48h", "after:1795274055"},
		{"after:13m", "after:1761177600"},
		{"date:monday", "and(after:1794787200 before:1794873600)"},
		{"date:Sunday", "and(after:1795305600 before:1795392000)"},
		{"date:20.11.26", "and(after:1795132800 before:1795219200)"},
		{"date:2026-12", "and(after:1796083200 before:1798761600)"},
		{"date:..2026-11-20", "before:1795219200"},
		{"date:2026-11-20..", "after:1795132800"},
		{"date:>2026-11-20", "after:1795132800"},
		{"date:<=2026-11-20", "before:1795132800"},
		{"date:2026-11-20..3d",
		 "and(after:1795132800 before:1795132800)"},
		{"~d <7d", "after:1794787200"},
		{"~d >7d", "before:1794787200"},
		{"~d 1/11/2026-20/11/2026",
		 "and(after:1793491200 before:1795219200)"},
		{"size:>1M", "larger:1048576"},
		{"size:1M", "larger:1048576"},
		{"size:<10k", "smaller:10240"},
		{"larger:500K", "larger:512000"},
		{"smaller:2mb", "smaller:2097152"},
		{"smaller:<2M", "smaller:2097152"},
		{"before:..2026-10-31", "before:1793491200"},
		{"~z 10k-1M", "and(larger:10240 smaller:1048577)"},
		{"~z >100", "larger:100"},
		{"~z 10k-", "larger:10240"},
		{"~z -10k", "smaller:10240"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		parses_to(rows[i][0], rows[i][1]);
}

static void test_days_are_local(void **state)
{
	(void)state;
	setenv("TZ", "America/New_York", 1);
	tzset();
	parses_to("after:2026-11-20", "after:1795150800");
	/* The day summer time ends has 25 hours. */
	parses_to("date:2026-11-01", "and(after:1793505600 before:1793595600)");
	setenv("TZ", "UTC", 1);
	tzset();
}

static void test_errors(void **state)
{
	static const struct {
		const char *query;
		int at;
	} rows[] = {
		{"a \"b", 2},
		{"(a", 0},
		{"a)", 1},
		{"a OR", 4},
		{"OR a", 0},
		{"| a", 0},
		{"a -", 2},
		{"from:", 0},
		{"x from: y", 2},
		{"is:green", 0},
		{"has:hope", 0},
		{"after:soon", 0},
		{"date:2026-13-01", 0},
		{"date:32/1/2026", 0},
		{"date:2026-13", 0},
		{"date:5x", 0},
		{"date:<soon", 0},
		{"date:a..b", 0},
		{"size:1M+2", 0},
		{"size:big", 0},
		{"a colour:red", 2},
		{"~q x", 0},
		{"~", 0},
		{"~f", 0},
		{"()(", 2},
		{"after:..2026", 0},
		{"larger:<1M", 0},
		{"date:99999y", 0},
		{"size:99999999999G", 0},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct err err = ERR_INIT;
		struct search_node *n = NULL;

		if (search_parse(&n, rows[i].query, NOW, &err))
			fail_msg("\"%s\" was taken", rows[i].query);
		assert_null(n);
		assert_int_equal(err.kind, ERR_INPUT);
		if (err.number != rows[i].at)
			fail_msg("\"%s\": at %d: %s", rows[i].query, err.number,
				 err.text);
		assert_true(err.text[0] != '\0');
	}
}

static int depth_of(const struct search_node *n)
{
	int deepest = 0;

	for (size_t i = 0; i < n->n; i++) {
		int k = depth_of(n->kids[i]);

		deepest = k > deepest ? k : deepest;
	}
	return deepest + 1;
}

static void test_nesting_is_bounded(void **state)
{
	struct search_node *n = NULL;
	struct str b = STR_INIT;

	(void)state;
	for (int i = 0; i < 100000; i++)
		str_add(&b, "(");
	assert_false(search_parse(&n, b.s, NOW, NULL));
	str_clear(&b);
	for (int i = 0; i < 100000; i++)
		str_add(&b, "-");
	str_add(&b, "a");
	assert_false(search_parse(&n, b.s, NOW, NULL));
	str_clear(&b);
	for (int i = 0; i < 20; i++)
		str_add(&b, "(x | y (");
	str_add(&b, "a");
	for (int i = 0; i < 20; i++)
		str_add(&b, "))");
	if (search_parse(&n, b.s, NOW, NULL)) {
		assert_true(depth_of(n) <= QUERY_MAX_DEPTH);
		search_node_free(n);
	}
	str_clear(&b);
	for (int i = 0; i < 100000; i++)
		str_add(&b, "a ");
	assert_false(search_parse(&n, b.s, NOW, NULL));
	str_release(&b);
}

static void test_words(void **state)
{
	struct search_node *n;
	struct strv words;

	(void)state;
	strv_init(&words);
	assert_true(search_parse(&n,
				 "alpha -beta (subject:gamma OR "
				 "from:\"delta x\") in:inbox is:read alpha",
				 NOW, NULL));
	search_words(n, &words);
	assert_int_equal(words.n, 3);
	assert_string_equal(words.v[0], "alpha");
	assert_string_equal(words.v[1], "gamma");
	assert_string_equal(words.v[2], "delta x");
	strv_release(&words);
	search_node_free(n);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_trees),
		cmocka_unit_test(test_flags),
		cmocka_unit_test(test_dates_and_sizes),
		cmocka_unit_test(test_days_are_local),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_nesting_is_bounded),
		cmocka_unit_test(test_words),
	};

	setenv("TZ", "UTC", 1);
	tzset();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
