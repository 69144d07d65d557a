/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Sending, what the server answers, folders, and wishes that are refused. */
#include "tests/unit/journal_help.h"

/* --- send, upload ----------------------------------------------------------------------- */

static struct intent sending(const char *key, int64_t due)
{
	struct intent i = {.kind = JOURNAL_SEND, .due = due};

	i.key = (char *)key;
	i.raw.p = (unsigned char *)"Subject: x\r\n\r\nhello\r\n";
	i.raw.len = 22;
	return i;
}

static void send_end_to_end(void **state)
{
	struct fix *f = *state;
	struct journal_step st;
	struct bytes raw;
	struct item it;
	struct body b = {.has_header = true, .text = (char *)"hello"};
	int64_t asked = put_n(f, f->inbox.id, 1), entry, row, next_due;
	struct step_list l = {0};
	struct intent i = sending("new@example.org", clock_now() + 10);

	i.answers = asked;
	i.verb = 102;
	entry = wish(f, &i);
	row = query_entry_item(f->s, entry);
	item_init(&b.header);
	b.header.subject = (char *)"Re: hello";
	must(write_local_body(f->s, row, &b, &err));
	expect(f, entry, JOURNAL_WAITING, "send \"Re: hello\"");
	assert_true(flags_of(f, asked) & ITEM_ANSWERED);
	get(f, row, &it);
	assert_string_equal(it.subject, "Re: hello");
	assert_string_equal(it.message_id, "new@example.org");
	assert_int_equal(it.folder,
			 query_folder_role(f->s, FOLDER_ROLE_OUTBOX));
	item_release(&it);
	must(write_next_steps(f->s, clock_now(), 10, &l, &next_due, &err));
	assert_int_equal(l.n, 0);
	assert_int_equal(next_due, i.due);
	must(write_due_now(f->s, entry, &err));
	next_one(f, JOURNAL_SEND, &st);
	assert_int_equal(st.stage, 0);
	assert_string_equal(st.key, "new@example.org");
	assert_string_equal(st.folder_remote, "F-sent");
	must(query_step_raw(f->s, st.id, &raw, &err));
	assert_memory_equal(raw.p, i.raw.p, i.raw.len);
	bytes_release(&raw);
	none_left(f); /* the mark on the answered one waits */
	/* tries of the first stage do not count for the second */
	must(write_step_retry(f->s, st.id, 0, "line lost", &err));
	must(write_step_stage(f->s, st.id, 1, "D-1", "DCK", &err));
	release_step(&st);
	next_one(f, JOURNAL_SEND, &st);
	assert_int_equal(st.attempts, 0);
	/* the uploaded draft shows up in a sync: same row, still in Outbox */
	make_item(&it, 90);
	mem_replace(&it.remote_id, xstrdup("D-1"));
	mem_replace(&it.message_id, xstrdup("new@example.org"));
	assert_int_equal(put(f, f->drafts.id, &it), row);
	assert_int_equal(total_of(f, f->drafts.id), 0);
	must(write_step_done(f->s, st.id, NULL, NULL, &err));
	assert_int_equal(folder_of(f, row), f->sent.id);
	must(write_item_gone(f->s, f->drafts.id, "D-1", &err));
	/* the copy in Sent Items is our row */
	mem_replace(&it.remote_id, xstrdup("S-1"));
	mem_replace(&it.search_key, NULL);
	assert_int_equal(put(f, f->sent.id, &it), row);
	assert_int_equal(total_of(f, f->sent.id), 1);
	item_release(&it);
	release_step(&st);
	next_one(f, JOURNAL_EDIT, &st);
	assert_int_equal(st.edit.verb, 102);
	must(write_step_done(f->s, st.id, NULL, NULL, &err));
	release_step(&st);
	expect(f, entry, JOURNAL_DONE, NULL);
	refused(write_undo(f->s, entry, &row, &next_due, &err), ERR_INPUT);
}

