/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * Storage: how full the mailbox is, what takes the room, level by level, and
 * the largest messages, to be deleted or archived from here. All of it comes
 * from the mirror; only the limits are asked of the server.
 */
#include <string.h>
#include "base/clock.h"
#include "model/storage_tree.h"
#include "ui/app.h"
#include "ui/format.h"
#include "ui/list.h"
#include "ui/session.h"
#include "ui/storage.h"

enum { HEAD_ROWS = 4, LARGEST = 200, BAR_MAX = 60 };
enum { COL_NAME, COL_ITEMS, COL_OWN, COL_ALL, COL_BAR };
enum { COL_SIZE, COL_FROM, COL_SUBJECT, COL_FOLDER, COL_DATE };

static const struct column folder_columns[] = {
	{"name", "Folder", COL_NAME, 16, 0, false, 0, NULL},
	{"items", "Items", COL_ITEMS, 6, 7, true, 2, NULL},
	{"own", "Own", COL_OWN, 8, 8, true, 1, NULL},
	{"all", "With below", COL_ALL, 10, 10, true, 0, NULL},
	{"bar", "", COL_BAR, 8, 24, false, 3, NULL},
};
static const struct column message_columns[] = {
	{"size", "Size", COL_SIZE, 8, 8, true, 0, NULL},
	{"date", "Date", COL_DATE, 6, 10, false, 3, NULL},
	{"from", "From", COL_FROM, 12, 20, false, 2, NULL},
	{"subject", "Subject", COL_SUBJECT, 16, 0, false, 0, NULL},
	{"folder", "Folder", COL_FOLDER, 10, 16, false, 1, NULL},
};

struct explorer {
	struct storage storage; /* as known */
	bool known;
	struct folder_list folders;
	struct storage_tree tree;
	int64_t at; /* folder whose subfolders are shown; 0: the top */
	bool own;   /* bars without subfolders */
	bool messages;
	struct item_list largest;
	size_t *rows; /* indexes into tree */
	size_t n_rows;
	struct list *list;
	uint64_t ticket; /* of a question under way */
	char *trouble;	 /* why the limits are old; NULL */
};

static struct explorer *explorer_of(struct app *app)
{
	struct screen *s = screen_get(app, SCREEN_storage);

	return s ? s->data : NULL;
}

/* --- rows ------------------------------------------------------------------- */

static size_t count_of(const struct explorer *x)
{
	return x->messages ? x->largest.n : x->n_rows;
}

static int64_t id_of(const struct explorer *x, size_t i)
{
	return x->messages ? x->largest.v[i].id
			   : x->tree.v[x->rows[i]].folder->id;
}

static size_t place_of(const struct explorer *x, int64_t id)
{
	size_t i = 0;

	while (i < count_of(x) && id_of(x, i) != id)
		i++;
	return i;
}

static bool page(void *ctx, const struct list_row *anchor, bool back, size_t n,
		 struct list_rows *out, struct err *err UNUSED)
{
	const struct explorer *x = ctx;
	size_t from = 0, to = count_of(x);

	if (back) {
		to = anchor ? place_of(x, anchor->id) : to;
		from = to > n ? to - n : 0;
	} else {
		from = anchor ? place_of(x, anchor->id) + 1 : 0;
		to = from + n < to ? from + n : to;
	}
	for (size_t i = from; i < to; i++)
		list_rows_add(out, id_of(x, i), NULL);
	return true;
}

static bool one_row(void *ctx, int64_t id, struct list_row *out)
{
	if (place_of(ctx, id) >= count_of(ctx))
		return false;
	*out = (struct list_row){id, NULL};
	return true;
}

static int64_t count_rows(void *ctx)
{
	return (int64_t)count_of(ctx);
}

static int64_t position(void *ctx, const struct list_row *row)
{
	return (int64_t)place_of(ctx, row->id);
}

/* A bar as long as the row's part of the largest row. */
static void add_bar(const struct explorer *x, const struct storage_node *n,
		    struct str *out)
{
	const struct storage_node *first = &x->tree.v[x->rows[0]];
	int64_t most = x->own ? first->own : first->all;
	int64_t size = x->own ? n->own : n->all;
	int cells = most > 0 ? (int)(size * BAR_MAX / most) : 0;

	cells = cells * 24 / BAR_MAX;
	if (size > 0 && cells < 1)
		cells = 1;
	for (int i = 0; i < cells; i++)
		str_add_char(out, '#');
}

