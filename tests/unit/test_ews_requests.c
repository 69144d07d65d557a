/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * Every request the EWS backend can write, for every version, through a
 * transport that answers with success. With RETINUE_EWS_DUMP set the requests
 * are kept, and tests/schema checks them against Microsoft's schemas.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "base/clock.h"
#include "proto/ews/ews.h"

struct server {
	struct str all;	    /* every request of the run */
	const char *refuse; /* versions other than this one are faults */
};

static size_t count_of(const char *s, const char *what)
{
	size_t n = 0;

	for (; (s = strstr(s, what)); s += strlen(what))
		n++;
	return n;
}

/* What a success of each operation holds besides its code. */
static const struct {
	const char *operation, *payload;
} payloads[] = {
	{"GetFolder", "<m:Folders><t:Folder><t:FolderId Id='F' ChangeKey='K'/>"
		      "</t:Folder></m:Folders>"},
	{"CreateFolder", "<m:Folders><t:Folder><t:FolderId Id='NEW'/>"
			 "</t:Folder></m:Folders>"},
	{"FindFolder", "<m:RootFolder IncludesLastItemInRange='true'>"
		       "<t:Folders><t:Folder><t:FolderId Id='SUB'/></t:Folder>"
		       "</t:Folders></m:RootFolder>"},
	{"SyncFolderHierarchy", "<m:SyncState>S</m:SyncState><m:Includes"
				"LastFolderInRange>true</m:IncludesLastFolder"
				"InRange><m:Changes/>"},
	{"SyncFolderItems", "<m:SyncState>S</m:SyncState><m:IncludesLastItem"
			    "InRange>true</m:IncludesLastItemInRange>"
			    "<m:Changes/>"},
	{"GetItem", "<m:Items><t:Message><t:ItemId Id='I' ChangeKey='K2'/>"
		    "<t:Subject>S</t:Subject><t:Body BodyType='Text'>text"
		    "</t:Body><t:Attachments><t:FileAttachment><t:AttachmentId "
		    "Id='A'/><t:Name>a.txt</t:Name></t:FileAttachment>"
		    "</t:Attachments></t:Message></m:Items>"},
	{"GetAttachment", "<m:Attachments><t:FileAttachment><t:AttachmentId "
			  "Id='A'/><t:Content>aGk=</t:Content>"
			  "</t:FileAttachment></m:Attachments>"},
	{"ResolveNames", "<m:ResolutionSet IncludesLastItemInRange='false'>"
			 "<t:Resolution><t:Mailbox><t:Name>A</t:Name>"
			 "<t:EmailAddress>a@x</t:EmailAddress></t:Mailbox>"
			 "</t:Resolution></m:ResolutionSet>"},
	{"CreateItem", "<m:Items><t:Message><t:ItemId Id='I' ChangeKey='K'/>"
		       "</t:Message></m:Items>"},
	{"Subscribe", "<m:SubscriptionId>SUB</m:SubscriptionId>"
		      "<m:Watermark>W</m:Watermark>"},
};

static void add_message(struct str *answer, const char *operation,
			const char *payload)
{
	str_addf(answer,
		 "<m:%sResponseMessage ResponseClass='Success'>"
		 "<m:ResponseCode>NoError</m:ResponseCode>%s"
		 "</m:%sResponseMessage>",
		 operation, payload, operation);
}

/* FindItem has one item on the first page asked, none afterwards. */
static const char *find_item(const struct server *s)
{
	return count_of(s->all.s, "<m:DeleteItem ") == 0
		       ? "<m:RootFolder IncludesLastItemInRange='true' "
			 "IndexedPagingOffset='1'><t:Items><t:Message><t:"
			 "ItemId "
			 "Id='I'/></t:Message></t:Items></m:RootFolder>"
		       : "<m:RootFolder IncludesLastItemInRange='true'>"
			 "<t:Items/></m:RootFolder>";
}

static bool answer(void *ctx, const char *operation, const struct str *body,
		   struct http_answer *head, struct str *out, struct err *err)
{
	struct server *s = ctx;
	const char *payload = "";
	size_t n = count_of(body->s, "<t:ItemId ");

