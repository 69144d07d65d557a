/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "proto/ews/soap.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/proc.h"
#include "net/xml.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define ANSWER_MAX ((int64_t)1 << 31)
#define PROGRESS_MS 100
#define LEAD_MAX 1024		/* where an envelope has begun, if it is one */
#define FAKE_PIECE ((size_t)97) /* odd, to cut words and characters */
#define NS "http://schemas.microsoft.com/exchange/services/2006/"

bool soap_sleep(const struct op *op, int64_t ms, struct err *err)
{
	if (chan_flag_wait(op ? op->cancel : NULL, ms))
		return err_set(err, ERR_CANCELLED, "cancelled");
	return true;
}

void soap_pause(struct backend *b, const struct err *err)
{
	if (err->retry_after_ms > 0 && b->host->pause_until)
		b->host->pause_until(b->host->ctx,
				     clock_mono_ms() + err->retry_after_ms);
}

bool soap_wait(struct backend *b, const struct op *op, struct err *err)
{
	for (;;) {
		int64_t left = b->host->paused_until
				       ? b->host->paused_until(b->host->ctx) -
						 clock_mono_ms()
				       : 0;

		if (left <= 0)
			return soap_sleep(op, 0, err);
		/* Another lane may prolong the pause: look again. */
		if (!soap_sleep(op, left > 1000 ? 1000 : left, err))
			return false;
	}
}

/* Writes the request beside the others, for the schema check. */
static void dump(const char *operation, const struct str *envelope)
{
	static int count;
	const char *dir = getenv("RETINUE_EWS_DUMP");
	char *path CLEANUP(mem_free_ptr) = NULL;
	struct err err = ERR_INIT;

	if (!dir || !*dir)
		return;
	path = xasprintf("%s/%ld-%04d-%s.xml", dir, (long)getpid(),
			 __atomic_add_fetch(&count, 1, __ATOMIC_RELAXED),
			 operation);
	if (!proc_write_file(path, envelope->s, envelope->len, 0600, &err))
		log_at(LOG_WARN, "ews", "%s", err.text);
}

static void make_envelope(struct str *out, enum ews_version v,
			  const struct str *body)
{
	str_addf(out,
		 "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
		 "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/"
		 "envelope/\" xmlns:t=\"" NS "types\" xmlns:m=\"" NS
		 "messages\"><s:Header><t:RequestServerVersion Version=\"%s\"/>"
		 "</s:Header><s:Body>",
		 ews_version_name(v));
	str_add_mem(out, body->s, body->len);
	str_add(out, "</s:Body></s:Envelope>");
}

/* --- what a status means (dossier 3.3) -------------------------------------
 */
static const struct status {
	int status;
	enum err_kind kind;
	const char *text;
} statuses[] = {
	{400, ERR_PROTOCOL, "the server could not read the request"},
	{403, ERR_DENIED,
	 "the server does not allow this account, place or "
	 "program to use its web services"},
	{404, ERR_INPUT,
	 "there is no Exchange web service at this address; "
	 "check the server setting"},
	{405, ERR_INPUT,
	 "this address does not take requests; check the server "
	 "setting"},
	{407, ERR_AUTH, "the proxy wants a sign-in"},
	{411, ERR_PROTOCOL, "a proxy on the way refuses the request's form"},
	{413, ERR_INPUT, "the request is larger than the server takes"},
	{429, ERR_SERVER, "the server asks to slow down"},
	{440, ERR_SERVER, "the gateway's session ended; a new one is needed"},
	{456, ERR_AUTH,
	 "sign-in is blocked until you act in a browser: a new "
	 "password or a second factor is wanted"},
	{500, ERR_SERVER, "the server has trouble"},
	{501, ERR_UNSUPPORTED, "the server does not know this request"},
	{502, ERR_SERVER, "the gateway cannot reach the server"},
	{503, ERR_SERVER, "the server is not available now"},
	{504, ERR_SERVER, "the gateway waited for the server in vain"},
	{507, ERR_QUOTA, "the server has no room left"},
};

static bool redirect_error(const struct http_answer *a, struct err *err)
{
	const char *to = str_or_empty(a->location);

	if (strstr(to, "genericerrorpage") || strstr(to, "/auth/errorfe"))
		return err_set(err, ERR_SERVER,
			       "the server shows its error page (%s)",
			       a->cas_error ? a->cas_error : "no code");
	return err_set(err, ERR_INPUT,
		       "the server sends this address elsewhere, to %.200s; if "
		       "that is right, put it into the server setting",
		       to);
}

