/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * Events as urn:schemas:calendar: and their MAPI companions (dossier 16.1):
 * what PROPFIND and SEARCH show, and what PROPPATCH may change of a single one.
 */
#include "tests/sim/dav.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>
#include "base/clock.h"
#include "tests/sim/cal.h"

#define CALN "urn:schemas:calendar:"
#define MAPI "http://schemas.microsoft.com/mapi/"
#define APPT                                                                   \
	"http://schemas.microsoft.com/mapi/id/"                                \
	"{00062002-0000-0000-c000-000000000046}/"
#define PT "http://schemas.microsoft.com/mapi/proptag/"

enum cal_field {
	CAL_ALL_DAY,
	CAL_ATTENDEES,
	CAL_BUSY,
	CAL_BUSY_NUMBER,
	CAL_DELEGATED,
	CAL_DURATION,
	CAL_EXCEPT,
	CAL_END,
	CAL_INSTANCE,
	CAL_INTENDED,
	CAL_INVITED,
	CAL_IS_ORGANIZER,
	CAL_LOCATION,
	CAL_METHOD,
	CAL_MODIFIED,
	CAL_MADE,
	CAL_OPTIONAL,
	CAL_ORGANIZER,
	CAL_RECURRENCE_ID,
	CAL_REMINDER_OFFSET,
	CAL_REMINDER_MINUTES,
	CAL_REMINDER_SET,
	CAL_REPLIED,
	CAL_REQUIRED,
	CAL_PROPOSED_END,
	CAL_PROPOSED_START,
	CAL_RESPONSE,
	CAL_RESPONSE_WANTED,
	CAL_RULE,
	CAL_SEQUENCE,
	CAL_STAMP,
	CAL_START,
	CAL_STATE,
	CAL_STATUS,
	CAL_TRANSPARENT,
	CAL_UID,
	CAL_ZONE,
	CAL_ZONE_ID
};
static const struct {
	enum cal_field id;
	char type; /* as in dav_fields.def */
	const char *uri;
} table[] = {
	{CAL_ALL_DAY, 'B', CALN "alldayevent"},
	{CAL_ATTENDEES, 'T', MAPI "allattendeesstring"},
	{CAL_BUSY, 'T', CALN "busystatus"},
	{CAL_BUSY_NUMBER, 'N', MAPI "busystatus"},
	{CAL_DELEGATED, 'B', PT "x3fe3000b"},
	{CAL_DURATION, 'N', CALN "duration"},
	{CAL_END, 'D', CALN "dtend"},
	{CAL_END, 'D', MAPI "commonend"},
	{CAL_END, 'D', MAPI "apptendtime"},
	{CAL_EXCEPT, 'E', CALN "exdate"},
	{CAL_INSTANCE, 'N', CALN "instancetype"},
	{CAL_INTENDED, 'N', MAPI "intendedbusystatus"},
	{CAL_INVITED, 'B', MAPI "finvited"},
	{CAL_IS_ORGANIZER, 'B', CALN "isorganizer"},
	{CAL_LOCATION, 'T', CALN "location"},
	{CAL_MADE, 'D', CALN "created"},
	{CAL_METHOD, 'T', CALN "method"},
	{CAL_MODIFIED, 'D', CALN "lastmodified"},
	{CAL_MODIFIED, 'D', CALN "lastmodifiedtime"},
	{CAL_OPTIONAL, 'T', MAPI "optional_attendees"},
	{CAL_ORGANIZER, 'T', CALN "organizer"},
	{CAL_RECURRENCE_ID, 'D', CALN "recurrenceid"},
	{CAL_RECURRENCE_ID, 'D', PT "x10c50040"},
	{CAL_REMINDER_MINUTES, 'N', MAPI "reminderdelta"},
	{CAL_REMINDER_OFFSET, 'N', CALN "reminderoffset"},
	{CAL_REMINDER_SET, 'B', MAPI "reminderset"},
	{CAL_REPLIED, 'D', CALN "replytime"},
	{CAL_REQUIRED, 'T', MAPI "required_attendees"},
	{CAL_PROPOSED_END, 'D', APPT "0x8251"},
	{CAL_PROPOSED_START, 'D', APPT "0x8250"},
	{CAL_RESPONSE, 'N', MAPI "responsestatus"},
	{CAL_RESPONSE_WANTED, 'B', CALN "responserequested"},
	{CAL_RULE, 'M', CALN "rrule"},
	{CAL_SEQUENCE, 'N', CALN "sequence"},
	{CAL_STAMP, 'D', CALN "dtstamp"},
	{CAL_START, 'D', CALN "dtstart"},
	{CAL_START, 'D', MAPI "commonstart"},
	{CAL_STATE, 'N', MAPI "apptstateflags"},
	{CAL_STATUS, 'T', CALN "meetingstatus"},
	{CAL_TRANSPARENT, 'T', CALN "transparent"},
	{CAL_UID, 'T', CALN "uid"},
	{CAL_ZONE, 'T', CALN "timezone"},
	{CAL_ZONE_ID, 'N', CALN "timezoneid"},
};
static const char *const busy_names[] = {"FREE", "TENTATIVE", "BUSY", "OOF"};

