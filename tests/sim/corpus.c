/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * Mail of the sample company. Message number n is a function of the seed, n
 * and the number of messages: its parent in a thread, its writer, its text,
 * its encoding and its attachments all come from hashes, so that any message
 * can be made again at any time.
 */
#include "tests/sim/corpus_plan.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>
#include "base/clock.h"
#include "base/codec.h"

/* The end of the head of what has parts. */
#define MIXED "Content-Type: multipart/mixed; boundary=\"=_m%zu\"\r\n\r\n"
#define ALTERNATIVE                                                            \
	"Content-Type: multipart/alternative; boundary=\"=_a%zu\"\r\n\r\n"
#define RELATED                                                                \
	"Content-Type: multipart/related; type=\"text/html\"; "                \
	"boundary=\"=_r%zu\"\r\n\r\n"

/* While one of a charset is open libc keeps its tables, which it would unload and
 * map again for every message. */
static void keep_charsets(struct corpus *c)
{
	static const char *const charsets[CORPUS_CHARSETS] = {
		"iso-8859-1", "iso-2022-jp", "gb18030", "koi8-r"};

	for (size_t i = 0; i < CORPUS_CHARSETS; i++) {
		c->kept[2 * i] = iconv_open(charsets[i], "UTF-8");
		c->kept[2 * i + 1] = iconv_open("UTF-8", charsets[i]);
	}
}

struct corpus *corpus_new(struct state *st, struct box *owner, uint64_t seed,
			  size_t total, int64_t now)
{
	struct corpus *c = xcalloc(1, sizeof(*c));

	for (size_t i = 0; i < st->boxes.n; i++)
		if (!st->boxes.v[i]->room && !st->boxes.v[i]->shared &&
		    st->boxes.v[i] != owner)
			vec_add(&c->people, st->boxes.v[i]);
	keep_charsets(c);
	c->owner = owner;
	c->seed = seed;
	c->total = total;
	c->now = now;
	/* Four mails an hour at most, never more than four years. */
	c->span = (int64_t)(total + 1) * 4 * 3600;
	if (c->span > 4LL * 365 * DAY)
		c->span = 4LL * 365 * DAY;
	return c;
}

void corpus_free(struct corpus *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < ARRAY_LEN(c->kept); i++)
		if (c->kept[i] != (iconv_t)-1)
			iconv_close(c->kept[i]);
	vec_release(&c->people);
	free(c);
}

/* --- bodies -------------------------------------------------------------- */
static void add_quoted(const struct corpus *c, const struct plan *p,
		       struct str *text, struct str *html)
{
	struct plan up;
	struct str own = STR_INIT;
	struct addrs who = {0};
	struct strv lines;

	plan_make(c, &up, p->parent);
	plan_add_text(c, &up, &own);
	plan_add_writer(&up, &who);
	strv_init(&lines);
	strv_split(&lines, own.s, "\n");
	str_addf(text, "\n%s wrote:\n", who.v[0].name);
	str_addf(html,
		 "<div><p>%s wrote:</p><blockquote style=\"border-left:"
		 "2px solid #888;margin-left:4px;padding-left:8px\">",
		 who.v[0].name);
	for (size_t i = 0; i < lines.n; i++) {
		str_addf(text, "> %s\n", lines.v[i]);
		str_addf(html, "<p>%s</p>\n", lines.v[i]);
	}
	str_add(html, "</blockquote></div>");
	strv_release(&lines);
	addrs_release(&who);
	str_release(&own);
}

static void add_table(const struct corpus *c, const struct plan *p,
		      struct str *html)
{
	str_add(html, "<table border=\"1\" cellpadding=\"4\"><tr><th>Site</th>"
		      "<th>Plan</th><th>Now</th></tr>");
	for (unsigned i = 0; i < 4; i++)
		str_addf(html,
			 "<tr><td>%s</td><td align=\"right\">%zu</td>"
			 "<td align=\"right\">%zu</td></tr>",
			 sites[i],
			 100 + corpus_pick(c, p->number, TEXT + 40 + i, 900),
			 100 + corpus_pick(c, p->number, TEXT + 50 + i, 900));
	str_add(html, "</table>\n");
}

