/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * The set-up assistant: asks for an address and a password, finds the server,
 * tries everything, says in plain words what stands in the way, and writes the
 * account down once it works.
 */
#include <string.h>

#include "base/clock.h"
#include "config/config.h"
#include "config/secret.h"
#include "engine/doctor.h"
#include "engine/engine.h"
#include "ui/account.h"
#include "ui/form.h"
#include "ui/session.h"

#define KEEP_ASK "ask each time"
#define KEEP_RING "keyring"
#define KEEP_COMMAND "command"
#define KEEP_FILE "file"
#define LOOK_MS 40
#define STEPS_MAX 200
#define TEXT_LEFT 24 /* where the texts of the rows begin, on wide screens */

enum setup_step { SETUP_FORM, SETUP_TRYING, SETUP_FAILED };

struct setup {
	struct form *form;
	enum setup_step step;
	struct account *account; /* being tried */
	struct doctor *doctor;
	char *command; /* prints the password; read in the doctor's thread */
	char *password;
	char *trusted; /* fingerprints agreed to */
	struct strv steps;
	bool details; /* the steps instead of the rows */
	char *said;   /* the line under the form */
	enum theme_role role;
	int timer;
};

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
	strv_init(&u->steps);
	s->data = u;
	say(app, u, THEME_DIMMED,
	    "An address and a password are enough: F3 tries them.");
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
}

/* --- drawing ------------------------------------------------------------ */

