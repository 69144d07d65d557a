/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * Other people's mailboxes (dossier 21). Their folders have paths from the
 * server's root for ids, "p:/exchange/zoe/Calendar/", so that nothing else
 * need be known of them.
 */
#include <string.h>

#include "base/log.h"
#include "proto/dav/query.h"
#include "proto/dav/rights.h"

static const struct {
	enum folder_role role;
	enum dav_prop prop;
} usual[] = {
	{FOLDER_ROLE_INBOX, PROP_INBOX},
	{FOLDER_ROLE_CALENDAR, PROP_CALENDAR},
	{FOLDER_ROLE_CONTACTS, PROP_CONTACTS},
	{FOLDER_ROLE_TASKS, PROP_TASKS},
	{FOLDER_ROLE_NOTES, PROP_NOTES},
	{FOLDER_ROLE_JOURNAL, PROP_JOURNAL},
	{FOLDER_ROLE_SENT, PROP_SENTITEMS},
	{FOLDER_ROLE_DRAFTS, PROP_DRAFTS},
	{FOLDER_ROLE_DELETED, PROP_DELETEDITEMS},
	{FOLDER_ROLE_JUNK, PROP_JUNKEMAIL},
};

void dav_allow_others(struct backend *b, const char *path)
{
	char *root CLEANUP(mem_free_ptr) = href_first(path, 2);

	if (root && !strv_has(&b->others, root))
		strv_add(&b->others, root);
}

static bool on_self(void *ctx, struct dav_row *r, struct err *err)
{
	char *path CLEANUP(mem_free_ptr) = r->href ? href_path(r->href) : NULL;

	(void)err;
	if (r->index == 0 && path)
		dav_allow_others(ctx, path);
	return true;
}

void dav_learn_others(struct backend *b, const struct op *op, const char *path)
{
	static const enum dav_prop extra[] = {PROP_ISCOLLECTION, PROP_COUNT};
	char *root CLEANUP(mem_free_ptr) = href_first(path, 2);
	struct err err;

	if (!root || strv_has(&b->others, root))
		return;
	dav_allow_others(b, path);
	/* The server may call the mailbox otherwise, by its address. */
	if (!query_propfind(b, op, path, "0", USE_NONE, extra, on_self, b,
			    &err))
		log_at(LOG_DEBUG, "dav", "%s: %s", path, err.text);
}

struct top {
	struct backend *b;
	const char *root;
	char *paths[ARRAY_LEN(usual)]; /* of the folders it names */
	bool told;
};

/* Hrefs of hosts and spellings of all kinds; what counts is the folder's path
 * below the mailbox that was asked. */
static bool on_top(void *ctx, struct dav_row *r, struct err *err)
{
	struct top *t = ctx;

	(void)err;
	if (r->index > 0 || dav_row_status(r) >= 300)
		return true;
	for (size_t i = 0; i < ARRAY_LEN(usual); i++) {
		const char *href = r->value[usual[i].prop];
		char *path CLEANUP(mem_free_ptr) =
			href ? href_path(href) : NULL;
		char *first CLEANUP(mem_free_ptr) =
			path ? href_first(path, 2) : NULL;

		if (!first || strlen(path) <= strlen(first))
			continue;
		t->told = true;
		dav_allow_others(t->b, path);
		mem_replace(&t->paths[i],
			    xasprintf("%s%s", t->root, path + strlen(first)));
	}
	return true;
}

static bool find_top(struct backend *b, const struct op *op,
		     const char *address, struct top *t, struct err *err)
{
	char *store CLEANUP(mem_free_ptr) = href_first(b->root, 1);
	const char *at = strchr(address, '@');
	char *alias CLEANUP(mem_free_ptr) = xstrndup(
		address, at ? (size_t)(at - address) : strlen(address));
	const char *const names[] = {alias, address};

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		struct str root = STR_INIT;
		char *path CLEANUP(mem_free_ptr) = NULL;

		str_add(&root, str_or_empty(store));
		href_add_name(&root, names[i]);
		str_add_char(&root, '/');
		path = xasprintf("%sNON_IPM_SUBTREE/", root.s);
		t->root = str_take(&root);
		err_clear(err);
		if (query_propfind(b, op, path, "0", USE_ROOT, NULL, on_top, t,
				   err) &&
		    t->told)
			return true;
		free((char *)t->root);
		t->root = NULL;
		if (err->kind != ERR_NONE && err->kind != ERR_NOT_FOUND &&
		    err->kind != ERR_DENIED)
			return false;
	}
	if (err->kind == ERR_DENIED || err->kind == ERR_NONE)
		return err_set(err, ERR_DENIED,
			       "%s has not given you any right on the mailbox",
			       address);
	return err_set(err, ERR_INPUT, "this server has no mailbox of %s",
		       address);
}

