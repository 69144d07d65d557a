/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* The first run: asks for the account, tries it, and writes it down. */
#include <string.h>

#include "base/clock.h"
#include "config/config.h"
#include "engine/engine.h"
#include "ui/account.h"
#include "ui/form.h"
#include "ui/session.h"

#define KEEP_ASK "ask each time"
#define KEEP_COMMAND "by a command"
#define KEEP_FILE "in the file (0600)"
#define ANSWER_WAIT_MS 30000

enum setup_step { SETUP_FORM, SETUP_TRYING };

struct setup {
	struct form *form;
	enum setup_step step;
	struct account *account; /* being tried */
	char *said;		 /* the line under the form */
	enum theme_role role;
	int timer;
};

static const struct form_field fields[] = {
	{FORM_TEXT, "address", "E-mail address", NULL, NULL, NULL,
	 "The address of your mailbox, such as ada@example.org."},
	{FORM_TEXT, "name", "Your name", NULL, NULL, NULL,
	 "What people see beside your address."},
	{FORM_TEXT, "server", "Server", NULL, NULL, NULL,
	 "mail.example.org, or the whole address: "
	 "https://mail.example.org/EWS/Exchange.asmx"},
	{FORM_TEXT, "user", "User name", NULL, NULL, NULL,
	 "As you sign in: EXAMPLE\\ada or ada@example.org. Empty: the "
	 "address."},
	{FORM_PASSWORD, "password", "Password", NULL, NULL, NULL,
	 "Used to try the account now."},
	{FORM_CHOICE, "keep", "Keep it", NULL,
	 KEEP_ASK "|" KEEP_COMMAND "|" KEEP_FILE, NULL,
	 "Left and right choose. A command (pass show work) is the safest way "
	 "not to be asked."},
	{FORM_TEXT, "command", "Command", NULL, NULL, NULL,
	 "Prints the password; only used with \"by a command\"."},
	{FORM_TEXT, "account", "Account's name", "work", NULL, NULL,
	 "How this account is called here. Enter on this field tries it all."},
};

static void say(struct app *app, struct setup *u, enum theme_role role,
		const char *text)
{
	u->role = role;
	mem_replace(&u->said, xstrdup(text));
	app_damage(app, DAMAGE_SCREEN);
}

static bool open_setup(struct app *app, struct screen *s, const char *arg,
		       struct err *err)
{
	struct setup *u = xcalloc(1, sizeof(*u));

	(void)arg;
	(void)err;
	u->form = form_new(fields, ARRAY_LEN(fields));
	s->data = u;
	say(app, u, THEME_DIMMED,
	    "Tab goes on, Enter on the last field tries the account.");
	return true;
}

static void close_setup(struct app *app, struct screen *s)
{
	struct setup *u = s->data;

	app_timer_cancel(app, u->timer);
	form_free(u->form);
	account_free(u->account);
	free(u->said);
	free(u);
}

static void layout_setup(struct app *app, struct screen *s)
{
	struct setup *u = s->data;
	int top = s->win.h > 16 ? 4 : 2;
	struct win w =
		win_sub(&s->win, 1, top, s->win.w - 2, s->win.h - top - 2);

	(void)app;
	form_set_win(u->form, &w);
}

static void draw_setup(struct app *app, struct screen *s)
{
	struct setup *u = s->data;

	draw_clear(&s->win, THEME_NORMAL);
	draw_fill(&s->win, 0, 0, s->win.w, THEME_HEADER);
	draw_text(&s->win, 1, 0, -1, THEME_HEADER, "A new account");
	if (s->win.h > 16)
		draw_text(&s->win, 1, 2, -1, THEME_NORMAL,
			  "Nothing is set up yet. Which mailbox should retinue "
			  "mirror?");
	form_draw(u->form, screen_top(app) == s && u->step == SETUP_FORM);
	if (u->said)
		draw_text(&s->win, 1, s->win.h - 1, -1, u->role, u->said);
}

/* --- trying ----------------------------------------------------------------------- */

static const char *field(const struct setup *u, const char *name)
{
	const char *s = form_get(u->form, name);

	return s && *s ? s : NULL;
}

static struct account *account_of(const struct setup *u)
{
	struct account *a = account_new();

	a->name = xstrdup(field(u, "account") ? field(u, "account") : "work");
	a->address = xstrdup(field(u, "address"));
	a->display_name = xstrdup(field(u, "name"));
	a->url = account_url(field(u, "server"), ACCOUNT_AUTO);
	a->user = xstrdup(field(u, "user"));
	/* Whoever writes http:// means it. */
	a->allow_plain_http = str_starts(a->url, "http://");
	return a;
}

/* NULL: complete; else the field that is missing. */
static const char *missing_field(const struct setup *u)
{
	const char *address = field(u, "address");

	if (!address || !strchr(address, '@'))
		return "address";
	if (!field(u, "server"))
		return "server";
	if (!field(u, "password") &&
	    !str_eq(form_get(u->form, "keep"), KEEP_COMMAND))
		return "password";
	if (str_eq(form_get(u->form, "keep"), KEEP_COMMAND) &&
	    !field(u, "command"))
		return "command";
	return NULL;
}

static void stop_trying(struct app *app, void *ctx)
{
	struct setup *u = ctx;

	u->timer = 0;
	u->step = SETUP_FORM;
	session_stop_account(app);
	session_show_state(app);
	app_damage(app, DAMAGE_ALL);
}

/* Not from within the event: its engine is still in use. */
static void stop_soon(struct app *app, struct setup *u)
{
	app_timer_cancel(app, u->timer);
	u->timer = app_timer(app, 0, stop_trying, u);
}

