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
#define VALUE(list, value)                                                     \
	"<t:" list "><t:StringAttributedValue><t:Value>" value                 \
	"</t:Value><t:Attributions><t:Attribution>0</t:Attribution>"           \
	"</t:Attributions></t:StringAttributedValue></t:" list ">"
#define NUMBER(list, value)                                                    \
	"<t:" list "><t:PhoneNumberAttributedValue><t:Value><t:Number>" value  \
	"</t:Number><t:Type>Business</t:Type></t:Value><t:Attributions>"       \
	"<t:Attribution>0</t:Attribution></t:Attributions>"                    \
	"</t:PhoneNumberAttributedValue></t:" list ">"
#define FULL_PERSONA                                                           \
	"<t:Persona><t:PersonaId Id='A'/><t:PersonaType>Person"                \
	"</t:PersonaType><t:DisplayName>Ada Byron</t:DisplayName>"             \
	"<t:GivenName>Ada</t:GivenName><t:EmailAddress><t:Name>x</t:Name>"     \
	"<t:EmailAddress>ada@x</t:EmailAddress></t:EmailAddress>" NUMBER(      \
		"BusinessPhoneNumbers", "+1") NUMBER("MobilePhones", "+2")     \
		VALUE("OfficeLocations", "2.14") VALUE("Titles", "Head")       \
			VALUE("Departments", "Research") "</t:Persona>"
#define LIST_PERSONA                                                           \
	"<t:Persona><t:PersonaId Id='L'/><t:PersonaType>DistributionList"      \
	"</t:PersonaType><t:DisplayName>All</t:DisplayName><t:EmailAddress>"   \
	"<t:EmailAddress>all@x</t:EmailAddress></t:EmailAddress></t:Persona>"
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

/* Of 2013 and later personas are asked for; resolving names is what is left
 * where the server will not have that. */
static void personas_are_found(void **state)
{
	static const struct step steps[] = {
		{"FindPeople", "Offset=\"0\"",
		 PERSONAS(PERSONA("1") FULL_PERSONA LIST_PERSONA)},
		{"FindPeople", "<m:QueryString>a<",
		 PERSONAS(PERSONA("1") PERSONA("2"))},
		{"FindPeople", NULL,
		 ENVELOPE("<m:FindPeopleResponse ResponseClass='Error'>"
			  "<m:ResponseCode>ErrorInvalidOperation"
			  "</m:ResponseCode></m:FindPeopleResponse>")},
		{"ResolveNames", NULL,
		 RESOLVED("Warning", "ErrorNameResolutionMultipleResults",
			  "false", ADA)},
		{"FindPeople", NULL, LOST},
		{"FindPeople", NULL, LOST},
	};
	struct person_list l = {0};
	struct err err = ERR_INIT;
	struct script s;
	bool more = true;

	(void)state;
	BEGIN(&s, "Exchange2013_SP1", steps);
	assert_true(ews_ops.people->find_people(s.b, NULL, "a", 200, &l, &more,
						&err));
	assert_int_equal(l.n, 3);
	assert_false(more);
	assert_string_equal(l.v[0].name, "P 1");
	assert_string_equal(l.v[0].addr, "p1@x");
	assert_string_equal(l.v[0].key, "smtp:p1@x");
	assert_string_equal(l.v[1].given, "Ada");
	assert_string_equal(l.v[1].title, "Head");
	assert_string_equal(l.v[1].department, "Research");
	assert_string_equal(l.v[1].office, "2.14");
	assert_string_equal(l.v[1].phone, "+1");
	assert_string_equal(l.v[1].mobile, "+2");
	assert_string_equal(l.v[1].addr, "ada@x");
	assert_int_equal(l.v[2].kind, PERSON_LIST);
	person_list_release(&l);
	assert_true(ews_ops.people->find_people(s.b, NULL, "a", 1, &l, &more,
						&err));
	assert_int_equal(l.n, 1);
	assert_true(more);
	person_list_release(&l);
	assert_true(ews_ops.people->find_people(s.b, NULL, "a", 200, &l, &more,
						&err));
	assert_int_equal(l.n, 1);
	assert_true(more);
	person_list_release(&l);
	/* A line that is down is no reason to ask otherwise. */
	assert_false(ews_ops.people->find_people(s.b, NULL, "a", 200, &l, &more,
						 &err));
	assert_int_equal(err.kind, ERR_NETWORK);
	end(&s);
}

