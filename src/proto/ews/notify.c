/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * Notifications (dossier 9): streaming from 2010 SP1 on, else a pull
 * subscription asked every half minute. An event only says which folder to
 * look at; events of about a second are merged.
 */
#include "base/clock.h"
#include "base/log.h"
#include "net/xml.h"
#include "proto/ews/ews.h"

#include <string.h>

#define STREAM_MINUTES 29	/* of the 30 allowed */
#define FIRST_ENVELOPE_MS 60000 /* a proxy that buffers: no stream (9.1) */
#define SILENCE_SECONDS 135	/* three heartbeats of 45 s */
#define MERGE_MS 1000
#define BRIEF_MS 2000 /* a stream this short did not work */
#define PULL_MINUTES 60
#define PULL_SECONDS 30
#define ENVELOPE_MAX ((size_t)16 << 20)

struct watched {
	char *folder;
	bool new_mail;
};

struct watch {
	struct backend *b;
	const struct op *op;
	notify_fn fn;
	void *ctx;
	/* events not yet told */
	VEC(struct watched) folders;
	bool hierarchy;
	int64_t tell_at; /* 0: nothing waits */
	/* the stream */
	struct str buffer; /* from the start of an envelope */
	size_t scanned;	   /* bytes of it without an end */
	int64_t begin;
	bool any;	    /* an envelope came */
	bool good;	    /* and one without an error */
	bool told;	    /* events were told */
	bool closed;	    /* the server ended the stream in order */
	enum ews_rule rule; /* an error inside it */
	struct err err;
};

static void tell(struct watch *w, enum notify_kind kind, const char *folder,
		 bool new_mail)
{
	struct notify_event e = {kind, folder, new_mail};

	w->told |= kind != NOTIFY_ALL;
	w->fn(w->ctx, &e);
}

static void tell_waiting(struct watch *w)
{
	w->tell_at = 0;
	if (w->hierarchy)
		tell(w, NOTIFY_HIERARCHY, NULL, false);
	w->hierarchy = false;
	for (size_t i = 0; i < w->folders.n; i++) {
		tell(w, NOTIFY_FOLDER, w->folders.v[i].folder,
		     w->folders.v[i].new_mail);
		free(w->folders.v[i].folder);
	}
	w->folders.n = 0;
}

static void add_folder(struct watch *w, const char *folder, bool new_mail)
{
	struct watched *f;

	for (size_t i = 0; folder && i < w->folders.n; i++)
		if (strcmp(w->folders.v[i].folder, folder) == 0) {
			w->folders.v[i].new_mail |= new_mail;
			return;
		}
	if (!folder)
		return;
	f = vec_new(&w->folders);
	f->folder = xstrdup(folder);
	f->new_mail = new_mail;
}

static void take_events(struct watch *w, const struct ews_message *m)
{
	for (size_t i = 0; i < m->events.n; i++) {
		const struct ews_event *e = &m->events.v[i];

		if (e->is_folder && !e->has_count) {
			w->hierarchy = true;
		} else {
			add_folder(w, e->folder, e->new_mail);
			add_folder(w, e->old_folder, false);
		}
	}
	if (m->events.n > 0 && w->tell_at == 0)
		w->tell_at = clock_mono_ms() + MERGE_MS;
}

static bool on_message(void *ctx, struct ews_message *m, struct err *err)
{
	struct watch *w = ctx;
	struct err e = ERR_INIT;
	enum ews_rule rule = ews_message_error(m, &e);

	(void)err;
	if (rule != RULE_NONE) {
		w->rule = rule;
		w->err = e;
		return true;
	}
	w->good = true;
	take_events(w, m);
	if (m->connection == EWS_CONNECTION_CLOSED)
		w->closed = true;
	return true;
}

/* --- streaming ------------------------------------------------------------------- */
/* The end of the first envelope in the buffer: past "</p:Envelope >"; 0: not
 * there yet. The prefix varies and may be absent. */
static size_t envelope_end(struct watch *w)
{
	static const char name[] = "Envelope";
	const char *s = w->buffer.s, *end = s + w->buffer.len;
	const char *p = s + w->scanned;

	while ((p = memmem(p, (size_t)(end - p), name, sizeof(name) - 1))) {
		const char *open = p, *close = p + sizeof(name) - 1;

		while (open > s && *open != '<' && *open != '>')
			open--;
		while (close < end && strchr(" \t\r\n", *close) && *close)
			close++;
		if (close == end)
			break;
		if (*close == '>' && open[0] == '<' && open[1] == '/' &&
		    (p[-1] == '/' || p[-1] == ':'))
			return (size_t)(close + 1 - s);
		p = close;
	}
	/* What may be the beginning of an end tag is looked at again. */
	w->scanned = w->buffer.len > 256 ? w->buffer.len - 256 : 0;
	return 0;
}

static bool read_envelope(struct watch *w, const char *s, size_t len,
			  struct err *err)
{
	struct ews_reader *r = ews_reader_new(on_message, w);
	const struct ews_head *head;
	bool ok = ews_reader_feed(r, s, len, err) && ews_reader_finish(r, err);

