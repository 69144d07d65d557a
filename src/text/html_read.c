/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* libxml2's HTML events to blocks of styled text. No tree is built. */
#include "text/html_doc.h"

#include <libxml/HTMLparser.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/chan.h"
#include "base/uri.h"
#include "base/utf8.h"
#include "text/html_tags.h"
#include "text/link.h"
#include "text/quote.h"
#include "text/sanitize.h"

#define LEVELS_MAX 512
#define LINK_OPEN UINT32_MAX /* runs of the link being read */
#define INDENT_MAX 40

/* What holds inside an open element. */
struct level {
	const struct html_tag_info *info; /* NULL: no meaning */
	uint32_t style;
	uint8_t quote, heading, indent;
	bool hidden, pre, signature;
	bool gap; /* ends with an empty line */
	bool ordered;
	int count;    /* of the list's next item */
	size_t table; /* index of its HTML_TABLE block */
};

struct reader {
	struct html_doc *d;
	struct level stack[LEVELS_MAX];
	size_t depth, over;
	bool open;	      /* the last block still takes text */
	bool gap;	      /* before the next block */
	bool item;	      /* the next block begins a list item */
	bool blank;	      /* white space to add before more text */
	uint32_t blank_style; /* ... as it was where that stood */
	bool pre_start;	      /* a line break right behind <pre> is none */
	size_t link_start;    /* byte of the text, and run, where it began */
	size_t link_run;
	char *href;
};

static struct level *top(struct reader *r)
{
	return &r->stack[r->depth - 1];
}

static struct html_block *last_block(struct reader *r)
{
	return r->d->blocks.n ? &r->d->blocks.v[r->d->blocks.n - 1] : NULL;
}

bool html_is_blank(const char *s, size_t from, size_t to)
{
	while (from < to) {
		uint32_t rune;

		from += utf8_decode(s + from, to - from, &rune);
		if (rune != ' ' && rune != 0xA0 && rune != 0x200C &&
		    rune != 0x200D && rune != 0x2007 && rune != 0x2003 &&
		    rune != 0x2002 && rune != 0x2009 && rune != 0x202F)
			return false;
	}
	return true;
}

/* Ends the block at hand. One of nothing but hard blanks is how Outlook
 * writes an empty line. */
static void end_block(struct reader *r)
{
	struct html_block *b = last_block(r);

	r->blank = false;
	if (!r->open)
		return;
	r->open = false;
	if (b->kind == HTML_PARA &&
	    html_is_blank(r->d->text.text.s, b->from, b->to)) {
		r->gap = true;
		r->item |= b->item;
		r->d->blocks.n--;
	}
}

static struct html_block *add_block(struct reader *r, enum html_kind kind)
{
	struct level *l = top(r);

	vec_add(&r->d->blocks, ((struct html_block){
				       .kind = kind,
				       .from = r->d->text.text.len,
				       .to = r->d->text.text.len,
				       .quote = l->quote,
				       .heading = l->heading,
				       .indent = l->indent,
				       .signature = l->signature,
				       .gap = r->gap,
			       }));
	/* Only what is seen uses the gap up. */
	if (kind <= HTML_RULE)
		r->gap = false;
	return last_block(r);
}

static void open_block(struct reader *r)
{
	struct html_block *b;

	if (r->open)
		return;
	b = add_block(r, top(r)->pre ? HTML_PRE : HTML_PARA);
	r->open = true;
	r->blank = false;
	if (!r->item)
		return;
	r->item = false;
	b->item = true;
	for (size_t i = r->depth; i-- > 0;) {
		struct level *l = &r->stack[i];

		if (l->info &&
		    (l->info->tag == TAG_OL || l->info->tag == TAG_UL)) {
			b->number = l->ordered ? l->count++ : 0;
			break;
		}
	}
}

static void put(struct reader *r, const char *s, size_t len, uint32_t style,
		uint32_t link)
{
	wrap_text_add(&r->d->text, s, len, style, link);
	last_block(r)->to = r->d->text.text.len;
}

static uint32_t style_now(struct reader *r)
{
	return top(r)->style | (r->href ? STYLE_LINK : 0);
}

/* The white space before what follows, if it follows anything. */
static void put_blank(struct reader *r)
{
	bool in_link = r->href && (r->blank_style & STYLE_LINK);

	if (r->blank && r->d->text.text.len > last_block(r)->from)
		put(r, " ", 1, r->blank_style, in_link ? LINK_OPEN : 0);
	r->blank = false;
}

