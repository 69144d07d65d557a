/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef STORE_WRITE_H
#define STORE_WRITE_H
/*
 * Changing the mirror. One writing connection a process, used by the engine's
 * core thread alone. Every function runs inside write_begin/write_commit of
 * the caller or, outside of one, in a transaction of its own. A struct store
 * opened for writing also serves every function of query.h.
 *
 * Another process may write too (a verb beside a running screen): begin waits
 * up to five seconds for it, then ERR_DISK "in use by another process".
 */
#include "store/book_write.h"
#include "store/outgoing.h"
/* Creates or migrates the file (0600; its folder must exist). Refuses a file
 * newer than the program; a damaged file gives ERR_DISK and stays untouched. */
bool store_open_write(struct store **out, const char *path,
		      struct err *err) MUST_CHECK;
bool write_begin(struct store *s, struct err *err) MUST_CHECK;
bool write_commit(struct store *s, struct err *err) MUST_CHECK;
void write_rollback(struct store *s);
/* For idle moments: merges the index, gives freed space back. Takes some tens
 * of milliseconds; true: there is more to do, call again. */
bool write_tidy(struct store *s);
/* `PRAGMA integrity_check`; problems, one a line. Empty: sound. */
bool write_check(struct store *s, struct strv *problems,
		 struct err *err) MUST_CHECK;

/* --- what the server says ------------------------------------------------ */
/* Inserts or updates by remote_id (else by id); fills f->id. Folder flags
 * FOLDER_LOCAL is cleared once a remote_id is known. A pending local rename
 * or move wins over the server's name until it is settled. */
bool write_folder(struct store *s, struct folder *f,
		  struct err *err) MUST_CHECK;
bool write_folder_gone(struct store *s, const char *remote_id,
		       struct err *err) MUST_CHECK; /* with its items */
bool write_folder_role(struct store *s, const char *remote_id,
		       enum folder_role role, struct err *err) MUST_CHECK;
/* For set-compare after a lost state: everything not seen is gone, among the
 * folders of that person (NULL: one's own). */
bool write_folders_keep(struct store *s, const char *owner,
			const struct strv *remote_ids,
			struct err *err) MUST_CHECK;
bool write_folder_synced(struct store *s, int64_t folder, int64_t when,
			 struct err *err) MUST_CHECK;

/* Inserts or updates an item of `folder` by remote_id, else adopts the row
 * that a local move, copy or upload left there with the same search key or
 * message id, else a row that sync reported gone elsewhere in this or an
 * earlier transaction (a move made by another client: body and id are kept).
 * Server fields overwrite, but a property with an unsettled local edit keeps
 * the local value, and what a listing leaves out stays.
 * *need_body: the content must be fetched. */
bool write_item(struct store *s, int64_t folder, const struct item *it,
		int64_t *id, bool *need_body, struct err *err) MUST_CHECK;
/* The item left `folder` on the server. A row with an unsettled local move,
 * copy or upload is kept. The content is kept aside until write_purge_gone,
 * so that a later Create elsewhere can adopt it. */
bool write_item_gone(struct store *s, int64_t folder, const char *remote_id,
		     struct err *err) MUST_CHECK;
bool write_item_read(struct store *s, int64_t folder, const char *remote_id,
		     const char *change_key, bool read,
		     struct err *err) MUST_CHECK;
/* Set-compare after a lost sync state: begin marks every row of the folder
 * unseen, write_item and write_item_read see rows, end treats the unseen as
 * gone, but for these n items of ours: they were put there meanwhile, perhaps
 * after the server had told of that part. */
bool write_compare_begin(struct store *s, int64_t folder,
			 struct err *err) MUST_CHECK;
bool write_compare_end(struct store *s, int64_t folder, const int64_t *ours,
		       size_t n, struct err *err) MUST_CHECK;
/* A sync of the folder is complete. What our own move, copy, upload or send put
 * there before it began and it did not show was taken away again in between: a
 * server is silent about what came and went since the last state. A row whose
 * id was never told must be older than `before` (UTC seconds): a server may
 * take a while to file a sent copy. */
bool write_unseen_gone(struct store *s, int64_t folder, int64_t before,
		       struct err *err) MUST_CHECK;
/* Items that the server has in the folder, as far as it told us, and unread
 * ones; unread -1: wishes that wait make the rows differ from it. */
bool query_home_count(struct store *s, int64_t folder, int64_t *total,
		      int64_t *unread, struct err *err) MUST_CHECK;
bool write_purge_gone(struct store *s, struct err *err) MUST_CHECK;

/* Content of an item, prepared by a lane (compressing costs time). */
struct body {
	int64_t item;	    /* store row */
	struct item header; /* GET-level fields; empty members are ignored */
	bool has_header;
	struct bytes packed_mime; /* pack_compress of the original */
	struct bytes packed_text; /* of `text`, pack_compress_after it */
	char *text;		  /* decoded text for the index */
	char *preview;
	unsigned failed_flag; /* 0, ITEM_BODY_FAILED or ITEM_TOO_LARGE */
};
void body_release(struct body *b);
/* Writes n bodies (sorted by rowid inside); many are left to write_index. Items
 * gone meanwhile are skipped. */
