/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Calendars over EWS: what is sent, and what is made of answers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>

#include "proto/ews/event.h"
#include "tests/unit/ews_script.h"

#define VERSIONS                                                               \
	{                                                                      \
		"Exchange2007_SP1", "Exchange2010_SP2", "Exchange2013_SP1"     \
	}

static void add_guest(struct appointment *a, const char *addr,
		      enum attendee_role role)
{
	struct attendee t = {.addr = xstrdup(addr), .role = role};

	vec_add(&a->attendees, t);
}

static void make(struct appointment *a)
{
	appointment_init(a);
	a->uid = xstrdup("uid-1");
	a->subject = xstrdup("Design <sync>");
	a->location = xstrdup("Room & hall");
	a->notes = xstrdup("Words");
	a->categories = xstrdup("Work\nTravel");
	a->zone = xstrdup("Europe/Berlin");
	a->start = clock_from_utc(2026, 11, 30, 9, 0, 0);
	a->end = a->start + 3600;
	a->flags = APPT_REMINDER | APPT_MEETING | APPT_ORGANIZER;
	a->reminder = 15;
	add_guest(a, "grace@example.org", ATTENDEE_REQUIRED);
	add_guest(a, "zoe@example.org", ATTENDEE_OPTIONAL);
	add_guest(a, "room@example.org", ATTENDEE_RESOURCE);
}

static const struct recur patterns[] = {
	{.kind = RECUR_NONE, .interval = 1},
	{.kind = RECUR_DAILY, .interval = 3},
	{.kind = RECUR_WEEKLY, .interval = 2, .days = 0x2a, .week_start = 1},
	{.kind = RECUR_MONTHLY, .interval = 1, .day = 31},
	{.kind = RECUR_MONTHLY_NTH,
	 .interval = 1,
	 .days = RECUR_WORKDAYS,
	 .nth = 5},
	{.kind = RECUR_MONTHLY_NTH, .interval = 2, .days = 4, .nth = 2},
	{.kind = RECUR_YEARLY, .interval = 1, .day = 29, .month = 2},
	{.kind = RECUR_YEARLY_NTH,
	 .interval = 1,
	 .days = 1,
	 .nth = 5,
	 .month = 3},
};

static void do_order(const char *version, const struct step *steps, size_t n,
		     const struct event_order *o, enum err_kind kind)
{
	struct item_result res = {0};
	struct err err = ERR_INIT;
	struct script s;
	bool ok;

	begin(&s, version, steps, n);
	ok = ews_ops.calendar->change_event(s.b, NULL, o, &res, &err);
	if (ok != (kind == ERR_NONE))
		fail_msg("%s", err.text);
	if (!ok)
		assert_int_equal(err.kind, kind);
	free(res.new_id);
	free(res.new_change_key);
	end(&s);
}

/* Every pattern and end on every version; the schema check reads these. */
static void creates(void **state)
{
	static const char *const versions[] = VERSIONS;
	static const struct step steps[] = {{"CreateItem",
					     "<t:UID>uid-1</t:UID>",
					     ANSWER(OK(ITEM("new", "")))}};

	(void)state;
	for (size_t v = 0; v < ARRAY_LEN(versions); v++)
		for (size_t i = 0; i < ARRAY_LEN(patterns); i++)
			for (int e = 0; e < 3; e++) {
				struct appointment_change c;
				struct event_order o = {.change = &c,
							.folder = "cal"};

				appointment_change_init(&c);
				make(&c.appt);
				c.op = APPT_CREATE;
				c.appt.recur = patterns[i];
				c.appt.recur.end = (enum recur_end)e;
				c.appt.recur.count = 5;
				c.appt.recur.end_day =
					clock_from_utc(2027, 6, 1, 0, 0, 0);
				if (e == 2) {
					c.appt.flags |= APPT_ALL_DAY;
					c.appt.start = clock_from_utc(
						2026, 11, 30, 0, 0, 0);
					c.appt.end = c.appt.start + 86400;
				}
				do_order(versions[v], steps, 1, &o, ERR_NONE);
				appointment_change_release(&c);
			}
}

