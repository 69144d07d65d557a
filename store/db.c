/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "store/db.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include "base/chan.h"
#include "base/clock.h"
#include "base/utf8.h"
#include "store/rows.h"

#define DB_BUSY_MS 5000
#define DB_MAX_CACHED 300
/* Kept small on purpose: a sync of 100,000 messages stays below 60 MB. */
#define DB_CACHE_KB 4096

/* --- errors ---------------------------------------------------------------- */

/* The sentence for a SQLite result. `s` is broken from here on: what it has
 * done since the last commit can only be rolled back. */
static bool fail(struct store *s, int rc, struct err *err)
{
	s->broken = true;
	switch (rc & 0xff) {
	case SQLITE_FULL:
		err_set(err, ERR_DISK, "the disk is full: %s could not grow",
			s->path);
		break;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		err_set(err, ERR_DISK, "%s is in use by another process",
			s->path);
		break;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		err_set(err, ERR_DISK,
			"%s is damaged; `retinue cache repair` saves what can "
			"be read",
			s->path);
		break;
	case SQLITE_IOERR:
		err_set(err, ERR_DISK, "the disk failed while using %s",
			s->path);
		break;
	case SQLITE_CANTOPEN:
	case SQLITE_PERM:
	case SQLITE_READONLY:
	case SQLITE_AUTH:
		err_set(err, ERR_DISK, "%s cannot be opened for this: %s",
			s->path, sqlite3_errstr(rc));
		break;
	case SQLITE_NOMEM:
		BUG("out of memory in SQLite");
	default:
		err_set(err, ERR_DISK, "%s: %s", s->path,
			s->h ? sqlite3_errmsg(s->h) : sqlite3_errstr(rc));
		break;
	}
	if (err)
		err->number = rc;
	return false;
}

bool db_is_damage(const struct err *err)
{
	switch (err->number & 0xff) {
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
	case SQLITE_CONSTRAINT:
	case SQLITE_MISMATCH:
	case SQLITE_ERROR:
		return err->kind == ERR_DISK;
	default:
		return false;
	}
}

/* --- opening ---------------------------------------------------------------- */

static void free_stmt(void *st)
{
	sqlite3_finalize(st);
}

/* has_category(list, folded name): names are separated by newlines. */
static void has_category(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
	const char *list = (const char *)sqlite3_value_text(argv[0]);
	const char *want = (const char *)sqlite3_value_text(argv[1]);
	struct strv names = {0};
	bool found = false;

	(void)argc;
	if (!list || !want) {
		sqlite3_result_int(ctx, 0);
		return;
	}
	strv_init(&names);
	strv_split(&names, list, "\n");
	for (size_t i = 0; i < names.n && !found; i++) {
		char *folded = utf8_fold(names.v[i]);

		found = str_eq(folded, want);
		free(folded);
	}
	strv_release(&names);
	sqlite3_result_int(ctx, found);
}

/* A new file is private from its first byte. */
static bool make_private(const char *path, struct err *err)
{
	int fd = open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);

	if (fd < 0)
		return errno == EEXIST ||
		       err_errno(err, "cannot make %s", path);
	close(fd);
	return true;
}

static bool set_up(struct store *s, struct err *err)
{
	int rc;

	sqlite3_extended_result_codes(s->h, 1);
	sqlite3_busy_timeout(s->h, DB_BUSY_MS);
	rc = sqlite3_create_function(s->h, "has_category", 2,
				     SQLITE_UTF8 | SQLITE_DETERMINISTIC |
					     SQLITE_INNOCUOUS,
				     NULL, has_category, NULL, NULL);
	if (rc != SQLITE_OK)
		return fail(s, rc, err);
	if (!db_fts_register(s->h))
		return err_set(err, ERR_DISK, "this SQLite has no FTS5");
	if (!db_script(s,
		       "PRAGMA foreign_keys = ON;"
		       "PRAGMA temp_store = MEMORY;"
		       "PRAGMA mmap_size = 0;"
		       "PRAGMA trusted_schema = OFF;",
		       err))
		return false;
	char *cache = xasprintf("PRAGMA cache_size = -%d", DB_CACHE_KB);
	bool ok = db_script(s, cache, err);

	free(cache);
	return ok;
}

