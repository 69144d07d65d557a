/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "text/lines.h"

#include <string.h>

#include "base/utf8.h"

void lines_init(struct lines *l)
{
	*l = (struct lines){.v = NULL};
	str_init(&l->pool);
}

void lines_release(struct lines *l)
{
	for (size_t i = 0; i < l->links.n; i++) {
		free(l->links.v[i].target);
		free(l->links.v[i].shown);
	}
	for (size_t i = 0; i < l->images.n; i++)
		free(l->images.v[i].content_id);
	vec_release(&l->images);
	vec_release(&l->links);
	vec_release(&l->spans);
	vec_release(l);
	str_release(&l->pool);
}

void lines_add_plain(const struct lines *l, struct str *out, bool links)
{
	for (size_t i = 0; i < l->n; i++) {
		str_add_mem(out, lines_text(l, i), l->v[i].len);
		str_add_char(out, '\n');
	}
	if (!links || l->links.n == 0)
		return;
	str_add_char(out, '\n');
	for (size_t i = 0; i < l->links.n; i++)
		str_addf(out, "[%zu] %s\n", i + 1, l->links.v[i].target);
}

long lines_of_image(const struct lines *l, size_t k)
{
	for (size_t i = l->n; i > 0; i--) {
		const struct line_span *spans = lines_spans(l, i - 1);

		for (size_t s = 0; s < l->v[i - 1].n_spans; s++)
			if (spans[s].style / STYLE_IMAGE_UNIT == k)
				return (long)i - 1;
	}
	return -1;
}

/* The folded text of a line with, for each folded byte, where in the line the
 * character it comes from begins. */
struct folded {
	struct str text;
	struct {
		size_t *v;
		size_t n, cap;
	} at;
};

static void fold_line(struct folded *f, const char *s, size_t len)
{
	size_t i = 0;

	str_init(&f->text);
	while (i < len) {
		int cells;
		size_t n = utf8_grapheme(s + i, len - i, &cells);
		CLEANUP(mem_free_ptr) char *one = xstrndup(s + i, n);
		CLEANUP(mem_free_ptr) char *low = utf8_fold(one);

		for (size_t k = 0; low[k]; k++)
			vec_add(&f->at, i);
		str_add(&f->text, low);
		i += n;
	}
	vec_add(&f->at, len);
}

static long match_folded(const char *s, size_t len, const char *needle,
			 size_t from, size_t *match_len)
{
	struct folded f = {.at = {NULL, 0, 0}};
	CLEANUP(mem_free_ptr) char *low = utf8_fold(needle);
	const char *hit;
	long at = -1;

	fold_line(&f, s + from, len - from);
	hit = low[0] ? strstr(f.text.s, low) : NULL;
	if (hit) {
		size_t a = (size_t)(hit - f.text.s);
		size_t start = f.at.v[a];
		size_t e = a + strlen(low);

		/* The whole of the last character, whatever it folded to. */
		while (e < f.text.len && f.at.v[e] == f.at.v[e - 1])
			e++;
		at = (long)(from + start);
		*match_len = f.at.v[e] - start;
	}
	vec_release(&f.at);
	str_release(&f.text);
	return at;
}

static bool is_ascii(const char *s)
{
	for (; *s; s++)
		if ((unsigned char)*s >= 0x80)
			return false;
	return true;
}

long lines_match(const struct lines *l, size_t i, const char *needle,
		 size_t from, size_t *len)
{
	const char *s = lines_text(l, i);

	if (!needle[0] || from >= l->v[i].len)
		return -1;
	if (is_ascii(s) && is_ascii(needle)) {
		const char *hit = strcasestr(s + from, needle);

		*len = strlen(needle);
		return hit ? hit - s : -1;
	}
	return match_folded(s, l->v[i].len, needle, from, len);
}

long lines_find(const struct lines *l, const char *needle, size_t from)
{
	size_t len;

	for (size_t i = from; i < l->n; i++)
		if (lines_match(l, i, needle, 0, &len) >= 0)
			return (long)i;
	return -1;
}
