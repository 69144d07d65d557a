/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "mime/read.h"

#include <gmime/gmime.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/utf8.h"
#include "mime/message.h"

#define REFERENCES_MAX 1000

static const struct mime_limits default_limits = {
	.depth = 50,
	.parts = 5000,
	.header_bytes = (size_t)1 << 18,
	.headers = 10000,
	.addresses = 100000,
};

static bool open_message(struct mime_message **out, const void *raw, size_t len,
			 const struct mime_limits *limits, struct err *err)
{
	struct mime_message *m;

	if (len == 0)
		return err_set(err, ERR_INPUT, "The message is empty.");
	m = xcalloc(1, sizeof(*m));
	m->raw = raw;
	m->len = len;
	m->limits = limits ? *limits : default_limits;
	mime_header_scan(&m->head, m->raw, len, 0, m->limits.headers, NULL,
			 NULL);
	*out = m;
	return true;
}

bool mime_read_headers_only(struct mime_message **out, const void *raw,
			    size_t len, const struct mime_limits *limits,
			    struct err *err)
{
	return open_message(out, raw, len, limits, err);
}

bool mime_read(struct mime_message **out, const void *raw, size_t len,
	       const struct mime_limits *limits, struct err *err)
{
	if (!open_message(out, raw, len, limits, err))
		return false;
	mime_tree_scan(*out);
	return true;
}

bool mime_part_message(struct mime_message **out, struct mime_message *m,
		       size_t index, struct err *err)
{
	const struct mime_part *p = mime_part(m, index);

	if (!p->is_message || m->extras.v[index].encoding != MIME_ENC_NONE)
		return err_set(err, ERR_INPUT, "This part is no message.");
	return mime_read(out, m->raw + p->offset, p->len, &m->limits, err);
}

void mime_message_free(struct mime_message *m)
{
	if (!m)
		return;
	mime_header_block_release(&m->head);
	for (size_t i = 0; i < m->extras.n; i++) {
		struct mime_part_extra *x = &m->extras.v[i];

		free(x->type);
		free(x->charset);
		free(x->disposition);
		free(x->name);
		free(x->content_id);
		free(x->method);
		free(x->boundary);
	}
	vec_release(&m->extras);
	vec_release(&m->parts);
	free(m->message_id);
	free(m->in_reply_to);
	free(m->list_post);
	free(m);
}

/* --- header fields -------------------------------------------------------- */

static const char *decoded(struct mime_message *m, struct mime_field *f)
{
	if (!f->decoded) {
		CLEANUP(mem_free_ptr)
		char *value =
			mime_field_unfold(m->raw, f, m->limits.header_bytes);

		f->decoded = mime_decode_text(value);
	}
	return f->decoded;
}

const char *mime_header(struct mime_message *m, const char *name)
{
	struct mime_field *f = mime_header_field(&m->head, m->raw, name);

	return f ? decoded(m, f) : NULL;
}

void mime_header_each(struct mime_message *m,
		      bool (*fn)(void *arg, const char *name,
				 const char *value),
		      void *arg)
{
	for (size_t i = 0; i < m->head.n; i++) {
		struct mime_field *f = &m->head.v[i];
		CLEANUP(mem_free_ptr)
		char *name = xstrndup(m->raw + f->name, f->name_len);

		if (!fn(arg, name, decoded(m, f)))
			return;
	}
}

static bool is_named(const struct mime_message *m, const struct mime_field *f,
		     const char *name)
{
	return f->name_len == strlen(name) &&
	       strncasecmp(m->raw + f->name, name, f->name_len) == 0;
}

void mime_header_all(struct mime_message *m, const char *name, struct strv *out)
{
	for (size_t i = 0; i < m->head.n; i++)
		if (is_named(m, &m->head.v[i], name))
			strv_add(out, decoded(m, &m->head.v[i]));
}

const char *mime_raw_header(const struct mime_message *m, size_t *len)
{
	*len = m->head.body - m->head.start;
	return m->raw + m->head.start;
}

void mime_addresses(struct mime_message *m, const char *field,
		    struct mime_address_list *out)
{
	/* A list may be long where another value may not. */
	size_t max = m->limits.addresses * 128 + 65536;

	for (size_t i = 0; i < m->head.n; i++) {
		if (!is_named(m, &m->head.v[i], field))
			continue;
		CLEANUP(mem_free_ptr)
		char *value = mime_field_unfold(m->raw, &m->head.v[i], max);
		(void)mime_address_parse(out, value, m->limits.addresses);
	}
}

