/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "base/uri.h"

#include <string.h>

void uri_release(struct uri *u)
{
	free(u->scheme);
	free(u->host);
	free(u->path);
	free(u->query);
	*u = (struct uri){0};
}

static bool is_alpha(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static char *lower(const char *s, size_t len)
{
	char *copy = xstrndup(s, len);

	for (char *p = copy; *p; p++)
		if (*p >= 'A' && *p <= 'Z')
			*p = (char)(*p + ('a' - 'A'));
	return copy;
}

/* Length of "scheme" in "scheme:...", 0 when there is none (RFC 3986 3.1). */
static size_t scheme_len(const char *s)
{
	size_t n = 0;

	if (!is_alpha(s[0]))
		return 0;
	while (is_alpha(s[n]) || is_digit(s[n]) || s[n] == '+' || s[n] == '-' ||
	       s[n] == '.')
		n++;
	return s[n] == ':' ? n : 0;
}

/* [userinfo "@"] host [":" port]; the user part is left out. */
static bool read_authority(struct uri *u, const char *s, size_t len)
{
	const char *at = memrchr(s, '@', len), *end = s + len;
	const char *host = at ? at + 1 : s, *host_end, *port;
	int number = 0;

	if (*host == '[' && host < end) {
		host++;
		host_end = memchr(host, ']', (size_t)(end - host));
		if (!host_end)
			return false;
		port = host_end + 1;
	} else {
		host_end = memchr(host, ':', (size_t)(end - host));
		if (!host_end)
			host_end = end;
		port = host_end;
	}
	if (port < end && *port != ':')
		return false;
	for (port += port < end; port < end; port++) {
		if (!is_digit(*port))
			return false;
		number = number * 10 + (*port - '0');
		if (number > 65535)
			return false;
	}
	u->host = lower(host, (size_t)(host_end - host));
	u->port = number;
	return true;
}

bool uri_parse(struct uri *u, const char *s)
{
	struct uri made = {0};
	size_t n = scheme_len(s);

	for (const char *p = s; *p; p++)
		if ((unsigned char)*p <= 0x20 || *p == 0x7F)
			return false;
	if (n) {
		made.scheme = lower(s, n);
		s += n + 1;
	}
	if (s[0] == '/' && s[1] == '/') {
		s += 2;
		n = strcspn(s, "/?#");
		if (!read_authority(&made, s, n)) {
			uri_release(&made);
			return false;
		}
		s += n;
	}
	n = strcspn(s, "?#");
	made.path = xstrndup(s, n);
	s += n;
	if (*s == '?') {
		s++;
		made.query = xstrndup(s, strcspn(s, "#"));
	}
	*u = made;
	return true;
}

int uri_port(const struct uri *u)
{
	if (u->port)
		return u->port;
	if (str_eq(u->scheme, "https"))
		return 443;
	return str_eq(u->scheme, "http") ? 80 : 0;
}

/* Where "/a/b/" becomes "/a/" again, for a "..". */
static void drop_segment(struct str *out)
{
	size_t n = out->len;

	while (n > 0 && out->s[n - 1] != '/')
		n--;
	str_cut(out, n > 0 ? n - 1 : 0);
}

/* RFC 3986 5.2.4. */
static char *remove_dots(const char *in)
{
	struct str out = STR_INIT;

	while (*in) {
		size_t n;

		if (str_starts(in, "../")) {
			in += 3;
		} else if (str_starts(in, "./") || str_starts(in, "/./")) {
			in += 2;
		} else if (str_eq(in, "/.")) {
			str_add_char(&out, '/');
			break;
		} else if (str_starts(in, "/../")) {
			in += 3;
			drop_segment(&out);
		} else if (str_eq(in, "/..")) {
			drop_segment(&out);
			str_add_char(&out, '/');
			break;
		} else if (str_eq(in, ".") || str_eq(in, "..")) {
			break;
		} else {
			n = 1 + strcspn(in + 1, "/");
			str_add_mem(&out, in, n);
			in += n;
		}
	}
	return str_take(&out);
}

/* RFC 3986 5.2.3: the reference's path after the base's last slash. */
static char *merge(const struct uri *base, const char *path)
{
	const char *slash = strrchr(base->path, '/');
	struct str b = STR_INIT;

	if (base->host && !*base->path)
		str_add_char(&b, '/');
	else if (slash)
		str_add_mem(&b, base->path, (size_t)(slash - base->path) + 1);
	str_add(&b, path);
	return str_take(&b);
}

static char *compose(const struct uri *u)
{
	struct str b = STR_INIT;

	if (u->scheme)
		str_addf(&b, "%s:", u->scheme);
	if (u->host) {
		bool six = strchr(u->host, ':') != NULL;

		str_addf(&b, six ? "//[%s]" : "//%s", u->host);
		if (u->port)
			str_addf(&b, ":%d", u->port);
	}
	str_add(&b, u->path);
	if (u->query)
		str_addf(&b, "?%s", u->query);
	return str_take(&b);
}

static void take_authority(struct uri *to, const struct uri *from)
{
	to->host = xstrdup(from->host);
	to->port = from->port;
}

char *uri_resolve(const char *base, const char *ref)
{
	CLEANUP(uri_release) struct uri b = {0};
	CLEANUP(uri_release) struct uri r = {0};
	CLEANUP(uri_release) struct uri t = {0};

	if (!uri_parse(&b, base) || !uri_parse(&r, ref) || !b.scheme)
		return NULL;
	t.scheme = xstrdup(r.scheme ? r.scheme : b.scheme);
	t.query = xstrdup(r.query);
	if (r.scheme || r.host) {
		take_authority(&t, &r);
		t.path = remove_dots(r.path);
	} else {
		take_authority(&t, &b);
		if (!*r.path) {
			t.path = xstrdup(b.path);
			if (!r.query)
				t.query = xstrdup(b.query);
		} else if (*r.path == '/') {
			t.path = remove_dots(r.path);
		} else {
			CLEANUP(mem_free_ptr) char *joined = merge(&b, r.path);

			t.path = remove_dots(joined);
		}
	}
	return compose(&t);
}

void uri_add_escaped(struct str *b, const char *s, const char *also_safe)
{
	static const char digits[] = "0123456789ABCDEF";

	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;

		if (is_alpha(*s) || is_digit(*s) || strchr("-._~", c) ||
		    (also_safe && strchr(also_safe, c))) {
			str_add_char(b, *s);
		} else {
			str_add_char(b, '%');
			str_add_char(b, digits[c >> 4]);
			str_add_char(b, digits[c & 15]);
		}
	}
}

static int hex_value(char c)
{
	if (is_digit(c))
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

bool uri_unescape(struct str *b, const char *s)
{
	size_t before = b->len;

	while (*s) {
		size_t n = strcspn(s, "%");
		int high, low;

		str_add_mem(b, s, n);
		s += n;
		if (!*s)
			break;
		high = hex_value(s[1]);
		low = high < 0 ? -1 : hex_value(s[2]);
		/* %00 would end the text early */
		if (low < 0 || (high == 0 && low == 0)) {
			str_cut(b, before);
			return false;
		}
		str_add_char(b, (char)(high << 4 | low));
		s += 3;
	}
	return true;
}
