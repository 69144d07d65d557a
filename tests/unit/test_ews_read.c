/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* The EWS reader: what servers send, at its oddest (dossier 4, 7, 8). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "base/clock.h"
#include "proto/ews/errors.h"
#include "proto/ews/read.h"

#define OPEN                                                                   \
	"<s:Envelope xmlns:s='http://schemas.xmlsoap.org/soap/envelope/' "     \
	"xmlns:m='http://schemas.microsoft.com/exchange/services/2006/"        \
	"messages' xmlns:t='http://schemas.microsoft.com/exchange/"            \
	"services/2006/types'><s:Body>"
#define CLOSE "</s:Body></s:Envelope>"
#define MESSAGE(payload)                                                       \
	"<m:R><m:ResponseMessages><m:RMessage ResponseClass='Success'>"        \
	"<m:ResponseCode>NoError</m:ResponseCode>" payload "</m:RMessage>"     \
	"</m:ResponseMessages></m:R>"
#define ITEM(fields)                                                           \
	OPEN MESSAGE(                                                          \
		"<m:Items><t:Message><t:ItemId Id='I' ChangeKey='K'/>" fields  \
		"</t:Message></m:Items>") CLOSE

struct kept {
	struct ews_message v[8];
	size_t n;
};

static bool keep(void *ctx, struct ews_message *m, struct err *err)
{
	struct kept *k = ctx;

	(void)err;
	assert_int_equal(m->index, k->n);
	assert_true(k->n < 8);
	k->v[k->n++] = *m;
	*m = (struct ews_message){0};
	return true;
}

static struct ews_reader *read_all(const char *s, struct kept *k)
{
	struct ews_reader *r = ews_reader_new(keep, k);
	struct err err = ERR_INIT;

	*k = (struct kept){0};
	for (size_t at = 0, len = strlen(s); at < len; at += 7)
		assert_true(ews_reader_feed(r, s + at,
					    len - at < 7 ? len - at : 7, &err));
	assert_true(ews_reader_finish(r, &err));
	return r;
}

static void release(struct ews_reader *r, struct kept *k)
{
	for (size_t i = 0; i < k->n; i++)
		ews_message_release(&k->v[i]);
	ews_reader_free(r);
}

/* One message with one item. */
static struct item *one_item(struct kept *k)
{
	assert_int_equal(k->n, 1);
	assert_int_equal(k->v[0].items.n, 1);
	return &k->v[0].items.v[0].item;
}

static void test_addresses(void **state)
{
	struct kept k;
	struct ews_reader *r = read_all(
		ITEM("<t:Sender><t:Mailbox><t:Name>Boss's desk</t:Name>"
		     "<t:EmailAddress>desk@x</t:EmailAddress></t:Mailbox>"
		     "</t:Sender>"
		     "<t:ToRecipients><t:Mailbox><t:Name>Doe, \"J\"</t:Name>"
		     "<t:EmailAddress>j@x</t:EmailAddress></t:Mailbox>"
		     "<t:Mailbox><t:EmailAddress>bare@x</t:EmailAddress>"
		     "</t:Mailbox><t:Mailbox><t:Name>Ada \u00D6</t:Name>"
		     "<t:EmailAddress>/O=ORG/CN=ADA</t:EmailAddress>"
		     "<t:RoutingType>EX</t:RoutingType></t:Mailbox>"
		     "</t:ToRecipients><t:CcRecipients/>"
		     "<t:From><t:Mailbox><t:Name>Boss</t:Name><t:EmailAddress>"
		     "boss@x</t:EmailAddress></t:Mailbox></t:From>"),
		&k);
	struct item *it = one_item(&k);

	(void)state;
	assert_string_equal(it->to, "\"Doe, \\\"J\\\"\" <j@x>, bare@x, "
				    "Ada \u00D6");
	assert_null(it->cc);
	assert_string_equal(it->from_name, "Boss");
	assert_string_equal(it->from_addr, "boss@x");
	assert_string_equal(it->sender_addr, "desk@x");
	release(r, &k);
	/* the directory's path is no address; the sender's own helps out */
	r = read_all(ITEM("<t:ExtendedProperty><t:ExtendedFieldURI PropertyTag="
			  "'0x5D01' PropertyType='String'/><t:Value>ada@x"
			  "</t:Value></t:ExtendedProperty><t:From><t:Mailbox>"
			  "<t:Name>Ada</t:Name><t:EmailAddress>/o=ORG/cn=ADA"
			  "</t:EmailAddress></t:Mailbox></t:From>"),
		     &k);
	assert_string_equal(one_item(&k)->from_addr, "ada@x");
	assert_null(one_item(&k)->sender_addr);
	release(r, &k);
}

