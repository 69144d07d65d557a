/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef PROTO_TOKEN_H
#define PROTO_TOKEN_H
/*
 * Access tokens for an account with oauth-client, shared by all that sign in
 * for it: one is kept until shortly before it ends, a new one comes by the
 * refresh token, which the person got once by a code (token_sign_in) and which
 * somebody else keeps.
 */
#include "net/oauth.h"
#include "proto/backend.h"

struct token_keeper {
	/* ACCOUNT_REFRESH: *out NULL: there is none yet. */
	bool (*load)(void *ctx, enum account_secret which, char **out,
		     struct err *err);
	bool (*keep)(void *ctx, const char *refresh, struct err *err);
	void *ctx;
};

struct token_source;
/* account: borrowed. NULL where it has no oauth-client. */
struct token_source *token_source_new(const struct account *account,
				      const struct token_keeper *keeper);
void token_source_free(struct token_source *s);
/* An access token, the caller's to wipe. *generation: which one the caller has
 * had last (0: none), kept for it; again: that one was refused, so that of
 * several callers only the first fetches another. From any thread. ERR_AUTH with
 * code "login": the person must sign in anew. */
bool token_source_get(struct token_source *s, unsigned *generation, bool again,
		      char **out, struct err *err) MUST_CHECK;

/* The code for the person, then waiting until it was used; the new refresh
 * token, the caller's to wipe. cancel may be NULL. */
bool token_begin(const struct account *account, const struct chan_flag *cancel,
		 struct oauth_code *out, struct err *err) MUST_CHECK;
bool token_wait(const struct account *account, const struct oauth_code *code,
		struct chan_flag *cancel, char **refresh,
		struct err *err) MUST_CHECK;
#endif
