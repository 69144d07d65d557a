/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Pull and streaming notifications (dossier 9). */
#include "tests/sim/ews.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include "base/clock.h"
#include "base/codec.h"
#include "tests/sim/events.h"

static const struct {
	const char *name, *element;
} kinds[EVENT_KINDS] = {
	[EVENT_COPIED] = {"CopiedEvent", "t:CopiedEvent"},
	[EVENT_CREATED] = {"CreatedEvent", "t:CreatedEvent"},
	[EVENT_DELETED] = {"DeletedEvent", "t:DeletedEvent"},
	[EVENT_MODIFIED] = {"ModifiedEvent", "t:ModifiedEvent"},
	[EVENT_MOVED] = {"MovedEvent", "t:MovedEvent"},
	[EVENT_NEW_MAIL] = {"NewMailEvent", "t:NewMailEvent"},
};

/* --- Subscribe, Unsubscribe ---------------------------------------------- */
static const char *sub_read_folders(struct req *r, struct sub *s,
				    const xmlNode *request)
{
	s->all_folders = xr_true(xr_attr(request, "SubscribeToAllFolders"));
	for (xmlNode *id = xr_first(xr_child(request, "FolderIds")); id;
	     id = xr_next(id)) {
		const char *code = NULL;
		const struct folder *f = req_folder(r, id, RIGHT_READ, &code);

		if (!f)
			return code;
		/* Delegates could not subscribe in older releases. */
		if (f->box != r->user && r->rank < RANK_2010)
			return "ErrorSubscriptionDelegateAccessNotSupported";
		vec_add(&s->folders, f->id);
	}
	if (!s->all_folders && s->folders.n == 0)
		return "ErrorInvalidSubscriptionRequest";
	return NULL;
}

static void put_watermark(struct str *b, const char *name, uint64_t mark)
{
	uint64_t words[2] = {mark, 1};

	xw_base64(b, name, words, sizeof(words));
}

static bool watermark_read(const char *text, uint64_t *mark)
{
	struct str raw = STR_INIT;
	bool good =
		codec_base64_decode(&raw, text, strlen(text)) && raw.len == 16;

	if (good)
		memcpy(mark, raw.s, 8);
	str_release(&raw);
	return good;
}

void op_subscribe(struct req *r)
{
	const xmlNode *request = xr_first(r->op);
	const char *timeout = xr_child_text(request, "Timeout"), *code;
	struct sub *s;
	int mine = 0;

	rsp_begin(r);
	if (xr_is(request, "PushSubscriptionRequest")) {
		/* The simulator calls nobody back. */
		rsp_error(r, "ErrorInvalidPushSubscriptionUrl", NULL);
		rsp_end(r);
		return;
	}
	subs_expire(r->st);
	for (size_t i = 0; i < r->st->subs.n; i++)
		mine += r->st->subs.v[i]->owner == r->user;
	if (r->sim->max_subs > 0 && mine >= r->sim->max_subs) {
		rsp_error(r, "ErrorExceededSubscriptionCount", NULL);
		rsp_end(r);
		return;
	}
	s = sub_new(r->st, r->user);
	s->streaming = xr_is(request, "StreamingSubscriptionRequest");
	s->timeout_ms = (timeout ? strtol(timeout, NULL, 10) : 30) * 60000;
	for (xmlNode *t = xr_first(xr_child(request, "EventTypes")); t;
	     t = xr_next(t))
		for (unsigned k = 0; k < EVENT_KINDS; k++)
			if (strcmp(xr_text(t), kinds[k].name) == 0)
				s->kinds |= 1u << k;
	code = sub_read_folders(r, s, request);
	if (code) {
		sub_drop(r->st, s);
		rsp_error(r, code, NULL);
	} else {
		rsp_ok(r);
		xw_elem(&r->out, "m:SubscriptionId", s->id);
		if (!s->streaming)
			put_watermark(&r->out, "m:Watermark", s->watermark);
		rsp_close(r);
		str_addf(&r->detail, " folders=%zu%s%s", s->folders.n,
			 s->all_folders ? " all" : "",
			 s->streaming ? " streaming" : " pull");
	}
	rsp_end(r);
}

