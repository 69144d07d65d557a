/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "ui/text_edit.h"
#include <string.h>
#include "base/utf8.h"
#include "base/vec.h"
#include "text/quote.h"
#include "ui/kbd.h"

#define TEXT_MAX ((size_t)64 << 20)
#define UNDO_MAX 2000
#define TAB_CELLS 8

/* One change: at byte `at`, `out` went and `in` came. */
struct change {
	size_t at, cursor; /* cursor before it */
	char *out, *in;
	bool typed; /* the next typed letter joins it */
};

/* A row on the screen: bytes start .. start + len of the text. */
struct row {
	size_t start, len;
	bool wrapped; /* goes on in the next row */
};

struct text_edit {
	struct str text;
	size_t cursor;
	unsigned version;
	VEC(struct change) done, undone;
	VEC(struct row) rows;
	unsigned rows_version;
	struct win win;
	size_t top; /* first row shown */
	int goal;   /* cell aimed at by Up and Down; -1 none */
	bool marked;
	size_t mark;
	char *kept; /* cut or copied last */
};

/* --- life ------------------------------------------------------------------ */

struct text_edit *text_edit_new(void)
{
	struct text_edit *e = xcalloc(1, sizeof(*e));

	str_init_max(&e->text, TEXT_MAX);
	e->goal = -1;
	e->rows_version = UINT32_MAX;
	return e;
}

static void forget(struct change *c)
{
	free(c->out);
	free(c->in);
}

static void forget_undone(struct text_edit *e)
{
	while (e->undone.n)
		forget(&e->undone.v[--e->undone.n]);
}

void text_edit_free(struct text_edit *e)
{
	if (!e)
		return;
	forget_undone(e);
	while (e->done.n)
		forget(&e->done.v[--e->done.n]);
	vec_release(&e->done);
	vec_release(&e->undone);
	vec_release(&e->rows);
	str_release(&e->text);
	free(e->kept);
	free(e);
}

void text_edit_set(struct text_edit *e, const char *text, size_t at)
{
	char *valid CLEANUP(mem_free_ptr) = utf8_make_valid(text, strlen(text));

	forget_undone(e);
	while (e->done.n)
		forget(&e->done.v[--e->done.n]);
	str_clear(&e->text);
	str_add(&e->text, valid);
	e->cursor = at < e->text.len ? at : e->text.len;
	e->marked = false;
	e->top = 0;
	e->goal = -1;
	e->version++;
}

const char *text_edit_text(const struct text_edit *e)
{
	return e->text.s;
}

size_t text_edit_cursor(const struct text_edit *e)
{
	return e->cursor;
}

unsigned text_edit_version(const struct text_edit *e)
{
	return e->version;
}

/* --- changing -------------------------------------------------------------- */

/* Puts `in` where `out_len` bytes stood; the cursor goes behind it. */
static void splice(struct text_edit *e, size_t at, size_t out_len,
		   const char *in, size_t in_len)
{
	size_t tail = e->text.len - at - out_len;

	if (in_len > out_len && !str_reserve(&e->text, in_len - out_len))
		return;
	memmove(e->text.s + at + in_len, e->text.s + at + out_len, tail + 1);
	memcpy(e->text.s + at, in, in_len);
	e->text.len = at + in_len + tail;
	e->text.s[e->text.len] = '\0';
	e->cursor = at + in_len;
	e->version++;
	e->goal = -1;
}

static void replace(struct text_edit *e, size_t at, size_t out_len,
		    const char *in, bool typed)
{
	size_t in_len = strlen(in);
	struct change *last = e->done.n ? &e->done.v[e->done.n - 1] : NULL;

	if (e->text.len - out_len + in_len >= TEXT_MAX || (!out_len && !in_len))
		return;
	forget_undone(e);
	e->marked = false;
	if (typed && last && last->typed && !out_len &&
	    last->at + strlen(last->in) == at) {
		mem_replace(&last->in, xasprintf("%s%s", last->in, in));
		last->typed = !strchr(" \n", *in);
	} else {
		struct change c = {at, e->cursor,
				   xstrndup(e->text.s + at, out_len),
				   xstrdup(in), typed};

		if (e->done.n == UNDO_MAX) {
			forget(&e->done.v[0]);
			vec_remove(&e->done, 0);
		}
		vec_add(&e->done, c);
	}
	splice(e, at, out_len, in, in_len);
}

