/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Which calendars lie over one another: a panel over the calendar. */
#include <stdlib.h>
#include <string.h>
#include "model/item.h"
#include "ui/calendar.h"
#include "ui/list.h"
#include "ui/people.h"

#define WIDE 70
#define FRAME 4 /* heading, note, two lines of the box */

enum { SHOWN, LETTER, NAME, KIND, STATE };

static const struct column columns[] = {
	{"shown", "", SHOWN, 3, 3, false, 0, NULL},
	{"letter", "", LETTER, 1, 1, false, 0, NULL},
	{"name", "Calendar", NAME, 12, 0, false, 0, NULL},
	{"kind", "", KIND, 9, 9, false, 2, NULL},
	{"state", "", STATE, 8, 14, false, 1, NULL},
};

struct calendars {
	struct app *app;
	struct list *list;
	struct win box, inner;
};

static struct calendars *panel_of(struct app *app)
{
	struct screen *s = screen_get(app, SCREEN_calendars);

	return s ? s->data : NULL;
}

static struct cal_layers *layers_of(struct app *app)
{
	struct cal *c = cal_of(app);

	return c ? &c->layers : NULL;
}

/* The row under the cursor; NULL: none. */
static struct cal_layer *current(struct app *app)
{
	struct calendars *p = panel_of(app);
	struct cal_layers *l = layers_of(app);
	const struct list_row *row = p ? list_current(p->list) : NULL;

	return l && row && (size_t)row->id <= l->v.n ? &l->v.v[row->id - 1]
						     : NULL;
}

/* --- rows: id is the place among the layers, from 1 ------------------------- */

static bool page(void *ctx, const struct list_row *anchor, bool back, size_t n,
		 struct list_rows *out, struct err *err)
{
	struct calendars *p = ctx;
	struct cal_layers *l = layers_of(p->app);
	int64_t count = l ? (int64_t)l->v.n : 0, most = (int64_t)n;
	int64_t from = anchor ? anchor->id + 1 : 1, to = from + most - 1;

	(void)err;
	if (back) {
		to = anchor ? anchor->id - 1 : count;
		from = to >= most ? to - most + 1 : 1;
	}
	for (int64_t i = from; i <= to && i <= count; i++)
		list_rows_add(out, i, NULL);
	return true;
}

static int64_t count_rows(void *ctx)
{
	struct calendars *p = ctx;
	struct cal_layers *l = layers_of(p->app);

	return l ? (int64_t)l->v.n : 0;
}

static void add_state(const struct cal_layers *l, const struct cal_layer *layer,
		      struct str *out, enum theme_role *role)
{
	if (layer->folder) {
		str_add(out, layer->read_only ? "read-only" : "");
		*role = THEME_DIMMED;
	} else if (layer->kept.why) {
		str_add(out, layer->kept.why);
		*role = THEME_WARNING;
	} else if (layer->kept.to > layer->kept.from) {
		str_add(out, "as of ");
		clock_add_short(out, layer->kept.asked, clock_now());
		*role = THEME_DATE;
	} else {
		str_add(out, l->ticket ? "asking..." : "not yet known");
		*role = THEME_DIMMED;
	}
}

static void cell(void *ctx, const struct list_row *row, int column,
		 struct str *out, enum theme_role *role)
{
	struct calendars *p = ctx;
	struct cal_layers *l = layers_of(p->app);
	const struct cal_layer *layer = &l->v.v[row->id - 1];

	switch (column) {
	case SHOWN:
		str_add(out, layer->shown ? "[x]" : "[ ]");
		break;
	case LETTER:
		if (!cal_layers_is_first(l, layer))
			str_add_char(out, layer->letter);
		*role = THEME_BAR;
		break;
	case NAME:
		str_add(out, layer->name);
		*role = (enum theme_role)cal_layer_style(layer);
		break;
	case KIND:
		str_add(out, layer->folder ? "calendar" : "free/busy");
		*role = THEME_DIMMED;
		break;
	case STATE:
		add_state(l, layer, out, role);
		break;
	}
}

