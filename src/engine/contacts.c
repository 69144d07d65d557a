/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * One's own contacts, both ways. A wish is in the store before anything is
 * sent. After a start the folder is read first, so that a contact whose answer
 * was lost is recognised, and only then is sent what still waits.
 */
#include "base/log.h"
#include "engine/core.h"
#include "proto/people.h"

#define PERSON_WEIGHT 500
#define STATE "contacts-state"

/* --- the lane ------------------------------------------------------------------ */

static bool send_wish(struct lane *l, struct job *j, size_t i, struct err *err)
{
	const struct contact_wish_row *w = &j->wishes.v[i];
	struct op op = lane_op(l);
	struct item_ref ref = {.remote_id = w->person.key,
			       .change_key = w->person.change_key};
	struct msg *m = msg_new(MSG_CONTACT, j);
	struct item_results results = {0};
	bool ok;

	m->which = i;
	if (w->wish != CONTACT_GONE) {
		ok = backend_people(lane_ops(l))
			     ->write_contact(l->backend, &op, j->remote,
					     w->wish == CONTACT_CHANGED
						     ? &w->base
						     : NULL,
					     &w->person, &m->result, err);
	} else {
		ok = !ref.remote_id ||
		     lane_ops(l)->remove(l->backend, &op, &ref, 1,
					 DELETE_TO_DELETED, &results, err);
		if (ok && results.n && results.v[0].err.kind)
			m->result.err = results.v[0].err;
		item_results_release(&results);
	}
	if (!ok && (err->kind == ERR_NETWORK || err->kind == ERR_CANCELLED ||
		    err->kind == ERR_AUTH || err->kind == ERR_SERVER)) {
		msg_free(m);
		return false;
	}
	if (!ok)
		m->result.err = *err;
	err_clear(err);
	return lane_post(l, m, 0) || err_set(err, ERR_CANCELLED, "cancelled");
}

static bool sync_pages(struct lane *l, struct job *j, const char *state,
		       struct err *err)
{
	struct op op = lane_op(l);
	char *at = xstrdup(state);
	/* A whole listing tells who is left, at its end. */
	bool more = true, ok = true, whole = !state;

	while (ok && more) {
		struct msg *m = msg_new(MSG_CONTACTS, j);

		ok = backend_people(lane_ops(l))
			     ->sync_contacts(l->backend, &op, j->remote, at,
					     &m->contacts, err);
		if (!ok) {
			msg_free(m);
			break;
		}
		more = m->contacts.more;
		if (m->contacts.compare_begin) {
			strv_release(&j->remotes);
			strv_init(&j->remotes);
			whole = true;
		}
		for (size_t i = 0; whole && i < m->contacts.people.n; i++)
			strv_add(&j->remotes, m->contacts.people.v[i].key);
		for (size_t i = 0; whole && i < m->contacts.named.n; i++)
			strv_add(&j->remotes, m->contacts.named.v[i]);
		m->keep = m->contacts.compare_end || (!state && !more);
		for (size_t i = 0; m->keep && i < j->remotes.n; i++)
			strv_add(&m->ids, j->remotes.v[i]);
		mem_replace(&at, xstrdup(m->contacts.state));
		if (!lane_post(l, m, m->contacts.people.n * PERSON_WEIGHT))
			ok = err_set(err, ERR_CANCELLED, "cancelled");
	}
	free(at);
	return ok;
}

bool job_run_contacts(struct lane *l, struct job *j, struct err *err)
{
	if (!backend_people(lane_ops(l))->sync_contacts)
		return err_set(err, ERR_UNSUPPORTED,
			       "contacts are not offered");
	for (size_t i = 0; i < j->wishes.n; i++)
		if (!send_wish(l, j, i, err))
			return false;
	if (sync_pages(l, j, j->state, err))
		return true;
	if (!j->state || err->kind != ERR_STATE)
		return false;
	err_clear(err);
	return sync_pages(l, j, NULL, err);
}

/* --- the core ------------------------------------------------------------------- */

static void tell_contacts(struct core *c)
{
	struct event e = {.kind = EVENT_CONTACTS};

	event_queue_push(&c->engine->events, &e);
}

bool core_apply_contacts(struct core *c, struct msg *m, size_t *cursor UNUSED,
			 bool *done, struct err *err)
{
	const struct contact_page *p = &m->contacts;
	int64_t folder = m->job->folder;

	for (size_t i = 0; i < p->people.n; i++)
		if (!write_contact(c->store, folder, &p->people.v[i], err))
			return false;
	for (size_t i = 0; i < p->gone.n; i++)
		if (!write_contact_gone(c->store, p->gone.v[i], err))
			return false;
	if (m->keep && !write_contacts_keep(c->store, folder, &m->ids, err))
		return false;
	*done = true;
	m->job->changed |= p->people.n || p->gone.n;
	return write_fact(c->store, STATE, p->state, err);
}

