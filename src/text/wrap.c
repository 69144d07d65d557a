/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "text/wrap.h"

#include <string.h>

#include "base/utf8.h"

void wrap_text_init(struct wrap_text *t)
{
	*t = (struct wrap_text){.runs = {NULL, 0, 0}};
	str_init(&t->text);
}

void wrap_text_release(struct wrap_text *t)
{
	str_release(&t->text);
	vec_release(&t->runs);
}

void wrap_text_clear(struct wrap_text *t)
{
	str_clear(&t->text);
	t->runs.n = 0;
}

void wrap_text_add(struct wrap_text *t, const char *s, size_t len,
		   uint32_t style, uint32_t link)
{
	struct wrap_run *last = t->runs.n ? &t->runs.v[t->runs.n - 1] : NULL;

	if (len == 0)
		return;
	if (!last || last->style != style || last->link != link)
		vec_add(&t->runs,
			((struct wrap_run){t->text.len, style, link}));
	str_add_mem(&t->text, s, len);
}

/* One cluster, with the short way for ASCII. */
static size_t cluster(const char *s, size_t left, int *cells)
{
	if ((unsigned char)s[0] < 0x80 &&
	    (left == 1 || (unsigned char)s[1] < 0x80)) {
		*cells = 1;
		return 1;
	}
	return utf8_grapheme(s, left, cells);
}

static bool is_word_char(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
	       (c >= 'a' && c <= 'z') || (unsigned char)c >= 0x80;
}

struct cut {
	size_t end;  /* text of the line ends here */
	size_t next; /* the next line begins here */
};

/* Marks that must not begin a line of Chinese or Japanese text. */
static bool sticks(const char *s, size_t n)
{
	static const char *const marks[] = {
		"\u3001", "\u3002", "\uFF0C", "\uFF0E", "\uFF01", "\uFF1F",
		"\uFF1A", "\uFF1B", "\u300D", "\u300F", "\uFF09", "\u30FC"};

	for (size_t i = 0; n == 3 && i < ARRAY_LEN(marks); i++)
		if (memcmp(s, marks[i], 3) == 0)
			return true;
	return false;
}

/* Preformatted text: behind the last blank that fits, else anywhere. */
static struct cut find_pre_cut(const char *s, size_t from, size_t to,
			       size_t width)
{
	size_t used = 0, best = from, i = from;

	while (i < to) {
		int cells;
		size_t n = cluster(s + i, to - i, &cells);

		if (used + (size_t)cells > width && i > from)
			break;
		used += (size_t)cells;
		i += n;
		if (s[i - 1] == ' ' && used * 2 > width)
			best = i;
	}
	if (i < to && best > from)
		i = best;
	return (struct cut){i, i};
}

/* Finds where the line that begins at `from` ends. */
static struct cut find_cut(const char *s, size_t from, size_t to, size_t width)
{
	struct cut best = {from, from};
	size_t used = 0, i = from;
	bool was_wide = false, any = false;

	while (i < to) {
		int cells;
		size_t n = cluster(s + i, to - i, &cells);

		if (s[i] == ' ') {
			size_t k = i + strspn(s + i, " ");

			if (k > to)
				k = to;
			/* Blanks that do not fit hang over the edge. */
			if (used + (k - i) > width)
				return (struct cut){i, k};
			if (any)
				best = (struct cut){i, k};
			used += k - i;
			i = k;
			was_wide = false;
			continue;
		}
		if ((cells == 2 || was_wide) && i > from && s[i - 1] != ' ' &&
		    !sticks(s + i, n))
			best = (struct cut){i, i};
		if (used + (size_t)cells > width)
			break;
		used += (size_t)cells;
		any = true;
		if (s[i] == '-' && i > from && i + 1 < to &&
		    is_word_char(s[i - 1]) && is_word_char(s[i + 1]))
			best = (struct cut){i + 1, i + 1};
		was_wide = cells == 2;
		i += n;
	}
	if (i >= to)
		return (struct cut){to, to};
	if (best.next > from)
		return best;
	if (i == from) { /* not even one character fits */
		int cells;

		i += cluster(s + i, to - i, &cells);
	}
	return (struct cut){i, i};
}

