/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Making, changing, cancelling and answering calendar entries (12.5, 12.6). */
#include <string.h>
#include "ical/recur.h"
#include "net/xml.h"
#include "proto/ews/event.h"
#include "proto/ews/fields.h"

static const char *const show_words[] = {
#define X(id, name, ews) ews,
	SHOW_AS(X)
#undef X
};
static const char *const sensitivity_words[] = {
#define X(id, name, ews, ical) ews,
	SENSITIVITIES(X)
#undef X
};

/* What all pieces of a request need of the entry. */
struct writer {
	struct backend *b;
	const struct appointment *a;
	const struct zone *zone;
	const char *windows; /* its zone's Windows name; NULL: none fits */
	struct str *out;
};

static void writer_init(struct writer *w, struct backend *b,
			const struct appointment *a, struct tz_set *zones,
			struct str *out)
{
	*w = (struct writer){
		.b = b, .a = a, .zone = tz_of(zones, a), .out = out};
	if (tz_iana_of_windows(a->zone))
		w->windows = a->zone;
	else
		w->windows = tz_windows_of_iana(zone_name(w->zone));
}

static void add_time(struct str *b, const char *tag, int64_t t)
{
	str_addf(b, "<%s>", tag);
	clock_add_iso(b, t);
	str_addf(b, "</%s>", tag);
}

/* All-day entries run from midnight to midnight in their zone (12.4). */
static int64_t instant_of(const struct writer *w, int64_t t)
{
	return w->a->flags & APPT_ALL_DAY ? zone_instant(w->zone, t) : t;
}

static void add_body(struct str *b, const char *tag, const char *text)
{
	str_addf(b, "<%s BodyType=\"Text\">", tag);
	str_add_xml(b, str_or_empty(text));
	str_addf(b, "</%s>", tag);
}

static void add_categories(struct str *b, const char *names)
{
	struct strv v CLEANUP(strv_release);

	strv_init(&v);
	strv_split(&v, str_or_empty(names), "\n");
	str_add(b, "<t:Categories>");
	for (size_t i = 0; i < v.n; i++)
		xml_add_element(b, "t:String", v.v[i]);
	str_add(b, "</t:Categories>");
}

static bool has_attendees(const struct appointment *a, enum attendee_role role)
{
	for (size_t i = 0; i < a->attendees.n; i++)
		if (a->attendees.v[i].role == role && a->attendees.v[i].addr)
			return true;
	return false;
}

static const char *const attendee_tags[ATTENDEE_ROLES] = {
	"RequiredAttendees", "OptionalAttendees", "Resources"};

static void add_attendees(struct str *b, const struct appointment *a,
			  enum attendee_role role)
{
	str_addf(b, "<t:%s>", attendee_tags[role]);
	for (size_t i = 0; i < a->attendees.n; i++) {
		const struct attendee *t = &a->attendees.v[i];

		if (t->role != role || !t->addr)
			continue;
		str_add(b, "<t:Attendee><t:Mailbox>");
		xml_add_element(b, "t:Name", t->name);
		xml_add_element(b, "t:EmailAddress", t->addr);
		str_add(b, "</t:Mailbox></t:Attendee>");
	}
	str_addf(b, "</t:%s>", attendee_tags[role]);
}

static void add_recurrence(const struct writer *w)
{
	const struct appointment *a = w->a;
	int64_t wall = a->flags & APPT_ALL_DAY ? a->start
					       : zone_wall(w->zone, a->start);

	event_add_recurrence(w->out, &a->recur, zone_day(wall),
			     w->b->version >= EWS_2010_SP1);
}

static void add_zone(const struct writer *w, const char *tag)
{
	event_add_zone(w->out, tag, w->windows, w->a, w->zone);
}

static void add_zones(const struct writer *w)
{
	if (w->b->version < EWS_2010) {
		event_add_meeting_zone(
			w->out, w->windows ? w->windows : zone_name(w->zone),
			w->zone, event_start_year(w->a));
		return;
	}
	add_zone(w, "t:StartTimeZone");
	add_zone(w, "t:EndTimeZone");
}

static const char *true_or_false(bool b)
{
	return b ? "true" : "false";
}

