/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Messages written by people and programs, made whole. */
#include "mime/build.h"

#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "mime/encode.h"
#include "mime/message.h"

#define LINE_LIMIT 998

struct field {
	char *name;
	size_t start, end; /* raw lines of the field, with line breaks */
	char *value;	   /* unfolded, as it stands */
};

struct source {
	const char *s;
	size_t len, body;
	struct {
		struct field *v;
		size_t n, cap;
	} fields;
};

static void source_release(struct source *src)
{
	for (size_t i = 0; i < src->fields.n; i++) {
		free(src->fields.v[i].name);
		free(src->fields.v[i].value);
	}
	vec_release(&src->fields);
}

static size_t line_end(const char *s, size_t len, size_t at, size_t *next)
{
	const char *nl = memchr(s + at, '\n', len - at);
	size_t end = nl ? (size_t)(nl - s) : len;

	*next = nl ? end + 1 : len;
	return end > at && s[end - 1] == '\r' ? end - 1 : end;
}

static bool bad_line(struct err *err, const char *line, size_t len,
		     size_t number)
{
	CLEANUP(mem_free_ptr) char *text = xstrndup(line, len < 60 ? len : 60);
	CLEANUP(mem_free_ptr) char *clean = utf8_clean_line(text, false);

	return err_set(err, ERR_INPUT,
		       "Line %zu is neither a header field nor the empty line "
		       "before the text: \"%s\"",
		       number, clean);
}

static void unfold(struct field *f, const char *s)
{
	const char *colon = memchr(s + f->start, ':', f->end - f->start);
	struct mime_field raw = {.value = (size_t)(colon - s) + 1};

	raw.value_len = f->end - raw.value;
	f->value = mime_field_unfold(s, &raw, raw.value_len);
}

/* Reads the header strictly: a person's mistake must not end up as text. */
static bool read_source(struct source *src, const char *s, size_t len,
			struct err *err)
{
	size_t next, number = 0;

	*src = (struct source){.s = s, .len = len, .body = len};
	for (size_t at = 0; at < len; at = next) {
		size_t end = line_end(s, len, at, &next), n = 0;
		size_t line = end - at;

		number++;
		if (line == 0) {
			src->body = next;
			break;
		}
		if (number == 1 && line > 5 && memcmp(s, "From ", 5) == 0)
			continue; /* mailbox separator */
		if ((s[at] == ' ' || s[at] == '\t') && src->fields.n > 0) {
			src->fields.v[src->fields.n - 1].end = next;
			continue;
		}
		while (n < line && s[at + n] > ' ' && s[at + n] <= '~' &&
		       s[at + n] != ':')
			n++;
		if (n == 0 || n == line || s[at + n] != ':')
			return bad_line(err, s + at, line, number);
		struct field *f = vec_new(&src->fields);
		f->name = xstrndup(s + at, n);
		f->start = at;
		f->end = next;
	}
	for (size_t i = 0; i < src->fields.n; i++)
		unfold(&src->fields.v[i], s);
	return true;
}

static bool is_address_field(const char *name)
{
	static const char *const names[] = {
		"From",
		"Sender",
		"Reply-To",
		"To",
		"Cc",
		"Bcc",
		"Resent-From",
		"Resent-To",
		"Resent-Cc",
		"Resent-Bcc",
		"Resent-Sender",
		"Mail-Followup-To",
		"Mail-Reply-To",
		"Disposition-Notification-To",
	};

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (strcasecmp(name, names[i]) == 0)
			return true;
	return false;
}

/* A field that is there but says nothing counts as missing, and goes. */
static bool is_empty(const struct field *f)
{
	if (strcasecmp(f->name, "Message-ID") == 0)
		return f->value[strspn(f->value, " <>")] == '\0';
	return f->value[0] == '\0' &&
	       (is_address_field(f->name) || strcasecmp(f->name, "Date") == 0);
}

static const struct field *find(const struct source *src, const char *name)
{
	for (size_t i = 0; i < src->fields.n; i++)
		if (strcasecmp(src->fields.v[i].name, name) == 0 &&
		    !is_empty(&src->fields.v[i]))
			return &src->fields.v[i];
	return NULL;
}

/* Parses the addresses of a field; false names the one that is none. */
static bool read_addresses(struct mime_address_list *l, const char *name,
			   const char *value, struct err *err)
{
	bool good = mime_address_parse(l, value, 0);
	const char *bad = value;

	for (size_t i = 0; i < l->n && good; i++)
		if (l->v[i].addr && !mime_address_is_valid(l->v[i].addr)) {
			bad = l->v[i].addr;
			good = false;
		}
	if (good)
		return true;
	CLEANUP(mem_free_ptr) char *clean = utf8_clean_line(bad, false);
	return err_set(err, ERR_INPUT, "%s: \"%.100s\" is no address.", name,
		       clean);
}

/* --- what a person edits -------------------------------------------------- */

static void add_list(struct str *out, const char *name,
		     const struct mime_address_list *l, bool always)
{
	if (l->n == 0 && !always)
		return;
	str_addf(out, "%s: ", name);
	mime_address_list_add_text(out, l);
	str_add_char(out, '\n');
}

