/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "base/vec.h"
#include "net/xml.h"

static const char *const names[] = {"a", "b"};
static const char *const spaces[] = {"urn:x", "", NULL};

/* Writes down what the reader says: "(a t=1", text, ")a". */
static void on_start(void *ctx, int name, const struct xml_attrs *a)
{
	char *t = xml_attr_copy(a, "t");

	str_addf(ctx, "(%s", name < 0 ? "?" : names[name]);
	if (t)
		str_addf(ctx, " t=%s", t);
	str_add(ctx, ":");
	free(t);
}

static void on_text(void *ctx, const char *s, size_t len)
{
	str_add_mem(ctx, s, len);
}

static void on_end(void *ctx, int name)
{
	(void)name;
	str_add(ctx, ")");
}

static const struct xml_handler handler = {on_start, on_text, on_end};

/* Names as numbers, and all text. */
struct named_list {
	int *v;
	size_t n, cap;
	struct str text;
};

static void named_start(void *ctx, int name, const struct xml_attrs *a)
{
	struct named_list *l = ctx;

	(void)a;
	if (!l->text.s)
		str_init(&l->text);
	vec_add(l, name);
}

static void named_text(void *ctx, const char *s, size_t len)
{
	str_add_mem(&((struct named_list *)ctx)->text, s, len);
}

static void named_end(void *ctx, int name)
{
	(void)ctx, (void)name;
}

static const struct xml_handler named_handler = {named_start, named_text,
						 named_end};

/* Reads s in pieces of `step` bytes; *out gets the events. */
static bool read_steps(const char *s, size_t len, size_t step, struct str *out,
		       struct err *err)
{
	struct xml_reader *r = xml_reader_new(names, 2, spaces, &handler, out);
	bool ok = true;

	for (size_t at = 0; ok && at < len; at += step)
		ok = xml_feed(r, s + at, len - at < step ? len - at : step,
			      err);
	if (ok)
		ok = xml_finish(r, err);
	else
		assert_false(xml_finish(r, NULL));
	xml_reader_free(r);
	return ok;
}

static const struct {
	const char *in, *out;
} good[] = {
	{"<a/>", "(a:)"},
	{"<?xml version=\"1.0\" encoding=\"utf-8\"?><a t=\"1\">x</a>",
	 "(a t=1:x)"},
	{"\xEF\xBB\xBF<?xml version='1.0'?><a/>", "(a:)"},
	{"\r\n \xEF\xBB\xBF\n<?xml version='1.0'?><a/>", "(a:)"},
	{"<p:a xmlns:p='urn:x'/>", "(a:)"},
	{"<p:a xmlns:p='urn:y'><b xmlns='urn:x'/></p:a>", "(?:(b:))"},
	{"<a><c>1</c></a>", "(a:(?:1))"},
	{"<a t='x&amp;y &lt;'/>", "(a t=x&y <:)"},
	{"<a>&lt;p&gt; a &amp; b</a>", "(a:<p> a & b)"},
	{"<a><![CDATA[<&>]]></a>", "(a:<&>)"},
	/* what servers send and XML forbids (dossier 4.2) */
	{"<a>x&#x0;y&#1;z</a>", "(a:x\uFFFDy\uFFFDz)"},
	{"<a t='&#x1A;'/>", "(a t=\uFFFD:)"},
	{"<a>&#x1;&lt;p&gt;a &amp; b&lt;/p&gt;</a>", "(a:\uFFFD<p>a & b</p>)"},
	{"<a>\x01\x08\x0B</a>", "(a:\uFFFD\uFFFD\uFFFD)"},
	{"<a>tab\tnl\n</a>", "(a:tab\tnl\n)"},
	{"<a>&#x9;&#xA;&#xD;&#13;</a>", "(a:\t\n\r\r)"},
	{"<a>\xFFx\xC3</a>", "(a:\uFFFDx\uFFFD)"},
	{"<a>\xC3\xA9 \xF0\x9F\x98\x80</a>", "(a:\u00E9 \U0001F600)"},
	{"<a>&#xD83D;&#xDE00;</a>", "(a:\U0001F600)"},
	{"<a>&#55357;&#56832;!</a>", "(a:\U0001F600!)"},
	{"<a>&#xD83D;x&#xDE00;</a>", "(a:\uFFFDx\uFFFD)"},
	{"<a>&#xD83D;/#xDE00;</a>", "(a:\uFFFD/#xDE00;)"},
	{"<a>&#xD83D;&amp;</a>", "(a:\uFFFD&)"},
	{"<a>&#x1F600;</a>", "(a:\U0001F600)"},
	{"<a>&#xFFFE;&#xFFFF;&#x110000;&#x99999999;</a>",
	 "(a:\uFFFD\uFFFD\uFFFD\uFFFD)"},
	{"<a>\xED\xA0\x80</a>", "(a:\uFFFD\uFFFD\uFFFD)"},
	{"<a>\xEF\xBF\xBF</a>", "(a:\uFFFD)"},
	/* a prefix that nobody has declared: local names count */
	{"<q:a><b/>x</q:a>", "(a:(b:)x)"},
	{"<a i:nil='true' t='1'/>", "(a t=1:)"},
	/* a wrong declaration does not spoil the text */
	{"<?xml version='1.0' encoding='iso-8859-1'?><a>\xC3\xA9</a>",
	 "(a:\u00E9)"},
};

