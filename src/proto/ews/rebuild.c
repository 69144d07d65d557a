/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * A message made of an item's properties, for items whose MIME the server
 * cannot make (dossier 6, 8.3): the transport headers where the server kept
 * them, else headers from the properties; the body; the attached files.
 */
#include "base/clock.h"
#include "base/codec.h"
#include "base/utf8.h"
#include "net/xml.h"
#include "proto/ews/ews.h"
#include "proto/ews/fields.h"

#include <string.h>

#define BASE64_LINE 57 /* bytes that make 76 characters */

static void add_base64_lines(struct str *b, const void *p, size_t len)
{
	const unsigned char *s = p;

	for (size_t n; len > 0; s += n, len -= n) {
		n = len < BASE64_LINE ? len : BASE64_LINE;
		codec_base64_add(b, s, n);
		str_add(b, "\r\n");
	}
}

/* One encoded word (RFC 2047 2) holds at most 75 characters: 45 bytes. */
static void add_encoded(struct str *b, const char *s)
{
	bool first = true;

	while (*s) {
		size_t n = 0, step;
		uint32_t rune;

		while (s[n]) {
			step = utf8_decode(s + n, strlen(s + n), &rune);
			if (n + step > 45)
				break;
			n += step;
		}
		str_add(b, first ? "=?UTF-8?B?" : "\r\n =?UTF-8?B?");
		codec_base64_add(b, s, n);
		str_add(b, "?=");
		first = false;
		s += n;
	}
}

/* Header text: as it is when plain, else encoded; never a line break. */
static void add_words(struct str *b, const char *s)
{
	bool plain = true;

	for (const char *p = s; *p; p++)
		plain &= *p >= ' ' && *p <= '~';
	if (plain && strlen(s) < 900)
		str_add(b, s);
	else
		add_encoded(b, s);
}

static void add_header(struct str *b, const char *name, const char *value)
{
	if (!value || !*value)
		return;
	str_addf(b, "%s: ", name);
	add_words(b, value);
	str_add(b, "\r\n");
}

static void add_from(struct str *b, const struct item *it)
{
	if (!it->from_name && !it->from_addr)
		return;
	str_add(b, "From: ");
	if (it->from_name)
		add_encoded(b, it->from_name);
	if (it->from_addr) {
		str_add(b, " <");
		add_words(b, it->from_addr);
		str_add_char(b, '>');
	} else {
		str_add(b, " <>");
	}
	str_add(b, "\r\n");
}

static void add_id(struct str *b, const char *name, const char *ids)
{
	struct strv v;

	if (!ids)
		return;
	strv_init(&v);
	strv_split(&v, ids, " ");
	str_addf(b, "%s:", name);
	for (size_t i = 0; i < v.n; i++)
		str_addf(b, "%s <%s>", i ? "\r\n" : "", v.v[i]);
	str_add(b, "\r\n");
	strv_release(&v);
}

/* Describes the body that is written anew, so an old one's is left out. */
static bool is_body_header(const char *line)
{
	return strncasecmp(line, "Content-", 8) == 0 ||
	       strncasecmp(line, "MIME-Version", 12) == 0;
}

static void add_headers(struct str *b, const struct ews_message *m,
			const struct item *it)
{
	if (m->headers.n > 0) {
		for (size_t i = 0; i < m->headers.n; i++) {
			const char *line = m->headers.v[i];
			const char *colon = strchr(line, ':');

			if (!colon || is_body_header(line))
				continue;
			str_addf(b, "%.*s: ", (int)(colon - line), line);
			add_words(b, colon + 1 + (colon[1] == ' '));
			str_add(b, "\r\n");
		}
		return;
	}
	add_from(b, it);
	add_header(b, "To", it->to);
	add_header(b, "Cc", it->cc);
	add_header(b, "Subject", it->subject);
	if (it->sent != CLOCK_NEVER || it->received != CLOCK_NEVER) {
		str_add(b, "Date: ");
		clock_add_rfc5322(b, it->sent != CLOCK_NEVER ? it->sent
							     : it->received);
		str_add(b, "\r\n");
	}
	add_id(b, "Message-ID", it->message_id);
	add_id(b, "In-Reply-To", it->in_reply_to);
	add_id(b, "References", it->references);
}

static void add_body(struct str *b, const struct ews_message *m)
{
	const char *body = str_or_empty(m->body);

	str_addf(b,
		 "Content-Type: text/%s; charset=utf-8\r\n"
		 "Content-Transfer-Encoding: base64\r\n\r\n",
		 m->is_html ? "html" : "plain");
	add_base64_lines(b, body, strlen(body));
}

/* --- attachments ------------------------------------------------------------ */
/* Fetches the content of one attachment; false: it stays out. */
static bool get_attachment(struct backend *b, const struct op *op,
			   const char *id, struct ews_message *got,
			   struct err *err)
{
	struct str body = STR_INIT;

	str_add(&body, "<m:GetAttachment><m:AttachmentShape>"
		       "<t:IncludeMimeContent>true</t:IncludeMimeContent>"
		       "</m:AttachmentShape><m:AttachmentIds><t:AttachmentId");
	xml_add_attr(&body, "Id", id);
	str_add(&body, "/></m:AttachmentIds></m:GetAttachment>");
	return soap_single(b, op, "GetAttachment", &body, false, got, err);
}

