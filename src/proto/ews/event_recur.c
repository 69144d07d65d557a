/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Recurrence and zones of EWS (dossier 12.3, 12.4, 13.1). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/clock.h"
#include "net/xml.h"
#include "proto/ews/event.h"

static const char *const day_names[7] = {"Sunday",    "Monday",	  "Tuesday",
					 "Wednesday", "Thursday", "Friday",
					 "Saturday"};
static const char *const month_names[12] = {
	"January", "February", "March",	    "April",   "May",	   "June",
	"July",	   "August",   "September", "October", "November", "December"};
static const char *const nth_names[5] = {"First", "Second", "Third", "Fourth",
					 "Last"};
static const char *const kind_names[] = {
#define X(id, name, ews) ews,
	RECUR_KINDS(X)
#undef X
};

unsigned event_read_days(const char *s)
{
	struct strv v CLEANUP(strv_release);
	unsigned days = 0;

	strv_init(&v);
	strv_split(&v, str_or_empty(s), " \t\r\n,");
	for (size_t i = 0; i < v.n; i++) {
		for (int d = 0; d < 7; d++)
			if (str_eq_nocase(v.v[i], day_names[d]))
				days |= 1u << d;
		if (str_eq_nocase(v.v[i], "Day"))
			days |= RECUR_ALL_DAYS;
		else if (str_eq_nocase(v.v[i], "Weekday"))
			days |= RECUR_WORKDAYS;
		else if (str_eq_nocase(v.v[i], "WeekendDay"))
			days |= RECUR_WEEKEND;
	}
	return days;
}

/* The date part counts, whatever zone stands behind it (12.3). */
static int64_t read_day(const struct node *n, enum tree_name name)
{
	const char *s = node_text(n, name);
	char date[11];
	int64_t t;

	while (s && (*s == ' ' || *s == '\n'))
		s++;
	if (!s)
		return CLOCK_NEVER;
	snprintf(date, sizeof(date), "%s", s);
	return clock_parse_iso(date, &t) ? t : CLOCK_NEVER;
}

static void read_pattern(const struct node *p, struct recur *out)
{
	static const char *const *const days = day_names;

	out->interval = node_int(p, T_Interval, 1);
	out->days = event_read_days(node_text(p, T_DaysOfWeek));
	out->nth = node_word(p, T_DayOfWeekIndex, nth_names, 5, -1) + 1;
	out->day = node_int(p, T_DayOfMonth, 0);
	out->month = node_word(p, T_Month, month_names, 12, -1) + 1;
	/* Absent before 2010 SP1: Outlook's weeks begin on Sunday. */
	out->week_start = out->kind == RECUR_WEEKLY
				  ? node_word(p, T_FirstDayOfWeek, days, 7, 0)
				  : 0;
}

static void read_range(const struct node *n, struct recur *out)
{
	const struct node *range;

	if ((range = node_find(n, T_NumberedRecurrence))) {
		out->end = RECUR_COUNTED;
		out->count = node_int(range, T_NumberOfOccurrences, 1);
	} else if ((range = node_find(n, T_EndDateRecurrence))) {
		out->end = RECUR_UNTIL;
		out->end_day = read_day(range, T_EndDate);
	} else {
		range = node_find(n, T_NoEndRecurrence);
		out->end = RECUR_ENDLESS;
	}
	out->start_day = read_day(range, T_StartDate);
}

void event_read_recurrence(const struct node *n, struct recur *out)
{
	static const enum tree_name patterns[] = {
		T_NONE,
		T_DailyRecurrence,
		T_WeeklyRecurrence,
		T_AbsoluteMonthlyRecurrence,
		T_RelativeMonthlyRecurrence,
		T_AbsoluteYearlyRecurrence,
		T_RelativeYearlyRecurrence,
	};

	*out = (struct recur){.interval = 1,
			      .start_day = CLOCK_NEVER,
			      .end_day = CLOCK_NEVER};
	for (int k = RECUR_DAILY; k <= RECUR_YEARLY_NTH; k++) {
		const struct node *p = node_find(n, patterns[k]);

		if (!p)
			continue;
		out->kind = (enum recur_kind)k;
		read_pattern(p, out);
		read_range(n, out);
		return;
	}
}

