/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "base/map.h"

static void test_many(void **state)
{
	struct map *m = map_new(free);
	char key[64];
	const char *k;
	void *v;
	size_t pos = 0;
	int i = 0;

	(void)state;
	for (int n = 0; n < 5000; n++) {
		snprintf(key, sizeof(key), "AAMkAGI-long-shared-front-%d", n);
		map_set(m, key, xasprintf("%d", n));
	}
	assert_int_equal(map_count(m), 5000);
	while (map_next(m, &pos, &k, &v)) {
		snprintf(key, sizeof(key), "AAMkAGI-long-shared-front-%d", i);
		assert_string_equal(k, key);
		assert_int_equal(strtol(v, NULL, 10), i++);
	}
	assert_int_equal(i, 5000);
	for (int n = 0; n < 5000; n += 2) {
		snprintf(key, sizeof(key), "AAMkAGI-long-shared-front-%d", n);
		assert_true(map_remove(m, key));
		assert_false(map_remove(m, key));
	}
	assert_int_equal(map_count(m), 2500);
	for (int n = 0; n < 5000; n++) {
		snprintf(key, sizeof(key), "AAMkAGI-long-shared-front-%d", n);
		assert_int_equal(map_find(m, key) != NULL, n % 2);
	}
	/* room of the removed ones is used again */
	for (int n = 0; n < 20000; n++) {
		map_set(m, "again", xstrdup("x"));
		assert_true(map_remove(m, "again"));
	}
	assert_int_equal(map_count(m), 2500);
	map_free(m);
}

static void test_replace(void **state)
{
	struct map *m = map_new(free);

	(void)state;
	assert_null(map_find(m, "a"));
	assert_false(map_remove(m, "a"));
	map_set(m, "a", xstrdup("1"));
	map_set(m, "A", xstrdup("2"));
	map_set(m, "a", xstrdup("3"));
	map_set(m, "", xstrdup("4"));
	assert_int_equal(map_count(m), 3);
	assert_string_equal(map_find(m, "a"), "3");
	assert_string_equal(map_find(m, "A"), "2");
	assert_string_equal(map_find(m, ""), "4");
	map_free(m);
	map_free(NULL);
}

static void test_borrowed(void **state)
{
	int x = 1;
	struct map *m = map_new(NULL);

	(void)state;
	map_set(m, "x", &x);
	assert_ptr_equal(map_find(m, "x"), &x);
	map_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_replace),
		cmocka_unit_test(test_borrowed),
	};

	return cmocka_run_group_tests_name("map", tests, NULL, NULL);
}
