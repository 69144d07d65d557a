/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Which parts are the text, which are attachments, and their content. */
#include "mime/message.h"

#include <gmime/gmime.h>
#include <string.h>
#include <strings.h>

#include "base/utf8.h"
#include "text/html.h"
#include "text/sanitize.h"

#define BODY_PARTS_MAX 64
#define ATTACHMENT_NAMES_MAX 100
/* Messages within messages: each level is read once more. */
#define INNER_DEPTH_MAX 5
#define DECODE_STEP 65536
/* HTML has this many times the bytes of its text, at most worth reading. */
#define HTML_FACTOR 16

static bool is_type(const struct mime_part *p, const char *type)
{
	return strcmp(p->type, type) == 0;
}

static bool is_alternative(const struct mime_part *p)
{
	return is_type(p, "multipart/alternative");
}

static const struct mime_part *parent_of(const struct mime_message *m,
					 const struct mime_part *p)
{
	return p->parent < 0 ? NULL : &m->parts.v[p->parent];
}

static bool is_report_text(const struct mime_part *p)
{
	return is_type(p, "message/delivery-status") ||
	       is_type(p, "message/disposition-notification") ||
	       is_type(p, "text/rfc822-headers");
}

/* Parts that are about the message, not in it. */
static bool is_machinery(const struct mime_message *m,
			 const struct mime_part *p)
{
	const struct mime_part *up = parent_of(m, p);

	if (is_type(p, "application/pgp-signature") ||
	    is_type(p, "application/pkcs7-signature") ||
	    is_type(p, "application/x-pkcs7-signature"))
		return up && is_type(up, "multipart/signed");
	if (up && is_type(up, "multipart/encrypted"))
		return true;
	if (up && is_alternative(up))
		return true; /* text/calendar and other faces of the text */
	if (up && is_type(up, "multipart/related") && p->content_id)
		return strncmp(p->type, "image/", 6) == 0;
	return is_report_text(p);
}

static void judge(struct mime_message *m, struct mime_part *p)
{
	bool asked =
		p->disposition && strcmp(p->disposition, "attachment") == 0;
	bool text = is_type(p, "text/plain") || is_type(p, "text/html") ||
		    is_type(p, "text/enriched") || is_report_text(p);

	if (p->container)
		return;
	/* A multipart without any part: its bytes are all there is to show. */
	if (strncmp(p->type, "multipart/", 10) == 0) {
		p->is_body = !p->too_deep && p->parent < 0;
		p->is_attachment = !p->is_body;
		return;
	}
	if (p->is_message) {
		p->is_attachment = true;
		return;
	}
	if (text && !asked && (!p->name || p->parent < 0)) {
		p->is_body = true;
		return;
	}
	p->is_attachment = asked || !is_machinery(m, p);
}

void mime_parts_judge(struct mime_message *m)
{
	for (size_t i = 0; i < m->parts.n; i++)
		judge(m, &m->parts.v[i]);
	/* What lies inside an attached message is that message's business. */
	for (size_t i = 0; i < m->parts.n; i++) {
		struct mime_part *p = &m->parts.v[i];
		const struct mime_part *up = parent_of(m, p);

		if (up && (up->is_message || up->inside)) {
			p->inside = true;
			p->is_body = p->is_attachment = false;
		}
	}
}

bool mime_has_attachment(const struct mime_message *m)
{
	for (size_t i = 0; i < m->parts.n; i++)
		if (m->parts.v[i].is_attachment)
			return true;
	return false;
}

/* --- content -------------------------------------------------------------- */

static GMimeContentEncoding gmime_encoding(int encoding)
{
	switch ((enum mime_encoding)encoding) {
	case MIME_ENC_BASE64:
		return GMIME_CONTENT_ENCODING_BASE64;
	case MIME_ENC_QP:
		return GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE;
	case MIME_ENC_UU:
		return GMIME_CONTENT_ENCODING_UUENCODE;
	case MIME_ENC_NONE:
		break;
	}
	return GMIME_CONTENT_ENCODING_DEFAULT;
}

/* Decodes until the end or until out is full. */
static void decode_part(const struct mime_message *m, size_t index,
			struct str *out)
{
	const struct mime_part *p = mime_part(m, index);
	const char *s = m->raw + p->offset;
	size_t left = p->len;
	GMimeEncoding state;

	if (m->extras.v[index].encoding == MIME_ENC_NONE) {
		size_t room = out->max - out->len;

		str_add_mem(out, s, left < room ? left : room);
		out->truncated = left > room;
		return;
	}
	g_mime_encoding_init_decode(
		&state, gmime_encoding(m->extras.v[index].encoding));
	while (left > 0 && !out->truncated) {
		size_t n = left < DECODE_STEP ? left : DECODE_STEP;
		size_t room = out->max - out->len;
		char *to;

		/* Decoded bytes are never more than encoded ones plus what the
		 * decoder held back. */
		if (room < n + 8) {
			n = room > 8 ? room - 8 : 0;
			if (n == 0) {
				out->truncated = true;
				return;
			}
		}
		to = str_reserve(out, n + 8);
		if (!to)
			return;
		str_grew(out, g_mime_encoding_step(&state, s, n, to));
		s += n;
		left -= n;
	}
	/* Some writers leave the padding out: what it would complete counts. */
	if (m->extras.v[index].encoding == MIME_ENC_BASE64 &&
	    state.state >= 2 && state.state <= 3) {
		char *to = str_reserve(out, 8);

		if (to)
			str_grew(out, g_mime_encoding_step(
					      &state, "==",
					      (size_t)(4 - state.state), to));
	}
}

