/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * Recoverable items: what was deleted for good and the server still has. Asked
 * for when the screen is opened; restored into a folder, or purged.
 */
#include <string.h>
#include "base/clock.h"
#include "model/recover.h"
#include "ui/app.h"
#include "ui/format.h"
#include "ui/list.h"
#include "ui/session.h"

enum { COL_DATE, COL_FROM, COL_SUBJECT, COL_SIZE };

static const struct column columns[] = {
	{"date", "Received", COL_DATE, 6, 10, false, 1, NULL},
	{"from", "From", COL_FROM, 12, 22, false, 2, NULL},
	{"subject", "Subject", COL_SUBJECT, 16, 0, false, 0, NULL},
	{"size", "Size", COL_SIZE, 7, 8, true, 1, NULL},
};

struct dumpster {
	struct item_list items;
	bool more, loaded;
	struct list *list;
	uint64_t ticket;
	char *trouble; /* why it could not be listed; NULL */
};

static struct dumpster *dumpster_of(struct app *app)
{
	struct screen *s = screen_get(app, SCREEN_recover);

	return s ? s->data : NULL;
}

/* --- rows: 1 to n ----------------------------------------------------------- */

static bool page(void *ctx, const struct list_row *anchor, bool back, size_t n,
		 struct list_rows *out, struct err *err UNUSED)
{
	const struct dumpster *d = ctx;
	size_t from = anchor ? (size_t)anchor->id : 0, to = d->items.n;

	if (back) {
		to = anchor ? (size_t)anchor->id - 1 : to;
		from = to > n ? to - n : 0;
	} else if (from + n < to) {
		to = from + n;
	}
	for (size_t i = from; i < to; i++)
		list_rows_add(out, (int64_t)i + 1, NULL);
	return true;
}

static bool one_row(void *ctx, int64_t id, struct list_row *out)
{
	const struct dumpster *d = ctx;

	if (id < 1 || (size_t)id > d->items.n)
		return false;
	*out = (struct list_row){id, NULL};
	return true;
}

static int64_t count_rows(void *ctx)
{
	return (int64_t)((const struct dumpster *)ctx)->items.n;
}

static void cell(void *ctx, const struct list_row *row, int column,
		 struct str *out, enum theme_role *role)
{
	const struct dumpster *d = ctx;
	const struct item *it;

	if (row->id < 1 || (size_t)row->id > d->items.n)
		return;
	it = &d->items.v[row->id - 1];
	switch (column) {
	case COL_DATE:
		clock_add_short(out, it->received, clock_now());
		*role = THEME_DATE;
		break;
	case COL_FROM:
		str_add(out, it->from_name ? it->from_name
					   : str_or_empty(it->from_addr));
		*role = THEME_PERSON;
		break;
	case COL_SUBJECT:
		str_add(out, it->subject ? it->subject : "(no subject)");
		break;
	case COL_SIZE:
		format_add_size(out, it->size);
		*role = THEME_DIMMED;
		break;
	}
}

static void empty(void *ctx, struct str *out)
{
	const struct dumpster *d = ctx;

	str_add(out, d->trouble	 ? d->trouble
		     : d->loaded ? "Nothing that was deleted for good is kept "
				   "by the server"
				 : "Asking the server ...");
}

static const struct list_ops ops = {
	.page = page,
	.row = one_row,
	.count = count_rows,
	.cell = cell,
	.empty = empty,
};

/* --- asking ----------------------------------------------------------------- */

static void ask(struct app *app, struct dumpster *d,
		struct recover_talk *owned_wish)
{
	struct request r = {.kind = REQUEST_RECOVER, .recover = owned_wish};

	mem_replace(&d->trouble, NULL);
	d->ticket = session_submit(app, &r, NULL);
	app_damage(app, DAMAGE_SCREEN);
}

static void show(struct app *app, struct dumpster *d, int64_t cursor)
{
	struct err err = ERR_INIT;

	if (!list_load(d->list, cursor, &err))
		message_error(app, "Recoverable items", &err);
	app_damage(app, DAMAGE_ALL);
}

static bool open_recover(struct app *app, struct screen *s,
			 const char *arg UNUSED, struct err *err UNUSED)
{
	struct dumpster *d = xcalloc(1, sizeof(*d));

	d->list = list_new(&ops, d, columns, ARRAY_LEN(columns));
	list_set_header(d->list, true);
	s->data = d;
	ask(app, d, recover_talk_new(RECOVER_LIST));
	show(app, d, 0);
	return true;
}

static void close_recover(struct app *app UNUSED, struct screen *s)
{
	struct dumpster *d = s->data;

	item_list_release(&d->items);
	list_free(d->list);
	free(d->trouble);
	free(d);
}

/* What is done with the item under the cursor. */
static void act(struct app *app, struct dumpster *d, enum recover_wish wish,
		int64_t folder)
{
	const struct list_row *row = list_current(d->list);
	struct recover_talk *t;

	if (!row)
		return;
	t = recover_talk_new(wish);
	t->folder = folder;
	strv_add(&t->ids, d->items.v[row->id - 1].remote_id);
	ask(app, d, t);
}

