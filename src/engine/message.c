/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Received messages: a struct mime_message with its bytes, and its layout. */
#include "engine/message_private.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/proc.h"
#include "base/utf8.h"
#include "mime/tnef.h"
#include "text/layout.h"

#define BODY_PARTS_MAX 64
#define LAYOUT_MAX_BYTES ((size_t)4 << 20)
#define NAME_TRIES 1000

static void open_tnef(struct letter *l)
{
	struct str opened = STR_INIT;
	struct mime_message *m;

	if (!tnef_open(l->mime, (const char *)l->raw.p, l->raw.len, &opened)) {
		str_release(&opened);
		return;
	}
	l->opened = bytes_from_str(&opened);
	if (!mime_read(&m, l->opened.p, l->opened.len, NULL, NULL))
		return;
	mime_message_free(l->mime);
	l->mime = m;
}

bool letter_read(struct letter **out, struct bytes *taken_raw, struct err *err)
{
	struct letter *l = xcalloc(1, sizeof(*l));

	l->raw = *taken_raw;
	*taken_raw = (struct bytes){0};
	if (!mime_read(&l->mime, l->raw.p, l->raw.len, NULL, err)) {
		letter_free(l);
		return false;
	}
	open_tnef(l);
	*out = l;
	return true;
}

void letter_free(struct letter *l)
{
	if (!l)
		return;
	mime_message_free(l->mime);
	bytes_release(&l->raw);
	bytes_release(&l->opened);
	free(l);
}

const struct bytes *letter_raw(const struct letter *l)
{
	return &l->raw;
}

const char *letter_header(struct letter *l, const char *name)
{
	return mime_header(l->mime, name);
}

void letter_header_each(struct letter *l,
			bool (*fn)(void *arg, const char *name,
				   const char *value),
			void *arg)
{
	mime_header_each(l->mime, fn, arg);
}

const char *letter_raw_header(const struct letter *l, size_t *len)
{
	return mime_raw_header(l->mime, len);
}

int64_t letter_date(const struct letter *l)
{
	return mime_date(l->mime);
}

size_t letter_add_people(struct letter *l, const char *field, size_t max,
			 struct str *out)
{
	struct mime_address_list list;
	size_t n;

	mime_address_list_init(&list);
	mime_addresses(l->mime, field, &list);
	n = list.n;
	for (size_t i = 0; i < n && (max == 0 || i < max); i++) {
		if (i)
			str_add(out, ", ");
		mime_address_add_text(out, &list.v[i]);
	}
	if (max && n > max)
		str_addf(out, ", +%zu", n - max);
	mime_address_list_release(&list);
	return n;
}

const char *letter_list_post(struct letter *l)
{
	return mime_list_post(l->mime);
}

/* --- parts ----------------------------------------------------------------- */

size_t letter_part_count(const struct letter *l)
{
	return mime_part_count(l->mime);
}

bool letter_part(const struct letter *l, size_t index, struct letter_part *out)
{
	const struct mime_part *p;

	if (index >= mime_part_count(l->mime))
		return false;
	p = mime_part(l->mime, index);
	*out = (struct letter_part){
		.index = p->index,
		.depth = p->depth,
		.type = p->type,
		.charset = p->charset,
		.name = p->name,
		.disposition = p->disposition,
		.method = p->method,
		.content_id = p->content_id,
		.size = p->size,
		.container = p->container,
		.is_message = p->is_message,
		.is_attachment = p->is_attachment,
		.is_body = p->is_body,
	};
	return true;
}

size_t letter_attachments(const struct letter *l)
{
	size_t n = 0;

	for (size_t i = 0; i < mime_part_count(l->mime); i++)
		n += mime_part(l->mime, i)->is_attachment;
	return n;
}

bool letter_part_bytes(struct letter *l, size_t index, struct str *out,
		       struct err *err)
{
	return mime_part_bytes(l->mime, index, out, err);
}

void letter_part_text(struct letter *l, size_t index, struct str *out)
{
	mime_part_text(l->mime, index, out);
}

bool letter_part_letter(struct letter **out, struct letter *l, size_t index,
			struct err *err)
{
	struct str text = STR_INIT;
	struct bytes raw;

	if (!mime_part_bytes(l->mime, index, &text, err)) {
		str_release(&text);
		return false;
	}
	raw = bytes_from_str(&text);
	return letter_read(out, &raw, err);
}

