/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* The columns of table item, from model/fields.def and a few local ones. */
#include "store/rows.h"

#include "base/clock.h"
#include "base/codec.h"
#include "base/utf8.h"

#define KEY_MAX 40 /* bytes of a sort key; more would only feed the index */
#define PREVIEW_MAX 100
#define COMMON_CLASS "IPM.Note" /* stored as NULL */

enum column_kind {
	COLUMN_TEXT,
	COLUMN_TIME,
	COLUMN_INT,
	COLUMN_HEX, /* stored as bytes */
	COLUMN_ID,  /* stored short, ids.c */
};
struct column {
	const char *name;
	size_t offset;
	enum column_kind kind;
	bool heavy; /* no list needs it */
};

#define IS(member, other)                                                      \
	(offsetof(struct item, member) == offsetof(struct item, other))
#define HEAVY(m)                                                               \
	(IS(m, in_reply_to) || IS(m, references) || IS(m, bcc) ||              \
	 IS(m, conv_index) || IS(m, search_key) || IS(m, change_key) ||        \
	 IS(m, topic))
#define COLUMN(member, col, kind)                                              \
	{col, offsetof(struct item, member), kind, HEAVY(member)},

/* FIELD rows of the given types become columns; flag bits share one. */
#define SKIP(member, col)
#define AS_TEXT TEXT_COLUMN
#define AS_HEX HEX_COLUMN
#define AS_ADDR TEXT_COLUMN
#define AS_RCPT TEXT_COLUMN
#define AS_STRV TEXT_COLUMN
#define AS_TIME TIME_COLUMN
#define AS_INT INT_COLUMN
#define AS_BIT(flag) SKIP
#define AS_SPECIAL SKIP
#define EXPAND(type, member, col) AS_##type(member, col)
#define FIELD(member, type, dav, ews, since, col, when)                        \
	EXPAND(type, member, col)

#define TEXT_COLUMN(member, col) COLUMN(member, col, COLUMN_TEXT)
#define TIME_COLUMN(member, col) COLUMN(member, col, COLUMN_TIME)
#define INT_COLUMN(member, col) COLUMN(member, col, COLUMN_INT)
#define HEX_COLUMN(member, col) COLUMN(member, col, COLUMN_HEX)
#define ID_COLUMN(member, col) COLUMN(member, col, COLUMN_ID)
static const struct column columns[] = {
	ID_COLUMN(remote_id, "remote_id") ID_COLUMN(change_key, "change_key")
		TEXT_COLUMN(from_addr, "from_addr")
			TEXT_COLUMN(preview, "preview")
				TIME_COLUMN(flag_due, "flag_due")
#include "model/fields.def"
};
#undef TEXT_COLUMN
#undef TIME_COLUMN
#undef INT_COLUMN
#undef HEX_COLUMN

#define TEXT_COLUMN(member, col) ", " col
#define TIME_COLUMN(member, col) ", " col
#define INT_COLUMN(member, col) ", " col
#define HEX_COLUMN(member, col) ", " col
#define NAMES ", remote_id, change_key, from_addr, preview, flag_due"
#define FIRST 4 /* of `columns` in a select list */

/* A whole row, with what only the store knows at the end. */
static const char select_row[] =
	"SELECT id, folder, thread, flags" NAMES
#include "model/fields.def"
	", home, was, hidden, lost, tdate FROM item WHERE id = :id";

static const char insert_row[] =
	"INSERT INTO item(id, folder, thread, flags" NAMES
#include "model/fields.def"
	", home, was, hidden, lost, tdate, from_key, subject_key, remote_hash,"
	" key_hash) VALUES(:id, :folder, :thread, :flags, :remote_id,"
	" :change_key, :from_addr, :preview, :flag_due"
#undef TEXT_COLUMN
#undef TIME_COLUMN
#undef INT_COLUMN
#undef HEX_COLUMN
#define TEXT_COLUMN(member, col) ", :" col
#define TIME_COLUMN(member, col) ", :" col
#define INT_COLUMN(member, col) ", :" col
#define HEX_COLUMN(member, col) ", :" col
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
#undef HEX_COLUMN
#define TEXT_COLUMN(member, col) ", " col " = :" col
#define TIME_COLUMN(member, col) ", " col " = :" col
#define INT_COLUMN(member, col) ", " col " = :" col
#define HEX_COLUMN(member, col) ", " col " = :" col
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

