/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Search trees against a few messages: who is found by what. */
#include "tests/unit/store_help.h"

#include <stdlib.h>

#include "model/query.h"
#include "store/rows.h"

/* The tree of one word; the parser of typed queries has its own tests. */
static struct search_node *word(enum search_op op, const char *text)
{
	struct search_node *n = search_node_new(op, 0);

	n->text = xstrdup(text);
	return n;
}

static struct search_node *phrase(enum search_op op, const char *text)
{
	struct search_node *n = word(op, text);

	n->phrase = true;
	return n;
}

static struct search_node *prefix(enum search_op op, const char *text)
{
	struct search_node *n = word(op, text);

	n->prefix = true;
	return n;
}

static struct search_node *number(enum search_op op, int64_t value)
{
	struct search_node *n = search_node_new(op, 0);

	n->number = value;
	return n;
}

static struct search_node *flags(unsigned mask, bool wanted)
{
	struct search_node *n = search_node_new(SEARCH_FLAGS, 0);

	n->mask = mask;
	n->wanted = wanted;
	return n;
}

static struct search_node *both(enum search_op op, struct search_node *a,
				struct search_node *b)
{
	struct search_node *n = search_node_new(op, 0);

	search_node_give(n, a);
	if (b)
		search_node_give(n, b);
	return n;
}

static const struct mail {
	const char *subject, *name, *addr, *to, *cc, *body, *categories;
	unsigned flags;
	bool archived;
} mails[] = {
	{"Quarterly report", "Ada Byron", "ada@example.org", "all@example.org",
	 "Grace Hopper <gh@navy.example>",
	 "The figures are in the annex.\n"
	 "Prices rose by three percent; see Bericht-2026.pdf",
	 "Finance\nQ3", ITEM_READ, false},
	{"会議のお知らせ", "田中太郎", "tanaka@example.jp", "ada@example.org",
	 NULL, "来週の東京都庁での会議について。資料を添付します。", NULL,
	 ITEM_FLAGGED, false},
	{"季度报告", "李雷", "lilei@example.cn", NULL, NULL,
	 "北京大学的研究报告已经完成。", "finance", 0, true},
	{"Café menu", "Zoë Müller", "zm@example.de", "ada@example.org", NULL,
	 "Crème brûlée and STRASSE; quoted \"words\" stay", NULL, 0, false},
	{"figures of three", "Grace Hopper", "gh@navy.example", NULL, NULL,
	 "A figure three percent, prices", NULL, ITEM_ATTACHMENT, false},
};

static void fill(struct fix *f)
{
	for (size_t i = 0; i < ARRAY_LEN(mails); i++) {
		const struct mail *m = &mails[i];
		struct item it;
		int64_t id;

		make_item(&it, (int)i);
		mem_replace(&it.subject, xstrdup(m->subject));
		mem_replace(&it.from_name, xstrdup(m->name));
		it.from_addr = xstrdup(m->addr);
		it.to = xstrdup(m->to);
		it.cc = xstrdup(m->cc);
		it.categories = xstrdup(m->categories);
		it.flags = m->flags;
		id = put(f, m->archived ? f->archive.id : f->inbox.id, &it);
		put_body(f, id, m->body, "raw");
		item_release(&it);
	}
}

/* "0 3": the mails found, by number. */
static char *found(struct fix *f, int64_t folder, struct search_node *owned)
{
	struct item_query q = {.folder = folder,
			       .ascending = true,
			       .search = owned,
			       .limit = 100};
	struct item_list l = {0};
	struct str b = STR_INIT;
	int64_t count;

	must(query_items(f->s, &q, &l, &err));
	must(query_count(f->s, &q, 1000, &count, &err));
	assert_int_equal(count, l.n);
	for (size_t i = 0; i < l.n; i++)
		str_addf(&b, "%s%s", i ? " " : "", l.v[i].remote_id + 2);
	item_list_release(&l);
	search_node_free(owned);
	return str_take(&b);
}

static void expect(struct fix *f, int line, struct search_node *owned,
		   const char *want)
{
	char *got = found(f, 0, owned);

	if (!str_eq(got, want))
		fail_msg("line %d: found \"%s\", not \"%s\"", line, got, want);
	free(got);
}
#define E(tree, want) expect(f, __LINE__, tree, want)

