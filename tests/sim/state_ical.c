/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Events as iCalendar (RFC 5545), as the content of meeting messages and of
 * calendar items asked for as MIME. */
#include "tests/sim/cal.h"

#include <string.h>
#include "base/clock.h"
#include "base/utf8.h"

enum { DAY_SECONDS = 86400, LINE_MAX_BYTES = 74 };

static const char *const weekdays[] = {"SU", "MO", "TU", "WE",
				       "TH", "FR", "SA"};

/* Folds at 75 octets, never inside a character. */
static void add_line(struct str *b, const char *line)
{
	size_t len = strlen(line), at = 0, room = LINE_MAX_BYTES;

	while (len - at > room) {
		size_t n = room;

		while (n > 1 && ((unsigned char)line[at + n] & 0xc0) == 0x80)
			n--;
		str_add_mem(b, line + at, n);
		str_add(b, "\r\n ");
		at += n;
		room = LINE_MAX_BYTES - 1;
	}
	str_add_mem(b, line + at, len - at);
	str_add(b, "\r\n");
}

static void add_text(struct str *b, const char *name, const char *text)
{
	struct str line = STR_INIT;

	if (!text || !*text)
		return;
	str_addf(&line, "%s:", name);
	for (; *text; text++) {
		if (*text == '\n')
			str_add(&line, "\\n");
		else if (strchr(",;\\", *text))
			str_addf(&line, "\\%c", *text);
		else if ((unsigned char)*text >= ' ')
			str_add_char(&line, *text);
	}
	add_line(b, line.s);
	str_release(&line);
}

static void add_stamp(struct str *b, int64_t t, bool utc, bool date)
{
	struct clock_parts p;

	clock_utc(t, &p);
	str_addf(b, "%04d%02d%02d", p.year, p.month, p.day);
	if (!date)
		str_addf(b, "T%02d%02d%02d%s", p.hour, p.minute, p.second,
			 utc ? "Z" : "");
}

/* old: whole days as midnights in UTC, as servers before 2007 want them. */
static void add_time(struct str *b, const struct cal *c, const char *name,
		     int64_t t, bool old)
{
	const struct zone *z = zone_get(c->zone);
	struct str line = STR_INIT;
	bool utc = !zone_find(c->zone) || strcmp(z->id, "UTC") == 0 ||
		   (c->all_day && old);
	/* Days that were put as the instants they begin at (dossier WebDAV
	 * 16.2) belong to no zone that is known. */
	bool date =
		c->all_day && !old && zone_to_local(z, t) % DAY_SECONDS == 0;

	str_add(&line, name);
	if (date)
		str_add(&line, ";VALUE=DATE:");
	else if (utc)
		str_add(&line, ":");
	else
		str_addf(&line, ";TZID=\"%s\":", z->id);
	add_stamp(&line, utc && !date ? t : zone_to_local(z, t), utc, date);
	add_line(b, line.s);
	str_release(&line);
}

static void add_zone_part(struct str *b, const struct zone *z, bool summer_time)
{
	const struct zone_rule *r =
		summer_time ? &z->to_daylight : &z->to_standard;
	int from = -(z->bias + (summer_time ? 0 : z->daylight_bias));
	int to = -(z->bias + (summer_time ? z->daylight_bias : 0));

	if (r->month == 0)
		from = to;
	str_addf(b,
		 "BEGIN:%s\r\nTZOFFSETFROM:%+03d%02d\r\n"
		 "TZOFFSETTO:%+03d%02d\r\nDTSTART:16010101T%02d%02d00\r\n",
		 summer_time ? "DAYLIGHT" : "STANDARD", from / 60,
		 (from < 0 ? -from : from) % 60, to / 60,
		 (to < 0 ? -to : to) % 60, r->hour, r->minute);
	if (r->month)
		str_addf(b, "RRULE:FREQ=YEARLY;BYDAY=%d%s;BYMONTH=%d\r\n",
			 r->week == 5 ? -1 : r->week, weekdays[r->day],
			 r->month);
	str_addf(b, "END:%s\r\n", summer_time ? "DAYLIGHT" : "STANDARD");
}

