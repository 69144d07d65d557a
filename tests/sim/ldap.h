/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef SIM_LDAP_H
#define SIM_LDAP_H
/*
 * The organisation's directory over LDAP (RFC 4511), inside TLS from the first
 * byte: simple bind, search, and changes of one's own publicDelegates, which
 * decide who may send on behalf (WebDAV dossier 23, 29.13).
 */
#include "tests/sim/sim.h"

/* --- BER (ldap_ber.c) ------------------------------------------------------ */
struct ber { /* what is left to read */
	const unsigned char *p, *end;
};
/* The next element's tag and content; -1: there is none, or it is cut off. */
int ber_next(struct ber *b, struct ber *content);
bool ber_int(struct ber *b, int tag, int64_t *out); /* false: no such element */
char *ber_text(struct ber *b, int tag); /* NULL: no such; caller frees */
/* Wraps what was added since `from` into an element. */
void ber_wrap(struct str *out, size_t from, int tag);
void ber_add(struct str *out, int tag, const void *p, size_t len);
void ber_add_int(struct str *out, int tag, int64_t n);

/* --- entries (ldap_tree.c); under the state's lock --------------------------- */
#define LDAP_BASE "DC=halden,DC=example"
/* Handles a search or modify request; answers are appended. user: signed in. */
void ldap_search(struct sim *sim, int64_t id, struct ber request,
		 struct str *out);
void ldap_modify(struct sim *sim, struct box *user, int64_t id,
		 struct ber request, struct str *out);
/* A whole result message. */
void ldap_result(struct str *out, int64_t id, int tag, int code,
		 const char *text);

/* --- the server (ldap.c) ----------------------------------------------------- */
struct ldap_server;
struct ldap_server *ldap_start(struct sim *sim, const char *listen,
			       const char *cert, const char *key, int *port,
			       struct err *err);
void ldap_stop(struct ldap_server *s);
#endif
