/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * Other people's mailboxes: which of them are open is a fact for each,
 * "mailbox:ADDRESS" with the name and the folders wanted. Their folders are
 * mirrored like one's own, below a row that stands for the mailbox.
 */
#include "engine/core.h"
#include "engine/events.h"
#include "proto/services.h"

#define FACT "mailbox:"
#define FOLDER_WEIGHT 600

/* --- in the lane ---------------------------------------------------------- */

/* "Name<TAB>inbox,calendar": the roles; *n 0: all folders. */
static void wanted_roles(const char *value, enum folder_role *roles, size_t *n)
{
	const char *tab = strchr(str_or_empty(value), '\t');
	struct strv names CLEANUP(strv_release);

	*n = 0;
	strv_init(&names);
	if (tab)
		strv_split(&names, tab + 1, ",");
	for (size_t i = 0; i < names.n && *n < FOLDER_ROLE_COUNT; i++)
		if (folder_role_find(names.v[i]) != FOLDER_ROLE_NONE)
			roles[(*n)++] = folder_role_find(names.v[i]);
}

static bool one_mailbox(struct lane *l, struct job *j, size_t i,
			struct err *err)
{
	struct msg *m = msg_new(MSG_OTHERS, j);
	struct op op = lane_op(l);
	enum folder_role roles[FOLDER_ROLE_COUNT];
	size_t n;

	m->which = i;
	wanted_roles(j->titles.v[i], roles, &n);
	if (!backend_services(lane_ops(l))
		     ->open_mailbox(l->backend, &op, j->remotes.v[i], roles, n,
				    &m->marks, err)) {
		msg_free(m);
		return false;
	}
	return lane_post(l, m, m->marks.n * FOLDER_WEIGHT) ||
	       err_set(err, ERR_CANCELLED, "cancelled");
}

bool job_run_others(struct lane *l, struct job *j, struct err *err)
{
	struct err first = ERR_INIT;

	if (!j->have_info && !lane_connect(l, err))
		return false;
	if (!backend_services(lane_ops(l))->open_mailbox)
		return err_set(err, ERR_UNSUPPORTED,
			       "retinue cannot open other people's mailboxes "
			       "on this server");
	for (size_t i = 0; i < j->remotes.n; i++) {
		if (one_mailbox(l, j, i, err))
			continue;
		if (err_is_transient(err) || err->kind == ERR_CANCELLED ||
		    err->kind == ERR_AUTH)
			return false;
		if (first.kind == ERR_NONE)
			first = *err;
	}
	if (first.kind == ERR_NONE)
		return true;
	*err = first;
	return false;
}

/* --- in the core ---------------------------------------------------------- */

static char *mailbox_id(const char *address)
{
	return xasprintf(FACT "%s", address);
}

struct job *core_job_others(struct core *c)
{
	struct job *j = job_new(JOB_OTHERS);
	struct err err;

	c->want_others = false;
	if (!query_facts(c->store, FACT, &j->remotes, &j->titles, &err) ||
	    !j->remotes.n) {
		job_free(j);
		return NULL;
	}
	c->others_active = true;
	return j;
}

struct job *core_job_mailbox(struct ticket *t)
{
	struct job *j = job_new(JOB_OTHERS);

	j->ticket = t->id;
	j->lane = LANE_INTERACTIVE;
	strv_add(&j->remotes, t->request.text);
	strv_add(&j->titles, str_or_empty(t->request.value));
	return j;
}

static bool write_top(struct core *c, const char *address, const char *value,
		      const char *id, struct err *err)
{
	size_t len = strcspn(str_or_empty(value), "\t");
	struct folder top = {
		.remote_id = (char *)id,
		.owner = (char *)address,
		.kind = FOLDER_MAIL,
		.flags = FOLDER_MAILBOX | FOLDER_NO_SYNC,
		.size = -1,
		.synced_at = CLOCK_NEVER,
	};
	bool ok;

	top.name = len ? xstrndup(value, len) : xstrdup(address);
	ok = write_folder(c->store, &top, err);
	free(top.name);
	return ok;
}

static bool is_among(const struct folder_marks *all, const char *id)
{
	for (size_t i = 0; id && i < all->n; i++)
		if (str_eq(all->v[i].folder.remote_id, id))
			return true;
	return false;
}

bool core_apply_others(struct core *c, struct msg *m, size_t *cursor UNUSED,
		       bool *done, struct err *err)
{
	const char *address = m->job->remotes.v[m->which];
	char *id CLEANUP(mem_free_ptr) = mailbox_id(address);
	struct strv ids CLEANUP(strv_release);

	*done = true;
	strv_init(&ids);
	strv_add(&ids, id);
	if (!write_top(c, address, m->job->titles.v[m->which], id, err))
		return false;
	for (size_t i = 0; i < m->marks.n; i++) {
		struct folder *f = &m->marks.v[i].folder;

		mem_replace(&f->owner, xstrdup(address));
		if (!is_among(&m->marks, f->parent_remote))
			mem_replace(&f->parent_remote, xstrdup(id));
		strv_add(&ids, f->remote_id);
		if (!write_folder(c->store, f, err))
			return false;
	}
	if (!write_folders_keep(c->store, address, &ids, err) ||
	    !core_reload_folders(c, err))
		return false;
	c->told_folders = true;
	return core_judge_marks(c, &m->marks, err);
}

