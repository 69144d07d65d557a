/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* What the server says of items, in every order it may say it. */
#include "base/clock.h"
#include "tests/unit/journal_help.h"

static void inserts_and_updates(void **state)
{
	struct fix *f = *state;
	struct item it, back;
	bool need;
	int64_t id, again;

	make_item(&it, 1);
	it.flags = ITEM_FLAGGED;
	it.flag_due = 1700001000;
	it.categories = xstrdup("Red\nProject X");
	it.topic = xstrdup("Subject");
	id = put(f, f->inbox.id, &it);
	get(f, id, &back);
	assert_string_equal(back.subject, "Subject 1");
	assert_string_equal(back.from_name, "Sender 1");
	assert_string_equal(back.remote_id, "R-1");
	assert_string_equal(back.change_key, "CK-1");
	assert_string_equal(back.message_id, "m1@example.org");
	assert_string_equal(back.categories, "Red\nProject X");
	assert_string_equal(back.topic, "Subject");
	assert_string_equal(back.item_class, "IPM.Note");
	assert_int_equal(back.received, it.received);
	assert_int_equal(back.flag_due, 1700001000);
	assert_int_equal(back.size, 1001);
	assert_int_equal(back.folder, f->inbox.id);
	item_release(&back);
	assert_int_equal(total_of(f, f->inbox.id), 1);
	assert_int_equal(unread_of(f, f->inbox.id), 1);

	it.flags = ITEM_READ;
	it.flag_due = CLOCK_NEVER;
	mem_replace(&it.subject, xstrdup("Changed"));
	mem_replace(&it.categories, NULL);
	mem_replace(&it.change_key, xstrdup("CK-2"));
	must(write_item(f->s, f->inbox.id, &it, &again, &need, &err));
	assert_int_equal(again, id);
	assert_true(need);
	get(f, id, &back);
	assert_string_equal(back.subject, "Changed");
	assert_string_equal(back.change_key, "CK-2");
	assert_null(back.categories);
	assert_true(back.flag_due == CLOCK_NEVER);
	assert_int_equal(back.flags & ITEM_SERVER_FLAGS, ITEM_READ);
	item_release(&back);
	assert_int_equal(unread_of(f, f->inbox.id), 0);
	item_release(&it);
}

/* A listing has no recipients: it must not wipe those of the full message. */
static void listing_keeps_full_header(void **state)
{
	struct fix *f = *state;
	struct body b = {.has_header = true,
			 .text = xstrdup("text"),
			 .preview = xstrdup("text")};
	struct body *all[] = {&b};
	struct item back;
	bool need;
	int64_t id = put_n(f, f->inbox.id, 1), again;
	struct item it;

	b.item = id;
	item_init(&b.header);
	b.header.to = xstrdup("Ada <ada@example.org>");
	b.header.from_name = xstrdup("Sender 1");
	b.header.from_addr = xstrdup("s1@example.org");
	bytes_set(&b.packed_mime, "", 0);
	must(write_bodies(f->s, all, 1, &err));
	body_release(&b);
	make_item(&it, 1);
	must(write_item(f->s, f->inbox.id, &it, &again, &need, &err));
	item_release(&it);
	get(f, id, &back);
	assert_string_equal(back.to, "Ada <ada@example.org>");
	assert_string_equal(back.from_addr, "s1@example.org");
	assert_string_equal(back.preview, "text");
	item_release(&back);
}

/* A listing in XML cannot tell every character of a header. */
static void message_knows_its_headers(void **state)
{
	struct fix *f = *state;
	struct body b = {.has_header = true};
	struct body *all[] = {&b};
	struct item it, back;

	b.item = put_n(f, f->inbox.id, 1);
	item_init(&b.header);
	b.header.subject = xstrdup("red\033");
	bytes_set(&b.packed_mime, "x", 1);
	must(write_bodies(f->s, all, 1, &err));
	make_item(&it, 1);
	mem_replace(&it.subject, xstrdup("red?"));
	put(f, f->inbox.id, &it);
	get(f, b.item, &back);
	assert_string_equal(back.subject, "red\033");
	item_release(&back);
	/* Changed on the server since: it may have another subject. */
	mem_replace(&it.change_key, xstrdup("CK-other"));
	put(f, f->inbox.id, &it);
	get(f, b.item, &back);
	assert_string_equal(back.subject, "red?");
	item_release(&back);
	item_release(&it);
	body_release(&b);
}

