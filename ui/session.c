/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "ui/session.h"

#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/load.h"
#include "base/proc.h"
#include "config/config.h"
#include "config/secret.h"
#include "engine/message.h"
#include "ui/account.h"
#include "ui/compose_private.h"
#include "ui/format.h"
#include "ui/mail.h"
#include "ui/oof.h"
#include "ui/news.h"
#include "ui/password.h"
#include "ui/people.h"
#include "ui/remind.h"
#include "ui/seat.h"
#include "ui/settings.h"
#include "ui/storage.h"

struct session {
	const struct session_setup *setup;
	struct config *config;
	const char *wanted; /* account name asked for; NULL: the first */
	VEC(struct seat *) seats;
	struct seat *seat; /* on the screens, one of them */
	int side;	   /* epoll of the other seats' engines */
	bool stale_state;  /* row 1 does not show the newest */
};

static struct session *of(struct app *app)
{
	return app->ctx;
}

struct seat *session_seat(struct app *app)
{
	return of(app)->seat;
}

bool session_has_seat(struct app *app, const struct seat *seat)
{
	struct session *s = of(app);

	for (size_t i = 0; i < s->seats.n; i++)
		if (s->seats.v[i] == seat)
			return true;
	return false;
}

const struct engine_state *session_state(struct app *app)
{
	struct session *s = of(app);

	return s && s->seat->engine ? &s->seat->state : NULL;
}

/* --- row 1 --- */

static const char *online_word(const struct engine_state *e)
{
	switch (e->online) {
	case ENGINE_OFFLINE:
		return "offline";
	case ENGINE_CONNECTING:
		return "connecting";
	case ENGINE_ONLINE:
		return "online";
	case ENGINE_SIGNED_OUT:
		return "signed out";
	}
	return "";
}

static int64_t unread_in_inbox(const struct seat *s)
{
	struct folder f;
	int64_t id = query_folder_role(s->store, FOLDER_ROLE_INBOX);
	int64_t n;

	if (!id || !query_folder(s->store, id, &f, NULL))
		return 0;
	n = f.unread;
	folder_release(&f);
	return n;
}

/* "Inbox 4,120/6,800": only what takes long enough to be worth a glance. */
static void add_task(const struct engine_state *e, struct str *b)
{
	if (!*e->task)
		return;
	str_addf(b, "  %s", e->task);
	if (e->total > 0) {
		str_add_char(b, ' ');
		format_add_count(b, e->done);
		str_add_char(b, '/');
		format_add_count(b, e->total);
	}
}

/* Other accounts with something unread: "lab 3*". */
static void add_others(const struct session *s, struct str *b)
{
	for (size_t i = 0; i < s->seats.n; i++) {
		const struct seat *o = s->seats.v[i];
		int64_t unread =
			o != s->seat && o->store ? unread_in_inbox(o) : 0;

		if (!unread)
			continue;
		str_addf(b, "  %s ", o->account->name);
		format_add_count(b, unread);
		str_add_char(b, '*');
	}
}

void session_show_state(struct app *app)
{
	struct seat *s = session_seat(app);
	struct str b = STR_INIT;
	int64_t waiting, unread;

	of(app)->stale_state = false;
	if (!s->account) {
		app_set_state(app, xstrdup("no account"));
		return;
	}
	if (s->engine)
		engine_get_state(s->engine, &s->state);
	str_addf(&b, "%s %s", s->account->name,
		 s->engine ? online_word(&s->state) : "starting");
	if (s->engine && s->state.follower)
		str_add(&b, " (elsewhere)");
	if (s->engine)
		add_task(&s->state, &b);
	if (s->store) {
		waiting = query_journal_waiting(s->store);
		unread = unread_in_inbox(s);
		if (waiting) {
			str_add(&b, "  ^");
			format_add_count(&b, waiting);
		}
		if (unread) {
			str_add(&b, "  ");
			format_add_count(&b, unread);
			str_add_char(&b, '*');
		}
		oof_add_state(&b, s->store);
		storage_add_state(&b, s->store);
		password_add_state(&b, s->store, s->account);
	}
	add_others(of(app), &b);
	app_set_state(app, str_take(&b));
}

static void show_state_soon(struct app *app, void *ctx)
{
	(void)ctx;
	session_show_state(app);
}

/* A certificate that is not the trusted one stops everything until a person has
 * compared it: say once where that is done. */
static void tell_certificate(struct app *app, struct seat *s)
{
	bool bad = s->state.last_error.kind != ERR_NONE &&
		   s->state.online != ENGINE_ONLINE &&
		   str_starts(s->state.last_error.code, "certificate");

	if (bad && !s->certificate_told && s->account)
		message_show(app, MESSAGE_ERROR,
			     "%s: certificate not trusted - "
			     "`:account-edit %s`, then F3, shows it",
			     s->account->name, s->account->name);
	s->certificate_told = bad;
}

