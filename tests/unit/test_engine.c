/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* The engine against a server in memory, on a real store. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <poll.h>
#include <unistd.h>

#include "engine/core.h"
#include "fake_server.h"

#define WAIT_MS 10000

struct world {
	char dir[64], path[96];
	struct account *account;
	struct engine *engine;
	struct store *read;
	bool interactive;
	const char *answers[4]; /* to password questions, in turn */
	int asked;
	int news; /* EVENT_NEW_MAIL counts */
	struct err notice;
};

static void world_open(struct world *w)
{
	memset(w, 0, sizeof(*w));
	snprintf(w->dir, sizeof(w->dir), "/tmp/retinue-engine-XXXXXX");
	assert_non_null(mkdtemp(w->dir));
	snprintf(w->path, sizeof(w->path), "%s/store.db", w->dir);
	fake_init();
	w->account = account_new();
	w->account->name = xstrdup("work");
	w->account->address = xstrdup("ada@x");
	w->account->push = true;
	w->account->poll_seconds = 600;
	w->account->offline_max_bytes = 1000000;
}

static void start(struct world *w, enum engine_mode mode)
{
	struct engine_options o = {.account = w->account,
				   .store_path = w->path,
				   .mode = mode,
				   .bodies = true,
				   .interactive = w->interactive};
	struct err err = ERR_INIT;

	if (!engine_start_with(&w->engine, &o, &fake_ops, 10, &err))
		fail_msg("start: %s", err.text);
}

static void stop(struct world *w)
{
	engine_stop(w->engine);
	w->engine = NULL;
}

static void world_close(struct world *w)
{
	char command[200];

	stop(w);
	if (w->read)
		store_close(w->read);
	account_free(w->account);
	fake_release();
	for (const char *const *s =
		     (const char *const[]){"", "-wal", "-shm", ".lock", NULL};
	     *s; s++) {
		snprintf(command, sizeof(command), "%s%s", w->path, *s);
		unlink(command);
	}
	rmdir(w->dir);
}

static void on_event(struct world *w, struct event *e)
{
	const char *answer;

	switch (e->kind) {
	case EVENT_QUESTION:
		answer = w->asked < 4 ? w->answers[w->asked] : NULL;
		assert_int_equal(e->retry, w->asked > 0);
		w->asked++;
		engine_answer(w->engine, e->ticket, answer);
		break;
	case EVENT_NEW_MAIL:
		w->news += (int)e->count;
		break;
	case EVENT_NOTICE:
		w->notice = e->err;
		break;
	default:
		break;
	}
}

/* Waits for EVENT_DONE of the ticket; the entry and err are handed over. */
static bool wait_done(struct world *w, uint64_t ticket, int64_t *entry,
		      struct err *err)
{
	int64_t end = clock_mono_ms() + WAIT_MS;
	struct event e;

	while (clock_mono_ms() < end) {
		struct pollfd p = {engine_fd(w->engine), POLLIN, 0};
		bool done, ok;

		if (!engine_next_event(w->engine, &e)) {
			poll(&p, 1, 20);
			continue;
		}
		on_event(w, &e);
		done = e.kind == EVENT_DONE && e.ticket == ticket;
		ok = e.err.kind == ERR_NONE;
		if (done && entry)
			*entry = e.entry;
		if (done && err)
			*err = e.err;
		event_release(&e);
		if (done)
			return ok;
	}
	fail_msg("no EVENT_DONE; trace: %s", fake.trace);
	return false;
}

static bool ask(struct world *w, struct request r, struct err *err)
{
	return wait_done(w, engine_submit(w->engine, &r), NULL, err);
}

static void sync_all(struct world *w)
{
	struct err err = ERR_INIT;

	if (!ask(w, (struct request){.kind = REQUEST_SYNC}, &err))
		fail_msg("sync: %s; trace: %s", err.text, fake.trace);
}

static struct store *reader(struct world *w)
{
	struct err err;

