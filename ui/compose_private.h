/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef UI_COMPOSE_PRIVATE_H
#define UI_COMPOSE_PRIVATE_H
/* Shared by the composer's files: scr_compose.c (screen), compose_edit.c
 * (fields, editor, attachments), compose_write.c (the text, keeping it),
 * compose_how.c (from whom, how sealed, as what), compose_send.c (sending,
 * leaving, coming back). */
#include "ui/compose.h"
#include "engine/seal.h"
#include "ui/pager.h"
#include "ui/text_edit.h"

struct compose {
	struct draft *draft;
	struct pager *pager;
	int64_t answers, draft_item;
	bool begun; /* holds a message worth keeping */
	bool stale; /* to be laid out anew */
	bool intro; /* asking To, Subject, then the editor */
	int width;
	char *file;	   /* kept here against crashes */
	bool file_whole;   /* it has everything but the text typed since */
	int64_t saved_at;  /* CLOCK_NEVER: not kept */
	char *unread_text; /* edited text with a mistake in it; NULL */
	/* compose_write.c */
	struct text_edit *edit;
	bool typing;	      /* the keys go to the text */
	int save_timer;	      /* 0: nothing unsaved */
	int idle_timer;	      /* 0: Drafts on the server has it, too */
	uint64_t idle_ticket; /* of the upload */
	bool kept_by_idle;    /* draft_item was made by that */
	int64_t due;	      /* send at; 0: now */
	bool sealing;	      /* a task signs or encrypts it */
};
/* Beside the file: the text typed since it was written. Caller frees. */
char *compose_text_path(const char *file);
/* Removes both. */
void compose_remove_file(const char *file);
struct compose *compose_of(struct app *app);
/* Lays out anew and keeps the draft in its file. */
void compose_changed(struct app *app, struct compose *c);
/* Closes the screen; forget: its file goes too. */
void compose_close(struct app *app, bool forget);

/* --- compose_write.c: the text in the composer itself ---------------------
 */
void compose_write(struct app *app);
/* What was typed goes into the draft. */
void compose_take_text(struct compose *c);
/* Something changed: kept within seconds, on the server when all is quiet. */
void compose_touch(struct app *app, struct compose *c);
/* The timers end with the screen. */
void compose_stop_timers(struct app *app, struct compose *c);
/* EVENT_DONE of an upload. */
void compose_uploaded(struct app *app, struct compose *c,
		      const struct event *ev);
bool compose_key(struct app *app, struct compose *c, uint32_t key);
bool compose_has_own_editor(struct app *app);

/* --- compose_how.c ----------------------------------------------------------
 */
int64_t compose_limit(struct app *app); /* bytes the server takes; 0: any */
void compose_usual_seal(struct app *app, struct draft *d);
void compose_add_how(const struct compose *c, struct str *b);

/* Where a draft is kept while it is written; caller frees. */
char *compose_file_path(struct app *app, const struct draft *d);
/* whole: attachments and all; else only the text, which is small. */
bool compose_save_file(struct compose *c, bool whole,
		       struct err *err) MUST_CHECK;
/* A draft that an earlier run left behind; NULL: none. Caller frees. */
char *compose_left_behind(struct app *app);
#endif
