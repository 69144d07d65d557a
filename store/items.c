/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* The life of an item row: ids, lists, the server's id, the end. */
#include "store/rows.h"

#include "base/clock.h"

/* Ids rise with the time of arrival, so that the index finds the newest first
 * by walking backwards; and they lie close together, since every word of the
 * index stores the distance between the messages that hold it. A message at
 * either end of time goes STEP away from the last one there; one in between
 * (another folder, an import) into the gap where it belongs. Where a gap is
 * full the next free id above must do: nearly in order is what is promised. */
#define ID_FIRST ((int64_t)1 << 27)
#define STEP 8
#define SPILL_SHIFT 12 /* a spill pointer serves 4096 ids */

static bool is_free(struct store *s, int64_t id, bool *is, struct err *err)
{
	int64_t taken = 0;

	if (!db_get_int(s, &taken, err,
			"SELECT 1 FROM item WHERE id = :id UNION ALL"
			" SELECT 1 FROM retired WHERE id = :id LIMIT 1",
			ARGS(I(id))))
		return false;
	*is = !taken;
	return true;
}

/* Many messages of one moment: each block of ids remembers where its last one
 * went, so that the walk over what is taken is not repeated. */
static bool next_free(struct store *s, int64_t from, int64_t *id,
		      struct err *err)
{
	int64_t block = from >> SPILL_SHIFT;
	size_t slot = (size_t)(block % (int64_t)ARRAY_LEN(s->spill));
	bool ok = false;

	*id = from;
	if (s->spill[slot].block == block && s->spill[slot].next > *id)
		*id = s->spill[slot].next;
	for (;; (*id)++) {
		if (!is_free(s, *id, &ok, err))
			return false;
		if (ok)
			break;
	}
	s->spill[slot].block = block;
	s->spill[slot].next = *id + 1;
	return true;
}

/* Rows that arrived before (or together) and after. 0: none. */
static bool neighbours(struct store *s, int64_t received, int64_t *before,
		       int64_t *after, struct err *err)
{
	*before = *after = 0;
	return db_get_int(s, before, err,
			  "SELECT id FROM item INDEXED BY item_received"
			  " WHERE received <= :received"
			  " ORDER BY received DESC, id DESC LIMIT 1",
			  ARGS(I(received))) &&
	       db_get_int(s, after, err,
			  "SELECT id FROM item INDEXED BY item_received"
			  " WHERE received > :received"
			  " ORDER BY received, id LIMIT 1",
			  ARGS(I(received)));
}

bool item_new_id(struct store *s, int64_t received, int64_t *id,
		 struct err *err)
{
	int64_t before, after, gap;
	bool ok = false;

	if (!neighbours(s, received, &before, &after, err))
		return false;
	gap = after - before;
	if (!before && !after)
		*id = ID_FIRST;
	else if (!after)
		*id = before + STEP;
	else if (!before)
		*id = after > STEP ? after - STEP : 1;
	else
		*id = gap > 1 ? after - (gap >= 4 ? gap / 4 : 1) : after + 1;
	return is_free(s, *id, &ok, err) && (ok || next_free(s, *id, id, err));
}

bool item_add(struct store *s, struct row *r, struct err *err)
{
	struct item *it = &r->it;

	if (it->received == CLOCK_NEVER)
		it->received = it->sent != CLOCK_NEVER ? it->sent : clock_now();
	if (!item_new_id(s, it->received, &it->id, err) ||
	    !thread_find(s, it, &it->thread, err) ||
	    !index_note(s, it->id, true, err))
		return false;
	r->tdate = it->received;
	thread_touch(s, it->thread, it->folder);
	return row_insert(s, r, err);
}

bool item_place(struct store *s, int64_t id, int64_t folder, int64_t hidden,
		struct err *err)
{
	struct row r;

	if (!row_load(s, id, &r, err))
		return false;
	thread_touch(s, r.it.thread, r.it.folder);
	thread_touch(s, r.it.thread, folder);
	row_release(&r);
	return db_run(s, err,
		      "UPDATE item SET"
		      " was = CASE WHEN :folder IS NULL"
		      "  THEN coalesce(folder, was) END,"
		      " folder = :folder, hidden = :hidden WHERE id = :id",
		      ARGS(ROW_ID(folder),
			   {.type = hidden == ROW_VISIBLE ? DB_NULL : DB_INT,
			    .i = hidden},
			   I(id)));
}

bool item_set_aside(struct store *s, int64_t id, struct err *err)
{
	return item_place(s, id, 0, ROW_GONE, err);
}

bool item_place_back(struct store *s, int64_t id, int64_t folder,
		     struct err *err)
{
	int64_t found = 0;

	if (!db_get_int(s, &found, err, "SELECT 1 FROM folder WHERE id = :id",
			ARGS(I(folder))))
		return false;
	return found ? item_place(s, id, folder, ROW_VISIBLE, err)
		     : item_set_aside(s, id, err);
}

bool item_drop(struct store *s, int64_t id, struct err *err)
{
	struct row r;

	if (!row_load(s, id, &r, err))
		return false;
	thread_touch(s, r.it.thread, r.it.folder);
	row_release(&r);
	return index_note(s, id, false, err) &&
	       db_run(s, err, "DELETE FROM body WHERE key = -:id",
		      ARGS(I(id))) &&
	       db_run(s, err, "DELETE FROM mime WHERE key = -:id",
		      ARGS(I(id))) &&
	       db_run(s, err, "DELETE FROM unseen WHERE item = :id",
		      ARGS(I(id))) &&
	       db_run(s, err, "DELETE FROM unindexed WHERE item = :id",
		      ARGS(I(id))) &&
	       db_run(s, err, "DELETE FROM item WHERE id = :id", ARGS(I(id))) &&
	       db_run(s, err, "INSERT OR IGNORE INTO retired(id) VALUES(:id)",
		      ARGS(I(id)));
}

int64_t item_find_remote(struct store *s, const char *remote_id)
{
	char *packed CLEANUP(mem_free_ptr) = id_pack(s, remote_id);
	int64_t id = 0;

	if (!packed ||
	    !db_get_int(s, &id, NULL,
			"SELECT id FROM item WHERE remote_hash = :hash"
			" AND remote_id = :id",
			ARGS(I(row_hash(remote_id)), T(packed))))
		return 0;
	return id;
}

bool item_set_remote(struct store *s, int64_t id, const char *remote_id,
		     const char *change_key, int64_t home, struct err *err)
{
	char *packed CLEANUP(mem_free_ptr) = id_pack(s, remote_id);
	char *key CLEANUP(mem_free_ptr) = id_pack(s, change_key);
	int64_t other = item_find_remote(s, remote_id);

	/* Sync was quicker than the answer to our own request and could not
	 * know that it is the same message. */
	if (other && other != id && !item_drop(s, other, err))
		return false;
	return db_run(s, err,
		      "UPDATE item SET remote_id = :remote,"
		      " remote_hash = :hash,"
		      " change_key = coalesce(:ck, change_key),"
		      " home = :home, lost = 0 WHERE id = :id",
		      ARGS(T(packed), I(row_hash(remote_id)), T(key),
			   ROW_ID(remote_id ? home : 0), I(id)));
}

bool item_set_flags(struct store *s, int64_t id, unsigned set, unsigned clear,
		    struct err *err)
{
	return db_run(s, err,
		      "UPDATE item SET flags = (flags | :set) & ~:clear"
		      " WHERE id = :id AND flags != (flags | :set) & ~:clear",
		      ARGS(I(set), I(clear), I(id)));
}
