/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * Storing messages and sending them (dossier 13, 14).
 *
 * A draft takes three requests: a property that makes the item unsent and can
 * be set only before its text, the text, and what PUT drops (Bcc) together with
 * the client-made key. So the key beside an item says that it is complete; one
 * of our name without it is an upload that was broken off, which the next try
 * goes on with (search.c passes it over).
 */
#include "base/codec.h"
#include "base/log.h"
#include "mime/read.h"
#include "proto/dav/item.h"
#include "proto/dav/query.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* PR_MESSAGE_FLAGS: settable only before the text. */
#define MSGFLAG_READ 1
#define MSGFLAG_UNSENT 8
#define NAMES_MAX 20
/* PR_MSG_EDITOR_FORMAT, and PR_INETMAIL_OVERRIDE_FORMAT: a preference is given,
 * MIME, with both kinds of text. */
#define EDITOR_PLAIN 1
#define EDITOR_HTML 2
#define ENCODING_BOTH (0x20000 | 0x40000 | 0x100000)

char *dav_key_name(const char *key)
{
	uint64_t a = 0xcbf29ce484222325u, b = 0x84222325cbf29ce4u;
	struct str name = STR_INIT;

	for (const char *p = key; *p; p++) {
		a = (a ^ (unsigned char)*p) * 0x100000001b3u;
		b = (b + (unsigned char)*p) * 0x9e3779b97f4a7c15u;
	}
	str_addf(&name, "%016" PRIx64 "%016" PRIx64 ".EML", a, b);
	return str_take(&name);
}

/* "name.EML", then "name-2.EML" as the server would (1.3). */
static char *numbered(const char *name, int n)
{
	return n < 2 ? xstrdup(name)
		     : xasprintf("%.*s-%d.EML", (int)strlen(name) - 4, name, n);
}

struct upload {
	struct backend *b;
	const struct op *op;
	const struct bytes *raw;
	const char *key;
	bool draft, read;
	char *path;
	bool made; /* the path is taken by us */
};

/* --- the steps
 * ------------------------------------------------------------------- */
static bool take_key(void *ctx, struct dav_row *r, struct err *err)
{
	char **key = ctx;

	(void)err;
	mem_replace(key, r->value[PROP_RETINUE_KEY]);
	r->value[PROP_RETINUE_KEY] = NULL;
	return true;
}

/* Is the item at our path whole, or an upload that was broken off? */
static bool is_whole(struct upload *u, bool *whole, struct err *err)
{
	char *key = NULL;
	bool ok = query_propfind(u->b, u->op, u->path, "0", USE_KEY, NULL,
				 take_key, &key, err);

	*whole = key != NULL || u->b->no_key;
	free(key);
	return ok;
}

/* A store that is not told what the text is makes HTML of plain text, or the
 * other way round, when it sends it (14, DavMail). What is signed, encrypted or
 * a meeting's is nothing of that kind. */
static void add_format(struct str *set, const struct bytes *raw)
{
	static const char *const plain[] = {
		"text/plain", "text/html", "multipart/mixed",
		"multipart/alternative", "multipart/related"};
	bool html = false, other = true;
	struct mime_message *m;

	if (!mime_read(&m, raw->p, raw->len, NULL, NULL))
		return;
	for (size_t i = 0; i < ARRAY_LEN(plain) && mime_part_count(m); i++)
		other &= !str_eq(mime_part(m, 0)->type, plain[i]);
	for (size_t i = 0; i < mime_part_count(m); i++) {
		const struct mime_part *p = mime_part(m, i);

		if (p->inside || p->is_attachment)
			continue;
		html |= str_eq(p->type, "text/html");
		other |= str_eq(p->type, "text/calendar");
	}
	mime_message_free(m);
	if (other)
		return;
	prop_add_number(set, PROP_EDITOR_FORMAT,
			html ? EDITOR_HTML : EDITOR_PLAIN);
	if (html)
		prop_add_number(set, PROP_ENCODING, ENCODING_BOTH);
}

