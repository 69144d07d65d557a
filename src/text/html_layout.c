/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "text/html_doc.h"
#include "text/sanitize.h"

#define MAX_BYTES ((size_t)8 << 20)
#define MARKUP_BYTES ((size_t)12 << 20) /* a block costs ten times its tag */
#define QUOTES_SHOWN 8			/* deeper ones are written ">[12] " */

struct layout {
	struct lines *out;
	const struct html_doc *d;
	const struct html_options *o;
	struct str first, rest; /* prefixes */
};

static void add_marks(struct str *b, unsigned quote)
{
	if (quote > QUOTES_SHOWN)
		str_addf(b, ">[%u] ", quote);
	else
		for (unsigned i = 0; i < quote; i++)
			str_add(b, "> ");
}

/* What stands in front of a block: quote marks, indent, the item's mark. */
static void set_prefixes(struct layout *y, const struct html_block *b)
{
	size_t indent = b->indent;
	const char *bullet = y->o->ascii ? "* " : "\xE2\x80\xA2 ";
	char number[16];

	if (y->o->width > 0 && indent > y->o->width / 4)
		indent = y->o->width / 4;
	str_clear(&y->first);
	add_marks(&y->first, b->quote);
	for (size_t i = 0; i < indent; i++)
		str_add_char(&y->first, ' ');
	str_clear(&y->rest);
	str_add_mem(&y->rest, y->first.s, y->first.len);
	if (!b->item)
		return;
	snprintf(number, sizeof(number), "%d. ", b->number);
	str_add(&y->first, b->number ? number : bullet);
	for (size_t i = b->number ? strlen(number) : 2; i > 0; i--)
		str_add_char(&y->rest, ' ');
}

static void add_gap(struct layout *y, const struct html_block *b)
{
	CLEANUP(str_release) struct str marks = STR_INIT;
	struct wrap_text none;
	struct lines *out = y->out;
	uint8_t quote = b->quote;
	struct wrap_form f = {.prefix_style = STYLE_QUOTE_MARK};

	if (!b->gap || out->n == 0 ||
	    out->v[out->n - 1].len == out->v[out->n - 1].prefix)
		return;
	if (out->v[out->n - 1].quote < quote)
		quote = out->v[out->n - 1].quote;
	wrap_text_init(&none);
	add_marks(&marks, quote);
	f.first = marks.s;
	f.quote = quote;
	wrap_lines(out, &none, 0, 0, &f);
	wrap_text_release(&none);
}

static void add_rule(struct layout *y, const struct html_block *b)
{
	size_t width = y->o->width ? y->o->width : 72;
	struct wrap_text t;
	struct wrap_form f = {.first = y->first.s,
			      .prefix_style = STYLE_QUOTE_MARK,
			      .quote = b->quote,
			      .kind = LINE_RULE};
	size_t used = utf8_width(y->first.s);

	wrap_text_init(&t);
	for (size_t i = used; i < width && i < used + 72; i++)
		wrap_text_add(&t, y->o->ascii ? "-" : "\xE2\x94\x80",
			      y->o->ascii ? 1 : 3, STYLE_RULE, 0);
	wrap_lines(y->out, &t, 0, t.text.len, &f);
	wrap_text_release(&t);
}

static void add_block(struct layout *y, const struct html_block *b)
{
	struct wrap_form f = {
		.width = y->o->width,
		.prefix_style = b->quote ? STYLE_QUOTE_MARK : 0,
		.quote = b->quote,
		.heading = b->heading,
		.kind = b->header	      ? LINE_QUOTE_HEADER
			: b->signature	      ? LINE_SIGNATURE
			: b->kind == HTML_PRE ? LINE_PRE
			: b->heading	      ? LINE_HEADING
					      : LINE_TEXT,
		.keep_blanks = b->kind == HTML_PRE,
	};

	add_gap(y, b);
	set_prefixes(y, b);
	f.first = y->first.s;
	f.rest = y->rest.s;
	if (b->kind == HTML_RULE)
		add_rule(y, b);
	else
		wrap_lines(y->out, &y->d->text, b->from, b->to, &f);
}

/* A table as columns: the index behind it, or t when it has to be read cell by
 * cell. */
