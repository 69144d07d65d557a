/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef MODEL_APPOINTMENT_H
#define MODEL_APPOINTMENT_H
/*
 * A calendar entry: one that happens once, or a series with the occurrences
 * that differ from it. (The engine's `struct event` is something else.)
 *
 * Times are instants, UTC seconds, except where `all_day`: then start and end
 * are midnights of the wall calendar (base/zone.h), end exclusive, the same
 * days in whatever zone they are looked at. Times of a recurrence (start_day,
 * end_day) are wall midnights in the entry's own zone.
 */
#include "base/clock.h"
#include "base/str.h"
#include "base/vec.h"
#include "base/zone.h"
#include "model/recur.h"

/* X(id, name in JSON and iCalendar's X-MICROSOFT-CDO-BUSYSTATUS, EWS) */
#define SHOW_AS(X)                                                             \
	X(FREE, "free", "Free")                                                \
	X(TENTATIVE, "tentative", "Tentative")                                 \
	X(BUSY, "busy", "Busy")                                                \
	X(AWAY, "away", "OOF")                                                 \
	X(ELSEWHERE, "elsewhere", "WorkingElsewhere")                          \
	X(NO_DATA, "no-data", "NoData")
enum show_as {
#define X(id, name, ews) SHOW_##id,
	SHOW_AS(X)
#undef X
		SHOW_COUNT
};

/* X(id, name in JSON, EWS ResponseType, iCalendar PARTSTAT) */
#define ANSWERS(X)                                                             \
	X(UNKNOWN, "unknown", "Unknown", "NEEDS-ACTION")                       \
	X(ORGANIZER, "organizer", "Organizer", "ACCEPTED")                     \
	X(TENTATIVE, "tentative", "Tentative", "TENTATIVE")                    \
	X(ACCEPTED, "accepted", "Accept", "ACCEPTED")                          \
	X(DECLINED, "declined", "Decline", "DECLINED")                         \
	X(NONE, "none", "NoResponseReceived", "NEEDS-ACTION")
enum answer_kind {
#define X(id, name, ews, ical) ANSWER_##id,
	ANSWERS(X)
#undef X
		ANSWER_COUNT
};

/* X(id, name in JSON, EWS Sensitivity, iCalendar CLASS) */
#define SENSITIVITIES(X)                                                       \
	X(NORMAL, "normal", "Normal", "PUBLIC")                                \
	X(PERSONAL, "personal", "Personal", "X-PERSONAL")                      \
	X(PRIVATE, "private", "Private", "PRIVATE")                            \
	X(CONFIDENTIAL, "confidential", "Confidential", "CONFIDENTIAL")
enum sensitivity {
#define X(id, name, ews, ical) SENSITIVITY_##id,
	SENSITIVITIES(X)
#undef X
		SENSITIVITY_COUNT
};

enum attendee_role {
	ATTENDEE_REQUIRED,
	ATTENDEE_OPTIONAL,
	ATTENDEE_RESOURCE,
	ATTENDEE_ROLES
};
struct attendee {
	char *name, *addr; /* addr NULL: not told; name NULL: as addr */
	enum attendee_role role;
	enum answer_kind answer;
	int64_t answered;		      /* CLOCK_NEVER: not told */
	int64_t proposed_start, proposed_end; /* CLOCK_NEVER: none */
};

enum appointment_kind {
	APPOINTMENT_SINGLE,
	APPOINTMENT_SERIES,
	APPOINTMENT_EXCEPTION, /* inside a series, or from a message */
	APPOINTMENT_OCCURRENCE,
	/* What a mail carries, not a calendar. */
	APPOINTMENT_REQUEST,
	APPOINTMENT_CANCELLATION,
	APPOINTMENT_RESPONSE
};

enum appointment_flags {
	APPT_ALL_DAY = 1 << 0,
	APPT_MEETING = 1 << 1,	 /* has, or had, attendees */
	APPT_CANCELLED = 1 << 2, /* by its organizer */
	APPT_REMINDER = 1 << 3,
	APPT_NO_RESPONSE = 1 << 4, /* the organizer wants no answers */
	APPT_NO_PROPOSAL = 1 << 5, /* nor other times */
	APPT_ATTACHMENT = 1 << 6,
	APPT_ORGANIZER = 1 << 7, /* the mailbox's owner called it */
	/* of messages */
	APPT_OUT_OF_DATE = 1 << 8, /* a later one is known */
	APPT_DELEGATED = 1 << 9,   /* came on behalf of somebody */
	APPT_UPDATE = 1 << 10,	   /* not the first request */
	APPT_PROCESSED = 1 << 11,
	APPT_FORWARD_COPY = 1 << 12, /* for information: a principal's copy */
};

