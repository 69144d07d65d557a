/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "ui/list_window.h"

/* A folder of numbered rows, some of them gone, that counts what it is asked. */
struct world {
	int64_t last; /* ids 1..last */
	VEC(int64_t) gone;
	size_t rows_given, pages, freed;
};

static bool is_gone(const struct world *w, int64_t id)
{
	for (size_t i = 0; i < w->gone.n; i++)
		if (w->gone.v[i] == id)
			return true;
	return id < 1 || id > w->last;
}

static bool page(void *ctx, const struct list_row *anchor, bool back, size_t n,
		 struct list_rows *out, struct err *err)
{
	struct world *w = ctx;
	int64_t id = anchor ? anchor->id : back ? w->last + 1 : 0;
	VEC(int64_t) ids = {0};

	(void)err;
	w->pages++;
	while (ids.n < n) {
		id += back ? -1 : 1;
		if (id < 1 || id > w->last)
			break;
		if (!is_gone(w, id))
			vec_add(&ids, id);
	}
	for (size_t i = 0; i < ids.n; i++)
		list_rows_add(out, ids.v[back ? ids.n - 1 - i : i], xmalloc(1));
	w->rows_given += ids.n;
	vec_release(&ids);
	return true;
}

static bool row(void *ctx, int64_t id, struct list_row *out)
{
	struct world *w = ctx;

	if (is_gone(w, id))
		return false;
	*out = (struct list_row){id, xmalloc(1)};
	w->rows_given++;
	return true;
}

static void free_data(void *ctx, void *data)
{
	struct world *w = ctx;

	w->freed++;
	free(data);
}

static int64_t count(void *ctx)
{
	struct world *w = ctx;

	return w->last - (int64_t)w->gone.n;
}

static int64_t position(void *ctx, const struct list_row *r)
{
	struct world *w = ctx;
	int64_t n = r->id - 1;

	for (size_t i = 0; i < w->gone.n; i++)
		n -= w->gone.v[i] < r->id;
	return n;
}

static void cell(void *ctx, const struct list_row *r, int column,
		 struct str *out, enum theme_role *role)
{
	(void)ctx;
	(void)column;
	(void)role;
	str_addf(out, "subject %d", (int)r->id);
}

static const struct list_ops ops = {
	.page = page,
	.row = row,
	.free_data = free_data,
	.count = count,
	.position = position,
	.cell = cell,
};
static const struct column columns[] = {
	{"subject", "Subject", 0, 30, 0, false, 0, NULL},
};

static struct list *open_list(struct world *w, int rows, int64_t id)
{
	struct list *l = list_new(&ops, w, columns, ARRAY_LEN(columns));
	struct win win = {0, 0, 80, rows};

	list_set_win(l, &win);
	assert_true(list_load(l, id, NULL));
	return l;
}

static void press(struct list *l, enum command_id id, int n)
{
	struct command_call call = {.id = id, .count = n, .rest = ""};

	assert_true(list_command(l, &call));
}

static int64_t current(struct list *l)
{
	const struct list_row *r = list_current(l);

	return r ? r->id : 0;
}

static void close_list(struct list *l, struct world *w)
{
	list_free(l);
	assert_int_equal(w->freed, w->rows_given); /* nothing leaks */
	vec_release(&w->gone);
}

static void test_opens_with_one_page(void **state)
{
	struct world w = {.last = 100000};
	struct list *l = open_list(&w, 20, 0);

	(void)state;
	assert_int_equal(w.pages, 1);
	assert_true(w.rows_given <= 200);
	assert_int_equal(current(l), 1);
	assert_int_equal(list_count(l), 100000);
	assert_int_equal(list_position(l), 0);
	close_list(l, &w);
}

static void test_motion(void **state)
{
	struct world w = {.last = 100000};
	struct list *l = open_list(&w, 20, 0);

	(void)state;
	press(l, COMMAND_next, 0);
	assert_int_equal(current(l), 2);
	press(l, COMMAND_next, 5);
	assert_int_equal(current(l), 7);
	press(l, COMMAND_prev, 3);
	assert_int_equal(current(l), 4);
	press(l, COMMAND_prev, 100);
	assert_int_equal(current(l), 1);
	assert_false(list_move(l, -1));
	press(l, COMMAND_page_down, 0);
	assert_int_equal(current(l), 21);
	assert_int_equal(l->top, 20);
	press(l, COMMAND_page_up, 0);
	assert_int_equal(current(l), 1);
	press(l, COMMAND_half_down, 0);
	assert_int_equal(current(l), 11);
	press(l, COMMAND_half_up, 0);
	assert_int_equal(current(l), 1);
	press(l, COMMAND_last, 0);
	assert_int_equal(current(l), 100000);
	assert_int_equal(list_position(l), 99999);
	assert_false(list_move(l, 1));
	press(l, COMMAND_prev, 1);
	assert_int_equal(current(l), 99999);
	press(l, COMMAND_first, 0);
	assert_int_equal(current(l), 1);
	close_list(l, &w);
}

