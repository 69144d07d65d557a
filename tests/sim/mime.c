/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "tests/sim/mime.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>
#include "base/clock.h"
#include "base/codec.h"
#include "base/utf8.h"

enum { DEPTH_MAX = 60 };

void mail_init(struct mail *m)
{
	memset(m, 0, sizeof(*m));
	m->date = CLOCK_NEVER;
	m->importance = 1;
	m->item_class = xstrdup("IPM.Note");
	strv_init(&m->extra);
}

void mail_release(struct mail *m)
{
	free(m->subject);
	free(m->message_id);
	free(m->in_reply_to);
	free(m->references);
	free(m->topic);
	free(m->thread_index);
	free(m->item_class);
	free(m->text);
	free(m->html);
	free(m->calendar);
	addrs_release(&m->from);
	addrs_release(&m->sender);
	addrs_release(&m->to);
	addrs_release(&m->cc);
	addrs_release(&m->bcc);
	addrs_release(&m->reply_to);
	for (size_t i = 0; i < m->atts.n; i++) {
		free(m->atts.v[i].name);
		free(m->atts.v[i].type);
		free(m->atts.v[i].cid);
		free(m->atts.v[i].location);
		str_release(&m->atts.v[i].content);
	}
	vec_release(&m->atts);
	strv_release(&m->extra);
}

struct attachment *mail_attach(struct mail *m)
{
	struct attachment *a = vec_new(&m->atts);

	str_init(&a->content);
	return a;
}

/* --- header fields ------------------------------------------------------- */
size_t mime_head_len(const char *p, size_t len)
{
	size_t at = 0;

	while (at < len) {
		const char *nl = memchr(p + at, '\n', len - at);
		size_t n = nl ? (size_t)(nl - (p + at)) : len - at;

		if (n == 0 || (n == 1 && p[at] == '\r'))
			return at + n + (nl != NULL);
		at += n + (nl != NULL);
	}
	return len;
}

bool mime_next_field(const char *p, size_t len, size_t *pos, struct str *name,
		     struct str *value)
{
	bool have = false;

	str_clear(name);
	str_clear(value);
	while (*pos < len) {
		const char *line = p + *pos;
		const char *nl = memchr(line, '\n', len - *pos);
		size_t n = nl ? (size_t)(nl - line) : len - *pos, colon = 0;
		size_t next = *pos + n + (nl != NULL);

		if (n && line[n - 1] == '\r')
			n--;
		if (n == 0)
			break;
		if (have && *line != ' ' && *line != '\t')
			return true;
		*pos = next;
		if (have) {
			str_add_char(value, ' ');
			while (n && (*line == ' ' || *line == '\t')) {
				line++;
				n--;
			}
			str_add_mem(value, line, n);
			continue;
		}
		while (colon < n && line[colon] != ':')
			colon++;
		if (colon == n || colon == 0 || *line == ' ' || *line == '\t')
			continue; /* not a field: skipped */
		str_add_mem(name, line, colon);
		str_trim(name);
		colon++;
		while (colon < n && (line[colon] == ' ' || line[colon] == '\t'))
			colon++;
		str_add_mem(value, line + colon, n - colon);
		have = true;
	}
	return have;
}

/* Value of a parameter ("; name=value"), RFC 2231 pieces joined. Caller frees.
 */
static char *param(const char *value, const char *name)
{
	struct str out = STR_INIT;
	size_t n = strlen(name);
	bool found = false, extended = false;
	const char *s = value;
	char *text;

	while ((s = strchr(s, ';')) != NULL) {
		const char *eq;
		bool star = false;

		s += 1 + strspn(s + 1, " \t");
		if (strncasecmp(s, name, n) != 0)
			continue;
		eq = s + n;
		if (*eq == '*')
			star = true;
		eq += strspn(eq, "*0123456789 \t");
		if (*eq != '=')
			continue;
		star = star && eq[-1] == '*';
		extended = extended || star;
		eq += 1 + strspn(eq + 1, " \t");
		found = true;
		if (*eq == '"') {
			for (eq++; *eq && *eq != '"'; eq++) {
				if (*eq == '\\' && eq[1])
					eq++;
				str_add_char(&out, *eq);
			}
		} else {
			str_add_mem(&out, eq, strcspn(eq, "; \t"));
		}
		s = *eq ? eq : eq - 1;
	}
	if (!found) {
		str_release(&out);
		return NULL;
	}
	if (extended) {
		struct str bytes = STR_INIT;
		char *lang, *start;

		text = str_take(&out);
		lang = strchr(text, '\'');
		start = lang ? strchr(lang + 1, '\'') : NULL;
		if (start) {
			*lang = 0;
			start++;
		}
		for (const char *p = start ? start : text; *p; p++) {
			char hex[3] = {0};
			struct str one = STR_INIT;

			if (*p == '%' && isxdigit((unsigned char)p[1]) &&
			    isxdigit((unsigned char)p[2])) {
				memcpy(hex, p + 1, 2);
				if (codec_hex_decode(&one, hex, 2))
					str_add_mem(&bytes, one.s, 1);
				p += 2;
			} else {
				str_add_char(&bytes, *p);
			}
			str_release(&one);
		}
		mime_to_utf8(&out, bytes.s, bytes.len, start ? text : NULL);
		str_release(&bytes);
		free(text);
		return str_take(&out);
	}
	text = mime_decode_text(out.s);
	str_release(&out);
	return text;
}

