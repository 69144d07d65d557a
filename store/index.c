/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * The full-text rows: each item has one, of its headers and, once its content
 * is here, its text. The table keeps no copy of what it indexed, so taking a
 * row out needs the words that went in: what an item was when it was first
 * touched in a transaction is kept until the commit. There all rows are written
 * in order of rising ids, as FTS5 must flush whenever an id falls, and one after
 * the other: any statement in between that opens a savepoint of its own (an
 * UPDATE with triggers does) makes FTS5 write its whole buffer out, which costs
 * more than the indexing itself.
 *
 * Indexing is most of the work of storing a message. Where a transaction brings
 * many, their rows are left to write_index, which runs when nothing is being
 * received: `unindexed` names them.
 */
#include "store/rows.h"

#define NOTED_MAX 2000
#define NOTED_MAX_BYTES (4u << 20)
#define MANY 20 /* more than a sync brings while somebody looks */

struct noted {
	int64_t id;
	bool waited;	 /* in unindexed */
	bool was_in;	 /* it has an index row, of: */
	struct item was; /* headers only */
	char *was_text;
	char *now_text; /* NULL: as it is stored */
};

struct words {
	struct str sender, rcpt;
};

static void add_word(struct str *b, const char *s)
{
	if (!s || !*s)
		return;
	if (b->len)
		str_add_char(b, ' ');
	str_add(b, s);
}

static void words_init(struct words *w, const struct item *it)
{
	str_init(&w->sender);
	str_init(&w->rcpt);
	add_word(&w->sender, it->from_name);
	add_word(&w->sender, it->from_addr);
	add_word(&w->sender, it->sender_addr);
	add_word(&w->rcpt, it->to);
	add_word(&w->rcpt, it->bcc);
}

static void words_release(struct words *w)
{
	str_release(&w->sender);
	str_release(&w->rcpt);
}

bool index_same(const struct item *a, const struct item *b)
{
	return str_eq(a->subject, b->subject) &&
	       str_eq(a->from_name, b->from_name) &&
	       str_eq(a->from_addr, b->from_addr) &&
	       str_eq(a->sender_addr, b->sender_addr) && str_eq(a->to, b->to) &&
	       str_eq(a->cc, b->cc) && str_eq(a->bcc, b->bcc);
}

static bool put(struct store *s, const char *sql, const struct item *it,
		const char *text, struct err *err)
{
	struct words w;
	bool ok;

	words_init(&w, it);
	ok = db_run(s, err, sql,
		    ARGS(I(it->id), T(str_or_empty(it->subject)), T(w.sender.s),
			 T(w.rcpt.s), T(str_or_empty(it->cc)),
			 T(str_or_empty(text))));
	words_release(&w);
	return ok;
}

static bool index_replace(struct store *s, const struct item *was,
			  const char *old_text, const struct item *is,
			  const char *new_text, struct err *err)
{
	if (was && !put(s,
			"INSERT INTO fts(fts, rowid, title, sender, rcpt, cc,"
			" body) VALUES('delete', :id, :subject, :sender, :rcpt,"
			" :cc, :body)",
			was, old_text, err))
		return false;
	return !is ||
	       put(s,
		   "INSERT INTO fts(rowid, title, sender, rcpt, cc, body)"
		   " VALUES(:id, :subject, :sender, :rcpt, :cc, :body)",
		   is, new_text, err);
}

static void noted_release(struct noted *t)
{
	item_release(&t->was);
	free(t->was_text);
	free(t->now_text);
}

void index_forget(struct store *s)
{
	for (size_t i = 0; i < s->noted.n; i++)
		noted_release(&s->noted.v[i]);
	vec_release(&s->noted);
	s->noted_bytes = 0;
}

/* Only what is indexed, of an item row. */
static bool load_headers(struct store *s, int64_t id, struct item *out,
			 bool *found, struct err *err)
{
	struct sqlite3_stmt *st = db_query(
		s,
		"SELECT subject, from_name, from_addr, sender_addr, rcpt_to,"
		" rcpt_cc, rcpt_bcc FROM item WHERE id = :id",
		ARGS(I(id)));
	enum db_row r = db_step(s, st, err);

	*found = r == DB_ROW;
	if (r != DB_ROW)
		return r == DB_DONE;
	out->id = id;
	out->subject = db_col_dup(st, 0);
	out->from_name = db_col_dup(st, 1);
	out->from_addr = db_col_dup(st, 2);
	out->sender_addr = db_col_dup(st, 3);
	out->to = db_col_dup(st, 4);
	out->cc = db_col_dup(st, 5);
	out->bcc = db_col_dup(st, 6);
	db_reset(st);
	return true;
}

static bool load_text(struct store *s, int64_t id, char **text, struct err *err)
{
	struct str b CLEANUP(str_release) = STR_INIT;

	if (!body_load_text(s, id, &b, err))
		return false;
	*text = b.len ? str_take(&b) : NULL;
	return true;
}

static bool note_state(struct store *s, struct noted *t, struct err *err)
{
	int64_t found = 0;

	if (!db_get_int(s, &found, err,
			"SELECT 1 FROM unindexed WHERE item = :id",
			ARGS(I(t->id))))
		return false;
	t->waited = found != 0;
	t->was_in = !t->waited;
	return true;
}

static struct noted *find_noted(struct store *s, int64_t id)
{
	for (size_t i = s->noted.n; i > 0; i--)
		if (s->noted.v[i - 1].id == id)
			return &s->noted.v[i - 1];
	return NULL;
}