static int find(const struct dav_prop *p)
{
	for (size_t i = 0; i < ARRAY_LEN(table); i++)
		if (strcasecmp(table[i].uri, p->uri) == 0)
			return (int)i;
	return -1;
}

/* 0 single, 1 master, 2 occurrence, 3 changed occurrence. */
static int instance_type(const struct item *it)
{
	const struct cal_exception *e;

	if (!it->master)
		return it->cal->recur.kind == RECUR_NONE ? 0 : 1;
	e = cal_exception(it->master->cal, it->original);
	return e && e->it ? 3 : 2;
}

static int response(const struct cal *c)
{
	static const int map[] = {
		[RESPONSE_UNKNOWN] = 0,	  [RESPONSE_ORGANIZER] = 1,
		[RESPONSE_TENTATIVE] = 2, [RESPONSE_ACCEPT] = 3,
		[RESPONSE_DECLINE] = 4,	  [RESPONSE_NONE] = 5};

	return map[c->mine];
}

/* 1 a meeting, 2 received, 4 cancelled. */
static int state_flags(const struct cal *c)
{
	return (c->is_meeting ? 1 : 0) |
	       (c->is_meeting && c->mine != RESPONSE_ORGANIZER ? 2 : 0) |
	       (c->cancelled ? 4 : 0);
}

/* Names parted by "; ", of one role or (role < 0) of all. */
static bool people(struct dav_val *v, const struct cal *c, int role)
{
	for (size_t i = 0; i < c->attendees.n; i++) {
		const struct attendee *a = &c->attendees.v[i];

		if (role >= 0 && (int)a->role != role)
			continue;
		str_addf(&v->text, "%s%s", v->text.len ? "; " : "",
			 a->name ? a->name : str_or_empty(a->email));
	}
	return v->text.len > 0;
}

/* The line as the iCalendar text has it, without its name. */
static bool rule(struct dav_val *v, const struct item *it)
{
	struct str b CLEANUP(str_release) = STR_INIT;
	const char *p;

	if (it->cal->recur.kind == RECUR_NONE)
		return false;
	ical_add_old(&b, it, NULL);
	p = strstr(b.s, "BEGIN:VEVENT");
	p = p ? strstr(p, "\nRRULE:") : NULL;
	if (!p)
		return false;
	p += strlen("\nRRULE:");
	strv_give(&v->list, xstrndup(p, strcspn(p, "\r\n")));
	return true;
}

static bool holes(struct dav_val *v, const struct cal *c)
{
	for (size_t i = 0; i < c->exceptions.n; i++) {
		struct str when = STR_INIT;

		if (c->exceptions.v[i].it)
			continue;
		clock_add_iso(&when, c->exceptions.v[i].original);
		strv_give(&v->list, str_take(&when));
	}
	return v->list.n > 0;
}

