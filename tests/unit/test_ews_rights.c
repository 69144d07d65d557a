/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Rights of others as servers tell and want them (dossier 14.2, 14.4). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "ews_script.h"
#include "proto/services.h"

#define USER(inside) "<t:UserId>" inside "</t:UserId>"
#define FLAGS(create, edit, delete, read)                                      \
	"<t:CanCreateItems>" create "</t:CanCreateItems>"                      \
	"<t:CanCreateSubFolders>false</t:CanCreateSubFolders>"                 \
	"<t:IsFolderOwner>false</t:IsFolderOwner>"                             \
	"<t:IsFolderVisible>true</t:IsFolderVisible>"                          \
	"<t:IsFolderContact>false</t:IsFolderContact>"                         \
	"<t:EditItems>" edit "</t:EditItems>"                                  \
	"<t:DeleteItems>" delete "</t:DeleteItems>"                            \
				 "<t:ReadItems>" read "</t:ReadItems>"
#define FOLDER(kind, inside)                                                   \
	OK("<m:Folders><t:" kind "><t:FolderId Id='f'/>" inside "</t:" kind    \
	   "></m:Folders>")

static void test_read(void **state)
{
	static const struct step steps[] = {
		{"GetFolder", "FieldURI=\"folder:PermissionSet\"",
		 ANSWER(FOLDER(
			 "Folder",
			 "<t:PermissionSet><t:Permissions><t:Permission>" USER(
				 "<t:DistinguishedUser>Default"
				 "</t:DistinguishedUser>") "<t:PermissionLevel>"
							   "Author"
							   "</"
							   "t:PermissionLevel><"
							   "/t:Permission>"
							   "<t:"
							   "Permission>" USER(
								   "<t:SID>S-1-"
								   "5-21-1</"
								   "t:SID>"
								   "<t:"
								   "PrimarySmtp"
								   "Address>a@x"
								   "</"
								   "t:"
								   "PrimarySmtp"
								   "Address>"
								   "<t:"
								   "DisplayName"
								   ">A</"
								   "t:"
								   "DisplayName"
								   ">")
								   FLAGS("true",
									 "Owne"
									 "d",
									 "None",
									 "FullD"
									 "etail"
									 "s") "<t:PermissionLevel>Custom"
									      "</t:PermissionLevel></t:Permission>"
									      "</t:Permissions><t:UnknownEntries>"
									      "<t:UnknownEntry>S-1-5-21-7</t:UnknownEntry>"
									      "</t:UnknownEntries></t:PermissionSet>"))},
		{"GetFolder", NULL,
		 ANSWER(FOLDER(
			 "CalendarFolder",
			 "<t:PermissionSet><t:CalendarPermissions>"
			 "<t:CalendarPermission>" USER(
				 "<t:DistinguishedUser>Anonymous"
				 "</t:DistinguishedUser>")
				 FLAGS("false", "None", "None",
				       "TimeAndSubjectAndLocation") "<t:"
								    "CalendarPe"
								    "rmissionLe"
								    "vel>Custom"
								    "</"
								    "t:"
								    "CalendarPe"
								    "rmissionLe"
								    "vel>"
								    "</"
								    "t:"
								    "CalendarPe"
								    "rmission>"
								    "</"
								    "t:"
								    "CalendarPe"
								    "rmissions>"
								    "</"
								    "t:"
								    "Permission"
								    "Set>"))},
		{"GetFolder", NULL, ANSWER(FOLDER("Folder", ""))},
		{"GetFolder", NULL, ANSWER(BAD("ErrorAccessDenied"))},
	};
	struct permission_set set;
	struct err err = ERR_INIT;
	struct script s;

	(void)state;
	BEGIN(&s, "Exchange2010_SP2", steps);
	assert_true(
		ews_ops.services->permissions_get(s.b, NULL, "f", &set, &err));
	assert_int_equal(set.n, 2);
	assert_false(set.calendar);
	assert_int_equal(set.v[0].who, PERMISSION_DEFAULT);
	assert_int_equal(set.v[0].rights, 0x41b);
	assert_int_equal(set.v[1].rights, 0x40b);
	assert_string_equal(set.v[1].sid, "S-1-5-21-1");
	assert_string_equal(set.v[1].address, "a@x");
	assert_string_equal(set.v[1].name, "A");
	assert_int_equal(set.unknown.n, 1);
	assert_string_equal(set.unknown.v[0], "S-1-5-21-7");
	permission_set_release(&set);
	assert_true(
		ews_ops.services->permissions_get(s.b, NULL, "f", &set, &err));
	assert_true(set.calendar);
	assert_int_equal(set.v[0].who, PERMISSION_ANONYMOUS);
	assert_int_equal(set.v[0].rights, 0x1c00);
	permission_set_release(&set);
	assert_false(
		ews_ops.services->permissions_get(s.b, NULL, "f", &set, &err));
	assert_int_equal(err.kind, ERR_DENIED);
	assert_false(
		ews_ops.services->permissions_get(s.b, NULL, "f", &set, &err));
	assert_int_equal(err.kind, ERR_DENIED);
	end(&s);
}

