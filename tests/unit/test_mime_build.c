/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

#include "base/clock.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "mime/build.h"
#include "mime/read.h"

#define NOW 1795446855

static void start(struct mime_draft *d)
{
	mime_draft_init(d);
	mime_address_list_add(&d->from, "Ada Byron", "ada@example.org");
	mime_address_list_add(&d->to, NULL, "bob@example.org");
	d->subject = xstrdup("Subject");
	d->date = NOW;
	d->text = xstrdup("Hello\n");
}

/* What every message that goes out must keep to. */
static void check_form(const char *s, size_t len, bool ascii)
{
	size_t line = 0;

	for (size_t i = 0; i < len; i++) {
		if (s[i] == '\n')
			assert_true(i > 0 && s[i - 1] == '\r');
		if (s[i] == '\r')
			assert_true(i + 1 < len && s[i + 1] == '\n');
		line = s[i] == '\n' ? 0 : line + 1;
		assert_true(line <= 999); /* with the CR */
		assert_true(s[i] != '\0');
		if (ascii)
			assert_true((unsigned char)s[i] < 0x80);
	}
}

static struct mime_message *build(struct str *b, const struct mime_draft *d)
{
	struct mime_message *m = NULL;

	mime_build(b, d, true);
	check_form(b->s, b->len, true);
	assert_true(mime_read(&m, b->s, b->len, NULL, NULL));
	return m;
}

static void test_plain(void **state)
{
	struct mime_draft d;
	struct str b = STR_INIT, text = STR_INIT;
	struct mime_message *m;

	(void)state;
	start(&d);
	d.message_id = xstrdup("id@example.org");
	m = build(&b, &d);
	assert_string_equal(mime_header(m, "From"),
			    "Ada Byron <ada@example.org>");
	assert_string_equal(mime_header(m, "To"), "bob@example.org");
	assert_string_equal(mime_message_id(m), "id@example.org");
	assert_int_equal(mime_date(m), NOW);
	assert_string_equal(mime_header(m, "MIME-Version"), "1.0");
	mime_part_text(m, 0, &text);
	assert_string_equal(text.s, "Hello\n");
	assert_string_equal(mime_header(m, "Content-Transfer-Encoding"),
			    "7bit");
	mime_message_free(m);
	mime_draft_release(&d);
	str_release(&b);
	str_release(&text);
}

static void test_bcc(void **state)
{
	struct mime_draft d;
	struct str b = STR_INIT;

	(void)state;
	start(&d);
	mime_address_list_add(&d.bcc, NULL, "eve@example.org");
	mime_build(&b, &d, false);
	assert_null(strstr(b.s, "eve@example.org"));
	str_clear(&b);
	mime_build(&b, &d, true);
	assert_non_null(strstr(b.s, "\r\nBcc: eve@example.org\r\n"));
	mime_draft_release(&d);
	str_release(&b);
}

/* Subjects and names come back as they went in. */
static void test_words_round_trip(void **state)
{
	static const char *const texts[] = {
		"plain",
		"two words",
		"a  double blank",
		"Gr\xC3\xBC\xC3\x9F"
		"e",
		"one Gr\xC3\xBC\xC3\x9F"
		"e two",
		"\xC3\xA4 \xC3\xB6 \xC3\xBC",
		"a =?utf-8?Q?b?= c",
		"\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E\xE3\x81\xAE\xE9\x95\xB7"
		"\xE3\x81\x84\xE9\xA1\x8C\xE5\x90\x8D\xE3\x81\xA7\xE3\x81\x99"
		"\xE3\x81\x8B\xE3\x82\x89\xE6\x8A\x98\xE3\x82\x8A\xE8\xBF\x94"
		"\xE3\x81\x95\xE3\x82\x8C\xE3\x81\xBE\xE3\x81\x99",
		"\xF0\x9F\x98\x80 smile",
		"end \xC3\xA4",
		"A subject of many words that is so long that it has to be "
		"folded more than once on its way, or some relay would do it",
		"mixed \xC3\xA4 words of every kind \xE2\x82\xAC and then some "
		"plain ones again that take the line further \xC3\xBC than one",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		struct mime_draft d;
		struct str b = STR_INIT;
		struct mime_message *m;
		struct mime_address_list l;

		start(&d);
		mem_replace(&d.subject, xstrdup(texts[i]));
		mime_address_list_add(&d.cc, texts[i], "cc@example.org");
		m = build(&b, &d);
		assert_string_equal(mime_header(m, "Subject"), texts[i]);
		mime_address_list_init(&l);
		mime_addresses(m, "Cc", &l);
		assert_int_equal(l.n, 1);
		if (!strstr(texts[i], "  "))
			assert_string_equal(l.v[0].name, texts[i]);
		assert_string_equal(l.v[0].addr, "cc@example.org");
		for (const char *p = b.s; *p; p = strchr(p, '\n') + 1)
			assert_true(strcspn(p, "\r") <= 200);
		mime_address_list_release(&l);
		mime_message_free(m);
		mime_draft_release(&d);
		str_release(&b);
	}
}

