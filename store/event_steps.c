/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * The journal of calendar changes. A step keeps the change as it was wished
 * and the entry as it was before, both packed, in table event_step.
 *
 * step.item is the entry's row (0 where only the message is known), step.source
 * the meeting message answered; step.draft: it can be inverted once done.
 *
 * A cancellation that nobody is told of is a MOVE to Deleted Items, as any other
 * deletion is: taken back, the very entry is there again, whoever organized it.
 */
#include <stdio.h>
#include "base/clock.h"
#include "base/codec.h"
#include "store/event_rows.h"

static bool load(struct store *s, int64_t step,
		 struct appointment_change *change, struct appointment *was,
		 struct err *err)
{
	struct sqlite3_stmt *st = db_query(
		s, "SELECT change, was FROM event_step WHERE step = :step",
		ARGS(I(step)));
	enum db_row r = db_step(s, st, err);
	bool ok;

	appointment_change_init(change);
	appointment_init(was);
	if (r == DB_DONE)
		return err_set(err, ERR_NOT_FOUND, "no such change");
	if (r == DB_FAIL)
		return false;
	appointment_change_unpack(change, str_or_empty(db_col_text(st, 0)));
	ok = db_col_is_null(st, 1) || event_load_data(st, 1, was, err);
	db_reset(st);
	return ok;
}

bool query_step_event(struct store *s, int64_t step,
		      struct appointment_change *change,
		      struct appointment *was, struct err *err)
{
	return load(s, step, change, was, err);
}

bool query_answer_given(struct store *s, int64_t message,
			enum answer_kind *answer, bool *waits)
{
	struct sqlite3_stmt *st = db_query(
		s,
		"SELECT id, state FROM journal_step WHERE source = :message"
		" AND kind = :kind AND state <> :undone"
		" ORDER BY id DESC LIMIT 1",
		ARGS(I(message), I(JOURNAL_EVENT), I(JOURNAL_UNDONE)));
	struct appointment_change c;
	struct appointment was;
	int64_t step;

	if (db_step(s, st, NULL) != DB_ROW)
		return false;
	step = db_col_int(st, 0);
	*waits = db_col_int(st, 1) < JOURNAL_FAILED;
	db_reset(st);
	if (!load(s, step, &c, &was, NULL))
		return false;
	*answer = c.answer;
	appointment_change_release(&c);
	appointment_release(&was);
	return true;
}

static void unpack(const struct intent *i, struct appointment_change *c)
{
	char *text CLEANUP(mem_free_ptr) =
		xstrndup((const char *)i->raw.p, i->raw.len);

	appointment_change_unpack(c, text);
}

char *event_intent_text(struct store *s, const struct intent *i)
{
	struct appointment_change c;
	struct event_row row;
	const char *verb = "change", *name;
	bool known = i->n_items && query_event(s, i->items[0], &row, NULL);
	char *text;

	unpack(i, &c);
	name = c.appt.subject		   ? c.appt.subject
	       : known && row.appt.subject ? row.appt.subject
					   : "entry";
	if (c.op == APPT_CREATE)
		verb = "add";
	else if (c.op == APPT_CANCEL)
		verb = "cancel";
	else if (c.op == APPT_ANSWER)
		verb = c.answer == ANSWER_ACCEPTED   ? "accept"
		       : c.answer == ANSWER_DECLINED ? "decline"
						     : "accept tentatively";
	else if (c.op == APPT_TAKE)
		verb = c.appt.kind == APPOINTMENT_RESPONSE ? "note an answer to"
							   : "bring in";
	else if (c.set == APPT_SET_TIME)
		verb = "move";
	else if (c.set == APPT_SET_SIGNAL)
		verb = c.appt.signal == CLOCK_NEVER ? "dismiss the reminder of"
						    : "remind again of";
	if (i->then)
		verb = "change";
	text = xasprintf("%s \"%.80s\"%s", verb, name,
			 i->then ? " from one day on" : "");
	if (known)
		appointment_release(&row.appt);
	appointment_change_release(&c);
	return text;
}

