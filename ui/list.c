/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "ui/list_window.h"
#include <limits.h>
#include <string.h>
#include "base/utf8.h"

/*
 * A window of rows around those shown. It grows at either end by pages from
 * the owner and is trimmed on the far side, so that memory and work depend on
 * the screen's height, never on the folder's size.
 */

#define PAGE 100 /* rows asked for at once, at least */
#define PAGE_MAX 1000
#define WINDOW_MAX 1200 /* rows kept */

void list_rows_add(struct list_rows *r, int64_t id, void *owned_data)
{
	struct list_row row = {id, owned_data};

	vec_add(r, row);
}

/* --- columns ----------------------------------------------------------------- */
#define NARROW 58 /* lists below this many cells make do */
#define NARROW_MIN 16

/* What the column without a width of its own must have. */
static int flexible_min(const struct column *c, int width)
{
	return width < NARROW && c->min > NARROW_MIN ? NARROW_MIN : c->min;
}

static int columns_need(const struct column *c, size_t n, const int *out,
			int width)
{
	int need = 0;

	for (size_t i = 0; i < n; i++)
		if (out[i])
			need += (c[i].want ? out[i]
					   : flexible_min(&c[i], width)) +
				1;
	return need ? need - 1 : 0;
}

/* Takes columns out in their order while room lacks. */
static void drop_columns(const struct column *c, size_t n, int width, int *out,
			 int up_to)
{
	while (columns_need(c, n, out, width) > width) {
		size_t victim = n;
		for (size_t i = 0; i < n; i++)
			if (out[i] && c[i].drop && c[i].drop <= up_to &&
			    (victim == n || c[i].drop < c[victim].drop))
				victim = i;
		if (victim == n)
			return;
		out[victim] = 0;
	}
}

/* What went before a wider one had to go may have room after all; not in a list
 * that makes do. */
static void bring_back(const struct column *c, size_t n, int width, int *out)
{
	for (int drop = COLUMN_COMFORT; drop > 0 && width >= NARROW; drop--)
		for (size_t i = 0; i < n; i++) {
			if (out[i] || c[i].drop != drop)
				continue;
			out[i] = c[i].want;
			if (columns_need(c, n, out, width) > width)
				out[i] = 0;
		}
}

void columns_fit(const struct column *c, size_t n, int width, int *out)
{
	int over, rest;

	for (size_t i = 0; i < n; i++)
		out[i] = c[i].want ? c[i].want : 1;
	/* Comforts go first; then columns shrink; then more goes. */
	drop_columns(c, n, width, out, COLUMN_COMFORT);
	bring_back(c, n, width, out);
	for (size_t i = 0; i < n; i++) {
		over = columns_need(c, n, out, width) - width;
		if (!out[i] || over <= 0 || c[i].want <= c[i].min)
			continue;
		out[i] = c[i].want - over > c[i].min ? c[i].want - over
						     : c[i].min;
	}
	drop_columns(c, n, width, out, INT_MAX);
	rest = width - columns_need(c, n, out, width);
	for (size_t i = 0; i < n; i++) {
		if (c[i].want)
			continue;
		out[i] = flexible_min(&c[i], width) + rest;
		out[i] = out[i] > 1 ? out[i] : 1;
		break;
	}
}

/* --- memory ------------------------------------------------------------------ */
struct list *list_new(const struct list_ops *ops, void *ctx,
		      const struct column *columns, size_t n_columns)
{
	struct list *l = xcalloc(1, sizeof(*l));

	l->ops = ops;
	l->ctx = ctx;
	l->columns = columns;
	l->n_columns = n_columns;
	l->widths = xcalloc(n_columns ? n_columns : 1, sizeof(int));
	l->before = l->count = -1;
	return l;
}

static void free_row(struct list *l, struct list_row *r)
{
	if (l->ops->free_data && r->data)
		l->ops->free_data(l->ctx, r->data);
	r->data = NULL;
}

static void free_rows(struct list *l, struct list_rows *rows)
{
	for (size_t i = 0; i < rows->n; i++)
		free_row(l, &rows->v[i]);
	vec_release(rows);
}

void list_free(struct list *l)
{
	if (!l)
		return;
	free_rows(l, &l->rows);
	vec_release(&l->tags);
	free(l->widths);
	free(l->sort);
	free(l->search);
	free(l);
}