void op_unsubscribe(struct req *r)
{
	const char *id = str_or_empty(xr_child_text(r->op, "SubscriptionId"));
	struct sub *s = sub_find(r->st, id);

	rsp_begin(r);
	if (!s) {
		rsp_error(r, "ErrorSubscriptionNotFound", NULL);
	} else if (s->owner != r->user) {
		rsp_error(r, "ErrorSubscriptionAccessDenied", NULL);
	} else {
		sub_drop(r->st, s);
		rsp_ok(r);
		rsp_close(r);
	}
	rsp_end(r);
}

/* --- events -------------------------------------------------------------- */
static void put_object(struct str *b, const struct event *e, const char *name,
		       uint64_t parent, uint64_t id)
{
	str_addf(b, "<%s Id=\"", name);
	if (e->is_folder)
		id_add_folder(b, e->box, id);
	else
		id_add_item(b, e->box, parent, id);
	/* Ids of events lack a usable change key. */
	str_addf(b, "\" ChangeKey=\"%s\"/>",
		 e->is_folder ? "AQAAAA==" : "CQAAAA==");
}

static void put_parent(struct str *b, const struct event *e, const char *name,
		       uint64_t id)
{
	str_addf(b, "<%s Id=\"", name);
	id_add_folder(b, e->box, id);
	str_add(b, "\" ChangeKey=\"AQAAAA==\"/>");
}

static void put_event(struct str *b, const struct event *e, bool watermark)
{
	const char *element = kinds[e->kind].element;

	xw_open(b, element);
	if (watermark)
		put_watermark(b, "t:Watermark", e->number);
	xw_time(b, "t:TimeStamp", e->time);
	put_object(b, e, e->is_folder ? "t:FolderId" : "t:ItemId", e->parent,
		   e->id);
	put_parent(b, e, "t:ParentFolderId", e->parent);
	if (e->kind == EVENT_MOVED || e->kind == EVENT_COPIED) {
		put_object(b, e, e->is_folder ? "t:OldFolderId" : "t:OldItemId",
			   e->old_parent, e->old_id);
		put_parent(b, e, "t:OldParentFolderId", e->old_parent);
	}
	if (e->kind == EVENT_MODIFIED && e->is_folder && e->unread >= 0)
		xw_elemf(b, "t:UnreadCount", "%ld", e->unread);
	xw_close(b, element);
}

void op_get_events(struct req *r)
{
	const char *id = str_or_empty(xr_child_text(r->op, "SubscriptionId"));
	const char *mark = str_or_empty(xr_child_text(r->op, "Watermark"));
	struct sub *s;
	uint64_t from = 0, before;
	size_t n = 0;

	subs_expire(r->st);
	s = sub_find(r->st, id);
	rsp_begin(r);
	if (!s || s->streaming) {
		rsp_error(r, "ErrorSubscriptionNotFound", NULL);
	} else if (s->owner != r->user) {
		rsp_error(r, "ErrorSubscriptionAccessDenied", NULL);
	} else if (!watermark_read(mark, &from)) {
		rsp_error(r, "ErrorInvalidWatermark", NULL);
	} else {
		s->last_seen_ms = clock_mono_ms();
		before = s->watermark;
		/* What the client has seen need not be kept. */
		while (s->queue.n > 0 && s->queue.v[0].number <= from)
			vec_remove(&s->queue, 0);
		rsp_ok(r);
		xw_open(&r->out, "m:Notification");
		xw_elem(&r->out, "t:SubscriptionId", s->id);
		put_watermark(&r->out, "t:PreviousWatermark", before);
		xw_bool(&r->out, "t:MoreEvents", false);
		for (; n < s->queue.n; n++) {
			put_event(&r->out, &s->queue.v[n], true);
			s->watermark = s->queue.v[n].number;
		}
		if (n == 0) {
			xw_open(&r->out, "t:StatusEvent");
			put_watermark(&r->out, "t:Watermark", s->watermark);
			xw_close(&r->out, "t:StatusEvent");
		}
		xw_close(&r->out, "m:Notification");
		rsp_close(r);
	}
	rsp_end(r);
	str_addf(&r->detail, " n=%zu", n);
}

