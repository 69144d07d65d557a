/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

#include "base/clock.h"
#include "base/codec.h"
#include "mime/reply.h"
#include "mime/reply_block.h"

static char first_own[] = "me@example.org", second_own[] = "me@alias.example";
static char *own_addresses[] = {first_own, second_own};
static const struct strv own = {.v = own_addresses, .n = 2};

static void test_subjects(void **state)
{
	static const char *const rows[][2] = {
		{"Hello", "Hello"},
		{"Re: Hello", "Hello"},
		{"RE: re: Hello", "Hello"},
		{"AW: Hello", "Hello"},
		{"Re: AW: WG: Hello", "Hello"},
		{"SV: Hello", "Hello"},
		{"Re[2]: Hello", "Hello"},
		{"Re^3: Hello", "Hello"},
		{"Fwd: FW: Hello", "Hello"},
		{"TR: Hello", "Hello"},
		{"Antw: Hello", "Hello"},
		{"Re : Hello", "Hello"},
		{"\xE5\x9B\x9E\xE5\xA4\x8D\xEF\xBC\x9A Hello", "Hello"},
		{"Report: x", "Report: x"},
		{"Real: x", "Real: x"},
		{"Re", "Re"},
		{"", ""},
		{"I: x", "I: x"},
		{"Re:", ""},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct str want = STR_INIT;
		char *s = mime_subject_for(rows[i][0], false);

		assert_string_equal(mime_subject_bare(rows[i][0]), rows[i][1]);
		str_addf(&want, "Re: %s", rows[i][1]);
		assert_string_equal(s, want.s);
		free(s);
		str_release(&want);
	}
	char *s = mime_subject_for("Re: x\nBcc: y", true);
	assert_string_equal(s, "Fwd: x Bcc: y");
	free(s);
	s = mime_subject_for(NULL, true);
	assert_string_equal(s, "Fwd: ");
	free(s);
}

static void list_is(const struct mime_address_list *l, const char *want)
{
	struct str b = STR_INIT;

	mime_address_list_add_text(&b, l);
	assert_string_equal(b.s, want);
	str_release(&b);
}

static void recipients(const char *headers, enum mime_reply_kind kind,
		       const char *from, const char *to, const char *cc)
{
	struct mime_reply_options o = {.own = &own, .no_quote = true};
	struct mime_message *m = NULL;
	struct mime_draft d;
	struct str raw = STR_INIT;

	str_addf(&raw, "%s\n\nbody\n", headers);
	assert_true(mime_read(&m, raw.s, raw.len, NULL, NULL));
	mime_draft_init(&d);
	mime_reply(&d, m, kind, &o);
	list_is(&d.from, from);
	list_is(&d.to, to);
	list_is(&d.cc, cc);
	mime_draft_release(&d);
	mime_message_free(m);
	str_release(&raw);
}

static void test_recipients(void **state)
{
	static const char mail[] = "From: Ada <ada@x.org>\n"
				   "To: ME@example.org, Bob <bob@x.org>\n"
				   "Cc: cy@x.org, bob@x.org, me@alias.example";

	(void)state;
	recipients(mail, MIME_REPLY, "me@example.org", "Ada <ada@x.org>", "");
	recipients(mail, MIME_REPLY_ALL, "me@example.org",
		   "Ada <ada@x.org>, Bob <bob@x.org>", "cy@x.org");
	recipients("From: a@x.org\nReply-To: r@x.org\nTo: me@alias.example",
		   MIME_REPLY, "me@alias.example", "r@x.org", "");
	recipients("From: a@x.org\nTo: l@x.org\nMail-Followup-To: l@x.org",
		   MIME_REPLY_ALL, "me@example.org", "l@x.org", "");
	recipients("From: a@x.org\nTo: l@x.org\nList-Post: <mailto:l@x.org>",
		   MIME_REPLY_LIST, "me@example.org", "l@x.org", "");
	recipients("From: a@x.org\nTo: b@x.org", MIME_REPLY_LIST,
		   "me@example.org", "a@x.org, b@x.org", "");
	/* An answer to what one wrote oneself. */
	recipients("From: me@example.org\nTo: b@x.org\nCc: c@x.org", MIME_REPLY,
		   "me@example.org", "b@x.org", "");
	recipients("From: me@example.org\nTo: b@x.org\nCc: c@x.org",
		   MIME_REPLY_ALL, "me@example.org", "b@x.org", "c@x.org");
	recipients("From: me@example.org\nTo: me@example.org", MIME_REPLY_ALL,
		   "me@example.org", "me@example.org", "");
	recipients("Subject: nobody", MIME_REPLY_ALL, "me@example.org", "", "");
	recipients("From: broken", MIME_REPLY, "me@example.org", "", "");
	recipients(mail, MIME_FORWARD, "me@example.org", "", "");
}

