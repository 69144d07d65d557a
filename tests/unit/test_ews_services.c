/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Out of office as servers tell it (dossier 13.2). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "ews_script.h"
#include "proto/services.h"

#define ANSWERED(operation, class, code, more)                                 \
	ENVELOPE("<m:" operation "><m:ResponseMessage ResponseClass='" class   \
		 "'><m:ResponseCode>" code "</m:ResponseCode>"                 \
		 "</m:ResponseMessage>" more "</m:" operation ">")
#define SETTINGS                                                               \
	"<t:OofSettings><t:OofState>Scheduled</t:OofState>"                    \
	"<t:ExternalAudience>Known</t:ExternalAudience><t:Duration>"           \
	"<t:StartTime>2026-12-24T16:00:00Z</t:StartTime>"                      \
	"<t:EndTime>2027-01-04T07:00:00Z</t:EndTime></t:Duration>"             \
	"<t:InternalReply><t:Message>&lt;b&gt;in&lt;/b&gt;</t:Message>"        \
	"</t:InternalReply><t:ExternalReply><t:Message>out</t:Message>"        \
	"</t:ExternalReply></t:OofSettings>"                                   \
	"<m:AllowExternalOof>Known</m:AllowExternalOof>"

static void test_get(void **state)
{
	static const struct step steps[] = {
		{"GetUserOofSettings", "<t:Mailbox>",
		 ANSWERED("GetUserOofSettingsResponse", "Success", "NoError",
			  SETTINGS)},
		{"GetUserOofSettings", NULL,
		 ANSWERED("GetUserOofSettingsResponse", "Error",
			  "ErrorAccessDenied", "")},
		{"GetUserOofSettings", NULL,
		 ANSWERED("GetUserOofSettingsResponse", "Success", "NoError",
			  "")}};
	struct oof o;
	struct err err = ERR_INIT;
	struct script s;

	(void)state;
	BEGIN(&s, "Exchange2010_SP2", steps);
	assert_true(ews_ops.services->oof_get(s.b, NULL, &o, &err));
	assert_int_equal(o.state, OOF_SCHEDULED);
	assert_int_equal(o.audience, OOF_KNOWN);
	assert_int_equal(o.allowed, OOF_KNOWN);
	assert_int_equal(o.start, 1798128000);
	assert_int_equal(o.end, 1799046000);
	assert_string_equal(o.internal, "<b>in</b>");
	assert_string_equal(o.external, "out");
	assert_true(oof_is_on(&o, o.start));
	assert_false(oof_is_on(&o, o.end));
	oof_release(&o);
	assert_false(ews_ops.services->oof_get(s.b, NULL, &o, &err));
	assert_int_equal(err.kind, ERR_DENIED);
	assert_false(ews_ops.services->oof_get(s.b, NULL, &o, &err));
	assert_int_equal(err.kind, ERR_PROTOCOL);
	end(&s);
}

static void test_set(void **state)
{
	static const struct step steps[] = {
		{"SetUserOofSettings",
		 "<t:UserOofSettings><t:OofState>Scheduled</t:OofState>"
		 "<t:ExternalAudience>All</t:ExternalAudience><t:Duration>"
		 "<t:StartTime>2026-12-24T16:00:00Z</t:StartTime>"
		 "<t:EndTime>2027-01-04T07:00:00Z</t:EndTime></t:Duration>"
		 "<t:InternalReply><t:Message>a &lt;&amp; b</t:Message>"
		 "</t:InternalReply><t:ExternalReply><t:Message></t:Message>",
		 ANSWERED("SetUserOofSettingsResponse", "Success", "NoError",
			  "")},
		{"SetUserOofSettings", "!<t:Duration>",
		 ANSWERED("SetUserOofSettingsResponse", "Error",
			  "ErrorQuotaExceeded", "")}};
	struct oof o;
	struct err err = ERR_INIT;
	struct script s;

	(void)state;
	oof_init(&o);
	o.state = OOF_SCHEDULED;
	o.audience = OOF_ALL;
	o.start = 1798128000;
	o.end = 1799046000;
	o.internal = xstrdup("a <& b");
	BEGIN(&s, "Exchange2010_SP2", steps);
	assert_true(ews_ops.services->oof_set(s.b, NULL, &o, &err));
	o.state = OOF_DISABLED;
	o.start = CLOCK_NEVER;
	assert_false(ews_ops.services->oof_set(s.b, NULL, &o, &err));
	assert_int_equal(err.kind, ERR_QUOTA);
	oof_release(&o);
	end(&s);
}

