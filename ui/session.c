/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "ui/session.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/proc.h"
#include "config/config.h"
#include "config/secret.h"
#include "engine/message.h"
#include "ui/account.h"
#include "ui/compose_private.h"
#include "ui/format.h"
#include "ui/mail.h"
#include "ui/oof.h"
#include "ui/password.h"
#include "ui/people.h"
#include "ui/settings.h"

/* How often and how long apart an undo waits for its change to arrive. */
#define UNDO_TRIES 50
#define UNDO_WAIT_MS 100

/* A request whose failure the person must hear of. */
struct watched {
	uint64_t ticket;
	char *what;
	char *file;	  /* removed when it went well; NULL none */
	bool undo, noted; /* noted: `u` takes it back */
	int64_t entry;	  /* undo: of what; 0 the last */
	int tries;	  /* of an undo */
};

struct session {
	struct app *app;
	struct config *config;
	const char *wanted; /* account name asked for; NULL: the first */
	struct account *account;
	char *store_path;
	struct store *store;
	struct engine *engine;
	struct engine_state state;
	char *password; /* typed in this run; NULL: none */
	VEC(struct watched) watched;
	bool stale_state; /* row 1 does not show the newest */
	/* What the person did, newest last: `u` must not meet the marks that
	 * reading leaves. */
	VEC(int64_t) done;
	int undo_waiting; /* `u` typed before the change had its entry */

	struct draft *sent; /* the message sent last */
	int64_t sent_answers;
	uint64_t sent_ticket;
	int64_t sent_entry;
};

static void free_watched(struct watched *w)
{
	free(w->what);
	free(w->file);
}

static struct session *of(struct app *app)
{
	return app->ctx;
}

const struct engine_state *session_state(struct app *app)
{
	struct session *s = of(app);

	return s && s->engine ? &s->state : NULL;
}

/* --- requests --- */

static void release_request(struct request *r)
{
	free(r->text);
	oof_free(r->oof);
	oof_free(r->oof_was);
	mem_wipe_text(&r->old_password);
	mem_wipe_text(&r->new_password);
	intent_free(r->intent);
	*r = (struct request){0};
}

uint64_t session_submit(struct app *app, struct request *taken,
			const char *what)
{
	struct session *s = of(app);
	struct watched *w;
	uint64_t ticket;

	if (!app->engine) {
		if (what)
			message_show(app, MESSAGE_ERROR,
				     "%s: the mirror is not open", what);
		release_request(taken);
		return 0;
	}
	ticket = engine_submit(app->engine, taken);
	if (what) {
		w = vec_new(&s->watched);
		w->ticket = ticket;
		w->what = xstrdup(what);
	}
	return ticket;
}

static void undo_entry(struct app *app, int64_t entry, int tries)
{
	struct request r = {.kind = REQUEST_UNDO, .entry = entry};
	struct session *s = of(app);
	struct watched *w;

	if (!session_submit(app, &r, "Undo"))
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
	struct session *s = of(app);

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

static int64_t unread_in_inbox(const struct session *s)
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

void session_show_state(struct app *app)
{
	struct session *s = of(app);
	struct str b = STR_INIT;
	int64_t waiting, unread;

	s->stale_state = false;
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
		password_add_state(&b, s->store, s->account);
	}
	app_set_state(app, str_take(&b));
}

static void show_state_soon(struct app *app, void *ctx)
{
	(void)ctx;
	session_show_state(app);
}

/* Events come in swarms during a sync; row 1 follows ten times a second. */
static void state_changed(struct app *app)
{
	struct session *s = of(app);

	if (s->engine)
		engine_get_state(s->engine, &s->state);
	if (s->stale_state)
		return;
	s->stale_state = true;
	app_timer(app, 100, show_state_soon, NULL);
}

/* --- questions --- */

struct question {
	uint64_t ticket;
};

static struct question *new_question(uint64_t ticket)
{
	struct question *q = xmalloc(sizeof(*q));