/* Events come in swarms during a sync; row 1 follows ten times a second. */
static void state_changed(struct app *app)
{
	struct session *s = of(app);

	if (s->seat->engine)
		engine_get_state(s->seat->engine, &s->seat->state);
	tell_certificate(app, s->seat);
	if (s->stale_state)
		return;
	s->stale_state = true;
	app_timer(app, 100, show_state_soon, NULL);
}

/* --- questions --- */

/* The account that asks may have left the screens before the answer. */
struct question {
	struct seat *seat;
	uint64_t ticket;
};

static void answer(struct app *app, const struct question *q, const char *text)
{
	if (session_has_seat(app, q->seat) && q->seat->engine)
		engine_answer(q->seat->engine, q->ticket, text);
}

static void password_given(struct app *app, void *ctx, const char *text)
{
	answer(app, ctx, text);
	if (!text)
		message_show(app, MESSAGE_WARNING,
			     "Signed out: $ asks for the password again");
}

static void certificate_judged(struct app *app, void *ctx, char choice)
{
	answer(app, ctx, choice == 'y' ? "yes" : NULL);
}

static void ask_question(struct app *app, struct seat *s,
			 const struct event *ev)
{
	const struct account *a = s->account;
	char *label CLEANUP(mem_free_ptr) = NULL;
	struct question *q = xmalloc(sizeof(*q));
	struct prompt_spec spec = {
		.secret = true,
		.done = password_given,
		.ctx = q,
		.free_ctx = free,
	};

	*q = (struct question){s, ev->ticket};
	/* The set-up form has a field for it and says that it was wrong. */
	if (screen_get(app, SCREEN_setup) &&
	    ev->question == QUESTION_PASSWORD) {
		answer(app, q, NULL);
		free(q);
		return;
	}
	switch (ev->question) {
	case QUESTION_PASSWORD:
		label = xasprintf(
			"%sPassword for %s: ", ev->retry ? "Refused. " : "",
			a->user ? a->user : a->address);
		spec.label = label;
		prompt_open(app, &spec);
		break;
	case QUESTION_CERTIFICATE:
		label = xasprintf("%s - trust it?",
				  ev->text ? ev->text
					   : "The certificate is not known");
		prompt_choose(app, label, "yn", 'n', certificate_judged, q,
			      free);
		break;
	}
}

/* An account that is not on the screens interrupts nobody. */
static void keep_question(struct app *app, struct seat *s,
			  const struct event *ev)
{
	event_release(&s->question);
	s->question = *ev;
	s->question.text = xstrdup(ev->text);
	message_show(app, MESSAGE_WARNING,
		     "%s has a question: `:account %s` shows it",
		     s->account->name, s->account->name);
}

/* --- events --- */

static void on_event(struct app *app, const struct event *ev)
{
	if (ev->kind == EVENT_ITEMS)
		remind_look(app);
	switch (ev->kind) {
	case EVENT_DONE:
		session_request_done(app, session_seat(app), ev);
		break;
	case EVENT_QUESTION:
		ask_question(app, session_seat(app), ev);
		break;
	case EVENT_NEW_MAIL:
		news_announce(app, session_seat(app), ev);
		break;
	case EVENT_NOTICE:
		if (ev->err.kind)
			message_show(app, MESSAGE_ERROR, "%s", ev->err.text);
		else if (ev->text)
			message_show(app, MESSAGE_INFO, "%s", ev->text);
		break;
	case EVENT_FOLDERS:
	case EVENT_ITEMS:
	case EVENT_BODY:
	case EVENT_STATE:
	case EVENT_PROGRESS:
	case EVENT_JOURNAL:
	case EVENT_RESULTS:
	case EVENT_PEOPLE:
	case EVENT_BUSY:
	case EVENT_SHARING:
	case EVENT_PUBLIC:
	case EVENT_RECOVER:
	case EVENT_SUGGESTED:
	case EVENT_ROOMS:
	case EVENT_CONTACTS:
	case EVENT_FOREIGN:
		break;
	case EVENT_PASSWORD:
		password_event(app, ev);
		break;
	case EVENT_OOF:
		oof_event(app, ev);
		break;
	case EVENT_STORAGE:
		storage_event(app, ev);
		break;
	}
	people_event(app, ev);
	state_changed(app);
}

