/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "ical/ics.h"

#include <libical/ical.h>
#include <stdio.h>
#include <string.h>

#define DAY ((int64_t)86400)

static const char *const partstats[] = {
#define X(id, name, ews, ical) ical,
	ANSWERS(X)
#undef X
};
static const char *const classes[] = {
#define X(id, name, ews, ical) ical,
	SENSITIVITIES(X)
#undef X
};
static const char *const busy_words[] = {"FREE", "TENTATIVE",	     "BUSY",
					 "OOF",	 "WORKINGELSEWHERE", "BUSY"};

static void add_text(icalcomponent *c, const char *name, const char *text)
{
	icalproperty *p;

	if (!text || !*text)
		return;
	p = icalproperty_new(icalproperty_string_to_kind(name));
	icalproperty_set_value(p, icalvalue_new_text(text));
	icalcomponent_add_property(c, p);
}

/* X- properties: their value is text too. */
static void add_x(icalcomponent *c, const char *name, const char *value)
{
	icalproperty *p = icalproperty_new_x(value);

	icalproperty_set_x_name(p, name);
	icalcomponent_add_property(c, p);
}

static void add_wall(struct str *b, int64_t wall, bool date, bool utc)
{
	struct clock_parts p;

	zone_parts(wall, &p);
	str_addf(b, "%04d%02d%02d", p.year, p.month, p.day);
	if (!date)
		str_addf(b, "T%02d%02d%02d%s", p.hour, p.minute, p.second,
			 utc ? "Z" : "");
}

struct writer {
	struct tz_set *zones;
	const struct zone *zone; /* of the entry */
	const char *tzid;	 /* NULL: times in UTC */
	bool all_day;
	bool exchange;
};

static void add_time(const struct writer *w, icalcomponent *c, const char *name,
		     int64_t t)
{
	struct str b CLEANUP(str_release) = STR_INIT;
	icalproperty *p;

	if (t == CLOCK_NEVER)
		return;
	str_add(&b, name);
	/* Exchange takes days as the instants they begin at (16.2). */
	if (w->all_day && w->exchange)
		t = zone_instant(w->zone, t);
	if (w->all_day && !w->exchange) {
		str_add(&b, ";VALUE=DATE:");
		add_wall(&b, t, true, false);
	} else if (w->tzid) {
		str_addf(&b, ";TZID=%s:", w->tzid);
		add_wall(&b, zone_wall(w->zone, t), false, false);
	} else {
		str_add_char(&b, ':');
		add_wall(&b, t, false, true);
	}
	p = icalproperty_new_from_string(b.s);
	if (p)
		icalcomponent_add_property(c, p);
}

static void add_utc(icalcomponent *c, const char *name, int64_t t)
{
	struct writer utc = {.tzid = NULL};

	add_time(&utc, c, name, t);
}

static void add_rule(const struct writer *w, icalcomponent *c,
		     const struct appointment *a)
{
	struct str rule CLEANUP(str_release) = STR_INIT;
	struct str until CLEANUP(str_release) = STR_INIT;

	if (a->recur.kind == RECUR_NONE)
		return;
	/* UNTIL is a date with dates, else UTC (RFC 5545 3.3.10). */
	if (a->recur.end == RECUR_UNTIL && w->all_day && !w->exchange)
		add_wall(&until, a->recur.end_day, true, false);
	else if (a->recur.end == RECUR_UNTIL)
		add_wall(&until,
			 zone_instant(w->zone, a->recur.end_day + DAY - 1),
			 false, true);
	if (w->exchange)
		recur_add_exchange_rule(&rule, &a->recur,
					until.len ? until.s : NULL);
	else
		recur_add_rule(&rule, &a->recur, until.len ? until.s : NULL);
	icalcomponent_add_property(
		c,
		icalproperty_new_rrule(icalrecurrencetype_from_string(rule.s)));
}

