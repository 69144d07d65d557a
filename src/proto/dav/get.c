/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Several GETs at a time (dossier 11). */
#include "base/clock.h"
#include "net/forms.h"
#include "proto/dav/wire.h"

#include <string.h>

#define MESSAGE_MAX ((int64_t)1 << 30)
#define PROGRESS_MS 100

struct many {
	struct dav_get *gets;
	struct http_job *jobs;
	const struct op *op;
	bool (*fn)(void *ctx, struct dav_get *g, struct err *err);
	void *ctx;
	int64_t bytes, told_at;
};

/* What one transfer's receive needs. */
struct sink {
	struct many *m;
	struct dav_get *get;
};

static bool receive(void *ctx, const struct http_answer *a, const char *s,
		    size_t len, struct err *err)
{
	struct sink *sink = ctx;
	struct many *m = sink->m;

	(void)a;
	str_add_mem(&sink->get->body, s, len);
	if (str_is_truncated(&sink->get->body))
		return err_set(err, ERR_PROTOCOL, "the message is too large");
	m->bytes += (int64_t)len;
	if (m->op && m->op->progress &&
	    clock_mono_ms() - m->told_at >= PROGRESS_MS) {
		m->told_at = clock_mono_ms();
		m->op->progress(m->op->ctx, m->bytes);
	}
	return true;
}

static bool ended(void *ctx, struct http_job *j, struct err *err)
{
	struct many *m = ctx;
	struct dav_get *g = &m->gets[j - m->jobs];
	const struct http_answer *a = &j->answer;

	g->answer = j->answer;
	j->answer = (struct http_answer){0};
	a = &g->answer;
	g->ok = j->ok && a->status == 200 &&
		!(str_eq(a->content_type, "text/html") &&
		  forms_is_challenge(a, g->body.s));
	return m->fn(m->ctx, g, err);
}

bool dav_get_many(struct backend *b, const struct op *op, struct dav_get *gets,
		  size_t n,
		  bool (*fn)(void *ctx, struct dav_get *g, struct err *err),
		  void *ctx, struct err *err)
{
	static const char *const headers[] = {"Translate: f", NULL};
	struct many m = {.gets = gets, .op = op, .fn = fn, .ctx = ctx};
	struct sink *sinks;
	bool ok;

	if (!b->http || b->transport || !b->accepted) {
		/* One by one, each with all that may happen. */
		for (size_t i = 0; i < n; i++)
			if (!fn(ctx, &gets[i], err))
				return false;
		return true;
	}
	if (!wire_wait(b, op, err))
		return false;
	m.jobs = xcalloc(n ? n : 1, sizeof(*m.jobs));
	sinks = xcalloc(n ? n : 1, sizeof(*sinks));
	for (size_t i = 0; i < n; i++) {
		sinks[i] = (struct sink){&m, &gets[i]};
		m.jobs[i].request = (struct http_request){
			.method = "GET",
			.url = xasprintf("%s%s", b->origin, gets[i].path),
			.headers = headers,
			.repeatable = true,
			.max_bytes = MESSAGE_MAX,
			.receive = receive,
			.ctx = &sinks[i],
			.label = "GET",
		};
	}
	ok = http_run_many(b->http, m.jobs, n, op ? op->cancel : NULL, ended,
			   &m, err);
	if (op && op->progress && m.bytes)
		op->progress(op->ctx, m.bytes);
	for (size_t i = 0; i < n; i++) {
		free((char *)m.jobs[i].request.url);
		http_answer_release(&m.jobs[i].answer);
	}
	free(m.jobs);
	free(sinks);
	return ok;
}
