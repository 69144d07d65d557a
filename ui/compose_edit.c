/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Changing the message: fields on the prompt line, the whole in the editor. */
#include "ui/compose_private.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/proc.h"
#include "config/config.h"
#include "engine/engine.h"
#include "ui/mail.h"
#include "ui/reader.h"
#include "ui/session.h"

#define EDITED_MAX ((size_t)64 << 20)
#define SIGNATURE_MAX ((size_t)64 << 10)

/* --- the editor ---------------------------------------------------------------------------- */

static bool editor_argv(struct app *app, struct strv *argv, struct err *err)
{
	const char *e = app->config
				? config_text(app->config, NULL, CONFIG_EDITOR)
				: NULL;

	if (!e || !*e || str_eq(e, "builtin"))
		e = getenv("VISUAL");
	if (!e || !*e)
		e = getenv("EDITOR");
	if (!e || !*e)
		e = "vi";
	return proc_parse(argv, e, err);
}

static void take_edited(struct app *app, struct compose *c, const char *path)
{
	struct str text CLEANUP(str_release) = STR_INIT;
	struct err err = ERR_INIT;

	if (!proc_read_file(path, &text, EDITED_MAX, &err)) {
		err_add(&err, "the editor left no text");
		message_error(app, "The message is as it was before", &err);
		return;
	}
	if (draft_read_editable(c->draft, text.s, text.len, &err)) {
		mem_replace(&c->unread_text, NULL);
	} else {
		/* Nothing typed is ever lost: `e` opens this text again. */
		if (err.kind == ERR_INPUT)
			mem_replace(&c->unread_text,
				    xstrndup(text.s, text.len));
		message_error(app, "The header was not understood", &err);
	}
	c->begun = true;
	compose_changed(app, c);
	unlink(path);
}

void compose_edit(struct app *app)
{
	struct compose *c = compose_of(app);
	struct strv argv;
	struct str text CLEANUP(str_release) = STR_INIT;
	struct err err = ERR_INIT;
	char *path CLEANUP(mem_free_ptr) = NULL;
	int status = 0;

	if (!c)
		return;
	compose_take_text(c);
	c->typing = false;
	if (!c->file)
		c->file = compose_file_path(app, c->draft);
	path = xasprintf("%s.txt", c->file);
	if (c->unread_text)
		str_add(&text, c->unread_text);
	else
		draft_add_editable(c->draft, &text);
	strv_init(&argv);
	if (!editor_argv(app, &argv, &err) ||
	    !compose_save_file(c, true, &err) ||
	    !proc_write_file(path, text.s, text.len, 0600, &err)) {
		message_error(app, "The editor could not be started", &err);
		strv_release(&argv);
		return;
	}
	strv_add(&argv, path);
	if (!app_run_outside(app, &argv, &status, &err))
		message_error(app, "The editor could not be started", &err);
	else if (status)
		message_show(app, MESSAGE_WARNING,
			     "%s ended with status %d; the text is kept",
			     argv.v[0], status);
	take_edited(app, c, path);
	strv_release(&argv);
}

/* What comes after the questions: the person's editor, or ours. */
static void begin_text(struct app *app)
{
	if (compose_has_own_editor(app))
		compose_write(app);
	else
		compose_edit(app);
}

void cmd_edit(struct app *app, const struct command_call *call)
{
	(void)call;
	compose_edit(app);
}

/* --- fields ------------------------------------------------------------------------------------ */

struct ask {
	enum draft_field field;
	const char *label, *kind;
};
static const struct ask asks[] = {
	{DRAFT_TO, "To: ", "person"},
	{DRAFT_CC, "Cc: ", "person"},
	{DRAFT_BCC, "Bcc: ", "person"},
	{DRAFT_SUBJECT, "Subject: ", NULL},
};

static void ask_field(struct app *app, enum draft_field field);

