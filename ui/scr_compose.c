/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* The composer's screen: fields above, the text below, written in $EDITOR. */
#include "ui/compose_private.h"

#include <string.h>

#include "base/clock.h"
#include "base/utf8.h"
#include "engine/engine.h"
#include "text/layout.h"
#include "ui/format.h"

#define LABEL_CELLS 9
#define LOW_ROWS 12 /* lower screens show less of the header */
#define LOW_FIELDS 3

struct compose *compose_of(struct app *app)
{
	struct screen *s = screen_get(app, SCREEN_compose);

	return s ? s->data : NULL;
}

void compose_changed(struct app *app, struct compose *c)
{
	struct err err = ERR_INIT;

	c->stale = true;
	c->saved_at = CLOCK_NEVER;
	compose_touch(app, c);
	if (compose_save_file(c, true, &err))
		c->saved_at = clock_now();
	else
		message_error(app, "The draft could not be kept", &err);
	app_damage(app, DAMAGE_SCREEN);
}

/* --- opening and closing ------------------------------------------------------------- */

static bool open_compose(struct app *app, struct screen *s, const char *arg,
			 struct err *err)
{
	struct compose *c;

	(void)arg;
	if (!app->account)
		return err_set(err, ERR_INPUT, "no account is set up");
	c = xcalloc(1, sizeof(*c));
	c->draft = draft_new(app->account, DRAFT_NEW, NULL, NULL);
	c->pager = pager_new();
	c->edit = text_edit_new();
	c->stale = true;
	c->saved_at = CLOCK_NEVER;
	s->data = c;
	return true;
}

static void close_compose(struct app *app, struct screen *s)
{
	struct compose *c = s->data;

	compose_stop_timers(app, c);
	draft_free(c->draft);
	pager_free(c->pager);
	text_edit_free(c->edit);
	free(c->file);
	free(c->unread_text);
	free(c);
}

bool compose_open(struct app *app, struct draft *owned_draft, int64_t answers,
		  int64_t draft_item)
{
	struct compose *c = compose_of(app);

	if (c && c->begun) {
		screen_open(app, SCREEN_compose, NULL);
		message_show(app, MESSAGE_WARNING,
			     "This message comes first: y sends, P keeps it");
		draft_free(owned_draft);
		return false;
	}
	if (!screen_open(app, SCREEN_compose, NULL)) {
		draft_free(owned_draft);
		return false;
	}
	c = compose_of(app);
	draft_free(c->draft);
	c->draft = owned_draft;
	c->answers = answers;
	c->draft_item = draft_item;
	c->begun = true;
	mem_replace(&c->file, compose_file_path(app, owned_draft));
	compose_changed(app, c);
	return true;
}

/* --- drawing ---------------------------------------------------------------------------- */

struct row {
	const char *label;
	char *value; /* owned */
	enum theme_role role;
};

static char *attachments_text(struct app *app, const struct compose *c)
{
	int64_t limit = compose_limit(app);
	struct str b = STR_INIT;
	size_t n = draft_attachments(c->draft);
	int64_t total = 0;

	for (size_t i = 0; i < n; i++) {
		size_t size;
		const char *name = draft_attachment(c->draft, i, &size);

		str_addf(&b, "%s%s ", i ? "   " : "", name);
		format_add_size(&b, (int64_t)size);
		total += (int64_t)size;
	}
	if (n > 1) {
		str_add(&b, "   total ");
		format_add_size(&b, total);
	}
	if (n && limit > 0) {
		str_add(&b, " of ");
		format_add_size(&b, limit);
	}
	return str_take(&b);
}

/* low: a screen with no rows to spare for what says nothing. */
static size_t make_rows(struct app *app, const struct compose *c, bool low,
			struct row *rows)
{
	static const struct {
		const char *label;
		enum draft_field field;
		bool always;
	} fields[] = {
		{"From", DRAFT_FROM, true},	  {"To", DRAFT_TO, true},
		{"Cc", DRAFT_CC, true},		  {"Bcc", DRAFT_BCC, false},
		{"Subject", DRAFT_SUBJECT, true},
	};
	struct str how = STR_INIT;
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
		char *value = draft_get(c->draft, fields[i].field);

		if (low && fields[i].field == DRAFT_FROM) {
			free(value);
			continue;
		}
		if (!*value && (!fields[i].always ||
				(low && fields[i].field == DRAFT_CC))) {
			free(value);
			continue;
		}
		rows[n++] = (struct row){fields[i].label, value,
					 fields[i].field == DRAFT_SUBJECT
						 ? THEME_SUBJECT
						 : THEME_NORMAL};
	}
	if (!low || draft_attachments(c->draft))
		rows[n++] = (struct row){"Attach", attachments_text(app, c),
					 THEME_ATTACHMENT};
	compose_add_how(c, &how);
	if (!low || !str_eq(how.s, "text"))
		rows[n++] =
			(struct row){"Format", xstrdup(how.s), THEME_NORMAL};
	str_release(&how);
	if (low && n > LOW_FIELDS) {
		/* What was typed first, so that some of the text is seen. */
		for (size_t i = LOW_FIELDS; i < n; i++)
			free(rows[i].value);
		n = LOW_FIELDS;
	}
	return n;
}

static void lay_out(struct compose *c, int width)
{
	const char *text = draft_text(c->draft);
	struct layout_options o = {
		.width = (size_t)(width > 4 ? width : 4),
		.ascii = !term_is_utf8(),
	};
	struct lines lines;

	lines_init(&lines);
	layout_text(&lines, text, strlen(text), &o);
	pager_set_lines(c->pager, &lines, true);
	c->stale = false;
	c->width = width;
}