static void body_is_wanted_once(void **state)
{
	struct fix *f = *state;
	struct item it;
	int64_t id = put_n(f, f->inbox.id, 1), again;
	bool need = true;

	put_body(f, id, "hello", "mime");
	make_item(&it, 1);
	mem_replace(&it.change_key, xstrdup("other"));
	must(write_item(f->s, f->inbox.id, &it, &again, &need, &err));
	assert_false(need);
	/* much larger: the content is another */
	it.size += 10000;
	must(write_item(f->s, f->inbox.id, &it, &again, &need, &err));
	assert_true(need);
	put_body(f, id, "hello", "mime");
	/* a draft changes with its change key */
	it.flags = ITEM_DRAFT;
	mem_replace(&it.change_key, xstrdup("third"));
	must(write_item(f->s, f->inbox.id, &it, &again, &need, &err));
	assert_true(need);
	item_release(&it);
}

static void read_change(void **state)
{
	struct fix *f = *state;
	struct item it;
	int64_t id = put_n(f, f->inbox.id, 1);

	must(write_item_read(f->s, f->inbox.id, "R-1", "CK-9", true, &err));
	get(f, id, &it);
	assert_true(it.flags & ITEM_READ);
	assert_string_equal(it.change_key, "CK-9");
	item_release(&it);
	assert_int_equal(unread_of(f, f->inbox.id), 0);
	must(write_item_read(f->s, f->inbox.id, "R-1", NULL, false, &err));
	assert_int_equal(unread_of(f, f->inbox.id), 1);
	must(write_item_read(f->s, f->inbox.id, "unknown", NULL, true, &err));
}

/* Another client moved a message: gone here, then new there. */
static void move_by_another_client(void **state)
{
	struct fix *f = *state;
	struct item it;
	struct bytes mime;
	int64_t id = put_n(f, f->inbox.id, 7), again;
	bool need = true;

	put_body(f, id, "some words", "raw");
	must(write_item_gone(f->s, f->inbox.id, "R-7", &err));
	assert_int_equal(folder_of(f, id), 0);
	assert_int_equal(total_of(f, f->inbox.id), 0);
	make_item(&it, 7);
	mem_replace(&it.remote_id, xstrdup("R-new"));
	must(write_item(f->s, f->archive.id, &it, &again, &need, &err));
	assert_int_equal(again, id);
	assert_false(need);
	assert_int_equal(folder_of(f, id), f->archive.id);
	must(query_mime(f->s, id, &mime, &err));
	assert_memory_equal(mime.p, "raw", 3);
	bytes_release(&mime);
	must(write_purge_gone(f->s, &err));
	assert_int_equal(folder_of(f, id), f->archive.id);
	item_release(&it);
}

static void other_message_is_not_adopted(void **state)
{
	struct fix *f = *state;
	struct item it;
	int64_t id = put_n(f, f->inbox.id, 7);

	must(write_item_gone(f->s, f->inbox.id, "R-7", &err));
	make_item(&it, 7);
	mem_replace(&it.remote_id, xstrdup("R-new"));
	mem_replace(&it.search_key, xstrdup("FFFF"));
	assert_int_not_equal(put(f, f->archive.id, &it), id);
	item_release(&it);
}

static void purge_forgets(void **state)
{
	struct fix *f = *state;
	struct bytes mime;
	int64_t id = put_n(f, f->inbox.id, 7);

	put_body(f, id, "some words", "raw");
	must(write_item_gone(f->s, f->inbox.id, "R-7", &err));
	must(write_purge_gone(f->s, &err));
	refused(query_item(f->s, id, NULL, &err), ERR_NOT_FOUND);
	refused(query_mime(f->s, id, &mime, &err), ERR_NOT_FOUND);
	/* the id is not given to another message */
	assert_int_not_equal(put_n(f, f->inbox.id, 7), id);
}

