/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "ui/pager.h"
#include <string.h>
#include "base/utf8.h"
#include "ui/picture.h"

#define FOLD_FROM 4   /* quotes of fewer lines are left alone */
#define SPANS_MAX 256 /* styled stretches drawn of one line */
#define WHEEL_ROWS 3

enum row_kind { ROW_HEAD, ROW_LINE, ROW_FOLD, ROW_PICTURE };
struct row {
	enum row_kind kind;
	size_t index;	      /* of the head row or the line */
	size_t folded;	      /* FOLD: lines it stands for */
	size_t picture, part; /* PICTURE: which, and which row of it */
};
struct head {
	unsigned style;
	char *text;
	struct draw_span *spans;
	size_t n;
};

struct pager {
	struct win win;
	struct lines lines;
	VEC(struct head) head;
	VEC(struct pager_picture) pictures;
	VEC(struct row) rows; /* what can be scrolled through */
	size_t top;
	bool folded;
	char *search; /* NULL none */
	long match;   /* line of the match shown last, -1 none */
};

struct pager *pager_new(void)
{
	struct pager *p = xcalloc(1, sizeof(*p));

	lines_init(&p->lines);
	p->match = -1;
	return p;
}

void pager_free(struct pager *p)
{
	if (!p)
		return;
	pager_clear_head(p);
	vec_release(&p->head);
	vec_release(&p->rows);
	vec_release(&p->pictures);
	lines_release(&p->lines);
	free(p->search);
	free(p);
}

/* --- rows ------------------------------------------------------------------------- */
static size_t quote_run(const struct pager *p, size_t from)
{
	size_t i = from;

	while (i < p->lines.n && p->lines.v[i].quote)
		i++;
	return i - from;
}

static size_t last_top(const struct pager *p)
{
	size_t h = p->win.h > 0 ? (size_t)p->win.h : 1;

	return p->rows.n > h ? p->rows.n - h : 0;
}

/* The rows of the pictures below lines before `end`, from number k on. */
static size_t add_picture_rows(struct pager *p, size_t k, size_t end)
{
	for (; k < p->pictures.n && p->pictures.v[k].line < end; k++)
		for (int i = 0; i < picture_rows(p->pictures.v[k].picture);
		     i++) {
			struct row r = {.kind = ROW_PICTURE,
					.index = end - 1,
					.picture = k,
					.part = (size_t)i};
			vec_add(&p->rows, r);
		}
	return k;
}

/* Those that were folded away. */
static size_t skip_pictures(const struct pager *p, size_t k, size_t end)
{
	while (k < p->pictures.n && p->pictures.v[k].line < end)
		k++;
	return k;
}

static void build_rows(struct pager *p)
{
	size_t picture = 0;

	p->rows.n = 0;
	for (size_t i = 0; i < p->head.n; i++) {
		struct row r = {.kind = ROW_HEAD, .index = i};
		vec_add(&p->rows, r);
	}
	for (size_t i = 0; i < p->lines.n;) {
		size_t run = p->folded ? quote_run(p, i) : 0;
		struct row r = {.kind = run >= FOLD_FROM ? ROW_FOLD : ROW_LINE,
				.index = i,
				.folded = run};
		vec_add(&p->rows, r);
		i += run >= FOLD_FROM ? run : 1;
		picture = run >= FOLD_FROM ? skip_pictures(p, picture, i)
					   : add_picture_rows(p, picture, i);
	}
	if (p->top > last_top(p))
		p->top = last_top(p);
}

/* The row that shows line i. */
static size_t row_of_line(const struct pager *p, size_t line)
{
	size_t low = p->head.n, high = p->rows.n;

	while (low + 1 < high) {
		size_t mid = low + (high - low) / 2;
		if (p->rows.v[mid].index <= line)
			low = mid;
		else
			high = mid;
	}
	while (low > p->head.n && p->rows.v[low].kind == ROW_PICTURE)
		low--;
	return low;
}

void pager_set_win(struct pager *p, const struct win *w)
{
	p->win = *w;
	if (p->top > last_top(p))
		p->top = last_top(p);
}