struct listed {
	struct person_list l;
	size_t most;
};

static bool take_listed(void *ctx, struct person *taken)
{
	struct listed *l = ctx;

	vec_add(&l->l, *taken);
	return l->l.n < l->most;
}

/* All whose address may begin with a letter or a digit, page by page. */
static void all_are_listed(void **state)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789";
	struct str full CLEANUP(str_release) = STR_INIT;
	char *whole CLEANUP(mem_free_ptr) = NULL;
	struct step steps[38];
	char *holds[38];
	struct listed got = {.most = 1000};
	struct err err = ERR_INIT;
	struct script s;
	size_t n = 0;

	(void)state;
	/* One of whom nothing is told counts, too. */
	for (int i = 0; i < 99; i++)
		str_add(&full, PERSONA("1"));
	str_add(&full, "<t:Persona><t:PersonaId Id='P'/></t:Persona>");
	whole = xasprintf(PERSONAS("%s"), full.s);
	for (const char *c = letters; *c; c++) {
		/* One letter has more than a page. */
		for (int page = 0; page < (*c == 'b' ? 2 : 1); page++, n++) {
			holds[n] = xasprintf("Offset=\"%d\" BasePoint="
					     "\"Beginning\"/>",
					     page * 100);
			steps[n] = (struct step){"FindPeople", holds[n],
						 *c == 'b' && !page ? whole
						 : page ? PERSONAS(PERSONA("2"))
							: PERSONAS("")};
		}
	}
	assert_int_equal(n, 37);
	begin(&s, "Exchange2016", steps, n);
	assert_true(ews_ops.people->list_people(s.b, NULL, take_listed, &got,
						&err));
	assert_int_equal(got.l.n, 100);
	end(&s);
	person_list_release(&got.l);
	/* Stopped: no further page. */
	begin(&s, "Exchange2016", steps, 2);
	got.most = 1;
	assert_false(ews_ops.people->list_people(s.b, NULL, take_listed, &got,
						 &err));
	assert_int_equal(err.kind, ERR_CANCELLED);
	person_list_release(&got.l);
	end(&s);
	begin(&s, "Exchange2010_SP2", steps, 0);
	assert_false(ews_ops.people->list_people(s.b, NULL, take_listed, &got,
						 &err));
	assert_int_equal(err.kind, ERR_UNSUPPORTED);
	end(&s);
	for (size_t i = 0; i < n; i++)
		free(holds[i]);
}

