/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Folders made, renamed, moved, deleted, emptied (dossier 6.3, 13). */
#include "proto/dav/item.h"
#include "proto/dav/query.h"

#include <string.h>

#define EMPTY_PAGE 500
#define ROUNDS_MAX 100000 /* of emptying: a mailbox is not larger */

/* The new URL of a folder: parent's path and its name; caller frees. */
static char *child_path(struct backend *b, const char *parent_below,
			const char *name)
{
	char *parent CLEANUP(mem_free_ptr) = wire_path(b, parent_below);
	struct str path = STR_INIT;

	str_add(&path, parent);
	href_add_name(&path, name);
	return str_take(&path);
}

static bool first_row(void *ctx, struct dav_row *r, struct err *err)
{
	int *status = ctx;

	(void)err;
	if (r->index == 0)
		*status = dav_row_status(r);
	return true;
}

/* A call whose 207, if it is one, must be good inside, too. */
static bool run(struct backend *b, const struct op *op, struct dav_call *c,
		struct err *err)
{
	int status = 0;

	c->changes = true;
	c->place = PLACE_FOLDER;
	c->rows = first_row;
	c->ctx = &status;
	if (!dav_do(b, op, c, err))
		return false;
	if (status >= 300)
		return dav_status_error(status, PLACE_FOLDER, err);
	b->has_tree = false; /* paths have changed */
	return true;
}

bool dav_folder_create(struct backend *b, const struct op *op,
		       const char *parent, const char *name, const char *class,
		       char **id, struct err *err)
{
	const char *below = dav_folder_path(b, op, parent, err);
	char *path CLEANUP(mem_free_ptr) = NULL;
	char *created CLEANUP(mem_free_ptr) = NULL;
	struct str body CLEANUP(str_release) = STR_INIT;
	struct dav_call c = {.method = "MKCOL"};
	const struct dav_folder *f;
	bool ok;

	if (!below)
		return false;
	path = child_path(b, below, name);
	str_add(&body,
		DAV_XML "<D:propertyupdate" DAV_TYPES "><D:set><D:prop>");
	prop_add_value(&body, PROP_FOLDERCLASS, class ? class : "IPF.Note");
	str_add(&body, "</D:prop></D:set></D:propertyupdate>");
	c.path = path;
	c.body = body.s;
	c.len = body.len;
	ok = run(b, op, &c, err);
	if (ok)
		created = http_answer_field(&c.answer,
					    "MS-Exchange-Permanent-URL");
	dav_call_release(&c);
	if (!ok)
		return false;
	if (*below == '/') { /* another's: others.c */
		*id = xasprintf("p:%s%s", path, str_ends(path, "/") ? "" : "/");
		return true;
	}
	if (created) {
		char *key = NULL, *item = NULL;

		if (href_keys(created, &key, &item) && !item) {
			*id = key;
			return true;
		}
		free(key);
		free(item);
	}
	if (!dav_load_tree(b, op, err))
		return false;
	f = dav_folder_at(b, path + strlen(b->root));
	if (!f)
		return err_set(err, ERR_PROTOCOL,
			       "the folder was made, but the server does not "
			       "list it");
	*id = xstrdup(f->folder.remote_id);
	return true;
}

/* MOVE of a folder to a path. */
static bool move_to(struct backend *b, const struct op *op, const char *from,
		    const char *to, bool rename, struct err *err)
{
	char *destination CLEANUP(mem_free_ptr) = wire_destination(b, to);
	const char *headers[] = {destination, "Overwrite: f",
				 rename ? "Allow-Rename: t" : NULL, NULL};
	struct dav_call c = {
		.method = "MOVE", .path = from, .headers = headers};
	bool ok = run(b, op, &c, err);

	dav_call_release(&c);
	return ok;
}