static void changes(void **state)
{
	static const char *const versions[] = VERSIONS;
	static const struct step whole[] = {{"UpdateItem",
					     "SendToAllAndSaveCopy",
					     ANSWER(OK(ITEM("id", "")))}};
	static const struct step one[] = {
		{"GetItem", "RecurringMasterId=\"id\" InstanceIndex=\"3\"",
		 ANSWER(OK(ITEM("occ", "")))},
		{"UpdateItem", "Id=\"occ\"", ANSWER(OK(ITEM("occ", "")))}};

	(void)state;
	for (size_t v = 0; v < ARRAY_LEN(versions); v++) {
		struct appointment_change c;
		struct appointment was;
		struct event_order o = {.change = &c,
					.was = &was,
					.item = "id",
					.item_key = "k"};

		appointment_change_init(&c);
		make(&c.appt);
		make(&was);
		was.recur = patterns[1];
		c.op = APPT_CHANGE;
		c.set = 0x3ff;
		c.appt.recur = patterns[2];
		do_order(versions[v], whole, 1, &o, ERR_NONE);
		c.set = APPT_SET_TIME | APPT_SET_SUBJECT;
		c.original = was.start + 6 * 86400;
		do_order(versions[v], one, 2, &o, ERR_NONE);
		appointment_change_release(&c);
		appointment_release(&was);
	}
}

/* A zone that Windows has no name for is spelt out (dossier EWS 12.4). */
static void spells_zones_out(void **state)
{
	static const char *const versions[] = VERSIONS;
#define TROLL(tag)                                                             \
	"<t:" tag " Id=\"Own\" Name=\"Own\"><t:Periods>"                       \
	"<t:Period Bias=\"PT0M\" Name=\"Standard\" Id=\"Standard\"/>"          \
	"<t:Period Bias=\"-PT120M\" Name=\"Daylight\" Id=\"Daylight\"/>"       \
	"</t:Periods><t:TransitionsGroups><t:TransitionsGroup Id=\"0\">"       \
	"<t:RecurringDayTransition><t:To Kind=\"Period\">Daylight</t:To>"      \
	"<t:TimeOffset>PT60M</t:TimeOffset><t:Month>3</t:Month>"               \
	"<t:DayOfWeek>Sunday</t:DayOfWeek><t:Occurrence>-1</t:Occurrence>"     \
	"</t:RecurringDayTransition><t:RecurringDayTransition>"                \
	"<t:To Kind=\"Period\">Standard</t:To><t:TimeOffset>PT180M"            \
	"</t:TimeOffset><t:Month>10</t:Month><t:DayOfWeek>Sunday"              \
	"</t:DayOfWeek><t:Occurrence>2</t:Occurrence>"                         \
	"</t:RecurringDayTransition></t:TransitionsGroup>"                     \
	"</t:TransitionsGroups><t:Transitions><t:Transition>"                  \
	"<t:To Kind=\"Group\">0</t:To></t:Transition></t:Transitions></t:" tag \
	">"
	static const struct step made[] = {
		{"CreateItem", TROLL("StartTimeZone") TROLL("EndTimeZone"),
		 ANSWER(OK(ITEM("new", "")))}};
	static const struct step moved[] = {
		{"UpdateItem",
		 "<t:FieldURI FieldURI=\"calendar:StartTimeZone\"/>"
		 "<t:CalendarItem>" TROLL("StartTimeZone") "</t:CalendarItem>",
		 ANSWER(OK(ITEM("id", "")))}};
	static const struct step old[] = {{"CreateItem",
					   "<t:MeetingTimeZone TimeZoneName=\"",
					   ANSWER(OK(ITEM("new", "")))}};

	(void)state;
	for (size_t v = 0; v < ARRAY_LEN(versions); v++) {
		bool is_old = str_starts(versions[v], "Exchange2007");
		struct appointment_change c;
		struct event_order o = {.change = &c, .folder = "cal"};

		appointment_change_init(&c);
		make(&c.appt);
		mem_replace(&c.appt.zone, xstrdup("Own"));
		c.appt.zone_rule = xstrdup("<+00>0<+02>-2,M3.5.0/1,M10.2.0/3");
		c.appt.recur = patterns[0];
		c.op = APPT_CREATE;
		do_order(versions[v], is_old ? old : made, 1, &o, ERR_NONE);
		c.op = APPT_CHANGE;
		c.set = APPT_SET_TIME;
		o.item = "id";
		o.item_key = "k";
		if (!is_old)
			do_order(versions[v], moved, 1, &o, ERR_NONE);
		appointment_change_release(&c);
	}
}

