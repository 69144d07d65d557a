/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "text/bidi.h"

#include <fribidi/fribidi.h>
#include <string.h>

#include "base/utf8.h"
#include "base/vec.h"

#define LINE_MAX_RUNES 2000
#define FILLER 0xfeff /* where two letters became one */

static bool is_right_to_left(uint32_t r)
{
	return (r >= 0x590 && r <= 0x8ff) || (r >= 0xfb1d && r <= 0xfdff) ||
	       (r >= 0xfe70 && r <= 0xfefe) || (r >= 0x10800 && r <= 0x10fff) ||
	       (r >= 0x1e800 && r <= 0x1efff);
}

/* Runes of the line; 0: nothing to do. */
static size_t read_line(const char *line, FriBidiChar *out)
{
	size_t n = 0, left = strlen(line);
	bool any = false;

	while (left) {
		uint32_t rune;
		size_t used = utf8_decode(line, left, &rune);

		if (n == LINE_MAX_RUNES)
			return 0;
		any |= is_right_to_left(rune);
		out[n++] = rune;
		line += used;
		left -= used;
	}
	return any ? n : 0;
}

/* Where each rune of the line begins. */
static void find_starts(const char *line, uint32_t *starts)
{
	const char *p = line;
	size_t left = strlen(line);

	for (size_t i = 0; left; i++) {
		uint32_t rune;
		size_t used = utf8_decode(p, left, &rune);

		starts[i] = (uint32_t)(p - line);
		p += used;
		left -= used;
	}
}

char *bidi_visual_from(const char *line, uint32_t **from)
{
	FriBidiChar logical[LINE_MAX_RUNES], visual[LINE_MAX_RUNES + 1];
	FriBidiStrIndex places[LINE_MAX_RUNES];
	uint32_t starts[LINE_MAX_RUNES];
	FriBidiParType base = FRIBIDI_PAR_ON;
	struct str out = STR_INIT;
	VEC(uint32_t) bytes = {0};
	size_t n;

	*from = NULL;
	/* Most lines are settled by their bytes. */
	for (n = 0; line[n] && (unsigned char)line[n] < 0xd6; n++)
		;
	if (!line[n] || !(n = read_line(line, logical)) ||
	    !fribidi_log2vis(logical, (FriBidiStrIndex)n, &base, visual, NULL,
			     places, NULL))
		return NULL;
	find_starts(line, starts);
	for (size_t i = 0; i < n; i++) {
		if (visual[i] == FILLER)
			continue;
		str_add_rune(&out, visual[i]);
		while (bytes.n < out.len)
			vec_add(&bytes, starts[places[i]]);
	}
	*from = bytes.v;
	return str_take(&out);
}

char *bidi_visual(const char *line)
{
	uint32_t *from;
	char *visual = bidi_visual_from(line, &from);

	free(from);
	return visual;
}
