/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Signing in at an identity provider from the screens: an address and a code
 * are shown, a thread waits until they were used. */
#include "engine/login.h"

#include "config/config.h"
#include "config/secret.h"
#include "ui/session.h"
#include "ui/task.h"

struct waiting {
	struct config *config; /* its own: read in the thread */
	struct account *account;
	struct login *login; /* NULL: the code is being asked for */
	bool ok;
	struct err err;
};

static void free_waiting(void *ctx)
{
	struct waiting *w = ctx;

	login_free(w->login);
	account_free(w->account);
	config_free(w->config);
	free(w);
}

static void stop_waiting(void *ctx)
{
	struct waiting *w = ctx;

	login_cancel(w->login);
}

static void wait_for_person(void *ctx)
{
	struct waiting *w = ctx;
	char *refresh = NULL;

	w->ok = login_wait(w->login, &refresh, &w->err) &&
		secret_store_refresh(w->config, w->account->name, refresh,
				     &w->err);
	secret_free(refresh);
}

static void signed_in(struct app *app, void *ctx)
{
	struct waiting *w = ctx;

	if (!w->ok)
		message_error(app, "Sign-in", &w->err);
	else if (app->account && str_eq(app->account->name, w->account->name) &&
		 !session_start_account(app, w->account, NULL, &w->err))
		message_error(app, "Sign-in", &w->err);
	else
		message_show(app, MESSAGE_OK, "%s: signed in",
			     w->account->name);
	free_waiting(w);
}

static void ask_for_code(void *ctx)
{
	struct waiting *w = ctx;

	w->ok = login_begin(w->account, &w->login, &w->err);
}

static void show_code(struct app *app, void *ctx)
{
	struct waiting *w = ctx;
	struct task_spec spec = {wait_for_person, signed_in, free_waiting, w,
				 stop_waiting};
	char *text CLEANUP(mem_free_ptr) = NULL;

	if (!w->ok) {
		message_error(app, "Sign-in", &w->err);
		free_waiting(w);
		return;
	}
	text = xasprintf(
		"Open this address in any web browser:\n\n    %s\n\n"
		"and enter this code:\n\n    %s\n\n"
		"retinue goes on by itself once that is done; q leaves "
		"this page.\n",
		login_url(w->login), login_code(w->login));
	text_show(app, "Sign in", text);
	task_start(app, &spec);
}

void cmd_account_login(struct app *app, const struct command_call *call)
{
	struct waiting *w = xcalloc(1, sizeof(*w));
	struct task_spec spec = {ask_for_code, show_code, free_waiting, w,
				 NULL};
	struct err err = ERR_INIT;

	(void)call;
	w->account = account_copy(app->account);
	if (!config_again(app->config, &w->config, &err)) {
		message_error(app, "Sign-in", &err);
		free_waiting(w);
		return;
	}
	task_start(app, &spec);
}
