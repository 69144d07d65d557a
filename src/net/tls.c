/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#define ERR_STATE OPENSSL_ERR_STATE /* base/err.h has one, too */
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#undef ERR_STATE

#include "net/tls.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

void tls_peer_release(struct tls_peer *p)
{
	free(p->fingerprint);
	free(p->subject);
	free(p->issuer);
	free(p->until);
	free(p->problem);
	free(p->problem_code);
	*p = (struct tls_peer){0};
}

/* Hexadecimal digits only, in capitals. */
static void add_digits(struct str *out, const char *s)
{
	for (; *s; s++)
		if (isxdigit((unsigned char)*s))
			str_add_char(out, (char)toupper((unsigned char)*s));
}

bool tls_trusts(const char *list, const char *fingerprint)
{
	struct str want CLEANUP(str_release) = STR_INIT;
	struct strv all;
	bool found = false;

	if (!list || !fingerprint)
		return false;
	add_digits(&want, fingerprint);
	strv_init(&all);
	strv_split(&all, list, ", \n");
	for (size_t i = 0; !found && i < all.n; i++) {
		struct str have CLEANUP(str_release) = STR_INIT;

		add_digits(&have, all.v[i]);
		found = have.len == 64 && str_eq(have.s, want.s);
	}
	strv_release(&all);
	return found;
}

/* The name people know: CN, else the whole. */
static char *name_of(X509_NAME *name)
{
	char text[256];

	if (X509_NAME_get_text_by_NID(name, NID_commonName, text,
				      sizeof(text)) > 0)
		return xstrdup(text);
	X509_NAME_oneline(name, text, sizeof(text));
	return xstrdup(text);
}

static char *date_of(const ASN1_TIME *t)
{
	struct tm tm;
	char text[32];

	if (ASN1_TIME_to_tm(t, &tm) != 1)
		return NULL;
	strftime(text, sizeof(text), "%Y-%m-%d", &tm);
	return xstrdup(text);
}

/* RFC 5929 4.1: the hash of the certificate's own signature, but SHA-256 for
 * MD5 and SHA-1. */
static void take_binding(struct tls_peer *p, X509 *cert)
{
	const EVP_MD *md = NULL;
	unsigned len = 0;
	int nid = NID_undef;

	X509_get_signature_info(cert, &nid, NULL, NULL, NULL);
	if (nid != NID_undef && nid != NID_md5 && nid != NID_sha1)
		md = EVP_get_digestbynid(nid);
	if (X509_digest(cert, md ? md : EVP_sha256(), p->binding, &len) == 1)
		p->binding_len = len;
}

static void take_peer(struct tls_peer *p, X509 *cert)
{
	unsigned char hash[EVP_MAX_MD_SIZE];
	struct str hex = STR_INIT;
	unsigned len = 0;

	tls_peer_release(p);
	X509_digest(cert, EVP_sha256(), hash, &len);
	for (unsigned i = 0; i < len; i++)
		str_addf(&hex, "%s%02X", i ? ":" : "", hash[i]);
	p->fingerprint = str_take(&hex);
	p->subject = name_of(X509_get_subject_name(cert));
	p->issuer = name_of(X509_get_issuer_name(cert));
	p->until = date_of(X509_get0_notAfter(cert));
	take_binding(p, cert);
}

static void set_problem(struct tls_peer *p, const char *host, int error)
{
	const char *code = "other";

	switch (error) {
	case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
		code = "self-signed";
		p->problem = xstrdup("it is signed by itself");
		break;
	case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
	case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
	case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
	case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
	case X509_V_ERR_CERT_UNTRUSTED:
		code = "authority";
		p->problem = xasprintf("its authority, %s, is not known here",
				       p->issuer);
		break;
	case X509_V_ERR_HOSTNAME_MISMATCH:
	case X509_V_ERR_IP_ADDRESS_MISMATCH:
		code = "name";
		p->problem =
			xasprintf("it is for %s, not for %s", p->subject, host);
		break;
	case X509_V_ERR_CERT_HAS_EXPIRED:
		code = "expired";
		p->problem =
			xasprintf("it expired on %s", str_or_empty(p->until));
		break;
	case X509_V_ERR_CERT_NOT_YET_VALID:
		code = "expired";
		p->problem = xstrdup("it is not valid yet (is this machine's "
				     "clock right?)");
		break;
	default:
		p->problem = xstrdup(X509_verify_cert_error_string(error));
	}
	p->problem_code = xstrdup(code);
}

static int verify(X509_STORE_CTX *store, void *arg)
{
	struct tls_check *c = arg;
	X509 *leaf = X509_STORE_CTX_get0_cert(store);
	X509_VERIFY_PARAM *param = X509_STORE_CTX_get0_param(store);
	unsigned char ip[16];

	if (!leaf)
		return 0;
	take_peer(&c->peer, leaf);
	if (inet_pton(AF_INET, c->host, ip) == 1 ||
	    inet_pton(AF_INET6, c->host, ip) == 1)
		X509_VERIFY_PARAM_set1_ip_asc(param, c->host);
	else
		X509_VERIFY_PARAM_set1_host(param, c->host, 0);
	if (X509_verify_cert(store) == 1)
		return 1;
	if (tls_trusts(c->trusted, c->peer.fingerprint)) {
		c->peer.pinned = true;
		X509_STORE_CTX_set_error(store, X509_V_OK);
		return 1;
	}
	set_problem(&c->peer, c->host, X509_STORE_CTX_get_error(store));
	return 0;
}

void tls_attach(void *ssl_ctx, struct tls_check *check)
{
	SSL_CTX_set_cert_verify_callback(ssl_ctx, verify, check);
	if (check->old) {
		/* Windows 2003 and its time: TLS 1.0, RC4 and 3DES aside. */
		SSL_CTX_set_security_level(ssl_ctx, 0);
		SSL_CTX_set_min_proto_version(ssl_ctx, TLS1_VERSION);
		SSL_CTX_set_options(ssl_ctx, SSL_OP_LEGACY_SERVER_CONNECT);
	}
}