static void add_zone(struct str *b, const struct cal *c)
{
	const struct zone *z = zone_find(c->zone);

	if (!z || strcmp(z->id, "UTC") == 0)
		return;
	str_addf(b, "BEGIN:VTIMEZONE\r\nTZID:%s\r\n", z->id);
	add_zone_part(b, z, false);
	if (z->to_daylight.month)
		add_zone_part(b, z, true);
	str_add(b, "END:VTIMEZONE\r\n");
}

static void add_days(struct str *b, unsigned days)
{
	const char *sep = "";

	str_add(b, ";BYDAY=");
	for (int d = 0; d < 7; d++) {
		if (!(days & 1u << d))
			continue;
		str_addf(b, "%s%s", sep, weekdays[d]);
		sep = ",";
	}
}

static void add_rule(struct str *b, const struct cal *c)
{
	static const char *const kinds[] = {"",	       "DAILY",	  "WEEKLY",
					    "MONTHLY", "MONTHLY", "YEARLY",
					    "YEARLY"};
	const struct recur *r = &c->recur;
	struct str line = STR_INIT;

	str_addf(&line, "RRULE:FREQ=%s;INTERVAL=%d", kinds[r->kind],
		 r->interval);
	if (r->kind == RECUR_WEEKLY) {
		add_days(&line, r->days);
		str_addf(&line, ";WKST=%s", weekdays[r->first_day]);
	}
	if (r->kind == RECUR_MONTH_DAY || r->kind == RECUR_YEAR_DAY)
		str_addf(&line, ";BYMONTHDAY=%d", r->month_day);
	if (r->kind == RECUR_MONTH_NTH || r->kind == RECUR_YEAR_NTH) {
		add_days(&line, r->days);
		str_addf(&line, ";BYSETPOS=%d", r->nth == 5 ? -1 : r->nth);
	}
	if (r->kind == RECUR_YEAR_DAY || r->kind == RECUR_YEAR_NTH)
		str_addf(&line, ";BYMONTH=%d", r->month);
	if (r->end == RECUR_COUNT)
		str_addf(&line, ";COUNT=%d", r->count);
	if (r->end == RECUR_UNTIL) {
		int64_t end = r->last * DAY_SECONDS + DAY_SECONDS - 1;

		str_add(&line, ";UNTIL=");
		add_stamp(&line, zone_to_utc(zone_get(c->zone), end), true,
			  false);
	}
	add_line(b, line.s);
	str_release(&line);
}

static void add_person(struct str *b, const char *head, const char *name,
		       const char *email)
{
	struct str line = STR_INIT;

	str_addf(&line, "%s;CN=\"", head);
	for (const char *s = str_or_empty(name); *s; s++)
		if (*s != '"')
			str_add_char(&line, *s);
	str_addf(&line, "\":mailto:%s", str_or_empty(email));
	add_line(b, line.s);
	str_release(&line);
}

static void add_people(struct str *b, const struct item *it, const char *method)
{
	static const char *const states[] = {"NEEDS-ACTION", "ACCEPTED",
					     "TENTATIVE",    "ACCEPTED",
					     "DECLINED",     "NEEDS-ACTION"};
	static const char *const roles[] = {
		"REQ-PARTICIPANT", "OPT-PARTICIPANT", "NON-PARTICIPANT"};
	const struct cal *c = it->cal;
	char *head;

	if (!c->is_meeting)
		return;
	add_person(b, "ORGANIZER", c->organizer.name, c->organizer.email);
	for (size_t i = 0; i < c->attendees.n; i++) {
		const struct attendee *a = &c->attendees.v[i];

		head = xasprintf("ATTENDEE;ROLE=%s;PARTSTAT=%s;RSVP=%s",
				 roles[a->role], states[a->response],
				 c->response_wanted ? "TRUE" : "FALSE");
		if (strcmp(str_or_empty(method), "REPLY") != 0)
			add_person(b, head, a->name, a->email);
		free(head);
	}
	if (strcmp(str_or_empty(method), "REPLY") == 0 && it->folder) {
		head = xasprintf("ATTENDEE;PARTSTAT=%s", states[c->mine]);
		add_person(b, head, it->folder->box->name,
			   it->folder->box->address);
		free(head);
	}
}