void pager_set_lines(struct pager *p, struct lines *taken, bool keep)
{
	size_t n = p->rows.n, top = p->top;

	lines_release(&p->lines);
	p->lines = *taken;
	lines_init(taken);
	p->top = 0;
	p->match = -1;
	build_rows(p);
	if (keep && n) {
		p->top = top * p->rows.n / n;
		if (p->top > last_top(p))
			p->top = last_top(p);
	}
}

void pager_set_pictures(struct pager *p, const struct pager_picture *v,
			size_t n)
{
	p->pictures.n = 0;
	for (size_t i = 0; i < n; i++)
		vec_add(&p->pictures, v[i]);
	build_rows(p);
}

void pager_clear_head(struct pager *p)
{
	for (size_t i = 0; i < p->head.n; i++) {
		free(p->head.v[i].text);
		free(p->head.v[i].spans);
	}
	p->head.n = 0;
	build_rows(p);
}

void pager_add_head(struct pager *p, unsigned style, const char *text,
		    const struct draw_span *spans, size_t n)
{
	struct head h = {style, xstrdup(text),
			 n ? xmemdup(spans, n * sizeof(*spans)) : NULL, n};

	vec_add(&p->head, h);
	build_rows(p);
}

void pager_fold_quotes(struct pager *p, bool folded)
{
	size_t line = p->top < p->rows.n && p->rows.v[p->top].kind != ROW_HEAD
			      ? p->rows.v[p->top].index
			      : 0;

	if (folded == p->folded)
		return;
	p->folded = folded;
	build_rows(p);
	if (line)
		p->top = row_of_line(p, line);
	if (p->top > last_top(p))
		p->top = last_top(p);
}

bool pager_quotes_folded(const struct pager *p)
{
	return p->folded;
}

/* --- drawing ------------------------------------------------------------------------ */
static unsigned line_role(const struct line *l)
{
	if (l->quote)
		return l->quote % 2 ? THEME_QUOTE1 : THEME_QUOTE2;
	switch ((enum line_kind)l->kind) {
	case LINE_HEADING:
		return THEME_HEADING;
	case LINE_RULE:
		return THEME_BORDER;
	case LINE_SIGNATURE:
		return THEME_SIGNATURE;
	case LINE_QUOTE_HEADER:
		return THEME_DIMMED;
	case LINE_TEXT:
	case LINE_PRE:
	case LINE_TABLE:
		break;
	}
	return THEME_NORMAL;
}

static unsigned span_role(uint32_t style, unsigned base)
{
	static const struct {
		uint32_t bits;
		enum theme_role role;
	} roles[] = {
		{STYLE_LINK | STYLE_LINK_NUMBER, THEME_LINK},
		{STYLE_CODE, THEME_CODE},
		{STYLE_IMAGE, THEME_DIMMED},
		{STYLE_RULE, THEME_BORDER},
		{STYLE_MARK, THEME_WARNING},
		{STYLE_BOLD, THEME_STRONG},
		{STYLE_ITALIC | STYLE_UNDERLINE, THEME_EMPHASIS},
		{STYLE_STRIKE, THEME_DIMMED},
	};

	for (size_t i = 0; i < ARRAY_LEN(roles); i++)
		if (style & roles[i].bits)
			return base ? THEME_ON(roles[i].role, base)
				    : (unsigned)roles[i].role;
	return base;
}

struct spans {
	struct draw_span v[SPANS_MAX];
	size_t n;
};

static void span_add(struct spans *s, size_t start, size_t end, unsigned style)
{
	if (start < end && s->n < SPANS_MAX)
		s->v[s->n++] = (struct draw_span){start, end - start, style};
}