/* Visible text without line breaks. */
static void put_text(struct reader *r, const char *s, size_t len)
{
	if (len == 0)
		return;
	open_block(r);
	put_blank(r);
	if (sanitize_is_plain(s, len)) {
		put(r, s, len, style_now(r), r->href ? LINK_OPEN : 0);
	} else {
		CLEANUP(str_release) struct str safe = STR_INIT;

		sanitize_line(&safe, s, len, false);
		put(r, safe.s, safe.len, style_now(r), r->href ? LINK_OPEN : 0);
	}
}

static bool is_space(char c)
{
	return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f';
}

static void add_flow(struct reader *r, const char *s, size_t len)
{
	size_t i = 0;

	while (i < len) {
		size_t start;

		if (is_space(s[i])) {
			if (!r->blank)
				r->blank_style = style_now(r);
			r->blank = true;
			while (i < len && is_space(s[i]))
				i++;
		}
		start = i;
		while (i < len && !is_space(s[i]))
			i++;
		put_text(r, s + start, i - start);
	}
}

static void add_pre(struct reader *r, const char *s, size_t len)
{
	CLEANUP(str_release) struct str safe = STR_INIT;
	const char *p, *nl;
	bool start = r->pre_start;

	r->pre_start = false;
	sanitize_text(&safe, s, len, false);
	for (p = safe.s + (start && safe.s[0] == '\n'); *p; p = nl + 1) {
		nl = strchrnul(p, '\n');
		put_text(r, p, (size_t)(nl - p));
		if (!*nl)
			return;
		open_block(r); /* an empty line is a line */
		end_block(r);
	}
}

static void on_text(void *arg, const xmlChar *s, int len)
{
	struct reader *r = arg;

	if (top(r)->hidden) {
		for (int i = 0; i < len; i++)
			r->d->report.hidden += !is_space((char)s[i]);
		return;
	}
	if (top(r)->pre)
		add_pre(r, (const char *)s, (size_t)len);
	else
		add_flow(r, (const char *)s, (size_t)len);
}

/* --- links and images ----------------------------------------------------- */

static void end_link(struct reader *r)
{
	struct html_doc *d = r->d;
	size_t end = d->text.text.len;
	uint32_t number = 0;
	char mark[24];
	int n;

	if (!r->href)
		return;
	if (!html_is_blank(d->text.text.s, r->link_start, end))
		number = link_add(d->links, r->href, strlen(r->href),
				  d->text.text.s + r->link_start,
				  end - r->link_start);
	for (size_t i = r->link_run; i < d->text.runs.n; i++)
		if (d->text.runs.v[i].link == LINK_OPEN)
			d->text.runs.v[i].link = number;
	mem_replace(&r->href, NULL);
	r->blank_style &= ~(uint32_t)STYLE_LINK;
	if (number == 0 || !d->link_numbers)
		return;
	n = snprintf(mark, sizeof(mark), "[%u]", number);
	/* Behind the text, even if its block has ended within the link. */
	if (!r->open && (d->blocks.n == 0 || last_block(r)->to != end ||
			 last_block(r)->from == end))
		return;
	put(r, mark, (size_t)n, STYLE_LINK_NUMBER, number);
}

static void start_link(struct reader *r, const char *href)
{
	size_t skip = href ? strspn(href, " \t\r\n") : 0;

	end_link(r);
	if (!href || !href[skip] || href[skip] == '#' || top(r)->hidden)
		return;
	if (strncasecmp(href + skip, "javascript:", 11) == 0 ||
	    strncasecmp(href + skip, "vbscript:", 9) == 0) {
		r->d->report.scripts++;
		return;
	}
	r->href = xstrdup(href + skip);
	r->link_start = r->d->text.text.len;
	/* The next run may be joined with the one before only if equal, and
	 * none before has the mark of an open link. */
	r->link_run = r->d->text.runs.n;
}

struct attributes {
	const char *href, *src, *alt, *style, *width, *height, *start, *type;
	const char *value, *class, *id, *background, *colspan, *align;
	bool hidden, checked;
	size_t scripts;
};

/* Of a picture that came with the message. */
static uint32_t image_number(struct reader *r, const char *cid)
{
	struct lines *l = r->d->links;
	struct line_image *new;
	struct str id = STR_INIT;

	if (l->images.n >= STYLE_IMAGE_MAX)
		return 0;
	new = vec_new(&l->images);
	if (!uri_unescape(&id, cid)) {
		str_clear(&id);
		str_add(&id, cid);
	}
	new->content_id = str_take(&id);
	new->part = -1;
	return (uint32_t)l->images.n;
}

