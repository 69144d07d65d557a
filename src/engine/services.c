/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Services of the mailbox as a whole, asked of the server when a person wants
 * them: out of office. */
#include "engine/core.h"
#include "engine/events.h"
#include "proto/services.h"

bool job_run_oof(struct lane *l, struct job *j, struct err *err)
{
	const struct service_ops *s = backend_services(lane_ops(l));
	struct op op = lane_op(l);
	struct oof now;

	if (!s->oof_get)
		return err_set(err, ERR_UNSUPPORTED,
			       "retinue cannot ask this server about out of "
			       "office; its web access can");
	if (j->oof && !s->oof_set(l->backend, &op, j->oof, err))
		return false;
	if (!s->oof_get(l->backend, &op, &now, err))
		return false;
	oof_free(j->oof);
	j->oof = xmalloc(sizeof(*j->oof));
	*j->oof = now;
	return true;
}

struct job *core_job_oof(struct ticket *t)
{
	struct job *j = job_new(JOB_OOF);

	j->ticket = t->id;
	j->oof = t->request.oof;
	t->request.oof = NULL;
	return j;
}

bool job_end_oof(struct core *c, struct job *j, struct err *err UNUSED)
{
	struct event e = {.kind = EVENT_OOF, .ticket = j->ticket};

	if (j->err.kind == ERR_NONE) {
		e.oof = j->oof;
		j->oof = NULL;
		core_tell(c, &e);
	}
	core_end_ticket(c, j->ticket, &j->err);
	return true;
}
