/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* The life of an item row: ids, lists, the server's id, the end. */
#include "store/rows.h"

#include "base/clock.h"

/* Ids rise with the time of arrival, so that the index finds the newest first
 * by walking backwards. A minute since 2000 has two ids; what does not fit goes
 * to the next free one. Two keep the numbers, and so the index, small. */
#define ID_EPOCH 946684800
#define IDS_A_MINUTE 2
#define SPILL_SHIFT 12	/* a spill pointer serves 4096 ids, a day and a half */

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

bool item_new_id(struct store *s, int64_t received, int64_t *id,
		 struct err *err)
{
	int64_t minute = (received - ID_EPOCH) / 60;
	int64_t base, block;
	bool ok = false;

	/* Dates before 2000 or far in the future come from broken clocks. */
	minute = minute < 0 ? 0 : minute > 100000000 ? 100000000 : minute;
	base = minute * IDS_A_MINUTE + 1;
	for (int i = 0; i < IDS_A_MINUTE; i++) {
		*id = base + i;
		if (!is_free(s, *id, &ok, err))
			return false;
		if (ok)
			return true;
	}
	/* Many messages of one moment (an import): each block remembers where
	 * its last one went, so that the walk is not repeated. */
	block = base >> SPILL_SHIFT;
	size_t slot = (size_t)block % ARRAY_LEN(s->spill);

	*id = base + IDS_A_MINUTE;
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

	if (!db_get_int(s, &found, err,
			"SELECT 1 FROM folder WHERE id = :id",
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
	       db_run(s, err, "DELETE FROM body WHERE id = :id",
		      ARGS(I(id))) &&
	       db_run(s, err, "DELETE FROM mime WHERE id = :id",
		      ARGS(I(id))) &&
	       db_run(s, err, "DELETE FROM unseen WHERE item = :id",
		      ARGS(I(id))) &&
	       db_run(s, err, "DELETE FROM item WHERE id = :id",
		      ARGS(I(id))) &&
	       db_run(s, err,
		      "INSERT OR IGNORE INTO retired(id) VALUES(:id)",
		      ARGS(I(id)));
}

int64_t item_find_remote(struct store *s, const char *remote_id)
{
	int64_t id = 0;

	if (!remote_id ||
	    !db_get_int(s, &id, NULL,
			"SELECT id FROM item WHERE remote_hash = :hash"
			" AND remote_id = :id",
			ARGS(I(db_hash(remote_id)), T(remote_id))))
		return 0;
	return id;
}

bool item_set_remote(struct store *s, int64_t id, const char *remote_id,
		     const char *change_key, int64_t home, struct err *err)
{
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
		      ARGS(T(remote_id), I(db_hash(remote_id)), T(change_key),
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
