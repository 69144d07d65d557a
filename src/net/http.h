/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef NET_HTTP_H
#define NET_HTTP_H
/*
 * HTTP for one thread: a blocking request on one kept connection with its own
 * cookies, or several requests at a time on as many connections, which share
 * the cookies. It waits in curl's own poll together with the caller's cancel
 * flag, so a raised flag ends the call at once. HTTP/1.1 only; gzip is decoded;
 * no redirect is ever followed (dossier EWS 2.1: credentials go nowhere on a
 * server's word); a proxy comes from the
 * configuration, else from the environment. How to sign in is the business of a
 * struct http_signin (net/auth.h makes the usual ones; a protocol may bring its
 * own).
 *
 * A request is sent at most once unless it is marked repeatable, also where a
 * kept connection turns out dead (RFC 9110 9.2.2).
 */
#include "base/chan.h"
#include "base/err.h"
#include "base/str.h"
#include "net/tls.h"

enum http_secret { HTTP_SECRET_KEY, HTTP_SECRET_PROXY };

struct http_config {	     /* texts are copied; NULL: none */
	const char *ca_file; /* PEM of further authorities */
	bool allow_plain;    /* credentials may travel over http: */
	const char *agent;   /* User-Agent */
	const char *trusted; /* fingerprints, see net/tls.h */
	bool old_tls;	     /* also TLS 1.0 */
	/* PEM (perhaps with the key), or PKCS#12 where it ends in .p12 or
	 * .pfx; the key's file. */
	const char *client_cert, *client_key;
	const char *proxy; /* URL; "none": not even the environment's */
	const char *proxy_user;
	int connect_seconds; /* 0: 20 */
	int idle_seconds;    /* of requests that do not say; 0: 110 */
	/* The key's pass phrase and the proxy's password, asked for before the
	 * first request; *out NULL: there is none. May be NULL. */
	bool (*secret)(void *ctx, enum http_secret which, char **out,
		       struct err *err);
	void *secret_ctx;
};

/* What is known of an answer before its body. */
struct http_answer {
	int status;		/* 0: no answer came */
	char *content_type;	/* lower case, without parameters; NULL none */
	char *location;		/* of a redirect */
	char *www_authenticate; /* all of them, one a line */
	char *cas_error;	/* X-CasErrorCode */
	int64_t retry_after_ms; /* Retry-After; 0: none */
	int64_t received;	/* bytes of body, decoded */
	int64_t date;		/* the server's clock, UTC; 0: unknown */
	bool not_kept;		/* Persistent-Auth: false */
	struct str head;	/* all fields, "Name: value\n" each, bounded */
};
void http_answer_release(struct http_answer *a);
/* A line of the head, with or without its end. */
void http_answer_add(struct http_answer *a, const char *line, size_t len);
/* The first field of that name (any case), a copy; NULL: absent. */
char *http_answer_field(const struct http_answer *a, const char *name);

struct http_request {
	const char *method; /* NULL: POST */
	const char *url;
	const char *const *headers; /* "Name: value", NULL-terminated */
	const char *body;
	size_t len;
	bool repeatable; /* may be sent again when the connection died */
	const struct chan_flag *cancel; /* may be NULL */
	int idle_seconds;  /* silence that ends the call; 0: the client's */
	int64_t max_bytes; /* of the decoded body; more: ERR_PROTOCOL */
	/* A piece of body; the answer's head is complete. False ends the call
	 * with *err, which it fills. */
	bool (*receive)(void *ctx, const struct http_answer *a, const char *s,
			size_t len, struct err *err);
	/* Called whenever the call has waited; says in how many milliseconds it
	 * wants to be called again (-1: not). False ends the call as above.
	 * May be NULL. */
	bool (*idle)(void *ctx, int64_t *again_ms, struct err *err);
	void *ctx;
	const char *label; /* for the log: the operation */
	bool no_signin;	   /* as a stranger; so is what a sign-in sends */
};

/* One of several requests at a time. */
struct http_job {
	struct http_request request; /* idle is not called; cancel not read */
	struct http_answer answer;   /* released by the caller */
	bool ok;
	struct err err; /* why not ok */
};

struct http;

/* How requests are signed in. One belongs to one struct http. */
enum http_verdict { HTTP_DONE, HTTP_AGAIN, HTTP_FAIL };
struct http_signin {
	/* Before each sending: adds header lines, which are wiped afterwards.
	 * *bare: this leg goes without the request's body. False: *err. */
	bool (*prepare)(void *ctx, struct http *h, const struct http_request *r,
			struct strv *headers, bool *bare, struct err *err);
	/* Is this answer about the sign-in rather than about the request? Its
	 * body is thrown away then, and `answered` called. */
	bool (*concerns)(void *ctx, const struct http_answer *a);
	/* HTTP_AGAIN: send once more; HTTP_DONE: the answer stands (without a
	 * body); HTTP_FAIL: *err. May send requests of its own with no_signin.
	 */
	enum http_verdict (*answered)(void *ctx, struct http *h,
				      const struct http_request *r,
				      const struct http_answer *a,
				      struct err *err);
	/* An answer that does not concern it; may be NULL. */
	void (*accepted)(void *ctx, struct http *h,
			 const struct http_answer *a);
	/* May requests run on several connections at a time now? NULL: no. */
	bool (*parallel)(void *ctx);
	void (*free)(void *ctx);
	void *ctx;
};

struct http *http_new(const struct http_config *config);
void http_free(struct http *h); /* with its sign-in */
/* Copies *s and owns its ctx; NULL: none. */
void http_set_signin(struct http *h, const struct http_signin *s);
struct http_signin *http_signin(struct http *h); /* NULL: none */
/* The certificate of the last secure connection. Never NULL. */
const struct tls_peer *http_peer(const struct http *h);
/* Rises with every new connection. */
unsigned http_connections(const struct http *h);
bool http_allows_plain(const struct http *h);
/* Ends the kept connections; cookies are kept. */
void http_disconnect(struct http *h);
/* A receive that ignores the body. */
bool http_ignore(void *ctx, const struct http_answer *a, const char *s,
		 size_t len, struct err *err);
/* A receive that appends the body to ctx, a struct str. */
bool http_collect(void *ctx, const struct http_answer *a, const char *s,
		  size_t len, struct err *err);

/* Sends r, signed in. True: an answer came, whatever its status, and its whole
 * body went to r->receive. Fails with ERR_NETWORK (with a sentence that tells
 * name, connection, certificate and time-out apart), ERR_CANCELLED, ERR_INPUT
 * (plain http not allowed, address unusable), ERR_AUTH (the sign-in),
 * ERR_PROTOCOL (too large), or what r->receive said. err->code tells network
 * failures apart: dns proxy-dns connect timeout certificate tls proxy lost.
 * *out is filled as far as known in any case. err->number is HTTP_SENT when the
 * request may have reached the server. */
#define HTTP_SENT 1
bool http_send(struct http *h, const struct http_request *r,
	       struct http_answer *out, struct err *err) MUST_CHECK;

/* Runs the n jobs, at most HTTP_PARALLEL at a time; each ends as http_send
 * would, and `ended` is told at once (false stops all). False: cancelled or
 * stopped, with *err; jobs that never began have answer.status 0 and ok false.
 */
#define HTTP_PARALLEL 4
bool http_run_many(struct http *h, struct http_job *jobs, size_t n,
		   const struct chan_flag *cancel,
		   bool (*ended)(void *ctx, struct http_job *j,
				 struct err *err),
		   void *ctx, struct err *err) MUST_CHECK;
/* Forgets all cookies: a session is over. */
void http_forget_cookies(struct http *h);
#endif