/* --- making --------------------------------------------------------------- */

static void add_item(const struct writer *w, const char *key)
{
	const struct appointment *a = w->a;
	struct str *b = w->out;

	str_add(b, "<t:CalendarItem>");
	xml_add_element(b, "t:Subject", str_or_empty(a->subject));
	xml_add_element(b, "t:Sensitivity", sensitivity_words[a->sensitivity]);
	if (a->notes)
		add_body(b, "t:Body", a->notes);
	if (a->categories)
		add_categories(b, a->categories);
	str_addf(b, "<t:ReminderIsSet>%s</t:ReminderIsSet>",
		 true_or_false(a->flags & APPT_REMINDER));
	if (a->flags & APPT_REMINDER)
		str_addf(b,
			 "<t:ReminderMinutesBeforeStart>%d"
			 "</t:ReminderMinutesBeforeStart>",
			 a->reminder);
	if (key) {
		str_add(b, "<t:ExtendedProperty>" EWS_KEY_PROPERTY);
		xml_add_element(b, "t:Value", key);
		str_add(b, "</t:ExtendedProperty>");
	}
	xml_add_element(b, "t:UID", a->uid);
	add_time(b, "t:Start", instant_of(w, a->start));
	add_time(b, "t:End", instant_of(w, a->end));
	str_addf(b, "<t:IsAllDayEvent>%s</t:IsAllDayEvent>",
		 true_or_false(a->flags & APPT_ALL_DAY));
	xml_add_element(b, "t:LegacyFreeBusyStatus", show_words[a->show_as]);
	xml_add_element(b, "t:Location", a->location);
	for (int r = 0; r < ATTENDEE_ROLES; r++)
		if (has_attendees(a, (enum attendee_role)r))
			add_attendees(b, a, (enum attendee_role)r);
	if (a->recur.kind != RECUR_NONE)
		add_recurrence(w);
	add_zones(w);
	str_add(b, "</t:CalendarItem>");
}

static void keep_result(struct ews_message *m, struct item_result *out)
{
	*out = (struct item_result){0};
	if (m->items.n > 0) {
		struct item *it = &m->items.v[0].item;

		out->new_id = it->remote_id;
		out->new_change_key = it->change_key;
		it->remote_id = it->change_key = NULL;
	}
	ews_message_release(m);
}

static bool do_change(struct backend *b, const struct op *op,
		      const char *operation, struct str *body,
		      struct item_result *out, struct err *err)
{
	struct ews_message m;

	if (!soap_single(b, op, operation, body, true, &m, err))
		return false;
	keep_result(&m, out);
	return true;
}

static bool create_item(struct backend *b, const struct op *op,
			const struct event_order *o, struct tz_set *zones,
			struct item_result *out, struct err *err)
{
	const struct appointment *a = &o->change->appt;
	bool tell = a->attendees.n > 0 && !o->change->quiet;
	struct str body = STR_INIT;
	struct writer w;

	writer_init(&w, b, a, zones, &body);
	str_addf(&body,
		 "<m:CreateItem SendMeetingInvitations=\"%s\">"
		 "<m:SavedItemFolderId>",
		 tell ? "SendToAllAndSaveCopy" : "SendToNone");
	soap_add_folder(&body, o->folder, "calendar");
	str_add(&body, "</m:SavedItemFolderId><m:Items>");
	add_item(&w, a->uid);
	str_add(&body, "</m:Items></m:CreateItem>");
	return do_change(b, op, "CreateItem", &body, out, err);
}

/* --- which item ----------------------------------------------------------- */

/* The place of an occurrence in its series, from 1; removed ones count
 * (12.1). */
static bool count_until(void *ctx, int64_t wall)
{
	int64_t *v = ctx;

	if (wall > v[0])
		return false;
	v[1]++;
	return true;
}

/* The id of the occurrence the order is about, or of the whole. Asks the server
 * where it is an ordinary occurrence. Caller frees. */
