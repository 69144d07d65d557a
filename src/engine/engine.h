/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef ENGINE_ENGINE_H
#define ENGINE_ENGINE_H
/*
 * The engine: one core thread that owns the writing connection and the
 * schedule, and up to three lanes (interactive, background, notification)
 * that talk to the server. Callers submit requests and read events; nothing
 * here blocks but engine_stop.
 *
 * Only one process at a time runs the network for a store (a lock file beside
 * it). A second engine on the same store is a `follower`: it applies intents
 * to the store and leaves sending to the other process.
 */
#include "engine/event.h"
#include "model/account.h"
#include "model/change.h"
#include "store/query.h"

struct engine;

enum engine_mode {
	ENGINE_FULL,  /* everything; keeps in step for as long as it runs */
	ENGINE_ONCE,  /* one sync of everything, sends what waits, idles */
	ENGINE_LOCAL, /* no network at all: intents are journalled */
};

struct engine_options {
	const struct account *account; /* copied */
	const char *store_path;
	enum engine_mode mode;
	bool bodies; /* mirror message content too */
	/* Gives the password without asking (configuration, command); may be
	 * NULL. Called in a lane. False with code "ask": ask the person. */
	bool (*password)(void *ctx, char **out, struct err *err);
	/* The same for the other secrets; *out NULL: there is none. */
	bool (*secret)(void *ctx, enum account_secret which, char **out,
		       struct err *err);
	/* Keeps a new refresh token (oauth-client); may be NULL. */
	bool (*keep)(void *ctx, const char *refresh, struct err *err);
	void *password_ctx;
	/* Can questions be answered? false: they fail at once. */
	bool interactive;
};

/* Opens (creates, migrates) the store and starts the threads. Fails with
 * ERR_DISK and a plain sentence; network trouble shows later as events. */
bool engine_start(struct engine **out, const struct engine_options *o,
		  struct err *err) MUST_CHECK;
/* Cancels what runs, waits for the threads, closes the store. */
void engine_stop(struct engine *e);

int engine_fd(struct engine *e); /* polls readable while events wait */
/* The same, but only once one of them answers something a person did. */
int engine_urgent_fd(struct engine *e);
bool engine_next_event(struct engine *e, struct event *out);

/* A request for the network or the store. Every request ends with exactly one
 * EVENT_DONE carrying the ticket (> 0) that submit returns. */
#define REQUEST_KINDS(X)                                                       \
	X(SYNC, "sync", "everything, or one folder, now")                      \
	X(OPEN_FOLDER, "open folder", "the person looks at it: do it first")   \
	X(BODY, "fetch message", "content of one item, now")                   \
	X(INTENT, "change", "a change made by a person")                       \
	X(UNDO, "undo", "take an entry back")                                  \
	X(RESOLVE, "resolve", "settle a conflict or a failed change")          \
	X(SEND_NOW, "send now", "do not wait for the undo time")               \
	X(SEARCH, "search on server", "continue where the mirror ends")        \
	X(PEOPLE, "find people", "in the address list, now")                   \
	X(EXPAND, "expand list", "the members of a distribution list")         \
	X(PERSON, "look up",                                                   \
	  "one entry of the address list, manager, reports")                   \
	X(PHOTO, "picture", "of whom the address in text is of")               \
	X(PASSWORD, "change password", "in the directory")                     \
	X(BUSY, "free/busy", "of the addresses in text, a line each")          \
	X(ROOMS, "rooms", "of the list in text, or the lists")                 \
	X(OOF, "out of office", "read it; with oof: change it first")          \
	X(SHARING, "rights of others",                                         \
	  "of folder (deep: and those below) or of the mailbox")               \
	X(MAILBOX, "open mailbox",                                             \
	  "of another person: text the address, value name and roles")         \
	X(CLOSE_MAILBOX, "close mailbox", "of the address in text")            \
	X(STORAGE, "storage", "the fact \"storage\" anew")                     \
	X(PUBLIC, "public folders", "one level, items, a post, a favourite")   \
	X(RECOVER, "recoverable items", "listed, restored or purged")          \
	X(REMINDER, "put off", "remind of item, occurrence from, at to")       \
	X(CONTACT, "contact", "make, change or remove one")                    \
	X(ONLINE, "go online", "")                                             \
	X(OFFLINE, "go offline", "")                                           \
	X(CHECK, "check store", "integrity check")                             \
	X(MUTE, "mute", "a conversation one does not want to hear of")         \
	X(KEEP, "keep", "a saved search, or how a folder is shown")
enum request_kind {
#define X(id, name, help) REQUEST_##id,
	REQUEST_KINDS(X)
#undef X
};