bool check_event(struct store *s, const struct intent *i, struct err *err)
{
	struct appointment_change c;
	bool create, take, ok = true;
	int64_t seen = 0;

	if (!i->raw.len)
		return err_set(err, ERR_INPUT, "there is nothing to do");
	unpack(i, &c);
	create = c.op == APPT_CREATE;
	take = c.op == APPT_TAKE; /* perhaps of a meeting not here yet */
	if (create && c.appt.start == CLOCK_NEVER)
		ok = err_set(err, ERR_INPUT, "an entry needs a time");
	appointment_change_release(&c);
	if (!ok)
		return false;
	if (i->then && !check_event(s, i->then, err))
		return false;
	if (create)
		return i->folder || err_set(err, ERR_NOT_FOUND,
					    "there is no calendar to put it "
					    "into");
	if (!i->n_items && !i->answers && !take)
		return err_set(err, ERR_INPUT, "there is nothing to do");
	for (size_t k = 0; k < i->n_items; k++)
		if (!db_get_int(s, &seen, err,
				"SELECT 1 FROM item WHERE id = :id AND"
				" folder IS NOT NULL",
				ARGS(I(i->items[k]))) ||
		    !seen)
			return err_set(err, ERR_NOT_FOUND,
				       "this entry is gone");
	return true;
}

/* A row for an entry made here. */
static bool add_row(struct store *s, const struct appointment *a,
		    struct step *st, struct err *err)
{
	struct row r;
	bool ok;

	row_init(&r);
	r.it.folder = st->folder;
	r.it.flags = ITEM_READ;
	r.it.item_class = xstrdup("IPM.Appointment");
	r.it.subject = xstrdup(a->subject);
	r.it.categories = xstrdup(a->categories);
	r.it.received = clock_now();
	ok = item_add(s, &r, err);
	st->item = r.it.id;
	row_release(&r);
	return ok && event_put(s, st->item, a, NULL, err);
}

static bool keep_step(struct store *s, const struct step *st,
		      const struct appointment_change *c,
		      const struct appointment *was, struct err *err)
{
	struct str change CLEANUP(str_release) = STR_INIT;
	struct str before CLEANUP(str_release) = STR_INIT;

	appointment_change_pack(&change, c);
	if (was)
		event_pack_data(&before, was);
	return db_run(s, err,
		      "INSERT INTO event_step(step, change, was)"
		      " VALUES(:step, :change, :was)",
		      ARGS(I(st->id), T(change.s),
			   {.type = was ? DB_BLOB : DB_NULL,
			    .p = before.s,
			    .len = before.len}));
}

/* The message answered leaves for Deleted Items, as the server will have it
 * (dossier EWS 12.6). */
static bool hide(struct store *s, int64_t item, int64_t step, struct err *err)
{
	return !item || item_place(s, item, 0, step, err);
}

static bool save_subject(struct store *s, int64_t item,
			 const struct appointment *a, struct err *err)
{
	char *key CLEANUP(mem_free_ptr) =
		row_subject_key(str_or_empty(a->subject));

	return index_note(s, item, false, err) &&
	       db_run(s, err,
		      "UPDATE item SET subject = :subject, subject_key = :key,"
		      " categories = :categories WHERE id = :id",
		      ARGS(T(a->subject), T(key), T(a->categories), I(item)));
}

