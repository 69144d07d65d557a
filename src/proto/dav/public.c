/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * Public folders (dossier 20): below /public of their own server, which the
 * mailbox's web access names. A second backend whose root is there does the
 * work; ids of its folders and items are paths, with "pub:" in front. The tree
 * is read level by level: a whole one is refused, and may be very large.
 * A server that has no replica of a folder sends to one that has: a backend
 * more, for what is in that folder.
 */
#include <string.h>
#include "base/log.h"
#include "base/map.h"
#include "base/uri.h"
#include "model/public.h"
#include "net/page.h"
#include "proto/connect.h"
#include "proto/dav/freebusy.h"
#include "proto/dav/item.h"
#include "proto/dav/query.h"

#define PREFIX "pub:"
#define PAGE_MAX ((size_t)1 << 20)
#define HOPS_MAX 3 /* from one server that has no replica to the next */

bool dav_is_public(const char *id)
{
	return id && str_starts(id, PREFIX);
}

/* --- the server ------------------------------------------------------------- */

static bool keep_page(void *ctx, const char *s, size_t len,
		      struct err *err UNUSED)
{
	struct str *page = ctx;

	if (page->len + len <= PAGE_MAX)
		str_add_mem(page, s, len);
	return true;
}

/* The link of a page that leads to /public; NULL: there is none. */
static char *public_link(const char *page, const char *base)
{
	struct page_tag t;

	for (const char *at = page; page_next_tag(at, &t); at = t.end) {
		char *href CLEANUP(mem_free_ptr) =
			page_is_tag(&t, "a") ? page_attribute(&t, "href")
					     : NULL;
		char *to = href ? uri_resolve(base, href) : NULL;
		const char *path = to ? strstr(to, "://") : NULL;

		path = path ? strchr(path + 3, '/') : NULL;
		if (path && strncasecmp(path, "/public", 7) == 0)
			return to;
		free(to);
	}
	return NULL;
}

/* "https://host:port" of an address. Caller frees. */
static char *origin_of(const char *url)
{
	const char *host = strstr(url, "://") + 3;

	return xstrndup(url, (size_t)(host - url) + strcspn(host, "/"));
}

/* Behind a front end that ends the encryption a server may say "http" (1.3): we
 * stay with what was connected with. Takes an address, gives one. */
static char *encrypted(const struct backend *b, char *owned_url)
{
	struct uri u = {0};
	char *url = owned_url;

	if (url && str_starts(b->origin, "https:") &&
	    str_starts(url, "http:") && uri_parse(&u, url) && u.host &&
	    uri_port(&u) == 80 && !strchr(u.host, ':')) {
		struct uri own = {0};
		bool same =
			uri_parse(&own, b->origin) && str_eq(own.host, u.host);

		url = same ? xasprintf("%s%s", b->origin, u.path)
			   : xasprintf("https://%s%s", u.host, u.path);
		free(owned_url);
		uri_release(&own);
	}
	uri_release(&u);
	return url;
}

/* May the sign-in go to `url`, on the word of a server that has it? A password
 * does not leave encryption, nor the domain unasked. what: "... is". */
static bool may_go(const struct backend *b, const char *url, const char *what,
		   struct err *err)
{
	struct uri u = {0};
	bool ok = uri_parse(&u, url) && u.host;

	if (!ok)
		err_set(err, ERR_PROTOCOL,
			"the server sends to an address that is none");
	else if (str_starts(b->origin, "https:") && !str_starts(url, "https:"))
		ok = err_set(err, ERR_DENIED,
			     "%s on %s, without encryption: the sign-in does "
			     "not go there",
			     what, u.host);
	else if (!connect_may_sign_in(b->account, u.host))
		ok = err_set(err, ERR_DENIED,
			     "%s on %s, outside of the domain: the sign-in "
			     "goes there only with `trust-hosts = %s`",
			     what, u.host, u.host);
	uri_release(&u);
	return ok;
}

/* The frame of the web access names the server (5.3); without it, it is taken
 * to be this one. NULL: *err. */
