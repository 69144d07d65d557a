/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Drafts: what a person sets is what goes out, and what is kept comes back. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "engine/seal.h"

static struct account *account(void)
{
	struct account *a = account_new();

	a->address = xstrdup("me@example.org");
	a->display_name = xstrdup("Me");
	return a;
}

static struct letter *letter_of(const char *raw)
{
	struct bytes b = {0};
	struct letter *l;

	bytes_set(&b, raw, strlen(raw));
	assert_true(letter_read(&l, &b, NULL));
	return l;
}

/* The message as it goes out, as text with its transfer encoding undone. */
static char *built(struct draft *d, bool kept)
{
	struct bytes raw;
	struct str all = STR_INIT;
	struct letter *l;

	if (kept)
		draft_build_kept(d, &raw);
	else
		draft_build(d, &raw);
	str_add_mem(&all, raw.p, raw.len);
	assert_true(letter_read(&l, &raw, NULL));
	for (size_t i = 0; i < letter_part_count(l); i++)
		letter_part_text(l, i, &all);
	letter_free(l);
	return str_take(&all);
}

static void has(struct draft *d, const char *word, bool wanted)
{
	char *text = built(d, false);

	if ((strstr(text, word) != NULL) != wanted)
		fail_msg("%s \"%s\" in:\n%s", wanted ? "no" : "there is", word,
			 text);
	free(text);
}

static void test_markdown(void **state)
{
	struct account *a = account();
	struct draft *d = draft_new(a, DRAFT_NEW, NULL, NULL);

	(void)state;
	draft_set_text(d, "**Hi**\n\n-- \nme <x>\n");
	has(d, "text/html", false);
	draft_set_markdown(d, true);
	has(d, "<strong>Hi</strong>", true);
	has(d, "me &lt;x&gt;", true);
	draft_set_html_signature(d, "<i>me</i>");
	has(d, "<i>me</i>", true);
	has(d, "me &lt;x&gt;", false);
	draft_free(d);
	account_free(a);
}

static const char outlook[] =
	"From: Ada <ada@example.org>\r\nTo: me@example.org\r\nSubject: Plan\r\n"
	"Message-ID: <1@example.org>\r\nMIME-Version: 1.0\r\n"
	"Content-Type: text/html\r\n\r\n"
	"<html><body><p>The <u>old</u> words, with an attachment</p></body>"
	"</html>\r\n";

static void test_block(void **state)
{
	struct account *a = account();
	struct letter *l = letter_of(outlook);
	struct draft *d = draft_new(a, DRAFT_REPLY, l, NULL);
	char *text;

	(void)state;
	text = xasprintf("My *own* words\n%s", draft_text(d));
	draft_set_text(d, text);
	has(d, "The <u>old</u> words", true);
	has(d, "My *own* words<br>", true);
	/* What is quoted is not what I write. */
	assert_false(draft_mentions_attachment(d));
	/* Kept and taken up again it is still so, and after an edit above. */
	free(text);
	text = built(d, true);
	draft_free(d);
	{
		char *end = strstr(text, "\r\n\r\n");
		struct letter *kept;

		assert_non_null(end);
		kept = letter_of(text);
		d = draft_new(a, DRAFT_RECALL, kept, NULL);
		letter_free(kept);
	}
	has(d, "The <u>old</u> words", true);
	free(text);
	text = xasprintf("More.\n%s", draft_text(d));
	draft_set_text(d, text);
	has(d, "More.<br>", true);
	has(d, "The <u>old</u> words", true);
	/* Changed below, the HTML would say something else: it goes. */
	draft_set_text(d, "Something else");
	has(d, "old", false);
	has(d, "text/html", false);
	free(text);
	draft_free(d);
	/* Marks, when they are wanted. */
	a->reply_style = ACCOUNT_REPLY_MARKS;
	d = draft_new(a, DRAFT_REPLY, l, NULL);
	assert_non_null(strstr(draft_text(d), "> The old words"));
	has(d, "text/html", false);
	draft_free(d);
	letter_free(l);
	account_free(a);
}

static void test_recall_html(void **state)
{
	struct account *a = account();
	struct letter *l = letter_of(outlook);
	struct draft *d = draft_new(a, DRAFT_RECALL, l, NULL);

	(void)state;
	has(d, "<u>old</u>", true); /* as it was */
	draft_set_text(d, "new");
	has(d, "<u>old</u>", false);
	draft_free(d);
	letter_free(l);
	account_free(a);
}

