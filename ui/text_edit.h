/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef UI_TEXT_EDIT_H
#define UI_TEXT_EDIT_H
/*
 * A small text editor: lines wrap at blanks on the screen only, the cursor
 * stands at borders of grapheme clusters, everything can be undone. It knows
 * neither files nor messages.
 */
#include "ui/draw.h"

struct text_edit;
struct text_edit *text_edit_new(void);
void text_edit_free(struct text_edit *e);
/* Cursor at byte `at`; forgets what could be undone. */
void text_edit_set(struct text_edit *e, const char *text, size_t at);
const char *text_edit_text(const struct text_edit *e);
size_t text_edit_cursor(const struct text_edit *e);
/* Rises with every change. */
unsigned text_edit_version(const struct text_edit *e);

/* Arrows, Home, End, PgUp, PgDn with and without Ctrl; C-a C-e C-f C-b C-n C-p
 * M-f M-b M-< M->; Backspace, Delete, C-d, C-w, M-d, C-k, C-u; C-@ marks,
 * C-x cuts, C-c copies, C-v or C-y puts in; C-z or C-_ undoes, M-z redoes;
 * text. False: no editing key. */
bool text_edit_key(struct text_edit *e, uint32_t key);
void text_edit_insert(struct text_edit *e, const char *text);
bool text_edit_undo(struct text_edit *e);
bool text_edit_redo(struct text_edit *e);
/* The next place that holds the text (case and accents folded), from the
 * cursor on and then from the start; false: nowhere. */
bool text_edit_find(struct text_edit *e, const char *needle);
/* Lays out for the window and draws; the cursor only when focused. */
void text_edit_draw(struct text_edit *e, const struct win *w, bool focused);
/* The cell clicked: the cursor goes there. */
void text_edit_click(struct text_edit *e, int x, int y);
/* "12:5": line and column, from 1. */
void text_edit_add_place(const struct text_edit *e, struct str *b);
#endif
