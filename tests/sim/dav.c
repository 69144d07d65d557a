/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Dispatch, OPTIONS, PROPFIND, PROPPATCH and their batch forms. */
#include "tests/sim/dav.h"

#include <libxml/parser.h>
#include <stdarg.h>
#include <string.h>
#include <strings.h>
#include "tests/sim/dav_fields.h"

static const struct {
	const char *method, *name;
	dav_fn *run;
	bool filtered; /* what URLScan keeps out (dossier 1.4) */
} methods[] = {
	{"OPTIONS", "DAV-OPTIONS", dav_options, false},
	{"PROPFIND", "DAV-PROPFIND", dav_propfind, false},
	{"BPROPFIND", "DAV-BPROPFIND", dav_bpropfind, true},
	{"PROPPATCH", "DAV-PROPPATCH", dav_proppatch, false},
	{"BPROPPATCH", "DAV-BPROPPATCH", dav_bproppatch, true},
	{"SEARCH", "DAV-SEARCH", dav_search, false},
	{"GET", "DAV-GET", dav_get, false},
	{"HEAD", "DAV-HEAD", dav_get, false},
	{"PUT", "DAV-PUT", dav_put, false},
	{"POST", "DAV-POST", dav_post, false},
	{"DELETE", "DAV-DELETE", dav_delete, false},
	{"MOVE", "DAV-MOVE", dav_move, false},
	{"COPY", "DAV-COPY", dav_move, false},
	{"MKCOL", "DAV-MKCOL", dav_mkcol, false},
	{"BMOVE", "DAV-BMOVE", dav_bmove, true},
	{"BCOPY", "DAV-BCOPY", dav_bmove, true},
	{"BDELETE", "DAV-BDELETE", dav_bdelete, true},
	{"SUBSCRIBE", "DAV-SUBSCRIBE", dav_subscribe, true},
	{"UNSUBSCRIBE", "DAV-UNSUBSCRIBE", dav_unsubscribe, true},
	{"POLL", "DAV-POLL", dav_poll, true},
	{"X-MS-ENUMATTS", "DAV-ENUMATTS", dav_enumatts, false},
	{"LOCK", "DAV-LOCK", dav_lock, false},
	{"UNLOCK", "DAV-UNLOCK", dav_lock, false},
};

const char *dav_storage(const struct sim *sim)
{
	switch (sim->dav_version) {
	case DAV_2000:
		return "6.0.6249";
	case DAV_2003:
		return "6.5.7638";
	case DAV_2007:
		break;
	}
	return "8.1.0240";
}

void dav_header(struct dav *d, const char *fmt, ...)
{
	struct str b = STR_INIT;
	va_list args;

	va_start(args, fmt);
	str_addfv(&b, fmt, args);
	va_end(args);
	strv_give(&d->headers, str_take(&b));
}

/* Faults that every request may hit; true: it is answered by them. */
static bool take_fault(struct dav *d)
{
	d->fault = faults_hit(d->sim->faults, d->name, d->user->alias);
	if (d->fault.kind == FAULT_DELAY)
		sim_pause(d->sim, d->fault.a);
	if (d->fault.kind == FAULT_BUSY) {
		d->fault.kind = FAULT_503;
		d->fault.a = (d->fault.a + 999) / 1000;
	}
	return d->fault.kind == FAULT_503 || d->fault.kind == FAULT_500 ||
	       d->fault.kind == FAULT_STATUS || d->fault.kind == FAULT_401 ||
	       d->fault.kind == FAULT_HTML;
}

/* A public folder that this host has no replica of: another one has (20). */
static bool elsewhere(struct dav *d)
{
	const char *host = strstr(d->base, "://"), *own = d->base;
	const char *replica = NULL;
	char *other CLEANUP(mem_free_ptr) = NULL;
	struct str href CLEANUP(str_release) = STR_INIT;
	struct resource r;

	if (strncasecmp(d->path, "/public", 7) != 0 || !host)
		return false;
	host += 3;
	dav_resolve(d, d->path, &r);
	for (const struct folder *f = r.folder; f && !replica; f = f->parent)
		replica = f->replica;
	if (!replica ||
	    (strncasecmp(host, replica, strlen(replica)) == 0 &&
	     (host[strlen(replica)] == ':' || !host[strlen(replica)]))) {
		resource_release(&r);
		return false;
	}
	other = xasprintf("%.*s%s%s", (int)(host - d->base), d->base, replica,
			  str_or_empty(strchr(host, ':')));
	d->base = other;
	dav_add_href(d, &href, &r);
	d->base = own;
	d->status = 302;
	dav_header(d, "Location: %s", href.s);
	resource_release(&r);
	return true;
}

