/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* News pushed by the server. They only say where to look. */
#include "engine/core.h"
#include "base/clock.h"

static void on_notify(void *ctx, const struct notify_event *e)
{
	struct lane *l = ctx;
	struct msg *m = msg_new(MSG_NOTIFY, l->running);

	m->notify = e->kind;
	m->notify_folder = xstrdup(e->folder);
	m->new_mail = e->new_mail;
	chan_send(l->engine->results, m);
}

bool job_run_notify(struct lane *l, struct job *j UNUSED, struct err *err)
{
	struct op op = lane_op(l);

	while (lane_ops(l)->notify_wait(l->backend, &op, on_notify, l, err))
		if (lane_cancelled(l))
			return err_set(err, ERR_CANCELLED, "cancelled");
	return false;
}

void core_notify(struct core *c, const struct msg *m)
{
	struct folder_work *f;

	c->pushed = true;
	c->told_state = true;
	switch (m->notify) {
	case NOTIFY_FOLDER:
		f = core_folder_remote(c, m->notify_folder);
		if (f && f->role == FOLDER_ROLE_CONTACTS) {
			c->want_contacts = true;
			mem_replace(&f->mark, NULL); /* no longer true */
		}
		if (!f)
			c->want_tree = c->want_state_sync = true;
		else if (f->mirrored || f->opened)
			f->dirty = true;
		return;
	case NOTIFY_HIERARCHY:
		c->want_tree = c->want_state_sync = true;
		return;
	case NOTIFY_ALL:
		core_want_sync(c);
		return;
	}
}

bool job_end_notify(struct core *c, struct job *j, struct err *err UNUSED)
{
	int64_t second = c->engine->second_ms;

	c->pushed = false;
	c->told_state = true;
	if (j->err.kind == ERR_UNSUPPORTED)
		c->no_push = true;
	/* Whether the server is gone at all, a sync will tell. */
	if (j->err.kind != ERR_CANCELLED && j->err.kind != ERR_UNSUPPORTED)
		core_want_sync(c);
	c->push_failures =
		j->err.kind == ERR_CANCELLED ? 0 : c->push_failures + 1;
	c->next_push =
		clock_mono_ms() +
		(c->push_failures < 6 ? 5 << c->push_failures : 300) * second;
	return true;
}
