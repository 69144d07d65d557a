/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef MODEL_STORAGE_TREE_H
#define MODEL_STORAGE_TREE_H
/* The sizes of a mailbox's folders, with and without what is below them. */
#include "base/vec.h"
#include "model/folder.h"

struct storage_node {
	const struct folder *folder; /* of the list it was made from */
	int64_t own, all;	     /* bytes: its items; with subfolders */
	int64_t items;		     /* with subfolders */
	size_t subs;		     /* folders right below it */
	int depth;		     /* 0: top */
};
struct storage_tree {
	struct storage_node *v; /* as the list has them: parents first */
	size_t n, cap;
	int64_t total; /* bytes of all */
};
/* folders: parents first, as the store tells them; borrowed for the tree's
 * life. Of unknown size: 0. */
void storage_tree_build(struct storage_tree *t,
			const struct folder_list *folders);
void storage_tree_release(struct storage_tree *t);
/* Indexes of the folders right below `parent` (0: the top), largest first: by
 * all, or by own. Caller frees. */
size_t *storage_tree_below(const struct storage_tree *t, int64_t parent,
			   bool own, size_t *n);
const struct storage_node *storage_tree_find(const struct storage_tree *t,
					     int64_t folder); /* or NULL */
#endif
