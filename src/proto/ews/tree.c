/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "proto/ews/tree.h"

#include <string.h>

#include "base/clock.h"
#include "net/xml.h"

/* A larger answer is not kept: the server sends nonsense. */
#define NODES_MAX ((size_t)4 << 20)
#define TEXT_MAX ((size_t)64 << 20)

static const char *const names[] = {
#define TREE_NAME(name) #name,
#include "proto/ews/tree.def"
#undef TREE_NAME
};
static const char *const attr_names[A_COUNT] = {
	"Id",		"ChangeKey", "Name",	    "ResponseClass",
	"TimeZoneName", "Bias",	     "PropertyTag", "PropertyId"};

static const char *const namespaces[] = {
	"http://schemas.microsoft.com/exchange/services/2006/types",
	"http://schemas.microsoft.com/exchange/services/2006/messages",
	"https://schemas.microsoft.com/exchange/services/2006/types",
	"https://schemas.microsoft.com/exchange/services/2006/messages",
	"",
	NULL,
};

struct ews_tree {
	struct xml_reader *xml;
	struct node *root, *at;
	struct str text;
	size_t nodes;
	bool is_cut;
	VEC(struct node *) messages;
};

static void on_start(void *ctx, int name, const struct xml_attrs *a)
{
	struct ews_tree *t = ctx;
	struct node *n = xcalloc(1, sizeof(*n));

	n->name = name;
	n->parent = t->at;
	for (int i = 0; i < A_COUNT; i++)
		n->attrs[i] = xml_attr_copy(a, attr_names[i]);
	if (!t->at)
		t->root = n;
	else if (t->at->last)
		t->at->last->next = n;
	else
		t->at->child = n;
	if (t->at)
		t->at->last = n;
	if (xml_attr_is(a, "IncludesLastItemInRange", "false"))
		t->is_cut = true;
	if (n->attrs[A_ResponseClass])
		vec_add(&t->messages, n);
	t->at = n;
	t->nodes++;
	str_clear(&t->text);
}

static void on_text(void *ctx, const char *s, size_t len)
{
	struct ews_tree *t = ctx;

	str_add_mem(&t->text, s, len);
}

static void on_end(void *ctx, int name)
{
	struct ews_tree *t = ctx;

	(void)name;
	if (!t->at)
		return;
	if (!t->at->child && t->text.len)
		t->at->text = xstrdup(t->text.s);
	str_clear(&t->text);
	t->at = t->at->parent;
}

/* In no depth of recursion: from the deepest upwards. */
static void free_nodes(struct node *n)
{
	while (n) {
		struct node *up = n->parent, *next;

		if (n->child) {
			n = n->child;
			continue;
		}
		next = n->next;
		if (up)
			up->child = next;
		free(n->text);
		for (int i = 0; i < A_COUNT; i++)
			free(n->attrs[i]);
		free(n);
		n = next ? next : up;
	}
}

static void start(struct ews_tree *t)
{
	static const struct xml_handler handler = {on_start, on_text, on_end};

	t->xml = xml_reader_new(names, T_COUNT, namespaces, &handler, t);
}

struct ews_tree *ews_tree_new(void)
{
	struct ews_tree *t = xcalloc(1, sizeof(*t));

	str_init_max(&t->text, TEXT_MAX);
	start(t);
	return t;
}

void ews_tree_clear(struct ews_tree *t)
{
	xml_reader_free(t->xml);
	free_nodes(t->root);
	t->root = t->at = NULL;
	t->nodes = 0;
	t->is_cut = false;
	t->messages.n = 0;
	str_clear(&t->text);
	start(t);
}

void ews_tree_free(struct ews_tree *t)
{
	if (!t)
		return;
	xml_reader_free(t->xml);
	free_nodes(t->root);
	vec_release(&t->messages);
	str_release(&t->text);
	free(t);
}

bool ews_tree_feed(struct ews_tree *t, const char *s, size_t len,
		   struct err *err)
{
	if (!xml_feed(t->xml, s, len, err))
		return false;
	return t->nodes < NODES_MAX ||
	       err_set(err, ERR_PROTOCOL, "the answer has no end");
}

const struct node *ews_tree_message(const struct ews_tree *t, size_t n)
{
	return n < t->messages.n ? t->messages.v[n] : NULL;
}

const struct node *ews_tree_root(const struct ews_tree *t)
{
	return t->root;
}

bool ews_tree_is_cut(const struct ews_tree *t)
{
	return t->is_cut;
}

/* --- looking -------------------------------------------------------------- */

const struct node *node_find(const struct node *n, enum tree_name name)
{
	for (n = n ? n->child : NULL; n; n = n->next)
		if (n->name == (int)name)
			return n;
	return NULL;
}

const struct node *node_deep(const struct node *n, enum tree_name name)
{
	const struct node *top = n;

	while (n) {
		if (n != top && n->name == (int)name)
			return n;
		if (n->child) {
			n = n->child;
			continue;
		}
		while (n != top && !n->next)
			n = n->parent;
		n = n == top ? NULL : n->next;
	}
	return NULL;
}

const char *node_text(const struct node *n, enum tree_name name)
{
	n = node_find(n, name);
	return n ? n->text : NULL;
}

const char *node_attr(const struct node *n, enum tree_attr a)
{
	return n ? n->attrs[a] : NULL;
}

bool node_true(const struct node *n, enum tree_name name)
{
	const char *s = node_text(n, name);

	return s && (strcmp(s, "true") == 0 || strcmp(s, "1") == 0);
}

int node_int(const struct node *n, enum tree_name name, int absent)
{
	const char *s = node_text(n, name);
	char *end;
	long v = s ? strtol(s, &end, 10) : 0;

	return s && end != s && v >= INT32_MIN && v <= INT32_MAX ? (int)v
								 : absent;
}

int64_t node_time(const struct node *n, enum tree_name name)
{
	const char *s = node_text(n, name);
	int64_t t;

	return s && clock_parse_iso(s, &t) ? t : CLOCK_NEVER;
}

int node_word(const struct node *n, enum tree_name name,
	      const char *const *words, size_t count, int absent)
{
	const char *s = node_text(n, name);

	for (size_t i = 0; s && i < count; i++)
		if (strcmp(words[i], s) == 0)
			return (int)i;
	return absent;
}