static void add_days(struct str *b, const struct recur *r)
{
	bool nth = r->kind != RECUR_WEEKLY;
	const char *sep = "";

	str_add(b, "<t:DaysOfWeek>");
	if (nth && r->days == RECUR_ALL_DAYS) {
		str_add(b, "Day");
	} else if (nth && r->days == RECUR_WORKDAYS) {
		str_add(b, "Weekday");
	} else if (nth && r->days == RECUR_WEEKEND) {
		str_add(b, "WeekendDay");
	} else {
		for (int d = 0; d < 7; d++) {
			if (!(r->days >> d & 1))
				continue;
			str_addf(b, "%s%s", sep, day_names[d]);
			sep = " ";
			if (nth) /* the schema takes one there */
				break;
		}
	}
	str_add(b, "</t:DaysOfWeek>");
}

static void add_day(struct str *b, const char *tag, int64_t day)
{
	struct clock_parts p;

	clock_utc(day, &p);
	str_addf(b, "<%s>%04d-%02d-%02d</%s>", tag, p.year, p.month, p.day,
		 tag);
}

static void add_range(struct str *b, const struct recur *r, int64_t start_day)
{
	static const char *const ranges[] = {
		"NoEndRecurrence", "EndDateRecurrence", "NumberedRecurrence"};
	const char *range = ranges[r->end];

	str_addf(b, "<t:%s>", range);
	add_day(b, "t:StartDate", start_day);
	if (r->end == RECUR_UNTIL)
		add_day(b, "t:EndDate", r->end_day);
	else if (r->end == RECUR_COUNTED)
		str_addf(b, "<t:NumberOfOccurrences>%d</t:NumberOfOccurrences>",
			 r->count);
	str_addf(b, "</t:%s>", range);
}

void event_add_recurrence(struct str *b, const struct recur *r,
			  int64_t start_day, bool week_start)
{
	enum recur_kind kind = r->kind;
	int interval = r->interval;
	bool nth, monthly;

	/* Yearly patterns have no interval: every two years is every 24
	 * months (12.3). */
	if (kind >= RECUR_YEARLY && interval > 1) {
		kind = kind == RECUR_YEARLY ? RECUR_MONTHLY : RECUR_MONTHLY_NTH;
		interval *= 12;
	}
	nth = kind == RECUR_MONTHLY_NTH || kind == RECUR_YEARLY_NTH;
	monthly = kind == RECUR_MONTHLY || kind == RECUR_MONTHLY_NTH;
	str_addf(b, "<t:Recurrence><t:%s>", kind_names[kind]);
	if (monthly || kind == RECUR_DAILY || kind == RECUR_WEEKLY)
		str_addf(b, "<t:Interval>%d</t:Interval>", interval);
	if (nth || kind == RECUR_WEEKLY)
		add_days(b, r);
	if (kind == RECUR_WEEKLY && week_start)
		str_addf(b, "<t:FirstDayOfWeek>%s</t:FirstDayOfWeek>",
			 day_names[r->week_start]);
	if (nth)
		str_addf(b, "<t:DayOfWeekIndex>%s</t:DayOfWeekIndex>",
			 nth_names[(r->nth < 1 ? 1 : r->nth) - 1]);
	if (kind == RECUR_MONTHLY || kind == RECUR_YEARLY)
		str_addf(b, "<t:DayOfMonth>%d</t:DayOfMonth>", r->day);
	if (kind >= RECUR_YEARLY)
		str_addf(b, "<t:Month>%s</t:Month>",
			 month_names[(r->month < 1 ? 1 : r->month) - 1]);
	str_addf(b, "</t:%s>", kind_names[kind]);
	add_range(b, r, start_day);
	str_add(b, "</t:Recurrence>");
}

/* --- zones ---------------------------------------------------------------- */

/* xs:duration as seconds: "PT480M", "-PT60M", "PT2H", "P0DT2H0M0.0S". */
static int read_duration(const char *s)
{
	int sign = 1, total = 0;
	char *end;

	if (!s)
		return 0;
	if (*s == '-') {
		sign = -1;
		s++;
	}
	while (*s && *s != 'P')
		s++;
	for (s += *s == 'P'; *s; s = end + 1) {
		double v;

		if (*s == 'T')
			s++;
		v = strtod(s, &end);
		if (end == s || !*end)
			break;
		if (v > 10000000 || v < 0)
			return 0;
		total += (int)(v * (*end == 'D'	  ? 86400
				    : *end == 'H' ? 3600
				    : *end == 'M' ? 60
						  : 1));
	}
	return sign * total;
}

static int read_clock(const char *s)
{
	int h = 0, m = 0, sec = 0;

	if (s)
		sscanf(s, "%d:%d:%d", &h, &m, &sec);
	return h * 3600 + m * 60 + sec;
}

static int read_weekday(const char *s)
{
	unsigned days = event_read_days(s);

	for (int d = 0; d < 7; d++)
		if (days == 1u << d)
			return d;
	return 0;
}

