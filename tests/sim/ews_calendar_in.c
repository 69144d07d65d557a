/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Event properties of requests (dossier 12.2 to 12.4). */
#include "tests/sim/ews_calendar.h"

#include <string.h>
#include "base/clock.h"

enum { DAY_SECONDS = 86400, LENGTH_MAX_DAYS = 5 * 366 };

bool cal_time_read(const struct req *r, const char *zone, const char *text,
		   int64_t *out)
{
	const char *t = strchr(text, 'T');
	bool exact = strpbrk(t ? t : text + strlen(text), "Zz+-") != NULL;

	if (!clock_parse_iso(text, out) || *out == CLOCK_NEVER)
		return false;
	if (!exact && zone_find(zone))
		*out = zone_to_utc(zone_find(zone), *out);
	else if (!exact && r->zone)
		*out = zone_to_utc(r->zone, *out);
	return true;
}

static size_t name_index(const char *const *names, size_t n, const char *text)
{
	size_t i = 0;

	while (i < n && strcmp(names[i], text) != 0)
		i++;
	return i;
}

/* --- recurrence ---------------------------------------------------------- */
static bool days_read(const char *text, unsigned *days)
{
	struct strv words;
	bool good = true;

	*days = 0;
	strv_init(&words);
	strv_split(&words, text, " \t\r\n");
	for (size_t i = 0; i < words.n; i++) {
		size_t d = name_index(weekday_names, 7, words.v[i]);

		if (d < 7)
			*days |= 1u << d;
		else if (strcmp(words.v[i], "Day") == 0)
			*days |= 0x7f;
		else if (strcmp(words.v[i], "Weekday") == 0)
			*days |= 0x3e;
		else if (strcmp(words.v[i], "WeekendDay") == 0)
			*days |= 0x41;
		else if (*words.v[i])
			good = false;
	}
	strv_release(&words);
	return good && *days;
}

/* The date part only, whatever zone is behind it. */
static bool date_read(const char *text, int64_t *day)
{
	char *date = xstrndup(str_or_empty(text), 10);
	int64_t t;
	bool good = clock_parse_iso(date, &t) && t != CLOCK_NEVER;

	free(date);
	if (good)
		*day = t / DAY_SECONDS;
	return good;
}

static bool pattern_read(struct recur *p, const xmlNode *n)
{
	static const char *const kinds[] = {"",
					    "DailyRecurrence",
					    "WeeklyRecurrence",
					    "AbsoluteMonthlyRecurrence",
					    "RelativeMonthlyRecurrence",
					    "AbsoluteYearlyRecurrence",
					    "RelativeYearlyRecurrence"};
	static const char *const nths[] = {"",	    "First",  "Second",
					   "Third", "Fourth", "Last"};
	size_t kind = name_index(kinds, ARRAY_LEN(kinds), xr_name(n)), i;
	const char *text = xr_child_text(n, "Interval");

	if (kind == 0 || kind >= ARRAY_LEN(kinds))
		return false;
	p->kind = (enum recur_kind)kind;
	p->interval = text ? (int)strtol(text, NULL, 10) : 1;
	text = xr_child_text(n, "DaysOfWeek");
	if (text && !days_read(text, &p->days))
		return false;
	text = xr_child_text(n, "FirstDayOfWeek");
	i = name_index(weekday_names, 7, str_or_empty(text));
	p->first_day = i < 7 ? (int)i : 0;
	text = xr_child_text(n, "DayOfMonth");
	p->month_day = text ? (int)strtol(text, NULL, 10) : 0;
	text = xr_child_text(n, "DayOfWeekIndex");
	i = name_index(nths, ARRAY_LEN(nths), str_or_empty(text));
	p->nth = i < ARRAY_LEN(nths) ? (int)i : 0;
	text = xr_child_text(n, "Month");
	i = name_index(month_names, 12, str_or_empty(text));
	p->month = i < 12 ? (int)i + 1 : 0;
	switch (p->kind) {
	case RECUR_NONE:
		return false;
	case RECUR_DAILY:
		return p->interval >= 1 && p->interval <= 999;
	case RECUR_WEEKLY:
		return p->days && p->interval >= 1 && p->interval <= 99;
	case RECUR_MONTH_DAY:
		return p->interval >= 1 && p->month_day >= 1 &&
		       p->month_day <= 31;
	case RECUR_MONTH_NTH:
		return p->interval >= 1 && p->days && p->nth;
	case RECUR_YEAR_DAY:
		return p->month && p->month_day >= 1 && p->month_day <= 31;
	case RECUR_YEAR_NTH:
		return p->month && p->days && p->nth;
	}
	return false;
}

