/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "ui/format.h"

#include <inttypes.h>
#include <stdio.h>

void format_add_count(struct str *b, int64_t n)
{
	char digits[24];
	int len = snprintf(digits, sizeof(digits), "%" PRId64, n);

	for (int i = 0; i < len; i++) {
		str_add_char(b, digits[i]);
		if (digits[i] != '-' && i + 1 < len && (len - i - 1) % 3 == 0)
			str_add_char(b, ',');
	}
}

void format_add_size(struct str *b, int64_t bytes)
{
	static const char *const units[] = {"KB", "MB", "GB", "TB"};
	double v = (double)bytes / 1024;
	size_t unit = 0;

	if (bytes < 1000) {
		str_addf(b, "%d B", bytes < 0 ? 0 : (int)bytes);
		return;
	}
	while (v >= 999.5 && unit + 1 < ARRAY_LEN(units)) {
		v /= 1024;
		unit++;
	}
	str_addf(b, v < 9.95 && unit ? "%.1f %s" : "%.0f %s", v < 1 ? 1 : v,
		 units[unit]);
}

void format_add_span(struct str *b, int64_t seconds)
{
	if (seconds < 0)
		seconds = -seconds;
	if (seconds < 100)
		str_addf(b, "%d s", (int)seconds);
	else if (seconds < 100 * 60)
		str_addf(b, "%d min", (int)((seconds + 30) / 60));
	else if (seconds < 48 * 3600)
		str_addf(b, "%d h", (int)((seconds + 1800) / 3600));
	else
		str_addf(b, "%" PRId64 " days", (seconds + 43200) / 86400);
}

void format_add_plural(struct str *b, int64_t n, const char *one,
		       const char *many)
{
	format_add_count(b, n);
	str_addf(b, " %s", n == 1 ? one : many);
}