	if (!w->read && !store_open_read(&w->read, w->path, &err))
		fail_msg("open: %s", err.text);
	return w->read;
}

static int64_t folder_row(struct world *w, const char *name)
{
	int64_t id = query_folder_path(reader(w), name);

	if (!id)
		fail_msg("no folder %s", name);
	return id;
}

static void rows_of(struct world *w, const char *folder, struct item_list *out)
{
	struct item_query q = {.folder = folder_row(w, folder),
			       .sort = SORT_DATE,
			       .ascending = true,
			       .limit = 1000};
	struct err err;

	if (!query_items(reader(w), &q, out, &err))
		fail_msg("query: %s", err.text);
}

static int64_t row_at(struct world *w, const char *folder, size_t i)
{
	struct item_list rows = {0};
	int64_t id;

	rows_of(w, folder, &rows);
	assert_true(i < rows.n);
	id = rows.v[i].id;
	item_list_release(&rows);
	return id;
}

static void compare_item(const struct item *row, const char *folder)
{
	const struct fake_item *it = fake_item(row->remote_id);
	unsigned mask = ITEM_READ | ITEM_FLAGGED | ITEM_COMPLETE;

	if (!it)
		fail_msg("%s: %s (%s) is not on the server; trace %s", folder,
			 row->subject, str_or_empty(row->remote_id),
			 fake.trace);
	assert_string_equal(it->folder, folder);
	assert_string_equal(it->subject, row->subject);
	assert_int_equal(it->flags & mask, row->flags & mask);
	assert_string_equal(it->categories, str_or_empty(row->categories));
	assert_false(row->flags & (ITEM_PENDING | ITEM_CONFLICT));
}

/* Both sides have the same folders and items. */
static void compare(struct world *w)
{
	struct folder_list folders = {0};
	size_t alive = 0, remote = 0;
	struct err err;

	assert_true(query_folders(reader(w), &folders, &err));
	fake_lock();
	for (size_t i = 0; i < fake.folders.n; i++)
		alive += fake.folders.v[i].alive;
	for (size_t i = 0; i < folders.n; i++) {
		const struct folder *f = &folders.v[i];
		const struct fake_folder *there;
		struct item_list rows = {0};
		struct item_query q = {.folder = f->id, .limit = 1000};

		if (!f->remote_id)
			continue;
		remote++;
		there = fake_folder(f->remote_id);
		assert_non_null(there);
		assert_string_equal(there->name, f->name);
		assert_true(query_items(reader(w), &q, &rows, &err));
		for (size_t k = 0; k < rows.n; k++)
			compare_item(&rows.v[k], f->remote_id);
		if (rows.n != fake_count(f->remote_id))
			fail_msg("%s: %zu rows, %zu on the server; trace %s",
				 f->name, rows.n, fake_count(f->remote_id),
				 fake.trace);
		item_list_release(&rows);
	}
	assert_int_equal(remote, alive);
	fake_unlock();
	folder_list_release(&folders);
}

/* Until the journal is empty. */
static void wait_journal(struct world *w)
{
	int64_t end = clock_mono_ms() + WAIT_MS;
	struct event e;

	while (query_journal_waiting(reader(w))) {
		if (clock_mono_ms() > end)
			fail_msg("journal does not empty; trace %s",
				 fake.trace);
		usleep(5000);
		while (engine_next_event(w->engine, &e)) {
			on_event(w, &e);
			event_release(&e);
		}
	}
}

static int count_ops(const char *name)
{
	int n = 0;
	size_t len = strlen(name);

	for (const char *p = fake.trace; (p = strstr(p, name)); p += len)
		if ((p == fake.trace || p[-1] == ' ') && p[len] == ' ')
			n++;
	return n;
}

static void populate(int n)
{
	const char *inbox = fake_role_id(FOLDER_ROLE_INBOX);
	char subject[32];

	for (int i = 0; i < n; i++) {
		snprintf(subject, sizeof(subject), "mail %02d", i);
		fake_add_item(inbox, subject, NULL, NULL, 0);
	}
}

