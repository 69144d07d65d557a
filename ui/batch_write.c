/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* reply, forward, bounce, resend, draft: messages made out of others. */
#include <stdio.h>
#include "base/clock.h"
#include "engine/seal.h"
#include "ui/batch_out.h"

/* The text typed stands above what the answer quotes. */
static bool add_text(struct draft *d, struct err *err)
{
	struct str text CLEANUP(str_release) = STR_INIT;

	if (!batch_read_text(&text, err))
		return false;
	if (text.len && text.s[text.len - 1] != '\n')
		str_add_char(&text, '\n');
	if (*draft_text(d) && *draft_text(d) != '\n')
		str_add_char(&text, '\n');
	str_add(&text, draft_text(d));
	draft_set_text(d, text.s);
	return true;
}

/* --keep: into Drafts. */
static int keep(struct batch *b, struct draft *d)
{
	int64_t folder;
	struct bytes raw = {0};
	int status;

	if (!batch_open_store(b, &status))
		return status;
	folder = query_folder_role(b->store, FOLDER_ROLE_DRAFTS);
	if (!folder) {
		fputs("retinue: the mailbox has no Drafts folder\n", stderr);
		return BATCH_NOTHING;
	}
	draft_build(d, &raw);
	return batch_change(b, intent_draft(&raw, draft_message_id(d), folder),
			    "keep 1 draft", false);
}

static int send_draft(struct batch *b, struct draft *d, int64_t answers,
		      const char *what)
{
	struct bytes raw = {0};
	struct err err;

	if (batch_has(b, OPT_KEEP))
		return keep(b, d);
	if (!draft_recipients(d)) {
		(void)err_set(&err, ERR_INPUT,
			      "no recipient: --to names one, --keep puts the "
			      "message into Drafts");
		return batch_fail(&err);
	}
	draft_build(d, &raw);
	return batch_queue_message(b, &raw, draft_message_id(d), answers,
				   draft_verb(d), what);
}

static int answer(struct batch *b, enum draft_kind kind, const char *what)
{
	struct letter *l = NULL;
	struct seal_how how;
	struct draft *d;
	struct err err;
	int64_t id;
	int status;

	if (b->args.n != 1)
		return batch_usage("one message id is needed");
	if (!batch_open_letter(b, b->args.v[0], &l, &id, &status))
		return status;
	if (kind == DRAFT_REPLY_LIST && !letter_list_post(l)) {
		letter_free(l);
		fputs("retinue: the message came from no mailing list\n",
		      stderr);
		return BATCH_NOTHING;
	}
	seal_free(batch_open_seal(&l, &err));
	d = draft_new(b->account, kind, l, NULL);
	letter_free(l);
	how = draft_seal(d);
	if (how.encrypt && !batch_has(b, OPT_KEEP)) {
		b->given[OPT_ENCRYPT] = true;
		b->given[OPT_SMIME] = b->given[OPT_SMIME] || how.smime;
	}
	if (batch_has(b, OPT_NO_QUOTE))
		draft_set_text(d, "");
	if (!batch_fill_draft(b, d, &err) || !add_text(d, &err))
		status = batch_fail(&err);
	else
		status = send_draft(b, d, id, what);
	draft_free(d);
	return status;
}

int verb_reply(struct batch *b)
{
	if (batch_has(b, OPT_ALL) && batch_has(b, OPT_TO_LIST))
		return batch_usage("--all and --to-list exclude each other");
	return answer(b,
		      batch_has(b, OPT_ALL)	  ? DRAFT_REPLY_ALL
		      : batch_has(b, OPT_TO_LIST) ? DRAFT_REPLY_LIST
						  : DRAFT_REPLY,
		      "send 1 answer");
}

int verb_forward(struct batch *b)
{
	return answer(b,
		      batch_has(b, OPT_ATTACHED) ? DRAFT_FORWARD_ATTACHED
						 : DRAFT_FORWARD,
		      "forward 1 message");
}

/* --- as they are -----------------------------------------------------------
 */

/* Reads one message of the mirror. */
static struct letter *read_letter(struct batch *b, int64_t id, int *status)
{
	struct bytes raw = {0};
	struct letter *l = NULL;
	struct err err;

	if (!batch_fetch_raw(b, id, &raw, status))
		return NULL;
	if (!letter_read(&l, &raw, &err))
		*status = batch_fail(&err);
	return l;
}

static int bounce_one(struct batch *b, int64_t id, const char *to)
{
	int status = BATCH_DONE;
	struct letter *l = read_letter(b, id, &status);
	char *message_id CLEANUP(mem_free_ptr) = NULL;
	struct bytes raw = {0};
	struct err err;

	if (!l)
		return status;
	if (letter_bounce(l, b->account, to, &raw, &message_id, &err))
		status = batch_queue_message(b, &raw, message_id, id, 104,
					     "bounce 1 message");
	else
		status = batch_fail(&err);
	letter_free(l);
	return status;
}

static int again_one(struct batch *b, int64_t id, const char *what)
{
	int status = BATCH_DONE;
	struct letter *l = read_letter(b, id, &status);
	char *message_id CLEANUP(mem_free_ptr) = NULL;
	struct bytes raw = {0};
	struct err err;

	if (!l)
		return status;
	if (letter_send_again(l, b->account, &raw, &message_id, &err))
		status = batch_queue_message(b, &raw, message_id, 0, 0, what);
	else
		status = batch_fail(&err);
	letter_free(l);
	return status;
}

