/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "base/str.h"
#include "base/utf8.h"

#include <stdio.h>
#include <string.h>

/* Shared by every empty str; nobody ever writes another byte into it. */
char str_empty[1];

void str_init(struct str *b)
{
	str_init_max(b, (size_t)1 << 30);
}

void str_init_max(struct str *b, size_t max)
{
	*b = (struct str){.s = str_empty, .max = max};
}

void str_release(struct str *b)
{
	if (b->cap)
		free(b->s);
	b->s = NULL;
	b->len = b->cap = 0;
}

void str_clear(struct str *b)
{
	b->len = 0;
	b->truncated = false;
	if (b->cap)
		b->s[0] = '\0';
}

char *str_take(struct str *b)
{
	char *s = b->cap ? b->s : xstrdup("");

	b->s = str_empty;
	b->len = b->cap = 0;
	b->truncated = false;
	return s;
}

/* Makes room for `more` bytes and the NUL; the limit was checked before. */
static void grow(struct str *b, size_t more)
{
	size_t need = b->len + more + 1;
	size_t cap = b->cap ? b->cap : 32;

	if (need <= b->cap)
		return;
	while (cap < need)
		cap = cap > SIZE_MAX / 2 ? need : cap * 2;
	b->s = xrealloc(b->cap ? b->s : NULL, cap, 1);
	b->cap = cap;
	b->s[b->len] = '\0';
}

char *str_reserve(struct str *b, size_t more)
{
	if (b->truncated || more > b->max - b->len) {
		b->truncated = true;
		return NULL;
	}
	grow(b, more);
	return b->s + b->len;
}

void str_grew(struct str *b, size_t more)
{
	if (more == 0)
		return;
	if (more >= b->cap - b->len)
		BUG("str_grew: %zu bytes past what was reserved", more);
	b->len += more;
	b->s[b->len] = '\0';
}

void str_add_mem(struct str *b, const void *p, size_t len)
{
	if (len == 0 || b->truncated)
		return;
	if (len > b->max - b->len) {
		len = b->max - b->len;
		b->truncated = true;
		if (len == 0)
			return;
	}
	grow(b, len);
	memcpy(b->s + b->len, p, len);
	b->len += len;
	b->s[b->len] = '\0';
}

void str_add(struct str *b, const char *s)
{
	if (s)
		str_add_mem(b, s, strlen(s));
}

void str_add_char(struct str *b, char c)
{
	if (b->len + 1 < b->cap && b->len < b->max && !b->truncated) {
		b->s[b->len++] = c;
		b->s[b->len] = '\0';
		return;
	}
	str_add_mem(b, &c, 1);
}

void str_add_rune(struct str *b, uint32_t rune)
{
	char buf[4];

	str_add_mem(b, buf, utf8_encode(buf, rune));
}

void str_addfv(struct str *b, const char *fmt, va_list args)
{
	char small[256];
	va_list again;
	int n;

	va_copy(again, args);
	n = vsnprintf(small, sizeof(small), fmt, args);
	if (n < 0)
		BUG("bad format: %s", fmt);
	if ((size_t)n < sizeof(small)) {
		str_add_mem(b, small, (size_t)n);
	} else {
		char *big = xmalloc((size_t)n + 1);

		vsnprintf(big, (size_t)n + 1, fmt, again);
		str_add_mem(b, big, (size_t)n);
		free(big);
	}
	va_end(again);
}

void str_addf(struct str *b, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	str_addfv(b, fmt, args);
	va_end(args);
}

/* What to do with a byte of XML text: 0 copy, 1 escape or drop, 2 decode. */
static int xml_class(unsigned char c)
{
	if (c >= 0x80)
		return 2;
	if (c < 0x20)
		return c == '\t' || c == '\n' ? 0 : 1;
	return c == '&' || c == '<' || c == '>' || c == '"' || c == '\'';
}

static const char *xml_entity(unsigned char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	case '\r':
		return "&#13;";
	}
	return "";
}