/* A new message asks for To and Subject first, then opens the editor. */
static void go_on(struct app *app, struct compose *c, enum draft_field field)
{
	if (!c->intro)
		return;
	if (field == DRAFT_TO) {
		ask_field(app, DRAFT_SUBJECT);
	} else {
		c->intro = false;
		begin_text(app);
	}
}

/* "ada, " as completion leaves it: no empty entry at the end. */
static char *without_trailing_comma(const char *text)
{
	size_t len = strlen(text);

	while (len && strchr(", \t;", text[len - 1]))
		len--;
	return xstrndup(text, len);
}

/* A name typed without choosing from the list stands for the one person it can
 * mean; any other is left as it is, for draft_set to say so. */
static void add_resolved(struct app *app, const char *name, struct str *out)
{
	struct person_list people = {0};

	if (out->len)
		str_add(out, ", ");
	if (!strchr(name, '@') && app->store &&
	    query_people(app->store, name, 2, &people, NULL) && people.n == 1 &&
	    people.v[0].addr) {
		if (people.v[0].name && *people.v[0].name)
			str_addf(out, "\"%s\" <%s>", people.v[0].name,
				 people.v[0].addr);
		else
			str_add(out, people.v[0].addr);
	} else {
		str_add(out, name);
	}
	person_list_release(&people);
}

static char *resolve_names(struct app *app, const char *text)
{
	struct str out = STR_INIT;
	struct strv names CLEANUP(strv_release);

	strv_init(&names);
	/* A quoted name may hold a comma: then nothing is taken apart. */
	if (strchr(text, '"'))
		return xstrdup(text);
	strv_split(&names, text, ",;");
	for (size_t i = 0; i < names.n; i++)
		add_resolved(app, names.v[i], &out);
	return str_take(&out);
}

static void open_field(struct app *app, const struct ask *a, const char *label,
		       const char *initial);

static void field_done(struct app *app, void *ctx, const char *text)
{
	const struct ask *a = ctx;
	struct compose *c = compose_of(app);
	struct err err = ERR_INIT;
	char *value CLEANUP(mem_free_ptr) = NULL;
	char *label CLEANUP(mem_free_ptr) = NULL;

	if (!c)
		return;
	if (!text) {
		/* Given up before anything was written. */
		if (c->intro && a->field == DRAFT_TO)
			compose_close(app, true);
		c->intro = false;
		return;
	}
	value = a->kind ? without_trailing_comma(text) : xstrdup(text);
	if (a->kind)
		mem_replace(&value, resolve_names(app, value));
	if (!draft_set(c->draft, a->field, value, &err)) {
		/* What was typed is not lost: the line is asked again. */
		label = xasprintf("%s - %s", err.text, a->label);
		open_field(app, a, label, text);
		return;
	}
	c->begun = true;
	compose_changed(app, c);
	go_on(app, c, a->field);
}

static void open_field(struct app *app, const struct ask *a, const char *label,
		       const char *initial)
{
	struct prompt_spec spec = {
		.label = label,
		.initial = initial,
		.history = a->kind ? "people" : "subject",
		.complete = a->kind,
		.popup = a->kind != NULL,
		.done = field_done,
		.ctx = (void *)(uintptr_t)a,
	};

	prompt_open(app, &spec);
}

static void ask_field(struct app *app, enum draft_field field)
{
	struct compose *c = compose_of(app);

	for (size_t i = 0; c && i < ARRAY_LEN(asks); i++)
		if (asks[i].field == field) {
			char *now CLEANUP(mem_free_ptr) =
				draft_get(c->draft, field);

			open_field(app, &asks[i], asks[i].label, now);
			return;
		}
}

static void set_or_ask(struct app *app, const struct command_call *call,
		       enum draft_field field)
{
	if (!call->argc) {
		ask_field(app, field);
		return;
	}
	for (size_t i = 0; i < ARRAY_LEN(asks); i++)
		if (asks[i].field == field)
			field_done(app, (void *)(uintptr_t)&asks[i],
				   call->rest);
}

void cmd_edit_to(struct app *app, const struct command_call *call)
{
	set_or_ask(app, call, DRAFT_TO);
}

