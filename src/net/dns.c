/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "net/dns.h"
#include "base/vec.h"

#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <netdb.h>
#include <netinet/in.h>
#include <resolv.h>
#include <string.h>

#define ANSWER_MAX 65536
#define RECORDS_MAX 64

void dns_srvs_release(struct dns_srvs *s)
{
	for (size_t i = 0; i < s->n; i++)
		free(s->v[i].host);
	vec_release(s);
}

static int compare(const void *a, const void *b)
{
	const struct dns_srv *x = a, *y = b;

	if (x->priority != y->priority)
		return x->priority < y->priority ? -1 : 1;
	return (y->weight > x->weight) - (y->weight < x->weight);
}

static bool add_record(const ns_msg *msg, const ns_rr *rr, struct dns_srvs *out)
{
	const unsigned char *p = ns_rr_rdata(*rr);
	char host[NS_MAXDNAME];

	if (ns_rr_rdlen(*rr) < 7 ||
	    dn_expand(ns_msg_base(*msg), ns_msg_end(*msg), p + 6, host,
		      sizeof(host)) < 0)
		return false;
	/* "." says that there is no such service here. */
	if (*host && out->n < RECORDS_MAX)
		vec_add(out, ((struct dns_srv){.host = xstrdup(host),
					       .priority = p[0] << 8 | p[1],
					       .weight = p[2] << 8 | p[3],
					       .port = p[4] << 8 | p[5]}));
	return true;
}

bool dns_parse_srv(const unsigned char *p, size_t len, struct dns_srvs *out)
{
	ns_msg msg;
	ns_rr rr;

	if (len > ANSWER_MAX || ns_initparse(p, (int)len, &msg) != 0)
		return false;
	for (int i = 0; i < ns_msg_count(msg, ns_s_an); i++)
		if (ns_parserr(&msg, ns_s_an, i, &rr) != 0 ||
		    (ns_rr_type(rr) == ns_t_srv && !add_record(&msg, &rr, out)))
			return false;
	if (out->n > 1)
		qsort(out->v, out->n, sizeof(*out->v), compare);
	return true;
}

/* Tests must not depend on the network of the machine. */
static bool is_off(void)
{
	return getenv("RETINUE_TEST_NO_DNS") != NULL;
}

bool dns_find_srv(const char *name, int64_t timeout_ms, struct dns_srvs *out,
		  struct err *err)
{
	struct __res_state state = {0};
	unsigned char *answer;
	int n, why;
	bool ok;

	*out = (struct dns_srvs){0};
	if (is_off())
		return err_set(err, ERR_NOT_FOUND, "DNS has no record %s",
			       name);
	if (res_ninit(&state) != 0)
		return err_set(err, ERR_NETWORK,
			       "the name resolver cannot be started; look at "
			       "/etc/resolv.conf");
	state.retry = 2;
	state.retrans =
		(int)(timeout_ms / 2000) > 0 ? (int)(timeout_ms / 2000) : 1;
	if (state.nscount > 2)
		state.nscount = 2;
	answer = xmalloc(ANSWER_MAX);
	n = res_nquery(&state, name, ns_c_in, ns_t_srv, answer, ANSWER_MAX);
	why = state.res_h_errno;
	res_nclose(&state);
	ok = n >= 0 && dns_parse_srv(answer, (size_t)n, out);
	free(answer);
	if (ok && out->n > 0)
		return true;
	dns_srvs_release(out);
	if (n < 0 && why == TRY_AGAIN)
		return err_set(err, ERR_NETWORK,
			       "no name server answers; check the network or "
			       "/etc/resolv.conf");
	if (n >= 0 && !ok)
		return err_set(err, ERR_PROTOCOL,
			       "the name server's answer cannot be read");
	return err_set(err, ERR_NOT_FOUND, "DNS has no record %s", name);
}

char *dns_server(void)
{
	struct __res_state state = {0};
	char text[INET_ADDRSTRLEN] = "";

	if (is_off() || res_ninit(&state) != 0)
		return NULL;
	if (state.nscount > 0 && state.nsaddr_list[0].sin_family == AF_INET)
		inet_ntop(AF_INET, &state.nsaddr_list[0].sin_addr, text,
			  sizeof(text));
	res_nclose(&state);
	return *text ? xstrdup(text) : NULL;
}