/* --- sync
 * -------------------------------------------------------------------------- */

static void test_first_and_second_sync(void **state)
{
	struct world w;
	struct str text = STR_INIT;
	struct bytes mime = {0};
	struct err err;

	(void)state;
	world_open(&w);
	populate(20);
	start(&w, ENGINE_ONCE);
	sync_all(&w);
	compare(&w);
	assert_true(
		query_mime(reader(&w), row_at(&w, "inbox", 7), &mime, &err));
	assert_true(
		query_text(reader(&w), row_at(&w, "inbox", 7), &text, &err));
	assert_non_null(strstr(text.s, "Text of mail 07"));
	bytes_release(&mime);
	str_release(&text);
	assert_int_equal(count_ops("fetch"), 1);
	stop(&w);

	/* A new process: nothing has changed, one request tells so. */
	fake.trace[0] = 0;
	start(&w, ENGINE_ONCE);
	sync_all(&w);
	assert_string_equal(fake.trace, "folder_marks ");
	/* One folder changed: one more. */
	fake.trace[0] = 0;
	fake_add_item(fake_role_id(FOLDER_ROLE_SENT), "new", NULL, NULL, 0);
	sync_all(&w);
	assert_int_equal(count_ops("folder_marks"), 1);
	assert_int_equal(count_ops("sync_items"), 1);
	compare(&w);
	world_close(&w);
}

static void test_server_changes(void **state)
{
	struct world w;
	struct item_edit edit = {.set = EDIT_READ, .read = true};

	(void)state;
	world_open(&w);
	populate(10);
	start(&w, ENGINE_ONCE);
	sync_all(&w);
	fake_lock();
	fake_remove_item(&fake.items.v[2]);
	fake_apply(&fake.items.v[3], &edit);
	free(fake_place(4, fake_role_id(FOLDER_ROLE_DELETED), false));
	fake_add_folder("ROOT", "Later", FOLDER_ROLE_NONE);
	fake_add_item(fake.folders.v[fake.folders.n - 1].id, "in it", NULL,
		      NULL, 0);
	fake.trace[0] = 0;
	fake_unlock();
	sync_all(&w);
	compare(&w);
	/* The moved message kept its content: only the new one was fetched. */
	assert_int_equal(count_ops("fetch"), 1);
	world_close(&w);
}

static void test_no_marks(void **state)
{
	struct world w;

	(void)state;
	world_open(&w);
	fake.no_marks = true;
	populate(5);
	start(&w, ENGINE_ONCE);
	sync_all(&w);
	fake_remove_item(&fake.items.v[1]);
	sync_all(&w);
	compare(&w);
	world_close(&w);
}

/* A refused state: set-compare, and no content fetched again. */
static void test_stale_state(void **state)
{
	struct world w;

	(void)state;
	world_open(&w);
	populate(10);
	start(&w, ENGINE_ONCE);
	sync_all(&w);
	fake_remove_item(&fake.items.v[1]);
	fake_add_item(fake_role_id(FOLDER_ROLE_INBOX), "late", NULL, NULL, 0);
	fake.epoch++;
	fake.trace[0] = 0;
	sync_all(&w);
	compare(&w);
	assert_int_equal(count_ops("fetch"), 1);
	world_close(&w);
}

static void test_push(void **state)
{
	struct notify_event *e = xcalloc(1, sizeof(*e));
	int64_t end = clock_mono_ms() + WAIT_MS;
	struct item_list rows = {0};
	struct world w;

	(void)state;
	world_open(&w);
	populate(3);
	start(&w, ENGINE_FULL);
	sync_all(&w);
	fake_lock();
	fake_add_item(fake_role_id(FOLDER_ROLE_INBOX), "pushed", NULL, NULL, 0);
	fake.items.v[fake.items.n - 1].received = clock_now();
	fake_unlock();
	e->kind = NOTIFY_FOLDER;
	e->folder = "F1";
	chan_send(fake.news, e);
	while (rows.n < 4 && clock_mono_ms() < end) {
		struct event ev;

		usleep(5000);
		item_list_release(&rows);
		rows_of(&w, "inbox", &rows);
		while (engine_next_event(w.engine, &ev)) {
			on_event(&w, &ev);
			event_release(&ev);
		}
	}
	assert_int_equal(rows.n, 4);
	sync_all(&w);
	assert_int_equal(w.news, 1);
	item_list_release(&rows);
	world_close(&w);
}