static void folder_cell(const struct explorer *x, const struct storage_node *n,
			int column, struct str *out, enum theme_role *role)
{
	switch (column) {
	case COL_NAME:
		str_addf(out, "%s%s", str_or_empty(n->folder->name),
			 n->subs ? " +" : "");
		break;
	case COL_ITEMS:
		format_add_count(out, n->items);
		break;
	case COL_OWN:
		format_add_size(out, n->own);
		break;
	case COL_ALL:
		format_add_size(out, n->all);
		break;
	case COL_BAR:
		add_bar(x, n, out);
		*role = THEME_ATTACHMENT;
		break;
	}
}

static void message_cell(const struct explorer *x, const struct item *it,
			 int column, struct str *out, enum theme_role *role)
{
	const struct storage_node *n;

	switch (column) {
	case COL_SIZE:
		format_add_size(out, it->size);
		*role = THEME_ATTACHMENT;
		break;
	case COL_FROM:
		str_add(out, it->from_name ? it->from_name
					   : str_or_empty(it->from_addr));
		*role = THEME_PERSON;
		break;
	case COL_SUBJECT:
		str_add(out, str_or_empty(it->subject));
		break;
	case COL_FOLDER:
		n = storage_tree_find(&x->tree, it->folder);
		str_add(out, n ? str_or_empty(n->folder->name) : "");
		*role = THEME_DIMMED;
		break;
	case COL_DATE:
		clock_add_short(out, it->received, clock_now());
		*role = THEME_DATE;
		break;
	}
}

static void cell(void *ctx, const struct list_row *row, int column,
		 struct str *out, enum theme_role *role)
{
	const struct explorer *x = ctx;
	size_t i = place_of(x, row->id);

	if (i >= count_of(x))
		return;
	if (x->messages)
		message_cell(x, &x->largest.v[i], column, out, role);
	else
		folder_cell(x, &x->tree.v[x->rows[i]], column, out, role);
}

static void empty(void *ctx, struct str *out)
{
	const struct explorer *x = ctx;

	str_add(out, x->messages ? "No messages are mirrored here."
				 : "No folders are mirrored yet - $ syncs.");
}

static const struct list_ops ops = {
	.page = page,
	.row = one_row,
	.count = count_rows,
	.position = position,
	.cell = cell,
	.empty = empty,
};

/* --- loading ---------------------------------------------------------------- */

static void load_rows(struct app *app, struct explorer *x, int64_t cursor)
{
	struct err err = ERR_INIT;
	bool ok = true;

	free(x->rows);
	x->rows = storage_tree_below(&x->tree, x->at, x->own, &x->n_rows);
	item_list_release(&x->largest);
	if (x->messages && app->store)
		ok = storage_largest(app->store, x->at, LARGEST, &x->largest,
				     &err);
	list_set_columns(x->list,
			 x->messages ? message_columns : folder_columns,
			 ARRAY_LEN(folder_columns));
	if (!ok || !list_load(x->list, cursor, &err))
		message_error(app, "Storage", &err);
	app_damage(app, DAMAGE_ALL);
}

static void load(struct app *app, struct explorer *x)
{
	const struct list_row *row = list_current(x->list);
	int64_t cursor = row ? row->id : 0;
	struct err err = ERR_INIT;

	storage_tree_release(&x->tree);
	folder_list_release(&x->folders);
	if (app->store && !query_folders(app->store, &x->folders, &err))
		message_error(app, "Storage", &err);
	storage_tree_build(&x->tree, &x->folders);
	if (x->at && !storage_tree_find(&x->tree, x->at))
		x->at = 0;
	storage_release(&x->storage);
	x->known = app->store && storage_known(app->store, &x->storage);
	load_rows(app, x, cursor);
}

static void ask(struct app *app, struct explorer *x)
{
	struct request r = {.kind = REQUEST_STORAGE};

	x->ticket = session_submit(app, &r, NULL);
}

static bool open_storage(struct app *app, struct screen *s,
			 const char *arg UNUSED, struct err *err UNUSED)
{
	struct explorer *x = xcalloc(1, sizeof(*x));

	storage_init(&x->storage);
	x->list = list_new(&ops, x, folder_columns, ARRAY_LEN(folder_columns));
	list_set_header(x->list, true);
	s->data = x;
	load(app, x);
	ask(app, x);
	return true;
}

static void close_storage(struct app *app UNUSED, struct screen *s)
{
	struct explorer *x = s->data;

	list_free(x->list);
	storage_release(&x->storage);
	storage_tree_release(&x->tree);
	folder_list_release(&x->folders);
	item_list_release(&x->largest);
	free(x->rows);
	free(x->trouble);
	free(x);
}

/* --- drawing ---------------------------------------------------------------- */

static void layout_storage(struct app *app UNUSED, struct screen *s)
{
	struct explorer *x = s->data;
	struct win w =
		win_sub(&s->win, 0, HEAD_ROWS, s->win.w, s->win.h - HEAD_ROWS);

	list_set_win(x->list, &w);
}

