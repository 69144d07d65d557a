/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Verbs that change messages: move, copy, archive, delete, flag, read,
 * category, undo, resolve. */
#include <stdio.h>
#include "base/clock.h"
#include "ui/batch_out.h"
#include "ui/dates.h"

static char *count_text(size_t n)
{
	return n == 1 ? xstrdup("1 message") : xasprintf("%zu messages", n);
}

/* Opens everything and reads the ids of operands 0 .. n-1. */
static int begin(struct batch *b, size_t n, struct id_list *ids)
{
	int status;

	if (!batch_ids(b, 0, n, ids))
		return BATCH_USAGE;
	if (!batch_open_account(b, &status) || !batch_open_store(b, &status))
		return status;
	for (size_t i = 0; i < ids->n; i++) {
		struct item it;
		struct err err;
		bool ok;

		item_init(&it);
		ok = query_item(b->store, ids->v[i], &it, &err);
		item_release(&it);
		if (!ok) {
			fprintf(stderr, "retinue: there is no message %lld\n",
				(long long)ids->v[i]);
			return BATCH_NOTHING;
		}
	}
	return -1;
}

static int to_folder(struct batch *b, const char *verb,
		     struct intent *(*make)(const int64_t *, size_t, int64_t))
{
	struct id_list ids = {0};
	char *n CLEANUP(mem_free_ptr) = NULL;
	char *what CLEANUP(mem_free_ptr) = NULL;
	const char *name;
	int64_t folder;
	int status;

	if (b->args.n < 2)
		return batch_usage("%s needs message ids and a folder", verb);
	name = b->args.v[b->args.n - 1];
	status = begin(b, b->args.n - 1, &ids);
	if (status < 0) {
		folder = batch_folder(b, name);
		n = count_text(ids.n);
		what = xasprintf("%s %s to %s", verb, n, name);
		status = folder ? batch_change(b, make(ids.v, ids.n, folder),
					       what, false)
				: BATCH_NOTHING;
	}
	vec_release(&ids);
	return status;
}

int verb_move(struct batch *b)
{
	return to_folder(b, "move", intent_move);
}

int verb_copy(struct batch *b)
{
	return to_folder(b, "copy", intent_copy);
}

/* The Archive folder by role or name; made below the root when missing. */
static int64_t archive_folder(struct batch *b, int *status)
{
	int64_t id = query_folder_role(b->store, FOLDER_ROLE_ARCHIVE);
	struct request r = {.kind = REQUEST_INTENT};
	struct event done;
	struct err err;

	if (!id)
		id = query_folder_path(b->store, "Archive");
	if (id)
		return id;
	if (batch_has(b, OPT_DRY_RUN))
		return -1;
	if (!batch_engine(b,
			  batch_has(b, OPT_WAIT) ? ENGINE_FULL : ENGINE_LOCAL,
			  false, status))
		return 0;
	r.intent = intent_folder_create(0, "Archive");
	if (!batch_request(b, &r, 30000, &done, &err)) {
		*status = batch_fail(&err);
		return 0;
	}
	event_release(&done);
	return query_folder_path(b->store, "Archive");
}

int verb_archive(struct batch *b)
{
	struct id_list ids = {0};
	int status = begin(b, b->args.n, &ids);

	if (status < 0) {
		char *n CLEANUP(mem_free_ptr) = count_text(ids.n);
		char *what CLEANUP(mem_free_ptr) =
			xasprintf("move %s to Archive", n);
		int64_t folder = archive_folder(b, &status);

		if (folder)
			status = batch_change(b,
					      intent_move(ids.v, ids.n, folder),
					      what, false);
	}
	vec_release(&ids);
	return status;
}

int verb_delete(struct batch *b)
{
	enum delete_kind how = batch_has(b, OPT_HARD)	? DELETE_HARD
			       : batch_has(b, OPT_SOFT) ? DELETE_SOFT
							: DELETE_TO_DELETED;
	struct id_list ids = {0};
	int status = begin(b, b->args.n, &ids);

	if (status < 0) {
		char *n CLEANUP(mem_free_ptr) = count_text(ids.n);
		char *what CLEANUP(mem_free_ptr) =
			xasprintf("delete %s%s", n,
				  how == DELETE_HARD ? " for good" : "");

		status = batch_change(b, intent_delete(ids.v, ids.n, how), what,
				      false);
	}
	vec_release(&ids);
	return status;
}

