/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef TEXT_SPAN_H
#define TEXT_SPAN_H
/*
 * Spans of time as people type them. Days are those of `zone`, `now` an
 * instant. What is understood is said in the errors.
 */
#include "base/err.h"
#include "base/zone.h"

/*
 * Days of a view: "", today, tomorrow, yesterday, a weekday, "next fri" (the
 * first that is not today), 2026-11-30, "30 nov", week, "next week", month, 5d,
 * +2w, each perhaps followed by a length ("tomorrow 3d") or a second day ("mon
 * fri", "2026-11-30 2026-12-04").
 * *from, *to: instants of midnights.
 */
bool span_parse_days(const char *text, const struct zone *zone, int64_t now,
		     int64_t *from, int64_t *to, struct err *err) MUST_CHECK;

struct span {
	bool all_day;	    /* start and end are then wall midnights */
	int64_t start, end; /* else instants */
	bool has_day, has_time, has_end;
};
/*
 * When an entry is, at the beginning of a text; *rest points behind it:
 *   fri 9:30 45m     tomorrow 10-11      2026-11-30 14:00-15:30
 *   9:30 for 1h30m   30 nov 9:00         fri (all day)   mon - wed
 *   +2w (from the span *out already holds, with has_day set)
 * length: seconds where no end is given. Without a day: today, or tomorrow
 * where the time is past; `base` (may be NULL) gives what is left out: its day
 * (from which weekdays are then looked for), its time, its length.
 */
bool span_parse(const char *text, const struct zone *zone, int64_t now,
		int64_t length, const struct span *base, struct span *out,
		const char **rest, struct err *err) MUST_CHECK;
/* "45m", "1h30m", "2d", "90" (minutes) as seconds. */
bool span_parse_length(const char *text, int64_t *seconds, const char **rest);
#endif
