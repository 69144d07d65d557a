/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef UI_SETTINGS_H
#define UI_SETTINGS_H
/*
 * Options while the program runs: what the frame shows is taken over from the
 * configuration at the start, after :set, from the settings screen and after
 * :reload.
 */
#include "config/config.h"
#include "ui/app.h"

/* Takes everything over: keymap and keys, theme and colours of its roles,
 * mouse, hints, accessible. Rows that are wrong are told and left out. */
void settings_apply(struct app *app);
/* Changes an option now; kept (in settings.conf) also for the next start. False
 * with ERR_INPUT for a bad value; ERR_DISK: in force, but not kept. */
bool settings_change(struct app *app, enum option_id id, const char *value,
		     bool kept, struct err *err) MUST_CHECK;
/* Back to what the files say without settings.conf's row. */
bool settings_reset(struct app *app, enum option_id id,
		    struct err *err) MUST_CHECK;
#endif
