/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "tests/tui/screen.h"
#include <string.h>
#include <vterm.h>

struct term_screen {
	VTerm *vt;
	VTermScreen *screen;
	int rows, cols;
	VTermPos cursor;
	bool cursor_visible;
};

static int on_move(VTermPos pos, VTermPos old, int visible, void *user)
{
	struct term_screen *s = user;

	(void)old;
	(void)visible;
	s->cursor = pos;
	return 1;
}

static int on_prop(VTermProp prop, VTermValue *value, void *user)
{
	struct term_screen *s = user;

	if (prop == VTERM_PROP_CURSORVISIBLE)
		s->cursor_visible = value->boolean;
	return 1;
}

static const VTermScreenCallbacks callbacks = {
	.movecursor = on_move,
	.settermprop = on_prop,
};

struct term_screen *screen_new(int rows, int cols)
{
	struct term_screen *s = xcalloc(1, sizeof(*s));

	s->rows = rows;
	s->cols = cols;
	s->cursor_visible = true;
	s->vt = vterm_new(rows, cols);
	vterm_set_utf8(s->vt, 1);
	s->screen = vterm_obtain_screen(s->vt);
	vterm_screen_set_callbacks(s->screen, &callbacks, s);
	vterm_screen_enable_altscreen(s->screen, 1);
	vterm_screen_reset(s->screen, 1);
	return s;
}

void screen_free(struct term_screen *s)
{
	if (!s)
		return;
	vterm_free(s->vt);
	free(s);
}

void screen_resize(struct term_screen *s, int rows, int cols)
{
	s->rows = rows;
	s->cols = cols;
	vterm_set_size(s->vt, rows, cols);
}

void screen_feed(struct term_screen *s, const char *p, size_t len)
{
	vterm_input_write(s->vt, p, len);
	vterm_screen_flush_damage(s->screen);
}

size_t screen_answer(struct term_screen *s, char *buffer, size_t max)
{
	return vterm_output_read(s->vt, buffer, max);
}

static void add_cell(struct str *b, const VTermScreenCell *cell)
{
	if (cell->chars[0] == (uint32_t)-1)
		return; /* the right half of a wide character */
	if (!cell->chars[0])
		str_add_char(b, ' ');
	for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && cell->chars[i]; i++)
		str_add_rune(b, cell->chars[i]);
}

static void get_cell(struct term_screen *s, int y, int x, VTermScreenCell *cell)
{
	VTermPos pos = {.row = y, .col = x};

	memset(cell, 0, sizeof(*cell));
	vterm_screen_get_cell(s->screen, pos, cell);
}

void screen_add_row(struct term_screen *s, int y, struct str *b)
{
	size_t start = b->len;

	for (int x = 0; x < s->cols; x++) {
		VTermScreenCell cell;
		get_cell(s, y, x, &cell);
		add_cell(b, &cell);
	}
	while (b->len > start && b->s[b->len - 1] == ' ')
		str_cut(b, b->len - 1);
}

bool screen_has(struct term_screen *s, const char *text)
{
	for (int y = 0; y < s->rows; y++) {
		struct str b CLEANUP(str_release) = STR_INIT;
		screen_add_row(s, y, &b);
		if (strstr(b.s, text))
			return true;
	}
	return false;
}

char *screen_cursor_row(struct term_screen *s)
{
	struct str b = STR_INIT;

	if (s->cursor_visible)
		screen_add_row(s, s->cursor.row, &b);
	return str_take(&b);
}

/* --- styles ------------------------------------------------------------------- */
static void add_colour(struct str *b, const char *name, const VTermColor *c)
{
	if (VTERM_COLOR_IS_DEFAULT_FG(c) || VTERM_COLOR_IS_DEFAULT_BG(c))
		return;
	if (b->len)
		str_add_char(b, ',');
	if (VTERM_COLOR_IS_INDEXED(c))
		str_addf(b, "%s=%d", name, c->indexed.idx);
	else
		str_addf(b, "%s=#%02x%02x%02x", name, c->rgb.red, c->rgb.green,
			 c->rgb.blue);
}

static void add_attr(struct str *b, bool on, const char *name)
{
	if (!on)
		return;
	if (b->len)
		str_add_char(b, ',');
	str_add(b, name);
}

/* "bold,fg=4"; "" for plain. Colours of blanks that cannot be seen are left
 * out, so that goldens do not depend on how a blank was sent. */
static void add_style(struct str *b, const VTermScreenCell *cell)
{
	bool blank = cell->chars[0] == 0 || cell->chars[0] == ' ';

	add_attr(b, cell->attrs.bold && !blank, "bold");
	add_attr(b, cell->attrs.underline != 0, "underline");
	add_attr(b, cell->attrs.italic && !blank, "italic");
	add_attr(b, cell->attrs.reverse, "reverse");
	if (!blank || cell->attrs.reverse)
		add_colour(b, "fg", &cell->fg);
	add_colour(b, "bg", &cell->bg);
}

bool screen_add_style_of(struct term_screen *s, const char *text,
			 struct str *out)
{
	for (int y = 0; y < s->rows; y++) {
		struct str row CLEANUP(str_release) = STR_INIT;
		int x = 0;
		VTermScreenCell cell;
		screen_add_row(s, y, &row);
		const char *at = strstr(row.s, text);
		if (!at)
			continue;
		/* Walk the cells until their text reaches the place. */
		struct str part CLEANUP(str_release) = STR_INIT;
		for (; part.len < (size_t)(at - row.s); x++) {
			get_cell(s, y, x, &cell);
			add_cell(&part, &cell);
		}
		get_cell(s, y, x, &cell);
		if (cell.chars[0] == (uint32_t)-1)
			get_cell(s, y, x + 1, &cell);
		add_style(out, &cell);
		if (!out->len)
			str_add(out, "plain");
		return true;
	}
	return false;
}

static char letter_of(struct strv *styles, const char *style)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMN"
				      "OPQRSTUVWXYZ0123456789";

	if (!*style)
		return '.';
	for (size_t i = 0; i < styles->n; i++)
		if (str_eq(styles->v[i], style))
			return letters[i < sizeof(letters) - 1
					       ? i
					       : sizeof(letters) - 2];
	strv_add(styles, style);
	return letter_of(styles, style);
}

static void add_plane(struct term_screen *s, struct strv *styles, struct str *b)
{
	for (int y = 0; y < s->rows; y++) {
		size_t start = b->len;
		for (int x = 0; x < s->cols; x++) {
			struct str style CLEANUP(str_release) = STR_INIT;
			VTermScreenCell cell;
			get_cell(s, y, x, &cell);
			if (cell.chars[0] == (uint32_t)-1)
				continue;
			add_style(&style, &cell);
			str_add_char(b, letter_of(styles, style.s));
		}
		while (b->len > start && b->s[b->len - 1] == '.')
			str_cut(b, b->len - 1);
		str_add_char(b, '\n');
	}
}

void screen_add_golden(struct term_screen *s, struct str *b)
{
	struct strv styles;

	strv_init(&styles);
	for (int y = 0; y < s->rows; y++) {
		screen_add_row(s, y, b);
		str_add_char(b, '\n');
	}
	if (s->cursor_visible)
		str_addf(b, "-- cursor %d,%d\n", s->cursor.col + 1,
			 s->cursor.row + 1);
	else
		str_add(b, "-- cursor hidden\n");
	str_add(b, "-- styles\n");
	add_plane(s, &styles, b);
	for (size_t i = 0; i < styles.n; i++)
		str_addf(b, "-- %c %s\n", letter_of(&styles, styles.v[i]),
			 styles.v[i]);
	strv_release(&styles);
}
