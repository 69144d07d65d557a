/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "ui/tree.h"

static const struct tree_node nodes[] = {
	{100, 0, "work", NULL, THEME_HEADER, 0, true, false},
	{1, 0, "Inbox", "38", THEME_NORMAL, 0, false, false},
	{2, 0, "Projects", NULL, THEME_NORMAL, 0, false, true},
	{3, 1, "Alpha", NULL, THEME_NORMAL, 0, false, false},
	{4, 2, "Deep", NULL, THEME_NORMAL, 0, false, false},
	{5, 1, "Beta", NULL, THEME_NORMAL, 0, false, false},
	{101, 0, "Searches", NULL, THEME_HEADER, 0, true, false},
	{6, 0, "Sent", NULL, THEME_NORMAL, 0, false, false},
};

static struct tree *open_tree(void)
{
	struct tree *t = tree_new();
	struct win w = {0, 1, 20, 10};

	tree_set_win(t, &w);
	tree_set(t, nodes, ARRAY_LEN(nodes));
	return t;
}

static void press(struct tree *t, enum command_id id, int n)
{
	struct command_call call = {.id = id, .count = n, .rest = ""};

	(void)tree_command(t, &call);
}

static void test_motion(void **state)
{
	struct tree *t = open_tree();

	(void)state;
	assert_int_equal(tree_current(t), 1); /* not the heading */
	press(t, COMMAND_next, 0);
	assert_int_equal(tree_current(t), 2);
	press(t, COMMAND_next, 0);
	assert_int_equal(tree_current(t), 6); /* over fold and heading */
	press(t, COMMAND_next, 9);
	assert_int_equal(tree_current(t), 6);
	press(t, COMMAND_prev, 0);
	assert_int_equal(tree_current(t), 2);
	press(t, COMMAND_first, 0);
	assert_int_equal(tree_current(t), 1);
	press(t, COMMAND_last, 0);
	assert_int_equal(tree_current(t), 6);
	tree_free(t);
}

static void test_folds(void **state)
{
	struct tree *t = open_tree();

	(void)state;
	assert_true(tree_is_folded(t, 2));
	assert_true(tree_go_to(t, 2));
	press(t, COMMAND_fold, 0);
	assert_false(tree_is_folded(t, 2));
	press(t, COMMAND_next, 2);
	assert_int_equal(tree_current(t), 4);
	/* Folding what the cursor is in leaves it near. */
	assert_true(tree_fold(t, 2, true));
	assert_true(tree_current(t) != 4 && tree_current(t) != 0);
	assert_true(tree_go_to(t, 4)); /* unfolds what hides it */
	assert_false(tree_is_folded(t, 2));
	assert_int_equal(tree_current(t), 4);
	assert_false(tree_fold(t, 1, true)); /* nothing to fold */
	assert_false(tree_go_to(t, 77));
	press(t, COMMAND_fold_all, 0);
	assert_true(tree_is_folded(t, 2) && tree_is_folded(t, 3));
	press(t, COMMAND_fold_all, 0);
	assert_false(tree_is_folded(t, 2) || tree_is_folded(t, 3));
	tree_free(t);
}

/* New counts, a new folder in front: cursor and folds stay by id. */
static void test_set_again(void **state)
{
	struct tree *t = open_tree();
	struct tree_node more[ARRAY_LEN(nodes) + 1];

	(void)state;
	assert_true(tree_go_to(t, 5));
	more[0] = (struct tree_node){9, 0,     "First", NULL, THEME_NORMAL,
				     0, false, false};
	for (size_t i = 0; i < ARRAY_LEN(nodes); i++)
		more[i + 1] = nodes[i];
	tree_set(t, more, ARRAY_LEN(more));
	assert_int_equal(tree_current(t), 5);
	assert_false(tree_is_folded(t, 2));
	/* Its own node gone: something near, never nothing. */
	more[6] = nodes[0];
	tree_set(t, more, ARRAY_LEN(more));
	assert_int_not_equal(tree_current(t), 0);
	tree_set(t, NULL, 0);
	assert_int_equal(tree_current(t), 0);
	press(t, COMMAND_next, 0);
	press(t, COMMAND_last, 0);
	tree_free(t);
}

static void test_search_and_mouse(void **state)
{
	struct tree *t = open_tree();
	struct input in = {.kind = INPUT_MOUSE,
			   .action = MOUSE_PRESS,
			   .button = 1,
			   .x = 5,
			   .y = 3,
			   .clicks = 1};
	bool opened;

	(void)state;
	assert_true(tree_search(t, "DEEP", false));
	assert_int_equal(tree_current(t), 4);
	assert_true(tree_search(t, "e", false)); /* Beta, then wraps */
	assert_int_equal(tree_current(t), 5);
	assert_false(tree_search(t, "work", false)); /* headings are none */
	assert_true(tree_mouse(t, &in, &opened));
	assert_int_equal(tree_current(t), 2);
	assert_false(opened);
	assert_true(tree_mouse(t, &in, &opened));
	assert_true(opened);
	in.x = 0; /* on the mark: folds */
	assert_true(tree_mouse(t, &in, &opened));
	assert_true(tree_is_folded(t, 2));
	in.x = 40;
	assert_false(tree_mouse(t, &in, &opened));
	tree_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_motion),
		cmocka_unit_test(test_folds),
		cmocka_unit_test(test_set_again),
		cmocka_unit_test(test_search_and_mouse),
	};

	return cmocka_run_group_tests_name("tree", tests, NULL, NULL);
}
