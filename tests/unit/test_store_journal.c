/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Every kind of wish: shown at once, sent, taken back, refused, in conflict. */
#include "tests/unit/store_help.h"

/* --- helpers -------------------------------------------------------------------- */

static struct intent edit_read(int64_t *id, bool read)
{
	return (struct intent){.kind = JOURNAL_EDIT, .items = id, .n_items = 1,
			       .edit = {.set = EDIT_READ, .read = read,
					.flag_due = CLOCK_NEVER}};
}

static struct intent move_to(int64_t *ids, size_t n, int64_t folder)
{
	return (struct intent){.kind = JOURNAL_MOVE, .items = ids,
			       .n_items = n, .folder = folder};
}

static int64_t wish(struct fix *f, const struct intent *i)
{
	int64_t entry = 0;

	must(write_intent(f->s, i, &entry, &err));
	assert_true(entry > 0);
	return entry;
}

static void journal_of(struct fix *f, int64_t entry, struct journal_entry *out)
{
	struct journal_list l = {0};

	must(query_journal(f->s, true, 100, &l, &err));
	for (size_t i = 0; i < l.n; i++)
		if (l.v[i].id == entry) {
			*out = l.v[i];
			out->text = xstrdup(l.v[i].text);
			out->error = xstrdup(l.v[i].error);
			journal_list_release(&l);
			return;
		}
	fail_msg("no entry %ld", (long)entry);
}

static void expect(struct fix *f, int64_t entry, enum journal_state state,
		   const char *text)
{
	struct journal_entry e;

	journal_of(f, entry, &e);
	assert_int_equal(e.state, state);
	if (text)
		assert_string_equal(e.text, text);
	free(e.text);
	free(e.error);
}

static bool can_undo(struct fix *f, int64_t entry)
{
	struct journal_entry e;

	journal_of(f, entry, &e);
	free(e.text);
	free(e.error);
	return e.can_undo;
}

static void next(struct fix *f, struct step_list *l, size_t n)
{
	int64_t due;

	must(write_next_steps(f->s, clock_now(), 100, l, &due, &err));
	assert_int_equal(l->n, n);
}

/* The next batch has one step of this kind. */
static int64_t next_one(struct fix *f, enum journal_kind kind,
			struct journal_step *out)
{
	struct step_list l = {0};
	int64_t id;

	next(f, &l, 1);
	assert_int_equal(l.v[0].kind, kind);
	assert_int_equal(l.v[0].state, JOURNAL_SENDING);
	id = l.v[0].id;
	if (out) {
		*out = l.v[0];
		l.n = 0;
	}
	step_list_release(&l);
	return id;
}

static void none_left(struct fix *f)
{
	struct step_list l = {0};

	next(f, &l, 0);
	step_list_release(&l);
}

static void release_step(struct journal_step *st)
{
	struct step_list l = {.v = xmemdup(st, sizeof(*st)), .n = 1, .cap = 1};

	step_list_release(&l);
}

static int64_t undo(struct fix *f, int64_t entry)
{
	int64_t undone, inverse;

	must(write_undo(f->s, entry, &undone, &inverse, &err));
	if (entry)
		assert_int_equal(undone, entry);
	return inverse;
}

/* --- edit ------------------------------------------------------------------------- */

static void edit_is_sent(void **state)
{
	struct fix *f = *state;
	struct journal_step st;
	struct item it;
	int64_t id = put_n(f, f->inbox.id, 1), step;
	struct intent i = edit_read(&id, true);
	int64_t entry = wish(f, &i);

	assert_int_equal(flags_of(f, id), ITEM_READ | ITEM_PENDING);
	assert_int_equal(unread_of(f, f->inbox.id), 0);
	expect(f, entry, JOURNAL_WAITING, "mark 1 item read");
	assert_int_equal(query_journal_waiting(f->s), 1);
	step = next_one(f, JOURNAL_EDIT, &st);
	assert_string_equal(st.remote_id, "R-1");
	assert_string_equal(st.change_key, "CK-1");
	assert_int_equal(st.edit.set, EDIT_READ);
	assert_true(st.edit.read);
	release_step(&st);
	expect(f, entry, JOURNAL_SENDING, NULL);
	none_left(f);
	must(write_step_done(f->s, step, NULL, "CK-2", &err));
	expect(f, entry, JOURNAL_DONE, NULL);
	get(f, id, &it);
	assert_string_equal(it.change_key, "CK-2");
	assert_int_equal(it.flags, ITEM_READ);
	item_release(&it);
	/* what is so already is not sent again */
	refused(write_intent(f->s, &i, &entry, &err), ERR_INPUT);
	assert_int_equal(query_journal_waiting(f->s), 0);
}

