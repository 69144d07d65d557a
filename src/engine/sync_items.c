/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * Items of one folder. Pages come by the folder's sync state, and each is
 * stored together with its state, so that a sync goes on where it was stopped.
 * Without a state (the first time, or after the server refused ours) it is a
 * set-compare: rows that no page mentions are gone at its end. Folders that
 * cannot be synced are listed whole and compared.
 */
#include "engine/core.h"
#include "base/clock.h"

#define SLICE 200
#define NEWEST 50
#define LIST_PAGE 500
#define ITEM_WEIGHT 1500
#define FILING_SECONDS 600 /* for a server to file a sent copy, at most */

/* --- in the lane ---------------------------------------------------------- */

static bool list_whole(struct lane *l, struct job *j, struct err *err)
{
	char *first_id CLEANUP(mem_free_ptr) = NULL;
	struct op op = lane_op(l);
	int64_t offset = 0;
	bool more = true;

	for (bool first = true; more; first = false) {
		struct msg *m = msg_new(MSG_LISTED, j);
		const char *id;

		if (!lane_ops(l)->list(l->backend, &op, j->remote, offset,
				       LIST_PAGE, &m->list, &more, err)) {
			msg_free(m);
			return false;
		}
		/* A server that knows no pages gives the first for ever. */
		id = m->list.n ? m->list.v[0].remote_id : NULL;
		more = more && id && !str_eq(id, first_id);
		mem_replace(&first_id, xstrdup(id));
		offset += (int64_t)m->list.n;
		m->compare_begin = first;
		m->compare_end = !more;
		if (!lane_post(l, m, m->list.n * ITEM_WEIGHT))
			return err_set(err, ERR_CANCELLED, "cancelled");
	}
	return true;
}

/* A folder that cannot be synchronised. If it cannot be listed either, what
 * was said first is the truth of it. */
static bool list_instead(struct lane *l, struct job *j, struct err *err)
{
	struct err why = *err;

	err_clear(err);
	if (list_whole(l, j, err))
		return true;
	if (err->kind == ERR_UNSUPPORTED || err->kind == ERR_PROTOCOL)
		*err = why;
	return false;
}

bool job_run_items(struct lane *l, struct job *j, struct err *err)
{
	char *state CLEANUP(mem_free_ptr) = xstrdup(j->state);
	struct op op = lane_op(l);
	bool begin = !state, anew = begin, more = true;

	while (more) {
		struct msg *m = msg_new(MSG_ITEMS, j);

		if (!lane_ops(l)->sync_items(l->backend, &op, j->remote, state,
					     &m->page, err)) {
			msg_free(m);
			if (err->kind == ERR_UNSUPPORTED ||
			    err->kind == ERR_PROTOCOL)
				return list_instead(l, j, err);
			/* Refusing its own fresh state would be a loop. */
			if (err->kind != ERR_STATE || !state || anew)
				return false;
			mem_replace(&state, NULL);
			anew = begin = j->compare = true;
			continue;
		}
		/* Some servers repeat themselves for ever (dossier 8.2). */
		if (m->page.more && str_eq(m->page.state, state))
			m->page.more = false;
		more = m->page.more;
		mem_replace(&state, xstrdup(m->page.state));
		m->compare_begin = begin || m->page.compare_begin;
		m->compare_end = (!more && j->compare) || m->page.compare_end;
		begin = false;
		if (!lane_post(l, m, m->page.items.n * ITEM_WEIGHT))
			return err_set(err, ERR_CANCELLED, "cancelled");
		if (more && atomic_load(&j->yield)) {
			j->more = true;
			return true;
		}
	}
	return true;
}

bool job_run_newest(struct lane *l, struct job *j, struct err *err)
{
	struct msg *m = msg_new(MSG_LISTED, j);
	struct op op = lane_op(l);
	bool more;

	if (lane_ops(l)->list(l->backend, &op, j->remote, 0, NEWEST, &m->list,
			      &more, err)) {
		if (!lane_post(l, m, m->list.n * ITEM_WEIGHT))
			return err_set(err, ERR_CANCELLED, "cancelled");
		return true;
	}
	msg_free(m);
	return false;
}

