/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef UI_TYPING_H
#define UI_TYPING_H
/*
 * Macros: keys typed by the program, one a turn of the loop, so that each finds
 * the screen as the one before left it. What a macro types may be a macro,
 * whose keys then come first. The first warning or error ends it all: what
 * comes behind was meant for what did not happen.
 */
#include "base/err.h"
#include "base/vec.h"

struct app;

struct typed {
	uint32_t key;
	char *line; /* a command line instead of the key; owned */
};
struct typed_list {
	struct typed *v;
	size_t n, cap;
};
void typed_list_release(struct typed_list *l);
/*
 * Key names as in a binding; "text in quotes" stands for its letters, with \"
 * and \\ in it; <command and arguments> runs a command. Blanks between them
 * mean nothing.
 */
bool typed_parse(struct typed_list *out, const char *text,
		 struct err *err) MUST_CHECK;

struct typing;
struct typing *typing_new(void);
void typing_free(struct typing *t);
/* Takes the list, to be typed before what is still to be typed. */
void typing_add(struct app *app, struct typed_list *taken);
bool typing_waits(const struct app *app);
/* Types the next one; false: there is none. */
bool typing_turn(struct app *app);
#endif