/* The sent copy may be seen before the answer to SendItem. */
static void sent_copy_before_answer(void **state)
{
	struct fix *f = *state;
	struct item it;
	struct intent i = sending("new@example.org", 0);
	int64_t entry = wish(f, &i), row = query_entry_item(f->s, entry), step;

	step = next_one(f, JOURNAL_SEND, NULL);
	make_item(&it, 90);
	mem_replace(&it.remote_id, xstrdup("S-1"));
	mem_replace(&it.message_id, xstrdup("new@example.org"));
	assert_int_equal(put(f, f->sent.id, &it), row);
	must(write_step_done(f->s, step, NULL, NULL, &err));
	item_release(&it);
	get(f, row, &it);
	assert_int_equal(it.folder, f->sent.id);
	assert_string_equal(it.remote_id, "S-1");
	item_release(&it);
	assert_int_equal(total_of(f, f->sent.id), 1);
}

static void sent_copy(struct item *it, const char *remote)
{
	make_item(it, 90);
	mem_replace(&it->remote_id, xstrdup(remote));
	mem_replace(&it->message_id, xstrdup("new@example.org"));
}

/* The answer was lost: the step waits for its next try, and a sync shows the
 * copy meanwhile. */
static void sent_copy_while_waiting(void **state)
{
	struct fix *f = *state;
	struct item it;
	struct intent i = sending("new@example.org", 0);
	int64_t entry = wish(f, &i), row = query_entry_item(f->s, entry), step;

	step = next_one(f, JOURNAL_SEND, NULL);
	must(write_step_stage(f->s, step, 1, "D-1", "DCK", &err));
	must(write_step_retry(f->s, step, 0, "line lost", &err));
	sent_copy(&it, "S-1");
	assert_int_equal(put(f, f->sent.id, &it), row);
	must(write_step_done(f->s, step, NULL, NULL, &err));
	item_release(&it);
	get(f, row, &it);
	assert_int_equal(it.folder, f->sent.id);
	assert_string_equal(it.remote_id, "S-1");
	item_release(&it);
	assert_int_equal(total_of(f, f->sent.id), 1);
}

/* Before it was tried at all, such a message is not ours: another program sent
 * it. Once ours is known to be out, they are one. */
static void sent_copy_of_a_stranger(void **state)
{
	struct fix *f = *state;
	struct item it;
	struct intent i = sending("new@example.org", 0);
	int64_t entry = wish(f, &i), row = query_entry_item(f->s, entry), step;
	int64_t other;

	sent_copy(&it, "S-1");
	other = put(f, f->sent.id, &it);
	assert_true(other != row);
	step = next_one(f, JOURNAL_SEND, NULL);
	must(write_step_done(f->s, step, NULL, NULL, &err));
	item_release(&it);
	get(f, row, &it);
	assert_string_equal(it.remote_id, "S-1");
	item_release(&it);
	assert_int_equal(total_of(f, f->sent.id), 1);

	/* A second letter with that Message-ID has a copy of its own. */
	entry = wish(f, &i);
	step = next_one(f, JOURNAL_SEND, NULL);
	must(write_step_done(f->s, step, NULL, NULL, &err));
	assert_int_equal(total_of(f, f->sent.id), 2);
	sent_copy(&it, "S-2");
	assert_int_equal(put(f, f->sent.id, &it),
			 query_entry_item(f->s, entry));
	item_release(&it);
	assert_int_equal(total_of(f, f->sent.id), 2);
}