static void test_good(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		size_t len = strlen(good[i].in);

		for (size_t step = 1; step <= len; step++) {
			struct str out = STR_INIT;
			struct err err = ERR_INIT;

			if (!read_steps(good[i].in, len, step, &out, &err))
				fail_msg("%s: %s", good[i].in, err.text);
			assert_string_equal(out.s, good[i].out);
			str_release(&out);
		}
	}
}

static const struct {
	const char *in;
	enum err_kind kind;
} bad[] = {
	{"", ERR_NETWORK},
	{"  \n", ERR_NETWORK},
	{"<a>", ERR_NETWORK},
	{"<a><b></b>", ERR_NETWORK},
	{"<a></b>", ERR_PROTOCOL},
	{"<q:a><b></q:a>", ERR_PROTOCOL},
	{"<q:a><b/>", ERR_NETWORK},
	{"no xml", ERR_PROTOCOL},
	{"<html><br></html>", ERR_PROTOCOL},
	{"<a>&nbsp;</a>", ERR_PROTOCOL},
	{"<a/><a/>", ERR_PROTOCOL},
	{"<!DOCTYPE a><a/>", ERR_PROTOCOL},
	{"<!DOCTYPE a [<!ENTITY e \"x\">]><a>&e;</a>", ERR_PROTOCOL},
	{"<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><a/>", ERR_PROTOCOL},
};

static void test_bad(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		for (size_t step = 1; step < 40; step += 7) {
			struct str out = STR_INIT;
			struct err err = ERR_INIT;

			if (read_steps(bad[i].in, strlen(bad[i].in), step, &out,
				       &err))
				fail_msg("taken: %s", bad[i].in);
			if (err.kind != bad[i].kind)
				fail_msg("%s: %s", bad[i].in, err.text);
			assert_true(strlen(err.text) > 0);
			str_release(&out);
		}
}

static void test_depth(void **state)
{
	struct str in = STR_INIT, out = STR_INIT;
	struct err err = ERR_INIT;

	(void)state;
	for (int i = 0; i < XML_DEPTH_MAX; i++)
		str_add(&in, "<a>");
	for (int i = 0; i < XML_DEPTH_MAX; i++)
		str_add(&in, "</a>");
	assert_true(read_steps(in.s, in.len, 100, &out, &err));
	str_clear(&in);
	for (int i = 0; i < 100000; i++)
		str_add(&in, "<a>");
	assert_false(read_steps(in.s, in.len, 4096, &out, &err));
	assert_int_equal(err.kind, ERR_PROTOCOL);
	str_release(&in);
	str_release(&out);
}

