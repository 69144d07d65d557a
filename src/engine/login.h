/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef ENGINE_LOGIN_H
#define ENGINE_LOGIN_H
/*
 * Signing in once at an identity provider (RFC 8628): the person opens an
 * address in any browser and types a code; from then on a refresh token signs
 * the account in. The calls block: make them in a thread.
 */
#include "base/chan.h"
#include "model/account.h"
#include "base/err.h"

struct login;
/* account: copied. ERR_INPUT where it has no oauth-client. */
bool login_begin(const struct account *account, struct login **out,
		 struct err *err) MUST_CHECK;
const char *login_code(const struct login *l); /* to be typed */
const char *login_url(const struct login *l);  /* where */
int64_t login_expires(const struct login *l);  /* UTC seconds */
/* Until the person has approved: *refresh is the caller's to keep, then
 * secret_free. ERR_AUTH: refused or too late; ERR_CANCELLED. */
bool login_wait(struct login *l, char **refresh, struct err *err) MUST_CHECK;
void login_cancel(struct login *l); /* from another thread */
void login_free(struct login *l);
#endif
