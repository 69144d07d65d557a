/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Rounds of a folder's synchronisation over WebDAV. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/vec.h"
#include "dav_script.h"

#define REPL(blob) "<g:repl><g:collblob>" blob "</g:collblob></g:repl>"
/* In the spelling of Microsoft's examples. */
#define DELETED_ROW(i)                                                         \
	"<a:response><a:href>gone</a:href><g:repl-uid>rid:" GUID               \
	"0000000000" i "</g:repl-uid><g:ChangeType>Delete</g:ChangeType>"      \
	"</a:response>"

static void sync_next(struct script *s, char **at, struct sync_page *page)
{
	struct err err = ERR_INIT;

	if (!dav_ops.sync_items(s->b, NULL, INBOX, *at, page, &err))
		fail_msg("%s", err.text);
	mem_replace(at, xstrdup(page->state));
}

/* The first time by pages of article numbers; unchanged: one request; then new
 * mail, a flag read elsewhere, and deletions: named whole once, with which a
 * replication state comes, then told by it. */
static void test_rounds(void **state)
{
	static const struct step steps[] = {
		TREE_STEPS,
		{"PROPFIND " IN, "contenttag", 207,
		 COUNTERS("5", "3", "2", "rt:1"), NULL},
		{"SEARCH " IN, "x0e230003\" &gt; 0&&rows=0-499&&ORDER BY", 207,
		 MULTI(ITEM_ROW("a.EML", "61", "10", UNREAD)
			       ITEM_ROW("b.EML", "62", "11", UNREAD)
				       ITEM_ROW("c.EML", "63", "11", SEEN)),
		 "Content-Range: rows 0-2; total=4"},
		/* the page was cut before what shares its last number */
		{"SEARCH " IN, "x0e230003\" &gt; 10", 207,
		 MULTI(ITEM_ROW("b.EML", "62", "11", UNREAD)
			       ITEM_ROW("c.EML", "63", "11", SEEN)),
		 "Content-Range: rows 0-1; total=2"},
		/* more than were told with the last page: any without one? */
		{"SEARCH " IN, "x0e230003\" IS NULL&&rows=0-0", 207, MULTI(""),
		 NULL},
		/* nothing changed */
		{"PROPFIND " IN, NULL, 207, COUNTERS("5", "3", "2", "rt:1"),
		 NULL},
		/* a new one, and "a" was read */
		{"PROPFIND " IN, NULL, 207, COUNTERS("5", "4", "2", "rt:2"),
		 NULL},
		{"SEARCH " IN, "&gt; 11", 207,
		 MULTI(ITEM_ROW("d.EML", "64", "12", UNREAD)), NULL},
		{"SEARCH " IN, "httpmail:read\" = False", 207,
		 MULTI(ITEM_ROW("b.EML", "62", "11", UNREAD)
			       ITEM_ROW("d.EML", "64", "12", UNREAD)),
		 NULL},
		/* "b" was deleted */
		{"PROPFIND " IN, NULL, 207, COUNTERS("6", "3", "1", "rt:3"),
		 NULL},
		{"SEARCH " IN, "&gt; 12", 207, MULTI(""), NULL},
		{"SEARCH " IN, "<R:collblob></R:collblob>&&!rows=", 207,
		 MULTI(ITEM_ROW("a.EML", "61", "10",
				SEEN) ITEM_ROW("c.EML", "63", "11", SEEN)
			       ITEM_ROW("d.EML", "64", "12",
					UNREAD) "<g:repl><g:collblob>Qkxv</"
						"g:collblob></g:repl>"),
		 NULL},
		/* and now "c" */
		{"PROPFIND " IN, NULL, 207, COUNTERS("7", "2", "1", "rt:4"),
		 NULL},
		{"SEARCH " IN, "&gt; 12", 207, MULTI(""), NULL},
		{"SEARCH " IN, "<R:collblob>Qkxv</R:collblob>", 207,
		 MULTI("<a:response><a:href>c</a:href><g:changetype>delete"
		       "</g:changetype><g:repl-uid>rid:" GUID
		       "000000000063</g:repl-uid></a:response>"
		       "<g:repl><g:collblob>TmV4</g:collblob></g:repl>"),
		 NULL},
		/* the state is lost (475): named whole again */
		{"PROPFIND " IN, NULL, 207, COUNTERS("8", "1", "1", "rt:5"),
		 NULL},
		{"SEARCH " IN, "&gt; 12", 207, MULTI(""), NULL},
		{"SEARCH " IN, "<R:collblob>TmV4</R:collblob>", 475, NULL,
		 NULL},
		{"SEARCH " IN, "<R:collblob></R:collblob>", 207,
		 MULTI(ITEM_ROW("d.EML", "64", "12", UNREAD)), NULL}};
	struct sync_page page;
	char *at = NULL;
	struct script s;

	(void)state;
	setenv("RETINUE_TEST_NOW", "1795680000", 1);
	BEGIN(&s, steps);
	sync_next(&s, &at, &page);
	assert_true(page.more);
	assert_int_equal(page.items.n, 1);
	assert_string_equal(page.items.v[0].item.remote_id, ITEM("61"));
	sync_page_release(&page);
	sync_next(&s, &at, &page);
	assert_false(page.more);
	assert_int_equal(page.items.n, 2);
	sync_page_release(&page);
	sync_next(&s, &at, &page);
	assert_int_equal(page.items.n, 0);
	sync_page_release(&page);
	sync_next(&s, &at, &page);
	assert_int_equal(page.items.n, 2);
	assert_int_equal(page.items.v[0].kind, CHANGE_UPSERT);
	assert_int_equal(page.items.v[1].kind, CHANGE_READ);
	assert_string_equal(page.items.v[1].item.remote_id, ITEM("61"));
	assert_true(page.items.v[1].item.flags & ITEM_READ);
	sync_page_release(&page);
	sync_next(&s, &at, &page);
	assert_true(page.compare_begin && page.compare_end && !page.more);
	assert_int_equal(page.items.n, 3);
	assert_int_equal(page.items.v[2].kind, CHANGE_READ);
	assert_false(page.items.v[2].item.flags & ITEM_READ);
	sync_page_release(&page);
	sync_next(&s, &at, &page);
	assert_false(page.compare_begin || page.compare_end);
	assert_int_equal(page.items.n, 1);
	assert_int_equal(page.items.v[0].kind, CHANGE_GONE);
	assert_string_equal(page.items.v[0].item.remote_id, ITEM("63"));
	sync_page_release(&page);
	sync_next(&s, &at, &page);
	assert_true(page.compare_begin && page.compare_end);
	assert_int_equal(page.items.n, 1);
	sync_page_release(&page);
	free(at);
	end(&s);
}

