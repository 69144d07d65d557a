/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * Tables. Most tables of mails only place things; those are read cell by cell.
 * A grid - no table inside, short cells, at least two columns with text - is
 * shown in columns as wide as needed or, if that is too wide, shrunk.
 */
#include <string.h>

#include "base/utf8.h"
#include "text/html_doc.h"

#define COLUMNS_MAX 12
#define ROWS_MAX 5000
#define CELL_BYTES 600
#define CELL_BLOCKS 4
#define GAP 2 /* cells between columns */
#define MIN_COLUMN 4
#define SPAN_LEAST 4

struct grid {
	size_t widest[COLUMNS_MAX], narrowest[COLUMNS_MAX];
	size_t width[COLUMNS_MAX];
	size_t columns; /* with text or without */
	size_t used;	/* with text */
};

/* The block behind the cell that begins at i. */
static size_t cell_end(const struct html_doc *d, size_t i, size_t end)
{
	for (i++; i < end; i++)
		if (d->blocks.v[i].kind != HTML_PARA)
			break;
	return i;
}

static bool measure_cell(const struct html_doc *d, size_t i, size_t end,
			 struct grid *g, size_t column)
{
	size_t bytes = 0, blocks = 0;
	int span = d->blocks.v[i].number;

	for (i++; i < end; i++, blocks++) {
		const struct html_block *b = &d->blocks.v[i];
		const char *s = d->text.text.s + b->from;
		size_t len = b->to - b->from, cells, least;

		bytes += len;
		if (bytes > CELL_BYTES || blocks >= CELL_BLOCKS || b->heading ||
		    b->item || b->quote != d->blocks.v[i - 1].quote)
			return false;
		cells = utf8_width_n(s, len);
		least = wrap_min_width(s, len);
		/* What spans columns takes the room they need anyway, but
		 * there must be some. */
		if (span > 1) {
			cells = cells < SPAN_LEAST ? cells : SPAN_LEAST;
			least = least < cells ? least : cells;
		}
		if (cells > g->widest[column])
			g->widest[column] = cells;
		if (least > g->narrowest[column])
			g->narrowest[column] = least;
	}
	return true;
}

static bool measure(const struct html_doc *d, size_t t, struct grid *g)
{
	size_t end = d->blocks.v[t].end, column = 0, rows = 0, full = 0;

	*g = (struct grid){.columns = 0};
	for (size_t i = t + 1; i < end;) {
		enum html_kind kind = d->blocks.v[i].kind;

		if (kind == HTML_ROW) {
			if (++rows > ROWS_MAX)
				return false;
			column = 0;
			i++;
		} else if (kind == HTML_CELL && rows > 0 &&
			   column < COLUMNS_MAX) {
			size_t next = cell_end(d, i, end);

			if (!measure_cell(d, i, next, g, column))
				return false;
			full += next > i + 1;
			column += (size_t)d->blocks.v[i].number;
			if (column > COLUMNS_MAX)
				return false;
			if (column > g->columns)
				g->columns = column;
			i = next;
		} else {
			return false;
		}
	}
	for (size_t c = 0; c < g->columns; c++)
		g->used += g->widest[c] > 0;
	return g->used >= 2 && full >= 2;
}

bool html_table_is_grid(const struct html_doc *d, size_t t, size_t *columns)
{
	struct grid g;

	if (!measure(d, t, &g))
		return false;
	*columns = g.used;
	return true;
}

/* Gives every column its width; false when they cannot fit. */
static bool fit(struct grid *g, size_t room)
{
	size_t gaps = (g->used - 1) * GAP, total = gaps;

	for (size_t c = 0; c < g->columns; c++) {
		g->width[c] = g->widest[c];
		total += g->width[c];
		if (g->narrowest[c] < MIN_COLUMN && g->widest[c] > 0)
			g->narrowest[c] = g->widest[c] < MIN_COLUMN
						  ? g->widest[c]
						  : MIN_COLUMN;
	}
	while (total > room) {
		size_t victim = g->columns, most = 0;

		/* Take from the column that can spare most. */
		for (size_t c = 0; c < g->columns; c++)
			if (g->width[c] > g->narrowest[c] &&
			    g->width[c] > most) {
				most = g->width[c];
				victim = c;
			}
		if (victim == g->columns)
			return false;
		g->width[victim]--;
		total--;
	}
	return true;
}