	q->ticket = ticket;
	return q;
}

static void password_given(struct app *app, void *ctx, const char *text)
{
	struct question *q = ctx;

	if (app->engine)
		engine_answer(app->engine, q->ticket, text);
	if (!text)
		message_show(app, MESSAGE_WARNING,
			     "Signed out: $ asks for the password again");
}

static void certificate_judged(struct app *app, void *ctx, char choice)
{
	struct question *q = ctx;

	if (app->engine)
		engine_answer(app->engine, q->ticket,
			      choice == 'y' ? "yes" : NULL);
}

static void ask_question(struct app *app, const struct event *ev)
{
	const struct account *a = app->account;
	char *label CLEANUP(mem_free_ptr) = NULL;
	struct prompt_spec spec = {
		.secret = true,
		.done = password_given,
		.ctx = new_question(ev->ticket),
		.free_ctx = free,
	};

	/* The set-up form has a field for it and says that it was wrong. */
	if (screen_get(app, SCREEN_setup) &&
	    ev->question == QUESTION_PASSWORD) {
		engine_answer(app->engine, ev->ticket, NULL);
		free(spec.ctx);
		return;
	}
	switch (ev->question) {
	case QUESTION_PASSWORD:
		label = xasprintf(
			"%sPassword for %s: ", ev->retry ? "Refused. " : "",
			a && a->user ? a->user
			: a	     ? a->address
				     : "the account");
		spec.label = label;
		prompt_open(app, &spec);
		break;
	case QUESTION_CERTIFICATE:
		label = xasprintf("%s - trust it?",
				  ev->text ? ev->text
					   : "The certificate is not known");
		prompt_choose(app, label, "yn", 'n', certificate_judged,
			      spec.ctx, free);
		break;
	}
}

/* --- events --- */

static void announce(struct app *app, const struct event *ev)
{
	struct session *s = of(app);
	const char *how =
		config_text(s->config, s->account->name, CONFIG_NOTIFY);
	struct str b CLEANUP(str_release) = STR_INIT;
	struct strv argv;
	struct folder f;

	format_add_plural(&b, ev->count, "new message", "new messages");
	if (ev->folder && s->store &&
	    query_folder(s->store, ev->folder, &f, NULL)) {
		str_addf(&b, " in %s", str_or_empty(f.name));
		folder_release(&f);
	}
	if (str_eq(how, "off"))
		return;
	message_show(app, MESSAGE_INFO, "%s", b.s);
	if (str_eq(how, "bell"))
		term_bell();
	if (!how || str_eq(how, "auto") || str_eq(how, "bell") ||
	    str_eq(how, "osc"))
		return;
	strv_init(&argv);
	if (proc_parse(&argv, how, NULL)) {
		strv_add(&argv, b.s);
		(void)!proc_spawn(&argv, NULL, NULL);
	}
	strv_release(&argv);
}