/* A server that numbers nothing: the whole list, each time something changed.
 */
static void test_unnumbered(void **state)
{
	static const struct step steps[] = {
		TREE_STEPS,
		{"PROPFIND " IN, NULL, 207, COUNTERS("", "1", "1", "t1"), NULL},
		{"SEARCH " IN, "&gt; 0", 400, NULL, NULL},
		{"SEARCH " IN, "&gt; 0&&!mapi/id", 422, NULL, NULL},
		{"SEARCH " IN, "&gt; 0&&!x0e080003", 422, NULL, NULL},
		{"SEARCH " IN, "datereceived\" DESC", 207,
		 MULTI(ROW(IN "a.EML", "<d:subject>A</d:subject>")), NULL},
		{"PROPFIND " IN, NULL, 207, COUNTERS("", "1", "1", "t1"), NULL},
		{"PROPFIND " IN, NULL, 207, COUNTERS("", "2", "1", "t2"), NULL},
		{"SEARCH " IN, "datereceived\" DESC", 207,
		 MULTI(ROW(IN "b.EML", "") ROW(IN "a.EML", "")), NULL}};
	struct sync_page page;
	char *at = NULL;
	struct script s;

	(void)state;
	BEGIN(&s, steps);
	sync_next(&s, &at, &page);
	assert_int_equal(page.items.n, 1);
	assert_true(page.compare_begin && page.compare_end);
	assert_string_equal(page.items.v[0].item.remote_id,
			    "p:Posteingang/a.EML");
	sync_page_release(&page);
	sync_next(&s, &at, &page);
	assert_int_equal(page.items.n, 0);
	sync_page_release(&page);
	sync_next(&s, &at, &page);
	assert_int_equal(page.items.n, 2);
	sync_page_release(&page);
	free(at);
	end(&s);
}

/* A condition on numbers passes over what has none: where less is told than
 * there is, it is asked for, and the folder listed whole. */