/* What was wanted of the copy in the meantime is not lost with its row. */
static void sent_copy_with_a_wish(void **state)
{
	struct fix *f = *state;
	struct item it;
	struct journal_step st;
	struct intent i = sending("new@example.org", 0);
	struct intent flag = {.kind = JOURNAL_EDIT, .n_items = 1};
	int64_t step, other;

	sent_copy(&it, "S-1");
	other = put(f, f->sent.id, &it);
	item_release(&it);
	flag.items = &other;
	flag.edit.set = EDIT_FLAG;
	flag.edit.flag = ITEM_FLAGGED;
	flag.edit.flag_due = CLOCK_NEVER;
	wish(f, &i);
	step = next_one(f, JOURNAL_SEND, NULL);
	wish(f, &flag);
	must(write_step_done(f->s, step, NULL, NULL, &err));
	assert_int_equal(total_of(f, f->sent.id), 1);
	assert_int_equal(folder_of(f, other), f->sent.id);
	next_one(f, JOURNAL_EDIT, &st);
	assert_string_equal(st.remote_id, "S-1");
	release_step(&st);
}

/* A message called back becomes a draft; deleting it in the Outbox does too. */
static void send_called_back(void **state)
{
	struct fix *f = *state;
	struct journal_step st;
	struct bytes raw;
	int64_t asked = put_n(f, f->inbox.id, 1);
	struct intent i = sending("new@example.org", clock_now() + 100);

	i.answers = asked;
	i.verb = 104;
	int64_t entry = wish(f, &i), row = query_entry_item(f->s, entry);
	int64_t inverse = undo(f, entry);

	assert_true(inverse > 0);
	expect(f, entry, JOURNAL_UNDONE, NULL);
	assert_int_equal(flags_of(f, asked), 0);
	assert_int_equal(folder_of(f, row), f->drafts.id);
	assert_true(flags_of(f, row) & ITEM_DRAFT);
	assert_int_equal(query_entry_item(f->s, inverse), row);
	next_one(f, JOURNAL_UPLOAD, &st);
	assert_true(st.draft);
	assert_string_equal(st.folder_remote, "F-drafts");
	must(query_step_raw(f->s, st.id, &raw, &err));
	assert_int_equal(raw.len, 22);
	bytes_release(&raw);
	must(write_step_done(f->s, st.id, "D-1", "CK", &err));
	release_step(&st);

	entry = wish(f, &i);
	row = query_entry_item(f->s, entry);
	struct intent del = {
		.kind = JOURNAL_DELETE, .items = &row, .n_items = 1};

	assert_int_equal(wish(f, &del), entry);
	assert_int_equal(folder_of(f, row), f->drafts.id);
}

static void draft_saved_again(void **state)
{
	struct fix *f = *state;
	struct journal_step st;
	struct intent i = sending("d1@example.org", 0);
	int64_t entry, old, row;

	i.kind = JOURNAL_UPLOAD;
	i.draft = true;
	i.folder = f->drafts.id;
	entry = wish(f, &i);
	old = query_entry_item(f->s, entry);
	expect(f, entry, JOURNAL_WAITING, "save message in Drafts");
	must(write_step_done(f->s, next_one(f, JOURNAL_UPLOAD, NULL), "D-1",
			     "CK", &err));
	i.key = (char *)"d2@example.org";
	i.items = &old;
	i.n_items = 1;
	entry = wish(f, &i);
	row = query_entry_item(f->s, entry);
	assert_int_equal(folder_of(f, old), 0);
	assert_int_equal(total_of(f, f->drafts.id), 1);
	next_one(f, JOURNAL_UPLOAD, &st);
	none_left(f); /* the old version goes when the new one is safe */
	must(write_step_done(f->s, st.id, "D-2", "CK", &err));
	release_step(&st);
	next_one(f, JOURNAL_DELETE, &st);
	assert_string_equal(st.remote_id, "D-1");
	must(write_step_done(f->s, st.id, NULL, NULL, &err));
	release_step(&st);
	assert_int_equal(folder_of(f, row), f->drafts.id);
}

/* --- what the server answers -------------------------------------------------------------- */

