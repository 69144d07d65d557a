/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef UI_SESSION_H
#define UI_SESSION_H
/*
 * One run of the screens on one account: opens the mirror, paints the first
 * frame, then starts the engine, and looks after what the engine tells that
 * concerns no single screen (state, questions, new mail, failed changes).
 */
#include "engine/engine.h"
#include "ui/app.h"

struct session_setup {
	struct config *config; /* borrowed */
	const char *account;   /* its name; NULL: the first */
	enum screen_id first;
	const char *first_arg; /* its argument; may be NULL */
	const char *mailto;    /* a link to write to; may be NULL */
	/* Opened once the engine runs: what asks the server at once. */
	enum screen_id then;
	const char *then_arg; /* NULL: there is none */
};
/* Runs the screens until the person leaves; the exit status. Without a usable
 * account it begins with the set-up screen. */
int session_run(const struct session_setup *setup);

/* Hands a request to the engine. Should it fail later, the message line says
 * "what: why". 0 and a message when no engine runs; *taken is released. */
uint64_t session_submit(struct app *app, struct request *taken,
			const char *what);
/* A change by a person. said (may be NULL) is shown at once: "Moved 1 message
 * to Archive - u undo". */
bool session_change(struct app *app, struct intent *taken, const char *what,
		    const char *said);
/* The same, giving the ticket of its EVENT_DONE; 0: not submitted. */
uint64_t session_change_ticket(struct app *app, struct intent *taken,
			       const char *what, const char *said);

/* Starts the engine for an account, anew where it runs already, and puts it on
 * the screens (the set-up screen's). password: what was just typed, kept for
 * this run; NULL: configuration or question. */
bool session_start_account(struct app *app, const struct account *account,
			   const char *password, struct err *err) MUST_CHECK;
/* All accounts run; one of them is on the screens (app->account). The mail
 * screen opens for `name`; false, said why: there is none, or a message is
 * being written. */
void session_register_completers(struct app *app);
bool session_use_account(struct app *app, const char *name);
size_t session_account_count(struct app *app);
/* The ith; its account is NULL while there is none. */
const struct account *session_account(struct app *app, size_t i,
				      struct engine_state *state);
/* The last known state of the engine. */
const struct engine_state *session_state(struct app *app);

/* The message sent last, for undoing: kept until the next one. answers: the
 * row it answers. */
struct draft;
void session_keep_sent(struct app *app, uint64_t ticket,
		       struct draft *owned_draft, int64_t answers);
/* What this request does is the last change that `u` takes back. */
void session_note(struct app *app, uint64_t ticket);
/* What to say when this request went well. */
void session_say_done(struct app *app, uint64_t ticket, char *owned_text);
/* Takes an entry of the journal back; 0: the last that can be undone. */
void session_undo(struct app *app, int64_t entry);
/* Is one being taken back just now? No more when screens hear of its end. */
bool session_undoing(struct app *app);
/* Removes a file once the request went well (the store has what it held). */
void session_remove_after(struct app *app, uint64_t ticket, char *owned_file);
/* Draws the state text anew (row 1). */
void session_show_state(struct app *app);
#endif
