/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Words, addresses, dates and charsets of messages. */
#include "tests/sim/mime.h"

#include <ctype.h>
#include <errno.h>
#include <iconv.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include "base/clock.h"
#include "base/codec.h"
#include "base/utf8.h"

/* --- charsets ------------------------------------------------------------ */
static void add_windows1252(struct str *b, const char *p, size_t len)
{
	static const uint16_t high[32] = {
		0x20ac, 0x81,	0x201a, 0x192,	0x201e, 0x2026, 0x2020, 0x2021,
		0x2c6,	0x2030, 0x160,	0x2039, 0x152,	0x8d,	0x17d,	0x8f,
		0x90,	0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
		0x2dc,	0x2122, 0x161,	0x203a, 0x153,	0x9d,	0x17e,	0x178};

	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)p[i];

		if (c < 0x80)
			str_add_char(b, (char)c);
		else
			str_add_rune(b, c < 0xa0 ? high[c - 0x80] : c);
	}
}

static bool add_iconv(struct str *b, const char *p, size_t len,
		      const char *charset)
{
	iconv_t cd = iconv_open("UTF-8", charset);
	char *in = (char *)(uintptr_t)p, buf[4096];

	if (cd == (iconv_t)-1)
		return false;
	while (len > 0) {
		char *out = buf;
		size_t room = sizeof(buf);
		size_t r = iconv(cd, &in, &len, &out, &room);

		str_add_mem(b, buf, (size_t)(out - buf));
		if (r == (size_t)-1 && errno != E2BIG && len > 0) {
			str_add_rune(b, UTF8_REPLACEMENT);
			in++;
			len--;
		}
	}
	iconv_close(cd);
	return true;
}

void mime_to_utf8(struct str *b, const char *p, size_t len, const char *charset)
{
	bool utf8 = !charset || !*charset ||
		    strcasecmp(charset, "utf-8") == 0 ||
		    strcasecmp(charset, "utf8") == 0 ||
		    strcasecmp(charset, "us-ascii") == 0;

	if (utf8 && utf8_is_valid(p, len)) {
		str_add_mem(b, p, len);
		return;
	}
	if (utf8 && charset && tolower((unsigned char)*charset) == 'u' &&
	    tolower((unsigned char)charset[1]) == 't') {
		char *fixed = utf8_make_valid(p, len);

		str_add(b, fixed);
		free(fixed);
		return;
	}
	if (utf8 || strcasecmp(charset, "iso-8859-1") == 0 ||
	    strcasecmp(charset, "windows-1252") == 0 ||
	    !add_iconv(b, p, len, charset))
		add_windows1252(b, p, len);
}

/* --- encoded words (RFC 2047) -------------------------------------------- */
static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

struct word {
	const char *charset, *text, *end;
	size_t charset_len, text_len;
	char encoding;
};

/* An encoded word at s ("=?charset?Q?text?=")? */
static bool word_parse(struct word *w, const char *s)
{
	const char *q;

	if (s[0] != '=' || s[1] != '?')
		return false;
	w->charset = s + 2;
	q = strchr(w->charset, '?');
	if (!q || q == w->charset || !q[1] || q[2] != '?')
		return false;
	w->charset_len = (size_t)(q - w->charset);
	w->encoding = (char)toupper((unsigned char)q[1]);
	w->text = q + 3;
	q = strstr(w->text, "?=");
	if (!q || (w->encoding != 'B' && w->encoding != 'Q'))
		return false;
	w->text_len = (size_t)(q - w->text);
	w->end = q + 2;
	/* A language after '*' (RFC 2231) is no part of the charset. */
	q = memchr(w->charset, '*', w->charset_len);
	if (q)
		w->charset_len = (size_t)(q - w->charset);
	return memchr(w->text, ' ', w->text_len) == NULL;
}

static void word_decode(struct str *bytes, const struct word *w)
{
	if (w->encoding == 'B') {
		if (!codec_base64_decode(bytes, w->text, w->text_len))
			str_add_char(bytes, '?');
		return;
	}
	for (size_t i = 0; i < w->text_len; i++) {
		char c = w->text[i];

		if (c == '_') {
			c = ' ';
		} else if (c == '=' && i + 2 < w->text_len &&
			   hex_value(w->text[i + 1]) >= 0 &&
			   hex_value(w->text[i + 2]) >= 0) {
			c = (char)(hex_value(w->text[i + 1]) * 16 +
				   hex_value(w->text[i + 2]));
			i += 2;
		}
		str_add_char(bytes, c);
	}
}

