/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* The same operations on a server, or a line, that misbehaves. */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/codec.h"
#include "tests/contract/trial.h"

/* --- reads that must come through -------------------------------------------- */
struct row {
	const char *name, *table;
	int pauses; /* how often the account was paused */
	int asked;  /* how often the password was asked for */
};

static const struct row fetch_rows[] = {
	{"a busy server is waited for", "op=GetItem times=2 fault=busy:40", 2,
	 1},
	{"a busy answer inside is waited for",
	 "op=GetItem times=2 fault=busymsg:40", 2, 1},
	{"503 with Retry-After is waited for", "op=GetItem nth=1 fault=503:1",
	 1, 1},
	{"a dropped answer is asked for again",
	 "op=GetItem nth=1 fault=drop:3000", 0, 1},
	{"a connection that closes is opened again",
	 "op=GetItem nth=1 fault=drop:0", 0, 1},
	{"a cut body is asked for again", "op=GetItem nth=1 fault=cut", 0, 1},
	{"a wrong length is asked for again",
	 "op=GetItem nth=1 fault=wronglength", 0, 1},
	{"a dripping answer is read", "op=GetItem nth=1 fault=drip:997/1", 0,
	 1},
	{"forbidden characters are read", "op=GetItem every=1 fault=badchars",
	 0, 1},
	{"a stopped batch is continued", "op=GetItem times=2 fault=partial", 0,
	 1},
	{"a server that closes each connection", "op=* every=1 fault=closeall",
	 0, 1},
	{"401 in mid-session", "op=GetItem nth=1 fault=401", 0, 1},
	{"a huge message", "op=GetItem nth=1 fault=huge:30000000", 0, 1},
};

struct fetch_trial {
	struct trial *t;
	const struct row *row;
};

static void test_fetch_row(void *ctx)
{
	const struct fetch_trial *f = ctx;
	struct trial *t = f->t;
	struct err err = ERR_INIT;
	struct got got;

	trial_open(t);
	sim_faults(t->s, f->row->table);
	if (CHECK_MSG(client_fetch(&t->c, t->refs, REFS, true, &got, &err),
		      err.text))
		trial_check_fetched(t, &got);
	CHECK(t->c.pauses == f->row->pauses);
	CHECK(t->c.asked == f->row->asked);
	got_release(&got);
	trial_close(t);
}

/* --- what must fail, and how --------------------------------------------------- */
static const struct sync_row sync_rows[] = {
	{"always busy", "op=SyncFolderItems every=1 fault=busy:20", ERR_SERVER,
	 4, true},
	{"always busy inside", "op=SyncFolderItems every=1 fault=busymsg:20",
	 ERR_SERVER, 4, true},
	{"a mailbox that moves", "op=SyncFolderItems every=1 fault=mailboxmove",
	 ERR_SERVER, 1, false},
	{"a login page", "op=SyncFolderItems every=1 fault=html", ERR_AUTH, 1,
	 false},
	{"500 without XML", "op=SyncFolderItems every=1 fault=500", ERR_SERVER,
	 1, false},
	{"503 without a time", "op=SyncFolderItems every=1 fault=503",
	 ERR_SERVER, 1, false},
	{"401 for ever", "op=SyncFolderItems every=1 fault=401", ERR_AUTH, 3,
	 false},
	{"a line that always breaks",
	 "op=SyncFolderItems every=1 fault=drop:200", ERR_NETWORK, 2, false},
	{"a body that is always cut", "op=SyncFolderItems every=1 fault=cut",
	 ERR_NETWORK, 2, false},
};

static void test_sync_errors(void *ctx)
{
	trial_sync_errors(ctx, "SyncFolderItems", sync_rows,
			  ARRAY_LEN(sync_rows));
}

static void test_stale_state(void *ctx)
{
	struct trial *t = ctx;
	const char *inbox;
	struct item_changes changes, again;
	struct sync_page page;
	struct err err = ERR_INIT;
	char *state = NULL;

	trial_open(t);
	inbox = t->c.ids[FOLDER_ROLE_INBOX];
	CHECK(client_sync(&t->c, inbox, &state, &changes));
	sim_faults(t->s, "op=SyncFolderItems nth=1 fault=stalesync");
	CHECK(!t->c.ops->sync_items(t->c.b, NULL, inbox, state, &page, &err));
	CHECK(err.kind == ERR_STATE);
	sim_faults(t->s, "op=SyncFolderItems nth=1 fault=dupchange");
	CHECK(client_sync(&t->c, inbox, NULL, &again));
	CHECK(again.n >= changes.n);
	item_changes_release(&again);
	sim_faults(t->s, "op=SyncFolderItems every=1 fault=badchars");
	CHECK(client_sync(&t->c, inbox, NULL, &again));
	CHECK(again.n == changes.n);
	item_changes_release(&again);
	item_changes_release(&changes);
	free(state);
	trial_close(t);
}

static void test_item_gone(void *ctx)
{
	struct trial *t = ctx;
	struct err err = ERR_INIT;
	struct got got;
	size_t gone = 0;

	trial_open(t);
	sim_faults(t->s, "op=GetItem nth=1 fault=itemgone");
	CHECK_MSG(client_fetch(&t->c, t->refs, REFS, true, &got, &err),
		  err.text);
	CHECK(got.n == REFS);
	for (size_t i = 0; i < got.n; i++)
		if (got.v[i].err.kind == ERR_NOT_FOUND) {
			gone++;
			CHECK(str_eq(got.v[i].item.remote_id,
				     t->refs[0].remote_id));
		}
	CHECK(gone == 1);
	got_release(&got);
	trial_close(t);
}