/* --- in the core ---------------------------------------------------------- */

struct job *core_job_items(struct core *c, struct folder_work *f)
{
	struct job *j = job_new(JOB_ITEMS);

	j->folder = f->id;
	j->remote = xstrdup(f->remote);
	strv_add(&j->owners, str_or_empty(f->owner));
	job_about(j, 0);
	j->state = store_sync_state(c->store, f->id);
	j->compare = !j->state || f->compare;
	f->dirty = false;
	f->active = true;
	f->arrivals.n = 0;
	if (!j->state)
		f->done = 0;
	mem_replace(&f->mark_asked, xstrdup(f->mark));
	return j;
}

struct job *core_job_newest(struct folder_work *f)
{
	struct job *j = job_new(JOB_NEWEST);

	j->folder = f->id;
	j->remote = xstrdup(f->remote);
	strv_add(&j->owners, str_or_empty(f->owner));
	job_about(j, 0);
	f->newest = false;
	return j;
}

static bool set_compare(struct core *c, int64_t folder, bool begin,
			struct err *err)
{
	char *key CLEANUP(mem_free_ptr) =
		xasprintf("compare:%lld", (long long)folder);
	struct folder_work *f = core_folder(c, folder);

	if (f)
		f->compare = begin;
	if (!write_fact(c->store, key, begin ? "1" : NULL, err))
		return false;
	if (begin)
		return write_compare_begin(c->store, folder, err);
	c->purge = true;
	return write_compare_end(c->store, folder, f ? f->arrivals.v : NULL,
				 f ? f->arrivals.n : 0, err);
}

/* Stores one item; its content is asked for later, unless it is too large. */
static bool store_item(struct core *c, int64_t folder, const struct item *it,
		       int64_t *id, bool *need_body, struct err *err)
{
	int64_t most = c->engine->account->offline_max_bytes;
	struct body large = {.failed_flag = ITEM_TOO_LARGE};
	struct body *one = &large;

	if (!write_item(c->store, folder, it, id, need_body, err))
		return false;
	if (!*need_body)
		return true;
	if (most <= 0 || it->size <= most) {
		c->want_bodies = true;
		return true;
	}
	large.item = *id;
	return write_bodies(c->store, &one, 1, err);
}

static bool is_news(const struct core *c, const struct folder_work *f,
		    const struct item *it, bool need_body)
{
	if (!f || !f->synced || !need_body || f->is_calendar ||
	    (it->flags & ITEM_READ))
		return false;
	if (f->role == FOLDER_ROLE_SENT || f->role == FOLDER_ROLE_DRAFTS ||
	    f->role == FOLDER_ROLE_OUTBOX || f->role == FOLDER_ROLE_DELETED ||
	    f->role == FOLDER_ROLE_JUNK)
		return false;
	return it->received != CLOCK_NEVER && it->received >= c->news_since;
}

static bool is_muted(struct core *c, int64_t id)
{
	struct item it;
	bool muted;

	if (!query_item(c->store, id, &it, NULL))
		return false;
	muted = query_is_muted(c->store, it.thread);
	item_release(&it);
	return muted;
}

static bool apply_change(struct core *c, struct folder_work *f, int64_t folder,
			 const struct item_change *ch, struct err *err)
{
	const struct item *it = &ch->item;
	bool need_body;
	int64_t id;

	switch (ch->kind) {
	case CHANGE_UPSERT:
		if (!store_item(c, folder, it, &id, &need_body, err))
			return false;
		if (is_news(c, f, it, need_body) && !is_muted(c, id))
			core_tell_new_mail(c, folder, id);
		return true;
	case CHANGE_GONE:
		c->purge = true;
		return write_item_gone(c->store, folder, it->remote_id, err);
	case CHANGE_READ:
		return write_item_read(c->store, folder, it->remote_id,
				       it->change_key, it->flags & ITEM_READ,
				       err);
	}
	return true;
}