static void image(struct reader *r, const struct attributes *a,
		  const struct html_style *st)
{
	int w = html_pixels(a->width), h = html_pixels(a->height);
	bool remote = a->src && (strncasecmp(a->src, "http", 4) == 0 ||
				 strncmp(a->src, "//", 2) == 0);
	bool unseen = st->hidden || st->tiny || top(r)->hidden ||
		      (w >= 0 && w <= 3 && h >= 0 && h <= 3) || w == 0 ||
		      h == 0;
	const char *alt =
		a->alt ? a->alt + strspn(a->alt, " \t\r\n\xC2\xA0") : NULL;
	uint32_t style = style_now(r) | STYLE_IMAGE;
	uint32_t link = r->href ? LINK_OPEN : 0;

	r->d->report.remote_images += remote;
	r->d->report.trackers += remote && unseen;
	if (unseen || !a->src)
		return;
	if (!alt || !alt[0]) {
		/* A picture that is the whole link needs a word to follow. */
		if (!r->href && !(strncmp(a->src, "cid:", 4) == 0))
			return;
		alt = "image";
	}
	if (strncasecmp(a->src, "cid:", 4) == 0)
		style += image_number(r, a->src + 4) * STYLE_IMAGE_UNIT;
	CLEANUP(str_release) struct str text = STR_INIT;
	str_add_char(&text, '[');
	sanitize_line(&text, alt, strlen(alt), false);
	str_add_char(&text, ']');
	open_block(r);
	put_blank(r);
	put(r, text.s, text.len, style, link);
}

/* --- elements ------------------------------------------------------------- */

static void read_attributes(struct attributes *a, const xmlChar **atts)
{
	for (; atts && atts[0]; atts += 2) {
		const char *name = (const char *)atts[0];
		const char *value = atts[1] ? (const char *)atts[1] : "";

		if (strcmp(name, "href") == 0)
			a->href = value;
		else if (strcmp(name, "src") == 0)
			a->src = value;
		else if (strcmp(name, "alt") == 0)
			a->alt = value;
		else if (strcmp(name, "style") == 0)
			a->style = value;
		else if (strcmp(name, "width") == 0)
			a->width = value;
		else if (strcmp(name, "height") == 0)
			a->height = value;
		else if (strcmp(name, "start") == 0)
			a->start = value;
		else if (strcmp(name, "type") == 0)
			a->type = value;
		else if (strcmp(name, "value") == 0)
			a->value = value;
		else if (strcmp(name, "class") == 0)
			a->class = value;
		else if (strcmp(name, "id") == 0)
			a->id = value;
		else if (strcmp(name, "colspan") == 0)
			a->colspan = value;
		else if (strcmp(name, "align") == 0)
			a->align = value;
		else if (strcmp(name, "background") == 0)
			a->background = value;
		else if (strcmp(name, "hidden") == 0)
			a->hidden = true;
		else if (strcmp(name, "checked") == 0)
			a->checked = true;
		else if (strncmp(name, "on", 2) == 0)
			a->scripts++;
	}
}

static void input(struct reader *r, const struct attributes *a)
{
	r->d->report.forms = true;
	if (top(r)->hidden || !a->type || strcasecmp(a->type, "hidden") == 0)
		return;
	if (strcasecmp(a->type, "checkbox") == 0)
		put_text(r, a->checked ? "[x]" : "[ ]", 3);
	else if (a->value && a->value[0] &&
		 (strcasecmp(a->type, "submit") == 0 ||
		  strcasecmp(a->type, "button") == 0))
		put_text(r, a->value, strlen(a->value));
}

static void line_break(struct reader *r)
{
	if (top(r)->hidden)
		return;
	if (top(r)->pre || r->open) {
		open_block(r);
		end_block(r);
	} else {
		r->gap = true;
	}
}

static bool in_item(const struct reader *r)
{
	for (size_t i = 0; i + 1 < r->depth; i++)
		if (r->stack[i].info && r->stack[i].info->tag == TAG_LI)
			return true;
	return false;
}

static uint8_t more_indent(uint8_t indent, int by)
{
	return (uint8_t)(indent + by > INDENT_MAX ? INDENT_MAX : indent + by);
}

static void list(struct reader *r, struct level *l, const struct attributes *a)
{
	bool nested = in_item(r);

	l->ordered = l->info->tag == TAG_OL;
	l->count = a->start ? (int)strtol(a->start, NULL, 10) : 1;
	if (l->count < 1 || l->count > 1000000)
		l->count = 1;
	l->indent = more_indent(l->indent, nested ? 2 : 0);
	if (nested) {
		l->gap = false;
		r->gap = false;
	}
}

