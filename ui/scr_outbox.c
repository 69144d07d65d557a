/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* The outbox: the journal of changes, what waits first. */
#include "engine/engine.h"
#include "ui/journal.h"

struct journal *outbox_journal(struct app *app)
{
	struct screen *s = screen_get(app, SCREEN_outbox);

	return s ? s->data : NULL;
}

static bool open_outbox(struct app *app, struct screen *s, const char *arg,
			struct err *err)
{
	(void)arg;
	(void)err;
	s->data = journal_new(true);
	journal_reload(app, s->data);
	return true;
}

static void close_outbox(struct app *app, struct screen *s)
{
	(void)app;
	journal_free(s->data);
}

static void layout_outbox(struct app *app, struct screen *s)
{
	struct win w = win_sub(&s->win, 0, 1, s->win.w, s->win.h - 1);

	(void)app;
	list_set_win(journal_list(s->data), &w);
}

static void draw_outbox(struct app *app, struct screen *s)
{
	size_t n = journal_unsettled(s->data);

	draw_clear(&s->win, THEME_NORMAL);
	draw_fill(&s->win, 0, 0, s->win.w, THEME_HEADER);
	if (n)
		draw_textf(&s->win, 1, 0, THEME_HEADER,
			   "Outbox and changes - %zu not settled", n);
	else
		draw_text(&s->win, 1, 0, -1, THEME_HEADER,
			  "Outbox and changes - all settled");
	list_draw(journal_list(s->data), screen_top(app) == s);
}

static void outbox_event(struct app *app, struct screen *s,
			 const struct event *ev)
{
	if (ev->kind != EVENT_JOURNAL && ev->kind != EVENT_DONE &&
	    ev->kind != EVENT_FOREIGN)
		return;
	journal_reload(app, s->data);
	app_damage(app, DAMAGE_SCREEN);
}

static bool outbox_command(struct app *app, struct screen *s,
			   const struct command_call *call)
{
	if (call->id == COMMAND_open) {
		journal_show(app, s->data);
		return true;
	}
	return list_command(journal_list(s->data), call);
}

static bool outbox_mouse(struct app *app, struct screen *s,
			 const struct input *in)
{
	const char *sort;
	enum list_click click = list_mouse(journal_list(s->data), in, &sort);

	if (click == LIST_OPENED)
		journal_show(app, s->data);
	app_damage(app, DAMAGE_SCREEN);
	return click != LIST_NOWHERE;
}

static unsigned outbox_has(struct app *app, struct screen *s)
{
	(void)app;
	return journal_current(s->data) ? NEED_entry : 0;
}

const struct screen_ops scr_outbox_ops = {
	.open = open_outbox,
	.close = close_outbox,
	.layout = layout_outbox,
	.draw = draw_outbox,
	.event = outbox_event,
	.mouse = outbox_mouse,
	.command = outbox_command,
	.has = outbox_has,
};
