/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef PROTO_LDAP_ACCOUNT_H
#define PROTO_LDAP_ACCOUNT_H
/*
 * Accounts of the directory as rights know them (dossier WebDAV 22.5, 23): by
 * security identifier, address or distinguished name; and who may send for
 * whom, publicDelegates of the one who is sent for.
 */
#include "proto/ldap/directory.h"

struct directory_account {
	char *dn, *sid, *address, *name, *legacy_dn; /* owned; NULL: not said */
	bool is_group;
};
void directory_account_release(struct directory_account *a);

/* NOT_FOUND: the directory has no such account. */
bool account_by_sid(struct directory *d, const char *sid,
		    struct directory_account *out, struct err *err) MUST_CHECK;
bool account_by_address(struct directory *d, const char *address,
			struct directory_account *out,
			struct err *err) MUST_CHECK;
bool account_by_legacy_dn(struct directory *d, const char *legacy_dn,
			  struct directory_account *out,
			  struct err *err) MUST_CHECK;
bool account_by_dn(struct directory *d, const char *dn,
		   struct directory_account *out, struct err *err) MUST_CHECK;

/* DNs of those who may send for dn, and of those for whom dn may. */
bool account_delegates(struct directory *d, const char *dn, struct strv *out,
		       struct err *err) MUST_CHECK;
bool account_principals(struct directory *d, const char *dn, struct strv *out,
			struct err *err) MUST_CHECK;
/* Adds the delegate to dn's, or removes it; a domain controller must be asked.
 * What is so already counts as done. DENIED: one has no right to. */
bool account_set_delegate(struct directory *d, const char *dn,
			  const char *delegate, bool add,
			  struct err *err) MUST_CHECK;
#endif
