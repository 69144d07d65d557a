/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Every operation once, on a server that behaves. */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/codec.h"
#include "tests/contract/contract.h"

struct suite {
	const struct sim *s;
	const char *version;
	struct client c;
	struct str *facts;
	char *inbox_state;
	struct item_changes inbox; /* as first synchronised */
	char *projects;		   /* a folder made on the way */
	char *message_id;	   /* of the message that was sent */
	struct item_ref draft;
};

static void fact(struct suite *t, const char *name, const char *value)
{
	str_addf(t->facts, "%s: %s\n", name, value ? value : "-");
}

static void number_fact(struct suite *t, const char *name, int64_t n)
{
	str_addf(t->facts, "%s: %lld\n", name, (long long)n);
}

static struct item_ref ref_of(const struct item *it)
{
	return (struct item_ref){it->remote_id, it->change_key};
}

static void check_results(const struct item_results *r, size_t n)
{
	CHECK(r->n == n);
	for (size_t i = 0; i < r->n; i++)
		CHECK_MSG(r->v[i].err.kind == ERR_NONE, r->v[i].err.text);
}

/* --- signing in, folders ------------------------------------------------------ */
static void test_connect(void *ctx)
{
	struct suite *t = ctx;
	struct client *c = &t->c;

	client_open(c, t->s, 1, true);
	CHECK(str_eq(c->info.protocol, t->s->dav ? "dav" : "ews"));
	CHECK(c->info.build != NULL);
	CHECK(c->asked == 1);
	CHECK(c->ids[FOLDER_ROLE_INBOX] && c->ids[FOLDER_ROLE_SENT] &&
	      c->ids[FOLDER_ROLE_DRAFTS] && c->ids[FOLDER_ROLE_DELETED]);
	if (t->s->dav) {
		CHECK(str_eq(c->info.version, t->version));
		CHECK(c->info.caps & CAP_NEW_IDS && c->info.caps & CAP_SEARCH);
		return;
	}
	CHECK(str_starts(str_or_empty(c->info.version), "Exchange20"));
	CHECK(!!(c->info.caps & CAP_NEW_IDS) ==
	      (strcmp(t->version, "2010") >= 0));
	CHECK(!!(c->info.caps & CAP_QUIET_READ) ==
	      (strcmp(t->version, "2013") >= 0));
	if (strcmp(t->version, "2007sp1") == 0)
		CHECK(str_eq(c->info.version, "Exchange2007_SP1"));
	else if (strcmp(t->version, "2010") == 0)
		CHECK(str_starts(c->info.version, "Exchange2010"));
	else
		CHECK(str_eq(c->info.version, "Exchange2013_SP1"));
}

static int by_name(const void *a, const void *b)
{
	const struct folder_change *x = a, *y = b;

	return strcmp(str_or_empty(x->folder.name),
		      str_or_empty(y->folder.name));
}

static void test_hierarchy(void *ctx)
{
	struct suite *t = ctx;
	struct client *c = &t->c;
	struct sync_page page;
	struct err err = ERR_INIT;
	char *state;
	bool inbox = false;

	if (!CHECK_MSG(c->ops->sync_folders(c->b, NULL, NULL, &page, &err),
		       err.text))
		return;
	CHECK(!page.more && page.state);
	qsort(page.folders.v, page.folders.n, sizeof(*page.folders.v), by_name);
	for (size_t i = 0; i < page.folders.n; i++) {
		const struct folder *f = &page.folders.v[i].folder;

		inbox |= str_eq(f->remote_id, c->ids[FOLDER_ROLE_INBOX]);
		/* A later release has further hidden folders of its own. */
		if (f->kind == FOLDER_MAIL && !(f->flags & FOLDER_HIDDEN))
			fact(t, "folder", f->name);
	}
	CHECK(inbox);
	state = page.state;
	page.state = NULL;
	sync_page_release(&page);
	CHECK_MSG(c->ops->sync_folders(c->b, NULL, state, &page, &err),
		  err.text);
	CHECK(page.folders.n == 0 && !page.more);
	sync_page_release(&page);
	free(state);
	CHECK(!c->ops->sync_folders(c->b, NULL, "bm9uc2Vuc2U=", &page, &err));
	CHECK(err.kind == ERR_STATE);
}

