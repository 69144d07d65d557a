/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef SIM_ZONES_H
#define SIM_ZONES_H
/*
 * Windows time zones with the rules in force today (dossier EWS 12.4). A zone
 * is never NULL: what is unknown counts as UTC. Local times are seconds as if
 * the civil time were UTC.
 */
#include <stddef.h>
#include <stdint.h>

struct zone_rule {
	int month;     /* 0: no daylight time */
	int week, day; /* 1..4 or 5 = last; 0 = Sunday */
	int hour, minute;
};
struct zone {
	const char *id, *display, *standard, *daylight;
	int bias;	   /* minutes, UTC = local + bias, standard time */
	int daylight_bias; /* added in daylight time: -60, or 0 */
	struct zone_rule to_daylight, to_standard;
	const char *iana;
};

const struct zone *zone_find(const char *id); /* NULL: unknown */
const struct zone *zone_get(const char *id);  /* UTC when unknown */
const struct zone *zone_at(size_t i);	      /* NULL at the end */
/* Seconds east of UTC at that moment. */
int zone_offset(const struct zone *z, int64_t utc);
int64_t zone_to_local(const struct zone *z, int64_t utc);
int64_t zone_to_utc(const struct zone *z, int64_t local);
/* The day of a month a rule means. */
int zone_rule_day(const struct zone_rule *r, int year);
#endif