/* Paths that an action needs: they may be out of date once. */
static bool with_folder(struct backend *b, const struct op *op, const char *id,
			bool (*act)(struct backend *b, const struct op *op,
				    const struct dav_folder *f, const void *arg,
				    struct err *err),
			const void *arg, struct err *err)
{
	struct err e = ERR_INIT;

	for (int tries = 0; tries < 2; tries++) {
		bool fresh = !b->has_tree;
		const struct dav_folder *f = dav_folder(b, op, id, err);

		if (!f)
			return false;
		err_clear(&e);
		if (act(b, op, f, arg, &e))
			return true;
		if (e.kind != ERR_NOT_FOUND || fresh)
			break;
		b->has_tree = false;
	}
	if (err)
		*err = e;
	return false;
}

/* The path of a folder's parent, from the server's root; caller frees. */
static char *parent_path(struct backend *b, const struct dav_folder *f)
{
	const struct dav_folder *p =
		f->folder.parent_remote
			? dav_known_folder(b, f->folder.parent_remote)
			: NULL;

	if (*f->path == '/')
		return href_parent(f->path);
	return wire_path(b, p ? p->path : "");
}

static bool rename_folder(struct backend *b, const struct op *op,
			  const struct dav_folder *f, const void *arg,
			  struct err *err)
{
	char *from CLEANUP(mem_free_ptr) = wire_path(b, f->path);
	struct str to CLEANUP(str_release) = STR_INIT;
	char *parent CLEANUP(mem_free_ptr) = parent_path(b, f);

	str_add(&to, parent);
	href_add_name(&to, arg);
	if (strcmp(f->folder.name, arg) == 0)
		return true;
	return move_to(b, op, from, to.s, false, err);
}

bool dav_folder_rename(struct backend *b, const struct op *op, const char *id,
		       const char *name, struct err *err)
{
	return with_folder(b, op, id, rename_folder, name, err);
}

static bool move_folder(struct backend *b, const struct op *op,
			const struct dav_folder *f, const void *arg,
			struct err *err)
{
	const char *parent = arg;
	char *from CLEANUP(mem_free_ptr) = wire_path(b, f->path);
	char *name CLEANUP(mem_free_ptr) = href_name(f->path);
	char *to CLEANUP(mem_free_ptr) = NULL;
	const char *below = dav_folder_path(b, op, parent, err);

	if (!below)
		return false;
	to = xasprintf("%s%s%s", *below == '/' ? "" : b->root, below, name);
	/* It is there already: a repeated wish. */
	if (href_same(from, to))
		return true;
	return move_to(b, op, from, to, false, err);
}

bool dav_folder_move(struct backend *b, const struct op *op, const char *id,
		     const char *new_parent, struct err *err)
{
	return with_folder(b, op, id, move_folder, new_parent, err);
}

static bool trash_folder(struct backend *b, const struct op *op,
			 const struct dav_folder *f, const void *arg,
			 struct err *err)
{
	char *from CLEANUP(mem_free_ptr) = wire_path(b, f->path);
	char *name CLEANUP(mem_free_ptr) = href_name(f->path);
	const char *trash = b->roles[FOLDER_ROLE_DELETED];
	char *to CLEANUP(mem_free_ptr) = NULL;
	size_t len;

	(void)arg;
	if (!trash)
		return err_set(err, ERR_UNSUPPORTED,
			       "the mailbox has no Deleted Items folder");
	len = strlen(trash);
	while (len && trash[len - 1] == '/')
		len--;
	to = xasprintf("%s%.*s/%s", b->root, (int)len, trash, name);
	return move_to(b, op, from, to, true, err);
}

static bool delete_folder(struct backend *b, const struct op *op,
			  const struct dav_folder *f, const void *arg,
			  struct err *err)
{
	char *path CLEANUP(mem_free_ptr) = wire_path(b, f->path);
	struct dav_call c = {.method = "DELETE", .path = path};
	bool ok = run(b, op, &c, err);

	(void)arg;
	dav_call_release(&c);
	return ok;
}

bool dav_folder_remove(struct backend *b, const struct op *op, const char *id,
		       enum delete_kind kind, struct err *err)
{
	struct err e = ERR_INIT;
	bool ok;

