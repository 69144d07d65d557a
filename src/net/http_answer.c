/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* The head of an answer. */
#include "base/clock.h"
#include "net/http.h"

#include <curl/curl.h>
#include <string.h>

#define HEADER_MAX 8192 /* of one header value kept */
#define HEAD_MAX ((size_t)32 * 1024)

void http_answer_release(struct http_answer *a)
{
	free(a->content_type);
	free(a->location);
	free(a->www_authenticate);
	free(a->cas_error);
	if (a->head.cap)
		str_release(&a->head);
	*a = (struct http_answer){0};
}

char *http_answer_field(const struct http_answer *a, const char *name)
{
	size_t n = strlen(name);

	for (const char *p = a->head.s; p && *p;) {
		size_t len = strcspn(p, "\n");

		if (len > n && p[n] == ':' && strncasecmp(p, name, n) == 0) {
			struct str v = STR_INIT;

			str_add_mem(&v, p + n + 1, len - n - 1);
			str_trim(&v);
			return str_take(&v);
		}
		p += len + (p[len] == '\n');
	}
	return NULL;
}

/* Keeps a header line; of a head without end only the beginning. */
static void keep_line(struct http_answer *a, const char *line, size_t len)
{
	while (len && (line[len - 1] == '\r' || line[len - 1] == '\n'))
		len--;
	if (!a->head.s)
		str_init(&a->head);
	if (!len || len > HEADER_MAX || a->head.len + len > HEAD_MAX)
		return;
	str_add_mem(&a->head, line, len);
	str_add_char(&a->head, '\n');
}

/* "name:" at the start of a header line gives its value, without blanks. */
static char *value_of(const char *line, size_t len, const char *name)
{
	size_t n = strlen(name);
	struct str v = STR_INIT;

	if (len <= n || line[n] != ':' || strncasecmp(line, name, n) != 0)
		return NULL;
	len -= n + 1;
	str_add_mem(&v, line + n + 1, len < HEADER_MAX ? len : HEADER_MAX);
	str_trim(&v);
	return str_take(&v);
}

/* Retry-After is seconds or an HTTP date (RFC 9110 10.2.3). */
static int64_t parse_retry_after(const char *text)
{
	char *end;
	long long n = strtoll(text, &end, 10);

	if (end == text || *end) {
		time_t when = curl_getdate(text, NULL);

		n = when < 0 ? 0 : (long long)when - clock_now();
	}
	if (n < 0)
		n = 0;
	return n > 86400 ? 86400000 : (int64_t)n * 1000;
}

static void keep_header(struct http_answer *a, const char *line, size_t len)
{
	char *v;

	if ((v = value_of(line, len, "Content-Type"))) {
		v[strcspn(v, "; \t")] = '\0';
		for (char *p = v; *p; p++)
			if (*p >= 'A' && *p <= 'Z')
				*p = (char)(*p + 32);
		mem_replace(&a->content_type, v);
	} else if ((v = value_of(line, len, "Location"))) {
		mem_replace(&a->location, v);
	} else if ((v = value_of(line, len, "X-CasErrorCode"))) {
		mem_replace(&a->cas_error, v);
	} else if ((v = value_of(line, len, "Retry-After"))) {
		a->retry_after_ms = parse_retry_after(v);
		free(v);
	} else if ((v = value_of(line, len, "WWW-Authenticate"))) {
		char *all = a->www_authenticate;

		if (!all || strlen(all) < HEADER_MAX)
			mem_replace(&a->www_authenticate,
				    all ? xasprintf("%s\n%s", all, v)
					: xstrdup(v));
		free(v);
	} else if ((v = value_of(line, len, "Persistent-Auth"))) {
		a->not_kept = strcasecmp(v, "false") == 0;
		free(v);
	} else if ((v = value_of(line, len, "Date"))) {
		time_t when = curl_getdate(v, NULL);

		a->date = when > 0 ? (int64_t)when : 0;
		free(v);
	}
}

void http_answer_add(struct http_answer *a, const char *line, size_t len)
{
	keep_line(a, line, len);
	keep_header(a, line, len);
}