static int edit(struct batch *b, const struct item_edit *e, const char *format)
{
	struct id_list ids = {0};
	int status = begin(b, b->args.n, &ids);

	if (status < 0) {
		char *n CLEANUP(mem_free_ptr) = count_text(ids.n);
		char *what CLEANUP(mem_free_ptr) =
			xasprintf("%s %s", format, n);

		status = batch_change(b, intent_edit(ids.v, ids.n, e), what,
				      false);
	}
	vec_release(&ids);
	return status;
}

int verb_flag(struct batch *b)
{
	struct item_edit e = {.set = EDIT_FLAG, .flag_due = CLOCK_NEVER};
	const char *due = batch_value(b, OPT_DUE);

	if (batch_has(b, OPT_OFF) && batch_has(b, OPT_COMPLETE))
		return batch_usage("--off and --complete exclude each other");
	if (due && (batch_has(b, OPT_OFF) || batch_has(b, OPT_COMPLETE)))
		return batch_usage("--due is of a flag that is set");
	if (due)
		e.flag_due = dates_parse_due(due);
	if (due && e.flag_due == CLOCK_NEVER)
		return batch_usage("\"%s\" is no date: today, tomorrow, "
				   "friday, 3d, 2026-12-01",
				   due);
	e.flag = batch_has(b, OPT_OFF)	      ? 0
		 : batch_has(b, OPT_COMPLETE) ? ITEM_COMPLETE
					      : ITEM_FLAGGED;
	return edit(b, &e,
		    !e.flag		      ? "unflag"
		    : e.flag == ITEM_COMPLETE ? "complete the flag of"
					      : "flag");
}

int verb_read(struct batch *b)
{
	struct item_edit e = {.set = EDIT_READ,
			      .read = !batch_has(b, OPT_UNREAD)};

	return edit(b, &e, e.read ? "mark as read:" : "mark as unread:");
}

/* Categories of one message after --set, --add and --remove. */
static char *new_categories(struct batch *b, const char *old)
{
	struct strv names CLEANUP(strv_release);
	struct strv out CLEANUP(strv_release);

	strv_init(&names);
	strv_init(&out);
	if (batch_has(b, OPT_SET))
		strv_split(&names, str_or_empty(batch_value(b, OPT_SET)), ",");
	else
		strv_split(&names, str_or_empty(old), "\n");
	for (size_t i = 0; i < b->values[OPT_ADD].n; i++)
		if (!strv_has(&names, b->values[OPT_ADD].v[i]))
			strv_add(&names, b->values[OPT_ADD].v[i]);
	for (size_t i = 0; i < names.n; i++)
		if (!strv_has(&b->values[OPT_REMOVE], names.v[i]))
			strv_add(&out, names.v[i]);
	return out.n ? strv_join(&out, "\n") : NULL;
}

int verb_category(struct batch *b)
{
	struct id_list ids = {0};
	int status;

	if (!batch_has(b, OPT_SET) && !batch_has(b, OPT_ADD) &&
	    !batch_has(b, OPT_REMOVE))
		return batch_usage("category needs --set, --add or --remove");
	status = begin(b, b->args.n, &ids);
	if (status >= 0) {
		vec_release(&ids);
		return status;
	}
	/* --add and --remove depend on what each message has. */
	status = BATCH_DONE;
	for (size_t i = 0; i < ids.n && status == BATCH_DONE; i++) {
		struct item_edit e = {.set = EDIT_CATEGORIES};
		struct item it;

		item_init(&it);
		if (!query_item(b->store, ids.v[i], &it, NULL)) {
			status = BATCH_NOTHING;
			break;
		}
		e.categories = new_categories(b, it.categories);
		status = batch_change(b, intent_edit(&ids.v[i], 1, &e),
				      "set the categories of 1 message", false);
		item_edit_release(&e);
		item_release(&it);
	}
	vec_release(&ids);
	return status;
}

