/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Services of the mailbox over WebDAV: the options page in the forms that sites
 * have it in (dossier 19). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "dav_script.h"
#include "proto/services.h"

#define OPTIONS "GET /exchange/ann/?Cmd=options"
#define HTML SERVER_2003 "\nContent-Type: text/html"
#define FOOT                                                                   \
	"<!--End OOF Assist--><textarea name=Signature>Ann</textarea>"         \
	"<input name=OofState value=1 checked></form>"

static void test_markup(void **state)
{
	static const struct {
		const char *page;
		bool on;
		const char *text;
	} rows[] = {
		{"<form><input type=radio name=\"OofState\" value=\"0\">"
		 "<input type=radio name=\"OofState\" value=\"1\" checked>"
		 "<textarea name=\"OofReply\">a &lt;b&gt; &amp; "
		 "c</textarea>" FOOT,
		 true, "a <b> & c"},
		{"<FORM><INPUT id='x' TYPE='radio' NAME='OofState' "
		 "VALUE='0' CHECKED><INPUT CLASS=r VALUE='1'\r\n "
		 "NAME='OofState'"
		 "><TEXTAREA\r\n rows=6 NAME=OofReply >\r\nGr\xc3\xbc\xc3\x9f"
		 "e&#13;\r\nzwei &#228; &#xe4; &quot;x&quot;</TEXTAREA>" FOOT,
		 false,
		 "Gr\xc3\xbc\xc3\x9f"
		 "e\nzwei \xc3\xa4 \xc3\xa4 \"x\""},
		{"<!-- OofState value=1 checked --><form><p>a > b</p>"
		 "<input checked=\"checked\" value=1 name=oofstate type=radio>"
		 "<label><textarea>unnamed &bogus; &</textarea>" FOOT,
		 true, "unnamed &bogus; &"},
		{"<form><textarea name=OofReply>first</textarea>"
		 "<input name=OofState value=0 checked><input name=OofState "
		 "value=1 title=\"value='0' checked\">" FOOT,
		 false, "first"},
		{"<form><input name=OofState value=1><textarea name=OofReply>"
		 "</textarea>" FOOT,
		 false, NULL},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct step steps[] = {
			{OPTIONS, NULL, 200, rows[i].page, HTML}};
		struct script s;
		struct err err = ERR_INIT;
		struct oof o;

		BEGIN(&s, steps);
		if (!dav_ops.services->oof_get(s.b, NULL, &o, &err))
			fail_msg("%zu: %s", i, err.text);
		assert_int_equal(o.state == OOF_ENABLED, rows[i].on);
		assert_true(o.plain && !o.has_external && !o.has_schedule);
		if (rows[i].text)
			assert_string_equal(o.internal, rows[i].text);
		else
			assert_null(o.internal);
		oof_release(&o);
		end(&s);
	}
}

static void test_refused(void **state)
{
	static const struct step steps[] = {
		{OPTIONS, NULL, 200, "<form>nothing</form>", HTML},
		{OPTIONS, NULL, 200,
		 "<form><!--End OOF Assist--><input name=OofState value=1>",
		 HTML},
		{OPTIONS, NULL, 503, NULL, HTML}};
	struct script s;
	struct err err = ERR_INIT;
	struct oof o;

	(void)state;
	BEGIN(&s, steps);
	for (int i = 0; i < 2; i++) {
		assert_false(dav_ops.services->oof_get(s.b, NULL, &o, &err));
		assert_int_equal(err.kind, ERR_UNSUPPORTED);
		assert_non_null(strstr(err.text, "switched it off"));
	}
	assert_false(dav_ops.services->oof_get(s.b, NULL, &o, &err));
	assert_int_equal(err.kind, ERR_SERVER);
	end(&s);
	BEGIN(&s, steps);
	s.n = 0;
	s.b->version = DAV_2007;
	assert_false(dav_ops.services->oof_get(s.b, NULL, &o, &err));
	assert_int_equal(err.kind, ERR_UNSUPPORTED);
	assert_non_null(strstr(err.text, "EWS/Exchange.asmx"));
	end(&s);
}

#define PAGE(on, text)                                                         \
	"<form><input name=OofState value=1 " on                               \
	"><textarea name=OofReply>" text "</textarea>" FOOT