/* An occurrence is told what becomes different, nothing else. */
static void changes_one_for_whole_days(void **state)
{
	static const struct step moved[] = {
		{"GetItem", NULL, ANSWER(OK(ITEM("occ", "")))},
		{"UpdateItem", "!IsAllDayEvent", ANSWER(OK(ITEM("occ", "")))}};
	static const struct step other[] = {
		{"GetItem", NULL, ANSWER(OK(ITEM("occ", "")))},
		{"UpdateItem", "<t:IsAllDayEvent>true</t:IsAllDayEvent>",
		 ANSWER(OK(ITEM("occ", "")))}};
	struct appointment_change c;
	struct appointment was, x;
	struct event_order o = {
		.change = &c, .was = &was, .item = "id", .item_key = "k"};

	(void)state;
	appointment_change_init(&c);
	make(&c.appt);
	make(&was);
	was.recur = patterns[1];
	c.op = APPT_CHANGE;
	c.set = APPT_SET_TIME;
	c.original = was.start + 6 * 86400;
	do_order("Exchange2016", moved, 2, &o, ERR_NONE);
	c.appt.flags |= APPT_ALL_DAY;
	c.appt.start = clock_from_utc(2026, 11, 30, 0, 0, 0);
	c.appt.end = c.appt.start + 86400;
	do_order("Exchange2016", other, 2, &o, ERR_NONE);
	appointment_copy(&x, &c.appt);
	x.original = c.original;
	vec_add(&was.exceptions, x);
	do_order("Exchange2016", moved, 2, &o, ERR_NONE);
	appointment_change_release(&c);
	appointment_release(&was);
}

static void cancels_and_answers(void **state)
{
	static const char *const versions[] = VERSIONS;
	static const struct step away[] = {
		{"DeleteItem", "SendMeetingCancellations=\"SendToAll",
		 ANSWER(OK(""))}};
	static const struct step noted[] = {
		{"CreateItem", "<t:CancelCalendarItem>", ANSWER(OK(""))}};
	static const struct step yes[] = {
		{"CreateItem", "<t:AcceptItem>", ANSWER(OK(""))}};
	static const struct step perhaps[] = {
		{"CreateItem", "<t:TentativelyAcceptItem>", ANSWER(OK(""))}};
	/* the request has gone: the entry is still there */
	static const struct step later[] = {
		{"CreateItem", "Id=\"msg\"", ANSWER(BAD("ErrorItemNotFound"))},
		{"CreateItem", "Id=\"id\"", ANSWER(OK(""))}};
	/* an old key, or none where one is wanted: asked for, once more */
	static const struct step stale[] = {
		{"CreateItem", "<t:CancelCalendarItem>",
		 ANSWER(BAD("ErrorStaleObject"))},
		{"GetItem", "Id=\"id\"/>", ANSWER(OK(ITEM("id", "")))},
		{"CreateItem", "<t:ReferenceItemId Id=\"id\" ChangeKey=\"k\"/>",
		 ANSWER(OK(""))}};
	static const struct step keyless[] = {
		{"CreateItem", "<t:ReferenceItemId Id=\"msg\"/>",
		 ANSWER(BAD("ErrorChangeKeyRequired"))},
		{"GetItem", "Id=\"msg\"/>", ANSWER(OK(ITEM("msg", "")))},
		{"CreateItem",
		 "<t:ReferenceItemId Id=\"msg\" ChangeKey=\"k\"/>",
		 ANSWER(BAD("ErrorCalendarIsCancelledForAccept"))},
		{"CreateItem", "Id=\"id\"", ANSWER(OK(""))}};
	static const struct step gone[] = {
		{"CreateItem", "Id=\"msg\"", ANSWER(BAD("ErrorItemNotFound"))}};

	(void)state;
	for (size_t v = 0; v < ARRAY_LEN(versions); v++) {
		struct appointment_change c;
		struct appointment was;
		struct event_order o = {
			.change = &c, .was = &was, .item = "id"};

		appointment_change_init(&c);
		make(&was);
		c.op = APPT_CANCEL;
		do_order(versions[v], away, 1, &o, ERR_NONE);
		c.note = xstrdup("Sorry");
		do_order(versions[v], noted, 1, &o, ERR_NONE);
		o.item_key = "old";
		do_order(versions[v], stale, 3, &o, ERR_NONE);
		o.item_key = NULL;
		c.op = APPT_ANSWER;
		c.answer = ANSWER_ACCEPTED;
		do_order(versions[v], yes, 1, &o, ERR_NONE);
		o.message = "msg";
		do_order(versions[v], keyless, 4, &o, ERR_NONE);
		do_order(versions[v], later, 2, &o, ERR_NONE);
		c.answer = ANSWER_TENTATIVE;
		c.propose_start = was.start + 86400;
		c.propose_end = was.end + 86400;
		do_order(versions[v], perhaps, 1, &o, ERR_NONE);
		o.item = NULL;
		do_order(versions[v], gone, 1, &o, ERR_NOT_FOUND);
		appointment_change_release(&c);
		appointment_release(&was);
	}
}

