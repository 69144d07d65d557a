/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef STORE_ROWS_H
#define STORE_ROWS_H
/*
 * What the files of this directory share about rows. All of it runs inside
 * the caller's transaction.
 */
#include "store/db.h"

/* --- migrate.c -------------------------------------------------------------- */
/* Checks the header and, on a writer, brings the schema up to date. */
bool migrate_open(struct store *s, struct err *err) MUST_CHECK;

/* --- ids.c: long ids, stored short ------------------------------------------ */
char *id_pack(struct store *s, const char *id); /* as it is stored */
char *id_unpack(struct store *s, const char *stored);
void id_forget(struct store *s); /* after a rollback */

/* --- row.c: an item row and its columns ---------------------------------------- */
#define ROW_VISIBLE (-1) /* row.hidden: not hidden */
#define ROW_GONE 0	 /* kept aside, may be adopted */

struct row {
	struct item it; /* it.folder 0: in no list */
	int64_t home;	/* where the server has remote_id; 0 nowhere */
	int64_t was;	/* folder before it was hidden */
	int64_t hidden; /* ROW_VISIBLE, ROW_GONE, or the hiding step */
	int64_t tdate;
	bool lost;
};
void row_init(struct row *r);
void row_release(struct row *r);
/* False without a failure: no such row (err ERR_NOT_FOUND). */
bool row_load(struct store *s, int64_t id, struct row *out,
	      struct err *err) MUST_CHECK;
bool row_insert(struct store *s, const struct row *r,
		struct err *err) MUST_CHECK;
bool row_update(struct store *s, const struct row *r,
		struct err *err) MUST_CHECK;
/* The columns of a list row for a SELECT from item, and reading them. */
void row_add_list_columns(struct str *b);
void row_read_list(struct store *s, struct sqlite3_stmt *st, struct item *it);
/* Sort keys of a subject and a sender: folded, bounded; caller frees. */
char *row_subject_key(const char *subject);
char *row_from_key(const struct item *it);
bool row_is_answer(const char *subject); /* "Re: ..." in any language */
/* A number for an index over long texts; equality must still be checked. Short
 * on purpose: it is stored twice a message. 0 for NULL. */
int64_t row_hash(const char *text);
/* Hash of what identifies a message across moves; 0: nothing does. */
int64_t row_key_hash(const struct item *it);
bool row_same_message(const struct item *a, const struct item *b);

/* --- items.c -------------------------------------------------------------------- */
/* A free id for a message received then; never one that was used before. */
bool item_new_id(struct store *s, int64_t received, int64_t *id,
		 struct err *err) MUST_CHECK;
/* Inserts r as a new row with an id, a thread, and an index row. */
bool item_add(struct store *s, struct row *r, struct err *err) MUST_CHECK;
/* Moves a row into a list (folder 0: out of every list; then `hidden`). */
bool item_place(struct store *s, int64_t id, int64_t folder, int64_t hidden,
		struct err *err) MUST_CHECK;
/* The row is no longer on the server: kept aside for adoption. */
bool item_set_aside(struct store *s, int64_t id, struct err *err) MUST_CHECK;
/* Back into a folder, or aside when that is gone. */
bool item_place_back(struct store *s, int64_t id, int64_t folder,
		     struct err *err) MUST_CHECK;
/* Deletes row, content and index row. */
bool item_drop(struct store *s, int64_t id, struct err *err) MUST_CHECK;
/* remote_id NULL: the server has it nowhere we know of. Another row with this
 * id makes way. */
bool item_set_remote(struct store *s, int64_t id, const char *remote_id,
		     const char *change_key, int64_t home,
		     struct err *err) MUST_CHECK;
bool item_set_flags(struct store *s, int64_t id, unsigned set, unsigned clear,
		    struct err *err) MUST_CHECK;
int64_t item_find_remote(struct store *s, const char *remote_id);

/* --- steps.c ------------------------------------------------------------------- */
/* Makes the entries that were touched follow their steps. */
bool entry_settle(struct store *s, struct err *err) MUST_CHECK;

/* --- thread.c --------------------------------------------------------------------- */
/* Which conversation a message belongs to; joins conversations it connects.
 * it->id is taken for a new one. */
bool thread_find(struct store *s, const struct item *it, int64_t *thread,
		 struct err *err) MUST_CHECK;
/* Rows of a thread in a folder changed: tdate is made right at the commit. */
void thread_touch(struct store *s, int64_t thread, int64_t folder);
bool thread_settle(struct store *s, struct err *err) MUST_CHECK;

/* --- index.c: the full-text rows ----------------------------------------------- */
/* Notes an item whose index row must follow its row at the commit. Called
 * BEFORE the row or its body changes; is_new: it has no index row yet. */
bool index_note(struct store *s, int64_t id, bool is_new,
		struct err *err) MUST_CHECK;
bool index_flush(struct store *s, struct err *err) MUST_CHECK;
void index_forget(struct store *s);
/* Would these headers be indexed the same? */
bool index_same(const struct item *a, const struct item *b);
/* Notes a body whose text is known: was has the old headers, was_text the old
 * text (NULL none), now_text the new one (NULL: as stored). All copied. */
bool index_note_text(struct store *s, const struct item *was,
		     const char *was_text, const char *now_text,
		     struct err *err) MUST_CHECK;

/* --- folders.c ---------------------------------------------------------------------- */
/* Row of a folder by the server's id; 0: none. */
int64_t folder_find_remote(struct store *s, const char *remote_id);
/* SQL, " AND ...": the item's folder is one of those that "all mail" means. */
extern const char folder_mail_sql[];
/* Up to so many full-text hits are sorted by date, more come by row id. */
enum { LIST_FEW = 100 };
/* A folder made here. *id: its row. */
bool folder_add_local(struct store *s, int64_t parent, const char *name,
		      enum folder_role role, int64_t *id,
		      struct err *err) MUST_CHECK;
bool folder_drop(struct store *s, int64_t id, struct err *err) MUST_CHECK;
/* The folder is on the server under this id now. */
bool folder_set_remote(struct store *s, int64_t id, const char *remote_id,
		       struct err *err) MUST_CHECK;
/* Is `id` `ancestor` or below it? */
bool folder_is_below(struct store *s, int64_t id, int64_t ancestor);

/* --- search.c ----------------------------------------------------------------------- */
/* SQL that is made at run time: text with ?, and what is bound to each. */
struct sql {
	struct str text;
	struct {
		struct db_arg *v;
		size_t n, cap;
	} args;
	struct strv owned; /* texts made for args */
};
void sql_init(struct sql *q);
void sql_release(struct sql *q);
void sql_int(struct sql *q, int64_t value);
void sql_text(struct sql *q, char *owned_text);
/* Splits a search into a full-text expression (empty: none needed) and the
 * conditions on item that remain, each beginning with " AND ". */
bool search_compile(struct store *s, const struct search_node *n,
		    struct str *match, struct sql *where,
		    struct err *err) MUST_CHECK;

/* --- people.c --------------------------------------------------------------------- */
bool people_learn(struct store *s, const struct item *it, bool own,
		  struct err *err) MUST_CHECK;

/* --- bodies.c --------------------------------------------------------------------- */
/* The stored text of an item appended to out; empty where there is none. */
bool body_load_text(struct store *s, int64_t id, struct str *out,
		    struct err *err) MUST_CHECK;

#endif
