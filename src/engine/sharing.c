/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * Rights that others have in the mailbox: of a folder, of it and all below, or
 * of those who act for the owner. What a person changed is put into what the
 * server has at that moment, so that changes by others stay.
 */
#include "engine/accounts.h"
#include "engine/core.h"
#include "engine/events.h"
#include "model/sharing.h"
#include "proto/services.h"

/* --- in the lane ---------------------------------------------------------- */

/* Trouble that the next folder would have as well. */
static bool ends_all(const struct err *e)
{
	return e->kind == ERR_NETWORK || e->kind == ERR_AUTH ||
	       e->kind == ERR_CANCELLED || e->kind == ERR_SERVER ||
	       e->kind == ERR_UNSUPPORTED;
}

/* Puts the edits into a set; *changed: it is another one now. */
static bool apply_edits(const struct permission_edits *edits,
			struct permission_set *set, bool *changed,
			struct err *err)
{
	const unsigned busy =
		PERMISSION_FREE_BUSY | PERMISSION_FREE_BUSY_DETAILS;

	*changed = false;
	for (size_t i = 0; i < edits->n; i++) {
		struct permission_edit e = edits->v[i];

		if (!set->calendar && e.entry.rights & busy) {
			e.entry.rights &= ~busy;
			if (!e.entry.rights && !e.remove)
				return err_set(err, ERR_INPUT,
					       "rights on free/busy are of "
					       "calendars only");
		}
		*changed |= permission_set_apply(set, &e);
	}
	return true;
}

/* Does this server know people by their security identifiers alone? */
static bool is_by_sid(const struct permission_set *set)
{
	for (size_t i = 0; i < set->n; i++)
		if (set->v[i].who == PERMISSION_DEFAULT && set->v[i].sid)
			return true;
	return false;
}

static bool one_folder(struct lane *l, const struct service_ops *s,
		       const char *remote, struct permission_edits *edits,
		       struct permission_set *set, bool *changed,
		       struct err *err)
{
	struct op op = lane_op(l);

	*changed = false;
	if (!s->permissions_get(l->backend, &op, remote, set, err))
		return false;
	if (!edits->n)
		return true;
	if ((!is_by_sid(set) || lane_resolve_edits(l, edits, err)) &&
	    apply_edits(edits, set, changed, err) &&
	    (!*changed ||
	     s->permissions_set(l->backend, &op, remote, set, err)))
		return true;
	permission_set_release(set);
	return false;
}

static bool run_folders(struct lane *l, struct job *j, struct err *err)
{
	const struct service_ops *s = backend_services(lane_ops(l));
	struct sharing *sh = j->sharing;
	struct op op = lane_op(l);

	if (!s->permissions_get)
		return err_set(err, ERR_UNSUPPORTED,
			       "retinue cannot ask this server who has which "
			       "rights");
	for (size_t i = 0; i < j->remotes.n; i++) {
		struct permission_set set = {0};
		struct err e = ERR_INIT;
		bool changed;

		if (one_folder(l, s, j->remotes.v[i], &sh->edits, &set,
			       &changed, &e)) {
			sh->changed += changed;
			/* As the server has it now, names and all. */
			if (i == 0 && changed) {
				permission_set_release(&set);
				if (!s->permissions_get(l->backend, &op,
							j->remotes.v[i], &set,
							err))
					return false;
			}
			if (i == 0) {
				if (is_by_sid(&set))
					lane_name_entries(l, &set);
				sh->permissions = set;
				set = (struct permission_set){0};
			}
			permission_set_release(&set);
		} else if (j->remotes.n == 1 || ends_all(&e)) {
			*err = e;
			return sh->changed ? err_add(err, "after %lld folders",
						     (long long)sh->changed)
					   : false;
		} else {
			sharing_fail(sh, j->titles.v[i], &e);
		}
		if (j->remotes.n > 1)
			lane_progress(l, (int64_t)i + 1, (int64_t)j->remotes.n);
	}
	return true;
}

static bool run_delegates(struct lane *l, struct job *j, struct err *err)
{
	const struct service_ops *s = backend_services(lane_ops(l));
	struct sharing *sh = j->sharing;
	struct op op = lane_op(l);

	if (!s->delegates_get)
		return err_set(err, ERR_UNSUPPORTED,
			       "retinue cannot ask this server about "
			       "delegates");
	for (size_t i = 0; i < sh->changes.n; i++) {
		const struct delegate_change *c = &sh->changes.v[i];
		struct err e = ERR_INIT;

		if (s->delegate_change(l->backend, &op, c, &e)) {
			sh->changed++;
		} else if (sh->changes.n == 1 || ends_all(&e)) {
			*err = e;
			return false;
		} else {
			sharing_fail(sh, delegate_title(&c->who), &e);
		}
	}
	if (sh->changes.delivery != DELIVER_UNKNOWN &&
	    !s->delegate_delivery(l->backend, &op, sh->changes.delivery, err))
		return false;
	return s->delegates_get(l->backend, &op, &sh->delegates, err);
}

bool job_run_sharing(struct lane *l, struct job *j, struct err *err)
{
	if (!j->have_info && !lane_connect(l, err))
		return false;
	return j->sharing->of_mailbox ? run_delegates(l, j, err)
				      : run_folders(l, j, err);
}

/* --- in the core ---------------------------------------------------------- */

static bool is_below(const struct folder_list *all, const struct folder *f,
		     int64_t top)
{
	for (int depth = 0; f && f->parent && depth < 100; depth++) {
		size_t i = 0;

		if (f->parent == top)
			return true;
		while (i < all->n && all->v[i].id != f->parent)
			i++;
		f = i < all->n ? &all->v[i] : NULL;
	}
	return false;
}

static bool add_folders(struct core *c, struct job *j, int64_t top, bool deep,
			struct err *err)
{
	struct folder_list all CLEANUP(folder_list_release) = {0};

	if (!query_folders(c->store, &all, err))
		return false;
	for (size_t i = 0; i < all.n; i++) {
		const struct folder *f = &all.v[i];

		if (!f->remote_id ||
		    (f->id != top &&
		     !(deep && !(f->flags & (FOLDER_HIDDEN | FOLDER_SEARCH)) &&
		       is_below(&all, f, top))))
			continue;
		strv_add(&j->remotes, f->remote_id);
		strv_give(&j->titles, query_path_of(c->store, f->id));
	}
	return j->remotes.n > 0 ||
	       err_set(err, ERR_NOT_FOUND, "this folder is not on the server");
}

struct job *core_job_sharing(struct core *c, struct ticket *t, struct err *err)
{
	struct job *j = job_new(JOB_SHARING);

	j->ticket = t->id;
	j->sharing = t->request.sharing ? t->request.sharing : sharing_new();
	t->request.sharing = NULL;
	if (j->sharing->of_mailbox ||
	    add_folders(c, j, t->request.folder, t->request.deep, err))
		return j;
	job_free(j);
	return NULL;
}

bool job_end_sharing(struct core *c, struct job *j, struct err *err UNUSED)
{
	struct event e = {.kind = EVENT_SHARING, .ticket = j->ticket};

	if (j->err.kind == ERR_NONE) {
		e.sharing = j->sharing;
		j->sharing = NULL;
		core_tell(c, &e);
	}
	core_end_ticket(c, j->ticket, &j->err);
	return true;
}
