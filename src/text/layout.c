/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "text/layout.h"

#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "text/flow.h"
#include "text/link.h"
#include "text/quote.h"
#include "text/sanitize.h"
#include "text/wrap.h"

#define MAX_BYTES ((size_t)8 << 20)

struct layout {
	struct lines *out;
	const struct layout_options *o;
	const char *text; /* safe */
	size_t len;
	struct wrap_text para;
	struct str first; /* quote marks of the line at hand */
	bool signature;
	bool below_header; /* under an Outlook "From: Sent:" block */
	unsigned last_depth;
};

static size_t line_end(const struct layout *y, size_t at, size_t *next)
{
	const char *nl = memchr(y->text + at, '\n', y->len - at);
	size_t end = nl ? (size_t)(nl - y->text) : y->len;

	*next = nl ? end + 1 : y->len;
	return end;
}

/* Text with its URLs made links. */
static void add_linked(struct layout *y, const char *s, size_t len)
{
	size_t from = 0, a, b;

	while (layout_find_url(s, len, from, &a, &b)) {
		uint32_t number = link_add(y->out, s + a, b - a, s + a, b - a);
		char mark[24];
		int n = snprintf(mark, sizeof(mark), "[%u]", number);

		wrap_text_add(&y->para, s + from, a - from, 0, 0);
		wrap_text_add(&y->para, s + a, b - a, STYLE_LINK, number);
		if (y->o->link_numbers)
			wrap_text_add(&y->para, mark, (size_t)n,
				      STYLE_LINK_NUMBER, number);
		from = b;
	}
	wrap_text_add(&y->para, s + from, len - from, 0, 0);
}

/* Does the block of headers Outlook puts above what it quotes begin here? Its
 * first line names the sender, the next ones a date and the recipients. */
static bool is_outlook_block(const struct layout *y, size_t at)
{
	size_t next, hits = 0;
	size_t end = line_end(y, at, &next);

	if (!quote_is_header_line(y->text + at, end - at, true))
		return false;
	for (int i = 0; i < 5 && next < y->len; i++) {
		at = next;
		end = line_end(y, at, &next);
		hits += quote_is_header_line(y->text + at, end - at, false);
	}
	return hits >= 2;
}

/* "On ..., X wrote:" is the line that ends in a colon before a quote. */
static bool is_attribution(const struct layout *y, size_t at, size_t end,
			   size_t next, unsigned depth)
{
	size_t marks;

	if (end == at || y->text[end - 1] != ':')
		return false;
	for (int i = 0; i < 2 && next < y->len; i++) {
		at = next;
		end = line_end(y, at, &next);
		if (quote_depth(y->text + at, end - at, &marks) > depth)
			return true;
		if (end > at)
			return false;
	}
	return false;
}

/* The marks as they stand, or shortened where they would fill the width. */
static void set_prefix(struct layout *y, const char *line, size_t marks,
		       unsigned depth)
{
	size_t width = y->o->width ? y->o->width : 1000;

	str_clear(&y->first);
	if (depth == 0)
		return;
	if (marks + 1 <= width / 2 && marks < 1000)
		str_add_mem(&y->first, line, marks);
	else
		str_addf(&y->first, ">[%u]", depth);
	str_add_char(&y->first, ' ');
}

/* The line at `at`; returns where the next one begins. */
static size_t add_line(struct layout *y, size_t at)
{
	size_t next, end = line_end(y, at, &next), marks;
	const char *line = y->text + at, *body;
	unsigned depth = quote_depth(line, end - at, &marks);
	size_t len;
	struct wrap_form f = {
		.width = y->o->width,
		.prefix_style = STYLE_QUOTE_MARK,
	};

	body = line + marks;
	len = end - at - marks;
	if (depth > 0 && len > 0 && *body == ' ') {
		body++;
		len--;
	}
	if (depth != y->last_depth)
		y->signature = false;
	y->last_depth = depth;
	if (len == 3 && memcmp(body, "-- ", 3) == 0)
		y->signature = true;
	if (y->signature)
		f.kind = LINE_SIGNATURE;
	else if (is_attribution(y, at, end, next, depth))
		f.kind = LINE_QUOTE_HEADER;
	set_prefix(y, line, marks, depth);
	f.first = f.rest = y->first.s;
	depth += y->below_header;
	f.quote = (uint8_t)(depth < 255 ? depth : 255);
	wrap_text_clear(&y->para);
	add_linked(y, body, len);
	wrap_lines(y->out, &y->para, 0, y->para.text.len, &f);
	return next;
}

/* The lines of an Outlook block up to the empty one. */
static size_t add_outlook_block(struct layout *y, size_t at)
{
	y->below_header = true;
	y->signature = false;
	while (at < y->len && y->text[at] != '\n') {
		size_t before = y->out->n;

		at = add_line(y, at);
		for (size_t i = before; i < y->out->n; i++)
			y->out->v[i].kind = LINE_QUOTE_HEADER;
	}
	return at;
}

void layout_text(struct lines *out, const char *text, size_t len,
		 const struct layout_options *o)
{
	CLEANUP(str_release) struct str joined = STR_INIT;
	CLEANUP(str_release) struct str safe = STR_INIT;
	struct layout y = {.out = out, .o = o};
	size_t max = o->max_bytes ? o->max_bytes : MAX_BYTES;
	size_t at = 0;

	if (len > max) {
		len = max;
		out->truncated = true;
	}
	if (o->flowed) {
		flow_join(&joined, text, len, o->delsp);
		text = joined.s;
		len = joined.len;
	}
	sanitize_text(&safe, text, len, o->ascii);
	y.text = safe.s;
	y.len = safe.len;
	wrap_text_init(&y.para);
	str_init(&y.first);
	bool cut = out->truncated;
	out->truncated = false;
	out->pool.max = out->pool.len + max * 2;
	while (at < y.len && !out->truncated)
		at = !y.below_header && is_outlook_block(&y, at)
			     ? add_outlook_block(&y, at)
			     : add_line(&y, at);
	out->truncated |= cut;
	str_release(&y.first);
	wrap_text_release(&y.para);
}
