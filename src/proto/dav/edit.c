/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * Properties of items (dossier 12). WebDAV knows no merging: before anything
 * but a read flag is set, what the item is like now is compared with the change
 * key, and only what this edit sets decides about a conflict.
 */
#include "base/clock.h"
#include "base/vec.h"
#include "proto/dav/changes.h"
#include "proto/dav/query.h"

#include <string.h>

struct edit {
	const struct item_edit *edits;
	struct item_key *keys; /* as the items are now; name NULL: not known */
	bool *has_key;
};

/* --- what is sent
 * ------------------------------------------------------------------ */
static void set_date(struct str *b, enum dav_prop p, int64_t t)
{
	struct str text CLEANUP(str_release) = STR_INIT;

	clock_add_iso(&text, t);
	prop_add_value(b, p, text.s);
}

static void set_mail_date(struct str *b, enum dav_prop p, int64_t t)
{
	struct str text CLEANUP(str_release) = STR_INIT;

	clock_add_rfc5322(&text, t);
	prop_add_value(b, p, text.s);
}

static void edit_flag(struct str *set, struct str *remove,
		      const struct item_edit *e)
{
	bool due = e->flag == ITEM_FLAGGED && e->flag_due != CLOCK_NEVER;

	if (e->flag == ITEM_FLAGGED) {
		prop_add_number(set, PROP_FLAG_STATUS, 2);
		prop_add_value(set, PROP_MESSAGEFLAG, "Follow up");
		prop_add_value(remove, PROP_COMPLETED, NULL);
	} else if (e->flag == ITEM_COMPLETE) {
		prop_add_number(set, PROP_FLAG_STATUS, 1);
		set_mail_date(set, PROP_COMPLETED, clock_now());
	} else {
		prop_add_value(remove, PROP_FLAG_STATUS, NULL);
		prop_add_value(remove, PROP_MESSAGEFLAG, NULL);
		prop_add_value(remove, PROP_COMPLETED, NULL);
	}
	if (due)
		set_mail_date(set, PROP_REPLY_BY, e->flag_due);
	else
		prop_add_value(remove, PROP_REPLY_BY, NULL);
}

static void write_edit(struct str *set, struct str *remove,
		       const struct item_edit *e)
{
	if (e->set & EDIT_READ)
		prop_add_number(set, PROP_READ, e->read);
	if (e->set & EDIT_FLAG)
		edit_flag(set, remove, e);
	if (e->set & EDIT_CATEGORIES && e->categories && *e->categories)
		prop_add_value(set, PROP_KEYWORDS, e->categories);
	else if (e->set & EDIT_CATEGORIES)
		prop_add_value(remove, PROP_KEYWORDS, NULL);
	if (e->set & EDIT_IMPORTANCE)
		prop_add_number(set, PROP_PR_IMPORTANCE,
				e->importance == ITEM_HIGH  ? 2
				: e->importance == ITEM_LOW ? 0
							    : 1);
	if (e->set & EDIT_VERB) {
		prop_add_number(set, PROP_ICON, e->verb == 104 ? 262 : 261);
		prop_add_number(set, PROP_LAST_VERB, e->verb);
		set_date(set, PROP_VERB_TIME, e->verb_time);
	}
}

static void write_body(struct str *b, const struct changes *c,
		       const size_t *idx, size_t n)
{
	const struct edit *x = c->ctx;
	struct str set CLEANUP(str_release) = STR_INIT;
	struct str remove CLEANUP(str_release) = STR_INIT;

	write_edit(&set, &remove, &x->edits[idx[0]]);
	str_add(b, DAV_XML "<D:propertyupdate" DAV_TYPES ">");
	if (n > 1)
		changes_add_target(b, c, idx, n);
	if (set.len)
		str_addf(b, "<D:set><D:prop>%s</D:prop></D:set>", set.s);
	if (remove.len)
		str_addf(b, "<D:remove><D:prop>%s</D:prop></D:remove>",
			 remove.s);
	str_add(b, "</D:propertyupdate>");
}