static const char *period_of(const struct node *zone, const char *id)
{
	const struct node *p = node_find(zone, T_Periods);

	for (p = p ? p->child : NULL; p; p = p->next)
		if (str_eq(node_attr(p, A_Id), id))
			return node_attr(p, A_Bias);
	return NULL;
}

static void read_transition(const struct node *zone, const struct node *t,
			    struct zone_change *c)
{
	const char *id = node_text(t, T_To);
	int occurrence = node_int(t, T_Occurrence, 0);

	*c = (struct zone_change){.offset =
					  -read_duration(period_of(zone, id))};
	if (t->name != T_RecurringDayTransition)
		return;
	c->month = node_int(t, T_Month, 0);
	c->week = occurrence < 0 ? 5 : occurrence;
	c->weekday = read_weekday(node_text(t, T_DayOfWeek));
	c->time = read_duration(node_text(t, T_TimeOffset));
}

char *event_read_definition(const struct node *zone)
{
	const struct node *groups = node_find(zone, T_TransitionsGroups);
	const struct node *last = groups ? groups->last : NULL, *t;
	struct zone_change c[2] = {{0}};
	int n = 0;

	for (t = last ? last->child : NULL; t && n < 2; t = t->next)
		read_transition(zone, t, &c[n++]);
	if (n == 0)
		return NULL;
	if (n == 1)
		return zone_make_rule(&c[0], NULL);
	return c[0].offset > c[1].offset ? zone_make_rule(&c[1], &c[0])
					 : zone_make_rule(&c[0], &c[1]);
}

static void read_time_change(const struct node *n, int base,
			     struct zone_change *c)
{
	const struct node *p = node_find(n, T_RelativeYearlyRecurrence);

	*c = (struct zone_change){
		.offset = -(base + read_duration(node_text(n, T_Offset)))};
	if (!p)
		return;
	c->month = node_word(p, T_Month, month_names, 12, -1) + 1;
	c->week = node_word(p, T_DayOfWeekIndex, nth_names, 5, 4) + 1;
	c->weekday = read_weekday(node_text(p, T_DaysOfWeek));
	c->time = read_clock(node_text(n, T_Time));
}

char *event_read_meeting_zone(const struct node *zone)
{
	int base = read_duration(node_text(zone, T_BaseOffset));
	struct zone_change standard, daylight;

	if (!node_find(zone, T_BaseOffset))
		return NULL;
	read_time_change(node_find(zone, T_Standard), base, &standard);
	read_time_change(node_find(zone, T_Daylight), base, &daylight);
	return zone_make_rule(&standard, &daylight);
}

static void read_legacy_change(const struct node *n, int bias,
			       struct zone_change *c)
{
	*c = (struct zone_change){
		.offset = -60 * (bias + node_int(n, T_Bias, 0)),
		.month = node_int(n, T_Month, 0),
		.week = node_int(n, T_DayOrder, 0),
		.weekday = read_weekday(node_text(n, T_DayOfWeek)),
		.time = read_clock(node_text(n, T_Time))};
	if (c->week > 5) /* with a year it is a day of the month */
		c->week = (c->week - 1) / 7 + 1;
}

char *event_read_legacy_zone(const struct node *zone)
{
	int bias = node_int(zone, T_Bias, 0);
	struct zone_change standard, daylight;

	if (!node_find(zone, T_Bias))
		return NULL;
	read_legacy_change(node_find(zone, T_StandardTime), bias, &standard);
	read_legacy_change(node_find(zone, T_DaylightTime), bias, &daylight);
	return zone_make_rule(&standard, &daylight);
}

static void add_legacy_change(struct str *b, const char *tag, int bias,
			      const struct zone_change *c)
{
	/* Without summer time both must be there all the same (13.1). */
	str_addf(b,
		 "<t:%s><t:Bias>%d</t:Bias><t:Time>%02d:%02d:%02d</t:Time>"
		 "<t:DayOrder>%d</t:DayOrder><t:Month>%d</t:Month>"
		 "<t:DayOfWeek>%s</t:DayOfWeek></t:%s>",
		 tag, bias, c->time / 3600, c->time / 60 % 60, c->time % 60,
		 c->month ? c->week : 1, c->month ? c->month : 1,
		 day_names[c->weekday], tag);
}