/* Bytes of the mark before a subject proper. */
static size_t marks_len(const char *subject);

/* What is not stored because another column tells it. */
static void fill_in(struct item *it)
{
	const char *last;

	if (!it->item_class)
		it->item_class = xstrdup(COMMON_CLASS);
	if (!it->topic && it->subject)
		it->topic = xstrdup(it->subject + marks_len(it->subject));
	if (!it->in_reply_to && it->references) {
		last = strrchr(it->references, ' ');
		it->in_reply_to = xstrdup(last ? last + 1 : it->references);
	}
}

static char *read_hex(struct sqlite3_stmt *st, int col)
{
	struct str b CLEANUP(str_release) = STR_INIT;
	size_t len;
	const void *p = db_col_blob(st, col, &len);

	if (!p)
		return NULL;
	codec_hex_add(&b, p, len);
	return str_take(&b);
}

static void read_column(struct store *s, struct sqlite3_stmt *st, int col,
			const struct column *c, struct item *it)
{
	char *at = (char *)it + c->offset;

	switch (c->kind) {
	case COLUMN_TEXT:
		*(char **)(void *)at = db_col_dup(st, col);
		return;
	case COLUMN_HEX:
		*(char **)(void *)at = read_hex(st, col);
		return;
	case COLUMN_ID:
		*(char **)(void *)at = id_unpack(s, db_col_text(st, col));
		return;
	case COLUMN_TIME:
		*(int64_t *)(void *)at = db_col_time(st, col);
		return;
	case COLUMN_INT:
		*(int64_t *)(void *)at = db_col_int(st, col);
		return;
	}
}

static void read_item(struct store *s, struct sqlite3_stmt *st, bool light,
		      struct item *it)
{
	int col = FIRST;

	it->id = db_col_int(st, 0);
	it->folder = db_col_int(st, 1);
	it->thread = db_col_int(st, 2);
	it->flags = (unsigned)db_col_int(st, 3);
	for (size_t i = 0; i < ARRAY_LEN(columns); i++)
		if (!light || !columns[i].heavy)
			read_column(s, st, col++, &columns[i], it);
}

void row_add_list_columns(struct str *b)
{
	str_add(b, "item.id, folder, thread, flags");
	for (size_t i = 0; i < ARRAY_LEN(columns); i++)
		if (!columns[i].heavy) {
			str_add(b, ", ");
			str_add(b, columns[i].name);
		}
}

void row_read_list(struct store *s, struct sqlite3_stmt *st, struct item *it)
{
	read_item(s, st, true, it);
	if (!it->item_class)
		it->item_class = xstrdup(COMMON_CLASS);
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
	read_item(s, st, false, &out->it);
	fill_in(&out->it);
	out->home = db_col_int(st, n);
	out->was = db_col_int(st, n + 1);
	out->hidden =
		db_col_is_null(st, n + 2) ? ROW_VISIBLE : db_col_int(st, n + 2);
	out->lost = db_col_int(st, n + 3) != 0;
	out->tdate = db_col_int(st, n + 4);
	db_reset(st);
	return true;
}

