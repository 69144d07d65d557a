/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "text/when.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"

#define MORNING_HOUR 8

/* UTC of a civil local time. The offset is that of the moment itself; two
 * rounds settle it but in the hour that a change of clocks leaves out. */
static int64_t from_local(int year, int month, int day, int h, int m, int s)
{
	int64_t t = clock_from_utc(year, month, day, h, m, s), guess = t;
	struct clock_parts p;

	for (int i = 0; i < 2; i++) {
		clock_local(guess, &p);
		guess = t - p.offset;
	}
	return guess;
}

/* "9", "9:05", "18.30", "9:05:10", "9am": bytes used, 0: no time of day. */
static size_t read_time(const char *s, int *h, int *m, int *sec)
{
	int n = 0, k = 0;

	*m = *sec = 0;
	if (!isdigit((unsigned char)*s) || sscanf(s, "%2d%n", h, &n) != 1 ||
	    *h > 24)
		return 0;
	if ((s[n] == ':' || s[n] == '.') &&
	    sscanf(s + n + 1, "%2d%n", m, &k) == 1 && k == 2) {
		n += 1 + k;
		if (s[n] == ':' && sscanf(s + n + 1, "%2d%n", sec, &k) == 1)
			n += 1 + k;
	}
	if (strncasecmp(s + n, "am", 2) == 0 ||
	    strncasecmp(s + n, "pm", 2) == 0) {
		if (*h < 1 || *h > 12)
			return 0;
		*h = *h % 12 + (tolower((unsigned char)s[n]) == 'p' ? 12 : 0);
		n += 2;
	}
	return *m < 60 && *sec < 60 ? (size_t)n : 0;
}

/* "+2h", "in 90 minutes": seconds; 0: no such thing. */
static int64_t read_span(const char *s)
{
	static const struct {
		const char *unit;
		int64_t seconds;
	} units[] = {{"m", 60},	       {"min", 60},   {"minute", 60},
		     {"minutes", 60},  {"h", 3600},   {"hour", 3600},
		     {"hours", 3600},  {"d", 86400},  {"day", 86400},
		     {"days", 86400},  {"w", 604800}, {"week", 604800},
		     {"weeks", 604800}};
	int n = 0, count = 0;

	if (*s == '+')
		s++;
	else if (strncasecmp(s, "in ", 3) == 0)
		s += 3;
	if (sscanf(s, " %5d%n", &count, &n) != 1 || count <= 0)
		return 0;
	s += n + (int)strspn(s + n, " ");
	for (size_t i = 0; i < ARRAY_LEN(units); i++)
		if (strcasecmp(s, units[i].unit) == 0)
			return count * units[i].seconds;
	return 0;
}

/* Days from now a word means: "today", "tomorrow", a weekday; -1: none. */
static int days_of(const char *s, size_t len, int weekday)
{
	static const char *const days[] = {"sunday",	"monday",   "tuesday",
					   "wednesday", "thursday", "friday",
					   "saturday"};

	if (len == 5 && strncasecmp(s, "today", 5) == 0)
		return 0;
	if (len == 8 && strncasecmp(s, "tomorrow", 8) == 0)
		return 1;
	for (int i = 0; i < 7; i++)
		if (len >= 3 && len <= strlen(days[i]) &&
		    strncasecmp(s, days[i], len) == 0)
			return (i - weekday + 6) % 7 + 1;
	return -1;
}

static bool bad(const char *text, struct err *err)
{
	return err_set(err, ERR_INPUT,
		       "\"%.80s\" is no time: write 18:30, tomorrow 9:00, fri "
		       "14:15, +2h or 2026-11-30 8:00",
		       text);
}

/* A date and perhaps a time behind it. */
static bool read_date(const char *s, int64_t *out)
{
	int y, mo, d, n = 0, h = MORNING_HOUR, m = 0, sec = 0;
	size_t used;

	if (sscanf(s, "%4d-%2d-%2d%n", &y, &mo, &d, &n) != 3 || y < 1970 ||
	    mo < 1 || mo > 12 || d < 1 || d > 31)
		return false;
	s += n;
	if (!*s) {
		*out = from_local(y, mo, d, h, m, sec);
		return true;
	}
	if (*s != ' ' && *s != 'T')
		return false;
	s += 1 + (*s == ' ' ? strspn(s + 1, " ") : 0);
	used = read_time(s, &h, &m, &sec);
	if (!used || s[used])
		return false;
	*out = from_local(y, mo, d, h, m, sec);
	return true;
}

bool when_parse(const char *text, int64_t now, int64_t *out, struct err *err)
{
	const char *s = text + strspn(text, " \t");
	struct clock_parts p;
	size_t word = strcspn(s, " ");
	int h = MORNING_HOUR, m = 0, sec = 0, days;
	int64_t span = read_span(s);
	size_t used;

	if (span) {
		*out = now + span;
		return true;
	}
	/* A zone is written out: no local reading. */
	if (strlen(s) >= 17 && s[4] == '-' &&
	    (strchr(s + 10, 'Z') || strpbrk(s + 10, "+-"))) {
		if (!clock_parse_iso(s, out) || *out == CLOCK_NEVER)
			return bad(text, err);
		return true;
	}
	if (read_date(s, out))
		return true;
	clock_local(now, &p);
	days = days_of(s, word, p.weekday);
	if (days >= 0)
		s += word + strspn(s + word, " ");
	used = *s ? read_time(s, &h, &m, &sec) : 0;
	if ((*s && (!used || s[used])) || (days < 0 && !*s))
		return bad(text, err);
	*out = from_local(p.year, p.month, p.day + (days > 0 ? days : 0), h, m,
			  sec);
	if (days < 0 && *out <= now)
		*out = from_local(p.year, p.month, p.day + 1, h, m, sec);
	return true;
}
