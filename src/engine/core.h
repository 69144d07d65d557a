/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef ENGINE_CORE_H
#define ENGINE_CORE_H
/*
 * Private to the engine. struct core belongs to the core thread alone.
 *
 * The core keeps no queue of network jobs: it remembers what is wanted (the
 * tree, dirty folders, bodies, journal steps, requests) and gives the best of
 * it to a lane when one is idle. What fails is simply still wanted.
 */
#include "base/lockfile.h"
#include "engine/msg.h"
#include "engine/shared.h"

/* --- the core ------------------------------------------------------------- */
struct folder_work {
	int64_t id;
	char *remote, *path;
	char *owner; /* address of another person; NULL: one's own, public */
	enum folder_role role;
	bool is_calendar;	    /* of calendar entries */
	bool is_others, is_mailbox; /* of another person; its top */
	bool is_public;		    /* a favourite of the public folders */
	unsigned rights;	    /* enum folder_right, of others' */
	int64_t total;
	/* By the tree, where it can be compared; -1: unknown. */
	int64_t told_items, told_unread;
	bool mirrored;	       /* its items belong into the store */
	bool openable;	       /* mail: it can be mirrored when looked at */
	bool dirty;	       /* has news */
	bool opened;	       /* a person looks at it */
	bool newest;	       /* show the newest before the long sync */
	bool active;	       /* a lane is at it */
	VEC(int64_t) arrivals; /* ours, put there since its sync began */
	bool synced;	       /* was complete once */
	bool compare;	       /* a set-compare has begun */
	char *mark;	       /* as the tree told it */
	char *mark_asked;      /* the one known when the sync began */
	int64_t not_before;    /* monotonic, after trouble of its own */
	int64_t done;	       /* items of the running sync */
};

struct ticket {
	uint64_t id;
	struct request request;
	int64_t asked;	/* UTC seconds */
	bool running;	/* its job is in a lane */
	struct err err; /* first trouble */
};

struct core {
	struct engine *engine;
	struct store *store;
	struct lane lanes[LANE_COUNT];
	struct lockfile *lock;
	bool stopping;
	bool network; /* this process talks to the server */
	bool by_hand; /* offline on purpose */

	struct backend_info info;
	bool have_info;
	unsigned info_generation;

	VEC(struct folder_work) folders;
	VEC(struct ticket) tickets;

	bool want_tree, tree_active;
	bool want_state_sync; /* the tree changed: ask with its sync state */
	bool marks_missing;   /* this server offers no marks */
	bool want_plan;	      /* an interrupted change of delegates goes on */
	bool want_others, others_active; /* other people's mailboxes */
	bool others_told;		 /* what is wrong with them */
	bool want_bodies, bodies_active, want_events, events_active;
	bool sync_begun;	/* everything is being synced */
	bool follower_asks;	/* "sync-wanted" is ours to clear */
	int64_t news_since;	/* UTC: mail received later is news */
	bool tidy, to_index;	/* what the store can have done in a pause */
	bool purge;		/* kept contents may be let go when quiet */
	VEC(int64_t) body_gone; /* items whose content was not there once */

	bool check_unsure; /* steps of unknown outcome may be in the store */
	struct step_list staged; /* uploaded, to be sent next */
	bool replay_active;
	int64_t replay_due; /* UTC seconds; CLOCK_NEVER: nothing waits */

	int64_t next_book, next_expiry; /* monotonic ms; 0: now */
	bool book_active, expiry_active;
	int64_t next_oof; /* monotonic ms; 0: now */
	bool oof_active;
	int64_t next_storage; /* monotonic ms; 0: now */
	bool storage_active;
	bool want_contacts, contacts_active;
	bool contacts_read;    /* since the start: what waits may go out */
	bool contacts_missing; /* this server has none */

	enum engine_online online;
	int64_t next_try;  /* monotonic ms, when OFFLINE */
	int failures;	   /* in a row */
	int64_t next_poll; /* monotonic ms */
	bool no_push;	   /* not offered: poll */
	bool pushed;	   /* news flow */
	int push_failures;
	int64_t next_push; /* monotonic ms */

