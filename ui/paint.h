/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef UI_PAINT_H
#define UI_PAINT_H
/* One frame: sizes where they changed, what is damaged, out in one write. */
struct app;

#define PAINT_MIN_COLS 40
#define PAINT_MIN_ROWS 10

void paint(struct app *app);
#endif
