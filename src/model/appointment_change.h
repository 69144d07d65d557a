/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef MODEL_APPOINTMENT_CHANGE_H
#define MODEL_APPOINTMENT_CHANGE_H
/* What a person wants done to a calendar entry. */
#include "model/appointment.h"

enum appointment_op {
	APPT_CREATE,
	APPT_CHANGE,
	APPT_CANCEL, /* away with it; tells the attendees of an own meeting */
	APPT_ANSWER,
	APPT_TAKE, /* brings in what a meeting message (appt) says */
};
enum appointment_set {
	APPT_SET_SUBJECT = 1 << 0,
	APPT_SET_TIME = 1 << 1, /* start, end, all day, zone */
	APPT_SET_LOCATION = 1 << 2,
	APPT_SET_NOTES = 1 << 3,
	APPT_SET_SHOW_AS = 1 << 4,
	APPT_SET_REMINDER = 1 << 5,
	APPT_SET_SENSITIVITY = 1 << 6,
	APPT_SET_CATEGORIES = 1 << 7,
	APPT_SET_ATTENDEES = 1 << 8,
	APPT_SET_RECUR = 1 << 9,
	/* When the next reminder comes; NEVER: it is done with, off. */
	APPT_SET_SIGNAL = 1 << 10,
	/* What differs in a series and what is missing in it, as in appt, too.
	 */
	APPT_SET_EXCEPTIONS = 1 << 11,
};
struct appointment_change {
	enum appointment_op op;
	unsigned set;		 /* CHANGE: enum appointment_set */
	struct appointment appt; /* CREATE, CHANGE: as it shall be */
	int64_t original;	 /* one occurrence of the series; NEVER: all */
	bool quiet;		 /* tell nobody */
	enum answer_kind answer; /* ANSWER */
	char *note;		 /* to go with it; NULL none */
	int64_t propose_start, propose_end; /* CLOCK_NEVER: none */
};
void appointment_change_init(struct appointment_change *c);
void appointment_change_release(struct appointment_change *c);
void appointment_change_pack(struct str *b, const struct appointment_change *c);
void appointment_change_unpack(struct appointment_change *c, const char *text);
/* What the change does to a stored entry. False: nothing is left of it. */
bool appointment_change_apply(const struct appointment_change *c,
			      struct appointment *a);
/* Is a message of that UID about this entry? Of a series that is not here single
 * times stand alone: another's message is none of theirs. */
bool appointment_is_about(const struct appointment *entry,
			  const struct appointment *message);
/* What a meeting message does to the entry it is about, where no server does
 * it. False: it says nothing new, or is out of date. */
bool appointment_take(struct appointment *entry,
		      const struct appointment *message);
/* The other time that an answer proposes, where the entry has the answer already.
 * False: it says nothing new. */
bool appointment_take_proposal(struct appointment *entry,
			       const struct appointment *message);
/* What was said to a time that stood alone is said to the same time in its series
 * (an exception). False: nothing is to be carried over. */
bool appointment_take_alone(struct appointment *exception,
			    const struct appointment *alone);
/* The entry that a request makes where there is none. *out is set. */
void appointment_from_request(struct appointment *out,
			      const struct appointment *request);
/* Makes another meeting of it: nobody has heard of it, no server has it. */
void appointment_make_another(struct appointment *a, const char *uid);
/* Which members differ: enum appointment_set. */
unsigned appointment_differs(const struct appointment *a,
			     const struct appointment *b);
#endif
