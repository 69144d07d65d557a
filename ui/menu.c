/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "ui/bar.h"
#include <string.h>
#include "base/utf8.h"
#include "ui/loop.h"

/* What can follow the keys typed so far, in columns above the hint line. */

#define ITEMS_MAX 64
#define ITEM_CELLS 26
#define COLUMNS_LEAST 2

struct item {
	struct str key;
	const char *name;
};
struct items {
	struct item v[ITEMS_MAX];
	size_t n, typed; /* typed: keys of the sequence already pressed */
};

static bool add_item(void *ctx, const struct kbd_sequence *seq, enum scope from,
		     enum command_id id, const char *line)
{
	struct items *items = ctx;
	struct kbd_sequence rest = {.n = 0};
	struct item *it;

	(void)from;
	(void)line;
	if (seq->n <= items->typed || items->n == ITEMS_MAX)
		return true;
	for (size_t i = items->typed; i < seq->n; i++)
		rest.key[rest.n++] = seq->key[i];
	it = &items->v[items->n++];
	str_init(&it->key);
	kbd_add_sequence(&it->key, &rest);
	it->name = command_get(id)->name;
	return true;
}

/* In place of the last that fits, where others do not: how many are left. */
static void draw_item(const struct win *w, int x, int y, int cells,
		      const struct item *it, int left)
{
	int keys = cells < ITEM_CELLS ? 2 : 6;

	if (x + cells > w->w)
		return;
	if (left > 1) {
		draw_textf(w, x + keys + 2, y, THEME_POPUP, "and %d more",
			   left);
		return;
	}
	draw_column(w, x + 1, y, keys, true,
		    THEME_ON(THEME_HINT_KEY, THEME_POPUP), it->key.s);
	draw_column(w, x + keys + 2, y, cells - keys - 3, false, THEME_POPUP,
		    it->name);
}

void menu_draw(struct app *app)
{
	const struct kbd_sequence *seq = &app->keyboard->seq;
	struct win body = app_body(app);
	struct items items = {.typed = seq->n};
	int columns = body.w / ITEM_CELLS, rows, cells, room;

	keys_each(app->keys, screen_scope(app), seq, add_item, &items);
	columns = columns < COLUMNS_LEAST ? COLUMNS_LEAST : columns;
	cells = columns > COLUMNS_LEAST ? ITEM_CELLS : body.w / columns;
	rows = ((int)items.n + columns - 1) / columns;
	rows = rows < body.h ? rows : body.h;
	room = rows * columns;
	struct win w = win_sub(&body, 0, body.h - rows, body.w, rows);
	draw_clear(&w, THEME_POPUP);
	for (int i = 0; i < (int)items.n; i++) {
		draw_item(&w, i / rows * cells, i % rows, cells, &items.v[i],
			  i == room - 1 ? (int)items.n - i : 0);
		str_release(&items.v[i].key);
	}
}
