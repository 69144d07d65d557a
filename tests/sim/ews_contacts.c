/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Contacts and private groups on the wire (dossier 11.3). */
#include "tests/sim/ews_calendar.h"

#include <stdio.h>
#include <string.h>
#include "base/clock.h"

static const char *const text_names[] = {
#define X(id, element) element,
	CONTACT_TEXTS(X)
#undef X
};
static const char *const kind_names[] = {"Business", "Home", "Other"};
static const char *const part_names[] = {"Street", "City", "State",
					 "CountryOrRegion", "PostalCode"};
/* In the order of the schema's dictionary. */
static const char *const phone_keys[] = {
	"AssistantPhone",   "BusinessFax",    "BusinessPhone",
	"BusinessPhone2",   "Callback",	      "CarPhone",
	"CompanyMainPhone", "HomeFax",	      "HomePhone",
	"HomePhone2",	    "Isdn",	      "MobilePhone",
	"OtherFax",	    "OtherTelephone", "Pager",
	"PrimaryPhone",	    "RadioPhone",     "Telex",
	"TtyTddPhone"};

static int text_index(const char *element)
{
	for (int i = 0; i < CONTACT_TEXT_COUNT; i++)
		if (strcmp(text_names[i], element) == 0)
			return i;
	return -1;
}

/* --- writing ------------------------------------------------------------- */
static void put_entry(struct str *b, const char *key, const char *value)
{
	str_addf(b, "<t:Entry Key=\"%s\">", key);
	xw_text(b, value);
	str_add(b, "</t:Entry>");
}

static void put_emails(struct req *r, const struct contact *c)
{
	struct str *b = &r->out;
	bool any = false;

	for (int i = 0; i < 3; i++) {
		const struct contact_email *e = &c->email[i];

		if (!e->address || !*e->address)
			continue;
		if (!any)
			xw_open(b, "t:EmailAddresses");
		any = true;
		str_addf(b, "<t:Entry Key=\"EmailAddress%d\"", i + 1);
		if (r->rank >= RANK_2010SP2) {
			str_add(b, " Name=\"");
			xw_text(b, e->name ? e->name : e->address);
			str_add(b, "\" RoutingType=\"SMTP\" "
				   "MailboxType=\"Contact\"");
		}
		str_add_char(b, '>');
		xw_text(b, e->address);
		str_add(b, "</t:Entry>");
	}
	if (any)
		xw_close(b, "t:EmailAddresses");
}

static void put_addresses(struct req *r, const struct contact *c)
{
	struct str *b = &r->out;
	bool any = false;

	for (int k = 0; k < ADDRESS_KINDS; k++) {
		bool filled = false;

		for (int p = 0; p < ADDRESS_PARTS; p++)
			filled = filled || c->address[k][p];
		if (!filled)
			continue;
		if (!any)
			xw_open(b, "t:PhysicalAddresses");
		any = true;
		str_addf(b, "<t:Entry Key=\"%s\">", kind_names[k]);
		for (int p = 0; p < ADDRESS_PARTS; p++) {
			char *name = xasprintf("t:%s", part_names[p]);

			if (c->address[k][p])
				xw_elem(b, name, c->address[k][p]);
			free(name);
		}
		str_add(b, "</t:Entry>");
	}
	if (any)
		xw_close(b, "t:PhysicalAddresses");
}

static void put_phones(struct req *r, const struct contact *c)
{
	if (c->phones.n == 0)
		return;
	xw_open(&r->out, "t:PhoneNumbers");
	for (size_t i = 0; i < ARRAY_LEN(phone_keys); i++) {
		const char *value = contact_phone(c, phone_keys[i]);

		if (value)
			put_entry(&r->out, phone_keys[i], value);
	}
	xw_close(&r->out, "t:PhoneNumbers");
}

static void put_ims(struct req *r, const struct contact *c)
{
	bool any = false;

	for (int i = 0; i < 3; i++) {
		char key[24];

		if (!c->im[i])
			continue;
		if (!any)
			xw_open(&r->out, "t:ImAddresses");
		any = true;
		snprintf(key, sizeof(key), "ImAddress%d", i + 1);
		put_entry(&r->out, key, c->im[i]);
	}
	if (any)
		xw_close(&r->out, "t:ImAddresses");
}

