/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Commands about the line to the server. */
#include "ui/mail.h"
#include "ui/session.h"

void cmd_sync(struct app *app, const struct command_call *call)
{
	struct request r = {.kind = REQUEST_SYNC};

	if (call->argc) {
		r.folder = mail_find_folder(app, call->rest);
		if (!r.folder)
			return;
	}
	if (session_submit(app, &r, "Sync"))
		message_show(app, MESSAGE_INFO, "Looking for changes ...");
}

void cmd_online(struct app *app, const struct command_call *call)
{
	const struct engine_state *e = session_state(app);
	bool online = e && !e->by_hand;
	struct request r = {0};

	if (call->argc &&
	    (str_eq(call->argv[0], "on") || str_eq(call->argv[0], "off")))
		online = str_eq(call->argv[0], "off");
	r.kind = online ? REQUEST_OFFLINE : REQUEST_ONLINE;
	if (session_submit(app, &r, "Online"))
		message_show(app, MESSAGE_INFO,
			     online ? "Offline: changes wait; ,O goes online"
				    : "Going online ...");
}

/* --- accounts --- */

static void complete_account(struct app *app, const char *word,
			     struct candidates *out)
{
	struct engine_state state;

	for (size_t i = 0; i < session_account_count(app); i++) {
		const struct account *a = session_account(app, i, &state);

		if (a && a != app->account)
			candidates_add(out, a->name, a->address);
	}
	if (app->account)
		candidates_add(out, app->account->name, app->account->address);
	candidates_match(out, word);
}

void session_register_completers(struct app *app)
{
	complete_register(app, "account", complete_account);
}

/* Nothing typed: the one after this. */
static void account_named(struct app *app, void *ctx, const char *text)
{
	size_t n = session_account_count(app);
	struct engine_state state;

	(void)ctx;
	if (!text)
		return;
	for (size_t i = 0; i < n && !*text; i++)
		if (session_account(app, i, &state) == app->account)
			text = session_account(app, (i + 1) % n, &state)->name;
	session_use_account(app, text);
}

void cmd_account(struct app *app, const struct command_call *call)
{
	struct prompt_spec spec = {
		.label = "Account (Enter: the next): ",
		.complete = "account",
		.popup = true,
		.done = account_named,
	};

	if (call->argc)
		session_use_account(app, call->argv[0]);
	else if (session_account_count(app) > 1)
		prompt_open(app, &spec);
	else
		message_show(app, MESSAGE_INFO,
			     "There is one account; `:account-add` sets up "
			     "another");
}

void cmd_account_add(struct app *app, const struct command_call *call)
{
	(void)call;
	screen_open(app, SCREEN_setup, NULL);
}

void cmd_account_edit(struct app *app, const struct command_call *call)
{
	screen_open(app, SCREEN_setup,
		    call->argc ? call->argv[0] : app->account->name);
}