/* Numbers of zones as CDO has them (Appendix D). */
static const struct {
	int id;
	const char *zone;
} cdo_zones[] = {{0, "UTC"},
		 {1, "GMT Standard Time"},
		 {3, "Romance Standard Time"},
		 {4, "W. Europe Standard Time"},
		 {6, "Central Europe Standard Time"},
		 {7, "GTB Standard Time"},
		 {8, "E. South America Standard Time"},
		 {10, "Eastern Standard Time"},
		 {11, "Central Standard Time"},
		 {12, "Mountain Standard Time"},
		 {13, "Pacific Standard Time"},
		 {17, "New Zealand Standard Time"},
		 {20, "Tokyo Standard Time"},
		 {23, "India Standard Time"},
		 {28, "Newfoundland Standard Time"},
		 {31, "Greenwich Standard Time"},
		 {38, "US Mountain Standard Time"},
		 {45, "China Standard Time"},
		 {50, "South Africa Standard Time"}};

static bool zone_id(struct dav_val *v, const struct cal *c)
{
	for (size_t i = 0; i < ARRAY_LEN(cdo_zones); i++)
		if (str_eq(c->zone, cdo_zones[i].zone))
			return val_number(v, cdo_zones[i].id);
	return false;
}

static enum dav_set set_zone_id(struct cal *c, const char *s)
{
	long id = strtol(s, NULL, 10);

	for (size_t i = 0; i < ARRAY_LEN(cdo_zones); i++) {
		if (cdo_zones[i].id != id)
			continue;
		mem_replace(&c->zone, xstrdup(cdo_zones[i].zone));
		return DAV_SET_OK;
	}
	return DAV_SET_BAD;
}

/* The VTIMEZONE that the iCalendar text has. */
static bool zone_text(struct dav_val *v, const struct item *it)
{
	static const char end[] = "END:VTIMEZONE\r\n";
	struct str b CLEANUP(str_release) = STR_INIT;
	const char *from, *to;

	ical_add_old(&b, it, NULL);
	from = strstr(b.s, "BEGIN:VTIMEZONE");
	to = from ? strstr(from, end) : NULL;
	if (!to)
		return false;
	str_add_mem(&v->text, from, (size_t)(to - from) + strlen(end));
	return true;
}

static const char *method_of(const struct item *it)
{
	const char *class = str_or_empty(it->item_class);

	if (str_eq_nocase(class, "IPM.Schedule.Meeting.Request"))
		return "REQUEST";
	if (str_eq_nocase(class, "IPM.Schedule.Meeting.Canceled"))
		return "CANCEL";
	return strncasecmp(class, "IPM.Schedule.Meeting.Resp", 25) == 0
		       ? "REPLY"
		       : NULL;
}

static bool times(const struct item *it, enum cal_field id, struct dav_val *v)
{
	const struct cal *c = it->cal;

	switch ((int)id) {
	case CAL_START:
		return val_date(v, c->start);
	case CAL_END:
		return val_date(v, c->end);
	case CAL_STAMP:
		return val_date(v, c->stamp);
	case CAL_MADE:
		return val_date(v, it->made);
	case CAL_MODIFIED:
		return val_date(v, it->modified);
	case CAL_RECURRENCE_ID:
		return val_date(v,
				it->master ? it->original : c->recurrence_id);
	case CAL_REPLIED:
		return val_date(v, c->replied);
	case CAL_PROPOSED_START:
		return val_date(v, c->proposed_start);
	case CAL_PROPOSED_END:
		return val_date(v, c->proposed_end);
	default:
		return false;
	}
}

