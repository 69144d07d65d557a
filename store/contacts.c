/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * One's own contacts. A row with `pending` holds a change that waits for the
 * server, and in `base` what the server had before (NULL: nothing); `tried`
 * counts how often it was handed out, so that one whose answer was lost is
 * recognised instead of being made twice.
 */
#include "base/utf8.h"
#include "store/people.h"

#define COLUMNS "id, folder, remote_id, change_key, data"

static void read_contact(struct store *s, struct sqlite3_stmt *st,
			 struct person *p)
{
	char *key CLEANUP(mem_free_ptr) = db_col_dup(st, 2);

	person_unpack(p, db_col_text(st, 4));
	p->id = db_col_int(st, 0);
	p->folder = db_col_int(st, 1);
	p->key = key ? id_unpack(s, key) : NULL;
	p->change_key = db_col_dup(st, 3);
	p->source = PERSON_CONTACT;
}

static bool save(struct store *s, int64_t id, const struct person *p,
		 struct err *err)
{
	char *words CLEANUP(mem_free_ptr) = person_words(p);
	char *sort CLEANUP(mem_free_ptr) = utf8_fold(person_title(p));
	char *addr CLEANUP(mem_free_ptr) = person_address_key(p->addr);
	struct str data CLEANUP(str_release) = STR_INIT;

	person_pack(p, &data);
	return db_run(s, err,
		      "UPDATE contact SET addr = :addr, sort = :sort,"
		      " words = :words, data = :data WHERE id = :id",
		      ARGS(T(addr), T(sort), T(words), T(data.s), I(id)));
}

static bool set_remote(struct store *s, int64_t id, const char *key,
		       const char *change_key, struct err *err)
{
	char *packed CLEANUP(mem_free_ptr) = key ? id_pack(s, key) : NULL;

	return db_run(s, err,
		      "UPDATE contact SET remote_id = :remote,"
		      " change_key = :change WHERE id = :id",
		      ARGS(T(packed), T(change_key), I(id)));
}

static bool add(struct store *s, int64_t folder, const struct person *p,
		int pending, int64_t *id, struct err *err)
{
	if (!db_run(s, err,
		    "INSERT INTO contact(folder, sort, words, data, pending)"
		    " VALUES(:folder, '', '', '', :pending)",
		    ARGS(I(folder), I(pending))))
		return false;
	*id = db_last_id(s);
	return save(s, *id, p, err);
}

static int64_t find_remote(struct store *s, const char *key, int64_t *pending,
			   struct err *err)
{
	char *packed CLEANUP(mem_free_ptr) = id_pack(s, key);
	int64_t id = 0;

	*pending = 0;
	if (!db_get_int(s, &id, err,
			"SELECT id FROM contact WHERE remote_id = :remote",
			ARGS(T(packed))))
		return -1;
	if (id && !db_get_int(s, pending, err,
			      "SELECT pending FROM contact WHERE id = :id",
			      ARGS(I(id))))
		return -1;
	return id;
}

/* A contact made here whose answer was lost: the same texts, tried before. */
static int64_t find_made(struct store *s, const struct person *p,
			 struct err *err)
{
	struct str data CLEANUP(str_release) = STR_INIT;
	int64_t id = 0;

	person_pack(p, &data);
	if (!db_get_int(s, &id, err,
			"SELECT id FROM contact WHERE pending = 1 AND"
			" tried > 0 AND data = :data",
			ARGS(T(data.s))))
		return -1;
	return id;
}

/* Changed here and at the server: fields that only one side changed are put
 * together. True: there is one that both changed, named in *clash. */
static bool merge(struct person *ours, const struct person *base,
		  const struct person *theirs, struct str *clash)
{
	for (int f = 0; f < PERSON_FIELDS; f++) {
		const char *was =
			str_or_empty(person_get(base, (enum person_field)f));
		const char *there =
			str_or_empty(person_get(theirs, (enum person_field)f));
		char **own = person_at(ours, (enum person_field)f);

		if (str_eq(was, there) || str_eq(str_or_empty(*own), there))
			continue;
		if (str_eq(was, str_or_empty(*own))) {
			mem_replace(own, *there ? xstrdup(there) : NULL);
			continue;
		}
		str_addf(clash, "%s%s is now \"%s\" there",
			 clash->len ? ", " : "",
			 person_row((enum person_field)f)->label, there);
	}
	return clash->len > 0;
}

/* The server's new version under a change of ours that waits: ours stays to be
 * seen, and in a clash it stays here until somebody says which counts. */
