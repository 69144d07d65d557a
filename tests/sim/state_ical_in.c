/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* iCalendar (RFC 5545) that a client put: one UID with its exceptions. */
#include "tests/sim/cal.h"
#include "tests/sim/mime.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include "base/clock.h"

enum { DAY_SECONDS = 86400 };

/* A content line: NAME;PARAMS:VALUE, unfolded. */
struct line {
	char *name, *params, *value;
};
struct lines {
	struct line *v;
	size_t n, cap;
};

static void lines_release(struct lines *l)
{
	for (size_t i = 0; i < l->n; i++) {
		free(l->v[i].name);
		free(l->v[i].params);
		free(l->v[i].value);
	}
	vec_release(l);
}

static void add_line(struct lines *l, const char *s)
{
	size_t name = strcspn(s, ";:"), at = name;
	bool quoted = false;
	struct line line;

	while (s[at] && (quoted || s[at] != ':')) {
		quoted ^= s[at] == '"';
		at++;
	}
	if (!s[at])
		return;
	line.name = xstrndup(s, name);
	line.params = xstrndup(s + name, at - name);
	line.value = xstrdup(s + at + 1);
	vec_add(l, line);
}

static void read_lines(struct lines *l, const char *text)
{
	struct str b CLEANUP(str_release) = STR_INIT;

	for (const char *p = text; *p;) {
		size_t n = strcspn(p, "\r\n");
		const char *next = p + n;

		str_add_mem(&b, p, n);
		next += *next == '\r';
		next += *next == '\n';
		if (*next == ' ' || *next == '\t') {
			p = next + 1; /* folded */
			continue;
		}
		if (b.len)
			add_line(l, b.s);
		str_clear(&b);
		p = next;
	}
}

/* TZID=... of the parameters, without quotes; the caller frees, or NULL. */
static char *param(const struct line *l, const char *name)
{
	size_t n = strlen(name);

	for (const char *p = l->params; *p;) {
		const char *value;
		size_t len;

		p++; /* the semicolon */
		if (strncasecmp(p, name, n) == 0 && p[n] == '=') {
			value = p + n + 1;
			if (*value == '"')
				return xstrndup(value + 1,
						strcspn(value + 1, "\""));
			return xstrndup(value, strcspn(value, ";"));
		}
		for (len = 0; p[len] && p[len] != ';'; len++)
			if (p[len] == '"')
				len += 1 + strcspn(p + len + 1, "\"");
		p += len;
	}
	return NULL;
}

static char *unescaped(const char *s)
{
	struct str b = STR_INIT;

	for (; *s; s++) {
		if (*s == '\\' && s[1]) {
			s++;
			str_add_char(&b, *s == 'n' || *s == 'N' ? '\n' : *s);
		} else {
			str_add_char(&b, *s);
		}
	}
	return str_take(&b);
}

/* --- zones -------------------------------------------------------------------- */
static int offset_minutes(const char *s)
{
	int h = 0, m = 0;

	sscanf(s + 1, "%2d%2d", &h, &m);
	return (*s == '-' ? -1 : 1) * (h * 60 + m);
}

/* By what its VTIMEZONE says: names are free text (dossier 16.2). */
static const char *zone_by_rules(const struct lines *l, const char *tzid)
{
	int standard = 0, summer_time = 0;
	bool inside = false, summer = false, known = false;

	for (size_t i = 0; i < l->n; i++) {
		const struct line *x = &l->v[i];

		if (str_eq_nocase(x->name, "TZID"))
			inside = known = str_eq(x->value, tzid);
		else if (!strcasecmp(x->name, "BEGIN") && inside)
			summer = str_eq_nocase(x->value, "DAYLIGHT");
		else if (!strcasecmp(x->name, "TZOFFSETTO") && inside)
			*(summer ? &summer_time : &standard) =
				offset_minutes(x->value);
		else if (!strcasecmp(x->name, "END") &&
			 str_eq_nocase(x->value, "VTIMEZONE")) {
			if (known)
				break;
			inside = false;
		}
	}
	for (size_t i = 0; known && zone_at(i); i++) {
		const struct zone *z = zone_at(i);

		if (z->bias == -standard &&
		    (z->to_daylight.month != 0) == (summer_time != 0))
			return z->id;
	}
	return NULL;
}

