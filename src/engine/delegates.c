/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * Delegates on servers that have no operation for them: lists in the mailbox,
 * rights on folders, and the directory's publicDelegates are one thing only
 * together. A change is first planned, then carried out step by step; the plan
 * lies in the store in between (sharing.c).
 */
#include "engine/delegates.h"

#include <string.h>

#include "engine/accounts.h"
#include "engine/delegate_plan.h"
#include "proto/services.h"

#define NO_RULE                                                                \
	"meeting requests are not passed on: only Outlook can make that "      \
	"hidden rule"

static const struct service_ops *ops_of(struct lane *l)
{
	return backend_services(lane_ops(l));
}

/* --- rights in a folder --------------------------------------------------- */

static const struct permission *entry_of(const struct permission_set *set,
					 const char *sid)
{
	for (size_t i = 0; i < set->n; i++)
		if (set->v[i].who == PERMISSION_PERSON &&
		    str_eq_nocase(set->v[i].sid, sid))
			return &set->v[i];
	return NULL;
}

static bool set_rights(struct lane *l, const char *remote, const char *sid,
		       bool entry, unsigned rights, struct err *err)
{
	struct op op = lane_op(l);
	struct permission_edit e = {
		.entry = {.sid = (char *)sid, .rights = rights},
		.remove = !entry};
	struct permission_set set;
	bool ok;

	if (!ops_of(l)->permissions_get(l->backend, &op, remote, &set, err))
		return false;
	ok = !permission_set_apply(&set, &e) ||
	     ops_of(l)->permissions_set(l->backend, &op, remote, &set, err);
	permission_set_release(&set);
	return ok;
}

/* --- the steps ------------------------------------------------------------ */

static bool set_lists(struct lane *l, const struct delegate_plan *p,
		      bool listed, bool sees_private, struct err *err)
{
	struct op op = lane_op(l);
	struct delegate_entries list;
	struct delegate_entry *e;
	bool ok;

	if (!ops_of(l)->delegate_entries_get(l->backend, &op, &list, err))
		return false;
	e = delegate_entry_find(&list, p->legacy_dn);
	if (listed == (e != NULL) && (!e || e->sees_private == sees_private)) {
		delegate_entries_release(&list);
		return true;
	}
	if (listed && !e) {
		e = vec_new(&list);
		e->legacy_dn = xstrdup(p->legacy_dn);
		e->name = xstrdup(p->name);
	}
	if (listed) {
		e->sees_private = sees_private;
	} else {
		free(e->name);
		free(e->legacy_dn);
		vec_remove(&list, (size_t)(e - list.v));
	}
	ok = ops_of(l)->delegate_entries_set(l->backend, &op, &list, err);
	delegate_entries_release(&list);
	return ok;
}

/* The directory's trouble must not look like the mailbox server's. */
static bool of_directory(struct err *err)
{
	if (err->kind == ERR_NETWORK || err->kind == ERR_SERVER ||
	    err->kind == ERR_AUTH) {
		err->kind = ERR_UNSUPPORTED;
		memcpy(err->code, "unfinished", sizeof("unfinished"));
	}
	return err_add(err, "the directory");
}

static bool set_behalf(struct lane *l, const struct delegate_plan *p, bool may,
		       struct err *err)
{
	struct strv all CLEANUP(strv_release);
	struct directory *d;

	strv_init(&all);
	if (p->no_behalf)
		return true;
	/* A catalog only reads: a controller is asked. What is so already
	 * needs no right to change it. */
	return (lane_directory(l, true, &d, err) &&
		account_delegates(d, p->me_dn, &all, err) &&
		(strv_has(&all, p->dn) == may ||
		 account_set_delegate(d, p->me_dn, p->dn, may, err))) ||
	       of_directory(err);
}

/* Makes a step's part be as wanted, or as it was. */
static bool take_step(struct lane *l, const struct job *j,
		      const struct delegate_plan *p, int step, struct err *err)
{
	bool back = p->undo, stays = p->wish != DELEGATE_REMOVE;
	const struct plan_folder *f;
	const char *remote;
	bool ok;

	if (step == STEP_LISTS)
		return set_lists(l, p, back ? p->was_listed : stays,
				 back ? p->was_private : p->want_private, err);
	if (step == STEP_BEHALF)
		return set_behalf(l, p, back ? p->was_behalf : stays, err);
	f = &p->folders[step - STEP_FOLDERS];
	remote = j->remotes.v[step - STEP_FOLDERS];
	if (!f->change || !*remote)
		return true;
	ok = set_rights(l, remote, p->sid, back ? f->had : stays,
			back ? f->was : f->want, err);
	return ok || err_add(err, "%s", j->titles.v[step - STEP_FOLDERS]);
}