/* --- the window --------------------------------------------------------------- */
int list_height(const struct list *l)
{
	return l->body.h > 0 ? l->body.h : 24;
}

/* Rows after the window's last; false: error or none. */
static bool grow_down(struct list *l, size_t want, struct err *err)
{
	struct list_rows more = {0};
	const struct list_row *anchor =
		l->rows.n ? &l->rows.v[l->rows.n - 1] : NULL;

	want = want < PAGE ? PAGE : want > PAGE_MAX ? PAGE_MAX : want;
	if (l->has_last ||
	    !l->ops->page(l->ctx, anchor, false, want, &more, err))
		return false;
	for (size_t i = 0; i < more.n; i++)
		vec_add(&l->rows, more.v[i]);
	l->has_last = more.n < want;
	vec_release(&more);
	return true;
}

static bool grow_up(struct list *l, size_t want, struct err *err)
{
	struct list_rows more = {0};

	want = want < PAGE ? PAGE : want > PAGE_MAX ? PAGE_MAX : want;
	if (l->has_first || !l->rows.n ||
	    !l->ops->page(l->ctx, &l->rows.v[0], true, want, &more, err))
		return false;
	l->has_first = more.n < want;
	l->cursor += more.n;
	l->top += more.n;
	if (l->before >= 0)
		l->before -= (int64_t)more.n;
	if (l->has_first)
		l->before = 0;
	for (size_t i = 0; i < l->rows.n; i++)
		vec_add(&more, l->rows.v[i]);
	vec_release(&l->rows);
	l->rows = more;
	return true;
}

/* Drops what is far from both the cursor and the view. */
void list_trim(struct list *l)
{
	size_t keep = WINDOW_MAX / 3, h = (size_t)list_height(l);
	size_t low = l->cursor < l->top ? l->cursor : l->top;
	size_t high = l->cursor > l->top + h ? l->cursor : l->top + h;
	size_t from = low > keep ? low - keep : 0;
	size_t to = high + keep < l->rows.n ? high + keep : l->rows.n;

	if (l->rows.n <= WINDOW_MAX)
		return;
	for (size_t i = 0; i < from; i++)
		free_row(l, &l->rows.v[i]);
	for (size_t i = to; i < l->rows.n; i++)
		free_row(l, &l->rows.v[i]);
	memmove(l->rows.v, l->rows.v + from,
		(to - from) * sizeof(l->rows.v[0]));
	l->has_first = l->has_first && from == 0;
	l->has_last = l->has_last && to == l->rows.n;
	l->rows.n = to - from;
	l->cursor -= from;
	l->top -= from;
	if (l->before >= 0)
		l->before += (int64_t)from;
}

/* Enough rows below `from` for a screen; errors show as a shorter list. */
void list_fill_below(struct list *l, size_t from)
{
	size_t want = (size_t)list_height(l) * 2;

	while (!l->has_last && l->rows.n < from + want)
		if (!grow_down(l, want, NULL))
			break;
}

void list_fill_above(struct list *l, size_t rows)
{
	while (!l->has_first && l->cursor < rows)
		if (!grow_up(l, rows, NULL))
			break;
}

static void ask_count(struct list *l)
{
	l->count = l->ops->count ? l->ops->count(l->ctx) : -1;
}

static void empty(struct list *l)
{
	free_rows(l, &l->rows);
	l->has_first = l->has_last = false;
	l->cursor = l->top = 0;
	l->before = -1;
	l->free_scroll = false;
}

static bool load_first(struct list *l, struct err *err)
{
	struct list_rows page = {0};
	size_t want = (size_t)list_height(l) * 2 > PAGE
			      ? (size_t)list_height(l) * 2
			      : PAGE;

	if (!l->ops->page(l->ctx, NULL, false, want, &page, err))
		return false;
	empty(l);
	l->rows = page;
	l->has_first = true;
	l->has_last = page.n < want;
	l->before = 0;
	return true;
}

static bool load_last(struct list *l, struct err *err)
{
	struct list_rows page = {0};
	size_t want = (size_t)list_height(l) * 2 > PAGE
			      ? (size_t)list_height(l) * 2
			      : PAGE;

	if (!l->ops->page(l->ctx, NULL, true, want, &page, err))
		return false;
	empty(l);
	l->rows = page;
	l->has_last = true;
	l->has_first = page.n < want;
	l->before = l->has_first    ? 0
		    : l->count >= 0 ? l->count - (int64_t)page.n
				    : -1;
	l->cursor = page.n ? page.n - 1 : 0;
	return true;
}