/* --- what comes of it
 * ---------------------------------------------------------------- */
static void apply(struct item_key *k, const struct item_edit *e)
{
	if (e->set & EDIT_FLAG) {
		k->flag = e->flag == ITEM_FLAGGED    ? 2
			  : e->flag == ITEM_COMPLETE ? 1
						     : 0;
		k->due = k->flag == 2 ? e->flag_due : CLOCK_NEVER;
	}
	if (e->set & EDIT_CATEGORIES)
		k->categories = item_hash_categories(e->categories);
	if (e->set & EDIT_IMPORTANCE)
		k->importance = e->importance == ITEM_HIGH  ? 2
				: e->importance == ITEM_LOW ? 0
							    : 1;
	if (e->set & EDIT_VERB)
		k->verb = e->verb;
	/* The server gives a new number to all but a read flag (8). */
	if (e->set & ~(unsigned)EDIT_READ)
		k->article = -1;
}

static void finish(struct changes *c, size_t i, const struct err *e)
{
	const struct edit *x = c->ctx;

	if ((!e || e->kind == ERR_NONE) && x->has_key[i]) {
		struct item_key k = x->keys[i]; /* the name is borrowed */

		apply(&k, &x->edits[i]);
		c->results.v[i].new_change_key = item_key_write(&k);
	}
	changes_finish(c, i, e);
}

struct answer {
	struct changes *c;
	const size_t *idx;
	size_t n;
};

/* Only what went wrong need be told (Brief). */
static bool on_row(void *ctx, struct dav_row *r, struct err *err)
{
	struct answer *a = ctx;
	struct err e = ERR_INIT;
	size_t i = a->idx[0];

	(void)err;
	if (a->n > 1 && !changes_find(a->c, a->idx, a->n, r, &i))
		return true;
	dav_row_error(r, PLACE_ANY, &e);
	if (e.number == 412) /* If-Match: there is none */
		dav_status_error(404, PLACE_ANY, &e);
	if (e.kind != ERR_NONE && !a->c->done[i])
		finish(a->c, i, &e);
	return true;
}

static const char *const headers[] = {"Brief: t", "If-Match: *", NULL};

static bool edit_batch(struct changes *c, const size_t *idx, size_t n,
		       struct err *err)
{
	struct answer a = {c, idx, n};
	struct str body CLEANUP(str_release) = STR_INIT;
	struct dav_call call = {.method = "BPROPPATCH",
				.path = c->places[idx[0]].base,
				.headers = headers,
				.changes = true,
				.rows = on_row,
				.ctx = &a};

	write_body(&body, c, idx, n);
	call.body = body.s;
	call.len = body.len;
	if (!dav_simple(c->b, c->op, &call, err))
		return false;
	for (size_t k = 0; k < n; k++)
		if (!c->done[idx[k]])
			finish(c, idx[k], changes_untold(c));
	return true;
}

static bool edit_single(struct changes *c, size_t i, struct err *err)
{
	struct answer a = {c, &i, 1};
	struct str body CLEANUP(str_release) = STR_INIT;
	struct dav_call call = {.method = "PROPPATCH",
				.headers = headers,
				.changes = true,
				.rows = on_row,
				.ctx = &a};
	struct err e = ERR_INIT;
	bool ok;

	write_body(&body, c, &i, 1);
	call.body = body.s;
	call.len = body.len;
	ok = item_do(c->b, c->op, &c->places[i], &call, &e);
	dav_call_release(&call);
	if (!ok && e.number == 412)
		dav_status_error(404, PLACE_ANY, &e);
	if (c->done[i])
		return true;
	if (ok) {
		finish(c, i, NULL);
		return true;
	}
	return changes_single_done(c, i, false, &e, err);
}

