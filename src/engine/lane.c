/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * A lane: one thread with one connection, running one job at a time in
 * straight-line code. What it posts is limited: beyond LANE_MOST unprocessed
 * bytes it waits for the core, so that memory does not grow with the mailbox.
 */
#include "engine/core.h"
#include "base/clock.h"
#include "base/log.h"

#define LANE_MOST (4 * 1024 * 1024)
#define WAIT_MS 20

typedef bool (*run_fn)(struct lane *l, struct job *j, struct err *err);

static const run_fn runs[JOB_COUNT] = {
#define JOB(id, function, at, rank, cap, text) job_run_##function,
#include "engine/jobs.def"
#undef JOB
};

const struct backend_ops *lane_ops(const struct lane *l)
{
	return l->engine->ops;
}

bool lane_cancelled(const struct lane *l)
{
	return chan_flag_is_up(l->running->cancel);
}

static void take_acks(struct lane *l, int64_t wait_ms)
{
	void *p = chan_receive(l->acks, wait_ms);

	for (; p; p = chan_try_receive(l->acks))
		l->unacked -= (size_t)(uintptr_t)p;
}

bool lane_post(struct lane *l, struct msg *owned_msg, size_t weight)
{
	take_acks(l, 0);
	/* One message always fits, however large. */
	while (l->unacked && l->unacked + weight > LANE_MOST) {
		if (lane_cancelled(l)) {
			msg_free(owned_msg);
			return false;
		}
		take_acks(l, WAIT_MS);
	}
	owned_msg->weight = weight;
	l->unacked += weight;
	chan_send(l->engine->results, owned_msg);
	return true;
}

static void report_bytes(void *ctx, int64_t bytes)
{
	struct lane *l = ctx;
	struct msg *m;

	if (!l->running->ticket)
		return;
	m = msg_new(MSG_PROGRESS, l->running);
	m->bytes = bytes;
	chan_send(l->engine->results, m);
}

void lane_progress(struct lane *l, int64_t done, int64_t total)
{
	struct msg *m = msg_new(MSG_PROGRESS, l->running);

	m->done = done;
	m->total = total;
	chan_send(l->engine->results, m);
}

struct op lane_op(struct lane *l)
{
	return (struct op){.cancel = l->running->cancel,
			   .progress = report_bytes,
			   .ctx = l,
			   .mailbox = l->running->owner};
}

bool lane_connect(struct lane *l, struct err *err)
{
	struct op op = lane_op(l);
	struct backend_info info = {0};
	struct msg *m;

	if (!lane_ops(l)->connect(l->backend, &op, &info, err))
		return err_add(err, "while signing in");
	m = msg_new(MSG_INFO, l->running);
	m->info = info;
	/* The next job brings this very information; do not open anew. */
	l->info_generation++;
	if (!lane_post(l, m, 0))
		return err_set(err, ERR_CANCELLED, "cancelled");
	return true;
}

/* A backend for what the job knows of the server. */
static void open_backend(struct lane *l, const struct job *j)
{
	if (l->backend && l->info_generation == j->info_generation)
		return;
	if (l->backend)
		lane_ops(l)->close(l->backend);
	l->backend = lane_ops(l)->open(l->engine->account, &l->host,
				       j->have_info ? &j->info : NULL);
	l->info_generation = j->info_generation;
}

static void run_job(struct lane *l, struct job *j)
{
	struct msg *done = msg_new(MSG_DONE, j);
	int64_t begun = clock_mono_ms();

	l->running = j;
	open_backend(l, j);
	err_clear(&j->err);
	if ((j->have_info || l->id >= LANE_DIRECTORY ||
	     lane_connect(l, &j->err)) &&
	    runs[j->kind](l, j, &j->err))
		err_clear(&j->err);
	else if (j->err.kind == ERR_NONE)
		BUG("a job failed without saying why");
	/* Whatever a cancelled call reports, the reason was the cancelling. */
	if (j->err.kind != ERR_NONE && lane_cancelled(l))
		err_set(&j->err, ERR_CANCELLED, "cancelled");
	log_at(j->err.kind ? LOG_INFO : LOG_DEBUG, "engine", "%s: %s (%lld ms)",
	       job_text(j->kind), j->err.kind ? j->err.text : "done",
	       (long long)(clock_mono_ms() - begun));
	l->running = NULL;
	chan_send(l->engine->results, done);
}

static void lane_main(void *arg)
{
	struct lane *l = arg;
	void *j;

	/* The lane itself instead of a job: the end. */
	while ((j = chan_receive(l->jobs, -1)) != l)
		if (j)
			run_job(l, j);
	lane_close_directory(l);
	if (l->backend)
		lane_ops(l)->close(l->backend);
	l->backend = NULL;
}

void lane_start(struct lane *l, struct engine *e, enum lane_id id)
{
	static const char *const names[LANE_COUNT] = {
		"interactive", "background", "notification", "directory",
		"book"};

	memset(l, 0, sizeof(*l));
	l->id = id;
	l->engine = e;
	l->jobs = chan_new();
	l->acks = chan_new();
	l->answers = chan_new();
	signin_init_host(l);
	l->thread = thread_start(names[id], lane_main, l);
}

void lane_stop(struct lane *l)
{
	struct answer *left;

	if (!l->thread)
		return;
	if (l->busy)
		chan_flag_raise(l->busy->cancel);
	chan_send(l->jobs, l);
	thread_join(l->thread);
	l->thread = NULL;
	while ((left = chan_try_receive(l->answers)))
		answer_free(left);
	while (chan_try_receive(l->acks))
		;
	chan_free(l->jobs);
	chan_free(l->acks);
	chan_free(l->answers);
}

void lane_give(struct lane *l, struct job *owned_job)
{
	l->busy = owned_job;
	chan_send(l->jobs, owned_job);
}

void lane_ack(struct lane *l, size_t weight)
{
	if (weight)
		chan_send(l->acks, (void *)(uintptr_t)weight);
}
