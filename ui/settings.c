/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "ui/settings.h"
#include "ui/term.h"
#include "ui/theme.h"

static bool use_key_row(void *ctx, const struct config_row *row)
{
	struct app *app = ctx;
	struct err err = ERR_INIT;

	if (!keys_bind(app->keys, *row->name ? row->name : "global", row->key,
		       row->value, &err))
		message_show(app, MESSAGE_WARNING, "%s:%d: %s", row->file,
			     row->line, err.text);
	return true;
}

static bool use_theme_row(void *ctx, const struct config_row *row)
{
	struct app *app = ctx;
	struct err err = ERR_INIT;

	if (!theme_set_role(app->theme, row->key, row->value, &err))
		message_show(app, MESSAGE_WARNING, "%s:%d: %s", row->file,
			     row->line, err.text);
	return true;
}

static void use_theme(struct app *app)
{
	struct err err = ERR_INIT;

	if (!theme_select(app->theme,
			  config_text(app->config, NULL, CONFIG_THEME), &err))
		message_show(app, MESSAGE_WARNING, "%s", err.text);
	config_each_row(app->config, "theme", use_theme_row, app);
	theme_apply(app->theme);
	/* Blanks that were there keep the colours of the old one. */
	term_redraw();
}

void settings_apply(struct app *app)
{
	const struct config *c = app->config;

	app->hints = config_bool(c, NULL, CONFIG_HINTS);
	app->mouse = config_bool(c, NULL, CONFIG_MOUSE);
	app->accessible = config_bool(c, NULL, CONFIG_ACCESSIBLE);
	term_set_manner(app->accessible,
			config_choice(c, NULL, CONFIG_ASCII) == 1,
			config_choice(c, NULL, CONFIG_BIDI) == 1);
	term_set_mouse(app->mouse);
	keys_free(app->keys);
	app->keys =
		keys_new((enum keymap)config_choice(c, NULL, CONFIG_KEYMAP));
	config_each_row(c, "keys", use_key_row, app);
	use_theme(app);
	app_damage(app, DAMAGE_ALL | DAMAGE_LAYOUT);
}

bool settings_change(struct app *app, enum option_id id, const char *value,
		     bool kept, struct err *err)
{
	if (!config_set(app->config, NULL, config_option(id)->name, value, err))
		return false;
	settings_apply(app);
	return !kept || config_write_setting(id, value, err);
}

bool settings_reset(struct app *app, enum option_id id, struct err *err)
{
	if (!config_write_setting(id, NULL, err) ||
	    !config_reload(app->config, err))
		return false;
	settings_apply(app);
	return true;
}

void cmd_set(struct app *app, const struct command_call *call)
{
	struct str value CLEANUP(str_release) = STR_INIT;
	struct err err = ERR_INIT;
	enum option_id id;

	if (!app->config || !config_option_find(call->argv[0], &id)) {
		message_show(app, MESSAGE_ERROR, "no such option: %s",
			     call->argv[0]);
		return;
	}
	if (call->argc > 1 &&
	    !settings_change(app, id, call->argv[1], false, &err)) {
		message_show(app, MESSAGE_ERROR, "%s", err.text);
		return;
	}
	config_add_value(app->config, NULL, id, &value);
	message_show(app, MESSAGE_INFO, "%s = %s", call->argv[0], value.s);
}

void cmd_reload(struct app *app, const struct command_call *call)
{
	struct err err = ERR_INIT;

	(void)call;
	if (!app->config)
		return;
	if (!config_reload(app->config, &err)) {
		message_show(app, MESSAGE_ERROR,
			     "%s; the last good values stay", err.text);
		return;
	}
	settings_apply(app);
	message_show(app, MESSAGE_OK,
		     "Configuration read again; what concerns accounts counts "
		     "from the next start");
}