struct oof;
struct public_talk;
struct recover_talk;
struct sharing;
struct intent; /* store/write.h's, made by intent_* below */
struct request {
	enum request_kind kind;
	int64_t folder, item, entry;
	bool mine; /* RESOLVE: keep mine; MUTE: mute, not unmute; OOF: end
		    * it, whatever else it is */
	bool both; /* RESOLVE: keep both versions */
	/* SEARCH, PEOPLE: words; EXPAND, PERSON: key or address; owned. The
	 * answer is an EVENT_PEOPLE before the EVENT_DONE. */
	char *text; /* KEEP: the fact's key */
	/* KEEP: NULL forgets. BUSY: '0' + enum guest_kind of each; owned */
	char *value;
	int64_t from, to; /* BUSY, REMINDER: instants */
	int64_t length;	  /* BUSY: of a meeting to suggest times for; 0: none */
	int limit;	  /* PEOPLE; 0: 100 */
	/* EXPAND: lists in it too. BUSY: what is told is kept
	 * (calendar_busy_kept). */
	bool deep;
	int wish;		 /* CONTACT: enum contact_wish */
	struct person *person;	 /* CONTACT: as wanted; owned */
	struct oof *oof;	 /* OOF: as wanted; owned; NULL */
	struct sharing *sharing; /* SHARING: as wanted; owned */
	/* OOF: as it was when the wish was made; owned; NULL: whatever it is.
	 * CONFLICT when the server has something else now, which the EVENT_OOF
	 * before tells. */
	struct oof *oof_was;
	struct public_talk *talk;	   /* PUBLIC; owned */
	struct recover_talk *recover;	   /* RECOVER; owned */
	char *old_password, *new_password; /* PASSWORD; owned, wiped */
	struct intent *intent;		   /* INTENT; owned */
};
uint64_t engine_submit(struct engine *e, struct request *taken);
/* What a request holds, where it is not submitted; secrets are wiped. */
void request_release(struct request *r);

/* Makers of intents (owned by the caller until submitted). ids: store rows. */
struct intent *intent_edit(const int64_t *ids, size_t n,
			   const struct item_edit *edit);
struct intent *intent_move(const int64_t *ids, size_t n, int64_t folder);
struct intent *intent_copy(const int64_t *ids, size_t n, int64_t folder);
struct intent *intent_delete(const int64_t *ids, size_t n,
			     enum delete_kind how);
/* raw: RFC 5322 with Message-ID and CRLF, taken. due: UTC seconds, 0 now. */
struct intent *intent_send(struct bytes *taken_raw, const char *message_id,
			   int64_t due, int64_t answers, int verb);
struct intent *intent_draft(struct bytes *taken_raw, const char *message_id,
			    int64_t folder);
/* calendar: row of the folder, for APPT_CREATE. item: row of the entry, 0 where
 * only the message is known; message: row of the request answered, 0 none. */
struct appointment_change;
struct intent *intent_event(const struct appointment_change *change,
			    int64_t calendar, int64_t item, int64_t message);
/* Makes the second, which it takes, part of the first: one wish of two changes
 * of the calendar. */
struct intent *intent_then(struct intent *first, struct intent *taken);
struct intent *intent_folder_create(int64_t parent, const char *name);
struct intent *intent_folder_rename(int64_t folder, const char *name);
struct intent *intent_folder_move(int64_t folder, int64_t parent);
struct intent *intent_folder_delete(int64_t folder, enum delete_kind how);
struct intent *intent_folder_empty(int64_t folder, enum delete_kind how);
void intent_free(struct intent *i);

/* Stops a running request (its EVENT_DONE comes with ERR_CANCELLED). */
void engine_cancel(struct engine *e, uint64_t ticket);
/* Answers a question; text NULL: refused. The text is copied and wiped. */
void engine_answer(struct engine *e, uint64_t ticket, const char *text);

enum engine_online {
	ENGINE_OFFLINE,
	ENGINE_CONNECTING,
	ENGINE_ONLINE,
	ENGINE_SIGNED_OUT
};
struct engine_state {
	enum engine_online online;
	bool pushed;	       /* notifications flow */
	bool follower;	       /* another process runs the network */
	bool by_hand;	       /* offline because the person said so */
	int64_t last_sync;     /* CLOCK_NEVER: not yet */
	int64_t next_try;      /* when offline; CLOCK_NEVER: none planned */
	int64_t waiting;       /* journal steps to go out */
	char server[64];       /* "Exchange 15.1.2507" */
	char task[64];	       /* what runs: "Inbox"; empty: idle */
	int64_t done, total;   /* of the task */
	struct err last_error; /* why offline */
};
void engine_get_state(struct engine *e, struct engine_state *out);
#endif
