/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "proto/dav/query.h"
#include "base/clock.h"
#include "base/log.h"
#include "net/xml.h"

#include <stdio.h>
#include <string.h>

/* One search and what is counted of its answer. */
struct run {
	dav_row_fn fn;
	void *ctx;
	int64_t rows, failed;
	struct err why; /* the first that failed */
};

static bool count_row(void *ctx, struct dav_row *r, struct err *err)
{
	struct run *run = ctx;

	if (r->index == 0) /* also where a read is repeated */
		run->rows = run->failed = 0;
	run->rows++;
	if (dav_row_status(r) >= 300 && run->failed++ == 0)
		dav_row_error(r, PLACE_FIND, &run->why);
	return run->fn(run->ctx, r, err);
}

static void add_sql(struct str *b, const struct backend *be,
		    const struct query *q)
{
	unsigned use = q->use;

	if (be->shrunk > 0)
		use |= be->shrunk > 1 ? USE_LEAN : USE_PLAIN;
	str_add(b, "SELECT ");
	prop_add_columns(b, use);
	str_addf(b, " FROM SCOPE('%s traversal of \"\"')",
		 q->scope ? q->scope : "shallow");
	if (q->where)
		str_addf(b, " WHERE %s", q->where);
	if (q->order)
		str_addf(b, " ORDER BY %s", q->order);
}

/* SQL as it is, but for what XML forbids in text. */
static void add_text(struct str *b, const char *s)
{
	for (; *s; s++)
		if (*s == '<')
			str_add(b, "&lt;");
		else if (*s == '>')
			str_add(b, "&gt;");
		else if (*s == '&')
			str_add(b, "&amp;");
		else if ((unsigned char)*s >= ' ')
			str_add_char(b, *s);
		else
			str_add_char(b, ' ');
}

static void write_search(struct str *b, const struct backend *be,
			 const struct query *q)
{
	struct str sql CLEANUP(str_release) = STR_INIT;

	add_sql(&sql, be, q);
	str_add(b, DAV_XML "<D:searchrequest xmlns:D=\"DAV:\">");
	if (q->repl) {
		str_add(b, "<R:repl xmlns:R=\"http://schemas.microsoft.com/"
			   "repl/\"><R:collblob>");
		str_add_xml(b, str_or_empty(q->collblob));
		str_add(b, "</R:collblob></R:repl>");
	}
	str_add(b, "<D:sql>");
	add_text(b, sql.s);
	str_add(b, "</D:sql></D:searchrequest>");
}

/* "rows 0-99; total=1234": evo-ex reads only these two numbers, too. */
static void read_range(const struct http_answer *a, const struct query *q,
		       struct query_result *out)
{
	char *range CLEANUP(mem_free_ptr) =
		http_answer_field(a, "Content-Range");
	const char *total = range ? strstr(range, "total=") : NULL;

	/* Without it everything came, but for a server that cuts silently. */
	out->more = total ? q->from + out->rows < strtoll(total + 6, NULL, 10)
			  : q->count > 0 && out->rows == q->count;
	if (out->rows == 0)
		out->more = false;
}

static bool search_once(struct backend *b, const struct op *op,
			const char *path, const struct query *q,
			struct run *run, struct query_result *out,
			struct err *err)
{
	char range[80];
	const char *headers[] = {"Brief: t", NULL, NULL};
	struct str body CLEANUP(str_release) = STR_INIT;
	struct dav_call c = {.method = "SEARCH",
			     .path = path,
			     .headers = headers,
			     .place = PLACE_FIND,
			     .rows = count_row,
			     .ctx = run};
	bool ok;

	if (q->count > 0) {
		snprintf(range, sizeof(range), "Range: rows=%lld-%lld",
			 (long long)q->from,
			 (long long)(q->from + q->count - 1));
		headers[1] = range;
	}
	write_search(&body, b, q);
	c.body = body.s;
	c.len = body.len;
	ok = dav_do(b, op, &c, err);
	/* Not an empty folder: what is in it cannot be seen. */
	if (ok && run->rows > 0 && run->failed == run->rows)
		ok = err_set(err, ERR_DENIED,
			     "the server tells nothing of what is there (%s)",
			     run->why.text);
	if (ok) {
		out->rows = run->rows;
		out->failed = run->failed;
		read_range(&c.answer, q, out);
		out->collblob = c.collblob;
		c.collblob = NULL;
	}
	dav_call_release(&c);
	return ok;
}

bool query_search(struct backend *b, const struct op *op, const char *path,
		  const struct query *q, dav_row_fn fn, void *ctx,
		  struct query_result *out, struct err *err)
{
	struct err e;