static bool apply_change(struct store *s, struct step *st,
			 const struct appointment_change *c, struct err *err)
{
	struct event_row row = {0};
	struct appointment is;
	bool has, stays = true, ok;
	struct err e = ERR_INIT;

	appointment_init(&row.appt);
	has = st->item && query_event(s, st->item, &row, &e);
	if (st->item && !has && e.kind != ERR_NOT_FOUND) {
		if (err)
			*err = e;
		return false;
	}
	/* What was put off or dismissed is not called back by u. */
	st->draft = (c->op == APPT_CHANGE && c->set != APPT_SET_SIGNAL) ||
		    c->op == APPT_CANCEL;
	st->from_folder = row.folder;
	appointment_copy(&is, &row.appt);
	if (has)
		stays = appointment_change_apply(c, &is);
	else if (st->item)
		stays = !(c->op == APPT_CANCEL || c->answer == ANSWER_DECLINED);
	ok = step_add(s, st, err) &&
	     keep_step(s, st, c, has ? &row.appt : NULL, err) &&
	     (!has || event_put(s, st->item, &is, NULL, err)) &&
	     (!has || save_subject(s, st->item, &is, err)) &&
	     (stays || hide(s, st->item, st->id, err)) &&
	     hide(s, st->source, st->id, err) &&
	     (!(st->item || st->source) ||
	      step_mark_item(s, st->item ? st->item : st->source, err));
	appointment_release(&is);
	appointment_release(&row.appt);
	return ok;
}

static bool tells_nobody(struct store *s, const struct appointment_change *c,
			 int64_t item, bool *yes, struct err *err)
{
	struct event_row row;
	struct err e = ERR_INIT;

	*yes = false;
	if (c->op != APPT_CANCEL || c->original != CLOCK_NEVER)
		return true;
	if (!query_event(s, item, &row, &e)) {
		if (err)
			*err = e;
		return e.kind == ERR_NOT_FOUND;
	}
	*yes = c->quiet || !row.appt.attendees.n ||
	       !(row.appt.flags & APPT_ORGANIZER);
	appointment_release(&row.appt);
	return true;
}

/* *deleted: where it goes by a move; 0: by the calendar's own way. */
static bool find_deleted(struct store *s, const struct appointment_change *c,
			 int64_t item, int64_t *deleted, struct err *err)
{
	int64_t mailbox = 0;
	bool silent;

	*deleted = 0;
	if (!tells_nobody(s, c, item, &silent, err))
		return false;
	if (!silent)
		return true;
	/* A public folder has no Deleted Items to go to. */
	if (!db_get_int(s, &mailbox, err,
			"SELECT folder.owner IS NOT 'public' FROM item"
			" JOIN folder ON folder.id = item.folder"
			" WHERE item.id = :id",
			ARGS(I(item))))
		return false;
	if (mailbox)
		*deleted = query_folder_role(s, FOLDER_ROLE_DELETED);
	return true;
}

/* st: entry, item, source, folder, due and after are set. */
static bool apply_one(struct store *s, struct step *st,
		      const struct appointment_change *c, struct err *err)
{
	int64_t deleted;
	bool moved;

	if (!find_deleted(s, c, st->item, &deleted, err))
		return false;
	if (deleted)
		return apply_move(s, st->entry, st->item, deleted, &moved, err);
	st->kind = JOURNAL_EVENT;
	if (c->op != APPT_CREATE) {
		st->folder = 0;
		return apply_change(s, st, c, err);
	}
	st->key = xstrdup(c->appt.uid);
	st->draft = true;
	return add_row(s, &c->appt, st, err) && step_add(s, st, err) &&
	       keep_step(s, st, c, NULL, err) &&
	       step_mark_item(s, st->item, err);
}

bool apply_event(struct store *s, int64_t entry, const struct intent *i,
		 struct err *err)
{
	int64_t after = 0;
	bool ok = true;

	for (; ok && i; i = i->then) {
		struct step st CLEANUP(step_release);
		struct appointment_change c;

		step_init(&st);
		st.entry = entry;
		st.item = i->n_items ? i->items[0] : 0;
		st.source = i->answers;
		st.folder = i->folder;
		st.due = i->due;
		st.after = after;
		unpack(i, &c);
		ok = apply_one(s, &st, &c, err);
		appointment_change_release(&c);
		after = st.id;
	}
	return ok;
}

/* --- back ----------------------------------------------------------------- */

