/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * Encoded words (RFC 2047). Each word's base64 stands for itself, padding and
 * all, while the bytes of neighbours of one charset are joined before they are
 * converted: mailers tear characters as well as pad. (GMime 3.2 decodes a row
 * of words as one stream and loses what follows padding.)
 */
#include <gmime/gmime.h>
#include <string.h>
#include <strings.h>

#include "base/utf8.h"
#include "mime/message.h"

#define CHARSET_MAX 64

struct word {
	const char *charset;
	size_t charset_len;
	bool base64;
	const char *text;
	size_t len;
	const char *end; /* behind the "?=" */
};

/* The first place where a and then b stand; NULL: nowhere. */
static const char *find_pair(const char *s, char a, char b)
{
	while ((s = strchr(s, a)) && s[1] != b)
		s++;
	return s;
}

/* Is there an encoded word at s, which begins with "=?"? *no_end remembers
 * that no "?=" follows any more. */
static bool find_word(struct word *w, const char *s, bool *no_end)
{
	const char *p = s + 2, *end;
	size_t n = 0;

	while (n <= CHARSET_MAX && p[n] > ' ' && p[n] <= '~' && p[n] != '?')
		n++;
	if (n == 0 || n > CHARSET_MAX || p[n] != '?' || !p[n + 1] ||
	    !strchr("bBqQ", p[n + 1]) || p[n + 2] != '?' || *no_end)
		return false;
	w->charset = p;
	w->charset_len = strcspn(p, "?*"); /* RFC 2231: language behind '*' */
	w->base64 = p[n + 1] == 'b' || p[n + 1] == 'B';
	w->text = p + n + 3;
	end = find_pair(w->text, '?', '=');
	if (!end) {
		*no_end = true;
		return false;
	}
	w->len = (size_t)(end - w->text);
	w->end = end + 2;
	return true;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

static void decode_q(struct str *out, const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		int high = -1, low = -1;

		if (s[i] == '=' && i + 2 < len) {
			high = hex_digit(s[i + 1]);
			low = hex_digit(s[i + 2]);
		}
		if (high >= 0 && low >= 0) {
			str_add_char(out, (char)(high << 4 | low));
			i += 2;
		} else {
			str_add_char(out, s[i] == '_' ? ' ' : s[i]);
		}
	}
}

static void decode_b(struct str *out, const char *s, size_t len)
{
	int state = 0;
	guint32 save = 0;
	char *to = str_reserve(out, len + 8);
	size_t n;

	if (!to)
		return;
	n = g_mime_encoding_base64_decode_step((const unsigned char *)s, len,
					       (unsigned char *)to, &state,
					       &save);
	if (state == 2 || state == 3) /* padding left out */
		n += g_mime_encoding_base64_decode_step(
			(const unsigned char *)"==", (size_t)(4 - state),
			(unsigned char *)to + n, &state, &save);
	str_grew(out, n);
}

static void flush(struct str *out, struct str *bytes, const char *charset)
{
	if (bytes->len > 0)
		mime_to_utf8(out, bytes->s, bytes->len, charset);
	str_clear(bytes);
}

void mime_words_decode(struct str *out, const char *value)
{
	CLEANUP(str_release) struct str bytes = STR_INIT;
	char charset[CHARSET_MAX + 1] = "";
	bool no_end = false, after = false;

	while (*value) {
		const char *start = find_pair(value, '=', '?');
		struct word w;

		if (!start)
			break;
		if (!find_word(&w, start, &no_end)) {
			flush(out, &bytes, charset);
			str_add_mem(out, value, (size_t)(start - value) + 2);
			value = start + 2;
			after = false;
			continue;
		}
		/* Blanks between two words are not text. */
		if (!after || strspn(value, " \t") < (size_t)(start - value)) {
			flush(out, &bytes, charset);
			str_add_mem(out, value, (size_t)(start - value));
		}
		if (strncasecmp(charset, w.charset, w.charset_len) != 0 ||
		    charset[w.charset_len] != '\0') {
			flush(out, &bytes, charset);
			memcpy(charset, w.charset, w.charset_len);
			charset[w.charset_len] = '\0';
		}
		if (w.base64)
			decode_b(&bytes, w.text, w.len);
		else
			decode_q(&bytes, w.text, w.len);
		value = w.end;
		after = true;
	}
	flush(out, &bytes, charset);
	str_add(out, value);
}