bool text_edit_undo(struct text_edit *e)
{
	struct change c;

	if (!e->done.n)
		return false;
	c = e->done.v[--e->done.n];
	splice(e, c.at, strlen(c.in), c.out, strlen(c.out));
	e->cursor = c.cursor;
	c.typed = false;
	vec_add(&e->undone, c);
	return true;
}

bool text_edit_redo(struct text_edit *e)
{
	struct change c;

	if (!e->undone.n)
		return false;
	c = e->undone.v[--e->undone.n];
	splice(e, c.at, strlen(c.out), c.in, strlen(c.in));
	vec_add(&e->done, c);
	return true;
}

void text_edit_insert(struct text_edit *e, const char *text)
{
	char *valid CLEANUP(mem_free_ptr) = utf8_make_valid(text, strlen(text));
	struct str clean CLEANUP(str_release) = STR_INIT;

	for (const char *p = valid; *p; p++)
		if (*p == '\r' && p[1] != '\n')
			str_add_char(&clean, '\n');
		else if ((unsigned char)*p >= ' ' || *p == '\n' || *p == '\t')
			str_add_char(&clean, *p);
	replace(e, e->cursor, 0, clean.s, false);
}

/* --- places ---------------------------------------------------------------- */

static size_t next_place(const struct text_edit *e, size_t at)
{
	int cells;

	if (at >= e->text.len)
		return e->text.len;
	if (e->text.s[at] == '\n')
		return at + 1;
	return at + utf8_grapheme(e->text.s + at, e->text.len - at, &cells);
}

static size_t line_start(const struct text_edit *e, size_t at)
{
	while (at > 0 && e->text.s[at - 1] != '\n')
		at--;
	return at;
}

static size_t line_end(const struct text_edit *e, size_t at)
{
	return at + strcspn(e->text.s + at, "\n");
}

static size_t prev_place(const struct text_edit *e, size_t at)
{
	size_t i = line_start(e, at), last = i;

	if (i == at)
		return at ? at - 1 : 0;
	while (i < at) {
		last = i;
		i = next_place(e, i);
	}
	return last;
}

static bool is_word(const struct text_edit *e, size_t at)
{
	unsigned char c = (unsigned char)e->text.s[at];

	return c >= 0x80 || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
	       (c >= 'A' && c <= 'Z') || c == '_';
}

static size_t word_right(const struct text_edit *e)
{
	size_t at = e->cursor;

	while (at < e->text.len && !is_word(e, at))
		at = next_place(e, at);
	while (at < e->text.len && is_word(e, at))
		at = next_place(e, at);
	return at;
}

static size_t word_left(const struct text_edit *e)
{
	size_t at = e->cursor, before;

	while (at > 0 && !is_word(e, before = prev_place(e, at)))
		at = before;
	while (at > 0 && is_word(e, before = prev_place(e, at)))
		at = before;
	return at;
}

/* --- rows ------------------------------------------------------------------ */

static int cells_of(const char *s, size_t n, int x)
{
	int cells;

	if (*s == '\t')
		return TAB_CELLS - x % TAB_CELLS;
	(void)utf8_grapheme(s, n, &cells);
	return cells;
}

/* Rows of one line, broken behind blanks where there are any. */
static void wrap_line(struct text_edit *e, size_t start, size_t end)
{
	/* The last column is for the cursor behind the last letter. */
	int width = e->win.w > 2 ? e->win.w - 1 : e->win.w > 0 ? 1 : 1 << 20;
	size_t row = start, at = start, blank = 0;
	int x = 0;

	while (at < end) {
		int cells = cells_of(e->text.s + at, end - at, x);

		if (x + cells > width && at > row) {
			size_t stop = blank > row ? blank : at;
			struct row r = {row, stop - row, true};

			vec_add(&e->rows, r);
			row = at = stop;
			x = 0;
			continue;
		}
		x += cells;
		if (e->text.s[at] == ' ')
			blank = at + 1;
		at = next_place(e, at);
	}
	{
		struct row r = {row, end - row, false};

		vec_add(&e->rows, r);
	}
}