/* Rows this step hides come back to where they were. */
static bool show_again(struct store *s, const struct step *st, struct err *err)
{
	struct sqlite3_stmt *q =
		db_query(s, "SELECT id, was FROM item WHERE hidden = :step",
			 ARGS(I(st->id)));
	VEC(int64_t) ids = {0};
	VEC(int64_t) where = {0};
	enum db_row r;
	bool ok;

	while ((r = db_step(s, q, err)) == DB_ROW) {
		vec_add(&ids, db_col_int(q, 0));
		vec_add(&where, db_col_int(q, 1));
	}
	ok = r == DB_DONE;
	for (size_t i = 0; ok && i < ids.n; i++)
		ok = item_place_back(s, ids.v[i], where.v[i], err);
	vec_release(&ids);
	vec_release(&where);
	return ok;
}

bool revert_event(struct store *s, const struct step *st, struct err *err)
{
	struct appointment_change c;
	struct appointment was;
	struct steps later CLEANUP(steps_release) = {0};
	bool ok;

	if (!load(s, st->id, &c, &was, err))
		return false;
	ok = steps_of_item(s, st->item, &later, err);
	for (size_t i = 0; ok && i < later.n; i++)
		if (later.v[i].id > st->id && later.v[i].kind == JOURNAL_EVENT)
			ok = err_set(err, ERR_INPUT,
				     "a later change of this entry waits: take "
				     "that back first");
	if (ok && c.op == APPT_CREATE) {
		for (size_t i = 0; ok && i < later.n; i++)
			if (later.v[i].id > st->id)
				ok = step_set_state(s, &later.v[i],
						    JOURNAL_UNDONE, 0, NULL,
						    err);
		ok = ok && item_drop(s, st->item, err);
	} else if (ok) {
		ok = show_again(s, st, err) &&
		     (was.start == CLOCK_NEVER ||
		      (event_put(s, st->item, &was, NULL, err) &&
		       save_subject(s, st->item, &was, err)));
	}
	appointment_change_release(&c);
	appointment_release(&was);
	return ok;
}

static void renew(struct appointment *a)
{
	char *id CLEANUP(mem_free_ptr) = codec_random_id();
	char *uid CLEANUP(mem_free_ptr) = xasprintf("%s@retinue", id);

	appointment_make_another(a, uid);
}

bool can_invert_event(struct store *s, const struct step *st, struct err *err)
{
	struct appointment_change c;
	struct appointment was;
	const char *why = NULL;

	if (!load(s, st->id, &c, &was, err))
		return false;
	switch (c.op) {
	case APPT_CREATE:
	case APPT_CANCEL:
		break;
	case APPT_CHANGE:
		if (c.set == APPT_SET_SIGNAL)
			why = "a reminder that was put off or is done with is "
			      "not called back";
		break;
	case APPT_ANSWER:
		why = "the organizer has been told: answer again instead";
		break;
	case APPT_TAKE:
		why = "this is what another person wrote";
		break;
	}
	appointment_change_release(&c);
	appointment_release(&was);
	return !why || err_set(err, ERR_INPUT, "%s", why);
}

/* One of a series is there again. Where people were told that it is off, another
 * meeting is called at that time; else the series has it as before, and nobody is
 * told. */
static bool restore_one(struct store *s, const struct step *st,
			const struct appointment_change *c,
			const struct appointment *was,
			struct appointment_change *back, struct err *err)
{
	const struct appointment *x = appointment_exception(was, c->original);
	struct appointment copy;
	struct event_row row;
	size_t n = 0;

