/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * perf_store [N]           a store with 10,000 and one with N made-up messages,
 *                          their lists and searches timed
 * perf_store fill FILE N   makes such a store
 * perf_store query FILE N  times one
 * perf_store compare SMALL LARGE   lists of one against those of the other
 *
 * Searches are timed against the bare SQLite statement that gives the same
 * columns of the same rows, in turn. Lines of `name n value unit goal`,
 * separated by tabs.
 */
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/pack.h"
#include "model/query.h"
#include "model/storage_tree.h"
#include "store/db.h"
#include "store/rows.h"

#define RUNS 15
#define EMPTY_FOLDERS 500
#define SMALL 10000
#define MAX_BODIES 10000 /* content is given to the newest of a large store */

static struct err err;
#define must(call)                                                             \
	do {                                                                   \
		if (!(call)) {                                                 \
			fprintf(stderr, "%s: %s\n", #call, err.text);          \
			exit(1);                                               \
		}                                                              \
	} while (0)

static int64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static int64_t cpu_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void report(const char *name, int n, double value, const char *unit,
		   const char *goal)
{
	printf("%s\t%d\t%.3f\t%s\t%s\n", name, n, value, unit, goal);
	fflush(stdout);
}

/* --- made-up mail ------------------------------------------------------------------ */

static uint64_t seed = 88172645463325252u;

static uint32_t roll(uint32_t below)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (uint32_t)(seed >> 16) % below;
}

/* Few words are common and many are rare, as in speech: the product of two
 * even draws leans towards small numbers. */
static void add_word(struct str *b)
{
	static const char *const syllables[] = {
		"ra", "ton", "mi", "el",  "ko",	 "sta", "ver", "in",
		"du", "pre", "lo", "gan", "shi", "ter", "ab",  "or"};
	uint32_t w = roll(220) * roll(220);

	str_add(b, syllables[w % 16]);
	str_add(b, syllables[w / 16 % 16]);
	if (w >= 256)
		str_add(b, syllables[w / 256 % 16]);
	if (w >= 4096)
		str_add(b, syllables[w / 4096 % 16]);
}

static void make_text(struct str *b, size_t words)
{
	for (size_t i = 0; i < words; i++) {
		add_word(b);
		str_add(b, i % 13 == 12 ? ".\n" : " ");
	}
}

static void make_item(struct item *it, int n)
{
	struct str b = STR_INIT;

	item_init(it);
	it->remote_id = xasprintf(
		"AAMkAGVmMDEzMTM4LTZmYWUtNDdkNC1hMDZiLTU1OGY5OTZhYmY4OABGAA"
		"AAAADWhM9hAAAJ4aXeQi2LTdqoXyxVBwAiIsqMbYjsT5e%08dAAAAADZAA"
		"AiIsqMbYjsT5e-T7KzowPTAAAYQ%08dA=",
		n, n);
	it->change_key = xasprintf("CQAAABYAAAAiIsqMbYjsT5e%08d", n);
	it->item_class = xstrdup("IPM.Note");
	make_text(&b, 5);
	it->subject = str_take(&b);
	it->topic = xstrdup(it->subject);
	it->from_name = xasprintf("Person Number%u", roll(400));
	it->from_addr = xasprintf("p%u@example.org", roll(400));
	it->message_id = xasprintf("%08x.%08x@mail.example.org", n * 77, n);
	if (n > 10 && roll(2))
		it->in_reply_to = xasprintf("%08x.%08x@mail.example.org",
					    (n - 7) * 77, n - 7);
	it->search_key = xasprintf("%032X", (unsigned)n);
	it->received = 1500000000 + (int64_t)n * 1500;
	it->sent = it->received;
	it->size = 3000 + roll(50000);
	it->flags = roll(10) ? ITEM_READ : 0;
	str_release(&b);
}

