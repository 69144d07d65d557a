/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* SEARCH: rows, order, pages, and the replication manifest (dossier 7, 9.1). */
#include "tests/sim/dav.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>
#include "base/codec.h"
#include "tests/sim/cal.h"

#define REPL "http://schemas.microsoft.com/repl/"

struct row {
	struct resource r;
	struct dav_val key[2]; /* of the ORDER BY */
};
struct rows {
	struct row *v;
	size_t n, cap;
	struct dav *d;
	const struct sql *q;
	struct event_list events; /* occurrences among the rows */
};

static void rows_release(struct rows *l)
{
	events_free(&l->events);
	for (size_t i = 0; i < l->n; i++) {
		dav_val_release(&l->v[i].key[0]);
		dav_val_release(&l->v[i].key[1]);
	}
	vec_release(l);
}

static void consider(struct rows *l, const struct resource *r)
{
	struct row row = {.r = *r};

	if (!sql_matches(l->d, l->q, r))
		return;
	for (size_t i = 0; i < l->q->order.n && i < 2; i++)
		if (!dav_value(l->d, r, &l->q->order.v[i], &row.key[i]))
			row.key[i].number = 0;
	vec_add(l, row);
}

/* A query that bounds the times gets series as their occurrences (16.1). */
static bool expand(struct rows *l, struct folder *f)
{
	struct resource r = {.kind = DAV_ITEM, .box = f->box, .folder = f};
	size_t first = l->events.n;
	int64_t from, to;

	if (strncasecmp(str_or_empty(f->folder_class), "IPF.Appointment", 15) !=
		    0 ||
	    !sql_time_range(l->q, &from, &to))
		return false;
	events_between(f, from, to, &l->events);
	for (size_t i = first; i < l->events.n; i++) {
		r.item = l->events.v[i];
		consider(l, &r);
	}
	return true;
}

static void walk(struct rows *l, struct folder *f, char depth)
{
	struct resource r = {.box = f->box, .folder = f};
	bool expanded;

	if (!dav_may(l->d, f, RIGHT_READ) && f->parent)
		return;
	r.kind = DAV_ITEM;
	expanded = depth != 'h' && expand(l, f);
	for (size_t i = 0; depth != 'h' && !expanded && i < f->items.n; i++) {
		r.item = f->items.v[i];
		consider(l, &r);
	}
	r.kind = DAV_FOLDER;
	r.item = NULL;
	for (size_t i = 0; i < f->kids.n; i++) {
		struct folder *c = f->kids.v[i];

		if (!dav_may(l->d, c, RIGHT_VISIBLE))
			continue;
		r.folder = c;
		consider(l, &r);
		if (depth != 's')
			walk(l, c, depth);
	}
}

static int compare_values(const struct dav_val *a, const struct dav_val *b)
{
	if (a->text.len || b->text.len)
		return strcasecmp(a->text.s ? a->text.s : "",
				  b->text.s ? b->text.s : "");
	return (a->number > b->number) - (a->number < b->number);
}

static int compare_rows(const void *a, const void *b, void *ctx)
{
	const struct row *x = a, *y = b;
	const struct sql *q = ctx;

	for (size_t i = 0; i < q->order.n && i < 2; i++) {
		int order = compare_values(&x->key[i], &y->key[i]);

		if (order)
			return q->descending.v[i] ? -order : order;
	}
	return 0;
}

/* --- what was found last ----------------------------------------------------------- */
/* The pages of one query share its rows as long as nothing changed, as a server
 * keeps the view of a table. */
struct dav_view {
	char *text;
	const struct folder *folder;
	uint64_t change;
	struct {
		struct resource *v;
		size_t n, cap;
	} rows;
};

struct dav_view *dav_view_new(void)
{
	return xcalloc(1, sizeof(struct dav_view));
}

void dav_view_free(struct dav_view *v)
{
	if (!v)
		return;
	free(v->text);
	vec_release(&v->rows);
	free(v);
}

static bool view_is(const struct dav_view *v, const struct dav *d,
		    const struct folder *f, const char *text)
{
	return v->folder == f && v->change == d->st->change &&
	       str_eq(v->text, text);
}

static void view_set(struct dav_view *v, const struct rows *l,
		     const struct folder *f, const char *text)
{
	mem_replace(&v->text, xstrdup(text));
	v->folder = f;
	v->change = l->d->st->change;
	vec_release(&v->rows);
	for (size_t i = 0; i < l->n; i++)
		vec_add(&v->rows, l->v[i].r);
}