static bool status_error(const struct http_answer *a, struct err *err)
{
	bool known = false;

	if (a->status >= 300 && a->status < 400) {
		redirect_error(a, err);
		known = true;
	}
	for (size_t i = 0; !known && i < ARRAY_LEN(statuses); i++)
		if (statuses[i].status == a->status) {
			err_set(err, statuses[i].kind, "%s", statuses[i].text);
			known = true;
		}
	if (!known && a->status == 200)
		err_set(err, ERR_AUTH,
			"a sign-in or portal page came instead of Exchange's "
			"answer; check the server setting and the network");
	else if (!known)
		err_set(err, a->status >= 500 ? ERR_SERVER : ERR_PROTOCOL,
			"the server answers with status %d", a->status);
	if (err) {
		err->number = a->status;
		err->retry_after_ms = a->retry_after_ms;
		snprintf(err->code, sizeof(err->code), "%s",
			 str_or_empty(a->cas_error));
	}
	return false;
}

/* --- one exchange -----------------------------------------------------------
 */
struct exchange {
	struct soap_call *call;
	const struct op *op;
	struct ews_reader *reader;
	bool is_xml, decided;
	struct str lead; /* of a body whose type says nothing */
	int64_t bytes, told_at;
};

static bool is_xml_type(const struct http_answer *a)
{
	return a->content_type && strstr(a->content_type, "xml");
}

/* Statuses whose body is an envelope or explains nothing. */
static bool may_hold_envelope(int status)
{
	return status == 200 ||
	       (status >= 400 && status != 401 && status != 407);
}

/* Some servers and gateways name no type, or a wrong one: an envelope shows
 * itself at its beginning, and a page of HTML does not. */
static void decide_by_lead(struct exchange *x)
{
	static const char name[] = "Envelope";
	const char *s = x->lead.s, *p = strstr(s, name);

	x->is_xml = p && p > s && (p[-1] == '<' || p[-1] == ':') &&
		    !strcasestr(s, "<html");
	x->decided = x->is_xml || x->lead.len >= LEAD_MAX;
}

static bool feed(struct exchange *x, const struct http_answer *a, const char *s,
		 size_t len, struct err *err)
{
	if (x->call->raw && a->status == 200 &&
	    !x->call->raw(x->call->ctx, s, len, err))
		return false;
	if (x->call->series && a->status == 200)
		return true;
	if (x->call->tree && a->status == 200 &&
	    !ews_tree_feed(x->call->tree, s, len, err))
		return false;
	if (ews_reader_feed(x->reader, s, len, err))
		return true;
	if (a->status == 200)
		return false;
	/* A page around an error: its status says what it is. */
	x->is_xml = false;
	err_clear(err);
	return true;
}

static bool receive(void *ctx, const struct http_answer *a, const char *s,
		    size_t len, struct err *err)
{
	struct exchange *x = ctx;
	int64_t now;

	x->bytes += (int64_t)len;
	if (x->op && x->op->progress) {
		now = clock_mono_ms();
		if (now - x->told_at >= PROGRESS_MS) {
			x->told_at = now;
			x->op->progress(x->op->ctx, x->bytes);
		}
	}
	if (!x->decided && (!may_hold_envelope(a->status) || is_xml_type(a))) {
		x->decided = true;
		x->is_xml = may_hold_envelope(a->status);
	} else if (!x->decided) {
		str_add_mem(&x->lead, s, len);
		decide_by_lead(x);
		s = x->lead.s;
		len = x->lead.len;
	}
	return !x->is_xml || feed(x, a, s, len, err);
}

static bool idle(void *ctx, int64_t *again_ms, struct err *err)
{
	struct exchange *x = ctx;

	return x->call->idle(x->call->ctx, again_ms, err);
}

static void note_build(struct backend *b, const struct ews_head *head)
{
	if (!head->build || str_eq(head->build, b->build))
		return;
	/* Another release since: what it can do may have changed (1.2). A
	 * farm's front ends may differ in the last numbers only. */
	if (b->build &&
	    strtol(head->build, NULL, 10) != strtol(b->build, NULL, 10))
		b->ready = false;
	mem_replace(&b->build, xstrdup(head->build));
}

/* The answer is complete: a fault, a status, or all is well. */
static bool judge(struct backend *b, struct exchange *x,
		  const struct http_answer *a, enum ews_rule *rule,
		  struct err *err)
{
	const struct ews_head *head = ews_reader_head(x->reader);