static bool find_target(struct backend *b, const struct op *op,
			const struct event_order *o, struct tz_set *zones,
			char **id, char **key, struct err *err)
{
	const struct appointment *s = o->was, *x;
	int64_t original = o->change->original;
	struct str body = STR_INIT;
	struct ews_message m;
	int64_t count[2];

	*id = xstrdup(o->item);
	*key = xstrdup(o->item_key);
	if (original == CLOCK_NEVER || !s || s->recur.kind == RECUR_NONE)
		return true;
	mem_replace(key, NULL);
	x = appointment_exception(s, original);
	if (x && x->remote_id) {
		mem_replace(id, xstrdup(x->remote_id));
		return true;
	}
	count[0] = s->flags & APPT_ALL_DAY
			   ? original
			   : zone_wall(tz_of(zones, s), original);
	count[1] = 0;
	recur_walk(&s->recur,
		   s->flags & APPT_ALL_DAY
			   ? s->start
			   : zone_wall(tz_of(zones, s), s->start),
		   INT64_MIN, count[0] + 1, SIZE_MAX, count_until, count);
	str_add(&body, "<m:GetItem><m:ItemShape><t:BaseShape>IdOnly"
		       "</t:BaseShape></m:ItemShape><m:ItemIds>"
		       "<t:OccurrenceItemId");
	xml_add_attr(&body, "RecurringMasterId", o->item);
	str_addf(&body, " InstanceIndex=\"%lld\"/></m:ItemIds></m:GetItem>",
		 (long long)(count[1] ? count[1] : 1));
	if (!soap_single(b, op, "GetItem", &body, false, &m, err))
		return err_add(err, "finding the occurrence");
	if (m.items.n) {
		mem_replace(id, m.items.v[0].item.remote_id);
		mem_replace(key, m.items.v[0].item.change_key);
		m.items.v[0].item.remote_id = NULL;
		m.items.v[0].item.change_key = NULL;
	}
	ews_message_release(&m);
	return true;
}

/* --- changing ------------------------------------------------------------- */

static void begin_field(struct str *b, const char *path)
{
	str_add(b, "<t:SetItemField>");
	field_add_path(b, path);
	str_add(b, "<t:CalendarItem>");
}

static void end_field(struct str *b)
{
	str_add(b, "</t:CalendarItem></t:SetItemField>");
}

static void delete_field(struct str *b, const char *path)
{
	str_add(b, "<t:DeleteItemField>");
	field_add_path(b, path);
	str_add(b, "</t:DeleteItemField>");
}

static void set_text(struct str *b, const char *path, const char *tag,
		     const char *text)
{
	if (!text || !*text) {
		delete_field(b, path);
		return;
	}
	begin_field(b, path);
	xml_add_element(b, tag, text);
	end_field(b);
}

/* Does the entry that is changed become one of whole days, or stop being one?
 * Of an occurrence nothing is sent that it has from its series anyhow (12.3). */
static bool is_other_kind(const struct event_order *o)
{
	const struct appointment *was = o->was;
	int64_t at = o->change->original;

	if (!was)
		return true;
	for (size_t i = 0; i < was->exceptions.n; i++)
		if (was->exceptions.v[i].original == at)
			was = &was->exceptions.v[i];
	return (was->flags ^ o->change->appt.flags) & APPT_ALL_DAY;
}

static void set_times(const struct writer *w, bool occurrence, bool all_day)
{
	struct str *b = w->out;
	const struct appointment *a = w->a;

	begin_field(b, "calendar:Start");
	add_time(b, "t:Start", instant_of(w, a->start));
	end_field(b);
	begin_field(b, "calendar:End");
	add_time(b, "t:End", instant_of(w, a->end));
	end_field(b);
	if (all_day) {
		begin_field(b, "calendar:IsAllDayEvent");
		str_addf(b, "<t:IsAllDayEvent>%s</t:IsAllDayEvent>",
			 true_or_false(a->flags & APPT_ALL_DAY));
		end_field(b);
	}
	/* An occurrence has the zone of its series (12.3). */
	if (occurrence)
		return;
	if (w->b->version < EWS_2010) {
		begin_field(b, "calendar:MeetingTimeZone");
		add_zones(w);
		end_field(b);
		return;
	}
	begin_field(b, "calendar:StartTimeZone");
	add_zone(w, "t:StartTimeZone");
	end_field(b);
	begin_field(b, "calendar:EndTimeZone");
	add_zone(w, "t:EndTimeZone");
	end_field(b);
}

