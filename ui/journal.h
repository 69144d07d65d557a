/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef UI_JOURNAL_H
#define UI_JOURNAL_H
/* The list of what waits, failed, clashed and went: for outbox and status. */
#include "store/query.h"
#include "ui/app.h"
#include "ui/list.h"

struct journal;
/* all: with what went out and can be undone. */
struct journal *journal_new(bool all);
void journal_free(struct journal *j);
struct list *journal_list(struct journal *j);
void journal_reload(struct app *app, struct journal *j);
const struct journal_entry *journal_current(const struct journal *j);
size_t journal_unsettled(const struct journal *j);
/* open, retry, keep-mine, keep-server, drop: the entry under the cursor. */
void journal_show(struct app *app, const struct journal *j);
/* The journal of the front screen; NULL: it has none. */
struct journal *journal_front(struct app *app);
struct journal *outbox_journal(struct app *app);
struct journal *status_journal(struct app *app);
#endif
