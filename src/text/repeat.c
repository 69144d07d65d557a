/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "text/repeat.h"

#include <ctype.h>
#include <string.h>

#include "text/span.h"

#define INTERVAL_MAX 999
#define COUNT_MAX 9999

struct words {
	struct strv v; /* lower case */
	size_t at;
};

static const char *peek(const struct words *w)
{
	return w->at < w->v.n ? w->v.v[w->at] : "";
}

static bool take(struct words *w, const char *word)
{
	if (!str_eq(peek(w), word))
		return false;
	w->at++;
	return true;
}

/* Any of "a|b|c". */
static bool take_any(struct words *w, const char *list)
{
	struct strv v CLEANUP(strv_release);

	strv_init(&v);
	strv_split(&v, list, "|");
	for (size_t i = 0; i < v.n; i++)
		if (take(w, v.v[i]))
			return true;
	return false;
}

/* "12", "12th"; 0: no number. */
static int number(const char *s)
{
	int n = 0;
	size_t i = 0;

	while (isdigit((unsigned char)s[i]) && i < 5)
		n = n * 10 + (s[i++] - '0');
	if (!i || (s[i] && !str_eq(s + i, "st") && !str_eq(s + i, "nd") &&
		   !str_eq(s + i, "rd") && !str_eq(s + i, "th")))
		return 0;
	return n;
}

/* At least three letters of a name, or all of it; -1: none. */
static int find_name(const char *s, const char *const *names, int n)
{
	size_t len = strlen(s);

	for (int i = 0; len >= 3 && i < n; i++)
		if (strncmp(s, names[i], len) == 0 ||
		    (str_ends(s, "s") && strlen(names[i]) + 1 == len &&
		     strncmp(s, names[i], len - 1) == 0))
			return i;
	return -1;
}

static int weekday(const char *s)
{
	static const char *const names[] = {"sunday",	 "monday",   "tuesday",
					    "wednesday", "thursday", "friday",
					    "saturday"};

	return find_name(s, names, 7);
}

static int month(const char *s)
{
	static const char *const names[] = {"january", "february", "march",
					    "april",   "may",	   "june",
					    "july",    "august",   "september",
					    "october", "november", "december"};

	return find_name(s, names, 12) + 1;
}

/* "mon", "mon-fri", "weekdays", "weekend day", "day"; 0: none here. */
static unsigned one_days(struct words *w, bool nth)
{
	const char *s = peek(w), *dash = strchr(s, '-');
	int day = weekday(s), last;
	unsigned days = 0;

	if (take_any(w, "weekday|weekdays|workday|workdays"))
		return RECUR_WORKDAYS;
	if (take_any(w, "weekend|weekends")) {
		(void)take_any(w, "day|days");
		return RECUR_WEEKEND;
	}
	if (nth && take(w, "day"))
		return RECUR_ALL_DAYS;
	if (dash) {
		char *from CLEANUP(mem_free_ptr) =
			xstrndup(s, (size_t)(dash - s));

		day = weekday(from);
		last = weekday(dash + 1);
		if (day < 0 || last < 0)
			return 0;
		for (int d = day;; d = (d + 1) % 7) {
			days |= 1u << d;
			if (d == last)
				break;
		}
	} else if (day >= 0) {
		days = 1u << day;
	}
	if (days)
		w->at++;
	return days;
}

static unsigned take_days(struct words *w, bool nth)
{
	unsigned days = 0, more;

	do {
		(void)take(w, "and");
		more = one_days(w, nth);
		days |= more;
	} while (more);
	return days;
}

static int take_nth(struct words *w)
{
	static const char *const names[] = {"first|1st", "second|2nd",
					    "third|3rd", "fourth|4th", "last"};

	for (int i = 0; i < 5; i++)
		if (take_any(w, names[i]))
			return i + 1;
	return 0;
}

/* --- what repeats --------------------------------------------------------- */

/* The unit, as daily, weekly ... or behind "every 3". */
static bool take_unit(struct words *w, struct recur *r)
{
	bool every = take(w, "every");
	int n = every ? number(peek(w)) : 0;
	unsigned days;

	if (n) {
		if (n > INTERVAL_MAX)
			return false;
		r->interval = n;
		w->at++;
	} else if (every && take(w, "other")) {
		r->interval = 2;
	}
	if (take_any(w, every ? "day|days" : "daily"))
		r->kind = RECUR_DAILY;
	else if (take_any(w, every ? "week|weeks" : "weekly"))
		r->kind = RECUR_WEEKLY;
	else if (take_any(w, every ? "month|months" : "monthly"))
		r->kind = RECUR_MONTHLY;
	else if (take_any(w, every ? "year|years" : "yearly|annually"))
		r->kind = RECUR_YEARLY;
	else if (!every && take(w, "fortnightly")) {
		r->kind = RECUR_WEEKLY;
		r->interval = 2;
	} else if ((days = take_days(w, false)) != 0) {
		r->kind = RECUR_WEEKLY;
		r->days = days;
	}
	return r->kind != RECUR_NONE;
}

static bool take_week(struct words *w, struct recur *r)
{
	unsigned days = take_days(w, false);

	r->days = days ? days : r->days;
	return days != 0;
}

