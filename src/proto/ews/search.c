/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Finding items on the server (dossier 11.2). */
#include "base/clock.h"
#include "net/xml.h"
#include "proto/ews/ews.h"
#include "proto/ews/fields.h"

#include <string.h>

#define RESULTS_MAX 250		/* of one search (5) */
#define WORDS_MAX 12		/* deeper restrictions are refused */

struct found {
	struct item_list items;
	size_t answered;	/* folders that were searched */
	struct err err;		/* of a folder that was not */
	enum ews_rule rule;
};

static bool on_folder(void *ctx, struct ews_message *m, struct err *err)
{
	struct found *f = ctx;
	struct err e = ERR_INIT;
	enum ews_rule rule = ews_message_error(m, &e);

	(void)err;
	if (m->index == 0) {	/* also where a read is repeated */
		item_list_release(&f->items);
		f->items = (struct item_list){0};
		f->answered = 0;
	}
	if (rule != RULE_NONE) {
		f->rule = rule;
		f->err = e;
		return true;
	}
	f->answered++;
	for (size_t i = 0; i < m->items.n; i++)
		vec_add(&f->items, m->items.v[i].item);
	m->items.n = 0;
	return true;
}

static int newer_first(const void *a, const void *b)
{
	const struct item *x = a, *y = b;

	return x->received < y->received ? 1 : x->received > y->received ? -1
									 : 0;
}

#define BUSY_TRIES 3

/* Runs one FindItem; the `count` newest of all folders together. */
static bool find(struct backend *b, const struct op *op, struct str *owned_body,
		 size_t count, struct item_list *out, struct err *err)
{
	struct found f = {0};
	struct soap_call call = {.operation = "FindItem", .body = *owned_body,
				 .fn = on_folder, .ctx = &f};
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
	return true;
}

static void begin_find(struct str *b, enum ews_version v, int count)
{
	str_add(b, "<m:FindItem Traversal=\"Shallow\">");
	field_add_shape(b, v, true, false, false);
	str_addf(b, "<m:IndexedPageItemView MaxEntriesReturned=\"%d\" "
		    "Offset=\"0\" BasePoint=\"Beginning\"/>", count);
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

bool ews_find_key(struct backend *b, const struct op *op, const char *folder,
		  const char *key, struct item_list *out, struct err *err)
{
	struct str body = STR_INIT, path = STR_INIT, id = STR_INIT;
	bool ok;

	if (!ews_ready(b, op, err))
		return false;
	/* The property beside the item, or a Message-ID that is the key. */
	begin_find(&body, b->version, RESULTS_MAX);
	str_add(&body, "<m:Restriction><t:Or>");
	add_equal(&body, EWS_KEY_PROPERTY, key);
	field_add_path(&path, "message:InternetMessageId");
	str_addf(&id, *key == '<' ? "%s" : "<%s>", key);
	add_equal(&body, path.s, id.s);
	str_add(&body, "</t:Or></m:Restriction><m:ParentFolderIds>");
	soap_add_folder(&body, folder, NULL);
	str_add(&body, "</m:ParentFolderIds></m:FindItem>");
	ok = find(b, op, &body, RESULTS_MAX, out, err);
	str_release(&path);
	str_release(&id);
	return ok;
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
	str_add(b, "</m:Restriction><m:SortOrder>"
		   "<t:FieldOrder Order=\"Descending\">");
	field_add_path(b, "item:DateTimeReceived");
	str_add(b, "</t:FieldOrder></m:SortOrder>");
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
	begin_find(&body, b->version, count);
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
	ok = find(b, op, &body, (size_t)count, out, err);
	strv_release(&list);
	return ok;
}
