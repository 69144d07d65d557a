/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>

#include "base/codec.h"
#include "base/vec.h"
#include "mime/tnef.h"

/* --- streams, made by hand as [MS-OXTNEF] tells ---------------------------------- */

static void number(struct str *b, unsigned v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		str_add_char(b, (char)(v >> (8 * i)));
}

static void attribute(struct str *b, unsigned level, unsigned id, const char *p,
		      size_t len)
{
	unsigned sum = 0;

	number(b, level, 1);
	number(b, id, 4);
	number(b, (unsigned)len, 4);
	str_add_mem(b, p, len);
	for (size_t i = 0; i < len; i++)
		sum += (unsigned char)p[i];
	number(b, sum, 2);
}

static void begin(struct str *b)
{
	number(b, 0x223e9f78, 4);
	number(b, 1, 2);
}

static void variable(struct str *b, unsigned type, unsigned id, const char *p,
		     size_t len)
{
	number(b, type, 2);
	number(b, id, 2);
	number(b, 1, 4);
	number(b, (unsigned)len, 4);
	str_add_mem(b, p, len);
	while (len++ % 4)
		str_add_char(b, '\0');
}

/* Two files, the second with properties, one of them named. */
static void sample(struct str *b, const char *html)
{
	struct str props CLEANUP(str_release) = STR_INIT;

	begin(b);
	if (html) {
		number(&props, 3, 4);
		variable(&props, 0x0102, 0x1013, html, strlen(html));
		number(&props, 0x0003, 2); /* a long in a name of its own */
		number(&props, 0x8001, 2);
		str_add_mem(&props, "0123456789abcdef", 16);
		number(&props, 1, 4);
		number(&props, 6, 4);
		str_add_mem(&props, "a\0b\0\0\0\0\0", 8);
		number(&props, 7, 4);
		number(&props, 0x0003, 2);
		number(&props, 0x3fde, 2);
		number(&props, 65001, 4);
		attribute(b, 1, 0x00069003, props.s, props.len);
	}
	attribute(b, 2, 0x00069002, "12345678901234", 14);
	attribute(b, 2, 0x00018010, "plan.txt", 9);
	attribute(b, 2, 0x0006800f, "the plan", 8);
	attribute(b, 2, 0x00069002, "12345678901234", 14);
	attribute(b, 2, 0x00018010, "GRSSE~1.PNG", 12);
	attribute(b, 2, 0x0006800f, "\x89PNG\0\1\2", 8);
	str_clear(&props);
	number(&props, 2, 4);
	variable(&props, 0x001f, 0x3707,
		 "G\0r\0\xfc\0\xdf\0"
		 "e\0.\0p\0n\0g\0\0\0",
		 20);
	variable(&props, 0x001e, 0x370e, "image/png", 10);
	attribute(b, 2, 0x00069005, props.s, props.len);
}

static void open_message(const char *head, const struct str *stream,
			 const char *tail, struct mime_message **m,
			 struct str *raw)
{
	struct str mail CLEANUP(str_release) = STR_INIT;
	struct mime_message *closed;

	str_add(&mail, head);
	codec_base64_add(&mail, stream->s, stream->len);
	str_add(&mail, tail);
	assert_true(mime_read(&closed, mail.s, mail.len, NULL, NULL));
	assert_true(tnef_open(closed, mail.s, mail.len, raw));
	mime_message_free(closed);
	assert_true(mime_read(m, raw->s, raw->len, NULL, NULL));
}

static void expect_part(struct mime_message *m, const char *name,
			const char *type, const char *content, size_t len)
{
	for (size_t i = 0; i < mime_part_count(m); i++) {
		const struct mime_part *p = mime_part(m, i);
		struct str b CLEANUP(str_release) = STR_INIT;

		if (!str_eq(p->name, name))
			continue;
		assert_string_equal(p->type, type);
		assert_true(p->is_attachment);
		assert_true(mime_part_bytes(m, i, &b, NULL));
		assert_int_equal(b.len, len);
		assert_memory_equal(b.s, content, len);
		return;
	}
	fail_msg("no part is called %s", name);
}

#define FIELDS "From: a@example.org\r\nSubject: x\r\nMIME-Version: 1.0\r\n"
#define TNEF                                                                   \
	"Content-Type: application/ms-tnef; name=\"winmail.dat\"\r\n"          \
	"Content-Transfer-Encoding: base64\r\n\r\n"

/* The whole message is one: its text is the text. */
static void whole_message(void **state)
{
	struct str stream CLEANUP(str_release) = STR_INIT;
	struct str raw CLEANUP(str_release) = STR_INIT;
	struct str text CLEANUP(str_release) = STR_INIT;
	struct mime_message *m;

	(void)state;
	sample(&stream, "<p>Gr\xc3\xbc\xc3\x9f"
			"e</p>");
	open_message(FIELDS TNEF, &stream, "\r\n", &m, &raw);
	assert_string_equal(mime_header(m, "subject"), "x");
	expect_part(m, "plan.txt", "text/plain", "the plan", 8);
	expect_part(m,
		    "Gr\xc3\xbc\xc3\x9f"
		    "e.png",
		    "image/png", "\x89PNG\0\1\2", 8);
	mime_body_text(m, &text, 1000);
	assert_non_null(strstr(text.s, "Gr\xc3\xbc\xc3\x9f"
				       "e"));
	mime_message_free(m);
}