void mime_draft_add_editable(struct str *out, const struct mime_draft *d)
{
	CLEANUP(mem_free_ptr)
	char *subject = utf8_clean_line(str_or_empty(d->subject), false);

	add_list(out, "From", &d->from, true);
	add_list(out, "To", &d->to, true);
	add_list(out, "Cc", &d->cc, true);
	add_list(out, "Bcc", &d->bcc, true);
	add_list(out, "Reply-To", &d->reply_to, false);
	str_addf(out, "Subject: %s\n", subject);
	if (d->in_reply_to)
		str_addf(out, "In-Reply-To: <%s>\n", d->in_reply_to);
	if (d->references.n > 0) {
		str_add(out, "References:");
		for (size_t i = 0; i < d->references.n; i++)
			str_addf(out, " <%s>", d->references.v[i]);
		str_add_char(out, '\n');
	}
	for (size_t i = 0; i < d->extra.n; i++) {
		CLEANUP(mem_free_ptr)
		char *value = utf8_clean_line(str_or_empty(d->extra.v[i].value),
					      false);

		str_addf(out, "%s: %s\n", d->extra.v[i].name, value);
	}
	str_add_char(out, '\n');
	str_add(out, d->text);
}

static void take_ids(struct strv *out, const char *value)
{
	strv_release(out);
	strv_init(out);
	while (*value) {
		size_t n;

		value += strspn(value, " \t,<>");
		n = strcspn(value, " \t,<>");
		if (n > 0)
			strv_give(out, xstrndup(value, n));
		value += n;
	}
}

/* One field of the edited text; address lists go to `lists` first. */
static bool take_field(struct mime_draft *d, const struct field *f,
		       struct err *err)
{
	struct {
		const char *name;
		struct mime_address_list *to;
	} lists[] = {{"From", &d->from},
		     {"To", &d->to},
		     {"Cc", &d->cc},
		     {"Bcc", &d->bcc},
		     {"Reply-To", &d->reply_to}};

	for (size_t i = 0; i < ARRAY_LEN(lists); i++)
		if (strcasecmp(f->name, lists[i].name) == 0)
			return read_addresses(lists[i].to, f->name, f->value,
					      err);
	if (strcasecmp(f->name, "Subject") == 0) {
		mem_replace(&d->subject, mime_decode_text(f->value));
	} else if (strcasecmp(f->name, "In-Reply-To") == 0) {
		CLEANUP(strv_release) struct strv ids;

		strv_init(&ids);
		take_ids(&ids, f->value);
		mem_replace(&d->in_reply_to, ids.n ? xstrdup(ids.v[0]) : NULL);
	} else if (strcasecmp(f->name, "References") == 0) {
		take_ids(&d->references, f->value);
	} else {
		CLEANUP(mem_free_ptr) char *value = mime_decode_text(f->value);

		mime_draft_add_header(d, f->name, value);
	}
	return true;
}

/* Moves the members that the text sets from `from` to d. */
static void move_edited(struct mime_draft *d, struct mime_draft *from)
{
	struct mime_draft old = *d;

	d->from = from->from;
	d->to = from->to;
	d->cc = from->cc;
	d->bcc = from->bcc;
	d->reply_to = from->reply_to;
	d->subject = from->subject;
	d->in_reply_to = from->in_reply_to;
	d->references = from->references;
	d->text = from->text;
	memcpy(&d->extra, &from->extra, sizeof(d->extra));
	from->from = old.from;
	from->to = old.to;
	from->cc = old.cc;
	from->bcc = old.bcc;
	from->reply_to = old.reply_to;
	from->subject = old.subject;
	from->in_reply_to = old.in_reply_to;
	from->references = old.references;
	from->text = old.text;
	memcpy(&from->extra, &old.extra, sizeof(old.extra));
}

bool mime_draft_read_editable(struct mime_draft *d, const char *s, size_t len,
			      struct err *err)
{
	CLEANUP(source_release) struct source src;
	CLEANUP(mime_draft_release) struct mime_draft edited;
	CLEANUP(str_release) struct str text = STR_INIT;
	CLEANUP(mem_free_ptr) char *valid = utf8_make_valid(s, len);

	mime_draft_init(&edited);
	if (!read_source(&src, valid, strlen(valid), err))
		return false;
	for (size_t i = 0; i < src.fields.n; i++)
		if (!take_field(&edited, &src.fields.v[i], err))
			return false;
	for (const char *p = valid + src.body; *p; p++)
		if (*p != '\r' || p[1] != '\n')
			str_add_char(&text, *p);
	edited.text = str_take(&text);
	move_edited(d, &edited);
	return true;
}

/* --- send -t ---------------------------------------------------------- */

static bool is_plain_bytes(const char *s, size_t len)
{
	size_t line = 0;

	for (size_t i = 0; i < len; i++) {
		line = s[i] == '\n' ? 0 : line + 1;
		if ((unsigned char)s[i] >= 0x80 || s[i] == '\0' ||
		    line > LINE_LIMIT)
			return false;
	}
	return true;
}