	(void)head;
	str_add(&s->all, body->s);
	if (strcmp(operation, "GetStreamingEvents") == 0)
		return err_set(err, ERR_NETWORK, "line lost");
	str_add(out, "<s:Envelope xmlns:s='http://schemas.xmlsoap.org/soap/"
		     "envelope/' xmlns:m='http://schemas.microsoft.com/"
		     "exchange/services/2006/messages' xmlns:t='http://schemas."
		     "microsoft.com/exchange/services/2006/types'><s:Body>");
	if (s->refuse && !strstr(body->s, s->refuse)) {
		str_add(out, "<s:Fault><detail><ResponseCode>"
			     "ErrorInvalidServerVersion</ResponseCode></detail>"
			     "</s:Fault></s:Body></s:Envelope>");
		return true;
	}
	for (size_t i = 0; i < ARRAY_LEN(payloads); i++)
		if (strcmp(payloads[i].operation, operation) == 0)
			payload = payloads[i].payload;
	if (strcmp(operation, "FindItem") == 0)
		payload = find_item(s);
	if (strcmp(operation, "GetFolder") == 0)
		n = count_of(body->s, "<t:DistinguishedFolderId ");
	str_addf(out, "<m:%sResponse><m:ResponseMessages>", operation);
	for (size_t i = 0; i < (n ? n : 1); i++)
		add_message(out, operation, payload);
	str_addf(out,
		 "</m:ResponseMessages></m:%sResponse></s:Body>"
		 "</s:Envelope>",
		 operation);
	return true;
}

static bool password(void *ctx, bool retry, char **out, struct err *err)
{
	(void)ctx, (void)retry, (void)err;
	*out = xstrdup("secret");
	return true;
}

static const struct backend_host host = {.password = password};

static bool on_fetched(void *ctx, struct fetched *f)
{
	int *n = ctx;

	assert_int_equal(f->err.kind, ERR_NONE);
	/* by the id it was asked by, though the answers all say "I" */
	assert_string_equal(f->item.remote_id, (*n)++ % 2 ? "J" : "I");
	/* no MIME in the answer: it was rebuilt */
	assert_true(f->mime.len > 0);
	fetched_release(f);
	return true;
}

static void on_event(void *ctx, const struct notify_event *e)
{
	(void)ctx;
	assert_int_equal(e->kind, NOTIFY_ALL);
}

static void run_edits(struct backend *b)
{
	static const unsigned flags[] = {0, ITEM_FLAGGED, ITEM_COMPLETE};
	struct item_ref refs[8];
	struct item_edit edits[8] = {{0}};
	struct item_results results;
	size_t n = 0;

	for (size_t i = 0; i < 3; i++)
		edits[n++] = (struct item_edit){.set = EDIT_FLAG,
						.flag = flags[i],
						.flag_due = CLOCK_NEVER};
	edits[n++] = (struct item_edit){.set = EDIT_FLAG | EDIT_READ,
					.flag = ITEM_FLAGGED,
					.flag_due = 1800000000};
	edits[n++] =
		(struct item_edit){.set = EDIT_CATEGORIES,
				   .categories = (char *)"Red & \"x\"\nBlue"};
	edits[n++] = (struct item_edit){.set = EDIT_CATEGORIES};
	edits[n++] = (struct item_edit){.set = EDIT_IMPORTANCE,
					.importance = ITEM_HIGH};
	edits[n++] = (struct item_edit){
		.set = EDIT_VERB, .verb = 104, .verb_time = 1700000000};
	for (size_t i = 0; i < n; i++)
		refs[i] = (struct item_ref){"AAMk+/=", i % 2 ? "CK" : NULL};
	assert_true(ews_ops.edit(b, NULL, refs, edits, n, &results, NULL));
	assert_int_equal(results.n, n);
	item_results_release(&results);
}

static void run_folders(struct backend *b)
{
	char *ids[FOLDER_ROLE_COUNT], *id;
	struct sync_page page;

	assert_true(ews_ops.find_roles(b, NULL, ids, NULL));
	assert_string_equal(ids[FOLDER_ROLE_INBOX], "F");
	for (int i = 0; i < FOLDER_ROLE_COUNT; i++)
		free(ids[i]);
	assert_true(ews_ops.sync_folders(b, NULL, NULL, &page, NULL));
	sync_page_release(&page);
	assert_true(ews_ops.sync_folders(b, NULL, "S0", &page, NULL));
	sync_page_release(&page);
	assert_true(
		ews_ops.folder_create(b, NULL, "P", "A & B", NULL, &id, NULL));
	assert_string_equal(id, "NEW");
	free(id);
	assert_true(ews_ops.folder_create(b, NULL, "P", "C", "IPF.Appointment",
					  &id, NULL));
	free(id);
	assert_true(ews_ops.folder_rename(b, NULL, "F", "<new>", NULL));
	assert_true(ews_ops.folder_move(b, NULL, "F", "P", NULL));
	assert_true(ews_ops.folder_remove(b, NULL, "F", DELETE_HARD, NULL));
	assert_true(
		ews_ops.folder_empty(b, NULL, "F", DELETE_SOFT, true, NULL));
}

