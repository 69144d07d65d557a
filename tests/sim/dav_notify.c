/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* SUBSCRIBE, POLL, UNSUBSCRIBE (dossier 10), over the queues of events.h. */
#include "tests/sim/dav.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>
#include "base/clock.h"
#include "tests/sim/events.h"

#define LIFETIME_S 3600

/* The events that a Notification-type stands for; 0: unknown. */
static unsigned kinds_of(const char *type, bool depth1)
{
	if (strcasecmp(type, "update/newmember") == 0)
		return 1u << EVENT_CREATED | 1u << EVENT_COPIED |
		       1u << EVENT_MOVED;
	if (strcasecmp(type, "update") == 0)
		return depth1 ? 1u << EVENT_CREATED | 1u << EVENT_COPIED |
					1u << EVENT_MOVED |
					1u << EVENT_DELETED |
					1u << EVENT_MODIFIED
			      : 1u << EVENT_MODIFIED;
	if (strcasecmp(type, "delete") == 0)
		return 1u << EVENT_DELETED;
	if (strcasecmp(type, "move") == 0)
		return 1u << EVENT_MOVED;
	if (strcasestr(type, "newmail"))
		return 1u << EVENT_NEW_MAIL;
	return 0;
}

static void tell_subscription(struct dav *d, const struct sub *s)
{
	dav_header(d, "Subscription-id: %s", s->id);
	dav_header(d, "Subscription-lifetime: %d", LIFETIME_S);
	dav_header(d, "Content-Location: %s%s", d->base, d->path);
	d->status = 200;
}

static void renew(struct dav *d, const char *ids)
{
	struct sub *s = sub_find(d->st, ids);

	if (!s || s->owner != d->user) {
		d->status = 412;
		return;
	}
	s->last_seen_ms = clock_mono_ms();
	tell_subscription(d, s);
}

void dav_subscribe(struct dav *d)
{
	const char *type = d->header(d->connection, "Notification-type");
	const char *ids = d->header(d->connection, "Subscription-id");
	const char *depth = d->header(d->connection, "Depth");
	struct resource r;
	unsigned kinds;
	struct sub *s;

	if (ids) {
		renew(d, ids);
		return;
	}
	dav_resolve(d, d->path, &r);
	kinds = kinds_of(str_or_empty(type), !depth || *depth != '0');
	if (strstr(d->path, "-FlatUrlSpace-")) {
		d->status = 403;
	} else if (r.kind != DAV_FOLDER && r.kind != DAV_STORE &&
		   r.kind != DAV_ITEM) {
		d->status = 404;
	} else if (!kinds) {
		d->status = 400;
	} else if (r.kind != DAV_STORE && !dav_may(d, r.folder, RIGHT_READ)) {
		d->status = 401;
	} else {
		s = sub_new(d->st, d->user);
		s->kinds = kinds;
		s->all_folders = r.kind == DAV_STORE;
		s->timeout_ms = LIFETIME_S * 1000;
		s->last_seen_ms = clock_mono_ms();
		if (!s->all_folders)
			vec_add(&s->folders, r.folder->id);
		tell_subscription(d, s);
	}
	resource_release(&r);
}

static void add_id(struct multi *m, const char *id)
{
	static const char ns[] = "http://schemas.microsoft.com/Exchange/";
	const char *p = multi_prefix(m, ns, strlen(ns));

	str_addf(&m->body, "<%s:subscriptionID><li>", p);
	xw_text(&m->body, id);
	str_addf(&m->body, "</li></%s:subscriptionID>", p);
}

/* Events since the last POLL? They are taken by it. */
static int poll_one(struct dav *d, const char *id)
{
	struct sub *s = sub_find(d->st, id);
	int status;

	if (!s || s->owner != d->user)
		return 412;
	s->last_seen_ms = clock_mono_ms();
	status = s->queue.n ? 200 : 204;
	s->queue.n = 0;
	return status;
}

static int drop_one(struct dav *d, const char *id)
{
	struct sub *s = sub_find(d->st, id);

	if (!s || s->owner != d->user)
		return 400;
	sub_drop(d->st, s);
	return 200;
}

static void each_id(struct dav *d, int (*fn)(struct dav *d, const char *id))
{
	const char *ids = d->header(d->connection, "Subscription-id");
	struct strv list CLEANUP(strv_release);
	struct multi m;

	strv_init(&list);
	if (ids)
		strv_split(&list, ids, ", ");
	if (!list.n) {
		d->status = 400;
		return;
	}
	multi_init(&m, d);
	for (size_t i = 0; i < list.n; i++) {
		char *url = xasprintf("%s%s", d->base, d->path);

		multi_href(&m, url);
		free(url);
		multi_status(&m, fn(d, list.v[i]));
		add_id(&m, list.v[i]);
		multi_close(&m);
	}
	multi_end(&m);
}

void dav_poll(struct dav *d)
{
	subs_expire(d->st);
	each_id(d, poll_one);
}

void dav_unsubscribe(struct dav *d)
{
	each_id(d, drop_one);
}
