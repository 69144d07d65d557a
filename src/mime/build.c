/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "mime/build.h"

#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/codec.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "mime/encode.h"
#include "text/quote.h"

#define FLOWED_WIDTH 72

void mime_draft_init(struct mime_draft *d)
{
	*d = (struct mime_draft){.date = CLOCK_NEVER};
	strv_init(&d->references);
}

void mime_draft_release(struct mime_draft *d)
{
	mime_address_list_release(&d->from);
	mime_address_list_release(&d->to);
	mime_address_list_release(&d->cc);
	mime_address_list_release(&d->bcc);
	mime_address_list_release(&d->reply_to);
	free(d->subject);
	free(d->in_reply_to);
	strv_release(&d->references);
	free(d->message_id);
	free(d->thread_topic);
	free(d->thread_index);
	free(d->text);
	free(d->html);
	free(d->calendar);
	free(d->calendar_method);
	free(d->quoted_text);
	free(d->quoted_html);
	for (size_t i = 0; i < d->attachments.n; i++) {
		struct mime_attachment *a = &d->attachments.v[i];

		free(a->name);
		free(a->type);
		free(a->content_id);
		bytes_release(&a->data);
	}
	vec_release(&d->attachments);
	for (size_t i = 0; i < d->extra.n; i++) {
		free(d->extra.v[i].name);
		free(d->extra.v[i].value);
	}
	vec_release(&d->extra);
}

void mime_draft_attach(struct mime_draft *d, const char *name, const char *type,
		       const void *p, size_t len)
{
	struct mime_attachment *a = vec_new(&d->attachments);

	a->name = xstrdup(name);
	a->type = xstrdup(type);
	bytes_set(&a->data, p, len);
}

void mime_draft_add_header(struct mime_draft *d, const char *name,
			   const char *value)
{
	struct mime_header_field *f = vec_new(&d->extra);

	f->name = xstrdup(name);
	f->value = xstrdup(value);
}

char *mime_new_message_id(const char *addr)
{
	CLEANUP(mem_free_ptr) char *id = codec_random_id();
	const char *at = addr ? strrchr(addr, '@') : NULL;
	const char *domain = at && at[1] ? at + 1 : "localhost";

	for (const char *p = domain; *p; p++)
		if ((unsigned char)*p <= ' ' || (unsigned char)*p > '~' ||
		    strchr("<>()\"\\,;:", *p))
			domain = "localhost";
	return xasprintf("%s@%s", id, domain);
}

/* --- text ----------------------------------------------------------------- */

/* How many bytes of s fit before `width` cells, cut behind a blank; all of
 * them when there is none. */
static size_t flow_len(const char *s, size_t len, size_t width)
{
	size_t used, best = 0;
	CLEANUP(mem_free_ptr) char *line = xstrndup(s, len < 4096 ? len : 4096);
	size_t fit = utf8_fit(line, width, &used);

	if (fit >= len)
		return len;
	for (size_t i = 0; i < len; i++) {
		if (s[i] != ' ')
			continue;
		if (i + 1 > fit && best > 0)
			break;
		best = i + 1;
		if (i + 1 > fit)
			break;
	}
	return best > 0 && best < len ? best : len;
}

/* RFC 3676 4.2: long lines get soft breaks, hard ones lose trailing blanks,
 * and what would look like a quote or "From " is stuffed. */
static void add_flowed_line(struct str *out, const char *s, size_t len)
{
	size_t marks, width;
	unsigned depth = quote_depth(s, len, &marks);
	const char *text = s + marks;
	size_t left = len - marks;
	bool stuff;

	if (depth > 0 && left > 0 && *text == ' ') {
		text++;
		left--;
	}
	if (!(left == 3 && memcmp(text, "-- ", 3) == 0))
		while (left > 0 && text[left - 1] == ' ')
			left--;
	width = FLOWED_WIDTH > depth + 20 ? FLOWED_WIDTH - depth : 20;
	do {
		size_t n = flow_len(text, left, width);

		for (unsigned i = 0; i < depth; i++)
			str_add_char(out, '>');
		stuff = depth > 0 ||
			(n > 0 && (*text == ' ' || *text == '>')) ||
			(n > 4 && memcmp(text, "From ", 5) == 0);
		if (stuff && n > 0)
			str_add_char(out, ' ');
		str_add_mem(out, text, n);
		str_add_char(out, '\n');
		text += n;
		left -= n;
	} while (left > 0);
}