static void compare_after_lost_state(void **state)
{
	struct fix *f = *state;
	int64_t a = put_n(f, f->inbox.id, 1), b = put_n(f, f->inbox.id, 2);
	int64_t other = put_n(f, f->archive.id, 3);

	must(write_compare_begin(f->s, f->inbox.id, &err));
	assert_int_equal(put_n(f, f->inbox.id, 2), b);
	put_n(f, f->inbox.id, 4);
	must(write_compare_end(f->s, f->inbox.id, NULL, 0, &err));
	assert_int_equal(folder_of(f, a), 0);
	assert_int_equal(folder_of(f, b), f->inbox.id);
	assert_int_equal(folder_of(f, other), f->archive.id);
	assert_int_equal(total_of(f, f->inbox.id), 2);
	/* without a begin an end means nothing */
	must(write_compare_end(f->s, f->archive.id, NULL, 0, &err));
	assert_int_equal(folder_of(f, other), f->archive.id);
}

static int64_t thread_of(struct fix *f, int64_t id)
{
	struct item it;
	int64_t thread;

	get(f, id, &it);
	thread = it.thread;
	item_release(&it);
	return thread;
}

/* Replies come in any order; a late parent brings two branches together. */
static void conversations(void **state)
{
	struct fix *f = *state;
	struct item it;
	int64_t root, a, b, c, lone;

	make_item(&it, 2);
	it.in_reply_to = xstrdup("m1@example.org");
	a = put(f, f->inbox.id, &it);
	item_release(&it);
	make_item(&it, 3);
	it.references = xstrdup("m0@example.org m9@example.org");
	b = put(f, f->sent.id, &it);
	item_release(&it);
	assert_int_not_equal(thread_of(f, a), thread_of(f, b));
	make_item(&it, 1);
	it.references = xstrdup("m0@example.org");
	root = put(f, f->inbox.id, &it);
	item_release(&it);
	assert_int_equal(thread_of(f, a), thread_of(f, root));
	assert_int_equal(thread_of(f, b), thread_of(f, root));
	/* Outlook without references: the root of the conversation index */
	make_item(&it, 10);
	it.conv_index = xstrdup("01DA1B2C3D4E5F60718293A4B5C6D7E8F901A2B3C4D5");
	c = put(f, f->inbox.id, &it);
	item_release(&it);
	make_item(&it, 11);
	it.conv_index = xstrdup(
		"01da1b2c3d4e5f60718293a4b5c6d7e8f901a2b3c4d50000001234");
	assert_int_equal(thread_of(f, put(f, f->inbox.id, &it)),
			 thread_of(f, c));
	item_release(&it);
	lone = put_n(f, f->inbox.id, 50);
	assert_int_not_equal(thread_of(f, lone), thread_of(f, c));
}

/* Many messages of one moment: ids spill forward and stay in step. */
static void ids_of_an_import(void **state)
{
	struct fix *f = *state;
	int64_t last = 0, newer;

	must(write_begin(f->s, &err));
	for (int i = 0; i < 20000; i++) {
		struct item it;
		int64_t id;

		make_item(&it, i);
		it.received = 1700000000;
		id = put(f, f->inbox.id, &it);
		assert_true(id > last);
		last = id;
		item_release(&it);
	}
	must(write_commit(f->s, &err));
	assert_int_equal(total_of(f, f->inbox.id), 20000);
	newer = put_n(f, f->inbox.id, 400000);
	assert_true(newer > last);
}

static void broken_dates(void **state)
{
	static const int64_t dates[] = {CLOCK_NEVER, 0, -5000000000,
					253402300799, INT64_MAX / 2};
	struct fix *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(dates); i++) {
		struct item it;

		make_item(&it, (int)i);
		it.received = dates[i];
		put(f, f->inbox.id, &it);
		item_release(&it);
	}
	assert_int_equal(total_of(f, f->inbox.id), (int)ARRAY_LEN(dates));
}

