/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "ui/picker.h"
#include <string.h>
#include "base/utf8.h"

#define FILTER_CELLS 36 /* beside the title, with room to type */
#define HELP_ROWS 3

struct picker {
	char *title;
	int left_cells, middle_cells;
	VEC(struct picker_row) rows;
	VEC(size_t) shown; /* indices of rows */
	size_t at, top;	   /* into shown */
	struct edit filter;
	struct win list; /* where the rows were drawn */
	bool by_score;
	bool stale; /* rows were added since they were selected */
};

struct picker *picker_new(const char *title, int left_cells, int middle_cells)
{
	struct picker *p = xcalloc(1, sizeof(*p));

	p->title = xstrdup(title);
	p->left_cells = left_cells;
	p->middle_cells = middle_cells;
	edit_init(&p->filter, false);
	return p;
}

void picker_free(struct picker *p)
{
	if (!p)
		return;
	for (size_t i = 0; i < p->rows.n; i++) {
		free(p->rows.v[i].left);
		free(p->rows.v[i].middle);
		free(p->rows.v[i].right);
		free(p->rows.v[i].help);
	}
	vec_release(&p->rows);
	vec_release(&p->shown);
	edit_release(&p->filter);
	free(p->title);
	free(p);
}

static int score_of(const struct picker *p, struct picker_row *r)
{
	const char *word = p->filter.text.s;
	int score;

	if (!*word)
		return 1;
	score = complete_score(r->middle, word);
	if (score < 200 && str_eq(r->left, word))
		score = 1000; /* the key itself was typed */
	if (score < 200 && !utf8_contains_folded(r->right, word) &&
	    !p->by_score)
		return 0; /* a list to read: only whole pieces match */
	if (!score && utf8_contains_folded(r->right, word))
		score = 1;
	return score;
}

/* A heading stays as long as a row under it does. */
static void select_rows(struct picker *p)
{
	p->shown.n = 0;
	for (size_t i = 0; i < p->rows.n; i++) {
		struct picker_row *r = &p->rows.v[i];
		if (!r->heading)
			r->score = score_of(p, r);
		if (!r->heading && !r->score)
			continue;
		if (p->shown.n && r->heading &&
		    p->rows.v[p->shown.v[p->shown.n - 1]].heading)
			p->shown.n--;
		vec_add(&p->shown, i);
	}
	if (p->shown.n && p->rows.v[p->shown.v[p->shown.n - 1]].heading)
		p->shown.n--;
	for (size_t i = 1; p->by_score && p->filter.text.len && i < p->shown.n;
	     i++) {
		size_t one = p->shown.v[i], j = i;
		for (; j > 0 && p->rows.v[p->shown.v[j - 1]].score <
					p->rows.v[one].score;
		     j--)
			p->shown.v[j] = p->shown.v[j - 1];
		p->shown.v[j] = one;
	}
	p->at = p->top = 0;
	p->stale = false;
}

static bool is_heading(const struct picker *p, size_t at)
{
	return p->rows.v[p->shown.v[at]].heading;
}

static void move_by(struct picker *p, long by)
{
	long at = (long)p->at + by, last = (long)p->shown.n - 1;
	long step = by < 0 ? -1 : 1;

	if (last < 0)
		return;
	at = at < 0 ? 0 : at > last ? last : at;
	while (at >= 0 && at <= last && is_heading(p, (size_t)at))
		at += step;
	if (at < 0 || at > last)
		for (at = at < 0 ? 0 : last;
		     at >= 0 && at <= last && is_heading(p, (size_t)at);
		     at -= step)
			;
	if (at >= 0 && at <= last)
		p->at = (size_t)at;
}

static void filter_changed(struct picker *p)
{
	select_rows(p);
	move_by(p, 0);
}

static void add_row(struct picker *p, struct picker_row r)
{
	vec_add(&p->rows, r);
	p->stale = true;
}

void picker_add(struct picker *p, int value, const char *left,
		const char *middle, const char *right, const char *help)
{
	add_row(p, (struct picker_row){xstrdup(str_or_empty(left)),
				       xstrdup(str_or_empty(middle)),
				       xstrdup(str_or_empty(right)),
				       xstrdup(help), value, false, 1});
}

void picker_add_heading(struct picker *p, const char *text)
{
	add_row(p, (struct picker_row){xstrdup(""), xstrdup(text), xstrdup(""),
				       NULL, -1, true, 1});
}

void picker_set_filter(struct picker *p, const char *text)
{
	edit_set(&p->filter, text);
	filter_changed(p);
}

void picker_sort(struct picker *p, bool by_score)
{
	p->by_score = by_score;
	filter_changed(p);
}

const struct picker_row *picker_current(const struct picker *p)
{
	if (p->at >= p->shown.n || is_heading(p, p->at))
		return NULL;
	return &p->rows.v[p->shown.v[p->at]];
}

/* Cuts help into rows of the window's width, at blanks. */
static void draw_help(const struct win *w, const char *text)
{
	for (int y = 0; y < w->h && *text; y++) {
		size_t used, n = utf8_fit(text, (size_t)w->w, &used);
		size_t cut = n;
		if (text[n]) {
			while (cut && text[cut] != ' ')
				cut--;
			cut = cut ? cut : n;
		}
		draw_text_n(w, 0, y, -1, THEME_POPUP, text, cut);
		text += cut + strspn(text + cut, " ");
	}
}