void cmd_edit_cc(struct app *app, const struct command_call *call)
{
	set_or_ask(app, call, DRAFT_CC);
}

void cmd_edit_bcc(struct app *app, const struct command_call *call)
{
	set_or_ask(app, call, DRAFT_BCC);
}

void cmd_edit_subject(struct app *app, const struct command_call *call)
{
	set_or_ask(app, call, DRAFT_SUBJECT);
}

/* --- attachments ------------------------------------------------------------------------------------ */

static void attach_done(struct app *app, void *ctx, const char *text)
{
	struct compose *c = compose_of(app);
	struct err err = ERR_INIT;
	size_t count = 0;

	(void)ctx;
	if (!c || !text || !*text)
		return;
	if (!draft_attach_glob(c->draft, text, &count, &err)) {
		message_error(app, "Not attached", &err);
		if (!count)
			return;
	}
	c->begun = true;
	compose_changed(app, c);
}

void cmd_attach(struct app *app, const struct command_call *call)
{
	struct prompt_spec spec = {
		.label = "Attach file: ",
		.history = "file",
		.complete = "file",
		.popup = true,
		.done = attach_done,
	};

	if (call->argc)
		attach_done(app, NULL, call->rest);
	else
		prompt_open(app, &spec);
}

static void detach_number(struct app *app, long number)
{
	struct compose *c = compose_of(app);

	if (!c || number < 1 || (size_t)number > draft_attachments(c->draft)) {
		message_show(app, MESSAGE_WARNING, "There is no attachment %ld",
			     number);
		return;
	}
	draft_detach(c->draft, (size_t)number - 1);
	compose_changed(app, c);
}

static void detach_done(struct app *app, void *ctx, const char *text)
{
	(void)ctx;
	if (text && *text)
		detach_number(app, strtol(text, NULL, 10));
}

void cmd_detach(struct app *app, const struct command_call *call)
{
	struct compose *c = compose_of(app);
	struct prompt_spec spec = {.label =
					   "Remove which attachment (number): ",
				   .done = detach_done};
	size_t n = c ? draft_attachments(c->draft) : 0;

	if (!n)
		message_show(app, MESSAGE_INFO, "Nothing is attached");
	else if (call->count || n == 1)
		detach_number(app, call->count ? call->count : 1);
	else
		prompt_open(app, &spec);
}

/* --- beginning ----------------------------------------------------------------------------------------- */

static char *read_signature(struct app *app, enum option_id option)
{
	const char *path =
		app->config && app->account
			? config_text(app->config, app->account->name, option)
			: NULL;
	struct str text = STR_INIT;
	struct err err = ERR_INIT;

	if (!path)
		return NULL;
	if (!proc_read_file(path, &text, SIGNATURE_MAX, &err)) {
		message_error(app, "No signature", &err);
		str_release(&text);
		return NULL;
	}
	return str_take(&text);
}

/* A draft with the account's habits; caller frees. */
static struct draft *new_draft(struct app *app, enum draft_kind kind,
			       struct letter *about)
{
	char *sign CLEANUP(mem_free_ptr) =
		read_signature(app, CONFIG_SIGNATURE);
	char *html CLEANUP(mem_free_ptr) =
		read_signature(app, CONFIG_HTML_SIGNATURE);
	struct draft *d = draft_new(app->account, kind, about, sign);

	draft_set_html_signature(d, html);
	if (app->config &&
	    config_bool(app->config, app->account->name, CONFIG_MARKDOWN))
		draft_set_markdown(d, true);
	compose_usual_seal(app, d);
	return d;
}

void cmd_compose(struct app *app, const struct command_call *call)
{
	struct draft *d = new_draft(app, DRAFT_NEW, NULL);
	struct compose *c = compose_of(app);
	struct err err = ERR_INIT;

	if (call->argc && !draft_set(d, DRAFT_TO, call->rest, &err)) {
		message_error(app, "To", &err);
		draft_free(d);
		return;
	}
	if (!compose_open(app, d, 0, 0))
		return;
	c = compose_of(app);
	/* Until something is typed there is nothing to keep. */
	c->begun = false;
	c->intro = true;
	ask_field(app, call->argc ? DRAFT_SUBJECT : DRAFT_TO);
}