static void test_marks(void *ctx)
{
	struct suite *t = ctx;
	struct client *c = &t->c;
	struct folder_marks marks;
	struct err err = ERR_INIT;
	bool inbox = false;

	if (!CHECK_MSG(c->ops->folder_marks(c->b, NULL, &marks, &err),
		       err.text))
		return;
	for (size_t i = 0; i < marks.n; i++)
		inbox |= str_eq(marks.v[i].folder.remote_id,
				c->ids[FOLDER_ROLE_INBOX]);
	CHECK(inbox);
	folder_marks_release(&marks);
}

/* --- reading ------------------------------------------------------------------- */
static int by_message_id(const void *a, const void *b)
{
	const struct item_change *x = a, *y = b;

	return strcmp(str_or_empty(x->item.message_id),
		      str_or_empty(y->item.message_id));
}

static void test_sync(void *ctx)
{
	struct suite *t = ctx;
	struct client *c = &t->c;
	struct item_changes none;
	struct sync_page page;
	struct err err = ERR_INIT;

	CHECK(client_sync(c, c->ids[FOLDER_ROLE_INBOX], &t->inbox_state,
			  &t->inbox));
	number_fact(t, "messages", (int64_t)t->inbox.n);
	CHECK(t->inbox.n >= 20);
	qsort(t->inbox.v, t->inbox.n, sizeof(*t->inbox.v), by_message_id);
	for (size_t i = 0; i < t->inbox.n; i++) {
		const struct item *it = &t->inbox.v[i].item;

		CHECK(it->remote_id && it->change_key && it->search_key);
		CHECK(it->received != CLOCK_NEVER && it->size > 0);
		fact(t, "message", it->message_id);
		fact(t, "  subject", it->subject);
		fact(t, "  from", it->from_name);
		number_fact(t, "  flags", it->flags);
		fact(t, "  categories", it->categories);
		fact(t, "  class", it->item_class);
		fact(t, "  reply to", it->in_reply_to);
	}
	CHECK(client_sync(c, c->ids[FOLDER_ROLE_INBOX], &t->inbox_state,
			  &none));
	CHECK(none.n == 0);
	item_changes_release(&none);
	CHECK(!c->ops->sync_items(c->b, NULL, c->ids[FOLDER_ROLE_INBOX],
				  "bm9uc2Vuc2U=", &page, &err));
	CHECK(err.kind == ERR_STATE);
	CHECK(!c->ops->sync_items(c->b, NULL, "AAMkbm9uc2Vuc2U=", NULL, &page,
				  &err));
	CHECK(err.kind == ERR_NOT_FOUND || err.kind == ERR_STATE);
}

static void test_list(void *ctx)
{
	struct suite *t = ctx;
	struct client *c = &t->c;
	struct item_list list, rest;
	struct err err = ERR_INIT;
	bool more;

	if (!CHECK_MSG(c->ops->list(c->b, NULL, c->ids[FOLDER_ROLE_INBOX], 0,
				    10, &list, &more, &err),
		       err.text))
		return;
	CHECK(list.n == 10 && more);
	for (size_t i = 0; i < list.n; i++) {
		const struct item *it = &list.v[i];
		const struct item *same = find_by_id(&t->inbox, it->remote_id);

		CHECK(i == 0 || it->received <= list.v[i - 1].received);
		CHECK(same && str_eq(same->subject, it->subject) &&
		      same->flags == it->flags);
	}
	CHECK_MSG(c->ops->list(c->b, NULL, c->ids[FOLDER_ROLE_INBOX], 10, 1000,
			       &rest, &more, &err),
		  err.text);
	CHECK(rest.n + 10 == t->inbox.n && !more);
	CHECK(!str_eq(rest.v[0].remote_id, list.v[9].remote_id));
	item_list_release(&list);
	item_list_release(&rest);
}

static bool mime_has(const struct bytes *mime, const char *text)
{
	return text && mime->p &&
	       memmem(mime->p, mime->len, text, strlen(text)) != NULL;
}

static bool drop_fetched(void *ctx, struct fetched *f)
{
	(void)ctx;
	fetched_release(f);
	return true;
}

