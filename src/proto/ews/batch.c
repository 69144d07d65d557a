/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "proto/ews/batch.h"

#include <string.h>

#define CHUNK_MAX 500 /* ids a request (dossier 5) */
#define TRIES 3

/* A run's state beside the caller's. */
struct run {
	struct batch *t;
	size_t *todo; /* inputs without a result, in order */
	size_t todo_n;
	unsigned char *tries; /* by input */
	bool *done;
	size_t limit;	  /* inputs a request */
	size_t chunk;	  /* of the request under way */
	size_t mentioned; /* messages seen of it */
	size_t finished;  /* results given, in all */
	bool halve, again, stopped;
	struct err busy;
};

static bool finish(struct run *r, size_t i, struct ews_message *m,
		   enum ews_rule rule, const struct err *e)
{
	r->done[i] = true;
	r->finished++;
	if (!r->t->done(r->t, i, m, rule, e))
		r->stopped = true;
	return !r->stopped;
}

/* Decides on one response message. */
static bool on_message(void *ctx, struct ews_message *m, struct err *err)
{
	struct run *r = ctx;
	struct err e = ERR_INIT;
	enum ews_rule rule;
	size_t i;

	if (m->index >= r->chunk)
		return true;
	i = r->todo[m->index];
	if (m->index >= r->mentioned)
		r->mentioned = m->index + 1;
	if (r->done[i]) /* a repeated read tells it again */
		return true;
	rule = ews_message_error(m, &e);
	if (rule == RULE_BUSY && r->tries[i]++ < TRIES) {
		r->busy = e;
		return true;
	}
	if (rule == RULE_HALVE && (r->chunk > 1 || r->tries[i]++ < TRIES - 1)) {
		r->halve = true;
		return true;
	}
	if (rule == RULE_AGAIN && r->tries[i]++ < TRIES - 1) {
		r->again = true;
		return true;
	}
	if (rule == RULE_STOPPED && r->tries[i]++ < 50)
		return true;
	if (!finish(r, i, m, rule, &e))
		return err_set(err, ERR_CANCELLED, "stopped");
	return true;
}

/* How many of the waiting inputs go into the next request. */
static size_t next_chunk(const struct run *r)
{
	struct batch *t = r->t;
	size_t n = 1;

	while (n < r->todo_n && n < r->limit &&
	       (!t->group ||
		t->group(t, r->todo[n]) == t->group(t, r->todo[0])))
		n++;
	return n;
}

static void drop_done(struct run *r)
{
	size_t n = 0;

	for (size_t k = 0; k < r->todo_n; k++)
		if (!r->done[r->todo[k]])
			r->todo[n++] = r->todo[k];
	r->todo_n = n;
}

/* Inputs of an answered request that no message spoke of: not done (4). */
static bool finish_unmentioned(struct run *r)
{
	struct err e = ERR_INIT;

	/* The server gave up for a reason that passes: they stay waiting. */
	if (r->busy.kind != ERR_NONE || r->halve || r->again)
		return true;
	err_set(&e, ERR_SERVER, "the server did not answer for this item");
	for (size_t k = r->mentioned; k < r->chunk; k++)
		if (!r->done[r->todo[k]] &&
		    !finish(r, r->todo[k], NULL, RULE_FINAL, &e))
			return false;
	return true;
}

/* After an answered request: what is to happen before the next. */
static bool prepare_next(struct run *r, struct err *err)
{
	if (r->busy.kind != ERR_NONE)
		soap_pause(r->t->b, &r->busy);
	if (r->halve && r->chunk > 1)
		r->limit = r->chunk / 2;
	if (r->again) {
		/* The third time alone, so that one bad item shows. */
		for (size_t k = 0; k < r->todo_n; k++)
			if (r->tries[r->todo[k]] == TRIES - 1)
				r->limit = 1;
		if (!soap_sleep(r->t->op, AGAIN_MS, err))
			return false;
	}
	return true;
}

static bool run_chunk(struct run *r, struct err *err)
{
	struct batch *t = r->t;
	struct soap_call call = {.operation = t->operation,
				 .body = STR_INIT,
				 .changes = t->changes,
				 .tree = t->tree,
				 .fn = on_message,
				 .ctx = r};
	enum ews_rule rule;
	bool ok;

	r->chunk = next_chunk(r);
	r->mentioned = 0;
	r->halve = r->again = false;
	r->busy = (struct err)ERR_INIT;
	t->write(t, r->todo, r->chunk, &call.body);
	ok = soap_do(t->b, t->op, &call, &rule, err);
	str_release(&call.body);
	if (ok)
		ok = finish_unmentioned(r);
	else if (rule == RULE_HALVE && r->chunk > 1)
		ok = r->halve = true;
	else if (rule == RULE_AGAIN && !t->changes &&
		 r->tries[r->todo[0]]++ < TRIES - 1)
		ok = r->again = true;
	drop_done(r);
	return ok && prepare_next(r, err);
}

bool ews_batch_run(struct batch *t, struct err *err)
{
	struct run r = {.t = t, .limit = CHUNK_MAX};
	struct err e = ERR_INIT;
	bool ok = true;

	r.todo = xcalloc(t->n ? t->n : 1, sizeof(*r.todo));
	r.tries = xcalloc(t->n ? t->n : 1, sizeof(*r.tries));
	r.done = xcalloc(t->n ? t->n : 1, sizeof(*r.done));
	for (size_t i = 0; i < t->n; i++)
		r.todo[i] = i;
	r.todo_n = t->n;
	while (ok && r.todo_n > 0)
		ok = run_chunk(&r, &e);
	if (!ok && t->changes && r.finished > 0 && !r.stopped) {
		for (size_t k = 0; k < r.todo_n; k++)
			finish(&r, r.todo[k], NULL, RULE_FINAL, &e);
		ok = true;
	} else if (!ok && err) {
		*err = e;
	}
	free(r.todo);
	free(r.tries);
	free(r.done);
	return ok;
}

bool batch_keep(struct item_results *out, size_t i, struct ews_message *m,
		const struct err *e)
{
	struct item_result *result = &out->v[i];

	result->err = *e;
	if (e->kind == ERR_NONE && m && m->items.n > 0) {
		struct item *it = &m->items.v[0].item;

		result->new_id = it->remote_id;
		result->new_change_key = it->change_key;
		it->remote_id = it->change_key = NULL;
	}
	return true;
}