static void add_html(const struct corpus *c, const struct plan *p,
		     const char *text, const char *quoted, struct str *html)
{
	bool letter = p->theme->kind == THEME_LETTER;
	const char *s = text;

	str_add(html, "<html><head><meta http-equiv=\"Content-Type\" content=\""
		      "text/html; charset=utf-8\"><style>p{margin:0 0 8px}"
		      "</style></head><body style=\"font-family:Calibri,sans-"
		      "serif\">\n");
	if (letter)
		str_addf(html,
			 "<img src=\"https://img.example/banner-%zu.png\" "
			 "alt=\"banner\" width=\"600\"><h1>%s</h1>\n",
			 p->number % 100, p->theme->from_name);
	while (*s) {
		const char *end = strstr(s, "\n\n");
		size_t n = end ? (size_t)(end - s) : strlen(s);

		str_add(html, "<p>");
		for (size_t i = 0; i < n; i++) {
			if (s[i] == '\n')
				str_add(html, "<br>\n");
			else if (s[i] == '&')
				str_add(html, "&amp;");
			else if (s[i] == '<')
				str_add(html, "&lt;");
			else
				str_add_char(html, s[i]);
		}
		str_add(html, "</p>\n");
		s += n + (end ? 2 : 0);
	}
	if (letter)
		str_addf(html,
			 "<ul><li><a href=\"https://letter.example/issue/"
			 "%zu\">Read it in the browser</a></li><li><a "
			 "href=\"https://letter.example/off?u=%zu\">"
			 "Unsubscribe</a></li></ul>\n",
			 p->number, p->number * 7);
	else if (p->theme->category && corpus_roll(c, p->number, FORM) % 3 == 0)
		add_table(c, p, html);
	str_add(html, quoted);
	str_add(html, "</body></html>\n");
}

/* --- charsets ------------------------------------------------------------ */
static bool is_ascii(const char *s)
{
	for (; *s; s++)
		if ((unsigned char)*s >= 128)
			return false;
	return true;
}

/* False where the charset lacks a character. */
static bool to_charset(struct str *out, const char *s, const char *charset)
{
	iconv_t cd = iconv_open(charset, "UTF-8");
	char *in = (char *)(uintptr_t)s, buf[8192];
	size_t left = strlen(s);
	bool good = cd != (iconv_t)-1;

	while (good && left > 0) {
		char *to = buf;
		size_t room = sizeof(buf), before = left;

		if (iconv(cd, &in, &left, &to, &room) == (size_t)-1 &&
		    left == before)
			good = false;
		str_add_mem(out, buf, (size_t)(to - buf));
	}
	if (good) {
		char *to = buf;
		size_t room = sizeof(buf);

		iconv(cd, NULL, NULL, &to, &room);
		str_add_mem(out, buf, (size_t)(to - buf));
	}
	if (cd != (iconv_t)-1)
		iconv_close(cd);
	return good;
}

static void add_header_text(struct str *b, const char *s, const char *charset)
{
	struct str raw = STR_INIT;

	if (is_ascii(s)) {
		str_add(b, s);
	} else if (charset && strcasecmp(charset, "utf-8") != 0 &&
		   strlen(s) < 90 && to_charset(&raw, s, charset)) {
		str_addf(b, "=?%s?B?", charset);
		codec_base64_add(b, raw.s, raw.len);
		str_add(b, "?=");
	} else {
		mime_add_encoded(b, s);
	}
	str_release(&raw);
}

static void add_base64(struct str *b, const char *p, size_t len)
{
	for (size_t at = 0; at < len; at += 57) {
		codec_base64_add(b, p + at, len - at < 57 ? len - at : 57);
		str_add(b, "\r\n");
	}
}