bool mime_part_bytes(struct mime_message *m, size_t index, struct str *out,
		     struct err *err)
{
	size_t before = out->len;

	decode_part(m, index, out);
	if (!str_is_truncated(out))
		return true;
	str_cut(out, before);
	return err_set(err, ERR_QUOTA,
		       "The attachment is larger than %zu bytes.", out->max);
}

/* The charset that an HTML part itself declares near its start. */
static char *html_charset(const char *s, size_t len)
{
	CLEANUP(mem_free_ptr) char *head = xstrndup(s, len < 2048 ? len : 2048);
	const char *p = strcasestr(head, "charset=");
	size_t n;

	if (!p)
		return NULL;
	p += 8;
	p += strspn(p, "\"' ");
	n = strcspn(p, "\"' />;");
	/* It can be read here, so it is none of the wide ones. */
	if (n == 0 || n > 40 || strncasecmp(p, "utf-16", 6) == 0)
		return NULL;
	return xstrndup(p, n);
}

/* Line ends to \n, NULs out, in place. */
static void tidy_lines(struct str *b, size_t from)
{
	size_t n = from;

	if (!memchr(b->s + from, '\r', b->len - from) &&
	    !memchr(b->s + from, '\0', b->len - from))
		return;
	for (size_t i = from; i < b->len; i++) {
		char c = b->s[i];

		if (c == '\r' && b->s[i + 1] == '\n')
			continue;
		if (c == '\r')
			c = '\n';
		if (c != '\0')
			b->s[n++] = c;
	}
	str_cut(b, n);
}

static void to_text(const struct mime_message *m, size_t index, struct str *out,
		    size_t max_bytes)
{
	const struct mime_part *p = mime_part(m, index);
	CLEANUP(str_release) struct str bytes = STR_INIT;
	CLEANUP(str_release) struct str utf8 = STR_INIT;
	CLEANUP(mem_free_ptr) char *own = NULL;
	const char *charset = p->charset, *data = m->raw + p->offset;
	size_t len = p->len < max_bytes ? p->len : max_bytes;

	if (m->extras.v[index].encoding != MIME_ENC_NONE) {
		bytes.max =
			max_bytes < SIZE_MAX - 16 ? max_bytes + 16 : max_bytes;
		decode_part(m, index, &bytes);
		data = bytes.s;
		len = bytes.len;
	}
	if (!charset && is_type(p, "text/html"))
		charset = own = html_charset(data, len);
	mime_to_utf8(&utf8, data, len, charset);
	tidy_lines(&utf8, 0);
	/* A cut may have torn a character. */
	if (out->max - out->len < utf8.len) {
		size_t room = sanitize_whole(utf8.s, out->max - out->len);

		str_add_mem(out, utf8.s, room);
		out->truncated = true;
		return;
	}
	str_add_mem(out, utf8.s, utf8.len);
}

void mime_part_text(struct mime_message *m, size_t index, struct str *out)
{
	/* A character takes at most four bytes in any charset, and in none
	 * less than a quarter of what UTF-8 needs. */
	size_t room = out->max - out->len;

	to_text(m, index, out, room < SIZE_MAX / 4 ? room * 4 : room);
}

/* --- which text ----------------------------------------------------------- */

static enum mime_body_kind kind_of(const struct mime_part *p)
{
	if (!p->is_body)
		return MIME_BODY_NONE;
	return is_type(p, "text/html") ? MIME_BODY_HTML : MIME_BODY_PLAIN;
}

static bool is_blank(const struct mime_message *m, const struct mime_part *p)
{
	const char *s = m->raw + p->offset;
	size_t n = p->len < 512 ? p->len : 512;

	for (size_t i = 0; i < n; i++)
		if (!strchr(" \t\r\n", s[i]))
			return false;
	return n == p->len;
}

/* The index behind part i and all below it. */
static size_t subtree_end(const struct mime_message *m, size_t i)
{
	size_t end = i + 1;

	while (end < m->parts.n && m->parts.v[end].depth > m->parts.v[i].depth)
		end++;
	return end;
}

/* How well the parts from..end answer the wish: 3 the kind, with content,
 * 2 the other kind with content, 1 something blank, 0 no text. */
static int rate(const struct mime_message *m, size_t from, size_t end,
		enum mime_body_kind prefer)
{
	int best = 0;