/* Only what changes is posted; 302 is the way back to the page. */
static void test_set(void **state)
{
	static const struct step steps[] = {
		{OPTIONS, NULL, 200, PAGE("", "old"), HTML},
		{"POST /exchange/ann/", "Cmd=options&OofState=1&&!OofReply",
		 302, NULL, HTML "\nLocation: https://owa.corp.example/x"},
		{OPTIONS, NULL, 200, PAGE("checked", "old"), HTML},
		{"POST /exchange/ann/", "OofState=0&OofReply=a%26b%0D%0A%C3%A4",
		 200, "<html></html>", HTML},
		{OPTIONS, NULL, 200, PAGE("checked", "old"), HTML},
		{"POST /exchange/ann/", NULL, 403, NULL, HTML}};
	struct oof o;
	struct script s;
	struct err err = ERR_INIT;

	(void)state;
	BEGIN(&s, steps);
	oof_init(&o);
	o.state = OOF_ENABLED;
	o.internal = xstrdup("old");
	assert_true(dav_ops.services->oof_set(s.b, NULL, &o, &err));
	o.state = OOF_DISABLED;
	mem_replace(&o.internal, xstrdup("a&b\n\xc3\xa4"));
	assert_true(dav_ops.services->oof_set(s.b, NULL, &o, &err));
	assert_false(dav_ops.services->oof_set(s.b, NULL, &o, &err));
	assert_int_equal(err.kind, ERR_DENIED);
	end(&s);
	oof_release(&o);
}

/* --- free/busy, and where the public folders are ------------------------------- */
#define BUSY(items)                                                            \
	"<?xml version=\"1.0\"?><a:response "                                  \
	"xmlns:a=\"WM\"><a:recipients>" items "</a:recipients></a:response>"
#define ALL_OF_THEM                                                            \
	"<a:item><a:displayname>All Attendees</a:displayname><a:type>1"        \
	"</a:type><a:fbdata>3333</a:fbdata></a:item>"
#define PERSON(email, digits)                                                  \
	"<a:item><a:displayname>X</a:displayname><a:email "                    \
	"type=\"SMTP\">" email "</a:email><a:type>1</a:type><a:fbdata>" digits \
	"</a:fbdata></a:item>"
#define XML_TYPE "Content-Type: text/xml"
#define NAVBAR "GET /exchange/ann/?Cmd=navbar"
#define BUSY_PAGE(people)                                                      \
	"GET /public/?Cmd=freebusy&start=2026-11-27T09:00:00Z&end="            \
	"2026-11-27T10:00:00Z&interval=15" people

struct busy {
	enum show_as first[4];
	size_t told;
};

static void on_busy(void *ctx, size_t i, struct free_busy *f)
{
	struct busy *b = ctx;

	assert_true(i < ARRAY_LEN(b->first));
	assert_int_equal(f->err.kind, ERR_NONE);
	b->first[i] = f->spans.n ? f->spans.v[0].show_as : SHOW_FREE;
	b->told++;
	free_busy_release(f);
}

/* Asked for by an address that is not the first one, told by the first: who
 * is left is meant. The navigation bar names the server, behind a front
 * end that ends the encryption. */
static void test_busy(void **state)
{
	static const struct step steps[] = {
		{NAVBAR, "!Translate", 200,
		 "<a href=\"http://owa.corp.example/public/\"><img "
		 "src=\"/exchweb/img/public.gif\"></a>",
		 HTML},
		{BUSY_PAGE(
			 "&u=SMTP:a.ray@corp.example&u=SMTP:bob@corp.example"),
		 "MSIE", 200,
		 BUSY(ALL_OF_THEM PERSON("ann@corp.example", "2000")
			      PERSON("Bob@Corp.example", "1000")),
		 XML_TYPE},
		/* two of them: who is who is asked one by one */
		{BUSY_PAGE(
			 "&u=SMTP:a.ray@corp.example&u=SMTP:b.o@corp.example"),
		 NULL, 200,
		 BUSY(ALL_OF_THEM PERSON("bob@corp.example", "1000")
			      PERSON("ann@corp.example", "2000")),
		 XML_TYPE},
		{BUSY_PAGE("&u=SMTP:a.ray@corp.example"), NULL, 200,
		 BUSY(ALL_OF_THEM PERSON("ann@corp.example", "2000")),
		 XML_TYPE},
		{BUSY_PAGE("&u=SMTP:b.o@corp.example"), NULL, 200,
		 BUSY(ALL_OF_THEM PERSON("bob@corp.example", "1000")),
		 XML_TYPE},
		/* of one person some servers tell without a sum */
		{BUSY_PAGE("&u=SMTP:a.ray@corp.example"), NULL, 200,
		 BUSY(PERSON("", "3000")), XML_TYPE}};
	struct strv who CLEANUP(strv_release);
	struct free_busy_query q = {
		.addresses = &who, .from = 1795770000, .to = 1795773600};
	struct busy told = {{0}, 0};
	struct err err = ERR_INIT;
	struct script s;

	(void)state;
	strv_init(&who);
	strv_add(&who, "a.ray@corp.example");
	strv_add(&who, "bob@corp.example");
	BEGIN(&s, steps);
	if (!dav_ops.calendar->free_busy(s.b, NULL, &q, on_busy, &told, &err))
		fail_msg("%s", err.text);
	assert_int_equal(told.told, 2);
	assert_int_equal(told.first[0], SHOW_BUSY);
	assert_int_equal(told.first[1], SHOW_TENTATIVE);
	assert_string_equal(s.b->public->origin, "https://owa.corp.example");
	strv_release(&who);
	strv_init(&who);
	strv_add(&who, "a.ray@corp.example");
	strv_add(&who, "b.o@corp.example");
	assert_true(dav_ops.calendar->free_busy(s.b, NULL, &q, on_busy, &told,
						&err));
	assert_int_equal(told.first[0], SHOW_BUSY);
	assert_int_equal(told.first[1], SHOW_TENTATIVE);
	strv_release(&who);
	strv_init(&who);
	strv_add(&who, "a.ray@corp.example");
	assert_true(dav_ops.calendar->free_busy(s.b, NULL, &q, on_busy, &told,
						&err));
	assert_int_equal(told.first[0], SHOW_AWAY);
	end(&s);
}

