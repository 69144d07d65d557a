/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* The conversations of tests/data/dav, replayed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "dav_talk.h"

#define INBOX KEY("31")
#define PROJECTS KEY("37")

static const struct item_ref refs[] = {
	{INBOX "/" KEY("61"), "a.EML 10 0 -9223372036854775808 1 0 0"},
	{INBOX "/" KEY("62"), "b.EML 11 0 -9223372036854775808 1 0 0"}};

static void begin(struct script *s, struct talk *t, const char *name,
		  bool known)
{
	talk_open(t, name);
	begin_at(s, "https://owa.corp.example/exchange/",
		 known ? "https://owa.corp.example/exchange/ann/" : NULL, t->v,
		 t->n);
}

static void finish(struct script *s, struct talk *t)
{
	end(s);
	talk_close(t);
}

static void test_localised(void **state)
{
	static const struct {
		const char *name, *id, *parent;
		enum folder_kind kind;
	} wanted[] = {
		{"Posteingang", INBOX, KEY("1"), FOLDER_MAIL},
		{"Projekte/2003", PROJECTS, INBOX, FOLDER_MAIL},
		{"Entw\u00FCrfe", KEY("33"), KEY("1"), FOLDER_MAIL},
		{"Gel\u00F6schte Objekte", KEY("34"), KEY("1"), FOLDER_MAIL},
		{"Gesendete Objekte", KEY("35"), KEY("1"), FOLDER_MAIL},
		{"Kalender", KEY("36"), KEY("1"), FOLDER_CALENDAR},
		{"Umbenannt", KEY("38"), PROJECTS, FOLDER_MAIL}};
	char *ids[FOLDER_ROLE_COUNT] = {NULL};
	struct backend_info info;
	struct sync_page page;
	struct script s;
	struct talk t;

	(void)state;
	begin(&s, &t, "localised", false);
	assert_true(dav_ops.connect(s.b, NULL, &info, NULL));
	assert_string_equal(info.version, "2003");
	assert_string_equal(info.build, "6.5.7638");
	backend_info_release(&info);
	assert_true(dav_ops.sync_folders(s.b, NULL, NULL, &page, NULL));
	assert_int_equal(page.folders.n, ARRAY_LEN(wanted));
	for (size_t i = 0; i < page.folders.n; i++) {
		const struct folder *f = &page.folders.v[i].folder;

		assert_string_equal(f->name, wanted[i].name);
		assert_string_equal(f->remote_id, wanted[i].id);
		assert_string_equal(f->parent_remote, wanted[i].parent);
		assert_int_equal(f->kind, wanted[i].kind);
	}
	sync_page_release(&page);
	assert_true(dav_ops.find_roles(s.b, NULL, ids, NULL));
	assert_string_equal(ids[FOLDER_ROLE_INBOX], INBOX);
	assert_string_equal(ids[FOLDER_ROLE_DRAFTS], KEY("33"));
	assert_string_equal(ids[FOLDER_ROLE_SENT], KEY("35"));
	assert_string_equal(ids[FOLDER_ROLE_DELETED], KEY("34"));
	assert_null(ids[FOLDER_ROLE_JUNK]);
	for (int i = 0; i < FOLDER_ROLE_COUNT; i++)
		free(ids[i]);
	finish(&s, &t);
}

static void all_done(struct item_results *r)
{
	assert_int_equal(r->n, 2);
	for (size_t i = 0; i < r->n; i++)
		assert_int_equal(r->v[i].err.kind, ERR_NONE);
}

