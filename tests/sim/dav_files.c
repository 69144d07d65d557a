/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* GET, PUT, DELETE, MOVE, COPY, MKCOL, their batch forms, and submission
 * (dossier 11, 13, 14). */
#include "tests/sim/dav.h"

#include <libxml/parser.h>
#include <string.h>
#include <strings.h>
#include "base/clock.h"
#include "tests/sim/compose.h"

static const char *head(struct dav *d, const char *name)
{
	return d->header(d->connection, name);
}

static bool asks(struct dav *d, const char *name, const char *value)
{
	return str_eq_nocase(str_or_empty(head(d, name)), value);
}

static void tell_resource(struct dav *d, const struct resource *r)
{
	struct str href CLEANUP(str_release) = STR_INIT;
	struct str uid CLEANUP(str_release) = STR_INIT;
	struct str url CLEANUP(str_release) = STR_INIT;

	dav_add_href(d, &href, r);
	dav_add_repl_uid(&uid, r);
	dav_add_permanent(d, &url, r);
	dav_header(d, "Location: %s", href.s);
	dav_header(d, "Repl-UID: <%s>", uid.s);
	dav_header(d, "MS-Exchange-Permanent-URL: %s", url.s);
}

/* --- GET ------------------------------------------------------------------------ */
static void get_attachment(struct dav *d, const struct resource *r)
{
	struct str raw CLEANUP(str_release) = STR_INIT;
	struct mail m;

	item_read_mime(r->item, &raw);
	mail_init(&m);
	mail_read(&m, raw.s, raw.len);
	d->status = 404;
	for (size_t i = 0; i < m.atts.n; i++) {
		const struct attachment *a = &m.atts.v[i];

		if (!str_eq_nocase(a->name, r->name))
			continue;
		d->status = 200;
		d->type = "application/octet-stream";
		str_add_mem(&d->out, a->content.s, a->content.len);
		break;
	}
	mail_release(&m);
}

/* Contacts, tasks and notes are made into messages of their class (11). */
static void read_content(const struct item *it, struct str *out)
{
	const char *class = dav_content_class(it);
	struct str raw CLEANUP(str_release) = STR_INIT;
	struct mail m;

	item_read_mime(it, &raw);
	if (!dav_class_of(class) && str_eq(class, "message")) {
		str_add_mem(out, str_or_empty(raw.s), raw.len);
		return;
	}
	mail_init(&m);
	mail_read(&m, str_or_empty(raw.s), raw.len);
	if (!m.subject)
		m.subject = xstrdup(it->subject);
	strv_give(&m.extra,
		  xasprintf("content-class: urn:content-classes:%s", class));
	mail_write(out, &m);
	mail_release(&m);
}

void dav_get(struct dav *d)
{
	struct resource r;

	if (dav_owa_freebusy(d))
		return;
	dav_resolve(d, d->path, &r);
	if (dav_owa_get(d, &r) || dav_book_get(d, &r)) {
		; /* answered */
	} else if (r.kind == DAV_NOTHING || r.kind == DAV_FREE) {
		d->status = 404;
	} else if (r.item && !dav_may(d, r.folder, RIGHT_READ)) {
		d->status = 401;
	} else if (r.kind == DAV_ATTACHMENT) {
		get_attachment(d, &r);
	} else if (r.kind == DAV_ITEM) {
		if (!dav_cal_mime(r.item, &d->out))
			read_content(r.item, &d->out);
		d->type = d->translate ? "message/rfc822" : "text/html";
	} else {
		/* OWA's frameset, from which clients read the mailbox's URL. */
		struct resource store = {
			.kind = DAV_STORE, .box = r.box, .folder = r.folder};
		struct str href CLEANUP(str_release) = STR_INIT;

		dav_add_href(d, &href, &store);
		str_addf(
			&d->out,
			"<!DOCTYPE HTML PUBLIC \"-//W3C//DTD HTML 3.2//EN\">"
			"<HTML><HEAD><TITLE>Microsoft Outlook Web Access"
			"</TITLE><BASE href=\"%s\"></HEAD><FRAMESET></FRAMESET>"
			"</HTML>",
			href.s);
	}
	resource_release(&r);
}

