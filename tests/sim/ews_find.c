/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* FindItem and GetItem (dossier 7, 11.2, 12.1). */
#include "tests/sim/ews_calendar.h"
#include "tests/sim/find.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>
#include "base/clock.h"

enum { FIND_LIMIT = 1000, VIEW_MAX_DAYS = 732 };

struct row {
	const struct item *it;
	struct value *keys;
};
struct order {
	struct path path;
	bool descending;
};
struct rows {
	struct row *v;
	size_t n, cap;
};
struct sorting {
	struct order v[4];
	size_t n;
};

static int value_order(const struct value *a, const struct value *b)
{
	if (a->type == VALUE_NONE || b->type == VALUE_NONE)
		return (a->type != VALUE_NONE) - (b->type != VALUE_NONE);
	if (a->type == VALUE_TEXT)
		return strcasecmp(a->text.s, b->text.s);
	return a->number < b->number ? -1 : a->number > b->number;
}

static int row_order(const void *pa, const void *pb, void *arg)
{
	const struct row *a = pa, *b = pb;
	const struct sorting *s = arg;

	for (size_t i = 0; i < s->n; i++) {
		int c = value_order(&a->keys[i], &b->keys[i]);

		if (c)
			return s->v[i].descending ? -c : c;
	}
	return a->it->id < b->it->id ? -1 : a->it->id > b->it->id;
}

static void sorting_read(struct sorting *s, const xmlNode *node)
{
	memset(s, 0, sizeof(*s));
	for (xmlNode *n = xr_first(node); n && s->n < ARRAY_LEN(s->v);
	     n = xr_next(n)) {
		struct order *o = &s->v[s->n];
		const char *order = str_or_empty(xr_attr(n, "Order"));

		if (!path_read(&o->path, xr_first(n)))
			continue;
		o->descending = strcmp(order, "Descending") == 0;
		s->n++;
	}
}

static void sorting_release(struct sorting *s)
{
	for (size_t i = 0; i < s->n; i++)
		path_release(&s->v[i].path);
}

/* The folder's own order, by time received, needs no sorting. */
static bool natural(const struct sorting *s, bool *descending)
{
	*descending = true;
	if (s->n == 0)
		return true;
	*descending = s->v[0].descending;
	return s->v[0].path.field == FIELD_RECEIVED ||
	       s->v[0].path.tag == 0x0e06;
}

static void rows_sort(struct rows *rows, struct sorting *s)
{
	bool descending;

	if (natural(s, &descending)) {
		for (size_t i = 0; descending && i < rows->n / 2; i++) {
			struct row swap = rows->v[i];

			rows->v[i] = rows->v[rows->n - 1 - i];
			rows->v[rows->n - 1 - i] = swap;
		}
		return;
	}
	for (size_t i = 0; i < rows->n; i++) {
		rows->v[i].keys = xcalloc(s->n, sizeof(struct value));
		for (size_t k = 0; k < s->n; k++) {
			value_init(&rows->v[i].keys[k]);
			item_value(rows->v[i].it, &s->v[k].path,
				   &rows->v[i].keys[k]);
		}
	}
	qsort_r(rows->v, rows->n, sizeof(*rows->v), row_order, s);
	for (size_t i = 0; i < rows->n; i++) {
		for (size_t k = 0; k < s->n; k++)
			value_release(&rows->v[i].keys[k]);
		free(rows->v[i].keys);
	}
}

struct page {
	size_t offset, max;
	bool from_end, paged;
};

static void page_read(struct page *p, const struct req *r)
{
	const xmlNode *view = xr_child(r->op, "IndexedPageItemView");
	const char *max = xr_attr(view, "MaxEntriesReturned");

	p->paged = view != NULL;
	p->offset = strtoul(str_or_empty(xr_attr(view, "Offset")), NULL, 10);
	p->max = max ? strtoul(max, NULL, 10) : FIND_LIMIT;
	p->from_end =
		strcmp(str_or_empty(xr_attr(view, "BasePoint")), "End") == 0;
	if (p->max > FIND_LIMIT)
		p->max = FIND_LIMIT;
}

static void collect(const struct req *r, const struct folder *f,
		    struct rows *rows)
{
	const xmlNode *restriction = xr_first(xr_child(r->op, "Restriction"));
	const char *query = xr_child_text(r->op, "QueryString");

	for (size_t i = 0; i < f->items.n; i++) {
		const struct item *it = f->items.v[i];

		if (!item_matches(it, restriction) ||
		    (query && !item_matches_query(it, query)))
			continue;
		vec_add(rows, ((struct row){it, NULL}));
	}
}

