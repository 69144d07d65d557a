/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "ui/bar.h"
#include <stdio.h>
#include <string.h>
#include "base/utf8.h"
#include "ui/loop.h"

#define NARROW 60
#define TABS_MAX 10
#define HINTS_MAX 40

/* The numbered screen that the front one belongs to. */
static int current_number(struct app *app)
{
	struct screen *s = screen_top(app);
	int id = s ? (int)s->id : SCREEN_COUNT;

	for (int hops = 0; id < SCREEN_COUNT && hops < SCREEN_COUNT; hops++) {
		const struct screen_row *row = screen_row((enum screen_id)id);
		if (row->number)
			return row->number;
		if (row->parent == id)
			break;
		id = row->parent;
	}
	/* An overlay belongs to what is below it. */
	for (size_t i = app->screens.n; i-- > 0;)
		if (screen_row(app->screens.v[i]->id)->number)
			return screen_row(app->screens.v[i]->id)->number;
	return 0;
}

static const struct screen_row *numbered(int number, enum screen_id *id)
{
	for (int i = 0; i < SCREEN_COUNT; i++) {
		if (screen_row((enum screen_id)i)->number != number)
			continue;
		*id = (enum screen_id)i;
		return screen_row((enum screen_id)i);
	}
	return NULL;
}

/* Draws (or, with x >= 0, only finds) the tabs; cells used. */
static int tabs(struct app *app, const struct win *w, int click_x,
		enum screen_id *clicked)
{
	int at = 0, now = current_number(app);

	for (int n = 1; n < TABS_MAX; n++) {
		enum screen_id id;
		const struct screen_row *row = numbered(n, &id);
		int from = at;
		if (!row || (w->w < NARROW && n != now))
			continue;
		struct str b CLEANUP(str_release) = STR_INIT;
		str_addf(&b, n == now ? "[%d %s]" : " %d %s ", n, row->title);
		if (click_x < 0)
			at += draw_text(w, at, 0, -1,
					n == now ? THEME_BAR_TAB : THEME_BAR,
					b.s);
		else
			at += (int)utf8_width(b.s);
		if (click_x >= from && click_x < at)
			*clicked = id;
	}
	return at;
}

void bar_draw_top(struct app *app)
{
	struct win w = {0, 0, term_width(), 1};
	struct screen *s = screen_top(app);
	const char *state = str_or_empty(app->state_text);
	int used, width = (int)utf8_width(state), room;
	struct str title CLEANUP(str_release) = STR_INIT;

	draw_clear(&w, THEME_BAR);
	used = tabs(app, &w, -1, NULL);
	if (width > w.w - used - 1)
		width = w.w - used - 1;
	if (width > 0)
		draw_column(&w, w.w - width - (width + used < w.w - 1), 0,
			    width, true, THEME_BAR, state);
	if (s && screen_row(s->id)->ops->title)
		screen_row(s->id)->ops->title(app, s, &title);
	room = w.w - used - width - 4;
	if (title.len && room > 8)
		draw_column(&w, used + 2, 0, room, false, THEME_BAR, title.s);
}

/* --- hints ------------------------------------------------------------------ */
struct hint {
	enum command_id id;
	int rank; /* own scope first, then by order */
};

static size_t collect_hints(struct app *app, struct hint *v)
{
	struct screen *s = screen_top(app);
	enum scope scope = screen_scope(app);
	unsigned has = s && screen_row(s->id)->ops->has
			       ? screen_row(s->id)->ops->has(app, s)
			       : 0;
	size_t n = 0;

	if (app->account)
		has |= NEED_account;
	for (int i = 0; i < COMMAND_COUNT; i++) {
		const struct command *c = command_get((enum command_id)i);
		struct hint h = {(enum command_id)i, c->order};
		size_t j = n;
		if (!c->order || !command_in_scope(h.id, scope) ||
		    command_missing(h.id, has) || n == HINTS_MAX)
			continue;
		for (; j > 0 && v[j - 1].rank > h.rank; j--)
			v[j] = v[j - 1];
		v[j] = h;
		n++;
	}
	return n;
}

