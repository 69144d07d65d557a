/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "tests/sim/zones.h"

#include <string.h>
#include "base/clock.h"
#include "base/mem.h"

#define NONE                                                                   \
	{                                                                      \
		0, 0, 0, 0, 0                                                  \
	}
#define EU(h)                                                                  \
	{3, 5, 0, h, 0},                                                       \
	{                                                                      \
		10, 5, 0, (h) + 1, 0                                           \
	}
#define US                                                                     \
	{3, 2, 0, 2, 0},                                                       \
	{                                                                      \
		11, 1, 0, 2, 0                                                 \
	}

static const struct zone zones[] = {
	{"UTC", "(UTC) Coordinated Universal Time",
	 "Coordinated Universal Time", "Coordinated Universal Time", 0, 0, NONE,
	 NONE, "Etc/UTC"},
	{"GMT Standard Time", "(UTC+00:00) Dublin, Edinburgh, Lisbon, London",
	 "GMT Standard Time", "GMT Daylight Time", 0, -60, EU(1),
	 "Europe/London"},
	{"Greenwich Standard Time", "(UTC+00:00) Monrovia, Reykjavik",
	 "Greenwich Standard Time", "Greenwich Daylight Time", 0, 0, NONE, NONE,
	 "Atlantic/Reykjavik"},
	{"W. Europe Standard Time",
	 "(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna",
	 "W. Europe Standard Time", "W. Europe Daylight Time", -60, -60, EU(2),
	 "Europe/Berlin"},
	{"Central Europe Standard Time",
	 "(UTC+01:00) Belgrade, Bratislava, Budapest, Ljubljana, Prague",
	 "Central Europe Standard Time", "Central Europe Daylight Time", -60,
	 -60, EU(2), "Europe/Budapest"},
	{"Romance Standard Time",
	 "(UTC+01:00) Brussels, Copenhagen, Madrid, Paris",
	 "Romance Standard Time", "Romance Daylight Time", -60, -60, EU(2),
	 "Europe/Paris"},
	{"Central European Standard Time",
	 "(UTC+01:00) Sarajevo, Skopje, Warsaw, Zagreb",
	 "Central European Standard Time", "Central European Daylight Time",
	 -60, -60, EU(2), "Europe/Warsaw"},
	{"FLE Standard Time",
	 "(UTC+02:00) Helsinki, Kyiv, Riga, Sofia, Tallinn, Vilnius",
	 "FLE Standard Time", "FLE Daylight Time", -120, -60, EU(3),
	 "Europe/Kiev"},
	{"GTB Standard Time", "(UTC+02:00) Athens, Bucharest",
	 "GTB Standard Time", "GTB Daylight Time", -120, -60, EU(3),
	 "Europe/Bucharest"},
	{"South Africa Standard Time", "(UTC+02:00) Harare, Pretoria",
	 "South Africa Standard Time", "South Africa Daylight Time", -120, 0,
	 NONE, NONE, "Africa/Johannesburg"},
	{"Turkey Standard Time", "(UTC+03:00) Istanbul", "Turkey Standard Time",
	 "Turkey Daylight Time", -180, 0, NONE, NONE, "Europe/Istanbul"},
	{"India Standard Time",
	 "(UTC+05:30) Chennai, Kolkata, Mumbai, New Delhi",
	 "India Standard Time", "India Daylight Time", -330, 0, NONE, NONE,
	 "Asia/Calcutta"},
	{"China Standard Time",
	 "(UTC+08:00) Beijing, Chongqing, Hong Kong, Urumqi",
	 "China Standard Time", "China Daylight Time", -480, 0, NONE, NONE,
	 "Asia/Shanghai"},
	{"Tokyo Standard Time", "(UTC+09:00) Osaka, Sapporo, Tokyo",
	 "Tokyo Standard Time", "Tokyo Daylight Time", -540, 0, NONE, NONE,
	 "Asia/Tokyo"},
	{"AUS Eastern Standard Time",
	 "(UTC+10:00) Canberra, Melbourne, Sydney",
	 "AUS Eastern Standard Time",
	 "AUS Eastern Daylight Time",
	 -600,
	 -60,
	 {10, 1, 0, 2, 0},
	 {4, 1, 0, 3, 0},
	 "Australia/Sydney"},
	{"New Zealand Standard Time",
	 "(UTC+12:00) Auckland, Wellington",
	 "New Zealand Standard Time",
	 "New Zealand Daylight Time",
	 -720,
	 -60,
	 {9, 5, 0, 2, 0},
	 {4, 1, 0, 3, 0},
	 "Pacific/Auckland"},
	{"Newfoundland Standard Time", "(UTC-03:30) Newfoundland",
	 "Newfoundland Standard Time", "Newfoundland Daylight Time", 210, -60,
	 US, "America/St_Johns"},
	{"E. South America Standard Time", "(UTC-03:00) Brasilia",
	 "E. South America Standard Time", "E. South America Daylight Time",
	 180, 0, NONE, NONE, "America/Sao_Paulo"},
	{"Eastern Standard Time", "(UTC-05:00) Eastern Time (US & Canada)",
	 "Eastern Standard Time", "Eastern Daylight Time", 300, -60, US,
	 "America/New_York"},
	{"Central Standard Time", "(UTC-06:00) Central Time (US & Canada)",
	 "Central Standard Time", "Central Daylight Time", 360, -60, US,
	 "America/Chicago"},
	{"Mountain Standard Time", "(UTC-07:00) Mountain Time (US & Canada)",
	 "Mountain Standard Time", "Mountain Daylight Time", 420, -60, US,
	 "America/Denver"},
	{"US Mountain Standard Time", "(UTC-07:00) Arizona",
	 "US Mountain Standard Time", "US Mountain Daylight Time", 420, 0, NONE,
	 NONE, "America/Phoenix"},
	{"Pacific Standard Time", "(UTC-08:00) Pacific Time (US & Canada)",
	 "Pacific Standard Time", "Pacific Daylight Time", 480, -60, US,
	 "America/Los_Angeles"},
};

