/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * Lists. Each order is that of an index, ends in the row id, and pages by its
 * key. For full-text hits "by date" is by row id, which rises with the time of
 * arrival: the index gives its hits in that order.
 */
#include "store/calendar.h"
#include "store/rows.h"

#include "base/clock.h"

struct order {
	const char *index;
	const char *keys[4]; /* without the id, which is the last */
};
static const struct order orders[] = {
	[SORT_DATE] = {"item_date", {"received"}},
	[SORT_FROM] = {"item_from", {"from_key", "age"}},
	[SORT_SUBJECT] = {"item_subject", {"subject_key", "age"}},
	[SORT_SIZE] = {"item_size", {"size", "received"}},
	[SORT_THREAD] = {"item_thread", {"tdate", "thread", "age"}},
};
static const struct order by_id = {NULL, {NULL}};

/* A query in the making. */
struct plan {
	const struct item_query *q;
	const struct order *order;
	struct str match;
	struct str few;	  /* rows of `match`, as JSON; empty: ask the index */
	bool more;	  /* `few` are only those that come first */
	struct sql where; /* " AND ..." */
};

static void plan_release(struct plan *p)
{
	str_release(&p->match);
	str_release(&p->few);
	sql_release(&p->where);
}

static void add_folders(struct plan *p)
{
	if (p->q->folder) {
		str_add(&p->where.text, " AND item.folder = ?");
		sql_int(&p->where, p->q->folder);
	} else {
		str_add(&p->where.text, folder_mail_sql);
	}
}

/* The two filters with an index of their own must read as it is defined. */
static void add_flags(struct plan *p)
{
	unsigned set = p->q->flags_set, clear = p->q->flags_clear;

	if (clear & ITEM_READ)
		str_add(&p->where.text, " AND item.flags & 1 = 0");
	if (set & ITEM_FLAGGED)
		str_add(&p->where.text, " AND item.flags & 2 != 0");
	/* Said already; once more would read every row for it. */
	if (!(set & ~(unsigned)ITEM_FLAGGED) && !(clear & ~(unsigned)ITEM_READ))
		return;
	str_add(&p->where.text, " AND item.flags & ? = ?");
	sql_int(&p->where, set | clear);
	sql_int(&p->where, set);
}

#define FIRST_HITS(dir)                                                        \
	"SELECT count(*), json_group_array(rowid) FROM (SELECT rowid FROM fts" \
	" WHERE fts MATCH :match ORDER BY rowid" dir " LIMIT :limit)"

/* The first hits, in the direction of the list. Ids are only nearly in the order
 * of arrival (items.c), which shows in a short list: so what few messages hold is
 * sorted by the date itself. The index was asked then, and is not asked again; nor
 * for a page that the first hits of a common word may fill. */
static bool find_first(struct store *s, struct plan *p, struct err *err)
{
	struct sqlite3_stmt *st = db_query(
		s,
		p->q->ascending != p->q->backwards ? FIRST_HITS("")
						   : FIRST_HITS(" DESC"),
		ARGS(T(p->match.s), I(LIST_FEW + 1)));

	if (db_step(s, st, err) != DB_ROW)
		return false;
	p->more = db_col_int(st, 0) > LIST_FEW;
	str_add(&p->few, db_col_text(st, 1));
	db_reset(st);
	return true;
}

static bool plan_make(struct store *s, const struct item_query *q,
		      struct plan *p, struct err *err)
{
	p->q = q;
	str_init(&p->match);
	str_init(&p->few);
	p->more = false;
	sql_init(&p->where);
	db_trim(s);
	add_folders(p);
	add_flags(p);
	if (q->search &&
	    !search_compile(s, q->search, &p->match, &p->where, err))
		return false;
	p->order = &orders[q->sort];
	if (!p->match.len)
		return true;
	if (!find_first(s, p, err))
		return false;
	if (q->sort == SORT_DATE && p->more)
		p->order = &by_id;
	if (p->more && (p->order != &by_id || q->anchor || q->limit > LIST_FEW))
		str_clear(&p->few);
	return true;
}

