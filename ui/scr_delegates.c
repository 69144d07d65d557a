/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * Who acts for one: a row for each delegate, a column for each folder and for
 * what else a delegate may. Nothing is sent before s.
 */
#include <string.h>
#include "ui/session.h"
#include "ui/sharing.h"

static const struct matrix_column columns[] = {
	{"Calendar", 8}, {"Tasks", 8},	 {"Inbox", 8},	 {"Contacts", 8},
	{"Notes", 8},	 {"Journal", 8}, {"Private", 7}, {"Copies", 6},
};
#define COL_PRIVATE (DELEGATE_FOLDER_COUNT + 1)
#define COL_COPIES (DELEGATE_FOLDER_COUNT + 2)

struct delegates {
	bool loaded;
	struct delegate_list was, now;
	struct strv notes;    /* what this server cannot do */
	struct strv acts_for; /* addresses of those for whom I act */
	struct matrix matrix;
	struct sharing_ask ask;
};

static struct delegates *delegates_of(struct app *app)
{
	struct screen *s = screen_get(app, SCREEN_delegates);

	return s ? s->data : NULL;
}

static bool same(const struct delegate *a, const struct delegate *b)
{
	return a && b && a->sees_private == b->sees_private &&
	       a->gets_copies == b->gets_copies &&
	       memcmp(a->levels, b->levels, sizeof(a->levels)) == 0;
}

static void cell(void *ctx, size_t row, size_t column, struct str *out,
		 enum theme_role *role)
{
	const struct delegates *d = ctx;
	const struct delegate *one = &d->now.v[row];
	const struct delegate *was = delegate_find(&d->was, one->address);
	enum permission_level l;

	if (!same(was, one))
		*role = THEME_TAGGED;
	if (column == 0) {
		str_add(out, !was ? "+" : !same(was, one) ? "*" : "");
		str_add(out, delegate_title(one));
	} else if (column == COL_PRIVATE) {
		str_add(out, one->sees_private ? "[x]" : "[ ]");
	} else if (column == COL_COPIES) {
		str_add(out, d->now.no_copies	? "-"
			     : one->gets_copies ? "[x]"
						: "[ ]");
	} else {
		l = one->levels[column - 1];
		str_add(out, l == LEVEL_COUNT ? "-" : permission_level_text(l));
	}
}

static void note(void *ctx, size_t row, size_t column, struct str *out)
{
	const struct delegates *d = ctx;
	const struct delegate *one = &d->now.v[row];

	str_addf(out, "%s: ", delegate_title(one));
	if (column == COL_PRIVATE)
		str_add(out, "may see private items");
	else if (column == COL_COPIES)
		str_add(out, d->now.no_copies
				     ? "copies of my meeting mail are not for "
				       "this server to send"
				     : "gets copies of my meeting mail (as "
				       "editor of the calendar)");
	else
		str_addf(out, "rights in %s",
			 delegate_folder_name(
				 (enum delegate_folder)(column - 1)));
}

static const struct matrix_ops ops = {.cell = cell, .note = note};

/* --- changing ------------------------------------------------------------- */

static void rows_changed(struct app *app, struct delegates *d)
{
	matrix_set_rows(&d->matrix, d->now.n);
	app_damage(app, DAMAGE_SCREEN);
}

/* The levels a delegate can have, in this order. */
static enum permission_level next_level(enum permission_level l)
{
	switch (l) {
	case LEVEL_NONE:
		return LEVEL_REVIEWER;
	case LEVEL_REVIEWER:
		return LEVEL_AUTHOR;
	case LEVEL_AUTHOR:
		return LEVEL_EDITOR;
	default:
		return LEVEL_NONE;
	}
}

/* Why the server's hidden rule stays as it is. */
static void tell_no_rule(struct app *app, const struct delegates *d)
{
	message_show(app, MESSAGE_WARNING, "%s",
		     d->notes.n ? d->notes.v[d->notes.n - 1]
				: "this server does not tell who gets "
				  "requests for meetings");
}