static void set_reminder(struct str *b, const struct appointment *a)
{
	begin_field(b, "item:ReminderIsSet");
	str_addf(b, "<t:ReminderIsSet>%s</t:ReminderIsSet>",
		 true_or_false(a->flags & APPT_REMINDER));
	end_field(b);
	if (!(a->flags & APPT_REMINDER))
		return;
	begin_field(b, "item:ReminderMinutesBeforeStart");
	str_addf(b,
		 "<t:ReminderMinutesBeforeStart>%d"
		 "</t:ReminderMinutesBeforeStart>",
		 a->reminder);
	end_field(b);
}

/* Dismissed or put off, as other programs see it (dossier 12.4). */
static void set_signal(struct str *b, const struct appointment *a)
{
	if (a->signal == CLOCK_NEVER) {
		begin_field(b, "item:ReminderIsSet");
		str_add(b, "<t:ReminderIsSet>false</t:ReminderIsSet>");
		end_field(b);
		return;
	}
	str_add(b, "<t:SetItemField>" EWS_SIGNAL_PROPERTY
		   "<t:CalendarItem><t:ExtendedProperty>" EWS_SIGNAL_PROPERTY);
	add_time(b, "t:Value", a->signal);
	str_add(b, "</t:ExtendedProperty>");
	end_field(b);
}

static void set_attendees(struct str *b, const struct appointment *a)
{
	static const char *const paths[ATTENDEE_ROLES] = {
		"calendar:RequiredAttendees", "calendar:OptionalAttendees",
		"calendar:Resources"};

	for (int r = 0; r < ATTENDEE_ROLES; r++) {
		if (!has_attendees(a, (enum attendee_role)r)) {
			delete_field(b, paths[r]);
			continue;
		}
		begin_field(b, paths[r]);
		add_attendees(b, a, (enum attendee_role)r);
		end_field(b);
	}
}

static void set_words(struct str *b, unsigned set, const struct appointment *a)
{
	if (set & APPT_SET_SUBJECT)
		set_text(b, "item:Subject", "t:Subject", a->subject);
	if (set & APPT_SET_SENSITIVITY)
		set_text(b, "item:Sensitivity", "t:Sensitivity",
			 sensitivity_words[a->sensitivity]);
	if (set & APPT_SET_NOTES) {
		begin_field(b, "item:Body");
		add_body(b, "t:Body", a->notes);
		end_field(b);
	}
	if (set & APPT_SET_CATEGORIES && a->categories) {
		begin_field(b, "item:Categories");
		add_categories(b, a->categories);
		end_field(b);
	} else if (set & APPT_SET_CATEGORIES) {
		delete_field(b, "item:Categories");
	}
	if (set & APPT_SET_LOCATION)
		set_text(b, "calendar:Location", "t:Location", a->location);
	if (set & APPT_SET_SHOW_AS)
		set_text(b, "calendar:LegacyFreeBusyStatus",
			 "t:LegacyFreeBusyStatus", show_words[a->show_as]);
}

static bool change(struct backend *b, const struct op *op,
		   const struct event_order *o, struct tz_set *zones,
		   struct item_result *out, struct err *err)
{
	const struct appointment *a = &o->change->appt;
	bool one = o->change->original != CLOCK_NEVER;
	unsigned set = o->change->set;
	char *id CLEANUP(mem_free_ptr) = NULL;
	char *key CLEANUP(mem_free_ptr) = NULL;
	struct item_ref ref;
	struct str body = STR_INIT;
	struct writer w;
	bool tell;

