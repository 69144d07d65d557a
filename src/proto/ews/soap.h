/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef EWS_SOAP_H
#define EWS_SOAP_H
/*
 * One request and its answer: envelope, sign-in, pauses, faults, HTTP
 * statuses (dossier 3, 4, 6). Also the backend's own state.
 *
 * Test hook: with RETINUE_EWS_DUMP=DIR every request body is written to
 * DIR/<process>-<NNNN>-<Operation>.xml.
 */
#include "net/http.h"
#include "proto/backend.h"
#include "proto/ews/errors.h"
#include "proto/ews/read.h"
#include "proto/ews/tree.h"
#include "proto/ews/version.h"

/* Stands in for the network in tests: answers a request. *head is 200 and
 * text/xml unless changed. */
typedef bool (*soap_transport)(void *ctx, const char *operation,
			       const struct str *body, struct http_answer *head,
			       struct str *answer, struct err *err);

struct backend {
	const struct account *account;
	const struct backend_host *host;
	struct http *http;
	enum ews_version version;
	bool ready;   /* the version is known to be right */
	char *build;  /* as the last answers said */
	int64_t date; /* the server's clock then; 0: not told */
	/* What this server cannot do, whatever it says. */
	bool no_stream, no_empty, no_marks;
	int shrunk;	    /* refused our properties: 1 extended ones, 2 all
				 * but what every item has */
	char *subscription; /* of notify_wait; NULL: none */
	char *watermark;    /* of a pull subscription */
	bool resubscribed;  /* the last stream ended with a lost one */
	/* public_route.c: which mailbox has what of the public folders; NULL:
	 * not asked yet. While one of them is asked, the values of the two
	 * headers that lead there; else NULL. */
	struct public_routes *public_routes;
	const char *anchor, *public_mailbox;
	soap_transport transport; /* tests only; NULL: http */
	void *transport_ctx;
};

/* How often a busy server is asked again, and one that stumbled (6), and after
 * how long the latter, for the first time. */
#define BUSY_TRIES 3
#define AGAIN_TRIES 2
#define AGAIN_MS 500

struct soap_call {
	const char *operation; /* "GetItem" */
	struct str body;       /* the operation's element, complete */
	bool changes;	       /* must not be sent twice on a lost connection */
	bool again; /* a read is repeated after a passing error of the server */
	int idle_seconds; /* http.h */
	bool (*idle)(void *ctx, int64_t *again_ms, struct err *err);
	/* Gets the raw body beside the reader; may be NULL. restart: it comes
	 * from its beginning, perhaps anew. */
	bool (*raw)(void *ctx, const char *s, size_t len, struct err *err);
	void (*restart)(void *ctx);
	bool series; /* envelope after envelope (streaming): raw alone gets it */
	struct ews_tree *tree; /* keeps the answer whole too; may be NULL */
	ews_message_fn fn;     /* each response message */
	void *ctx;
};

/* Does the call. Waits out the account's pause before, and a busy server at
 * most three times; repeats a read once after a lost connection, and where
 * `again` says so after a fault that passes, so fn may see the same messages
 * again from index 0. On false *err tells, *rule (may be
 * NULL) what a fault asked for. */
bool soap_do(struct backend *b, const struct op *op, struct soap_call *call,
	     enum ews_rule *rule, struct err *err) MUST_CHECK;

/* Notes a busy answer for all backends of the account. */
void soap_pause(struct backend *b, const struct err *err);
/* Sleeps until the account's pause is over. False: cancelled. */
bool soap_wait(struct backend *b, const struct op *op,
	       struct err *err) MUST_CHECK;
/* Sleeps ms; false: cancelled. */
bool soap_sleep(const struct op *op, int64_t ms, struct err *err) MUST_CHECK;

/* --- pieces of requests ---------------------------------------------------- */
/* t:FolderId, or t:DistinguishedFolderId where id is NULL. */
void soap_add_folder(struct str *b, const char *id, const char *distinguished);
/* The same in another person's mailbox. */
void soap_add_others_folder(struct str *b, const char *distinguished,
			    const char *mailbox);
void soap_add_item(struct str *b, const struct item_ref *ref);
/* A call whose only message must be a success; takes payload in `got`, which
 * the caller releases (on true). */
bool soap_single(struct backend *b, const struct op *op, const char *operation,
		 struct str *owned_body, bool changes, struct ews_message *got,
		 struct err *err) MUST_CHECK;
/* A call whose answer is wanted as a tree. True even where single messages are
 * errors: the caller looks at each. Only a fault or a lost answer is false. */
bool soap_tree(struct backend *b, const struct op *op, const char *operation,
	       struct str *owned_body, bool changes, struct ews_tree *got,
	       struct err *err) MUST_CHECK;
/* The same where the first message must be a success. */
bool soap_tree_single(struct backend *b, const struct op *op,
		      const char *operation, struct str *owned_body,
		      bool changes, struct ews_tree *got,
		      struct err *err) MUST_CHECK;
#endif
