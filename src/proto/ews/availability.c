/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Who is busy when, and rooms (dossier 13.1, 13.3). */
#include <string.h>
#include "net/xml.h"
#include "proto/ews/event.h"

#define MAILBOXES_MAX 100 /* a request (5) */
#define STEP_MINUTES 30
#define DAY ((int64_t)86400)
#define MEETING_LEAST 1800

static const char *const busy_words[] = {
#define X(id, name, ews) ews,
	SHOW_AS(X)
#undef X
};

/* Times without a zone are of the request's: in UTC nothing can go wrong. */
static void add_wall(struct str *b, const char *tag, int64_t t)
{
	struct str iso CLEANUP(str_release) = STR_INIT;

	clock_add_iso(&iso, t);
	str_cut(&iso, iso.len - 1);
	xml_add_element(b, tag, iso.s);
}

/* A request is for one set of people: no suggestions where it takes two. The
 * server bounds the length (13.1). */
static bool may_suggest(const struct free_busy_query *q)
{
	return q->suggest >= MEETING_LEAST && q->suggest <= DAY &&
	       q->suggested && q->addresses->n <= MAILBOXES_MAX;
}

/* All hours: whose working hours count is judged with the answers. The window
 * is whole days of the request's zone, so of UTC. */
static void add_suggestions(struct str *b, const struct free_busy_query *q)
{
	str_addf(b,
		 "<t:SuggestionsViewOptions><t:MaximumResultsByDay>48"
		 "</t:MaximumResultsByDay><t:MaximumNonWorkHourResultsByDay>48"
		 "</t:MaximumNonWorkHourResultsByDay>"
		 "<t:MeetingDurationInMinutes>%d</t:MeetingDurationInMinutes>"
		 "<t:MinimumSuggestionQuality>Fair"
		 "</t:MinimumSuggestionQuality><t:DetailedSuggestionsWindow>",
		 (int)(q->suggest / 60));
	add_wall(b, "t:StartTime", zone_day(q->from));
	add_wall(b, "t:EndTime", zone_day(q->to + DAY - 1));
	str_add(b, "</t:DetailedSuggestionsWindow></t:SuggestionsViewOptions>");
}

static const char *attendee_type(const struct free_busy_query *q, size_t i)
{
	static const char *const types[] = {"Required", "Optional", "Room"};
	int kind = q->kinds ? q->kinds[i] - '0' : 0;

	return types[kind > 0 && kind < (int)ARRAY_LEN(types) ? kind : 0];
}

static void write_query(struct str *b, const struct free_busy_query *q,
			size_t from, size_t n)
{
	struct zone *utc = zone_from_rule("UTC0");

	str_add(b, "<m:GetUserAvailabilityRequest>");
	event_add_legacy_zone(b, utc, 2024);
	zone_free(utc);
	str_add(b, "<m:MailboxDataArray>");
	for (size_t i = from; i < from + n; i++) {
		str_add(b, "<t:MailboxData><t:Email>");
		xml_add_element(b, "t:Address", q->addresses->v[i]);
		str_addf(b,
			 "</t:Email><t:AttendeeType>%s</t:AttendeeType>"
			 "</t:MailboxData>",
			 attendee_type(q, i));
	}
	str_add(b, "</m:MailboxDataArray><t:FreeBusyViewOptions>"
		   "<t:TimeWindow>");
	add_wall(b, "t:StartTime", q->from);
	add_wall(b, "t:EndTime", q->to);
	str_addf(b,
		 "</t:TimeWindow><t:MergedFreeBusyIntervalInMinutes>%d"
		 "</t:MergedFreeBusyIntervalInMinutes>"
		 "<t:RequestedView>DetailedMerged</t:RequestedView>"
		 "</t:FreeBusyViewOptions>",
		 STEP_MINUTES);
	if (may_suggest(q))
		add_suggestions(b, q);
	str_add(b, "</m:GetUserAvailabilityRequest>");
}

static char *dup_text(const struct node *n, enum tree_name name)
{
	const char *s = node_text(n, name);

	return s && *s ? xstrdup(s) : NULL;
}

static void read_spans(const struct node *view, struct free_busy *f)
{
	const struct node *list = node_find(view, T_CalendarEventArray);

	for (const struct node *n = list ? list->child : NULL; n; n = n->next) {
		const struct node *d = node_find(n, T_CalendarEventDetails);
		struct busy_span s = {.start = node_time(n, T_StartTime),
				      .end = node_time(n, T_EndTime),
				      .show_as = (enum show_as)node_word(
					      n, T_BusyType, busy_words,
					      SHOW_COUNT, SHOW_BUSY),
				      .subject = dup_text(d, T_Subject),
				      .location = dup_text(d, T_Location),
				      .is_private = node_true(d, T_IsPrivate)};

		f->detailed |= d != NULL;
		if (s.start == CLOCK_NEVER || s.end <= s.start ||
		    s.show_as == SHOW_FREE) {
			free(s.subject);
			free(s.location);
			continue;
		}
		vec_add(&f->spans, s);
	}
}

