/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* The journal as it is read, and how its steps are handed out. */
#include "store/steps.h"

#include "base/clock.h"
#include "base/pack.h"

#define RAW_MAX ((size_t)1 << 30)

/* --- reading ------------------------------------------------------------------------ */

void journal_list_release(struct journal_list *l)
{
	for (size_t i = 0; i < l->n; i++) {
		free(l->v[i].text);
		free(l->v[i].error);
	}
	vec_release(l);
}

/* A contact that waits or was refused says so itself. */
#define STATE_NOW                                                              \
	"CASE WHEN kind = 13 AND state = 4 THEN coalesce((SELECT CASE"         \
	" WHEN c.error IS NOT NULL THEN 2 WHEN c.pending THEN 0 ELSE 4 END"    \
	" FROM contact_change h JOIN contact c ON c.id = h.contact"            \
	" WHERE h.id = journal_entry.id AND h.id >= (SELECT max(id)"           \
	" FROM contact_change WHERE contact = h.contact AND waits = 0)), 4)"   \
	" ELSE state END"
#define ENTRY_COLUMNS                                                          \
	"id, kind, " STATE_NOW ", created, due, attempts, count, waiting,"     \
	" can_undo, text, error"

bool query_journal(struct store *s, bool all, int limit,
		   struct journal_list *out, struct err *err)
{
	struct journal_list l = {0};
	struct sqlite3_stmt *st;
	enum db_row r;

	st = db_query(s,
		      all ? "SELECT " ENTRY_COLUMNS
			    " FROM journal_entry ORDER BY id DESC LIMIT :limit"
			  : "SELECT " ENTRY_COLUMNS
			    " FROM journal_entry WHERE state < 4"
			    " ORDER BY id DESC LIMIT :limit",
		      ARGS(I(limit)));
	while ((r = db_step(s, st, err)) == DB_ROW) {
		struct journal_entry *e = vec_new(&l);

		e->id = db_col_int(st, 0);
		e->kind = (enum journal_kind)db_col_int(st, 1);
		e->state = (enum journal_state)db_col_int(st, 2);
		e->created = db_col_int(st, 3);
		e->due = db_col_int(st, 4);
		e->attempts = (int)db_col_int(st, 5);
		e->count = db_col_int(st, 6);
		e->waiting = db_col_int(st, 7);
		e->can_undo = db_col_int(st, 8) != 0;
		e->text = db_col_dup(st, 9);
		e->error = db_col_dup(st, 10);
	}
	if (r == DB_FAIL) {
		journal_list_release(&l);
		return false;
	}
	*out = l;
	return true;
}

int64_t query_journal_waiting(struct store *s)
{
	int64_t n = 0;

	return db_get_int(s, &n, NULL,
			  "SELECT count(*) FROM journal_step WHERE state < 2",
			  NO_ARGS)
		       ? n
		       : 0;
}

int64_t query_entry_item(struct store *s, int64_t entry)
{
	int64_t id = 0;

	return db_get_int(s, &id, NULL,
			  "SELECT item FROM journal_step WHERE entry = :entry"
			  " AND kind IN (4, 5) ORDER BY id LIMIT 1",
			  ARGS(I(entry)))
		       ? id
		       : 0;
}

char *query_entry_subject(struct store *s, int64_t entry)
{
	return db_get_text(s,
			   "SELECT subject FROM journal_step JOIN item"
			   " ON item.id = journal_step.item"
			   " WHERE entry = :entry"
			   " ORDER BY journal_step.id LIMIT 1",
			   ARGS(I(entry)));
}

void conflict_list_release(struct conflict_list *l)
{
	for (size_t i = 0; i < l->n; i++) {
		free(l->v[i].mine);
		free(l->v[i].server);
	}
	vec_release(l);
}

