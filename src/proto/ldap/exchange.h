/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef PROTO_LDAP_EXCHANGE_H
#define PROTO_LDAP_EXCHANGE_H
/* What Active Directory says about the place of a mailbox (dossiers WebDAV 5.2,
 * EWS 2.1): ask a global catalog, but SCP a domain controller. */
#include "proto/ldap/directory.h"

struct exchange_place { /* owned texts; NULL: not said */
	char *display_name, *nickname, *account; /* sAMAccountName */
	char *principal;			 /* userPrincipalName */
	char *mail_server, *public_server;	 /* host names */
	char *version; /* serialNumber of the mail server */
	bool has_mailbox;
};
void exchange_place_release(struct exchange_place *p);
/* NOT_FOUND: the directory knows no such address. */
bool exchange_find(struct directory *d, const char *address,
		   struct exchange_place *out, struct err *err) MUST_CHECK;
/* The mailbox's limits (dossier WebDAV 24): the person's own, or those of the
 * mailbox store where the person has the defaults. *out is an initialised one.
 * NOT_FOUND as above. */
struct storage;
bool exchange_limits(struct directory *d, const char *address,
		     struct storage *out, struct err *err) MUST_CHECK;
/* URLs of Autodiscover, those without a site first. */
bool exchange_find_scp(struct directory *d, struct strv *urls,
		       struct err *err) MUST_CHECK;
#endif
