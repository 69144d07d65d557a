/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* recover: what was deleted for good and the server still has. */
#include <stdio.h>
#include "base/clock.h"
#include "model/recover.h"
#include "ui/batch_calendar.h"
#include "ui/format.h"

#define LIMIT_MS 60000

static void take(void *ctx, struct event *e)
{
	struct recover_talk **out = ctx;

	if (e->kind != EVENT_RECOVER || *out)
		return;
	*out = e->recover;
	e->recover = NULL;
}

/* Asks; the wish is taken. NULL: said why, in *status. */
static struct recover_talk *ask(struct batch *b, struct recover_talk *wish,
				int *status)
{
	struct request r = {.kind = REQUEST_RECOVER, .recover = wish};
	struct recover_talk *out = NULL;

	if (!batch_ask(b, &r, LIMIT_MS, take, &out, status)) {
		recover_talk_free(out);
		return NULL;
	}
	return out;
}

static json_t *item_json(const struct item *it)
{
	return json_pack("{s:s,s:o,s:o,s:o,s:I,s:o}", "id", it->remote_id,
			 "subject", out_text_json(it->subject), "from",
			 cal_person_json(it->from_name, it->from_addr),
			 "received", out_time_json(it->received), "size",
			 (json_int_t)it->size, "message_id",
			 out_text_json(it->message_id));
}

static void print_item(const struct item *it)
{
	struct str when CLEANUP(str_release) = STR_INIT;
	struct str size CLEANUP(str_release) = STR_INIT;

	clock_add_short(&when, it->received, clock_now());
	format_add_size(&size, it->size);
	printf("%s\t%s\t%s\t%s\n", when.s, size.s,
	       str_or_empty(it->from_name ? it->from_name : it->from_addr),
	       str_or_empty(it->subject));
}

static int list(struct batch *b)
{
	int status = BATCH_DONE;
	struct recover_talk *t =
		ask(b, recover_talk_new(RECOVER_LIST), &status);
	json_t *all;

	if (!t)
		return status;
	all = json_array();
	for (size_t i = 0; i < t->items.n; i++)
		if (batch_has(b, OPT_JSON))
			json_array_append_new(all, item_json(&t->items.v[i]));
		else
			print_item(&t->items.v[i]);
	status = t->items.n ? BATCH_DONE : BATCH_NOTHING;
	if (batch_has(b, OPT_JSON))
		out_document(
			json_pack("{s:b,s:o}", "more", t->more, "items", all));
	else
		json_decref(all);
	recover_talk_free(t);
	return status;
}

static int change(struct batch *b, enum recover_wish wish)
{
	const char *done = wish == RECOVER_RESTORE ? "restored" : "purged";
	const char *path = batch_value(b, OPT_FOLDER);
	struct recover_talk *t = recover_talk_new(wish);
	int status = BATCH_DONE;

	for (size_t i = 1; i < b->args.n; i++)
		strv_add(&t->ids, b->args.v[i]);
	if (wish == RECOVER_RESTORE) {
		t->folder =
			path ? query_folder_path(b->store, path)
			     : query_folder_role(b->store, FOLDER_ROLE_INBOX);
		if (!t->folder) {
			fprintf(stderr, "retinue: there is no folder %s\n",
				path ? path : "Inbox");
			recover_talk_free(t);
			return BATCH_NOTHING;
		}
	}
	if (batch_has(b, OPT_DRY_RUN)) {
		printf("Would have %zu %s\n", t->ids.n, done);
		recover_talk_free(t);
		return status;
	}
	t = ask(b, t, &status);
	if (t && batch_has(b, OPT_JSON))
		out_document(json_pack("{s:I}", done, (json_int_t)t->done));
	else if (t)
		printf("%s %lld\n", done, (long long)t->done);
	recover_talk_free(t);
	return status;
}

int verb_recover(struct batch *b)
{
	const char *what = b->args.n ? b->args.v[0] : "list";
	bool restore = str_eq(what, "restore");
	int status = BATCH_DONE;

	if (str_eq(what, "list")
		    ? b->args.n > 1
		    : b->args.n < 2 || !(restore || str_eq(what, "purge")))
		return batch_usage("recover takes list, restore ID... or purge "
				   "ID...");
	if (!batch_open_account(b, &status) || !batch_open_store(b, &status))
		return status;
	if (str_eq(what, "list"))
		return list(b);
	return change(b, restore ? RECOVER_RESTORE : RECOVER_PURGE);
}
