/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* The engine against a server in memory, on a real store: syncing, content,
 * being online or not, several processes. */
#include "engine_world.h"

/* --- sync ----------------------------------------------------------------- */

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

/* Without SyncFolderHierarchy the tree comes with its marks alone, and without
 * those by its sync state alone. */
static void test_half_a_tree(void **state)
{
	static const char *const ops[] = {"sync_folders", "folder_marks"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(ops); i++) {
		struct world w;

		world_open(&w);
		fake_fail(ops[i], 1000, FAULT_BEFORE, ERR_UNSUPPORTED);
		populate(5);
		start(&w, ENGINE_ONCE);
		sync_all(&w);
		compare(&w);
		fake_remove_item(&fake.items.v[1]);
		sync_all(&w);
		compare(&w);
		world_close(&w);
	}
}

/* A server that keeps a change to itself: its count tells, and the folder is
 * compared once. What it counts but does not list changes nothing. */
static void test_recount(void **state)
{
	struct world w;

	(void)state;
	world_open(&w);
	populate(10);
	start(&w, ENGINE_ONCE);
	sync_all(&w);
	for (int alive = 0; alive < 2; alive++) {
		fake.items.v[1].alive = alive;
		fake.items.v[2].flags ^= ITEM_READ;
		sync_all(&w);
		compare(&w);
		fake.trace[0] = 0;
		sync_all(&w);
		assert_string_equal(fake.trace, "folder_marks ");
	}
	fake.unlisted = 1;
	sync_all(&w);
	assert_true(count_ops("sync_items") > 0);
	compare(&w);
	for (int i = 0; i < 3; i++) {
		fake.trace[0] = 0;
		fake.unlisted = 1 + i;
		sync_all(&w);
		assert_string_equal(fake.trace, "folder_marks ");
	}
	/* New mail makes no other difference. */
	fake_add_item(fake_role_id(FOLDER_ROLE_INBOX), "new", NULL, NULL, 0);
	sync_all(&w);
	fake.trace[0] = 0;
	sync_all(&w);
	assert_string_equal(fake.trace, "folder_marks ");
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

/* --- online, offline, sign-in --------------------------------------------- */

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

/* What was under way when it was refused, such as waiting for news, still ends;
 * then nothing is asked any more. */
static bool falls_silent(void)
{
	bool silent = false;

	for (int i = 0; i < 3 && !silent; i++) {
		fake_lock();
		fake.trace[0] = 0;
		fake_unlock();
		usleep(200000);
		fake_lock();
		silent = !fake.trace[0];
		fake_unlock();
	}
	return silent;
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
	assert_true(falls_silent());
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
	/* Offline, the first cannot; it says so. */
	assert_true(ask(&w, (struct request){.kind = REQUEST_OFFLINE}, &err));
	assert_true(sleep(1) == 0);
	assert_false(ask(&v, (struct request){.kind = REQUEST_SYNC}, &err));
	assert_int_equal(err.kind, ERR_NETWORK);
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

/* Another process keeps the store locked: said plainly, and nothing lost. */
static void test_locked_store(void **state)
{
	struct store *other;
	struct world w;
	struct err err;

	(void)state;
	world_open(&w);
	populate(6);
	start(&w, ENGINE_ONCE);
	sync_all(&w);
	fake_lock();
	fake_add_item(fake_role_id(FOLDER_ROLE_INBOX), "late", NULL, NULL, 0);
	fake_unlock();
	usleep(100000); /* the tidying after the first sync */
	assert_true(store_open_write(&other, w.path, &err));
	assert_true(write_begin(other, &err));
	assert_false(ask(&w, (struct request){.kind = REQUEST_SYNC}, &err));
	assert_int_equal(err.kind, ERR_DISK);
	assert_non_null(strstr(w.notice.text, "cannot be written"));
	write_rollback(other);
	store_close(other);
	sync_all(&w);
	compare(&w);
	world_close(&w);
}

/* A second screen fetches what a person opens by itself; one lost line must not
 * keep it offline for ever. */
static void test_follower_recovers(void **state)
{
	struct engine_options o;
	struct world w, v;
	struct err err;
	bool ok = false;

	(void)state;
	world_open(&w);
	populate(2);
	w.account->offline_max_bytes = 10;
	start(&w, ENGINE_FULL);
	sync_all(&w);
	o = (struct engine_options){.account = w.account,
				    .store_path = w.path,
				    .mode = ENGINE_FULL};
	v = w;
	assert_true(engine_start_with(&v.engine, &o, &fake_ops, 10, &err));
	struct request r = {.kind = REQUEST_BODY,
			    .item = row_at(&w, "inbox", 0)};

	fake_fail("fetch", 1, FAULT_BEFORE, ERR_NETWORK);
	assert_false(ask(&v, r, &err));
	for (int i = 0; i < 100 && !ok; i++) {
		usleep(20000);
		ok = ask(&v, r, &err);
	}
	assert_true(ok);
	engine_stop(v.engine);
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
		cmocka_unit_test(test_recount),
		cmocka_unit_test(test_half_a_tree),
		cmocka_unit_test(test_stale_state),
		cmocka_unit_test(test_push),
		cmocka_unit_test(test_body_on_demand),
		cmocka_unit_test(test_search),
		cmocka_unit_test(test_offline),
		cmocka_unit_test(test_password),
		cmocka_unit_test(test_nobody_to_ask),
		cmocka_unit_test(test_local_and_follower),
		cmocka_unit_test(test_locked_store),
		cmocka_unit_test(test_follower_recovers),
		cmocka_unit_test(test_cancel),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
