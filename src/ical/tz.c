/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "ical/tz.h"

#include <stdio.h>
#include <string.h>

#define DAY ((int64_t)86400)

#include "base/map.h"

struct pair {
	const char *from, *to;
};

static const struct pair windows_zones[] = {
#define WINDOWS(windows, iana) {windows, iana},
#define IANA(iana, windows)
#include "ical/zones.def"
#undef WINDOWS
#undef IANA
};

static const struct pair iana_zones[] = {
#define WINDOWS(windows, iana)
#define IANA(iana, windows) {iana, windows},
#include "ical/zones.def"
#undef WINDOWS
#undef IANA
};

static const char *look_up(const struct pair *v, size_t n, const char *name)
{
	for (size_t i = 0; name && i < n; i++)
		if (str_eq_nocase(v[i].from, name))
			return v[i].to;
	return NULL;
}

const char *tz_iana_of_windows(const char *windows)
{
	return look_up(windows_zones, ARRAY_LEN(windows_zones), windows);
}

const char *tz_windows_of_iana(const char *iana)
{
	if (iana && (strcmp(iana, "UTC") == 0 || strcmp(iana, "Etc/UTC") == 0))
		return "UTC";
	return look_up(iana_zones, ARRAY_LEN(iana_zones), iana);
}

struct tz_set {
	struct map *by_name;
	struct zone *local;
};

static void free_zone(void *z)
{
	zone_free(z);
}

struct tz_set *tz_set_new(void)
{
	struct tz_set *s = xcalloc(1, sizeof(*s));

	s->by_name = map_new(free_zone);
	return s;
}

void tz_set_free(struct tz_set *s)
{
	if (!s)
		return;
	map_free(s->by_name);
	zone_free(s->local);
	free(s);
}

const struct zone *tz_local(struct tz_set *s)
{
	if (!s->local)
		s->local = zone_load_local();
	return s->local;
}

/* "(UTC+01:00) Amsterdam, Berlin", "(GMT-03.30) Newfoundland". */
static struct zone *by_offset(const char *name)
{
	int sign, h, m;
	char c, separator;
	struct zone_change fixed = {0};
	char *rule CLEANUP(mem_free_ptr) = NULL;

	if (sscanf(name, "(UTC%c%2d%c%2d)", &c, &h, &separator, &m) != 4 &&
	    sscanf(name, "(GMT%c%2d%c%2d)", &c, &h, &separator, &m) != 4)
		return strncmp(name, "(UTC)", 5) == 0 ? zone_from_rule("UTC0")
						      : NULL;
	sign = c == '-' ? -1 : 1;
	if (h > 14 || m > 59 || h < 0 || m < 0)
		return NULL;
	fixed.offset = sign * (h * 3600 + m * 60);
	rule = zone_make_rule(&fixed, NULL);
	return zone_from_rule(rule);
}

static struct zone *load(const char *name, const char *rule)
{
	const char *iana = tz_iana_of_windows(name);
	struct zone *z = NULL;

	if (!name)
		return zone_from_rule(rule);
	if (iana)
		z = zone_load(iana);
	if (!z && strcmp(name, "tzone://Microsoft/Utc") == 0)
		z = zone_from_rule("UTC0");
	/* An IANA name has no blanks; "Customized Time Zone" is none. */
	if (!z && !strchr(name, ' ') && !strchr(name, ':'))
		z = zone_load(name);
	if (!z && rule)
		z = zone_from_rule(rule);
	return z ? z : by_offset(name);
}

const struct zone *tz_find(struct tz_set *s, const char *name, const char *rule)
{
	char *key CLEANUP(mem_free_ptr) = NULL;
	struct zone *z;

	if ((!name || !*name) && !rule)
		return NULL;
	key = xasprintf("%s\n%s", str_or_empty(name), str_or_empty(rule));
	z = map_find(s->by_name, key);
	if (z)
		return z;
	z = load(name && *name ? name : NULL, rule);
	if (z)
		map_set(s->by_name, key, z);
	return z;
}

const struct zone *tz_of(struct tz_set *s, const struct appointment *a)
{
	const struct zone *z = tz_find(s, a->zone, a->zone_rule);

	return z ? z : tz_local(s);
}

static bool is_midnight(const struct zone *z, int64_t t)
{
	int64_t wall = z ? zone_wall(z, t) : t;

	return wall == zone_day(wall);
}

int64_t tz_day_of(struct tz_set *s, const struct appointment *a, int64_t t)
{
	const struct zone *told = tz_find(s, a->zone, a->zone_rule);
	const struct zone *own = tz_local(s);

	if (t == CLOCK_NEVER)
		return t;
	if (told && is_midnight(told, t))
		return zone_wall(told, t);
	if (is_midnight(own, t))
		return zone_wall(own, t);
	if (is_midnight(NULL, t))
		return t;
	/* Made where midnight is neither: the nearest. */
	return zone_day(zone_wall(told ? told : own, t) + DAY / 2);
}
