/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "proto/dav/wire.h"
#include "base/clock.h"
#include "base/log.h"
#include "net/forms.h"
#include "proto/dav/signin.h"

#include <stdio.h>
#include <string.h>

#define BUSY_TRIES 3
#define ANSWER_MAX ((int64_t)1 << 40) /* streamed, so only absurdity counts */
#define BACKOFF_MAX_MS (15 * 60 * 1000)
#define PROGRESS_MS 100
#define LEAD_MAX ((size_t)64 * 1024)
#define FAKE_PIECE ((size_t)97) /* odd, to cut words and characters */
#define HEADERS_MAX 12

bool wire_sleep(const struct op *op, int64_t ms, struct err *err)
{
	if (chan_flag_wait(op ? op->cancel : NULL, ms))
		return err_set(err, ERR_CANCELLED, "cancelled");
	return true;
}

void wire_pause(struct backend *b, const struct err *err)
{
	int64_t ms = err->retry_after_ms;

	if (ms > 0 && b->host->pause_until)
		b->host->pause_until(b->host->ctx,
				     clock_mono_ms() + (ms > BACKOFF_MAX_MS
								? BACKOFF_MAX_MS
								: ms));
}

bool wire_wait(struct backend *b, const struct op *op, struct err *err)
{
	for (;;) {
		int64_t left = b->host->paused_until
				       ? b->host->paused_until(b->host->ctx) -
						 clock_mono_ms()
				       : 0;

		if (left <= 0)
			return wire_sleep(op, 0, err);
		/* Another lane may prolong the pause: look again. */
		if (!wire_sleep(op, left > 1000 ? 1000 : left, err))
			return false;
	}
}

/* --- addresses --------------------------------------------------------------
 */
char *wire_below(const struct backend *b, const char *href)
{
	char *path CLEANUP(mem_free_ptr) = href_path(href);
	const char *below = path ? href_below(b->root, path) : NULL;

	for (size_t i = 0; path && !below && i < b->roots.n; i++)
		below = href_below(b->roots.v[i], path);
	for (size_t i = 0; path && !below && i < b->others.n; i++)
		if (href_below(b->others.v[i], path))
			below = path;
	return xstrdup(below);
}

char *wire_path(const struct backend *b, const char *below)
{
	return *below == '/' ? xstrdup(below)
			     : xasprintf("%s%s", b->root, below);
}

char *wire_destination(const struct backend *b, const char *path)
{
	return xasprintf("Destination: %s%s", b->origin, path);
}

/* --- what a status means (errors.def) ---------------------------------------
 */
