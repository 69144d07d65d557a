/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Lists: every order, both directions, page by page, by index alone. */
#include "tests/unit/store_help.h"

#include <sqlite3.h>

#include "store/db.h"

#define N 97
#define PAGE 10

/* Ties in every key: few senders, few subjects, equal times and sizes. */
static void fill(struct fix *f)
{
	static const char *const names[] = {"Ödön", "odon", "Ada", "Zoë",
					    "ada"};
	static const char *const subjects[] = {"Re: Plan", "plan", "AW: Apfel",
					       "Fwd[2]: RE: apfel", "Zebra"};

	must(write_begin(f->s, &err));
	for (int n = 0; n < N; n++) {
		struct item it;

		make_item(&it, n);
		it.received = 1700000000 + n / 7 * 60;
		it.size = n % 5 * 100;
		it.flags = (n % 3 ? 0u : ITEM_READ) |
			   (n % 10 ? 0u : ITEM_FLAGGED) |
			   (n % 4 ? 0u : ITEM_ATTACHMENT);
		mem_replace(&it.from_name, xstrdup(names[n % 5]));
		mem_replace(&it.subject, xstrdup(subjects[n % 5]));
		if (n % 5)
			it.in_reply_to = xasprintf("m%d@example.org", n % 5);
		put(f, n % 13 ? f->inbox.id : f->archive.id, &it);
		item_release(&it);
	}
	must(write_commit(f->s, &err));
}

static void all_of(struct fix *f, struct item_query q, struct item_list *out)
{
	q.limit = 1000;
	q.anchor = NULL;
	q.backwards = false;
	must(query_items(f->s, &q, out, &err));
}

static void same_rows(const struct item_list *all, size_t from,
		      const struct item_list *page)
{
	for (size_t i = 0; i < page->n; i++)
		assert_int_equal(page->v[i].id, all->v[from + i].id);
}

/* Walks q forwards and backwards by pages and compares with the whole. */
static void walk(struct fix *f, struct item_query q)
{
	struct item_list all = {0}, page = {0};
	struct item last;
	int64_t count, at;
	size_t seen = 0;

	all_of(f, q, &all);
	must(query_count(f->s, &q, 1000, &count, &err));
	assert_int_equal(count, all.n);
	q.limit = PAGE;
	while (seen < all.n) {
		must(query_items(f->s, &q, &page, &err));
		assert_int_equal(page.n,
				 all.n - seen < PAGE ? all.n - seen : PAGE);
		same_rows(&all, seen, &page);
		if (seen)
			item_release(&last);
		item_copy(&last, &page.v[page.n - 1]);
		q.anchor = &last;
		must(query_position(f->s, &q, &last, &at, &err));
		seen += page.n;
		assert_int_equal(at, seen - 1);
		item_list_release(&page);
	}
	if (seen)
		item_release(&last);
	q.backwards = true;
	q.anchor = NULL;
	while (seen > 0) {
		size_t n = seen < PAGE ? seen : PAGE;

		must(query_items(f->s, &q, &page, &err));
		assert_int_equal(page.n, n);
		same_rows(&all, seen - n, &page);
		if (q.anchor)
			item_release(&last);
		item_copy(&last, &page.v[0]);
		q.anchor = &last;
		seen -= n;
		item_list_release(&page);
	}
	if (q.anchor)
		item_release(&last);
	item_list_release(&all);
}

static void pages_in_every_order(void **state)
{
	static const enum item_sort sorts[] = {
		SORT_DATE, SORT_FROM, SORT_SUBJECT, SORT_SIZE, SORT_THREAD};
	static const unsigned set[] = {0, ITEM_FLAGGED, ITEM_ATTACHMENT};
	static const unsigned clear[] = {0, ITEM_READ};
	struct fix *f = *state;

	fill(f);
	for (size_t i = 0; i < ARRAY_LEN(sorts); i++)
		for (int up = 0; up < 2; up++)
			for (size_t a = 0; a < ARRAY_LEN(set); a++)
				for (size_t b = 0; b < ARRAY_LEN(clear); b++) {
					struct item_query q = {
						.folder = f->inbox.id,
						.sort = sorts[i],
						.ascending = up,
						.flags_set = set[a],
						.flags_clear = clear[b]};

					walk(f, q);
					q.folder = 0;
					walk(f, q);
				}
}

static void orders_mean_what_they_say(void **state)
{
	struct fix *f = *state;
	struct item_list l = {0};
	struct item_query q = {.folder = f->inbox.id};

	fill(f);
	all_of(f, q, &l);
	for (size_t i = 1; i < l.n; i++)
		assert_true(l.v[i - 1].received >= l.v[i].received);
	item_list_release(&l);
	/* accents and case do not divide a sender; newest first within */
	q.sort = SORT_FROM;
	q.ascending = true;
	all_of(f, q, &l);
	assert_string_equal(l.v[l.n - 1].from_name, "Zoë");
	assert_true(str_eq_nocase(l.v[0].from_name, "ada"));
	for (size_t i = 1; i < 30; i++)
		assert_true(l.v[i - 1].received >= l.v[i].received);
	item_list_release(&l);
	/* replies are with what they answer */
	q.sort = SORT_SUBJECT;
	all_of(f, q, &l);
	for (size_t i = 0; i < l.n; i++) {
		bool apple = strstr(l.v[i].subject, "pfel") != NULL;

		assert_true(apple == (i < 35));
	}
	item_list_release(&l);
	q.sort = SORT_SIZE;
	q.ascending = false;
	all_of(f, q, &l);
	for (size_t i = 1; i < l.n; i++)
		assert_true(l.v[i - 1].size >= l.v[i].size);
	item_list_release(&l);
	/* conversations by their newest message, inside oldest first */
	q.sort = SORT_THREAD;
	all_of(f, q, &l);
	for (size_t i = 1; i < l.n; i++)
		if (l.v[i - 1].thread == l.v[i].thread)
			assert_true(l.v[i - 1].received <= l.v[i].received);
	item_list_release(&l);
}