/* Whole items only. With draw: draws; else finds the one at click_x. */
static enum command_id hints(struct app *app, const struct win *w, bool draw,
			     int click_x)
{
	struct hint v[HINTS_MAX];
	size_t n = collect_hints(app, v);
	int at = 0;

	for (size_t i = 0; i < n; i++) {
		struct str key CLEANUP(str_release) = STR_INIT;
		const char *name = command_get(v[i].id)->name;
		keys_add_hint(app->keys, screen_scope(app), v[i].id, &key);
		int width = (int)utf8_width(key.s) + 1 + (int)strlen(name);
		if (!key.len)
			continue;
		if (at + width > w->w)
			continue; /* a shorter one may still fit */
		if (draw) {
			int x = at +
				draw_text(w, at, 0, -1, THEME_HINT_KEY, key.s);
			draw_text(w, x + 1, 0, -1, THEME_HINT, name);
		} else if (click_x >= at && click_x < at + width) {
			return v[i].id;
		}
		at += width + 2;
	}
	return COMMAND_COUNT;
}

static struct win hint_win(struct app *app)
{
	struct win body = app_body(app);
	struct win w = {0, body.y + body.h, term_width(),
			term_height() - 1 - body.y - body.h};

	return w;
}

/* "Enter open|Esc close", whole items only. */
static void draw_fixed_hints(const struct win *w, const char *text)
{
	int at = 0;

	while (*text) {
		size_t n = strcspn(text, "|"), key = strcspn(text, " ");
		int width = (int)utf8_width_n(text, n);
		if (at + width > w->w)
			return;
		draw_text_n(w, at, 0, -1, THEME_HINT, text, n);
		draw_text_n(w, at, 0, -1, THEME_HINT_KEY, text,
			    key < n ? key : n);
		at += width + 2;
		text += n + (text[n] == '|');
	}
}

static const char *fixed_hints(struct app *app)
{
	struct screen *s = screen_top(app);

	if (app->prompt)
		return prompt_hints(app);
	/* Letters are text there, not commands. */
	if (s && screen_scope(app) == SCOPE_editing)
		return "Esc done|C-s find|C-z undo|C-@ mark|C-x cut|C-c copy|"
		       "C-v put in";
	return s ? screen_row(s->id)->ops->hints : NULL;
}

void bar_draw_hints(struct app *app)
{
	struct win w = hint_win(app);

	draw_clear(&w, THEME_HINT);
	if (fixed_hints(app))
		draw_fixed_hints(&w, fixed_hints(app));
	else
		hints(app, &w, true, -1);
}

void bar_draw_line(struct app *app)
{
	struct win w = {0, term_height() - 1, term_width(), 1};
	static const enum theme_role role[] = {
		[MESSAGE_INFO] = THEME_MESSAGE,
		[MESSAGE_OK] = THEME_OK,
		[MESSAGE_WARNING] = THEME_WARNING,
		[MESSAGE_ERROR] = THEME_ERROR,
	};
	const struct notice *m = message_current(app);
	struct str typed CLEANUP(str_release) = STR_INIT;
	struct str b CLEANUP(str_release) = STR_INIT;

	draw_clear(&w, THEME_NORMAL);
	loop_add_typed(app, &typed);
	if (typed.len)
		draw_column(&w, w.w - 12, 0, 12, true, THEME_PROMPT, typed.s);
	if (!m)
		return;
	str_add(&b, m->text);
	if (m->count > 1)
		str_addf(&b, " (x%d)", m->count);
	draw_column(&w, 0, 0, w.w - (typed.len ? 13 : 0), false, role[m->kind],
		    b.s);
}

bool bar_mouse(struct app *app, const struct input *in)
{
	struct win top = {0, 0, term_width(), 1}, low = hint_win(app);
	enum screen_id id = SCREEN_COUNT;
	enum command_id command;

	if (in->action != MOUSE_PRESS || in->button != 1)
		return false;
	if (in->y == 0) {
		tabs(app, &top, in->x, &id);
		if (id < SCREEN_COUNT)
			screen_open(app, id, NULL);
		return true;
	}
	if (!win_has(&low, in->x, in->y))
		return false;
	if (fixed_hints(app))
		return true;
	command = hints(app, &low, false, in->x);
	if (command < COMMAND_COUNT) {
		struct command_call call = {.id = command, .rest = ""};
		command_run(app, &call);
	}
	return true;
}
