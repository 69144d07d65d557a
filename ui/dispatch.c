/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "ui/app.h"
#include <string.h>

static command_fn *const handlers[] = {
#define COMMAND(id, name, scopes, needs, keys, args, menu, order, summary,     \
		help)                                                          \
	[COMMAND_##id] = cmd_##id,
#include "ui/commands.def"
#undef COMMAND
};

/* Does the call have the arguments that the row says it must? */
static bool has_arguments(struct app *app, const struct command_call *call)
{
	const struct command *c = command_get(call->id);
	int must = 0;

	for (const char *p = c->args; *p; p++)
		must += *p == '<';
	if (call->argc >= must)
		return true;
	message_show(app, MESSAGE_ERROR, "usage: %s %s", c->name, c->args);
	return false;
}

void command_run(struct app *app, const struct command_call *call)
{
	struct screen *s = screen_top(app);
	const struct screen_ops *ops = s ? screen_row(s->id)->ops : NULL;
	const char *missing;
	unsigned has = ops && ops->has ? ops->has(app, s) : 0;

	if (!command_in_scope(call->id, screen_scope(app))) {
		message_show(app, MESSAGE_WARNING,
			     "%s does nothing in %s; ? lists what does",
			     command_get(call->id)->name,
			     scope_title(screen_scope(app)));
		return;
	}
	if (app->account)
		has |= NEED_account;
	missing = command_missing(call->id, has);
	if (missing) {
		char *why CLEANUP(mem_free_ptr) =
			keys_fill(app->keys, screen_scope(app), missing);

		message_show(app, MESSAGE_WARNING, "%s: %s",
			     command_get(call->id)->name, why);
		return;
	}
	if (!has_arguments(app, call))
		return;
	if (!ops || !ops->command || !ops->command(app, s, call))
		handlers[call->id](app, call);
	app_damage(app, DAMAGE_ALL);
}

void command_run_line(struct app *app, const char *line)
{
	struct command_call call = {0};
	struct err err = ERR_INIT;
	struct strv words;
	bool ambiguous = false;
	char *end;
	long count;

	line += strspn(line, " \t:");
	if (!*line)
		return;
	strv_init(&words);
	if (!command_split(line, &words, &err)) {
		message_show(app, MESSAGE_ERROR, "%s", err.text);
		strv_release(&words);
		return;
	}
	call.id = command_find(words.v[0], &ambiguous);
	if (call.id == COMMAND_COUNT) {
		message_show(
			app, MESSAGE_ERROR,
			ambiguous
				? "%s could be several commands; Tab shows them"
				: "no command is called %s; ? lists them all",
			words.v[0]);
		strv_release(&words);
		return;
	}
	call.argc = (int)words.n - 1;
	call.argv = words.v + 1;
	call.rest = line + strcspn(line, " \t");
	call.rest += strspn(call.rest, " \t");
	if (call.argc && strstr(command_get(call.id)->args, "number]")) {
		count = strtol(call.argv[0], &end, 10);
		if (!*end && count > 0 && count < 1000000)
			call.count = (int)count;
	}
	command_run(app, &call);
	strv_release(&words);
}