/* --- changes: never twice ---------------------------------------------------------- */
static const struct edit_row edit_rows[] = {
	{"op=UpdateItem times=1 fault=partial", true, 2},
	{"op=UpdateItem nth=1 fault=busymsg:30", true, 2},
	{"op=UpdateItem nth=1 fault=busy:30", true, 2},
	{"op=UpdateItem nth=1 fault=401", true, 2},
	{"op=UpdateItem nth=1 fault=drop:0", false, 1},
	{"op=UpdateItem nth=1 fault=applydrop", false, 1},
	{"op=UpdateItem nth=1 fault=503:1", false, 1},
	{"op=UpdateItem nth=1 fault=500", false, 1},
};

static void test_edit_faults(void *ctx)
{
	const struct item_edit edit = {.set = EDIT_IMPORTANCE,
				       .importance = ITEM_HIGH};

	trial_edits(ctx, "UpdateItem", &edit, edit_rows, ARRAY_LEN(edit_rows));
}

/* The answer to an upload is lost: the key tells that it was done. */
static void test_lost_upload(void *ctx)
{
	static const struct {
		const char *fault;
		size_t there;
	} rows[] = {{"op=CreateItem nth=1 fault=applydrop", 1},
		    {"op=CreateItem nth=1 fault=drop:0", 1},
		    {"op=CreateItem nth=1 fault=500", 0}};
	struct trial *t = ctx;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char *key = codec_random_id();
		char *mail = xasprintf("From: a@b.example\r\nMessage-ID: "
				       "<%s@x>\r\nSubject: lost\r\n\r\nx\r\n",
				       key);
		struct bytes raw = {(unsigned char *)mail, strlen(mail)};
		struct item_result result;
		struct item_list found;
		struct err err = ERR_INIT;
		const char *drafts;

		trial_open(t);
		drafts = t->c.ids[FOLDER_ROLE_DRAFTS];
		sim_faults(t->s, rows[i].fault);
		CHECK(!t->c.ops->upload(t->c.b, NULL, drafts, &raw, key, true,
					true, &result, &err));
		CHECK(err_is_transient(&err));
		sim_faults(t->s, "");
		CHECK(sim_count(t->s, "CreateItem") == 1);
		CHECK_MSG(t->c.ops->find_key(t->c.b, NULL, drafts, key, &found,
					     &err),
			  err.text);
		/* the simulator may drop before or after doing it */
		CHECK_MSG(i == 1 || found.n == rows[i].there, rows[i].fault);
		item_list_release(&found);
		free(key);
		free(mail);
		trial_close(t);
	}
}

/* A cancelled call ends at once: while it waits for an answer, for the rest of
 * one, and for a busy server. */
static void test_cancel(void *ctx)
{
	static const char *const tables[] = {
		"op=GetItem every=1 fault=delay:10000",
		"op=GetItem every=1 fault=drip:50/200",
		"op=GetItem every=1 fault=busy:60000"};
	trial_cancel(ctx, tables, ARRAY_LEN(tables));
}

/* The subscription is lost on the server: told as "anything may have changed",
 * then events flow again. */
static struct chan_flag *lost_flag;
static int lost_all;

static void count_all(void *ctx, const struct notify_event *e)
{
	(void)ctx;
	lost_all += e->kind == NOTIFY_ALL;
	if (lost_all == 2)
		chan_flag_raise(lost_flag);
}

static void drop_soon(void *ctx)
{
	chan_flag_wait(NULL, 700);
	free(sim_admin(ctx, "POST", "/drop-subscriptions", NULL));
}

static void test_lost_subscription(void *ctx)
{
	struct trial *t = ctx;
	struct op op;
	struct err err = ERR_INIT;
	struct thread *thread;
	int64_t end = clock_mono_ms() + 15000;

	lost_flag = chan_flag_new();
	lost_all = 0;
	op = (struct op){.cancel = lost_flag};
	trial_open(t);
	thread = thread_start("drop", drop_soon, (void *)t->s);
	while (lost_all < 2 && clock_mono_ms() < end)
		if (!t->c.ops->notify_wait(t->c.b, &op, count_all, NULL,
					   &err) &&
		    !err_is_transient(&err))
			break;
	CHECK(lost_all == 2);
	thread_join(thread);
	trial_close(t);
	chan_flag_free(lost_flag);
}

void faults_run(const struct sim *s, const char *version)
{
	static const struct trial_part parts[] = {
		{"errors of a sync are told apart", test_sync_errors},
		{"a refused state", test_stale_state},
		{"an item gone between list and fetch", test_item_gone},
		{"changes are never sent twice", test_edit_faults},
		{"a lost upload is found by its key", test_lost_upload},
		{"a wrong password is asked for once more",
		 trial_wrong_password},
		{"a cancelled call ends at once", test_cancel},
		{"a lost subscription is made anew", test_lost_subscription},
	};
	struct trial t = {.s = s};

	for (size_t i = 0; i < ARRAY_LEN(fetch_rows); i++) {
		struct fetch_trial f = {&t, &fetch_rows[i]};
		char *name = xasprintf("%s: %s", version, f.row->name);

		run_test(name, test_fetch_row, &f);
		free(name);
	}
	trial_run(&t, version, parts, ARRAY_LEN(parts));
}
