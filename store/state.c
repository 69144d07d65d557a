/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* The store as a whole: opening, facts, sync states, sizes, housekeeping. */
#include "store/rows.h"

#include <unistd.h>

#include "base/clock.h"

#define KEEP_DONE_SECONDS (14 * 86400) /* of journal entries, for undo */
#define TIDY_PAGES 2000
#define MERGE_PAGES 400 /* of 4 KB, in one go: some tens of milliseconds */
#define MERGE_LEAST 500 /* messages; less is not worth it */

bool store_open_read(struct store **out, const char *path, struct err *err)
{
	struct store *s;

	if (!db_open(&s, path, false, false, err))
		return false;
	if (!migrate_open(s, err)) {
		db_close(s);
		return false;
	}
	*out = s;
	return true;
}

bool store_open_write(struct store **out, const char *path, struct err *err)
{
	struct store *s;

	if (!db_open(&s, path, true, true, err))
		return false;
	if (!migrate_open(s, err)) {
		db_close(s);
		return false;
	}
	*out = s;
	return true;
}

void store_close(struct store *s)
{
	db_close(s);
}

int64_t store_data_version(struct store *s)
{
	int64_t version = 0;

	return db_get_int(s, &version, NULL, "PRAGMA data_version", NO_ARGS)
		       ? version
		       : 0;
}

bool write_begin(struct store *s, struct err *err)
{
	return db_begin(s, err);
}

bool write_commit(struct store *s, struct err *err)
{
	return db_end(s, true, err);
}

void write_rollback(struct store *s)
{
	if (s->depth > 0)
		db_rollback(s);
}

/* --- facts and states ------------------------------------------------------------------ */

char *query_fact(struct store *s, const char *key)
{
	return db_get_text(s, "SELECT value FROM fact WHERE key = :key",
			   ARGS(T(key)));
}

bool query_facts(struct store *s, const char *prefix, struct strv *keys,
		 struct strv *values, struct err *err)
{
	size_t len = strlen(prefix);
	char *end CLEANUP(mem_free_ptr) =
		xasprintf("%s\xf4\x8f\xbf\xbf", prefix);
	struct sqlite3_stmt *st =
		db_query(s,
			 "SELECT key, value FROM fact WHERE key >= :prefix"
			 " AND key < :end ORDER BY key",
			 ARGS(T(prefix), T(end)));
	enum db_row r;

	while ((r = db_step(s, st, err)) == DB_ROW) {
		strv_give(keys, xstrdup(db_col_text(st, 0) + len));
		strv_give(values, db_col_dup(st, 1));
	}
	return r == DB_DONE;
}

bool write_fact(struct store *s, const char *key, const char *value,
		struct err *err)
{
	if (!db_begin(s, err))
		return false;
	return db_end(s,
		      value ? db_run(s, err,
				     "INSERT INTO fact(key, value)"
				     " VALUES(:key, :value)"
				     " ON CONFLICT(key) DO UPDATE SET"
				     " value = excluded.value",
				     ARGS(T(key), T(value)))
			    : db_run(s, err,
				     "DELETE FROM fact WHERE key = :key",
				     ARGS(T(key))),
		      err);
}

char *store_sync_state(struct store *s, int64_t folder)
{
	return db_get_text(s, "SELECT state FROM sync_state WHERE folder = :id",
			   ARGS(I(folder)));
}

bool write_sync_state(struct store *s, int64_t folder, const char *state,
		      struct err *err)
{
	if (!db_begin(s, err))
		return false;
	return db_end(s,
		      state ? db_run(s, err,
				     "INSERT INTO sync_state(folder, state)"
				     " VALUES(:id, :state)"
				     " ON CONFLICT(folder) DO UPDATE SET"
				     " state = excluded.state",
				     ARGS(I(folder), T(state)))
			    : db_run(s, err,
				     "DELETE FROM sync_state"
				     " WHERE folder = :id",
				     ARGS(I(folder))),
		      err);
}

/* --- sizes --------------------------------------------------------------------------- */

static bool get(struct store *s, int64_t *out, const char *sql, struct err *err)
{
	*out = 0;
	return db_get_int(s, out, err, sql, NO_ARGS);
}

