/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Changes made by a person reach the server exactly once, whatever is lost. */
#include "engine_world.h"

/* --- exactly once --------------------------------------------------------- */

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

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_once_plain),
		cmocka_unit_test(test_once_lost_before),
		cmocka_unit_test(test_once_lost_after),
		cmocka_unit_test(test_once_stopped),
		cmocka_unit_test(test_refused_for_good),
		cmocka_unit_test(test_conflict),
		cmocka_unit_test(test_undo),
		cmocka_unit_test(test_send_marks_original),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
