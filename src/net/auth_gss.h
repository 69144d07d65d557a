/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef NET_AUTH_GSS_H
#define NET_AUTH_GSS_H
/* Tokens of Kerberos and NTLM through GSSAPI. */
#include "base/err.h"
#include "base/str.h"

enum gss_kind {
	GSS_TICKET,   /* Kerberos from the ticket cache */
	GSS_PASSWORD, /* Kerberos with a ticket got by password */
	GSS_NTLM
};

struct gss_want { /* borrowed */
	enum gss_kind kind;
	bool raw;	  /* NTLM without SPNEGO around it */
	const char *user; /* as the person writes it; may be NULL */
	const char *realm;
	bool user_is_set; /* a ticket must be this user's */
	const char *password;
	const char *host; /* the service is HTTP/host */
	/* The hash of tls-server-end-point; 0: no channel to bind to. */
	const unsigned char *binding;
	size_t binding_len;
};

struct gss; /* one sign-in in progress */
struct gss *gss_new(void);
void gss_free(struct gss *g);
/* The answer to the server's token `in` (empty: the first one) is appended to
 * out. *more: the server has to say something yet. Fails with ERR_AUTH, a
 * clause, and a code as auth_kerberos_check. May ask a domain controller. */
bool gss_step(struct gss *g, const struct gss_want *want, const struct str *in,
	      struct str *out, bool *more, struct err *err) MUST_CHECK;
#endif
