/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Who is busy when, and rooms (dossier 13.1, 13.3). */
#include <string.h>
#include "net/xml.h"
#include "proto/ews/event.h"

#define MAILBOXES_MAX 100     /* a request (5) */
#define WINDOW_MAX (42 * DAY) /* of time, a request (5) */
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

/* What is asked for in whole days of the request's zone, so of UTC. */
static int64_t first_day(const struct free_busy_query *q)
{
	return zone_day(q->from);
}

static int64_t day_after(const struct free_busy_query *q)
{
	return zone_day(q->to + DAY - 1);
}

/* A request is for one set of people and one window: no suggestions where it
 * takes two. The server bounds the length (13.1). */
static bool may_suggest(const struct free_busy_query *q)
{
	return q->suggest >= MEETING_LEAST && q->suggest <= DAY &&
	       q->suggested && q->addresses->n <= MAILBOXES_MAX &&
	       day_after(q) - first_day(q) <= WINDOW_MAX;
}

/* All hours: whose working hours count is judged with the answers. The window
 * is whole days, and no other than that of the times (13.1). */
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
	add_wall(b, "t:StartTime", first_day(q));
	add_wall(b, "t:EndTime", day_after(q));
	str_add(b, "</t:DetailedSuggestionsWindow></t:SuggestionsViewOptions>");
}

static const char *attendee_type(const struct free_busy_query *q, size_t i)
{
	static const char *const types[] = {"Required", "Optional", "Room"};
	int kind = q->kinds ? q->kinds[i] - '0' : 0;

	return types[kind > 0 && kind < (int)ARRAY_LEN(types) ? kind : 0];
}

/* A part of what is asked: n mailboxes from `first` on, [from, to). */
struct part {
	const struct free_busy_query *q;
	size_t first, n;
	int64_t from, to;
	struct free_busy *got; /* one a mailbox */
};

static void write_query(struct str *b, const struct part *p)
{
	const struct free_busy_query *q = p->q;
	struct zone *utc = zone_from_rule("UTC0");

	str_add(b, "<m:GetUserAvailabilityRequest>");
	event_add_legacy_zone(b, utc, 2024);
	zone_free(utc);
	str_add(b, "<m:MailboxDataArray>");
	for (size_t i = p->first; i < p->first + p->n; i++) {
		str_add(b, "<t:MailboxData><t:Email>");
		xml_add_element(b, "t:Address", q->addresses->v[i]);
		str_addf(b,
			 "</t:Email><t:AttendeeType>%s</t:AttendeeType>"
			 "</t:MailboxData>",
			 attendee_type(q, i));
	}
	str_add(b, "</m:MailboxDataArray><t:FreeBusyViewOptions>"
		   "<t:TimeWindow>");
	add_wall(b, "t:StartTime", p->from);
	add_wall(b, "t:EndTime", p->to);
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

static bool is_known(const struct free_busy *f, const struct busy_span *s)
{
	for (size_t i = 0; i < f->spans.n; i++)
		if (f->spans.v[i].start == s->start &&
		    f->spans.v[i].end == s->end &&
		    f->spans.v[i].show_as == s->show_as &&
		    str_eq(f->spans.v[i].subject, s->subject))
			return true;
	return false;
}

/* What a later window tells; an entry on the border stands in both. */
static void join(struct free_busy *f, struct free_busy *owned_more)
{
	if (f->err.kind == ERR_NONE)
		f->err = owned_more->err;
	f->detailed |= owned_more->detailed;
	for (size_t i = 0; i < owned_more->spans.n; i++) {
		struct busy_span *s = &owned_more->spans.v[i];

		if (is_known(f, s))
			continue;
		vec_add(&f->spans, *s);
		s->subject = s->location = NULL;
	}
	free_busy_release(owned_more);
	free_busy_sort(f);
}

/* Whole days tell of more than was asked. */
static void drop_outside(struct free_busy *f, const struct free_busy_query *q)
{
	size_t n = 0;

	for (size_t i = 0; i < f->spans.n; i++) {
		struct busy_span *s = &f->spans.v[i];

		if (s->end > q->from && s->start < q->to) {
			f->spans.v[n++] = *s;
			continue;
		}
		free(s->subject);
		free(s->location);
	}
	f->spans.n = n;
}

/* The responses in the order of the mailboxes. */
static void read_answers(const struct ews_tree *t, const struct part *p)
{
	const struct node *r = node_deep(ews_tree_root(t), T_FreeBusyResponse);

	for (size_t i = 0; i < p->n; i++) {
		struct free_busy f = {0};

		while (r && r->name != T_FreeBusyResponse)
			r = r->next;
		if (r) {
			read_answer(r, p->from, &f);
			r = r->next;
		} else {
			err_set(&f.err, ERR_SERVER,
				"the server did not answer for this mailbox");
		}
		drop_outside(&f, p->q);
		if (p->from <= p->q->from)
			p->got[i] = f;
		else
			join(&p->got[i], &f);
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

/* One set of mailboxes, window by window. */
static bool ask(struct backend *b, const struct op *op, struct part *p,
		struct err *err)
{
	struct ews_tree *t = ews_tree_new();
	bool suggest = may_suggest(p->q), ok;
	int64_t end = suggest ? day_after(p->q) : p->q->to;

	p->from = suggest ? first_day(p->q) : p->q->from;
	do {
		struct str body = STR_INIT;

		p->to = end - p->from > WINDOW_MAX ? p->from + WINDOW_MAX : end;
		write_query(&body, p);
		ok = soap_tree(b, op, "GetUserAvailability", &body, false, t,
			       err);
		if (ok)
			read_answers(t, p);
		if (ok && suggest)
			read_suggestions(t, p->q->suggested);
		p->from = p->to;
	} while (ok && p->from < end);
	ews_tree_free(t);
	return ok;
}

bool ews_free_busy(struct backend *b, const struct op *op,
		   const struct free_busy_query *q, free_busy_fn fn, void *ctx,
		   struct err *err)
{
	struct part p = {.q = q};
	bool ok = ews_ready(b, op, err);

	p.got = xcalloc(MAILBOXES_MAX, sizeof(*p.got));
	for (; ok && p.first < q->addresses->n; p.first += p.n) {
		p.n = q->addresses->n - p.first;
		if (p.n > MAILBOXES_MAX)
			p.n = MAILBOXES_MAX;
		ok = ask(b, op, &p, err);
		for (size_t i = 0; i < p.n; i++) {
			if (ok)
				fn(ctx, p.first + i, &p.got[i]);
			else
				free_busy_release(&p.got[i]);
			p.got[i] = (struct free_busy){0};
		}
	}
	free(p.got);
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
