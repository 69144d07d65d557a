/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "proto/connect.h"

#include "base/uri.h"
#include "net/autodiscover.h"

#include <string.h>

const char *connect_user(const struct account *account)
{
	return account->user ? account->user : account->address;
}

static bool password(void *ctx, bool retry, char **out, struct err *err)
{
	const struct backend_host *host = ctx;

	if (!host->password)
		return err_set(err, ERR_AUTH, "no password is set");
	return host->password(host->ctx, retry, out, err);
}

static bool token(void *ctx, bool refresh, char **out, struct err *err)
{
	const struct backend_host *host = ctx;

	if (host->secret &&
	    !host->secret(host->ctx,
			  refresh ? ACCOUNT_TOKEN_AGAIN : ACCOUNT_TOKEN, out,
			  err))
		return false;
	return *out || err_set(err, ERR_AUTH, "there is no token");
}

static bool secret(void *ctx, enum http_secret which, char **out,
		   struct err *err)
{
	const struct backend_host *host = ctx;

	*out = NULL;
	return !host->secret ||
	       host->secret(host->ctx,
			    which == HTTP_SECRET_KEY ? ACCOUNT_KEY
						     : ACCOUNT_PROXY,
			    out, err);
}

/* The bits have the order of enum auth_way; forms come on top. */
static unsigned ways_of(unsigned sign_in)
{
	_Static_assert(ACCOUNT_BASIC == AUTH_BIT(AUTH_BASIC) &&
			       ACCOUNT_BEARER == AUTH_BIT(AUTH_BEARER),
		       "the order of ways");
	return sign_in & AUTH_ALL;
}

struct http *connect_http(const struct account *account,
			  const struct backend_host *host)
{
	const char *at = strchr(str_or_empty(account->address), '@');
	struct http_config config = {
		.ca_file = account->ca_file,
		.allow_plain = account->allow_plain_http,
		.agent = "retinue/" RETINUE_VERSION,
		.trusted = account->trusted,
		.old_tls = account->old_tls,
		.client_cert = account->client_cert,
		.client_key = account->client_key,
		.proxy = account->proxy,
		.proxy_user = account->proxy_user,
		.connect_seconds = account->connect_seconds,
		.idle_seconds = account->answer_seconds,
		.secret = secret,
		.secret_ctx = (void *)(uintptr_t)host,
	};
	struct auth_config auth = {
		.user = connect_user(account),
		.realm = at ? at + 1 : NULL,
		.ways = ways_of(account->sign_in),
		.user_is_set = account->user != NULL,
		.secrets = {.password = password,
			    .token = account->has_token ? token : NULL,
			    .ctx = (void *)(uintptr_t)host},
	};
	struct http *h = http_new(&config);

	auth_attach(h, &auth);
	return h;
}

/* The account's own server, or one beside it: mail.corp.example vouches for
 * corp.example, an address of numbers or a bare name for itself alone. */
static bool is_beside(const char *url, const char *host)
{
	struct uri u = {0};
	bool beside = false;

	if (uri_parse(&u, str_or_empty(url)) && u.host) {
		const char *parent = strchr(u.host, '.');
		size_t n = strlen(u.host);

		beside = str_eq_nocase(u.host, host) ||
			 (parent && strchr(parent + 1, '.') &&
			  u.host[n - 1] > '9' &&
			  autodiscover_is_inside(host, parent + 1));
	}
	uri_release(&u);
	return beside;
}

bool connect_may_sign_in(const struct account *account, const char *host)
{
	const char *at = strrchr(str_or_empty(account->address), '@');

	if ((at && at[1] && autodiscover_is_inside(host, at + 1)) ||
	    is_beside(account->url, host))
		return true;
	for (size_t i = 0; i < account->trusted_hosts.n; i++)
		if (str_eq_nocase(account->trusted_hosts.v[i], host))
			return true;
	return false;
}
