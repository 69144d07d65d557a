/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef DAV_EVENT_H
#define DAV_EVENT_H
/*
 * Calendar entries and meeting messages over WebDAV (dossier 16): their
 * iCalendar text comes with a GET, what only the store knows (answers, state,
 * reminders, categories) by properties. A series is one item, so its
 * exceptions have no ids of their own.
 */
#include "ical/ics.h"
#include "proto/dav/item.h"

/* The entry of an item's text (MIME; NULL: there is none) and its row (NULL:
 * not told). *out is set whatever they hold. */
void dav_event_read(const struct backend *b, const void *mime, size_t len,
		    const struct dav_row *r, struct tz_set *zones,
		    struct appointment *out);
/* Does the text tell of the entry, so that what is written from it is whole? */
bool dav_event_is_told(const void *mime, size_t len, struct tz_set *zones);
/* Is it the class of a meeting message? */
bool dav_event_is_message(const char *item_class);

/* What an entry is written from: the one that is there, and what of its text
 * goes back unread. */
struct event_source {
	struct appointment appt;
	struct str mime; /* as the server has it; empty: a new one */
	bool told;	 /* by its text; else only the properties are known */
	char *etag;	 /* NULL: not told */
	char *path;	 /* from the server's root */
};
void dav_event_source_release(struct event_source *s);
/* Reads the item; NOT_FOUND: it is gone. */
bool dav_event_load(struct backend *b, const struct op *op,
		    const struct item_ref *ref, struct tz_set *zones,
		    struct event_source *out, struct err *err) MUST_CHECK;

/* event_put.c: stores s->appt at s->path, whole; UNSUPPORTED where it was not
 * told whole. guard: a precondition such as
 * "If-None-Match: *"; NULL: over the version that was read. 412 in
 * err->number: it does not hold. */
bool dav_event_store(struct backend *b, const struct op *op,
		     const struct event_source *s, const char *guard,
		     struct tz_set *zones, struct err *err) MUST_CHECK;
/* What the text does not carry, by properties. */
bool dav_event_set_rest(struct backend *b, const struct op *op,
			const char *path, const struct appointment *a,
			struct err *err) MUST_CHECK;
/* The client-made key beside it. */
bool dav_event_set_key(struct backend *b, const struct op *op, const char *path,
		       const char *key, struct err *err) MUST_CHECK;
/* Sets simple properties of an entry that happens once (16.2). *done false:
 * the server takes not all of it, so it has to be stored whole. */
bool dav_event_set_simple(struct backend *b, const struct op *op,
			  const char *path, unsigned set,
			  const struct appointment *a, struct tz_set *zones,
			  bool *done, struct err *err) MUST_CHECK;

/* event_mail.c: what the others are told. */
struct event_mail {
	enum ics_method method;
	const struct appointment *appt; /* the series, or what differs of it */
	const struct appointment *of;	/* the series of an exception; NULL */
	const struct attendee *to;	/* NULL: the organizer (REPLY) */
	size_t n;
	enum answer_kind answer;	    /* REPLY */
	const char *note;		    /* NULL: none */
	int64_t propose_start, propose_end; /* REPLY; CLOCK_NEVER: none */
	const char *token;		    /* makes its Message-ID */
	bool again;			    /* it may have been sent already */
};
bool dav_event_mail_send(struct backend *b, const struct op *op,
			 const struct event_mail *m, struct tz_set *zones,
			 struct err *err) MUST_CHECK;

/* event_find.c */
/* The calendar's path, with a slash; NULL: *err. Caller frees. */
char *dav_calendar_path(struct backend *b, const struct op *op,
			struct err *err);
/* The entry in the calendar that a message is about; *id (NULL before) NULL:
 * there is none. others (may be NULL): what else is of its UID, when it is about
 * the whole. The caller frees them. */
bool dav_event_find(struct backend *b, const struct op *op,
		    const struct appointment *m, struct tz_set *zones,
		    char **id, char **key, struct item_results *others,
		    struct err *err) MUST_CHECK;
#endif
