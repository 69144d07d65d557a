/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "ui/list_window.h"
#include <string.h>
#include "base/utf8.h"

/* The list as drawn and as worked by commands and mouse. */

#define MARGIN 2 /* cells before the columns: cursor, tag */
#define WHEEL_ROWS 3

void list_set_win(struct list *l, const struct win *w)
{
	int skip = l->header && w->h > 4;

	l->win = *w;
	l->body = win_sub(w, 0, skip, w->w, w->h - skip);
	columns_fit(l->columns, l->n_columns, w->w - MARGIN, l->widths);
}

void list_set_columns(struct list *l, const struct column *columns, size_t n)
{
	l->columns = columns;
	l->n_columns = n;
	l->widths = xrealloc(l->widths, n ? n : 1, sizeof(int));
	list_set_win(l, &l->win);
}

int list_column_cells(const struct list *l, int column)
{
	for (size_t i = 0; i < l->n_columns; i++)
		if (l->columns[i].id == column)
			return l->widths[i];
	return 0;
}

void list_set_header(struct list *l, bool shown)
{
	l->header = shown;
	list_set_win(l, &l->win);
}

void list_set_sort(struct list *l, const char *sort, bool ascending)
{
	mem_replace(&l->sort, xstrdup(sort));
	l->ascending = ascending;
}

/* --- what is on the screen ------------------------------------------------------ */
/* The heading line above row i; false: none. */
static bool heading_of(struct list *l, size_t i, struct str *out)
{
	const struct list_row *above = i ? &l->rows.v[i - 1] : NULL;

	if (!l->ops->heading || (!above && !l->has_first))
		return false;
	return l->ops->heading(l->ctx, above, &l->rows.v[i], out);
}

static int lines_of(struct list *l, size_t i)
{
	struct str b CLEANUP(str_release) = STR_INIT;

	return 1 + heading_of(l, i, &b);
}

/* Index of the last row that is wholly shown when top is the first. */
static size_t last_shown(struct list *l, size_t top)
{
	int left = l->body.h;
	size_t i = top;

	for (; i < l->rows.n; i++) {
		left -= lines_of(l, i);
		if (left < 0)
			break;
	}
	return i > top ? i - 1 : top;
}

/* The first row of a screen that ends with row i. */
static size_t top_for_bottom(struct list *l, size_t i)
{
	int left = l->body.h - lines_of(l, i);

	while (i > 0 && left > 0) {
		left -= lines_of(l, i - 1);
		if (left < 0)
			break;
		i--;
	}
	return i;
}

/* Puts the cursor's row inside, moving the view as little as needed. */
static void settle(struct list *l)
{
	if (!l->rows.n) {
		l->top = 0;
		return;
	}
	list_fill_above(l, (size_t)list_height(l));
	list_fill_below(l, l->cursor);
	if (!l->free_scroll) {
		if (l->cursor < l->top)
			l->top = l->cursor;
		else if (l->cursor > last_shown(l, l->top))
			l->top = top_for_bottom(l, l->cursor);
	}
	/* No empty rows below while there are rows above. */
	size_t bottom = top_for_bottom(l, l->rows.n - 1);
	if (l->has_last && l->top > bottom)
		l->top = bottom;
}

/* --- drawing ------------------------------------------------------------------------ */
/* What the sentences of the rows tell, in their order. */
static void draw_spoken_header(const struct list *l, const struct win *w)
{
	struct str b CLEANUP(str_release) = STR_INIT;

	for (size_t i = 0; i < l->n_columns; i++)
		if (*l->columns[i].title)
			str_addf(&b, "%s%s", b.len ? ", " : "",
				 l->columns[i].title);
	draw_column(w, MARGIN, 0, w->w - MARGIN, false, THEME_HEADER, b.s);
}

static void draw_header(struct list *l)
{
	struct win w = win_sub(&l->win, 0, 0, l->win.w, 1);
	int x = MARGIN;

	draw_clear(&w, THEME_HEADER);
	if (term_is_plain()) {
		draw_spoken_header(l, &w);
		return;
	}
	for (size_t i = 0; i < l->n_columns; i++) {
		const struct column *c = &l->columns[i];
		struct str b CLEANUP(str_release) = STR_INIT;
		if (!l->widths[i])
			continue;
		str_add(&b, c->title);
		if (c->sort && str_eq(c->sort, l->sort))
			str_add(&b, l->ascending ? " ^" : " v");
		draw_column(&w, x, 0, l->widths[i], c->right, THEME_HEADER,
			    b.s);
		x += l->widths[i] + 1;
	}
}

/* A sentence instead of columns: all of them, whatever the width. */
static void add_sentence(struct list *l, const struct list_row *row,
			 struct str *out)
{
	enum theme_role role = THEME_NORMAL;
	size_t start;

