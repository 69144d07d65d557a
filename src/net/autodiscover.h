/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef NET_AUTODISCOVER_H
#define NET_AUTODISCOVER_H
/*
 * Autodiscover (dossier EWS 2): from an address to the server that serves it.
 * POX first, which every release answers, then SOAP. Redirects are followed
 * ten times in all, never to plain http, never to a host outside the mail
 * domain without asking, and never twice to the same place.
 */
#include "net/http.h"

enum autodiscover_kind {
	AUTODISCOVER_SETTINGS,
	AUTODISCOVER_ADDRESS, /* ask again for the address `target` */
	AUTODISCOVER_URL,     /* ask `target` */
	AUTODISCOVER_ERROR,   /* final for this place; code, message */
	AUTODISCOVER_FOREIGN  /* an answer, but not about Exchange */
};
struct autodiscover_answer { /* owned texts, NULL: not said */
	enum autodiscover_kind kind;
	char *target, *code, *message;
	char *display_name, *address;
	char *ews_url;	  /* of outside (EXPR), else of inside (EXCH) */
	char *ews_inside; /* where the two differ */
	char *oof_url;	  /* for out of office */
	char *public_server, *directory_server;
	char *public_mailbox; /* address of the one with the public tree */
	char *mailbox;	      /* "guid@domain", of SOAP only */
	char *version;	      /* "15.1", of SOAP's ServerVersionInfo */
};
void autodiscover_answer_release(struct autodiscover_answer *a);
/* Reads an answer of either dialect. PROTOCOL: it is neither. */
bool autodiscover_parse(const char *s, size_t len,
			struct autodiscover_answer *out,
			struct err *err) MUST_CHECK;

struct autodiscover {
	const char *address;
	const char *first; /* a URL to try first (SCP); may be NULL */
	/* https://HOST[:PORT]/... of SRV records; may be empty */
	const struct strv *services;
	const struct chan_flag *cancel;
	int seconds; /* for each place; 0: 15 */
	/* A connection for another host; http_free'd here. */
	struct http *(*connect)(void *ctx);
	/* May credentials go to this host, which is outside the domain? NULL:
	 * no. */
	bool (*ask)(void *ctx, const char *host, const char *from);
	/* What came of a place. */
	void (*tell)(void *ctx, const char *url, bool good, const char *text,
		     int64_t ms);
	void *ctx;
};
/* Fails with NOT_FOUND (nobody knows the address), AUTH (all that is left is a
 * refused sign-in), NETWORK, CANCELLED. */
bool autodiscover_run(const struct autodiscover *d,
		      struct autodiscover_answer *out,
		      struct err *err) MUST_CHECK;
/* Asks one place, by SOAP as 2013 and later have it, for one address; h signs
 * in there. NOT_FOUND: it answers otherwise; out stays empty on false. */
bool autodiscover_ask(struct http *h, const char *url, const char *address,
		      const struct chan_flag *cancel,
		      struct autodiscover_answer *out,
		      struct err *err) MUST_CHECK;
/* Is host the domain or below it? */
bool autodiscover_is_inside(const char *host, const char *domain);
#endif