/* Words that follow each other in one charset are joined before conversion:
 * writers split characters between them. */
static const char *words_decode(struct str *b, const char *s, struct word *w)
{
	struct str bytes = STR_INIT;
	char charset[64];
	struct word next = *w;

	snprintf(charset, sizeof(charset), "%.*s", (int)w->charset_len,
		 w->charset);
	for (;;) {
		const char *p;

		word_decode(&bytes, &next);
		s = next.end;
		p = s + strspn(s, " \t\r\n");
		if (p == s || !word_parse(&next, p))
			break;
		s = p;
		if (next.charset_len != strlen(charset) ||
		    strncasecmp(next.charset, charset, next.charset_len) != 0)
			break;
	}
	mime_to_utf8(b, bytes.s, bytes.len, charset);
	str_release(&bytes);
	return s;
}

char *mime_decode_text(const char *s)
{
	struct str b = STR_INIT, out = STR_INIT;
	struct word w;

	while (*s) {
		size_t plain = strcspn(s, "=");

		mime_to_utf8(&b, s, plain, NULL);
		s += plain;
		if (!*s)
			break;
		if (word_parse(&w, s)) {
			s = words_decode(&b, s, &w);
		} else {
			str_add_char(&b, '=');
			s++;
		}
	}
	str_trim(&b);
	/* Encoded line breaks would break a header when written again. */
	for (size_t i = 0; i < b.len; i++)
		str_add_char(&out, b.s[i] == '\r' || b.s[i] == '\n' || !b.s[i]
					   ? ' '
					   : b.s[i]);
	str_release(&b);
	return str_take(&out);
}

void mime_add_encoded(struct str *b, const char *utf8)
{
	bool ascii = true;
	size_t len = strlen(utf8), at = 0;

	for (const char *p = utf8; *p; p++)
		ascii = ascii && *p >= ' ' && *p < 127;
	if (ascii && !strstr(utf8, "=?")) {
		str_add(b, utf8);
		return;
	}
	while (at < len) {
		size_t end = at;
		uint32_t rune;

		while (end < len) {
			size_t n = utf8_decode(utf8 + end, len - end, &rune);

			if (end + n - at > 42)
				break;
			end += n;
		}
		if (at > 0)
			str_add(b, "\r\n ");
		str_add(b, "=?utf-8?B?");
		codec_base64_add(b, utf8 + at, end - at);
		str_add(b, "?=");
		at = end;
	}
}

/* --- addresses ----------------------------------------------------------- */
void addr_release(struct addr *a)
{
	free(a->name);
	free(a->email);
	a->name = a->email = NULL;
}

void addrs_release(struct addrs *list)
{
	for (size_t i = 0; i < list->n; i++)
		addr_release(&list->v[i]);
	vec_release(list);
}

void addrs_add(struct addrs *list, const char *name, const char *email)
{
	vec_add(list, ((struct addr){xstrdup(name), xstrdup(email)}));
}

bool addr_is_valid(const char *email)
{
	const char *at = email ? strrchr(email, '@') : NULL;

	if (!at || at == email || !at[1] || strpbrk(email, " \t\r\n<>,;"))
		return false;
	return strlen(email) <= 320;
}

static void addr_finish(struct addrs *list, struct str *words, struct str *spec,
			bool angle, struct str *comment)
{
	char *name = NULL;

	str_trim(words);
	str_trim(spec);
	str_trim(comment);
	if (angle) {
		if (words->len)
			name = mime_decode_text(words->s);
	} else if (words->len) {
		str_clear(spec);
		str_add(spec, words->s);
		if (comment->len)
			name = mime_decode_text(comment->s);
	}
	if (spec->len || name)
		vec_add(list, ((struct addr){name, xstrdup(spec->s)}));
	else
		free(name);
	str_clear(words);
	str_clear(spec);
	str_clear(comment);
}

