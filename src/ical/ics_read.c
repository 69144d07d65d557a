/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "ical/ics.h"

#include "base/map.h"

#include <libical/ical.h>
#include <string.h>

#define DAY ((int64_t)86400)
#define ENTRIES_MAX 200000

struct reading {
	struct ics *out;
	struct tz_set *zones;
	icalcomponent *calendar;
	struct map *rules; /* TZID -> POSIX rule of its VTIMEZONE */
	VEC(bool) dated;   /* entries: their RECURRENCE-ID is a date */
};

void ics_release(struct ics *c)
{
	appointment_list_release(&c->entries);
	strv_release(&c->notes);
	memset(c, 0, sizeof(*c));
}

static const char *text_of(icalcomponent *c, icalproperty_kind kind)
{
	icalproperty *p = icalcomponent_get_first_property(c, kind);
	const char *s = p ? icalproperty_get_value_as_string(p) : NULL;

	return s && *s ? s : NULL;
}

/* Text with its escapes undone. */
static char *plain_text(icalcomponent *c, icalproperty_kind kind)
{
	icalproperty *p = icalcomponent_get_first_property(c, kind);
	icalvalue *v = p ? icalproperty_get_value(p) : NULL;
	const char *s = v ? icalvalue_get_text(v) : NULL;

	return s && *s ? xstrdup(s) : NULL;
}

/* --- zones ---------------------------------------------------------------- */

/* When an observance begins, from its RRULE or else its DTSTART. */
static bool read_observance(icalcomponent *x, struct zone_change *c)
{
	icalproperty *to =
		icalcomponent_get_first_property(x, ICAL_TZOFFSETTO_PROPERTY);
	icalproperty *rule =
		icalcomponent_get_first_property(x, ICAL_RRULE_PROPERTY);
	struct icaltimetype start = icalcomponent_get_dtstart(x);
	struct icalrecurrencetype t;

	*c = (struct zone_change){0};
	if (!to)
		return false;
	c->offset = icalproperty_get_tzoffsetto(to);
	c->time = start.hour * 3600 + start.minute * 60;
	if (!rule)
		return true;
	t = icalproperty_get_rrule(rule);
	if (t.by_month[0] == ICAL_RECURRENCE_ARRAY_MAX ||
	    t.by_day[0] == ICAL_RECURRENCE_ARRAY_MAX)
		return true;
	c->month = t.by_month[0];
	c->weekday = (int)icalrecurrencetype_day_day_of_week(t.by_day[0]) - 1;
	c->week = icalrecurrencetype_day_position(t.by_day[0]);
	if (!c->week && t.by_month_day[0] != ICAL_RECURRENCE_ARRAY_MAX)
		c->week = (t.by_month_day[0] - 1) / 7 + 1;
	if (c->week < 0 || c->week > 5)
		c->week = 5;
	if (c->month < 1 || c->month > 12 || c->weekday < 0 || !c->week)
		c->month = 0;
	return true;
}

static void read_zone(struct reading *r, icalcomponent *zone)
{
	struct zone_change standard = {0}, summer_time = {0}, c;
	icalproperty *id =
		icalcomponent_get_first_property(zone, ICAL_TZID_PROPERTY);
	bool has = false;

	if (!id)
		return;
	/* The last of each kind is the rule of today. */
	for (icalcomponent *x = icalcomponent_get_first_component(
		     zone, ICAL_ANY_COMPONENT);
	     x;
	     x = icalcomponent_get_next_component(zone, ICAL_ANY_COMPONENT)) {
		bool summer = icalcomponent_isa(x) == ICAL_XDAYLIGHT_COMPONENT;

		if (!read_observance(x, &c))
			continue;
		has |= !summer;
		if (summer)
			summer_time = c;
		else
			standard = c;
	}
	if (has)
		map_set(r->rules, icalproperty_get_tzid(id),
			zone_make_rule(&standard, summer_time.month
							  ? &summer_time
							  : NULL));
}

/* --- times ---------------------------------------------------------------- */

static int64_t wall_of(struct icaltimetype t)
{
	return clock_from_utc(t.year, t.month, t.day, t.hour, t.minute,
			      t.second);
}

/* The time a property tells: an instant, or a wall midnight for a date. */
static int64_t time_of(struct reading *r, icalproperty *p,
		       struct icaltimetype t, const char **tzid, bool *date)
{
	icalparameter *param =
		icalproperty_get_first_parameter(p, ICAL_TZID_PARAMETER);
	const char *id = param ? icalparameter_get_tzid(param) : NULL;
	const struct zone *z;