/* --- PUT ------------------------------------------------------------------------- */
/* The message without its Bcc lines, which the store drops (13). */
static void without_bcc(struct str *out, const char *p, size_t len)
{
	size_t n = mime_head_len(p, len), at = 0;
	bool skip = false;

	while (at < n) {
		const char *nl = memchr(p + at, '\n', n - at);
		size_t line = nl ? (size_t)(nl - (p + at)) + 1 : n - at;

		if (p[at] != ' ' && p[at] != '\t')
			skip = line > 4 && strncasecmp(p + at, "bcc:", 4) == 0;
		if (!skip)
			str_add_mem(out, p + at, line);
		at += line;
	}
	str_add_mem(out, p + n, len - n);
}

static struct item *message_item(struct dav *d)
{
	struct str raw CLEANUP(str_release) = STR_INIT;
	struct item *it = item_new();

	without_bcc(&raw, d->body, d->body_len);
	item_set_mime(it, str_or_empty(raw.s), raw.len);
	it->modified = clock_now();
	return it;
}

/* Over the store's limit: 425 before 2007, 507 since. */
static int full_status(const struct dav *d)
{
	return d->sim->dav_version == DAV_2007 ? 507 : 425;
}

int dav_no_post(const struct dav *d, const struct folder *f)
{
	if (!dav_may(d, f, RIGHT_CREATE))
		return 401;
	/* What is not passed by its moderator does not get in (20). */
	return f->moderator && f->moderator != d->user ? 403 : 0;
}

/* "content-class: urn:content-classes:task" on top makes one of it. */
static void take_class(struct item *it)
{
	struct str raw CLEANUP(str_release) = STR_INIT;
	struct str name CLEANUP(str_release) = STR_INIT;
	struct str value CLEANUP(str_release) = STR_INIT;
	size_t pos = 0, head;

	item_read_mime(it, &raw);
	head = mime_head_len(raw.s, raw.len);
	while (mime_next_field(raw.s, head, &pos, &name, &value)) {
		str_trim(&value);
		if (str_eq_nocase(name.s, "content-class") &&
		    dav_class_of(value.s))
			mem_replace(&it->item_class,
				    xstrdup(dav_class_of(value.s)));
	}
	dav_con_made(it);
}

static void put_new(struct dav *d, struct resource *r)
{
	struct item *it = message_item(d);
	struct resource made = *r;

	it->received = clock_now();
	it->draft = str_eq(r->folder->distinguished, "drafts");
	it->read = it->draft;
	it->creator = d->user;
	take_class(it);
	dav_cal_take(it, r->folder);
	item_place(d->st, it, r->folder, false);
	dav_name_item_free(d, it, r->name);
	made.kind = DAV_ITEM;
	made.item = it;
	made.name = NULL;
	tell_resource(d, &made);
	d->status = 201;
}

static void put_over(struct dav *d, struct resource *r)
{
	struct str raw CLEANUP(str_release) = STR_INIT;
	char *subject CLEANUP(mem_free_ptr) = xstrdup(r->item->subject);
	bool draft = r->item->draft;

	without_bcc(&raw, d->body, d->body_len);
	item_set_mime(r->item, str_or_empty(raw.s), raw.len);
	r->item->draft = draft;
	/* The note of a contact or task comes without one. */
	if (!r->item->subject)
		mem_replace(&r->item->subject, xstrdup(subject));
	dav_cal_take(r->item, r->folder);
	item_changed(d->st, r->item, false);
	tell_resource(d, r);
	d->status = 200;
}

static void submit(struct dav *d, struct item *it, struct box *box, bool keep);

