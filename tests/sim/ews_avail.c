/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* GetUserAvailability, GetRoomLists, GetRooms (dossier 13.1, 13.3). */
#include "tests/sim/ews_calendar.h"

#include <string.h>
#include "base/clock.h"

#define NS_T "http://schemas.microsoft.com/exchange/services/2006/types"
#define NS_M "http://schemas.microsoft.com/exchange/services/2006/messages"

enum {
	DAY_SECONDS = 86400,
	BOXES_MAX = 100,
	WORK_START = 480,
	WORK_END = 1020
};

/* The zone of the request, in its legacy form, as one of ours. */
struct ask {
	struct req *r;
	struct zone zone;
	int64_t from, to; /* UTC */
	int interval;	  /* seconds */
	int view;	  /* index of view_names */
};

static const char *const view_names[] = {"None",     "MergedOnly",
					 "FreeBusy", "FreeBusyMerged",
					 "Detailed", "DetailedMerged"};

static int number(const xmlNode *node, const char *name)
{
	return (int)strtol(str_or_empty(xr_child_text(node, name)), NULL, 10);
}

static void rule_read(struct zone_rule *rule, const xmlNode *node)
{
	const char *time = str_or_empty(xr_child_text(node, "Time"));
	const char *day = str_or_empty(xr_child_text(node, "DayOfWeek"));

	rule->month = number(node, "Month");
	rule->week = number(node, "DayOrder");
	rule->hour = (int)strtol(time, NULL, 10);
	if (strlen(time) >= 5)
		rule->minute = (int)strtol(time + 3, NULL, 10);
	for (int i = 0; i < 7; i++)
		if (strcmp(day, weekday_names[i]) == 0)
			rule->day = i;
}

static void zone_read(struct zone *z, const xmlNode *node)
{
	const xmlNode *standard = xr_child(node, "StandardTime");
	const xmlNode *summer_time = xr_child(node, "DaylightTime");

	memset(z, 0, sizeof(*z));
	z->bias = number(node, "Bias") + number(standard, "Bias");
	z->daylight_bias =
		number(summer_time, "Bias") - number(standard, "Bias");
	if (z->daylight_bias == 0)
		return;
	rule_read(&z->to_standard, standard);
	rule_read(&z->to_daylight, summer_time);
}

/* Times here have no zone: they are the request's (dossier 13.1). */
static void put_local(const struct ask *a, const char *name, int64_t t)
{
	struct str *b = &a->r->out;

	xw_open(b, name);
	clock_add_iso(b, zone_to_local(&a->zone, t));
	str_cut(b, b->len - 1);
	xw_close(b, name);
}

static bool local_read(const struct ask *a, const char *text, int64_t *out)
{
	const char *t = strchr(str_or_empty(text), 'T');

	if (!text || !clock_parse_iso(text, out) || *out == CLOCK_NEVER)
		return false;
	if (!t || !strpbrk(t, "Zz+-"))
		*out = zone_to_utc(&a->zone, *out);
	return true;
}

/* --- one mailbox --------------------------------------------------------- */
static unsigned access_of(const struct ask *a, struct box *box)
{
	return folder_rights(box_folder(box, "calendar"), a->r->user);
}

static int granted_view(const struct ask *a, unsigned rights)
{
	if (rights & (RIGHT_READ | RIGHT_SUBJECTS))
		return a->view;
	return a->view > 3 ? a->view - 2 : a->view;
}

static char busy_digit(const struct req *r, enum cal_busy busy)
{
	if (busy == BUSY_ELSEWHERE && r->rank < RANK_2013)
		return '0';
	return (char)('0' + (int)busy);
}

static void merge(const struct ask *a, struct str *digits,
		  const struct event_list *list)
{
	int64_t span = a->to - a->from;
	size_t n = (size_t)((span + a->interval - 1) / a->interval);

	for (size_t i = 0; i < n; i++)
		str_add_char(digits, '0');
	for (size_t k = 0; k < list->n; k++) {
		const struct cal *c = list->v[k]->cal;
		char digit = busy_digit(a->r, c->busy);

		for (size_t i = 0; i < n; i++) {
			int64_t start = a->from + (int64_t)i * a->interval;

			if (c->start < start + a->interval && c->end > start &&
			    digit > digits->s[i])
				digits->s[i] = digit;
		}
	}
}

