/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "ui/input.h"
#include "ui/keys.h"

/* --- names of keys ---------------------------------------------------------- */
static void test_names(void **state)
{
	static const struct {
		const char *text;
		uint32_t key;
		const char *name; /* as written back */
	} t[] = {
		{"a", 'a', "a"},
		{"A", 'A', "A"},
		{",", ',', ","},
		{"-", '-', "-"},
		{"C-x", 'x' | KBD_CTRL, "C-x"},
		{"C-X", 'x' | KBD_CTRL, "C-x"},
		{"M-x", 'x' | KBD_ALT, "M-x"},
		{"A-x", 'x' | KBD_ALT, "M-x"},
		{"M-X", 'X' | KBD_ALT, "M-X"},
		{"C-M-n", 'n' | KBD_CTRL | KBD_ALT, "C-M-n"},
		{"C-m", KBD_ENTER, "Enter"},
		{"C-i", KBD_TAB, "Tab"},
		{"C-[", KBD_ESC, "Esc"},
		{"enter", KBD_ENTER, "Enter"},
		{"Space", ' ', "Space"},
		{"F1", KBD_F1, "F1"},
		{"F12", KBD_F12, "F12"},
		{"F", 'F', "F"},
		{"S-Tab", KBD_TAB | KBD_SHIFT, "S-Tab"},
		{"BTab", KBD_TAB | KBD_SHIFT, "S-Tab"},
		{"PgDn", KBD_PAGE_DOWN, "PgDn"},
		{"PageDown", KBD_PAGE_DOWN, "PgDn"},
		{"\xc3\xa4", 0xe4, "\xc3\xa4"},
		{"M--", '-' | KBD_ALT, "M--"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		const char *s = t[i].text;
		struct str b CLEANUP(str_release) = STR_INIT;
		assert_int_equal(kbd_parse(&s), t[i].key);
		assert_string_equal(s, "");
		kbd_add_name(&b, t[i].key);
		assert_string_equal(b.s, t[i].name);
	}
}

static void test_sequences(void **state)
{
	static const struct {
		const char *text;
		size_t n; /* 0: refused */
		const char *back;
	} t[] = {
		{",m", 2, ",m"},       {", m", 2, ",m"},
		{"C-x b", 2, "C-x b"}, {"gg", 2, "gg"},
		{"dd", 2, "dd"},       {"", 0, ""},
		{"   ", 0, ""},	       {"abcde", 0, ""},
		{"a\x01", 0, ""},      {"Esc Esc", 2, "Esc Esc"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		struct kbd_sequence seq = {.n = 99};
		struct str b CLEANUP(str_release) = STR_INIT;
		bool ok = kbd_parse_sequence(t[i].text, &seq);
		assert_int_equal(ok, t[i].n > 0);
		if (!ok) {
			assert_int_equal(seq.n, 99);
			continue;
		}
		assert_int_equal(seq.n, t[i].n);
		kbd_add_sequence(&b, &seq);
		assert_string_equal(b.s, t[i].back);
	}
}

/* --- bytes to keys ------------------------------------------------------------ */
static void test_decode(void **state)
{
	static const struct {
		const char *bytes;
		const char *keys; /* names, blank-separated */
	} t[] = {
		{"jk", "j k"},
		{"\r\t\x7f", "Enter Tab Backspace"},
		{"\x01\x1a", "C-a C-z"},
		{"\033[A\033OB", "Up Down"},
		{"\033[5~\033[6~", "PgUp PgDn"},
		{"\033[1;5C", "C-Right"},
		{"\033[1;3D", "M-Left"},
		{"\033[17;2~", "S-F6"},
		{"\033[Z", "S-Tab"},
		{"\033x\033X", "M-x M-X"},
		{"\033OP\033[15~\033[24~", "F1 F5 F12"},
		{"\033[[A\033[[E", "F1 F5"},
		{"\xc3\xa4\xe5\xb1\xb1", "\xc3\xa4 \xe5\xb1\xb1"},
		{"\033\xc3\xa4", "M-\xc3\xa4"},
		{"\033[99~j", "j"},   /* unknown: swallowed whole */
		{"\033[?1;2cj", "j"}, /* a report */
		{"\033]0;title\007j", "j"},
		{"\xff"
		 "a",
		 "\xef\xbf\xbd a"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		struct input_decoder *d = input_decoder_new();
		struct str b CLEANUP(str_release) = STR_INIT;
		struct input in;
		input_decoder_feed(d, t[i].bytes, strlen(t[i].bytes), 1000);
		while (input_decoder_next(d, 1000, &in)) {
			assert_int_equal(in.kind, INPUT_KEY);
			if (b.len)
				str_add_char(&b, ' ');
			kbd_add_name(&b, in.key);
			input_release(&in);
		}
		assert_string_equal(b.s, t[i].keys);
		assert_int_equal(input_decoder_deadline(d), -1);
		input_decoder_free(d);
	}
}

/* Every split of a stream gives the same keys, and a lone ESC is one only
 * when nothing follows in time. */
static void test_split(void **state)
{
	static const char bytes[] = "a\033[1;5C\xe5\xb1\xb1\033[<0;5;6Mx";

	(void)state;
	for (size_t cut = 1; cut < sizeof(bytes) - 1; cut++) {
		struct input_decoder *d = input_decoder_new();
		struct input in;
		int n = 0;
		uint32_t last = 0;
		input_decoder_feed(d, bytes, cut, 1000);
		while (input_decoder_next(d, 1001, &in)) {
			n++;
			last = in.key;
		}
		input_decoder_feed(d, bytes + cut, sizeof(bytes) - 1 - cut,
				   1010);
		while (input_decoder_next(d, 1010, &in)) {
			n++;
			last = in.key;
		}
		assert_int_equal(n, 5);
		assert_int_equal(last, 'x');
		input_decoder_free(d);
	}
}

static void test_lone_escape(void **state)
{
	struct input_decoder *d = input_decoder_new();
	struct input in;

	(void)state;
	input_decoder_feed(d, "\033", 1, 1000);
	assert_false(input_decoder_next(d, 1000, &in));
	assert_true(input_decoder_deadline(d) > 1000);
	assert_true(input_decoder_next(d, input_decoder_deadline(d), &in));
	assert_int_equal(in.key, KBD_ESC);
	assert_false(input_decoder_next(d, 5000, &in));
	input_decoder_feed(d, "\033", 1, 6000);
	input_decoder_feed(d, "[B", 2, 6005);
	assert_true(input_decoder_next(d, 6005, &in));
	assert_int_equal(in.key, KBD_DOWN);
	/* M-[ is told from a sequence by time alone. */
	input_decoder_feed(d, "\033[", 2, 7000);
	assert_false(input_decoder_next(d, 7001, &in));
	assert_true(input_decoder_next(d, 7100, &in));
	input_decoder_free(d);
}

static void test_mouse(void **state)
{
	struct input_decoder *d = input_decoder_new();
	struct input in;
	static const char press[] = "\033[<0;10;5M",
			  release[] = "\033[<0;10;5m";

	(void)state;
	input_decoder_feed(d, press, sizeof(press) - 1, 1000);
	assert_true(input_decoder_next(d, 1000, &in));
	assert_int_equal(in.kind, INPUT_MOUSE);
	assert_int_equal(in.action, MOUSE_PRESS);
	assert_int_equal(in.button, 1);
	assert_int_equal(in.x, 9);
	assert_int_equal(in.y, 4);
	assert_int_equal(in.clicks, 1);
	input_decoder_feed(d, release, sizeof(release) - 1, 1010);
	assert_true(input_decoder_next(d, 1010, &in));
	assert_int_equal(in.action, MOUSE_RELEASE);
	input_decoder_feed(d, press, sizeof(press) - 1, 1200);
	assert_true(input_decoder_next(d, 1200, &in));
	assert_int_equal(in.clicks, 2);
	input_decoder_feed(d, press, sizeof(press) - 1, 3000);
	assert_true(input_decoder_next(d, 3000, &in));
	assert_int_equal(in.clicks, 1);
	input_decoder_feed(d, "\033[<65;1;1M", 10, 3100);
	assert_true(input_decoder_next(d, 3100, &in));
	assert_int_equal(in.action, MOUSE_WHEEL_DOWN);
	input_decoder_free(d);
}

static void test_paste(void **state)
{
	static const char bytes[] = "\033[200~one\r\ntwo\033[A:q\033[201~j";
	struct input_decoder *d = input_decoder_new();
	struct input in;
	bool got = false;

	(void)state;
	for (size_t i = 0; i < sizeof(bytes) - 1; i++) {
		input_decoder_feed(d, bytes + i, 1, 1000 + (int64_t)i);
		if (!input_decoder_next(d, 1000 + (int64_t)i, &in))
			continue;
		if (in.kind == INPUT_PASTE) {
			/* Nothing in a paste is a key. */
			assert_string_equal(in.text, "one\n\ntwo\033[A:q");
			got = true;
		} else {
			assert_true(got);
			assert_int_equal(in.key, 'j');
		}
		input_release(&in);
	}
	assert_true(got);
	input_decoder_free(d);
}

static void test_background(void **state)
{
	struct input_decoder *d = input_decoder_new();
	struct input in;
	static const char light[] = "\033]11;rgb:ffff/ffff/e000\033\\";
	static const char dark[] = "\033]11;rgb:1e/1e/1e\007";

	(void)state;
	input_decoder_feed(d, light, sizeof(light) - 1, 1000);
	assert_true(input_decoder_next(d, 1000, &in));
	assert_int_equal(in.kind, INPUT_BACKGROUND);
	assert_true(in.light);
	input_decoder_feed(d, dark, sizeof(dark) - 1, 1000);
	assert_true(input_decoder_next(d, 1000, &in));
	assert_false(in.light);
	input_decoder_free(d);
}

static void test_graphics(void **state)
{
	struct input_decoder *d = input_decoder_new();
	struct input in;
	static const char plain[] =
		"\033[?1;2c\033[?64;14;40;41c\033_Gi=31;ENO\033\\";
	static const char sixel[] = "\033[?62;1;2;4;22c";
	static const char kitty[] = "\033_Gi=31;OK\033\\";

	(void)state;
	input_decoder_feed(d, plain, sizeof(plain) - 1, 1000);
	assert_false(input_decoder_next(d, 1000, &in));
	input_decoder_feed(d, sixel, sizeof(sixel) - 1, 1000);
	assert_true(input_decoder_next(d, 1000, &in));
	assert_int_equal(in.kind, INPUT_GRAPHICS);
	assert_true(in.sixel && !in.kitty);
	/* The answer may come in pieces. */
	input_decoder_feed(d, kitty, 5, 1000);
	assert_false(input_decoder_next(d, 1000, &in));
	input_decoder_feed(d, kitty + 5, sizeof(kitty) - 6, 1000);
	assert_true(input_decoder_next(d, 1000, &in));
	assert_true(in.kitty && !in.sixel);
	/* What a person types is none. */
	input_decoder_feed(d, "\033_", 2, 1000);
	assert_false(input_decoder_next(d, 1000, &in));
	assert_true(input_decoder_next(d, 1100, &in));
	assert_int_equal(in.kind, INPUT_KEY);
	input_decoder_free(d);
}

/* --- maps --------------------------------------------------------------------- */
static struct keys_result find(struct keys *k, enum scope scope,
			       const char *keys)
{
	struct kbd_sequence seq;

	assert_true(kbd_parse_sequence(keys, &seq));
	return keys_find(k, scope, &seq);
}

static void test_resolve(void **state)
{
	static const struct {
		enum scope scope;
		const char *keys;
		enum keys_found found;
		enum command_id id;
	} t[] = {
		{SCOPE_messages, "d", KEYS_COMMAND, COMMAND_delete},
		{SCOPE_messages, "j", KEYS_COMMAND, COMMAND_next}, /* list */
		{SCOPE_messages, "?", KEYS_COMMAND, COMMAND_help}, /* global */
		{SCOPE_folders, "d", KEYS_COMMAND, COMMAND_folder_delete},
		{SCOPE_reader, "j", KEYS_COMMAND, COMMAND_line_down},
		{SCOPE_reader, "Space", KEYS_COMMAND, COMMAND_text_down},
		{SCOPE_messages, ",", KEYS_PREFIX, COMMAND_COUNT},
		{SCOPE_messages, ",x", KEYS_COMMAND, COMMAND_purge},
		{SCOPE_messages, ",m", KEYS_COMMAND, COMMAND_screen_mail},
		{SCOPE_compose, ",x", KEYS_NONE, COMMAND_COUNT},
		{SCOPE_messages, "X", KEYS_NONE, COMMAND_COUNT},
		{SCOPE_messages, "M-x", KEYS_COMMAND, COMMAND_palette},
		{SCOPE_status, "j", KEYS_COMMAND, COMMAND_next},
	};
	struct keys *k = keys_new(KEYMAP_mutt);

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		struct keys_result r = find(k, t[i].scope, t[i].keys);
		assert_int_equal(r.found, t[i].found);
		if (r.found == KEYS_COMMAND)
			assert_int_equal(r.id, t[i].id);
	}
	keys_free(k);
}

/* Each as peers-and-habits have it; what a keymap moves is free again. */
static void test_keymaps(void **state)
{
	static const struct {
		enum keymap keymap;
		const char *keys;
		enum keys_found found;
		enum command_id id;
	} t[] = {
		{KEYMAP_vi, "gg", KEYS_COMMAND, COMMAND_first},
		{KEYMAP_vi, "d", KEYS_PREFIX, COMMAND_COUNT},
		{KEYMAP_vi, "dd", KEYS_COMMAND, COMMAND_delete},
		{KEYMAP_vi, "dT", KEYS_COMMAND, COMMAND_delete_thread},
		{KEYMAP_vi, "C-d", KEYS_COMMAND, COMMAND_half_down},
		{KEYMAP_vi, "gf", KEYS_COMMAND, COMMAND_goto_folder},
		{KEYMAP_vi, "=", KEYS_NONE, COMMAND_COUNT},
		{KEYMAP_vi, "\\", KEYS_COMMAND, COMMAND_limit},
		{KEYMAP_vi, "R", KEYS_COMMAND, COMMAND_reply_all},
		{KEYMAP_vi, "j", KEYS_COMMAND, COMMAND_next},
		{KEYMAP_emacs, "C-n", KEYS_COMMAND, COMMAND_next},
		{KEYMAP_emacs, "j", KEYS_NONE, COMMAND_COUNT},
		{KEYMAP_emacs, "C-M-n", KEYS_COMMAND, COMMAND_next_thread},
		{KEYMAP_emacs, "M-<", KEYS_COMMAND, COMMAND_first},
		{KEYMAP_emacs, "C-s", KEYS_COMMAND, COMMAND_search},
		{KEYMAP_emacs, "C-x b", KEYS_COMMAND, COMMAND_goto_folder},
		{KEYMAP_emacs, "M-x", KEYS_COMMAND, COMMAND_command_line},
		{KEYMAP_emacs, "C-/", KEYS_COMMAND, COMMAND_undo},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		struct keys *k = keys_new(t[i].keymap);
		struct keys_result r = find(k, SCOPE_messages, t[i].keys);

		assert_int_equal(r.found, t[i].found);
		if (r.found == KEYS_COMMAND)
			assert_int_equal(r.id, t[i].id);
		keys_free(k);
	}
}

static void test_bind(void **state)
{
	struct keys *k = keys_new(KEYMAP_mutt);
	struct err err = ERR_INIT;
	struct keys_result r;

	(void)state;
	assert_true(keys_bind(k, "messages", "d", "archive", &err));
	assert_int_equal(find(k, SCOPE_messages, "d").id, COMMAND_archive);
	assert_true(keys_bind(k, "global", "C-x b", "go Inbox", &err));
	assert_int_equal(find(k, SCOPE_folders, "C-x").found, KEYS_PREFIX);
	r = find(k, SCOPE_reader, "C-x b");
	assert_int_equal(r.id, COMMAND_goto_folder);
	assert_string_equal(r.line, "Inbox");
	/* Freed in the pane: the parent's binding does not come through. */
	assert_true(keys_bind(k, "messages", "j", "none", &err));
	assert_int_equal(find(k, SCOPE_messages, "j").found, KEYS_NONE);
	assert_int_equal(find(k, SCOPE_status, "j").found, KEYS_COMMAND);
	/* A command that is also the beginning of another one. */
	assert_true(keys_bind(k, "messages", "dd", "delete", &err));
	r = find(k, SCOPE_messages, "d");
	assert_int_equal(r.found, KEYS_COMMAND);
	assert_true(r.longer);

	assert_false(keys_bind(k, "nowhere", "j", "next", &err));
	assert_int_equal(err.kind, ERR_INPUT);
	assert_false(keys_bind(k, "messages", "", "next", &err));
	assert_false(keys_bind(k, "messages", "j", "nonsense", &err));
	assert_non_null(strstr(err.text, "nonsense"));
	keys_free(k);
}

static void test_check(void **state)
{
	struct keys *k = keys_new(KEYMAP_mutt);
	struct str report CLEANUP(str_release) = STR_INIT;

	(void)state;
	assert_true(keys_check(k, &report));
	assert_null(strstr(report.s, "clash:"));
	/* Twice in the configuration is a clash; once over a default is not. */
	assert_true(keys_bind(k, "messages", "d", "archive", NULL));
	assert_true(keys_bind(k, "messages", "d", "junk", NULL));
	assert_true(keys_bind(k, "messages", "=x", "purge", NULL));
	str_clear(&report);
	assert_false(keys_check(k, &report));
	assert_non_null(strstr(report.s, "clash: messages \"d\" is bound to "
					 "archive and to junk"));
	keys_free(k);
}

static bool count_it(void *ctx, const struct kbd_sequence *seq, enum scope from,
		     enum command_id id, const char *line)
{
	int *n = ctx;

	(void)from;
	(void)id;
	(void)line;
	assert_int_equal(seq->key[0], ',');
	(*n)++;
	return true;
}

static void test_hints(void **state)
{
	struct keys *k = keys_new(KEYMAP_mutt);
	struct kbd_sequence leader = {{','}, 1};
	struct str b CLEANUP(str_release) = STR_INIT;
	int n = 0, fewer = 0;

	(void)state;
	keys_add_hint(k, SCOPE_messages, COMMAND_next, &b);
	assert_string_equal(b.s, "j"); /* the row's first, not "Down" */
	str_clear(&b);
	keys_add_all(k, SCOPE_messages, COMMAND_next, &b);
	assert_non_null(strstr(b.s, "j"));
	assert_non_null(strstr(b.s, "Down"));
	keys_each(k, SCOPE_messages, &leader, count_it, &n);
	keys_each(k, SCOPE_compose, &leader, count_it, &fewer);
	assert_true(n > fewer && fewer > 0);
	/* What is hidden by the pane's own key is no hint. */
	str_clear(&b);
	keys_add_hint(k, SCOPE_compose, COMMAND_goto_folder, &b);
	assert_string_equal(b.s, "");
	keys_free(k);
}

static void fills(enum keymap keymap, enum scope scope, const char *text,
		  const char *want)
{
	struct keys *k = keys_new(keymap);
	char *got = keys_fill(k, scope, text);

	assert_string_equal(got, want);
	free(got);
	keys_free(k);
}

/* Sentences name the keys that are in force. */
static void test_fill(void **state)
{
	(void)state;
	fills(KEYMAP_mutt, SCOPE_messages, "{fold} opens one", "M-v opens one");
	fills(KEYMAP_vi, SCOPE_messages, "{fold} opens one", "za opens one");
	fills(KEYMAP_emacs, SCOPE_messages, "{tag}, {recall-draft}",
	      "t, C-x r");
	fills(KEYMAP_vi, SCOPE_calendar, "{fold} }{", ":fold }{");
	/* What commands miss is told by such sentences. */
	for (int i = 0; i < COMMAND_COUNT; i++) {
		const char *why = command_missing((enum command_id)i, 0);

		if (why && strchr(why, '{'))
			fills(KEYMAP_vi, SCOPE_messages, why,
			      "nothing is tagged: v tags a row, V a pattern");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_sequences),
		cmocka_unit_test(test_decode),
		cmocka_unit_test(test_split),
		cmocka_unit_test(test_lone_escape),
		cmocka_unit_test(test_mouse),
		cmocka_unit_test(test_paste),
		cmocka_unit_test(test_background),
		cmocka_unit_test(test_graphics),
		cmocka_unit_test(test_resolve),
		cmocka_unit_test(test_keymaps),
		cmocka_unit_test(test_bind),
		cmocka_unit_test(test_check),
		cmocka_unit_test(test_hints),
		cmocka_unit_test(test_fill),
	};

	return cmocka_run_group_tests_name("keys", tests, NULL, NULL);
}
