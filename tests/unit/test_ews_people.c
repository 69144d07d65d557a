/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* The address list through the mailbox server: names, lists, pages, expiry. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "base/clock.h"
#include "ews_script.h"

#define BOX(name, addr, type)                                                  \
	"<t:Mailbox><t:Name>" name "</t:Name><t:EmailAddress>" addr            \
	"</t:EmailAddress><t:RoutingType>SMTP</t:RoutingType>"                 \
	"<t:MailboxType>" type "</t:MailboxType></t:Mailbox>"
#define RESOLVED(class, code, more, set)                                       \
	ANSWER("<m:M ResponseClass='" class "'><m:ResponseCode>" code "</"     \
					    "m:ResponseCode><m:ResolutionSet " \
					    "TotalItemsInView='2' "            \
					    "IncludesLastItemInRange='" more   \
					    "'>" set                           \
					    "</m:ResolutionSet></m:M>")
#define ADA                                                                    \
	"<t:Resolution>" BOX(                                                  \
		"Ada Byron", "ada@x",                                          \
		"Mailbox") "<t:Contact><t:DisplayName>Byron, "                 \
			   "Ada</t:DisplayName><t:GivenName>Ada"               \
			   "</t:GivenName><t:Initials/"                        \
			   "><t:EmailAddresses><t:Entry "                      \
			   "Key='EmailAddress1'>SIP:ada@x</t:Entry><t:Entry "  \
			   "Key='EmailAddress2'>smtp:old@x</t:Entry></"        \
			   "t:EmailAddresses>"                                 \
			   "<t:PhysicalAddresses><t:Entry "                    \
			   "Key='Business'><t:Street>Main 1"                   \
			   "</t:Street><t:City>Bergen</t:City></t:Entry></"    \
			   "t:PhysicalAddresses>"                              \
			   "<t:PhoneNumbers><t:Entry "                         \
			   "Key='BusinessPhone'>+1</t:Entry><t:Entry "         \
			   "Key='MobilePhone'>+2</t:Entry></"                  \
			   "t:PhoneNumbers><t:JobTitle>Head"                   \
			   "</t:JobTitle><t:OfficeLocation>2.14</"             \
			   "t:OfficeLocation>"                                 \
			   "<t:Surname>Byron</t:Surname><t:Alias>ada</"        \
			   "t:Alias></t:Contact>"                              \
			   "</t:Resolution>"
#define TEAM                                                                   \
	"<t:Resolution>" BOX("Team", "team@x", "PublicDL") "</t:Resolution>"
#define PERSONA(n)                                                             \
	"<t:Persona><t:PersonaId Id='P" n "'/><t:DisplayName>P " n             \
	"</t:DisplayName><t:EmailAddress><t:Name>x</"                          \
	"t:Name><t:EmailAddress>p" n                                           \
	"@x</t:EmailAddress></t:EmailAddress></t:Persona>"
#define PERSONAS(all)                                                          \
	ENVELOPE("<m:FindPeopleResponse ResponseClass='Success'>"              \
		 "<m:ResponseCode>NoError</m:ResponseCode><m:People>" all      \
		 "</m:People></m:FindPeopleResponse>")
#define EXPIRES(date)                                                          \
	ENVELOPE("<m:GetPasswordExpirationDateResponse "                       \
		 "ResponseClass='Success'><m:ResponseCode>NoError"             \
		 "</m:ResponseCode><m:PasswordExpirationDate>" date            \
		 "</m:PasswordExpirationDate>"                                 \
		 "</m:GetPasswordExpirationDateResponse>")