static void test_some_unnumbered(void **state)
{
	static const struct step steps[] = {
		TREE_STEPS,
		{"PROPFIND " IN, NULL, 207, COUNTERS("0", "2", "0", "t1"),
		 NULL},
		{"SEARCH " IN, "&gt; 0", 207,
		 MULTI(ITEM_ROW("a.EML", "61", "10", SEEN)), NULL},
		{"SEARCH " IN, "IS NULL", 207,
		 MULTI(ROW(IN "b.EML", PERMANENT("31", "62") SEEN)),
		 "Content-Range: rows 0-0; total=1"},
		{"SEARCH " IN, "datereceived\" DESC", 207,
		 MULTI(ITEM_ROW("a.EML", "61", "10", SEEN)
			       ROW(IN "b.EML", PERMANENT("31", "62") SEEN)),
		 NULL},
		/* one more, and again */
		{"PROPFIND " IN, NULL, 207, COUNTERS("0", "3", "0", "t2"),
		 NULL},
		{"SEARCH " IN, "datereceived\" DESC", 207,
		 MULTI(ROW(IN "c.EML", PERMANENT("31", "63") SEEN)), NULL}};
	struct sync_page page;
	char *at = NULL;
	struct script s;

	(void)state;
	setenv("RETINUE_TEST_NOW", "1795680000", 1);
	BEGIN(&s, steps);
	sync_next(&s, &at, &page);
	assert_int_equal(page.items.n, 2);
	assert_string_equal(page.items.v[1].item.remote_id, ITEM("62"));
	assert_true(page.compare_begin && page.compare_end && !page.more);
	sync_page_release(&page);
	sync_next(&s, &at, &page);
	assert_int_equal(page.items.n, 1);
	sync_page_release(&page);
	free(at);
	end(&s);
}

static void gone(const struct sync_page *page, size_t i, const char *id)
{
	assert_true(i < page->items.n);
	assert_int_equal(page->items.v[i].kind, CHANGE_GONE);
	assert_string_equal(page->items.v[i].item.remote_id, id);
}

/* A replication state is silent about what came and went since it was given:
 * the items told since are looked for by their articles. */
static void test_came_and_went(void **state)
{
	static const struct step steps[] = {
		TREE_STEPS,
		{"PROPFIND " IN, NULL, 207, COUNTERS("0", "2", "0", "rt:1"),
		 NULL},
		{"SEARCH " IN, "&gt; 0", 207,
		 MULTI(ITEM_ROW("a.EML", "61", "10", SEEN)
			       ITEM_ROW("b.EML", "62", "11", SEEN)),
		 NULL},
		/* "b" was deleted: a state comes with the names of all */
		{"PROPFIND " IN, NULL, 207, COUNTERS("1", "1", "0", "rt:2"),
		 NULL},
		{"SEARCH " IN, "&gt; 11", 207, MULTI(""), NULL},
		{"SEARCH " IN, "<R:collblob></R:collblob>", 207,
		 MULTI(ITEM_ROW("a.EML", "61", "10", SEEN) REPL("T25l")), NULL},
		/* two new ones */
		{"PROPFIND " IN, NULL, 207, COUNTERS("1", "3", "0", "rt:3"),
		 NULL},
		{"SEARCH " IN, "&gt; 11", 207,
		 MULTI(ITEM_ROW("c.EML", "63", "12", SEEN)
			       ITEM_ROW("d.EML", "64", "13", SEEN)),
		 NULL},
		/* "d" went, a third one comes and goes while we look */
		{"PROPFIND " IN, NULL, 207, COUNTERS("2", "3", "0", "rt:4"),
		 NULL},
		{"SEARCH " IN, "&gt; 13", 207,
		 MULTI(ITEM_ROW("e.EML", "65", "14", SEEN)), NULL},
		{"SEARCH " IN, "<R:collblob>T25l</R:collblob>", 207,
		 MULTI(ITEM_ROW("c.EML", "63", "12", SEEN) REPL("VHdv")), NULL},
		{"SEARCH " IN, "&gt; 11&&!collblob", 207,
		 MULTI(ITEM_ROW("c.EML", "63", "12", SEEN)), NULL},
		/* the second state knows what was found: nothing to look for */
		{"PROPFIND " IN, NULL, 207, COUNTERS("4", "2", "0", "rt:5"),
		 NULL},
		{"SEARCH " IN, "&gt; 14", 207, MULTI(""), NULL},
		{"SEARCH " IN, "<R:collblob>VHdv</R:collblob>", 207,
		 MULTI("<a:response><a:href>c</a:href><g:changetype>delete"
		       "</g:changetype><g:repl-uid>rid:" GUID
		       "000000000063</g:repl-uid></a:response>" REPL("VGhy")),
		 NULL}};
	struct sync_page page;
	char *at = NULL;
	struct script s;

	(void)state;
	setenv("RETINUE_TEST_NOW", "1795680000", 1);
	BEGIN(&s, steps);
	for (int round = 0; round < 3; round++) {
		sync_next(&s, &at, &page);
		assert_false(page.more);
		sync_page_release(&page);
	}
	sync_next(&s, &at, &page);
	assert_int_equal(page.items.n, 3);
	assert_string_equal(page.items.v[0].item.remote_id, ITEM("65"));
	gone(&page, 1, ITEM("64"));
	gone(&page, 2, ITEM("65"));
	sync_page_release(&page);
	sync_next(&s, &at, &page);
	assert_int_equal(page.items.n, 1);
	gone(&page, 0, ITEM("63"));
	sync_page_release(&page);
	free(at);
	end(&s);
}

