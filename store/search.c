/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* A search tree becomes a full-text expression and conditions on item. */
#include "store/rows.h"

#include "base/utf8.h"

void sql_init(struct sql *q)
{
	memset(q, 0, sizeof(*q));
	str_init(&q->text);
	strv_init(&q->owned);
}

void sql_release(struct sql *q)
{
	str_release(&q->text);
	strv_release(&q->owned);
	vec_release(&q->args);
}

void sql_int(struct sql *q, int64_t value)
{
	vec_add(&q->args, ((struct db_arg)I(value)));
}

void sql_text(struct sql *q, char *owned_text)
{
	strv_give(&q->owned, owned_text);
	vec_add(&q->args, ((struct db_arg)T(owned_text)));
}

/* --- full text -------------------------------------------------------------------- */

/* Columns of fts for a word operator; NULL: it is not one. "": all. */
static const char *columns_of(enum search_op op)
{
	switch (op) {
	case SEARCH_TEXT:
		return "";
	case SEARCH_FROM:
		return "{sender} : ";
	case SEARCH_TO:
		return "{rcpt cc} : ";
	case SEARCH_CC:
		return "{cc} : ";
	case SEARCH_WHO:
		return "{sender rcpt cc} : ";
	case SEARCH_SUBJECT:
		return "{title} : ";
	case SEARCH_BODY:
		return "{body} : ";
	case SEARCH_ALL:
	case SEARCH_AND:
	case SEARCH_OR:
	case SEARCH_NOT:
	case SEARCH_CATEGORY:
	case SEARCH_FOLDER:
	case SEARCH_ID:
	case SEARCH_ROWS:
	case SEARCH_FLAGS:
	case SEARCH_AFTER:
	case SEARCH_BEFORE:
	case SEARCH_LARGER:
	case SEARCH_SMALLER:
		return NULL;
	}
	return NULL;
}

/* Can the full-text index alone answer this? */
static bool is_text(const struct search_node *n)
{
	if (columns_of(n->op))
		return true;
	if (n->op != SEARCH_AND && n->op != SEARCH_OR)
		return false;
	for (size_t i = 0; i < n->n; i++)
		if (!is_text(n->kids[i]))
			return false;
	return true;
}

/* One FTS5 string: nothing in it has a meaning but a doubled quote. */
static void add_string(struct str *b, const char *s, size_t len, bool prefix)
{
	str_add_char(b, '"');
	for (size_t i = 0; i < len; i++) {
		if (s[i] == '"')
			str_add_char(b, '"');
		str_add_char(b, s[i]);
	}
	str_add(b, prefix ? "\" *" : "\"");
}

static void add_words(struct str *b, const struct search_node *n)
{
	static const char blanks[] = " \t\r\n";
	const char *s = n->text + strspn(n->text, blanks);
	const char *sep = "";

	str_add(b, columns_of(n->op));
	str_add_char(b, '(');
	if (n->phrase) {
		add_string(b, s, strlen(s), n->prefix);
		s += strlen(s);
	} else if (!*s) {
		str_add(b, "\"\"");
	}
	while (*s) {
		size_t len = strcspn(s, blanks);
		const char *next = s + len + strspn(s + len, blanks);

		str_add(b, sep);
		add_string(b, s, len, n->prefix && !*next);
		sep = " ";
		s = next;
	}
	str_add_char(b, ')');
}

/* Trees are at most QUERY_MAX_DEPTH deep. */
static void add_match(struct str *b, const struct search_node *n)
{
	if (columns_of(n->op)) {
		add_words(b, n);
		return;
	}
	str_add_char(b, '(');
	for (size_t i = 0; i < n->n; i++) {
		if (i)
			str_add(b, n->op == SEARCH_OR ? " OR " : " AND ");
		add_match(b, n->kids[i]);
	}
	str_add_char(b, ')');
}

/* --- conditions ---------------------------------------------------------------------- */

/* in: a path, a role, or the name of any folder. */
static bool add_folder(struct store *s, struct sql *q, const char *name,
		       struct err *err)
{
	char *key CLEANUP(mem_free_ptr) = utf8_fold(name);
	int64_t id = query_folder_path(s, name);
	struct sqlite3_stmt *st;
	enum db_row r;

	str_add(&q->text, "item.folder IN (");
	if (id) {
		str_add(&q->text, "?)");
		sql_int(q, id);
		return true;
	}
	st = db_query(s,
		      "SELECT id FROM folder WHERE name_key = :key"
		      " AND hidden IS NULL LIMIT 50",
		      ARGS(T(key)));
	for (int n = 0; (r = db_step(s, st, err)) == DB_ROW; n++) {
		str_add(&q->text, n ? ", ?" : "?");
		sql_int(q, db_col_int(st, 0));
	}
	str_add_char(&q->text, ')');
	return r == DB_DONE;
}

