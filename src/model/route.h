/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef MODEL_ROUTE_H
#define MODEL_ROUTE_H
/*
 * An account's routes: one row a feature, saying which protocol, server and
 * port serve it. Chosen from the server's version and from what answered
 * (routes.def), kept in the store, chosen anew when the server changes.
 */
#include "base/str.h"

#define FEATURES_EACH(X)                                                       \
	X(MAILBOX, "mailbox", "Mailbox")                                       \
	X(PUBLIC_FOLDERS, "public-folders", "Public folders")                  \
	X(ADDRESS_LIST, "address-list", "Address list")                        \
	X(OUT_OF_OFFICE, "out-of-office", "Out of office")                     \
	X(FREE_BUSY, "free-busy", "Free/busy")                                 \
	X(SHARING, "folder-sharing", "Folder sharing")                         \
	X(DELEGATES, "delegates", "Delegates")                                 \
	X(STORAGE, "storage", "Storage")                                       \
	X(PASSWORD_EXPIRY, "password-expiry", "Password expiry")
enum feature {
#define X(id, name, title) FEATURE_##id,
	FEATURES_EACH(X)
#undef X
		FEATURES
};
const char *feature_name(enum feature f);  /* "out-of-office", for programs */
const char *feature_title(enum feature f); /* "Out of office" */

/* Numbers are kept in the store: add at the end only. */
enum route_protocol {
	ROUTE_NONE, /* not offered; `what` says why */
	ROUTE_EWS,
	ROUTE_WEBDAV,
	ROUTE_OWA, /* pages of Outlook Web Access */
	ROUTE_LDAP
};
enum route_security {
	ROUTE_CLEAR,
	ROUTE_TLS,
	ROUTE_STARTTLS,
	ROUTE_KERBEROS /* protected by the ticket */
};
const char *route_protocol_name(enum route_protocol p); /* "EWS" */
const char *route_security_name(enum route_security s); /* "TLS" */

struct route {
	enum route_protocol protocol;
	enum route_security security;
	int port;
	char *host; /* owned; NULL with ROUTE_NONE */
	char *url;  /* of HTTP protocols, else NULL */
	char *what; /* how it is done, or why not */
};
void route_release(struct route *r);
struct route_table {
	struct route v[FEATURES];
};
void route_table_release(struct route_table *t);

/* What is known of an account's servers; NULL or 0: nothing. */
struct route_facts {
	bool webdav;	     /* the endpoint is one of WebDAV */
	const char *build;   /* "15.1.2507.6" or MS-WebStorage's "6.5.7638" */
	const char *version; /* request version, where there is no build:
			      * "Exchange2010_SP2" */
	const char *url, *oof_url, *public_url;
	const char *ldap_host;
	/* Why a directory that is known serves nothing; NULL: it is not known,
	 * or serves. */
	const char *ldap_trouble;
	int ldap_port, catalog_port;
	enum route_security ldap_security;
};
void routes_choose(const struct route_facts *f, struct route_table *out);
#endif
