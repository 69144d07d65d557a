/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef TEXT_HTML_TAGS_H
#define TEXT_HTML_TAGS_H
/* Inside src/text only: what an element means for the text. */
#include "text/lines.h"

enum html_tag {
	TAG_OTHER,
	TAG_A,
	TAG_BR,
	TAG_IMG,
	TAG_HR,
	TAG_LI,
	TAG_OL,
	TAG_UL,
	TAG_DD,
	TAG_TABLE,
	TAG_TR,
	TAG_CELL,
	TAG_QUOTE,
	TAG_PRE,
	TAG_Q,
	TAG_SUP,
	TAG_INPUT,
	TAG_HIDE
};

struct html_tag_info {
	const char *name;
	enum html_tag tag;
	uint32_t style; /* added to the text inside */
	bool block;	/* begins and ends a line */
	bool gap;	/* with empty lines around */
	uint8_t heading;
};
/* NULL: an inline element without meaning. */
const struct html_tag_info *html_tag_find(const char *name);
#endif