/* --- streaming ----------------------------------------------------------- */
struct ews_stream {
	struct sim *sim;
	struct box *user;
	struct strv ids;
	int64_t end_ms, beat_ms;
	bool closed;
};

static void envelope(struct ews_stream *s, struct str *out, const char *inner)
{
	static const char head[] =
		"<m:GetStreamingEventsResponse xmlns:m=\"http://schemas."
		"microsoft.com/exchange/services/2006/messages\" xmlns:t=\"http"
		"://schemas.microsoft.com/exchange/services/2006/types\">"
		"<m:ResponseMessages><m:GetStreamingEventsResponseMessage "
		"ResponseClass=\"Success\"><m:ResponseCode>NoError"
		"</m:ResponseCode>";

	ews_envelope_open(s->sim, out);
	str_add(out, head);
	str_add(out, inner);
	str_add(out, "</m:GetStreamingEventsResponseMessage>"
		     "</m:ResponseMessages></m:GetStreamingEventsResponse>");
	ews_envelope_close(s->sim, out);
}

void op_get_streaming_events(struct req *r)
{
	const char *minutes = xr_child_text(r->op, "ConnectionTimeout");
	struct ews_stream *s;
	struct strv bad;
	size_t n = 0;

	subs_expire(r->st);
	if (r->sim->max_hanging > 0 &&
	    r->user->hanging >= r->sim->max_hanging) {
		rsp_begin(r);
		rsp_error(r, "ErrorExceededConnectionCount", NULL);
		rsp_end(r);
		return;
	}
	strv_init(&bad);
	s = xcalloc(1, sizeof(*s));
	s->sim = r->sim;
	strv_init(&s->ids);
	for (xmlNode *id = xr_first(xr_child(r->op, "SubscriptionIds")); id;
	     id = xr_next(id), n++) {
		struct sub *sub = sub_find(r->st, xr_text(id));

		if (sub && sub->streaming && sub->owner == r->user) {
			strv_add(&s->ids, xr_text(id));
			sub->connected = true;
		} else {
			strv_add(&bad, xr_text(id));
		}
	}
	str_addf(&r->detail, " n=%zu bad=%zu", n, bad.n);
	if (bad.n > 0) {
		struct str payload = STR_INIT;

		xw_open(&payload, "m:ErrorSubscriptionIds");
		for (size_t i = 0; i < bad.n; i++)
			xw_elem(&payload, "m:SubscriptionId", bad.v[i]);
		xw_close(&payload, "m:ErrorSubscriptionIds");
		rsp_begin(r);
		rsp_error(r, "ErrorInvalidSubscription", payload.s);
		rsp_end(r);
		str_release(&payload);
		r->stream = NULL;
		for (size_t i = 0; i < s->ids.n; i++)
			sub_find(r->st, s->ids.v[i])->connected = false;
		strv_release(&s->ids);
		free(s);
	} else {
		long m = minutes ? strtol(minutes, NULL, 10) : 30;

		s->user = r->user;
		s->user->hanging++;
		s->end_ms = clock_mono_ms() + m * 60000;
		str_clear(&r->out);
		envelope(s, &r->out,
			 "<m:ConnectionStatus>OK"
			 "</m:ConnectionStatus>");
		s->beat_ms = clock_mono_ms() + r->sim->heartbeat_ms;
		r->http = 200;
		r->stream = s;
	}
	strv_release(&bad);
}

