/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Events and meeting messages written (dossier 12). */
#include "tests/sim/ews_calendar.h"

#include <stdio.h>
#include <string.h>
#include "base/clock.h"

enum { DAY_SECONDS = 86400 };

const char *const busy_names[] = {"Free", "Tentative",	      "Busy",
				  "OOF",  "WorkingElsewhere", "NoData"};
const char *const response_names[] = {"Unknown",   "Organizer",
				      "Tentative", "Accept",
				      "Decline",   "NoResponseReceived"};
const char *const weekday_names[] = {"Sunday",	  "Monday",   "Tuesday",
				     "Wednesday", "Thursday", "Friday",
				     "Saturday"};
const char *const month_names[] = {
	"January", "February", "March",	    "April",   "May",	   "June",
	"July",	   "August",   "September", "October", "November", "December"};

static void add_offset(struct str *b, int seconds)
{
	int minutes = (seconds < 0 ? -seconds : seconds) / 60;

	str_addf(b, "%c%02d:%02d", seconds < 0 ? '-' : '+', minutes / 60,
		 minutes % 60);
}

void xw_cal_time(const struct req *r, struct str *b, const char *name,
		 int64_t t)
{
	if (!r->zone || strcmp(r->zone->id, "UTC") == 0) {
		xw_time(b, name, t);
		return;
	}
	xw_open(b, name);
	clock_add_iso(b, zone_to_local(r->zone, t));
	str_cut(b, b->len - 1);
	add_offset(b, zone_offset(r->zone, t));
	xw_close(b, name);
}

void xw_mailbox(struct req *r, const char *wrapper, const char *name,
		const char *email, bool find)
{
	const struct box *box = box_find(r->st, str_or_empty(email));

	xw_open(&r->out, wrapper);
	xw_elem(&r->out, "t:Name", name && *name ? name : email);
	if (!find) {
		xw_elem(&r->out, "t:EmailAddress", email);
		xw_elem(&r->out, "t:RoutingType",
			str_starts(str_or_empty(email), "/o=") ? "EX" : "SMTP");
		if (r->rank >= RANK_2010)
			xw_elem(&r->out, "t:MailboxType",
				box ? "Mailbox"
				: group_find(r->st, str_or_empty(email))
					? "PublicDL"
					: "OneOff");
	}
	xw_close(&r->out, wrapper);
}

/* --- parts --------------------------------------------------------------- */
static void put_attendees(struct req *r, const struct item *it,
			  enum cal_role role, const char *element)
{
	const struct cal *c = it->cal;
	struct str *b = &r->out;
	bool any = false;

	for (size_t i = 0; i < c->attendees.n; i++) {
		const struct attendee *a = &c->attendees.v[i];

		if (a->role != role)
			continue;
		if (!any)
			xw_open(b, element);
		any = true;
		xw_open(b, "t:Attendee");
		xw_mailbox(r, "t:Mailbox", a->name, a->email, false);
		xw_elem(b, "t:ResponseType", response_names[a->response]);
		if (a->responded != CLOCK_NEVER)
			xw_cal_time(r, b, "t:LastResponseTime", a->responded);
		if (a->proposed_start != CLOCK_NEVER &&
		    r->rank >= RANK_2013SP1) {
			xw_cal_time(r, b, "t:ProposedStart", a->proposed_start);
			xw_cal_time(r, b, "t:ProposedEnd", a->proposed_end);
		}
		xw_close(b, "t:Attendee");
	}
	if (any)
		xw_close(b, element);
}

static void put_days(struct str *b, unsigned days)
{
	const char *sep = "";

	xw_open(b, "t:DaysOfWeek");
	if (days == 0x7f) {
		str_add(b, "Day");
	} else if (days == 0x3e) {
		str_add(b, "Weekday");
	} else if (days == 0x41) {
		str_add(b, "WeekendDay");
	} else {
		for (int d = 0; d < 7; d++) {
			if (!(days & 1u << d))
				continue;
			str_addf(b, "%s%s", sep, weekday_names[d]);
			sep = " ";
		}
	}
	xw_close(b, "t:DaysOfWeek");
}

