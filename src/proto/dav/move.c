/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Items moved, copied, deleted (dossier 13). */
#include "base/codec.h"
#include "proto/dav/changes.h"
#include "proto/dav/query.h"

#include <string.h>

struct move {
	bool copy;
	const char *folder; /* target's id */
	char *base;	    /* its path, with a slash */
};

/* What an answer told of one item that was moved. */
struct arrived {
	char *location, *uid, *permanent;
	bool told;
};

struct answer {
	struct changes *c;
	const size_t *idx;
	size_t n;
	struct arrived *at; /* one an idx */
};

static bool on_moved(void *ctx, struct dav_row *r, struct err *err)
{
	struct answer *a = ctx;
	struct err e = ERR_INIT;
	size_t i = a->idx[0];

	(void)err;
	if (a->n > 1 && !changes_find(a->c, a->idx, a->n, r, &i))
		return true;
	dav_row_error(r, PLACE_ANY, &e);
	if (e.kind != ERR_NONE) {
		if (!a->c->done[i])
			changes_finish(a->c, i, &e);
		return true;
	}
	for (size_t k = 0; k < a->n; k++) {
		if (a->idx[k] != i)
			continue;
		mem_replace(&a->at[k].location, r->location);
		r->location = NULL;
		mem_replace(&a->at[k].uid, r->value[PROP_REPL_UID]);
		r->value[PROP_REPL_UID] = NULL;
		a->at[k].told = true;
	}
	return true;
}

/* The name may be another than before: Allow-Rename (1.3). */
static char *key_after(const char *change_key, const char *location)
{
	struct item_key key;
	char *text = NULL;

	if (!location)
		return NULL;
	if (item_key_read(&key, change_key)) {
		mem_replace(&key.name, href_name(location));
		text = item_key_write(&key);
	}
	item_key_release(&key);
	return text;
}

/* It is there: under which id? Not finding out is no failure of the move. */
static void settle(struct changes *c, size_t i, struct arrived *at)
{
	const struct move *m = c->ctx;
	struct item_result *r = &c->results.v[i];
	struct err e = ERR_INIT;

	/* What kept its name need not be told of (13). */
	if (!at->location && !at->uid && !at->permanent && c->places[i].name)
		at->location = xasprintf("%s%s", m->base, c->places[i].name);
	(void)!item_arrived_id(c->b, c->op, m->folder, at->uid, at->permanent,
			       at->location, &r->new_id, &r->new_change_key,
			       &e);
	if (r->new_id && !r->new_change_key)
		r->new_change_key =
			key_after(c->refs[i].change_key, at->location);
	changes_finish(c, i, NULL);
}

static void release_arrived(struct arrived *at, size_t n)
{
	for (size_t k = 0; k < n; k++) {
		free(at[k].location);
		free(at[k].uid);
		free(at[k].permanent);
	}
}

static bool move_batch(struct changes *c, const size_t *idx, size_t n,
		       struct err *err)
{
	const struct move *m = c->ctx;
	const char *verb = m->copy ? "copy" : "move";
	char *to CLEANUP(mem_free_ptr) = wire_destination(c->b, m->base);
	const char *headers[] = {to, "Overwrite: f", "Allow-Rename: t", NULL};
	struct arrived *at = xcalloc(n, sizeof(*at));
	struct answer a = {c, idx, n, at};
	struct str body CLEANUP(str_release) = STR_INIT;
	struct dav_call call = {.method = m->copy ? "BCOPY" : "BMOVE",
				.path = c->places[idx[0]].base,
				.headers = headers,
				.changes = true,
				.rows = on_moved,
				.ctx = &a};
	bool ok;

	str_addf(&body, DAV_XML "<D:%s xmlns:D=\"DAV:\">", verb);
	changes_add_target(&body, c, idx, n);
	str_addf(&body, "</D:%s>", verb);
	call.body = body.s;
	call.len = body.len;
	ok = dav_simple(c->b, c->op, &call, err);
	for (size_t k = 0; ok && k < n; k++)
		if (!c->done[idx[k]] && !at[k].told && changes_untold(c))
			changes_finish(c, idx[k], changes_untold(c));
		else if (!c->done[idx[k]])
			settle(c, idx[k], &at[k]);
	release_arrived(at, n);
	free(at);
	return ok;
}