struct listing {
	struct backend *b;
	struct folder_marks *out;
};

static bool on_folder(void *ctx, struct dav_row *r, struct err *err)
{
	struct listing *l = ctx;
	char *below = r->href ? wire_below(l->b, r->href) : NULL;
	int64_t access = dav_row_number(r, PROP_ACCESS, 0);
	char *parent CLEANUP(mem_free_ptr) = NULL;
	struct dav_folder f = {0};
	struct folder_mark *m;

	(void)err;
	if (!below || *below != '/' || dav_row_status(r) >= 300 || !access ||
	    dav_row_is_true(r, PROP_ISHIDDEN)) {
		free(below);
		return true;
	}
	dav_read_folder(r, below, &f);
	parent = href_parent(below);
	f.folder.parent_remote = xasprintf("p:%s", parent);
	free(below);
	for (size_t i = 0; i < l->out->n; i++)
		if (str_eq(l->out->v[i].folder.remote_id, f.folder.remote_id)) {
			dav_folder_release(&f);
			return true;
		}
	m = vec_new(l->out);
	m->folder = f.folder;
	m->folder.rights = (unsigned)access & FOLDER_MAY_ALL;
	m->mark = f.mark;
	free(f.path);
	free(f.fold);
	return true;
}

/* The folder itself, then those below it that one may see. */
static bool list_from(struct backend *b, const struct op *op, const char *path,
		      struct folder_marks *out, struct err *err)
{
	const struct query q = {
		.use = USE_TREE,
		.scope = "hierarchical",
		.where = "\"DAV:iscollection\" = True AND \"DAV:ishidden\" = "
			 "False",
	};
	struct listing l = {b, out};
	struct query_result result = {0};
	size_t before = out->n;
	struct err e = ERR_INIT;

	if (!query_propfind(b, op, path, "0", USE_TREE, NULL, on_folder, &l,
			    err))
		return false;
	if (out->n == before)
		return err_set(err, ERR_DENIED, "not to be seen");
	if (query_search(b, op, path, &q, on_folder, &l, &result, &e)) {
		free(result.collblob);
		return true;
	}
	/* Its folders may not be for us; but trouble that goes by takes none of
	 * them away. */
	if (e.kind != ERR_NETWORK && e.kind != ERR_SERVER &&
	    e.kind != ERR_AUTH && e.kind != ERR_CANCELLED)
		return true;
	if (err)
		*err = e;
	return false;
}

static bool is_wanted(enum folder_role role, const enum folder_role *only,
		      size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (only[i] == role)
			return true;
	return n == 0;
}

bool dav_open_mailbox(struct backend *b, const struct op *op,
		      const char *address, const enum folder_role *only,
		      size_t n, struct folder_marks *out, struct err *err)
{
	struct folder_marks found = {0};
	struct top t = {.b = b};
	struct err e = ERR_INIT;
	bool ok = true;

	if (!dav_ready(b, op, err) || !find_top(b, op, address, &t, &e)) {
		if (err && e.kind != ERR_NONE)
			*err = e;
		return false;
	}
	dav_allow_others(b, t.root);
	for (size_t i = 0; ok && i < ARRAY_LEN(usual); i++) {
		if (!t.paths[i] || !is_wanted(usual[i].role, only, n) ||
		    list_from(b, op, t.paths[i], &found, &e))
			continue;
		ok = e.kind == ERR_DENIED || e.kind == ERR_NOT_FOUND;
	}
	if (ok && !found.n)
		ok = err_set(&e, ERR_DENIED,
			     "%s has not given you any right on these folders",
			     address);
	if (ok)
		*out = found;
	else {
		folder_marks_release(&found);
		if (err)
			*err = e;
	}
	for (size_t i = 0; i < ARRAY_LEN(usual); i++)
		free(t.paths[i]);
	free((char *)t.root);
	return ok;
}