static bool same_edit(struct changes *c, size_t i, size_t j)
{
	const struct edit *x = c->ctx;
	const struct item_edit *a = &x->edits[i], *b = &x->edits[j];

	return a->set == b->set && a->read == b->read && a->flag == b->flag &&
	       a->flag_due == b->flag_due &&
	       str_eq(a->categories, b->categories) &&
	       a->importance == b->importance && a->verb == b->verb &&
	       a->verb_time == b->verb_time;
}

/* --- conflicts
 * ------------------------------------------------------------------------ */
static bool differs(const struct item_key *was, const struct item_key *is,
		    unsigned set)
{
	return (set & EDIT_FLAG &&
		(was->flag != is->flag || was->due != is->due)) ||
	       (set & EDIT_CATEGORIES && was->categories != is->categories) ||
	       (set & EDIT_IMPORTANCE && was->importance != is->importance);
}

struct looking {
	struct changes *c;
	const size_t *which;
	size_t n;
};

static bool take_now(void *ctx, struct fetched *f)
{
	struct looking *l = ctx;
	struct edit *x = l->c->ctx;

	for (size_t k = 0; k < l->n; k++) {
		size_t i = l->which[k];
		struct item_key was, is;

		if (l->c->done[i] ||
		    strcmp(l->c->refs[i].remote_id, f->item.remote_id) != 0)
			continue;
		if (f->err.kind != ERR_NONE) {
			changes_finish(l->c, i, &f->err);
			continue;
		}
		if (item_key_read(&was, l->c->refs[i].change_key) &&
		    item_key_read(&is, f->item.change_key)) {
			struct err e = ERR_INIT;

			if (differs(&was, &is, x->edits[i].set)) {
				err_set(&e, ERR_CONFLICT,
					"it was changed meanwhile");
				changes_finish(l->c, i, &e);
			}
			item_key_release(&x->keys[i]);
			x->keys[i] = is;
			x->has_key[i] = true;
		}
		item_key_release(&was);
	}
	fetched_release(f);
	return true;
}

static bool check_conflicts(struct changes *c, struct err *err)
{
	const struct edit *x = c->ctx;
	size_t *which = xcalloc(c->n ? c->n : 1, sizeof(*which));
	struct item_ref *refs = xcalloc(c->n ? c->n : 1, sizeof(*refs));
	struct looking l = {.c = c, .which = which};
	bool ok;

	for (size_t i = 0; i < c->n; i++)
		if (!c->done[i] && x->has_key[i] &&
		    x->edits[i].set &
			    (EDIT_FLAG | EDIT_CATEGORIES | EDIT_IMPORTANCE)) {
			which[l.n] = i;
			refs[l.n++] = c->refs[i];
		}
	ok = l.n == 0 ||
	     dav_fetch(c->b, c->op, refs, l.n, false, take_now, &l, err);
	free(which);
	free(refs);
	return ok;
}

bool dav_edit(struct backend *b, const struct op *op,
	      const struct item_ref *refs, const struct item_edit *edits,
	      size_t n, struct item_results *out, struct err *err)
{
	struct edit x = {.edits = edits};
	struct changes c = {.b = b,
			    .op = op,
			    .refs = refs,
			    .n = n,
			    .same = same_edit,
			    .batch = edit_batch,
			    .single = edit_single,
			    .ctx = &x};
	bool ok;

	if (n && dav_is_public(refs[0].remote_id))
		return dav_public_edit(b, op, refs, edits, n, out, err);
	if (!changes_begin(&c, err))
		return false;
	x.keys = xcalloc(n ? n : 1, sizeof(*x.keys));
	x.has_key = xcalloc(n ? n : 1, sizeof(*x.has_key));
	for (size_t i = 0; i < n; i++)
		x.has_key[i] = item_key_read(&x.keys[i], refs[i].change_key);
	ok = check_conflicts(&c, err);
	c.finished = 0; /* a conflict is nothing that was done */
	if (ok)
		ok = changes_run(&c, out, err);
	else
		changes_release(&c);
	for (size_t i = 0; i < n; i++)
		item_key_release(&x.keys[i]);
	free(x.keys);
	free(x.has_key);
	return ok;
}
