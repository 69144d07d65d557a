/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "ui/form.h"
#include <string.h>
#include "base/utf8.h"

#define LABEL_MAX 20

struct field {
	enum form_kind kind;
	char *name, *label, *complete, *help;
	struct edit edit; /* TEXT, PASSWORD; value of the others */
	struct strv choices;
	enum theme_role remark_role;
	char *remark;
	int row, x; /* where its value was drawn; row -1: hidden */
};

struct form {
	struct field *v;
	size_t n, at;
	struct win win;
	int label_cells, top;
};

static bool can_focus(const struct field *f)
{
	return f->kind != FORM_NOTE;
}

static void focus_by(struct form *f, int by)
{
	for (size_t i = 0; i < f->n; i++) {
		f->at = (f->at + (by < 0 ? f->n - 1 : 1)) % f->n;
		if (can_focus(&f->v[f->at]))
			return;
	}
}

struct form *form_new(const struct form_field *fields, size_t n)
{
	struct form *f = xcalloc(1, sizeof(*f));

	f->v = xcalloc(n ? n : 1, sizeof(*f->v));
	f->n = n;
	for (size_t i = 0; i < n; i++) {
		struct field *d = &f->v[i];
		int cells = (int)utf8_width(str_or_empty(fields[i].label));
		d->kind = fields[i].kind;
		d->name = xstrdup(str_or_empty(fields[i].name));
		d->label = xstrdup(str_or_empty(fields[i].label));
		d->complete = xstrdup(fields[i].complete);
		d->help = xstrdup(fields[i].help);
		edit_init(&d->edit, d->kind == FORM_PASSWORD);
		strv_init(&d->choices);
		if (fields[i].choices)
			strv_split(&d->choices, fields[i].choices, "|");
		edit_set(&d->edit, fields[i].value ? fields[i].value
				   : d->choices.n  ? d->choices.v[0]
						   : "");
		if (d->kind != FORM_NOTE && cells > f->label_cells)
			f->label_cells = cells;
	}
	if (f->label_cells > LABEL_MAX)
		f->label_cells = LABEL_MAX;
	if (n && !can_focus(&f->v[0]))
		focus_by(f, 1);
	return f;
}

void form_free(struct form *f)
{
	if (!f)
		return;
	for (size_t i = 0; i < f->n; i++) {
		struct field *d = &f->v[i];
		free(d->name);
		free(d->label);
		free(d->complete);
		free(d->help);
		free(d->remark);
		edit_release(&d->edit);
		strv_release(&d->choices);
	}
	free(f->v);
	free(f);
}

static struct field *find(const struct form *f, const char *name)
{
	for (size_t i = 0; i < f->n; i++)
		if (str_eq(f->v[i].name, name))
			return &f->v[i];
	BUG("form: no field %s", name);
}

const char *form_get(const struct form *f, const char *name)
{
	return find(f, name)->edit.text.s;
}

void form_set(struct form *f, const char *name, const char *value)
{
	edit_set(&find(f, name)->edit, value);
}

void form_set_remark(struct form *f, const char *name, enum theme_role role,
		     const char *text)
{
	struct field *d = find(f, name);

	d->remark_role = role;
	mem_replace(&d->remark, xstrdup(text));
}

void form_focus(struct form *f, const char *name)
{
	f->at = (size_t)(find(f, name) - f->v);
}

const char *form_focused(const struct form *f)
{
	return f->n ? f->v[f->at].name : "";
}

int form_rows(const struct form *f)
{
	return (int)f->n + 2;
}

void form_set_win(struct form *f, const struct win *w)
{
	f->win = *w;
}

/* --- drawing ---------------------------------------------------------------------- */
static int choice_cells(const struct field *d)
{
	int cells = 0;

	for (size_t i = 0; i < d->choices.n; i++)
		cells += 6 + (int)utf8_width(d->choices.v[i]);
	return cells - 2;
}