static void retries_wait(void **state)
{
	struct fix *f = *state;
	struct journal_entry e;
	struct step_list l = {0};
	int64_t id = put_n(f, f->inbox.id, 1), due, now = clock_now();
	struct intent i = edit_read(&id, true);
	int64_t entry = wish(f, &i), step = next_one(f, JOURNAL_EDIT, NULL);

	must(write_step_retry(f->s, step, now + 30, "the server is busy",
			      &err));
	journal_of(f, entry, &e);
	assert_int_equal(e.state, JOURNAL_WAITING);
	assert_int_equal(e.attempts, 1);
	assert_int_equal(e.due, now + 30);
	assert_string_equal(e.error, "the server is busy");
	free(e.text);
	free(e.error);
	must(write_next_steps(f->s, now, 10, &l, &due, &err));
	assert_int_equal(l.n, 0);
	assert_int_equal(due, now + 30);
	must(write_next_steps(f->s, now + 30, 10, &l, &due, &err));
	assert_int_equal(l.n, 1);
	assert_int_equal(l.v[0].attempts, 1);
	step_list_release(&l);
}

static void failed_then_decided(void **state)
{
	struct fix *f = *state;
	int64_t id = put_n(f, f->inbox.id, 1), step;
	struct intent i = move_to(&id, 1, f->archive.id);
	int64_t entry = wish(f, &i);

	step = next_one(f, JOURNAL_MOVE, NULL);
	must(write_step_failed(f->s, step, "no right to do this", &err));
	expect(f, entry, JOURNAL_FAILED, NULL);
	assert_int_equal(flags_of(f, id), ITEM_CONFLICT);
	assert_int_equal(folder_of(f, id), f->archive.id);
	none_left(f);
	must(write_resolve(f->s, entry, RESOLVE_MINE, &err));
	step = next_one(f, JOURNAL_MOVE, NULL);
	must(write_step_failed(f->s, step, "no right to do this", &err));
	must(write_resolve(f->s, entry, RESOLVE_SERVER, &err));
	expect(f, entry, JOURNAL_UNDONE, NULL);
	assert_int_equal(folder_of(f, id), f->inbox.id);
	assert_int_equal(flags_of(f, id), 0);
	refused(write_resolve(f->s, entry, RESOLVE_MINE, &err), ERR_INPUT);
}

static void conflict_keeps_both(void **state)
{
	struct fix *f = *state;
	struct conflict_list l = {0};
	struct item it;
	int64_t id = put_n(f, f->inbox.id, 1), step;
	struct intent i = {
		.kind = JOURNAL_EDIT,
		.items = &id,
		.n_items = 1,
		.edit = {.set = EDIT_CATEGORIES, .categories = (char *)"Mine"}};
	int64_t entry = wish(f, &i);

	step = next_one(f, JOURNAL_EDIT, NULL);
	make_item(&it, 1);
	it.categories = xstrdup("Theirs");
	put(f, f->inbox.id, &it);
	item_release(&it);
	must(write_step_conflict(f->s, step, "categories: Mine",
				 "categories: Theirs", &err));
	must(query_conflicts(f->s, &l, &err));
	assert_int_equal(l.n, 1);
	assert_int_equal(l.v[0].entry, entry);
	assert_int_equal(l.v[0].item, id);
	assert_string_equal(l.v[0].mine, "categories: Mine");
	assert_string_equal(l.v[0].server, "categories: Theirs");
	conflict_list_release(&l);
	expect(f, entry, JOURNAL_CONFLICT, NULL);
	assert_int_equal(flags_of(f, id), ITEM_CONFLICT);
	must(write_resolve(f->s, entry, RESOLVE_SERVER, &err));
	get(f, id, &it);
	assert_string_equal(it.categories, "Theirs");
	item_release(&it);
	must(query_conflicts(f->s, &l, &err));
	assert_int_equal(l.n, 0);
	conflict_list_release(&l);
}

