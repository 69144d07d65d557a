/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * Our own free/busy times (dossier 18.2). The server of 2000 and 2003 writes
 * them late and unreliably after a change over WebDAV (18.3), so whoever
 * changes the calendar writes the message. It is rewritten whole from what the
 * calendar says then: writing it twice does no harm. Making a message where
 * there is none is left to the server.
 */
#include "base/clock.h"
#include "base/codec.h"
#include "base/log.h"
#include "proto/dav/freebusy.h"
#include "proto/dav/query.h"

#include <string.h>

#define MONTHS_DEFAULT 2
#define MONTHS_MAX 36

struct span {
	int64_t start, end;
	enum show_as show_as;
};
struct publishing {
	struct backend *b;
	char *path; /* of our message; NULL: none */
	int months; /* published, from the current one on */
	int first;  /* year * 16 + month */
	struct {
		struct span *v;
		size_t n, cap;
	} spans; /* by start */
};

static int month_after(int month, int n)
{
	int at = month / 16 * 12 + month % 16 - 1 + n;

	return at / 12 * 16 + at % 12 + 1;
}

static bool on_own(void *ctx, struct dav_row *r, struct err *err)
{
	struct publishing *p = ctx;

	(void)err;
	if (p->path || dav_row_status(r) >= 300 || !r->href ||
	    !public_is_whose(r->value[PROP_BUSY_WHOSE], p->b->account->address))
		return true;
	p->path = href_path(r->href);
	p->months = (int)dav_row_number(r, PROP_BUSY_MONTHS, MONTHS_DEFAULT);
	if (p->months < 1 || p->months > MONTHS_MAX)
		p->months = MONTHS_DEFAULT;
	return true;
}

static bool on_span(void *ctx, struct dav_row *r, struct err *err)
{
	static const struct {
		const char *word;
		enum show_as show_as;
	} words[] = {{"TENTATIVE", SHOW_TENTATIVE},
		     {"BUSY", SHOW_BUSY},
		     {"OOF", SHOW_AWAY}};
	struct publishing *p = ctx;
	struct span s;

	(void)err;
	if (r->index == 0) /* also where a read is repeated */
		p->spans.n = 0;
	if (!r->value[PROP_CAL_START] || !r->value[PROP_CAL_END] ||
	    !clock_parse_iso(r->value[PROP_CAL_START], &s.start) ||
	    !clock_parse_iso(r->value[PROP_CAL_END], &s.end) ||
	    s.end <= s.start ||
	    str_eq_nocase(r->value[PROP_CAL_STATUS], "CANCELLED"))
		return true;
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (str_eq_nocase(r->value[PROP_CAL_BUSY], words[i].word)) {
			s.show_as = words[i].show_as;
			vec_add(&p->spans, s);
		}
	return true;
}

static int by_start(const void *a, const void *b)
{
	const struct span *x = a, *y = b;

	return x->start < y->start ? -1 : x->start > y->start;
}

/* A range on the times has the server expand the series (16.1). */
static bool read_calendar(struct publishing *p, const struct op *op,
			  struct err *err)
{
	struct str where CLEANUP(str_release) = STR_INIT;
	struct query q = {.use = USE_SPAN};
	struct query_result result = {0};
	const char *below = p->b->roles[FOLDER_ROLE_CALENDAR];
	char *path CLEANUP(mem_free_ptr) = NULL;

	if (!below)
		return err_set(err, ERR_NOT_FOUND, "there is no calendar");
	path = wire_path(p->b, below);
	str_add(&where, QUERY_ITEMS " AND ");
	prop_add_sql(&where, PROP_CAL_END);
	str_add(&where, " > ");
	query_add_date(&where, busy_month_start(p->first));
	str_add(&where, " AND ");
	prop_add_sql(&where, PROP_CAL_START);
	str_add(&where, " < ");
	query_add_date(&where,
		       busy_month_start(month_after(p->first, p->months)));
	q.where = where.s;
	if (!query_search(p->b, op, path, &q, on_span, p, &result, err))
		return false;
	free(result.collblob);
	if (p->spans.n)
		qsort(p->spans.v, p->spans.n, sizeof(*p->spans.v), by_start);
	return true;
}

static void add_pair(struct str *b, int64_t month, int64_t start, int64_t end)
{
	unsigned s = (unsigned)((start - month) / 60);
	unsigned e = (unsigned)((end - month + 59) / 60);
	unsigned char pair[] = {(unsigned char)s, (unsigned char)(s >> 8),
				(unsigned char)e, (unsigned char)(e >> 8)};

	str_add_mem(b, (const char *)pair, sizeof(pair));
}

