/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Wishes for messages: shown at once, sent, taken back; sync in between. */
#include "tests/unit/journal_help.h"

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

	i.edit = (struct item_edit){.set = EDIT_FLAG | EDIT_CATEGORIES |
					   EDIT_IMPORTANCE | EDIT_VERB,
				    .flag = ITEM_FLAGGED,
				    .flag_due = 1700009999,
				    .categories = (char *)"New\nOther",
				    .importance = ITEM_HIGH,
				    .verb = 104,
				    .verb_time = 1700000001};
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
	struct intent flag = {.kind = JOURNAL_EDIT,
			      .items = &id,
			      .n_items = 1,
			      .edit = {.set = EDIT_FLAG,
				       .flag = ITEM_FLAGGED,
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
	struct intent i = {.kind = JOURNAL_COPY,
			   .items = &id,
			   .n_items = 1,
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
	struct intent copy = {.kind = JOURNAL_COPY,
			      .items = &id,
			      .n_items = 1,
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
	struct intent i = {.kind = JOURNAL_DELETE,
			   .items = &id,
			   .n_items = 1,
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
	struct intent i = {.kind = JOURNAL_DELETE,
			   .items = &id,
			   .n_items = 1,
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
	struct intent i = {.kind = JOURNAL_DELETE,
			   .items = &id,
			   .n_items = 1,
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

#undef T
/* Filed into a folder that is just being compared: what the server told of it
 * is older than our answer, and the row is the same afterwards. */
static void moved_during_compare(void **state)
{
	struct fix *f = *state;
	int64_t id = put_n(f, f->inbox.id, 1);
	int64_t gone = put_n(f, f->archive.id, 2);
	struct intent there = move_to(&id, 1, f->archive.id);
	struct intent home = move_to(&id, 1, f->inbox.id);

	/* The answer comes before the first page of the compare is applied, */
	wish(f, &there);
	must(write_step_done(f->s, next_one(f, JOURNAL_MOVE, NULL), "N-1", NULL,
			     &err));
	must(write_compare_begin(f->s, f->archive.id, &err));
	must(write_compare_end(f->s, f->archive.id, &id, 1, &err));
	assert_int_equal(folder_of(f, id), f->archive.id);
	assert_int_equal(folder_of(f, gone), 0);

	/* or between its pages. */
	wish(f, &home);
	must(write_compare_begin(f->s, f->inbox.id, &err));
	must(write_step_done(f->s, next_one(f, JOURNAL_MOVE, NULL), "N-2", NULL,
			     &err));
	must(write_compare_end(f->s, f->inbox.id, &id, 1, &err));
	assert_int_equal(folder_of(f, id), f->inbox.id);
	/* Nothing of ours came meanwhile: it has gone again. */
	must(write_compare_begin(f->s, f->inbox.id, &err));
	must(write_compare_end(f->s, f->inbox.id, NULL, 0, &err));
	assert_int_equal(folder_of(f, id), 0);
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
		T(moved_during_compare),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
