/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef UI_STORAGE_H
#define UI_STORAGE_H
/* Storage outside of its screen: what is known, the badge, the warning. */
#include "engine/engine.h"
#include "model/storage.h"

struct app;

/* The last that was told. False: nothing yet. */
bool storage_known(struct store *s, struct storage *out) MUST_CHECK;
/* "1.2 GB of 2.0 GB; warned at 1.8 GB, ..." with where that comes from. */
void storage_add_limits(struct str *b, const struct storage *s);
/* "  94% full" for row 1, when it is time. */
void storage_add_state(struct str *b, struct store *s);
/* EVENT_STORAGE: the badge, and the warning when it got worse. */
void storage_event(struct app *app, const struct event *ev);
/* Messages by size, the largest first; folder 0: all. */
bool storage_largest(struct store *s, int64_t folder, int n,
		     struct item_list *out, struct err *err) MUST_CHECK;
#endif
