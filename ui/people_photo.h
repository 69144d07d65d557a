/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef UI_PEOPLE_PHOTO_H
#define UI_PEOPLE_PHOTO_H
/* The picture of the person one looks at: out of the book, asked for once the
 * cursor has rested and the book has none, or one of long ago. */
#include "base/mem.h"

struct app;
struct event;
struct picture;
struct people_photo;
struct people_photo *people_photo_new(void);
void people_photo_free(struct app *app, struct people_photo *p);
/* NULL while none is known, and where none can be shown; addr NULL: nobody. */
const struct picture *people_photo_of(struct app *app, struct people_photo *p,
				      const char *addr, int cols, int rows);
/* True: there is something new to draw. */
bool people_photo_event(struct people_photo *p, const struct event *ev);
#endif
