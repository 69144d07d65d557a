/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef PROTO_SERVICES_H
#define PROTO_SERVICES_H
/*
 * The part of a backend beside mail, calendar and people: services of the
 * mailbox as a whole. The rules of backend.h hold; a member is NULL where the
 * protocol has nothing like it.
 */
#include "model/delegate.h"
#include "model/oof.h"
#include "model/public.h"
#include "model/storage.h"
#include "proto/backend.h"

struct service_ops {
	/* One's own out-of-office settings. */
	bool (*oof_get)(struct backend *b, const struct op *op, struct oof *out,
			struct err *err);
	/* Replaces them: both texts are sent, NULL as empty. */
	bool (*oof_set)(struct backend *b, const struct op *op,
			const struct oof *o, struct err *err);

	/* The folders of another person's mailbox that one may see, with what
	 * one may do in them; only: those of these roles (n 0: all). A folder
	 * whose parent is not told stands at the top. DENIED: none; INPUT:
	 * there is no such mailbox. */
	bool (*open_mailbox)(struct backend *b, const struct op *op,
			     const char *address, const enum folder_role *only,
			     size_t n, struct folder_marks *out,
			     struct err *err);

	/* What the mailbox holds, and the limits as far as the protocol tells
	 * them. */
	bool (*storage_get)(struct backend *b, const struct op *op,
			    struct storage *out, struct err *err);

	/* What was deleted for good and can be had back, newest first, as list
	 * has it: its ids work with move, which restores, and remove, which
	 * ends it. UNSUPPORTED: this release keeps it out of sight. */
	bool (*recoverable_list)(struct backend *b, const struct op *op,
				 int64_t offset, int count,
				 struct item_list *out, bool *more,
				 struct err *err);

	/* Who may do what in a folder. DENIED: one is no owner of it. */
	bool (*permissions_get)(struct backend *b, const struct op *op,
				const char *folder, struct permission_set *out,
				struct err *err);
	/* Replaces the whole set. */
	bool (*permissions_set)(struct backend *b, const struct op *op,
				const char *folder,
				const struct permission_set *set,
				struct err *err);

	/* Where a server has no delegate operations, delegates are put
	 * together of these lists, rights on folders and the directory's
	 * publicDelegates. */
	bool (*delegate_entries_get)(struct backend *b, const struct op *op,
				     struct delegate_entries *out,
				     struct err *err);
	bool (*delegate_entries_set)(struct backend *b, const struct op *op,
				     const struct delegate_entries *l,
				     struct err *err);

	/* Those who act for the owner of the mailbox. */
	bool (*delegates_get)(struct backend *b, const struct op *op,
			      struct delegate_list *out, struct err *err);
	/* One person's. CONFLICT: is one already; NOT_FOUND: is none. */
	bool (*delegate_change)(struct backend *b, const struct op *op,
				const struct delegate_change *c,
				struct err *err);
	/* Who gets requests for meetings, of all delegates alike. */
	bool (*delegate_delivery)(struct backend *b, const struct op *op,
				  enum delegate_delivery d, struct err *err);

	/* One level of the public folders below `id` (NULL: the top), never
	 * more. Their ids work with list, fetch, edit and remove like those of
	 * the mailbox; sync_items is UNSUPPORTED. */
	bool (*public_list)(struct backend *b, const struct op *op,
			    const char *id, struct public_list *out,
			    struct err *err);
	/* The contacts in a folder of public contacts, at most `count`. */
	bool (*public_contacts)(struct backend *b, const struct op *op,
				const char *id, int count,
				struct person_list *out, struct err *err);
	/* Puts a message (RFC 5322, CRLF) there as a post. DENIED tells
	 * read-only and moderated folders apart. */
	bool (*public_post)(struct backend *b, const struct op *op,
			    const char *id, const struct bytes *raw,
			    struct err *err);
};

/* Never NULL: what a backend without services has is a table of nothing. */
const struct service_ops *backend_services(const struct backend_ops *ops);
#endif