/* A manifest without changes is an empty element, and the state goes on to be
 * good (Microsoft's SDK, "Server has no changed items for the client"). One
 * that does not explain what there is less of is not believed. */
static void test_manifest_empty(void **state)
{
	static const struct step steps[] = {
		TREE_STEPS,
		{"PROPFIND " IN, NULL, 207, COUNTERS("0", "2", "0", "rt:1"),
		 NULL},
		{"SEARCH " IN, "&gt; 0", 207,
		 MULTI(ITEM_ROW("a.EML", "61", "10", SEEN)
			       ITEM_ROW("b.EML", "62", "11", SEEN)),
		 NULL},
		/* "b" was moved away, which this server does not count */
		{"PROPFIND " IN, NULL, 207, COUNTERS("0", "1", "0", "rt:2"),
		 NULL},
		{"SEARCH " IN, "&gt; 11", 207, MULTI(""), NULL},
		{"SEARCH " IN, "<R:collblob></R:collblob>", 207,
		 MULTI(ITEM_ROW("a.EML", "61", "10", SEEN) REPL("T25l")), NULL},
		/* something came and went between two rounds */
		{"PROPFIND " IN, NULL, 207, COUNTERS("1", "1", "0", "rt:3"),
		 NULL},
		{"SEARCH " IN, "&gt; 11", 207, MULTI(""), NULL},
		{"SEARCH " IN, "<R:collblob>T25l</R:collblob>", 207,
		 MULTI("<g:repl/>"), NULL},
		/* "a" went, and the manifest does not know */
		{"PROPFIND " IN, NULL, 207, COUNTERS("2", "0", "0", "rt:4"),
		 NULL},
		{"SEARCH " IN, "&gt; 11", 207, MULTI(""), NULL},
		{"SEARCH " IN, "<R:collblob>T25l</R:collblob>", 207,
		 MULTI("<g:repl></g:repl>"), NULL},
		/* an empty folder may have no state */
		{"SEARCH " IN, "<R:collblob></R:collblob>", 207,
		 MULTI("<g:repl/>"), NULL}};
	static const int told[] = {2, 1, 0, 0};
	struct sync_page page;
	char *at = NULL;
	struct script s;

	(void)state;
	setenv("RETINUE_TEST_NOW", "1795680000", 1);
	BEGIN(&s, steps);
	for (size_t i = 0; i < ARRAY_LEN(told); i++) {
		sync_next(&s, &at, &page);
		assert_int_equal(page.items.n, told[i]);
		assert_int_equal(page.compare_end, i == 1 || i == 3);
		assert_false(page.more);
		sync_page_release(&page);
	}
	assert_false(s.b->no_repl);
	free(at);
	end(&s);
}

/* A server that sends so many rows at a time, asked or not, and says so: what is
 * missing in an answer is neither gone nor read. */