/* Every pattern read back from what is written. */
static void patterns_come_back(void **state)
{
	(void)state;
	for (size_t i = 1; i < ARRAY_LEN(patterns); i++)
		for (int e = 0; e < 3; e++) {
			struct recur r = patterns[i], back;
			struct str text CLEANUP(str_release) = STR_INIT;
			struct ews_tree *t = ews_tree_new();

			r.end = (enum recur_end)e;
			r.count = e == RECUR_COUNTED ? 7 : 0;
			r.start_day = clock_from_utc(2026, 2, 28, 0, 0, 0);
			r.end_day = e == RECUR_UNTIL ? r.start_day + 86400 * 99
						     : CLOCK_NEVER;
			str_add(&text, "<x" NS ">");
			event_add_recurrence(&text, &r, r.start_day, true);
			str_add(&text, "</x>");
			assert_true(ews_tree_feed(t, text.s, text.len, NULL));
			event_read_recurrence(
				node_find(ews_tree_root(t), T_Recurrence),
				&back);
			if (!recur_equal(&r, &back))
				fail_msg("%s", text.s);
			ews_tree_free(t);
		}
}

#define SERIES                                                                 \
	"<m:Items><t:CalendarItem><t:ItemId Id='m' ChangeKey='k'/>"            \
	"<t:Subject>Weekly</t:Subject><t:Start>2024-01-08T09:00:00Z</t:Start>" \
	"<t:End>2024-01-08T09:30:00Z</t:End>"                                  \
	"<t:MyResponseType>Organizer</t:MyResponseType>"                       \
	"<t:Recurrence><t:WeeklyRecurrence><t:Interval>1</t:Interval>"         \
	"<t:DaysOfWeek>Monday</t:DaysOfWeek></t:WeeklyRecurrence>"             \
	"<t:NoEndRecurrence><t:StartDate>2024-01-08+01:00</t:StartDate>"       \
	"</t:NoEndRecurrence></t:Recurrence><t:ModifiedOccurrences>"           \
	"<t:Occurrence><t:ItemId Id='x1'/><t:Start>2024-01-16T12:00:00Z"       \
	"</t:Start><t:End>2024-01-16T13:00:00Z</t:End><t:OriginalStart>"       \
	"2024-01-15T09:00:00Z</t:OriginalStart></t:Occurrence>"                \
	"<t:Occurrence><t:ItemId Id='x2'/><t:Start>2024-01-23T12:00:00Z"       \
	"</t:Start><t:End>2024-01-23T13:00:00Z</t:End><t:OriginalStart>"       \
	"2024-01-22T09:00:00Z</t:OriginalStart></t:Occurrence>"                \
	"</t:ModifiedOccurrences><t:DeletedOccurrences><t:DeletedOccurrence>"  \
	"<t:Start>2024-01-29T09:00:00Z</t:Start></t:DeletedOccurrence>"        \
	"</t:DeletedOccurrences><t:StartTimeZone Id='W. Europe Standard "      \
	"Time'/></t:CalendarItem></m:Items>"
#define CHANGED                                                                \
	"<m:Items><t:CalendarItem><t:ItemId Id='x1'/><t:Subject>Moved"         \
	"</t:Subject><t:Start>2024-01-16T12:00:00Z</t:Start>"                  \
	"<t:End>2024-01-16T13:00:00Z</t:End></t:CalendarItem></m:Items>"

struct kept {
	struct fetched_event v[4];
	size_t n;
};

static bool keep(void *ctx, size_t index, struct fetched_event *owned)
{
	struct kept *k = ctx;

	(void)index;
	k->v[k->n++] = *owned;
	return true;
}

