/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* ResolveNames and ExpandDL over the organisation's directory (13.3). */
#include "tests/sim/ews.h"

#include <string.h>
#include <strings.h>
#include "base/codec.h"
#include "tests/sim/contact.h"

enum { CANDIDATES_MAX = 100 };

static bool prefix(const char *text, const char *entry)
{
	return text && strncasecmp(text, entry, strlen(entry)) == 0;
}

static bool box_matches(const struct box *box, const char *entry)
{
	if (strncasecmp(entry, "smtp:", 5) == 0)
		return str_eq_nocase(box->address, entry + 5);
	return prefix(box->name, entry) || prefix(box->alias, entry) ||
	       prefix(box->address, entry) || prefix(box->given, entry) ||
	       prefix(box->surname, entry);
}

static void put_mailbox(struct req *r, const char *wrapper, const char *name,
			const char *address, const char *type)
{
	xw_open(&r->out, wrapper);
	xw_elem(&r->out, "t:Name", name);
	xw_elem(&r->out, "t:EmailAddress", address);
	xw_elem(&r->out, "t:RoutingType", "SMTP");
	xw_elem(&r->out, "t:MailboxType", type);
	xw_close(&r->out, wrapper);
}

static void put_contact(struct req *r, const struct box *box)
{
	str_add(&r->out, "<t:Contact>");
	xw_elem(&r->out, "t:DisplayName", box->name);
	if (box->given)
		xw_elem(&r->out, "t:GivenName", box->given);
	xw_elem(&r->out, "t:CompanyName", "Halden Instruments");
	str_addf(&r->out,
		 "<t:EmailAddresses><t:Entry Key=\"EmailAddress1\">"
		 "SMTP:%s</t:Entry></t:EmailAddresses>",
		 box->address);
	if (box->phone)
		str_addf(&r->out,
			 "<t:PhoneNumbers><t:Entry "
			 "Key=\"BusinessPhone\">%s</t:Entry>"
			 "</t:PhoneNumbers>",
			 box->phone);
	xw_elem(&r->out, "t:ContactSource", "ActiveDirectory");
	if (box->department)
		xw_elem(&r->out, "t:Department", box->department);
	if (box->title)
		xw_elem(&r->out, "t:JobTitle", box->title);
	if (box->surname)
		xw_elem(&r->out, "t:Surname", box->surname);
	str_add(&r->out, "</t:Contact>");
}

static size_t put_matches(struct req *r, const char *entry, bool full)
{
	size_t n = 0;

	for (size_t i = 0; i < r->st->groups.n && n < CANDIDATES_MAX; i++) {
		const struct group *g = r->st->groups.v[i];

		if (!prefix(g->name, entry) && !prefix(g->address, entry))
			continue;
		xw_open(&r->out, "t:Resolution");
		put_mailbox(r, "t:Mailbox", g->name, g->address, "PublicDL");
		xw_close(&r->out, "t:Resolution");
		n++;
	}
	for (size_t i = 0; i < r->st->boxes.n && n < CANDIDATES_MAX; i++) {
		const struct box *box = r->st->boxes.v[i];

		if (!box_matches(box, entry))
			continue;
		xw_open(&r->out, "t:Resolution");
		put_mailbox(r, "t:Mailbox", box->name, box->address, "Mailbox");
		if (full)
			put_contact(r, box);
		xw_close(&r->out, "t:Resolution");
		n++;
	}
	return n;
}

void op_resolve_names(struct req *r)
{
	const char *entry =
		str_or_empty(xr_child_text(r->op, "UnresolvedEntry"));
	bool full = xr_true(xr_attr(r->op, "ReturnFullContactData"));
	struct str keep = r->out, found;
	size_t n;

	str_init(&r->out);
	n = put_matches(r, entry, full);
	found = r->out;
	r->out = keep;
	rsp_begin(r);
	if (n == 0) {
		rsp_error(r, "ErrorNameResolutionNoResults", NULL);
	} else {
		str_addf(&r->out,
			 "<m:ResolveNamesResponseMessage "
			 "ResponseClass=\"%s\">",
			 n == 1 ? "Success" : "Warning");
		if (n > 1)
			xw_elem(&r->out, "m:MessageText",
				"Multiple results were found.");
		xw_elem(&r->out, "m:ResponseCode",
			n == 1 ? "NoError"
			       : "ErrorNameResolutionMultipleResults");
		if (n > 1)
			str_add(&r->out, "<m:DescriptiveLinkKey>0"
					 "</m:DescriptiveLinkKey>");
		str_addf(&r->out,
			 "<m:ResolutionSet TotalItemsInView=\"%zu\" "
			 "IncludesLastItemInRange=\"%s\">",
			 n, n < CANDIDATES_MAX ? "true" : "false");
		str_add_mem(&r->out, found.s, found.len);
		str_add(&r->out, "</m:ResolutionSet>");
		rsp_close(r);
	}
	rsp_end(r);
	str_release(&found);
	str_addf(&r->detail, " entry=\"%.80s\" n=%zu", entry, n);
}

