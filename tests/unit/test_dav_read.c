/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* What WebDAV servers answer, as bytes: multistatus, addresses, properties. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/vec.h"
#include "dav_script.h"
#include "proto/dav/item.h"
#include "proto/dav/sync.h"

/* --- multistatus -------------------------------------------------------------- */
struct rows {
	struct dav_row *v;
	size_t n, cap;
	size_t stop_at;
};

static bool keep_row(void *ctx, struct dav_row *r, struct err *err)
{
	struct rows *rows = ctx;

	vec_add(rows, *r);
	memset(r, 0, sizeof(*r));
	if (rows->n == rows->stop_at)
		return err_set(err, ERR_DISK, "enough");
	return true;
}

static void rows_release(struct rows *rows)
{
	for (size_t i = 0; i < rows->n; i++)
		dav_row_release(&rows->v[i]);
	vec_release(rows);
}

static bool read_rows(const char *xml, size_t piece, struct rows *rows,
		      char **blob, struct err *err)
{
	struct dav_reader *r = dav_reader_new(keep_row, rows);
	size_t len = strlen(xml);
	bool ok = true;

	for (size_t at = 0; ok && at < len; at += piece)
		ok = dav_reader_feed(r, xml + at,
				     len - at < piece ? len - at : piece, err);
	ok = ok && dav_reader_finish(r, err);
	if (ok && blob)
		*blob = xstrdup(dav_reader_collblob(r));
	dav_reader_free(r);
	return ok;
}

/* The dossier's own example (2.2), and what else an answer may hold. */
static const char example[] = MULTI(
	"<a:response><a:href>http://srv/exchange/ann/Inbox/Lunch%20today.EML"
	"</a:href>\n <a:propstat><a:status>HTTP/1.1 200 OK</a:status><a:prop>\n"
	"<a:displayname>Lunch today.EML</a:displayname>\n"
	"<a:getlastmodified b:dt=\"dateTime.tz\">2003-08-10T21:18:00.000Z"
	"</a:getlastmodified><d:subject>a &amp; b&#x1B;&#1;</d:subject>"
	"<d:read b:dt=\"boolean\">0</d:read>"
	"<i:0x00008105 b:dt=\"dateTime.tz\">2003-08-12T00:00:00.000Z"
	"</i:0x00008105><e:keywords-utf8 b:dt=\"mv.string\"> "
	"<c:v>Red one</c:v> <c:v>Blue</c:v></e:keywords-utf8></a:prop>"
	"</a:propstat><a:propstat><a:status>HTTP/1.1 404 Resource Not Found"
	"</a:status><a:prop><d:messageflag/><d:date/></a:prop></a:propstat>"
	"</a:response>"
	/* RFC 2518's order, and a property that was refused */
	"<a:response><a:href>/exchange/ann/x</a:href><a:propstat><a:prop>"
	"<d:read>1</d:read></a:prop><a:status>HTTP/1.1 409 Conflict"
	"</a:status></a:propstat></a:response>"
	/* no status at all: Brief */
	"<a:response><a:href>/exchange/ann/y</a:href><a:propstat><a:prop>"
	"<d:read>1</d:read><h:date>raw</h:date></a:prop></a:propstat>"
	"</a:response>" WHOLE(
		"/exchange/ann/z", "201 Created",
		"<a:location>http://srv/exchange/ann/T/z-2.EML</a:location>"
		"<g:repl-uid>rid:" GUID
		"000000000042</g:repl-uid>") "<a:response><a:href>gone</"
					     "a:href><g:changetype>delete</"
					     "g:changetype>"
					     "<a:propstat><a:status>HTTP/1.1 "
					     "200 "
					     "OK</a:status><a:prop><g:repl-uid>"
					     "rid:" GUID
					     "0000000000ff</g:repl-uid></"
					     "a:prop></a:propstat>"
					     "</a:response>"
					     "<g:repl><g:collblob> QUJD+/== "
					     "</g:collblob></g:repl>");