	for (size_t i = from; i < end; i++) {
		const struct mime_part *p = &m->parts.v[i];
		enum mime_body_kind kind = kind_of(p);
		int mark = 0;

		if (kind != MIME_BODY_NONE)
			mark = is_blank(m, p) ? 1 : kind == prefer ? 3 : 2;
		if (mark > best)
			best = mark;
	}
	return best;
}

/* Of an alternative at index a: the child to show, the last one rated best. */
static size_t choose(const struct mime_message *m, size_t a, size_t end,
		     enum mime_body_kind prefer)
{
	size_t chosen = end;
	int best = 0;

	for (size_t c = a + 1; c < end;) {
		size_t next = subtree_end(m, c);
		int mark = rate(m, c, next, prefer);

		if (mark > 0 && mark >= best) {
			best = mark;
			chosen = c;
		}
		c = next;
	}
	return chosen;
}

size_t mime_body_parts(const struct mime_message *m, enum mime_body_kind prefer,
		       size_t *indexes, size_t max)
{
	struct {
		size_t *v;
		size_t n, cap;
	} ends = {0}; /* (end of choice, end of its alternative) pairs */
	size_t n = 0, i = 0;

	while (i < m->parts.n && n < max) {
		const struct mime_part *p;

		while (ends.n > 0 && i >= ends.v[ends.n - 2]) {
			if (i < ends.v[ends.n - 1])
				i = ends.v[ends.n - 1];
			ends.n -= 2;
		}
		if (i >= m->parts.n)
			break;
		p = &m->parts.v[i];
		if (p->container && is_alternative(p)) {
			size_t end = subtree_end(m, i);
			size_t chosen = choose(m, i, end, prefer);

			if (chosen < end) {
				vec_add(&ends, subtree_end(m, chosen));
				vec_add(&ends, end);
			}
			i = chosen;
			continue;
		}
		if (kind_of(p) != MIME_BODY_NONE)
			indexes[n++] = i;
		i++;
	}
	vec_release(&ends);
	return n;
}

int mime_body_part(const struct mime_message *m, enum mime_body_kind prefer,
		   enum mime_body_kind *kind)
{
	size_t all[BODY_PARTS_MAX];
	size_t n = mime_body_parts(m, prefer, all, ARRAY_LEN(all));
	size_t best = n;

	*kind = MIME_BODY_NONE;
	for (size_t i = 0; i < n; i++) {
		if (best == n || is_blank(m, &m->parts.v[all[best]]))
			best = i;
		if (!is_blank(m, &m->parts.v[all[i]]))
			break;
	}
	if (best == n)
		return -1;
	*kind = kind_of(&m->parts.v[all[best]]);
	return (int)all[best];
}

static void add_names(const struct mime_message *m, struct str *out)
{
	size_t names = 0;

	for (size_t i = 0; i < m->parts.n; i++) {
		const struct mime_part *p = &m->parts.v[i];

		if (!p->is_attachment || !p->name)
			continue;
		if (names++ == ATTACHMENT_NAMES_MAX)
			break;
		str_add_char(out, '\n');
		str_add(out, p->name);
	}
}

void mime_body_text(struct mime_message *m, struct str *out, size_t max)
{
	CLEANUP(str_release) struct str text = STR_INIT;
	size_t all[BODY_PARTS_MAX];
	size_t n = mime_body_parts(m, MIME_BODY_PLAIN, all, ARRAY_LEN(all));

	text.max = max;
	for (size_t i = 0; i < n && !text.truncated; i++) {
		if (text.len > 0 && text.s[text.len - 1] != '\n')
			str_add_char(&text, '\n');
		if (kind_of(&m->parts.v[all[i]]) == MIME_BODY_HTML) {
			CLEANUP(str_release) struct str html = STR_INIT;

			html.max = max < SIZE_MAX / HTML_FACTOR
					   ? max * HTML_FACTOR
					   : max;
			to_text(m, all[i], &html, html.max);
			html_to_text(&text, html.s, html.len, max - text.len);
		} else {
			mime_part_text(m, all[i], &text);
		}
	}
	add_names(m, &text);
	str_cut(&text, sanitize_whole(text.s, text.len));
	str_add_mem(out, text.s, text.len);
}

static void add_search_text(struct mime_message *m, struct str *out, size_t max,
			    int depth)
{
	mime_body_text(m, out, max - out->len);
	for (size_t i = 0; i < m->parts.n && depth < INNER_DEPTH_MAX; i++) {
		const struct mime_part *p = &m->parts.v[i];
		struct mime_message *inner;
		const char *subject;

		if (!p->is_message || p->inside || out->len >= max ||
		    !mime_part_message(&inner, m, i, NULL))
			continue;
		subject = mime_header(inner, "Subject");
		if (subject && strlen(subject) + 2 <= max - out->len)
			str_addf(out, "\n%s\n", subject);
		add_search_text(inner, out, max, depth + 1);
		mime_message_free(inner);
	}
}

void mime_search_text(struct mime_message *m, struct str *out, size_t max)
{
	struct str text CLEANUP(str_release) = STR_INIT;

	add_search_text(m, &text, max, 0);
	str_add_mem(out, text.s, text.len);
}
