/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * Conversations, whatever order their messages come in. What belongs together
 * is computed here from the messages' own ids, by nothing that the program
 * uses.
 */
#include "tests/unit/cpu_time.h"
#include "tests/unit/store_help.h"

#include <stdlib.h>
#include <sys/wait.h>

#include "model/thread.h"

#define MAILS 10000
#define SOME 200 /* the first ones: they name nothing after them */
#define ORDERS 100
/* So many of them of all mails, the others of some; RETINUE_TEST_ORDERS in the
 * environment says otherwise. Sanitizers make it ten times as slow. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define FULL_ORDERS 4
#else
#define FULL_ORDERS ORDERS
#endif
#define LONG 50000

static uint64_t seed = 42;

static unsigned dice(unsigned sides)
{
	seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
	return (unsigned)(seed >> 33) % sides;
}

struct mail {
	int parent; /* -1 none */
	int root;   /* of the union, computed here */
	char *refs, *reply_to;
};
static struct mail mails[MAILS];

static int root_of(int i)
{
	while (mails[i].root != i)
		i = mails[i].root = mails[mails[i].root].root;
	return i;
}

static char *chain(int i, int most)
{
	struct str b = STR_INIT;
	int path[64], n = 0;

	for (int p = mails[i].parent; p >= 0 && n < most; p = mails[p].parent)
		path[n++] = p;
	while (n-- > 0)
		str_addf(&b, "%sm%d@example.org", b.len ? " " : "", path[n]);
	return str_take(&b);
}

/* A third begins something; of the answers some name all before them, some
 * the last few, some only the one they answer. */
static void generate(void)
{
	for (int i = 0; i < MAILS; i++) {
		struct mail *m = &mails[i];
		unsigned how = dice(10);

		m->root = i;
		m->parent = i && dice(3) ? (int)dice((unsigned)i) : -1;
		if (i > 50 && m->parent >= 0 && dice(2))
			m->parent = i - 1 - (int)dice(50);
		if (m->parent < 0)
			continue;
		if (how > 1)
			m->refs = chain(i, how > 5 ? 60 : 3);
		if (how < 5)
			m->reply_to = xasprintf("m%d@example.org", m->parent);
		mails[root_of(i)].root = root_of(m->parent);
	}
}

static void to_item(int i, struct item *it)
{
	make_item(it, i);
	if (mails[i].refs)
		it->references = xstrdup(mails[i].refs);
	if (mails[i].reply_to)
		it->in_reply_to = xstrdup(mails[i].reply_to);
}

static int64_t row_of[MAILS], thread_of[MAILS];

static void check_threads(struct fix *f, int from, int n)
{
	static int64_t by_root[MAILS];

	memset(by_root, 0, sizeof(by_root));
	for (int i = from; i < from + n; i++) {
		struct item it;

		get(f, row_of[i], &it);
		thread_of[i] = it.thread;
		item_release(&it);
	}
	/* The same root, the same thread; and the other way round. */
	for (int i = from; i < from + n; i++) {
		int r = root_of(i);

		if (!by_root[r])
			by_root[r] = thread_of[i];
		if (by_root[r] != thread_of[i])
			fail_msg("%d and its root %d are apart", i, r);
	}
	for (int i = from + 1; i < from + n; i++)
		if (root_of(i) != root_of(i - 1))
			assert_true(thread_of[i] != thread_of[i - 1]);
	for (int i = 0; i < MAILS; i++)
		for (int k = 0; by_root[i] && k < 20; k++) {
			int o = (int)dice(MAILS);

			assert_true(o == i || by_root[o] != by_root[i]);
		}
}

/* The tree of every conversation is the one it was made with. */
static void check_trees(struct fix *f)
{
	for (int r = 0; r < MAILS; r++) {
		struct member_list l = {0};
		struct item_list items = {0};
		struct thread_place *places;
		int above[80];

		if (root_of(r) != r)
			continue;
		must(query_members(f->s, thread_of[r], f->inbox.id, NULL, 0, &l,
				   &err));
		for (size_t i = 0; i < l.n; i++)
			get(f, l.v[i].id, vec_new(&items));
		places = xcalloc(l.n, sizeof(*places));
		thread_arrange(items.v, items.n, places);
		for (size_t k = 0; k < l.n; k++) {
			const char *id = items.v[places[k].item].message_id;
			int i = (int)strtol(id + 1, NULL, 10),
			    d = places[k].depth;

			assert_true(d < 80);
			above[d] = i;
			assert_int_equal(d ? above[d - 1] : -1,
					 mails[i].parent);
		}
		free(places);
		item_list_release(&items);
		vec_release(&l);
	}
}

static void store_order(struct fix *f, int from, int n)
{
	int *order = xcalloc((size_t)n, sizeof(int));

	for (int i = 0; i < n; i++)
		order[i] = from + i;
	for (int i = n - 1; i > 0; i--) {
		int k = (int)dice((unsigned)i + 1), swap = order[i];

		order[i] = order[k];
		order[k] = swap;
	}
	must(write_begin(f->s, &err));
	for (int i = 0; i < n; i++) {
		struct item it;

		to_item(order[i], &it);
		row_of[order[i]] = put(f, f->inbox.id, &it);
		item_release(&it);
		if (i % 500 == 499) {
			must(write_commit(f->s, &err));
			must(write_begin(f->s, &err));
		}
	}
	must(write_commit(f->s, &err));
	free(order);
}