static int64_t clash(struct fix *f, int64_t id, const struct item_edit *e,
		     unsigned flags, const char *categories)
{
	struct intent i = {
		.kind = JOURNAL_EDIT, .items = &id, .n_items = 1, .edit = *e};
	int64_t entry = wish(f, &i), step = next_one(f, JOURNAL_EDIT, NULL);
	struct item it;

	make_item(&it, 1);
	it.flags = flags;
	it.categories = xstrdup(categories);
	put(f, f->inbox.id, &it);
	item_release(&it);
	must(write_step_conflict(f->s, step, "mine", "theirs", &err));
	return entry;
}

/* Both: names of both sides on the one message; a value that can be only one
 * makes a copy that has mine. */
static void conflict_takes_both(void **state)
{
	struct fix *f = *state;
	struct item it;
	int64_t id = put_n(f, f->inbox.id, 1), entry, step;
	struct item_edit names = {.set = EDIT_CATEGORIES,
				  .categories = (char *)"Mine"};
	struct item_edit flag = {.set = EDIT_FLAG,
				 .flag = ITEM_FLAGGED,
				 .flag_due = CLOCK_NEVER};
	struct journal_step st;

	entry = clash(f, id, &names, 0, "Theirs");
	must(write_resolve(f->s, entry, RESOLVE_BOTH, &err));
	expect(f, entry, JOURNAL_UNDONE, NULL);
	get(f, id, &it);
	assert_string_equal(it.categories, "Theirs\nMine");
	assert_int_equal(it.flags & ITEM_CONFLICT, 0);
	item_release(&it);
	step = next_one(f, JOURNAL_EDIT, &st);
	assert_string_equal(st.edit.categories, "Theirs\nMine");
	release_step(&st);
	must(write_step_done(f->s, step, NULL, "ck", &err));

	entry = clash(f, id, &flag, ITEM_COMPLETE, "Theirs");
	must(write_resolve(f->s, entry, RESOLVE_BOTH, &err));
	get(f, id, &it);
	assert_int_equal(it.flags & (ITEM_FLAGGED | ITEM_COMPLETE),
			 ITEM_COMPLETE);
	item_release(&it);
	step = next_one(f, JOURNAL_COPY, &st);
	assert_true(st.item != id);
	get(f, st.item, &it);
	assert_int_equal(it.flags & (ITEM_FLAGGED | ITEM_COMPLETE),
			 ITEM_FLAGGED);
	item_release(&it);
	release_step(&st);
}

/* Mine wins though the server has it no more: it goes up again. */
static void conflict_with_a_gone_message(void **state)
{
	struct fix *f = *state;
	struct journal_step st;
	struct bytes raw;
	int64_t id = put_n(f, f->inbox.id, 1), step, other;
	struct intent i = move_to(&id, 1, f->archive.id);
	int64_t entry;

	put_body(f, id, "words", "the original");
	entry = wish(f, &i);
	step = next_one(f, JOURNAL_MOVE, NULL);
	must(write_step_conflict(f->s, step, "in Archive", NULL, &err));
	must(write_resolve(f->s, entry, RESOLVE_MINE, &err));
	next_one(f, JOURNAL_UPLOAD, &st);
	assert_string_equal(st.folder_remote, "F-arch");
	assert_string_equal(st.key, "m1@example.org");
	must(query_step_raw(f->s, st.id, &raw, &err));
	assert_memory_equal(raw.p, "the original", 12);
	bytes_release(&raw);
	must(write_step_done(f->s, st.id, "N-1", NULL, &err));
	release_step(&st);
	assert_int_equal(folder_of(f, id), f->archive.id);
	/* without the original there is nothing to put back */
	other = put_n(f, f->inbox.id, 2);
	i.items = &other;
	entry = wish(f, &i);
	step = next_one(f, JOURNAL_MOVE, NULL);
	must(write_step_conflict(f->s, step, "in Archive", NULL, &err));
	refused(write_resolve(f->s, entry, RESOLVE_MINE, &err), ERR_INPUT);
	must(write_resolve(f->s, entry, RESOLVE_SERVER, &err));
	assert_int_equal(folder_of(f, other), 0);
}