static size_t add_table(struct layout *y, size_t t)
{
	const struct html_block *b = &y->d->blocks.v[t];

	if (y->o->width == 0)
		return t;
	struct html_block bare = {
		.gap = true, .quote = b->quote, .indent = b->indent};
	size_t columns;
	if (!html_table_is_grid(y->d, t, &columns))
		return t;
	add_gap(y, &bare);
	set_prefixes(y, &bare);
	if (html_table(y->out, y->d, t, y->o->width, y->first.s, b->quote))
		return b->end;
	return t;
}

/* False when there was more than MARKUP_BYTES of markup without its style
 * sheets and scripts. */
static bool guarded_read(struct html_doc *d, const char *html, size_t len)
{
	CLEANUP(str_release) struct str safe = STR_INIT;

	safe.max = MARKUP_BYTES;
	html_guard(&safe, html, len, &d->report.scripts);
	html_read(d, safe.s, sanitize_whole(safe.s, safe.len));
	return !str_is_truncated(&safe);
}

void html_layout(struct lines *out, const char *html, size_t len,
		 const struct html_options *o, struct html_report *report)
{
	struct html_doc d;
	struct layout y = {.out = out, .d = &d, .o = o};

	html_doc_init(&d, out);
	d.link_numbers = o->link_numbers;
	bool whole = guarded_read(&d, html, len);
	str_init(&y.first);
	str_init(&y.rest);
	out->pool.max =
		out->pool.len + (o->max_bytes ? o->max_bytes : MAX_BYTES);
	for (size_t i = 0; i < d.blocks.n && !out->truncated; i++) {
		const struct html_block *b = &d.blocks.v[i];

		switch (b->kind) {
		case HTML_TABLE:
			i = add_table(&y, i);
			break;
		case HTML_PARA:
		case HTML_PRE:
		case HTML_RULE:
			add_block(&y, b);
			break;
		case HTML_ROW:
		case HTML_CELL:
		case HTML_TABLE_END:
			break;
		}
	}
	out->truncated |= !whole;
	if (report)
		*report = d.report;
	str_release(&y.first);
	str_release(&y.rest);
	html_doc_release(&d);
}

/* Hard blanks become plain ones. */
static void add_words(struct str *out, const char *s, size_t len)
{
	size_t from = 0;

	for (size_t i = 0; i + 1 < len; i++) {
		if (s[i] != '\xC2' || s[i + 1] != '\xA0')
			continue;
		str_add_mem(out, s + from, i - from);
		str_add_char(out, ' ');
		from = i + 2;
	}
	str_add_mem(out, s + from, len - from);
}

void html_to_text(struct str *out, const char *html, size_t len, size_t max)
{
	struct lines links;
	struct html_doc d;
	CLEANUP(str_release) struct str text = STR_INIT;
	size_t grid = 0, columns; /* blocks before `grid` are in one */

	text.max = max;
	lines_init(&links);
	html_doc_init(&d, &links);
	(void)guarded_read(&d, html, len);
	for (size_t i = 0; i < d.blocks.n && !str_is_truncated(&text); i++) {
		const struct html_block *b = &d.blocks.v[i];

		if (b->kind == HTML_TABLE &&
		    html_table_is_grid(&d, i, &columns))
			grid = b->end;
		if (b->kind != HTML_PARA && b->kind != HTML_PRE)
			continue;
		if (text.len > 0)
			str_add_char(&text,
				     i < grid &&
						     d.blocks.v[i - 1].kind ==
							     HTML_CELL &&
						     d.blocks.v[i - 2].kind !=
							     HTML_ROW
					     ? '\t'
					     : '\n');
		if (b->gap && text.len > 0 && !(i < grid))
			str_add_char(&text, '\n');
		for (unsigned q = 0; q < b->quote && q < QUOTES_SHOWN; q++)
			str_add(&text, "> ");
		if (b->item && b->number)
			str_addf(&text, "%d. ", b->number);
		else if (b->item)
			str_add(&text, "* ");
		add_words(&text, d.text.text.s + b->from, b->to - b->from);
	}
	str_cut(&text, sanitize_whole(text.s, text.len));
	str_add_mem(out, text.s, text.len);
	html_doc_release(&d);
	lines_release(&links);
}