void dav_handle(struct dav *d)
{
	size_t i = 0;

	d->status = 200;
	d->type = "text/html";
	d->brief = str_eq_nocase(
		str_or_empty(d->header(d->connection, "Brief")), "t");
	d->translate = str_eq_nocase(
		str_or_empty(d->header(d->connection, "Translate")), "f");
	dav_header(d, "MS-WebStorage: %s", dav_storage(d->sim));
	while (i < ARRAY_LEN(methods) &&
	       strcmp(methods[i].method, d->method) != 0)
		i++;
	if (i == ARRAY_LEN(methods)) {
		d->name = "DAV-unknown";
		d->status = 501;
		return;
	}
	d->name = methods[i].name;
	if (take_fault(d))
		return;
	if (methods[i].filtered && d->sim->dav_filtered) {
		d->status = 404;
		return;
	}
	state_lock(d->st);
	if (!elsewhere(d))
		methods[i].run(d);
	state_unlock(d->st);
}

void dav_options(struct dav *d)
{
	dav_header(d, "DASL: <DAV:sql>");
	dav_header(d, "DAV: 1, 2");
	dav_header(d, "Public: OPTIONS, GET, HEAD, POST, PUT, DELETE, MKCOL, "
		      "COPY, MOVE, PROPFIND, PROPPATCH, LOCK, UNLOCK, SEARCH, "
		      "SUBSCRIBE, UNSUBSCRIBE, POLL, BPROPFIND, BPROPPATCH, "
		      "BCOPY, BMOVE, BDELETE, X-MS-ENUMATTS");
	dav_header(d, "MS-Author-Via: DAV");
}

void dav_lock(struct dav *d)
{
	d->status = str_eq(d->method, "LOCK") ? 501 : 204;
}

/* --- bodies ------------------------------------------------------------------- */
xmlDoc *dav_read_body(struct dav *d)
{
	xmlDoc *doc =
		d->body_len
			? xmlReadMemory(d->body, (int)d->body_len, NULL, NULL,
					XML_PARSE_NONET | XML_PARSE_NOERROR |
						XML_PARSE_NOWARNING)
			: NULL;

	if (!doc || !xmlDocGetRootElement(doc)) {
		xmlFreeDoc(doc);
		d->status = 400;
		return NULL;
	}
	return doc;
}

void dav_props_read(struct dav_props *out, const xmlNode *prop)
{
	for (xmlNode *n = xr_first(prop); n; n = xr_next(n)) {
		char *uri = dav_uri_of(n);

		dav_props_add(out, uri);
		free(uri);
	}
}

/* Without a list (allprop): the ones that everybody wants. */
static void usual_props(struct dav_props *out)
{
	static const char *const usual[] = {
		"DAV:displayname",
		"DAV:contentclass",
		"DAV:iscollection",
		"DAV:creationdate",
		"DAV:getlastmodified",
		"DAV:getetag",
		"DAV:getcontenttype",
		"DAV:getcontentlength",
		"DAV:resourcetype",
		"DAV:childcount",
		"http://schemas.microsoft.com/exchange/outlookfolderclass",
		"urn:schemas:httpmail:read",
		"urn:schemas:httpmail:subject"};

	for (size_t i = 0; i < ARRAY_LEN(usual); i++)
		dav_props_add(out, usual[i]);
}

/* --- PROPFIND ------------------------------------------------------------------- */
static void add_found(struct multi *m, const struct resource *r,
		      const struct dav_props *props)
{
	multi_open(m, r);
	multi_props(m, r, props);
	multi_close(m);
}

static void add_below(struct multi *m, const struct resource *top,
		      const struct dav_props *props, bool deep)
{
	struct folder *f = top->folder;
	struct resource r = {.box = top->box, .folder = f};

	r.kind = DAV_ITEM;
	for (size_t i = 0; i < f->items.n && dav_may(m->d, f, RIGHT_READ);
	     i++) {
		r.item = f->items.v[i];
		add_found(m, &r, props);
	}
	for (size_t i = 0; i < f->kids.n; i++) {
		struct resource sub = {.kind = DAV_FOLDER,
				       .box = top->box,
				       .folder = f->kids.v[i]};

		if (sub.folder->hidden ||
		    !dav_may(m->d, sub.folder, RIGHT_VISIBLE))
			continue;
		add_found(m, &sub, props);
		if (deep)
			add_below(m, &sub, props, true);
	}
}

/* May the caller see it? 401 where not (dossier 3). */
static bool readable(struct dav *d, const struct resource *r)
{
	if (r->kind == DAV_STORE || r->kind == DAV_HIDDEN ||
	    r->kind == DAV_SUBMIT)
		return true;
	return dav_may(d, r->folder, r->item ? RIGHT_READ : RIGHT_VISIBLE) ||
	       dav_may(d, r->folder, RIGHT_READ);
}

