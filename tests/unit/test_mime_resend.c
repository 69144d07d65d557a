/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* mailto: links and messages sent once more. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>

#include "mime/build.h"
#include "mime/resend.h"

static void test_mailto(void **state)
{
	struct mime_draft d;
	struct str to CLEANUP(str_release) = STR_INIT;

	(void)state;
	mime_draft_init(&d);
	assert_true(mime_draft_mailto(
		&d,
		"mailto:ada%40example.org,grace@example.org?cc=x@example.org&"
		"Subject=Gr%C3%BC%C3%9Fe%0D%0ABcc:%20evil@example.org&body=one%"
		"0D%0Atwo&attach=/etc/passwd&attachment=/etc/passwd&from=a@b.c&"
		"in-reply-to=%3Cid@example.org%3E#frag",
		NULL));
	mime_address_list_add_text(&to, &d.to);
	assert_string_equal(to.s, "ada@example.org, grace@example.org");
	assert_int_equal(d.cc.n, 1);
	assert_int_equal(d.bcc.n, 0); /* no field smuggled in by a line end */
	assert_string_equal(d.subject, "Grüße Bcc: evil@example.org");
	assert_string_equal(d.text, "one\ntwo\n");
	assert_string_equal(d.in_reply_to, "id@example.org");
	assert_int_equal(d.attachments.n, 0);
	assert_int_equal(d.extra.n, 0);
	assert_int_equal(d.from.n, 0);
	mime_draft_release(&d);
}

static void test_mailto_odd(void **state)
{
	static const char *const links[] = {"mailto:",
					    "mailto:?",
					    "mailto:?&&=&a=&b",
					    "mailto:%zz%",
					    "MAILTO:%FF%FE?subject=%FF",
					    "mailto:a@b.c?subject"};
	struct err err;
	struct mime_draft d;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(links); i++) {
		mime_draft_init(&d);
		assert_true(mime_draft_mailto(&d, links[i], &err));
		mime_draft_release(&d);
	}
	mime_draft_init(&d);
	assert_false(mime_draft_mailto(&d, "https://example.org/", &err));
	assert_int_equal(err.kind, ERR_INPUT);
	mime_draft_release(&d);
}

static void test_bounce(void **state)
{
	static const char raw[] =
		"Received: from x\r\n by y\r\nFrom: Grace <grace@example.org>\n"
		"To: ada@example.org,\r\n\tother@example.org\r\n"
		"Bcc: secret@example.org\r\nSubject: Figures\r\n"
		"Message-ID: <old@example.org>\r\nResent-To: z@example.org\r\n"
		"Content-Type: text/plain\r\n\r\nFrom: in the body\r\n\x01\xff";
	struct mime_address_list from = {0}, reply = {0}, to = {0};
	struct mime_bounce b = {&from, &reply, &to, "new@example.org", 0};
	struct str out CLEANUP(str_release) = STR_INIT;

	(void)state;
	mime_address_list_add(&from, "Ada", "ada@example.org");
	mime_address_list_add(&reply, "Grace", "grace@example.org");
	mime_address_list_add(&to, NULL, "team@example.org");
	mime_bounce(&out, raw, sizeof(raw) - 1, &b);
	assert_non_null(strstr(out.s, "From: Ada <ada@example.org>\r\n"));
	assert_non_null(strstr(out.s, "To: team@example.org\r\n"));
	assert_non_null(strstr(out.s, "Reply-To: Grace <grace@example.org>"));
	assert_non_null(strstr(out.s, "Message-ID: <new@example.org>\r\n"));
	assert_non_null(strstr(out.s, "Resent-To: team@example.org\r\n"));
	assert_non_null(strstr(out.s, "Subject: Figures\r\n"));
	assert_null(strstr(out.s, "secret@"));
	assert_null(strstr(out.s, "old@example.org"));
	assert_null(strstr(out.s, "other@"));
	assert_null(strstr(out.s, "Received"));
	/* The body byte for byte. */
	assert_true(str_ends(out.s, "\r\n\r\nFrom: in the body\r\n\x01\xff"));
	mime_address_list_release(&from);
	mime_address_list_release(&reply);
	mime_address_list_release(&to);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_mailto),
		cmocka_unit_test(test_mailto_odd),
		cmocka_unit_test(test_bounce),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
