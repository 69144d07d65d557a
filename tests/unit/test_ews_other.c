/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * Servers that are not quite Exchange (dossier 19), or an Exchange that refuses
 * one thing of many: there is another way to the same end, and what a server
 * says is not believed where mail would be lost or sent twice.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "base/codec.h"
#include "ews_script.h"
#include "proto/services.h"

#define FOUND(items)                                                           \
	ANSWER(OK(                                                             \
		"<m:RootFolder IncludesLastItemInRange='true'><t:Items>" items \
		"</t:Items></m:RootFolder>"))
#define ONE(id, mid, more)                                                     \
	"<t:Message><t:ItemId Id='" id "'/>" more "<t:InternetMessageId>" mid  \
	"</t:InternetMessageId></t:Message>"
#define KEY(key)                                                               \
	"<t:ExtendedProperty><t:ExtendedFieldURI DistinguishedPropertySetId="  \
	"'PublicStrings' PropertyName='RetinueKey' PropertyType='String'/>"    \
	"<t:Value>" key "</t:Value></t:ExtendedProperty>"

static void check_found(struct script *s, const char *id)
{
	struct item_list list = {0};
	struct err err = ERR_INIT;

	assert_true(ews_ops.find_key(s->b, NULL, "F", "k@h", &list, &err));
	assert_int_equal(list.n, id ? 1 : 0);
	if (id)
		assert_string_equal(list.v[0].remote_id, id);
	item_list_release(&list);
	end(s);
}

/* Only what has the key is found, whatever the server thinks of restrictions. */
static void test_find_key(void **state)
{
	static const struct step by_property[] = {
		{"FindItem", "PropertyName=\"RetinueKey\"",
		 FOUND(ONE("A", "&lt;other@h&gt;", "")
			       ONE("B", "&lt;new@server&gt;", KEY("k@h")))}};
	static const struct step by_id[] = {
		{"FindItem", "&lt;k@h&gt;",
		 FOUND(ONE("C", "&lt;k@h&gt;", ""))}};
	static const struct step everything[] = {
		{"FindItem", "m:Restriction",
		 FOUND(ONE("A", "&lt;o@h&gt;", ""))},
		{"FindItem", "!m:Restriction",
		 FOUND(ONE("A", "&lt;o@h&gt;", "")
			       ONE("D", "&lt;k@h&gt;", ""))}};
	static const struct step nothing[] = {
		{"FindItem", "m:Restriction",
		 FOUND(ONE("A", "&lt;o@h&gt;", ""))},
		{"FindItem", "!m:Restriction",
		 FOUND(ONE("A", "x", KEY("K@h")))}};
	static const struct step refused[] = {
		{"FindItem", "RetinueKey",
		 ANSWER(BAD("ErrorUnsupportedPathForQuery"))},
		{"FindItem", "!RetinueKey",
		 ANSWER(BAD("ErrorInvalidOperation"))},
		{"FindItem", "m:SortOrder",
		 FOUND(ONE("E", "&lt;k@h&gt;", ""))}};
	struct script s;

	(void)state;
	BEGIN(&s, "Exchange2013_SP1", by_property);
	check_found(&s, "B");
	BEGIN(&s, "Exchange2013_SP1", by_id);
	check_found(&s, "C");
	BEGIN(&s, "Exchange2013_SP1", everything);
	check_found(&s, "D");
	BEGIN(&s, "Exchange2013_SP1", nothing);
	check_found(&s, NULL);
	BEGIN(&s, "Exchange2013_SP1", refused);
	check_found(&s, "E");
}

/* Refused properties are left out, the dearest last. */
static void test_shrink(void **state)
{
	static const struct step steps[] = {
		{"SyncFolderItems", "PropertyTag",
		 ANSWER(BAD("ErrorInvalidExtendedProperty"))},
		{"SyncFolderItems", "!PropertyTag",
		 ANSWER(BAD("ErrorInvalidPropertyRequest"))},
		{"SyncFolderItems", "!message:",
		 ANSWER(OK(
			 "<m:SyncState>S</"
			 "m:SyncState><m:IncludesLastItemInRange>"
			 "true</m:IncludesLastItemInRange><m:Changes><t:Create>"
			 "<t:Message><t:ItemId Id='A'/></t:Message></t:Create>"
			 "</m:Changes>"))},
		/* kept in mind, and nothing is left to leave out */
		{"SyncFolderItems",
		 "!message:", ANSWER(BAD("ErrorInvalidPropertyRequest"))}};
	struct sync_page page;
	struct err err = ERR_INIT;
	struct script s;

	(void)state;
	BEGIN(&s, "Exchange2013_SP1", steps);
	assert_true(ews_ops.sync_items(s.b, NULL, "F", NULL, &page, &err));
	assert_int_equal(page.items.n, 1);
	sync_page_release(&page);
	assert_false(ews_ops.sync_items(s.b, NULL, "F", NULL, &page, &err));
	assert_int_equal(err.kind, ERR_UNSUPPORTED);
	end(&s);
}