static void cell(struct reader *r, const struct attributes *a,
		 const struct html_style *st)
{
	struct html_block *b = add_block(r, HTML_CELL);
	int span = html_pixels(a->colspan);

	b->number = span > 1 && span <= 100 ? span : 1;
	b->right =
		st->right || (a->align && strcasecmp(a->align, "right") == 0);
}

/* Gmail, Thunderbird and Outlook on the web say which part is the signature. */
static bool is_signature(const struct attributes *a)
{
	return (a->class && strcasestr(a->class, "signature")) ||
	       (a->id && strcasecmp(a->id, "signature") == 0);
}

/* Effects of an element that is not hidden, once its level is there. */
static void enter(struct reader *r, struct level *l, const struct attributes *a,
		  const struct html_style *st)
{
	switch (l->info ? l->info->tag : TAG_OTHER) {
	case TAG_A:
		start_link(r, a->href);
		break;
	case TAG_HR:
		add_block(r, HTML_RULE);
		break;
	case TAG_OL:
	case TAG_UL:
		list(r, l, a);
		break;
	case TAG_LI:
		r->item = true;
		break;
	case TAG_DD:
		l->indent = more_indent(l->indent, 4);
		break;
	case TAG_TABLE:
		l->table = r->d->blocks.n;
		add_block(r, HTML_TABLE);
		l->indent = 0;
		break;
	case TAG_TR:
		add_block(r, HTML_ROW);
		break;
	case TAG_CELL:
		cell(r, a, st);
		break;
	case TAG_QUOTE:
		if (l->quote < 255)
			l->quote++;
		break;
	case TAG_PRE:
		l->pre = true;
		r->pre_start = true;
		break;
	case TAG_Q:
		put_text(r, "\"", 1);
		break;
	case TAG_SUP:
	case TAG_BR:
	case TAG_IMG:
	case TAG_INPUT:
	case TAG_HIDE:
	case TAG_OTHER:
		break;
	}
	if (st->quote_bar && l->info && l->info->block &&
	    l->info->tag == TAG_OTHER && l->quote < 255)
		l->quote++;
}

/* Paragraphs of list items, and those that Outlook's style sheet sets without
 * a margin, follow each other closely. */
static bool has_no_margin(const struct reader *r,
			  const struct html_tag_info *info,
			  const struct attributes *a)
{
	if (info->tag != TAG_OTHER || info->heading)
		return false;
	return in_item(r) || (a->class && strncasecmp(a->class, "Mso", 3) == 0);
}

static void on_start(void *arg, const xmlChar *name, const xmlChar **atts)
{
	struct reader *r = arg;
	const struct html_tag_info *info = html_tag_find((const char *)name);
	struct attributes a = {.hidden = false};
	struct html_style st = {.hidden = false};
	struct level *l;

	if (r->depth == LEVELS_MAX) {
		r->over++;
		return;
	}
	read_attributes(&a, atts);
	html_style_read(&st, a.style);
	r->d->report.scripts += a.scripts;
	r->d->report.remote_images +=
		a.background && strncasecmp(a.background, "http", 4) == 0;
	/* These have no inside. */
	if (info && info->tag == TAG_BR)
		line_break(r);
	else if (info && info->tag == TAG_IMG)
		image(r, &a, &st);
	else if (info && info->tag == TAG_INPUT)
		input(r, &a);
	r->stack[r->depth] = *top(r);
	l = &r->stack[r->depth++];
	l->info = info;
	l->gap = false;
	l->hidden |= st.hidden || a.hidden || (info && info->tag == TAG_HIDE);
	if (l->hidden)
		return;
	if (info) {
		l->style |= info->style;
		if (info->heading)
			l->heading = info->heading;
		if (info->block)
			end_block(r);
		l->gap = info->gap && !st.no_margin &&
			 !has_no_margin(r, info, &a);
		r->gap |= l->gap;
	}
	l->style |= (st.bold ? STYLE_BOLD : 0) |
		    (st.italic ? STYLE_ITALIC : 0) |
		    (st.underline ? STYLE_UNDERLINE : 0) |
		    (st.strike ? STYLE_STRIKE : 0);
	if (st.not_bold)
		l->style &= ~(uint32_t)STYLE_BOLD;
	l->pre |= st.pre;
	l->signature |= is_signature(&a);
	enter(r, l, &a, &st);
}