bool query_conflicts(struct store *s, struct conflict_list *out,
		     struct err *err)
{
	struct conflict_list l = {0};
	struct sqlite3_stmt *st =
		db_query(s,
			 "SELECT entry, item, mine, server FROM conflict"
			 " JOIN journal_step ON journal_step.id = conflict.step"
			 " ORDER BY conflict.step",
			 NO_ARGS);
	enum db_row r;

	while ((r = db_step(s, st, err)) == DB_ROW) {
		struct conflict *c = vec_new(&l);

		c->entry = db_col_int(st, 0);
		c->item = db_col_int(st, 1);
		c->mine = db_col_dup(st, 2);
		c->server = db_col_dup(st, 3);
	}
	if (r == DB_FAIL) {
		conflict_list_release(&l);
		return false;
	}
	*out = l;
	return true;
}

bool query_step_raw(struct store *s, int64_t step, struct bytes *out,
		    struct err *err)
{
	struct str b CLEANUP(str_release) = STR_INIT;
	struct sqlite3_stmt *st = db_query(
		s, "SELECT data FROM raw WHERE step = :step", ARGS(I(step)));
	enum db_row r = db_step(s, st, err);
	const void *p;
	size_t len;
	bool ok;

	if (r == DB_DONE)
		return err_set(err, ERR_NOT_FOUND, "no such message to send");
	if (r == DB_FAIL)
		return false;
	p = db_col_blob(st, 0, &len);
	ok = pack_decompress(&b, p, len, RAW_MAX, err);
	db_reset(st);
	if (ok)
		*out = bytes_from_str(&b);
	return ok;
}

/* --- handing out --------------------------------------------------------------------- */

static void release_one(struct journal_step *st)
{
	free(st->remote_id);
	free(st->change_key);
	free(st->folder_remote);
	free(st->parent_remote);
	free(st->owner);
	free(st->name);
	free(st->key);
	free(st->class);
	item_edit_release(&st->edit);
}

void step_list_release(struct step_list *l)
{
	for (size_t i = 0; i < l->n; i++)
		release_one(&l->v[i]);
	vec_release(l);
}

/* What the network is told of a step: ids as they are now. */
static bool describe(struct store *s, const struct step *st,
		     struct journal_step *out, struct err *err)
{
	int64_t acts_on = st->kind == JOURNAL_COPY ? st->source : st->item;
	struct sqlite3_stmt *q = db_query(
		s,
		"SELECT (SELECT remote_id FROM item WHERE id = :item),"
		" (SELECT change_key FROM item WHERE id = :item),"
		" (SELECT flags & 1 FROM item WHERE id = :item),"
		" (SELECT remote_id FROM folder WHERE id = :folder),"
		" (SELECT remote_id FROM folder WHERE id = :parent),"
		" (SELECT role IN (6, 7) FROM folder WHERE id = :folder),"
		" (SELECT nullif(owner, 'public') FROM folder WHERE id ="
		"  coalesce((SELECT home FROM item WHERE id = :item),"
		"   (SELECT id FROM folder WHERE id = :folder"
		"    AND remote_id IS NOT NULL), :parent))",
		ARGS(I(acts_on), I(st->folder), I(st->parent)));

	if (db_step(s, q, err) != DB_ROW)
		return false;
	memset(out, 0, sizeof(*out));
	out->id = st->id;
	out->entry = st->entry;
	out->kind = st->kind;
	out->state = st->state;
	out->item = st->item;
	out->folder = st->folder;
	out->source = st->source;
	out->remote_id = id_unpack(s, db_col_text(q, 0));
	out->change_key = id_unpack(s, db_col_text(q, 1));
	out->read = db_col_int(q, 2) != 0;
	out->folder_remote = db_col_dup(q, 3);
	out->parent_remote = db_col_dup(q, 4);
	out->owner = db_col_dup(q, 6);
	out->subfolders =
		st->kind == JOURNAL_FOLDER_EMPTY && db_col_int(q, 5) != 0;
	out->how = st->how;
	out->name = xstrdup(st->name);
	out->key = xstrdup(st->key);
	out->class = xstrdup(st->class);
	out->draft = st->draft;
	out->stage = st->stage;
	out->copies_before = st->copies_before;
	out->attempts = st->attempts;
	item_edit_copy(&out->edit, &st->edit);
	db_reset(q);
	return true;
}

