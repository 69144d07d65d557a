/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Whom one has written to and heard from, for completing addresses. */
#include "store/people.h"

#include <ctype.h>

#include "base/utf8.h"

#define LEARN_MAX 50 /* recipients of one message; more is a mailing */

/* " ada byron ada byron example org": every word that a prefix may match. */
static char *search_words(const char *name, const char *addr)
{
	char *both = xasprintf("%s %s", str_or_empty(name), addr);
	char *folded = utf8_fold(both);
	char *words;

	for (char *p = folded; *p; p++)
		if (!isalnum((unsigned char)*p) && !((unsigned char)*p & 0x80))
			*p = ' ';
	words = xasprintf(" %s %s", folded, addr);
	free(both);
	free(folded);
	return words;
}

char *person_address_key(const char *addr)
{
	char *key = xstrdup(addr);

	for (char *p = key; p && *p; p++)
		if (*p >= 'A' && *p <= 'Z')
			*p = (char)(*p + 32);
	return key;
}

static bool learn_one(struct store *s, const char *name, const char *addr,
		      int64_t when, bool own, struct err *err)
{
	char *key CLEANUP(mem_free_ptr) = NULL;
	char *words CLEANUP(mem_free_ptr) = NULL;

	if (!addr || !strchr(addr, '@') || strpbrk(addr, " \t\r\n<>"))
		return true;
	key = person_address_key(addr);
	if (str_eq(name, addr) || str_eq(name, ""))
		name = NULL;
	words = search_words(name, key);
	return db_run(s, err,
		      "INSERT INTO person(addr, name, words, written, last)"
		      " VALUES(:addr, :name, :words, :own, :when)"
		      " ON CONFLICT(addr) DO UPDATE SET"
		      " name = CASE WHEN excluded.name IS NOT NULL AND"
		      "  (excluded.last >= last OR name IS NULL)"
		      "  THEN excluded.name ELSE name END,"
		      " words = CASE WHEN excluded.name IS NOT NULL AND"
		      "  (excluded.last >= last OR name IS NULL)"
		      "  THEN excluded.words ELSE words END,"
		      " written = written + excluded.written,"
		      " last = max(last, excluded.last)",
		      ARGS(T(key), T(name), T(words), I(own), I(when)));
}

static bool learn_list(struct store *s, const char *list, int64_t when,
		       bool own, int *left, struct err *err)
{
	struct str name CLEANUP(str_release) = STR_INIT;
	struct str addr CLEANUP(str_release) = STR_INIT;
	const char *pos = str_or_empty(list);

	while (*left > 0 && item_next_address(&pos, &name, &addr)) {
		--*left;
		if (!learn_one(s, name.s, addr.s, when, own, err))
			return false;
	}
	return true;
}

/* Of a message of one's own the recipients count as written to; of others the
 * sender and those who got it too are known by sight. */
bool people_learn(struct store *s, const struct item *it, bool own,
		  struct err *err)
{
	int left = LEARN_MAX;

	if (it->flags & (ITEM_DRAFT | ITEM_REPORT))
		return true;
	return learn_one(s, it->from_name, it->from_addr, it->received, false,
			 err) &&
	       learn_list(s, it->to, it->received, own, &left, err) &&
	       learn_list(s, it->cc, it->received, own, &left, err) &&
	       (!own || learn_list(s, it->bcc, it->received, own, &left, err));
}

static bool recent_search(struct store *s, const struct people_terms *t,
			  int limit, struct person_list *out, struct err *err)
{
	struct sqlite3_stmt *st;
	struct sql q;
	enum db_row r;

	db_trim(s);
	sql_init(&q);
	str_add(&q.text, "SELECT name, addr FROM person WHERE 1");
	people_add_conditions(&q, t, NULL);
	str_add(&q.text, " ORDER BY written > 0 DESC, last DESC, addr LIMIT ?");
	sql_int(&q, limit);
	st = db_query_n(s, q.text.s, q.args.v, q.args.n);
	while ((r = db_step(s, st, err)) == DB_ROW) {
		struct person *p = person_list_new(out);

		p->name = db_col_dup(st, 0);
		p->addr = db_col_dup(st, 1);
		p->source = PERSON_RECENT;
	}
	sql_release(&q);
	return r == DB_DONE;
}

