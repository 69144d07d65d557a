/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef NET_OAUTH_H
#define NET_OAUTH_H
/*
 * OAuth 2.0 for sites that sign in at an identity provider (hybrid Exchange):
 * the device authorization grant (RFC 8628), in which the person approves in a
 * browser anywhere, and refresh tokens (RFC 6749 section 6). Where the
 * provider's endpoints are is read from its metadata (RFC 8414, OpenID Connect
 * Discovery). A public client: there is no client secret.
 */
#include "net/http.h"

struct oauth_config {	       /* borrowed */
	const char *authority; /* https://login.example.org/tenant/v2.0 */
	const char *client;    /* the client's id there */
	const char *scope;     /* blank-separated */
};

struct oauth_code { /* owned texts */
	char *device_code, *user_code;
	char *url;	 /* where the person types user_code */
	char *token_url; /* where oauth_wait asks */
	int64_t expires; /* UTC seconds */
	int64_t interval_ms;
};
void oauth_code_release(struct oauth_code *c);

struct oauth_grant { /* owned texts; they are secrets */
	char *access;
	char *refresh;	 /* NULL: the one used stays good */
	int64_t expires; /* of access, UTC seconds; 0: not said */
};
void oauth_grant_release(struct oauth_grant *g); /* wipes */

/* Every call sends as a stranger over h and refuses plain http unless h allows
 * it. Errors: those of http_send, ERR_PROTOCOL for an answer that cannot be
 * read, ERR_AUTH with the provider's own code and sentence where it refuses
 * ("invalid_client", "access_denied", "expired_token", "invalid_grant"). */
bool oauth_begin(struct http *h, const struct oauth_config *c,
		 const struct chan_flag *cancel, struct oauth_code *out,
		 struct err *err) MUST_CHECK;
/* Asks again and again until the person has approved or refused, or the code
 * has expired. cancel: may be NULL. */
bool oauth_wait(struct http *h, const struct oauth_config *c,
		const struct oauth_code *code, struct chan_flag *cancel,
		struct oauth_grant *out, struct err *err) MUST_CHECK;
bool oauth_refresh(struct http *h, const struct oauth_config *c,
		   const char *refresh, const struct chan_flag *cancel,
		   struct oauth_grant *out, struct err *err) MUST_CHECK;
#endif