struct appointment {
	enum appointment_kind kind;
	unsigned flags;		      /* enum appointment_flags */
	char *remote_id, *change_key; /* of an exception; else the item's */
	char *uid;
	char *subject, *location, *notes; /* notes: plain text */
	char *zone;	  /* as told: Windows or IANA name; NULL: not told */
	char *zone_rule;  /* POSIX rule where the server spelt it out; NULL */
	char *categories; /* newline-separated */
	char *join_url;
	char *organizer_name, *organizer_addr;
	char *calendar_id; /* messages: the calendar item they are about */
	int64_t start, end;
	int64_t original; /* start by the pattern, of an exception; NEVER */
	int64_t stamp;	  /* DTSTAMP or owner's critical change; NEVER */
	int64_t replied;  /* CLOCK_NEVER: not */
	/* When the next reminder comes up, of a series the next of any: later
	 * than the start says where one was put off or is done with. NEVER. */
	int64_t signal;
	enum show_as show_as;
	enum sensitivity sensitivity;
	enum answer_kind my_answer; /* RESPONSE: the answer given */
	int reminder; /* minutes before; counts with APPT_REMINDER */
	int sequence;
	struct recur recur; /* kind NONE: no series */
	struct {
		struct attendee *v;
		size_t n, cap;
	} attendees;
	struct appointment_list {
		struct appointment *v;
		size_t n, cap;
	} exceptions; /* SERIES */
	struct {
		int64_t *v;
		size_t n, cap;
	} removed; /* SERIES: starts by the pattern, like `original` */
};

void appointment_init(struct appointment *a); /* times NEVER, rest zero */
void appointment_release(struct appointment *a);
void appointment_copy(struct appointment *to, const struct appointment *from);
bool appointment_equal(const struct appointment *a,
		       const struct appointment *b);
void appointment_list_release(struct appointment_list *l);
static inline bool appointment_is_message(const struct appointment *a)
{
	return a->kind >= APPOINTMENT_REQUEST;
}

/* Puts right what no calendar can show: no end, an end before the start, a
 * recurrence out of range. True: something was. */
bool appointment_repair(struct appointment *a);
/* First start and last end an index may rely on. INT64_MAX: endless. All-day
 * ones are widened by a day for zones. */
void appointment_span(const struct appointment *a, int64_t *first,
		      int64_t *last);
/* The exception that stands for this start by the pattern; NULL: none. */
struct appointment *appointment_exception(const struct appointment *series,
					  int64_t original);
/* What stands at this start by the pattern: its exception, else one made of the
 * series. *out is set. */
void appointment_occurrence(struct appointment *out,
			    const struct appointment *series, int64_t original);
/* Its times in that zone, all-day ones as wall midnights; a series' pattern goes
 * along with its first day. */
void appointment_set_times(struct appointment *a, int64_t start, int64_t end,
			   bool all_day, const struct zone *zone);
/* The number of the version held at this start, of the whole for CLOCK_NEVER:
 * a single time is no older than its series. */
int appointment_version(const struct appointment *a, int64_t original);
/* The highest number among the series and its times. */
int appointment_latest(const struct appointment *a);
/* The number of the next change: those of times that were struck out are used
 * up, too. */
int appointment_next(const struct appointment *a);
bool appointment_is_removed(const struct appointment *series, int64_t original);
struct attendee *appointment_attendee(const struct appointment *a,
				      const char *addr);
void attendee_release(struct attendee *a);
/* How many said yes, perhaps, no, nothing. */
void appointment_count_answers(const struct appointment *a, int *yes,
			       int *maybe, int *no, int *none);

/* As it is kept in the store: lines of "key<TAB>value". Reading takes what an
 * older or newer program wrote and skips what it does not know. */
void appointment_pack(struct str *b, const struct appointment *a);
void appointment_unpack(struct appointment *a, const char *text);

const char *show_as_name(enum show_as s);
const char *answer_name(enum answer_kind a);
const char *sensitivity_name(enum sensitivity s);
bool show_as_find(const char *name, enum show_as *out);
#endif