static void words(void **state)
{
	struct fix *f = *state;

	fill(f);
	E(word(SEARCH_TEXT, "figures"), "0 4");
	E(word(SEARCH_SUBJECT, "FIGURES"), "4");
	E(word(SEARCH_BODY, "figures"), "0");
	E(word(SEARCH_TEXT, "creme"), "3");
	E(word(SEARCH_TEXT, "cafe menu"), "3");
	E(word(SEARCH_TEXT, "three percent prices"), "0 4");
	E(phrase(SEARCH_TEXT, "three percent prices"), "4");
	E(phrase(SEARCH_BODY, "percent; see"), "0");
	E(word(SEARCH_TEXT, "bericht-2026.pdf"), "0");
	E(word(SEARCH_TEXT, "quart"), "");
	E(prefix(SEARCH_TEXT, "quart"), "0");
	E(prefix(SEARCH_TEXT, "annex quart"), "0");
	E(word(SEARCH_TEXT, "nowhere"), "");
	/* what FTS5 would read as syntax is only text */
	E(word(SEARCH_TEXT, "\"words\""), "3");
	E(word(SEARCH_TEXT, "quoted AND"), "3");
	E(word(SEARCH_TEXT, "NOT"), "");
	E(word(SEARCH_TEXT, "body:*"), "");
	E(word(SEARCH_TEXT, "\"\"\""), "");
	E(word(SEARCH_TEXT, "'; DROP TABLE item; --"), "");
}

static void people(void **state)
{
	struct fix *f = *state;

	fill(f);
	E(word(SEARCH_FROM, "grace"), "4");
	E(word(SEARCH_FROM, "gh@navy.example"), "4");
	E(word(SEARCH_CC, "grace"), "0");
	E(word(SEARCH_TO, "grace"), "0");
	E(word(SEARCH_TO, "ada"), "1 3");
	E(word(SEARCH_CC, "ada"), "");
	E(word(SEARCH_WHO, "ada"), "0 1 3");
	E(word(SEARCH_FROM, "muller"), "3");
}

static void inside_cjk_runs(void **state)
{
	struct fix *f = *state;

	fill(f);
	E(word(SEARCH_TEXT, "東京"), "1");
	E(word(SEARCH_TEXT, "都庁"), "1");
	E(word(SEARCH_TEXT, "京都庁"), "1");
	E(word(SEARCH_TEXT, "東庁"), "");
	E(word(SEARCH_TEXT, "京"), "1 2");
	E(word(SEARCH_TEXT, "知"), "1");
	E(word(SEARCH_TEXT, "せ"), "1"); /* the last of its run */
	E(word(SEARCH_TEXT, "报告"), "2");
	E(word(SEARCH_BODY, "北京大学"), "2");
	E(word(SEARCH_FROM, "太郎"), "1");
	E(word(SEARCH_SUBJECT, "お知らせ"), "1");
	E(prefix(SEARCH_TEXT, "会議に"), "1");
	E(both(SEARCH_AND, word(SEARCH_TEXT, "会議"),
	       word(SEARCH_TEXT, "東京")),
	  "1");
}

static void combined(void **state)
{
	struct fix *f = *state;
	char *got;

	fill(f);
	E(search_node_new(SEARCH_ALL, 0), "0 1 2 3 4");
	E(both(SEARCH_AND, word(SEARCH_TEXT, "figures"),
	       word(SEARCH_FROM, "ada")),
	  "0");
	E(both(SEARCH_OR, word(SEARCH_TEXT, "figures"),
	       word(SEARCH_TEXT, "cafe")),
	  "0 3 4");
	E(both(SEARCH_AND, word(SEARCH_TEXT, "figures"),
	       both(SEARCH_NOT, word(SEARCH_FROM, "ada"), NULL)),
	  "4");
	E(both(SEARCH_NOT, word(SEARCH_TEXT, "figures"), NULL), "1 2 3");
	E(both(SEARCH_OR, word(SEARCH_TEXT, "cafe"), flags(ITEM_FLAGGED, true)),
	  "1 3");
	E(both(SEARCH_NOT,
	       both(SEARCH_OR, word(SEARCH_TEXT, "cafe"),
		    flags(ITEM_FLAGGED, true)),
	       NULL),
	  "0 2 4");
	E(both(SEARCH_AND, word(SEARCH_TEXT, "figures"),
	       flags(ITEM_ATTACHMENT, true)),
	  "4");
	E(flags(ITEM_READ, false), "1 2 3 4");
	E(word(SEARCH_CATEGORY, "FINANCE"), "0 2");
	E(word(SEARCH_CATEGORY, "fin"), "");
	E(both(SEARCH_NOT, word(SEARCH_CATEGORY, "finance"), NULL), "1 3 4");
	E(word(SEARCH_ID, "m3@example.org"), "3");
	E(word(SEARCH_FOLDER, "archive"), "2");
	E(word(SEARCH_FOLDER, "inbox"), "0 1 3 4");
	E(word(SEARCH_FOLDER, "no such"), "");
	E(number(SEARCH_AFTER, 1700000000 + 120), "2 3 4");
	E(number(SEARCH_BEFORE, 1700000000 + 120), "0 1");
	E(number(SEARCH_LARGER, 1003), "3 4");
	E(number(SEARCH_SMALLER, 1001), "0");
	got = found(f, f->archive.id, word(SEARCH_TEXT, "finance"));
	assert_string_equal(got, "");
	free(got);
	got = found(f, f->archive.id, word(SEARCH_TEXT, "报告"));
	assert_string_equal(got, "2");
	free(got);
}

