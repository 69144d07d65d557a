/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef UI_LOOP_H
#define UI_LOOP_H
/*
 * The ui thread's loop: poll on terminal, engine and signals until the next
 * timer. All keys at hand take effect in order before one frame is painted.
 * Nothing in it waits for anything else.
 */
#include "ui/kbd.h"

struct app;

void loop_run(struct app *app);
/* Runs one key as if typed (macros, clicked hints). */
void loop_key(struct app *app, uint32_t key);
/* What is typed of a sequence, and the count before it. */
struct keyboard {
	struct kbd_sequence seq;
	int count;
	int timer; /* of the menu or of an ambiguous sequence */
	bool menu; /* the continuations are shown */
};
void loop_forget_keys(struct app *app); /* as if they had not been typed */
/* The sequence typed so far and the count, for the message line; "" none. */
void loop_add_typed(struct app *app, struct str *b);

struct timers;
struct timers *timers_new(void);
void timers_free(struct timers *t);
int timers_add(struct timers *t, int64_t at_ms,
	       void (*fn)(struct app *app, void *ctx), void *ctx);
void timers_cancel(struct timers *t, int id);
int64_t timers_next(const struct timers *t); /* -1: none */
/* Runs those due at now; true when any ran. */
bool timers_run(struct timers *t, struct app *app, int64_t now_ms);
#endif
