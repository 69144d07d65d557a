/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Whole items: header fields and MIME (dossier 8.3). */
#include "base/log.h"
#include "proto/ews/batch.h"
#include "proto/ews/ews.h"
#include "proto/ews/fields.h"

#include <string.h>

/* An input whose MIME the server cannot make, or made something else of. */
struct wait {
	size_t input;
	struct bytes object;
};

struct fetch {
	const struct item_ref *refs;
	bool mime;
	fetched_fn fn;
	void *ctx;
	VEC(struct wait) rebuild;
};

static void write_get(struct batch *t, const size_t *idx, size_t n,
		      struct str *out)
{
	const struct fetch *f = t->ctx;

	str_add(out, "<m:GetItem>");
	field_add_shape(out, t->b->version,
			ews_get_shape(t->b) | (f->mime ? SHAPE_MIME : 0u));
	str_add(out, "<m:ItemIds>");
	for (size_t k = 0; k < n; k++) {
		/* Without the change key: the item as it is now. */
		struct item_ref ref = {.remote_id = f->refs[idx[k]].remote_id};

		soap_add_item(out, &ref);
	}
	str_add(out, "</m:ItemIds></m:GetItem>");
}

/* Of contacts and calendar entries, which lie among the mail once they are
 * deleted, the server gives a vCard or an iCalendar text (8.3). */
static bool is_object(const struct bytes *mime)
{
	static const char begin[] = "BEGIN:VC";
	const char *p = (const char *)mime->p, *end = p + mime->len;

	if (end - p >= 3 && memcmp(p, "\xEF\xBB\xBF", 3) == 0)
		p += 3;
	while (p < end && strchr(" \t\r\n", *p) && *p)
		p++;
	return end - p >= (ptrdiff_t)sizeof(begin) - 1 &&
	       strncasecmp(p, begin, sizeof(begin) - 1) == 0;
}

static bool got_item(struct batch *t, size_t i, struct ews_message *m,
		     enum ews_rule rule, const struct err *e)
{
	struct fetch *f = t->ctx;
	struct fetched out = {.err = *e};

	item_init(&out.item);
	if (f->mime &&
	    (rule == RULE_FETCH || ews_is_property_code(e->code) ||
	     (e->kind == ERR_NONE && m && m->items.n > 0 &&
	      (m->mime.len == 0 || m->mime_damaged || is_object(&m->mime))))) {
		struct wait w = {.input = i};

		if (e->kind == ERR_NONE && is_object(&m->mime)) {
			w.object = m->mime;
			m->mime = (struct bytes){0};
		}
		vec_add(&f->rebuild, w);
		return true;
	}
	if (!m || (e->kind == ERR_NONE && m->items.n == 0))
		err_set(&out.err, ERR_NOT_FOUND, "the item is no longer there");
	if (out.err.kind == ERR_NONE) {
		out.item = m->items.v[0].item;
		item_init(&m->items.v[0].item);
		out.mime = m->mime;
		m->mime = (struct bytes){0};
	}
	/* The name it was asked by: an answer may use a newer form (7). */
	mem_replace(&out.item.remote_id, xstrdup(f->refs[i].remote_id));
	return f->fn(f->ctx, &out);
}

bool ews_fetch(struct backend *b, const struct op *op,
	       const struct item_ref *refs, size_t n, bool mime, fetched_fn fn,
	       void *ctx, struct err *err)
{
	struct fetch f = {.refs = refs, .mime = mime, .fn = fn, .ctx = ctx};
	struct batch t = {.b = b,
			  .op = op,
			  .operation = "GetItem",
			  .n = n,
			  .write = write_get,
			  .done = got_item,
			  .ctx = &f};
	bool ok = ews_ready(b, op, err) && ews_batch_run(&t, err);

	for (size_t k = 0; ok && k < f.rebuild.n; k++) {
		const struct item_ref *ref = &refs[f.rebuild.v[k].input];
		struct fetched out = {0};

		item_init(&out.item);
		if (!ews_rebuild(b, op, ref, &f.rebuild.v[k].object, &out)) {
			log_at(LOG_INFO, "ews", "no content: %s", out.err.text);
			if (out.err.kind == ERR_CANCELLED ||
			    out.err.kind == ERR_NETWORK) {
				ok = false;
				if (err)
					*err = out.err;
				item_release(&out.item);
				break;
			}
		}
		mem_replace(&out.item.remote_id, xstrdup(ref->remote_id));
		if (!fn(ctx, &out))
			ok = err_set(err, ERR_CANCELLED, "stopped");
	}
	for (size_t k = 0; k < f.rebuild.n; k++)
		bytes_release(&f.rebuild.v[k].object);
	vec_release(&f.rebuild);
	return ok;
}
