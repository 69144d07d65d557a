/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef UI_VIEW_HEAD_H
#define UI_VIEW_HEAD_H
/* The rows above a message's text: people, date, subject, attachments, and
 * what one should know about it. */
#include "engine/message.h"
#include "ui/app.h"
#include "ui/pager.h"

struct item;
struct view_seal;
struct invite;
struct view_head {
	struct app *app;
	struct pager *pager;
	const struct item *item;
	struct letter *letter; /* NULL: only the row is known */
	const struct letter_shown *shown;
	const struct view_seal *seal;
	const struct invite *invite; /* NULL: no meeting message */
	bool compact, all, truncated, card_focused;
	int width;
};
/* Ends with an empty row. */
void view_head_add(const struct view_head *h);
#endif
