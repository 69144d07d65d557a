/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "base/clock.h"
#include "base/chan.h"

#include <string.h>
#include <time.h>

static const char *const day_names[7] = {"Sun", "Mon", "Tue", "Wed",
					 "Thu", "Fri", "Sat"};
static const char *const month_names[12] = {"Jan", "Feb", "Mar", "Apr",
					    "May", "Jun", "Jul", "Aug",
					    "Sep", "Oct", "Nov", "Dec"};

/* Fixed once by read_test_now, only read afterwards. */
static int test_now_state;
static int64_t test_now = CLOCK_NEVER;
static int64_t test_from = CLOCK_NEVER; /* it runs since then, monotonic */

static void read_test_now(void)
{
	const char *s = getenv("RETINUE_TEST_NOW");
	char *end;
	long long t;

	if (!s || !*s)
		return;
	t = strtoll(s, &end, 10);
	if (*end != '\0' && strcmp(end, "+") != 0)
		return;
	test_now = t;
	if (*end)
		test_from = clock_mono_ms();
}

int64_t clock_now(void)
{
	struct timespec ts;

	chan_once(&test_now_state, read_test_now);
	if (test_now != CLOCK_NEVER && test_from != CLOCK_NEVER)
		return test_now + (clock_mono_ms() - test_from) / 1000;
	if (test_now != CLOCK_NEVER)
		return test_now;
	clock_gettime(CLOCK_REALTIME, &ts);
	return ts.tv_sec;
}

int64_t clock_mono_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* Days since 1970-01-01 of a date of the proleptic Gregorian calendar. Years
 * begin in March here, so that the leap day is a year's last. */
