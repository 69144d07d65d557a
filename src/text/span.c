/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "text/span.h"

#include <ctype.h>
#include <string.h>

#include "base/str.h"

#define DAY ((int64_t)86400)

static const char *const day_names[7] = {"sunday",    "monday",	  "tuesday",
					 "wednesday", "thursday", "friday",
					 "saturday"};
static const char *const month_names[12] = {
	"january", "february", "march",	    "april",   "may",	   "june",
	"july",	   "august",   "september", "october", "november", "december"};

static const char *skip(const char *s)
{
	while (*s == ' ' || *s == '\t' || *s == ',')
		s++;
	return s;
}

static size_t word_len(const char *s)
{
	size_t n = 0;

	while (isalpha((unsigned char)s[n]))
		n++;
	return n;
}

/* Is the word at s (n letters) a name or its first three letters or more? */
static bool is_name(const char *s, size_t n, const char *name)
{
	size_t full = strlen(name);

	if (n < 3 || n > full)
		return false;
	for (size_t i = 0; i < n; i++)
		if (tolower((unsigned char)s[i]) != name[i])
			return false;
	return true;
}

static bool is_word(const char *s, size_t n, const char *word)
{
	return n == strlen(word) && is_name(s, n, word);
}

static int find_name(const char *s, size_t n, const char *const *names,
		     int count)
{
	for (int i = 0; i < count; i++)
		if (is_name(s, n, names[i]))
			return i;
	return -1;
}

static bool number(const char **s, int *out, int digits_max)
{
	int n = 0, v = 0;

	while (isdigit((unsigned char)(*s)[n]) && n < digits_max)
		v = v * 10 + ((*s)[n++] - '0');
	if (!n || isdigit((unsigned char)(*s)[n]))
		return false;
	*s += n;
	*out = v;
	return true;
}

bool span_parse_length(const char *text, int64_t *seconds, const char **rest)
{
	const char *s = skip(text);
	int64_t total = 0;
	bool any = false;
	int v;

	for (;;) {
		const char *p = s;
		char unit;
		int64_t factor;

		if (!number(&p, &v, 5))
			break;
		unit = (char)tolower((unsigned char)*p);
		factor = unit == 'm'   ? 60
			 : unit == 'h' ? 3600
			 : unit == 'd' ? DAY
			 : unit == 'w' ? 7 * DAY
				       : 0;
		if (!factor)
			break;
		p++;
		if (unit == 'm' && strncmp(p, "in", 2) == 0)
			p += 2;
		/* "10may" is no length */
		if (isalpha((unsigned char)*p))
			break;
		total += v * factor;
		any = true;
		s = p;
	}
	if (!any)
		return false;
	*seconds = total;
	if (rest)
		*rest = s;
	return true;
}

/* --- days ----------------------------------------------------------------- */

static bool iso_day(const char **s, int64_t *day)
{
	const char *p = *s;
	int y, m, d;

	if (!number(&p, &y, 4) || *p++ != '-' || !number(&p, &m, 2) ||
	    *p++ != '-' || !number(&p, &d, 2) || y < 1602 || m < 1 || m > 12 ||
	    d < 1 || d > zone_month_days(y, m))
		return false;
	/* with a time behind it, as in RFC 3339 */
	*s = *p == 'T' ? p + 1 : p;
	*day = clock_from_utc(y, m, d, 0, 0, 0);
	return true;
}

/* "30 nov", "30 nov 2026", "30.11.": the next such day. */
static bool short_day(const char **s, int64_t today, int64_t *day)
{
	const char *p = *s;
	int d, month, year = 0;
	struct clock_parts now;

	if (!number(&p, &d, 2))
		return false;
	if (*p == '.') {
		p++;
		if (!number(&p, &month, 2) || *p++ != '.')
			return false;
	} else {
		p = skip(p);
		month = find_name(p, word_len(p), month_names, 12) + 1;
		p += word_len(p);
	}
	if (month < 1 || month > 12 || d < 1 || d > 31)
		return false;
	*s = p;
	p = skip(p);
	if (number(&p, &year, 4) && year > 1900 && *p != ':' && *p != '-')
		*s = p;
	else
		year = 0;
	zone_parts(today, &now);
	*day = zone_wall_of(year ? year : now.year, month, d, 0, 0);
	if (!year && *day < today - 60 * DAY)
		*day = zone_wall_of(now.year + 1, month, d, 0, 0);
	return true;
}

