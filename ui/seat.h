/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef UI_SEAT_H
#define UI_SEAT_H
/*
 * What a session keeps for each account it runs: mirror, engine, what waits
 * for an answer, what can be taken back. The account on the screens is one of
 * them; the others stay in step behind it. For session*.c and news.c only.
 */
#include "base/vec.h"
#include "engine/engine.h"

struct app;
struct config;
struct draft;

/* A request whose failure the person must hear of. */
struct watched {
	uint64_t ticket;
	char *what;
	char *file;	  /* removed when it went well; NULL none */
	char *done;	  /* said when it went well; NULL nothing */
	bool undo, noted; /* noted: `u` takes it back */
	int64_t entry;	  /* undo: of what; 0 the last */
	int tries;	  /* of an undo */
};

struct seat {
	struct config *config;	    /* its own: read by the engine's lanes */
	const struct config *files; /* borrowed: the session's */
	struct account *account;    /* NULL: there is none yet */
	char *store_path;
	struct store *store;   /* NULL: no mirror yet */
	struct engine *engine; /* NULL: not started */
	struct engine_state state;
	bool certificate_told;
	char *password; /* typed in this run; NULL: none */
	VEC(struct watched) watched;
	/* What the person did, newest last: `u` must not meet the marks that
	 * reading leaves. */
	VEC(int64_t) done;
	int undo_waiting;   /* `u` typed before the change had its entry */
	struct draft *sent; /* the message sent last */
	int64_t sent_answers;
	uint64_t sent_ticket;
	int64_t sent_entry;
	struct event
		question; /* asked while not on the screens; ticket 0 none */
};

/* What config says now is kept for the lanes. account: copied; NULL: an empty seat, for the set-up screen. */
struct seat *seat_new(const struct config *config,
		      const struct account *account);
/* Stops the engine, which waits for its threads. */
void seat_free(struct seat *s);
/* The account's mirror, when there is one already; app (may be NULL) is told
 * why it cannot be read. */
void seat_open_mirror(struct seat *s, struct app *app);
bool seat_start(struct seat *s, struct err *err) MUST_CHECK;

/* session_requests.c: the answer to a request of this seat. */
void session_request_done(struct app *app, struct seat *s,
			  const struct event *ev);
/* The seat on the screens; never NULL. */
struct seat *session_seat(struct app *app);
bool session_has_seat(struct app *app, const struct seat *seat);
#endif
