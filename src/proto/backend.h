/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef PROTO_BACKEND_H
#define PROTO_BACKEND_H
/*
 * The contract between the engine and a protocol. One struct backend belongs
 * to one lane (one thread) and keeps one connection; its calls block, are
 * written in straight-line code, and end early with ERR_CANCELLED once the
 * op's flag is raised. A backend never touches the store or the screen; it
 * returns values, and asks questions through backend_host.
 *
 * Common rules for every operation
 *  - On false, *err is filled and outputs are untouched (empty).
 *  - A busy server is honoured inside: the backend sleeps BackOffMilliseconds
 *    (bounded by 15 min, cancellable) at most three times, then returns
 *    ERR_SERVER with retry_after_ms. All backends of an account share the
 *    back-off through backend_host.paused_until_ms.
 *  - A lost connection is not repeated by the backend for operations that
 *    change anything: the engine decides (exactly-once is its duty). Reads are
 *    repeated once.
 *  - A batch of changes returns true once any input is done: what failed later
 *    is in the results (ERR_NETWORK there: unknown whether it was done).
 *  - Batch operations report one item_result an input id, in order; a batch
 *    that stopped half way has been continued (dossier 6,
 *    ErrorBatchProcessingStopped), so every result is final.
 *  - Ids are opaque, compared byte by byte. NULL change keys are allowed.
 */
#include "base/chan.h"
#include "model/account.h"
#include "proto/answer.h"
#include "proto/calendar.h"

struct backend;
struct people_ops;

/* One call in progress: its cancel flag and what it reports. */
struct op {
	struct chan_flag *cancel; /* raised by the engine; may be NULL */
	/* Bytes received so far, called at most every 100 ms; may be NULL. */
	void (*progress)(void *ctx, int64_t bytes);
	void *ctx;
	/* Address of the person whose folders it is about; NULL: one's own. */
	const char *mailbox;
};

/* Shared by the backends of one account; owned by the engine, thread-safe. */
struct backend_host {
	/* The password, when the server wants one. Blocks until answered or
	 * cancelled. `retry`: the last one was refused. The text is the
	 * caller's: wipe and free. False with ERR_AUTH or ERR_CANCELLED. */
	bool (*password)(void *ctx, bool retry, char **out, struct err *err);
	/* Milliseconds (monotonic) before which nobody may ask the server. */
	int64_t (*paused_until)(void *ctx);
	void (*pause_until)(void *ctx, int64_t mono_ms);
	void *ctx;
	/* Another secret; *out NULL: there is none. May be NULL. */
	bool (*secret)(void *ctx, enum account_secret which, char **out,
		       struct err *err);
};

struct backend_ops {
	const char *name;
	/* account, host: borrowed for the backend's life. info: what an
	 * earlier connect found, or NULL. Never fails, never blocks. */
	struct backend *(*open)(const struct account *account,
				const struct backend_host *host,
				const struct backend_info *info);
	void (*close)(struct backend *b);

	/* Signs in, negotiates the version (dossier 1.2), learns the caps. */
	bool (*connect)(struct backend *b, const struct op *op,
			struct backend_info *out, struct err *err);

	/* Role -> remote id for every well-known folder that exists:
	 * ids[FOLDER_ROLE_COUNT], owned, NULL where absent. */
	bool (*find_roles)(struct backend *b, const struct op *op, char **ids,
			   struct err *err);

	/* One page of hierarchy changes since state (NULL: from the start).
	 * ERR_STATE: the state is refused; start with NULL and set-compare. */
	bool (*sync_folders)(struct backend *b, const struct op *op,
			     const char *state, struct sync_page *out,
			     struct err *err);

	/* The whole tree in one request (FindFolder Deep below the root that
	 * sync_folders uses), each folder with total, unread and its mark, made
	 * of PR_LOCAL_COMMIT_TIME_MAX 0x670A, PR_DELETED_COUNT_TOTAL 0x670B
	 * (dossier 9) and the counts. Tells a quick sync which folders to
	 * ask. The pointer is NULL where a protocol has nothing like it. */
	bool (*folder_marks)(struct backend *b, const struct op *op,
			     struct folder_marks *out, struct err *err);

	/* One page of item changes of a folder (at most 512 that carry the LIST
	 * fields). ERR_STATE as above; NOT_FOUND: folder gone; UNSUPPORTED:
	 * cannot be synced (search folder), use list. */
	bool (*sync_items)(struct backend *b, const struct op *op,
			   const char *folder, const char *state,
			   struct sync_page *out, struct err *err);