/* near: the day from which a weekday is looked for. */
static bool named_day(const char **s, int64_t today, int64_t near, int64_t *day)
{
	size_t n = word_len(*s);
	int weekday, ahead, next = 0;

	/* "next mon": the first one that is not today. */
	if (is_word(*s, n, "next") || is_word(*s, n, "last")) {
		const char *p = skip(*s + n);

		next = is_word(*s, n, "next") ? 1 : -1;
		n = word_len(p);
		if (find_name(p, n, day_names, 7) < 0)
			return false;
		*s = p;
	}
	weekday = find_name(*s, n, day_names, 7);
	if (is_word(*s, n, "today"))
		*day = today;
	else if (is_word(*s, n, "tomorrow"))
		*day = today + DAY;
	else if (is_word(*s, n, "yesterday"))
		*day = today - DAY;
	else if (weekday >= 0) {
		ahead = (weekday - zone_weekday(near) + 7) % 7;
		if (next > 0 && !ahead)
			ahead = 7;
		else if (next < 0)
			ahead -= 7;
		*day = near + ahead * DAY;
	} else {
		return false;
	}
	*s += n;
	return true;
}

static bool any_day(const char **s, int64_t today, int64_t near, int64_t *day)
{
	*s = skip(*s);
	return iso_day(s, day) || named_day(s, today, near, day) ||
	       short_day(s, today, day);
}

static int64_t week_of(int64_t day)
{
	return day - (zone_weekday(day) + 6) % 7 * DAY;
}

/* week, month, year, "next week": a span of its own. */
static bool named_span(const char **text, int64_t today, int64_t *from,
		       int64_t *to)
{
	const char *s = skip(*text);
	size_t n = word_len(s);
	struct clock_parts p;
	int next = 0;

	if (is_word(s, n, "next") || is_word(s, n, "last")) {
		next = is_word(s, n, "next") ? 1 : -1;
		s = skip(s + n);
		n = word_len(s);
	} else if (is_word(s, n, "this")) {
		s = skip(s + n);
		n = word_len(s);
	}
	zone_parts(today, &p);
	if (is_word(s, n, "week")) {
		*from = week_of(today) + next * 7 * DAY;
		*to = *from + 7 * DAY;
	} else if (is_word(s, n, "workweek")) {
		*from = week_of(today) + next * 7 * DAY;
		*to = *from + 5 * DAY;
	} else if (is_word(s, n, "month")) {
		*from = zone_wall_of(p.year, p.month + next, 1, 0, 0);
		*to = zone_wall_of(p.year, p.month + next + 1, 1, 0, 0);
	} else if (is_word(s, n, "year")) {
		*from = zone_wall_of(p.year + next, 1, 1, 0, 0);
		*to = zone_wall_of(p.year + next + 1, 1, 1, 0, 0);
	} else {
		return false;
	}
	*text = s + n;
	return true;
}

static bool days_error(const char *text, struct err *err)
{
	return err_set(err, ERR_INPUT,
		       "'%.60s' is no range: today, tomorrow, fri, week, next "
		       "week, month, 2026-11-30, 30 nov, 5d, or a day and a "
		       "length or second day (tomorrow 3d)",
		       text);
}