/* For what is not a page, and for the page that the first hits did not fill. */
static void plan_all_hits(struct plan *p)
{
	if (p->more)
		str_clear(&p->few);
	p->more = false;
}

/* Which index a list is read by, where SQLite might think otherwise. */
static const char *index_of(const struct plan *p)
{
	if (p->match.len || !p->order->index)
		return NULL;
	if (p->q->folder && p->q->sort != SORT_DATE)
		return p->order->index;
	/* Few are flagged: sorting them is less than looking for them. */
	if (p->q->flags_set & ITEM_FLAGGED)
		return "item_flagged";
	if (!p->q->folder)
		return p->q->sort == SORT_DATE ? "item_received" : NULL;
	return p->q->flags_clear & ITEM_READ ? "item_unread" : "item_date";
}

/* "FROM ... WHERE ..."; binds what it names. */
static void add_from(struct plan *p, struct sql *out)
{
	const char *index = index_of(p);

	if (p->few.len) {
		str_add(&out->text, " FROM json_each(?) AS hit CROSS JOIN item"
				    " ON item.id = hit.value WHERE 1");
		sql_text(out, xstrdup(p->few.s));
	} else if (p->match.len) {
		str_add(&out->text, " FROM fts CROSS JOIN item"
				    " ON item.id = fts.rowid"
				    " WHERE fts MATCH ?");
		sql_text(out, xstrdup(p->match.s));
	} else {
		str_add(&out->text, " FROM item");
		if (index)
			str_addf(&out->text, " INDEXED BY %s", index);
		str_add(&out->text, " WHERE 1");
	}
	str_add(&out->text, p->where.text.s);
	for (size_t i = 0; i < p->where.args.n; i++)
		vec_add(&out->args, p->where.args.v[i]);
}

/* FTS5 walks by its own rowid; everything else by the item's. */
static const char *id_column(const struct plan *p)
{
	return p->match.len && !p->few.len && p->order == &by_id ? "fts.rowid"
								 : "item.id";
}

/* The key of a row as the list sees it; tdate is not a member of an item. */
static void add_key_values(struct store *s, struct sql *out,
			   const struct plan *p, const struct item *it)
{
	int64_t tdate = it->received, thread = it->thread;
	int64_t received = it->received;

	for (int i = 0; i < 4 && p->order->keys[i]; i++) {
		const char *key = p->order->keys[i];

		if (str_eq(key, "tdate")) {
			if (!db_get_int(s, &tdate, NULL,
					"SELECT tdate FROM item"
					" WHERE id = :id",
					ARGS(I(it->id))) ||
			    !db_get_int(s, &thread, NULL,
					"SELECT thread FROM item"
					" WHERE id = :id",
					ARGS(I(it->id))))
				tdate = received;
			sql_int(out, tdate);
		} else if (str_eq(key, "thread")) {
			sql_int(out, thread);
		} else if (str_eq(key, "received")) {
			sql_int(out, received);
		} else if (str_eq(key, "age")) {
			sql_int(out, -received);
		} else if (str_eq(key, "size")) {
			sql_int(out, it->size);
		} else if (str_eq(key, "from_key")) {
			sql_text(out, row_from_key(it));
		} else {
			sql_text(out, row_subject_key(it->subject));
		}
	}
	sql_int(out, it->id);
}

/* " AND (keys, id) < (?, ...)": the rows on one side of `it`. */
static void add_side(struct store *s, struct plan *p, struct sql *out,
		     const struct item *it, bool greater)
{
	int n = 0;

	str_add(&out->text, " AND (");
	for (; n < 4 && p->order->keys[n]; n++)
		str_addf(&out->text, "item.%s, ", p->order->keys[n]);
	str_addf(&out->text, "%s) %s (", id_column(p), greater ? ">" : "<");
	while (n-- > 0)
		str_add(&out->text, "?, ");
	str_add(&out->text, "?)");
	add_key_values(s, out, p, it);
}