static void add_mailbox(icalcomponent *c, icalproperty *p, const char *name)
{
	if (name && *name)
		icalproperty_add_parameter(p, icalparameter_new_cn(name));
	icalcomponent_add_property(c, p);
}

static char *mailto(const char *addr)
{
	return xasprintf("mailto:%s", addr);
}

static void add_attendee(icalcomponent *c, const struct attendee *t,
			 enum answer_kind answer, bool no_response)
{
	static const char *const roles[] = {
		"REQ-PARTICIPANT", "OPT-PARTICIPANT", "NON-PARTICIPANT"};
	char *uri CLEANUP(mem_free_ptr) = NULL;
	icalproperty *p;

	if (!t->addr)
		return;
	uri = mailto(t->addr);
	p = icalproperty_new_attendee(uri);
	icalproperty_set_parameter_from_string(p, "ROLE", roles[t->role]);
	if (t->role == ATTENDEE_RESOURCE)
		icalproperty_set_parameter_from_string(p, "CUTYPE", "RESOURCE");
	icalproperty_set_parameter_from_string(p, "PARTSTAT",
					       partstats[answer]);
	if (no_response)
		icalproperty_set_parameter_from_string(p, "RSVP", "FALSE");
	else if (answer == ANSWER_UNKNOWN || answer == ANSWER_NONE)
		icalproperty_set_parameter_from_string(p, "RSVP", "TRUE");
	add_mailbox(c, p, t->name);
}

static void add_people(icalcomponent *c, const struct appointment *a,
		       const struct ics_options *o)
{
	char *uri CLEANUP(mem_free_ptr) = NULL;

	/* An organizer makes it a meeting: plain entries have none. */
	if (a->organizer_addr && (a->attendees.n || o->method != ICS_NONE)) {
		uri = mailto(a->organizer_addr);
		add_mailbox(c, icalproperty_new_organizer(uri),
			    a->organizer_name);
	}
	if (o->method == ICS_REPLY) {
		struct attendee me = {.addr = xstrdup(o->attendee_addr),
				      .name = xstrdup(o->attendee_name)};

		add_attendee(c, &me, o->answer, false);
		attendee_release(&me);
		return;
	}
	for (size_t i = 0; i < a->attendees.n; i++)
		add_attendee(c, &a->attendees.v[i], a->attendees.v[i].answer,
			     a->flags & APPT_NO_RESPONSE);
}

static void add_categories(icalcomponent *c, const char *names)
{
	struct strv v CLEANUP(strv_release);

	strv_init(&v);
	strv_split(&v, str_or_empty(names), "\n");
	for (size_t i = 0; i < v.n; i++)
		icalcomponent_add_property(c,
					   icalproperty_new_categories(v.v[i]));
}

static void add_alarm(icalcomponent *c, const struct appointment *a)
{
	struct icaltriggertype trigger = {0};
	icalcomponent *alarm;

	if (!(a->flags & APPT_REMINDER))
		return;
	alarm = icalcomponent_new(ICAL_VALARM_COMPONENT);
	trigger.time = icaltime_null_time();
	trigger.duration = icaldurationtype_from_int(-a->reminder * 60);
	icalcomponent_add_property(
		alarm, icalproperty_new_action(ICAL_ACTION_DISPLAY));
	icalcomponent_add_property(alarm, icalproperty_new_trigger(trigger));
	add_text(alarm, "DESCRIPTION",
		 a->subject && *a->subject ? a->subject : "Reminder");
	icalcomponent_add_component(c, alarm);
}

static void add_class(icalcomponent *c, enum sensitivity s)
{
	char *line CLEANUP(mem_free_ptr) = xasprintf("CLASS:%s", classes[s]);
	icalproperty *p = icalproperty_new_from_string(line);

	if (p)
		icalcomponent_add_property(c, p);
}