static void test_addresses(void **state)
{
	struct mime_draft d;
	struct str b = STR_INIT;
	struct mime_message *m;
	struct mime_address_list l;

	(void)state;
	start(&d);
	mime_address_list_add(&d.to, "Hopper, \"Amazing\" Grace",
			      "grace@example.org");
	mime_address_list_add(&d.to, "\xC3\x84nne",
			      "x@b\xC3\xBC"
			      "cher.example");
	for (int i = 0; i < 500; i++) {
		char *a = xasprintf("user%d@example.org", i);

		mime_address_list_add(&d.to, "Some Body", a);
		free(a);
	}
	m = build(&b, &d);
	assert_non_null(strstr(b.s, "x@xn--bcher-kva.example"));
	mime_address_list_init(&l);
	mime_addresses(m, "To", &l);
	assert_int_equal(l.n, 503);
	assert_string_equal(l.v[1].name, "Hopper, \"Amazing\" Grace");
	assert_string_equal(l.v[502].addr, "user499@example.org");
	mime_address_list_release(&l);
	mime_message_free(m);
	mime_draft_release(&d);
	str_release(&b);
}

static void test_no_injection(void **state)
{
	static const char evil[] = "x\r\nBcc: eve@evil.example\r\n\r\nbody";
	struct mime_draft d;
	struct str b = STR_INIT;
	struct mime_message *m;

	(void)state;
	start(&d);
	mem_replace(&d.subject, xstrdup(evil));
	mime_address_list_add(&d.to, evil, "a@example.org");
	mime_address_list_add(&d.cc, NULL, "a@example.org\r\nBcc: eve@evil");
	d.in_reply_to = xstrdup(evil);
	strv_add(&d.references, evil);
	d.message_id = xstrdup("i@d>\r\nX-Evil: 1\r\n\r\n<x");
	mime_draft_add_header(&d, "X-Test", evil);
	mime_draft_add_header(&d, "X-Evil: 1\r\nX-More", "1");
	mime_draft_add_header(&d, "From", "twice@example.org");
	mime_draft_attach(&d, evil, "text/plain\r\nX-Evil: 1", "x", 1);
	d.attachments.v[0].content_id = xstrdup(evil);
	m = build(&b, &d);
	assert_null(mime_header(m, "Bcc"));
	assert_null(mime_header(m, "X-Evil"));
	assert_null(strstr(b.s, "\nBcc:"));
	assert_null(strstr(b.s, "\nX-Evil"));
	assert_null(strstr(b.s, "twice@"));
	mime_message_free(m);
	mime_draft_release(&d);
	str_release(&b);
}

static void test_bodies_round_trip(void **state)
{
	static const struct {
		const char *text, *encoding;
	} rows[] = {
		{"", "7bit"},
		{"ascii\nlines\n", "7bit"},
		{"Gr\xC3\xBC\xC3\x9F"
		 "e aus dem kalten K\xC3\xB6ln\n",
		 "quoted-printable"},
		{"\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E\n", "base64"},
		{"trailing \xC3\xA4 blank \nFrom here\n.\n= sign\n",
		 "quoted-printable"},
		{"control \x01 here and some text\n", "quoted-printable"},
	};
	struct str long_line = STR_INIT;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct mime_draft d;
		struct str b = STR_INIT, text = STR_INIT;
		struct mime_message *m;

		start(&d);
		mem_replace(&d.text, xstrdup(rows[i].text));
		m = build(&b, &d);
		assert_string_equal(mime_header(m, "Content-Transfer-Encoding"),
				    rows[i].encoding);
		mime_part_text(m, 0, &text);
		assert_string_equal(text.s, rows[i].text);
		mime_message_free(m);
		mime_draft_release(&d);
		str_release(&b);
		str_release(&text);
	}
	for (int i = 0; i < 3000; i++)
		str_add(&long_line, "word ");
	struct mime_draft d;
	struct str b = STR_INIT;
	start(&d);
	mem_replace(&d.text, str_take(&long_line));
	mime_message_free(build(&b, &d));
	assert_non_null(strstr(b.s, "quoted-printable"));
	mime_draft_release(&d);
	str_release(&b);
}

