/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef DAV_DAV_H
#define DAV_DAV_H
/* The operations of backend.h, by file, and what they share. */
#include "proto/dav/wire.h"

/* dav.c: makes sure the mailbox root is known before a request needs it. */
bool dav_ready(struct backend *b, const struct op *op,
	       struct err *err) MUST_CHECK;
/* root.c: finds the mailbox root, and with it version and roles. */
bool dav_find_root(struct backend *b, const struct op *op,
		   struct err *err) MUST_CHECK;
/* Reads the roles' addresses of the root that is known. */
bool dav_read_root(struct backend *b, const struct op *op,
		   struct err *err) MUST_CHECK;

/* tree.c: the folders. */
bool dav_load_tree(struct backend *b, const struct op *op,
		   struct err *err) MUST_CHECK;
/* The folder of an id; loads the tree, and once more when it is not there.
 * NULL: *err says why. */
const struct dav_folder *dav_folder(struct backend *b, const struct op *op,
				    const char *id, struct err *err);
/* The one already known, or NULL; by path below the root too. */
const struct dav_folder *dav_known_folder(const struct backend *b,
					  const char *id);
const struct dav_folder *dav_folder_at(const struct backend *b,
				       const char *below);
/* The path below the root of a folder id ("" the root's own). NULL: *err. */
const char *dav_folder_path(struct backend *b, const struct op *op,
			    const char *id, struct err *err);
void dav_forget_tree(struct backend *b);
bool dav_find_roles(struct backend *b, const struct op *op, char **ids,
		    struct err *err);
bool dav_sync_folders(struct backend *b, const struct op *op, const char *state,
		      struct sync_page *out, struct err *err);
bool dav_folder_marks(struct backend *b, const struct op *op,
		      struct folder_marks *out, struct err *err);

/* A folder out of its row; `below`: its path. Parents are the caller's. */
void dav_read_folder(struct dav_row *r, const char *below,
		     struct dav_folder *out);
void dav_folder_release(struct dav_folder *f);
/* others.c: from now on addresses in the mailbox of this path are known. */
void dav_allow_others(struct backend *b, const char *path);
/* The same; the server is asked once what it calls that mailbox. */
void dav_learn_others(struct backend *b, const struct op *op, const char *path);

/* folders.c */
bool dav_folder_create(struct backend *b, const struct op *op,
		       const char *parent, const char *name, const char *class,
		       char **id, struct err *err);
bool dav_folder_rename(struct backend *b, const struct op *op, const char *id,
		       const char *name, struct err *err);
bool dav_folder_move(struct backend *b, const struct op *op, const char *id,
		     const char *new_parent, struct err *err);
bool dav_folder_remove(struct backend *b, const struct op *op, const char *id,
		       enum delete_kind kind, struct err *err);
bool dav_folder_empty(struct backend *b, const struct op *op, const char *id,
		      enum delete_kind kind, bool subfolders, struct err *err);

/* sync.c, list.c */
bool dav_sync_items(struct backend *b, const struct op *op, const char *folder,
		    const char *state, struct sync_page *out, struct err *err);
bool dav_list(struct backend *b, const struct op *op, const char *folder,
	      int64_t offset, int count, struct item_list *out, bool *more,
	      struct err *err);

/* fetch.c, rebuild.c */
bool dav_fetch(struct backend *b, const struct op *op,
	       const struct item_ref *refs, size_t n, bool mime, fetched_fn fn,
	       void *ctx, struct err *err);
/* Other columns of items: fn once for each, r NULL where *why says why not. */
typedef bool (*dav_item_row_fn)(void *ctx, size_t i, struct dav_row *r,
				const struct err *why, struct err *err);
bool dav_fetch_rows(struct backend *b, const struct op *op,
		    const struct item_ref *refs, size_t n, unsigned use,
		    dav_item_row_fn fn, void *ctx, struct err *err) MUST_CHECK;
/* An item that has no MIME, by its properties: f->item and f->mime, an RFC 5322
 * text made of them. False: f->err says why. */
bool dav_rebuild(struct backend *b, const struct op *op, const char *path,
		 struct fetched *f);

/* edit.c, move.c */
bool dav_edit(struct backend *b, const struct op *op,
	      const struct item_ref *refs, const struct item_edit *edits,
	      size_t n, struct item_results *out, struct err *err);
bool dav_move(struct backend *b, const struct op *op,
	      const struct item_ref *refs, size_t n, const char *folder,
	      struct item_results *out, struct err *err);
