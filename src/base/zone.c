/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "base/zone.h"

#include <ctype.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define DAY 86400
#define FILE_MAX ((size_t)1 << 20)
#define ZONE_DIR "/usr/share/zoneinfo"

enum day_rule { RULE_NONE, RULE_MONTH, RULE_JULIAN, RULE_YEARDAY };

/* When a clock is set, in a year. */
struct rule {
	enum day_rule kind;
	int month, week, day; /* RULE_MONTH: Mm.w.d; else day only */
	int time;	      /* seconds, may be negative or beyond a day */
};

struct zone {
	char *name;
	size_t n;
	int64_t *at;  /* instants, rising */
	int *offsets; /* from then on */
	int before;   /* before the first */
	/* After the last: the rule. */
	int standard, daylight;
	struct rule to_daylight, to_standard; /* RULE_NONE: no summer time */
};

/* --- arithmetic ----------------------------------------------------------- */

int zone_month_days(int year, int month)
{
	static const int days[12] = {31, 28, 31, 30, 31, 30,
				     31, 31, 30, 31, 30, 31};
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return month == 2 && leap ? 29 : days[(month + 11) % 12];
}

void zone_parts(int64_t wall, struct clock_parts *out)
{
	clock_utc(wall, out);
}

int64_t zone_wall_of(int year, int month, int day, int hour, int minute)
{
	int carry = month > 0 ? (month - 1) / 12 : -((12 - month) / 12);

	return clock_from_utc(year + carry, month - carry * 12, 1, 0, 0, 0) +
	       (int64_t)(day - 1) * DAY + hour * 3600 + minute * 60;
}

int64_t zone_day(int64_t wall)
{
	int64_t rest = wall % DAY;

	return wall - (rest < 0 ? rest + DAY : rest);
}

int zone_weekday(int64_t wall)
{
	int64_t days = zone_day(wall) / DAY;

	return (int)((days % 7 + 11) % 7);
}

/* --- POSIX rules ---------------------------------------------------------- */

static bool read_number(const char **s, int most, int *out)
{
	int v = 0;

	if (!isdigit((unsigned char)**s))
		return false;
	while (isdigit((unsigned char)**s)) {
		v = v * 10 + (**s - '0');
		if (v > most)
			return false;
		(*s)++;
	}
	*out = v;
	return true;
}

static bool read_name(const char **s)
{
	const char *from = *s;

	if (**s == '<') {
		while (**s && **s != '>')
			(*s)++;
		return *(*s)++ == '>';
	}
	while (isalpha((unsigned char)**s))
		(*s)++;
	return *s - from >= 3;
}

/* [+-]h[h][:mm[:ss]] */
static bool read_time(const char **s, int hours_max, int *out)
{
	int sign = **s == '-' ? -1 : 1, h, m = 0, sec = 0;

	if (**s == '-' || **s == '+')
		(*s)++;
	if (!read_number(s, hours_max, &h))
		return false;
	if (**s == ':' && ((*s)++, !read_number(s, 59, &m)))
		return false;
	if (**s == ':' && ((*s)++, !read_number(s, 59, &sec)))
		return false;
	*out = sign * (h * 3600 + m * 60 + sec);
	return true;
}

static bool read_rule(const char **s, struct rule *r)
{
	*r = (struct rule){.time = 7200};
	if (**s == 'M') {
		(*s)++;
		r->kind = RULE_MONTH;
		if (!read_number(s, 12, &r->month) || *(*s)++ != '.' ||
		    !read_number(s, 5, &r->week) || *(*s)++ != '.' ||
		    !read_number(s, 6, &r->day) || !r->month || !r->week)
			return false;
	} else {
		r->kind = **s == 'J' ? RULE_JULIAN : RULE_YEARDAY;
		*s += **s == 'J';
		if (!read_number(s, 365, &r->day))
			return false;
	}
	if (**s != '/')
		return true;
	(*s)++;
	return read_time(s, 167, &r->time);
}

