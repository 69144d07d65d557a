/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "engine/event_queue.h"
#include "base/clock.h"
#include "model/recover.h"
#include "model/oof.h"
#include "model/public.h"
#include "model/sharing.h"

#define PROGRESS_GAP_MS 100

void event_release(struct event *e)
{
	free(e->text);
	e->text = NULL;
	person_list_release(&e->people);
	if (e->busy)
		free_busy_release(e->busy);
	free(e->busy);
	oof_free(e->oof);
	public_talk_free(e->talk);
	recover_talk_free(e->recover);
	e->oof = NULL;
	sharing_free(e->sharing);
	e->sharing = NULL;
	e->busy = NULL;
}

void event_queue_init(struct event_queue *q)
{
	memset(q, 0, sizeof(*q));
	q->lock = chan_lock_new();
	q->bell = chan_new();
	q->urgent = chan_new();
	q->progress_at = INT64_MIN / 2;
}

void event_queue_release(struct event_queue *q)
{
	for (size_t i = q->head; i < q->events.n; i++)
		event_release(&q->events.v[i]);
	vec_release(&q->events);
	chan_lock_free(q->lock);
	chan_free(q->bell);
	chan_free(q->urgent);
}

/* Does a person wait for it, or is it news that nobody asked for? */
static bool is_urgent(const struct event *e)
{
	switch (e->kind) {
	case EVENT_BODY:
	case EVENT_DONE:
	case EVENT_QUESTION:
	case EVENT_NOTICE:
	case EVENT_RESULTS:
	case EVENT_PEOPLE:
	case EVENT_BUSY:
	case EVENT_OOF:
	case EVENT_SHARING:
	case EVENT_STORAGE:
	case EVENT_PUBLIC:
	case EVENT_RECOVER:
	case EVENT_SUGGESTED:
	case EVENT_ROOMS:
		return true;
	case EVENT_FOLDERS:
	case EVENT_ITEMS:
	case EVENT_STATE:
	case EVENT_PROGRESS:
	case EVENT_JOURNAL:
	case EVENT_NEW_MAIL:
	case EVENT_CONTACTS:
	case EVENT_PASSWORD:
	case EVENT_FOREIGN:
		break;
	}
	return false;
}

/* Does b say nothing that would be missed beside a? */
static bool same_news(const struct event *a, const struct event *b)
{
	if (a->kind != b->kind)
		return false;
	switch (a->kind) {
	case EVENT_FOLDERS:
	case EVENT_STATE:
	case EVENT_FOREIGN:
		return true;
	case EVENT_ITEMS:
	case EVENT_NEW_MAIL:
		return a->folder == b->folder;
	case EVENT_PROGRESS:
		return a->ticket == b->ticket;
	case EVENT_JOURNAL:
		return a->entry == b->entry;
	case EVENT_BODY:
	case EVENT_DONE:
	case EVENT_QUESTION:
	case EVENT_NOTICE:
	case EVENT_RESULTS:
	case EVENT_PEOPLE:
	case EVENT_CONTACTS:
	case EVENT_PASSWORD:
	case EVENT_BUSY:
	case EVENT_OOF:
	case EVENT_SHARING:
	case EVENT_STORAGE:
	case EVENT_PUBLIC:
	case EVENT_RECOVER:
	case EVENT_SUGGESTED:
	case EVENT_ROOMS:
		break;
	}
	return false;
}

#define NEWS_MOST 200 /* bytes of ids */

static void add_news(struct event *to, const struct event *old)
{
	char *both;

	to->count += old->count;
	if (!old->text)
		return;
	if (strlen(old->text) > NEWS_MOST)
		both = xstrdup(old->text);
	else
		both = xasprintf("%s %s", old->text, str_or_empty(to->text));
	mem_replace(&to->text, both);
}

static bool merge(struct event_queue *q, struct event *taken)
{
	for (size_t i = q->head; i < q->events.n; i++) {
		struct event *e = &q->events.v[i];

		if (!same_news(e, taken))
			continue;
		if (e->kind == EVENT_NEW_MAIL)
			add_news(taken, e);
		event_release(e);
		*e = *taken;
		return true;
	}
	return false;
}

void event_queue_push(struct event_queue *q, struct event *taken)
{
	int64_t now = clock_mono_ms();

	chan_lock_take(q->lock);
	if (taken->kind == EVENT_PROGRESS &&
	    now - q->progress_at < PROGRESS_GAP_MS) {
		event_release(taken);
		chan_lock_drop(q->lock);
		return;
	}
	if (taken->kind == EVENT_PROGRESS)
		q->progress_at = now;
	if (is_urgent(taken) && !q->rung) {
		q->rung = true;
		chan_send(q->urgent, q);
	}
	if (!merge(q, taken)) {
		if (q->head == q->events.n)
			chan_send(q->bell, q);
		vec_add(&q->events, *taken);
	}
	chan_lock_drop(q->lock);
}

bool event_queue_next(struct event_queue *q, struct event *out)
{
	bool any;

	chan_lock_take(q->lock);
	any = q->head < q->events.n;
	if (any)
		*out = q->events.v[q->head++];
	if (any && q->head == q->events.n) {
		q->head = q->events.n = 0;
		chan_try_receive(q->bell);
		if (q->rung)
			chan_try_receive(q->urgent);
		q->rung = false;
	} else if (q->head > 1000) {
		memmove(q->events.v, q->events.v + q->head,
			(q->events.n - q->head) * sizeof(*q->events.v));
		q->events.n -= q->head;
		q->head = 0;
	}
	chan_lock_drop(q->lock);
	return any;
}