/* A private group, named by its item. */
static void expand_item(struct req *r, const xmlNode *id)
{
	const char *code = NULL;
	const struct item *it = req_item(r, id, RIGHT_READ, &code);
	const struct contact *c = it ? it->contact : NULL;

	rsp_begin(r);
	if (!c || !c->list) {
		rsp_error(r,
			  code ? code : "ErrorInvalidItemForOperationExpandDL",
			  NULL);
		rsp_end(r);
		return;
	}
	rsp_ok(r);
	str_addf(&r->out,
		 "<m:DLExpansion TotalItemsInView=\"%zu\" "
		 "IncludesLastItemInRange=\"true\">",
		 c->members.n);
	for (size_t i = 0; i < c->members.n; i++)
		put_mailbox(r, "t:Mailbox", c->members.v[i].name,
			    c->members.v[i].email, "OneOff");
	str_add(&r->out, "</m:DLExpansion>");
	rsp_close(r);
	rsp_end(r);
}

void op_expand_dl(struct req *r)
{
	const xmlNode *id = xr_child(xr_child(r->op, "Mailbox"), "ItemId");
	const char *address = str_or_empty(
		xr_child_text(xr_child(r->op, "Mailbox"), "EmailAddress"));
	const struct group *g = group_find(r->st, address);

	if (id) {
		expand_item(r, id);
		return;
	}
	rsp_begin(r);
	if (!g) {
		rsp_error(r, "ErrorNameResolutionNoResults", NULL);
	} else {
		rsp_ok(r);
		str_addf(&r->out,
			 "<m:DLExpansion TotalItemsInView=\"%zu\" "
			 "IncludesLastItemInRange=\"true\">",
			 g->members.n);
		for (size_t i = 0; i < g->members.n; i++)
			put_mailbox(r, "t:Mailbox", g->members.v[i]->name,
				    g->members.v[i]->address, "Mailbox");
		str_add(&r->out, "</m:DLExpansion>");
		rsp_close(r);
	}
	rsp_end(r);
}

/* 13.3: HasChanged and the picture; who has none is not found, by the status,
 * too, as Microsoft's own client expects it. */
void op_get_user_photo(struct req *r)
{
	const char *address = str_or_empty(xr_child_text(r->op, "Email"));
	const struct box *box = box_find(r->st, address);
	const char *code = !box		 ? "ErrorNonExistentMailbox"
			   : !box->photo ? "ErrorItemNotFound"
					 : NULL;

	if (code)
		r->http = 404;
	rsp_own_begin(r, code);
	if (!code) {
		xw_bool(&r->out, "m:HasChanged", true);
		xw_elem(&r->out, "m:PictureData", box->photo);
	}
	rsp_own_end(r);
}

/* --- FindPeople (13.3) ---------------------------------------------------- */
static void put_value(struct req *r, const char *list, const char *value)
{
	str_addf(&r->out, "<t:%s><t:StringAttributedValue>", list);
	xw_elem(&r->out, "t:Value", value);
	str_addf(&r->out,
		 "<t:Attributions><t:Attribution>0</t:Attribution>"
		 "</t:Attributions></t:StringAttributedValue></t:%s>",
		 list);
}

static void put_phone(struct req *r, const char *number)
{
	str_add(&r->out, "<t:BusinessPhoneNumbers>"
			 "<t:PhoneNumberAttributedValue><t:Value>");
	xw_elem(&r->out, "t:Number", number);
	str_add(&r->out, "<t:Type>Business</t:Type></t:Value><t:Attributions>"
			 "<t:Attribution>0</t:Attribution></t:Attributions>"
			 "</t:PhoneNumberAttributedValue>"
			 "</t:BusinessPhoneNumbers>");
}

