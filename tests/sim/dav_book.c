/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Pages about people: the address list (dossier 15.4), and the members of a
 * private list (15.2). Only a browser gets them as XML. */
#include "tests/sim/dav.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>
#include "base/utf8.h"
#include "tests/sim/contact.h"

enum { ROWS_MAX = 100 };

static void element(struct str *b, const char *name, const char *text)
{
	str_addf(b, "<a:%s>", name);
	xw_text(b, str_or_empty(text));
	str_addf(b, "</a:%s>", name);
}

/* --- the address list ----------------------------------------------------------- */
static const char *field(const struct box *box, const char *name)
{
	if (str_eq(name, "AN"))
		return box->alias;
	if (str_eq(name, "DN"))
		return box->name;
	if (str_eq(name, "FN"))
		return box->given;
	if (str_eq(name, "LN"))
		return box->surname;
	if (str_eq(name, "TL"))
		return box->title;
	if (str_eq(name, "DP"))
		return box->department;
	if (str_eq(name, "CP"))
		return "Halden Instruments";
	return NULL; /* OF: nobody has an office */
}

static bool begins(const char *text, const char *wanted)
{
	char *a = utf8_fold(str_or_empty(text));
	char *b = utf8_fold(wanted);
	bool good = text && strncmp(a, b, strlen(b)) == 0;

	free(a);
	free(b);
	return good;
}

static bool answers(struct dav *d, const struct box *box)
{
	static const char *const names[] = {"AN", "DN", "FN", "LN",
					    "TL", "CP", "OF", "DP"};
	bool asked = false;

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		const char *wanted = d->query(d->connection, names[i]);

		if (!wanted || !*wanted)
			continue;
		asked = true;
		if (!begins(field(box, names[i]), wanted))
			return false;
	}
	return asked;
}

static void find_people(struct dav *d)
{
	size_t n = 0;

	d->type = "text/xml";
	str_add(&d->out, "<a:response xmlns:a=\"WM\">");
	for (size_t i = 0; i < d->st->boxes.n && n < ROWS_MAX; i++) {
		const struct box *box = d->st->boxes.v[i];

		if (!answers(d, box))
			continue;
		n++;
		str_add(&d->out, "<a:item>");
		element(&d->out, "AN", box->alias);
		element(&d->out, "DN", box->name);
		element(&d->out, "EM", box->address);
		element(&d->out, "PH", box->phone);
		element(&d->out, "OFFICE", "");
		element(&d->out, "CP", "Halden Instruments");
		element(&d->out, "TL", box->title);
		str_add(&d->out, "</a:item>");
	}
	str_add(&d->out, "</a:response>");
}

static void look_up(struct dav *d)
{
	const char *address = d->query(d->connection, "ADDR");
	const struct box *box = box_find(d->st, str_or_empty(address));

	d->type = "text/xml";
	str_add(&d->out, "<a:response xmlns:a=\"WM\">");
	if (box) {
		str_add(&d->out, "<a:person>");
		element(&d->out, "first", box->given);
		element(&d->out, "last", box->surname);
		element(&d->out, "alias", box->alias);
		element(&d->out, "title", box->title);
		element(&d->out, "department", box->department);
		element(&d->out, "phone", box->phone);
		element(&d->out, "company", "Halden Instruments");
		str_add(&d->out, "</a:person>");
	}
	str_add(&d->out, "</a:response>");
}

/* --- members of a list --------------------------------------------------------------- */
static void view_members(struct dav *d, const struct contact *c)
{
	d->type = "text/xml";
	str_add(&d->out, "<a:response xmlns:a=\"WM\"><a:members>");
	for (size_t i = 0; i < c->members.n; i++) {
		char id[24];

		snprintf(id, sizeof(id), "%zu", i + 1);
		str_add(&d->out, "<a:member>");
		element(&d->out, "dn", c->members.v[i].name);
		element(&d->out, "email", c->members.v[i].email);
		element(&d->out, "memberid", id);
		str_add(&d->out, "</a:member>");
	}
	str_add(&d->out, "</a:members></a:response>");
}

/* The posted fields, one a line or parted by "&". */
static char *posted(const struct dav *d, const char *name)
{
	struct str b CLEANUP(str_release) = STR_INIT;
	struct dav joined = *d;

	for (const char *p = str_or_empty(d->body); *p; p++) {
		if (*p == '\n')
			str_add_char(&b, '&');
		else if (*p != '\r')
			str_add_char(&b, *p);
	}
	joined.body = str_or_empty(b.s);
	return dav_form_field(&joined, name);
}

static bool change_members(struct dav *d, struct contact *c, const char *cmd)
{
	char *member CLEANUP(mem_free_ptr) = posted(d, "member");
	char *id CLEANUP(mem_free_ptr) = posted(d, "memberid");
	size_t n = id ? strtoul(id, NULL, 10) : 0;

	if (str_eq_nocase(cmd, "addmember") && member && *member) {
		const struct box *box = box_find(d->st, member);

		addrs_add(&c->members, box ? box->name : member, member);
		return true;
	}
	if (str_eq_nocase(cmd, "deletemember") && n >= 1 && n <= c->members.n) {
		addr_release(&c->members.v[n - 1]);
		vec_remove(&c->members, n - 1);
		return true;
	}
	return false;
}

/* --- which page --------------------------------------------------------------------------- */
static bool is_list(const struct resource *r)
{
	return r->kind == DAV_ITEM && r->item->contact &&
	       r->item->contact->list;
}

bool dav_book_get(struct dav *d, const struct resource *r)
{
	const char *cmd = d->query(d->connection, "Cmd");

	if (!cmd || d->translate)
		return false;
	if (is_list(r) && str_eq_nocase(cmd, "viewmembers")) {
		if (!dav_may_item(d, r->item, RIGHT_READ))
			d->status = 401;
		else if (dav_is_explorer(d))
			view_members(d, r->item->contact);
	} else if (r->kind == DAV_STORE && str_eq_nocase(cmd, "galfind")) {
		if (dav_is_explorer(d))
			find_people(d);
	} else if (r->kind == DAV_STORE && str_eq_nocase(cmd, "gallookup") &&
		   d->sim->dav_version != DAV_2007) {
		if (dav_is_explorer(d))
			look_up(d);
	} else {
		return false;
	}
	if (!d->out.len && d->status == 200)
		str_add(&d->out, "<HTML><BODY>Address Book</BODY></HTML>\r\n");
	str_addf(&d->detail, " cmd=%s", cmd);
	return true;
}

bool dav_book_post(struct dav *d, const struct resource *r)
{
	char *cmd CLEANUP(mem_free_ptr) = posted(d, "Cmd");

	if (!is_list(r) || !cmd ||
	    (!str_eq_nocase(cmd, "addmember") &&
	     !str_eq_nocase(cmd, "deletemember")))
		return false;
	str_addf(&d->detail, " cmd=%s", cmd);
	if (!dav_may_item(d, r->item, RIGHT_EDIT)) {
		d->status = 401;
	} else if (change_members(d, r->item->contact, cmd)) {
		struct str href CLEANUP(str_release) = STR_INIT;

		item_changed(d->st, r->item, false);
		dav_add_href(d, &href, r);
		d->status = 302;
		dav_header(d, "Location: %s", href.s);
	} else {
		d->status = 400;
	}
	return true;
}