static void threading(const char *headers, const char *parent,
		      const char *references)
{
	struct mime_reply_options o = {.own = &own};
	struct mime_message *m = NULL;
	struct mime_draft d;
	struct str raw = STR_INIT;
	char *chain;

	str_addf(&raw, "%s\n\nbody\n", headers);
	assert_true(mime_read(&m, raw.s, raw.len, NULL, NULL));
	mime_draft_init(&d);
	mime_reply(&d, m, MIME_REPLY, &o);
	if (parent)
		assert_string_equal(d.in_reply_to, parent);
	else
		assert_null(d.in_reply_to);
	chain = strv_join(&d.references, " ");
	assert_string_equal(chain, references);
	free(chain);
	mime_draft_release(&d);
	mime_message_free(m);
	str_release(&raw);
}

static void test_threading(void **state)
{
	struct str b = STR_INIT;
	struct mime_reply_options o = {.own = &own};
	struct mime_message *m = NULL;
	struct mime_draft d;

	(void)state;
	threading("Message-ID: <1@x>", "1@x", "1@x");
	threading("Message-ID: <3@x>\nReferences: <1@x> <2@x>", "3@x",
		  "1@x 2@x 3@x");
	threading("Message-ID: <3@x>\nIn-Reply-To: <2@x>", "3@x", "2@x 3@x");
	threading("Subject: none", NULL, "");
	/* A chain without end keeps its root and its newest. */
	str_add(&b, "Message-ID: <last@x>\nReferences:");
	for (int i = 0; i < 900; i++)
		str_addf(&b, " <%d@x>\n", i);
	str_add(&b, "\nbody");
	assert_true(mime_read(&m, b.s, b.len, NULL, NULL));
	mime_draft_init(&d);
	mime_reply(&d, m, MIME_REPLY, &o);
	assert_true(d.references.n < 60);
	assert_string_equal(d.references.v[0], "0@x");
	assert_string_equal(d.references.v[d.references.n - 2], "899@x");
	assert_string_equal(d.references.v[d.references.n - 1], "last@x");
	mime_draft_release(&d);
	mime_message_free(m);
	str_release(&b);
}

static void test_quoting(void **state)
{
	static const char raw[] =
		"From: Ada <ada@x.org>\nDate: Mon, 23 Nov 2026 15:14:15 +0000\n"
		"Content-Type: text/plain; format=flowed\n\n"
		"one \ntwo\n> old\n-- \nAda\n";
	static const char html[] =
		"From: ada@x.org\nContent-Type: text/html\n\n"
		"<p>one</p><blockquote>old</blockquote>";
	struct mime_reply_options o = {.own = &own, .signature = "Me"};
	struct mime_message *m = NULL;
	struct mime_draft d;

	(void)state;
	assert_true(mime_read(&m, raw, strlen(raw), NULL, NULL));
	mime_draft_init(&d);
	mime_reply(&d, m, MIME_REPLY, &o);
	assert_non_null(strstr(d.text, "Ada wrote:\n> one two\n>> old\n"));
	assert_null(strstr(d.text, "> Ada"));
	assert_true(str_ends(d.text, "\n-- \nMe\n"));
	mime_draft_release(&d);
	mime_message_free(m);
	assert_true(mime_read(&m, html, strlen(html), NULL, NULL));
	mime_draft_init(&d);
	mime_reply(&d, m, MIME_REPLY, &o);
	assert_non_null(strstr(d.text, "> one\n>\n>> old\n"));
	mime_draft_release(&d);
	mime_message_free(m);
}