static void find_in(struct req *r, const struct folder *f,
		    const struct shape *shape, struct sorting *sorting)
{
	struct rows rows = {0};
	struct page page;
	size_t from, to;
	const char *traversal = str_or_empty(xr_attr(r->op, "Traversal"));

	page_read(&page, r);
	/* No associated items are kept; soft-deleted ones have a folder. */
	if (strcmp(traversal, "Shallow") == 0)
		collect(r, f, &rows);
	/* A throttling server tells old clients nothing but "busy". */
	if (r->sim->product->rank >= RANK_2010 && r->rank < RANK_2010SP1 &&
	    rows.n > FIND_LIMIT && page.max == FIND_LIMIT) {
		rsp_error(r, "ErrorServerBusy", NULL);
		vec_release(&rows);
		return;
	}
	rows_sort(&rows, sorting);
	from = page.offset < rows.n ? page.offset : rows.n;
	to = rows.n - from > page.max ? from + page.max : rows.n;
	if (page.from_end) {
		size_t high = rows.n - from;

		from = high > page.max ? high - page.max : 0;
		to = high;
	}
	rsp_ok(r);
	str_add(&r->out, "<m:RootFolder");
	if (page.paged)
		str_addf(&r->out, " IndexedPagingOffset=\"%zu\"",
			 page.from_end ? rows.n - from : to);
	str_addf(&r->out,
		 " TotalItemsInView=\"%zu\" "
		 "IncludesLastItemInRange=\"%s\">",
		 rows.n,
		 (page.from_end ? from == 0 : to == rows.n) ? "true" : "false");
	xw_open(&r->out, "t:Items");
	for (size_t i = from; i < to; i++)
		item_write(r, rows.v[i].it, shape);
	xw_close(&r->out, "t:Items");
	str_add(&r->out, "</m:RootFolder>");
	rsp_close(r);
	str_addf(&r->detail, " folder=\"%s\" n=%zu", f->name, to - from);
	vec_release(&rows);
}

/* Occurrences of a window, never masters (dossier 12.1). */
static void find_view(struct req *r, const struct folder *f,
		      const xmlNode *view, const struct shape *shape)
{
	const char *max = xr_attr(view, "MaxEntriesReturned");
	struct event_list list = {0};
	int64_t from, to;
	size_t n;

	if (!cal_time_read(r, NULL, str_or_empty(xr_attr(view, "StartDate")),
			   &from) ||
	    !cal_time_read(r, NULL, str_or_empty(xr_attr(view, "EndDate")),
			   &to) ||
	    to < from) {
		rsp_error(r, "ErrorCalendarEndDateIsEarlierThanStartDate",
			  NULL);
		return;
	}
	if (to - from > VIEW_MAX_DAYS * 86400LL) {
		rsp_error(r, "ErrorCalendarViewRangeTooBig", NULL);
		return;
	}
	events_between(f, from, to, &list);
	n = max ? strtoul(max, NULL, 10) : FIND_LIMIT;
	if (n > list.n)
		n = list.n;
	rsp_ok(r);
	str_addf(&r->out,
		 "<m:RootFolder TotalItemsInView=\"%zu\" "
		 "IncludesLastItemInRange=\"%s\">",
		 list.n, n == list.n ? "true" : "false");
	xw_open(&r->out, "t:Items");
	for (size_t i = 0; i < n; i++)
		item_write(r, list.v[i], shape);
	xw_close(&r->out, "t:Items");
	str_add(&r->out, "</m:RootFolder>");
	rsp_close(r);
	str_addf(&r->detail, " view=\"%s\" n=%zu", f->name, n);
	events_free(&list);
}

void op_find_item(struct req *r)
{
	const xmlNode *view = xr_child(r->op, "CalendarView");

	struct shape shape;
	struct sorting sorting;

	shape_read(r, &shape, xr_child(r->op, "ItemShape"), true);
	sorting_read(&sorting, xr_child(r->op, "SortOrder"));
	rsp_begin(r);
	for (xmlNode *id = xr_first(xr_child(r->op, "ParentFolderIds")); id;
	     id = xr_next(id)) {
		const char *code = NULL;
		struct folder *f = req_folder(r, id, RIGHT_READ, &code);

		if (f && view)
			find_view(r, f, view, &shape);
		else if (f)
			find_in(r, f, &shape, &sorting);
		else
			rsp_error(r, code, NULL);
	}
	rsp_end(r);
	sorting_release(&sorting);
	shape_release(&shape);
}

/* --- GetItem ------------------------------------------------------------- */
void op_get_item(struct req *r)
{
	struct shape shape;
	const xmlNode *ids = xr_child(r->op, "ItemIds");
	size_t n = 0, total = xr_count(ids);

	shape_read(r, &shape, xr_child(r->op, "ItemShape"), false);
	rsp_begin(r);
	for (xmlNode *id = xr_first(ids); id; id = xr_next(id), n++) {
		const char *code = NULL;
		const struct item *it;

		if (batch_stopped(r, n, total)) {
			rsp_error(r, "ErrorBatchProcessingStopped",
				  "<m:Items/>");
			continue;
		}
		it = req_item(r, id, RIGHT_READ, &code);
		if (!it) {
			rsp_error(r, code, "<m:Items/>");
			continue;
		}
		rsp_ok(r);
		xw_open(&r->out, "m:Items");
		item_write(r, it, &shape);
		xw_close(&r->out, "m:Items");
		rsp_close(r);
	}
	rsp_end(r);
	str_addf(&r->detail, " n=%zu mime=%d", n, shape.mime);
	shape_release(&shape);
}