/* Calls of write_index until it says that nothing is left. */
static int index_all(struct fix *f, int n)
{
	int calls = 0;
	bool left;

	do {
		must(write_index(f->s, n, &left, &err));
		calls++;
	} while (left);
	return calls;
}

static void newest_first_by_pages(void **state)
{
	struct fix *f = *state;
	struct search_node *n = word(SEARCH_TEXT, "common");
	struct item_query q = {.search = n, .limit = 7};
	struct item_list l = {0};
	int64_t last = INT64_MAX;
	struct item at;
	int seen = 0;

	must(write_begin(f->s, &err));
	/* They come in no order, so that there is no room for their ids. */
	for (int k = 0, i = 0; k < 40; k++, i = k * 7 % 40)
		put_body(f, put_n(f, i % 2 ? f->inbox.id : f->sent.id, i),
			 i % 4 ? "a common word" : "rare", "raw");
	must(write_commit(f->s, &err));
	index_all(f, 100);
	for (;;) {
		must(query_items(f->s, &q, &l, &err));
		for (size_t i = 0; i < l.n; i++) {
			assert_true(l.v[i].received < last);
			last = l.v[i].received;
		}
		seen += (int)l.n;
		if (q.anchor)
			item_release(&at);
		if (l.n)
			item_copy(&at, &l.v[l.n - 1]);
		q.anchor = l.n ? &at : NULL;
		bool done = !l.n;

		item_list_release(&l);
		if (done)
			break;
	}
	assert_int_equal(seen, 30);
	/* other orders hold for hits too */
	q.anchor = NULL;
	q.sort = SORT_SIZE;
	q.limit = 100;
	must(query_items(f->s, &q, &l, &err));
	assert_int_equal(l.n, 30);
	for (size_t i = 1; i < l.n; i++)
		assert_true(l.v[i - 1].size > l.v[i].size);
	item_list_release(&l);
	search_node_free(n);
}

/* The first hits of a word are asked for once; what they do not fill is. */
static void pages_of_a_common_word(void **state)
{
	enum { MANY = 3 * LIST_FEW, OLD = 20 };
	static const struct {
		bool ascending, unread;
		int first, n;
	} want[] = {
		{false, false, MANY - 1, 50},
		{true, false, 0, 50},
		{false, true, OLD - 1, OLD},
		{true, true, 0, OLD},
	};
	struct fix *f = *state;
	struct search_node *n = word(SEARCH_TEXT, "common");

	must(write_begin(f->s, &err));
	for (int i = 0; i < MANY; i++) {
		struct item it;

		make_item(&it, i);
		it.flags = i < OLD ? 0 : ITEM_READ;
		put_body(f, put(f, f->inbox.id, &it), "a common word", "raw");
		item_release(&it);
	}
	must(write_commit(f->s, &err));
	index_all(f, MANY);
	for (size_t k = 0; k < ARRAY_LEN(want); k++) {
		struct item_query q = {.search = n,
				       .limit = 50,
				       .ascending = want[k].ascending,
				       .flags_clear =
					       want[k].unread ? ITEM_READ : 0};
		struct item_list l = {0};
		int at = want[k].first;
		int64_t count;

		must(query_items(f->s, &q, &l, &err));
		assert_int_equal(l.n, want[k].n);
		for (size_t i = 0; i < l.n; i++, at += q.ascending ? 1 : -1)
			assert_int_equal(strtol(l.v[i].remote_id + 2, NULL, 10),
					 at);
		must(query_count(f->s, &q, MANY, &count, &err));
		assert_int_equal(count, want[k].unread ? OLD : MANY);
		item_list_release(&l);
	}
	search_node_free(n);
}

