/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* The links of a message: their true targets, before anything is opened. */
#include "ui/parts.h"

#include <stdio.h>
#include <string.h>

#include "base/uri.h"
#include "base/utf8.h"
#include "ui/list.h"
#include "ui/mail.h"

#define DETAIL_ROWS 6

enum { LINK_NUMBER, LINK_WARNING, LINK_SHOWN, LINK_TARGET };

static const struct column columns[] = {
	{"number", "", LINK_NUMBER, 3, 4, true, 0, NULL},
	{"warning", "", LINK_WARNING, 1, 1, false, 0, NULL},
	{"shown", "Text", LINK_SHOWN, 10, 26, false, 1, NULL},
	{"target", "Target", LINK_TARGET, 20, 0, false, 0, NULL},
};

struct links {
	VEC(struct line_link) v;
	struct list *list;
};

/* --- rows: id is the link's number --------------------------------------------------- */

static bool page(void *ctx, const struct list_row *anchor, bool back, size_t n,
		 struct list_rows *out, struct err *err)
{
	struct links *l = ctx;
	int64_t count = (int64_t)l->v.n;
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
	struct links *l = ctx;

	return (int64_t)l->v.n;
}

static void cell(void *ctx, const struct list_row *row, int column,
		 struct str *out, enum theme_role *role)
{
	struct links *l = ctx;
	const struct line_link *k = &l->v.v[row->id - 1];

	switch (column) {
	case LINK_NUMBER:
		str_addf(out, "[%d]", (int)row->id);
		break;
	case LINK_WARNING:
		str_add(out, k->mismatch || k->unusual ? "!" : "");
		*role = THEME_WARNING;
		break;
	case LINK_SHOWN:
		str_add(out, str_or_empty(k->shown));
		break;
	case LINK_TARGET:
		str_add(out, k->target);
		*role = THEME_LINK;
		break;
	}
}

static void empty(void *ctx, struct str *out)
{
	(void)ctx;
	str_add(out, "This message has no links.");
}

static const struct list_ops list_ops = {
	.page = page,
	.count = count_rows,
	.cell = cell,
	.empty = empty,
};

/* --- the screen --------------------------------------------------------------------------- */

static void copy_links(struct links *l, const struct lines *lines)
{
	for (size_t i = 0; i < lines->links.n; i++) {
		struct line_link k = lines->links.v[i];

		k.target = xstrdup(k.target);
		k.shown = xstrdup(k.shown);
		vec_add(&l->v, k);
	}
}

/* The numbers must be those on the screen: the pager's own lines, where the
 * front message is in one. */
static bool collect(struct app *app, struct links *l)
{
	struct view *v = reader_view(app);
	struct letter_layout o = {
		.view = LETTER_HTML, .width = 80, .link_numbers = true};
	struct letter_shown shown;
	struct letter *letter;
	struct lines lines;
	bool owned;

	if (v && view_id(v) == mail_front_item(app) && view_letter(app, v)) {
		copy_links(l, pager_lines(view_pager(v)));
		return true;
	}
	letter = reader_letter(app, &owned);
	if (!letter)
		return false;
	lines_init(&lines);
	letter_layout(letter, &o, &lines, &shown);
	copy_links(l, &lines);
	lines_release(&lines);
	if (owned)
		letter_free(letter);
	return true;
}

static void close_links(struct app *app, struct screen *s)
{
	struct links *l = s->data;

	(void)app;
	list_free(l->list);
	for (size_t i = 0; i < l->v.n; i++) {
		free(l->v.v[i].target);
		free(l->v.v[i].shown);
	}
	vec_release(&l->v);
	free(l);
}

static bool open_links(struct app *app, struct screen *s, const char *arg,
		       struct err *err)
{
	struct links *l = xcalloc(1, sizeof(*l));
	int number = arg ? (int)strtol(arg, NULL, 10) : 0;

	l->list = list_new(&list_ops, l, columns, ARRAY_LEN(columns));
	s->data = l;
	if (!collect(app, l)) {
		close_links(app, s);
		return err_set(err, ERR_NOT_FOUND,
			       "This message is not kept offline: ,b fetches "
			       "it");
	}
	if (!list_load(l->list, 0, err)) {
		close_links(app, s);
		return false;
	}
	if (number > 0)
		list_move(l->list, number - 1);
	return true;
}

static void layout_links(struct app *app, struct screen *s)
{
	struct links *l = s->data;
	struct win w =
		win_sub(&s->win, 0, 1, s->win.w, s->win.h - 1 - DETAIL_ROWS);

	(void)app;
	list_set_win(l->list, &w);
}

/* Where the host stands in the target; false: it has none. */
static bool find_host(const char *target, size_t *start, size_t *len)
{
	struct uri u;
	const char *at, *authority = strstr(target, "://");
	bool ok = uri_parse(&u, target);

	if (!ok)
		return false;
	/* Behind "user@", where the deceit is usually put. */
	ok = u.host && authority;
	if (ok) {
		size_t all = strcspn(authority + 3, "/?#");

		*len = strlen(u.host);
		ok = false;
		for (size_t i = 0; i + *len <= all && *len; i++) {
			at = authority + 3 + i;
			if (strncasecmp(at, u.host, *len) == 0) {
				*start = (size_t)(at - target);
				ok = true;
			}
		}
	}
	uri_release(&u);
	return ok;
}