/* Pairs of one kind in one month, those that meet made one. */
static void add_month(struct str *b, const struct publishing *p,
		      const struct busy_kind *k, int month)
{
	int64_t from = busy_month_start(month);
	int64_t to = busy_month_start(month_after(month, 1));
	int64_t start = 0, end = 0;
	bool open = false;

	for (size_t i = 0; i < p->spans.n; i++) {
		struct span s = p->spans.v[i];
		/* The first kind is of all that keeps one away (18.2). */
		bool counts = k == &busy_kinds[0] ? s.show_as != SHOW_TENTATIVE
						  : s.show_as == k->show_as;

		if (!counts || s.end <= from || s.start >= to)
			continue;
		s.start = s.start < from ? from : s.start;
		s.end = s.end > to ? to : s.end;
		if (open && s.start <= end) {
			end = s.end > end ? s.end : end;
			continue;
		}
		if (open)
			add_pair(b, from, start, end);
		start = s.start;
		end = s.end;
		open = true;
	}
	if (open)
		add_pair(b, from, start, end);
}

static void add_kind(const struct publishing *p, const struct busy_kind *k,
		     struct str *set, struct str *gone)
{
	struct str months CLEANUP(str_release) = STR_INIT;
	struct str data CLEANUP(str_release) = STR_INIT;

	for (int i = 0; i < p->months; i++) {
		int month = month_after(p->first, i);
		struct str raw CLEANUP(str_release) = STR_INIT;

		add_month(&raw, p, k, month);
		if (!raw.len)
			continue;
		str_addf(&months, "%s%d", months.len ? "\n" : "", month);
		str_add(&data, data.len ? "\n" : "");
		codec_base64_add(&data, raw.s, raw.len);
	}
	/* A kind without anything has no values, as Outlook has it. */
	if (months.len) {
		prop_add_value(set, k->months, months.s);
		prop_add_value(set, k->data, data.s);
	} else {
		prop_add_value(gone, k->months, NULL);
		prop_add_value(gone, k->data, NULL);
	}
}

static void add_minutes(struct str *b, enum dav_prop prop, int64_t t)
{
	prop_add_number(b, prop, (int)(t / 60 + BUSY_EPOCH_MINUTES));
}

static bool write_message(const struct publishing *p, const struct op *op,
			  struct err *err)
{
	struct str set CLEANUP(str_release) = STR_INIT;
	struct str gone CLEANUP(str_release) = STR_INIT;
	struct str now CLEANUP(str_release) = STR_INIT;
	struct public_place place;
	int refused = 0;
	bool ok;

	for (size_t k = 0; k < BUSY_KINDS; k++)
		add_kind(p, &busy_kinds[k], &set, &gone);
	add_minutes(&set, PROP_BUSY_FROM, busy_month_start(p->first));
	add_minutes(&set, PROP_BUSY_TO,
		    busy_month_start(month_after(p->first, p->months)));
	clock_add_iso(&now, clock_now());
	prop_add_value(&set, PROP_BUSY_CHANGED, now.s);
	public_open(&place, p->b, op);
	ok = query_proppatch(p->b, op, p->path, "If-Match: *", set.s,
			     gone.len ? gone.s : NULL, &refused, err);
	public_close(&place);
	if (ok && refused)
		ok = dav_status_error(refused, PLACE_PUT, err);
	return ok;
}

void dav_publish(struct backend *b, const struct op *op)
{
	struct publishing p = {.b = b};
	const char *own = b->account->address;
	struct public_place place;
	struct clock_parts now;
	struct err e = ERR_INIT;
	bool ok;

	if (b->no_publish || b->version >= DAV_2007)
		return;
	clock_utc(clock_now(), &now);
	p.first = now.year * 16 + now.month;
	public_open(&place, b, op);
	ok = public_find_messages(&place, op, &own, 1, on_own, &p, &e);
	public_close(&place);
	ok = ok && (!p.path ||
		    (read_calendar(&p, op, &e) && write_message(&p, op, &e)));
	if (!ok)
		log_at(LOG_INFO, "dav", "free/busy is not published: %s",
		       e.text);
	/* What cannot be found or written now will not be the next time. */
	b->no_publish = !ok ? e.kind != ERR_NETWORK && e.kind != ERR_CANCELLED
			    : !p.path;
	free(p.path);
	vec_release(&p.spans);
}