bool query_sizes(struct store *s, struct store_sizes *out, struct err *err)
{
	struct store_sizes z = {0};
	int64_t pages, page, free_pages;

	/* What is not content or index is lists: rows, their indexes, the
	 * journal. The pieces are sums of lengths, the file is pages. */
	if (!get(s, &pages, "PRAGMA page_count", err) ||
	    !get(s, &page, "PRAGMA page_size", err) ||
	    !get(s, &free_pages, "PRAGMA freelist_count", err) ||
	    !get(s, &z.texts, "SELECT total(length(text)) FROM body", err) ||
	    !get(s, &z.originals, "SELECT total(length(data)) FROM mime",
		 err) ||
	    !get(s, &z.index, "SELECT total(length(block)) FROM fts_data",
		 err) ||
	    !get(s, &z.items,
		 "SELECT count(*) FROM item WHERE folder IS NOT NULL", err) ||
	    !get(s, &z.bodies, "SELECT count(*) FROM mime", err))
		return false;
	z.file = pages * page;
	z.lists = (pages - free_pages) * page - z.texts - z.originals - z.index;
	*out = z;
	return true;
}

/* --- housekeeping ---------------------------------------------------------------------- */

/* The index is written in pieces, one a commit, and merged as it grows; one
 * piece of all is a seventh smaller. That costs writing all of it, so it is
 * only done again when a quarter more messages are here. *more: not finished. */
static bool merge_index(struct store *s, bool *more, struct err *err)
{
	char *fact CLEANUP(mem_free_ptr) = query_fact(s, "index-merged");
	int64_t merged = fact ? strtoll(fact, NULL, 10) : 0;
	int64_t items = 0, before = 0, after = 0;

	*more = false;
	if (!get(s, &items, "SELECT total(total) FROM folder", err))
		return false;
	if (items < merged + merged / 4 + MERGE_LEAST)
		return true;
	if (!get(s, &before, "SELECT total_changes()", err) ||
	    !db_run(s, err,
		    "INSERT INTO fts(fts, rank) VALUES('merge', :pages)",
		    ARGS(I(-MERGE_PAGES))) ||
	    !get(s, &after, "SELECT total_changes()", err))
		return false;
	*more = after - before >= 2; /* so FTS5 says that it did anything */
	if (*more)
		return true;
	char *now CLEANUP(mem_free_ptr) = xasprintf("%lld", (long long)items);

	return write_fact(s, "index-merged", now, err);
}

static bool prune_journal(struct store *s, struct err *err)
{
	return db_run(s, err,
		      "DELETE FROM journal_entry WHERE state >= 4"
		      " AND created < :before",
		      ARGS(I(clock_now() - KEEP_DONE_SECONDS))) &&
	       db_run(s, err,
		      "DELETE FROM fact WHERE"
		      " (key >= 'rights-before:' AND key < 'rights-before;'"
		      "  OR key >= 'restored:' AND key < 'restored;')"
		      " AND CAST(substr(key, instr(key, ':') + 1) AS INTEGER)"
		      "  NOT IN (SELECT id FROM journal_entry)",
		      NO_ARGS);
}

bool write_tidy(struct store *s)
{
	struct err err = ERR_INIT;
	bool more = false;

	if (s->depth || !db_begin(s, &err))
		return false;
	/* The ids of deleted rows are kept: they must not come back. */
	bool ok = prune_journal(s, &err) && merge_index(s, &more, &err);

	if (!db_end(s, ok, &err) || more)
		return ok && more;
	/* Only worth doing, never worth failing for. */
	char *vacuum CLEANUP(mem_free_ptr) =
		xasprintf("PRAGMA incremental_vacuum(%d)", TIDY_PAGES);

	if (db_script(s, vacuum, &err))
		(void)!db_script(s, "PRAGMA wal_checkpoint(TRUNCATE)", &err);
	return false;
}

/* The full-text index, of which the file only knows that it is a table. */
static bool check_index(struct store *s, struct strv *problems, struct err *err)
{
	struct err why = ERR_INIT;

	if (db_run(s, &why, "INSERT INTO fts(fts) VALUES('integrity-check')",
		   NO_ARGS))
		return true;
	if (!db_is_damage(&why)) {
		*err = why;
		return false;
	}
	strv_add(problems, "the full-text index is damaged");
	return true;
}

bool write_check(struct store *s, struct strv *problems, struct err *err)
{
	struct sqlite3_stmt *st =
		db_query(s, "PRAGMA integrity_check", NO_ARGS);
	enum db_row r;

	while ((r = db_step(s, st, err)) == DB_ROW)
		if (!str_eq(db_col_text(st, 0), "ok"))
			strv_add(problems, db_col_text(st, 0));
	if (r == DB_FAIL)
		return false;
	st = db_query(s,
		      "SELECT printf('counts of folder %s are wrong', name)"
		      " FROM folder WHERE flags & 18 = 0 AND (total, unread) !="
		      " (SELECT count(*), coalesce(sum(item.flags & 1 = 0), 0)"
		      "  FROM item WHERE item.folder = folder.id)",
		      NO_ARGS);
	while ((r = db_step(s, st, err)) == DB_ROW)
		strv_add(problems, db_col_text(st, 0));
	return r == DB_DONE && check_index(s, problems, err);
}