void dav_put(struct dav *d)
{
	struct resource r;

	dav_resolve(d, d->path, &r);
	if (r.kind == DAV_SUBMIT) {
		submit(d, message_item(d), r.box, false);
	} else if (r.kind == DAV_NOTHING) {
		d->status = 409;
	} else if (r.kind != DAV_FREE && r.kind != DAV_ITEM) {
		d->status = 405;
	} else if (r.kind == DAV_ITEM && asks(d, "If-None-Match", "*")) {
		d->status = 412;
	} else if (r.kind == DAV_FREE && head(d, "If-Match")) {
		d->status = 412;
	} else if (r.kind == DAV_ITEM && !dav_may_item(d, r.item, RIGHT_EDIT)) {
		d->status = 401;
	} else if (r.kind == DAV_FREE &&
		   (d->status = dav_no_post(d, r.folder))) {
		; /* refused */
	} else if (box_is_full(r.box, d->body_len)) {
		d->status = full_status(d);
	} else if (r.kind == DAV_FREE) {
		put_new(d, &r);
	} else {
		put_over(d, &r);
	}
	resource_release(&r);
}

void dav_post(struct dav *d)
{
	struct resource r;

	dav_resolve(d, d->path, &r);
	if (r.kind == DAV_SUBMIT)
		submit(d, message_item(d), r.box, false);
	else if (!dav_owa_post(d, &r) && !dav_book_post(d, &r) &&
		 !dav_cal_post(d, &r))
		d->status = 405;
	resource_release(&r);
}

/* --- sending ---------------------------------------------------------------------- */
/* Whether and where a copy stays; NULL: none. */
static struct folder *copy_folder(struct dav *d)
{
	const char *url = head(d, "Savedestination");
	struct folder *f;
	struct resource r;

	if (asks(d, "Saveinsent", "f"))
		return NULL;
	f = box_folder(d->user, "sentitems");
	if (!url)
		return f;
	dav_resolve_url(d, url, &r);
	if (r.kind == DAV_FOLDER && dav_may(d, r.folder, RIGHT_CREATE))
		f = r.folder;
	resource_release(&r);
	return f;
}

/* The Bcc of a draft, which PUT dropped, was set as a property. */
static void add_bcc(struct item *it)
{
	const struct prop *p = item_prop(it, "dav:urn:schemas:mailheader:bcc");
	struct str raw CLEANUP(str_release) = STR_INIT;
	struct str all CLEANUP(str_release) = STR_INIT;

	if (!p || p->values.n < 2)
		return;
	item_read_mime(it, &raw);
	str_addf(&all, "Bcc: %s\r\n", p->values.v[1]);
	str_add_mem(&all, raw.s, raw.len);
	item_set_mime(it, all.s, all.len);
}

/* it: owned; placed: it is a draft in a folder, which goes. */
static void submit(struct dav *d, struct item *it, struct box *box, bool placed)
{
	struct folder *keep = copy_folder(d);
	const char *code;
	struct item *sent = placed ? item_clone(it) : it;

	/* Who is only in the property counts as a recipient, too (14). */
	sent->folder = NULL;
	add_bcc(sent);
	if (box != d->user) {
		d->status = 403;
	} else if (!box_may_send(d->user, it->size)) {
		d->status = 500; /* over the send quota (3) */
	} else if ((code = deliver_check(d->st, d->user, sent))) {
		d->status = str_eq(code, "ErrorSendAsDenied") ? 403 : 400;
	} else {
		d->status = 200;
	}
	if (d->status != 200) {
		item_free(sent);
		return;
	}
	mail_stamp(d->user, sent);
	dav_cal_message(sent);
	deliver(d->st, d->user, sent);
	sent->draft = false;
	sent->submitted = false;
	sent->read = true;
	if (placed)
		item_delete(d->st, it);
	if (keep) {
		sent->received = clock_now();
		item_place(d->st, sent, keep, false);
	} else {
		item_free(sent);
	}
}

