/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef STORE_DB_H
#define STORE_DB_H
/*
 * SQLite for the files of this directory: connections, cached statements,
 * transactions, errors as sentences. Only db.c and db_fts.c know sqlite3.
 *
 * SQL is a literal with named parameters; arguments are bound in the order in
 * which the names first appear:
 *
 *	db_run(s, err, "UPDATE item SET size = :size WHERE id = :id",
 *	       ARGS(I(size), I(id)));
 *
 * A statement belongs to the cache: it is used by one reader at a time and is
 * ready again once it has returned DB_DONE or DB_FAIL, or after db_reset.
 */
#include "base/map.h"
#include "store/write.h"

struct sqlite3;
struct sqlite3_stmt;

/* What a row update left to do before the commit; see index.c, thread.c. */
struct noted;
struct thread_dirty {
	int64_t thread, folder;
};

struct store {
	struct sqlite3 *h;
	char *path;
	struct map *stmts; /* SQL text -> struct sqlite3_stmt */
	bool writable;
	int depth;   /* of nested transactions */
	bool broken; /* a failed statement: only rollback is left */
	VEC(struct noted) noted;
	size_t noted_bytes;
	VEC(struct thread_dirty) dirty;
	VEC(int64_t) entries; /* whose steps changed; steps.c */
	struct strv prefixes; /* of ids; ids.c */
	char *book_path;      /* book.c; NULL: none */
	struct store *book;   /* open, or NULL */
	struct {
		int64_t block, next;
	} spill[64]; /* items.c: where full id blocks go on */
};

enum db_arg_type { DB_END, DB_INT, DB_TEXT, DB_BLOB, DB_NULL };
struct db_arg {
	enum db_arg_type type;
	int64_t i;
	const void *p; /* lives until the statement is done */
	size_t len;
};
#define I(x)                                                                   \
	{                                                                      \
		.type = DB_INT, .i = (x)                                       \
	}
#define T(x)                                                                   \
	{                                                                      \
		.type = DB_TEXT, .p = (x)                                      \
	} /* NULL binds NULL */
#define B(ptr, n)                                                              \
	{                                                                      \
		.type = DB_BLOB, .p = (ptr), .len = (n)                        \
	}
#define TIME(t)                                                                \
	{                                                                      \
		.type = (t) == CLOCK_NEVER ? DB_NULL : DB_INT, .i = (t)        \
	}
#define ROW_ID(x)                                                              \
	{                                                                      \
		.type = (x) ? DB_INT : DB_NULL, .i = (x)                       \
	} /* 0: NULL */
#define ARGS(...) ((const struct db_arg[]){__VA_ARGS__, {.type = DB_END}})
#define NO_ARGS NULL

enum db_row { DB_ROW, DB_DONE, DB_FAIL };

/* Opens; new files are made with mode 0600 when `create`. Reads the header but
 * changes nothing. */
bool db_open(struct store **out, const char *path, bool writable, bool create,
	     struct err *err) MUST_CHECK;
void db_close(struct store *s);

/* NULL on failure: every function here takes a NULL statement, and db_step
 * then fails with the reason. */
struct sqlite3_stmt *db_query(struct store *s, const char *sql,
			      const struct db_arg *args);
/* The same with arguments only known at run time. */
struct sqlite3_stmt *db_query_n(struct store *s, const char *sql,
				const struct db_arg *args, size_t n);
enum db_row db_step(struct store *s, struct sqlite3_stmt *st, struct err *err);
void db_reset(struct sqlite3_stmt *st); /* before an early end */
/* Empties a full statement cache. For callers that make SQL text, before they
 * ask for their first statement. */
void db_trim(struct store *s);

/* Is the file what failed, not the disk or somebody else? */
bool db_is_damage(const struct err *err);

/* Runs to the end, ignoring rows. */
bool db_run(struct store *s, struct err *err, const char *sql,
	    const struct db_arg *args) MUST_CHECK;
bool db_run_n(struct store *s, struct err *err, const char *sql,
	      const struct db_arg *args, size_t n) MUST_CHECK;
/* Several statements, not cached. */
bool db_script(struct store *s, const char *sql, struct err *err) MUST_CHECK;
/* SQLite's temporary files are files, beside this store, until it is called
 * with NULL. For all of the process: only where nothing else runs in it. */
void db_temp_beside(struct store *s);
/* First column of the first row; *out is left alone when there is no row or
 * it is NULL. */
bool db_get_int(struct store *s, int64_t *out, struct err *err, const char *sql,
		const struct db_arg *args) MUST_CHECK;
/* The same for text: the caller's; NULL when there is none or on failure. */
char *db_get_text(struct store *s, const char *sql, const struct db_arg *args);
int64_t db_changes(struct store *s); /* rows of the last change */
int64_t db_last_id(struct store *s);

int64_t db_col_int(struct sqlite3_stmt *st, int i);
int64_t db_col_time(struct sqlite3_stmt *st, int i);	 /* NULL: CLOCK_NEVER */
const char *db_col_text(struct sqlite3_stmt *st, int i); /* until step */
char *db_col_dup(struct sqlite3_stmt *st, int i);	 /* NULL for NULL */
const void *db_col_blob(struct sqlite3_stmt *st, int i, size_t *len);
bool db_col_is_null(struct sqlite3_stmt *st, int i);
int db_col_count(struct sqlite3_stmt *st);
/* As it is, for another store; until step. */
void db_col_arg(struct sqlite3_stmt *st, int i, struct db_arg *out);

/* Transactions nest; only the outermost touches the file. db_end with ok
 * false outside of any other rolls back; inside, it leaves that to the caller
 * and returns false. What noted and dirty hold is written before a commit. */
bool db_begin(struct store *s, struct err *err) MUST_CHECK;
bool db_end(struct store *s, bool ok, struct err *err) MUST_CHECK;
void db_rollback(struct store *s);
/* The same for what a person may be refused: a failure undoes just this part
 * of the caller's transaction. */
bool db_begin_wish(struct store *s, struct err *err) MUST_CHECK;
bool db_end_wish(struct store *s, bool ok, struct err *err) MUST_CHECK;

/* A number for an index over long ids; equality must still be checked. */
int64_t db_hash(const char *text); /* 0 for NULL */

/* db_fts.c: the tokenizer "retinue": unicode61 with accents removed, each CJK
 * character by itself, tokens cut to 48 bytes. */
bool db_fts_register(struct sqlite3 *h);
#endif