static bool take_one(void *ctx, struct fetched *owned_f)
{
	*(struct fetched *)ctx = *owned_f;
	return true;
}

/* An item of a kind that lacks what a message has is fetched without that; an
 * answer under a newer id is still the item that was asked for. */
static void test_fetch_lean(void **state)
{
	static const struct item_ref ref = {"OLD", NULL};
	static const struct step steps[] = {
		{"GetItem", "message:IsRead",
		 ANSWER(BAD("ErrorInvalidPropertyRequest"))},
		{"GetItem", "item:Body",
		 ANSWER(BAD("ErrorInvalidPropertyRequest"))},
		{"GetItem", "!message:IsRead",
		 ANSWER(OK(ITEM("NEW",
				"<t:Subject>x</t:Subject><t:Body BodyType="
				"'Text'>words</t:Body>")))}};
	struct fetched f = {0};
	struct script s;

	(void)state;
	BEGIN(&s, "Exchange2013_SP1", steps);
	assert_true(
		ews_ops.fetch(s.b, NULL, &ref, 1, true, take_one, &f, NULL));
	assert_int_equal(f.err.kind, ERR_NONE);
	assert_string_equal(f.item.remote_id, "OLD");
	/* "words", as base64 carries it */
	assert_non_null(memmem(f.mime.p, f.mime.len, "d29yZHM", 7));
	fetched_release(&f);
	end(&s);
}

/* One unknown name must not cost all the others. */
static void test_roles(void **state)
{
	struct step steps[1 + FOLDER_ROLE_COUNT] = {
		{"GetFolder", NULL, FAULT("ErrorSchemaValidation")}};
	char *ids[FOLDER_ROLE_COUNT];
	struct script s;
	size_t n = 1;

	(void)state;
	for (int i = 0; i < FOLDER_ROLE_COUNT; i++) {
		if (!folder_role_ews((enum folder_role)i))
			continue;
		steps[n++] = (struct step){
			"GetFolder", NULL,
			i == FOLDER_ROLE_NOTES
				? FAULT("ErrorSchemaValidation")
				: ANSWER(OK(
					  "<m:Folders><t:Folder><t:FolderId "
					  "Id='F'/></t:Folder></m:Folders>"))};
	}
	begin(&s, "Exchange2013_SP1", steps, n);
	assert_true(ews_ops.find_roles(s.b, NULL, ids, NULL));
	assert_string_equal(ids[FOLDER_ROLE_INBOX], "F");
	assert_null(ids[FOLDER_ROLE_NOTES]);
	for (int i = 0; i < FOLDER_ROLE_COUNT; i++)
		free(ids[i]);
	end(&s);
}

#define TREE(last)                                                             \
	ANSWER(OK("<m:RootFolder IncludesLastItemInRange='" last               \
		  "'><t:Folders>"                                              \
		  "<t:Folder><t:FolderId Id='F'/><t:DisplayName>x"             \
		  "</t:DisplayName></t:Folder></t:Folders></m:RootFolder>"))

/* Without marks the tree is still a tree; a server without pages ends, too. */
static void test_marks(void **state)
{
	static const struct step steps[] = {
		{"FindFolder", "0x670a",
		 ANSWER(BAD("ErrorInvalidPropertyRequest"))},
		{"FindFolder", "!0x670a",
		 ANSWER(BAD("ErrorInvalidPropertyRequest"))},
		{"FindFolder", "!PropertyTag", TREE("false")},
		{"FindFolder", "Offset=\"1\"", TREE("false")},
		{"FindFolder", NULL, FAULT("ErrorNeverHeardOf")}};
	struct folder_marks marks;
	struct err err = ERR_INIT;
	struct script s;

	(void)state;
	BEGIN(&s, "Exchange2013_SP1", steps);
	assert_true(ews_ops.folder_marks(s.b, NULL, &marks, &err));
	assert_int_equal(marks.n, 1);
	assert_null(marks.v[0].mark);
	folder_marks_release(&marks);
	assert_false(ews_ops.folder_marks(s.b, NULL, &marks, &err));
	assert_int_equal(err.kind, ERR_UNSUPPORTED);
	end(&s);
}

