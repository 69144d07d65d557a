/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef EWS_EWS_H
#define EWS_EWS_H
/* The operations of backend.h, by file, and what they share. */
#include "proto/ews/soap.h"
#include "proto/people.h"

/* Makes sure the version is known before a request is written for it. */
bool ews_ready(struct backend *b, const struct op *op,
	       struct err *err) MUST_CHECK;
unsigned ews_caps(const struct backend *b);

/* folders.c */
bool ews_find_roles(struct backend *b, const struct op *op, char **ids,
		    struct err *err);
bool ews_sync_folders(struct backend *b, const struct op *op, const char *state,
		      struct sync_page *out, struct err *err);
bool ews_folder_marks(struct backend *b, const struct op *op,
		      struct folder_marks *out, struct err *err);
bool ews_folder_create(struct backend *b, const struct op *op,
		       const char *parent, const char *name, const char *class,
		       char **id, struct err *err);
bool ews_folder_rename(struct backend *b, const struct op *op, const char *id,
		       const char *name, struct err *err);
bool ews_folder_move(struct backend *b, const struct op *op, const char *id,
		     const char *new_parent, struct err *err);
bool ews_folder_remove(struct backend *b, const struct op *op, const char *id,
		       enum delete_kind kind, struct err *err);
bool ews_folder_empty(struct backend *b, const struct op *op, const char *id,
		      enum delete_kind kind, bool subfolders, struct err *err);

/* sync.c */
bool ews_sync_items(struct backend *b, const struct op *op, const char *folder,
		    const char *state, struct sync_page *out, struct err *err);
bool ews_list(struct backend *b, const struct op *op, const char *folder,
	      int64_t offset, int count, struct item_list *out, bool *more,
	      struct err *err);
/* Item ids of one page of a folder, for emptying it. */
bool ews_list_ids(struct backend *b, const struct op *op, const char *folder,
		  int count, struct item_list *out, struct err *err);

/* What DeleteItem has taken for good, see services.h. */
bool ews_recoverable_list(struct backend *b, const struct op *op,
			  int64_t offset, int count, struct item_list *out,
			  bool *more, struct err *err);

/* What to ask for of an item, and in lists, on this server (fields.h). */
unsigned ews_get_shape(const struct backend *b);
unsigned ews_list_shape(const struct backend *b);
/* Does the code blame a property asked for? */
bool ews_is_property_code(const char *code);
/* The server refused a property: fewer from now on. False: something else is
 * wrong, or there is nothing left to leave out. */
bool ews_shrink(struct backend *b, const struct err *e);

/* send.c: the item's change key as it is now; the caller frees. */
bool ews_current_key(struct backend *b, const struct op *op, const char *id,
		     char **key, struct err *err) MUST_CHECK;

/* fetch.c, rebuild.c */
bool ews_fetch(struct backend *b, const struct op *op,
	       const struct item_ref *refs, size_t n, bool mime, fetched_fn fn,
	       void *ctx, struct err *err);
/* An item that has no MIME, by its properties: f->item and f->mime, an RFC 5322
 * text made of them. object: the card or calendar that came instead of a
 * message, to be a file in it; empty: none. False: f->err says why. */
bool ews_rebuild(struct backend *b, const struct op *op,
		 const struct item_ref *ref, const struct bytes *object,
		 struct fetched *f);

/* items.c */
bool ews_edit(struct backend *b, const struct op *op,
	      const struct item_ref *refs, const struct item_edit *edits,
	      size_t n, struct item_results *out, struct err *err);
bool ews_move(struct backend *b, const struct op *op,
	      const struct item_ref *refs, size_t n, const char *folder,
	      struct item_results *out, struct err *err);
bool ews_copy(struct backend *b, const struct op *op,
	      const struct item_ref *refs, size_t n, const char *folder,
	      struct item_results *out, struct err *err);
bool ews_remove(struct backend *b, const struct op *op,
		const struct item_ref *refs, size_t n, enum delete_kind kind,
		struct item_results *out, struct err *err);
const char *ews_delete_type(enum delete_kind kind);

/* send.c */
bool ews_upload(struct backend *b, const struct op *op, const char *folder,
		const struct bytes *raw, const char *key, bool draft, bool read,
		struct item_result *out, struct err *err);
bool ews_send(struct backend *b, const struct op *op,
	      const struct item_ref *draft, const char *sent, struct err *err);

/* search.c */
bool ews_find_key(struct backend *b, const struct op *op, const char *folder,
		  const char *key, struct item_list *out, struct err *err);
bool ews_search(struct backend *b, const struct op *op,
		const char *const *folders, size_t n, const char *words,
		int count, struct item_list *out, struct err *err);
/* people.c */
bool ews_find_people(struct backend *b, const struct op *op, const char *words,
		     int limit, struct person_list *out, bool *more,
		     struct err *err);
bool ews_list_people(struct backend *b, const struct op *op, person_fn *fn,
		     void *ctx, struct err *err);
bool ews_expand_list(struct backend *b, const struct op *op,
		     const char *address, struct person_list *out,
		     struct err *err);
bool ews_password_expiry(struct backend *b, const struct op *op, int64_t *when,
			 struct err *err);
bool ews_photo(struct backend *b, const struct op *op, const char *address,
	       struct bytes *out, struct err *err);
/* contacts.c */
bool ews_sync_contacts(struct backend *b, const struct op *op,
		       const char *folder, const char *state,
		       struct contact_page *out, struct err *err);
/* The contacts among listed items. */
bool ews_read_contacts(struct backend *b, const struct op *op,
		       const struct item_list *items, struct person_list *out,
		       struct err *err);
bool ews_write_contact(struct backend *b, const struct op *op,
		       const char *folder, const struct person *was,
		       const struct person *p, struct item_result *out,
		       struct err *err);
/* notify.c */
bool ews_notify_wait(struct backend *b, const struct op *op, notify_fn fn,
		     void *ctx, struct err *err);

/* --- services of the mailbox (services.h) --------------------------------- */
struct oof;
/* The answer's settings; false: it has none. */
struct ews_tree;
bool ews_oof_read(const struct ews_tree *t, struct oof *out) MUST_CHECK;
bool ews_oof_get(struct backend *b, const struct op *op, struct oof *out,
		 struct err *err);
bool ews_oof_set(struct backend *b, const struct op *op, const struct oof *o,
		 struct err *err);
#endif
