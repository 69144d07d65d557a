/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef NET_AUTH_H
#define NET_AUTH_H
/*
 * Signing in to HTTP servers: which way, with what, and why not. The ways are
 * tried in the order of enum auth_way as far as the server offers them, the
 * account allows them, and this machine can. Negotiate and NTLM are GSSAPI
 * tokens on one kept connection, bound to the TLS channel by
 * tls-server-end-point (RFC 5929); Exchange 2019 CU14 and later demand it.
 *
 * A password is never tried more than twice by each way (lockout policies): as
 * it is and, after it was refused by all ways, once more as asked for anew.
 */
#include "net/http.h"

enum auth_way {
	AUTH_BEARER,		/* OAuth2 token */
	AUTH_KERBEROS,		/* Negotiate, from the ticket cache */
	AUTH_NTLM,		/* NTLMv2, also inside Negotiate */
	AUTH_KERBEROS_PASSWORD, /* Negotiate, a ticket got by password */
	AUTH_BASIC,
	AUTH_WAYS
};
const char *auth_way_name(enum auth_way way); /* for people */
#define AUTH_BIT(way) (1u << (way))
#define AUTH_ALL (AUTH_BIT(AUTH_WAYS) - 1)

/* Where secrets come from; called in the thread that sends. */
struct auth_secrets {
	/* The caller's to wipe and free. retry: the last one was refused. */
	bool (*password)(void *ctx, bool retry, char **out, struct err *err);
	/* A bearer token; refresh: the last one was refused. NULL: none. */
	bool (*token)(void *ctx, bool refresh, char **out, struct err *err);
	void *ctx;
};

struct auth_config {
	const char *user;  /* DOMAIN\user, user@domain or user; copied */
	const char *realm; /* Kerberos, for a user without one; may be NULL */
	unsigned ways;	   /* AUTH_BITs; 0: all */
	bool user_is_set;  /* a ticket must be this user's */
	struct auth_secrets secrets;
};
/* Gives h this sign-in. */
void auth_attach(struct http *h, const struct auth_config *config);

/* What became of it. */
struct auth_report {
	bool signed_in;
	enum auth_way way; /* when signed in */
	bool bound;	   /* with a channel binding */
	unsigned offered;  /* AUTH_BITs, as the server said */
	/* Why each way was not taken, a clause; NULL: not tried. */
	const char *why[AUTH_WAYS];
	char code[AUTH_WAYS][16]; /* as auth_kerberos_check; "refused" */
};
/* False: h has another kind of sign-in. Texts live until the next request. */
bool auth_get_report(struct http *h, struct auth_report *out);
/* "NTLM with channel binding (Negotiate: no Kerberos ticket)" */
void auth_describe(struct http *h, struct str *out);

/* Asks the domain whether the password is good, by Kerberos. On false err->code
 * says: password expired revoked unknown skew realm unreachable other. */
bool auth_kerberos_check(const char *user, const char *realm,
			 const char *password, struct err *err) MUST_CHECK;
/* The principal of the ticket cache, NULL: none usable (err says why). */
char *auth_ticket_user(struct err *err);
#endif