/* Finds an entry; false: not among the newest. */
static bool find_entry(struct session *s, int64_t id, enum journal_state *state,
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
static void say_undone(struct app *app, int64_t entry)
{
	struct session *s = of(app);
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
static void undone(struct app *app, const struct event *ev)
{
	struct session *s = of(app);
	struct draft *d = s->sent;
	enum journal_state state;
	char *text CLEANUP(mem_free_ptr) = NULL;
	int64_t kept;

	if (!d || !s->sent_entry ||
	    !find_entry(s, s->sent_entry, &state, &text) ||
	    state != JOURNAL_UNDONE) {
		say_undone(app, ev->entry);
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
	int64_t entry;
	int tries;
};

static void undo_again(struct app *app, void *ctx)
{
	struct again a = *(struct again *)ctx;

	free(ctx);
	undo_entry(app, a.entry, a.tries);
}

/* May the entry (0: any) still be undone? It may have been refused only because
 * it was just being sent; its outcome decides how to undo. */
static bool may_be_undone(struct session *s, int64_t entry)
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

static bool try_undo_again(struct app *app, const struct watched *w,
			   const struct err *err)
{
	struct again *a;

	if (!w->undo || err->kind != ERR_INPUT || w->tries >= UNDO_TRIES ||
	    !may_be_undone(of(app), w->entry))
		return false;
	a = xmalloc(sizeof(*a));
	*a = (struct again){w->entry, w->tries + 1};
	app_timer(app, UNDO_WAIT_MS, undo_again, a);
	return true;
}

static void request_failed(struct app *app, const struct watched *w,
			   const struct err *err)
{
	if (err->kind != ERR_CANCELLED && !try_undo_again(app, w, err))
		message_error(app, w->what, err);
}

/* Takes back what the person did last in this run, else what the journal has
 * as the last. A change that has no entry yet comes first, so that it is not
 * mistaken for the one before. */
static void undo_waiting(struct app *app)
{
	struct session *s = of(app);

	for (size_t i = 0; i < s->watched.n; i++)
		if (s->watched.v[i].noted)
			return;
	for (; s->undo_waiting > 0; s->undo_waiting--)
		undo_entry(app, s->done.n ? s->done.v[--s->done.n] : 0, 0);
}

static void request_done(struct app *app, const struct event *ev)
{
	struct session *s = of(app);

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
			request_failed(app, &w, &ev->err);
		else if (w.undo)
			undone(app, ev);
		if (w.file && !ev->err.kind)
			compose_remove_file(w.file);
		if (w.noted && !ev->err.kind && ev->entry)
			vec_add(&s->done, ev->entry);
		free_watched(&w);
		undo_waiting(app);
		return;
	}
}

static void on_event(struct app *app, const struct event *ev)
{
	switch (ev->kind) {
	case EVENT_DONE:
		request_done(app, ev);
		break;
	case EVENT_QUESTION:
		ask_question(app, ev);
		break;
	case EVENT_NEW_MAIL:
		announce(app, ev);
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
	}
	people_event(app, ev);
	state_changed(app);
}

/* --- the account --- */

static bool password_of(void *ctx, char **out, struct err *err)
{
	struct session *s = ctx;

	if (s->password) {
		*out = xstrdup(s->password);
		return true;
	}
	return secret_password(s->config, s->account->name, out, err);
}

static bool secret_of(void *ctx, enum account_secret which, char **out,
		      struct err *err)
{
	struct session *s = ctx;

	return account_secret(s->config, s->account->name, which, out, err);
}

void session_stop_account(struct app *app)
{
	struct session *s = of(app);

	/* The lanes end with the engine: nobody asks for the password then. */
	engine_stop(s->engine);
	s->engine = NULL;
	app_attach(app, NULL, NULL, NULL);
	if (s->store)
		store_close(s->store);
	s->store = NULL;
	account_free(s->account);
	s->account = NULL;
	mem_replace(&s->store_path, NULL);
	if (s->password)
		mem_wipe(s->password, strlen(s->password));
	mem_replace(&s->password, NULL);
}

/* The account's mirror, when there is one already. */
static void open_mirror(struct session *s)
{
	struct err err = ERR_INIT;

	if (!s->store && !store_open_read(&s->store, s->store_path, &err) &&
	    err.kind != ERR_NOT_FOUND && s->app)
		message_error(s->app, "The mirror cannot be read", &err);
	if (s->store)
		store_set_book(s->store, s->account->book_path);
}

static bool start_engine(struct session *s, struct err *err)
{
	struct engine_options o = {
		.account = s->account,
		.store_path = s->store_path,
		.mode = ENGINE_FULL,
		.bodies = true,
		.password = password_of,
		.secret = secret_of,
		.password_ctx = s,
		.interactive = true,
	};

	return account_make_dirs(s->account->name, err) &&
	       engine_start(&s->engine, &o, err);
}

bool session_start_account(struct app *app, const struct account *account,
			   const char *password, struct err *err)
{
	struct session *s = of(app);

	session_stop_account(app);
	s->account = account_copy(account);
	s->store_path = config_store_path(account->name);
	s->password = xstrdup(password);
	if (!start_engine(s, err))
		return false;
	open_mirror(s);
	app_attach(app, s->engine, s->store, s->account);
	session_show_state(app);
	return true;
}

/* After the first frame. */
static void started(struct app *app, void *ctx)
{
	struct session *s = ctx;
	struct err err = ERR_INIT;
	char *left CLEANUP(mem_free_ptr) = NULL;

	app->on_event = on_event;
	if (!s->account)
		return;
	if (!start_engine(s, &err)) {
		message_show(app, MESSAGE_ERROR, "%s", err.text);
		return;
	}
	open_mirror(s);
	app_attach(app, s->engine, s->store, s->account);
	session_show_state(app);
	left = compose_left_behind(app);
	if (left)
		message_show(app, MESSAGE_WARNING,
			     "An unfinished message is here; R goes on with "
			     "it");
}

void session_keep_sent(struct app *app, uint64_t ticket,
		       struct draft *owned_draft, int64_t answers)
{
	struct session *s = of(app);

	draft_free(s->sent);
	s->sent = owned_draft;
	s->sent_answers = answers;
	s->sent_ticket = ticket;
	s->sent_entry = 0;
}

void session_remove_after(struct app *app, uint64_t ticket, char *owned_file)
{
	struct session *s = of(app);

	for (size_t i = 0; i < s->watched.n; i++)
		if (s->watched.v[i].ticket == ticket) {
			mem_replace(&s->watched.v[i].file, owned_file);
			return;
		}
	free(owned_file);
}

/* --- commands --- */

void session_undo(struct app *app, int64_t entry)
{
	undo_entry(app, entry, 0);
}

void cmd_undo(struct app *app, const struct command_call *call)
{
	if (call->argc && str_eq(call->argv[0], "list")) {
		cmd_undo_list(app, call);
		return;
	}
	of(app)->undo_waiting += call->count > 0 ? call->count : 1;
	undo_waiting(app);
}

void cmd_undo_list(struct app *app, const struct command_call *call)
{
	(void)call;
	screen_open(app, SCREEN_changes, NULL);
}

/* --- one run --- */

/* "auto", "always" and "never" as the terminal module names them. */
static const char *colour_of(const struct config *c)
{
	return config_choice(c, NULL, CONFIG_COLOUR) == 2 ? "never" : "auto";
}

static void find_account(struct session *s, struct err *err)
{
	s->account = account_from_config(s->config, s->wanted, err);
	if (!s->account)
		return;
	s->store_path = config_store_path(s->account->name);
	open_mirror(s);
}

int session_run(const struct session_setup *setup)
{
	struct session s = {.config = setup->config, .wanted = setup->account};
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
	int status;

	find_account(&s, &err);
	/* A broken account is told; none at all is set up. */
	if (!s.account && config_account_count(s.config)) {
		fprintf(stderr, "retinue: %s\n", err.text);
		return 3;
	}
	a.store = s.store;
	a.account = s.account;
	a.ascii = config_choice(s.config, NULL, CONFIG_ASCII) == 1;
	if (!app_new(&s.app, &a, &err)) {
		fprintf(stderr, "retinue: %s\n", err.text);
		status = 1;
	} else {
		mail_register_completers(s.app);
		settings_apply(s.app);
		session_show_state(s.app);
		screen_open(s.app, s.account ? setup->first : SCREEN_setup,
			    NULL);
		if (s.account && setup->first_arg)
			compose_mailto(s.app, setup->first_arg);
		status = app_run(s.app);
		session_stop_account(s.app);
		if (s.app->hangup)
			fprintf(stderr, "retinue: %s\n", s.app->hangup);
		app_free(s.app);
	}
	for (size_t i = 0; i < s.watched.n; i++)
		free_watched(&s.watched.v[i]);
	vec_release(&s.watched);
	vec_release(&s.done);
	draft_free(s.sent);
	return status;
}