	if (list_is_tagged(l, row->id))
		str_add(out, "tagged, ");
	start = out->len;
	if (l->ops->say) {
		l->ops->say(l->ctx, row, out);
		return;
	}
	for (size_t c = 0; c < l->n_columns; c++) {
		struct str b CLEANUP(str_release) = STR_INIT;

		l->ops->cell(l->ctx, row, l->columns[c].id, &b, &role);
		str_trim(&b);
		if (b.len)
			str_addf(out, "%s%s", out->len > start ? ", " : "",
				 b.s);
	}
}

static void draw_cells(struct list *l, int y, const struct list_row *row,
		       unsigned style, enum theme_role base,
		       enum theme_role under)
{
	struct str b CLEANUP(str_release) = STR_INIT;
	int x = MARGIN;

	for (size_t c = 0; c < l->n_columns; c++) {
		enum theme_role role = base;
		if (!l->widths[c])
			continue;
		str_clear(&b);
		l->ops->cell(l->ctx, row, l->columns[c].id, &b, &role);
		/* Blanks look the same in any colour: fewer changes, fewer
		 * bytes. The gap behind belongs to the column too. */
		if (b.len)
			style = THEME_ON(role, under);
		draw_column(&l->body, x, y, l->widths[c], l->columns[c].right,
			    style, b.s);
		x += l->widths[c];
		if (x < l->body.w)
			draw_fill(&l->body, x++, y, 1, style);
	}
}

static void draw_row(struct list *l, int y, size_t i, bool focused)
{
	const struct list_row *row = &l->rows.v[i];
	bool current = i == l->cursor, tagged = list_is_tagged(l, row->id);
	enum theme_role base =
		l->ops->role ? l->ops->role(l->ctx, row) : THEME_NORMAL;
	enum theme_role under =
		current	 ? (focused ? THEME_CURSOR : THEME_CURSOR_AWAY)
		: tagged ? THEME_TAGGED
			 : THEME_NORMAL;
	struct str b CLEANUP(str_release) = STR_INIT;
	unsigned style = THEME_ON(base, under);

	draw_fill(&l->body, 0, y, l->body.w, style);
	draw_text(&l->body, 0, y, 1, style, current ? ">" : " ");
	if (tagged)
		draw_text(&l->body, 1, y, 1, THEME_ON(THEME_TAGGED, under),
			  "+");
	if (term_is_plain()) {
		add_sentence(l, row, &b);
		draw_column(&l->body, MARGIN, y, l->body.w - MARGIN, false,
			    style, b.s);
	} else {
		draw_cells(l, y, row, style, base, under);
	}
	if (current && focused)
		draw_cursor(&l->body, MARGIN, y);
}

static void draw_heading(struct list *l, int y, const char *text)
{
	int n;

	draw_hline(&l->body, 0, y, l->body.w, THEME_BORDER);
	n = draw_text(&l->body, 3, y, l->body.w - 6, THEME_DIMMED, text);
	draw_fill(&l->body, 2, y, 1, THEME_NORMAL);
	draw_fill(&l->body, 3 + n, y, 1, THEME_NORMAL);
}

/* In words, which may be more than fit into a row. */
static void draw_empty(struct list *l, bool focused)
{
	struct str b CLEANUP(str_release) = STR_INIT;
	int room = l->body.w - MARGIN - 1, y = 0;

	if (l->ops->empty)
		l->ops->empty(l->ctx, &b);
	for (const char *p = b.s; *p && y < l->body.h; y++) {
		size_t n = utf8_fit(p, (size_t)(room > 1 ? room : 1), NULL);

		while (p[n] && n && p[n] != ' ' && p[n - 1] != ' ')
			n--;
		if (!n) /* a word longer than the row */
			n = utf8_fit(p, (size_t)(room > 1 ? room : 1), NULL);
		if (!n)
			break;
		char *line CLEANUP(mem_free_ptr) = xstrndup(p, n);

		draw_text(&l->body, MARGIN, y, -1, THEME_DIMMED, line);
		p += n + strspn(p + n, " ");
	}
	if (focused)
		draw_cursor(&l->body, MARGIN, 0);
}

void list_draw(struct list *l, bool focused)
{
	int y = 0;

	settle(l);
	list_trim(l);
	if (l->header && l->body.h < l->win.h)
		draw_header(l);
	for (size_t i = l->top; i < l->rows.n && y < l->body.h; i++) {
		struct str b CLEANUP(str_release) = STR_INIT;
		if (heading_of(l, i, &b))
			draw_heading(l, y++, b.s);
		if (y < l->body.h)
			draw_row(l, y++, i, focused);
	}
	for (int rest = y; rest < l->body.h; rest++)
		draw_fill(&l->body, 0, rest, l->body.w, THEME_NORMAL);
	if (!l->rows.n)
		draw_empty(l, focused);
}