static bool numbers(const struct item *it, enum cal_field id, struct dav_val *v)
{
	const struct cal *c = it->cal;

	switch ((int)id) {
	case CAL_ALL_DAY:
		return val_number(v, c->all_day);
	case CAL_BUSY_NUMBER:
		return val_number(v, c->busy);
	case CAL_INTENDED:
		return val_number(v, c->intended);
	case CAL_DELEGATED:
		return val_number(v, c->delegated) && c->delegated;
	case CAL_DURATION:
		return val_number(v, c->end - c->start);
	case CAL_INSTANCE:
		return val_number(v, instance_type(it));
	case CAL_INVITED:
		return val_number(v, c->request_sent);
	case CAL_IS_ORGANIZER:
		return val_number(v, !c->is_meeting ||
					     c->mine == RESPONSE_ORGANIZER);
	case CAL_REMINDER_OFFSET:
		return val_number(v, c->reminder_minutes * 60LL) && c->reminder;
	case CAL_REMINDER_MINUTES:
		return val_number(v, c->reminder_minutes) && c->reminder;
	case CAL_REMINDER_SET:
		return val_number(v, c->reminder);
	case CAL_RESPONSE:
		return val_number(v, response(c));
	case CAL_RESPONSE_WANTED:
		return val_number(v, c->response_wanted);
	case CAL_SEQUENCE:
		return val_number(v, c->sequence);
	case CAL_STATE:
		return val_number(v, state_flags(c));
	default:
		return times(it, id, v);
	}
}

bool dav_cal_value(const struct item *it, const struct dav_prop *p,
		   struct dav_val *v)
{
	int row = it->cal ? find(p) : -1;
	const struct cal *c = it->cal;

	if (row < 0)
		return false;
	v->type = table[row].type;
	switch ((int)table[row].id) {
	case CAL_UID:
		return val_text(v, c->uid);
	case CAL_LOCATION:
		return val_text(v, c->location);
	case CAL_BUSY:
		return val_text(v, (size_t)c->busy < ARRAY_LEN(busy_names)
					   ? busy_names[c->busy]
					   : "BUSY");
	case CAL_TRANSPARENT:
		return val_text(v, c->busy == BUSY_FREE ? "TRANSPARENT"
							: "OPAQUE");
	case CAL_STATUS:
		return val_text(v, c->cancelled		       ? "CANCELLED"
				   : c->busy == BUSY_TENTATIVE ? "TENTATIVE"
							       : "CONFIRMED");
	case CAL_METHOD:
		return val_text(v, method_of(it));
	case CAL_ORGANIZER:
		if (!c->organizer.email)
			return false;
		str_addf(&v->text, "\"%s\" <%s>",
			 str_or_empty(c->organizer.name), c->organizer.email);
		return true;
	case CAL_ATTENDEES:
		return people(v, c, -1);
	case CAL_REQUIRED:
		return people(v, c, ROLE_REQUIRED);
	case CAL_OPTIONAL:
		return people(v, c, ROLE_OPTIONAL);
	case CAL_RULE:
		return rule(v, it);
	case CAL_EXCEPT:
		return holes(v, c);
	case CAL_ZONE:
		return zone_text(v, it);
	case CAL_ZONE_ID:
		return zone_id(v, c);
	default:
		return numbers(it, table[row].id, v);
	}
}

/* --- writing ------------------------------------------------------------------ */
static enum dav_set set_time(int64_t *to, const char *s)
{
	int64_t t;

	if (!clock_parse_iso(s, &t) || t == CLOCK_NEVER)
		return DAV_SET_BAD;
	*to = t;
	return DAV_SET_OK;
}

static enum dav_set set_busy(struct cal *c, const char *s)
{
	for (size_t i = 0; i < ARRAY_LEN(busy_names); i++) {
		if (!str_eq_nocase(s, busy_names[i]) &&
		    !(s[0] == (char)('0' + i) && !s[1]))
			continue;
		c->busy = (enum cal_busy)i;
		return DAV_SET_OK;
	}
	return DAV_SET_BAD;
}

static enum dav_set set_field(struct cal *c, enum cal_field id, const char *s)
{
	bool truth = str_eq(s, "1") || str_eq_nocase(s, "true");