static void draw_used(const struct explorer *x, const struct win *w)
{
	int64_t limit = storage_measure(&x->storage);
	int64_t used = x->known && x->storage.used >= 0 ? x->storage.used
							: x->tree.total;
	struct str b CLEANUP(str_release) = STR_INIT;
	int at = 1, gauge = w->w / 3;

	at += draw_text(w, at, 1, -1, THEME_FIELD, "Mailbox ");
	if (limit > 0) {
		draw_gauge(w, at, 1, gauge, used, limit, THEME_GAUGE);
		at += gauge + 1;
		str_addf(&b, "%d%%  ", (int)(used * 100 / limit));
	}
	format_add_size(&b, used);
	if (limit > 0) {
		str_add(&b, " of ");
		format_add_size(&b, limit);
	}
	if (x->storage.recoverable > 0) {
		str_add(&b, "  + recoverable ");
		format_add_size(&b, x->storage.recoverable);
	}
	draw_text(w, at, 1, -1, THEME_NORMAL, b.s);
}

/* The limits, and below them what is worth knowing most. */
static void draw_limits(const struct explorer *x, const struct win *w)
{
	struct win rows = win_sub(w, 0, 2, w->w, HEAD_ROWS - 2);
	struct str b CLEANUP(str_release) = STR_INIT;
	enum theme_role role = THEME_DIMMED;
	int left = w->w < 60 ? 1 : 9;

	/* Why there are none needs both rows. */
	if (x->trouble && (!x->known || !storage_has_limits(&x->storage))) {
		draw_words(&rows, 1, 0, THEME_WARNING, x->trouble);
		return;
	}
	if (x->known)
		storage_add_limits(&b, &x->storage);
	else
		str_add(&b, "limits: asking the server ...");
	draw_text(&rows, left, 0, -1, THEME_NORMAL, b.s);
	str_clear(&b);
	if (x->trouble) {
		str_add(&b, x->trouble);
		role = THEME_WARNING;
	} else if (x->known && storage_add_warning(&b, &x->storage)) {
		role = THEME_WARNING;
	} else if (x->known && x->storage.origin) {
		str_addf(&b, "told by %s", x->storage.origin);
	} else if (x->known) {
		str_add(&b, "no limits: server and directory tell none");
	}
	draw_text(&rows, left, 1, -1, role, b.s);
}

static void draw_storage(struct app *app, struct screen *s)
{
	struct explorer *x = s->data;
	char *path CLEANUP(mem_free_ptr) =
		x->at && app->store ? query_path_of(app->store, x->at) : NULL;

	draw_clear(&s->win, THEME_NORMAL);
	draw_fill(&s->win, 0, 0, s->win.w, THEME_HEADER);
	draw_textf(&s->win, 1, 0, THEME_HEADER, "Storage - %s%s%s%s",
		   app->account ? app->account->name : "", path ? " / " : "",
		   str_or_empty(path),
		   x->messages ? " - largest messages"
		   : x->own    ? " - without subfolders"
			       : "");
	draw_used(x, &s->win);
	draw_limits(x, &s->win);
	list_draw(x->list, screen_top(app) == s);
}

/* --- commands --------------------------------------------------------------- */

static void go_down(struct app *app, struct explorer *x)
{
	const struct list_row *row = list_current(x->list);
	const struct storage_node *n;
	char *arg CLEANUP(mem_free_ptr) = NULL;

	if (!row)
		return;
	if (x->messages) {
		arg = xasprintf("%lld", (long long)row->id);
		screen_open(app, SCREEN_reader, arg);
		return;
	}
	n = storage_tree_find(&x->tree, row->id);
	x->at = row->id;
	/* Below the last folder are its messages. */
	x->messages = n && !n->subs;
	load_rows(app, x, 0);
}

/* False: it was the top. */
static bool go_up(struct app *app, struct explorer *x)
{
	const struct storage_node *n = storage_tree_find(&x->tree, x->at);
	int64_t from = x->at;

	if (x->messages && (!n || n->subs)) {
		x->messages = false;
		load_rows(app, x, 0);
		return true;
	}
	if (!x->at)
		return false;
	x->messages = false;
	x->at = n && n->depth ? n->folder->parent : 0;
	load_rows(app, x, from);
	return true;
}