/* --- commands ------------------------------------------------------------------------- */
static void page_down(struct list *l)
{
	size_t last;

	settle(l);
	last = last_shown(l, l->top);
	list_fill_below(l, last + 1);
	if (last + 1 < l->rows.n) {
		l->cursor = l->top = last + 1;
	} else if (l->rows.n) {
		l->cursor = l->rows.n - 1;
	}
	l->free_scroll = false;
}

static void page_up(struct list *l)
{
	settle(l);
	if (l->top > 0) {
		l->top = top_for_bottom(l, l->top - 1);
		l->cursor = l->top;
	} else {
		l->cursor = 0;
	}
	l->free_scroll = false;
}

static void half_page(struct list *l, int sign)
{
	int rows = list_height(l) / 2;
	size_t offset;

	settle(l);
	offset = l->cursor - (l->cursor < l->top ? l->cursor : l->top);
	list_move(l, sign * (rows ? rows : 1));
	l->top = l->cursor > offset ? l->cursor - offset : 0;
}

static bool repeat_search(struct list *l, bool back)
{
	if (!l->search || !*l->search)
		return false;
	return list_search(l, l->search, back);
}

bool list_command(struct list *l, const struct command_call *call)
{
	int64_t n = call->count > 0 ? call->count : 1;
	const struct list_row *row;

	switch ((int)call->id) {
	case COMMAND_next:
		list_move(l, n);
		return true;
	case COMMAND_prev:
		list_move(l, -n);
		return true;
	case COMMAND_page_down:
		for (; n > 0; n--)
			page_down(l);
		return true;
	case COMMAND_page_up:
		for (; n > 0; n--)
			page_up(l);
		return true;
	case COMMAND_half_down:
		half_page(l, 1);
		return true;
	case COMMAND_half_up:
		half_page(l, -1);
		return true;
	case COMMAND_first:
		list_go_first(l);
		return true;
	case COMMAND_last:
		list_go_last(l);
		return true;
	case COMMAND_next_match:
		return repeat_search(l, false);
	case COMMAND_prev_match:
		return repeat_search(l, true);
	case COMMAND_tag:
		row = list_current(l);
		if (row)
			list_tag(l, row->id, !list_is_tagged(l, row->id));
		list_move(l, 1);
		return true;
	default:
		return false;
	}
}

/* --- mouse -------------------------------------------------------------------------------- */
static void wheel(struct list *l, bool up)
{
	settle(l);
	l->free_scroll = true;
	if (up) {
		list_fill_above(l, (size_t)WHEEL_ROWS);
		l->top = l->top > WHEEL_ROWS ? l->top - WHEEL_ROWS : 0;
		return;
	}
	list_fill_below(l, l->top + (size_t)list_height(l));
	l->top += WHEEL_ROWS;
}

/* The column head at a cell; NULL: none that sorts. */
static const char *sort_at(const struct list *l, int x)
{
	int at = l->win.x + MARGIN;

	for (size_t i = 0; i < l->n_columns; i++) {
		if (!l->widths[i])
			continue;
		if (x >= at && x < at + l->widths[i])
			return l->columns[i].sort;
		at += l->widths[i] + 1;
	}
	return NULL;
}

static bool row_at(struct list *l, int y, size_t *out)
{
	int at = l->body.y;

	for (size_t i = l->top; i < l->rows.n && at <= y; i++) {
		at += lines_of(l, i);
		if (at - 1 == y) {
			*out = i;
			return true;
		}
	}
	return false;
}

enum list_click list_mouse(struct list *l, const struct input *in,
			   const char **sort)
{
	size_t i;

	if (!win_has(&l->win, in->x, in->y))
		return LIST_NOWHERE;
	if (in->action == MOUSE_WHEEL_UP || in->action == MOUSE_WHEEL_DOWN) {
		wheel(l, in->action == MOUSE_WHEEL_UP);
		return LIST_SCROLLED;
	}
	if (in->action != MOUSE_PRESS || in->button != 1)
		return LIST_SCROLLED;
	if (in->y < l->body.y) {
		*sort = sort_at(l, in->x);
		return *sort ? LIST_SORT : LIST_SCROLLED;
	}
	if (!row_at(l, in->y, &i))
		return LIST_SELECTED;
	bool again = i == l->cursor;
	l->cursor = i;
	l->free_scroll = false;
	return again || in->clicks == 2 ? LIST_OPENED : LIST_SELECTED;
}