bool mime_parse_addrs(struct addrs *list, const char *s)
{
	struct str words = STR_INIT, spec = STR_INIT, comment = STR_INIT;
	bool quoted = false, angle = false, in_angle = false;
	int depth = 0;

	for (; *s; s++) {
		struct str *to = depth ? &comment : in_angle ? &spec : &words;

		if (*s == '\\' && s[1] && (quoted || depth)) {
			str_add_char(to, *++s);
		} else if (quoted) {
			if (*s == '"')
				quoted = false;
			else
				str_add_char(to, *s);
		} else if (*s == '(') {
			depth++;
		} else if (*s == ')' && depth) {
			depth--;
		} else if (depth) {
			str_add_char(&comment, *s);
		} else if (*s == '"') {
			quoted = true;
		} else if (*s == '<') {
			in_angle = angle = true;
			str_clear(&spec);
		} else if (*s == '>') {
			in_angle = false;
		} else if (*s == ':' && !in_angle) {
			str_clear(&words); /* a group's name */
		} else if ((*s == ',' || *s == ';') && !in_angle) {
			addr_finish(list, &words, &spec, angle, &comment);
			angle = false;
		} else {
			str_add_char(to, *s);
		}
	}
	addr_finish(list, &words, &spec, angle, &comment);
	str_release(&words);
	str_release(&spec);
	str_release(&comment);
	return list->n > 0;
}

void mime_add_addrs(struct str *b, const struct addrs *list)
{
	for (size_t i = 0; i < list->n; i++) {
		const char *name = str_or_empty(list->v[i].name);
		bool plain = *name != 0;

		if (i)
			str_add(b, ",\r\n ");
		for (const char *p = name; *p; p++)
			plain = plain && (isalnum((unsigned char)*p) ||
					  *p == ' ' || *p == '-' || *p == '\'');
		if (plain) {
			str_addf(b, "%s ", name);
		} else if (*name) {
			bool ascii = true;

			for (const char *p = name; *p; p++)
				ascii = ascii && *p >= ' ' && *p < 127;
			if (ascii)
				str_add_char(b, '"');
			for (const char *p = name; ascii && *p; p++) {
				if (*p == '"' || *p == '\\')
					str_add_char(b, '\\');
				str_add_char(b, *p);
			}
			if (ascii)
				str_add_char(b, '"');
			else
				mime_add_encoded(b, name);
			str_add_char(b, ' ');
		}
		str_addf(b, "<%s>", str_or_empty(list->v[i].email));
	}
}

void mime_display_list(struct str *b, const struct addrs *list)
{
	for (size_t i = 0; i < list->n; i++) {
		const char *name = list->v[i].name;

		str_add(b, i ? "; " : "");
		str_add(b, name && *name ? name : list->v[i].email);
	}
}

/* --- dates (RFC 5322 3.3, with the obsolete zones) ----------------------- */
static int month_of(const char *s)
{
	static const char names[] = "janfebmaraprmayjunjulaugsepoctnovdec";

	for (int i = 0; i < 12; i++)
		if (strncasecmp(s, names + i * 3, 3) == 0)
			return i + 1;
	return 0;
}

static int zone_minutes(const char *s)
{
	static const struct {
		const char *name;
		int hours;
	} zones[] = {{"EST", -5}, {"EDT", -4}, {"CST", -6}, {"CDT", -5},
		     {"MST", -7}, {"MDT", -6}, {"PST", -8}, {"PDT", -7}};

	s += strspn(s, " \t");
	if (*s == '+' || *s == '-') {
		long v = strtol(s + 1, NULL, 10);

		if (v < 0 || v > 9999)
			return 0;
		v = v / 100 * 60 + v % 100;
		return (int)(*s == '-' ? -v : v);
	}
	for (size_t i = 0; i < ARRAY_LEN(zones); i++)
		if (strncasecmp(s, zones[i].name, 3) == 0)
			return zones[i].hours * 60;
	return 0;
}

int64_t mime_parse_date(const char *s)
{
	const char *comma = strchr(s, ',');
	int day, year, hour, minute, second = 0, used = 0, month;
	char name[12];

	if (comma)
		s = comma + 1;
	if (sscanf(s, " %d %11s %d %d:%d%n", &day, name, &year, &hour, &minute,
		   &used) != 5 ||
	    !(month = month_of(name)))
		return CLOCK_NEVER;
	s += used;
	if (*s == ':') {
		char *end;

		second = (int)strtol(s + 1, &end, 10);
		s = end;
	}
	if (year < 50)
		year += 2000;
	else if (year < 1000)
		year += 1900;
	if (day < 1 || day > 31 || hour > 24 || minute > 59 || second > 60 ||
	    year > 9999)
		return CLOCK_NEVER;
	return clock_from_utc(year, month, day, hour, minute, second) -
	       zone_minutes(s) * 60;
}