	struct msg *msg;    /* being applied */
	size_t cursor;	    /* rows of it already committed */
	int64_t disk_retry; /* monotonic ms; 0: no trouble */
	int disk_failures;
	int64_t data_version, next_look; /* other processes */
	int64_t written; /* bodies of this run, for the progress */

	/* What the transaction changed; told after its commit. */
	bool told_folders, told_state, told_journal;
	VEC(int64_t) told_items;
	VEC(struct event) told;
};

struct core *core_new(struct engine *e, struct store *owned_store,
		      struct lockfile *owned_lock);
void core_free(struct core *c);
void core_run(void *engine); /* the thread */

void core_flush(struct core *c);
/* The store cannot be written now: rolls back, says so, tries again later. */
void core_disk_trouble(struct core *c, const struct err *err);
/* After the commit; takes what *taken owns. */
void core_tell(struct core *c, struct event *taken);
void core_tell_items(struct core *c, int64_t folder);
void core_tell_done(struct core *c, uint64_t ticket, int64_t entry,
		    const struct err *err);
void core_tell_new_mail(struct core *c, int64_t folder, int64_t item);
void core_tell_body(struct core *c, int64_t item, const struct err *err);
void core_tell_notice(struct core *c, const struct err *err);
void core_tell_progress(struct core *c, uint64_t ticket, const char *text,
			int64_t done, int64_t total);

/* folders.c: the list of folder_work. */
bool core_reload_folders(struct core *c, struct err *err) MUST_CHECK;
struct folder_work *core_folder(struct core *c, int64_t id); /* or NULL */
struct folder_work *core_folder_remote(struct core *c, const char *remote);
/* Of the folder, for job.owners. */
const char *core_owner(struct core *c, int64_t folder);
const char *core_role_remote(struct core *c, enum folder_role role);
void core_folders_release(struct core *c);
/* Is its mark the one of the last complete sync? */
bool core_is_unchanged(struct core *c, const struct folder_work *f);
bool core_keep_mark(struct core *c, int64_t folder, const char *mark,
		    struct err *err) MUST_CHECK;

/* others.c: forgets another person's mailbox; may this be done by the rights
 * held? */
bool core_close_mailbox(struct core *c, const char *address,
			struct err *err) MUST_CHECK;
bool core_check_rights(struct core *c, const struct intent *i,
		       struct err *err) MUST_CHECK;
/* sync_folders.c: marks that moved make their folders dirty. */
bool core_judge_marks(struct core *c, const struct folder_marks *marks,
		      struct err *err) MUST_CHECK;

struct ticket *core_find_ticket(struct core *c, uint64_t id); /* or NULL */
/* schedule.c: requests, and what goes to which lane. */
void core_request(struct core *c, uint64_t ticket, struct request *taken);
void core_cancel(struct core *c, uint64_t ticket);
void core_schedule(struct core *c);
/* Notes the end of a whole sync. */
void core_check_sync(struct core *c);
/* Ends the requests whose work is done. */
void core_check_tickets(struct core *c);
void core_end_ticket(struct core *c, uint64_t ticket, const struct err *err);
/* Ends every request that waits for the network. */
void core_fail_tickets(struct core *c, const struct err *err);
/* Fails the requests that wait for this folder. */
void core_folder_trouble(struct core *c, int64_t folder, const struct err *err);

void core_notify(struct core *c, const struct msg *m);

/* online.c */
void core_load_info(struct core *c);
void core_want_sync(struct core *c);
void core_go_online(struct core *c);
/* A person wants the server now: forget back-offs and refusals. */
bool core_try_anew(struct core *c, struct err *err) MUST_CHECK;
void core_job_trouble(struct core *c, const struct job *j);
/* A follower asked for a sync: it can stop waiting. */
void core_answer_follower(struct core *c);
void core_set_online(struct core *c, enum engine_online online);
void core_tick(struct core *c);
int64_t core_next_wake(struct core *c);	 /* ms to wait at most */
bool core_may_ask(const struct core *c); /* server may be spoken to now */

#include "engine/apply.h"
#endif