/* A name inside "...": no quotes, no line breaks, no path. */
static void add_file_name(struct str *b, const char *name)
{
	for (const char *p = str_or_empty(name); *p; p++)
		if (*p != '"' && *p != '\\' && (unsigned char)*p >= ' ')
			str_add_char(b, *p);
}

static void add_attachment(struct str *b, const struct ews_attachment *a)
{
	const char *type = a->is_item ? "message/rfc822"
			   : a->type  ? a->type
				      : "application/octet-stream";

	str_add(b, "Content-Type: ");
	add_words(b, type);
	str_add(b, "\r\nContent-Disposition: ");
	str_add(b, a->is_inline ? "inline" : "attachment");
	str_add(b, "; filename=\"");
	add_file_name(b, a->name);
	str_add(b, "\"\r\n");
	if (a->content_id) {
		str_add(b, "Content-ID: <");
		add_words(b, a->content_id);
		str_add(b, ">\r\n");
	}
	str_addf(b, "Content-Transfer-Encoding: %s\r\n\r\n",
		 a->is_item ? "8bit" : "base64");
	if (a->is_item)
		str_add_mem(b, a->content.p, a->content.len);
	else
		add_base64_lines(b, a->content.p, a->content.len);
}

static bool add_attachments(struct backend *b, const struct op *op,
			    const struct ews_message *m, const char *boundary,
			    struct str *out, struct err *err)
{
	for (size_t i = 0; i < m->attachments.n; i++) {
		struct ews_attachment *a = &m->attachments.v[i];
		struct ews_message got;
		struct err e = ERR_INIT;

		if (!a->id)
			continue;
		if (!get_attachment(b, op, a->id, &got, &e)) {
			if (e.kind != ERR_CANCELLED && e.kind != ERR_NETWORK)
				continue;
			if (err)
				*err = e;
			return false;
		}
		if (got.attachments.n > 0) {
			/* The list knows more of it than the content does. */
			bytes_release(&a->content);
			a->content = got.attachments.v[0].content;
			got.attachments.v[0].content = (struct bytes){0};
			str_addf(out, "--%s\r\n", boundary);
			add_attachment(out, a);
			str_add(out, "\r\n");
		}
		ews_message_release(&got);
	}
	return true;
}

/* Not by its right type: what was deleted must not look like an invitation. */
static void add_object(struct str *b, const struct bytes *object,
		       const char *boundary)
{
	bool card = memmem(object->p, object->len, "VCARD", 5) != NULL;
	struct ews_attachment a = {.name = card ? (char *)"contact.vcf"
						: (char *)"event.ics",
				   .type = card ? (char *)"text/vcard" : NULL,
				   .content = *object};

	str_addf(b, "--%s\r\n", boundary);
	add_attachment(b, &a);
	str_add(b, "\r\n");
}

/* --- the whole ---------------------------------------------------------------- */
static bool build(struct backend *b, const struct op *op, struct ews_message *m,
		  const struct item *it, const struct bytes *object,
		  struct str *out, struct err *err)
{
	char *boundary CLEANUP(mem_free_ptr) = codec_random_id();
	bool ok = true;

	add_headers(out, m, it);
	str_add(out, "MIME-Version: 1.0\r\n");
	if (m->attachments.n == 0 && !object->len) {
		add_body(out, m);
		return true;
	}
	str_addf(out,
		 "Content-Type: multipart/mixed; boundary=\"%s\"\r\n\r\n"
		 "--%s\r\n",
		 boundary, boundary);
	add_body(out, m);
	str_add(out, "\r\n");
	ok = add_attachments(b, op, m, boundary, out, err);
	if (object->len)
		add_object(out, object, boundary);
	str_addf(out, "--%s--\r\n", boundary);
	return ok;
}

static bool get_whole(struct backend *b, const struct op *op,
		      const struct item_ref *ref, unsigned what,
		      struct ews_message *m, struct err *err)
{
	struct item_ref bare = {.remote_id = ref->remote_id};
	struct str body = STR_INIT;

	str_add(&body, "<m:GetItem>");
	field_add_shape(&body, b->version, what);
	str_add(&body, "<m:ItemIds>");
	soap_add_item(&body, &bare);
	str_add(&body, "</m:ItemIds></m:GetItem>");
	return soap_single(b, op, "GetItem", &body, false, m, err);
}

bool ews_rebuild(struct backend *b, const struct op *op,
		 const struct item_ref *ref, const struct bytes *object,
		 struct fetched *f)
{
	struct str text = STR_INIT;
	struct ews_message m;
	bool ok = get_whole(b, op, ref, SHAPE_BODY | ews_get_shape(b), &m,
			    &f->err);

	if (!ok && ews_is_property_code(f->err.code)) {
		/* An item of a kind that lacks what a message has. */
		err_clear(&f->err);
		ok = get_whole(b, op, ref, SHAPE_BODY | SHAPE_LEAN, &m,
			       &f->err);
	}
	if (!ok)
		return false;
	if (m.items.n == 0) {
		ok = err_set(&f->err, ERR_NOT_FOUND,
			     "the item is no longer there");
	} else {
		f->item = m.items.v[0].item;
		item_init(&m.items.v[0].item);
		ok = build(b, op, &m, &f->item, object, &text, &f->err);
	}
	if (ok)
		f->mime = bytes_from_str(&text);
	str_release(&text);
	ews_message_release(&m);
	return ok;
}
