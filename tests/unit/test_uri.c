/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/uri.h"

static void test_parse(void **state)
{
	static const struct {
		const char *in, *scheme, *host;
		int port, real_port;
		const char *path, *query;
	} rows[] = {
		{"HTTPS://Mail.Example.ORG/EWS/Exchange.asmx", "https",
		 "mail.example.org", 0, 443, "/EWS/Exchange.asmx", NULL},
		{"http://h:8080?a=b#frag", "http", "h", 8080, 8080, "", "a=b"},
		{"http://u:p@h/", "http", "h", 0, 80, "/", NULL},
		{"http://[::1]:99/x", "http", "::1", 99, 99, "/x", NULL},
		{"http://[FE80::1]", "http", "fe80::1", 0, 80, "", NULL},
		{"mailto:ada@example.org?subject=x", "mailto", NULL, 0, 0,
		 "ada@example.org", "subject=x"},
		{"/a/b?c?d", NULL, NULL, 0, 0, "/a/b", "c?d"},
		{"a:b", "a", NULL, 0, 0, "b", NULL},
		{"1a:b", NULL, NULL, 0, 0, "1a:b", NULL},
		{"", NULL, NULL, 0, 0, "", NULL},
		{"//h/p?", NULL, "h", 0, 0, "/p", ""},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct uri u = {0};

		assert_true(uri_parse(&u, rows[i].in));
		assert_true(str_eq(u.scheme, rows[i].scheme));
		assert_true(str_eq(u.host, rows[i].host));
		assert_int_equal(u.port, rows[i].port);
		assert_int_equal(uri_port(&u), rows[i].real_port);
		assert_string_equal(u.path, rows[i].path);
		assert_true(str_eq(u.query, rows[i].query));
		uri_release(&u);
	}
}

static void test_refuses(void **state)
{
	static const char *const rows[] = {
		"http://h:70000/",
		"http://h:8x/",
		"http://[::1/",
		"http://a b/",
		"http://[::1]x/",
		"http://h/\x01",
		"\x7F",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct uri u = {0};

		assert_false(uri_parse(&u, rows[i]));
		assert_null(u.path);
	}
}

static void test_resolve(void **state)
{
	/* RFC 3986 5.4, fragments left out */
	static const struct {
		const char *ref, *out;
	} rows[] = {
		{"g:h", "g:h"},
		{"g", "http://a/b/c/g"},
		{"./g", "http://a/b/c/g"},
		{"g/", "http://a/b/c/g/"},
		{"/g", "http://a/g"},
		{"//g", "http://g"},
		{"?y", "http://a/b/c/d;p?y"},
		{"g?y", "http://a/b/c/g?y"},
		{"#s", "http://a/b/c/d;p?q"},
		{"g;x?y", "http://a/b/c/g;x?y"},
		{"", "http://a/b/c/d;p?q"},
		{".", "http://a/b/c/"},
		{"./", "http://a/b/c/"},
		{"..", "http://a/b/"},
		{"../g", "http://a/b/g"},
		{"../..", "http://a/"},
		{"../../../../g", "http://a/g"},
		{"/./g", "http://a/g"},
		{"/../g", "http://a/g"},
		{"g..", "http://a/b/c/g.."},
		{"./../g", "http://a/b/g"},
		{"./g/.", "http://a/b/c/g/"},
		{"g/../h", "http://a/b/c/h"},
		{"http://[::2]:81/x/../y", "http://[::2]:81/y"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char *s = uri_resolve("http://a/b/c/d;p?q", rows[i].ref);

		assert_non_null(s);
		assert_string_equal(s, rows[i].out);
		free(s);
	}
	assert_null(uri_resolve("not absolute", "x"));
	assert_null(uri_resolve("/relative", "x"));
	assert_null(uri_resolve("http://a/", "http://b:x/"));
}

static void test_escaping(void **state)
{
	struct str b = STR_INIT;

	(void)state;
	uri_add_escaped(&b, "a b/\xC3\xA9~%", "/");
	assert_string_equal(b.s, "a%20b/%C3%A9~%25");
	str_clear(&b);
	uri_add_escaped(&b, "a/b", NULL);
	assert_string_equal(b.s, "a%2Fb");
	assert_true(uri_unescape(&b, "%20%c3%A9x%25"));
	assert_string_equal(b.s, "a%2Fb \xC3\xA9x%");
	assert_false(uri_unescape(&b, "ab%2"));
	assert_false(uri_unescape(&b, "ab%"));
	assert_false(uri_unescape(&b, "ab%zz"));
	assert_false(uri_unescape(&b, "a%00b"));
	assert_string_equal(b.s, "a%2Fb \xC3\xA9x%");
	str_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_refuses),
		cmocka_unit_test(test_resolve),
		cmocka_unit_test(test_escaping),
	};

	return cmocka_run_group_tests_name("uri", tests, NULL, NULL);
}
