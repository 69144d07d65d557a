/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef TEXT_WRAP_H
#define TEXT_WRAP_H
/* Inside src/text only: a styled paragraph broken into lines. */
#include "text/lines.h"

/* Text (safe, without line breaks) and where its style changes. */
struct wrap_run {
	size_t start; /* up to the next run's start */
	uint32_t style, link;
};
struct wrap_text {
	struct str text;
	struct {
		struct wrap_run *v;
		size_t n, cap;
	} runs;
};

void wrap_text_init(struct wrap_text *t);
void wrap_text_release(struct wrap_text *t);
void wrap_text_clear(struct wrap_text *t);
void wrap_text_add(struct wrap_text *t, const char *s, size_t len,
		   uint32_t style, uint32_t link);

struct wrap_form {
	size_t width;	   /* cells; 0: one line */
	const char *first; /* put in front of the first line */
	const char *rest;  /* ... and of the others */
	uint32_t prefix_style;
	uint8_t quote, heading, kind;
	bool keep_blanks; /* preformatted: blanks at a break stay */
};

/* Appends the lines of t[from, to); at least one, even if empty. */
void wrap_lines(struct lines *out, const struct wrap_text *t, size_t from,
		size_t to, const struct wrap_form *f);
/* Widest piece that cannot be broken, and the whole, in cells. */
size_t wrap_min_width(const char *s, size_t len);
#endif