/* Takes what is queued; true when a subscription is gone. */
static bool drain(struct ews_stream *s, struct str *inner, struct strv *gone)
{
	struct state *st = s->sim->st;
	struct str events = STR_INIT;

	for (size_t i = 0; i < s->ids.n; i++) {
		struct sub *sub = sub_find(st, s->ids.v[i]);

		if (!sub) {
			strv_add(gone, s->ids.v[i]);
			continue;
		}
		if (sub->queue.n == 0)
			continue;
		xw_open(&events, "m:Notification");
		xw_elem(&events, "t:SubscriptionId", sub->id);
		for (size_t k = 0; k < sub->queue.n; k++)
			put_event(&events, &sub->queue.v[k], false);
		xw_close(&events, "m:Notification");
		sub->queue.n = 0;
	}
	if (events.len)
		str_addf(inner, "<m:Notifications>%s</m:Notifications>",
			 events.s);
	str_release(&events);
	return gone->n > 0;
}

static void wait_for_change(struct state *st, int64_t ms)
{
	struct timespec until;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += ms / 1000;
	until.tv_nsec += ms % 1000 * 1000000;
	if (until.tv_nsec >= 1000000000) {
		until.tv_sec++;
		until.tv_nsec -= 1000000000;
	}
	pthread_cond_timedwait(&st->changed, &st->lock, &until);
}

static void stream_gone(struct ews_stream *s, struct str *out,
			const struct strv *gone)
{
	struct req r = {.sim = s->sim,
			.name = "GetStreamingEvents",
			.out = *out,
			.detail = STR_INIT};
	struct str payload = STR_INIT;

	xw_open(&payload, "m:ErrorSubscriptionIds");
	for (size_t i = 0; i < gone->n; i++)
		xw_elem(&payload, "m:SubscriptionId", gone->v[i]);
	xw_close(&payload, "m:ErrorSubscriptionIds");
	ews_envelope_open(s->sim, &r.out);
	rsp_begin(&r);
	rsp_error(&r, "ErrorSubscriptionNotFound", payload.s);
	rsp_end(&r);
	ews_envelope_close(s->sim, &r.out);
	*out = r.out;
	str_release(&r.detail);
	str_release(&payload);
	s->closed = true;
}

bool ews_stream_next(struct ews_stream *s, struct str *out)
{
	struct state *st = s->sim->st;
	struct str inner = STR_INIT;
	struct strv gone;

	if (s->closed || sim_is_stopping(s->sim))
		return false;
	strv_init(&gone);
	state_lock(st);
	for (;;) {
		int64_t now = clock_mono_ms();
		int64_t next = s->end_ms < s->beat_ms ? s->end_ms : s->beat_ms;

		if (drain(s, &inner, &gone) || inner.len || now >= next ||
		    sim_is_stopping(s->sim))
			break;
		/* Short waits, so that the end of the simulator is noticed. */
		wait_for_change(st, next - now < 500 ? next - now : 500);
	}
	state_unlock(st);
	s->beat_ms = clock_mono_ms() + s->sim->heartbeat_ms;
	if (gone.n > 0) {
		stream_gone(s, out, &gone);
	} else if (inner.len) {
		envelope(s, out, inner.s);
	} else {
		s->closed = clock_mono_ms() >= s->end_ms;
		envelope(s, out,
			 s->closed ? "<m:ConnectionStatus>Closed"
				     "</m:ConnectionStatus>"
				   : "<m:ConnectionStatus>OK"
				     "</m:ConnectionStatus>");
	}
	strv_release(&gone);
	str_release(&inner);
	return true;
}

void ews_stream_free(struct ews_stream *s)
{
	if (!s)
		return;
	state_lock(s->sim->st);
	s->user->hanging--;
	for (size_t i = 0; i < s->ids.n; i++) {
		struct sub *sub = sub_find(s->sim->st, s->ids.v[i]);

		if (sub) {
			sub->connected = false;
			sub->last_seen_ms = clock_mono_ms();
		}
	}
	state_unlock(s->sim->st);
	strv_release(&s->ids);
	free(s);
}
