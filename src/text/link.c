/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "text/link.h"

#include <string.h>
#include <strings.h>

#include "base/utf8.h"
#include "text/layout.h"
#include "text/sanitize.h"

#define SHOWN_MAX 200
#define TARGET_MAX 8192
#define LOOK_BACK 64

static bool is_url_char(char c)
{
	return (unsigned char)c > ' ' && c != 0x7f && !strchr("<>\"`{}|\\^", c);
}

static bool is_boundary(const char *s, size_t at)
{
	unsigned char c = at > 0 ? (unsigned char)s[at - 1] : ' ';

	return !((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
		 (c >= 'a' && c <= 'z') || strchr("_-./@", (char)c));
}

/* Length of the scheme of a URL that begins at s[at], 0: none does. */
static size_t scheme_at(const char *s, size_t len, size_t at)
{
	static const char *const schemes[] = {"https://", "http://", "ftp://",
					      "mailto:", "www."};

	for (size_t i = 0; i < ARRAY_LEN(schemes); i++) {
		size_t n = strlen(schemes[i]);

		if (len - at > n && strncasecmp(s + at, schemes[i], n) == 0)
			return n;
	}
	return 0;
}

/* Punctuation at the end belongs to the sentence, and so does a closing
 * bracket that nothing in the URL opened. */
static size_t trim_url(const char *s, size_t a, size_t b)
{
	long open = 0, square = 0;

	for (size_t i = a; i < b; i++) {
		open += s[i] == '(';
		open -= s[i] == ')';
		square += s[i] == '[';
		square -= s[i] == ']';
	}
	for (; b > a; b--) {
		char c = s[b - 1];

		if (c == ')' && open < 0)
			open++;
		else if (c == ']' && square < 0)
			square++;
		else if (!strchr(".,;:!?'*_", c))
			break;
	}
	return b;
}

bool layout_find_url(const char *s, size_t len, size_t from, size_t *start,
		     size_t *end)
{
	for (size_t i = from; i + 5 < len; i++) {
		size_t scheme, e;

		if (!memchr("hHfFmMwW", s[i], 8) || !is_boundary(s, i))
			continue;
		scheme = scheme_at(s, len, i);
		if (!scheme)
			continue;
		e = i + scheme;
		while (e < len && is_url_char(s[e]))
			e++;
		e = trim_url(s, i, e);
		if (e <= i + scheme)
			continue;
		*start = i;
		*end = e;
		return true;
	}
	return false;
}

/* The host part of something like a URL, lower case, without "www."; "" when
 * there is none. Says plainly what a browser would open: what stands before
 * an '@' is not the host. */
static void host_of(const char *s, char *host, size_t size)
{
	const char *p = strstr(s, "://");
	size_t n, out = 0;
	const char *at;

	host[0] = '\0';
	if (!p && strncasecmp(s, "www.", 4) != 0)
		return;
	s = p ? p + 3 : s;
	n = strcspn(s, "/?#\\ ");
	at = memrchr(s, '@', n);
	if (at) {
		n -= (size_t)(at + 1 - s);
		s = at + 1;
	}
	if (n > 4 && strncasecmp(s, "www.", 4) == 0) {
		s += 4;
		n -= 4;
	}
	for (size_t i = 0; i < n && out + 1 < size && s[i] != ':'; i++)
		host[out++] =
			(char)(s[i] >= 'A' && s[i] <= 'Z' ? s[i] + 32 : s[i]);
	while (out > 0 && host[out - 1] == '.')
		out--;
	host[out] = '\0';
}

/* "example.org/x" without a scheme: a host if it has a dot and a top level of
 * letters that file names do not end in. */
static bool is_bare_host(const char *s)
{
	static const char *const files[] = {
		"pdf", "doc",  "docx", "xls",  "xlsx", "txt", "zip", "jpg",
		"png", "html", "ppt",  "pptx", "csv",  "gif", "js"};
	size_t n = strcspn(s, "/?#: ");
	const char *dot = memrchr(s, '.', n);
	size_t top;

	if (!dot || dot == s || s[strcspn(s, " ")] != '\0')
		return false;
	top = (size_t)(s + n - dot) - 1;
	if (top < 2 || top > 18 || memchr(s, '@', n))
		return false;
	for (const char *p = dot + 1; p < s + n; p++)
		if (!((*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z')))
			return false;
	for (size_t i = 0; i < ARRAY_LEN(files); i++)
		if (top == strlen(files[i]) &&
		    strncasecmp(dot + 1, files[i], top) == 0)
			return false;
	return true;
}

/* Is one a subdomain of the other? "example.org" and "mail.example.org". */
static bool is_related(const char *a, const char *b)
{
	size_t n = strlen(a), m = strlen(b);

	if (n < m) {
		const char *t = a;
		size_t k = n;

		a = b;
		b = t;
		n = m;
		m = k;
	}
	return strcmp(a + n - m, b) == 0 && (n == m || a[n - m - 1] == '.');
}

bool link_is_mismatch(const char *target, const char *shown)
{
	char said[256], real[256];
	size_t a, b;

	host_of(target, real, sizeof(real));
	if (layout_find_url(shown, strlen(shown), 0, &a, &b)) {
		CLEANUP(mem_free_ptr) char *url = xstrndup(shown + a, b - a);
		host_of(url, said, sizeof(said));
	} else if (is_bare_host(shown)) {
		CLEANUP(mem_free_ptr) char *url = xasprintf("x://%s", shown);
		host_of(url, said, sizeof(said));
	} else {
		return false;
	}
	return said[0] && !is_related(said, real);
}

static bool is_usual(const char *target)
{
	static const char *const usual[] = {"https:", "http:", "mailto:",
					    "tel:",   "ftp:",  "#",
					    "cid:",   "www."};

	for (size_t i = 0; i < ARRAY_LEN(usual); i++)
		if (strncasecmp(target, usual[i], strlen(usual[i])) == 0)
			return true;
	return false;
}

static char *safe(const char *s, size_t len, size_t max)
{
	CLEANUP(str_release) struct str b = STR_INIT;
	size_t from, to;

	if (len > max)
		for (len = max; len > 0 && (s[len] & 0xC0) == 0x80; len--)
			;
	sanitize_line(&b, s, len, false);
	from = strspn(b.s, " ");
	for (to = b.len; to > from && b.s[to - 1] == ' '; to--)
		;
	return xstrndup(b.s + from, to - from);
}

uint32_t link_add(struct lines *out, const char *target, size_t target_len,
		  const char *shown, size_t shown_len)
{
	char *to = safe(target, target_len, TARGET_MAX);
	char *text = safe(shown, shown_len, SHOWN_MAX);
	struct line_link l = {.target = to, .shown = text};

	l.mismatch = link_is_mismatch(to, text);
	l.unusual = !is_usual(to);
	for (size_t i = out->links.n; i > 0 && out->links.n - i < LOOK_BACK;
	     i--) {
		const struct line_link *old = &out->links.v[i - 1];

		if (!l.mismatch && !old->mismatch &&
		    strcmp(old->target, to) == 0) {
			free(to);
			free(text);
			return (uint32_t)i;
		}
	}
	vec_add(&out->links, l);
	return (uint32_t)out->links.n;
}