static const char *zone_of(const struct lines *l, const struct line *x)
{
	char *tzid CLEANUP(mem_free_ptr) = param(x, "TZID");

	if (!tzid)
		return NULL;
	for (size_t i = 0; zone_at(i); i++)
		if (str_eq_nocase(zone_at(i)->id, tzid) ||
		    str_eq_nocase(zone_at(i)->iana, tzid))
			return zone_at(i)->id;
	return zone_by_rules(l, tzid);
}

static bool read_time(const struct lines *l, const struct line *x,
		      const char *value, int64_t *out)
{
	int y, mo, d, h = 0, mi = 0, s = 0;
	const char *zone = zone_of(l, x);

	if (sscanf(value, "%4d%2d%2dT%2d%2d%2d", &y, &mo, &d, &h, &mi, &s) < 3)
		return false;
	*out = clock_from_utc(y, mo, d, h, mi, s);
	if (zone && value[strlen(value) - 1] != 'Z')
		*out = zone_to_utc(zone_get(zone), *out);
	return true;
}

/* --- rules ------------------------------------------------------------------------ */
static unsigned read_days(const char *s, int *nth)
{
	static const char names[] = "SUMOTUWETHFRSA";
	unsigned days = 0;

	while (*s) {
		char *end;
		long n = strtol(s, &end, 10);

		if (end > s)
			*nth = n < 0 ? 5 : (int)n;
		for (size_t i = 0; i < 7; i++)
			if (strncasecmp(end, names + 2 * i, 2) == 0)
				days |= 1u << i;
		s = end + strcspn(end, ",");
		s += *s == ',';
	}
	return days;
}

static void rule_part(struct recur *r, const char *name, const char *value,
		      const struct zone *z)
{
	int n = (int)strtol(value, NULL, 10), y, mo, d, h = 0, mi = 0, s = 0;
	int ignored = 0;

	if (str_eq_nocase(name, "INTERVAL")) {
		r->interval = n > 0 ? n : 1;
	} else if (str_eq_nocase(name, "COUNT")) {
		r->end = RECUR_COUNT;
		r->count = n;
	} else if (str_eq_nocase(name, "UNTIL") &&
		   sscanf(value, "%4d%2d%2dT%2d%2d%2d", &y, &mo, &d, &h, &mi,
			  &s) >= 3) {
		r->end = RECUR_UNTIL;
		r->last = zone_to_local(z, clock_from_utc(y, mo, d, h, mi, s)) /
			  DAY_SECONDS;
	} else if (str_eq_nocase(name, "BYDAY")) {
		r->days = read_days(value, &r->nth);
	} else if (str_eq_nocase(name, "BYMONTHDAY")) {
		/* -1 is the last day, which is what 31 means (MS-OXCICAL). */
		r->month_day = n == -1 ? 31 : n;
	} else if (str_eq_nocase(name, "WKST")) {
		for (int k = 0; k < 7; k++)
			if (read_days(value, &ignored) == 1u << k)
				r->first_day = k;
	} else if (str_eq_nocase(name, "BYMONTH")) {
		r->month = n;
	} else if (str_eq_nocase(name, "BYSETPOS")) {
		r->nth = n < 0 ? 5 : n;
	}
}

static void read_rule(struct cal *c, const char *text)
{
	const struct zone *z = zone_get(c->zone);
	int64_t local = zone_to_local(z, c->start);
	struct recur *r = &c->recur;
	struct clock_parts first;
	struct strv parts CLEANUP(strv_release);
	char freq = 0;

	strv_init(&parts);
	strv_split(&parts, text, ";");
	r->first = local / DAY_SECONDS;
	r->first_day = 1; /* WKST=MO may be left out (RFC 5545) */
	for (size_t i = 0; i < parts.n; i++) {
		char *name = parts.v[i], *eq = strchr(name, '=');

		if (!eq)
			continue;
		*eq = 0;
		if (str_eq_nocase(name, "FREQ"))
			freq = (char)toupper((unsigned char)eq[1]);
		else
			rule_part(r, name, eq + 1, z);
	}
	clock_utc(local, &first);
	if (!r->month_day)
		r->month_day = first.day;
	if (!r->month)
		r->month = first.month;
	/* 1970 began on a Thursday. */
	if (freq == 'W' && !r->days)
		r->days = 1u << ((r->first + 4) % 7);
	r->kind = freq == 'D'	? RECUR_DAILY
		  : freq == 'W' ? RECUR_WEEKLY
		  : freq == 'M' ? (r->days ? RECUR_MONTH_NTH : RECUR_MONTH_DAY)
		  : freq == 'Y' ? (r->days ? RECUR_YEAR_NTH : RECUR_YEAR_DAY)
				: RECUR_NONE;
}