static void wanted_bodies(void **state)
{
	struct fix *f = *state;
	struct wanted_list l = {0};
	int64_t old, in, big;

	old = put_n(f, f->archive.id, 900);
	in = put_n(f, f->inbox.id, 1);
	big = put_n(f, f->inbox.id, 5000000);
	(void)big;
	put_body(f, put_n(f, f->inbox.id, 3), "x", "y");
	must(write_wanted(f->s, 0, 100000, 10, &l, &err));
	assert_int_equal(l.n, 2);
	assert_int_equal(l.v[0].item, in);
	assert_string_equal(l.v[0].remote_id, "R-1");
	assert_int_equal(l.v[0].size, 1001);
	assert_int_equal(l.v[1].item, old);
	wanted_list_release(&l);
	must(write_wanted(f->s, 1700000000 + 600, 0, 1, &l, &err));
	assert_int_equal(l.n, 1);
	assert_int_equal(l.v[0].item, big);
	wanted_list_release(&l);
}

/* What cannot be fetched is not asked for again. */
static void failed_bodies(void **state)
{
	struct fix *f = *state;
	struct body b = {.failed_flag = ITEM_TOO_LARGE};
	struct body *all[] = {&b};
	struct wanted_list l = {0};
	int64_t id = put_n(f, f->inbox.id, 1);

	b.item = id;
	must(write_bodies(f->s, all, 1, &err));
	assert_true(flags_of(f, id) & ITEM_TOO_LARGE);
	must(write_wanted(f->s, 0, 0, 10, &l, &err));
	assert_int_equal(l.n, 0);
	wanted_list_release(&l);
	/* an item that is gone meanwhile is skipped */
	b.item = 424242;
	must(write_bodies(f->s, all, 1, &err));
}

static void people(void **state)
{
	struct fix *f = *state;
	struct person_list l = {0};
	struct body b = {.has_header = true, .text = xstrdup("x")};
	struct body *all[] = {&b};
	struct item it;

	make_item(&it, 1);
	b.item = put(f, f->inbox.id, &it);
	item_init(&b.header);
	b.header.from_name = xstrdup("Jörg Müller");
	b.header.from_addr = xstrdup("JM@example.org");
	must(write_bodies(f->s, all, 1, &err));
	item_release(&it);
	make_item(&it, 2);
	b.item = put(f, f->sent.id, &it);
	item_release(&it);
	item_release(&b.header);
	b.header.to =
		xstrdup("\"Byron, Ada\" <ada@example.org>, jo@example.org");
	must(write_bodies(f->s, all, 1, &err));
	body_release(&b);
	must(query_people(f->s, "mul", 10, &l, &err));
	assert_int_equal(l.n, 1);
	assert_string_equal(l.v[0].addr, "jm@example.org");
	assert_string_equal(l.v[0].name, "Jörg Müller");
	person_list_release(&l);
	must(query_people(f->s, "byr", 10, &l, &err));
	assert_int_equal(l.n, 1);
	assert_string_equal(l.v[0].name, "Byron, Ada");
	person_list_release(&l);
	/* written to comes before heard from */
	must(query_people(f->s, "j", 10, &l, &err));
	assert_int_equal(l.n, 2);
	assert_string_equal(l.v[0].addr, "jo@example.org");
	person_list_release(&l);
	must(query_people(f->s, "%", 10, &l, &err));
	assert_int_equal(l.n, 0);
	person_list_release(&l);
}

static void categories(void **state)
{
	static const char *const sets[] = {"Red\nBlue", "Blue", NULL,
					   "Green\nBlue", "Red"};
	struct fix *f = *state;
	struct strv names = {0};

	for (size_t i = 0; i < ARRAY_LEN(sets); i++) {
		struct item it;

		make_item(&it, (int)i);
		it.categories = xstrdup(sets[i]);
		put(f, f->inbox.id, &it);
		item_release(&it);
	}
	strv_init(&names);
	must(query_categories(f->s, &names, &err));
	assert_int_equal(names.n, 3);
	assert_string_equal(names.v[0], "Blue");
	assert_string_equal(names.v[1], "Red");
	assert_string_equal(names.v[2], "Green");
	strv_release(&names);
}