static void change_cell(struct app *app, struct delegates *d)
{
	struct delegate *one = &d->now.v[d->matrix.row];
	size_t column = d->matrix.column;

	if (column == COL_PRIVATE)
		one->sees_private = !one->sees_private;
	else if (column == COL_COPIES && d->now.no_copies)
		tell_no_rule(app, d);
	else if (column == COL_COPIES)
		one->gets_copies = !one->gets_copies;
	else
		one->levels[column - 1] = next_level(one->levels[column - 1]);
}

void cmd_delegate_change(struct app *app, const struct command_call *call)
{
	struct delegates *d = delegates_of(app);

	(void)call;
	if (!d || !d->loaded || d->ask.ticket || !d->now.n)
		return;
	change_cell(app, d);
	rows_changed(app, d);
}

static void add_person(struct app *app, void *ctx, const char *text)
{
	struct delegates *d = delegates_of(app);
	struct delegate one;

	(void)ctx;
	delegate_init(&one);
	if (!text || !*text || !d || !d->loaded ||
	    !sharing_who(app, text, &one.name, &one.address))
		return;
	if (delegate_find(&d->now, one.address)) {
		message_show(app, MESSAGE_INFO, "%s is a delegate already",
			     delegate_title(&one));
		delegate_release(&one);
		return;
	}
	for (int i = 0; i < DELEGATE_FOLDER_COUNT; i++)
		one.levels[i] = LEVEL_NONE;
	/* As Outlook proposes it. */
	one.levels[DELEGATE_CALENDAR] = LEVEL_EDITOR;
	one.levels[DELEGATE_TASKS] = LEVEL_EDITOR;
	one.gets_copies = !d->now.no_copies;
	vec_add(&d->now, one);
	d->matrix.row = d->now.n - 1;
	rows_changed(app, d);
}

void cmd_delegate_add(struct app *app, const struct command_call *call)
{
	struct prompt_spec spec = {.label = "Who shall act for you: ",
				   .complete = "person",
				   .popup = true,
				   .done = add_person};

	if (call->argc)
		add_person(app, NULL, call->rest);
	else
		prompt_open(app, &spec);
}

void cmd_delegate_remove(struct app *app, const struct command_call *call)
{
	struct delegates *d = delegates_of(app);

	(void)call;
	if (!d || !d->loaded || d->ask.ticket || !d->now.n)
		return;
	delegate_release(&d->now.v[d->matrix.row]);
	vec_remove(&d->now, d->matrix.row);
	rows_changed(app, d);
}

void cmd_delegate_deliver(struct app *app, const struct command_call *call)
{
	struct delegates *d = delegates_of(app);

	if (!d || !d->loaded || d->ask.ticket)
		return;
	if (d->now.delivery == DELIVER_UNKNOWN) {
		tell_no_rule(app, d);
		return;
	}
	if (call->argc) {
		if (!delegate_delivery_parse(call->argv[0], &d->now.delivery))
			message_show(app, MESSAGE_WARNING,
				     "it is delegates, both, inform or me");
	} else {
		d->now.delivery = (enum delegate_delivery)(
			((int)d->now.delivery + 1) % DELIVER_UNKNOWN);
	}
	app_damage(app, DAMAGE_SCREEN);
}

/* --- saving --------------------------------------------------------------- */

static void find_changes(const struct delegates *d,
			 struct delegate_changes *out)
{
	for (size_t i = 0; i < d->was.n; i++) {
		struct delegate_change *c;

		if (delegate_find(&d->now, d->was.v[i].address))
			continue;
		c = vec_new(out);
		c->wish = DELEGATE_REMOVE;
		delegate_copy(&c->who, &d->was.v[i]);
	}
	for (size_t i = 0; i < d->now.n; i++) {
		const struct delegate *one = &d->now.v[i];
		const struct delegate *was =
			delegate_find(&d->was, one->address);
		struct delegate_change *c;

		if (same(was, one))
			continue;
		c = vec_new(out);
		c->wish = was ? DELEGATE_SET : DELEGATE_ADD;
		delegate_copy(&c->who, one);
		/* What is as it was need not be sent. */
		for (int k = 0; was && k < DELEGATE_FOLDER_COUNT; k++)
			if (was->levels[k] == one->levels[k])
				c->who.levels[k] = LEVEL_COUNT;
	}
	out->delivery = d->now.delivery != d->was.delivery ? d->now.delivery
							   : DELIVER_UNKNOWN;
}