/* Window around one row (its data is taken over). */
static void load_around(struct list *l, struct list_row row)
{
	empty(l);
	vec_add(&l->rows, row);
	l->before = l->ops->position ? l->ops->position(l->ctx, &row) : -1;
	list_fill_above(l, (size_t)list_height(l) * 2);
	list_fill_below(l, l->cursor);
	l->top = l->cursor;
}

bool list_load(struct list *l, int64_t id, struct err *err)
{
	struct list_row row = {0};

	ask_count(l);
	if (id && l->ops->row && l->ops->row(l->ctx, id, &row)) {
		load_around(l, row);
		/* Not far down: then the first page is what one expects. */
		if (l->has_first && l->cursor < (size_t)list_height(l))
			l->top = 0;
		return true;
	}
	if (!load_first(l, err))
		return false;
	if (id)
		list_go_to(l, id);
	return true;
}

/* The row that takes the cursor when its own is gone: the next one that is
 * still there, else the one before. */
static bool find_survivor(struct list *l, struct list_row *out)
{
	if (!l->ops->row || !l->rows.n)
		return false;
	for (size_t i = l->cursor; i < l->rows.n; i++)
		if (l->ops->row(l->ctx, l->rows.v[i].id, out))
			return true;
	for (size_t i = l->cursor; i-- > 0;)
		if (l->ops->row(l->ctx, l->rows.v[i].id, out))
			return true;
	return false;
}

bool list_refresh(struct list *l, struct err *err)
{
	size_t offset = l->cursor >= l->top ? l->cursor - l->top : 0;
	size_t old_cursor = l->cursor;
	bool at_top = l->has_first && l->top == 0, wheel = l->free_scroll;
	int64_t id = l->rows.n ? l->rows.v[l->cursor].id : 0;
	struct list_row row = {0};

	ask_count(l);
	if (find_survivor(l, &row)) {
		load_around(l, row);
	} else {
		if (!load_first(l, err))
			return false;
		if (!l->ops->row && id) {
			for (size_t n = 0; n < 20 && !list_go_to(l, id); n++)
				if (!grow_down(l, PAGE_MAX, NULL))
					break;
			if (l->rows.n && l->rows.v[l->cursor].id != id)
				l->cursor = old_cursor < l->rows.n
						    ? old_cursor
						    : l->rows.n - 1;
		}
	}
	/* At the very top, what is new shows; elsewhere nothing moves. */
	if (at_top && l->has_first && l->cursor < (size_t)list_height(l))
		l->top = 0;
	else
		l->top = l->cursor > offset ? l->cursor - offset : 0;
	l->free_scroll = wheel;
	return true;
}

/* --- reading ------------------------------------------------------------------- */
const struct list_row *list_current(const struct list *l)
{
	return l->cursor < l->rows.n ? &l->rows.v[l->cursor] : NULL;
}

const struct list_row *list_neighbour(struct list *l, int by)
{
	long at;

	if (by > 0)
		list_fill_below(l, l->cursor + (size_t)by);
	else
		list_fill_above(l, (size_t)-by);
	at = (long)l->cursor + by;
	return at >= 0 && at < (long)l->rows.n ? &l->rows.v[at] : NULL;
}

bool list_go_to(struct list *l, int64_t id)
{
	for (size_t i = 0; i < l->rows.n; i++) {
		if (l->rows.v[i].id != id)
			continue;
		l->cursor = i;
		l->free_scroll = false;
		return true;
	}
	return false;
}

int64_t list_count(const struct list *l)
{
	if (l->count < 0 && l->has_first && l->has_last)
		return (int64_t)l->rows.n;
	return l->count;
}

int64_t list_position(const struct list *l)
{
	return l->before >= 0 && l->rows.n ? l->before + (int64_t)l->cursor
					   : -1;
}