static void cut(struct person_list *l, int limit)
{
	while (l->n > (size_t)limit)
		person_release(&l->v[--l->n]);
}

bool query_people(struct store *s, const char *words, int limit,
		  struct person_list *out, struct err *err)
{
	struct person_list l = {0}, own = {0}, book = {0};
	struct people_terms t;
	bool ok;

	people_terms(&t, words);
	ok = recent_search(s, &t, limit, &l, err) &&
	     contacts_search(s, &t, limit, &own, NULL, err) &&
	     book_search(s, &t, limit, &book, NULL, err);
	people_terms_release(&t);
	if (!ok) {
		person_list_release(&l);
		person_list_release(&own);
		person_list_release(&book);
		return false;
	}
	person_list_merge(&l, &own);
	person_list_merge(&l, &book);
	cut(&l, limit);
	*out = l;
	return true;
}

bool query_directory(struct store *s, const char *words, int limit,
		     struct person_list *out, bool *more, struct err *err)
{
	struct person_list l = {0}, book = {0}, met = {0};
	struct people_terms t;
	bool ok, left = false;

	people_terms(&t, words);
	ok = contacts_search(s, &t, limit, &l, &left, err) &&
	     book_search(s, &t, limit, &book, &left, err) &&
	     (!t.words.n || recent_search(s, &t, limit, &met, err));
	people_terms_release(&t);
	if (!ok) {
		person_list_release(&l);
		person_list_release(&book);
		person_list_release(&met);
		return false;
	}
	person_list_merge(&l, &book);
	person_list_merge(&l, &met);
	left |= l.n > (size_t)limit;
	cut(&l, limit);
	*out = l;
	if (more)
		*more = left;
	return true;
}

/* --- categories ------------------------------------------------------------------------ */

struct count {
	char *name;
	int64_t n;
};

static int by_count(const void *a, const void *b)
{
	const struct count *x = a, *y = b;

	if (x->n != y->n)
		return x->n > y->n ? -1 : 1;
	return strcmp(x->name, y->name);
}

/* Many items carry the same few combinations: the index counts those. */
bool query_categories(struct store *s, struct strv *out, struct err *err)
{
	struct sqlite3_stmt *st =
		db_query(s,
			 "SELECT categories, count(folder) FROM item"
			 " WHERE categories IS NOT NULL GROUP BY categories",
			 NO_ARGS);
	struct map *at = map_new(NULL);
	VEC(struct count) counts = {0};
	enum db_row r;

	while ((r = db_step(s, st, err)) == DB_ROW) {
		struct strv names = {0};

		strv_init(&names);
		strv_split(&names, db_col_text(st, 0), "\n");
		for (size_t i = 0; i < names.n; i++) {
			size_t k = (size_t)(uintptr_t)map_find(at, names.v[i]);

			if (!k) {
				vec_add(&counts,
					((struct count){xstrdup(names.v[i]),
							0}));
				k = counts.n;
				map_set(at, names.v[i], (void *)(uintptr_t)k);
			}
			counts.v[k - 1].n += db_col_int(st, 1);
		}
		strv_release(&names);
	}
	if (counts.n)
		qsort(counts.v, counts.n, sizeof(*counts.v), by_count);
	for (size_t i = 0; i < counts.n; i++) {
		if (r == DB_DONE && counts.v[i].n)
			strv_add(out, counts.v[i].name);
		free(counts.v[i].name);
	}
	vec_release(&counts);
	map_free(at);
	return r == DB_DONE;
}