/* Every second order, from `first` on. */
static void some_orders(int first)
{
	const char *more = getenv("RETINUE_TEST_ORDERS");
	int full = more ? (int)strtol(more, NULL, 10) : FULL_ORDERS;

	for (int o = first; o < ORDERS || o < full; o += 2) {
		int n = o < full ? MAILS : SOME;
		void *fresh;

		seed = 42 + (uint64_t)o * 7919;
		fix_open(&fresh);
		store_order(fresh, 0, n);
		check_threads(fresh, 0, n);
		if (o < full)
			check_trees(fresh);
		fix_close(&fresh);
	}
}

/* In two processes, for each a processor. */
static void test_any_order(void **state UNUSED)
{
	pid_t child;
	int status;

	generate();
	fflush(stdout);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		/* What fails here is told on the error output, and the test
		 * runner's status is that of the child. */
		assert_non_null(freopen("/dev/null", "w", stdout));
		some_orders(1);
		_exit(0);
	}
	some_orders(0);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	for (int i = 0; i < MAILS; i++) {
		free(mails[i].refs);
		free(mails[i].reply_to);
	}
}

static int64_t put_with(struct fix *f, int64_t folder, int n,
			const char *subject, const char *reply_to,
			const char *index)
{
	struct item it;
	int64_t id;

	make_item(&it, n);
	mem_replace(&it.subject, xstrdup(subject));
	it.in_reply_to = xstrdup(reply_to);
	it.conv_index = xstrdup(index);
	id = put(f, folder, &it);
	item_release(&it);
	return id;
}

static int64_t thread_at(struct fix *f, int64_t id)
{
	struct item it;
	int64_t thread;

	get(f, id, &it);
	thread = it.thread;
	item_release(&it);
	return thread;
}

static void test_subject(void **state)
{
	struct fix *f = *state;
	int64_t late = put_with(f, f->inbox.id, 5, "AW: Plan B", NULL, NULL);
	int64_t first = put_with(f, f->inbox.id, 1, "Plan B", NULL, NULL);
	int64_t again = put_with(f, f->sent.id, 9, "Re: plan b", NULL, NULL);
	int64_t other = put_with(f, f->inbox.id, 10, "Plan B", NULL, NULL);
	int64_t odd = put_with(f, f->inbox.id, 11, "Re:", NULL, NULL);
	int64_t known = put_with(f, f->inbox.id, 12, "Re: Plan B",
				 "elsewhere@example.org", NULL);
	int64_t year =
		put_with(f, f->inbox.id, 600000, "Re: Subject 7", NULL, NULL);
	int64_t seven = put_n(f, f->inbox.id, 7);

	assert_int_equal(thread_at(f, late), thread_at(f, first));
	assert_int_equal(thread_at(f, again), thread_at(f, first));
	/* What is no answer begins anew, and what names another message goes
	 * there. */
	assert_true(thread_at(f, other) != thread_at(f, first));
	assert_true(thread_at(f, odd) != thread_at(f, first));
	assert_true(thread_at(f, known) != thread_at(f, first));
	assert_true(thread_at(f, year) != thread_at(f, seven));
}

#define ROOT_A "01D000000000000000000000000000000000000000AA"
#define ROOT_B "01d000000000000000000000000000000000000000bb"

static void test_index(void **state)
{
	struct fix *f = *state;
	int64_t a = put_with(f, f->inbox.id, 1, "x", NULL, ROOT_A);
	int64_t b = put_with(f, f->inbox.id, 2, "y", NULL,
			     "01d000000000000000000000000000000000000000aa"
			     "0000000001");
	int64_t c = put_with(f, f->inbox.id, 3, "z", NULL, ROOT_B);
	struct item items[3];
	struct thread_place places[3];

	assert_int_equal(thread_at(f, a), thread_at(f, b));
	assert_true(thread_at(f, a) != thread_at(f, c));
	get(f, a, &items[0]);
	get(f, c, &items[1]);
	get(f, b, &items[2]);
	thread_arrange(items, 3, places);
	/* c has no place of its own: below the first, beside its answer. */
	assert_int_equal(places[0].item, 0);
	assert_int_equal(places[1].item, 1);
	assert_int_equal(places[1].depth, 1);
	assert_false(places[1].last);
	assert_int_equal(places[2].item, 2);
	assert_true(places[2].last);
	for (int i = 0; i < 3; i++)
		item_release(&items[i]);
}

