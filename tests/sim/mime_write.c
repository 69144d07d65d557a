/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "tests/sim/mime.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>
#include "base/clock.h"
#include "base/codec.h"

static void add_base64_lines(struct str *b, const char *p, size_t len)
{
	for (size_t at = 0; at < len; at += 57) {
		size_t n = len - at < 57 ? len - at : 57;

		codec_base64_add(b, p + at, n);
		str_add(b, "\r\n");
	}
}

static void add_quoted(struct str *b, const char *text)
{
	size_t column = 0;

	for (const char *s = text; *s; s++) {
		unsigned char c = (unsigned char)*s;
		bool end = s[1] == '\n' || s[1] == '\r' || !s[1];
		char hex[4];

		if (c == '\r' && s[1] == '\n')
			continue;
		if (c == '\n') {
			str_add(b, "\r\n");
			column = 0;
			continue;
		}
		if (column > 72) {
			str_add(b, "=\r\n");
			column = 0;
		}
		if (c == '=' || c > 126 || (c < 32 && c != '\t') ||
		    (end && (c == ' ' || c == '\t'))) {
			snprintf(hex, sizeof(hex), "=%02X", c);
			str_add(b, hex);
			column += 3;
		} else {
			str_add_char(b, (char)c);
			column++;
		}
	}
	str_add(b, "\r\n");
}

static void add_text_part(struct str *b, const char *type, const char *text)
{
	str_addf(b,
		 "Content-Type: %s; charset=\"utf-8\"\r\n"
		 "Content-Transfer-Encoding: quoted-printable\r\n\r\n",
		 type);
	add_quoted(b, text);
}

static void add_attachment(struct str *b, const struct attachment *a)
{
	const char *type =
		a->type && *a->type ? a->type : "application/octet-stream";
	struct str name = STR_INIT;

	mime_add_encoded(&name, str_or_empty(a->name));
	str_addf(b, "Content-Type: %s; name=\"%s\"\r\n", type, name.s);
	str_addf(b, "Content-Disposition: %s; filename=\"%s\"\r\n",
		 a->is_inline ? "inline" : "attachment", name.s);
	if (a->cid)
		str_addf(b, "Content-ID: <%s>\r\n", a->cid);
	if (a->location)
		str_addf(b, "Content-Location: %s\r\n", a->location);
	str_release(&name);
	if (a->is_message) {
		str_add(b, "\r\n");
		str_add_mem(b, a->content.s, a->content.len);
		str_add(b, "\r\n");
		return;
	}
	str_add(b, "Content-Transfer-Encoding: base64\r\n\r\n");
	add_base64_lines(b, a->content.s, a->content.len);
}

static uint32_t hash_mail(const struct mail *m)
{
	uint32_t h = 2166136261u;
	const char *texts[] = {m->message_id, m->subject, m->text, m->html};

	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		for (const char *s = str_or_empty(texts[i]); *s; s++)
			h = (h ^ (unsigned char)*s) * 16777619u;
	return h;
}

static void add_calendar(struct str *b, const char *calendar)
{
	const char *at = strstr(calendar, "METHOD:");
	size_t n = at ? strcspn(at + 7, "\r\n") : 0;
	char *type = xasprintf("text/calendar; method=%.*s", n ? (int)n : 7,
			       n ? at + 7 : "REQUEST");

	add_text_part(b, type, calendar);
	free(type);
}

static void add_body(struct str *b, const struct mail *m, uint32_t h)
{
	if ((m->text && m->html) || m->calendar) {
		str_addf(b,
			 "Content-Type: multipart/alternative; "
			 "boundary=\"_alt_%08x_\"\r\n\r\n--_alt_%08x_\r\n",
			 h, h);
		if (m->text || !m->html) {
			add_text_part(b, "text/plain", str_or_empty(m->text));
			str_addf(b, "\r\n--_alt_%08x_", h);
			str_add(b, m->html || m->calendar ? "\r\n" : "--\r\n");
		}
		if (m->html) {
			add_text_part(b, "text/html", m->html);
			str_addf(b, "\r\n--_alt_%08x_", h);
			str_add(b, m->calendar ? "\r\n" : "--\r\n");
		}
		if (m->calendar) {
			add_calendar(b, m->calendar);
			str_addf(b, "\r\n--_alt_%08x_--\r\n", h);
		}
	} else if (m->html) {
		add_text_part(b, "text/html", m->html);
	} else {
		add_text_part(b, "text/plain", str_or_empty(m->text));
	}
}

