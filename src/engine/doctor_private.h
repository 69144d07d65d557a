/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef ENGINE_DOCTOR_PRIVATE_H
#define ENGINE_DOCTOR_PRIVATE_H
/* Between doctor.c and what it looks at in files of their own: all in the
 * doctor's thread. */
#include "base/chan.h"
#include "engine/doctor.h"
#include "net/auth.h"
#include "proto/find.h"

struct doctor {
	struct doctor_options o;
	struct account *account;
	struct thread *thread;
	struct token_source *tokens;
	unsigned token_generation;
	struct chan *events, *answers;
	struct chan_flag *stop;
	struct backend_host host;
	struct chan_lock *lock; /* of rows */
	struct doctor_row rows[DOCTOR_ROWS], shown;
	struct found found;
	struct backend_info info;
	struct doctor_estimate estimate;
	char *password;
	char *fingerprint, *certificate; /* of the one refused */
	char *certificate_text;
	char *account_code; /* the directory's word */
	bool directory_signed_in, server_good, mailbox_good, ended;
};

/* A row as it is now. Takes what `row` holds, and tells. */
void doctor_set_row(struct doctor *d, int id, struct doctor_row *row);
/* Fills the reason and the next step of a failure into a row; r: what the
 * server offered for the sign-in, or NULL. */
void doctor_blame(struct doctor *d, struct doctor_row *row,
		  const struct err *err, const struct auth_report *r);
/* The features beside the mailbox: which protocol serves each, and whether the
 * server does it (doctor_routes.c). */
void doctor_check_routes(struct doctor *d);
/* d->estimate (doctor_estimate.c). */
void doctor_guess_size(struct doctor *d);
#endif