static void put_strings(struct req *r, const char *element,
			const struct strv *list)
{
	if (list->n == 0)
		return;
	xw_open(&r->out, element);
	for (size_t i = 0; i < list->n; i++)
		xw_elem(&r->out, "t:String", list->v[i]);
	xw_close(&r->out, element);
}

static void put_complete(struct req *r, const struct contact *c)
{
	static const struct {
		enum contact_text text;
		const char *element;
	} parts[] = {{CONTACT_GIVEN, "t:FirstName"},
		     {CONTACT_MIDDLE, "t:MiddleName"},
		     {CONTACT_SURNAME, "t:LastName"},
		     {CONTACT_GENERATION, "t:Suffix"},
		     {CONTACT_INITIALS, "t:Initials"},
		     {CONTACT_DISPLAY_NAME, "t:FullName"},
		     {CONTACT_NICKNAME, "t:Nickname"}};

	xw_open(&r->out, "t:CompleteName");
	for (size_t i = 0; i < ARRAY_LEN(parts); i++)
		if (c->text[parts[i].text])
			xw_elem(&r->out, parts[i].element,
				c->text[parts[i].text]);
	xw_close(&r->out, "t:CompleteName");
}

/* Whatever a member is, its key stays its own. */
static void member_key(struct str *b, const struct addr *a)
{
	unsigned h = 5381;

	for (const char *c = str_or_empty(a->name); *c; c++)
		h = h * 33 + (unsigned char)*c;
	for (const char *c = str_or_empty(a->email); *c; c++)
		h = h * 33 + (unsigned char)*c;
	str_addf(b, "%08x", h);
}

static void remove_member(struct contact *c, const char *key)
{
	for (size_t i = 0; i < c->members.n; i++) {
		struct str own CLEANUP(str_release) = STR_INIT;

		member_key(&own, &c->members.v[i]);
		if (!str_eq(own.s, key))
			continue;
		addr_release(&c->members.v[i]);
		vec_remove(&c->members, i);
		return;
	}
}

static void put_members(struct req *r, const struct contact *c)
{
	if (c->members.n == 0)
		return;
	xw_open(&r->out, "t:Members");
	for (size_t i = 0; i < c->members.n; i++) {
		const struct addr *a = &c->members.v[i];

		str_add(&r->out, "<t:Member Key=\"");
		member_key(&r->out, a);
		str_add(&r->out, "\">");
		xw_mailbox(r, "t:Mailbox", a->name, a->email, false);
		xw_elem(&r->out, "t:Status", "Normal");
		str_add(&r->out, "</t:Member>");
	}
	xw_close(&r->out, "t:Members");
}

static void list_field(struct req *r, const struct contact *c, int field)
{
	if (field == FIELD_DISPLAY_NAME) {
		xw_elem(&r->out, "t:DisplayName",
			c->text[CONTACT_DISPLAY_NAME]);
		xw_elem(&r->out, "t:FileAs", c->text[CONTACT_FILE_AS]);
	} else if (field == FIELD_LIST_MEMBERS) {
		put_members(r, c);
	}
}

void contact_field_write(struct req *r, const struct item *it, int field,
			 const char *element)
{
	const struct contact *c = it->contact;
	int text = text_index(element + 2);

	if (!c)
		return;
	if (c->list) {
		list_field(r, c, field);
		return;
	}
	if (text >= 0) {
		if (c->text[text] && *c->text[text])
			xw_elem(&r->out, element, c->text[text]);
		return;
	}
	switch ((enum field)field) {
	case FIELD_COMPLETE_NAME:
		put_complete(r, c);
		break;
	case FIELD_EMAIL_ADDRESSES:
		put_emails(r, c);
		break;
	case FIELD_PHYSICAL_ADDRESSES:
		put_addresses(r, c);
		break;
	case FIELD_PHONE_NUMBERS:
		put_phones(r, c);
		break;
	case FIELD_IM_ADDRESSES:
		put_ims(r, c);
		break;
	case FIELD_CHILDREN:
		put_strings(r, element, &c->children);
		break;
	case FIELD_COMPANIES:
		put_strings(r, element, &c->companies);
		break;
	case FIELD_BIRTHDAY:
		if (c->birthday != CLOCK_NEVER)
			xw_time(&r->out, element, c->birthday);
		break;
	case FIELD_ANNIVERSARY:
		if (c->anniversary != CLOCK_NEVER)
			xw_time(&r->out, element, c->anniversary);
		break;
	case FIELD_HAS_PICTURE:
		xw_bool(&r->out, element, c->has_picture);
		break;
	default:
		break;
	}
}