static bool take_version(struct store *s, int64_t id, const struct person *p,
			 struct err *err)
{
	struct sqlite3_stmt *st = db_query(
		s, "SELECT " COLUMNS ", base FROM contact WHERE id = :id",
		ARGS(I(id)));
	struct person ours, base;
	struct str data CLEANUP(str_release) = STR_INIT;
	struct str clash CLEANUP(str_release) = STR_INIT;
	char *text CLEANUP(mem_free_ptr) = NULL;
	bool ok = true, has_base;

	person_init(&ours);
	person_init(&base);
	if (db_step(s, st, err) != DB_ROW)
		return false;
	read_contact(s, st, &ours);
	has_base = !db_col_is_null(st, 5);
	person_unpack(&base, str_or_empty(db_col_text(st, 5)));
	db_reset(st);
	if (has_base && merge(&ours, &base, p, &clash))
		text = xasprintf("changed elsewhere at the same time: %s; "
				 "edit it again to keep yours, or take that "
				 "with `retinue contact revert %lld`",
				 clash.s, (long long)id);
	person_pack(p, &data);
	ok = save(s, id, &ours, err) &&
	     db_run(s, err,
		    "UPDATE contact SET base = :base, change_key = :change,"
		    " error = :error WHERE id = :id",
		    ARGS(T(data.s), T(p->change_key), T(text), I(id)));
	person_release(&ours);
	person_release(&base);
	return ok;
}

bool write_contact(struct store *s, int64_t folder, const struct person *p,
		   struct err *err)
{
	struct str data CLEANUP(str_release) = STR_INIT;
	int64_t pending, id = find_remote(s, p->key, &pending, err);

	if (!id)
		id = find_made(s, p, err);
	if (id < 0)
		return false;
	if (id && pending == CONTACT_CHANGED)
		return take_version(s, id, p, err);
	if (id && pending) {
		/* Ours is newer; what the server has is what it changes. */
		person_pack(p, &data);
		return db_run(s, err,
			      "UPDATE contact SET base = :base,"
			      " change_key = :change WHERE id = :id",
			      ARGS(T(data.s), T(p->change_key), I(id)));
	}
	if (!id && !add(s, folder, p, 0, &id, err))
		return false;
	return save(s, id, p, err) &&
	       db_run(s, err,
		      "UPDATE contact SET folder = :folder, pending = 0,"
		      " tried = 0, error = NULL WHERE id = :id",
		      ARGS(I(folder), I(id))) &&
	       set_remote(s, id, p->key, p->change_key, err);
}

bool write_contact_gone(struct store *s, const char *key, struct err *err)
{
	int64_t pending, id = find_remote(s, key, &pending, err);

	if (id < 0)
		return false;
	/* Changed here, removed there: it is made anew. */
	if (pending == CONTACT_CHANGED)
		return db_run(s, err,
			      "UPDATE contact SET pending = 1, tried = 0,"
			      " base = NULL WHERE id = :id",
			      ARGS(I(id))) &&
		       set_remote(s, id, NULL, NULL, err);
	return db_run(s, err, "DELETE FROM contact WHERE id = :id",
		      ARGS(I(id)));
}

bool write_contacts_keep(struct store *s, int64_t folder,
			 const struct strv *keys, struct err *err)
{
	struct strv stored CLEANUP(strv_release) = {0};
	struct map *there = map_new(NULL);
	struct sqlite3_stmt *st = db_query(
		s,
		"SELECT remote_id FROM contact WHERE folder = :folder AND"
		" remote_id IS NOT NULL",
		ARGS(I(folder)));
	enum db_row r;
	bool ok;

	while ((r = db_step(s, st, err)) == DB_ROW)
		strv_add(&stored, db_col_text(st, 0));
	ok = r == DB_DONE;
	for (size_t i = 0; i < keys->n; i++)
		map_set(there, keys->v[i], there);
	for (size_t i = 0; ok && i < stored.n; i++) {
		char *key CLEANUP(mem_free_ptr) = id_unpack(s, stored.v[i]);

		ok = map_find(there, key) || write_contact_gone(s, key, err);
	}
	map_free(there);
	return ok;
}

/* --- what a person wants -------------------------------------------------------- */

/* What waits is taken back; the row is as the server has it, or gone. */
static bool revert(struct store *s, int64_t id, int64_t pending,
		   struct err *err)
{
	struct sqlite3_stmt *st;
	struct person base;
	bool ok;