static void test_forwards(void **state)
{
	static const char raw[] =
		"From: Ada <ada@x.org>\nTo: me@example.org\nSubject: Plan\n"
		"Message-ID: <1@x>\n"
		"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nthe text\n"
		"--b\nContent-Type: application/pdf; "
		"name=p.pdf\n\nPDF\n--b--\n";
	struct mime_reply_options o = {.own = &own};
	struct mime_message *m = NULL;
	struct mime_draft d;

	(void)state;
	assert_true(mime_read(&m, raw, strlen(raw), NULL, NULL));
	mime_draft_init(&d);
	mime_reply(&d, m, MIME_FORWARD, &o);
	assert_string_equal(d.subject, "Fwd: Plan");
	assert_non_null(strstr(d.text, "From: Ada <ada@x.org>\n"));
	assert_non_null(strstr(d.text, "\nthe text\n"));
	assert_null(d.in_reply_to);
	assert_int_equal(d.attachments.n, 1);
	assert_string_equal(d.attachments.v[0].name, "p.pdf");
	assert_int_equal(d.attachments.v[0].data.len, 3);
	mime_draft_release(&d);
	mime_draft_init(&d);
	mime_reply(&d, m, MIME_FORWARD_ATTACHED, &o);
	assert_int_equal(d.attachments.n, 1);
	assert_string_equal(d.attachments.v[0].type, "message/rfc822");
	assert_string_equal(d.attachments.v[0].name, "Plan.eml");
	assert_int_equal(d.attachments.v[0].data.len, strlen(raw));
	mime_draft_release(&d);
	mime_message_free(m);
}

/* Outlook's header of a thread and one answer: ours is one block longer, with
 * the time since the header's. */
static void test_outlook_thread(void **state)
{
	char raw[] = "From: a@x.org\nSubject: RE: Plan\n"
		     "Thread-Topic: Plan\n"
		     "Thread-Index: AdzWeD3RZr7/pwwgT0S8iC7d0Zz9yAAAHGJg\n\nx";
	char bad[] = "From: a@x.org\nSubject: Plan\nThread-Index: AdzW\n\nx";
	struct mime_reply_options o = {.own = &own};
	struct mime_message *m = NULL;
	struct mime_draft d;
	struct str old = STR_INIT, new = STR_INIT;

	(void)state;
	assert_true(mime_read(&m, raw, strlen(raw), NULL, NULL));
	mime_draft_init(&d);
	mime_reply(&d, m, MIME_REPLY, &o);
	assert_string_equal(d.thread_topic, "Plan");
	assert_true(codec_base64_decode(
		&old, "AdzWeD3RZr7/pwwgT0S8iC7d0Zz9yAAAHGJg", 36));
	assert_true(codec_base64_decode(&new, d.thread_index,
					strlen(d.thread_index)));
	assert_int_equal(new.len, old.len + 5);
	assert_memory_equal(new.s, old.s, old.len);
	str_release(&old);
	str_release(&new);
	mime_draft_release(&d);
	mime_message_free(m);
	assert_true(mime_read(&m, bad, strlen(bad), NULL, NULL));
	mime_draft_init(&d);
	mime_reply(&d, m, MIME_REPLY, &o);
	assert_null(d.thread_index);
	mime_draft_release(&d);
	mime_message_free(m);
}

