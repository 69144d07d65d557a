/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef MIME_TNEF_H
#define MIME_TNEF_H
/*
 * winmail.dat, what Outlook sends as application/ms-tnef [MS-OXTNEF]: what lies
 * in it takes the place of the part, so that everything that works on parts
 * works on it. Any bytes are accepted; sizes are never believed.
 */
#include "base/vec.h"
#include "mime/read.h"

/* The message m, whose bytes are raw, with each such part replaced by a
 * multipart/mixed of what it holds: attachments, and the text where the message
 * has no other. Appended to out as a whole message. False: it has none that can
 * be opened, or is signed or encrypted, and out is untouched. */
bool tnef_open(struct mime_message *m, const char *raw, size_t len,
	       struct str *out);

/* --- inside src/mime ---------------------------------------------------------- */
struct tnef_file {
	char *name; /* UTF-8; NULL none */
	char *type; /* as told; NULL */
	char *content_id;
	const char *data; /* borrowed from the stream */
	size_t len;
	bool message; /* a TNEF stream of its own: a message in it */
};
struct tnef {
	VEC(struct tnef_file) files;
	struct str text, html; /* UTF-8; empty: none */
	unsigned codepage;
};
void tnef_release(struct tnef *t);
/* False: it is no such stream. What is broken behind its beginning is left
 * out. */
bool tnef_read(struct tnef *t, const char *p, size_t len);

/* tnef_rtf.c: [MS-OXRTFCP]; at most out's limit. False: it is none. */
bool tnef_rtf_decompress(const char *p, size_t len, struct str *out);
/* The text of RTF, or the HTML it carries [MS-OXRTFEX]; *html tells which. */
void tnef_rtf_text(const char *rtf, size_t len, struct str *out, bool *html);
/* "windows-1252", "utf-8": what mime_to_utf8 takes. */
const char *tnef_charset(unsigned codepage, char name[16]);
#endif
