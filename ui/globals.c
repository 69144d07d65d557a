/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "ui/app.h"
#include <stdio.h>
#include <string.h>
#include "base/clock.h"
#include "config/config.h"

/* The commands that belong to no screen. */

/* --- help and the command line ------------------------------------------------- */
void cmd_help(struct app *app, const struct command_call *call)
{
	screen_open(app, SCREEN_help, call->rest);
}

void cmd_palette(struct app *app, const struct command_call *call)
{
	screen_open(app, SCREEN_palette, call->rest);
}

static void run_line(struct app *app, void *ctx, const char *text)
{
	(void)ctx;
	if (text)
		command_run_line(app, text);
}

void cmd_command_line(struct app *app, const struct command_call *call)
{
	struct prompt_spec spec = {.label = ":",
				   .initial = call->rest,
				   .history = "command",
				   .complete = "line",
				   .done = run_line};

	prompt_open(app, &spec);
}

void cmd_messages(struct app *app, const struct command_call *call)
{
	struct str b CLEANUP(str_release) = STR_INIT;
	size_t n = notices_count(app->notices);

	(void)call;
	for (size_t i = n; i-- > 0;) {
		const struct notice *m = notices_get(app->notices, i);
		static const char *const mark[] = {"  ", "ok", "? ", "!!"};
		struct clock_parts t;
		clock_local(m->time, &t);
		str_addf(&b, "%02d:%02d:%02d %s %s", t.hour, t.minute, t.second,
			 mark[m->kind], m->text);
		if (m->count > 1)
			str_addf(&b, " (x%d)", m->count);
		str_add_char(&b, '\n');
	}
	text_show(app, "Messages, newest first",
		  n ? b.s : "Nothing has been said yet.");
}

void cmd_read_linear(struct app *app, const struct command_call *call)
{
	struct str b CLEANUP(str_release) = STR_INIT;
	int c;

	(void)call;
	for (int y = 0; y < term_height(); y++) {
		term_add_row_text(&b, y);
		str_add_char(&b, '\n');
	}
	term_leave();
	fputs(b.s, stdout);
	fputs("-- Enter goes back --", stdout);
	fflush(stdout);
	do
		c = getchar();
	while (c != '\n' && c != EOF);
	clearerr(stdin);
	term_enter();
	app_damage(app, DAMAGE_ALL | DAMAGE_LAYOUT);
}

/* --- coming and going ------------------------------------------------------------ */
static void quit_answer(struct app *app, void *ctx, char choice)
{
	(void)ctx;
	if (choice == 'y')
		app_quit(app, 0);
}

void cmd_quit(struct app *app, const struct command_call *call)
{
	if (call->argc && str_eq(call->argv[0], "-f"))
		app_quit(app, 0);
	else
		prompt_choose(app, "End retinue?", "yn", 'y', quit_answer, NULL,
			      NULL);
}

void cmd_back(struct app *app, const struct command_call *call)
{
	if (!screen_back(app))
		cmd_quit(app, call);
}

void cmd_redraw(struct app *app, const struct command_call *call)
{
	(void)call;
	term_redraw();
	app_damage(app, DAMAGE_ALL | DAMAGE_LAYOUT);
}

void cmd_suspend(struct app *app, const struct command_call *call)
{
	(void)call;
	term_suspend();
	app_damage(app, DAMAGE_ALL | DAMAGE_LAYOUT);
}

void cmd_screen(struct app *app, const struct command_call *call)
{
	enum screen_id id = screen_find(call->argv[0]);

	if (id == SCREEN_COUNT)
		message_show(app, MESSAGE_ERROR, "no screen is called %s",
			     call->argv[0]);
	else
		screen_open(app, id, call->argc > 1 ? call->argv[1] : NULL);
}

/* A screen named by a command of its own. */
static void go(struct app *app, const char *name)
{
	enum screen_id id = screen_find(name);

	if (id == SCREEN_COUNT)
		BUG("no screen %s", name);
	screen_open(app, id, NULL);
}