static void test_multistatus(void **state)
{
	(void)state;
	for (size_t piece = 1; piece < 400; piece += 7) {
		struct rows rows = {0};
		struct dav_row *r;
		char *blob = NULL;

		assert_true(read_rows(example, piece, &rows, &blob, NULL));
		assert_int_equal(rows.n, 5);
		r = &rows.v[0];
		assert_string_equal(
			r->href,
			"http://srv/exchange/ann/Inbox/Lunch%20today.EML");
		assert_int_equal(dav_row_status(r), 200);
		assert_string_equal(r->value[PROP_DISPLAYNAME],
				    "Lunch today.EML");
		assert_string_equal(r->value[PROP_SUBJECT],
				    "a & b\uFFFD\uFFFD");
		assert_string_equal(r->value[PROP_KEYWORDS], "Red one\nBlue");
		assert_string_equal(r->value[PROP_TASK_DUE_LONG],
				    "2003-08-12T00:00:00.000Z");
		assert_false(dav_row_is_true(r, PROP_READ));
		assert_null(r->value[PROP_DATE]);
		assert_int_equal(rows.v[1].refused, 409);
		assert_null(rows.v[1].value[PROP_READ]);
		assert_int_equal(dav_row_status(&rows.v[1]), 409);
		assert_true(dav_row_is_true(&rows.v[2], PROP_READ));
		assert_null(rows.v[2].value[PROP_DATE]); /* mailheader's */
		assert_int_equal(rows.v[3].status, 201);
		assert_string_equal(rows.v[3].location,
				    "http://srv/exchange/ann/T/z-2.EML");
		assert_non_null(rows.v[3].value[PROP_REPL_UID]);
		assert_int_equal(rows.v[4].change, DAV_DELETED);
		assert_string_equal(blob, "QUJD+/==");
		free(blob);
		rows_release(&rows);
	}
}

/* Values of lists that run in parallel (23.1) keep their places, whatever they
 * are; a status stands wherever a server breaks its lines. */
static void test_lists(void **state)
{
	static const char xml[] = MULTI(
		"<a:response><a:href>/exchange/ann/x</a:href><a:propstat>"
		"<a:status>\r\n  HTTP/1.1 404 Not Found\r\n</a:status><a:prop>"
		"<d:subject>none</d:subject></a:prop></a:propstat><a:propstat>"
		"<a:status>HTTP/1.1 200 OK</a:status><a:prop>"
		"<f:x6844101f b:dt=\"mv.string\"><c:v/><c:v>Zoe</c:v>"
		"</f:x6844101f><f:x68451102 b:dt=\"mv.bin.base64\">"
		"<c:v>QUJD\r\nREVG\r\n</c:v><c:v>R0hJ</c:v></f:x68451102>"
		"<f:x686b1003 b:dt=\"mv.int\"/></a:prop></a:propstat>"
		"</a:response>");
	struct strv names CLEANUP(strv_release), ids CLEANUP(strv_release);
	struct strv flags CLEANUP(strv_release);
	struct rows rows = {0};

	(void)state;
	strv_init(&names);
	strv_init(&ids);
	strv_init(&flags);
	assert_true(read_rows(xml, 11, &rows, NULL, NULL));
	assert_int_equal(rows.n, 1);
	assert_null(rows.v[0].value[PROP_SUBJECT]);
	assert_int_equal(rows.v[0].missing, 1);
	dav_row_list(&rows.v[0], PROP_DELEGATE_NAMES, &names);
	dav_row_list(&rows.v[0], PROP_DELEGATE_IDS, &ids);
	dav_row_list(&rows.v[0], PROP_DELEGATE_FLAGS, &flags);
	assert_int_equal(names.n, 2);
	assert_string_equal(names.v[0], "");
	assert_string_equal(names.v[1], "Zoe");
	assert_int_equal(ids.n, 2);
	assert_true(str_starts(ids.v[0], "QUJD"));
	assert_non_null(strstr(ids.v[0], "REVG"));
	assert_string_equal(ids.v[1], "R0hJ");
	assert_int_equal(flags.n, 0);
	rows_release(&rows);
}

