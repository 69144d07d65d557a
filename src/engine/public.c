/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * Public folders: what a person asks of them now, and the favourites, which are
 * folders of the store like others (mirrored by their listing).
 */
#include "base/clock.h"
#include "engine/events.h"
#include "model/public.h"
#include "proto/services.h"

#include <string.h>

#define NEWEST 200

static bool keep_message(void *ctx, struct fetched *owned_f)
{
	struct job *j = ctx;

	if (owned_f->err.kind)
		j->item_err = owned_f->err;
	else
		bytes_set(&j->talk->raw, owned_f->mime.p, owned_f->mime.len);
	fetched_release(owned_f);
	return true;
}

static bool keep_event(void *ctx, size_t index UNUSED,
		       struct fetched_event *owned_f)
{
	struct appointment_list *out = ctx;

	if (owned_f->err.kind || owned_f->appt.start == CLOCK_NEVER)
		appointment_release(&owned_f->appt);
	else
		vec_add(out, owned_f->appt);
	return true;
}

static int by_start(const void *a, const void *b)
{
	const struct appointment *x = a, *y = b;

	return (x->start > y->start) - (x->start < y->start);
}

static int by_title(const void *a, const void *b)
{
	return strcasecmp(person_title(a), person_title(b));
}

/* The entries of a public calendar. */
static bool read_calendar(struct lane *l, struct public_talk *t,
			  struct err *err)
{
	const struct backend_ops *ops = lane_ops(l);
	struct op op = lane_op(l);
	struct item_ref *refs;
	bool ok = ops->list(l->backend, &op, t->id, 0, NEWEST, &t->items,
			    &t->more, err);

	if (!ok)
		return false;
	refs = xcalloc(t->items.n + 1, sizeof(*refs));
	for (size_t i = 0; i < t->items.n; i++)
		refs[i] = (struct item_ref){t->items.v[i].remote_id,
					    t->items.v[i].change_key};
	ok = !t->items.n ||
	     ops->calendar->fetch_events(l->backend, &op, refs, t->items.n,
					 keep_event, &t->events, err);
	free(refs);
	if (ok && t->events.n)
		qsort(t->events.v, t->events.n, sizeof(*t->events.v), by_start);
	return ok;
}

/* What is in a folder, as what it is. */
static bool read_content(struct lane *l, struct public_talk *t, struct err *err)
{
	const struct service_ops *s = backend_services(lane_ops(l));
	struct op op = lane_op(l);

	if (t->folder_kind == FOLDER_CALENDAR && lane_ops(l)->calendar)
		return read_calendar(l, t, err);
	if (t->folder_kind != FOLDER_CONTACTS || !s->public_contacts)
		return lane_ops(l)->list(l->backend, &op, t->id, 0, NEWEST,
					 &t->items, &t->more, err);
	if (!s->public_contacts(l->backend, &op, t->id, NEWEST, &t->people,
				err))
		return false;
	if (t->people.n)
		qsort(t->people.v, t->people.n, sizeof(*t->people.v), by_title);
	return true;
}

bool job_run_public(struct lane *l, struct job *j, struct err *err)
{
	const struct service_ops *s = backend_services(lane_ops(l));
	struct public_talk *t = j->talk;
	struct item_ref ref = {.remote_id = t->id};
	struct op op = lane_op(l);

	if (!s->public_list)
		return err_set(err, ERR_UNSUPPORTED,
			       "this server offers no public folders");
	switch (t->wish) {
	case PUBLIC_LIST:
		if (!s->public_list(l->backend, &op, t->id, &t->list, err))
			return false;
		public_list_sort(&t->list);
		return true;
	case PUBLIC_ITEMS:
		return read_content(l, t, err);
	case PUBLIC_MESSAGE:
		if (!lane_ops(l)->fetch(l->backend, &op, &ref, 1, true,
					keep_message, j, err))
			return false;
		if (j->item_err.kind && err)
			*err = j->item_err;
		return !j->item_err.kind;
	case PUBLIC_POST_NEW:
		return s->public_post(l->backend, &op, t->id, &t->raw, err);
	case PUBLIC_SUBSCRIBE:
	case PUBLIC_UNSUBSCRIBE:
		break;
	}
	return true;
}

struct job *core_job_public(struct ticket *t)
{
	struct job *j = job_new(JOB_PUBLIC);

	j->ticket = t->id;
	j->talk = t->request.talk;
	t->request.talk = NULL;
	return j;
}

bool job_end_public(struct core *c, struct job *j, struct err *err UNUSED)
{
	struct event e = {.kind = EVENT_PUBLIC, .ticket = j->ticket};

	if (j->err.kind == ERR_NONE) {
		e.talk = j->talk;
		j->talk = NULL;
		core_tell(c, &e);
	}
	core_end_ticket(c, j->ticket, &j->err);
	return true;
}

#define TOP "public:" /* id of the row they stand below */

/* The favourite, and before it the row they all stand below. */
static bool write_favourite(struct core *c, struct folder *f, struct err *err)
{
	struct folder top = {
		.remote_id = (char *)TOP,
		.owner = (char *)FOLDER_OF_PUBLIC,
		.name = (char *)"Public folders",
		.kind = FOLDER_MAIL,
		.flags = FOLDER_MAILBOX | FOLDER_NO_SYNC,
		.size = -1,
		.synced_at = CLOCK_NEVER,
	};

	if (!write_folder(c->store, &top, err))
		return false;
	mem_replace(&f->owner, xstrdup(FOLDER_OF_PUBLIC));
	mem_replace(&f->parent_remote, xstrdup(TOP));
	return write_folder(c->store, f, err);
}

/* Favourites are a matter of the store: no server is told (its own list is for
 * other programs). What is left in taken->talk goes to the server. */
bool core_request_public(struct core *c, uint64_t ticket, struct request *taken,
			 struct err *err)
{
	struct public_talk *t = taken->talk;
	struct folder *f = t ? &t->folder : NULL;
	bool on;

	if (!t)
		return err_set(err, ERR_INPUT, "there is nothing to do");
	on = t->wish == PUBLIC_SUBSCRIBE;
	if (!on && t->wish != PUBLIC_UNSUBSCRIBE)
		return true;
	if (on && !f->remote_id)
		return err_set(err, ERR_INPUT, "which folder?");
	if (!write_begin(c->store, err))
		return false;
	if (!(on ? write_favourite(c, f, err)
		 : write_folder_gone(c->store, t->id, err)) ||
	    !write_commit(c->store, err)) {
		write_rollback(c->store);
		return false;
	}
	if (!core_reload_folders(c, err))
		return false;
	c->told_folders = true;
	core_tell_items(c, 0);
	public_talk_free(t);
	taken->talk = NULL;
	core_tell_done(c, ticket, 0, NULL);
	return true;
}