static size_t count_changes(const struct delegates *d)
{
	struct delegate_changes c = {0};
	size_t n;

	find_changes(d, &c);
	n = c.n + (c.delivery != DELIVER_UNKNOWN);
	delegate_changes_release(&c);
	return n;
}

static void ask(struct app *app, struct delegates *d, bool save)
{
	struct sharing *wanted = sharing_new();

	wanted->of_mailbox = true;
	if (save)
		find_changes(d, &wanted->changes);
	sharing_submit(app, &d->ask, wanted, 0, false);
}

static void save(struct app *app, struct delegates *d)
{
	if (!d->loaded || d->ask.ticket)
		return;
	if (!count_changes(d)) {
		message_show(app, MESSAGE_INFO, "Nothing was changed");
		return;
	}
	for (size_t i = 0; i < d->now.n; i++)
		if (d->now.v[i].gets_copies &&
		    d->now.v[i].levels[DELEGATE_CALENDAR] != LEVEL_EDITOR) {
			message_show(app, MESSAGE_WARNING,
				     "%s gets copies of meeting mail only as "
				     "editor of the calendar",
				     delegate_title(&d->now.v[i]));
			d->matrix.row = i;
			d->matrix.column = COL_COPIES;
			app_damage(app, DAMAGE_SCREEN);
			return;
		}
	ask(app, d, true);
}

/* --- the screen ----------------------------------------------------------- */

static bool open_delegates(struct app *app, struct screen *s, const char *arg,
			   struct err *err)
{
	struct delegates *d = xcalloc(1, sizeof(*d));

	(void)arg;
	(void)err;
	s->data = d;
	strv_init(&d->notes);
	strv_init(&d->acts_for);
	d->was.delivery = d->now.delivery = DELIVER_UNKNOWN;
	matrix_init(&d->matrix, &ops, d, columns, ARRAY_LEN(columns));
	ask(app, d, false);
	return true;
}

static void close_delegates(struct app *app, struct screen *s)
{
	struct delegates *d = s->data;

	(void)app;
	delegate_list_release(&d->was);
	delegate_list_release(&d->now);
	strv_release(&d->notes);
	strv_release(&d->acts_for);
	sharing_ask_release(&d->ask);
	free(d);
}

/* Below the table: whom one acts for, notes, where requests go. */
static int bottom_rows(const struct delegates *d)
{
	return (int)d->notes.n + (d->acts_for.n > 0) + 1;
}

static void layout_delegates(struct app *app, struct screen *s)
{
	struct delegates *d = s->data;
	struct win w =
		win_sub(&s->win, 0, 1, s->win.w, s->win.h - 1 - bottom_rows(d));

	(void)app;
	matrix_set_win(&d->matrix, &w);
}

static void draw_delivery(const struct win *w, const struct delegates *d)
{
	static const char *const texts[] = {
		"the delegates only", "the delegates and me",
		"the delegates, and I get them to know of", "me only",
		"not told by this server"};
	int x = draw_text(w, 2, w->h - 1, -1, THEME_FIELD,
			  "Meeting requests go to: ");

	draw_text(w, 2 + x, w->h - 1, -1,
		  d->was.delivery == d->now.delivery ? THEME_NORMAL
						     : THEME_TAGGED,
		  texts[d->now.delivery]);
}