/* --- answers ---------------------------------------------------------------- */

static void answered(struct app *app, struct dumpster *d,
		     struct recover_talk *t)
{
	const struct list_row *row = list_current(d->list);
	int64_t cursor = row ? row->id : 0;
	struct str b CLEANUP(str_release) = STR_INIT;

	if (t->wish == RECOVER_LIST) {
		item_list_release(&d->items);
		d->items = t->items;
		d->more = t->more;
		d->loaded = true;
		t->items = (struct item_list){0};
		if ((size_t)cursor > d->items.n)
			cursor = (int64_t)d->items.n;
		show(app, d, cursor);
		return;
	}
	str_add(&b, t->wish == RECOVER_RESTORE ? "Restored " : "Purged ");
	format_add_plural(&b, t->done, "item", "items");
	message_show(app, MESSAGE_OK, "%s", b.s);
	ask(app, d, recover_talk_new(RECOVER_LIST));
}

static void recover_event(struct app *app, struct screen *s,
			  const struct event *ev)
{
	struct dumpster *d = s->data;

	if (!d->ticket || ev->ticket != d->ticket)
		return;
	if (ev->kind == EVENT_RECOVER && ev->recover) {
		answered(app, d, ev->recover);
	} else if (ev->kind == EVENT_DONE) {
		d->ticket = 0;
		if (ev->err.kind) {
			mem_replace(&d->trouble, xstrdup(ev->err.text));
			/* An empty list says it itself. */
			if (d->items.n)
				message_error(app, "Recoverable items",
					      &ev->err);
		}
		app_damage(app, DAMAGE_SCREEN);
	}
}

/* --- the screen ------------------------------------------------------------- */

static void layout_recover(struct app *app UNUSED, struct screen *s)
{
	struct dumpster *d = s->data;
	struct win w = win_sub(&s->win, 0, 1, s->win.w, s->win.h - 1);

	list_set_win(d->list, &w);
}

static void draw_recover(struct app *app, struct screen *s)
{
	struct dumpster *d = s->data;
	struct str b CLEANUP(str_release) = STR_INIT;

	draw_clear(&s->win, THEME_NORMAL);
	draw_fill(&s->win, 0, 0, s->win.w, THEME_HEADER);
	str_add(&b, "Recoverable items");
	if (d->ticket)
		str_add(&b, "   asking the server ...");
	else if (d->items.n)
		str_addf(&b, "   %s%zu, newest first",
			 d->more ? "the first " : "", d->items.n);
	draw_text(&s->win, 1, 0, -1, THEME_HEADER, b.s);
	list_draw(d->list, screen_top(app) == s);
}

static void purge_answer(struct app *app, void *ctx UNUSED, char choice)
{
	struct dumpster *d = dumpster_of(app);

	if (d && choice == 'y')
		act(app, d, RECOVER_PURGE, 0);
}

void cmd_recover_purge(struct app *app, const struct command_call *call)
{
	struct dumpster *d = dumpster_of(app);

	(void)call;
	if (d && list_current(d->list))
		prompt_choose(app,
			      "Remove this item for ever? Nobody gets it back.",
			      "yn", 'n', purge_answer, NULL, NULL);
}

void cmd_recover_restore(struct app *app, const struct command_call *call)
{
	struct dumpster *d = dumpster_of(app);
	const char *arg = *call->rest ? call->rest : NULL;
	int64_t folder = 0;

	if (!d || !app->store)
		return;
	folder = arg ? query_folder_path(app->store, arg)
		     : query_folder_role(app->store, FOLDER_ROLE_INBOX);
	if (!folder)
		message_show(app, MESSAGE_ERROR, "There is no folder %s",
			     arg ? arg : "Inbox");
	else
		act(app, d, RECOVER_RESTORE, folder);
}

void cmd_recover(struct app *app, const struct command_call *call)
{
	(void)call;
	screen_open(app, SCREEN_recover, NULL);
}

void cmd_storage_recover(struct app *app, const struct command_call *call)
{
	cmd_recover(app, call);
}

static bool recover_command(struct app *app, struct screen *s,
			    const struct command_call *call)
{
	(void)app;
	return list_command(((struct dumpster *)s->data)->list, call);
}

static bool recover_mouse(struct app *app, struct screen *s,
			  const struct input *in)
{
	struct dumpster *d = s->data;
	const char *sort;

	app_damage(app, DAMAGE_SCREEN);
	return list_mouse(d->list, in, &sort) != LIST_NOWHERE;
}

static unsigned recover_has(struct app *app UNUSED, struct screen *s)
{
	struct dumpster *d = s->data;

	return list_current(d->list) ? NEED_item : 0;
}

const struct screen_ops scr_recover_ops = {
	.open = open_recover,
	.close = close_recover,
	.layout = layout_recover,
	.draw = draw_recover,
	.event = recover_event,
	.command = recover_command,
	.mouse = recover_mouse,
	.has = recover_has,
};
