/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef TEXT_HTML_DOC_H
#define TEXT_HTML_DOC_H
/*
 * Inside src/text only. HTML goes through four steps: html_guard (bounds, drops
 * what is never shown), html_read (libxml2's events to a flat list of blocks),
 * then html_layout or html_to_text, which ask html_table about tables.
 */
#include "text/html.h"
#include "text/wrap.h"

enum html_kind {
	HTML_PARA,
	HTML_PRE, /* one line of preformatted text */
	HTML_RULE,
	HTML_TABLE, /* end: index of its HTML_TABLE_END */
	HTML_ROW,
	HTML_CELL,
	HTML_TABLE_END
};

struct html_block {
	enum html_kind kind;
	size_t from, to; /* bytes of doc.text */
	size_t end;
	uint8_t quote, heading, indent;
	bool gap;    /* wants an empty line before it */
	bool item;   /* first block of a list item */
	bool header; /* "From: Sent: To:", "X wrote:" above a quote */
	bool signature;
	bool right; /* of a cell: aligned at the right */
	int number; /* of an ordered item, 0: bullet; columns that
				 * a cell spans */
};

struct html_doc {
	struct wrap_text text;
	struct {
		struct html_block *v;
		size_t n, cap;
	} blocks;
	struct lines *links; /* where links are listed */
	struct html_report report;
	bool link_numbers;
};

void html_doc_init(struct html_doc *d, struct lines *links);
void html_doc_release(struct html_doc *d);

/* Markup that is safe to parse: valid UTF-8, nested at most 256 deep, tags of
 * bounded size, no comments, scripts, style sheets or declarations. */
void html_guard(struct str *out, const char *html, size_t len, size_t *scripts);
/* Fills d from guarded markup. */
void html_read(struct html_doc *d, const char *html, size_t len);

/* What a style attribute says that matters here. */
struct html_style {
	bool hidden, bold, not_bold, italic, underline, strike;
	bool quote_bar; /* a border on the left, as Outlook quotes */
	bool no_margin, pre, right;
	bool tiny; /* at most 3 by 3 pixels */
};
void html_style_read(struct html_style *st, const char *style);
/* Pixels of a width or height attribute; -1: none or relative. */
int html_pixels(const char *value);

/* Lays out the table at block t if its cells fit side by side; else false. */
bool html_table(struct lines *out, const struct html_doc *d, size_t t,
		size_t width, const char *prefix, uint8_t quote);
/* Can it be shown as rows and columns at all? Counts them. */
bool html_table_is_grid(const struct html_doc *d, size_t t, size_t *columns);
/* Bytes of visible text in [from, to): not blanks. */
bool html_is_blank(const char *s, size_t from, size_t to);
#endif
