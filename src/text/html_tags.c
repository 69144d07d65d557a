/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "text/html_tags.h"

#include <string.h>

/* Sorted by name. */
static const struct html_tag_info tags[] = {
	{"a", TAG_A, 0, false, false, 0},
	{"address", TAG_OTHER, STYLE_ITALIC, true, false, 0},
	{"article", TAG_OTHER, 0, true, false, 0},
	{"aside", TAG_OTHER, 0, true, false, 0},
	{"audio", TAG_HIDE, 0, false, false, 0},
	{"b", TAG_OTHER, STYLE_BOLD, false, false, 0},
	{"blockquote", TAG_QUOTE, 0, true, true, 0},
	{"br", TAG_BR, 0, false, false, 0},
	{"caption", TAG_OTHER, STYLE_BOLD, true, false, 0},
	{"center", TAG_OTHER, 0, true, false, 0},
	{"cite", TAG_OTHER, STYLE_ITALIC, false, false, 0},
	{"code", TAG_OTHER, STYLE_CODE, false, false, 0},
	{"dd", TAG_DD, 0, true, false, 0},
	{"del", TAG_OTHER, STYLE_STRIKE, false, false, 0},
	{"dfn", TAG_OTHER, STYLE_ITALIC, false, false, 0},
	{"dir", TAG_UL, 0, true, true, 0},
	{"div", TAG_OTHER, 0, true, false, 0},
	{"dl", TAG_OTHER, 0, true, true, 0},
	{"dt", TAG_OTHER, STYLE_BOLD, true, false, 0},
	{"em", TAG_OTHER, STYLE_ITALIC, false, false, 0},
	{"fieldset", TAG_OTHER, 0, true, true, 0},
	{"figcaption", TAG_OTHER, STYLE_ITALIC, true, false, 0},
	{"figure", TAG_OTHER, 0, true, true, 0},
	{"footer", TAG_OTHER, 0, true, false, 0},
	{"form", TAG_OTHER, 0, true, false, 0},
	{"h1", TAG_OTHER, STYLE_BOLD, true, true, 1},
	{"h2", TAG_OTHER, STYLE_BOLD, true, true, 2},
	{"h3", TAG_OTHER, STYLE_BOLD, true, true, 3},
	{"h4", TAG_OTHER, STYLE_BOLD, true, true, 4},
	{"h5", TAG_OTHER, STYLE_BOLD, true, true, 5},
	{"h6", TAG_OTHER, STYLE_BOLD, true, true, 6},
	{"header", TAG_OTHER, 0, true, false, 0},
	{"hr", TAG_HR, 0, true, false, 0},
	{"i", TAG_OTHER, STYLE_ITALIC, false, false, 0},
	{"img", TAG_IMG, 0, false, false, 0},
	{"input", TAG_INPUT, 0, false, false, 0},
	{"ins", TAG_OTHER, STYLE_MARK, false, false, 0},
	{"kbd", TAG_OTHER, STYLE_CODE, false, false, 0},
	{"legend", TAG_OTHER, STYLE_BOLD, true, false, 0},
	{"li", TAG_LI, 0, true, false, 0},
	{"listing", TAG_PRE, 0, true, true, 0},
	{"main", TAG_OTHER, 0, true, false, 0},
	{"mark", TAG_OTHER, STYLE_MARK, false, false, 0},
	{"menu", TAG_UL, 0, true, true, 0},
	{"nav", TAG_OTHER, 0, true, false, 0},
	{"ol", TAG_OL, 0, true, true, 0},
	{"option", TAG_OTHER, 0, true, false, 0},
	{"p", TAG_OTHER, 0, true, true, 0},
	{"pre", TAG_PRE, 0, true, true, 0},
	{"q", TAG_Q, 0, false, false, 0},
	{"s", TAG_OTHER, STYLE_STRIKE, false, false, 0},
	{"samp", TAG_OTHER, STYLE_CODE, false, false, 0},
	{"section", TAG_OTHER, 0, true, false, 0},
	{"strike", TAG_OTHER, STYLE_STRIKE, false, false, 0},
	{"strong", TAG_OTHER, STYLE_BOLD, false, false, 0},
	{"sup", TAG_SUP, 0, false, false, 0},
	{"table", TAG_TABLE, 0, true, true, 0},
	{"tbody", TAG_OTHER, 0, true, false, 0},
	{"td", TAG_CELL, 0, true, false, 0},
	{"textarea", TAG_INPUT, 0, true, false, 0},
	{"tfoot", TAG_OTHER, 0, true, false, 0},
	{"th", TAG_CELL, STYLE_BOLD, true, false, 0},
	{"thead", TAG_OTHER, 0, true, false, 0},
	{"tr", TAG_TR, 0, true, false, 0},
	{"tt", TAG_OTHER, STYLE_CODE, false, false, 0},
	{"u", TAG_OTHER, STYLE_UNDERLINE, false, false, 0},
	{"ul", TAG_UL, 0, true, true, 0},
	{"var", TAG_OTHER, STYLE_ITALIC, false, false, 0},
	{"video", TAG_HIDE, 0, false, false, 0},
	{"xmp", TAG_PRE, 0, true, true, 0},
};

const struct html_tag_info *html_tag_find(const char *name)
{
	size_t low = 0, high = ARRAY_LEN(tags);

	while (low < high) {
		size_t mid = (low + high) / 2;
		int order = strcmp(name, tags[mid].name);

		if (order == 0)
			return &tags[mid];
		if (order < 0)
			high = mid;
		else
			low = mid + 1;
	}
	return NULL;
}