/* --- events ------------------------------------------------------------------------- */
static enum cal_busy busy_of(const char *s)
{
	if (str_eq_nocase(s, "FREE"))
		return BUSY_FREE;
	if (str_eq_nocase(s, "TENTATIVE"))
		return BUSY_TENTATIVE;
	return strncasecmp(s, "O", 1) == 0 ? BUSY_OOF : BUSY_BUSY;
}

static void read_attendee(struct cal *c, const struct line *x)
{
	char *name CLEANUP(mem_free_ptr) = param(x, "CN");
	char *role CLEANUP(mem_free_ptr) = param(x, "ROLE");
	char *state CLEANUP(mem_free_ptr) = param(x, "PARTSTAT");
	const char *email = x->value;
	struct attendee *a;

	if (strncasecmp(email, "mailto:", 7) == 0)
		email += 7;
	a = cal_add_attendee(
		c,
		str_eq_nocase(str_or_empty(role), "OPT-PARTICIPANT")
			? ROLE_OPTIONAL
		: str_eq_nocase(str_or_empty(role), "NON-PARTICIPANT")
			? ROLE_RESOURCE
			: ROLE_REQUIRED,
		name ? name : email, email);
	a->response = !state				  ? RESPONSE_UNKNOWN
		      : str_eq_nocase(state, "ACCEPTED")  ? RESPONSE_ACCEPT
		      : str_eq_nocase(state, "DECLINED")  ? RESPONSE_DECLINE
		      : str_eq_nocase(state, "TENTATIVE") ? RESPONSE_TENTATIVE
							  : RESPONSE_NONE;
	c->is_meeting = true;
}

static void read_organizer(struct cal *c, const struct line *x)
{
	char *name = param(x, "CN");
	const char *email = x->value;

	if (strncasecmp(email, "mailto:", 7) == 0)
		email += 7;
	mem_replace(&c->organizer.email, xstrdup(email));
	mem_replace(&c->organizer.name, name ? name : xstrdup(email));
}

static void read_when(const struct lines *l, const struct line *x,
		      struct cal *c)
{
	char *kind CLEANUP(mem_free_ptr) = param(x, "VALUE");
	const char *zone = zone_of(l, x);

	if (str_eq_nocase(x->name, "DTSTART")) {
		read_time(l, x, x->value, &c->start);
		mem_replace(&c->zone, xstrdup(zone));
		c->all_day |= str_eq_nocase(str_or_empty(kind), "DATE");
	} else if (str_eq_nocase(x->name, "DTEND")) {
		read_time(l, x, x->value, &c->end);
	} else {
		read_time(l, x, x->value, &c->recurrence_id);
	}
}

static void read_text(struct item *it, const struct line *x)
{
	struct cal *c = it->cal;

	if (str_eq_nocase(x->name, "UID"))
		mem_replace(&c->uid, xstrdup(x->value));
	else if (str_eq_nocase(x->name, "SUMMARY"))
		mem_replace(&it->subject, unescaped(x->value));
	else if (str_eq_nocase(x->name, "LOCATION"))
		mem_replace(&c->location, unescaped(x->value));
	else if (str_eq_nocase(x->name, "CLASS"))
		it->sensitivity = str_eq_nocase(x->value, "PRIVATE")	    ? 2
				  : str_eq_nocase(x->value, "CONFIDENTIAL") ? 3
									    : 0;
	else if (str_eq_nocase(x->name, "SEQUENCE"))
		c->sequence = (int)strtol(x->value, NULL, 10);
	else if (str_eq_nocase(x->name, "X-MICROSOFT-CDO-ALLDAYEVENT"))
		c->all_day |= str_eq_nocase(x->value, "TRUE");
	else if (str_eq_nocase(x->name, "X-MICROSOFT-CDO-BUSYSTATUS"))
		c->busy = busy_of(x->value);
	else if (str_eq_nocase(x->name, "X-MICROSOFT-CDO-INTENDEDSTATUS"))
		c->intended = busy_of(x->value);
	else if (str_eq_nocase(x->name, "STATUS"))
		c->cancelled = str_eq_nocase(x->value, "CANCELLED");
	else if (str_eq_nocase(x->name, "TRANSP") &&
		 str_eq_nocase(x->value, "TRANSPARENT"))
		c->busy = BUSY_FREE;
	else if (str_eq_nocase(x->name, "ORGANIZER"))
		read_organizer(c, x);
	else if (str_eq_nocase(x->name, "ATTENDEE"))
		read_attendee(c, x);
}

