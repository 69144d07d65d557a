/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef STORE_CALENDAR_H
#define STORE_CALENDAR_H
/*
 * Calendar entries and what meeting messages say: beside each item row of a
 * calendar, or of an invitation in a mail folder, stands the packed appointment
 * with the span it may appear in. For the engine; part of query.h and write.h,
 * whose rules hold here too.
 */
#include "model/appointment_change.h"
#include "store/write.h"

struct event_row {
	int64_t item, folder;
	unsigned item_flags;
	struct appointment appt; /* owned by the receiver's caller */
};
/* False stops. The row is released after the call unless the callee takes its
 * appt and initialises it anew. */
typedef bool (*event_row_fn)(void *ctx, struct event_row *row);
/* Entries that may appear in [from, to), whatever folder; the caller picks. */
bool query_events(struct store *s, int64_t from, int64_t to, event_row_fn fn,
		  void *ctx, struct err *err) MUST_CHECK;
/* What a message or entry says. NOT_FOUND: not here (yet). */
bool query_event(struct store *s, int64_t item, struct event_row *out,
		 struct err *err) MUST_CHECK;
/* The entry that a meeting message is about: by the server's id of it, else by
 * its UID; 0. */
int64_t query_event_of(struct store *s, const struct appointment *message);
/* Meeting messages in mail folders, newest first: their item rows. */
bool query_meeting_messages(struct store *s, int limit, event_row_fn fn,
			    void *ctx, struct err *err) MUST_CHECK;
/* Entries and messages of a meeting, wherever they are: by its UID. */
bool query_events_of_uid(struct store *s, const char *uid, event_row_fn fn,
			 void *ctx, struct err *err) MUST_CHECK;
/* How many entries are still to be fetched. */
int64_t query_events_missing(struct store *s);

/* Next items whose entry is wanted: absent, or of an older change key. */
bool write_wanted_events(struct store *s, int limit, struct wanted_list *out,
			 struct err *err) MUST_CHECK;
/* seen: the change key it was asked by. An entry with an unsettled change of
 * ours stays as it is. appt NULL: the server cannot give it. */
bool write_event(struct store *s, int64_t item, const struct appointment *appt,
		 const char *seen, struct err *err) MUST_CHECK;
/* What the mirror alone knows of an entry, at the same times. */
bool write_event_note(struct store *s, int64_t item,
		      const struct appointment *appt,
		      struct err *err) MUST_CHECK;

/* --- the journal's EVENT steps -------------------------------------------- */
/* What a step asks for, and the entry as it was before. */
bool query_step_event(struct store *s, int64_t step,
		      struct appointment_change *change,
		      struct appointment *was, struct err *err) MUST_CHECK;

/* As query_item, and of one that has left its folder while its row is still
 * kept: folder 0. */
bool query_kept_item(struct store *s, int64_t id, struct item *out,
		     struct err *err) MUST_CHECK;
/* The answer last given here to a meeting message; false: none, or it was taken
 * back. *waits: it has not gone out yet. */
bool query_answer_given(struct store *s, int64_t message,
			enum answer_kind *answer, bool *waits);

/* Reminders put off or done with, kept here. due CLOCK_NEVER: dismissed. */
bool write_reminder(struct store *s, int64_t item, int64_t original,
		    int64_t due, struct err *err) MUST_CHECK;
/* *due: INT64_MAX where nothing was said of it. */
bool query_reminder(struct store *s, int64_t item, int64_t original,
		    int64_t *due, struct err *err) MUST_CHECK;
#endif