static void give_body(struct store *s, int64_t *ids, int n, int64_t *text_bytes)
{
	struct body *all[200];
	bool left = true;

	for (int i = 0; i < n; i++) {
		struct str text = STR_INIT, packed = STR_INIT;
		struct body *b = all[i] = xcalloc(1, sizeof(*b));

		make_text(&text, 200 + roll(900));
		if (roll(500) == 0)
			str_add(&text, " quokka wombat");
		*text_bytes += (int64_t)text.len;
		b->item = ids[i];
		b->has_header = true;
		item_init(&b->header);
		b->header.to = xasprintf("Ada <ada@example.org>, Someone "
					 "Number%u <s%u@example.org>",
					 roll(400), roll(400));
		b->preview = xstrndup(text.s, 120);
		pack_compress(&packed, text.s, text.len);
		b->packed_text = bytes_from_str(&packed);
		b->text = str_take(&text);
		bytes_set(&b->packed_mime, "x", 1);
		str_release(&packed);
	}
	must(write_bodies(s, all, (size_t)n, &err));
	while (left)
		must(write_index(s, n, &left, &err));
	for (int i = 0; i < n; i++) {
		body_release(all[i]);
		free(all[i]);
	}
}

static double per_second(int n, int64_t since)
{
	return (double)n * 1e9 / (double)(cpu_ns() - since);
}

/* Newest first, as a server lists: pages of 512, then bodies of 100. */
static void fill(struct store *s, int64_t folder, int n, int64_t *text_bytes)
{
	int64_t *ids = xcalloc((size_t)n, sizeof(*ids));
	int bodies = n < MAX_BODIES ? n : MAX_BODIES;
	int64_t start = cpu_ns();
	bool need;

	for (int at = 0; at < n; at += 512) {
		must(write_begin(s, &err));
		for (int i = at; i < n && i < at + 512; i++) {
			struct item it;

			make_item(&it, n - i);
			must(write_item(s, folder, &it, &ids[i], &need, &err));
			item_release(&it);
		}
		must(write_commit(s, &err));
	}
	report("store list rows", n, per_second(n, start), "msg/cpu s", "");
	start = cpu_ns();
	for (int at = 0; at < bodies; at += 100)
		give_body(s, ids + at, bodies - at < 100 ? bodies - at : 100,
			  text_bytes);
	report("store bodies and index", bodies, per_second(bodies, start),
	       "msg/cpu s", "");
	free(ids);
}

/* --- timing ---------------------------------------------------------------------------- */