/* Each answers the next one round. */
static void test_circle(void **state)
{
	struct fix *f = *state;
	struct item items[4];
	struct thread_place places[4];
	bool seen[4] = {false};

	for (int i = 0; i < 4; i++) {
		char *to CLEANUP(mem_free_ptr) =
			xasprintf("m%d@example.org", (i + 1) % 4);
		int64_t id = put_with(f, f->inbox.id, i, "x", to, NULL);

		get(f, id, &items[i]);
	}
	for (int i = 1; i < 4; i++)
		assert_int_equal(thread_at(f, items[i].id),
				 thread_at(f, items[0].id));
	thread_arrange(items, 4, places);
	for (int i = 0; i < 4; i++)
		seen[places[i].item] = true;
	for (int i = 0; i < 4; i++) {
		assert_true(seen[i]);
		item_release(&items[i]);
	}
	/* And one that answers itself. */
	make_item(&items[0], 77);
	items[0].in_reply_to = xstrdup(items[0].message_id);
	thread_arrange(items, 1, places);
	assert_int_equal(places[0].depth, 0);
	item_release(&items[0]);
}

static void test_long(void **state)
{
	struct fix *f = *state;
	int64_t start = cpu_ms(), thread = 0;
	struct member_list l = {0};
	struct conversation_list heads = {0};
	struct conversation_query q = {.folder = f->inbox.id, .limit = 50};

	/* In two halves that are joined by the last message. */
	must(write_begin(f->s, &err));
	for (int i = 0; i < LONG; i++) {
		struct item it;

		make_item(&it, LONG - i);
		it.in_reply_to = xstrdup(i % 2 ? "odd@x" : "even@x");
		if (i == LONG - 1)
			it.references = xstrdup("even@x odd@x");
		put(f, f->inbox.id, &it);
		item_release(&it);
		if (i % 1000 == 999) {
			must(write_commit(f->s, &err));
			must(write_begin(f->s, &err));
		}
	}
	must(write_commit(f->s, &err));
	put_n(f, f->inbox.id, 0);
	must(query_conversations(f->s, &q, &heads, &err));
	assert_int_equal(heads.n, 2);
	thread = heads.v[0].thread;
	must(query_members(f->s, thread, f->inbox.id, NULL, 0, &l, &err));
	assert_int_equal(l.n, LONG);
	vec_release(&l);
	vec_release(&heads);
	/* Seconds; what grows with the square would take hours. */
	assert_in_range(cpu_ms() - start, 0, 60000);
}

/* Page by page, both ways, the conversations of a folder are those of a plain
 * count over its rows. */
static void test_pages(void **state)
{
	struct fix *f = *state;
	struct conversation_list all = {0};
	struct conversation_query q = {.folder = f->inbox.id, .limit = 1000};
	size_t seen = 0;

	must(write_begin(f->s, &err));
	for (int i = 0; i < 120; i++) {
		char *to CLEANUP(mem_free_ptr) =
			xasprintf("m%d@example.org", i % 40);

		put_with(f, i % 7 ? f->inbox.id : f->sent.id, i, "x",
			 i < 40 ? NULL : to, NULL);
	}
	must(write_commit(f->s, &err));
	must(query_conversations(f->s, &q, &all, &err));
	assert_int_equal(all.n, 40);
	for (size_t i = 1; i < all.n; i++)
		assert_true(all.v[i].tdate <= all.v[i - 1].tdate);
	q.limit = 7;
	for (;;) {
		struct conversation_list page = {0};

		must(query_conversations(f->s, &q, &page, &err));
		for (size_t i = 0; i < page.n; i++)
			assert_int_equal(page.v[i].thread,
					 all.v[seen++].thread);
		if (page.n < 7) {
			vec_release(&page);
			break;
		}
		q.anchor = &all.v[seen - 1];
		vec_release(&page);
	}
	assert_int_equal(seen, all.n);
	q.backwards = true;
	q.anchor = &all.v[20];
	struct conversation_list back = {0};
	must(query_conversations(f->s, &q, &back, &err));
	assert_int_equal(back.n, 7);
	for (size_t i = 0; i < 7; i++)
		assert_int_equal(back.v[i].thread, all.v[13 + i].thread);
	vec_release(&back);
	vec_release(&all);
}

static void test_mute(void **state)
{
	struct fix *f = *state;
	int64_t a = put_n(f, f->inbox.id, 1);
	int64_t b = put_n(f, f->inbox.id, 2);
	int64_t c;
	struct item it;

	must(write_muted(f->s, a, true, &err));
	assert_true(query_is_muted(f->s, thread_at(f, a)));
	assert_false(query_is_muted(f->s, thread_at(f, b)));
	/* One that makes both one conversation mutes the other too. */
	make_item(&it, 3);
	it.references = xstrdup("m2@example.org m1@example.org");
	c = put(f, f->inbox.id, &it);
	item_release(&it);
	assert_true(query_is_muted(f->s, thread_at(f, b)));
	assert_true(query_is_muted(f->s, thread_at(f, c)));
	must(write_muted(f->s, c, false, &err));
	assert_false(query_is_muted(f->s, thread_at(f, a)));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fix_open, fix_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_any_order),
		TEST(test_subject),
		TEST(test_index),
		TEST(test_circle),
		TEST(test_long),
		TEST(test_pages),
		TEST(test_mute),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
