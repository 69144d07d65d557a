/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "proto/dav/href.h"
#include "base/codec.h"

#include <stdio.h>
#include <string.h>

#define FLAT "-FlatUrlSpace-/"
#define GUID_BYTES 16
#define KEY_BYTES 22

char *href_path(const char *href)
{
	const char *p = strstr(href, "://");

	if (*href == '/')
		return xstrdup(href);
	if (!p)
		return NULL;
	p = strchr(p + 3, '/');
	return xstrdup(p ? p : "/");
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 32);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Leaves what is no "%XX" as it is: servers are not strict. */
static void add_decoded(struct str *b, const char *s)
{
	for (; *s; s++) {
		int high = *s == '%' ? hex_digit(s[1]) : -1;
		int low = high >= 0 ? hex_digit(s[2]) : -1;

		if (low > 0 || (low == 0 && high > 0)) {
			str_add_char(b, (char)(high << 4 | low));
			s += 2;
		} else {
			str_add_char(b, *s);
		}
	}
}

char *href_fold(const char *path)
{
	struct str b = STR_INIT;

	add_decoded(&b, path);
	while (b.len > 0 && b.s[b.len - 1] == '/')
		str_cut(&b, b.len - 1);
	for (size_t i = 0; i < b.len; i++)
		if (b.s[i] >= 'A' && b.s[i] <= 'Z')
			b.s[i] = (char)(b.s[i] + 32);
	return str_take(&b);
}

bool href_same(const char *a, const char *b)
{
	char *x CLEANUP(mem_free_ptr) = href_fold(a);
	char *y CLEANUP(mem_free_ptr) = href_fold(b);

	return strcmp(x, y) == 0;
}

static int count_segments(const char *path)
{
	int n = 0;

	for (const char *p = path; *p; p++)
		n += *p == '/' && p[1] && p[1] != '/';
	return n;
}

char *href_first(const char *path, int n)
{
	const char *p = path;

	if (*p != '/')
		return NULL;
	for (; n > 0; n--) {
		if (!p[1] || p[1] == '/')
			return NULL;
		p += 1 + strcspn(p + 1, "/");
		if (!*p)
			break;
	}
	if (n > 1)
		return NULL;
	return xasprintf("%.*s/", (int)(p - path), path);
}

const char *href_below(const char *root, const char *path)
{
	char *first CLEANUP(mem_free_ptr) =
		href_first(path, count_segments(root));
	size_t n;

	if (!first || !href_same(first, root))
		return NULL;
	n = strlen(first);
	return strlen(path) < n ? path + strlen(path) : path + n;
}

static size_t name_start(const char *path, size_t *len)
{
	size_t end = strlen(path), start;

	while (end > 0 && path[end - 1] == '/')
		end--;
	for (start = end; start > 0 && path[start - 1] != '/';)
		start--;
	*len = end - start;
	return start;
}

char *href_name(const char *path)
{
	size_t len, start = name_start(path, &len);

	return xstrndup(path + start, len);
}

char *href_parent(const char *path)
{
	size_t len;

	return xstrndup(path, name_start(path, &len));
}

/* --- names (1.3) -----------------------------------------------------------
 */
static const struct {
	char c;
	const char *escape;
} escapes[] = {{'/', "_xF8FF_"}, {'\\', "_xF8FE_"}, {'>', "_x003E_"},
	       {'?', "_x003F_"}, {'~', "_x007E_"},  {'\r', "_x000D_"},
	       {'\n', "_x000A_"}};

static bool is_left_alone(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || (c && strchr("!$&'()*+,-.:;=@_", c));
}

static void add_byte(struct str *b, unsigned char c)
{
	if (is_left_alone(c))
		str_add_char(b, (char)c);
	else
		str_addf(b, "%%%02x", c);
}

void href_add_name(struct str *b, const char *name)
{
	for (; *name; name++) {
		const char *escape = NULL;

		for (size_t i = 0; i < ARRAY_LEN(escapes); i++)
			if (escapes[i].c == *name)
				escape = escapes[i].escape;
		if (escape)
			str_add(b, escape);
		else
			add_byte(b, (unsigned char)*name);
	}
}

void href_add_encoded(struct str *b, const char *path)
{
	for (; *path; path++)
		if (*path == '/' || *path == '~' ||
		    (*path == '%' && hex_digit(path[1]) >= 0 &&
		     hex_digit(path[2]) >= 0))
			str_add_char(b, *path);
		else
			add_byte(b, (unsigned char)*path);
}

char *href_read_name(const char *segment)
{
	struct str raw CLEANUP(str_release) = STR_INIT;
	struct str b = STR_INIT;

	add_decoded(&raw, segment);
	for (const char *p = raw.s; *p;) {
		size_t n = 0;

		for (size_t i = 0; i < ARRAY_LEN(escapes) && !n; i++)
			if (strncasecmp(p, escapes[i].escape, 7) == 0) {
				str_add_char(&b, escapes[i].c);
				n = 7;
			}
		if (!n) {
			str_add_char(&b, *p);
			n = 1;
		}
		p += n;
	}
	return str_take(&b);
}

/* --- permanent keys ---------------------------------------------------------
 */
static bool is_key(const char *s, size_t len)
{
	size_t digits = 0;

	for (size_t i = 0; i < len; i++) {
		if (s[i] == '-' && i > 0)
			continue;
		if (hex_digit(s[i]) < 0)
			return false;
		digits++;
	}
	return digits > 0 && len <= 80;
}

static char *lower_key(const char *s, size_t len)
{
	char *key = xstrndup(s, len);

	for (char *p = key; *p; p++)
		if (*p >= 'A' && *p <= 'F')
			*p = (char)(*p + 32);
	return key;
}

bool href_keys(const char *href, char **folder, char **item)
{
	const char *p = strcasestr(href, FLAT);
	size_t n, m;

	*folder = *item = NULL;
	if (!p)
		return false;
	p += strlen(FLAT);
	n = strcspn(p, "/");
	if (!is_key(p, n))
		return false;
	m = p[n] ? strcspn(p + n + 1, "/") : 0;
	if (m && !is_key(p + n + 1, m))
		return false;
	*folder = lower_key(p, n);
	if (m)
		*item = lower_key(p + n + 1, m);
	return true;
}

/* 32 hex digits and the counter's, without leading zeros. */
static char *make_key(const char *guid, const char *counter, size_t len)
{
	struct str b = STR_INIT;
	char *key;

	while (len > 1 && *counter == '0') {
		counter++;
		len--;
	}
	str_add_mem(&b, guid, (size_t)GUID_BYTES * 2);
	str_add_char(&b, '-');
	str_add_mem(&b, counter, len);
	key = lower_key(b.s, b.len);
	str_release(&b);
	return key;
}

char *href_key_of_rid(const char *rid)
{
	const char *p = str_starts(rid, "rid:") ? rid + 4 : rid;
	size_t n = strlen(p);

	if (n <= (size_t)GUID_BYTES * 2 || n > (size_t)GUID_BYTES * 2 + 32)
		return NULL;
	for (size_t i = 0; i < n; i++)
		if (hex_digit(p[i]) < 0)
			return NULL;
	return make_key(p, p + (size_t)GUID_BYTES * 2,
			n - (size_t)GUID_BYTES * 2);
}

char *href_key_of_bytes(const void *p, size_t len)
{
	struct str hex CLEANUP(str_release) = STR_INIT;

	if (len != KEY_BYTES)
		return NULL;
	codec_hex_add(&hex, p, len);
	return make_key(hex.s, hex.s + (size_t)GUID_BYTES * 2,
			hex.len - (size_t)GUID_BYTES * 2);
}