int64_t mime_date(const struct mime_message *m)
{
	const struct mime_field *f =
		mime_header_field(&m->head, m->raw, "Date");
	GDateTime *when;
	int64_t t;

	if (!f)
		return CLOCK_NEVER;
	mime_init();
	CLEANUP(mem_free_ptr) char *value = mime_field_unfold(m->raw, f, 200);
	when = g_mime_utils_header_decode_date(value);
	if (!when)
		return CLOCK_NEVER;
	t = g_date_time_to_unix(when);
	g_date_time_unref(when);
	return t;
}

/* Calls add for each <id> in a value; ids with blanks or none inside are no
 * ids. A bare "x@y" counts too. */
static void each_id(const char *s, void (*add)(void *arg, char *owned_id),
		    void *arg)
{
	while (*s) {
		size_t n;

		s += strspn(s, " \t,<>");
		n = strcspn(s, " \t,<>");
		if (n > 2 && n < 998 && memchr(s, '@', n)) {
			CLEANUP(mem_free_ptr) char *id = xstrndup(s, n);

			add(arg, utf8_clean_line(id, false));
		}
		s += n;
	}
}

static void first_id(void *arg, char *owned_id)
{
	char **to = arg;

	if (*to)
		free(owned_id);
	else
		*to = owned_id;
}

/* Message-ID: anything between the brackets, even what is no proper id. */
static char *whole_id(const struct mime_message *m, const char *name)
{
	const struct mime_field *f = mime_header_field(&m->head, m->raw, name);

	if (!f)
		return NULL;
	CLEANUP(mem_free_ptr) char *value = mime_field_unfold(m->raw, f, 2000);
	const char *lt = strchr(value, '<');
	const char *gt = lt ? strchr(lt, '>') : NULL;
	CLEANUP(mem_free_ptr)
	char *id = gt ? xstrndup(lt + 1, (size_t)(gt - lt) - 1)
		      : xstrndup(value, strcspn(value, " "));

	return id[0] ? utf8_clean_line(id, false) : NULL;
}

static void read_ids(struct mime_message *m)
{
	const struct mime_field *f;

	if (m->ids_read)
		return;
	m->ids_read = true;
	m->message_id = whole_id(m, "Message-ID");
	f = mime_header_field(&m->head, m->raw, "In-Reply-To");
	if (f) {
		CLEANUP(mem_free_ptr)
		char *v = mime_field_unfold(m->raw, f, 16384);
		each_id(v, first_id, &m->in_reply_to);
	}
	f = mime_header_field(&m->head, m->raw, "List-Post");
	if (f) {
		CLEANUP(mem_free_ptr)
		char *v = mime_field_unfold(m->raw, f, 4096);
		const char *a = strcasestr(v, "<mailto:");

		if (a) {
			a += 8;
			CLEANUP(mem_free_ptr)
			char *addr = xstrndup(a, strcspn(a, ">?"));
			if (mime_address_is_valid(addr))
				m->list_post = xstrdup(addr);
		}
	}
}

const char *mime_message_id(struct mime_message *m)
{
	read_ids(m);
	return m->message_id;
}

const char *mime_in_reply_to(struct mime_message *m)
{
	read_ids(m);
	return m->in_reply_to;
}

const char *mime_list_post(struct mime_message *m)
{
	read_ids(m);
	return m->list_post;
}

static void add_reference(void *arg, char *owned_id)
{
	struct strv *out = arg;

	if (out->n < REFERENCES_MAX)
		strv_give(out, owned_id);
	else
		free(owned_id);
}

void mime_references(struct mime_message *m, struct strv *out)
{
	const struct mime_field *f =
		mime_header_field(&m->head, m->raw, "References");

	if (!f)
		return;
	CLEANUP(mem_free_ptr)
	char *v = mime_field_unfold(m->raw, f, m->limits.header_bytes);
	each_id(v, add_reference, out);
}

/* --- parts ---------------------------------------------------------------- */

size_t mime_part_count(const struct mime_message *m)
{
	return m->parts.n;
}

const struct mime_part *mime_part(const struct mime_message *m, size_t index)
{
	if (index >= m->parts.n)
		BUG("part %zu of %zu", index, m->parts.n);
	return &m->parts.v[index];
}
