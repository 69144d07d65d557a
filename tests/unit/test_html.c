/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "tests/unit/cpu_time.h"
#include "base/utf8.h"
#include "text/html.h"

static void lay(struct lines *l, const char *html, size_t width,
		struct html_report *r)
{
	struct html_options o = {.width = width, .link_numbers = true};

	lines_init(l);
	html_layout(l, html, strlen(html), &o, r);
}

static void lays_to(const char *html, size_t width, const char *want)
{
	struct lines l;
	struct str b = STR_INIT;

	lay(&l, html, width, NULL);
	lines_add_plain(&l, &b, false);
	if (strcmp(b.s, want) != 0)
		fail_msg("%s\ngives\n%s\nnot\n%s", html, b.s, want);
	str_release(&b);
	lines_release(&l);
}

static void test_blocks(void **state)
{
	static const char *const rows[][2] = {
		{"", ""},
		{"plain", "plain\n"},
		{"a  b\n c", "a b c\n"},
		{"<p>one<p>two", "one\n\ntwo\n"},
		{"<div>one</div><div>two</div>", "one\ntwo\n"},
		{"one<br>two<br><br>three", "one\ntwo\n\nthree\n"},
		{"a<b>b</b>c", "abc\n"},
		{"<p>a</p>\n\n<p>b</p>", "a\n\nb\n"},
		{"&lt;b&gt; &amp; &euro; &#65; &#x42;",
		 "<b> & \xE2\x82\xAC A B\n"},
		{"1 < 2 and 3 > 2", "1 < 2 and 3 > 2\n"},
		{"<pre>a  b\n  c</pre>", "a  b\n  c\n"},
		{"<pre>\na\n\nb\n</pre>c", "a\n\nb\n\nc\n"},
		{"<h1>T</h1>x", "T\n\nx\n"},
		{"<ul><li>a<li>b</ul>", "\xE2\x80\xA2 a\n\xE2\x80\xA2 b\n"},
		{"<ol><li>a<li>b</ol>", "1. a\n2. b\n"},
		{"<ol start=9><li>a<li>b</ol>", "9. a\n10. b\n"},
		{"<ul><li>a<ul><li>b</ul><li>c</ul>",
		 "\xE2\x80\xA2 a\n  \xE2\x80\xA2 b\n\xE2\x80\xA2 c\n"},
		{"<ul><li><p>a</p><li><p>b</p></ul>",
		 "\xE2\x80\xA2 a\n\xE2\x80\xA2 b\n"},
		{"<dl><dt>t<dd>d</dl>", "t\n    d\n"},
		{"<q>x</q>", "\"x\"\n"},
		{"<div style='white-space:pre-wrap'>a  b\nc</div>",
		 "a  b\nc\n"},
		{"<ol start=0><li>a</ol>", "1. a\n"},
		{"<input type=checkbox checked> a <input type=checkbox> b",
		 "[x] a [ ] b\n"},
		{"<input type=submit value=Send><input type=hidden value=x>",
		 "Send\n"},
		{"<div style='display:none'>a<br>b<input type=submit></div>c",
		 "c\n"},
		{"<table><tr><td>a<td>b", "a  b\n"},
		{"<blockquote>a<blockquote>b</blockquote></blockquote>c",
		 "> a\n>\n> > b\n\nc\n"},
		/* How Outlook writes lines and empty lines. */
		{"<p class=MsoNormal>a</p><p class=MsoNormal>b</p>"
		 "<p class=MsoNormal>&nbsp;</p><p class=MsoNormal>c</p>",
		 "a\nb\n\nc\n"},
		{"<p style='margin:0'>a</p><p style='margin:0'>b</p>",
		 "a\nb\n"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		lays_to(rows[i][0], 40, rows[i][1]);
	lays_to("<ul><li>words that have to be wrapped", 16,
		"\xE2\x80\xA2 words that\n  have to be\n  wrapped\n");
}

static void test_dropped(void **state)
{
	static const char *const rows[][2] = {
		{"a<script>x()</script>b", "ab\n"},
		{"a<style>p{}</style>b", "ab\n"},
		{"a<SCRIPT type=x>if(a<b){}</sCript >b", "ab\n"},
		{"a<!-- hidden -->b", "ab\n"},
		{"a<!--[if mso]><p>x</p><![endif]-->b", "ab\n"},
		{"a<![if !mso]>x<![endif]>b", "axb\n"},
		{"<head><title>t</title></head>b", "b\n"},
		{"a<div style='display:none'>x<p>y</p></div>b", "ab\n"},
		{"a<span style=\"font-size: 0px\">x</span>b", "ab\n"},
		{"a<span style=\"font-size:1px\">x</span>b", "ab\n"},
		{"a<span style=\"font-size:1em\">x</span>b", "axb\n"},
		{"a<span style=\"VISIBILITY:hidden\">x</span>b", "ab\n"},
		{"a<span style=\"mso-hide:all\">x</span>b", "ab\n"},
		{"a<div style=\"max-height:0;overflow:hidden\">x</div>b",
		 "ab\n"},
		{"a<div style=\"opacity:0\">x</div>b", "ab\n"},
		{"a<span hidden>x</span>b", "ab\n"},
		{"a<svg><text>x</text></svg>b", "ab\n"},
		{"a<iframe src=x>y</iframe>b", "ab\n"},
		{"a<?xml version=1?>b", "ab\n"},
		{"a<o:p></o:p>b", "ab\n"},
		/* What does not end must not swallow the mail. */
		{"a<style>b", "ab\n"},
		{"a<!-- b", "a\n"},
		{"a<b title=\"x>c", "ac\n"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		lays_to(rows[i][0], 40, rows[i][1]);
}

static void test_report(void **state)
{
	struct lines l;
	struct html_report r;

	(void)state;
	lay(&l,
	    "<img src=http://a/1.gif width=1 height=1>"
	    "<img src='https://a/2.gif' style='width:1px;height:1px'>"
	    "<img src=//a/3.gif alt=Logo>"
	    "<img src=cid:4 alt=Chart><img src='data:x' alt=Dot>"
	    "<table background='http://a/5.gif'></table>"
	    "<span style='display:none'>secret</span>"
	    "<script>x</script><b onclick=x>y</b><input name=q>",
	    80, &r);
	assert_int_equal(r.remote_images, 4);
	assert_int_equal(r.trackers, 2);
	assert_int_equal(r.hidden, 6);
	assert_int_equal(r.scripts, 2);
	assert_true(r.forms);
	assert_string_equal(lines_text(&l, 0), "[Logo][Chart][Dot]");
	assert_int_equal(lines_spans(&l, 0)[0].style, STYLE_IMAGE);
	/* Only what came with the message can be shown. */
	assert_int_equal(lines_spans(&l, 0)[1].style,
			 STYLE_IMAGE + STYLE_IMAGE_UNIT);
	assert_int_equal(l.images.n, 1);
	assert_string_equal(l.images.v[0].content_id, "4");
	assert_int_equal(lines_of_image(&l, 1), 0);
	assert_int_equal(lines_of_image(&l, 2), -1);
	lines_release(&l);
}

static void test_links(void **state)
{
	static const struct {
		const char *href, *text;
		bool mismatch, unusual;
	} rows[] = {
		{"https://example.org/", "Click", false, false},
		{"https://example.org/", "https://example.org/x", false, false},
		{"https://evil.example.net/", "https://example.org/", true,
		 false},
		{"https://evil.example.net/", "www.example.org", true, false},
		{"https://evil.example.net/", "example.org/login", true, false},
		{"https://www.example.org/", "example.org", false, false},
		{"https://mail.example.org/", "example.org", false, false},
		{"https://notexample.org/", "example.org", true, false},
		{"https://example.org@evil.net/", "https://example.org", true,
		 false},
		{"https://evil.net/", "report.pdf", false, false},
		{"mailto:a@b.org", "a@b.org", false, false},
		{"file:///etc/passwd", "x", false, true},
		{"ms-word:ofe|u|x", "x", false, true},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct str b = STR_INIT;
		struct lines l;

		str_addf(&b, "<a href=\"%s\">%s</a>", rows[i].href,
			 rows[i].text);
		lay(&l, b.s, 80, NULL);
		assert_int_equal(l.links.n, 1);
		assert_string_equal(l.links.v[0].target, rows[i].href);
		if (l.links.v[0].mismatch != rows[i].mismatch ||
		    l.links.v[0].unusual != rows[i].unusual)
			fail_msg("%s", b.s);
		lines_release(&l);
		str_release(&b);
	}
}

static void test_link_numbers(void **state)
{
	struct lines l;
	const struct line_span *s;

	(void)state;
	lay(&l,
	    "see <a href=http://a.example/>the <b>page</b></a> and "
	    "<a href=http://b.example/>x</a> <a href=#top>top</a> "
	    "<a href='javascript:x()'>js</a> <a href=http://a.example/>y</a>",
	    80, NULL);
	assert_string_equal(lines_text(&l, 0),
			    "see the page[1] and x[2] top js y[1]");
	assert_int_equal(l.links.n, 2);
	s = lines_spans(&l, 0);
	assert_int_equal(s[0].start, 4);
	assert_int_equal(s[0].style, STYLE_LINK);
	assert_int_equal(s[0].link, 1);
	assert_int_equal(s[1].style, STYLE_LINK | STYLE_BOLD);
	assert_int_equal(s[1].link, 1);
	lines_release(&l);
	/* A link around blocks, and one that is never closed. */
	lays_to("<a href=http://a/><div>x</div></a>y", 80, "x[1]\ny\n");
	lays_to("<a href=http://a/>x", 80, "x[1]\n");
	lays_to("<a href=http://a/><img src=x></a>", 80, "[image][1]\n");
}

static void test_styles(void **state)
{
	static const struct {
		const char *html;
		uint32_t style;
	} rows[] = {
		{"<b>x</b>", STYLE_BOLD},
		{"<strong>x</strong>", STYLE_BOLD},
		{"<i>x</i>", STYLE_ITALIC},
		{"<u>x</u>", STYLE_UNDERLINE},
		{"<del>x</del>", STYLE_STRIKE},
		{"<code>x</code>", STYLE_CODE},
		{"<mark>x</mark>", STYLE_MARK},
		{"<b><i>x</i></b>", STYLE_BOLD | STYLE_ITALIC},
		{"<span style='font-weight:bold'>x</span>", STYLE_BOLD},
		{"<span style='font-weight: 700; font-style:italic'>x</span>",
		 STYLE_BOLD | STYLE_ITALIC},
		{"<h2>x</h2>", STYLE_BOLD},
		{"<span style=' text-decoration : underline;; x'>x</span>",
		 STYLE_UNDERLINE},
		{"<u style='text-decoration:line-through'>x</u>",
		 STYLE_UNDERLINE | STYLE_STRIKE},
		{"<i><b style='font-weight:normal'>x</b></i>", STYLE_ITALIC},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct lines l;

		lay(&l, rows[i].html, 80, NULL);
		assert_int_equal(l.v[0].n_spans, 1);
		assert_int_equal(lines_spans(&l, 0)[0].style, rows[i].style);
		assert_int_equal(lines_spans(&l, 0)[0].len, 1);
		lines_release(&l);
	}
	struct lines l;
	lay(&l, "<h2>x</h2><hr>", 80, NULL);
	assert_int_equal(l.v[0].heading, 2);
	assert_int_equal(l.v[0].kind, LINE_HEADING);
	assert_int_equal(l.v[l.n - 1].kind, LINE_RULE);
	lines_release(&l);
}

static void test_outlook_quotes(void **state)
{
	struct lines l;

	(void)state;
	lay(&l,
	    "<div>Yes</div><div style='border:none;border-left:solid blue "
	    "1.5pt;padding:0 0 0 4pt'><div style='border:none;border-top:solid "
	    "1pt'><p class=MsoNormal><b>From:</b> A<br><b>Sent:</b> B<br>"
	    "<b>To:</b> C</p></div><p class=MsoNormal>Old</p></div>",
	    80, NULL);
	assert_int_equal(l.v[0].quote, 0);
	assert_string_equal(lines_text(&l, 1), "> From: A");
	assert_int_equal(l.v[1].quote, 1);
	assert_int_equal(l.v[1].kind, LINE_QUOTE_HEADER);
	assert_string_equal(lines_text(&l, 4), "> Old");
	assert_int_equal(l.v[4].quote, 1);
	lines_release(&l);
	/* Without a bar the header block alone begins the quote. */
	lay(&l,
	    "<p>Yes</p><hr><div><b>Von:</b> A<br><b>Gesendet:</b> B<br>"
	    "<b>An:</b> C<br><b>Betreff:</b> D</div><p>Alt</p>",
	    80, NULL);
	assert_int_equal(l.v[0].quote, 0);
	assert_int_equal(l.v[l.n - 1].quote, 1);
	assert_string_equal(lines_text(&l, l.n - 1), "> Alt");
	lines_release(&l);
	lay(&l,
	    "<p>Yes</p>On Monday, A wrote:<blockquote>Old</blockquote>"
	    "<div class=gmail_signature>Ada</div>",
	    80, NULL);
	assert_int_equal(l.v[2].kind, LINE_QUOTE_HEADER);
	assert_int_equal(l.v[2].quote, 0);
	assert_int_equal(l.v[l.n - 1].kind, LINE_SIGNATURE);
	assert_int_equal(l.v[0].kind, LINE_TEXT);
	lines_release(&l);
	lays_to("<p>From: here<p>to there", 80, "From: here\n\nto there\n");
}

static void test_tables(void **state)
{
	(void)state;
	lays_to("<table><tr><th>Name<th>Room<tr><td>Ada<td>2.14<tr>"
		"<td>Grace Hopper<td></table>",
		40, "Name          Room\nAda           2.14\nGrace Hopper\n");
	/* Shrunk to the width. */
	lays_to("<table><tr><td>Key<td>some words that are long"
		"<tr><td>K2<td>x</table>",
		20, "Key  some words that\n     are long\nK2   x\n");
	/* A cell over two columns; figures at the right. */
	lays_to("<table><tr><td>Gear<td>2<td align=right>12.50<tr>"
		"<td colspan=2>Total, all in<td style='text-align:right'>5"
		"</table>",
		40, "Gear  2  12.50\nTotal,       5\nall in\n");
	lays_to("<table><tr><td>a<td>b<tr><td colspan=99>c</table>", 40,
		"a\nb\nc\n");
	/* Too narrow for columns: cell by cell. */
	lays_to("<table><tr><td>aaaaaaaaaa<td>bbbbbbbbbb</table>", 12,
		"aaaaaaaaaa\nbbbbbbbbbb\n");
	/* Tables that only place things. */
	lays_to("<table><tr><td><table><tr><td>a</table><td>b</table>", 40,
		"a\n\nb\n");
	lays_to("<table><tr><td><p>a</p><p>b</p></table>", 40, "a\n\nb\n");
	/* Links and styles survive the columns. */
	struct lines l;
	lay(&l, "<table><tr><td>a<td><a href=http://x/><b>y</b></a></table>",
	    40, NULL);
	assert_string_equal(lines_text(&l, 0), "a  y[1]");
	assert_int_equal(l.v[0].kind, LINE_TABLE);
	assert_int_equal(lines_spans(&l, 0)[0].start, 3);
	assert_int_equal(lines_spans(&l, 0)[0].link, 1);
	lines_release(&l);
}

static void test_to_text(void **state)
{
	static const char *const rows[][2] = {
		{"<p>one<p>two", "one\n\ntwo"},
		{"a <a href=http://x/>b</a>", "a b"},
		{"<blockquote>q</blockquote>", "> q"},
		{"a&nbsp;b", "a b"},
		{"<ol><li>x</ol>", "1. x"},
		{"<table><tr><td>a<td>b<tr><td>c<td>d</table>", "a\tb\nc\td"},
		{"<div style='display:none'>x</div>y", "y"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct str b = STR_INIT;

		html_to_text(&b, rows[i][0], strlen(rows[i][0]), 1000);
		assert_string_equal(b.s, rows[i][1]);
		str_release(&b);
	}
	struct str b = STR_INIT;
	html_to_text(&b, "<p>\xC3\xA4\xC3\xA4\xC3\xA4", 9, 3);
	assert_string_equal(b.s, "\xC3\xA4");
	str_release(&b);
}

static void test_nothing_raw(void **state)
{
	struct lines l;
	struct str b = STR_INIT;

	(void)state;
	lay(&l,
	    "a\033[31mb&#27;c\xE2\x80\xAE"
	    "d&#x202e;e\x07"
	    "<a href='http://x/\033[2J&#x202e;'>f</a><img alt='\033]0;x' "
	    "src=y>",
	    80, NULL);
	lines_add_plain(&l, &b, true);
	for (size_t i = 0; i < b.len;) {
		uint32_t r;

		i += utf8_decode(b.s + i, b.len - i, &r);
		assert_true(r == '\n' || r >= ' ');
		assert_false(r == 0x202e || (r >= 0x7f && r < 0xa0));
	}
	lines_release(&l);
	str_release(&b);
}

static void flood(const char *what, size_t bytes, const char *before)
{
	struct html_options o = {.width = 80, .link_numbers = true};
	struct str b = STR_INIT;
	struct lines l;
	int64_t start = cpu_ms();

	str_add(&b, before);
	while (b.len < bytes)
		str_add(&b, what);
	lines_init(&l);
	html_layout(&l, b.s, b.len, &o, NULL);
	if (cpu_ms() - start > 8000)
		fail_msg("%s takes %d ms", what, (int)(cpu_ms() - start));
	lines_release(&l);
	str_release(&b);
}

static void test_hostile(void **state)
{
	static const char *const floods[] = {
		"<div>",
		"<b>",
		"<table><tr><td>",
		"<table>",
		"<ul><li>",
		"<a>",
		"<a href=http://x/>",
		"</b>",
		"<",
		"<a ",
		"<a b=\"",
		"<!--",
		"<p>",
		"&amp",
		"&",
		"<br>",
		"<blockquote>x",
		"<pre> \n",
		"<x y='",
		"<td>",
		"<font><p>",
		"</p>",
		"<!",
		"<style>",
		"<script>",
		"<div></x>",
		"<svg>",
		"<select><option>",
		"<img src=x>",
		"\xC3",
		"<li>",
		"&nbsp;",
		"<form>",
		"<html>",
		"<body>",
		"<head>",
		"<a href=http://x/>x",
		"<form><input>",
		"<p><table>",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(floods); i++)
		flood(floods[i], 200000, "");
	flood("<!-- -->", 2000000, "");
	flood("<p>\xC2\xA0x", 1000000, "");
	flood("a b=c ", 2000000, "<div ");
	flood("</zz>", 500000, "<div><div><div><div>");
	flood("p{color:red}", 20000000, "<style>");
}

static void test_style_sheet_is_cheap(void **state)
{
	struct html_options o = {.width = 80};
	struct str b = STR_INIT;
	struct lines l;
	int64_t start = cpu_ms();

	(void)state;
	str_add(&b, "<style>");
	while (b.len < 50000000)
		str_add(&b, ".x { color: red; background: url(y) }\n");
	str_add(&b, "</style><p>text");
	lines_init(&l);
	html_layout(&l, b.s, b.len, &o, NULL);
	assert_int_equal(l.n, 1);
	assert_string_equal(lines_text(&l, 0), "text");
	assert_true(cpu_ms() - start < 5000);
	lines_release(&l);
	str_release(&b);
}

static void test_deep_nesting_keeps_text(void **state)
{
	struct str b = STR_INIT;
	struct lines l;

	(void)state;
	for (int i = 0; i < 10000; i++)
		str_add(&b, "<div>");
	str_add(&b, "deep");
	for (int i = 0; i < 10000; i++)
		str_add(&b, "</div>");
	str_add(&b, "after");
	lay(&l, b.s, 80, NULL);
	assert_int_equal(l.n, 2);
	assert_string_equal(lines_text(&l, 0), "deep");
	assert_string_equal(lines_text(&l, 1), "after");
	lines_release(&l);
	str_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_blocks),
		cmocka_unit_test(test_dropped),
		cmocka_unit_test(test_report),
		cmocka_unit_test(test_links),
		cmocka_unit_test(test_link_numbers),
		cmocka_unit_test(test_styles),
		cmocka_unit_test(test_outlook_quotes),
		cmocka_unit_test(test_tables),
		cmocka_unit_test(test_to_text),
		cmocka_unit_test(test_nothing_raw),
		cmocka_unit_test(test_hostile),
		cmocka_unit_test(test_style_sheet_is_cheap),
		cmocka_unit_test(test_deep_nesting_keeps_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