	if (!find_target(b, op, o, zones, &id, &key, err))
		return false;
	ref = (struct item_ref){id, key};
	writer_init(&w, b, a, zones, &body);
	tell = !o->change->quiet &&
	       (a->attendees.n > 0 || (o->was && o->was->attendees.n > 0));
	str_addf(&body,
		 "<m:UpdateItem ConflictResolution=\"%s\" "
		 "MessageDisposition=\"SaveOnly\" "
		 "SendMeetingInvitationsOrCancellations=\"%s\">"
		 "<m:ItemChanges><t:ItemChange>",
		 key ? "AutoResolve" : "AlwaysOverwrite",
		 tell ? "SendToAllAndSaveCopy" : "SendToNone");
	soap_add_item(&body, &ref);
	str_add(&body, "<t:Updates>");
	set_words(&body, set, a);
	if (set & APPT_SET_REMINDER)
		set_reminder(&body, a);
	if (set & APPT_SET_SIGNAL)
		set_signal(&body, a);
	if (set & APPT_SET_TIME)
		set_times(&w, one, !one || is_other_kind(o));
	if (set & APPT_SET_ATTENDEES)
		set_attendees(&body, a);
	if (set & APPT_SET_RECUR && !one && a->recur.kind != RECUR_NONE) {
		begin_field(&body, "calendar:Recurrence");
		add_recurrence(&w);
		end_field(&body);
	} else if (set & APPT_SET_RECUR && !one) {
		delete_field(&body, "calendar:Recurrence");
	}
	str_add(&body, "</t:Updates></t:ItemChange></m:ItemChanges>"
		       "</m:UpdateItem>");
	return do_change(b, op, "UpdateItem", &body, out, err);
}

/* --- away ----------------------------------------------------------------- */

static void add_reference(struct str *b, const struct item_ref *ref)
{
	str_add(b, "<t:ReferenceItemId");
	xml_add_attr(b, "Id", ref->remote_id);
	xml_add_attr(b, "ChangeKey", ref->change_key);
	str_add(b, "/>");
}

/* A response to the item `ref`, written by `write`. Refused for its change key,
 * or for having none, it was not sent: once more with the one of now (6). */
static bool respond(struct backend *b, const struct op *op,
		    const struct appointment_change *c,
		    const struct item_ref *ref,
		    void (*write)(const struct backend *b,
				  const struct appointment_change *c,
				  const struct item_ref *ref, struct str *body),
		    struct item_result *out, struct err *err)
{
	char *key CLEANUP(mem_free_ptr) = NULL;
	struct item_ref fresh = *ref;
	struct str body = STR_INIT;
	struct err e = ERR_INIT;

	write(b, c, ref, &body);
	if (do_change(b, op, "CreateItem", &body, out, &e))
		return true;
	if (ews_rule_of(e.code) != RULE_STALE) {
		if (err)
			*err = e;
		return false;
	}
	if (!ews_current_key(b, op, ref->remote_id, &key, err))
		return false;
	fresh.change_key = key;
	write(b, c, &fresh, &body);
	return do_change(b, op, "CreateItem", &body, out, err);
}

/* With words to go with it: the server's own cancellation. */
static void write_cancel(const struct backend *b,
			 const struct appointment_change *c,
			 const struct item_ref *ref, struct str *body)
{
	(void)b;
	str_add(body, "<m:CreateItem MessageDisposition=\"SendAndSaveCopy\">"
		      "<m:Items><t:CancelCalendarItem>");
	add_reference(body, ref);
	add_body(body, "t:NewBodyContent", c->note);
	str_add(body, "</t:CancelCalendarItem></m:Items></m:CreateItem>");
}

static bool cancel(struct backend *b, const struct op *op,
		   const struct event_order *o, struct tz_set *zones,
		   struct item_result *out, struct err *err)
{
	const struct appointment *was = o->was;
	char *id CLEANUP(mem_free_ptr) = NULL;
	char *key CLEANUP(mem_free_ptr) = NULL;
	struct item_ref ref;
	struct str body = STR_INIT;
	bool tell = !o->change->quiet && was && was->attendees.n > 0 &&
		    was->flags & APPT_ORGANIZER;