/* Words of text from row y on, broken at blanks; the rows used. */
static int draw_words(const struct win *w, int x, int y, unsigned style,
		      const char *text)
{
	int rows = 0, cells = w->w - x - 1;

	while (*text && y + rows < w->h) {
		size_t fits = strlen(text);

		if (cells < 8)
			break;
		if (fits > (size_t)cells) {
			fits = (size_t)cells;
			while (fits > 0 && text[fits] != ' ')
				fits--;
			if (!fits) /* one long word, such as a fingerprint */
				fits = (size_t)cells;
		}
		draw_text_n(w, x, y + rows++, -1, style, text, fits);
		text += fits;
		text += strspn(text, " ");
	}
	return rows;
}

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
		/* Only what says something, and fits. */
		if (r->state == DOCTOR_SKIPPED ||
		    (r->state == DOCTOR_ABSENT && (!r->text || w->h < 14)) ||
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

static void draw_setup(struct app *app, struct screen *s)
{
	struct setup *u = s->data;

	draw_clear(&s->win, THEME_NORMAL);
	draw_fill(&s->win, 0, 0, s->win.w, THEME_HEADER);
	draw_text(&s->win, 1, 0, -1, THEME_HEADER,
		  u->step == SETUP_FORM ? "A new account"
		  : u->step == SETUP_TRYING
			  ? "A new account - trying"
			  : "A new account - it does not work yet");
	if (u->step != SETUP_FORM) {
		draw_report(s, u);
	} else {
		if (s->win.h > 16)
			draw_text(&s->win, 1, 2, -1, THEME_NORMAL,
				  "Nothing is set up yet. Which mailbox should "
				  "retinue mirror?");
		form_draw(u->form, screen_top(app) == s);
	}
	if (u->said)
		draw_text(&s->win, 1, s->win.h - 1, -1, u->role, u->said);
}

/* --- trying ------------------------------------------------------------- */

static const char *field(const struct setup *u, const char *name)
{
	const char *s = form_get(u->form, name);

	return s && *s ? s : NULL;
}

static struct account *account_of(const struct setup *u)
{
	static const char *const protocols[] = {"auto", "ews", "webdav"};
	struct account *a = account_new();

	for (size_t i = 0; i < ARRAY_LEN(protocols); i++)
		if (str_eq(field(u, "protocol"), protocols[i]))
			a->protocol = (enum account_protocol)i;
	a->name = xstrdup(field(u, "account") ? field(u, "account") : "work");
	a->address = xstrdup(field(u, "address"));
	a->display_name = xstrdup(field(u, "name"));
	if (field(u, "server"))
		a->url = account_url(field(u, "server"), a->protocol);
	a->user = xstrdup(field(u, "user"));
	a->trusted = xstrdup(u->trusted);
	/* Whoever writes http:// means it. */
	a->allow_plain_http = a->url && str_starts(a->url, "http://");
	return a;
}

/* NULL: complete; else the field that is missing. */
static const char *missing_field(const struct setup *u)
{
	const char *address = field(u, "address");

	if (!address || !strchr(address, '@'))
		return "address";
	if (str_eq(form_get(u->form, "keep"), KEEP_COMMAND) &&
	    !field(u, "command"))
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
	if (!u->password) {
		err_set(err, ERR_AUTH, "no password was given");
		memcpy(err->code, "ask", sizeof("ask"));
		return false;
	}
	*out = xstrdup(u->password);
	return true;
}

static bool write_account(const struct setup *u, char **path, struct err *err)
{
	const struct account *a = u->account;
	const char *keep = form_get(u->form, "keep");
	const char *server = field(u, "server");
	bool webdav = doctor_is_webdav(u->doctor);
	struct config_pair pairs[] = {
		{CONFIG_ADDRESS, a->address},
		{CONFIG_NAME, a->display_name},
		{CONFIG_SERVER, server ? server : doctor_url(u->doctor)},
		{CONFIG_PROTOCOL, webdav ? "webdav" : NULL},
		{CONFIG_USER, a->user},
		{CONFIG_PUBLIC_FOLDER_SERVER, doctor_public_url(u->doctor)},
		{CONFIG_LDAP_SERVER, doctor_directory(u->doctor)},
		{CONFIG_TRUST_CERTIFICATE, u->trusted},
		{CONFIG_PASSWORD,
		 str_eq(keep, KEEP_FILE) ? field(u, "password") : NULL},
		{CONFIG_PASSWORD_COMMAND, u->command},
		{CONFIG_KEYRING, str_eq(keep, KEEP_RING) ? "yes" : NULL},
		{CONFIG_ALLOW_PLAIN_HTTP, a->allow_plain_http ? "yes" : NULL},
	};

	*path = config_file_path();
	return config_write_account(*path, a->name, pairs, ARRAY_LEN(pairs),
				    err);
}

static void keep_password(struct app *app, const struct setup *u)
{
	struct config *c;
	struct err err = ERR_INIT;

	if (!str_eq(form_get(u->form, "keep"), KEEP_RING) || !u->password ||
	    !config_load(&c, NULL, NULL, NULL, &err))
		return;
	if (!secret_store(c, u->account->name, u->password, &err))
		message_error(app, "The password is not kept", &err);
	config_free(c);
}

/* Everything works: write it down and go to the mailbox. */
static void finish(struct app *app, struct setup *u)
{
	char *path CLEANUP(mem_free_ptr) = NULL;
	struct err err = ERR_INIT;
	struct screen *s = screen_get(app, SCREEN_setup);

	mem_replace(&u->account->url, xstrdup(doctor_url(u->doctor)));
	if (!u->account->display_name)
		u->account->display_name =
			xstrdup(doctor_display_name(u->doctor));
	if (doctor_is_webdav(u->doctor))
		u->account->protocol = ACCOUNT_WEBDAV;
	if (write_account(u, &path, &err))
		message_show(app, MESSAGE_OK,
			     "Signed in; the account is written to %s", path);
	else
		message_error(app,
			      "Signed in, but the account could not be "
			      "written down",
			      &err);
	keep_password(app, u);
	err_clear(&err);
	if (!session_start_account(app, u->account, u->password, &err)) {
		say(app, u, THEME_ERROR, err.text);
		u->step = SETUP_FORM;
		return;
	}
	session_show_state(app);
	screen_open(app, SCREEN_mail, NULL);
	screen_close(app, s);
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

static void try_account(struct app *app, struct setup *u)
{
	const char *missing = missing_field(u);
	struct doctor_options o = {.password = password_of, .ctx = u};

	if (missing) {
		u->step = SETUP_FORM;
		form_focus(u->form, missing);
		say(app, u, THEME_ERROR, "This is needed.");
		return;
	}
	stop_doctor(app, u);
	account_free(u->account);
	u->account = account_of(u);
	secret_free(u->password);
	u->password = xstrdup(field(u, "password"));
	mem_replace(&u->command, str_eq(form_get(u->form, "keep"), KEEP_COMMAND)
					 ? xstrdup(field(u, "command"))
					 : NULL);
	strv_release(&u->steps);
	strv_init(&u->steps);
	o.account = u->account;
	o.interactive = true;
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

	if (u->step != SETUP_FORM)
		return report_key(app, u, key);
	if (key == KBD_F3) {
		try_account(app, u);
		return true;
	}
	result = form_key(u->form, app, key);
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

	if (u->step != SETUP_FORM)
		return false;
	result = form_mouse(u->form, in);
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