static void add_flowed(struct str *out, const char *s)
{
	while (*s) {
		size_t n = strcspn(s, "\n");
		size_t len = n > 0 && s[n - 1] == '\r' ? n - 1 : n;

		add_flowed_line(out, s, len);
		s += n + (s[n] == '\n');
	}
}

static void add_text_part(struct str *out, const char *s, const char *subtype,
			  bool flowed, bool sealed)
{
	CLEANUP(str_release) struct str text = STR_INIT;
	CLEANUP(mem_free_ptr)
	char *valid = utf8_make_valid(str_or_empty(s), strlen(str_or_empty(s)));
	enum mime_body_encoding e;

	if (flowed)
		add_flowed(&text, valid);
	else
		str_add(&text, valid);
	e = mime_encode_choose(text.s, text.len);
	/* Trailing blanks and "From " do not survive every relay. */
	if (sealed && e == MIME_BODY_7BIT)
		e = MIME_BODY_QP;
	str_addf(out, "Content-Type: text/%s; charset=%s%s\r\n", subtype,
		 e == MIME_BODY_7BIT ? "us-ascii" : "utf-8",
		 flowed ? "; format=flowed" : "");
	str_addf(out, "Content-Transfer-Encoding: %s\r\n\r\n",
		 mime_encode_name(e));
	mime_encode_body(out, text.s, text.len, e);
}

/* --- parts ---------------------------------------------------------------- */

static bool is_media_type(const char *s)
{
	const char *slash = strchr(s, '/');

	if (!slash || slash == s || !slash[1] || strlen(s) > 100)
		return false;
	for (const char *p = s; *p; p++)
		if (*p <= ' ' || *p > '~' || strchr("()<>@,;:\\\"[]?=", *p))
			return false;
	return strchr(slash + 1, '/') == NULL;
}

static bool is_8bit(const struct bytes *b)
{
	for (size_t i = 0; i < b->len; i++)
		if (b->p[i] >= 0x80)
			return true;
	return false;
}

static void add_attachment(struct str *out, const struct mime_attachment *a)
{
	const char *type = a->type && is_media_type(a->type)
				   ? a->type
				   : mime_type_of_name(a->name);
	bool message = strcasecmp(type, "message/rfc822") == 0;

	/* A multipart's bytes would be taken for parts of ours. */
	if (strncasecmp(type, "multipart/", 10) == 0)
		type = "application/octet-stream";
	str_addf(out, "Content-Type: %s", type);
	if (a->name)
		mime_encode_param(out, "name", a->name, true);
	str_addf(out, "\r\nContent-Disposition: %s",
		 a->content_id ? "inline" : "attachment");
	if (a->name)
		mime_encode_param(out, "filename", a->name, false);
	if (!message)
		str_addf(out, ";\r\n\tsize=%zu", a->data.len);
	str_add(out, "\r\n");
	if (a->content_id) {
		struct strv id = {.v = (char *[]){a->content_id}, .n = 1};

		mime_encode_ids(out, "Content-ID", &id);
	}
	if (message) {
		str_addf(out, "Content-Transfer-Encoding: %s\r\n\r\n",
			 is_8bit(&a->data) ? "8bit" : "7bit");
		mime_encode_crlf(out, (const char *)a->data.p, a->data.len);
		str_add(out, "\r\n");
	} else {
		str_add(out, "Content-Transfer-Encoding: base64\r\n\r\n");
		mime_encode_base64(out, a->data.p, a->data.len);
	}
}

static char *open_multipart(struct str *out, const char *subtype,
			    const char *more)
{
	CLEANUP(mem_free_ptr) char *id = codec_random_id();
	char *boundary = xasprintf("=_%s", id);

	str_addf(out,
		 "Content-Type: multipart/%s;\r\n\tboundary=\"%s\"%s\r\n\r\n",
		 subtype, boundary, more);
	return boundary;
}

static void next_part(struct str *out, const char *boundary, bool last)
{
	str_addf(out, "--%s%s\r\n", boundary, last ? "--" : "");
}

static void add_html(struct str *out, const struct mime_draft *d)
{
	CLEANUP(mem_free_ptr) char *boundary = NULL;

	for (size_t i = 0; i < d->attachments.n; i++) {
		const struct mime_attachment *a = &d->attachments.v[i];

		if (!a->content_id)
			continue;
		if (!boundary) {
			boundary = open_multipart(out, "related",
						  "; type=\"text/html\"");
			next_part(out, boundary, false);
			add_text_part(out, d->html, "html", false, d->sealed);
		}
		next_part(out, boundary, false);
		add_attachment(out, a);
	}
	if (boundary)
		next_part(out, boundary, true);
	else
		add_text_part(out, d->html, "html", false, d->sealed);
}