static void test_blocked_batch(void **state)
{
	struct item_edit edits[2] = {{.set = EDIT_READ, .read = true},
				     {.set = EDIT_READ, .read = true}};
	struct item_results r;
	struct script s;
	struct talk t;

	(void)state;
	begin(&s, &t, "blocked-batch", true);
	/* The top folders' parent is known without asking: it is another's
	 * parent, too. */
	assert_true(dav_ops.edit(s.b, NULL, refs, edits, 2, &r, NULL));
	all_done(&r);
	item_results_release(&r);
	assert_true(dav_ops.move(s.b, NULL, refs, 2, PROJECTS, &r, NULL));
	all_done(&r);
	assert_string_equal(r.v[0].new_id, PROJECTS "/" KEY("81"));
	assert_string_equal(r.v[1].new_id, PROJECTS "/" KEY("82"));
	item_results_release(&r);
	assert_true(dav_ops.remove(s.b, NULL, refs, 2, DELETE_SOFT, &r, NULL));
	all_done(&r);
	item_results_release(&r);
	finish(&s, &t);
}

static bool keep_text(void *ctx, struct fetched *f)
{
	assert_int_equal(f->err.kind, ERR_NONE);
	assert_non_null(memmem(f->mime.p, f->mime.len, "Today?", 6));
	++*(int *)ctx;
	fetched_release(f);
	return true;
}

static void test_forms_expiring(void **state)
{
	struct item_list list;
	struct err err = ERR_INIT;
	struct script s;
	struct talk t;
	int texts = 0;
	bool more;

	(void)state;
	begin(&s, &t, "forms-expiring", true);
	if (!dav_ops.list(s.b, NULL, INBOX, 0, 50, &list, &more, &err))
		fail_msg("%s", err.text);
	assert_int_equal(list.n, 1);
	assert_false(more);
	for (int i = 0; i < 2; i++) {
		struct item_ref ref = {list.v[0].remote_id,
				       list.v[0].change_key};

		if (!dav_ops.fetch(s.b, NULL, &ref, 1, true, keep_text, &texts,
				   &err))
			fail_msg("%s", err.text);
	}
	assert_int_equal(texts, 2);
	item_list_release(&list);
	finish(&s, &t);
}

static void test_quota_sending(void **state)
{
	static const struct item_ref letter = {
		KEY("33") "/" KEY("70"),
		"letter.EML 3 0 -9223372036854775808 1 0 0"};
	static const char mail[] = "From: a@b.example\r\n\r\nx\r\n";
	struct bytes raw = {(unsigned char *)mail, sizeof(mail) - 1};
	char *name CLEANUP(mem_free_ptr) = dav_key_name("k@x");
	char *put CLEANUP(mem_free_ptr) =
		xasprintf("PUT /exchange/ann/Inbox/%s", name);
	struct item_result r;
	struct err err = ERR_INIT;
	struct script s;
	struct talk t;

	(void)state;
	begin(&s, &t, "quota-sending", true);
	for (size_t i = 0; i < t.n; i++)
		if (strstr(t.v[i].request, "NAME"))
			t.v[i].request = put;
	assert_false(dav_ops.send(s.b, NULL, &letter, KEY("35"), &err));
	assert_int_equal(err.kind, ERR_QUOTA);
	for (int i = 0; i < 2; i++) {
		err_clear(&err);
		assert_false(dav_ops.upload(s.b, NULL, INBOX, &raw, "k@x",
					    false, true, &r, &err));
		assert_int_equal(err.kind, ERR_QUOTA);
	}
	finish(&s, &t);
}

static void test_renamed_on_move(void **state)
{
	struct item_results r;
	struct script s;
	struct talk t;

	(void)state;
	begin(&s, &t, "renamed-on-move", true);
	assert_true(dav_ops.move(s.b, NULL, refs, 2, PROJECTS, &r, NULL));
	all_done(&r);
	assert_string_equal(r.v[0].new_id, PROJECTS "/" KEY("81"));
	assert_true(str_starts(r.v[0].new_change_key, "a-2.EML 10 "));
	assert_string_equal(r.v[1].new_id, PROJECTS "/" KEY("82"));
	assert_true(str_starts(r.v[1].new_change_key, "b.EML 5 "));
	item_results_release(&r);
	finish(&s, &t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_localised),
		cmocka_unit_test(test_blocked_batch),
		cmocka_unit_test(test_forms_expiring),
		cmocka_unit_test(test_quota_sending),
		cmocka_unit_test(test_renamed_on_move),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
