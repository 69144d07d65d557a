/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * What the EWS backend does when answers are not simply "done" (dossier 6):
 * conversations played by a script. A step names the operation that must come,
 * a text the request must hold, and the answer.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "base/clock.h"
#include "base/codec.h"
#include "ews_script.h"

static const struct item_ref refs[] = {
	{"A", NULL}, {"B", NULL}, {"C", NULL}, {"D", NULL}};

static void check_kinds(struct item_results *r, const enum err_kind *kinds,
			size_t n)
{
	assert_int_equal(r->n, n);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(r->v[i].err.kind, kinds[i]);
	item_results_release(r);
}

/* Out of time: half as many at once, then all of them. */
static void test_halves(void **state)
{
	static const struct step steps[] = {
		{"MoveItem", "Id=\"D\"", FAULT("ErrorTimeoutExpired")},
		{"MoveItem", "Id=\"B\"/></m:ItemIds>",
		 ANSWER(OK(ITEM("a", "")) OK(ITEM("b", "")))},
		{"MoveItem", "<m:ItemIds><t:ItemId Id=\"C\"/>",
		 ANSWER(BAD("ErrorTooManyObjectsOpened") STOPPED)},
		{"MoveItem", "<m:ItemIds><t:ItemId Id=\"C\"/></m:ItemIds>",
		 ANSWER(OK(ITEM("c", "")))},
		{"MoveItem", "<m:ItemIds><t:ItemId Id=\"D\"/></m:ItemIds>",
		 ANSWER(BAD("ErrorItemNotFound"))}};
	static const enum err_kind kinds[] = {ERR_NONE, ERR_NONE, ERR_NONE,
					      ERR_NOT_FOUND};
	struct item_results r;
	struct script s;

	(void)state;
	BEGIN(&s, "Exchange2013_SP1", steps);
	assert_true(ews_ops.move(s.b, NULL, refs, 4, "F", &r, NULL));
	assert_string_equal(r.v[1].new_id, "b");
	assert_string_equal(r.v[2].new_id, "c");
	check_kinds(&r, kinds, 4);
	end(&s);
}

/* In another's mailbox: moved where the server does not delete. */
static void test_delete_elsewhere(void **state)
{
	static const struct step steps[] = {
		{"DeleteItem", "MoveToDeletedItems",
		 ANSWER(OK("") BAD("ErrorCannotDeleteObject") BAD(
			 "ErrorCannotDeleteObject") BAD("ErrorAccessDenied"))},
		{"MoveItem",
		 "<m:ToFolderId><t:DistinguishedFolderId Id=\"deleteditems\"/>"
		 "</m:ToFolderId><m:ItemIds><t:ItemId Id=\"B\"/>"
		 "<t:ItemId Id=\"C\"/></m:ItemIds>",
		 ANSWER(OK("") BAD("ErrorCrossMailboxMoveCopy"))},
		{"DeleteItem", "HardDelete",
		 ANSWER(BAD("ErrorCannotDeleteObject"))}};
	static const enum err_kind kinds[] = {ERR_NONE, ERR_NONE, ERR_DENIED,
					      ERR_DENIED};
	struct item_results r;
	struct script s;

	(void)state;
	BEGIN(&s, "Exchange2013_SP1", steps);
	assert_true(ews_ops.remove(s.b, NULL, refs, 4, DELETE_TO_DELETED, &r,
				   NULL));
	check_kinds(&r, kinds, 4);
	assert_true(ews_ops.remove(s.b, NULL, refs, 1, DELETE_HARD, &r, NULL));
	check_kinds(&r, kinds + 2, 1);
	end(&s);
}

/* A stopped batch is continued behind its first error. */
static void test_stopped(void **state)
{
	static const struct step steps[] = {
		{"UpdateItem", "Id=\"A\"",
		 ANSWER(OK("") BAD("ErrorIrresolvableConflict")
				STOPPED STOPPED)},
		{"UpdateItem",
		 "<m:ItemChanges><t:ItemChange><t:ItemId "
		 "Id=\"C\"/>",
		 ANSWER(OK("") OK(""))}};
	static const enum err_kind kinds[] = {ERR_NONE, ERR_CONFLICT, ERR_NONE,
					      ERR_NONE};
	struct item_edit edits[4];
	struct item_results r;
	struct script s;

	(void)state;
	for (int i = 0; i < 4; i++)
		edits[i] = (struct item_edit){.set = EDIT_READ};
	BEGIN(&s, "Exchange2010", steps);
	assert_true(ews_ops.edit(s.b, NULL, refs, edits, 4, &r, NULL));
	check_kinds(&r, kinds, 4);
	end(&s);
}