static bool read_posix(struct zone *z, const char *s)
{
	int west;

	if (!read_name(&s) || !read_time(&s, 24, &west))
		return false;
	z->standard = z->daylight = -west;
	z->to_daylight.kind = z->to_standard.kind = RULE_NONE;
	if (!*s)
		return true;
	if (!read_name(&s))
		return false;
	z->daylight = z->standard + 3600;
	if (*s != ',') {
		if (!read_time(&s, 24, &west))
			return false;
		z->daylight = -west;
	}
	if (*s++ != ',' || !read_rule(&s, &z->to_daylight) || *s++ != ',' ||
	    !read_rule(&s, &z->to_standard))
		return false;
	return *s == '\0';
}

/* Wall time at which the rule strikes in a year. */
static int64_t rule_wall(const struct rule *r, int year)
{
	int64_t first = clock_from_utc(year, 1, 1, 0, 0, 0);
	int day, last;

	switch (r->kind) {
	case RULE_NONE:
		break;
	case RULE_JULIAN: /* 1-365, the leap day is never counted */
		day = r->day - 1;
		if (zone_month_days(year, 2) == 29 && r->day >= 60)
			day++;
		return first + (int64_t)day * DAY + r->time;
	case RULE_YEARDAY:
		return first + (int64_t)r->day * DAY + r->time;
	case RULE_MONTH:
		first = clock_from_utc(year, r->month, 1, 0, 0, 0);
		last = zone_month_days(year, r->month);
		day = 1 + (r->day - zone_weekday(first) + 7) % 7;
		day += 7 * (r->week - 1);
		while (day > last)
			day -= 7;
		return first + (int64_t)(day - 1) * DAY + r->time;
	}
	return first;
}

static int rule_offset(const struct zone *z, int64_t utc)
{
	struct clock_parts p;
	int64_t on, off;

	if (z->to_daylight.kind == RULE_NONE)
		return z->standard;
	zone_parts(utc + z->standard, &p);
	on = rule_wall(&z->to_daylight, p.year) - z->standard;
	off = rule_wall(&z->to_standard, p.year) - z->daylight;
	if (on < off)
		return utc >= on && utc < off ? z->daylight : z->standard;
	return utc >= off && utc < on ? z->standard : z->daylight;
}

/* --- files ---------------------------------------------------------------- */

static int64_t big_endian(const unsigned char *p, int bytes)
{
	uint64_t v = p[0] & 0x80 ? UINT64_MAX : 0;

	for (int i = 0; i < bytes; i++)
		v = v << 8 | p[i];
	return (int64_t)v;
}

struct tzif {
	int64_t isut, isstd, leap, time, type, chars;
	size_t size; /* of header and data */
	int width;   /* of a time */
};

static bool read_header(const unsigned char *p, size_t len, int width,
			struct tzif *h)
{
	if (len < 44 || memcmp(p, "TZif", 4) != 0)
		return false;
	h->width = width;
	h->isut = big_endian(p + 20, 4);
	h->isstd = big_endian(p + 24, 4);
	h->leap = big_endian(p + 28, 4);
	h->time = big_endian(p + 32, 4);
	h->type = big_endian(p + 36, 4);
	h->chars = big_endian(p + 40, 4);
	if (h->isut < 0 || h->isstd < 0 || h->leap < 0 || h->time < 0 ||
	    h->type < 1 || h->chars < 0 || h->time > 100000 || h->type > 256 ||
	    h->leap > 100000 || h->chars > 100000 || h->isut > 256 ||
	    h->isstd > 256)
		return false;
	h->size = 44 + (size_t)(h->time * (width + 1) + h->type * 6 + h->chars +
				h->leap * (width + 4) + h->isstd + h->isut);
	return h->size <= len;
}

static int type_offset(const unsigned char *types, int64_t n, int type)
{
	return type < n ? (int)big_endian(types + type * 6, 4) : 0;
}

