/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Finding items on the server (dossier 7). */
#include "base/clock.h"
#include "proto/dav/item.h"
#include "proto/dav/query.h"

#include <string.h>

#define RESULTS_MAX 250
#define NEWEST_MAX 1000 /* looked through where it cannot search */
#define WORDS_MAX 12

struct found {
	struct backend *b;
	struct item_list items;
	size_t before; /* items of earlier folders */
	const char *key;
	char *name; /* an upload of this key has it */
	bool sees_keys;
};

static void drop_from(struct item_list *l, size_t n)
{
	while (l->n > n)
		item_release(&l->v[--l->n]);
}

/* A draft of ours whose last step is missing is not there yet (send.c). */
static bool is_unfinished(const struct found *f, const struct dav_row *r)
{
	char *name CLEANUP(mem_free_ptr) = href_name(str_or_empty(r->href));
	size_t stem = strlen(f->name) - 4;

	if (!f->sees_keys || f->b->no_key || r->value[PROP_RETINUE_KEY])
		return false;
	return dav_row_number(r, PROP_MESSAGE_FLAGS, 0) & 8 &&
	       strncasecmp(name, f->name, stem) == 0 &&
	       (name[stem] == '.' || name[stem] == '-');
}

/* Never trust a search with what is sent or deleted. */
static bool has_key(const struct found *f, const struct dav_row *r,
		    const struct item *it)
{
	if (!f->key)
		return true;
	if (is_unfinished(f, r))
		return false;
	return str_eq(it->message_id, f->key) ||
	       str_eq(r->value[PROP_RETINUE_KEY], f->key);
}

static bool on_item(void *ctx, struct dav_row *r, struct err *err)
{
	struct found *f = ctx;
	struct item it;

	(void)err;
	if (r->index == 0) /* also where a read is repeated */
		drop_from(&f->items, f->before);
	item_init(&it);
	if (item_read_row(f->b, r, &it) && has_key(f, r, &it))
		vec_add(&f->items, it);
	else
		item_release(&it);
	return true;
}

static int newer_first(const void *a, const void *b)
{
	const struct item *x = a, *y = b;

	return x->received < y->received   ? 1
	       : x->received > y->received ? -1
					   : 0;
}

/* --- keys
 * ---------------------------------------------------------------------------
 */
/* How much of the search is left to the server. */
enum find_way { FIND_BOTH, FIND_ID, FIND_NEWEST, FIND_WAYS };

static void add_condition(struct str *b, enum find_way way, const char *key)
{
	char *bare CLEANUP(mem_free_ptr) = xasprintf("<%s>", key);

	str_add(b, QUERY_ITEMS);
	if (way == FIND_NEWEST)
		return;
	str_add(b, " AND (\"urn:schemas:mailheader:message-id\" = ");
	query_add_text(b, bare);
	if (way == FIND_BOTH) {
		str_add(b, " OR ");
		prop_add_sql(b, PROP_RETINUE_KEY);
		str_add(b, " = ");
		query_add_text(b, key);
	}
	str_add(b, ")");
}

static bool find_by(struct backend *b, const struct op *op, enum find_way way,
		    const char *path, struct found *f, struct err *err)
{
	struct str where CLEANUP(str_release) = STR_INIT;
	struct query q = {.use = USE_LIST | (way == FIND_ID ? 0u : USE_KEY),
			  .count =
				  way == FIND_NEWEST ? NEWEST_MAX : RESULTS_MAX,
			  .risky = way != FIND_NEWEST};
	struct query_result result;

	f->sees_keys = q.use & USE_KEY && b->shrunk == 0;
	add_condition(&where, way, f->key);
	q.where = where.s;
	if (way == FIND_NEWEST)
		q.order = "\"DAV:creationdate\" DESC";
	if (!query_search(b, op, path, &q, on_item, f, &result, err))
		return false;
	free(result.collblob);
	return true;
}

bool dav_find_key(struct backend *b, const struct op *op, const char *folder,
		  const char *key, struct item_list *out, struct err *err)
{
	const char *below = dav_folder_path(b, op, folder, err);
	char *path CLEANUP(mem_free_ptr) = below ? wire_path(b, below) : NULL;
	char *name CLEANUP(mem_free_ptr) = dav_key_name(key);
	struct found f = {.b = b, .key = key, .name = name};
	struct err e = ERR_INIT;

	if (!path)
		return false;
	for (int way = 0; way < FIND_WAYS; way++) {
		err_clear(&e);
		if (find_by(b, op, (enum find_way)way, path, &f, &e)) {
			*out = f.items;
			return true;
		}
		if (e.kind != ERR_UNSUPPORTED && e.kind != ERR_PROTOCOL)
			break;
	}
	item_list_release(&f.items);
	if (err)
		*err = e;
	return false;
}

