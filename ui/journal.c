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

enum { ENTRY_STATE, ENTRY_TEXT, ENTRY_TIME };

static const struct column columns[] = {
	{"state", "", ENTRY_STATE, 9, 16, false, 0, NULL},
	{"text", "Change", ENTRY_TEXT, 16, 0, false, 0, NULL},
	{"time", "Made", ENTRY_TIME, 6, 10, true, 1, NULL},
};

struct journal {
	bool all;
	struct journal_list entries;
	struct list *list;
};

/* --- rows: in memory, by entry id ----------------------------------------------------- */

static size_t place_of(const struct journal *j, int64_t id)
{
	size_t i = 0;

	while (i < j->entries.n && j->entries.v[i].id != id)
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
		to = anchor ? place_of(j, anchor->id) : j->entries.n;
		from = to > n ? to - n : 0;
	} else {
		from = anchor ? place_of(j, anchor->id) + 1 : 0;
		to = from + n < j->entries.n ? from + n : j->entries.n;
	}
	for (size_t i = from; i < to; i++)
		list_rows_add(out, j->entries.v[i].id, NULL);
	return true;
}

static bool one_row(void *ctx, int64_t id, struct list_row *out)
{
	struct journal *j = ctx;

	if (place_of(j, id) >= j->entries.n)
		return false;
	out->id = id;
	out->data = NULL;
	return true;
}

static int64_t count_rows(void *ctx)
{
	struct journal *j = ctx;

	return (int64_t)j->entries.n;
}

static const struct journal_entry *entry_of(const struct journal *j,
					    const struct list_row *row)
{
	size_t i = row ? place_of(j, row->id) : j->entries.n;

	return i < j->entries.n ? &j->entries.v[i] : NULL;
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

static void cell(void *ctx, const struct list_row *row, int column,
		 struct str *out, enum theme_role *role)
{
	struct journal *j = ctx;
	const struct journal_entry *e = entry_of(j, row);

	if (!e)
		return;
	switch (column) {
	case ENTRY_STATE:
		add_state(e, out, role);
		break;
	case ENTRY_TEXT:
		str_add(out, str_or_empty(e->text));
		if (e->error)
			str_addf(out, ": %s", e->error);
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

	str_add(out, j->all ? "Nothing was changed yet."
			    : "Nothing waits to go out.");
}

static const struct list_ops ops = {
	.page = page,
	.row = one_row,
	.count = count_rows,
	.cell = cell,
	.empty = empty,
};

struct journal *journal_new(bool all)
{
	struct journal *j = xcalloc(1, sizeof(*j));

	j->all = all;
	j->list = list_new(&ops, j, columns, ARRAY_LEN(columns));
	list_set_header(j->list, false);
	return j;
}

void journal_free(struct journal *j)
{
	list_free(j->list);
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
	struct err err = ERR_INIT;

	if (app->store &&
	    !query_journal(app->store, j->all, ENTRIES_MAX, &fresh, &err)) {
		message_error(app, "The journal could not be read", &err);
		return;
	}
	journal_list_release(&j->entries);
	j->entries = fresh;
	if (!list_refresh(j->list, &err))
		message_error(app, "The journal could not be shown", &err);
}

const struct journal_entry *journal_current(const struct journal *j)
{
	return entry_of(j, list_current(j->list));
}

static bool is_unsettled(const struct journal_entry *e)
{
	return e->state != JOURNAL_DONE && e->state != JOURNAL_UNDONE;
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
	str_add_char(&b, '\n');
	add_conflict(app, e->id, &b);
	if (e->state == JOURNAL_CONFLICT || e->state == JOURNAL_FAILED)
		str_add(&b, "\nBack in the list: M keeps mine (tries again), "
			    "S keeps the server's (gives mine up).\n");
	else if (e->can_undo)
		str_add(&b, "\nBack in the list: d takes it back.\n");
	text_show(app, "A change", b.s);
}

struct journal *journal_front(struct app *app)
{
	struct screen *s = screen_top(app);

	if (s && s->id == SCREEN_outbox)
		return outbox_journal(app);
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

static void resolve(struct app *app, bool mine, const char *said)
{
	const struct journal_entry *e = front_entry(app);
	struct request r = {.kind = REQUEST_RESOLVE, .mine = mine};

	if (!e)
		return;
	if (e->state != JOURNAL_CONFLICT && e->state != JOURNAL_FAILED) {
		message_show(app, MESSAGE_INFO,
			     "Nothing to settle here: this change %s",
			     is_unsettled(e) ? "is on its way" : "is settled");
		return;
	}
	r.entry = e->id;
	if (session_submit(app, &r, "Settle"))
		message_show(app, MESSAGE_OK, "%s", said);
}

void cmd_keep_mine(struct app *app, const struct command_call *call)
{
	(void)call;
	resolve(app, true, "Yours goes out again");
}

void cmd_keep_server(struct app *app, const struct command_call *call)
{
	(void)call;
	resolve(app, false, "The server's stays");
}

void cmd_retry(struct app *app, const struct command_call *call)
{
	const struct journal_entry *e = front_entry(app);
	struct request r = {.kind = REQUEST_SEND_NOW};

	(void)call;
	if (!e)
		return;
	if (e->state == JOURNAL_FAILED || e->state == JOURNAL_CONFLICT) {
		resolve(app, true, "Trying again");
		return;
	}
	if (!is_unsettled(e)) {
		message_show(app, MESSAGE_INFO, "This one went out already");
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
