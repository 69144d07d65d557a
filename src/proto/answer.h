/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef PROTO_ANSWER_H
#define PROTO_ANSWER_H
/*
 * What the operations of a backend take and give back: plain values. The
 * caller owns what it gets and releases it with the function named after it;
 * callbacks say in their parameter's name when they become the owner.
 */
#include "base/err.h"
#include "model/appointment_change.h"
#include "model/change.h"
#include "model/freebusy.h"
#include "model/person.h"

enum backend_caps {
	CAP_PUSH = 1 << 0,	   /* notify_wait works */
	CAP_EMPTY_FOLDER = 1 << 1, /* in one call; else done by pages */
	CAP_NEW_IDS = 1 << 2,	   /* move and copy return new ids */
	CAP_SEARCH = 1 << 3,	   /* server-side search */
	CAP_QUIET_READ = 1 << 4,   /* read receipts can be suppressed */
	CAP_NEWEST_FIRST = 1 << 5, /* first sync lists newest first */
	CAP_CALENDAR = 1 << 6,	   /* fetch_events, change_event */
	CAP_FREE_BUSY = 1 << 7,	   /* free_busy */
	CAP_ROOMS = 1 << 8,	   /* rooms */
	CAP_PROPOSE = 1 << 9,	   /* another time with an answer */
	CAP_ATTENDANT = 1 << 10,   /* the server itself brings meeting messages
				    * into calendars; else APPT_TAKE does */
};

/* What connect found; kept in the store and handed to every later open. */
struct backend_info {
	char *protocol; /* "ews", "dav" */
	char *version;	/* request version in use: "Exchange2013_SP1" */
	char *build;	/* "15.1.2507.6", NULL unknown */
	unsigned caps;
	char *url; /* endpoint that answered */
	/* How this connection signed in, for people; not kept. NULL unknown. */
	char *signed_in;
};
void backend_info_release(struct backend_info *i);
void backend_info_copy(struct backend_info *to,
		       const struct backend_info *from);

struct sync_page {
	struct item_changes items; /* or */
	struct folder_changes folders;
	char *state; /* to store in the same transaction */
	bool more;   /* false: this was the last page */
	/* Items: from this page on every item of the folder is named, by
	 * CHANGE_READ at least; with the page that ends it, all were named and
	 * the others are gone. For a server that does not tell deletions. */
	bool compare_begin, compare_end;
	/* Items: some are not told for now; asked again, the server may. */
	bool missing;
};
void sync_page_release(struct sync_page *p);

/* A folder of the tree and a text that differs once its items have changed. */
struct folder_mark {
	struct folder folder; /* as sync_folders tells it, with counts */
	char *mark;	      /* NULL: the server does not offer it */
	/* Items that sync_items tells, and unread ones; -1: unknown. */
	int64_t count, unread;
};
struct folder_marks {
	struct folder_mark *v;
	size_t n, cap;
};
void folder_marks_release(struct folder_marks *m);

struct fetched {	   /* one message's content */
	struct item item;  /* header fields, GET level */
	struct bytes mime; /* empty when err is set */
	struct err err;	   /* NOT_FOUND: gone; UNSUPPORTED: no MIME */
};
void fetched_release(struct fetched *f);
/* Takes ownership of *f (release it). False stops the fetch. */
typedef bool (*fetched_fn)(void *ctx, struct fetched *owned_f);

struct item_ref {
	const char *remote_id;
	const char *change_key; /* may be NULL */
};
struct item_result {
	struct err err; /* kind ERR_NONE: done */
	char *new_id;	/* after move, copy, create; NULL: not told */
	char *new_change_key;
};
struct item_results {
	struct item_result *v;
	size_t n, cap;
};
void item_results_release(struct item_results *r);

/* A calendar entry, or what a meeting message says. */
struct fetched_event {
	struct appointment appt; /* exceptions inside their series */
	struct err err;		 /* NOT_FOUND: gone */
};
/* index into the ids asked for. Takes ownership of *f. False stops. */
typedef bool (*fetched_event_fn)(void *ctx, size_t index,
				 struct fetched_event *owned_f);

/* What is to be done to a calendar, all of it borrowed. */
struct event_order {
	const struct appointment_change *change;
	const struct appointment *was; /* CHANGE, CANCEL, ANSWER of a series */
	const char *folder;	       /* CREATE: remote id of the calendar */
	/* Remote id of the entry; NULL: not known. CREATE: it was made by an
	 * earlier try that may not have got further. */
	const char *item;
	const char *item_key;
	const char *message; /* ANSWER: of the request; NULL: by the entry */
	/* For a protocol that tells the others by mails of its own: a text of
	 * this wish and no other, and whether it may have been tried before. */
	const char *token;
	bool again;
};

/* One page of changes of a contacts folder. */
struct contact_page {
	struct person_list people; /* new or changed: key, change_key */
	struct strv gone;	   /* keys */
	struct strv named;	   /* keys of others that are still there */
	char *state;
	bool more;
	/* As in sync_page: every contact of the folder is among people or
	 * named from here on, until the page that ends it. */
	bool compare_begin, compare_end;
};
void contact_page_release(struct contact_page *p);

enum notify_kind { NOTIFY_FOLDER, NOTIFY_HIERARCHY, NOTIFY_ALL };
struct notify_event {
	enum notify_kind kind;
	const char *folder; /* remote id for NOTIFY_FOLDER */
	bool new_mail;
};
typedef void (*notify_fn)(void *ctx, const struct notify_event *e);
#endif