/* In another's name: both have paths, and each its own address. */
static void test_on_behalf(void **state)
{
	struct kept k;
	struct ews_reader *r = read_all(
		ITEM("<t:ExtendedProperty><t:ExtendedFieldURI PropertyTag="
		     "'0x5d01' PropertyType='String'/><t:Value>desk@x</t:Value>"
		     "</t:ExtendedProperty><t:ExtendedProperty>"
		     "<t:ExtendedFieldURI PropertyTag='0x5d02' PropertyType="
		     "'String'/><t:Value>boss@x</t:Value></t:ExtendedProperty>"
		     "<t:Sender><t:Mailbox><t:Name>Desk</t:Name>"
		     "<t:EmailAddress>/o=ORG/cn=DESK</t:EmailAddress>"
		     "<t:RoutingType>EX</t:RoutingType></t:Mailbox></t:Sender>"
		     "<t:From><t:Mailbox><t:Name>Boss</t:Name><t:EmailAddress>"
		     "/o=ORG/cn=BOSS</t:EmailAddress></t:Mailbox></t:From>"),
		&k);

	(void)state;
	assert_string_equal(one_item(&k)->from_name, "Boss");
	assert_string_equal(one_item(&k)->from_addr, "boss@x");
	assert_string_equal(one_item(&k)->sender_addr, "desk@x");
	release(r, &k);
}

static const struct {
	const char *fields;
	unsigned flags;
} flag_rows[] = {
	{"<t:IsRead>true</t:IsRead>", ITEM_READ},
	{"<t:IsRead>1</t:IsRead><t:IsDraft>true</t:IsDraft>",
	 ITEM_READ | ITEM_DRAFT},
	{"<t:Importance>High</t:Importance>", ITEM_HIGH},
	{"<t:Importance>Low</t:Importance>", ITEM_LOW},
	{"<t:Importance>Unheard</t:Importance>", 0},
	{"<t:ExtendedProperty><t:ExtendedFieldURI PropertyTag='0x1090' "
	 "PropertyType='Integer'/><t:Value>2</t:Value></t:ExtendedProperty>",
	 ITEM_FLAGGED},
	/* the tag in decimal and in other case: compared as a number */
	{"<t:ExtendedProperty><t:ExtendedFieldURI PropertyTag='4240' "
	 "PropertyType='Integer'/><t:Value>1</t:Value></t:ExtendedProperty>",
	 ITEM_COMPLETE},
	{"<t:ExtendedProperty><t:ExtendedFieldURI PropertyTag='0X1081' "
	 "PropertyType='Integer'/><t:Value>103</t:Value></t:ExtendedProperty>",
	 ITEM_ANSWERED},
	{"<t:ExtendedProperty><t:ExtendedFieldURI PropertyTag='0x1081' "
	 "PropertyType='Integer'/><t:Value>104</t:Value></t:ExtendedProperty>",
	 ITEM_FORWARDED},
	{"<t:Flag><t:FlagStatus>Complete</t:FlagStatus></t:Flag>",
	 ITEM_COMPLETE},
	{"<t:ItemClass>IPM.Schedule.Meeting.Request</t:ItemClass>",
	 ITEM_INVITATION},
	{"<t:ItemClass>REPORT.IPM.Note.NDR</t:ItemClass>", ITEM_REPORT},
};