/* --- HTML ---------------------------------------------------------------- */
static const char *html_entity(struct str *b, const char *s)
{
	static const struct {
		const char *name;
		uint32_t rune;
	} names[] = {{"&amp;", '&'},	  {"&lt;", '<'},
		     {"&gt;", '>'},	  {"&quot;", '"'},
		     {"&apos;", '\''},	  {"&nbsp;", ' '},
		     {"&copy;", 0xa9},	  {"&ndash;", 0x2013},
		     {"&mdash;", 0x2014}, {"&euro;", 0x20ac}};
	char *end;
	unsigned long v;

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		size_t n = strlen(names[i].name);

		if (strncmp(s, names[i].name, n) == 0) {
			str_add_rune(b, names[i].rune);
			return s + n;
		}
	}
	if (s[1] == '#') {
		bool hex = s[2] == 'x' || s[2] == 'X';

		v = strtoul(s + 2 + hex, &end, hex ? 16 : 10);
		if (*end == ';' && v > 0 && v < 0x110000) {
			str_add_rune(b, (uint32_t)v);
			return end + 1;
		}
	}
	str_add_char(b, '&');
	return s + 1;
}

static bool tag_is(const char *tag, const char *name)
{
	size_t n = strlen(name);

	return strncasecmp(tag, name, n) == 0 &&
	       !isalnum((unsigned char)tag[n]);
}

void mime_html_to_text(struct str *b, const char *html)
{
	static const char *const breaks[] = {"br",     "/p",  "/div", "/tr",
					     "/li",    "/h1", "/h2",  "/h3",
					     "/table", "hr"};
	const char *s = html;

	while (*s) {
		if (*s == '<') {
			const char *end = strchr(s, '>');
			const char *skip = NULL;

			if (!end)
				break;
			for (size_t i = 0; i < ARRAY_LEN(breaks); i++)
				if (tag_is(s + 1, breaks[i]))
					str_add(b, "\r\n");
			if (tag_is(s + 1, "style"))
				skip = strcasestr(end, "</style");
			else if (tag_is(s + 1, "script"))
				skip = strcasestr(end, "</script");
			else if (strncmp(s, "<!--", 4) == 0)
				skip = strstr(s, "-->");
			s = skip ? skip : end + 1;
			if (skip && *skip == '-')
				s += 3;
		} else if (*s == '&') {
			s = html_entity(b, s);
		} else if (isspace((unsigned char)*s)) {
			if (b->len && b->s[b->len - 1] != ' ' &&
			    b->s[b->len - 1] != '\n')
				str_add_char(b, ' ');
			s++;
		} else {
			str_add_char(b, *s++);
		}
	}
}

void mime_text_to_html(struct str *b, const char *text)
{
	str_add(b, "<html>\r\n<head>\r\n<meta http-equiv=\"Content-Type\" "
		   "content=\"text/html; charset=utf-8\">\r\n</head>\r\n<body>"
		   "\r\n<div class=\"PlainText\">");
	for (const char *s = text; *s; s++) {
		if (*s == '\n')
			str_add(b, "<br>\r\n");
		else if (*s == '<')
			str_add(b, "&lt;");
		else if (*s == '>')
			str_add(b, "&gt;");
		else if (*s == '&')
			str_add(b, "&amp;");
		else if (*s != '\r')
			str_add_char(b, *s);
	}
	str_add(b, "</div>\r\n</body>\r\n</html>\r\n");
}

void mime_add_crlf(struct str *b, const char *p, size_t len)
{
	const char *first = memchr(p, '\n', len);

	/* Line ends are taken to be all alike. */
	if (!first || (first > p && first[-1] == '\r')) {
		str_add_mem(b, p, len);
		return;
	}
	while (len > 0) {
		const char *nl = memchr(p, '\n', len);
		size_t n = nl ? (size_t)(nl - p) : len;

		str_add_mem(b, p, n);
		if (nl && n > 0 && p[n - 1] == '\r')
			str_add_char(b, '\n');
		else if (nl)
			str_add_mem(b, "\r\n", 2);
		p += n + (nl != NULL);
		len -= n + (nl != NULL);
	}
}