static void edit_all_properties(void **state)
{
	struct fix *f = *state;
	struct journal_step st;
	struct item it;
	int64_t id, entry;

	make_item(&it, 1);
	it.categories = xstrdup("Old");
	it.flags = ITEM_LOW;
	id = put(f, f->inbox.id, &it);
	item_release(&it);
	struct intent i = {.kind = JOURNAL_EDIT, .items = &id, .n_items = 1};

	i.edit = (struct item_edit){
		.set = EDIT_FLAG | EDIT_CATEGORIES | EDIT_IMPORTANCE |
		       EDIT_VERB,
		.flag = ITEM_FLAGGED, .flag_due = 1700009999,
		.categories = (char *)"New\nOther", .importance = ITEM_HIGH,
		.verb = 104, .verb_time = 1700000001};
	entry = wish(f, &i);
	get(f, id, &it);
	assert_int_equal(it.flags, ITEM_FLAGGED | ITEM_HIGH | ITEM_FORWARDED |
					   ITEM_PENDING);
	assert_int_equal(it.flag_due, 1700009999);
	assert_string_equal(it.categories, "New\nOther");
	item_release(&it);
	next_one(f, JOURNAL_EDIT, &st);
	assert_int_equal(st.edit.set, i.edit.set);
	assert_int_equal(st.edit.flag_due, 1700009999);
	assert_string_equal(st.edit.categories, "New\nOther");
	assert_int_equal(st.edit.importance, ITEM_HIGH);
	assert_int_equal(st.edit.verb, 104);
	assert_int_equal(st.edit.verb_time, 1700000001);
	must(write_step_retry(f->s, st.id, 0, "later", &err));
	release_step(&st);
	assert_int_equal(undo(f, entry), 0);
	get(f, id, &it);
	assert_int_equal(it.flags, ITEM_LOW);
	assert_true(it.flag_due == CLOCK_NEVER);
	assert_string_equal(it.categories, "Old");
	item_release(&it);
}

/* A page of sync between the wish and its sending. */
static void local_edit_wins_until_settled(void **state)
{
	struct fix *f = *state;
	struct item it, back;
	int64_t id = put_n(f, f->inbox.id, 1), entry;
	struct intent i = edit_read(&id, true);

	entry = wish(f, &i);
	make_item(&it, 1);
	it.flags = ITEM_FLAGGED;
	mem_replace(&it.subject, xstrdup("from the server"));
	put(f, f->inbox.id, &it);
	get(f, id, &back);
	assert_string_equal(back.subject, "from the server");
	assert_int_equal(back.flags, ITEM_READ | ITEM_FLAGGED | ITEM_PENDING);
	item_release(&back);
	must(write_item_read(f->s, f->inbox.id, "R-1", NULL, false, &err));
	assert_true(flags_of(f, id) & ITEM_READ);
	must(write_step_done(f->s, next_one(f, JOURNAL_EDIT, NULL), NULL, NULL,
			     &err));
	put(f, f->inbox.id, &it);
	assert_int_equal(flags_of(f, id), ITEM_FLAGGED);
	(void)entry;
	item_release(&it);
}

