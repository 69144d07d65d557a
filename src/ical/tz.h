/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef ICAL_TZ_H
#define ICAL_TZ_H
/*
 * Zones as Exchange names them. Windows names map to IANA names by CLDR's
 * table, which the build makes (mkzones).
 */
#include "base/zone.h"
#include "model/appointment.h"

/* "W. Europe Standard Time" -> "Europe/Berlin"; NULL: not a Windows name. */
const char *tz_iana_of_windows(const char *windows);
/* "Europe/Zurich" -> "W. Europe Standard Time"; NULL: none. */
const char *tz_windows_of_iana(const char *iana);

/* Zones in use, each loaded once. Belongs to one thread. */
struct tz_set;
struct tz_set *tz_set_new(void);
void tz_set_free(struct tz_set *s);
const struct zone *tz_local(struct tz_set *s);
/* By Windows name, IANA name, or an offset in brackets as in
 * "(UTC+01:00) Berlin"; else by the rule (may be NULL). NULL: unknown. */
const struct zone *tz_find(struct tz_set *s, const char *name,
			   const char *rule);
/* The zone an entry lives in; where it is unknown the person's own. */
const struct zone *tz_of(struct tz_set *s, const struct appointment *a);
/* The wall midnight that an instant of an all-day entry means: in the zone it
 * was made in, else in the person's own, never simply in UTC (dossier EWS
 * 12.4). CLOCK_NEVER stays. */
int64_t tz_day_of(struct tz_set *s, const struct appointment *a, int64_t t);
#endif
