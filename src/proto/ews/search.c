/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Finding items on the server (dossier 11.2). */
#include "base/clock.h"
#include "net/xml.h"
#include "proto/ews/ews.h"
#include "proto/ews/fields.h"

#include <string.h>

#define RESULTS_MAX 250 /* of one search (5) */
#define NEWEST_MAX 1000 /* looked through where it cannot search */
#define WORDS_MAX 12	/* deeper restrictions are refused */

struct found {
	struct item_list items;
	const char *key; /* only items with it; NULL: all */
	bool stray;	 /* the server gave others as well */
	size_t answered; /* folders that were searched */
	struct err err;	 /* of a folder that was not */
	enum ews_rule rule;
};

/* Never trust a search with what is sent or deleted: a server that knows no
 * restrictions gives everything. */
static bool has_key(const struct ews_message *m, size_t i, const char *key)
{
	const char *id = m->items.v[i].item.message_id;
	size_t len;

	if (i < m->keys.n && strcmp(m->keys.v[i], key) == 0)
		return true;
	len = strlen(key);
	if (*key == '<' && len > 2 && key[len - 1] == '>')
		return id && strlen(id) == len - 2 &&
		       memcmp(id, key + 1, len - 2) == 0;
	return str_eq(id, key);
}

static void take_found(struct found *f, struct ews_message *m)
{
	for (size_t i = 0; i < m->items.n; i++)
		if (!f->key || has_key(m, i, f->key)) {
			vec_add(&f->items, m->items.v[i].item);
			item_init(&m->items.v[i].item);
		} else {
			f->stray = true;
		}
}

static bool on_folder(void *ctx, struct ews_message *m, struct err *err)
{
	struct found *f = ctx;
	struct err e = ERR_INIT;
	enum ews_rule rule = ews_message_error(m, &e);

	(void)err;
	if (m->index == 0) { /* also where a read is repeated */
		item_list_release(&f->items);
		f->items = (struct item_list){0};
		f->answered = 0;
		f->stray = false;
	}
	if (rule != RULE_NONE) {
		f->rule = rule;
		f->err = e;
		return true;
	}
	f->answered++;
	take_found(f, m);
	return true;
}

static int newer_first(const void *a, const void *b)
{
	const struct item *x = a, *y = b;

	return x->received < y->received   ? 1
	       : x->received > y->received ? -1
					   : 0;
}

/* Runs one FindItem; the `count` newest of all folders together. key: of the
 * items wanted, NULL all; *stray (may be NULL): others came, too. */
static bool find(struct backend *b, const struct op *op, struct str *owned_body,
		 size_t count, const char *key, bool *stray,
		 struct item_list *out, struct err *err)
{
	struct found f = {.key = key};
	struct soap_call call = {.operation = "FindItem",
				 .body = *owned_body,
				 .again = true,
				 .fn = on_folder,
				 .ctx = &f};
	int busy = 0;
	bool ok;

	do {
		f.rule = RULE_NONE;
		ok = soap_do(b, op, &call, NULL, err);
		if (ok && f.rule == RULE_BUSY)
			soap_pause(b, &f.err);
	} while (ok && f.rule == RULE_BUSY && ++busy <= BUSY_TRIES);
	str_release(&call.body);
	if (ok && f.answered == 0) {
		ok = false;
		if (f.rule == RULE_NONE)
			err_set(&f.err, ERR_PROTOCOL,
				"the answer to FindItem holds no result");
		if (err)
			*err = f.err;
	}
	if (!ok) {
		item_list_release(&f.items);
		return false;
	}
	if (f.items.n > 1)
		qsort(f.items.v, f.items.n, sizeof(*f.items.v), newer_first);
	while (f.items.n > count)
		item_release(&f.items.v[--f.items.n]);
	*out = f.items;
	if (stray)
		*stray = f.stray;
	return true;
}

static void begin_find(struct str *b, enum ews_version v, unsigned shape,
		       int count)
{
	str_add(b, "<m:FindItem Traversal=\"Shallow\">");
	field_add_shape(b, v, shape);
	str_addf(b,
		 "<m:IndexedPageItemView MaxEntriesReturned=\"%d\" "
		 "Offset=\"0\" BasePoint=\"Beginning\"/>",
		 count);
}

static void add_newest_first(struct str *b)
{
	str_add(b, "<m:SortOrder><t:FieldOrder Order=\"Descending\">");
	field_add_path(b, "item:DateTimeReceived");
	str_add(b, "</t:FieldOrder></m:SortOrder>");
}

static void add_constant(struct str *b, const char *value)
{
	str_add(b, "<t:Constant");
	xml_add_attr(b, "Value", value);
	str_add(b, "/>");
}

static void add_equal(struct str *b, const char *path, const char *value)
{
	str_addf(b, "<t:IsEqualTo>%s<t:FieldURIOrConstant>", path);
	add_constant(b, value);
	str_add(b, "</t:FieldURIOrConstant></t:IsEqualTo>");
}