/* Within a second a folder may change twice: a mark of the running one would
 * hide the second, and it is the server's clock that tells. */
static void test_marks_of_now(void **state)
{
	static const struct step step = {
		"FindFolder", "0x670a",
		ANSWER(OK("<m:RootFolder IncludesLastItemInRange='true'>"
			  "<t:Folders><t:Folder><t:FolderId Id='F'/>"
			  "<t:ExtendedProperty><t:ExtendedFieldURI "
			  "PropertyTag='0x670a' PropertyType='SystemTime'/>"
			  "<t:Value>2001-02-03T04:05:06Z</t:Value>"
			  "</t:ExtendedProperty></t:Folder></t:Folders>"
			  "</m:RootFolder>"))};
	static const int64_t then = 981173106;

	(void)state;
	for (int age = 0; age < 4; age++) {
		const struct around around = {.status = 200,
					      .date = then + age};
		struct folder_marks marks;
		struct err err = ERR_INIT;
		struct script s;

		begin(&s, "Exchange2013_SP1", &step, 1);
		s.around = &around;
		assert_true(ews_ops.folder_marks(s.b, NULL, &marks, &err));
		assert_int_equal(marks.n, 1);
		assert_int_equal(marks.v[0].mark != NULL, age >= 2);
		folder_marks_release(&marks);
		end(&s);
	}
}

#define LACKING(code, text)                                                    \
	ENVELOPE("<s:Fault><faultcode>s:" code                                 \
		 "</faultcode><faultstring>" text "</faultstring></s:Fault>")

/* An operation the server does not know, in the words of several servers. */
static void test_lacking(void **state)
{
	static const char *const answers[] = {
		LACKING("Server", "Unknown request 'SyncFolderHierarchy'"),
		LACKING("Client", "no"),
		LACKING("ActionNotSupported", ""),
		FAULT("ErrorInvalidRequest"),
		FAULT("ErrorSomethingNew"),
		ANSWER(BAD("ErrorInvalidOperation"))};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(answers); i++) {
		struct step step = {"SyncFolderHierarchy", NULL, answers[i]};
		struct sync_page page;
		struct err err = ERR_INIT;
		struct script s;

		begin(&s, "Exchange2013_SP1", &step, 1);
		assert_false(
			ews_ops.sync_folders(s.b, NULL, NULL, &page, &err));
		assert_int_equal(err.kind, ERR_UNSUPPORTED);
		end(&s);
	}
}

/* A version refused without a code; a folder that is not there is no reason to
 * doubt the version. */
static void test_versions(void **state)
{
	static const struct step steps[] = {
		{"GetFolder", "Exchange2013_SP1", LACKING("Client", "eh?")},
		{"GetFolder", "Exchange2010_SP2",
		 FAULT("ErrorInvalidServerVersion")},
		{"GetFolder", "Exchange2010_SP1",
		 ANSWER(BAD("ErrorFolderNotFound"))}};
	struct backend_info info;
	struct err err = ERR_INIT;
	struct script s;

	(void)state;
	BEGIN(&s, "none yet", steps);
	assert_true(ews_ops.connect(s.b, NULL, &info, &err));
	assert_string_equal(info.version, "Exchange2010_SP1");
	backend_info_release(&info);
	end(&s);
}

/* A place that lets nobody in says nothing of versions. */
static void test_closed(void **state)
{
	static const struct step steps[] = {
		{"GetFolder", NULL, "<html>no</html>"}};
	static const struct around around = {.status = 403,
					     .type = "text/html"};
	struct backend_info info;
	struct err err = ERR_INIT;
	struct script s;

	(void)state;
	BEGIN(&s, "none yet", steps);
	s.around = &around;
	assert_false(ews_ops.connect(s.b, NULL, &info, &err));
	assert_int_equal(err.kind, ERR_DENIED);
	end(&s);
}

/* The namespaces as the documentation prints them; a type that is none. */
static void test_untyped(void **state)
{
	static const struct step steps[] = {
		{"UpdateFolder", NULL,
		 "\xEF\xBB\xBF<Envelope "
		 "xmlns='https://schemas.xmlsoap.org/soap/"
		 "envelope/'><Body><R xmlns='https://schemas.microsoft.com/"
		 "exchange/services/2006/messages'><ResponseMessages>"
		 "<M ResponseClass='Error'><ResponseCode>ErrorFolderExists"
		 "</ResponseCode></M></ResponseMessages></R></Body></"
		 "Envelope>"}};
	static const struct around around = {
		.status = 200, .type = "application/octet-stream"};
	struct err err = ERR_INIT;
	struct script s;

	(void)state;
	BEGIN(&s, "Exchange2010", steps);
	s.around = &around;
	assert_false(ews_ops.folder_rename(s.b, NULL, "F", "x", &err));
	assert_string_equal(err.code, "ErrorFolderExists");
	end(&s);
}