bool span_parse_days(const char *text, const struct zone *zone, int64_t now,
		     int64_t *from, int64_t *to, struct err *err)
{
	int64_t today = zone_day(zone_wall(zone, now)), a, b, length;
	const char *s = skip(str_or_empty(text));

	if (!*s) {
		a = today;
		b = a + DAY;
	} else if (named_span(&s, today, &a, &b)) {
	} else if (*s == '+' || span_parse_length(s, &length, NULL)) {
		s += *s == '+';
		if (!span_parse_length(s, &length, &s))
			return days_error(text, err);
		a = today;
		b = a + (length < DAY ? DAY : length / DAY * DAY);
	} else if (any_day(&s, today, today, &a)) {
		const char *p = skip(s);

		if (strncmp(p, "to ", 3) == 0 || strncmp(p, "- ", 2) == 0)
			p = skip(p + 2);
		else if (strncmp(p, "..", 2) == 0)
			p += 2;
		b = a + DAY;
		if (span_parse_length(p, &length, &p)) {
			b = a + (length < DAY ? DAY : length / DAY * DAY);
			s = p;
		} else if (*p && any_day(&p, a, a, &b)) {
			b += DAY;
			s = p;
		}
	} else {
		return days_error(text, err);
	}
	if (*skip(s) || b <= a)
		return days_error(text, err);
	*from = zone_instant(zone, a);
	*to = zone_instant(zone, b);
	return true;
}

/* --- when an entry is ----------------------------------------------------- */

/* "9:30", "14.15"? no: "9:30", "9am", "9"; the last only where bare. */
static bool clock_time(const char **s, bool bare, int *seconds)
{
	const char *p = *s;
	int h, m = 0;
	bool am, pm, colon = false;

	if (!number(&p, &h, 2))
		return false;
	if (*p == ':') {
		p++;
		colon = number(&p, &m, 2);
		if (!colon)
			return false;
		if (*p == ':') { /* seconds */
			int sec;

			p++;
			if (!number(&p, &sec, 2))
				return false;
		}
	}
	am = strncasecmp(p, "am", 2) == 0 && !isalpha((unsigned char)p[2]);
	pm = strncasecmp(p, "pm", 2) == 0 && !isalpha((unsigned char)p[2]);
	if (am || pm) {
		if (h < 1 || h > 12)
			return false;
		h = h % 12 + (pm ? 12 : 0);
		p += 2;
	} else if (!colon && !bare) {
		return false;
	} else if (!colon && isalpha((unsigned char)*p)) {
		return false; /* "3d", "10may" */
	}
	if (h > 24 || m > 59 || (h == 24 && m))
		return false;
	*seconds = h * 3600 + m * 60;
	*s = p;
	return true;
}

struct parts {
	int64_t day, last_day; /* wall; last_day for "mon - wed" */
	int64_t length;	       /* -1: not given */
	int start, end;	       /* seconds; -1: not given */
	bool has_day, has_last;
};

static bool is_dash(const char *s)
{
	return *s == '-' || strncmp(s, "\xe2\x80\x93", 3) == 0;
}

static const char *after_dash(const char *s)
{
	return skip(s + (*s == '-' ? 1 : 3));
}

/* "10-11", "14:00 - 15:30", "9:30 for 45m", "9:30 45m". */
static void read_times(const char **text, struct parts *p)
{
	const char *s = skip(*text), *q;
	size_t n = word_len(s);

	if (is_word(s, n, "at"))
		s = skip(s + n);
	q = s;
	/* A bare hour only where a range or a length follows. */
	if (!clock_time(&q, true, &p->start))
		return;
	if (is_dash(skip(q)) || clock_time(&s, false, &p->start)) {
		const char *r = skip(q);

		*text = q;
		if (is_dash(r)) {
			r = after_dash(r);
			if (clock_time(&r, true, &p->end))
				*text = r;
		}
	} else {
		p->start = -1;
		return;
	}
	s = skip(*text);
	n = word_len(s);
	if (is_word(s, n, "for"))
		s = skip(s + n);
	if (p->end < 0 && span_parse_length(s, &p->length, &s))
		*text = s;
}

static void read_day(const char **text, int64_t today, int64_t near,
		     struct parts *p)
{
	const char *s = *text, *q;

