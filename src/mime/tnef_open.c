/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* A message with its winmail.dat opened. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "mime/build.h"
#include "mime/encode.h"
#include "mime/tnef.h"

#define PART_MAX ((size_t)256 << 20)
#define NESTING 8

static bool is_tnef(const struct mime_part *p)
{
	return !p->container &&
	       (str_eq(p->type, "application/ms-tnef") ||
		str_eq(p->type, "application/vnd.ms-tnef") ||
		(p->name && strcasecmp(p->name, "winmail.dat") == 0));
}

/* Changing a byte of these would break what they say. */
static bool is_sealed(const struct mime_message *m)
{
	for (size_t i = 0; i < mime_part_count(m); i++) {
		const char *type = mime_part(m, i)->type;

		if (str_eq(type, "multipart/signed") ||
		    str_eq(type, "multipart/encrypted") ||
		    strstr(type, "pkcs7"))
			return true;
	}
	return false;
}

static void add_part_head(struct str *out, const char *boundary,
			  const char *type)
{
	str_addf(out, "\r\n--%s\r\nContent-Type: %s", boundary, type);
}

static void add_text(struct str *out, const char *boundary, const char *type,
		     const struct str *text)
{
	enum mime_body_encoding e = MIME_BODY_BASE64;

	add_part_head(out, boundary, type);
	str_addf(out,
		 "; charset=utf-8\r\nContent-Transfer-Encoding: %s\r\n\r\n",
		 mime_encode_name(e));
	mime_encode_body(out, text->s, text->len, e);
}

/* A type told by the sender goes into a header: letters and few signs only. */
static bool is_type(const char *s)
{
	return s && strchr(s, '/') &&
	       strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
			 "0123456789/.+-_") == strlen(s) &&
	       strncasecmp(s, "multipart/", 10) != 0 &&
	       strncasecmp(s, "message/", 8) != 0;
}

static void add_stream(struct str *out, const char *boundary, const char *p,
		       size_t len, bool text, int depth);

static void add_file(struct str *out, const char *boundary,
		     const struct tnef_file *f, int depth)
{
	const char *name = f->name && *f->name ? f->name : NULL;
	const char *guess = name ? mime_type_of_name(name) : NULL;

	if (f->message && depth < NESTING) {
		add_stream(out, boundary, f->data, f->len, true, depth + 1);
		return;
	}
	add_part_head(out, boundary,
		      is_type(f->type) ? f->type
		      : is_type(guess) ? guess
				       : "application/octet-stream");
	if (name)
		mime_encode_param(out, "name", name, true);
	str_add(out, "\r\nContent-Disposition: attachment");
	if (name)
		mime_encode_param(out, "filename", name, false);
	if (f->content_id && !strpbrk(f->content_id, "<>\r\n "))
		str_addf(out, "\r\nContent-ID: <%s>", f->content_id);
	str_add(out, "\r\nContent-Transfer-Encoding: base64\r\n\r\n");
	mime_encode_base64(out, f->data, f->len);
}

static void add_stream(struct str *out, const char *boundary, const char *p,
		       size_t len, bool text, int depth)
{
	struct tnef t = {.text = STR_INIT, .html = STR_INIT};

	if (tnef_read(&t, p, len)) {
		if (text && t.html.len)
			add_text(out, boundary, "text/html", &t.html);
		else if (text && t.text.len)
			add_text(out, boundary, "text/plain", &t.text);
		for (size_t i = 0; i < t.files.n; i++)
			if (t.files.v[i].data)
				add_file(out, boundary, &t.files.v[i], depth);
	}
	tnef_release(&t);
}

/* The part's header without what says how its content is. */
static void add_other_fields(struct str *out, const char *raw, size_t from,
			     size_t to)
{
	bool drop = false;

	while (from < to) {
		const char *line = raw + from;
		const char *end = memchr(line, '\n', to - from);
		size_t n = end ? (size_t)(end - line) + 1 : to - from;

		if (*line == '\r' || *line == '\n')
			break;
		if (*line != ' ' && *line != '\t')
			drop = n > 8 && strncasecmp(line, "Content-", 8) == 0;
		if (!drop)
			str_add_mem(out, line, n);
		from += n;
	}
}

/* One part in place of the bytes of part p. False: nothing was in it. */
static bool add_opened(struct mime_message *m, const struct mime_part *p,
		       const char *raw, struct str *out)
{
	struct str data CLEANUP(str_release) = STR_INIT;
	struct str inside CLEANUP(str_release) = STR_INIT;
	enum mime_body_kind kind;
	char boundary[48];

	snprintf(boundary, sizeof(boundary), "=_opened_%zu_%zu", p->index,
		 p->offset);
	data.max = PART_MAX;
	if (!mime_part_bytes(m, p->index, &data, NULL))
		return false;
	add_stream(&inside, boundary, data.s, data.len,
		   mime_body_part(m, MIME_BODY_PLAIN, &kind) < 0, 0);
	if (!inside.len)
		return false;
	add_other_fields(out, raw, p->header_offset, p->offset);
	str_addf(out,
		 "Content-Type: multipart/mixed; boundary=\"%s\"\r\n"
		 "X-Opened: winmail.dat\r\n\r\n",
		 boundary);
	str_add_mem(out, inside.s, inside.len);
	str_addf(out, "\r\n--%s--\r\n", boundary);
	return true;
}

bool tnef_open(struct mime_message *m, const char *raw, size_t len,
	       struct str *out)
{
	struct str made CLEANUP(str_release) = STR_INIT;
	size_t at = 0;
	bool any = false;

	for (size_t i = 0; i < mime_part_count(m); i++) {
		const struct mime_part *p = mime_part(m, i);
		size_t back;

		if (!is_tnef(p) || p->inside || p->header_offset < at)
			continue;
		if (!any && is_sealed(m))
			return false;
		back = made.len;
		str_add_mem(&made, raw + at, p->header_offset - at);
		if (!add_opened(m, p, raw, &made)) {
			str_cut(&made, back);
			continue;
		}
		at = p->offset + p->len;
		any = true;
	}
	if (!any)
		return false;
	str_add_mem(&made, raw + at, len - at);
	str_add_mem(out, made.s, made.len);
	return true;
}