static void facts_and_states(void **state)
{
	struct fix *f = *state;
	char *value;

	assert_null(query_fact(f->s, "last-sync"));
	must(write_fact(f->s, "last-sync", "1", &err));
	must(write_fact(f->s, "last-sync", "2", &err));
	value = query_fact(f->s, "last-sync");
	assert_string_equal(value, "2");
	free(value);
	must(write_fact(f->s, "last-sync", NULL, &err));
	assert_null(query_fact(f->s, "last-sync"));
	must(write_sync_state(f->s, 0, "H1", &err));
	must(write_sync_state(f->s, f->inbox.id, "I1", &err));
	value = store_sync_state(f->s, 0);
	assert_string_equal(value, "H1");
	free(value);
	must(write_sync_state(f->s, f->inbox.id, NULL, &err));
	assert_null(store_sync_state(f->s, f->inbox.id));
}

#define T(name) cmocka_unit_test_setup_teardown(name, fix_open, fix_close)

/* Moved by us, then taken away by somebody before any sync: no sync will ever
 * speak of it. */
static void gone_before_it_was_seen(void **state)
{
	struct fix *f = *state;
	int64_t ids[2] = {put_n(f, f->inbox.id, 1), put_n(f, f->inbox.id, 2)};
	struct intent i = move_to(ids, 2, f->archive.id);
	struct step_list l = {0};
	struct item it;

	wish(f, &i);
	next(f, &l, 2);
	must(write_step_done(f->s, l.v[0].id, "M-1", "CK", &err));
	/* The other one was seen there before the answer came. */
	make_item(&it, 2);
	mem_replace(&it.remote_id, xstrdup("M-2"));
	assert_int_equal(put(f, f->archive.id, &it), ids[1]);
	item_release(&it);
	must(write_step_done(f->s, l.v[1].id, "M-2", "CK", &err));
	step_list_release(&l);
	must(write_unseen_gone(f->s, f->inbox.id, 0, &err));
	assert_int_equal(folder_of(f, ids[0]), f->archive.id);
	must(write_unseen_gone(f->s, f->archive.id, 0, &err));
	assert_int_equal(folder_of(f, ids[0]), 0);
	assert_int_equal(folder_of(f, ids[1]), f->archive.id);
	assert_int_equal(total_of(f, f->archive.id), 1);
	/* It was only late: it comes back as it was. */
	make_item(&it, 1);
	mem_replace(&it.remote_id, xstrdup("M-1"));
	assert_int_equal(put(f, f->archive.id, &it), ids[0]);
	must(write_unseen_gone(f->s, f->archive.id, 0, &err));
	assert_int_equal(folder_of(f, ids[0]), f->archive.id);
	item_release(&it);
}

/* Nor will any bring the id of what was moved without being told it. */
static void gone_without_an_id(void **state)
{
	struct fix *f = *state;
	int64_t ids[2] = {put_n(f, f->inbox.id, 1), put_n(f, f->inbox.id, 2)};
	struct intent i = move_to(ids, 2, f->archive.id);
	struct step_list l = {0};

	wish(f, &i);
	next(f, &l, 2);
	must(write_step_done(f->s, l.v[0].id, NULL, NULL, &err));
	/* one whose step is not done, one younger than was said, and old mail
	 * that was put there only now */
	must(write_unseen_gone(f->s, f->archive.id, 1700000060, &err));
	must(write_unseen_gone(f->s, f->archive.id, clock_now() - 60, &err));
	assert_int_equal(total_of(f, f->archive.id), 2);
	must(write_unseen_gone(f->s, f->archive.id, clock_now() + 60, &err));
	assert_int_equal(folder_of(f, ids[0]), 0);
	assert_int_equal(folder_of(f, ids[1]), f->archive.id);
	must(write_step_done(f->s, l.v[1].id, "M-2", NULL, &err));
	step_list_release(&l);
	assert_int_equal(total_of(f, f->archive.id), 1);
}

