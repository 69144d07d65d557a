/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "model/storage_tree.h"

#include <string.h>

/* Rows by id, so that 2,000 folders are no square. */
struct by_id {
	int64_t id;
	size_t index;
};

static int compare_ids(const void *a, const void *b)
{
	const struct by_id *x = a, *y = b;

	return (x->id > y->id) - (x->id < y->id);
}

void storage_tree_build(struct storage_tree *t,
			const struct folder_list *folders)
{
	struct by_id *ids = xcalloc(folders->n + 1, sizeof(*ids));

	*t = (struct storage_tree){0};
	for (size_t i = 0; i < folders->n; i++) {
		const struct folder *f = &folders->v[i];
		struct storage_node *n = vec_new(t);

		n->folder = f;
		n->own = n->all = f->size > 0 ? f->size : 0;
		n->items = f->total > 0 ? f->total : 0;
		t->total += n->own;
		ids[i] = (struct by_id){f->id, i};
	}
	qsort(ids, folders->n, sizeof(*ids), compare_ids);
	/* From the end: what is below a folder stands behind it. */
	for (size_t i = folders->n; i-- > 0;) {
		struct by_id key = {.id = folders->v[i].parent}, *up;

		if (!key.id)
			continue;
		up = bsearch(&key, ids, folders->n, sizeof(*ids), compare_ids);
		if (!up || up->index >= i)
			continue;
		t->v[up->index].all += t->v[i].all;
		t->v[up->index].items += t->v[i].items;
		t->v[up->index].subs++;
	}
	for (size_t i = 0; i < folders->n; i++) {
		struct by_id key = {.id = folders->v[i].parent}, *up;

		up = key.id ? bsearch(&key, ids, folders->n, sizeof(*ids),
				      compare_ids)
			    : NULL;
		t->v[i].depth =
			up && up->index < i ? t->v[up->index].depth + 1 : 0;
	}
	free(ids);
}

void storage_tree_release(struct storage_tree *t)
{
	vec_release(t);
	*t = (struct storage_tree){0};
}

const struct storage_node *storage_tree_find(const struct storage_tree *t,
					     int64_t folder)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->v[i].folder->id == folder)
			return &t->v[i];
	return NULL;
}

struct ranked {
	int64_t size;
	size_t index;
};

static int largest_first(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;

	if (x->size != y->size)
		return x->size < y->size ? 1 : -1;
	return (x->index > y->index) - (x->index < y->index);
}

size_t *storage_tree_below(const struct storage_tree *t, int64_t parent,
			   bool own, size_t *n)
{
	struct ranked *rows = xcalloc(t->n + 1, sizeof(*rows));
	size_t *out;

	*n = 0;
	for (size_t i = 0; i < t->n; i++) {
		const struct storage_node *at = &t->v[i];

		if (parent ? at->folder->parent == parent : at->depth == 0)
			rows[(*n)++] =
				(struct ranked){own ? at->own : at->all, i};
	}
	qsort(rows, *n, sizeof(*rows), largest_first);
	out = xcalloc(*n + 1, sizeof(*out));
	for (size_t i = 0; i < *n; i++)
		out[i] = rows[i].index;
	free(rows);
	return out;
}