/* Taking back an older edit leaves a newer one of the same property. */
static void edits_stack(void **state)
{
	struct fix *f = *state;
	int64_t id = put_n(f, f->inbox.id, 1), a, b;
	struct intent flag = {.kind = JOURNAL_EDIT, .items = &id, .n_items = 1,
			      .edit = {.set = EDIT_FLAG, .flag = ITEM_FLAGGED,
				       .flag_due = 5}};

	a = wish(f, &flag);
	flag.edit.flag = ITEM_COMPLETE;
	b = wish(f, &flag);
	assert_int_equal(flags_of(f, id), ITEM_COMPLETE | ITEM_PENDING);
	undo(f, a);
	assert_int_equal(flags_of(f, id), ITEM_COMPLETE | ITEM_PENDING);
	undo(f, b);
	assert_int_equal(flags_of(f, id), 0);
}

static void edit_undone_after_sending(void **state)
{
	struct fix *f = *state;
	struct journal_step st;
	int64_t id = put_n(f, f->inbox.id, 1), inverse, undone;
	struct intent i = edit_read(&id, true);
	int64_t entry = wish(f, &i);

	must(write_step_done(f->s, next_one(f, JOURNAL_EDIT, NULL), NULL, NULL,
			     &err));
	must(write_undo(f->s, 0, &undone, &inverse, &err));
	assert_int_equal(undone, entry);
	assert_int_equal(flags_of(f, id), ITEM_PENDING);
	expect(f, entry, JOURNAL_UNDONE, NULL);
	expect(f, inverse, JOURNAL_WAITING, "undo mark 1 item read");
	next_one(f, JOURNAL_EDIT, &st);
	assert_false(st.edit.read);
	must(write_step_done(f->s, st.id, NULL, NULL, &err));
	release_step(&st);
	/* "undo the last" does not undo the undoing */
	refused(write_undo(f->s, 0, &undone, &inverse, &err), ERR_INPUT);
	refused(write_undo(f->s, entry, &undone, &inverse, &err), ERR_INPUT);
}

static void sending_cannot_be_undone(void **state)
{
	struct fix *f = *state;
	int64_t id = put_n(f, f->inbox.id, 1), a, b, step;
	struct intent i = edit_read(&id, true);
	int64_t entry = wish(f, &i);

	step = next_one(f, JOURNAL_EDIT, NULL);
	assert_false(can_undo(f, entry));
	refused(write_undo(f->s, entry, &a, &b, &err), ERR_INPUT);
	must(write_step_retry(f->s, step, clock_now() + 60, "busy", &err));
	undo(f, entry);
	assert_int_equal(flags_of(f, id), 0);
}

/* --- move -------------------------------------------------------------------------- */

static void move_is_sent_in_batches(void **state)
{
	struct fix *f = *state;
	struct step_list l = {0};
	struct item it;
	int64_t ids[4], entry;

	for (int n = 0; n < 4; n++)
		ids[n] = put_n(f, f->inbox.id, n);
	struct intent i = move_to(ids, 4, f->archive.id);

	entry = wish(f, &i);
	expect(f, entry, JOURNAL_WAITING, "move 4 items to Archive");
	assert_int_equal(total_of(f, f->inbox.id), 0);
	assert_int_equal(total_of(f, f->archive.id), 4);
	assert_int_equal(unread_of(f, f->archive.id), 4);
	next(f, &l, 4);
	assert_string_equal(l.v[0].folder_remote, "F-arch");
	for (size_t n = 0; n < 4; n++) {
		char *new_id = xasprintf("N-%zu", n);

		must(write_step_done(f->s, l.v[n].id, new_id, "C", &err));
		free(new_id);
	}
	step_list_release(&l);
	get(f, ids[2], &it);
	assert_string_equal(it.remote_id, "N-2");
	assert_int_equal(it.flags, 0);
	item_release(&it);
	/* the Delete that sync then reports for the old id means nothing */
	must(write_item_gone(f->s, f->inbox.id, "R-2", &err));
	assert_int_equal(folder_of(f, ids[2]), f->archive.id);
	/* and the undo goes by the new ids */
	undo(f, entry);
	assert_int_equal(total_of(f, f->inbox.id), 4);
	next(f, &l, 4);
	assert_string_equal(l.v[0].folder_remote, "F-in");
	assert_true(str_starts(l.v[0].remote_id, "N-"));
	step_list_release(&l);
}