/* All rows of the query in their order. */
static void find_rows(struct rows *l, struct folder *f, const char *text)
{
	struct dav_view *view = l->d->sim->dav_view;
	bool own = l->q->depth == 's' && f->box == l->d->user;

	if (own && view_is(view, l->d, f, text)) {
		for (size_t i = 0; i < view->rows.n; i++)
			vec_add(l, ((struct row){.r = view->rows.v[i]}));
		return;
	}
	walk(l, f, l->q->depth);
	if (l->q->order.n && l->n)
		qsort_r(l->v, l->n, sizeof(*l->v), compare_rows,
			(void *)(uintptr_t)l->q);
	if (own && !l->events.n)
		view_set(view, l, f, text);
}

/* --- pages ----------------------------------------------------------------------- */
/* "rows=0-99", "rows=100-", "rows=-25"; false: 416. */
static bool take_range(struct dav *d, size_t total, size_t *from, size_t *to)
{
	const char *range = d->header(d->connection, "Range");
	unsigned long long a, b;
	int used = 0;

	*from = 0;
	*to = total;
	if (!range || strncasecmp(range, "rows=", 5) != 0)
		return true;
	range += 5;
	if (sscanf(range, "-%llu%n", &b, &used) == 1 && used) {
		*from = b < total ? total - (size_t)b : 0;
	} else if (sscanf(range, "%llu-%llu", &a, &b) == 2) {
		/* Nothing found is no fault: DavMail, which has worked with
		 * many servers, does not expect one there. */
		if (a >= total && a > 0)
			return false;
		*from = (size_t)a;
		if (b + 1 < total)
			*to = (size_t)b + 1;
	} else if (sscanf(range, "%llu-", &a) == 1) {
		if (a >= total)
			return false;
		*from = (size_t)a;
	}
	dav_header(d, "Accept-Ranges: rows");
	dav_header(d, "Content-Range: rows %zu-%zu; total=%zu", *from,
		   *to > *from ? *to - 1 : *from, total);
	return true;
}

static void add_row(struct multi *m, const struct resource *r,
		    const struct sql *q)
{
	multi_open(m, r);
	multi_props(m, r, &q->select);
	multi_close(m);
}

/* GROUP BY: one row with the count of what the page would have shown. */
static void answer_grouped(struct dav *d, const struct rows *l)
{
	struct resource r = {.kind = DAV_NOTHING};
	struct multi m;

	multi_init(&m, d);
	multi_open(&m, &r);
	str_add(&m.body, "<a:propstat>");
	multi_status(&m, 200);
	str_addf(&m.body,
		 "<a:prop><a:ishidden b:dt=\"boolean\">0</a:ishidden>"
		 "<a:visiblecount b:dt=\"int\">%zu</a:visiblecount></a:prop>"
		 "</a:propstat>",
		 l->n);
	multi_close(&m);
	multi_end(&m);
}

/* --- replication -------------------------------------------------------------------- */
/* A blob is opaque to the client: store, change number, and the query it is
 * for, with a sum over them. */
struct blob {
	unsigned long long epoch, change, query;
};

static unsigned long long sum_of(const struct blob *b)
{
	return (b->epoch * 31 + b->change) * 0x9e3779b97f4a7c15u ^ b->query;
}

static unsigned long long query_hash(const struct dav *d, const char *sql)
{
	const char *from = strcasestr(sql, "from");
	unsigned long long h = 1469598103934665603u;

	for (const char *p = d->path; *p; p++)
		h = (h ^ (unsigned char)*p) * 1099511628211u;
	for (const char *p = str_or_empty(from); *p; p++)
		h = (h ^ (unsigned char)*p) * 1099511628211u;
	return h;
}

/* Without changes the element is empty: the client's blob goes on to be good
 * (SDK, "Server has no changed items for the client"). b NULL: that. */
static void add_blob(struct multi *m, const struct blob *b)
{
	struct str raw CLEANUP(str_release) = STR_INIT;
	struct str text CLEANUP(str_release) = STR_INIT;
	const char *p;

	p = multi_prefix(m, REPL, strlen(REPL));
	if (!b) {
		str_addf(&m->extra, "<%s:repl></%s:repl>", p, p);
		return;
	}
	str_addf(&raw, "%llx:%llx:%llx:%llx", b->epoch, b->change, b->query,
		 sum_of(b));
	codec_base64_add(&text, raw.s, raw.len);
	str_addf(&m->extra, "<%s:repl><%s:collblob>%s</%s:collblob></%s:repl>",
		 p, p, text.s, p, p);
}

static bool read_blob(struct blob *b, const char *text)
{
	struct str raw CLEANUP(str_release) = STR_INIT;
	unsigned long long sum;

	if (!codec_base64_decode(&raw, text, strlen(text)) || !raw.s)
		return false;
	return sscanf(raw.s, "%llx:%llx:%llx:%llx", &b->epoch, &b->change,
		      &b->query, &sum) == 4 &&
	       sum == sum_of(b);
}