	if (!find_target(b, op, o, zones, &id, &key, err))
		return false;
	ref = (struct item_ref){id, key};
	if (tell && o->change->note)
		return respond(b, op, o->change, &ref, write_cancel, out, err);
	ref.change_key = NULL;
	str_addf(&body,
		 "<m:DeleteItem DeleteType=\"MoveToDeletedItems\" "
		 "SendMeetingCancellations=\"%s\"><m:ItemIds>",
		 tell ? "SendToAllAndSaveCopy" : "SendToNone");
	soap_add_item(&body, &ref);
	str_add(&body, "</m:ItemIds></m:DeleteItem>");
	return do_change(b, op, "DeleteItem", &body, out, err);
}

/* --- a series with what differs in it --------------------------------------- */

/* The server makes a series without exceptions, and drops them when it moves or
 * ends elsewhere (12.3): these are changes of the one that was just written. What
 * is done already is not found a second time. */
static bool except(struct backend *b, const struct op *op,
		   const struct event_order *o, const char *id,
		   const struct appointment *was, int64_t original,
		   const struct appointment *x, struct tz_set *zones,
		   struct err *err)
{
	struct appointment_change c;
	struct event_order part = *o;
	struct item_result done = {0};
	struct err e = ERR_INIT;
	bool ok;

	appointment_change_init(&c);
	c.op = x ? APPT_CHANGE : APPT_CANCEL;
	c.quiet = o->change->quiet;
	c.original = original;
	if (x) {
		appointment_release(&c.appt);
		appointment_copy(&c.appt, x);
		c.set = appointment_differs(x, was) &
			~(unsigned)(APPT_SET_RECUR | APPT_SET_ATTENDEES);
		c.set |= APPT_SET_TIME;
	}
	part.change = &c;
	part.was = was;
	part.item = id;
	part.item_key = NULL;
	ok = x ? change(b, op, &part, zones, &done, &e)
	       : cancel(b, op, &part, zones, &done, &e);
	if (!ok && e.kind == ERR_NOT_FOUND)
		ok = true;
	free(done.new_id);
	free(done.new_change_key);
	appointment_change_release(&c);
	if (!ok && err)
		*err = e;
	return ok;
}

static bool add_exceptions(struct backend *b, const struct op *op,
			   const struct event_order *o, const char *id,
			   struct tz_set *zones, struct err *err)
{
	const struct appointment *a = &o->change->appt;
	struct appointment was;
	bool ok = true;

	appointment_copy(&was, a);
	appointment_list_release(&was.exceptions);
	was.removed.n = 0;
	/* Removed ones last: places in the series are counted with them. */
	for (size_t i = 0; ok && i < a->exceptions.n; i++)
		ok = except(b, op, o, id, &was, a->exceptions.v[i].original,
			    &a->exceptions.v[i], zones, err);
	for (size_t i = 0; ok && i < a->removed.n; i++)
		ok = except(b, op, o, id, &was, a->removed.v[i], NULL, zones,
			    err);
	appointment_release(&was);
	return ok;
}

/* What is missing in a series is there again once the series has another pattern
 * (12.3): this gives it one for a moment, in silence. */
static bool drop_exceptions(struct backend *b, const struct op *op,
			    const struct event_order *o, struct tz_set *zones,
			    struct err *err)
{
	struct appointment_change c = *o->change; /* borrows its members */
	struct recur *r = &c.appt.recur;
	struct event_order part = *o;
	struct item_result done = {0};
	bool ok;

	c.set = APPT_SET_RECUR;
	c.quiet = true;
	/* Rare enough for an entry of any length. */
	r->interval = r->kind == RECUR_DAILY && r->interval == 999 ? 998 : 999;
	r->kind = RECUR_DAILY;
	r->end = RECUR_COUNTED;
	r->count = 1;
	part.change = &c;
	ok = change(b, op, &part, zones, &done, err);
	free(done.new_id);
	free(done.new_change_key);
	return ok;
}

static bool change_whole(struct backend *b, const struct op *op,
			 const struct event_order *o, struct tz_set *zones,
			 struct item_result *out, struct err *err)
{
	struct appointment_change c = *o->change; /* borrows its members */
	struct event_order part = *o;

