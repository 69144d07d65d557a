/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "text/search_value.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"

#define DAY 86400

/* A day, month or year as [from, to). */
struct period {
	int64_t from, to;
};

/* UTC seconds of a local midnight; months and days may overflow. */
static int64_t local_midnight(int year, int month, int day)
{
	int64_t t;
	struct clock_parts p;

	while (month > 12) {
		month -= 12;
		year++;
	}
	while (month < 1) {
		month += 12;
		year--;
	}
	t = clock_from_utc(year, month, 1, 0, 0, 0) + (int64_t)(day - 1) * DAY;
	/* Twice: the first guess may lie on the other side of a change. */
	clock_local(t, &p);
	clock_local(t - p.offset, &p);
	return t - p.offset;
}

static bool is_calendar_day(int y, int m, int d)
{
	static const int days[] = {31, 29, 31, 30, 31, 30,
				   31, 31, 30, 31, 30, 31};

	return y >= 1970 && y <= 2999 && m >= 1 && m <= 12 && d >= 1 &&
	       d <= days[m - 1];
}

static bool read_absolute(const char *s, struct period *out)
{
	int y, m, d, n = -1;
	size_t len = strlen(s);

	if (sscanf(s, "%4d-%2d-%2d%n", &y, &m, &d, &n) == 3 && n == (int)len) {
		if (!is_calendar_day(y, m, d))
			return false;
		*out = (struct period){local_midnight(y, m, d),
				       local_midnight(y, m, d + 1)};
		return true;
	}
	n = -1;
	if ((sscanf(s, "%2d/%2d/%4d%n", &d, &m, &y, &n) == 3 ||
	     sscanf(s, "%2d.%2d.%4d%n", &d, &m, &y, &n) == 3) &&
	    n == (int)len) {
		if (y < 100)
			y += 2000;
		if (!is_calendar_day(y, m, d))
			return false;
		*out = (struct period){local_midnight(y, m, d),
				       local_midnight(y, m, d + 1)};
		return true;
	}
	n = -1;
	if (sscanf(s, "%4d-%2d%n", &y, &m, &n) == 2 && n == (int)len) {
		if (!is_calendar_day(y, m, 1))
			return false;
		*out = (struct period){local_midnight(y, m, 1),
				       local_midnight(y, m + 1, 1)};
		return true;
	}
	n = -1;
	if (len == 4 && sscanf(s, "%4d%n", &y, &n) == 1 && n == 4 &&
	    is_calendar_day(y, 1, 1)) {
		*out = (struct period){local_midnight(y, 1, 1),
				       local_midnight(y + 1, 1, 1)};
		return true;
	}
	return false;
}

/* "7d": the moment that long ago, to now. */
static bool read_ago(const char *s, int64_t now, struct period *out)
{
	static const char *const names[] = {"monday",	"tuesday", "wednesday",
					    "thursday", "friday",  "saturday",
					    "sunday"};
	struct clock_parts p;
	char unit;
	int count, n = -1;

	clock_local(now, &p);
	if (strcasecmp(s, "today") == 0) {
		*out = (struct period){
			local_midnight(p.year, p.month, p.day),
			local_midnight(p.year, p.month, p.day + 1)};
		return true;
	}
	if (strcasecmp(s, "yesterday") == 0) {
		*out = (struct period){
			local_midnight(p.year, p.month, p.day - 1),
			local_midnight(p.year, p.month, p.day)};
		return true;
	}
	for (int i = 0; i < 7; i++) {
		int back = (int)((now + p.offset) / DAY + 3 - i) % 7;

		if (strcasecmp(s, names[i]) != 0)
			continue;
		if (back == 0)
			back = 7;
		*out = (struct period){
			local_midnight(p.year, p.month, p.day - back),
			local_midnight(p.year, p.month, p.day - back + 1)};
		return true;
	}
	if (s[0] < '0' || s[0] > '9' || strlen(s) > 8 ||
	    sscanf(s, "%5d%c%n", &count, &unit, &n) != 2 || n != (int)strlen(s))
		return false;
	if (count > (unit == 'y' ? 100 : unit == 'm' ? 1200 : 36500))
		return false;
	out->to = INT64_MAX;
	switch (unit) {
	case 'h':
		out->from = now - (int64_t)count * 3600;
		return true;
	case 'd':
		out->from = local_midnight(p.year, p.month, p.day - count);
		return true;
	case 'w':
		out->from = local_midnight(p.year, p.month, p.day - 7 * count);
		return true;
	case 'm':
		out->from = local_midnight(p.year, p.month - count, p.day);
		return true;
	case 'y':
		out->from = local_midnight(p.year - count, p.month, p.day);
		return true;
	}
	return false;
}