/* The property beside the item, or a Message-ID that is the key. */
static void add_key_restriction(struct str *b, const char *key, bool property)
{
	struct str path = STR_INIT, id = STR_INIT;

	str_add(b, property ? "<m:Restriction><t:Or>" : "<m:Restriction>");
	if (property)
		add_equal(b, EWS_KEY_PROPERTY, key);
	field_add_path(&path, "message:InternetMessageId");
	str_addf(&id, *key == '<' ? "%s" : "<%s>", key);
	add_equal(b, path.s, id.s);
	str_add(b, property ? "</t:Or></m:Restriction>" : "</m:Restriction>");
	str_release(&path);
	str_release(&id);
}

/* How much of the search is left to the server. */
enum find_way { FIND_BOTH, FIND_ID, FIND_NEWEST, FIND_WAYS };

static bool find_by(struct backend *b, const struct op *op, enum find_way way,
		    const char *folder, const char *key, bool *stray,
		    struct item_list *out, struct err *err)
{
	unsigned shape = ews_list_shape(b);
	int count = way == FIND_NEWEST ? NEWEST_MAX : RESULTS_MAX;
	struct str body = STR_INIT;

	if (way != FIND_ID && !(shape & (SHAPE_PLAIN | SHAPE_LEAN)))
		shape |= SHAPE_KEY;
	begin_find(&body, b->version, shape, count);
	if (way == FIND_NEWEST)
		add_newest_first(&body);
	else
		add_key_restriction(&body, key, way == FIND_BOTH);
	str_add(&body, "<m:ParentFolderIds>");
	soap_add_folder(&body, folder, NULL);
	str_add(&body, "</m:ParentFolderIds></m:FindItem>");
	return find(b, op, &body, (size_t)count, key, stray, out, err);
}

bool ews_find_key(struct backend *b, const struct op *op, const char *folder,
		  const char *key, struct item_list *out, struct err *err)
{
	struct err e = ERR_INIT;

	if (!ews_ready(b, op, err))
		return false;
	for (int way = 0; way < FIND_WAYS; way++) {
		bool stray = false;

		err_clear(&e);
		if (find_by(b, op, (enum find_way)way, folder, key, &stray, out,
			    &e)) {
			/* No real search: look through the newest instead. */
			if (!stray || out->n || way == FIND_NEWEST)
				return true;
			item_list_release(out);
			*out = (struct item_list){0};
			way = FIND_ID;
		} else if (e.kind != ERR_UNSUPPORTED &&
			   e.kind != ERR_PROTOCOL) {
			break;
		}
	}
	if (err)
		*err = e;
	return false;
}

/* --- words --------------------------------------------------------------------- */
static void add_contains(struct str *b, const char *path, const char *word)
{
	str_add(b, "<t:Contains ContainmentMode=\"Substring\" "
		   "ContainmentComparison=\"IgnoreCase\">");
	field_add_path(b, path);
	add_constant(b, word);
	str_add(b, "</t:Contains>");
}

/* Every word in the subject, the text or the sender's name: 2007. */
static void add_restriction(struct str *b, const struct strv *words)
{
	str_add(b, "<m:Restriction>");
	if (words->n > 1)
		str_add(b, "<t:And>");
	for (size_t i = 0; i < words->n; i++) {
		str_add(b, "<t:Or>");
		add_contains(b, "item:Subject", words->v[i]);
		add_contains(b, "item:Body", words->v[i]);
		add_contains(b, "message:From", words->v[i]);
		str_add(b, "</t:Or>");
	}
	if (words->n > 1)
		str_add(b, "</t:And>");
	str_add(b, "</m:Restriction>");
	add_newest_first(b);
}

/* The words without what the query language reads as its own. */
static void split_words(struct strv *out, const char *words)
{
	struct strv all;

	strv_init(&all);
	strv_split(&all, words, " \t\r\n\":()<>=*");
	for (size_t i = 0; i < all.n && out->n < WORDS_MAX; i++)
		if (strcmp(all.v[i], "AND") != 0 &&
		    strcmp(all.v[i], "OR") != 0 && strcmp(all.v[i], "NOT") != 0)
			strv_add(out, all.v[i]);
	strv_release(&all);
}

bool ews_search(struct backend *b, const struct op *op,
		const char *const *folders, size_t n, const char *words,
		int count, struct item_list *out, struct err *err)
{
	struct str body = STR_INIT;
	struct strv list;
	bool by_query, ok = true;

	if (!ews_ready(b, op, err))
		return false;
	by_query = b->version >= EWS_2010;
	strv_init(&list);
	split_words(&list, words);
	if (list.n == 0 || n == 0 || count <= 0) {
		strv_release(&list);
		*out = (struct item_list){0};
		return true;
	}
	if (count > RESULTS_MAX)
		count = RESULTS_MAX;
	begin_find(&body, b->version, ews_list_shape(b), count);
	if (!by_query)
		add_restriction(&body, &list);
	str_add(&body, "<m:ParentFolderIds>");
	for (size_t i = 0; i < n; i++)
		soap_add_folder(&body, folders[i], NULL);
	str_add(&body, "</m:ParentFolderIds>");
	if (by_query) {
		char *query CLEANUP(mem_free_ptr) = strv_join(&list, " ");

		xml_add_element(&body, "m:QueryString", query);
	}
	str_add(&body, "</m:FindItem>");
	ok = find(b, op, &body, (size_t)count, NULL, NULL, out, err);
	strv_release(&list);
	return ok;
}