static void put_details(const struct ask *a, const struct item *it,
			unsigned rights)
{
	bool secret = it->sensitivity == 2 && !(rights & RIGHT_OWNER);
	struct str *b = &a->r->out;

	xw_open(b, "t:CalendarEventDetails");
	xw_elemf(b, "t:ID", "%016llX%016llX", (unsigned long long)it->id,
		 (unsigned long long)(it->master ? it->original : 0));
	if (!secret) {
		xw_elem(b, "t:Subject", it->subject);
		xw_elem(b, "t:Location", it->cal->location);
	}
	xw_bool(b, "t:IsMeeting", it->cal->is_meeting);
	xw_bool(b, "t:IsRecurring", it->master != NULL);
	xw_bool(b, "t:IsException",
		it->master && cal_exception(it->master->cal, it->original));
	xw_bool(b, "t:IsReminderSet", it->cal->reminder);
	xw_bool(b, "t:IsPrivate", it->sensitivity == 2);
	xw_close(b, "t:CalendarEventDetails");
}

static void put_events(const struct ask *a, const struct event_list *list,
		       unsigned rights, bool detailed)
{
	struct str *b = &a->r->out;

	if (list->n == 0)
		return;
	xw_open(b, "t:CalendarEventArray");
	for (size_t i = 0; i < list->n; i++) {
		const struct item *it = list->v[i];

		xw_open(b, "t:CalendarEvent");
		put_local(a, "t:StartTime", it->cal->start);
		put_local(a, "t:EndTime", it->cal->end);
		xw_elem(b, "t:BusyType",
			busy_names[a->r->rank < RANK_2013 &&
						   it->cal->busy ==
							   BUSY_ELSEWHERE
					   ? BUSY_FREE
					   : it->cal->busy]);
		if (detailed)
			put_details(a, it, rights);
		xw_close(b, "t:CalendarEvent");
	}
	xw_close(b, "t:CalendarEventArray");
}

static void put_hours(struct str *b)
{
	const struct zone *z = zone_get("W. Europe Standard Time");

	str_addf(b,
		 "<t:WorkingHours><t:TimeZone><t:Bias>%d</t:Bias>"
		 "<t:StandardTime><t:Bias>0</t:Bias><t:Time>%02d:00:00"
		 "</t:Time><t:DayOrder>%d</t:DayOrder><t:Month>%d</t:Month>"
		 "<t:DayOfWeek>%s</t:DayOfWeek></t:StandardTime>"
		 "<t:DaylightTime><t:Bias>%d</t:Bias><t:Time>%02d:00:00"
		 "</t:Time><t:DayOrder>%d</t:DayOrder><t:Month>%d</t:Month>"
		 "<t:DayOfWeek>%s</t:DayOfWeek></t:DaylightTime></t:TimeZone>",
		 z->bias, z->to_standard.hour, z->to_standard.week,
		 z->to_standard.month, weekday_names[z->to_standard.day],
		 z->daylight_bias, z->to_daylight.hour, z->to_daylight.week,
		 z->to_daylight.month, weekday_names[z->to_daylight.day]);
	str_addf(b,
		 "<t:WorkingPeriodArray><t:WorkingPeriod><t:DayOfWeek>Monday "
		 "Tuesday Wednesday Thursday Friday</t:DayOfWeek>"
		 "<t:StartTimeInMinutes>%d</t:StartTimeInMinutes>"
		 "<t:EndTimeInMinutes>%d</t:EndTimeInMinutes>"
		 "</t:WorkingPeriod></t:WorkingPeriodArray></t:WorkingHours>",
		 WORK_START, WORK_END);
}

static void put_failure(struct req *r, const char *code, const char *text)
{
	str_add(&r->out, "<m:FreeBusyResponse><m:ResponseMessage "
			 "ResponseClass=\"Error\">");
	xw_elem(&r->out, "m:MessageText", text);
	xw_elem(&r->out, "m:ResponseCode", code);
	str_add(&r->out, "<m:DescriptiveLinkKey>0</m:DescriptiveLinkKey>"
			 "</m:ResponseMessage></m:FreeBusyResponse>");
}