bool job_end_others(struct core *c, struct job *j, struct err *err)
{
	if (!j->ticket) {
		c->others_active = false;
		if (j->err.kind == ERR_NONE)
			return true;
		if (err_is_transient(&j->err) || j->err.kind == ERR_CANCELLED)
			c->want_others = true;
		else if (!c->others_told)
			core_tell_notice(c, &j->err);
		c->others_told = true;
		return true;
	}
	if (j->err.kind == ERR_NONE) {
		char *key CLEANUP(mem_free_ptr) = mailbox_id(j->remotes.v[0]);

		if (!write_fact(c->store, key, j->titles.v[0], err))
			return false;
	}
	core_end_ticket(c, j->ticket, &j->err);
	return true;
}

bool core_close_mailbox(struct core *c, const char *address, struct err *err)
{
	char *key CLEANUP(mem_free_ptr) = mailbox_id(address);
	char *value CLEANUP(mem_free_ptr) = query_fact(c->store, key);
	struct strv none CLEANUP(strv_release);

	strv_init(&none);
	if (!value)
		return err_set(err, ERR_NOT_FOUND,
			       "the mailbox of %s is not open", address);
	if (!write_begin(c->store, err))
		return false;
	if (!write_fact(c->store, key, NULL, err) ||
	    !write_folders_keep(c->store, address, &none, err) ||
	    !write_commit(c->store, err)) {
		write_rollback(c->store);
		return false;
	}
	c->told_folders = true;
	core_tell_items(c, 0);
	return core_reload_folders(c, err);
}

/* --- what one may do -------------------------------------------------------- */

/* Says why not, by what is missing. */
static bool check(struct core *c, int64_t folder, unsigned wanted,
		  struct err *err)
{
	const struct folder_work *f = core_folder(c, folder);

	if (!f || !f->is_others)
		return true;
	if (f->is_mailbox)
		return err_set(err, ERR_DENIED, "%s stands for a whole mailbox",
			       f->path);
	/* Who may make items may change and delete those. */
	if (f->rights & wanted ||
	    (f->rights & FOLDER_MAY_CREATE &&
	     wanted & (FOLDER_MAY_MODIFY | FOLDER_MAY_DELETE)))
		return true;
	return err_set(
		err, ERR_DENIED,
		wanted & FOLDER_MAY_CREATE ? "you may not put anything into %s"
		: wanted & FOLDER_MAY_NEST ? "you may not make folders in %s"
		: wanted & FOLDER_MAY_DELETE
			? "you may not delete anything in %s"
			: "you may not change anything in %s",
		f->path);
}

static bool check_items(struct core *c, const struct intent *i, unsigned wanted,
			struct err *err)
{
	struct item it;

	for (size_t k = 0; k < i->n_items; k++) {
		if (!query_item(c->store, i->items[k], &it, NULL))
			continue; /* whoever writes it says so */
		int64_t folder = it.folder;

		item_release(&it);
		if (!check(c, folder, wanted, err))
			return false;
	}
	return true;
}

bool core_check_rights(struct core *c, const struct intent *i, struct err *err)
{
	bool any = false;

	for (size_t k = 0; k < c->folders.n; k++)
		any |= c->folders.v[k].is_others;
	if (!any)
		return true;
	switch (i->kind) {
	case JOURNAL_EDIT:
		return check_items(c, i, FOLDER_MAY_MODIFY, err);
	case JOURNAL_DELETE:
		return check_items(c, i, FOLDER_MAY_DELETE, err);
	case JOURNAL_MOVE:
		return check_items(c, i, FOLDER_MAY_DELETE, err) &&
		       check(c, i->folder, FOLDER_MAY_CREATE, err);
	case JOURNAL_COPY:
	case JOURNAL_UPLOAD:
		return check(c, i->folder, FOLDER_MAY_CREATE, err);
	case JOURNAL_FOLDER_CREATE:
		return check(c, i->parent, FOLDER_MAY_NEST, err);
	case JOURNAL_FOLDER_EMPTY:
		return check(c, i->folder, FOLDER_MAY_DELETE, err);
	case JOURNAL_FOLDER_MOVE:
		return check(c, i->folder, FOLDER_MAY_ALL, err) &&
		       check(c, i->parent, FOLDER_MAY_NEST, err);
	case JOURNAL_FOLDER_RENAME:
	case JOURNAL_FOLDER_DELETE:
		return check(c, i->folder, FOLDER_MAY_ALL, err);
	default:
		return true;
	}
}