static void test_flowed(void **state)
{
	struct mime_draft d;
	struct str b = STR_INIT;
	struct mime_message *m;

	(void)state;
	start(&d);
	d.flowed = true;
	mem_replace(
		&d.text,
		xstrdup("A paragraph that is a good deal longer than the "
			"seventy-two columns a line of flowed text has.\n"
			" indented\n> quoted\nFrom x\nhard   \n-- \nAda\n"));
	m = build(&b, &d);
	assert_true(mime_part(m, 0)->flowed);
	assert_non_null(strstr(b.s, "seventy-two columns a \r\nline"));
	assert_non_null(strstr(b.s, "\r\n  indented\r\n> quoted\r\n From x\r\n"
				    "hard\r\n-- \r\nAda\r\n"));
	mime_message_free(m);
	mime_draft_release(&d);
	str_release(&b);
}

static void test_attachments(void **state)
{
	static const char *const names[] = {
		"plain.txt",
		"with \"quote\".txt",
		"\xC3\xA4\xC3\xB6\xC3\xBC.pdf",
		"a very long name that goes on and on until it is longer than "
		"what fits into one line of a header field.docx",
		"\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E\xE6\x97\xA5\xE6\x9C\xAC"
		"\xE8\xAA\x9E\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E\xE6\x97\xA5"
		"\xE6\x9C\xAC\xE8\xAA\x9E.txt",
	};
	unsigned char bytes[256];
	struct mime_draft d;
	struct str b = STR_INIT;
	struct mime_message *m;

	(void)state;
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (unsigned char)i;
	start(&d);
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		mime_draft_attach(&d, names[i], NULL, bytes, sizeof(bytes));
	mime_draft_attach(&d, NULL, "multipart/mixed", "x", 1);
	mime_draft_attach(&d, "m.eml", "message/rfc822",
			  "Subject: inner\n\ntext\n", 20);
	m = build(&b, &d);
	assert_string_equal(mime_part(m, 0)->type, "multipart/mixed");
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		struct str data = STR_INIT;

		assert_string_equal(mime_part(m, i + 2)->name, names[i]);
		assert_true(mime_part_bytes(m, i + 2, &data, NULL));
		assert_int_equal(data.len, sizeof(bytes));
		assert_memory_equal(data.s, bytes, sizeof(bytes));
		str_release(&data);
	}
	assert_string_equal(mime_part(m, 4)->type, "application/pdf");
	assert_string_equal(mime_part(m, 7)->type, "application/octet-stream");
	assert_true(mime_part(m, 8)->is_message);
	mime_message_free(m);
	mime_draft_release(&d);
	str_release(&b);
}

static void test_html(void **state)
{
	static const char *const want[] = {
		"multipart/mixed", "multipart/alternative",
		"text/plain",	   "multipart/related",
		"text/html",	   "image/png",
		"application/pdf"};
	struct mime_draft d;
	struct str b = STR_INIT;
	struct mime_message *m;

	(void)state;
	start(&d);
	d.html = xstrdup("<p>Hello <img src=cid:i@x>");
	mime_draft_attach(&d, "i.png", NULL, "x", 1);
	d.attachments.v[0].content_id = xstrdup("i@x");
	mime_draft_attach(&d, "a.pdf", NULL, "x", 1);
	m = build(&b, &d);
	assert_int_equal(mime_part_count(m), ARRAY_LEN(want));
	for (size_t i = 0; i < ARRAY_LEN(want); i++)
		assert_string_equal(mime_part(m, i)->type, want[i]);
	assert_string_equal(mime_part(m, 5)->content_id, "i@x");
	assert_false(mime_part(m, 5)->is_attachment);
	assert_true(mime_part(m, 6)->is_attachment);
	mime_message_free(m);
	mime_draft_release(&d);
	str_release(&b);
}

