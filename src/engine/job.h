/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef ENGINE_JOB_H
#define ENGINE_JOB_H
/*
 * Private to the engine: what the core gives to a lane (a job) and what a lane
 * gives back (messages). A job is made by the core, belongs to its lane while
 * it runs, and comes back with the MSG_DONE that ends it. A lane knows no
 * database: everything it needs is inside the job.
 */
#include <stdatomic.h>
#include "base/chan.h"
#include "base/vec.h"
#include "model/person.h"
#include "proto/backend.h"
#include "engine/job_parts.h"

struct engine;
struct core;
struct directory;
struct oof;
struct public_talk;
struct recover_talk;
struct storage;
struct sharing;

enum lane_id {
	LANE_INTERACTIVE,
	LANE_BACKGROUND,
	LANE_NOTIFICATION,
	LANE_DIRECTORY, /* what a person asks of the directory */
	LANE_BOOK,	/* what is asked of it all by itself */
	LANE_COUNT
};

enum job_kind {
#define JOB(id, function, at, rank, cap, text) JOB_##id,
#include "engine/jobs.def"
#undef JOB
	JOB_COUNT
};

struct job {
	enum job_kind kind;
	enum lane_id lane;
	uint64_t ticket; /* of the request it serves; 0: none */
	struct chan_flag *cancel;
	atomic_bool yield; /* something better waits: end after this page */
	bool have_info;	   /* else connect first */
	unsigned info_generation;
	struct backend_info info;

	int64_t folder, item; /* rows */
	char *remote;	      /* of the folder */
	/* Whose folders they are, beside wanted, remotes or steps, else one for
	 * all; "": one's own. */
	struct strv owners;
	const char *owner;    /* whose the lane is at, of owners; NULL: own */
	char *state;	      /* TREE, ITEMS: where to go on; NULL: start */
	bool compare;	      /* ITEMS: a set-compare goes on or begins */
	bool want_state_sync; /* TREE: hierarchy by its sync state */
	bool want_roles;      /* TREE */
	struct wanted_list wanted;    /* BODY, BODIES */
	struct step_list steps;	      /* REPLAY */
	struct step_extra *extra;     /* steps.n of them */
	bool unsure;		      /* REPLAY: look up before doing */
	char *drafts, *sent, *outbox; /* REPLAY: remote ids */
	struct strv remotes; /* SEARCH, SHARING: folders; BUSY: addresses */
	struct strv titles;  /* SHARING: their paths */
	int64_t from, to;    /* BUSY: instants */
	int64_t length;	     /* BUSY: of a meeting; words: who is what */
	VEC(int64_t) rows;   /* SEARCH: their rows */
	VEC(int64_t) found;  /* SEARCH: items, filled by the core */
	char *words;

	int limit;	     /* PEOPLE */
	bool deep;	     /* EXPAND: lists in it too; BUSY: keep it */
	char *key;	     /* EXPAND, PERSON: directory key, or address */
	struct secret_pair { /* PASSWORD; wiped */
		char *was, *now;
	} secret;
	/* The directory's host as known from before; NULL: it may be looked for
	 * (look_up), and is then found here. */
	char *directory;
	bool look_up;
	char *book_server; /* BOOK: copied last from there, up to this */
	int64_t book_usn;
	int64_t expires; /* EXPIRY: answer, as password_expiry has it */
	struct contact_wishes wishes; /* CONTACTS */
	bool changed;		      /* CONTACTS: something did (core) */
	bool again;		   /* CONTACTS: a change met another version */
	struct person_list people; /* for the event (core) */
	struct bytes photo;	   /* PHOTO: the answer */
	struct oof *oof; /* OOF: wanted (NULL: only read), then the answer */
	struct sharing *sharing;      /* SHARING: wanted, then the answer */
	char *plan;		      /* SHARING: delegate_plan.h; NULL: none */
	bool planned;		      /* SHARING: the plan is another one now */
	bool goes_on;		      /* SHARING: goes on once that is stored */
	struct oof *oof_was;	      /* OOF: as it was when that was wished */
	bool oof_end;		      /* OOF: only switch it off */
	struct storage *storage;      /* STORAGE: the answer */
	struct public_talk *talk;     /* PUBLIC: wish and answer */
	struct recover_talk *recover; /* RECOVER: the same */
	bool people_more;

