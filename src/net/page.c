/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "net/page.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define ATTRIBUTE_MAX 8192
#define REFERENCE_MAX 12

bool page_next_tag(const char *p, struct page_tag *t)
{
	while ((p = strchr(p, '<'))) {
		if (strncmp(p, "<!--", 4) == 0) {
			p = strstr(p, "-->");
			if (!p)
				return false;
			continue;
		}
		t->is_end = p[1] == '/';
		t->name = p + 1 + t->is_end;
		t->len = strcspn(t->name, " \t\r\n/>");
		t->end = t->name;
		for (char quote = 0; *t->end; t->end++) {
			if (quote ? *t->end == quote
				  : *t->end == '"' || *t->end == '\'')
				quote = quote ? 0 : *t->end;
			else if (!quote && *t->end == '>')
				break;
		}
		if (!*t->end)
			return false;
		t->end++;
		if (t->len == 6 && !t->is_end &&
		    strncasecmp(t->name, "script", 6) == 0) {
			p = strcasestr(t->end, "</script");
			if (!p)
				return false;
			continue;
		}
		return true;
	}
	return false;
}

bool page_is_tag(const struct page_tag *t, const char *name)
{
	return !t->is_end && t->len == strlen(name) &&
	       strncasecmp(t->name, name, t->len) == 0;
}

/* Reads one reference at s ("&amp;"); its length, 0: it is none. */
static size_t read_reference(const char *s, size_t len, struct str *b)
{
	static const struct {
		const char *name;
		uint32_t c;
	} names[] = {{"amp", '&'}, {"quot", '"'},  {"lt", '<'},
		     {"gt", '>'},  {"apos", '\''}, {"nbsp", 0xA0}};
	size_t n = 1;
	char *end;
	uint32_t c = 0;

	while (n < len && n < REFERENCE_MAX && s[n] != ';' && s[n] != '&')
		n++;
	if (n == len || s[n] != ';' || n < 2)
		return 0;
	if (s[1] == '#') {
		bool hex = s[2] == 'x' || s[2] == 'X';
		unsigned long v =
			strtoul(s + (hex ? 3 : 2), &end, hex ? 16 : 10);

		if (end != s + n || v == 0 || v > 0x10FFFF ||
		    (v >= 0xD800 && v < 0xE000))
			return 0;
		c = (uint32_t)v;
	}
	for (size_t i = 0; !c && i < ARRAY_LEN(names); i++)
		if (strlen(names[i].name) == n - 1 &&
		    strncasecmp(names[i].name, s + 1, n - 1) == 0)
			c = names[i].c;
	if (!c)
		return 0;
	str_add_rune(b, c);
	return n + 1;
}

char *page_unescape(const char *s, size_t len)
{
	struct str b = STR_INIT;

	for (size_t i = 0; i < len;) {
		size_t used =
			s[i] == '&' ? read_reference(s + i, len - i, &b) : 0;

		if (!used)
			str_add_char(&b, s[i++]);
		i += used;
	}
	return str_take(&b);
}

char *page_attribute(const struct page_tag *t, const char *name)
{
	const char *p = t->name + t->len, *end = t->end - 1;
	size_t n = strlen(name);

	while (p < end) {
		const char *key, *value = "";
		size_t key_len, value_len = 0;

		p += strspn(p, " \t\r\n/");
		if (p >= end)
			break;
		key = p;
		key_len = strcspn(p, " \t\r\n=>/");
		if (key_len == 0) {
			p++;
			continue;
		}
		p += key_len;
		p += strspn(p, " \t\r\n");
		if (*p == '=') {
			p++;
			p += strspn(p, " \t\r\n");
			if (*p == '"' || *p == '\'') {
				const char *close = strchr(p + 1, *p);

				value = p + 1;
				value_len = close ? (size_t)(close - value) : 0;
				p = close ? close + 1 : end;
			} else {
				value = p;
				value_len = strcspn(p, " \t\r\n>");
				p += value_len;
			}
		}
		if (key_len == n && strncasecmp(key, name, n) == 0 &&
		    value_len <= ATTRIBUTE_MAX)
			return page_unescape(value, value_len);
	}
	return NULL;
}
