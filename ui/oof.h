/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef UI_OOF_H
#define UI_OOF_H
/* Out of office outside of its screen: the texts, the badge, ending it. */
#include "engine/engine.h"
#include "model/oof.h"

struct app;

/* A text of o as plain text, without blank lines at its end; caller frees. */
char *oof_text(const struct oof *o, const char *kept);
/* What was typed (plain or HTML) as o's server keeps it; caller frees. */
char *oof_text_kept(const struct oof *o, const char *typed);
/* Who outside gets a reply: "nobody", "only my contacts", "everyone". */
const char *oof_audience_text(enum oof_audience a);
/* What this server cannot keep of `wanted`: false with a sentence. */
bool oof_may_be(const struct oof *wanted, struct err *err) MUST_CHECK;
/* The last that the server told. False: nothing yet. */
bool oof_known(struct store *s, struct oof *out) MUST_CHECK;
/* "  OOF" for row 1 while replies are sent. */
void oof_add_state(struct str *b, struct store *s);
/* EVENT_OOF: the badge; once a run, that it is on and how it ends. */
void oof_event(struct app *app, const struct event *ev);
#endif
