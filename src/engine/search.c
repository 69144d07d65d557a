/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Search on the server: folder by folder, so that every hit has a home; hits
 * the mirror does not have yet are stored like listed items. */
#include "engine/core.h"

#define HITS 50
#define HIT_WEIGHT 1500

bool job_run_search(struct lane *l, struct job *j, struct err *err)
{
	if (!lane_ops(l)->search)
		return err_set(err, ERR_UNSUPPORTED,
			       "this server offers no search");
	for (size_t i = 0; i < j->remotes.n; i++) {
		const char *folder = j->remotes.v[i];
		struct msg *m = msg_new(MSG_FOUND, j);
		struct op op;

		job_about(j, i);
		op = lane_op(l);
		m->which = i;
		if (!lane_ops(l)->search(l->backend, &op, &folder, 1, j->words,
					 HITS, &m->list, err)) {
			msg_free(m);
			if (err->kind != ERR_NOT_FOUND &&
			    err->kind != ERR_DENIED)
				return false;
			err_clear(err);
			continue;
		}
		if (!lane_post(l, m, m->list.n * HIT_WEIGHT))
			return err_set(err, ERR_CANCELLED, "cancelled");
	}
	return true;
}

struct job *core_job_search(struct core *c, const struct ticket *t)
{
	struct job *j = job_new(JOB_SEARCH);

	j->ticket = t->id;
	j->words = xstrdup(str_or_empty(t->request.text));
	for (size_t i = 0; i < c->folders.n; i++) {
		const struct folder_work *f = &c->folders.v[i];

		if (!f->remote ||
		    (t->request.folder ? f->id != t->request.folder
				       : !f->mirrored))
			continue;
		strv_add(&j->remotes, f->remote);
		vec_add(&j->rows, f->id);
		strv_add(&j->owners, str_or_empty(f->owner));
	}
	return j;
}

bool core_apply_found(struct core *c, struct msg *m, size_t *cursor, bool *done,
		      struct err *err)
{
	int64_t folder = m->job->rows.v[m->which], id;
	bool need_body;

	if (!core_folder(c, folder))
		*cursor = m->list.n; /* removed meanwhile */
	for (; *cursor < m->list.n; (*cursor)++) {
		if (!write_item(c->store, folder, &m->list.v[*cursor], &id,
				&need_body, err))
			return false;
		vec_add(&m->job->found, id);
		if (need_body)
			core_tell_items(c, folder);
		c->want_bodies |= need_body;
	}
	*done = true;
	return true;
}

bool job_end_search(struct core *c, struct job *j, struct err *err UNUSED)
{
	struct str ids CLEANUP(str_release) = STR_INIT;
	struct event e = {.kind = EVENT_RESULTS, .ticket = j->ticket};

	for (size_t i = 0; i < j->found.n; i++)
		str_addf(&ids, "%s%lld", i ? " " : "",
			 (long long)j->found.v[i]);
	if (j->err.kind == ERR_NONE) {
		e.count = (int64_t)j->found.n;
		e.text = str_take(&ids);
		event_queue_push(&c->engine->events, &e);
	}
	core_end_ticket(c, j->ticket, &j->err);
	return true;
}
