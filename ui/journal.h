/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef UI_JOURNAL_H
#define UI_JOURNAL_H
/* The list of what waits, failed, clashed and went: for outbox and status. */
#include "store/query.h"
#include "ui/app.h"
#include "ui/list.h"

struct journal;
enum journal_view {
	JOURNAL_OPEN, /* what is not settled */
	JOURNAL_ALL,  /* with what went out */
	JOURNAL_UNDO, /* the same, with what taking it back would do */
};
struct journal *journal_new(enum journal_view view);
void journal_free(struct journal *j);
struct list *journal_list(struct journal *j);
void journal_reload(struct app *app, struct journal *j);
const struct journal_entry *journal_current(const struct journal *j);
/* What commands find under the cursor: enum need bits. */
unsigned journal_needs(const struct journal *j);
size_t journal_unsettled(const struct journal *j);
/* open, retry, keep-mine, keep-server, keep-both, drop: the entry under the
 * cursor. A conflict is followed by a row for each side. */
void journal_show(struct app *app, const struct journal *j);
/* The journal of the front screen; NULL: it has none. */
struct journal *journal_front(struct app *app);
struct journal *status_journal(struct app *app);

/* Operations of a screen whose data is a journal. */
void journal_close(struct app *app, struct screen *s);
void journal_layout(struct app *app, struct screen *s);
void journal_event(struct app *app, struct screen *s, const struct event *ev);
bool journal_command(struct app *app, struct screen *s,
		     const struct command_call *call);
bool journal_mouse(struct app *app, struct screen *s, const struct input *in);
unsigned journal_has(struct app *app, struct screen *s);
void journal_draw(struct app *app, struct screen *s, const char *heading);
#endif
