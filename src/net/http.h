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
 * server's word); proxies come from the environment.
 *
 * A request is sent at most once unless it is marked repeatable, also where a
 * kept connection turns out dead (RFC 9110 9.2.2).
 */
#include "base/chan.h"
#include "base/err.h"
#include "base/str.h"

struct http_config {
	const char *ca_file; /* PEM of further authorities; NULL: system's */
	bool allow_plain;    /* credentials may travel over http: */
	const char *agent;   /* User-Agent */
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
	struct str head;	/* all fields, "Name: value\n" each, bounded */
};
void http_answer_release(struct http_answer *a);
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
	int idle_seconds;  /* silence that ends the call; 0: 110 s */
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
};

/* One of several requests at a time. */
struct http_job {
	struct http_request request; /* idle is not called; cancel not read */
	struct http_answer answer;   /* released by the caller */
	bool ok;
	struct err err; /* why not ok */
};

struct http;
struct http *http_new(const struct http_config *config);
void http_free(struct http *h); /* wipes the credentials */

/* Basic credentials for all later requests; copied. NULL: none. */
void http_set_login(struct http *h, const char *user, const char *password);

/* POSTs r->body. True: an answer came, whatever its status, and its whole body
 * went to r->receive. Fails with ERR_NETWORK (with a sentence that tells name,
 * connection, certificate and time-out apart), ERR_CANCELLED, ERR_INPUT (plain
 * http not allowed, address unusable), ERR_PROTOCOL (too large), or what
 * r->receive said. *out is filled as far as known in any case. err->number is
 * HTTP_SENT when the request may have reached the server. */
#define HTTP_SENT 1
bool http_post(struct http *h, const struct http_request *r,
	       struct http_answer *out, struct err *err) MUST_CHECK;

/* Runs the n jobs, at most HTTP_PARALLEL at a time; each ends as http_post
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
