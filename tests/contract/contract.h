/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef TESTS_CONTRACT_H
#define TESTS_CONTRACT_H
/*
 * The contract tests: every operation of proto/backend.h against a started
 * simulator, for servers of different age and with faults. Writes TAP.
 */
#include <sys/types.h>

#include "proto/backend.h"

/* --- checks (main.c) -------------------------------------------------------- */
/* A failed check is told at once; the test goes on. */
#define CHECK(cond) check_at(__FILE__, __LINE__, (cond), #cond, "")
#define CHECK_MSG(cond, text)                                                  \
	check_at(__FILE__, __LINE__, (cond), #cond, (text))
bool check_at(const char *file, int line, bool ok, const char *what,
	      const char *text);
/* Runs fn as one TAP test. */
void run_test(const char *name, void (*fn)(void *), void *ctx);
void skip_test(const char *name, const char *why);

/* --- the simulator (sim.c) --------------------------------------------------- */
struct sim {
	pid_t pid;
	char *ready; /* the ready file's path and content */
	char *text;
	char *url, *admin;
	bool dav; /* WebDAV, else EWS */
};
/* dialect: "ews" or "webdav"; args: further arguments, NULL-terminated. False:
 * it does not start. */
bool sim_start(struct sim *s, const char *dialect, const char *version,
	       const char *const *args);
/* Does this simulator show that face? */
bool sim_has(const char *dialect);
/* Ends it; false when it had ended by itself, or counted schema failures. */
bool sim_stop(struct sim *s);
/* A value of the ready file; the caller frees. */
char *sim_value(const struct sim *s, const char *key);
/* "POST" or "GET" below the administration URL; the answer's body. */
char *sim_admin(const struct sim *s, const char *method, const char *path,
		const char *body);
/* Requests of an operation since the last reset. */
int sim_count(const struct sim *s, const char *operation);
void sim_faults(const struct sim *s, const char *table);

/* --- a client (client.c) ------------------------------------------------------ */
struct client {
	struct account *account;
	struct backend *b;
	struct backend_host host;
	struct backend_info info;
	const struct backend_ops *ops;
	char *password; /* what it answers when asked */
	int asked;	/* how often */
	int64_t paused_until;
	int pauses;
	char *ids[FOLDER_ROLE_COUNT];
	/* What it was told of each folder: remote id and item ids. */
	struct known {
		char *folder;
		struct strv ids;
	} known[16];
};
/* n: 1 the first user ... Signs in and finds the roles when `connect`. */
void client_open(struct client *c, const struct sim *s, int n, bool connect);
void client_close(struct client *c);
/* All items of a folder by sync; *state (may be NULL) is replaced. Where every
 * item was named instead of telling what is gone, that is added. */
bool client_sync(struct client *c, const char *folder, char **state,
		 struct item_changes *out);
const struct item *find_by_id(const struct item_changes *c, const char *id);
struct item *find_message(const struct item_changes *c, const char *message_id);

struct got { /* what fetch delivered */
	struct fetched *v;
	size_t n, cap;
};
bool client_fetch(struct client *c, const struct item_ref *refs, size_t n,
		  bool mime, struct got *out, struct err *err);
void got_release(struct got *g);

/* --- the suites ----------------------------------------------------------------- */
/* suite.c: facts that must be equal for all versions are added to *facts. */
void suite_run(const struct sim *s, const char *version, struct str *facts);
/* mailbox.c: services of the mailbox as a whole. */
void mailbox_run(const struct sim *s, const char *version);
/* watch.c: a change is noticed; c makes some of them. */
void watch_check(const struct sim *s, struct client *c);
/* filing.c: what came and went, removing from several places; in a folder of
 * its own and Deleted Items. */
void filing_check(struct client *c);
/* sharing.c: nine levels, eight things tried by a second client; delegates. */
void matrix_check(const struct sim *s, struct client *owner);
void delegates_check(const struct sim *s, struct client *owner);
/* faults.c, faults_dav.c */
void faults_run(const struct sim *s, const char *version);
void faults_dav_run(const struct sim *s, const char *version);
/* calendar.c: calendars and contacts */
void calendar_run(const struct sim *s, const char *version);
/* tls.c */
void tls_run(void);
/* samples.c: `contract --read FILE...` */
void samples_read(int n, char **paths);
#endif
