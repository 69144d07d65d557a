/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef SIM_SIM_H
#define SIM_SIM_H
/* One running simulator: options, state, faults, counters, log. */
#include <pthread.h>
#include <stdio.h>
#include "base/err.h"
#include "base/str.h"
#include "tests/sim/faults.h"
#include "tests/sim/signin.h"
#include "tests/sim/state.h"

struct corpus;
struct schemas;

struct product {
	const char *name; /* as given to --version */
	enum rank rank;	  /* newest version it takes */
	int major, minor, build, revision;
	const char *version; /* ServerVersionInfo Version; NULL: none */
};

struct op_count {
	const char *name;
	uint64_t n;
};

struct sim {
	struct state *st;
	const struct product *product;
	struct faults *faults;
	struct corpus *corpus;
	struct schemas *schemas; /* NULL: requests are not validated */
	char token[33];		 /* path of the administration */
	bool tls, client_ca;
	int ldap_port;		     /* 0: no directory */
	bool ldap_refuses;	     /* nobody may change anything in it */
	bool ews, dav;		     /* the faces it shows */
	int dav_version;	     /* enum dav_version */
	struct dav_names *dav_names; /* under the state's lock */
	struct dav_view *dav_view;   /* likewise */
	char *dav_base;		     /* what hrefs begin with; NULL: as asked */
	char *dav_public;	     /* public folder server; NULL: this one */
	bool dav_frozen;	     /* free/busy is not published any more */
	bool dav_filtered;	     /* B*, SUBSCRIBE and POLL answer 404 */
	VEC(unsigned) dav_sessions;  /* of forms: cookies issued in each */
	bool dav_reissue;	     /* with every answer */
	unsigned dav_cookies;	     /* generation of cookies that are good */
	struct signin signin;
	struct idp *idp;
	/* What Autodiscover does instead of answering, under the state's lock:
	 * addr, url, http (a 302), off; NULL: nothing. */
	char *auto_kind, *auto_to;
	int auto_left; /* answers that it lasts for; below 0: all */
	int64_t heartbeat_ms;
	/* Throttling a user, under the state's lock; 0: no limit. */
	int max_active, max_hanging, max_subs;
	FILE *log;
	pthread_mutex_t count_lock;
	VEC(struct op_count) counts;
	uint64_t requests, schema_failures, bytes_in, bytes_out, connections;
	bool stopping; /* under count_lock */
};

void sim_count(struct sim *sim, const char *operation);
void sim_count_bytes(struct sim *sim, size_t in, size_t out);
PRINTF(2, 3) void sim_log(struct sim *sim, const char *fmt, ...);
void sim_stop(struct sim *sim);
bool sim_is_stopping(struct sim *sim);
/* Sleeps, but not beyond the end of the simulator. */
void sim_pause(struct sim *sim, int64_t ms);

/* --- schemas (schema.c) -------------------------------------------------- */
struct schemas *schemas_load(const char *dir, struct err *err) MUST_CHECK;
void schemas_free(struct schemas *s);
/* A whole parsed envelope; false: *violation and the line say why. */
bool schemas_check(struct schemas *s, enum rank rank, void *doc,
		   struct str *violation, int *line) MUST_CHECK;

/* --- HTTP (http.c) ------------------------------------------------------- */
struct MHD_Daemon;
struct http_tls { /* PEM files; cert NULL: plain HTTP */
	const char *cert, *key;
	const char *client_ca; /* NULL: no certificate is asked for */
};
struct MHD_Daemon *http_start(struct sim *sim, const char *listen,
			      const struct http_tls *files, int *port,
			      struct err *err);
void http_stop(struct MHD_Daemon *d);

/* --- administration (admin.c) -------------------------------------------- */
/* path: behind the token. Returns the HTTP status; body in out. */
typedef const char *admin_arg_fn(void *connection, const char *name);
int admin_handle(struct sim *sim, const char *method, const char *path,
		 admin_arg_fn *arg, void *connection, const char *body,
		 size_t len, struct str *out);
#endif