static bool move_single(struct changes *c, size_t i, struct err *err)
{
	const struct move *m = c->ctx;
	char *name CLEANUP(mem_free_ptr) =
		c->places[i].name ? xstrdup(c->places[i].name) : NULL;
	char *target CLEANUP(mem_free_ptr) = NULL;
	char *to CLEANUP(mem_free_ptr) = NULL;
	struct arrived at = {0};
	struct answer a = {c, &i, 1, &at};
	struct dav_call call = {.method = m->copy ? "COPY" : "MOVE",
				.changes = true,
				.rows = on_moved,
				.ctx = &a};
	struct err e = ERR_INIT;
	bool ok;

	if (!name) {
		char *random CLEANUP(mem_free_ptr) = codec_random_id();

		name = xasprintf("%s.EML", random);
	}
	target = xasprintf("%s%s", m->base, name);
	to = wire_destination(c->b, target);
	const char *headers[] = {to, "Overwrite: f", "Allow-Rename: t", NULL};
	call.headers = headers;
	ok = item_do(c->b, c->op, &c->places[i], &call, &e);
	if (ok && !c->done[i]) {
		if (!at.location)
			at.location =
				http_answer_field(&call.answer, "Location");
		if (!at.location)
			at.location = xstrdup(target);
		if (!at.uid)
			at.uid = http_answer_field(&call.answer, "Repl-UID");
		at.permanent = http_answer_field(&call.answer,
						 "MS-Exchange-Permanent-URL");
		/* Seen as "<rid:...>" in headers. */
		if (at.uid && *at.uid == '<') {
			memmove(at.uid, at.uid + 1, strlen(at.uid));
			at.uid[strcspn(at.uid, ">")] = '\0';
		}
	}
	dav_call_release(&call);
	if (ok && !c->done[i])
		settle(c, i, &at);
	release_arrived(&at, 1);
	if (c->done[i])
		return true;
	return changes_single_done(c, i, false, &e, err);
}

static bool run_move(struct backend *b, const struct op *op,
		     const struct item_ref *refs, size_t n, const char *folder,
		     bool copy, struct item_results *out, struct err *err)
{
	const char *below = dav_folder_path(b, op, folder, err);
	struct move m = {.copy = copy, .folder = folder};
	struct changes c = {.b = b,
			    .op = op,
			    .refs = refs,
			    .n = n,
			    .batch = move_batch,
			    .single = move_single,
			    .ctx = &m};
	bool ok;

	if (!below)
		return false;
	m.base = wire_path(b, below);
	ok = changes_begin(&c, err) && changes_run(&c, out, err);
	free(m.base);
	return ok;
}

static bool lies_in(const struct item_ref *ref, const char *folder)
{
	size_t len = strlen(folder);

	return strncmp(ref->remote_id, folder, len) == 0 &&
	       ref->remote_id[len] == '/';
}

/* Entries that leave one's calendar or come back to it change when one is free
 * as much as those that are written. */
static bool concerns_calendar(const struct backend *b,
			      const struct item_ref *refs, size_t n,
			      const char *folder)
{
	const char *below = b->roles[FOLDER_ROLE_CALENDAR];
	const struct dav_folder *f = below ? dav_folder_at(b, below) : NULL;
	bool yes = f && str_eq(f->folder.remote_id, folder);

	for (size_t i = 0; f && !yes && i < n; i++)
		yes = lies_in(&refs[i], f->folder.remote_id);
	return yes;
}

bool dav_move(struct backend *b, const struct op *op,
	      const struct item_ref *refs, size_t n, const char *folder,
	      struct item_results *out, struct err *err)
{
	if (!run_move(b, op, refs, n, folder, false, out, err))
		return false;
	if (concerns_calendar(b, refs, n, folder))
		dav_publish(b, op);
	return true;
}

bool dav_copy(struct backend *b, const struct op *op,
	      const struct item_ref *refs, size_t n, const char *folder,
	      struct item_results *out, struct err *err)
{
	return run_move(b, op, refs, n, folder, true, out, err);
}

/* --- deleting
 * -------------------------------------------------------------------- */
static void finish_deleted(struct changes *c, size_t i, const struct err *e)
{
	changes_finish(c, i, e && e->kind == ERR_NOT_FOUND ? NULL : e);
}

static bool on_deleted(void *ctx, struct dav_row *r, struct err *err)
{
	struct answer *a = ctx;
	struct err e = ERR_INIT;
	size_t i = a->idx[0];

	(void)err;
	if (a->n > 1 && !changes_find(a->c, a->idx, a->n, r, &i))
		return true;
	dav_row_error(r, PLACE_ANY, &e);
	if (e.kind != ERR_NONE && !a->c->done[i])
		finish_deleted(a->c, i, &e);
	return true;
}

static bool delete_batch(struct changes *c, const size_t *idx, size_t n,
			 struct err *err)
{
	struct answer a = {c, idx, n, NULL};
	struct str body CLEANUP(str_release) = STR_INIT;
	struct dav_call call = {.method = "BDELETE",
				.path = c->places[idx[0]].base,
				.changes = true,
				.rows = on_deleted,
				.ctx = &a};

	str_add(&body, DAV_XML "<D:delete xmlns:D=\"DAV:\">");
	changes_add_target(&body, c, idx, n);
	str_add(&body, "</D:delete>");
	call.body = body.s;
	call.len = body.len;
	if (!dav_simple(c->b, c->op, &call, err))
		return false;
	for (size_t k = 0; k < n; k++)
		if (!c->done[idx[k]])
			finish_deleted(c, idx[k], changes_untold(c));
	return true;
}