/* --- DELETE ------------------------------------------------------------------------ */
static int delete_one(struct dav *d, const struct resource *r)
{
	switch (r->kind) {
	case DAV_ITEM: {
		struct folder *dump =
			box_folder(r->box, "recoverableitemsdeletions");

		if (!dav_may_item(d, r->item, RIGHT_DELETE))
			return 401;
		if (dump && r->folder != dump)
			item_move(d->st, r->item, dump);
		else
			item_delete(d->st, r->item);
		return 200;
	}
	case DAV_FOLDER:
		if (r->folder->distinguished)
			return 403;
		if (!dav_may(d, r->folder, RIGHT_OWNER))
			return 401;
		folder_delete(d->st, r->folder);
		return 200;
	case DAV_STORE:
	case DAV_SUBMIT:
	case DAV_HIDDEN:
		return 403;
	case DAV_NOTHING:
	case DAV_FREE:
	case DAV_ATTACHMENT:
		break;
	}
	return 404;
}

void dav_delete(struct dav *d)
{
	struct resource r;

	dav_resolve(d, d->path, &r);
	d->status = delete_one(d, &r);
	resource_release(&r);
}

void dav_bdelete(struct dav *d)
{
	xmlDoc *doc = dav_read_body(d);
	struct multi m;

	if (!doc)
		return;
	multi_init(&m, d);
	for (xmlNode *n =
		     xr_first(xr_child(xmlDocGetRootElement(doc), "target"));
	     n; n = xr_next(n)) {
		struct resource r;

		dav_resolve_url(d, xr_text(n), &r);
		if (r.kind == DAV_ITEM)
			multi_open(&m, &r);
		else
			multi_href(&m, xr_text(n));
		multi_status(&m, delete_one(d, &r));
		multi_close(&m);
		resource_release(&r);
	}
	multi_end(&m);
	xmlFreeDoc(doc);
}

/* --- MOVE, COPY ----------------------------------------------------------------------- */
/* The item named `name` in the folder goes before it is replaced. */
static int make_room(struct dav *d, struct folder *to, const char *name)
{
	struct resource at = {.kind = DAV_FOLDER, .box = to->box, .folder = to};
	struct str url CLEANUP(str_release) = STR_INIT;
	struct resource old;
	int status = 0;

	dav_add_href(d, &url, &at);
	for (size_t i = 0; i < to->items.n; i++) {
		struct item *it = to->items.v[i];

		if (!str_eq_nocase(dav_item_name(d, it), name))
			continue;
		old = (struct resource){.kind = DAV_ITEM,
					.box = to->box,
					.folder = to,
					.item = it};
		if (asks(d, "Overwrite", "t"))
			return delete_one(d, &old) == 200 ? 0 : 401;
		status = asks(d, "Allow-Rename", "t") ? 0 : 412;
		break;
	}
	return status;
}

static int transfer_item(struct dav *d, struct resource *from,
			 struct folder *to, const char *name, bool copy)
{
	char *wanted CLEANUP(mem_free_ptr) =
		xstrdup(name && *name ? name : dav_item_name(d, from->item));
	int status;

	if (!dav_may_item(d, from->item, copy ? RIGHT_READ : RIGHT_DELETE))
		return 401;
	/* Never from one store into another (13). */
	if (to->box->is_public != from->box->is_public)
		return 403;
	status = dav_no_post(d, to);
	if (status)
		return status;
	if (!copy && to == from->folder &&
	    str_eq_nocase(wanted, dav_item_name(d, from->item)))
		return 403; /* source = destination */
	status = make_room(d, to, wanted);
	if (status)
		return status;
	if (copy && box_is_full(to->box, from->item->size))
		return full_status(d);
	if (copy)
		from->item = item_copy(d->st, from->item, to);
	else
		item_move(d->st, from->item, to);
	from->folder = to;
	from->box = to->box;
	dav_name_item_free(d, from->item, wanted);
	return 201;
}

static int transfer_folder(struct dav *d, struct resource *from,
			   struct folder *to, const char *name, bool copy)
{
	struct folder *f = from->folder, *there = folder_child(to, name);