	if (icaltime_is_null_time(t) || t.year < 1602 || t.year > 4500)
		return CLOCK_NEVER;
	*date = t.is_date;
	if (t.is_date)
		return wall_of(t);
	if (icaltime_is_utc(t))
		return wall_of(t);
	if (tzid && id)
		*tzid = id;
	z = tz_find(r->zones, id, id ? map_find(r->rules, id) : NULL);
	return zone_instant(z ? z : tz_local(r->zones), wall_of(t));
}

static int64_t find_time(struct reading *r, icalcomponent *c,
			 icalproperty_kind kind, const char **tzid, bool *date)
{
	icalproperty *p = icalcomponent_get_first_property(c, kind);
	icalvalue *v = p ? icalproperty_get_value(p) : NULL;

	*date = false;
	if (!v)
		return CLOCK_NEVER;
	return time_of(r, p, icalvalue_get_datetimedate(v), tzid, date);
}

/* The value of an X- property; NULL: none. */
static const char *x_value(icalcomponent *c, const char *name)
{
	for (icalproperty *p =
		     icalcomponent_get_first_property(c, ICAL_X_PROPERTY);
	     p; p = icalcomponent_get_next_property(c, ICAL_X_PROPERTY))
		if (str_eq_nocase(icalproperty_get_x_name(p), name))
			return icalproperty_get_x(p);
	return NULL;
}

static void read_times(struct reading *r, icalcomponent *c,
		       struct appointment *a, bool *dated)
{
	icalproperty *duration =
		icalcomponent_get_first_property(c, ICAL_DURATION_PROPERTY);
	const char *tzid = NULL;
	bool date, end_date;

	a->start = find_time(r, c, ICAL_DTSTART_PROPERTY, &tzid, &date);
	a->end = find_time(r, c, ICAL_DTEND_PROPERTY, NULL, &end_date);
	if (a->end == CLOCK_NEVER && duration && a->start != CLOCK_NEVER)
		a->end =
			a->start + icaldurationtype_as_int(
					   icalproperty_get_duration(duration));
	if (date)
		a->flags |= APPT_ALL_DAY;
	if (a->start != CLOCK_NEVER && a->end == CLOCK_NEVER)
		a->end = a->start + (date ? DAY : 0); /* RFC 5545 3.6.1 */
	if (tzid) {
		a->zone = xstrdup(tzid);
		if (!tz_find(r->zones, tzid, NULL))
			a->zone_rule = xstrdup(map_find(r->rules, tzid));
	}
	/* Exchange tells days as the instants they begin at. */
	if (!date &&
	    str_eq_nocase(x_value(c, "X-MICROSOFT-CDO-ALLDAYEVENT"), "TRUE")) {
		a->flags |= APPT_ALL_DAY;
		a->start = tz_day_of(r->zones, a, a->start);
		a->end = tz_day_of(r->zones, a, a->end);
	}
	a->original = find_time(r, c, ICAL_RECURRENCEID_PROPERTY, NULL, dated);
	a->stamp = find_time(r, c, ICAL_DTSTAMP_PROPERTY, NULL, &date);
}

/* EXDATE may be a date where DTSTART is a time: that day's start is meant. */
static int64_t removed_start(struct reading *r, const struct appointment *a,
			     int64_t t, bool date)
{
	const struct zone *z = tz_of(r->zones, a);
	bool all_day = a->flags & APPT_ALL_DAY;
	int64_t wall;

	if (date == all_day)
		return t;
	if (all_day)
		return tz_day_of(r->zones, a, t);
	wall = zone_wall(z, a->start);
	return zone_instant(z, t + wall - zone_day(wall));
}

static void read_series(struct reading *r, icalcomponent *c,
			struct appointment *a)
{
	const char *rule = text_of(c, ICAL_RRULE_PROPERTY);
	bool all_day = a->flags & APPT_ALL_DAY, date;
	const struct zone *z = tz_of(r->zones, a);
	struct err err = ERR_INIT;
	struct recur recur;
	int64_t wall;