static char *find_server(struct backend *b, const struct op *op,
			 struct err *err)
{
	struct str page CLEANUP(str_release) = STR_INIT;
	char *path CLEANUP(mem_free_ptr) =
		xasprintf("%s?Cmd=%s", b->root,
			  b->version == DAV_2000 ? "contents" : "navbar");
	char *base CLEANUP(mem_free_ptr) = xasprintf("%s%s", b->origin, path);
	char *to CLEANUP(mem_free_ptr) = NULL;
	struct dav_call c = {
		.method = "GET", .path = path, .raw = keep_page, .ctx = &page};
	struct err e = ERR_INIT;

	if (dav_simple(b, op, &c, &e))
		to = encrypted(b, public_link(page.s, base));
	if (!to)
		return xstrdup(b->origin);
	if (!may_go(b, to, "the public folders are", err))
		return NULL;
	return origin_of(to);
}

/* A backend for a server of public folders. Takes `owned_origin`. */
static struct backend *open_server(struct backend *b, char *owned_origin,
				   const char *root)
{
	struct backend *p = dav_ops.open(b->account, b->host, NULL);

	mem_replace(&p->origin, owned_origin);
	mem_replace(&p->root, xstrdup(root));
	p->version = b->version;
	p->build = xstrdup(b->build);
	p->ready = p->has_tree = p->by_path = true;
	p->root_id = xstrdup("p:");
	p->transport = b->transport;
	p->transport_ctx = b->transport_ctx;
	log_at(LOG_INFO, "dav", "public folders are at %s%s", p->origin, root);
	return p;
}

/* The first server of them; kept. NULL: *err. */
static struct backend *public_of(struct backend *b, const struct op *op,
				 struct err *err)
{
	struct public_place named;
	char *origin;

	if (b->public)
		return b->public;
	if (!dav_ready(b, op, err))
		return NULL;
	if (b->account->public_url) {
		public_open(&named, b, op);
		b->public = open_server(b, xstrdup(named.origin), named.root);
		public_close(&named);
	} else if ((origin = find_server(b, op, err))) {
		b->public = open_server(b, origin, "/public/");
	}
	if (b->public)
		b->places = map_new(NULL);
	return b->public;
}

char *dav_public_origin(struct backend *b, const struct op *op)
{
	struct err e = ERR_INIT;
	const struct backend *p = public_of(b, op, &e);

	if (!p)
		log_at(LOG_INFO, "dav", "public folders: %s", e.text);
	return xstrdup(p ? p->origin : b->origin);
}

/* --- replicas ---------------------------------------------------------------- */

static bool is_redirect(const struct err *e)
{
	return e->number == 301 || e->number == 302 || e->number == 307 ||
	       e->number == 308;
}

/* "p:Sales/Archive/" of a folder or of something in it; NULL is the top. */
static char *folder_of(const char *id)
{
	const char *end = id ? strrchr(id, '/') : NULL;

	return end ? xstrndup(id + strlen(PREFIX),
			      (size_t)(end + 1 - id) - strlen(PREFIX))
		   : xstrdup("p:");
}

/* Who has the folder, or the one above it, as far as is known. */
static struct backend *known_place(struct backend *b, const char *folder)
{
	char *at CLEANUP(mem_free_ptr) = xstrdup(folder);
	struct backend *p;

	for (size_t n = strlen(at); n > 2; n--) {
		if (at[n - 1] != '/')
			continue;
		at[n] = '\0';
		p = map_find(b->places, at);
		if (p)
			return p;
	}
	return b->public;
}

/* The server where the last answer of `p` leads; NULL: *err says why nobody
 * goes there. */
static struct backend *follow(struct backend *b, struct backend *p,
			      struct err *err)
{
	char *base CLEANUP(mem_free_ptr) =
		xasprintf("%s%s", p->origin, p->root);
	char *to CLEANUP(mem_free_ptr) =
		p->moved_to ? encrypted(p, uri_resolve(base, p->moved_to))
			    : NULL;
	char *origin;
	struct backend *next;

	if (!to || !strstr(to, "://")) {
		err_set(err, ERR_PROTOCOL, "the server sends nowhere");
		return NULL;
	}
	if (!may_go(b, to, "the content of this folder is", err))
		return NULL;
	origin = origin_of(to);
	for (size_t i = 0; i < b->replicas.n; i++)
		if (str_eq_nocase(b->replicas.v[i]->origin, origin)) {
			free(origin);
			return b->replicas.v[i];
		}
	if (str_eq_nocase(b->public->origin, origin)) {
		free(origin);
		return b->public;
	}
	next = open_server(b, origin, p->root);
	vec_add(&b->replicas, next);
	return next;
}

