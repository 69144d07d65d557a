/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * Lists of conversations: one entry for each in a folder, by the index that
 * ends in the thread, and the messages of one. Work depends on what is shown,
 * not on the folder; only a conversation's own length counts besides.
 */
#include "store/rows.h"

#define RUN_MOST 200 /* rows of one conversation read before skipping it */

/* The next conversations after `after`; rows of one are read past, and jumped
 * over where there are many. False at the end or on failure. */
static bool read_heads(struct store *s, const struct conversation_query *q,
		       const struct conversation *after, bool down,
		       struct conversation_list *out, bool *end,
		       struct err *err)
{
	const char *first =
		down ? "SELECT tdate, thread FROM item INDEXED BY item_thread"
		       " WHERE folder = :folder AND (tdate, thread) <"
		       " (:tdate, :thread) ORDER BY tdate DESC, thread DESC"
		     : "SELECT tdate, thread FROM item INDEXED BY item_thread"
		       " WHERE folder = :folder AND (tdate, thread) >"
		       " (:tdate, :thread) ORDER BY tdate, thread";
	int64_t from = down ? INT64_MAX : INT64_MIN;
	struct sqlite3_stmt *st =
		db_query(s, first,
			 ARGS(I(q->folder), I(after ? after->tdate : from),
			      I(after ? after->thread : from)));
	enum db_row r;
	int run = 0;

	*end = true;
	while ((r = db_step(s, st, err)) == DB_ROW) {
		struct conversation c = {.tdate = db_col_int(st, 0),
					 .thread = db_col_int(st, 1)};

		if (out->n && out->v[out->n - 1].thread == c.thread) {
			if (++run < RUN_MOST)
				continue;
			*end = false;
			break;
		}
		run = 0;
		if (out->n >= (size_t)q->limit)
			break;
		vec_add(out, c);
	}
	if (r == DB_ROW)
		db_reset(st);
	return r != DB_FAIL;
}

bool query_conversations(struct store *s, const struct conversation_query *q,
			 struct conversation_list *out, struct err *err)
{
	struct conversation_list l = {0};
	struct conversation at = {0};
	const struct conversation *after = q->anchor;
	bool down = q->ascending == q->backwards, end = false;

	while (!end && l.n < (size_t)q->limit) {
		if (!read_heads(s, q, after, down, &l, &end, err)) {
			vec_release(&l);
			return false;
		}
		if (l.n) {
			at = l.v[l.n - 1];
			after = &at;
		}
	}
	if (q->backwards)
		for (size_t i = 0; i < l.n / 2; i++) {
			struct conversation swap = l.v[i];

			l.v[i] = l.v[l.n - 1 - i];
			l.v[l.n - 1 - i] = swap;
		}
	*out = l;
	return true;
}

static bool is_other(const int64_t *others, size_t n, int64_t folder)
{
	for (size_t i = 0; i < n; i++)
		if (others[i] == folder)
			return true;
	return false;
}

bool query_members(struct store *s, int64_t thread, int64_t folder,
		   const int64_t *others, size_t n_others,
		   struct member_list *out, struct err *err)
{
	struct member_list l = {0};
	struct sqlite3_stmt *st =
		db_query(s,
			 "SELECT id, folder FROM item INDEXED BY item_conv"
			 " WHERE thread = :thread AND folder IS NOT NULL"
			 " ORDER BY received, id",
			 ARGS(I(thread)));
	enum db_row r;

	while ((r = db_step(s, st, err)) == DB_ROW) {
		struct member m = {db_col_int(st, 0), db_col_int(st, 1)};

		if (m.folder == folder || is_other(others, n_others, m.folder))
			vec_add(&l, m);
	}
	if (r == DB_FAIL) {
		vec_release(&l);
		return false;
	}
	*out = l;
	return true;
}

bool query_conversation_of(struct store *s, int64_t thread, int64_t folder,
			   struct conversation *out)
{
	int64_t tdate = INT64_MIN;

	if (!db_get_int(s, &tdate, NULL,
			"SELECT tdate FROM item INDEXED BY item_conv"
			" WHERE thread = :thread AND folder = :folder LIMIT 1",
			ARGS(I(thread), I(folder))) ||
	    tdate == INT64_MIN)
		return false;
	*out = (struct conversation){.thread = thread, .tdate = tdate};
	return true;
}

bool query_is_muted(struct store *s, int64_t thread)
{
	int64_t found = 0;

	return db_get_int(s, &found, NULL,
			  "SELECT 1 FROM muted WHERE thread = :thread",
			  ARGS(I(thread))) &&
	       found;
}

bool write_muted(struct store *s, int64_t item, bool muted, struct err *err)
{
	return db_run(s, err,
		      muted ? "INSERT OR IGNORE INTO muted(thread)"
			      " SELECT thread FROM item WHERE id = :id"
			    : "DELETE FROM muted WHERE thread ="
			      " (SELECT thread FROM item WHERE id = :id)",
		      ARGS(I(item)));
}