/* "All mail" is one's own: no calendar, and nobody else's. */
static void in_all_mail(void **state)
{
	struct fix *f = *state;
	struct folder apart[] = {{.kind = FOLDER_CALENDAR},
				 {.owner = xstrdup("ada@example.org")},
				 {.kind = FOLDER_MAIL}};

	put_body(f, put_n(f, f->inbox.id, 0), "everywhere", "raw");
	for (int i = 0; i < (int)ARRAY_LEN(apart); i++) {
		struct folder *o = &apart[i];

		o->remote_id = xasprintf("F-apart%d", i);
		o->name = xasprintf("Apart %d", i);
		o->synced_at = CLOCK_NEVER;
		must(write_folder(f->s, o, &err));
		put_body(f, put_n(f, o->id, i + 1), "everywhere", "raw");
	}
	E(word(SEARCH_TEXT, "everywhere"), "0 3");
	for (size_t i = 0; i < ARRAY_LEN(apart); i++)
		folder_release(&apart[i]);
}

/* The index follows every change of what it holds. */
static void index_follows(void **state)
{
	struct fix *f = *state;
	struct item it;
	int64_t id = put_n(f, f->inbox.id, 0);
	bool need;

	E(word(SEARCH_SUBJECT, "subject"), "0");
	put_body(f, id, "old words here", "raw");
	E(word(SEARCH_TEXT, "old"), "0");
	put_body(f, id, "new words here", "raw");
	E(word(SEARCH_TEXT, "old"), "");
	E(word(SEARCH_TEXT, "new"), "0");
	make_item(&it, 0);
	mem_replace(&it.subject, xstrdup("renamed"));
	mem_replace(&it.change_key, xstrdup("CK-renamed"));
	must(write_item(f->s, f->inbox.id, &it, &id, &need, &err));
	item_release(&it);
	E(word(SEARCH_TEXT, "subject"), "");
	E(both(SEARCH_AND, word(SEARCH_TEXT, "renamed"),
	       word(SEARCH_TEXT, "new")),
	  "0");
	must(write_item_gone(f->s, f->inbox.id, "R-0", &err));
	E(word(SEARCH_TEXT, "new"), "");
	must(write_purge_gone(f->s, &err));
	E(word(SEARCH_TEXT, "renamed"), "");
	/* nothing of it is left to be found under a new row */
	must(write_begin(f->s, &err));
	id = put_n(f, f->inbox.id, 0);
	put_body(f, id, "other", "raw");
	must(write_commit(f->s, &err));
	E(word(SEARCH_TEXT, "new"), "");
	E(word(SEARCH_TEXT, "other"), "0");
}

/* The text is packed with its message: a new message alone must not make it
 * unreadable, or the index could never forget it. */
static void text_outlives_its_message(void **state)
{
	struct fix *f = *state;
	struct str packed = STR_INIT, text = STR_INIT;
	struct body b = {.item = put_n(f, f->inbox.id, 0)};
	struct body *all[] = {&b};

	put_body(f, b.item, "words of the first message",
		 "Subject: x\r\n\r\nwords of the first message\r\n");
	pack_compress(&packed, "another message", 15);
	b.packed_mime = bytes_from_str(&packed);
	must(write_bodies(f->s, all, 1, &err));
	body_release(&b);
	must(query_text(f->s, put_n(f, f->inbox.id, 0), &text, &err));
	assert_string_equal(text.s, "words of the first message");
	str_release(&text);
	str_release(&packed);
	must(write_item_gone(f->s, f->inbox.id, "R-0", &err));
	must(write_purge_gone(f->s, &err));
	E(word(SEARCH_TEXT, "words"), "");
}

/* Items 0 to 29 in one transaction, each with a word of its own. */
static void fill_many(struct fix *f, int64_t *ids)
{
	must(write_begin(f->s, &err));
	for (int i = 0; i < 30; i++)
		ids[i] = put_n(f, f->inbox.id, i);
	must(write_commit(f->s, &err));
	must(write_begin(f->s, &err));
	for (int i = 0; i < 30; i++) {
		char *text = xasprintf("many word%d", i);

		put_body(f, ids[i], text, "raw");
		free(text);
	}
	must(write_commit(f->s, &err));
}