/* Weekly patterns name their days one by one. */
static void put_week_days(struct str *b, unsigned days)
{
	const char *sep = "";

	xw_open(b, "t:DaysOfWeek");
	for (int d = 0; d < 7; d++) {
		if (!(days & 1u << d))
			continue;
		str_addf(b, "%s%s", sep, weekday_names[d]);
		sep = " ";
	}
	xw_close(b, "t:DaysOfWeek");
}

static void put_pattern(struct req *r, const struct recur *p)
{
	static const char *const kinds[] = {"",
					    "t:DailyRecurrence",
					    "t:WeeklyRecurrence",
					    "t:AbsoluteMonthlyRecurrence",
					    "t:RelativeMonthlyRecurrence",
					    "t:AbsoluteYearlyRecurrence",
					    "t:RelativeYearlyRecurrence"};
	static const char *const nths[] = {"First", "First",  "Second",
					   "Third", "Fourth", "Last"};
	bool yearly = p->kind == RECUR_YEAR_DAY || p->kind == RECUR_YEAR_NTH;
	struct str *b = &r->out;

	xw_open(b, kinds[p->kind]);
	if (!yearly)
		xw_elemf(b, "t:Interval", "%d", p->interval);
	if (p->kind == RECUR_WEEKLY) {
		put_week_days(b, p->days);
		if (r->rank >= RANK_2010SP1)
			xw_elem(b, "t:FirstDayOfWeek",
				weekday_names[p->first_day]);
	}
	if (p->kind == RECUR_MONTH_DAY || p->kind == RECUR_YEAR_DAY)
		xw_elemf(b, "t:DayOfMonth", "%d", p->month_day);
	if (p->kind == RECUR_MONTH_NTH || p->kind == RECUR_YEAR_NTH) {
		put_days(b, p->days);
		xw_elem(b, "t:DayOfWeekIndex", nths[p->nth]);
	}
	if (yearly)
		xw_elem(b, "t:Month", month_names[p->month - 1]);
	xw_close(b, kinds[p->kind]);
}

/* Dates carry the zone's offset, as servers write them (dossier 12.3). */
static void put_date(struct str *b, const char *name, int64_t day,
		     const struct zone *z)
{
	struct clock_parts p;
	int64_t local = day * DAY_SECONDS;

	clock_utc(local, &p);
	xw_open(b, name);
	str_addf(b, "%04d-%02d-%02d", p.year, p.month, p.day);
	if (strcmp(z->id, "UTC") == 0)
		str_add_char(b, 'Z');
	else
		add_offset(b, zone_offset(z, zone_to_utc(z, local)));
	xw_close(b, name);
}

static void put_recurrence(struct req *r, const struct item *it)
{
	const struct recur *p = &it->cal->recur;
	const struct zone *z = zone_get(it->cal->zone);
	static const char *const ends[] = {"t:NoEndRecurrence",
					   "t:EndDateRecurrence",
					   "t:NumberedRecurrence"};
	struct str *b = &r->out;

	if (p->kind == RECUR_NONE)
		return;
	xw_open(b, "t:Recurrence");
	put_pattern(r, p);
	xw_open(b, ends[p->end]);
	put_date(b, "t:StartDate", p->first, z);
	if (p->end == RECUR_UNTIL)
		put_date(b, "t:EndDate", p->last, z);
	if (p->end == RECUR_COUNT)
		xw_elemf(b, "t:NumberOfOccurrences", "%d", p->count);
	xw_close(b, ends[p->end]);
	xw_close(b, "t:Recurrence");
}

static void put_occurrence(struct req *r, const struct item *master,
			   const struct occurrence *o, const char *element)
{
	struct item shown = {.id = master->id,
			     .folder = master->folder,
			     .change = master->change,
			     .item_class = master->item_class,
			     .master = master,
			     .original = o->original};
	struct str *b = &r->out;

	xw_open(b, element);
	xw_item_id(b, "t:ItemId", &shown);
	xw_cal_time(r, b, "t:Start", o->start);
	xw_cal_time(r, b, "t:End", o->end);
	xw_cal_time(r, b, "t:OriginalStart", o->original);
	xw_close(b, element);
}

