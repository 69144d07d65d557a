/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * Items whose rows failed for now (dossier 3: 423, 5xx inside a 207). Their
 * article numbers are not told, and those of others go on: no later round would
 * ask for them. So they are kept by name and asked for by name, with each round
 * at first, then once a day.
 */
#include "proto/dav/query.h"
#include "proto/dav/sync.h"

#include <string.h>

#define BATCH 100
#define KEPT_MAX 2000
#define TRIES '5' /* in a row; an entry is such a digit, and the name */

void missed_note(struct sync_state *s, const struct dav_row *r)
{
	int status = dav_row_status(r);
	char *path, *name = NULL;
	bool known = false;

	if ((status != 423 && status < 500) || !r->href ||
	    s->missed.n >= KEPT_MAX)
		return;
	path = href_path(r->href);
	name = path ? href_name(path) : NULL;
	for (size_t i = 0; i < s->missed.n && !known; i++)
		known = str_eq(s->missed.v[i] + 1, name);
	if (name && *name && !known)
		strv_give(&s->missed, xasprintf("0%s", name));
	free(name);
	free(path);
}

static bool is_due(const struct sync_state *s, size_t i)
{
	return s->missed.v[i][0] < TRIES || s->known.day != s->now.day;
}

bool missed_any_due(const struct sync_state *s)
{
	for (size_t i = 0; i < s->missed.n; i++)
		if (is_due(s, i))
			return true;
	return false;
}

struct asking {
	struct backend *b;
	struct sync_state *s;
	size_t which[BATCH]; /* of missed */
	const char *names[BATCH];
	bool settled[BATCH];
	size_t n;
	struct item_changes changes;
};

static size_t find_name(const struct asking *a, const struct dav_row *r)
{
	char *path = r->href ? href_path(r->href) : NULL;
	char *name = path ? href_name(path) : NULL;
	size_t i = 0;

	while (i < a->n && (!name || !href_same(a->names[i], name)))
		i++;
	free(name);
	free(path);
	return i;
}

static bool on_row(void *ctx, struct dav_row *r, struct err *err)
{
	struct asking *a = ctx;
	size_t i = find_name(a, r);
	int status = dav_row_status(r);
	struct item_change *c;

	(void)err;
	if (i == a->n || a->settled[i])
		return true;
	if (status == 423 || status >= 500)
		return true;
	/* Gone, or under another name, which has a higher number. */
	a->settled[i] = true;
	if (status >= 300)
		return true;
	c = vec_new(&a->changes);
	c->kind = CHANGE_UPSERT;
	item_init(&c->item);
	if (!item_read_row(a->b, r, &c->item)) {
		item_release(&c->item);
		a->changes.n--;
		return true;
	}
	state_set_unread(a->s, c->item.remote_id, !(c->item.flags & ITEM_READ));
	/* A replication state given since knows it. */
	if (dav_row_number(r, PROP_ARTICLE, 0) > a->s->blob_high)
		state_add_fresh(a->s, c->item.remote_id);
	return true;
}

static bool ends_all(const struct err *e)
{
	return e->kind == ERR_NETWORK || e->kind == ERR_CANCELLED ||
	       e->kind == ERR_AUTH || e->retry_after_ms > 0;
}

static bool ask_one(struct asking *a, const struct op *op, const char *path,
		    size_t i, struct err *err)
{
	char *own CLEANUP(mem_free_ptr) = xasprintf("%s%s", path, a->names[i]);
	struct err e = ERR_INIT;

	if (query_propfind(a->b, op, own, "0", USE_LIST, NULL, on_row, a, &e))
		return true;
	a->settled[i] |= e.kind == ERR_NOT_FOUND;
	if (ends_all(&e) && err)
		*err = e;
	return !ends_all(&e);
}

/* All in one request, else one by one. */
static bool ask_batch(struct asking *a, const struct op *op, const char *path,
		      struct err *err)
{
	struct err e = ERR_INIT;

	if (a->n > 1 && !a->b->no_batch) {
		if (query_bpropfind(a->b, op, path, a->names, a->n, USE_LIST,
				    on_row, a, &e))
			return true;
		if (ends_all(&e)) {
			if (err)
				*err = e;
			return false;
		}
	}
	for (size_t i = 0; i < a->n; i++)
		if (!a->settled[i] && !ask_one(a, op, path, i, err))
			return false;
	return true;
}

bool missed_ask(struct backend *b, const struct op *op, const char *path,
		struct sync_state *s, struct item_changes *out, struct err *err)
{
	struct strv still = {0};
	size_t at = 0;

	while (at < s->missed.n) {
		struct asking a = {.b = b, .s = s};
		bool ok;

		for (; at < s->missed.n && a.n < BATCH; at++) {
			if (!is_due(s, at)) {
				strv_add(&still, s->missed.v[at]);
				continue;
			}
			a.which[a.n] = at;
			a.names[a.n++] = s->missed.v[at] + 1;
		}
		ok = ask_batch(&a, op, path, err);
		for (size_t i = 0; ok && i < a.changes.n; i++)
			vec_add(out, a.changes.v[i]);
		if (!ok) {
			item_changes_release(&a.changes);
			strv_release(&still);
			return false;
		}
		vec_release(&a.changes);
		for (size_t i = 0; i < a.n; i++) {
			char *entry = s->missed.v[a.which[i]];

			if (a.settled[i])
				continue;
			entry[0] =
				(char)(entry[0] + (entry[0] < TRIES ? 1 : 0));
			strv_add(&still, entry);
		}
	}
	strv_release(&s->missed);
	s->missed = still;
	return true;
}
