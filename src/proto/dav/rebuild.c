/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * A message made of an item's properties, where the server cannot make its text
 * or holds a file of another kind (dossier 11): the people, the body, and the
 * attachments by X-MS-ENUMATTS.
 */
#include "base/clock.h"
#include "mime/build.h"
#include "proto/dav/item.h"
#include "proto/dav/query.h"

#include <string.h>

#define ATTACHMENTS_MAX 200

struct rebuild {
	struct backend *b;
	struct fetched *f;
	char *text, *html, *type;
	bool found;
};

static bool on_item(void *ctx, struct dav_row *r, struct err *err)
{
	struct rebuild *x = ctx;

	(void)err;
	if (r->index > 0 || !item_read_row(x->b, r, &x->f->item))
		return true;
	x->found = true;
	mem_replace(&x->text, r->value[PROP_TEXTDESCRIPTION]);
	mem_replace(&x->html, r->value[PROP_HTMLDESCRIPTION]);
	mem_replace(&x->type, r->value[PROP_CONTENTTYPE]);
	r->value[PROP_TEXTDESCRIPTION] = r->value[PROP_HTMLDESCRIPTION] =
		r->value[PROP_CONTENTTYPE] = NULL;
	return true;
}

/* --- attachments
 * ---------------------------------------------------------------- */
struct attachment {
	char *path, *name, *type, *content_id;
};
struct attachments {
	struct attachment *v;
	size_t n, cap;
};

static void release_attachments(struct attachments *l)
{
	for (size_t i = 0; i < l->n; i++) {
		free(l->v[i].path);
		free(l->v[i].name);
		free(l->v[i].type);
		free(l->v[i].content_id);
	}
	vec_release(l);
}

static void take(struct dav_row *r, enum dav_prop p, char **to)
{
	if (*to || !r->value[p] || !*r->value[p])
		return;
	*to = r->value[p];
	r->value[p] = NULL;
}

static bool on_attachment(void *ctx, struct dav_row *r, struct err *err)
{
	struct attachments *l = ctx;
	struct attachment *a;

	(void)err;
	if (r->index == 0)
		release_attachments(l);
	if (!r->href || dav_row_status(r) >= 300 || l->n >= ATTACHMENTS_MAX)
		return true;
	a = vec_new(l);
	a->path = href_path(r->href);
	take(r, PROP_LONG_FILENAME, &a->name);
	take(r, PROP_FILENAME, &a->name);
	take(r, PROP_MIME_TAG, &a->type);
	take(r, PROP_CONTENT_ID, &a->content_id);
	return true;
}

static bool keep(void *ctx, const char *s, size_t len, struct err *err)
{
	struct str *b = ctx;

	str_add_mem(b, s, len);
	if (str_is_truncated(b))
		return err_set(err, ERR_PROTOCOL, "the file is too large");
	return true;
}

static bool get(struct backend *b, const struct op *op, const char *path,
		struct str *out, struct err *err)
{
	static const char *const headers[] = {"Translate: f", NULL};
	struct dav_call c = {.method = "GET",
			     .path = path,
			     .headers = headers,
			     .raw = keep,
			     .ctx = out};

	return dav_simple(b, op, &c, err);
}

static bool is_for_all(const struct err *e)
{
	return e->kind == ERR_CANCELLED || e->kind == ERR_NETWORK ||
	       e->kind == ERR_AUTH;
}

/* What cannot be fetched is left out; only trouble of the line is an error. */
static bool attach(struct backend *b, const struct op *op, const char *path,
		   struct mime_draft *d, struct err *err)
{
	struct attachments l = {0};
	struct dav_call c = {.method = "X-MS-ENUMATTS",
			     .path = path,
			     .rows = on_attachment,
			     .ctx = &l};
	struct err e = ERR_INIT;
	bool ok = dav_simple(b, op, &c, &e) || !is_for_all(&e);

	for (size_t i = 0; ok && i < l.n; i++) {
		struct str data CLEANUP(str_release) = STR_INIT;

		err_clear(&e);
		if (!l.v[i].path || !get(b, op, l.v[i].path, &data, &e)) {
			ok = !is_for_all(&e);
			continue;
		}
		mime_draft_attach(d, l.v[i].name, l.v[i].type, data.s,
				  data.len);
	}
	release_attachments(&l);
	if (!ok && err)
		*err = e;
	return ok;
}

/* --- the whole
 * --------------------------------------------------------------------- */
static void fill(struct mime_draft *d, const struct item *it)
{
	if (it->from_name || it->from_addr)
		mime_address_list_add(&d->from, it->from_name, it->from_addr);
	if (it->to)
		(void)mime_address_parse(&d->to, it->to, 0);
	if (it->cc)
		(void)mime_address_parse(&d->cc, it->cc, 0);
	if (it->bcc)
		(void)mime_address_parse(&d->bcc, it->bcc, 0);
	d->subject = xstrdup(it->subject);
	d->in_reply_to = xstrdup(it->in_reply_to);
	if (it->references)
		strv_split(&d->references, it->references, " ");
	d->message_id = xstrdup(it->message_id);
	d->date = it->sent != CLOCK_NEVER ? it->sent : it->received;
}

/* A file that somebody put into a mail folder: its own bytes are the content.
 */
static bool is_document(const struct rebuild *x)
{
	return x->f->item.item_class &&
	       str_starts(x->f->item.item_class, "IPM.Document");
}

bool dav_rebuild(struct backend *b, const struct op *op, const char *path,
		 struct fetched *f)
{
	static const enum dav_prop extra[] = {PROP_TEXTDESCRIPTION,
					      PROP_HTMLDESCRIPTION,
					      PROP_CONTENTTYPE, PROP_COUNT};
	struct rebuild x = {.b = b, .f = f};
	struct mime_draft d;
	struct str text = STR_INIT, file = STR_INIT;
	bool ok = query_propfind(b, op, path, "0", USE_ITEM, extra, on_item, &x,
				 &f->err);

	mime_draft_init(&d);
	if (ok && !x.found)
		ok = err_set(&f->err, ERR_NOT_FOUND,
			     "the item is no longer there");
	if (ok) {
		fill(&d, &f->item);
		d.text = xstrdup(str_or_empty(x.text));
		d.html = x.html && *x.html ? xstrdup(x.html) : NULL;
		if (is_document(&x) && get(b, op, path, &file, &f->err))
			mime_draft_attach(&d, f->item.subject, x.type, file.s,
					  file.len);
		ok = attach(b, op, path, &d, &f->err);
	}
	if (ok) {
		err_clear(&f->err);
		mime_build(&text, &d, true);
		f->mime = bytes_from_str(&text);
	}
	mime_draft_release(&d);
	str_release(&text);
	str_release(&file);
	free(x.text);
	free(x.html);
	free(x.type);
	return ok;
}