	if (f->distinguished || from->kind != DAV_FOLDER)
		return 403;
	if (!dav_may(d, to, RIGHT_SUBFOLDERS) ||
	    !dav_may(d, f, copy ? RIGHT_READ : RIGHT_OWNER))
		return 401;
	if (folder_is_under(to, f) || to->box->is_public != f->box->is_public)
		return 403;
	if (there && there != f)
		return 412;
	if (copy) {
		f = folder_copy(d->st, f, to);
	} else if (f->parent != to) {
		folder_move(d->st, f, to);
	}
	if (!str_eq(f->name, name))
		folder_rename(d->st, f, name);
	from->folder = f;
	return 201;
}

/* Destination of a single MOVE or COPY: its folder and the name there. */
static int single(struct dav *d, struct resource *from, bool copy)
{
	const char *url = head(d, "Destination");
	struct resource to = {0};
	int status;

	if (!url)
		return 400;
	dav_resolve_url(d, url, &to);
	if (to.kind == DAV_SUBMIT && from->kind == DAV_ITEM) {
		submit(d, from->item, to.box, true);
		from->item = NULL;
		status = d->status;
	} else if (to.kind == DAV_NOTHING || to.kind == DAV_SUBMIT ||
		   to.kind == DAV_ATTACHMENT) {
		status = 409;
	} else if (from->kind == DAV_ITEM) {
		const char *name = to.kind == DAV_FREE ? to.name
				   : to.kind == DAV_ITEM
					   ? dav_item_name(d, to.item)
					   : NULL;

		status = transfer_item(d, from, to.folder, name, copy);
	} else if (to.kind == DAV_FREE) {
		status = transfer_folder(d, from, to.folder, to.name, copy);
	} else {
		status = to.folder == from->folder ? 403 : 412;
	}
	resource_release(&to);
	return status;
}

void dav_move(struct dav *d)
{
	bool copy = str_eq(d->method, "COPY");
	struct resource r;

	dav_resolve(d, d->path, &r);
	if (r.kind == DAV_NOTHING || r.kind == DAV_FREE) {
		d->status = 404;
	} else {
		d->status = single(d, &r, copy);
		if (d->status == 201)
			tell_resource(d, &r);
	}
	resource_release(&r);
}

static void batch_one(struct dav *d, struct multi *m, const char *href,
		      struct folder *to, const char *dest, bool copy)
{
	struct resource r, named = {0};
	int status;

	dav_resolve_url(d, href, &r);
	if (dest) {
		dav_resolve_url(d, dest, &named);
		if (named.kind == DAV_FREE)
			to = named.folder;
	}
	if (r.kind == DAV_ITEM)
		multi_open(m, &r);
	else
		multi_href(m, href);
	if (r.kind != DAV_ITEM)
		status = 404;
	else
		status = transfer_item(d, &r, to, named.name, copy);
	multi_status(m, status);
	if (status == 201)
		multi_location(m, &r);
	multi_close(m);
	resource_release(&r);
	resource_release(&named);
}

void dav_bmove(struct dav *d)
{
	bool copy = str_eq(d->method, "BCOPY");
	const char *url = head(d, "Destination");
	xmlDoc *doc = dav_read_body(d);
	struct resource to = {0};
	struct multi m;

	if (!doc)
		return;
	if (url)
		dav_resolve_url(d, url, &to);
	if (to.kind != DAV_FOLDER && to.kind != DAV_STORE) {
		d->status = 409;
	} else {
		multi_init(&m, d);
		for (xmlNode *n = xr_first(
			     xr_child(xmlDocGetRootElement(doc), "target"));
		     n; n = xr_next(n)) {
			const char *dest = NULL;

			if (!xr_is(n, "href"))
				continue;
			if (xr_next(n) && xr_is(xr_next(n), "dest"))
				dest = xr_text(xr_next(n));
			batch_one(d, &m, xr_text(n), to.folder, dest, copy);
		}
		multi_end(&m);
	}
	resource_release(&to);
	xmlFreeDoc(doc);
}