/* Makes the unsent item that the text goes into. *taken: another is there. */
static bool make_draft(struct upload *u, bool *taken, struct err *err)
{
	struct str flags CLEANUP(str_release) = STR_INIT;
	struct str set CLEANUP(str_release) = STR_INIT;
	struct err e = ERR_INIT;
	int refused;
	bool whole, ok;

	*taken = false;
	prop_add_number(&flags, PROP_MESSAGE_FLAGS,
			MSGFLAG_UNSENT | MSGFLAG_READ);
	str_add_mem(&set, flags.s, flags.len);
	add_format(&set, u->raw);
	ok = query_proppatch(u->b, u->op, u->path, "If-None-Match: *", set.s,
			     NULL, &refused, &e);
	/* Perhaps only the format: the flag alone matters. */
	if (ok && refused && set.len > flags.len)
		ok = query_proppatch(u->b, u->op, u->path, NULL, flags.s, NULL,
				     &refused, &e);
	if (ok) {
		if (refused)
			log_at(LOG_WARN, "dav",
			       "the server does not let a message be marked as "
			       "unsent (%d)",
			       refused);
		u->made = true;
		return true;
	}
	if (e.number == 412) {
		if (!is_whole(u, &whole, err))
			return false;
		*taken = whole;
		u->made = !whole;
		return true;
	}
	if (err)
		*err = e;
	return false;
}

static bool put_text(struct upload *u, const char *guard, struct err *err)
{
	const char *headers[] = {"Translate: f", guard, NULL};
	struct dav_call c = {.method = "PUT",
			     .path = u->path,
			     .headers = headers,
			     .body = (const char *)u->raw->p,
			     .len = u->raw->len,
			     .type = "message/rfc822",
			     .changes = true,
			     .place = PLACE_PUT};

	return dav_simple(u->b, u->op, &c, err);
}

/* The Bcc field of the text, which PUT drops; caller frees. */
static char *bcc_of(const struct bytes *raw)
{
	struct mime_message *m;
	char *bcc = NULL;

	if (!mime_read_headers_only(&m, raw->p, raw->len, NULL, NULL))
		return NULL;
	if (mime_header(m, "Bcc")) {
		struct mime_address_list l CLEANUP(mime_address_list_release);
		struct str text = STR_INIT;

		mime_address_list_init(&l);
		mime_addresses(m, "Bcc", &l);
		mime_address_list_add_text(&text, &l);
		bcc = text.len ? str_take(&text) : NULL;
		str_release(&text);
	}
	mime_message_free(m);
	return bcc;
}

static bool set_rest(struct upload *u, struct err *err)
{
	struct str set CLEANUP(str_release) = STR_INIT;
	char *bcc CLEANUP(mem_free_ptr) = u->draft ? bcc_of(u->raw) : NULL;
	int refused;

	if (bcc)
		prop_add_value(&set, PROP_HEADER_BCC, bcc);
	if (u->draft || u->read)
		prop_add_number(&set, PROP_READ, 1);
	if (u->key && !u->b->no_key)
		prop_add_value(&set, PROP_RETINUE_KEY, u->key);
	if (!set.len)
		return true;
	if (!query_proppatch(u->b, u->op, u->path, "If-Match: *", set.s, NULL,
			     &refused, err))
		return false;
	if (!refused)
		return true;
	if (u->key && !u->b->no_key) {
		/* Perhaps only the key: properties of our own are not taken. */
		u->b->no_key = true;
		log_at(LOG_INFO, "dav", "no keys beside items: %d", refused);
		return set_rest(u, err);
	}
	/* Sending without Bcc would lose a recipient silently. */
	return !bcc || dav_status_error(refused, PLACE_PUT, err);
}

static void drop(struct upload *u)
{
	struct dav_call c = {
		.method = "DELETE", .path = u->path, .changes = true};
	struct err e = ERR_INIT;

	if (!dav_simple(u->b, u->op, &c, &e))
		log_at(LOG_INFO, "dav", "a half stored message stays: %s",
		       e.text);
}

/* False with *err; *taken: the name belongs to another message. */
static bool store_as(struct upload *u, bool *taken, struct err *err)
{
	struct err e = ERR_INIT;
	bool ok;

	u->made = false;
	*taken = false;
	if (u->draft && (!make_draft(u, taken, err) || *taken))
		return *taken;
	ok = put_text(u, u->draft ? NULL : "If-None-Match: *", &e);
	if (!ok && !u->draft && e.number == 412) {
		*taken = true;
		return true;
	}
	/* Who may put something there may not always change it afterwards: it
	 * is there, without the marks. */
	if (ok && !set_rest(u, &e))
		ok = !u->draft && e.kind == ERR_DENIED;
	/* Known not to be done: nothing half done may be left. */
	if (!ok && u->draft && u->made && e.kind != ERR_NETWORK &&
	    e.kind != ERR_CANCELLED)
		drop(u);
	if (!ok && err)
		*err = e;
	return ok;
}