static int64_t days_of(int year, int month, int day)
{
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t of_era = y - era * 400;
	int64_t of_year =
		(153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 +
	       of_year - 719468;
}

int64_t clock_from_utc(int year, int month, int day, int h, int m, int s)
{
	return days_of(year, month, day) * 86400 + h * 3600 + m * 60 + s;
}

static bool read_digits(const char **s, int n, int *out)
{
	int v = 0;

	for (int i = 0; i < n; i++) {
		char c = (*s)[i];

		if (c < '0' || c > '9')
			return false;
		v = v * 10 + (c - '0');
	}
	*s += n;
	*out = v;
	return true;
}

static bool skip(const char **s, char c)
{
	if (**s != c)
		return false;
	(*s)++;
	return true;
}

static void skip_blanks(const char **s)
{
	while (**s == ' ' || (**s >= '\t' && **s <= '\r'))
		(*s)++;
}

static int month_days(int year, int month)
{
	static const int days[12] = {31, 28, 31, 30, 31, 30,
				     31, 31, 30, 31, 30, 31};
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return month == 2 && leap ? 29 : days[month - 1];
}

static bool read_date(const char **s, int *y, int *m, int *d)
{
	return read_digits(s, 4, y) && skip(s, '-') && read_digits(s, 2, m) &&
	       skip(s, '-') && read_digits(s, 2, d) && *m >= 1 && *m <= 12 &&
	       *d >= 1 && *d <= (*y ? month_days(*y, *m) : 31);
}

static bool read_time(const char **s, int *h, int *m, int *sec)
{
	if (!(read_digits(s, 2, h) && skip(s, ':') && read_digits(s, 2, m) &&
	      skip(s, ':') && read_digits(s, 2, sec)))
		return false;
	if (*h > 24 || *m > 59 || *sec > 60 || (*h == 24 && (*m || *sec)))
		return false;
	if (skip(s, '.')) {
		const char *digits = *s;

		while (**s >= '0' && **s <= '9')
			(*s)++;
		return *s > digits;
	}
	return true;
}

static bool read_zone(const char **s, int *offset)
{
	int h, m, sign;

	*offset = 0;
	if (skip(s, 'Z') || **s == '\0')
		return true;
	sign = **s == '+' ? 1 : **s == '-' ? -1 : 0;
	if (!sign)
		return false;
	(*s)++;
	if (!(read_digits(s, 2, &h) && skip(s, ':') && read_digits(s, 2, &m)))
		return false;
	*offset = sign * (h * 3600 + m * 60);
	return h <= 14 && m <= 59;
}

bool clock_parse_iso(const char *s, int64_t *out)
{
	int y, mo, d, h = 0, mi = 0, sec = 0, offset;
	bool has_time;

	skip_blanks(&s);
	if (!read_date(&s, &y, &mo, &d))
		return false;
	has_time = skip(&s, 'T');
	if (has_time && !read_time(&s, &h, &mi, &sec))
		return false;
	skip_blanks(&s);
	if (!read_zone(&s, &offset))
		return false;
	skip_blanks(&s);
	if (*s)
		return false;
	if (y <= 1601 || y == 4501 || y == 9999) {
		*out = CLOCK_NEVER;
		return true;
	}
	/* A date alone names a day, whatever zone it was written in. */
	*out = clock_from_utc(y, mo, d, h, mi, sec) - (has_time ? offset : 0);
	return true;
}

/* Civil date and time from seconds, without the C library's range limits. */
static void parts_of(int64_t t, struct clock_parts *p)
{
	int64_t days = t / 86400, rest = t % 86400, era, doe, yoe, doy, mp;

	if (rest < 0) {
		rest += 86400;
		days--;
	}
	*p = (struct clock_parts){0};
	p->hour = (int)(rest / 3600);
	p->minute = (int)(rest / 60 % 60);
	p->second = (int)(rest % 60);
	p->weekday = (int)((days % 7 + 11) % 7);
	days += 719468;
	era = (days >= 0 ? days : days - 146096) / 146097;
	doe = days - era * 146097;
	yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	mp = (5 * doy + 2) / 153;
	p->day = (int)(doy - (153 * mp + 2) / 5 + 1);
	p->month = (int)(mp < 10 ? mp + 3 : mp - 9);
	p->year = (int)(yoe + era * 400 + (p->month <= 2));
	p->yearday = (int)(days - 719468 - days_of(p->year, 1, 1));
}

/* Further out than anyone's calendar: keeps years within an int. */
static int64_t clip(int64_t t)
{
	const int64_t far = (int64_t)253402300799; /* 9999-12-31 */

	return t > far ? far : t < -far ? -far : t;
}

void clock_add_iso(struct str *b, int64_t t)
{
	struct clock_parts p;

	parts_of(clip(t), &p);
	str_addf(b, "%04d-%02d-%02dT%02d:%02d:%02dZ", p.year, p.month, p.day,
		 p.hour, p.minute, p.second);
}

void clock_utc(int64_t t, struct clock_parts *out)
{
	parts_of(clip(t), out);
}

void clock_local(int64_t t, struct clock_parts *out)
{
	time_t when = (time_t)clip(t);
	struct tm tm;
	int offset = 0;

	if (localtime_r(&when, &tm))
		offset = (int)tm.tm_gmtoff;
	parts_of(clip(t) + offset, out);
	out->offset = offset;
}

static void add_offset(struct str *b, int offset, const char *colon)
{
	int minutes = (offset < 0 ? -offset : offset) / 60;

	str_addf(b, "%c%02d%s%02d", offset < 0 ? '-' : '+', minutes / 60, colon,
		 minutes % 60);
}

void clock_add_rfc5322(struct str *b, int64_t t)
{
	struct clock_parts p;

	clock_local(t, &p);
	str_addf(b, "%s, %02d %s %04d %02d:%02d:%02d ", day_names[p.weekday],
		 p.day, month_names[p.month - 1], p.year, p.hour, p.minute,
		 p.second);
	add_offset(b, p.offset, "");
}

void clock_add_local_iso(struct str *b, int64_t t)
{
	struct clock_parts p;

	clock_local(t, &p);
	str_addf(b, "%04d-%02d-%02dT%02d:%02d:%02d", p.year, p.month, p.day,
		 p.hour, p.minute, p.second);
	add_offset(b, p.offset, ":");
}

void clock_add_short(struct str *b, int64_t t, int64_t now)
{
	struct clock_parts p, n;
	int64_t days;

	if (t == CLOCK_NEVER)
		return;
	clock_local(t, &p);
	clock_local(now, &n);
	days = days_of(n.year, n.month, n.day) -
	       days_of(p.year, p.month, p.day);
	if (days == 0)
		str_addf(b, "%02d:%02d", p.hour, p.minute);
	else if (days > 0 && days <= 6)
		str_add(b, day_names[p.weekday]);
	else if (p.year == n.year)
		str_addf(b, "%d %s", p.day, month_names[p.month - 1]);
	else
		str_addf(b, "%04d-%02d-%02d", p.year, p.month, p.day);
}

void clock_add_long(struct str *b, int64_t t)
{
	struct clock_parts p;

	if (t == CLOCK_NEVER)
		return;
	clock_local(t, &p);
	str_addf(b, "%s %d %s %04d %02d:%02d", day_names[p.weekday], p.day,
		 month_names[p.month - 1], p.year, p.hour, p.minute);
}
