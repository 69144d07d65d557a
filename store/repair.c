/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * A damaged file is not mended but read: what an index says may be wrong as
 * well as what a row does, and a page of one may have come into the other. So
 * rows go into a new file, table by table, one after the other; where one cannot
 * be read, the next that can is looked for. Everything that is made of rows
 * (indexes, counts, the full-text index) is made anew.
 */
#include "store/upkeep.h"

#include <stdio.h>
#include <unistd.h>

#include "store/db.h"

enum table_rule {
	WHOLE, /* all of it or nothing: people's own work, and what names it */
	PARTS, /* the server has it, too */
	NAMED  /* the same, where row numbers are nothing to go by */
};
struct table {
	const char *name;
	enum table_rule rule;
	const char *what; /* of PARTS and NAMED: what is lost */
	const char *key;  /* NAMED */
};
static const struct table tables[] = {
	{"prefix", WHOLE, NULL, NULL},
	{"folder", WHOLE, NULL, NULL},
	{"journal_entry", WHOLE, NULL, NULL},
	{"journal_step", WHOLE, NULL, NULL},
	{"raw", WHOLE, NULL, NULL},
	{"conflict", WHOLE, NULL, NULL},
	{"event_step", WHOLE, NULL, NULL},
	{"contact_change", WHOLE, NULL, NULL},
	{"item", PARTS, "messages", NULL},
	{"mime", PARTS, "contents of messages", NULL},
	{"body", PARTS, "texts of messages", NULL},
	{"event", PARTS, "calendar entries", NULL},
	{"contact", PARTS, "contacts", NULL},
	{"sync_state", PARTS, "sync states", NULL},
	{"unseen", PARTS, NULL, NULL},
	{"retired", PARTS, NULL, NULL},
	{"ref", NAMED, "links of conversations", "hash"},
	{"route", PARTS, NULL, NULL},
	{"muted", NAMED, "muted conversations", "thread"},
	{"fact", NAMED, "notes on the account", "key"},
	{"person", NAMED, "people written to", "addr"},
	{"reminder", NAMED, "reminders", "item"},
	{"sqlite_sequence", NAMED, NULL, "name"},
};
enum { ITEM = 8, MIME, BODY, EVENT, CONTACT };

struct repair {
	struct store *s;     /* the old one */
	struct store *fresh; /* the new one */
	char *path;	     /* of the new */
	struct strv *said;   /* borrowed */
	bool lost[ARRAY_LEN(tables)];
};

/* --- rows ------------------------------------------------------------------ */

/* "a, b, c": its columns but for those made of others. */
static char *columns_of(struct repair *r, const char *table)
{
	return db_get_text(r->fresh,
			   "SELECT group_concat(name, ', ')"
			   " FROM pragma_table_info(:table)",
			   ARGS(T(table)));
}

/* ":c1, :c2, :c3" */
static void add_marks(struct str *b, const char *columns)
{
	int n = 1;

	str_addf(b, ":c%d", n);
	for (; (columns = strchr(columns, ',')); columns++)
		str_addf(b, ", :c%d", ++n);
}

/* Rows of a statement, whose first column is not theirs, go over. *last: the
 * first column of the last one; *any: there was one. */
static enum db_row copy_rows(struct repair *r, struct sqlite3_stmt *st,
			     const char *insert, int64_t *last, bool *any,
			     bool *lost, struct err *err)
{
	struct db_arg args[64];
	enum db_row row;

	*any = false;
	while ((row = db_step(r->s, st, err)) == DB_ROW) {
		size_t n = (size_t)db_col_count(st) - 1;

		if (n > ARRAY_LEN(args))
			BUG("a table of %zu columns", n);
		for (size_t i = 0; i < n; i++)
			db_col_arg(st, (int)i + 1, &args[i]);
		*last = db_col_int(st, 0);
		*any = true;
		if (db_run_n(r->fresh, err, insert, args, n))
			continue;
		/* A row can be read and be no row. */
		if (!db_is_damage(err)) {
			db_reset(st);
			return DB_FAIL;
		}
		*lost = true;
	}
	return row;
}

/* Is the page that a row of this number, or the next one, is on readable? *id:
 * its number, INT64_MAX: no more. */
static bool can_seek(struct repair *r, const char *sql, int64_t at, int64_t *id)
{
	*id = INT64_MAX;
	return db_get_int(r->s, id, NULL, sql, ARGS(I(at)));
}