static bool waits_for_server_id(const struct step *st,
				const struct journal_step *d)
{
	switch (st->kind) {
	case JOURNAL_EDIT:
	case JOURNAL_DELETE:
		return !d->remote_id;
	case JOURNAL_MOVE:
	case JOURNAL_COPY:
		return !d->remote_id || !d->folder_remote;
	case JOURNAL_SEND:
	case JOURNAL_RIGHTS:
	case JOURNAL_CONTACT:
	case JOURNAL_RESTORE:
		return false;
	case JOURNAL_UPLOAD:
	case JOURNAL_FOLDER_RENAME:
	case JOURNAL_FOLDER_DELETE:
	case JOURNAL_FOLDER_EMPTY:
		return !d->folder_remote;
	case JOURNAL_FOLDER_CREATE:
		return st->parent && !d->parent_remote;
	case JOURNAL_EVENT:
		return st->key ? !d->folder_remote
			       : st->item && !d->remote_id && !st->source;
	case JOURNAL_FOLDER_MOVE:
		return !d->folder_remote || (st->parent && !d->parent_remote);
	}
	return false;
}

/* Is an earlier step on the same messages or folders still under way, or one
 * that this has to follow? */
static bool is_blocked(struct store *s, const struct step *st, bool *yes,
		       struct err *err)
{
	int64_t n = 0;
	bool folder_op = journal_is_folder(st->kind);

	*yes = true;
	if (!db_get_int(s, &n, err,
			"SELECT 1 FROM journal_step WHERE item IN"
			" (:item, :source) AND state < 2 AND id < :id"
			" UNION ALL"
			" SELECT 1 FROM journal_step WHERE source = :item"
			" AND source IS NOT NULL AND state < 2 AND id < :id"
			" UNION ALL"
			" SELECT 1 FROM journal_step WHERE id = :after"
			" AND state != 4"
			" UNION ALL"
			" SELECT 1 FROM journal_step WHERE kind >= 6"
			" AND folder IN (:folder, :parent) AND state < 2"
			" AND id < :id"
			" UNION ALL"
			" SELECT 1 FROM item WHERE id = :item AND hidden = 0"
			" LIMIT 1",
			ARGS(ROW_ID(st->item), ROW_ID(st->source), I(st->id),
			     I(st->after), ROW_ID(st->folder),
			     ROW_ID(st->parent))))
		return false;
	/* What goes into or out of a folder goes before what is done to it. */
	if (!n && folder_op && st->kind != JOURNAL_FOLDER_CREATE &&
	    !db_get_int(s, &n, err,
			"SELECT 1 FROM journal_step WHERE state < 2"
			" AND +id < :id AND kind != 4 AND :folder IN"
			" (folder, from_folder, parent) LIMIT 1",
			ARGS(I(st->id), I(st->folder))))
		return false;
	*yes = n != 0;
	return true;
}

/* May two steps of one entry go out in one request? */
static bool same_batch(const struct step *a, const struct step *b)
{
	return a->entry == b->entry && a->kind == b->kind &&
	       a->folder == b->folder && a->how == b->how &&
	       (a->kind == JOURNAL_EDIT || a->kind == JOURNAL_MOVE ||
		a->kind == JOURNAL_COPY || a->kind == JOURNAL_DELETE);
}

