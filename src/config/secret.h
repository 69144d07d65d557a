/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef CONFIG_SECRET_H
#define CONFIG_SECRET_H
/*
 * Where an account's password comes from. Every secret given out is masked in
 * the log from then on.
 */
#include "config/config.h"

/* The account's `password`, else the first line that `password-command`
 * prints within 30 s, else (with `keyring`) what the keyring has. Fails with
 * ERR_AUTH and code "ask" where there is neither (ask the person), code
 * "command" where the command failed. *out is the caller's: secret_free. May
 * run for long: call it in a lane. */
bool secret_password(const struct config *c, const char *account, char **out,
		     struct err *err) MUST_CHECK;
/* The first line that a command prints; name: of the option, for messages. */
bool secret_run(const char *command, const char *name, const char *account,
		char **out, struct err *err) MUST_CHECK;
/* The first line that the command of this option prints; NULL in *out where
 * there is none. */
bool secret_command(const struct config *c, const char *account,
		    enum option_id id, char **out, struct err *err) MUST_CHECK;
/* Puts the account's password into the keyring; NULL: removes it. */
bool secret_store(const struct config *c, const char *account,
		  const char *password, struct err *err) MUST_CHECK;
/* The account's OAuth2 refresh token, in the keyring: *out NULL, there is none.
 * A NULL token removes it. */
bool secret_refresh(const struct config *c, const char *account, char **out,
		    struct err *err) MUST_CHECK;
bool secret_store_refresh(const struct config *c, const char *account,
			  const char *token, struct err *err) MUST_CHECK;
/* Wipes, then frees; NULL allowed. */
void secret_free(char *owned_secret);
void secret_free_ptr(char **secret); /* for CLEANUP */
#endif