	if (!pending)
		return err_set(err, ERR_INPUT,
			       "nothing of this contact waits to go out");
	if (pending == CONTACT_NEW)
		return db_run(s, err, "DELETE FROM contact WHERE id = :id",
			      ARGS(I(id)));
	st = db_query(s, "SELECT base FROM contact WHERE id = :id",
		      ARGS(I(id)));
	if (db_step(s, st, err) != DB_ROW)
		return false;
	person_init(&base);
	person_unpack(&base, str_or_empty(db_col_text(st, 0)));
	db_reset(st);
	ok = save(s, id, &base, err) &&
	     db_run(s, err,
		    "UPDATE contact SET pending = remote_id IS NULL, base ="
		    " NULL, tried = 0, error = NULL WHERE id = :id",
		    ARGS(I(id)));
	person_release(&base);
	return ok;
}

bool contact_apply(struct store *s, enum contact_wish wish,
		   const struct person *p, int64_t *id, struct err *err)
{
	int64_t found = 0, pending = 0, tried = 0;

	if (wish == CONTACT_NEW)
		return add(s, p->folder, p, CONTACT_NEW, id, err);
	if (!db_get_int(s, &found, err,
			"SELECT id FROM contact WHERE id = :id"
			" AND (pending != 3 OR :wish = 4)",
			ARGS(I(p->id), I(wish))) ||
	    !db_get_int(s, &pending, err,
			"SELECT pending FROM contact WHERE id = :id",
			ARGS(I(p->id))) ||
	    !db_get_int(s, &tried, err,
			"SELECT tried FROM contact WHERE id = :id",
			ARGS(I(p->id))))
		return false;
	if (!found)
		return err_set(err, ERR_NOT_FOUND, "there is no such contact");
	*id = found;
	if (wish == CONTACT_REVERT)
		return revert(s, found, pending, err);
	/* What never left is just taken back. */
	if (wish == CONTACT_GONE && pending == CONTACT_NEW && !tried)
		return db_run(s, err, "DELETE FROM contact WHERE id = :id",
			      ARGS(I(found)));
	if (!db_run(s, err,
		    "UPDATE contact SET base = CASE WHEN pending = 0 OR"
		    " pending = 1 AND :wish = 3 THEN data ELSE base END,"
		    " pending = CASE WHEN pending = 1 AND :wish != 3 THEN 1"
		    " ELSE :wish END, tried = CASE WHEN pending = 1 THEN tried"
		    " ELSE 0 END, error = NULL WHERE id = :id",
		    ARGS(I(wish), I(found))))
		return false;
	return wish == CONTACT_GONE || save(s, found, p, err);
}

bool contact_row(struct store *s, int64_t id, struct person *out,
		 int64_t *pending, struct err *err)
{
	struct sqlite3_stmt *st = db_query(
		s, "SELECT " COLUMNS ", pending FROM contact WHERE id = :id",
		ARGS(I(id)));
	enum db_row r = db_step(s, st, err);

	if (r == DB_DONE)
		return err_set(err, ERR_NOT_FOUND, "there is no such contact");
	if (r == DB_FAIL)
		return false;
	read_contact(s, st, out);
	*pending = db_col_int(st, 5);
	db_reset(st);
	return true;
}

bool write_contact_wish(struct store *s, enum contact_wish wish,
			const struct person *p, int64_t *id, struct err *err)
{
	struct person was;
	int64_t pending = 0, folder = p->folder;
	bool ok;

	person_init(&was);
	if (wish != CONTACT_NEW) {
		if (!contact_row(s, p->id, &was, &pending, err))
			return false;
		folder = was.folder;
	}
	ok = contact_apply(s, wish, p, id, err);
	if (ok && wish == CONTACT_REVERT)
		ok = contact_note_reverted(s, *id, err);
	else if (ok)
		ok = contact_note(s, wish, *id, folder, pending,
				  wish == CONTACT_NEW ? NULL : &was,
				  wish == CONTACT_GONE ? NULL : p, err);
	person_release(&was);
	return ok;
}

bool write_contact_wishes(struct store *s, struct contact_wishes *out,
			  struct err *err)
{
	struct sqlite3_stmt *st =
		db_query(s,
			 "SELECT " COLUMNS ", pending, base FROM contact"
			 " WHERE pending > 0 AND error IS NULL ORDER BY id",
			 NO_ARGS);
	enum db_row r;

	while ((r = db_step(s, st, err)) == DB_ROW) {
		struct contact_wish_row *w = vec_new(out);

		read_contact(s, st, &w->person);
		w->wish = (enum contact_wish)db_col_int(st, 5);
		w->has_base = !db_col_is_null(st, 6);
		person_unpack(&w->base, db_col_text(st, 6));
	}
	return r == DB_DONE && db_run(s, err,
				      "UPDATE contact SET tried = tried + 1"
				      " WHERE pending > 0 AND error IS NULL",
				      NO_ARGS);
}