/* Where they do not fit beside each other only the chosen one is shown. */
static void draw_choice(struct form *f, struct field *d, int y, bool on)
{
	int x = d->x;

	if (x + choice_cells(d) > f->win.w) {
		draw_textf(&f->win, x, y, on ? THEME_CURSOR : THEME_NORMAL,
			   "< %s >", d->edit.text.s);
		if (on)
			draw_cursor(&f->win, x, y);
		return;
	}

	for (size_t i = 0; i < d->choices.n; i++) {
		bool chosen = str_eq(d->choices.v[i], d->edit.text.s);
		unsigned style = on && chosen ? THEME_CURSOR : THEME_NORMAL;
		if (on && chosen)
			draw_cursor(&f->win, x + 1, y);
		x += draw_text(&f->win, x, y, -1, style,
			       chosen ? "(*) " : "( ) ");
		x += draw_text(&f->win, x, y, -1, style, d->choices.v[i]) + 2;
	}
}

static void draw_value(struct form *f, struct field *d, int y, bool on)
{
	int width = f->win.w - d->x - 1;
	int remark = d->remark ? (int)utf8_width(d->remark) + 2 : 0;

	switch (d->kind) {
	case FORM_TEXT:
	case FORM_PASSWORD:
		if (remark > width / 2)
			remark = width / 2;
		int x = edit_draw(&d->edit, &f->win, d->x, y, width - remark,
				  THEME_ON(THEME_NORMAL, THEME_INPUT));
		if (on)
			draw_cursor(&f->win, d->x + x, y);
		break;
	case FORM_CHOICE:
		draw_choice(f, d, y, on);
		break;
	case FORM_CHECK:
		draw_text(&f->win, d->x, y, -1,
			  on ? THEME_CURSOR : THEME_NORMAL,
			  str_eq(d->edit.text.s, "yes") ? "[x]" : "[ ]");
		if (on)
			draw_cursor(&f->win, d->x + 1, y);
		break;
	case FORM_NOTE:
		break;
	}
	if (d->remark)
		draw_column(&f->win, f->win.w - remark, y, remark, false,
			    d->remark_role, d->remark);
}

void form_draw(struct form *f, bool focused)
{
	int rows = f->win.h - 1; /* the last row is the field's help */

	draw_clear(&f->win, THEME_NORMAL);
	if ((int)f->at < f->top)
		f->top = (int)f->at;
	if ((int)f->at >= f->top + rows)
		f->top = (int)f->at - rows + 1;
	for (size_t i = 0; i < f->n; i++) {
		struct field *d = &f->v[i];
		int y = (int)i - f->top;
		bool on = focused && i == f->at;
		d->row = y >= 0 && y < rows ? y : -1;
		d->x = 2 + f->label_cells + 2;
		if (d->row < 0)
			continue;
		if (d->kind == FORM_NOTE) {
			draw_text(&f->win, 2, y, -1, THEME_DIMMED, d->label);
			continue;
		}
		draw_text(&f->win, 0, y, 1, THEME_MARK, on ? ">" : " ");
		draw_column(&f->win, 2, y, f->label_cells, false, THEME_FIELD,
			    d->label);
		draw_value(f, d, y, on);
	}
	if (f->n && f->v[f->at].help && f->win.h > 1)
		draw_column(&f->win, 2, f->win.h - 1, f->win.w - 3, false,
			    THEME_HINT, f->v[f->at].help);
}

/* --- keys ---------------------------------------------------------------------------- */
static void step_choice(struct field *d, int by)
{
	size_t at = 0;

	for (size_t i = 0; i < d->choices.n; i++)
		if (str_eq(d->choices.v[i], d->edit.text.s))
			at = i;
	if (d->choices.n)
		edit_set(&d->edit,
			 d->choices.v[(at + (by < 0 ? d->choices.n - 1 : 1)) %
				      d->choices.n]);
}

