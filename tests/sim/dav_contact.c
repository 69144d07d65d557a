/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * Contacts as urn:schemas:contacts: and their MAPI companions (dossier 15.1):
 * what PROPFIND and SEARCH show, and what PROPPATCH makes and changes. What
 * has no place in a contact is kept like any other property.
 */
#include "tests/sim/dav.h"

#include <stdio.h>
#include <string.h>
#include "base/clock.h"
#include "tests/sim/contact.h"

#define CON "urn:schemas:contacts:"
#define MAPI "http://schemas.microsoft.com/mapi/"
#define ADDRESS_SET MAPI "id/{00062004-0000-0000-c000-000000000046}/"

enum kind {
	CON_TEXT,    /* n: enum contact_text */
	CON_PHONE,   /* key */
	CON_ADDRESS, /* n: kind of address * 8 + part */
	CON_WHOLE,   /* n: kind of address; composed */
	CON_BIRTHDAY,
	CON_ANNIVERSARY,
	CON_MAILING,
	CON_EMAIL,	   /* n: slot; "Name" <address> */
	CON_EMAIL_ADDRESS, /* n: slot */
	CON_EMAIL_NAME,
	CON_EMAIL_TYPE,
	CON_IM
};

#define STREET_OF(kind) ((kind)*8 + PART_STREET)
#define CITY_OF(kind) ((kind)*8 + PART_CITY)
#define STATE_OF(kind) ((kind)*8 + PART_STATE)
#define CODE_OF(kind) ((kind)*8 + PART_CODE)
#define COUNTRY_OF(kind) ((kind)*8 + PART_COUNTRY)

