/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "tests/sim/events.h"

#include "base/clock.h"
#include "base/codec.h"

enum { QUEUE_MAX = 5000, UNREAD_STREAM_MS = 30 * 60 * 1000 };

static bool sub_wants(const struct sub *s, const struct event *e)
{
	if (!(s->kinds & (1u << e->kind)))
		return false;
	if (s->all_folders)
		return e->box == s->owner;
	for (size_t i = 0; i < s->folders.n; i++) {
		uint64_t id = s->folders.v[i];

		if (id == e->parent || (e->old_parent && id == e->old_parent) ||
		    (e->is_folder && id == e->id))
			return true;
	}
	return false;
}

static void event_queue(struct state *st, const struct event *e)
{
	bool any = false;

	for (size_t i = 0; i < st->subs.n; i++) {
		struct sub *s = st->subs.v[i];

		if (!sub_wants(s, e))
			continue;
		if (s->queue.n >= QUEUE_MAX)
			vec_remove(&s->queue, 0);
		vec_add(&s->queue, *e);
		any = true;
	}
	if (any)
		pthread_cond_broadcast(&st->changed);
}

void event_item(struct state *st, enum event_kind kind, const struct item *it,
		uint64_t old_id, const struct folder *old_parent)
{
	struct event e = {.kind = kind,
			  .number = st->change,
			  .time = clock_now(),
			  .box = it->folder->box,
			  .id = it->id,
			  .parent = it->folder->id,
			  .old_id = old_id,
			  .unread = -1};

	if (st->subs.n == 0)
		return;
	if (old_parent)
		e.old_parent = old_parent->id;
	event_queue(st, &e);
}

void event_folder(struct state *st, enum event_kind kind,
		  const struct folder *f, const struct folder *old,
		  const struct folder *old_parent)
{
	struct event e = {.kind = kind,
			  .number = st->change,
			  .time = clock_now(),
			  .box = f->box,
			  .is_folder = true,
			  .id = f->id,
			  .parent = f->parent ? f->parent->id : f->id,
			  .unread = -1};

	if (st->subs.n == 0)
		return;
	if (old)
		e.old_id = old->id;
	if (old_parent)
		e.old_parent = old_parent->id;
	if (kind == EVENT_MODIFIED)
		e.unread = (long)f->unread;
	event_queue(st, &e);
}

struct sub *sub_new(struct state *st, struct box *owner)
{
	struct sub *s = xcalloc(1, sizeof(*s));

	s->id = codec_random_id();
	s->owner = owner;
	s->watermark = st->change;
	s->last_seen_ms = clock_mono_ms();
	vec_add(&st->subs, s);
	return s;
}

struct sub *sub_find(struct state *st, const char *id)
{
	for (size_t i = 0; i < st->subs.n; i++)
		if (str_eq(st->subs.v[i]->id, id))
			return st->subs.v[i];
	return NULL;
}

static void sub_free(struct sub *s)
{
	vec_release(&s->folders);
	vec_release(&s->queue);
	free(s->id);
	free(s);
}

void sub_drop(struct state *st, struct sub *s)
{
	for (size_t i = 0; i < st->subs.n; i++) {
		if (st->subs.v[i] == s) {
			vec_remove(&st->subs, i);
			break;
		}
	}
	sub_free(s);
	pthread_cond_broadcast(&st->changed);
}

void subs_expire(struct state *st)
{
	int64_t now = clock_mono_ms();

	for (size_t i = 0; i < st->subs.n;) {
		struct sub *s = st->subs.v[i];
		int64_t limit = s->streaming ? UNREAD_STREAM_MS : s->timeout_ms;

		if (!s->connected && now - s->last_seen_ms > limit)
			sub_drop(st, s);
		else
			i++;
	}
}

void events_drop_all(struct state *st)
{
	while (st->subs.n > 0)
		sub_drop(st, st->subs.v[0]);
}
