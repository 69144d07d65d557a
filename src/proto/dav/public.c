/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * Public folders (dossier 20): below /public of their own server, which the
 * mailbox's web access names. A second backend whose root is there does the
 * work; ids of its folders and items are paths, with "pub:" in front. The tree
 * is read level by level: a whole one is refused, and may be very large.
 */
#include <string.h>
#include "base/log.h"
#include "base/uri.h"
#include "model/public.h"
#include "net/page.h"
#include "proto/connect.h"
#include "proto/dav/item.h"
#include "proto/dav/query.h"

#define PREFIX "pub:"
#define PAGE_MAX ((size_t)1 << 20)
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

/* The frame of the web access names the server (5.3); without it, it is taken
 * to be this one. */
static char *find_server(struct backend *b, const struct op *op)
{
	struct str page CLEANUP(str_release) = STR_INIT;
	char *path CLEANUP(mem_free_ptr) =
		xasprintf("%s?Cmd=%s", b->root,
			  b->version == DAV_2000 ? "contents" : "navbar");
	char *base CLEANUP(mem_free_ptr) = xasprintf("%s%s", b->origin, path);
	char *to CLEANUP(mem_free_ptr) = NULL;
	struct dav_call c = {
		.method = "GET", .path = path, .raw = keep_page, .ctx = &page};
	struct err err = ERR_INIT;

	if (dav_simple(b, op, &c, &err))
		to = public_link(page.s, base);
	/* A password does not leave encryption on a page's word. */
	if (!to ||
	    (str_starts(b->origin, "https:") && !str_starts(to, "https:")))
		return xstrdup(b->origin);
	return xstrndup(to, (size_t)(strchr(strstr(to, "://") + 3, '/') - to));
}

/* The backend for them; kept. NULL: *err. */
static struct backend *public_of(struct backend *b, const struct op *op,
				 struct err *err)
{
	struct backend *p = b->public;

	if (p)
		return p;
	if (!dav_ready(b, op, err))
		return NULL;
	p = dav_ops.open(b->account, b->host, NULL);
	mem_replace(&p->origin, find_server(b, op));
	mem_replace(&p->root, xstrdup("/public/"));
	p->version = b->version;
	p->build = xstrdup(b->build);
	p->ready = p->has_tree = p->by_path = true;
	p->root_id = xstrdup("p:");
	p->transport = b->transport;
	p->transport_ctx = b->transport_ctx;
	b->public = p;
	log_at(LOG_INFO, "dav", "public folders are at %s/public/", p->origin);
	return p;
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
	f->has_subs = dav_row_is_true(r, PROP_HASSUBS);
	/* A server that does not tell lets us try. */
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
	else if (err->number == 302)
		err_set(err, ERR_UNSUPPORTED,
			"this server has no replica of the folder; another "
			"one has (%.*s)",
			(int)strcspn(strstr(err->text, "://")
					     ? strstr(err->text, "://") + 3
					     : "",
				     "/;"),
			strstr(err->text, "://") ? strstr(err->text, "://") + 3
						 : "");
	else if (err->kind == ERR_NOT_FOUND)
		err_set(err, ERR_NOT_FOUND,
			"there is no such public folder on this server");
	return false;
}

bool dav_public_list(struct backend *b, const struct op *op, const char *id,
		     struct public_list *out, struct err *err)
{
	const struct query q = {
		.use = USE_PUBLIC,
		.where = "\"DAV:iscollection\" = True AND "
			 "\"DAV:ishidden\" = False",
		.order = "\"DAV:displayname\"",
	};
	struct backend *p = public_of(b, op, err);
	struct level l = {.p = p};
	struct query_result result;
	char *path CLEANUP(mem_free_ptr) = NULL;

	if (!p)
		return false;
	path = wire_path(p, id ? id + strlen(PREFIX "p:") : "");
	if (!query_search(p, op, path, &q, on_folder, &l, &result, err)) {
		public_list_release(&l.out);
		return explain(err, false);
	}
	free(result.collblob);
	*out = l.out;
	return true;
}

bool dav_public_post(struct backend *b, const struct op *op, const char *id,
		     const struct bytes *raw, struct err *err)
{
	struct backend *p = public_of(b, op, err);
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
	struct backend *p = public_of(b, op, err);

	if (!p)
		return false;
	if (!dav_list(p, op, id + strlen(PREFIX), offset, count, out, more,
		      err))
		return explain(err, false);
	for (size_t i = 0; i < out->n; i++)
		prefix(&out->v[i].remote_id);
	return true;
}

struct fetching {
	fetched_fn fn;
	void *ctx;
};

static bool on_fetched(void *ctx, struct fetched *owned_f)
{
	const struct fetching *f = ctx;

	prefix(&owned_f->item.remote_id);
	return f->fn(f->ctx, owned_f);
}

/* The references as the backend of public folders knows them; one that is of
 * the mailbox stays as it is, and is not found there. Caller frees. */
static struct item_ref *stripped(const struct item_ref *refs, size_t n)
{
	struct item_ref *out = xcalloc(n + 1, sizeof(*out));

	for (size_t i = 0; i < n; i++) {
		out[i] = refs[i];
		if (dav_is_public(refs[i].remote_id))
			out[i].remote_id += strlen(PREFIX);
	}
	return out;
}

bool dav_public_fetch(struct backend *b, const struct op *op,
		      const struct item_ref *refs, size_t n, bool mime,
		      fetched_fn fn, void *ctx, struct err *err)
{
	struct backend *p = public_of(b, op, err);
	struct item_ref *own = p ? stripped(refs, n) : NULL;
	struct fetching f = {fn, ctx};
	bool ok = p && dav_fetch(p, op, own, n, mime, on_fetched, &f, err);

	free(own);
	return ok;
}

bool dav_public_edit(struct backend *b, const struct op *op,
		     const struct item_ref *refs, const struct item_edit *edits,
		     size_t n, struct item_results *out, struct err *err)
{
	struct backend *p = public_of(b, op, err);
	struct item_ref *own = p ? stripped(refs, n) : NULL;
	bool ok = p && dav_edit(p, op, own, edits, n, out, err);

	for (size_t i = 0; ok && i < out->n; i++)
		prefix(&out->v[i].new_id);
	free(own);
	return ok;
}

bool dav_public_remove(struct backend *b, const struct op *op,
		       const struct item_ref *refs, size_t n,
		       struct item_results *out, struct err *err)
{
	struct backend *p = public_of(b, op, err);
	struct item_ref *own = p ? stripped(refs, n) : NULL;
	/* There are no Deleted Items of the public (20). */
	bool ok = p && dav_remove(p, op, own, n, DELETE_HARD, out, err);

	free(own);
	return ok;
}