static void test_cut_answers(void **state)
{
	static const struct step steps[] = {
		TREE_STEPS,
		{"PROPFIND " IN, NULL, 207, COUNTERS("0", "3", "2", "rt:1"),
		 NULL},
		{"SEARCH " IN, "&gt; 0", 207,
		 MULTI(ITEM_ROW("a.EML", "61", "10", UNREAD)
			       ITEM_ROW("b.EML", "62", "11", UNREAD)
				       ITEM_ROW("c.EML", "63", "12", SEEN)),
		 NULL},
		/* "c" became unread: the list of those is cut */
		{"PROPFIND " IN, NULL, 207, COUNTERS("0", "3", "3", "rt:2"),
		 NULL},
		{"SEARCH " IN, "&gt; 12", 207, MULTI(""), NULL},
		{"SEARCH " IN, "httpmail:read\" = False", 207,
		 MULTI(ITEM_ROW("a.EML", "61", "10", UNREAD)),
		 "Content-Range: rows 0-0; total=3"},
		/* and so is that of all */
		{"SEARCH " IN, "<R:collblob></R:collblob>", 207,
		 MULTI(ITEM_ROW("a.EML", "61", "10", UNREAD) REPL("T25l")),
		 "Content-Range: rows 0-0; total=3"},
		{"SEARCH " IN, "rows=0-1999&&ORDER BY&&!collblob", 207,
		 MULTI(ITEM_ROW("a.EML", "61", "10", UNREAD)
			       ITEM_ROW("b.EML", "62", "11", UNREAD)
				       ITEM_ROW("c.EML", "63", "12", UNREAD)),
		 "Content-Range: rows 0-2; total=3"}};
	struct sync_page page;
	char *at = NULL;
	struct script s;

	(void)state;
	setenv("RETINUE_TEST_NOW", "1795680000", 1);
	BEGIN(&s, steps);
	sync_next(&s, &at, &page);
	sync_page_release(&page);
	sync_next(&s, &at, &page);
	assert_int_equal(page.items.n, 3);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(page.items.v[i].kind, CHANGE_READ);
		assert_false(page.items.v[i].item.flags & ITEM_READ);
	}
	assert_true(page.compare_begin && page.compare_end && !page.more);
	sync_page_release(&page);
	free(at);
	end(&s);
}

/* Where the flags are read by naming every item, the state that comes along
 * would hide what was deleted just before it: the names are compared, too. */
static void test_flags_name_all(void **state)
{
	static const struct step steps[] = {
		TREE_STEPS,
		{"PROPFIND " IN, NULL, 207, COUNTERS("0", "2", "", "rt:1"),
		 NULL},
		{"SEARCH " IN, "&gt; 0", 207,
		 MULTI(ITEM_ROW("a.EML", "61", "10", SEEN)
			       ITEM_ROW("b.EML", "62", "11", SEEN)),
		 NULL},
		{"PROPFIND " IN, NULL, 207, COUNTERS("0", "2", "", "rt:2"),
		 NULL},
		{"SEARCH " IN, "&gt; 11", 207, MULTI(""), NULL},
		{"SEARCH " IN, "<R:collblob></R:collblob>", 207,
		 MULTI(ITEM_ROW("a.EML", "61", "10", UNREAD) REPL("T25l")),
		 NULL}};
	struct sync_page page;
	char *at = NULL;
	struct script s;

	(void)state;
	setenv("RETINUE_TEST_NOW", "1795680000", 1);
	BEGIN(&s, steps);
	sync_next(&s, &at, &page);
	sync_page_release(&page);
	sync_next(&s, &at, &page);
	assert_int_equal(page.items.n, 1);
	assert_true(page.compare_begin && page.compare_end);
	sync_page_release(&page);
	free(at);
	end(&s);
}

/* Of a folder too large for one answer the names come by pages. The state is
 * asked for once before, so that the next deletion costs two requests. */