static void put_view(const struct ask *a, const struct event_list *list,
		     unsigned rights, bool group)
{
	int view = group ? 1 : granted_view(a, rights);
	struct str *b = &a->r->out, digits = STR_INIT;

	str_add(b, "<m:FreeBusyResponse><m:ResponseMessage "
		   "ResponseClass=\"Success\"><m:ResponseCode>NoError"
		   "</m:ResponseCode></m:ResponseMessage><m:FreeBusyView>");
	xw_elem(b, "t:FreeBusyViewType", view_names[view]);
	if (view == 1 || view == 3 || view == 5) {
		merge(a, &digits, list);
		xw_elem(b, "t:MergedFreeBusy", digits.s);
	}
	if (view >= 2)
		put_events(a, list, rights, view >= 4);
	if (!group)
		put_hours(b);
	str_add(b, "</m:FreeBusyView></m:FreeBusyResponse>");
	str_release(&digits);
}

static void put_mailbox(const struct ask *a, const xmlNode *data)
{
	const char *address =
		str_or_empty(xr_child_text(xr_child(data, "Email"), "Address"));
	struct boxes boxes = {0};
	struct event_list list = {0};
	bool group = group_find(a->r->st, address) != NULL;
	unsigned rights = 0;

	if (!state_resolve(a->r->st, address, &boxes)) {
		put_failure(a->r, "ErrorMailRecipientNotFound",
			    "Unable to resolve the e-mail address to an "
			    "Active Directory object.");
		return;
	}
	for (size_t i = 0; i < boxes.n; i++) {
		unsigned own = access_of(a, boxes.v[i]);

		rights |= own;
		if (own & (RIGHT_FREEBUSY | RIGHT_SUBJECTS | RIGHT_READ))
			events_between(box_folder(boxes.v[i], "calendar"),
				       a->from, a->to, &list);
	}
	if (!(rights & (RIGHT_FREEBUSY | RIGHT_SUBJECTS | RIGHT_READ)))
		put_failure(a->r, "ErrorNoFreeBusyAccess",
			    "The caller does not have access to free/busy "
			    "data.");
	else
		put_view(a, &list, rights, group);
	events_free(&list);
	vec_release(&boxes);
}

/* --- suggestions --------------------------------------------------------- */
struct slot {
	int64_t start;
	int busy, tentative;
	bool work;
};

static int busy_at(const struct ask *a, const xmlNode *data, int64_t from,
		   int64_t to, bool *tentative)
{
	const char *address =
		str_or_empty(xr_child_text(xr_child(data, "Email"), "Address"));
	struct boxes boxes = {0};
	int busy = 0;

	if (!state_resolve(a->r->st, address, &boxes))
		return 0;
	for (size_t i = 0; i < boxes.n; i++) {
		struct event_list list = {0};
		int worst = 0;

		if (access_of(a, boxes.v[i]))
			events_between(box_folder(boxes.v[i], "calendar"), from,
				       to, &list);
		for (size_t k = 0; k < list.n; k++)
			if ((int)list.v[k]->cal->busy < BUSY_ELSEWHERE &&
			    (int)list.v[k]->cal->busy > worst)
				worst = (int)list.v[k]->cal->busy;
		busy += worst >= BUSY_BUSY;
		*tentative = *tentative || worst == BUSY_TENTATIVE;
		events_free(&list);
	}
	vec_release(&boxes);
	return busy;
}

static const char *slot_quality(const struct slot *s, int people)
{
	if (s->busy == 0)
		return s->tentative ? "Good" : "Excellent";
	return s->busy * 4 <= people ? "Fair" : "Poor";
}

static bool work_time(int64_t local, int minutes)
{
	int64_t day = local / DAY_SECONDS;
	int minute = (int)(local % DAY_SECONDS / 60);
	int weekday = (int)((day + 4) % 7);

	return weekday >= 1 && weekday <= 5 && minute >= WORK_START &&
	       minute + minutes <= WORK_END;
}

