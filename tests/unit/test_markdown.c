/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>

#include "text/markdown.h"

static const struct {
	const char *text, *has, *hasnot;
} rows[] = {
	{"**bold** and *thin*", "<strong>bold</strong>", "**"},
	{"- one\n- two\n", "<li>one</li>", NULL},
	{"two\nlines", "two<br />", NULL},
	{"<script>alert(1)</script>", NULL, "<script"},
	{"[x](javascript:alert(1))", NULL, "javascript:"},
	{"[x](https://example.org/)", "href=\"https://example.org/\"", NULL},
	{"> quoted", "<blockquote>", NULL},
	{"Gr\xc3\xbc\xc3\x9f"
	 "e & co",
	 "&amp;", NULL},
};

static void test_markdown(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct str out = STR_INIT;

		markdown_to_html(&out, rows[i].text, strlen(rows[i].text));
		if ((rows[i].has && !strstr(out.s, rows[i].has)) ||
		    (rows[i].hasnot && strstr(out.s, rows[i].hasnot)))
			fail_msg("%s gives %s", rows[i].text, out.s);
		str_release(&out);
	}
}

static void test_plain(void **state)
{
	static const char text[] = "Hello <b>\n> one\n>> two\nend";
	struct str out = STR_INIT;

	(void)state;
	markdown_plain_to_html(&out, text, strlen(text));
	assert_non_null(strstr(out.s, "Hello &lt;b&gt;<br>"));
	assert_non_null(strstr(out.s, "one<br>"));
	assert_non_null(strstr(out.s, "</blockquote></blockquote>end<br>"));
	str_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_markdown),
		cmocka_unit_test(test_plain),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
