/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef EWS_TREE_H
#define EWS_TREE_H
/*
 * An answer kept as a tree, for what is too varied to be read on the fly:
 * calendar items, availability, rooms, reminders. Only elements named in
 * tree.def can be asked for; the others are there without a name.
 */
#include "base/err.h"
#include "base/vec.h"

enum tree_name {
	T_NONE = -1,
#define TREE_NAME(name) T_##name,
#include "proto/ews/tree.def"
#undef TREE_NAME
	T_COUNT
};

enum tree_attr {
	A_Id,
	A_ChangeKey,
	A_Name,
	A_ResponseClass,
	A_TimeZoneName,
	A_Bias,
	A_PropertyTag,
	A_PropertyId,
	A_COUNT
};

struct node {
	int name;	      /* enum tree_name */
	char *text;	      /* own text; NULL none */
	char *attrs[A_COUNT]; /* NULL absent */
	struct node *child, *last, *next, *parent;
};

struct ews_tree;
struct ews_tree *ews_tree_new(void);
void ews_tree_free(struct ews_tree *t);
void ews_tree_clear(struct ews_tree *t);
bool ews_tree_feed(struct ews_tree *t, const char *s, size_t len,
		   struct err *err) MUST_CHECK;
/* The n-th element with a ResponseClass, from 0; NULL: none. */
const struct node *ews_tree_message(const struct ews_tree *t, size_t n);
const struct node *ews_tree_root(const struct ews_tree *t);
/* Does its list go on behind what came (IncludesLastItemInRange)? */
bool ews_tree_is_cut(const struct ews_tree *t);

/* All of these take a NULL node. */
const struct node *node_find(const struct node *n, enum tree_name name);
/* The first of that name anywhere below. */
const struct node *node_deep(const struct node *n, enum tree_name name);
const char *node_text(const struct node *n, enum tree_name name); /* or NULL */
const char *node_attr(const struct node *n, enum tree_attr a);	  /* or NULL */
bool node_true(const struct node *n, enum tree_name name);
int node_int(const struct node *n, enum tree_name name, int absent);
int64_t node_time(const struct node *n, enum tree_name name);
/* Index of the child's text in names[0..count); `absent` else. */
int node_word(const struct node *n, enum tree_name name,
	      const char *const *names, size_t count, int absent);
#endif