/* Repeated, then alone, so that one bad item does not hold up the others. */
static void test_internal_error(void **state)
{
	static const struct step steps[] = {
		{"DeleteItem", "Id=\"B\"",
		 ANSWER(BAD("ErrorInternalServerError") OK(""))},
		{"DeleteItem", "Id=\"A\"",
		 ANSWER(BAD("ErrorInternalServerTransientError"))},
		{"DeleteItem", "Id=\"A\"",
		 ANSWER(BAD("ErrorInternalServerError"))}};
	static const enum err_kind kinds[] = {ERR_SERVER, ERR_NONE};
	struct item_results r;
	struct script s;

	(void)state;
	BEGIN(&s, "Exchange2010", steps);
	assert_true(ews_ops.remove(s.b, NULL, refs, 2, DELETE_SOFT, &r, NULL));
	check_kinds(&r, kinds, 2);
	end(&s);
}

/* Busy inside: only what was not done is sent again, after the pause. */
static void test_busy_inside(void **state)
{
	static const struct step steps[] = {
		{"CopyItem", "Id=\"B\"",
		 ANSWER(OK("") "<m:M ResponseClass='Error'><m:ResponseCode>"
			       "ErrorServerBusy</m:ResponseCode><m:MessageXml>"
			       "<t:Value Name='BackOffMilliseconds'>60"
			       "</t:Value></m:MessageXml></m:M>")},
		{"CopyItem", "<m:ItemIds><t:ItemId Id=\"B\"/></m:ItemIds>",
		 ANSWER(OK(""))}};
	static const enum err_kind kinds[] = {ERR_NONE, ERR_NONE};
	int64_t started = clock_mono_ms();
	struct item_results r;
	struct script s;

	(void)state;
	BEGIN(&s, "Exchange2010", steps);
	assert_true(ews_ops.copy(s.b, NULL, refs, 2, "F", &r, NULL));
	check_kinds(&r, kinds, 2);
	assert_true(clock_mono_ms() - started >= 55);
	end(&s);
}

/* Fewer messages than ids: the rest was not done. */
static void test_missing(void **state)
{
	static const struct step steps[] = {
		{"CopyItem", "Id=\"D\"", ANSWER(OK("") OK(""))}};
	static const enum err_kind kinds[] = {ERR_NONE, ERR_NONE, ERR_SERVER,
					      ERR_SERVER};
	struct item_results r;
	struct script s;

	(void)state;
	BEGIN(&s, "Exchange2010", steps);
	assert_true(ews_ops.copy(s.b, NULL, refs, 4, "F", &r, NULL));
	check_kinds(&r, kinds, 4);
	end(&s);
}

/* A change is not repeated on a lost line; what was done is not lost. */
static void test_lost(void **state)
{
	static const struct step steps[] = {
		{"MoveItem", NULL, FAULT("ErrorTimeoutExpired")},
		{"MoveItem", "Id=\"B\"", ANSWER(OK("") OK(""))},
		{"MoveItem", "Id=\"C\"", LOST}};
	static const struct step at_once[] = {{"MoveItem", NULL, LOST}};
	static const enum err_kind kinds[] = {ERR_NONE, ERR_NONE, ERR_NETWORK,
					      ERR_NETWORK};
	struct item_results r = {0};
	struct err err = ERR_INIT;
	struct script s;

	(void)state;
	BEGIN(&s, "Exchange2010", steps);
	assert_true(ews_ops.move(s.b, NULL, refs, 4, "F", &r, &err));
	check_kinds(&r, kinds, 4);
	end(&s);
	r = (struct item_results){0};
	BEGIN(&s, "Exchange2010", at_once);
	assert_false(ews_ops.move(s.b, NULL, refs, 4, "F", &r, &err));
	assert_int_equal(err.kind, ERR_NETWORK);
	assert_int_equal(r.n, 0);
	end(&s);
}