/* No account of SQLite's memory, for which every allocation would take a lock. */
static void init_sqlite(void)
{
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
	sqlite3_initialize();
}

bool db_open(struct store **out, const char *path, bool writable, bool create,
	     struct err *err)
{
	static int initialised;
	struct store *s;
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX |
		    SQLITE_OPEN_PRIVATECACHE;
	int rc;

	if (create && !make_private(path, err))
		return false;
	if (access(path, F_OK) != 0)
		return err_set(err, ERR_NOT_FOUND, "there is no %s yet", path);
	s = xcalloc(1, sizeof(*s));
	s->path = xstrdup(path);
	s->writable = writable;
	s->stmts = map_new(free_stmt);
	strv_init(&s->prefixes);
	chan_once(&initialised, init_sqlite);
	/* Readers too open read-write: WAL wants to map its index. Where the
	 * file may only be read, that must do. */
	rc = sqlite3_open_v2(path, &s->h, flags, NULL);
	if (!writable && (rc & 0xff) == SQLITE_CANTOPEN) {
		sqlite3_close(s->h);
		s->h = NULL;
		flags = (flags & ~SQLITE_OPEN_READWRITE) | SQLITE_OPEN_READONLY;
		rc = sqlite3_open_v2(path, &s->h, flags, NULL);
	}
	if (rc != SQLITE_OK)
		fail(s, rc, err);
	else if (set_up(s, err) &&
		 (writable || db_script(s, "PRAGMA query_only = ON", err))) {
		s->broken = false;
		*out = s;
		return true;
	}
	db_close(s);
	return false;
}

void db_close(struct store *s)
{
	if (!s)
		return;
	if (s->depth)
		db_rollback(s);
	map_free(s->stmts);
	sqlite3_close(s->h);
	index_forget(s);
	strv_release(&s->prefixes);
	vec_release(&s->dirty);
	vec_release(&s->entries);
	db_close(s->book);
	free(s->book_path);
	free(s->path);
	free(s);
}

/* --- statements -------------------------------------------------------------- */

static struct sqlite3_stmt *prepare(struct store *s, const char *sql)
{
	struct sqlite3_stmt *st = map_find(s->stmts, sql);

	if (st) {
		if (sqlite3_stmt_busy(st))
			BUG("statement used twice at once: %s", sql);
		return st;
	}
	if (sqlite3_prepare_v3(s->h, sql, -1, SQLITE_PREPARE_PERSISTENT, &st,
			       NULL) != SQLITE_OK)
		return NULL;
	map_set(s->stmts, sql, st);
	return st;
}

void db_trim(struct store *s)
{
	if (map_count(s->stmts) < DB_MAX_CACHED)
		return;
	for (sqlite3_stmt *p = sqlite3_next_stmt(s->h, NULL); p;
	     p = sqlite3_next_stmt(s->h, p))
		if (sqlite3_stmt_busy(p))
			return;
	map_free(s->stmts);
	s->stmts = map_new(free_stmt);
}

static void bind(struct sqlite3_stmt *st, int i, const struct db_arg *a)
{
	switch (a->type) {
	case DB_INT:
		sqlite3_bind_int64(st, i, a->i);
		return;
	case DB_TEXT:
		if (a->p)
			sqlite3_bind_text(st, i, a->p, -1, SQLITE_STATIC);
		return;
	case DB_BLOB:
		if (a->p)
			sqlite3_bind_blob64(st, i, a->p, a->len, SQLITE_STATIC);
		return;
	case DB_NULL:
	case DB_END:
		return;
	}
}

