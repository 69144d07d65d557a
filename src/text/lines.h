/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef TEXT_LINES_H
#define TEXT_LINES_H
/*
 * Text laid out for a width: what the pager draws, whether it came from plain
 * text or from HTML. Every line is safe for a terminal as it stands (no
 * control or bidi characters) and at most the asked width in cells, unless the
 * width was smaller than one wide character.
 *
 * Line texts live in one pool, each NUL-terminated; spans refer to bytes of
 * their line, do not overlap, rise, and cover only styled text.
 */
#include "base/str.h"
#include "base/vec.h"

enum line_style {
	STYLE_BOLD = 1 << 0,
	STYLE_ITALIC = 1 << 1,
	STYLE_UNDERLINE = 1 << 2,
	STYLE_STRIKE = 1 << 3,
	STYLE_CODE = 1 << 4,
	STYLE_LINK = 1 << 5,	    /* text of a link; span.link says which */
	STYLE_LINK_NUMBER = 1 << 6, /* the "[3]" after it */
	STYLE_MARK = 1 << 7,	    /* highlighted by the sender (mark, ins) */
	STYLE_IMAGE = 1 << 8,	   /* alternative text of an image not loaded */
	STYLE_QUOTE_MARK = 1 << 9, /* the "> " in front */
	STYLE_RULE = 1 << 10,	   /* horizontal rule or table frame */
	/* From here up: which of lines.images an IMAGE span stands for, from
	 * 1; 0: none that is in the message. */
	STYLE_IMAGE_UNIT = 1 << 16,
};
#define STYLE_IMAGE_MAX 999 /* more are not told apart */

enum line_kind {
	LINE_TEXT,
	LINE_HEADING, /* line.heading 1..6 */
	LINE_PRE,     /* preformatted */
	LINE_RULE,
	LINE_SIGNATURE,	   /* "-- " and what follows */
	LINE_QUOTE_HEADER, /* "On ..., X wrote:", From/Sent/To block */
	LINE_TABLE
};

struct line {
	size_t text;  /* offset in the pool */
	uint32_t len; /* bytes */
	uint32_t cells;
	uint32_t span, n_spans; /* first span, count */
	uint16_t prefix;	/* bytes of quote marks and indent in front */
	uint8_t quote;		/* depth, 0: not quoted (255 at most) */
	uint8_t heading;
	uint8_t kind; /* enum line_kind */
	bool wrapped; /* goes on with the next line's text */
};

struct line_span {
	uint32_t start, len; /* bytes within the line */
	uint32_t style;	     /* enum line_style bits */
	uint32_t link;	     /* 1..n; 0: none */
};

struct line_link {
	char *target;  /* the true address, safe for one line */
	char *shown;   /* the text shown, safe, cut to 200 bytes */
	bool mismatch; /* the text names another host than the target */
	bool unusual;  /* neither http, https, mailto, tel nor ftp */
};

/* A picture that came with the message. */
struct line_image {
	char *content_id; /* without <>; NULL: shown for itself */
	long part;	  /* of the message; -1: not known (yet), or none */
};

struct lines {
	struct str pool;
	struct line *v;
	size_t n, cap;
	struct {
		struct line_span *v;
		size_t n, cap;
	} spans;
	struct {
		struct line_link *v;
		size_t n, cap;
	} links; /* number k is links.v[k - 1] */
	struct {
		struct line_image *v;
		size_t n, cap;
	} images;	/* the same */
	bool truncated; /* a limit cut the text off */
};

void lines_init(struct lines *l);
void lines_release(struct lines *l);
static inline const char *lines_text(const struct lines *l, size_t i)
{
	return l->pool.s + l->v[i].text;
}
static inline const struct line_span *lines_spans(const struct lines *l,
						  size_t i)
{
	/* Without any span there is no array to point into. */
	return l->spans.n ? l->spans.v + l->v[i].span : NULL;
}
/* All lines as text with \n, and with `links` the list of link targets
 * ("[1] https://...") behind. */
void lines_add_plain(const struct lines *l, struct str *out, bool links);
/* The last line that has image k (from 1), -1 none. */
long lines_of_image(const struct lines *l, size_t k);
/* First line at or after `from` whose folded text contains `needle`; or -1. */
long lines_find(const struct lines *l, const char *needle, size_t from);
/* Where and how often: byte offset of the next match in line i from byte
 * `from` on, its length in *len; -1 none. Case and accents are ignored. */
long lines_match(const struct lines *l, size_t i, const char *needle,
		 size_t from, size_t *len);
#endif