void compose_mailto(struct app *app, const char *uri)
{
	struct draft *d = new_draft(app, DRAFT_NEW, NULL);
	struct err err = ERR_INIT;

	if (draft_mailto(d, uri, &err)) {
		compose_open(app, d, 0, 0);
		return;
	}
	message_error(app, "No message", &err);
	draft_free(d);
}

static void answer(struct app *app, enum draft_kind kind)
{
	int64_t id = mail_front_item(app);
	bool owned;
	struct letter *l = reader_letter(app, &owned);
	struct draft *d;

	if (!l)
		return;
	d = new_draft(app, kind, l);
	if (owned)
		letter_free(l);
	if (!compose_open(app, d, id, 0))
		return;
	if (kind == DRAFT_FORWARD || kind == DRAFT_FORWARD_ATTACHED) {
		compose_of(app)->intro = true;
		ask_field(app, DRAFT_TO);
		return;
	}
	begin_text(app);
}

void cmd_reply(struct app *app, const struct command_call *call)
{
	(void)call;
	answer(app, DRAFT_REPLY);
}

void cmd_reply_all(struct app *app, const struct command_call *call)
{
	(void)call;
	answer(app, DRAFT_REPLY_ALL);
}

void cmd_reply_list(struct app *app, const struct command_call *call)
{
	bool owned;
	struct letter *l = reader_letter(app, &owned);
	bool list;

	(void)call;
	if (!l)
		return;
	list = letter_list_post(l) != NULL;
	if (owned)
		letter_free(l);
	if (list)
		answer(app, DRAFT_REPLY_LIST);
	else
		message_show(app, MESSAGE_WARNING,
			     "This message came from no mailing list; g "
			     "answers everybody");
}

void cmd_forward(struct app *app, const struct command_call *call)
{
	(void)call;
	answer(app, DRAFT_FORWARD);
}

void cmd_forward_attached(struct app *app, const struct command_call *call)
{
	(void)call;
	answer(app, DRAFT_FORWARD_ATTACHED);
}

/* --- once more -------------------------------------------------------------
 */

void cmd_resend(struct app *app, const struct command_call *call)
{
	bool owned;
	struct letter *l = reader_letter(app, &owned);

	(void)call;
	if (!l)
		return;
	compose_open(app, draft_new(app->account, DRAFT_RECALL, l, NULL), 0, 0);
	if (owned)
		letter_free(l);
}

static void bounce_done(struct app *app, void *ctx, const char *text)
{
	int64_t id = *(int64_t *)ctx;
	char *message_id CLEANUP(mem_free_ptr) = NULL;
	char *to CLEANUP(mem_free_ptr) = NULL;
	struct err err = ERR_INIT;
	struct bytes raw = {0};
	struct letter *l;

	if (!text || !*text)
		return;
	to = without_trailing_comma(text);
	mem_replace(&to, resolve_names(app, to));
	l = view_read_letter(app, id, &err);
	if (!l || !letter_bounce(l, app->account, to, &raw, &message_id, &err))
		message_error(app, "Not passed on", &err);
	else
		session_change(app, intent_send(&raw, message_id, 0, id, 104),
			       "Not passed on", "Passed on - in the Outbox");
	letter_free(l);
}

void cmd_bounce(struct app *app, const struct command_call *call)
{
	int64_t id = mail_front_item(app);
	struct prompt_spec spec = {
		.label = "Pass on to: ",
		.history = "people",
		.complete = "person",
		.popup = true,
		.done = bounce_done,
		.ctx = xmemdup(&id, sizeof(id)),
		.free_ctx = free,
	};

	if (call->argc) {
		bounce_done(app, spec.ctx, call->rest);
		free(spec.ctx);
	} else {
		prompt_open(app, &spec);
	}
}
