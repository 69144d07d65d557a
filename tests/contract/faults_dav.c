/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* WebDAV on a server, or a line, that misbehaves: the same rules as over EWS
 * (faults.c), for requests of another shape. */
#include <string.h>

#include "base/clock.h"
#include "base/codec.h"
#include "tests/contract/contract.h"

#define REFS 8

struct trial {
	const struct sim *s;
	struct client c;
	struct item_changes inbox;
	struct item_ref refs[REFS];
};

static void open_trial(struct trial *t)
{
	client_open(&t->c, t->s, 1, true);
	CHECK(client_sync(&t->c, t->c.ids[FOLDER_ROLE_INBOX], NULL, &t->inbox));
	for (size_t i = 0; i < REFS && i < t->inbox.n; i++)
		t->refs[i] = (struct item_ref){t->inbox.v[i].item.remote_id,
					       t->inbox.v[i].item.change_key};
	free(sim_admin(t->s, "POST", "/reset-stats", NULL));
}

static void close_trial(struct trial *t)
{
	sim_faults(t->s, "");
	item_changes_release(&t->inbox);
	client_close(&t->c);
}

/* --- reads that must come through ------------------------------------------- */
static const struct {
	const char *name, *table;
} fetch_rows[] = {
	{"503 with Retry-After is waited for", "op=DAV-GET nth=1 fault=503:1"},
	{"a dropped answer is asked for again",
	 "op=DAV-GET nth=1 fault=drop:3000"},
	{"a connection that closes is opened again",
	 "op=DAV-GET nth=1 fault=drop:0"},
	{"a cut body is asked for again", "op=DAV-GET nth=1 fault=cut"},
	{"a wrong length is asked for again",
	 "op=DAV-GET nth=1 fault=wronglength"},
	{"a dripping answer is read", "op=DAV-GET nth=1 fault=drip:997/1"},
	{"a server that closes each connection", "op=* every=1 fault=closeall"},
	{"401 in mid-session", "op=DAV-GET nth=1 fault=401"},
};

struct fetch_trial {
	struct trial *t;
	const char *table;
};

static void test_fetch_row(void *ctx)
{
	const struct fetch_trial *f = ctx;
	struct trial *t = f->t;
	struct err err = ERR_INIT;
	struct got got;

	open_trial(t);
	sim_faults(t->s, f->table);
	if (CHECK_MSG(client_fetch(&t->c, t->refs, REFS, true, &got, &err),
		      err.text)) {
		CHECK(got.n == REFS);
		for (size_t i = 0; i < got.n; i++) {
			CHECK_MSG(got.v[i].err.kind == ERR_NONE,
				  got.v[i].err.text);
			CHECK(got.v[i].mime.len > 50);
		}
	}
	CHECK(t->c.asked == 1);
	got_release(&got);
	close_trial(t);
}

/* --- what must fail, and how -------------------------------------------------- */
static const struct {
	const char *name, *table;
	enum err_kind kind;
	int requests; /* of SEARCH, at most */
} sync_rows[] = {
	{"a login page", "op=DAV-SEARCH every=1 fault=html", ERR_AUTH, 4},
	{"500 without XML", "op=DAV-SEARCH every=1 fault=500", ERR_SERVER, 1},
	{"503 without a time", "op=DAV-SEARCH every=1 fault=503", ERR_SERVER,
	 1},
	{"401 for ever: a right is missing", "op=DAV-SEARCH every=1 fault=401",
	 ERR_DENIED, 3},
	{"a line that always breaks", "op=DAV-SEARCH every=1 fault=drop:200",
	 ERR_NETWORK, 2},
	{"a body that is always cut", "op=DAV-SEARCH every=1 fault=cut",
	 ERR_NETWORK, 2},
};

static void test_sync_errors(void *ctx)
{
	struct trial *t = ctx;

	for (size_t i = 0; i < ARRAY_LEN(sync_rows); i++) {
		struct sync_page page;
		struct err err = ERR_INIT;
		int asked;

		open_trial(t);
		asked = t->c.asked;
		sim_faults(t->s, sync_rows[i].table);
		CHECK_MSG(!t->c.ops->sync_items(t->c.b, NULL,
						t->c.ids[FOLDER_ROLE_INBOX],
						NULL, &page, &err),
			  sync_rows[i].name);
		CHECK_MSG(err.kind == sync_rows[i].kind, err.text);
		CHECK(err.text[0] != '\0');
		CHECK_MSG(sim_count(t->s, "DAV-SEARCH") <=
				  sync_rows[i].requests,
			  sync_rows[i].name);
		CHECK(t->c.asked <= asked + 1);
		close_trial(t);
	}
}

static void test_bad_characters(void *ctx)
{
	struct trial *t = ctx;
	struct item_changes again;

	open_trial(t);
	sim_faults(t->s, "op=DAV-SEARCH every=1 fault=badchars");
	CHECK(client_sync(&t->c, t->c.ids[FOLDER_ROLE_INBOX], NULL, &again));
	CHECK(again.n == t->inbox.n);
	item_changes_release(&again);
	close_trial(t);
}

/* --- changes: never twice ------------------------------------------------------- */
static const struct {
	const char *table;
	bool ok;
	int requests;
} edit_rows[] = {
	{"op=DAV-BPROPPATCH nth=1 fault=401", true, 2},
	{"op=DAV-BPROPPATCH nth=1 fault=drop:0", false, 1},
	{"op=DAV-BPROPPATCH nth=1 fault=applydrop", false, 1},
	{"op=DAV-BPROPPATCH nth=1 fault=503:1", false, 1},
	{"op=DAV-BPROPPATCH nth=1 fault=500", false, 1},
};

