/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef UI_OPENER_H
#define UI_OPENER_H
/* Files in the programs made for them: the option opener, else mailcap, else
 * xdg-open. */
#include "ui/app.h"

/* type: as the message tells it, any text. */
void opener_open(struct app *app, const char *path, const char *type);
/* Runs a command with one argument, and says how it went. */
void opener_run(struct app *app, const char *command, const char *arg);
#endif
