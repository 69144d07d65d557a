/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* The columns of table item, from model/fields.def and a few local ones. */
#include "store/rows.h"

#include "base/clock.h"
#include "base/utf8.h"

#define KEY_MAX 40	/* bytes of a sort key; more would only feed the index */

enum column_kind { COLUMN_TEXT, COLUMN_TIME, COLUMN_INT };
struct column {
	size_t offset;
	enum column_kind kind;
};

/* FIELD rows of the given types become columns; flag bits share one. */
#define SKIP(member, col)
#define AS_TEXT TEXT_COLUMN
#define AS_HEX TEXT_COLUMN
#define AS_ADDR TEXT_COLUMN
#define AS_RCPT TEXT_COLUMN
#define AS_STRV TEXT_COLUMN
#define AS_TIME TIME_COLUMN
#define AS_INT INT_COLUMN
#define AS_BIT(flag) SKIP
#define AS_SPECIAL SKIP
#define EXPAND(type, member, col) AS_##type(member, col)
#define FIELD(member, type, dav, ews, since, col, when) \
	EXPAND(type, member, col)

#define TEXT_COLUMN(member, col) {offsetof(struct item, member), COLUMN_TEXT},
#define TIME_COLUMN(member, col) {offsetof(struct item, member), COLUMN_TIME},
#define INT_COLUMN(member, col) {offsetof(struct item, member), COLUMN_INT},
static const struct column columns[] = {
	TEXT_COLUMN(remote_id, ) TEXT_COLUMN(change_key, )
	TEXT_COLUMN(from_addr, ) TEXT_COLUMN(preview, )
	TIME_COLUMN(flag_due, )
#include "model/fields.def"
};
#undef TEXT_COLUMN
#undef TIME_COLUMN
#undef INT_COLUMN

#define TEXT_COLUMN(member, col) ", " col
#define TIME_COLUMN(member, col) ", " col
#define INT_COLUMN(member, col) ", " col
#define NAMES                                                   \
	", remote_id, change_key, from_addr, preview, flag_due"
const char row_item_columns[] = "id, folder, thread, flags" NAMES
#include "model/fields.def"
	;
#define FIRST 4		/* of `columns` in that list */

/* The same list with the columns only the store knows. */
static const char select_row[] = "SELECT id, folder, thread, flags" NAMES
#include "model/fields.def"
	", home, was, hidden, lost, tdate FROM item WHERE id = :id";

static const char insert_row[] = "INSERT INTO item(id, folder, thread, flags"
	NAMES
#include "model/fields.def"
	", home, was, hidden, lost, tdate, from_key, subject_key, remote_hash,"
	" key_hash) VALUES(:id, :folder, :thread, :flags, :remote_id,"
	" :change_key, :from_addr, :preview, :flag_due"
#undef TEXT_COLUMN
#undef TIME_COLUMN
#undef INT_COLUMN
#define TEXT_COLUMN(member, col) ", :" col
#define TIME_COLUMN(member, col) ", :" col
#define INT_COLUMN(member, col) ", :" col
#include "model/fields.def"
	", :home, :was, :hidden, :lost, :tdate, :from_key, :subject_key,"
	" :remote_hash, :key_hash)";

static const char update_row[] =
	"UPDATE item SET folder = :folder, thread = :thread,"
	" flags = :flags, remote_id = :remote_id, change_key = :change_key,"
	" from_addr = :from_addr, preview = :preview, flag_due = :flag_due"
#undef TEXT_COLUMN
#undef TIME_COLUMN
#undef INT_COLUMN
#define TEXT_COLUMN(member, col) ", " col " = :" col
#define TIME_COLUMN(member, col) ", " col " = :" col
#define INT_COLUMN(member, col) ", " col " = :" col
#include "model/fields.def"
	", home = :home, was = :was, hidden = :hidden, lost = :lost,"
	" tdate = :tdate, from_key = :from_key, subject_key = :subject_key,"
	" remote_hash = :remote_hash, key_hash = :key_hash WHERE id = :id";

#define ARG_COUNT (FIRST + ARRAY_LEN(columns) + 10)

void row_init(struct row *r)
{
	memset(r, 0, sizeof(*r));
	item_init(&r->it);
	r->hidden = ROW_VISIBLE;
}

void row_release(struct row *r)
{
	item_release(&r->it);
}

void row_read_item(struct sqlite3_stmt *st, struct item *it)
{
	it->id = db_col_int(st, 0);
	it->folder = db_col_int(st, 1);
	it->thread = db_col_int(st, 2);
	it->flags = (unsigned)db_col_int(st, 3);
	for (size_t i = 0; i < ARRAY_LEN(columns); i++) {
		char *at = (char *)it + columns[i].offset;
		int col = FIRST + (int)i;

		switch (columns[i].kind) {
		case COLUMN_TEXT:
			*(char **)(void *)at = db_col_dup(st, col);
			break;
		case COLUMN_TIME:
			*(int64_t *)(void *)at = db_col_time(st, col);
			break;
		case COLUMN_INT:
			*(int64_t *)(void *)at = db_col_int(st, col);
			break;
		}
	}
}

