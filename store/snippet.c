/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* A line of text around the first hit of a search. */
#include "store/rows.h"

#include "base/utf8.h"

#define WINDOW 160		     /* bytes of a snippet, about a wide line */
#define SEARCHED ((size_t)256 << 10) /* bytes of a text looked through */

/* Words a text must hold; what is negated is not shown. */
static void collect(const struct search_node *n, struct strv *words)
{
	struct strv split = {0};

	if (n->op == SEARCH_AND || n->op == SEARCH_OR)
		for (size_t i = 0; i < n->n; i++)
			collect(n->kids[i], words);
	if (n->op != SEARCH_TEXT && n->op != SEARCH_BODY)
		return;
	if (n->phrase) {
		strv_add(words, n->text);
		return;
	}
	strv_init(&split);
	strv_split(&split, n->text, " \t\r\n");
	for (size_t i = 0; i < split.n; i++)
		strv_add(words, split.v[i]);
	strv_release(&split);
}

static bool holds(const char *s, const struct strv *words)
{
	for (size_t i = 0; i < words->n; i++)
		if (utf8_contains_folded(s, words->v[i]))
			return true;
	return false;
}

/* Bytes up to `max`, ending between characters and if possible words. */
static size_t piece_len(const char *s, size_t len, size_t max)
{
	size_t n = max;

	if (len <= max)
		return len;
	while (n > max / 2 && s[n] != ' ' && s[n] != '\n')
		n--;
	if (n > max / 2)
		return n;
	for (n = max; n && (s[n] & 0xc0) == 0x80;)
		n--;
	return n ? n : max;
}

char *query_snippet(struct store *s, int64_t id, const struct search_node *q)
{
	struct str text CLEANUP(str_release) = STR_INIT;
	struct strv words = {0};
	char *found = NULL;

	strv_init(&words);
	collect(q, &words);
	if (words.n && body_load_text(s, id, &text, NULL)) {
		size_t len = text.len < SEARCHED ? text.len : SEARCHED;

		/* Half a window on each step: a hit on a border is seen
		 * whole by one of the two. */
		for (size_t at = 0; at < len && !found;) {
			size_t n = piece_len(text.s + at, len - at, WINDOW);
			char *piece = xstrndup(text.s + at, n);

			if (holds(piece, &words))
				found = utf8_clean_line(piece, false);
			free(piece);
			at += n < WINDOW / 2 || at + n >= len
				      ? n
				      : piece_len(text.s + at, n, n / 2);
		}
	}
	strv_release(&words);
	return found;
}