	if (!rule || a->start == CLOCK_NEVER || a->original != CLOCK_NEVER)
		return;
	wall = all_day ? a->start : zone_wall(z, a->start);
	if (!recur_from_rule(&recur, rule, wall, &err)) {
		strv_give(&r->out->notes,
			  xasprintf("%s: %s", str_or_empty(a->subject),
				    err.text));
		return;
	}
	/* An UNTIL in UTC names a day of the zone. */
	if (recur.end == RECUR_UNTIL && !all_day && strchr(rule, 'Z')) {
		icalproperty *p = icalcomponent_get_first_property(
			c, ICAL_RRULE_PROPERTY);
		struct icalrecurrencetype t = icalproperty_get_rrule(p);

		if (!t.until.is_date)
			recur.end_day =
				zone_day(zone_wall(z, wall_of(t.until)));
	}
	a->recur = recur;
	a->kind = APPOINTMENT_SERIES;
	for (icalproperty *p =
		     icalcomponent_get_first_property(c, ICAL_EXDATE_PROPERTY);
	     p; p = icalcomponent_get_next_property(c, ICAL_EXDATE_PROPERTY)) {
		int64_t t =
			time_of(r, p, icalproperty_get_exdate(p), NULL, &date);

		if (t != CLOCK_NEVER)
			vec_add(&a->removed, removed_start(r, a, t, date));
	}
	if (icalcomponent_get_first_property(c, ICAL_RDATE_PROPERTY))
		strv_give(&r->out->notes,
			  xasprintf("%s: single further dates (RDATE) are "
				    "left out, Exchange has none",
				    str_or_empty(a->subject)));
}

/* --- people --------------------------------------------------------------- */

static char *address_of(const char *uri)
{
	if (!uri)
		return NULL;
	if (strncasecmp(uri, "mailto:", 7) == 0)
		uri += 7;
	return strchr(uri, '@') ? xstrdup(uri) : NULL;
}

static const char *parameter(icalproperty *p, icalparameter_kind kind)
{
	icalparameter *x = icalproperty_get_first_parameter(p, kind);

	return x && kind == ICAL_CN_PARAMETER ? icalparameter_get_cn(x) : NULL;
}

static void read_attendee(icalproperty *p, struct appointment *a)
{
	char *addr = address_of(icalproperty_get_attendee(p));
	const char *role = icalproperty_get_parameter_as_string(p, "ROLE");
	const char *type = icalproperty_get_parameter_as_string(p, "CUTYPE");
	const char *stat = icalproperty_get_parameter_as_string(p, "PARTSTAT");
	struct attendee *t;

	/* Exchange writes some twice (12.6). */
	if (!addr || appointment_attendee(a, addr)) {
		free(addr);
		return;
	}
	t = vec_new(&a->attendees);
	t->addr = addr;
	t->name = xstrdup(parameter(p, ICAL_CN_PARAMETER));
	t->answered = t->proposed_start = t->proposed_end = CLOCK_NEVER;
	if (str_eq_nocase(role, "OPT-PARTICIPANT"))
		t->role = ATTENDEE_OPTIONAL;
	else if (str_eq_nocase(role, "NON-PARTICIPANT") ||
		 str_eq_nocase(type, "RESOURCE") || str_eq_nocase(type, "ROOM"))
		t->role = ATTENDEE_RESOURCE;
	if (str_eq_nocase(stat, "ACCEPTED"))
		t->answer = ANSWER_ACCEPTED;
	else if (str_eq_nocase(stat, "TENTATIVE"))
		t->answer = ANSWER_TENTATIVE;
	else if (str_eq_nocase(stat, "DECLINED"))
		t->answer = ANSWER_DECLINED;
}

static void read_people(icalcomponent *c, struct appointment *a)
{
	icalproperty *p =
		icalcomponent_get_first_property(c, ICAL_ORGANIZER_PROPERTY);
	int asked = 0; /* all but those who are told not to answer */

	if (p) {
		a->organizer_addr = address_of(icalproperty_get_organizer(p));
		a->organizer_name = xstrdup(parameter(p, ICAL_CN_PARAMETER));
	}
	for (p = icalcomponent_get_first_property(c, ICAL_ATTENDEE_PROPERTY); p;
	     p = icalcomponent_get_next_property(c, ICAL_ATTENDEE_PROPERTY)) {
		asked += !str_eq_nocase(
			icalproperty_get_parameter_as_string(p, "RSVP"),
			"FALSE");
		read_attendee(p, a);
	}
	if (a->attendees.n)
		a->flags |= APPT_MEETING;
	if (asked == 0 && a->attendees.n)
		a->flags |= APPT_NO_RESPONSE;
}

/* --- the rest ------------------------------------------------------------- */