struct ends {
	struct occurrence first, last;
	bool any, only_first;
};

static bool find_ends(void *arg, const struct occurrence *o)
{
	struct ends *e = arg;

	if (o->exception && !o->exception->it)
		return true;
	if (!e->any)
		e->first = *o;
	e->any = true;
	e->last = *o;
	return !e->only_first;
}

static void put_end(struct req *r, const struct item *it, bool last,
		    const char *element)
{
	struct ends e = {.only_first = !last};

	if (last && it->cal->recur.end == RECUR_ENDLESS)
		return;
	cal_walk(it, INT64_MAX, find_ends, &e);
	if (e.any)
		put_occurrence(r, it, last ? &e.last : &e.first, element);
}

static void put_exceptions(struct req *r, const struct item *it, bool deleted,
			   const char *element)
{
	const struct cal *c = it->cal;
	bool any = false;

	for (size_t i = 0; i < c->exceptions.n; i++) {
		const struct cal_exception *e = &c->exceptions.v[i];
		struct occurrence o = {.original = e->original};

		if (!e->it != deleted)
			continue;
		if (!any)
			xw_open(&r->out, element);
		any = true;
		if (deleted) {
			xw_open(&r->out, "t:DeletedOccurrence");
			xw_cal_time(r, &r->out, "t:Start", e->original);
			xw_close(&r->out, "t:DeletedOccurrence");
			continue;
		}
		o.start = e->it->cal->start;
		o.end = e->it->cal->end;
		put_occurrence(r, it, &o, "t:Occurrence");
	}
	if (any)
		xw_close(&r->out, element);
}

/* --- conflicts ----------------------------------------------------------- */
static size_t neighbours(struct req *r, const struct item *it, bool adjacent,
			 const char *element)
{
	struct folder *f = box_folder(it->folder->box, "calendar");
	const struct cal *c = it->cal;
	uint64_t own = item_is_event(it) ? it->id : c->associated;
	struct event_list list = {0};
	size_t n = 0;

	events_between(f, c->start - adjacent, c->end + adjacent, &list);
	for (size_t i = 0; i < list.n; i++) {
		const struct item *x = list.v[i];
		bool touches =
			x->cal->end == c->start || x->cal->start == c->end;

		if (x->id == own || x->cal->busy == BUSY_FREE ||
		    touches != adjacent)
			continue;
		if (element && n == 0)
			xw_open(&r->out, element);
		n++;
		if (!element)
			continue;
		xw_open(&r->out, "t:CalendarItem");
		xw_item_id(&r->out, "t:ItemId", x);
		xw_elem(&r->out, "t:Subject", x->subject);
		xw_cal_time(r, &r->out, "t:Start", x->cal->start);
		xw_cal_time(r, &r->out, "t:End", x->cal->end);
		xw_elem(&r->out, "t:LegacyFreeBusyStatus",
			busy_names[x->cal->busy]);
		if (x->cal->location)
			xw_elem(&r->out, "t:Location", x->cal->location);
		xw_close(&r->out, "t:CalendarItem");
	}
	if (element && n > 0)
		xw_close(&r->out, element);
	events_free(&list);
	return n;
}

/* --- zones --------------------------------------------------------------- */
static void add_minutes(struct str *b, int minutes)
{
	str_addf(b, "%sPT%dM", minutes < 0 ? "-" : "",
		 minutes < 0 ? -minutes : minutes);
}