static bool recurrence_read(struct cal *c, const xmlNode *n)
{
	const xmlNode *pattern = xr_first(n), *range = xr_next(pattern);
	const char *count = xr_child_text(range, "NumberOfOccurrences");
	struct recur p, old;

	memset(&p, 0, sizeof(p)); /* compared as it lies */
	if (!pattern || !range || !pattern_read(&p, pattern) ||
	    !date_read(xr_child_text(range, "StartDate"), &p.first))
		return false;
	if (xr_is(range, "EndDateRecurrence")) {
		p.end = RECUR_UNTIL;
		if (!date_read(xr_child_text(range, "EndDate"), &p.last) ||
		    p.last < p.first)
			return false;
	} else if (xr_is(range, "NumberedRecurrence")) {
		p.end = RECUR_COUNT;
		p.count = (int)strtol(str_or_empty(count), NULL, 10);
		if (p.count < 1 || p.count > 999)
			return false;
	}
	old = c->recur;
	c->recur = p;
	/* Another pattern drops the exceptions (dossier 12.3); one that ends
	 * elsewhere those behind its end. */
	p.end = old.end;
	p.last = old.last;
	p.count = old.count;
	if (memcmp(&p, &old, sizeof(p)) != 0)
		cal_clear_exceptions(c);
	else if (c->recur.end == RECUR_UNTIL)
		cal_cut_exceptions(c, c->recur.last);
	return true;
}

/* --- people and zones ---------------------------------------------------- */
static void attendees_read(struct cal *c, enum cal_role role,
			   const xmlNode *list, bool append)
{
	struct cal old = {0};

	for (size_t i = 0; !append && i < c->attendees.n;) {
		if (c->attendees.v[i].role != role) {
			i++;
			continue;
		}
		vec_add(&old.attendees, c->attendees.v[i]);
		vec_remove(&c->attendees, i);
	}
	for (xmlNode *n = xr_first(list); n; n = xr_next(n)) {
		const xmlNode *box = xr_child(n, "Mailbox");
		const char *email = xr_child_text(box, "EmailAddress");
		const char *name = xr_child_text(box, "Name");
		const struct attendee *before;
		struct attendee *a;

		if (!email)
			continue;
		a = cal_add_attendee(c, role, name && *name ? name : email,
				     email);
		before = cal_attendee(&old, email);
		if (!before)
			continue;
		a->response = before->response;
		a->responded = before->responded;
		a->proposed_start = before->proposed_start;
		a->proposed_end = before->proposed_end;
	}
	for (size_t i = 0; i < old.attendees.n; i++)
		attendee_release(&old.attendees.v[i]);
	vec_release(&old.attendees);
}

/* A zone by its name, else the first one that is as far from UTC. */
static void zone_take(char **zone, const char *name, const char *base,
		      bool summer_time)
{
	int minutes = 0, number = 0;
	bool minus;

	if (zone_find(name) || !base) {
		mem_replace(zone, xstrdup(name));
		return;
	}
	minus = *base == '-';
	for (const char *p = base; *p; p++) {
		if (*p >= '0' && *p <= '9') {
			number = number * 10 + (*p - '0');
			continue;
		}
		minutes += *p == 'H' ? number * 60 : *p == 'M' ? number : 0;
		number = 0;
	}
	for (size_t i = 0; zone_at(i); i++) {
		const struct zone *z = zone_at(i);

		if (z->bias != (minus ? -minutes : minutes) ||
		    (z->to_daylight.month != 0) != summer_time)
			continue;
		mem_replace(zone, xstrdup(z->id));
		return;
	}
}

/* By its id, or spelt out: its first period is the standard one. */
static void definition_read(char **zone, const xmlNode *n)
{
	const xmlNode *periods = xr_child(n, "Periods");

	zone_take(zone, xr_attr(n, "Id"), xr_attr(xr_first(periods), "Bias"),
		  xr_count(periods) > 1);
}

/* --- properties ---------------------------------------------------------- */
static void zones_read(struct cal *c, const xmlNode *n)
{
	if (xr_is(n, "StartTimeZone"))
		definition_read(&c->zone, n);
	else if (xr_is(n, "EndTimeZone"))
		definition_read(&c->end_zone, n);
	else if (xr_is(n, "MeetingTimeZone"))
		zone_take(&c->zone, xr_attr(n, "TimeZoneName"),
			  xr_child_text(n, "BaseOffset"),
			  xr_child(n, "Daylight") != NULL);
}

static bool simple_read(struct cal *c, const xmlNode *n)
{
	const char *text = xr_text(n);
	size_t i;

	if (xr_is(n, "IsAllDayEvent"))
		c->all_day = xr_true(text);
	else if (xr_is(n, "Location"))
		mem_replace(&c->location, xstrdup(text));
	else if (xr_is(n, "UID"))
		mem_replace(&c->uid, xstrdup(text));
	else if (xr_is(n, "IsResponseRequested"))
		c->response_wanted = xr_true(text);
	else if (xr_is(n, "AllowNewTimeProposal"))
		c->allow_proposal = xr_true(text);
	else if (xr_is(n, "IsOnlineMeeting"))
		c->online = xr_true(text);
	else if (xr_is(n, "ReminderIsSet"))
		c->reminder = xr_true(text);
	else if (xr_is(n, "ReminderMinutesBeforeStart"))
		c->reminder_minutes = (int)strtol(text, NULL, 10);
	else if (xr_is(n, "LegacyFreeBusyStatus")) {
		i = name_index(busy_names, 6, text);
		if (i == 6)
			return false;
		c->busy = c->intended = (enum cal_busy)i;
	}
	return true;
}