/* --- reading ------------------------------------------------------------- */
static size_t index_of(const char *const *names, size_t n, const char *text)
{
	size_t i = 0;

	while (i < n && strcmp(names[i], str_or_empty(text)) != 0)
		i++;
	return i;
}

static void set_email(struct contact *c, const xmlNode *entry)
{
	const char *key = str_or_empty(xr_attr(entry, "Key"));
	int i = strncmp(key, "EmailAddress", 12) == 0 ? key[12] - '1' : -1;

	if (i < 0 || i > 2)
		return;
	mem_replace(&c->email[i].address, xstrdup(xr_text(entry)));
	mem_replace(&c->email[i].name, xstrdup(xr_attr(entry, "Name")));
}

static void set_address(struct contact *c, const xmlNode *entry)
{
	size_t k = index_of(kind_names, 3, xr_attr(entry, "Key")), p;

	for (xmlNode *n = xr_first(entry); k < 3 && n; n = xr_next(n)) {
		p = index_of(part_names, ADDRESS_PARTS, xr_name(n));
		if (p < ADDRESS_PARTS)
			mem_replace(&c->address[k][p], xstrdup(xr_text(n)));
	}
}

static void set_im(struct contact *c, const xmlNode *entry)
{
	const char *key = str_or_empty(xr_attr(entry, "Key"));
	int i = strncmp(key, "ImAddress", 9) == 0 ? key[9] - '1' : -1;

	if (i >= 0 && i <= 2)
		mem_replace(&c->im[i], xstrdup(xr_text(entry)));
}

static void set_strings(struct strv *to, const xmlNode *list)
{
	strv_release(to);
	strv_init(to);
	for (xmlNode *n = xr_first(list); n; n = xr_next(n))
		strv_add(to, xr_text(n));
}

static void set_members(struct contact *c, const xmlNode *list, bool append)
{
	if (!append)
		addrs_release(&c->members);
	for (xmlNode *n = xr_first(list); n; n = xr_next(n)) {
		const xmlNode *box = xr_child(n, "Mailbox");
		const char *email = xr_child_text(box, "EmailAddress");
		const char *name = xr_child_text(box, "Name");

		if (email)
			addrs_add(&c->members, name ? name : email, email);
	}
}

bool contact_overlay(struct item *it, const xmlNode *object, bool append,
		     const char **code)
{
	struct contact *c = it->contact;

	for (xmlNode *n = xr_first(object); n; n = xr_next(n)) {
		int text = text_index(xr_name(n));

		if (text >= 0) {
			mem_replace(&c->text[text], xstrdup(xr_text(n)));
		} else if (xr_is(n, "EmailAddresses")) {
			for (xmlNode *e = xr_first(n); e; e = xr_next(e))
				set_email(c, e);
		} else if (xr_is(n, "PhysicalAddresses")) {
			for (xmlNode *e = xr_first(n); e; e = xr_next(e))
				set_address(c, e);
		} else if (xr_is(n, "PhoneNumbers")) {
			for (xmlNode *e = xr_first(n); e; e = xr_next(e))
				contact_set_phone(
					c, str_or_empty(xr_attr(e, "Key")),
					xr_text(e));
		} else if (xr_is(n, "ImAddresses")) {
			for (xmlNode *e = xr_first(n); e; e = xr_next(e))
				set_im(c, e);
		} else if (xr_is(n, "Children")) {
			set_strings(&c->children, n);
		} else if (xr_is(n, "Companies")) {
			set_strings(&c->companies, n);
		} else if (xr_is(n, "Members")) {
			set_members(c, n, append);
		} else if (xr_is(n, "Birthday")) {
			if (!clock_parse_iso(xr_text(n), &c->birthday))
				*code = "ErrorInvalidPropertySet";
		} else if (xr_is(n, "WeddingAnniversary")) {
			if (!clock_parse_iso(xr_text(n), &c->anniversary))
				*code = "ErrorInvalidPropertySet";
		} else if (xr_is(n, "CompleteName") || xr_is(n, "HasPicture") ||
			   xr_is(n, "ContactSource")) {
			*code = "ErrorInvalidPropertySet";
		}
	}
	return !*code;
}

