/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef SIM_CAL_H
#define SIM_CAL_H
/*
 * Appointments, meetings and meeting messages, whatever protocol shows them.
 * An item with `cal` is one of them: subject, body, attachments, categories,
 * importance and sensitivity are the item's own, as for mail; the class says
 * which it is (IPM.Appointment, IPM.Schedule.Meeting.*).
 *
 * A series is one item in the folder, its master. A changed occurrence is an
 * item of its own that is in no folder and belongs to the master's exceptions;
 * a deleted one is an exception without an item. occurrence_make() gives any
 * occurrence as an item for reading.
 */
#include "tests/sim/state.h"
#include "tests/sim/zones.h"

enum cal_busy {
	BUSY_FREE,
	BUSY_TENTATIVE,
	BUSY_BUSY,
	BUSY_OOF,
	BUSY_ELSEWHERE,
	BUSY_NO_DATA
};
enum cal_response {
	RESPONSE_UNKNOWN,
	RESPONSE_ORGANIZER,
	RESPONSE_TENTATIVE,
	RESPONSE_ACCEPT,
	RESPONSE_DECLINE,
	RESPONSE_NONE /* not received */
};
enum cal_role { ROLE_REQUIRED, ROLE_OPTIONAL, ROLE_RESOURCE };

struct attendee {
	char *name, *email;
	enum cal_role role;
	enum cal_response response;
	int64_t responded, proposed_start, proposed_end; /* or CLOCK_NEVER */
};

enum recur_kind {
	RECUR_NONE,
	RECUR_DAILY,
	RECUR_WEEKLY,
	RECUR_MONTH_DAY, /* absolute monthly */
	RECUR_MONTH_NTH, /* relative monthly */
	RECUR_YEAR_DAY,
	RECUR_YEAR_NTH
};
enum recur_end { RECUR_ENDLESS, RECUR_UNTIL, RECUR_COUNT };
struct recur {
	enum recur_kind kind;
	int interval;
	unsigned days;		   /* bit 0 Sunday .. bit 6 Saturday */
	int first_day;		   /* of the week, 0 Sunday */
	int month_day, nth, month; /* nth: 1..4, 5 last */
	enum recur_end end;
	int count;
	int64_t first, last; /* days since 1970, in the item's zone */
};

struct cal_exception {
	int64_t original; /* the start it replaces, UTC */
	struct item *it;  /* NULL: deleted */
};

/* What a meeting request is to its reader. */
enum request_type {
	REQUEST_NONE,
	REQUEST_NEW,
	REQUEST_FULL,	       /* times changed */
	REQUEST_INFORMATIONAL, /* other things changed */
	REQUEST_OUTDATED,
	REQUEST_COPY /* the principal wants a copy */
};

struct cal {
	int64_t start, end; /* UTC */
	bool all_day;
	char *zone, *end_zone; /* Windows ids, NULL: UTC */
	char *location;
	enum cal_busy busy, intended;
	bool reminder;
	int reminder_minutes;
	int64_t reminder_due; /* CLOCK_NEVER: from start and minutes */
	char *uid;	      /* hex of the GlobalObjectId */
	int64_t stamp;
	int sequence;
	bool is_meeting, cancelled, request_sent, response_wanted;
	bool allow_proposal, online;
	struct addr organizer;
	struct {
		struct attendee *v;
		size_t n, cap;
	} attendees;
	enum cal_response mine;
	int64_t replied;
	struct recur recur;
	struct {
		struct cal_exception *v;
		size_t n, cap;
	} exceptions; /* by original */
	/* Of a meeting message. */
	uint64_t associated; /* calendar item's id, 0: none */
	enum request_type request;
	bool delegated, out_of_date, processed;
	int64_t recurrence_id; /* the instance it is about, or CLOCK_NEVER */
	int64_t proposed_start, proposed_end;
};

struct cal *cal_new(void);
void cal_free(struct cal *c);
/* Without the exceptions. */
struct cal *cal_copy(const struct cal *c);
/* Exceptions too. The copies belong to `to`. */
void cal_copy_exceptions(struct item *to, const struct item *from);
void cal_clear_exceptions(struct cal *c);
/* Those behind that day (since 1970, in the item's zone). */
void cal_cut_exceptions(struct cal *c, int64_t last_day);
struct attendee *cal_attendee(struct cal *c, const char *email); /* or NULL */
struct attendee *cal_add_attendee(struct cal *c, enum cal_role role,
				  const char *name, const char *email);