/* What is stored keeps its day, unless the server will not have that; a draft
 * has none (dossier 10.1). */
static void test_upload_dates(void **state)
{
	static const char text[] = "Date: Fri, 01 May 2026 10:00:00 +0200\r\n"
				   "Subject: x\r\n\r\nhi\r\n";
	static const struct step steps[] = {
		{"CreateItem",
		 "<t:ExtendedProperty><t:ExtendedFieldURI PropertyTag="
		 "\"0x0e06\" PropertyType=\"SystemTime\"/><t:Value>"
		 "2026-05-01T08:00:00Z</t:Value></t:ExtendedProperty>",
		 ANSWER(OK(ITEM("a", "")))},
		{"CreateItem", "0x0039",
		 ANSWER(BAD("ErrorInvalidPropertySet"))},
		{"CreateItem", "!0x0e06", ANSWER(OK(ITEM("b", "")))},
		{"CreateItem", "!0x0e06", ANSWER(OK(ITEM("c", "")))}};
	struct bytes raw = {.p = (unsigned char *)xstrdup(text),
			    .len = strlen(text)};
	struct script s;

	(void)state;
	BEGIN(&s, "Exchange2010", steps);
	for (int i = 0; i < 3; i++) {
		struct item_result r = {0};

		assert_true(ews_ops.upload(s.b, NULL, "F", &raw, NULL, i == 2,
					   true, &r, NULL));
		free(r.new_id);
		free(r.new_change_key);
	}
	bytes_release(&raw);
	end(&s);
}

/* A post is none of the drafts it would be without its flags (10.1); a server
 * that will not have them gets it all the same. */
static void test_posts(void **state)
{
	static const struct step steps[] = {
		{"CreateItem",
		 "</t:MimeContent><t:ExtendedProperty><t:ExtendedFieldURI "
		 "PropertyTag=\"0x0e07\" PropertyType=\"Integer\"/><t:Value>1"
		 "</t:Value></t:ExtendedProperty></t:PostItem>",
		 ANSWER(OK(ITEM("a", "")))},
		{"CreateItem", "0x0e07",
		 ANSWER(BAD("ErrorInvalidPropertySet"))},
		{"CreateItem", "!0x0e07", ANSWER(OK(ITEM("b", "")))}};
	struct bytes raw = {.p = (unsigned char *)xstrdup("Subject: x\r\n\r\n"),
			    .len = 14};
	struct script s;

	(void)state;
	BEGIN(&s, "Exchange2010", steps);
	for (int i = 0; i < 2; i++)
		assert_true(backend_services(&ews_ops)->public_post(
			s.b, NULL, "F", &raw, NULL));
	bytes_release(&raw);
	end(&s);
}

/* What was found is known again, whatever its address is called. */
static void test_found_again(void **state)
{
	struct account *a = account_new();
	struct backend_info info = {.protocol = (char *)"ews",
				    .version = (char *)"Exchange2013_SP1",
				    .url = (char *)"https://127.0.0.1:9/mail"};
	struct backend_info out = {0};
	struct op op = {0};
	struct err err = ERR_INIT;
	struct script s = {0};
	struct backend *b;

	(void)state;
	host.ctx = &s;
	mem_replace(&a->url, xstrdup(info.url));
	b = auto_ops.open(a, &host, &info);
	if (!auto_ops.connect(b, &op, &out, &err))
		fail_msg("%s", err.text);
	assert_string_equal(out.protocol, "ews");
	backend_info_release(&out);
	auto_ops.close(b);
	account_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_find_key),
		cmocka_unit_test(test_shrink),
		cmocka_unit_test(test_fetch_lean),
		cmocka_unit_test(test_roles),
		cmocka_unit_test(test_marks),
		cmocka_unit_test(test_marks_of_now),
		cmocka_unit_test(test_lacking),
		cmocka_unit_test(test_versions),
		cmocka_unit_test(test_closed),
		cmocka_unit_test(test_untyped),
		cmocka_unit_test(test_upload_dates),
		cmocka_unit_test(test_posts),
		cmocka_unit_test(test_found_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
