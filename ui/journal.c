/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "ui/journal.h"

#include <inttypes.h>
#include <string.h>

#include "base/clock.h"
#include "engine/engine.h"
#include "ui/format.h"
#include "ui/session.h"

#define ENTRIES_MAX 500
#define PAIRS_SHOWN 20 /* of one change; Enter shows all */

enum { ENTRY_STATE, ENTRY_TEXT, ENTRY_BACK, ENTRY_TIME };

static const struct column columns[] = {
	{"state", "", ENTRY_STATE, 9, 16, false, 0, NULL},
	{"text", "Change", ENTRY_TEXT, 16, 0, false, 0, NULL},
	{"time", "Made", ENTRY_TIME, 6, 10, true, 1, NULL},
};
static const struct column undo_columns[] = {
	{"time", "Made", ENTRY_TIME, 6, 8, false, 2, NULL},
	{"text", "Change", ENTRY_TEXT, 24, 0, false, 0, NULL},
	{"state", "", ENTRY_STATE, 8, 13, false, 1, NULL},
	{"back", "If taken back", ENTRY_BACK, 12, 22, false, 2, NULL},
};

/* A change, or below one in conflict, what one of the two sides has. */
enum side { SIDE_NONE, SIDE_MINE, SIDE_SERVER };
struct line {
	int64_t id; /* of the entry; of a side, one that no entry has */
	size_t entry;
	enum side side;
	char *text; /* of a side; else the subject, or NULL */
};

struct journal {
	enum journal_view view;
	struct journal_list entries;
	VEC(struct line) lines;
	struct list *list;
};

/* --- rows: in memory, by id ----------------------------------------------------------- */

static void forget_lines(struct journal *j)
{
	for (size_t i = 0; i < j->lines.n; i++)
		free(j->lines.v[i].text);
	vec_release(&j->lines);
}

static void add_line(struct journal *j, size_t entry, enum side side,
		     size_t pair, char *owned_text)
{
	int64_t id = j->entries.v[entry].id;

	/* Ids of sides are negative: entry, pair and side in one number. */
	if (side != SIDE_NONE)
		id = -(id * 4096 + (int64_t)pair * 2 + side);
	vec_add(&j->lines, ((struct line){id, entry, side, owned_text}));
}

static void make_lines(struct journal *j, struct store *store,
		       const struct conflict_list *pairs)
{
	forget_lines(j);
	for (size_t i = 0; i < j->entries.n; i++) {
		size_t n = 0;

		add_line(
			j, i, SIDE_NONE, 0,
			store && j->view == JOURNAL_UNDO
				? query_entry_subject(store, j->entries.v[i].id)
				: NULL);
		for (size_t k = 0; k < pairs->n && n < PAIRS_SHOWN; k++) {
			const struct conflict *c = &pairs->v[k];

			if (c->entry != j->entries.v[i].id)
				continue;
			add_line(j, i, SIDE_MINE, n,
				 xstrdup(str_or_empty(c->mine)));
			add_line(j, i, SIDE_SERVER, n++,
				 xstrdup(c->server ? c->server : "it is gone"));
		}
	}
}

static size_t place_of(const struct journal *j, int64_t id)
{
	size_t i = 0;

	while (i < j->lines.n && j->lines.v[i].id != id)
		i++;
	return i;
}

static bool page(void *ctx, const struct list_row *anchor, bool back, size_t n,
		 struct list_rows *out, struct err *err)
{
	struct journal *j = ctx;
	size_t from, to;

	(void)err;
	if (back) {
		to = anchor ? place_of(j, anchor->id) : j->lines.n;
		from = to > n ? to - n : 0;
	} else {
		from = anchor ? place_of(j, anchor->id) + 1 : 0;
		to = from + n < j->lines.n ? from + n : j->lines.n;
	}
	for (size_t i = from; i < to; i++)
		list_rows_add(out, j->lines.v[i].id, NULL);
	return true;
}

static bool one_row(void *ctx, int64_t id, struct list_row *out)
{
	struct journal *j = ctx;

	if (place_of(j, id) >= j->lines.n)
		return false;
	out->id = id;
	out->data = NULL;
	return true;
}

static int64_t count_rows(void *ctx)
{
	struct journal *j = ctx;

	return (int64_t)j->lines.n;
}

