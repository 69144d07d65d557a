/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef UI_BATCH_CALENDAR_H
#define UI_BATCH_CALENDAR_H
/* What the calendar verbs share. */
#include "engine/calendar.h"
#include "ui/batch_out.h"
#include "ui/dates.h"

/* An instant, or the date alone of an all-day time (`wall`). */
json_t *cal_time_json(int64_t t, bool all_day);
json_t *cal_person_json(const char *name, const char *addr);
/* One appearance; whole: with attendees, notes, the pattern. */
json_t *cal_entry_json(struct batch *b, const struct calendar_entry *e,
		       const struct zone *zone, bool whole);
json_t *cal_attendees_json(const struct appointment *a);
/* Range of operands from `from` on; false: said. */
bool cal_range(struct batch *b, size_t from, const struct zone *zone,
	       int64_t *start, int64_t *end);
/* "123" or "123@2026-11-30[T09:00..]": the row and the occurrence's moment
 * (CLOCK_NEVER: not named). False: said. */
bool cal_reference(const char *word, const struct zone *zone, int64_t *item,
		   int64_t *when);
/* A name or address as an address: as it is with an @, else of somebody known.
 * NULL: said. Caller frees; *name may come NULL. */
char *cal_address(struct batch *b, const char *word, char **name);
/* Asks for availability; fn for each as it comes. False: said in *status. */
typedef void (*cal_busy_fn)(void *ctx, size_t index, const struct free_busy *f);
bool cal_ask_busy(struct batch *b, const struct strv *addresses, int64_t from,
		  int64_t to, cal_busy_fn fn, void *ctx, int *status);
#endif
