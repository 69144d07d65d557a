/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef NET_TLS_H
#define NET_TLS_H
/*
 * The decision about a server's certificate, and what sign-in must know of it.
 * A certificate is good when an authority vouches for it and the host's name
 * is in it, or when its SHA-256 fingerprint is one that the account trusts.
 */
#include "base/err.h"
#include "base/str.h"

struct tls_peer {
	char *fingerprint;	/* "AB:CD:...", SHA-256; NULL: no TLS yet */
	char *subject, *issuer; /* for people */
	char *until;		/* notAfter, "2027-03-02" */
	char *problem;	    /* why it is not trusted, a clause; NULL: it is */
	char *problem_code; /* authority self-signed name expired other */
	bool pinned;	    /* trusted by its fingerprint only */
	/* tls-server-end-point (RFC 5929 4.1): the certificate's hash. */
	unsigned char binding[64];
	size_t binding_len; /* 0: none */
};
void tls_peer_release(struct tls_peer *p);

struct tls_check {
	char *host;
	const char *trusted; /* fingerprints, by blank or comma; may be NULL */
	bool old;	     /* also TLS 1.0 with the ciphers of its time */
	struct tls_peer peer;
};
/* Lets `check` decide for every connection made with the SSL_CTX. It must
 * outlive them. */
void tls_attach(void *ssl_ctx, struct tls_check *check);
/* Is the fingerprint one of the list? Case and colons do not count. */
bool tls_trusts(const char *list, const char *fingerprint);
#endif