static void test_flags(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(flag_rows); i++) {
		char *text = xasprintf(ITEM("%s"), flag_rows[i].fields);
		struct kept k;
		struct ews_reader *r = read_all(text, &k);

		assert_int_equal(one_item(&k)->flags, flag_rows[i].flags);
		release(r, &k);
		free(text);
	}
}

static void test_values(void **state)
{
	struct kept k;
	struct ews_reader *r = read_all(
		ITEM("<t:MimeContent CharacterSet='UTF-8'>\r\n QTog\r\nYgo "
		     "</t:MimeContent>"
		     "<t:Subject/><t:Size>-5</t:Size>"
		     "<t:DateTimeReceived>2026-05-01T10:00:00.1234567+02:00"
		     "</t:DateTimeReceived>"
		     "<t:DateTimeSent>4501-01-01T00:00:00Z</t:DateTimeSent>"
		     "<t:InReplyTo>&lt;a@b&gt;</t:InReplyTo>"
		     "<t:References>&lt;x@y&gt;\r\n\t&lt;z@w&gt;</t:References>"
		     "<t:Categories><t:String>Red</t:String><t:String/>"
		     "<t:String>&amp; blue</t:String></t:Categories>"
		     "<t:ConversationIndex>AQ/w</t:ConversationIndex>"
		     "<t:NewElement><t:Subject>nested</t:Subject>"
		     "</t:NewElement>"
		     "<t:ExtendedProperty><t:ExtendedFieldURI "
		     "DistinguishedPropertySetId='Task' PropertyId='33029' "
		     "PropertyType='SystemTime'/><t:Value>2026-06-01T00:00:00Z"
		     "</t:Value></t:ExtendedProperty>"),
		&k);
	struct item *it = one_item(&k);

	(void)state;
	assert_null(it->subject);
	assert_int_equal(it->size, 4294967291);
	assert_int_equal(it->received, clock_from_utc(2026, 5, 1, 8, 0, 0));
	assert_int_equal(it->sent, CLOCK_NEVER);
	assert_int_equal(it->flag_due, clock_from_utc(2026, 6, 1, 0, 0, 0));
	assert_string_equal(it->in_reply_to, "a@b");
	assert_string_equal(it->references, "x@y z@w");
	assert_string_equal(it->categories, "Red\n& blue");
	assert_string_equal(it->conv_index, "010ff0");
	assert_int_equal(k.v[0].mime.len, 5);
	assert_memory_equal(k.v[0].mime.p, "A: b\n", 5);
	assert_false(k.v[0].mime_damaged);
	release(r, &k);
	r = read_all(ITEM("<t:References>&lt;x@y&gt; &lt;cut@he</t:References>"
			  "<t:InReplyTo>bare@x</t:InReplyTo>"),
		     &k);
	assert_string_equal(one_item(&k)->references, "x@y");
	assert_string_equal(one_item(&k)->in_reply_to, "bare@x");
	release(r, &k);
	r = read_all(ITEM("<t:MimeContent>QT*g</t:MimeContent>"), &k);
	assert_true(k.v[0].mime_damaged);
	release(r, &k);
}

/* Namespaces swapped or default, prefixes of any kind. */
static void test_namespaces(void **state)
{
	struct kept k;
	struct ews_reader *r = read_all(
		"<Envelope xmlns='http://schemas.xmlsoap.org/soap/envelope/'>"
		"<Body><R xmlns='http://schemas.microsoft.com/exchange/"
		"services/2006/types'><ResponseMessages><RMessage ResponseClass"
		"='Success'><ResponseCode>NoError</ResponseCode><Items>"
		"<Message><ItemId Id='I'/><Subject>x</Subject><Subject xmlns="
		"'urn:other'>y</Subject></Message></Items></RMessage>"
		"</ResponseMessages></R></Body></Envelope>",
		&k);

	(void)state;
	assert_string_equal(one_item(&k)->subject, "x");
	assert_true(ews_reader_head(r)->is_envelope);
	release(r, &k);
}

