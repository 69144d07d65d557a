/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef PROTO_LDAP_PASSWORD_H
#define PROTO_LDAP_PASSWORD_H
/*
 * When the password expires, as the domain controller has it (dossier WebDAV
 * 25). Ask on 389 or 636: a global catalog knows neither pwdLastSet nor
 * maxPwdAge.
 */
#include "proto/ldap/directory.h"

/* The DN of whoever signs in as `user` (ada@corp.example, CORP\ada, a bare
 * name) or has the address; NOT_FOUND. The caller's. */
bool password_find_user(struct directory *d, const char *user,
			const char *address, char **dn,
			struct err *err) MUST_CHECK;
/* UTC seconds; CLOCK_NEVER: never; 0: it must be changed at once. */
bool password_expiry(struct directory *d, const char *dn, int64_t *when,
		     struct err *err) MUST_CHECK;

/* The arithmetic of it: attributes as the directory gives them, `absent`
 * (INT64_MIN) where it gives none. */
#define PASSWORD_ABSENT INT64_MIN
int64_t password_when(int64_t computed, int64_t last_set, int64_t max_age,
		      int64_t control);
#endif
