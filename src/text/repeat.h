/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef TEXT_REPEAT_H
#define TEXT_REPEAT_H
/*
 * The pattern of a series as people type it, and as recur_add_text says it:
 *   daily, every 3 days, every weekday, weekly, weekly on mon, thu,
 *   every 2 weeks on tue, monthly, monthly on day 15, monthly on the last
 *   friday, every 3 months on the first weekday, yearly, yearly on 24 dec,
 *   yearly on the second sunday of may
 * each perhaps with an end: "until 22 dec", "until 2027-06-30", "10 times".
 * "none" or nothing: no series.
 */
#include "base/err.h"
#include "base/zone.h"
#include "model/recur.h"

/* start: wall time of the first entry, which gives what is left out. */
bool repeat_parse(const char *text, int64_t start, const struct zone *zone,
		  int64_t now, struct recur *out, struct err *err) MUST_CHECK;
#endif
