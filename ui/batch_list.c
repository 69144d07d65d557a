/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* list, search, count: rows of the mirror. */
#include <stdio.h>
#include "base/clock.h"
#include "text/search.h"
#include "ui/batch_out.h"

/* --fresh: a bounded sync first; its failure is told and not fatal, since the
 * mirror answers all the same. */
void batch_freshen(struct batch *b)
{
	if (batch_has(b, OPT_FRESH))
		(void)batch_sync(b, false, false, 60000);
}

int batch_print_query(struct batch *b, const struct search_node *node,
		      int64_t folder)
{
	struct item_list items = {0};
	struct err err;
	int limit, status;
	struct item_query q = {.folder = folder,
			       .search = node,
			       .ascending = batch_has(b, OPT_REVERSE)};

	if (!batch_limit(b, 50, &limit))
		return BATCH_USAGE;
	q.limit = limit;
	if (batch_has(b, OPT_UNREAD))
		q.flags_clear = ITEM_READ;
	if (!query_items(b->store, &q, &items, &err))
		return batch_fail(&err);
	status = out_items(b, &items);
	item_list_release(&items);
	return status;
}

int verb_list(struct batch *b)
{
	const char *name = batch_value(b, OPT_FOLDER);
	int status;
	int64_t folder;

	if (b->args.n > 1 || (b->args.n && name))
		return batch_usage("list takes one folder");
	if (b->args.n)
		name = b->args.v[0];
	if (!batch_open_account(b, &status))
		return status;
	batch_freshen(b);
	if (!batch_open_store(b, &status))
		return status;
	folder = batch_folder(b, name ? name : "inbox");
	return folder ? batch_print_query(b, NULL, folder) : BATCH_NOTHING;
}

bool batch_parse_query(const char *text, struct search_node **out)
{
	struct err err;

	if (search_parse(out, text, clock_now(), &err))
		return true;
	fprintf(stderr, "%s\n%*s^\n", text, err.number, "");
	batch_fail(&err);
	return false;
}

static bool parse_query(struct batch *b, struct search_node **out)
{
	char *text CLEANUP(mem_free_ptr) = strv_join(&b->args, " ");

	return batch_parse_query(text, out);
}

static int search_server(struct batch *b)
{
	struct request r = {.kind = REQUEST_SEARCH};
	struct event done;
	struct item_list items = {0};
	struct strv ids CLEANUP(strv_release);
	struct err err;
	int status;

	strv_init(&ids);
	if (!batch_engine(b, ENGINE_FULL, false, &status))
		return status;
	if (!batch_open_store(b, &status))
		return status;
	if (batch_value(b, OPT_FOLDER)) {
		r.folder = batch_folder(b, batch_value(b, OPT_FOLDER));
		if (!r.folder)
			return BATCH_NOTHING;
	}
	r.text = strv_join(&b->args, " ");
	if (!batch_request(b, &r, 120000, &done, &err))
		return batch_fail(&err);
	strv_split(&ids, str_or_empty(done.text), " \n");
	event_release(&done);
	for (size_t i = 0; i < ids.n; i++) {
		struct item it;

		item_init(&it);
		if (query_item(b->store, strtoll(ids.v[i], NULL, 10), &it,
			       NULL))
			vec_add(&items, it);
	}
	status = out_items(b, &items);
	item_list_release(&items);
	return status;
}

int verb_search(struct batch *b)
{
	struct search_node *node = NULL;
	int64_t folder = 0;
	int status;

	if (!b->args.n)
		return batch_usage("search needs a query");
	if (!batch_open_account(b, &status))
		return status;
	if (batch_has(b, OPT_SERVER))
		return search_server(b);
	if (!parse_query(b, &node))
		return BATCH_USAGE;
	batch_freshen(b);
	if (!batch_open_store(b, &status)) {
		search_node_free(node);
		return status;
	}
	if (batch_value(b, OPT_FOLDER))
		folder = batch_folder(b, batch_value(b, OPT_FOLDER));
	status = batch_value(b, OPT_FOLDER) && !folder
			 ? BATCH_NOTHING
			 : batch_print_query(b, node, folder);
	search_node_free(node);
	return status;
}

int verb_count(struct batch *b)
{
	struct search_node *node = NULL;
	struct item_query q = {.limit = 1};
	struct err err;
	int64_t n = 0;
	int status;
	bool ok;

	if (!parse_query(b, &node))
		return BATCH_USAGE;
	if (!batch_open_account(b, &status) || !batch_open_store(b, &status)) {
		search_node_free(node);
		return status;
	}
	q.search = b->args.n ? node : NULL;
	if (batch_has(b, OPT_UNREAD))
		q.flags_clear = ITEM_READ;
	if (batch_value(b, OPT_FOLDER)) {
		q.folder = batch_folder(b, batch_value(b, OPT_FOLDER));
		if (!q.folder) {
			search_node_free(node);
			return BATCH_NOTHING;
		}
	}
	ok = query_count(b->store, &q, INT64_MAX, &n, &err);
	search_node_free(node);
	if (!ok)
		return batch_fail(&err);
	if (batch_has(b, OPT_JSON))
		out_document(json_pack("{s:I}", "count", (json_int_t)n));
	else
		printf("%lld\n", (long long)n);
	return n ? BATCH_DONE : BATCH_NOTHING;
}