static int64_t at_home(struct fix *f, int64_t folder)
{
	int64_t n = -1, unread;

	must(query_home_count(f->s, folder, &n, &unread, &err));
	assert_true(unread == -1 || unread == unread_of(f, folder));
	return n;
}

/* What the server has is counted, wherever the rows are by our own wish. */
static void counted_at_home(void **state)
{
	struct fix *f = *state;
	int64_t ids[3];
	struct intent i = move_to(ids, 1, f->archive.id);
	struct intent del = {
		.kind = JOURNAL_DELETE, .how = DELETE_HARD, .n_items = 1};
	struct step_list l = {0};

	for (int n = 0; n < 3; n++)
		ids[n] = put_n(f, f->inbox.id, n + 1);
	wish(f, &i);
	del.items = ids + 1;
	wish(f, &del);
	assert_int_equal(total_of(f, f->inbox.id), 1);
	assert_int_equal(at_home(f, f->inbox.id), 3);
	assert_int_equal(at_home(f, f->archive.id), 0);
	for (int n = 0; n < 2; n++) {
		next(f, &l, 1);
		must(write_step_done(f->s, l.v[0].id, n ? NULL : "M-1", NULL,
				     &err));
		step_list_release(&l);
	}
	assert_int_equal(at_home(f, f->inbox.id), 1);
	assert_int_equal(at_home(f, f->archive.id), 1);
	must(write_item_gone(f->s, f->inbox.id, "R-3", &err));
	assert_int_equal(at_home(f, f->inbox.id), 0);
}

/* A copy whose id the server did not tell is moved on, or deleted, before the
 * sync that brings the id. */
static void wishes_before_the_id(void **state)
{
	struct fix *f = *state;
	int64_t id = put_n(f, f->inbox.id, 1), copies[2];
	struct step_list l = {0};
	struct item it;

	make_item(&it, 1);
	for (int n = 0; n < 2; n++) {
		struct intent i = move_to(&id, 1, f->archive.id);

		i.kind = JOURNAL_COPY;
		wish(f, &i);
		next(f, &l, 1);
		copies[n] = l.v[0].item;
		must(write_step_done(f->s, l.v[0].id, NULL, NULL, &err));
		step_list_release(&l);
		i = move_to(&copies[n], 1, f->sent.id);
		if (n)
			i.kind = JOURNAL_DELETE;
		i.how = DELETE_HARD;
		wish(f, &i);
		none_left(f);
		mem_replace(&it.remote_id, xstrdup(n ? "C-2" : "C-1"));
		assert_int_equal(put(f, f->archive.id, &it), copies[n]);
		assert_int_equal(folder_of(f, copies[n]), n ? 0 : f->sent.id);
		next(f, &l, 1);
		assert_string_equal(l.v[0].remote_id, it.remote_id);
		must(write_step_done(f->s, l.v[0].id, n ? NULL : "C-3", NULL,
				     &err));
		step_list_release(&l);
	}
	item_release(&it);
	assert_int_equal(total_of(f, f->archive.id), 0);
	assert_int_equal(total_of(f, f->sent.id), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(inserts_and_updates),
		T(listing_keeps_full_header),
		T(message_knows_its_headers),
		T(body_is_wanted_once),
		T(read_change),
		T(move_by_another_client),
		T(gone_before_it_was_seen),
		T(gone_without_an_id),
		T(counted_at_home),
		T(wishes_before_the_id),
		T(other_message_is_not_adopted),
		T(purge_forgets),
		T(compare_after_lost_state),
		T(conversations),
		T(ids_of_an_import),
		T(broken_dates),
		T(wanted_bodies),
		T(failed_bodies),
		T(people),
		T(categories),
		T(facts_and_states),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