static bool make_room(struct store *s, struct err *err)
{
	return (s->noted.n < NOTED_MAX && s->noted_bytes < NOTED_MAX_BYTES) ||
	       index_flush(s, err);
}

bool index_note_text(struct store *s, const struct item *was,
		     const char *was_text, const char *now_text,
		     struct err *err)
{
	struct noted t = {.id = was->id}, *old;

	if (!make_room(s, err) || !note_state(s, &t, err))
		return false;
	s->noted_bytes +=
		strlen(str_or_empty(was_text)) + strlen(str_or_empty(now_text));
	if ((old = find_noted(s, was->id))) {
		mem_replace(&old->now_text, xstrdup(now_text));
		return true;
	}
	if (t.was_in) {
		item_copy(&t.was, was);
		t.was_text = *str_or_empty(was_text) ? xstrdup(was_text) : NULL;
	}
	t.now_text = xstrdup(now_text);
	vec_add(&s->noted, t);
	return true;
}

bool index_note(struct store *s, int64_t id, bool is_new, struct err *err)
{
	struct noted t = {.id = id};
	bool found = false;

	if (!make_room(s, err))
		return false;
	if (!is_new) {
		if (find_noted(s, id))
			return true;
		if (!note_state(s, &t, err) ||
		    (t.was_in && !load_headers(s, id, &t.was, &found, err)) ||
		    (found && !load_text(s, id, &t.was_text, err))) {
			noted_release(&t);
			return false;
		}
		t.was_in = found;
		s->noted_bytes += t.was_text ? strlen(t.was_text) : 0;
	}
	vec_add(&s->noted, t);
	return true;
}

static int by_id(const void *a, const void *b)
{
	int64_t x = ((const struct noted *)a)->id;
	int64_t y = ((const struct noted *)b)->id;

	return x < y ? -1 : x > y;
}

/* Its text was never in the index: nobody misses it for a while. */
static bool may_wait(const struct noted *t)
{
	return !t->was_text;
}

static bool is_many(const struct store *s)
{
	size_t n = 0;

	for (size_t i = 0; i < s->noted.n; i++)
		n += may_wait(&s->noted.v[i]);
	return n > MANY;
}

/* The index row; *left: it was only taken out, and is to be put in later. */
static bool flush_row(struct store *s, struct noted *t, bool later, bool *left,
		      struct err *err)
{
	struct item is;
	bool found, ok;

	item_init(&is);
	ok = load_headers(s, t->id, &is, &found, err);
	*left = ok && found && later;
	if (ok && found && !later && !t->now_text)
		ok = load_text(s, t->id, &t->now_text, err);
	ok = ok &&
	     index_replace(s, t->was_in ? &t->was : NULL, t->was_text,
			   found && !later ? &is : NULL, t->now_text, err);
	item_release(&is);
	return ok;
}

static bool set_mark(struct store *s, const struct noted *t, bool left,
		     struct err *err)
{
	if (left == t->waited)
		return true;
	return db_run(s, err,
		      left ? "INSERT INTO unindexed(item) VALUES(:id)"
			   : "DELETE FROM unindexed WHERE item = :id",
		      ARGS(I(t->id)));
}

bool index_flush(struct store *s, struct err *err)
{
	bool ok = true, many = is_many(s);
	bool *left CLEANUP(mem_free_ptr) = NULL;

	if (!s->noted.n)
		return true;
	left = xcalloc(s->noted.n, sizeof(*left));
	qsort(s->noted.v, s->noted.n, sizeof(*s->noted.v), by_id);
	for (size_t i = 0; ok && i < s->noted.n; i++)
		ok = flush_row(s, &s->noted.v[i],
			       many && may_wait(&s->noted.v[i]), &left[i], err);
	for (size_t i = 0; ok && i < s->noted.n; i++)
		ok = set_mark(s, &s->noted.v[i], left[i], err);
	for (size_t i = 0; i < s->noted.n; i++)
		noted_release(&s->noted.v[i]);
	s->noted.n = 0;
	s->noted_bytes = 0;
	return ok;
}

/* The ids of the next n. */
static bool next_waiting(struct store *s, int n, int64_t *ids, int *got,
			 struct err *err)
{
	struct sqlite3_stmt *st =
		db_query(s, "SELECT item FROM unindexed ORDER BY item LIMIT :n",
			 ARGS(I(n)));
	enum db_row r;

	while ((r = db_step(s, st, err)) == DB_ROW)
		ids[(*got)++] = db_col_int(st, 0);
	return r == DB_DONE;
}

bool write_index(struct store *s, int n, bool *left, struct err *err)
{
	int64_t *ids CLEANUP(mem_free_ptr) = xcalloc((size_t)n, sizeof(*ids));
	int got = 0;
	bool ok;

	*left = false;
	if (!db_begin(s, err))
		return false;
	ok = next_waiting(s, n, ids, &got, err);
	for (int i = 0; ok && i < got; i++) {
		struct noted t = {.id = ids[i]};

		ok = flush_row(s, &t, false, left, err);
		noted_release(&t);
	}
	if (ok && got)
		ok = db_run(s, err, "DELETE FROM unindexed WHERE item <= :last",
			    ARGS(I(ids[got - 1])));
	*left = got == n;
	return db_end(s, ok, err);
}