/* --- motion ---------------------------------------------------------------------- */
static bool move_down(struct list *l, int64_t by)
{
	int64_t left = by;

	while (left > 0) {
		size_t room = l->rows.n - 1 - l->cursor;
		if ((int64_t)room >= left) {
			l->cursor += (size_t)left;
			return true;
		}
		l->cursor = l->top = l->rows.n - 1;
		left -= (int64_t)room;
		list_trim(l);
		if (!grow_down(l, (size_t)left + (size_t)list_height(l),
			       NULL) ||
		    l->cursor + 1 >= l->rows.n)
			break;
	}
	return left < by;
}

static bool move_up(struct list *l, int64_t by)
{
	int64_t left = by;

	while (left > 0) {
		if ((int64_t)l->cursor >= left) {
			l->cursor -= (size_t)left;
			return true;
		}
		left -= (int64_t)l->cursor;
		l->cursor = l->top = 0;
		list_trim(l);
		if (!grow_up(l, (size_t)left + (size_t)list_height(l), NULL) ||
		    !l->cursor)
			break;
	}
	return left < by;
}

bool list_move(struct list *l, int64_t by)
{
	l->free_scroll = false;
	if (!l->rows.n || !by)
		return false;
	return by > 0 ? move_down(l, by) : move_up(l, -by);
}

bool list_go_first(struct list *l)
{
	l->free_scroll = false;
	if (l->has_first) {
		l->cursor = l->top = 0;
		return true;
	}
	return load_first(l, NULL);
}

bool list_go_last(struct list *l)
{
	l->free_scroll = false;
	if (l->has_last) {
		l->cursor = l->rows.n ? l->rows.n - 1 : 0;
		return true;
	}
	return load_last(l, NULL);
}

bool list_find(struct list *l, bool back, int64_t limit,
	       bool (*test)(void *ctx, const struct list_row *row), void *ctx)
{
	const struct list_row *start = list_current(l);
	int64_t home;

	if (!start)
		return false;
	home = start->id;
	for (int64_t n = 0; n < limit; n++) {
		const struct list_row *row;
		if (!list_move(l, back ? -1 : 1) &&
		    !(back ? list_go_last(l) : list_go_first(l)))
			break;
		row = list_current(l);
		if (!row || test(ctx, row))
			return row != NULL;
		if (row->id == home)
			return false;
	}
	/* Not found within the limit: back where it was. */
	if (!list_go_to(l, home) && !list_load(l, home, NULL))
		empty(l);
	return false;
}

struct needle {
	struct list *l;
	const char *text;
};

static bool row_matches(void *ctx, const struct list_row *row)
{
	struct needle *n = ctx;
	struct list *l = n->l;
	struct str b CLEANUP(str_release) = STR_INIT;
	enum theme_role role = THEME_NORMAL;

	if (l->ops->match)
		return l->ops->match(l->ctx, row, n->text);
	for (size_t i = 0; i < l->n_columns; i++) {
		l->ops->cell(l->ctx, row, l->columns[i].id, &b, &role);
		str_add_char(&b, '\n');
	}
	return utf8_contains_folded(b.s, n->text);
}

bool list_search(struct list *l, const char *text, bool back)
{
	struct needle n = {l, text};

	if (text != l->search)
		mem_replace(&l->search, xstrdup(text));
	n.text = l->search;
	return *l->search && list_find(l, back, 20000, row_matches, &n);
}

/* --- tags --------------------------------------------------------------------------- */
static size_t tag_place(const struct list *l, int64_t id)
{
	size_t low = 0, high = l->tags.n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		if (l->tags.v[mid] < id)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

bool list_is_tagged(const struct list *l, int64_t id)
{
	size_t i = tag_place(l, id);

	return i < l->tags.n && l->tags.v[i] == id;
}

void list_tag(struct list *l, int64_t id, bool on)
{
	size_t i = tag_place(l, id);
	bool is = i < l->tags.n && l->tags.v[i] == id;

	if (is && !on) {
		vec_remove(&l->tags, i);
	} else if (!is && on) {
		vec_add(&l->tags, id);
		memmove(&l->tags.v[i + 1], &l->tags.v[i],
			(l->tags.n - 1 - i) * sizeof(l->tags.v[0]));
		l->tags.v[i] = id;
	}
}

void list_untag_all(struct list *l)
{
	l->tags.n = 0;
}

size_t list_tagged(const struct list *l, int64_t **out)
{
	*out = l->tags.n ? xmemdup(l->tags.v, l->tags.n * sizeof(int64_t))
			 : NULL;
	return l->tags.n;
}