static void put_change(struct str *b, const char *element, const char *name,
		       const struct zone_rule *rule, int offset)
{
	static const char *const nths[] = {"",	    "First",  "Second",
					   "Third", "Fourth", "Last"};

	str_addf(b, "<%s TimeZoneName=\"%s\"><t:Offset>", element, name);
	add_minutes(b, offset);
	str_addf(b,
		 "</t:Offset><t:RelativeYearlyRecurrence><t:DaysOfWeek>%s"
		 "</t:DaysOfWeek><t:DayOfWeekIndex>%s</t:DayOfWeekIndex>"
		 "<t:Month>%s</t:Month></t:RelativeYearlyRecurrence>"
		 "<t:Time>%02d:%02d:00</t:Time></%s>",
		 weekday_names[rule->day], nths[rule->week],
		 month_names[rule->month - 1], rule->hour, rule->minute,
		 element);
}

/* The form of 2007. */
static void put_meeting_zone(struct req *r, const struct item *it)
{
	const struct zone *z = zone_find(it->cal->zone);
	struct str *b = &r->out;

	if (r->rank >= RANK_2010 || !z)
		return;
	str_addf(b, "<t:MeetingTimeZone TimeZoneName=\"%s\"><t:BaseOffset>",
		 z->id);
	add_minutes(b, z->bias);
	xw_close(b, "t:BaseOffset");
	if (z->to_daylight.month) {
		put_change(b, "t:Standard", z->standard, &z->to_standard, 0);
		put_change(b, "t:Daylight", z->daylight, &z->to_daylight,
			   z->daylight_bias);
	}
	xw_close(b, "t:MeetingTimeZone");
}

static void put_zone(struct req *r, const char *element, const char *id)
{
	const struct zone *z = zone_find(id);

	if (!id)
		id = "UTC";
	str_addf(&r->out, "<%s Id=\"", element);
	xw_text(&r->out, id);
	str_add(&r->out, "\" Name=\"");
	xw_text(&r->out, z ? z->display : id);
	str_add(&r->out, "\"/>");
}

/* --- single values ------------------------------------------------------- */
static void put_duration(struct req *r, const struct cal *c,
			 const char *element)
{
	int64_t m = (c->end - c->start) / 60;

	xw_open(&r->out, element);
	str_add_char(&r->out, 'P');
	if (m >= 1440)
		str_addf(&r->out, "%lldD", (long long)(m / 1440));
	if (m % 1440 || m == 0)
		str_add_char(&r->out, 'T');
	if (m % 1440 >= 60)
		str_addf(&r->out, "%lldH", (long long)(m % 1440 / 60));
	if (m % 60 || m == 0)
		str_addf(&r->out, "%lldM", (long long)(m % 60));
	xw_close(&r->out, element);
}

static const char *type_of(const struct item *it)
{
	const struct cal_exception *e;

	if (it->master) {
		e = cal_exception(it->master->cal, it->original);
		return e && e->it ? "Exception" : "Occurrence";
	}
	if (it->cal->recurrence_id != CLOCK_NEVER)
		return "Exception";
	return it->cal->recur.kind != RECUR_NONE ? "RecurringMaster" : "Single";
}

static void put_time(struct req *r, const char *element, int64_t t)
{
	if (t != CLOCK_NEVER)
		xw_cal_time(r, &r->out, element, t);
}

static void put_associated(struct req *r, const struct item *it,
			   const char *element)
{
	const struct item *event = meeting_item(r->st, it);
	struct occurrence o;
	struct item *one;

	/* 2007 knows it from SP1 on (dossier 12.6). */
	if (!event || r->rank < RANK_2007SP1)
		return;
	if (it->cal->recurrence_id != CLOCK_NEVER &&
	    event->cal->recur.kind != RECUR_NONE &&
	    cal_occurrence(event, 0, it->cal->recurrence_id, &o)) {
		one = occurrence_make(event, &o);
		xw_item_id(&r->out, element, one);
		item_free(one);
		return;
	}
	xw_item_id(&r->out, element, event);
}

