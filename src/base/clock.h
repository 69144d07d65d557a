/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H
/*
 * Time. Wall time is int64_t UTC seconds since 1970; CLOCK_NEVER is "no time".
 * clock_now() can be fixed for tests by the environment RETINUE_TEST_NOW (UTC
 * seconds, read once); with a plus behind it runs on from there.
 */
#include "base/str.h"

#define CLOCK_NEVER INT64_MIN

int64_t clock_now(void);
int64_t clock_mono_ms(void); /* monotonic milliseconds */

/* Reads xs:dateTime with Z, offset or none (then UTC), any fraction digits,
 * and xs:date. Sentinels (years up to 1601, 4501, 9999) give CLOCK_NEVER
 * (dossier EWS 4.2). False: not a date. */
bool clock_parse_iso(const char *s, int64_t *out);
/* "2026-11-24T03:14:15Z" */
void clock_add_iso(struct str *b, int64_t t);
/* RFC 5322 date with the local zone's offset. */
void clock_add_rfc5322(struct str *b, int64_t t);
/* RFC 3339 with the local zone's offset. */
void clock_add_local_iso(struct str *b, int64_t t);

struct clock_parts {
	int year, month, day, hour, minute, second, weekday, yearday;
	int offset; /* seconds east of UTC */
};
void clock_local(int64_t t, struct clock_parts *out);
void clock_utc(int64_t t, struct clock_parts *out);
/* UTC seconds of a civil UTC date. */
int64_t clock_from_utc(int year, int month, int day, int h, int m, int s);
/* For lists: "09:41" today, "Wed" within six days, "24 Nov" this year,
 * "2025-11-24" otherwise; local zone, at most 10 cells. */
void clock_add_short(struct str *b, int64_t t, int64_t now);
/* "Thu 26 Nov 2026 09:12" */
void clock_add_long(struct str *b, int64_t t);
#endif