	if (x->bytes == 0 && a->status == 200)
		return x->call->series ||
		       err_set(err, ERR_NETWORK, "the answer is empty");
	if (!x->is_xml)
		return status_error(a, err);
	if (x->call->series && a->status == 200)
		return true;
	if (!ews_reader_finish(x->reader, err))
		return a->status == 200 ? false : status_error(a, err);
	note_build(b, head);
	if (head->is_fault) {
		*rule = ews_fault_error(head, err);
		/* The head's word, where the fault has none of its own. */
		if (err && *rule == RULE_BUSY && head->backoff_ms <= 0 &&
		    a->retry_after_ms > 0)
			err->retry_after_ms = a->retry_after_ms;
		return false;
	}
	if (a->status != 200 || !head->is_envelope)
		return status_error(a, err);
	return true;
}

static bool is_about_events(const char *operation)
{
	return strcmp(operation, "Subscribe") == 0 ||
	       strcmp(operation, "GetStreamingEvents") == 0 ||
	       strcmp(operation, "GetEvents") == 0;
}

static bool send_http(struct backend *b, struct exchange *x,
		      const struct str *envelope, struct http_answer *a,
		      struct err *err)
{
	/* 2013 and later route by it: it is the owner's (3.4). */
	const char *whose = b->anchor		      ? b->anchor
			    : x->op && x->op->mailbox ? x->op->mailbox
						      : b->account->address;
	char *anchor CLEANUP(mem_free_ptr) =
		xasprintf("X-AnchorMailbox: %s", str_or_empty(whose));
	char *public CLEANUP(mem_free_ptr) = xasprintf(
		"X-PublicFolderMailbox: %s", str_or_empty(b->public_mailbox));
	const char *headers[7] = {"Content-Type: text/xml; charset=utf-8",
				  "Accept: text/xml"};
	size_t n = 2;
	struct http_request r = {
		.url = b->account->url,
		.headers = headers,
		.body = envelope->s,
		.len = envelope->len,
		.repeatable = !x->call->changes,
		.cancel = x->op ? x->op->cancel : NULL,
		.idle_seconds = x->call->idle_seconds,
		.max_bytes = ANSWER_MAX,
		.receive = receive,
		.idle = x->call->idle ? idle : NULL,
		.ctx = x,
		.label = x->call->operation,
	};

	if (whose)
		headers[n++] = anchor;
	if (b->public_mailbox)
		headers[n++] = public;
	/* A subscription lives on one back end (3.4). */
	if (is_about_events(x->call->operation))
		headers[n] = "X-PreferServerAffinity: true";
	return http_send(b->http, &r, a, err);
}

static bool send_fake(struct backend *b, struct exchange *x,
		      const struct str *envelope, struct http_answer *a,
		      struct err *err)
{
	struct str answer CLEANUP(str_release) = STR_INIT;
	bool ok = true;

	*a = (struct http_answer){.status = 200,
				  .content_type = xstrdup("text/xml")};
	if (!b->transport(b->transport_ctx, x->call->operation, envelope, a,
			  &answer, err)) {
		http_answer_release(a);
		return false;
	}
	for (size_t at = 0; ok && at < answer.len; at += FAKE_PIECE)
		ok = receive(x, a, answer.s + at,
			     answer.len - at < FAKE_PIECE ? answer.len - at
							  : FAKE_PIECE,
			     err);
	return ok;
}

/* Sends once, signed in, and reads the answer. */
static bool exchange_once(struct backend *b, const struct op *op,
			  struct soap_call *call, const struct str *envelope,
			  enum ews_rule *rule, struct err *err)
{
	struct exchange x = {.call = call, .op = op, .lead = STR_INIT};
	struct http_answer a = {0};
	bool ok;

	*rule = RULE_NONE;
	if (call->tree)
		ews_tree_clear(call->tree);
	if (call->restart)
		call->restart(call->ctx);
	x.reader = ews_reader_new(call->fn, call->ctx);
	ok = b->transport ? send_fake(b, &x, envelope, &a, err)
			  : send_http(b, &x, envelope, &a, err);
	if (a.date)
		b->date = a.date;
	if (ok && a.status == 401) {
		ok = err_set(err, ERR_AUTH,
			     "the server refuses the sign-in that it took "
			     "before, or the account may not do this");
		if (err)
			err->number = 401;
	} else if (ok) {
		ok = judge(b, &x, &a, rule, err);
	}
	if (op && op->progress && x.bytes)
		op->progress(op->ctx, x.bytes);
	ews_reader_free(x.reader);
	str_release(&x.lead);
	http_answer_release(&a);
	return ok;
}

/* Too many streams, of a run that was killed, say: only this one has to wait
 * (6). */
static bool is_of_streams(const struct soap_call *call, const struct err *e)
{
	return call->series &&
	       strcmp(e->code, "ErrorExceededConnectionCount") == 0;
}