	bool marked;	     /* TREE: marks were applied (core) */
	bool more;	     /* gave way: not finished */
	struct err item_err; /* BODY: why there is no content */
	struct err err;	     /* outcome */
};

struct job *job_new(enum job_kind kind);
void job_free(struct job *j);
/* What follows is about what owners[i] has. */
void job_about(struct job *j, size_t i);
enum lane_id job_lane(enum job_kind kind);
int job_rank(enum job_kind kind);
unsigned job_capability(enum job_kind kind);
const char *job_text(enum job_kind kind);

struct msg;

/* --- lanes ------------------------------------------------------------------
 */
struct lane {
	enum lane_id id;
	struct engine *engine;
	struct thread *thread;
	struct chan *jobs;    /* struct job *; to the lane */
	struct chan *acks;    /* weights taken off, as pointers */
	struct chan *answers; /* struct answer *, see signin.c */
	size_t unacked;
	struct backend *backend;
	unsigned info_generation;
	struct backend_host host;
	struct directory *directory;  /* directory.c; NULL: not open */
	int64_t directory_used;	      /* monotonic ms */
	unsigned password_generation; /* the one it was last given */
	unsigned token_generation;    /* the same of the access token */
	struct job *running;	      /* the lane's own view */
	struct job *busy;	      /* the core's view; NULL: idle */
};

void lane_start(struct lane *l, struct engine *e, enum lane_id id);
/* Ends the thread; what it still said is in the results channel. */
void lane_stop(struct lane *l);
/* Core side: gives a job, tells that `weight` bytes were dealt with. */
void lane_give(struct lane *l, struct job *owned_job);
void lane_ack(struct lane *l, size_t weight);

/* Lane side. Posts to the core, waiting while too much of what was posted is
 * unprocessed; false (message dropped) once the job is cancelled. */
bool lane_post(struct lane *l, struct msg *owned_msg, size_t weight);
/* Tells how many of how many parts of the running job are done. */
void lane_progress(struct lane *l, int64_t done, int64_t total);
struct op lane_op(struct lane *l);
const struct backend_ops *lane_ops(const struct lane *l);
bool lane_cancelled(const struct lane *l);
/* directory.c: a connection to the directory, signed in, kept for the next job;
 * UNSUPPORTED: the account has none. dc: not the catalog's part of it. */
bool lane_directory(struct lane *l, bool dc, struct directory **out,
		    struct err *err) MUST_CHECK;
void lane_close_directory(struct lane *l);
bool directory_look_up(struct lane *l, struct err *err) MUST_CHECK; /* in DNS */
const char *lane_directory_host(const struct lane *l); /* NULL: none known */
/* Signs in and posts what was found. */
bool lane_connect(struct lane *l, struct err *err) MUST_CHECK;

/* signin.c: fills l->host; an answer to a question, on its way to a lane. */
void signin_init_host(struct lane *l);
struct answer {
	uint64_t ticket;
	char *text; /* NULL: refused */
};
void answer_free(struct answer *a); /* wiped */

/* One pair of functions a job kind; run in the lane, end in the core within a
 * transaction. end is called for failed jobs too (j->err), after the common
 * reaction to network, sign-in and server trouble. */
#define JOB(id, function, at, rank, cap, text)                                 \
	bool job_run_##function(struct lane *l, struct job *j,                 \
				struct err *err) MUST_CHECK;                   \
	bool job_end_##function(struct core *c, struct job *j,                 \
				struct err *err) MUST_CHECK;
#include "engine/jobs.def"
#undef JOB
#endif
