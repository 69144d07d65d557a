/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef SIM_EWS_CALENDAR_H
#define SIM_EWS_CALENDAR_H
/* Events, meeting messages and contacts on the wire. */
#include "tests/sim/cal.h"
#include "tests/sim/compose.h"
#include "tests/sim/contact.h"

/* --- ews_calendar.c: writing --------------------------------------------- */
/* In the zone of the request's TimeZoneContext, else UTC. */
void xw_cal_time(const struct req *r, struct str *b, const char *name,
		 int64_t t);
void xw_mailbox(struct req *r, const char *wrapper, const char *name,
		const char *email, bool find);
/* One field of calendar.def's rows; writes nothing it does not have. */
void event_field_write(struct req *r, const struct item *it, bool find,
		       int field, const char *element);
void event_responses_write(struct req *r, const struct item *it);
extern const char *const busy_names[];
extern const char *const response_names[];
extern const char *const weekday_names[];
extern const char *const month_names[];

/* --- ews_calendar_in.c: reading ------------------------------------------ */
/* A request's time: with offset exact, else in `zone`, else in the request's
 * zone, else UTC (dossier 12.4). */
bool cal_time_read(const struct req *r, const char *zone, const char *text,
		   int64_t *out) MUST_CHECK;
/* The event properties of an item element. Unknown ones are left alone. */
bool event_overlay(struct req *r, struct item *it, const xmlNode *object,
		   bool append, const char **code) MUST_CHECK;
bool event_clear(struct item *it, const struct path *p);
/* Does what the event now says make sense? */
const char *event_check(struct item *it);

/* --- ews_meeting.c ------------------------------------------------------- */
bool meeting_is_response(const xmlNode *n); /* AcceptItem and the like */
void meeting_respond(struct req *r, const xmlNode *n, const char *disposition);
void event_create(struct req *r, const xmlNode *n);
/* After a change: sends what SendMeetingInvitationsOrCancellations asks. next:
 * the cal_next before. */
const char *event_updated(struct req *r, struct item *it,
			  const struct cal *before, int next);
void event_remove(struct req *r, struct item *it, const char *type,
		  const char *how);

/* --- ews_contacts.c ------------------------------------------------------ */
void contact_field_write(struct req *r, const struct item *it, int field,
			 const char *element);
bool contact_overlay(struct item *it, const xmlNode *object, bool append,
		     const char **code) MUST_CHECK;
/* SetItemField on an IndexedFieldURI; clear: DeleteItemField. */
bool contact_set_indexed(struct item *it, const xmlNode *path,
			 const xmlNode *object, bool clear) MUST_CHECK;
bool contact_clear(struct item *it, const struct path *p);
void contact_create(struct req *r, const xmlNode *n);
#endif
