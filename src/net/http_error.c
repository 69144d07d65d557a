/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "net/http_error.h"
#include "base/uri.h"

#include <curl/curl.h>
#include <stdio.h>
#include <string.h>

static bool certificate_error(const struct http_failure *f, const char *host,
			      const char *detail, struct err *err)
{
	const struct tls_peer *p = f->peer;

	if (!p->problem)
		return err_set(err, ERR_NETWORK,
			       "the certificate of %s is not trusted (%s); "
			       "where a company signs its own, name its "
			       "authority in ca-file",
			       host, detail);
	if (str_eq(p->problem_code, "name"))
		return err_set(err, ERR_NETWORK,
			       "the certificate of %s is not trusted: %s; use "
			       "the name in the certificate, or put "
			       "trust-certificate = %s into the account if "
			       "this is the right server",
			       host, p->problem, p->fingerprint);
	return err_set(err, ERR_NETWORK,
		       "the certificate of %s is not trusted: %s; name its "
		       "authority in ca-file, or put trust-certificate = %s "
		       "into the account once you have compared this "
		       "fingerprint with the server's",
		       host, p->problem, p->fingerprint);
}

static const char *tls_error(const char *host, const char *detail,
			     struct err *err)
{
	/* Plain HTTP, or another protocol, where TLS was expected. */
	if (strstr(detail, "wrong version number") ||
	    (!strstr(detail, "version") && !strstr(detail, "protocol") &&
	     !strstr(detail, "sigalg") && !strstr(detail, "certificate"))) {
		err_set(err, ERR_NETWORK,
			"no secure connection with %s: %s; is this port for "
			"https?",
			host, detail);
		return "tls";
	}
	if (strstr(detail, "certificate")) {
		err_set(err, ERR_NETWORK,
			"no secure connection with %s: %s; perhaps it wants a "
			"client certificate (client-certificate)",
			host, detail);
		return "client-certificate";
	}
	err_set(err, ERR_NETWORK,
		"%s speaks no version of TLS that is still safe (%s); where "
		"nothing newer can be had, set old-tls = yes for the account",
		host, detail);
	return "tls-version";
}

/* curl tells only in words what a proxy refused. */
static bool proxy_error(const char *host, const char *detail, struct err *err)
{
	const char *status = strstr(detail, "response 407");

	if (!strstr(detail, "CONNECT tunnel") && !strstr(detail, "from proxy"))
		return false;
	if (status || strstr(detail, "407"))
		err_set(err, ERR_NETWORK,
			"the proxy wants a sign-in before it lets %s be "
			"reached: set proxy-user and proxy-password-command",
			host);
	else
		err_set(err, ERR_NETWORK,
			"the proxy refuses to connect to %s (%s): ask who runs "
			"it, or set proxy = none where the server can be "
			"reached directly",
			host, detail);
	return true;
}

static void set_code(struct err *err, const char *code)
{
	if (err)
		snprintf(err->code, sizeof(err->code), "%s", code);
}

/* Failures of curl's: what it means, what to do, and a code for programs. */
static const char *explain_code(const struct http_failure *f, const char *host,
				const char *detail, struct err *err)
{
	switch (f->code) {
	case CURLE_COULDNT_RESOLVE_HOST:
		err_set(err, ERR_NETWORK,
			"the server name %s is not known: check the address "
			"and the network",
			host);
		return "dns";
	case CURLE_COULDNT_RESOLVE_PROXY:
		err_set(err, ERR_NETWORK,
			"the proxy's name is not known: check the proxy "
			"setting or https_proxy");
		return "proxy-dns";
	case CURLE_COULDNT_CONNECT:
		err_set(err, ERR_NETWORK, "cannot connect to %s: %s", host,
			f->os_error ? strerror(f->os_error) : detail);
		return "connect";
	case CURLE_OPERATION_TIMEDOUT:
		err_set(err, ERR_NETWORK, "%s did not answer in time", host);
		return "timeout";
	case CURLE_PEER_FAILED_VERIFICATION:
		certificate_error(f, host, detail, err);
		return "certificate";
	case CURLE_SSL_CACERT_BADFILE:
		err_set(err, ERR_INPUT, "the authority file %s cannot be used",
			str_or_empty(f->ca_file));
		return "ca-file";
	case CURLE_SSL_CERTPROBLEM:
		err_set(err, ERR_INPUT,
			"the client certificate %s cannot be used: %s",
			str_or_empty(f->client_cert), detail);
		return "client-certificate";
	case CURLE_SSL_CONNECT_ERROR:
		return tls_error(host, detail, err);
	case CURLE_URL_MALFORMAT:
	case CURLE_UNSUPPORTED_PROTOCOL:
		err_set(err, ERR_INPUT, "%s is not a usable address", host);
		return "address";
	case CURLE_PARTIAL_FILE:
	case CURLE_RECV_ERROR:
	case CURLE_SEND_ERROR:
	case CURLE_GOT_NOTHING:
	case CURLE_SEND_FAIL_REWIND:
		err_set(err, ERR_NETWORK, "the connection to %s was lost",
			host);
		return "lost";
	default:
		err_set(err, ERR_NETWORK, "%s: %s", host, detail);
		return "";
	}
}

void http_explain(const struct http_failure *f, const char *url,
		  struct err *err)
{
	struct uri u = {0};
	const char *host, *detail = f->detail;

	if (!*detail)
		detail = curl_easy_strerror((CURLcode)f->code);
	host = uri_parse(&u, url) && u.host ? u.host : url;
	if (proxy_error(host, detail, err))
		set_code(err, "proxy");
	else
		set_code(err, explain_code(f, host, detail, err));
	uri_release(&u);
}
