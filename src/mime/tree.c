/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * The parts of a message, found in one pass over its lines with an explicit
 * stack: neither nesting nor size of hostile input costs more than a look at
 * each byte and, per line beginning with "--", a comparison with the open
 * boundaries (at most limits.depth).
 */
#include "mime/message.h"

#include <string.h>
#include <strings.h>

#include "base/utf8.h"

struct open_part {
	size_t index;
	const char *boundary; /* NULL: a leaf, a message, or closed */
	size_t boundary_len;
};

struct scan {
	struct mime_message *m;
	struct {
		struct open_part *v;
		size_t n, cap;
	} stack;
	size_t at; /* next byte to look at */
};

/* Which open multipart this line delimits: its stack position, or -1. */
static long find_boundary(const struct scan *s, const char *line, size_t len,
			  bool *closing)
{
	if (len < 3 || line[0] != '-' || line[1] != '-')
		return -1;
	while (len > 2 && (line[len - 1] == ' ' || line[len - 1] == '\t' ||
			   line[len - 1] == '\r'))
		len--;
	for (size_t i = s->stack.n; i-- > 0;) {
		const struct open_part *o = &s->stack.v[i];
		size_t n = o->boundary_len;

		if (!o->boundary || len < n + 2 ||
		    memcmp(line + 2, o->boundary, n) != 0)
			continue;
		*closing = len == n + 4 && line[n + 2] == '-' &&
			   line[n + 3] == '-';
		if (*closing || len == n + 2)
			return (long)i;
	}
	return -1;
}

static bool header_stops(void *arg, const char *line, size_t len)
{
	bool closing;

	return find_boundary(arg, line, len, &closing) >= 0;
}

/* Ends all open parts above stack position `keep`; their last byte is before
 * `end`. */
static void close_parts(struct scan *s, size_t keep, size_t end)
{
	while (s->stack.n > keep) {
		struct mime_part *p =
			&s->m->parts.v[s->stack.v[s->stack.n - 1].index];

		p->len = end > p->offset ? end - p->offset : 0;
		s->stack.n--;
	}
}

static enum mime_encoding encoding_of(const char *value)
{
	if (!value)
		return MIME_ENC_NONE;
	if (strncasecmp(value, "base64", 6) == 0)
		return MIME_ENC_BASE64;
	if (strncasecmp(value, "quoted-printable", 16) == 0)
		return MIME_ENC_QP;
	if (strncasecmp(value, "x-uue", 5) == 0 ||
	    strncasecmp(value, "uuencode", 8) == 0)
		return MIME_ENC_UU;
	return MIME_ENC_NONE;
}

struct part_params {
	struct mime_part_extra *x;
	struct mime_part *p;
	char *type_name;
};

static void type_param(void *arg, const char *name, const char *value)
{
	struct part_params *pp = arg;

	if (strcasecmp(name, "charset") == 0 && !pp->x->charset)
		pp->x->charset = utf8_clean_line(value, true);
	else if (strcasecmp(name, "boundary") == 0 && !pp->x->boundary)
		pp->x->boundary = xstrdup(value);
	else if (strcasecmp(name, "name") == 0 && !pp->type_name)
		pp->type_name = utf8_clean_line(value, false);
	else if (strcasecmp(name, "method") == 0 && !pp->x->method)
		pp->x->method = utf8_clean_line(value, true);
	else if (strcasecmp(name, "format") == 0)
		pp->p->flowed = strcasecmp(value, "flowed") == 0;
	else if (strcasecmp(name, "delsp") == 0)
		pp->p->delsp = strcasecmp(value, "yes") == 0;
}

static void disposition_param(void *arg, const char *name, const char *value)
{
	struct part_params *pp = arg;

	if (strcasecmp(name, "filename") == 0 && !pp->x->name)
		pp->x->name = utf8_clean_line(value, false);
}

static char *field_text(const struct mime_message *m,
			const struct mime_header_block *h, const char *name)
{
	const struct mime_field *f = mime_header_field(h, m->raw, name);

	return f ? mime_field_unfold(m->raw, f, 16384) : NULL;
}

/* "<x@y>" to "x@y"; caller frees. */
static char *bare_id(const char *s)
{
	size_t len;

	s += strspn(s, " \t<");
	len = strcspn(s, " \t>");
	if (len == 0)
		return NULL;
	CLEANUP(mem_free_ptr) char *id = xstrndup(s, len);
	return utf8_clean_line(id, false);
}

static void read_part_header(struct mime_message *m, struct mime_part *p,
			     struct mime_part_extra *x,
			     const struct mime_header_block *h,
			     const char *default_type)
{
	struct part_params pp = {.x = x, .p = p};
	CLEANUP(mem_free_ptr) char *type = field_text(m, h, "Content-Type");
	CLEANUP(mem_free_ptr)
	char *disp = field_text(m, h, "Content-Disposition");
	CLEANUP(mem_free_ptr)
	char *enc = field_text(m, h, "Content-Transfer-Encoding");
	CLEANUP(mem_free_ptr) char *id = field_text(m, h, "Content-ID");

	if (type)
		x->type = mime_type_parse(type, type_param, &pp);
	if (x->type && !strchr(x->type, '/')) {
		/* "text" alone is an old way to say text/plain. */
		bool text = strcmp(x->type, "text") == 0;

		mem_replace(&x->type,
			    xstrdup(text ? "text/plain"
					 : "application/octet-stream"));
	}
	if (!x->type)
		x->type = xstrdup(type && strchr(type, '/')
					  ? "application/octet-stream"
					  : default_type);
	if (disp)
		x->disposition = mime_type_parse(disp, disposition_param, &pp);
	if (!x->name) {
		x->name = pp.type_name;
		pp.type_name = NULL;
	}
	free(pp.type_name);
	if (id)
		x->content_id = bare_id(id);
	x->encoding = encoding_of(enc);
}

