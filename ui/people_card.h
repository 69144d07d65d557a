/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef UI_PEOPLE_CARD_H
#define UI_PEOPLE_CARD_H
/* What is known of one person, beside the list of them. */
#include "model/person.h"
#include "ui/draw.h"

struct app;
struct event;
struct people_card;
struct people_card *people_card_new(void);
void people_card_free(struct app *app, struct people_card *c);
void people_card_draw(struct app *app, struct people_card *c,
		      const struct win *w, const struct person *p);
/* True: there is something new to draw. */
bool people_card_event(struct people_card *c, const struct event *ev);
#endif