#define SYNC(state, last, changes)                                             \
	ANSWER(OK("<m:SyncState>" state "</m:SyncState>"                       \
		  "<m:IncludesLastItemInRange>" last                           \
		  "</m:IncludesLastItemInRange><m:Changes>" changes            \
		  "</m:Changes>"))

static void test_sync(void **state)
{
	static const struct step steps[] = {
		{"SyncFolderItems", ">512<",
		 ANSWER(BAD("ErrorTimeoutExpired"))},
		{"SyncFolderItems", ">256<", SYNC("S1", "false", "")},
		/* the same state and nothing new, for ever */
		{"SyncFolderItems", ">S1<", SYNC("S1", "false", "")},
		{"SyncFolderItems", ">S1<",
		 ANSWER(BAD("ErrorInvalidSyncStateData"))},
		{"SyncFolderItems", ">S1<",
		 ANSWER(BAD("ErrorSyncFolderNotFound"))},
		{"SyncFolderItems", ">S1<",
		 ANSWER(BAD("ErrorInvalidOperation"))}};
	static const enum err_kind kinds[] = {ERR_STATE, ERR_NOT_FOUND,
					      ERR_UNSUPPORTED};
	struct sync_page page;
	struct err err = ERR_INIT;
	struct script s;

	(void)state;
	BEGIN(&s, "Exchange2010", steps);
	assert_true(ews_ops.sync_items(s.b, NULL, "F", NULL, &page, &err));
	assert_true(page.more);
	sync_page_release(&page);
	assert_true(ews_ops.sync_items(s.b, NULL, "F", "S1", &page, &err));
	assert_false(page.more);
	assert_string_equal(page.state, "S1");
	sync_page_release(&page);
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		assert_false(
			ews_ops.sync_items(s.b, NULL, "F", "S1", &page, &err));
		assert_int_equal(err.kind, kinds[i]);
	}
	end(&s);
}

/* A server without EmptyFolder, whatever version it claims (19). */
static void test_empty_fallback(void **state)
{
	static const struct step steps[] = {
		{"EmptyFolder", NULL, FAULT("ErrorInvalidRequest")},
		{"FindItem", NULL,
		 ANSWER(OK("<m:RootFolder><t:Items><t:Message><t:ItemId "
			   "Id='X'/></t:Message></t:Items></m:RootFolder>"))},
		{"DeleteItem", "Id=\"X\"", ANSWER(OK(""))},
		{"FindItem", NULL,
		 ANSWER(OK("<m:RootFolder><t:Items/>"
			   "</m:RootFolder>"))},
		{"FindItem", NULL,
		 ANSWER(OK("<m:RootFolder><t:Items/>"
			   "</m:RootFolder>"))}};
	struct script s;

	(void)state;
	BEGIN(&s, "Exchange2013_SP1", steps);
	assert_true(
		ews_ops.folder_empty(s.b, NULL, "F", DELETE_HARD, false, NULL));
	assert_true(
		ews_ops.folder_empty(s.b, NULL, "F", DELETE_HARD, false, NULL));
	end(&s);
}

static void test_send_stale(void **state)
{
	static const struct step steps[] = {
		{"SendItem", "ChangeKey=\"old\"",
		 ANSWER(BAD("ErrorStaleObject"))},
		{"GetItem", "IdOnly", ANSWER(OK(ITEM("A", "")))},
		{"SendItem", "ChangeKey=\"k\"", ANSWER(OK(""))},
		{"SendItem", "ChangeKey=\"old\"",
		 ANSWER(BAD("ErrorSendAsDenied"))}};
	const struct item_ref draft = {"A", "old"};
	struct err err = ERR_INIT;
	struct script s;

	(void)state;
	BEGIN(&s, "Exchange2013_SP1", steps);
	assert_true(ews_ops.send(s.b, NULL, &draft, NULL, &err));
	assert_false(ews_ops.send(s.b, NULL, &draft, NULL, &err));
	assert_int_equal(err.kind, ERR_DENIED);
	end(&s);
}

