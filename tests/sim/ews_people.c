/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* ResolveNames and ExpandDL over the organisation's directory (13.3). */
#include "tests/sim/ews.h"

#include <string.h>
#include <strings.h>

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

void op_expand_dl(struct req *r)
{
	const char *address = str_or_empty(
		xr_child_text(xr_child(r->op, "Mailbox"), "EmailAddress"));
	const struct group *g = group_find(r->st, address);

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