static void pictures_are_read(void **state)
{
	static const struct step steps[] = {
		{"GetUserPhoto", "<m:Email>a@x</m:Email><m:SizeRequested>HR",
		 ENVELOPE("<m:GetUserPhotoResponse ResponseClass='Success'>"
			  "<m:ResponseCode>NoError</m:ResponseCode>"
			  "<m:HasChanged>true</m:HasChanged><m:PictureData>"
			  "aGVs\nbG8=</m:PictureData>"
			  "</m:GetUserPhotoResponse>")},
		{"GetUserPhoto", NULL,
		 ENVELOPE("<m:GetUserPhotoResponse ResponseClass='Success'>"
			  "<m:ResponseCode>NoError</m:ResponseCode>"
			  "<m:HasChanged>false</m:HasChanged>"
			  "</m:GetUserPhotoResponse>")},
		{"GetUserPhoto", NULL,
		 ENVELOPE("<m:GetUserPhotoResponse ResponseClass='Error'>"
			  "<m:ResponseCode>ErrorItemNotFound</m:ResponseCode>"
			  "</m:GetUserPhotoResponse>")},
		{"GetUserPhoto", NULL,
		 ENVELOPE("<m:GetUserPhotoResponse ResponseClass='Error'>"
			  "<m:ResponseCode>ErrorItemNotFound</m:ResponseCode>"
			  "</m:GetUserPhotoResponse>")},
	};
	static const struct around not_there = {.status = 404};
	struct err err = ERR_INIT;
	struct bytes b = {0};
	struct script s;

	(void)state;
	BEGIN(&s, "Exchange2013", steps);
	assert_true(ews_ops.people->photo(s.b, NULL, "a@x", &b, &err));
	assert_int_equal(b.len, 5);
	assert_memory_equal(b.p, "hello", 5);
	bytes_release(&b);
	for (int i = 0; i < 3; i++) {
		s.around = i == 2 ? &not_there : NULL;
		assert_false(ews_ops.people->photo(s.b, NULL, "a@x", &b, &err));
		assert_int_equal(err.kind, ERR_NOT_FOUND);
	}
	end(&s);
	begin(&s, "Exchange2010", steps, 0);
	assert_false(ews_ops.people->photo(s.b, NULL, "a@x", &b, &err));
	assert_int_equal(err.kind, ERR_UNSUPPORTED);
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

#define SYNCED(changes)                                                        \
	ANSWER(OK("<m:SyncState>S2</m:SyncState>"                              \
		  "<m:IncludesLastItemInRange>true"                            \
		  "</m:IncludesLastItemInRange><m:Changes>" changes            \
		  "</m:Changes>"))
#define MADE                                                                   \
	ANSWER(OK("<m:Items><t:Contact><t:ItemId Id='N' ChangeKey='C'/>"       \
		  "</t:Contact></m:Items>"))

static void contacts_are_read(void **state)
{
	static const struct step steps[] = {
		{"SyncFolderItems", "F",
		 SYNCED("<t:Create><t:Contact><t:ItemId Id='A' ChangeKey='1'/>"
			"</t:Contact></t:Create><t:Create><t:DistributionList>"
			"<t:ItemId Id='B'/></t:DistributionList></t:Create>"
			"<t:Delete><t:ItemId Id='C'/></t:Delete>")},
		{"GetItem", "Id=\"B\"",
		 ANSWER(OK("<m:Items><t:Contact><t:ItemId Id='A' "
			   "ChangeKey='1'/><t:Body BodyType='Text'>n\r\n"
			   "</t:Body><t:Categories><t:String>Red</t:String>"
			   "<t:String>Blue</t:String></t:Categories>"
			   "<t:DisplayName>Ada</t:DisplayName>"
			   "<t:EmailAddresses><t:Entry Key='EmailAddress2'>"
			   "two@x</t:Entry></t:EmailAddresses><t:Birthday>"
			   "1970-05-01T11:59:00Z</t:Birthday></t:Contact>"
			   "</m:Items>")
				OK("<m:Items><t:DistributionList><t:ItemId "
				   "Id='B'/><t:DisplayName>Team"
				   "</t:DisplayName><t:Members><t:Member "
				   "Key='k'>" BOX(
					   "Bo", "bo@x",
					   "OneOff") "</t:Member></t:Members>"
						     "</t:DistributionList></"
						     "m:Items>"))},
	};
	struct contact_page page = {0};
	struct err err = ERR_INIT;
	struct script s;

	(void)state;
	BEGIN(&s, "Exchange2016", steps);
	assert_true(ews_ops.people->sync_contacts(s.b, NULL, "F", NULL, &page,
						  &err));
	assert_int_equal(page.people.n, 2);
	assert_string_equal(page.people.v[0].key, "A");
	assert_string_equal(page.people.v[0].notes, "n");
	assert_string_equal(page.people.v[0].addr2, "two@x");
	assert_string_equal(page.people.v[0].birthday, "1970-05-01");
	assert_string_equal(page.people.v[0].categories, "Red\nBlue");
	assert_int_equal(page.people.v[1].kind, PERSON_LIST);
	assert_string_equal(page.people.v[1].name, "Team");
	assert_string_equal(page.people.v[1].members.v[0], "Bo <bo@x>");
	assert_int_equal(page.gone.n, 1);
	assert_string_equal(page.state, "S2");
	assert_false(page.more);
	contact_page_release(&page);
	end(&s);
}

/* A directory's path is no address, wherever it stands (dossier EWS 7). */
static void paths_are_no_addresses(void **state)
{
	static const struct step steps[] = {
		{"SyncFolderItems", "F",
		 SYNCED("<t:Create><t:Contact><t:ItemId Id='A'/></t:Contact>"
			"</t:Create>")},
		{"GetItem", "Id=\"A\"",
		 ANSWER(OK("<m:Items><t:Contact><t:ItemId Id='A'/>"
			   "<t:DisplayName>Ada</t:DisplayName>"
			   "<t:EmailAddresses><t:Entry Key='EmailAddress1' "
			   "Name='Ada' RoutingType='EX' MailboxType='Mailbox'>"
			   "/o=ORG/cn=ADA</t:Entry><t:Entry "
			   "Key='EmailAddress2'>two@x</t:Entry>"
			   "</t:EmailAddresses></t:Contact></m:Items>"))},
		{"ExpandDL", "team@x",
		 ANSWER(OK("<m:DLExpansion TotalItemsInView='1' "
			   "IncludesLastItemInRange='true'><t:Mailbox>"
			   "<t:Name>Bo</t:Name><t:EmailAddress>/o=ORG/cn=BO"
			   "</t:EmailAddress><t:RoutingType>EX</t:RoutingType>"
			   "<t:MailboxType>Contact</t:MailboxType></t:Mailbox>"
			   "</m:DLExpansion>"))},
	};
	struct contact_page page = {0};
	struct person_list l = {0};
	struct err err = ERR_INIT;
	struct script s;

	(void)state;
	BEGIN(&s, "Exchange2010_SP2", steps);
	assert_true(ews_ops.people->sync_contacts(s.b, NULL, "F", NULL, &page,
						  &err));
	assert_int_equal(page.people.n, 1);
	assert_null(page.people.v[0].addr);
	assert_string_equal(page.people.v[0].addr2, "two@x");
	contact_page_release(&page);
	assert_true(ews_ops.people->expand_list(s.b, NULL, "team@x", &l, &err));
	assert_int_equal(l.n, 1);
	assert_string_equal(l.v[0].name, "Bo");
	assert_null(l.v[0].addr);
	person_list_release(&l);
	end(&s);
}

/* One damaged contact does not keep the others away (dossier EWS 6). */
static void damaged_contacts_are_skipped(void **state)
{
	static const struct step steps[] = {
		{"SyncFolderItems", "F",
		 SYNCED("<t:Create><t:Contact><t:ItemId Id='A'/></t:Contact>"
			"</t:Create><t:Create><t:Contact><t:ItemId Id='B'/>"
			"</t:Contact></t:Create><t:Create><t:Contact>"
			"<t:ItemId Id='C'/></t:Contact></t:Create>")},
		{"GetItem", "Id=\"C\"",
		 ANSWER(BAD("ErrorItemNotFound") BAD("ErrorCorruptData")
				OK("<m:Items><t:Contact><t:ItemId Id='C'/>"
				   "<t:DisplayName>Cy</t:DisplayName>"
				   "</t:Contact></m:Items>"))},
		{"GetItem", "!Id=\"B\"", ANSWER(BAD("ErrorItemNotFound"))},
		{"GetItem", "Id=\"B\"",
		 ANSWER(BAD("ErrorCorruptData")
				OK("<m:Items><t:Contact><t:ItemId Id='C'/>"
				   "<t:DisplayName>Cy</t:DisplayName>"
				   "</t:Contact></m:Items>"))},
		{"GetItem", "!Id=\"C\"", ANSWER(BAD("ErrorCorruptData"))},
		{"GetItem", "!Id=\"C\"", ANSWER(BAD("ErrorCorruptData"))},
		{"GetItem", "!Id=\"B\"",
		 ANSWER(OK("<m:Items><t:Contact><t:ItemId Id='C'/>"
			   "<t:DisplayName>Cy</t:DisplayName></t:Contact>"
			   "</m:Items>"))},
		/* trouble that passes is not taken for an answer */
		{"SyncFolderItems", "F",
		 SYNCED("<t:Create><t:Contact><t:ItemId Id='A'/></t:Contact>"
			"</t:Create><t:Create><t:Contact><t:ItemId Id='B'/>"
			"</t:Contact></t:Create>")},
		{"GetItem", NULL,
		 ANSWER(BAD("ErrorItemNotFound")
				BAD("ErrorMailboxStoreUnavailable"))},
	};
	struct contact_page page = {0};
	struct err err = ERR_INIT;
	struct script s;

	(void)state;
	BEGIN(&s, "Exchange2016", steps);
	assert_true(ews_ops.people->sync_contacts(s.b, NULL, "F", NULL, &page,
						  &err));
	assert_int_equal(page.people.n, 1);
	assert_string_equal(page.people.v[0].key, "C");
	contact_page_release(&page);
	assert_false(ews_ops.people->sync_contacts(s.b, NULL, "F", NULL, &page,
						   &err));
	assert_int_equal(err.kind, ERR_SERVER);
	end(&s);
}

/* A fault is no empty answer, whatever its status; what is read anew is read
 * once (dossier EWS 3.1, 4.1). */
static void faults_are_no_answers(void **state)
{
	static const struct step steps[] = {
		{"SyncFolderItems", "F",
		 SYNCED("<t:Create><t:Contact><t:ItemId Id='A'/></t:Contact>"
			"</t:Create>")},
		{"GetItem", NULL, FAULT("ErrorAccessDenied")},
		{"ResolveNames", NULL,
		 ENVELOPE("<s:Fault><faultcode>a:ErrorServerBusy</faultcode>"
			  "<detail><m:MessageXml><t:Value "
			  "Name='BackOffMilliseconds'>1</t:Value>"
			  "</m:MessageXml></detail></s:Fault>")},
		{"ResolveNames", NULL,
		 RESOLVED("Success", "NoError", "true", ADA)},
		{"ResolveNames", NULL, ""},
		{"ResolveNames", NULL, ""},
	};
	struct contact_page page = {0};
	struct person_list l = {0};
	struct err err = ERR_INIT;
	struct script s;
	bool more;

	(void)state;
	BEGIN(&s, "Exchange2010", steps);
	assert_false(ews_ops.people->sync_contacts(s.b, NULL, "F", NULL, &page,
						   &err));
	assert_int_equal(err.kind, ERR_DENIED);
	assert_true(ews_ops.people->find_people(s.b, NULL, "a", 10, &l, &more,
						&err));
	assert_int_equal(l.n, 1);
	person_list_release(&l);
	assert_false(ews_ops.people->find_people(s.b, NULL, "a", 10, &l, &more,
						 &err));
	assert_int_equal(err.kind, ERR_NETWORK);
	end(&s);
}

/* 2007 has no Members: the group is expanded by its id (dossier EWS 11.3). */
static void old_groups_are_expanded(void **state)
{
	static const struct step steps[] = {
		{"SyncFolderItems", "F",
		 SYNCED("<t:Create><t:DistributionList><t:ItemId Id='B'/>"
			"</t:DistributionList></t:Create>")},
		{"GetItem", "!distributionlist:Members",
		 ANSWER(OK("<m:Items><t:DistributionList><t:ItemId Id='B' "
			   "ChangeKey='k'/><t:DisplayName>Team"
			   "</t:DisplayName></t:DistributionList></m:Items>"))},
		{"ExpandDL",
		 "<m:Mailbox><t:ItemId Id=\"B\" ChangeKey=\"k\"/></m:Mailbox>",
		 ANSWER(OK("<m:DLExpansion TotalItemsInView='2' "
			   "IncludesLastItemInRange='true'>" BOX("A", "a@x",
								 "Mailbox")
				   BOX("B", "b@x",
				       "Contact") "</m:DLExpansion>"))},
		{"SyncFolderItems", "F",
		 SYNCED("<t:Create><t:DistributionList><t:ItemId Id='B'/>"
			"</t:DistributionList></t:Create>")},
		{"GetItem", NULL,
		 ANSWER(OK("<m:Items><t:DistributionList><t:ItemId Id='B' "
			   "ChangeKey='k'/><t:DisplayName>Team"
			   "</t:DisplayName></t:DistributionList></m:Items>"))},
		{"ExpandDL", NULL, ANSWER(BAD("ErrorInvalidOperation"))},
	};
	struct contact_page page = {0};
	struct err err = ERR_INIT;
	struct script s;

	(void)state;
	BEGIN(&s, "Exchange2007_SP1", steps);
	assert_true(ews_ops.people->sync_contacts(s.b, NULL, "F", NULL, &page,
						  &err));
	assert_int_equal(page.people.n, 1);
	assert_int_equal(page.people.v[0].members.n, 2);
	assert_string_equal(page.people.v[0].members.v[1], "B <b@x>");
	contact_page_release(&page);
	assert_true(ews_ops.people->sync_contacts(s.b, NULL, "F", NULL, &page,
						  &err));
	assert_int_equal(page.people.v[0].members.n, 0);
	contact_page_release(&page);
	end(&s);
}

#define GROUP_PART(key, box) "<t:Member Key='" key "'>" box "</t:Member>"
#define GROUP_HELD                                                             \
	ANSWER(OK("<m:Items><t:DistributionList><t:ItemId Id='B'/>"            \
		  "<t:DisplayName>Team</t:DisplayName><t:Members>" GROUP_PART( \
			  "1",                                                 \
			  "<t:Mailbox><t:Name>Hidden</t:Name><t:EmailAddress>" \
			  "/o=x/cn=h</t:EmailAddress><t:RoutingType>EX"        \
			  "</t:RoutingType></t:Mailbox>")                      \
			  GROUP_PART("2", "<t:Mailbox><t:Name>Inner</t:Name>"  \
					  "<t:MailboxType>PrivateDL"           \
					  "</t:MailboxType><t:ItemId "         \
					  "Id='P'/></t:Mailbox>")              \
				  GROUP_PART(                                  \
					  "3",                                 \
					  BOX("Cy", "cy@x",                    \
					      "OneOff")) "</t:Members></"      \
							 "t:DistributionList>" \
							 "</m:Items>"))

/* A group that gets another name keeps its members as the server has them. So do
 * those that stay where others come or go: they may be more than addresses. */
static void groups_are_changed(void **state)
{
	static const struct step steps[] = {
		{"UpdateItem", "!Members", MADE},
		{"GetItem", "distributionlist:Members", GROUP_HELD},
		{"UpdateItem",
		 "<t:AppendToItemField><t:FieldURI "
		 "FieldURI=\"distributionlist:Members\"/>"
		 "<t:DistributionList><t:Members><t:Member><t:Mailbox>"
		 "<t:Name>Bo</t:Name><t:EmailAddress>bo@x</t:EmailAddress>"
		 "<t:RoutingType>SMTP</t:RoutingType><t:MailboxType>OneOff"
		 "</t:MailboxType></t:Mailbox></t:Member></t:Members>",
		 MADE},
		{"GetItem", NULL, GROUP_HELD},
		{"UpdateItem",
		 "<t:Updates><t:DeleteItemField><t:IndexedFieldURI "
		 "FieldURI=\"distributionlist:Members:Member\" "
		 "FieldIndex=\"3\"/></t:DeleteItemField></t:Updates>",
		 MADE},
	};
	static const char *const members[] = {"Cy <cy@x>"};
	struct person was, now;
	struct item_result res = {0};
	struct err err = ERR_INIT;
	struct script s;

	(void)state;
	BEGIN(&s, "Exchange2016", steps);
	person_init(&was);
	was.kind = PERSON_LIST;
	was.name = xstrdup("Team");
	for (size_t i = 0; i < ARRAY_LEN(members); i++)
		strv_add(&was.members, members[i]);
	for (int i = 0; i < 3; i++) {
		person_copy(&now, &was);
		now.key = xstrdup("B");
		if (i == 0)
			mem_replace(&now.name, xstrdup("The team"));
		if (i == 1)
			strv_add(&now.members, "Bo <bo@x>");
		if (i == 2)
			strv_release(&now.members);
		assert_true(ews_ops.people->write_contact(s.b, NULL, "F", &was,
							  &now, &res, &err));
		free(res.new_id);
		free(res.new_change_key);
		person_release(&now);
	}
	person_release(&was);
	end(&s);
}

/* A member that is an item of its own does not lend the group its id. */
static void groups_keep_their_ids(void **state)
{
	static const struct step steps[] = {
		{"SyncFolderItems", "F",
		 SYNCED("<t:Create><t:DistributionList><t:ItemId Id='B'/>"
			"</t:DistributionList></t:Create>")},
		{"GetItem", NULL, GROUP_HELD},
	};
	struct contact_page page = {0};
	struct err err = ERR_INIT;
	struct script s;

	(void)state;
	BEGIN(&s, "Exchange2016", steps);
	assert_true(ews_ops.people->sync_contacts(s.b, NULL, "F", NULL, &page,
						  &err));
	assert_int_equal(page.people.n, 1);
	assert_string_equal(page.people.v[0].key, "B");
	assert_int_equal(page.people.v[0].members.n, 1);
	contact_page_release(&page);
	end(&s);
}

/* Only what differs is sent, and an empty field is taken away. */
static void contacts_are_changed(void **state)
{
	static const struct step steps[] = {
		{"UpdateItem",
		 "<t:SetItemField><t:IndexedFieldURI "
		 "FieldURI=\"contacts:PhoneNumber\" "
		 "FieldIndex=\"BusinessPhone\"/><t:Contact><t:PhoneNumbers>"
		 "<t:Entry Key=\"BusinessPhone\">2</t:Entry></t:PhoneNumbers>"
		 "</t:Contact></t:SetItemField><t:DeleteItemField><t:FieldURI "
		 "FieldURI=\"contacts:JobTitle\"/></t:DeleteItemField>"
		 "</t:Updates>",
		 MADE},
		{"CreateItem",
		 "<t:PhysicalAddresses><t:Entry Key=\"Business\"><t:Street>S"
		 "</t:Street></t:Entry><t:Entry Key=\"Home\"><t:City>H"
		 "</t:City></t:Entry></t:PhysicalAddresses>",
		 MADE},
	};
	struct person was, p;
	struct item_result r = {0};
	struct err err = ERR_INIT;
	struct script s;

	(void)state;
	person_init(&was);
	was.phone = xstrdup("1");
	was.title = xstrdup("Head");
	was.name = xstrdup("Ada");
	person_copy(&p, &was);
	mem_replace(&p.phone, xstrdup("2"));
	mem_replace(&p.title, NULL);
	p.key = xstrdup("A");
	BEGIN(&s, "Exchange2010", steps);
	assert_true(ews_ops.people->write_contact(s.b, NULL, "F", &was, &p, &r,
						  &err));
	assert_string_equal(r.new_id, "N");
	free(r.new_id);
	free(r.new_change_key);
	/* Nothing differs: nothing is asked. */
	assert_true(ews_ops.people->write_contact(s.b, NULL, "F", &p, &p, &r,
						  &err));
	free(r.new_id);
	free(r.new_change_key);
	p.street = xstrdup("S");
	p.home_city = xstrdup("H");
	assert_true(ews_ops.people->write_contact(s.b, NULL, "F", NULL, &p, &r,
						  &err));
	free(r.new_id);
	free(r.new_change_key);
	person_release(&was);
	person_release(&p);
	end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_resolved),
		cmocka_unit_test(personas_are_found),
		cmocka_unit_test(all_are_listed),
		cmocka_unit_test(pictures_are_read),
		cmocka_unit_test(lists_are_expanded),
		cmocka_unit_test(the_last_day_is_read),
		cmocka_unit_test(contacts_are_read),
		cmocka_unit_test(paths_are_no_addresses),
		cmocka_unit_test(damaged_contacts_are_skipped),
		cmocka_unit_test(faults_are_no_answers),
		cmocka_unit_test(old_groups_are_expanded),
		cmocka_unit_test(groups_are_changed),
		cmocka_unit_test(groups_keep_their_ids),
		cmocka_unit_test(contacts_are_changed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