/* Lays the matches of the search over the spans. */
static void mark_matches(const struct pager *p, size_t i, struct spans *spans)
{
	struct spans *old = xmemdup(spans, sizeof(*spans));
	size_t at = 0, len, k = 0;
	long hit;

	spans->n = 0;
	while ((hit = lines_match(&p->lines, i, p->search, at, &len)) >= 0 &&
	       len) {
		size_t start = (size_t)hit, end = start + len;
		/* Old spans up to the match, cut at its borders. */
		for (; k < old->n && old->v[k].start < start; k++) {
			size_t stop = old->v[k].start + old->v[k].len;
			span_add(spans, old->v[k].start,
				 stop < start ? stop : start, old->v[k].style);
			if (stop > end) {
				old->v[k].start = end;
				old->v[k].len = stop - end;
				break;
			}
		}
		span_add(spans, start, end, THEME_MATCH);
		for (; k < old->n && old->v[k].start < end; k++) {
			size_t stop = old->v[k].start + old->v[k].len;
			if (stop > end) {
				old->v[k].start = end;
				old->v[k].len = stop - end;
				break;
			}
		}
		at = end;
	}
	for (; k < old->n; k++)
		span_add(spans, old->v[k].start,
			 old->v[k].start + old->v[k].len, old->v[k].style);
	free(old);
}

static void draw_line(struct pager *p, int y, size_t i)
{
	const struct line *line = &p->lines.v[i];
	const struct line_span *from = lines_spans(&p->lines, i);
	unsigned role = line_role(line);
	struct spans spans = {.n = 0};

	for (size_t k = 0; k < line->n_spans; k++)
		span_add(&spans, from[k].start, from[k].start + from[k].len,
			 span_role(from[k].style, role));
	if (p->search && *p->search)
		mark_matches(p, i, &spans);
	draw_spans(&p->win, 0, y, 0, role, lines_text(&p->lines, i), spans.v,
		   spans.n);
}

static void draw_fold(struct pager *p, int y, const struct row *r)
{
	char *note CLEANUP(mem_free_ptr) =
		xasprintf("[%zu lines, T shows]", r->folded);
	int width = (int)strlen(note), room = p->win.w - width - 1;

	if (room > 4)
		draw_column(&p->win, 0, y, room, false, THEME_QUOTE1,
			    lines_text(&p->lines, r->index));
	draw_text(&p->win, room > 4 ? room + 1 : 0, y, -1, THEME_DIMMED, note);
}

/* As much of it as there is below row y. */
static void draw_picture(const struct pager *p, int y, const struct row *r)
{
	const struct pager_picture *picture = &p->pictures.v[r->picture];

	picture_draw(picture->picture, &p->win, 0, y, (int)r->part);
}

void pager_draw(struct pager *p, bool focused)
{
	draw_clear(&p->win, THEME_NORMAL);
	for (int y = 0; y < p->win.h; y++) {
		size_t i = p->top + (size_t)y;
		if (i >= p->rows.n)
			break;
		const struct row *r = &p->rows.v[i];
		const struct head *h;
		switch (r->kind) {
		case ROW_HEAD:
			h = &p->head.v[r->index];
			draw_spans(&p->win, 0, y, 0, h->style, h->text,
				   h->spans, h->n);
			break;
		case ROW_LINE:
			draw_line(p, y, r->index);
			break;
		case ROW_FOLD:
			draw_fold(p, y, r);
			break;
		case ROW_PICTURE:
			if (y == 0 || !r->part)
				draw_picture(p, y, r);
			break;
		}
	}
	if (focused)
		draw_cursor(&p->win, 0, 0);
}

/* --- search ----------------------------------------------------------------------------- */
static long find_line(const struct pager *p, long from, bool back)
{
	size_t len;

	if (!back)
		return lines_find(&p->lines, p->search, (size_t)from);
	for (long i = from; i >= 0; i--)
		if (lines_match(&p->lines, (size_t)i, p->search, 0, &len) >= 0)
			return i;
	return -1;
}

