/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * The list as conversations: one's own replies and what lies in other folders
 * stand in their place in the tree; a folded conversation is one row, its
 * newest message here. One conversation is kept at hand: pages begin and end
 * inside of it.
 */
#include "ui/mail_threads.h"

#include <string.h>

#include "config/config.h"
#include "engine/engine.h"
#include "model/thread.h"
#include "ui/session.h"

/* A longer one is a plain list by age, of this folder alone: a tree of so many
 * says nothing, and must not make anybody wait. */
#define TREE_MOST 400
#define DEPTH_SHOWN 7
#define UNREAD_LOOK 200 /* messages of a folded one looked at */

bool mail_in_threads(const struct mail *m)
{
	return m->query.sort == SORT_THREAD && m->query.folder &&
	       !m->query.search && !m->query.flags_set && !m->query.flags_clear;
}

void mail_thread_forget(struct mail *m)
{
	struct mail_thread *t = &m->thread;

	for (size_t i = 0; i < t->rows.n; i++)
		free(t->rows.v[i].prefix);
	vec_release(&t->rows);
	*t = (struct mail_thread){0};
}

bool mail_thread_is_folded(const struct mail *m, int64_t thread)
{
	for (size_t i = 0; i < m->flipped.n; i++)
		if (m->flipped.v[i] == thread)
			return !m->fold_all;
	return m->fold_all;
}

/* --- one conversation
 * ------------------------------------------------------------- */

/* Folders whose messages join a conversation shown elsewhere: not what was
 * thrown away or is not written yet. */
static size_t other_folders(const struct mail *m, int64_t **out)
{
	VEC(int64_t) ids = {0};

	for (size_t i = 0; i < m->folders.n; i++) {
		const struct folder *f = &m->folders.v[i];

		if (f->kind == FOLDER_MAIL && !(f->flags & FOLDER_HIDDEN) &&
		    f->role != FOLDER_ROLE_DELETED &&
		    f->role != FOLDER_ROLE_JUNK &&
		    f->role != FOLDER_ROLE_DRAFTS &&
		    f->role != FOLDER_ROLE_OUTBOX)
			vec_add(&ids, f->id);
	}
	*out = ids.v;
	return ids.n;
}

static const char *const lines[2][4] = {
	{"| ", "  ", "|-", "\\-"},
	{"\xe2\x94\x82 ", "  ", "\xe2\x94\x9c\xe2\x94\x80",
	 "\xe2\x94\x94\xe2\x94\x80"},
};

static char *make_prefix(const struct thread_place *p)
{
	const char *const *l = lines[term_is_utf8()];
	struct str b = STR_INIT;
	int from = p->depth > DEPTH_SHOWN ? p->depth - DEPTH_SHOWN + 1 : 1;

	for (int d = from; d < p->depth; d++)
		str_add(&b, d < 64 && p->open >> d & 1 ? l[0] : l[1]);
	if (p->depth)
		str_add(&b, p->last ? l[3] : l[2]);
	return str_take(&b);
}

static void add_row(struct mail_thread *t, int64_t id, bool foreign,
		    char *owned_prefix)
{
	vec_add(&t->rows,
		((struct mail_thread_row){id, foreign, owned_prefix}));
}

static void add_tree(struct mail *m, struct mail_thread *t,
		     const struct member_list *l)
{
	struct item_list items = {0};
	struct thread_place *places;

	for (size_t i = 0; i < l->n; i++) {
		struct item it;

		if (query_item(m->store, l->v[i].id, &it, NULL))
			vec_add(&items, it);
	}
	places = xcalloc(items.n ? items.n : 1, sizeof(*places));
	thread_arrange(items.v, items.n, places);
	for (size_t i = 0; i < items.n; i++) {
		const struct item *it = &items.v[places[i].item];

		add_row(t, it->id, it->folder != m->query.folder,
			make_prefix(&places[i]));
	}
	free(places);
	item_list_release(&items);
}

static void add_flat(struct mail *m, struct mail_thread *t,
		     const struct member_list *l)
{
	bool first = true;

	for (size_t i = 0; i < l->n; i++) {
		if (l->v[i].folder != m->query.folder)
			continue;
		add_row(t, l->v[i].id, false,
			first ? NULL : xstrdup(lines[term_is_utf8()][3]));
		first = false;
	}
}

static bool has_unread(struct mail *m, const struct member_list *l)
{
	size_t looked = 0;

	for (size_t i = l->n; i-- > 0 && looked < UNREAD_LOOK;) {
		struct item it;
		bool unread;

		if (l->v[i].folder != m->query.folder)
			continue;
		looked++;
		if (!query_item(m->store, l->v[i].id, &it, NULL))
			continue;
		unread = !(it.flags & ITEM_READ);
		item_release(&it);
		if (unread)
			return true;
	}
	return false;
}

