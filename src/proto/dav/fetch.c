/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * Whole items (dossier 11): the text by GET, several at a time; header fields
 * out of it, or by PROPFIND where only they are wanted.
 */
#include "base/clock.h"
#include "base/log.h"
#include "mime/read.h"
#include "proto/dav/item.h"
#include "proto/dav/query.h"

#include <string.h>

#define BATCH 100 /* names in a BPROPFIND (2.1) */

struct fetch {
	struct backend *b;
	const struct op *op;
	const struct item_ref *refs;
	size_t n;
	struct item_place *places;
	bool *done;
	fetched_fn fn;
	dav_item_row_fn row; /* instead of fn, with the columns of `use` */
	unsigned use;
	void *ctx;
};

static bool give(struct fetch *f, size_t i, struct fetched *out,
		 struct err *err)
{
	f->done[i] = true;
	mem_replace(&out->item.remote_id, xstrdup(f->refs[i].remote_id));
	if (f->fn(f->ctx, out))
		return true;
	return err_set(err, ERR_CANCELLED, "stopped");
}

static bool give_error(struct fetch *f, size_t i, const struct err *why,
		       struct err *err)
{
	struct fetched out = {.err = *why};

	if (f->row) {
		f->done[i] = true;
		return f->row(f->ctx, i, NULL, why, err);
	}
	item_init(&out.item);
	return give(f, i, &out, err);
}

/* Trouble that is not this item's alone. */
static bool is_for_all(const struct err *e)
{
	return e->kind == ERR_NETWORK || e->kind == ERR_CANCELLED ||
	       e->kind == ERR_AUTH || e->kind == ERR_DISK ||
	       e->kind == ERR_INPUT || e->number == 503 || e->number == 502 ||
	       e->number == 504 || e->number == 429;
}

/* Where each item is; those that are nowhere have their result. */
static bool find_places(struct fetch *f, struct err *err)
{
	for (size_t i = 0; i < f->n; i++) {
		struct err e = ERR_INIT;

		if (item_find_place(f->b, f->op, &f->refs[i], &f->places[i],
				    &e))
			continue;
		if (e.kind != ERR_NOT_FOUND) {
			if (err)
				*err = e;
			return false;
		}
		if (!give_error(f, i, &e, err))
			return false;
	}
	return true;
}

/* --- text
 * -------------------------------------------------------------------------- */
static char *people_of(struct mime_message *m, const char *name)
{
	struct mime_address_list l CLEANUP(mime_address_list_release);
	struct str text CLEANUP(str_release) = STR_INIT;

	mime_address_list_init(&l);
	mime_addresses(m, name, &l);
	mime_address_list_add_text(&text, &l);
	return text.len ? str_take(&text) : NULL;
}

static void read_person(struct mime_message *m, const char *field, char **name,
			char **addr)
{
	struct mime_address_list l CLEANUP(mime_address_list_release);

	mime_address_list_init(&l);
	mime_addresses(m, field, &l);
	if (!l.n)
		return;
	if (name)
		*name = xstrdup(l.v[0].name ? l.v[0].name : l.v[0].addr);
	*addr = xstrdup(l.v[0].addr);
}

/* What a listing leaves out stands in the message's own header. */
static void read_header(struct item *it, const void *raw, size_t len)
{
	struct strv ids CLEANUP(strv_release);
	struct mime_message *m;

	strv_init(&ids);
	if (!len || !mime_read_headers_only(&m, raw, len, NULL, NULL))
		return;
	read_person(m, "From", &it->from_name, &it->from_addr);
	read_person(m, "Sender", NULL, &it->sender_addr);
	it->to = people_of(m, "To");
	it->cc = people_of(m, "Cc");
	it->bcc = people_of(m, "Bcc");
	it->message_id = xstrdup(mime_message_id(m));
	it->in_reply_to = xstrdup(mime_in_reply_to(m));
	mime_references(m, &ids);
	it->references = ids.n ? strv_join(&ids, " ") : NULL;
	it->subject = xstrdup(mime_header(m, "Subject"));
	it->sent = mime_date(m);
	mime_message_free(m);
}

static bool give_text(struct fetch *f, size_t i, struct str *text,
		      struct err *err)
{
	struct fetched out = {0};

	item_init(&out.item);
	read_header(&out.item, text->s, text->len);
	out.mime = bytes_from_str(text);
	return give(f, i, &out, err);
}

static bool keep(void *ctx, const char *s, size_t len, struct err *err)
{
	struct str *text = ctx;

	str_add_mem(text, s, len);
	if (str_is_truncated(text))
		return err_set(err, ERR_PROTOCOL, "the message is too large");
	return true;
}

/* A message as it was sent, and nothing else that a store may hold. */
static bool is_message(const struct http_answer *a)
{
	return !a->content_type || str_eq(a->content_type, "message/rfc822") ||
	       str_eq(a->content_type, "application/octet-stream");
}