/* `owned` keeps what args points to. */
static void set_arg(struct store *s, struct db_arg *a, const struct item *it,
		    const struct column *c, struct strv *owned)
{
	const char *at = (const char *)it + c->offset;
	struct str b = STR_INIT;
	const char *text;
	int64_t number;

	switch (c->kind) {
	case COLUMN_TEXT:
		*a = (struct db_arg)T(*(char *const *)(const void *)at);
		return;
	case COLUMN_ID:
		text = *(char *const *)(const void *)at;
		*a = (struct db_arg)T(id_pack(s, text));
		if (a->p)
			strv_give(owned, (char *)(uintptr_t)a->p);
		return;
	case COLUMN_HEX:
		text = *(char *const *)(const void *)at;
		if (!text || !codec_hex_decode(&b, text, strlen(text)))
			str_clear(&b);
		*a = (struct db_arg)B(b.len ? b.s : NULL, b.len);
		strv_give(owned, str_take(&b));
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

/* The opposite of fill_in: a shallow copy without what another column tells.
 * `preview` has room for the shortened preview. */
static struct item lean(const struct item *it, char preview[PREVIEW_MAX + 1])
{
	struct item l = *it;
	size_t n, len;

	if (l.item_class && str_eq(l.item_class, COMMON_CLASS))
		l.item_class = NULL;
	if (l.topic && l.subject &&
	    str_eq(l.topic, l.subject + marks_len(l.subject)))
		l.topic = NULL;
	if (l.in_reply_to && l.references) {
		n = strlen(l.references);
		len = strlen(l.in_reply_to);
		if (str_ends(l.references, l.in_reply_to) &&
		    (n == len || l.references[n - len - 1] == ' '))
			l.in_reply_to = NULL;
	}
	if (l.preview && strlen(l.preview) > PREVIEW_MAX) {
		for (n = PREVIEW_MAX; n && (l.preview[n] & 0xc0) == 0x80;)
			n--;
		memcpy(preview, l.preview, n);
		preview[n] = 0;
		l.preview = preview;
	}
	return l;
}

/* insert_row names the id first, update_row last. */
static bool write_row(struct store *s, const struct row *r, bool update,
		      struct err *err)
{
	char preview[PREVIEW_MAX + 1];
	struct item own = lean(&r->it, preview);
	const struct item *it = &own;
	struct strv owned CLEANUP(strv_release) = {0};
	char *from_key CLEANUP(mem_free_ptr) = row_from_key(it);
	char *subject_key CLEANUP(mem_free_ptr) = row_subject_key(it->subject);
	struct db_arg args[ARG_COUNT] = {I(it->id), ROW_ID(it->folder),
					 I(it->thread), I(it->flags)};
	struct db_arg last[] = {
		ROW_ID(r->home),
		ROW_ID(r->was),
		{.type = r->hidden == ROW_VISIBLE ? DB_NULL : DB_INT,
		 .i = r->hidden},
		I(r->lost),
		I(r->tdate),
		T(from_key),
		T(subject_key),
		I(row_hash(it->remote_id)),
		I(row_key_hash(it)),
	};
	size_t n = FIRST;

	for (size_t i = 0; i < ARRAY_LEN(columns); i++)
		set_arg(s, &args[n++], it, &columns[i], &owned);
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
		"re", "aw",  "sv", "vs", "antw", "ref",	   "r",	 "rif", "odp",
		"fw", "fwd", "wg", "tr", "rv",	 "doorst", "vb", "enc", "i"};

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

static size_t marks_len(const char *subject)
{
	const char *s = subject;
	size_t n;

	do {
		s += strspn(s, " \t");
		n = mark_len(s);
		s += n;
	} while (n);
	return (size_t)(s - subject);
}

char *row_subject_key(const char *subject)
{
	const char *s = str_or_empty(subject);

	return fold_start(s + marks_len(s));
}

bool row_is_answer(const char *subject)
{
	const char *s = str_or_empty(subject);
	size_t n = marks_len(s);

	return n > strspn(s, " \t");
}

char *row_from_key(const struct item *it)
{
	const char *s =
		it->from_name && *it->from_name ? it->from_name : it->from_addr;

	return fold_start(str_or_empty(s));
}

int64_t row_hash(const char *text)
{
	return text ? db_hash(text) & 0x7fffffff : 0;
}

int64_t row_key_hash(const struct item *it)
{
	char *key;
	int64_t hash;

	if (it->message_id && *it->message_id)
		return row_hash(it->message_id);
	if (!it->search_key || !*it->search_key)
		return 0;
	key = xstrdup(it->search_key);
	for (char *p = key; *p; p++) /* hex of either case */
		*p = (char)(*p >= 'A' && *p <= 'F' ? *p + 32 : *p);
	hash = row_hash(key);
	free(key);
	return hash;
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
