/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "ui/draw.h"
#include <stdio.h>
#include <string.h>
#include "base/utf8.h"
#include "text/bidi.h"

struct win win_sub(const struct win *w, int x, int y, int cols, int rows)
{
	struct win s = {w->x + x, w->y + y, cols, rows};

	if (x >= w->w || y >= w->h || cols < 0 || rows < 0)
		s.w = s.h = 0;
	if (x + s.w > w->w)
		s.w = w->w - x;
	if (y + s.h > w->h)
		s.h = w->h - y;
	return s;
}

bool win_has(const struct win *w, int x, int y)
{
	return x >= w->x && y >= w->y && x < w->x + w->w && y < w->y + w->h;
}

/* Printable ASCII bytes at the start of s. */
static size_t plain_run(const char *s, size_t len)
{
	size_t n = 0;

	while (n < len && s[n] >= 0x20 && s[n] < 0x7f)
		n++;
	return n;
}

/* A state of drawing along one row: cells are put only where x is inside. */
struct pen {
	int x, left, right; /* screen cells; left <= visible < right */
	int y;
};

static void put_cluster(struct pen *p, unsigned style, const char *s,
			size_t len, int cells)
{
	if (cells <= 0)
		return;
	if (p->x >= p->left && p->x + cells <= p->right)
		term_put(p->x, p->y, style, s, len, cells);
	else if (p->x + cells > p->left && p->x < p->right)
		/* half of a wide character at an edge */
		term_fill(p->x < p->left ? p->left : p->x, p->y, 1, style);
	p->x += cells;
}

static void put_plain(struct pen *p, unsigned style, const char *s, size_t len)
{
	int from = p->x, to = p->x + (int)len;

	if (from < p->left)
		from = p->left;
	if (to > p->right)
		to = p->right;
	if (from < to)
		term_put_ascii(from, p->y, style, s + (from - p->x),
			       (size_t)(to - from));
	p->x += (int)len;
}

/* Text that is not printable ASCII: one cluster made safe. Bytes used. */
static size_t put_other(struct pen *p, unsigned style, const char *s,
			size_t len)
{
	int cells;
	size_t n = utf8_grapheme(s, len, &cells);
	uint32_t rune;
	char symbol[4];

	utf8_decode(s, len, &rune);
	if (rune < 0x20 || rune == 0x7f) {
		rune = rune == 0x7f ? 0x2421 : 0x2400 + rune;
		n = 1;
	} else if (rune >= 0x80 && rune < 0xa0) {
		rune = UTF8_REPLACEMENT;
		n = utf8_decode(s, len, &(uint32_t){0});
	} else if (rune != UTF8_REPLACEMENT && term_is_utf8()) {
		/* Bidi controls and other format characters have no cells. */
		put_cluster(p, style, s, n, cells);
		return n;
	}
	if (term_is_utf8()) {
		put_cluster(p, style, symbol, utf8_encode(symbol, rune), 1);
		return n;
	}
	if (rune >= 0x2400 && rune < 0x2440) {
		put_plain(p, style, "?", 1);
		return n;
	}
	char *part CLEANUP(mem_free_ptr) = xstrndup(s, n);
	char *ascii CLEANUP(mem_free_ptr) = utf8_to_ascii(part);
	put_plain(p, style, ascii, strlen(ascii));
	return n;
}

static void put_run(struct pen *p, unsigned style, const char *s, size_t len)
{
	while (len && p->x < p->right) {
		size_t n = plain_run(s, len);
		/* An ASCII character may carry accents that follow it. */
		if (n && n < len && (unsigned char)s[n] >= 0x80)
			n--;
		if (n)
			put_plain(p, style, s, n);
		else
			n = put_other(p, style, s, len);
		s += n;
		len -= n;
	}
}

int draw_ordered(const struct win *w, int x, int y, int max, unsigned style,
		 const char *text)
{
	char *visual CLEANUP(mem_free_ptr) =
		term_reorders() ? bidi_visual(text) : NULL;

	return draw_text(w, x, y, max, style, visual ? visual : text);
}