static void move_undone_before_sending(void **state)
{
	struct fix *f = *state;
	int64_t id = put_n(f, f->inbox.id, 1);
	struct intent i = move_to(&id, 1, f->archive.id);
	int64_t entry = wish(f, &i);

	assert_int_equal(undo(f, entry), 0);
	assert_int_equal(folder_of(f, id), f->inbox.id);
	assert_int_equal(flags_of(f, id), 0);
	expect(f, entry, JOURNAL_UNDONE, NULL);
	none_left(f);
}

/* Old servers give no new id: sync brings it, before or after the answer. */
static void move_without_new_id(void **state)
{
	struct fix *f = *state;
	struct item it, back;
	int64_t id = put_n(f, f->inbox.id, 1), step;
	struct intent i = move_to(&id, 1, f->archive.id);

	wish(f, &i);
	make_item(&it, 1);
	mem_replace(&it.remote_id, xstrdup("N-1"));
	step = next_one(f, JOURNAL_MOVE, NULL);
	must(write_step_done(f->s, step, NULL, NULL, &err));
	get(f, id, &back);
	assert_null(back.remote_id);
	item_release(&back);
	assert_int_equal(put(f, f->archive.id, &it), id);
	get(f, id, &back);
	assert_string_equal(back.remote_id, "N-1");
	item_release(&back);

	/* back again, and this time sync is quicker */
	struct intent home = move_to(&id, 1, f->inbox.id);

	wish(f, &home);
	step = next_one(f, JOURNAL_MOVE, NULL);
	mem_replace(&it.remote_id, xstrdup("N-2"));
	assert_int_equal(put(f, f->inbox.id, &it), id);
	must(write_item_gone(f->s, f->archive.id, "N-1", &err));
	must(write_step_done(f->s, step, NULL, NULL, &err));
	get(f, id, &back);
	assert_string_equal(back.remote_id, "N-2");
	assert_int_equal(back.folder, f->inbox.id);
	item_release(&back);
	item_release(&it);
	assert_int_equal(total_of(f, f->inbox.id), 1);
	assert_int_equal(total_of(f, f->archive.id), 0);
}

/* A twin that was in the target all along is not taken for the moved one. */
static void waiting_move_adopts_nothing(void **state)
{
	struct fix *f = *state;
	struct item it;
	int64_t id = put_n(f, f->inbox.id, 1), twin;
	struct intent i = move_to(&id, 1, f->archive.id);

	wish(f, &i);
	make_item(&it, 1);
	mem_replace(&it.remote_id, xstrdup("twin"));
	twin = put(f, f->archive.id, &it);
	assert_int_not_equal(twin, id);
	item_release(&it);
}

/* Sync saw the moved message and could not know it: one row stays. */
static void late_answer_joins_rows(void **state)
{
	struct fix *f = *state;
	struct item it;
	int64_t id, step, other;

	make_item(&it, 1);
	mem_replace(&it.message_id, NULL);
	mem_replace(&it.search_key, NULL);
	id = put(f, f->inbox.id, &it);
	struct intent i = move_to(&id, 1, f->archive.id);

	wish(f, &i);
	step = next_one(f, JOURNAL_MOVE, NULL);
	mem_replace(&it.remote_id, xstrdup("N-1"));
	other = put(f, f->archive.id, &it);
	assert_int_not_equal(other, id);
	must(write_step_done(f->s, step, "N-1", NULL, &err));
	assert_int_equal(folder_of(f, other), 0);
	assert_int_equal(total_of(f, f->archive.id), 1);
	item_release(&it);
}

static void local_move_wins(void **state)
{
	struct fix *f = *state;
	int64_t id = put_n(f, f->inbox.id, 1);
	struct intent i = move_to(&id, 1, f->archive.id);
	int64_t entry = wish(f, &i);

	assert_int_equal(put_n(f, f->inbox.id, 1), id);
	assert_int_equal(folder_of(f, id), f->archive.id);
	/* gone at the server: kept until the person has decided */
	must(write_item_gone(f->s, f->inbox.id, "R-1", &err));
	assert_int_equal(folder_of(f, id), f->archive.id);
	undo(f, entry);
	assert_int_equal(folder_of(f, id), 0);
	must(write_purge_gone(f->s, &err));
}