/* The folder is complete: from now on only changes are asked for. */
static bool mark_complete(struct core *c, struct folder_work *f,
			  struct err *err)
{
	if (!write_folder_synced(c->store, f->id, clock_now(), err))
		return false;
	if (!core_keep_mark(c, f->id, f->mark_asked, err) ||
	    !core_recounted(c, f, err))
		return false;
	f->synced = true;
	f->not_before = 0;
	return true;
}

bool core_apply_items(struct core *c, struct msg *m, size_t *cursor, bool *done,
		      struct err *err)
{
	int64_t folder = m->job->folder;
	struct folder_work *f = core_folder(c, folder);
	struct item_changes *page = &m->page.items;
	size_t end = *cursor + SLICE < page->n ? *cursor + SLICE : page->n;

	*done = true;
	if (!f)
		return true; /* removed meanwhile */
	if (*cursor == 0 && m->compare_begin &&
	    !set_compare(c, folder, true, err))
		return false;
	if (end > *cursor)
		core_tell_items(c, folder);
	for (; *cursor < end; (*cursor)++) {
		if (!apply_change(c, f, folder, &page->v[*cursor], err))
			return false;
	}
	if (page->n)
		c->want_events = true;
	*done = end == page->n;
	if (!*done)
		return true;
	f->done += (int64_t)page->n;
	core_tell_progress(c, 0, f->path, f->done,
			   f->total > f->done ? f->total : 0);
	if (m->compare_end && !set_compare(c, folder, false, err))
		return false;
	if (!write_sync_state(c->store, folder, m->page.state, err))
		return false;
	if (m->page.more)
		return true;
	c->told_folders = true;
	/* What we put there meanwhile may come with the next sync only. */
	if (!f->arrivals.n &&
	    !write_unseen_gone(c->store, folder, clock_now() - FILING_SECONDS,
			       err))
		return false;
	c->purge = true;
	/* Whatever the tree says, it is asked again. */
	if (m->page.missing)
		mem_replace(&f->mark_asked, NULL);
	return mark_complete(c, f, err);
}

bool core_apply_listed(struct core *c, struct msg *m, size_t *cursor,
		       bool *done, struct err *err)
{
	int64_t folder = m->job->folder;
	struct folder_work *f = core_folder(c, folder);
	size_t end = *cursor + SLICE < m->list.n ? *cursor + SLICE : m->list.n;
	bool need_body;
	int64_t id;

	*done = true;
	if (!f)
		return true;
	if (*cursor == 0 && m->compare_begin &&
	    !set_compare(c, folder, true, err))
		return false;
	if (end > *cursor)
		core_tell_items(c, folder);
	for (; *cursor < end; (*cursor)++)
		if (!store_item(c, folder, &m->list.v[*cursor], &id, &need_body,
				err))
			return false;
	*done = end == m->list.n;
	c->told_folders = true;
	if (!*done || !m->compare_end)
		return true;
	return set_compare(c, folder, false, err) && mark_complete(c, f, err);
}

bool job_end_items(struct core *c, struct job *j, struct err *err UNUSED)
{
	struct folder_work *f = core_folder(c, j->folder);

	if (!f)
		return true;
	f->active = false;
	c->replay_due = clock_now(); /* steps may have got their ids */
	if (j->more)
		f->dirty = true;
	if (j->err.kind == ERR_NONE)
		return true;
	if (j->err.kind == ERR_NOT_FOUND) {
		c->want_tree = c->want_state_sync = true;
		return true;
	}
	f->dirty = true;
	if (j->err.kind == ERR_CANCELLED || err_is_transient(&j->err) ||
	    j->err.kind == ERR_AUTH)
		return true;
	/* Trouble of this folder alone: the others go on. */
	f->not_before = clock_mono_ms() + 600 * c->engine->second_ms;
	err_add(&j->err, "folder %s", str_or_empty(f->path));
	core_folder_trouble(c, j->folder, &j->err);
	core_tell_notice(c, &j->err);
	return true;
}

bool job_end_newest(struct core *c, struct job *j, struct err *err UNUSED)
{
	struct folder_work *f = core_folder(c, j->folder);

	if (f && (j->err.kind == ERR_CANCELLED || err_is_transient(&j->err)))
		f->newest = true;
	return true;
}