static void lay_out(struct text_edit *e)
{
	size_t at = 0;

	if (e->rows_version == e->version && e->rows.n)
		return;
	e->rows.n = 0;
	for (;;) {
		size_t end = line_end(e, at);

		wrap_line(e, at, end);
		if (!e->text.s[end])
			break;
		at = end + 1;
	}
	e->rows_version = e->version;
}

static size_t row_of(const struct text_edit *e, size_t at)
{
	size_t low = 0, high = e->rows.n - 1;

	while (low < high) {
		size_t mid = (low + high + 1) / 2;

		if (e->rows.v[mid].start <= at)
			low = mid;
		else
			high = mid - 1;
	}
	return low;
}

static int cell_of(const struct text_edit *e, const struct row *r, size_t at)
{
	int x = 0;

	for (size_t i = r->start; i < at;) {
		x += cells_of(e->text.s + i, e->text.len - i, x);
		i = next_place(e, i);
	}
	return x;
}

static size_t place_at(const struct text_edit *e, const struct row *r, int cell)
{
	size_t at = r->start, end = r->start + r->len;
	int x = 0;

	while (at < end) {
		int cells = cells_of(e->text.s + at, end - at, x);

		if (x + cells > cell)
			break;
		x += cells;
		at = next_place(e, at);
	}
	/* The end of a wrapped row is the beginning of the next one. */
	if (at == end && r->wrapped && at > r->start)
		at = prev_place(e, at);
	return at;
}

static void move_rows(struct text_edit *e, long by)
{
	size_t row;
	long to;

	lay_out(e);
	row = row_of(e, e->cursor);
	if (e->goal < 0)
		e->goal = cell_of(e, &e->rows.v[row], e->cursor);
	to = (long)row + by;
	if (to < 0)
		to = 0;
	if (to >= (long)e->rows.n)
		to = (long)e->rows.n - 1;
	e->cursor = place_at(e, &e->rows.v[to], e->goal);
}

static void row_border(struct text_edit *e, bool end)
{
	const struct row *r;

	lay_out(e);
	r = &e->rows.v[row_of(e, e->cursor)];
	e->cursor = end ? place_at(e, r, 1 << 20) : r->start;
}

/* --- cutting --------------------------------------------------------------- */

static bool marked_range(const struct text_edit *e, size_t *from, size_t *to)
{
	if (!e->marked)
		return false;
	*from = e->mark < e->cursor ? e->mark : e->cursor;
	*to = e->mark < e->cursor ? e->cursor : e->mark;
	return *to <= e->text.len && *from < *to;
}

static void kill_range(struct text_edit *e, size_t from, size_t to)
{
	if (from >= to)
		return;
	mem_replace(&e->kept, xstrndup(e->text.s + from, to - from));
	replace(e, from, to - from, "", false);
}

/* To the end of the line; at its end, the line break. */
static void kill_line(struct text_edit *e)
{
	size_t end = line_end(e, e->cursor);

	kill_range(e, e->cursor, end > e->cursor ? end : next_place(e, end));
}

static void cut(struct text_edit *e)
{
	size_t from, to;

	if (!marked_range(e, &from, &to)) {
		from = line_start(e, e->cursor);
		to = next_place(e, line_end(e, e->cursor));
	}
	kill_range(e, from, to);
}

static void copy(struct text_edit *e)
{
	size_t from, to;

	if (!marked_range(e, &from, &to)) {
		from = line_start(e, e->cursor);
		to = next_place(e, line_end(e, e->cursor));
	}
	mem_replace(&e->kept, xstrndup(e->text.s + from, to - from));
	e->marked = false;
}

/* --- keys ------------------------------------------------------------------ */

