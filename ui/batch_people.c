/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* address: the people of the messages that match. */
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include "base/clock.h"
#include "base/map.h"
#include "text/search.h"
#include "ui/batch_out.h"

struct met {
	char *addr, *name;
	int64_t count, last;
};
struct people {
	VEC(struct met *) v; /* owned */
	struct map *by_addr; /* folded address -> its struct met *, borrowed */
};

static void met_free(struct met *m)
{
	free(m->addr);
	free(m->name);
	free(m);
}

static void meet(struct people *p, const char *name, const char *addr,
		 int64_t when)
{
	char *key CLEANUP(mem_free_ptr) = NULL;
	struct met *m;

	if (!addr || !strchr(addr, '@'))
		return;
	key = xstrdup(addr);
	for (char *c = key; *c; c++)
		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c + 32);
	m = map_find(p->by_addr, key);
	if (!m) {
		m = xcalloc(1, sizeof(*m));
		m->addr = xstrdup(addr);
		m->last = CLOCK_NEVER;
		vec_add(&p->v, m);
		map_set(p->by_addr, key, m);
	}
	m->count++;
	if (name && *name && (when >= m->last || !m->name))
		mem_replace(&m->name, xstrdup(name));
	if (when > m->last)
		m->last = when;
}

static void meet_list(struct people *p, const char *list, int64_t when)
{
	struct str name CLEANUP(str_release) = STR_INIT;
	struct str addr CLEANUP(str_release) = STR_INIT;
	const char *pos = str_or_empty(list);

	while (item_next_address(&pos, &name, &addr))
		meet(p, name.s, addr.s, when);
}

static int by_count(const void *a, const void *b)
{
	const struct met *x = *(struct met *const *)a;
	const struct met *y = *(struct met *const *)b;

	if (x->count != y->count)
		return x->count < y->count ? 1 : -1;
	if (x->last != y->last)
		return x->last < y->last ? 1 : -1;
	return strcmp(x->addr, y->addr);
}

static bool collect(struct batch *b, struct item_query *q, struct people *p,
		    struct err *err)
{
	bool recipients = batch_has(b, OPT_RECIPIENTS), more = true;
	struct item anchor;

	q->limit = 500;
	item_init(&anchor);
	while (more) {
		struct item_list page = {0};

		if (!query_items(b->store, q, &page, err)) {
			item_release(&anchor);
			return false;
		}
		for (size_t i = 0; i < page.n; i++) {
			const struct item *it = &page.v[i];

			if (!recipients) {
				meet(p, it->from_name, it->from_addr,
				     it->received);
				continue;
			}
			meet_list(p, it->to, it->received);
			meet_list(p, it->cc, it->received);
		}
		more = page.n == 500;
		if (more) {
			item_release(&anchor);
			item_init(&anchor);
			item_copy(&anchor, &page.v[page.n - 1]);
			q->anchor = &anchor;
		}
		item_list_release(&page);
	}
	item_release(&anchor);
	return true;
}

static json_t *met_json(const struct met *m)
{
	return json_pack("{s:o,s:s,s:I,s:o}", "name", out_text_json(m->name),
			 "address", m->addr, "count", (json_int_t)m->count,
			 "last", out_time_json(m->last));
}

static bool print_person(struct batch *b, const struct met *m, json_t *array)
{
	const char *format = batch_value(b, OPT_FORMAT);
	json_t *j = met_json(m);
	bool ok = true;

	if (array)
		json_array_append(array, j);
	else if (batch_has(b, OPT_JSONL))
		out_line(json_incref(j));
	else if (batch_has(b, OPT_NUL))
		printf("%s%c", m->addr, 0);
	else if (format)
		ok = out_format(format, j);
	else if (m->name)
		printf("%s <%s>\n", m->name, m->addr);
	else
		puts(m->addr);
	json_decref(j);
	return ok;
}

static int print_people(struct batch *b, const struct people *p)
{
	json_t *array = batch_has(b, OPT_JSON) ? json_array() : NULL;
	int limit;

	if (!batch_limit(b, INT_MAX, &limit))
		return BATCH_USAGE;
	for (size_t i = 0; i < p->v.n && (int)i < limit; i++)
		if (!print_person(b, p->v.v[i], array))
			return BATCH_USAGE;
	if (array)
		out_document(json_pack("{s:o}", "people", array));
	return p->v.n ? BATCH_DONE : BATCH_NOTHING;
}

int verb_address(struct batch *b)
{
	char *text CLEANUP(mem_free_ptr) = strv_join(&b->args, " ");
	struct item_query q = {.folder = 0};
	struct people p = {.by_addr = map_new(NULL)};
	struct search_node *node = NULL;
	struct err err;
	int status = -1;

	if (!search_parse(&node, text, clock_now(), &err))
		status = batch_fail(&err);
	else if (batch_open_account(b, &status) && batch_open_store(b, &status))
		status = -1;
	if (status < 0 && batch_value(b, OPT_FOLDER)) {
		q.folder = batch_folder(b, batch_value(b, OPT_FOLDER));
		if (!q.folder)
			status = BATCH_NOTHING;
	}
	q.search = b->args.n ? node : NULL;
	q.flags_clear = batch_has(b, OPT_UNREAD) ? ITEM_READ : 0;
	if (status < 0 && !collect(b, &q, &p, &err))
		status = batch_fail(&err);
	if (status < 0) {
		if (p.v.n)
			qsort(p.v.v, p.v.n, sizeof(*p.v.v), by_count);
		status = print_people(b, &p);
	}
	search_node_free(node);
	map_free(p.by_addr);
	for (size_t i = 0; i < p.v.n; i++)
		met_free(p.v.v[i]);
	vec_release(&p.v);
	return status;
}