static void add_change(struct multi *m, const struct resource *r,
		       const struct sql *q, const char *kind)
{
	const char *p;

	multi_open(m, r);
	p = multi_prefix(m, REPL, strlen(REPL));
	str_addf(&m->body, "<%s:changetype>%s</%s:changetype>", p, kind, p);
	multi_props(m, r, &q->select);
	multi_close(m);
}

static void add_gone(struct multi *m, const struct folder *f, uint64_t id)
{
	struct item shadow = {.id = id};
	struct resource r = {.kind = DAV_NOTHING,
			     .box = f->box,
			     .folder = (struct folder *)(uintptr_t)f,
			     .item = &shadow};
	struct str uid CLEANUP(str_release) = STR_INIT;
	const char *p;

	dav_add_repl_uid(&uid, &r);
	multi_open(m, &r);
	p = multi_prefix(m, REPL, strlen(REPL));
	str_addf(&m->body, "<%s:changetype>delete</%s:changetype><a:propstat>",
		 p, p);
	multi_status(m, 200);
	str_addf(&m->body,
		 "<a:prop><%s:repl-uid>%s</%s:repl-uid></a:prop>"
		 "</a:propstat>",
		 p, uid.s, p);
	multi_close(m);
}

static void answer_manifest(struct dav *d, const struct rows *l,
			    const struct folder *f, const char *text,
			    const char *sql)
{
	struct blob old = {0},
		    now = {d->st->epoch, d->st->change, query_hash(d, sql)};
	struct multi m;
	bool any = !*text;

	if (*text && (!read_blob(&old, text) || old.epoch != now.epoch ||
		      old.query != now.query || old.change > now.change)) {
		d->status = 475;
		return;
	}
	multi_init(&m, d);
	for (size_t i = 0; i < l->n; i++) {
		const struct item *it = l->v[i].r.item;
		uint64_t created = it ? it->created : 0;
		uint64_t content = it ? it->content : 0;

		if (*text && created <= old.change && content <= old.change)
			continue;
		add_change(&m, &l->v[i].r, l->q,
			   !*text || created > old.change ? "new" : "change");
		any = true;
	}
	for (size_t i = 0; *text && i < f->log.n; i++) {
		const struct change_entry *e = &f->log.v[i];

		if (!e->deleted || e->change <= old.change ||
		    e->created > old.change)
			continue;
		add_gone(&m, f, e->id);
		any = true;
	}
	add_blob(&m, any ? &now : NULL);
	multi_end(&m);
}

/* --- the method ------------------------------------------------------------------- */
static void search(struct dav *d, const struct sql *q, struct folder *f,
		   const char *blob, const char *text)
{
	struct rows l = {.d = d, .q = q};
	struct multi m;
	size_t from, to;

	find_rows(&l, f, text);
	if (blob) {
		answer_manifest(d, &l, f, blob, text);
	} else if (q->grouped) {
		answer_grouped(d, &l);
	} else if (!take_range(d, l.n, &from, &to)) {
		d->status = 416;
	} else {
		multi_init(&m, d);
		for (size_t i = from; i < to; i++)
			add_row(&m, &l.v[i].r, q);
		str_addf(&d->detail, " rows=%zu-%zu/%zu", from, to, l.n);
		multi_end(&m);
	}
	rows_release(&l);
}

/* Content of an item is not to be had by SEARCH (7.2). */
static bool asks_content(const struct sql *q)
{
	for (size_t i = 0; i < q->select.n; i++)
		if (q->select.v[i].tag == 0x66590102)
			return true;
	return false;
}

void dav_search(struct dav *d)
{
	xmlDoc *doc = dav_read_body(d);
	const xmlNode *root = doc ? xmlDocGetRootElement(doc) : NULL;
	const char *text = xr_child_text(root, "sql");
	const xmlNode *repl = xr_child(root, "repl");
	struct resource r = {0};
	struct sql q;

	d->name = "DAV-SEARCH";
	if (!doc)
		return;
	if (!text || !sql_parse(&q, text)) {
		d->status = 422;
		xmlFreeDoc(doc);
		return;
	}
	if (*q.scope)
		dav_resolve_url(d, q.scope, &r);
	else
		dav_resolve(d, d->path, &r);
	if (asks_content(&q) || (r.box && r.box->is_public && q.depth != 's')) {
		d->status = 422; /* public folders: level by level (6.2) */
	} else if (r.kind != DAV_FOLDER && r.kind != DAV_STORE &&
		   r.kind != DAV_HIDDEN) {
		d->status = 404;
	} else if (r.kind != DAV_STORE && !dav_may(d, r.folder, RIGHT_READ)) {
		d->status = 401; /* signed in, but no right (3) */
	} else {
		str_addf(&d->detail, " folder=%s", r.folder->name);
		search(d, &q, r.folder,
		       repl ? str_or_empty(xr_child_text(repl, "collblob"))
			    : NULL,
		       text);
	}
	resource_release(&r);
	sql_release(&q);
	xmlFreeDoc(doc);
}