struct sqlite3_stmt *db_query_n(struct store *s, const char *sql,
				const struct db_arg *args, size_t n)
{
	struct sqlite3_stmt *st = prepare(s, sql);

	if (!st)
		return NULL;
	if ((int)n != sqlite3_bind_parameter_count(st))
		BUG("%zu arguments for: %s", n, sql);
	for (size_t i = 0; i < n; i++)
		bind(st, (int)i + 1, &args[i]);
	return st;
}

struct sqlite3_stmt *db_query(struct store *s, const char *sql,
			      const struct db_arg *args)
{
	size_t n = 0;

	while (args && args[n].type != DB_END)
		n++;
	return db_query_n(s, sql, args, n);
}

enum db_row db_step(struct store *s, struct sqlite3_stmt *st, struct err *err)
{
	int rc;

	if (!st) {
		fail(s, sqlite3_extended_errcode(s->h), err);
		return DB_FAIL;
	}
	rc = sqlite3_step(st);
	if (rc == SQLITE_ROW)
		return DB_ROW;
	if (rc == SQLITE_DONE) {
		db_reset(st);
		return DB_DONE;
	}
	fail(s, rc, err);
	db_reset(st);
	return DB_FAIL;
}

void db_reset(struct sqlite3_stmt *st)
{
	if (!st)
		return;
	sqlite3_reset(st);
	sqlite3_clear_bindings(st);
}

static bool run_stmt(struct store *s, struct sqlite3_stmt *st, struct err *err)
{
	enum db_row r;

	while ((r = db_step(s, st, err)) == DB_ROW)
		;
	return r == DB_DONE;
}

bool db_run(struct store *s, struct err *err, const char *sql,
	    const struct db_arg *args)
{
	return run_stmt(s, db_query(s, sql, args), err);
}

bool db_run_n(struct store *s, struct err *err, const char *sql,
	      const struct db_arg *args, size_t n)
{
	return run_stmt(s, db_query_n(s, sql, args, n), err);
}

bool db_script(struct store *s, const char *sql, struct err *err)
{
	int rc = sqlite3_exec(s->h, sql, NULL, NULL, NULL);

	return rc == SQLITE_OK || fail(s, rc, err);
}

void db_temp_beside(struct store *s)
{
	const char *slash = s ? strrchr(s->path, '/') : NULL;

	sqlite3_free(sqlite3_temp_directory);
	sqlite3_temp_directory =
		slash ? sqlite3_mprintf("%.*s", (int)(slash - s->path + 1),
					s->path)
		      : NULL;
	if (s)
		(void)!db_script(s, "PRAGMA temp_store = FILE", NULL);
}

bool db_get_int(struct store *s, int64_t *out, struct err *err, const char *sql,
		const struct db_arg *args)
{
	struct sqlite3_stmt *st = db_query(s, sql, args);

	switch (db_step(s, st, err)) {
	case DB_ROW:
		if (!db_col_is_null(st, 0))
			*out = db_col_int(st, 0);
		db_reset(st);
		return true;
	case DB_DONE:
		return true;
	case DB_FAIL:
		return false;
	}
	return false;
}

char *db_get_text(struct store *s, const char *sql, const struct db_arg *args)
{
	struct sqlite3_stmt *st = db_query(s, sql, args);
	char *text = NULL;

	if (db_step(s, st, NULL) == DB_ROW) {
		text = db_col_dup(st, 0);
		db_reset(st);
	}
	return text;
}

int64_t db_changes(struct store *s)
{
	return sqlite3_changes64(s->h);
}

int64_t db_last_id(struct store *s)
{
	return sqlite3_last_insert_rowid(s->h);
}

/* --- columns ----------------------------------------------------------------- */

int64_t db_col_int(struct sqlite3_stmt *st, int i)
{
	return sqlite3_column_int64(st, i);
}

int64_t db_col_time(struct sqlite3_stmt *st, int i)
{
	return db_col_is_null(st, i) ? CLOCK_NEVER
				     : sqlite3_column_int64(st, i);
}

const char *db_col_text(struct sqlite3_stmt *st, int i)
{
	return (const char *)sqlite3_column_text(st, i);
}