static void leave(struct reader *r, const struct level *l)
{
	const struct html_tag_info *info = l->info;

	if (info->tag == TAG_A)
		end_link(r);
	else if (info->tag == TAG_Q)
		put_text(r, "\"", 1);
	if (info->block)
		end_block(r);
	r->gap |= l->gap;
	if (info->tag == TAG_LI)
		r->item = false;
	if (info->tag == TAG_TABLE) {
		size_t end = r->d->blocks.n;

		add_block(r, HTML_TABLE_END);
		r->d->blocks.v[l->table].end = end;
		r->gap = true;
	}
}

static void on_end(void *arg, const xmlChar *name)
{
	struct reader *r = arg;
	const struct level *l = top(r);

	(void)name;
	if (r->over > 0) {
		r->over--;
		return;
	}
	if (r->depth <= 1)
		return;
	if (l->info && !l->hidden)
		leave(r, l);
	r->depth--;
}

/* --- quotes by "From: Sent: To:" ------------------------------------------ */

static bool is_field(const struct html_doc *d, size_t i, bool first)
{
	const struct html_block *b = &d->blocks.v[i];

	return b->kind == HTML_PARA &&
	       quote_is_header_line(d->text.text.s + b->from, b->to - b->from,
				    first);
}

/* "X wrote:" is the paragraph that ends in a colon before a quote. */
static bool is_attribution(const struct html_doc *d, size_t i)
{
	const struct html_block *b = &d->blocks.v[i];

	return b->kind == HTML_PARA && i + 1 < d->blocks.n && b->to > b->from &&
	       d->text.text.s[b->to - 1] == ':' &&
	       d->blocks.v[i + 1].quote > b->quote;
}

/* What follows such a block is quoted, one level for each, unless a bar on
 * its left has said so already. */
static void find_header_blocks(struct html_doc *d)
{
	unsigned raise = 0;
	size_t n = d->blocks.n;

	for (size_t i = 0; i < n; i++) {
		struct html_block *b = &d->blocks.v[i];
		size_t fields = 0, k = i;

		b->header |= is_attribution(d, i);
		if (b->quote + raise <= 255)
			b->quote = (uint8_t)(b->quote + raise);
		if (b->header || !is_field(d, i, true))
			continue;
		for (k = i + 1; k < n && k < i + 8; k++) {
			if (!is_field(d, k, false))
				break;
			fields++;
		}
		if (fields < 2)
			continue;
		for (size_t j = i; j < k; j++)
			d->blocks.v[j].header = true;
		if (b->quote == raise && b->quote < 255) {
			raise++;
			b->quote++;
		}
	}
}

/* --- all ------------------------------------------------------------------ */

void html_doc_init(struct html_doc *d, struct lines *links)
{
	*d = (struct html_doc){.links = links};
	wrap_text_init(&d->text);
}

void html_doc_release(struct html_doc *d)
{
	wrap_text_release(&d->text);
	vec_release(&d->blocks);
}

static void init_libxml(void)
{
	xmlInitParser();
}

static void ignore_error(void *arg, const char *fmt, ...)
{
	(void)arg;
	(void)fmt;
}

void html_read(struct html_doc *d, const char *html, size_t len)
{
	static int once;
	struct reader *r = xcalloc(1, sizeof(*r));
	htmlParserCtxtPtr ctxt;

	chan_once(&once, init_libxml);
	r->d = d;
	r->depth = 1;
	ctxt = htmlNewParserCtxt();
	if (!ctxt)
		BUG("no memory for the HTML parser");
	memset(ctxt->sax, 0, sizeof(*ctxt->sax));
	ctxt->sax->startElement = on_start;
	ctxt->sax->endElement = on_end;
	ctxt->sax->characters = on_text;
	ctxt->sax->ignorableWhitespace = on_text;
	ctxt->sax->cdataBlock = on_text;
	ctxt->sax->error = ignore_error;
	ctxt->sax->warning = ignore_error;
	ctxt->userData = r;
	(void)htmlCtxtReadMemory(
		ctxt, html, len < INT_MAX ? (int)len : INT_MAX, NULL, "UTF-8",
		HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING |
			HTML_PARSE_NONET | HTML_PARSE_NOIMPLIED |
			HTML_PARSE_IGNORE_ENC);
	htmlFreeParserCtxt(ctxt);
	/* Whatever was left open ends here. */
	end_link(r);
	end_block(r);
	while (r->depth > 1) {
		const struct level *l = top(r);

		if (l->info && !l->hidden && l->info->tag == TAG_TABLE)
			leave(r, l);
		r->depth--;
	}
	free(r);
	find_header_blocks(d);
}