static bool motion_key(struct text_edit *e, uint32_t key)
{
	long page = e->win.h > 2 ? e->win.h - 1 : 1;
	int goal = -1;

	switch (key) {
	case KBD_LEFT:
	case KBD_CTRL | 'b':
		e->cursor = prev_place(e, e->cursor);
		break;
	case KBD_RIGHT:
	case KBD_CTRL | 'f':
		e->cursor = next_place(e, e->cursor);
		break;
	case KBD_ALT | 'b':
	case KBD_CTRL | KBD_LEFT:
		e->cursor = word_left(e);
		break;
	case KBD_ALT | 'f':
	case KBD_CTRL | KBD_RIGHT:
		e->cursor = word_right(e);
		break;
	case KBD_HOME:
	case KBD_CTRL | 'a':
		row_border(e, false);
		break;
	case KBD_END:
	case KBD_CTRL | 'e':
		row_border(e, true);
		break;
	case KBD_ALT | '<':
	case KBD_CTRL | KBD_HOME:
		e->cursor = 0;
		break;
	case KBD_ALT | '>':
	case KBD_CTRL | KBD_END:
		e->cursor = e->text.len;
		break;
	case KBD_UP:
	case KBD_CTRL | 'p':
		move_rows(e, -1);
		goal = e->goal;
		break;
	case KBD_DOWN:
	case KBD_CTRL | 'n':
		move_rows(e, 1);
		goal = e->goal;
		break;
	case KBD_PAGE_UP:
		move_rows(e, -page);
		goal = e->goal;
		break;
	case KBD_PAGE_DOWN:
		move_rows(e, page);
		goal = e->goal;
		break;
	default:
		return false;
	}
	e->goal = goal;
	return true;
}

static bool delete_key(struct text_edit *e, uint32_t key)
{
	size_t from, to;

	switch (key) {
	case KBD_BACKSPACE:
	case KBD_CTRL | 'h':
		if (marked_range(e, &from, &to)) {
			kill_range(e, from, to);
			break;
		}
		from = prev_place(e, e->cursor);
		replace(e, from, e->cursor - from, "", false);
		break;
	case KBD_DELETE:
	case KBD_CTRL | 'd':
		replace(e, e->cursor, next_place(e, e->cursor) - e->cursor, "",
			false);
		break;
	case KBD_CTRL | 'w':
	case KBD_ALT | KBD_BACKSPACE:
		kill_range(e, word_left(e), e->cursor);
		break;
	case KBD_ALT | 'd':
		kill_range(e, e->cursor, word_right(e));
		break;
	case KBD_CTRL | 'k':
		kill_line(e);
		break;
	case KBD_CTRL | 'u':
		kill_range(e, line_start(e, e->cursor), e->cursor);
		break;
	case KBD_CTRL | 'x':
		cut(e);
		break;
	case KBD_CTRL | 'c':
		copy(e);
		break;
	case KBD_CTRL | 'v':
	case KBD_CTRL | 'y':
		if (e->kept)
			replace(e, e->cursor, 0, e->kept, false);
		break;
	default:
		return false;
	}
	return true;
}

bool text_edit_key(struct text_edit *e, uint32_t key)
{
	char utf8[5] = "";

	if (motion_key(e, key) || delete_key(e, key))
		return true;
	switch (key) {
	case KBD_ENTER:
		replace(e, e->cursor, 0, "\n", true);
		return true;
	case KBD_TAB:
		replace(e, e->cursor, 0, "\t", true);
		return true;
	case KBD_CTRL | ' ':
	case KBD_CTRL | '@':
		e->marked = !e->marked;
		e->mark = e->cursor;
		return true;
	case KBD_CTRL | 'z':
	case KBD_CTRL | '_':
	case KBD_CTRL | '/':
		text_edit_undo(e);
		return true;
	case KBD_ALT | 'z':
		text_edit_redo(e);
		return true;
	default:
		break;
	}
	if (key < ' ' || key == 0x7f || key >= KBD_FIRST)
		return false;
	utf8[utf8_encode(utf8, key)] = '\0';
	replace(e, e->cursor, 0, utf8, true);
	return true;
}

