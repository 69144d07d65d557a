/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Elements of calendar items and meeting messages as appointments (12). */
#include <string.h>
#include "proto/ews/event.h"

static const char *const show_words[] = {
#define X(id, name, ews) ews,
	SHOW_AS(X)
#undef X
};
static const char *const answer_words[] = {
#define X(id, name, ews, ical) ews,
	ANSWERS(X)
#undef X
};
static const char *const sensitivity_words[] = {
#define X(id, name, ews, ical) ews,
	SENSITIVITIES(X)
#undef X
};

static char *dup_text(const struct node *n, enum tree_name name)
{
	const char *s = node_text(n, name);

	return s && *s ? xstrdup(s) : NULL;
}

/* An EX address is a path in the directory, no use to people (7). */
static char *smtp_of(const struct node *mailbox)
{
	const char *s = node_text(mailbox, T_EmailAddress);

	if (str_eq_nocase(node_text(mailbox, T_RoutingType), "EX") || !s ||
	    *s == '/')
		return NULL;
	if (strncasecmp(s, "smtp:", 5) == 0)
		s += 5;
	return *s ? xstrdup(s) : NULL;
}

static void read_attendees(const struct node *list, enum attendee_role role,
			   struct appointment *a)
{
	for (const struct node *n = list ? list->child : NULL; n; n = n->next) {
		const struct node *box = node_find(n, T_Mailbox);
		struct attendee t = {.name = dup_text(box, T_Name),
				     .addr = smtp_of(box),
				     .role = role};

		if (n->name != T_Attendee || (!t.name && !t.addr)) {
			attendee_release(&t);
			continue;
		}
		if (t.addr && str_eq(t.name, t.addr))
			mem_replace(&t.name, NULL);
		t.answer = (enum answer_kind)node_word(
			n, T_ResponseType, answer_words, ANSWER_COUNT,
			ANSWER_UNKNOWN);
		t.answered = node_time(n, T_LastResponseTime);
		t.proposed_start = node_time(n, T_ProposedStart);
		t.proposed_end = node_time(n, T_ProposedEnd);
		vec_add(&a->attendees, t);
	}
}

static void read_zone(const struct node *n, struct appointment *a)
{
	const struct node *z = node_find(n, T_StartTimeZone);
	const char *id = node_attr(z, A_Id);

	/* Online meeting tools leave it empty (12.4). */
	if (!id || !*id) {
		z = node_find(n, T_EndTimeZone);
		id = node_attr(z, A_Id);
	}
	if (id && *id) {
		a->zone = xstrdup(id);
		a->zone_rule = event_read_definition(z);
		return;
	}
	/* All properties of 2013 and later name it by the id alone. */
	id = node_text(n, T_StartTimeZoneId);
	if (!id || !*id)
		id = node_text(n, T_EndTimeZoneId);
	if (id && *id) {
		a->zone = xstrdup(id);
		return;
	}
	z = node_find(n, T_MeetingTimeZone);
	id = node_attr(z, A_TimeZoneName);
	a->zone_rule = z ? event_read_meeting_zone(z) : NULL;
	if (!id || !*id)
		id = node_text(n, T_TimeZone);
	if (id && *id)
		a->zone = xstrdup(id);
}

static void make_days(struct tz_set *zones, struct appointment *a)
{
	if (!(a->flags & APPT_ALL_DAY))
		return;
	a->start = tz_day_of(zones, a, a->start);
	a->end = tz_day_of(zones, a, a->end);
}

static void read_bits(const struct node *n, struct appointment *a)
{
	static const struct {
		enum tree_name name;
		unsigned flag;
	} bits[] = {
		{T_IsAllDayEvent, APPT_ALL_DAY},
		{T_IsMeeting, APPT_MEETING},
		{T_IsCancelled, APPT_CANCELLED},
		{T_ReminderIsSet, APPT_REMINDER},
		{T_HasAttachments, APPT_ATTACHMENT},
		{T_IsOrganizer, APPT_ORGANIZER},
		{T_IsOutOfDate, APPT_OUT_OF_DATE},
		{T_IsDelegated, APPT_DELEGATED},
		{T_HasBeenProcessed, APPT_PROCESSED},
	};
	int state = node_int(n, T_AppointmentState, 0);

	for (size_t i = 0; i < ARRAY_LEN(bits); i++)
		if (node_true(n, bits[i].name))
			a->flags |= bits[i].flag;
	if (node_find(n, T_IsResponseRequested) &&
	    !node_true(n, T_IsResponseRequested))
		a->flags |= APPT_NO_RESPONSE;
	if (node_find(n, T_AllowNewTimeProposal) &&
	    !node_true(n, T_AllowNewTimeProposal))
		a->flags |= APPT_NO_PROPOSAL;
	if (state & 1)
		a->flags |= APPT_MEETING;
	if (state & 4)
		a->flags |= APPT_CANCELLED;
}

