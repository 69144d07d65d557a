/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* The parts of a message: read, save, open, pipe. */
#include "ui/parts.h"

#include <string.h>

#include "base/utf8.h"
#include "ui/format.h"
#include "ui/list.h"
#include "ui/mail.h"

enum { PART_NUMBER, PART_TYPE, PART_NAME, PART_SIZE };

static const struct column columns[] = {
	{"number", "", PART_NUMBER, 3, 4, true, 0, NULL},
	{"name", "Name", PART_NAME, 12, 0, false, 0, NULL},
	{"type", "Type", PART_TYPE, 12, 26, false, 1, NULL},
	{"size", "Size", PART_SIZE, 6, 7, true, 2, NULL},
};

struct parts {
	int64_t item;
	struct letter *letter;
	struct list *list;
};

/* --- rows: id is the part's index + 1 ------------------------------------------------ */

static bool page(void *ctx, const struct list_row *anchor, bool back, size_t n,
		 struct list_rows *out, struct err *err)
{
	struct parts *p = ctx;
	int64_t count = (int64_t)letter_part_count(p->letter);
	int64_t from, to;

	(void)err;
	if (back) {
		to = anchor ? anchor->id - 1 : count;
		from = to > (int64_t)n ? to - (int64_t)n : 0;
	} else {
		from = anchor ? anchor->id : 0;
		to = from + (int64_t)n < count ? from + (int64_t)n : count;
	}
	for (int64_t i = from; i < to; i++)
		list_rows_add(out, i + 1, NULL);
	return true;
}

static int64_t count_rows(void *ctx)
{
	struct parts *p = ctx;

	return (int64_t)letter_part_count(p->letter);
}

static void add_name(struct letter *l, const struct letter_part *p,
		     struct str *out)
{
	for (int i = 0; i < p->depth && i < 12; i++)
		str_add(out, "  ");
	if (p->container)
		str_add(out, "(parts)");
	else if (p->is_message && !p->name)
		str_add(out, "(a message)");
	else if (p->is_body && !p->name)
		str_add(out, "(text)");
	else {
		char *name CLEANUP(mem_free_ptr) =
			letter_part_file_name(l, p->index);

		str_add(out, name);
	}
}

static void cell(void *ctx, const struct list_row *row, int column,
		 struct str *out, enum theme_role *role)
{
	struct parts *parts = ctx;
	struct letter_part p;

	if (!letter_part(parts->letter, (size_t)(row->id - 1), &p))
		return;
	switch (column) {
	case PART_NUMBER:
		str_addf(out, "%zu", p.index + 1);
		*role = THEME_DIMMED;
		break;
	case PART_NAME:
		add_name(parts->letter, &p, out);
		if (p.is_attachment)
			*role = THEME_ATTACHMENT;
		break;
	case PART_TYPE:
		str_add(out, p.type);
		if (p.charset)
			str_addf(out, " %s", p.charset);
		*role = THEME_DIMMED;
		break;
	case PART_SIZE:
		if (!p.container)
			format_add_size(out, (int64_t)p.size);
		*role = THEME_DIMMED;
		break;
	}
}

static void empty(void *ctx, struct str *out)
{
	(void)ctx;
	str_add(out, "This message has no parts.");
}

static const struct list_ops list_ops = {
	.page = page,
	.count = count_rows,
	.cell = cell,
	.empty = empty,
};

/* --- the screen -------------------------------------------------------------------------- */

static bool open_parts(struct app *app, struct screen *s, const char *arg,
		       struct err *err)
{
	struct parts *p;
	struct letter *l;
	int64_t item = mail_front_item(app);

	(void)arg;
	if (!item)
		return err_set(err, ERR_INPUT, "no message is selected");
	l = view_read_letter(app, item, err);
	if (!l)
		return err_add(err, "This message is not kept offline, ,o "
				    "fetches it");
	p = xcalloc(1, sizeof(*p));
	p->item = item;
	p->letter = l;
	p->list = list_new(&list_ops, p, columns, ARRAY_LEN(columns));
	list_set_header(p->list, true);
	s->data = p;
	return list_load(p->list, 0, err);
}

static void close_parts(struct app *app, struct screen *s)
{
	struct parts *p = s->data;

	(void)app;
	list_free(p->list);
	letter_free(p->letter);
	free(p);
}

static void layout_parts(struct app *app, struct screen *s)
{
	struct parts *p = s->data;
	struct win w = win_sub(&s->win, 0, 1, s->win.w, s->win.h - 1);

	(void)app;
	list_set_win(p->list, &w);
}

static void draw_parts(struct app *app, struct screen *s)
{
	struct parts *p = s->data;
	struct str title CLEANUP(str_release) = STR_INIT;

	draw_clear(&s->win, THEME_NORMAL);
	str_addf(&title, "Parts of \"%s\"",
		 str_or_empty(letter_header(p->letter, "Subject")));
	draw_fill(&s->win, 0, 0, s->win.w, THEME_HEADER);
	draw_column(&s->win, 1, 0, s->win.w - 1, false, THEME_HEADER, title.s);
	list_draw(p->list, screen_top(app) == s);
}