bool pager_search(struct pager *p, const char *text, bool back)
{
	long n = (long)p->lines.n, start, hit;
	size_t row;

	if (text != p->search) {
		mem_replace(&p->search, xstrdup(text));
		p->match = -1;
	}
	if (!p->search || !*p->search || !n)
		return false;
	row = p->top < p->rows.n ? p->top : 0;
	start = p->match >= 0			  ? p->match + (back ? -1 : 1)
		: p->rows.v[row].kind == ROW_HEAD ? 0
						  : (long)p->rows.v[row].index;
	hit = start >= 0 && start < n ? find_line(p, start, back) : -1;
	if (hit < 0)
		hit = find_line(p, back ? n - 1 : 0, back);
	if (hit < 0)
		return false;
	p->match = hit;
	row = row_of_line(p, (size_t)hit);
	if (p->rows.v[row].kind == ROW_FOLD) {
		pager_fold_quotes(p, false);
		row = row_of_line(p, (size_t)hit);
	}
	if (row < p->top ||
	    row >= p->top + (size_t)(p->win.h > 0 ? p->win.h : 1))
		p->top = row > 2 ? row - 2 : 0;
	if (p->top > last_top(p))
		p->top = last_top(p);
	return true;
}

const char *pager_search_text(const struct pager *p)
{
	return str_or_empty(p->search);
}

/* --- scrolling ---------------------------------------------------------------------------- */
bool pager_scroll(struct pager *p, long by)
{
	long top = (long)p->top + by, last = (long)last_top(p);
	size_t was = p->top;

	p->top = (size_t)(top < 0 ? 0 : top > last ? last : top);
	return p->top != was;
}

bool pager_at_end(const struct pager *p)
{
	return p->top >= last_top(p);
}

int pager_percent(const struct pager *p)
{
	size_t end = p->top + (size_t)(p->win.h > 0 ? p->win.h : 0);

	if (!p->rows.n || end >= p->rows.n)
		return 100;
	return (int)(end * 100 / p->rows.n);
}

const struct lines *pager_lines(const struct pager *p)
{
	return &p->lines;
}

int pager_link_at(const struct pager *p, int x, int y)
{
	size_t i = p->top + (size_t)(y - p->win.y);

	if (!win_has(&p->win, x, y) || i >= p->rows.n ||
	    p->rows.v[i].kind != ROW_LINE)
		return 0;
	size_t line = p->rows.v[i].index, used;
	size_t at = utf8_fit(lines_text(&p->lines, line),
			     (size_t)(x - p->win.x), &used);
	const struct line_span *spans = lines_spans(&p->lines, line);
	for (size_t k = 0; k < p->lines.v[line].n_spans; k++)
		if (spans[k].link && at >= spans[k].start &&
		    at < spans[k].start + spans[k].len)
			return (int)spans[k].link;
	return 0;
}

bool pager_command(struct pager *p, const struct command_call *call)
{
	long n = call->count > 0 ? call->count : 1;
	long page = p->win.h > 2 ? p->win.h - 1 : 1;

	switch ((int)call->id) {
	case COMMAND_line_down:
	case COMMAND_next:
		pager_scroll(p, n);
		return true;
	case COMMAND_line_up:
	case COMMAND_prev:
		pager_scroll(p, -n);
		return true;
	case COMMAND_page_down:
		pager_scroll(p, page * n);
		return true;
	case COMMAND_page_up:
	case COMMAND_text_up:
		pager_scroll(p, -page * n);
		return true;
	case COMMAND_text_down:
		return pager_scroll(p, page * n);
	case COMMAND_half_down:
		pager_scroll(p, page / 2 + 1);
		return true;
	case COMMAND_half_up:
		pager_scroll(p, -page / 2 - 1);
		return true;
	case COMMAND_first:
		p->top = 0;
		return true;
	case COMMAND_last:
		p->top = last_top(p);
		return true;
	case COMMAND_fold_quotes:
		pager_fold_quotes(p, !p->folded);
		return true;
	case COMMAND_next_match:
		return pager_search(p, p->search, false);
	case COMMAND_prev_match:
		return pager_search(p, p->search, true);
	default:
		return false;
	}
}

bool pager_mouse(struct pager *p, const struct input *in, int *link)
{
	*link = 0;
	if (!win_has(&p->win, in->x, in->y))
		return false;
	if (in->action == MOUSE_WHEEL_UP || in->action == MOUSE_WHEEL_DOWN)
		pager_scroll(p, in->action == MOUSE_WHEEL_UP ? -WHEEL_ROWS
							     : WHEEL_ROWS);
	else if (in->action == MOUSE_PRESS && in->button == 1)
		*link = pager_link_at(p, in->x, in->y);
	return true;
}
