/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* mailto: links (RFC 6068). A page that made the link must not be able to send
 * a file along or to set any field that the person would not see. */
#include "mime/build.h"

#include <string.h>
#include <strings.h>

#include "base/uri.h"
#include "base/utf8.h"

#define MAILTO_MAX ((size_t)64 << 10)

static char *decoded(const char *s, size_t len)
{
	struct str out = STR_INIT;
	CLEANUP(mem_free_ptr) char *raw = xstrndup(s, len);
	CLEANUP(mem_free_ptr) char *bytes = NULL;

	if (!uri_unescape(&out, raw)) {
		str_clear(&out);
		str_add(&out, raw); /* a stray % stands for itself */
	}
	bytes = str_take(&out);
	return utf8_make_valid(bytes, strlen(bytes));
}

static void add_people(struct mime_address_list *l, const char *value)
{
	CLEANUP(mem_free_ptr) char *line = utf8_clean_line(value, false);

	/* What is no address is left out: there is nobody to ask. */
	(void)!mime_address_parse(l, line, 0);
}

static void take_body(struct mime_draft *d, const char *value)
{
	struct str text = STR_INIT;

	str_add(&text, d->text);
	for (; *value; value++)
		if (*value != '\r')
			str_add_char(&text, *value);
	if (text.len && text.s[text.len - 1] != '\n')
		str_add_char(&text, '\n');
	mem_replace(&d->text, str_take(&text));
}

static void take_field(struct mime_draft *d, const char *name,
		       const char *value)
{
	if (strcasecmp(name, "to") == 0)
		add_people(&d->to, value);
	else if (strcasecmp(name, "cc") == 0)
		add_people(&d->cc, value);
	else if (strcasecmp(name, "bcc") == 0)
		add_people(&d->bcc, value);
	else if (strcasecmp(name, "subject") == 0)
		mem_replace(&d->subject, utf8_clean_line(value, false));
	else if (strcasecmp(name, "body") == 0)
		take_body(d, value);
	else if (strcasecmp(name, "in-reply-to") == 0) {
		size_t skip = strspn(value, " <");
		size_t len = strcspn(value + skip, " >\r\n");

		if (len)
			mem_replace(&d->in_reply_to,
				    xstrndup(value + skip, len));
	}
}

bool mime_draft_mailto(struct mime_draft *d, const char *uri, struct err *err)
{
	const char *p, *end;

	if (strncasecmp(uri, "mailto:", 7) != 0)
		return err_set(err, ERR_INPUT, "\"%.100s\" is no mailto: link",
			       uri);
	if (strlen(uri) > MAILTO_MAX)
		return err_set(err, ERR_INPUT,
			       "The mailto: link is longer than %zu bytes",
			       MAILTO_MAX);
	p = uri + 7;
	end = p + strcspn(p, "?#");
	if (end > p) {
		CLEANUP(mem_free_ptr)
		char *to = decoded(p, (size_t)(end - p));

		add_people(&d->to, to);
	}
	for (p = *end == '?' ? end + 1 : ""; *p && *p != '#';) {
		size_t len = strcspn(p, "&#"), name = strcspn(p, "=&#");

		if (name < len) {
			CLEANUP(mem_free_ptr) char *n = decoded(p, name);
			CLEANUP(mem_free_ptr)
			char *v = decoded(p + name + 1, len - name - 1);

			take_field(d, n, v);
		}
		p += len + (p[len] == '&');
	}
	return true;
}
