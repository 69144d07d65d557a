/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "ui/dates.h"

#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/utf8.h"

#define DAY ((int64_t)86400)

static bool is_plain_locale(void)
{
	const char *name = setlocale(LC_TIME, NULL);

	return !name || name[0] == 'C' || strcmp(name, "POSIX") == 0;
}

/* A locale's word, unless it is not of the terminal's character set. */
static const char *word(nl_item item, const char *plain)
{
	const char *s = is_plain_locale() ? NULL : nl_langinfo(item);

	while (s && *s == ' ')
		s++;
	return s && *s && utf8_is_valid(s, strlen(s)) ? s : plain;
}

const char *dates_weekday(int weekday)
{
	static const char *const plain[] = {"Sun", "Mon", "Tue", "Wed",
					    "Thu", "Fri", "Sat"};

	return word(ABDAY_1 + weekday, plain[weekday]);
}

const char *dates_month(int month)
{
	static const char *const plain[] = {"January", "February", "March",
					    "April",   "May",	   "June",
					    "July",    "August",   "September",
					    "October", "November", "December"};

	return word(MON_1 + month - 1, plain[month - 1]);
}

const char *dates_month_short(int month)
{
	static const char *const plain[] = {"Jan", "Feb", "Mar", "Apr",
					    "May", "Jun", "Jul", "Aug",
					    "Sep", "Oct", "Nov", "Dec"};

	return word(ABMON_1 + month - 1, plain[month - 1]);
}

int dates_first_weekday(void)
{
	const char *first;

	if (is_plain_locale())
		return 1;
	first = nl_langinfo(_NL_TIME_FIRST_WEEKDAY);
	return first && *first >= 1 && *first <= 7 ? *first - 1 : 1;
}

int dates_week_number(int64_t day)
{
	int64_t thursday = day - (zone_weekday(day) + 6) % 7 * DAY + 3 * DAY;
	struct clock_parts p;

	zone_parts(thursday, &p);
	return p.yearday / 7 + 1;
}

bool dates_are_counted(void)
{
	const char *s = dates_month_short(1);

	return strchr("0123456789", *s) != NULL;
}

void dates_add_clock(struct str *out, int64_t wall)
{
	struct clock_parts p;

	zone_parts(wall, &p);
	str_addf(out, "%02d:%02d", p.hour, p.minute);
}

void dates_add_day(struct str *out, int64_t wall)
{
	struct clock_parts p;

	zone_parts(wall, &p);
	if (dates_are_counted())
		str_addf(out, "%d-%02d-%02d %s", p.year, p.month, p.day,
			 dates_weekday(p.weekday));
	else
		str_addf(out, "%s %d %s %d", dates_weekday(p.weekday), p.day,
			 dates_month_short(p.month), p.year);
}

void dates_add_short_day(struct str *out, int64_t wall)
{
	struct clock_parts p;

	zone_parts(wall, &p);
	if (dates_are_counted())
		str_addf(out, "%d-%02d %s", p.month, p.day,
			 dates_weekday(p.weekday));
	else
		str_addf(out, "%s %d %s", dates_weekday(p.weekday), p.day,
			 dates_month_short(p.month));
}

void dates_add_month(struct str *out, int64_t wall)
{
	struct clock_parts p;

	zone_parts(wall, &p);
	if (dates_are_counted())
		str_addf(out, "%d-%02d", p.year, p.month);
	else
		str_addf(out, "%s %d", dates_month(p.month), p.year);
}

void dates_add_times(struct str *out, int64_t start, int64_t end, bool all_day,
		     const struct zone *zone)
{
	int64_t a = zone_wall(zone, start), b = zone_wall(zone, end);

	if (all_day && b - a <= DAY) {
		str_add(out, "all day");
	} else if (all_day) {
		str_addf(out, "%s-%s", dates_weekday(zone_weekday(a)),
			 dates_weekday(zone_weekday(b - 1)));
	} else if (zone_day(a) == zone_day(b) || b - zone_day(a) == DAY) {
		dates_add_clock(out, a);
		str_add_char(out, '-');
		dates_add_clock(out, b);
	} else {
		str_addf(out, "%s ", dates_weekday(zone_weekday(a)));
		dates_add_clock(out, a);
		str_addf(out, "-%s ", dates_weekday(zone_weekday(b)));
		dates_add_clock(out, b);
	}
}

void dates_add_length(struct str *out, int64_t seconds)
{
	int64_t minutes = seconds / 60, days = minutes / 1440;

	if (days && minutes % 1440 == 0)
		str_addf(out, "%lld day%s", (long long)days,
			 days == 1 ? "" : "s");
	else if (minutes < 60)
		str_addf(out, "%lld min", (long long)minutes);
	else if (minutes % 60 == 0)
		str_addf(out, "%lld h", (long long)minutes / 60);
	else
		str_addf(out, "%lld h %02lld", (long long)minutes / 60,
			 (long long)minutes % 60);
}

static int64_t day_start(int64_t t)
{
	struct clock_parts p;

	clock_local(t, &p);
	return t - p.hour * 3600 - p.minute * 60 - p.second;
}

int64_t dates_parse_due(const char *text)
{
	static const char *const days[] = {"sun", "mon", "tue", "wed",
					   "thu", "fri", "sat"};
	int64_t today = day_start(clock_now());
	struct clock_parts p;
	char *end;
	long n;
	int y, mo, d;

	if (str_eq_nocase(text, "today"))
		return today;
	if (str_eq_nocase(text, "tomorrow"))
		return today + 86400;
	clock_local(today, &p);
	for (int i = 0; i < 7; i++)
		if (strlen(text) >= 3 && strncasecmp(text, days[i], 3) == 0)
			return today + ((i - p.weekday + 6) % 7 + 1) * 86400;
	if (sscanf(text, "%4d-%2d-%2d", &y, &mo, &d) == 3 && y > 1970 &&
	    mo >= 1 && mo <= 12 && d >= 1 && d <= 31) {
		int64_t noon = clock_from_utc(y, mo, d, 12, 0, 0);

		return day_start(noon);
	}
	n = strtol(text, &end, 10);
	if (end != text && n > 0 && n < 1000 && (*end == 'd' || *end == 'w'))
		return today + n * (*end == 'w' ? 7 : 1) * 86400;
	return CLOCK_NEVER;
}