/* May it work later? Then what is begun is completed then. */
static bool is_interrupted(const struct err *e)
{
	return err_is_transient(e) || e->kind == ERR_CANCELLED ||
	       e->kind == ERR_AUTH || str_eq(e->code, "unfinished");
}

static void keep_plan(struct job *j, const struct delegate_plan *p)
{
	mem_replace(&j->plan, p ? delegate_plan_write(p) : NULL);
}

/* The Freebusy Data folder is found by its mailbox. */
static bool find_freebusy(struct lane *l, struct job *j, struct err *err)
{
	struct op op = lane_op(l);
	struct delegate_entries list;

	if (j->remotes.n > PLAN_FREEBUSY)
		return true;
	if (!ops_of(l)->delegate_entries_get(l->backend, &op, &list, err))
		return false;
	strv_add(&j->remotes, str_or_empty(list.freebusy));
	strv_add(&j->titles, "Freebusy Data");
	delegate_entries_release(&list);
	return true;
}

static bool go_back(struct lane *l, struct job *j, struct delegate_plan *p,
		    int from, struct err *err)
{
	struct err why = *err, e = ERR_INIT;

	p->undo = true;
	for (int nth = from; nth >= 0; nth--)
		if (!take_step(l, j, p, delegate_plan_step(p, nth), &e)) {
			keep_plan(j, p);
			*err = why;
			return err_add(err, "half done, and to be undone with "
					    "the next sync");
		}
	keep_plan(j, NULL);
	*err = why;
	return err_add(err, "nothing was changed");
}

bool delegates_carry_out(struct lane *l, struct job *j, struct err *err)
{
	struct delegate_plan p;
	bool ok = true;

	if (!delegate_plan_read(&p, j->plan)) {
		keep_plan(j, NULL);
		return err_set(err, ERR_DISK,
			       "the plan for a delegate was not understood");
	}
	ok = find_freebusy(l, j, err);
	if (ok && p.undo) {
		ok = go_back(l, j, &p, PLAN_STEPS - 1, err) || !j->plan;
		err_clear(err);
		delegate_plan_release(&p);
		return ok || err_set(err, ERR_SERVER, "still to be undone");
	}
	for (int nth = 0; ok && nth < PLAN_STEPS; nth++) {
		ok = take_step(l, j, &p, delegate_plan_step(&p, nth), err);
		if (!ok && !is_interrupted(err))
			ok = go_back(l, j, &p, nth, err);
		else if (!ok)
			err_add(err, "interrupted, and to be completed with "
				     "the next sync");
	}
	if (ok)
		keep_plan(j, NULL);
	delegate_plan_release(&p);
	return ok;
}

/* --- planning ------------------------------------------------------------- */

static unsigned freebusy_rights(enum permission_level calendar)
{
	return permission_level_rights(calendar == LEVEL_AUTHOR ||
						       calendar == LEVEL_EDITOR
					       ? LEVEL_EDITOR
					       : calendar);
}

static bool plan_folders(struct lane *l, struct job *j,
			 const struct delegate_change *c,
			 struct delegate_plan *p, struct err *err)
{
	struct op op = lane_op(l);

	for (size_t i = 0; i < PLAN_FOLDERS; i++) {
		size_t of = i == PLAN_FREEBUSY ? DELEGATE_CALENDAR : i;
		enum permission_level level = c->who.levels[of];
		struct plan_folder *f = &p->folders[i];
		struct permission_set set;
		const struct permission *now;

		f->change = c->wish == DELEGATE_REMOVE || level < LEVEL_CUSTOM;
		if (!f->change || !*j->remotes.v[i])
			continue;
		if (!ops_of(l)->permissions_get(l->backend, &op,
						j->remotes.v[i], &set, err))
			return err_add(err, "%s", j->titles.v[i]);
		now = entry_of(&set, p->sid);
		f->had = now != NULL;
		f->was = now ? now->rights : 0;
		f->want = c->wish == DELEGATE_REMOVE ? 0
			  : i == PLAN_FREEBUSY	     ? freebusy_rights(level)
					       : permission_level_rights(level);
		permission_set_release(&set);
	}
	return true;
}

static bool plan_people(struct lane *l, const struct delegate_change *c,
			struct delegate_plan *p, struct err *err)
{
	struct directory_account me, who;
	struct directory *d;
	struct strv all CLEANUP(strv_release);
	bool ok;

