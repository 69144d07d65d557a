/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Whole entries: their texts, several at a time, then their properties. */
#include "proto/dav/event.h"
#include "proto/dav/query.h"

#include <string.h>

struct fetch {
	struct backend *b;
	const struct item_ref *refs;
	size_t n;
	struct got {
		struct bytes mime;
		struct err err;
		struct fetched_event event;
	} * v;
	struct tz_set *zones;
};

static bool on_text(void *ctx, struct fetched *owned_f)
{
	struct fetch *f = ctx;

	for (size_t i = 0; i < f->n; i++) {
		if (!str_eq(f->refs[i].remote_id, owned_f->item.remote_id))
			continue;
		free(f->v[i].mime.p);
		f->v[i].mime = owned_f->mime;
		owned_f->mime = (struct bytes){0};
		f->v[i].err = owned_f->err;
		break;
	}
	fetched_release(owned_f);
	return true;
}

static bool on_row(void *ctx, size_t i, struct dav_row *r,
		   const struct err *why, struct err *err)
{
	struct fetch *f = ctx;
	struct got *g = &f->v[i];

	(void)err;
	/* Gone between the two requests, or no properties of it: the text may
	 * do. */
	if (!r && (why->kind == ERR_NOT_FOUND || !g->mime.len)) {
		g->event.err = *why;
		return true;
	}
	dav_event_read(f->b, g->mime.p, g->mime.len, r, f->zones,
		       &g->event.appt);
	return true;
}

bool dav_fetch_events(struct backend *b, const struct op *op,
		      const struct item_ref *refs, size_t n,
		      fetched_event_fn fn, void *ctx, struct err *err)
{
	struct fetch f = {.b = b,
			  .refs = refs,
			  .n = n,
			  .v = xcalloc(n ? n : 1, sizeof(*f.v)),
			  .zones = tz_set_new()};
	bool ok, go_on = true;

	if (n && dav_is_public(refs[0].remote_id)) {
		free(f.v);
		tz_set_free(f.zones);
		return dav_public_events(b, op, refs, n, fn, ctx, err);
	}
	for (size_t i = 0; i < n; i++)
		appointment_init(&f.v[i].event.appt);
	ok = dav_fetch(b, op, refs, n, true, on_text, &f, err) &&
	     dav_fetch_rows(b, op, refs, n, USE_EVENT, on_row, &f, err);
	for (size_t i = 0; i < n; i++) {
		if (f.v[i].err.kind == ERR_NOT_FOUND)
			f.v[i].event.err = f.v[i].err;
		if (ok && go_on)
			go_on = fn(ctx, i, &f.v[i].event);
		else
			appointment_release(&f.v[i].event.appt);
		free(f.v[i].mime.p);
	}
	if (ok && !go_on)
		ok = err_set(err, ERR_CANCELLED, "stopped");
	free(f.v);
	tz_set_free(f.zones);
	return ok;
}

/* --- one entry that is going to be written ----------------------------------- */

void dav_event_source_release(struct event_source *s)
{
	appointment_release(&s->appt);
	str_release(&s->mime);
	free(s->etag);
	free(s->path);
}

static bool keep(void *ctx, const char *s, size_t len, struct err *err)
{
	struct str *text = ctx;

	str_add_mem(text, s, len);
	if (str_is_truncated(text))
		return err_set(err, ERR_PROTOCOL, "the entry is too large");
	return true;
}

struct loading {
	struct event_source *s;
	const struct backend *b;
	struct tz_set *zones;
	bool found;
};

static bool on_properties(void *ctx, struct dav_row *r, struct err *err)
{
	struct loading *l = ctx;

	(void)err;
	if (dav_row_status(r) >= 300)
		return true;
	appointment_release(&l->s->appt);
	dav_event_read(l->b, l->s->mime.s, l->s->mime.len, r, l->zones,
		       &l->s->appt);
	l->found = true;
	return true;
}

bool dav_event_load(struct backend *b, const struct op *op,
		    const struct item_ref *ref, struct tz_set *zones,
		    struct event_source *out, struct err *err)
{
	static const char *const headers[] = {"Translate: f", NULL};
	struct event_source s = {.mime = STR_INIT};
	struct dav_call c = {.method = "GET",
			     .headers = headers,
			     .raw = keep,
			     .ctx = &s.mime};
	struct loading l = {.s = &s, .b = b, .zones = zones};
	struct item_place place;
	bool ok;

	if (!item_find_place(b, op, ref, &place, err))
		return false;
	appointment_init(&s.appt);
	ok = item_do(b, op, &place, &c, err);
	if (ok) {
		s.path = xstrdup(c.path);
		s.etag = http_answer_field(&c.answer, "ETag");
		s.told = dav_event_is_told(s.mime.s, s.mime.len, zones);
		ok = query_propfind(b, op, s.path, "0", USE_EVENT, NULL,
				    on_properties, &l, err);
	}
	dav_call_release(&c);
	item_place_release(&place);
	if (ok && !l.found)
		ok = err_set(err, ERR_NOT_FOUND,
			     "the entry is no longer there");
	if (!ok)
		dav_event_source_release(&s);
	else
		*out = s;
	return ok;
}