/* Adds a part whose header is h; NULL when there are enough. */
static struct mime_part *add_part(struct scan *s, long parent,
				  const struct mime_header_block *h)
{
	struct mime_message *m = s->m;
	const char *default_type = "text/plain";
	struct mime_part *p;
	struct mime_part_extra *x;

	if (m->parts.n >= m->limits.parts)
		return NULL;
	if (parent >= 0 &&
	    strcmp(m->parts.v[parent].type, "multipart/digest") == 0)
		default_type = "message/rfc822";
	p = vec_new(&m->parts);
	x = vec_new(&m->extras);
	p->index = m->parts.n - 1;
	p->parent = (int)parent;
	p->depth = (int)s->stack.n;
	p->header_offset = h->start;
	p->offset = h->body;
	p->len = m->len - h->body;
	read_part_header(m, p, x, h, default_type);
	p->type = x->type;
	return p;
}

/* Reads the part that begins at s->at below `parent` and, as long as a part is
 * itself a message, the one inside. */
static void open_parts(struct scan *s, long parent)
{
	struct mime_message *m = s->m;

	for (;;) {
		struct mime_header_block h = {.start = 0};
		bool multi, message, root = m->parts.n == 0;
		struct open_part o = {.boundary = NULL};
		struct mime_part *p;

		if (root)
			h = m->head;
		else
			mime_header_scan(&h, m->raw, m->len, s->at, 200,
					 header_stops, s);
		p = add_part(s, parent, &h);
		if (!root)
			mime_header_block_release(&h);
		if (!p) {
			s->at = m->len;
			return;
		}
		s->at = p->offset;
		o.index = p->index;
		multi = strncmp(p->type, "multipart/", 10) == 0 &&
			m->extras.v[p->index].boundary;
		message = (strcmp(p->type, "message/rfc822") == 0 ||
			   strcmp(p->type, "message/global") == 0 ||
			   strcmp(p->type, "message/news") == 0);
		p->is_message = message;
		if (m->extras.v[p->index].encoding != MIME_ENC_NONE)
			message = false;
		if ((multi || message) && p->depth >= m->limits.depth) {
			p->too_deep = true;
			multi = message = false;
		}
		if (multi) {
			o.boundary = m->extras.v[p->index].boundary;
			o.boundary_len = strlen(o.boundary);
			m->extras.v[p->index].encoding = MIME_ENC_NONE;
		}
		vec_add(&s->stack, o);
		if (!message)
			return;
		parent = (long)p->index;
	}
}

/* The end of a part is before the line break that belongs to the boundary. */
static size_t before_break(const struct mime_message *m, size_t at)
{
	if (at > 0 && m->raw[at - 1] == '\n')
		at--;
	if (at > 0 && m->raw[at - 1] == '\r')
		at--;
	return at;
}

static size_t decoded_size(const struct mime_part *p, int encoding)
{
	switch (encoding) {
	case MIME_ENC_BASE64:
		/* 76 letters and a line break carry 57 bytes */
		return p->len / 78 * 57 + p->len % 78 * 3 / 4;
	case MIME_ENC_UU:
		return p->len / 63 * 45;
	case MIME_ENC_QP:
	case MIME_ENC_NONE:
	default:
		return p->len;
	}
}

static void finish_parts(struct mime_message *m)
{
	for (size_t i = 0; i < m->parts.n; i++) {
		struct mime_part *p = &m->parts.v[i];
		const struct mime_part_extra *x = &m->extras.v[i];

		p->charset = x->charset;
		p->disposition = x->disposition;
		p->name = x->name;
		p->content_id = x->content_id;
		p->method = x->method;
		p->size = decoded_size(p, x->encoding);
		p->container = !p->is_message && i + 1 < m->parts.n &&
			       m->parts.v[i + 1].parent == (int)i;
	}
	mime_parts_judge(m);
}

void mime_tree_scan(struct mime_message *m)
{
	struct scan s = {.m = m};

	open_parts(&s, -1);
	while (s.at < m->len) {
		const char *line = m->raw + s.at;
		const char *nl = memchr(line, '\n', m->len - s.at);
		size_t n = nl ? (size_t)(nl - line) : m->len - s.at;
		size_t here = s.at;
		bool closing;
		long k;

		s.at += nl ? n + 1 : n;
		if (n < 3 || line[0] != '-' || line[1] != '-')
			continue;
		k = find_boundary(&s, line, n, &closing);
		if (k < 0)
			continue;
		close_parts(&s, (size_t)k + 1, before_break(m, here));
		if (closing)
			s.stack.v[k].boundary = NULL;
		else
			open_parts(&s, (long)s.stack.v[k].index);
	}
	close_parts(&s, 0, m->len);
	vec_release(&s.stack);
	finish_parts(m);
}
