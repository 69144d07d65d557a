/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef UI_COMPOSE_PRIVATE_H
#define UI_COMPOSE_PRIVATE_H
/* Shared by the composer's files: scr_compose.c (screen), compose_edit.c
 * (fields, editor, attachments), compose_send.c (sending, keeping, leaving). */
#include "ui/compose.h"
#include "ui/pager.h"

struct compose {
	struct draft *draft;
	struct pager *pager;
	int64_t answers, draft_item;
	bool begun; /* holds a message worth keeping */
	bool stale; /* to be laid out anew */
	bool intro; /* asking To, Subject, then the editor */
	int width;
	char *file;	   /* kept here against crashes */
	int64_t saved_at;  /* CLOCK_NEVER: not kept */
	char *unread_text; /* edited text with a mistake in it; NULL */
};
struct compose *compose_of(struct app *app);
/* Lays out anew and keeps the draft in its file. */
void compose_changed(struct app *app, struct compose *c);
/* Closes the screen; forget: its file goes too. */
void compose_close(struct app *app, bool forget);

/* Where a draft is kept while it is written; caller frees. */
char *compose_file_path(struct app *app, const struct draft *d);
bool compose_save_file(struct compose *c, struct err *err) MUST_CHECK;
/* A draft that an earlier run left behind; NULL: none. Caller frees. */
char *compose_left_behind(struct app *app);
#endif
