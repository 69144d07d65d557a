/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef DAV_CHANGES_H
#define DAV_CHANGES_H
/*
 * A change of many items: in batches (BPROPPATCH, BMOVE, BCOPY, BDELETE) of one
 * folder as long as the names are known and nothing on the way filters these
 * methods (dossier 1.4), else one by one. Every item ends with a result.
 */
#include "proto/dav/item.h"

struct changes {
	struct backend *b;
	const struct op *op;
	const struct item_ref *refs;
	size_t n;
	struct item_place *places;
	struct item_results results;
	bool *done;
	size_t finished;
	enum dav_place place; /* for statuses */
	struct err stray;     /* of this request, about none of its items */
	/* May the two share a request? NULL: always. */
	bool (*same)(struct changes *c, size_t i, size_t j);
	/* One request for items of one folder. False: it failed as a whole; the
	 * items without a result are then done one by one where it was
	 * filtered. */
	bool (*batch)(struct changes *c, const size_t *idx, size_t n,
		      struct err *err);
	/* One item. False: trouble that is not this item's alone; else it has
	 * its result. */
	bool (*single)(struct changes *c, size_t i, struct err *err);
	void *ctx;
};

/* Fills places and results; items that are nowhere have their result. */
bool changes_begin(struct changes *c, struct err *err) MUST_CHECK;
/* Runs to the end and releases c; *out gets the results. As backend.h says of
 * batches of changes. */
bool changes_run(struct changes *c, struct item_results *out,
		 struct err *err) MUST_CHECK;
void changes_release(struct changes *c);
/* Gives an item its result; e NULL or ERR_NONE: done. */
void changes_finish(struct changes *c, size_t i, const struct err *e);
/* Judges what a single request said: a result, or false for all. */
bool changes_single_done(struct changes *c, size_t i, bool ok,
			 const struct err *e, struct err *err);
/* The input a row speaks of, among idx; false: none, and if it is about a
 * failure it is kept. */
bool changes_find(struct changes *c, const size_t *idx, size_t n,
		  const struct dav_row *r, size_t *out);
/* What became of those that an answer does not mention: NULL, they are done;
 * else something failed that has another name, the folder perhaps. */
const struct err *changes_untold(const struct changes *c);
/* <target> of these. */
void changes_add_target(struct str *b, const struct changes *c,
			const size_t *idx, size_t n);
#endif