static void test_body_on_demand(void **state)
{
	struct world w;
	struct item it;
	struct bytes mime = {0};
	struct err err;
	int64_t id;

	(void)state;
	world_open(&w);
	populate(2);
	w.account->offline_max_bytes = 10; /* everything is too large */
	start(&w, ENGINE_ONCE);
	sync_all(&w);
	id = row_at(&w, "inbox", 0);
	assert_true(query_item(reader(&w), id, &it, &err));
	assert_true(it.flags & ITEM_TOO_LARGE);
	item_release(&it);
	assert_int_equal(count_ops("fetch"), 0);
	assert_true(ask(&w, (struct request){.kind = REQUEST_BODY, .item = id},
			&err));
	assert_true(query_mime(reader(&w), id, &mime, &err));
	bytes_release(&mime);
	/* Vanished meanwhile. */
	id = row_at(&w, "inbox", 1);
	fake_remove_item(&fake.items.v[1]);
	assert_false(ask(&w, (struct request){.kind = REQUEST_BODY, .item = id},
			 &err));
	assert_int_equal(err.kind, ERR_NOT_FOUND);
	sync_all(&w);
	compare(&w);
	world_close(&w);
}

static void test_search(void **state)
{
	struct request r = {.kind = REQUEST_SEARCH};
	struct world w;
	struct event e;
	uint64_t ticket;
	int64_t end;
	bool found = false, done = false;

	(void)state;
	world_open(&w);
	populate(12);
	start(&w, ENGINE_ONCE);
	sync_all(&w);
	r.text = xstrdup("mail 0");
	ticket = engine_submit(w.engine, &r);
	end = clock_mono_ms() + WAIT_MS;
	while (!done && clock_mono_ms() < end) {
		if (!engine_next_event(w.engine, &e)) {
			usleep(2000);
			continue;
		}
		if (e.kind == EVENT_RESULTS && e.ticket == ticket)
			found = e.count == 10;
		done = e.kind == EVENT_DONE && e.ticket == ticket;
		event_release(&e);
	}
	assert_true(done && found);
	world_close(&w);
}

/* --- exactly once
 * --------------------------------------------------------------------- */

static const char mail[] = "From: ada@x\r\nTo: bob@x\r\nSubject: uploaded\r\n"
			   "Message-ID: <out1@x>\r\n\r\nHello.\r\n";

static struct intent *make_intent(struct world *w, const char *what)
{
	struct item_edit edit = {.set = EDIT_READ | EDIT_CATEGORIES,
				 .read = true};
	int64_t ids[2] = {row_at(w, "inbox", 0), row_at(w, "inbox", 3)};
	struct bytes raw = {0};