static bool begin(struct batch *b, size_t from, size_t to, struct id_list *ids,
		  int *status)
{
	if (!batch_ids(b, from, to, ids)) {
		*status = BATCH_USAGE;
		return false;
	}
	return batch_open_account(b, status) && batch_open_store(b, status);
}

int verb_bounce(struct batch *b)
{
	struct id_list ids = {0};
	int status = BATCH_DONE;

	if (b->args.n < 2)
		return batch_usage("bounce needs message ids and an address");
	if (begin(b, 0, b->args.n - 1, &ids, &status))
		for (size_t i = 0; i < ids.n && status == BATCH_DONE; i++)
			status = bounce_one(b, ids.v[i],
					    b->args.v[b->args.n - 1]);
	vec_release(&ids);
	return status;
}

int verb_resend(struct batch *b)
{
	struct id_list ids = {0};
	int status = BATCH_DONE;

	if (begin(b, 0, b->args.n, &ids, &status))
		for (size_t i = 0; i < ids.n && status == BATCH_DONE; i++)
			status = again_one(b, ids.v[i], "resend 1 message");
	vec_release(&ids);
	return status;
}

/* --- drafts ----------------------------------------------------------------
 */

static int draft_list(struct batch *b)
{
	struct item_list items = {0};
	struct item_query q = {.ascending = batch_has(b, OPT_REVERSE)};
	struct err err;
	int status;

	if (!batch_limit(b, 50, &q.limit))
		return BATCH_USAGE;
	if (!batch_open_account(b, &status) || !batch_open_store(b, &status))
		return status;
	q.folder = query_folder_role(b->store, FOLDER_ROLE_DRAFTS);
	if (!q.folder)
		return BATCH_NOTHING;
	if (!query_items(b->store, &q, &items, &err))
		return batch_fail(&err);
	status = out_items(b, &items);
	item_list_release(&items);
	return status;
}

static int draft_make(struct batch *b)
{
	struct draft *d;
	struct err err;
	int status;

	if (!batch_open_account(b, &status))
		return status;
	d = draft_new(b->account, DRAFT_NEW, NULL, NULL);
	if (!batch_fill_draft(b, d, &err) || !add_text(d, &err))
		status = batch_fail(&err);
	else
		status = keep(b, d);
	draft_free(d);
	return status;
}

static bool are_drafts(struct batch *b, const struct id_list *ids)
{
	for (size_t i = 0; i < ids->n; i++) {
		struct item it;
		bool draft;

		item_init(&it);
		draft = query_item(b->store, ids->v[i], &it, NULL) &&
			it.flags & ITEM_DRAFT;
		item_release(&it);
		if (draft)
			continue;
		fprintf(stderr,
			"retinue: %lld is no draft (draft list names "
			"them)\n",
			(long long)ids->v[i]);
		return false;
	}
	return true;
}

/* Takes a draft that was sent out of Drafts. */
static int drop_draft(struct batch *b, int64_t id, int status)
{
	struct request r = {.kind = REQUEST_INTENT,
			    .intent = intent_delete(&id, 1, DELETE_HARD)};
	struct event done;
	struct err err;
	int64_t entry;

	if (!batch_request(b, &r, 30000, &done, &err))
		return batch_fail(&err);
	entry = done.entry;
	event_release(&done);
	if (status != BATCH_DONE || batch_has(b, OPT_QUEUE) ||
	    batch_value(b, OPT_AT))
		return status;
	return batch_wait_entry(b, entry, 60000);
}

static int draft_change(struct batch *b, bool send)
{
	struct id_list ids = {0};
	int status = BATCH_DONE;

	if (!begin(b, 1, b->args.n, &ids, &status) || !are_drafts(b, &ids)) {
		vec_release(&ids);
		return status == BATCH_DONE ? BATCH_NOTHING : status;
	}
	for (size_t i = 0; send && i < ids.n && status == BATCH_DONE; i++) {
		status = again_one(b, ids.v[i], "send 1 draft");
		/* The draft has done its duty once the outbox has it. */
		if ((status == BATCH_DONE || status == BATCH_LATER) &&
		    !batch_has(b, OPT_DRY_RUN))
			status = drop_draft(b, ids.v[i], status);
	}
	if (!send)
		status = batch_change(
			b, intent_delete(ids.v, ids.n, DELETE_TO_DELETED),
			"delete drafts", false);
	vec_release(&ids);
	return status;
}

int verb_draft(struct batch *b)
{
	const char *what = b->args.n ? b->args.v[0] : "list";

	if (str_eq(what, "list") && b->args.n <= 1)
		return draft_list(b);
	if (str_eq(what, "new") && b->args.n == 1)
		return draft_make(b);
	if (str_eq(what, "show") && b->args.n == 2) {
		free(b->args.v[0]);
		vec_remove(&b->args, 0);
		return verb_show(b);
	}
	if (str_eq(what, "send") && b->args.n > 1)
		return draft_change(b, true);
	if (str_eq(what, "delete") && b->args.n > 1)
		return draft_change(b, false);
	return batch_usage("draft takes list, show ID, new, send ID... or "
			   "delete ID...");
}