void event_add_legacy_zone(struct str *b, const struct zone *z, int year)
{
	struct zone_change standard, daylight;

	zone_changes(z, year, &standard, &daylight);
	str_addf(b, "<t:TimeZone><t:Bias>%d</t:Bias>", -standard.offset / 60);
	add_legacy_change(b, "StandardTime", 0, &standard);
	add_legacy_change(b, "DaylightTime",
			  (standard.offset - daylight.offset) / 60, &daylight);
	str_add(b, "</t:TimeZone>");
}

static void write_duration(struct str *b, int seconds)
{
	str_addf(b, "%sPT%dM", seconds < 0 ? "-" : "", abs(seconds) / 60);
}

static void add_duration(struct str *b, const char *tag, int seconds)
{
	str_addf(b, "<%s>", tag);
	write_duration(b, seconds);
	str_addf(b, "</%s>", tag);
}

static void add_meeting_change(struct str *b, const char *tag, int offset,
			       const struct zone_change *c)
{
	str_addf(b, "<t:%s>", tag);
	add_duration(b, "t:Offset", offset);
	str_addf(b,
		 "<t:RelativeYearlyRecurrence><t:DaysOfWeek>%s</t:DaysOfWeek>"
		 "<t:DayOfWeekIndex>%s</t:DayOfWeekIndex><t:Month>%s</t:Month>"
		 "</t:RelativeYearlyRecurrence>"
		 "<t:Time>%02d:%02d:%02d</t:Time></t:%s>",
		 day_names[c->weekday],
		 nth_names[(c->week < 1 ? 1 : c->week) - 1],
		 month_names[(c->month < 1 ? 1 : c->month) - 1], c->time / 3600,
		 c->time / 60 % 60, c->time % 60, tag);
}

void event_add_meeting_zone(struct str *b, const char *name,
			    const struct zone *z, int year)
{
	struct zone_change standard, daylight;

	zone_changes(z, year, &standard, &daylight);
	str_add(b, "<t:MeetingTimeZone");
	xml_add_attr(b, "TimeZoneName", name);
	str_add(b, ">");
	add_duration(b, "t:BaseOffset", -standard.offset);
	if (daylight.month) {
		add_meeting_change(b, "Standard", 0, &standard);
		add_meeting_change(b, "Daylight",
				   standard.offset - daylight.offset,
				   &daylight);
	}
	str_add(b, "</t:MeetingTimeZone>");
}

static void add_period(struct str *b, const char *name,
		       const struct zone_change *c)
{
	str_add(b, "<t:Period Bias=\"");
	write_duration(b, -c->offset);
	str_addf(b, "\" Name=\"%s\" Id=\"%s\"/>", name, name);
}

static void add_transition(struct str *b, const char *period,
			   const struct zone_change *c)
{
	str_addf(b, "<t:RecurringDayTransition><t:To Kind=\"Period\">%s</t:To>",
		 period);
	add_duration(b, "t:TimeOffset", c->time);
	str_addf(b,
		 "<t:Month>%d</t:Month><t:DayOfWeek>%s</t:DayOfWeek>"
		 "<t:Occurrence>%d</t:Occurrence></t:RecurringDayTransition>",
		 c->month, day_names[c->weekday], c->week >= 5 ? -1 : c->week);
}

int event_start_year(const struct appointment *a)
{
	struct clock_parts p;

	clock_utc(a->start, &p);
	return p.year;
}

void event_add_zone(struct str *b, const char *tag, const char *windows,
		    const struct appointment *a, const struct zone *z)
{
	const char *id = a->zone && a->zone_rule ? a->zone : zone_name(z);
	struct zone_change standard, daylight;

	str_addf(b, "<%s", tag);
	xml_add_attr(b, "Id", windows ? windows : id);
	if (windows) {
		str_add(b, "/>");
		return;
	}
	zone_changes(z, event_start_year(a), &standard, &daylight);
	xml_add_attr(b, "Name", id);
	str_add(b, "><t:Periods>");
	add_period(b, "Standard", &standard);
	if (daylight.month)
		add_period(b, "Daylight", &daylight);
	str_add(b, "</t:Periods><t:TransitionsGroups>"
		   "<t:TransitionsGroup Id=\"0\">");
	if (daylight.month) {
		add_transition(b, "Daylight", &daylight);
		add_transition(b, "Standard", &standard);
	} else {
		str_add(b, "<t:Transition><t:To Kind=\"Period\">Standard"
			   "</t:To></t:Transition>");
	}
	str_addf(b,
		 "</t:TransitionsGroup></t:TransitionsGroups><t:Transitions>"
		 "<t:Transition><t:To Kind=\"Group\">0</t:To></t:Transition>"
		 "</t:Transitions></%s>",
		 tag);
}