static void read_busy(icalcomponent *c, struct appointment *a)
{
	static const char *const words[] = {"FREE", "TENTATIVE", "BUSY", "OOF",
					    "WORKINGELSEWHERE"};
	const char *transp = text_of(c, ICAL_TRANSP_PROPERTY);
	const char *value = x_value(c, "X-MICROSOFT-CDO-BUSYSTATUS");

	if (str_eq_nocase(transp, "TRANSPARENT"))
		a->show_as = SHOW_FREE;
	for (size_t i = 0; value && i < ARRAY_LEN(words); i++)
		if (str_eq_nocase(value, words[i]))
			a->show_as = (enum show_as)i;
	/* Also "OUTOFOFFICE" (16.2). */
	if (value && strncasecmp(value, "OUT", 3) == 0)
		a->show_as = SHOW_AWAY;
}

/* When the answer was given: "20031001T120000Z". */
static int64_t replied_at(icalcomponent *c)
{
	const char *s = x_value(c, "X-MICROSOFT-CDO-REPLYTIME");
	struct icaltimetype t =
		s ? icaltime_from_string(s) : icaltime_null_time();

	return s && !icaltime_is_null_time(t) && t.year > 1601 && t.year < 4500
		       ? wall_of(t)
		       : CLOCK_NEVER;
}

static void read_alarm(icalcomponent *c, struct appointment *a)
{
	icalcomponent *alarm =
		icalcomponent_get_first_component(c, ICAL_VALARM_COMPONENT);
	icalproperty *p = alarm ? icalcomponent_get_first_property(
					  alarm, ICAL_TRIGGER_PROPERTY)
				: NULL;
	struct icaltriggertype t;

	if (!p)
		return;
	t = icalproperty_get_trigger(p);
	if (!icaltime_is_null_time(t.time))
		return;
	a->flags |= APPT_REMINDER;
	a->reminder = -icaldurationtype_as_int(t.duration) / 60;
	if (a->reminder < 0)
		a->reminder = 0;
}

static void read_words(icalcomponent *c, struct appointment *a)
{
	const char *class = text_of(c, ICAL_CLASS_PROPERTY);
	const char *status = text_of(c, ICAL_STATUS_PROPERTY);
	icalproperty *p =
		icalcomponent_get_first_property(c, ICAL_SEQUENCE_PROPERTY);
	struct str names CLEANUP(str_release) = STR_INIT;

	a->uid = plain_text(c, ICAL_UID_PROPERTY);
	a->subject = plain_text(c, ICAL_SUMMARY_PROPERTY);
	a->location = plain_text(c, ICAL_LOCATION_PROPERTY);
	a->notes = plain_text(c, ICAL_DESCRIPTION_PROPERTY);
	a->sequence = p ? icalproperty_get_sequence(p) : 0;
	if (str_eq_nocase(class, "PRIVATE"))
		a->sensitivity = SENSITIVITY_PRIVATE;
	else if (str_eq_nocase(class, "CONFIDENTIAL"))
		a->sensitivity = SENSITIVITY_CONFIDENTIAL;
	else if (str_eq_nocase(class, "X-PERSONAL"))
		a->sensitivity = SENSITIVITY_PERSONAL;
	if (str_eq_nocase(status, "CANCELLED"))
		a->flags |= APPT_CANCELLED;
	if (str_eq_nocase(x_value(c, "X-MICROSOFT-DISALLOW-COUNTER"), "TRUE"))
		a->flags |= APPT_NO_PROPOSAL;
	a->replied = replied_at(c);
	for (p = icalcomponent_get_first_property(c, ICAL_CATEGORIES_PROPERTY);
	     p;
	     p = icalcomponent_get_next_property(c, ICAL_CATEGORIES_PROPERTY)) {
		const char *s = icalproperty_get_categories(p);

		if (!s || !*s)
			continue;
		if (names.len)
			str_add_char(&names, '\n');
		str_add(&names, s);
	}
	if (names.len)
		a->categories = str_take(&names);
}

static void read_event(struct reading *r, icalcomponent *c)
{
	struct appointment *a;
	struct appointment fresh;
	bool dated;

	appointment_init(&fresh);
	read_words(c, &fresh);
	read_times(r, c, &fresh, &dated);
	read_people(c, &fresh);
	read_busy(c, &fresh);
	read_alarm(c, &fresh);
	read_series(r, c, &fresh);
	if (fresh.original != CLOCK_NEVER)
		fresh.kind = APPOINTMENT_EXCEPTION;
	vec_add(&r->out->entries, fresh);
	vec_add(&r->dated, dated);
	a = &r->out->entries.v[r->out->entries.n - 1];
	if (appointment_repair(a))
		strv_give(&r->out->notes,
			  xasprintf("%s: times or repetition put right",
				    str_or_empty(a->subject)));
}

