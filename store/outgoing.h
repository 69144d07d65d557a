/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef STORE_OUTGOING_H
#define STORE_OUTGOING_H
/*
 * The journal as the network sees it: steps are handed out, carried out, and
 * their outcome is told. Part of store/write.h, whose rules hold here too.
 */
#include "store/query.h"

/* A step: what the network must do for one item of an entry. Steps of one
 * entry with equal arguments are sent as one batch. */
struct journal_step {
	int64_t id, entry;
	enum journal_kind kind;
	enum journal_state state;
	int64_t item, folder;	      /* rows; 0 none */
	int64_t source;		      /* EVENT: the message answered */
	char *remote_id, *change_key; /* of the item now; NULL: not yet there */
	char *folder_remote; /* target folder, or the folder acted upon */
	char *parent_remote;
	/* Whose the item is where the server has it, else whose the folder is;
	 * NULL: one's own, or public. */
	char *owner;
	struct item_edit edit;
	enum delete_kind how;
	bool subfolders; /* FOLDER_EMPTY: those inside too */
	char *name, *key, *class;
	bool draft, read;
	int stage; /* SEND: 0 upload, 1 send, see engine/pending.c */
	int64_t copies_before; /* COPY: equal search keys in the target then */
	int attempts;
};
struct step_list {
	struct journal_step *v;
	size_t n, cap;
};
void step_list_release(struct step_list *l);
/* The next batch due at `now`: steps of one entry, oldest entry first, in
 * causal order (an item's earlier step is settled before its later one). They
 * are marked SENDING in the same transaction. *next_due: when to ask again if
 * nothing is due (CLOCK_NEVER: nothing waits). */
bool write_next_steps(struct store *s, int64_t now, int limit,
		      struct step_list *out, int64_t *next_due,
		      struct err *err) MUST_CHECK;
/* Steps left SENDING by a killed process: their outcome must be looked up. */
bool write_unsure_steps(struct store *s, struct step_list *out,
			struct err *err) MUST_CHECK;
bool query_step_raw(struct store *s, int64_t step, struct bytes *out,
		    struct err *err) MUST_CHECK;
/* SEND after its upload: remembers the draft's id; stage becomes 1. */
bool write_step_stage(struct store *s, int64_t step, int stage,
		      const char *remote_id, const char *change_key,
		      struct err *err) MUST_CHECK;
/* Settles a step: new ids (may be NULL) go to the item's row. */
bool write_step_done(struct store *s, int64_t step, const char *new_id,
		     const char *new_change_key, struct err *err) MUST_CHECK;
/* Not now: back to WAITING, due at `due`; counts an attempt. */
bool write_step_retry(struct store *s, int64_t step, int64_t due,
		      const char *why, struct err *err) MUST_CHECK;
/* Never: FAILED with the reason; the local effect stays visible with
 * ITEM_CONFLICT until the person retries or reverts it. */
bool write_step_failed(struct store *s, int64_t step, const char *why,
		       struct err *err) MUST_CHECK;
/* Both sides changed: keeps both descriptions; server NULL: it is gone. */
bool write_step_conflict(struct store *s, int64_t step, const char *mine,
			 const char *server, struct err *err) MUST_CHECK;
#endif
