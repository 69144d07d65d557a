/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * The set-up assistant: asks for an address and a password, finds the server,
 * tries everything, says in plain words what stands in the way, and writes the
 * account down once it works.
 */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "config/config.h"
#include "config/secret.h"
#include "ui/account.h"
#include "ui/notify.h"
#include "ui/setup.h"

#define LOOK_MS 40
#define STEPS_MAX 200
#define TEXT_LEFT 24 /* where the texts of the rows begin, on wide screens */

static const struct form_field fields[] = {
	{FORM_TEXT, "address", "E-mail address", NULL, NULL, NULL,
	 "The address of your mailbox, such as ada@example.org."},
	{FORM_PASSWORD, "password", "Password", NULL, NULL, NULL,
	 "Leave it empty where a Kerberos ticket or a command signs you in."},
	{FORM_CHOICE, "keep", "Keep it", NULL,
	 KEEP_ASK "|" KEEP_RING "|" KEEP_COMMAND "|" KEEP_FILE, NULL,
	 "Left and right choose. A command (pass show work) and the keyring "
	 "are "
	 "safe; the file has it in clear."},
	{FORM_TEXT, "command", "Command", NULL, NULL, NULL,
	 "Prints the password; only used with \"command\"."},
	{FORM_TEXT, "name", "Your name", NULL, NULL, NULL,
	 "What people see beside your address. Empty: as the server has it."},
	{FORM_TEXT, "user", "User name", NULL, NULL, NULL,
	 "As you sign in: EXAMPLE\\ada or ada@example.org. Empty: the "
	 "address."},
	{FORM_TEXT, "server", "Server", NULL, NULL, NULL,
	 "Empty: it is looked for. Else mail.example.org, or the whole "
	 "address."},
	{FORM_CHOICE, "protocol", "Protocol", NULL, "auto|ews|webdav", NULL,
	 "auto asks the server; webdav is for Exchange 2000 and 2003."},
	{FORM_TEXT, "public", "Public folders", NULL, NULL, NULL,
	 "Their server, with a port where it is not the usual one. Empty: it "
	 "is looked for."},
	{FORM_TEXT, "directory", "Directory", NULL, NULL, NULL,
	 "A domain controller, as dc1.example.org or dc1.example.org:636. "
	 "Empty: it is looked for."},
	{FORM_CHOICE, "security", "Its protection", NULL,
	 "auto|tls|starttls|kerberos", NULL,
	 "tls uses port 3269, starttls 3268. A password never goes out in "
	 "clear."},
	{FORM_TEXT, "account", "Account's name", "work", NULL, NULL,
	 "How this account is called here. Enter on this field tries it all."},
};

static const struct form_field last_fields[] = {
	{FORM_CHOICE, "period", "Keep offline", "all", "31d|92d|365d|all", NULL,
	 "How old they may be, with text and attachments. Lists have all."},
	{FORM_CHOICE, "size", "Messages up to", "25M", "1M|5M|25M|100M", NULL,
	 "Larger ones are fetched when they are opened."},
	{FORM_CHOICE, "keymap", "Keys", "mutt", "mutt|vi|emacs", NULL,
	 "Whose keys to begin with; each can be changed later."},
	{FORM_CHOICE, "theme", "Colours", "auto",
	 "auto|dark|light|high-contrast|mono", NULL,
	 "auto asks the terminal whether it is light or dark."},
	{FORM_CHOICE, "notify", "New mail", "auto", "auto|bell|osc|off", NULL,
	 "F4 tries it. osc is the terminal's own notification."},
};

static void say(struct app *app, struct setup *u, enum theme_role role,
		const char *text)
{
	u->role = role;
	mem_replace(&u->said, xstrdup(text));
	app_damage(app, DAMAGE_SCREEN);
}

/* The first free name: "work", "work2" ... */
static void name_account(struct app *app, struct setup *u)
{
	char name[24] = "work";

	for (int i = 2; config_has_account(app->config, name); i++)
		snprintf(name, sizeof(name), "work%d", i);
	form_set(u->form, "account", name);
}

/* arg: the account to change; NULL: a new one. */
static bool open_setup(struct app *app, struct screen *s, const char *arg,
		       struct err *err)
{
	struct setup *u;
	struct config *c = NULL;

