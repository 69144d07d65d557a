/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/clock.h"
#include "tests/unit/cpu_time.h"
#include "base/codec.h"
#include "base/utf8.h"
#include "mime/read.h"

static struct mime_message *parse(const char *raw)
{
	struct mime_message *m = NULL;

	assert_true(mime_read(&m, raw, strlen(raw), NULL, NULL));
	return m;
}

static void test_headers(void **state)
{
	struct mime_message *m =
		parse("Subject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?= =?utf-8?Q?_an?=\r\n"
		      " =?iso-8859-1?B?5Pb8?=\r\n"
		      "X-Raw: f\xFC"
		      "r\r\n"
		      "x-TWO: a\r\n"
		      "X-Two:\r\n b\r\n\tc \r\n"
		      "X-Esc: a\033[31m\r\n"
		      "Date: Mon, 23 Nov 2026 16:14:15 +0100\r\n"
		      "Message-ID: <a.b@c>\r\n"
		      "In-Reply-To: <p@q> (was: x@y)\r\n"
		      "References: <1@r>\r\n <2@r>,<3@r> rubbish\r\n"
		      "List-Post: <mailto:list@example.org?subject=x>\r\n"
		      "\r\nbody\r\n");
	struct strv all;
	size_t len;

	(void)state;
	assert_string_equal(mime_header(m, "subject"),
			    "Gr\xC3\xBC\xC3\x9F"
			    "e an\xC3\xA4\xC3\xB6\xC3\xBC");
	assert_string_equal(mime_header(m, "X-Raw"), "f\xC3\xBCr");
	assert_string_equal(mime_header(m, "X-TWO"), "a");
	assert_null(mime_header(m, "X-Absent"));
	assert_null(strchr(mime_header(m, "X-Esc"), '\033'));
	strv_init(&all);
	mime_header_all(m, "x-two", &all);
	assert_int_equal(all.n, 2);
	assert_string_equal(all.v[1], "b c");
	strv_release(&all);
	assert_int_equal(mime_date(m), 1795446855);
	assert_string_equal(mime_message_id(m), "a.b@c");
	assert_string_equal(mime_in_reply_to(m), "p@q");
	strv_init(&all);
	mime_references(m, &all);
	assert_int_equal(all.n, 3);
	assert_string_equal(all.v[0], "1@r");
	assert_string_equal(all.v[2], "3@r");
	strv_release(&all);
	assert_string_equal(mime_list_post(m), "list@example.org");
	assert_memory_equal(mime_raw_header(m, &len), "Subject:", 8);
	mime_message_free(m);
}

