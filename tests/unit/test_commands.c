/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "ui/keys.h"

/* The table is what help, hints, manuals and completion are made of. */
static void test_rows(void **state)
{
	(void)state;
	for (int i = 0; i < COMMAND_COUNT; i++) {
		const struct command *c = command_get((enum command_id)i);
		assert_true(strlen(c->name) >= 2 && strlen(c->name) <= 20);
		assert_true(c->scopes != 0);
		assert_true(strlen(c->summary) >= 4 &&
			    strlen(c->summary) <= 50);
		/* A phrase, not a sentence; the paragraph has sentences. */
		assert_true(c->summary[strlen(c->summary) - 1] != '.');
		assert_true(strlen(c->help) >= 15);
		assert_true(str_ends(c->help, "."));
		assert_true(*c->menu >= 'A' && *c->menu <= 'Z');
		for (const char *p = c->name; *p; p++)
			assert_true((*p >= 'a' && *p <= 'z') || *p == '-');
	}
}

static void test_names_are_unique(void **state)
{
	(void)state;
	for (int i = 0; i < COMMAND_COUNT; i++)
		for (int j = i + 1; j < COMMAND_COUNT; j++)
			assert_string_not_equal(
				command_get((enum command_id)i)->name,
				command_get((enum command_id)j)->name);
}

static void test_no_clashing_keys(void **state)
{
	(void)state;
	for (int i = 0; i < KEYMAP_COUNT; i++) {
		struct keys *k = keys_new((enum keymap)i);
		struct str report CLEANUP(str_release) = STR_INIT;

		if (!keys_check(k, &report))
			fail_msg("%s", report.s);
		/* No default key waits for a longer one. */
		if (strstr(report.s, "waits:"))
			fail_msg("keymap %d: %s", i, report.s);
		keys_free(k);
	}
}

/* No keymap leaves a command without a key that another one gives it. */
static void test_keymaps_are_whole(void **state)
{
	(void)state;
	for (int i = 0; i < COMMAND_COUNT; i++)
		for (int s = 0; s < SCOPE_COUNT; s++)
			for (int m = 0; m < KEYMAP_COUNT; m++) {
				enum command_id id = (enum command_id)i;
				bool bound = *keys_default((enum keymap)m,
							   (enum scope)s, id);

				if (bound != (*command_get(id)->keys != 0))
					fail_msg("%s has no key in keymap %d",
						 command_get(id)->name, m);
			}
}

/* Digits are counts wherever counts mean something. */
static void test_digits_are_free(void **state)
{
	static const enum scope counted[] = {SCOPE_messages, SCOPE_folders,
					     SCOPE_reader};
	struct keys *k = keys_new(KEYMAP_mutt);

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(counted); i++)
		for (uint32_t d = '0'; d <= '9'; d++) {
			struct kbd_sequence seq = {{d}, 1};
			assert_int_equal(keys_find(k, counted[i], &seq).found,
					 KEYS_NONE);
		}
	keys_free(k);
}

/* What peers-and-ux 3.15 promises in the mutt preset. */
static void test_promised_keys(void **state)
{
	static const struct {
		enum scope scope;
		const char *keys, *command;
	} t[] = {
		{SCOPE_messages, "j", "next"},
		{SCOPE_messages, "k", "prev"},
		{SCOPE_messages, "z", "page-down"},
		{SCOPE_messages, "Z", "page-up"},
		{SCOPE_messages, "]", "half-page-down"},
		{SCOPE_messages, "[", "half-page-up"},
		{SCOPE_messages, "=", "first"},
		{SCOPE_messages, "*", "last"},
		{SCOPE_messages, "Home", "first"},
		{SCOPE_messages, "End", "last"},
		{SCOPE_messages, "PgUp", "page-up"},
		{SCOPE_messages, "PgDn", "page-down"},
		{SCOPE_messages, "Tab", "next-unread"},
		{SCOPE_messages, "M-Tab", "prev-unread"},
		{SCOPE_messages, "Enter", "open"},
		{SCOPE_messages, "q", "back"},
		{SCOPE_messages, "c", "go"},
		{SCOPE_messages, "C-n", "next-thread"},
		{SCOPE_messages, "C-p", "prev-thread"},
		{SCOPE_messages, "M-v", "fold"},
		{SCOPE_messages, "M-V", "fold-all"},
		{SCOPE_messages, "r", "reply"},
		{SCOPE_messages, "g", "reply-all"},
		{SCOPE_messages, "L", "reply-list"},
		{SCOPE_messages, "f", "forward"},
		{SCOPE_messages, "d", "delete"},
		{SCOPE_messages, "D", "delete-pattern"},
		{SCOPE_messages, "C-d", "delete-thread"},
		{SCOPE_messages, "u", "undo"},
		{SCOPE_messages, "s", "move"},
		{SCOPE_messages, "C", "copy"},
		{SCOPE_messages, "A", "archive"},
		{SCOPE_messages, ",j", "junk"},
		{SCOPE_messages, ",x", "purge"},
		{SCOPE_messages, "N", "toggle-read"},
		{SCOPE_messages, "F", "flag"},
		{SCOPE_messages, "Y", "category"},
		{SCOPE_messages, "t", "tag"},
		{SCOPE_messages, "T", "tag-pattern"},
		{SCOPE_messages, ";", "apply-tagged"},
		{SCOPE_messages, "l", "limit"},
		{SCOPE_messages, "/", "search"},
		{SCOPE_messages, "n", "next-match"},
		{SCOPE_messages, "m", "compose"},
		{SCOPE_messages, "R", "recall-draft"},
		{SCOPE_compose, "P", "postpone"},
		{SCOPE_compose, "y", "send"},
		{SCOPE_compose, "e", "edit"},
		{SCOPE_compose, "a", "attach"},
		{SCOPE_reader, "v", "parts"},
		{SCOPE_reader, "|", "pipe"},
		{SCOPE_reader, "o", "link"},
		{SCOPE_reader, "h", "headers"},
		{SCOPE_reader, "w", "view"},
		{SCOPE_reader, "J", "next-message"},
		{SCOPE_reader, "K", "prev-message"},
		{SCOPE_reader, "T", "fold-quotes"},
		{SCOPE_reader, "Space", "text-down"},
		{SCOPE_reader, "-", "text-up"},
		{SCOPE_messages, "$", "sync"},
		{SCOPE_messages, ":", "command"},
		{SCOPE_messages, "M-x", "palette"},
		{SCOPE_messages, "?", "help"},
		{SCOPE_messages, "C-l", "redraw"},
		{SCOPE_messages, ",,", "previous-screen"},
		{SCOPE_messages, ",s", "status"},
		{SCOPE_messages, "M-6", "status"},
		{SCOPE_messages, "M-1", "mail"},
	};
	struct keys *k = keys_new(KEYMAP_mutt);

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		struct kbd_sequence seq;
		assert_true(kbd_parse_sequence(t[i].keys, &seq));
		struct keys_result r = keys_find(k, t[i].scope, &seq);
		if (r.found != KEYS_COMMAND ||
		    !str_eq(command_get(r.id)->name, t[i].command))
			fail_msg("%s in %s is not %s", t[i].keys,
				 scope_name(t[i].scope), t[i].command);
	}
	keys_free(k);
}