static void draw_title(struct app *app, const struct compose *c,
		       const struct win *w)
{
	struct str left CLEANUP(str_release) = STR_INIT;
	static const char *const names[] = {
		[DRAFT_NEW] = "New message",
		[DRAFT_REPLY] = "Reply",
		[DRAFT_REPLY_ALL] = "Reply to all",
		[DRAFT_REPLY_LIST] = "Reply to the list",
		[DRAFT_FORWARD] = "Forward",
		[DRAFT_FORWARD_ATTACHED] = "Forward",
		[DRAFT_RECALL] = "Draft",
	};
	int need = (int)utf8_width(app->account->name) + 2;

	str_add(&left, names[draft_kind(c->draft)]);
	if (c->saved_at != CLOCK_NEVER) {
		str_add(&left, " - draft kept ");
		clock_add_short(&left, c->saved_at, clock_now());
	}
	if (c->typing) {
		str_add(&left, "   ");
		text_edit_add_place(c->edit, &left);
	}
	draw_fill(w, 0, 0, w->w, THEME_HEADER);
	draw_column(w, 1, 0, w->w - 1 - need, false, THEME_HEADER, left.s);
	draw_text(w, w->w - need + 1, 0, need - 1, THEME_HEADER,
		  app->account->name);
}

/* What to think about before sending; false: nothing. */
static bool add_note(struct app *app, const struct compose *c, struct str *b)
{
	size_t outside = draft_outside(c->draft, app->account);

	if (c->unread_text)
		str_add(b, "The text has a mistake in its header: e opens it "
			   "again");
	else if (!draft_recipients(c->draft))
		str_add(b, "Nobody to send it to yet: t sets To");
	else if (outside) {
		format_add_plural(b, (int64_t)outside, "recipient is",
				  "recipients are");
		str_add(b, " outside the organisation");
	}
	return b->len > 0;
}

static void draw_compose(struct app *app, struct screen *s)
{
	struct compose *c = s->data;
	struct row rows[9];
	size_t n = make_rows(app, c, s->win.h < LOW_ROWS, rows);
	struct str note CLEANUP(str_release) = STR_INIT;
	struct win body;
	int y = 1;
	bool noted = add_note(app, c, &note);

	draw_clear(&s->win, THEME_NORMAL);
	draw_title(app, c, &s->win);
	for (size_t i = 0; i < n; i++) {
		draw_text(&s->win, 1, y, LABEL_CELLS, THEME_FIELD,
			  rows[i].label);
		draw_column(&s->win, 1 + LABEL_CELLS, y,
			    s->win.w - 1 - LABEL_CELLS, false, rows[i].role,
			    rows[i].value);
		free(rows[i].value);
		y++;
	}
	draw_hline(&s->win, 0, y++, s->win.w, THEME_BORDER);
	body = win_sub(&s->win, 1, y, s->win.w - 2, s->win.h - y - noted);
	pager_set_win(c->pager, &body);
	if (c->typing) {
		text_edit_draw(c->edit, &body, screen_top(app) == s);
	} else {
		if (c->stale || c->width != body.w)
			lay_out(c, body.w);
		pager_draw(c->pager, screen_top(app) == s);
	}
	if (noted) {
		draw_fill(&s->win, 0, s->win.h - 1, s->win.w, THEME_NORMAL);
		draw_text(&s->win, 1, s->win.h - 1, -1, THEME_WARNING, "!");
		draw_text(&s->win, 3, s->win.h - 1, -1, THEME_WARNING, note.s);
	}
}

/* --- keys ---------------------------------------------------------------------------------- */

static void leave_answer(struct app *app, void *ctx, char choice)
{
	struct command_call call = {.id = COMMAND_postpone};

	(void)ctx;
	if (choice == 'y')
		cmd_postpone(app, &call);
	else if (choice == 'n')
		compose_close(app, true);
}

static bool compose_command(struct app *app, struct screen *s,
			    const struct command_call *call)
{
	struct compose *c = s->data;

	if (call->id == COMMAND_back) {
		if (c->begun)
			prompt_choose(app, "Keep the message as a draft?", "yn",
				      'y', leave_answer, NULL, NULL);
		else
			compose_close(app, true);
		return true;
	}
	return !c->typing && pager_command(c->pager, call);
}

static bool compose_keys(struct app *app, struct screen *s, uint32_t key)
{
	struct compose *c = s->data;

	return c->typing && compose_key(app, c, key);
}

static void compose_paste(struct app *app, struct screen *s, const char *text)
{
	struct compose *c = s->data;

	if (!c->typing)
		compose_write(app);
	if (!c->typing)
		return;
	text_edit_insert(c->edit, text);
	compose_touch(app, c);
}

static enum scope compose_scope(struct app *app, struct screen *s)
{
	struct compose *c = s->data;

	(void)app;
	return c->typing ? SCOPE_editing : SCOPE_compose;
}

static void compose_event(struct app *app, struct screen *s,
			  const struct event *ev)
{
	if (ev->kind == EVENT_DONE)
		compose_uploaded(app, s->data, ev);
}

static bool compose_mouse(struct app *app, struct screen *s,
			  const struct input *in)
{
	struct compose *c = s->data;
	int link;

	app_damage(app, DAMAGE_SCREEN);
	if (c->typing && in->action == MOUSE_PRESS) {
		text_edit_click(c->edit, in->x, in->y);
		return true;
	}
	return pager_mouse(c->pager, in, &link);
}

const struct screen_ops scr_compose_ops = {
	.open = open_compose,
	.close = close_compose,
	.draw = draw_compose,
	.mouse = compose_mouse,
	.command = compose_command,
	.key = compose_keys,
	.paste = compose_paste,
	.scope = compose_scope,
	.event = compose_event,
};
