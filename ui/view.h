/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef UI_VIEW_H
#define UI_VIEW_H
/*
 * One message shown: header rows and body in a pager. Serves the preview
 * (compact) and the reader. Showing another message costs nothing until the
 * next frame is drawn; a message that is not in the mirror says so, and is
 * asked for where that was wanted.
 */
#include "engine/message.h"
#include "store/query.h"
#include "ui/app.h"
#include "ui/pager.h"

struct view;
struct view *view_new(bool compact);
void view_free(struct view *v);
void view_set_win(struct view *v, const struct win *w);
/* 0: nothing. fetch: get it from the server when it is not kept offline. */
void view_show(struct view *v, int64_t item, bool fetch);
void view_reload(struct view *v); /* its row or content changed */
void view_fetch(struct app *app, struct view *v); /* now, from the server */
void view_draw(struct app *app, struct view *v, bool focused);
/* BODY, ITEMS, DONE events about the message shown. True: draw anew. */
bool view_event(struct app *app, struct view *v, const struct event *ev);

int64_t view_id(const struct view *v);
/* The row and the content (decrypted, once that is over), loaded when they were
 * not yet; NULL: not there. */
const struct item *view_item(struct app *app, struct view *v);
struct letter *view_letter(struct app *app, struct view *v);
struct pager *view_pager(struct view *v);

/* What it says of a meeting; NULL: it is no meeting message. The card has the
 * keys from the start while it waits for an answer; not in a preview. */
struct invite;
const struct invite *view_invite(struct app *app, struct view *v);
bool view_card_focused(const struct view *v);
void view_focus_card(struct view *v, bool on);
void view_reset_card(struct view *v); /* as when it was opened */

/* LETTER_TEXT, _HTML, _SOURCE in turn, leaving out what is not there. */
void view_next_mode(struct app *app, struct view *v);
/* "text", "html", "source"; false: none of these. */
bool view_set_mode(struct view *v, const char *name);
void view_toggle_headers(struct view *v);
/* "text", "HTML", "source": what is on the screen. */
const char *view_mode_name(const struct view *v);

/* Reads a message's content; NULL with *err: NOT_FOUND means not kept. */
struct letter *view_read_letter(struct app *app, int64_t item, struct err *err);
#endif
