/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef UI_FORMAT_H
#define UI_FORMAT_H
/* Numbers, sizes and spans of time as people read them. Appended to b. */
#include "base/str.h"

void format_add_count(struct str *b, int64_t n); /* "4,812" */
/* "812 B", "48 KB", "1.2 MB": at most 7 cells. */
void format_add_size(struct str *b, int64_t bytes);
/* "3 s", "5 min", "2 h", "4 days": how long ago or until. */
void format_add_span(struct str *b, int64_t seconds);
/* "1 message", "12 messages". */
void format_add_plural(struct str *b, int64_t n, const char *one,
		       const char *many);
#endif