static void remove_current(struct app *app, struct explorer *x, bool archive)
{
	const struct list_row *row = list_current(x->list);
	int64_t id = row ? row->id : 0, folder;

	if (!x->messages || !id) {
		message_show(app, MESSAGE_INFO,
			     "L lists the largest messages; there they are "
			     "deleted and archived");
		return;
	}
	folder = query_folder_role(app->store, archive ? FOLDER_ROLE_ARCHIVE
						       : FOLDER_ROLE_DELETED);
	if (!folder && archive)
		folder = query_folder_path(app->store, "Archive");
	if (!folder) {
		message_show(app, MESSAGE_ERROR,
			     archive ? "There is no folder Archive yet"
				     : "There are no Deleted Items here");
		return;
	}
	session_change(app,
		       archive ? intent_move(&id, 1, folder)
			       : intent_delete(&id, 1, DELETE_TO_DELETED),
		       archive ? "Archive" : "Delete",
		       archive ? "Moved 1 message to Archive - u undo"
			       : "Deleted 1 message - u undo; E empties "
				 "Deleted Items");
}

static void empty_answer(struct app *app, void *ctx UNUSED, char choice)
{
	int64_t folder = query_folder_role(app->store, FOLDER_ROLE_DELETED);

	if (choice == 'y' && folder)
		session_change(app, intent_folder_empty(folder, DELETE_SOFT),
			       "Empty Deleted Items", "Emptied Deleted Items");
}

void cmd_storage_empty(struct app *app, const struct command_call *call)
{
	struct explorer *x = explorer_of(app);
	int64_t folder =
		app->store ? query_folder_role(app->store, FOLDER_ROLE_DELETED)
			   : 0;
	const struct storage_node *n =
		x ? storage_tree_find(&x->tree, folder) : NULL;
	struct str b CLEANUP(str_release) = STR_INIT;

	(void)call;
	if (!n) {
		message_show(app, MESSAGE_INFO,
			     "There are no Deleted Items here");
		return;
	}
	str_add(&b, "Empty Deleted Items of ");
	format_add_plural(&b, n->items, "item", "items");
	str_add(&b, " (");
	format_add_size(&b, n->all);
	str_add(&b, ")?");
	prompt_choose(app, b.s, "yn", 'n', empty_answer, NULL, NULL);
}

void cmd_storage_largest(struct app *app, const struct command_call *call)
{
	struct explorer *x = explorer_of(app);

	(void)call;
	if (!x)
		return;
	x->messages = !x->messages;
	load_rows(app, x, 0);
}

void cmd_storage_own(struct app *app, const struct command_call *call)
{
	struct explorer *x = explorer_of(app);
	const struct list_row *row = x ? list_current(x->list) : NULL;

	(void)call;
	if (!x)
		return;
	x->own = !x->own;
	load_rows(app, x, row ? row->id : 0);
}

void cmd_storage_reload(struct app *app, const struct command_call *call)
{
	struct explorer *x = explorer_of(app);

	(void)call;
	if (x)
		ask(app, x);
}

static bool storage_command(struct app *app, struct screen *s,
			    const struct command_call *call)
{
	struct explorer *x = s->data;

	switch ((int)call->id) {
	case COMMAND_open:
		go_down(app, x);
		return true;
	case COMMAND_back:
		return go_up(app, x);
	case COMMAND_delete:
	case COMMAND_archive:
		remove_current(app, x, call->id == COMMAND_archive);
		return true;
	default:
		return list_command(x->list, call);
	}
}

static void storage_screen_event(struct app *app, struct screen *s,
				 const struct event *ev)
{
	struct explorer *x = s->data;

	if (ev->kind == EVENT_DONE && x->ticket && ev->ticket == x->ticket) {
		x->ticket = 0;
		mem_replace(&x->trouble,
			    ev->err.kind ? xstrdup(ev->err.text) : NULL);
		load(app, x);
	} else if (ev->kind == EVENT_FOLDERS || ev->kind == EVENT_ITEMS ||
		   ev->kind == EVENT_STORAGE || ev->kind == EVENT_FOREIGN) {
		load(app, x);
	}
}

static bool storage_mouse(struct app *app, struct screen *s,
			  const struct input *in)
{
	struct explorer *x = s->data;
	const char *sort;
	enum list_click click = list_mouse(x->list, in, &sort);

	if (click == LIST_OPENED)
		go_down(app, x);
	app_damage(app, DAMAGE_SCREEN);
	return click != LIST_NOWHERE;
}

static unsigned storage_has(struct app *app UNUSED, struct screen *s)
{
	struct explorer *x = s->data;

	return list_current(x->list) ? NEED_item | NEED_folder : 0;
}

const struct screen_ops scr_storage_ops = {
	.open = open_storage,
	.close = close_storage,
	.layout = layout_storage,
	.draw = draw_storage,
	.event = storage_screen_event,
	.command = storage_command,
	.mouse = storage_mouse,
	.has = storage_has,
};