bool core_apply_contact(struct core *c, struct msg *m, size_t *cursor UNUSED,
			bool *done, struct err *err)
{
	const struct contact_wish_row *w = &m->job->wishes.v[m->which];
	const struct item_result *r = &m->result;
	struct err why = r->err;

	*done = true;
	if (why.kind == ERR_NOT_FOUND && w->wish != CONTACT_NEW)
		return w->wish == CONTACT_GONE
			       ? write_contact_done(c->store, w, NULL, NULL,
						    err)
			       : write_contact_gone(c->store, w->person.key,
						    err);
	if (why.kind == ERR_NONE)
		return write_contact_done(c->store, w, r->new_id,
					  r->new_change_key, err);
	err_add(&why, "%s", person_title(&w->person));
	/* The sync that follows brings the other version: what does not clash
	 * goes out with it, what does is said there. */
	if (why.kind == ERR_CONFLICT)
		m->job->again = true;
	else
		core_tell_notice(c, &why);
	return write_contact_failed(c->store, w->person.id, why.text, err);
}

bool job_end_contacts(struct core *c, struct job *j, struct err *err)
{
	const struct folder_work *f = core_folder(c, j->folder);

	c->contacts_active = false;
	if (j->err.kind == ERR_UNSUPPORTED || j->err.kind == ERR_NOT_FOUND)
		c->contacts_missing = true;
	if (j->err.kind != ERR_NONE)
		log_at(LOG_INFO, "engine", "contacts: %s", j->err.text);
	else
		c->contacts_read = true;
	if (j->err.kind == ERR_NONE && j->changed)
		tell_contacts(c);
	if (j->err.kind == ERR_NONE && f &&
	    !core_keep_mark(c, f->id, f->mark_asked, err))
		return false;
	/* What waits goes out now that it is known what is there. */
	if (j->err.kind == ERR_NONE && (!j->wishes.n || j->again) &&
	    query_contacts_ready(c->store))
		c->want_contacts = true;
	return true;
}

bool core_contacts_wait(const struct core *c)
{
	return c->contacts_active || (c->want_contacts && !c->contacts_missing);
}

struct job *core_job_contacts(struct core *c)
{
	struct folder_work *f = core_folder(
		c, query_folder_role(c->store, FOLDER_ROLE_CONTACTS));
	char *state CLEANUP(mem_free_ptr) = query_fact(c->store, STATE);
	struct contact_wishes wishes = {0};
	struct err err = ERR_INIT;
	bool unchanged;
	struct job *j;

	c->want_contacts = false;
	if (!f || !f->remote || c->contacts_missing)
		return NULL;
	unchanged = state && core_is_unchanged(c, f);
	c->contacts_read |= unchanged;
	if (c->contacts_read &&
	    (!write_begin(c->store, &err) ||
	     !write_contact_wishes(c->store, &wishes, &err) ||
	     !write_commit(c->store, &err))) {
		write_rollback(c->store);
		contact_wishes_release(&wishes);
		log_at(LOG_WARN, "engine", "contacts: %s", err.text);
		return NULL;
	}
	if (unchanged && !wishes.n)
		return NULL;
	j = job_new(JOB_CONTACTS);
	j->folder = f->id;
	j->remote = xstrdup(f->remote);
	j->state = xstrdup(state);
	j->wishes = wishes;
	mem_replace(&f->mark_asked, xstrdup(f->mark));
	c->contacts_active = true;
	return j;
}

/* What could not be taken back is forgotten, so that goes into the store too. */
bool core_undo_contact(struct core *c, uint64_t ticket, int64_t entry,
		       struct err *err)
{
	struct event said = {.kind = EVENT_NOTICE};
	struct err why = ERR_INIT;
	bool by_entry = entry != 0;
	int64_t id = 0;

	if (!write_begin(c->store, err))
		return false;
	if (!write_contact_undo(c->store, &entry, &id, &said.text, &why) &&
	    why.kind == ERR_DISK) {
		write_rollback(c->store);
		*err = why;
		return false;
	}
	if (!write_commit(c->store, err)) {
		write_rollback(c->store);
		free(said.text);
		return false;
	}
	if (!said.text) {
		*err = why;
		return false;
	}
	event_queue_push(&c->engine->events, &said);
	c->want_contacts = c->told_journal = true;
	tell_contacts(c);
	core_tell_done(c, ticket, by_entry ? entry : id, NULL);
	return true;
}

bool core_request_contact(struct core *c, uint64_t ticket,
			  const struct request *r, struct err *err)
{
	struct person *p = r->person;
	int64_t id = 0;

	if (r->wish == CONTACT_UNDO)
		return core_undo_contact(c, ticket, 0, err);
	if (!p)
		return err_set(err, ERR_INPUT, "there is nothing to do");
	if (r->wish == CONTACT_NEW && !p->folder)
		p->folder = query_folder_role(c->store, FOLDER_ROLE_CONTACTS);
	if (!p->folder && r->wish == CONTACT_NEW)
		return err_set(err, ERR_NOT_FOUND,
			       "the mailbox has no contacts folder yet: run a "
			       "sync first");
	if (!write_begin(c->store, err))
		return false;
	if (!write_contact_wish(c->store, (enum contact_wish)r->wish, p, &id,
				err) ||
	    !write_commit(c->store, err)) {
		write_rollback(c->store);
		return false;
	}
	c->want_contacts = c->told_journal = true;
	tell_contacts(c);
	core_tell_done(c, ticket, id, NULL);
	return true;
}
