/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* A folder's items newest first (dossier 7.3, 8). */
#include "proto/dav/item.h"
#include "proto/dav/query.h"

struct listing {
	struct backend *b;
	struct item_list items;
};

static bool on_item(void *ctx, struct dav_row *r, struct err *err)
{
	struct listing *l = ctx;
	struct item *it;

	(void)err;
	if (r->index == 0) { /* also where a read is repeated */
		item_list_release(&l->items);
		l->items = (struct item_list){0};
	}
	it = vec_new(&l->items);
	item_init(it);
	if (!item_read_row(l->b, r, it)) {
		item_release(it);
		l->items.n--;
	}
	return true;
}

bool dav_list(struct backend *b, const struct op *op, const char *folder,
	      int64_t offset, int count, struct item_list *out, bool *more,
	      struct err *err)
{
	const struct query q = {
		.use = USE_LIST,
		.where = QUERY_ITEMS,
		.order = "\"urn:schemas:httpmail:datereceived\" DESC",
		.from = offset,
		.count = count,
	};
	const char *below = dav_is_public(folder)
				    ? NULL
				    : dav_folder_path(b, op, folder, err);
	char *path CLEANUP(mem_free_ptr) = below ? wire_path(b, below) : NULL;
	struct listing l = {.b = b};
	struct query_result result;

	if (dav_is_public(folder))
		return dav_public_items(b, op, folder, offset, count, out, more,
					err);
	if (!path)
		return false;
	if (!query_search(b, op, path, &q, on_item, &l, &result, err)) {
		item_list_release(&l.items);
		return false;
	}
	free(result.collblob);
	*out = l.items;
	*more = result.more;
	return true;
}