static void add_list(struct str *b, const char *name, const struct addrs *list)
{
	if (list->n == 0)
		return;
	str_addf(b, "%s: ", name);
	mime_add_addrs(b, list);
	str_add(b, "\r\n");
}

static void add_line(struct str *b, const char *name, const char *value)
{
	if (value && *value)
		str_addf(b, "%s: %s\r\n", name, value);
}

static void add_head(struct str *b, const struct mail *m)
{
	static const char *const sensitivities[] = {NULL, "Personal", "Private",
						    "Company-Confidential"};

	add_list(b, "From", &m->from);
	add_list(b, "Sender", &m->sender);
	add_list(b, "To", &m->to);
	add_list(b, "Cc", &m->cc);
	add_list(b, "Bcc", &m->bcc);
	add_list(b, "Reply-To", &m->reply_to);
	if (m->subject) {
		str_add(b, "Subject: ");
		mime_add_encoded(b, m->subject);
		str_add(b, "\r\n");
	}
	if (m->topic) {
		str_add(b, "Thread-Topic: ");
		mime_add_encoded(b, m->topic);
		str_add(b, "\r\n");
	}
	add_line(b, "Thread-Index", m->thread_index);
	if (m->date != CLOCK_NEVER) {
		str_add(b, "Date: ");
		clock_add_rfc5322(b, m->date);
		str_add(b, "\r\n");
	}
	add_line(b, "Message-ID", m->message_id);
	add_line(b, "In-Reply-To", m->in_reply_to);
	add_line(b, "References", m->references);
	if (m->importance != 1)
		add_line(b, "Importance", m->importance == 2 ? "High" : "Low");
	add_line(b, "Sensitivity", sensitivities[m->sensitivity & 3]);
	if (m->receipt && m->from.n)
		add_list(b, "Disposition-Notification-To", &m->from);
	if (m->delivery_receipt && m->from.n)
		add_list(b, "Return-Receipt-To", &m->from);
	for (size_t i = 0; i < m->extra.n; i++)
		str_addf(b, "%s\r\n", m->extra.v[i]);
	str_add(b, "MIME-Version: 1.0\r\n");
}

void mail_write(struct str *b, const struct mail *m)
{
	uint32_t h = hash_mail(m);
	bool any_inline = false, any_other = false;

	for (size_t i = 0; i < m->atts.n; i++) {
		any_inline = any_inline || m->atts.v[i].is_inline;
		any_other = any_other || !m->atts.v[i].is_inline;
	}
	add_head(b, m);
	if (any_other)
		str_addf(b,
			 "Content-Type: multipart/mixed; "
			 "boundary=\"_mix_%08x_\"\r\n\r\n--_mix_%08x_\r\n",
			 h, h);
	if (any_inline)
		str_addf(b,
			 "Content-Type: multipart/related; "
			 "boundary=\"_rel_%08x_\"\r\n\r\n--_rel_%08x_\r\n",
			 h, h);
	add_body(b, m, h);
	for (size_t i = 0; any_inline && i < m->atts.n; i++) {
		if (!m->atts.v[i].is_inline)
			continue;
		str_addf(b, "\r\n--_rel_%08x_\r\n", h);
		add_attachment(b, &m->atts.v[i]);
	}
	if (any_inline)
		str_addf(b, "\r\n--_rel_%08x_--\r\n", h);
	for (size_t i = 0; any_other && i < m->atts.n; i++) {
		if (m->atts.v[i].is_inline)
			continue;
		str_addf(b, "\r\n--_mix_%08x_\r\n", h);
		add_attachment(b, &m->atts.v[i]);
	}
	if (any_other)
		str_addf(b, "\r\n--_mix_%08x_--\r\n", h);
}