	strv_init(&all);
	if (!lane_directory(l, false, &d, err) ||
	    !account_by_address(d, l->engine->account->address, &me, err))
		return of_directory(err);
	if (!account_by_address(d, str_or_empty(c->who.address), &who, err)) {
		directory_account_release(&me);
		return of_directory(err);
	}
	ok = account_delegates(d, me.dn, &all, err) || of_directory(err);
	p->me_dn = me.dn;
	p->dn = who.dn;
	p->legacy_dn = who.legacy_dn;
	p->sid = who.sid;
	p->name = who.name ? xstrdup(who.name) : xstrdup(c->who.address);
	p->was_behalf = ok && strv_has(&all, p->dn);
	me.dn = who.dn = who.legacy_dn = who.sid = NULL;
	directory_account_release(&me);
	directory_account_release(&who);
	if (ok && (!p->sid || !p->legacy_dn))
		return err_set(err, ERR_INPUT,
			       "%s has no account with a mailbox and cannot "
			       "be a delegate",
			       p->name);
	return ok;
}

bool delegates_plan(struct lane *l, struct job *j,
		    const struct delegate_change *c, struct err *err)
{
	struct op op = lane_op(l);
	struct delegate_plan p = {.wish = c->wish,
				  .no_behalf = j->sharing->changes.no_behalf,
				  .want_private = c->who.sees_private};
	struct delegate_entries list = {0};
	const struct delegate_entry *e;
	bool ok = find_freebusy(l, j, err) && plan_people(l, c, &p, err) &&
		  ops_of(l)->delegate_entries_get(l->backend, &op, &list, err);

	e = ok ? delegate_entry_find(&list, p.legacy_dn) : NULL;
	p.was_listed = e != NULL;
	p.was_private = e && e->sees_private;
	if (ok && c->wish == DELEGATE_ADD && e)
		ok = err_set(err, ERR_CONFLICT,
			     "this person is a delegate already");
	else if (ok && c->wish != DELEGATE_ADD && !e && !p.was_behalf)
		ok = err_set(err, ERR_NOT_FOUND, "this person is no delegate");
	ok = ok && plan_folders(l, j, c, &p, err);
	if (ok)
		keep_plan(j, &p);
	delegate_entries_release(&list);
	delegate_plan_release(&p);
	return ok;
}

/* --- reading -------------------------------------------------------------- */

/* Levels of the delegates in one folder. */
static void read_levels(struct lane *l, const char *remote, int folder,
			struct delegate_list *out)
{
	struct op op = lane_op(l);
	struct permission_set set;
	struct err err;

	if (!*remote ||
	    !ops_of(l)->permissions_get(l->backend, &op, remote, &set, &err))
		return;
	for (size_t i = 0; i < out->n; i++) {
		const struct permission *p = entry_of(&set, out->v[i].sid);
		enum permission_level level =
			permission_level_of(p ? p->rights : 0);

		if (!out->v[i].sid)
			continue;
		out->v[i].levels[folder] =
			level == LEVEL_NONE || level == LEVEL_REVIEWER ||
					level == LEVEL_AUTHOR ||
					level == LEVEL_EDITOR
				? level
				: LEVEL_CUSTOM;
	}
	permission_set_release(&set);
}

bool delegates_read(struct lane *l, struct job *j, struct err *err)
{
	struct sharing *sh = j->sharing;
	struct op op = lane_op(l);
	struct delegate_entries list;
	struct directory *d = NULL;
	struct err e = ERR_INIT;

	if (!ops_of(l)->delegate_entries_get(l->backend, &op, &list, err))
		return false;
	if (list.n && !lane_directory(l, false, &d, &e))
		strv_give(&sh->notes,
			  xasprintf("without the directory it is not known "
				    "what they may do (%s)",
				    e.text));
	for (size_t i = 0; i < list.n; i++) {
		struct delegate *one = vec_new(&sh->delegates);
		struct directory_account a;

		delegate_init(one);
		one->name = xstrdup(list.v[i].name);
		one->sees_private = list.v[i].sees_private;
		if (!d || !account_by_legacy_dn(d, list.v[i].legacy_dn, &a, &e))
			continue;
		one->address = a.address;
		one->sid = a.sid;
		a.address = a.sid = NULL;
		directory_account_release(&a);
	}
	for (int f = 0; d && f < DELEGATE_FOLDER_COUNT; f++)
		read_levels(l, j->remotes.v[f], f, &sh->delegates);
	sh->delegates.no_copies = true;
	strv_add(&sh->notes, NO_RULE);
	delegate_entries_release(&list);
	return true;
}