	bytes_set(&raw, mail, sizeof(mail) - 1);
	if (strcmp(what, "send") == 0)
		return intent_send(&raw, "out1@x", 0, ids[0], 102);
	if (strcmp(what, "draft") == 0)
		return intent_draft(&raw, "out1@x", folder_row(w, "drafts"));
	bytes_release(&raw);
	edit.categories = (char[]){"Red\nBlue"};
	if (strcmp(what, "edit") == 0)
		return intent_edit(ids, 2, &edit);
	if (strcmp(what, "move") == 0)
		return intent_move(ids, 2, folder_row(w, "Archive"));
	if (strcmp(what, "copy") == 0)
		return intent_copy(ids, 2, folder_row(w, "Archive"));
	if (strcmp(what, "delete") == 0)
		return intent_delete(ids, 2, DELETE_TO_DELETED);
	if (strcmp(what, "hard delete") == 0)
		return intent_delete(ids, 2, DELETE_HARD);
	if (strcmp(what, "create") == 0)
		return intent_folder_create(0, "Made");
	if (strcmp(what, "rename") == 0)
		return intent_folder_rename(folder_row(w, "Archive"), "Attic");
	if (strcmp(what, "move folder") == 0)
		return intent_folder_move(folder_row(w, "Archive"),
					  folder_row(w, "inbox"));
	if (strcmp(what, "delete folder") == 0)
		return intent_folder_delete(folder_row(w, "Archive"),
					    DELETE_HARD);
	if (strcmp(what, "empty") == 0)
		return intent_folder_empty(folder_row(w, "inbox"), DELETE_HARD);
	fail_msg("what is %s?", what);
	return NULL;
}

static const struct once {
	const char *what, *op;
	int items;   /* on the server afterwards; 6 before */
	int folders; /* 6 before */
} once[] = {
	{"edit", "edit", 6, 6},
	{"move", "move", 6, 6},
	{"copy", "copy", 8, 6},
	{"delete", "move", 6, 6},
	{"hard delete", "remove", 4, 6},
	{"send", "upload", 7, 6},
	{"send", "send", 7, 6},
	{"draft", "upload", 7, 6},
	{"create", "folder_create", 6, 7},
	{"rename", "folder_rename", 6, 6},
	{"move folder", "folder_move", 6, 6},
	{"delete folder", "folder_remove", 6, 5},
	{"empty", "folder_empty", 0, 6},
};

static void check_once(struct world *w, const struct once *o)
{
	size_t alive = 0;

	sync_all(w);
	compare(w);
	for (size_t i = 0; i < fake.folders.n; i++)
		alive += fake.folders.v[i].alive;
	if ((int)fake_count(NULL) != o->items || (int)alive != o->folders)
		fail_msg("%s: %zu items, %zu folders; trace %s", o->what,
			 fake_count(NULL), alive, fake.trace);
	assert_int_equal(fake.sent, strcmp(o->what, "send") == 0);
}

static void run_once(const struct once *o, int kind, enum err_kind err,
		     bool new_ids, bool killed)
{
	struct request r = {.kind = REQUEST_INTENT};
	struct world w;
	int64_t entry = 0, end;

	world_open(&w);
	fake.no_new_ids = !new_ids;
	populate(6);
	start(&w, ENGINE_ONCE);
	sync_all(&w);
	fake.trace[0] = 0;
	if (kind >= 0)
		fake_fail(o->op, 1, (enum fake_fault_kind)kind, err);
	r.intent = make_intent(&w, o->what);
	assert_true(wait_done(&w, engine_submit(w.engine, &r), &entry, NULL));
	assert_true(entry > 0);
	if (killed) {
		end = clock_mono_ms() + WAIT_MS;
		while (!fake.hanging && clock_mono_ms() < end)
			usleep(2000);
		assert_true(fake.hanging);
		stop(&w);
		start(&w, ENGINE_ONCE);
		sync_all(&w);
	}
	wait_journal(&w);
	check_once(&w, o);
	world_close(&w);
}

static void test_once_plain(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(once); i++) {
		run_once(&once[i], -1, ERR_NONE, true, false);
		run_once(&once[i], -1, ERR_NONE, false, false);
	}
}

static void test_once_lost_before(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(once); i++) {
		run_once(&once[i], FAULT_BEFORE, ERR_NETWORK, true, false);
		run_once(&once[i], FAULT_BEFORE, ERR_SERVER, false, false);
	}
}

static void test_once_lost_after(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(once); i++) {
		run_once(&once[i], FAULT_AFTER, ERR_NETWORK, true, false);
		run_once(&once[i], FAULT_AFTER, ERR_SERVER, false, false);
	}
}