static void add_quoted_printable(struct str *b, const char *p, size_t len)
{
	static const char hex[] = "0123456789ABCDEF";
	size_t column = 0;

	for (size_t i = 0; i < len; i++) {
		unsigned char ch = (unsigned char)p[i];

		if (ch == '\n') {
			str_add(b, "\r\n");
			column = 0;
			continue;
		}
		if (column > 71) {
			str_add(b, "=\r\n");
			column = 0;
		}
		if (ch < 32 || ch > 126 || ch == '=' ||
		    (ch == ' ' && i + 1 < len && p[i + 1] == '\n')) {
			str_add_char(b, '=');
			str_add_char(b, hex[ch >> 4]);
			str_add_char(b, hex[ch & 15]);
			column += 3;
		} else {
			str_add_char(b, (char)ch);
			column++;
		}
	}
}

static void add_part(struct str *b, const char *type, const char *text,
		     const char *charset)
{
	struct str raw = STR_INIT;
	const char *name = charset ? charset : "utf-8";
	bool wide;

	if (!to_charset(&raw, text, name)) {
		name = "utf-8";
		str_clear(&raw);
		str_add(&raw, text);
	}
	wide = strcasecmp(name, "gb18030") == 0 ||
	       strcasecmp(name, "koi8-r") == 0 ||
	       (strcasecmp(name, "utf-8") == 0 && charset);
	str_addf(b, "Content-Type: %s; charset=\"%s\"\r\n", type, name);
	if (is_ascii(raw.s) && strcasecmp(name, "iso-2022-jp") == 0) {
		str_add(b, "Content-Transfer-Encoding: 7bit\r\n\r\n");
		mime_add_crlf(b, raw.s, raw.len);
	} else if (wide) {
		str_add(b, "Content-Transfer-Encoding: base64\r\n\r\n");
		add_base64(b, raw.s, raw.len);
	} else {
		str_add(b, "Content-Transfer-Encoding: quoted-printable"
			   "\r\n\r\n");
		add_quoted_printable(b, raw.s, raw.len);
	}
	str_release(&raw);
}

/* --- attachments --------------------------------------------------------- */
static const char *type_of_name(const char *name)
{
	static const struct {
		const char *suffix, *type;
	} types[] = {{".pdf", "application/pdf"},
		     {".txt", "text/plain"},
		     {".xlsx", "application/vnd.openxmlformats-officedocument."
			       "spreadsheetml.sheet"},
		     {".png", "image/png"}};

	for (size_t i = 0; i < ARRAY_LEN(types); i++)
		if (str_ends(name, types[i].suffix))
			return types[i].type;
	return "application/octet-stream";
}

static void add_file(const struct corpus *c, const struct plan *p,
		     struct str *b, const char *name)
{
	size_t n = 1500 + corpus_pick(c, p->number, ATTACH + 60, 40000);
	struct str data = STR_INIT;
	uint64_t x = corpus_roll(c, p->number, ATTACH + 61);

	if (str_ends(name, ".pdf"))
		str_add(&data, "%PDF-1.4\n%\xe2\xe3\xcf\xd3\n");
	else if (str_ends(name, ".xlsx"))
		str_add_mem(&data, "PK\3\4\24\0\6\0", 8);
	while (data.len < n) {
		x = corpus_mix(x + 1);
		if (str_ends(name, ".txt"))
			str_addf(&data, "%08zu level=%u.%03u battery=3.%u\r\n",
				 data.len, (unsigned)(x % 4),
				 (unsigned)(x >> 8) % 1000,
				 (unsigned)(x >> 20) % 10);
		else
			str_add_mem(&data, &x, 8);
	}
	str_addf(b, "Content-Type: %s; name=\"", type_of_name(name));
	add_header_text(b, name, NULL);
	str_add(b, "\"\r\nContent-Disposition: attachment; filename=\"");
	add_header_text(b, name, NULL);
	str_add(b, "\"\r\nContent-Transfer-Encoding: base64\r\n\r\n");
	add_base64(b, data.s, data.len);
	str_release(&data);
}

