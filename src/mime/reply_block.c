/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Answers as Outlook makes them: the old message below a short header of its
 * own, in HTML as it came, so that a thread of such answers stays readable. */
#include "mime/reply_block.h"

#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "mime/message.h"
#include "text/html.h"

#define BLOCK_RULE "<hr style=\"display:inline-block;width:98%\">"
#define HTML_MAX ((size_t)8 << 20)
#define TEXT_MAX ((size_t)4 << 20)

static const char *const names[][2] = {{"From", "From"},
				       {"Sent", "Date"},
				       {"To", "To"},
				       {"Cc", "Cc"},
				       {"Subject", "Subject"}};

/* The value of a row, NULL: leave it out. Caller frees. */
static char *value_of(struct mime_message *m, const char *field)
{
	struct mime_address_list l;
	struct str b = STR_INIT;

	if (str_eq(field, "Date")) {
		if (mime_date(m) != CLOCK_NEVER)
			clock_add_long(&b, mime_date(m));
	} else if (str_eq(field, "Subject")) {
		str_add(&b, mime_header(m, field));
	} else {
		mime_address_list_init(&l);
		mime_addresses(m, field, &l);
		mime_address_list_add_text(&b, &l);
		mime_address_list_release(&l);
	}
	return b.len ? str_take(&b) : NULL;
}

/* Where the tag `name` begins at or after p; end when it does not. */
static const char *find_tag(const char *p, const char *end, const char *name)
{
	size_t n = strlen(name);

	for (; (size_t)(end - p) > n; p++)
		if (*p == '<' && strncasecmp(p + 1, name, n) == 0 &&
		    strchr(" \t\r\n/>", p[n + 1]))
			return p;
	return end;
}

/* What stands between <body> and </body>, scripts left out. */
static void add_body(struct str *out, const char *html, size_t len)
{
	const char *end = html + len, *p = find_tag(html, end, "body");
	const char *stop;

	if (p < end) {
		const char *close = memchr(p, '>', (size_t)(end - p));

		p = close ? close + 1 : end;
	} else {
		p = html;
	}
	stop = find_tag(p, end, "/body");
	while (p < stop) {
		const char *script = find_tag(p, stop, "script");
		const char *after;

		str_add_mem(out, p, (size_t)(script - p));
		after = find_tag(script, stop, "/script");
		p = after < stop ? after + strlen("</script>") : stop;
	}
}

/* Pictures that the HTML shows from inside the message go along. */
static void take_pictures(struct mime_draft *d, struct mime_message *m)
{
	for (size_t i = 0; i < mime_part_count(m); i++) {
		const struct mime_part *p = mime_part(m, i);
		CLEANUP(str_release) struct str data = STR_INIT;
		CLEANUP(mem_free_ptr)
		char *cid = p->content_id ? xasprintf("cid:%s", p->content_id)
					  : NULL;

		if (!cid || !strstr(d->quoted_html, cid) ||
		    strncmp(p->type, "image/", 6) != 0 ||
		    !mime_part_bytes(m, i, &data, NULL))
			continue;
		mime_draft_attach(d, p->name, p->type, data.s, data.len);
		d->attachments.v[d->attachments.n - 1].content_id =
			xstrdup(p->content_id);
	}
}

static void add_old_text(struct str *text, struct mime_message *m,
			 const struct str *html)
{
	enum mime_body_kind kind;
	int i = mime_body_part(m, MIME_BODY_PLAIN, &kind);

	if (i >= 0 && kind == MIME_BODY_PLAIN) {
		text->max = text->len + TEXT_MAX;
		mime_part_text(m, (size_t)i, text);
	} else {
		html_to_text(text, html->s, html->len, TEXT_MAX);
	}
	if (text->len && text->s[text->len - 1] != '\n')
		str_add_char(text, '\n');
}

bool reply_has_html(const struct mime_message *m)
{
	enum mime_body_kind kind;

	return mime_body_part(m, MIME_BODY_HTML, &kind) >= 0 &&
	       kind == MIME_BODY_HTML;
}

void reply_add_block(struct mime_draft *d, struct mime_message *m)
{
	CLEANUP(str_release) struct str old = STR_INIT;
	struct str text = STR_INIT, html = STR_INIT;
	enum mime_body_kind kind;
	int i = mime_body_part(m, MIME_BODY_HTML, &kind);

	old.max = HTML_MAX;
	if (i >= 0 && kind == MIME_BODY_HTML)
		mime_part_text(m, (size_t)i, &old);
	str_add(&text, REPLY_BLOCK_LINE "\n");
	str_add(&html, BLOCK_RULE "\n<div>");
	for (size_t k = 0; k < ARRAY_LEN(names); k++) {
		CLEANUP(mem_free_ptr) char *value = value_of(m, names[k][1]);

		if (!value)
			continue;
		str_addf(&text, "%s: %s\n", names[k][0], value);
		str_addf(&html, "<b>%s:</b> ", names[k][0]);
		str_add_xml(&html, value);
		str_add(&html, "<br>\n");
	}
	str_add_char(&text, '\n');
	str_add(&html, "</div><br>\n");
	add_old_text(&text, m, &old);
	add_body(&html, old.s, old.len);
	mem_replace(&d->quoted_text, str_take(&text));
	mem_replace(&d->quoted_html, str_take(&html));
	take_pictures(d, m);
}

void reply_find_block(struct mime_draft *d, const char *html)
{
	const char *text = strstr(str_or_empty(d->text), REPLY_BLOCK_LINE "\n");
	const char *rule = strstr(html, BLOCK_RULE), *end;

	if (!text || !rule)
		return;
	end = find_tag(rule, rule + strlen(rule), "/body");
	mem_replace(&d->quoted_text, xstrdup(text));
	mem_replace(&d->quoted_html, xstrndup(rule, (size_t)(end - rule)));
}