static void series_bring_their_exceptions(void **state)
{
	static const struct step steps[] = {
		{"GetItem", "calendar:ModifiedOccurrences",
		 ANSWER(OK(SERIES) BAD("ErrorItemNotFound"))},
		{"GetItem", "Id=\"x2\"",
		 ANSWER(OK(CHANGED) BAD("ErrorItemNotFound"))}};
	struct item_ref refs[] = {{.remote_id = "m"}, {.remote_id = "gone"}};
	struct kept k = {.n = 0};
	struct err err = ERR_INIT;
	struct appointment *a;
	struct script s;

	(void)state;
	BEGIN(&s, "Exchange2013_SP1", steps);
	if (!ews_ops.calendar->fetch_events(s.b, NULL, refs, 2, keep, &k, &err))
		fail_msg("%s", err.text);
	assert_int_equal(k.n, 2);
	a = &k.v[0].appt;
	assert_int_equal(a->kind, APPOINTMENT_SERIES);
	assert_true(a->flags & APPT_ORGANIZER);
	assert_string_equal(a->zone, "W. Europe Standard Time");
	assert_int_equal(a->removed.n, 1);
	assert_int_equal(a->exceptions.n, 2);
	assert_string_equal(a->exceptions.v[0].subject, "Moved");
	assert_string_equal(a->exceptions.v[0].remote_id, "x1");
	/* its content could not be had: like the series, at its own time */
	assert_string_equal(a->exceptions.v[1].subject, "Weekly");
	assert_int_equal(a->exceptions.v[1].end - a->exceptions.v[1].start,
			 3600);
	assert_int_equal(k.v[1].err.kind, ERR_NOT_FOUND);
	appointment_release(a);
	appointment_release(&k.v[1].appt);
	end(&s);
}

/* A server that refuses single properties gives them all, with the zone as an id
 * (as recorded in finditem-calendarview-full.xml). */
static void all_properties_have_their_zone(void **state)
{
	static const struct step steps[] = {
		{"GetItem", "IdOnly",
		 ANSWER(BAD("ErrorInvalidPropertyRequest"))},
		{"GetItem", "AllProperties",
		 ANSWER(OK(
			 "<m:Items><t:CalendarItem><t:ItemId Id='a'/>"
			 "<t:Start>2016-03-31T18:30:00Z</t:Start>"
			 "<t:End>2016-04-01T18:30:00Z</t:End>"
			 "<t:IsAllDayEvent>true</t:IsAllDayEvent>"
			 "<t:TimeZone>(UTC+05:30) Chennai</t:TimeZone>"
			 "<t:StartTimeZoneId>India Standard Time"
			 "</t:StartTimeZoneId></t:CalendarItem></m:Items>"))}};
	struct item_ref ref = {.remote_id = "a"};
	struct kept k = {.n = 0};
	struct err err = ERR_INIT;
	struct script s;

	(void)state;
	BEGIN(&s, "Exchange2013_SP1", steps);
	if (!ews_ops.calendar->fetch_events(s.b, NULL, &ref, 1, keep, &k, &err))
		fail_msg("%s", err.text);
	assert_int_equal(k.n, 1);
	assert_string_equal(k.v[0].appt.zone, "India Standard Time");
	assert_int_equal(k.v[0].appt.start,
			 clock_from_utc(2016, 4, 1, 0, 0, 0));
	appointment_release(&k.v[0].appt);
	end(&s);
}

#define BUSY(inner)                                                            \
	ENVELOPE("<m:GetUserAvailabilityResponse><m:"                          \
		 "FreeBusyResponseArray>" inner "</m:FreeBusyResponseArray>"   \
		 "</m:GetUserAvailabilityResponse>")
#define SEEN(view)                                                             \
	"<m:FreeBusyResponse><m:ResponseMessage ResponseClass='Success'>"      \
	"<m:ResponseCode>NoError</m:ResponseCode></m:ResponseMessage>"         \
	"<m:FreeBusyView>" view "</m:FreeBusyView></m:FreeBusyResponse>"
#define UNSEEN                                                                 \
	"<m:FreeBusyResponse><m:ResponseMessage ResponseClass='Error'>"        \
	"<m:MessageText>no</m:MessageText><m:ResponseCode>"                    \
	"ErrorMailRecipientNotFound</m:ResponseCode></m:ResponseMessage>"      \
	"</m:FreeBusyResponse>"

