/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Taking back and giving up in unusual orders, and more than one at a time. */
#include "tests/unit/journal_help.h"

static struct intent letter(const char *key)
{
	struct intent i = {.kind = JOURNAL_SEND, .due = clock_now() + 100};

	i.key = (char *)key;
	i.raw.p = (unsigned char *)"Subject: x\r\n\r\nhello\r\n";
	i.raw.len = 22;
	return i;
}

/* Several messages of the Outbox deleted at once: none of them may leave. */
static void unsent_deleted_together(void **state)
{
	struct fix *f = *state;
	struct intent one = letter("1@example.org"),
		      two = letter("2@example.org");
	int64_t first = wish(f, &one), second = wish(f, &two), entry;
	int64_t rows[3] = {query_entry_item(f->s, first),
			   query_entry_item(f->s, second),
			   put_n(f, f->inbox.id, 1)};
	struct intent del = {.kind = JOURNAL_DELETE,
			     .items = rows,
			     .n_items = 2,
			     .how = DELETE_TO_DELETED};

	wish(f, &del);
	expect(f, first, JOURNAL_UNDONE, NULL);
	expect(f, second, JOURNAL_UNDONE, NULL);
	for (int i = 0; i < 2; i++)
		assert_int_equal(folder_of(f, rows[i]), f->drafts.id);

	/* And with another one among them, which is deleted as such. */
	first = wish(f, &one);
	rows[0] = query_entry_item(f->s, first);
	rows[1] = rows[2];
	entry = wish(f, &del);
	expect(f, first, JOURNAL_UNDONE, NULL);
	assert_int_equal(folder_of(f, rows[0]), f->drafts.id);
	expect(f, entry, JOURNAL_WAITING, "delete 1 item");
	assert_int_not_equal(folder_of(f, rows[2]), f->inbox.id);
}

/* What was to follow a sending that is given up must not wait for ever. */
static void given_up_with_what_follows(void **state)
{
	struct fix *f = *state;
	struct intent i = letter("1@example.org");
	int64_t asked = put_n(f, f->inbox.id, 1);
	int64_t draft = put_n(f, f->drafts.id, 2);
	int64_t entry, step;

	i.due = 0;
	i.answers = asked;
	i.verb = 102;
	i.items = &draft;
	i.n_items = 1;
	entry = wish(f, &i);
	assert_int_equal(folder_of(f, draft), 0);
	step = next_one(f, JOURNAL_SEND, NULL);
	must(write_step_failed(f->s, step, "no such address", &err));
	must(write_resolve(f->s, entry, RESOLVE_SERVER, &err));
	expect(f, entry, JOURNAL_UNDONE, NULL);
	assert_int_equal(folder_of(f, draft), f->drafts.id);
	assert_int_equal(flags_of(f, asked) & (ITEM_ANSWERED | ITEM_PENDING),
			 0);
	/* Only the letter's way to the drafts is left. */
	must(write_step_done(f->s, next_one(f, JOURNAL_UPLOAD, NULL), "D-1",
			     "CK", &err));
	none_left(f);
	assert_int_equal(query_journal_waiting(f->s), 0);
}

static void name_is(struct fix *f, int64_t id, const char *name, int64_t parent)
{
	struct folder out;

	must(query_folder(f->s, id, &out, &err));
	assert_string_equal(out.name, name);
	assert_int_equal(out.parent, parent);
	folder_release(&out);
}

/* The first of two changes taken back: the second still holds, and leads back
 * to what was before both. */
static void earlier_folder_change_first(void **state)
{
	struct fix *f = *state;
	struct intent i = {.kind = JOURNAL_FOLDER_RENAME,
			   .folder = f->archive.id,
			   .name = (char *)"B"};
	int64_t first = wish(f, &i), second, root = f->archive.parent;

	i.name = (char *)"C";
	second = wish(f, &i);
	undo(f, first);
	name_is(f, f->archive.id, "C", root);
	undo(f, second);
	name_is(f, f->archive.id, f->archive.name, root);

	i = (struct intent){.kind = JOURNAL_FOLDER_MOVE,
			    .folder = f->archive.id,
			    .parent = f->inbox.id};
	first = wish(f, &i);
	i.parent = f->drafts.id;
	second = wish(f, &i);
	undo(f, first);
	name_is(f, f->archive.id, f->archive.name, f->drafts.id);
	undo(f, second);
	name_is(f, f->archive.id, f->archive.name, root);
	none_left(f);
}

/* A folder goes back to where it came from only while that is there, and not
 * into itself: the change would wait for ever. */