static int list_journal(struct batch *b)
{
	struct journal_list list = {0};
	json_t *array = json_array();
	struct err err;

	if (!query_journal(b->store, true, 500, &list, &err)) {
		json_decref(array);
		return batch_fail(&err);
	}
	for (size_t i = 0; i < list.n; i++) {
		const struct journal_entry *e = &list.v[i];
		json_t *j = out_entry_json(e);

		if (batch_has(b, OPT_JSON)) {
			json_array_append(array, j);
		} else {
			struct str when CLEANUP(str_release) = STR_INIT;

			clock_add_short(&when, e->created, clock_now());
			printf("%-6lld %-10s %-9s %s%s%s\n", (long long)e->id,
			       when.s,
			       json_string_value(json_object_get(j, "state")),
			       e->text, e->error ? "  " : "",
			       str_or_empty(e->error));
		}
		json_decref(j);
	}
	if (batch_has(b, OPT_JSON))
		out_document(json_pack("{s:o}", "journal", array));
	else
		json_decref(array);
	journal_list_release(&list);
	return BATCH_DONE;
}

static int parse_entry(struct batch *b, int64_t *entry)
{
	char *end;

	*entry = strtoll(b->args.v[0], &end, 10);
	if (*end || *entry <= 0)
		return batch_usage("'%s' is not an entry (undo --list)",
				   b->args.v[0]);
	return -1;
}

/* What others may do is set back on the server, at once. False: the change is
 * of another kind. */
static bool undo_rights(struct batch *b, struct request *r, int *status)
{
	struct journal_list all = {0};
	struct err err;
	int64_t entry = 0;

	if (!query_journal(b->store, true, -1, &all, &err)) {
		*status = batch_fail(&err);
		return true;
	}
	for (size_t i = 0; i < all.n && !entry; i++)
		if (r->entry ? all.v[i].id == r->entry
			     : all.v[i].can_undo &&
				       !str_starts(all.v[i].text, "undo "))
			entry = all.v[i].kind == JOURNAL_RIGHTS ? all.v[i].id
								: -1;
	journal_list_release(&all);
	if (entry <= 0)
		return false;
	*status = BATCH_DONE;
	if (!batch_ask(b, r, 60000, NULL, NULL, status))
		return true;
	if (batch_has(b, OPT_JSON))
		out_document(json_pack("{s:I,s:s,s:b,s:i}", "entry",
				       (json_int_t)entry, "text", "undo",
				       "settled", true, "exit", *status));
	else
		fprintf(stderr, "undo: done (entry %lld)\n", (long long)entry);
	return true;
}

int verb_undo(struct batch *b)
{
	struct request r = {.kind = REQUEST_UNDO};
	int status = -1;

	if (b->args.n > 1)
		return batch_usage("undo takes one entry");
	if (b->args.n && (status = parse_entry(b, &r.entry)) >= 0)
		return status;
	if (!batch_open_account(b, &status) || !batch_open_store(b, &status))
		return status;
	if (batch_has(b, OPT_LIST))
		return list_journal(b);
	if (batch_has(b, OPT_DRY_RUN)) {
		printf("would undo %s\n",
		       r.entry ? b->args.v[0] : "the last change");
		return BATCH_DONE;
	}
	return undo_rights(b, &r, &status)
		       ? status
		       : batch_submit_entry(b, &r, "undo", false);
}

int verb_resolve(struct batch *b)
{
	struct request r = {.kind = REQUEST_RESOLVE,
			    .mine = batch_has(b, OPT_MINE),
			    .both = batch_has(b, OPT_BOTH)};
	int status;

	if (b->args.n != 1)
		return batch_usage("resolve needs an entry (undo --list)");
	if (r.mine + r.both + batch_has(b, OPT_SERVER) != 1)
		return batch_usage("resolve needs --mine, --server or --both");
	if ((status = parse_entry(b, &r.entry)) >= 0)
		return status;
	if (!batch_open_account(b, &status) || !batch_open_store(b, &status))
		return status;
	return batch_submit_entry(b, &r, "resolve", false);
}
