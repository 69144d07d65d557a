/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef UI_MESSAGE_H
#define UI_MESSAGE_H
/*
 * The message line and the last 500 notices with times. The same notice again
 * is counted, not stacked.
 */
#include "base/err.h"
#include "base/str.h"

struct app;
enum message_kind { MESSAGE_INFO, MESSAGE_OK, MESSAGE_WARNING, MESSAGE_ERROR };

struct notices;
struct notices *notices_new(void);
void notices_free(struct notices *n);

struct notice {
	int64_t time; /* of the last one like it, UTC seconds */
	enum message_kind kind;
	int count;
	char *text;
};
/* Pure: adds or counts; returns the row. Lives until the next call. */
const struct notice *notices_add(struct notices *n, int64_t now,
				 enum message_kind kind, const char *text);
size_t notices_count(const struct notices *n);
const struct notice *notices_get(const struct notices *n,
				 size_t i); /* 0 oldest */

/* Shows a sentence in the message line until the next key or notice. */
PRINTF(3, 4)
void message_show(struct app *app, enum message_kind kind, const char *fmt,
		  ...);
/* err's sentence after "what: ", with kind ERROR. */
void message_error(struct app *app, const char *what, const struct err *err);
void message_clear(struct app *app); /* the line, not the record */
/* What stands in the line; NULL nothing. */
const struct notice *message_current(struct app *app);
#endif
