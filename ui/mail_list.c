/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* The list of messages: rows by key from the mirror, cells, sorting. */
#include "ui/mail_threads.h"

#include <string.h>

#include "base/clock.h"
#include "config/config.h"
#include "text/search.h"
#include "ui/format.h"

enum column_id {
#define COLUMN(list, id, name, title, min, want, right, drop, sort, summary)   \
	COLUMN_##id,
#include "ui/columns.def"
#undef COLUMN
};

static const struct column columns[] = {
#define COLUMN(list, id, name, title, min, want, right, drop, sort, summary)   \
	{name, title, COLUMN_##id, min, want, right, drop, sort},
#include "ui/columns.def"
#undef COLUMN
};

const struct item *mail_row_item(const struct list_row *row)
{
	return row ? &((struct mail_row *)row->data)->item : NULL;
}

const struct item *mail_current(const struct mail *m)
{
	return mail_row_item(list_current(m->list));
}

/* --- rows ------------------------------------------------------------------ */

static void free_row(void *ctx, void *data)
{
	struct mail_row *r = data;

	(void)ctx;
	item_release(&r->item);
	free(r->prefix);
	free(r);
}

static void add_item(struct list_rows *out, struct item *taken, bool child)
{
	struct mail_row *r = xcalloc(1, sizeof(*r));

	r->item = *taken;
	r->child = child;
	list_rows_add(out, r->item.id, r);
}

/* Whether a row continues a conversation depends on the one above it: pages
 * going back ask for one row more, which only serves the first of them. */
static bool page(void *ctx, const struct list_row *anchor, bool back, size_t n,
		 struct list_rows *out, struct err *err)
{
	struct mail *m = ctx;
	struct item_query q = m->query;
	struct item_list rows = {0};
	bool tree = q.sort == SORT_THREAD;
	int64_t above = anchor && !back ? mail_row_item(anchor)->thread : 0;
	size_t skip;

	if (!m->store || !m->node)
		return true;
	if (mail_in_threads(m))
		return mail_thread_page(m, anchor, back, n, out, err);
	q.limit = (int)n + (tree && back);
	q.anchor = mail_row_item(anchor);
	q.backwards = back;
	if (!query_items(m->store, &q, &rows, err))
		return false;
	skip = rows.n > n ? rows.n - n : 0;
	for (size_t i = 0; i < rows.n; i++) {
		int64_t thread = rows.v[i].thread;

		if (i < skip)
			item_release(&rows.v[i]);
		else
			add_item(out, &rows.v[i],
				 tree && thread && thread == above);
		above = thread;
	}
	free(rows.v);
	return true;
}

static bool one_row(void *ctx, int64_t id, struct list_row *out)
{
	struct mail *m = ctx;
	struct mail_row *r;
	struct item it;

	if (m->store && mail_in_threads(m))
		return mail_thread_row(m, id, out);
	if (!m->store || !query_item(m->store, id, &it, NULL))
		return false;
	if (m->query.folder && it.folder != m->query.folder) {
		item_release(&it);
		return false;
	}
	r = xcalloc(1, sizeof(*r));
	r->item = it;
	out->id = id;
	out->data = r;
	return true;
}

static int64_t count_rows(void *ctx)
{
	struct mail *m = ctx;
	int64_t n;

	/* Rows of conversations are not counted: the title has the folder's. */
	if (!m->store || !m->node || m->typing || mail_in_threads(m) ||
	    !query_count(m->store, &m->query, MAIL_COUNT_MOST, &n, NULL))
		return -1;
	return n;
}

/* --- cells ----------------------------------------------------------------- */

static void add_flags(const struct item *it, struct str *out,
		      enum theme_role *role)
{
	unsigned f = it->flags;

	if (f & ITEM_CONFLICT)
		str_add_char(out, 'C');
	if (f & ITEM_PENDING)
		str_add_char(out, '^');
	if (f & ITEM_HIGH)
		str_add_char(out, '!');
	if (f & ITEM_FLAGGED)
		str_add_char(out, 'F');
	if (f & ITEM_COMPLETE)
		str_add_char(out, 'x');
	if (f & ITEM_ANSWERED)
		str_add_char(out, 'R');
	else if (f & ITEM_FORWARDED)
		str_add_char(out, '>');
	if (f & ITEM_INVITATION)
		str_add_char(out, '?');
	if (f & ITEM_ATTACHMENT)
		str_add_char(out, '@');
	if (f & ITEM_ENCRYPTED)
		str_add_char(out, 'E');
	else if (f & ITEM_SIGNED)
		str_add_char(out, 'S');
	if (f & (ITEM_FLAGGED | ITEM_HIGH | ITEM_CONFLICT))
		*role = THEME_FLAGGED;
	else
		*role = THEME_MARK;
}

/* The date of another year ends at the month: its day would take three cells
 * from every subject. */
static void add_date(const struct item *it, struct str *out)
{
	int64_t t = it->received != CLOCK_NEVER ? it->received : it->sent;
	size_t start = out->len;

	clock_add_short(out, t, clock_now());
	if (out->len - start == strlen("2026-11-24"))
		str_cut(out, start + strlen("2026-11"));
}

/* In Sent, Drafts and Outbox the other side is who it goes to. */
static void add_person(struct mail *m, const struct item *it, bool foreign,
		       struct str *out)
{
	const struct folder *f = mail_folder_by_id(m, it->folder);

	/* Among what others wrote, one's own replies are one's own. */
	if (f && !foreign &&
	    (f->role == FOLDER_ROLE_SENT || f->role == FOLDER_ROLE_DRAFTS ||
	     f->role == FOLDER_ROLE_OUTBOX)) {
		item_add_names(out, str_or_empty(it->to));
		return;
	}
	if (it->from_name && *it->from_name)
		str_add(out, it->from_name);
	else
		str_add(out, str_or_empty(it->from_addr));
}

static void add_subject(struct mail *m, const struct mail_row *r,
			struct str *out)
{
	const char *s = str_or_empty(r->item.subject);

	if (r->folded)
		str_addf(out, "[%zu] ", r->folded);
	if (term_is_plain())
		str_add(out, r->prefix || r->child ? "reply: " : "");
	else if (r->prefix)
		str_add(out, r->prefix);
	else if (r->child)
		str_add(out,
			term_is_utf8() ? "\xe2\x94\x94\xe2\x94\x80" : "\\-");
	str_add(out, *s ? s : "(no subject)");
	if (!m->query.folder || r->foreign) {
		const struct folder *f = mail_folder_by_id(m, r->item.folder);

		if (f && m->node != MAIL_NODE_UNREAD)
			str_addf(out, "  [%s]", mail_short_name(f));
	}
}

static bool is_unread(const struct mail_row *r)
{
	return r->folded ? r->unread : !(r->item.flags & ITEM_READ);
}

static void cell(void *ctx, const struct list_row *row, int column,
		 struct str *out, enum theme_role *role)
{
	struct mail *m = ctx;
	const struct mail_row *r = row->data;
	const struct item *it = &r->item;
	bool unread = is_unread(r);

	switch ((enum column_id)column) {
	case COLUMN_mark:
		if (unread) {
			str_add_char(out, '*');
			*role = THEME_UNREAD;
		}
		break;
	case COLUMN_date:
		add_date(it, out);
		*role = THEME_DATE;
		break;
	case COLUMN_from:
		add_person(m, it, r->foreign, out);
		*role = unread ? THEME_UNREAD : THEME_PERSON;
		break;
	case COLUMN_flags:
		if (r->muted)
			str_add_char(out, 'm');
		add_flags(it, out, role);
		break;
	case COLUMN_subject:
		add_subject(m, r, out);
		mail_add_meeting(m, it, list_column_cells(m->list, column),
				 out);
		break;
	case COLUMN_category:
		str_add(out, str_or_empty(it->categories));
		for (size_t i = 0; i < out->len; i++)
			if (out->s[i] == '\n')
				out->s[i] = ',';
		*role = THEME_CATEGORY;
		break;
	case COLUMN_size:
		format_add_size(out, it->size);
		*role = THEME_DIMMED;
		break;
	}
	if (r->foreign || r->muted)
		*role = THEME_DIMMED;
}

static void add_flag_words(const struct item *it, struct str *out)
{
	static const struct {
		unsigned flag;
		const char *word;
	} words[] = {
		{ITEM_CONFLICT, "conflict"},
		{ITEM_PENDING, "waits to go out"},
		{ITEM_HIGH, "high importance"},
		{ITEM_FLAGGED, "flagged"},
		{ITEM_COMPLETE, "complete"},
		{ITEM_ANSWERED, "answered"},
		{ITEM_FORWARDED, "forwarded"},
		{ITEM_INVITATION, "invitation"},
		{ITEM_ATTACHMENT, "attachment"},
		{ITEM_ENCRYPTED, "encrypted"},
		{ITEM_SIGNED, "signed"},
	};

	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (it->flags & words[i].flag)
			str_addf(out, ", %s", words[i].word);
}

#define SAID_CELLS 1000

/* Always in this order: who, what about, when, and what it is marked with. */
static void say(void *ctx, const struct list_row *row, struct str *out)
{
	struct mail *m = ctx;
	const struct mail_row *r = row->data;
	const struct item *it = &r->item;
	struct str rest CLEANUP(str_release) = STR_INIT;
	enum theme_role role;

	str_add(out, is_unread(r) ? "unread, " : "");
	add_person(m, it, r->foreign, out);
	str_add(out, ", ");
	add_subject(m, r, out);
	mail_add_meeting(m, it, SAID_CELLS, out);
	str_add(out, ", ");
	add_date(it, out);
	str_add(out, r->muted ? ", muted" : "");
	add_flag_words(it, out);
	cell(ctx, row, COLUMN_category, &rest, &role);
	if (rest.len)
		str_addf(out, ", %s", rest.s);
}

static enum theme_role row_role(void *ctx, const struct list_row *row)
{
	const struct mail_row *r = row->data;

	(void)ctx;
	if (r->foreign || r->muted)
		return THEME_DIMMED;
	if (is_unread(r))
		return THEME_UNREAD;
	return THEME_NORMAL;
}

static void empty_text(void *ctx, struct str *out)
{
	struct mail *m = ctx;
	const struct folder *f = mail_folder(m);

	if (!m->store || !m->node) {
		str_add(out, "Nothing is mirrored yet: the first sync is on "
			     "its way.");
		return;
	}
	if (m->limit_text) {
		char *next CLEANUP(mem_free_ptr) = keys_fill(
			m->app->keys, SCOPE_messages,
			m->server_limit
				? ", on the server neither - {limit} Enter "
				  "shows all"
				: " - {limit} Enter shows all, {search-server} "
				  "asks the server");

		str_addf(out, "No match for %s%s", m->limit_text, next);
		return;
	}
	str_addf(out, "%s is empty", mail_node_name(m));
	if (f && f->synced_at != CLOCK_NEVER) {
		str_add(out, " - last checked ");
		clock_add_short(out, f->synced_at, clock_now());
	} else if (f) {
		str_add(out, " so far - it has not been fetched yet");
	}
}

static const struct list_ops ops = {
	.page = page,
	.row = one_row,
	.free_data = free_row,
	.count = count_rows,
	.cell = cell,
	.say = say,
	.role = row_role,
	.empty = empty_text,
};

struct list *mail_list_new(struct mail *m)
{
	return list_new(&ops, m, columns, ARRAY_LEN(columns));
}

/* --- what is shown ----------------------------------------------------------- */

static const struct {
	const char *name, *newest, *oldest;
	enum item_sort sort;
	bool ascending; /* how people expect it at first */
} sorts[] = {
	{"date", "newest", "oldest", SORT_DATE, false},
	{"from", "by sender, Z-A", "by sender", SORT_FROM, true},
	{"subject", "by subject, Z-A", "by subject", SORT_SUBJECT, true},
	{"size", "largest", "smallest", SORT_SIZE, false},
	{"thread", "conversations, newest", "conversations, oldest",
	 SORT_THREAD, false},
};

const char *mail_sort_text(const struct mail *m)
{
	for (size_t i = 0; i < ARRAY_LEN(sorts); i++)
		if (sorts[i].sort == m->query.sort)
			return m->query.ascending ? sorts[i].oldest
						  : sorts[i].newest;
	return "";
}

static const char *sort_name(enum item_sort sort)
{
	for (size_t i = 0; i < ARRAY_LEN(sorts); i++)
		if (sorts[i].sort == sort)
			return sorts[i].name;
	return "";
}

static struct mail_place *find_place(struct mail *m, int64_t node)
{
	for (size_t i = 0; i < m->places.n; i++)
		if (m->places.v[i].node == node)
			return &m->places.v[i];
	return NULL;
}

/* The place of a node, made with the configured order when it is new. */
static struct mail_place *place_of(struct mail *m, int64_t node)
{
	struct mail_place *p = find_place(m, node);
	struct config *c = m->app->config;
	char *path CLEANUP(mem_free_ptr) = NULL;
	int choice;

	if (p)
		return p;
	p = vec_new(&m->places);
	p->node = node;
	p->sort = SORT_DATE;
	if (!c || !m->app->account)
		return p;
	if (node > 0 && m->store)
		path = query_path_of(m->store, node);
	choice = config_folder_choice(c, m->app->account->name,
				      str_or_empty(path), CONFIG_SORT);
	p->sort = sorts[choice].sort;
	p->ascending = sorts[choice].ascending;
	p->threads = config_folder_bool(c, m->app->account->name,
					str_or_empty(path), CONFIG_THREADS);
	if (p->threads && p->sort == SORT_DATE)
		p->sort = SORT_THREAD;
	p->fold_all =
		config_folder_bool(c, m->app->account->name, str_or_empty(path),
				   CONFIG_FOLD_THREADS);
	mail_load_view(m, node, p);
	return p;
}

struct mail_place *mail_place_of(struct mail *m)
{
	return m->node ? place_of(m, m->node) : NULL;
}

static void remember_place(struct mail *m)
{
	struct mail_place *p = find_place(m, m->node);
	const struct list_row *row = list_current(m->list);

	if (p && row && !m->limit)
		p->item = row->id;
}

/* The limit, what the node itself looks for, or both. */
static const struct search_node *search_of(struct mail *m)
{
	if (!m->saved || !m->limit)
		return m->saved ? m->saved : m->limit;
	if (!m->both) {
		m->both = xcalloc(1, sizeof(*m->both));
		m->both->op = SEARCH_AND;
		m->both->kids = xcalloc(2, sizeof(*m->both->kids));
		m->both->n = m->both->cap = 2;
	}
	m->both->kids[0] = m->saved;
	m->both->kids[1] = m->limit;
	return m->both;
}

void mail_drop_both(struct mail *m)
{
	if (m->both)
		free(m->both->kids);
	free(m->both);
	m->both = NULL;
}

static void show_columns(struct mail *m, unsigned hidden)
{
	size_t n = 0;

	if (!m->columns)
		m->columns = xcalloc(ARRAY_LEN(columns), sizeof(*m->columns));
	for (size_t i = 0; i < ARRAY_LEN(columns); i++)
		if (!(hidden >> i & 1))
			m->columns[n++] = columns[i];
	list_set_columns(m->list, m->columns, n);
}

static void set_query(struct mail *m, const struct mail_place *p)
{
	m->query = (struct item_query){
		.folder = m->node > 0 ? m->node : 0,
		.sort = p->sort,
		.ascending = p->ascending,
		.search = search_of(m),
	};
	m->fold_all = p->fold_all;
	show_columns(m, p->hidden);
	switch ((enum mail_virtual)(m->node < 0 ? m->node : 0)) {
#define X(id, name, set, clear)                                                \
	case MAIL_NODE_##id:                                                   \
		m->query.flags_set = set;                                      \
		m->query.flags_clear = clear;                                  \
		break;
		MAIL_VIRTUALS(X)
#undef X
	case MAIL_NODE_ACCOUNT:
	case MAIL_NODE_SEARCHES:
	case MAIL_NODE_SAVED:
		break;
	}
	list_set_sort(m->list, sort_name(p->sort), p->ascending);
}

static void load_saved_query(struct mail *m)
{
	const char *name, *query;
	struct err err = ERR_INIT;

	search_node_free(m->saved);
	m->saved = NULL;
	if (mail_saved_at(m, m->node, &name, &query) &&
	    !mail_parse_query(query, false, &m->saved, &err))
		message_show(m->app, MESSAGE_ERROR, "Search \"%s\": %s", name,
			     err.text);
}

void mail_show_node(struct mail *m, int64_t node)
{
	if (node == MAIL_NODE_ACCOUNT || node == MAIL_NODE_SEARCHES)
		return;
	if (m->node == node && !m->limit)
		return;
	remember_place(m);
	list_untag_all(m->list);
	search_node_free(m->limit);
	m->limit = NULL;
	mem_replace(&m->limit_text, NULL);
	m->node = node;
	m->flipped.n = 0;
	mail_thread_forget(m);
	load_saved_query(m);
	if (place_of(m, node)->limit)
		(void)!mail_set_limit(m, place_of(m, node)->limit, false, NULL);
	set_query(m, place_of(m, node));
	m->stale_list = m->reload_list = true;
	app_damage(m->app, DAMAGE_SCREEN | DAMAGE_BAR);
}

void mail_set_sort(struct mail *m, const char *name, bool turned)
{
	struct mail_place *p = place_of(m, m->node);

	for (size_t i = 0; i < ARRAY_LEN(sorts); i++) {
		if (!str_eq(sorts[i].name, name))
			continue;
		p->sort = sorts[i].sort;
		p->ascending = sorts[i].ascending != turned;
		p->threads = p->sort == SORT_THREAD;
	}
	remember_place(m);
	set_query(m, p);
	mail_keep_view(m);
	m->stale_list = m->reload_list = true;
	app_damage(m->app, DAMAGE_SCREEN);
}

static size_t column_named(const char *name)
{
	size_t i = 0;

	while (i < ARRAY_LEN(columns) && !str_eq(columns[i].name, name))
		i++;
	return i;
}

bool mail_set_columns(struct mail *m, const char *text)
{
	struct mail_place *p = place_of(m, m->node);
	unsigned hidden = p->hidden;
	struct strv names CLEANUP(strv_release);
	bool fresh = false;

	strv_init(&names);
	strv_split(&names, text, " ,");
	for (size_t i = 0; i < names.n; i++) {
		const char *name = names.v[i];
		bool signed_name = *name == '+' || *name == '-';
		size_t c = column_named(name + signed_name);

		if (c == ARRAY_LEN(columns)) {
			message_show(m->app, MESSAGE_ERROR,
				     "\"%s\" is no column: mark, date, from, "
				     "flags, subject, category, size",
				     name + signed_name);
			return false;
		}
		if (!signed_name && !fresh)
			hidden = (1u << ARRAY_LEN(columns)) - 1;
		fresh = fresh || !signed_name;
		if (*name == '-')
			hidden |= 1u << c;
		else
			hidden &= ~(1u << c);
	}
	/* Without a subject a list says nothing. */
	p->hidden = hidden & ~(1u << column_named("subject"));
	set_query(m, p);
	mail_keep_view(m);
	app_damage(m->app, DAMAGE_SCREEN);
	return true;
}

/* A search that names a folder itself looks into all of them. */
static bool names_folder(const struct search_node *n)
{
	if (!n)
		return false;
	if (n->op == SEARCH_FOLDER)
		return true;
	for (size_t i = 0; i < n->n; i++)
		if (names_folder(n->kids[i]))
			return true;
	return false;
}

static bool has_words(const struct search_node *n)
{
	if (!n)
		return false;
	if (n->text && n->op != SEARCH_FOLDER && n->op != SEARCH_CATEGORY)
		return true;
	for (size_t i = 0; i < n->n; i++)
		if (has_words(n->kids[i]))
			return true;
	return false;
}

/* A list begins at a message of its own folder, not at one that only stands
 * there for the conversation's sake. */
static bool load_list(struct mail *m, int64_t item, struct err *err)
{
	const struct list_row *row;

	if (!list_load(m->list, item, err))
		return false;
	row = list_current(m->list);
	while (!item && row && ((struct mail_row *)row->data)->foreign &&
	       list_move(m->list, 1))
		row = list_current(m->list);
	return true;
}

void mail_sync_list(struct mail *m)
{
	struct mail_place *p;
	struct err err = ERR_INIT;
	bool ok;

	if (!m->stale_list)
		return;
	m->stale_list = false;
	mail_thread_forget(m);
	vec_release(&m->leaving);
	p = m->node ? find_place(m, m->node) : NULL;
	if (p)
		set_query(m, p);
	if (names_folder(m->limit))
		m->query.folder = 0;
	/* Words are looked up newest first; conversations of 10,000 hits would
	 * have to be sorted before the first row is known. */
	if ((has_words(m->limit) || has_words(m->saved)) &&
	    m->query.sort == SORT_THREAD)
		m->query.sort = SORT_DATE;
	if (m->reload_list)
		ok = load_list(m, p && !m->limit ? p->item : 0, &err);
	else
		ok = list_refresh(m->list, &err);
	m->reload_list = false;
	if (!ok)
		message_error(m->app, "The list could not be read", &err);
}