/* A gateway that cuts an answer may give it the length of the half: a header
 * without an end, or a multipart without its last boundary, is asked for once
 * more. What comes the second time is what there is. */
static bool looks_whole(const struct str *text)
{
	const char *end = strstr(text->s, "\r\n\r\n");
	const char *b = end ? strcasestr(text->s, "boundary=") : NULL;
	char *close CLEANUP(mem_free_ptr) = NULL;
	size_t n;

	if (!end)
		return false;
	if (!b || b > end)
		return true;
	b += strlen("boundary=");
	n = *b == '"' ? strcspn(b + 1, "\"\r\n") : strcspn(b, "; \t\r\n");
	close = xasprintf("--%.*s--", (int)n, b + (*b == '"'));
	return memmem(end, text->len - (size_t)(end - text->s), close,
		      strlen(close)) != NULL;
}

/* One item with all that may happen: its other address, then its properties
 * where the server can make no text of it. */
static bool get_one(struct fetch *f, size_t i, struct err *err)
{
	static const char *const headers[] = {"Translate: f", NULL};
	struct str text CLEANUP(str_release) = STR_INIT;
	struct dav_call c = {
		.method = "GET", .headers = headers, .raw = keep, .ctx = &text};
	struct fetched out = {0};
	struct err e = ERR_INIT;
	bool ok = item_do(f->b, f->op, &f->places[i], &c, &e);
	bool message = is_message(&c.answer);

	if ((!ok && e.kind == ERR_NETWORK) ||
	    (ok && message && !looks_whole(&text))) {
		/* A read may be repeated; the half that came is dropped. */
		str_clear(&text);
		err_clear(&e);
		ok = item_do(f->b, f->op, &f->places[i], &c, &e);
		message = is_message(&c.answer);
	}
	dav_call_release(&c);
	if (ok && message && text.len)
		return give_text(f, i, &text, err);
	if (!ok && (is_for_all(&e) || e.kind == ERR_CANCELLED)) {
		if (err)
			*err = e;
		return false;
	}
	if (!ok && e.kind == ERR_NOT_FOUND)
		return give_error(f, i, &e, err);
	item_init(&out.item);
	if (!dav_rebuild(f->b, f->op, item_path(&f->places[i]), &out) &&
	    is_for_all(&out.err)) {
		if (err)
			*err = out.err;
		item_release(&out.item);
		return false;
	}
	return give(f, i, &out, err);
}

static bool on_got(void *ctx, struct dav_get *g, struct err *err)
{
	struct fetch *f = ctx;
	size_t i = (size_t)(uintptr_t)g->ctx;
	bool ok = g->ok && is_message(&g->answer) && looks_whole(&g->body);

	if (ok)
		ok = give_text(f, i, &g->body, err);
	else
		ok = true; /* get_one will see to it */
	str_release(&g->body);
	str_init(&g->body);
	http_answer_release(&g->answer);
	return ok;
}

static bool fetch_texts(struct fetch *f, struct err *err)
{
	struct dav_get *gets = xcalloc(f->n ? f->n : 1, sizeof(*gets));
	size_t n = 0;
	bool ok;

	for (size_t i = 0; i < f->n; i++) {
		if (f->done[i])
			continue;
		gets[n].path = xstrdup(item_path(&f->places[i]));
		gets[n].ctx = (void *)(uintptr_t)i;
		str_init(&gets[n++].body);
	}
	ok = n < 2 || dav_get_many(f->b, f->op, gets, n, on_got, f, err);
	for (size_t k = 0; k < n; k++) {
		free(gets[k].path);
		str_release(&gets[k].body);
		http_answer_release(&gets[k].answer);
	}
	free(gets);
	for (size_t i = 0; ok && i < f->n; i++)
		if (!f->done[i])
			ok = get_one(f, i, err);
	return ok;
}

/* --- header fields
 * ------------------------------------------------------------------ */
struct heads {
	struct fetch *f;
	const size_t *which; /* inputs asked for in this request */
	size_t n;
	bool stopped;
};

/* The input of a row: by the name in its address, in order nearly always. */
static bool find_input(const struct heads *h, const struct dav_row *r,
		       size_t *out)
{
	char *name CLEANUP(mem_free_ptr) = r->href ? href_name(r->href) : NULL;

	for (size_t k = 0; k < h->n; k++) {
		size_t i = h->which[(r->index + k) % h->n];
		const char *own = h->f->places[i].name;

		if (!h->f->done[i] &&
		    (h->n == 1 || (name && own && href_same(name, own)))) {
			*out = i;
			return true;
		}
	}
	return false;
}