static void test_edit_faults(void *ctx)
{
	struct trial *t = ctx;
	struct item_edit edits[REFS];

	for (size_t i = 0; i < REFS; i++)
		edits[i] = (struct item_edit){.set = EDIT_READ, .read = true};
	for (size_t k = 0; k < ARRAY_LEN(edit_rows); k++) {
		struct item_results results = {0};
		struct err err = ERR_INIT;
		bool ok;

		open_trial(t);
		sim_faults(t->s, edit_rows[k].table);
		ok = t->c.ops->edit(t->c.b, NULL, t->refs, edits, REFS,
				    &results, &err);
		CHECK_MSG(ok == edit_rows[k].ok, edit_rows[k].table);
		CHECK(results.n == (ok ? REFS : 0));
		for (size_t i = 0; i < results.n; i++)
			CHECK_MSG(results.v[i].err.kind == ERR_NONE,
				  results.v[i].err.text);
		CHECK(ok || err_is_transient(&err));
		CHECK_MSG(sim_count(t->s, "DAV-BPROPPATCH") ==
				  edit_rows[k].requests,
			  edit_rows[k].table);
		item_results_release(&results);
		close_trial(t);
	}
}

/* The answer to a PUT is lost: the message is found by its id, or what is half
 * stored is not taken for it. */
static void test_lost_upload(void *ctx)
{
	static const char *const rows[] = {"op=DAV-PUT nth=1 fault=applydrop",
					   "op=DAV-PUT nth=1 fault=500"};
	struct trial *t = ctx;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char *key = codec_random_id();
		char *mail = xasprintf("From: a@b.example\r\nMessage-ID: "
				       "<%s>\r\nSubject: lost\r\n\r\nx\r\n",
				       key);
		struct bytes raw = {(unsigned char *)mail, strlen(mail)};
		struct item_result result = {.new_id = NULL};
		struct item_list found;
		struct err err = ERR_INIT;
		const char *drafts;

		open_trial(t);
		drafts = t->c.ids[FOLDER_ROLE_DRAFTS];
		sim_faults(t->s, rows[i]);
		CHECK(!t->c.ops->upload(t->c.b, NULL, drafts, &raw, key, true,
					true, &result, &err));
		CHECK(err_is_transient(&err));
		sim_faults(t->s, "");
		CHECK(sim_count(t->s, "DAV-PUT") == 1);
		/* Again, as the journal would: one message comes of it. */
		CHECK_MSG(t->c.ops->upload(t->c.b, NULL, drafts, &raw, key,
					   true, true, &result, &err),
			  err.text);
		if (CHECK_MSG(t->c.ops->find_key(t->c.b, NULL, drafts, key,
						 &found, &err),
			      err.text)) {
			CHECK_MSG(found.n == 1, rows[i]);
			item_list_release(&found);
		}
		free(result.new_id);
		free(result.new_change_key);
		free(key);
		free(mail);
		close_trial(t);
	}
}

static void test_wrong_password(void *ctx)
{
	struct trial *t = ctx;
	struct backend_info info;
	struct err err = ERR_INIT;

	client_open(&t->c, t->s, 1, false);
	mem_replace(&t->c.password, xstrdup("wrong"));
	CHECK(!t->c.ops->connect(t->c.b, NULL, &info, &err));
	CHECK_MSG(err.kind == ERR_AUTH, err.text);
	CHECK(t->c.asked == 2);
	client_close(&t->c);
}

static void raise_soon(void *flag)
{
	chan_flag_wait(NULL, 150);
	chan_flag_raise(flag);
}

static bool drop_fetched(void *ctx, struct fetched *f)
{
	(void)ctx;
	fetched_release(f);
	return true;
}

static void test_cancel(void *ctx)
{
	static const char *const tables[] = {
		"op=DAV-GET every=1 fault=delay:10000",
		"op=DAV-GET every=1 fault=drip:50/200",
		"op=DAV-GET every=1 fault=503:60"};
	struct trial *t = ctx;

	for (size_t i = 0; i < ARRAY_LEN(tables); i++) {
		struct chan_flag *flag = chan_flag_new();
		struct op op = {.cancel = flag};
		struct err err = ERR_INIT;
		struct thread *thread;
		int64_t begin;

		open_trial(t);
		sim_faults(t->s, tables[i]);
		begin = clock_mono_ms();
		thread = thread_start("raise", raise_soon, flag);
		CHECK(!t->c.ops->fetch(t->c.b, &op, t->refs, REFS, true,
				       drop_fetched, NULL, &err));
		CHECK_MSG(err.kind == ERR_CANCELLED, err.text);
		CHECK_MSG(clock_mono_ms() - begin < 1000, tables[i]);
		thread_join(thread);
		chan_flag_free(flag);
		t->c.paused_until = 0;
		close_trial(t);
	}
}

void faults_dav_run(const struct sim *s, const char *version)
{
	static const struct {
		const char *name;
		void (*fn)(void *);
	} parts[] = {
		{"errors of a sync are told apart", test_sync_errors},
		{"forbidden characters are read", test_bad_characters},
		{"changes are never sent twice", test_edit_faults},
		{"a lost upload is found again", test_lost_upload},
		{"a wrong password is asked for once more",
		 test_wrong_password},
		{"a cancelled call ends at once", test_cancel},
	};
	struct trial t = {.s = s};

	for (size_t i = 0; i < ARRAY_LEN(fetch_rows); i++) {
		struct fetch_trial f = {&t, fetch_rows[i].table};
		char *name = xasprintf("%s: %s", version, fetch_rows[i].name);

		run_test(name, test_fetch_row, &f);
		free(name);
	}
	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		char *name = xasprintf("%s: %s", version, parts[i].name);

		run_test(name, parts[i].fn, &t);
		free(name);
	}
}
