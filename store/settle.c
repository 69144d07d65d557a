/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* What became of a step at the server. */
#include "store/event_rows.h"

#include "base/clock.h"

static bool has_later(struct store *s, const struct step *st, unsigned kinds,
		      bool *yes, struct err *err)
{
	struct steps l CLEANUP(steps_release) = {0};

	*yes = false;
	if (!steps_of_item(s, st->item, &l, err))
		return false;
	for (size_t i = 0; i < l.n; i++)
		*yes |= l.v[i].id > st->id && (kinds & 1u << l.v[i].kind);
	return true;
}

/* The row of a sent copy that sync brought before it could know that it is
 * ours; 0: none. One that was itself sent from here is another letter with the
 * same Message-ID. */
static bool find_sent_copy(struct store *s, const struct step *st,
			   const struct row *ours, int64_t *id, struct err *err)
{
	int64_t hash = row_key_hash(&ours->it);
	struct row copy;

	*id = 0;
	if (!hash)
		return true;
	if (!db_get_int(
		    s, id, err,
		    "SELECT id FROM item WHERE key_hash = :hash"
		    " AND home = :folder AND id != :ours"
		    " AND remote_id IS NOT NULL AND hidden IS NOT 0"
		    " AND NOT EXISTS (SELECT 1 FROM journal_step AS j"
		    "  WHERE j.item = item.id AND j.kind = :send)"
		    " ORDER BY id LIMIT 1",
		    ARGS(I(hash), I(st->folder), I(st->item), I(JOURNAL_SEND))))
		return false;
	if (!*id)
		return true;
	if (!row_load(s, *id, &copy, err))
		return false;
	if (!row_same_message(&copy.it, &ours->it))
		*id = 0;
	row_release(&copy);
	return true;
}

/* Takes the place of such a copy over. Where something else waits for the
 * copy already, it is ours that goes: *gone. */
static bool join_sent_copy(struct store *s, const struct step *st,
			   const struct row *ours, bool *gone, struct err *err)
{
	struct steps steps CLEANUP(steps_release) = {0};
	struct row copy;
	int64_t id;
	bool ok;

	*gone = false;
	if (!find_sent_copy(s, st, ours, &id, err))
		return false;
	if (!id)
		return true;
	if (!steps_of_item(s, id, &steps, err))
		return false;
	*gone = steps.n > 0;
	if (*gone)
		return item_drop(s, st->item, err);
	if (!row_load(s, id, &copy, err))
		return false;
	ok = item_set_remote(s, st->item, copy.it.remote_id, copy.it.change_key,
			     st->folder, err);
	row_release(&copy);
	return ok;
}

/* The message has left: our row becomes the copy in Sent Items, which sync
 * recognises there by its Message-ID, or has brought already. */
static bool done_send(struct store *s, const struct step *st,
		      const char *new_id, const char *change_key,
		      struct err *err)
{
	bool moved, known, gone = false, ok = true;
	struct row r;

	if (!row_load(s, st->item, &r, err))
		return false;
	known = r.home && r.home == st->folder && r.it.remote_id;
	if (st->folder && !known &&
	    (ok = item_set_remote(s, st->item, new_id, change_key, st->folder,
				  err)) &&
	    !new_id)
		ok = join_sent_copy(s, st, &r, &gone, err);
	row_release(&r);
	if (!ok || gone)
		return ok;
	if (!st->folder)
		return item_drop(s, st->item, err);
	return has_later(s, st, 1u << JOURNAL_MOVE | 1u << JOURNAL_DELETE,
			 &moved, err) &&
	       (moved ||
		item_place(s, st->item, st->folder, ROW_VISIBLE, err)) &&
	       item_set_flags(s, st->item, ITEM_READ, ITEM_DRAFT, err);
}

static bool done_folder(struct store *s, const struct step *st,
			const char *new_id, struct err *err)
{
	if (st->kind == JOURNAL_FOLDER_CREATE)
		return !new_id || folder_set_remote(s, st->folder, new_id, err);
	if (st->kind == JOURNAL_FOLDER_DELETE && !st->parent)
		return folder_drop(s, st->folder, err);
	if (st->kind != JOURNAL_FOLDER_EMPTY)
		return true;
	return db_run(s, err, "UPDATE item SET hidden = 0 WHERE hidden = :step",
		      ARGS(I(st->id)));
}

static bool row_exists(struct store *s, int64_t id, bool *yes, struct err *err)
{
	int64_t found = 0;
	bool ok = db_get_int(s, &found, err,
			     "SELECT 1 FROM item WHERE id = :id", ARGS(I(id)));

	*yes = found != 0;
	return ok;
}

/* A DELETE row is kept aside like one that sync reported: the message may
 * turn up again elsewhere. */
static bool done_item(struct store *s, const struct step *st,
		      const char *new_id, const char *change_key,
		      struct err *err)
{
	char *key CLEANUP(mem_free_ptr) = id_pack(s, change_key);
	bool exists;