/* The number from `at` on behind what cannot be read; false: there is none. */
static bool skip_damage(struct repair *r, const char *sql, int64_t at,
			int64_t *next)
{
	int64_t bad = at, good = at, step = 1, id;

	/* The page is good: it is this row. */
	if (can_seek(r, sql, at, &id)) {
		*next = id + 1;
		return id < INT64_MAX;
	}
	while (!can_seek(r, sql, good, &id)) {
		bad = good;
		if (good > INT64_MAX / 2 - step)
			return false;
		good = at + step;
		step *= 2;
	}
	while (good - bad > 1) {
		int64_t middle = bad + (good - bad) / 2;

		if (can_seek(r, sql, middle, &id))
			good = middle;
		else
			bad = middle;
	}
	*next = good;
	return true;
}

static bool copy_numbered(struct repair *r, const struct table *t,
			  const char *columns, const char *insert, int64_t at,
			  bool *lost, struct err *err)
{
	char *one CLEANUP(mem_free_ptr) =
		xasprintf("SELECT rowid FROM %s NOT INDEXED WHERE rowid >= :at"
			  " ORDER BY rowid LIMIT 1",
			  t->name);
	char *all CLEANUP(mem_free_ptr) = xasprintf(
		"SELECT rowid, %s FROM %s NOT INDEXED WHERE rowid >= :at"
		" ORDER BY rowid",
		columns, t->name);

	for (;;) {
		struct sqlite3_stmt *st = db_query(r->s, all, ARGS(I(at)));
		int64_t last = at;
		bool any;

		if (copy_rows(r, st, insert, &last, &any, lost, err) == DB_DONE)
			return true;
		if (!db_is_damage(err))
			return false;
		*lost = true;
		if (t->rule == WHOLE ||
		    !skip_damage(r, one, any ? last + 1 : at, &at))
			return true;
	}
}

/* From both ends. */
static bool copy_named(struct repair *r, const struct table *t,
		       const char *columns, const char *insert, bool *lost,
		       struct err *err)
{
	static const char *const ways[] = {"ASC", "DESC"};

	for (size_t i = 0; i < ARRAY_LEN(ways); i++) {
		char *sql CLEANUP(mem_free_ptr) =
			xasprintf("SELECT 0, %s FROM %s ORDER BY %s %s",
				  columns, t->name, t->key, ways[i]);
		struct sqlite3_stmt *st = db_query(r->s, sql, NO_ARGS);
		int64_t last;
		bool any;

		if (copy_rows(r, st, insert, &last, &any, lost, err) == DB_DONE)
			return true;
		if (!db_is_damage(err))
			return false;
		*lost = true;
	}
	return true;
}

/* Numbers are from 1 up; those of contents are those of their items with a
 * minus. */
static bool first_number(struct repair *r, size_t i, int64_t *out,
			 struct err *err)
{
	*out = 0;
	return (i != MIME && i != BODY) ||
	       db_get_int(r->fresh, out, err,
			  "SELECT -coalesce(max(id), 0) FROM item", NO_ARGS);
}

static bool copy(struct repair *r, size_t i, struct err *err)
{
	const struct table *t = &tables[i];
	char *columns CLEANUP(mem_free_ptr) = columns_of(r, t->name);
	struct str insert CLEANUP(str_release) = STR_INIT;
	int64_t first;

	str_addf(&insert, "INSERT OR IGNORE INTO %s(%s) VALUES(", t->name,
		 columns);
	add_marks(&insert, columns);
	str_add_char(&insert, ')');
	if (t->rule == NAMED)
		return copy_named(r, t, columns, insert.s, &r->lost[i], err);
	return first_number(r, i, &first, err) &&
	       copy_numbered(r, t, columns, insert.s, first, &r->lost[i], err);
}

/* How many are missing by an index that can be read; 0: not known. */
static int64_t missing(struct repair *r, const char *table)
{
	char *sql CLEANUP(mem_free_ptr) =
		xasprintf("SELECT count(*) FROM %s", table);
	int64_t before = 0, after = 0;

	return db_get_int(r->s, &before, NULL, sql, NO_ARGS) &&
			       db_get_int(r->fresh, &after, NULL, sql,
					  NO_ARGS) &&
			       before > after
		       ? before - after
		       : 0;
}

