/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef DAV_SIGNIN_H
#define DAV_SIGNIN_H
/*
 * Who is to blame for a 401 or a 440 (dossier 3, 4.2, 4.3): a session that
 * ended, a wrong password, or a right that is missing although the password is
 * good. A password is tried at most twice in a row; that is below every lockout
 * policy seen.
 */
#include "proto/dav/wire.h"

enum signin_need {
	SIGNIN_NEED_NOTHING,
	SIGNIN_NEED_PASSWORD, /* 401 */
	SIGNIN_NEED_FORM      /* 440, or a logon page */
};

/* The sign-in side of one request. */
struct signin {
	struct backend *b;
	const struct op *op;
	bool repeated; /* with what was good before */
	bool asked;    /* the person, after a refusal */
};

/* Before a request is sent: asks for the password, fills in the form. */
bool signin_before(struct signin *s, const char *path,
		   struct err *err) MUST_CHECK;
/* After it: true to send it again. *err may be changed to what is really the
 * matter. */
bool signin_again(struct signin *s, enum signin_need need,
		  const struct dav_call *call, struct err *err);
#endif