/* Index of the run that covers byte `at`. */
static size_t run_at(const struct wrap_text *t, size_t at)
{
	size_t low = 0, high = t->runs.n;

	while (high - low > 1) {
		size_t mid = (low + high) / 2;

		if (t->runs.v[mid].start <= at)
			low = mid;
		else
			high = mid;
	}
	return low;
}

static void add_spans(struct lines *out, struct line *line,
		      const struct wrap_text *t, size_t from, size_t to)
{
	for (size_t r = run_at(t, from); r < t->runs.n && from < to; r++) {
		const struct wrap_run *run = &t->runs.v[r];
		size_t end = r + 1 < t->runs.n ? t->runs.v[r + 1].start : to;
		size_t a = run->start > from ? run->start : from;

		if (a >= to)
			break;
		if (end > to)
			end = to;
		if ((run->style || run->link) && end > a) {
			vec_add(&out->spans,
				((struct line_span){
					.start = line->prefix +
						 (uint32_t)(a - from),
					.len = (uint32_t)(end - a),
					.style = run->style,
					.link = run->link}));
			line->n_spans++;
		}
	}
}

static bool add_line(struct lines *out, const struct wrap_text *t, size_t from,
		     size_t to, const char *prefix, const struct wrap_form *f)
{
	size_t start = out->pool.len;
	size_t prefix_len = strlen(prefix);
	struct line line = {
		.text = start,
		.prefix = (uint16_t)prefix_len,
		.span = (uint32_t)out->spans.n,
		.quote = f->quote,
		.heading = f->heading,
		.kind = f->kind,
	};

	if (out->truncated)
		return false;
	/* An empty line needs no blanks behind its quote marks. */
	while (from == to && prefix_len > 0 && prefix[prefix_len - 1] == ' ')
		prefix_len--;
	line.prefix = (uint16_t)prefix_len;
	str_add_mem(&out->pool, prefix, prefix_len);
	str_add_mem(&out->pool, t->text.s + from, to - from);
	str_add_char(&out->pool, '\0');
	if (str_is_truncated(&out->pool) || out->n >= UINT32_MAX / 2) {
		out->truncated = true;
		str_cut(&out->pool, start);
		out->pool.truncated = true;
		return false;
	}
	line.len = (uint32_t)(out->pool.len - 1 - start);
	line.cells = (uint32_t)utf8_width_n(out->pool.s + start, line.len);
	if (prefix_len > 0 && f->prefix_style) {
		vec_add(&out->spans,
			((struct line_span){.len = (uint32_t)prefix_len,
					    .style = f->prefix_style}));
		line.n_spans++;
	}
	add_spans(out, &line, t, from, to);
	vec_add(out, line);
	return true;
}

void wrap_lines(struct lines *out, const struct wrap_text *t, size_t from,
		size_t to, const struct wrap_form *f)
{
	const char *prefix = f->first ? f->first : "";

	do {
		size_t used = utf8_width(prefix);
		size_t room = f->width - used;
		struct cut c = {to, to};

		if (f->width > 0 && used + 4 > f->width) {
			prefix = "";
			room = f->width;
		}
		if (f->width > 0)
			c = f->keep_blanks
				    ? find_pre_cut(t->text.s, from, to, room)
				    : find_cut(t->text.s, from, to, room);
		if (!add_line(out, t, from, c.end, prefix, f))
			return;
		out->v[out->n - 1].wrapped = c.next < to;
		from = c.next;
		prefix = f->rest ? f->rest : "";
	} while (from < to);
}

size_t wrap_min_width(const char *s, size_t len)
{
	size_t widest = 0, used = 0;

	for (size_t i = 0; i < len;) {
		int cells;
		size_t n = cluster(s + i, len - i, &cells);

		if (s[i] == ' ' || cells == 2)
			used = 0;
		used += s[i] == ' ' ? 0 : (size_t)cells;
		if (used > widest)
			widest = used;
		i += n;
	}
	return widest;
}