static void empty(void *ctx, struct str *out)
{
	(void)ctx;
	str_add(out, "There is no calendar here yet: $ fetches it");
}

static const struct list_ops list_ops = {
	.page = page, .count = count_rows, .cell = cell, .empty = empty};

/* The layers changed; the cursor goes to one of them (0: stays). */
static void refresh(struct app *app, int64_t id)
{
	struct calendars *p = panel_of(app);
	const struct list_row *row;
	struct err err;

	if (!p)
		return;
	row = list_current(p->list);
	if (!id)
		id = row ? row->id : 0;
	if (!list_load(p->list, id, &err))
		message_show(app, MESSAGE_ERROR, "%s", err.text);
	app_damage(app, DAMAGE_ALL);
}

/* --- commands --------------------------------------------------------------- */

void cal_toggle_layer(struct app *app, struct cal *c, struct cal_layer *l)
{
	l->shown = !l->shown;
	cal_layers_keep(app, &c->layers, l);
	message_show(app, MESSAGE_INFO, "%s %s", l->name,
		     l->shown ? "shown" : "hidden");
	cal_reload(app, c);
}

void cmd_layer_show(struct app *app, const struct command_call *call)
{
	struct cal_layer *l = current(app);

	(void)call;
	if (!l)
		return;
	cal_toggle_layer(app, cal_of(app), l);
	refresh(app, 0);
}

bool cal_add_people(struct app *app, struct cal *c, const char *text)
{
	struct str name CLEANUP(str_release) = STR_INIT;
	struct str addr CLEANUP(str_release) = STR_INIT;
	const char *pos = text;
	bool added = false;

	while (people_next(app, &pos, &name, &addr)) {
		struct cal_layer *l;

		if (!name.len)
			people_name_of(app, addr.s, &name);
		l = cal_layers_add_person(&c->layers, name.s, addr.s);
		l->shown = added = true;
		cal_layers_keep(app, &c->layers, l);
		message_show(app, MESSAGE_INFO, "%s shown, as %c", l->name,
			     l->letter);
	}
	if (added)
		cal_reload(app, c);
	return added;
}

static void add_done(struct app *app, void *ctx, const char *text)
{
	struct cal *c = cal_of(app);

	(void)ctx;
	if (c && text && *text && cal_add_people(app, c, text))
		refresh(app, (int64_t)c->layers.v.n);
}

void cmd_layer_add(struct app *app, const struct command_call *call)
{
	struct prompt_spec spec = {.label = "Whose free/busy: ",
				   .complete = "person",
				   .popup = true,
				   .done = add_done};

	if (*call->rest)
		add_done(app, NULL, call->rest);
	else
		prompt_open(app, &spec);
}

void cmd_layer_remove(struct app *app, const struct command_call *call)
{
	struct cal_layer *l = current(app);
	struct cal *c = cal_of(app);

	(void)call;
	if (!l)
		return;
	if (l->folder) {
		message_show(app, MESSAGE_INFO,
			     "%s is a folder: it can only be hidden", l->name);
		return;
	}
	message_show(app, MESSAGE_INFO, "%s is no longer laid over", l->name);
	cal_layers_forget(app, &c->layers, l);
	cal_layers_remove(&c->layers, l);
	cal_reload(app, c);
	refresh(app, 0);
}

void cmd_layer_colour(struct app *app, const struct command_call *call)
{
	struct cal_layer *l = current(app);

	if (!l)
		return;
	l->colour = call->count > 0 && call->count <= CAL_COLOURS
			    ? call->count
			    : (l->colour + 1) % (CAL_COLOURS + 1);
	cal_layers_keep(app, layers_of(app), l);
	if (!l->colour)
		message_show(app, MESSAGE_INFO, "%s is coloured by show-as",
			     l->name);
	refresh(app, 0);
}

void cmd_layer_ask(struct app *app, const struct command_call *call)
{
	struct cal *c = cal_of(app);

	(void)call;
	if (!c)
		return;
	cal_ask_people(app, c, true);
	refresh(app, 0);
}

