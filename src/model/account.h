/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef MODEL_ACCOUNT_H
#define MODEL_ACCOUNT_H
/*
 * What the engine and the protocols must know of an account. Filled from the
 * configuration; plain owned strings, UTF-8.
 */
#include "base/str.h"

enum account_secret {
	ACCOUNT_TOKEN,	     /* OAuth2 access token */
	ACCOUNT_TOKEN_AGAIN, /* the last one was refused */
	ACCOUNT_KEY,	     /* pass phrase of the client certificate's key */
	ACCOUNT_PROXY,	     /* the proxy's password */
	ACCOUNT_REFRESH	     /* OAuth2 refresh token, as kept */
};
/* Ways of signing in, by the names of the option sign-in. */
enum account_sign_in {
	ACCOUNT_BEARER = 1,
	ACCOUNT_KERBEROS = 2,
	ACCOUNT_NTLM = 4,
	ACCOUNT_KERBEROS_PASSWORD = 8,
	ACCOUNT_BASIC = 16,
	ACCOUNT_FORMS = 32
};
extern const char *const account_sign_in_names[6]; /* in that order */

enum account_protocol { ACCOUNT_AUTO, ACCOUNT_EWS, ACCOUNT_WEBDAV };

/* AUTO: TLS, else StartTLS, signed in by ticket where there is one; KERBEROS:
 * by ticket, protected by it. */
enum account_ldap { LDAP_AUTO, LDAP_TLS, LDAP_STARTTLS, LDAP_KERBEROS };

/* How answers quote: in a block below, with its HTML, or marked by ">". */
enum account_reply {
	ACCOUNT_REPLY_AUTO, /* a block where the message has HTML */
	ACCOUNT_REPLY_MARKS,
	ACCOUNT_REPLY_BLOCK
};

struct account {
	enum account_reply reply_style;
	char *name;	    /* the person's name for it, also its folder */
	char *address;	    /* SMTP address */
	char *display_name; /* for From: */
	char *url; /* full endpoint, http(s)://host/EWS/Exchange.asmx */
	enum account_protocol protocol;
	char *user;	       /* login name; NULL: the address */
	char *ca_file;	       /* extra authority, NULL: the system's */
	bool allow_plain_http; /* Basic over http on purpose */
	unsigned sign_in;      /* ways allowed; 0: all */
	bool has_token;	       /* ACCOUNT_TOKEN can be asked for */
	/* The identity provider that gives tokens, the client's id there, what
	 * is asked for; NULL: none, none, what Exchange wants. */
	char *oauth_authority, *oauth_client, *oauth_scope;
	bool old_tls;  /* TLS 1.0, too */
	char *trusted; /* fingerprints, by commas; NULL: none */
	char *client_cert, *client_key; /* files; NULL: none */
	char *proxy, *proxy_user;	/* NULL: the environment's; none */
	char *public_url;	   /* public folder server; NULL: as found */
	struct strv trusted_hosts; /* outside, that may get the sign-in */
	int connect_seconds;	   /* to wait for a server; 0: 20 */
	int answer_seconds;	   /* of silence; 0: 110 */
	bool push;		   /* streaming notifications wanted */
	int64_t poll_seconds;
	int64_t undo_send_seconds;
	int64_t offline_max_bytes; /* larger messages are fetched on demand */
	int64_t offline_seconds;   /* bodies kept for this age; 0: all */
	char *book_path; /* copy of the address list; NULL: none is kept */
	/* The directory: an LDAP server (NULL: none known, the mailbox server
	 * is asked), port 0: as the security has it. */
	char *ldap_host;
	int ldap_port;
	enum account_ldap ldap_security;
	int64_t ldap_timeout_ms;
	int64_t password_warn_seconds; /* before it expires; 0: never */
	struct strv folders;	/* patterns of paths to mirror; empty: all */
	struct strv identities; /* further own addresses */
};

struct account *account_new(void);
struct account *account_copy(const struct account *a);
void account_free(struct account *a);
/* Is addr (bare, any case) one of the account's own? */
bool account_is_own(const struct account *a, const char *addr);
#endif
