/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef UI_COMPOSE_H
#define UI_COMPOSE_H
/* The composer: one message at a time, its text in $EDITOR. */
#include "engine/message.h"
#include "ui/app.h"

/* Opens the composer on a draft. answers: the row answered or forwarded;
 * draft_item: the row in Drafts it came from, removed once the message is
 * sent or kept anew; 0: none. A message already being written stays, the new
 * draft is then refused with a word. */
bool compose_open(struct app *app, struct draft *owned_draft, int64_t answers,
		  int64_t draft_item);
/* Opens it on what a mailto: link names; nothing is sent by that. */
void compose_mailto(struct app *app, const char *uri);
/* Completion: own addresses, templates. */
void compose_complete_identity(struct app *app, const char *word,
			       struct candidates *out);
void compose_complete_template(struct app *app, const char *word,
			       struct candidates *out);
/* Opens the editor on the message shown. */
void compose_edit(struct app *app);
#endif