	if (arg && !config_has_account(app->config, arg))
		return err_set(err, ERR_INPUT, "no such account: %s", arg);
	if (arg && !config_again(app->config, &c, err))
		return false;
	u = xcalloc(1, sizeof(*u));
	u->form = form_new(fields, ARRAY_LEN(fields));
	strv_init(&u->steps);
	s->data = u;
	if (arg) {
		u->editing = xstrdup(arg);
		u->config = c;
		setup_fill(u, c);
	} else
		name_account(app, u);
	say(app, u, THEME_DIMMED,
	    arg ? "F3 tries it and writes it down. An empty password leaves "
		  "it as it is."
		: "An address and a password are enough: F3 tries them.");
	return true;
}

static void stop_doctor(struct app *app, struct setup *u)
{
	app_timer_cancel(app, u->timer);
	u->timer = 0;
	doctor_stop(u->doctor);
	u->doctor = NULL;
}

static void close_setup(struct app *app, struct screen *s)
{
	struct setup *u = s->data;

	stop_doctor(app, u);
	form_free(u->form);
	form_free(u->last);
	config_free(u->config);
	free(u->editing);
	account_free(u->account);
	secret_free(u->password);
	strv_release(&u->steps);
	free(u->command);
	free(u->trusted);
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
	if (u->last)
		form_set_win(u->last, &w);
}

/* --- drawing ------------------------------------------------------------ */

static enum theme_role role_of(enum doctor_state state)
{
	switch (state) {
	case DOCTOR_GOOD:
		return THEME_OK;
	case DOCTOR_BAD:
		return THEME_ERROR;
	case DOCTOR_WAITING:
	case DOCTOR_RUNNING:
	case DOCTOR_ABSENT:
	case DOCTOR_SKIPPED:
		break;
	}
	return THEME_DIMMED;
}

/* One row: mark, what, where or why. */
static void draw_row(const struct win *w, int y, int id,
		     const struct doctor_row *r)
{
	static const char *const marks[] = {"  ", "..", "ok", "--", "  ", "!!"};
	int left = w->w < 60 ? 20 : TEXT_LEFT;

	draw_text(w, 1, y, -1, role_of(r->state), marks[r->state]);
	draw_text(w, 4, y, left - 5, THEME_NORMAL, doctor_row_title(id));
	if (r->state == DOCTOR_BAD)
		draw_text(w, left, y, -1, THEME_ERROR, str_or_empty(r->text));
	else if (r->host && r->state == DOCTOR_GOOD)
		draw_textf(w, left, y, THEME_NORMAL, "%s%s%s", r->host,
			   r->text ? ", " : "", str_or_empty(r->text));
	else
		draw_text(w, left, y, -1, THEME_DIMMED, str_or_empty(r->text));
}

/* What stands in the way, and what to do: the heart of a failure. */
static int draw_verdict(const struct win *w, int y, struct setup *u)
{
	const struct doctor_row *r;
	const char *fingerprint = doctor_fingerprint(u->doctor);
	int id = doctor_verdict(u->doctor), from = y;

	if (id < 0)
		return 0;
	r = doctor_row(u->doctor, id);
	y += draw_words(w, 1, y, THEME_ERROR, str_or_empty(r->text));
	/* Nobody should trust what cannot be seen: it goes first. */
	if (r->next && (!fingerprint || w->h >= 16)) {
		draw_text(w, 1, y, -1, THEME_NORMAL, "->");
		y += draw_words(w, 4, y, THEME_NORMAL, r->next);
	}
	if (fingerprint) {
		draw_text(w, 1, y, -1, THEME_NORMAL, "Its fingerprint:");
		y += 1 + draw_words(w, 4, y + 1, THEME_NORMAL, fingerprint);
	}
	return y - from + 1;
}

static void draw_rows(const struct win *w, int y, struct setup *u)
{
	int mailbox = DOCTOR_FEATURES + FEATURE_MAILBOX;

	/* What matters for getting in first; the rest where there is room. */
	for (int i = 0; i < DOCTOR_ROWS && y < w->h; i++) {
		const struct doctor_row *r = doctor_row(u->doctor, i);

		if (i > mailbox && u->step == SETUP_FAILED)
			break;
		/* Only what is news, and fits: most have no directory. */
		if (r->state == DOCTOR_SKIPPED ||
		    (r->state == DOCTOR_ABSENT &&
		     (i == DOCTOR_DIRECTORY || i == DOCTOR_CATALOG ||
		      w->h < 14)) ||
		    (i == DOCTOR_CLOCK && r->state == DOCTOR_GOOD))
			continue;
		draw_row(w, y++, i, r);
	}
}