static void unsure_after_a_crash(void **state)
{
	struct fix *f = *state;
	struct step_list l = {0};
	int64_t id = put_n(f, f->inbox.id, 1);
	struct intent i = move_to(&id, 1, f->archive.id);

	wish(f, &i);
	next_one(f, JOURNAL_MOVE, NULL);
	store_close(f->s);
	must(store_open_write(&f->s, f->path, &err));
	none_left(f);
	must(write_unsure_steps(f->s, &l, &err));
	assert_int_equal(l.n, 1);
	assert_int_equal(l.v[0].state, JOURNAL_SENDING);
	assert_string_equal(l.v[0].remote_id, "R-1");
	step_list_release(&l);
}

/* --- folders --------------------------------------------------------------------------------- */

static char *name_of(struct fix *f, int64_t folder)
{
	struct folder row;
	char *name;

	must(query_folder(f->s, folder, &row, &err));
	name = xstrdup(row.name);
	folder_release(&row);
	return name;
}

static void folder_made_and_filled(void **state)
{
	struct fix *f = *state;
	struct journal_step st;
	struct folder row;
	int64_t id = put_n(f, f->inbox.id, 1), made, a, b;
	struct intent create = {.kind = JOURNAL_FOLDER_CREATE,
				.parent = f->inbox.id,
				.name = (char *)"New"};
	int64_t entry = wish(f, &create);

	made = query_folder_path(f->s, "inbox/new");
	assert_true(made > 0);
	must(query_folder(f->s, made, &row, &err));
	assert_true(row.flags & FOLDER_LOCAL);
	folder_release(&row);
	struct intent move = move_to(&id, 1, made);

	wish(f, &move);
	refused(write_undo(f->s, entry, &a, &b, &err), ERR_INPUT);
	next_one(f, JOURNAL_FOLDER_CREATE, &st);
	assert_string_equal(st.parent_remote, "F-in");
	assert_string_equal(st.name, "New");
	assert_string_equal(st.class, "IPF.Note");
	none_left(f); /* the move waits for the folder */
	must(write_step_done(f->s, st.id, "F-new", NULL, &err));
	release_step(&st);
	next_one(f, JOURNAL_MOVE, &st);
	assert_string_equal(st.folder_remote, "F-new");
	release_step(&st);
	must(query_folder(f->s, made, &row, &err));
	assert_string_equal(row.remote_id, "F-new");
	assert_false(row.flags & FOLDER_LOCAL);
	folder_release(&row);
}

/* Sync shows the new folder before the answer, or because it was there. */
static void folder_seen_first(void **state)
{
	struct fix *f = *state;
	struct intent create = {.kind = JOURNAL_FOLDER_CREATE,
				.parent = f->inbox.id,
				.name = (char *)"New"};
	struct folder seen = {.remote_id = (char *)"F-new",
			      .parent_remote = (char *)"F-in",
			      .name = (char *)"NEW"};
	int64_t entry = wish(f, &create), made, step;

	made = query_folder_path(f->s, "Inbox/New");
	step = next_one(f, JOURNAL_FOLDER_CREATE, NULL);
	must(write_folder(f->s, &seen, &err));
	assert_int_equal(seen.id, made);
	must(write_step_done(f->s, step, "F-new", NULL, &err));
	expect(f, entry, JOURNAL_DONE, NULL);
	create.name = (char *)"Other";
	entry = wish(f, &create);
	seen.remote_id = (char *)"F-other";
	seen.name = (char *)"Other";
	must(write_folder(f->s, &seen, &err));
	expect(f, entry, JOURNAL_DONE, NULL);
	none_left(f);
}