/* ReadItems may be left out (the schema says so): the level tells. What is
 * written back would else take the right away. */
static void test_levels(void **state)
{
	static const struct step steps[] = {
		{"GetFolder", NULL,
		 ANSWER(FOLDER(
			 "Folder",
			 "<t:PermissionSet><t:Permissions><t:Permission>" USER(
				 "<t:SID>S-1-5-21-1</t:SID>") "<t:"
							      "CanCreateItems>"
							      "false</"
							      "t:"
							      "CanCreateItems>"
							      "<t:EditItems>"
							      "None</"
							      "t:EditItems>"
							      "<t:DeleteItems>"
							      "None</"
							      "t:DeleteItems>"
							      "<t:"
							      "PermissionLevel>"
							      "Reviewer</"
							      "t:"
							      "PermissionLevel>"
							      "</"
							      "t:Permission></"
							      "t:Permissions></"
							      "t:"
							      "PermissionSet"
							      ">"))}};
	struct permission_set set;
	struct err err = ERR_INIT;
	struct script s;

	(void)state;
	BEGIN(&s, "Exchange2007_SP1", steps);
	assert_true(
		ews_ops.services->permissions_get(s.b, NULL, "f", &set, &err));
	assert_int_equal(set.v[0].rights,
			 permission_level_rights(LEVEL_REVIEWER));
	permission_set_release(&set);
	end(&s);
}

static void test_write(void **state)
{
	static const struct step steps[] = {
		{"UpdateFolder",
		 "<t:Folder><t:PermissionSet><t:Permissions><t:Permission>"
		 "<t:UserId><t:DistinguishedUser>Default"
		 "</t:DistinguishedUser></t:UserId>"
		 "<t:PermissionLevel>Reviewer</t:PermissionLevel>"
		 "</t:Permission><t:Permission><t:UserId>"
		 "<t:PrimarySmtpAddress>a@x</t:PrimarySmtpAddress></t:UserId>"
		 "<t:CanCreateItems>false</t:CanCreateItems>"
		 "<t:CanCreateSubFolders>false</t:CanCreateSubFolders>"
		 "<t:IsFolderOwner>false</t:IsFolderOwner>"
		 "<t:IsFolderVisible>false</t:IsFolderVisible>"
		 "<t:IsFolderContact>true</t:IsFolderContact>"
		 "<t:EditItems>Owned</t:EditItems>"
		 "<t:DeleteItems>All</t:DeleteItems>"
		 "<t:ReadItems>FullDetails</t:ReadItems>"
		 "<t:PermissionLevel>Custom</t:PermissionLevel>"
		 "</t:Permission><t:Permission><t:UserId><t:SID>S-1-5-21-3"
		 "</t:SID></t:UserId><t:PermissionLevel>None"
		 "</t:PermissionLevel></t:Permission></t:Permissions>"
		 "</t:PermissionSet>",
		 ANSWER(OK(""))},
		{"UpdateFolder",
		 "<t:CalendarFolder><t:PermissionSet><t:CalendarPermissions>"
		 "<t:CalendarPermission><t:UserId><t:PrimarySmtpAddress>a@x"
		 "</t:PrimarySmtpAddress></t:UserId>"
		 "<t:CalendarPermissionLevel>FreeBusyTimeOnly"
		 "</t:CalendarPermissionLevel></t:CalendarPermission>",
		 ANSWER(OK(""))},
		{"UpdateFolder", NULL,
		 ANSWER(BAD("ErrorInvalidPermissionSettings"))},
	};
	struct permission entries[] = {
		{.who = PERMISSION_DEFAULT, .rights = 0x401},
		{.address = (char *)"a@x",
		 .sid = (char *)"S-1-5-21-1",
		 .rights = 0x259},
		{.sid = (char *)"S-1-5-21-3"}};
	struct permission_set set = {.v = entries, .n = 3};
	struct permission calendar[] = {
		{.address = (char *)"a@x", .rights = 0x800}};
	struct permission_set busy = {.v = calendar, .n = 1, .calendar = true};
	struct err err = ERR_INIT;
	struct script s;

	(void)state;
	strv_add(&set.unknown, "S-1-5-21-7");
	BEGIN(&s, "Exchange2007_SP1", steps);
	assert_true(
		ews_ops.services->permissions_set(s.b, NULL, "f", &set, &err));
	assert_true(
		ews_ops.services->permissions_set(s.b, NULL, "f", &busy, &err));
	assert_false(
		ews_ops.services->permissions_set(s.b, NULL, "f", &set, &err));
	assert_int_equal(err.kind, ERR_INPUT);
	strv_release(&set.unknown);
	end(&s);
}