	part.change = &c;
	if (c.set & APPT_SET_EXCEPTIONS &&
	    !(c.set & (APPT_SET_TIME | APPT_SET_RECUR))) {
		if (!drop_exceptions(b, op, o, zones, err))
			return false;
		c.set |= APPT_SET_RECUR;
		part.item_key = NULL;
	}
	if (!change(b, op, &part, zones, out, err))
		return false;
	if (!(c.set & APPT_SET_EXCEPTIONS))
		return true;
	mem_replace(&out->new_change_key, NULL);
	if (add_exceptions(b, op, o, o->item, zones, err))
		return true;
	mem_replace(&out->new_id, NULL);
	return false;
}

static bool create(struct backend *b, const struct op *op,
		   const struct event_order *o, struct tz_set *zones,
		   struct item_result *out, struct err *err)
{
	const struct appointment *a = &o->change->appt;
	struct item_result made = {0};
	bool ok;

	if (o->item)
		made.new_id = xstrdup(o->item);
	else if (!create_item(b, op, o, zones, &made, err))
		return false;
	ok = !made.new_id || add_exceptions(b, op, o, made.new_id, zones, err);
	/* The series changed since: its key is the next sync's to tell. */
	if (a->exceptions.n + a->removed.n)
		mem_replace(&made.new_change_key, NULL);
	if (ok) {
		*out = made;
	} else {
		free(made.new_id);
		free(made.new_change_key);
	}
	return ok;
}

/* --- answering ------------------------------------------------------------ */

static void write_answer(const struct backend *b,
			 const struct appointment_change *c,
			 const struct item_ref *ref, struct str *body)
{
	const char *tag = c->answer == ANSWER_ACCEPTED ? "AcceptItem"
			  : c->answer == ANSWER_DECLINED
				  ? "DeclineItem"
				  : "TentativelyAcceptItem";

	str_addf(body,
		 "<m:CreateItem MessageDisposition=\"%s\"><m:Items><t:%s>",
		 c->quiet ? "SaveOnly" : "SendAndSaveCopy", tag);
	if (c->note)
		add_body(body, "t:Body", c->note);
	add_reference(body, ref);
	if (c->propose_start != CLOCK_NEVER && b->version >= EWS_2013_SP1) {
		add_time(body, "t:ProposedStart", c->propose_start);
		add_time(body, "t:ProposedEnd", c->propose_end);
	}
	str_addf(body, "</t:%s></m:Items></m:CreateItem>", tag);
}

/* By the request while it is there, else by the entry it left (12.6). */
static bool answer(struct backend *b, const struct op *op,
		   const struct event_order *o, struct tz_set *zones,
		   struct item_result *out, struct err *err)
{
	struct item_ref message = {.remote_id = o->message};
	char *id CLEANUP(mem_free_ptr) = NULL;
	char *key CLEANUP(mem_free_ptr) = NULL;
	struct item_ref ref;

	if (o->message) {
		if (respond(b, op, o->change, &message, write_answer, out, err))
			return true;
		if (err->kind != ERR_NOT_FOUND || !o->item)
			return false;
		err_clear(err);
	}
	if (!o->item)
		return err_set(err, ERR_NOT_FOUND,
			       "the meeting is no longer there");
	if (!find_target(b, op, o, zones, &id, &key, err))
		return false;
	ref = (struct item_ref){id, NULL};
	return respond(b, op, o->change, &ref, write_answer, out, err);
}

bool ews_change_event(struct backend *b, const struct op *op,
		      const struct event_order *o, struct item_result *out,
		      struct err *err)
{
	struct tz_set *zones;
	struct err e = ERR_INIT;
	bool ok = false;

	if (!ews_ready(b, op, err))
		return false;
	zones = tz_set_new();
	switch (o->change->op) {
	case APPT_CREATE:
		ok = create(b, op, o, zones, out, &e);
		break;
	case APPT_CHANGE:
		ok = change_whole(b, op, o, zones, out, &e);
		break;
	case APPT_CANCEL:
		ok = cancel(b, op, o, zones, out, &e);
		break;
	case APPT_ANSWER:
		ok = answer(b, op, o, zones, out, &e);
		break;
	case APPT_TAKE: /* CAP_ATTENDANT */
		*out = (struct item_result){0};
		ok = true;
		break;
	}
	tz_set_free(zones);
	if (!ok && err)
		*err = e;
	return ok;
}