	head = ews_reader_head(r);
	if (ok && head->is_fault) {
		w->rule = ews_fault_error(head, &w->err);
		if (w->rule == RULE_NONE)
			w->rule = RULE_FINAL;
	}
	w->any = true;
	ews_reader_free(r);
	return ok;
}

static bool on_bytes(void *ctx, const char *s, size_t len, struct err *err)
{
	struct watch *w = ctx;
	size_t end;

	str_add_mem(&w->buffer, s, len);
	if (str_is_truncated(&w->buffer))
		return err_set(err, ERR_PROTOCOL,
			       "a notification is too large");
	while ((end = envelope_end(w)) > 0) {
		bool ok = read_envelope(w, w->buffer.s, end, err);
		struct str rest = STR_INIT;

		str_init_max(&rest, ENVELOPE_MAX);
		str_add_mem(&rest, w->buffer.s + end, w->buffer.len - end);
		str_release(&w->buffer);
		w->buffer = rest;
		w->scanned = 0;
		if (!ok)
			return false;
	}
	return true;
}

static bool on_idle(void *ctx, int64_t *again_ms, struct err *err)
{
	struct watch *w = ctx;
	int64_t now = clock_mono_ms();

	if (w->tell_at && now >= w->tell_at)
		tell_waiting(w);
	if (w->tell_at)
		*again_ms = w->tell_at - now;
	if (w->rule != RULE_NONE) {
		*err = w->err;
		return false;
	}
	if (!w->any && now - w->begin > FIRST_ENVELOPE_MS) {
		w->b->no_stream = true;
		return err_set(err, ERR_UNSUPPORTED,
			       "no notification comes through; something on "
			       "the way holds the answer back");
	}
	return true;
}

static void forget_subscription(struct backend *b)
{
	mem_replace(&b->subscription, NULL);
	mem_replace(&b->watermark, NULL);
}

/* The stream is over: in order, or with the subscription lost (9). */
static bool end_stream(struct watch *w, bool ok, struct err *e, struct err *err)
{
	struct backend *b = w->b;
	bool was = b->resubscribed;
	bool brief = clock_mono_ms() - w->begin < BRIEF_MS;

	b->resubscribed = false;
	if (ok && w->rule != RULE_NONE) {
		ok = false;
		*e = w->err;
	} else if (ok && !w->any) {
		b->no_stream = true;
		ok = err_set(e, ERR_UNSUPPORTED,
			     "the server ends notifications at once");
	} else if (ok && !w->closed && brief) {
		ok = err_set(e, ERR_NETWORK, "the notifications broke off");
	}
	if (ok && w->closed) /* a server that only closes is not hurried */
		return !brief || w->told || soap_sleep(w->op, BRIEF_MS, err);
	/* Events may be lost: the next call subscribes anew and says so. */
	forget_subscription(b);
	if (ok)
		return true;
	/* Lost twice without a stream between would go round for ever. */
	if (w->rule == RULE_RESUBSCRIBE && (!was || w->good)) {
		b->resubscribed = true;
		return true;
	}
	if (err)
		*err = *e;
	return false;
}

static bool stream(struct watch *w, struct err *err)
{
	struct soap_call call = {.operation = "GetStreamingEvents",
				 .body = STR_INIT,
				 .changes = true,
				 .idle_seconds = SILENCE_SECONDS,
				 .idle = on_idle,
				 .raw = on_bytes,
				 .series = true,
				 .fn = on_message,
				 .ctx = w};
	struct err e = ERR_INIT;
	bool ok;

	str_add(&call.body, "<m:GetStreamingEvents><m:SubscriptionIds>");
	xml_add_element(&call.body, "t:SubscriptionId", w->b->subscription);
	str_addf(&call.body,
		 "</m:SubscriptionIds><m:ConnectionTimeout>%d"
		 "</m:ConnectionTimeout></m:GetStreamingEvents>",
		 STREAM_MINUTES);
	w->begin = clock_mono_ms();
	ok = soap_do(w->b, w->op, &call, NULL, &e);
	str_release(&call.body);
	tell_waiting(w);
	return end_stream(w, ok, &e, err);
}

/* --- subscribing -------------------------------------------------------------------- */
/* 2007 has no "all folders": names every folder of the mailbox. */
static bool add_all_folders(struct watch *w, struct str *body, struct err *err)
{
	struct str find = STR_INIT;
	struct ews_message m;

	str_add(&find, "<m:FindFolder Traversal=\"Deep\"><m:FolderShape>"
		       "<t:BaseShape>IdOnly</t:BaseShape></m:FolderShape>"
		       "<m:ParentFolderIds>");
	soap_add_folder(&find, NULL, "msgfolderroot");
	str_add(&find, "</m:ParentFolderIds></m:FindFolder>");
	if (!soap_single(w->b, w->op, "FindFolder", &find, false, &m, err))
		return false;
	str_add(body, "<t:FolderIds>");
	soap_add_folder(body, NULL, "msgfolderroot");
	for (size_t i = 0; i < m.folders.n; i++)
		soap_add_folder(body, m.folders.v[i].folder.remote_id, NULL);
	str_add(body, "</t:FolderIds>");
	ews_message_release(&m);
	return true;
}

