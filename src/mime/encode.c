/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "mime/encode.h"

#include <gmime/gmime.h>
#include <string.h>

#include "base/codec.h"
#include "base/utf8.h"
#include "mime/message.h"

#define FOLD_AT 76
#define LINE_MAX_BYTES 998
#define WORD_MAX 75 /* RFC 2047 2 */
#define PARAM_PIECE 60

static const char hex[] = "0123456789ABCDEF";

/* --- header text ------------------------------------------------------- */

/* Valid UTF-8 on one line: controls become blanks. Caller frees. */
static char *one_line(const char *s)
{
	char *t = utf8_make_valid(str_or_empty(s), strlen(str_or_empty(s)));

	for (char *p = t; *p; p++)
		if ((unsigned char)*p < ' ' || *p == 0x7f)
			*p = ' ';
	return t;
}

/* Column of the end of out in its last line. */
static size_t column(const struct str *out, size_t from)
{
	const char *nl = memrchr(out->s + from, '\n', out->len - from);

	return nl ? (size_t)(out->s + out->len - nl) - 1 : out->len - from;
}

static void fold(struct str *out)
{
	str_add(out, "\r\n ");
}

static bool q_is_safe(unsigned char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
	       (c >= 'a' && c <= 'z') || strchr("!*+-/", c);
}

/* Length of the encoded word for n bytes of s. */
static size_t word_cost(const char *s, size_t n, bool q)
{
	size_t cost = 12; /* =?utf-8?Q??= */

	if (!q)
		return cost + (n + 2) / 3 * 4;
	for (size_t i = 0; i < n; i++)
		cost += s[i] == ' ' || (s[i] && q_is_safe((unsigned char)s[i]))
				? 1
				: 3;
	return cost;
}

static void add_word(struct str *out, const char *s, size_t n, bool q)
{
	str_add(out, q ? "=?utf-8?Q?" : "=?utf-8?B?");
	if (!q) {
		codec_base64_add(out, s, n);
	} else {
		for (size_t i = 0; i < n; i++) {
			unsigned char c = (unsigned char)s[i];

			if (c == ' ') {
				str_add_char(out, '_');
			} else if (c && q_is_safe(c)) {
				str_add_char(out, (char)c);
			} else {
				str_add_char(out, '=');
				str_add_char(out, hex[c >> 4]);
				str_add_char(out, hex[c & 15]);
			}
		}
	}
	str_add(out, "?=");
}

/* Text as encoded words, whole characters in each, folded between them. With
 * `blank` one belongs in front. */
static void add_words(struct str *out, size_t line, const char *s, size_t len,
		      bool blank)
{
	bool q = word_cost(s, len, true) <= word_cost(s, len, false);
	bool first = true;

	while (len > 0) {
		size_t n = 0, room = FOLD_AT, at = column(out, line);

		if (!first || at + 24 >= FOLD_AT) {
			fold(out);
		} else {
			room = FOLD_AT - at;
			if (blank)
				str_add_char(out, ' ');
		}
		if (room > WORD_MAX)
			room = WORD_MAX;
		while (n < len) {
			uint32_t rune;
			size_t step = utf8_decode(s + n, len - n, &rune);

			if (n > 0 && word_cost(s, n + step, q) > room)
				break;
			n += step;
		}
		add_word(out, s, n, q);
		s += n;
		len -= n;
		first = false;
	}
}

static bool is_ascii(const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)s[i] >= 0x80)
			return false;
	return true;
}

static bool needs_words(const char *s, size_t len)
{
	return !is_ascii(s, len) || memmem(s, len, "=?", 2) ||
	       len > LINE_MAX_BYTES - 100;
}

/* Unstructured text: words that need it are encoded, together with what lies
 * between two such words. */
static void add_text(struct str *out, size_t line, const char *s)
{
	size_t len = strlen(s), i = 0;
	bool after_words = false;

	while (i < len) {
		size_t blanks = strspn(s + i, " ");
		size_t word = strcspn(s + i + blanks, " ");
		size_t n = blanks + word;

		if (!needs_words(s + i + blanks, word)) {
			if (column(out, line) + n > FOLD_AT && blanks > 0 &&
			    word > 0)
				str_add(out, "\r\n");
			str_add_mem(out, s + i, n);
			i += n;
			after_words = false;
			continue;
		}
		/* Take on further words up to the last that needs it. */
		for (size_t k = i + n; k < len;) {
			size_t b = strspn(s + k, " ");
			size_t w = strcspn(s + k + b, " ");

			k += b + w;
			if (w == 0 || k - i > 2000)
				break;
			if (needs_words(s + k - w, w))
				n = k - i;
			else if (k - i - n > 40)
				break;
		}
		/* Blanks between encoded words do not count: they go inside. */
		bool outside = blanks > 0 && !after_words;

		add_words(out, line, s + i + outside, n - outside,
			  blanks > 0 || after_words);
		i += n;
		after_words = true;
	}
}

