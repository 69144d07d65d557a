/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef UI_BATCH_H
#define UI_BATCH_H
/*
 * The command line verbs. Data goes to standard output, words to standard
 * error; nothing prompts unless standard input is a terminal. Reads come from
 * the mirror; writes are journalled and carried out by the engine.
 */
#include "base/err.h"
#include "base/str.h"
#include "engine/engine.h"
#include "model/account.h"
#include "store/query.h"

struct config;

/* Exit codes, part of the command-line contract. */
enum batch_exit {
	BATCH_DONE = 0,
	BATCH_NOTHING = 1, /* nothing found */
	BATCH_USAGE = 2,
	BATCH_CONFIG = 3,
	BATCH_AUTH = 4,
	BATCH_NETWORK = 5,
	BATCH_REFUSED = 6, /* by the server */
	BATCH_CONFLICT = 7,
	BATCH_PARTLY = 8,
	BATCH_LATER = 75, /* kept, to be tried later */
};

enum verb_option {
#define VERB_OPTION(id, name, letter, arg, summary) OPT_##id,
#include "ui/verbs.def"
#undef VERB_OPTION
	OPT_COUNT
};

struct verb;
struct batch {
	struct config *config; /* the screens may change values */
	const struct verb *verb;
	const char *account_name; /* --account; NULL: the first */
	struct account *account;
	char *store_path;
	struct strv values[OPT_COUNT]; /* arguments given to each option */
	bool given[OPT_COUNT];
	struct strv args;    /* operands after the verb */
	struct store *store; /* reader; batch_open_store */
	struct engine *engine;
	/* Sees the events of batch_request; may be NULL. */
	void (*on_event)(void *ctx, struct event *e);
	void *on_event_ctx;
};

/* Runs the verb named in argv[0] (options may stand anywhere behind it) and
 * returns the exit code. account_name may be NULL. */
int batch_run(struct config *config, const char *account_name, int argc,
	      char **argv);
bool batch_is_verb(const char *word);
/* Usage of all verbs, or the help of one; to `out`. False: no such verb. */
bool batch_help(struct str *out, const char *verb);
/* The sections of retinue(1) made from the table, as mdoc. */
void batch_mdoc(struct str *out);
/* Completion script for bash, zsh or fish; false: another shell. */
bool batch_completion(struct str *out, const char *shell);

/* --- for the handlers ------------------------------------------------------ */
bool batch_has(const struct batch *b, enum verb_option o);
const char *batch_value(const struct batch *b,
			enum verb_option o); /* or NULL */
/* Says why and returns the exit code that fits. */
int batch_fail(const struct err *err);
PRINTF(1, 2) int batch_usage(const char *fmt, ...);
/* Picks the account and opens the mirror; else says why, *exit_code is set. */
bool batch_open_account(struct batch *b, int *exit_code);
bool batch_open_store(struct batch *b, int *exit_code);
/* Drops the reader's snapshot handle, e.g. before a sync. */
void batch_close_store(struct batch *b);
/* --limit, default def; 0 means all and gives INT_MAX. False: usage said. */
bool batch_limit(const struct batch *b, int def, int *out);
/* The folder named, else says so. */
int64_t batch_folder(struct batch *b, const char *name);
/* Operand i as a message id. False: said. */
bool batch_id(const char *word, int64_t *id);
/* Operands from .. to-1 as ids; "-" reads them from standard input. */
struct id_list {
	int64_t *v;
	size_t n, cap;
};
bool batch_ids(struct batch *b, size_t from, size_t to, struct id_list *out);
/* Opens the screens; needs a terminal. Account and configuration are filled in.
 */
struct session_setup;
int batch_screens(struct batch *b, struct session_setup *setup);
/* Reads all of standard input, at most max bytes. */
bool batch_read_stdin(struct str *out, size_t max, struct err *err) MUST_CHECK;

/* Starts the engine in a mode; password questions are asked on the terminal
 * when there is one. */
bool batch_engine(struct batch *b, enum engine_mode mode, bool bodies,
		  int *exit_code);
/* Submits and waits for the end of the request; *done is its EVENT_DONE. */
bool batch_request(struct batch *b, struct request *taken, int64_t limit_ms,
		   struct event *done, struct err *err);
/* The same with the engine started (the network, no bodies). fn (may be NULL)
 * sees the events meanwhile and may take what they hold. False: it said why and
 * *status is the exit code. */
bool batch_ask(struct batch *b, struct request *taken, int64_t limit_ms,
	       void (*fn)(void *ctx, struct event *e), void *ctx, int *status);
/* A full pass: sends what waits, fetches what changed. watch: goes on until a
 * signal. show: progress on standard error. */
int batch_sync(struct batch *b, bool watch, bool show, int64_t limit_ms);
/* Attends to the engine for about ms: questions are answered. */
void batch_pump(struct batch *b, int64_t ms);
/* One change by a person: --dry-run, --wait, --queue and output included.
 * what: "move 3 messages to Archive". wait: the default without options. */
int batch_change(struct batch *b, struct intent *taken, const char *what,
		 bool wait);
/* Waits until the journal entry is settled; exit code by its outcome. */
int batch_wait_entry(struct batch *b, int64_t entry, int64_t limit_ms);
int batch_submit_entry(struct batch *b, struct request *taken, const char *what,
		       bool wait);

/* --- messages ---------------------------------------------------------------
 */
struct draft;
struct letter;
/* The message's bytes: out of the mirror, else fetched now. False: said. */
bool batch_fetch_raw(struct batch *b, int64_t id, struct bytes *raw,
		     int *status);
/* Opens account and mirror and reads the message a word names. */
bool batch_open_letter(struct batch *b, const char *word, struct letter **out,
		       int64_t *id, int *status);
/* Opens what is signed or encrypted and puts the message inside into its place.
 * NULL: nothing of the kind; or it could not be opened, then *why is set. */
struct seal;
struct seal *batch_open_seal(struct letter **l, struct err *why);
/* --sender, --to, --cc, --bcc, --subject, --attach. */
bool batch_fill_draft(struct batch *b, struct draft *d,
		      struct err *err) MUST_CHECK;
/* The text to send, from standard input; `text` is initialised here. */
bool batch_read_text(struct str *text, struct err *err) MUST_CHECK;
/* Into the outbox, with --at and the usual options of a change. answers, verb:
 * as for intent_send. */
int batch_queue_message(struct batch *b, struct bytes *taken_raw,
			const char *message_id, int64_t answers, int verb,
			const char *what);

#define VERB(id, name, args, options, summary, help)                           \
	int verb_##id(struct batch *b);
#include "ui/verbs.def"
#undef VERB
#endif