static void count_bytes(void *ctx, int64_t bytes)
{
	*(int64_t *)ctx = bytes;
}

static void test_progress(void *ctx)
{
	struct suite *t = ctx;
	int64_t bytes = 0;
	struct op op = {.progress = count_bytes, .ctx = &bytes};
	struct item_ref ref = ref_of(&t->inbox.v[0].item);
	struct err err = ERR_INIT;

	CHECK_MSG(t->c.ops->fetch(t->c.b, &op, &ref, 1, true, drop_fetched,
				  NULL, &err),
		  err.text);
	CHECK(bytes > 1000);
}

static const struct fetched *got_find(const struct got *g, const char *id)
{
	for (size_t i = 0; i < g->n; i++)
		if (str_eq(g->v[i].item.remote_id, id))
			return &g->v[i];
	return NULL;
}

static void test_fetch(void *ctx)
{
	struct suite *t = ctx;
	struct item_ref refs[6];
	struct err err = ERR_INIT;
	struct got got;

	for (size_t i = 0; i < 6; i++)
		refs[i] = ref_of(&t->inbox.v[i].item);
	refs[3].remote_id = "AAMkAGdvbmU=";
	CHECK_MSG(client_fetch(&t->c, refs, 6, true, &got, &err), err.text);
	CHECK(got.n == 6);
	for (size_t i = 0; i < 6; i++) {
		const struct item *listed = &t->inbox.v[i].item;
		const struct fetched *f = got_find(&got, refs[i].remote_id);

		/* each once, in any order */
		if (!CHECK(f != NULL))
			continue;
		if (i == 3) {
			CHECK(f->err.kind == ERR_NOT_FOUND ||
			      f->err.kind == ERR_STATE);
			continue;
		}
		CHECK_MSG(f->err.kind == ERR_NONE, f->err.text);
		CHECK(str_eq(f->item.message_id, listed->message_id));
		CHECK(mime_has(&f->mime, listed->message_id));
		CHECK(f->item.from_addr && f->item.to);
		fact(t, "  to", f->item.to);
		fact(t, "  from address", f->item.from_addr);
	}
	got_release(&got);
	CHECK_MSG(client_fetch(&t->c, refs, 2, false, &got, &err), err.text);
	CHECK(got.n == 2 && got.v[0].mime.len == 0 && got.v[0].item.to);
	got_release(&got);
}

/* --- changing -------------------------------------------------------------------- */
#define EDITED 6
static const struct item_edit edits[EDITED] = {
	{.set = EDIT_READ, .read = true},
	{.set = EDIT_READ, .read = false},
	{.set = EDIT_FLAG, .flag = ITEM_FLAGGED, .flag_due = 1900000000},
	{.set = EDIT_FLAG, .flag = ITEM_COMPLETE, .flag_due = CLOCK_NEVER},
	{.set = EDIT_CATEGORIES | EDIT_IMPORTANCE,
	 .categories = (char *)"Red category\nProjekt \u00C4",
	 .importance = ITEM_HIGH},
	{.set = EDIT_VERB, .verb = 102, .verb_time = 1700000000},
};

static void sync_facts(struct suite *t, const struct item_ref *refs)
{
	struct item_changes now;

	CHECK(client_sync(&t->c, t->c.ids[FOLDER_ROLE_INBOX], NULL, &now));
	for (size_t i = 0; i < EDITED; i++) {
		const struct item *it = find_by_id(&now, refs[i].remote_id);

		if (!CHECK(it != NULL))
			continue;
		number_fact(t, "edited flags", it->flags);
		number_fact(t, "edited due", it->flag_due);
		fact(t, "edited categories", it->categories);
	}
	item_changes_release(&now);
}

