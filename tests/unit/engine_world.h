/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef TESTS_ENGINE_WORLD_H
#define TESTS_ENGINE_WORLD_H
/*
 * For the engine's tests: an engine on a store of its own and the server in
 * memory, waiting for events, and comparing both sides.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <poll.h>
#include <unistd.h>

#include "engine/core.h"
#include "fake_server.h"

#define WAIT_MS 30000

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

UNUSED static void world_open(struct world *w)
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

UNUSED static void start(struct world *w, enum engine_mode mode)
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

UNUSED static void stop(struct world *w)
{
	engine_stop(w->engine);
	w->engine = NULL;
}

UNUSED static void world_close(struct world *w)
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

UNUSED static void on_event(struct world *w, struct event *e)
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
UNUSED static bool wait_done(struct world *w, uint64_t ticket, int64_t *entry,
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

UNUSED static bool ask(struct world *w, struct request r, struct err *err)
{
	return wait_done(w, engine_submit(w->engine, &r), NULL, err);
}

UNUSED static void sync_all(struct world *w)
{
	struct err err = ERR_INIT;

	if (!ask(w, (struct request){.kind = REQUEST_SYNC}, &err))
		fail_msg("sync: %s; trace: %s", err.text, fake.trace);
}

UNUSED static struct store *reader(struct world *w)
{
	struct err err;

	if (!w->read && !store_open_read(&w->read, w->path, &err))
		fail_msg("open: %s", err.text);
	return w->read;
}

UNUSED static int64_t folder_row(struct world *w, const char *name)
{
	int64_t id = query_folder_path(reader(w), name);

	if (!id)
		fail_msg("no folder %s", name);
	return id;
}

UNUSED static void rows_of(struct world *w, const char *folder,
			   struct item_list *out)
{
	struct item_query q = {.folder = folder_row(w, folder),
			       .sort = SORT_DATE,
			       .ascending = true,
			       .limit = 1000};
	struct err err;

	if (!query_items(reader(w), &q, out, &err))
		fail_msg("query: %s", err.text);
}

UNUSED static int64_t row_at(struct world *w, const char *folder, size_t i)
{
	struct item_list rows = {0};
	int64_t id;

	rows_of(w, folder, &rows);
	assert_true(i < rows.n);
	id = rows.v[i].id;
	item_list_release(&rows);
	return id;
}

UNUSED static void compare_item(const struct item *row, const char *folder)
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
UNUSED static void compare(struct world *w)
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
UNUSED static void wait_journal(struct world *w)
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

UNUSED static int count_ops(const char *name)
{
	int n = 0;
	size_t len = strlen(name);

	for (const char *p = fake.trace; (p = strstr(p, name)); p += len)
		if ((p == fake.trace || p[-1] == ' ') && p[len] == ' ')
			n++;
	return n;
}

UNUSED static void populate(int n)
{
	const char *inbox = fake_role_id(FOLDER_ROLE_INBOX);
	char subject[32];

	for (int i = 0; i < n; i++) {
		snprintf(subject, sizeof(subject), "mail %02d", i);
		fake_add_item(inbox, subject, NULL, NULL, 0);
	}
}

static const char mail[] = "From: ada@x\r\nTo: bob@x\r\nSubject: uploaded\r\n"
			   "Message-ID: <out1@x>\r\n\r\nHello.\r\n";

UNUSED static struct intent *make_intent(struct world *w, const char *what)
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
#endif