/* --- MKCOL ------------------------------------------------------------------------------ */
static char *wanted_class(const xmlNode *root)
{
	const xmlNode *prop = xr_path(root, "set", "prop");

	for (xmlNode *n = xr_first(prop); n; n = xr_next(n))
		if (xr_is(n, "outlookfolderclass"))
			return xstrdup(xr_text(n));
	return xstrdup("IPF.Note");
}

void dav_mkcol(struct dav *d)
{
	struct resource r;
	xmlDoc *doc = NULL;

	if (d->body_len && !(doc = dav_read_body(d)))
		return;
	dav_resolve(d, d->path, &r);
	if (r.kind == DAV_NOTHING) {
		d->status = 409;
	} else if (r.kind != DAV_FREE) {
		d->status = 405;
	} else if (!dav_may(d, r.folder, RIGHT_SUBFOLDERS)) {
		d->status = 403;
	} else {
		char *class CLEANUP(mem_free_ptr) =
			wanted_class(doc ? xmlDocGetRootElement(doc) : NULL);
		struct resource made = {.kind = DAV_FOLDER, .box = r.box};

		made.folder = folder_new(d->st, r.box, r.folder, r.name, class);
		if (r.box->is_public) {
			folder_inherit(made.folder, r.folder);
			folder_grant(made.folder, d->user, "Owner");
		}
		tell_resource(d, &made);
		d->status = 201;
	}
	resource_release(&r);
	xmlFreeDoc(doc);
}

/* --- attachments ------------------------------------------------------------------------- */
static void add_attachment(struct multi *m, const char *item_href,
			   const struct attachment *a, size_t index)
{
	static const char tag[] = "http://schemas.microsoft.com/mapi/proptag/";
	const char *p;
	char *href = xasprintf("%s/%s", item_href, str_or_empty(a->name));

	multi_href(m, href);
	free(href);
	p = multi_prefix(m, tag, strlen(tag));
	str_add(&m->body, "<a:propstat>");
	multi_status(m, 200);
	str_addf(&m->body, "<a:prop><%s:x3707001f>", p);
	xw_text(&m->body, str_or_empty(a->name));
	str_addf(&m->body, "</%s:x3707001f><%s:x370e001f>", p, p);
	xw_text(&m->body, str_or_empty(a->type));
	str_addf(&m->body,
		 "</%s:x370e001f><%s:x37050003 b:dt=\"int\">%d</%s:x37050003>"
		 "<%s:x0e200003 b:dt=\"int\">%zu</%s:x0e200003>"
		 "<%s:x0e210003 b:dt=\"int\">%zu</%s:x0e210003>",
		 p, p, a->is_message ? 5 : 1, p, p, a->content.len, p, p, index,
		 p);
	if (a->cid) {
		str_addf(&m->body, "<%s:x3712001f>", p);
		xw_text(&m->body, a->cid);
		str_addf(&m->body, "</%s:x3712001f>", p);
	}
	str_add(&m->body, "</a:prop></a:propstat>");
	multi_close(m);
}

void dav_enumatts(struct dav *d)
{
	struct resource r;

	dav_resolve(d, d->path, &r);
	if (r.kind != DAV_ITEM) {
		d->status = 404;
	} else if (!dav_may(d, r.folder, RIGHT_READ)) {
		d->status = 401;
	} else {
		struct str raw CLEANUP(str_release) = STR_INIT;
		struct str href CLEANUP(str_release) = STR_INIT;
		struct multi m;
		struct mail mail;

		item_read_mime(r.item, &raw);
		mail_init(&mail);
		mail_read(&mail, raw.s, raw.len);
		dav_add_href(d, &href, &r);
		multi_init(&m, d);
		for (size_t i = 0; i < mail.atts.n; i++)
			add_attachment(&m, href.s, &mail.atts.v[i], i);
		multi_end(&m);
		mail_release(&mail);
	}
	resource_release(&r);
}
