/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * Storage: sizes and limits from the mailbox server, and where it tells no
 * limits from the directory. Kept in the store, so that screens need nobody.
 */
#include "base/clock.h"
#include "base/log.h"
#include "engine/events.h"
#include "model/storage.h"
#include "proto/ldap/exchange.h"
#include "proto/services.h"

#define LOOK_S (4 * 3600)

/* A directory that cannot be asked leaves the limits unknown: no error. */
static void ask_directory(struct lane *l, struct storage *s)
{
	struct directory *d;
	struct err err = ERR_INIT;

	if (!lane_directory(l, false, &d, &err) ||
	    !exchange_limits(d, l->engine->account->address, s, &err))
		log_at(LOG_INFO, "directory", "no limits of the mailbox: %s",
		       err.text);
}

bool job_run_storage(struct lane *l, struct job *j, struct err *err)
{
	const struct service_ops *ops = backend_services(lane_ops(l));
	struct op op = lane_op(l);
	struct storage s;

	if (!ops->storage_get)
		return err_set(err, ERR_UNSUPPORTED,
			       "retinue cannot ask this server about storage");
	if (!j->have_info && !lane_connect(l, err))
		return false;
	if (!ops->storage_get(l->backend, &op, &s, err))
		return false;
	if (!storage_has_limits(&s) && !lane_cancelled(l))
		ask_directory(l, &s);
	j->storage = xmalloc(sizeof(*j->storage));
	*j->storage = s;
	return true;
}

static bool look_due(const struct core *c)
{
	return c->network && c->have_info && !c->storage_active &&
	       c->online == ENGINE_ONLINE &&
	       c->engine->options.mode == ENGINE_FULL &&
	       c->engine->options.bodies && clock_mono_ms() >= c->next_storage;
}

struct job *core_job_storage(struct core *c, struct ticket *t)
{
	struct job *j;

	if (!t && !look_due(c))
		return NULL;
	j = job_new(JOB_STORAGE);
	j->ticket = t ? t->id : 0;
	if (!t)
		c->storage_active = true;
	return j;
}

bool job_end_storage(struct core *c, struct job *j, struct err *err)
{
	struct event e = {.kind = EVENT_STORAGE, .ticket = j->ticket};
	char *packed CLEANUP(mem_free_ptr) = NULL;

	if (!j->ticket)
		c->storage_active = false;
	c->next_storage =
		j->err.kind == ERR_UNSUPPORTED
			? INT64_MAX
			: clock_mono_ms() +
				  (int64_t)LOOK_S * c->engine->second_ms;
	if (j->err.kind == ERR_NONE) {
		packed = storage_pack(j->storage);
		e.count = storage_level(j->storage) > STORAGE_FREE;
		if (!write_fact(c->store, "storage", packed, err))
			log_at(LOG_WARN, "engine", "%s", err->text);
		core_tell(c, &e);
	}
	if (j->ticket)
		core_end_ticket(c, j->ticket, &j->err);
	return true;
}
