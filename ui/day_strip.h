/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef UI_DAY_STRIP_H
#define UI_DAY_STRIP_H
/*
 * A day of the calendar beside another screen: its events by the hour, and how
 * long until the next one. It shows the calendars that are laid over one
 * another (cal_layers.h). What is drawn is at hand: reading happens in a timer,
 * after the frame, so that keys never wait for it.
 */
#include "ui/app.h"

#define DAY_STRIP_CELLS 24

struct day_strip;
struct day_strip *day_strip_new(void);
void day_strip_free(struct app *app, struct day_strip *d);
/* Draws into w, heading in the first row, and sees to it that what is stale is
 * read soon. */
void day_strip_draw(struct app *app, struct day_strip *d, const struct win *w);
/* shown: it is on the screen; else it is read when it is drawn next. */
void day_strip_event(struct app *app, struct day_strip *d,
		     const struct event *ev, bool shown);
/* The screens are on another account. */
void day_strip_forget(struct app *app, struct day_strip *d);
/* Another day: a wall midnight, CLOCK_NEVER: today, whichever that is. */
void day_strip_show(struct app *app, struct day_strip *d, int64_t day);
/* The day shown, as wall. */
int64_t day_strip_day(const struct day_strip *d);
/* A press opens the calendar there; false: it was elsewhere. */
bool day_strip_mouse(struct app *app, struct day_strip *d,
		     const struct input *in);
#endif