static void test_changes(void **state)
{
	struct kept k;
	struct ews_reader *r = read_all(
		OPEN MESSAGE(
			"<m:SyncState>S</m:SyncState>"
			"<m:IncludesLastItemInRange>false"
			"</m:IncludesLastItemInRange><m:Changes>"
			"<t:Create><t:CalendarItem><t:ItemId Id='A'/>"
			"</t:CalendarItem></t:Create>"
			"<t:Update><t:Message><t:ItemId Id='B'/></t:Message>"
			"</t:Update><t:Delete><t:ItemId Id='C'/></t:Delete>"
			"<t:ReadFlagChange><t:ItemId Id='D'/><t:IsRead>false"
			"</t:IsRead></t:ReadFlagChange>"
			"<t:Create><t:Message><t:Subject>no id</t:Subject>"
			"</t:Message></t:Create></m:Changes>") CLOSE,
		&k);
	const struct ews_message *m = &k.v[0];

	(void)state;
	assert_int_equal(m->items.n, 4);
	assert_false(m->is_last);
	assert_string_equal(m->sync_state, "S");
	assert_int_equal(m->items.v[0].kind, CHANGE_UPSERT);
	assert_string_equal(m->items.v[0].item.remote_id, "A");
	assert_int_equal(m->items.v[1].kind, CHANGE_UPSERT);
	assert_int_equal(m->items.v[2].kind, CHANGE_GONE);
	assert_string_equal(m->items.v[2].item.remote_id, "C");
	assert_int_equal(m->items.v[3].kind, CHANGE_READ);
	assert_int_equal(m->items.v[3].item.flags, 0);
	release(r, &k);
}

static void test_folders(void **state)
{
	struct kept k;
	struct ews_reader *r = read_all(
		OPEN MESSAGE(
			"<m:Changes><t:Create><t:CalendarFolder><t:FolderId "
			"Id='A'/><t:ParentFolderId Id='R'/><t:DisplayName>Cal"
			"</t:DisplayName></t:CalendarFolder></t:Create>"
			"<t:Update><t:Folder><t:FolderId Id='B'/>"
			"<t:FolderClass>IPF.Task.X</t:FolderClass>"
			"<t:TotalCount>7</t:TotalCount>"
			"<t:ExtendedProperty><t:ExtendedFieldURI "
			"PropertyTag='0x10f4' PropertyType='Boolean'/><t:Value>"
			"true</t:Value></t:ExtendedProperty>"
			"<t:EffectiveRights><t:CreateContents>false"
			"</t:CreateContents><t:Modify>false</t:Modify>"
			"</t:EffectiveRights><t:UnreadCount>3</t:UnreadCount>"
			"</t:Folder></t:Update>"
			"<t:Create><t:SearchFolder><t:FolderId Id='C'/>"
			"</t:SearchFolder></t:Create>"
			"<t:Delete><t:FolderId Id='D'/></t:Delete>"
			"</m:Changes>") CLOSE,
		&k);
	const struct folder_changes *f = &k.v[0].folders;

	(void)state;
	assert_int_equal(f->n, 4);
	assert_int_equal(f->v[0].folder.kind, FOLDER_CALENDAR);
	assert_string_equal(f->v[0].folder.parent_remote, "R");
	assert_int_equal(f->v[1].folder.kind, FOLDER_TASKS);
	assert_int_equal(f->v[1].folder.total, 7);
	assert_int_equal(f->v[1].folder.unread, 3);
	assert_int_equal(f->v[1].folder.flags,
			 FOLDER_HIDDEN | FOLDER_READ_ONLY);
	assert_int_equal(f->v[2].folder.flags, FOLDER_SEARCH);
	assert_int_equal(f->v[3].kind, CHANGE_GONE);
	assert_string_equal(f->v[3].folder.remote_id, "D");
	release(r, &k);
}

