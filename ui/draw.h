/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef UI_DRAW_H
#define UI_DRAW_H
/*
 * Clipped drawing into a rectangle of the screen. Coordinates are cells from
 * the rectangle's corner. Text is UTF-8; whatever it holds, nothing but
 * printable characters reaches the terminal: controls become symbols, format
 * characters vanish, and in a C locale everything becomes ASCII.
 */
#include "ui/theme.h"

struct win {
	int x, y, w, h; /* on the screen; w, h may be 0 */
};
/* The part of w at x, y of size cols, rows, cut to w. */
struct win win_sub(const struct win *w, int x, int y, int cols, int rows);
bool win_has(const struct win *w, int x, int y); /* screen cell */

/* Cells used; stops at the right edge or after max cells (-1: the edge). */
int draw_text(const struct win *w, int x, int y, int max, unsigned style,
	      const char *text);
/* The same for a line that is only read: right-to-left text in it is put in
 * order where the terminal does not (term_reorders). Where one types the
 * cursor goes by the text. */
int draw_ordered(const struct win *w, int x, int y, int max, unsigned style,
		 const char *text);
int draw_text_n(const struct win *w, int x, int y, int max, unsigned style,
		const char *text, size_t len);
PRINTF(5, 6)
int draw_textf(const struct win *w, int x, int y, unsigned style,
	       const char *fmt, ...);
/* Exactly `cells` cells: cut with an ellipsis, padded, right-aligned. */
void draw_column(const struct win *w, int x, int y, int cells, bool right,
		 unsigned style, const char *text);
void draw_clear(const struct win *w, unsigned style);
void draw_fill(const struct win *w, int x, int y, int cells, unsigned style);
void draw_restyle(const struct win *w, int x, int y, int cells, unsigned style);

/* Styled stretches of a line, sorted, not overlapping. */
struct draw_span {
	size_t start, len; /* bytes */
	unsigned style;
};
/* A line from byte 0 but drawn from cell `skip` on; the rest of the row is
 * left alone. Cells used. */
int draw_spans(const struct win *w, int x, int y, int skip, unsigned style,
	       const char *text, const struct draw_span *spans, size_t n);

/* A sentence from x on, broken at blanks (a long word where it must be), as far
 * as there are rows; how many it took. */
int draw_words(const struct win *w, int x, int y, unsigned style,
	       const char *text);
void draw_hline(const struct win *w, int x, int y, int cells, unsigned style);
void draw_vline(const struct win *w, int x, int y, int rows, unsigned style);
/* A frame around w's edge, title (may be NULL) in the top line. */
void draw_box(const struct win *w, unsigned style, const char *title);
/* "[####....]" of `cells` cells. */
void draw_gauge(const struct win *w, int x, int y, int cells, int64_t done,
		int64_t total, unsigned style);
void draw_cursor(const struct win *w, int x, int y);
#endif