static void meeting_field(struct req *r, const struct item *it, int field,
			  const char *element)
{
	static const char *const requests[] = {
		"None",	      "NewMeetingRequest",
		"FullUpdate", "InformationalUpdate",
		"Outdated",   "PrincipalWantsCopy"};
	const struct cal *c = it->cal;
	struct str *b = &r->out;

	switch ((enum field)field) {
	case FIELD_M_ASSOCIATED:
		put_associated(r, it, element);
		break;
	case FIELD_M_DELEGATED:
		xw_bool(b, element, c->delegated);
		break;
	case FIELD_M_OUT_OF_DATE:
		xw_bool(b, element, c->out_of_date);
		break;
	case FIELD_M_PROCESSED:
		xw_bool(b, element, c->processed);
		break;
	case FIELD_M_RESPONSE:
		xw_elem(b, element, response_names[c->mine]);
		break;
	case FIELD_MR_TYPE:
		xw_elem(b, element, requests[c->request]);
		break;
	case FIELD_MR_INTENDED:
		xw_elem(b, element, busy_names[c->intended]);
		break;
	case FIELD_MS_PROPOSED_START:
		put_time(r, element, c->proposed_start);
		break;
	case FIELD_MS_PROPOSED_END:
		put_time(r, element, c->proposed_end);
		break;
	default:
		break;
	}
}

static void series_field(struct req *r, const struct item *it, int field,
			 const char *element)
{
	bool master = item_is_event(it) && !it->master &&
		      it->cal->recur.kind != RECUR_NONE;
	const struct cal *c = it->cal;

	switch ((enum field)field) {
	case FIELD_C_RECURRENCE:
		put_recurrence(r, it);
		break;
	case FIELD_C_FIRST:
	case FIELD_C_LAST:
		if (master)
			put_end(r, it, field == FIELD_C_LAST, element);
		break;
	case FIELD_C_MODIFIED:
	case FIELD_C_DELETED:
		if (master)
			put_exceptions(r, it, field == FIELD_C_DELETED,
				       element);
		break;
	case FIELD_C_MEETING_ZONE:
		put_meeting_zone(r, it);
		break;
	case FIELD_C_START_ZONE:
		put_zone(r, element, c->zone);
		break;
	case FIELD_C_END_ZONE:
		put_zone(r, element, c->end_zone ? c->end_zone : c->zone);
		break;
	case FIELD_C_CONFERENCE:
		xw_elem(&r->out, element, "0");
		break;
	case FIELD_C_ALLOW_PROPOSAL:
		xw_bool(&r->out, element, c->allow_proposal);
		break;
	case FIELD_C_ONLINE:
		xw_bool(&r->out, element, c->online);
		break;
	case FIELD_C_IS_ORGANIZER:
		xw_bool(&r->out, element, c->mine == RESPONSE_ORGANIZER);
		break;
	default:
		meeting_field(r, it, field, element);
		break;
	}
}

static void people_field(struct req *r, const struct item *it, bool find,
			 int field, const char *element)
{
	const struct cal *c = it->cal;
	struct str *b = &r->out;
	int state = (c->is_meeting ? 1 : 0) |
		    (c->is_meeting && c->mine != RESPONSE_ORGANIZER ? 2 : 0) |
		    (c->cancelled ? 4 : 0);

	switch ((enum field)field) {
	case FIELD_C_ORGANIZER:
		xw_open(b, element);
		xw_mailbox(r, "t:Mailbox", c->organizer.name,
			   c->organizer.email, find);
		xw_close(b, element);
		break;
	case FIELD_C_REQUIRED:
		put_attendees(r, it, ROLE_REQUIRED, element);
		break;
	case FIELD_C_OPTIONAL:
		put_attendees(r, it, ROLE_OPTIONAL, element);
		break;
	case FIELD_C_RESOURCES:
		put_attendees(r, it, ROLE_RESOURCE, element);
		break;
	case FIELD_C_CONFLICT_COUNT:
	case FIELD_C_ADJACENT_COUNT:
		xw_elemf(b, element, "%zu",
			 neighbours(r, it, field == FIELD_C_ADJACENT_COUNT,
				    NULL));
		break;
	case FIELD_C_CONFLICTS:
	case FIELD_C_ADJACENT:
		neighbours(r, it, field == FIELD_C_ADJACENT, element);
		break;
	case FIELD_C_DURATION:
		put_duration(r, c, element);
		break;
	case FIELD_C_TIMEZONE:
		xw_elem(b, element, zone_get(c->zone)->display);
		break;
	case FIELD_C_REPLY_TIME:
		put_time(r, element, c->replied);
		break;
	case FIELD_C_SEQUENCE:
		xw_elemf(b, element, "%d", c->sequence);
		break;
	case FIELD_C_STATE:
		xw_elemf(b, element, "%d", state);
		break;
	default:
		series_field(r, it, field, element);
		break;
	}
}