/* What another account tells while this one is on the screens. */
static void side_event(struct app *app, struct seat *s, const struct event *ev)
{
	switch (ev->kind) {
	case EVENT_DONE:
		session_request_done(app, s, ev);
		break;
	case EVENT_QUESTION:
		keep_question(app, s, ev);
		break;
	case EVENT_NEW_MAIL:
		news_announce(app, s, ev);
		break;
	case EVENT_NOTICE:
		if (ev->err.kind || ev->text)
			message_show(app,
				     ev->err.kind ? MESSAGE_ERROR
						  : MESSAGE_INFO,
				     "%s: %s", s->account->name,
				     ev->err.kind ? ev->err.text : ev->text);
		break;
	default: /* what its screens would show */
		break;
	}
}

static void take_side_events(struct app *app)
{
	struct session *s = of(app);

	for (size_t i = 0; i < s->seats.n; i++) {
		struct seat *seat = s->seats.v[i];
		struct event ev;

		if (seat == s->seat || !seat->engine)
			continue;
		while (engine_next_event(seat->engine, &ev)) {
			side_event(app, seat, &ev);
			event_release(&ev);
		}
		engine_get_state(seat->engine, &seat->state);
		tell_certificate(app, seat);
		seat_open_mirror(seat, NULL);
	}
	app_damage(app, DAMAGE_SCREEN);
	state_changed(app);
}

/* --- accounts --- */

/* Its engine's news comes by the loop's own way while it is on the screens,
 * by the side otherwise. */
static void listen_aside(struct session *s, struct seat *seat, bool aside)
{
	struct epoll_event e = {.events = EPOLLIN};

	if (seat->engine)
		(void)!epoll_ctl(s->side, aside ? EPOLL_CTL_ADD : EPOLL_CTL_DEL,
				 engine_fd(seat->engine), &e);
}

static struct seat *find_seat(const struct session *s, const char *account)
{
	for (size_t i = 0; i < s->seats.n; i++)
		if (s->seats.v[i]->account &&
		    str_eq(s->seats.v[i]->account->name, account))
			return s->seats.v[i];
	return NULL;
}

static void remove_seat(struct session *s, struct seat *seat)
{
	for (size_t i = 0; i < s->seats.n; i++)
		if (s->seats.v[i] == seat) {
			vec_remove(&s->seats, i);
			break;
		}
	seat_free(seat);
}

static void show_seat(struct app *app, struct seat *seat)
{
	struct session *s = of(app);
	struct event ev = seat->question;

	if (s->seat != seat && s->seat->engine)
		listen_aside(s, s->seat, true);
	if (s->seat != seat)
		listen_aside(s, seat, false);
	s->seat = seat;
	app_attach(app, seat->engine, seat->store, seat->account);
	session_show_state(app);
	seat->question = (struct event){0};
	if (ev.ticket)
		ask_question(app, seat, &ev);
	event_release(&ev);
}

bool session_start_account(struct app *app, const struct account *account,
			   const char *password, struct err *err)
{
	struct session *s = of(app);
	struct seat *seat = seat_new(s->config, account);
	struct seat *old = find_seat(s, account->name);

	/* Two engines on one mirror would be one too many. */
	if (!old && !s->seat->account)
		old = s->seat;
	if (old && old == s->seat) {
		app_attach(app, NULL, NULL, NULL);
		s->seat = seat;
	}
	if (old)
		remove_seat(s, old);
	*vec_new(&s->seats) = seat;
	seat->password = xstrdup(password);
	if (!seat_start(seat, err)) {
		show_seat(app, seat);
		return false;
	}
	seat_open_mirror(seat, app);
	show_seat(app, seat);
	return true;
}

size_t session_account_count(struct app *app)
{
	return of(app)->seats.n;
}

const struct account *session_account(struct app *app, size_t i,
				      struct engine_state *state)
{
	const struct seat *seat = of(app)->seats.v[i];

	*state = seat->state;
	return seat->account;
}

bool session_use_account(struct app *app, const char *name)
{
	struct session *s = of(app);
	struct seat *seat = find_seat(s, name);

	if (!seat) {
		message_show(app, MESSAGE_ERROR, "no such account: %s", name);
		return false;
	}
	if (seat == s->seat)
		return true;
	/* What is being written belongs to the account it was begun on. */
	if (screen_get(app, SCREEN_compose)) {
		message_show(app, MESSAGE_WARNING,
			     "First send or put away the message you write");
		return false;
	}
	while (app->screens.n)
		screen_close(app, app->screens.v[app->screens.n - 1]);
	people_free(app);
	show_seat(app, seat);
	return screen_open(app, SCREEN_mail, NULL);
}