static void test_edit(void *ctx)
{
	struct suite *t = ctx;
	struct client *c = &t->c;
	struct item_edit undo[EDITED] = {{0}};
	struct item_ref refs[EDITED];
	struct item_results results;
	struct item_changes changed;
	struct err err = ERR_INIT;

	for (size_t i = 0; i < EDITED; i++) {
		refs[i] = ref_of(&t->inbox.v[i].item);
		undo[i] = (struct item_edit){
			.set = EDIT_FLAG | EDIT_CATEGORIES | EDIT_IMPORTANCE,
			.flag_due = CLOCK_NEVER};
	}
	if (!CHECK_MSG(c->ops->edit(c->b, NULL, refs, edits, EDITED, &results,
				    &err),
		       err.text))
		return;
	check_results(&results, EDITED);
	CHECK(results.v[4].new_change_key &&
	      !str_eq(results.v[4].new_change_key, refs[4].change_key));
	item_results_release(&results);
	/* the server tells of it too */
	CHECK(client_sync(c, c->ids[FOLDER_ROLE_INBOX], &t->inbox_state,
			  &changed));
	CHECK(changed.n >= EDITED - 2); /* two may be as they were */
	item_changes_release(&changed);
	sync_facts(t, refs);
	/* without change keys: overwrites */
	for (size_t i = 0; i < EDITED; i++)
		refs[i].change_key = NULL;
	CHECK_MSG(c->ops->edit(c->b, NULL, refs, undo, EDITED, &results, &err),
		  err.text);
	check_results(&results, EDITED);
	item_results_release(&results);
	sync_facts(t, refs);
}

static void test_conflict(void *ctx)
{
	struct suite *t = ctx;
	struct client *c = &t->c;
	const struct item_edit high = {.set = EDIT_IMPORTANCE,
				       .importance = ITEM_HIGH};
	const struct item_edit low = {.set = EDIT_IMPORTANCE,
				      .importance = ITEM_LOW};
	struct item_ref ref = ref_of(&t->inbox.v[7].item);
	struct item_ref gone = {"AAMkAGdvbmU=", NULL};
	struct item_results results;
	struct err err = ERR_INIT;

	CHECK_MSG(c->ops->edit(c->b, NULL, &ref, &high, 1, &results, &err),
		  err.text);
	check_results(&results, 1);
	item_results_release(&results);
	/* the same property with the old change key */
	CHECK_MSG(c->ops->edit(c->b, NULL, &ref, &low, 1, &results, &err),
		  err.text);
	CHECK(results.v[0].err.kind == ERR_CONFLICT);
	item_results_release(&results);
	CHECK_MSG(c->ops->edit(c->b, NULL, &gone, &low, 1, &results, &err),
		  err.text);
	CHECK(results.v[0].err.kind == ERR_NOT_FOUND ||
	      results.v[0].err.kind == ERR_STATE);
	item_results_release(&results);
}

static void test_folders(void *ctx)
{
	struct suite *t = ctx;
	struct client *c = &t->c;
	struct err err = ERR_INIT;
	char *sub = NULL, *again = NULL;
	const char *root = c->ids[FOLDER_ROLE_ROOT];

	CHECK_MSG(c->ops->folder_create(c->b, NULL, root, "Projects & <x>",
					NULL, &t->projects, &err),
		  err.text);
	CHECK(!c->ops->folder_create(c->b, NULL, root, "Projects & <x>", NULL,
				     &again, &err));
	CHECK(err.kind == ERR_CONFLICT);
	CHECK_MSG(c->ops->folder_create(c->b, NULL, root, "Sub", "IPF.Note",
					&sub, &err),
		  err.text);
	CHECK_MSG(c->ops->folder_move(c->b, NULL, sub, t->projects, &err),
		  err.text);
	CHECK_MSG(c->ops->folder_rename(c->b, NULL, sub, "Renamed", &err),
		  err.text);
	free(sub);
}

