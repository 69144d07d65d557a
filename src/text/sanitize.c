/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "text/sanitize.h"

#include <string.h>

#include "base/utf8.h"

#define TAB_CELLS 8

bool sanitize_is_plain(const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)s[i] < ' ' || (unsigned char)s[i] > '~')
			return false;
	return true;
}

void sanitize_line(struct str *out, const char *s, size_t len, bool ascii)
{
	if (sanitize_is_plain(s, len)) {
		str_add_mem(out, s, len);
		return;
	}
	/* A NUL would end the line early: it goes the way of other controls. */
	CLEANUP(mem_free_ptr) char *copy = xmalloc(len + 1);
	memcpy(copy, s, len);
	copy[len] = '\0';
	for (size_t i = 0; i < len; i++)
		if (copy[i] == '\0')
			copy[i] = '\x01';
	CLEANUP(mem_free_ptr) char *clean = utf8_clean_line(copy, ascii);
	str_add(out, clean);
}

/* A line with its tabs as blanks up to the next stop. */
static void add_line(struct str *out, const char *s, size_t len, bool ascii)
{
	size_t cells = 0;

	for (;;) {
		const char *tab = memchr(s, '\t', len);
		size_t n = tab ? (size_t)(tab - s) : len;
		size_t from = out->len;

		sanitize_line(out, s, n, ascii);
		if (!tab || str_is_truncated(out))
			return;
		cells += utf8_width_n(out->s + from, out->len - from);
		do
			str_add_char(out, ' ');
		while (++cells % TAB_CELLS != 0);
		s += n + 1;
		len -= n + 1;
	}
}

void sanitize_text(struct str *out, const char *s, size_t len, bool ascii)
{
	while (len > 0 && !str_is_truncated(out)) {
		size_t n = 0, skip = 1;

		while (n < len && s[n] != '\n' && s[n] != '\r' && s[n] != '\f')
			n++;
		add_line(out, s, n, ascii);
		if (n == len)
			return;
		str_add_char(out, '\n');
		if (s[n] == '\f')
			str_add_char(out, '\n');
		if (s[n] == '\r' && n + 1 < len && s[n + 1] == '\n')
			skip = 2;
		s += n + skip;
		len -= n + skip;
	}
}

size_t sanitize_whole(const char *s, size_t len)
{
	size_t i = len, want;
	unsigned char c;

	while (i > 0 && len - i < 4 && ((unsigned char)s[i - 1] & 0xC0) == 0x80)
		i--;
	if (i == 0)
		return len;
	c = (unsigned char)s[i - 1];
	want = c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : c >= 0xC0 ? 2 : 1;
	return len - (i - 1) < want ? i - 1 : len;
}