struct persona {
	const struct box *box; /* or */
	const struct group *group;
};
struct personas {
	struct persona *v;
	size_t n, cap;
};

static bool wants(struct req *r, const char *property)
{
	const xmlNode *all = xr_child(xr_child(r->op, "PersonaShape"),
				      "AdditionalProperties");
	char *uri = xasprintf("persona:%s", property);
	bool found = false;

	for (const xmlNode *n = all ? all->children : NULL; n; n = n->next)
		found |= n->type == XML_ELEMENT_NODE &&
			 str_eq(xr_attr(n, "FieldURI"), uri);
	free(uri);
	return found;
}

/* The elements in the order of t:PersonaType. */
static void put_persona(struct req *r, const struct persona *p)
{
	const struct box *box = p->box;
	const char *name = box ? box->name : p->group->name;
	const char *address = box ? box->address : p->group->address;

	str_add(&r->out, "<t:Persona><t:PersonaId Id=\"");
	codec_base64_add(&r->out, address, strlen(address));
	str_add(&r->out, "\"/>");
	xw_elem(&r->out, "t:PersonaType",
		!box	    ? "DistributionList"
		: box->room ? "Room"
			    : "Person");
	xw_elem(&r->out, "t:DisplayName", name);
	if (box && box->given)
		xw_elem(&r->out, "t:GivenName", box->given);
	if (box && box->surname)
		xw_elem(&r->out, "t:Surname", box->surname);
	if (box && box->title && wants(r, "Title"))
		xw_elem(&r->out, "t:Title", box->title);
	xw_elem(&r->out, "t:CompanyName", "Halden Instruments");
	put_mailbox(r, "t:EmailAddress", name, address,
		    box ? "Mailbox" : "PublicDL");
	if (box && box->phone && wants(r, "BusinessPhoneNumbers"))
		put_phone(r, box->phone);
	if (box && box->department && wants(r, "Departments"))
		put_value(r, "Departments", box->department);
	str_add(&r->out, "</t:Persona>");
}

/* Whom the words mean: groups, then mailboxes. */
static void find_personas(struct req *r, const char *words,
			  struct personas *out)
{
	for (size_t i = 0; i < r->st->groups.n; i++) {
		const struct group *g = r->st->groups.v[i];

		if (prefix(g->name, words) || prefix(g->address, words))
			*vec_new(out) = (struct persona){.group = g};
	}
	for (size_t i = 0; i < r->st->boxes.n; i++)
		if (box_matches(r->st->boxes.v[i], words))
			*vec_new(out) =
				(struct persona){.box = r->st->boxes.v[i]};
}

void op_find_people(struct req *r)
{
	const xmlNode *view = xr_child(r->op, "IndexedPageItemView");
	const xmlNode *parent = xr_child(xr_child(r->op, "ParentFolderId"),
					 "DistinguishedFolderId");
	const char *words = xr_child_text(r->op, "QueryString");
	const char *most = xr_attr(view, "MaxEntriesReturned");
	size_t from = strtoul(str_or_empty(xr_attr(view, "Offset")), NULL, 10);
	size_t max = most ? strtoul(most, NULL, 10) : 1000;
	/* The directory is searched, not listed. */
	const char *code = !view ? "ErrorInvalidRequest"
			   : !str_eq(xr_attr(parent, "Id"), "directory") ||
					   !words || !*words
				   ? "ErrorInvalidOperation"
				   : NULL;
	struct personas all = {0};

	if (!code)
		find_personas(r, words, &all);
	rsp_own_begin(r, code);
	if (!code) {
		xw_open(&r->out, "m:People");
		for (size_t i = from; i < all.n && i - from < max; i++)
			put_persona(r, &all.v[i]);
		xw_close(&r->out, "m:People");
		str_addf(&r->out,
			 "<m:TotalNumberOfPeopleInView>%zu"
			 "</m:TotalNumberOfPeopleInView>",
			 all.n);
	}
	rsp_own_end(r);
	str_addf(&r->detail, " words=\"%.80s\" from=%zu n=%zu",
		 str_or_empty(words), from, all.n);
	vec_release(&all);
}