static void test_large(void **state)
{
	static const struct step steps[] = {
		TREE_STEPS,
		{"PROPFIND " IN, NULL, 207, COUNTERS("0", "20001", "0", "rt:1"),
		 NULL},
		{"SEARCH " IN, "&gt; 0", 207,
		 MULTI(ITEM_ROW("a.EML", "61", "10", SEEN)
			       ITEM_ROW("b.EML", "62", "11", SEEN)),
		 NULL},
		{"SEARCH " IN, "x0e230003\" IS NULL&&rows=0-0", 207, MULTI(""),
		 NULL},
		{"PROPFIND " IN, NULL, 207, COUNTERS("1", "20001", "0", "rt:2"),
		 NULL},
		{"SEARCH " IN, "&gt; 11", 207, MULTI(""), NULL},
		{"SEARCH " IN, "<R:collblob></R:collblob>", 207,
		 MULTI(ITEM_ROW("a.EML", "61", "10", SEEN) REPL("T25l")), NULL},
		{"SEARCH " IN, "rows=0-1999&&ORDER BY&&!collblob", 207,
		 MULTI(ITEM_ROW("a.EML", "61", "10", SEEN)), NULL},
		{"PROPFIND " IN, NULL, 207, COUNTERS("2", "20000", "0", "rt:3"),
		 NULL},
		{"SEARCH " IN, "&gt; 11", 207, MULTI(""), NULL},
		{"SEARCH " IN, "<R:collblob>T25l</R:collblob>", 207,
		 MULTI(DELETED_ROW("62") REPL("VHdv")), NULL}};
	struct sync_page page;
	char *at = NULL;
	struct script s;

	(void)state;
	setenv("RETINUE_TEST_NOW", "1795680000", 1);
	BEGIN(&s, steps);
	sync_next(&s, &at, &page);
	sync_page_release(&page);
	sync_next(&s, &at, &page);
	assert_int_equal(page.items.n, 1);
	assert_true(page.compare_begin && page.compare_end);
	sync_page_release(&page);
	sync_next(&s, &at, &page);
	assert_int_equal(page.items.n, 1);
	gone(&page, 0, ITEM("62"));
	sync_page_release(&page);
	free(at);
	end(&s);
}

/* More unread ones than are kept: new mail explains its own, and nothing is
 * named for it. */
static void test_many_unread(void **state)
{
	static const struct step steps[] = {
		TREE_STEPS,
		{"PROPFIND " IN, NULL, 207, COUNTERS("0", "1", "400", "rt:2"),
		 NULL},
		{"SEARCH " IN, "&gt; 9", 207,
		 MULTI(ITEM_ROW("a.EML", "61", "10", UNREAD)
			       ITEM_ROW("b.EML", "62", "11", SEEN)),
		 NULL},
		{"PROPFIND " IN, NULL, 207, COUNTERS("0", "1", "399", "rt:3"),
		 NULL},
		{"SEARCH " IN, "&gt; 11", 207, MULTI(""), NULL},
		{"SEARCH " IN, "<R:collblob></R:collblob>", 207,
		 MULTI(ITEM_ROW("a.EML", "61", "10", SEEN) REPL("T25l")),
		 NULL}};
	struct sync_page page;
	char *at = NULL;
	struct script s;

	(void)state;
	setenv("RETINUE_TEST_NOW", "1795680000", 1);
	at = xasprintf("davsync3 0 0 0 0 0 9 -1\n0 1 399 %d rt:1",
		       1795680000 / 86400);
	BEGIN(&s, steps);
	sync_next(&s, &at, &page);
	assert_int_equal(page.items.n, 2);
	assert_false(page.compare_begin);
	sync_page_release(&page);
	/* one was read elsewhere */
	sync_next(&s, &at, &page);
	assert_int_equal(page.items.n, 1);
	assert_true(page.compare_end);
	sync_page_release(&page);
	free(at);
	end(&s);
}

/* Every inner status a refusal: an error, never an empty folder, or the mirror
 * would be emptied for it. */