static bool read_period(const char *s, int64_t now, struct period *out)
{
	return read_absolute(s, out) || read_ago(s, now, out);
}

/* The place of ".." or, between dates with slashes, of '-'; NULL: no range. */
static const char *find_range(const char *s, size_t *len)
{
	const char *dots = strstr(s, "..");
	const char *dash = strchr(s, '-');

	if (dots) {
		*len = 2;
		return dots;
	}
	if (dash && (strchr(s, '/') || dash == s) && !strchr(dash + 1, '-')) {
		*len = 1;
		return dash;
	}
	return NULL;
}

bool search_date_range(const char *s, int64_t now, struct search_range *r)
{
	struct period a, b;
	size_t n;
	const char *between;

	*r = (struct search_range){.has_min = true, .has_max = true};
	if (s[0] == '<' || s[0] == '>') {
		bool younger = s[0] == '<';

		s += 1 + (s[1] == '=');
		/* With an age as in mutt: <7d is younger than that. */
		if (read_absolute(s, &a))
			younger = !younger;
		else if (!read_ago(s, now, &a))
			return false;
		*r = (struct search_range){.has_min = younger,
					   .has_max = !younger,
					   .min = a.from,
					   .max = a.from};
		return true;
	}
	between = find_range(s, &n);
	if (between) {
		CLEANUP(mem_free_ptr)
		char *left = xstrndup(s, (size_t)(between - s));
		const char *right = between + n;

		r->has_min = left[0] != '\0';
		r->has_max = right[0] != '\0';
		if ((r->has_min && !read_period(left, now, &a)) ||
		    (r->has_max && !read_period(right, now, &b)) ||
		    (!r->has_min && !r->has_max))
			return false;
		r->min = r->has_min ? a.from : 0;
		r->max = r->has_max ? b.to : 0;
		if (r->has_max && r->max == INT64_MAX)
			r->max = b.from;
		return true;
	}
	if (!read_period(s, now, &a))
		return false;
	r->min = a.from;
	r->max = a.to;
	r->has_max = a.to != INT64_MAX;
	return true;
}

/* "10k" at s; how many bytes it takes, 0: no size. */
static size_t read_size(const char *s, int64_t *out)
{
	size_t i = 0;
	int64_t n = 0, unit = 1;

	while (s[i] >= '0' && s[i] <= '9' && i < 12)
		n = n * 10 + (s[i++] - '0');
	if (i == 0)
		return 0;
	switch (s[i]) {
	case 'k':
	case 'K':
		unit = 1024;
		break;
	case 'm':
	case 'M':
		unit = 1024 * 1024;
		break;
	case 'g':
	case 'G':
		unit = 1024 * 1024 * 1024;
		break;
	}
	i += unit > 1;
	if (s[i] == 'b' || s[i] == 'B')
		i++;
	if (n > INT64_MAX / 4 / unit)
		return 0;
	*out = n * unit;
	return i;
}

bool search_size_range(const char *s, struct search_range *r)
{
	size_t n;

	*r = (struct search_range){.has_min = true};
	if (s[0] == '<' || s[0] == '-') {
		*r = (struct search_range){.has_max = true};
		n = read_size(s + 1, &r->max);
		r->min = r->max;
		return n > 0 && s[1 + n] == '\0';
	}
	if (s[0] == '>')
		s += 1 + (s[1] == '=');
	n = read_size(s, &r->min);
	if (n == 0)
		return false;
	if (s[n] == '\0')
		return true;
	if (s[n] != '-')
		return false;
	s += n + 1;
	if (s[0] == '\0')
		return true;
	n = read_size(s, &r->max);
	r->has_max = true;
	r->max++; /* the upper end counts */
	return n > 0 && s[n] == '\0';
}