static char *strip_angles(const char *s)
{
	struct str b = STR_INIT;

	str_add(&b, s);
	str_trim(&b);
	return str_take(&b);
}

static void set_once(char **p, char *owned)
{
	if (*p)
		free(owned);
	else
		*p = owned;
}

static void class_from_type(struct mail *m, const char *value)
{
	if (strncasecmp(value, "multipart/mixed", 15) == 0)
		m->has_attachments = true;
	if (strncasecmp(value, "multipart/report", 16) == 0)
		mem_replace(
			&m->item_class,
			xstrdup(strcasestr(value, "disposition-notification")
					? "REPORT.IPM.Note.IPNRN"
					: "REPORT.IPM.Note.NDR"));
	if (strncasecmp(value, "multipart/signed", 16) == 0)
		mem_replace(&m->item_class,
			    xstrdup("IPM.Note.SMIME.MultipartSigned"));
	if (strncasecmp(value, "application/pkcs7-mime", 22) == 0 ||
	    strncasecmp(value, "application/x-pkcs7-mime", 24) == 0)
		mem_replace(&m->item_class, xstrdup("IPM.Note.SMIME"));
}

static void class_from_method(struct mail *m, const char *method)
{
	const char *name = NULL;

	if (strcasecmp(method, "REQUEST") == 0)
		name = "IPM.Schedule.Meeting.Request";
	else if (strcasecmp(method, "CANCEL") == 0)
		name = "IPM.Schedule.Meeting.Canceled";
	else if (strcasecmp(method, "REPLY") == 0)
		name = "IPM.Schedule.Meeting.Resp.Pos";
	if (name)
		mem_replace(&m->item_class, xstrdup(name));
}

static void take_field(struct mail *m, const char *name, const char *value)
{
	static const struct {
		const char *name;
		size_t at;
	} lists[] = {{"From", offsetof(struct mail, from)},
		     {"Sender", offsetof(struct mail, sender)},
		     {"To", offsetof(struct mail, to)},
		     {"Cc", offsetof(struct mail, cc)},
		     {"Bcc", offsetof(struct mail, bcc)},
		     {"Reply-To", offsetof(struct mail, reply_to)}};

	for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
		if (strcasecmp(name, lists[i].name) == 0) {
			if (!mime_parse_addrs(
				    (struct addrs *)(void *)((char *)m +
							     lists[i].at),
				    value))
				return;
			return;
		}
	}
	if (strcasecmp(name, "Subject") == 0)
		set_once(&m->subject, mime_decode_text(value));
	else if (strcasecmp(name, "Message-ID") == 0)
		set_once(&m->message_id, strip_angles(value));
	else if (strcasecmp(name, "In-Reply-To") == 0)
		set_once(&m->in_reply_to, strip_angles(value));
	else if (strcasecmp(name, "References") == 0)
		set_once(&m->references, strip_angles(value));
	else if (strcasecmp(name, "Thread-Topic") == 0)
		set_once(&m->topic, mime_decode_text(value));
	else if (strcasecmp(name, "Thread-Index") == 0)
		set_once(&m->thread_index, strip_angles(value));
	else if (strcasecmp(name, "Date") == 0 && m->date == CLOCK_NEVER)
		m->date = mime_parse_date(value);
	else if (strcasecmp(name, "Importance") == 0)
		m->importance = strcasecmp(value, "high") == 0	? 2
				: strcasecmp(value, "low") == 0 ? 0
								: 1;
	else if (strcasecmp(name, "X-Priority") == 0)
		m->importance = *value == '1' || *value == '2'	 ? 2
				: *value == '4' || *value == '5' ? 0
								 : 1;
	else if (strcasecmp(name, "Sensitivity") == 0)
		m->sensitivity = strcasecmp(value, "personal") == 0	 ? 1
				 : strcasecmp(value, "private") == 0	 ? 2
				 : strncasecmp(value, "company", 7) == 0 ? 3
									 : 0;
	else if (strcasecmp(name, "Disposition-Notification-To") == 0)
		m->receipt = true;
	else if (strcasecmp(name, "Return-Receipt-To") == 0)
		m->delivery_receipt = true;
	else if (strncasecmp(name, "X-", 2) == 0)
		strv_give(&m->extra, xasprintf("%s: %s", name, value));
}