static bool take_one(void *ctx, struct fetched *f)
{
	*(struct fetched *)ctx = *f;
	return true;
}

static bool holds(const struct bytes *b, const char *text)
{
	return memmem(b->p, b->len, text, strlen(text)) != NULL;
}

struct many {
	struct fetched *v;
	size_t n;
};

static bool take_many(void *ctx, struct fetched *owned_f)
{
	struct many *m = ctx;

	m->v[m->n++] = *owned_f;
	return true;
}

/* No MIME: the message is made of the properties. */
static void test_rebuild(void **state)
{
	static const struct step steps[] = {
		{"GetItem", "IncludeMimeContent",
		 ANSWER(BAD("ErrorMimeContentConversionFailed"))},
		{"GetItem", "item:Body",
		 ANSWER(OK(ITEM("A",
				"<t:Subject>S\u00FC\u00DF</t:Subject>"
				"<t:Body BodyType='HTML'>&lt;b&gt;hi</t:Body>"
				"<t:Attachments><t:FileAttachment>"
				"<t:AttachmentId Id='att'/><t:Name>../a\"b.txt"
				"</t:Name></t:FileAttachment></t:Attachments>"
				"<t:DateTimeSent>2026-05-01T08:00:00Z"
				"</t:DateTimeSent><t:From><t:Mailbox><t:Name>"
				"Ada</t:Name><t:EmailAddress>ada@x"
				"</t:EmailAddress></t:Mailbox></t:From>"
				"<t:InternetMessageId>&lt;m@x&gt;"
				"</t:InternetMessageId>")))},
		{"GetAttachment", "Id=\"att\"",
		 ANSWER(OK("<m:Attachments><t:FileAttachment><t:AttachmentId "
			   "Id='att'/><t:Content>Y29udGVudA==</t:Content>"
			   "</t:FileAttachment></m:Attachments>"))}};
	struct fetched f = {0};
	struct script s;

	(void)state;
	BEGIN(&s, "Exchange2007_SP1", steps);
	assert_true(
		ews_ops.fetch(s.b, NULL, refs, 1, true, take_one, &f, NULL));
	assert_int_equal(f.err.kind, ERR_NONE);
	assert_string_equal(f.item.remote_id, "A");
	assert_true(holds(&f.mime, "Subject: =?UTF-8?B?U8O8w58=?=\r\n"));
	assert_true(holds(&f.mime, "From: =?UTF-8?B?QWRh?= <ada@x>\r\n"));
	assert_true(holds(&f.mime, "Message-ID: <m@x>\r\n"));
	assert_true(holds(&f.mime, "Content-Type: text/html; charset=utf-8"));
	assert_true(holds(&f.mime, "PGI+aGk=\r\n"));
	assert_true(holds(&f.mime, "filename=\"../ab.txt\"\r\n"));
	assert_true(holds(&f.mime, "Y29udGVudA==\r\n"));
	fetched_release(&f);
	end(&s);
}

/* A deleted contact or calendar entry comes as a card or a calendar: a message
 * of its properties, with that beside it (dossier 8.3). */
static void test_object(void **state)
{
	static const struct step steps[] = {
		{"GetItem", "IncludeMimeContent",
		 /* BEGIN:VCALENDAR, with a mark in front; BEGIN:VCARD */
		 ANSWER(OK(ITEM("A", "<t:MimeContent>77u/QkVHSU46VkNBTEVOREFS"
				     "DQo=</t:MimeContent>"))
				OK(ITEM("B", "<t:MimeContent>QkVHSU46VkNBUkQN"
					     "Cg==</t:MimeContent>")))},
		{"GetItem", "item:Body",
		 ANSWER(OK(ITEM("A", "<t:Subject>Sync</t:Subject>"
				     "<t:Body BodyType='Text'>hi</t:Body>")))},
		{"GetItem", "item:Body",
		 ANSWER(OK(ITEM("B", "<t:Subject>Ada</t:Subject>")))}};
	struct fetched f[2];
	struct many m = {.v = f};
	struct script s;

	(void)state;
	BEGIN(&s, "Exchange2013_SP1", steps);
	assert_true(
		ews_ops.fetch(s.b, NULL, refs, 2, true, take_many, &m, NULL));
	assert_int_equal(m.n, 2);
	assert_true(holds(&f[0].mime, "Subject: Sync\r\n"));
	assert_true(holds(&f[0].mime, "filename=\"event.ics\""));
	assert_true(holds(&f[0].mime, "77u/QkVHSU46VkNBTEVOREFSDQo="));
	assert_true(holds(&f[1].mime, "Subject: Ada\r\n"));
	assert_true(holds(&f[1].mime, "Content-Type: text/vcard\r\n"));
	fetched_release(&f[0]);
	fetched_release(&f[1]);
	end(&s);
}

