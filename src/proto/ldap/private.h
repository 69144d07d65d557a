/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef PROTO_LDAP_PRIVATE_H
#define PROTO_LDAP_PRIVATE_H
/* Shared by the files that include libldap. */
#include "proto/ldap/directory.h"

struct ldap;
struct directory {
	struct ldap *ld;
	const struct chan_flag *cancel;
	int64_t timeout_ms;
	int fd;
	int64_t shake_until; /* monotonic ms; 0: no handshake is under way */
	bool shake_late;     /* it was given up */
	char *host;
	int port;
	bool encrypted;
	char *base, *domain, *configuration, *server;
	int64_t usn;
};

/* Waits for the answer to a request. *result is the caller's (ldap_msgfree);
 * with `all` the whole answer, else one message. */
struct ldapmsg;
bool directory_wait(struct directory *d, int id, bool all,
		    struct ldapmsg **result, struct err *err) MUST_CHECK;
/* An LDAP result code as an error. */
bool directory_error(struct directory *d, int code, const char *diagnostic,
		     struct err *err);
void directory_set_code(struct err *err, const char *code);
bool directory_read_root(struct directory *d, struct err *err) MUST_CHECK;
#endif