static void run_items(struct backend *b)
{
	static const struct item_ref refs[] = {{"I", "K"}, {"J", NULL}};
	struct item_results results;
	struct item_result one;
	struct item_list list;
	struct sync_page page;
	int fetched = 0;
	bool more;

	assert_true(ews_ops.sync_items(b, NULL, "F", NULL, &page, NULL));
	sync_page_release(&page);
	assert_true(ews_ops.sync_items(b, NULL, "F", "S0", &page, NULL));
	sync_page_release(&page);
	assert_true(ews_ops.list(b, NULL, "F", 50, 100, &list, &more, NULL));
	item_list_release(&list);
	assert_true(ews_ops.fetch(b, NULL, refs, 2, true, on_fetched, &fetched,
				  NULL));
	assert_int_equal(fetched, 2);
	assert_true(ews_ops.move(b, NULL, refs, 2, "G", &results, NULL));
	item_results_release(&results);
	assert_true(ews_ops.copy(b, NULL, refs, 2, "G", &results, NULL));
	item_results_release(&results);
	for (int k = DELETE_TO_DELETED; k <= DELETE_HARD; k++) {
		assert_true(ews_ops.remove(
			b, NULL, refs, 2, (enum delete_kind)k, &results, NULL));
		item_results_release(&results);
	}
	assert_true(ews_ops.upload(b, NULL, "F",
				   &(struct bytes){(unsigned char *)"A: b", 4},
				   "key@host", true, true, &one, NULL));
	free(one.new_id);
	free(one.new_change_key);
	assert_true(ews_ops.upload(b, NULL, "F",
				   &(struct bytes){(unsigned char *)"A: b", 4},
				   NULL, false, false, &one, NULL));
	free(one.new_id);
	free(one.new_change_key);
	assert_true(ews_ops.send(b, NULL, &refs[0], "SENT", NULL));
	assert_true(ews_ops.send(b, NULL, &refs[1], NULL, NULL));
}

static void ask_people(struct backend *b)
{
	struct person_list l = {0};
	struct bytes photo = {0};
	int64_t when;
	bool more;

	assert_true(ews_ops.people->find_people(b, NULL, "a <b>", 200, &l,
						&more, NULL));
	person_list_release(&l);
	assert_true(ews_ops.people->expand_list(b, NULL, "a&b@x", &l, NULL));
	person_list_release(&l);
	(void)!ews_ops.people->password_expiry(b, NULL, &when, NULL);
	(void)!ews_ops.people->photo(b, NULL, "a&b@x", &photo, NULL);
	bytes_release(&photo);
}

/* Every field, set and taken away, and a group. */
static void write_contacts(struct backend *b)
{
	struct person was, p;
	struct item_result r = {0};
	struct contact_page page = {0};

	person_init(&was);
	person_init(&p);
	for (int f = 0; f < PERSON_FIELDS; f++)
		*person_at(&p, (enum person_field)f) =
			xasprintf("a <%d> & b", f);
	mem_replace(&p.birthday, xstrdup("1970-05-01"));
	p.categories = xstrdup("Red\nBlue");
	p.key = xstrdup("I");
	p.change_key = xstrdup("K");
	assert_true(ews_ops.people->write_contact(b, NULL, "F", NULL, &p, &r,
						  NULL));
	free(r.new_id);
	free(r.new_change_key);
	assert_true(ews_ops.people->write_contact(b, NULL, "F", &was, &p, &r,
						  NULL));
	free(r.new_id);
	free(r.new_change_key);
	was.key = xstrdup("I");
	assert_true(ews_ops.people->write_contact(b, NULL, "F", &p, &was, &r,
						  NULL));
	free(r.new_id);
	free(r.new_change_key);
	p.kind = PERSON_LIST;
	strv_add(&p.members, "Ada <ada@x>");
	strv_add(&p.members, "b@x");
	if (ews_ops.people->write_contact(b, NULL, "F", NULL, &p, &r, NULL)) {
		free(r.new_id);
		free(r.new_change_key);
		assert_true(ews_ops.people->write_contact(b, NULL, "F", &was,
							  &p, &r, NULL));
		free(r.new_id);
		free(r.new_change_key);
	}
	assert_true(
		ews_ops.people->sync_contacts(b, NULL, "F", NULL, &page, NULL));
	contact_page_release(&page);
	person_release(&p);
	person_release(&was);
}

static void run_finding(struct backend *b)
{
	static const char *const folders[] = {"F", "G"};
	struct item_list list;

	assert_true(ews_ops.find_key(b, NULL, "F", "key@host", &list, NULL));
	item_list_release(&list);
	ask_people(b);
	write_contacts(b);
	assert_true(ews_ops.search(b, NULL, folders, 2, "quarter \"<x>\" AND",
				   50, &list, NULL));
	item_list_release(&list);
	assert_true(
		ews_ops.search(b, NULL, folders, 1, "one", 50, &list, NULL));
	item_list_release(&list);
}