char *db_col_dup(struct sqlite3_stmt *st, int i)
{
	return xstrdup(db_col_text(st, i));
}

const void *db_col_blob(struct sqlite3_stmt *st, int i, size_t *len)
{
	const void *p = sqlite3_column_blob(st, i);

	*len = (size_t)sqlite3_column_bytes(st, i);
	return p;
}

bool db_col_is_null(struct sqlite3_stmt *st, int i)
{
	return sqlite3_column_type(st, i) == SQLITE_NULL;
}

int db_col_count(struct sqlite3_stmt *st)
{
	return sqlite3_column_count(st);
}

void db_col_arg(struct sqlite3_stmt *st, int i, struct db_arg *out)
{
	memset(out, 0, sizeof(*out));
	switch (sqlite3_column_type(st, i)) {
	case SQLITE_INTEGER:
		out->type = DB_INT;
		out->i = sqlite3_column_int64(st, i);
		break;
	case SQLITE_TEXT:
		out->type = DB_TEXT;
		out->p = sqlite3_column_text(st, i);
		break;
	case SQLITE_NULL:
		out->type = DB_NULL;
		break;
	default: /* no column is a float */
		out->type = DB_BLOB;
		out->p = sqlite3_column_blob(st, i);
		out->len = (size_t)sqlite3_column_bytes(st, i);
		/* An empty one is not NULL. */
		if (!out->p)
			out->p = "";
		break;
	}
}

/* --- transactions ------------------------------------------------------------- */

bool db_begin(struct store *s, struct err *err)
{
	if (!s->writable)
		BUG("a reader writes");
	if (s->depth == 0) {
		s->broken = false;
		if (!db_run(s, err, "BEGIN IMMEDIATE", NO_ARGS))
			return false;
	}
	s->depth++;
	return true;
}

void db_rollback(struct store *s)
{
	index_forget(s);
	id_forget(s);
	s->dirty.n = 0;
	s->entries.n = 0;
	memset(s->spill, 0, sizeof(s->spill));
	s->depth = 0;
	/* A full disk may have rolled back already. */
	if (!sqlite3_get_autocommit(s->h))
		sqlite3_exec(s->h, "ROLLBACK", NULL, NULL, NULL);
	s->broken = false;
}

static bool commit(struct store *s, struct err *err)
{
	if (s->broken)
		return err_set(err, ERR_DISK,
			       "%s: an earlier failure undid this change",
			       s->path);
	return entry_settle(s, err) && thread_settle(s, err) &&
	       index_flush(s, err) && db_run(s, err, "COMMIT", NO_ARGS);
}

bool db_end(struct store *s, bool ok, struct err *err)
{
	if (s->depth < 1)
		BUG("end without begin");
	if (s->depth > 1) {
		s->depth--;
		return ok;
	}
	if (ok && commit(s, err)) {
		s->depth = 0;
		return true;
	}
	db_rollback(s);
	return false;
}

bool db_begin_wish(struct store *s, struct err *err)
{
	if (!db_begin(s, err))
		return false;
	if (s->depth == 1 || db_run(s, err, "SAVEPOINT wish", NO_ARGS))
		return true;
	s->depth--;
	return false;
}

bool db_end_wish(struct store *s, bool ok, struct err *err)
{
	if (s->depth > 1) {
		bool back = ok || s->broken ||
			    db_run(s, NULL, "ROLLBACK TO wish", NO_ARGS);

		if (!ok)
			id_forget(s);
		if (back && !s->broken &&
		    !db_run(s, ok ? err : NULL, "RELEASE wish", NO_ARGS))
			ok = false;
	}
	return db_end(s, ok, err);
}

int64_t db_hash(const char *text)
{
	uint64_t h = 0xcbf29ce484222325u; /* FNV-1a */

	if (!text)
		return 0;
	for (; *text; text++)
		h = (h ^ (unsigned char)*text) * 0x100000001b3u;
	return (int64_t)(h ? h : 1);
}