static void pad(struct str *b, size_t n)
{
	while (n-- > 0)
		str_add_char(b, ' ');
}

/* A cell laid out, and where it stands. */
struct cell {
	struct lines lines;
	size_t at, width;
	bool right;
};

/* Appends line k of a cell with its styles. */
static void add_cell_line(struct wrap_text *t, const struct lines *l, size_t k)
{
	const char *s = lines_text(l, k);
	const struct line_span *sp = lines_spans(l, k);
	size_t done = 0;

	for (size_t i = 0; i < l->v[k].n_spans; i++) {
		wrap_text_add(t, s + done, sp[i].start - done, 0, 0);
		wrap_text_add(t, s + sp[i].start, sp[i].len, sp[i].style,
			      sp[i].link);
		done = sp[i].start + sp[i].len;
	}
	wrap_text_add(t, s + done, l->v[k].len - done, 0, 0);
}

/* One line of a row: the k-th line of each cell, side by side. */
static void join_line(struct lines *out, const struct cell *cells, size_t n,
		      size_t k, const char *prefix, uint8_t quote)
{
	struct wrap_text t;
	size_t at = 0;
	struct wrap_form f = {.first = prefix,
			      .rest = prefix,
			      .prefix_style = quote ? STYLE_QUOTE_MARK : 0,
			      .quote = quote,
			      .kind = LINE_TABLE};

	wrap_text_init(&t);
	for (size_t c = 0; c < n; c++) {
		const struct lines *l = &cells[c].lines;
		size_t want = cells[c].at;
		CLEANUP(str_release) struct str blanks = STR_INIT;

		if (k >= l->n || l->v[k].len == 0)
			continue;
		if (cells[c].right && l->v[k].cells < cells[c].width)
			want += cells[c].width - l->v[k].cells;
		if (want > at)
			pad(&blanks, want - at);
		wrap_text_add(&t, blanks.s, blanks.len, 0, 0);
		add_cell_line(&t, l, k);
		at = (want > at ? want : at) + l->v[k].cells;
	}
	wrap_lines(out, &t, 0, t.text.len, &f);
	wrap_text_release(&t);
}

static void add_row(struct lines *out, const struct html_doc *d, size_t row,
		    size_t end, const struct grid *g, const char *prefix,
		    uint8_t quote)
{
	struct cell cells[COLUMNS_MAX];
	size_t column = 0, n = 0, height = 0, at = 0;

	for (size_t i = row + 1; i < end && d->blocks.v[i].kind != HTML_ROW;) {
		size_t next = cell_end(d, i, end);
		struct cell *c = &cells[n++];
		struct wrap_form f = {.width = 0};

		*c = (struct cell){.at = at, .right = d->blocks.v[i].right};
		lines_init(&c->lines);
		for (int s = 0; s < d->blocks.v[i].number; s++, column++) {
			if (g->width[column] == 0)
				continue;
			c->width += g->width[column] + (c->width ? GAP : 0);
			at += g->width[column] + GAP;
		}
		f.width = c->width ? c->width : 1;
		for (size_t b = i + 1; b < next; b++)
			wrap_lines(&c->lines, &d->text, d->blocks.v[b].from,
				   d->blocks.v[b].to, &f);
		if (c->lines.n > height)
			height = c->lines.n;
		i = next;
	}
	for (size_t k = 0; k < height; k++)
		join_line(out, cells, n, k, prefix, quote);
	for (size_t c = 0; c < n; c++)
		lines_release(&cells[c].lines);
}

bool html_table(struct lines *out, const struct html_doc *d, size_t t,
		size_t width, const char *prefix, uint8_t quote)
{
	size_t used = utf8_width(prefix), end = d->blocks.v[t].end;
	struct grid g;

	if (!measure(d, t, &g) || !fit(&g, width > used + 8 ? width - used : 8))
		return false;
	for (size_t i = t + 1; i < end && !out->truncated; i++)
		if (d->blocks.v[i].kind == HTML_ROW)
			add_row(out, d, i, end, &g, prefix, quote);
	return true;
}
