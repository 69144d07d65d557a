/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef TEXT_MARKDOWN_H
#define TEXT_MARKDOWN_H
/* Text to HTML for the other half of a message. */
#include "base/str.h"

/* CommonMark; HTML in it is left out, links are http, https or mailto. */
void markdown_to_html(struct str *out, const char *text, size_t len);
/* Plain text as it stands: paragraphs and line breaks, quotes as quotes. */
void markdown_plain_to_html(struct str *out, const char *text, size_t len);
#endif