/* --- other people's folders ----------------------------------------------------- */
/* Those below a folder that cannot be searched now are not taken away. */
static void test_others_later(void **state)
{
	static const struct step steps[] = {
		{"PROPFIND /exchange/zoe/NON_IPM_SUBTREE/", "inbox", 207,
		 MULTI(ROW("/exchange/zoe/NON_IPM_SUBTREE/",
			   "<d:inbox>http://be/exchange/zoe/Inbox</d:inbox>")),
		 SERVER_2003},
		{"PROPFIND /exchange/zoe/Inbox", "Depth: 0", 207,
		 MULTI(ROW("/exchange/zoe/Inbox/",
			   "<a:displayname>Inbox</a:displayname>"
			   "<f:x0ff40003>63</f:x0ff40003>")),
		 NULL},
		{"SEARCH /exchange/zoe/Inbox", "hierarchical", 503, NULL,
		 NULL}};
	const enum folder_role inbox = FOLDER_ROLE_INBOX;
	struct folder_marks marks = {0};
	struct err err = ERR_INIT;
	struct script s;

	(void)state;
	BEGIN(&s, steps);
	assert_false(dav_ops.services->open_mailbox(
		s.b, NULL, "zoe@corp.example", &inbox, 1, &marks, &err));
	assert_int_equal(err.kind, ERR_SERVER);
	end(&s);
}

/* --- entries of the calendar ---------------------------------------------------- */
#define ENTRY "/exchange/ann/Kalender/daily.EML"

/* A series that the server can make no calendar text of (16.2) is shown by its
 * properties, which lack its exceptions: it is not put back without them. */
static void test_half_told(void **state)
{
	static const struct step steps[] = {
		{"GET " ENTRY, "Translate: f", 200,
		 "Subject: Daily\r\nContent-Type: text/plain\r\n\r\nnotes\r\n",
		 "Content-Type: message/rfc822\nETag: \"1\""},
		{"PROPFIND " ENTRY, "rrule", 207,
		 "<?xml version=\"1.0\"?><a:multistatus xmlns:a=\"DAV:\" "
		 "xmlns:c=\"xml:\" xmlns:k=\"urn:schemas:calendar:\">"
		 "<a:response><a:href>" ENTRY "</a:href><a:propstat><a:prop>"
		 "<k:uid>U1</k:uid><k:dtstart>2026-11-27T09:00:00.000Z"
		 "</k:dtstart><k:dtend>2026-11-27T10:00:00.000Z</k:dtend>"
		 "<k:rrule><c:v>FREQ=DAILY;COUNT=5</c:v></k:rrule></a:prop>"
		 "</a:propstat></a:response></a:multistatus>",
		 NULL}};
	/* looked at, read to be changed, and read once more */
	struct step all[] = {steps[0], steps[1], steps[0],
			     steps[1], steps[0], steps[1]};
	struct appointment_change c;
	struct event_order o = {
		.change = &c, .item = "p:Kalender/daily.EML", .token = "t"};
	struct item_result r = {0};
	struct err err = ERR_INIT;
	struct script s;

	(void)state;
	begin_at(&s, "https://owa.corp.example/exchange/ann/",
		 "https://owa.corp.example/exchange/ann/", all, 6);
	appointment_change_init(&c);
	c.op = APPT_CHANGE;
	c.set = APPT_SET_LOCATION;
	c.original = CLOCK_NEVER;
	c.appt.location = xstrdup("Room 2");
	assert_false(dav_ops.calendar->change_event(s.b, NULL, &o, &r, &err));
	assert_int_equal(err.kind, ERR_UNSUPPORTED);
	appointment_change_release(&c);
	end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_markup),
					   cmocka_unit_test(test_refused),
					   cmocka_unit_test(test_set),
					   cmocka_unit_test(test_busy),
					   cmocka_unit_test(test_half_told),
					   cmocka_unit_test(test_others_later)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