/* Beside a text of its own only the files are new. */
static void beside_text(void **state)
{
	struct str stream CLEANUP(str_release) = STR_INIT;
	struct str raw CLEANUP(str_release) = STR_INIT;
	struct str text CLEANUP(str_release) = STR_INIT;
	struct mime_message *m;

	(void)state;
	sample(&stream, "<p>again</p>");
	open_message(FIELDS "Content-Type: multipart/mixed; boundary=b\r\n\r\n"
			    "--b\r\nContent-Type: text/plain\r\n\r\nHello.\r\n"
			    "--b\r\n" TNEF,
		     &stream, "\r\n--b--\r\n", &m, &raw);
	expect_part(m, "plan.txt", "text/plain", "the plan", 8);
	mime_body_text(m, &text, 1000);
	assert_non_null(strstr(text.s, "Hello."));
	assert_null(strstr(text.s, "again"));
	mime_message_free(m);
}

static void rtf(void **state)
{
	/* [MS-OXRTFCP] 3.2.1 */
	static const char packed[] =
		"\x2d\0\0\0\x2b\0\0\0LZFu\xf1\xc5\xc7\xa7\x03\0\x0a\0rcpg125"
		"B2\x0a\xf3 hel\x09\0 bw\x05\xb0ld}\x0a\x80\x0f\xa0";
	static const char wrapped[] =
		"{\\rtf1\\ansi\\ansicpg1252\\fromhtml1 {\\fonttbl{\\f0 Arial;}}"
		"{\\*\\htmltag64 <p>}\\htmlrtf \\par\\htmlrtf0 Gr\\'fc\\u223 ?e"
		"{\\*\\htmltag72 </p>}}";
	struct str out CLEANUP(str_release) = STR_INIT;
	struct str text CLEANUP(str_release) = STR_INIT;
	bool html;

	(void)state;
	assert_true(tnef_rtf_decompress(packed, sizeof(packed) - 1, &out));
	assert_string_equal(
		out.s, "{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n");
	tnef_rtf_text(out.s, out.len, &text, &html);
	assert_false(html);
	assert_string_equal(text.s, "hello world");
	str_clear(&text);
	tnef_rtf_text(wrapped, sizeof(wrapped) - 1, &text, &html);
	assert_true(html);
	assert_string_equal(text.s, "<p>Gr\xc3\xbc\xc3\x9f"
				    "e</p>");
	assert_false(tnef_rtf_decompress("short", 5, &out));
}

/* Cut anywhere, or with any byte changed, it stays in its bounds. */
static void broken(void **state)
{
	struct str stream CLEANUP(str_release) = STR_INIT;

	(void)state;
	sample(&stream, "<p>x</p>");
	for (size_t n = 0; n <= stream.len; n++) {
		struct tnef t = {.text = STR_INIT, .html = STR_INIT};
		char *cut = xmalloc(n ? n : 1);

		memcpy(cut, stream.s, n);
		(void)tnef_read(&t, cut, n);
		tnef_release(&t);
		free(cut);
	}
	for (size_t i = 0; i < stream.len; i++) {
		struct tnef t = {.text = STR_INIT, .html = STR_INIT};
		char *odd = xmalloc(stream.len);

		memcpy(odd, stream.s, stream.len);
		odd[i] = (char)(odd[i] ^ 0xff);
		(void)tnef_read(&t, odd, stream.len);
		tnef_release(&t);
		free(odd);
	}
}

/* What is signed stays as it is; what is no stream, too. */
static void left_alone(void **state)
{
	static const char signed_mail[] = FIELDS
		"Content-Type: multipart/signed; boundary=b; "
		"protocol=\"application/pgp-signature\"\r\n\r\n--b\r\n" TNEF
		"eJ8+Ig==\r\n--b\r\nContent-Type: application/pgp-signature"
		"\r\n\r\nx\r\n--b--\r\n";
	static const char other[] = FIELDS TNEF "bm90IHRuZWY=\r\n";
	struct str out CLEANUP(str_release) = STR_INIT;
	struct mime_message *m;

	(void)state;
	assert_true(mime_read(&m, signed_mail, sizeof(signed_mail) - 1, NULL,
			      NULL));
	assert_false(tnef_open(m, signed_mail, sizeof(signed_mail) - 1, &out));
	mime_message_free(m);
	assert_true(mime_read(&m, other, sizeof(other) - 1, NULL, NULL));
	assert_false(tnef_open(m, other, sizeof(other) - 1, &out));
	assert_int_equal(out.len, 0);
	mime_message_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole_message), cmocka_unit_test(beside_text),
		cmocka_unit_test(rtf),		 cmocka_unit_test(broken),
		cmocka_unit_test(left_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
