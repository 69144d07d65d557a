/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "proto/dav/changes.h"
#include "base/log.h"
#include "net/xml.h"

#include <string.h>

#define BATCH 100 /* names a request (dossier 2.1) */

void changes_release(struct changes *c)
{
	for (size_t i = 0; i < c->n && c->places; i++)
		item_place_release(&c->places[i]);
	free(c->places);
	free(c->done);
	item_results_release(&c->results);
	c->places = NULL;
	c->done = NULL;
}

void changes_finish(struct changes *c, size_t i, const struct err *e)
{
	if (e)
		c->results.v[i].err = *e;
	c->done[i] = true;
	c->finished++;
}

/* Trouble that stops the rest, too. */
static bool is_for_all(const struct err *e)
{
	return e->kind == ERR_NETWORK || e->kind == ERR_CANCELLED ||
	       e->kind == ERR_AUTH || e->kind == ERR_SERVER ||
	       e->kind == ERR_INPUT || e->kind == ERR_DISK;
}

bool changes_begin(struct changes *c, struct err *err)
{
	c->places = xcalloc(c->n ? c->n : 1, sizeof(*c->places));
	c->done = xcalloc(c->n ? c->n : 1, sizeof(*c->done));
	c->results.v = xcalloc(c->n ? c->n : 1, sizeof(*c->results.v));
	c->results.n = c->results.cap = c->n;
	if (!dav_ready(c->b, c->op, err)) {
		changes_release(c);
		return false;
	}
	for (size_t i = 0; i < c->n; i++) {
		struct err e = ERR_INIT;

		if (item_find_place(c->b, c->op, &c->refs[i], &c->places[i],
				    &e))
			continue;
		if (e.kind != ERR_NOT_FOUND) {
			changes_release(c);
			if (err)
				*err = e;
			return false;
		}
		changes_finish(c, i, &e);
	}
	/* They are results, not something that was done. */
	c->finished = 0;
	return true;
}

bool changes_single_done(struct changes *c, size_t i, bool ok,
			 const struct err *e, struct err *err)
{
	if (!ok && is_for_all(e) && e->number != 423) {
		if (err)
			*err = *e;
		return false;
	}
	changes_finish(c, i, ok ? NULL : e);
	return true;
}

bool changes_find(struct changes *c, const size_t *idx, size_t n,
		  const struct dav_row *r, size_t *out)
{
	char *name CLEANUP(mem_free_ptr) = r->href ? href_name(r->href) : NULL;

	for (size_t k = 0; name && k < n; k++) {
		size_t i = idx[(r->index + k) % n];

		if (c->places[i].name && href_same(name, c->places[i].name)) {
			*out = i;
			return true;
		}
	}
	if (dav_row_status(r) >= 300)
		dav_row_error(r, c->place, &c->stray);
	return false;
}

const struct err *changes_untold(const struct changes *c)
{
	return c->stray.kind == ERR_NONE ? NULL : &c->stray;
}

void changes_add_target(struct str *b, const struct changes *c,
			const size_t *idx, size_t n)
{
	str_add(b, "<D:target>");
	for (size_t k = 0; k < n; k++)
		xml_add_element(b, "D:href", c->places[idx[k]].name);
	str_add(b, "</D:target>");
}

static size_t gather(struct changes *c, size_t first, size_t *idx)
{
	size_t n = 0;

	if (c->b->no_batch || !c->places[first].name || !c->batch) {
		idx[0] = first;
		return 1;
	}
	for (size_t i = first; i < c->n && n < BATCH; i++)
		if (!c->done[i] && c->places[i].name &&
		    str_eq(c->places[i].base, c->places[first].base) &&
		    (i == first || !c->same || c->same(c, first, i)))
			idx[n++] = i;
	return n;
}

/* A filter answers 404 for what it does not let through (1.4). */
static bool was_filtered(struct changes *c, const struct err *e)
{
	if (!dav_is_filtered(e) && e->number != 422)
		return false;
	if (e->number == 404 || e->number == 405 || e->number == 501) {
		c->b->no_batch = true;
		log_at(LOG_INFO, "dav", "batches are filtered: one by one");
	}
	return true;
}

static bool run_group(struct changes *c, const size_t *idx, size_t n,
		      struct err *err)
{
	if (n > 1) {
		struct err e = ERR_INIT;

		err_clear(&c->stray);
		if (c->batch(c, idx, n, &e))
			return true;
		if (!was_filtered(c, &e)) {
			if (is_for_all(&e)) {
				if (err)
					*err = e;
				return false;
			}
			for (size_t k = 0; k < n; k++)
				if (!c->done[idx[k]])
					changes_finish(c, idx[k], &e);
			return true;
		}
	}
	for (size_t k = 0; k < n; k++)
		if (!c->done[idx[k]] && !c->single(c, idx[k], err))
			return false;
	return true;
}

bool changes_run(struct changes *c, struct item_results *out, struct err *err)
{
	struct err e = ERR_INIT;
	size_t idx[BATCH];
	bool ok = true;

	for (size_t i = 0; ok && i < c->n; i++)
		if (!c->done[i])
			ok = run_group(c, idx, gather(c, i, idx), &e);
	if (!ok && c->finished > 0) {
		/* What was done must not be lost. */
		for (size_t i = 0; i < c->n; i++)
			if (!c->done[i])
				changes_finish(c, i, &e);
		ok = true;
	}
	if (ok) {
		*out = c->results;
		c->results = (struct item_results){0};
	} else if (err) {
		*err = e;
	}
	changes_release(c);
	return ok;
}
