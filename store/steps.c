/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "store/steps.h"

#include "base/clock.h"

#define STEP_COLUMNS                                                           \
	"id, entry, kind, state, due, attempts, after, item, source, folder,"  \
	" from_folder, parent, from_parent, how, stage, copies_before, draft," \
	" name, from_name, key, class, e_set, e_read, e_flag, e_due,"          \
	" e_importance, e_verb, e_verb_time, e_categories, p_flags, p_due,"    \
	" p_categories"

void step_init(struct step *st)
{
	memset(st, 0, sizeof(*st));
	st->edit.flag_due = CLOCK_NEVER;
	st->edit.verb_time = CLOCK_NEVER;
	st->p_due = CLOCK_NEVER;
}

void step_release(struct step *st)
{
	free(st->name);
	free(st->from_name);
	free(st->key);
	free(st->class);
	free(st->p_categories);
	item_edit_release(&st->edit);
	step_init(st);
}

void steps_release(struct steps *l)
{
	for (size_t i = 0; i < l->n; i++)
		step_release(&l->v[i]);
	vec_release(l);
}

static void read_edit(struct sqlite3_stmt *q, struct item_edit *e)
{
	e->set = (unsigned)db_col_int(q, 21);
	e->read = db_col_int(q, 22) != 0;
	e->flag = (unsigned)db_col_int(q, 23);
	e->flag_due = db_col_time(q, 24);
	e->importance = (unsigned)db_col_int(q, 25);
	e->verb = (int)db_col_int(q, 26);
	e->verb_time = db_col_time(q, 27);
	e->categories = db_col_dup(q, 28);
}

static void read_step(struct sqlite3_stmt *q, struct step *st)
{
	step_init(st);
	st->id = db_col_int(q, 0);
	st->entry = db_col_int(q, 1);
	st->kind = (enum journal_kind)db_col_int(q, 2);
	st->state = (enum journal_state)db_col_int(q, 3);
	st->due = db_col_int(q, 4);
	st->attempts = (int)db_col_int(q, 5);
	st->after = db_col_int(q, 6);
	st->item = db_col_int(q, 7);
	st->source = db_col_int(q, 8);
	st->folder = db_col_int(q, 9);
	st->from_folder = db_col_int(q, 10);
	st->parent = db_col_int(q, 11);
	st->from_parent = db_col_int(q, 12);
	st->how = (enum delete_kind)db_col_int(q, 13);
	st->stage = (int)db_col_int(q, 14);
	st->copies_before = db_col_int(q, 15);
	st->draft = db_col_int(q, 16) != 0;
	st->name = db_col_dup(q, 17);
	st->from_name = db_col_dup(q, 18);
	st->key = db_col_dup(q, 19);
	st->class = db_col_dup(q, 20);
	read_edit(q, &st->edit);
	st->p_flags = (unsigned)db_col_int(q, 29);
	st->p_due = db_col_time(q, 30);
	st->p_categories = db_col_dup(q, 31);
}

static bool read_all(struct store *s, struct sqlite3_stmt *q, struct steps *out,
		     struct err *err)
{
	struct steps l = {0};
	enum db_row r;

	while ((r = db_step(s, q, err)) == DB_ROW)
		read_step(q, vec_new(&l));
	if (r == DB_FAIL)
		steps_release(&l);
	*out = l;
	return r == DB_DONE;
}

bool step_load(struct store *s, int64_t id, struct step *out, struct err *err)
{
	struct sqlite3_stmt *q = db_query(
		s, "SELECT " STEP_COLUMNS " FROM journal_step WHERE id = :id",
		ARGS(I(id)));
	enum db_row r = db_step(s, q, err);

	if (r == DB_DONE)
		return err_set(err, ERR_NOT_FOUND, "no such change");
	if (r == DB_FAIL)
		return false;
	read_step(q, out);
	db_reset(q);
	return true;
}

bool steps_of_entry(struct store *s, int64_t entry, struct steps *out,
		    struct err *err)
{
	return read_all(s,
			db_query(s,
				 "SELECT " STEP_COLUMNS " FROM journal_step"
				 " WHERE entry = :entry ORDER BY id",
				 ARGS(I(entry))),
			out, err);
}

bool steps_of_item(struct store *s, int64_t item, struct steps *out,
		   struct err *err)
{
	return read_all(s,
			db_query(s,
				 "SELECT " STEP_COLUMNS " FROM journal_step"
				 " WHERE item = :item AND state < 4"
				 " ORDER BY id",
				 ARGS(I(item))),
			out, err);
}

