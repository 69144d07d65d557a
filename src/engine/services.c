/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Services of the mailbox as a whole, asked of the server when a person wants
 * them: out of office. */
#include "engine/events.h"
#include "base/clock.h"
#include "base/log.h"
#include "proto/services.h"

#define LOOK_S 900 /* apart, when nobody asks */

static bool not_offered(struct err *err)
{
	return err_set(err, ERR_UNSUPPORTED,
		       "retinue cannot ask this server about out of office; "
		       "its web access can");
}

/* Is it still what the person saw? Else tells what it is now, in j->oof. */
static bool is_unchanged(struct lane *l, struct job *j, const struct op *op,
			 struct err *err)
{
	struct oof now;

	if (!backend_services(lane_ops(l))->oof_get(l->backend, op, &now, err))
		return false;
	if (oof_equal(&now, j->oof_was)) {
		oof_release(&now);
		return true;
	}
	oof_release(j->oof);
	*j->oof = now;
	return err_set(err, ERR_CONFLICT,
		       "out of office was changed elsewhere meanwhile");
}

bool job_run_oof(struct lane *l, struct job *j, struct err *err)
{
	const struct service_ops *s = backend_services(lane_ops(l));
	struct op op = lane_op(l);
	struct oof now;

	if (!s->oof_get)
		return not_offered(err);
	if (j->oof_end && !j->oof) {
		j->oof = xmalloc(sizeof(*j->oof));
		oof_init(j->oof);
		if (!s->oof_get(l->backend, &op, j->oof, err))
			return false;
		j->oof->state = OOF_DISABLED;
	}
	if (j->oof && j->oof_was && !is_unchanged(l, j, &op, err))
		return false;
	if (j->oof && !s->oof_set(l->backend, &op, j->oof, err))
		return false;
	if (!s->oof_get(l->backend, &op, &now, err))
		return false;
	oof_free(j->oof);
	j->oof = xmalloc(sizeof(*j->oof));
	*j->oof = now;
	return true;
}

static bool look_due(const struct core *c)
{
	return c->network && c->have_info && !c->oof_active &&
	       c->engine->options.mode == ENGINE_FULL &&
	       c->engine->options.bodies && clock_mono_ms() >= c->next_oof;
}

struct job *core_job_oof(struct core *c, struct ticket *t)
{
	struct job *j;

	if (!t && !look_due(c))
		return NULL;
	j = job_new(JOB_OOF);
	if (!t) {
		j->lane = LANE_BACKGROUND;
		c->oof_active = true;
		return j;
	}
	j->ticket = t->id;
	j->oof = t->request.oof;
	j->oof_end = t->request.mine;
	j->oof_was = t->request.oof_was;
	t->request.oof = t->request.oof_was = NULL;
	return j;
}

/* Keeps what the frame shows until the next look. */
static bool keep_oof(struct core *c, const struct job *j, struct err *err)
{
	char *packed CLEANUP(mem_free_ptr) = oof_pack(j->oof);

	return write_fact(c->store, "oof", packed, err);
}

bool job_end_oof(struct core *c, struct job *j, struct err *err)
{
	struct event e = {.kind = EVENT_OOF, .ticket = j->ticket};
	bool told = j->err.kind == ERR_NONE ||
		    (j->err.kind == ERR_CONFLICT && j->oof);

	if (!j->ticket)
		c->oof_active = false;
	if (j->err.kind == ERR_UNSUPPORTED)
		c->next_oof = INT64_MAX;
	else
		c->next_oof = clock_mono_ms() +
			      (int64_t)LOOK_S * c->engine->second_ms;
	if (told && !keep_oof(c, j, err))
		log_at(LOG_WARN, "engine", "%s", err->text);
	if (told) {
		e.count = j->err.kind == ERR_CONFLICT;
		e.oof = j->oof;
		j->oof = NULL;
		core_tell(c, &e);
	}
	if (j->ticket)
		core_end_ticket(c, j->ticket, &j->err);
	return true;
}
