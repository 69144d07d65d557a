/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Items that a synchronisation over WebDAV is not told for now. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/vec.h"
#include "dav_script.h"

static void sync_next(struct script *s, char **at, struct sync_page *page)
{
	struct err err = ERR_INIT;

	if (!dav_ops.sync_items(s->b, NULL, INBOX, *at, page, &err))
		fail_msg("%s", err.text);
	mem_replace(at, xstrdup(page->state));
}

/* A row that fails as a whole for now: its item is asked for by name, until it
 * comes or is gone. */
#define FAILED(name, status) WHOLE(IN name, status, "")
static void test_failed_once(void **state)
{
	static const struct step steps[] = {
		TREE_STEPS,
		{"PROPFIND " IN, NULL, 207, COUNTERS("0", "3", "0", "rt:1"),
		 NULL},
		{"SEARCH " IN, "&gt; 0", 207,
		 MULTI(FAILED("a.EML", "500 Internal Server Error")
			       ITEM_ROW("b.EML", "62", "11", SEEN)
				       FAILED("c.EML", "423 Locked")),
		 NULL},
		{"SEARCH " IN, "x0e230003\" IS NULL&&rows=0-0", 207, MULTI(""),
		 NULL},
		{"PROPFIND " IN, NULL, 207, COUNTERS("0", "3", "0", "rt:1"),
		 NULL},
		{"BPROPFIND " IN, "href>a.EML</D:href><D:href>c.EML</D:href>",
		 207,
		 MULTI(FAILED("c.EML", "423 Locked")
			       ITEM_ROW("a.EML", "61", "10", SEEN)),
		 NULL},
		{"PROPFIND " IN, NULL, 207, COUNTERS("0", "3", "0", "rt:1"),
		 NULL},
		{"PROPFIND " IN "c.EML", NULL, 404, "", NULL},
		{"PROPFIND " IN, NULL, 207, COUNTERS("0", "3", "0", "rt:1"),
		 NULL}};
	static const size_t told[] = {1, 1, 0, 0};
	struct sync_page page;
	char *at = NULL;
	struct script s;

	(void)state;
	setenv("RETINUE_TEST_NOW", "1795680000", 1);
	BEGIN(&s, steps);
	for (size_t i = 0; i < ARRAY_LEN(told); i++) {
		sync_next(&s, &at, &page);
		assert_int_equal(page.items.n, told[i]);
		assert_int_equal(page.missing, i < 2);
		assert_false(page.more);
		if (i == 1)
			assert_string_equal(page.items.v[0].item.remote_id,
					    ITEM("61"));
		sync_page_release(&page);
	}
	free(at);
	end(&s);
}

/* The same where every item is named: it is not taken for gone, nor forgotten. */
static void test_failed_by_name(void **state)
{
	static const struct step steps[] = {
		TREE_STEPS,
		{"PROPFIND " IN, NULL, 207, COUNTERS("5", "2", "0", "rt:1"),
		 NULL},
		{"SEARCH " IN, "&gt; 0", 207,
		 MULTI(ITEM_ROW("a.EML", "61", "10", SEEN)
			       ITEM_ROW("b.EML", "62", "11", SEEN)),
		 NULL},
		{"PROPFIND " IN, NULL, 207, COUNTERS("6", "2", "0", "rt:2"),
		 NULL},
		{"SEARCH " IN, "&gt; 11", 207, MULTI(""), NULL},
		/* no replication: by a page */
		{"SEARCH " IN, "<R:collblob></R:collblob>", 422, "", NULL},
		{"SEARCH " IN, "&gt; 0", 207,
		 MULTI(ITEM_ROW("a.EML", "61", "10", SEEN)
			       FAILED("b.EML", "503 Service Unavailable")),
		 NULL},
		{"PROPFIND " IN, NULL, 207, COUNTERS("6", "2", "0", "rt:2"),
		 NULL},
		{"PROPFIND " IN "b.EML", NULL, 207,
		 MULTI(ITEM_ROW("b.EML", "62", "11", SEEN)), NULL}};
	struct sync_page page;
	char *at = NULL;
	struct script s;

	(void)state;
	setenv("RETINUE_TEST_NOW", "1795680000", 1);
	BEGIN(&s, steps);
	sync_next(&s, &at, &page);
	assert_int_equal(page.items.n, 2);
	sync_page_release(&page);
	sync_next(&s, &at, &page);
	assert_false(page.compare_begin || page.compare_end || page.more);
	assert_true(page.missing);
	sync_page_release(&page);
	sync_next(&s, &at, &page);
	assert_int_equal(page.items.n, 1);
	assert_string_equal(page.items.v[0].item.remote_id, ITEM("62"));
	assert_false(page.missing);
	sync_page_release(&page);
	free(at);
	end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_failed_once),
		cmocka_unit_test(test_failed_by_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