#define REFUSED(name) WHOLE(IN name, "401 Unauthorized", "")
static void test_all_refused(void **state)
{
	static const struct step steps[] = {
		TREE_STEPS,
		{"PROPFIND " IN, NULL, 207, COUNTERS("0", "2", "0", "rt:1"),
		 NULL},
		{"SEARCH " IN, "&gt; 0", 207,
		 MULTI(REFUSED("a.EML") REFUSED("b.EML")), NULL},
		{"SEARCH " IN, NULL, 207,
		 MULTI(REFUSED("a.EML") REFUSED("b.EML")), NULL},
		{"PROPFIND " IN, NULL, 207, COUNTERS("0", "3", "0", "rt:1"),
		 NULL},
		{"SEARCH " IN, "&gt; 0", 207,
		 MULTI(REFUSED("a.EML") ITEM_ROW("b.EML", "62", "11", SEEN)),
		 NULL},
		{"SEARCH " IN, "x0e230003\" IS NULL&&rows=0-0", 207, MULTI(""),
		 NULL},
		/* one of several: what cannot be read is not gone */
		{"PROPFIND " IN, NULL, 207, COUNTERS("1", "2", "0", "rt:2"),
		 NULL},
		{"SEARCH " IN, "&gt; 11", 207, MULTI(""), NULL},
		{"SEARCH " IN, "<R:collblob></R:collblob>", 207,
		 MULTI(REFUSED("a.EML") ITEM_ROW("b.EML", "62", "11", SEEN)
			       REPL("T25l")),
		 NULL}};
	struct item_list list;
	struct sync_page page;
	struct err err = ERR_INIT;
	char *at = NULL;
	struct script s;
	bool more;

	(void)state;
	setenv("RETINUE_TEST_NOW", "1795680000", 1);
	BEGIN(&s, steps);
	assert_false(dav_ops.sync_items(s.b, NULL, INBOX, NULL, &page, &err));
	assert_int_equal(err.kind, ERR_DENIED);
	err_clear(&err);
	assert_false(dav_ops.list(s.b, NULL, INBOX, 0, 50, &list, &more, &err));
	assert_int_equal(err.kind, ERR_DENIED);
	sync_next(&s, &at, &page);
	assert_int_equal(page.items.n, 1);
	sync_page_release(&page);
	sync_next(&s, &at, &page);
	assert_int_equal(page.items.n, 1);
	assert_false(page.compare_begin || page.compare_end || page.more);
	sync_page_release(&page);
	free(at);
	end(&s);
}

/* A property that a store cannot tell (too large, no right) is missing; the item
 * it belongs to is not. */
static void test_partly(void **state)
{
	static const struct step steps[] = {
		TREE_STEPS,
		{"PROPFIND " IN, NULL, 207, COUNTERS("0", "1", "0", "rt:1"),
		 NULL},
		{"SEARCH " IN, "&gt; 0", 207,
		 MULTI("<a:response><a:href>" ROOT "Posteingang/a.EML</a:href>"
		       "<a:propstat><a:status>HTTP/1.1 500 Internal Server "
		       "Error"
		       "</a:status><a:prop><h:references/></a:prop></"
		       "a:propstat>"
		       "<a:propstat><a:status>HTTP/1.1 200 "
		       "OK</a:status><a:prop>"
		       "<f:x0e230003>10</f:x0e230003>" PERMANENT("31", "61")
			       SEEN "</a:prop></a:propstat></a:response>"),
		 NULL}};
	struct sync_page page;
	char *at = NULL;
	struct script s;

	(void)state;
	BEGIN(&s, steps);
	sync_next(&s, &at, &page);
	assert_int_equal(page.items.n, 1);
	assert_string_equal(page.items.v[0].item.remote_id, ITEM("61"));
	sync_page_release(&page);
	free(at);
	end(&s);
}

/* To another host: an error, and nothing goes there, least of all the password.
 */
static void test_redirected(void **state)
{
	static const struct step steps[] = {
		TREE_STEPS,
		{"PROPFIND " IN, NULL, 302, NULL,
		 "Location: https://evil.example/exchange/ann/Posteingang/"}};
	struct sync_page page;
	struct err err = ERR_INIT;
	struct script s;

	(void)state;
	BEGIN(&s, steps);
	assert_false(dav_ops.sync_items(s.b, NULL, INBOX, NULL, &page, &err));
	assert_non_null(strstr(err.text, "evil.example"));
	end(&s);
}

/* --- notifications --------------------------------------------------------------- */
struct told {
	struct str text;
};

static void on_told(void *ctx, const struct notify_event *e)
{
	struct told *t = ctx;

	str_addf(&t->text, "%s%s%s ",
		 e->kind == NOTIFY_ALL	    ? "all"
		 : e->kind == NOTIFY_FOLDER ? "folder"
					    : "tree",
		 e->folder ? ":" : "", e->folder ? e->folder + 33 : "");
}

#define SUBSCRIBED(id) 200, NULL, "Subscription-id: " id
#define LIST(ids)                                                              \
	"<s:subscriptionID "                                                   \
	"xmlns:s=\"http://schemas.microsoft.com/Exchange/\">" ids              \
	"</s:subscriptionID>"
/* Ids in either shape (dossier 10), several in one row; an event that names
 * none is one of any of them: all is looked at, and watched anew. */