bool soap_do(struct backend *b, const struct op *op, struct soap_call *call,
	     enum ews_rule *rule, struct err *err)
{
	struct str envelope CLEANUP(str_release) = STR_INIT;
	enum ews_rule own;
	int busy = 0, lost = 0, again = 0;

	rule = rule ? rule : &own;
	make_envelope(&envelope, b->version, &call->body);
	if (str_is_truncated(&envelope))
		return err_set(err, ERR_INPUT, "the message is too large");
	dump(call->operation, &envelope);
	for (;;) {
		struct err e = ERR_INIT;

		*rule = RULE_NONE;
		if (!soap_wait(b, op, err))
			return false;
		if (exchange_once(b, op, call, &envelope, rule, &e))
			return true;
		if (*rule == RULE_VERSION)
			b->ready = false;
		if (e.retry_after_ms > 0 && !is_of_streams(call, &e))
			soap_pause(b, &e);
		if (*rule == RULE_BUSY && !is_of_streams(call, &e) &&
		    ++busy <= BUSY_TRIES)
			continue;
		if (*rule == RULE_AGAIN && call->again && !call->changes &&
		    ++again <= AGAIN_TRIES) {
			if (!soap_sleep(op, AGAIN_MS * again, err))
				return false;
			continue;
		}
		if ((e.number == 503 || e.number == 429) && !call->changes &&
		    e.retry_after_ms > 0 && ++busy <= BUSY_TRIES)
			continue;
		if (e.kind == ERR_NETWORK && !call->changes && !call->series &&
		    ++lost <= 1)
			continue;
		log_at(LOG_INFO, "ews", "%s: %s %s", call->operation, e.code,
		       e.text);
		if (err)
			*err = e;
		return false;
	}
}

/* --- pieces ------------------------------------------------------------------
 */
void soap_add_folder(struct str *b, const char *id, const char *distinguished)
{
	str_add(b, id ? "<t:FolderId" : "<t:DistinguishedFolderId");
	xml_add_attr(b, "Id", id ? id : distinguished);
	str_add(b, "/>");
}

void soap_add_others_folder(struct str *b, const char *distinguished,
			    const char *mailbox)
{
	str_add(b, "<t:DistinguishedFolderId");
	xml_add_attr(b, "Id", distinguished);
	str_add(b, "><t:Mailbox>");
	xml_add_element(b, "t:EmailAddress", mailbox);
	str_add(b, "</t:Mailbox></t:DistinguishedFolderId>");
}

void soap_add_item(struct str *b, const struct item_ref *ref)
{
	str_add(b, "<t:ItemId");
	xml_add_attr(b, "Id", ref->remote_id);
	xml_add_attr(b, "ChangeKey", ref->change_key);
	str_add(b, "/>");
}

struct single {
	struct ews_message *got;
	struct err err;
	enum ews_rule rule;
	bool seen;
};

static bool take_single(void *ctx, struct ews_message *m, struct err *err)
{
	struct single *s = ctx;

	(void)err;
	if (s->seen && m->index > 0)
		return true;
	if (s->seen) /* the read was repeated */
		ews_message_release(s->got);
	s->seen = true;
	s->rule = ews_message_error(m, &s->err);
	*s->got = *m;
	*m = (struct ews_message){0};
	return true;
}

bool soap_single(struct backend *b, const struct op *op, const char *operation,
		 struct str *owned_body, bool changes, struct ews_message *got,
		 struct err *err)
{
	struct single s;
	struct soap_call call = {.operation = operation,
				 .body = *owned_body,
				 .changes = changes,
				 .again = true,
				 .fn = take_single,
				 .ctx = &s};
	int busy = 0, again = 0;
	bool ok;

	do {
		s = (struct single){.got = got};
		ok = soap_do(b, op, &call, NULL, err);
		if (!ok)
			break;
		if (!s.seen) {
			ok = err_set(err, ERR_PROTOCOL,
				     "the answer to %s holds no result",
				     operation);
		} else if (s.rule != RULE_NONE) {
			ews_message_release(got);
			s.seen = false;
			ok = false;
			if (err)
				*err = s.err;
			if (s.rule == RULE_BUSY)
				soap_pause(b, &s.err);
		}
		if (s.rule == RULE_AGAIN && !changes &&
		    ++again <= AGAIN_TRIES &&
		    !soap_sleep(op, AGAIN_MS * again, err))
			break;
	} while ((s.rule == RULE_BUSY && ++busy <= BUSY_TRIES) ||
		 (s.rule == RULE_AGAIN && !changes && again <= AGAIN_TRIES));
	if (!ok && s.seen)
		ews_message_release(got);
	str_release(&call.body);
	*owned_body = (struct str)STR_INIT;
	return ok;
}
