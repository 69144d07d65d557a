/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* How a message goes out: from whom, signed or encrypted, as markdown, how
 * urgent, begun from a template. */
#include "ui/compose_private.h"

#include <dirent.h>
#include <string.h>

#include "base/clock.h"
#include "base/proc.h"
#include "config/config.h"
#include "ui/format.h"
#include "ui/storage.h"

#define TEMPLATE_MAX ((size_t)1 << 20)

/* The server's own limit where it tells one, and the configured one. */
int64_t compose_limit(struct app *app)
{
	int64_t set = app->config && app->account
			      ? config_size(app->config, app->account->name,
					    CONFIG_SEND_LIMIT)
			      : 0;
	struct storage known;

	if (!app->store || !storage_known(app->store, &known))
		return set;
	if (known.largest > 0 && (set <= 0 || known.largest < set))
		set = known.largest;
	storage_release(&known);
	return set;
}

/* --- signed, encrypted ------------------------------------------------------
 */

void compose_usual_seal(struct app *app, struct draft *d)
{
	struct seal_how how = draft_seal(d);
	const char *name = app->account ? app->account->name : NULL;

	if (!app->config || !name)
		return;
	if (!how.encrypt)
		how.smime =
			config_choice(app->config, name, CONFIG_SEAL_WITH) == 1;
	how.sign = how.sign || config_bool(app->config, name, CONFIG_SIGN);
	draft_set_seal(d, &how);
}

static void seal_chosen(struct app *app, void *ctx, char choice)
{
	struct compose *c = compose_of(app);
	struct seal_how how;

	(void)ctx;
	if (!c || !choice)
		return;
	how = draft_seal(c->draft);
	if (choice == 'p' || choice == 'm') {
		how.smime = choice == 'm';
	} else {
		how.sign = choice == 's' || choice == 'b';
		how.encrypt = choice == 'e' || choice == 'b';
	}
	draft_set_seal(c->draft, &how);
	compose_changed(app, c);
}

void cmd_security(struct app *app, const struct command_call *call)
{
	(void)call;
	prompt_choose(app,
		      "(s)ign, (e)ncrypt, (b)oth, (n)either; by Open(p)gp, "
		      "S/(m)ime",
		      "sebnpm", 0, seal_chosen, NULL, NULL);
}

/* --- markdown, importance --------------------------------------------------
 */

void cmd_format(struct app *app, const struct command_call *call)
{
	struct compose *c = compose_of(app);

	(void)call;
	if (!c)
		return;
	draft_set_markdown(c->draft, !draft_markdown(c->draft));
	compose_changed(app, c);
}

void cmd_importance(struct app *app, const struct command_call *call)
{
	static const char *const next[] = {"high", "low", "normal"};
	struct compose *c = compose_of(app);
	int now;

	(void)call;
	if (!c)
		return;
	now = draft_importance(c->draft);
	draft_set_importance(c->draft, now == 0 ? 1 : now == 1 ? -1 : 0);
	message_show(app, MESSAGE_INFO, "Importance: %s",
		     next[now == 0   ? 0
			  : now == 1 ? 1
				     : 2]);
	compose_changed(app, c);
}

/* "text + html from markdown   sign, encrypt (OpenPGP)   high importance" */
void compose_add_how(const struct compose *c, struct str *b)
{
	struct seal_how how = draft_seal(c->draft);
	int importance = draft_importance(c->draft);

	str_add(b, draft_markdown(c->draft) ? "text + html from markdown"
					    : "text");
	if (how.sign || how.encrypt)
		str_addf(b, "   %s%s%s (%s)", how.sign ? "sign" : "",
			 how.sign && how.encrypt ? ", " : "",
			 how.encrypt ? "encrypt" : "",
			 how.smime ? "S/MIME" : "OpenPGP");
	if (importance)
		str_addf(b, "   %s importance",
			 importance > 0 ? "high" : "low");
	if (c->due) {
		str_add(b, "   not before ");
		clock_add_long(b, c->due);
	}
}

/* --- from ------------------------------------------------------------------
 */

void compose_complete_identity(struct app *app, const char *word,
			       struct candidates *out)
{
	const struct account *a = app->account;

	(void)word;
	if (!a)
		return;
	if (a->display_name) {
		char *own CLEANUP(mem_free_ptr) =
			xasprintf("%s <%s>", a->display_name, a->address);

		candidates_add(out, own, "the mailbox");
	} else {
		candidates_add(out, a->address, "the mailbox");
	}
	for (size_t i = 0; i < a->identities.n; i++)
		candidates_add(out, a->identities.v[i], "another of you");
}

static void from_done(struct app *app, void *ctx, const char *text)
{
	struct compose *c = compose_of(app);
	struct err err = ERR_INIT;

	(void)ctx;
	if (!c || !text)
		return;
	if (!draft_set(c->draft, DRAFT_FROM, text, &err)) {
		message_error(app, "From", &err);
		return;
	}
	compose_changed(app, c);
}

void cmd_edit_from(struct app *app, const struct command_call *call)
{
	struct compose *c = compose_of(app);
	struct prompt_spec spec = {.label = "From: ",
				   .initial = "",
				   .complete = "identity",
				   .popup = true,
				   .done = from_done};

	if (call->argc)
		from_done(app, NULL, call->rest);
	else if (c)
		prompt_open(app, &spec);
}

/* --- templates -------------------------------------------------------------
 */

static char *templates_dir(void)
{
	char *dir CLEANUP(mem_free_ptr) = config_dir();

	return xasprintf("%s/templates", dir);
}

void compose_complete_template(struct app *app, const char *word,
			       struct candidates *out)
{
	char *path CLEANUP(mem_free_ptr) = templates_dir();
	DIR *d = opendir(path);
	struct dirent *e;

	(void)app;
	(void)word;
	while (d && (e = readdir(d)))
		if (e->d_name[0] != '.')
			candidates_add(out, e->d_name, NULL);
	if (d)
		closedir(d);
}

/* Its header fields replace those of the message, its text goes above. */
static void use_template(struct app *app, struct compose *c, const char *name)
{
	char *dir CLEANUP(mem_free_ptr) = templates_dir();
	char *path CLEANUP(mem_free_ptr) = xasprintf("%s/%s", dir, name);
	char *old CLEANUP(mem_free_ptr) = NULL;
	struct str text CLEANUP(str_release) = STR_INIT;
	struct str all CLEANUP(str_release) = STR_INIT;
	struct err err = ERR_INIT;

	if (strchr(name, '/') ||
	    !proc_read_file(path, &text, TEMPLATE_MAX, &err)) {
		message_show(app, MESSAGE_ERROR,
			     "There is no template %s in %s", name, dir);
		return;
	}
	compose_take_text(c);
	old = xstrdup(draft_text(c->draft));
	if (!draft_take_template(c->draft, text.s, text.len, &err)) {
		message_error(app, "The template", &err);
		return;
	}
	str_add(&all, draft_text(c->draft));
	str_add(&all, old);
	draft_set_text(c->draft, all.s);
	if (c->typing)
		text_edit_set(c->edit, all.s, 0);
	compose_changed(app, c);
}

static void template_done(struct app *app, void *ctx, const char *text)
{
	struct compose *c = compose_of(app);

	(void)ctx;
	if (c && text && *text)
		use_template(app, c, text);
}

void cmd_template(struct app *app, const struct command_call *call)
{
	struct prompt_spec spec = {.label = "Template: ",
				   .history = "template",
				   .complete = "template",
				   .popup = true,
				   .done = template_done};

	if (call->argc)
		template_done(app, NULL, call->rest);
	else
		prompt_open(app, &spec);
}
