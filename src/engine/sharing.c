/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * Rights that others have in the mailbox: of a folder, of it and all below, or
 * of those who act for the owner. What a person changed is put into what the
 * server has at that moment, so that changes by others stay.
 */
#include "engine/accounts.h"
#include "engine/core.h"
#include "engine/delegate_plan.h"
#include "engine/delegates.h"
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

static bool by_operations(struct lane *l, struct job *j, struct err *err)
{
	const struct service_ops *s = backend_services(lane_ops(l));
	struct sharing *sh = j->sharing;
	struct op op = lane_op(l);

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

/* One change was refused: the others are made, where there are any. */
static bool next_change(struct job *j, const struct err *why, struct err *err)
{
	struct sharing *sh = j->sharing;

	if (sh->changes.n == 1 || ends_all(why) || j->plan) {
		j->goes_on = false;
		*err = *why;
		return false;
	}
	sharing_fail(sh, delegate_title(&sh->changes.v[sh->next].who), why);
	sh->next++;
	return true;
}

/* A plan that is there is carried out; else the next change is planned. The
 * core keeps the plan before the job goes on. */
static bool by_plan(struct lane *l, struct job *j, struct err *err)
{
	struct sharing *sh = j->sharing;
	struct err e = ERR_INIT;
	bool ok;

	if (sh->changes.delivery != DELIVER_UNKNOWN)
		return err_set(err, ERR_UNSUPPORTED,
			       "who gets requests for meetings is a hidden "
			       "rule, which only Outlook can make on this "
			       "server");
	if (!j->plan && sh->next >= sh->changes.n)
		return delegates_read(l, j, err);
	j->planned = j->goes_on = true;
	if (!j->plan) {
		ok = delegates_plan(l, j, &sh->changes.v[sh->next], &e);
		sh->planned = ok;
		return ok || next_change(j, &e, err);
	}
	ok = delegates_carry_out(l, j, &e);
	if (sh->planned) {
		sh->planned = false;
		sh->changed += ok;
		sh->next += ok;
		return ok || next_change(j, &e, err);
	}
	/* What was left from before: it need not keep one from reading. */
	if (ok || !j->plan)
		return true;
	j->goes_on = false;
	if (!sh->changes.n) {
		strv_give(&sh->notes,
			  xasprintf("a change is half done: %s", e.text));
		return delegates_read(l, j, err);
	}
	*err = e;
	return false;
}

/* Whom one acts for: the directory has it, where there is one. */
static void read_principals(struct lane *l, struct sharing *sh)
{
	struct directory_account me, one;
	struct strv all CLEANUP(strv_release);
	struct directory *d;
	struct err err;

	strv_init(&all);
	if (!lane_directory(l, false, &d, &err) ||
	    !account_by_address(d, l->engine->account->address, &me, &err))
		return;
	if (account_principals(d, me.dn, &all, &err))
		for (size_t i = 0; i < all.n; i++) {
			if (!account_by_dn(d, all.v[i], &one, &err))
				continue;
			if (one.address)
				strv_add(&sh->acts_for, one.address);
			directory_account_release(&one);
		}
	directory_account_release(&me);
}

static bool run_delegates(struct lane *l, struct job *j, struct err *err)
{
	const struct service_ops *s = backend_services(lane_ops(l));
	struct delegate_entries probe = {0};
	struct op op = lane_op(l);
	bool ok;

	if (s->delegates_get && by_operations(l, j, err))
		ok = true;
	else if (s->delegates_get && err->kind != ERR_UNSUPPORTED)
		return false;
	else if (!s->delegate_entries_get ||
		 (s->delegates_get &&
		  !s->delegate_entries_get(l->backend, &op, &probe, err)))
		return s->delegate_entries_get
			       ? false
			       : err_set(err, ERR_UNSUPPORTED,
					 "retinue cannot ask this server about "
					 "delegates");
	else
		ok = by_plan(l, j, err);
	delegate_entries_release(&probe);
	if (ok && !j->goes_on)
		read_principals(l, j->sharing);
	return ok;
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

static void add_roles(struct core *c, struct job *j)
{
	for (int i = 0; i < DELEGATE_FOLDER_COUNT; i++) {
		strv_add(&j->remotes,
			 str_or_empty(core_role_remote(
				 c, delegate_folder_role(
					    (enum delegate_folder)i))));
		strv_add(&j->titles,
			 delegate_folder_name((enum delegate_folder)i));
	}
}

struct job *core_job_plan(struct core *c)
{
	struct job *j = job_new(JOB_SHARING);

	c->want_plan = false;
	j->plan = query_fact(c->store, PLAN_FACT);
	if (!j->plan) {
		job_free(j);
		return NULL;
	}
	j->lane = LANE_BACKGROUND;
	j->sharing = sharing_new();
	j->sharing->of_mailbox = true;
	add_roles(c, j);
	return j;
}

struct job *core_job_sharing(struct core *c, struct ticket *t, struct err *err)
{
	struct job *j = job_new(JOB_SHARING);

	j->ticket = t->id;
	j->sharing = t->request.sharing ? t->request.sharing : sharing_new();
	t->request.sharing = NULL;
	if (j->sharing->of_mailbox) {
		add_roles(c, j);
		j->plan = query_fact(c->store, PLAN_FACT);
		return j;
	}
	if (add_folders(c, j, t->request.folder, t->request.deep, err))
		return j;
	job_free(j);
	return NULL;
}

/* One that goes on, or one that nobody waits for. */
static bool end_in_between(struct core *c, struct job *j, struct err *err)
{
	struct ticket *t = core_find_ticket(c, j->ticket);

	if (j->planned && !write_fact(c->store, PLAN_FACT, j->plan, err))
		return false;
	if (j->ticket && j->goes_on && j->err.kind == ERR_NONE && t) {
		t->request.sharing = j->sharing;
		j->sharing = NULL;
		t->running = false;
	} else if (!j->ticket && j->err.kind != ERR_NONE &&
		   !err_is_transient(&j->err)) {
		core_tell_notice(c, &j->err);
	}
	return true;
}

bool job_end_sharing(struct core *c, struct job *j, struct err *err)
{
	struct event e = {.kind = EVENT_SHARING, .ticket = j->ticket};

	if (!end_in_between(c, j, err))
		return false;
	if (!j->sharing || !j->ticket)
		return true;
	if (j->err.kind == ERR_NONE) {
		e.sharing = j->sharing;
		j->sharing = NULL;
		core_tell(c, &e);
	}
	core_end_ticket(c, j->ticket, &j->err);
	return true;
}