char *letter_part_file_name(const struct letter *l, size_t index)
{
	return mime_part_file_name(l->mime, index);
}

char *letter_file_name(struct letter *l)
{
	const char *subject = mime_header(l->mime, "Subject");
	char *name CLEANUP(mem_free_ptr) = xasprintf(
		"%.150s.eml", subject && *subject ? subject : "message");

	/* The cut may have split a character. */
	char *valid CLEANUP(mem_free_ptr) = utf8_make_valid(name, strlen(name));

	return mime_safe_name(valid);
}

static bool write_all(int fd, const char *p, size_t len)
{
	while (len) {
		ssize_t n = write(fd, p, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		p += n;
		len -= (size_t)n;
	}
	return true;
}

/* Makes a file that was not there; *exists tells that it was. */
static bool write_new_file(const char *path, const struct str *data,
			   bool *exists, struct err *err)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	bool ok;

	*exists = fd < 0 && errno == EEXIST;
	if (*exists)
		return err_set(err, ERR_INPUT, "%s is there already", path);
	if (fd < 0)
		return err_errno(err, "%s could not be made", path);
	ok = write_all(fd, data->s, data->len);
	if (!ok)
		(void)err_errno(err, "%s could not be written", path);
	if (close(fd) != 0 && ok)
		ok = err_errno(err, "%s could not be written", path);
	if (!ok)
		unlink(path);
	return ok;
}

/* "q3.xlsx" and 2: "q3-2.xlsx". */
static char *numbered_path(const char *dir, const char *name, int number)
{
	const char *dot = strrchr(name, '.');
	size_t stem = dot && dot != name ? (size_t)(dot - name) : strlen(name);

	if (!number)
		return xasprintf("%s/%s", dir, name);
	return xasprintf("%s/%.*s-%d%s", dir, (int)stem, name, number,
			 name + stem);
}

bool letter_part_save(struct letter *l, size_t index, const char *dir,
		      char **path, struct err *err)
{
	struct str data CLEANUP(str_release) = STR_INIT;
	char *name CLEANUP(mem_free_ptr) = NULL;

	if (!mime_part_bytes(l->mime, index, &data, err))
		return false;
	name = mime_part_file_name(l->mime, index);
	for (int i = 0; i < NAME_TRIES; i++) {
		char *p = numbered_path(dir, name, i);
		bool exists;

		if (write_new_file(p, &data, &exists, err)) {
			*path = p;
			return true;
		}
		free(p);
		if (!exists)
			return false;
	}
	return err_set(err, ERR_INPUT, "%s holds too many files named %s", dir,
		       name);
}

bool letter_part_save_as(struct letter *l, size_t index, const char *path,
			 struct err *err)
{
	struct str data CLEANUP(str_release) = STR_INIT;
	bool exists;

	return mime_part_bytes(l->mime, index, &data, err) &&
	       write_new_file(path, &data, &exists, err);
}

/* --- layout ---------------------------------------------------------------- */

static size_t limit_of(const struct letter_layout *o)
{
	return o->max_bytes ? o->max_bytes : LAYOUT_MAX_BYTES;
}

static void layout_plain(struct lines *out, const char *s, size_t len,
			 const struct mime_part *p,
			 const struct letter_layout *o)
{
	struct layout_options lo = {
		.width = o->width,
		.flowed = p && p->flowed,
		.delsp = p && p->delsp,
		.link_numbers = o->link_numbers,
		.ascii = o->ascii,
		.max_bytes = limit_of(o),
	};

	layout_text(out, s, len, &lo);
}

static void layout_part(struct letter *l, size_t index,
			const struct letter_layout *o, struct lines *out,
			struct html_report *report)
{
	const struct mime_part *p = mime_part(l->mime, index);
	struct str text CLEANUP(str_release) = STR_INIT;

	/* HTML has many bytes for few words. */
	text.max = 4 * limit_of(o);
	mime_part_text(l->mime, index, &text);
	if (strcmp(p->type, "text/html") == 0) {
		struct html_options ho = {
			.width = o->width,
			.link_numbers = o->link_numbers,
			.ascii = o->ascii,
			.max_bytes = limit_of(o),
		};
		struct html_report one = {0};

		html_layout(out, text.s, text.len, &ho, &one);
		report->remote_images += one.remote_images;
		report->trackers += one.trackers;
		report->hidden += one.hidden;
		report->scripts += one.scripts;
		report->forms = report->forms || one.forms;
	} else {
		layout_plain(out, text.s, text.len, p, o);
	}
	if (str_is_truncated(&text))
		out->truncated = true;
}

