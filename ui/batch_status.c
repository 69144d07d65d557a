/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* sync, status, log, completion: the program itself. */
#include <limits.h>
#include <stdio.h>
#include "base/clock.h"
#include "base/proc.h"
#include "config/config.h"
#include "ui/batch_out.h"
#include "ui/password.h"

/* The mirror's folders by name: synchronised one after the other. */
static int sync_folders(struct batch *b)
{
	int status;

	if (!batch_engine(b, ENGINE_FULL, true, &status) ||
	    !batch_open_store(b, &status))
		return status;
	for (size_t i = 0; i < b->args.n; i++) {
		struct request r = {.kind = REQUEST_SYNC};
		struct event done;
		struct err err;

		r.folder = batch_folder(b, b->args.v[i]);
		if (!r.folder)
			return BATCH_NOTHING;
		if (!batch_request(b, &r, 600000, &done, &err))
			return batch_fail(&err);
		event_release(&done);
	}
	return BATCH_DONE;
}

int verb_sync(struct batch *b)
{
	int status;

	if (batch_has(b, OPT_WATCH) && batch_has(b, OPT_ONCE))
		return batch_usage("--watch and --once exclude each other");
	if (!batch_open_account(b, &status))
		return status;
	if (b->args.n)
		return sync_folders(b);
	status = batch_sync(b, batch_has(b, OPT_WATCH), true, -1);
	if (batch_has(b, OPT_JSON) && batch_open_store(b, &(int){0})) {
		struct store_sizes sizes = {0};

		if (query_sizes(b->store, &sizes, NULL))
			out_document(json_pack(
				"{s:i,s:I,s:I,s:I}", "exit", status, "items",
				(json_int_t)sizes.items, "bodies",
				(json_int_t)sizes.bodies, "waiting",
				(json_int_t)query_journal_waiting(b->store)));
	}
	return status;
}

static json_t *status_json(struct batch *b)
{
	struct store_sizes sizes = {0};
	struct password_days days;
	struct folder inbox = {0};
	json_t *j = json_object(), *waiting = json_array();
	struct journal_list journal = {0};
	char *server CLEANUP(mem_free_ptr) =
		query_fact(b->store, "server-build");
	char *last CLEANUP(mem_free_ptr) = query_fact(b->store, "last-sync");
	char *error CLEANUP(mem_free_ptr) = query_fact(b->store, "last-error");
	int64_t id = query_folder_role(b->store, FOLDER_ROLE_INBOX);

	json_object_set_new(j, "account", out_text_json(b->account->name));
	json_object_set_new(j, "address", out_text_json(b->account->address));
	json_object_set_new(j, "server", out_text_json(server));
	json_object_set_new(
		j, "last_sync",
		out_time_json(last ? strtoll(last, NULL, 10) : CLOCK_NEVER));
	json_object_set_new(j, "last_error",
			    out_text_json(error && *error ? error : NULL));
	if (id && query_folder(b->store, id, &inbox, NULL)) {
		json_object_set_new(j, "unread", json_integer(inbox.unread));
		json_object_set_new(j, "inbox", json_integer(inbox.total));
		folder_release(&inbox);
	}
	json_object_set_new(j, "waiting",
			    json_integer(query_journal_waiting(b->store)));
	if (query_journal(b->store, false, 100, &journal, NULL))
		for (size_t i = 0; i < journal.n; i++)
			json_array_append_new(waiting,
					      out_entry_json(&journal.v[i]));
	json_object_set_new(j, "outgoing", waiting);
	journal_list_release(&journal);
	password_days(b->store, b->account, &days);
	json_object_set_new(j, "password_expires",
			    out_time_json(days.known && !days.never
						  ? days.when
						  : CLOCK_NEVER));
	json_object_set_new(j, "password_days",
			    days.known && !days.never ? json_integer(days.days)
						      : json_null());
	json_object_set_new(j, "password_warning", json_boolean(days.warn));
	if (query_sizes(b->store, &sizes, NULL)) {
		json_object_set_new(j, "messages", json_integer(sizes.items));
		json_object_set_new(j, "offline", json_integer(sizes.bodies));
		json_object_set_new(j, "store_bytes", json_integer(sizes.file));
		json_object_set_new(j, "store",
				    json_pack("{s:I,s:I,s:I,s:I}", "lists",
					      (json_int_t)sizes.lists, "texts",
					      (json_int_t)sizes.texts, "index",
					      (json_int_t)sizes.index,
					      "originals",
					      (json_int_t)sizes.originals));
	}
	return j;
}

int verb_status(struct batch *b)
{
	const char *format = batch_value(b, OPT_SHORT);
	int status;
	json_t *j;

	if (!batch_open_account(b, &status) || !batch_open_store(b, &status))
		return status;
	j = status_json(b);
	if (batch_has(b, OPT_JSON)) {
		out_document(j);
		return BATCH_DONE;
	}
	status = out_format(format ? format
				   : "{account}  {address}\n"
				     "  server     {server}\n"
				     "  last sync  {last_sync}\n"
				     "  inbox      {unread} unread of {inbox}\n"
				     "  mirrored   {messages} messages, "
				     "{offline} with content, "
				     "{store_bytes} bytes\n"
				     "  going out  {waiting}\n",
			    j)
			 ? BATCH_DONE
			 : BATCH_USAGE;
	if (format) {
		putchar('\n');
	} else {
		if (json_is_true(json_object_get(j, "password_warning")))
			(void)out_format("  password   expires in "
					 "{password_days} days "
					 "({password_expires})\n",
					 j);
		json_t *e, *list = json_object_get(j, "outgoing");
		size_t i;

		json_array_foreach(list, i, e)(void)
			out_format("    {entry}  {state}  {text}  "
				   "{error}\n",
				   e);
		if (!json_is_null(json_object_get(j, "last_error")))
			(void)out_format("  last error {last_error}\n", j);
	}
	json_decref(j);
	return status;
}

int verb_log(struct batch *b)
{
	char *path CLEANUP(mem_free_ptr) = config_log_path();
	struct str text CLEANUP(str_release) = STR_INIT;
	struct err err;
	size_t start;
	int limit;

	if (!batch_limit(b, 50, &limit))
		return BATCH_USAGE;
	if (!proc_read_file(path, &text, (size_t)64 << 20, &err))
		return batch_fail(&err);
	start = text.len;
	for (int lines = 0; start > 0; start--)
		if (text.s[start - 1] == '\n' && start != text.len &&
		    ++lines == limit)
			break;
	fputs(text.s + start, stdout);
	return text.len ? BATCH_DONE : BATCH_NOTHING;
}

int verb_completion(struct batch *b)
{
	struct str out CLEANUP(str_release) = STR_INIT;

	if (b->args.n != 1 || !batch_completion(&out, b->args.v[0]))
		return batch_usage("completion takes bash, zsh or fish");
	fputs(out.s, stdout);
	return BATCH_DONE;
}
