/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "model/query.h"

#include "base/vec.h"

struct search_node *search_node_new(enum search_op op, size_t at)
{
	struct search_node *n = xcalloc(1, sizeof(*n));

	n->op = op;
	n->at = at;
	return n;
}

void search_node_free(struct search_node *n)
{
	if (!n)
		return;
	for (size_t i = 0; i < n->n; i++)
		search_node_free(n->kids[i]);
	free(n->kids);
	free(n->text);
	free(n);
}

void search_node_give(struct search_node *n, struct search_node *owned_kid)
{
	if (n->n == n->cap)
		n->kids = vec_grow(n->kids, &n->cap, sizeof(*n->kids));
	n->kids[n->n++] = owned_kid;
}