#define DELEGATES(operation, messages, more)                                   \
	ENVELOPE("<m:" operation " ResponseClass='Success'><m:ResponseCode>"   \
		 "NoError</m:ResponseCode>" messages more "</m:" operation     \
		 ">")
#define MESSAGES(inside) "<m:ResponseMessages>" inside "</m:ResponseMessages>"
#define GOOD(inside)                                                           \
	"<m:DelegateUserResponseMessageType ResponseClass='Success'>"          \
	"<m:ResponseCode>NoError</m:ResponseCode><m:DelegateUser>" inside      \
	"</m:DelegateUser></m:DelegateUserResponseMessageType>"
#define REFUSED(code)                                                          \
	"<m:DelegateUserResponseMessageType ResponseClass='Error'>"            \
	"<m:ResponseCode>" code "</m:ResponseCode>"                            \
	"</m:DelegateUserResponseMessageType>"

static void test_delegates(void **state)
{
	static const struct step steps[] = {
		/* without any, there is no list at all */
		{"GetDelegate", "IncludePermissions=\"true\"",
		 DELEGATES("GetDelegateResponse", "",
			   "<m:DeliverMeetingRequests>NoForward"
			   "</m:DeliverMeetingRequests>")},
		{"GetDelegate", NULL,
		 DELEGATES(
			 "GetDelegateResponse",
			 MESSAGES(GOOD(USER(
				 "<t:SID>S-1-5-21-1</t:SID>"
				 "<t:PrimarySmtpAddress>a@x"
				 "</t:PrimarySmtpAddress>") "<t:"
							    "DelegatePermission"
							    "s>"
							    "<t:"
							    "CalendarFolderPerm"
							    "issionLevel>Author"
							    "</"
							    "t:"
							    "CalendarFolderPerm"
							    "issionLevel>"
							    "<t:"
							    "InboxFolderPermiss"
							    "ionLevel>Custom"
							    "</"
							    "t:"
							    "InboxFolderPermiss"
							    "ionLevel>"
							    "</"
							    "t:"
							    "DelegatePermission"
							    "s>"
							    "<t:"
							    "ReceiveCopiesOfMee"
							    "tingMessages>true"
							    "</"
							    "t:"
							    "ReceiveCopiesOfMee"
							    "tingMessages>"
							    "<t:"
							    "ViewPrivateItems>"
							    "true"
							    "</"
							    "t:"
							    "ViewPrivateItems"
							    ">")),
			 "<m:DeliverMeetingRequests>DelegatesAndMe"
			 "</m:DeliverMeetingRequests>")},
		/* one who cannot be told hides nobody else */
		{"GetDelegate", NULL,
		 DELEGATES("GetDelegateResponse",
			   MESSAGES(REFUSED("ErrorDelegateNoUser") GOOD(
				   USER("<t:PrimarySmtpAddress>"
					"b@x"
					"</t:PrimarySmtpAddress>"))),
			   "")},
		{"GetDelegate", NULL,
		 ENVELOPE("<m:GetDelegateResponse ResponseClass='Error'>"
			  "<m:ResponseCode>ErrorAccessDenied"
			  "</m:ResponseCode></m:GetDelegateResponse>")},
		{"AddDelegate",
		 "<m:DelegateUsers><t:DelegateUser><t:UserId>"
		 "<t:PrimarySmtpAddress>a@x</t:PrimarySmtpAddress></t:UserId>"
		 "<t:DelegatePermissions><t:CalendarFolderPermissionLevel>"
		 "Editor</t:CalendarFolderPermissionLevel>"
		 "</t:DelegatePermissions><t:ReceiveCopiesOfMeetingMessages>"
		 "true</t:ReceiveCopiesOfMeetingMessages><t:ViewPrivateItems>"
		 "false</t:ViewPrivateItems>",
		 DELEGATES("AddDelegateResponse",
			   MESSAGES(REFUSED("ErrorDelegateAlreadyExists")),
			   "")},
		{"RemoveDelegate",
		 "<m:UserIds><t:UserId><t:PrimarySmtpAddress>a@x",
		 DELEGATES("RemoveDelegateResponse",
			   MESSAGES(REFUSED("ErrorNotDelegate")), "")},
		{"UpdateDelegate",
		 "</m:Mailbox><m:DeliverMeetingRequests>"
		 "DelegatesAndSendInformationToMe",
		 DELEGATES("UpdateDelegateResponse", "", "")},
	};
	const struct service_ops *ops = ews_ops.services;
	struct delegate_change c = {.wish = DELEGATE_ADD};
	struct delegate_list l;
	struct err err = ERR_INIT;
	struct script s;

	(void)state;
	BEGIN(&s, "Exchange2010_SP2", steps);
	mem_replace(&s.account->address, xstrdup("me@x"));
	assert_true(ops->delegates_get(s.b, NULL, &l, &err));
	assert_int_equal(l.n, 0);
	assert_int_equal(l.delivery, DELIVER_OWNER);
	assert_true(ops->delegates_get(s.b, NULL, &l, &err));
	assert_int_equal(l.n, 1);
	assert_int_equal(l.delivery, DELIVER_BOTH);
	assert_int_equal(l.v[0].levels[DELEGATE_CALENDAR], LEVEL_AUTHOR);
	assert_int_equal(l.v[0].levels[DELEGATE_INBOX], LEVEL_CUSTOM);
	assert_int_equal(l.v[0].levels[DELEGATE_TASKS], LEVEL_NONE);
	assert_true(l.v[0].sees_private && l.v[0].gets_copies);
	delegate_list_release(&l);
	assert_true(ops->delegates_get(s.b, NULL, &l, &err));
	assert_int_equal(l.n, 1);
	assert_string_equal(l.v[0].address, "b@x");
	delegate_list_release(&l);
	assert_false(ops->delegates_get(s.b, NULL, &l, &err));
	assert_int_equal(err.kind, ERR_DENIED);
	delegate_init(&c.who);
	c.who.address = xstrdup("a@x");
	c.who.levels[DELEGATE_CALENDAR] = LEVEL_EDITOR;
	c.who.gets_copies = true;
	assert_false(ops->delegate_change(s.b, NULL, &c, &err));
	assert_int_equal(err.kind, ERR_CONFLICT);
	c.wish = DELEGATE_REMOVE;
	assert_false(ops->delegate_change(s.b, NULL, &c, &err));
	assert_int_equal(err.kind, ERR_NOT_FOUND);
	assert_true(ops->delegate_delivery(s.b, NULL, DELIVER_INFORM, &err));
	delegate_release(&c.who);
	end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_read),
		cmocka_unit_test(test_levels),
		cmocka_unit_test(test_write),
		cmocka_unit_test(test_delegates),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
