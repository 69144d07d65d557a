/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef UI_PEOPLE_BUSY_H
#define UI_PEOPLE_BUSY_H
#include "base/mem.h"
/* "busy until 11:30": the free/busy of the person one looks at, asked for once
 * the cursor has rested, kept while the next is looked at. */
struct app;
struct event;
struct people_busy;
struct people_busy *people_busy_new(void);
void people_busy_free(struct app *app, struct people_busy *b);
/* The sentence for addr, "" while it is not known; NULL asks about nobody. */
const char *people_busy_of(struct app *app, struct people_busy *b,
			   const char *addr);
/* True: there is something new to draw. */
bool people_busy_event(struct people_busy *b, const struct event *ev);
#endif