static const struct {
	const char *uri; /* names are case-sensitive (15.1) */
	enum kind kind;
	int n;
	const char *key;
} table[] = {
	{CON "cn", CON_TEXT, CONTACT_DISPLAY_NAME, NULL},
	{CON "givenName", CON_TEXT, CONTACT_GIVEN, NULL},
	{CON "middlename", CON_TEXT, CONTACT_MIDDLE, NULL},
	{CON "sn", CON_TEXT, CONTACT_SURNAME, NULL},
	{CON "initials", CON_TEXT, CONTACT_INITIALS, NULL},
	{CON "namesuffix", CON_TEXT, CONTACT_GENERATION, NULL},
	{CON "nickname", CON_TEXT, CONTACT_NICKNAME, NULL},
	{CON "fileas", CON_TEXT, CONTACT_FILE_AS, NULL},
	{CON "title", CON_TEXT, CONTACT_JOB_TITLE, NULL},
	{CON "o", CON_TEXT, CONTACT_COMPANY, NULL},
	{CON "department", CON_TEXT, CONTACT_DEPARTMENT, NULL},
	{CON "roomnumber", CON_TEXT, CONTACT_OFFICE, NULL},
	{CON "profession", CON_TEXT, CONTACT_PROFESSION, NULL},
	{CON "manager", CON_TEXT, CONTACT_MANAGER, NULL},
	{CON "secretarycn", CON_TEXT, CONTACT_ASSISTANT, NULL},
	{CON "spousecn", CON_TEXT, CONTACT_SPOUSE, NULL},
	{CON "businesshomepage", CON_TEXT, CONTACT_HOMEPAGE, NULL},
	{CON "telephoneNumber", CON_PHONE, 0, "BusinessPhone"},
	{CON "telephonenumber2", CON_PHONE, 0, "BusinessPhone2"},
	{CON "homePhone", CON_PHONE, 0, "HomePhone"},
	{CON "homephone2", CON_PHONE, 0, "HomePhone2"},
	{CON "mobile", CON_PHONE, 0, "MobilePhone"},
	{CON "othermobile", CON_PHONE, 0, "CarPhone"},
	{CON "otherTelephone", CON_PHONE, 0, "OtherTelephone"},
	{CON "pager", CON_PHONE, 0, "Pager"},
	{CON "callbackphone", CON_PHONE, 0, "Callback"},
	{CON "organizationmainphone", CON_PHONE, 0, "CompanyMainPhone"},
	{CON "secretaryphone", CON_PHONE, 0, "AssistantPhone"},
	{CON "facsimiletelephonenumber", CON_PHONE, 0, "BusinessFax"},
	{CON "homefax", CON_PHONE, 0, "HomeFax"},
	{CON "otherfax", CON_PHONE, 0, "OtherFax"},
	{CON "internationalisdnnumber", CON_PHONE, 0, "Isdn"},
	{CON "telexnumber", CON_PHONE, 0, "Telex"},
	{CON "ttytddphone", CON_PHONE, 0, "TtyTddPhone"},
	{CON "street", CON_ADDRESS, STREET_OF(ADDRESS_BUSINESS), NULL},
	{CON "l", CON_ADDRESS, CITY_OF(ADDRESS_BUSINESS), NULL},
	{CON "st", CON_ADDRESS, STATE_OF(ADDRESS_BUSINESS), NULL},
	{CON "postalcode", CON_ADDRESS, CODE_OF(ADDRESS_BUSINESS), NULL},
	{CON "co", CON_ADDRESS, COUNTRY_OF(ADDRESS_BUSINESS), NULL},
	{CON "workaddress", CON_WHOLE, ADDRESS_BUSINESS, NULL},
	{CON "homeStreet", CON_ADDRESS, STREET_OF(ADDRESS_HOME), NULL},
	{CON "homeCity", CON_ADDRESS, CITY_OF(ADDRESS_HOME), NULL},
	{CON "homeState", CON_ADDRESS, STATE_OF(ADDRESS_HOME), NULL},
	{CON "homePostalCode", CON_ADDRESS, CODE_OF(ADDRESS_HOME), NULL},
	{CON "homeCountry", CON_ADDRESS, COUNTRY_OF(ADDRESS_HOME), NULL},
	{CON "homepostaladdress", CON_WHOLE, ADDRESS_HOME, NULL},
	{CON "otherstreet", CON_ADDRESS, STREET_OF(ADDRESS_OTHER), NULL},
	{CON "othercity", CON_ADDRESS, CITY_OF(ADDRESS_OTHER), NULL},
	{CON "otherstate", CON_ADDRESS, STATE_OF(ADDRESS_OTHER), NULL},
	{CON "otherpostalcode", CON_ADDRESS, CODE_OF(ADDRESS_OTHER), NULL},
	{CON "othercountry", CON_ADDRESS, COUNTRY_OF(ADDRESS_OTHER), NULL},
	{CON "otherpostaladdress", CON_WHOLE, ADDRESS_OTHER, NULL},
	{CON "mailingaddressid", CON_MAILING, 0, NULL},
	{CON "bday", CON_BIRTHDAY, 0, NULL},
	{CON "weddinganniversary", CON_ANNIVERSARY, 0, NULL},
	{CON "email1", CON_EMAIL, 0, NULL},
	{CON "email2", CON_EMAIL, 1, NULL},
	{CON "email3", CON_EMAIL, 2, NULL},
	{MAPI "email1emailaddress", CON_EMAIL_ADDRESS, 0, NULL},
	{MAPI "email2emailaddress", CON_EMAIL_ADDRESS, 1, NULL},
	{MAPI "email3emailaddress", CON_EMAIL_ADDRESS, 2, NULL},
	{MAPI "email1originaldisplayname", CON_EMAIL_NAME, 0, NULL},
	{MAPI "email2originaldisplayname", CON_EMAIL_NAME, 1, NULL},
	{MAPI "email3originaldisplayname", CON_EMAIL_NAME, 2, NULL},
	{MAPI "email1addrtype", CON_EMAIL_TYPE, 0, NULL},
	{MAPI "email2addrtype", CON_EMAIL_TYPE, 1, NULL},
	{MAPI "email3addrtype", CON_EMAIL_TYPE, 2, NULL},
	{ADDRESS_SET "0x8083", CON_EMAIL_ADDRESS, 0, NULL},
	{ADDRESS_SET "0x8093", CON_EMAIL_ADDRESS, 1, NULL},
	{ADDRESS_SET "0x80a3", CON_EMAIL_ADDRESS, 2, NULL},
	{ADDRESS_SET "0x8084", CON_EMAIL_NAME, 0, NULL},
	{ADDRESS_SET "0x8094", CON_EMAIL_NAME, 1, NULL},
	{ADDRESS_SET "0x80a4", CON_EMAIL_NAME, 2, NULL},
	{ADDRESS_SET "0x8082", CON_EMAIL_TYPE, 0, NULL},
	{ADDRESS_SET "0x8092", CON_EMAIL_TYPE, 1, NULL},
	{ADDRESS_SET "0x80a2", CON_EMAIL_TYPE, 2, NULL},
	{ADDRESS_SET "0x8062", CON_IM, 0, NULL},
	{MAPI "InstMsg", CON_IM, 0, NULL},
};
/* By mailingaddressid. */
static const char *const mailing[] = {"None", "Home", "Business", "Other"};

static int find(const struct dav_prop *p)
{
	char *name CLEANUP(mem_free_ptr) = dav_canonical(p->uri);

	for (size_t i = 0; i < ARRAY_LEN(table); i++)
		if (strcmp(table[i].uri, name) == 0)
			return (int)i;
	return -1;
}

/* --- reading ------------------------------------------------------------------ */
static bool some(struct dav_val *v, const char *s)
{
	return s && *s && val_text(v, s);
}

static bool whole(struct dav_val *v, char *const part[ADDRESS_PARTS])
{
	static const int order[] = {PART_STREET, PART_CITY, PART_STATE,
				    PART_CODE, PART_COUNTRY};

	for (size_t i = 0; i < ARRAY_LEN(order); i++) {
		const char *s = part[order[i]];

		/* Town, state and code share a line. */
		if (s && *s)
			str_addf(&v->text, "%s%s",
				 !v->text.len	    ? ""
				 : i == 2 || i == 3 ? " "
						    : "\r\n",
				 s);
	}
	return v->text.len > 0;
}

static bool day(struct dav_val *v, int64_t t)
{
	v->type = 'D';
	return val_date(v, t);
}

