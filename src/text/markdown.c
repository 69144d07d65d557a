/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "text/markdown.h"

#include <cmark.h>
#include <string.h>

#include "text/quote.h"

void markdown_to_html(struct str *out, const char *text, size_t len)
{
	/* Without CMARK_OPT_UNSAFE raw HTML and script links are dropped. */
	char *html = cmark_markdown_to_html(
		text, len, CMARK_OPT_VALIDATE_UTF8 | CMARK_OPT_HARDBREAKS);

	str_add(out, html);
	free(html);
}

static void set_depth(struct str *out, unsigned *depth, unsigned wanted)
{
	for (; *depth < wanted; ++*depth)
		str_add(out, "<blockquote style=\"margin:0 0 0 .8ex;"
			     "border-left:1px solid #ccc;padding-left:1ex\">");
	for (; *depth > wanted; --*depth)
		str_add(out, "</blockquote>");
}

void markdown_plain_to_html(struct str *out, const char *text, size_t len)
{
	const char *end = text + len;
	unsigned depth = 0;

	str_add(out, "<div>");
	while (text < end) {
		const char *nl = memchr(text, '\n', (size_t)(end - text));
		size_t n = (size_t)((nl ? nl : end) - text), marks = 0;
		unsigned d = quote_depth(text, n, &marks);
		char *line CLEANUP(mem_free_ptr) = NULL;

		set_depth(out, &depth, d < 20 ? d : 20);
		if (marks < n && d && text[marks] == ' ')
			marks++;
		line = xstrndup(text + marks, n - marks);
		str_add_xml(out, line);
		str_add(out, "<br>\n");
		text += n + (nl != NULL);
	}
	set_depth(out, &depth, 0);
	str_add(out, "</div>\n");
}