	back->original = CLOCK_NEVER;
	appointment_release(&back->appt);
	if (!c->quiet && was->attendees.n && was->flags & APPT_ORGANIZER) {
		back->op = APPT_CREATE;
		appointment_occurrence(&back->appt, was, c->original);
		back->appt.kind = APPOINTMENT_SINGLE;
		back->appt.original = CLOCK_NEVER;
		renew(&back->appt);
		return true;
	}
	back->op = APPT_CHANGE;
	back->set = APPT_SET_EXCEPTIONS;
	back->quiet = true;
	appointment_init(&back->appt);
	if (!query_event(s, st->item, &row, err))
		return false;
	appointment_release(&back->appt);
	back->appt = row.appt;
	for (size_t i = 0; i < row.appt.removed.n; i++)
		if (row.appt.removed.v[i] != c->original)
			back->appt.removed.v[n++] = row.appt.removed.v[i];
	back->appt.removed.n = n;
	if (!x || appointment_exception(&back->appt, c->original))
		return true;
	appointment_copy(&copy, x);
	mem_replace(&copy.remote_id, NULL);
	mem_replace(&copy.change_key, NULL);
	vec_add(&back->appt.exceptions, copy);
	return true;
}

/* Where it comes back to; the calendar, where that is gone. */
static bool find_place(struct store *s, const struct step *st, int64_t *folder,
		       struct err *err)
{
	if (!db_get_int(s, folder, err, "SELECT id FROM folder WHERE id = :id",
			ARGS(I(st->from_folder))))
		return false;
	if (!*folder)
		*folder = query_folder_role(s, FOLDER_ROLE_CALENDAR);
	return true;
}

/* Done at the server: a new wish brings back what was. */
bool invert_event(struct store *s, const struct step *st, int64_t entry,
		  struct err *err)
{
	struct appointment_change c, back;
	struct appointment was;
	const struct appointment *old = &was;
	struct step by CLEANUP(step_release);
	bool ok = true;

	step_init(&by);
	by.entry = entry;
	by.item = st->item;

	if (!load(s, st->id, &c, &was, err))
		return false;
	appointment_change_init(&back);
	back.quiet = c.quiet;
	back.original = c.original;
	if (c.op == APPT_CREATE) {
		back.op = APPT_CANCEL;
	} else if (c.op == APPT_CHANGE) {
		if (c.original != CLOCK_NEVER &&
		    appointment_exception(&was, c.original))
			old = appointment_exception(&was, c.original);
		back.op = APPT_CHANGE;
		back.set = c.set;
		/* With other times, or another end, a server drops what
		 * differs in a series (dossier EWS 12.3). */
		if (c.original == CLOCK_NEVER &&
		    c.set & (APPT_SET_TIME | APPT_SET_RECUR) &&
		    was.exceptions.n + was.removed.n)
			back.set |= APPT_SET_EXCEPTIONS;
		appointment_copy(&back.appt, old);
		if (c.original != CLOCK_NEVER && old == &was) {
			back.appt.end = c.original + (was.end - was.start);
			back.appt.start = c.original;
		}
	} else if (c.original != CLOCK_NEVER &&
		   was.kind == APPOINTMENT_SERIES) {
		ok = restore_one(s, st, &c, &was, &back, err);
	} else {
		back.op = APPT_CREATE;
		appointment_copy(&back.appt, &was);
		/* Nobody is invited to somebody else's meeting; of one's own,
		 * what was called off stays so, and another is called. */
		back.quiet |= !(was.flags & APPT_ORGANIZER);
		if (!back.quiet && was.attendees.n)
			renew(&back.appt);
	}
	if (ok && back.op == APPT_CREATE) {
		by.item = 0;
		ok = find_place(s, st, &by.folder, err);
	}
	ok = ok && apply_one(s, &by, &back, err);
	appointment_change_release(&c);
	appointment_change_release(&back);
	appointment_release(&was);
	return ok;
}

bool done_event(struct store *s, const struct step *st, const char *new_id,
		const char *change_key, struct err *err)
{
	bool ok = db_run(s, err,
			 "UPDATE item SET hidden = 0 WHERE hidden = :step",
			 ARGS(I(st->id)));

	if (ok && st->key) /* made here */
		return !new_id || item_set_remote(s, st->item, new_id,
						  change_key, st->folder, err);
	/* What the server made of it is read anew. */
	return ok &&
	       db_run(s, err, "UPDATE event SET seen = NULL WHERE item = :item",
		      ARGS(I(st->item)));
}