static void add_calendar(const struct corpus *c, const struct plan *p,
			 struct str *b, const char *subject)
{
	struct str when = STR_INIT, ics = STR_INIT;
	int64_t start = (p->date / DAY + 3) * DAY + 9 * 3600;

	clock_add_iso(&when, start);
	str_addf(&ics,
		 "BEGIN:VCALENDAR\nPRODID:-//Halden//Sample//EN\n"
		 "VERSION:2.0\nMETHOD:REQUEST\nBEGIN:VEVENT\n"
		 "UID:%llx@halden.example\nSUMMARY:%s\n"
		 "DTSTART:%.4s%.2s%.2sT090000Z\nDURATION:PT1H\n"
		 "ORGANIZER;CN=%s:mailto:%s\n"
		 "ATTENDEE;RSVP=TRUE:mailto:%s\n"
		 "LOCATION:Room %s\nSEQUENCE:0\nEND:VEVENT\n"
		 "END:VCALENDAR\n",
		 (unsigned long long)corpus_roll(c, p->number, 90), subject,
		 when.s, when.s + 5, when.s + 8, p->from->name,
		 p->from->address, c->owner->address,
		 sites[corpus_pick(c, p->number, 91, 8)]);
	add_part(b, "text/calendar; method=REQUEST", ics.s, NULL);
	str_release(&ics);
	str_release(&when);
}

/* --- the message --------------------------------------------------------- */
static void add_id(const struct corpus *c, struct str *b, size_t number)
{
	str_addf(b, "<%016llx.%zu@halden.example>",
		 (unsigned long long)corpus_roll(c, number, 0), number);
}

static void add_people(const struct corpus *c, const struct plan *p,
		       struct str *b)
{
	struct addrs to = {0}, cc = {0};
	size_t more = corpus_pick(c, p->number, TO, 4);

	if (p->from == c->owner) {
		struct plan up;

		plan_make(c, &up, p->parent);
		if (up.from != c->owner)
			plan_add_writer(&up, &to);
	} else {
		addrs_add(&to, c->owner->name, c->owner->address);
	}
	for (size_t i = 0;
	     i < more && c->people.n && p->theme->kind == THEME_COLLEAGUE;
	     i++) {
		const struct box *other = c->people.v[corpus_pick(
			c, p->root, TO + 30 + (unsigned)i, c->people.n)];

		if (other != p->from)
			addrs_add(i < 2 ? &to : &cc, other->name,
				  other->address);
	}
	if (to.n == 0)
		addrs_add(&to, "All staff", "all@halden.example");
	str_add(b, "To: ");
	mime_add_addrs(b, &to);
	str_add(b, "\r\n");
	if (cc.n > 0) {
		str_add(b, "Cc: ");
		mime_add_addrs(b, &cc);
		str_add(b, "\r\n");
	}
	addrs_release(&to);
	addrs_release(&cc);
}

static void add_head(const struct corpus *c, const struct plan *p,
		     struct str *b, const char *subject)
{
	struct addrs from = {0};

	plan_add_writer(p, &from);
	if (p->from != c->owner) {
		str_addf(b,
			 "Received: from out.%s ([192.0.2.%zu])\r\n\tby "
			 "mail.halden.example with ESMTPS; ",
			 strchr(from.v[0].email, '@') + 1, p->number % 250 + 1);
		clock_add_rfc5322(b, p->date + 3);
		str_add(b, "\r\n");
	}
	str_add(b, "Date: ");
	clock_add_rfc5322(b, p->date);
	str_add(b, "\r\nFrom: ");
	add_header_text(b, from.v[0].name, p->theme->charset);
	str_addf(b, " <%s>\r\n", from.v[0].email);
	add_people(c, p, b);
	str_add(b, "Subject: ");
	add_header_text(b, subject, p->theme->charset);
	str_add(b, "\r\nMessage-ID: ");
	add_id(c, b, p->number);
	str_add(b, "\r\n");
	if (p->reference_count > 0) {
		str_add(b, "In-Reply-To: ");
		add_id(c, b, p->parent);
		str_add(b, "\r\nReferences:");
		for (size_t i = p->reference_count; i > 0; i--) {
			str_add(b, i < p->reference_count ? "\r\n " : " ");
			add_id(c, b, p->references[i - 1]);
		}
		str_add(b, "\r\n");
	}
	if (p->theme->kind == THEME_LETTER)
		str_add(b, "List-Unsubscribe: <https://letter.example/off>\r\n"
			   "Precedence: bulk\r\n");
	if (corpus_roll(c, p->number, FORM + 40) % 25 == 0)
		str_add(b, "Importance: High\r\nX-Priority: 1\r\n");
	str_add(b, "MIME-Version: 1.0\r\n");
	addrs_release(&from);
}

