/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>

#include "base/utf8.h"
#include "base/vec.h"
#include "ui/kbd.h"
#include "ui/text_edit.h"

static void type(struct text_edit *e, const char *s)
{
	for (; *s; s++)
		text_edit_key(e, *s == '\n' ? KBD_ENTER : (uint32_t)*s);
}

/* Keys as people write them. */
static void press(struct text_edit *e, const char *keys)
{
	struct kbd_sequence seq;
	struct strv words;

	strv_init(&words);
	strv_split(&words, keys, " ");
	for (size_t i = 0; i < words.n; i++) {
		assert_true(kbd_parse_sequence(words.v[i], &seq));
		assert_true(text_edit_key(e, seq.key[0]));
	}
	strv_release(&words);
}

static void is(struct text_edit *e, const char *text, size_t cursor)
{
	assert_string_equal(text_edit_text(e), text);
	assert_int_equal(text_edit_cursor(e), cursor);
}

static void test_typing(void **state)
{
	struct text_edit *e = text_edit_new();

	(void)state;
	type(e, "one two\nthree");
	is(e, "one two\nthree", 13);
	press(e, "Up");
	is(e, "one two\nthree", 5);
	press(e, "C-a C-k");
	is(e, "\nthree", 0);
	press(e, "C-k");
	is(e, "three", 0);
	press(e, "C-e C-y");
	is(e, "three\n", 6);
	press(e, "Backspace C-w");
	is(e, "", 0);
	text_edit_free(e);
}

static void test_graphemes(void **state)
{
	struct text_edit *e = text_edit_new();
	/* e with an accent of its own, a family joined of three people. */
	static const char text[] = "e\xcc\x81x\xf0\x9f\x91\xa8\xe2\x80\x8d"
				   "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91"
				   "\xa7.";

	(void)state;
	text_edit_set(e, text, 0);
	press(e, "Right");
	assert_int_equal(text_edit_cursor(e), 3);
	press(e, "Right Right");
	assert_int_equal(text_edit_cursor(e), sizeof(text) - 2);
	press(e, "Backspace");
	is(e, "e\xcc\x81x.", 4);
	press(e, "Left Left Delete");
	is(e, "x.", 0);
	text_edit_free(e);
}

static void test_undo(void **state)
{
	struct text_edit *e = text_edit_new();

	(void)state;
	type(e, "hello world");
	press(e, "C-w");
	is(e, "hello ", 6);
	press(e, "C-z");
	is(e, "hello world", 11);
	press(e, "C-z");
	is(e, "hello ", 6);
	press(e, "C-z");
	is(e, "", 0);
	assert_false(text_edit_undo(e));
	press(e, "M-z M-z");
	is(e, "hello world", 11);
	type(e, "!");
	assert_false(text_edit_redo(e)); /* a new change ends the old future */
	text_edit_insert(e, "a\r\nb\x1b[31m");
	is(e, "hello world!a\nb[31m", 19);
	press(e, "C-z");
	is(e, "hello world!", 12);
	text_edit_free(e);
}

static void test_cut(void **state)
{
	struct text_edit *e = text_edit_new();

	(void)state;
	text_edit_set(e, "one\ntwo\nthree\n", 4);
	press(e, "C-x");
	is(e, "one\nthree\n", 4);
	press(e, "C-Home C-v");
	is(e, "two\none\nthree\n", 4);
	press(e, "C-@ Right Right Right C-c C-End C-v");
	is(e, "two\none\nthree\none", 17);
	press(e, "C-@ C-a C-x");
	is(e, "two\none\nthree\n", 14);
	text_edit_free(e);
}

static void test_find(void **state)
{
	struct text_edit *e = text_edit_new();

	(void)state;
	text_edit_set(e,
		      "alpha\nGr\xc3\xbc\xc3\x9f"
		      "e beta\nalpha beta",
		      0);
	assert_true(text_edit_find(e, "BETA"));
	assert_int_equal(text_edit_cursor(e), 14);
	assert_true(text_edit_find(e, "beta"));
	assert_int_equal(text_edit_cursor(e), 25);
	assert_true(text_edit_find(e, "beta")); /* round the end */
	assert_int_equal(text_edit_cursor(e), 14);
	assert_false(text_edit_find(e, "gamma"));
	assert_int_equal(text_edit_cursor(e), 14);
	text_edit_free(e);
}

/* Random keys and undo: everything comes back, the text stays valid. */
static void test_random(void **state)
{
	static const char *const keys[] = {
		"a",	"b",	     "Enter", "Left", "Right", "Up",
		"Down", "Backspace", "C-k",   "C-y",  "C-w",   "M-d",
		"C-@",	"C-x",	     "C-v",   "Home", "End"};
	struct text_edit *e = text_edit_new();
	unsigned seed = 12345;

	(void)state;
	text_edit_set(e, "f\xc3\xbcr \xe4\xb8\xad\xe6\x96\x87\n", 0);
	for (int i = 0; i < 1500; i++) {
		seed = seed * 1103515245u + 12345u;
		press(e, keys[(seed >> 16) % ARRAY_LEN(keys)]);
		assert_true(utf8_is_valid(text_edit_text(e),
					  strlen(text_edit_text(e))));
	}
	while (text_edit_undo(e))
		;
	assert_string_equal(text_edit_text(e),
			    "f\xc3\xbcr \xe4\xb8\xad\xe6\x96\x87\n");
	text_edit_free(e);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_typing), cmocka_unit_test(test_graphemes),
		cmocka_unit_test(test_undo),   cmocka_unit_test(test_cut),
		cmocka_unit_test(test_find),   cmocka_unit_test(test_random),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