static void read_times(struct zone *z, const unsigned char *p,
		       const struct tzif *h)
{
	const unsigned char *times = p + 44;
	const unsigned char *kinds = times + h->time * h->width;
	const unsigned char *types = kinds + h->time;

	z->n = (size_t)h->time;
	z->at = xcalloc(z->n ? z->n : 1, sizeof(*z->at));
	z->offsets = xcalloc(z->n ? z->n : 1, sizeof(*z->offsets));
	z->before = type_offset(types, h->type, 0);
	for (size_t i = 0; i < z->n; i++) {
		z->at[i] = big_endian(times + i * (size_t)h->width, h->width);
		z->offsets[i] = type_offset(types, h->type, kinds[i]);
	}
	z->standard = z->daylight = z->n ? z->offsets[z->n - 1] : z->before;
}

static bool read_tzif(struct zone *z, const unsigned char *p, size_t len)
{
	char rule[128];
	struct tzif h;
	size_t n;

	if (!read_header(p, len, 4, &h))
		return false;
	if (p[4] < '2') {
		read_times(z, p, &h);
		return true;
	}
	p += h.size;
	len -= h.size;
	if (!read_header(p, len, 8, &h))
		return false;
	read_times(z, p, &h);
	p += h.size;
	len -= h.size;
	if (len < 2 || p[0] != '\n')
		return true;
	for (n = 0; n + 1 < len && n < sizeof(rule) - 1 && p[n + 1] != '\n';
	     n++)
		rule[n] = (char)p[n + 1];
	rule[n] = '\0';
	if (n) {
		struct zone after = *z;

		if (read_posix(&after, rule))
			*z = after;
	}
	return true;
}

static struct zone *load_file(const char *path, const char *name)
{
	FILE *f = fopen(path, "rbe");
	unsigned char *data;
	struct zone *z = NULL;
	size_t len;

	if (!f)
		return NULL;
	data = xmalloc(FILE_MAX);
	len = fread(data, 1, FILE_MAX, f);
	fclose(f);
	z = xcalloc(1, sizeof(*z));
	z->name = xstrdup(name);
	if (!read_tzif(z, data, len)) {
		zone_free(z);
		z = NULL;
	}
	free(data);
	return z;
}

struct zone *zone_load(const char *name)
{
	char path[512];
	const char *dir = getenv("TZDIR");

	if (!name || !*name || *name == '/' || strstr(name, "..") ||
	    strlen(name) > 200)
		return NULL;
	if (strcmp(name, "UTC") == 0)
		return zone_from_rule("UTC0");
	snprintf(path, sizeof(path), "%s/%s", dir ? dir : ZONE_DIR, name);
	return load_file(path, name);
}

struct zone *zone_from_rule(const char *posix)
{
	struct zone *z = xcalloc(1, sizeof(*z));

	if (!posix || !read_posix(z, posix)) {
		free(z);
		return NULL;
	}
	z->name = xstrdup(strcmp(posix, "UTC0") == 0 ? "UTC" : posix);
	z->before = z->standard;
	return z;
}

struct zone *zone_load_local(void)
{
	const char *tz = getenv("TZ");
	char link[512];
	struct zone *z = NULL;
	const char *at;
	ssize_t n;

	if (tz && *tz == ':')
		tz++;
	if (tz && *tz == '/')
		z = load_file(tz, (at = strstr(tz, "zoneinfo/")) ? at + 9 : tz);
	else if (tz && *tz && !(z = zone_load(tz)))
		z = zone_from_rule(tz);
	if (z || (tz && !*tz))
		return z ? z : zone_from_rule("UTC0");
	n = readlink("/etc/localtime", link, sizeof(link) - 1);
	link[n > 0 ? n : 0] = '\0';
	at = strstr(link, "zoneinfo/");
	z = load_file("/etc/localtime", at ? at + 9 : "local");
	return z ? z : zone_from_rule("UTC0");
}

void zone_free(struct zone *z)
{
	if (!z)
		return;
	free(z->name);
	free(z->at);
	free(z->offsets);
	free(z);
}

const char *zone_name(const struct zone *z)
{
	return z->name;
}

/* --- asking --------------------------------------------------------------- */

