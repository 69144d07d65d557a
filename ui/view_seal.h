/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef UI_VIEW_SEAL_H
#define UI_VIEW_SEAL_H
/* Signatures and encryption of the message a view shows: opened in a task, so
 * that the message is there at once and its state a moment later. */
#include "engine/seal.h"
#include "ui/app.h"

struct view;
struct view_seal {
	bool running;
	struct seal *seal;  /* NULL: nothing sealed, or not yet known */
	struct err problem; /* why it could not be opened */
};
/* Begins when there is something to open. */
void view_seal_begin(struct app *app, struct view_seal *s, int64_t id,
		     const struct letter *l, bool compact);
void view_seal_forget(struct view_seal *s);
/* "signed", "encrypted", "signature BAD"; "": nothing to say. Belongs into a
 * place no message can write to. */
const char *view_seal_word(const struct view_seal *s, enum theme_role *role);
/* Is a passphrase wanted? */
bool view_seal_is_locked(const struct view_seal *s);

/* view.c's: the state of what it shows, and news of it. */
struct view_seal *view_sealed(struct view *v);
void view_seal_over(struct app *app, struct view *v, int64_t id,
		    struct seal *owned_seal, const struct err *err);
#endif