static const struct status {
	int status;
	enum dav_place place;
	enum err_kind kind;
	const char *text;
} statuses[] = {
#define STATUS(status, place, kind, text)                                      \
	{status, PLACE_##place, ERR_##kind, text},
#include "proto/dav/errors.def"
#undef STATUS
};

bool dav_status_error(int status, enum dav_place place, struct err *err)
{
	const struct status *s = NULL;

	for (size_t i = 0; !s && i < ARRAY_LEN(statuses); i++)
		if (statuses[i].status == status &&
		    (statuses[i].place == place ||
		     statuses[i].place == PLACE_ANY))
			s = &statuses[i];
	if (s)
		err_set(err, s->kind, "%s", s->text);
	else
		err_set(err, status >= 500 ? ERR_SERVER : ERR_PROTOCOL,
			"the server answers with status %d", status);
	if (err) {
		err->number = status;
		snprintf(err->code, sizeof(err->code), "%d", status);
	}
	return false;
}

void dav_row_error(const struct dav_row *r, enum dav_place place,
		   struct err *err)
{
	int status = dav_row_status(r);

	err_clear(err);
	if (status < 200 || status >= 300)
		dav_status_error(status, place, err);
}

bool dav_is_filtered(const struct err *e)
{
	return e->number == 404 || e->number == 405 || e->number == 501 ||
	       e->number == 400 || e->number == 403;
}

/* The server's own word on a status that the table does not settle. */
static bool answer_error(const struct dav_call *c, struct err *err)
{
	const struct http_answer *a = &c->answer;

	if (a->status >= 300 && a->status < 400) {
		err_set(err, ERR_INPUT,
			"the server sends this address elsewhere, to %.200s; "
			"if that is right, put it into the server setting",
			str_or_empty(a->location));
		if (err)
			err->number = a->status;
	} else if (a->status >= 200 && a->status < 300) {
		err_set(err, ERR_AUTH,
			"a web page came instead of Exchange's answer; check "
			"the server setting and the network");
	} else {
		dav_status_error(a->status, c->place, err);
	}
	if (err)
		err->retry_after_ms = a->retry_after_ms;
	return false;
}

/* --- one exchange ------------------------------------------------------------
 */
enum body_mode { BODY_UNDECIDED, BODY_ROWS, BODY_RAW, BODY_LEAD };

struct exchange {
	struct backend *b;
	struct dav_call *call;
	const struct op *op;
	struct dav_reader *reader;
	enum body_mode mode;
	struct str lead; /* of a body that may be a page */
	int64_t bytes, told_at;
};

static bool ignore_row(void *ctx, struct dav_row *r, struct err *err)
{
	(void)ctx, (void)r, (void)err;
	return true;
}

static bool is_xml(const struct http_answer *a)
{
	return a->content_type && strstr(a->content_type, "xml");
}

static bool is_good(int status)
{
	return status >= 200 && status < 300;
}

static enum body_mode choose_mode(const struct exchange *x,
				  const struct http_answer *a)
{
	if (a->status == 207 ||
	    (is_good(a->status) && x->call->rows && is_xml(a)))
		return BODY_ROWS;
	/* A page may be a message of type HTML, or the sign-in. */
	if (is_good(a->status) && x->call->raw && a->content_type &&
	    strcmp(a->content_type, "text/html") != 0)
		return BODY_RAW;
	return BODY_LEAD;
}

static void tell_progress(struct exchange *x)
{
	int64_t now;

	if (!x->op || !x->op->progress)
		return;
	now = clock_mono_ms();
	if (now - x->told_at < PROGRESS_MS)
		return;
	x->told_at = now;
	x->op->progress(x->op->ctx, x->bytes);
}

/* A body gathered to see what it is turns out to be what was wanted. */
static bool give_lead(struct exchange *x, struct err *err)
{
	struct str lead = x->lead;
	bool ok;

	str_init(&x->lead);
	x->mode = BODY_RAW;
	ok = x->call->raw(x->call->ctx, lead.s, lead.len, err);
	str_release(&lead);
	return ok;
}

static bool receive(void *ctx, const struct http_answer *a, const char *s,
		    size_t len, struct err *err)
{
	struct exchange *x = ctx;

	x->bytes += (int64_t)len;
	tell_progress(x);
	if (x->mode == BODY_UNDECIDED)
		x->mode = choose_mode(x, a);
	if (x->mode == BODY_ROWS)
		return dav_reader_feed(x->reader, s, len, err);
	if (x->mode == BODY_RAW)
		return x->call->raw(x->call->ctx, s, len, err);
	str_add_mem(&x->lead, s, len);
	if (x->lead.len > LEAD_MAX && x->call->raw && is_good(a->status))
		return give_lead(x, err);
	if (x->lead.len > LEAD_MAX)
		str_cut(&x->lead, LEAD_MAX);
	return true;
}

/* MS-WebStorage, else the server's and OWA's own numbers (28). */
static void note_server(struct backend *b, const struct http_answer *a)
{
	char *build = http_answer_field(a, "MS-WebStorage");

	if (!build)
		build = http_answer_field(a, "X-OWA-Version");
	if (!build || str_eq(build, b->build) || strlen(build) > 40) {
		free(build);
		return;
	}
	if (str_starts(build, "6.0"))
		b->version = DAV_2000;
	else if (str_starts(build, "6.5"))
		b->version = DAV_2003;
	else
		b->version = DAV_2007;
	mem_replace(&b->build, build);
}

static bool send_http(struct exchange *x, struct err *err)
{
	struct dav_call *c = x->call;
	char *url CLEANUP(mem_free_ptr) = xasprintf(
		"%s%s", x->b->elsewhere ? x->b->elsewhere : x->b->origin,
		c->path);
	char *type CLEANUP(mem_free_ptr) =
		xasprintf("Content-Type: %s", c->type ? c->type : "text/xml");
	const char *headers[HEADERS_MAX + 2] = {0};
	struct http_request r = {
		.method = c->method,
		.url = url,
		.headers = headers,
		.body = c->body,
		.len = c->len,
		.repeatable = !c->changes,
		.cancel = x->op ? x->op->cancel : NULL,
		.max_bytes = ANSWER_MAX,
		.receive = receive,
		.ctx = x,
		.label = c->method,
	};
	size_t n = 0;

	for (; c->headers && c->headers[n] && n < HEADERS_MAX; n++)
		headers[n] = c->headers[n];
	if (c->len)
		headers[n] = type;
	return http_send(x->b->http, &r, &c->answer, err);
}

static bool send_fake(struct exchange *x, struct err *err)
{
	struct dav_call *c = x->call;
	char *url CLEANUP(mem_free_ptr) = xasprintf(
		"%s%s", x->b->elsewhere ? x->b->elsewhere : x->b->origin,
		c->path);
	struct dav_sent sent = {c->method, url, c->headers,
				c->len ? c->body : ""};
	struct str answer CLEANUP(str_release) = STR_INIT;
	bool ok = true;

	c->answer = (struct http_answer){.status = 207};
	if (!x->b->transport(x->b->transport_ctx, &sent, &c->answer, &answer,
			     err))
		return false;
	if (!c->answer.content_type && c->answer.status == 207)
		c->answer.content_type = xstrdup("text/xml");
	for (size_t at = 0; ok && at < answer.len; at += FAKE_PIECE)
		ok = receive(x, &c->answer, answer.s + at,
			     answer.len - at < FAKE_PIECE ? answer.len - at
							  : FAKE_PIECE,
			     err);
	return ok;
}

/* The answer is complete: rows, a status, or something to sign in on. */
static bool judge(struct exchange *x, enum signin_need *need, struct err *err)
{
	struct dav_call *c = x->call;
	const struct http_answer *a = &c->answer;

	if (a->status == 401) {
		*need = SIGNIN_NEED_PASSWORD;
		return dav_status_error(401, c->place, err);
	}
	if (forms_is_challenge(a, x->mode == BODY_LEAD ? x->lead.s : NULL)) {
		*need = SIGNIN_NEED_FORM;
		return dav_status_error(440, c->place, err);
	}
	if (x->mode == BODY_ROWS) {
		if (!dav_reader_finish(x->reader, err))
			return false;
		c->collblob = xstrdup(dav_reader_collblob(x->reader));
		return true;
	}
	if (a->status == 207)
		return err_set(err, ERR_NETWORK, "the answer is empty");
	if (!is_good(a->status))
		return answer_error(c, err);
	if (x->mode == BODY_LEAD && c->raw)
		return give_lead(x, err);
	/* A page where rows should be. */
	if (c->rows && x->bytes > 0)
		return answer_error(c, err);
	return true;
}

static bool exchange_once(struct backend *b, const struct op *op,
			  struct dav_call *call, enum signin_need *need,
			  struct err *err)
{
	struct exchange x = {.b = b, .call = call, .op = op, .lead = STR_INIT};
	bool ok;

	*need = SIGNIN_NEED_NOTHING;
	dav_call_release(call);
	x.reader =
		dav_reader_new(call->rows ? call->rows : ignore_row, call->ctx);
	if (!call->changes)
		dav_reader_only_reads(x.reader);
	ok = b->transport ? send_fake(&x, err) : send_http(&x, err);
	if (call->answer.status)
		note_server(b, &call->answer);
	if (call->answer.location)
		mem_replace(&b->moved_to, xstrdup(call->answer.location));
	if (ok)
		ok = judge(&x, need, err);
	if (op && op->progress && x.bytes)
		op->progress(op->ctx, x.bytes);
	dav_reader_free(x.reader);
	str_release(&x.lead);
	return ok;
}

void dav_call_release(struct dav_call *c)
{
	http_answer_release(&c->answer);
	mem_replace(&c->collblob, NULL);
}

/* Sends, and signs in where the answer asks for it. */
static bool exchange_signed(struct backend *b, const struct op *op,
			    struct dav_call *call, struct err *err)
{
	struct signin s = {.b = b, .op = op};

	for (;;) {
		enum signin_need need;
		struct err e = ERR_INIT;
		bool ok;

		if (!signin_before(&s, call->path, err))
			return false;
		ok = exchange_once(b, op, call, &need, &e);
		if (signin_again(&s, need, call, &e))
			continue;
		if (!ok && err)
			*err = e;
		return ok;
	}
}

bool dav_do(struct backend *b, const struct op *op, struct dav_call *c,
	    struct err *err)
{
	int busy = 0, lost = 0;

	for (;;) {
		struct err e = ERR_INIT;

		if (!wire_wait(b, op, err))
			return false;
		if (exchange_signed(b, op, c, &e))
			return true;
		if (e.retry_after_ms > 0)
			wire_pause(b, &e);
		if ((e.number == 503 || e.number == 429) && !c->changes &&
		    e.retry_after_ms > 0 && ++busy <= BUSY_TRIES)
			continue;
		if (e.kind == ERR_NETWORK && !c->changes && !c->raw &&
		    ++lost <= 1)
			continue;
		log_at(LOG_INFO, "dav", "%s: %d %s", c->method, e.number,
		       e.text);
		if (err)
			*err = e;
		return false;
	}
}

bool dav_simple(struct backend *b, const struct op *op, struct dav_call *c,
		struct err *err)
{
	bool ok = dav_do(b, op, c, err);

	dav_call_release(c);
	return ok;
}