/* What Exchange keeps beside the standard (dossier WebDAV 16.2). */
static void add_exchange(icalcomponent *c, const struct appointment *a)
{
	char number[16];
	struct str at CLEANUP(str_release) = STR_INIT;
	int type = a->kind == APPOINTMENT_SERIES      ? 1
		   : a->kind == APPOINTMENT_EXCEPTION ? 3
						      : 0;

	add_x(c, "X-MICROSOFT-CDO-ALLDAYEVENT",
	      a->flags & APPT_ALL_DAY ? "TRUE" : "FALSE");
	snprintf(number, sizeof(number), "%d", type);
	add_x(c, "X-MICROSOFT-CDO-INSTTYPE", number);
	snprintf(number, sizeof(number), "%d", a->sequence);
	add_x(c, "X-MICROSOFT-CDO-APPT-SEQUENCE", number);
	if (a->flags & APPT_NO_PROPOSAL)
		add_x(c, "X-MICROSOFT-DISALLOW-COUNTER", "TRUE");
	if (a->replied == CLOCK_NEVER)
		return;
	add_wall(&at, a->replied, false, true);
	add_x(c, "X-MICROSOFT-CDO-REPLYTIME", at.s);
}

static void add_event(struct writer *w, icalcomponent *cal,
		      const struct appointment *a, const char *uid,
		      const struct ics_options *o)
{
	icalcomponent *c = icalcomponent_new(ICAL_VEVENT_COMPONENT);
	bool all_day = w->all_day;

	add_text(c, "UID", uid);
	add_utc(c, "DTSTAMP", a->stamp != CLOCK_NEVER ? a->stamp : clock_now());
	/* RECURRENCE-ID is of the series' kind, DTSTART of the entry's own. */
	if (a->original != CLOCK_NEVER)
		add_time(w, c, "RECURRENCE-ID", a->original);
	w->all_day = a->flags & APPT_ALL_DAY;
	add_time(w, c, "DTSTART", a->start);
	add_time(w, c, "DTEND", a->end);
	add_rule(w, c, a);
	for (size_t i = 0; i < a->removed.n; i++)
		add_time(w, c, "EXDATE", a->removed.v[i]);
	w->all_day = all_day;
	add_text(c, "SUMMARY", a->subject);
	add_text(c, "LOCATION", a->location);
	add_text(c, "DESCRIPTION", a->notes);
	add_people(c, a, o);
	add_categories(c, a->categories);
	icalcomponent_add_property(c, icalproperty_new_sequence(a->sequence));
	add_class(c, a->sensitivity);
	icalcomponent_add_property(
		c, icalproperty_new_transp(a->show_as == SHOW_FREE
						   ? ICAL_TRANSP_TRANSPARENT
						   : ICAL_TRANSP_OPAQUE));
	add_x(c, "X-MICROSOFT-CDO-BUSYSTATUS", busy_words[a->show_as]);
	if (w->exchange)
		add_exchange(c, a);
	if (a->flags & APPT_CANCELLED || o->method == ICS_CANCEL)
		icalcomponent_add_property(
			c, icalproperty_new_status(ICAL_STATUS_CANCELLED));
	add_text(c, "COMMENT", o->note);
	add_alarm(c, a);
	icalcomponent_add_component(cal, c);
}

/* --- zones ---------------------------------------------------------------- */

static void add_observance(icalcomponent *zone, bool summer_time, int from,
			   const struct zone_change *c, int year)
{
	icalcomponent *x =
		icalcomponent_new(summer_time ? ICAL_XDAYLIGHT_COMPONENT
					      : ICAL_XSTANDARD_COMPONENT);
	struct str rule CLEANUP(str_release) = STR_INIT;
	struct recur r = {.kind = RECUR_YEARLY_NTH,
			  .interval = 1,
			  .days = 1u << c->weekday,
			  .nth = c->week,
			  .month = c->month};
	struct icaltimetype start = icaltime_null_time();

	start.year = year;
	start.month = c->month ? c->month : 1;
	start.day = 1;
	start.hour = c->time / 3600;
	start.minute = c->time / 60 % 60;
	icalcomponent_add_property(x, icalproperty_new_dtstart(start));
	icalcomponent_add_property(x, icalproperty_new_tzoffsetfrom(from));
	icalcomponent_add_property(x, icalproperty_new_tzoffsetto(c->offset));
	if (c->month) {
		recur_add_rule(&rule, &r, NULL);
		icalcomponent_add_property(
			x, icalproperty_new_rrule(
				   icalrecurrencetype_from_string(rule.s)));
	}
	icalcomponent_add_component(zone, x);
}