static bool email(struct dav_val *v, const struct contact_email *e)
{
	if (!e->address)
		return false;
	if (e->name && *e->name)
		str_addf(&v->text, "\"%s\" ", e->name);
	str_addf(&v->text, "<%s>", e->address);
	return true;
}

static bool mailing_id(struct dav_val *v, const char *index)
{
	v->type = 'N';
	for (size_t i = 0; i < ARRAY_LEN(mailing); i++)
		if (str_eq(index, mailing[i]))
			return val_number(v, (int64_t)i);
	return val_number(v, 0);
}

bool dav_con_value(const struct item *it, const struct dav_prop *p,
		   struct dav_val *v)
{
	int row = it->contact ? find(p) : -1, n;
	const struct contact *c = it->contact;

	if (row < 0)
		return false;
	n = table[row].n;
	switch (table[row].kind) {
	case CON_TEXT:
		return some(v, c->text[n]);
	case CON_PHONE:
		return some(v, contact_phone(c, table[row].key));
	case CON_ADDRESS:
		return some(v, c->address[n / 8][n % 8]);
	case CON_WHOLE:
		return whole(v, c->address[n]);
	case CON_BIRTHDAY:
		return day(v, c->birthday);
	case CON_ANNIVERSARY:
		return day(v, c->anniversary);
	case CON_MAILING:
		return mailing_id(v, c->text[CONTACT_POSTAL_INDEX]);
	case CON_EMAIL:
		return email(v, &c->email[n]);
	case CON_EMAIL_ADDRESS:
		return some(v, c->email[n].address);
	case CON_EMAIL_NAME:
		return some(v, c->email[n].name);
	case CON_EMAIL_TYPE:
		return c->email[n].address && val_text(v, "SMTP");
	case CON_IM:
		return some(v, c->im[n]);
	}
	return false;
}

/* --- writing -------------------------------------------------------------------- */
static void put(char **to, const char *s)
{
	mem_replace(to, s && *s ? xstrdup(s) : NULL);
}

static enum dav_set put_day(int64_t *to, const char *s)
{
	*to = CLOCK_NEVER;
	return !s || clock_parse_iso(s, to) ? DAV_SET_OK : DAV_SET_BAD;
}

static enum dav_set set_row(struct contact *c, int row, const char *s)
{
	int n = table[row].n;
	long which = s ? strtol(s, NULL, 10) : 0;

	switch (table[row].kind) {
	case CON_TEXT:
		put(&c->text[n], s);
		return DAV_SET_OK;
	case CON_PHONE:
		contact_set_phone(c, table[row].key, s ? s : "");
		return DAV_SET_OK;
	case CON_ADDRESS:
		put(&c->address[n / 8][n % 8], s);
		return DAV_SET_OK;
	case CON_BIRTHDAY:
		return put_day(&c->birthday, s);
	case CON_ANNIVERSARY:
		return put_day(&c->anniversary, s);
	case CON_MAILING:
		if (which < 0 || which >= (long)ARRAY_LEN(mailing))
			return DAV_SET_BAD;
		put(&c->text[CONTACT_POSTAL_INDEX], mailing[which]);
		return DAV_SET_OK;
	case CON_EMAIL_ADDRESS:
		put(&c->email[n].address, s);
		return DAV_SET_OK;
	case CON_EMAIL_NAME:
		put(&c->email[n].name, s);
		return DAV_SET_OK;
	case CON_EMAIL_TYPE:
		return !s || str_eq(s, "SMTP") ? DAV_SET_OK : DAV_SET_BAD;
	case CON_IM:
		put(&c->im[n], s);
		return DAV_SET_OK;
	case CON_WHOLE: /* composed of the parts */
	case CON_EMAIL:
		break;
	}
	return DAV_SET_READ_ONLY;
}

bool dav_con_set(struct item *it, const struct dav_prop *p,
		 const xmlNode *value, bool creating, enum dav_set *result)
{
	int row = find(p);

	if (row < 0 || (!it->contact && !creating))
		return false;
	if (!it->contact) {
		it->contact = contact_new();
		mem_replace(&it->item_class, xstrdup("IPM.Contact"));
	}
	*result = set_row(it->contact, row, value ? xr_text(value) : NULL);
	return true;
}

void dav_con_made(struct item *it)
{
	const char *class = str_or_empty(it->item_class);

	if (!it->contact && (str_eq_nocase(class, "IPM.Contact") ||
			     str_eq_nocase(class, "IPM.DistList"))) {
		it->contact = contact_new();
		it->contact->list = str_eq_nocase(class, "IPM.DistList");
	}
	if (!it->contact)
		return;
	if (it->subject && *it->subject &&
	    !it->contact->text[CONTACT_DISPLAY_NAME])
		it->contact->text[CONTACT_DISPLAY_NAME] = xstrdup(it->subject);
	contact_derive(it->contact);
	if (!it->subject || !*it->subject)
		mem_replace(&it->subject,
			    xstrdup(it->contact->text[CONTACT_DISPLAY_NAME]));
}
