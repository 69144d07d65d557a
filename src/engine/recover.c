/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * Recoverable items: listed, brought back into a folder, or removed for ever.
 * The server alone has them, so a wish is carried out while the person waits.
 */
#include "engine/events.h"
#include "model/recover.h"
#include "proto/services.h"

#define NEWEST 500

/* Counts what was done; the first trouble is the answer's. */
static bool take_results(struct recover_talk *t, struct item_results *r,
			 struct err *err)
{
	struct err first = ERR_INIT;

	for (size_t i = 0; i < r->n; i++) {
		if (r->v[i].err.kind == ERR_NONE)
			t->done++;
		else if (first.kind == ERR_NONE)
			first = r->v[i].err;
		if (r->v[i].err.kind == ERR_NONE && r->v[i].new_id)
			strv_add(&t->new_ids, r->v[i].new_id);
	}
	item_results_release(r);
	if (first.kind == ERR_NONE)
		return true;
	*err = first;
	return t->done ? err_add(err, "after %lld", (long long)t->done) : false;
}

bool job_run_recover(struct lane *l, struct job *j, struct err *err)
{
	const struct backend_ops *ops = lane_ops(l);
	const struct service_ops *s = backend_services(ops);
	struct recover_talk *t = j->recover;
	struct op op = lane_op(l);
	struct item_results results = {0};
	struct item_ref *refs;
	bool ok;

	if (!s->recoverable_list)
		return err_set(err, ERR_UNSUPPORTED,
			       "by this protocol the server does not list what "
			       "was deleted for good; its web access or "
			       "Outlook may");
	if (t->wish == RECOVER_LIST)
		return s->recoverable_list(l->backend, &op, 0, NEWEST,
					   &t->items, &t->more, err);
	refs = xcalloc(t->ids.n + 1, sizeof(*refs));
	for (size_t i = 0; i < t->ids.n; i++)
		refs[i].remote_id = t->ids.v[i];
	ok = t->wish == RECOVER_RESTORE
		     ? ops->move(l->backend, &op, refs, t->ids.n, j->remote,
				 &results, err)
		     : ops->remove(l->backend, &op, refs, t->ids.n, DELETE_HARD,
				   &results, err);
	free(refs);
	return ok && take_results(t, &results, err);
}

struct job *core_job_recover(struct core *c, struct ticket *t, struct err *err)
{
	struct recover_talk *talk = t->request.recover;
	const struct folder_work *f = talk && talk->wish == RECOVER_RESTORE
					      ? core_folder(c, talk->folder)
					      : NULL;
	struct job *j;

	if (!talk || (talk->wish == RECOVER_RESTORE && (!f || !f->remote))) {
		err_set(err, ERR_INPUT, "into which folder?");
		return NULL;
	}
	j = job_new(JOB_RECOVER);
	j->ticket = t->id;
	j->recover = talk;
	j->remote = f ? xstrdup(f->remote) : NULL;
	t->request.recover = NULL;
	return j;
}

bool job_end_recover(struct core *c, struct job *j, struct err *err)
{
	struct event e = {.kind = EVENT_RECOVER, .ticket = j->ticket};
	const struct recover_talk *t = j->recover;

	if (t->wish == RECOVER_RESTORE && t->new_ids.n) {
		c->told_journal = true;
		if (!write_restored(c->store, &t->new_ids, t->folder, err))
			return false;
	}
	/* What came back is to be seen where it is now. */
	if (j->recover->wish == RECOVER_RESTORE && j->recover->done)
		core_want_sync(c);
	if (j->err.kind == ERR_NONE) {
		e.recover = j->recover;
		j->recover = NULL;
		core_tell(c, &e);
	}
	core_end_ticket(c, j->ticket, &j->err);
	return true;
}