static void test_kept(void **state)
{
	struct account *a = account();
	struct draft *d = draft_new(a, DRAFT_NEW, NULL, NULL), *e;
	struct seal_how how = {.sign = true, .encrypt = true, .smime = true};
	struct str text = STR_INIT;
	struct bytes raw;
	struct letter *l;

	(void)state;
	draft_set_markdown(d, true);
	draft_set_seal(d, &how);
	draft_set_importance(d, 1);
	draft_set_text(d, "text\n");
	draft_build_kept(d, &raw);
	assert_true(letter_read(&l, &raw, NULL));
	e = draft_new(a, DRAFT_RECALL, l, NULL);
	assert_true(draft_markdown(e));
	assert_true(draft_seal(e).sign && draft_seal(e).encrypt &&
		    draft_seal(e).smime);
	letter_free(l);
	has(e, "X-Retinue-Draft", false); /* nobody's business outside */
	/* The same through the text of an editor. */
	draft_add_editable(d, &text);
	assert_non_null(strstr(text.s, "\nSecurity: sign encrypt smime\n"));
	assert_true(draft_read_editable(e, text.s, text.len, NULL));
	assert_true(draft_markdown(e) && draft_seal(e).encrypt);
	assert_int_equal(draft_importance(e), 1);
	str_clear(&text);
	str_add(&text, "To: x@example.org\nFormat: plain\n\nhi\n");
	assert_true(draft_read_editable(e, text.s, text.len, NULL));
	assert_false(draft_markdown(e) || draft_seal(e).encrypt);
	str_release(&text);
	draft_free(d);
	draft_free(e);
	account_free(a);
}

static void test_words(void **state)
{
	static const struct {
		const char *text;
		bool speaks;
	} rows[] = {
		{"The file is attached.", true},
		{"anbei die Zahlen", true},
		{"Die Pläne sind ANGEHÄNGT", true},
		{"voir pièce jointe", true},
		{"te lo adjunto", true},
		{"in allegato", true},
		{"w załączniku", true},
		{"файл вложен", true},
		{"ファイルを添付します", true},
		{"请见附件", true},
		{"Hello", false},
		{"> the file is attached", false},
		{"Hello\n-- \nAttachments welcome", false},
	};
	struct account *a = account();
	struct draft *d = draft_new(a, DRAFT_NEW, NULL, NULL);

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		draft_set_text(d, rows[i].text);
		if (draft_mentions_attachment(d) != rows[i].speaks)
			fail_msg("%s", rows[i].text);
	}
	draft_free(d);
	account_free(a);
}

static void test_files(void **state)
{
	char dir[] = "/tmp/retinue-draft-XXXXXX";
	struct account *a = account();
	struct draft *d = draft_new(a, DRAFT_NEW, NULL, NULL);
	struct err err = ERR_INIT;
	size_t n;
	char *p;

	(void)state;
	assert_non_null(mkdtemp(dir));
	for (int i = 0; i < 3; i++) {
		FILE *f;

		p = xasprintf("%s/%d.csv", dir, i);
		f = fopen(p, "w");
		fputs("x", f);
		fclose(f);
		free(p);
	}
	p = xasprintf("%s/*.csv", dir);
	assert_true(draft_attach_glob(d, p, &n, &err));
	assert_int_equal(n, 3);
	assert_int_equal(draft_attachments(d), 3);
	free(p);
	p = xasprintf("%s/*.pdf", dir);
	assert_false(draft_attach_glob(d, p, &n, &err));
	assert_int_equal(err.kind, ERR_INPUT);
	free(p);
	/* Larger than anybody should mail: said before it is read. */
	p = xasprintf("%s/big", dir);
	{
		FILE *f = fopen(p, "w");

		assert_int_equal(ftruncate(fileno(f), (off_t)200 << 20), 0);
		fclose(f);
	}
	assert_false(draft_attach_file(d, p, &err));
	assert_non_null(strstr(err.text, "200 MB"));
	unlink(p);
	free(p);
	for (int i = 0; i < 3; i++) {
		p = xasprintf("%s/%d.csv", dir, i);
		unlink(p);
		free(p);
	}
	rmdir(dir);
	draft_free(d);
	account_free(a);
}

static void test_template(void **state)
{
	static const char text[] = "Subject: Weekly\nCc: team@example.org\n"
				   "Format: markdown\n\nThe week:\n";
	struct account *a = account();
	struct draft *d = draft_new(a, DRAFT_NEW, NULL, NULL);
	char *to, *cc;

	(void)state;
	assert_true(draft_set(d, DRAFT_TO, "ada@example.org", NULL));
	assert_true(draft_take_template(d, text, strlen(text), NULL));
	to = draft_get(d, DRAFT_TO);
	cc = draft_get(d, DRAFT_CC);
	assert_string_equal(to, "ada@example.org");
	assert_string_equal(cc, "team@example.org");
	assert_string_equal(draft_text(d), "The week:\n");
	assert_true(draft_markdown(d));
	free(to);
	free(cc);
	draft_free(d);
	account_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_markdown),
		cmocka_unit_test(test_block),
		cmocka_unit_test(test_recall_html),
		cmocka_unit_test(test_kept),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_template),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
