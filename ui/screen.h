/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef UI_SCREEN_H
#define UI_SCREEN_H
/*
 * Screens: screens.def has a row each, scr_<id>_ops is defined in its file.
 * The app keeps a stack; a screen opened twice is brought to the front. An
 * overlay is drawn over the screen below it.
 */
#include "ui/command.h"
#include "ui/draw.h"

struct event;

enum screen_id {
#define SCREEN(id, name, number, parent, scope, title, summary) SCREEN_##id,
#include "ui/screens.def"
#undef SCREEN
	SCREEN_COUNT
};

struct screen {
	enum screen_id id;
	struct win win; /* what it may draw in */
	void *data;	/* its own */
};

/* Any member but draw may be NULL. */
struct screen_ops {
	bool overlay;
	/* Where keys go to a text field: what the hint line says instead of
	 * commands, "Enter open|Esc close"; NULL: the commands. */
	const char *hints;
	/* Sets up s->data. False: not opened, *err says why. arg may be NULL. */
	bool (*open)(struct app *app, struct screen *s, const char *arg,
		     struct err *err);
	void (*close)(struct app *app, struct screen *s);
	/* Opened again with another argument. */
	void (*reopen)(struct app *app, struct screen *s, const char *arg);
	void (*layout)(struct app *app, struct screen *s); /* s->win changed */
	void (*draw)(struct app *app, struct screen *s);
	/* Every open screen hears of every engine event. */
	void (*event)(struct app *app, struct screen *s,
		      const struct event *ev);
	/* Keys before the key maps (text fields); true: taken. */
	bool (*key)(struct app *app, struct screen *s, uint32_t key);
	bool (*mouse)(struct app *app, struct screen *s,
		      const struct input *in);
	void (*paste)(struct app *app, struct screen *s, const char *text);
	/* A command before its handler (motion of the focused widget); true:
	 * done. */
	bool (*command)(struct app *app, struct screen *s,
			const struct command_call *call);
	/* The focused pane's scope (NULL: the row's) and what is there: enum
	 * need bits. */
	enum scope (*scope)(struct app *app, struct screen *s);
	unsigned (*has)(struct app *app, struct screen *s);
	/* More text for row 1's title place; NULL none. Into b. */
	void (*title)(struct app *app, struct screen *s, struct str *b);
};

struct screen_row {
	const char *id, *name;
	int number; /* Alt-1..6 and its place in row 1; 0 none */
	int parent; /* enum screen_id; itself: none */
	enum scope scope;
	const char *title, *summary;
	const struct screen_ops *ops;
};
const struct screen_row *screen_row(enum screen_id id);
enum screen_id screen_find(const char *name); /* SCREEN_COUNT: none */

/* Opens or brings to the front. False: it said why in the message line. */
bool screen_open(struct app *app, enum screen_id id, const char *arg);
void screen_close(struct app *app, struct screen *s);
/* Leaves the front screen for the one below; false: it was the last. */
bool screen_back(struct app *app);
struct screen *screen_top(struct app *app); /* NULL: none */
struct screen *screen_get(struct app *app,
			  enum screen_id id); /* NULL: not open */
enum scope screen_scope(struct app *app);
#endif
