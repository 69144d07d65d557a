/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "ui/matrix.h"

#include <string.h>
#include "ui/input.h"

#define NAME_LEAST 14
#define NAME_MOST 40
#define MARK_CELLS 2 /* ">" before the row of the cursor */

void matrix_init(struct matrix *m, const struct matrix_ops *ops, void *ctx,
		 const struct matrix_column *columns, size_t n)
{
	*m = (struct matrix){.ops = ops,
			     .ctx = ctx,
			     .columns = columns,
			     .n_columns = n,
			     .column = 1,
			     .left = 1};
}

void matrix_set_rows(struct matrix *m, size_t rows)
{
	m->rows = rows;
	if (m->row >= rows)
		m->row = rows ? rows - 1 : 0;
}

void matrix_set_win(struct matrix *m, const struct win *w)
{
	m->win = *w;
}

/* Below the heading, above the note. */
static int body_rows(const struct matrix *m)
{
	return m->win.h > 2 ? m->win.h - 2 : 0;
}

static int cells_of(const struct matrix *m, size_t column)
{
	return m->columns[column - 1].cells;
}

static int all_cells(const struct matrix *m)
{
	int cells = 0;

	for (size_t c = 1; c <= m->n_columns; c++)
		cells += cells_of(m, c) + 1;
	return cells;
}

static int name_cells(const struct matrix *m)
{
	int left = m->win.w - MARK_CELLS - all_cells(m);

	return left < NAME_LEAST  ? NAME_LEAST
	       : left > NAME_MOST ? NAME_MOST
				  : left;
}

/* Where a column begins; -1: not shown. */
static int column_x(const struct matrix *m, size_t column)
{
	int x = MARK_CELLS + name_cells(m) + 1;

	if (column < m->left)
		return -1;
	for (size_t c = m->left; c < column; c++)
		x += cells_of(m, c) + 1;
	return x + cells_of(m, column) <= m->win.w ? x : -1;
}

static void scroll(struct matrix *m)
{
	size_t rows = (size_t)body_rows(m);

	if (m->row < m->top)
		m->top = m->row;
	if (rows && m->row >= m->top + rows)
		m->top = m->row - rows + 1;
	if (m->column < m->left)
		m->left = m->column;
	while (m->left < m->column && column_x(m, m->column) < 0)
		m->left++;
	/* Room on the right is better used. */
	while (m->left > 1) {
		m->left--;
		if (column_x(m, m->n_columns) < 0) {
			m->left++;
			break;
		}
	}
}

static void draw_row(struct matrix *m, size_t row, int y, bool focused)
{
	bool here = row == m->row;
	unsigned style = !here	   ? THEME_NORMAL
			 : focused ? THEME_CURSOR
				   : THEME_CURSOR_AWAY;

	draw_fill(&m->win, 0, y, m->win.w, style);
	if (here)
		draw_text(&m->win, 0, y, 1, style, ">");
	for (size_t c = 0; c <= m->n_columns; c++) {
		struct str text CLEANUP(str_release) = STR_INIT;
		enum theme_role role = THEME_NORMAL;
		int x = c ? column_x(m, c) : MARK_CELLS;
		bool at = here && focused && c == m->column;

		if (x < 0)
			continue;
		m->ops->cell(m->ctx, row, c, &text, &role);
		draw_column(&m->win, x, y, c ? cells_of(m, c) : name_cells(m),
			    false,
			    at	   ? THEME_MATCH
			    : here ? style
				   : (unsigned)role,
			    text.s);
		if (at)
			draw_cursor(&m->win, x, y);
	}
}

void matrix_draw(struct matrix *m, bool focused)
{
	struct str note CLEANUP(str_release) = STR_INIT;

	scroll(m);
	draw_fill(&m->win, 0, 0, m->win.w, THEME_HEADER);
	draw_column(&m->win, MARK_CELLS, 0, name_cells(m), false, THEME_HEADER,
		    "Name");
	for (size_t c = m->left; c <= m->n_columns; c++)
		if (column_x(m, c) >= 0)
			draw_column(&m->win, column_x(m, c), 0, cells_of(m, c),
				    false, THEME_HEADER,
				    m->columns[c - 1].title);
	if (m->left > 1)
		draw_text(&m->win, MARK_CELLS + name_cells(m), 0, 1,
			  THEME_HEADER, "<");
	if (column_x(m, m->n_columns) < 0)
		draw_text(&m->win, m->win.w - 1, 0, 1, THEME_HEADER, ">");
	for (int y = 0; y < body_rows(m) && m->top + (size_t)y < m->rows; y++)
		draw_row(m, m->top + (size_t)y, y + 1, focused);
	if (!m->rows && focused)
		draw_cursor(&m->win, MARK_CELLS, m->win.h > 1 ? 1 : 0);
	if (!m->rows || !m->ops->note || m->win.h < 3)
		return;
	m->ops->note(m->ctx, m->row, m->column, &note);
	draw_text(&m->win, MARK_CELLS, m->win.h - 1, m->win.w - MARK_CELLS,
		  THEME_DIMMED, note.s);
}

static void move_rows(struct matrix *m, int64_t by)
{
	int64_t to = (int64_t)m->row + by;

	if (to >= (int64_t)m->rows)
		to = (int64_t)m->rows - 1;
	m->row = to > 0 ? (size_t)to : 0;
}

bool matrix_command(struct matrix *m, const struct command_call *call)
{
	int64_t n = call->count ? call->count : 1;
	int64_t page = body_rows(m) > 1 ? body_rows(m) - 1 : 1;

	switch (call->id) {
	case COMMAND_next:
		move_rows(m, n);
		return true;
	case COMMAND_prev:
		move_rows(m, -n);
		return true;
	case COMMAND_page_down:
		move_rows(m, n * page);
		return true;
	case COMMAND_page_up:
		move_rows(m, -n * page);
		return true;
	case COMMAND_first:
		m->row = 0;
		return true;
	case COMMAND_last:
		move_rows(m, (int64_t)m->rows);
		return true;
	case COMMAND_column_left:
		m->column = m->column > 1 ? m->column - 1 : 1;
		return true;
	case COMMAND_column_right:
		m->column += m->column < m->n_columns;
		return true;
	default:
		return false;
	}
}

bool matrix_mouse(struct matrix *m, const struct input *in, bool *again)
{
	size_t row, was_row = m->row, was_column = m->column;

	*again = false;
	if (in->action == MOUSE_WHEEL_UP || in->action == MOUSE_WHEEL_DOWN) {
		move_rows(m, in->action == MOUSE_WHEEL_UP ? -3 : 3);
		return true;
	}
	if (in->action != MOUSE_PRESS || !win_has(&m->win, in->x, in->y))
		return false;
	row = m->top + (size_t)(in->y - m->win.y - 1);
	if (in->y == m->win.y || row >= m->rows)
		return false;
	m->row = row;
	for (size_t c = m->left; c <= m->n_columns; c++) {
		int x = column_x(m, c);

		if (x >= 0 && in->x - m->win.x >= x &&
		    in->x - m->win.x < x + cells_of(m, c)) {
			m->column = c;
			*again = row == was_row && c == was_column;
		}
	}
	return true;
}