static bool delete_single(struct changes *c, size_t i, struct err *err)
{
	struct answer a = {c, &i, 1, NULL};
	struct dav_call call = {.method = "DELETE",
				.changes = true,
				.rows = on_deleted,
				.ctx = &a};
	struct err e = ERR_INIT;
	bool ok = item_do(c->b, c->op, &c->places[i], &call, &e);

	dav_call_release(&call);
	if (c->done[i])
		return true;
	if (!ok && e.kind == ERR_NOT_FOUND)
		ok = true;
	return changes_single_done(c, i, ok, &e, err);
}

static bool delete_for_good(struct backend *b, const struct op *op,
			    const struct item_ref *refs, size_t n,
			    struct item_results *out, struct err *err)
{
	struct changes c = {.b = b,
			    .op = op,
			    .refs = refs,
			    .n = n,
			    .batch = delete_batch,
			    .single = delete_single};

	if (!changes_begin(&c, err))
		return false;
	/* An item that is nowhere is deleted. */
	for (size_t i = 0; i < n; i++)
		if (c.done[i])
			err_clear(&c.results.v[i].err);
	return changes_run(&c, out, err);
}

/* The id of Deleted Items; NULL: *err. */
static const char *trash(struct backend *b, const struct op *op,
			 struct err *err)
{
	const struct dav_folder *f;

	if (!b->has_tree && !dav_load_tree(b, op, err))
		return NULL;
	if (!b->roles[FOLDER_ROLE_DELETED] && !dav_read_root(b, op, err))
		return NULL;
	f = b->roles[FOLDER_ROLE_DELETED]
		    ? dav_folder_at(b, b->roles[FOLDER_ROLE_DELETED])
		    : NULL;
	if (!f)
		err_set(err, ERR_NOT_FOUND,
			"the mailbox has no Deleted Items folder");
	return f ? f->folder.remote_id : NULL;
}

/* Takes the results of some of the items over: at[k] is the place of the
 * k-th. */
static void spread(struct item_results *to, struct item_results *from,
		   const size_t *at)
{
	for (size_t k = 0; k < from->n; k++)
		to->v[at[k]] = from->v[k];
	from->n = 0;
	item_results_release(from);
}

/* What could not be asked of the second part any more is not done; what was
 * done of the first must be told. */
static void spread_error(struct item_results *to, const size_t *at, size_t n,
			 const struct err *e)
{
	for (size_t k = 0; k < n; k++)
		to->v[at[k]].err = *e;
}

static bool move_to_trash(struct backend *b, const struct op *op,
			  const struct item_ref *refs, size_t n, const char *to,
			  struct item_results *out, struct err *err)
{
	if (!run_move(b, op, refs, n, to, false, out, err))
		return false;
	for (size_t i = 0; i < out->n; i++)
		if (out->v[i].err.kind == ERR_NOT_FOUND)
			err_clear(&out->v[i].err);
	return true;
}

/* What lies in Deleted Items already cannot be moved there once more: it is
 * deleted, the rest is moved. Both parts have items. */
static bool remove_mixed(struct backend *b, const struct op *op,
			 const struct item_ref *refs, size_t n, const char *to,
			 struct item_results *out, struct err *err)
{
	struct item_ref *part = xcalloc(n, sizeof(*part));
	size_t *at = xcalloc(n, sizeof(*at));
	size_t moved = 0, rest = n;
	struct item_results some = {0}, all = {0};
	struct err e = ERR_INIT;
	bool ok;

	for (size_t i = 0; i < n; i++) {
		size_t k = lies_in(&refs[i], to) ? --rest : moved++;

		part[k] = refs[i];
		at[k] = i;
	}
	ok = move_to_trash(b, op, part, moved, to, &some, err);
	if (ok) {
		all.v = xcalloc(n, sizeof(*all.v));
		all.n = all.cap = n;
		spread(&all, &some, at);
		if (delete_for_good(b, op, part + moved, n - moved, &some, &e))
			spread(&all, &some, at + moved);
		else
			spread_error(&all, at + moved, n - moved, &e);
		*out = all;
	}
	free(part);
	free(at);
	return ok;
}

bool dav_remove(struct backend *b, const struct op *op,
		const struct item_ref *refs, size_t n, enum delete_kind kind,
		struct item_results *out, struct err *err)
{
	char *to CLEANUP(mem_free_ptr) = NULL;
	size_t there = 0;

	if (n && dav_is_public(refs[0].remote_id))
		return dav_public_remove(b, op, refs, n, out, err);
	/* DELETE goes where deleted items are recovered from; there is no
	 * harder way (13). */
	if (kind != DELETE_TO_DELETED)
		return delete_for_good(b, op, refs, n, out, err);
	to = xstrdup(trash(b, op, err));
	if (!to)
		return false;
	for (size_t i = 0; i < n; i++)
		there += lies_in(&refs[i], to);
	if (there == n)
		return delete_for_good(b, op, refs, n, out, err);
	if (there == 0)
		return move_to_trash(b, op, refs, n, to, out, err);
	return remove_mixed(b, op, refs, n, to, out, err);
}