static void draw_steps(const struct win *w, int y, const struct setup *u)
{
	size_t room = w->h > y ? (size_t)(w->h - y) : 0;
	size_t from = u->steps.n > room ? u->steps.n - room : 0;

	for (size_t i = from; i < u->steps.n; i++)
		draw_text(w, 1, y++, -1, THEME_NORMAL, u->steps.v[i]);
}

static void draw_report(struct screen *s, struct setup *u)
{
	struct win w = win_sub(&s->win, 0, 2, s->win.w, s->win.h - 3);
	int y = 0;

	if (u->details) {
		draw_steps(&w, 0, u);
		return;
	}
	if (u->step == SETUP_FAILED)
		y = draw_verdict(&w, 0, u);
	draw_rows(&w, y, u);
}

static void draw_title(const struct win *w, const struct setup *u)
{
	static const char *const steps[] = {
		[SETUP_FORM] = "",
		[SETUP_TRYING] = " - trying",
		[SETUP_FAILED] = " - it does not work yet",
		[SETUP_LAST] = " - it works",
	};

	if (u->editing)
		draw_textf(w, 1, 0, THEME_HEADER, "Account %s%s", u->editing,
			   steps[u->step]);
	else
		draw_textf(w, 1, 0, THEME_HEADER, "A new account%s",
			   steps[u->step]);
}

static void draw_form(struct app *app, struct screen *s, struct setup *u)
{
	struct form *f = u->step == SETUP_LAST ? u->last : u->form;
	struct str b CLEANUP(str_release) = STR_INIT;

	if (s->win.h > 16)
		draw_text(&s->win, 1, 2, -1, THEME_NORMAL,
			  u->step == SETUP_LAST
				  ? "How much should be kept here, and how "
				    "should it look?"
			  : u->editing || app->account
				  ? "What should hold for this account?"
				  : "Nothing is set up yet. Which mailbox "
				    "should retinue mirror?");
	form_draw(f, screen_top(app) == s);
	if (u->step == SETUP_LAST)
		setup_add_estimate(u, s->win.w < 60, &b);
	if (b.len)
		draw_text(&s->win, 1, s->win.h - 2, -1, THEME_NORMAL, b.s);
}

static void draw_setup(struct app *app, struct screen *s)
{
	struct setup *u = s->data;

	draw_clear(&s->win, THEME_NORMAL);
	draw_fill(&s->win, 0, 0, s->win.w, THEME_HEADER);
	draw_title(&s->win, u);
	if (u->step == SETUP_TRYING || u->step == SETUP_FAILED)
		draw_report(s, u);
	else
		draw_form(app, s, u);
	if (u->said)
		draw_text(&s->win, 1, s->win.h - 1, -1, u->role, u->said);
}

/* --- trying ------------------------------------------------------------- */

/* NULL: complete; else the field that is missing. */
static const char *missing_field(const struct setup *u)
{
	const char *address = setup_field(u, "address");

	if (!address || !strchr(address, '@'))
		return "address";
	if (str_eq(form_get(u->form, "keep"), KEEP_COMMAND) &&
	    !setup_field(u, "command"))
		return "command";
	return NULL;
}

/* In the doctor's thread: reads only what try_account has set. */
static bool password_of(void *ctx, char **out, struct err *err)
{
	struct setup *u = ctx;

	if (u->command)
		return secret_run(u->command, "command", u->account->name, out,
				  err);
	if (!u->password && u->config)
		return secret_password(u->config, u->editing, out, err);
	if (!u->password) {
		err_set(err, ERR_AUTH, "no password was given");
		memcpy(err->code, "ask", sizeof("ask"));
		return false;
	}
	*out = xstrdup(u->password);
	return true;
}

/* Everything works and is written down: on to the mailbox. */
static void begin(struct app *app, struct setup *u)
{
	struct screen *s = screen_get(app, SCREEN_setup);
	struct err err = ERR_INIT;

	if (!session_start_account(app, u->account, u->password, &err)) {
		say(app, u, THEME_ERROR, err.text);
		u->step = SETUP_FORM;
		return;
	}
	session_show_state(app);
	while (app->screens.n > 1)
		screen_close(app, app->screens.v[app->screens.n - 1 -
						 (screen_top(app) == s)]);
	screen_open(app, SCREEN_mail, NULL);
	screen_close(app, s);
}

/* What the mailbox has does not hang on it: with the defaults of this page
 * everything goes on as well. */
static void ask_last(struct app *app, struct setup *u)
{
	u->last = form_new(last_fields, ARRAY_LEN(last_fields));
	u->step = SETUP_LAST;
	say(app, u, THEME_OK,
	    "Signed in. F3 begins; what is chosen here can be changed later.");
	app_damage(app, DAMAGE_LAYOUT);
}