#define FAULT(inner) OPEN "<s:Fault>" inner "</s:Fault>" CLOSE
static const struct {
	const char *text;
	enum err_kind kind;
	const char *code;
	int64_t wait;
} faults[] = {
	{FAULT("<faultcode>a:ErrorServerBusy</faultcode><faultstring>x"
	       "</faultstring><detail><e:ResponseCode xmlns:e='http://schemas."
	       "microsoft.com/exchange/services/2006/errors'>ErrorServerBusy"
	       "</e:ResponseCode><t:MessageXml><t:Value Name="
	       "'BackOffMilliseconds'>297749</t:Value></t:MessageXml>"
	       "</detail>"),
	 ERR_SERVER, "ErrorServerBusy", 297749},
	/* in words only; without any; absurd; negative */
	{FAULT("<faultcode>a:ErrorServerBusy</faultcode><faultstring>Budget. "
	       "Suggested backoff time 5000 ms.</faultstring>"),
	 ERR_SERVER, "ErrorServerBusy", 5000},
	{FAULT("<faultcode>a:ErrorServerBusy</faultcode>"), ERR_SERVER,
	 "ErrorServerBusy", 60000},
	{FAULT("<faultcode>a:ErrorServerBusy</faultcode><detail><t:MessageXml>"
	       "<t:Value Name='BackOffMilliseconds'>99999999</t:Value>"
	       "</t:MessageXml></detail>"),
	 ERR_SERVER, "ErrorServerBusy", 900000},
	{FAULT("<faultcode>a:ErrorServerBusy</faultcode><detail><t:MessageXml>"
	       "<t:Value Name='BackOffMilliseconds'>-7</t:Value>"
	       "</t:MessageXml></detail>"),
	 ERR_SERVER, "ErrorServerBusy", 60000},
	{FAULT("<faultcode>s:Client</faultcode><faultstring>Unknown request"
	       "</faultstring>"),
	 ERR_UNSUPPORTED, "", 0},
	{FAULT("<faultcode>s:Server</faultcode><faultstring>oh"
	       "</faultstring>"),
	 ERR_SERVER, "", 0},
	{FAULT("<faultcode>a:ErrorAccessDenied</faultcode>"), ERR_DENIED,
	 "ErrorAccessDenied", 0},
	{FAULT("<faultcode>a:ErrorBrandNew</faultcode>"), ERR_PROTOCOL,
	 "ErrorBrandNew", 0},
};

static void test_faults(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(faults); i++) {
		struct kept k;
		struct ews_reader *r = read_all(faults[i].text, &k);
		struct err err = ERR_INIT;

		assert_int_equal(k.n, 0);
		assert_true(ews_reader_head(r)->is_fault);
		ews_fault_error(ews_reader_head(r), &err);
		assert_int_equal(err.kind, faults[i].kind);
		assert_string_equal(err.code, faults[i].code);
		assert_int_equal(err.retry_after_ms, faults[i].wait);
		assert_true(err.text[0] != '\0');
		release(r, &k);
	}
}

/* The inner code says more; a warning comes with its payload. */
static void test_message_errors(void **state)
{
	struct kept k;
	struct ews_reader *r = read_all(
		OPEN "<m:R><m:ResponseMessages>"
		     "<m:RMessage ResponseClass='Error'><m:MessageText>zu voll"
		     "</m:MessageText><m:ResponseCode>ErrorInternalServerError"
		     "</m:ResponseCode><m:MessageXml><t:Value Name="
		     "'InnerErrorResponseCode'>ErrorQuotaExceededOnDelete"
		     "</t:Value></m:MessageXml></m:RMessage>"
		     "<m:RMessage ResponseClass='Warning'><m:ResponseCode>"
		     "ErrorNameResolutionMultipleResults</m:ResponseCode>"
		     "</m:RMessage>"
		     "<m:RMessage ResponseClass='Warning'><m:ResponseCode>"
		     "ErrorBatchProcessingStopped</m:ResponseCode></m:RMessage>"
		     "</m:ResponseMessages></m:R>" CLOSE,
		&k);
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(k.n, 3);
	assert_int_equal(ews_message_error(&k.v[0], &err), RULE_FINAL);
	assert_int_equal(err.kind, ERR_QUOTA);
	assert_int_equal(ews_message_error(&k.v[1], &err), RULE_NONE);
	assert_int_equal(ews_message_error(&k.v[2], &err), RULE_STOPPED);
	release(r, &k);
}