/* "day 15", "15", "the last friday [of may]", "24 dec", "dec 24" */
static bool take_place(struct words *w, struct recur *r)
{
	bool yearly = r->kind == RECUR_YEARLY;
	int n;

	(void)take(w, "the");
	if (yearly && month(peek(w))) {
		r->month = month(peek(w));
		w->at++;
	}
	if ((n = take_nth(w)) != 0) {
		unsigned days = take_days(w, true);

		if (!days)
			return false;
		r->kind = yearly ? RECUR_YEARLY_NTH : RECUR_MONTHLY_NTH;
		r->nth = n;
		r->days = days;
		(void)take_any(w, "of|in");
	} else {
		(void)take(w, "day");
		n = number(peek(w));
		if (n < 1 || n > 31)
			return false;
		r->day = n;
		w->at++;
		(void)take(w, "of");
	}
	if (yearly && month(peek(w))) {
		r->month = month(peek(w));
		w->at++;
	}
	return true;
}

static bool take_where(struct words *w, struct recur *r)
{
	if (!take(w, "on"))
		return true;
	switch (r->kind) {
	case RECUR_WEEKLY:
		return take_week(w, r);
	case RECUR_MONTHLY:
	case RECUR_YEARLY:
		return take_place(w, r);
	case RECUR_DAILY:
	case RECUR_NONE:
	case RECUR_MONTHLY_NTH:
	case RECUR_YEARLY_NTH:
	case RECUR_KIND_COUNT:
		break;
	}
	return false;
}

/* --- its end -------------------------------------------------------------- */

/* "22 dec", "22 dec 2026", or a day as views take it. */
static bool take_date(struct words *w, const struct zone *zone, int64_t now,
		      int64_t start, int64_t *day, struct err *err)
{
	struct str rest CLEANUP(str_release) = STR_INIT;
	size_t left = w->v.n - w->at;
	int64_t from, to;
	struct clock_parts p;
	int d = number(peek(w)), m, y;

	zone_parts(start, &p);
	if (d && left >= 2 && (m = month(w->v.v[w->at + 1])) != 0) {
		y = left >= 3 ? number(w->v.v[w->at + 2]) : 0;
		w->at += y ? 3 : 2;
		*day = zone_wall_of(y ? y : p.year, m, d, 0, 0);
		if (!y && *day < zone_day(start))
			*day = zone_wall_of(p.year + 1, m, d, 0, 0);
		return true;
	}
	for (; w->at < w->v.n; w->at++)
		str_addf(&rest, "%s%s", rest.len ? " " : "", peek(w));
	if (!span_parse_days(rest.s, zone, now, &from, &to, err))
		return false;
	*day = zone_day(zone_wall(zone, from));
	return true;
}

static bool take_end(struct words *w, const struct zone *zone, int64_t now,
		     int64_t start, struct recur *r, struct err *err)
{
	int n;

	if (take_any(w, "until|till")) {
		r->end = RECUR_UNTIL;
		if (!take_date(w, zone, now, start, &r->end_day, err))
			return false;
		return r->end_day >= zone_day(start) ||
		       err_set(err, ERR_INPUT,
			       "the series would end before it begins");
	}
	(void)take_any(w, "for|x");
	n = number(peek(w));
	if (n) {
		w->at++;
		(void)take_any(w, "times|time");
		if (n > COUNT_MAX)
			return err_set(err, ERR_INPUT, "at most %d times",
				       COUNT_MAX);
		r->end = RECUR_COUNTED;
		r->count = n;
	}
	(void)take_any(w, "forever|endless");
	return true;
}

/* --- the whole ------------------------------------------------------------ */

static void split(struct words *w, const char *text)
{
	char *copy CLEANUP(mem_free_ptr) = xstrdup(text);

	for (char *p = copy; *p; p++)
		*p = (char)tolower((unsigned char)*p);
	strv_init(&w->v);
	strv_split(&w->v, copy, " ,\t");
	w->at = 0;
}

static bool parse(struct words *w, int64_t start, const struct zone *zone,
		  int64_t now, struct recur *r, struct err *err)
{
	struct clock_parts p;

	zone_parts(start, &p);
	*r = (struct recur){.interval = 1,
			    .days = 1u << p.weekday,
			    .nth = 1,
			    .day = p.day,
			    .month = p.month,
			    .week_start = 1,
			    .start_day = CLOCK_NEVER,
			    .end_day = CLOCK_NEVER};
	if (!w->v.n || take_any(w, "none|no|never|once"))
		return true;
	if (!take_unit(w, r) || !take_where(w, r))
		return err_set(err, ERR_INPUT,
			       "\"%s\" is not understood: daily, every 2 weeks "
			       "on mon, thu, monthly on day 15, monthly on the "
			       "last friday, yearly, none",
			       w->at < w->v.n ? peek(w) : w->v.v[0]);
	if (!take_end(w, zone, now, start, r, err))
		return false;
	if (w->at < w->v.n)
		return err_set(
			err, ERR_INPUT,
			"\"%s\" is left over: an end is \"until 22 dec\" "
			"or \"10 times\"",
			peek(w));
	return true;
}

bool repeat_parse(const char *text, int64_t start, const struct zone *zone,
		  int64_t now, struct recur *out, struct err *err)
{
	struct words w;
	struct recur r;
	bool ok;

	split(&w, text);
	ok = parse(&w, start, zone, now, &r, err);
	strv_release(&w.v);
	if (ok)
		*out = r;
	return ok;
}
