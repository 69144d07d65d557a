/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef UI_NEWS_H
#define UI_NEWS_H
/* New mail told to the person: who and what, in any folder; not what nobody
 * wanted to hear of, and by night in the message line only. */
#include "ui/app.h"

struct seat;
/* EVENT_NEW_MAIL of an account. Muted conversations never come here. */
void news_announce(struct app *app, const struct seat *seat,
		   const struct event *ev);
#endif