/* --- words
 * ------------------------------------------------------------------------------
 */
static void split_words(struct strv *out, const char *words)
{
	struct strv all;

	strv_init(&all);
	strv_split(&all, words, " \t\r\n\":()<>=*%");
	for (size_t i = 0; i < all.n && out->n < WORDS_MAX; i++)
		if (strcmp(all.v[i], "AND") != 0 &&
		    strcmp(all.v[i], "OR") != 0 && strcmp(all.v[i], "NOT") != 0)
			strv_add(out, all.v[i]);
	strv_release(&all);
}

/* Every word in the subject, the text or the people. LIKE knows "%" and "_":
 * a word's own underscore then matches anything, which finds too much at
 * worst. */
static void add_words(struct str *b, const struct strv *words)
{
	static const char *const columns[] = {
		"urn:schemas:httpmail:subject",
		"http://schemas.microsoft.com/mapi/proptag/x1000001e",
		"urn:schemas:httpmail:from", "urn:schemas:httpmail:to",
		"urn:schemas:httpmail:cc"};

	str_add(b, QUERY_ITEMS);
	for (size_t i = 0; i < words->n; i++) {
		char *pattern CLEANUP(mem_free_ptr) =
			xasprintf("%%%s%%", words->v[i]);

		for (size_t k = 0; k < ARRAY_LEN(columns); k++) {
			str_addf(b, "%s\"%s\" LIKE ", k ? " OR " : " AND (",
				 columns[k]);
			query_add_text(b, pattern);
		}
		str_add(b, ")");
	}
}

static bool search_folder(struct backend *b, const struct op *op,
			  const char *folder, const struct query *q,
			  struct found *f, struct err *err)
{
	const char *below = dav_folder_path(b, op, folder, err);
	char *path CLEANUP(mem_free_ptr) = below ? wire_path(b, below) : NULL;
	struct query_result result;

	if (!path)
		return false;
	f->before = f->items.n;
	if (!query_search(b, op, path, q, on_item, f, &result, err)) {
		drop_from(&f->items, f->before);
		return false;
	}
	free(result.collblob);
	return true;
}

bool dav_search(struct backend *b, const struct op *op,
		const char *const *folders, size_t n, const char *words,
		int count, struct item_list *out, struct err *err)
{
	struct found f = {.b = b};
	struct str where CLEANUP(str_release) = STR_INIT;
	struct strv list CLEANUP(strv_release);
	struct query q = {.use = USE_LIST,
			  .order = "\"urn:schemas:httpmail:datereceived\" DESC",
			  .risky = true};
	struct err e = ERR_INIT, first = ERR_INIT;
	size_t answered = 0;

	strv_init(&list);
	split_words(&list, words);
	*out = (struct item_list){0};
	if (list.n == 0 || n == 0 || count <= 0)
		return true;
	if (count > RESULTS_MAX)
		count = RESULTS_MAX;
	add_words(&where, &list);
	q.where = where.s;
	q.count = count;
	for (size_t i = 0; i < n; i++) {
		err_clear(&e);
		if (search_folder(b, op, folders[i], &q, &f, &e)) {
			answered++;
			continue;
		}
		if (first.kind == ERR_NONE)
			first = e;
		/* A folder that cannot be searched does not stop the rest. */
		if (e.kind == ERR_CANCELLED || e.kind == ERR_NETWORK ||
		    e.kind == ERR_AUTH || e.kind == ERR_SERVER)
			break;
	}
	if (answered == 0 || e.kind == ERR_CANCELLED) {
		item_list_release(&f.items);
		if (err)
			*err = e.kind == ERR_CANCELLED ? e : first;
		return false;
	}
	if (f.items.n)
		qsort(f.items.v, f.items.n, sizeof(*f.items.v), newer_first);
	drop_from(&f.items,
		  f.items.n < (size_t)count ? f.items.n : (size_t)count);
	*out = f.items;
	return true;
}