	if (!row_exists(s, st->item, &exists, err))
		return false;
	if (!exists && st->kind != JOURNAL_EVENT)
		return true;
	switch (st->kind) {
	case JOURNAL_EDIT:
		return db_run(s, err,
			      "UPDATE item SET"
			      " change_key = coalesce(:ck, change_key)"
			      " WHERE id = :id",
			      ARGS(T(key), I(st->item)));
	case JOURNAL_MOVE:
	case JOURNAL_COPY:
	case JOURNAL_UPLOAD: {
		/* Without an id in the answer sync will bring it; it may have
		 * done so already. */
		int64_t home = 0;
		bool seen = !new_id || item_find_remote(s, new_id);

		if (!db_get_int(s, &home, err,
				"SELECT home FROM item WHERE id = :id AND"
				" remote_id IS NOT NULL",
				ARGS(I(st->item))))
			return false;
		if (!new_id && home == st->folder)
			return true;
		return item_set_remote(s, st->item, new_id, change_key,
				       st->folder, err) &&
		       (seen || db_run(s, err,
				       "INSERT OR IGNORE INTO unseen(item)"
				       " VALUES(:id)",
				       ARGS(I(st->item))));
	}
	case JOURNAL_DELETE:
		return db_run(s, err,
			      "UPDATE item SET hidden = 0 WHERE id = :id"
			      " AND hidden = :step",
			      ARGS(I(st->item), I(st->id)));
	case JOURNAL_SEND:
		return done_send(s, st, new_id, change_key, err);
	case JOURNAL_EVENT:
		return done_event(s, st, new_id, change_key, err);
	case JOURNAL_FOLDER_CREATE:
	case JOURNAL_FOLDER_RENAME:
	case JOURNAL_FOLDER_MOVE:
	case JOURNAL_FOLDER_DELETE:
	case JOURNAL_FOLDER_EMPTY:
	case JOURNAL_RIGHTS:
	case JOURNAL_CONTACT:
	case JOURNAL_RESTORE:
		break;
	}
	return true;
}

static bool step_done(struct store *s, int64_t id, const char *new_id,
		      const char *change_key, struct err *err)
{
	struct step st CLEANUP(step_release);

	step_init(&st);
	if (!step_load(s, id, &st, err))
		return false;
	if (st.state == JOURNAL_DONE || st.state == JOURNAL_UNDONE)
		return true;
	return (journal_is_folder(st.kind)
			? done_folder(s, &st, new_id, err)
			: done_item(s, &st, new_id, change_key, err)) &&
	       step_set_state(s, &st, JOURNAL_DONE, 0, NULL, err);
}

bool write_step_done(struct store *s, int64_t step, const char *new_id,
		     const char *new_change_key, struct err *err)
{
	if (!db_begin(s, err))
		return false;
	return db_end(s, step_done(s, step, new_id, new_change_key, err), err);
}

/* Loads the step, sets its state, nothing else. */
static bool change_state(struct store *s, int64_t id, enum journal_state state,
			 int64_t due, const char *why, bool attempt,
			 struct err *err)
{
	struct step st CLEANUP(step_release);

	step_init(&st);
	if (!step_load(s, id, &st, err))
		return false;
	if (st.state == JOURNAL_DONE || st.state == JOURNAL_UNDONE)
		return true;
	st.attempts += attempt;
	return step_set_state(s, &st, state, due, why, err);
}

bool write_step_retry(struct store *s, int64_t step, int64_t due,
		      const char *why, struct err *err)
{
	if (!db_begin(s, err))
		return false;
	return db_end(
		s, change_state(s, step, JOURNAL_WAITING, due, why, true, err),
		err);
}

bool write_step_failed(struct store *s, int64_t step, const char *why,
		       struct err *err)
{
	if (!db_begin(s, err))
		return false;
	return db_end(s,
		      change_state(s, step, JOURNAL_FAILED, 0, why, true, err),
		      err);
}

bool write_step_conflict(struct store *s, int64_t step, const char *mine,
			 const char *server, struct err *err)
{
	if (!db_begin(s, err))
		return false;
	bool ok = change_state(s, step, JOURNAL_CONFLICT, 0,
			       server ? "changed on the server meanwhile"
				      : "gone from the server",
			       true, err) &&
		  db_run(s, err,
			 "INSERT OR REPLACE INTO conflict(step, mine, server)"
			 " VALUES(:step, :mine, :server)",
			 ARGS(I(step), T(mine), T(server)));
	return db_end(s, ok, err);
}

static bool set_stage(struct store *s, int64_t id, int stage,
		      const char *remote_id, const char *change_key,
		      struct err *err)
{
	struct step st CLEANUP(step_release);

	step_init(&st);
	return step_load(s, id, &st, err) &&
	       db_run(s, err,
		      "UPDATE journal_step SET stage = :stage, attempts = 0"
		      " WHERE id = :id",
		      ARGS(I(stage), I(id))) &&
	       (!remote_id ||
		item_set_remote(s, st.item, remote_id, change_key,
				query_folder_role(s, FOLDER_ROLE_DRAFTS), err));
}

bool write_step_stage(struct store *s, int64_t step, int stage,
		      const char *remote_id, const char *change_key,
		      struct err *err)
{
	if (!db_begin(s, err))
		return false;
	return db_end(s, set_stage(s, step, stage, remote_id, change_key, err),
		      err);
}

bool write_due_now(struct store *s, int64_t entry, struct err *err)
{
	if (!db_begin(s, err))
		return false;
	entry_touch(s, entry);
	return db_end(s,
		      db_run(s, err,
			     "UPDATE journal_step SET due = 0"
			     " WHERE entry = :entry AND state = 0",
			     ARGS(I(entry))),
		      err);
}

bool write_repeats_now(struct store *s, struct err *err)
{
	return db_run(s, err,
		      "UPDATE journal_step SET due = 0"
		      " WHERE state < 2 AND state = 0 AND attempts > 0",
		      NO_ARGS);
}