/* Page by page through 100,000 rows: each row is loaded about once, and only
 * a window of them is in memory. */
static void test_window_stays_small(void **state)
{
	struct world w = {.last = 20000};
	struct list *l = open_list(&w, 50, 0);
	size_t most = 0;

	(void)state;
	for (int64_t want = 1; current(l) < 19000; want += 50) {
		assert_int_equal(current(l), want);
		assert_int_equal(list_position(l), want - 1);
		press(l, COMMAND_page_down, 0);
		list_trim(l); /* as drawing does */
		most = l->rows.n > most ? l->rows.n : most;
	}
	assert_true(most < 2000);
	assert_true(w.rows_given < 22000);
	press(l, COMMAND_next, 500);
	press(l, COMMAND_prev, 15000);
	assert_int_equal(list_position(l), current(l) - 1);
	assert_true(l->rows.n < 4000);
	close_list(l, &w);
}

static void test_refresh_keeps_the_row(void **state)
{
	struct world w = {.last = 1000};
	struct list *l = open_list(&w, 20, 500);

	(void)state;
	assert_int_equal(current(l), 500);
	press(l, COMMAND_next, 5);
	size_t offset = l->cursor - l->top;
	for (int64_t id = 100; id < 110; id++)
		vec_add(&w.gone, id);
	w.last = 1010;
	assert_true(list_refresh(l, NULL));
	assert_int_equal(current(l), 505);
	assert_int_equal(l->cursor - l->top, offset);
	assert_int_equal(list_position(l), 494);
	assert_int_equal(list_count(l), 1000);
	close_list(l, &w);
}

static void test_refresh_when_the_row_is_gone(void **state)
{
	struct world w = {.last = 1000};
	struct list *l = open_list(&w, 20, 500);

	(void)state;
	vec_add(&w.gone, 500);
	vec_add(&w.gone, 501);
	assert_true(list_refresh(l, NULL));
	assert_int_equal(current(l), 502); /* the next that is left */
	press(l, COMMAND_last, 0);
	vec_add(&w.gone, 1000);
	assert_true(list_refresh(l, NULL));
	assert_int_equal(current(l), 999); /* else the one before */
	w.last = 0;
	assert_true(list_refresh(l, NULL));
	assert_int_equal(current(l), 0);
	assert_false(list_move(l, 1));
	assert_false(list_move(l, -1));
	close_list(l, &w);
}

/* New rows at the top of a list one looks at from the top push the view, not
 * the selection. */
static void test_refresh_at_the_top(void **state)
{
	struct world w = {.last = 100};
	struct list *l;

	(void)state;
	vec_add(&w.gone, 1);
	vec_add(&w.gone, 2);
	l = open_list(&w, 20, 0);
	assert_int_equal(current(l), 3);
	w.gone.n = 0;
	assert_true(list_refresh(l, NULL));
	assert_int_equal(current(l), 3);
	assert_int_equal(l->top, 0);
	assert_int_equal(l->rows.v[0].id, 1);
	close_list(l, &w);
}

static void test_tags(void **state)
{
	struct world w = {.last = 5000};
	struct list *l = open_list(&w, 20, 0);
	int64_t *ids;

	(void)state;
	press(l, COMMAND_tag, 0);
	press(l, COMMAND_tag, 0);
	assert_int_equal(current(l), 3); /* tagging moves on */
	list_tag(l, 4000, true);
	list_tag(l, 4000, true);
	press(l, COMMAND_last, 0);
	assert_true(list_refresh(l, NULL));
	assert_true(list_is_tagged(l, 1));
	assert_int_equal(list_tagged(l, &ids), 3);
	assert_int_equal(ids[0], 1);
	assert_int_equal(ids[1], 2);
	assert_int_equal(ids[2], 4000);
	free(ids);
	list_tag(l, 2, false);
	assert_false(list_is_tagged(l, 2));
	list_untag_all(l);
	assert_int_equal(list_tagged(l, &ids), 0);
	assert_null(ids);
	close_list(l, &w);
}

