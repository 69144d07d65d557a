/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * What was done to contacts, and taking it back: entries of the journal without
 * steps, for contacts go out by themselves. One has the contact before (`was`)
 * and after (`data`), NULL where there was none; `waits`: it was made while an
 * earlier change of the same contact waited.
 */
#include <string.h>

#include "store/people.h"
#include "store/steps.h"

static char *packed(const struct person *p)
{
	struct str b = STR_INIT;

	if (!p)
		return NULL;
	person_pack(p, &b);
	return str_take(&b);
}

bool contact_note(struct store *s, enum contact_wish wish, int64_t id,
		  int64_t folder, int64_t pending, const struct person *was,
		  const struct person *now, struct err *err)
{
	static const char *const verbs[] = {[CONTACT_NEW] = "add",
					    [CONTACT_CHANGED] = "change",
					    [CONTACT_GONE] = "remove"};
	char *before CLEANUP(mem_free_ptr) = packed(was);
	char *after CLEANUP(mem_free_ptr) = packed(now);
	char *text CLEANUP(mem_free_ptr) = xasprintf(
		"%s contact %s", verbs[wish], person_title(was ? was : now));
	int64_t entry;

	return entry_add_done(s, JOURNAL_CONTACT, text, &entry, err) &&
	       db_run(s, err,
		      "INSERT INTO contact_change(id, contact, folder, wish,"
		      " waits, was, data) VALUES(:id, :contact, :folder, :wish,"
		      " :waits, :was, :data)",
		      ARGS(I(entry), I(id), I(folder), I(wish), I(pending > 0),
			   T(before), T(after)));
}

#define REVERTED                                                               \
	"contact = :contact AND id >= (SELECT max(id) FROM contact_change"     \
	" WHERE contact = :contact AND waits = 0)"

bool contact_note_reverted(struct store *s, int64_t id, struct err *err)
{
	return db_run(s, err,
		      "UPDATE journal_entry SET state = 5, can_undo = 0"
		      " WHERE id IN (SELECT id FROM contact_change WHERE"
		      " " REVERTED ")",
		      ARGS(I(id))) &&
	       db_run(s, err, "DELETE FROM contact_change WHERE " REVERTED,
		      ARGS(I(id)));
}

bool query_contact_entry(struct store *s, int64_t *entry)
{
	int64_t id = *entry ? *entry : entry_last_undoable(s);
	int64_t found = 0;

	if (!db_get_int(s, &found, NULL,
			"SELECT 1 FROM journal_entry WHERE id = :id"
			" AND kind = :kind",
			ARGS(I(id), I(JOURNAL_CONTACT))) ||
	    !found)
		return false;
	*entry = id;
	return true;
}

struct entry {
	int64_t id, contact, folder;
	enum contact_wish wish;
	struct person was, now;
};

static void entry_release(struct entry *e)
{
	person_release(&e->was);
	person_release(&e->now);
}

/* asked 0: the last. */
static bool read_entry(struct store *s, int64_t asked, struct entry *e,
		       struct err *err)
{
	struct sqlite3_stmt *st =
		db_query(s,
			 "SELECT id, contact, folder, wish, was, data"
			 " FROM contact_change WHERE :asked IN (0, id)"
			 " ORDER BY id DESC LIMIT 1",
			 ARGS(I(asked)));
	enum db_row r = db_step(s, st, err);

	if (r == DB_DONE)
		return err_set(err, ERR_NOT_FOUND,
			       asked ? "it has been undone already"
				     : "no change of a contact is left to be "
				       "taken back");
	if (r == DB_FAIL)
		return false;
	e->id = db_col_int(st, 0);
	e->contact = db_col_int(st, 1);
	e->folder = db_col_int(st, 2);
	e->wish = (enum contact_wish)db_col_int(st, 3);
	person_unpack(&e->was, str_or_empty(db_col_text(st, 4)));
	person_unpack(&e->now, str_or_empty(db_col_text(st, 5)));
	db_reset(st);
	return true;
}

static void set_members(struct person *p, const struct person *from)
{
	strv_release(&p->members);
	strv_init(&p->members);
	for (size_t i = 0; i < from->members.n; i++)
		strv_add(&p->members, from->members.v[i]);
}

/* What the entry changed goes back to what it was, where nobody changed it
 * since. False: nothing did. */