void dav_propfind(struct dav *d)
{
	const char *depth = d->header(d->connection, "Depth");
	struct dav_props props = {0};
	struct resource r;
	xmlDoc *doc = NULL;
	struct multi m;

	if (d->body_len && !(doc = dav_read_body(d)))
		return;
	if (doc)
		dav_props_read(&props,
			       xr_child(xmlDocGetRootElement(doc), "prop"));
	if (!props.n)
		usual_props(&props);
	dav_resolve(d, d->path, &r);
	if (r.kind == DAV_NOTHING || r.kind == DAV_FREE) {
		d->status = 404;
	} else if (!readable(d, &r)) {
		d->status = 401;
	} else if (r.box->is_public && !r.item && (!depth || *depth == 'i')) {
		d->status = 403; /* not in the tree of public folders (1.4) */
	} else {
		bool root = !depth || !strstr(depth, "noroot");

		multi_init(&m, d);
		if (root)
			add_found(&m, &r, &props);
		if (!r.item && (!depth || *depth != '0') &&
		    r.kind != DAV_SUBMIT)
			add_below(&m, &r, &props, !depth || *depth == 'i');
		multi_end(&m);
	}
	resource_release(&r);
	dav_props_release(&props);
	xmlFreeDoc(doc);
}

/* Batch methods must name a collection with its slash (dossier 1.3). */
static bool has_slash(const struct dav *d)
{
	size_t n = strlen(d->path);

	return n && d->path[n - 1] == '/';
}

void dav_bpropfind(struct dav *d)
{
	struct dav_props props = {0};
	xmlDoc *doc = dav_read_body(d);
	struct multi m;
	const xmlNode *root;

	if (!doc)
		return;
	if (!has_slash(d)) {
		d->status = 404;
		xmlFreeDoc(doc);
		return;
	}
	root = xmlDocGetRootElement(doc);
	dav_props_read(&props, xr_child(root, "prop"));
	multi_init(&m, d);
	for (xmlNode *n = xr_first(xr_child(root, "target")); n;
	     n = xr_next(n)) {
		struct resource r;

		dav_resolve_url(d, xr_text(n), &r);
		if (r.kind == DAV_NOTHING || r.kind == DAV_FREE) {
			multi_href(&m, xr_text(n));
			multi_status(&m, 404);
			multi_close(&m);
		} else if (!readable(d, &r)) {
			multi_open(&m, &r);
			multi_status(&m, 401);
			multi_close(&m);
		} else {
			add_found(&m, &r, &props);
		}
		resource_release(&r);
	}
	multi_end(&m);
	dav_props_release(&props);
	xmlFreeDoc(doc);
}

/* --- PROPPATCH ----------------------------------------------------------------------- */
struct patch {
	struct dav_props done, read_only, bad, denied;
	bool only_read; /* nothing but the read mark was changed */
};

static void patch_release(struct patch *p)
{
	vec_release(&p->read_only);
	vec_release(&p->bad);
	vec_release(&p->denied);
	dav_props_release(&p->done);
}

static void apply(struct dav *d, const struct resource *r, struct item *it,
		  const xmlNode *prop, bool remove, bool creating,
		  struct patch *out)
{
	for (xmlNode *n = xr_first(prop); n; n = xr_next(n)) {
		char *uri = dav_uri_of(n);
		struct dav_prop p;
		enum dav_set result;

		dav_prop_init(&p, uri);
		if (it &&
		    (p.id == DAV_F_DESCRIPTOR || p.id == DAV_F_NT_DESCRIPTOR))
			result = dav_acl_set(d, r, p.id, remove ? NULL : n);
		else
			result =
				it ? dav_set(d, it, &p, remove ? NULL : n,
					     creating)
				   : dav_set_other(d, r, &p, remove ? NULL : n);
		if (!str_eq(uri, "urn:schemas:httpmail:read"))
			out->only_read = false;
		vec_add(&out->done, p);
		if (result == DAV_SET_READ_ONLY)
			vec_add(&out->read_only, p);
		else if (result == DAV_SET_BAD)
			vec_add(&out->bad, p);
		else if (result == DAV_SET_DENIED)
			vec_add(&out->denied, p);
		free(uri);
	}
}

/* it NULL: what r names is no item. */
static void apply_all(struct dav *d, const struct resource *r, struct item *it,
		      const xmlNode *root, bool creating, struct patch *out)
{
	*out = (struct patch){.only_read = true};
	for (xmlNode *n = xr_first(root); n; n = xr_next(n)) {
		if (xr_is(n, "set"))
			apply(d, r, it, xr_child(n, "prop"), false, creating,
			      out);
		else if (xr_is(n, "remove"))
			apply(d, r, it, xr_child(n, "prop"), true, creating,
			      out);
	}
	if (it && !creating)
		dav_local_taken(d, it);
	if (it && !creating && !out->only_read)
		item_changed(d->st, it, false);
}

