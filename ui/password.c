/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "ui/password.h"
#include "base/clock.h"
#include "base/proc.h"
#include "config/config.h"
#include "ui/app.h"
#include "ui/session.h"

#define DAY_S 86400

void password_days(struct store *s, const struct account *a,
		   struct password_days *out)
{
	char *text CLEANUP(mem_free_ptr) = query_fact(s, "password-expires");
	int64_t left;

	*out = (struct password_days){0};
	if (!text)
		return;
	out->known = true;
	out->never = str_eq(text, "never");
	if (out->never)
		return;
	out->when = strtoll(text, NULL, 10);
	left = out->when - clock_now();
	out->days = left > 0 ? left / DAY_S : 0;
	out->warn = a->password_warn_seconds > 0 &&
		    out->days * DAY_S <= a->password_warn_seconds;
}

void password_add_notice(struct str *b, const struct password_days *p)
{
	if (!p->warn)
		return;
	if (p->when <= clock_now())
		str_add(b, "Your password has expired; change it now with "
			   ":password");
	else if (p->days == 0)
		str_add(b, "Your password expires today; change it with "
			   ":password");
	else
		str_addf(b,
			 "Your password expires in %lld day%s; change it with "
			 ":password",
			 (long long)p->days, p->days == 1 ? "" : "s");
}

void password_add_state(struct str *b, struct store *s, const struct account *a)
{
	struct password_days p;

	password_days(s, a, &p);
	if (p.warn)
		str_addf(b, "  password %lldd", (long long)p.days);
}

void password_run_hook(const struct config *c, const char *account,
		       const struct password_days *p)
{
	const char *command =
		config_text(c, account, CONFIG_ON_PASSWORD_EXPIRING);
	struct str text CLEANUP(str_release) = STR_INIT;
	struct strv argv CLEANUP(strv_release) = {0};
	struct strv env CLEANUP(strv_release) = {0};

	if (!p->warn || !command || !*command)
		return;
	strv_init(&argv);
	strv_init(&env);
	password_add_notice(&text, p);
	strv_give(&env, xasprintf("RETINUE_ACCOUNT=%s", account));
	strv_give(&env, xasprintf("RETINUE_DAYS=%lld", (long long)p->days));
	if (proc_parse(&argv, command, NULL)) {
		strv_add(&argv, text.s);
		(void)!proc_spawn(&argv, &env, NULL);
	}
}

void password_event(struct app *app, const struct event *ev)
{
	struct str text CLEANUP(str_release) = STR_INIT;
	struct password_days p;

	if (ev->kind != EVENT_PASSWORD || !app->store || !app->account)
		return;
	password_days(app->store, app->account, &p);
	password_add_notice(&text, &p);
	if (text.len)
		message_show(app, MESSAGE_WARNING, "%s", text.s);
	if (app->config)
		password_run_hook(app->config, app->account->name, &p);
	session_show_state(app);
}

/* --- changing it ------------------------------------------------------------- */

struct change {
	char *was, *now;
};

static void change_free(struct change *c)
{
	mem_wipe_text(&c->was);
	mem_wipe_text(&c->now);
	free(c);
}

static void ask(struct app *app, struct change *c, const char *label,
		prompt_done_fn *done)
{
	struct prompt_spec spec = {
		.label = label, .secret = true, .done = done, .ctx = c};

	prompt_open(app, &spec);
}

static void got_again(struct app *app, void *ctx, const char *text)
{
	struct change *c = ctx;
	struct request r = {.kind = REQUEST_PASSWORD};

	if (!text) {
		change_free(c);
		return;
	}
	if (!str_eq(text, c->now)) {
		change_free(c);
		message_show(app, MESSAGE_ERROR,
			     "The two new passwords differ; nothing was "
			     "changed");
		return;
	}
	r.old_password = c->was;
	r.new_password = c->now;
	c->was = c->now = NULL;
	change_free(c);
	if (session_submit(app, &r, "The password was not changed"))
		message_show(app, MESSAGE_INFO, "Changing the password ...");
}

static void got_new(struct app *app, void *ctx, const char *text)
{
	struct change *c = ctx;

	if (!text || !*text) {
		change_free(c);
		return;
	}
	c->now = xstrdup(text);
	ask(app, c, "The new password again: ", got_again);
}

static void got_old(struct app *app, void *ctx, const char *text)
{
	struct change *c = ctx;

	if (!text || !*text) {
		change_free(c);
		return;
	}
	c->was = xstrdup(text);
	ask(app, c, "The new password: ", got_new);
}

void cmd_password(struct app *app, const struct command_call *call)
{
	(void)call;
	ask(app, xcalloc(1, sizeof(struct change)),
	    "Your password now: ", got_old);
}