static void test_search(void **state)
{
	struct world w = {.last = 3000};
	struct list *l = open_list(&w, 20, 0);

	(void)state;
	assert_true(list_search(l, "SUBJECT 2999", false));
	assert_int_equal(current(l), 2999);
	assert_true(list_search(l, "subject 17", false)); /* wraps */
	assert_int_equal(current(l), 17);
	press(l, COMMAND_next_match, 0);
	assert_int_equal(current(l), 170);
	press(l, COMMAND_prev_match, 0);
	assert_int_equal(current(l), 17);
	assert_false(list_search(l, "nowhere", false));
	assert_int_equal(current(l), 17); /* stays */
	close_list(l, &w);
}

static bool heading(void *ctx, const struct list_row *above,
		    const struct list_row *r, struct str *out)
{
	(void)ctx;
	if (above && above->id / 5 == r->id / 5)
		return false;
	str_add(out, "heading");
	return true;
}

/* Headings take lines, never rows: a page shows every row once. */
static void test_headings(void **state)
{
	struct world w = {.last = 300};
	struct list_ops with = ops;
	struct list *l;
	struct win win = {0, 0, 80, 12};
	int64_t seen = 0;

	(void)state;
	with.heading = heading;
	l = list_new(&with, &w, columns, ARRAY_LEN(columns));
	list_set_win(l, &win);
	assert_true(list_load(l, 0, NULL));
	while (current(l) < 250) {
		int64_t first = current(l);
		press(l, COMMAND_page_down, 0);
		assert_true(current(l) > first && current(l) - first <= 12);
		seen = current(l);
	}
	press(l, COMMAND_prev, 1);
	press(l, COMMAND_page_up, 0);
	assert_true(current(l) < seen);
	close_list(l, &w);
}

static void test_click(void **state)
{
	struct world w = {.last = 300};
	struct list *l = open_list(&w, 20, 0);
	struct input in = {.kind = INPUT_MOUSE,
			   .action = MOUSE_PRESS,
			   .button = 1,
			   .x = 10,
			   .y = 7,
			   .clicks = 1};
	const char *sort = NULL;

	(void)state;
	assert_int_equal(list_mouse(l, &in, &sort), LIST_SELECTED);
	assert_int_equal(current(l), 8);
	assert_int_equal(list_mouse(l, &in, &sort), LIST_OPENED);
	in.action = MOUSE_WHEEL_DOWN;
	assert_int_equal(list_mouse(l, &in, &sort), LIST_SCROLLED);
	assert_int_equal(current(l), 8); /* the wheel selects nothing */
	assert_int_equal(l->top, 3);
	in.y = 25;
	assert_int_equal(list_mouse(l, &in, &sort), LIST_NOWHERE);
	close_list(l, &w);
}

static void test_columns(void **state)
{
	static const struct column c[] = {
		{"mark", "", 0, 2, 2, false, 0, NULL},
		{"date", "Date", 1, 5, 6, false, 3, "date"},
		{"from", "From", 2, 10, 17, false, 0, "from"},
		{"flags", "", 3, 3, 4, false, 4, NULL},
		{"subject", "Subject", 4, 30, 0, false, 0, NULL},
		{"category", "", 5, 8, 12, false, 2, NULL},
		{"size", "Size", 6, 6, 7, true, 1, "size"},
	};
	static const struct {
		int width, want[7];
	} t[] = {
		{130, {2, 6, 17, 4, 76, 12, 7}},
		{84, {2, 6, 17, 4, 30, 12, 7}},
		{83, {2, 6, 17, 4, 37, 12, 0}}, /* size goes first */
		{75,
		 {2, 6, 17, 4, 34, 0,
		  7}}, /* then category: it has room again */
		{70, {2, 6, 17, 4, 37, 0, 0}},
		{61, {2, 5, 16, 4, 30, 0, 0}}, /* then some shrink */
		{38, {2, 0, 10, 3, 20, 0, 0}}, /* narrow: 16 will do */
		{10, {2, 0, 10, 0, 1, 0, 0}},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		int out[7];
		columns_fit(c, 7, t[i].width, out);
		for (int k = 0; k < 7; k++)
			if (out[k] != t[i].want[k])
				fail_msg("width %d: %s is %d, not %d",
					 t[i].width, c[k].name, out[k],
					 t[i].want[k]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_opens_with_one_page),
		cmocka_unit_test(test_motion),
		cmocka_unit_test(test_window_stays_small),
		cmocka_unit_test(test_refresh_keeps_the_row),
		cmocka_unit_test(test_refresh_when_the_row_is_gone),
		cmocka_unit_test(test_refresh_at_the_top),
		cmocka_unit_test(test_tags),
		cmocka_unit_test(test_search),
		cmocka_unit_test(test_headings),
		cmocka_unit_test(test_click),
		cmocka_unit_test(test_columns),
	};

	return cmocka_run_group_tests_name("list", tests, NULL, NULL);
}
