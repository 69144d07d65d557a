/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef EWS_EVENT_H
#define EWS_EVENT_H
/* Calendar items and meeting messages as EWS tells and wants them. */
#include "ical/tz.h"
#include "model/appointment_change.h"
#include "proto/ews/ews.h"

/* event_read.c: an item's element. */
void event_read(const struct node *item, struct tz_set *zones,
		struct appointment *out);
/* event_recur.c */
void event_read_recurrence(const struct node *recurrence, struct recur *out);
void event_add_recurrence(struct str *b, const struct recur *r,
			  int64_t start_day, bool week_start);
/* The POSIX rule of a zone spelt out; NULL: not spelt out. Caller frees. */
char *event_read_definition(const struct node *zone);	/* StartTimeZone */
char *event_read_meeting_zone(const struct node *zone); /* MeetingTimeZone */
char *event_read_legacy_zone(const struct node *zone);	/* t:TimeZone */
void event_add_legacy_zone(struct str *b, const struct zone *z, int year);
void event_add_meeting_zone(struct str *b, const char *name,
			    const struct zone *z, int year);
int event_start_year(const struct appointment *a);
/* 2010 and later, as StartTimeZone or the like: by the name that Windows has for
 * it, else (NULL) spelt out, for without a zone a series is an hour off after a
 * change of the clocks (12.4). */
void event_add_zone(struct str *b, const char *tag, const char *windows,
		    const struct appointment *a, const struct zone *z);
/* "Monday Thursday" as bits from Sunday. */
unsigned event_read_days(const char *s);

/* event_fetch.c: operations of backend.h */
bool ews_fetch_events(struct backend *b, const struct op *op,
		      const struct item_ref *refs, size_t n,
		      fetched_event_fn fn, void *ctx, struct err *err);
/* event_write.c */
bool ews_change_event(struct backend *b, const struct op *op,
		      const struct event_order *order, struct item_result *out,
		      struct err *err);
/* availability.c */
bool ews_free_busy(struct backend *b, const struct op *op,
		   const struct free_busy_query *q, free_busy_fn fn, void *ctx,
		   struct err *err);
bool ews_rooms(struct backend *b, const struct op *op, const char *list,
	       struct room_list *out, struct err *err);
#endif
