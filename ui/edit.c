/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "ui/prompt.h"
#include <string.h>
#include "base/utf8.h"

/*
 * One editable line. The cursor stands at borders of grapheme clusters, so
 * that an accent or a joined emoji is one step and one deletion.
 */

#define EDIT_MAX 65536

void edit_init(struct edit *e, bool secret)
{
	*e = (struct edit){.secret = secret};
	str_init_max(&e->text, EDIT_MAX);
}

void edit_release(struct edit *e)
{
	if (e->secret && e->text.cap)
		mem_wipe(e->text.s, e->text.cap);
	str_release(&e->text);
	free(e->killed);
	e->killed = NULL;
}

void edit_set(struct edit *e, const char *text)
{
	if (e->secret && e->text.cap)
		mem_wipe(e->text.s, e->text.cap);
	str_clear(&e->text);
	str_add(&e->text, text);
	e->cursor = e->text.len;
}

/* Replaces bytes from..to by s of len bytes. */
static void splice(struct edit *e, size_t from, size_t to, const char *s,
		   size_t len)
{
	struct str b;

	str_init_max(&b, EDIT_MAX);
	str_add_mem(&b, e->text.s, from);
	str_add_mem(&b, s, len);
	str_add(&b, e->text.s + to);
	if (e->secret && e->text.cap)
		mem_wipe(e->text.s, e->text.cap);
	str_release(&e->text);
	e->text = b;
	e->cursor = from + len < b.len ? from + len : b.len;
}

void edit_insert(struct edit *e, const char *text)
{
	char *line CLEANUP(mem_free_ptr) = utf8_make_valid(text, strlen(text));

	for (char *p = line; *p; p++)
		if ((unsigned char)*p < 0x20 || *p == 0x7f)
			*p = ' ';
	if (e->text.len + strlen(line) < EDIT_MAX)
		splice(e, e->cursor, e->cursor, line, strlen(line));
	if (e->secret)
		mem_wipe(line, strlen(line));
}

static size_t next_cluster(const struct edit *e, size_t at)
{
	int cells;

	if (at >= e->text.len)
		return e->text.len;
	return at + utf8_grapheme(e->text.s + at, e->text.len - at, &cells);
}

static size_t prev_cluster(const struct edit *e, size_t at)
{
	size_t i = 0, last = 0;

	while (i < at) {
		last = i;
		i = next_cluster(e, i);
	}
	return last;
}

static bool is_word(const struct edit *e, size_t at)
{
	unsigned char c = (unsigned char)e->text.s[at];

	return c >= 0x80 || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
	       (c >= 'A' && c <= 'Z') || c == '_';
}

static size_t word_left(const struct edit *e)
{
	size_t at = e->cursor, before;

	while (at > 0 && !is_word(e, before = prev_cluster(e, at)))
		at = before;
	while (at > 0 && is_word(e, before = prev_cluster(e, at)))
		at = before;
	return at;
}

static size_t word_right(const struct edit *e)
{
	size_t at = e->cursor;

	while (at < e->text.len && !is_word(e, at))
		at = next_cluster(e, at);
	while (at < e->text.len && is_word(e, at))
		at = next_cluster(e, at);
	return at;
}

/* To the blank before the word, as C-w does in a shell. */
static size_t blank_left(const struct edit *e)
{
	size_t at = e->cursor;

	while (at > 0 && e->text.s[at - 1] == ' ')
		at--;
	while (at > 0 && e->text.s[at - 1] != ' ')
		at--;
	return at;
}

/* Cuts from..to and keeps it for C-y. */
static void kill_text(struct edit *e, size_t from, size_t to)
{
	if (from == to)
		return;
	if (!e->secret)
		mem_replace(&e->killed, xstrndup(e->text.s + from, to - from));
	splice(e, from, to, "", 0);
	e->cursor = from;
}

static void delete_text(struct edit *e, size_t from, size_t to)
{
	splice(e, from, to, "", 0);
	e->cursor = from;
}

