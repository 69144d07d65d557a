/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "text/quote.h"

#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/utf8.h"
#include "text/flow.h"

unsigned quote_depth(const char *line, size_t len, size_t *marks)
{
	unsigned depth = 0;
	size_t i = 0, end = 0;

	while (i < len) {
		size_t k = i;

		if (depth > 0 && line[k] == ' ')
			k++;
		if (k >= len || line[k] != '>')
			break;
		depth++;
		i = end = k + 1;
	}
	*marks = end;
	return depth;
}

static size_t line_end(const char *s, size_t len, size_t at, size_t *next)
{
	const char *nl = memchr(s + at, '\n', len - at);
	size_t end = nl ? (size_t)(nl - s) : len;

	*next = nl ? end + 1 : len;
	return end > at && s[end - 1] == '\r' ? end - 1 : end;
}

size_t quote_signature_start(const char *text, size_t len)
{
	size_t next;

	for (size_t at = 0; at < len; at = next) {
		size_t end = line_end(text, len, at, &next);

		if (end - at == 3 && memcmp(text + at, "-- ", 3) == 0)
			return at;
	}
	return len;
}

/* Adds one quoted line, broken at `width` cells if it is longer. Existing
 * marks are repeated on each piece. */
static void add_quoted(struct str *out, unsigned depth, const char *s,
		       size_t len, size_t width)
{
	size_t room = width > depth + 12 ? width - depth - 2 : 10;

	do {
		size_t n = len, used;
		/* As much as can be on the line, and a bit: looking further
		 * for each piece would take time by the square. */
		size_t look = len < room * 16 ? len : room * 16;

		if (width > 0 && len > room) {
			CLEANUP(mem_free_ptr) char *line = xstrndup(s, look);
			size_t fit = utf8_fit(line, room, &used);

			if (fit < look) {
				n = fit;
				while (n > 0 && s[n] != ' ')
					n--;
			} else if (look < len) {
				n = 0; /* nothing but combining marks */
			}
			if (n == 0)
				n = fit > 0 ? fit : len;
		}
		for (unsigned i = 0; i <= depth; i++)
			str_add_char(out, '>');
		if (n > 0)
			str_add_char(out, ' ');
		str_add_mem(out, s, n);
		str_add_char(out, '\n');
		s += n;
		len -= n;
		while (n > 0 && len > 0 && *s == ' ') {
			s++;
			len--;
		}
	} while (len > 0);
}

void quote_text(struct str *out, const char *text, size_t len,
		const struct quote_options *o)
{
	CLEANUP(str_release) struct str plain = STR_INIT;
	CLEANUP(str_release) struct str quoted = STR_INIT;
	size_t next;

	if (!o->keep_signature)
		len = quote_signature_start(text, len);
	if (o->flowed) {
		flow_join(&plain, text, len, o->delsp);
		text = plain.s;
		len = plain.len;
	}
	while (len > 0 && strchr("\r\n", text[len - 1]))
		len--;
	quoted.max = o->max_bytes ? o->max_bytes : (size_t)16 << 20;
	for (size_t at = 0; at < len && !str_is_truncated(&quoted); at = next) {
		size_t end = line_end(text, len, at, &next), marks;
		unsigned depth = quote_depth(text + at, end - at, &marks);
		const char *s = text + at + marks;
		size_t n = end - at - marks;

		if (depth > 0 && n > 0 && *s == ' ') {
			s++;
			n--;
		}
		while (n > 0 && s[n - 1] == ' ')
			n--;
		add_quoted(&quoted, depth, s, n, o->width);
	}
	str_add_mem(out, quoted.s, quoted.len);
}

void quote_add_attribution(struct str *out, int64_t date, const char *name,
			   const char *addr)
{
	CLEANUP(mem_free_ptr)
	char *who = utf8_clean_line(name && name[0] ? name : str_or_empty(addr),
				    false);

	if (date != CLOCK_NEVER) {
		str_add(out, "On ");
		clock_add_long(out, date);
		str_add(out, who[0] ? ", " : "");
	}
	str_add(out, who);
	str_add(out, who[0] ? " wrote:\n" : ":\n");
}

bool quote_is_header_line(const char *line, size_t len, bool first)
{
	static const char *const from[] = {"From", "Von",  "De", "Da", "Van",
					   "Fra",  "Från", "Od", NULL};
	static const char *const others[] = {
		"Sent",	   "Date",	"To",	 "Subject",    "Cc",
		"Bcc",	   "Gesendet",	"Datum", "An",	       "Betreff",
		"Envoyé",  "À",		"Objet", "Enviado",    "Para",
		"Asunto",  "Inviato",	"A",	 "Oggetto",    "Verzonden",
		"Aan",	   "Onderwerp", "Sendt", "Til",	       "Emne",
		"Skickat", "Till",	"Ämne",	 "Importance", "Priority",
		NULL};
	const char *const *names = first ? from : others;

	while (len > 0 && (*line == ' ' || *line == '*')) {
		line++;
		len--;
	}
	for (; *names; names++) {
		size_t n = strlen(*names);
		const char *p = line + n, *end = line + len;

		if (len <= n || strncasecmp(line, *names, n) != 0)
			continue;
		/* French puts a blank before the colon, some make it bold. */
		while (p < end &&
		       (*p == ' ' || *p == '*' || *p == '\xC2' || *p == '\xA0'))
			p++;
		if (p < end && *p == ':')
			return true;
	}
	return false;
}
