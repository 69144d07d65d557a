/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * The settings: every option with its value and where that comes from. What is
 * changed here holds at once and is kept in settings.conf.
 */
#include <string.h>
#include "ui/picker.h"
#include "ui/settings.h"

/* Rows of accounts are only shown: value is the option's number plus this. */
#define OF_ACCOUNT CONFIG_OPTIONS
#define VALUE_CELLS 9

static void add_value(const struct config *c, const char *account,
		      enum option_id id, struct str *left, struct str *right)
{
	config_add_origin(c, account, id, left);
	/* The file's name says enough; its folder is in `config path`. */
	const char *slash = strrchr(left->s, '/');

	if (slash) {
		char *base CLEANUP(mem_free_ptr) = xstrdup(slash + 1);

		str_clear(left);
		str_add(left, base);
	}
	config_add_value(c, account, id, right);
	if (!right->len)
		str_add(right, "-");
	while (right->len < VALUE_CELLS)
		str_add_char(right, ' ');
	str_addf(right, " %s", config_option(id)->summary);
}

static void add_row(struct picker *p, const struct config *c,
		    const char *account, enum option_id id)
{
	const struct config_option *o = config_option(id);
	struct str left CLEANUP(str_release) = STR_INIT;
	struct str right CLEANUP(str_release) = STR_INIT;

	add_value(c, account, id, &left, &right);
	picker_add(p, (int)id + (account ? OF_ACCOUNT : 0), left.s, o->name,
		   right.s, o->help);
}

static bool settings_open(struct app *app, struct screen *s, const char *arg,
			  struct err *err)
{
	const struct config *c = app->config;
	struct picker *p;

	if (!c)
		return err_set(err, ERR_INPUT, "there is no configuration");
	p = s->data = picker_new("Settings", 12, 20);
	picker_add_heading(p, "Everywhere");
	for (int i = 0; i < CONFIG_OPTIONS; i++)
		if (config_option((enum option_id)i)->scope & CONFIG_GLOBAL)
			add_row(p, c, NULL, (enum option_id)i);
	for (size_t a = 0; a < config_account_count(c); a++) {
		const char *name = config_account_name(c, a);
		char *title CLEANUP(mem_free_ptr) =
			xasprintf("Account %s", name);

		picker_add_heading(p, title);
		for (int i = 0; i < CONFIG_OPTIONS; i++)
			if (config_option((enum option_id)i)->scope ==
			    CONFIG_ACCOUNT)
				add_row(p, c, name, (enum option_id)i);
	}
	picker_set_filter(p, str_or_empty(arg));
	return true;
}

static void settings_close(struct app *app, struct screen *s)
{
	(void)app;
	picker_free(s->data);
}

static void settings_draw(struct app *app, struct screen *s)
{
	(void)app;
	picker_draw(s->data, &s->win);
}

/* --- changing ---------------------------------------------------------------- */

static void show_again(struct app *app, enum option_id id)
{
	struct screen *s = screen_get(app, SCREEN_settings);
	struct str left CLEANUP(str_release) = STR_INIT;
	struct str right CLEANUP(str_release) = STR_INIT;

	if (!s)
		return;
	add_value(app->config, NULL, id, &left, &right);
	picker_change(s->data, (int)id, left.s, right.s);
	app_damage(app, DAMAGE_ALL);
}

static void change(struct app *app, enum option_id id, const char *value)
{
	struct str now CLEANUP(str_release) = STR_INIT;
	struct err err = ERR_INIT;

	if (!settings_change(app, id, value, true, &err)) {
		message_show(app, MESSAGE_ERROR, "%s", err.text);
	} else {
		config_add_value(app->config, NULL, id, &now);
		message_show(app, MESSAGE_OK, "%s = %s%s",
			     config_option(id)->name, now.s,
			     config_option(id)->refresh == CONFIG_REFRESH_ENGINE
				     ? " (for accounts from the next start on)"
				     : "");
	}
	show_again(app, id);
}

