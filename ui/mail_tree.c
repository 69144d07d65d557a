/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* The folder pane: the account's mail folders and searches over all of them. */
#include "ui/mail_threads.h"

#include <string.h>

#include "base/utf8.h"
#include "ui/format.h"

#define DEPTH_MAX 40
#define COUNT_MOST 10000

/* Order of the mailbox's own folders; the others follow by name. */
static int role_rank(const struct folder *f)
{
	switch (f->role) {
	case FOLDER_ROLE_INBOX:
		return 0;
	case FOLDER_ROLE_DRAFTS:
		return 1;
	case FOLDER_ROLE_OUTBOX:
		return 2;
	case FOLDER_ROLE_SENT:
		return 3;
	case FOLDER_ROLE_ARCHIVE:
		return 4;
	case FOLDER_ROLE_DELETED:
		return 5;
	case FOLDER_ROLE_JUNK:
		return 6;
	case FOLDER_ROLE_NONE:
	case FOLDER_ROLE_ROOT:
	case FOLDER_ROLE_CALENDAR:
	case FOLDER_ROLE_CONTACTS:
	case FOLDER_ROLE_TASKS:
	case FOLDER_ROLE_NOTES:
	case FOLDER_ROLE_JOURNAL:
	case FOLDER_ROLE_COUNT:
		break;
	}
	return 7;
}

const char *mail_short_name(const struct folder *f)
{
	static const struct {
		const char *full, *brief;
	} names[] = {
		{"Sent Items", "Sent"},	 {"Deleted Items", "Deleted"},
		{"Junk E-mail", "Junk"}, {"Junk E-Mail", "Junk"},
		{"Junk Email", "Junk"},
	};

	if (role_rank(f) < 7)
		for (size_t i = 0; i < ARRAY_LEN(names); i++)
			if (str_eq(f->name, names[i].full))
				return names[i].brief;
	return str_or_empty(f->name);
}

const struct folder *mail_folder_by_id(const struct mail *m, int64_t id)
{
	for (size_t i = 0; id > 0 && i < m->folders.n; i++)
		if (m->folders.v[i].id == id)
			return &m->folders.v[i];
	return NULL;
}

const struct folder *mail_folder(const struct mail *m)
{
	return mail_folder_by_id(m, m->node);
}

const struct folder *mail_tree_folder(const struct mail *m)
{
	return mail_folder_by_id(m, tree_current(m->tree));
}

const char *mail_node_name(const struct mail *m)
{
	const struct folder *f = mail_folder(m);
	const char *name, *query;

	if (f)
		return str_or_empty(f->name);
	if (mail_saved_at(m, m->node, &name, &query))
		return name;
	switch ((enum mail_virtual)(m->node < 0 ? m->node : 0)) {
#define X(id, text, set, clear)                                                \
	case MAIL_NODE_##id:                                                   \
		return text;
		MAIL_VIRTUALS(X)
#undef X
	case MAIL_NODE_ACCOUNT:
	case MAIL_NODE_SEARCHES:
	case MAIL_NODE_SAVED:
		break;
	}
	return "No folder";
}

/* --- the tree -------------------------------------------------------------- */

/* A folder to show; the array is sorted by parent, then as siblings stand. */
struct entry {
	const struct folder *folder;
	char *folded;
	int64_t parent; /* 0: at the top */
};
struct entries {
	struct entry *v;
	size_t n, cap;
};
struct nodes {
	struct tree_node *v;
	size_t n, cap;
	struct strv texts; /* the counts, borrowed by the nodes */
};

static bool is_shown(const struct folder *f)
{
	return f->kind == FOLDER_MAIL && !(f->flags & FOLDER_HIDDEN) &&
	       f->role != FOLDER_ROLE_ROOT;
}