	/* `count` items from `offset`, newest first by received time, LIST
	 * fields. *more: the folder goes on. */
	bool (*list)(struct backend *b, const struct op *op, const char *folder,
		     int64_t offset, int count, struct item_list *out,
		     bool *more, struct err *err);

	/* Header fields (GET level) and, with mime, the message text of each
	 * id, in one request: the caller sizes the batch (about 4 MB). Streamed:
	 * fn is called as each item is complete. Items the server does not
	 * mention are reported NOT_FOUND. */
	bool (*fetch)(struct backend *b, const struct op *op,
		      const struct item_ref *refs, size_t n, bool mime,
		      fetched_fn fn, void *ctx, struct err *err);

	/* edits[i] applies to refs[i]. */
	bool (*edit)(struct backend *b, const struct op *op,
		     const struct item_ref *refs, const struct item_edit *edits,
		     size_t n, struct item_results *out, struct err *err);
	bool (*move)(struct backend *b, const struct op *op,
		     const struct item_ref *refs, size_t n, const char *folder,
		     struct item_results *out, struct err *err);
	bool (*copy)(struct backend *b, const struct op *op,
		     const struct item_ref *refs, size_t n, const char *folder,
		     struct item_results *out, struct err *err);
	/* An item already gone counts as done. */
	bool (*remove)(struct backend *b, const struct op *op,
		       const struct item_ref *refs, size_t n,
		       enum delete_kind kind, struct item_results *out,
		       struct err *err);

	/* parent: remote id; NULL: the root, also in folder_move. CONFLICT:
	 * the name exists. *id: new, owned. */
	bool (*folder_create)(struct backend *b, const struct op *op,
			      const char *parent, const char *name,
			      const char *class, char **id, struct err *err);
	bool (*folder_rename)(struct backend *b, const struct op *op,
			      const char *id, const char *name,
			      struct err *err);
	bool (*folder_move)(struct backend *b, const struct op *op,
			    const char *id, const char *new_parent,
			    struct err *err);
	bool (*folder_remove)(struct backend *b, const struct op *op,
			      const char *id, enum delete_kind kind,
			      struct err *err);
	bool (*folder_empty)(struct backend *b, const struct op *op,
			     const char *id, enum delete_kind kind,
			     bool subfolders, struct err *err);

	/* Stores raw (RFC 5322, CRLF) as an item of `folder`, unsent when
	 * draft, else as received mail with the read flag given. key: the
	 * client-made key put beside it (a Message-ID is inside raw too). */
	bool (*upload)(struct backend *b, const struct op *op,
		       const char *folder, const struct bytes *raw,
		       const char *key, bool draft, bool read,
		       struct item_result *out, struct err *err);
	/* Sends a stored draft; the copy goes to `sent` (remote id; NULL: the
	 * default Sent Items). The draft's id is dead afterwards. */
	bool (*send)(struct backend *b, const struct op *op,
		     const struct item_ref *draft, const char *sent,
		     struct err *err);
	/* Items of `folder` whose Message-ID (InternetMessageId, bare) is key,
	 * made by us or not: for "was it done?" after a lost answer. Empty
	 * list: none. */
	bool (*find_key)(struct backend *b, const struct op *op,
			 const char *folder, const char *key,
			 struct item_list *out, struct err *err);

	/* Blocks for as long as the server pushes; calls fn for each event
	 * (already merged over about a second). Returns true when the stream
	 * ended in order (call again at once), false with UNSUPPORTED (poll
	 * instead) or any other error. Begins with NOTIFY_ALL when events may
	 * have been missed. */
	bool (*notify_wait)(struct backend *b, const struct op *op,
			    notify_fn fn, void *ctx, struct err *err);

	/* Server-side search of words in the given folders; newest first. */
	bool (*search)(struct backend *b, const struct op *op,
		       const char *const *folders, size_t n, const char *words,
		       int count, struct item_list *out, struct err *err);

	const struct calendar_ops *calendar; /* NULL: none */
	const struct people_ops *people;     /* people.h; NULL: nothing of it */
	const struct service_ops *services;  /* services.h; the same */
};

extern const struct backend_ops ews_ops;
extern const struct backend_ops dav_ops;
extern const struct backend_ops auto_ops; /* asks the server which of them */
/* The protocol for an account: by its setting, else by its url; auto_ops, which
 * look for the server first, where it has none. */
const struct backend_ops *backend_choose(const struct account *a);
#endif
