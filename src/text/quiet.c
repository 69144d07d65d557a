/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "text/quiet.h"

#include <string.h>
#include <strings.h>

#include "base/str.h"

#define DAY_MINUTES 1440

static bool read_day(const char **s, int *day)
{
	static const char *const names[] = {"sun", "mon", "tue", "wed",
					    "thu", "fri", "sat"};

	for (int i = 0; i < 7; i++)
		if (strncasecmp(*s, names[i], 3) == 0) {
			*day = i;
			*s += 3;
			return true;
		}
	return false;
}

static bool read_number(const char **s, int max, int *out)
{
	const char *p = *s;
	int n = 0;

	for (; *p >= '0' && *p <= '9' && p - *s < 2; p++)
		n = n * 10 + (*p - '0');
	if (p == *s || n > max)
		return false;
	*s = p;
	*out = n;
	return true;
}

static bool read_time(const char **s, int *minute)
{
	int h, m = 0;

	if (!read_number(s, 24, &h))
		return false;
	if (**s == ':') {
		++*s;
		if (!read_number(s, 59, &m))
			return false;
	}
	*minute = h * 60 + m;
	return *minute <= DAY_MINUTES;
}

struct rule {
	int first, last; /* days */
	int from, to;	 /* minutes; to may be below from */
};

static bool read_rule(const char *s, struct rule *r)
{
	*r = (struct rule){0, 6, 0, DAY_MINUTES};
	s += strspn(s, " \t");
	if (read_day(&s, &r->first)) {
		r->last = r->first;
		if (*s == '-' && (++s, !read_day(&s, &r->last)))
			return false;
		s += strspn(s, " \t");
		if (!*s)
			return true;
	}
	if (!read_time(&s, &r->from) || *s++ != '-' || !read_time(&s, &r->to))
		return false;
	s += strspn(s, " \t");
	return !*s;
}

static bool has_day(const struct rule *r, int day)
{
	return r->first <= r->last ? day >= r->first && day <= r->last
				   : day >= r->first || day <= r->last;
}

bool quiet_covers(const char *rule, int day, int minute, bool *covers,
		  struct err *err)
{
	struct rule r;

	*covers = false;
	if (!read_rule(rule, &r))
		return err_set(err, ERR_INPUT,
			       "\"%s\" are no quiet hours (22:00-7:00, sat, "
			       "mon-fri 18:00-8:00)",
			       rule);
	if (r.from < r.to)
		*covers = has_day(&r, day) && minute >= r.from && minute < r.to;
	else
		*covers = (has_day(&r, day) && minute >= r.from) ||
			  (has_day(&r, (day + 6) % 7) && minute < r.to);
	return true;
}