static void add_compare(struct sql *q, const char *condition, int64_t value)
{
	str_add(&q->text, condition);
	sql_int(q, value);
}

static void add_in_index(struct sql *q, const struct search_node *n)
{
	struct str match = STR_INIT;

	add_match(&match, n);
	str_add(&q->text,
		"item.id IN (SELECT rowid FROM fts WHERE fts MATCH ?)");
	sql_text(q, str_take(&match));
}

static bool add_condition(struct store *s, struct sql *q,
			  const struct search_node *n, struct err *err);

static bool add_group(struct store *s, struct sql *q,
		      const struct search_node *n, struct err *err)
{
	str_add_char(&q->text, '(');
	for (size_t i = 0; i < n->n; i++) {
		if (i)
			str_add(&q->text,
				n->op == SEARCH_OR ? " OR " : " AND ");
		if (!add_condition(s, q, n->kids[i], err))
			return false;
	}
	str_add_char(&q->text, ')');
	return true;
}

static bool add_condition(struct store *s, struct sql *q,
			  const struct search_node *n, struct err *err)
{
	if (is_text(n)) {
		add_in_index(q, n);
		return true;
	}
	switch (n->op) {
	case SEARCH_ALL:
		str_add(&q->text, "1");
		break;
	case SEARCH_AND:
	case SEARCH_OR:
		return add_group(s, q, n, err);
	case SEARCH_NOT:
		str_add(&q->text, "NOT ");
		return add_condition(s, q, n->kids[0], err);
	case SEARCH_CATEGORY:
		str_add(&q->text, "has_category(item.categories, ?)");
		sql_text(q, utf8_fold(n->text));
		break;
	case SEARCH_FOLDER:
		return add_folder(s, q, n->text, err);
	case SEARCH_ID:
		add_compare(q, "(item.key_hash = ?", row_hash(n->text));
		str_add(&q->text, " AND item.message_id IS ?)");
		sql_text(q, xstrdup(n->text));
		break;
	case SEARCH_ROWS:
		str_add(&q->text,
			"item.id IN (SELECT value FROM json_each(?))");
		sql_text(q, xstrdup(n->text));
		break;
	case SEARCH_FLAGS:
		add_compare(q,
			    n->wanted ? "(item.flags & ?) != 0"
				      : "(item.flags & ?) = 0",
			    n->mask);
		break;
	case SEARCH_AFTER:
		add_compare(q, "item.received >= ?", n->number);
		break;
	case SEARCH_BEFORE:
		add_compare(q, "item.received < ?", n->number);
		break;
	case SEARCH_LARGER:
		add_compare(q, "item.size >= ?", n->number);
		break;
	case SEARCH_SMALLER:
		add_compare(q, "item.size < ?", n->number);
		break;
	case SEARCH_TEXT:
	case SEARCH_FROM:
	case SEARCH_TO:
	case SEARCH_CC:
	case SEARCH_WHO:
	case SEARCH_SUBJECT:
	case SEARCH_BODY:
		break;
	}
	return true;
}

/* A child of the outermost AND. Text goes into the one full-text expression,
 * so that FTS5 drives the query; `not` collects what must be absent. */
static bool add_part(struct store *s, const struct search_node *n,
		     struct str *match, struct str * not, struct sql *where,
		     struct err *err)
{
	if (is_text(n)) {
		if (match->len)
			str_add(match, " AND ");
		add_match(match, n);
		return true;
	}
	if (n->op == SEARCH_NOT && is_text(n->kids[0])) {
		if (not ->len)
			str_add(not, " OR ");
		add_match(not, n->kids[0]);
		return true;
	}
	if (n->op == SEARCH_ALL)
		return true;
	str_add(&where->text, " AND ");
	return add_condition(s, where, n, err);
}

bool search_compile(struct store *s, const struct search_node *n,
		    struct str *match, struct sql *where, struct err *err)
{
	struct str not CLEANUP(str_release) = STR_INIT;
	const struct search_node *const *parts =
		n->op == SEARCH_AND ? (const struct search_node *const *)n->kids
				    : &n;
	size_t count = n->op == SEARCH_AND ? n->n : 1;

	for (size_t i = 0; i < count; i++)
		if (!add_part(s, parts[i], match, &not, where, err))
			return false;
	if (!not .len)
		return true;
	if (match->len) {
		struct str both CLEANUP(str_release) = STR_INIT;

		str_addf(&both, "(%s) NOT (%s)", match->s, not .s);
		str_clear(match);
		str_add_mem(match, both.s, both.len);
		return true;
	}
	str_add(&where->text, " AND item.id NOT IN"
			      " (SELECT rowid FROM fts WHERE fts MATCH ?)");
	sql_text(where, str_take(&not ));
	return true;
}