static struct appointment *find_series(struct ics *out, size_t before,
				       const char *uid)
{
	for (size_t i = 0; i < before; i++)
		if (out->entries.v[i].kind == APPOINTMENT_SERIES &&
		    str_eq(out->entries.v[i].uid, uid))
			return &out->entries.v[i];
	return NULL;
}

/* Exceptions go into their series; a second series of one UID is dropped. */
static void gather(struct reading *r)
{
	struct ics *out = r->out;
	struct appointment_list kept = {0};

	for (int pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < out->entries.n; i++) {
			struct appointment *a = &out->entries.v[i];
			bool first = a->kind != APPOINTMENT_EXCEPTION;
			struct ics so_far = {.entries = kept};
			struct appointment *s =
				find_series(&so_far, kept.n, a->uid);

			if (first != (pass == 0) || !a)
				continue;
			if (first && s && a->kind == APPOINTMENT_SERIES &&
			    a->uid) {
				strv_give(&out->notes,
					  xasprintf("%s: a second series of "
						    "the same UID is left out",
						    str_or_empty(a->subject)));
				appointment_release(a);
			} else if (!first && s) {
				a->original = removed_start(r, s, a->original,
							    r->dated.v[i]);
				vec_add(&s->exceptions, *a);
			} else {
				vec_add(&kept, *a);
			}
		}
	vec_release(&out->entries);
	out->entries = kept;
}

static enum ics_method read_method(icalcomponent *cal)
{
	switch (icalcomponent_get_method(cal)) {
	case ICAL_METHOD_REQUEST:
		return ICS_REQUEST;
	case ICAL_METHOD_REPLY:
		return ICS_REPLY;
	case ICAL_METHOD_CANCEL:
		return ICS_CANCEL;
	case ICAL_METHOD_COUNTER:
		return ICS_COUNTER;
	case ICAL_METHOD_NONE:
	case ICAL_METHOD_PUBLISH:
		return ICS_NONE;
	default:
		return ICS_OTHER;
	}
}

/* The components of a kind, wherever they are: a file may hold several
 * calendars, or events without one. */
static void each(struct reading *r, icalcomponent *c, icalcomponent_kind kind,
		 void (*fn)(struct reading *, icalcomponent *), int depth)
{
	if (icalcomponent_isa(c) == kind) {
		fn(r, c);
		return;
	}
	if (depth > 4)
		return;
	for (icalcompiter i =
		     icalcomponent_begin_component(c, ICAL_ANY_COMPONENT);
	     icalcompiter_deref(&i); icalcompiter_next(&i)) {
		if (r->out->entries.n >= ENTRIES_MAX)
			return;
		each(r, icalcompiter_deref(&i), kind, fn, depth + 1);
	}
}

/* Exchange 2016 may leave out the end (12.6), which libical insists on. */
static char *complete_copy(const char *text, size_t len)
{
	struct str b = STR_INIT;

	str_add_mem(&b, text, len);
	if (strstr(b.s, "BEGIN:VCALENDAR") && !strstr(b.s, "END:VCALENDAR"))
		str_add(&b, "\r\nEND:VCALENDAR\r\n");
	return str_take(&b);
}

bool ics_read(struct ics *out, const char *text, size_t len,
	      struct tz_set *zones, struct err *err)
{
	char *copy CLEANUP(mem_free_ptr) = complete_copy(text, len);
	struct reading r = {.out = out, .zones = zones};
	icalcomponent *c;
	bool any;

	*out = (struct ics){0};
	strv_init(&out->notes);
	c = strstr(copy, "BEGIN:") ? icalparser_parse_string(copy) : NULL;
	if (!c)
		return err_set(err, ERR_INPUT,
			       "this is no iCalendar text (BEGIN:VCALENDAR is "
			       "missing or nothing can be read)");
	r.rules = map_new(free);
	r.calendar = c;
	out->method = read_method(c);
	each(&r, c, ICAL_VTIMEZONE_COMPONENT, read_zone, 0);
	each(&r, c, ICAL_VEVENT_COMPONENT, read_event, 0);
	any = out->entries.n > 0;
	gather(&r);
	vec_release(&r.dated);
	icalcomponent_free(c);
	map_free(r.rules);
	if (any)
		return true;
	ics_release(out);
	return err_set(err, ERR_INPUT, "this calendar has no events");
}