static void folder_renamed(void **state)
{
	struct fix *f = *state;
	struct journal_step st;
	struct folder server = {.remote_id = (char *)"F-arch",
				.name = (char *)"Archive"};
	struct intent i = {.kind = JOURNAL_FOLDER_RENAME,
			   .folder = f->archive.id,
			   .name = (char *)"Attic"};
	int64_t entry = wish(f, &i);
	char *name;

	assert_int_equal(query_folder_path(f->s, "attic"), f->archive.id);
	must(write_folder(f->s, &server, &err)); /* local name wins */
	assert_int_equal(query_folder_path(f->s, "attic"), f->archive.id);
	next_one(f, JOURNAL_FOLDER_RENAME, &st);
	assert_string_equal(st.folder_remote, "F-arch");
	assert_string_equal(st.name, "Attic");
	must(write_step_done(f->s, st.id, NULL, NULL, &err));
	release_step(&st);
	undo(f, entry);
	name = name_of(f, f->archive.id);
	assert_string_equal(name, "Archive");
	free(name);
	next_one(f, JOURNAL_FOLDER_RENAME, &st);
	assert_string_equal(st.name, "Archive");
	release_step(&st);
}

static void folder_moved_and_deleted(void **state)
{
	struct fix *f = *state;
	struct journal_step st;
	int64_t id = put_n(f, f->archive.id, 1), entry, a, b;
	struct intent move = {.kind = JOURNAL_FOLDER_MOVE,
			      .folder = f->archive.id,
			      .parent = f->inbox.id};
	struct intent into = {.kind = JOURNAL_FOLDER_MOVE,
			      .folder = f->inbox.id,
			      .parent = f->archive.id};

	entry = wish(f, &move);
	assert_int_equal(query_folder_path(f->s, "Inbox/Archive"),
			 f->archive.id);
	refused(write_intent(f->s, &into, &a, &err), ERR_INPUT);
	undo(f, entry);
	assert_int_equal(query_folder_path(f->s, "Archive"), f->archive.id);

	struct intent del = {.kind = JOURNAL_FOLDER_DELETE,
			     .folder = f->archive.id,
			     .how = DELETE_TO_DELETED};

	entry = wish(f, &del);
	assert_int_equal(query_folder_path(f->s, "Deleted Items/Archive"),
			 f->archive.id);
	must(write_step_done(f->s, next_one(f, JOURNAL_FOLDER_DELETE, NULL),
			     NULL, NULL, &err));
	undo(f, entry);
	next_one(f, JOURNAL_FOLDER_MOVE, &st);
	assert_null(st.parent_remote);
	must(write_step_done(f->s, st.id, NULL, NULL, &err));
	release_step(&st);

	del.how = DELETE_HARD;
	entry = wish(f, &del);
	assert_int_equal(query_folder_path(f->s, "Archive"), 0);
	undo(f, entry);
	assert_int_equal(query_folder_path(f->s, "Archive"), f->archive.id);
	entry = wish(f, &del);
	must(write_step_done(f->s, next_one(f, JOURNAL_FOLDER_DELETE, NULL),
			     NULL, NULL, &err));
	refused(write_undo(f->s, entry, &a, &b, &err), ERR_INPUT);
	assert_int_equal(folder_of(f, id), 0);
}

static void folder_emptied(void **state)
{
	struct fix *f = *state;
	struct journal_step st;
	int64_t a = put_n(f, f->inbox.id, 1), entry, x, y;
	struct intent move = move_to(&a, 1, f->deleted.id);
	struct intent i = {.kind = JOURNAL_FOLDER_EMPTY,
			   .folder = f->deleted.id,
			   .how = DELETE_SOFT};

	put_n(f, f->deleted.id, 2);
	wish(f, &move);
	entry = wish(f, &i);
	assert_int_equal(total_of(f, f->deleted.id), 0);
	undo(f, entry);
	assert_int_equal(total_of(f, f->deleted.id), 2);
	entry = wish(f, &i);
	/* what goes in first goes first */
	next_one(f, JOURNAL_MOVE, &st);
	none_left(f);
	must(write_step_done(f->s, st.id, "N-1", NULL, &err));
	release_step(&st);
	next_one(f, JOURNAL_FOLDER_EMPTY, &st);
	assert_true(st.subfolders);
	must(write_step_done(f->s, st.id, NULL, NULL, &err));
	release_step(&st);
	refused(write_undo(f->s, entry, &x, &y, &err), ERR_INPUT);
	must(write_purge_gone(f->s, &err));
	assert_int_equal(total_of(f, f->deleted.id), 0);
}