static void test_move_copy(void *ctx)
{
	struct suite *t = ctx;
	struct client *c = &t->c;
	struct item_ref refs[3];
	struct item_results results;
	struct item_changes changed, there;
	struct err err = ERR_INIT;
	size_t gone = 0;

	for (size_t i = 0; i < 3; i++)
		refs[i] = ref_of(&t->inbox.v[10 + i].item);
	CHECK(client_sync(c, c->ids[FOLDER_ROLE_INBOX], &t->inbox_state,
			  &changed));
	item_changes_release(&changed);
	if (!CHECK_MSG(c->ops->move(c->b, NULL, refs, 3, t->projects, &results,
				    &err),
		       err.text))
		return;
	check_results(&results, 3);
	for (size_t i = 0; i < results.n; i++)
		CHECK(!(c->info.caps & CAP_NEW_IDS) ||
		      (results.v[i].new_id &&
		       !str_eq(results.v[i].new_id, refs[i].remote_id)));
	item_results_release(&results);
	CHECK(client_sync(c, c->ids[FOLDER_ROLE_INBOX], &t->inbox_state,
			  &changed));
	for (size_t i = 0; i < changed.n; i++)
		gone += changed.v[i].kind == CHANGE_GONE;
	CHECK(gone == 3);
	item_changes_release(&changed);
	CHECK(client_sync(c, t->projects, NULL, &there));
	CHECK(there.n == 3);
	for (size_t i = 0; i < 3; i++) {
		const struct item *was = &t->inbox.v[10 + i].item;
		const struct item *now = find_message(&there, was->message_id);

		CHECK(now && str_eq(now->search_key, was->search_key));
	}
	item_changes_release(&there);
	/* a copy of one that stays, and of one that is gone */
	refs[1] = ref_of(&t->inbox.v[13].item);
	CHECK_MSG(
		c->ops->copy(c->b, NULL, refs, 2, t->projects, &results, &err),
		err.text);
	CHECK(results.n == 2 && results.v[0].err.kind == ERR_NOT_FOUND &&
	      results.v[1].err.kind == ERR_NONE);
	item_results_release(&results);
	CHECK(client_sync(c, t->projects, NULL, &there));
	CHECK(there.n == 4);
	item_changes_release(&there);
}

static void test_remove(void *ctx)
{
	struct suite *t = ctx;
	struct client *c = &t->c;
	struct item_results results;
	struct item_changes deleted, inbox;
	struct err err = ERR_INIT;

	for (int k = DELETE_TO_DELETED; k <= DELETE_HARD; k++) {
		const struct item *it = &t->inbox.v[15 + k].item;
		struct item_ref ref = ref_of(it);

		for (int again = 0; again < 2; again++) {
			CHECK_MSG(c->ops->remove(c->b, NULL, &ref, 1,
						 (enum delete_kind)k, &results,
						 &err),
				  err.text);
			check_results(&results, 1);
			item_results_release(&results);
		}
		CHECK(client_sync(c, c->ids[FOLDER_ROLE_INBOX], NULL, &inbox));
		CHECK(!find_message(&inbox, it->message_id));
		item_changes_release(&inbox);
		CHECK(client_sync(c, c->ids[FOLDER_ROLE_DELETED], NULL,
				  &deleted));
		CHECK(!!find_message(&deleted, it->message_id) ==
		      (k == DELETE_TO_DELETED));
		item_changes_release(&deleted);
	}
}

/* --- storing, sending --------------------------------------------------------------- */
static char *make_mail(struct suite *t, int to, const char *id)
{
	char *address CLEANUP(mem_free_ptr) = NULL;
	char *key CLEANUP(mem_free_ptr) = xasprintf("address%d", to);

	address = sim_value(t->s, key);
	return xasprintf("From: %s\r\nTo: %s\r\nSubject: Contract \"%s\"\r\n"
			 "Date: Mon, 23 Nov 2026 10:00:00 +0000\r\n"
			 "Message-ID: <%s>\r\nMIME-Version: 1.0\r\n"
			 "Content-Type: text/plain; charset=utf-8\r\n\r\n"
			 "quokkas & \u00C4pfel\r\n.\r\n",
			 t->c.account->address, address, id, id);
}

static size_t count_key(struct suite *t, const char *folder, const char *key,
			struct item *first)
{
	struct item_list found = {0};
	struct err err = ERR_INIT;
	size_t n;

	CHECK_MSG(t->c.ops->find_key(t->c.b, NULL, folder, key, &found, &err),
		  err.text);
	n = found.n;
	if (first && n > 0)
		item_copy(first, &found.v[0]);
	item_list_release(&found);
	return n;
}