	*out = (struct query_result){0};
	for (;;) {
		struct run run = {.fn = fn, .ctx = ctx};

		err_clear(&e);
		if (search_once(b, op, path, q, &run, out, &e))
			return true;
		if (e.number == 416) /* past the end (7.3) */
			return true;
		if ((e.number != 422 && e.number != 400) || q->risky ||
		    b->shrunk >= 2)
			break;
		b->shrunk++;
		log_at(LOG_INFO, "dav", "asks for fewer properties");
	}
	if (err)
		*err = e;
	return false;
}

bool query_propfind(struct backend *b, const struct op *op, const char *path,
		    const char *depth, unsigned use, const enum dav_prop *extra,
		    dav_row_fn fn, void *ctx, struct err *err)
{
	char *depth_line CLEANUP(mem_free_ptr) = xasprintf("Depth: %s", depth);
	const char *headers[] = {depth_line, "Brief: t", NULL};
	struct str body CLEANUP(str_release) = STR_INIT;
	struct dav_call c = {.method = "PROPFIND",
			     .path = path,
			     .headers = headers,
			     .rows = fn,
			     .ctx = ctx};

	str_add(&body, DAV_XML "<D:propfind xmlns:D=\"DAV:\">");
	prop_add_request(&body, use, extra);
	str_add(&body, "</D:propfind>");
	c.body = body.s;
	c.len = body.len;
	return dav_simple(b, op, &c, err);
}

void query_add_target(struct str *b, const char *const *names, size_t n)
{
	str_add(b, "<D:target>");
	for (size_t i = 0; i < n; i++)
		xml_add_element(b, "D:href", names[i]);
	str_add(b, "</D:target>");
}

bool query_bpropfind(struct backend *b, const struct op *op, const char *folder,
		     const char *const *names, size_t n, unsigned use,
		     dav_row_fn fn, void *ctx, struct err *err)
{
	static const char *const headers[] = {"Depth: 0", "Brief: t", NULL};
	struct str body CLEANUP(str_release) = STR_INIT;
	struct dav_call c = {.method = "BPROPFIND",
			     .path = folder,
			     .headers = headers,
			     .rows = fn,
			     .ctx = ctx};

	str_add(&body, DAV_XML "<D:propfind xmlns:D=\"DAV:\">");
	query_add_target(&body, names, n);
	prop_add_request(&body, use, NULL);
	str_add(&body, "</D:propfind>");
	c.body = body.s;
	c.len = body.len;
	return dav_simple(b, op, &c, err);
}

struct patched {
	int status;  /* of the whole, as far as told */
	int refused; /* of a property */
};

static bool note_patched(void *ctx, struct dav_row *r, struct err *err)
{
	struct patched *p = ctx;

	(void)err;
	if (r->index == 0)
		*p = (struct patched){r->status, r->refused};
	return true;
}

static void add_props(struct str *b, const char *tag, const char *elements)
{
	if (elements && *elements)
		str_addf(b, "<D:%s><D:prop>%s</D:prop></D:%s>", tag, elements,
			 tag);
}

bool query_proppatch(struct backend *b, const struct op *op, const char *path,
		     const char *guard, const char *set, const char *remove,
		     int *refused, struct err *err)
{
	const char *headers[] = {"Brief: t", guard, NULL};
	struct str body CLEANUP(str_release) = STR_INIT;
	struct patched p = {0};
	struct dav_call c = {.method = "PROPPATCH",
			     .path = path,
			     .headers = headers,
			     .changes = true,
			     .place = PLACE_PUT,
			     .rows = note_patched,
			     .ctx = &p};

	str_add(&body, DAV_XML "<D:propertyupdate" DAV_TYPES ">");
	add_props(&body, "set", set);
	add_props(&body, "remove", remove);
	str_add(&body, "</D:propertyupdate>");
	c.body = body.s;
	c.len = body.len;
	if (!dav_simple(b, op, &c, err))
		return false;
	*refused = p.refused;
	return p.status < 300 || dav_status_error(p.status, PLACE_PUT, err);
}

void query_add_date(struct str *b, int64_t t)
{
	str_add(b, "cast(\"");
	clock_add_iso(b, t);
	str_add(b, "\" as 'dateTime.tz')");
}

void query_add_text(struct str *b, const char *s)
{
	str_add_char(b, '\'');
	for (; *s; s++) {
		if (*s == '\'')
			str_add_char(b, '\'');
		str_add_char(b, *s);
	}
	str_add_char(b, '\'');
}