/* -PT15M, -P1D, -PT1H: minutes before the start. */
static void read_trigger(struct cal *c, const char *s)
{
	int days = 0, n = 0;

	for (; *s; s++) {
		if (isdigit((unsigned char)*s)) {
			n = n * 10 + (*s - '0');
			continue;
		}
		if (*s == 'W')
			days += n * 7 * 1440;
		else if (*s == 'D')
			days += n * 1440;
		else if (*s == 'H')
			days += n * 60;
		else if (*s == 'M')
			days += n;
		n = 0;
	}
	c->reminder = true;
	c->reminder_minutes = days;
}

/* An exception's own words; a series' are those of the mail around it. */
static void set_words(struct item *it, const char *value)
{
	struct str out = STR_INIT;
	struct mail m;

	mail_init(&m);
	m.subject = xstrdup(it->subject);
	m.text = unescaped(value);
	mail_write(&out, &m);
	str_clear(&it->mime);
	str_add_mem(&it->mime, out.s, out.len);
	mail_release(&m);
	str_release(&out);
}

/* From the line after BEGIN:VEVENT; returns the line of its end. */
static size_t read_event(const struct lines *l, size_t i, struct item *it,
			 struct strv *gone, const struct line **words)
{
	const struct line *rule = NULL;
	bool alarm = false;

	*words = NULL;
	it->cal = cal_new();
	it->cal->mine = RESPONSE_ORGANIZER;
	for (; i < l->n; i++) {
		const struct line *x = &l->v[i];

		if (str_eq_nocase(x->name, "END") &&
		    str_eq_nocase(x->value, "VEVENT"))
			break;
		if (str_eq_nocase(x->value, "VALARM"))
			alarm = str_eq_nocase(x->name, "BEGIN");
		else if (alarm && str_eq_nocase(x->name, "TRIGGER"))
			read_trigger(it->cal, x->value);
		else if (alarm)
			continue;
		else if (str_eq_nocase(x->name, "DTSTART") ||
			 str_eq_nocase(x->name, "DTEND") ||
			 str_eq_nocase(x->name, "RECURRENCE-ID"))
			read_when(l, x, it->cal);
		else if (str_eq_nocase(x->name, "RRULE"))
			rule = x;
		else if (str_eq_nocase(x->name, "DESCRIPTION"))
			*words = x;
		else if (str_eq_nocase(x->name, "EXDATE"))
			strv_split(gone, x->value, ",");
		else
			read_text(it, x);
	}
	if (it->cal->end < it->cal->start)
		it->cal->end = it->cal->start;
	if (rule)
		read_rule(it->cal, rule->value);
	return i;
}

static void drop_days(const struct lines *l, struct item *it,
		      const struct strv *gone)
{
	const struct line *x = NULL;
	int64_t t;

	for (size_t i = 0; i < l->n; i++)
		if (str_eq_nocase(l->v[i].name, "EXDATE"))
			x = &l->v[i];
	for (size_t i = 0; x && i < gone->n; i++)
		if (read_time(l, x, gone->v[i], &t))
			occurrence_delete(it, t);
}

bool ical_take(struct item *it, const char *text)
{
	struct lines l = {0};
	struct strv gone CLEANUP(strv_release);
	struct cal *old = it->cal;
	bool found = false;

	strv_init(&gone);
	read_lines(&l, text);
	for (size_t i = 0; i < l.n; i++) {
		const struct line *words;
		struct item *part;

		if (!str_eq_nocase(l.v[i].name, "BEGIN") ||
		    !str_eq_nocase(l.v[i].value, "VEVENT"))
			continue;
		if (!found) {
			cal_free(old);
			i = read_event(&l, i + 1, it, &gone, &words);
			found = true;
			continue;
		}
		part = item_clone(it);
		cal_free(part->cal);
		i = read_event(&l, i + 1, part, &gone, &words);
		if (words)
			set_words(part, words->value);
		part->cal->recur.kind = RECUR_NONE;
		if (part->cal->recurrence_id == CLOCK_NEVER)
			item_free(part);
		else
			occurrence_replace(it, part->cal->recurrence_id, part);
	}
	if (found && it->cal->recur.kind != RECUR_NONE)
		drop_days(&l, it, &gone);
	if (found && !it->cal->uid)
		it->cal->uid = cal_new_uid();
	lines_release(&l);
	return found;
}