static bool copy_table(struct repair *r, size_t i, struct err *err)
{
	const struct table *t = &tables[i];
	int64_t n;

	if (!copy(r, i, err))
		return false;
	if (!r->lost[i])
		return true;
	if (t->rule == WHOLE)
		return err_set(err, ERR_DISK,
			       "%s is damaged where %s is kept, which nobody "
			       "else has: it was left as it is",
			       r->s->path,
			       str_eq(t->name, "folder") ||
					       str_eq(t->name, "prefix")
				       ? "the list of folders"
				       : "what was done here and waits to go "
					 "out");
	n = missing(r, t->name);
	if (t->what && n)
		strv_give(r->said, xasprintf("%lld %s could not be read",
					     (long long)n, t->what));
	else if (t->what)
		strv_give(r->said,
			  xasprintf("some %s could not be read", t->what));
	return true;
}

/* Contacts changed here that have not gone out. */
static bool has_own_contacts(struct repair *r, struct err *err)
{
	static const char sql[] =
		"SELECT count(*) FROM contact WHERE pending > 0";
	int64_t before = 0, after = 0;

	if (!r->lost[CONTACT])
		return true;
	if (db_get_int(r->s, &before, NULL, sql, NO_ARGS) &&
	    db_get_int(r->fresh, &after, NULL, sql, NO_ARGS) && before <= after)
		return true;
	return err_set(err, ERR_DISK,
		       "%s is damaged where contacts changed here are kept, "
		       "which nobody else has: it was left as it is",
		       r->s->path);
}

/* --- what rows say of one another ------------------------------------------- */

/* Rows of a lost item; contents without a text or the other way round; flags
 * and counts by what is there. */
static const char orphans[] =
	"DELETE FROM mime WHERE -key NOT IN (SELECT id FROM item);"
	"DELETE FROM body WHERE -key NOT IN (SELECT id FROM item);"
	"DELETE FROM event WHERE item NOT IN"
	" (SELECT id FROM item);"
	"DELETE FROM reminder WHERE item NOT IN"
	" (SELECT id FROM item);";
static const char no_text[] =
	"DELETE FROM mime WHERE key NOT IN (SELECT key FROM body);";
static const char no_original[] =
	"DELETE FROM body WHERE key NOT IN (SELECT key FROM mime)"
	" AND -key IN (SELECT id FROM item WHERE flags & 32768 != 0);"
	"UPDATE item SET flags = flags & ~32768 WHERE flags & 32768 != 0"
	" AND -id NOT IN (SELECT key FROM mime);";
/* An entry's item comes again with it, unless it was made or moved here. */
static const char no_event[] = "DELETE FROM item WHERE folder IN"
			       " (SELECT id FROM folder WHERE kind = 1)"
			       " AND remote_id IS NOT NULL"
			       " AND id NOT IN (SELECT item FROM event)"
			       " AND id NOT IN (SELECT item FROM journal_step"
			       "  WHERE state < 2 AND item IS NOT NULL);";
static const char derived[] =
	"DELETE FROM unindexed;"
	"INSERT INTO unindexed(item) SELECT id FROM item;"
	"DELETE FROM fact WHERE key = 'index-merged';"
	"UPDATE folder SET total = (SELECT count(*) FROM item"
	"  WHERE item.folder = folder.id),"
	" unread = (SELECT count(*) FROM item"
	"  WHERE item.folder = folder.id AND item.flags & 1 = 0);";

static bool say_dangling(struct repair *r, struct err *err)
{
	int64_t n = 0;

	if (!db_get_int(r->fresh, &n, err,
			"SELECT count(*) FROM journal_step"
			" WHERE state < 2 AND item IS NOT NULL"
			" AND item NOT IN (SELECT id FROM item)",
			NO_ARGS))
		return false;
	if (n)
		strv_give(r->said,
			  xasprintf("%lld changes that wait to go out are of "
				    "messages that could not be read",
				    (long long)n));
	return true;
}

static bool settle(struct repair *r, struct err *err)
{
	bool refetch = r->lost[ITEM] || r->lost[EVENT] || r->lost[CONTACT];
	bool ok = (!r->lost[ITEM] || say_dangling(r, err)) &&
		  (!r->lost[EVENT] || db_script(r->fresh, no_event, err)) &&
		  db_script(r->fresh, orphans, err) &&
		  (!r->lost[BODY] || db_script(r->fresh, no_text, err)) &&
		  db_script(r->fresh, no_original, err) &&
		  db_script(r->fresh, derived, err) &&
		  (!refetch ||
		   db_script(r->fresh, "DELETE FROM sync_state", err));

	if (ok && (refetch || r->lost[MIME] || r->lost[BODY]))
		strv_add(r->said, "the next sync fetches anew what is missing");
	return ok;
}

