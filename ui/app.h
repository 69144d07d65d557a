/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef UI_APP_H
#define UI_APP_H
/*
 * The state of the running program. main.c fills struct app_setup, then
 * app_new, app_run, app_free. Everything hangs on struct app; screens reach
 * store and engine through it.
 */
#include "ui/keys.h"
#include "ui/message.h"
#include "ui/prompt.h"
#include "ui/screen.h"
#include "base/vec.h"

struct config;
struct engine;
struct store;
struct account;
struct event;
struct people_source;
struct timers;
struct tasks;
struct reminders;
struct pictures;

struct app_setup {
	struct config *config;	       /* borrowed, may be NULL */
	struct engine *engine;	       /* borrowed, may be NULL */
	struct store *store;	       /* borrowed, may be NULL */
	const struct account *account; /* borrowed, may be NULL */
	const char *colour;	       /* see term.h */
	const char *theme;	       /* see theme.h */
	const char *history_file;      /* prompt history; NULL: not kept */
	enum keymap keymap;
	bool mouse, hints, accessible, ascii;
	enum screen_id first; /* the screen to begin with */
	const char *first_arg;
	/* Called once after the first frame (start the engine here). */
	void (*started)(struct app *app, void *ctx);
	void *ctx;
};

enum app_damage {
	DAMAGE_SCREEN = 1, /* the screens' part */
	DAMAGE_BAR = 2,	   /* row 1, hints */
	DAMAGE_LINE = 4,   /* message line, prompt */
	DAMAGE_LAYOUT = 8, /* sizes first, then all */
	DAMAGE_ALL = 15
};

struct app {
	struct config *config;
	struct engine *engine;
	struct store *store;
	const struct account *account;
	struct theme *theme;
	struct keys *keys;
	struct timers *timers;
	struct tasks *tasks;
	struct notices *notices;
	struct prompt *prompt; /* open question or line; NULL none */
	struct histories *histories;
	struct completers *completers;
	struct pictures *pictures;    /* picture.c's */
	struct reminders *reminders;  /* scr_reminders.c; NULL: none */
	struct people_source *people; /* people.c; NULL: not used yet */
	VEC(struct screen *) screens; /* bottom to top */
	bool mouse, hints, accessible;
	int storage_told; /* enum storage_level that was warned of */
	bool oof_noted;	  /* that out of office is on was said */
	unsigned damage;  /* enum app_damage */
	bool quit;
	int exit_status;
	char *state_text;	   /* right of row 1: "work online  ^2" */
	char *hangup;		   /* why it ends, for main; NULL */
	struct typing *typing;	   /* typing.c's: macros under way */
	struct keyboard *keyboard; /* loop.c's: sequence typed so far, count */
	void (*started)(struct app *app, void *ctx);
	void (*on_event)(struct app *app, const struct event *ev);
	int side_fd; /* readable: on_side has work; -1 none */
	void (*on_side)(struct app *app);
	void *ctx;
};

/* Opens the terminal and the first screen. Fails with a sentence. */
bool app_new(struct app **out, const struct app_setup *setup,
	     struct err *err) MUST_CHECK;
/* Runs until quit; the exit status. */
int app_run(struct app *app);
void app_free(struct app *app);

void app_damage(struct app *app, unsigned what);
void app_quit(struct app *app, int status);
/* The text right in row 1; taken. Marks only a change. */
void app_set_state(struct app *app, char *taken);
/* Swaps store, engine and account (after first run, or a reload). */
void app_attach(struct app *app, struct engine *engine, struct store *store,
		const struct account *account);
/* Cells for one row of the frame: the screens' part (row 1, hints, message
 * line excluded). */
struct win app_body(const struct app *app);

/* Runs fn once after delay_ms; the id (> 0) cancels. */
int app_timer(struct app *app, int64_t delay_ms,
	      void (*fn)(struct app *app, void *ctx), void *ctx);
void app_timer_cancel(struct app *app, int id); /* 0, fired: fine */

/* Shows text (any number of lines, made safe) on the text screen. */
void text_show(struct app *app, const char *title, const char *text);

/* Runs argv on the terminal (editor, pager) and draws all anew. */
bool app_run_outside(struct app *app, const struct strv *argv, int *status,
		     struct err *err) MUST_CHECK;
#endif