static void add_order(struct plan *p, struct sql *out, bool ascending)
{
	const char *dir = ascending ? "" : " DESC";

	str_add(&out->text, " ORDER BY ");
	for (int i = 0; i < 4 && p->order->keys[i]; i++)
		str_addf(&out->text, "item.%s%s, ", p->order->keys[i], dir);
	str_addf(&out->text, "%s%s", id_column(p), dir);
}

static void add_limit(struct sql *out, int64_t limit)
{
	str_add(&out->text, " LIMIT ?");
	sql_int(out, limit);
}

/* The rows of q, in the direction in which they are read. */
static void add_page(struct store *s, struct plan *p, struct sql *out,
		     int64_t limit)
{
	bool ascending = p->q->ascending != p->q->backwards;

	add_from(p, out);
	if (p->q->anchor)
		add_side(s, p, out, p->q->anchor, ascending);
	/* The first hits come as they stand in the array; to say so would sort
	 * what is in order. */
	if (!p->more || !p->few.len)
		add_order(p, out, ascending);
	add_limit(out, limit);
}

static void reverse(struct item_list *l)
{
	for (size_t i = 0; i < l->n / 2; i++) {
		struct item swap = l->v[i];

		l->v[i] = l->v[l->n - 1 - i];
		l->v[l->n - 1 - i] = swap;
	}
}

static bool read_page(struct store *s, struct plan *p, struct item_list *out,
		      struct err *err)
{
	struct sql sql CLEANUP(sql_release);
	struct item_list l = {0};
	struct sqlite3_stmt *st;
	enum db_row r;

	sql_init(&sql);
	str_add(&sql.text, "SELECT ");
	row_add_list_columns(&sql.text);
	add_page(s, p, &sql, p->q->limit);
	st = db_query_n(s, sql.text.s, sql.args.v, sql.args.n);
	while ((r = db_step(s, st, err)) == DB_ROW) {
		struct item *it = vec_new(&l);

		item_init(it);
		row_read_list(s, st, it);
	}
	if (r == DB_FAIL) {
		item_list_release(&l);
		return false;
	}
	*out = l;
	return true;
}

bool query_items(struct store *s, const struct item_query *q,
		 struct item_list *out, struct err *err)
{
	struct plan p CLEANUP(plan_release);
	struct item_list l;

	if (!plan_make(s, q, &p, err) || !read_page(s, &p, &l, err))
		return false;
	if (p.more && p.few.len && (int64_t)l.n < q->limit) {
		item_list_release(&l);
		plan_all_hits(&p);
		if (!read_page(s, &p, &l, err))
			return false;
	}
	if (q->backwards)
		reverse(&l);
	*out = l;
	return true;
}

bool query_ids(struct store *s, const struct item_query *q, int64_t most,
	       int64_t **ids, size_t *n, struct err *err)
{
	struct plan p CLEANUP(plan_release);
	struct sql sql CLEANUP(sql_release);
	VEC(int64_t) l = {0};
	struct sqlite3_stmt *st;
	enum db_row r;

	sql_init(&sql);
	if (!plan_make(s, q, &p, err))
		return false;
	plan_all_hits(&p);
	str_addf(&sql.text, "SELECT %s", id_column(&p));
	add_page(s, &p, &sql, most);
	st = db_query_n(s, sql.text.s, sql.args.v, sql.args.n);
	while ((r = db_step(s, st, err)) == DB_ROW)
		vec_add(&l, db_col_int(st, 0));
	if (r == DB_FAIL) {
		vec_release(&l);
		return false;
	}
	if (q->backwards)
		for (size_t i = 0; i < l.n / 2; i++) {
			int64_t swap = l.v[i];

			l.v[i] = l.v[l.n - 1 - i];
			l.v[l.n - 1 - i] = swap;
		}
	*ids = l.v;
	*n = l.n;
	return true;
}