/* The server that has a folder, asked once. NULL: *err. What else is wrong with
 * the folder is said to whoever uses it. */
static struct backend *locate(struct backend *b, const struct op *op,
			      const char *id, struct err *err)
{
	char *folder CLEANUP(mem_free_ptr) = folder_of(id);
	static const char *const headers[] = {"Depth: 0", NULL};
	static const char body[] =
		DAV_XML "<D:propfind xmlns:D=\"DAV:\"><D:prop>"
			"<D:displayname/></D:prop></D:propfind>";
	struct backend *p = public_of(b, op, err);

	if (!p)
		return NULL;
	if (map_find(b->places, folder))
		return map_find(b->places, folder);
	p = known_place(b, folder);
	for (int hops = 0; p && hops <= HOPS_MAX; hops++) {
		char *path CLEANUP(mem_free_ptr) = wire_path(p, folder + 2);
		struct dav_call c = {.method = "PROPFIND",
				     .path = path,
				     .headers = headers,
				     .body = body,
				     .len = sizeof(body) - 1};
		struct err e = ERR_INIT;

		if (dav_simple(p, op, &c, &e)) {
			map_set(b->places, folder, p);
			return p;
		}
		if (!is_redirect(&e))
			return p;
		p = follow(b, p, err);
	}
	if (p)
		err_set(err, ERR_PROTOCOL,
			"the servers of public folders send from one to the "
			"other without end");
	return NULL;
}

/* For something that is tried first where it is thought to be: after a failure
 * of `p`, another to try, or NULL. */
static struct backend *elsewhere(struct backend *b, const struct op *op,
				 struct backend *p, const char *id,
				 struct err *err)
{
	struct backend *next;

	if (!is_redirect(err))
		return NULL;
	next = locate(b, op, id, err);
	return next == p ? NULL : next;
}

/* --- the tree --------------------------------------------------------------- */

struct level {
	struct backend *p;
	struct public_list out;
};

static bool on_folder(void *ctx, struct dav_row *r, struct err *err UNUSED)
{
	struct level *l = ctx;
	char *below CLEANUP(mem_free_ptr) =
		r->href ? wire_below(l->p, r->href) : NULL;
	struct public_folder *f;

	if (r->index == 0)
		public_list_release(&l->out);
	if (!below || !*below || !r->value[PROP_DISPLAYNAME])
		return true;
	f = vec_new(&l->out);
	f->folder.remote_id =
		xasprintf(PREFIX "p:%s%s", below,
			  below[strlen(below) - 1] == '/' ? "" : "/");
	f->folder.name = xstrdup(r->value[PROP_DISPLAYNAME]);
	f->folder.class = xstrdup(r->value[PROP_FOLDERCLASS]);
	f->folder.kind = folder_kind_of_class(f->folder.class);
	f->folder.total = dav_row_number(r, PROP_VISIBLECOUNT, 0);
	f->folder.unread = dav_row_number(r, PROP_UNREADCOUNT, 0);
	f->folder.size = -1;
	f->folder.synced_at = CLOCK_NEVER;
	/* A server that does not tell lets us try. */
	f->has_subs =
		!r->value[PROP_HASSUBS] || dav_row_is_true(r, PROP_HASSUBS);
	f->folder.rights =
		(unsigned)dav_row_number(r, PROP_ACCESS,
					 FOLDER_MAY_READ | FOLDER_MAY_CREATE) &
		FOLDER_MAY_ALL;
	if (r->value[PROP_PUBLIC_ADDRESS] && *r->value[PROP_PUBLIC_ADDRESS])
		f->address = xstrdup(r->value[PROP_PUBLIC_ADDRESS]);
	return true;
}

/* What a refusal means here. */
static bool explain(struct err *err, bool posting)
{
	if (!err)
		return false;
	if (err->number == 401)
		err_set(err, ERR_DENIED,
			posting ? "you may read this folder, but not write in "
				  "it"
				: "you have no right to read this folder");
	else if (err->number == 403 && posting)
		err_set(err, ERR_DENIED,
			"this folder is moderated: what is meant for it is "
			"sent to its address, and somebody passes it");
	else if (err->kind == ERR_NOT_FOUND)
		err_set(err, ERR_NOT_FOUND,
			"there is no such public folder on this server");
	return false;
}