static const struct line *line_of(const struct journal *j,
				  const struct list_row *row)
{
	size_t i = row ? place_of(j, row->id) : j->lines.n;

	return i < j->lines.n ? &j->lines.v[i] : NULL;
}

static const struct journal_entry *entry_of(const struct journal *j,
					    const struct list_row *row)
{
	const struct line *l = line_of(j, row);

	return l ? &j->entries.v[l->entry] : NULL;
}

static void add_state(const struct journal_entry *e, struct str *out,
		      enum theme_role *role)
{
	switch (e->state) {
	case JOURNAL_WAITING:
		if (e->due != CLOCK_NEVER && e->due > clock_now()) {
			str_add(out, e->kind == JOURNAL_SEND && !e->attempts
					     ? "sends in "
					     : "again in ");
			format_add_span(out, e->due - clock_now());
		} else {
			str_add(out, "waiting");
		}
		*role = THEME_MARK;
		break;
	case JOURNAL_SENDING:
		str_add(out, "going out");
		*role = THEME_MARK;
		break;
	case JOURNAL_FAILED:
		str_add(out, "refused");
		*role = THEME_ERROR;
		break;
	case JOURNAL_CONFLICT:
		str_add(out, "conflict");
		*role = THEME_WARNING;
		break;
	case JOURNAL_DONE:
		str_add(out, "done");
		*role = THEME_OK;
		break;
	case JOURNAL_UNDONE:
		str_add(out, "taken back");
		*role = THEME_DIMMED;
		break;
	}
}

/* What taking it back would do, or why it cannot be. */
static void add_back(const struct journal_entry *e, struct str *out,
		     enum theme_role *role)
{
	*role = THEME_DIMMED;
	if (e->state == JOURNAL_UNDONE) {
		str_add(out, "taken back already");
	} else if (e->state == JOURNAL_SENDING) {
		str_add(out, "on its way just now");
	} else if (!e->can_undo) {
		str_add(out, e->kind == JOURNAL_SEND	? "no: it was sent"
			     : e->kind == JOURNAL_EVENT ? "no: others were told"
			     : e->kind == JOURNAL_CONTACT
				     ? "no: changed since"
				     : "no: gone for good");
	} else if (e->state == JOURNAL_DONE) {
		str_add(out, e->kind == JOURNAL_RESTORE
				     ? "deleted again"
				     : "put back on the server");
		*role = THEME_OK;
	} else if (e->kind == JOURNAL_SEND) {
		str_add(out, "kept as a draft");
		*role = THEME_OK;
	} else {
		str_add(out, "dropped, it never left");
		*role = THEME_OK;
	}
}

static void add_side(const struct line *l, int column, struct str *out,
		     enum theme_role *role)
{
	*role = THEME_WARNING;
	if (column == ENTRY_TEXT)
		str_addf(out, "%s %s",
			 l->side == SIDE_MINE ? "  mine:    " : "  server's:",
			 l->text);
}

static void cell(void *ctx, const struct list_row *row, int column,
		 struct str *out, enum theme_role *role)
{
	struct journal *j = ctx;
	const struct line *l = line_of(j, row);
	const struct journal_entry *e = entry_of(j, row);

	if (!e)
		return;
	if (l->side != SIDE_NONE) {
		add_side(l, column, out, role);
		return;
	}
	switch (column) {
	case ENTRY_STATE:
		add_state(e, out, role);
		break;
	case ENTRY_TEXT:
		str_add(out, str_or_empty(e->text));
		if (l->text && *l->text)
			str_addf(out,
				 e->count > 1 ? "  \"%s\" ..." : "  \"%s\"",
				 l->text);
		if (e->error)
			str_addf(out, ": %s", e->error);
		if (j->view == JOURNAL_UNDO && !e->can_undo)
			*role = THEME_DIMMED;
		break;
	case ENTRY_BACK:
		add_back(e, out, role);
		break;
	case ENTRY_TIME:
		clock_add_short(out, e->created, clock_now());
		*role = THEME_DATE;
		break;
	}
}

static void empty(void *ctx, struct str *out)
{
	const struct journal *j = ctx;

	str_add(out, j->view == JOURNAL_OPEN ? "Nothing waits to go out."
					     : "Nothing was changed yet.");
}

