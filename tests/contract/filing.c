/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* What is told of items that come and go, and removing them from several
 * places at once. */
#include <string.h>

#include "base/codec.h"
#include "tests/contract/contract.h"

struct filing {
	struct client *c;
	char *folder; /* its own */
	char *state;
};

/* A message stored in the folder; the caller frees. */
static char *store(struct filing *f, const char *folder)
{
	char *key CLEANUP(mem_free_ptr) = codec_random_id();
	char *mail CLEANUP(mem_free_ptr) =
		xasprintf("From: a@b.example\r\nMessage-ID: <%s@filing>\r\n"
			  "Subject: filing\r\n\r\nx\r\n",
			  key);
	struct bytes raw = {(unsigned char *)mail, strlen(mail)};
	struct item_result r = {.new_id = NULL};
	struct err err = ERR_INIT;

	CHECK_MSG(f->c->ops->upload(f->c->b, NULL, folder, &raw, key, false,
				    true, &r, &err),
		  err.text);
	CHECK(r.new_id != NULL);
	free(r.new_change_key);
	return r.new_id;
}

static void delete (struct filing *f, const char *id)
{
	const struct item_ref ref = {id, NULL};
	struct item_results results;
	struct err err = ERR_INIT;

	if (!CHECK_MSG(f->c->ops->remove(f->c->b, NULL, &ref, 1, DELETE_HARD,
					 &results, &err),
		       err.text))
		return;
	CHECK_MSG(results.v[0].err.kind == ERR_NONE, results.v[0].err.text);
	item_results_release(&results);
}

/* Synchronises; how many items are there and gone by what it tells? */
static void round_tells(struct filing *f, size_t there, size_t gone,
			const char *gone_id)
{
	struct item_changes changes;
	size_t here = 0, went = 0;
	bool found = false;

	CHECK(client_sync(f->c, f->folder, &f->state, &changes));
	for (size_t i = 0; i < changes.n; i++) {
		const struct item_change *ch = &changes.v[i];

		here += ch->kind == CHANGE_UPSERT;
		went += ch->kind == CHANGE_GONE;
		found |= ch->kind == CHANGE_GONE &&
			 str_eq(ch->item.remote_id, gone_id);
	}
	CHECK(here == there);
	CHECK(went == gone);
	CHECK(!gone_id || found);
	item_changes_release(&changes);
}

/* Every item that was told must be told gone, however short its life was: a
 * server's memory of what it told us may be younger than the item. */
static void came_and_went(struct filing *f)
{
	char *first = store(f, f->folder), *second, *third;

	round_tells(f, 1, 0, NULL);
	second = store(f, f->folder);
	round_tells(f, 1, 0, NULL);
	delete (f, first);
	round_tells(f, 0, 1, first);
	for (int i = 0; i < 2; i++) {
		third = store(f, f->folder);
		round_tells(f, 1, 0, NULL);
		delete (f, third);
		round_tells(f, 0, 1, third);
		free(third);
	}
	/* one that came before, one that is new, and one never told of */
	third = store(f, f->folder);
	round_tells(f, 1, 0, NULL);
	delete (f, third);
	delete (f, second);
	free(second);
	second = store(f, f->folder);
	delete (f, second);
	free(second);
	second = store(f, f->folder);
	round_tells(f, 1, 2, third);
	delete (f, second);
	round_tells(f, 0, 1, second);
	round_tells(f, 0, 0, NULL);
	free(first);
	free(second);
	free(third);
}

static size_t count(struct filing *f, const char *folder)
{
	struct item_changes there;
	size_t n;

	CHECK(client_sync(f->c, folder, NULL, &there));
	n = there.n;
	item_changes_release(&there);
	return n;
}

/* An item of Deleted Items beside another, either first: each goes the way that
 * is its own. */
static void remove_mixed(struct filing *f)
{
	const char *trash = f->c->ids[FOLDER_ROLE_DELETED];

	for (size_t first = 0; first < 2; first++) {
		size_t before = count(f, trash);
		struct item_ref refs[2] = {{0}};
		struct item_results results;
		struct err err = ERR_INIT;

		refs[first].remote_id = store(f, f->folder);
		refs[1 - first].remote_id = store(f, trash);
		if (CHECK_MSG(f->c->ops->remove(f->c->b, NULL, refs, 2,
						DELETE_TO_DELETED, &results,
						&err),
			      err.text)) {
			CHECK(results.n == 2);
			for (size_t i = 0; i < results.n; i++)
				CHECK_MSG(results.v[i].err.kind == ERR_NONE,
					  results.v[i].err.text);
			item_results_release(&results);
		}
		CHECK(count(f, f->folder) == 0);
		/* what lay there is deleted, the other lies there now */
		CHECK(count(f, trash) == before + 1);
		free((char *)refs[0].remote_id);
		free((char *)refs[1].remote_id);
	}
}

void filing_check(struct client *c)
{
	struct filing f = {.c = c};
	struct err err = ERR_INIT;

	if (!CHECK_MSG(c->ops->folder_create(c->b, NULL,
					     c->ids[FOLDER_ROLE_ROOT], "Filing",
					     NULL, &f.folder, &err),
		       err.text))
		return;
	came_and_went(&f);
	remove_mixed(&f);
	CHECK_MSG(
		c->ops->folder_remove(c->b, NULL, f.folder, DELETE_HARD, &err),
		err.text);
	free(f.folder);
	free(f.state);
}