/* The whole target, wrapped anywhere, its host standing out. */
static void draw_detail(const struct win *w, const struct line_link *k)
{
	size_t host = 0, host_len = 0, at = 0, len = strlen(k->target);
	int y = 1;

	draw_hline(w, 0, 0, w->w, THEME_BORDER);
	if (!find_host(k->target, &host, &host_len))
		host_len = 0;
	while (at < len && y < DETAIL_ROWS - 2 && w->w > 1) {
		size_t used,
			n = utf8_fit(k->target + at, (size_t)w->w - 1, &used);
		struct draw_span span = {0, 0, THEME_STRONG};
		char *row CLEANUP(mem_free_ptr) = xstrndup(k->target + at, n);

		if (!n)
			break;
		if (host_len && host < at + n && host + host_len > at) {
			span.start = host > at ? host - at : 0;
			span.len = host + host_len - at - span.start;
			if (span.start + span.len > n)
				span.len = n - span.start;
			span.style = THEME_MATCH;
		}
		draw_spans(w, 1, y++, 0, THEME_LINK, row, &span,
			   span.len ? 1 : 0);
		at += n;
	}
	if (at < len)
		draw_text(w, 1, y, -1, THEME_DIMMED, "... and more");
	y = DETAIL_ROWS - 2;
	if (k->mismatch)
		draw_text(w, 1, y, -1, THEME_WARNING,
			  "Careful: the text names another host than the "
			  "target");
	else if (k->unusual)
		draw_text(w, 1, y, -1, THEME_WARNING,
			  "Careful: this is not an ordinary web or mail link");
	draw_text(w, 1, DETAIL_ROWS - 1, -1, THEME_DIMMED,
		  "Enter asks and opens it");
}

static void draw_links(struct app *app, struct screen *s)
{
	struct links *l = s->data;
	const struct list_row *row = list_current(l->list);
	struct win detail = win_sub(&s->win, 0, s->win.h - DETAIL_ROWS,
				    s->win.w, DETAIL_ROWS);

	draw_clear(&s->win, THEME_NORMAL);
	draw_fill(&s->win, 0, 0, s->win.w, THEME_HEADER);
	draw_text(&s->win, 1, 0, -1, THEME_HEADER, "Links of this message");
	list_draw(l->list, screen_top(app) == s);
	if (row)
		draw_detail(&detail, &l->v.v[row->id - 1]);
}

static void open_answer(struct app *app, void *ctx, char choice)
{
	const char *target = ctx;

	if (choice == 'y') {
		reader_open_link(app, target);
	} else if (choice == 'c') {
		term_copy(target);
		message_show(app, MESSAGE_OK, "Copied to the clipboard");
	}
}

static void ask_open(struct app *app, const struct line_link *k)
{
	char *q CLEANUP(mem_free_ptr) = NULL;
	size_t start, len;

	if (find_host(k->target, &start, &len))
		q = xasprintf("%sOpen this link to %.*s, or (c)opy it?",
			      k->mismatch || k->unusual ? "Careful! " : "",
			      (int)len, k->target + start);
	else
		q = xstrdup("Open this link, or (c)opy it?");
	prompt_choose(app, q, "ync", 'n', open_answer, xstrdup(k->target),
		      free);
}

static bool links_command(struct app *app, struct screen *s,
			  const struct command_call *call)
{
	struct links *l = s->data;
	const struct list_row *row = list_current(l->list);

	if ((call->id == COMMAND_open || call->id == COMMAND_part_open) &&
	    row) {
		ask_open(app, &l->v.v[row->id - 1]);
		return true;
	}
	return list_command(l->list, call);
}

static bool links_mouse(struct app *app, struct screen *s,
			const struct input *in)
{
	struct links *l = s->data;
	const char *sort;
	enum list_click click = list_mouse(l->list, in, &sort);

	if (click == LIST_OPENED)
		ask_open(app, &l->v.v[list_current(l->list)->id - 1]);
	app_damage(app, DAMAGE_SCREEN);
	return click != LIST_NOWHERE;
}

static unsigned links_has(struct app *app, struct screen *s)
{
	struct links *l = s->data;

	(void)app;
	return NEED_item | (list_current(l->list) ? NEED_part : 0);
}

const struct screen_ops scr_links_ops = {
	.open = open_links,
	.close = close_links,
	.layout = layout_links,
	.draw = draw_links,
	.mouse = links_mouse,
	.command = links_command,
	.has = links_has,
};

/* --- commands ------------------------------------------------------------------------------- */

static struct links *show_links(struct app *app, int number)
{
	struct screen *s = screen_get(app, SCREEN_links);
	char arg[16];

	if (s)
		screen_close(app, s);
	snprintf(arg, sizeof(arg), "%d", number);
	if (!screen_open(app, SCREEN_links, arg))
		return NULL;
	s = screen_top(app);
	return s && s->id == SCREEN_links ? s->data : NULL;
}

void cmd_links(struct app *app, const struct command_call *call)
{
	show_links(app, call->count);
}

static void number_given(struct app *app, void *ctx, const char *text)
{
	struct links *l;
	int number = text ? (int)strtol(text, NULL, 10) : 0;

	(void)ctx;
	if (!text)
		return;
	l = show_links(app, number);
	if (!l)
		return;
	if (number >= 1 && (size_t)number <= l->v.n)
		ask_open(app, &l->v.v[number - 1]);
	else if (number)
		message_show(app, MESSAGE_WARNING, "There is no link %d",
			     number);
}

void cmd_link_open(struct app *app, const struct command_call *call)
{
	struct prompt_spec spec = {.label = "Link number (Enter: list): ",
				   .done = number_given};
	char number[16];

	if (!call->count) {
		prompt_open(app, &spec);
		return;
	}
	snprintf(number, sizeof(number), "%d", call->count);
	number_given(app, NULL, number);
}