/* A first message begins one, of 22 bytes, with its time in front. */
static void test_begin_thread(void **state)
{
	struct mime_draft d;
	struct str index = STR_INIT;
	uint64_t filetime = 0;

	(void)state;
	mime_draft_init(&d);
	d.subject = xstrdup("Re: Better chairs");
	mime_begin_thread(&d);
	assert_string_equal(d.thread_topic, "Better chairs");
	assert_true(codec_base64_decode(&index, d.thread_index,
					strlen(d.thread_index)));
	assert_int_equal(index.len, 22);
	assert_int_equal(index.s[0], 1);
	for (int i = 0; i < 6; i++)
		filetime = filetime << 8 | (unsigned char)index.s[i];
	filetime <<= 16;
	assert_true(llabs((long long)(filetime / 10000000) - 11644473600 -
			  (long long)clock_now()) < 60);
	str_release(&index);
	mime_draft_release(&d);
}

/* An HTML message is quoted in a block: its HTML as it came, without scripts,
 * with the pictures it shows; found again in the draft that was kept. */
static void test_block(void **state)
{
	char raw[] =
		"From: Ada <ada@x.org>\nTo: me@example.org\nSubject: Plan\n"
		"Date: Thu, 26 Nov 2026 08:00:00 +0000\n"
		"Content-Type: multipart/related; boundary=b\n\n--b\n"
		"Content-Type: text/html\n\n<html><head><style>x</style></head>"
		"<body class=a><script>evil()</script><p>The <b>table</b></p>"
		"<img src=\"cid:pic@x\"></body></html>\n--b\n"
		"Content-Type: image/png; name=p.png\n"
		"Content-ID: <pic@x>\n\nPNG\n--b\n"
		"Content-Type: image/png; name=q.png\n"
		"Content-ID: <unused@x>\n\nPNG\n--b--\n";
	struct mime_reply_options o = {
		.own = &own, .block = true, .signature = "me"};
	struct mime_message *m = NULL;
	struct mime_draft d, kept;

	(void)state;
	assert_true(mime_read(&m, raw, strlen(raw), NULL, NULL));
	assert_true(reply_has_html(m));
	mime_draft_init(&d);
	mime_reply(&d, m, MIME_REPLY, &o);
	assert_true(str_starts(d.text, "\n\n-- \nme\n\n" REPLY_BLOCK_LINE "\n"
				       "From: Ada <ada@x.org>\nSent: Thu 26"));
	assert_true(str_ends(d.text, d.quoted_text));
	assert_non_null(strstr(d.text, "Subject: Plan\n\nThe table"));
	assert_non_null(strstr(d.quoted_html, "<p>The <b>table</b></p>"));
	assert_non_null(strstr(d.quoted_html, "<b>From:</b> Ada &lt;ada@"));
	assert_null(strstr(d.quoted_html, "evil"));
	assert_null(strstr(d.quoted_html, "</body>"));
	assert_int_equal(d.attachments.n, 1);
	assert_string_equal(d.attachments.v[0].content_id, "pic@x");
	mime_draft_init(&kept);
	kept.text = xasprintf("Changed.\n%s", d.text);
	{
		char *html = xasprintf("<html><body>x%s</body></html>",
				       d.quoted_html);

		reply_find_block(&kept, html);
		free(html);
	}
	assert_string_equal(kept.quoted_text, d.quoted_text);
	assert_string_equal(kept.quoted_html, d.quoted_html);
	mime_draft_release(&kept);
	mime_draft_release(&d);
	mime_message_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_subjects),
		cmocka_unit_test(test_recipients),
		cmocka_unit_test(test_threading),
		cmocka_unit_test(test_quoting),
		cmocka_unit_test(test_forwards),
		cmocka_unit_test(test_outlook_thread),
		cmocka_unit_test(test_begin_thread),
		cmocka_unit_test(test_block),
	};

	setenv("TZ", "UTC", 1);
	tzset();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
