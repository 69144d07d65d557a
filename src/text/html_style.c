/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "text/html_doc.h"

#include <string.h>
#include <strings.h>

/* A length that cannot be seen: 0, 0px, 0.5pt, 1px (font-size). */
static bool is_zero(const char *v, size_t len, double below)
{
	CLEANUP(mem_free_ptr) char *s = xstrndup(v, len < 32 ? len : 32);
	char *end;
	double n = strtod(s, &end);

	return end != s && n >= 0 && n < below && strchr("pe%;! ", *end);
}

static bool has_word(const char *v, size_t len, const char *word)
{
	size_t n = strlen(word);

	for (size_t i = 0; i + n <= len; i++)
		if (strncasecmp(v + i, word, n) == 0)
			return true;
	return false;
}

static bool is_name(const char *name, size_t n, const char *want)
{
	return n == strlen(want) && strncasecmp(name, want, n) == 0;
}

struct box {
	bool small_width, small_height, zero_height, clips;
};

static void declaration(struct html_style *st, struct box *box,
			const char *name, size_t n, const char *v, size_t len)
{
	if (is_name(name, n, "display")) {
		st->hidden |= has_word(v, len, "none");
	} else if (is_name(name, n, "visibility")) {
		st->hidden |= has_word(v, len, "hidden");
	} else if (is_name(name, n, "mso-hide")) {
		st->hidden |= has_word(v, len, "all");
	} else if (is_name(name, n, "font-size")) {
		st->hidden |= is_zero(v, len, 1.5) && !has_word(v, len, "em");
	} else if (is_name(name, n, "opacity")) {
		st->hidden |= is_zero(v, len, 0.05);
	} else if (is_name(name, n, "max-height")) {
		box->zero_height |= is_zero(v, len, 0.5);
	} else if (is_name(name, n, "overflow")) {
		box->clips |= has_word(v, len, "hidden");
	} else if (is_name(name, n, "width")) {
		box->small_width |= is_zero(v, len, 3.5);
	} else if (is_name(name, n, "height")) {
		box->small_height |= is_zero(v, len, 3.5);
		box->zero_height |= is_zero(v, len, 0.5);
	} else if (is_name(name, n, "font-weight")) {
		st->bold |= has_word(v, len, "bold") ||
			    (len > 0 && *v >= '6' && *v <= '9');
		st->not_bold |= has_word(v, len, "normal");
	} else if (is_name(name, n, "font-style")) {
		st->italic |= has_word(v, len, "italic");
	} else if (is_name(name, n, "text-decoration")) {
		st->underline |= has_word(v, len, "underline");
		st->strike |= has_word(v, len, "line-through");
	} else if (is_name(name, n, "text-align")) {
		st->right |= has_word(v, len, "right");
	} else if (is_name(name, n, "white-space")) {
		st->pre |= has_word(v, len, "pre") &&
			   !has_word(v, len, "pre-line");
	} else if (is_name(name, n, "border-left")) {
		st->quote_bar |= !has_word(v, len, "none") && len > 1 &&
				 !is_zero(v, len, 0.1);
	} else if (is_name(name, n, "margin") ||
		   is_name(name, n, "margin-bottom")) {
		st->no_margin |= len > 0 && *v == '0' &&
				 (len == 1 || !strchr(".123456789", v[1]));
	}
}

void html_style_read(struct html_style *st, const char *style)
{
	struct box box = {.clips = false};

	while (style && *style) {
		const char *name = style + strspn(style, " \t\r\n;");
		size_t decl = strcspn(name, ";");
		const char *colon = memchr(name, ':', decl);

		style = name + decl;
		if (!colon)
			continue;
		size_t n = (size_t)(colon - name);
		while (n > 0 && strchr(" \t\r\n", name[n - 1]))
			n--;
		const char *v = colon + 1;
		while (v < name + decl && strchr(" \t\r\n", *v))
			v++;
		declaration(st, &box, name, n, v, (size_t)(name + decl - v));
	}
	st->tiny = box.small_width && box.small_height;
	st->hidden |= box.zero_height && box.clips;
}

int html_pixels(const char *value)
{
	char *end;
	long n;

	if (!value)
		return -1;
	n = strtol(value, &end, 10);
	return end == value || n < 0 || n > 100000 || strchr(end, '%') ? -1
								       : (int)n;
}