static void add_calendar(struct str *out, const struct mime_draft *d)
{
	str_addf(out,
		 "Content-Type: text/calendar; charset=utf-8; method=%s\r\n"
		 "Content-Transfer-Encoding: base64\r\n\r\n",
		 d->calendar_method);
	mime_encode_base64(out, (const unsigned char *)d->calendar,
			   strlen(d->calendar));
}

static void add_texts(struct str *out, const struct mime_draft *d)
{
	CLEANUP(mem_free_ptr) char *boundary = NULL;

	if (!d->html && !d->calendar) {
		add_text_part(out, d->text, "plain", d->flowed, d->sealed);
		return;
	}
	if (!d->text && d->calendar) {
		add_calendar(out, d);
		return;
	}
	if (!d->text) {
		add_html(out, d);
		return;
	}
	boundary = open_multipart(out, "alternative", "");
	next_part(out, boundary, false);
	add_text_part(out, d->text, "plain", d->flowed, d->sealed);
	next_part(out, boundary, false);
	if (d->calendar)
		add_calendar(out, d);
	else
		add_html(out, d);
	next_part(out, boundary, true);
}

/* Is it written with the texts (inline parts of the HTML)? */
static bool is_inline(const struct mime_draft *d,
		      const struct mime_attachment *a)
{
	return d->html && a->content_id;
}

static void add_body(struct str *out, const struct mime_draft *d)
{
	CLEANUP(mem_free_ptr) char *boundary = NULL;

	for (size_t i = 0; i < d->attachments.n; i++) {
		if (is_inline(d, &d->attachments.v[i]))
			continue;
		if (!boundary) {
			boundary = open_multipart(out, "mixed", "");
			next_part(out, boundary, false);
			add_texts(out, d);
		}
		next_part(out, boundary, false);
		add_attachment(out, &d->attachments.v[i]);
	}
	if (boundary)
		next_part(out, boundary, true);
	else
		add_texts(out, d);
}

/* --- the whole -------------------------------------------------------- */

static void add_extra(struct str *out, const struct mime_draft *d)
{
	static const char *const own[] = {
		"From",		"To",		"Cc",
		"Bcc",		"Reply-To",	"Subject",
		"Date",		"Message-ID",	"In-Reply-To",
		"References",	"Thread-Topic", "Thread-Index",
		"MIME-Version", "Content-Type", "Content-Transfer-Encoding",
	};

	for (size_t i = 0; i < d->extra.n; i++) {
		const struct mime_header_field *f = &d->extra.v[i];
		bool taken = false;

		for (size_t k = 0; k < ARRAY_LEN(own); k++)
			taken |= str_eq_nocase(f->name, own[k]);
		if (!taken && f->name && mime_encode_is_field_name(f->name))
			mime_encode_field(out, f->name, f->value);
	}
}

void mime_build(struct str *out, const struct mime_draft *d, bool keep_bcc)
{
	CLEANUP(mem_free_ptr)
	char *id = d->message_id
			   ? xstrdup(d->message_id)
			   : mime_new_message_id(d->from.n ? d->from.v[0].addr
							   : NULL);
	struct strv ids = {.v = &id, .n = 1};
	struct strv parent = {.v = (char *[]){d->in_reply_to}, .n = 1};

	str_add(out, "Date: ");
	clock_add_rfc5322(out, d->date == CLOCK_NEVER ? clock_now() : d->date);
	str_add(out, "\r\n");
	mime_encode_addresses(out, "From", &d->from);
	mime_encode_addresses(out, "Reply-To", &d->reply_to);
	mime_encode_addresses(out, "To", &d->to);
	mime_encode_addresses(out, "Cc", &d->cc);
	if (keep_bcc)
		mime_encode_addresses(out, "Bcc", &d->bcc);
	mime_encode_field(out, "Subject", d->subject);
	mime_encode_ids(out, "Message-ID", &ids);
	if (d->in_reply_to && d->in_reply_to[0])
		mime_encode_ids(out, "In-Reply-To", &parent);
	if (d->references.n > 0)
		mime_encode_ids(out, "References", &d->references);
	if (d->thread_topic)
		mime_encode_field(out, "Thread-Topic", d->thread_topic);
	if (d->thread_index)
		mime_encode_field(out, "Thread-Index", d->thread_index);
	add_extra(out, d);
	str_add(out, "MIME-Version: 1.0\r\n");
	add_body(out, d);
}
