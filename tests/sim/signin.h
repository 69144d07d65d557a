/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef SIM_SIGNIN_H
#define SIM_SIGNIN_H
/*
 * Signing in as IIS does it (dossiers EWS 3.2, WebDAV 4.1): Basic with each
 * request, NTLM and Negotiate once a connection, with Extended Protection off,
 * allowed or required. Tokens are judged by GSSAPI: Kerberos by a keytab, NTLM
 * by winbind in a domain and else by the passwords of the mailboxes.
 */
#include <stdbool.h>
#include "base/err.h"
#include "base/str.h"

struct sim;
struct box;
struct MHD_Connection;

enum {
	SIGNIN_BASIC = 1,
	SIGNIN_NTLM = 2,
	SIGNIN_NEGOTIATE = 4,
	SIGNIN_FORMS = 8,
	SIGNIN_BEARER = 16,
	SIGNIN_ISA = 32 /* the forms are those of ISA Server in front */
};
enum signin_binding { BINDING_OFF, BINDING_ALLOW, BINDING_REQUIRE };

struct signin {
	unsigned methods;
	enum signin_binding binding;
	bool domain; /* passwords are the domain's, not the mailboxes' */
	unsigned char hash[64]; /* tls-server-end-point */
	size_t hash_len;
	char *passwords; /* file for gss-ntlmssp, removed at the end */
	char *token;	 /* the bearer token that is good */
};
struct signin_options {
	const char *methods; /* "basic,ntlm" */
	const char *binding; /* off allow require; NULL: off */
	const char *keytab;
	const char *cert; /* whose hash is the channel's; NULL: no TLS */
	const char *token;
};
bool signin_init(struct signin *s, struct sim *sim,
		 const struct signin_options *o, struct err *err) MUST_CHECK;
void signin_release(struct signin *s);

/* A connection, from its first to its last request. */
struct peer {
	unsigned number;
	void *context;	  /* a sign-in in progress */
	struct box *user; /* signed in on it; NULL: nobody */
};
void peer_free(struct peer *p);

/* Who sends this request? NULL: answer 401 with these challenges. */
struct box *signin_user(struct sim *sim, struct MHD_Connection *c,
			struct peer *p, struct strv *challenges);
#endif
