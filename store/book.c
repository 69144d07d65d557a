/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* The copy of the address list. */
#include <ctype.h>
#include <string.h>
#include <unistd.h>
#include "base/utf8.h"
#include "store/people.h"

#define BOOK_ID 0x52746b62 /* "Rtkb" */
#define BOOK_VERSION 2
#define TERMS_MAX 8

static const char schema[] =
	"CREATE TABLE entry("
	" key TEXT PRIMARY KEY,"
	" kind INTEGER NOT NULL,"
	" addr TEXT,"
	" sort TEXT NOT NULL,"
	" words TEXT NOT NULL,"
	" manager TEXT,"
	" data TEXT NOT NULL"
	") STRICT;"
	"CREATE INDEX entry_addr ON entry(addr);"
	"CREATE INDEX entry_sort ON entry(sort);"
	"CREATE INDEX entry_manager ON entry(manager)"
	" WHERE manager IS NOT NULL;"
	"CREATE TABLE photo(addr TEXT PRIMARY KEY, asked INTEGER NOT NULL,"
	" data BLOB NOT NULL) STRICT;"
	"CREATE TABLE fact(key TEXT PRIMARY KEY, value TEXT NOT NULL)"
	" STRICT, WITHOUT ROWID;";

void store_set_book(struct store *s, const char *path)
{
	db_close(s->book);
	s->book = NULL;
	mem_replace(&s->book_path, xstrdup(path));
}

static bool is_ours(struct store *book)
{
	int64_t id = 0, version = 0;

	return db_get_int(book, &id, NULL, "PRAGMA application_id", NO_ARGS) &&
	       db_get_int(book, &version, NULL, "PRAGMA user_version",
			  NO_ARGS) &&
	       id == BOOK_ID && version == BOOK_VERSION;
}

/* For reading; NULL: there is no book now. */
static struct store *reader(struct store *s)
{
	struct store *book = NULL;

	/* Removed or made anew meanwhile: this one is a ghost. */
	if (s->book && access(s->book_path, F_OK) != 0) {
		db_close(s->book);
		s->book = NULL;
	}
	if (s->book || !s->book_path)
		return s->book;
	if (!db_open(&book, s->book_path, s->writable, false, NULL))
		return NULL;
	if (!is_ours(book)) {
		db_close(book);
		return NULL;
	}
	return s->book = book;
}

static void remove_files(const char *path)
{
	static const char *const ends[] = {"", "-wal", "-shm"};

	for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
		char *file CLEANUP(mem_free_ptr) =
			xasprintf("%s%s", path, ends[i]);

		unlink(file);
	}
}

static bool make(struct store *s, struct err *err)
{
	struct store *book = NULL;
	char *mark CLEANUP(mem_free_ptr) =
		xasprintf("PRAGMA user_version = %d;"
			  "PRAGMA application_id = %d",
			  BOOK_VERSION, BOOK_ID);

	remove_files(s->book_path);
	if (!db_open(&book, s->book_path, true, true, err))
		return false;
	if (!db_script(book,
		       "PRAGMA journal_mode = WAL;"
		       "PRAGMA synchronous = NORMAL",
		       err) ||
	    !db_begin(book, err)) {
		db_close(book);
		return false;
	}
	if (!db_end(book,
		    db_script(book, schema, err) && db_script(book, mark, err),
		    err)) {
		db_close(book);
		return false;
	}
	s->book = book;
	return true;
}

bool write_book_begin(struct store *s, struct err *err)
{
	if (!s->book_path)
		return err_set(err, ERR_INPUT,
			       "no place is known for the address list");
	if (!reader(s) && !make(s, err))
		return false;
	return db_begin(s->book, err);
}

bool write_book_commit(struct store *s, struct err *err)
{
	return db_end(s->book, true, err);
}

void write_book_rollback(struct store *s)
{
	if (s->book && s->book->depth > 0)
		db_rollback(s->book);
}

bool write_book_entry(struct store *s, const struct person *p, struct err *err)
{
	char *words CLEANUP(mem_free_ptr) = person_words(p);
	char *sort CLEANUP(mem_free_ptr) = utf8_fold(person_title(p));
	char *addr CLEANUP(mem_free_ptr) = person_address_key(p->addr);
	struct str data CLEANUP(str_release) = STR_INIT;

	person_pack(p, &data);
	return db_run(s->book, err,
		      "INSERT OR REPLACE INTO entry(key, kind, addr, sort,"
		      " words, manager, data) VALUES(:key, :kind, :addr,"
		      " :sort, :words, :manager, :data)",
		      ARGS(T(p->key), I(p->kind), T(addr), T(sort), T(words),
			   T(p->manager_key), T(data.s)));
}