bool contact_set_indexed(struct item *it, const xmlNode *path,
			 const xmlNode *object, bool clear)
{
	const char *uri = str_or_empty(xr_attr(path, "FieldURI"));
	const char *index = str_or_empty(xr_attr(path, "FieldIndex"));
	const char *code = NULL;
	struct contact *c = it->contact;
	size_t k, p;

	if (!c)
		return false;
	if (!clear)
		return contact_overlay(it, object, false, &code);
	if (str_starts(uri, "contacts:EmailAddress")) {
		k = (size_t)(index[strlen(index) - (*index != 0)] - '1');
		if (k > 2)
			return false;
		mem_replace(&c->email[k].address, NULL);
		mem_replace(&c->email[k].name, NULL);
	} else if (strcmp(uri, "contacts:PhoneNumber") == 0) {
		for (size_t i = 0; i < c->phones.n; i++) {
			if (strcmp(c->phones.v[i].key, index) != 0)
				continue;
			free(c->phones.v[i].key);
			free(c->phones.v[i].value);
			vec_remove(&c->phones, i);
			break;
		}
	} else if (strcmp(uri, "contacts:ImAddress") == 0) {
		k = (size_t)(index[strlen(index) - (*index != 0)] - '1');
		if (k > 2)
			return false;
		mem_replace(&c->im[k], NULL);
	} else if (str_starts(uri, "contacts:PhysicalAddress:")) {
		k = index_of(kind_names, 3, index);
		p = index_of(part_names, ADDRESS_PARTS, uri + 25);
		if (k > 2 || p >= ADDRESS_PARTS)
			return false;
		mem_replace(&c->address[k][p], NULL);
	} else if (c->list && str_eq(uri, "distributionlist:Members:Member")) {
		remove_member(c, index);
	} else {
		return false;
	}
	return true;
}

bool contact_clear(struct item *it, const struct path *p)
{
	struct contact *c = it->contact;
	const char *element = field_element(p->field);
	int text = text_index(element + 2);

	if (text >= 0) {
		mem_replace(&c->text[text], NULL);
		return true;
	}
	switch ((enum field)p->field) {
	case FIELD_BIRTHDAY:
		c->birthday = CLOCK_NEVER;
		return true;
	case FIELD_ANNIVERSARY:
		c->anniversary = CLOCK_NEVER;
		return true;
	case FIELD_LIST_MEMBERS:
		addrs_release(&c->members);
		return true;
	default:
		return false;
	}
}

void contact_create(struct req *r, const xmlNode *n)
{
	const xmlNode *named = xr_child(r->op, "SavedItemFolderId");
	bool list = xr_is(n, "DistributionList");
	const char *code = NULL;
	struct folder *f = box_folder(r->user, "contacts");
	struct item *it = NULL;

	if (named)
		f = req_folder_in(r, named, RIGHT_CREATE, &code);
	if (f)
		it = item_compose(n, &code);
	if (it) {
		mem_replace(&it->item_class,
			    xstrdup(list ? "IPM.DistList" : "IPM.Contact"));
		it->draft = false;
		it->read = true;
		it->contact = contact_new();
		it->contact->list = list;
		if (contact_overlay(it, n, false, &code))
			contact_derive(it->contact);
		if (!it->subject || !*it->subject)
			mem_replace(
				&it->subject,
				xstrdup(it->contact
						->text[CONTACT_DISPLAY_NAME]));
		if (!code && box_is_full(f->box, it->size))
			code = "ErrorQuotaExceeded";
	}
	if (code) {
		rsp_error(r, code, "<m:Items/>");
		item_free(it);
		return;
	}
	it->creator = r->user;
	item_place(r->st, it, f, false);
	rsp_ok(r);
	xw_open(&r->out, "m:Items");
	item_write_id(&r->out, it);
	xw_close(&r->out, "m:Items");
	rsp_close(r);
}