/* The folder a message was to go to is deleted by another client. */
static void target_folder_vanishes(void **state)
{
	struct fix *f = *state;
	int64_t id = put_n(f, f->inbox.id, 1);
	struct intent i = move_to(&id, 1, f->archive.id);
	int64_t entry = wish(f, &i);

	must(write_folder_gone(f->s, "F-arch", &err));
	assert_int_equal(folder_of(f, id), f->inbox.id);
	expect(f, entry, JOURNAL_UNDONE, NULL);
}

/* --- refusals change nothing -------------------------------------------------------------------- */

static void refusals(void **state)
{
	struct fix *f = *state;
	int64_t id = put_n(f, f->inbox.id, 1), none = 999999, entry = 0;
	int64_t both[] = {id, 999999};
	struct {
		struct intent i;
		enum err_kind kind;
	} rows[] = {
		{{.kind = JOURNAL_EDIT, .edit = {.set = EDIT_READ}}, ERR_INPUT},
		{{.kind = JOURNAL_MOVE,
		  .items = &id,
		  .n_items = 1,
		  .folder = 4711},
		 ERR_NOT_FOUND},
		{{.kind = JOURNAL_MOVE,
		  .items = &id,
		  .n_items = 1,
		  .folder = f->inbox.id},
		 ERR_INPUT},
		{{.kind = JOURNAL_MOVE,
		  .items = both,
		  .n_items = 2,
		  .folder = f->archive.id},
		 ERR_NOT_FOUND},
		{{.kind = JOURNAL_DELETE,
		  .items = &none,
		  .n_items = 1,
		  .how = DELETE_HARD},
		 ERR_NOT_FOUND},
		{{.kind = JOURNAL_SEND}, ERR_INPUT},
		{{.kind = JOURNAL_FOLDER_CREATE, .name = (char *)""},
		 ERR_INPUT},
		{{.kind = JOURNAL_FOLDER_RENAME,
		  .folder = 4711,
		  .name = (char *)"x"},
		 ERR_NOT_FOUND},
		{{.kind = JOURNAL_FOLDER_EMPTY, .folder = 4711}, ERR_NOT_FOUND},
	};

	must(write_begin(f->s, &err));
	for (size_t n = 0; n < ARRAY_LEN(rows); n++)
		refused(write_intent(f->s, &rows[n].i, &entry, &err),
			rows[n].kind);
	must(write_commit(f->s, &err));
	for (size_t n = 0; n < ARRAY_LEN(rows); n++)
		refused(write_intent(f->s, &rows[n].i, &entry, &err),
			rows[n].kind);
	assert_int_equal(flags_of(f, id), 0);
	assert_int_equal(folder_of(f, id), f->inbox.id);
	struct journal_list l = {0};

	must(query_journal(f->s, true, 10, &l, &err));
	assert_int_equal(l.n, 0);
	journal_list_release(&l);
}

#undef T
#define T(name) cmocka_unit_test_setup_teardown(name, fix_open, fix_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(send_end_to_end),	     T(sent_copy_before_answer),
		T(sent_copy_while_waiting),  T(sent_copy_of_a_stranger),
		T(sent_copy_with_a_wish),    T(send_called_back),
		T(draft_saved_again),	     T(retries_wait),
		T(failed_then_decided),	     T(conflict_keeps_both),
		T(conflict_takes_both),	     T(conflict_with_a_gone_message),
		T(unsure_after_a_crash),     T(folder_made_and_filled),
		T(folder_seen_first),	     T(folder_renamed),
		T(folder_moved_and_deleted), T(folder_emptied),
		T(target_folder_vanishes),   T(refusals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