	switch ((int)id) {
	case CAL_START:
		return set_time(&c->start, s);
	case CAL_END:
		return set_time(&c->end, s);
	case CAL_BUSY:
	case CAL_BUSY_NUMBER:
		return set_busy(c, s);
	case CAL_LOCATION:
		mem_replace(&c->location, xstrdup(s));
		return DAV_SET_OK;
	case CAL_UID:
		mem_replace(&c->uid, xstrdup(s));
		return DAV_SET_OK;
	case CAL_ALL_DAY:
		c->all_day = truth;
		return DAV_SET_OK;
	case CAL_ZONE_ID:
		return set_zone_id(c, s);
	case CAL_REMINDER_SET:
		c->reminder = truth;
		return DAV_SET_OK;
	case CAL_REMINDER_MINUTES:
	case CAL_REMINDER_OFFSET:
		c->reminder = true;
		c->reminder_minutes = (int)strtol(s, NULL, 10) /
				      (id == CAL_REMINDER_OFFSET ? 60 : 1);
		return DAV_SET_OK;
	default:
		return DAV_SET_READ_ONLY;
	}
}

bool dav_cal_set(struct item *it, const struct dav_prop *p,
		 const xmlNode *value, bool creating, enum dav_set *result)
{
	int row = find(p);

	/* Only an appointment has these; tasks use some of the names, too. */
	/* Of a draft that is to be an answer: see set_before(). */
	if (row >= 0 && (table[row].id == CAL_PROPOSED_START ||
			 table[row].id == CAL_PROPOSED_END))
		return false;
	if (row < 0 || (!it->cal && !creating) ||
	    (!it->cal && strncmp(p->uri, CALN, strlen(CALN)) != 0))
		return false;
	if (!it->cal) {
		it->cal = cal_new();
		it->cal->uid = cal_new_uid();
		it->cal->mine = RESPONSE_ORGANIZER;
		mem_replace(&it->item_class, xstrdup("IPM.Appointment"));
	}
	if (it->cal->recur.kind != RECUR_NONE)
		*result = DAV_SET_READ_ONLY; /* by PUT only (16.2) */
	else if (!value)
		*result = DAV_SET_BAD;
	else
		*result = set_field(it->cal, table[row].id, xr_text(value));
	return true;
}

/* --- content -------------------------------------------------------------------- */
bool dav_cal_mime(const struct item *it, struct str *out)
{
	struct str raw CLEANUP(str_release) = STR_INIT;
	struct str ical CLEANUP(str_release) = STR_INIT;
	struct mail m;

	if (!item_is_event(it))
		return false;
	item_read_mime(it, &raw);
	mail_init(&m);
	mail_read(&m, raw.s, raw.len);
	ical_add_old(&ical, it, it->cal->is_meeting ? "REQUEST" : NULL);
	mem_replace(&m.calendar, str_take(&ical));
	strv_add(&m.extra, "content-class: urn:content-classes:appointment");
	mail_write(out, &m);
	mail_release(&m);
	return true;
}

/* Somebody else's meeting: what its owner answered stands beside his name. */
static void take_answer(struct item *it, const struct folder *f)
{
	const struct attendee *own;

	if (!it->cal->organizer.email ||
	    str_eq_nocase(it->cal->organizer.email, f->box->address))
		return;
	own = cal_attendee(it->cal, f->box->address);
	it->cal->mine = own && own->response != RESPONSE_UNKNOWN
				? own->response
				: RESPONSE_NONE;
}

/* An event that was put, in a calendar; meeting messages stay messages. */
void dav_cal_take(struct item *it, const struct folder *f)
{
	struct str raw CLEANUP(str_release) = STR_INIT;
	struct mail m;

	if (strncasecmp(str_or_empty(f->folder_class), "IPF.Appointment", 15) !=
	    0)
		return;
	item_read_mime(it, &raw);
	mail_init(&m);
	mail_read(&m, raw.s, raw.len);
	if (m.calendar && ical_take(it, m.calendar)) {
		mem_replace(&it->item_class, xstrdup("IPM.Appointment"));
		take_answer(it, f);
	}
	mail_release(&m);
}