static bool put_back(struct person *p, const struct entry *e)
{
	bool any = false;

	for (int i = 0; i < PERSON_FIELDS; i++) {
		enum person_field f = (enum person_field)i;
		const char *was = str_or_empty(person_get(&e->was, f));
		const char *now = str_or_empty(person_get(&e->now, f));

		if (str_eq(was, now) ||
		    !str_eq(str_or_empty(person_get(p, f)), now))
			continue;
		mem_replace(person_at(p, f), *was ? xstrdup(was) : NULL);
		any = true;
	}
	if (!str_eq(e->was.categories, e->now.categories) &&
	    str_eq(p->categories, e->now.categories)) {
		mem_replace(&p->categories, xstrdup(e->was.categories));
		any = true;
	}
	if (!strv_same(&e->was.members, &e->now.members) &&
	    strv_same(&p->members, &e->now.members)) {
		set_members(p, &e->was);
		any = true;
	}
	return any;
}

/* What waits, and is now as the server has it, need not go out. */
static bool settle(struct store *s, int64_t id, struct err *err)
{
	return db_run(s, err,
		      "UPDATE contact SET pending = 0, base = NULL, tried = 0,"
		      " error = NULL WHERE id = :id AND pending = 2"
		      " AND tried = 0 AND data = base",
		      ARGS(I(id)));
}

static bool undo_changed(struct store *s, const struct entry *e, int64_t *id,
			 struct err *err)
{
	struct person p;
	int64_t pending;
	bool ok;

	person_init(&p);
	if (!contact_row(s, e->contact, &p, &pending, err) ||
	    pending == CONTACT_GONE) {
		person_release(&p);
		return err_set(err, ERR_NOT_FOUND, "%s is no longer there",
			       person_title(&e->now));
	}
	if (!put_back(&p, e)) {
		person_release(&p);
		return err_set(err, ERR_CONFLICT,
			       "%s was changed again since, so nothing was "
			       "taken back",
			       person_title(&e->now));
	}
	ok = contact_apply(s, CONTACT_CHANGED, &p, id, err) &&
	     settle(s, *id, err);
	person_release(&p);
	return ok;
}

/* Still to be removed: it stays. Else it is made anew. */
static bool undo_gone(struct store *s, struct entry *e, int64_t *id,
		      struct err *err)
{
	struct person p;
	int64_t pending = 0;
	bool there = contact_row(s, e->contact, &p, &pending, NULL);

	if (there)
		person_release(&p);
	e->was.id = e->contact;
	e->was.folder = e->folder;
	if (there && pending == CONTACT_GONE)
		return contact_apply(s, CONTACT_REVERT, &e->was, id, err);
	/* What was done to it before is of the new one now. */
	return contact_apply(s, CONTACT_NEW, &e->was, id, err) &&
	       db_run(s, err,
		      "UPDATE contact_change SET contact = :now WHERE"
		      " contact = :was",
		      ARGS(I(*id), I(e->contact)));
}

static bool invert(struct store *s, struct entry *e, int64_t *id,
		   struct err *err)
{
	struct person p;

	switch (e->wish) {
	case CONTACT_NEW:
		person_copy(&p, &e->now);
		p.id = e->contact;
		bool ok = contact_apply(s, CONTACT_GONE, &p, id, err);
		person_release(&p);
		return ok;
	case CONTACT_CHANGED:
		return undo_changed(s, e, id, err);
	case CONTACT_GONE:
		return undo_gone(s, e, id, err);
	case CONTACT_REVERT:
	case CONTACT_UNDO:
		break;
	}
	BUG("a contact change of kind %d", (int)e->wish);
}

static char *in_words(const struct entry *e)
{
	if (e->wish == CONTACT_NEW)
		return xasprintf("%s is no contact any longer",
				 person_title(&e->now));
	if (e->wish == CONTACT_GONE)
		return xasprintf("%s is a contact again",
				 person_title(&e->was));
	return xasprintf("The change of %s is taken back",
			 person_title(&e->was));
}

/* Taken back, or given up. */
static bool end_entry(struct store *s, const struct entry *e, bool undone,
		      struct err *err)
{
	return db_run(s, err, "DELETE FROM contact_change WHERE id = :id",
		      ARGS(I(e->id))) &&
	       (undone ? entry_set_undone(s, e->id, err)
		       : db_run(s, err,
				"UPDATE journal_entry SET can_undo = 0"
				" WHERE id = :id",
				ARGS(I(e->id))));
}

bool write_contact_undo(struct store *s, int64_t *entry, int64_t *id,
			char **text, struct err *err)
{
	struct entry e = {.id = 0};
	struct err why = ERR_INIT;
	bool ok;

	person_init(&e.was);
	person_init(&e.now);
	if (!read_entry(s, *entry, &e, err)) {
		entry_release(&e);
		return false;
	}
	ok = invert(s, &e, id, &why);
	/* What cannot be taken back does not stand in the way of the others. */
	if ((ok || !*entry) && !end_entry(s, &e, ok, ok ? err : NULL))
		ok = false;
	*entry = e.id;
	if (ok)
		*text = in_words(&e);
	else if (err && why.kind)
		*err = why;
	entry_release(&e);
	return ok;
}