void contact_wishes_release(struct contact_wishes *w)
{
	for (size_t i = 0; i < w->n; i++) {
		person_release(&w->v[i].person);
		person_release(&w->v[i].base);
	}
	vec_release(w);
}

bool write_contact_done(struct store *s, const struct contact_wish_row *w,
			const char *key, const char *change_key,
			struct err *err)
{
	struct str data CLEANUP(str_release) = STR_INIT;

	/* Wanted again while it was being removed: it is made anew. */
	if (w->wish == CONTACT_GONE)
		return db_run(s, err,
			      "DELETE FROM contact WHERE id = :id AND pending"
			      " = 3",
			      ARGS(I(w->person.id))) &&
		       db_run(s, err,
			      "UPDATE contact SET pending = 1, tried = 0, base"
			      " = NULL WHERE id = :id",
			      ARGS(I(w->person.id))) &&
		       set_remote(s, w->person.id, NULL, NULL, err);
	/* Changed again meanwhile: that waits, on what was just sent. */
	person_pack(&w->person, &data);
	if (!db_run(s, err,
		    "UPDATE contact SET base = CASE WHEN data = :data THEN"
		    " NULL ELSE :data END, pending = CASE WHEN data = :data"
		    " THEN 0 ELSE 2 END, tried = 0 WHERE id = :id"
		    " AND pending != 3",
		    ARGS(T(data.s), I(w->person.id))))
		return false;
	return !key || set_remote(s, w->person.id, key, change_key, err);
}

bool write_contact_failed(struct store *s, int64_t id, const char *why,
			  struct err *err)
{
	/* What could not be made, and is not wanted any more. */
	return db_run(s, err,
		      "DELETE FROM contact WHERE id = :id AND pending = 3 AND"
		      " remote_id IS NULL",
		      ARGS(I(id))) &&
	       db_run(s, err, "UPDATE contact SET error = :why WHERE id = :id",
		      ARGS(T(why), I(id)));
}

/* --- reading --------------------------------------------------------------------- */

bool contacts_search(struct store *s, const struct people_terms *t, int limit,
		     struct person_list *out, bool *more, struct err *err)
{
	struct sqlite3_stmt *st;
	struct sql q;
	enum db_row r;
	int left = limit;

	db_trim(s);
	sql_init(&q);
	str_add(&q.text, "SELECT " COLUMNS " FROM contact WHERE pending != 3");
	people_add_conditions(&q, t, "data");
	str_add(&q.text, " ORDER BY sort LIMIT ?");
	sql_int(&q, limit + 1);
	st = db_query_n(s, q.text.s, q.args.v, q.args.n);
	while ((r = db_step(s, st, err)) == DB_ROW) {
		if (left-- == 0) {
			if (more)
				*more = true;
			db_reset(st);
			r = DB_DONE;
			break;
		}
		read_contact(s, st, vec_new(out));
	}
	sql_release(&q);
	return r == DB_DONE;
}

bool query_contacts(struct store *s, const char *words, int limit,
		    struct person_list *out, bool *more, struct err *err)
{
	struct person_list l = {0};
	struct people_terms t;
	bool ok;

	people_terms(&t, words);
	ok = contacts_search(s, &t, limit, &l, more, err);
	people_terms_release(&t);
	if (ok)
		*out = l;
	else
		person_list_release(&l);
	return ok;
}

bool query_contact(struct store *s, int64_t id, struct person *out, char **wait,
		   struct err *err)
{
	struct sqlite3_stmt *st =
		db_query(s,
			 "SELECT " COLUMNS ", pending, error FROM contact"
			 " WHERE id = :id AND pending != 3",
			 ARGS(I(id)));
	enum db_row r = db_step(s, st, err);

	if (r == DB_DONE)
		return err_set(err, ERR_NOT_FOUND, "there is no contact %lld",
			       (long long)id);
	if (r == DB_FAIL)
		return false;
	read_contact(s, st, out);
	if (wait)
		*wait = !db_col_is_null(st, 6) ? db_col_dup(st, 6)
			: db_col_int(st, 5)    ? xstrdup("waits to go out")
					       : NULL;
	db_reset(st);
	return true;
}

static int64_t count(struct store *s, const char *sql)
{
	int64_t n = 0;

	return db_get_int(s, &n, NULL, sql, NO_ARGS) ? n : 0;
}

int64_t query_contacts_waiting(struct store *s)
{
	return count(s, "SELECT count(*) FROM contact WHERE pending > 0");
}

int64_t query_contacts_ready(struct store *s)
{
	return count(s, "SELECT count(*) FROM contact WHERE pending > 0"
			" AND error IS NULL");
}