/* Only its newest message here stands for it. */
static void add_folded(struct mail *m, struct mail_thread *t,
		       const struct member_list *l)
{
	t->folded = l->n;
	t->unread = has_unread(m, l);
	for (size_t i = l->n; i-- > 0;) {
		if (l->v[i].folder != m->query.folder)
			continue;
		add_row(t, l->v[i].id, false, NULL);
		return;
	}
}

static bool load_thread(struct mail *m, const struct conversation *key,
			struct err *err)
{
	struct mail_thread *t = &m->thread;
	struct member_list l = {0};
	int64_t *others = NULL;
	size_t n;
	bool ok;

	if (t->key.thread == key->thread && t->key.tdate == key->tdate &&
	    t->rows.n)
		return true;
	mail_thread_forget(m);
	n = other_folders(m, &others);
	ok = query_members(m->store, key->thread, m->query.folder, others, n,
			   &l, err);
	free(others);
	if (!ok)
		return false;
	t->key = *key;
	t->muted = query_is_muted(m->store, key->thread);
	if (l.n == 1)
		add_row(t, l.v[0].id, false, NULL);
	else if (mail_thread_is_folded(m, key->thread))
		add_folded(m, t, &l);
	else if (l.n > TREE_MOST)
		add_flat(m, t, &l);
	else
		add_tree(m, t, &l);
	vec_release(&l);
	return true;
}

/* --- rows for the list
 * ------------------------------------------------------------ */

static bool give_row(struct mail *m, size_t i, struct list_rows *out)
{
	const struct mail_thread *t = &m->thread;
	struct mail_row *r = xcalloc(1, sizeof(*r));

	if (!query_item(m->store, t->rows.v[i].id, &r->item, NULL)) {
		free(r);
		return false;
	}
	r->key = t->key;
	r->prefix = xstrdup(t->rows.v[i].prefix);
	r->foreign = t->rows.v[i].foreign;
	r->folded = t->folded;
	r->unread = t->unread;
	r->muted = t->muted;
	list_rows_add(out, r->item.id, r);
	return true;
}

static size_t place_in(const struct mail_thread *t, int64_t id)
{
	size_t i = 0;

	while (i < t->rows.n && t->rows.v[i].id != id)
		i++;
	return i;
}

/* Rows of the conversation at hand after (before) place `from`, at most n in
 * all. Those going back come last first. */
static void give_rows(struct mail *m, size_t from, bool back, size_t n,
		      struct list_rows *out)
{
	if (back)
		for (size_t i = from; i-- > 0 && out->n < n;)
			(void)give_row(m, i, out);
	else
		for (size_t i = from; i < m->thread.rows.n && out->n < n; i++)
			(void)give_row(m, i, out);
}

static void turn_round(struct list_rows *rows)
{
	for (size_t i = 0; i < rows->n / 2; i++) {
		struct list_row swap = rows->v[i];

		rows->v[i] = rows->v[rows->n - 1 - i];
		rows->v[rows->n - 1 - i] = swap;
	}
}

bool mail_thread_page(struct mail *m, const struct list_row *anchor, bool back,
		      size_t n, struct list_rows *out, struct err *err)
{
	const struct mail_row *from = anchor ? anchor->data : NULL;
	struct conversation_query q = {.folder = m->query.folder,
				       .ascending = m->query.ascending,
				       .backwards = back,
				       .anchor = from ? &from->key : NULL};
	struct conversation_list heads = {0};

	if (from) {
		size_t at;

		if (!load_thread(m, &from->key, err))
			return false;
		at = place_in(&m->thread, anchor->id);
		give_rows(m, back ? at : at + 1, back, n, out);
	}
	q.limit = (int)(n - out->n);
	if (q.limit > 0 && !query_conversations(m->store, &q, &heads, err))
		return false;
	for (size_t i = 0; i < heads.n && out->n < n; i++) {
		size_t k = back ? heads.n - 1 - i : i;

		if (!load_thread(m, &heads.v[k], err))
			break;
		give_rows(m, back ? m->thread.rows.n : 0, back, n, out);
	}
	vec_release(&heads);
	if (back)
		turn_round(out);
	return true;
}

bool mail_thread_row(struct mail *m, int64_t id, struct list_row *out)
{
	struct list_rows rows = {0};
	struct conversation key;
	struct item it;
	bool found;
	size_t at;

	if (!query_item(m->store, id, &it, NULL))
		return false;
	found = query_conversation_of(m->store, it.thread, m->query.folder,
				      &key);
	item_release(&it);
	if (!found || !load_thread(m, &key, NULL))
		return false;
	at = place_in(&m->thread, id);
	if (at == m->thread.rows.n || !give_row(m, at, &rows))
		return false;
	*out = rows.v[0];
	vec_release(&rows);
	return true;
}