static void transpose(struct edit *e)
{
	size_t mid = e->cursor == e->text.len ? prev_cluster(e, e->cursor)
					      : e->cursor;
	size_t end = next_cluster(e, mid), start = prev_cluster(e, mid);
	struct str b CLEANUP(str_release) = STR_INIT;

	if (mid == 0 || start == mid || end == mid)
		return;
	str_add_mem(&b, e->text.s + mid, end - mid);
	str_add_mem(&b, e->text.s + start, mid - start);
	splice(e, start, end, b.s, b.len);
}

static bool edit_text_key(struct edit *e, uint32_t key)
{
	char bytes[5] = {0};
	uint32_t rune = kbd_rune(key);

	if (!rune)
		return false;
	utf8_encode(bytes, rune);
	edit_insert(e, bytes);
	return true;
}

bool edit_key(struct edit *e, uint32_t key)
{
	switch (key) {
	case KBD_LEFT:
	case KBD_CTRL | 'b':
		e->cursor = prev_cluster(e, e->cursor);
		return true;
	case KBD_RIGHT:
	case KBD_CTRL | 'f':
		e->cursor = next_cluster(e, e->cursor);
		return true;
	case KBD_HOME:
	case KBD_CTRL | 'a':
		e->cursor = 0;
		return true;
	case KBD_END:
	case KBD_CTRL | 'e':
		e->cursor = e->text.len;
		return true;
	case KBD_ALT | 'b':
	case KBD_CTRL | KBD_LEFT:
		e->cursor = word_left(e);
		return true;
	case KBD_ALT | 'f':
	case KBD_CTRL | KBD_RIGHT:
		e->cursor = word_right(e);
		return true;
	case KBD_BACKSPACE:
	case KBD_CTRL | 'h':
		delete_text(e, prev_cluster(e, e->cursor), e->cursor);
		return true;
	case KBD_DELETE:
	case KBD_CTRL | 'd':
		delete_text(e, e->cursor, next_cluster(e, e->cursor));
		return true;
	case KBD_CTRL | 'w':
		kill_text(e, blank_left(e), e->cursor);
		return true;
	case KBD_ALT | KBD_BACKSPACE:
		kill_text(e, word_left(e), e->cursor);
		return true;
	case KBD_ALT | 'd':
		kill_text(e, e->cursor, word_right(e));
		e->cursor = e->cursor < e->text.len ? e->cursor : e->text.len;
		return true;
	case KBD_CTRL | 'u':
		kill_text(e, 0, e->cursor);
		return true;
	case KBD_CTRL | 'k':
		kill_text(e, e->cursor, e->text.len);
		return true;
	case KBD_CTRL | 'y':
		edit_insert(e, str_or_empty(e->killed));
		return true;
	case KBD_CTRL | 't':
		transpose(e);
		return true;
	default:
		return edit_text_key(e, key);
	}
}

static size_t clusters(const char *s, size_t len)
{
	size_t n = 0;
	int cells;

	for (size_t i = 0; i < len; n++)
		i += utf8_grapheme(s + i, len - i, &cells);
	return n;
}

int edit_draw(const struct edit *e, const struct win *w, int x, int y,
	      int cells, unsigned style)
{
	struct str stars CLEANUP(str_release) = STR_INIT;
	struct win field = win_sub(w, x, y, cells, 1);
	const char *shown = e->text.s;
	int at, skip;

	if (e->secret) {
		size_t n = clusters(e->text.s, e->text.len);
		for (size_t i = 0; i < n; i++)
			str_add_char(&stars, '*');
		shown = stars.s;
		at = (int)clusters(e->text.s, e->cursor);
	} else {
		at = (int)utf8_width_n(e->text.s, e->cursor);
	}
	/* Half a field of context when the cursor would leave it. */
	skip = at < cells ? 0 : at - cells + 1 + cells / 4;
	draw_fill(w, x, y, cells, style);
	draw_spans(&field, 0, 0, skip, style, shown, NULL, 0);
	return at - skip;
}