static void draw_delegates(struct app *app, struct screen *s)
{
	struct delegates *d = s->data;
	bool focused = screen_top(app) == s;

	draw_clear(&s->win, THEME_NORMAL);
	sharing_draw_head(&s->win, &d->ask, "Delegates - who may act for me",
			  d->loaded ? count_changes(d) : 0, NULL);
	if (!d->loaded) {
		sharing_draw_error(&s->win, &d->ask, focused);
		return;
	}
	if (d->now.n)
		matrix_draw(&d->matrix, focused);
	else
		sharing_draw_words(&s->win, THEME_DIMMED, focused,
				   "Nobody acts for you - a adds a delegate");
	if (d->acts_for.n) {
		char *names CLEANUP(mem_free_ptr) =
			strv_join(&d->acts_for, ", ");
		int y = s->win.h - bottom_rows(d);
		int x = draw_text(&s->win, 2, y, -1, THEME_FIELD,
				  "I act for: ");

		draw_text(&s->win, 2 + x, y, -1, THEME_NORMAL, names);
	}
	for (size_t i = 0; i < d->notes.n; i++)
		draw_text(&s->win, 2, s->win.h - 1 - (int)(d->notes.n - i), -1,
			  THEME_WARNING, d->notes.v[i]);
	draw_delivery(&s->win, d);
}

static void delegates_event(struct app *app, struct screen *s,
			    const struct event *ev)
{
	struct delegates *d = s->data;
	struct sharing *got = sharing_event(app, &d->ask, ev);

	if (sharing_undone(app, &d->ask, ev) && !count_changes(d))
		ask(app, d, false);
	if (!got)
		return;
	delegate_list_release(&d->was);
	delegate_list_release(&d->now);
	delegate_list_copy(&d->was, &got->delegates);
	delegate_list_copy(&d->now, &got->delegates);
	strv_release(&d->notes);
	for (size_t i = 0; i < got->notes.n; i++)
		strv_add(&d->notes, got->notes.v[i]);
	strv_release(&d->acts_for);
	for (size_t i = 0; i < got->acts_for.n; i++)
		strv_add(&d->acts_for, got->acts_for.v[i]);
	d->loaded = true;
	layout_delegates(app, s);
	rows_changed(app, d);
}

static void change_it(struct app *app, struct screen *s)
{
	struct command_call call = {.id = COMMAND_delegate_change};

	(void)s;
	cmd_delegate_change(app, &call);
}

static void save_all(struct app *app, struct screen *s)
{
	save(app, s->data);
}

static void revert_all(struct app *app, struct screen *s)
{
	struct delegates *d = s->data;

	if (d->loaded && !count_changes(d)) {
		sharing_undo(app, &d->ask);
		return;
	}
	delegate_list_release(&d->now);
	delegate_list_copy(&d->now, &d->was);
	rows_changed(app, d);
}

static size_t changes(const struct screen *s)
{
	const struct delegates *d = s->data;

	return d->loaded ? count_changes(d) : 0;
}

static const struct sharing_edit edit = {change_it, save_all, revert_all,
					 changes};

static bool delegates_command(struct app *app, struct screen *s,
			      const struct command_call *call)
{
	struct delegates *d = s->data;

	return sharing_command(app, s, &edit, &d->matrix, call);
}

static bool delegates_mouse(struct app *app, struct screen *s,
			    const struct input *in)
{
	struct delegates *d = s->data;
	bool again, taken = matrix_mouse(&d->matrix, in, &again);

	if (again && d->loaded && !d->ask.ticket && d->now.n)
		change_cell(app, d);
	app_damage(app, DAMAGE_SCREEN);
	return taken;
}

void cmd_screen_delegates(struct app *app, const struct command_call *call)
{
	(void)call;
	screen_open(app, SCREEN_delegates, NULL);
}

/* Where no screen takes them they have nothing to act on. */
void cmd_sharing_save(struct app *app, const struct command_call *call)
{
	(void)app;
	(void)call;
}

void cmd_sharing_revert(struct app *app, const struct command_call *call)
{
	(void)app;
	(void)call;
}

void cmd_column_left(struct app *app, const struct command_call *call)
{
	(void)app;
	(void)call;
}

void cmd_column_right(struct app *app, const struct command_call *call)
{
	(void)app;
	(void)call;
}

const struct screen_ops scr_delegates_ops = {
	.open = open_delegates,
	.close = close_delegates,
	.layout = layout_delegates,
	.draw = draw_delegates,
	.event = delegates_event,
	.mouse = delegates_mouse,
	.command = delegates_command,
};