static bool list_level(struct backend *p, const struct op *op, const char *id,
		       struct public_list *out, struct err *err)
{
	const struct query q = {
		.use = USE_PUBLIC,
		.where = "\"DAV:iscollection\" = True AND "
			 "\"DAV:ishidden\" = False",
		.order = "\"DAV:displayname\"",
	};
	struct level l = {.p = p};
	struct query_result result;
	char *path CLEANUP(mem_free_ptr) =
		wire_path(p, id ? id + strlen(PREFIX "p:") : "");

	if (!query_search(p, op, path, &q, on_folder, &l, &result, err)) {
		public_list_release(&l.out);
		return false;
	}
	free(result.collblob);
	*out = l.out;
	return true;
}

bool dav_public_list(struct backend *b, const struct op *op, const char *id,
		     struct public_list *out, struct err *err)
{
	char *folder CLEANUP(mem_free_ptr) = folder_of(id);
	struct backend *p = public_of(b, op, err);
	struct err e = ERR_INIT;

	if (!p)
		return false;
	p = known_place(b, folder);
	if (list_level(p, op, id, out, &e))
		return true;
	p = elsewhere(b, op, p, id, &e);
	if (p && list_level(p, op, id, out, &e))
		return true;
	if (err)
		*err = e;
	return explain(err, false);
}

bool dav_public_post(struct backend *b, const struct op *op, const char *id,
		     const struct bytes *raw, struct err *err)
{
	struct backend *p = locate(b, op, id, err);
	struct str body CLEANUP(str_release) = STR_INIT;
	struct item_result r = {0};
	char *path CLEANUP(mem_free_ptr) = NULL;
	struct dav_call c = {.method = "PROPPATCH", .changes = true};

	if (!p)
		return false;
	if (!dav_upload(p, op, id + strlen(PREFIX), raw, NULL, false, true, &r,
			err))
		return explain(err, true);
	/* Put as a message, it becomes a post by its class (20). */
	if (r.new_id && str_starts(r.new_id, "p:")) {
		str_add(&body, DAV_XML "<D:propertyupdate" DAV_TYPES
				       "><D:set><D:prop>");
		prop_add_value(&body, PROP_MESSAGECLASS, "IPM.Post");
		str_add(&body, "</D:prop></D:set></D:propertyupdate>");
		path = wire_path(p, r.new_id + 2);
		c.path = path;
		c.body = body.s;
		c.len = body.len;
		(void)!dav_simple(p, op, &c, NULL);
	}
	free(r.new_id);
	free(r.new_change_key);
	return true;
}

/* --- what a mirrored folder needs ------------------------------------------- */

static void prefix(char **id)
{
	char *with = *id ? xasprintf(PREFIX "%s", *id) : NULL;

	mem_replace(id, with);
}

bool dav_public_items(struct backend *b, const struct op *op, const char *id,
		      int64_t offset, int count, struct item_list *out,
		      bool *more, struct err *err)
{
	char *folder CLEANUP(mem_free_ptr) = folder_of(id);
	struct backend *p = public_of(b, op, err);
	struct err e = ERR_INIT;
	bool ok;

	if (!p)
		return false;
	p = known_place(b, folder);
	ok = dav_list(p, op, folder, offset, count, out, more, &e);
	if (!ok) {
		p = elsewhere(b, op, p, id, &e);
		ok = p && dav_list(p, op, folder, offset, count, out, more, &e);
	}
	if (!ok) {
		if (err)
			*err = e;
		return explain(err, false);
	}
	for (size_t i = 0; i < out->n; i++)
		prefix(&out->v[i].remote_id);
	return true;
}

bool dav_public_contacts(struct backend *b, const struct op *op, const char *id,
			 int count, struct person_list *out, struct err *err)
{
	char *folder CLEANUP(mem_free_ptr) = folder_of(id);
	struct backend *p = locate(b, op, id, err);
	struct item_list items = {0};
	bool more, ok;

	ok = p && dav_list(p, op, folder, 0, count, &items, &more, err) &&
	     dav_read_contacts(p, op, &items, out, err);
	item_list_release(&items);
	return ok || (p && explain(err, false));
}