/* --- files ------------------------------------------------------------------ */

/* Out of its log, with nobody else at it. */
static bool alone(struct store *s, struct err *err)
{
	char *mode CLEANUP(mem_free_ptr) =
		db_get_text(s, "PRAGMA journal_mode = DELETE", NO_ARGS);

	if (!str_eq(mode, "delete"))
		return err_set(err, ERR_CONFLICT,
			       "%s is in use by another process", s->path);
	return db_script(s, "BEGIN EXCLUSIVE", err);
}

/* With its log: one that a killed run left must not come into a new file. */
static void remove_fresh(const struct repair *r)
{
	static const char *const tails[] = {"", "-wal", "-shm", "-journal"};

	for (size_t i = 0; i < ARRAY_LEN(tails); i++) {
		char *name CLEANUP(mem_free_ptr) =
			xasprintf("%s%s", r->path, tails[i]);

		unlink(name);
	}
}

/* An empty store at r->path. */
static bool open_fresh(struct repair *r, struct err *err)
{
	remove_fresh(r);
	return store_open_write(&r->fresh, r->path, err) &&
	       db_script(r->fresh,
			 "PRAGMA foreign_keys = OFF;"
			 "BEGIN IMMEDIATE;"
			 "DELETE FROM sqlite_sequence",
			 err);
}

static bool copy_all(struct repair *r, struct err *err)
{
	for (size_t i = 0; i < ARRAY_LEN(tables); i++)
		if (!copy_table(r, i, err))
			return false;
	return has_own_contacts(r, err) && settle(r, err) &&
	       db_script(r->fresh, "COMMIT", err);
}

/* The new one must be better than the old. */
static bool check_fresh(struct repair *r, struct err *err)
{
	struct strv problems CLEANUP(strv_release);

	strv_init(&problems);
	if (!write_check(r->fresh, &problems, err))
		return false;
	if (problems.n)
		return err_set(err, ERR_DISK,
			       "%s is damaged beyond repair: it was left as it "
			       "is (%s)",
			       r->s->path, problems.v[0]);
	/* All of it in the one file. */
	return db_script(r->fresh,
			 "PRAGMA wal_checkpoint(TRUNCATE);"
			 "PRAGMA journal_mode = DELETE",
			 err);
}

/* At no moment there is no file of that name. */
static bool put_in_place(struct repair *r, char **aside, struct err *err)
{
	const char *path = r->s->path;
	char *name = xasprintf("%s.damaged", path);

	for (int i = 2; access(name, F_OK) == 0; i++)
		mem_replace(&name, xasprintf("%s.damaged-%d", path, i));
	if (link(path, name) != 0 || rename(r->path, path) != 0) {
		err_errno(err, "cannot put %s into its place", r->path);
		free(name);
		return false;
	}
	*aside = name;
	return true;
}

static bool find_problems(struct store *s, struct strv *problems,
			  struct err *err)
{
	struct err why = ERR_INIT;

	if (write_check(s, problems, &why))
		return true;
	if (!db_is_damage(&why)) {
		*err = why;
		return false;
	}
	strv_add(problems, why.text);
	return true;
}

static bool repair(struct repair *r, char **aside, struct err *err)
{
	bool ok = alone(r->s, err) && open_fresh(r, err) && copy_all(r, err) &&
		  check_fresh(r, err);

	store_close(r->fresh);
	if (ok && put_in_place(r, aside, err))
		return true;
	remove_fresh(r);
	return false;
}

bool store_repair(const char *path, char **aside, struct strv *said,
		  struct err *err)
{
	struct strv problems CLEANUP(strv_release);
	struct repair r = {.said = said};
	bool ok;

	*aside = NULL;
	strv_init(&problems);
	if (access(path, F_OK) != 0)
		return err_set(err, ERR_NOT_FOUND, "there is no %s yet", path);
	if (!store_open_write(&r.s, path, err))
		return !db_is_damage(err)
			       ? false
			       : err_set(err, ERR_DISK,
					 "%s is damaged so that nothing can be "
					 "read of it; move it away, and a sync "
					 "makes a new one",
					 path);
	r.path = xasprintf("%s.new", path);
	ok = find_problems(r.s, &problems, err);
	if (ok && problems.n) {
		strv_give(said, xasprintf("damage: %s", problems.v[0]));
		ok = repair(&r, aside, err);
	}
	free(r.path);
	store_close(r.s);
	return ok;
}
