/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* What the screens ask of the engine, its outcome, and taking it back. */
#include "engine/message.h"
#include "ui/compose_private.h"
#include "ui/seat.h"
#include "ui/session.h"

/* How often and how long apart an undo waits for its change to arrive. */
#define UNDO_TRIES 50
#define UNDO_WAIT_MS 100

static void free_watched(struct watched *w)
{
	free(w->what);
	free(w->file);
	free(w->done);
}

/* --- requests --- */

static uint64_t submit(struct app *app, struct seat *s, struct request *taken,
		       const char *what)
{
	struct watched *w;
	uint64_t ticket;

	if (!s->engine) {
		if (what)
			message_show(app, MESSAGE_ERROR,
				     "%s: the mirror is not open", what);
		request_release(taken);
		return 0;
	}
	ticket = engine_submit(s->engine, taken);
	if (what) {
		w = vec_new(&s->watched);
		w->ticket = ticket;
		w->what = xstrdup(what);
	}
	return ticket;
}

uint64_t session_submit(struct app *app, struct request *taken,
			const char *what)
{
	return submit(app, session_seat(app), taken, what);
}

static void undo_entry(struct app *app, struct seat *s, int64_t entry,
		       int tries)
{
	struct request r = {.kind = REQUEST_UNDO, .entry = entry};
	struct watched *w;

	if (!submit(app, s, &r, "Undo"))
		return;
	w = &s->watched.v[s->watched.n - 1];
	w->undo = true;
	w->entry = entry;
	w->tries = tries;
}

uint64_t session_change_ticket(struct app *app, struct intent *taken,
			       const char *what, const char *said)
{
	struct request r = {.kind = REQUEST_INTENT, .intent = taken};
	uint64_t ticket = session_submit(app, &r, what);
	struct seat *s = session_seat(app);

	if (ticket && said) {
		message_show(app, MESSAGE_OK, "%s", said);
		s->watched.v[s->watched.n - 1].noted = true;
	}
	return ticket;
}

bool session_change(struct app *app, struct intent *taken, const char *what,
		    const char *said)
{
	return session_change_ticket(app, taken, what, said) != 0;
}

/* Finds an entry; false: not among the newest. */
static bool find_entry(struct seat *s, int64_t id, enum journal_state *state,
		       char **text)
{
	struct journal_list list = {0};
	bool found = false;

	if (!s->store || !query_journal(s->store, true, 100, &list, NULL))
		return false;
	for (size_t i = 0; i < list.n && !found; i++)
		if (list.v[i].id == id) {
			found = true;
			*state = list.v[i].state;
			*text = xstrdup(list.v[i].text);
		}
	journal_list_release(&list);
	return found;
}

/* ev->entry is what was taken back, or the new entry that takes it back on
 * the server. */
static void say_undone(struct app *app, struct seat *s, int64_t entry)
{
	enum journal_state state = JOURNAL_UNDONE;
	char *text CLEANUP(mem_free_ptr) = NULL;

	if (!find_entry(s, entry, &state, &text) || !text)
		message_show(app, MESSAGE_OK, "Undone");
	else
		message_show(app, MESSAGE_OK, "Undone: %s",
			     str_starts(text, "undo ") ? text + 5 : text);
}

/* A message called back in time goes on in the composer; what the undo put
 * into Drafts is the old state of it. */
static void undone(struct app *app, struct seat *s, const struct event *ev)
{
	struct draft *d = s->sent;
	enum journal_state state;
	char *text CLEANUP(mem_free_ptr) = NULL;
	int64_t kept;

	if (!d || !s->sent_entry || s != session_seat(app) ||
	    !find_entry(s, s->sent_entry, &state, &text) ||
	    state != JOURNAL_UNDONE) {
		say_undone(app, s, ev->entry);
		return;
	}
	kept = ev->entry != s->sent_entry
		       ? query_entry_item(s->store, ev->entry)
		       : 0;
	s->sent = NULL;
	s->sent_entry = 0;
	draft_renew(d);
	if (compose_open(app, d, s->sent_answers, kept))
		message_show(app, MESSAGE_OK, "Not sent: here it is again");
}

/* An undo that met its change on the way to the server. */
struct again {
	struct seat *seat;
	int64_t entry;
	int tries;
};

static void undo_again(struct app *app, void *ctx)
{
	struct again a = *(struct again *)ctx;

	free(ctx);
	if (session_has_seat(app, a.seat))
		undo_entry(app, a.seat, a.entry, a.tries);
}

/* May the entry (0: any) still be undone? It may have been refused only because
 * it was just being sent; its outcome decides how to undo. */