/* A message that says nothing has its place all the same: the next one is not
 * taken for its answer. */
static void test_silent_message(void **state)
{
	struct kept k;
	struct ews_reader *r = read_all(
		OPEN "<m:R><m:ResponseMessages>"
		     "<m:RMessage ResponseClass='Error'/>"
		     "<m:RMessage ResponseClass='Success'><m:ResponseCode>"
		     "NoError</m:ResponseCode></m:RMessage>"
		     "</m:ResponseMessages></m:R>" CLOSE,
		&k);
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(k.n, 2);
	assert_int_equal(ews_message_error(&k.v[0], &err), RULE_FINAL);
	assert_int_equal(err.kind, ERR_SERVER);
	assert_int_equal(k.v[1].index, 1);
	release(r, &k);
}

/* Trouble that passes is told from what is refused for good: of the first kind a
 * change waits, of the second it is given back. */
static void test_kinds(void **state)
{
	static const struct {
		const char *code;
		enum err_kind kind;
	} rows[] = {
		{"ErrorInsufficientResources", ERR_SERVER},
		{"ErrorServiceUnavailable", ERR_SERVER},
		{"ErrorProxyCallFailed", ERR_SERVER},
		{"ErrorNoRespondingCASInDestinationSite", ERR_SERVER},
		{"ErrorOccurrenceCrossingBoundary", ERR_INPUT},
		{"ErrorMessagePerFolderCountReceiveQuotaExceeded", ERR_QUOTA},
		{"ErrorHeardOfNowhere", ERR_PROTOCOL},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct err err = ERR_INIT;

		ews_code_error(&err, rows[i].code, NULL, "words", -1);
		assert_int_equal(err.kind, rows[i].kind);
		assert_string_equal(err.code, rows[i].code);
	}
}

/* 200,000 recipients and a header of 10 MB are only long. */
static void test_large(void **state)
{
	struct str text = STR_INIT;
	struct kept k;
	struct ews_reader *r;

	(void)state;
	str_add(&text, OPEN "<m:R><m:ResponseMessages><m:RMessage "
			    "ResponseClass='Success'><m:ResponseCode>NoError"
			    "</m:ResponseCode><m:Items><t:Message><t:ItemId "
			    "Id='I'/><t:Subject>");
	for (int i = 0; i < 1000000; i++)
		str_add(&text, "0123456789");
	str_add(&text, "</t:Subject><t:ToRecipients>");
	for (int i = 0; i < 100000; i++)
		str_addf(&text,
			 "<t:Mailbox><t:EmailAddress>u%d@x"
			 "</t:EmailAddress></t:Mailbox>",
			 i);
	str_add(&text, "</t:ToRecipients></t:Message></m:Items></m:RMessage>"
		       "</m:ResponseMessages></m:R>" CLOSE);
	r = read_all(text.s, &k);
	assert_int_equal(strlen(one_item(&k)->subject), 10000000);
	assert_true(str_ends(one_item(&k)->to, ", u99999@x"));
	release(r, &k);
	str_release(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_on_behalf),
		cmocka_unit_test(test_flags),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_namespaces),
		cmocka_unit_test(test_changes),
		cmocka_unit_test(test_folders),
		cmocka_unit_test(test_faults),
		cmocka_unit_test(test_message_errors),
		cmocka_unit_test(test_silent_message),
		cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_large),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
