/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef DAV_SYNC_H
#define DAV_SYNC_H
/* The state of a folder's synchronisation (sync.c), as text and taken apart. */
#include "proto/dav/item.h"

/* What is left to do of a round. */
enum sync_plan {
	PLAN_NEW = 1,	  /* items above the highest article */
	PLAN_DELETED = 2, /* what was deleted, by replication */
	PLAN_WHOLE = 4,	 /* every item by name and read flag: others are gone */
	PLAN_UNREAD = 8, /* the unread ones */
	PLAN_MISSED = 16, /* those whose rows failed */
	PLAN_LIST = 32,	  /* every item whole (no article numbers) */
};

/* What the folder says of itself; -1: not told. */
struct counters {
	int64_t deleted, visible, unread;
	int64_t day;
	char *tag;
};

struct sync_state {
	const char *folder; /* borrowed */
	unsigned plan;
	bool first;		    /* nothing was told yet */
	bool unnumbered;	    /* this server has no article numbers */
	int64_t found_unread;	    /* unread ones told this round */
	bool counts_unread;	    /* the unread items are all in the list */
	int64_t high;		    /* highest article told */
	int64_t cursor;		    /* of naming every item; -1: not begun */
	struct counters known, now; /* of the last round, of this one */
	/* A replication state, and what it need not know of: the items told
	 * since it was given, which all have articles above blob_high. */
	char *blob;
	int64_t blob_high;
	struct strv fresh;
	struct strv unread; /* item keys without the folder's */
	struct strv missed; /* missed.c */
};

/* NULL: from the start. Fails with ERR_STATE on what is no such state. */
bool state_read(struct sync_state *s, const char *text, const char *folder,
		struct err *err) MUST_CHECK;
char *state_write(const struct sync_state *s);
void state_release(struct sync_state *s);
/* The round is over: what is now is what is known. */
void state_settle(struct sync_state *s);

/* The counters are as they were: nothing to do. */
bool state_is_quiet(const struct sync_state *s);
/* What a round has to do, by the counters then and now. */
void state_make_plan(struct sync_state *s, bool has_repl);

/* unnumbered.c: a page of all items, where some have no article numbers. */
bool unnumbered_list(struct backend *b, const struct op *op, const char *folder,
		     struct sync_state *s, struct sync_page *out,
		     struct err *err) MUST_CHECK;
/* Are there any? *any stays false where the server does not say. */
bool unnumbered_any(struct backend *b, const struct op *op, const char *path,
		    bool *any, struct err *err) MUST_CHECK;

/* missed.c: notes a row that failed for now; any other row is none. */
void missed_note(struct sync_state *s, const struct dav_row *r);
bool missed_any_due(const struct sync_state *s);
/* Asks for those that are due by their names. */
bool missed_ask(struct backend *b, const struct op *op, const char *path,
		struct sync_state *s, struct item_changes *out,
		struct err *err) MUST_CHECK;

/* The list of unread items, kept up to a limit. */
void state_begin_unread(struct sync_state *s);
void state_set_unread(struct sync_state *s, const char *id, bool unread);
/* A replication state given after all that was told so far was listed; NULL:
 * none. */
void state_take_blob(struct sync_state *s, char *owned_blob);
/* An item told. Too many of them: the replication state is given up. */
void state_add_fresh(struct sync_state *s, const char *id);
/* An item's id without its folder's, and back (the caller frees). */
const char *state_short(const char *id);
char *state_long(const struct sync_state *s, const char *key);
#endif