static void test_bad_answers(void **state)
{
	static const struct {
		const char *xml;
		enum err_kind kind;
	} bad[] = {
		{"", ERR_NETWORK},
		{"<html><body>Log On</body></html>", ERR_PROTOCOL},
		{"<a:multistatus xmlns:a='DAV:'><a:response>", ERR_NETWORK},
		{"<a:multistatus xmlns:a='DAV:'></b>", ERR_PROTOCOL},
		{"<!DOCTYPE x [<!ENTITY a 'b'>]><x/>", ERR_PROTOCOL},
		{"not XML", ERR_PROTOCOL},
	};
	struct rows rows = {.stop_at = 2};
	struct err err = ERR_INIT;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct rows none = {0};

		err_clear(&err);
		assert_false(read_rows(bad[i].xml, 5, &none, NULL, &err));
		assert_int_equal(err.kind, bad[i].kind);
		rows_release(&none);
	}
	err_clear(&err);
	assert_false(read_rows(example, 4000, &rows, NULL, &err));
	assert_int_equal(err.kind, ERR_DISK);
	assert_int_equal(rows.n, 2);
	rows_release(&rows);
}

static bool count_row(void *ctx, struct dav_row *r, struct err *err)
{
	(void)r, (void)err;
	++*(size_t *)ctx;
	return true;
}

/* 100 MB: one response is held at a time. */
static void test_large(void **state)
{
	static const char row[] =
		ROW("/exchange/ann/Inbox/x.EML", "<d:subject>twelve bytes"
						 "</d:subject><d:read>1"
						 "</d:read>");
	static const char head[] = MULTI("");
	size_t rows = 0, wanted = 100u * 1024 * 1024 / (sizeof(row) - 1);
	size_t open = strlen(head) - strlen("</a:multistatus>");
	struct dav_reader *r = dav_reader_new(count_row, &rows);

	(void)state;
	assert_true(dav_reader_feed(r, head, open, NULL));
	for (size_t i = 0; i < wanted; i++)
		assert_true(dav_reader_feed(r, row, sizeof(row) - 1, NULL));
	assert_true(dav_reader_feed(r, head + open, strlen(head + open), NULL));
	assert_true(dav_reader_finish(r, NULL));
	assert_int_equal(rows, wanted);
	dav_reader_free(r);
}