int draw_text_n(const struct win *w, int x, int y, int max, unsigned style,
		const char *text, size_t len)
{
	struct pen p = {w->x + x, w->x, w->x + w->w, w->y + y};

	if (y < 0 || y >= w->h)
		return 0;
	if (max >= 0 && p.x + max < p.right)
		p.right = p.x + max;
	put_run(&p, style, text, len);
	if (p.x > p.right)
		p.x = p.right;
	return p.x - (w->x + x);
}

int draw_text(const struct win *w, int x, int y, int max, unsigned style,
	      const char *text)
{
	return draw_text_n(w, x, y, max, style, text, strlen(text));
}

int draw_textf(const struct win *w, int x, int y, unsigned style,
	       const char *fmt, ...)
{
	struct str b CLEANUP(str_release) = STR_INIT;
	va_list args;

	va_start(args, fmt);
	str_addfv(&b, fmt, args);
	va_end(args);
	return draw_text(w, x, y, -1, style, b.s);
}

/* Cells text takes on this terminal. */
static size_t shown_width(const char *text)
{
	if (term_is_utf8())
		return utf8_width(text);
	char *ascii CLEANUP(mem_free_ptr) = utf8_to_ascii(text);
	return strlen(ascii);
}

void draw_column(const struct win *w, int x, int y, int cells, bool right,
		 unsigned style, const char *text)
{
	char *safe CLEANUP(mem_free_ptr) = NULL;
	int width, used;

	if (cells <= 0)
		return;
	if (plain_run(text, strlen(text)) != strlen(text))
		text = safe = utf8_clean_line(text, !term_is_utf8());
	width = (int)shown_width(text);
	if (width > cells) {
		const char *dots = term_is_utf8() ? "\xe2\x80\xa6" : "~";
		char *head CLEANUP(mem_free_ptr) = xstrndup(
			text, utf8_fit(text, (size_t)(cells - 1), NULL));

		used = draw_ordered(w, x, y, cells - 1, style,
				    term_is_utf8() ? head : text);
		draw_fill(w, x + used, y, cells - used, style);
		draw_text(w, x + cells - 1, y, 1, style, dots);
		return;
	}
	if (right) {
		draw_fill(w, x, y, cells - width, style);
		draw_ordered(w, x + cells - width, y, width, style, text);
		return;
	}
	used = draw_ordered(w, x, y, cells, style, text);
	draw_fill(w, x + used, y, cells - used, style);
}

void draw_fill(const struct win *w, int x, int y, int cells, unsigned style)
{
	if (x < 0) {
		cells += x;
		x = 0;
	}
	if (x + cells > w->w)
		cells = w->w - x;
	if (y >= 0 && y < w->h && cells > 0)
		term_fill(w->x + x, w->y + y, cells, style);
}

void draw_clear(const struct win *w, unsigned style)
{
	for (int y = 0; y < w->h; y++)
		draw_fill(w, 0, y, w->w, style);
}

void draw_restyle(const struct win *w, int x, int y, int cells, unsigned style)
{
	if (x + cells > w->w)
		cells = w->w - x;
	if (y >= 0 && y < w->h && x >= 0 && cells > 0)
		term_restyle(w->x + x, w->y + y, cells, style);
}

static unsigned style_at(unsigned style, size_t at,
			 const struct draw_span *spans, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (at >= spans[i].start && at - spans[i].start < spans[i].len)
			return spans[i].style;
	return style;
}

/* A line in the order of its cells: each character keeps the style that it has
 * in the order of the text. */
static int put_ordered(struct pen *p, unsigned style, const char *visual,
		       const uint32_t *from, const struct draw_span *spans,
		       size_t n)
{
	int begun = p->x;
	size_t len = strlen(visual), at = 0;

	while (at < len) {
		unsigned now = style_at(style, from[at], spans, n);
		size_t end = at + 1;

		while (end < len && style_at(style, from[end], spans, n) == now)
			end++;
		put_run(p, now, visual + at, end - at);
		at = end;
	}
	return (p->x < p->right ? p->x : p->right) - begun;
}