#define SPAN(from, to)                                                         \
	"<t:CalendarEvent><t:StartTime>" from "</t:StartTime><t:EndTime>" to   \
	"</t:EndTime><t:BusyType>Busy</t:BusyType></t:CalendarEvent>"

struct busy {
	struct free_busy v[4];
	size_t n;
};

static void on_busy(void *ctx, size_t index, struct free_busy *owned)
{
	struct busy *b = ctx;

	assert_int_equal(index, b->n);
	b->v[b->n++] = *owned;
}

/* Times for a meeting are asked for where all fit into one request. */
static void suggestions(void **state)
{
	static const struct step steps[] = {
		{"GetUserAvailability",
		 "<t:FreeBusyViewOptions><t:TimeWindow>"
		 "<t:StartTime>2026-11-30T00:00:00</t:StartTime>"
		 "<t:EndTime>2026-12-02T00:00:00</t:EndTime></t:TimeWindow>"
		 "<t:MergedFreeBusyIntervalInMinutes>30"
		 "</t:MergedFreeBusyIntervalInMinutes>"
		 "<t:RequestedView>DetailedMerged</t:RequestedView>"
		 "</t:FreeBusyViewOptions><t:SuggestionsViewOptions>"
		 "<t:MaximumResultsByDay>48</t:MaximumResultsByDay>"
		 "<t:MaximumNonWorkHourResultsByDay>48"
		 "</t:MaximumNonWorkHourResultsByDay>"
		 "<t:MeetingDurationInMinutes>45</t:MeetingDurationInMinutes>"
		 "<t:MinimumSuggestionQuality>Fair</t:MinimumSuggestionQuality>"
		 "<t:DetailedSuggestionsWindow>"
		 "<t:StartTime>2026-11-30T00:00:00</t:StartTime>"
		 "<t:EndTime>2026-12-02T00:00:00</t:EndTime>",
		 ENVELOPE(
			 "<m:GetUserAvailabilityResponse>"
			 "<m:FreeBusyResponseArray>" SEEN(
				 "<t:CalendarEventArray>" SPAN(
					 "2026-11-30T06:00:00",
					 "2026-11-30T07:00:00")
					 SPAN("2026-11-30T07:30:00",
					      "2026-11-30T09:00:00") "</"
								     "t:"
								     "CalendarE"
								     "ventArray"
								     ">") UNSEEN
			 "</m:FreeBusyResponseArray><m:SuggestionsResponse>"
			 "<m:ResponseMessage ResponseClass='Success'>"
			 "<m:ResponseCode>NoError</m:ResponseCode>"
			 "</m:ResponseMessage><m:SuggestionDayResultArray>"
			 "<t:SuggestionDayResult><t:Date>2026-11-30T00:00:00"
			 "</t:Date><t:DayQuality>Good</t:DayQuality>"
			 "</t:SuggestionDayResult>"
			 "<t:SuggestionDayResult><t:Date>2026-12-01T00:00:00"
			 "</t:Date><t:DayQuality>Good</t:DayQuality>"
			 "<t:SuggestionArray><t:Suggestion><t:MeetingTime>"
			 "2026-12-01T09:30:00</t:MeetingTime><t:IsWorkTime>true"
			 "</t:IsWorkTime><t:SuggestionQuality>Good"
			 "</t:SuggestionQuality></t:Suggestion><t:Suggestion>"
			 "<t:MeetingTime>2026-12-01T10:00:00</t:MeetingTime>"
			 "<t:IsWorkTime>true</t:IsWorkTime>"
			 "<t:SuggestionQuality>Excellent</t:SuggestionQuality>"
			 "</t:Suggestion></t:SuggestionArray>"
			 "</t:SuggestionDayResult></m:SuggestionDayResultArray>"
			 "</m:SuggestionsResponse>"
			 "</m:GetUserAvailabilityResponse>")},
		{"GetUserAvailability", "!SuggestionsViewOptions",
		 BUSY(UNSEEN UNSEEN)},
		{"GetUserAvailability",
		 "<t:AttendeeType>Optional</t:AttendeeType>",
		 BUSY(UNSEEN UNSEEN)}};
	int64_t from = clock_from_utc(2026, 11, 30, 8, 0, 0);
	int64_t then = clock_from_utc(2026, 12, 1, 9, 30, 0);
	struct suggestion_list told = {0}, back;
	struct str text CLEANUP(str_release) = STR_INIT;
	struct strv who CLEANUP(strv_release);
	struct free_busy_query q = {.addresses = &who,
				    .from = from,
				    .to = from + 86400,
				    .suggest = 45 * 60,
				    .suggested = &told};
	struct busy got = {.n = 0};
	struct script s;

	(void)state;
	strv_init(&who);
	strv_split(&who, "a@x b@x", " ");
	BEGIN(&s, "Exchange2013_SP1", steps);
	for (int i = 0; i < 3; i++) {
		got.n = 0;
		/* No meeting is that short, says the server. */
		q.suggest = i ? 15 * 60 : 45 * 60;
		q.kinds = i == 2 ? "01" : NULL;
		assert_true(ews_ops.calendar->free_busy(s.b, NULL, &q, on_busy,
							&got, NULL));
		assert_int_equal(got.n, 2);
		/* what ends before the time asked for is none of it */
		assert_int_equal(got.v[0].spans.n, i ? 0 : 1);
		for (size_t k = 0; k < 2; k++)
			free_busy_release(&got.v[k]);
	}
	assert_int_equal(told.n, 2);
	assert_int_equal(told.v[0].start, then);
	assert_int_equal(told.v[0].quality, 2);
	assert_int_equal(told.v[1].quality, 1);
	suggestions_pack(&text, &told);
	suggestions_unpack(&back, text.s);
	assert_int_equal(back.n, 2);
	assert_int_equal(back.v[1].start, then + 1800);
	vec_release(&back);
	vec_release(&told);
	end(&s);
}