static bool waiting_ids(struct store *s, int64_t now, int64_t **ids, size_t *n,
			int64_t *next_due, struct err *err)
{
	struct sqlite3_stmt *st =
		db_query(s,
			 "SELECT id, due FROM journal_step WHERE state < 2"
			 " AND state = 0 ORDER BY entry, id",
			 NO_ARGS);
	VEC(int64_t) l = {0};
	enum db_row r;

	*next_due = CLOCK_NEVER;
	while ((r = db_step(s, st, err)) == DB_ROW) {
		int64_t due = db_col_int(st, 1);

		if (due <= now)
			vec_add(&l, db_col_int(st, 0));
		else if (*next_due == CLOCK_NEVER || due < *next_due)
			*next_due = due;
	}
	*ids = l.v;
	*n = l.n;
	return r == DB_DONE;
}

/* Adds the step to the batch if it is ready and fits. *full: none after it
 * can belong to the batch. */
static bool consider(struct store *s, int64_t id, struct step *first,
		     struct step_list *out, bool *full, struct err *err)
{
	struct step st CLEANUP(step_release);
	struct journal_step d;
	bool blocked;

	step_init(&st);
	if (!step_load(s, id, &st, err))
		return false;
	if (out->n && !same_batch(first, &st)) {
		*full = st.entry != first->entry;
		return true;
	}
	if (!is_blocked(s, &st, &blocked, err))
		return false;
	if (blocked)
		return true;
	if (!describe(s, &st, &d, err))
		return false;
	if (waits_for_server_id(&st, &d)) {
		release_one(&d);
		return true;
	}
	d.state = JOURNAL_SENDING;
	vec_add(out, d);
	*full = st.kind == JOURNAL_SEND || st.kind == JOURNAL_UPLOAD ||
		st.kind == JOURNAL_EVENT || journal_is_folder(st.kind);
	if (out->n == 1) {
		step_release(first);
		*first = st;
		step_init(&st);
	}
	return true;
}

static bool next_steps(struct store *s, int64_t now, int limit,
		       struct step_list *out, int64_t *next_due,
		       struct err *err)
{
	struct step first CLEANUP(step_release);
	int64_t *ids = NULL;
	size_t n = 0;
	bool full = false;
	bool ok = waiting_ids(s, now, &ids, &n, next_due, err);

	step_init(&first);
	for (size_t i = 0; ok && !full && i < n && (int)out->n < limit; i++)
		ok = consider(s, ids[i], &first, out, &full, err);
	free(ids);
	for (size_t i = 0; ok && i < out->n; i++) {
		entry_touch(s, out->v[i].entry);
		ok = db_run(s, err,
			    "UPDATE journal_step SET state = 1"
			    " WHERE id = :id",
			    ARGS(I(out->v[i].id)));
	}
	return ok;
}

bool write_next_steps(struct store *s, int64_t now, int limit,
		      struct step_list *out, int64_t *next_due, struct err *err)
{
	struct step_list l = {0};
	int64_t due = CLOCK_NEVER;

	if (!db_begin(s, err))
		return false;
	if (!db_end(s, next_steps(s, now, limit, &l, &due, err), err)) {
		step_list_release(&l);
		return false;
	}
	*out = l;
	*next_due = due;
	return true;
}

bool write_unsure_steps(struct store *s, struct step_list *out, struct err *err)
{
	struct sqlite3_stmt *st = db_query(
		s,
		"SELECT id FROM journal_step WHERE state < 2 AND state = 1"
		" ORDER BY entry, id",
		NO_ARGS);
	struct step_list l = {0};
	VEC(int64_t) ids = {0};
	enum db_row r;
	bool ok;

	while ((r = db_step(s, st, err)) == DB_ROW)
		vec_add(&ids, db_col_int(st, 0));
	ok = r == DB_DONE;
	for (size_t i = 0; ok && i < ids.n; i++) {
		struct step one;

		ok = step_load(s, ids.v[i], &one, err);
		if (!ok)
			break;
		ok = describe(s, &one, vec_new(&l), err);
		step_release(&one);
	}
	vec_release(&ids);
	if (!ok) {
		step_list_release(&l);
		return false;
	}
	*out = l;
	return true;
}