/* What the server does not mention is gone. */
static void test_fetch_missing(void **state)
{
	static const struct step steps[] = {
		{"GetItem", "Id=\"A\"", ANSWER("")}};
	struct fetched f = {0};
	struct script s;

	(void)state;
	BEGIN(&s, "Exchange2010", steps);
	assert_true(
		ews_ops.fetch(s.b, NULL, refs, 1, false, take_one, &f, NULL));
	assert_int_equal(f.err.kind, ERR_NOT_FOUND);
	assert_string_equal(f.item.remote_id, "A");
	fetched_release(&f);
	end(&s);
}

/* The mailbox went to another server: negotiated anew by the next call. */
static void test_version_lost(void **state)
{
	static const struct step steps[] = {
		{"CreateFolder", "Exchange2013_SP1",
		 FAULT("ErrorInvalidSchemaVersionForMailboxVersion")},
		{"GetFolder", "Exchange2013_SP1",
		 FAULT("ErrorInvalidSchemaVersionForMailboxVersion")},
		{"GetFolder", "Exchange2010_SP2", ANSWER(OK("<m:Folders/>"))},
		{"UpdateFolder", "Exchange2010_SP2", ANSWER(OK(""))}};
	struct err err = ERR_INIT;
	struct script s;
	char *id;

	(void)state;
	BEGIN(&s, "Exchange2013_SP1", steps);
	assert_false(
		ews_ops.folder_create(s.b, NULL, "P", "x", NULL, &id, &err));
	assert_true(ews_ops.folder_rename(s.b, NULL, "F", "x", &err));
	end(&s);
}

/* --- statuses (3.3) ------------------------------------------------------------------ */
static const struct {
	struct around around;
	enum err_kind kind;
	const char *text;   /* the sentence holds this */
	const char *answer; /* NULL: a page */
} statuses[] = {
	{{.status = 200, .type = "text/html"}, ERR_AUTH, "sign-in", NULL},
	{{.status = 302,
	  .location = "/ews/genericerrorpage.htm?x",
	  .cas_error = "MailboxGone"},
	 ERR_SERVER,
	 "MailboxGone",
	 NULL},
	{{.status = 302, .location = "https://else.example/"},
	 ERR_INPUT,
	 "https://else.example/",
	 NULL},
	{{.status = 400}, ERR_PROTOCOL, "read the request", NULL},
	{{.status = 403}, ERR_DENIED, "does not allow", NULL},
	{{.status = 404}, ERR_INPUT, "server setting", NULL},
	{{.status = 413}, ERR_INPUT, "larger", NULL},
	{{.status = 440}, ERR_SERVER, "session ended", NULL},
	{{.status = 456}, ERR_AUTH, "browser", NULL},
	{{.status = 500, .type = "text/html"}, ERR_SERVER, "trouble", NULL},
	{{.status = 502}, ERR_SERVER, "gateway", NULL},
	{{.status = 503, .retry_after_ms = 7000},
	 ERR_SERVER,
	 "not available",
	 NULL},
	{{.status = 507}, ERR_QUOTA, "no room", NULL},
	{{.status = 599}, ERR_SERVER, "599", NULL},
	{{.status = 418}, ERR_PROTOCOL, "418", NULL},
	/* the XML of a 500 is looked at first */
	{{.status = 500}, ERR_QUOTA, "full", FAULT("ErrorQuotaExceeded")},
	{{.status = 503}, ERR_QUOTA, "full", FAULT("ErrorQuotaExceeded")},
	{{.status = 400}, ERR_QUOTA, "full", FAULT("ErrorQuotaExceeded")},
	/* also where the type says nothing of it */
	{{.status = 200, .type = "text/html"},
	 ERR_QUOTA,
	 "full",
	 FAULT("ErrorQuotaExceeded")},
	{{.status = 501}, ERR_UNSUPPORTED, "does not know", NULL},
};