bool dav_upload(struct backend *b, const struct op *op, const char *folder,
		const struct bytes *raw, const char *key, bool draft, bool read,
		struct item_result *out, struct err *err)
{
	struct upload u = {.b = b,
			   .op = op,
			   .raw = raw,
			   .key = key,
			   .draft = draft,
			   .read = read};
	const char *below = dav_folder_path(b, op, folder, err);
	char *base CLEANUP(mem_free_ptr) = below ? wire_path(b, below) : NULL;
	char *random CLEANUP(mem_free_ptr) = codec_random_id();
	char *name CLEANUP(mem_free_ptr) = NULL;
	struct err e = ERR_INIT;
	bool taken = true, ok = true;

	if (!base)
		return false;
	name = dav_key_name(key ? key : random);
	for (int n = 1; ok && taken && n <= NAMES_MAX; n++) {
		char *own CLEANUP(mem_free_ptr) = numbered(name, n);

		mem_replace(&u.path, xasprintf("%s%s", base, own));
		ok = store_as(&u, &taken, &e);
	}
	if (ok && taken)
		ok = err_set(&e, ERR_CONFLICT,
			     "no free name was found for the message");
	if (ok) {
		*out = (struct item_result){0};
		/* Stored, whatever comes of asking for its id. */
		(void)!item_ask_id(b, op, u.path, &out->new_id,
				   &out->new_change_key, NULL);
	} else if (err) {
		*err = e;
	}
	free(u.path);
	return ok;
}

/* --- sending
 * ------------------------------------------------------------------------- */
static bool note_refusal(void *ctx, struct dav_row *r, struct err *err)
{
	struct err *refused = ctx;

	(void)err;
	if (dav_row_status(r) >= 300 && refused->kind == ERR_NONE)
		dav_row_error(r, PLACE_SEND, refused);
	return true;
}

static bool submit(struct backend *b, const struct op *op,
		   const struct item_place *p, const char *sent,
		   struct err *err)
{
	char *to CLEANUP(mem_free_ptr) = wire_destination(b, b->submit);
	char *save CLEANUP(mem_free_ptr) =
		sent ? xasprintf("Savedestination: %s%s", b->origin, sent)
		     : NULL;
	const char *headers[] = {to, "Saveinsent: t", save, NULL};
	struct err refused = ERR_INIT;
	struct dav_call c = {.method = "MOVE",
			     .headers = headers,
			     .changes = true,
			     .place = PLACE_SEND,
			     .rows = note_refusal,
			     .ctx = &refused};
	bool ok = item_do(b, op, p, &c, err);

	dav_call_release(&c);
	/* A 207 is no success by itself (3). */
	if (!ok || refused.kind == ERR_NONE)
		return ok;
	if (err)
		*err = refused;
	return false;
}

/* 404 is the draft's, or said to a stranger (14): which? */
static bool draft_is_there(struct backend *b, const struct op *op,
			   const struct item_place *p)
{
	char *id = NULL, *key = NULL;
	bool ok = item_ask_id(b, op, item_path(p), &id, &key, NULL) && id;

	if (!ok && item_other_path(p))
		ok = item_ask_id(b, op, item_other_path(p), &id, &key, NULL) &&
		     id;
	free(id);
	free(key);
	return ok;
}

bool dav_send(struct backend *b, const struct op *op,
	      const struct item_ref *draft, const char *sent, struct err *err)
{
	char *to CLEANUP(mem_free_ptr) = NULL;
	struct item_place p;
	struct err e = ERR_INIT;
	const char *below;
	bool ok;

	below = sent ? dav_folder_path(b, op, sent, err) : NULL;
	if (sent && !below)
		return false;
	if (!dav_ready(b, op, err) ||
	    (!b->submit && !dav_read_root(b, op, err)))
		return false;
	if (!b->submit) /* where every version has it (14) */
		b->submit = xasprintf("%s%%23%%23DavMailSubmissionURI%%23%%23/",
				      b->root);
	if (below &&
	    !href_same(below, str_or_empty(b->roles[FOLDER_ROLE_SENT])))
		to = wire_path(b, below);
	if (!item_find_place(b, op, draft, &p, err))
		return false;
	ok = submit(b, op, &p, to, &e);
	/* The answer to a stranger means that nothing was sent: asking for the
	 * draft has signed us in again. */
	if (!ok && e.number == 404 && draft_is_there(b, op, &p)) {
		err_clear(&e);
		ok = submit(b, op, &p, to, &e);
		if (!ok && e.number == 404)
			err_set(&e, ERR_UNSUPPORTED,
				"the server does not take mail at %s",
				b->submit);
	}
	/* 500 is what a full mailbox gets, and what any trouble does (14): that
	 * goes by, a full mailbox stays. */
	if (!ok && e.number == 500 && draft_is_there(b, op, &p)) {
		err_clear(&e);
		ok = submit(b, op, &p, to, &e);
	}
	item_place_release(&p);
	if (!ok && err)
		*err = e;
	return ok;
}