/* Everything works: write it down. */
static void finish(struct app *app, struct setup *u)
{
	char *path CLEANUP(mem_free_ptr) = NULL;
	struct err err = ERR_INIT;
	bool written;

	mem_replace(&u->account->url, xstrdup(doctor_url(u->doctor)));
	if (!u->account->display_name)
		u->account->display_name =
			xstrdup(doctor_display_name(u->doctor));
	if (doctor_is_webdav(u->doctor))
		u->account->protocol = ACCOUNT_WEBDAV;
	written = setup_write_account(app, u, &path, &err) &&
		  config_reload_usable(app->config, &err);
	if (written)
		message_show(app, MESSAGE_OK,
			     "Signed in; the account is written to %s", path);
	else
		message_error(app,
			      "Signed in, but the account could not be "
			      "written down",
			      &err);
	setup_keep_password(app, u);
	if (doctor_estimate(u->doctor))
		u->estimate = *doctor_estimate(u->doctor);
	stop_doctor(app, u);
	if (written && !u->editing)
		ask_last(app, u);
	else
		begin(app, u); /* frees u */
}

static void begin_as_chosen(struct app *app, struct setup *u)
{
	struct err err = ERR_INIT;
	struct account *a;

	setup_write_last(app, u);
	/* With what was just written down. */
	if (config_reload_usable(app->config, &err) &&
	    (a = account_from_config(app->config, u->account->name, &err))) {
		account_free(u->account);
		u->account = a;
	}
	begin(app, u); /* frees u */
}

static void outside_answer(struct app *app, void *ctx, char choice)
{
	struct screen *s = screen_get(app, SCREEN_setup);
	struct setup *u = s ? s->data : NULL;

	(void)ctx;
	if (u && u->doctor)
		doctor_answer(u->doctor, choice == 'y' ? "y" : NULL);
}

static void ask_outside(struct app *app, const char *host)
{
	char *text CLEANUP(mem_free_ptr) = xasprintf(
		"Autodiscover points to %s, outside your domain. Sign in "
		"there?",
		host);

	prompt_choose(app, text, "yn", 'n', outside_answer, NULL, NULL);
}

static void failed(struct app *app, struct setup *u)
{
	u->step = SETUP_FAILED;
	say(app, u, THEME_DIMMED,
	    doctor_fingerprint(u->doctor)
		    ? "t trust this certificate  Enter change  F2 details"
		    : "Enter change  F3 try again  F2 details");
}

static void look(struct app *app, void *ctx)
{
	struct setup *u = ctx;
	struct doctor_event e;

	u->timer = 0;
	while (u->doctor && doctor_next(u->doctor, 0, &e)) {
		enum doctor_event_kind kind = e.kind;

		if (kind == DOCTOR_STEP && u->steps.n < STEPS_MAX)
			strv_add(&u->steps, e.text);
		if (kind == DOCTOR_OUTSIDE)
			ask_outside(app, e.text);
		free(e.text);
		if (kind != DOCTOR_END)
			continue;
		if (doctor_row(u->doctor, DOCTOR_FEATURES + FEATURE_MAILBOX)
			    ->state == DOCTOR_GOOD)
			finish(app, u); /* frees u */
		else
			failed(app, u);
		app_damage(app, DAMAGE_ALL);
		return;
	}
	u->timer = app_timer(app, LOOK_MS, look, u);
	app_damage(app, DAMAGE_SCREEN);
}

static bool is_taken(struct app *app, const struct setup *u)
{
	return !u->editing &&
	       config_has_account(app->config,
				  str_or_empty(setup_field(u, "account")));
}

static void try_account(struct app *app, struct setup *u)
{
	const char *missing = missing_field(u);
	struct doctor_options o = {.password = password_of, .ctx = u};

	if (missing || is_taken(app, u)) {
		u->step = SETUP_FORM;
		form_focus(u->form, missing ? missing : "account");
		say(app, u, THEME_ERROR,
		    missing ? "This is needed."
			    : "There is an account of this name already.");
		return;
	}
	stop_doctor(app, u);
	account_free(u->account);
	u->account = setup_account(u, u->config);
	secret_free(u->password);
	u->password = xstrdup(setup_field(u, "password"));
	mem_replace(&u->command, str_eq(form_get(u->form, "keep"), KEEP_COMMAND)
					 ? xstrdup(setup_field(u, "command"))
					 : NULL);
	strv_release(&u->steps);
	strv_init(&u->steps);
	o.account = u->account;
	o.interactive = true;
	o.estimate = !u->editing;
	u->doctor = doctor_start(&o);
	u->step = SETUP_TRYING;
	u->details = false;
	say(app, u, THEME_DIMMED, "Esc stops.");
	u->timer = app_timer(app, LOOK_MS, look, u);
}