bool write_bodies(struct store *s, struct body *const *bodies, size_t n,
		  struct err *err) MUST_CHECK;
/* Puts up to n items that were left for later into the index; *left: there may
 * be more. Whoever writes many items calls it when there is time. */
bool write_index(struct store *s, int n, bool *left,
		 struct err *err) MUST_CHECK;
/* Next items of mail folders whose body is wanted and absent: newest first,
 * inbox before others. */
struct wanted {
	int64_t item, folder, size;
	char *remote_id, *change_key;
};
struct wanted_list {
	struct wanted *v;
	size_t n, cap;
};
void wanted_list_release(struct wanted_list *l);
bool write_wanted(struct store *s, int64_t not_before, int64_t max_size,
		  int limit, struct wanted_list *out,
		  struct err *err) MUST_CHECK;

/* Sync states and facts. state NULL: forget. folder 0: the hierarchy. */
char *store_sync_state(struct store *s, int64_t folder);
bool write_sync_state(struct store *s, int64_t folder, const char *state,
		      struct err *err) MUST_CHECK;
/* The conversation of a message; its later messages are muted too. */
bool write_muted(struct store *s, int64_t item, bool muted,
		 struct err *err) MUST_CHECK;
bool write_fact(struct store *s, const char *key, const char *value,
		struct err *err) MUST_CHECK;

/* --- what a person wants -------------------------------------------------- */
/* One intent: applied to the rows at once and journalled, in one transaction. */
struct intent {
	enum journal_kind kind;
	int64_t *items; /* EDIT MOVE COPY DELETE: store rows; SEND: draft */
	size_t n_items;
	struct item_edit edit; /* EDIT */
	int64_t folder;	       /* MOVE COPY UPLOAD target; FOLDER_*: which */
	int64_t parent;	       /* FOLDER_CREATE, FOLDER_MOVE: new parent */
	enum delete_kind how;  /* DELETE, FOLDER_DELETE, FOLDER_EMPTY */
	char *name;	       /* FOLDER_CREATE, FOLDER_RENAME */
	struct bytes raw; /* SEND, UPLOAD: RFC 5322 with Message-ID, CRLF */
	char *key;	  /* SEND, UPLOAD: the Message-ID, bare */
	bool draft;	  /* UPLOAD */
	int64_t due;	  /* SEND: not before (undo-send, send later) */
	int64_t answers;  /* SEND: row replied to or forwarded; 0 none */
	int verb;	  /* with answers: 102, 103, 104 */
	/* EVENT: what belongs to the same wish, done after it and taken back
	 * with it; owned, NULL none. */
	struct intent *then;
};
void intent_release(struct intent *i);
/* Journals it; *entry: the entry's id. ERR_INPUT: nothing to do; ERR_NOT_FOUND:
 * an item or folder is gone; nothing was changed then. A DELETE to Deleted
 * Items is journalled as MOVE where that folder is known (undo needs it). */
bool write_intent(struct store *s, const struct intent *i, int64_t *entry,
		  struct err *err) MUST_CHECK;
/* Takes back: an unsent entry is reversed locally and marked UNDONE; a sent
 * one becomes a new entry with its inverse (*inverse, else 0). entry 0: the
 * last that can be undone. ERR_INPUT with the reason where it cannot. */
bool write_undo(struct store *s, int64_t entry, int64_t *undone,
		int64_t *inverse, struct err *err) MUST_CHECK;

/* A change of others' rights that the server has made, and what takes it back.
 * It has no steps: it is done, or undone. */
bool write_rights_done(struct store *s, const char *text, const char *back,
		       int64_t *entry, struct err *err) MUST_CHECK;
/* What takes it back: of entry *entry, 0 the last change of all (*entry says
 * which). NULL: it is another kind. Caller frees. */
char *query_rights_back(struct store *s, int64_t *entry);
bool write_rights_undone(struct store *s, int64_t entry,
			 struct err *err) MUST_CHECK;

/* What the server has put back into the folder, by its ids there. */
bool write_restored(struct store *s, const struct strv *ids, int64_t folder,
		    struct err *err) MUST_CHECK;

enum resolve { RESOLVE_MINE, RESOLVE_SERVER, RESOLVE_BOTH };
/* MINE: tries again over the server's version; SERVER: reverts ours. Also for
 * FAILED entries (retry, give up). BOTH: categories are united; where a value
 * can be only one, the message stays the server's and a copy beside it gets
 * ours (a new entry). Where there are no two versions, the same as MINE. */
bool write_resolve(struct store *s, int64_t entry, enum resolve how,
		   struct err *err) MUST_CHECK;
/* Sends now what waits for its undo time; repeats now what waits after a try. */
bool write_due_now(struct store *s, int64_t entry, struct err *err) MUST_CHECK;
bool write_repeats_now(struct store *s, struct err *err) MUST_CHECK;
/* A body written here (draft, sent copy) before the server has it. */
bool write_local_body(struct store *s, int64_t item, const struct body *b,
		      struct err *err) MUST_CHECK;
#endif