static void test_upload(void *ctx)
{
	struct suite *t = ctx;
	struct client *c = &t->c;
	char *random CLEANUP(mem_free_ptr) = codec_random_id();
	char *mail CLEANUP(mem_free_ptr) = NULL;
	struct item_result r;
	struct item it;
	struct err err = ERR_INIT;
	struct bytes raw;

	item_init(&it);
	t->message_id = xasprintf("%s@contract.example", random);
	mail = make_mail(t, 2, t->message_id);
	raw = (struct bytes){(unsigned char *)mail, strlen(mail)};
	if (!CHECK_MSG(c->ops->upload(c->b, NULL, c->ids[FOLDER_ROLE_DRAFTS],
				      &raw, "key-1", true, true, &r, &err),
		       err.text))
		return;
	CHECK(r.err.kind == ERR_NONE && r.new_id && r.new_change_key);
	t->draft = (struct item_ref){r.new_id, r.new_change_key};
	CHECK(count_key(t, c->ids[FOLDER_ROLE_DRAFTS], "key-1", &it) == 1);
	CHECK(str_eq(it.remote_id, r.new_id));
	CHECK(str_eq(it.message_id, t->message_id));
	CHECK(it.flags & ITEM_DRAFT);
	item_release(&it);
	CHECK(count_key(t, c->ids[FOLDER_ROLE_DRAFTS], t->message_id, NULL) ==
	      1);
	CHECK(count_key(t, c->ids[FOLDER_ROLE_DRAFTS], "key-2", NULL) == 0);
	CHECK(count_key(t, c->ids[FOLDER_ROLE_INBOX], "key-1", NULL) == 0);
	/* as received mail */
	for (int read = 0; read < 2; read++) {
		char key[32];

		snprintf(key, sizeof(key), "import-%d", read);
		item_init(&it);
		CHECK_MSG(c->ops->upload(c->b, NULL, t->projects, &raw, key,
					 false, read, &r, &err),
			  err.text);
		CHECK(count_key(t, t->projects, key, &it) == 1);
		CHECK(!(it.flags & ITEM_DRAFT));
		CHECK(!!(it.flags & ITEM_READ) == read);
		item_release(&it);
		free(r.new_id);
		free(r.new_change_key);
	}
}

static void test_send(void *ctx)
{
	struct suite *t = ctx;
	struct client *c = &t->c;
	struct client other;
	struct item_ref stale = {t->draft.remote_id, NULL};
	struct item it;
	struct item_changes inbox;
	struct item_edit edit = {.set = EDIT_IMPORTANCE,
				 .importance = ITEM_HIGH};
	struct item_results results;
	struct err err = ERR_INIT;

	/* A change key grown old is fetched anew. */
	item_init(&it);
	CHECK_MSG(c->ops->edit(c->b, NULL, &stale, &edit, 1, &results, &err),
		  err.text);
	item_results_release(&results);
	CHECK_MSG(c->ops->send(c->b, NULL, &t->draft, c->ids[FOLDER_ROLE_SENT],
			       &err),
		  err.text);
	CHECK(count_key(t, c->ids[FOLDER_ROLE_DRAFTS], t->message_id, NULL) ==
	      0);
	CHECK(count_key(t, c->ids[FOLDER_ROLE_SENT], t->message_id, &it) == 1);
	CHECK(!(it.flags & ITEM_DRAFT));
	item_release(&it);
	CHECK(!c->ops->send(c->b, NULL, &t->draft, c->ids[FOLDER_ROLE_SENT],
			    &err));
	CHECK(err.kind == ERR_NOT_FOUND || err.kind == ERR_STATE);
	client_open(&other, t->s, 2, true);
	CHECK(client_sync(&other, other.ids[FOLDER_ROLE_INBOX], NULL, &inbox));
	CHECK(find_message(&inbox, t->message_id) != NULL);
	item_changes_release(&inbox);
	client_close(&other);
}

/* --- finding, emptying ----------------------------------------------------------------- */
static void test_search(void *ctx)
{
	struct suite *t = ctx;
	struct client *c = &t->c;
	const char *folders[] = {c->ids[FOLDER_ROLE_SENT], t->projects};
	struct item_list found;
	struct err err = ERR_INIT;

	if (CHECK_MSG(c->ops->search(c->b, NULL, folders, 2, "quokkas", 50,
				     &found, &err),
		      err.text)) {
		CHECK(found.n == 3); /* sent, and imported twice */
		for (size_t i = 1; i < found.n; i++)
			CHECK(found.v[i].received <= found.v[i - 1].received);
		item_list_release(&found);
	}
	if (CHECK_MSG(c->ops->search(c->b, NULL, folders, 1, "Contract quokkas",
				     50, &found, &err),
		      err.text)) {
		CHECK(found.n == 1);
		item_list_release(&found);
	}
	if (CHECK_MSG(c->ops->search(c->b, NULL, folders, 2, "nothinglikethis",
				     50, &found, &err),
		      err.text)) {
		CHECK(found.n == 0);
		item_list_release(&found);
	}
}