void mime_encode_field(struct str *out, const char *name, const char *value)
{
	CLEANUP(mem_free_ptr) char *text = one_line(value);
	size_t line = out->len;

	str_addf(out, "%s: ", name);
	add_text(out, line, text + strspn(text, " "));
	str_add(out, "\r\n");
}

bool mime_encode_is_field_name(const char *s)
{
	size_t n = 0;

	for (; s[n]; n++)
		if (s[n] <= ' ' || s[n] > '~' || s[n] == ':')
			return false;
	return n > 0 && n < 70;
}

/* --- addresses --------------------------------------------------------- */

static void add_phrase(struct str *out, size_t line, const char *name)
{
	size_t len = strlen(name);

	if (needs_words(name, len)) {
		add_words(out, line, name, len, false);
		return;
	}
	if (!strpbrk(name, "()<>[]:;@\\,.\"")) {
		str_add(out, name);
		return;
	}
	str_add_char(out, '"');
	for (; *name; name++) {
		if (*name == '"' || *name == '\\')
			str_add_char(out, '\\');
		str_add_char(out, *name);
	}
	str_add_char(out, '"');
}

/* The address with an ASCII domain, without anything that could end it. */
static void add_addr_spec(struct str *out, const char *addr)
{
	CLEANUP(mem_free_ptr) char *clean = one_line(addr);
	const char *at = strrchr(clean, '@');

	if (at && !is_ascii(at, strlen(at))) {
		InternetAddress *ia;
		const char *idn;

		mime_init();
		ia = internet_address_mailbox_new(NULL, clean);
		idn = internet_address_mailbox_get_idn_addr(
			INTERNET_ADDRESS_MAILBOX(ia));
		if (idn)
			mem_replace(&clean, xstrdup(idn));
		g_object_unref(ia);
	}
	for (const char *p = clean; *p; p++)
		if (clean[0] == '"' || !strchr(" <>,;()", *p))
			str_add_char(out, *p);
}

static void add_address(struct str *out, size_t line,
			const struct mime_address *a)
{
	CLEANUP(mem_free_ptr)
	char *name =
		a->name && !str_eq(a->name, a->addr) ? one_line(a->name) : NULL;

	if (!a->addr) {
		CLEANUP(mem_free_ptr) char *group = one_line(a->group);
		add_phrase(out, line, group);
		str_add(out, ":;");
		return;
	}
	if (!name || name[strspn(name, " ")] == '\0') {
		add_addr_spec(out, a->addr);
		return;
	}
	add_phrase(out, line, name + strspn(name, " "));
	if (column(out, line) + strlen(a->addr) + 3 > FOLD_AT)
		fold(out);
	else
		str_add_char(out, ' ');
	str_add_char(out, '<');
	add_addr_spec(out, a->addr);
	str_add_char(out, '>');
}

void mime_encode_addresses(struct str *out, const char *name,
			   const struct mime_address_list *l)
{
	size_t line = out->len;

	if (l->n == 0)
		return;
	str_addf(out, "%s: ", name);
	for (size_t i = 0; i < l->n; i++) {
		const struct mime_address *a = &l->v[i];
		size_t len = strlen(str_or_empty(a->addr)) +
			     strlen(str_or_empty(a->name));

		if (i > 0) {
			str_add_char(out, ',');
			if (column(out, line) + len + 4 > FOLD_AT)
				fold(out);
			else
				str_add_char(out, ' ');
		}
		add_address(out, line, a);
	}
	str_add(out, "\r\n");
}

void mime_encode_ids(struct str *out, const char *name, const struct strv *ids)
{
	size_t line = out->len;

	str_addf(out, "%s:", name);
	for (size_t i = 0; i < ids->n; i++) {
		CLEANUP(mem_free_ptr) char *id = one_line(ids->v[i]);

		if (strlen(id) > LINE_MAX_BYTES - 4)
			continue;
		if (column(out, line) + strlen(id) + 3 > FOLD_AT)
			str_add(out, "\r\n");
		str_add(out, " <");
		for (const char *p = id; *p; p++)
			if (!strchr(" <>", *p))
				str_add_char(out, *p);
		str_add_char(out, '>');
	}
	str_add(out, "\r\n");
}

/* --- parameters -------------------------------------------------------- */

static void add_quoted_param(struct str *out, const char *name, const char *v)
{
	str_addf(out, ";\r\n\t%s=\"", name);
	for (; *v; v++) {
		if (*v == '"' || *v == '\\')
			str_add_char(out, '\\');
		str_add_char(out, *v);
	}
	str_add_char(out, '"');
}

static void add_percent(struct str *out, const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)s[i];

		if (c && (q_is_safe(c) || strchr("._", c)) && c != '*') {
			str_add_char(out, (char)c);
		} else {
			str_add_char(out, '%');
			str_add_char(out, hex[c >> 4]);
			str_add_char(out, hex[c & 15]);
		}
	}
}