static void test_once_stopped(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(once); i++) {
		run_once(&once[i], FAULT_HANG_BEFORE, ERR_NONE, true, true);
		run_once(&once[i], FAULT_HANG_AFTER, ERR_NONE, true, true);
		run_once(&once[i], FAULT_HANG_AFTER, ERR_NONE, false, true);
	}
}

static void test_refused_for_good(void **state)
{
	struct request r = {.kind = REQUEST_INTENT};
	struct journal_list list = {0};
	struct world w;
	struct err err;

	(void)state;
	world_open(&w);
	populate(6);
	start(&w, ENGINE_ONCE);
	sync_all(&w);
	fake_fail("move", 1, FAULT_BEFORE, ERR_QUOTA);
	r.intent = make_intent(&w, "move");
	assert_true(ask(&w, r, &err));
	wait_journal(&w);
	assert_true(query_journal(reader(&w), false, 10, &list, &err));
	assert_int_equal(list.n, 1);
	assert_int_equal(list.v[0].state, JOURNAL_FAILED);
	assert_non_null(strstr(list.v[0].error, "says no"));
	/* Retried by the person, it goes through. */
	assert_true(ask(&w,
			(struct request){.kind = REQUEST_RESOLVE,
					 .entry = list.v[0].id,
					 .mine = true},
			&err));
	journal_list_release(&list);
	wait_journal(&w);
	sync_all(&w);
	compare(&w);
	world_close(&w);
}

static void test_conflict(void **state)
{
	struct item_edit edit = {.set = EDIT_CATEGORIES};
	struct request r = {.kind = REQUEST_INTENT};
	struct conflict_list list = {0};
	struct world w;
	struct err err;
	int64_t id;

	(void)state;
	world_open(&w);
	populate(2);
	start(&w, ENGINE_ONCE);
	sync_all(&w);
	id = row_at(&w, "inbox", 0);
	/* The other side first, then ours, on the same property. */
	edit.categories = (char[]){"Theirs"};
	fake_lock();
	fake_apply(&fake.items.v[0], &edit);
	fake_unlock();
	edit.categories = (char[]){"Mine"};
	r.intent = intent_edit(&id, 1, &edit);
	assert_true(ask(&w, r, &err));
	wait_journal(&w);
	assert_true(query_conflicts(reader(&w), &list, &err));
	assert_int_equal(list.n, 1);
	assert_string_equal(list.v[0].mine, "categories Mine");
	assert_string_equal(list.v[0].server, "categories Theirs");
	sync_all(&w);
	assert_true(ask(&w,
			(struct request){.kind = REQUEST_RESOLVE,
					 .entry = list.v[0].entry,
					 .mine = true},
			&err));
	conflict_list_release(&list);
	wait_journal(&w);
	sync_all(&w);
	assert_string_equal(fake.items.v[0].categories, "Mine");
	compare(&w);
	world_close(&w);
}

static void test_undo(void **state)
{
	struct request r = {.kind = REQUEST_INTENT};
	struct world w;
	struct err err;

	(void)state;
	world_open(&w);
	populate(6);
	start(&w, ENGINE_ONCE);
	sync_all(&w);
	r.intent = make_intent(&w, "move");
	assert_true(ask(&w, r, &err));
	wait_journal(&w);
	assert_int_equal(fake_count(fake_role_id(FOLDER_ROLE_INBOX)), 4);
	assert_true(ask(&w, (struct request){.kind = REQUEST_UNDO}, &err));
	wait_journal(&w);
	assert_int_equal(fake_count(fake_role_id(FOLDER_ROLE_INBOX)), 6);
	sync_all(&w);
	compare(&w);
	world_close(&w);
}

