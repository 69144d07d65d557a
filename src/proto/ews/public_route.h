/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef EWS_PUBLIC_ROUTE_H
#define EWS_PUBLIC_ROUTE_H
/*
 * Public folders of 2013 and later lie in mailboxes of their own: one has the
 * tree, each the content of some folders, and two headers lead a request there
 * (dossier 15). Ids of such folders and their items carry the mailbox:
 * "pub:GUID:ID". The operations of backend.h below take such ids, and those of
 * a mailbox as they are.
 */
#include "proto/ews/event.h"

/* What is behind the mailbox; an id without one as it is. */
const char *route_bare_id(const char *id);
/* replicas: PR_REPLICA_LIST in base64, NULL or odd: the id stays as it is.
 * Caller frees. */
char *route_new_id(const char *replicas, const char *id);

/* From here to route_end requests go to the mailbox with the tree, or to that
 * of an id. Where nobody says which it is they go as ever: the server may send
 * them on itself. False: cancelled. */
bool route_to_tree(struct backend *b, const struct op *op,
		   struct err *err) MUST_CHECK;
bool route_to_content(struct backend *b, const struct op *op, const char *id,
		      struct err *err) MUST_CHECK;
void route_end(struct backend *b);
void route_free(struct public_routes *r); /* NULL is allowed */

bool route_sync_items(struct backend *b, const struct op *op,
		      const char *folder, const char *state,
		      struct sync_page *out, struct err *err);
bool route_list(struct backend *b, const struct op *op, const char *folder,
		int64_t offset, int count, struct item_list *out, bool *more,
		struct err *err);
bool route_fetch(struct backend *b, const struct op *op,
		 const struct item_ref *refs, size_t n, bool mime,
		 fetched_fn fn, void *ctx, struct err *err);
bool route_edit(struct backend *b, const struct op *op,
		const struct item_ref *refs, const struct item_edit *edits,
		size_t n, struct item_results *out, struct err *err);
bool route_remove(struct backend *b, const struct op *op,
		  const struct item_ref *refs, size_t n, enum delete_kind kind,
		  struct item_results *out, struct err *err);
bool route_move(struct backend *b, const struct op *op,
		const struct item_ref *refs, size_t n, const char *folder,
		struct item_results *out, struct err *err);
bool route_copy(struct backend *b, const struct op *op,
		const struct item_ref *refs, size_t n, const char *folder,
		struct item_results *out, struct err *err);
bool route_fetch_events(struct backend *b, const struct op *op,
			const struct item_ref *refs, size_t n,
			fetched_event_fn fn, void *ctx, struct err *err);
#endif
