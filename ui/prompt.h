/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef UI_PROMPT_H
#define UI_PROMPT_H
/*
 * The last row when it asks: a line to edit, a yes-no or choice question.
 * One at a time; Esc and Ctrl-G always mean "no, back". The editing itself
 * (struct edit) is pure and also serves the fields of a form.
 */
#include "ui/complete.h"
#include "ui/draw.h"

/* --- one editable line --------------------------------------------------- */
struct edit {
	struct str text;
	size_t cursor; /* byte offset at a cluster border */
	char *killed;  /* for C-y */
	bool secret;   /* shown as stars; killed text is not kept */
};
void edit_init(struct edit *e, bool secret);
void edit_release(struct edit *e);		    /* wipes secrets */
void edit_set(struct edit *e, const char *text);    /* cursor at the end */
void edit_insert(struct edit *e, const char *text); /* line breaks: blanks */
/* Emacs keys, arrows, Home/End, Delete, C-w, M-b, M-f, M-d, C-u, C-k, C-y,
 * C-t, text. False: not an editing key. */
bool edit_key(struct edit *e, uint32_t key);
/* Draws it into `cells` cells, scrolled so that the cursor is inside; returns
 * the cursor's cell. */
int edit_draw(const struct edit *e, const struct win *w, int x, int y,
	      int cells, unsigned style);

/* --- the prompt ---------------------------------------------------------- */
struct app;
/* text NULL: cancelled. May open the next prompt. */
typedef void prompt_done_fn(struct app *app, void *ctx, const char *text);
/* Called after each change of the text (search as one types); may be NULL. */
typedef void prompt_change_fn(struct app *app, void *ctx, const char *text);
/* The letter chosen; 0: cancelled. */
typedef void prompt_choice_fn(struct app *app, void *ctx, char choice);

struct prompt_spec {
	const char *label;    /* "Move to folder: " */
	const char *initial;  /* may be NULL */
	const char *history;  /* name of the history; NULL: none is kept */
	const char *complete; /* argument kind, see complete.h; NULL none */
	bool secret;
	bool popup; /* show completions while typing, not on Tab */
	prompt_done_fn *done;
	prompt_change_fn *change;
	void *ctx;
	void (*free_ctx)(void *ctx); /* may be NULL; after done */
};
/* "Words (what helps): " in so many cells, the least important first gives way:
 * "Enter: " in the brackets, their end, all of them, the end of the words. dots
 * stand for what is left out. Caller frees. */
char *prompt_fit_label(const char *label, size_t cells, const char *dots);
/* A prompt already open is cancelled first. */
void prompt_open(struct app *app, const struct prompt_spec *spec);
/* "Delete 12 messages for good? (y/[n])": choices are letters, the default
 * is one of them and Enter takes it; 0 no default. */
void prompt_choose(struct app *app, const char *question, const char *choices,
		   char preset, prompt_choice_fn *done, void *ctx,
		   void (*free_ctx)(void *ctx));
void prompt_cancel(struct app *app);

/* Candidates of this kind came late: those not shown yet go below the others,
 * and what is selected stays so. Nothing when no such list is open. */
void prompt_more(struct app *app, const char *kind);

/* What its keys do, as fixed hints ("Enter take|Esc leave"); NULL: none open. */
const char *prompt_hints(const struct app *app);

/* --- the loop's part ----------------------------------------------------- */
bool prompt_key(struct app *app, uint32_t key);
void prompt_paste(struct app *app, const char *text);
bool prompt_mouse(struct app *app, const struct input *in);
/* Last row, and the popup above it. */
void prompt_draw(struct app *app, const struct win *row,
		 const struct win *above);
void prompt_free(struct app *app);

struct histories;
struct histories *histories_new(const char *file); /* NULL: memory only */
void histories_free(struct histories *h);	   /* saves */
void histories_add(struct histories *h, const char *name, const char *text);
/* nth entry from the newest (0); NULL: no such. */
const char *histories_get(struct histories *h, const char *name, size_t nth);
#endif