/* Fills in the only (or the common) completion; true: something changed. */
static bool complete_field(struct app *app, struct field *d)
{
	struct candidates c = {0};
	bool changed = false;

	complete(app, d->complete, d->edit.text.s, d->edit.cursor, &c);
	if (c.n == 1 && c.start <= d->edit.text.len &&
	    !str_eq(c.v[0].text, d->edit.text.s + c.start)) {
		str_cut(&d->edit.text, c.start);
		d->edit.cursor = c.start;
		edit_insert(&d->edit, c.v[0].text);
		changed = true;
	}
	candidates_release(&c);
	return changed;
}

static enum form_result field_key(struct field *d, uint32_t key)
{
	switch (d->kind) {
	case FORM_TEXT:
	case FORM_PASSWORD:
		return edit_key(&d->edit, key) ? FORM_CHANGED : FORM_IGNORED;
	case FORM_CHOICE:
		if (key != KBD_LEFT && key != KBD_RIGHT && key != ' ')
			return FORM_IGNORED;
		step_choice(d, key == KBD_LEFT ? -1 : 1);
		return FORM_CHANGED;
	case FORM_CHECK:
		if (key != ' ' && key != KBD_LEFT && key != KBD_RIGHT)
			return FORM_IGNORED;
		edit_set(&d->edit,
			 str_eq(d->edit.text.s, "yes") ? "no" : "yes");
		return FORM_CHANGED;
	case FORM_NOTE:
		break;
	}
	return FORM_IGNORED;
}

static bool is_last(const struct form *f)
{
	for (size_t i = f->at + 1; i < f->n; i++)
		if (can_focus(&f->v[i]))
			return false;
	return true;
}

enum form_result form_key(struct form *f, struct app *app, uint32_t key)
{
	struct field *d;

	if (!f->n)
		return FORM_IGNORED;
	d = &f->v[f->at];
	switch (key) {
	case KBD_ESC:
	case KBD_CTRL | 'g':
		return FORM_LEFT;
	case KBD_TAB:
		if (d->complete && d->edit.text.len && complete_field(app, d))
			return FORM_CHANGED;
		focus_by(f, 1);
		return FORM_TAKEN;
	case KBD_DOWN:
		focus_by(f, 1);
		return FORM_TAKEN;
	case KBD_TAB | KBD_SHIFT:
	case KBD_UP:
		focus_by(f, -1);
		return FORM_TAKEN;
	case KBD_ENTER:
		if (is_last(f))
			return FORM_DONE;
		focus_by(f, 1);
		return FORM_TAKEN;
	default:
		return field_key(d, key);
	}
}

enum form_result form_paste(struct form *f, const char *text)
{
	struct field *d = f->n ? &f->v[f->at] : NULL;

	if (!d || (d->kind != FORM_TEXT && d->kind != FORM_PASSWORD))
		return FORM_IGNORED;
	/* The line break that copying a line brings along is not meant. */
	size_t len = strcspn(text, "\r\n");
	char *line CLEANUP(mem_free_ptr) = xstrndup(text, len);
	edit_insert(&d->edit, line);
	mem_wipe(line, len);
	return FORM_CHANGED;
}

enum form_result form_mouse(struct form *f, const struct input *in)
{
	if (in->action != MOUSE_PRESS || !win_has(&f->win, in->x, in->y))
		return FORM_IGNORED;
	for (size_t i = 0; i < f->n; i++) {
		struct field *d = &f->v[i];
		int x = f->win.x + d->x;
		if (!can_focus(d) || d->row != in->y - f->win.y)
			continue;
		f->at = i;
		if (d->kind == FORM_CHECK)
			return field_key(d, ' ');
		for (size_t k = 0; d->kind == FORM_CHOICE && k < d->choices.n;
		     k++) {
			int w = 6 + (int)utf8_width(d->choices.v[k]);
			if (in->x >= x && in->x < x + w) {
				edit_set(&d->edit, d->choices.v[k]);
				return FORM_CHANGED;
			}
			x += w;
		}
		return FORM_TAKEN;
	}
	return FORM_IGNORED;
}
