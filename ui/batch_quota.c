/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* quota: how full the mailbox is, and of what. */
#include <inttypes.h>
#include <stdio.h>
#include "model/storage_tree.h"
#include "ui/batch_out.h"
#include "ui/format.h"
#include "ui/storage.h"

#define LIMIT_MS 60000
#define LARGEST_MAX 10000

/* Asks the server where nothing is known yet, or --fresh. */
static bool know(struct batch *b, struct storage *out, int *status)
{
	struct request r = {.kind = REQUEST_STORAGE};
	struct err err;

	if (!batch_has(b, OPT_FRESH) && storage_known(b->store, out))
		return true;
	if (!batch_ask(b, &r, LIMIT_MS, NULL, NULL, status))
		return false;
	return storage_known(b->store, out) ||
	       (err_set(&err, ERR_PROTOCOL, "the server told nothing"),
		*status = batch_fail(&err), false);
}

/* Unknown is null; "no limit" is -1. */
static json_t *bytes_json(int64_t n)
{
	return n == STORAGE_UNKNOWN    ? json_null()
	       : n == STORAGE_NO_LIMIT ? json_integer(-1)
				       : json_integer((json_int_t)n);
}

static json_t *quota_json(const struct storage *s)
{
	return json_pack("{s:o,s:o,s:o,s:o,s:o,s:o,s:s,s:o}", "used",
			 bytes_json(s->used), "recoverable",
			 bytes_json(s->recoverable), "warn",
			 bytes_json(s->warn), "no_send", bytes_json(s->no_send),
			 "no_receive", bytes_json(s->no_receive),
			 "largest_message", bytes_json(s->largest), "level",
			 storage_level_name(storage_level(s)), "origin",
			 out_text_json(s->origin));
}

static void show_limits(const struct storage *s)
{
	struct str b CLEANUP(str_release) = STR_INIT;
	struct str warning CLEANUP(str_release) = STR_INIT;
	int64_t limit = storage_measure(s);

	str_add(&b, "Mailbox   ");
	if (s->used >= 0)
		format_add_size(&b, s->used);
	else
		str_add(&b, "size not known");
	if (limit > 0 && s->used >= 0) {
		str_add(&b, " of ");
		format_add_size(&b, limit);
		str_addf(&b, ", %d%%", (int)(s->used * 100 / limit));
	}
	if (s->recoverable > 0) {
		str_add(&b, "   recoverable items ");
		format_add_size(&b, s->recoverable);
	}
	str_add(&b, "\nLimits    ");
	if (s->warn != STORAGE_UNKNOWN || s->no_send != STORAGE_UNKNOWN ||
	    s->no_receive != STORAGE_UNKNOWN)
		storage_add_limits(&b, s);
	else
		str_add(&b, "not known");
	if (s->origin)
		str_addf(&b, "   told by %s", s->origin);
	str_add_char(&b, '\n');
	if (storage_add_warning(&warning, s))
		str_addf(&b, "%s\n", warning.s);
	fputs(b.s, stdout);
}

/* --- folders ---------------------------------------------------------------- */

static json_t *folders_json(struct batch *b, const struct storage_tree *t)
{
	json_t *list = json_array();

	for (size_t i = 0; i < t->n; i++) {
		const struct storage_node *n = &t->v[i];
		char *path CLEANUP(mem_free_ptr) =
			query_path_of(b->store, n->folder->id);

		json_array_append_new(list,
				      json_pack("{s:I,s:o,s:I,s:I,s:I}", "id",
						(json_int_t)n->folder->id,
						"path", out_text_json(path),
						"size", (json_int_t)n->own,
						"size_with_subfolders",
						(json_int_t)n->all, "items",
						(json_int_t)n->items));
	}
	return list;
}

static void show_level(const struct storage_tree *t, int64_t parent,
		       struct str *b)
{
	size_t n;
	size_t *rows = storage_tree_below(t, parent, false, &n);

	for (size_t i = 0; i < n; i++) {
		const struct storage_node *at = &t->v[rows[i]];
		struct str own CLEANUP(str_release) = STR_INIT;
		struct str all CLEANUP(str_release) = STR_INIT;

		format_add_size(&own, at->own);
		format_add_size(&all, at->all);
		str_addf(b, "%9s %9s  %*s%s\n", all.s, own.s, at->depth * 2, "",
			 str_or_empty(at->folder->name));
		/* As deep as the folders are; a tree has no rings. */
		if (at->subs)
			show_level(t, at->folder->id, b);
	}
	free(rows);
}

static void show_folders(const struct storage_tree *t)
{
	struct str b CLEANUP(str_release) = STR_INIT;

	str_add(&b, "\nwith below       own  folder\n");
	show_level(t, 0, &b);
	fputs(b.s, stdout);
}

static json_t *items_json(struct batch *b, const struct item_list *items)
{
	json_t *list = json_array();

	for (size_t i = 0; i < items->n; i++)
		json_array_append_new(list, out_item_json(b, &items->v[i]));
	return list;
}

static void show_items(const struct item_list *items)
{
	struct str b CLEANUP(str_release) = STR_INIT;

	str_add(&b, "\n");
	for (size_t i = 0; i < items->n; i++) {
		const struct item *it = &items->v[i];
		struct str size CLEANUP(str_release) = STR_INIT;

		format_add_size(&size, it->size);
		str_addf(&b, "%9s  %6" PRId64 "  %s: %s\n", size.s, it->id,
			 it->from_name ? it->from_name
				       : str_or_empty(it->from_addr),
			 str_or_empty(it->subject));
	}
	fputs(b.s, stdout);
}

static int show(struct batch *b, const struct storage *s,
		const struct storage_tree *tree, const struct item_list *items)
{
	json_t *doc;

	if (!batch_has(b, OPT_JSON)) {
		show_limits(s);
		if (batch_has(b, OPT_FOLDERS))
			show_folders(tree);
		if (batch_has(b, OPT_LARGEST))
			show_items(items);
		return BATCH_DONE;
	}
	doc = json_pack("{s:o}", "quota", quota_json(s));
	if (batch_has(b, OPT_FOLDERS))
		json_object_set_new(doc, "folders", folders_json(b, tree));
	if (batch_has(b, OPT_LARGEST))
		json_object_set_new(doc, "largest", items_json(b, items));
	out_document(doc);
	return BATCH_DONE;
}

int verb_quota(struct batch *b)
{
	const char *text = batch_value(b, OPT_LARGEST);
	struct folder_list folders = {0};
	struct storage_tree tree = {0};
	struct item_list items = {0};
	struct storage s;
	struct err err;
	long n = 0;
	char *end;
	int status = BATCH_DONE;

	if (text) {
		n = strtol(text, &end, 10);
		if (*end || n < 1 || n > LARGEST_MAX)
			return batch_usage("--largest is a number from 1 to %d",
					   LARGEST_MAX);
	}
	if (!batch_open_account(b, &status) || !batch_open_store(b, &status) ||
	    !know(b, &s, &status))
		return status;
	if (!query_folders(b->store, &folders, &err) ||
	    (n && !storage_largest(b->store, 0, (int)n, &items, &err))) {
		status = batch_fail(&err);
	} else {
		storage_tree_build(&tree, &folders);
		status = show(b, &s, &tree, &items);
	}
	storage_tree_release(&tree);
	folder_list_release(&folders);
	item_list_release(&items);
	storage_release(&s);
	return status;
}