static void draw_row(struct picker *p, const struct win *w, int y,
		     const struct picker_row *r, bool on)
{
	unsigned row = on ? THEME_POPUP_CURSOR : THEME_POPUP;
	int middle = 3 + p->left_cells, right = middle + p->middle_cells + 2;

	draw_fill(w, 0, y, w->w, row);
	if (r->heading) {
		draw_column(w, 1, y, w->w - 2, false,
			    THEME_ON(THEME_HEADER, THEME_POPUP), r->middle);
		return;
	}
	draw_text(w, 0, y, 1, row, on ? ">" : " ");
	draw_column(w, 2, y, p->left_cells, false,
		    THEME_ON(THEME_HINT_KEY, row), r->left);
	draw_column(w, middle, y, p->middle_cells, false, row, r->middle);
	if (right < w->w)
		draw_column(w, right, y, w->w - right, false, row, r->right);
}

void picker_change(struct picker *p, int value, const char *left,
		   const char *right)
{
	for (size_t i = 0; i < p->rows.n; i++) {
		struct picker_row *r = &p->rows.v[i];

		if (r->heading || r->value != value)
			continue;
		mem_replace(&r->left, xstrdup(str_or_empty(left)));
		mem_replace(&r->right, xstrdup(str_or_empty(right)));
	}
}

void picker_draw(struct picker *p, const struct win *w)
{
	if (p->stale)
		filter_changed(p);
	const struct picker_row *now = picker_current(p);
	int help = now && now->help && w->h > 12 ? HELP_ROWS : 0;
	struct win top = win_sub(w, 0, 0, w->w, 1);
	struct win list = win_sub(w, 0, 1, w->w, w->h - 1 - help);
	struct win low = win_sub(w, 1, w->h - help, w->w - 2, help);
	int n, cursor;

	p->list = list;
	if (list.h < 1)
		return;
	draw_clear(w, THEME_POPUP);
	draw_fill(&top, 0, 0, top.w, THEME_POPUP);
	n = draw_text(&top, 1, 0, top.w / 2,
		      THEME_ON(THEME_PROMPT, THEME_POPUP), p->title);
	n += 1 +
	     draw_text(&top, n + 1, 0, -1, THEME_POPUP,
		       n + FILTER_CELLS < top.w ? "  type to filter: " : ": ");
	cursor = n + edit_draw(&p->filter, &top, n, 0, top.w - n, THEME_POPUP);
	if (p->at < p->top)
		p->top = p->at;
	if (p->at >= p->top + (size_t)list.h)
		p->top = p->at - (size_t)list.h + 1;
	if (p->at == 1 && p->top == 1 && is_heading(p, 0))
		p->top = 0;
	for (int y = 0; y < list.h && p->top + (size_t)y < p->shown.n; y++)
		draw_row(p, &list, y,
			 &p->rows.v[p->shown.v[p->top + (size_t)y]],
			 p->top + (size_t)y == p->at);
	if (!p->shown.n)
		draw_text(&list, 2, 0, -1, THEME_POPUP, "nothing matches");
	if (help)
		draw_help(&low, now->help);
	draw_cursor(&top, cursor, 0);
}

enum picker_result picker_key(struct picker *p, uint32_t key)
{
	long page = p->list.h > 1 ? p->list.h - 1 : 1;
	size_t len = p->filter.text.len;

	if (p->stale)
		filter_changed(p);
	switch (key) {
	case KBD_ESC:
	case KBD_CTRL | 'g':
		return PICKER_LEFT;
	case KBD_ENTER:
		return picker_current(p) ? PICKER_CHOSEN : PICKER_TAKEN;
	case KBD_UP:
	case KBD_CTRL | 'p':
		move_by(p, -1);
		return PICKER_TAKEN;
	case KBD_DOWN:
	case KBD_CTRL | 'n':
		move_by(p, 1);
		return PICKER_TAKEN;
	case KBD_PAGE_UP:
		move_by(p, -page);
		return PICKER_TAKEN;
	case KBD_PAGE_DOWN:
		move_by(p, page);
		return PICKER_TAKEN;
	case KBD_CTRL | KBD_HOME:
		move_by(p, -(long)p->shown.n);
		return PICKER_TAKEN;
	case KBD_CTRL | KBD_END:
		move_by(p, (long)p->shown.n);
		return PICKER_TAKEN;
	case KBD_BACKSPACE:
		if (!len)
			return PICKER_LEFT;
		break;
	default:
		break;
	}
	edit_key(&p->filter, key);
	if (p->filter.text.len != len)
		filter_changed(p);
	return PICKER_TAKEN;
}

void picker_paste(struct picker *p, const char *text)
{
	edit_insert(&p->filter, text);
	filter_changed(p);
}

enum picker_result picker_mouse(struct picker *p, const struct input *in)
{
	size_t row = p->top + (size_t)(in->y - p->list.y);

	if (in->action == MOUSE_WHEEL_UP || in->action == MOUSE_WHEEL_DOWN) {
		move_by(p, in->action == MOUSE_WHEEL_UP ? -3 : 3);
		return PICKER_TAKEN;
	}
	if (in->action != MOUSE_PRESS || !win_has(&p->list, in->x, in->y) ||
	    row >= p->shown.n || is_heading(p, row))
		return PICKER_TAKEN;
	if (row == p->at || in->clicks == 2) {
		p->at = row;
		return PICKER_CHOSEN;
	}
	p->at = row;
	return PICKER_TAKEN;
}