bool dav_copy(struct backend *b, const struct op *op,
	      const struct item_ref *refs, size_t n, const char *folder,
	      struct item_results *out, struct err *err);
bool dav_remove(struct backend *b, const struct op *op,
		const struct item_ref *refs, size_t n, enum delete_kind kind,
		struct item_results *out, struct err *err);

/* send.c */
bool dav_upload(struct backend *b, const struct op *op, const char *folder,
		const struct bytes *raw, const char *key, bool draft, bool read,
		struct item_result *out, struct err *err);
bool dav_send(struct backend *b, const struct op *op,
	      const struct item_ref *draft, const char *sent, struct err *err);

/* search.c */
bool dav_find_key(struct backend *b, const struct op *op, const char *folder,
		  const char *key, struct item_list *out, struct err *err);
bool dav_search(struct backend *b, const struct op *op,
		const char *const *folders, size_t n, const char *words,
		int count, struct item_list *out, struct err *err);
/* The name an upload of this key gets; caller frees. */
char *dav_key_name(const char *key);

/* oof.c */
struct oof;
bool dav_oof_get(struct backend *b, const struct op *op, struct oof *out,
		 struct err *err);
bool dav_oof_set(struct backend *b, const struct op *op, const struct oof *o,
		 struct err *err);
/* event_fetch.c, event_write.c, freebusy.c, people.c, contacts.c,
 * contact_write.c */
bool dav_fetch_events(struct backend *b, const struct op *op,
		      const struct item_ref *refs, size_t n,
		      fetched_event_fn fn, void *ctx, struct err *err);
bool dav_change_event(struct backend *b, const struct op *op,
		      const struct event_order *order, struct item_result *out,
		      struct err *err);
bool dav_free_busy(struct backend *b, const struct op *op,
		   const struct free_busy_query *q, free_busy_fn fn, void *ctx,
		   struct err *err);
/* publish.c: our own, where no server does it; a failure is only logged. */
void dav_publish(struct backend *b, const struct op *op);
bool dav_find_people(struct backend *b, const struct op *op, const char *words,
		     int limit, struct person_list *out, bool *more,
		     struct err *err);
bool dav_sync_contacts(struct backend *b, const struct op *op,
		       const char *folder, const char *state,
		       struct contact_page *out, struct err *err);
/* The contacts among listed items. */
bool dav_read_contacts(struct backend *b, const struct op *op,
		       const struct item_list *items, struct person_list *out,
		       struct err *err);
bool dav_write_contact(struct backend *b, const struct op *op,
		       const char *folder, const struct person *was,
		       const struct person *p, struct item_result *out,
		       struct err *err);

/* public.c: folders and items whose ids dav_is_public(). The rest as in
 * backend.h and services.h. */
struct public_list;
bool dav_is_public(const char *id);
/* "https://host:port" of their server, the mailbox's where no other is told;
 * caller frees. */
char *dav_public_origin(struct backend *b, const struct op *op);
bool dav_public_list(struct backend *b, const struct op *op, const char *id,
		     struct public_list *out, struct err *err);
bool dav_public_post(struct backend *b, const struct op *op, const char *id,
		     const struct bytes *raw, struct err *err);
bool dav_public_items(struct backend *b, const struct op *op, const char *id,
		      int64_t offset, int count, struct item_list *out,
		      bool *more, struct err *err);
bool dav_public_fetch(struct backend *b, const struct op *op,
		      const struct item_ref *refs, size_t n, bool mime,
		      fetched_fn fn, void *ctx, struct err *err);
bool dav_public_edit(struct backend *b, const struct op *op,
		     const struct item_ref *refs, const struct item_edit *edits,
		     size_t n, struct item_results *out, struct err *err);
bool dav_public_events(struct backend *b, const struct op *op,
		       const struct item_ref *refs, size_t n,
		       fetched_event_fn fn, void *ctx, struct err *err);
bool dav_public_contacts(struct backend *b, const struct op *op, const char *id,
			 int count, struct person_list *out, struct err *err);
bool dav_public_remove(struct backend *b, const struct op *op,
		       const struct item_ref *refs, size_t n,
		       struct item_results *out, struct err *err);

/* storage.c */
struct storage;
bool dav_storage_get(struct backend *b, const struct op *op,
		     struct storage *out, struct err *err);

/* notify.c */
bool dav_notify_wait(struct backend *b, const struct op *op, notify_fn fn,
		     void *ctx, struct err *err);
#endif