/* Texts longer than libxml2 allows without being asked, in any pieces. */
static void test_long_text(void **state)
{
	struct str in = STR_INIT, out = STR_INIT, text = STR_INIT;
	struct err err = ERR_INIT;

	(void)state;
	for (int i = 0; i < 1500000; i++)
		str_add(&text, "0123456\u00E9");
	str_addf(&in, "<a>");
	str_add_mem(&in, text.s, text.len);
	str_add(&in, "</a>");
	assert_true(read_steps(in.s, in.len, 100003, &out, &err));
	assert_int_equal(out.len, text.len + 4);
	assert_int_equal(memcmp(out.s + 3, text.s, text.len), 0);
	str_release(&in);
	str_release(&out);
	str_release(&text);
}

static void test_many_names(void **state)
{
	struct str in = STR_INIT, out = STR_INIT;
	struct err err = ERR_INIT;

	(void)state;
	str_add(&in, "<a>");
	for (int i = 0; i < 3000; i++)
		str_addf(&in, "<n%d/><b/>", i);
	str_add(&in, "</a>");
	assert_true(read_steps(in.s, in.len, 977, &out, &err));
	assert_int_equal(out.len, 4 + 3000 * 8);
	assert_true(str_starts(out.s, "(a:(?:)(b:)"));
	assert_true(str_ends(out.s, "(?:)(b:))"));
	str_release(&in);
	str_release(&out);
}

/* Names with their own namespace, and those that begin with a digit (dossier
 * WebDAV 2.4), whatever the pieces. */
static void test_pairs(void **state)
{
	static const char *const pairs[] = {"urn:p|date", "urn:q|date", "plain",
					    "urn:q|_0x8101"};
	static const char *const own[] = {"urn:x", NULL};
	static const char in[] =
		"<r xmlns:p='urn:p' xmlns:q='urn:q' xmlns:x='urn:x'><p:date/>"
		"<q:date/><x:date/><x:plain/><q:plain/><q:0x8101>a 10:0x7 "
		"&lt;0x1</q:0x8101><0x9/></r>";
	static const int wanted[] = {-1, 0, 1, -1, 2, -1, 3, -1};

	(void)state;
	for (size_t step = 1; step < 70; step++) {
		struct named_list got = {0};
		struct xml_reader *r =
			xml_reader_new(pairs, 4, own, &named_handler, &got);

		xml_mend_names(r);
		for (size_t at = 0; at < strlen(in); at += step)
			assert_true(xml_feed(
				r, in + at,
				strlen(in) - at < step ? strlen(in) - at : step,
				NULL));
		assert_true(xml_finish(r, NULL));
		assert_int_equal(got.n, ARRAY_LEN(wanted));
		for (size_t i = 0; i < got.n; i++)
			assert_int_equal(got.v[i], wanted[i]);
		assert_string_equal(got.text.s, "a 10:0x7 <0x1");
		str_release(&got.text);
		vec_release(&got);
		xml_reader_free(r);
	}
}

static void test_write(void **state)
{
	struct str b = STR_INIT;

	(void)state;
	xml_add_element(&b, "t:S", "a<b>&\"\x01");
	xml_add_element(&b, "t:N", NULL);
	xml_add_format(&b, "t:F", "%d<", 5);
	str_add(&b, "<t:I");
	xml_add_attr(&b, "Id", "x\"y&");
	xml_add_attr(&b, "No", NULL);
	str_add(&b, "/>");
	assert_string_equal(b.s, "<t:S>a&lt;b&gt;&amp;&quot;</t:S>"
				 "<t:F>5&lt;</t:F>"
				 "<t:I Id=\"x&quot;y&amp;\"/>");
	str_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_depth),
		cmocka_unit_test(test_long_text),
		cmocka_unit_test(test_many_names),
		cmocka_unit_test(test_pairs),
		cmocka_unit_test(test_write),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
