/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef PROTO_CALENDAR_H
#define PROTO_CALENDAR_H
/*
 * The calendar's part of the contract between engine and protocol; the rules
 * of proto/backend.h hold here too.
 */
#include "proto/answer.h"

struct backend;
struct op;

struct calendar_ops {
	/* Entries and meeting messages, whole: fn once for each id, in no
	 * order. A series brings its exceptions. */
	bool (*fetch_events)(struct backend *b, const struct op *op,
			     const struct item_ref *refs, size_t n,
			     fetched_event_fn fn, void *ctx, struct err *err);
	/* One change; unless quiet, the server tells the others. CREATE puts
	 * change->appt.uid beside the entry, where find_key finds it. */
	bool (*change_event)(struct backend *b, const struct op *op,
			     const struct event_order *order,
			     struct item_result *out, struct err *err);
	/* fn once for each mailbox, trouble of a single one in its answer. */
	bool (*free_busy)(struct backend *b, const struct op *op,
			  const struct free_busy_query *q, free_busy_fn fn,
			  void *ctx, struct err *err);
	/* list NULL: the room lists, else the rooms of that one. */
	bool (*rooms)(struct backend *b, const struct op *op, const char *list,
		      struct room_list *out, struct err *err);
};
#endif