/* Watching, cut off at once: only what is sent matters here. */
static void run_notify(struct backend *b)
{
	struct chan_flag *flag = chan_flag_new();
	struct op op = {.cancel = flag};
	struct err err = ERR_INIT;
	struct ews_message m;
	struct str body = STR_INIT;

	if (b->version >= EWS_2010_SP1) {
		assert_false(
			ews_ops.notify_wait(b, NULL, on_event, NULL, &err));
		assert_int_equal(err.kind, ERR_NETWORK);
	} else {
		/* subscribes, then waits; the flag comes too late for that */
		str_add(&body, "<m:GetEvents><m:SubscriptionId>SUB"
			       "</m:SubscriptionId><m:Watermark>W"
			       "</m:Watermark></m:GetEvents>");
		assert_true(soap_single(b, NULL, "GetEvents", &body, false, &m,
					&err));
		ews_message_release(&m);
	}
	chan_flag_free(flag);
	(void)op;
}

static void run_all(const char *version, struct str *all)
{
	struct account *account = account_new();
	struct backend_info info = {.version = (char *)version,
				    .url = (char *)"https://h/"};
	struct server server = {.refuse = NULL};
	struct backend *b;

	str_init(&server.all);
	mem_replace(&account->url, xstrdup("https://h/"));
	mem_replace(&account->address, xstrdup("kim@example.com"));
	b = ews_ops.open(account, &host, &info);
	b->transport = answer;
	b->transport_ctx = &server;
	run_folders(b);
	run_items(b);
	run_edits(b);
	run_finding(b);
	run_notify(b);
	ews_ops.close(b);
	account_free(account);
	*all = server.all;
}

/* Text that may only be asked for from a version on (dossier 1.3). */
static const struct {
	const char *text;
	enum ews_version since;
	enum ews_version until; /* last version that needs it */
} features[] = {
	{"SuppressReadReceipts", EWS_2013_SP1, EWS_2016},
	{"item:Flag", EWS_2013, EWS_2016},
	{"PropertyTag=\"0x1095\"", EWS_2007_SP1, EWS_2010_SP2},
	{"ReturnNewItemIds", EWS_2010_SP1, EWS_2016},
	{"m:EmptyFolder", EWS_2010_SP1, EWS_2016},
	{"m:QueryString", EWS_2010, EWS_2016},
	{"t:Contains", EWS_2007_SP1, EWS_2007_SP1},
	{"StreamingSubscriptionRequest", EWS_2010_SP1, EWS_2016},
	{"SyncFolderItems", EWS_2007_SP1, EWS_2016},
};

static void test_versions(void **state)
{
	(void)state;
	for (int v = 0; v < EWS_VERSION_COUNT; v++) {
		const char *name = ews_version_name((enum ews_version)v);
		struct str all;

		run_all(name, &all);
		assert_int_equal(count_of(all.s, "<t:RequestServerVersion "),
				 count_of(all.s, name));
		for (size_t i = 0; i < ARRAY_LEN(features); i++) {
			bool there = strstr(all.s, features[i].text) != NULL;
			bool wanted = v >= (int)features[i].since &&
				      v <= (int)features[i].until;

			if (there != wanted)
				fail_msg("%s: %s is %s", name, features[i].text,
					 there ? "asked for" : "missing");
		}
		str_release(&all);
	}
}

/* Steps down until the server is content, and remembers it (1.2). */
static void test_negotiation(void **state)
{
	static const char *const versions[] = {
		"\"Exchange2013_SP1\"", "\"Exchange2010_SP1\"",
		"\"Exchange2007_SP1\"", "\"Exchange2000\""};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(versions); i++) {
		struct account *account = account_new();
		struct server server = {.refuse = versions[i]};
		struct backend_info info;
		struct err err = ERR_INIT;
		struct backend *b;
		bool ok;

		str_init(&server.all);
		mem_replace(&account->url, xstrdup("https://h/"));
		b = ews_ops.open(account, &host, NULL);
		b->transport = answer;
		b->transport_ctx = &server;
		ok = ews_ops.connect(b, NULL, &info, &err);
		assert_int_equal(ok, i < 3);
		if (ok) {
			size_t sent = server.all.len;

			assert_memory_equal(info.version, versions[i] + 1,
					    strlen(info.version));
			ews_ops.close(b);
			/* remembered: the next one asks nothing */
			b = ews_ops.open(account, &host, &info);
			b->transport = answer;
			b->transport_ctx = &server;
			backend_info_release(&info);
			assert_true(ews_ops.connect(b, NULL, &info, &err));
			assert_int_equal(server.all.len, sent);
			backend_info_release(&info);
		} else {
			assert_int_equal(err.kind, ERR_UNSUPPORTED);
		}
		ews_ops.close(b);
		account_free(account);
		str_release(&server.all);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_versions),
		cmocka_unit_test(test_negotiation),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