static void many_wait_for_the_index(void **state)
{
	struct fix *f = *state;
	int64_t ids[30];

	fill_many(f, ids);
	E(word(SEARCH_BODY, "word7"), "");
	E(word(SEARCH_SUBJECT, "7"), "");
	/* What waits outlives the process. */
	store_close(f->s);
	must(store_open_write(&f->s, f->path, &err));
	assert_int_equal(index_all(f, 8), 4);
	E(word(SEARCH_BODY, "word7"), "7");
	E(word(SEARCH_SUBJECT, "7"), "7");
	E(word(SEARCH_BODY, "word29"), "29");
	assert_int_equal(index_all(f, 8), 1);
	/* The index forgets what it was given then. */
	for (int i = 0; i < 30; i++) {
		char *remote = xasprintf("R-%d", i);

		must(write_item_gone(f->s, f->inbox.id, remote, &err));
		free(remote);
	}
	must(write_purge_gone(f->s, &err));
	E(word(SEARCH_BODY, "many"), "");
	E(word(SEARCH_SUBJECT, "subject"), "");
}

static void changes_of_what_waits(void **state)
{
	struct fix *f = *state;
	struct item it;
	int64_t ids[30];

	fill_many(f, ids);
	must(write_item_gone(f->s, f->inbox.id, "R-1", &err));
	must(write_purge_gone(f->s, &err));
	make_item(&it, 2);
	mem_replace(&it.subject, xstrdup("Renamed"));
	mem_replace(&it.change_key, xstrdup("CK-renamed"));
	put(f, f->inbox.id, &it);
	item_release(&it);
	put_body(f, ids[3], "replaced", "raw");
	/* They came alone, and are found at once. */
	E(word(SEARCH_SUBJECT, "renamed"), "2");
	E(word(SEARCH_BODY, "word2"), "2");
	E(word(SEARCH_BODY, "replaced"), "3");
	index_all(f, 100);
	E(word(SEARCH_BODY, "word1"), "");
	E(word(SEARCH_SUBJECT, "subject 2"), "");
	E(word(SEARCH_BODY, "word3"), "");
	E(word(SEARCH_BODY, "replaced"), "3");
	E(word(SEARCH_BODY, "word4"), "4");
}

/* Where the headers were in the index already, new texts in number take them
 * along. */
static void many_texts_of_indexed_items(void **state)
{
	struct fix *f = *state;
	int64_t ids[30];

	for (int i = 0; i < 30; i++)
		ids[i] = put_n(f, f->inbox.id, i);
	E(word(SEARCH_SUBJECT, "7"), "7");
	must(write_begin(f->s, &err));
	for (int i = 0; i < 30; i++)
		put_body(f, ids[i], "the text", "raw");
	must(write_commit(f->s, &err));
	index_all(f, 30);
	E(both(SEARCH_AND, word(SEARCH_SUBJECT, "7"),
	       word(SEARCH_BODY, "text")),
	  "7");
	must(write_item_gone(f->s, f->inbox.id, "R-7", &err));
	must(write_purge_gone(f->s, &err));
	E(word(SEARCH_SUBJECT, "7"), "");
}

static void snippets(void **state)
{
	struct fix *f = *state;
	struct search_node *n = both(SEARCH_AND, word(SEARCH_TEXT, "needle"),
				     word(SEARCH_FROM, "x"));
	struct str text = STR_INIT;
	int64_t id = put_n(f, f->inbox.id, 0);
	char *line;

	for (int i = 0; i < 500; i++)
		str_add(&text, "hay stack\nof many words ");
	str_add(&text, "here is the NEEDLE\033[31m in it");
	for (int i = 0; i < 500; i++)
		str_add(&text, " more hay");
	put_body(f, id, text.s, "raw");
	str_release(&text);
	line = query_snippet(f->s, id, n);
	assert_non_null(line);
	assert_non_null(strstr(line, "NEEDLE"));
	assert_null(strchr(line, '\033'));
	assert_null(strchr(line, '\n'));
	assert_true(strlen(line) < 300);
	free(line);
	search_node_free(n);
	n = word(SEARCH_TEXT, "absent");
	assert_null(query_snippet(f->s, id, n));
	search_node_free(n);
}

#undef T
#define T(name) cmocka_unit_test_setup_teardown(name, fix_open, fix_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(words),
		T(people),
		T(inside_cjk_runs),
		T(combined),
		T(newest_first_by_pages),
		T(pages_of_a_common_word),
		T(in_all_mail),
		T(index_follows),
		T(text_outlives_its_message),
		T(many_wait_for_the_index),
		T(changes_of_what_waits),
		T(many_texts_of_indexed_items),
		T(snippets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
