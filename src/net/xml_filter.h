/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef NET_XML_FILTER_H
#define NET_XML_FILTER_H
/*
 * The filter in front of the XML parser: what comes out is valid UTF-8 without
 * characters that XML 1.0 forbids (dossier EWS 4.2). Clean input is passed on
 * where it lies; only pieces with a defect, or that end inside a character or
 * reference, are copied. Where asked for, element names that begin with a digit
 * get a "_" in front ("<x:0x8101>", dossier WebDAV 2.4).
 */
#include "base/str.h"

struct xml_filter {
	bool names;	   /* mends names that begin with a digit */
	bool begun;	   /* something but BOM and blanks came by */
	size_t replaced;   /* defects mended so far */
	struct str carry;  /* an unfinished end, for the next piece */
	struct str joined; /* carry + next piece */
	struct str clean;  /* the mended piece */
	struct str held;   /* an unfinished tag, for the next piece */
	struct str named;  /* the piece with its names mended */
};

void xml_filter_init(struct xml_filter *f);
void xml_filter_release(struct xml_filter *f);
/* Mends the next piece. *out is valid until the next call; whole characters
 * only. last: nothing follows, so an unfinished end is a defect. */
void xml_filter_run(struct xml_filter *f, const char *s, size_t len, bool last,
		    const char **out, size_t *out_len);
#endif