void mime_encode_param(struct str *out, const char *name, const char *value,
		       bool words)
{
	CLEANUP(mem_free_ptr) char *text = one_line(value);
	size_t len = strlen(text);

	if (is_ascii(text, len) && len <= PARAM_PIECE && !strstr(text, "=?")) {
		add_quoted_param(out, name, text);
		return;
	}
	if (words) {
		str_addf(out, ";\r\n\t%s=\"", name);
		add_words(out, out->len - 2 - strlen(name), text, len, false);
		str_add_char(out, '"');
		return;
	}
	for (int piece = 0; len > 0; piece++) {
		size_t n = 0, cost = 0;

		while (n < len) {
			uint32_t rune;
			size_t step = utf8_decode(text + n, len - n, &rune);

			cost += step > 1 || !q_is_safe((unsigned char)text[n])
					? 3 * step
					: step;
			if (n > 0 && cost > PARAM_PIECE)
				break;
			n += step;
		}
		if (piece == 0 && n == len) {
			str_addf(out, ";\r\n\t%s*=utf-8''", name);
			add_percent(out, text, n);
			return;
		}
		str_addf(out, ";\r\n\t%s*%d*=%s", name, piece,
			 piece == 0 ? "utf-8''" : "");
		add_percent(out, text, n);
		memmove(text, text + n, len - n + 1);
		len -= n;
	}
}

/* --- bodies ------------------------------------------------------------ */

enum mime_body_encoding mime_encode_choose(const char *s, size_t len)
{
	size_t high = 0, control = 0, line = 0, longest = 0;

	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)s[i];

		line = c == '\n' ? 0 : line + 1;
		if (line > longest)
			longest = line;
		high += c >= 0x80;
		control += (c < ' ' && !strchr("\t\n\r\f", c)) || c == 0x7f ||
			   c == 0 ||
			   (c == '\r' && (i + 1 == len || s[i + 1] != '\n'));
	}
	if (high + control == 0 && longest < LINE_MAX_BYTES)
		return MIME_BODY_7BIT;
	return (high + control) * 3 > len ? MIME_BODY_BASE64 : MIME_BODY_QP;
}

const char *mime_encode_name(enum mime_body_encoding e)
{
	switch (e) {
	case MIME_BODY_7BIT:
		return "7bit";
	case MIME_BODY_QP:
		return "quoted-printable";
	case MIME_BODY_BASE64:
		break;
	}
	return "base64";
}

void mime_encode_crlf(struct str *out, const char *s, size_t len)
{
	while (len > 0) {
		const char *nl = memchr(s, '\n', len);
		size_t n = nl ? (size_t)(nl - s) : len;
		size_t text = n;

		if (nl && text > 0 && s[text - 1] == '\r')
			text--;
		str_add_mem(out, s, text);
		if (!nl)
			return;
		str_add(out, "\r\n");
		s += n + 1;
		len -= n + 1;
	}
}

/* One line without its line break. */
static void add_qp_line(struct str *out, const char *s, size_t len)
{
	size_t col = 0;

	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)s[i];
		bool last = i + 1 == len;
		bool plain = (c > ' ' && c <= '~' && c != '=') ||
			     ((c == ' ' || c == '\t') && !last);

		/* What mail programs would take for a separator or an end. */
		if (i == 0 && (c == '.' || (c == 'F' && len > 4 &&
					    memcmp(s, "From ", 5) == 0)))
			plain = false;
		if (col + (plain ? 1u : 3u) > FOLD_AT - (last ? 0u : 1u)) {
			str_add(out, "=\r\n");
			col = 0;
		}
		if (plain) {
			str_add_char(out, (char)c);
			col++;
		} else {
			str_add_char(out, '=');
			str_add_char(out, hex[c >> 4]);
			str_add_char(out, hex[c & 15]);
			col += 3;
		}
	}
}

static void add_qp(struct str *out, const char *s, size_t len)
{
	while (len > 0) {
		const char *nl = memchr(s, '\n', len);
		size_t n = nl ? (size_t)(nl - s) : len;
		size_t text = n;

		if (nl && text > 0 && s[text - 1] == '\r')
			text--;
		add_qp_line(out, s, text);
		str_add(out, "\r\n");
		if (!nl)
			return;
		s += n + 1;
		len -= n + 1;
	}
}

void mime_encode_base64(struct str *out, const void *p, size_t len)
{
	const unsigned char *s = p;

	while (len > 0) {
		size_t n = len < 57 ? len : 57;

		codec_base64_add(out, s, n);
		str_add(out, "\r\n");
		s += n;
		len -= n;
	}
}

void mime_encode_body(struct str *out, const char *s, size_t len,
		      enum mime_body_encoding e)
{
	switch (e) {
	case MIME_BODY_7BIT:
		mime_encode_crlf(out, s, len);
		if (len > 0 && s[len - 1] != '\n')
			str_add(out, "\r\n");
		return;
	case MIME_BODY_QP:
		add_qp(out, s, len);
		return;
	case MIME_BODY_BASE64: {
		CLEANUP(str_release) struct str crlf = STR_INIT;

		mime_encode_crlf(&crlf, s, len);
		mime_encode_base64(out, crlf.s, crlf.len);
		return;
	}
	}
}