static void moves_in_causal_order(void **state)
{
	struct fix *f = *state;
	struct journal_step st;
	int64_t id = put_n(f, f->inbox.id, 1), a, b;
	struct intent one = move_to(&id, 1, f->archive.id);
	struct intent two = move_to(&id, 1, f->deleted.id);

	a = wish(f, &one);
	b = wish(f, &two);
	a = a + 0;
	next_one(f, JOURNAL_MOVE, &st);
	assert_string_equal(st.folder_remote, "F-arch");
	none_left(f);
	must(write_step_done(f->s, st.id, "N-1", NULL, &err));
	release_step(&st);
	next_one(f, JOURNAL_MOVE, &st);
	assert_string_equal(st.folder_remote, "F-del");
	assert_string_equal(st.remote_id, "N-1");
	must(write_step_done(f->s, st.id, "N-2", NULL, &err));
	release_step(&st);
	assert_int_equal(folder_of(f, id), f->deleted.id);
	(void)b;
}

/* Taking back the first of two moves: the second now starts elsewhere. */
static void undo_under_a_later_move(void **state)
{
	struct fix *f = *state;
	int64_t id = put_n(f, f->inbox.id, 1), a, b;
	struct intent one = move_to(&id, 1, f->archive.id);
	struct intent two = move_to(&id, 1, f->deleted.id);

	a = wish(f, &one);
	b = wish(f, &two);
	undo(f, a);
	assert_int_equal(folder_of(f, id), f->deleted.id);
	undo(f, b);
	assert_int_equal(folder_of(f, id), f->inbox.id);
}

/* --- copy, delete --------------------------------------------------------------------- */

static void copies(void **state)
{
	struct fix *f = *state;
	struct journal_step st;
	struct item_list l = {0};
	struct item_query q = {.folder = f->archive.id, .limit = 10};
	struct bytes mime;
	int64_t id = put_n(f, f->inbox.id, 1), copy, entry;

	put_body(f, id, "words", "raw");
	put_n(f, f->archive.id, 2);
	struct intent i = {.kind = JOURNAL_COPY, .items = &id, .n_items = 1,
			   .folder = f->archive.id};

	entry = wish(f, &i);
	must(query_items(f->s, &q, &l, &err));
	assert_int_equal(l.n, 2);
	copy = l.v[1].id;
	assert_string_equal(l.v[1].subject, "Subject 1");
	assert_null(l.v[1].remote_id);
	item_list_release(&l);
	must(query_mime(f->s, copy, &mime, &err));
	bytes_release(&mime);
	next_one(f, JOURNAL_COPY, &st);
	assert_string_equal(st.remote_id, "R-1");
	assert_int_equal(st.item, copy);
	assert_int_equal(st.copies_before, 0);
	must(write_step_done(f->s, st.id, "C-1", "CK", &err));
	release_step(&st);
	assert_int_equal(flags_of(f, copy) & ITEM_PENDING, 0);
	/* undone after sending: the copy is deleted */
	undo(f, entry);
	assert_int_equal(folder_of(f, copy), 0);
	next_one(f, JOURNAL_DELETE, &st);
	assert_string_equal(st.remote_id, "C-1");
	release_step(&st);
	/* and before: it never was */
	entry = wish(f, &i);
	undo(f, entry);
	assert_int_equal(total_of(f, f->archive.id), 1);
	/* the number of copies tells whether a lost answer was a yes */
	struct item it;

	make_item(&it, 1);
	mem_replace(&it.remote_id, xstrdup("C-9"));
	put(f, f->archive.id, &it);
	item_release(&it);
	wish(f, &i);
	next_one(f, JOURNAL_COPY, &st);
	assert_int_equal(st.copies_before, 1);
	release_step(&st);
}