static void names_are_resolved(void **state)
{
	static const struct step steps[] = {
		{"ResolveNames",
		 "<m:UnresolvedEntry>a &lt;b</m:UnresolvedEntry>",
		 RESOLVED("Warning", "ErrorNameResolutionMultipleResults",
			  "true", ADA TEAM)},
		{"ResolveNames", "<m:UnresolvedEntry>nobody<",
		 ANSWER(BAD("ErrorNameResolutionNoResults"))},
		{"ResolveNames", NULL, ANSWER(BAD("ErrorAccessDenied"))},
	};
	struct person_list l = {0};
	struct err err = ERR_INIT;
	struct script s;
	bool more = true;

	(void)state;
	BEGIN(&s, "Exchange2007_SP1", steps);
	assert_true(ews_ops.people->find_people(s.b, NULL, "a <b", 10, &l,
						&more, &err));
	assert_false(more);
	assert_int_equal(l.n, 2);
	assert_string_equal(l.v[0].name, "Ada Byron");
	assert_string_equal(l.v[0].addr, "ada@x");
	assert_string_equal(l.v[0].key, "smtp:ada@x");
	assert_string_equal(l.v[0].given, "Ada");
	assert_string_equal(l.v[0].title, "Head");
	assert_string_equal(l.v[0].office, "2.14");
	assert_string_equal(l.v[0].phone, "+1");
	assert_string_equal(l.v[0].mobile, "+2");
	assert_string_equal(l.v[0].street, "Main 1");
	assert_string_equal(l.v[0].city, "Bergen");
	assert_null(l.v[0].addr2);
	assert_int_equal(l.v[1].kind, PERSON_LIST);
	person_list_release(&l);
	assert_true(ews_ops.people->find_people(s.b, NULL, "office:2 nobody",
						10, &l, &more, &err));
	assert_int_equal(l.n, 0);
	assert_false(ews_ops.people->find_people(s.b, NULL, "x", 10, &l, &more,
						 &err));
	assert_int_equal(err.kind, ERR_DENIED);
	assert_false(ews_ops.people->find_people(s.b, NULL, "office:2", 10, &l,
						 &more, &err));
	assert_int_equal(err.kind, ERR_UNSUPPORTED);
	end(&s);
}

/* More than a hundred: pages, where the server has them. */
static void pages_follow(void **state)
{
	static const struct step steps[] = {
		{"ResolveNames", NULL,
		 RESOLVED("Warning", "ErrorNameResolutionMultipleResults",
			  "false", ADA)},
		{"FindPeople", "Offset=\"0\"",
		 PERSONAS(PERSONA("1") PERSONA("2"))},
	};
	struct person_list l = {0};
	struct err err = ERR_INIT;
	struct script s;
	bool more = false;

	(void)state;
	BEGIN(&s, "Exchange2013_SP1", steps);
	assert_true(ews_ops.people->find_people(s.b, NULL, "a", 200, &l, &more,
						&err));
	assert_int_equal(l.n, 3);
	assert_false(more);
	assert_string_equal(l.v[2].name, "P 2");
	assert_string_equal(l.v[2].addr, "p2@x");
	person_list_release(&l);
	end(&s);
}

static void lists_are_expanded(void **state)
{
	static const struct step steps[] = {
		{"ExpandDL", "<t:EmailAddress>team@x<",
		 ANSWER("<m:M ResponseClass='Success'><m:ResponseCode>NoError"
			"</m:ResponseCode><m:DLExpansion TotalItemsInView='2' "
			"IncludesLastItemInRange='true'>" BOX("A", "a@x",
							      "Mailbox")
				BOX("B", "b@x",
				    "PublicDL") "</m:DLExpansion></m:M>")},
	};
	struct person_list l = {0};
	struct err err = ERR_INIT;
	struct script s;

	(void)state;
	BEGIN(&s, "Exchange2016", steps);
	assert_true(ews_ops.people->expand_list(s.b, NULL, "smtp:team@x", &l,
						&err));
	assert_int_equal(l.n, 2);
	assert_string_equal(l.v[0].addr, "a@x");
	assert_int_equal(l.v[1].kind, PERSON_LIST);
	person_list_release(&l);
	end(&s);
}

static void the_last_day_is_read(void **state)
{
	static const struct step steps[] = {
		{"GetPasswordExpirationDate", "MailboxSmtpAddress>a@h<",
		 EXPIRES("2026-12-01T00:00:00Z")},
		{"GetPasswordExpirationDate", NULL,
		 EXPIRES("9999-12-31T23:59:59.9999999")},
		{"GetPasswordExpirationDate", NULL, EXPIRES("soon")},
	};
	struct err err = ERR_INIT;
	struct script s;
	int64_t when = 0;

	(void)state;
	BEGIN(&s, "Exchange2016", steps);
	s.account->address = xstrdup("a@h");
	assert_true(ews_ops.people->password_expiry(s.b, NULL, &when, &err));
	assert_int_equal(when, clock_from_utc(2026, 12, 1, 0, 0, 0));
	assert_true(ews_ops.people->password_expiry(s.b, NULL, &when, &err));
	assert_int_equal(when, CLOCK_NEVER);
	assert_false(ews_ops.people->password_expiry(s.b, NULL, &when, &err));
	end(&s);
	BEGIN(&s, "Exchange2010", steps);
	s.at = s.n;
	assert_false(ews_ops.people->password_expiry(s.b, NULL, &when, &err));
	assert_int_equal(err.kind, ERR_UNSUPPORTED);
	end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_resolved),
		cmocka_unit_test(pages_follow),
		cmocka_unit_test(lists_are_expanded),
		cmocka_unit_test(the_last_day_is_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