static void test_editable(void **state)
{
	struct mime_draft d;
	struct str b = STR_INIT;
	struct err err = ERR_INIT;
	static const char edited[] =
		"From: Ada Byron <ada@example.org>\n"
		"To: J\xC3\xB6rg <j@example.org>, bob@example.org\nCc:\nBcc: \n"
		"Subject: Gr\xC3\xBC\xC3\x9F"
		"e\nX-Priority: 1\n\nText\r\nmore\n";

	(void)state;
	start(&d);
	mime_address_list_add(&d.cc, NULL, "cc@example.org");
	mime_draft_attach(&d, "a", NULL, "x", 1);
	mime_draft_add_editable(&b, &d);
	assert_string_equal(b.s, "From: Ada Byron <ada@example.org>\n"
				 "To: bob@example.org\nCc: cc@example.org\n"
				 "Bcc: \nSubject: Subject\n\nHello\n");
	assert_true(mime_draft_read_editable(&d, b.s, b.len, NULL));
	assert_int_equal(d.cc.n, 1);
	assert_true(mime_draft_read_editable(&d, edited, strlen(edited), &err));
	assert_int_equal(d.to.n, 2);
	assert_string_equal(d.to.v[0].name, "J\xC3\xB6rg");
	assert_int_equal(d.cc.n, 0);
	assert_string_equal(d.subject, "Gr\xC3\xBC\xC3\x9F"
				       "e");
	assert_string_equal(d.text, "Text\nmore\n");
	assert_int_equal(d.extra.n, 1);
	assert_int_equal(d.attachments.n, 1);
	/* What threads a message survives the editor, and may be taken out. */
	d.in_reply_to = xstrdup("p@x");
	strv_add(&d.references, "r@x");
	strv_add(&d.references, "p@x");
	str_clear(&b);
	mime_draft_add_editable(&b, &d);
	assert_non_null(strstr(b.s, "X-Priority: 1\n"));
	assert_true(mime_draft_read_editable(&d, b.s, b.len, NULL));
	assert_string_equal(d.in_reply_to, "p@x");
	assert_int_equal(d.references.n, 2);
	assert_string_equal(d.references.v[0], "r@x");
	assert_string_equal(d.extra.v[0].value, "1");
	assert_true(mime_draft_read_editable(&d, edited, strlen(edited), NULL));
	assert_null(d.in_reply_to);
	assert_int_equal(d.references.n, 0);
	/* Faults leave the draft alone. */
	assert_false(
		mime_draft_read_editable(&d, "To: nobody here\n\nx", 18, &err));
	assert_int_equal(err.kind, ERR_INPUT);
	assert_false(mime_draft_read_editable(&d, "To: a@b\nno colon\n\nx", 19,
					      &err));
	assert_non_null(strstr(err.text, "Line 2"));
	assert_int_equal(d.to.n, 2);
	mime_draft_release(&d);
	str_release(&b);
}

static void test_complete(void **state)
{
	static const char raw[] =
		"To: J\xC3\xB6rg <j@example.org>\nSubject: Gr\xC3\xBC\xC3\x9F"
		"e\nX-Keep:  odd   blanks\n\tfolded\n\nBody \xC3\xA4\n";
	struct mime_complete c = {.from = "Ada <ada@example.org>",
				  .message_id = "x@y",
				  .date = NOW};
	struct str b = STR_INIT, text = STR_INIT;
	struct mime_message *m = NULL;

	(void)state;
	assert_true(mime_complete(&b, raw, strlen(raw), &c, NULL));
	check_form(b.s, b.len, true);
	assert_true(mime_read(&m, b.s, b.len, NULL, NULL));
	assert_string_equal(mime_header(m, "Subject"), "Gr\xC3\xBC\xC3\x9F"
						       "e");
	assert_string_equal(mime_header(m, "To"),
			    "J\xC3\xB6rg <j@example.org>");
	assert_string_equal(mime_header(m, "From"), "Ada <ada@example.org>");
	assert_string_equal(mime_message_id(m), "x@y");
	assert_int_equal(mime_date(m), NOW);
	assert_non_null(
		strstr(b.s, "\r\nX-Keep:  odd   blanks\r\n\tfolded\r\n"));
	mime_part_text(m, 0, &text);
	assert_string_equal(text.s, "Body \xC3\xA4\n");
	mime_message_free(m);
	str_release(&b);
	str_release(&text);
}

static void test_complete_keeps(void **state)
{
	static const char raw[] =
		"From x@y Mon Nov 23\nFrom: a@example.org\nTo: b@example.org\n"
		"Date: Mon, 23 Nov 2026 16:14:15 +0100\nMessage-ID: <own@id>\n"
		"MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n"
		"Bcc: c@example.org\n\n--b\n\n  text \n--b--\n";
	struct mime_complete c = {.date = 1};
	struct str b = STR_INIT;

	(void)state;
	assert_true(mime_complete(&b, raw, strlen(raw), &c, NULL));
	check_form(b.s, b.len, true);
	assert_string_equal(
		b.s,
		"From: a@example.org\r\nTo: b@example.org\r\n"
		"Date: Mon, 23 Nov 2026 16:14:15 +0100\r\n"
		"Message-ID: <own@id>\r\nMIME-Version: 1.0\r\n"
		"Content-Type: multipart/mixed; boundary=b\r\n"
		"Bcc: c@example.org\r\n\r\n--b\r\n\r\n  text \r\n--b--\r\n");
	str_release(&b);
}