bool write_book_gone(struct store *s, const char *key, struct err *err)
{
	return db_run(s->book, err, "DELETE FROM entry WHERE key = :key",
		      ARGS(T(key)));
}

bool write_book_keep(struct store *s, const struct strv *keys, struct err *err)
{
	bool ok = db_script(s->book,
			    "CREATE TEMP TABLE IF NOT EXISTS kept("
			    "key TEXT PRIMARY KEY); DELETE FROM temp.kept",
			    err);

	for (size_t i = 0; ok && i < keys->n; i++)
		ok = db_run(s->book, err,
			    "INSERT OR IGNORE INTO temp.kept VALUES(:key)",
			    ARGS(T(keys->v[i])));
	return ok &&
	       db_run(s->book, err,
		      "DELETE FROM entry WHERE key NOT IN"
		      " (SELECT key FROM temp.kept)",
		      NO_ARGS) &&
	       db_script(s->book, "DELETE FROM temp.kept", err);
}

bool write_book_photo(struct store *s, const char *addr,
		      const struct bytes *photo, int64_t asked, struct err *err)
{
	char *key CLEANUP(mem_free_ptr) = person_address_key(addr);

	return db_run(
		s->book, err,
		"INSERT OR REPLACE INTO photo(addr, asked, data)"
		" VALUES(:addr, :asked, :data)",
		ARGS(T(key), I(asked),
		     B(photo->len ? (const void *)photo->p : "", photo->len)));
}

bool query_book_photo(struct store *s, const char *addr, struct bytes *out,
		      int64_t *asked, struct err *err)
{
	struct store *book = reader(s);
	char *key CLEANUP(mem_free_ptr) = person_address_key(addr);
	struct sqlite3_stmt *st;
	enum db_row r;

	*asked = 0;
	*out = (struct bytes){0};
	if (!book)
		return true;
	st = db_query(book, "SELECT asked, data FROM photo WHERE addr = :addr",
		      ARGS(T(key)));
	r = db_step(book, st, err);
	if (r == DB_ROW) {
		size_t len;
		const void *p = db_col_blob(st, 1, &len);

		*asked = db_col_int(st, 0);
		if (len)
			bytes_set(out, p, len);
		db_reset(st);
	}
	return r != DB_FAIL;
}

bool write_book_fact(struct store *s, const char *key, const char *value,
		     struct err *err)
{
	if (!value)
		return db_run(s->book, err, "DELETE FROM fact WHERE key = :key",
			      ARGS(T(key)));
	return db_run(s->book, err,
		      "INSERT OR REPLACE INTO fact VALUES(:key, :value)",
		      ARGS(T(key), T(value)));
}

char *query_book_fact(struct store *s, const char *key)
{
	struct store *book = reader(s);

	return book ? db_get_text(book,
				  "SELECT value FROM fact WHERE key = :key",
				  ARGS(T(key)))
		    : NULL;
}

int64_t query_book_count(struct store *s)
{
	struct store *book = reader(s);
	int64_t n = 0;

	if (!book ||
	    !db_get_int(book, &n, NULL, "SELECT count(*) FROM entry", NO_ARGS))
		return 0;
	return n;
}

/* --- reading
 * -------------------------------------------------------------------- */

/* Rows of (key, data). */
static bool read_rows(struct store *book, struct sqlite3_stmt *st, int limit,
		      struct person_list *out, bool *more, struct err *err)
{
	int left = limit;
	enum db_row r;

	while ((r = db_step(book, st, err)) == DB_ROW) {
		struct person *p;

		if (limit && left-- == 0) {
			if (more)
				*more = true;
			db_reset(st);
			return true;
		}
		p = vec_new(out);
		person_unpack(p, db_col_text(st, 1));
		p->key = db_col_dup(st, 0);
		p->source = PERSON_GAL;
	}
	return r == DB_DONE;
}

static bool read_one(struct store *s, const char *sql, const char *value,
		     struct person *out, struct err *err)
{
	struct store *book = reader(s);
	struct person_list l = {0};

	if (book && value &&
	    !read_rows(book, db_query(book, sql, ARGS(T(value))), 0, &l, NULL,
		       err)) {
		person_list_release(&l);
		return false;
	}
	if (!l.n)
		return err_set(err, ERR_NOT_FOUND,
			       "the copy of the address list has no such "
			       "entry");
	*out = l.v[0];
	for (size_t i = 1; i < l.n; i++)
		person_release(&l.v[i]);
	vec_release(&l);
	return true;
}

bool query_book_entry(struct store *s, const char *key, struct person *out,
		      struct err *err)
{
	return read_one(s, "SELECT key, data FROM entry WHERE key = :key", key,
			out, err);
}