static void put_day(const struct ask *a, const xmlNode *boxes, int64_t day,
		    int minutes, size_t max, size_t max_off)
{
	const char *best = "Poor";
	struct str keep = a->r->out, slots = STR_INIT;
	size_t n = 0, off = 0;

	str_init(&a->r->out);
	for (int m = 0; m + minutes <= 1440; m += 30) {
		int64_t local = day + m * 60;
		struct slot s = {.start = zone_to_utc(&a->zone, local),
				 .work = work_time(local, minutes)};
		bool tentative = false;
		int people = 0;
		const char *quality;

		if (s.work ? n >= max : off >= max_off)
			continue;
		for (xmlNode *d = xr_first(boxes); d; d = xr_next(d), people++)
			s.busy += busy_at(a, d, s.start,
					  s.start + minutes * 60LL, &tentative);
		s.tentative = tentative;
		quality = slot_quality(&s, people);
		if (s.busy > 0 && strcmp(quality, "Poor") == 0)
			continue;
		if (n + off == 0 || strcmp(quality, "Excellent") == 0)
			best = quality;
		n += s.work;
		off += !s.work;
		xw_open(&a->r->out, "t:Suggestion");
		put_local(a, "t:MeetingTime", s.start);
		xw_bool(&a->r->out, "t:IsWorkTime", s.work);
		xw_elem(&a->r->out, "t:SuggestionQuality", quality);
		xw_close(&a->r->out, "t:Suggestion");
	}
	slots = a->r->out;
	a->r->out = keep;
	xw_open(&a->r->out, "t:SuggestionDayResult");
	put_local(a, "t:Date", zone_to_utc(&a->zone, day));
	xw_elem(&a->r->out, "t:DayQuality", best);
	if (slots.len) {
		xw_open(&a->r->out, "t:SuggestionArray");
		str_add_mem(&a->r->out, slots.s, slots.len);
		xw_close(&a->r->out, "t:SuggestionArray");
	}
	xw_close(&a->r->out, "t:SuggestionDayResult");
	str_release(&slots);
}

static void put_suggestions(const struct ask *a, const xmlNode *boxes,
			    const xmlNode *options)
{
	const xmlNode *window = xr_child(options, "DetailedSuggestionsWindow");
	const char *max = xr_child_text(options, "MaximumResultsByDay");
	const char *off =
		xr_child_text(options, "MaximumNonWorkHourResultsByDay");
	int minutes = number(options, "MeetingDurationInMinutes");
	int64_t from, to;

	if (minutes == 0)
		minutes = 60;
	str_add(&a->r->out, "<m:SuggestionsResponse>");
	if (!local_read(a, xr_child_text(window, "StartTime"), &from) ||
	    !local_read(a, xr_child_text(window, "EndTime"), &to) ||
	    zone_to_local(&a->zone, from) % DAY_SECONDS ||
	    to - from > 62LL * DAY_SECONDS) {
		str_add(&a->r->out,
			"<m:ResponseMessage ResponseClass=\"Error\">"
			"<m:MessageText>The window must be whole days."
			"</m:MessageText><m:ResponseCode>"
			"ErrorInvalidTimeInterval</m:ResponseCode>"
			"</m:ResponseMessage></m:SuggestionsResponse>");
		return;
	}
	str_add(&a->r->out, "<m:ResponseMessage ResponseClass=\"Success\">"
			    "<m:ResponseCode>NoError</m:ResponseCode>"
			    "</m:ResponseMessage><m:SuggestionDayResultArray>");
	for (int64_t day = zone_to_local(&a->zone, from);
	     day < zone_to_local(&a->zone, to); day += DAY_SECONDS)
		put_day(a, boxes, day, minutes,
			max ? strtoul(max, NULL, 10) : 10,
			off ? strtoul(off, NULL, 10) : 0);
	str_add(&a->r->out, "</m:SuggestionDayResultArray>"
			    "</m:SuggestionsResponse>");
}

