/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* WebDAV on a server, or a line, that misbehaves: the same rules as over EWS
 * (faults.c), for requests of another shape. */
#include <string.h>

#include "base/codec.h"
#include "tests/contract/trial.h"

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

	trial_open(t);
	sim_faults(t->s, f->table);
	if (CHECK_MSG(client_fetch(&t->c, t->refs, REFS, true, &got, &err),
		      err.text))
		trial_check_fetched(t, &got);
	CHECK(t->c.asked == 1);
	got_release(&got);
	trial_close(t);
}

/* --- what must fail, and how -------------------------------------------------- */
static const struct sync_row sync_rows[] = {
	{"a login page", "op=DAV-SEARCH every=1 fault=html", ERR_AUTH, 4,
	 false},
	{"500 without XML", "op=DAV-SEARCH every=1 fault=500", ERR_SERVER, 1,
	 false},
	{"503 without a time", "op=DAV-SEARCH every=1 fault=503", ERR_SERVER, 1,
	 false},
	{"401 for ever: a right is missing", "op=DAV-SEARCH every=1 fault=401",
	 ERR_DENIED, 3, false},
	{"a line that always breaks", "op=DAV-SEARCH every=1 fault=drop:200",
	 ERR_NETWORK, 2, false},
	{"a body that is always cut", "op=DAV-SEARCH every=1 fault=cut",
	 ERR_NETWORK, 2, false},
};

static void test_sync_errors(void *ctx)
{
	trial_sync_errors(ctx, "DAV-SEARCH", sync_rows, ARRAY_LEN(sync_rows));
}

static void test_bad_characters(void *ctx)
{
	struct trial *t = ctx;
	struct item_changes again;

	trial_open(t);
	sim_faults(t->s, "op=DAV-SEARCH every=1 fault=badchars");
	CHECK(client_sync(&t->c, t->c.ids[FOLDER_ROLE_INBOX], NULL, &again));
	CHECK(again.n == t->inbox.n);
	item_changes_release(&again);
	trial_close(t);
}

/* --- changes: never twice ------------------------------------------------------- */
static const struct edit_row edit_rows[] = {
	{"op=DAV-BPROPPATCH nth=1 fault=401", true, 2},
	{"op=DAV-BPROPPATCH nth=1 fault=drop:0", false, 1},
	{"op=DAV-BPROPPATCH nth=1 fault=applydrop", false, 1},
	{"op=DAV-BPROPPATCH nth=1 fault=503:1", false, 1},
	{"op=DAV-BPROPPATCH nth=1 fault=500", false, 1},
};

static void test_edit_faults(void *ctx)
{
	const struct item_edit edit = {.set = EDIT_READ, .read = true};

	trial_edits(ctx, "DAV-BPROPPATCH", &edit, edit_rows,
		    ARRAY_LEN(edit_rows));
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

		trial_open(t);
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
		trial_close(t);
	}
}

static void test_cancel(void *ctx)
{
	static const char *const tables[] = {
		"op=DAV-GET every=1 fault=delay:10000",
		"op=DAV-GET every=1 fault=drip:50/200",
		"op=DAV-GET every=1 fault=503:60"};
	trial_cancel(ctx, tables, ARRAY_LEN(tables));
}

void faults_dav_run(const struct sim *s, const char *version)
{
	static const struct trial_part parts[] = {
		{"errors of a sync are told apart", test_sync_errors},
		{"forbidden characters are read", test_bad_characters},
		{"changes are never sent twice", test_edit_faults},
		{"a lost upload is found again", test_lost_upload},
		{"a wrong password is asked for once more",
		 trial_wrong_password},
		{"a cancelled call ends at once", test_cancel},
	};
	struct trial t = {.s = s, .keys = true};

	for (size_t i = 0; i < ARRAY_LEN(fetch_rows); i++) {
		struct fetch_trial f = {&t, fetch_rows[i].table};
		char *name = xasprintf("%s: %s", version, fetch_rows[i].name);

		run_test(name, test_fetch_row, &f);
		free(name);
	}
	trial_run(&t, version, parts, ARRAY_LEN(parts));
}
