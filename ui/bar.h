/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef UI_BAR_H
#define UI_BAR_H
/* Row 1 (screens, account state), the hint line, the message line, and the
 * list of continuations that a prefix key shows after 400 ms. */
#include "ui/app.h"

void bar_draw_top(struct app *app);
void bar_draw_hints(struct app *app);
void bar_draw_line(struct app *app);
void menu_draw(struct app *app); /* the continuations popup */
/* A click on row 1 or on a hint; true: taken. */
bool bar_mouse(struct app *app, const struct input *in);
#endif