static void read_categories(const struct node *n, struct appointment *a)
{
	struct str b = STR_INIT;

	n = node_find(n, T_Categories);
	for (n = n ? n->child : NULL; n; n = n->next) {
		if (n->name != T_String || !n->text)
			continue;
		if (b.len)
			str_add_char(&b, '\n');
		str_add(&b, n->text);
	}
	if (b.len)
		a->categories = str_take(&b);
	str_release(&b);
}

/* A body that is only blanks and line breaks says nothing. */
static void trim_notes(struct appointment *a)
{
	size_t n = 0;

	for (const char *p = a->notes; p && *p; p++)
		if (*p != '\r')
			a->notes[n++] = *p;
	if (a->notes)
		a->notes[n] = '\0';
	while (n && strchr(" \r\n\t", a->notes[n - 1]))
		a->notes[--n] = '\0';
	if (!n)
		mem_replace(&a->notes, NULL);
}

static void read_words(const struct node *n, struct appointment *a)
{
	const struct node *organizer =
		node_find(node_find(n, T_Organizer), T_Mailbox);

	if (!organizer) /* a request's sender, for want of better */
		organizer = node_find(node_find(n, T_From), T_Mailbox);
	a->uid = dup_text(n, T_UID);
	a->subject = dup_text(n, T_Subject);
	a->location = dup_text(n, T_Location);
	a->notes = dup_text(n, T_Body);
	trim_notes(a);
	a->join_url = dup_text(n, T_JoinOnlineMeetingUrl);
	a->organizer_name = dup_text(organizer, T_Name);
	a->organizer_addr = smtp_of(organizer);
	a->calendar_id = xstrdup(
		node_attr(node_find(n, T_AssociatedCalendarItemId), A_Id));
	read_categories(n, a);
}

static void read_numbers(const struct node *n, struct appointment *a)
{
	a->start = node_time(n, T_Start);
	a->end = node_time(n, T_End);
	a->stamp = node_time(n, T_DateTimeStamp);
	a->replied = node_time(n, T_AppointmentReplyTime);
	/* The only one of its kind that is asked for. */
	a->signal = node_time(node_find(n, T_ExtendedProperty), T_Value);
	a->reminder = node_int(n, T_ReminderMinutesBeforeStart, 0);
	a->sequence = node_int(n, T_AppointmentSequenceNumber, 0);
	a->show_as = (enum show_as)node_word(n, T_LegacyFreeBusyStatus,
					     show_words, SHOW_COUNT, SHOW_BUSY);
	a->sensitivity = (enum sensitivity)node_word(
		n, T_Sensitivity, sensitivity_words, SENSITIVITY_COUNT,
		SENSITIVITY_NORMAL);
	a->my_answer =
		(enum answer_kind)node_word(n, T_MyResponseType, answer_words,
					    ANSWER_COUNT, ANSWER_UNKNOWN);
	if (a->my_answer == ANSWER_ORGANIZER)
		a->flags |= APPT_ORGANIZER;
}

static void read_series(const struct node *n, struct tz_set *zones,
			struct appointment *a)
{
	const struct node *list;
	bool all_day = a->flags & APPT_ALL_DAY;

