/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef PROTO_LDAP_DIRECTORY_H
#define PROTO_LDAP_DIRECTORY_H
/*
 * One LDAP connection to a domain controller (389, 636) or a global catalog
 * (3268, 3269). It belongs to one thread (in which SIGPIPE is blocked, as in
 * those of thread_start); calls block, but no longer than the
 * time-out of the place, and end early with ERR_CANCELLED once the flag is
 * raised. Referrals are never followed, so that no password reaches a server
 * that nobody named; certificates are always verified; a password never
 * travels in clear.
 *
 * Failures: NETWORK (not reached, lost, too slow; code "certificate" where the
 * server's is not trusted), AUTH with one of the codes of directory_bind,
 * DENIED, NOT_FOUND, SERVER (busy), PROTOCOL.
 */
#include "base/chan.h"
#include "base/err.h"
#include "base/str.h"

enum directory_security {
	DIRECTORY_TLS,	    /* from the first byte: 636, 3269 */
	DIRECTORY_STARTTLS, /* on 389, 3268 */
	DIRECTORY_CLEAR	    /* only for a bind that protects itself */
};

struct directory_place {
	const char *host; /* the name the certificate and the ticket are for */
	int port;	  /* 0: as the security has it, global catalog */
	enum directory_security security;
	const char *ca_file; /* further authorities, PEM; NULL: the system's */
	int64_t timeout_ms;  /* for each call; 0: 10 s */
};

struct directory;
/* Connects, and turns TLS on. cancel may be NULL; all is borrowed until
 * directory_close. */
bool directory_open(struct directory **out, const struct directory_place *p,
		    const struct chan_flag *cancel, struct err *err) MUST_CHECK;
void directory_close(struct directory *d);
/* Calls from now on heed this flag instead (NULL: none). */
void directory_set_cancel(struct directory *d, const struct chan_flag *cancel);

/* Signs in. ticket: by Kerberos, as the ticket cache has it; else user
 * (ada@corp.example, CORP\ada or a DN) and password, which ERR_INPUT refuses
 * without TLS. ERR_AUTH's code: wrong-password, password-expired,
 * password-must-change, account-locked, account-disabled, account-expired,
 * logon-hours, workstation, no-ticket, strong-auth; "" otherwise. */
struct directory_login {
	bool ticket;
	const char *user, *password;
};
bool directory_bind(struct directory *d, const struct directory_login *l,
		    struct err *err) MUST_CHECK;

/* What rootDSE says, read by directory_bind; never NULL. */
const char *directory_base(const struct directory *d);	 /* to search from */
const char *directory_domain(const struct directory *d); /* DC=... */
const char *directory_configuration(const struct directory *d); /* CN=... */
const char *directory_server(const struct directory *d); /* its own name */
int64_t directory_usn(const struct directory *d);     /* highest change; 0 ? */
bool directory_is_catalog(const struct directory *d); /* 3268, 3269 */

/* --- searching -------------------------------------------------------------
 */
struct directory_entry; /* valid during the call of fn */
const char *entry_dn(const struct directory_entry *e);
/* First value as valid UTF-8 without control characters; the caller's; NULL:
 * none. */
char *entry_text(const struct directory_entry *e, const char *attribute);
int64_t entry_number(const struct directory_entry *e, const char *attribute,
		     int64_t otherwise);
bool entry_is_true(const struct directory_entry *e, const char *attribute);
bool entry_bytes(const struct directory_entry *e, const char *attribute,
		 struct bytes *out);
/* All values of a text attribute; of one that comes in ranges this part, and
 * *next is where the following begins (0: that was all). */
void entry_values(const struct directory_entry *e, const char *attribute,
		  struct strv *out, int64_t *next);

enum directory_scope { SCOPE_OBJECT, SCOPE_CHILDREN, SCOPE_TREE };
struct directory_query {
	const char *base; /* NULL: directory_base */
	enum directory_scope scope;
	const char *filter;	       /* made with filter_* */
	const char *const *attributes; /* NULL-terminated; NULL: none */
	int page;		       /* entries a request; 0: not paged */
	int limit;		       /* entries wanted; 0: all */
};
/* fn returns false to stop. *more (may be NULL): there are others. */
bool directory_search(struct directory *d, const struct directory_query *q,
		      bool (*fn)(void *ctx, const struct directory_entry *e),
		      void *ctx, bool *more, struct err *err) MUST_CHECK;

/* --- filters (filter.c) ------------------------------------------------------
 */
/* Appends a value with * ( ) \ and NUL escaped (RFC 4515); what is not UTF-8
 * is escaped byte by byte. */
void filter_add_value(struct str *f, const char *value);
/* "(attr=value)" and "(attr=value*)" */
void filter_add_equal(struct str *f, const char *attribute, const char *value);
void filter_add_prefix(struct str *f, const char *attribute, const char *value);

/* --- changing the password ---------------------------------------------------
 */
/* Over TLS only. DENIED: the rules for passwords refuse the new one; AUTH: the
 * old one is wrong. */
bool directory_change_password(struct directory *d, const char *dn,
			       const char *old_password,
			       const char *new_password,
			       struct err *err) MUST_CHECK;
/* What may be said of a failed sign-in ("data 532" of the server's text);
 * false: nothing known. */
bool directory_explain(const char *diagnostic, const char **code,
		       const char **text);
#endif