static void test_statuses(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(statuses); i++) {
		/* A change, since a read of a busy server is repeated. */
		const struct step step = {"MoveFolder", NULL,
					  statuses[i].answer
						  ? statuses[i].answer
						  : "<html><p>x</html>"};
		struct err err = ERR_INIT;
		struct script s;

		begin(&s, "Exchange2010", &step, 1);
		s.around = &statuses[i].around;
		assert_false(ews_ops.folder_move(s.b, NULL, "F", "P", &err));
		assert_int_equal(err.kind, statuses[i].kind);
		if (!strstr(err.text, statuses[i].text))
			fail_msg("%s: no %s", err.text, statuses[i].text);
		assert_int_equal(err.retry_after_ms,
				 statuses[i].around.retry_after_ms);
		end(&s);
	}
}

/* Busy without a word on how long: the head of the answer tells. */
static void test_busy_head(void **state)
{
	static const struct around around = {.status = 503,
					     .retry_after_ms = 1};
	struct step steps[4];
	struct err err = ERR_INIT;
	struct script s;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(steps); i++)
		steps[i] = (struct step){"MoveFolder", NULL,
					 FAULT("ErrorServerBusy")};
	BEGIN(&s, "Exchange2013_SP1", steps);
	s.around = &around;
	assert_false(ews_ops.folder_move(s.b, NULL, "F", "P", &err));
	assert_string_equal(err.code, "ErrorServerBusy");
	assert_int_equal(err.retry_after_ms, 1);
	end(&s);
}

/* --- streaming ---------------------------------------------------------------------- */
#define EVENT(kind, object, folder)                                            \
	"<t:" kind "><t:TimeStamp>2026-01-01T00:00:00Z</t:TimeStamp>" object   \
	"<t:ParentFolderId Id='" folder "'/></t:" kind ">"
#define NOTES(events)                                                          \
	OK("<m:Notifications><m:Notification>" events                          \
	   "</m:Notification></m:Notifications>")

static const char stream[] = "<?xml version='1.0'?>\r\n" ANSWER(
	OK("<m:ConnectionStatus>OK</m:ConnectionStatus>"))
	ANSWER(NOTES(EVENT("CreatedEvent", "<t:ItemId Id='\u00C4'/>", "F")
			     EVENT("NewMailEvent", "<t:ItemId Id='I'/>",
				   "F") "<t:ModifiedEvent><t:FolderId "
					"Id='F'/><t:UnreadCount>1"
					"</t:UnreadCount></t:ModifiedEvent>"))
	/* a default namespace, blanks in the end tag, the word in a text */
	"<Envelope xmlns='http://schemas.xmlsoap.org/soap/envelope/'" NS ">"
	"<Body><m:R><m:ResponseMessages>" NOTES(
		"<t:StatusEvent><t:Watermark>Envelope&gt;</t:Watermark>"
		"</t:StatusEvent><t:MovedEvent><t:ItemId Id='I'/>"
		"<t:ParentFolderId Id='G'/><t:OldParentFolderId Id='H'/>"
		"</t:MovedEvent>" EVENT(
			"DeletedEvent", "<t:FolderId Id='X'/>",
			"R")) "</m:ResponseMessages></m:R></Body></Envelope "
			      ">\n" ANSWER(OK("<m:ConnectionStatus>Closed</"
					      "m:ConnectionStatus>"));

static void note(void *ctx, const struct notify_event *e)
{
	static const char *const kinds[] = {"folder", "hierarchy", "all"};

	str_addf(ctx, "%s%s%s%s;", kinds[e->kind], e->folder ? " " : "",
		 str_or_empty(e->folder), e->new_mail ? " new" : "");
}