/* A copied message waits for what happens to its source, and the reverse. */
static void copy_and_source_in_order(void **state)
{
	struct fix *f = *state;
	struct journal_step st;
	int64_t id = put_n(f, f->inbox.id, 1);
	struct intent copy = {.kind = JOURNAL_COPY, .items = &id, .n_items = 1,
			      .folder = f->archive.id};
	struct intent move = move_to(&id, 1, f->deleted.id);

	wish(f, &copy);
	wish(f, &move);
	next_one(f, JOURNAL_COPY, &st);
	none_left(f);
	must(write_step_done(f->s, st.id, "C-1", NULL, &err));
	release_step(&st);
	next_one(f, JOURNAL_MOVE, NULL);
}

static void delete_is_a_move_when_it_can_be(void **state)
{
	struct fix *f = *state;
	struct journal_step st;
	int64_t id = put_n(f, f->inbox.id, 1);
	struct intent i = {.kind = JOURNAL_DELETE, .items = &id, .n_items = 1,
			   .how = DELETE_TO_DELETED};
	int64_t entry = wish(f, &i);

	assert_int_equal(folder_of(f, id), f->deleted.id);
	expect(f, entry, JOURNAL_WAITING, "delete 1 item");
	next_one(f, JOURNAL_MOVE, &st);
	assert_string_equal(st.folder_remote, "F-del");
	release_step(&st);
	refused(write_intent(f->s, &i, &entry, &err), ERR_INPUT);
}

static void delete_for_good(void **state)
{
	struct fix *f = *state;
	struct journal_step st;
	int64_t id = put_n(f, f->inbox.id, 1), a, b;
	struct intent i = {.kind = JOURNAL_DELETE, .items = &id, .n_items = 1,
			   .how = DELETE_HARD};
	int64_t entry = wish(f, &i);

	assert_int_equal(folder_of(f, id), 0);
	assert_int_equal(total_of(f, f->inbox.id), 0);
	/* sync may still speak of it */
	assert_int_equal(put_n(f, f->inbox.id, 1), id);
	assert_int_equal(folder_of(f, id), 0);
	undo(f, entry);
	assert_int_equal(folder_of(f, id), f->inbox.id);
	entry = wish(f, &i);
	next_one(f, JOURNAL_DELETE, &st);
	assert_int_equal(st.how, DELETE_HARD);
	must(write_step_done(f->s, st.id, NULL, NULL, &err));
	release_step(&st);
	refused(write_undo(f->s, entry, &a, &b, &err), ERR_INPUT);
	must(write_purge_gone(f->s, &err));
	refused(write_intent(f->s, &i, &entry, &err), ERR_NOT_FOUND);
}

/* Gone by another hand: the wish has come true. */
static void delete_of_what_is_gone(void **state)
{
	struct fix *f = *state;
	int64_t id = put_n(f, f->inbox.id, 1);
	struct intent i = {.kind = JOURNAL_DELETE, .items = &id, .n_items = 1,
			   .how = DELETE_SOFT};
	int64_t entry = wish(f, &i);

	must(write_item_gone(f->s, f->inbox.id, "R-1", &err));
	expect(f, entry, JOURNAL_DONE, NULL);
	none_left(f);
	must(write_purge_gone(f->s, &err));
}