static void add_body(struct str *b, const struct item *it)
{
	struct str raw = STR_INIT, text = STR_INIT;
	struct mail m;

	item_read_mime(it, &raw);
	mail_init(&m);
	mail_read(&m, raw.s, raw.len);
	if (m.text)
		str_add(&text, m.text);
	else if (m.html)
		mime_html_to_text(&text, m.html);
	str_trim(&text);
	add_text(b, "DESCRIPTION", text.s);
	mail_release(&m);
	str_release(&text);
	str_release(&raw);
}

static void add_event(struct str *b, const struct item *it, const char *method,
		      bool old)
{
	static const char *const busy[] = {"FREE", "TENTATIVE", "BUSY",
					   "OOF",  "BUSY",	"FREE"};
	const struct cal *c = it->cal;

	str_add(b, "BEGIN:VEVENT\r\n");
	add_text(b, "UID", c->uid);
	add_text(b, "SUMMARY", it->subject);
	add_body(b, it);
	add_text(b, "LOCATION", c->location);
	add_time(b, c, "DTSTART", c->start, old);
	add_time(b, c, "DTEND", c->end, old);
	if (c->recurrence_id != CLOCK_NEVER)
		add_time(b, c, "RECURRENCE-ID", c->recurrence_id, old);
	if (c->recur.kind != RECUR_NONE)
		add_rule(b, c);
	for (size_t i = 0; i < c->exceptions.n; i++)
		if (!c->exceptions.v[i].it)
			add_time(b, c, "EXDATE", c->exceptions.v[i].original,
				 old);
	add_people(b, it, method);
	str_addf(b,
		 "CLASS:%s\r\nPRIORITY:5\r\nSEQUENCE:%d\r\nSTATUS:%s\r\n"
		 "TRANSP:%s\r\nX-MICROSOFT-CDO-BUSYSTATUS:%s\r\n"
		 "X-MICROSOFT-CDO-ALLDAYEVENT:%s\r\nDTSTAMP:",
		 it->sensitivity == 2 ? "PRIVATE" : "PUBLIC", c->sequence,
		 c->cancelled ? "CANCELLED" : "CONFIRMED",
		 c->busy == BUSY_FREE ? "TRANSPARENT" : "OPAQUE", busy[c->busy],
		 c->all_day ? "TRUE" : "FALSE");
	add_stamp(b, c->stamp, true, false);
	str_add(b, "\r\n");
	if (c->reminder)
		str_addf(b,
			 "BEGIN:VALARM\r\nACTION:DISPLAY\r\n"
			 "DESCRIPTION:REMINDER\r\n"
			 "TRIGGER;RELATED=START:-PT%dM\r\nEND:VALARM\r\n",
			 c->reminder_minutes);
	str_add(b, "END:VEVENT\r\n");
}

static void add_calendar(struct str *b, const struct item *it,
			 const char *method, bool old)
{
	str_addf(b,
		 "BEGIN:VCALENDAR\r\nMETHOD:%s\r\nPRODID:Microsoft Exchange "
		 "Server\r\nVERSION:2.0\r\n",
		 method ? method : "PUBLISH");
	add_zone(b, it->cal);
	add_event(b, it, method, old);
	for (size_t i = 0; i < it->cal->exceptions.n; i++) {
		const struct cal_exception *e = &it->cal->exceptions.v[i];

		if (!e->it)
			continue;
		e->it->cal->recurrence_id = e->original;
		add_event(b, e->it, method, old);
	}
	str_add(b, "END:VCALENDAR\r\n");
}

void ical_add(struct str *b, const struct item *it, const char *method)
{
	add_calendar(b, it, method, false);
}

void ical_add_old(struct str *b, const struct item *it, const char *method)
{
	add_calendar(b, it, method, true);
}