int draw_spans(const struct win *w, int x, int y, int skip, unsigned style,
	       const char *text, const struct draw_span *spans, size_t n)
{
	struct pen p = {w->x + x - skip, w->x + x, w->x + w->w, w->y + y};
	size_t len = strlen(text), at = 0;

	if (y < 0 || y >= w->h)
		return 0;
	if (!skip && term_reorders()) {
		uint32_t *from CLEANUP(mem_free_ptr) = NULL;
		char *visual CLEANUP(mem_free_ptr) =
			bidi_visual_from(text, &from);

		if (visual)
			return put_ordered(&p, style, visual, from, spans, n);
	}
	for (size_t i = 0; i < n && at < len; i++) {
		size_t start = spans[i].start < len ? spans[i].start : len;
		size_t end =
			spans[i].len < len - start ? start + spans[i].len : len;
		if (start < at)
			continue;
		put_run(&p, style, text + at, start - at);
		put_run(&p, spans[i].style, text + start, end - start);
		at = end;
	}
	put_run(&p, style, text + at, len - at);
	if (p.x > p.right)
		p.x = p.right;
	return p.x > w->x + x ? p.x - (w->x + x) : 0;
}

int draw_words(const struct win *w, int x, int y, unsigned style,
	       const char *text)
{
	int rows = 0, cells = w->w - x - 1;

	while (*text && y + rows < w->h && cells >= 8) {
		size_t len = strlen(text), fits = 0, used;

		for (size_t i = 1; i <= len; i++)
			if ((text[i] == ' ' || !text[i]) &&
			    utf8_width_n(text, i) <= (size_t)cells)
				fits = i;
		/* One long word, such as a fingerprint. */
		if (!fits)
			fits = utf8_fit(text, (size_t)cells, &used);
		draw_text_n(w, x, y + rows++, -1, style, text, fits);
		text += fits;
		text += strspn(text, " ");
	}
	return rows;
}

void draw_hline(const struct win *w, int x, int y, int cells, unsigned style)
{
	for (int i = 0; i < cells && x + i < w->w; i++)
		if (y >= 0 && y < w->h)
			term_put_border(w->x + x + i, w->y + y, style,
					BORDER_H);
}

void draw_vline(const struct win *w, int x, int y, int rows, unsigned style)
{
	for (int i = 0; i < rows && y + i < w->h; i++)
		if (x >= 0 && x < w->w)
			term_put_border(w->x + x, w->y + y + i, style,
					BORDER_V);
}

void draw_box(const struct win *w, unsigned style, const char *title)
{
	int right = w->x + w->w - 1, bottom = w->y + w->h - 1;

	if (w->w < 2 || w->h < 2)
		return;
	draw_hline(w, 1, 0, w->w - 2, style);
	draw_hline(w, 1, w->h - 1, w->w - 2, style);
	draw_vline(w, 0, 1, w->h - 2, style);
	draw_vline(w, w->w - 1, 1, w->h - 2, style);
	term_put_border(w->x, w->y, style, BORDER_UL);
	term_put_border(right, w->y, style, BORDER_UR);
	term_put_border(w->x, bottom, style, BORDER_LL);
	term_put_border(right, bottom, style, BORDER_LR);
	if (title && w->w > 6) {
		int n = draw_text(w, 3, 0, w->w - 6, style, title);
		draw_fill(w, 2, 0, 1, style);
		draw_fill(w, 3 + n, 0, 1, style);
	}
}

void draw_gauge(const struct win *w, int x, int y, int cells, int64_t done,
		int64_t total, unsigned style)
{
	int inner = cells - 2;
	int full;

	if (inner < 1)
		return;
	full = total > 0 ? (int)(done * inner / total) : 0;
	full = full < 0 ? 0 : full > inner ? inner : full;
	draw_text(w, x, y, 1, style, "[");
	for (int i = 0; i < inner; i++)
		draw_text(w, x + 1 + i, y, 1, style, i < full ? "#" : ".");
	draw_text(w, x + cells - 1, y, 1, style, "]");
}

void draw_cursor(const struct win *w, int x, int y)
{
	if (x >= 0 && x < w->w && y >= 0 && y < w->h)
		term_set_cursor(w->x + x, w->y + y);
}
