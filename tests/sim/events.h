/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef SIM_EVENTS_H
#define SIM_EVENTS_H
/*
 * Subscriptions and their queues of events, whatever the protocol that reads
 * them. All under the state's lock; the condition state.changed is broadcast
 * when something was queued.
 */
#include "tests/sim/state.h"

enum event_kind {
	EVENT_COPIED,
	EVENT_CREATED,
	EVENT_DELETED,
	EVENT_MODIFIED,
	EVENT_MOVED,
	EVENT_NEW_MAIL,
	EVENT_KINDS
};

struct event {
	enum event_kind kind;
	uint64_t number; /* watermark: the change it came from */
	int64_t time;
	struct box *box;
	bool is_folder;
	uint64_t id, parent, old_id, old_parent; /* item or folder ids */
	long unread; /* of a modified folder, -1: not told */
};

struct sub {
	char *id;
	struct box *owner;
	bool streaming, all_folders;
	unsigned kinds; /* bit per event_kind */
	VEC(uint64_t) folders;
	VEC(struct event) queue;
	uint64_t watermark; /* last given out */
	int64_t timeout_ms, last_seen_ms;
	bool connected;
};

void event_item(struct state *st, enum event_kind kind, const struct item *it,
		uint64_t old_id, const struct folder *old_parent);
void event_folder(struct state *st, enum event_kind kind,
		  const struct folder *f, const struct folder *old,
		  const struct folder *old_parent);
struct sub *sub_new(struct state *st, struct box *owner);
struct sub *sub_find(struct state *st, const char *id);
void sub_drop(struct state *st, struct sub *s);
/* Ends pull subscriptions nobody asked about within their time. */
void subs_expire(struct state *st);
void events_drop_all(struct state *st);
#endif