/* A meeting message on its way out is one to the attendant at the other end
 * (16.3): its class is what its method says. */
/* What was set on the draft of an answer. */
static int64_t set_before(struct item *it, const char *uri)
{
	char *key = xasprintf("dav:%s", uri);
	const struct prop *p = item_prop(it, key);
	int64_t t = CLOCK_NEVER;

	free(key);
	if (p && p->values.n > 1)
		(void)!clock_parse_iso(p->values.v[1], &t);
	return t;
}

void dav_cal_message(struct item *it)
{
	static const char *const answers[] = {
		[RESPONSE_ACCEPT] = "IPM.Schedule.Meeting.Resp.Pos",
		[RESPONSE_DECLINE] = "IPM.Schedule.Meeting.Resp.Neg",
		[RESPONSE_TENTATIVE] = "IPM.Schedule.Meeting.Resp.Tent"};
	struct str raw CLEANUP(str_release) = STR_INIT;
	const char *method, *class = NULL;
	struct mail m;

	item_read_mime(it, &raw);
	mail_init(&m);
	mail_read(&m, raw.s, raw.len);
	method = m.calendar ? strcasestr(m.calendar, "METHOD:") : NULL;
	if (!method || !ical_take(it, m.calendar)) {
		mail_release(&m);
		return;
	}
	method += strlen("METHOD:");
	it->cal->is_meeting = true;
	if (strncasecmp(method, "REQUEST", 7) == 0) {
		class = "IPM.Schedule.Meeting.Request";
		it->cal->request = REQUEST_NEW;
	} else if (strncasecmp(method, "CANCEL", 6) == 0) {
		class = "IPM.Schedule.Meeting.Canceled";
		it->cal->cancelled = true;
	} else if (strncasecmp(method, "REPLY", 5) == 0 &&
		   it->cal->attendees.n) {
		enum cal_response r = it->cal->attendees.v[0].response;

		it->cal->mine = r;
		it->cal->proposed_start = set_before(it, APPT "0x8250");
		it->cal->proposed_end = set_before(it, APPT "0x8251");
		if ((size_t)r < ARRAY_LEN(answers))
			class = answers[r];
	}
	if (class) {
		mem_replace(&it->item_class, xstrdup(class));
	} else {
		cal_free(it->cal);
		it->cal = NULL;
	}
	mail_release(&m);
}

bool dav_cal_post(struct dav *d, const struct resource *r)
{
	char *cmd CLEANUP(mem_free_ptr) = dav_form_field(d, "Cmd");
	struct resource made = *r;
	struct str href CLEANUP(str_release) = STR_INIT;
	struct item *it;

	if (r->kind != DAV_FOLDER || !cmd || !str_eq_nocase(cmd, "saveappt") ||
	    strncasecmp(str_or_empty(r->folder->folder_class),
			"IPF.Appointment", 15) != 0)
		return false;
	str_add(&d->detail, " cmd=saveappt");
	d->status = dav_no_post(d, r->folder);
	if (d->status)
		return true;
	d->status = 200;
	it = item_new();
	it->creator = d->user;
	it->item_class = xstrdup("IPM.Appointment");
	it->subject = xstrdup("Untitled");
	it->cal = cal_new();
	it->cal->uid = cal_new_uid();
	it->cal->zone = xstrdup("W. Europe Standard Time");
	it->cal->mine = RESPONSE_ORGANIZER;
	it->cal->start = clock_now() / 1800 * 1800;
	it->cal->end = it->cal->start + 1800;
	item_place(d->st, it, r->folder, false);
	made.kind = DAV_ITEM;
	made.item = it;
	dav_add_href(d, &href, &made);
	/* 2007 does not say where it is. */
	if (d->sim->dav_version == DAV_2007)
		str_add(&d->out, "<HTML><BODY></BODY></HTML>\r\n");
	else
		str_addf(&d->out,
			 "<HTML><BODY><span id=\"itemHREF\">%s</span></BODY>"
			 "</HTML>\r\n",
			 href.s);
	return true;
}
