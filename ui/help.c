/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "ui/app.h"
#include "ui/picker.h"

/* The help overlay: keys of the focused pane, then of its parents. */

/* Commands whose rows name this scope, in the table's order. */
static void add_scope(struct app *app, struct picker *p, enum scope scope,
		      enum scope asked, bool *done)
{
	picker_add_heading(p, scope_title(scope));
	for (int i = 0; i < COMMAND_COUNT; i++) {
		enum command_id id = (enum command_id)i;
		const struct command *c = command_get(id);
		struct str keys CLEANUP(str_release) = STR_INIT;
		if (done[i] || !(c->scopes & 1u << scope))
			continue;
		done[i] = true;
		keys_add_all(app->keys, asked, id, &keys);
		char *name CLEANUP(mem_free_ptr) =
			*c->args ? xasprintf("%s %s", c->name, c->args)
				 : xstrdup(c->name);
		picker_add(p, i, keys.s, name, c->summary, c->help);
	}
}

static bool help_open(struct app *app, struct screen *s, const char *arg,
		      struct err *err)
{
	enum scope asked = screen_scope(app), at = asked;
	bool done[COMMAND_COUNT] = {false};
	char *title CLEANUP(mem_free_ptr) =
		xasprintf("Help - %s", scope_title(asked));
	struct picker *p = picker_new(title, 13, 26);

	(void)err;
	s->data = p;
	for (;; at = scope_parent(at)) {
		add_scope(app, p, at, asked, done);
		if (at == scope_parent(at))
			break;
	}
	picker_set_filter(p, str_or_empty(arg));
	return true;
}

static void help_reopen(struct app *app, struct screen *s, const char *arg)
{
	(void)app;
	picker_set_filter(s->data, str_or_empty(arg));
}

static void help_close(struct app *app, struct screen *s)
{
	(void)app;
	picker_free(s->data);
}

static void help_draw(struct app *app, struct screen *s)
{
	(void)app;
	picker_draw(s->data, &s->win);
}

/* Runs the chosen command on the screen below. */
static void run_chosen(struct app *app, struct screen *s)
{
	const struct picker_row *row = picker_current(s->data);
	struct command_call call = {.id = (enum command_id)row->value,
				    .rest = ""};

	screen_close(app, s);
	command_run(app, &call);
}

static bool help_key(struct app *app, struct screen *s, uint32_t key)
{
	switch (picker_key(s->data, key)) {
	case PICKER_TAKEN:
		break;
	case PICKER_CHOSEN:
		run_chosen(app, s);
		break;
	case PICKER_LEFT:
		screen_close(app, s);
		break;
	}
	return true;
}

static bool help_mouse(struct app *app, struct screen *s,
		       const struct input *in)
{
	if (picker_mouse(s->data, in) == PICKER_CHOSEN)
		run_chosen(app, s);
	return true;
}

static void help_paste(struct app *app, struct screen *s, const char *text)
{
	(void)app;
	picker_paste(s->data, text);
}

extern const struct screen_ops scr_help_ops;
const struct screen_ops scr_help_ops = {
	.overlay = true,
	.hints = "Esc close|Enter run|Down next|PgDn page",
	.open = help_open,
	.close = help_close,
	.reopen = help_reopen,
	.draw = help_draw,
	.key = help_key,
	.mouse = help_mouse,
	.paste = help_paste,
};
