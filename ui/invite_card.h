/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef UI_INVITE_CARD_H
#define UI_INVITE_CARD_H
/* The card of a meeting message: what it is about, what it clashes with, what
 * was answered. Rows of a pager's head. */
#include "engine/calendar.h"
#include "ui/pager.h"

struct item;
struct invite_card {
	const struct invite *invite;
	const struct item *item; /* the mail */
	int width;
	bool compact; /* the preview: no keys, no picture of the day */
	bool focused; /* y, t, n are keys */
};
void invite_card_add(struct pager *p, const struct invite_card *c);
/* Does it wait for an answer of ours? */
bool invite_is_open(const struct invite *i);
#endif