static bool subscribe(struct watch *w, bool streaming, struct err *err)
{
	static const char *const types[] = {"CopiedEvent",  "CreatedEvent",
					    "DeletedEvent", "ModifiedEvent",
					    "MovedEvent",   "NewMailEvent"};
	const char *kind = streaming ? "Streaming" : "Pull";
	struct str body = STR_INIT;
	struct ews_message m;

	str_addf(&body, "<m:Subscribe><m:%sSubscriptionRequest%s>", kind,
		 w->b->version >= EWS_2010 ? " SubscribeToAllFolders=\"true\""
					   : "");
	if (w->b->version < EWS_2010 && !add_all_folders(w, &body, err)) {
		str_release(&body);
		return false;
	}
	str_add(&body, "<t:EventTypes>");
	for (size_t i = 0; i < ARRAY_LEN(types); i++)
		xml_add_element(&body, "t:EventType", types[i]);
	str_add(&body, "</t:EventTypes>");
	if (!streaming)
		str_addf(&body, "<t:Timeout>%d</t:Timeout>", PULL_MINUTES);
	str_addf(&body, "</m:%sSubscriptionRequest></m:Subscribe>", kind);
	if (!soap_single(w->b, w->op, "Subscribe", &body, false, &m, err))
		return false;
	mem_replace(&w->b->subscription, m.subscription);
	mem_replace(&w->b->watermark, m.watermark);
	m.subscription = m.watermark = NULL;
	ews_message_release(&m);
	if (!w->b->subscription)
		return err_set(err, ERR_PROTOCOL,
			       "the server gave no subscription id");
	return true;
}

/* --- pulling -------------------------------------------------------------------------- */
static bool pull_once(struct watch *w, bool *more, struct err *err)
{
	struct str body = STR_INIT;
	struct ews_message m;

	str_add(&body, "<m:GetEvents>");
	xml_add_element(&body, "m:SubscriptionId", w->b->subscription);
	xml_add_element(&body, "m:Watermark", str_or_empty(w->b->watermark));
	str_add(&body, "</m:GetEvents>");
	if (!soap_single(w->b, w->op, "GetEvents", &body, false, &m, err))
		return false;
	take_events(w, &m);
	*more = m.more_events && m.watermark &&
		!str_eq(m.watermark, w->b->watermark);
	if (m.watermark)
		mem_replace(&w->b->watermark, m.watermark);
	m.watermark = NULL;
	ews_message_release(&m);
	return true;
}

static bool pull(struct watch *w, struct err *err)
{
	int64_t seconds = w->b->account->poll_seconds;
	struct err e = ERR_INIT;
	bool more = false, changed;

	if (seconds <= 0 || seconds > PULL_SECONDS)
		seconds = PULL_SECONDS;
	for (;;) {
		if (!more && !soap_sleep(w->op, seconds * 1000, err))
			return false;
		if (!pull_once(w, &more, &e))
			break;
		changed = w->hierarchy;
		if (!more)
			tell_waiting(w);
		if (changed && !more && w->b->version < EWS_2010) {
			/* The list of folders is part of the subscription. */
			forget_subscription(w->b);
			return true;
		}
	}
	forget_subscription(w->b);
	if (ews_rule_of(e.code) == RULE_RESUBSCRIBE)
		return true;
	if (err)
		*err = e;
	return false;
}

bool ews_notify_wait(struct backend *b, const struct op *op, notify_fn fn,
		     void *ctx, struct err *err)
{
	struct watch w = {.b = b, .op = op, .fn = fn, .ctx = ctx};
	struct err e = ERR_INIT;
	bool streaming, ok;

	if (!ews_ready(b, op, err))
		return false;
	streaming = b->version >= EWS_2010_SP1;
	if (b->no_stream)
		return err_set(err, ERR_UNSUPPORTED,
			       "this server sends no notifications");
	str_init_max(&w.buffer, ENVELOPE_MAX);
	ok = true;
	if (!b->subscription) {
		/* 2007 names its folders one by one, and one of them may go
		 * between being listed and being named. */
		for (int tries = 0; tries < 3; tries++) {
			ok = subscribe(&w, streaming, &e);
			if (ok || e.kind != ERR_NOT_FOUND)
				break;
		}
		if (ok)
			tell(&w, NOTIFY_ALL, NULL, false);
		else if (e.kind == ERR_UNSUPPORTED || e.kind == ERR_PROTOCOL) {
			b->no_stream = true;
			e.kind = ERR_UNSUPPORTED;
		}
	}
	if (ok)
		ok = streaming ? stream(&w, &e) : pull(&w, &e);
	for (size_t i = 0; i < w.folders.n; i++)
		free(w.folders.v[i].folder);
	vec_release(&w.folders);
	str_release(&w.buffer);
	if (!ok && err)
		*err = e;
	return ok;
}
