/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * The folder tree. The first time, and when the server says that it changed,
 * it comes by its sync state; otherwise one request brings the whole tree with
 * a mark a folder, and only the folders whose mark moved are asked for items.
 */
#include "engine/core.h"
#include "base/clock.h"
#include "base/map.h"

#define SLICE 200
#define FOLDER_WEIGHT 600

/* --- in the lane ---------------------------------------------------------- */

static bool post(struct lane *l, struct msg *owned_msg, size_t weight,
		 struct err *err)
{
	if (lane_post(l, owned_msg, weight))
		return true;
	return err_set(err, ERR_CANCELLED, "cancelled");
}

static void note_ids(struct strv *all, const struct folder_changes *page)
{
	for (size_t i = 0; i < page->n; i++)
		if (page->v[i].kind == CHANGE_UPSERT)
			strv_add(all, page->v[i].folder.remote_id);
}

static bool sync_hierarchy(struct lane *l, const char *from, struct err *err)
{
	char *state CLEANUP(mem_free_ptr) = xstrdup(from);
	struct strv all CLEANUP(strv_release);
	struct op op = lane_op(l);
	bool whole = !from, more = true;

	strv_init(&all);
	while (more) {
		struct msg *m = msg_new(MSG_FOLDERS, l->running);

		if (!lane_ops(l)->sync_folders(l->backend, &op, state, &m->page,
					       err)) {
			msg_free(m);
			/* Refusing its own fresh state would be a loop. */
			if (err->kind != ERR_STATE || whole)
				return false;
			mem_replace(&state, NULL);
			whole = true;
			continue;
		}
		/* Some servers repeat themselves for ever (dossier 8.2). */
		if (m->page.more && str_eq(m->page.state, state))
			m->page.more = false;
		more = m->page.more;
		mem_replace(&state, xstrdup(m->page.state));
		if (whole)
			note_ids(&all, &m->page.folders);
		if (whole && !more)
			for (size_t i = 0; i < all.n; i++)
				strv_add(&m->ids, all.v[i]);
		if (!post(l, m, m->page.folders.n * FOLDER_WEIGHT, err))
			return false;
	}
	return true;
}

static bool find_roles(struct lane *l, struct err *err)
{
	struct msg *m = msg_new(MSG_ROLES, l->running);
	struct op op = lane_op(l);

	if (lane_ops(l)->find_roles(l->backend, &op, m->roles, err))
		return post(l, m, 0, err);
	msg_free(m);
	return false;
}

static bool read_marks(struct lane *l, struct err *err)
{
	struct msg *m = msg_new(MSG_MARKS, l->running);
	struct op op = lane_op(l);

	if (lane_ops(l)->folder_marks(l->backend, &op, &m->marks, err))
		return post(l, m, m->marks.n * FOLDER_WEIGHT, err);
	msg_free(m);
	return false;
}

/* Is there another way to the same end? Not where the server asks to wait. */
static bool may_do_without(const struct err *e)
{
	return e->kind == ERR_UNSUPPORTED || e->kind == ERR_PROTOCOL ||
	       (e->kind == ERR_SERVER && e->retry_after_ms == 0);
}

/* A server without SyncFolderHierarchy tells the tree with its marks alone. */
static bool tree_by_marks(struct lane *l, struct job *j, struct err *err)
{
	struct err why = *err;

	if (!lane_ops(l)->folder_marks || !may_do_without(&why))
		return false;
	if (!read_marks(l, err)) {
		if (may_do_without(err))
			*err = why;
		return false;
	}
	err_clear(err);
	return !j->want_roles || find_roles(l, err);
}

bool job_run_tree(struct lane *l, struct job *j, struct err *err)
{
	bool marks = lane_ops(l)->folder_marks != NULL;

	if ((j->want_state_sync || !marks) && !sync_hierarchy(l, j->state, err))
		return tree_by_marks(l, j, err);
	if (j->want_roles && !find_roles(l, err))
		return false;
	if (!marks || read_marks(l, err))
		return true;
	if (!may_do_without(err))
		return false;
	/* This server has no marks after all: the slow way. */
	err_clear(err);
	return j->want_state_sync || sync_hierarchy(l, j->state, err);
}

/* --- in the core ---------------------------------------------------------- */

struct job *core_job_tree(struct core *c)
{
	struct job *j = job_new(JOB_TREE);

	j->state = store_sync_state(c->store, 0);
	j->want_roles = !j->state || !c->have_info ||
			!core_role_remote(c, FOLDER_ROLE_INBOX);
	j->want_state_sync = c->want_state_sync || !j->state;
	c->want_tree = c->want_state_sync = false;
	c->tree_active = true;
	return j;
}

bool core_apply_folders(struct core *c, struct msg *m, size_t *cursor,
			bool *done, struct err *err)
{
	struct folder_changes *page = &m->page.folders;
	size_t end = *cursor + SLICE < page->n ? *cursor + SLICE : page->n;

	for (; *cursor < end; (*cursor)++) {
		struct folder_change *ch = &page->v[*cursor];

		if (ch->kind == CHANGE_GONE) {
			if (!write_folder_gone(c->store, ch->folder.remote_id,
					       err))
				return false;
		} else if (!write_folder(c->store, &ch->folder, err)) {
			return false;
		}
	}
	*done = end == page->n;
	c->told_folders = true;
	if (!*done)
		return true;
	if (m->ids.n && !write_folders_keep(c->store, NULL, &m->ids, err))
		return false;
	return write_sync_state(c->store, 0, m->page.state, err) &&
	       core_reload_folders(c, err);
}