/* --- keys --------------------------------------------------------------- */

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
		if (u->step == SETUP_LAST)
			begin_as_chosen(app, u); /* frees u */
		else
			try_account(app, u);
		break;
	case FORM_LEFT:
		if (u->step == SETUP_LAST)
			begin_as_chosen(app, u);
		else if (app->account) /* the others go on */
			screen_close(app, screen_get(app, SCREEN_setup));
		else
			prompt_choose(app, "Leave without an account?", "yn",
				      'n', quit_answer, NULL, NULL);
		break;
	case FORM_IGNORED:
	case FORM_TAKEN:
	case FORM_CHANGED:
		break;
	}
	app_damage(app, DAMAGE_SCREEN);
}

static void back_to_form(struct app *app, struct setup *u)
{
	const char *code = NULL;
	int id = u->step == SETUP_FAILED ? doctor_verdict(u->doctor) : -1;

	if (id >= 0)
		code = doctor_row(u->doctor, id)->code;
	/* Where the mistake most likely is. */
	if (id == DOCTOR_SIGN_IN || str_eq(code, "password-wrong"))
		form_focus(u->form, "password");
	else if (str_eq(code, "unknown-address"))
		form_focus(u->form, "address");
	else if (id >= 0)
		form_focus(u->form, "server");
	stop_doctor(app, u);
	u->step = SETUP_FORM;
	say(app, u, THEME_DIMMED, "F3 tries again.");
	app_damage(app, DAMAGE_ALL);
}

static void trust(struct app *app, struct setup *u)
{
	const char *f = doctor_fingerprint(u->doctor);

	if (!f)
		return;
	mem_replace(&u->trusted, u->trusted ? xasprintf("%s,%s", u->trusted, f)
					    : xstrdup(f));
	try_account(app, u);
}

static bool report_key(struct app *app, struct setup *u, uint32_t key)
{
	if (key == KBD_ESC || key == ('g' | KBD_CTRL) ||
	    (key == KBD_ENTER && u->step == SETUP_FAILED)) {
		back_to_form(app, u);
	} else if (key == KBD_F2) {
		u->details = !u->details;
		app_damage(app, DAMAGE_SCREEN);
	} else if (u->step == SETUP_FAILED && key == KBD_F3) {
		try_account(app, u);
	} else if (u->step == SETUP_FAILED && key == 't') {
		trust(app, u);
	} else {
		return u->step == SETUP_TRYING;
	}
	return true;
}

static bool setup_key(struct app *app, struct screen *s, uint32_t key)
{
	struct setup *u = s->data;
	enum form_result result;

	if (u->step == SETUP_TRYING || u->step == SETUP_FAILED)
		return report_key(app, u, key);
	if (key == KBD_F3) {
		use_result(app, u, FORM_DONE);
		return true;
	}
	if (key == KBD_F4 && u->step == SETUP_LAST) {
		notify_person(form_get(u->last, "notify"),
			      "This is how new mail is announced", NULL);
		return true;
	}
	result = form_key(u->step == SETUP_LAST ? u->last : u->form, app, key);
	use_result(app, u, result);
	return result != FORM_IGNORED;
}

static void setup_paste(struct app *app, struct screen *s, const char *text)
{
	struct setup *u = s->data;

	if (u->step == SETUP_FORM)
		use_result(app, u, form_paste(u->form, text));
}

static bool setup_mouse(struct app *app, struct screen *s,
			const struct input *in)
{
	struct setup *u = s->data;
	enum form_result result;

	if (u->step == SETUP_TRYING || u->step == SETUP_FAILED)
		return false;
	result = form_mouse(u->step == SETUP_LAST ? u->last : u->form, in);
	use_result(app, u, result);
	return result != FORM_IGNORED;
}

const struct screen_ops scr_setup_ops = {
	.hints = "Tab next|F3 try|Enter go on|F2 details|Esc leave|F1 help",
	.open = open_setup,
	.close = close_setup,
	.layout = layout_setup,
	.draw = draw_setup,
	.key = setup_key,
	.paste = setup_paste,
	.mouse = setup_mouse,
};