static bool has_prop(const struct dav_props *l, const struct dav_prop *p)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->v[i].uri == p->uri)
			return true;
	return false;
}

static void add_patch(struct multi *m, const struct patch *p, bool created)
{
	struct dav_props good = {0};

	for (size_t i = 0; i < p->done.n; i++)
		if (!has_prop(&p->read_only, &p->done.v[i]) &&
		    !has_prop(&p->bad, &p->done.v[i]) &&
		    !has_prop(&p->denied, &p->done.v[i]))
			vec_add(&good, p->done.v[i]);
	if (created)
		multi_status(m, 201);
	else if (!m->d->brief || good.n < p->done.n)
		multi_propstat(m, 200, &good);
	multi_propstat(m, 403, &p->read_only);
	multi_propstat(m, 409, &p->bad);
	multi_propstat(m, 401, &p->denied);
	vec_release(&good);
}

/* A new item from properties alone (13): contacts, tasks, notes, drafts. */
static void create_patched(struct dav *d, struct multi *m, struct resource *r,
			   const xmlNode *root)
{
	struct item *it = item_new();
	struct resource made = *r;
	struct patch p;

	int refused = dav_no_post(d, r->folder);

	if (refused) {
		multi_status(m, refused);
		item_free(it);
		return;
	}
	it->item_class = xstrdup("IPM.Note");
	it->creator = d->user;
	apply_all(d, r, it, root, true, &p);
	dav_con_made(it);
	item_place(d->st, it, r->folder, false);
	dav_name_item_free(d, it, r->name);
	made.kind = DAV_ITEM;
	made.item = it;
	made.name = NULL;
	add_patch(m, &p, true);
	multi_location(m, &made);
	patch_release(&p);
}

/* Everybody who may read has read marks of his own in public folders. */
static bool may_patch(struct dav *d, const struct item *it, const xmlNode *root)
{
	bool marks = it->folder->box->is_public;

	for (xmlNode *n = xr_first(root); n; n = xr_next(n))
		for (xmlNode *p = xr_first(xr_child(n, "prop")); p;
		     p = xr_next(p))
			marks = marks && xr_is(p, "read");
	return dav_may_item(d, it, marks ? RIGHT_READ : RIGHT_EDIT);
}

static void patch_one(struct dav *d, struct multi *m, struct resource *r,
		      const xmlNode *root)
{
	const char *match = d->header(d->connection, "If-Match");
	struct patch p;

	multi_open(m, r);
	if (r->kind == DAV_FREE && !match) {
		create_patched(d, m, r, root);
	} else if (r->kind == DAV_NOTHING || r->kind == DAV_FREE) {
		multi_status(m, match ? 412 : 404);
	} else if (!r->item) {
		apply_all(d, r, NULL, root, false, &p);
		add_patch(m, &p, false);
		patch_release(&p);
	} else if (!may_patch(d, r->item, root)) {
		multi_status(m, 401);
	} else {
		apply_all(d, r, r->item, root, false, &p);
		add_patch(m, &p, false);
		patch_release(&p);
	}
	multi_close(m);
}

void dav_proppatch(struct dav *d)
{
	xmlDoc *doc = dav_read_body(d);
	struct resource r;
	struct multi m;

	if (!doc)
		return;
	dav_resolve(d, d->path, &r);
	if (r.kind == DAV_NOTHING) {
		d->status = 409; /* no parent */
	} else if ((r.kind == DAV_FREE || r.kind == DAV_HIDDEN) &&
		   d->header(d->connection, "If-Match")) {
		d->status = 412; /* also of the hidden tree's top (19) */
	} else {
		multi_init(&m, d);
		patch_one(d, &m, &r, xmlDocGetRootElement(doc));
		multi_end(&m);
	}
	resource_release(&r);
	xmlFreeDoc(doc);
}

void dav_bproppatch(struct dav *d)
{
	xmlDoc *doc = dav_read_body(d);
	const xmlNode *root;
	struct multi m;

	if (!doc)
		return;
	if (!has_slash(d)) {
		d->status = 404;
		xmlFreeDoc(doc);
		return;
	}
	root = xmlDocGetRootElement(doc);
	multi_init(&m, d);
	for (xmlNode *n = xr_first(xr_child(root, "target")); n;
	     n = xr_next(n)) {
		struct resource r;

		dav_resolve_url(d, xr_text(n), &r);
		patch_one(d, &m, &r, root);
		resource_release(&r);
	}
	multi_end(&m);
	xmlFreeDoc(doc);
}