static const struct list_ops ops = {
	.page = page,
	.row = one_row,
	.count = count_rows,
	.cell = cell,
	.empty = empty,
};

struct journal *journal_new(enum journal_view view)
{
	struct journal *j = xcalloc(1, sizeof(*j));
	bool undo = view == JOURNAL_UNDO;

	j->view = view;
	j->list = list_new(&ops, j, undo ? undo_columns : columns,
			   undo ? ARRAY_LEN(undo_columns) : ARRAY_LEN(columns));
	list_set_header(j->list, undo);
	return j;
}

void journal_free(struct journal *j)
{
	list_free(j->list);
	forget_lines(j);
	journal_list_release(&j->entries);
	free(j);
}

struct list *journal_list(struct journal *j)
{
	return j->list;
}

void journal_reload(struct app *app, struct journal *j)
{
	struct journal_list fresh = {0};
	struct conflict_list pairs = {0};
	struct err err = ERR_INIT;

	if (app->store && (!query_journal(app->store, j->view != JOURNAL_OPEN,
					  ENTRIES_MAX, &fresh, &err) ||
			   !query_conflicts(app->store, &pairs, &err))) {
		journal_list_release(&fresh);
		message_error(app, "The journal could not be read", &err);
		return;
	}
	journal_list_release(&j->entries);
	j->entries = fresh;
	make_lines(j, app->store, &pairs);
	conflict_list_release(&pairs);
	if (!list_refresh(j->list, &err))
		message_error(app, "The journal could not be shown", &err);
}

const struct journal_entry *journal_current(const struct journal *j)
{
	return entry_of(j, list_current(j->list));
}

/* Refused, or changed on both sides. */
static bool can_settle(const struct journal_entry *e)
{
	return e->state == JOURNAL_CONFLICT || e->state == JOURNAL_FAILED;
}

static bool is_unsettled(const struct journal_entry *e)
{
	return e->state != JOURNAL_DONE && e->state != JOURNAL_UNDONE;
}

unsigned journal_needs(const struct journal *j)
{
	const struct journal_entry *e = journal_current(j);

	if (!e)
		return 0;
	return NEED_entry | (can_settle(e) ? NEED_clash : 0) |
	       (is_unsettled(e) ? NEED_unsettled : 0) |
	       (e->can_undo ? NEED_way_back : 0);
}

size_t journal_unsettled(const struct journal *j)
{
	size_t n = 0;

	for (size_t i = 0; i < j->entries.n; i++)
		n += is_unsettled(&j->entries.v[i]);
	return n;
}

/* --- one entry ------------------------------------------------------------------------------ */

static void add_conflict(struct app *app, int64_t entry, struct str *b)
{
	struct conflict_list list = {0};

	if (!app->store || !query_conflicts(app->store, &list, NULL))
		return;
	for (size_t i = 0; i < list.n; i++)
		if (list.v[i].entry == entry)
			str_addf(b, "\nmine:     %s\nserver's: %s\n",
				 str_or_empty(list.v[i].mine),
				 list.v[i].server ? list.v[i].server
						  : "it is gone");
	conflict_list_release(&list);
}

void journal_show(struct app *app, const struct journal *j)
{
	const struct journal_entry *e = journal_current(j);
	struct str b CLEANUP(str_release) = STR_INIT;
	enum theme_role role;

	if (!e)
		return;
	str_addf(&b, "%s\n\nState     ", str_or_empty(e->text));
	add_state(e, &b, &role);
	str_add(&b, "\nMade      ");
	clock_add_long(&b, e->created);
	if (e->attempts)
		str_addf(&b, "\nAttempts  %d", e->attempts);
	if (e->waiting && e->count > 1)
		str_addf(&b,
			 "\nSteps     %" PRId64 " of %" PRId64 " still to go",
			 e->waiting, e->count);
	if (e->error)
		str_addf(&b, "\nReason    %s", e->error);
	str_add(&b, "\nTo undo   ");
	add_back(e, &b, &role);
	str_add_char(&b, '\n');
	add_conflict(app, e->id, &b);
	if (can_settle(e))
		str_add(&b, "\nBack in the list: M keeps mine (tries again), "
			    "S keeps the server's (gives mine up), B keeps "
			    "both.\n");
	else if (e->can_undo)
		str_add(&b, "\nBack in the list: d takes it back.\n");
	text_show(app, "A change", b.s);
}