void op_get_availability(struct req *r)
{
	const xmlNode *boxes = xr_child(r->op, "MailboxDataArray");
	const xmlNode *options = xr_child(r->op, "FreeBusyViewOptions");
	const xmlNode *suggest = xr_child(r->op, "SuggestionsViewOptions");
	const xmlNode *window = xr_child(options, "TimeWindow");
	const char *view = xr_child_text(options, "RequestedView");
	struct ask a = {.r = r, .view = 1};
	const char *code = NULL;
	int days = r->sim->product->rank < RANK_2013 ? 42 : 62;

	zone_read(&a.zone, xr_child(r->op, "TimeZone"));
	a.interval = number(options, "MergedFreeBusyIntervalInMinutes") * 60;
	if (a.interval == 0)
		a.interval = 1800;
	for (int i = 0; view && i < 6; i++)
		if (strcmp(view, view_names[i]) == 0)
			a.view = i;
	if (!xr_child(r->op, "TimeZone"))
		code = "ErrorTimeZone";
	else if (!options && !suggest)
		code = "ErrorInvalidFreeBusyViewType";
	else if (xr_count(boxes) > BOXES_MAX)
		code = "ErrorMailboxDataArrayTooBig";
	else if (options &&
		 (!local_read(&a, xr_child_text(window, "StartTime"),
			      &a.from) ||
		  !local_read(&a, xr_child_text(window, "EndTime"), &a.to) ||
		  a.to <= a.from || a.interval < 300 ||
		  a.interval > DAY_SECONDS))
		code = "ErrorInvalidTimeInterval";
	else if (options && a.to - a.from > (int64_t)days * DAY_SECONDS)
		code = "ErrorTimeIntervalTooBig";
	if (code) {
		ews_fault(r, code, 0, "The request is not valid.");
		return;
	}
	str_add(&r->out, "<m:GetUserAvailabilityResponse xmlns:m=\"" NS_M
			 "\" xmlns:t=\"" NS_T "\">");
	if (options) {
		xw_open(&r->out, "m:FreeBusyResponseArray");
		for (xmlNode *n = xr_first(boxes); n; n = xr_next(n))
			put_mailbox(&a, n);
		xw_close(&r->out, "m:FreeBusyResponseArray");
	}
	if (suggest)
		put_suggestions(&a, boxes, suggest);
	str_add(&r->out, "</m:GetUserAvailabilityResponse>");
	str_addf(&r->detail, " n=%zu", xr_count(boxes));
}

/* --- rooms --------------------------------------------------------------- */
static void put_address(struct str *b, const char *name, const char *address,
			const char *type)
{
	xw_elem(b, "t:Name", name);
	xw_elem(b, "t:EmailAddress", address);
	xw_elem(b, "t:RoutingType", "SMTP");
	xw_elem(b, "t:MailboxType", type);
}

void op_get_room_lists(struct req *r)
{
	rsp_own_begin(r, NULL);
	xw_open(&r->out, "m:RoomLists");
	for (size_t i = 0; i < r->st->groups.n; i++) {
		const struct group *g = r->st->groups.v[i];

		if (!g->rooms)
			continue;
		xw_open(&r->out, "t:Address");
		put_address(&r->out, g->name, g->address, "PublicDL");
		xw_close(&r->out, "t:Address");
	}
	xw_close(&r->out, "m:RoomLists");
	rsp_own_end(r);
}

void op_get_rooms(struct req *r)
{
	const char *address = str_or_empty(
		xr_child_text(xr_child(r->op, "RoomList"), "EmailAddress"));
	const struct group *g = group_find(r->st, address);

	if (!g || !g->rooms) {
		rsp_own_begin(r, "ErrorInvalidRoomList");
		rsp_own_end(r);
		return;
	}
	rsp_own_begin(r, NULL);
	xw_open(&r->out, "m:Rooms");
	for (size_t i = 0; i < g->members.n; i++) {
		str_add(&r->out, "<t:Room><t:Id>");
		put_address(&r->out, g->members.v[i]->name,
			    g->members.v[i]->address, "Mailbox");
		str_add(&r->out, "</t:Id></t:Room>");
	}
	xw_close(&r->out, "m:Rooms");
	rsp_own_end(r);
}