static void availability(void **state)
{
	static const struct step steps[] = {
		{"GetUserAvailability", "<t:StartTime>2026-11-30T00:00:00<",
		 BUSY(SEEN("<t:FreeBusyViewType>Detailed</t:FreeBusyViewType>"
			   "<t:CalendarEventArray><t:CalendarEvent>"
			   "<t:StartTime>2026-11-30T09:00:00</t:StartTime>"
			   "<t:EndTime>2026-11-30T10:00:00</t:EndTime>"
			   "<t:BusyType>OOF</t:BusyType>"
			   "<t:CalendarEventDetails><t:Subject>Away"
			   "</t:Subject></t:CalendarEventDetails>"
			   "</t:CalendarEvent></t:CalendarEventArray>"
			   "<t:WorkingHours><t:TimeZone><t:Bias>-60</t:Bias>"
			   "</t:TimeZone><t:WorkingPeriodArray>"
			   "<t:WorkingPeriod><t:DayOfWeek>Monday</t:DayOfWeek>"
			   "<t:StartTimeInMinutes>540</t:StartTimeInMinutes>"
			   "<t:EndTimeInMinutes>600</t:EndTimeInMinutes>"
			   "</t:WorkingPeriod></t:WorkingPeriodArray>"
			   "</t:WorkingHours>")
			      UNSEEN SEEN(
				      "<t:FreeBusyViewType>FreeBusy"
				      "</t:FreeBusyViewType><t:MergedFreeBusy>"
				      "0022001</t:MergedFreeBusy>"))}};
	int64_t from = clock_from_utc(2026, 11, 30, 0, 0, 0);
	struct strv who CLEANUP(strv_release);
	struct free_busy_query q = {
		.addresses = &who, .from = from, .to = from + 86400};
	struct busy got = {.n = 0};
	struct zone *utc = zone_from_rule("UTC0");
	struct script s;

	(void)state;
	strv_init(&who);
	strv_split(&who, "a@x b@x c@x", " ");
	BEGIN(&s, "Exchange2013_SP1", steps);
	assert_true(ews_ops.calendar->free_busy(s.b, NULL, &q, on_busy, &got,
						NULL));
	assert_int_equal(got.n, 3);
	assert_int_equal(free_busy_at(&got.v[0], from + 9 * 3600,
				      from + 9 * 3600 + 1, NULL),
			 SHOW_AWAY);
	assert_string_equal(got.v[0].spans.v[0].subject, "Away");
	/* 9 to 10 at UTC+1 is 8 to 9 */
	assert_true(free_busy_in_hours(&got.v[0], utc, from + 8 * 3600,
				       from + 9 * 3600));
	assert_false(free_busy_in_hours(&got.v[0], utc, from + 9 * 3600,
					from + 10 * 3600));
	assert_int_not_equal(got.v[1].err.kind, ERR_NONE);
	assert_int_equal(got.v[2].spans.n, 2);
	assert_int_equal(got.v[2].spans.v[0].start, from + 3600);
	assert_int_equal(got.v[2].spans.v[1].show_as, SHOW_TENTATIVE);
	for (size_t i = 0; i < 3; i++)
		free_busy_release(&got.v[i]);
	zone_free(utc);
	end(&s);
}