/* The accounts besides the one that is shown: a broken one stops no other. */
static void start_others(struct app *app, struct session *s)
{
	for (size_t i = 0; i < config_account_count(s->config); i++) {
		const char *name = config_account_name(s->config, i);
		struct err err = ERR_INIT;
		struct account *a;
		struct seat *seat;

		if (find_seat(s, name))
			continue;
		if (!(a = account_from_config(s->config, name, &err))) {
			message_show(app, MESSAGE_WARNING, "%s", err.text);
			continue;
		}
		seat = *vec_new(&s->seats) = seat_new(s->config, a);
		account_free(a);
		if (!seat_start(seat, &err))
			message_show(app, MESSAGE_ERROR, "%s: %s", name,
				     err.text);
		listen_aside(s, seat, true);
	}
}

/* After the first frame. */
static void started(struct app *app, void *ctx)
{
	struct session *s = ctx;
	struct err err = ERR_INIT;
	char *left CLEANUP(mem_free_ptr) = NULL;

	app->on_event = on_event;
	app->side_fd = s->side;
	app->on_side = take_side_events;
	if (!s->seat->account)
		return;
	remind_start(app);
	if (!seat_start(s->seat, &err)) {
		message_show(app, MESSAGE_ERROR, "%s", err.text);
		return;
	}
	seat_open_mirror(s->seat, app);
	show_seat(app, s->seat);
	start_others(app, s);
	if (s->setup->then_arg)
		screen_open(app, s->setup->then, s->setup->then_arg);
	left = compose_left_behind(app);
	if (left)
		message_show(app, MESSAGE_WARNING,
			     "An unfinished message is here; R goes on with "
			     "it");
}

/* --- one run --- */

/* "auto", "always" and "never" as the terminal module names them. */
static const char *colour_of(const struct config *c)
{
	return config_choice(c, NULL, CONFIG_COLOUR) == 2 ? "never" : "auto";
}

static void find_account(struct session *s, struct err *err)
{
	struct account *a = account_from_config(s->config, s->wanted, err);

	s->seat = *vec_new(&s->seats) = seat_new(s->config, a);
	if (a)
		seat_open_mirror(s->seat, NULL);
	account_free(a);
}

static void stop_accounts(struct session *s)
{
	for (size_t i = 0; i < s->seats.n; i++)
		seat_free(s->seats.v[i]);
	vec_release(&s->seats);
}

int session_run(const struct session_setup *setup)
{
	struct session s = {.setup = setup,
			    .config = setup->config,
			    .wanted = setup->account,
			    .side = epoll_create1(EPOLL_CLOEXEC)};
	char *history CLEANUP(mem_free_ptr) = config_history_path();
	struct app_setup a = {
		.config = s.config,
		.colour = colour_of(s.config),
		.theme = config_text(s.config, NULL, CONFIG_THEME),
		.history_file = history,
		.keymap = (enum keymap)config_choice(s.config, NULL,
						     CONFIG_KEYMAP),
		.mouse = config_bool(s.config, NULL, CONFIG_MOUSE),
		.hints = config_bool(s.config, NULL, CONFIG_HINTS),
		.accessible = config_bool(s.config, NULL, CONFIG_ACCESSIBLE),
		.first = SCREEN_COUNT,
		.started = started,
		.ctx = &s,
	};
	struct err err = ERR_INIT;
	struct app *app;
	int status;

	find_account(&s, &err);
	/* A broken account is told; none at all is set up. */
	if (!s.seat->account && config_account_count(s.config)) {
		fprintf(stderr, "retinue: %s\n", err.text);
		return 3;
	}
	/* The first picture may have a message in it. */
	if (!load_content(&err)) {
		fprintf(stderr, "retinue: %s\n", err.text);
		stop_accounts(&s);
		return 1;
	}
	a.store = s.seat->store;
	a.account = s.seat->account;
	a.ascii = config_choice(s.config, NULL, CONFIG_ASCII) == 1;
	if (!app_new(&app, &a, &err)) {
		fprintf(stderr, "retinue: %s\n", err.text);
		status = 1;
	} else {
		mail_register_completers(app);
		session_register_completers(app);
		settings_apply(app);
		session_show_state(app);
		screen_open(app, s.seat->account ? setup->first : SCREEN_setup,
			    s.seat->account ? setup->first_arg : NULL);
		if (s.seat->account && setup->mailto)
			compose_mailto(app, setup->mailto);
		status = app_run(app);
		if (app->hangup)
			fprintf(stderr, "retinue: %s\n", app->hangup);
		app_attach(app, NULL, NULL, NULL);
		app_free(app);
	}
	stop_accounts(&s);
	close(s.side);
	return status;
}