/* A new message lifts its whole conversation; its going lowers it again. */
static void conversations_move_as_one(void **state)
{
	struct fix *f = *state;
	struct item_query q = {.folder = f->inbox.id, .sort = SORT_THREAD};
	struct item_list l = {0};
	struct item it;
	int64_t old = put_n(f, f->inbox.id, 1), lone = put_n(f, f->inbox.id, 5);
	int64_t reply;

	make_item(&it, 9);
	it.in_reply_to = xstrdup("m1@example.org");
	reply = put(f, f->inbox.id, &it);
	item_release(&it);
	all_of(f, q, &l);
	assert_int_equal(l.v[0].id, old);
	assert_int_equal(l.v[1].id, reply);
	assert_int_equal(l.v[2].id, lone);
	item_list_release(&l);
	must(write_item_gone(f->s, f->inbox.id, "R-9", &err));
	all_of(f, q, &l);
	assert_int_equal(l.n, 2);
	assert_int_equal(l.v[0].id, lone);
	item_list_release(&l);
}

static void ids_and_message_ids(void **state)
{
	struct fix *f = *state;
	struct item_query q = {.folder = f->inbox.id, .limit = 5};
	struct item_list l = {0};
	int64_t *ids;
	size_t n;

	fill(f);
	all_of(f, q, &l);
	must(query_ids(f->s, &q, 20, &ids, &n, &err));
	assert_int_equal(n, 20);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(ids[i], l.v[i].id);
	free(ids);
	assert_int_equal(query_item_by_message_id(f->s, l.v[3].message_id, 0),
			 l.v[3].id);
	assert_int_equal(
		query_item_by_message_id(f->s, l.v[3].message_id, f->sent.id),
		0);
	assert_int_equal(query_item_by_message_id(f->s, "nobody@x", 0), 0);
	item_list_release(&l);
}

/* --- plans -------------------------------------------------------------------------- */

static char *traced;

static int trace(unsigned what, void *ctx, void *stmt, void *text)
{
	(void)ctx;
	(void)text;
	if (what == SQLITE_TRACE_STMT) {
		char *sql = sqlite3_expanded_sql(stmt);

		if (strstr(sql, " FROM item") || strstr(sql, " FROM fts"))
			mem_replace(&traced, xstrdup(sql));
		sqlite3_free(sql);
	}
	return 0;
}

/* The plan of the last statement, one line a node. */
static char *plan(struct fix *f)
{
	char *sql = xasprintf("EXPLAIN QUERY PLAN %s", traced);
	struct str b = STR_INIT;
	sqlite3_stmt *st;

	assert_int_equal(
		sqlite3_prepare_v2((sqlite3 *)f->s->h, sql, -1, &st, NULL),
		SQLITE_OK);
	while (sqlite3_step(st) == SQLITE_ROW)
		str_addf(&b, "%s\n", (const char *)sqlite3_column_text(st, 3));
	sqlite3_finalize(st);
	free(sql);
	return str_take(&b);
}

static void each_list_has_its_index(void **state)
{
	static const struct {
		enum item_sort sort;
		unsigned set, clear;
		const char *index;
	} rows[] = {
		{SORT_DATE, 0, 0, "item_date"},
		{SORT_DATE, 0, ITEM_READ, "item_unread"},
		{SORT_DATE, ITEM_FLAGGED, 0, "item_flagged"},
		{SORT_DATE, ITEM_ATTACHMENT, 0, "item_date"},
		{SORT_FROM, 0, 0, "item_from"},
		{SORT_SUBJECT, 0, 0, "item_subject"},
		{SORT_SIZE, 0, 0, "item_size"},
		{SORT_THREAD, 0, 0, "item_thread"},
	};
	struct fix *f = *state;

	fill(f);
	sqlite3_trace_v2((sqlite3 *)f->s->h, SQLITE_TRACE_STMT, trace, NULL);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		for (int anchored = 0; anchored < 2; anchored++)
			for (int up = 0; up < 2; up++) {
				struct item at;
				struct item_list l = {0};
				struct item_query q = {.folder = f->inbox.id,
						       .sort = rows[i].sort,
						       .flags_set = rows[i].set,
						       .flags_clear =
							       rows[i].clear,
						       .ascending = up,
						       .limit = 50};
				char *text, *want;

				make_item(&at, 1);
				q.anchor = anchored ? &at : NULL;
				must(query_items(f->s, &q, &l, &err));
				text = plan(f);
				want = xasprintf("USING INDEX %s (",
						 rows[i].index);
				if (!strstr(text, want) ||
				    strstr(text, "TEMP B-TREE"))
					fail_msg("%s\n%s", traced, text);
				/* more than the folder bounds the search */
				if (anchored && !strstr(text, " AND ") &&
				    !strstr(text, "(folder=? AND"))
					fail_msg("no key: %s\n%s", traced,
						 text);
				free(text);
				free(want);
				item_list_release(&l);
				item_release(&at);
			}
	sqlite3_trace_v2((sqlite3 *)f->s->h, 0, NULL, NULL);
	mem_replace(&traced, NULL);
}

#undef T
#define T(name) cmocka_unit_test_setup_teardown(name, fix_open, fix_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(pages_in_every_order),      T(orders_mean_what_they_say),
		T(conversations_move_as_one), T(ids_and_message_ids),
		T(each_list_has_its_index),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
