/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* saved, mute: what the mirror keeps and no server knows. */
#include <stdio.h>
#include <string.h>
#include "base/clock.h"
#include "text/search.h"
#include "ui/batch_out.h"
#include "ui/mail.h"

static bool keep(struct batch *b, const char *name, const char *query,
		 int *status)
{
	struct request r = {.kind = REQUEST_KEEP};
	struct event done;
	struct err err;

	if (!batch_engine(b, ENGINE_LOCAL, false, status))
		return false;
	r.text = xasprintf("%s%s", MAIL_SAVED_PREFIX, name);
	r.value = xstrdup(query);
	if (!batch_request(b, &r, 30000, &done, &err)) {
		*status = batch_fail(&err);
		return false;
	}
	event_release(&done);
	return true;
}

static char *query_named(struct batch *b, const char *name)
{
	char *key CLEANUP(mem_free_ptr) =
		xasprintf("%s%s", MAIL_SAVED_PREFIX, name);
	char *query = query_fact(b->store, key);

	if (!query)
		fprintf(stderr,
			"retinue: no search is called \"%s\"; `retinue saved "
			"list` names them all\n",
			name);
	return query;
}

static int64_t count_matches(struct batch *b, const struct search_node *node,
			     unsigned clear)
{
	struct item_query q = {
		.search = node, .flags_clear = clear, .limit = 1};
	int64_t n = 0;

	return query_count(b->store, &q, INT64_MAX, &n, NULL) ? n : 0;
}

static json_t *saved_json(struct batch *b, const char *name, const char *query)
{
	struct search_node *node = NULL;
	struct err err;
	bool ok = search_parse(&node, query, clock_now(), &err);
	json_t *j = json_pack(
		"{s:o,s:o,s:I,s:I,s:o}", "name", out_text_json(name), "query",
		out_text_json(query), "count",
		(json_int_t)(ok ? count_matches(b, node, 0) : 0), "unread",
		(json_int_t)(ok ? count_matches(b, node, ITEM_READ) : 0),
		"error", ok ? json_null() : out_text_json(err.text));

	search_node_free(node);
	return j;
}

static int list_saved(struct batch *b)
{
	struct strv names CLEANUP(strv_release), queries CLEANUP(strv_release);
	json_t *array = json_array();
	struct err err;
	size_t n;

	strv_init(&names);
	strv_init(&queries);
	if (!query_facts(b->store, MAIL_SAVED_PREFIX, &names, &queries, &err)) {
		json_decref(array);
		return batch_fail(&err);
	}
	n = names.n;
	for (size_t i = 0; i < n; i++) {
		json_t *j = saved_json(b, names.v[i], queries.v[i]);

		if (batch_has(b, OPT_JSON)) {
			json_array_append_new(array, j);
		} else if (batch_has(b, OPT_JSONL)) {
			out_line(j);
		} else {
			const char *format = batch_value(b, OPT_FORMAT);
			bool ok = out_format(
				format ? format
				       : "{count}\t{unread}\t{name}\t{query}\n",
				j);

			json_decref(j);
			if (!ok)
				return BATCH_USAGE;
		}
	}
	if (batch_has(b, OPT_JSON))
		out_document(json_pack("{s:o}", "searches", array));
	else
		json_decref(array);
	return n ? BATCH_DONE : BATCH_NOTHING;
}

static int show_saved(struct batch *b, const char *name)
{
	char *query CLEANUP(mem_free_ptr) = query_named(b, name);
	struct search_node *node = NULL;
	int status;

	if (!query)
		return BATCH_NOTHING;
	if (!batch_parse_query(query, &node))
		return BATCH_USAGE;
	status = batch_print_query(b, node, 0);
	search_node_free(node);
	return status;
}

