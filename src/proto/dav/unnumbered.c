/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * Folders with items that have no article number (dossier 8): a condition on
 * numbers passes over them, so they are listed whole, each time something
 * changed.
 */
#include "proto/dav/query.h"
#include "proto/dav/sync.h"

#define PAGE 500

bool unnumbered_list(struct backend *b, const struct op *op, const char *folder,
		     struct sync_state *s, struct sync_page *out,
		     struct err *err)
{
	struct item_list list;
	int64_t offset = s->cursor < 0 ? 0 : s->cursor;
	bool more;

	if (!dav_list(b, op, folder, offset, PAGE, &list, &more, err))
		return false;
	out->compare_begin = offset == 0;
	for (size_t i = 0; i < list.n; i++)
		vec_add(&out->items,
			((struct item_change){.kind = CHANGE_UPSERT,
					      .item = list.v[i]}));
	list.n = 0;
	item_list_release(&list);
	s->cursor = more ? offset + (int64_t)out->items.n : -1;
	s->plan = more ? PLAN_LIST : 0;
	out->compare_end = !more;
	s->first &= more;
	return true;
}

static bool note_row(void *ctx, struct dav_row *r, struct err *err)
{
	(void)err;
	*(bool *)ctx |= dav_row_status(r) < 300 &&
			dav_row_number(r, PROP_ARTICLE, 0) <= 0;
	return true;
}

bool unnumbered_any(struct backend *b, const struct op *op, const char *path,
		    bool *any, struct err *err)
{
	static const struct query q = {
		.use = USE_LIGHT,
		.where = QUERY_ITEMS
		" AND \"http://schemas.microsoft.com/mapi/proptag/"
		"x0e230003\" IS NULL",
		.count = 1,
		.risky = true};
	struct query_result result;
	struct err e = ERR_INIT;

	*any = false;
	if (query_search(b, op, path, &q, note_row, any, &result, &e)) {
		free(result.collblob);
		return true;
	}
	if (e.kind == ERR_UNSUPPORTED || e.kind == ERR_PROTOCOL ||
	    e.kind == ERR_DENIED)
		return true;
	if (err)
		*err = e;
	return false;
}
