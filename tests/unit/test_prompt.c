/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <locale.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include "base/proc.h"
#include "ui/prompt.h"

#define E_ACUTE "e\xcc\x81" /* e and a combining accent */
#define FAMILY "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa7" /* joined */

/* Presses keys written as bindings are, then compares text with | at the
 * cursor. */
static void check(const char *start, const char *keys, const char *want)
{
	struct edit e;
	struct str got CLEANUP(str_release) = STR_INIT;
	const char *bar = strchr(start, '|');
	struct str text CLEANUP(str_release) = STR_INIT;

	edit_init(&e, false);
	str_add_mem(&text, start, (size_t)(bar - start));
	str_add(&text, bar + 1);
	edit_set(&e, text.s);
	e.cursor = (size_t)(bar - start);
	while (*keys) {
		uint32_t key;
		keys += *keys == ' ';
		key = kbd_parse(&keys);
		assert_true(edit_key(&e, key));
	}
	str_add_mem(&got, e.text.s, e.cursor);
	str_add_char(&got, '|');
	str_add(&got, e.text.s + e.cursor);
	assert_string_equal(got.s, want);
	edit_release(&e);
}

static void test_editing(void **state)
{
	static const struct {
		const char *start, *keys, *want;
	} t[] = {
		{"|", "a b Space c", "ab c|"},
		{"ab|cd", "Left Left Left", "|abcd"},
		{"ab|cd", "Right Right Right", "abcd|"},
		{"ab|cd", "Home x", "x|abcd"},
		{"ab|cd", "C-a C-e", "abcd|"},
		{"ab|cd", "Backspace", "a|cd"},
		{"ab|cd", "Delete", "ab|d"},
		{"|", "Backspace Delete", "|"},
		{"one two-three|", "M-b", "one two-|three"},
		{"one two-three|", "M-b M-b M-b M-b", "|one two-three"},
		{"|one two", "M-f M-f", "one two|"},
		{"one two-three|", "C-w", "one |"},
		{"one two-three|", "M-Backspace", "one two-|"},
		{"|one two", "M-d", "| two"},
		{"one |two", "C-u", "|two"},
		{"one |two", "C-k", "one |"},
		{"one |two", "C-k Home C-y", "two|one "},
		{"one |two", "C-u End C-y", "twoone |"},
		{"ab|", "C-t", "ba|"},
		{"a|b", "C-t", "ba|"},
		{"|", "C-t", "|"},
		/* Clusters are one step and one deletion. */
		{"a" E_ACUTE "b|", "Left Left", "a|" E_ACUTE "b"},
		{"a" E_ACUTE "|b", "Backspace", "a|b"},
		{"x" FAMILY "|", "Backspace", "x|"},
		{"|" FAMILY "x", "Right", FAMILY "|x"},
		{"|" FAMILY "x", "Delete", "|x"},
		{"\xe5\xb1\xb1|\xe7\x94\xb0", "C-t",
		 "\xe7\x94\xb0\xe5\xb1\xb1|"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(t); i++)
		check(t[i].start, t[i].keys, t[i].want);
}

static void test_not_editing(void **state)
{
	static const uint32_t keys[] = {KBD_ENTER,     KBD_TAB, KBD_ESC,
					KBD_UP,	       KBD_F1,	'x' | KBD_ALT,
					'q' | KBD_CTRL};
	struct edit e;

	(void)state;
	edit_init(&e, false);
	for (size_t i = 0; i < ARRAY_LEN(keys); i++)
		assert_false(edit_key(&e, keys[i]));
	assert_string_equal(e.text.s, "");
	edit_release(&e);
}

/* A paste cannot bring line breaks, controls or broken bytes in. */
static void test_insert(void **state)
{
	struct edit e;

	(void)state;
	edit_init(&e, false);
	edit_insert(&e, "a\nb\tc\033[31m\xff");
	assert_string_equal(e.text.s, "a b c [31m\xef\xbf\xbd");
	edit_release(&e);
}

static void test_secret(void **state)
{
	struct edit e;

	(void)state;
	edit_init(&e, true);
	edit_insert(&e, "hunter2");
	assert_true(edit_key(&e, 'u' | KBD_CTRL));
	assert_string_equal(e.text.s, "");
	assert_true(edit_key(&e, 'y' | KBD_CTRL));
	assert_string_equal(e.text.s, ""); /* never in the kill buffer */
	edit_release(&e);
}

static void test_history(void **state)
{
	char path[] = "/tmp/test_prompt_XXXXXX";
	int fd = mkstemp(path);
	struct histories *h;

	(void)state;
	assert_true(fd >= 0);
	close(fd);
	h = histories_new(path);
	histories_add(h, "command", "go Inbox");
	histories_add(h, "search", "from:ada");
	histories_add(h, "command", "sync");
	histories_add(h, "command", "go Inbox"); /* moves to the front */
	histories_add(h, "command", "");
	histories_add(h, "command", "two\nlines");
	assert_string_equal(histories_get(h, "command", 0), "go Inbox");
	assert_string_equal(histories_get(h, "command", 1), "sync");
	assert_null(histories_get(h, "command", 2));
	assert_string_equal(histories_get(h, "search", 0), "from:ada");
	assert_null(histories_get(h, "nothing", 0));
	histories_free(h);
	h = histories_new(path);
	assert_string_equal(histories_get(h, "command", 1), "sync");
	assert_string_equal(histories_get(h, "search", 0), "from:ada");
	histories_free(h);
	unlink(path);
}

static void test_history_is_bounded(void **state)
{
	struct histories *h = histories_new(NULL);

	(void)state;
	for (int i = 0; i < 1200; i++) {
		char *text = xasprintf("line %d", i);
		histories_add(h, "command", text);
		free(text);
	}
	assert_string_equal(histories_get(h, "command", 0), "line 1199");
	assert_non_null(histories_get(h, "command", 499));
	assert_null(histories_get(h, "command", 500));
	histories_free(h);
}

static void test_score(void **state)
{
	(void)state;
	assert_int_equal(complete_score("Inbox", "x-"), 0);
	assert_int_equal(complete_score("Inbox", "xi"), 0);
	assert_true(complete_score("Inbox", "") > 0);
	assert_true(complete_score("Inbox", "INB") > 0);
	/* Accents do not matter; the whole piece beats scattered letters; the
	 * beginning beats the middle; shorter beats longer. */
	assert_true(complete_score("Zo\xc3\xab", "zoe") > 0);
	assert_true(complete_score("delete", "del") >
		    complete_score("decorate-less", "del"));
	assert_true(complete_score("reply-all", "rep") >
		    complete_score("make-reply", "rep"));
	assert_true(complete_score("go", "go") >
		    complete_score("gopher", "go"));
	/* First letters of words. */
	assert_true(complete_score("delete-thread", "dt") >
		    complete_score("edited", "dt"));
}

static void test_match(void **state)
{
	struct candidates c = {0};

	(void)state;
	candidates_add(&c, "Archive", NULL);
	candidates_add(&c, "Inbox", "38 unread");
	candidates_add(&c, "Projects/Inbox zero", NULL);
	candidates_add(&c, "Sent", NULL);
	candidates_match(&c, "inbox");
	assert_int_equal(c.n, 2);
	assert_string_equal(c.v[0].text, "Inbox");
	assert_string_equal(c.v[1].text, "Projects/Inbox zero");
	candidates_release(&c);
	/* The order given is kept when nothing is typed. */
	candidates_add(&c, "b", NULL);
	candidates_add(&c, "a", NULL);
	candidates_match(&c, "");
	assert_string_equal(c.v[0].text, "b");
	candidates_release(&c);
}

static void fits(const char *label, size_t cells, const char *want)
{
	char *got = prompt_fit_label(label, cells, "~");

	assert_string_equal(got, want);
	free(got);
}

/* A label gives way to what is typed, from its least important part on. */
static void test_label(void **state)
{
	(void)state;
	fits("Go to folder (Enter: Inbox): ", 29,
	     "Go to folder (Enter: Inbox): ");
	fits("Go to folder (Enter: Inbox): ", 24, "Go to folder (Inbox): ");
	fits("Move to (Enter: Projects/Aurora): ", 24,
	     "Move to (Projects/Au~): ");
	fits("Send at (18:30, tomorrow 9:00, fri): ", 26,
	     "Send at (18:30, tomorr~): ");
	fits("Send at (18:30, to, tomorrow): ", 24, "Send at (18:30, to~): ");
	fits("Go to folder (Enter: Inbox): ", 20, "Go to folder: ");
	fits("Go to folder: ", 10, "Go to~: ");
	fits("Who shall act for you: ", 16, "Who shall act~: ");
	fits("Zo" E_ACUTE "Zo" E_ACUTE "Zo" E_ACUTE ": ", 8,
	     "Zo" E_ACUTE "Zo~: ");
	fits("Find: ", 2, ": ");
	fits("Find: ", 0, ": ");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_editing),
		cmocka_unit_test(test_not_editing),
		cmocka_unit_test(test_insert),
		cmocka_unit_test(test_secret),
		cmocka_unit_test(test_history),
		cmocka_unit_test(test_history_is_bounded),
		cmocka_unit_test(test_score),
		cmocka_unit_test(test_match),
		cmocka_unit_test(test_label),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests_name("prompt", tests, NULL, NULL);
}
