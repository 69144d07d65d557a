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

/* back (may be NULL): gets what sets this folder back, where it changed. */
static bool one_folder(struct lane *l, const struct service_ops *s,
		       const char *remote, struct permission_edits *edits,
		       struct permission_set *set, bool *changed,
		       struct sharing_back *back, struct err *err)
{
	struct op op = lane_op(l);
	bool ok;

	*changed = false;
	if (!s->permissions_get(l->backend, &op, remote, set, err))
		return false;
	if (!edits->n)
		return true;
	ok = !is_by_sid(set) || lane_resolve_edits(l, edits, err);
	for (size_t i = 0; ok && back && i < edits->n; i++)
		sharing_note_back(back, set, &edits->v[i]);
	if (ok && apply_edits(edits, set, changed, err) &&
	    (!*changed ||
	     s->permissions_set(l->backend, &op, remote, set, err)))
		return true;
	permission_set_release(set);
	return false;
}

/* A change of a folder's rights was made: how it is taken back. */
static void keep_back(struct sharing *sh, struct sharing_back *owned_b,
		      const char *remote, const char *title)
{
	size_t people = sh->edits.n, folders = sh->back.n;

	owned_b->remote = xstrdup(remote);
	owned_b->title = xstrdup(title);
	vec_add(&sh->back, *owned_b);
	*owned_b = (struct sharing_back){0};
	mem_replace(&sh->back_text,
		    xasprintf("rights of %s%s on %s%s",
			      permission_title(&sh->edits.v[0].entry),
			      people > 1 ? " and others" : "",
			      sh->back.v[0].title,
			      folders ? " and below" : ""));
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
		struct sharing_back back = {0};
		struct err e = ERR_INIT;
		bool changed, ok = one_folder(l, s, j->remotes.v[i], &sh->edits,
					      &set, &changed, &back, &e);

		if (ok && changed)
			keep_back(sh, &back, j->remotes.v[i], j->titles.v[i]);
		permission_edits_release(&back.edits);
		if (ok) {
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

/* What was changed before is set back, folder by folder. */
static bool run_back(struct lane *l, struct job *j, struct err *err)
{
	const struct service_ops *s = backend_services(lane_ops(l));
	struct sharing *sh = j->sharing;

	for (size_t i = 0; i < sh->back.n; i++) {
		struct sharing_back *b = &sh->back.v[i];
		struct permission_set set = {0};
		struct err e = ERR_INIT;
		bool changed;

		if (one_folder(l, s, b->remote, &b->edits, &set, &changed, NULL,
			       &e)) {
			sh->changed += changed;
			permission_set_release(&set);
		} else if (sh->back.n == 1 || ends_all(&e)) {
			*err = e;
			return false;
		} else {
			sharing_fail(sh, b->title, &e);
		}
	}
	return true;
}

#define NO_CUSTOM                                                              \
	"taken back, this gives levels only: rights that are none of them "    \
	"were there before"

/* A change of a delegate was made: how it is taken back. */
static void keep_delegate(struct sharing *sh, const struct delegate_list *was,
			  const struct delegate_change *c)
{
	static const char *const words[] = {"added", "changed", "removed"};

	if (sh->undo)
		return;
	if (!sharing_note_delegate(sh, was, c))
		strv_add(&sh->notes, NO_CUSTOM);
	sh->back_changes.no_behalf = sh->changes.no_behalf;
	mem_replace(&sh->back_text,
		    xasprintf("delegate %s: %s%s", delegate_title(&c->who),
			      words[c->wish],
			      sh->back_changes.n > 1 ? ", and others" : ""));
}

static bool by_operations(struct lane *l, struct job *j, struct err *err)
{
	const struct service_ops *s = backend_services(lane_ops(l));
	struct sharing *sh = j->sharing;
	struct op op = lane_op(l);
	struct delegate_list was CLEANUP(delegate_list_release) = {0};
	bool delivers = sh->changes.delivery != DELIVER_UNKNOWN;

	if ((sh->changes.n || delivers) && !sh->undo &&
	    !s->delegates_get(l->backend, &op, &was, err))
		return false;
	for (size_t i = 0; i < sh->changes.n; i++) {
		const struct delegate_change *c = &sh->changes.v[i];
		struct err e = ERR_INIT;

		if (s->delegate_change(l->backend, &op, c, &e)) {
			sh->changed++;
			keep_delegate(sh, &was, c);
		} else if (sh->changes.n == 1 || ends_all(&e)) {
			*err = e;
			return false;
		} else {
			sharing_fail(sh, delegate_title(&c->who), &e);
		}
	}
	if (delivers &&
	    !s->delegate_delivery(l->backend, &op, sh->changes.delivery, err))
		return false;
	if (delivers && !sh->undo) {
		sh->back_changes.delivery = was.delivery;
		if (!sh->back_text)
			sh->back_text =
				xstrdup("who gets requests for meetings");
	}
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
	if (!j->plan && sh->next >= sh->changes.n) {
		delegate_list_release(&sh->delegates);
		return delegates_read(l, j, err);
	}
	/* What there was before the first change. */
	if (!j->plan && !sh->next && !sh->undo && !sh->delegates.n) {
		if (!delegates_read(l, j, err))
			return false;
		strv_release(&sh->notes);
		strv_init(&sh->notes);
	}
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
		if (ok)
			keep_delegate(sh, &sh->delegates,
				      &sh->changes.v[sh->next]);
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
		delegate_list_release(&sh->delegates);
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
	       : j->sharing->undo     ? run_back(l, j, err)
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
		strv_add(&j->owners, core_owner(c, top));
	}
	job_about(j, 0);
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
	if (j->sharing->undo ||
	    add_folders(c, j, t->request.folder, t->request.deep, err))
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

/* What was done goes among the changes that can be taken back; what was taken
 * back is so no longer. *entry: which. */
static bool keep_entry(struct core *c, const struct job *j, int64_t *entry,
		       struct err *err)
{
	const struct sharing *sh = j->sharing;
	const struct ticket *t = core_find_ticket(c, j->ticket);
	char *back CLEANUP(mem_free_ptr) =
		sh->undo ? NULL : sharing_pack_back(sh);

	*entry = 0;
	if (sh->undo && j->err.kind == ERR_NONE && !sh->failures.n && t) {
		*entry = t->request.entry;
		c->told_journal = true;
		return write_rights_undone(c->store, *entry, err);
	}
	if (!back || !sh->back_text)
		return true;
	c->told_journal = true;
	return write_rights_done(c->store, sh->back_text, back, entry, err);
}

bool job_end_sharing(struct core *c, struct job *j, struct err *err)
{
	struct event e = {.kind = EVENT_SHARING, .ticket = j->ticket};
	int64_t entry;

	if (!end_in_between(c, j, err))
		return false;
	if (!j->sharing || !j->ticket)
		return true;
	if (!keep_entry(c, j, &entry, err))
		return false;
	if (j->err.kind == ERR_NONE) {
		e.sharing = j->sharing;
		j->sharing = NULL;
		core_tell(c, &e);
	}
	core_end_ticket_with(c, j->ticket, entry, &j->err);
	return true;
}

bool core_undo_rights(struct core *c, struct request *r, bool *is_rights,
		      struct err *err)
{
	char *back CLEANUP(mem_free_ptr) =
		query_rights_back(c->store, &r->entry);

	*is_rights = back != NULL;
	if (!back)
		return true;
	r->sharing = sharing_unpack_back(back);
	if (!r->sharing)
		return err_set(err, ERR_INPUT,
			       "how it was before is not understood any more");
	r->kind = REQUEST_SHARING;
	return true;
}