static int compare_ids(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

static int compare_entries(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	int by_parent = compare_ids(&x->parent, &y->parent);
	int by_role = role_rank(x->folder) - role_rank(y->folder);
	int by_owner = (x->folder->flags & FOLDER_MAILBOX ? 1 : 0) -
		       (y->folder->flags & FOLDER_MAILBOX ? 1 : 0);

	if (by_parent)
		return by_parent;
	if (by_owner)
		return by_owner;
	return by_role ? by_role : strcmp(x->folded, y->folded);
}

/* A folder whose parent is not shown stands at the top. */
static void collect(const struct mail *m, struct entries *out)
{
	VEC(int64_t) ids = {0};

	for (size_t i = 0; i < m->folders.n; i++)
		if (is_shown(&m->folders.v[i]))
			vec_add(&ids, m->folders.v[i].id);
	if (ids.n)
		qsort(ids.v, ids.n, sizeof(ids.v[0]), compare_ids);
	for (size_t i = 0; i < m->folders.n; i++) {
		const struct folder *f = &m->folders.v[i];
		struct entry *e;

		if (!is_shown(f))
			continue;
		e = vec_new(out);
		e->folder = f;
		e->folded = utf8_fold(str_or_empty(f->name));
		if (bsearch(&f->parent, ids.v, ids.n, sizeof(ids.v[0]),
			    compare_ids))
			e->parent = f->parent;
	}
	if (out->n)
		qsort(out->v, out->n, sizeof(out->v[0]), compare_entries);
	vec_release(&ids);
}

static size_t first_child(const struct entries *e, int64_t parent)
{
	size_t low = 0, high = e->n;

	while (low < high) {
		size_t mid = (low + high) / 2;

		if (e->v[mid].parent < parent)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* Drafts and Outbox are for what lies in them, others for what is new. */
static int64_t shown_count(const struct folder *f, const char **mark)
{
	*mark = "";
	if (f->role == FOLDER_ROLE_OUTBOX) {
		*mark = f->total ? "^" : "";
		return f->total;
	}
	if (f->role == FOLDER_ROLE_DRAFTS)
		return f->total;
	return f->unread;
}

static void set_count(struct nodes *nodes, struct tree_node *t, int64_t n,
		      const char *mark)
{
	struct str text = STR_INIT;

	if (!n)
		return;
	format_add_count(&text, n);
	str_add(&text, mark);
	strv_give(&nodes->texts, str_take(&text));
	t->count = nodes->texts.v[nodes->texts.n - 1];
}

static void add_folder_node(struct nodes *nodes, const struct folder *f,
			    int depth)
{
	struct tree_node *t = vec_new(nodes);
	const char *mark;
	int64_t n = shown_count(f, &mark);

	t->id = f->id;
	t->depth = depth;
	t->name = mail_short_name(f);
	t->role = n && f->unread ? THEME_UNREAD : THEME_NORMAL;
	if (f->flags & FOLDER_NO_SYNC)
		t->role = THEME_DIMMED;
	set_count(nodes, t, n, mark);
}

static void add_children(struct nodes *nodes, const struct entries *e,
			 int64_t parent, int depth)
{
	if (depth > DEPTH_MAX)
		return;
	for (size_t i = first_child(e, parent);
	     i < e->n && e->v[i].parent == parent; i++) {
		add_folder_node(nodes, e->v[i].folder, depth);
		add_children(nodes, e, e->v[i].folder->id, depth + 1);
	}
}

static void add_heading(struct nodes *nodes, int64_t id, const char *name)
{
	struct tree_node *t = vec_new(nodes);

	t->id = id;
	t->name = name;
	t->role = THEME_HEADER;
	t->heading = true;
}

static void add_searches(const struct mail *m, struct nodes *nodes)
{
	static const struct {
		int64_t id;
		const char *name;
		unsigned set, clear;
		bool counted;
	} rows[] = {
#define X(id, name, set, clear)                                                \
	{MAIL_NODE_##id, name, set, clear, (set) || (clear)},
		MAIL_VIRTUALS(X)
#undef X
	};

	add_heading(nodes, MAIL_NODE_SEARCHES, "Searches");
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct tree_node *t = vec_new(nodes);
		struct item_query q = {.flags_set = rows[i].set,
				       .flags_clear = rows[i].clear,
				       .limit = 1};
		int64_t n = 0;

		t->id = rows[i].id;
		t->name = rows[i].name;
		if (rows[i].counted && m->store &&
		    query_count(m->store, &q, COUNT_MOST, &n, NULL))
			set_count(nodes, t, n, n == COUNT_MOST ? "+" : "");
	}
	for (size_t i = 0; i < m->saved_names.n; i++) {
		struct tree_node *t = vec_new(nodes);
		int64_t n = i < m->saved_counts.n ? m->saved_counts.v[i] : -1;

		t->id = mail_saved_node(m, i);
		t->name = m->saved_names.v[i];
		if (n > 0)
			set_count(nodes, t, n, n == MAIL_COUNT_MOST ? "+" : "");
	}
}

void mail_show_tree(struct mail *m)
{
	struct entries entries = {0};
	struct nodes nodes = {0};

	strv_init(&nodes.texts);
	collect(m, &entries);
	if (m->app->account)
		add_heading(&nodes, MAIL_NODE_ACCOUNT, m->app->account->name);
	add_children(&nodes, &entries, 0, 0);
	if (entries.n)
		add_searches(m, &nodes);
	tree_set(m->tree, nodes.v, nodes.n);
	for (size_t i = 0; i < entries.n; i++)
		free(entries.v[i].folded);
	vec_release(&entries);
	vec_release(&nodes);
	strv_release(&nodes.texts);
}

/* The folder to begin with. */
static int64_t first_node(const struct mail *m)
{
	for (size_t i = 0; i < m->folders.n; i++)
		if (m->folders.v[i].role == FOLDER_ROLE_INBOX)
			return m->folders.v[i].id;
	for (size_t i = 0; i < m->folders.n; i++)
		if (is_shown(&m->folders.v[i]))
			return m->folders.v[i].id;
	return 0;
}

/* A folder made here gets another row when the server tells of it first. */
static int64_t same_folder(const struct mail *m, const struct folder *old)
{
	for (size_t i = 0; i < m->folders.n; i++) {
		const struct folder *f = &m->folders.v[i];

		if (f->parent == old->parent && str_eq(f->name, old->name))
			return f->id;
	}
	return 0;
}

/* The folder shown may be gone (and come back under another row), or the
 * Inbox may have come meanwhile. */
static void settle_node(struct mail *m)
{
	int64_t node = m->node, found;

	if (m->lost || (node > 0 && !mail_folder(m))) {
		found = m->known.name ? same_folder(m, &m->known) : 0;
		m->lost = !found;
		if (found || !mail_folder(m))
			node = found;
	} else if (mail_folder(m)) {
		folder_release(&m->known);
		folder_copy(&m->known, mail_folder(m));
	}
	if (!node || !m->node_chosen)
		node = first_node(m);
	if (!node || node == m->node)
		return;
	mail_show_node(m, node);
	tree_go_to(m->tree, node);
}

void mail_load_folders(struct mail *m)
{
	struct folder_list list = {0};
	struct err err = ERR_INIT;

	m->stale_folders = false;
	if (m->store && !query_folders(m->store, &list, &err)) {
		message_error(m->app, "The folders could not be read", &err);
		return;
	}
	folder_list_release(&m->folders);
	m->folders = list;
	mail_load_saved(m);
	mail_show_tree(m);
	mail_count_saved(m);
	mail_settle_saved(m);
	settle_node(m);
}
