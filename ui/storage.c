/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "ui/storage.h"
#include "ui/app.h"
#include "ui/format.h"
#include "ui/session.h"

bool storage_known(struct store *s, struct storage *out)
{
	char *fact CLEANUP(mem_free_ptr) = query_fact(s, "storage");

	return fact && storage_unpack(out, fact);
}

static void add_limit(struct str *b, const char *what, int64_t limit)
{
	if (limit == STORAGE_UNKNOWN)
		return;
	str_addf(b, "   %s ", what);
	if (limit == STORAGE_NO_LIMIT)
		str_add(b, "never");
	else
		format_add_size(b, limit);
}

void storage_add_limits(struct str *b, const struct storage *s)
{
	if (s->warn == STORAGE_UNKNOWN && s->no_send == STORAGE_UNKNOWN &&
	    s->no_receive == STORAGE_UNKNOWN) {
		str_add(b, "limits: not known");
		return;
	}
	str_add(b, "warns at");
	if (s->warn > 0) {
		str_add_char(b, ' ');
		format_add_size(b, s->warn);
	} else {
		str_add(b, " nothing");
	}
	add_limit(b, "no sending", s->no_send);
	add_limit(b, "no receiving", s->no_receive);
}

static int percent_of(const struct storage *s)
{
	int64_t limit = storage_measure(s);

	return limit > 0 && s->used >= 0 ? (int)(s->used * 100 / limit) : -1;
}

void storage_add_state(struct str *b, struct store *s)
{
	struct storage known;

	if (!storage_known(s, &known))
		return;
	if (storage_level(&known) == STORAGE_FULL)
		str_add(b, "  FULL");
	else if (storage_level(&known) > STORAGE_FREE)
		str_addf(b, "  %d%% full", percent_of(&known));
	storage_release(&known);
}

void storage_event(struct app *app, const struct event *ev)
{
	struct str b CLEANUP(str_release) = STR_INIT;
	struct storage known;

	if (ev->kind != EVENT_STORAGE || !app->store ||
	    !storage_known(app->store, &known))
		return;
	/* Told once, and again when it got worse. */
	if ((int)storage_level(&known) > app->storage_told &&
	    storage_add_warning(&b, &known))
		message_show(app, MESSAGE_WARNING,
			     "%s; ,q shows what takes the room", b.s);
	app->storage_told = (int)storage_level(&known);
	storage_release(&known);
	session_show_state(app);
}

bool storage_largest(struct store *s, int64_t folder, int n,
		     struct item_list *out, struct err *err)
{
	struct item_query q = {.folder = folder, .sort = SORT_SIZE, .limit = n};

	return query_items(s, &q, out, err);
}

void cmd_storage(struct app *app, const struct command_call *call)
{
	(void)call;
	screen_open(app, SCREEN_storage, NULL);
}