/* A nested message as text: header and body. */
static void show_message(struct app *app, struct letter *l, size_t part,
			 const char *title)
{
	struct letter *inner;
	struct letter_layout o = {.view = LETTER_TEXT,
				  .width = (size_t)(term_width() - 2),
				  .ascii = !term_is_utf8(),
				  .link_numbers = true};
	struct letter_shown shown;
	struct lines lines;
	struct str text CLEANUP(str_release) = STR_INIT;
	struct err err = ERR_INIT;
	static const char *const fields[] = {"From", "To", "Cc", "Date",
					     "Subject"};

	if (!letter_part_letter(&inner, l, part, &err)) {
		message_error(app, "The message cannot be read", &err);
		return;
	}
	for (size_t i = 0; i < ARRAY_LEN(fields); i++)
		if (letter_header(inner, fields[i]))
			str_addf(&text, "%s: %s\n", fields[i],
				 letter_header(inner, fields[i]));
	str_add_char(&text, '\n');
	lines_init(&lines);
	letter_layout(inner, &o, &lines, &shown);
	lines_add_plain(&lines, &text, true);
	text_show(app, title, text.s);
	lines_release(&lines);
	letter_free(inner);
}

static void show_part(struct app *app, struct parts *parts, size_t part)
{
	struct letter_part p;
	char *name CLEANUP(mem_free_ptr) =
		letter_part_file_name(parts->letter, part);

	if (!letter_part(parts->letter, part, &p))
		return;
	if (part_open_sealed(app, parts->letter, part))
		return;
	if (p.is_message) {
		show_message(app, parts->letter, part, name);
	} else if (strncmp(p.type, "text/", 5) == 0) {
		struct letter_layout o = {.width = (size_t)(term_width() - 2),
					  .ascii = !term_is_utf8()};
		struct str text CLEANUP(str_release) = STR_INIT;
		struct lines lines;

		lines_init(&lines);
		letter_part_layout(parts->letter, part, &o, &lines);
		lines_add_plain(&lines, &text, true);
		text_show(app, name, text.s);
		lines_release(&lines);
	} else if (p.container) {
		message_show(app, MESSAGE_INFO,
			     "This part holds the ones below it");
	} else {
		message_show(app, MESSAGE_INFO,
			     "%s is not text: o opens it, s saves it", name);
	}
}

static bool parts_command(struct app *app, struct screen *s,
			  const struct command_call *call)
{
	struct parts *p = s->data;
	const struct list_row *row = list_current(p->list);

	if (call->id == COMMAND_open && row) {
		show_part(app, p, (size_t)(row->id - 1));
		return true;
	}
	return list_command(p->list, call);
}

static bool parts_mouse(struct app *app, struct screen *s,
			const struct input *in)
{
	struct parts *p = s->data;
	const char *sort;

	switch (list_mouse(p->list, in, &sort)) {
	case LIST_NOWHERE:
		return false;
	case LIST_OPENED:
		show_part(app, p, (size_t)(list_current(p->list)->id - 1));
		break;
	case LIST_SCROLLED:
	case LIST_SELECTED:
	case LIST_SORT:
		break;
	}
	app_damage(app, DAMAGE_SCREEN);
	return true;
}

static unsigned parts_has(struct app *app, struct screen *s)
{
	struct parts *p = s->data;

	(void)app;
	return NEED_item | NEED_text |
	       (list_current(p->list) ? NEED_part | NEED_file : 0);
}

const struct screen_ops scr_parts_ops = {
	.open = open_parts,
	.close = close_parts,
	.layout = layout_parts,
	.draw = draw_parts,
	.mouse = parts_mouse,
	.command = parts_command,
	.has = parts_has,
};

/* --- for others ---------------------------------------------------------------------------- */

static struct parts *front_parts(struct app *app)
{
	struct screen *s = screen_top(app);

	return s && s->id == SCREEN_parts ? s->data : NULL;
}

int64_t parts_item(struct app *app)
{
	struct parts *p = front_parts(app);

	return p ? p->item : 0;
}

bool parts_current(struct app *app, size_t *part)
{
	struct parts *p = front_parts(app);

	if (!p || !list_current(p->list))
		return false;
	*part = (size_t)(list_current(p->list)->id - 1);
	return true;
}

struct letter *parts_letter(struct app *app, bool *owned)
{
	struct parts *p = front_parts(app);

	if (!p)
		return reader_letter(app, owned);
	*owned = false;
	return p->letter;
}

void cmd_parts(struct app *app, const struct command_call *call)
{
	struct screen *old = screen_get(app, SCREEN_parts);

	(void)call;
	if (old)
		screen_close(app, old);
	screen_open(app, SCREEN_parts, NULL);
}