/* A reply marks the message it answers. */
static void test_send_marks_original(void **state)
{
	struct request r = {.kind = REQUEST_INTENT};
	struct item_list rows = {0};
	struct world w;
	struct err err;

	(void)state;
	world_open(&w);
	populate(6);
	start(&w, ENGINE_ONCE);
	sync_all(&w);
	r.intent = make_intent(&w, "send");
	assert_true(ask(&w, r, &err));
	/* Shown in the outbox, with its content, before it is sent. */
	wait_journal(&w);
	sync_all(&w);
	assert_true(fake.items.v[0].flags & ITEM_ANSWERED);
	rows_of(&w, "sent", &rows);
	assert_int_equal(rows.n, 1);
	item_list_release(&rows);
	rows_of(&w, "outbox", &rows);
	assert_int_equal(rows.n, 0);
	item_list_release(&rows);
	compare(&w);
	world_close(&w);
}

/* --- online, offline, sign-in
 * ------------------------------------------------------- */

static void test_offline(void **state)
{
	struct request r = {.kind = REQUEST_INTENT};
	struct engine_state st;
	struct world w;
	struct err err;
	int64_t id;

	(void)state;
	world_open(&w);
	populate(6);
	start(&w, ENGINE_FULL);
	sync_all(&w);
	assert_true(ask(&w, (struct request){.kind = REQUEST_OFFLINE}, &err));
	engine_get_state(w.engine, &st);
	assert_true(st.by_hand);
	assert_int_equal(st.online, ENGINE_OFFLINE);
	r.intent = make_intent(&w, "move");
	assert_true(ask(&w, r, &err));
	id = row_at(&w, "inbox", 0);
	assert_false(ask(&w, (struct request){.kind = REQUEST_BODY, .item = id},
			 &err));
	assert_non_null(strstr(err.text, "not kept offline"));
	assert_int_equal(query_journal_waiting(reader(&w)), 2);
	assert_true(ask(&w, (struct request){.kind = REQUEST_ONLINE}, &err));
	wait_journal(&w);
	/* The network goes and comes back. */
	fake_fail("folder_marks", 2, FAULT_BEFORE, ERR_NETWORK);
	assert_false(ask(&w, (struct request){.kind = REQUEST_SYNC}, &err));
	assert_int_equal(err.kind, ERR_NETWORK);
	for (int i = 0; i < 1000; i++) {
		engine_get_state(w.engine, &st);
		if (st.online == ENGINE_ONLINE)
			break;
		usleep(5000);
	}
	assert_int_equal(st.online, ENGINE_ONLINE);
	sync_all(&w);
	compare(&w);
	world_close(&w);
}

static void test_password(void **state)
{
	struct world w;
	struct engine_state st;
	struct err err;

	(void)state;
	world_open(&w);
	populate(3);
	fake.password = "right";
	w.interactive = true;
	w.answers[0] = "wrong";
	w.answers[1] = "right";
	start(&w, ENGINE_FULL);
	sync_all(&w);
	assert_int_equal(w.asked, 2);
	assert_int_equal(fake.wrong_passwords, 1);
	/* It is changed on the server, and the person refuses to answer. */
	fake_lock();
	fake.password = "other";
	fake_unlock();
	w.asked = 1;
	w.answers[1] = NULL;
	assert_false(ask(&w, (struct request){.kind = REQUEST_SYNC}, &err));
	assert_int_equal(err.kind, ERR_AUTH);
	engine_get_state(w.engine, &st);
	assert_int_equal(st.online, ENGINE_SIGNED_OUT);
	/* No loop: nothing is asked until somebody wants it. */
	fake_lock();
	fake.trace[0] = 0;
	fake_unlock();
	usleep(200000);
	assert_string_equal(fake.trace, "");
	w.asked = 0;
	w.answers[0] = "other";
	sync_all(&w);
	compare(&w);
	world_close(&w);
}

static void test_nobody_to_ask(void **state)
{
	struct world w;
	struct err err;

	(void)state;
	world_open(&w);
	fake.password = "secret";
	start(&w, ENGINE_ONCE);
	assert_false(ask(&w, (struct request){.kind = REQUEST_SYNC}, &err));
	assert_int_equal(err.kind, ERR_AUTH);
	world_close(&w);
}

