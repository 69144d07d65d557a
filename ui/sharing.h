/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef UI_SHARING_H
#define UI_SHARING_H
/* What the screens about rights and delegates share. */
#include "model/sharing.h"
#include "ui/app.h"
#include "ui/matrix.h"

/* The state of a question to the server, drawn instead of the table. */
struct sharing_ask {
	uint64_t ticket; /* on its way; 0: none */
	bool saving;
	int64_t done, total; /* of what is saved */
	char *error;	     /* why there is nothing to show; NULL */
	bool undoing;	     /* what was saved is being taken back */
};
/* Asks, or with what is wanted (taken) saves. */
void sharing_submit(struct app *app, struct sharing_ask *a,
		    struct sharing *wanted, int64_t folder, bool deep);
/* Hears of the answer; the sharing of EVENT_SHARING is taken, NULL else. Says
 * in the message line what could not be done. */
struct sharing *sharing_event(struct app *app, struct sharing_ask *a,
			      const struct event *ev);
void sharing_ask_release(struct sharing_ask *a);
/* Takes back what was saved last, here or elsewhere. */
void sharing_undo(struct app *app, struct sharing_ask *a);
/* Was it taken back? Then the screen asks anew. */
bool sharing_undone(struct app *app, struct sharing_ask *a,
		    const struct event *ev);
/* Row 0 of the window: the title, at the right what goes on. */
void sharing_draw_head(const struct win *w, const struct sharing_ask *a,
		       const char *title, size_t changes, const char *right);
/* A sentence in place of the table, and the cursor on it. */
void sharing_draw_words(const struct win *w, unsigned style, bool focused,
			const char *text);
/* Why there is no table. True: drawn. */
bool sharing_draw_error(const struct win *w, const struct sharing_ask *a,
			bool focused);
/* What both screens do with a command. */
struct sharing_edit {
	void (*change)(struct app *app,
		       struct screen *s); /* what Enter is for */
	void (*save)(struct app *app, struct screen *s);
	void (*revert)(struct app *app, struct screen *s);
	size_t (*changes)(const struct screen *s); /* not yet saved */
};
/* True: taken; leaving asks first where something is not saved. edit is kept
 * until that is answered. */
bool sharing_command(struct app *app, struct screen *s,
		     const struct sharing_edit *edit, struct matrix *m,
		     const struct command_call *call);
/* "Zoe Astrom <zoe@...>", an address, or a part of a name that means one person
 * only of those known here. False: said why not. */
bool sharing_who(struct app *app, const char *text, char **name,
		 char **address);
#endif