/* An error of the server that passes, in a fault or in a message (dossier 6):
 * what only reads is asked again, what changes is not. */
static void test_again(void **state)
{
	static const struct step steps[] = {
		{"GetUserOofSettings", NULL,
		 FAULT("ErrorInternalServerTransientError")},
		{"GetUserOofSettings", NULL,
		 ANSWERED("GetUserOofSettingsResponse", "Error",
			  "ErrorInternalServerError", "")},
		{"GetUserOofSettings", NULL,
		 ANSWERED("GetUserOofSettingsResponse", "Success", "NoError",
			  SETTINGS)},
		{"SetUserOofSettings", NULL,
		 FAULT("ErrorInternalServerTransientError")},
		{"FindFolder", NULL, FAULT("ErrorInternalServerError")},
		{"FindFolder", NULL, FAULT("ErrorInternalServerError")},
		{"FindFolder", NULL, FAULT("ErrorInternalServerError")},
	};
	struct folder_marks m = {0};
	struct err err = ERR_INIT;
	struct script s;
	struct oof o;

	(void)state;
	BEGIN(&s, "Exchange2013_SP1", steps);
	assert_true(ews_ops.services->oof_get(s.b, NULL, &o, &err));
	assert_false(ews_ops.services->oof_set(s.b, NULL, &o, &err));
	assert_int_equal(err.kind, ERR_SERVER);
	oof_release(&o);
	assert_false(ews_ops.folder_marks(s.b, NULL, &m, &err));
	assert_int_equal(err.kind, ERR_SERVER);
	end(&s);
}

#define PAGE(last, inner)                                                      \
	ANSWER(OK("<m:RootFolder TotalItemsInView='3' "                        \
		  "IncludesLastItemInRange='" last "'><t:Folders>" inner       \
		  "</t:Folders></m:RootFolder>"))
#define FOLDER(id, size)                                                       \
	"<t:Folder><t:FolderId Id='" id "'/><t:DisplayName>" id                \
	"</t:DisplayName><t:ExtendedProperty><t:ExtendedFieldURI "             \
	"PropertyTag='0xe08' PropertyType='Long'/><t:Value>" size              \
	"</t:Value></t:ExtendedProperty></t:Folder>"

/* A site may give fewer folders at once than were asked for; another knows no
 * pages at all (dossier 5). */
static void test_pages(void **state)
{
	static const struct step steps[] = {
		{"FindFolder", "Offset=\"0\"",
		 PAGE("false", FOLDER("a", "1") FOLDER("b", "2"))},
		{"FindFolder", "Offset=\"2\"", PAGE("true", FOLDER("c", "4"))},
		{"FindFolder", "Offset=\"0\"",
		 PAGE("false", FOLDER("a", "1") FOLDER("b", "2"))},
		{"FindFolder", "Offset=\"2\"",
		 PAGE("false", FOLDER("a", "1") FOLDER("b", "2"))},
		{"GetFolder", "root", ANSWER(OK("") OK(""))},
		{"FindFolder", "Offset=\"0\"",
		 PAGE("false", FOLDER("a", "1") FOLDER("b", "2"))},
		{"FindFolder", "Offset=\"2\"", PAGE("true", FOLDER("c", "4"))},
		{"FindFolder", "recoverableitemsroot",
		 PAGE("false", FOLDER("a", "1"))},
		{"FindFolder", "Offset=\"1\"", PAGE("false", FOLDER("a", "1"))},
	};
	struct public_list l = {0};
	struct storage used;
	struct err err = ERR_INIT;
	struct script s;

	(void)state;
	BEGIN(&s, "Exchange2010_SP2", steps);
	assert_true(ews_ops.services->public_list(s.b, NULL, NULL, &l, &err));
	assert_int_equal(l.n, 3);
	public_list_release(&l);
	assert_true(ews_ops.services->public_list(s.b, NULL, NULL, &l, &err));
	assert_int_equal(l.n, 2);
	public_list_release(&l);
	assert_true(ews_ops.services->storage_get(s.b, NULL, &used, &err));
	assert_int_equal(used.recoverable, 1);
	assert_int_equal(used.used, 6);
	storage_release(&used);
	end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_get),
		cmocka_unit_test(test_set),
		cmocka_unit_test(test_again),
		cmocka_unit_test(test_pages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