static void test_stream(void **state)
{
	static const struct step steps[] = {
		{"Subscribe", "SubscribeToAllFolders",
		 ANSWER(OK("<m:SubscriptionId>SUB</m:SubscriptionId>"))},
		{"GetStreamingEvents", ">SUB<", stream},
		/* closed in order: the same subscription goes on */
		{"GetStreamingEvents", ">SUB<",
		 ANSWER(OK("<m:ConnectionStatus>OK</m:ConnectionStatus>"))
			 ANSWER(BAD("ErrorMissedNotificationEvents"))},
		/* lost: a new one, and everything is looked at */
		{"Subscribe", NULL,
		 ANSWER(OK("<m:SubscriptionId>S2</m:SubscriptionId>"))},
		{"GetStreamingEvents", ">S2<", LOST}};
	struct str told = STR_INIT;
	struct err err = ERR_INIT;
	struct script s;

	(void)state;
	BEGIN(&s, "Exchange2013_SP1", steps);
	assert_true(ews_ops.notify_wait(s.b, NULL, note, &told, &err));
	assert_string_equal(told.s, "all;hierarchy;folder F new;folder G;"
				    "folder H;");
	str_clear(&told);
	assert_true(ews_ops.notify_wait(s.b, NULL, note, &told, &err));
	assert_string_equal(told.s, "");
	assert_false(ews_ops.notify_wait(s.b, NULL, note, &told, &err));
	assert_string_equal(told.s, "all;");
	assert_int_equal(err.kind, ERR_NETWORK);
	str_release(&told);
	end(&s);
}

/* A stream too many is no reason for the others to wait. */
static void test_streams_full(void **state)
{
	static const struct step steps[] = {
		{"GetStreamingEvents", NULL,
		 FAULT("ErrorExceededConnectionCount")}};
	static const struct around around = {.status = 500};
	struct err err = ERR_INIT;
	struct script s;

	(void)state;
	BEGIN(&s, "Exchange2013_SP1", steps);
	s.around = &around;
	s.b->subscription = xstrdup("SUB");
	assert_false(ews_ops.notify_wait(s.b, NULL, note, NULL, &err));
	assert_int_equal(err.kind, ERR_SERVER);
	assert_true(err.retry_after_ms > 0);
	assert_int_equal(s.paused, 0);
	end(&s);
}

/* A server that does not stream: said once, then remembered. */
static void test_no_stream(void **state)
{
	static const struct step refused[] = {
		{"Subscribe", NULL, FAULT("ErrorInvalidRequest")}};
	static const struct step empty[] = {
		{"Subscribe", NULL,
		 ANSWER(OK("<m:SubscriptionId>SUB</m:SubscriptionId>"))},
		{"GetStreamingEvents", NULL, ""}};
	const struct step *scripts[] = {refused, empty};
	const size_t sizes[] = {1, 2};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct str told = STR_INIT;
		struct err err = ERR_INIT;
		struct script s;

		begin(&s, "Exchange2013_SP1", scripts[i], sizes[i]);
		for (int again = 0; again < 2; again++) {
			assert_false(ews_ops.notify_wait(s.b, NULL, note, &told,
							 &err));
			assert_int_equal(err.kind, ERR_UNSUPPORTED);
		}
		str_release(&told);
		end(&s);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_halves),
		cmocka_unit_test(test_delete_elsewhere),
		cmocka_unit_test(test_stopped),
		cmocka_unit_test(test_internal_error),
		cmocka_unit_test(test_busy_inside),
		cmocka_unit_test(test_missing),
		cmocka_unit_test(test_lost),
		cmocka_unit_test(test_sync),
		cmocka_unit_test(test_empty_fallback),
		cmocka_unit_test(test_send_stale),
		cmocka_unit_test(test_rebuild),
		cmocka_unit_test(test_object),
		cmocka_unit_test(test_fetch_missing),
		cmocka_unit_test(test_version_lost),
		cmocka_unit_test(test_statuses),
		cmocka_unit_test(test_busy_head),
		cmocka_unit_test(test_stream),
		cmocka_unit_test(test_streams_full),
		cmocka_unit_test(test_no_stream),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