const struct zone *zone_find(const char *id)
{
	for (size_t i = 0; id && i < ARRAY_LEN(zones); i++)
		if (strcmp(zones[i].id, id) == 0)
			return &zones[i];
	if (id && strcmp(id, "tzone://Microsoft/Utc") == 0)
		return &zones[0];
	return NULL;
}

const struct zone *zone_get(const char *id)
{
	const struct zone *z = zone_find(id);

	return z ? z : &zones[0];
}

const struct zone *zone_at(size_t i)
{
	return i < ARRAY_LEN(zones) ? &zones[i] : NULL;
}

int zone_rule_day(const struct zone_rule *r, int year)
{
	static const int lengths[] = {31, 28, 31, 30, 31, 30,
				      31, 31, 30, 31, 30, 31};
	struct clock_parts p;
	int day, length = lengths[(r->month + 11) % 12];

	clock_utc(clock_from_utc(year, r->month, 1, 12, 0, 0), &p);
	day = 1 + (r->day - p.weekday + 7) % 7 + (r->week - 1) * 7;
	while (day > length)
		day -= 7;
	return day;
}

/* The rule's moment in UTC; `bias` is the whole bias before it. */
static int64_t rule_moment(const struct zone_rule *r, int year, int bias)
{
	return clock_from_utc(year, r->month, zone_rule_day(r, year), r->hour,
			      r->minute, 0) +
	       (int64_t)bias * 60;
}

int zone_offset(const struct zone *z, int64_t utc)
{
	struct clock_parts p;
	int64_t on, off;
	bool daylight;

	if (z->to_daylight.month == 0)
		return -z->bias * 60;
	clock_utc(utc - (int64_t)z->bias * 60, &p);
	on = rule_moment(&z->to_daylight, p.year, z->bias);
	off = rule_moment(&z->to_standard, p.year, z->bias + z->daylight_bias);
	daylight = on < off ? utc >= on && utc < off : utc >= on || utc < off;
	return -(z->bias + (daylight ? z->daylight_bias : 0)) * 60;
}

int64_t zone_to_local(const struct zone *z, int64_t utc)
{
	return utc + zone_offset(z, utc);
}

/* A time skipped in spring counts with the offset before; one that is there
 * twice is its first. */
int64_t zone_to_utc(const struct zone *z, int64_t local)
{
	int64_t daylight = local + (int64_t)(z->bias + z->daylight_bias) * 60;
	int64_t standard = local + (int64_t)z->bias * 60;

	return zone_to_local(z, daylight) == local ? daylight : standard;
}
