/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "ui/app.h"
#include "ui/picker.h"
#include <string.h>

/* M-x: every command that means something here, the last used ones first. */

static void add_command(struct app *app, struct picker *p, int i, bool *done)
{
	const struct command *c = command_get((enum command_id)i);
	enum scope scope = screen_scope(app);
	struct str keys CLEANUP(str_release) = STR_INIT;

	if (done[i] || !command_in_scope((enum command_id)i, scope) ||
	    i == COMMAND_palette)
		return;
	done[i] = true;
	keys_add_hint(app->keys, scope, (enum command_id)i, &keys);
	picker_add(p, i, keys.s, c->name, c->summary, c->help);
}

static bool palette_open(struct app *app, struct screen *s, const char *arg,
			 struct err *err)
{
	struct picker *p = picker_new("Commands", 8, 20);
	bool done[COMMAND_COUNT] = {false};
	const char *name;

	(void)err;
	s->data = p;
	picker_sort(p, true);
	for (size_t n = 0; (name = histories_get(app->histories, "palette", n));
	     n++) {
		enum command_id id = command_find(name, NULL);
		if (id < COMMAND_COUNT)
			add_command(app, p, (int)id, done);
	}
	for (int i = 0; i < COMMAND_COUNT; i++)
		add_command(app, p, i, done);
	picker_set_filter(p, str_or_empty(arg));
	return true;
}

static void palette_close(struct app *app, struct screen *s)
{
	(void)app;
	picker_free(s->data);
}

static void palette_draw(struct app *app, struct screen *s)
{
	struct win w = win_sub(&s->win, 2, 1, s->win.w - 4, s->win.h - 2);
	struct win inner = win_sub(&w, 1, 1, w.w - 2, w.h - 2);

	(void)app;
	draw_clear(&w, THEME_POPUP);
	draw_box(&w, THEME_ON(THEME_BORDER, THEME_POPUP), NULL);
	picker_draw(s->data, &inner);
}

static void run_line(struct app *app, void *ctx, const char *text)
{
	(void)ctx;
	if (text)
		command_run_line(app, text);
}

/* A command that must have arguments goes on in the command line. */
static void run_chosen(struct app *app, struct screen *s)
{
	const struct picker_row *row = picker_current(s->data);
	enum command_id id = (enum command_id)row->value;
	const struct command *c = command_get(id);
	struct command_call call = {.id = id, .rest = ""};

	screen_close(app, s);
	histories_add(app->histories, "palette", c->name);
	if (!strchr(c->args, '<')) {
		command_run(app, &call);
		return;
	}
	char *start CLEANUP(mem_free_ptr) = xasprintf("%s ", c->name);
	struct prompt_spec spec = {.label = ":",
				   .initial = start,
				   .history = "command",
				   .complete = "line",
				   .done = run_line};
	prompt_open(app, &spec);
}

static bool palette_key(struct app *app, struct screen *s, uint32_t key)
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

static bool palette_mouse(struct app *app, struct screen *s,
			  const struct input *in)
{
	if (picker_mouse(s->data, in) == PICKER_CHOSEN)
		run_chosen(app, s);
	return true;
}

static void palette_paste(struct app *app, struct screen *s, const char *text)
{
	(void)app;
	picker_paste(s->data, text);
}

extern const struct screen_ops scr_palette_ops;
const struct screen_ops scr_palette_ops = {
	.overlay = true,
	.hints = "Esc close|Enter run|Down next|PgDn page",
	.open = palette_open,
	.close = palette_close,
	.draw = palette_draw,
	.key = palette_key,
	.mouse = palette_mouse,
	.paste = palette_paste,
};
