/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef ENGINE_EVENT_QUEUE_H
#define ENGINE_EVENT_QUEUE_H
/*
 * Private to the engine: events on their way to the person's side. The queue
 * merges, so a reader that never looks costs no memory. Any thread may push;
 * one reads.
 */
#include "base/chan.h"
#include "base/vec.h"
#include "engine/event.h"

struct event_queue {
	struct chan_lock *lock;
	struct chan *bell; /* holds one token while events wait */
	struct chan
		*urgent; /* the same, while one waits that a person awaits */
	bool rung;	 /* urgent has its token */
	VEC(struct event) events;
	size_t head;
	int64_t progress_at; /* monotonic: last PROGRESS let through */
};
void event_queue_init(struct event_queue *q);
void event_queue_release(struct event_queue *q);
/* Takes what *taken owns. Merges with an event of the same news; PROGRESS
 * comes at most ten times a second. */
void event_queue_push(struct event_queue *q, struct event *taken);
bool event_queue_next(struct event_queue *q, struct event *out);
#endif