/* XML 1.0 production 2 (Char) for what is not ASCII; surrogates never come
 * out of utf8_decode. */
static bool xml_allows(uint32_t rune)
{
	return rune != 0xFFFE && rune != 0xFFFF;
}

void str_add_xml(struct str *b, const char *s)
{
	const char *run = s, *end;

	if (!s)
		return;
	end = s + strlen(s);
	while (s < end) {
		int class = xml_class((unsigned char)*s);
		uint32_t rune;
		size_t n;

		if (class == 0) {
			s++;
			continue;
		}
		if (class == 1) {
			str_add_mem(b, run, (size_t)(s - run));
			str_add(b, xml_entity((unsigned char)*s));
			run = ++s;
			continue;
		}
		n = utf8_decode(s, (size_t)(end - s), &rune);
		if (n == 1 || !xml_allows(rune)) {
			str_add_mem(b, run, (size_t)(s - run));
			run = s + n;
		}
		s += n;
	}
	str_add_mem(b, run, (size_t)(s - run));
}

void str_cut(struct str *b, size_t len)
{
	if (len >= b->len)
		return;
	b->len = len;
	b->s[len] = '\0';
}

static bool is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

void str_trim(struct str *b)
{
	size_t from = 0, to = b->len;

	while (to > 0 && is_blank(b->s[to - 1]))
		to--;
	while (from < to && is_blank(b->s[from]))
		from++;
	if (from)
		memmove(b->s, b->s + from, to - from);
	if (b->cap)
		str_cut(b, to - from);
}

bool str_is_truncated(const struct str *b)
{
	return b->truncated;
}

void bytes_release(struct bytes *b)
{
	free(b->p);
	b->p = NULL;
	b->len = 0;
}

void bytes_set(struct bytes *b, const void *p, size_t len)
{
	unsigned char *copy = len ? xmemdup(p, len) : NULL;

	free(b->p);
	b->p = copy;
	b->len = len;
}

struct bytes bytes_from_str(struct str *taken)
{
	struct bytes b = {.len = taken->len};
	char *s = str_take(taken);

	/* What is packed or decoded had more room than it took. */
	if (b.len)
		b.p = xrealloc(s, b.len + 1, 1);
	else
		free(s);
	return b;
}

void strv_init(struct strv *v)
{
	*v = (struct strv){0};
}

bool strv_same(const struct strv *a, const struct strv *b)
{
	if (a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++)
		if (!str_eq(a->v[i], b->v[i]))
			return false;
	return true;
}

void strv_release(struct strv *v)
{
	for (size_t i = 0; i < v->n; i++)
		free(v->v[i]);
	free(v->v);
	strv_init(v);
}

void strv_give(struct strv *v, char *owned_s)
{
	if (v->n == v->cap) {
		v->cap = v->cap ? v->cap * 2 : 8;
		v->v = xrealloc(v->v, v->cap, sizeof(*v->v));
	}
	v->v[v->n++] = owned_s;
}

void strv_add(struct strv *v, const char *s)
{
	strv_give(v, xstrdup(s));
}

bool strv_has(const struct strv *v, const char *s)
{
	for (size_t i = 0; i < v->n; i++)
		if (str_eq(v->v[i], s))
			return true;
	return false;
}

void strv_split(struct strv *v, const char *s, const char *seps)
{
	while (*s) {
		size_t n = strcspn(s, seps), from = 0, to = n;

		while (from < to && is_blank(s[from]))
			from++;
		while (to > from && is_blank(s[to - 1]))
			to--;
		if (to > from)
			strv_give(v, xstrndup(s + from, to - from));
		s += n + (s[n] != '\0');
	}
}

char *strv_join(const struct strv *v, const char *sep)
{
	struct str b = STR_INIT;

	for (size_t i = 0; i < v->n; i++) {
		if (i)
			str_add(&b, sep);
		str_add(&b, v->v[i]);
	}
	return str_take(&b);
}