int zone_offset(const struct zone *z, int64_t utc)
{
	size_t low = 0, high = z->n;

	if (!z->n || utc >= z->at[z->n - 1])
		return rule_offset(z, utc);
	while (low < high) {
		size_t mid = (low + high) / 2;

		if (z->at[mid] <= utc)
			low = mid + 1;
		else
			high = mid;
	}
	return low ? z->offsets[low - 1] : z->before;
}

int64_t zone_wall(const struct zone *z, int64_t utc)
{
	return utc + zone_offset(z, utc);
}

int64_t zone_instant(const struct zone *z, int64_t wall)
{
	/* The offsets in force a day around are the only candidates. */
	int early = zone_offset(z, wall - DAY - 50400);
	int late = zone_offset(z, wall + DAY + 50400);
	int64_t a = wall - early, b = wall - late;

	if (early == late || zone_wall(z, a) == wall)
		return a;
	if (zone_wall(z, b) == wall)
		return b;
	/* Two changes within two days, or a gap. */
	return a;
}

/* --- rules spelt out ------------------------------------------------------ */

static void add_name(struct str *b, int offset)
{
	int m = (offset < 0 ? -offset : offset) / 60;

	str_addf(b, "<%c%02d%02d>", offset < 0 ? '-' : '+', m / 60, m % 60);
}

static void add_time(struct str *b, int seconds)
{
	int t = seconds < 0 ? -seconds : seconds;

	str_addf(b, "%s%d", seconds < 0 ? "-" : "", t / 3600);
	if (t % 3600)
		str_addf(b, ":%02d:%02d", t / 60 % 60, t % 60);
}

static void add_change(struct str *b, const struct zone_change *c)
{
	str_addf(b, ",M%d.%d.%d/", c->month, c->week, c->weekday);
	add_time(b, c->time);
}

char *zone_make_rule(const struct zone_change *standard,
		     const struct zone_change *daylight)
{
	struct str b = STR_INIT;

	add_name(&b, standard->offset);
	add_time(&b, -standard->offset);
	if (daylight && daylight->month && standard->month &&
	    daylight->offset != standard->offset) {
		add_name(&b, daylight->offset);
		add_time(&b, -daylight->offset);
		add_change(&b, daylight);
		add_change(&b, standard);
	}
	return str_take(&b);
}

/* The change at an instant, as "nth weekday of the month". */
static void describe(const struct zone *z, int64_t at, struct zone_change *c)
{
	int64_t wall = at + zone_offset(z, at - 1);
	struct clock_parts p;

	zone_parts(wall, &p);
	c->offset = zone_offset(z, at);
	c->month = p.month;
	c->weekday = p.weekday;
	c->time = p.hour * 3600 + p.minute * 60 + p.second;
	c->week = (p.day - 1) / 7 + 1;
	/* The last one: rules nearly always mean that from the 25th on. */
	if (p.day + 7 > zone_month_days(p.year, p.month))
		c->week = 5;
}

void zone_changes(const struct zone *z, int year, struct zone_change *standard,
		  struct zone_change *daylight)
{
	int64_t from = clock_from_utc(year, 1, 1, 0, 0, 0);
	int64_t to = clock_from_utc(year + 1, 1, 1, 0, 0, 0);
	int was = zone_offset(z, from), seen = 0;

	*standard = (struct zone_change){.offset = was};
	*daylight = (struct zone_change){.offset = was};
	for (int64_t t = from + 3600; t < to && seen < 2; t += 3600) {
		int is = zone_offset(z, t);
		int64_t low = t - 3600, high = t;

		if (is == was)
			continue;
		while (high - low > 1) {
			int64_t mid = (low + high) / 2;

			if (zone_offset(z, mid) == was)
				low = mid;
			else
				high = mid;
		}
		describe(z, high, is > was ? daylight : standard);
		seen++;
		was = is;
	}
	if (seen != 2 || !standard->month || !daylight->month) {
		/* A change for good is no summer time. */
		*standard = (struct zone_change){.offset = was};
		*daylight = (struct zone_change){.offset = was};
	}
}