/* An edit waits for a message that is between two folders. */
static void edit_follows_a_foreign_move(void **state)
{
	struct fix *f = *state;
	struct journal_step st;
	struct item it;
	int64_t id = put_n(f, f->inbox.id, 1);
	struct intent i = edit_read(&id, true);
	int64_t entry = wish(f, &i);

	must(write_item_gone(f->s, f->inbox.id, "R-1", &err));
	none_left(f);
	make_item(&it, 1);
	mem_replace(&it.remote_id, xstrdup("N-1"));
	assert_int_equal(put(f, f->archive.id, &it), id);
	assert_true(flags_of(f, id) & ITEM_READ);
	next_one(f, JOURNAL_EDIT, &st);
	assert_string_equal(st.remote_id, "N-1");
	must(write_step_retry(f->s, st.id, 0, "x", &err));
	release_step(&st);
	must(write_item_gone(f->s, f->archive.id, "N-1", &err));
	must(write_purge_gone(f->s, &err));
	expect(f, entry, JOURNAL_UNDONE, NULL);
	item_release(&it);
}

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
	assert_int_equal(it.folder, query_folder_role(f->s, FOLDER_ROLE_OUTBOX));
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
	none_left(f);	/* the mark on the answered one waits */
	must(write_step_stage(f->s, st.id, 1, "D-1", "DCK", &err));
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
	struct intent del = {.kind = JOURNAL_DELETE, .items = &row,
			     .n_items = 1};

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
	none_left(f);	/* the old version goes when the new one is safe */
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
	struct intent i = {.kind = JOURNAL_EDIT, .items = &id, .n_items = 1,
			   .edit = {.set = EDIT_CATEGORIES,
				    .categories = (char *)"Mine"}};
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
				.parent = f->inbox.id, .name = (char *)"New"};
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
	none_left(f);	/* the move waits for the folder */
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
				.parent = f->inbox.id, .name = (char *)"New"};
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
			   .folder = f->archive.id, .name = (char *)"Attic"};
	int64_t entry = wish(f, &i);
	char *name;

	assert_int_equal(query_folder_path(f->s, "attic"), f->archive.id);
	must(write_folder(f->s, &server, &err));	/* local name wins */
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
			      .folder = f->archive.id, .parent = f->inbox.id};
	struct intent into = {.kind = JOURNAL_FOLDER_MOVE,
			      .folder = f->inbox.id, .parent = f->archive.id};

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
			   .folder = f->deleted.id, .how = DELETE_SOFT};

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
		{{.kind = JOURNAL_MOVE, .items = &id, .n_items = 1,
		  .folder = 4711}, ERR_NOT_FOUND},
		{{.kind = JOURNAL_MOVE, .items = &id, .n_items = 1,
		  .folder = f->inbox.id}, ERR_INPUT},
		{{.kind = JOURNAL_MOVE, .items = both, .n_items = 2,
		  .folder = f->archive.id}, ERR_NOT_FOUND},
		{{.kind = JOURNAL_DELETE, .items = &none, .n_items = 1,
		  .how = DELETE_HARD}, ERR_NOT_FOUND},
		{{.kind = JOURNAL_SEND}, ERR_INPUT},
		{{.kind = JOURNAL_FOLDER_CREATE, .name = (char *)""}, ERR_INPUT},
		{{.kind = JOURNAL_FOLDER_RENAME, .folder = 4711,
		  .name = (char *)"x"}, ERR_NOT_FOUND},
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

#define T(name) cmocka_unit_test_setup_teardown(name, fix_open, fix_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(edit_is_sent),
		T(edit_all_properties),
		T(local_edit_wins_until_settled),
		T(edits_stack),
		T(edit_undone_after_sending),
		T(sending_cannot_be_undone),
		T(move_is_sent_in_batches),
		T(move_undone_before_sending),
		T(move_without_new_id),
		T(waiting_move_adopts_nothing),
		T(late_answer_joins_rows),
		T(local_move_wins),
		T(moves_in_causal_order),
		T(undo_under_a_later_move),
		T(copies),
		T(copy_and_source_in_order),
		T(delete_is_a_move_when_it_can_be),
		T(delete_for_good),
		T(delete_of_what_is_gone),
		T(edit_follows_a_foreign_move),
		T(send_end_to_end),
		T(sent_copy_before_answer),
		T(send_called_back),
		T(draft_saved_again),
		T(retries_wait),
		T(failed_then_decided),
		T(conflict_keeps_both),
		T(conflict_with_a_gone_message),
		T(unsure_after_a_crash),
		T(folder_made_and_filled),
		T(folder_seen_first),
		T(folder_renamed),
		T(folder_moved_and_deleted),
		T(folder_emptied),
		T(target_folder_vanishes),
		T(refusals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
