/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* The folder tree, in whatever order a server tells it. */
#include "tests/unit/store_help.h"

static void tell(struct fix *f, const char *remote, const char *parent,
		 const char *name)
{
	struct folder row = {.remote_id = (char *)remote,
			     .parent_remote = (char *)parent,
			     .name = (char *)name};

	must(write_folder(f->s, &row, &err));
	assert_true(row.id > 0);
}

/* "Inbox,Inbox/A,..." */
static char *tree(struct fix *f)
{
	struct folder_list l = {0};
	struct str b = STR_INIT;

	must(query_folders(f->s, &l, &err));
	for (size_t i = 0; i < l.n; i++) {
		char *path = query_path_of(f->s, l.v[i].id);

		str_addf(&b, "%s%s", i ? "," : "", path);
		free(path);
	}
	folder_list_release(&l);
	return str_take(&b);
}

static void expect(struct fix *f, const char *want)
{
	char *got = tree(f);

	assert_string_equal(got, want);
	free(got);
}

#define ROOTS_BEFORE "Inbox,Drafts,Sent Items,"
#define ROOTS_AFTER "Deleted Items"

static void children_before_parents(void **state)
{
	struct fix *f = *state;

	tell(f, "c", "b", "Deep");
	expect(f, ROOTS_BEFORE "Archive,Deep," ROOTS_AFTER);
	tell(f, "b", "a", "Mid");
	tell(f, "a", "F-in", "Top");
	expect(f, "Inbox,Inbox/Top,Inbox/Top/Mid,Inbox/Top/Mid/Deep,Drafts,"
		  "Sent Items,Archive," ROOTS_AFTER);
	/* moved by another client */
	tell(f, "b", "F-arch", "Mid");
	expect(f, "Inbox,Inbox/Top,Drafts,Sent Items,Archive,Archive/Mid,"
		  "Archive/Mid/Deep," ROOTS_AFTER);
}

static void siblings_in_order_of_names(void **state)
{
	struct fix *f = *state;

	tell(f, "1", "msgfolderroot", "zeta");
	tell(f, "2", "msgfolderroot", "Änderungen");
	tell(f, "3", "msgfolderroot", "alpha");
	expect(f, ROOTS_BEFORE "alpha,Änderungen,Archive,zeta," ROOTS_AFTER);
}

/* A circle of parents must neither hang nor hide anything. */
static void circles(void **state)
{
	struct fix *f = *state;
	struct folder_list l = {0};

	tell(f, "a", "b", "A");
	tell(f, "b", "a", "B");
	tell(f, "c", "c", "C");
	must(query_folders(f->s, &l, &err));
	assert_int_equal(l.n, 5 + 3);
	folder_list_release(&l);
	must(write_folder_gone(f->s, "a", &err));
}

static void paths_and_roles(void **state)
{
	struct fix *f = *state;
	char *path;

	tell(f, "p", NULL, "Projects");
	tell(f, "s", "p", "A/B \\ C");
	tell(f, "g", NULL, "Gelöscht");
	must(write_folder_role(f->s, "g", FOLDER_ROLE_DELETED, &err));
	path = query_path_of(f->s,
			     query_folder_path(f->s, "projects/a\\/b \\\\ c"));
	assert_string_equal(path, "Projects/A\\/B \\\\ C");
	free(path);
	assert_int_equal(query_folder_path(f->s, "INBOX"), f->inbox.id);
	assert_int_equal(query_folder_path(f->s, "/Inbox/"), f->inbox.id);
	assert_int_equal(query_folder_path(f->s, "sent"), f->sent.id);
	assert_int_equal(query_folder_path(f->s, "geloscht"),
			 query_folder_role(f->s, FOLDER_ROLE_DELETED));
	assert_int_equal(query_folder_path(f->s, "Inbox/none"), 0);
	assert_int_equal(query_folder_path(f->s, ""), 0);
	assert_int_equal(query_folder_role(f->s, FOLDER_ROLE_JUNK), 0);
}

