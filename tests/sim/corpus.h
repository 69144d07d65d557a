/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef SIM_CORPUS_H
#define SIM_CORPUS_H
/*
 * The sample organisation and its mail. A message is a pure function of the
 * seed and its number, so that bodies need not be kept: corpus_message() makes
 * the same bytes whenever it is asked.
 */
#include "base/err.h"
#include "tests/sim/state.h"

struct contact;
struct corpus;
/* A stream of messages as the first mailbox receives them: number 0 is the
 * oldest, total - 1 arrives just before `now`. */
struct corpus *corpus_new(struct state *st, struct box *owner, uint64_t seed,
			  size_t total, int64_t now);
void corpus_free(struct corpus *c);
void corpus_message(const struct corpus *c, size_t number, struct str *out);
/* Its head at least, for less. */
void corpus_head(const struct corpus *c, size_t number, struct str *out);

struct corpus_facts {
	int64_t date;
	const char *folder, *category; /* NULL: none */
	bool own, junk, unread, flagged, answered, filed, deleted;
};
/* What a mailbox that received message `number` would look like. */
void corpus_describe(const struct corpus *c, size_t number,
		     struct corpus_facts *f);

/* Forty mailboxes and rooms, groups, rights; the first is the user's own. */
void company_build(struct state *st);
/* More mailboxes: lines "ADDRESS<tab>NAME[<tab>PASSWORD[<tab>SID]]". */
bool company_add(struct state *st, const char *text,
		 struct err *err) MUST_CHECK;
/* Fills every mailbox with a modest, the first with a rich amount of mail. */
void company_fill(struct state *st, int64_t now, bool invitations);
/* Calendars and contacts around `now` (company_cal.c). */
/* invitations: the first Inbox shows those that are still open. */
void company_plan(struct state *st, int64_t now, bool invitations);
/* c: taken. */
void company_contact(struct state *st, struct folder *f, struct contact *c);
/* The public folders (company_public.c), and what is planned in the calendars
 * among them (company_cal.c). */
void company_public(struct state *st, int64_t now);
void company_public_plan(struct state *st, int64_t now);
/* n folders more, three levels deep. */
void company_public_many(struct state *st, size_t n);
/* The corpus as the first mailbox's mail, mostly in the Inbox. */
void corpus_fill(struct state *st, struct corpus *c, size_t total);
/* A Maildir, or a directory of message files, into a folder of the mailbox. */
bool maildir_load(struct state *st, struct folder *f, const char *path,
		  size_t *loaded, struct err *err) MUST_CHECK;
#endif