bool steps_of_source(struct store *s, int64_t item, struct steps *out,
		     struct err *err)
{
	return read_all(s,
			db_query(s,
				 "SELECT " STEP_COLUMNS " FROM journal_step"
				 " WHERE source = :item AND source IS NOT NULL"
				 " AND state < 2 ORDER BY id",
				 ARGS(I(item))),
			out, err);
}

bool step_is_gone(struct store *s, const struct step *st, bool *gone,
		  struct err *err)
{
	int64_t n = 0;
	bool ok = db_get_int(s, &n, err,
			     "SELECT 1 FROM conflict WHERE step = :step"
			     " AND server IS NULL",
			     ARGS(I(st->id)));

	*gone = n != 0;
	return ok;
}

bool steps_has(const struct steps *l, unsigned kinds)
{
	for (size_t i = 0; i < l->n; i++)
		if (kinds & 1u << l->v[i].kind)
			return true;
	return false;
}

bool step_add(struct store *s, struct step *st, struct err *err)
{
	const struct item_edit *e = &st->edit;

	if (!db_run(s, err,
		    "INSERT INTO journal_step(entry, kind, state, due, after,"
		    " item, source, folder, from_folder, parent, from_parent,"
		    " how, stage, copies_before, draft, name, from_name, key,"
		    " class, e_set, e_read, e_flag, e_due, e_importance,"
		    " e_verb, e_verb_time, e_categories, p_flags, p_due,"
		    " p_categories) VALUES(:entry, :kind, :state, :due, :after,"
		    " :item, :source, :folder, :from_folder, :parent,"
		    " :from_parent, :how, :stage, :copies, :draft, :name,"
		    " :from_name, :key, :class, :e_set, :e_read, :e_flag,"
		    " :e_due, :e_importance, :e_verb, :e_verb_time,"
		    " :e_categories, :p_flags, :p_due, :p_categories)",
		    ARGS(I(st->entry), I(st->kind), I(st->state), I(st->due),
			 ROW_ID(st->after), ROW_ID(st->item),
			 ROW_ID(st->source), ROW_ID(st->folder),
			 ROW_ID(st->from_folder), ROW_ID(st->parent),
			 ROW_ID(st->from_parent), I(st->how), I(st->stage),
			 I(st->copies_before), I(st->draft), T(st->name),
			 T(st->from_name), T(st->key), T(st->class), I(e->set),
			 I(e->read), I(e->flag), TIME(e->flag_due),
			 I(e->importance), I(e->verb), TIME(e->verb_time),
			 T(e->categories), I(st->p_flags), TIME(st->p_due),
			 T(st->p_categories))))
		return false;
	st->id = db_last_id(s);
	return true;
}

bool step_save_before(struct store *s, const struct step *st, struct err *err)
{
	return db_run(s, err,
		      "UPDATE journal_step SET p_flags = :flags, p_due = :due,"
		      " p_categories = :categories, from_folder = :from,"
		      " from_name = :name, from_parent = :parent"
		      " WHERE id = :id",
		      ARGS(I(st->p_flags), TIME(st->p_due), T(st->p_categories),
			   ROW_ID(st->from_folder), T(st->from_name),
			   ROW_ID(st->from_parent), I(st->id)));
}

bool step_set_state(struct store *s, const struct step *st,
		    enum journal_state state, int64_t due, const char *why,
		    struct err *err)
{
	bool over = state == JOURNAL_DONE || state == JOURNAL_UNDONE;

	entry_touch(s, st->entry);
	return db_run(s, err,
		      "UPDATE journal_step SET state = :state, due = :due,"
		      " attempts = :attempts, error = :error WHERE id = :id",
		      ARGS(I(state), I(due), I(st->attempts), T(why),
			   I(st->id))) &&
	       (state == JOURNAL_CONFLICT ||
		db_run(s, err, "DELETE FROM conflict WHERE step = :step",
		       ARGS(I(st->id)))) &&
	       (!over || db_run(s, err, "DELETE FROM raw WHERE step = :step",
				ARGS(I(st->id)))) &&
	       step_mark_item(s, st->item, err);
}

bool entry_add(struct store *s, enum journal_kind kind, int64_t due,
	       const char *text, int64_t undo_of, int64_t *id, struct err *err)
{
	if (!db_run(s, err,
		    "INSERT INTO journal_entry(kind, created, due, text,"
		    " undo_of) VALUES(:kind, :now, :due, :text, :undo_of)",
		    ARGS(I(kind), I(clock_now()), I(due), T(text),
			 ROW_ID(undo_of))))
		return false;
	*id = db_last_id(s);
	entry_touch(s, *id);
	return true;
}