static void test_watch(void **state)
{
	static const struct step steps[] = {
		{"PROPFIND /exchange/ann/", "Depth: 0", 207, MULTI(ROOT_ROW),
		 SERVER_2003},
		{"SEARCH /exchange/ann/", "hierarchical", 207, MULTI(TREE),
		 NULL},
		{"SUBSCRIBE /exchange/ann/",
		 "Notification-type: update&&Depth: 1", SUBSCRIBED("1")},
		{"SUBSCRIBE /exchange/ann/",
		 "pragma/<http://schemas.microsoft.com/exchange/newmail>",
		 SUBSCRIBED("2")},
		{"SUBSCRIBE " IN, NULL, SUBSCRIBED("3")},
		{"SUBSCRIBE " IN "R_xF8FF_D/", NULL, SUBSCRIBED("4")},
		{"SUBSCRIBE /exchange/ann/Entw%c3%bcrfe/", NULL,
		 SUBSCRIBED("5")},
		{"SUBSCRIBE /exchange/ann/Gel%c3%b6schte%20Objekte/", NULL, 401,
		 NULL, NULL},
		{"PROPFIND /exchange/ann/", "displayname", 207, MULTI(ROOT_ROW),
		 NULL},
		{"SUBSCRIBE /exchange/ann/Gesendete%20Objekte/", NULL, 207,
		 MULTI(WHOLE("/exchange/ann/Gesendete%20Objekte", "200 OK",
			     LIST("<li>6</li>"))),
		 NULL},
		{"POLL /exchange/ann/", "Subscription-id: 1,2,3,4,5,6", 207,
		 MULTI(WHOLE("/exchange/ann", "204 No Content",
			     LIST("<li>1</li><li>2</li><li>3</li>"))
			       WHOLE("/exchange/ann", "200 OK",
				     LIST("<a:li> 4 </a:li><li>6</li>"))),
		 NULL},
		{"POLL /exchange/ann/", NULL, 207,
		 MULTI(WHOLE("/exchange/ann", "200 OK", "")), NULL}};
	struct told t = {STR_INIT};
	struct err err = ERR_INIT;
	struct script s;

	(void)state;
	BEGIN(&s, steps);
	s.account->poll_seconds = 1;
	if (!dav_ops.notify_wait(s.b, NULL, on_told, &t, &err))
		fail_msg("%s", err.text);
	assert_string_equal(t.text.s, "all folder:37 folder:35 ");
	assert_int_equal(s.b->subs.n, 0);
	str_release(&t.text);
	end(&s);
}

/* Subscriptions that are gone are made anew, but not for ever. */
static void test_watch_lost(void **state)
{
	static const struct step steps[] = {
		{"PROPFIND /exchange/ann/", "Depth: 0", 207, MULTI(ROOT_ROW),
		 SERVER_2003},
		{"POLL /exchange/ann/", "Subscription-id: 7", 412, NULL, NULL},
		{"POLL /exchange/ann/", "Subscription-id: 8", 207,
		 MULTI(WHOLE("/exchange/ann", "412 Precondition Failed",
			     LIST("<li>8</li>"))),
		 NULL}};
	struct told t = {STR_INIT};
	struct err err = ERR_INIT;
	struct script s;

	(void)state;
	BEGIN(&s, steps);
	s.account->poll_seconds = 1;
	strv_add(&s.b->subs, "7\tt\t");
	assert_true(dav_ops.notify_wait(s.b, NULL, on_told, &t, &err));
	assert_int_equal(s.b->subs.n, 0);
	assert_int_equal(s.b->lost_polls, 1);
	s.b->lost_polls = 2;
	strv_add(&s.b->subs, "8\tt\t");
	assert_false(dav_ops.notify_wait(s.b, NULL, on_told, &t, &err));
	assert_int_equal(err.kind, ERR_UNSUPPORTED);
	assert_true(s.b->no_notify);
	str_release(&t.text);
	end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rounds),
		cmocka_unit_test(test_came_and_went),
		cmocka_unit_test(test_manifest_empty),
		cmocka_unit_test(test_cut_answers),
		cmocka_unit_test(test_flags_name_all),
		cmocka_unit_test(test_large),
		cmocka_unit_test(test_many_unread),
		cmocka_unit_test(test_all_refused),
		cmocka_unit_test(test_partly),
		cmocka_unit_test(test_redirected),
		cmocka_unit_test(test_unnumbered),
		cmocka_unit_test(test_some_unnumbered),
		cmocka_unit_test(test_watch),
		cmocka_unit_test(test_watch_lost),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
