/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "ui/app.h"
#include "ui/pager.h"
#include <string.h>
#include "text/layout.h"

/* A screen for any text: notices, what a command wrote. */

struct shown {
	struct pager *pager;
	char *title, *text;
	int width; /* laid out for; 0: not yet */
};

static bool text_open(struct app *app, struct screen *s, const char *arg,
		      struct err *err)
{
	struct shown *t = xcalloc(1, sizeof(*t));

	(void)app;
	(void)err;
	t->pager = pager_new();
	t->title = xstrdup("Text");
	t->text = xstrdup(str_or_empty(arg));
	s->data = t;
	return true;
}

static void text_close(struct app *app, struct screen *s)
{
	struct shown *t = s->data;

	(void)app;
	pager_free(t->pager);
	free(t->title);
	free(t->text);
	free(t);
}

static void text_layout(struct app *app, struct screen *s)
{
	struct shown *t = s->data;
	struct win w = win_sub(&s->win, 1, 0, s->win.w - 2, s->win.h);
	struct layout_options o = {.width = (size_t)(w.w > 1 ? w.w : 1),
				   .ascii = !term_is_utf8()};
	struct lines lines;

	(void)app;
	pager_set_win(t->pager, &w);
	if (t->width == w.w)
		return;
	lines_init(&lines);
	layout_text(&lines, t->text, strlen(t->text), &o);
	pager_set_lines(t->pager, &lines, t->width != 0);
	lines_release(&lines);
	t->width = w.w;
}

static void text_draw(struct app *app, struct screen *s)
{
	struct shown *t = s->data;

	(void)app;
	draw_clear(&s->win, THEME_NORMAL);
	pager_draw(t->pager, true);
}

static void text_title(struct app *app, struct screen *s, struct str *b)
{
	struct shown *t = s->data;

	(void)app;
	str_addf(b, "%s  %d%%", t->title, pager_percent(t->pager));
}

static void search_done(struct app *app, void *ctx, const char *text)
{
	struct screen *s = screen_get(app, SCREEN_text);
	struct shown *t = s ? s->data : NULL;

	(void)ctx;
	if (t && text && *text && !pager_search(t->pager, text, false))
		message_show(app, MESSAGE_INFO, "no match for %s", text);
}

static bool text_command(struct app *app, struct screen *s,
			 const struct command_call *call)
{
	struct shown *t = s->data;
	struct prompt_spec spec = {
		.label = "Search: ", .history = "search", .done = search_done};

	if (call->id == COMMAND_search && *call->rest)
		search_done(app, NULL, call->rest);
	else if (call->id == COMMAND_search)
		prompt_open(app, &spec);
	else
		return pager_command(t->pager, call);
	return true;
}

static bool text_mouse(struct app *app, struct screen *s,
		       const struct input *in)
{
	struct shown *t = s->data;
	int link;

	(void)app;
	return pager_mouse(t->pager, in, &link);
}

void text_show(struct app *app, const char *title, const char *text)
{
	struct screen *s = screen_get(app, SCREEN_text);
	struct shown *t;

	if (s)
		screen_close(app, s);
	if (!screen_open(app, SCREEN_text, text))
		return;
	s = screen_get(app, SCREEN_text);
	t = s->data;
	mem_replace(&t->title, xstrdup(title));
}

extern const struct screen_ops scr_text_ops;
const struct screen_ops scr_text_ops = {
	.open = text_open,
	.close = text_close,
	.layout = text_layout,
	.draw = text_draw,
	.command = text_command,
	.mouse = text_mouse,
	.title = text_title,
};
