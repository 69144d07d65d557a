/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef NET_HTTP_ERROR_H
#define NET_HTTP_ERROR_H
/* What went wrong with a transfer, for people: what it means, what to do. */
#include "base/err.h"
#include "net/tls.h"

struct http_failure {
	int code;	    /* a CURLcode */
	int os_error;	    /* errno of the connection; 0: none */
	const char *detail; /* curl's words; may be empty */
	const char *ca_file, *client_cert;
	const struct tls_peer *peer;
};
/* err->code: see http_send. */
void http_explain(const struct http_failure *f, const char *url,
		  struct err *err);
#endif