static void test_arguments_are_well_formed(void **state)
{
	(void)state;
	for (int i = 0; i < COMMAND_COUNT; i++) {
		const char *p = command_get((enum command_id)i)->args;
		while (*p) {
			const char *end = strchr(p, *p == '<' ? '>' : ']');
			assert_true(*p == '<' || *p == '[');
			assert_non_null(end);
			p = end + 1;
			assert_true(!*p || *p == ' ');
			p += *p == ' ';
		}
	}
}

static void test_find(void **state)
{
	bool ambiguous;

	(void)state;
	assert_int_equal(command_find("reply", NULL), COMMAND_reply);
	assert_int_equal(command_find("reply-all", NULL), COMMAND_reply_all);
	assert_int_equal(command_find("reply_all", NULL), COMMAND_reply_all);
	assert_int_equal(command_find("arch", NULL), COMMAND_archive);
	assert_int_equal(command_find("re", &ambiguous), COMMAND_COUNT);
	assert_true(ambiguous);
	assert_int_equal(command_find("nonsense", &ambiguous), COMMAND_COUNT);
	assert_false(ambiguous);
	assert_int_equal(command_find("", &ambiguous), COMMAND_COUNT);
}

static void test_needs(void **state)
{
	(void)state;
	assert_null(command_missing(COMMAND_help, 0));
	assert_non_null(command_missing(COMMAND_delete, 0));
	assert_null(command_missing(COMMAND_delete, NEED_item));
	assert_non_null(strstr(command_missing(COMMAND_apply_tagged, NEED_item),
			       "tagged"));
}

static void test_scopes(void **state)
{
	(void)state;
	for (int s = 0; s < SCOPE_COUNT; s++) {
		enum scope at = (enum scope)s;
		int hops = 0;
		assert_int_equal(scope_find(scope_name(at)), s);
		while (at != SCOPE_global && hops++ < SCOPE_COUNT)
			at = scope_parent(at);
		assert_int_equal(at, SCOPE_global);
	}
	assert_true(command_in_scope(COMMAND_next, SCOPE_messages));
	assert_true(command_in_scope(COMMAND_help, SCOPE_compose));
	assert_false(command_in_scope(COMMAND_send, SCOPE_messages));
}

static void test_split(void **state)
{
	static const struct {
		const char *line;
		size_t n;
		const char *words[4];
	} t[] = {
		{"", 0, {0}},
		{"  a  b ", 2, {"a", "b"}},
		{"go \"Deleted Items\"", 2, {"go", "Deleted Items"}},
		{"go 'a \"b\"'", 2, {"go", "a \"b\""}},
		{"go Deleted\\ Items", 2, {"go", "Deleted Items"}},
		{"x \"a\\\"b\"", 2, {"x", "a\"b"}},
		{"x ''", 2, {"x", ""}},
		{"x 'a'b\"c\"", 2, {"x", "abc"}},
	};
	struct err err = ERR_INIT;
	struct strv v;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		strv_init(&v);
		assert_true(command_split(t[i].line, &v, &err));
		assert_int_equal(v.n, t[i].n);
		for (size_t k = 0; k < v.n; k++)
			assert_string_equal(v.v[k], t[i].words[k]);
		strv_release(&v);
	}
	strv_init(&v);
	assert_false(command_split("a 'b", &v, &err));
	assert_int_equal(err.kind, ERR_INPUT);
	assert_int_equal(v.n, 0);
	strv_release(&v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_names_are_unique),
		cmocka_unit_test(test_no_clashing_keys),
		cmocka_unit_test(test_keymaps_are_whole),
		cmocka_unit_test(test_digits_are_free),
		cmocka_unit_test(test_promised_keys),
		cmocka_unit_test(test_arguments_are_well_formed),
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_needs),
		cmocka_unit_test(test_scopes),
		cmocka_unit_test(test_split),
	};

	return cmocka_run_group_tests_name("commands", tests, NULL, NULL);
}
