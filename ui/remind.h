/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef UI_REMIND_H
#define UI_REMIND_H
/*
 * Reminders while the screens run: what is due is looked for a few times a
 * minute, told once (message line, bell, the terminal's notification, a
 * command), and stays on the reminders screen until it is put off or done with.
 */
struct app;
/* Starts looking; again after another account was attached: harmless. */
void remind_start(struct app *app);
/* Something in the calendar changed: looks at once. */
void remind_look(struct app *app);
void remind_free(struct app *app);
#endif
