/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <locale.h>
#include <cmocka.h>
#include "text/layout.h"
#include "ui/form.h"
#include "ui/pager.h"

/* 60 numbered lines with a long quote from line 10 on and a link in line 2. */
static struct pager *open_pager(int rows)
{
	struct pager *p = pager_new();
	struct win w = {0, 0, 60, rows};
	struct str b CLEANUP(str_release) = STR_INIT;
	struct layout_options o = {.width = 60};
	struct lines lines;

	for (int i = 1; i <= 60; i++) {
		str_addf(&b, "%sline %d end", i >= 10 && i < 30 ? "> " : "", i);
		str_add(&b, i == 2 ? " https://example.org/x\n" : "\n");
	}
	lines_init(&lines);
	layout_text(&lines, b.s, b.len, &o);
	pager_set_win(p, &w);
	pager_set_lines(p, &lines, false);
	lines_release(&lines);
	return p;
}

static bool press(struct pager *p, enum command_id id, int n)
{
	struct command_call call = {.id = id, .count = n, .rest = ""};

	return pager_command(p, &call);
}

static void test_scroll(void **state)
{
	struct pager *p = open_pager(20);

	(void)state;
	assert_int_equal(pager_percent(p), 33);
	assert_false(pager_scroll(p, -1));
	assert_true(press(p, COMMAND_text_down, 0));
	assert_true(press(p, COMMAND_text_down, 0));
	assert_true(press(p, COMMAND_text_down, 0));
	assert_true(pager_at_end(p));
	/* At the end the command is left to the screen: the next message. */
	assert_false(press(p, COMMAND_text_down, 0));
	assert_int_equal(pager_percent(p), 100);
	assert_true(press(p, COMMAND_first, 0));
	assert_false(pager_scroll(p, -5));
	assert_true(press(p, COMMAND_last, 0));
	assert_true(pager_at_end(p));
	pager_free(p);
}

static void test_short_text(void **state)
{
	struct pager *p = open_pager(200);

	(void)state;
	assert_true(pager_at_end(p));
	assert_false(pager_scroll(p, 1));
	assert_int_equal(pager_percent(p), 100);
	pager_free(p);
}

static void test_fold_quotes(void **state)
{
	struct pager *p = open_pager(20);
	int before = pager_percent(p);

	(void)state;
	pager_fold_quotes(p, true);
	assert_true(pager_percent(p) > before); /* 60 rows became 41 */
	assert_int_equal(pager_percent(p), 20 * 100 / 41);
	/* A match inside a folded quote opens it. */
	assert_true(pager_search(p, "LINE 15", false));
	assert_false(pager_quotes_folded(p));
	pager_free(p);
}

static void test_search(void **state)
{
	struct pager *p = open_pager(20);

	(void)state;
	assert_true(pager_search(p, "line 55", false));
	assert_true(pager_percent(p) > 90);
	assert_true(pager_search(p, "line 2 ", false)); /* wraps */
	assert_true(pager_percent(p) < 50);
	assert_false(pager_search(p, "nowhere", false));
	assert_true(pager_search(p, "line 5", false));
	assert_true(press(p, COMMAND_next_match, 0)); /* 50 */
	assert_true(pager_percent(p) > 80);
	assert_true(press(p, COMMAND_prev_match, 0));
	assert_true(pager_percent(p) < 50);
	assert_false(pager_search(p, "", false));
	pager_free(p);
}

static void test_links(void **state)
{
	struct pager *p = open_pager(20);
	int link = -1;
	struct input in = {.kind = INPUT_MOUSE,
			   .action = MOUSE_PRESS,
			   .button = 1,
			   .x = 16,
			   .y = 1};

	(void)state;
	assert_int_equal(pager_link_at(p, 16, 1), 1);
	assert_int_equal(pager_link_at(p, 2, 1), 0);
	assert_int_equal(pager_link_at(p, 16, 2), 0);
	/* Rows above the text push it down. */
	pager_add_head(p, THEME_FIELD, "From  Ada", NULL, 0);
	assert_int_equal(pager_link_at(p, 16, 2), 1);
	in.y = 2;
	assert_true(pager_mouse(p, &in, &link));
	assert_int_equal(link, 1);
	pager_free(p);
}

