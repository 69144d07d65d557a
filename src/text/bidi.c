/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "text/bidi.h"

#include <fribidi/fribidi.h>
#include <string.h>

#include "base/utf8.h"

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

char *bidi_visual(const char *line)
{
	FriBidiChar logical[LINE_MAX_RUNES], visual[LINE_MAX_RUNES + 1];
	FriBidiParType base = FRIBIDI_PAR_ON;
	struct str out = STR_INIT;
	size_t n;

	/* Most lines are settled by their bytes. */
	for (n = 0; line[n] && (unsigned char)line[n] < 0xd6; n++)
		;
	if (!line[n] || !(n = read_line(line, logical)) ||
	    !fribidi_log2vis(logical, (FriBidiStrIndex)n, &base, visual, NULL,
			     NULL, NULL))
		return NULL;
	for (size_t i = 0; i < n; i++)
		if (visual[i] != FILLER)
			str_add_rune(&out, visual[i]);
	return str_take(&out);
}
