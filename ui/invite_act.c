/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Answers to invitations, from the card in the reader or by `answer`. */
#include <string.h>

#include "text/span.h"
#include "ui/calendar.h"
#include "ui/dates.h"
#include "ui/invite_card.h"
#include "ui/mail.h"
#include "ui/reader.h"
#include "ui/session.h"

/* The front message's invitation; NULL: it said why. */
static const struct invite *front(struct app *app)
{
	struct view *v = reader_view(app);
	const struct invite *i = v ? view_invite(app, v) : NULL;
	struct err err;

	if (!i) {
		message_show(app, MESSAGE_WARNING,
			     "This message is no invitation");
		return NULL;
	}
	if (!invite_may_answer(i, &err)) {
		message_error(app, "Not answered", &err);
		return NULL;
	}
	return i;
}

static const char *said(enum answer_kind a)
{
	return a == ANSWER_ACCEPTED   ? "Accepted"
	       : a == ANSWER_DECLINED ? "Declined"
				      : "Tentatively accepted";
}

static void submit(struct app *app, const struct invite_answer *how)
{
	const struct invite *i = front(app);
	const struct engine_state *e = session_state(app);
	struct view *v = reader_view(app);
	struct intent *intents[2];
	char *text CLEANUP(mem_free_ptr) = NULL;
	struct invite_answer a = *how;
	bool online = e && e->online == ENGINE_ONLINE;
	size_t n;

	if (!i || !app->store)
		return;
	if (app->account->undo_send_seconds > 0)
		a.due = clock_now() + app->account->undo_send_seconds;
	text = xasprintf("%s \"%s\"%s - %s", said(a.answer),
			 i->appt.subject ? i->appt.subject : "(no subject)",
			 online ? "" : ", waits to go out",
			 i->outside ? "u takes the mail back, u u the entry"
				    : "u takes it back");
	n = invite_answer(app->store, app->account, i, &a, intents);
	for (size_t k = 0; k < n; k++)
		session_change(app, intents[k], "Answer",
			       k + 1 == n ? text : NULL);
	if (v) {
		view_reset_card(v);
		view_reload(v);
	}
}

static void answer(struct app *app, enum answer_kind kind, const char *note)
{
	struct invite_answer how = {.answer = kind,
				    .note = note && *note ? note : NULL,
				    .propose_start = CLOCK_NEVER,
				    .propose_end = CLOCK_NEVER};

	submit(app, &how);
}

void cmd_accept(struct app *app, const struct command_call *call)
{
	answer(app, ANSWER_ACCEPTED, call->rest);
}

void cmd_tentative(struct app *app, const struct command_call *call)
{
	answer(app, ANSWER_TENTATIVE, call->rest);
}

void cmd_decline(struct app *app, const struct command_call *call)
{
	answer(app, ANSWER_DECLINED, call->rest);
}

void cmd_answer(struct app *app, const struct command_call *call)
{
	static const struct {
		const char *name;
		enum answer_kind kind;
	} kinds[] = {{"accept", ANSWER_ACCEPTED},
		     {"tentative", ANSWER_TENTATIVE},
		     {"decline", ANSWER_DECLINED}};
	const char *note = call->rest + strcspn(call->rest, " \t");

	note += strspn(note, " \t");
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		if (str_eq_nocase(call->argv[0], kinds[i].name)) {
			answer(app, kinds[i].kind, note);
			return;
		}
	message_show(app, MESSAGE_ERROR,
		     "answer takes accept, tentative or decline, and a note");
}

/* --- with a note ---------------------------------------------------------- */

static void note_typed(struct app *app, void *ctx, const char *text)
{
	if (text)
		answer(app, *(enum answer_kind *)ctx, text);
}

static void ask_note(struct app *app, enum answer_kind kind)
{
	char *label CLEANUP(mem_free_ptr) =
		xasprintf("%s, with the words: ", said(kind));
	struct prompt_spec spec = {.label = label,
				   .history = "note",
				   .done = note_typed,
				   .free_ctx = free};
	enum answer_kind *ctx;

	if (!front(app))
		return;
	ctx = xmalloc(sizeof(*ctx));
	*ctx = kind;
	spec.ctx = ctx;
	prompt_open(app, &spec);
}

