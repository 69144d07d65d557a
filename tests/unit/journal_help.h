/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef TESTS_JOURNAL_HELP_H
#define TESTS_JOURNAL_HELP_H
/* Wishes and what becomes of them, for the tests of the journal. */
#include "tests/unit/store_help.h"

static UNUSED struct intent edit_read(int64_t *id, bool read)
{
	return (struct intent){.kind = JOURNAL_EDIT,
			       .items = id,
			       .n_items = 1,
			       .edit = {.set = EDIT_READ,
					.read = read,
					.flag_due = CLOCK_NEVER}};
}

static UNUSED struct intent move_to(int64_t *ids, size_t n, int64_t folder)
{
	return (struct intent){.kind = JOURNAL_MOVE,
			       .items = ids,
			       .n_items = n,
			       .folder = folder};
}

static UNUSED int64_t wish(struct fix *f, const struct intent *i)
{
	int64_t entry = 0;

	must(write_intent(f->s, i, &entry, &err));
	assert_true(entry > 0);
	return entry;
}

static UNUSED void journal_of(struct fix *f, int64_t entry,
			      struct journal_entry *out)
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

static UNUSED void expect(struct fix *f, int64_t entry,
			  enum journal_state state, const char *text)
{
	struct journal_entry e = {0};

	journal_of(f, entry, &e);
	assert_int_equal(e.state, state);
	if (text)
		assert_string_equal(e.text, text);
	free(e.text);
	free(e.error);
}

static UNUSED bool can_undo(struct fix *f, int64_t entry)
{
	struct journal_entry e = {0};

	journal_of(f, entry, &e);
	free(e.text);
	free(e.error);
	return e.can_undo;
}

static UNUSED void next(struct fix *f, struct step_list *l, size_t n)
{
	int64_t due;

	must(write_next_steps(f->s, clock_now(), 100, l, &due, &err));
	assert_int_equal(l->n, n);
}

/* The next batch has one step of this kind. */
static UNUSED int64_t next_one(struct fix *f, enum journal_kind kind,
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

static UNUSED void none_left(struct fix *f)
{
	struct step_list l = {0};

	next(f, &l, 0);
	step_list_release(&l);
}

static UNUSED void release_step(struct journal_step *st)
{
	struct step_list l = {.v = xmemdup(st, sizeof(*st)), .n = 1, .cap = 1};

	step_list_release(&l);
}

static UNUSED int64_t undo(struct fix *f, int64_t entry)
{
	int64_t undone, inverse;

	must(write_undo(f->s, entry, &undone, &inverse, &err));
	if (entry)
		assert_int_equal(undone, entry);
	return inverse;
}
#endif
