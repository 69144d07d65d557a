/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "proto/token.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/uri.h"
#include "proto/connect.h"

#define EARLY_SECONDS 120 /* a token is not used up to its last moment */

struct token_source {
	const struct account *account;
	struct token_keeper keeper;
	struct chan_lock *lock;
	char *access;
	int64_t expires; /* UTC seconds; 0: not said */
	unsigned generation;
};

struct token_source *token_source_new(const struct account *account,
				      const struct token_keeper *keeper)
{
	struct token_source *s;

	if (!account->oauth_client)
		return NULL;
	s = xcalloc(1, sizeof(*s));
	s->account = account;
	s->keeper = *keeper;
	s->lock = chan_lock_new();
	return s;
}

void token_source_free(struct token_source *s)
{
	if (!s)
		return;
	mem_wipe_text(&s->access);
	chan_lock_free(s->lock);
	free(s);
}

/* What hybrid Exchange wants by default: its own address as the resource, and
 * a refresh token. */
static char *scope_of(const struct account *a)
{
	struct uri u;
	char *scope;

	if (a->oauth_scope)
		return xstrdup(a->oauth_scope);
	if (!a->url || !uri_parse(&u, a->url))
		return xstrdup("offline_access");
	scope = xasprintf("https://%s/EWS.AccessAsUser.All offline_access",
			  u.host);
	uri_release(&u);
	return scope;
}

/* A connection to the provider; it knows nothing of the mailbox. */
static struct http *open_provider(const struct account *a,
				  const struct backend_host *nobody,
				  char **scope, struct oauth_config *c)
{
	*scope = scope_of(a);
	*c = (struct oauth_config){.authority = a->oauth_authority,
				   .client = a->oauth_client,
				   .scope = *scope};
	return connect_http(a, nobody);
}

static bool needs_login(struct err *err, const char *why)
{
	err_set(err, ERR_AUTH,
		"%s: sign in once with `retinue account login` or "
		"`:account-login`",
		why);
	if (err)
		snprintf(err->code, sizeof(err->code), "login");
	return false;
}

static bool renew(struct token_source *s, struct err *err)
{
	const struct backend_host nobody = {0};
	char *refresh = NULL, *scope = NULL;
	struct oauth_grant g = {0};
	struct oauth_config c;
	struct err why = ERR_INIT;
	struct http *h;
	bool ok;

	if (!s->keeper.load(s->keeper.ctx, ACCOUNT_REFRESH, &refresh, err))
		return false;
	if (!refresh)
		return needs_login(err, "nobody has signed in yet");
	h = open_provider(s->account, &nobody, &scope, &c);
	ok = oauth_refresh(h, &c, refresh, NULL, &g, &why);
	if (ok) {
		mem_replace(&s->access, g.access);
		s->expires = g.expires;
		s->generation++;
		g.access = NULL;
		/* Where the keeper fails the next start asks for a sign-in;
		 * this run is well. */
		if (g.refresh && !str_eq(g.refresh, refresh) &&
		    !s->keeper.keep(s->keeper.ctx, g.refresh, &why))
			log_at(LOG_WARN, "token", "%s", why.text);
	} else if (str_eq(why.code, "invalid_grant")) {
		needs_login(err, "the sign-in has ended");
	} else if (err) {
		*err = why;
	}
	oauth_grant_release(&g);
	mem_wipe_text(&refresh);
	free(scope);
	http_free(h);
	return ok;
}

bool token_source_get(struct token_source *s, unsigned *generation, bool again,
		      char **out, struct err *err)
{
	bool ok = true;

	chan_lock_take(s->lock);
	if ((again && *generation == s->generation) ||
	    (s->expires && clock_now() > s->expires - EARLY_SECONDS))
		mem_wipe_text(&s->access);
	if (!s->access)
		ok = renew(s, err);
	if (ok) {
		*out = xstrdup(s->access);
		*generation = s->generation;
	}
	chan_lock_drop(s->lock);
	return ok;
}

bool token_begin(const struct account *account, const struct chan_flag *cancel,
		 struct oauth_code *out, struct err *err)
{
	const struct backend_host nobody = {0};
	char *scope CLEANUP(mem_free_ptr) = NULL;
	struct oauth_config c;
	struct http *h;
	bool ok;

	if (!account->oauth_client || !account->oauth_authority)
		return err_set(err, ERR_INPUT,
			       "account \"%s\" has no `oauth-client` and "
			       "`oauth-authority`",
			       account->name);
	h = open_provider(account, &nobody, &scope, &c);
	ok = oauth_begin(h, &c, cancel, out, err);
	http_free(h);
	return ok;
}

bool token_wait(const struct account *account, const struct oauth_code *code,
		struct chan_flag *cancel, char **refresh, struct err *err)
{
	const struct backend_host nobody = {0};
	char *scope CLEANUP(mem_free_ptr) = NULL;
	struct oauth_grant g = {0};
	struct oauth_config c;
	struct http *h = open_provider(account, &nobody, &scope, &c);
	bool ok = oauth_wait(h, &c, code, cancel, &g, err);

	if (ok && !g.refresh)
		ok = err_set(err, ERR_UNSUPPORTED,
			     "the identity provider gives no refresh token: "
			     "`oauth-scope` needs offline_access");
	if (ok) {
		*refresh = g.refresh;
		g.refresh = NULL;
	}
	oauth_grant_release(&g);
	http_free(h);
	return ok;
}