/* Laid out anew, the place in the text stays. */
static void test_keeps_place(void **state)
{
	struct pager *p = open_pager(10);
	struct lines copy;
	struct layout_options o = {.width = 30};
	struct str b CLEANUP(str_release) = STR_INIT;

	(void)state;
	pager_scroll(p, 30);
	lines_add_plain(pager_lines(p), &b, false);
	lines_init(&copy);
	layout_text(&copy, b.s, b.len, &o);
	pager_set_lines(p, &copy, true);
	assert_int_equal(copy.n, 0); /* taken */
	lines_release(&copy);
	assert_in_range(pager_percent(p), 60, 73);
	pager_free(p);
}

/* --- form ------------------------------------------------------------------------ */
static const struct form_field fields[] = {
	{FORM_NOTE, "", "Where the mailbox is", NULL, NULL, NULL, NULL},
	{FORM_TEXT, "server", "Server", "mail.example.org", NULL, NULL, NULL},
	{FORM_PASSWORD, "password", "Password", NULL, NULL, NULL, NULL},
	{FORM_CHOICE, "protocol", "Protocol", NULL, "EWS|WebDAV", NULL, NULL},
	{FORM_CHECK, "keep", "Keep", "no", NULL, NULL, NULL},
};

static void test_form(void **state)
{
	struct form *f = form_new(fields, ARRAY_LEN(fields));

	(void)state;
	assert_string_equal(form_focused(f), "server"); /* not the note */
	assert_int_equal(form_key(f, NULL, 'x'), FORM_CHANGED);
	assert_string_equal(form_get(f, "server"), "mail.example.orgx");
	assert_int_equal(form_key(f, NULL, KBD_ENTER), FORM_TAKEN);
	assert_int_equal(form_paste(f, "secret\nmore"), FORM_CHANGED);
	assert_string_equal(form_get(f, "password"), "secret");
	assert_int_equal(form_key(f, NULL, KBD_TAB), FORM_TAKEN);
	assert_string_equal(form_get(f, "protocol"), "EWS");
	assert_int_equal(form_key(f, NULL, KBD_RIGHT), FORM_CHANGED);
	assert_string_equal(form_get(f, "protocol"), "WebDAV");
	assert_int_equal(form_key(f, NULL, KBD_RIGHT), FORM_CHANGED);
	assert_string_equal(form_get(f, "protocol"), "EWS");
	assert_int_equal(form_key(f, NULL, KBD_LEFT), FORM_CHANGED);
	assert_string_equal(form_get(f, "protocol"), "WebDAV");
	assert_int_equal(form_key(f, NULL, KBD_DOWN), FORM_TAKEN);
	assert_int_equal(form_key(f, NULL, ' '), FORM_CHANGED);
	assert_string_equal(form_get(f, "keep"), "yes");
	assert_int_equal(form_key(f, NULL, KBD_ENTER), FORM_DONE);
	assert_int_equal(form_key(f, NULL, KBD_TAB), FORM_TAKEN);
	assert_string_equal(form_focused(f),
			    "server"); /* round, past the note */
	assert_int_equal(form_key(f, NULL, KBD_TAB | KBD_SHIFT), FORM_TAKEN);
	assert_string_equal(form_focused(f), "keep");
	assert_int_equal(form_key(f, NULL, KBD_ESC), FORM_LEFT);
	assert_int_equal(form_key(f, NULL, KBD_F1), FORM_IGNORED);
	form_free(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_scroll),
		cmocka_unit_test(test_short_text),
		cmocka_unit_test(test_fold_quotes),
		cmocka_unit_test(test_search),
		cmocka_unit_test(test_links),
		cmocka_unit_test(test_keeps_place),
		cmocka_unit_test(test_form),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests_name("pager", tests, NULL, NULL);
}