static void test_empty(void *ctx)
{
	struct suite *t = ctx;
	struct client *c = &t->c;
	struct item_changes left;
	struct sync_page page;
	struct err err = ERR_INIT;

	CHECK_MSG(c->ops->folder_empty(c->b, NULL, t->projects, DELETE_HARD,
				       true, &err),
		  err.text);
	CHECK(client_sync(c, t->projects, NULL, &left));
	CHECK(left.n == 0);
	item_changes_release(&left);
	CHECK_MSG(c->ops->folder_remove(c->b, NULL, t->projects, DELETE_HARD,
					&err),
		  err.text);
	CHECK_MSG(c->ops->folder_remove(c->b, NULL, t->projects, DELETE_HARD,
					&err),
		  err.text);
	CHECK_MSG(c->ops->sync_folders(c->b, NULL, NULL, &page, &err),
		  err.text);
	for (size_t i = 0; i < page.folders.n; i++)
		CHECK(!str_eq(page.folders.v[i].folder.remote_id,
			      t->projects) &&
		      !str_eq(page.folders.v[i].folder.name, "Renamed"));
	sync_page_release(&page);
}

static void test_notify(void *ctx)
{
	struct suite *t = ctx;

	watch_check(t->s, &t->c);
}

static void test_filing(void *ctx)
{
	struct suite *t = ctx;

	filing_check(&t->c);
}

/* With what an earlier connect found nothing is asked of the server. */
static void test_remembered(void *ctx)
{
	struct suite *t = ctx;
	struct client *c = &t->c;
	struct backend_info info;
	struct backend *b;
	struct err err = ERR_INIT;

	free(sim_admin(t->s, "POST", "/reset-stats", NULL));
	b = c->ops->open(c->account, &c->host, &c->info);
	CHECK_MSG(c->ops->connect(b, NULL, &info, &err), err.text);
	CHECK(sim_count(t->s, "requests") == 0);
	CHECK(str_eq(info.version, c->info.version) &&
	      info.caps == c->info.caps);
	backend_info_release(&info);
	c->ops->close(b);
}

static void test_matrix(void *ctx)
{
	struct suite *t = ctx;

	matrix_check(t->s, &t->c);
}

static void test_delegates(void *ctx)
{
	struct suite *t = ctx;

	delegates_check(t->s, &t->c);
}

static const struct {
	const char *name;
	void (*fn)(void *);
} parts[] = {
	{"connects and finds the roles", test_connect},
	{"connects as before without a request", test_remembered},
	{"synchronises the hierarchy", test_hierarchy},
	{"marks the folders", test_marks},
	{"synchronises a folder", test_sync},
	{"lists a folder", test_list},
	{"fetches messages", test_fetch},
	{"tells of progress", test_progress},
	{"edits items", test_edit},
	{"tells conflicts", test_conflict},
	{"makes, moves and renames folders", test_folders},
	{"moves and copies items", test_move_copy},
	{"removes items in three ways", test_remove},
	{"tells what came and went", test_filing},
	{"stores messages", test_upload},
	{"sends a draft", test_send},
	{"searches", test_search},
	{"empties and removes folders", test_empty},
	{"finds nine levels of rights kept", test_matrix},
	{"changes delegates", test_delegates},
	{"notices changes", test_notify},
};

void suite_run(const struct sim *s, const char *version, struct str *facts)
{
	struct suite t = {.s = s, .version = version, .facts = facts};

	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		char *name = xasprintf("%s: %s", version, parts[i].name);

		run_test(name, parts[i].fn, &t);
		free(name);
	}
	client_close(&t.c);
	item_changes_release(&t.inbox);
	free(t.inbox_state);
	free(t.projects);
	free(t.message_id);
	free((char *)t.draft.remote_id);
	free((char *)t.draft.change_key);
}