static void add_alternative(const struct corpus *c, const struct plan *p,
			    struct str *b, const char *text, const char *html,
			    const char *subject)
{
	size_t n = p->number;

	str_addf(b, ALTERNATIVE "--=_a%zu\r\n", n, n);
	add_part(b, "text/plain", text, p->theme->charset);
	str_addf(b, "\r\n--=_a%zu\r\n", n);
	add_part(b, "text/html", html, NULL);
	if (p->theme->kind == THEME_MEETING && p->from) {
		str_addf(b, "\r\n--=_a%zu\r\n", n);
		add_calendar(c, p, b, subject);
	}
	str_addf(b, "\r\n--=_a%zu--\r\n", n);
}

/* A letter whose picture travels with it. */
static void add_related(const struct plan *p, struct str *b, const char *html)
{
	static const char dot[] = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ"
				  "AAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5E"
				  "rkJggg==";
	struct str with = STR_INIT;
	const char *end = strstr(html, "</body>");
	size_t n = p->number;

	str_add_mem(&with, html, end ? (size_t)(end - html) : strlen(html));
	str_addf(&with,
		 "<p><img src=\"cid:logo%zu@halden.example\" "
		 "alt=\"Halden Instruments\"></p>%s",
		 n, end ? end : "");
	str_addf(b, RELATED "--=_r%zu\r\n", n, n);
	add_part(b, "text/html", with.s, NULL);
	str_addf(b,
		 "\r\n--=_r%zu\r\nContent-Type: image/png; "
		 "name=\"logo.png\"\r\nContent-ID: <logo%zu@halden.example>"
		 "\r\nContent-Disposition: inline; filename=\"logo.png\"\r\n"
		 "Content-Transfer-Encoding: base64\r\n\r\n%s\r\n"
		 "--=_r%zu--\r\n",
		 n, n, dot, n);
	str_release(&with);
}

/* Does this message hand on an older one as an attachment? Never one that
 * does so itself. */
static bool forwards(const struct corpus *c, size_t number, size_t *which)
{
	if (number == 0 || corpus_roll(c, number, ATTACH + 5) % 30 != 0)
		return false;
	*which = corpus_pick(c, number, ATTACH + 6, number);
	return corpus_roll(c, *which, ATTACH + 5) % 30 != 0;
}

static void add_forwarded(const struct corpus *c, struct str *b, size_t which)
{
	str_add(b, "Content-Type: message/rfc822\r\n"
		   "Content-Disposition: attachment\r\n\r\n");
	corpus_message(c, which, b);
}

/* How a message is put together. */
struct shape {
	bool file, forward;		 /* attachments of a multipart/mixed */
	bool alternative, related, html; /* what it says; else plain text */
	size_t handed_on;
};

static void shape_make(const struct corpus *c, const struct plan *p,
		       struct shape *s)
{
	unsigned form = (unsigned)(corpus_roll(c, p->number, FORM) >> 8) % 100;
	bool letter = p->theme->kind == THEME_LETTER;

	*s = (struct shape){0};
	s->forward = forwards(c, p->number, &s->handed_on);
	s->file =
		p->theme->attachment &&
		(p->depth == 0 || corpus_roll(c, p->number, ATTACH) % 12 == 0);
	s->alternative = p->theme->kind == THEME_MEETING || form < 45;
	s->related = !s->alternative && letter && form < 75;
	s->html = !s->alternative && !s->related && (letter || form > 92);
}