struct journal *journal_front(struct app *app)
{
	struct screen *s = screen_top(app);

	if (s && (s->id == SCREEN_outbox || s->id == SCREEN_changes))
		return s->data;
	if (s && s->id == SCREEN_status)
		return status_journal(app);
	return NULL;
}

/* --- commands ------------------------------------------------------------------------------- */

static const struct journal_entry *front_entry(struct app *app)
{
	struct journal *j = journal_front(app);

	return j ? journal_current(j) : NULL;
}

static void resolve(struct app *app, const struct request *how,
		    const char *said)
{
	const struct journal_entry *e = front_entry(app);
	struct request r = *how;

	if (!e)
		return;
	r.kind = REQUEST_RESOLVE;
	r.entry = e->id;
	if (session_submit(app, &r, "Settle"))
		message_show(app, MESSAGE_OK, "%s", said);
}

void cmd_keep_mine(struct app *app, const struct command_call *call)
{
	(void)call;
	resolve(app, &(struct request){.mine = true}, "Yours goes out again");
}

void cmd_keep_server(struct app *app, const struct command_call *call)
{
	(void)call;
	resolve(app, &(struct request){.mine = false}, "The server's stays");
}

void cmd_keep_both(struct app *app, const struct command_call *call)
{
	(void)call;
	resolve(app, &(struct request){.both = true}, "Both are kept");
}

void cmd_retry(struct app *app, const struct command_call *call)
{
	const struct journal_entry *e = front_entry(app);
	struct request r = {.kind = REQUEST_SEND_NOW};

	(void)call;
	if (!e)
		return;
	if (can_settle(e)) {
		resolve(app, &(struct request){.mine = true}, "Trying again");
		return;
	}
	r.entry = e->id;
	if (session_submit(app, &r, "Send now"))
		message_show(app, MESSAGE_OK, "Going out now");
}

void cmd_drop(struct app *app, const struct command_call *call)
{
	const struct journal_entry *e = front_entry(app);

	(void)call;
	if (!e)
		return;
	if (!e->can_undo) {
		message_show(app, MESSAGE_WARNING,
			     "This one cannot be taken back");
		return;
	}
	session_undo(app, e->id);
}

/* --- a screen that is the list, below one line of heading ------------------------------- */

void journal_close(struct app *app, struct screen *s)
{
	(void)app;
	journal_free(s->data);
}

void journal_layout(struct app *app, struct screen *s)
{
	struct win w = win_sub(&s->win, 0, 1, s->win.w, s->win.h - 1);

	(void)app;
	list_set_win(journal_list(s->data), &w);
}

void journal_event(struct app *app, struct screen *s, const struct event *ev)
{
	if (ev->kind != EVENT_JOURNAL && ev->kind != EVENT_DONE &&
	    ev->kind != EVENT_FOREIGN)
		return;
	journal_reload(app, s->data);
	app_damage(app, DAMAGE_SCREEN);
}

bool journal_command(struct app *app, struct screen *s,
		     const struct command_call *call)
{
	if (call->id == COMMAND_open) {
		journal_show(app, s->data);
		return true;
	}
	return list_command(journal_list(s->data), call);
}

bool journal_mouse(struct app *app, struct screen *s, const struct input *in)
{
	const char *sort;
	enum list_click click = list_mouse(journal_list(s->data), in, &sort);

	if (click == LIST_OPENED)
		journal_show(app, s->data);
	app_damage(app, DAMAGE_SCREEN);
	return click != LIST_NOWHERE;
}

unsigned journal_has(struct app *app, struct screen *s)
{
	(void)app;
	return journal_needs(s->data);
}

void journal_draw(struct app *app, struct screen *s, const char *heading)
{
	draw_clear(&s->win, THEME_NORMAL);
	draw_fill(&s->win, 0, 0, s->win.w, THEME_HEADER);
	draw_text(&s->win, 1, 0, -1, THEME_HEADER, heading);
	list_draw(journal_list(s->data), screen_top(app) == s);
}