	event_read_recurrence(node_find(n, T_Recurrence), &a->recur);
	if (a->recur.kind == RECUR_NONE)
		return;
	a->kind = APPOINTMENT_SERIES;
	list = node_find(n, T_DeletedOccurrences);
	for (list = list ? list->child : NULL; list; list = list->next) {
		int64_t t = node_time(list, T_Start);

		if (t != CLOCK_NEVER)
			vec_add(&a->removed,
				all_day ? tz_day_of(zones, a, t) : t);
	}
	list = node_find(n, T_ModifiedOccurrences);
	for (list = list ? list->child : NULL; list; list = list->next) {
		const struct node *id = node_find(list, T_ItemId);
		int64_t original = node_time(list, T_OriginalStart);
		struct appointment x;

		if (original == CLOCK_NEVER)
			continue;
		appointment_init(&x);
		x.kind = APPOINTMENT_EXCEPTION;
		x.remote_id = xstrdup(node_attr(id, A_Id));
		x.change_key = xstrdup(node_attr(id, A_ChangeKey));
		x.original = all_day ? tz_day_of(zones, a, original) : original;
		x.start = node_time(list, T_Start);
		x.end = node_time(list, T_End);
		vec_add(&a->exceptions, x);
	}
}

/* What kind of message, and what it says. */
static void read_message(const struct node *n, struct appointment *a)
{
	static const char *const types[] = {"None",
					    "FullUpdate",
					    "InformationalUpdate",
					    "NewMeetingRequest",
					    "Outdated",
					    "SilentUpdate",
					    "PrincipalWantsCopy"};
	const char *class = str_or_empty(node_text(n, T_ItemClass));
	int type = node_word(n, T_MeetingRequestType, types, 7, 0);

	if (type == 1 || type == 2 || type == 5)
		a->flags |= APPT_UPDATE;
	if (type == 4)
		a->flags |= APPT_OUT_OF_DATE;
	if (type == 6)
		a->flags |= APPT_FORWARD_COPY;
	a->flags |= APPT_MEETING;
	if (node_find(n, T_IntendedFreeBusyStatus))
		a->show_as = (enum show_as)node_word(
			n, T_IntendedFreeBusyStatus, show_words, SHOW_COUNT,
			SHOW_BUSY);
	if (n->name == T_MeetingCancellation || str_ends(class, ".Canceled")) {
		a->kind = APPOINTMENT_CANCELLATION;
		a->flags |= APPT_CANCELLED;
	} else if (n->name == T_MeetingResponse || strstr(class, ".Resp.")) {
		struct attendee t = {
			.answered = CLOCK_NEVER,
			.proposed_start = node_time(n, T_ProposedStart),
			.proposed_end = node_time(n, T_ProposedEnd)};

		a->kind = APPOINTMENT_RESPONSE;
		a->my_answer = (enum answer_kind)node_word(
			n, T_ResponseType, answer_words, ANSWER_COUNT,
			str_ends(class, ".Pos")	   ? ANSWER_ACCEPTED
			: str_ends(class, ".Neg")  ? ANSWER_DECLINED
			: str_ends(class, ".Tent") ? ANSWER_TENTATIVE
						   : ANSWER_UNKNOWN);
		t.answer = a->my_answer;
		if (t.proposed_start != CLOCK_NEVER)
			vec_add(&a->attendees, t);
	} else {
		a->kind = APPOINTMENT_REQUEST;
		if (node_find(n, T_ResponseType) &&
		    a->my_answer == ANSWER_UNKNOWN)
			a->my_answer = (enum answer_kind)node_word(
				n, T_ResponseType, answer_words, ANSWER_COUNT,
				ANSWER_UNKNOWN);
	}
}

void event_read(const struct node *n, struct tz_set *zones,
		struct appointment *a)
{
	bool message =
		n->name != T_CalendarItem &&
		(n->name == T_MeetingRequest || n->name == T_MeetingResponse ||
		 n->name == T_MeetingCancellation ||
		 n->name == T_MeetingMessage);

	appointment_init(a);
	read_bits(n, a);
	read_words(n, a);
	read_zone(n, a);
	read_numbers(n, a);
	read_attendees(node_find(n, T_RequiredAttendees), ATTENDEE_REQUIRED, a);
	read_attendees(node_find(n, T_OptionalAttendees), ATTENDEE_OPTIONAL, a);
	read_attendees(node_find(n, T_Resources), ATTENDEE_RESOURCE, a);
	make_days(zones, a);
	read_series(n, zones, a);
	if (!message && a->kind != APPOINTMENT_SERIES &&
	    node_find(n, T_OriginalStart) &&
	    str_eq(node_text(n, T_CalendarItemType), "Exception"))
		a->kind = APPOINTMENT_EXCEPTION;
	if (message) {
		a->original = node_time(n, T_RecurrenceId);
		read_message(n, a);
	}
	appointment_repair(a);
}
