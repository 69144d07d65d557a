/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/str.h"
#include "base/vec.h"

static void test_building(void **state)
{
	struct str b = STR_INIT;

	(void)state;
	assert_string_equal(b.s, "");
	str_add(&b, NULL);
	str_add(&b, "one");
	str_add_char(&b, ' ');
	str_addf(&b, "%d-%s", 2, "x");
	str_add_rune(&b, 0x20AC);
	str_add_mem(&b, "\0z", 2);
	assert_int_equal(b.len, 12);
	assert_memory_equal(b.s, "one 2-x\xE2\x82\xAC\0z", 13);
	str_cut(&b, 3);
	assert_string_equal(b.s, "one");
	str_clear(&b);
	assert_string_equal(b.s, "");
	str_release(&b);
}

static void test_long_format(void **state)
{
	struct str b = STR_INIT;
	char *long_text = xmalloc(1001);

	(void)state;
	memset(long_text, 'a', 1000);
	long_text[1000] = '\0';
	str_addf(&b, "<%s>", long_text);
	assert_int_equal(b.len, 1002);
	assert_int_equal(b.s[1001], '>');
	free(long_text);
	str_release(&b);
}

static void test_limit(void **state)
{
	struct str b;

	(void)state;
	str_init_max(&b, 5);
	str_add(&b, "abc");
	assert_false(str_is_truncated(&b));
	assert_null(str_reserve(&b, 3));
	assert_true(str_is_truncated(&b));
	str_clear(&b);
	assert_false(str_is_truncated(&b));
	str_add(&b, "abcdefg");
	assert_string_equal(b.s, "abcde");
	assert_true(str_is_truncated(&b));
	str_add_char(&b, 'x');
	assert_string_equal(b.s, "abcde");
	str_release(&b);
}

static void test_take_and_reserve(void **state)
{
	struct str b = STR_INIT;
	struct bytes bytes;
	char *s = str_take(&b);

	(void)state;
	assert_string_equal(s, "");
	free(s);
	memcpy(str_reserve(&b, 4), "wxyz", 4);
	str_grew(&b, 2);
	s = str_take(&b);
	assert_string_equal(s, "wx");
	assert_string_equal(b.s, "");
	free(s);
	str_add_mem(&b, "\1\0\2", 3);
	bytes = bytes_from_str(&b);
	assert_int_equal(bytes.len, 3);
	assert_memory_equal(bytes.p, "\1\0\2", 3);
	bytes_set(&bytes, "ab", 2);
	assert_memory_equal(bytes.p, "ab", 2);
	bytes_set(&bytes, NULL, 0);
	assert_null(bytes.p);
	bytes = bytes_from_str(&b);
	assert_null(bytes.p);
	bytes_release(&bytes);
	str_release(&b);
}

static void test_xml(void **state)
{
	static const struct {
		const char *in, *out;
	} rows[] = {
		{"plain text", "plain text"},
		{"a<b>&\"'", "a&lt;b&gt;&amp;&quot;&#39;"},
		{"x\r\ny\tz", "x&#13;\ny\tz"},
		{"\x01"
		 "a\x1A"
		 "b\x1F",
		 "ab"},
		{"caf\xC3\xA9 \xF0\x9F\x98\x80",
		 "caf\xC3\xA9 \xF0\x9F\x98\x80"},
		{"a\xFF"
		 "b\xC3",
		 "ab"},
		{"s\xED\xA0\xBDs", "ss"}, /* a lone surrogate */
		{"n\xEF\xBF\xBEn\xEF\xBF\xBF", "nn"},
		{"]]>", "]]&gt;"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct str b = STR_INIT;

		str_add_xml(&b, rows[i].in);
		assert_string_equal(b.s, rows[i].out);
		str_release(&b);
	}
}

static void test_trim(void **state)
{
	static const struct {
		const char *in, *out;
	} rows[] = {
		{"", ""},
		{"  ", ""},
		{" a b\t\n", "a b"},
		{"a", "a"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct str b = STR_INIT;

		str_add(&b, rows[i].in);
		str_trim(&b);
		assert_string_equal(b.s, rows[i].out);
		assert_int_equal(b.len, strlen(rows[i].out));
		str_release(&b);
	}
}

static void test_lists(void **state)
{
	struct strv v;
	char *joined;

	(void)state;
	strv_init(&v);
	strv_split(&v, " a, b c ;;,d", ",;");
	assert_int_equal(v.n, 3);
	assert_string_equal(v.v[1], "b c");
	assert_true(strv_has(&v, "d"));
	assert_false(strv_has(&v, "D"));
	strv_add(&v, "e");
	strv_give(&v, xstrdup("f"));
	joined = strv_join(&v, "|");
	assert_string_equal(joined, "a|b c|d|e|f");
	free(joined);
	strv_release(&v);
	assert_int_equal(v.n, 0);
}

static void test_text_helpers(void **state)
{
	char *p = NULL;

	(void)state;
	assert_true(str_eq(NULL, NULL));
	assert_false(str_eq("a", NULL));
	assert_true(str_eq_nocase("Content-TYPE", "content-type"));
	assert_false(str_eq_nocase("ab", "abc"));
	assert_true(str_starts("abc", "ab"));
	assert_false(str_starts("a", "ab"));
	assert_true(str_ends("abc", "bc"));
	assert_false(str_ends("c", "bc"));
	assert_string_equal(str_or_empty(NULL), "");
	assert_null(xstrdup(NULL));
	mem_replace(&p, xasprintf("%d", 7));
	mem_replace(&p, xstrndup("hello", 2));
	assert_string_equal(p, "he");
	mem_wipe(p, 2);
	assert_int_equal(p[0] | p[1], 0);
	mem_replace(&p, NULL);
}

static void test_vec(void **state)
{
	VEC(int) v = {0};

	(void)state;
	for (int i = 0; i < 100; i++)
		vec_add(&v, i);
	*vec_new(&v) += 5;
	assert_int_equal(v.v[100], 5);
	vec_remove(&v, 0);
	assert_int_equal(v.n, 100);
	assert_int_equal(v.v[0], 1);
	assert_int_equal(v.v[99], 5);
	vec_release(&v);
	assert_null(v.v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_building),
		cmocka_unit_test(test_long_format),
		cmocka_unit_test(test_limit),
		cmocka_unit_test(test_take_and_reserve),
		cmocka_unit_test(test_xml),
		cmocka_unit_test(test_trim),
		cmocka_unit_test(test_lists),
		cmocka_unit_test(test_text_helpers),
		cmocka_unit_test(test_vec),
	};

	return cmocka_run_group_tests_name("str", tests, NULL, NULL);
}
