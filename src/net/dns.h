/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef NET_DNS_H
#define NET_DNS_H
/* Service records (RFC 2782) through the system's resolver. */
#include "base/err.h"
#include "base/str.h"

struct dns_srv {
	char *host; /* without the dot at its end */
	int port, priority, weight;
};
struct dns_srvs { /* best first: by priority, then weight */
	struct dns_srv *v;
	size_t n, cap;
};
void dns_srvs_release(struct dns_srvs *s);

/* Fails with NOT_FOUND (there is no such record) or NETWORK (no name server
 * answers in time: asked twice, timeout_ms in all). */
bool dns_find_srv(const char *name, int64_t timeout_ms, struct dns_srvs *out,
		  struct err *err) MUST_CHECK;
/* The address of the name server that is asked first; NULL: none. The
 * caller's. */
char *dns_server(void);
/* Reads a resolver's answer: the records in it, sorted. False: it is broken. */
bool dns_parse_srv(const unsigned char *p, size_t len,
		   struct dns_srvs *out) MUST_CHECK;
#endif
