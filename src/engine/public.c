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
		return lane_ops(l)->list(l->backend, &op, t->id, 0, NEWEST,
					 &t->items, &t->more, err);
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
