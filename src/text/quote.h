/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef TEXT_QUOTE_H
#define TEXT_QUOTE_H
/* Quoting a text in a reply (RFC 3676 4.5 for flowed text). */
#include "base/str.h"

struct quote_options {
	bool flowed; /* the text quoted is format=flowed */
	bool delsp;
	bool keep_signature; /* else what follows "-- " is left out */
	size_t width;	     /* wrap longer lines here, quote marks
				 * included; 0: never */
	size_t max_bytes;    /* of output; 0: 16 MB */
};

/* Appends text with "> " before each line (">" before a line that is already
 * a quote). Ends with a line break unless nothing was added. */
void quote_text(struct str *out, const char *text, size_t len,
		const struct quote_options *o);
/* "On Tue 24 Nov 2026 09:12, Ada Byron wrote:" with line break; the local
 * zone; parts that are missing (date CLOCK_NEVER, name NULL) are left out. */
void quote_add_attribution(struct str *out, int64_t date, const char *name,
			   const char *addr);
/* Bytes of text before its signature ("-- " line), len when there is none. */
size_t quote_signature_start(const char *text, size_t len);
/* The quote depth of a line and the bytes of its marks: "> >> x" is 3. A mark
 * is ">" with at most one blank before the next one. */
unsigned quote_depth(const char *line, size_t len, size_t *marks);
/* A line of the block Outlook writes above what it quotes, in the languages it
 * does so: "From: ..." (first), or "Sent:", "To:", "Subject:" ... */
bool quote_is_header_line(const char *line, size_t len, bool first);
#endif
