/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef UI_SETUP_H
#define UI_SETUP_H
/* The set-up assistant's parts: scr_setup.c, setup_account.c. */
#include "engine/doctor.h"
#include "engine/engine.h"
#include "ui/form.h"
#include "ui/session.h"

#define KEEP_ASK "ask each time"
#define KEEP_RING "keyring"
#define KEEP_COMMAND "command"
#define KEEP_FILE "file"

enum setup_step { SETUP_FORM, SETUP_TRYING, SETUP_FAILED, SETUP_LAST };

struct setup {
	struct form *form;
	struct form *last; /* what to keep, how to look: once it works */
	enum setup_step step;
	char *editing;	       /* the account being changed; NULL: a new one */
	struct config *config; /* editing: for the doctor's thread */
	struct account *account; /* being tried */
	struct doctor *doctor;
	char *command; /* prints the password; read in the doctor's thread */
	char *password;
	char *trusted; /* fingerprints agreed to */
	struct strv steps;
	bool details;			 /* the steps instead of the rows */
	struct doctor_estimate estimate; /* messages 0: not known */
	char *said;			 /* the line under the form */
	enum theme_role role;
	int timer;
};

/* What the form says; NULL where it is empty. */
const char *setup_field(const struct setup *u, const char *name);
/* Fills the form with what the configuration has of the account u->editing. */
void setup_fill(struct setup *u, const struct config *c);
/* The account as the form describes it; the caller's. */
struct account *setup_account(const struct setup *u, const struct config *c);
/* Writes it down, with what the doctor found; *path: where. */
bool setup_write_account(struct app *app, const struct setup *u, char **path,
			 struct err *err) MUST_CHECK;
/* Into the keyring, where that was chosen. */
void setup_keep_password(struct app *app, const struct setup *u);
/* What the mailbox has, what of it comes here by the last form, and how long that
 * takes; nothing where it is not known. */
void setup_add_estimate(const struct setup *u, bool narrow, struct str *b);
/* Writes what the last form says and makes it count. */
void setup_write_last(struct app *app, struct setup *u);
#endif