static void test_complete_8bit(void **state)
{
	static const char raw[] =
		"From: a@example.org\nTo: b@example.org\n"
		"Content-Type: text/plain; charset=iso-8859-1; name=\"\xE4\"\n"
		"\n\xE4";
	struct mime_complete c = {.date = 1};
	struct str b = STR_INIT;
	struct mime_message *m = NULL;
	struct str text = STR_INIT;

	(void)state;
	assert_true(mime_complete(&b, raw, strlen(raw), &c, NULL));
	check_form(b.s, b.len, false);
	assert_true(mime_read(&m, b.s, b.len, NULL, NULL));
	assert_string_equal(mime_header(m, "Content-Transfer-Encoding"),
			    "8bit");
	assert_string_equal(mime_part(m, 0)->name, "\xC3\xA4");
	mime_part_text(m, 0, &text);
	assert_string_equal(text.s, "\xC3\xA4");
	mime_message_free(m);
	str_release(&text);
	str_release(&b);
}

static void test_complete_fills_empty(void **state)
{
	static const char raw[] = "From:\nTo: b@example.org\nCc: \nBcc:\n \n"
				  "Date:\nMessage-ID:\nSubject:\n\nx\n";
	struct mime_complete c = {
		.from = "a@example.org", .message_id = "i@d", .date = NOW};
	struct str b = STR_INIT;
	struct mime_message *m = NULL;

	(void)state;
	assert_true(mime_complete(&b, raw, strlen(raw), &c, NULL));
	assert_true(mime_read_headers_only(&m, b.s, b.len, NULL, NULL));
	assert_string_equal(mime_header(m, "From"), "a@example.org");
	assert_string_equal(mime_message_id(m), "i@d");
	assert_int_equal(mime_date(m), NOW);
	assert_null(mime_header(m, "Cc"));
	assert_null(mime_header(m, "Bcc"));
	assert_string_equal(mime_header(m, "Subject"), "");
	mime_message_free(m);
	str_release(&b);
}

static void test_complete_refuses(void **state)
{
	static const char *const rows[] = {
		"Subject: no recipient\n\nx",
		"To: nobody\n\nx",
		"To: undisclosed:;\n\nx",
		"To: a@b.c\nno header line\n\nx",
		"To: a@b.c, \"x\" <a b@c>\n\nx",
		"just text\n",
		"",
	};
	struct mime_complete c = {.from = "a@b.c"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct str b = STR_INIT;
		struct err err = ERR_INIT;

		if (mime_complete(&b, rows[i], strlen(rows[i]), &c, &err))
			fail_msg("taken: %s", rows[i]);
		assert_int_equal(err.kind, ERR_INPUT);
		assert_int_equal(b.len, 0);
		str_release(&b);
	}
	struct str b = STR_INIT;
	struct mime_complete none = {.from = NULL};
	assert_false(mime_complete(&b, "To: a@b.c\n\nx", 12, &none, NULL));
	str_release(&b);
}

static void test_ids_and_types(void **state)
{
	char *a = mime_new_message_id("ada@example.org");
	char *b = mime_new_message_id(NULL);

	(void)state;
	assert_true(str_ends(a, "@example.org"));
	assert_string_not_equal(a, b);
	free(a);
	free(b);
	assert_string_equal(mime_type_of_name("a.PDF"), "application/pdf");
	assert_string_equal(mime_type_of_name("a"), "application/octet-stream");
	assert_string_equal(mime_type_of_name(NULL),
			    "application/octet-stream");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plain),
		cmocka_unit_test(test_bcc),
		cmocka_unit_test(test_words_round_trip),
		cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_no_injection),
		cmocka_unit_test(test_bodies_round_trip),
		cmocka_unit_test(test_flowed),
		cmocka_unit_test(test_attachments),
		cmocka_unit_test(test_html),
		cmocka_unit_test(test_editable),
		cmocka_unit_test(test_complete),
		cmocka_unit_test(test_complete_keeps),
		cmocka_unit_test(test_complete_8bit),
		cmocka_unit_test(test_complete_fills_empty),
		cmocka_unit_test(test_complete_refuses),
		cmocka_unit_test(test_ids_and_types),
	};

	setenv("TZ", "UTC", 1);
	tzset();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
