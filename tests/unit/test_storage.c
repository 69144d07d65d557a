/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Limits and levels of storage, and the sizes of a tree of folders. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "base/clock.h"
#include "model/storage.h"
#include "model/storage_tree.h"

static void test_levels(void **state)
{
	static const struct {
		int64_t used, warn, send, receive;
		enum storage_level level;
	} rows[] = {
		{100, STORAGE_UNKNOWN, STORAGE_UNKNOWN, STORAGE_UNKNOWN,
		 STORAGE_FREE},
		{100, STORAGE_NO_LIMIT, STORAGE_NO_LIMIT, STORAGE_NO_LIMIT,
		 STORAGE_FREE},
		{899, 1000, 2000, 3000, STORAGE_FREE},
		{900, 1000, 2000, 3000, STORAGE_NEAR},
		{1000, 1000, 2000, 3000, STORAGE_WARNED},
		{1999, 1000, 2000, 3000, STORAGE_WARNED},
		{2000, 1000, 2000, 3000, STORAGE_NO_SEND},
		{3000, 1000, 2000, 3000, STORAGE_FULL},
		{3000, STORAGE_NO_LIMIT, 2000, STORAGE_NO_LIMIT,
		 STORAGE_NO_SEND},
		{STORAGE_UNKNOWN, 1000, 2000, 3000, STORAGE_FREE},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct storage s = {rows[i].used,
				    0,
				    rows[i].warn,
				    rows[i].send,
				    rows[i].receive,
				    STORAGE_UNKNOWN,
				    NULL};
		struct str b = STR_INIT;

		assert_int_equal(storage_level(&s), rows[i].level);
		assert_int_equal(storage_add_warning(&b, &s),
				 rows[i].level > STORAGE_FREE);
		str_release(&b);
	}
	assert_int_equal(storage_limit_of_kb(0), STORAGE_NO_LIMIT);
	assert_int_equal(storage_limit_of_kb(-1), STORAGE_NO_LIMIT);
	assert_int_equal(storage_limit_of_kb(INT32_MAX), STORAGE_NO_LIMIT);
	assert_int_equal(storage_limit_of_kb(2097152), (int64_t)2 << 30);
}

static void test_pack(void **state)
{
	struct storage s, t;
	char *text;

	(void)state;
	storage_init(&s);
	s.used = (int64_t)5 << 30;
	s.no_send = STORAGE_NO_LIMIT;
	s.origin = xstrdup("the mailbox store");
	text = storage_pack(&s);
	assert_true(storage_unpack(&t, text));
	assert_int_equal(t.used, s.used);
	assert_int_equal(t.no_send, STORAGE_NO_LIMIT);
	assert_int_equal(t.warn, STORAGE_UNKNOWN);
	assert_string_equal(t.origin, s.origin);
	assert_false(storage_has_limits(&t));
	storage_release(&t);
	assert_false(storage_unpack(&t, "1 2 3"));
	assert_false(storage_unpack(&t, NULL));
	free(text);
	storage_release(&s);
}

static void add(struct folder_list *l, int64_t id, int64_t parent, int64_t size)
{
	struct folder *f = vec_new(l);

	*f = (struct folder){
		.id = id, .parent = parent, .size = size, .total = 1};
}

static void test_tree(void **state)
{
	struct folder_list l = {0};
	struct storage_tree t;
	size_t n, *rows;

	(void)state;
	add(&l, 5, 0, 10);
	add(&l, 9, 5, 20);
	add(&l, 2, 9, 30);
	add(&l, 7, 5, -1);
	add(&l, 3, 0, 40);
	add(&l, 8, 77, 50); /* its parent is not here */
	storage_tree_build(&t, &l);
	assert_int_equal(t.total, 150);
	assert_int_equal(t.v[0].all, 60);
	assert_int_equal(t.v[0].own, 10);
	assert_int_equal(t.v[0].items, 4);
	assert_int_equal(t.v[0].subs, 2);
	assert_int_equal(t.v[2].depth, 2);
	assert_int_equal(t.v[3].own, 0);
	rows = storage_tree_below(&t, 0, false, &n);
	assert_int_equal(n, 3);
	assert_int_equal(t.v[rows[0]].folder->id, 5);
	assert_int_equal(t.v[rows[1]].folder->id, 8);
	free(rows);
	rows = storage_tree_below(&t, 0, true, &n);
	assert_int_equal(t.v[rows[0]].folder->id, 8);
	assert_int_equal(t.v[rows[2]].folder->id, 5);
	free(rows);
	rows = storage_tree_below(&t, 5, false, &n);
	assert_int_equal(n, 2);
	assert_int_equal(t.v[rows[0]].folder->id, 9);
	free(rows);
	assert_null(storage_tree_find(&t, 77));
	storage_tree_release(&t);
	vec_release(&l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_levels),
					   cmocka_unit_test(test_pack),
					   cmocka_unit_test(test_tree)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