static void add_zone(icalcomponent *cal, const char *tzid, const struct zone *z,
		     int year)
{
	icalcomponent *c = icalcomponent_new(ICAL_VTIMEZONE_COMPONENT);
	struct zone_change standard, summer_time;

	zone_changes(z, year, &standard, &summer_time);
	icalcomponent_add_property(c, icalproperty_new_tzid(tzid));
	add_observance(c, false, summer_time.offset, &standard, 1970);
	if (summer_time.month)
		add_observance(c, true, standard.offset, &summer_time, 1970);
	icalcomponent_add_component(cal, c);
}

static void add_series(icalcomponent *cal, const struct appointment *a,
		       struct tz_set *zones, const struct ics_options *o,
		       struct strv *written)
{
	struct writer w = {.zones = zones,
			   .zone = tz_of(zones, a),
			   .all_day = a->flags & APPT_ALL_DAY,
			   .exchange = o->exchange};
	/* A single day is told in UTC, a series of them needs its zone. */
	bool utc = w.all_day && (!o->exchange || a->recur.kind == RECUR_NONE);
	char *made CLEANUP(mem_free_ptr) = NULL;
	const char *uid = a->uid;
	struct clock_parts p;

	if (!utc && strcmp(zone_name(w.zone), "UTC") != 0) {
		w.tzid = a->zone ? a->zone : zone_name(w.zone);
		if (strpbrk(w.tzid, "\";:,"))
			w.tzid = zone_name(w.zone);
		if (strpbrk(w.tzid, "\";:,")) /* a rule: spell it out */
			w.tzid = "Customized Time Zone";
		if (!strv_has(written, w.tzid) && a->start != CLOCK_NEVER) {
			clock_utc(a->start, &p);
			add_zone(cal, w.tzid, w.zone, p.year);
			strv_add(written, w.tzid);
		}
	}
	if (!uid)
		uid = made = xasprintf("%lld-%p@retinue",
				       (long long)clock_now(), (const void *)a);
	add_event(&w, cal, a, uid, o);
	for (size_t i = 0; i < a->exceptions.n; i++)
		add_event(&w, cal, &a->exceptions.v[i], uid, o);
}

void ics_write(struct str *out, const struct appointment_list *entries,
	       struct tz_set *zones, const struct ics_options *o)
{
	static const char *const methods[] = {NULL,	"REQUEST", "REPLY",
					      "CANCEL", "COUNTER", NULL};
	static const struct ics_options plain;
	icalcomponent *cal = icalcomponent_new(ICAL_VCALENDAR_COMPONENT);
	struct strv written CLEANUP(strv_release);
	char *text;

	if (!o)
		o = &plain;
	strv_init(&written);
	icalcomponent_add_property(
		cal, icalproperty_new_prodid("-//retinue//retinue//EN"));
	icalcomponent_add_property(cal, icalproperty_new_version("2.0"));
	if (methods[o->method])
		icalcomponent_set_method(
			cal, icalproperty_string_to_method(methods[o->method]));
	for (size_t i = 0; i < entries->n; i++)
		add_series(cal, &entries->v[i], zones, o, &written);
	text = icalcomponent_as_ical_string_r(cal);
	str_add(out, text);
	free(text);
	icalcomponent_free(cal);
}