static bool is_read_only(const xmlNode *n)
{
	static const char *const names[] = {"Organizer",
					    "IsMeeting",
					    "IsCancelled",
					    "IsRecurring",
					    "MeetingRequestWasSent",
					    "CalendarItemType",
					    "MyResponseType",
					    "ConflictingMeetingCount",
					    "AppointmentState",
					    "AppointmentSequenceNumber",
					    "FirstOccurrence",
					    "LastOccurrence",
					    "ModifiedOccurrences",
					    "DeletedOccurrences",
					    "Duration",
					    "RecurrenceId"};

	return name_index(names, ARRAY_LEN(names), xr_name(n)) <
	       ARRAY_LEN(names);
}

static int64_t day_in_zone(const struct cal *c)
{
	int64_t local = zone_to_local(zone_get(c->zone), c->start);

	return local / DAY_SECONDS - (local % DAY_SECONDS < 0);
}

bool event_overlay(struct req *r, struct item *it, const xmlNode *object,
		   bool append, const char **code)
{
	struct cal *c = it->cal;
	int64_t start = c->start, end = c->end;
	bool good = true;

	for (xmlNode *n = xr_first(object); n; n = xr_next(n))
		zones_read(c, n);
	for (xmlNode *n = xr_first(object); n && good; n = xr_next(n)) {
		if (xr_is(n, "Start"))
			good = cal_time_read(r, c->zone, xr_text(n), &c->start);
		else if (xr_is(n, "End"))
			good = cal_time_read(r, c->zone, xr_text(n), &c->end);
		else if (xr_is(n, "ReminderDueBy"))
			good = cal_time_read(r, NULL, xr_text(n),
					     &c->reminder_due);
		else if (xr_is(n, "RequiredAttendees"))
			attendees_read(c, ROLE_REQUIRED, n, append);
		else if (xr_is(n, "OptionalAttendees"))
			attendees_read(c, ROLE_OPTIONAL, n, append);
		else if (xr_is(n, "Resources"))
			attendees_read(c, ROLE_RESOURCE, n, append);
		else if (xr_is(n, "Recurrence")) {
			if (it->master || !recurrence_read(c, n)) {
				*code = "ErrorCalendarInvalidRecurrence";
				return false;
			}
		} else if (is_read_only(n))
			good = false;
		else
			good = simple_read(c, n);
	}
	if (!good)
		*code = "ErrorInvalidPropertySet";
	/* Other times drop a series' exceptions (dossier 12.3). */
	if (good && c->recur.kind != RECUR_NONE &&
	    (start != c->start || end != c->end))
		cal_clear_exceptions(c);
	if (good && c->recur.kind != RECUR_NONE && start != c->start &&
	    !xr_child(object, "Recurrence"))
		c->recur.first = day_in_zone(c);
	return good;
}

bool event_clear(struct item *it, const struct path *p)
{
	struct cal *c = it->cal;

	switch ((enum field)p->field) {
	case FIELD_C_LOCATION:
		mem_replace(&c->location, NULL);
		return true;
	case FIELD_C_RECURRENCE:
		c->recur = (struct recur){.interval = 1};
		cal_clear_exceptions(c);
		return true;
	case FIELD_C_REQUIRED:
	case FIELD_C_OPTIONAL:
	case FIELD_C_RESOURCES:
		attendees_read(c,
			       p->field == FIELD_C_REQUIRED   ? ROLE_REQUIRED
			       : p->field == FIELD_C_OPTIONAL ? ROLE_OPTIONAL
							      : ROLE_RESOURCE,
			       NULL, false);
		return true;
	case FIELD_REMINDER_SET:
	case FIELD_REMINDER_MINUTES:
		c->reminder = false;
		return true;
	default:
		return false;
	}
}

const char *event_check(struct item *it)
{
	struct cal *c = it->cal;
	struct occurrence o;

	if (c->end < c->start)
		return "ErrorCalendarEndDateIsEarlierThanStartDate";
	if (c->end - c->start > LENGTH_MAX_DAYS * (int64_t)DAY_SECONDS)
		return "ErrorCalendarDurationIsTooLong";
	if (c->all_day)
		cal_round_days(c);
	/* The master stands where its first occurrence is. */
	if (c->recur.kind != RECUR_NONE && cal_occurrence(it, 1, 0, &o) &&
	    !o.exception) {
		c->end = o.end;
		c->start = o.start;
	}
	c->is_meeting = c->is_meeting || c->attendees.n > 0;
	if (c->mine == RESPONSE_ORGANIZER && c->attendees.n == 0)
		c->is_meeting = false;
	return NULL;
}