static void took_too_long(struct app *app, void *ctx)
{
	struct setup *u = ctx;

	say(app, u, THEME_ERROR, "The server does not answer.");
	stop_trying(app, u);
}

static void try_account(struct app *app, struct setup *u)
{
	const char *missing = missing_field(u);
	struct err err = ERR_INIT;

	if (missing) {
		form_focus(u->form, missing);
		say(app, u, THEME_ERROR, "This is needed.");
		return;
	}
	account_free(u->account);
	u->account = account_of(u);
	say(app, u, THEME_NORMAL, "Trying to sign in ...");
	u->step = SETUP_TRYING;
	if (!session_start_account(app, u->account, field(u, "password"),
				   &err)) {
		say(app, u, THEME_ERROR, err.text);
		u->step = SETUP_FORM;
		return;
	}
	u->timer = app_timer(app, ANSWER_WAIT_MS, took_too_long, u);
}

static bool write_account(const struct setup *u, char **path, struct err *err)
{
	const struct account *a = u->account;
	const char *keep = form_get(u->form, "keep");
	struct config_pair pairs[] = {
		{CONFIG_ADDRESS, a->address},
		{CONFIG_NAME, a->display_name},
		{CONFIG_SERVER, field(u, "server")},
		{CONFIG_USER, a->user},
		{CONFIG_PASSWORD,
		 str_eq(keep, KEEP_FILE) ? field(u, "password") : NULL},
		{CONFIG_PASSWORD_COMMAND,
		 str_eq(keep, KEEP_COMMAND) ? field(u, "command") : NULL},
		{CONFIG_ALLOW_PLAIN_HTTP, a->allow_plain_http ? "yes" : NULL},
	};

	*path = config_file_path();
	return config_write_account(*path, a->name, pairs, ARRAY_LEN(pairs),
				    err);
}

static void finish(struct app *app, struct setup *u)
{
	char *path CLEANUP(mem_free_ptr) = NULL;
	struct err err = ERR_INIT;
	struct screen *s = screen_get(app, SCREEN_setup);

	app_timer_cancel(app, u->timer);
	u->timer = 0;
	if (write_account(u, &path, &err))
		message_show(app, MESSAGE_OK,
			     "Signed in; the account is written to %s", path);
	else
		message_error(app,
			      "Signed in, but the account could not be "
			      "written down",
			      &err);
	screen_open(app, SCREEN_mail, NULL);
	screen_close(app, s);
}

static void finish_soon(struct app *app, void *ctx)
{
	finish(app, ctx);
}

static void setup_event(struct app *app, struct screen *s,
			const struct event *ev)
{
	struct setup *u = s->data;
	const struct engine_state *e = session_state(app);

	if (u->step != SETUP_TRYING || !e)
		return;
	if (ev->kind == EVENT_QUESTION || e->online == ENGINE_SIGNED_OUT) {
		say(app, u, THEME_ERROR,
		    "The server refused this user name or password.");
		form_focus(u->form, "password");
		u->step = SETUP_FORM;
		stop_soon(app, u);
	} else if (e->online == ENGINE_ONLINE) {
		u->step = SETUP_FORM;
		app_timer_cancel(app, u->timer);
		u->timer = app_timer(app, 0, finish_soon, u);
	} else if (e->online == ENGINE_OFFLINE && e->last_error.kind) {
		say(app, u, THEME_ERROR, e->last_error.text);
		u->step = SETUP_FORM;
		stop_soon(app, u);
	}
}

/* --- keys ---------------------------------------------------------------------------- */

static void quit_answer(struct app *app, void *ctx, char choice)
{
	(void)ctx;
	if (choice == 'y')
		app_quit(app, 0);
}

static void use_result(struct app *app, struct setup *u,
		       enum form_result result)
{
	switch (result) {
	case FORM_DONE:
		try_account(app, u);
		break;
	case FORM_LEFT:
		prompt_choose(app, "Leave without an account?", "yn", 'n',
			      quit_answer, NULL, NULL);
		break;
	case FORM_IGNORED:
	case FORM_TAKEN:
	case FORM_CHANGED:
		break;
	}
	app_damage(app, DAMAGE_SCREEN);
}

static bool setup_key(struct app *app, struct screen *s, uint32_t key)
{
	struct setup *u = s->data;
	enum form_result result;

	if (u->step == SETUP_TRYING) {
		if (key != KBD_ESC && key != ('g' | KBD_CTRL))
			return true;
		say(app, u, THEME_DIMMED, "Stopped.");
		stop_soon(app, u);
		return true;
	}
	result = form_key(u->form, app, key);
	use_result(app, u, result);
	return result != FORM_IGNORED;
}

static void setup_paste(struct app *app, struct screen *s, const char *text)
{
	struct setup *u = s->data;

	use_result(app, u, form_paste(u->form, text));
}

static bool setup_mouse(struct app *app, struct screen *s,
			const struct input *in)
{
	struct setup *u = s->data;
	enum form_result result = form_mouse(u->form, in);

	use_result(app, u, result);
	return result != FORM_IGNORED;
}

const struct screen_ops scr_setup_ops = {
	.hints = "Tab next|Enter go on|Esc leave|F1 help|M-x commands",
	.open = open_setup,
	.close = close_setup,
	.layout = layout_setup,
	.draw = draw_setup,
	.event = setup_event,
	.key = setup_key,
	.paste = setup_paste,
	.mouse = setup_mouse,
};