static void test_words(void **state)
{
	static const char *const rows[][2] = {
		{"=?utf-8?B?w6Q=?= =?utf-8?B?w7Y=?= =?utf-8?B?w7w=?=",
		 "\xC3\xA4\xC3\xB6\xC3\xBC"},
		/* A character torn between two words; padding left out. */
		{"=?utf-8?Q?=C3?= =?utf-8?Q?=A4?=", "\xC3\xA4"},
		{"=?utf-8?B?ww==?= =?UTF-8?B?pA==?=", "\xC3\xA4"},
		{"=?utf-8?B?w6Q?=", "\xC3\xA4"},
		{"=?utf-8?Q?a?= b =?utf-8?Q?c?=", "a b c"},
		{"x=?utf-8?Q?a_b?=y", "xa by"},
		{"=?utf-8*de?Q?a?=", "a"},
		{"=?utf-8?Q?=E4?=", "\xC3\xA4"},
		{"=?utf-8?Q?a=3Db=?=", "a=b="},
		{"=?iso-2022-jp?B?GyRCJCIbKEI=?= "
		 "=?iso-2022-jp?B?GyRCJCQbKEI=?=",
		 "\xE3\x81\x82\xE3\x81\x84"},
		{"=?koi8-r?B?8Q==?= =?utf-8?Q?=C3=A4?=", "\xD0\xAF\xC3\xA4"},
		{"=?", "=?"},
		{"=?utf-8?X?a?=", "=?utf-8?X?a?="},
		{"=?utf-8?Q?never ends", "=?utf-8?Q?never ends"},
		{"a =? b =?= c", "a =? b =?= c"},
		{"=?utf-8?Q?with blank?=", "with blank"},
		{"=?utf-8?Q?a=0Ab=1B[m?=", "a b\xE2\x90\x9B[m"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct str b = STR_INIT;
		struct mime_message *m;

		str_addf(&b, "Subject: %s\n\n", rows[i][0]);
		m = parse(b.s);
		assert_string_equal(mime_header(m, "Subject"), rows[i][1]);
		mime_message_free(m);
		str_release(&b);
	}
}

static void test_missing_headers(void **state)
{
	static const char *const raws[] = {
		"\r\nbody", "body only\n", "\n",	   "x",
		":\n\n",    " \n",	   "From a b\n\nx"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(raws); i++) {
		struct mime_message *m = parse(raws[i]);

		assert_null(mime_header(m, "Subject"));
		assert_null(mime_message_id(m));
		assert_true(mime_date(m) == CLOCK_NEVER);
		assert_int_equal(mime_part_count(m), 1);
		mime_message_free(m);
	}
	struct mime_message *m = NULL;
	struct err err = ERR_INIT;
	assert_false(mime_read(&m, "", 0, NULL, &err));
	assert_int_equal(err.kind, ERR_INPUT);
	m = parse("From x@y Mon Nov 23 2026\nSubject: s\n\nb");
	assert_string_equal(mime_header(m, "Subject"), "s");
	mime_message_free(m);
}

static void test_addresses(void **state)
{
	static const struct {
		const char *text, *want; /* name|addr|group; ... */
	} rows[] = {
		{"ada@example.org", "|ada@example.org|;"},
		{"Ada <ada@example.org>", "Ada|ada@example.org|;"},
		{"\"Byron, Ada\" <ada@example.org>, bob@x.org",
		 "Byron, Ada|ada@example.org|;|bob@x.org|;"},
		{"Byron, Ada <ada@example.org>",
		 "Byron, Ada|ada@example.org|;"},
		{"=?utf-8?Q?J=C3=B6rg?= <j@x.org>", "J\xC3\xB6rg|j@x.org|;"},
		{"\"=?utf-8?Q?J=C3=B6rg?=\" <j@x.org>",
		 "J\xC3\xB6rg|j@x.org|;"},
		{"J\xC3\xB6rg <j@x.org>", "J\xC3\xB6rg|j@x.org|;"},
		{"J\xF6rg <j@x.org>", "J\xC3\xB6rg|j@x.org|;"},
		{"Team: a@x.org, B <b@x.org>;",
		 "|a@x.org|Team;B|b@x.org|Team;"},
		{"undisclosed-recipients:;", "||undisclosed-recipients;"},
		{"a@x.org (Ada)", "Ada|a@x.org|;"},
		{"=?utf-8?B?w6Q=?= =?utf-8?B?w7Y=?= <a@x.org>",
		 "\xC3\xA4\xC3\xB6|a@x.org|;"},
		{"\"a b\"@x.org", "|\"a b\"@x.org|;"},
		{"  , ,a@x.org,", "|a@x.org|;"},
		{"\"A \\\"q\\\" B\" <a@x.org>", "A \"q\" B|a@x.org|;"},
		{"Evil\033[2J <a@x.org>", "Evil\xE2\x90\x9B[2J|a@x.org|;"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct mime_address_list l;
		struct str b = STR_INIT;

		mime_address_list_init(&l);
		(void)mime_address_parse(&l, rows[i].text, 0);
		for (size_t k = 0; k < l.n; k++)
			str_addf(&b, "%s|%s|%s;", str_or_empty(l.v[k].name),
				 str_or_empty(l.v[k].addr),
				 str_or_empty(l.v[k].group));
		if (strcmp(b.s, rows[i].want) != 0)
			fail_msg("%s gives %s", rows[i].text, b.s);
		mime_address_list_release(&l);
		str_release(&b);
	}
}

static void test_address_text(void **state)
{
	struct mime_address_list l, again;
	struct str b = STR_INIT;

	(void)state;
	mime_address_list_init(&l);
	mime_address_list_init(&again);
	mime_address_list_add(&l, "Byron, Ada \"A\"", "ada@example.org");
	mime_address_list_add(&l, NULL, "bob@example.org");
	mime_address_list_add_text(&b, &l);
	assert_string_equal(b.s, "\"Byron, Ada \\\"A\\\"\" <ada@example.org>, "
				 "bob@example.org");
	assert_true(mime_address_parse(&again, b.s, 0));
	assert_int_equal(again.n, 2);
	assert_string_equal(again.v[0].name, "Byron, Ada \"A\"");
	assert_true(mime_address_list_has(&again, "BOB@example.ORG"));
	assert_false(mime_address_list_has(&again, "eve@example.org"));
	assert_false(mime_address_parse(&again, "not an address", 0));
	assert_true(mime_address_is_valid("a.b+c@x-y.example"));
	assert_false(mime_address_is_valid("a@"));
	assert_false(mime_address_is_valid("@b"));
	assert_false(mime_address_is_valid("a b@c"));
	assert_false(mime_address_is_valid("a@b\nBcc: c@d"));
	assert_false(mime_address_is_valid("a@b@c"));
	mime_address_list_release(&l);
	mime_address_list_release(&again);
	str_release(&b);
}

static const char nested[] =
	"Content-Type: multipart/mixed; boundary=\"out\"\r\n\r\n"
	"preamble\r\n"
	"--out\r\n"
	"Content-Type: multipart/alternative; boundary=in\r\n\r\n"
	"--in\r\nContent-Type: text/plain; charset=utf-8; format=flowed\r\n\r\n"
	"plain text\r\n"
	"--in\r\nContent-Type: text/html\r\n\r\n<p>html text</p>\r\n"
	"--in--\r\n"
	"--out\r\n"
	"Content-Type: application/pdf; name=\"a.pdf\"\r\n"
	"Content-Disposition: attachment; filename=\"../../.ssh/x.pdf\"\r\n"
	"Content-Transfer-Encoding: base64\r\n\r\nSGVs\r\nbG8=\r\n"
	"--out\r\n"
	"Content-Type: message/rfc822\r\n\r\n"
	"Subject: inner\r\nContent-Type: text/plain\r\n\r\ninner text\r\n"
	"--out--\r\nepilogue\r\n";

static void test_tree(void **state)
{
	static const struct {
		const char *type;
		int parent, depth;
		bool attachment, body;
	} want[] = {
		{"multipart/mixed", -1, 0, false, false},
		{"multipart/alternative", 0, 1, false, false},
		{"text/plain", 1, 2, false, true},
		{"text/html", 1, 2, false, true},
		{"application/pdf", 0, 1, true, false},
		{"message/rfc822", 0, 1, true, false},
		{"text/plain", 5, 2, false, false},
	};
	struct mime_message *m = parse(nested), *inner = NULL;
	enum mime_body_kind kind;
	struct str b = STR_INIT;
	char *name;

	(void)state;
	assert_int_equal(mime_part_count(m), ARRAY_LEN(want));
	for (size_t i = 0; i < ARRAY_LEN(want); i++) {
		const struct mime_part *p = mime_part(m, i);

		assert_string_equal(p->type, want[i].type);
		assert_int_equal(p->parent, want[i].parent);
		assert_int_equal(p->depth, want[i].depth);
		assert_int_equal(p->is_attachment, want[i].attachment);
		assert_int_equal(p->is_body, want[i].body);
	}
	assert_true(mime_part(m, 2)->flowed);
	assert_int_equal(mime_body_part(m, MIME_BODY_PLAIN, &kind), 2);
	assert_int_equal(kind, MIME_BODY_PLAIN);
	assert_int_equal(mime_body_part(m, MIME_BODY_HTML, &kind), 3);
	assert_int_equal(kind, MIME_BODY_HTML);
	assert_true(mime_part_bytes(m, 4, &b, NULL));
	assert_string_equal(b.s, "Hello");
	str_clear(&b);
	mime_part_text(m, 2, &b);
	assert_string_equal(b.s, "plain text");
	name = mime_part_file_name(m, 4);
	assert_string_equal(name, "x.pdf");
	free(name);
	assert_true(mime_has_attachment(m));
	assert_true(mime_part_message(&inner, m, 5, NULL));
	assert_string_equal(mime_header(inner, "Subject"), "inner");
	mime_message_free(inner);
	assert_false(mime_part_message(&inner, m, 4, NULL));
	str_clear(&b);
	mime_body_text(m, &b, 1000);
	assert_string_equal(b.s, "plain text\n../../.ssh/x.pdf");
	str_clear(&b);
	mime_search_text(m, &b, 1000);
	assert_string_equal(b.s,
			    "plain text\n../../.ssh/x.pdf\ninner\ninner text");
	str_clear(&b);
	mime_search_text(m, &b, 12);
	assert_string_equal(b.s, "plain text\n.");
	mime_message_free(m);
	str_release(&b);
}

static void text_is(const char *raw, const char *want)
{
	struct mime_message *m = parse(raw);
	struct str b = STR_INIT;

	mime_body_text(m, &b, 10000);
	if (strcmp(b.s, want) != 0)
		fail_msg("%s\ngives\n%s\nnot\n%s", raw, b.s, want);
	str_release(&b);
	mime_message_free(m);
}

static void test_bodies(void **state)
{
	(void)state;
	/* HTML only. */
	text_is("Content-Type: text/html\n\n<p>a<p>b", "a\n\nb");
	/* A plain part with nothing in it is no alternative. */
	text_is("Content-Type: multipart/alternative; boundary=b\n\n"
		"--b\n\n\n--b\nContent-Type: text/html\n\nhtml\n--b--",
		"html");
	/* Related inside alternative inside mixed; a list's footer. */
	text_is("Content-Type: multipart/mixed; boundary=a\n\n--a\n"
		"Content-Type: multipart/alternative; boundary=b\n\n"
		"--b\nContent-Type: text/plain\n\nplain\n"
		"--b\nContent-Type: multipart/related; boundary=c\n\n"
		"--c\nContent-Type: text/html\n\nhtml\n"
		"--c\nContent-Type: image/png\nContent-ID: <i>\n\nx\n--c--\n"
		"--b--\n--a\nContent-Type: text/plain\n\nfooter\n--a--\n",
		"plain\nfooter");
	/* Broken: no end, no boundary at all, no such boundary. */
	text_is("Content-Type: multipart/mixed; boundary=b\n\n--b\n\nx", "x");
	text_is("Content-Type: multipart/mixed\n\nx", "x");
	text_is("Content-Type: multipart/mixed; boundary=b\n\nx", "x");
	text_is("Content-Type: text\n\nx", "x");
	text_is("Content-Type: ;;;=\n\nx", "x");
	/* The boundary of an inner part is a prefix of the outer one's. */
	text_is("Content-Type: multipart/mixed; boundary=bb\n\n--bb\n"
		"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nx\n"
		"--bb\n\ny\n--bb--",
		"x\ny");
	/* Quoted-printable and base64 with faults. */
	text_is("Content-Transfer-Encoding: quoted-printable\n\n"
		"a=\nb=3Dc =C3=A4 =ZZ =",
		"ab=c \xC3\xA4 =ZZ ");
	text_is("Content-Transfer-Encoding: base64\n\nSGVs*bG8\n", "Hello");
}

static void test_attachments(void **state)
{
	static const struct {
		const char *header;
		bool attachment;
	} rows[] = {
		{"Content-Type: text/plain", false},
		{"Content-Type: text/plain; name=a.txt", true},
		{"Content-Type: text/plain\nContent-Disposition: attachment",
		 true},
		{"Content-Type: image/png", true},
		{"Content-Type: application/pgp-signature", true},
		{"Content-Type: text/calendar", true},
		{"Content-Type: message/delivery-status", false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct str b = STR_INIT;
		struct mime_message *m;

		str_addf(&b,
			 "Content-Type: multipart/mixed; boundary=b\n\n"
			 "--b\n%s\n\nx\n--b--",
			 rows[i].header);
		m = parse(b.s);
		if (mime_has_attachment(m) != rows[i].attachment)
			fail_msg("%s", rows[i].header);
		mime_message_free(m);
		str_release(&b);
	}
	struct mime_message *m = parse(
		"Content-Type: multipart/signed; boundary=b\n\n--b\n\ntext\n"
		"--b\nContent-Type: application/pgp-signature; name=s.asc\n\n"
		"x\n--b--");
	assert_false(mime_has_attachment(m));
	mime_message_free(m);
}

static void test_file_names(void **state)
{
	static const struct {
		const char *params, *name;
	} rows[] = {
		{"filename=plain.txt", "plain.txt"},
		{"filename=\"with blank.txt\"", "with blank.txt"},
		{"filename*=utf-8''Gr%C3%BC%C3%9Fe.txt", "Gr\xC3\xBC\xC3\x9F"
							 "e.txt"},
		{"filename*=iso-8859-1''%E4.txt", "\xC3\xA4.txt"},
		{"filename*0=long; filename*1=name.txt", "longname.txt"},
		{"filename*0*=utf-8''%C3%A4; filename*1=b.txt", "\xC3\xA4"
								"b.txt"},
		{"filename=\"=?utf-8?B?w6QudHh0?=\"", "\xC3\xA4.txt"},
		{"filename==?utf-8?B?w6QudHh0?=", "\xC3\xA4.txt"},
		{"filename=\"=?utf-8?B?w6Q=?=\n =?utf-8?B?w7YudHh0?=\"",
		 "\xC3\xA4\xC3\xB6.txt"},
		{"filename=\"\xC3\xA4.txt\"", "\xC3\xA4.txt"},
		{"filename=\"\xE4.txt\"", "\xC3\xA4.txt"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct str b = STR_INIT;
		struct mime_message *m;

		str_addf(&b,
			 "Content-Type: application/x\n"
			 "Content-Disposition: attachment; %s\n\nx",
			 rows[i].params);
		m = parse(b.s);
		assert_non_null(mime_part(m, 0)->name);
		assert_string_equal(mime_part(m, 0)->name, rows[i].name);
		mime_message_free(m);
		str_release(&b);
	}
}

static void test_safe_names(void **state)
{
	static const char *const rows[][2] = {
		{"report.pdf", "report.pdf"},
		{"../../.ssh/x", "x"},
		{"..\\..\\boot.ini", "boot.ini"},
		{"/etc/passwd", "passwd"},
		{"C:\\temp\\a.txt", "a.txt"},
		{"..", "_"},
		{"", "_"},
		{NULL, "_"},
		{".bashrc", "bashrc"},
		{"a/", "a_"},
		{"-rf", "rf"},
		{"~/x", "x"},
		{"con", "_con"},
		{"CON.txt", "_CON.txt"},
		{"com1.log", "_com1.log"},
		{"LPT9", "_LPT9"},
		{"console.txt", "console.txt"},
		{"a:b*c?d\"e<f>g|h", "a_b_c_d_e_f_g_h"},
		{"x\n\033[31m.txt", "x __31m.txt"},
		{"a\xE2\x80\xAE"
		 "fdp.exe",
		 "afdp.exe"},
		{"trailing. . ", "trailing"},
		{"Gr\xC3\xBC\xC3\x9F"
		 "e.txt",
		 "Gr\xC3\xBC\xC3\x9F"
		 "e.txt"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char *safe = mime_safe_name(rows[i][0]);

		if (i == 18) /* the escape's picture and '[' may vary */
			assert_null(strpbrk(safe, "\n\033/"));
		else
			assert_string_equal(safe, rows[i][1]);
		free(safe);
	}
	struct mime_message *m = parse("Content-Type: application/pdf\n\nx");
	char *made = mime_part_file_name(m, 0);
	assert_string_equal(made, "part-0.pdf");
	free(made);
	mime_message_free(m);
	m = parse("Content-Type: x/unknown\n\nx");
	made = mime_part_file_name(m, 0);
	assert_string_equal(made, "part-0.bin");
	free(made);
	mime_message_free(m);
	struct str b = STR_INIT;
	for (int i = 0; i < 500; i++)
		str_add(&b, "\xC3\xA4");
	str_add(&b, ".pdf");
	char *safe = mime_safe_name(b.s);
	assert_true(strlen(safe) <= 200);
	assert_true(str_ends(safe, ".pdf"));
	assert_true(utf8_is_valid(safe, strlen(safe)));
	free(safe);
	str_release(&b);
}

static void test_charsets(void **state)
{
	static const struct {
		const char *charset, *bytes;
		size_t len;
		const char *want;
	} rows[] = {
		{"utf-8", "\xC3\xA4", 2, "\xC3\xA4"},
		{NULL, "\xC3\xA4", 2, "\xC3\xA4"},
		{NULL, "\xE4\x80", 2, "\xC3\xA4\xE2\x82\xAC"},
		{"us-ascii", "\xE4", 1, "\xC3\xA4"},
		{"iso-8859-1", "\xE4\x93", 2, "\xC3\xA4\xE2\x80\x9C"},
		{"iso-8859-15", "\xA4", 1, "\xE2\x82\xAC"},
		{"windows-1251", "\xDF", 1, "\xD0\xAF"},
		{"koi8-r", "\xF1", 1, "\xD0\xAF"},
		{"iso-2022-jp", "\x1B$B$\"\x1B(B", 8, "\xE3\x81\x82"},
		{"shift_jis", "\x82\xA0", 2, "\xE3\x81\x82"},
		{"gb18030", "\xC4\xE3", 2, "\xE4\xBD\xA0"},
		{"big5", "\xA7\x41", 2, "\xE4\xBD\xA0"},
		{"utf-7", "+AOQ-", 5, "\xC3\xA4"},
		{"utf-16", "\xFF\xFE\xE4\0", 4, "\xC3\xA4"},
		{"utf-16be", "\0\xE4", 2, "\xC3\xA4"},
		{"x", "\xFE\xFF\0\xE4", 4, "\xC3\xA4"},
		{"x", "\xFF\xFE\0\0\xE4\0\0\0", 8, "\xC3\xA4"},
		{"us-ascii", "\xEF\xBB\xBF\xC3\xA4", 5, "\xC3\xA4"},
		{"no-such-charset", "\xC3\xA4", 2, "\xC3\xA4"},
		{"//TRANSLIT", "\xC3\xA4", 2, "\xC3\xA4"},
		{"../../../x", "a", 1, "a"},
		{"shift_jis", "a\x82", 2, "a\xEF\xBF\xBD"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct str b = STR_INIT;

		mime_to_utf8(&b, rows[i].bytes, rows[i].len, rows[i].charset);
		if (strcmp(b.s, rows[i].want) != 0)
			fail_msg("%s: row %zu", str_or_empty(rows[i].charset),
				 i);
		str_release(&b);
	}
	/* Charset of an HTML part by its own declaration. */
	text_is("Content-Type: text/html\n\n<meta charset=koi8-r>\xF1",
		"\xD0\xAF");
	/* NULs are not text. */
	struct mime_message *m = NULL;
	struct str b = STR_INIT;
	assert_true(mime_read(&m, "\n\na\0b\r\nc", 8, NULL, NULL));
	mime_part_text(m, 0, &b);
	assert_string_equal(b.s, "\nab\nc");
	mime_message_free(m);
	str_release(&b);
}

static void test_limits(void **state)
{
	struct mime_message *m = parse(nested);
	struct str b;
	struct err err = ERR_INIT;

	(void)state;
	str_init_max(&b, 3);
	assert_false(mime_part_bytes(m, 4, &b, &err));
	assert_int_equal(err.kind, ERR_QUOTA);
	str_release(&b);
	str_init_max(&b, 5);
	mime_part_text(m, 2, &b);
	assert_string_equal(b.s, "plain");
	str_release(&b);
	str_init(&b);
	mime_body_text(m, &b, 8);
	assert_string_equal(b.s, "plain te");
	str_release(&b);
	mime_message_free(m);
	m = parse("\n\xC3\xA4\xC3\xA4");
	str_init_max(&b, 3);
	mime_part_text(m, 0, &b);
	assert_string_equal(b.s, "\xC3\xA4");
	str_release(&b);
	mime_message_free(m);
}

/* Reads everything of a message, as a fuzzer would. */
static void read_all(const struct str *raw, int64_t most_ms)
{
	struct mime_message *m = NULL;
	struct mime_address_list l;
	struct strv refs;
	struct str b;
	int64_t start = cpu_ms();

	assert_true(mime_read(&m, raw->s, raw->len, NULL, NULL));
	mime_address_list_init(&l);
	strv_init(&refs);
	mime_addresses(m, "To", &l);
	mime_references(m, &refs);
	(void)mime_header(m, "Subject");
	(void)mime_date(m);
	(void)mime_message_id(m);
	str_init(&b);
	mime_body_text(m, &b, 100000);
	assert_true(utf8_is_valid(b.s, b.len));
	str_release(&b);
	for (size_t i = 0; i < mime_part_count(m) && i < 100; i++) {
		str_init_max(&b, 100000);
		mime_part_text(m, i, &b);
		str_release(&b);
	}
	mime_address_list_release(&l);
	strv_release(&refs);
	mime_message_free(m);
	if (cpu_ms() - start > most_ms)
		fail_msg("%.40s takes %d ms", raw->s, (int)(cpu_ms() - start));
}

static void test_deep_tree(void **state)
{
	struct str b = STR_INIT;
	struct mime_message *m;
	bool deep = false;

	(void)state;
	for (int i = 0; i < 1000; i++)
		str_addf(&b,
			 "Content-Type: multipart/mixed; boundary=b%d\n\n"
			 "--b%d\n",
			 i, i);
	str_add(&b, "\ntext\n");
	for (int i = 1000; i-- > 0;)
		str_addf(&b, "--b%d--\n", i);
	m = parse(b.s);
	for (size_t i = 0; i < mime_part_count(m); i++) {
		assert_true(mime_part(m, i)->depth <= 50);
		deep |= mime_part(m, i)->too_deep;
	}
	assert_true(deep);
	mime_message_free(m);
	read_all(&b, 3000);
	str_clear(&b);
	for (int i = 0; i < 100000; i++)
		str_add(&b, "Content-Type: message/rfc822\n\n");
	read_all(&b, 3000);
	str_clear(&b);
	for (int i = 0; i < 100000; i++)
		str_add(&b, "Content-Type: multipart/digest; boundary=b\n\n"
			    "--b\n\n");
	read_all(&b, 5000);
	str_release(&b);
}

static void test_huge_headers(void **state)
{
	static const char *const floods[] = {
		"=?utf-8?Q?a", "=?",
		"a ",	       "\"",
		"(",	       "<",
		",",	       "a@b,",
		"\\",	       "\r\n ",
		"=?utf-8?B?",  "\xC3",
		":",	       "x:a@b;",
		"=?x?Q?=?=",   "=?iso-2022-jp?B?GyRC?= ",
	};
	static const char *const names[] = {
		"Subject", "To",	 "References",	       "Content-Type",
		"Date",	   "Message-ID", "Content-Disposition"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(floods); i++)
		for (size_t k = 0; k < ARRAY_LEN(names); k++) {
			struct str b = STR_INIT;

			str_addf(&b, "%s: %s", names[k],
				 k > 2 && k != 4 ? "a/b; x=" : "");
			while (b.len < 400000)
				str_add(&b, floods[i]);
			str_add(&b, "\n\nbody");
			read_all(&b, 4000);
			str_release(&b);
		}
	struct str b = STR_INIT;
	str_add(&b, "Subject: ");
	while (b.len < 10000000)
		str_add(&b, "word ");
	str_add(&b, "\n\nbody");
	read_all(&b, 3000);
	str_clear(&b);
	while (b.len < 10000000)
		str_add(&b, "X: y\n");
	read_all(&b, 3000);
	str_release(&b);
}

static void test_many_recipients(void **state)
{
	struct str b = STR_INIT;
	struct mime_message *m;
	struct mime_address_list l;
	int64_t start = cpu_ms();

	(void)state;
	str_add(&b, "To: ");
	for (int i = 0; i < 100000; i++)
		str_addf(&b, "\"Last%d, First\" <user%d@example.org>,\r\n ", i,
			 i);
	str_add(&b, "end@example.org\r\n\r\nbody");
	m = parse(b.s);
	mime_address_list_init(&l);
	mime_addresses(m, "To", &l);
	assert_int_equal(l.n, 100000);
	assert_true(l.truncated);
	assert_string_equal(l.v[99999].addr, "user99999@example.org");
	assert_string_equal(l.v[0].name, "Last0, First");
	mime_address_list_release(&l);
	mime_message_free(m);
	assert_true(cpu_ms() - start < 10000);
	str_release(&b);
}

static void test_floods_of_bytes(void **state)
{
	static const char *const charsets[] = {
		"utf-8",   "us-ascii", "utf-7",	    "iso-2022-jp",
		"gb18030", "utf-16",   "x-nonsense"};
	static const char *const encodings[] = {
		"8bit", "base64", "quoted-printable", "x-uuencode"};
	static const char *const floods[] = {
		"\xFF", "\x1B$B", "+", "=", "M ", "=\n", "\xC3\xA4\xFF"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(charsets); i++)
		for (size_t e = 0; e < ARRAY_LEN(encodings); e++)
			for (size_t k = 0; k < ARRAY_LEN(floods); k++) {
				struct str b = STR_INIT;

				str_addf(&b,
					 "Content-Type: text/plain; charset=%s"
					 "\nContent-Transfer-Encoding: %s\n\n",
					 charsets[i], encodings[e]);
				while (b.len < 60000)
					str_add(&b, floods[k]);
				read_all(&b, 3000);
				str_release(&b);
			}
}

static void test_floods_of_parts(void **state)
{
	static const char *const floods[] = {
		"--b\n",
		"--b--\n",
		"--b\n\nx\n",
		"--\n",
		("--b\nContent-Type: multipart/mixed; boundary=c\n\n--c\n"),
		"--b \t \n",
		"-",
		"\r",
		"--b\nContent-Type: multipart/alternative; boundary=b\n\n"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(floods); i++) {
		struct str b = STR_INIT;

		str_add(&b,
			"Content-Type: multipart/alternative; boundary=b\n\n");
		while (b.len < 1000000)
			str_add(&b, floods[i]);
		read_all(&b, 5000);
		str_release(&b);
	}
}

/* Every prefix of a message, and the message with any one byte changed, can be
 * read. */
static void test_cut_and_bent(void **state)
{
	struct str b = STR_INIT;
	uint32_t seed = 7;

	(void)state;
	for (size_t n = 1; n < sizeof(nested); n++) {
		str_clear(&b);
		str_add_mem(&b, nested, n);
		read_all(&b, 1000);
	}
	for (int i = 0; i < 1000; i++) {
		str_clear(&b);
		str_add_mem(&b, nested, sizeof(nested) - 1);
		for (int k = 0; k < 3; k++) {
			seed = seed * 1664525 + 1013904223;
			b.s[(seed >> 8) % b.len] = (char)(seed >> 24);
		}
		read_all(&b, 1000);
	}
	str_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_headers),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_missing_headers),
		cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_address_text),
		cmocka_unit_test(test_tree),
		cmocka_unit_test(test_bodies),
		cmocka_unit_test(test_attachments),
		cmocka_unit_test(test_file_names),
		cmocka_unit_test(test_safe_names),
		cmocka_unit_test(test_charsets),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_deep_tree),
		cmocka_unit_test(test_huge_headers),
		cmocka_unit_test(test_many_recipients),
		cmocka_unit_test(test_floods_of_bytes),
		cmocka_unit_test(test_floods_of_parts),
		cmocka_unit_test(test_cut_and_bent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
