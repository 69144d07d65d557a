/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "ui/bar.h"
#include <string.h>
#include "base/utf8.h"
#include "ui/loop.h"

/* What can follow the keys typed so far, in columns above the hint line. */

#define ITEMS_MAX 64
#define ITEM_CELLS 26

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

void menu_draw(struct app *app)
{
	const struct kbd_sequence *seq = &app->keyboard->seq;
	struct win body = app_body(app);
	struct items items = {.typed = seq->n};
	int columns = body.w / ITEM_CELLS, rows;

	keys_each(app->keys, screen_scope(app), seq, add_item, &items);
	columns = columns < 1 ? 1 : columns;
	rows = ((int)items.n + columns - 1) / columns;
	rows = rows < body.h ? rows : body.h;
	struct win w = win_sub(&body, 0, body.h - rows, body.w, rows);
	draw_clear(&w, THEME_POPUP);
	for (size_t i = 0; i < items.n; i++) {
		int x = (int)i / (rows ? rows : 1) * ITEM_CELLS;
		int y = (int)i % (rows ? rows : 1);
		draw_column(&w, x + 1, y, 6, true,
			    THEME_ON(THEME_HINT_KEY, THEME_POPUP),
			    items.v[i].key.s);
		draw_column(&w, x + 8, y, ITEM_CELLS - 9, false, THEME_POPUP,
			    items.v[i].name);
		str_release(&items.v[i].key);
	}
}