/* --- folding
 * ---------------------------------------------------------------------- */

static void reload(struct mail *m)
{
	m->stale_list = true;
	app_damage(m->app, DAMAGE_SCREEN);
}

/* The row that stands for the conversation takes the cursor. */
static void go_to_head(struct mail *m, const struct conversation *key)
{
	const struct list_row *row;

	mail_thread_forget(m);
	if (!load_thread(m, key, NULL) || !m->thread.rows.n)
		return;
	row = list_current(m->list);
	if (row && row->id != m->thread.rows.v[0].id)
		list_go_to(m->list, m->thread.rows.v[0].id);
}

static void say(struct mail *m, const char *text)
{
	char *said CLEANUP(mem_free_ptr) =
		keys_fill(m->app->keys, SCOPE_messages, text);

	message_show(m->app, MESSAGE_INFO, "%s", said);
}

bool mail_fold(struct mail *m)
{
	const struct list_row *row = list_current(m->list);
	struct conversation key;
	size_t i = 0;

	if (!mail_in_threads(m)) {
		say(m, m->limit ? "A limited list has no conversations to "
				  "fold; {limit} Enter shows all"
				: "{threads} shows conversations, which can "
				  "be folded");
		return true;
	}
	if (!row)
		return true;
	key = ((struct mail_row *)row->data)->key;
	while (i < m->flipped.n && m->flipped.v[i] != key.thread)
		i++;
	if (i < m->flipped.n)
		vec_remove(&m->flipped, i);
	else
		vec_add(&m->flipped, key.thread);
	go_to_head(m, &key);
	reload(m);
	return true;
}

bool mail_fold_all(struct mail *m)
{
	const struct list_row *row = list_current(m->list);

	if (!mail_in_threads(m))
		return mail_fold(m);
	m->fold_all = !m->fold_all;
	m->flipped.n = 0;
	if (row) {
		struct conversation key = ((struct mail_row *)row->data)->key;

		go_to_head(m, &key);
	}
	mail_keep_view(m);
	reload(m);
	say(m, m->fold_all ? "Conversations folded; {fold} opens one"
			   : "Conversations unfolded");
	return true;
}

/* --- whole conversations
 * ---------------------------------------------------------- */

bool mail_thread_targets(struct app *app, struct mail_targets *t)
{
	struct member_list l = {0};
	VEC(int64_t) ids = {0};
	struct item it;
	bool ok;

	if (!app->store || !query_item(app->store, t->ids[0], &it, NULL))
		return false;
	ok = query_members(app->store, it.thread, it.folder, NULL, 0, &l, NULL);
	item_release(&it);
	if (!ok || !l.n) {
		vec_release(&l);
		return false;
	}
	for (size_t i = 0; i < l.n; i++)
		vec_add(&ids, l.v[i].id);
	vec_release(&l);
	free(t->ids);
	t->ids = ids.v;
	t->n = ids.n;
	t->thread = true;
	return true;
}

void cmd_apply_thread(struct app *app, const struct command_call *call)
{
	struct mail *m = mail_of(app);

	(void)call;
	if (!m)
		return;
	m->armed_thread = true;
	message_show(app, MESSAGE_INFO,
		     "The next command is for the whole conversation here");
}

void cmd_tag_thread(struct app *app, const struct command_call *call)
{
	struct mail *m = mail_of(app);
	struct mail_targets t;
	bool on = false;

	(void)call;
	if (!m || !mail_get_targets(app, &t))
		return;
	if (mail_thread_targets(app, &t)) {
		for (size_t i = 0; i < t.n; i++)
			on = on || !list_is_tagged(m->list, t.ids[i]);
		for (size_t i = 0; i < t.n; i++)
			list_tag(m->list, t.ids[i], on);
		app_damage(app, DAMAGE_SCREEN);
	}
	mail_targets_release(&t);
}

void cmd_mute(struct app *app, const struct command_call *call)
{
	int64_t id = mail_front_item(app);
	struct request r = {.kind = REQUEST_MUTE, .item = id};
	struct item it;

	(void)call;
	if (!id || !app->store || !query_item(app->store, id, &it, NULL))
		return;
	r.mine = !query_is_muted(app->store, it.thread);
	item_release(&it);
	message_show(app, MESSAGE_OK,
		     r.mine ? "Conversation muted: no notices, dimmed here, "
			      "passed over by Tab"
			    : "Conversation no longer muted");
	session_submit(app, &r, "Mute");
}
