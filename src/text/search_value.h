/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef TEXT_SEARCH_VALUE_H
#define TEXT_SEARCH_VALUE_H
/* Inside src/text only: dates and sizes of the query language. */
#include "base/mem.h"

struct search_range {
	bool has_min, has_max;
	int64_t min; /* inclusive */
	int64_t max; /* exclusive */
};

/* "2026-11-24", "24/11/2026", "2026-11", "2026", "today", "yesterday", "7d"
 * (the time since then), "A..B", mutt's "A-B" with slashes, "<7d", ">2w",
 * "<DATE", ">DATE"; days of the local zone. */
bool search_date_range(const char *s, int64_t now, struct search_range *r);
/* "1M", ">1M" and "1M-" (at least), "<10k" and "-10k" (below), "10k-1M". */
bool search_size_range(const char *s, struct search_range *r);
#endif