/* --- body parts ---------------------------------------------------------- */
struct part {
	const char *p; /* body */
	size_t len;
	char *type; /* value of Content-Type */
	char *disposition, *cid, *location;
	char encoding; /* 'B', 'Q', 0 */
};

static void part_release(struct part *part)
{
	free(part->type);
	free(part->disposition);
	free(part->cid);
	free(part->location);
}

static void part_field(struct part *part, const char *name, const char *value)
{
	if (strcasecmp(name, "Content-Type") == 0) {
		set_once(&part->type, xstrdup(value));
	} else if (strcasecmp(name, "Content-Transfer-Encoding") == 0) {
		part->encoding = strncasecmp(value, "base64", 6) == 0	? 'B'
				 : strncasecmp(value, "quoted", 6) == 0 ? 'Q'
									: 0;
	} else if (strcasecmp(name, "Content-Disposition") == 0) {
		set_once(&part->disposition, xstrdup(value));
	} else if (strcasecmp(name, "Content-Location") == 0) {
		set_once(&part->location, xstrdup(value));
	} else if (strcasecmp(name, "Content-ID") == 0) {
		size_t n = strcspn(value + (*value == '<'), ">");

		set_once(&part->cid, xstrndup(value + (*value == '<'), n));
	}
}

static void decode_quoted(struct str *out, const char *p, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		char hex[2];
		struct str one = STR_INIT;

		if (p[i] != '=') {
			str_add_char(out, p[i]);
			continue;
		}
		if (i + 1 < len && p[i + 1] == '\n') {
			i++;
			continue;
		}
		if (i + 2 < len && p[i + 1] == '\r' && p[i + 2] == '\n') {
			i += 2;
			continue;
		}
		if (i + 2 < len && isxdigit((unsigned char)p[i + 1]) &&
		    isxdigit((unsigned char)p[i + 2])) {
			memcpy(hex, p + i + 1, 2);
			if (codec_hex_decode(&one, hex, 2))
				str_add_mem(out, one.s, 1);
			i += 2;
		} else {
			str_add_char(out, '=');
		}
		str_release(&one);
	}
}

static void part_decode(struct str *out, const struct part *part)
{
	struct codec_base64 d = {0};

	if (part->encoding == 'B')
		codec_base64_feed(&d, out, part->p, part->len);
	else if (part->encoding == 'Q')
		decode_quoted(out, part->p, part->len);
	else
		str_add_mem(out, part->p, part->len);
}

static char *part_text(const struct part *part)
{
	struct str bytes = STR_INIT, text = STR_INIT;
	char *charset = part->type ? param(part->type, "charset") : NULL;

	part_decode(&bytes, part);
	mime_to_utf8(&text, bytes.s, bytes.len, charset);
	str_release(&bytes);
	free(charset);
	return str_take(&text);
}

static void part_attach(struct mail *m, const struct part *part, bool related)
{
	struct attachment *a = mail_attach(m);
	const char *type = str_or_empty(part->type);
	bool said_attachment =
		part->disposition &&
		strncasecmp(part->disposition, "attachment", 10) == 0;

	a->type = xstrndup(type, strcspn(type, "; \t"));
	if (part->disposition)
		a->name = param(part->disposition, "filename");
	if (!a->name)
		a->name = param(type, "name");
	a->cid = xstrdup(part->cid);
	a->location = xstrdup(part->location);
	a->is_message = strncasecmp(type, "message/rfc822", 14) == 0;
	a->is_inline = part->cid && related && !said_attachment;
	part_decode(&a->content, part);
	if (a->is_message && !a->name) {
		struct mail inner;

		mail_init(&inner);
		mail_read_head(&inner, a->content.s, a->content.len);
		a->name = xstrdup(inner.subject);
		mail_release(&inner);
	}
	if (!a->name)
		a->name = xasprintf("ATT%05zu", m->atts.n);
}

