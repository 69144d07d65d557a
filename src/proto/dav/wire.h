/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef DAV_WIRE_H
#define DAV_WIRE_H
/*
 * One request and its answer: sign-in (Basic, forms), pauses, statuses, what
 * the server says of itself (dossier 1.4, 3, 4). Also the backend's own state.
 */
#include "net/http.h"
#include "proto/backend.h"
#include "proto/dav/href.h"
#include "proto/dav/multistatus.h"

enum dav_version { DAV_2000, DAV_2003, DAV_2007, DAV_VERSION_COUNT };

/* A folder of the mailbox, as the last listing told it. */
struct dav_folder {
	struct folder folder;  /* remote_id, name, counts */
	char *path;	       /* encoded, below the root, with a slash */
	char *fold;	       /* for comparing */
	char *mark;	       /* NULL: not told */
	int64_t count, unread; /* of visible items; -1: not told */
};
struct dav_tree {
	struct dav_folder *v;
	size_t n, cap;
};

/* Stands in for the network in tests: answers a request. *head is 200 unless
 * changed. */
struct dav_sent {
	const char *method, *url;
	const char *const *headers;
	const char *body;
};
typedef bool (*dav_transport)(void *ctx, const struct dav_sent *sent,
			      struct http_answer *head, struct str *answer,
			      struct err *err);

struct backend {
	const struct account *account;
	const struct backend_host *host;
	struct http *http;
	char *origin;	       /* "https://host:port" that was connected to */
	const char *elsewhere; /* origin of the public folder server while it
				* is asked; NULL */
	char *root;	       /* mailbox root, encoded: "/exchange/ann/" */
	struct strv roots;     /* other spellings of it that the server uses */
	struct strv others;    /* roots of other people's mailboxes */
	VEC(struct dav_folder *) others_folders; /* in them, asked for */
	enum dav_version version;
	char *build;	   /* "6.5.7638.1"; NULL unknown */
	bool ready;	   /* the root is known to be right */
	bool accepted;	   /* the server has taken our sign-in */
	bool refused;	   /* a password in its form was refused */
	bool forms;	   /* this server wants a form */
	bool session;	   /* and one was filled in */
	char *forms_start; /* address that asked for it */
	bool probing;	   /* a request that only looks who is to blame */
	/* What this server cannot do, whatever it says. */
	bool no_batch, no_repl, no_notify, no_key, no_hierarchy;
	bool rids_differ; /* repl-uids are no permanent keys */
	bool no_publish;  /* free/busy is the server's business */
	char *legacy_dn;  /* the mailbox's name in the directory; NULL ? */
	int shrunk;	  /* refused columns: 1 named ones, 2 most */
	struct dav_tree tree;
	bool has_tree;
	bool tree_partly; /* some folders could not be told: none is gone */
	char *root_id;
	bool asked_root; /* it has told the roles and its own names */
	char *roles[FOLDER_ROLE_COUNT]; /* paths below the root */
	char *submit;			/* encoded path of the submission URI */
	struct strv subs;		/* notify.c */
	int lost_polls;			/* of them, one after the other */
	/* public.c: the one for the public folders; NULL: not used yet. In it
	 * folders and items are known by their paths alone. */
	struct backend *public;
	bool by_path;
	char *moved_to; /* where the last redirect led; NULL */
	/* Of the mailbox's: servers that have what the first has not, and which
	 * of all of them has a folder (by its path). */
	VEC(struct backend *) replicas;
	struct map *places;
	dav_transport transport; /* tests only; NULL: http */
	void *transport_ctx;
};

/* Where a status comes from (errors.def). */
enum dav_place { PLACE_ANY, PLACE_SEND, PLACE_PUT, PLACE_FOLDER, PLACE_FIND };

struct dav_call {
	const char *method;
	const char *path;	    /* encoded, from the server's root */
	const char *const *headers; /* "Name: value", NULL-terminated */
	const char *body;
	size_t len;
	const char *type; /* NULL: text/xml where there is a body */
	bool changes;	  /* must not be sent twice on a lost connection */
	enum dav_place place;
	dav_row_fn rows; /* each response of a 207; NULL: ignored */
	/* The body of another good answer; may be NULL. */
	bool (*raw)(void *ctx, const char *s, size_t len, struct err *err);
	void *ctx;
	/* out: */
	struct http_answer answer; /* release with dav_call_release */
	char *collblob;		   /* of a replication (multistatus.h) */
};
void dav_call_release(struct dav_call *c);

/* Does the call: true for a status from 200 to 299. Waits out the account's
 * pause before, and a busy server at most three times; repeats a read once
 * after a lost connection, so rows may see the same again from index 0; signs
 * in again once where the session ended. On false err->number is the status. */
bool dav_do(struct backend *b, const struct op *op, struct dav_call *c,
	    struct err *err) MUST_CHECK;
/* The same where the head of the answer is not wanted. */
bool dav_simple(struct backend *b, const struct op *op, struct dav_call *c,
		struct err *err) MUST_CHECK;

/* A status as an error; returns false. */
bool dav_status_error(int status, enum dav_place place, struct err *err);
/* The same for one response of a 207: an inner 401 is always a right. */
void dav_row_error(const struct dav_row *r, enum dav_place place,
		   struct err *err);
/* Is it about this address alone, so that another way may still work? */
bool dav_is_filtered(const struct err *e);

/* Several GETs at a time; with parallel connections where signing in allows
 * it. fn is told of each as it ends, whatever its status; it may not call the
 * backend. False stops. Those that need more than being sent (sign-in, pause, a
 * lost line) are left with ok false for dav_do. */
struct dav_get {
	char *path; /* owned by the caller */
	struct str body;
	struct http_answer answer;
	bool ok; /* a good answer came whole */
	void *ctx;
};
bool dav_get_many(struct backend *b, const struct op *op, struct dav_get *gets,
		  size_t n,
		  bool (*fn)(void *ctx, struct dav_get *g, struct err *err),
		  void *ctx, struct err *err) MUST_CHECK;

/* Notes a busy answer for all backends of the account. */
void wire_pause(struct backend *b, const struct err *err);
bool wire_wait(struct backend *b, const struct op *op,
	       struct err *err) MUST_CHECK;
/* Sleeps ms; false: cancelled. */
bool wire_sleep(const struct op *op, int64_t ms, struct err *err) MUST_CHECK;

/* The path below the mailbox root of an href, or from the server's root ("/..")
 * in another person's; NULL: it is outside. Caller frees. */
char *wire_below(const struct backend *b, const char *href);
/* Root and a path below it, or the path from the server's root as it is; caller
 * frees. */
char *wire_path(const struct backend *b, const char *below);
/* "Destination: https://host/path"; caller frees. */
char *wire_destination(const struct backend *b, const char *path);
#endif