/* A server tells 42 days at once: more is asked for in parts, and what stands
 * on the border between two is told once. */
static void long_windows(void **state)
{
	static const struct step steps[] = {
		{"GetUserAvailability",
		 "<t:StartTime>2026-01-01T00:00:00</t:StartTime>"
		 "<t:EndTime>2026-02-12T00:00:00</t:EndTime></t:TimeWindow>",
		 BUSY(SEEN("<t:CalendarEventArray>" SPAN("2026-01-05T09:00:00",
							 "2026-01-05T10:00:00")
				   SPAN("2026-02-11T00:00:00",
					"2026-02-13T00:00:00") "</"
							       "t:"
							       "CalendarEventAr"
							       "ray>") UNSEEN)},
		{"GetUserAvailability",
		 "<t:StartTime>2026-02-12T00:00:00</t:StartTime>"
		 "<t:EndTime>2026-03-01T00:00:00</t:EndTime></t:TimeWindow>",
		 BUSY(SEEN("<t:CalendarEventArray>" SPAN("2026-02-11T00:00:00",
							 "2026-02-13T00:00:00")
				   SPAN("2026-02-20T09:00:00",
					"2026-02-20T10:00:00") "</"
							       "t:"
							       "CalendarEventAr"
							       "ray>")
			      UNSEEN)}};
	struct suggestion_list told = {0};
	struct strv who CLEANUP(strv_release);
	struct free_busy_query q = {.addresses = &who,
				    .from = clock_from_utc(2026, 1, 1, 0, 0, 0),
				    .to = clock_from_utc(2026, 3, 1, 0, 0, 0),
				    .suggest = 3600,
				    .suggested = &told};
	struct busy got = {.n = 0};
	struct script s;

	(void)state;
	strv_init(&who);
	strv_split(&who, "a@x b@x", " ");
	BEGIN(&s, "Exchange2007_SP1", steps);
	assert_true(ews_ops.calendar->free_busy(s.b, NULL, &q, on_busy, &got,
						NULL));
	assert_int_equal(got.n, 2);
	assert_int_equal(got.v[0].spans.n, 3);
	assert_int_equal(got.v[0].spans.v[2].start,
			 clock_from_utc(2026, 2, 20, 9, 0, 0));
	assert_int_equal(got.v[1].err.kind, ERR_NOT_FOUND);
	for (size_t k = 0; k < 2; k++)
		free_busy_release(&got.v[k]);
	end(&s);
}

static void rooms(void **state)
{
	static const struct step steps[] = {
		{"GetRooms", "all@x",
		 ENVELOPE("<m:GetRoomsResponse ResponseClass='Success'>"
			  "<m:ResponseCode>NoError</m:ResponseCode><m:Rooms>"
			  "<t:Room><t:Id><t:Name>Big</t:Name><t:EmailAddress>"
			  "big@x</t:EmailAddress></t:Id></t:Room></m:Rooms>"
			  "</m:GetRoomsResponse>")}};
	struct room_list l;
	struct script s;

	(void)state;
	BEGIN(&s, "Exchange2010_SP2", steps);
	assert_true(ews_ops.calendar->rooms(s.b, NULL, "all@x", &l, NULL));
	assert_int_equal(l.n, 1);
	assert_string_equal(l.v[0].addr, "big@x");
	room_list_release(&l);
	end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(creates),
		cmocka_unit_test(spells_zones_out),
		cmocka_unit_test(changes_one_for_whole_days),
		cmocka_unit_test(changes),
		cmocka_unit_test(cancels_and_answers),
		cmocka_unit_test(patterns_come_back),
		cmocka_unit_test(series_bring_their_exceptions),
		cmocka_unit_test(availability),
		cmocka_unit_test(suggestions),
		cmocka_unit_test(all_properties_have_their_zone),
		cmocka_unit_test(long_windows),
		cmocka_unit_test(rooms),
	};

	return cmocka_run_group_tests_name("ews_calendar", tests, NULL, NULL);
}
