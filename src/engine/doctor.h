/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef ENGINE_DOCTOR_H
#define ENGINE_DOCTOR_H
/*
 * Looks at everything that an account needs and says what is wrong in plain
 * words, with a next step. It runs in a thread of its own and needs no mirror:
 * `retinue doctor`, `account add`, `account test` and the set-up screen are its
 * faces.
 */
#include "model/account.h"
#include "model/route.h"
#include "base/err.h"

#define DOCTOR_BASICS_EACH(X)                                                  \
	X(DNS, "dns", "DNS")                                                   \
	X(DIRECTORY, "directory", "Directory")                                 \
	X(CATALOG, "catalog", "Global catalog")                                \
	X(KERBEROS, "kerberos", "Kerberos")                                    \
	X(DISCOVERY, "discovery", "Finding the server")                        \
	X(SERVER, "server", "Server")                                          \
	X(CLOCK, "clock", "Clock")                                             \
	X(SIGN_IN, "sign-in", "Sign-in")
enum doctor_row_id {
#define X(id, name, title) DOCTOR_##id,
	DOCTOR_BASICS_EACH(X)
#undef X
		DOCTOR_FEATURES, /* + enum feature */
	DOCTOR_ROWS = DOCTOR_FEATURES + FEATURES
};
const char *doctor_row_name(int row);  /* "sign-in" */
const char *doctor_row_title(int row); /* "Sign-in" */

enum doctor_state {
	DOCTOR_WAITING,
	DOCTOR_RUNNING,
	DOCTOR_GOOD,
	DOCTOR_ABSENT,	/* not offered here, and nothing wrong */
	DOCTOR_SKIPPED, /* not looked at: something before it failed */
	DOCTOR_BAD
};
const char *doctor_state_name(enum doctor_state s); /* "good" */

struct doctor_row { /* owned texts; NULL: nothing to say */
	enum doctor_state state;
	char *protocol, *host, *security, *url;
	char *signed_in; /* how */
	char *text;	 /* what was found, or the reason */
	char *code;	 /* of the fault, for programs: "extended-protection" */
	char *next;	 /* the next step */
	int port;
	int64_t ms;
	enum err_kind kind; /* of the failure */
};
void doctor_row_release(struct doctor_row *r);

enum doctor_event_kind {
	DOCTOR_ROW,	 /* `row` has changed; read it with doctor_row */
	DOCTOR_STEP,	 /* `text`: a step of finding the server */
	DOCTOR_PASSWORD, /* wanted: doctor_answer */
	DOCTOR_OUTSIDE,	 /* may the sign-in go to the host `text`? yes: "y" */
	DOCTOR_END	 /* all is said */
};
struct doctor_event {
	enum doctor_event_kind kind;
	int row;
	char *text; /* owned */
};

/* Days that the periods of the estimate go back. */
static const int doctor_periods[] = {31, 92, 365};
struct doctor_estimate {
	int64_t messages; /* in folders of mail; 0: not known */
	int64_t bytes;	  /* of them, or of the mailbox; 0: not known */
	double share[3];  /* of the Inbox, within each of doctor_periods */
	int64_t bytes_a_second; /* 0: not known */
};

struct doctor_options {
	const struct account *account; /* copied; url NULL: to be found */
	/* As in struct engine_options; called in the doctor's thread. */
	bool (*password)(void *ctx, char **out, struct err *err);
	bool (*secret)(void *ctx, enum account_secret which, char **out,
		       struct err *err);
	bool (*keep)(void *ctx, const char *refresh, struct err *err);
	void *ctx;
	bool estimate;	    /* and how much there is to mirror */
	bool interactive;   /* questions are answered */
	bool trust_outside; /* DOCTOR_OUTSIDE is answered with yes */
};

struct doctor;
struct doctor *doctor_start(const struct doctor_options *o);
void doctor_stop(struct doctor *d); /* also before the end */
int doctor_fd(struct doctor *d);    /* readable while events wait */
/* The next event; waits at most timeout_ms. False: none. */
bool doctor_next(struct doctor *d, int64_t timeout_ms,
		 struct doctor_event *out);
void doctor_answer(struct doctor *d, const char *text); /* NULL: refused */
/* Valid until the next doctor_next. */
const struct doctor_row *doctor_row(const struct doctor *d, int row);
/* After the end: the row that stands in the way of the mailbox, else the first
 * that is bad, else -1. */
int doctor_verdict(const struct doctor *d);
/* What was found, once DOCTOR_END came; NULL: no server. */
const char *doctor_url(const struct doctor *d);
const char *doctor_display_name(const struct doctor *d);
const char *doctor_public_url(const struct doctor *d);
/* The directory server that took the sign-in; NULL: none. */
const char *doctor_directory(const struct doctor *d);
bool doctor_is_webdav(const struct doctor *d);
/* NULL: not asked for, or nothing is known. */
const struct doctor_estimate *doctor_estimate(const struct doctor *d);
/* The certificate that is not trusted, NULL: none. */
const char *doctor_fingerprint(const struct doctor *d);
#endif