static void value_given(struct app *app, void *ctx, const char *text)
{
	enum option_id *id = ctx;

	if (text)
		change(app, *id, text);
}

static void ask_value(struct app *app, enum option_id id)
{
	const struct config_option *o = config_option(id);
	char *label CLEANUP(mem_free_ptr) = xasprintf("%s: ", o->name);
	struct str now CLEANUP(str_release) = STR_INIT;
	enum option_id *ctx = xmalloc(sizeof(*ctx));
	struct prompt_spec spec = {.label = label,
				   .complete = o->type == CONFIG_PATH ? "file"
								      : NULL,
				   .done = value_given,
				   .ctx = ctx,
				   .free_ctx = free};

	*ctx = id;
	config_add_value(app->config, NULL, id, &now);
	spec.initial = now.s;
	prompt_open(app, &spec);
}

/* The choice behind the one in force, the first one after the last. */
static char *next_choice(const struct config *c, enum option_id id)
{
	const char *p = config_option(id)->limits;

	for (int n = config_choice(c, NULL, id) + 1; n > 0; n--) {
		p += strcspn(p, "|");
		if (!*p++)
			p = config_option(id)->limits;
	}
	return xstrndup(p, strcspn(p, "|"));
}

static void change_chosen(struct app *app, struct screen *s)
{
	int value = picker_current(s->data)->value;
	enum option_id id = (enum option_id)value;

	if (value >= OF_ACCOUNT) {
		message_show(app, MESSAGE_INFO,
			     "Options of an account are changed in its file, "
			     "which `retinue config path` names");
		return;
	}
	switch (config_option(id)->type) {
	case CONFIG_BOOL:
		change(app, id,
		       config_bool(app->config, NULL, id) ? "no" : "yes");
		break;
	case CONFIG_CHOICE: {
		char *next CLEANUP(mem_free_ptr) = next_choice(app->config, id);

		change(app, id, next);
		break;
	}
	case CONFIG_INT:
	case CONFIG_TEXT:
	case CONFIG_PATH:
	case CONFIG_COMMAND:
	case CONFIG_DURATION:
	case CONFIG_SIZE:
	case CONFIG_LIST:
		ask_value(app, id);
		break;
	}
}

static void reset_chosen(struct app *app, struct screen *s)
{
	const struct picker_row *row = picker_current(s->data);
	struct err err = ERR_INIT;

	if (!row || row->value >= OF_ACCOUNT)
		return;
	enum option_id id = (enum option_id)row->value;

	if (settings_reset(app, id, &err))
		message_show(app, MESSAGE_OK, "%s is as the files say again",
			     config_option(id)->name);
	else
		message_show(app, MESSAGE_ERROR, "%s", err.text);
	show_again(app, id);
}

static bool settings_key(struct app *app, struct screen *s, uint32_t key)
{
	if (key == KBD_DELETE) {
		reset_chosen(app, s);
		return true;
	}
	switch (picker_key(s->data, key)) {
	case PICKER_TAKEN:
		break;
	case PICKER_CHOSEN:
		change_chosen(app, s);
		break;
	case PICKER_LEFT:
		screen_close(app, s);
		break;
	}
	return true;
}

static bool settings_mouse(struct app *app, struct screen *s,
			   const struct input *in)
{
	if (picker_mouse(s->data, in) == PICKER_CHOSEN)
		change_chosen(app, s);
	return true;
}

static void settings_paste(struct app *app, struct screen *s, const char *text)
{
	(void)app;
	picker_paste(s->data, text);
}

void cmd_screen_settings(struct app *app, const struct command_call *call)
{
	screen_open(app, SCREEN_settings, call->argc ? call->argv[0] : NULL);
}

extern const struct screen_ops scr_settings_ops;
const struct screen_ops scr_settings_ops = {
	.overlay = true,
	.hints = "Esc close|Enter change|Del as before|Down next",
	.open = settings_open,
	.close = settings_close,
	.draw = settings_draw,
	.key = settings_key,
	.mouse = settings_mouse,
	.paste = settings_paste,
};