void cmd_layer_leave(struct app *app, const struct command_call *call)
{
	(void)call;
	screen_back(app);
}

/* --- the screen --------------------------------------------------------------- */

static void close_calendars(struct app *app, struct screen *s)
{
	struct calendars *p = s->data;

	(void)app;
	list_free(p->list);
	free(p);
}

static bool open_calendars(struct app *app, struct screen *s, const char *arg,
			   struct err *err)
{
	struct calendars *p = xcalloc(1, sizeof(*p));

	(void)arg;
	p->app = app;
	p->list = list_new(&list_ops, p, columns, ARRAY_LEN(columns));
	list_set_header(p->list, false);
	s->data = p;
	if (!cal_of(app) && !screen_open(app, SCREEN_calendar, NULL)) {
		close_calendars(app, s);
		return err_set(err, ERR_INPUT, "the calendar is not open");
	}
	if (list_load(p->list, 0, err))
		return true;
	close_calendars(app, s);
	return false;
}

/* As high as its rows need, in the middle. */
static void layout_calendars(struct app *app, struct screen *s)
{
	struct calendars *p = s->data;
	int w = s->win.w < WIDE + 4 ? s->win.w : WIDE;
	int h = (int)count_rows(p) + FRAME + 1;
	struct win rows;

	(void)app;
	if (h < 9)
		h = 9;
	if (h > s->win.h)
		h = s->win.h;
	p->box = win_sub(&s->win, (s->win.w - w) / 2, (s->win.h - h) / 3, w, h);
	p->inner = win_sub(&p->box, 1, 1, p->box.w - 2, p->box.h - 2);
	rows = win_sub(&p->inner, 0, 0, p->inner.w, p->inner.h - 1);
	list_set_win(p->list, &rows);
}

static void draw_calendars(struct app *app, struct screen *s)
{
	struct calendars *p = s->data;
	const struct cal_layer *l;

	layout_calendars(app, s);
	draw_clear(&p->box, THEME_NORMAL);
	draw_box(&p->box, THEME_BORDER, "Calendars laid over one another");
	list_draw(p->list, screen_top(app) == s);
	l = current(app);
	if (l && l->kept.why)
		draw_textf(&p->inner, 1, p->inner.h - 1, THEME_WARNING,
			   "%s: %s", l->name, l->kept.why);
	else
		draw_text(&p->inner, 1, p->inner.h - 1, -1, THEME_DIMMED,
			  "Others' calendars come by ,B, public ones by v in "
			  "Public");
}

static void calendars_event(struct app *app, struct screen *s,
			    const struct event *ev)
{
	struct calendars *p = s->data;
	const struct list_row *row = list_current(p->list);
	struct cal *c = cal_of(app);

	(void)ev;
	/* The calendar below heard of it first. */
	if (!c || !c->stale)
		return;
	cal_reload(app, c);
	refresh(app, row ? row->id : 0);
}

static bool calendars_command(struct app *app, struct screen *s,
			      const struct command_call *call)
{
	struct calendars *p = s->data;

	(void)app;
	return list_command(p->list, call);
}

static bool calendars_mouse(struct app *app, struct screen *s,
			    const struct input *in)
{
	struct calendars *p = s->data;
	struct command_call show = {.id = COMMAND_layer_show};
	const char *sort;
	enum list_click click = list_mouse(p->list, in, &sort);

	/* One click on the mark, two anywhere, show or hide. */
	if (click == LIST_OPENED ||
	    (click == LIST_SELECTED && in->x < p->inner.x + 5))
		command_run(app, &show);
	if (click == LIST_NOWHERE && in->action == MOUSE_PRESS &&
	    !win_has(&p->box, in->x, in->y))
		screen_back(app);
	app_damage(app, DAMAGE_SCREEN);
	return true;
}

const struct screen_ops scr_calendars_ops = {
	.overlay = true,
	.open = open_calendars,
	.close = close_calendars,
	.layout = layout_calendars,
	.draw = draw_calendars,
	.event = calendars_event,
	.command = calendars_command,
	.mouse = calendars_mouse,
};