bool entry_add_done(struct store *s, enum journal_kind kind, const char *text,
		    int64_t *id, struct err *err)
{
	if (!db_run(s, err,
		    "INSERT INTO journal_entry(kind, state, created, due,"
		    " count, can_undo, text)"
		    " VALUES(:kind, 4, :now, 0, 1, 1, :text)",
		    ARGS(I(kind), I(clock_now()), T(text))))
		return false;
	*id = db_last_id(s);
	return true;
}

int64_t entry_last_undoable(struct store *s)
{
	int64_t id = 0;

	return db_get_int(s, &id, NULL,
			  "SELECT id FROM journal_entry WHERE can_undo"
			  " AND undo_of IS NULL ORDER BY id DESC LIMIT 1",
			  NO_ARGS)
		       ? id
		       : 0;
}

bool entry_set_undone(struct store *s, int64_t id, struct err *err)
{
	return db_run(s, err,
		      "UPDATE journal_entry SET state = 5, can_undo = 0"
		      " WHERE id = :id",
		      ARGS(I(id)));
}

/* Which kinds can be inverted once the server has done them: bits of
 * 1 << kind. A folder or message deleted for good cannot; a sent message
 * cannot. FOLDER_DELETE to Deleted Items can. */
#define INVERTIBLE "(0, 1, 2, 5, 6, 7, 8)"

static bool refresh(struct store *s, int64_t entry, struct err *err)
{
	/* Worst first: conflict, failed, sending, waiting, done, undone. */
	return db_run(
		s, err,
		"UPDATE journal_entry SET (state, attempts, count, waiting,"
		" due, error, can_undo) = ("
		"SELECT CASE"
		"  WHEN sum(state = 3) THEN 3 WHEN sum(state = 2) THEN 2"
		"  WHEN sum(state = 1) THEN 1 WHEN sum(state = 0) THEN 0"
		"  WHEN sum(state = 4) THEN 4 ELSE 5 END,"
		" max(attempts),"
		" CASE WHEN sum(state < 4) THEN count(*)"
		"  ELSE sum(state = 4) END,"
		" sum(state < 4),"
		" coalesce(max(CASE WHEN state = 0 THEN due END), 0),"
		" max(error),"
		" sum(state = 1) = 0 AND sum(state < 5) > 0 AND"
		"  sum(state = 4 AND kind NOT IN " INVERTIBLE
		"   AND NOT (kind = 9 AND how = 0)"
		"   AND NOT (kind = 11 AND draft = 1)) = 0"
		" FROM journal_step WHERE entry = :entry) WHERE id = :entry",
		ARGS(I(entry)));
}

void entry_touch(struct store *s, int64_t entry)
{
	if (!s->entries.n || s->entries.v[s->entries.n - 1] != entry)
		vec_add(&s->entries, entry);
}

static int by_value(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

bool entry_settle(struct store *s, struct err *err)
{
	if (s->entries.n)
		qsort(s->entries.v, s->entries.n, sizeof(*s->entries.v),
		      by_value);
	for (size_t i = 0; i < s->entries.n; i++) {
		if (i && s->entries.v[i] == s->entries.v[i - 1])
			continue;
		if (!refresh(s, s->entries.v[i], err))
			return false;
	}
	s->entries.n = 0;
	return true;
}

bool step_mark_item(struct store *s, int64_t item, struct err *err)
{
	int64_t open = 0, stuck = 0;
	unsigned set, both = ITEM_PENDING | ITEM_CONFLICT;

	if (!item)
		return true;
	if (!db_get_int(s, &open, err,
			"SELECT 1 FROM journal_step WHERE item = :item"
			" AND state < 2 LIMIT 1",
			ARGS(I(item))) ||
	    !db_get_int(s, &stuck, err,
			"SELECT 1 FROM journal_step WHERE item = :item"
			" AND state IN (2, 3) LIMIT 1",
			ARGS(I(item))))
		return false;
	set = (open ? (unsigned)ITEM_PENDING : 0) |
	      (stuck ? (unsigned)ITEM_CONFLICT : 0);
	return item_set_flags(s, item, set, both & ~set, err);
}

unsigned edit_flag_mask(unsigned set)
{
	unsigned mask = 0;

	if (set & EDIT_READ)
		mask |= ITEM_READ;
	if (set & EDIT_FLAG)
		mask |= ITEM_FLAGGED | ITEM_COMPLETE;
	if (set & EDIT_IMPORTANCE)
		mask |= ITEM_HIGH | ITEM_LOW;
	if (set & EDIT_VERB)
		mask |= ITEM_ANSWERED | ITEM_FORWARDED;
	return mask;
}