struct fetching {
	fetched_fn fn;
	fetched_event_fn event;
	size_t from;
	void *ctx;
};

static bool on_fetched(void *ctx, struct fetched *owned_f)
{
	const struct fetching *f = ctx;

	prefix(&owned_f->item.remote_id);
	return f->fn(f->ctx, owned_f);
}

static bool on_event(void *ctx, size_t index, struct fetched_event *owned_f)
{
	const struct fetching *f = ctx;

	return f->event(f->ctx, f->from + index, owned_f);
}

/* The references from the first on that lie in one folder, as its server knows
 * them; one that is of the mailbox stays as it is, and is not found there.
 * Caller frees. */
static struct item_ref *take_run(const struct item_ref *refs, size_t n,
				 size_t *len)
{
	struct item_ref *out = xcalloc(n + 1, sizeof(*out));
	char *first CLEANUP(mem_free_ptr) = folder_of(refs[0].remote_id);
	size_t i = 0;

	for (; i < n; i++) {
		const char *id = refs[i].remote_id;
		char *folder CLEANUP(mem_free_ptr) =
			dav_is_public(id) ? folder_of(id) : NULL;

		if (folder && strcmp(folder, first) != 0)
			break;
		out[i] = refs[i];
		if (folder)
			out[i].remote_id += strlen(PREFIX);
	}
	*len = i;
	return out;
}

bool dav_public_fetch(struct backend *b, const struct op *op,
		      const struct item_ref *refs, size_t n, bool mime,
		      fetched_fn fn, void *ctx, struct err *err)
{
	struct fetching f = {.fn = fn, .ctx = ctx};
	bool ok = true;

	for (size_t at = 0, len; ok && at < n; at += len) {
		struct item_ref *own = take_run(refs + at, n - at, &len);
		struct backend *p = locate(b, op, refs[at].remote_id, err);

		ok = p && dav_fetch(p, op, own, len, mime, on_fetched, &f, err);
		free(own);
	}
	return ok;
}

bool dav_public_events(struct backend *b, const struct op *op,
		       const struct item_ref *refs, size_t n,
		       fetched_event_fn fn, void *ctx, struct err *err)
{
	bool ok = true;

	for (size_t at = 0, len; ok && at < n; at += len) {
		struct item_ref *own = take_run(refs + at, n - at, &len);
		struct backend *p = locate(b, op, refs[at].remote_id, err);
		struct fetching f = {.event = fn, .from = at, .ctx = ctx};

		ok = p && dav_fetch_events(p, op, own, len, on_event, &f, err);
		free(own);
	}
	return ok;
}

static void take_results(struct item_results *out, struct item_results *more)
{
	for (size_t i = 0; i < more->n; i++) {
		prefix(&more->v[i].new_id);
		vec_add(out, more->v[i]);
	}
	vec_release(more);
}

/* Changes, or where edits is NULL removes. */
static bool change(struct backend *b, const struct op *op,
		   const struct item_ref *refs, const struct item_edit *edits,
		   size_t n, struct item_results *out, struct err *err)
{
	struct item_results all = {0};
	bool ok = true;

	for (size_t at = 0, len; ok && at < n; at += len) {
		struct item_ref *own = take_run(refs + at, n - at, &len);
		struct backend *p = locate(b, op, refs[at].remote_id, err);
		struct item_results some = {0};

		/* There are no Deleted Items of the public (20). */
		ok = p &&
		     (edits ? dav_edit(p, op, own, edits + at, len, &some, err)
			    : dav_remove(p, op, own, len, DELETE_HARD, &some,
					 err));
		free(own);
		if (ok)
			take_results(&all, &some);
	}
	if (ok)
		*out = all;
	else
		item_results_release(&all);
	return ok;
}

bool dav_public_edit(struct backend *b, const struct op *op,
		     const struct item_ref *refs, const struct item_edit *edits,
		     size_t n, struct item_results *out, struct err *err)
{
	return change(b, op, refs, edits, n, out, err);
}

bool dav_public_remove(struct backend *b, const struct op *op,
		       const struct item_ref *refs, size_t n,
		       struct item_results *out, struct err *err)
{
	return change(b, op, refs, NULL, n, out, err);
}