void cmd_accept_note(struct app *app, const struct command_call *call)
{
	(void)call;
	ask_note(app, ANSWER_ACCEPTED);
}

void cmd_tentative_note(struct app *app, const struct command_call *call)
{
	(void)call;
	ask_note(app, ANSWER_TENTATIVE);
}

void cmd_decline_note(struct app *app, const struct command_call *call)
{
	(void)call;
	ask_note(app, ANSWER_DECLINED);
}

/* --- another time --------------------------------------------------------- */

static void proposal_chosen(struct app *app, void *ctx, char choice)
{
	struct invite_answer *how = ctx;

	if (choice != 't' && choice != 'd')
		return;
	how->answer = choice == 't' ? ANSWER_TENTATIVE : ANSWER_DECLINED;
	submit(app, how);
}

static void time_typed(struct app *app, void *ctx, const char *text)
{
	const struct invite *i = text && *text ? front(app) : NULL;
	struct zone *zone;
	struct span base, s;
	struct str b CLEANUP(str_release) = STR_INIT;
	struct invite_answer *how;
	const char *rest;
	struct err err;

	(void)ctx;
	if (!i)
		return;
	zone = zone_load_local();
	base = (struct span){.all_day = i->appt.flags & APPT_ALL_DAY,
			     .start = i->appt.start,
			     .end = i->appt.end};
	if (!span_parse(text, zone, clock_now(), i->appt.end - i->appt.start,
			&base, &s, &rest, &err)) {
		message_error(app, "Not proposed", &err);
		zone_free(zone);
		return;
	}
	how = xcalloc(1, sizeof(*how));
	how->propose_start = s.all_day ? zone_instant(zone, s.start) : s.start;
	how->propose_end = s.all_day ? zone_instant(zone, s.end) : s.end;
	str_add(&b, "Propose ");
	dates_add_short_day(&b, zone_wall(zone, how->propose_start));
	str_add_char(&b, ' ');
	dates_add_times(&b, how->propose_start, how->propose_end, false, zone);
	str_add(&b, " and come (t)entatively, (d)ecline, [n]either?");
	zone_free(zone);
	prompt_choose(app, b.s, "tdn", 'n', proposal_chosen, how, free);
}

void cmd_propose(struct app *app, const struct command_call *call)
{
	struct prompt_spec spec = {
		.label = "Propose another time (tue 14:00, +1h): ",
		.history = "event",
		.done = time_typed};
	const struct invite *i = front(app);

	if (!i)
		return;
	if (i->appt.flags & APPT_NO_PROPOSAL)
		message_show(app, MESSAGE_WARNING,
			     "The organizer wants no other times proposed");
	else if (*call->rest)
		time_typed(app, NULL, call->rest);
	else
		prompt_open(app, &spec);
}

/* --- around it ------------------------------------------------------------ */

void cmd_card(struct app *app, const struct command_call *call)
{
	struct view *v = reader_view(app);

	(void)call;
	if (v && view_invite(app, v))
		view_focus_card(v, !view_card_focused(v));
	else
		message_show(app, MESSAGE_WARNING,
			     "This message is no invitation");
}

void cmd_leave_card(struct app *app, const struct command_call *call)
{
	struct view *v = reader_view(app);

	(void)call;
	if (v)
		view_focus_card(v, false);
}

void cmd_card_calendar(struct app *app, const struct command_call *call)
{
	struct view *v = reader_view(app);
	const struct invite *i = v ? view_invite(app, v) : NULL;
	int64_t start;

	(void)call;
	if (!i || i->appt.start == CLOCK_NEVER)
		return;
	start = i->appt.start;
	if (screen_open(app, SCREEN_calendar, NULL))
		cal_show_time(app, start, i->appt.flags & APPT_ALL_DAY);
}
