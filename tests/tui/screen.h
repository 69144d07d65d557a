/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef TUI_SCREEN_H
#define TUI_SCREEN_H
/* The terminal's screen as libvterm sees it: text, styles, goldens. */
#include "base/str.h"

struct term_screen;
struct term_screen *screen_new(int rows, int cols);
void screen_free(struct term_screen *s);
void screen_resize(struct term_screen *s, int rows, int cols);
void screen_feed(struct term_screen *s, const char *p, size_t len);
/* What the terminal answers to the program (reports); bytes. */
size_t screen_answer(struct term_screen *s, char *buffer, size_t max);

/* One row without trailing blanks. */
void screen_add_row(struct term_screen *s, int y, struct str *b);
bool screen_has(struct term_screen *s, const char *text); /* within a row */
char *screen_cursor_row(struct term_screen *s); /* caller frees; "" hidden */
/* "bold,reverse,fg=4,bg=default" of the first cell of text; false: absent. */
bool screen_add_style_of(struct term_screen *s, const char *text,
			 struct str *b);
/* Text, cursor and style plane as kept in tests/tui/golden. */
void screen_add_golden(struct term_screen *s, struct str *b);
#endif