bool query_book_address(struct store *s, const char *addr, struct person *out,
			struct err *err)
{
	char *key CLEANUP(mem_free_ptr) = person_address_key(addr);

	return read_one(s, "SELECT key, data FROM entry WHERE addr = :addr",
			key, out, err);
}

bool query_book_reports(struct store *s, const char *key,
			struct person_list *out, struct err *err)
{
	struct store *book = reader(s);

	return !book ||
	       read_rows(book,
			 db_query(book,
				  "SELECT key, data FROM entry"
				  " WHERE manager = :manager ORDER BY sort",
				  ARGS(T(key))),
			 0, out, NULL, err);
}

/* --- searching
 * ------------------------------------------------------------------- */

/* In LIKE these are not themselves. */
static void add_like(struct str *b, const char *s)
{
	for (; *s; s++) {
		if (*s == '%' || *s == '_' || *s == '\\')
			str_add_char(b, '\\');
		str_add_char(b, *s);
	}
}

/* "office:2.14" as a pattern of the packed data; NULL: no field. */
static char *field_pattern(const char *word)
{
	size_t n = strcspn(word, ":");
	struct str b = STR_INIT;
	char *name CLEANUP(mem_free_ptr) = xstrndup(word, n);
	enum person_field f = word[n] ? person_field_find(name) : PERSON_FIELDS;

	if (f == PERSON_FIELDS || !word[n + 1])
		return NULL;
	str_addf(&b, "%%\n");
	add_like(&b, person_row(f)->member);
	str_add_char(&b, '=');
	add_like(&b, word + n + 1);
	str_add_char(&b, '%');
	return str_take(&b);
}

/* As the words are kept: folded, without punctuation; NULL: nothing left. */
static char *word_pattern(const char *word)
{
	char *folded CLEANUP(mem_free_ptr) = utf8_fold(word);
	struct str b CLEANUP(str_release) = STR_INIT;
	struct str out = STR_INIT;

	for (const char *c = folded; *c; c++)
		str_add_char(&b, isalnum((unsigned char)*c) || *c & 0x80 ? *c
									 : ' ');
	str_trim(&b);
	if (!b.len)
		return NULL;
	str_addf(&out, "%% %s%%", b.s);
	return str_take(&out);
}

void people_terms(struct people_terms *t, const char *words)
{
	struct strv all CLEANUP(strv_release);

	strv_init(&t->words);
	strv_init(&t->fields);
	strv_init(&all);
	strv_split(&all, words, " \t\n,;");
	for (size_t i = 0; i < all.n && i < TERMS_MAX; i++) {
		char *field = field_pattern(all.v[i]);
		char *word = field ? NULL : word_pattern(all.v[i]);

		if (field)
			strv_give(&t->fields, field);
		if (word)
			strv_give(&t->words, word);
	}
	t->none = all.n && !t->words.n && !t->fields.n;
}

void people_terms_release(struct people_terms *t)
{
	strv_release(&t->words);
	strv_release(&t->fields);
}

void people_add_conditions(struct sql *q, const struct people_terms *t,
			   const char *data)
{
	if (t->none)
		str_add(&q->text, " AND 0");
	for (size_t i = 0; i < t->words.n; i++) {
		str_add(&q->text, " AND words LIKE ?");
		sql_text(q, xstrdup(t->words.v[i]));
	}
	for (size_t i = 0; i < t->fields.n; i++) {
		if (!data) {
			str_add(&q->text, " AND 0");
			continue;
		}
		str_addf(&q->text, " AND %s LIKE ? ESCAPE '\\'", data);
		sql_text(q, xstrdup(t->fields.v[i]));
	}
}

bool book_search(struct store *s, const struct people_terms *t, int limit,
		 struct person_list *out, bool *more, struct err *err)
{
	struct store *book = reader(s);
	struct sql q;
	bool ok;

	if (!book)
		return true;
	db_trim(book);
	sql_init(&q);
	str_add(&q.text, "SELECT key, data FROM entry WHERE 1");
	people_add_conditions(&q, t, "data");
	str_add(&q.text, " ORDER BY ");
	/* Whose name begins so comes first. */
	if (t->words.n) {
		str_add(&q.text, "sort NOT LIKE ?, ");
		sql_text(&q, xstrdup(t->words.v[0] + 2));
	}
	str_add(&q.text, "sort LIMIT ?");
	sql_int(&q, limit + 1);
	ok = read_rows(book, db_query_n(book, q.text.s, q.args.v, q.args.n),
		       limit, out, more, err);
	sql_release(&q);
	return ok;
}