static void test_local_and_follower(void **state)
{
	struct request r = {.kind = REQUEST_INTENT};
	struct engine_options o;
	struct engine_state st;
	struct engine *local;
	struct world w, v;
	struct err err;
	uint64_t ticket;

	(void)state;
	world_open(&w);
	populate(6);
	start(&w, ENGINE_FULL);
	sync_all(&w);
	v = w;
	/* A verb beside it journals; the full engine finds and sends it. */
	o = (struct engine_options){.account = w.account,
				    .store_path = w.path,
				    .mode = ENGINE_LOCAL};
	assert_true(engine_start_with(&local, &o, &fake_ops, 10, &err));
	r.intent = make_intent(&w, "move");
	v.engine = local;
	assert_true(ask(&v, r, &err));
	engine_stop(local);
	wait_journal(&w);
	assert_int_equal(fake_count(fake_role_id(FOLDER_ROLE_INBOX)), 4);
	/* A second screen follows; its sync is done by the first. */
	o.mode = ENGINE_FULL;
	assert_true(engine_start_with(&local, &o, &fake_ops, 10, &err));
	v.engine = local;
	fake_lock();
	fake_add_item(fake_role_id(FOLDER_ROLE_SENT), "seen", NULL, NULL, 0);
	fake_unlock();
	sync_all(&v);
	engine_get_state(local, &st);
	assert_true(st.follower);
	/* The first ends: the second takes over. */
	stop(&w);
	w.engine = local;
	for (int i = 0; i < 1000 && st.follower; i++) {
		usleep(5000);
		engine_get_state(local, &st);
	}
	assert_false(st.follower);
	sync_all(&w);
	compare(&w);
	ticket = engine_submit(w.engine,
			       &(struct request){.kind = REQUEST_CHECK});
	assert_true(wait_done(&w, ticket, NULL, NULL));
	world_close(&w);
}

static void test_cancel(void **state)
{
	struct world w;
	struct err err;
	uint64_t ticket;
	int64_t begun;

	(void)state;
	world_open(&w);
	populate(3);
	w.account->offline_max_bytes = 10;
	start(&w, ENGINE_ONCE);
	sync_all(&w);
	fake_fail("fetch", 1, FAULT_HANG_BEFORE, ERR_NONE);
	ticket = engine_submit(
		w.engine, &(struct request){.kind = REQUEST_BODY,
					    .item = row_at(&w, "inbox", 0)});
	while (!fake.hanging)
		usleep(2000);
	engine_cancel(w.engine, ticket);
	assert_false(wait_done(&w, ticket, NULL, &err));
	assert_int_equal(err.kind, ERR_CANCELLED);
	/* Stopping is quick, whatever hangs. */
	fake_fail("folder_marks", 1, FAULT_HANG_BEFORE, ERR_NONE);
	fake.hanging = false;
	engine_submit(w.engine, &(struct request){.kind = REQUEST_SYNC});
	while (!fake.hanging)
		usleep(2000);
	begun = clock_mono_ms();
	stop(&w);
	assert_true(clock_mono_ms() - begun < 500);
	world_close(&w);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_first_and_second_sync),
		cmocka_unit_test(test_server_changes),
		cmocka_unit_test(test_no_marks),
		cmocka_unit_test(test_stale_state),
		cmocka_unit_test(test_push),
		cmocka_unit_test(test_body_on_demand),
		cmocka_unit_test(test_search),
		cmocka_unit_test(test_once_plain),
		cmocka_unit_test(test_once_lost_before),
		cmocka_unit_test(test_once_lost_after),
		cmocka_unit_test(test_once_stopped),
		cmocka_unit_test(test_refused_for_good),
		cmocka_unit_test(test_conflict),
		cmocka_unit_test(test_undo),
		cmocka_unit_test(test_send_marks_original),
		cmocka_unit_test(test_offline),
		cmocka_unit_test(test_password),
		cmocka_unit_test(test_nobody_to_ask),
		cmocka_unit_test(test_local_and_follower),
		cmocka_unit_test(test_cancel),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