bool row_load(struct store *s, int64_t id, struct row *out, struct err *err)
{
	struct sqlite3_stmt *st = db_query(s, select_row, ARGS(I(id)));
	int n = FIRST + (int)ARRAY_LEN(columns);

	switch (db_step(s, st, err)) {
	case DB_ROW:
		break;
	case DB_DONE:
		return err_set(err, ERR_NOT_FOUND, "this message is gone");
	case DB_FAIL:
		return false;
	}
	row_init(out);
	row_read_item(st, &out->it);
	out->home = db_col_int(st, n);
	out->was = db_col_int(st, n + 1);
	out->hidden = db_col_is_null(st, n + 2) ? ROW_VISIBLE
						: db_col_int(st, n + 2);
	out->lost = db_col_int(st, n + 3) != 0;
	out->tdate = db_col_int(st, n + 4);
	db_reset(st);
	return true;
}

static void set_arg(struct db_arg *a, const struct item *it,
		    const struct column *c)
{
	const char *at = (const char *)it + c->offset;
	int64_t number;

	switch (c->kind) {
	case COLUMN_TEXT:
		*a = (struct db_arg)T(*(char *const *)(const void *)at);
		return;
	case COLUMN_TIME:
		number = *(const int64_t *)(const void *)at;
		*a = (struct db_arg)TIME(number);
		return;
	case COLUMN_INT:
		number = *(const int64_t *)(const void *)at;
		*a = (struct db_arg)I(number);
		return;
	}
}

/* insert_row names the id first, update_row last. */
static bool write_row(struct store *s, const struct row *r, bool update,
		      struct err *err)
{
	const struct item *it = &r->it;
	char *from_key CLEANUP(mem_free_ptr) = row_from_key(it);
	char *subject_key CLEANUP(mem_free_ptr) = row_subject_key(it->subject);
	struct db_arg args[ARG_COUNT] = {
		I(it->id), ROW_ID(it->folder), I(it->thread), I(it->flags)};
	struct db_arg last[] = {
		ROW_ID(r->home),
		ROW_ID(r->was),
		{.type = r->hidden == ROW_VISIBLE ? DB_NULL : DB_INT,
		 .i = r->hidden},
		I(r->lost),
		I(r->tdate),
		T(from_key),
		T(subject_key),
		I(db_hash(it->remote_id)),
		I(row_key_hash(it)),
	};
	size_t n = FIRST;

	for (size_t i = 0; i < ARRAY_LEN(columns); i++)
		set_arg(&args[n++], it, &columns[i]);
	for (size_t i = 0; i < ARRAY_LEN(last); i++)
		args[n++] = last[i];
	if (!update)
		return db_run_n(s, err, insert_row, args, n);
	args[n] = args[0];
	return db_run_n(s, err, update_row, args + 1, n);
}

bool row_insert(struct store *s, const struct row *r, struct err *err)
{
	return write_row(s, r, false, err);
}

bool row_update(struct store *s, const struct row *r, struct err *err)
{
	return write_row(s, r, true, err);
}

/* --- keys ------------------------------------------------------------------------- */

/* Bytes of a reply or forward mark at s ("Re: ", "AW: ", "Fwd[2]: "). */
static size_t mark_len(const char *s)
{
	static const char *const marks[] = {
		"re", "aw", "sv", "vs", "antw", "ref", "r",  "rif", "odp",
		"fw", "fwd", "wg", "tr", "rv", "doorst", "vb", "enc", "i"};

	for (size_t i = 0; i < ARRAY_LEN(marks); i++) {
		size_t n = strlen(marks[i]);
		char head[8] = "";

		memcpy(head, s, strnlen(s, n < 7 ? n : 7));
		if (!str_eq_nocase(head, marks[i]))
			continue;
		if (s[n] == '[' || s[n] == '(') {
			n += 1 + strspn(s + n + 1, "0123456789");
			if (s[n] != ']' && s[n] != ')')
				continue;
			n++;
		}
		if (s[n] == ':')
			return n + 1;
	}
	return 0;
}

static char *cut_key(char *key)
{
	size_t n = strlen(key);

	if (n > KEY_MAX) {
		for (n = KEY_MAX; n && (key[n] & 0xc0) == 0x80;)
			n--;
		key[n] = 0;
	}
	return key;
}

/* Folding costs; no more of a text is folded than a key can hold. */
static char *fold_start(const char *s)
{
	char *head = xstrndup(s, KEY_MAX * 4);
	char *key;

	for (size_t n = strlen(head); n && s[n] && (s[n] & 0xc0) == 0x80;)
		head[--n] = 0;
	key = utf8_fold(head);
	free(head);
	return cut_key(key);
}

char *row_subject_key(const char *subject)
{
	const char *s = str_or_empty(subject);
	size_t n;

	do {
		s += strspn(s, " \t");
		n = mark_len(s);
		s += n;
	} while (n);
	return fold_start(s);
}

char *row_from_key(const struct item *it)
{
	const char *s = it->from_name && *it->from_name ? it->from_name
							: it->from_addr;

	return fold_start(str_or_empty(s));
}

int64_t row_key_hash(const struct item *it)
{
	if (it->message_id && *it->message_id)
		return db_hash(it->message_id);
	return it->search_key && *it->search_key ? db_hash(it->search_key) : 0;
}

/* Search keys survive moves and are copied; message ids are not unique. */
bool row_same_message(const struct item *a, const struct item *b)
{
	if (a->search_key && b->search_key &&
	    !str_eq_nocase(a->search_key, b->search_key))
		return false;
	if (a->message_id && b->message_id)
		return str_eq(a->message_id, b->message_id);
	return a->search_key && b->search_key;
}
