/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef TEXT_HTML_H
#define TEXT_HTML_H
/*
 * HTML mail to lines or to plain text. Nothing is ever loaded; scripts, styles
 * and hidden text are dropped. Input is UTF-8 (the caller converted it; charset
 * declarations inside are ignored). Time and memory are linear in len: nesting
 * beyond 256 levels is flattened.
 */
#include "text/lines.h"

struct html_options {
	size_t width;	   /* cells; 0: do not wrap, tables by tabs */
	bool link_numbers; /* write "[n]" behind link texts */
	bool ascii;	   /* bullets and frames in ASCII */
	size_t max_bytes;  /* of laid out text; 0: 8 MB */
};

struct html_report {
	size_t remote_images; /* that a browser would have loaded */
	size_t trackers;      /* those among them that cannot be seen */
	size_t hidden;	      /* bytes of hidden text dropped */
	size_t scripts;	      /* script elements, event handlers ignored */
	bool forms;	      /* has input fields */
};

/* Appends to `out` (initialised); `report` may be NULL. */
void html_layout(struct lines *out, const char *html, size_t len,
		 const struct html_options *o, struct html_report *report);

/* Text for the search index, previews and quoting: one paragraph a line,
 * quotes marked by "> ", no link numbers. At most max bytes are appended. */
void html_to_text(struct str *out, const char *html, size_t len, size_t max);
#endif