/* --- addresses ------------------------------------------------------------------- */
static void test_names(void **state)
{
	static const struct {
		const char *name, *segment;
	} rows[] = {
		{"Lunch today", "Lunch%20today"},
		{"R/D", "R_xF8FF_D"},
		{"a\\b", "a_xF8FE_b"},
		{"why?", "why_x003F_"},
		{"~home", "_x007E_home"},
		{"a>b<c", "a_x003E_b%3cc"},
		{"two\r\nlines", "two_x000D__x000A_lines"},
		{"100% #1 \"q\" [x] ^`{|}", "100%25%20%231%20%22q%22%20%5bx%5d"
					    "%20%5e%60%7b%7c%7d"},
		{"!$&'()*+,-.:;=@_", "!$&'()*+,-.:;=@_"},
		{"Entw\u00FCrfe", "Entw%c3%bcrfe"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct str b = STR_INIT;
		char *back;

		href_add_name(&b, rows[i].name);
		assert_string_equal(b.s, rows[i].segment);
		back = href_read_name(b.s);
		assert_string_equal(back, rows[i].name);
		free(back);
		str_release(&b);
	}
}

static void test_paths(void **state)
{
	static const struct {
		const char *root, *href, *below;
	} rows[] = {
		{"/exchange/ann/", "http://be/exchange/ann/Inbox/a.EML",
		 "Inbox/a.EML"},
		{"/exchange/ann/", "https://fe:444/Exchange/Ann/Inbox/",
		 "Inbox/"},
		{"/exchange/ann/", "/exchange/ann", ""},
		{"/exchange/ann/", "http://be/exchange/anna/Inbox", NULL},
		{"/exchange/ann/", "http://be/exchange/bob/Inbox", NULL},
		{"/exchange/ann/", "http://be/public/Inbox", NULL},
		{"/exchange/ann/", "http://be/exchange/", NULL},
		{"/exchange/ann/", "Inbox/a.EML", NULL},
		{"/exchange/ann@corp.example/",
		 "http://be/exchange/ann%40corp.example/x", "x"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char *path = href_path(rows[i].href);
		const char *below =
			path ? href_below(rows[i].root, path) : NULL;

		if (rows[i].below)
			assert_string_equal(below, rows[i].below);
		else
			assert_null(below);
		free(path);
	}
	assert_true(href_same("/a/B%20c/", "/A/b c"));
	assert_true(href_same("Entw%C3%BCrfe", "entw%c3%bcrfe"));
	assert_false(href_same("/a/b", "/a/bc"));
}

static void test_keys(void **state)
{
	static const unsigned char source[] = {
		0x50, 0x2d, 0x6a, 0xfd, 0x16, 0x1e, 0xf2, 0x43,
		0x89, 0x95, 0xe1, 0xd9, 0x29, 0xcf, 0x92, 0xeb,
		0x00, 0x00, 0x00, 0x00, 0x00, 0x32};
	char *folder, *item, *key;

	(void)state;
	assert_true(href_keys("http://s/exchange/a/-FlatUrlSpace-/" GUID
			      "-1F/" GUID "-32",
			      &folder, &item));
	assert_string_equal(folder, KEY("1f"));
	assert_string_equal(item, KEY("32"));
	free(folder);
	free(item);
	assert_true(href_keys("/x/-FlatUrlSpace-/" GUID "-1", &folder, &item));
	assert_null(item);
	free(folder);
	assert_false(href_keys("/exchange/ann/Inbox", &folder, &item));
	assert_false(href_keys("/x/-FlatUrlSpace-/../../etc", &folder, &item));
	key = href_key_of_rid("rid:" GUID "000000000032");
	assert_string_equal(key, KEY("32"));
	free(key);
	key = href_key_of_bytes(source, sizeof(source));
	assert_string_equal(key, KEY("32"));
	free(key);
	assert_null(href_key_of_rid("rid:12"));
	assert_null(href_key_of_bytes(source, 5));
}

/* --- items --------------------------------------------------------------------------- */
/* A name of the id namespaces comes back in several spellings (2.4), and a date
 * in that of a mail header. */
static void test_spellings(void **state)
{
	static const char *const names[] = {"0x8105", "0x00008105", "x8105",
					    "x00008105", "_x0030_x8105"};
	struct script s;

	(void)state;
	begin_at(&s, "https://h/exchange/ann/", "https://h/exchange/ann/", NULL,
		 0);
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		char *xml CLEANUP(mem_free_ptr) = xasprintf(
			"%.*s<a:response><a:href>/exchange/ann/Inbox/a"
			"</a:href><a:propstat><a:prop>"
			"<i:%s>2003-08-11T08:00:00Z</i:%s><f:x10900003>2"
			"</f:x10900003><d:datereceived>Sun, 10 Aug 2003 "
			"21:18:00 GMT</d:datereceived></a:prop></a:propstat>"
			"</a:response></a:multistatus>",
			(int)(strlen(MULTI("")) - strlen("</a:multistatus>")),
			MULTI(""), names[i], names[i]);
		struct rows rows = {0};
		struct item it;

		assert_true(read_rows(xml, 20, &rows, NULL, NULL));
		item_init(&it);
		assert_true(item_read_row(s.b, &rows.v[0], &it));
		assert_int_equal(it.flag_due, 1060588800);
		assert_int_equal(it.received, 1060550280);
		item_release(&it);
		rows_release(&rows);
	}
	end(&s);
}

static void test_item(void **state)
{
	static const char xml[] = MULTI(ROW(
		"/exchange/ann/Posteingang/a%20b.EML",
		PERMANENT("31",
			  "64") "<g:repl-uid>rid:" GUID "000000000064"
				"</g:repl-uid><e:outlookmessageclass>IPM.Note"
				"</e:outlookmessageclass><d:subject>Lunch</"
				"d:subject>"
				"<d:from>\"Bob Ray\" "
				"&lt;bob@corp.example&gt;</d:from>"
				"<d:to>Ann &lt;ann@corp.example&gt;, "
				"c@d.example</d:to>"
				"<h:message-id>&lt;x@y&gt;</h:message-id>"
				"<d:datereceived>2003-08-10T21:18:00.000Z</"
				"d:datereceived>"
				"<d:read>1</d:read><d:hasattachment>1</"
				"d:hasattachment>"
				"<f:x0e230003>77</f:x0e230003><f:x0e070003>9</"
				"f:x0e070003>"
				"<f:x00170003>2</f:x00170003><f:x10900003>2</"
				"f:x10900003>"
				"<f:x10810003>103</"
				"f:x10810003><f:x0e080003>1234</f:x0e080003>"
				"<f:x300b0102>q83v</f:x300b0102>"
				"<h:reply-by>Mon, 11 Aug 2003 10:00:00 "
				"+0200</h:reply-by>"
				"<e:keywords-utf8><c:v>Red</c:v><c:v>Blue</c:v>"
				"</e:keywords-utf8>"));
	struct rows rows = {0};
	struct script s;
	struct item it;
	struct item_key key;

	(void)state;
	begin_at(&s, "https://h/exchange/ann/", "https://h/exchange/ann/", NULL,
		 0);
	assert_true(read_rows(xml, 50, &rows, NULL, NULL));
	item_init(&it);
	assert_true(item_read_row(s.b, &rows.v[0], &it));
	assert_string_equal(it.remote_id, KEY("31") "/" KEY("64"));
	assert_false(s.b->rids_differ);
	assert_string_equal(it.item_class, "IPM.Note");
	assert_string_equal(it.from_name, "Bob Ray");
	assert_string_equal(it.from_addr, "bob@corp.example");
	assert_string_equal(it.to, "Ann <ann@corp.example>, c@d.example");
	assert_string_equal(it.message_id, "x@y");
	assert_string_equal(it.search_key, "abcdef");
	assert_string_equal(it.categories, "Red\nBlue");
	assert_int_equal(it.received, 1060550280);
	assert_int_equal(it.flag_due, 1060588800);
	assert_int_equal(it.size, 1234);
	assert_int_equal(it.flags, ITEM_READ | ITEM_ATTACHMENT | ITEM_DRAFT |
					   ITEM_HIGH | ITEM_FLAGGED |
					   ITEM_ANSWERED);
	assert_true(item_key_read(&key, it.change_key));
	assert_string_equal(key.name, "a%20b.EML");
	assert_int_equal(key.article, 77);
	assert_int_equal(key.flag, 2);
	assert_int_equal(key.due, 1060588800);
	assert_int_equal(key.verb, 103);
	assert_int_equal(key.categories, item_hash_categories("Blue\nRed"));
	item_key_release(&key);
	assert_false(item_key_read(&key, "CQAAABYAAAB"));
	assert_false(item_key_read(&key, NULL));
	item_release(&it);
	/* a blank as it is would end the name */
	mem_replace(&rows.v[0].href,
		    xstrdup("http://be/exchange/ann/Inbox/a b c.EML"));
	item_key_of_row(&key, &rows.v[0]);
	assert_string_equal(key.name, "a%20b%20c.EML");
	item_key_release(&key);
	/* outside the mailbox: not ours */
	mem_replace(&rows.v[0].href,
		    xstrdup("http://evil/exchange/bob/Inbox/x.EML"));
	item_init(&it);
	assert_false(item_read_row(s.b, &rows.v[0], &it));
	item_release(&it);
	rows_release(&rows);
	end(&s);
}

/* --- statuses, states ------------------------------------------------------------------ */
static void test_statuses(void **state)
{
	static const struct {
		int status;
		enum dav_place place;
		enum err_kind kind;
	} rows[] = {
		{401, PLACE_ANY, ERR_DENIED},
		{403, PLACE_SEND, ERR_DENIED},
		{404, PLACE_ANY, ERR_NOT_FOUND},
		{405, PLACE_FOLDER, ERR_CONFLICT},
		{405, PLACE_ANY, ERR_UNSUPPORTED},
		{412, PLACE_ANY, ERR_CONFLICT},
		{422, PLACE_FIND, ERR_UNSUPPORTED},
		{423, PLACE_ANY, ERR_SERVER},
		{425, PLACE_PUT, ERR_QUOTA},
		{507, PLACE_ANY, ERR_QUOTA},
		{440, PLACE_ANY, ERR_DENIED},
		{475, PLACE_ANY, ERR_STATE},
		{500, PLACE_SEND, ERR_QUOTA},
		{500, PLACE_ANY, ERR_SERVER},
		{503, PLACE_ANY, ERR_SERVER},
		{599, PLACE_ANY, ERR_SERVER},
		{418, PLACE_ANY, ERR_PROTOCOL},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct err err = ERR_INIT;

		dav_status_error(rows[i].status, rows[i].place, &err);
		assert_int_equal(err.kind, rows[i].kind);
		assert_int_equal(err.number, rows[i].status);
		assert_true(err.text[0] != '\0');
	}
}

static void test_states(void **state)
{
	static const char *const bad[] = {
		"",
		"nonsense",
		"davsync1 0 0 0 0 1 5 -1\n1 2 3 4",
		"davsync3 ",
		"davsync3 0 0 0 0 1 5",
		"davsync3 0 0 0 0 1 5 -1\n1 2 3",
		"davsync3 0 0 0 0 1 5 -1\n1 2 3 4\nX",
		"davsync3 0 0 0 0 1 5 -1\n1 2 3 4\nBQUJD"};
	struct sync_state s;
	struct err err = ERR_INIT;
	char *text;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		err_clear(&err);
		assert_false(state_read(&s, bad[i], "F", &err));
		assert_int_equal(err.kind, ERR_STATE);
	}
	assert_true(state_read(&s, NULL, "F", NULL));
	assert_true(s.first);
	s.first = false;
	s.high = 99;
	s.plan = PLAN_WHOLE;
	s.cursor = 7;
	state_add_fresh(&s, "F/none"); /* known to the next state */
	state_take_blob(&s, xstrdup("QUJD"));
	for (int i = 0; i < 2; i++)
		state_add_fresh(&s, "F/young");
	s.known.tag = xstrdup("rt:12 34");
	s.now.unread = 5;
	state_set_unread(&s, "F/a", true);
	state_set_unread(&s, "F/b", true);
	state_set_unread(&s, "F/a", false);
	text = state_write(&s);
	state_release(&s);
	assert_true(state_read(&s, text, "F", NULL));
	assert_false(s.first);
	assert_int_equal(s.high, 99);
	assert_int_equal(s.cursor, 7);
	assert_int_equal(s.now.unread, 5);
	assert_string_equal(s.known.tag, "rt:12 34");
	assert_string_equal(s.blob, "QUJD");
	assert_int_equal(s.blob_high, 99);
	assert_int_equal(s.fresh.n, 1);
	assert_string_equal(s.fresh.v[0], "young");
	assert_int_equal(s.unread.n, 1);
	assert_string_equal(s.unread.v[0], "b");
	for (int i = 0; i < 1000; i++) {
		char id[32];

		snprintf(id, sizeof(id), "F/%d", i);
		state_set_unread(&s, id, true);
		state_add_fresh(&s, id);
	}
	assert_null(s.blob);
	assert_int_equal(s.fresh.n, 0);
	assert_false(s.counts_unread);
	assert_int_equal(s.unread.n, 0);
	free(text);
	state_release(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_multistatus),
		cmocka_unit_test(test_lists),
		cmocka_unit_test(test_bad_answers),
		cmocka_unit_test(test_large),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_paths),
		cmocka_unit_test(test_keys),
		cmocka_unit_test(test_item),
		cmocka_unit_test(test_spellings),
		cmocka_unit_test(test_statuses),
		cmocka_unit_test(test_states),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