static void layout_source(struct letter *l, const struct letter_layout *o,
			  struct lines *out)
{
	struct letter_layout plain = *o;
	size_t len = l->raw.len;
	bool cut = len > limit_of(o);

	if (cut)
		len = limit_of(o);
	plain.link_numbers = false;
	layout_plain(out, (const char *)l->raw.p, len, NULL, &plain);
	if (cut)
		out->truncated = true;
}

/* --- pictures --- */

static long part_of_content(const struct letter *l, const char *content_id)
{
	for (size_t i = 0; i < mime_part_count(l->mime); i++) {
		const struct mime_part *p = mime_part(l->mime, i);

		if (p->content_id && str_eq(p->content_id, content_id) &&
		    str_starts(p->type, "image/"))
			return (long)i;
	}
	return -1;
}

static bool is_shown(const struct lines *out, size_t part)
{
	for (size_t i = 0; i < out->images.n; i++)
		if (out->images.v[i].part == (long)part)
			return true;
	return false;
}

/* A line of its own for a picture that no text names. */
static void add_picture(const struct letter *l, size_t part,
			const struct letter_layout *o, struct lines *out)
{
	char *name CLEANUP(mem_free_ptr) = mime_part_file_name(l->mime, part);
	char *label CLEANUP(mem_free_ptr) = xasprintf("\n[%s]", name);
	struct line_image *image;
	size_t spans = out->spans.n;

	if (out->truncated || out->images.n >= STYLE_IMAGE_MAX)
		return;
	layout_plain(out, label, strlen(label), NULL, o);
	/* The whole last line is its name. */
	out->spans.n = spans;
	image = vec_new(&out->images);
	image->part = (long)part;
	struct line *last = &out->v[out->n - 1];
	struct line_span span = {.len = last->len,
				 .style = STYLE_IMAGE +
					  (uint32_t)out->images.n *
						  STYLE_IMAGE_UNIT};

	last->span = (uint32_t)out->spans.n;
	last->n_spans = 1;
	vec_add(&out->spans, span);
}

static void find_pictures(const struct letter *l, const struct letter_layout *o,
			  struct lines *out)
{
	for (size_t i = 0; i < out->images.n; i++)
		if (out->images.v[i].content_id)
			out->images.v[i].part =
				part_of_content(l, out->images.v[i].content_id);
	for (size_t i = 0; o->images && i < mime_part_count(l->mime); i++) {
		const struct mime_part *p = mime_part(l->mime, i);

		if (str_starts(p->type, "image/") && !p->inside &&
		    !str_eq(p->disposition, "attachment") && !is_shown(out, i))
			add_picture(l, i, o, out);
	}
}

void letter_layout(struct letter *l, const struct letter_layout *o,
		   struct lines *out, struct letter_shown *shown)
{
	size_t parts[BODY_PARTS_MAX];
	size_t n;
	enum mime_body_kind kind = MIME_BODY_NONE;
	bool html = o->view == LETTER_HTML;

	*shown = (struct letter_shown){.view = o->view};
	mime_body_part(l->mime, MIME_BODY_HTML, &kind);
	shown->has_html = kind == MIME_BODY_HTML;
	mime_body_part(l->mime, MIME_BODY_PLAIN, &kind);
	shown->has_text = kind == MIME_BODY_PLAIN;
	if (o->view == LETTER_SOURCE) {
		layout_source(l, o, out);
		return;
	}
	if (html ? !shown->has_html : !shown->has_text)
		html = shown->has_html;
	shown->view = html ? LETTER_HTML : LETTER_TEXT;
	n = mime_body_parts(l->mime, html ? MIME_BODY_HTML : MIME_BODY_PLAIN,
			    parts, BODY_PARTS_MAX);
	for (size_t i = 0; i < n; i++) {
		if (i)
			layout_plain(out, "\n", 1, NULL, o);
		layout_part(l, parts[i], o, out, &shown->html);
	}
	find_pictures(l, o, out);
}

void letter_part_layout(struct letter *l, size_t index,
			const struct letter_layout *o, struct lines *out)
{
	struct html_report report = {0};

	layout_part(l, index, o, out, &report);
}