static bool on_head(void *ctx, struct dav_row *r, struct err *err)
{
	struct heads *h = ctx;
	struct fetched out = {0};
	size_t i;

	if (!find_input(h, r, &i))
		return true;
	if (h->f->row) {
		dav_row_error(r, PLACE_ANY, &out.err);
		h->f->done[i] = true;
		return h->f->row(h->f->ctx, i,
				 out.err.kind == ERR_NONE ? r : NULL, &out.err,
				 err);
	}
	item_init(&out.item);
	if (!item_read_row(h->f->b, r, &out.item)) {
		dav_row_error(r, PLACE_ANY, &out.err);
		if (out.err.kind == ERR_NONE)
			err_set(&out.err, ERR_NOT_FOUND,
				"the item is no longer there");
	}
	return give(h->f, i, &out, err);
}

static bool head_one(struct fetch *f, size_t i, struct err *err)
{
	struct heads h = {.f = f, .which = &i, .n = 1};
	/* By either path, and once more where the server stumbled: what it does
	 * not tell now would count as not there. */
	const char *path = item_path(&f->places[i]),
		   *other = item_other_path(&f->places[i]);
	const char *paths[] = {path, other ? other : path};
	struct err e = ERR_INIT;

	for (size_t k = 0; k < 2 && !f->done[i]; k++) {
		if (k && !other && e.number < 500)
			break;
		err_clear(&e);
		if (query_propfind(f->b, f->op, paths[k], "0", f->use, NULL,
				   on_head, &h, &e))
			break;
		if (is_for_all(&e)) {
			if (err)
				*err = e;
			return false;
		}
	}
	if (f->done[i])
		return true;
	if (e.kind == ERR_NONE)
		err_set(&e, ERR_NOT_FOUND, "the item is no longer there");
	return give_error(f, i, &e, err);
}

/* Items of one folder whose names are known, in one request. */
static bool head_batch(struct fetch *f, size_t from, struct err *err)
{
	const char *names[BATCH];
	size_t which[BATCH];
	struct heads h = {.f = f, .which = which};
	struct err e = ERR_INIT;

	for (size_t i = from; i < f->n && h.n < BATCH; i++) {
		if (f->done[i] || !f->places[i].name ||
		    !str_eq(f->places[i].base, f->places[from].base))
			continue;
		names[h.n] = f->places[i].name;
		which[h.n++] = i;
	}
	if (f->b->no_batch || h.n < 2)
		return true;
	if (query_bpropfind(f->b, f->op, f->places[from].base, names, h.n,
			    f->use, on_head, &h, &e))
		return true;
	if (is_for_all(&e)) {
		if (err)
			*err = e;
		return false;
	}
	/* Filtered (1.4): one by one from now on. */
	f->b->no_batch |= dav_is_filtered(&e);
	return true;
}

static bool fetch_heads(struct fetch *f, struct err *err)
{
	for (size_t i = 0; i < f->n; i++) {
		if (!f->done[i] && f->places[i].name && !head_batch(f, i, err))
			return false;
		if (!f->done[i] && !head_one(f, i, err))
			return false;
	}
	return true;
}

static bool run(struct fetch *f, bool mime, struct err *err)
{
	bool ok;

	if (!dav_ready(f->b, f->op, err))
		return false;
	f->places = xcalloc(f->n ? f->n : 1, sizeof(*f->places));
	f->done = xcalloc(f->n ? f->n : 1, sizeof(*f->done));
	ok = find_places(f, err) &&
	     (mime ? fetch_texts(f, err) : fetch_heads(f, err));
	for (size_t i = 0; i < f->n; i++)
		item_place_release(&f->places[i]);
	free(f->places);
	free(f->done);
	return ok;
}

bool dav_fetch(struct backend *b, const struct op *op,
	       const struct item_ref *refs, size_t n, bool mime, fetched_fn fn,
	       void *ctx, struct err *err)
{
	bool ok = true;

	/* Public folders are another tree, on another server perhaps. */
	for (size_t i = 0, k; ok && i < n; i += k) {
		bool public = dav_is_public(refs[i].remote_id);
		struct fetch f = {.b = b,
				  .op = op,
				  .refs = refs + i,
				  .fn = fn,
				  .use = USE_ITEM,
				  .ctx = ctx};

		for (k = 1; i + k < n &&
			    dav_is_public(refs[i + k].remote_id) == public;)
			k++;
		f.n = k;
		ok = public ? dav_public_fetch(b, op, refs + i, k, mime, fn,
					       ctx, err)
			    : run(&f, mime, err);
	}
	return ok;
}

bool dav_fetch_rows(struct backend *b, const struct op *op,
		    const struct item_ref *refs, size_t n, unsigned use,
		    dav_item_row_fn fn, void *ctx, struct err *err)
{
	struct fetch f = {.b = b,
			  .op = op,
			  .refs = refs,
			  .n = n,
			  .row = fn,
			  .use = use,
			  .ctx = ctx};

	return run(&f, false, err);
}