	if (!dav_ready(b, op, err))
		return false;
	if (kind == DELETE_TO_DELETED && !b->roles[FOLDER_ROLE_DELETED] &&
	    !dav_read_root(b, op, err))
		return false;
	ok = with_folder(b, op, id,
			 kind == DELETE_TO_DELETED ? trash_folder
						   : delete_folder,
			 NULL, &e);
	/* What is gone already is done. */
	if (!ok && e.kind == ERR_NOT_FOUND)
		return true;
	if (!ok && err)
		*err = e;
	return ok;
}

/* --- emptying
 * ---------------------------------------------------------------------- */
struct ids {
	struct backend *b;
	struct strv ids, keys;
};

static bool on_id(void *ctx, struct dav_row *r, struct err *err)
{
	struct ids *l = ctx;
	struct item_key key;
	char *id;

	(void)err;
	if (r->index == 0) {
		strv_release(&l->ids);
		strv_release(&l->keys);
		strv_init(&l->ids);
		strv_init(&l->keys);
	}
	if (dav_row_status(r) >= 300 || !(id = item_row_id(l->b, r)))
		return true;
	strv_give(&l->ids, id);
	item_key_of_row(&key, r);
	strv_give(&l->keys, item_key_write(&key));
	item_key_release(&key);
	return true;
}

static bool remove_page(struct backend *b, const struct op *op,
			const struct ids *l, enum delete_kind kind,
			size_t *left, struct err *err)
{
	struct item_ref *refs = xcalloc(l->ids.n ? l->ids.n : 1, sizeof(*refs));
	struct item_results results = {0};
	bool ok;

	for (size_t i = 0; i < l->ids.n; i++)
		refs[i] = (struct item_ref){l->ids.v[i], l->keys.v[i]};
	*left = 0;
	ok = dav_remove(b, op, refs, l->ids.n, kind, &results, err);
	for (size_t i = 0; ok && i < results.n; i++)
		if (results.v[i].err.kind != ERR_NONE) {
			if (!(*left)++ && err)
				*err = results.v[i].err;
		}
	item_results_release(&results);
	free(refs);
	return ok;
}

static bool empty_items(struct backend *b, const struct op *op,
			const char *path, enum delete_kind kind,
			struct err *err)
{
	const struct query q = {
		.use = USE_LIGHT, .where = QUERY_ITEMS, .count = EMPTY_PAGE};
	bool ok = true, more = true;

	for (int round = 0; ok && more && round < ROUNDS_MAX; round++) {
		struct ids l = {.b = b};
		struct query_result result;
		size_t left;

		strv_init(&l.ids);
		strv_init(&l.keys);
		ok = query_search(b, op, path, &q, on_id, &l, &result, err);
		if (ok)
			free(result.collblob);
		more = l.ids.n > 0;
		if (ok && more) {
			ok = remove_page(b, op, &l, kind, &left, err);
			/* Nothing of it could be removed: never again. */
			if (ok && left == l.ids.n)
				ok = false;
		}
		strv_release(&l.ids);
		strv_release(&l.keys);
	}
	return ok;
}

bool dav_folder_empty(struct backend *b, const struct op *op, const char *id,
		      enum delete_kind kind, bool subfolders, struct err *err)
{
	const char *below = dav_folder_path(b, op, id, err);
	char *path CLEANUP(mem_free_ptr) = below ? wire_path(b, below) : NULL;
	struct strv kids CLEANUP(strv_release);
	bool ok = true;

	strv_init(&kids);
	/* Others may have made folders in it. */
	if (!path || (subfolders && !dav_load_tree(b, op, err)))
		return false;
	for (size_t i = 0; subfolders && i < b->tree.n; i++)
		if (str_eq(b->tree.v[i].folder.parent_remote, id))
			strv_add(&kids, b->tree.v[i].folder.remote_id);
	for (size_t i = 0; ok && i < kids.n; i++)
		ok = dav_folder_remove(b, op, kids.v[i], kind, err);
	return ok && empty_items(b, op, path, kind, err);
}