static void read_part(struct mail *m, const char *p, size_t len, int depth,
		      bool related, bool top);

/* Splits a multipart body at its delimiter lines. */
static void read_multipart(struct mail *m, const struct part *part,
			   const char *boundary, int depth, bool related)
{
	size_t n = strlen(boundary), at = 0, start = 0;
	bool inside = false;

	while (at < part->len) {
		const char *line = part->p + at;
		const char *nl = memchr(line, '\n', part->len - at);
		size_t used = nl ? (size_t)(nl - line) + 1 : part->len - at;

		if (used >= n + 2 && line[0] == '-' && line[1] == '-' &&
		    memcmp(line + 2, boundary, n) == 0) {
			bool last = used >= n + 4 && line[n + 2] == '-' &&
				    line[n + 3] == '-';

			if (inside) {
				size_t end = at;

				if (end > start && part->p[end - 1] == '\n')
					end--;
				if (end > start && part->p[end - 1] == '\r')
					end--;
				read_part(m, part->p + start, end - start,
					  depth + 1, related, false);
			}
			inside = !last;
			start = at + used;
			if (last)
				return;
		}
		at += used;
	}
	if (inside && start < part->len)
		read_part(m, part->p + start, part->len - start, depth + 1,
			  related, false);
}

static void read_leaf(struct mail *m, const struct part *part, bool related)
{
	const char *type = part->type ? part->type : "text/plain";
	bool attached = part->disposition &&
			strncasecmp(part->disposition, "attachment", 10) == 0;

	if (!attached && strncasecmp(type, "text/calendar", 13) == 0) {
		char *method = param(type, "method");

		set_once(&m->calendar, part_text(part));
		if (method)
			class_from_method(m, method);
		free(method);
	} else if (!attached && !m->text &&
		   strncasecmp(type, "text/plain", 10) == 0) {
		m->text = part_text(part);
	} else if (!attached && !m->html &&
		   strncasecmp(type, "text/html", 9) == 0) {
		m->html = part_text(part);
	} else if (strncasecmp(type, "message/delivery-status", 23) != 0 &&
		   strncasecmp(type, "message/disposition", 19) != 0) {
		part_attach(m, part, related);
	}
}

static void read_part(struct mail *m, const char *p, size_t len, int depth,
		      bool related, bool top)
{
	struct part part = {0};
	struct str name = STR_INIT, value = STR_INIT;
	size_t pos = 0, head = mime_head_len(p, len);
	char *boundary = NULL;

	while (mime_next_field(p, head, &pos, &name, &value)) {
		part_field(&part, name.s, value.s);
		if (top)
			take_field(m, name.s, value.s);
	}
	str_release(&name);
	str_release(&value);
	part.p = p + head;
	part.len = len - head;
	if (top && part.type)
		class_from_type(m, part.type);
	if (part.type && strncasecmp(part.type, "multipart/", 10) == 0)
		boundary = param(part.type, "boundary");
	if (boundary && depth < DEPTH_MAX)
		read_multipart(
			m, &part, boundary, depth,
			strncasecmp(part.type, "multipart/related", 17) == 0 ||
				related);
	else
		read_leaf(m, &part, related);
	free(boundary);
	part_release(&part);
}

void mail_read(struct mail *m, const char *p, size_t len)
{
	read_part(m, p, len, 0, false, true);
	m->has_attachments = false;
	for (size_t i = 0; i < m->atts.n; i++)
		if (!m->atts.v[i].is_inline)
			m->has_attachments = true;
}

void mail_read_head(struct mail *m, const char *p, size_t len)
{
	struct str name = STR_INIT, value = STR_INIT;
	size_t pos = 0;

	while (mime_next_field(p, len, &pos, &name, &value)) {
		take_field(m, name.s, value.s);
		if (strcasecmp(name.s, "Content-Type") == 0) {
			char *method = param(value.s, "method");

			class_from_type(m, value.s);
			if (method)
				class_from_method(m, method);
			free(method);
		}
	}
	str_release(&name);
	str_release(&value);
}