bool text_edit_find(struct text_edit *e, const char *needle)
{
	size_t start = next_place(e, e->cursor);

	if (!*needle)
		return false;
	for (int round = 0; round < 2; round++) {
		size_t at = round ? 0 : start;

		while (at < e->text.len) {
			size_t end = line_end(e, at);
			char *rest CLEANUP(mem_free_ptr) =
				xstrndup(e->text.s + at, end - at);

			/* The last place from which it is still found. */
			if (utf8_contains_folded(rest, needle)) {
				size_t hit = at;

				while (at < end) {
					char *tail = xstrndup(e->text.s + at,
							      end - at);
					bool in = utf8_contains_folded(tail,
								       needle);
					free(tail);
					if (!in)
						break;
					hit = at;
					at = next_place(e, at);
				}
				e->cursor = hit;
				e->goal = -1;
				return true;
			}
			at = end + 1;
		}
	}
	return false;
}

/* --- drawing --------------------------------------------------------------- */

static unsigned style_of(const struct text_edit *e, const struct row *r,
			 bool signature)
{
	size_t line = line_start(e, r->start), marks;
	unsigned depth =
		quote_depth(e->text.s + line, line_end(e, line) - line, &marks);

	if (signature)
		return THEME_SIGNATURE;
	return depth == 0  ? THEME_NORMAL
	       : depth % 2 ? THEME_QUOTE1
			   : THEME_QUOTE2;
}

static void draw_row(const struct text_edit *e, const struct row *r, int y,
		     unsigned style)
{
	size_t from = 0, to = 0, end = r->start + r->len;
	bool marked = marked_range(e, &from, &to);
	int x = 0;

	for (size_t at = r->start; at < end;) {
		int cells = cells_of(e->text.s + at, end - at, x);
		size_t next = next_place(e, at);
		unsigned s = marked && at >= from && at < to
				     ? (unsigned)THEME_CURSOR
				     : style;

		if (e->text.s[at] == '\t')
			draw_fill(&e->win, x, y, cells, s);
		else
			draw_text_n(&e->win, x, y, cells, s, e->text.s + at,
				    next - at);
		x += cells;
		at = next;
	}
}

void text_edit_draw(struct text_edit *e, const struct win *w, bool focused)
{
	size_t row, signature;

	if (w->w != e->win.w)
		e->rows_version = e->version - 1;
	e->win = *w;
	if (w->h <= 0 || w->w <= 0)
		return;
	lay_out(e);
	row = row_of(e, e->cursor);
	if (row < e->top)
		e->top = row;
	if (row >= e->top + (size_t)w->h)
		e->top = row - (size_t)w->h + 1;
	if (e->top >= e->rows.n)
		e->top = 0;
	draw_clear(w, THEME_NORMAL);
	signature = quote_signature_start(e->text.s, e->text.len);
	for (int y = 0; y < w->h && e->top + (size_t)y < e->rows.n; y++) {
		const struct row *r = &e->rows.v[e->top + (size_t)y];

		draw_row(e, r, y, style_of(e, r, r->start >= signature));
	}
	if (focused) {
		int x = cell_of(e, &e->rows.v[row], e->cursor);

		draw_cursor(w, x < w->w ? x : w->w - 1, (int)(row - e->top));
	}
}

void text_edit_click(struct text_edit *e, int x, int y)
{
	size_t row = e->top + (size_t)(y - e->win.y);

	if (!win_has(&e->win, x, y))
		return;
	lay_out(e);
	if (row >= e->rows.n)
		row = e->rows.n - 1;
	e->cursor = place_at(e, &e->rows.v[row], x - e->win.x);
	e->goal = -1;
}

void text_edit_add_place(const struct text_edit *e, struct str *b)
{
	size_t line = 1, start = line_start(e, e->cursor);

	for (size_t i = 0; i < start; i++)
		line += e->text.s[i] == '\n';
	str_addf(b, "%zu:%zu", line,
		 utf8_width_n(e->text.s + start, e->cursor - start) + 1);
}