static int by_time(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static double median(double *v, int n)
{
	qsort(v, (size_t)n, sizeof(*v), by_value);
	return v[n / 2];
}

static double median_ms(int64_t *t, int n)
{
	qsort(t, (size_t)n, sizeof(*t), by_time);
	return (double)t[n / 2] / 1e6;
}

static size_t bare(sqlite3_stmt *st)
{
	size_t rows = 0;

	while (sqlite3_step(st) == SQLITE_ROW) {
		for (int i = 0; i < sqlite3_column_count(st); i++)
			(void)sqlite3_column_text(st, i);
		rows++;
	}
	sqlite3_reset(st);
	return rows;
}

static double time_list(struct store *s, const struct item_query *q)
{
	int64_t t[RUNS];

	for (int i = 0; i < RUNS; i++) {
		struct item_list l = {0};
		int64_t start = now_ns();

		must(query_items(s, q, &l, &err));
		t[i] = now_ns() - start;
		item_list_release(&l);
	}
	return median_ms(t, RUNS);
}

/* The first page as the screen makes it: 50 conversations, who is in each, and
 * every message; then the page after the 50th. */
static void conversation_page(struct store *s, int64_t folder)
{
	struct conversation_query q = {.folder = folder, .limit = 50};

	for (int page = 0; page < 2; page++) {
		struct conversation_list heads = {0};
		struct conversation last;

		must(query_conversations(s, &q, &heads, &err));
		for (size_t i = 0; i < heads.n; i++) {
			struct member_list l = {0};

			must(query_members(s, heads.v[i].thread, folder, NULL,
					   0, &l, &err));
			for (size_t k = 0; k < l.n; k++) {
				struct item it;

				must(query_item(s, l.v[k].id, &it, &err));
				item_release(&it);
			}
			vec_release(&l);
		}
		last = heads.v[heads.n - 1];
		q.anchor = &last;
		vec_release(&heads);
	}
}

static double time_conversations(struct store *s, int64_t folder)
{
	int64_t t[RUNS];

	for (int i = 0; i < RUNS; i++) {
		int64_t start = now_ns();

		conversation_page(s, folder);
		t[i] = now_ns() - start;
	}
	return median_ms(t, RUNS);
}

/* What a search costs without us: the statement that gives the same rows in the
 * same order. */
static sqlite3_stmt *bare_search(sqlite3 *h, const char *match)
{
	sqlite3_stmt *st;
	struct str sql = STR_INIT;
	int hits;

	sqlite3_prepare_v2(h, "SELECT count(*) FROM fts WHERE fts MATCH ?1", -1,
			   &st, NULL);
	sqlite3_bind_text(st, 1, match, -1, SQLITE_STATIC);
	sqlite3_step(st);
	hits = sqlite3_column_int(st, 0);
	sqlite3_finalize(st);
	str_add(&sql, "SELECT ");
	row_add_list_columns(&sql);
	str_addf(&sql,
		 " FROM fts CROSS JOIN item ON item.id = fts.rowid"
		 " WHERE fts MATCH ?1 AND item.folder IN (1, 2)"
		 " ORDER BY %s DESC LIMIT 50",
		 hits > LIST_FEW ? "fts.rowid" : "item.received DESC, item.id");
	sqlite3_prepare_v2(h, sql.s, -1, &st, NULL);
	str_release(&sql);
	sqlite3_bind_text(st, 1, match, -1, SQLITE_STATIC);
	return st;
}

static void must_agree(sqlite3_stmt *st, const struct item_list *l)
{
	size_t n = 0;

	for (; sqlite3_step(st) == SQLITE_ROW; n++)
		if (n >= l->n || sqlite3_column_int64(st, 0) != l->v[n].id)
			BUG("row %zu of a search is another than the bare "
			    "statement's",
			    n);
	if (n != l->n)
		BUG("a search gives %zu rows, the bare statement %zu", l->n, n);
	sqlite3_reset(st);
}

/* Ours and the bare statement in turn; reports both and the ratio. */
static void compare(struct store *s, const char *name, int n,
		    const struct item_query *q, const char *match)
{
	int64_t ours[RUNS], plain[RUNS];
	sqlite3_stmt *st = bare_search((sqlite3 *)s->h, match);
	char *label = xasprintf("search %s", name);
	char *ratio = xasprintf("search %s / bare", name);

	for (int i = 0; i < RUNS; i++) {
		struct item_list l = {0};
		int64_t start = now_ns();

		must(query_items(s, q, &l, &err));
		ours[i] = now_ns() - start;
		if (!i)
			must_agree(st, &l);
		item_list_release(&l);
		start = now_ns();
		bare(st);
		plain[i] = now_ns() - start;
	}
	sqlite3_finalize(st);
	double a = median_ms(ours, RUNS), b = median_ms(plain, RUNS);

	report(label, n, a, "ms", "");
	report(ratio, n, a / b, "x", "15: <= 1.5 (<= 1.1)");
	free(label);
	free(ratio);
}

static void searches(struct store *s, int n)
{
	static const struct {
		const char *name, *text, *match;
		enum search_op op;
		bool phrase, prefix;
	} rows[] = {
		{"common", "rara", "(\"rara\")", SEARCH_TEXT, false, false},
		{"rare", "quokka", "(\"quokka\")", SEARCH_TEXT, false, false},
		{"from", "number7", "{sender} : (\"number7\")", SEARCH_FROM,
		 false, false},
		{"phrase", "quokka wombat", "(\"quokka wombat\")", SEARCH_TEXT,
		 true, false},
		{"prefix", "quok", "(\"quok\" *)", SEARCH_TEXT, false, true},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct search_node *w = search_node_new(rows[i].op, 0);
		struct item_query q = {.limit = 50, .search = w};

		w->text = xstrdup(rows[i].text);
		w->phrase = rows[i].phrase;
		w->prefix = rows[i].prefix;
		compare(s, rows[i].name, n, &q, rows[i].match);
		search_node_free(w);
	}
}

static void lists(struct store *s, int64_t folder, int n, double *date,
		  double *thread)
{
	static const struct {
		const char *name;
		enum item_sort sort;
		bool ascending;
	} rows[] = {
		{"list newest 50", SORT_DATE, false},
		{"list by sender", SORT_FROM, true},
		{"list by subject", SORT_SUBJECT, true},
		{"list by size", SORT_SIZE, false},
		{"list by thread", SORT_THREAD, false},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct item_query q = {.folder = folder,
				       .limit = 50,
				       .sort = rows[i].sort,
				       .ascending = rows[i].ascending};
		double ms = time_list(s, &q);

		report(rows[i].name, n, ms, "ms", i ? "" : "<=0.1");
		if (rows[i].sort == SORT_DATE)
			*date = ms;
	}
	*thread = time_conversations(s, folder);
	report("list conversations, two pages of 50", n, *thread, "ms", "");
	struct item_query unread = {
		.folder = folder, .limit = 50, .flags_clear = ITEM_READ};

	report("list unread 50", n, time_list(s, &unread), "ms", "");
}

/* Mailboxes have many folders that a search does not end in. */
static void add_empty(struct store *s)
{
	must(write_begin(s, &err));
	for (int i = 0; i < EMPTY_FOLDERS; i++) {
		struct folder f = {.remote_id = xasprintf("empty%d", i),
				   .name = xasprintf("Folder %d", i)};

		must(write_folder(s, &f, &err));
		free(f.remote_id);
		free(f.name);
	}
	must(write_commit(s, &err));
}

static struct store *open_new(const char *path, int64_t *folder)
{
	struct folder inbox = {.remote_id = (char *)"in",
			       .name = (char *)"Inbox",
			       .role = FOLDER_ROLE_INBOX};
	struct folder other = {.remote_id = (char *)"other",
			       .name = (char *)"Other"};
	struct store *s;

	must(store_open_write(&s, path, &err));
	must(write_folder(s, &inbox, &err));
	must(write_folder(s, &other, &err));
	add_empty(s);
	*folder = inbox.id;
	return s;
}

static void remove_store(const char *dir, const char *path)
{
	char *wal = xasprintf("%s-wal", path), *shm = xasprintf("%s-shm", path);

	unlink(path);
	unlink(wal);
	unlink(shm);
	rmdir(dir);
	free(wal);
	free(shm);
}

static void sizes(struct store *s, int n, int64_t text)
{
	struct store_sizes z;

	must(query_sizes(s, &z, &err));
	report("database / text", n,
	       (double)(z.file - z.originals) / (double)text, "x", "<=1.36");
	report("lists / text", n, (double)z.lists / (double)text, "x", "");
	report("packed text / text", n, (double)z.texts / (double)text, "x",
	       "");
	report("index / text", n, (double)z.index / (double)text, "x", "");
}

static void query(const char *path, int n, double *date, double *thread)
{
	struct store *s;

	must(store_open_read(&s, path, &err));
	lists(s, query_folder_role(s, FOLDER_ROLE_INBOX), n, date, thread);
	searches(s, n);
	store_close(s);
}

/* A store of n, its queries timed. */
static void run(int n, double *date, double *thread)
{
	char dir[] = "/tmp/retinue-perf-XXXXXX";
	int64_t folder, text = 0;
	struct store *s;

	if (!mkdtemp(dir))
		exit(1);
	char *path = xasprintf("%s/mail.db", dir);

	s = open_new(path, &folder);
	fill(s, folder, n, &text);
	if (n <= MAX_BODIES)
		sizes(s, n, text);
	store_close(s);
	query(path, n, date, thread);
	remove_store(dir, path);
	free(path);
}

/* Goal 20, the stores measured in turn. */
static void ratios(const char *small, const char *large)
{
	double date[RUNS], thread[RUNS];

	for (int i = 0; i < RUNS; i++) {
		double d[2], t[2];

		for (int k = 0; k < 2; k++) {
			struct store *s;
			struct item_query q = {.limit = 50};

			must(store_open_read(&s, k ? large : small, &err));
			q.folder = query_folder_role(s, FOLDER_ROLE_INBOX);
			d[k] = time_list(s, &q);
			t[k] = time_conversations(s, q.folder);
			store_close(s);
		}
		date[i] = d[1] / d[0];
		thread[i] = t[1] / t[0];
	}
	report("list newest 50 / of the small", 0, median(date, RUNS), "x",
	       "20: <= 2 (<= 1.3)");
	report("list conversations / of the small", 0, median(thread, RUNS),
	       "x", "20: <= 2 (<= 1.3)");
}

/* The storage explorer's first look at a mailbox of 2,000 folders. */
static void explorer(void)
{
	enum { FOLDERS = 2000, BESIDE = 20 };
	char dir[] = "/tmp/retinue-perf-XXXXXX";
	struct folder_list list = {0};
	struct storage_tree tree;
	int64_t top, parent = 0, begun;
	struct store *s;
	size_t n, *rows;

	if (!mkdtemp(dir))
		exit(1);
	char *path = xasprintf("%s/mail.db", dir);

	s = open_new(path, &top);
	for (int i = 0; i < FOLDERS; i++) {
		char *name = xasprintf("Folder %d", i);
		struct folder f = {.remote_id = name,
				   .name = name,
				   .parent = i % BESIDE ? parent : 0,
				   .size = 1000 * i};

		must(write_folder(s, &f, &err));
		if (i % BESIDE == 0)
			parent = f.id;
		free(name);
	}
	store_close(s);
	begun = clock_mono_ms();
	must(store_open_read(&s, path, &err));
	must(query_folders(s, &list, &err));
	storage_tree_build(&tree, &list);
	rows = storage_tree_below(&tree, 0, false, &n);
	report("storage explorer", FOLDERS, (double)(clock_mono_ms() - begun),
	       "ms", "< 100");
	free(rows);
	storage_tree_release(&tree);
	folder_list_release(&list);
	store_close(s);
	remove_store(dir, path);
	free(path);
}

int main(int argc, char **argv)
{
	int n = argc > 1 ? (int)strtol(argv[argc - 1], NULL, 10) : 100000;
	double date, thread, small_date, small_thread;
	int64_t folder, text = 0;
	struct store *s;

	if (argc == 4 && str_eq(argv[1], "compare")) {
		ratios(argv[2], argv[3]);
		return 0;
	}
	if (argc == 4 && str_eq(argv[1], "fill")) {
		s = open_new(argv[2], &folder);
		fill(s, folder, n, &text);
		store_close(s);
		return 0;
	}
	if (argc == 4 && str_eq(argv[1], "query")) {
		query(argv[2], n, &date, &thread);
		return 0;
	}
	explorer();
	run(SMALL, &small_date, &small_thread);
	if (n == SMALL)
		return 0;
	run(n, &date, &thread);
	report("list newest 50 / of 10k", n, date / small_date, "x",
	       "20: <= 2 (<= 1.3)");
	report("list by thread / of 10k", n, thread / small_thread, "x",
	       "20: <= 2 (<= 1.3)");
	return 0;
}