void attendee_release(struct attendee *a);
char *cal_new_uid(void);
/* Pushes an all-day event's times to midnight in its zone. */
void cal_round_days(struct cal *c);
bool item_is_event(const struct item *it); /* lives in a calendar */

struct occurrence {
	int64_t original, start, end;
	size_t index;			       /* 1-based; deleted ones count */
	const struct cal_exception *exception; /* NULL: as the pattern says */
};
/* Calls fn for the originals in order until it says false; at most to
 * `horizon` (UTC start). Deleted ones are told too. */
typedef bool occurrence_fn(void *arg, const struct occurrence *o);
void cal_walk(const struct item *master, int64_t horizon, occurrence_fn *fn,
	      void *arg);
/* The occurrence with that index or original; false: none. */
bool cal_occurrence(const struct item *master, size_t index, int64_t original,
		    struct occurrence *o) MUST_CHECK;
struct cal_exception *cal_exception(const struct cal *c, int64_t original);
/* The sequence of what is at that original; CLOCK_NEVER: of the whole. */
int cal_sequence(const struct cal *c, int64_t original);
/* The highest of the whole and its exceptions. */
int cal_latest(const struct cal *c);
/* The next one: those of deleted occurrences are used up, too. */
int cal_next(const struct cal *c);
/* A copy for reading: the caller frees it with item_free. */
struct item *occurrence_make(const struct item *master,
			     const struct occurrence *o);
/* Makes `it` (taken) what the master shows at that original. */
void occurrence_replace(struct item *master, int64_t original, struct item *it);
void occurrence_delete(struct item *master, int64_t original);

/* Everything of a calendar folder that overlaps [from, to): single items and
 * occurrences, by start. Occurrences are copies: free the list with
 * events_free. */
struct event_list {
	struct item **v;
	size_t n, cap;
};
void events_between(const struct folder *f, int64_t from, int64_t to,
		    struct event_list *out);
void events_free(struct event_list *list);

/* --- meetings (state_meet.c) --------------------------------------------- */
enum meeting_act { MEETING_REQUEST, MEETING_CANCEL };
/* Mails the meeting to those of its attendees for whom `only` (may be NULL:
 * all) holds the address. `occurrence`: it is an exception or occurrence of
 * it->master. `keep`: a copy into Sent Items. */
void meeting_send(struct state *st, struct box *from, const struct item *it,
		  enum meeting_act act, const struct strv *only, bool keep);
/* The mailbox's owner answers. Updates or removes the calendar item, tells the
 * organiser when `send`. Times: a proposal, or CLOCK_NEVER. note: HTML or
 * text, may be NULL. Returns the calendar item, or NULL when it is gone. */
struct item *meeting_answer(struct state *st, struct box *box,
			    struct item *event, enum cal_response response,
			    const char *note, bool send, bool keep,
			    int64_t proposed_start, int64_t proposed_end);
/* The attendant: what a meeting message that has just come does to the
 * calendar of the mailbox it is in. */
void meeting_attend(struct state *st, struct item *message);
/* The calendar item of a meeting by UID, NULL: none. An occurrence that stands
 * alone is found by its own recurrence_id only; CLOCK_NEVER: the whole. */
struct item *meeting_find(struct box *box, const char *uid,
			  int64_t recurrence_id);
/* The calendar item a meeting message is about, NULL: none (any more). */
struct item *meeting_item(struct state *st, const struct item *message);
/* Deletes a calendar item, or one occurrence of it->master. */
void event_delete(struct state *st, struct item *it);

/* --- iCalendar (state_ical.c) -------------------------------------------- */
/* VCALENDAR of an event or meeting message; method NULL: PUBLISH. */
void ical_add(struct str *b, const struct item *it, const char *method);
/* The same as servers before 2007 have it: whole days in UTC (WebDAV dossier
 * 16.2). */
void ical_add_old(struct str *b, const struct item *it, const char *method);
/* The other way (state_ical_in.c): the item's event from a VCALENDAR. False:
 * it holds none, nothing changed. */
bool ical_take(struct item *it, const char *text) MUST_CHECK;
#endif