static void read_hours(const struct node *view, struct free_busy *f)
{
	const struct node *hours = node_find(view, T_WorkingHours);
	const struct node *n = node_find(hours, T_WorkingPeriodArray);

	f->zone_rule = event_read_legacy_zone(node_find(hours, T_TimeZone));
	for (n = n ? n->child : NULL; n; n = n->next) {
		struct work_period p = {
			.days = event_read_days(node_text(n, T_DayOfWeek)),
			.start = node_int(n, T_StartTimeInMinutes, 0),
			.end = node_int(n, T_EndTimeInMinutes, 1440)};

		if (p.days)
			vec_add(&f->hours, p);
	}
}

static void read_answer(const struct node *answer, int64_t from,
			struct free_busy *f)
{
	const struct node *m = node_find(answer, T_ResponseMessage);
	const struct node *view = node_find(answer, T_FreeBusyView);
	const char *class = node_attr(m, A_ResponseClass);
	const char *digits = node_text(view, T_MergedFreeBusy);

	if (str_eq(class, "Error")) {
		ews_code_error(&f->err,
			       str_or_empty(node_text(m, T_ResponseCode)), NULL,
			       node_text(m, T_MessageText), -1);
		return;
	}
	read_hours(view, f);
	read_spans(view, f);
	/* Neither events nor digits: no rights (13.1). */
	if (!f->spans.n && digits)
		free_busy_add_digits(f, digits, from, STEP_MINUTES * 60);
	if (!view || (!f->spans.n && !digits &&
		      str_eq(node_text(view, T_FreeBusyViewType), "None")))
		err_set(&f->err, ERR_DENIED, "no permission to see this");
	free_busy_sort(f);
}

/* The responses in the order of the mailboxes. */
static void read_answers(const struct ews_tree *t, size_t from, size_t n,
			 int64_t since, free_busy_fn fn, void *ctx)
{
	const struct node *r = node_deep(ews_tree_root(t), T_FreeBusyResponse);

	for (size_t i = 0; i < n; i++) {
		struct free_busy f = {0};

		while (r && r->name != T_FreeBusyResponse)
			r = r->next;
		if (r) {
			read_answer(r, since, &f);
			r = r->next;
		} else {
			err_set(&f.err, ERR_SERVER,
				"the server did not answer for this mailbox");
		}
		fn(ctx, from + i, &f);
	}
}

/* Of these a server may have none: then it is up to us. */
static void read_suggestions(const struct ews_tree *t,
			     struct suggestion_list *out)
{
	static const char *const qualities[] = {"", "Excellent", "Good", "Fair",
						"Poor"};
	const struct node *day =
		node_deep(ews_tree_root(t), T_SuggestionDayResult);

	for (; day; day = day->next) {
		const struct node *n = node_find(day, T_SuggestionArray);

		for (n = n ? n->child : NULL; n; n = n->next) {
			struct suggestion s = {
				.start = node_time(n, T_MeetingTime),
				.quality = node_word(n, T_SuggestionQuality,
						     qualities,
						     ARRAY_LEN(qualities), 0)};

			if (s.start != CLOCK_NEVER && s.quality)
				vec_add(out, s);
		}
	}
}

bool ews_free_busy(struct backend *b, const struct op *op,
		   const struct free_busy_query *q, free_busy_fn fn, void *ctx,
		   struct err *err)
{
	struct ews_tree *t = ews_tree_new();
	bool ok = ews_ready(b, op, err);

	for (size_t from = 0; ok && from < q->addresses->n;
	     from += MAILBOXES_MAX) {
		size_t n = q->addresses->n - from;
		struct str body = STR_INIT;

		if (n > MAILBOXES_MAX)
			n = MAILBOXES_MAX;
		write_query(&body, q, from, n);
		ok = soap_tree(b, op, "GetUserAvailability", &body, false, t,
			       err);
		if (ok)
			read_answers(t, from, n, q->from, fn, ctx);
		if (ok && may_suggest(q))
			read_suggestions(t, q->suggested);
	}
	ews_tree_free(t);
	return ok;
}

static void add_room(struct room_list *l, const struct node *id)
{
	struct room r = {.name = dup_text(id, T_Name),
			 .addr = dup_text(id, T_EmailAddress)};

	if (r.addr)
		vec_add(l, r);
	else
		free(r.name);
}

bool ews_rooms(struct backend *b, const struct op *op, const char *list,
	       struct room_list *out, struct err *err)
{
	struct ews_tree *t;
	const struct node *n;
	struct str body = STR_INIT;
	bool ok;

	*out = (struct room_list){0};
	if (!ews_ready(b, op, err))
		return false;
	if (b->version < EWS_2010)
		return err_set(err, ERR_UNSUPPORTED,
			       "this server has no lists of rooms: name them "
			       "by address");
	if (list) {
		str_add(&body, "<m:GetRooms><m:RoomList>");
		xml_add_element(&body, "t:EmailAddress", list);
		str_add(&body, "</m:RoomList></m:GetRooms>");
	} else {
		str_add(&body, "<m:GetRoomLists/>");
	}
	t = ews_tree_new();
	ok = soap_tree_single(b, op, list ? "GetRooms" : "GetRoomLists", &body,
			      false, t, err);
	n = node_deep(ews_tree_root(t), list ? T_Rooms : T_RoomLists);
	for (n = ok && n ? n->child : NULL; n; n = n->next)
		add_room(out, list ? node_find(n, T_Id) : n);
	ews_tree_free(t);
	return ok;
}