/* --- counting ------------------------------------------------------------------------- */

/* What the folder row itself knows. */
static bool stored_count(struct store *s, const struct item_query *q,
			 bool unread, int64_t *out, struct err *err)
{
	struct folder_list l = {0};
	int64_t n = 0;

	if (!query_folders(s, &l, err))
		return false;
	for (size_t i = 0; i < l.n; i++) {
		const struct folder *f = &l.v[i];

		if (q->folder ? f->id == q->folder
			      : f->kind == FOLDER_MAIL && !f->owner)
			n += unread ? f->unread : f->total;
	}
	folder_list_release(&l);
	*out = n;
	return true;
}

static bool is_plain(const struct item_query *q)
{
	return (!q->search || q->search->op == SEARCH_ALL) && !q->flags_set &&
	       (q->flags_clear & ~(unsigned)ITEM_READ) == 0;
}

bool query_count(struct store *s, const struct item_query *q, int64_t most,
		 int64_t *out, struct err *err)
{
	struct plan p CLEANUP(plan_release);
	struct sql sql CLEANUP(sql_release);
	int64_t n = 0;
	bool ok = true;

	sql_init(&sql);
	if (!plan_make(s, q, &p, err))
		return false;
	plan_all_hits(&p);
	if (is_plain(q)) {
		ok = stored_count(s, q, q->flags_clear != 0, &n, err);
	} else {
		struct sqlite3_stmt *st;

		str_add(&sql.text, "SELECT count(*) FROM (SELECT 1");
		add_from(&p, &sql);
		add_limit(&sql, most);
		str_add_char(&sql.text, ')');
		st = db_query_n(s, sql.text.s, sql.args.v, sql.args.n);
		ok = db_step(s, st, err) == DB_ROW;
		if (ok) {
			n = db_col_int(st, 0);
			db_reset(st);
		}
	}
	if (ok)
		*out = n < most ? n : most;
	return ok;
}

bool query_position(struct store *s, const struct item_query *q,
		    const struct item *it, int64_t *out, struct err *err)
{
	struct plan p CLEANUP(plan_release);
	struct sql sql CLEANUP(sql_release);
	struct sqlite3_stmt *st;

	sql_init(&sql);
	if (!plan_make(s, q, &p, err))
		return false;
	plan_all_hits(&p);
	str_add(&sql.text, "SELECT count(*)");
	add_from(&p, &sql);
	add_side(s, &p, &sql, it, !q->ascending);
	st = db_query_n(s, sql.text.s, sql.args.v, sql.args.n);
	if (db_step(s, st, err) != DB_ROW)
		return false;
	*out = db_col_int(st, 0);
	db_reset(st);
	return true;
}

/* --- single rows ------------------------------------------------------------------------ */

bool query_kept_item(struct store *s, int64_t id, struct item *out,
		     struct err *err)
{
	struct row r;

	if (!row_load(s, id, &r, err))
		return false;
	*out = r.it;
	return true;
}

bool query_item(struct store *s, int64_t id, struct item *out, struct err *err)
{
	struct item it;

	if (!query_kept_item(s, id, &it, err))
		return false;
	if (!it.folder) {
		item_release(&it);
		return err_set(err, ERR_NOT_FOUND, "this message is gone");
	}
	*out = it;
	return true;
}

int64_t query_item_by_message_id(struct store *s, const char *message_id,
				 int64_t folder)
{
	int64_t id = 0;

	if (!message_id ||
	    !db_get_int(
		    s, &id, NULL,
		    "SELECT id FROM item INDEXED BY item_key"
		    " WHERE key_hash = :hash"
		    " AND message_id = :mid AND folder IS NOT NULL"
		    " AND (:folder = 0 OR folder = :folder)"
		    " ORDER BY id LIMIT 1",
		    ARGS(I(row_hash(message_id)), T(message_id), I(folder))))
		return 0;
	return id;
}