static enum cal_busy shown_busy(const struct req *r, enum cal_busy busy)
{
	return busy == BUSY_ELSEWHERE && r->rank < RANK_2013 ? BUSY_FREE : busy;
}

void event_field_write(struct req *r, const struct item *it, bool find,
		       int field, const char *element)
{
	const struct cal *c = it->cal;
	struct str *b = &r->out;

	if (!c)
		return;
	switch ((enum field)field) {
	case FIELD_C_UID:
		xw_elem(b, element, c->uid);
		break;
	case FIELD_C_RECURRENCE_ID:
		put_time(r, element, c->recurrence_id);
		break;
	case FIELD_C_STAMP:
		put_time(r, element, c->stamp);
		break;
	case FIELD_C_START:
		put_time(r, element, c->start);
		break;
	case FIELD_C_END:
		put_time(r, element, c->end);
		break;
	case FIELD_C_ORIGINAL_START:
		put_time(r, element, it->original);
		break;
	case FIELD_C_ALL_DAY:
		xw_bool(b, element, c->all_day);
		break;
	case FIELD_C_BUSY:
		xw_elem(b, element, busy_names[shown_busy(r, c->busy)]);
		break;
	case FIELD_C_LOCATION:
		if (c->location && *c->location)
			xw_elem(b, element, c->location);
		break;
	case FIELD_C_IS_MEETING:
		xw_bool(b, element, c->is_meeting);
		break;
	case FIELD_C_CANCELLED:
		xw_bool(b, element, c->cancelled);
		break;
	case FIELD_C_RECURRING:
		xw_bool(b, element, it->master != NULL);
		break;
	case FIELD_C_REQUEST_SENT:
		xw_bool(b, element, c->request_sent);
		break;
	case FIELD_C_RESPONSE_REQUESTED:
		xw_bool(b, element, c->response_wanted);
		break;
	case FIELD_C_TYPE:
		xw_elem(b, element, type_of(it));
		break;
	case FIELD_C_MY_RESPONSE:
		xw_elem(b, element,
			response_names[c->is_meeting ? c->mine
						     : RESPONSE_ORGANIZER]);
		break;
	default:
		people_field(r, it, find, field, element);
		break;
	}
}

void event_responses_write(struct req *r, const struct item *it)
{
	const struct cal *c = it->cal;
	bool event = item_is_event(it);
	bool request = strcmp(item_element(it), "t:MeetingRequest") == 0;
	bool cancel = strcmp(item_element(it), "t:MeetingCancellation") == 0;
	bool open = (event || request) && c->is_meeting && !c->cancelled &&
		    !c->out_of_date && c->mine != RESPONSE_ORGANIZER;
	struct str *b = &r->out;

	xw_open(b, "t:ResponseObjects");
	if (event && c->is_meeting && !c->cancelled &&
	    c->mine == RESPONSE_ORGANIZER)
		str_add(b, "<t:CancelCalendarItem/>");
	if (cancel || (event && c->cancelled && c->mine != RESPONSE_ORGANIZER))
		str_add(b, "<t:RemoveItem/>");
	if (open)
		str_add(b, "<t:AcceptItem/><t:TentativelyAcceptItem/>"
			   "<t:DeclineItem/>");
	if (open && c->allow_proposal && r->rank >= RANK_2013SP1)
		str_add(b, "<t:ProposeNewTime/>");
	if (!event || c->is_meeting)
		str_add(b, "<t:ReplyToItem/><t:ReplyAllToItem/>");
	str_add(b, "<t:ForwardItem/>");
	xw_close(b, "t:ResponseObjects");
}
