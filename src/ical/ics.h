/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef ICAL_ICS_H
#define ICAL_ICS_H
/*
 * iCalendar (RFC 5545) to appointments and back, by libical. What Exchange
 * itself writes is read too: an end that is missing, an UNTIL of another kind
 * than DTSTART, rules repeated in exceptions (dossier EWS 12.6).
 */
#include "ical/recur.h"

enum ics_method {
	ICS_NONE, /* a file, PUBLISH */
	ICS_REQUEST,
	ICS_REPLY,
	ICS_CANCEL,
	ICS_COUNTER,
	ICS_OTHER
};

struct ics {
	enum ics_method method;
	struct appointment_list entries; /* exceptions inside their series */
	struct strv notes; /* what could not be carried over, a line each */
};
void ics_release(struct ics *c);
/* Reads all VEVENTs. Floating times are `local` times. Fails with ERR_INPUT
 * when this is no calendar at all. *out is empty before. */
bool ics_read(struct ics *out, const char *text, size_t len,
	      struct tz_set *zones, struct err *err) MUST_CHECK;

struct ics_options {
	enum ics_method method;
	/* REPLY: the one who answers, and how. */
	const char *attendee_addr, *attendee_name;
	enum answer_kind answer;
	const char *note; /* COMMENT; may be NULL */
	/* As the store of Exchange wants it (dossier WebDAV 16.2): its X-
	 * properties, all-day entries as times, the last day of a month as -1.
	 */
	bool exchange;
};
/* A VCALENDAR with the zones it needs, CRLF lines. */
void ics_write(struct str *out, const struct appointment_list *entries,
	       struct tz_set *zones, const struct ics_options *o);
#endif