void cmd_screen_mail(struct app *app, const struct command_call *call)
{
	(void)call;
	go(app, "mail");
}

void cmd_screen_status(struct app *app, const struct command_call *call)
{
	(void)call;
	go(app, "status");
}

void cmd_screen_outbox(struct app *app, const struct command_call *call)
{
	(void)call;
	go(app, "outbox");
}

void cmd_previous_screen(struct app *app, const struct command_call *call)
{
	(void)call;
	if (app->screens.n < 2) {
		message_show(app, MESSAGE_INFO,
			     "there is no screen before this one");
		return;
	}
	screen_open(app, app->screens.v[app->screens.n - 2]->id, NULL);
}

/* --- settings ---------------------------------------------------------------------- */
void cmd_theme(struct app *app, const struct command_call *call)
{
	struct err err = ERR_INIT;

	if (!theme_select(app->theme, call->argv[0], &err)) {
		message_show(app, MESSAGE_ERROR, "%s", err.text);
		return;
	}
	theme_apply(app->theme);
	app_damage(app, DAMAGE_ALL | DAMAGE_LAYOUT);
}

/* The rest of a line behind its first n words, which had quotes or not. */
static const char *behind_words(const char *rest, int n)
{
	for (; n > 0; n--) {
		char quote = '\0';

		rest += strspn(rest, " \t");
		for (; *rest && (quote || !strchr(" \t", *rest)); rest++) {
			if (*rest == '\\' && rest[1])
				rest++;
			else if (quote ? *rest == quote
				       : strchr("\"'", *rest) != NULL)
				quote = quote ? '\0' : *rest;
		}
	}
	return rest + strspn(rest, " \t");
}

void cmd_bind(struct app *app, const struct command_call *call)
{
	const char *line = behind_words(call->rest, 2);
	struct err err = ERR_INIT;

	if (!keys_bind(app->keys, call->argv[0], call->argv[1], line, &err))
		message_show(app, MESSAGE_ERROR, "%s", err.text);
	else
		message_show(app, MESSAGE_OK, "%s in %s: %s", call->argv[1],
			     call->argv[0], *line ? line : "nothing");
}

/* --- what only a screen's widget can do ----------------------------------------------
 * The screen's hook takes these; here they arrive when it had nothing to do. */
static void nothing_to_do(struct app *app, const struct command_call *call)
{
	message_show(app, MESSAGE_INFO, "%s: nothing to do here",
		     command_get(call->id)->name);
}

static void no_match(struct app *app, const struct command_call *call)
{
	(void)call;
	message_show(app, MESSAGE_INFO, "no match; / searches");
}

#define HOOKED(id, otherwise)                                                  \
	void cmd_##id(struct app *app, const struct command_call *call)        \
	{                                                                      \
		otherwise(app, call);                                          \
	}
HOOKED(next, nothing_to_do)
HOOKED(prev, nothing_to_do)
HOOKED(line_down, nothing_to_do)
HOOKED(line_up, nothing_to_do)
HOOKED(page_down, nothing_to_do)
HOOKED(page_up, nothing_to_do)
HOOKED(half_down, nothing_to_do)
HOOKED(half_up, nothing_to_do)
HOOKED(first, nothing_to_do)
HOOKED(last, nothing_to_do)
HOOKED(text_down, nothing_to_do)
HOOKED(text_up, nothing_to_do)
HOOKED(tag, nothing_to_do)
HOOKED(fold, nothing_to_do)
HOOKED(fold_all, nothing_to_do)
HOOKED(focus_next, nothing_to_do)
HOOKED(focus_prev, nothing_to_do)
HOOKED(open, nothing_to_do)
HOOKED(search, nothing_to_do)
HOOKED(next_match, no_match)
HOOKED(prev_match, no_match)
#undef HOOKED
