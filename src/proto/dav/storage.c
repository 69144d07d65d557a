/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * Storage (dossier 24): a folder tells the size of its own items. The limits
 * are the directory's; where the store itself tells them, it is believed.
 */
#include "model/storage.h"
#include "proto/dav/query.h"
#include "proto/services.h"

static void take(const struct dav_row *r, enum dav_prop p, int64_t *to,
		 struct storage *out)
{
	int64_t kb = dav_row_number(r, p, 0);

	if (!r->value[p])
		return;
	*to = storage_limit_of_kb(kb);
	if (!out->origin && to != &out->largest)
		out->origin = xstrdup("the mailbox store");
}

static bool on_root(void *ctx, struct dav_row *r, struct err *err)
{
	struct storage *s = ctx;

	(void)err;
	if (r->index > 0)
		return true;
	take(r, PROP_LIMIT_WARN, &s->warn, s);
	take(r, PROP_LIMIT_SEND, &s->no_send, s);
	take(r, PROP_LIMIT_RECEIVE, &s->no_receive, s);
	take(r, PROP_LIMIT_MESSAGE, &s->largest, s);
	return true;
}

bool dav_storage_get(struct backend *b, const struct op *op,
		     struct storage *out, struct err *err)
{
	static const enum dav_prop limits[] = {PROP_LIMIT_WARN, PROP_LIMIT_SEND,
					       PROP_LIMIT_RECEIVE,
					       PROP_LIMIT_MESSAGE, PROP_COUNT};
	struct storage s;

	if (!dav_ready(b, op, err))
		return false;
	storage_init(&s);
	if (!dav_load_tree(b, op, err) ||
	    !query_propfind(b, op, b->root, "0", USE_NONE, limits, on_root, &s,
			    err)) {
		storage_release(&s);
		return err_add(err, "while reading the sizes of folders");
	}
	for (size_t i = 0; i < b->tree.n; i++) {
		if (b->tree.v[i].folder.size < 0)
			continue;
		if (s.used < 0)
			s.used = 0;
		s.used += b->tree.v[i].folder.size;
	}
	*out = s;
	return true;
}