/* A field as it stands where that is allowed, else encoded anew. */
static bool add_field(struct str *out, const struct source *src,
		      const struct field *f, struct err *err)
{
	const char *raw = src->s + f->start;
	size_t len = f->end - f->start;

	if (is_address_field(f->name)) {
		struct mime_address_list l;
		bool ok;

		mime_address_list_init(&l);
		ok = read_addresses(&l, f->name, f->value, err);
		if (ok && !is_plain_bytes(raw, len))
			mime_encode_addresses(out, f->name, &l);
		mime_address_list_release(&l);
		if (!ok || !is_plain_bytes(raw, len))
			return ok;
	}
	if (is_plain_bytes(raw, len)) {
		mime_encode_crlf(out, raw, len);
		if (raw[len - 1] != '\n')
			str_add(out, "\r\n");
		return true;
	}
	CLEANUP(str_release) struct str utf8 = STR_INIT;
	mime_to_utf8(&utf8, f->value, strlen(f->value), NULL);
	if (strncasecmp(f->name, "Content-", 8) == 0) {
		/* Words are not allowed in parameters: raw UTF-8 is. */
		str_addf(out, "%s: %s\r\n", f->name, utf8.s);
		return true;
	}
	mime_encode_field(out, f->name, utf8.s);
	return true;
}

static bool has_recipient(const struct source *src)
{
	static const char *const names[] = {"To", "Cc", "Bcc"};
	struct mime_address_list l;
	bool found = false;

	mime_address_list_init(&l);
	for (size_t i = 0; i < src->fields.n; i++)
		for (size_t k = 0; k < ARRAY_LEN(names); k++)
			if (strcasecmp(src->fields.v[i].name, names[k]) == 0)
				(void)mime_address_parse(
					&l, src->fields.v[i].value, 0);
	for (size_t i = 0; i < l.n; i++)
		found |= l.v[i].addr != NULL;
	mime_address_list_release(&l);
	return found;
}

/* The fields a message must have and this one has not. */
static bool add_missing(struct str *out, const struct source *src,
			const struct mime_complete *c, struct err *err)
{
	struct mime_address_list from;
	bool ok = true;

	mime_address_list_init(&from);
	if (!find(src, "Date")) {
		str_add(out, "Date: ");
		clock_add_rfc5322(out, c->date);
		str_add(out, "\r\n");
	}
	if (!find(src, "From")) {
		if (!c->from)
			ok = err_set(err, ERR_INPUT,
				     "The message has no From field.");
		else
			ok = read_addresses(&from, "From", c->from, err);
		mime_encode_addresses(out, "From", &from);
	}
	if (ok && !find(src, "Message-ID")) {
		CLEANUP(mem_free_ptr)
		char *id = c->message_id
				   ? xstrdup(c->message_id)
				   : mime_new_message_id(from.n ? from.v[0].addr
								: c->from);
		struct strv ids = {.v = &id, .n = 1};

		mime_encode_ids(out, "Message-ID", &ids);
	}
	mime_address_list_release(&from);
	return ok;
}

/* The body: as it is when the message says what it is, else as text. */
static void add_body(struct str *out, const struct source *src)
{
	const char *body = src->s + src->body;
	size_t len = src->len - src->body;
	bool typed = find(src, "Content-Type") != NULL;
	bool encoded = find(src, "Content-Transfer-Encoding") != NULL;
	bool plain = is_plain_bytes(body, len);

	if (!find(src, "MIME-Version"))
		str_add(out, "MIME-Version: 1.0\r\n");
	if (!typed && !encoded && !plain) {
		CLEANUP(str_release) struct str utf8 = STR_INIT;
		enum mime_body_encoding e;

		mime_to_utf8(&utf8, body, len, NULL);
		e = mime_encode_choose(utf8.s, utf8.len);
		str_addf(out,
			 "Content-Type: text/plain; charset=utf-8\r\n"
			 "Content-Transfer-Encoding: %s\r\n\r\n",
			 mime_encode_name(e));
		mime_encode_body(out, utf8.s, utf8.len, e);
		return;
	}
	if (!encoded && !plain)
		str_add(out, "Content-Transfer-Encoding: 8bit\r\n");
	str_add(out, "\r\n");
	mime_encode_crlf(out, body, len);
}

bool mime_complete(struct str *out, const char *s, size_t len,
		   const struct mime_complete *c, struct err *err)
{
	CLEANUP(source_release) struct source src;
	CLEANUP(str_release) struct str done = STR_INIT;

	if (!read_source(&src, s, len, err))
		return false;
	if (!has_recipient(&src))
		return err_set(err, ERR_INPUT,
			       "The message has no recipient in To, Cc or "
			       "Bcc.");
	if (!add_missing(&done, &src, c, err))
		return false;
	for (size_t i = 0; i < src.fields.n; i++)
		if (!is_empty(&src.fields.v[i]) &&
		    !add_field(&done, &src, &src.fields.v[i], err))
			return false;
	add_body(&done, &src);
	str_add_mem(out, done.s, done.len);
	return true;
}