	if (!any_day(&s, today, near, &p->day))
		return;
	p->has_day = true;
	*text = s;
	q = skip(s);
	if (!is_dash(q))
		return;
	q = after_dash(q);
	if (any_day(&q, p->day, p->day, &p->last_day) &&
	    p->last_day >= p->day) {
		p->has_last = true;
		*text = q;
	}
}

static bool when_error(const char *text, struct err *err)
{
	return err_set(err, ERR_INPUT,
		       "'%.60s' does not begin with a time: fri 9:30 45m, "
		       "tomorrow 10-11, 2026-11-30 14:00-15:30, 9:30 for 1h, "
		       "fri (all day), mon - wed",
		       text);
}

static void all_day(const struct parts *p, struct span *out)
{
	int64_t days = p->length > 0 ? (p->length + DAY - 1) / DAY : 1;

	out->all_day = true;
	out->start = p->day;
	out->end = p->has_last ? p->last_day + DAY : p->day + days * DAY;
	out->has_end = p->has_last || p->length > 0;
}

static void timed(const struct parts *p, const struct zone *zone, int64_t now,
		  int64_t length, struct span *out)
{
	int64_t start = zone_instant(zone, p->day + p->start), end;

	if (!p->has_day && start < now) {
		start = zone_instant(zone, p->day + DAY + p->start);
	}
	if (p->end >= 0) {
		int64_t day = zone_day(zone_wall(zone, start));

		if (p->has_last)
			day = p->last_day;
		end = zone_instant(zone, day + p->end);
		if (end <= start)
			end = zone_instant(zone, day + DAY + p->end);
	} else {
		end = start + (p->length > 0 ? p->length : length);
	}
	out->start = start;
	out->end = end;
	out->has_end = p->end >= 0 || p->length > 0;
}

static int64_t base_day(const struct span *base, const struct zone *zone)
{
	return zone_day(base->all_day ? base->start
				      : zone_wall(zone, base->start));
}

/* What is left out comes from the base. */
static void fill_from_base(struct parts *p, const struct span *base,
			   const struct zone *zone, int64_t *length)
{
	int64_t wall =
		base->all_day ? base->start : zone_wall(zone, base->start);

	if (!p->has_day) {
		p->day = zone_day(wall);
		p->has_day = true;
	}
	if (p->start < 0 && !base->all_day)
		p->start = (int)(wall - zone_day(wall));
	if (base->end > base->start && !base->all_day)
		*length = base->end - base->start;
	else if (base->all_day && p->start < 0 && p->length < 0)
		p->length = base->end - base->start;
}

bool span_parse(const char *text, const struct zone *zone, int64_t now,
		int64_t length, const struct span *base, struct span *out,
		const char **rest, struct err *err)
{
	int64_t today = zone_day(zone_wall(zone, now)), shift;
	const char *s = skip(text);
	struct parts p = {.day = today, .length = -1, .start = -1, .end = -1};

	*out = (struct span){.all_day = false};
	if (base && (*s == '+' || *s == '-') &&
	    span_parse_length(s + 1, &shift, rest)) {
		shift = *s == '-' ? -shift : shift;
		*out = *base;
		out->start += shift;
		out->end += shift;
		/* Days later is the same time of day, whatever the clocks do. */
		if (!base->all_day && shift % DAY == 0) {
			int64_t wall = zone_wall(zone, base->start) + shift;

			out->start = zone_instant(zone, wall);
			out->end = out->start + (base->end - base->start);
		}
		out->has_day = out->has_time = true;
		return true;
	}
	read_day(&s, today, base ? base_day(base, zone) : today, &p);
	read_times(&s, &p);
	if (p.start < 0 && p.length < 0) {
		const char *q = skip(s);

		if (span_parse_length(q, &p.length, &q))
			s = q;
	}
	if (!p.has_day && p.start < 0 && (!base || p.length < 0))
		return when_error(text, err);
	out->has_day = p.has_day;
	out->has_time = p.start >= 0;
	if (base)
		fill_from_base(&p, base, zone, &length);
	if (p.start >= 0)
		timed(&p, zone, now, length, out);
	else
		all_day(&p, out);
	*rest = skip(s);
	return true;
}
