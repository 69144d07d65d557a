/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* The file itself: other versions, damage, locks, full disks, sudden death. */
#include "tests/unit/store_help.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "base/codec.h"
#include "base/proc.h"
#include "model/query.h"
#include "store/db.h"
#include "tests/unit/fault_vfs.h"

static void run_sql(const char *path, const char *sql)
{
	char *text = NULL;
	sqlite3 *h;

	assert_int_equal(sqlite3_open(path, &h), SQLITE_OK);
	assert_true(db_fts_register(h));
	if (sqlite3_exec(h, sql, NULL, NULL, &text) != SQLITE_OK)
		fail_msg("%s", text);
	sqlite3_close(h);
}

static void read_file(const char *path, struct str *out)
{
	str_clear(out);
	must(proc_read_file(path, out, (size_t)1 << 26, &err));
}

/* --- other files and versions -------------------------------------------------------- */

static void absent_and_private(void **state)
{
	struct fix *f = *state;
	struct store *s;
	struct stat st;
	char *path = xasprintf("%s-none", f->path);

	refused(store_open_read(&s, path, &err), ERR_NOT_FOUND);
	refused(store_open_write(&s, "/nowhere/at/all.db", &err), ERR_DISK);
	assert_int_equal(stat(f->path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	/* a file without tables is a store that has not begun */
	close(open(path, O_CREAT | O_RDWR, 0600));
	refused(store_open_read(&s, path, &err), ERR_NOT_FOUND);
	unlink(path);
	free(path);
}

static void unchanged_and_refused(struct fix *f, const char *why)
{
	struct str before CLEANUP(str_release) = STR_INIT;
	struct str after CLEANUP(str_release) = STR_INIT;
	struct store *s;
	struct err why_not = ERR_INIT;

	read_file(f->path, &before);
	assert_false(store_open_write(&s, f->path, &why_not));
	assert_int_equal(why_not.kind, ERR_DISK);
	if (!strstr(why_not.text, why))
		fail_msg("%s", why_not.text);
	assert_false(store_open_read(&s, f->path, &why_not));
	assert_int_equal(why_not.kind, ERR_DISK);
	read_file(f->path, &after);
	assert_int_equal(before.len, after.len);
	assert_memory_equal(before.s, after.s, before.len);
}

static void newer_and_foreign(void **state)
{
	struct fix *f = *state;
	struct str header CLEANUP(str_release) = STR_INIT;
	char *back CLEANUP(mem_free_ptr) = NULL;

	store_close(f->s);
	read_file(f->path, &header);
	/* user_version, the lowest of its four bytes (SQLite file format) */
	back = xasprintf("PRAGMA user_version = %d; PRAGMA application_id = 7",
			 (unsigned char)header.s[63]);
	run_sql(f->path, "PRAGMA user_version = 99");
	unchanged_and_refused(f, "newer version");
	run_sql(f->path, back);
	unchanged_and_refused(f, "not a store");
	run_sql(f->path, "PRAGMA application_id = 1383362165");
	must(store_open_write(&f->s, f->path, &err));
}

static void damaged_files(void **state)
{
	struct fix *f = *state;
	struct str good CLEANUP(str_release) = STR_INIT;
	char *text;

	for (int i = 0; i < 50; i++)
		put_body(f, put_n(f, f->inbox.id, i), "some words", "raw");
	store_close(f->s);
	read_file(f->path, &good);
	/* no database at all */
	text = xcalloc(1, 9000);
	memset(text, 'x', 8999);
	must(proc_write_file(f->path, text, 8999, 0600, &err));
	free(text);
	unchanged_and_refused(f, "damaged");
	/* a good head and a torn tail */
	must(proc_write_file(f->path, good.s, 8192 + 100, 0600, &err));
	unchanged_and_refused(f, "damaged");
	must(proc_write_file(f->path, good.s, good.len, 0600, &err));
	must(store_open_write(&f->s, f->path, &err));
}

/* Flipped bytes anywhere: an error or an answer, never a crash. */
static void flipped_bytes(void **state)
{
	struct fix *f = *state;
	struct str good CLEANUP(str_release) = STR_INIT;
	struct search_node *n = search_node_new(SEARCH_TEXT, 0);

	n->text = xstrdup("words");
	must(write_begin(f->s, &err));
	for (int i = 0; i < 200; i++)
		put_body(f, put_n(f, f->inbox.id, i), "some words", "raw");
	must(write_commit(f->s, &err));
	store_close(f->s);
	read_file(f->path, &good);
	srand(7);
	for (int round = 0; round < 60; round++) {
		struct str bad CLEANUP(str_release) = STR_INIT;
		struct item_query q = {.folder = f->inbox.id, .limit = 500};
		struct item_list l = {0};
		struct bytes mime;
		struct store *s;
		int64_t id;
		struct item it;
		bool need;

		str_add_mem(&bad, good.s, good.len);
		for (int k = 0; k < 400; k++)
			bad.s[100 + (size_t)rand() % (bad.len - 100)] =
				(char)rand();
		must(proc_write_file(f->path, bad.s, bad.len, 0600, &err));
		if (!store_open_write(&s, f->path, NULL))
			continue;
		if (query_items(s, &q, &l, NULL)) {
			for (size_t i = 0; i < l.n; i++)
				if (query_mime(s, l.v[i].id, &mime, NULL))
					bytes_release(&mime);
			item_list_release(&l);
		}
		q.search = n;
		if (query_items(s, &q, &l, NULL))
			item_list_release(&l);
		make_item(&it, 500 + round);
		(void)!write_item(s, f->inbox.id, &it, &id, &need, NULL);
		(void)!write_item_gone(s, f->inbox.id, "R-5", NULL);
		(void)!write_purge_gone(s, NULL);
		item_release(&it);
		store_close(s);
	}
	search_node_free(n);
	must(proc_write_file(f->path, good.s, good.len, 0600, &err));
	must(store_open_write(&f->s, f->path, &err));
}

/* The schema as it was released: it must come up to date with its rows, and
 * a new file must look the same. */
static void released_schema(void **state)
{
	struct fix *f = *state;
	struct str sql CLEANUP(str_release) = STR_INIT;
	char *was, *is;
	struct item it;
	static const char shape[] =
		"SELECT group_concat(sql, ';') FROM (SELECT sql FROM"
		" sqlite_schema WHERE sql IS NOT NULL ORDER BY name)";

	is = db_get_text(f->s, shape, NO_ARGS);
	store_close(f->s);
	remove_files("/nonexistent", f->path);
	must(proc_read_file("tests/data/store-v1.sql", &sql, 1 << 20, &err));
	run_sql(f->path, sql.s);
	must(store_open_write(&f->s, f->path, &err));
	was = db_get_text(f->s, shape, NO_ARGS);
	assert_string_equal(was, is);
	free(was);
	free(is);
	get(f, query_item_by_message_id(f->s, "old@example.org", 0), &it);
	assert_string_equal(it.subject, "From an old store");
	assert_true(it.flags & ITEM_PENDING);
	item_release(&it);
	assert_int_equal(query_journal_waiting(f->s), 1);
}

/* --- other processes --------------------------------------------------------------------- */

static void locked_by_another_process(void **state)
{
	struct fix *f = *state;
	struct item_query q = {.folder = f->inbox.id, .limit = 10};
	struct item_list l = {0};
	struct store *reader;
	struct err why = ERR_INIT;
	int ready[2], done[2];
	char c = 0;
	pid_t pid;

	put_n(f, f->inbox.id, 1);
	assert_int_equal(pipe(ready), 0);
	assert_int_equal(pipe(done), 0);
	pid = fork();
	if (!pid) {
		struct store *s;

		if (!store_open_write(&s, f->path, NULL) ||
		    !write_begin(s, NULL) || write(ready[1], "x", 1) != 1)
			_exit(1);
		_exit(read(done[0], &c, 1) != 1);
	}
	assert_int_equal(read(ready[0], &c, 1), 1);
	assert_false(write_begin(f->s, &why));
	assert_int_equal(why.kind, ERR_DISK);
	assert_non_null(strstr(why.text, "in use by another process"));
	/* reading goes on meanwhile */
	must(store_open_read(&reader, f->path, &err));
	must(query_items(reader, &q, &l, &err));
	assert_int_equal(l.n, 1);
	item_list_release(&l);
	store_close(reader);
	assert_int_equal(write(done[1], "x", 1), 1);
	waitpid(pid, NULL, 0);
	put_n(f, f->inbox.id, 2);
}

static void readers_see_commits(void **state)
{
	struct fix *f = *state;
	struct item_query q = {.folder = f->inbox.id, .limit = 10};
	struct item_list l = {0};
	struct store *reader;
	int64_t version;

	must(store_open_read(&reader, f->path, &err));
	version = store_data_version(reader);
	assert_int_equal(store_data_version(reader), version);
	must(query_items(reader, &q, &l, &err));
	assert_int_equal(l.n, 0);
	must(write_begin(f->s, &err));
	put_n(f, f->inbox.id, 1);
	must(query_items(reader, &q, &l, &err));
	assert_int_equal(l.n, 0); /* not yet committed */
	must(write_commit(f->s, &err));
	assert_int_not_equal(store_data_version(reader), version);
	must(query_items(reader, &q, &l, &err));
	assert_int_equal(l.n, 1);
	item_list_release(&l);
	/* a later program may add to the schema while we look */
	run_sql(f->path, "CREATE TABLE later(x)");
	must(query_items(reader, &q, &l, &err));
	assert_int_equal(l.n, 1);
	item_list_release(&l);
	store_close(reader);
}

static void rollback_leaves_nothing(void **state)
{
	struct fix *f = *state;
	struct search_node *n = search_node_new(SEARCH_TEXT, 0);
	struct item_query q = {.limit = 10, .search = n};
	struct item_list l = {0};
	int64_t id;

	n->text = xstrdup("lost");
	must(write_begin(f->s, &err));
	id = put_n(f, f->inbox.id, 1);
	put_body(f, id, "lost words", "raw");
	write_rollback(f->s);
	assert_int_equal(folder_of(f, id), 0);
	must(query_items(f->s, &q, &l, &err));
	assert_int_equal(l.n, 0);
	search_node_free(n);
	put_n(f, f->inbox.id, 1);
}

/* --- full and dying disks -------------------------------------------------------------------- */

/* A little of everything; returns how many of its steps were committed. */
static int scenario(const char *path, struct err *why)
{
	struct folder in = {.remote_id = (char *)"in",
			    .name = (char *)"Inbox",
			    .role = FOLDER_ROLE_INBOX};
	struct folder to = {.remote_id = (char *)"to", .name = (char *)"To"};
	struct store *s;
	int done = 0;

	if (!store_open_write(&s, path, why))
		return 0;
	if (write_folder(s, &in, why) && write_folder(s, &to, why))
		done = 1;
	for (int i = 0; done > 0 && i < 6; i++) {
		int64_t id = 0, entry;
		struct item it;
		struct body b = {.text = (char *)"common text of a message"};
		struct body *all[] = {&b};
		struct intent move = {.kind = JOURNAL_MOVE,
				      .items = &id,
				      .n_items = 1,
				      .folder = to.id};
		bool need, ok;

		make_item(&it, i);
		b.packed_mime.p = (unsigned char *)"raw";
		b.packed_mime.len = 3;
		ok = write_begin(s, why) &&
		     write_item(s, in.id, &it, &id, &need, why);
		b.item = id;
		ok = ok && write_bodies(s, all, 1, why) &&
		     write_intent(s, &move, &entry, why) &&
		     write_commit(s, why);
		if (!ok)
			write_rollback(s);
		item_release(&it);
		if (!ok)
			break;
		done++;
	}
	if (done == 7)
		(void)write_tidy(s);
	store_close(s);
	return done;
}

static void check_scenario(const char *path, int done)
{
	struct search_node *n = search_node_new(SEARCH_TEXT, 0);
	struct item_query q = {.limit = 100, .search = n};
	struct item_list l = {0};
	struct store *s;

	n->text = xstrdup("common");
	if (done > 0) {
		must(store_open_write(&s, path, &err));
		check_sound(s);
		must(query_items(s, &q, &l, &err));
		/* what was acknowledged is there; one more may be */
		assert_true((int)l.n == done - 1 || (int)l.n == done);
		assert_int_equal(query_journal_waiting(s), l.n);
		item_list_release(&l);
		store_close(s);
	}
	search_node_free(n);
}

static void failing_disk(void **state)
{
	static const struct {
		int code;
		bool reads;
	} rows[] = {{SQLITE_FULL, false},
		    {SQLITE_IOERR_WRITE, false},
		    {SQLITE_IOERR_WRITE, true}};
	struct fix *f = *state;
	char *path = xasprintf("%s-fault", f->path);

	for (size_t r = 0; r < ARRAY_LEN(rows); r++) {
		int calls;

		fault.left = -1;
		fault.reads = rows[r].reads;
		fault.seen = 0;
		assert_int_equal(scenario(path, NULL), 7);
		calls = fault.seen;
		remove_files("/nonexistent", path);
		for (int n = 0; n < calls; n += 1 + n / 60) {
			struct err why = ERR_INIT;
			int done;

			fault.left = n;
			fault.code = rows[r].code;
			fault.seen = 0;
			done = scenario(path, &why);
			if (done < 7) {
				assert_int_equal(why.kind, ERR_DISK);
				assert_true(why.text[0]);
			}
			fault.left = -1;
			check_scenario(path, done);
			remove_files("/nonexistent", path);
		}
		assert_true(calls > 20);
	}
	free(path);
}

/* --- sudden death ------------------------------------------------------------------------------- */

#define BATCH 20

/* Commits batches for ever; batch i is told in the fact "batch". */
static void write_for_ever(const char *path)
{
	struct fix f = {.dir = ""};

	if (!store_open_write(&f.s, path, NULL))
		_exit(1);
	f.inbox.id = query_folder_role(f.s, FOLDER_ROLE_INBOX);
	f.deleted.id = query_folder_role(f.s, FOLDER_ROLE_DELETED);
	char *fact = query_fact(f.s, "batch");
	int batch = fact ? (int)strtol(fact, NULL, 10) : 0;

	free(fact);
	for (;; batch++) {
		char *text = xasprintf("%d", batch + 1);
		int64_t ids[BATCH], entry;
		struct intent move = {.kind = JOURNAL_MOVE,
				      .items = ids,
				      .n_items = BATCH / 2,
				      .folder = f.deleted.id};

		if (!write_begin(f.s, NULL))
			_exit(1);
		for (int i = 0; i < BATCH; i++) {
			ids[i] = put_n(&f, f.inbox.id, batch * BATCH + i);
			put_body(&f, ids[i], "common words", "raw");
		}
		if (!write_intent(f.s, &move, &entry, NULL) ||
		    !write_fact(f.s, "batch", text, NULL) ||
		    !write_commit(f.s, NULL))
			_exit(1);
		if (batch % 5 == 4)
			(void)write_tidy(f.s);
		free(text);
	}
}

static void killed_at_any_moment(void **state)
{
	struct fix *f = *state;
	struct search_node *n = search_node_new(SEARCH_TEXT, 0);
	unsigned char random[40];
	int64_t count, batch = 0;
	unsigned pause = 2000; /* us; longer where a batch takes longer */

	n->text = xstrdup("common");
	store_close(f->s);
	codec_random(random, sizeof(random));
	for (size_t round = 0; round < ARRAY_LEN(random); round++) {
		struct item_query q = {.search = n, .limit = 1};
		int64_t now_batch;
		char *fact;
		pid_t pid = fork();

		if (!pid)
			write_for_ever(f->path);
		usleep(pause + random[round] * 150u);
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
		must(store_open_write(&f->s, f->path, &err));
		check_sound(f->s);
		fact = query_fact(f->s, "batch");
		now_batch = fact ? strtol(fact, NULL, 10) : 0;
		free(fact);
		assert_true(now_batch >= batch);
		if (now_batch == batch && pause < 500000)
			pause *= 2;
		batch = now_batch;
		must(query_count(f->s, &q, 1 << 20, &count, &err));
		assert_int_equal(count, batch * BATCH);
		assert_int_equal(total_of(f, f->inbox.id), batch * BATCH / 2);
		assert_int_equal(query_journal_waiting(f->s),
				 batch * BATCH / 2);
		store_close(f->s);
	}
	search_node_free(n);
	must(store_open_write(&f->s, f->path, &err));
	assert_true(batch > 0);
}

/* --- housekeeping ----------------------------------------------------------------------------------- */

static void tidy_gives_space_back(void **state)
{
	struct fix *f = *state;
	struct store_sizes before, after;
	struct str mime CLEANUP(str_release) = STR_INIT;
	unsigned char random[20000];

	codec_random(random, sizeof(random));
	codec_hex_add(&mime, random, sizeof(random));
	must(write_begin(f->s, &err));
	for (int i = 0; i < 100; i++)
		put_body(f, put_n(f, f->inbox.id, i), "a few words", mime.s);
	must(write_commit(f->s, &err));
	must(query_sizes(f->s, &before, &err));
	assert_int_equal(before.items, 100);
	assert_int_equal(before.bodies, 100);
	assert_true(before.originals > 100 * 15000);
	assert_true(before.texts > 0 && before.index > 0 && before.lists > 0);
	must(write_folder_gone(f->s, "F-in", &err));
	must(write_purge_gone(f->s, &err));
	while (write_tidy(f->s))
		;
	must(query_sizes(f->s, &after, &err));
	assert_int_equal(after.items, 0);
	assert_int_equal(after.originals, 0);
	assert_true(after.file < before.file / 4);
}

#undef T
#define T(name) cmocka_unit_test_setup_teardown(name, fix_open, fix_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(absent_and_private),	  T(newer_and_foreign),
		T(damaged_files),	  T(flipped_bytes),
		T(released_schema),	  T(locked_by_another_process),
		T(readers_see_commits),	  T(rollback_leaves_nothing),
		T(failing_disk),	  T(killed_at_any_moment),
		T(tidy_gives_space_back),
	};

	fault_install();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
