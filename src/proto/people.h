/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef PROTO_PEOPLE_H
#define PROTO_PEOPLE_H
/*
 * The part of a backend that knows people: the address list, one's contacts,
 * and how long the password lasts. The rules of backend.h hold; a member is
 * NULL where the protocol has nothing like it.
 */
#include "proto/backend.h"

/* One of many; taken. False: stop. */
typedef bool person_fn(void *ctx, struct person *taken);

struct people_ops {
	/* Entries of the address list that `words` may mean, at most limit. */
	bool (*find_people)(struct backend *b, const struct op *op,
			    const char *words, int limit,
			    struct person_list *out, bool *more,
			    struct err *err);
	/* Everybody in the address list, some more than once; fn stopping it
	 * is ERR_CANCELLED. */
	bool (*list_people)(struct backend *b, const struct op *op,
			    person_fn *fn, void *ctx, struct err *err);
	/* The members of a list, one level deep, by its address. */
	bool (*expand_list)(struct backend *b, const struct op *op,
			    const char *address, struct person_list *out,
			    struct err *err);
	/* When it expires: UTC seconds, CLOCK_NEVER, 0: at once. */
	bool (*password_expiry)(struct backend *b, const struct op *op,
				int64_t *when, struct err *err);
	/* The picture of whom this address is of; NOT_FOUND: there is none. */
	bool (*photo)(struct backend *b, const struct op *op,
		      const char *address, struct bytes *out, struct err *err);
	/* One page of a contacts folder's changes; as sync_items. */
	bool (*sync_contacts)(struct backend *b, const struct op *op,
			      const char *folder, const char *state,
			      struct contact_page *out, struct err *err);
	/* Makes a contact or contact group (was NULL), or changes p->key from
	 * what the server had; backend_ops.remove is for both. */
	bool (*write_contact)(struct backend *b, const struct op *op,
			      const char *folder, const struct person *was,
			      const struct person *p, struct item_result *out,
			      struct err *err);
};

/* Never NULL: what a backend without people has is a table of nothing. */
const struct people_ops *backend_people(const struct backend_ops *ops);
#endif