bool core_apply_roles(struct core *c, struct msg *m, size_t *cursor UNUSED,
		      bool *done, struct err *err)
{
	for (int r = 0; r < FOLDER_ROLE_COUNT; r++)
		if (m->roles[r] && !write_folder_role(c->store, m->roles[r],
						      (enum folder_role)r, err))
			return false;
	*done = true;
	c->told_folders = true;
	return core_reload_folders(c, err);
}

static char *mark_key(int64_t folder)
{
	return xasprintf("mark:%lld", (long long)folder);
}

bool core_is_unchanged(struct core *c, const struct folder_work *f)
{
	char *key CLEANUP(mem_free_ptr) = mark_key(f->id);
	char *kept CLEANUP(mem_free_ptr) = query_fact(c->store, key);

	return f->mark && str_eq(kept, f->mark);
}

bool core_keep_mark(struct core *c, int64_t folder, const char *mark,
		    struct err *err)
{
	char *key CLEANUP(mem_free_ptr) = mark_key(folder);

	return write_fact(c->store, key, mark, err);
}

/* Is what the server tells of a folder's place, name and size news to us? */
static bool differs(const struct folder *ours, const struct folder *told)
{
	return !ours || !str_eq(ours->name, told->name) ||
	       !str_eq(ours->class, told->class) ||
	       (told->size >= 0 && ours->size != told->size) ||
	       (told->parent_remote &&
		!str_eq(ours->parent_remote, told->parent_remote)) ||
	       ((ours->flags ^ told->flags) & (FOLDER_HIDDEN | FOLDER_SEARCH));
}

static bool apply_tree(struct core *c, struct folder_marks *marks,
		       bool *changed, struct err *err)
{
	struct folder_list ours CLEANUP(folder_list_release) = {0};
	struct map *by_remote = map_new(NULL);
	struct strv ids CLEANUP(strv_release);
	size_t known = 0, remote = 0;
	bool ok = query_folders(c->store, &ours, err);

	strv_init(&ids);
	for (size_t i = 0; i < ours.n; i++)
		if (ours.v[i].remote_id && !ours.v[i].owner) {
			map_set(by_remote, ours.v[i].remote_id, &ours.v[i]);
			remote++;
		}
	for (size_t i = 0; ok && i < marks->n; i++) {
		struct folder *told = &marks->v[i].folder;
		const struct folder *f = map_find(by_remote, told->remote_id);

		known += f != NULL;
		strv_add(&ids, told->remote_id);
		if (!differs(f, told))
			continue;
		*changed = true;
		ok = write_folder(c->store, told, err);
	}
	/* An empty tree is no tree: never take everything away for it. */
	if (ok && known < remote && marks->n) {
		*changed = true;
		ok = write_folders_keep(c->store, NULL, &ids, err);
	}
	map_free(by_remote);
	return ok;
}

bool core_judge_marks(struct core *c, const struct folder_marks *marks,
		      struct err *err)
{
	for (size_t i = 0; i < marks->n; i++) {
		const struct folder_mark *m = &marks->v[i];
		struct folder_work *f =
			core_folder_remote(c, m->folder.remote_id);

		if (!f)
			continue;
		mem_replace(&f->mark, xstrdup(m->mark));
		if (!f->mirrored && !f->opened)
			continue;
		f->total = m->folder.total;
		f->told_items = m->count;
		f->told_unread = m->unread;
		if (!f->synced || !core_is_unchanged(c, f))
			f->dirty = true;
		if (!f->dirty && !f->active && !core_recount(c, f, err))
			return false;
	}
	return true;
}

bool core_apply_marks(struct core *c, struct msg *m, size_t *cursor UNUSED,
		      bool *done, struct err *err)
{
	bool changed = false;

	*done = true;
	if (!apply_tree(c, &m->marks, &changed, err))
		return false;
	if (changed) {
		c->told_folders = true;
		if (!core_reload_folders(c, err))
			return false;
	}
	/* Public folders are of another tree: nothing tells of their items. */
	for (size_t i = 0; i < c->folders.n; i++)
		if (c->folders.v[i].is_public && c->folders.v[i].mirrored)
			c->folders.v[i].dirty = true;
	m->job->marked = true;
	return core_judge_marks(c, &m->marks, err);
}

bool job_end_tree(struct core *c, struct job *j, struct err *err UNUSED)
{
	c->tree_active = false;
	if (j->err.kind != ERR_NONE) {
		if (j->want_state_sync)
			c->want_state_sync = true;
		if (err_is_transient(&j->err) || j->err.kind == ERR_CANCELLED) {
			c->want_tree = true;
			return true;
		}
		/* Perhaps another version of the server: begin anew. */
		c->have_info = false;
		c->sync_begun = false;
		core_fail_tickets(c, &j->err);
		core_tell_notice(c, &j->err);
		return true;
	}
	if (!j->marked)
		for (size_t i = 0; i < c->folders.n; i++)
			if (c->folders.v[i].mirrored)
				c->folders.v[i].dirty = true;
	return true;
}