static void gone_with_all_below(void **state)
{
	struct fix *f = *state;
	struct item it;
	int64_t sub, id;

	tell(f, "s", "F-arch", "Sub");
	sub = query_folder_path(f->s, "Archive/Sub");
	id = put_n(f, sub, 1);
	put_n(f, f->archive.id, 2);
	must(write_sync_state(f->s, sub, "state", &err));
	must(write_folder_gone(f->s, "F-arch", &err));
	expect(f, ROOTS_BEFORE ROOTS_AFTER);
	assert_int_equal(folder_of(f, id), 0);
	assert_null(store_sync_state(f->s, sub));
	/* its messages may turn up elsewhere */
	make_item(&it, 1);
	mem_replace(&it.remote_id, xstrdup("new"));
	assert_int_equal(put(f, f->inbox.id, &it), id);
	item_release(&it);
	must(write_folder_gone(f->s, "unknown", &err));
}

static void set_compare(void **state)
{
	struct fix *f = *state;
	struct intent i = {.kind = JOURNAL_FOLDER_CREATE,
			   .name = (char *)"Mine"};
	struct strv keep = {0};
	int64_t entry;

	must(write_intent(f->s, &i, &entry, &err));
	strv_init(&keep);
	strv_add(&keep, "F-in");
	strv_add(&keep, "F-del");
	must(write_folders_keep(f->s, NULL, &keep, &err));
	expect(f, "Inbox,Mine,Deleted Items");
	strv_release(&keep);
}

static void counts_and_kinds(void **state)
{
	struct fix *f = *state;
	struct folder listed = {.remote_id = (char *)"x",
				.name = (char *)"Search",
				.kind = FOLDER_OTHER,
				.flags = FOLDER_SEARCH,
				.total = 40,
				.unread = 3,
				.size = 99};
	struct item_query q = {.limit = 10};
	struct folder row;
	int64_t n;

	must(write_folder(f->s, &listed, &err));
	must(query_folder(f->s, listed.id, &row, &err));
	assert_int_equal(row.total, 40);
	assert_int_equal(row.unread, 3);
	assert_int_equal(row.size, 99);
	folder_release(&row);
	/* a mirrored folder counts what is mirrored */
	listed.remote_id = (char *)"y";
	listed.flags = 0;
	listed.kind = FOLDER_CALENDAR;
	must(write_folder(f->s, &listed, &err));
	assert_int_equal(total_of(f, listed.id), 0);
	put_n(f, listed.id, 1);
	put_n(f, f->inbox.id, 2);
	assert_int_equal(total_of(f, listed.id), 1);
	/* all mail is mail */
	must(query_count(f->s, &q, 100, &n, &err));
	assert_int_equal(n, 1);
	must(write_folder_synced(f->s, f->inbox.id, 1700000000, &err));
	must(query_folder(f->s, f->inbox.id, &row, &err));
	assert_int_equal(row.synced_at, 1700000000);
	folder_release(&row);
	refused(query_folder(f->s, 4711, &row, &err), ERR_NOT_FOUND);
}

/* The Outbox made here becomes the server's when that is seen. */
static void local_outbox_finds_its_twin(void **state)
{
	struct fix *f = *state;
	struct intent i = {.kind = JOURNAL_SEND, .key = (char *)"k@x"};
	int64_t entry, row;

	i.raw.p = (unsigned char *)"x";
	i.raw.len = 1;
	must(write_intent(f->s, &i, &entry, &err));
	row = query_entry_item(f->s, entry);
	tell(f, "F-out", NULL, "Postausgang");
	must(write_folder_role(f->s, "F-out", FOLDER_ROLE_OUTBOX, &err));
	assert_int_equal(folder_of(f, row),
			 query_folder_path(f->s, "Postausgang"));
	expect(f, "Inbox,Drafts,Postausgang,Sent Items,Archive,Deleted Items");
}

#undef T
#define T(name) cmocka_unit_test_setup_teardown(name, fix_open, fix_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(children_before_parents),
		T(siblings_in_order_of_names),
		T(circles),
		T(paths_and_roles),
		T(gone_with_all_below),
		T(set_compare),
		T(counts_and_kinds),
		T(local_outbox_finds_its_twin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