static int add_saved(struct batch *b, const char *name)
{
	struct strv words CLEANUP(strv_release) = {0};
	char *query CLEANUP(mem_free_ptr) = NULL;
	struct search_node *node = NULL;
	int status = BATCH_DONE;

	if (!*name || strlen(name) > MAIL_SAVED_NAME_MAX)
		return batch_usage("the name of a search has 1 to %d bytes",
				   MAIL_SAVED_NAME_MAX);
	strv_init(&words);
	for (size_t i = 2; i < b->args.n; i++)
		strv_add(&words, b->args.v[i]);
	query = strv_join(&words, " ");
	if (!batch_parse_query(query, &node))
		return BATCH_USAGE;
	search_node_free(node);
	(void)keep(b, name, query, &status);
	return status;
}

static int rename_saved(struct batch *b, const char *name, const char *to)
{
	char *query CLEANUP(mem_free_ptr) = query_named(b, name);
	int status = BATCH_DONE;

	if (!query)
		return BATCH_NOTHING;
	if (str_eq(name, to))
		return BATCH_DONE;
	if (keep(b, to, query, &status))
		(void)keep(b, name, NULL, &status);
	return status;
}

static int remove_saved(struct batch *b, const char *name)
{
	char *query CLEANUP(mem_free_ptr) = query_named(b, name);
	int status = BATCH_DONE;

	if (!query)
		return BATCH_NOTHING;
	(void)keep(b, name, NULL, &status);
	return status;
}

int verb_saved(struct batch *b)
{
	const char *sub = b->args.n ? b->args.v[0] : "list";
	const char *name = b->args.n > 1 ? b->args.v[1] : NULL;
	size_t n = b->args.n;
	int status;

	if (!(str_eq(sub, "list") && n <= 1) &&
	    !(str_eq(sub, "show") && n == 2) &&
	    !(str_eq(sub, "add") && n >= 3) &&
	    !(str_eq(sub, "rename") && n == 3) &&
	    !(str_eq(sub, "remove") && n == 2))
		return batch_usage("saved takes list, show NAME, add NAME "
				   "QUERY, rename NAME NEW or remove NAME");
	if (!batch_open_account(b, &status))
		return status;
	batch_freshen(b);
	if (!batch_open_store(b, &status))
		return status;
	if (!name)
		return list_saved(b);
	if (str_eq(sub, "show"))
		return show_saved(b, name);
	if (str_eq(sub, "add"))
		return add_saved(b, name);
	return str_eq(sub, "rename") ? rename_saved(b, name, b->args.v[2])
				     : remove_saved(b, name);
}

/* --- mute ------------------------------------------------------------------- */

static int mute_all(struct batch *b, const struct id_list *ids)
{
	bool on = !batch_has(b, OPT_OFF);
	size_t changed = 0;
	int status;

	for (size_t i = 0; i < ids->n; i++) {
		struct request r = {
			.kind = REQUEST_MUTE, .item = ids->v[i], .mine = on};
		struct event done;
		struct item it;
		struct err err;
		bool same;

		if (!query_item(b->store, ids->v[i], &it, &err))
			return batch_fail(&err);
		same = query_is_muted(b->store, it.thread) == on;
		item_release(&it);
		changed += !same;
		if (same || batch_has(b, OPT_DRY_RUN))
			continue;
		if (!batch_engine(b, ENGINE_LOCAL, false, &status))
			return status;
		if (!batch_request(b, &r, 30000, &done, &err))
			return batch_fail(&err);
		event_release(&done);
	}
	if (batch_has(b, OPT_JSON))
		out_document(json_pack("{s:b,s:I}", "muted", on, "changed",
				       (json_int_t)changed));
	else
		printf("%s%s %zu of %zu\n",
		       batch_has(b, OPT_DRY_RUN) ? "would have " : "",
		       on ? "muted" : "no longer muted", changed, ids->n);
	return BATCH_DONE;
}

int verb_mute(struct batch *b)
{
	struct id_list ids = {0};
	int status;

	if (!batch_ids(b, 0, b->args.n, &ids))
		return BATCH_USAGE;
	if (!batch_open_account(b, &status) || !batch_open_store(b, &status)) {
		vec_release(&ids);
		return status;
	}
	status = mute_all(b, &ids);
	vec_release(&ids);
	return status;
}