static bool may_be_undone(struct seat *s, int64_t entry)
{
	struct journal_list list = {0};
	bool may = false;

	if (!s->store || !query_journal(s->store, true, 100, &list, NULL))
		return false;
	for (size_t i = 0; i < list.n; i++)
		may = may || ((list.v[i].state == JOURNAL_SENDING ||
			       list.v[i].can_undo) &&
			      (!entry || list.v[i].id == entry));
	journal_list_release(&list);
	return may;
}

static bool try_undo_again(struct app *app, struct seat *s,
			   const struct watched *w, const struct err *err)
{
	struct again *a;

	if (!w->undo || err->kind != ERR_INPUT || w->tries >= UNDO_TRIES ||
	    !may_be_undone(s, w->entry))
		return false;
	a = xmalloc(sizeof(*a));
	*a = (struct again){s, w->entry, w->tries + 1};
	app_timer(app, UNDO_WAIT_MS, undo_again, a);
	return true;
}

static void request_failed(struct app *app, struct seat *s,
			   const struct watched *w, const struct err *err)
{
	char *what CLEANUP(mem_free_ptr) = NULL;

	if (err->kind == ERR_CANCELLED || try_undo_again(app, s, w, err))
		return;
	if (s != session_seat(app))
		what = xasprintf("%s: %s", s->account->name, w->what);
	message_error(app, what ? what : w->what, err);
}

/* Takes back what the person did last in this run, else what the journal has
 * as the last. A change that has no entry yet comes first, so that it is not
 * mistaken for the one before. */
static void undo_waiting(struct app *app, struct seat *s)
{
	for (size_t i = 0; i < s->watched.n; i++)
		if (s->watched.v[i].noted)
			return;
	for (; s->undo_waiting > 0; s->undo_waiting--)
		undo_entry(app, s, s->done.n ? s->done.v[--s->done.n] : 0, 0);
}

void session_request_done(struct app *app, struct seat *s,
			  const struct event *ev)
{
	if (s->sent_ticket && ev->ticket == s->sent_ticket) {
		s->sent_ticket = 0;
		s->sent_entry = ev->err.kind ? 0 : ev->entry;
	}
	for (size_t i = 0; i < s->watched.n; i++) {
		struct watched w = s->watched.v[i];

		if (w.ticket != ev->ticket)
			continue;
		vec_remove(&s->watched, i);
		if (ev->err.kind)
			request_failed(app, s, &w, &ev->err);
		else if (w.undo)
			undone(app, s, ev);
		if (w.done && !ev->err.kind)
			message_show(app, MESSAGE_OK, "%s", w.done);
		if (w.file && !ev->err.kind)
			compose_remove_file(w.file);
		if (w.noted && !ev->err.kind && ev->entry)
			vec_add(&s->done, ev->entry);
		free_watched(&w);
		undo_waiting(app, s);
		return;
	}
}

void session_keep_sent(struct app *app, uint64_t ticket,
		       struct draft *owned_draft, int64_t answers)
{
	struct seat *s = session_seat(app);

	draft_free(s->sent);
	s->sent = owned_draft;
	s->sent_answers = answers;
	s->sent_ticket = ticket;
	s->sent_entry = 0;
}

void session_remove_after(struct app *app, uint64_t ticket, char *owned_file)
{
	struct seat *s = session_seat(app);

	for (size_t i = 0; i < s->watched.n; i++)
		if (s->watched.v[i].ticket == ticket) {
			mem_replace(&s->watched.v[i].file, owned_file);
			return;
		}
	free(owned_file);
}

void session_note(struct app *app, uint64_t ticket)
{
	struct seat *s = session_seat(app);

	for (size_t i = 0; i < s->watched.n; i++)
		if (s->watched.v[i].ticket == ticket)
			s->watched.v[i].noted = true;
}

void session_say_done(struct app *app, uint64_t ticket, char *owned_text)
{
	struct seat *s = session_seat(app);

	for (size_t i = 0; i < s->watched.n; i++)
		if (s->watched.v[i].ticket == ticket) {
			mem_replace(&s->watched.v[i].done, owned_text);
			return;
		}
	free(owned_text);
}

/* --- commands --- */

void session_undo(struct app *app, int64_t entry)
{
	undo_entry(app, session_seat(app), entry, 0);
}

bool session_undoing(struct app *app)
{
	struct seat *s = session_seat(app);
	bool any = s->undo_waiting > 0;

	for (size_t i = 0; i < s->watched.n; i++)
		any = any || s->watched.v[i].undo;
	return any;
}

void cmd_undo(struct app *app, const struct command_call *call)
{
	struct seat *s = session_seat(app);

	if (call->argc && str_eq(call->argv[0], "list")) {
		cmd_undo_list(app, call);
		return;
	}
	s->undo_waiting += call->count > 0 ? call->count : 1;
	undo_waiting(app, s);
}

void cmd_undo_list(struct app *app, const struct command_call *call)
{
	(void)call;
	screen_open(app, SCREEN_changes, NULL);
}