static void nowhere_to_go_back(void **state)
{
	struct fix *f = *state;
	struct folder top, below;
	struct intent i = {.kind = JOURNAL_FOLDER_MOVE};
	int64_t root = f->archive.parent, entry;

	add_folder(f, &top, "F-top", "Top", FOLDER_ROLE_NONE);
	add_folder(f, &below, "F-below", "Below", FOLDER_ROLE_NONE);
	i.folder = below.id;
	i.parent = top.id;
	wish(f, &i);
	must(write_step_done(f->s, next_one(f, JOURNAL_FOLDER_MOVE, NULL), NULL,
			     NULL, &err));
	i.parent = f->archive.id;
	entry = wish(f, &i);
	must(write_step_done(f->s, next_one(f, JOURNAL_FOLDER_MOVE, NULL), NULL,
			     NULL, &err));
	i.folder = top.id;
	i.parent = below.id;
	wish(f, &i);
	must(write_step_done(f->s, next_one(f, JOURNAL_FOLDER_MOVE, NULL), NULL,
			     NULL, &err));
	refused(write_undo(f->s, entry, NULL, NULL, &err), ERR_INPUT);
	name_is(f, below.id, "Below", f->archive.id);
	must(write_folder_gone(f->s, top.remote_id, &err));
	refused(write_undo(f->s, entry, NULL, NULL, &err), ERR_INPUT);
	name_is(f, below.id, "Below", f->archive.id);
	none_left(f);
	/* Nor does what had not left. */
	i.folder = below.id;
	i.parent = f->inbox.id;
	entry = wish(f, &i);
	must(write_folder_gone(f->s, f->archive.remote_id, &err));
	undo(f, entry);
	name_is(f, below.id, "Below", root);
	none_left(f);
	folder_release(&top);
	folder_release(&below);
}

/* A message on its way through a folder that goes away. */
static void way_point_gone(void **state)
{
	struct fix *f = *state;
	int64_t id = put_n(f, f->inbox.id, 1);
	struct intent i = move_to(&id, 1, f->archive.id);
	struct journal_step st;

	wish(f, &i);
	i = move_to(&id, 1, f->sent.id);
	wish(f, &i);
	must(write_folder_gone(f->s, f->archive.remote_id, &err));
	assert_int_equal(folder_of(f, id), f->sent.id);
	next_one(f, JOURNAL_MOVE, &st);
	assert_int_equal(st.folder, f->sent.id);
	must(write_step_done(f->s, st.id, "M-2", "CK", &err));
	release_step(&st);
	assert_int_equal(folder_of(f, id), f->sent.id);
	none_left(f);
}

/* What was to happen in a folder that is gone cannot be tried again: it would
 * wait for ever. */
static void nowhere_to_try_again(void **state)
{
	struct fix *f = *state;
	struct intent i = {.kind = JOURNAL_FOLDER_CREATE,
			   .parent = f->archive.id,
			   .name = (char *)"New"};
	int64_t entry = wish(f, &i);

	must(write_folder_gone(f->s, f->archive.remote_id, &err));
	expect(f, entry, JOURNAL_FAILED, NULL);
	refused(write_resolve(f->s, entry, RESOLVE_MINE, &err), ERR_INPUT);
	expect(f, entry, JOURNAL_FAILED, NULL);
	must(write_resolve(f->s, entry, RESOLVE_SERVER, &err));
	expect(f, entry, JOURNAL_UNDONE, NULL);
	none_left(f);
}

/* The original is purged before its copy was made. */
static void copy_of_what_is_gone(void **state)
{
	struct fix *f = *state;
	int64_t id = put_n(f, f->inbox.id, 1), entry;
	struct intent i = move_to(&id, 1, f->archive.id);

	i.kind = JOURNAL_COPY;
	entry = wish(f, &i);
	assert_int_equal(total_of(f, f->archive.id), 1);
	must(write_item_gone(f->s, f->inbox.id, "R-1", &err));
	must(write_purge_gone(f->s, &err));
	expect(f, entry, JOURNAL_FAILED, NULL);
	refused(write_resolve(f->s, entry, RESOLVE_MINE, &err), ERR_INPUT);
	must(write_resolve(f->s, entry, RESOLVE_SERVER, &err));
	assert_int_equal(total_of(f, f->archive.id), 0);
	assert_int_equal(query_journal_waiting(f->s), 0);
}

/* The server had moved it: the conflict of an edit with nothing is none. */
static void found_after_all(void **state)
{
	struct fix *f = *state;
	int64_t id = put_n(f, f->inbox.id, 1), entry;
	struct intent i = edit_read(&id, true);
	struct conflict_list l = {0};
	struct journal_step st;
	struct item it;

	entry = wish(f, &i);
	must(write_step_conflict(f->s, next_one(f, JOURNAL_EDIT, NULL), "read",
				 NULL, &err));
	expect(f, entry, JOURNAL_CONFLICT, NULL);
	must(write_item_gone(f->s, f->inbox.id, "R-1", &err));
	make_item(&it, 1);
	mem_replace(&it.remote_id, xstrdup("M-1"));
	assert_int_equal(put(f, f->archive.id, &it), id);
	item_release(&it);
	expect(f, entry, JOURNAL_WAITING, NULL);
	must(query_conflicts(f->s, &l, &err));
	assert_int_equal(l.n, 0);
	assert_int_equal(flags_of(f, id) & ITEM_CONFLICT, 0);
	assert_true(flags_of(f, id) & ITEM_READ);
	next_one(f, JOURNAL_EDIT, &st);
	assert_string_equal(st.remote_id, "M-1");
	release_step(&st);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, fix_open, fix_close)
	const struct CMUnitTest tests[] = {
		T(unsent_deleted_together),
		T(given_up_with_what_follows),
		T(earlier_folder_change_first),
		T(nowhere_to_go_back),
		T(nowhere_to_go_back),
		T(way_point_gone),
		T(nowhere_to_try_again),
		T(copy_of_what_is_gone),
		T(found_after_all),
	};
#undef T
	return cmocka_run_group_tests(tests, NULL, NULL);
}
