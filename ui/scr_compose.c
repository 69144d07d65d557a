/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* The composer's screen: fields above, the text below, written in $EDITOR. */
#include "ui/compose_private.h"

#include <string.h>

#include "base/clock.h"
#include "base/utf8.h"
#include "text/layout.h"
#include "ui/format.h"

#define LABEL_CELLS 9

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
	if (compose_save_file(c, &err))
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
	c->stale = true;
	c->saved_at = CLOCK_NEVER;
	s->data = c;
	return true;
}

static void close_compose(struct app *app, struct screen *s)
{
	struct compose *c = s->data;

	(void)app;
	draft_free(c->draft);
	pager_free(c->pager);
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

static char *attachments_text(const struct compose *c)
{
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
		str_add(&b, "   together ");
		format_add_size(&b, total);
	}
	return str_take(&b);
}

static size_t make_rows(const struct compose *c, struct row *rows)
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
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
		char *value = draft_get(c->draft, fields[i].field);

		if (!*value && !fields[i].always) {
			free(value);
			continue;
		}
		rows[n++] = (struct row){fields[i].label, value,
					 fields[i].field == DRAFT_SUBJECT
						 ? THEME_SUBJECT
						 : THEME_NORMAL};
	}
	rows[n++] =
		(struct row){"Attach", attachments_text(c), THEME_ATTACHMENT};
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
	struct row rows[8];
	size_t n = make_rows(c, rows);
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
	if (c->stale || c->width != body.w)
		lay_out(c, body.w);
	pager_draw(c->pager, screen_top(app) == s);
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
	return pager_command(c->pager, call);
}

static bool compose_mouse(struct app *app, struct screen *s,
			  const struct input *in)
{
	struct compose *c = s->data;
	int link;

	(void)app;
	return pager_mouse(c->pager, in, &link);
}

const struct screen_ops scr_compose_ops = {
	.open = open_compose,
	.close = close_compose,
	.draw = draw_compose,
	.mouse = compose_mouse,
	.command = compose_command,
};