/* What it says, and the older messages below. */
static void add_said(const struct corpus *c, const struct plan *p,
		     const struct shape *s, const char *subject,
		     struct str *out)
{
	struct str text = STR_INIT, html = STR_INIT;
	struct str quoted = STR_INIT, quoted_html = STR_INIT;

	plan_add_text(c, p, &text);
	if (p->depth > 0)
		add_quoted(c, p, &quoted, &quoted_html);
	add_html(c, p, text.s, quoted_html.s, &html);
	str_add(&text, quoted.s);
	if (s->alternative)
		add_alternative(c, p, out, text.s, html.s, subject);
	else if (s->related)
		add_related(p, out, html.s);
	else if (s->html)
		add_part(out, "text/html", html.s, NULL);
	else
		add_part(out, "text/plain", text.s, p->theme->charset);
	str_release(&text);
	str_release(&html);
	str_release(&quoted);
	str_release(&quoted_html);
}

void corpus_message(const struct corpus *c, size_t number, struct str *out)
{
	struct str subject = STR_INIT;
	struct shape s;
	struct plan p;
	bool mixed;

	plan_make(c, &p, number);
	shape_make(c, &p, &s);
	mixed = s.file || s.forward;
	plan_add_subject(c, &p, &subject);
	add_head(c, &p, out, subject.s);
	if (mixed)
		str_addf(out, MIXED "--=_m%zu\r\n", number, number);
	add_said(c, &p, &s, subject.s, out);
	if (s.file) {
		struct str name = STR_INIT;

		plan_add_filled(c, &p, &name, p.theme->attachment);
		str_addf(out, "\r\n--=_m%zu\r\n", number);
		add_file(c, &p, out, name.s);
		str_release(&name);
	}
	if (s.forward) {
		str_addf(out, "\r\n--=_m%zu\r\n", number);
		add_forwarded(c, out, s.handed_on);
	}
	if (mixed)
		str_addf(out, "\r\n--=_m%zu--\r\n", number);
	str_release(&subject);
}

void corpus_head(const struct corpus *c, size_t number, struct str *out)
{
	struct str subject = STR_INIT;
	struct shape s;
	struct plan p;

	plan_make(c, &p, number);
	shape_make(c, &p, &s);
	/* How a single part is coded depends on what it says. */
	if (!s.file && !s.forward && !s.alternative && !s.related) {
		corpus_message(c, number, out);
		return;
	}
	plan_add_subject(c, &p, &subject);
	add_head(c, &p, out, subject.s);
	if (s.file || s.forward)
		str_addf(out, MIXED, number);
	else if (s.alternative)
		str_addf(out, ALTERNATIVE, number);
	else
		str_addf(out, RELATED, number);
	str_release(&subject);
}

void corpus_describe(const struct corpus *c, size_t number,
		     struct corpus_facts *f)
{
	struct plan p;
	size_t age;

	plan_make(c, &p, number);
	age = c->total - number;
	memset(f, 0, sizeof(*f));
	f->date = p.date;
	f->own = p.from == c->owner;
	f->junk = p.theme->kind == THEME_JUNK;
	f->folder = p.theme->folder;
	f->category = corpus_roll(c, number, PLACE) % 5 == 0 ? p.theme->category
							     : NULL;
	/* The newest mail is largely unread, old mail hardly ever. */
	f->unread = !f->own && corpus_roll(c, number, PLACE + 30) % 100 <
				       (age < 40    ? 55
					: age < 150 ? 12
						    : 2);
	f->flagged = !f->own && corpus_roll(c, number, PLACE + 31) % 30 == 0;
	f->answered = !f->own && !f->unread && p.theme->kind <= THEME_OUTSIDE &&
		      corpus_roll(c, number, PLACE + 32) % 4 == 0;
	f->filed =
		corpus_roll(c, number, PLACE + 33) % 100 < (age < 60 ? 25 : 70);
	f->deleted = corpus_roll(c, number, PLACE + 34) % 25 == 0;
}
