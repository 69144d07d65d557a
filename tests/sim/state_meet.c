/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * Meetings between the mailboxes, and the calendar attendant that keeps both
 * ends' calendars up to date (dossier 12.5, 12.6).
 */
#include "tests/sim/cal.h"

#include <string.h>
#include "base/clock.h"
#include "tests/sim/compose.h"

static const char *const class_request = "IPM.Schedule.Meeting.Request";
static const char *const class_cancel = "IPM.Schedule.Meeting.Canceled";

static struct item *live(struct state *st, const struct item *it)
{
	return item_find(st, it->id);
}

struct item *meeting_find(struct box *box, const char *uid,
			  int64_t recurrence_id)
{
	struct folder *f = box_folder(box, "calendar");
	struct item *alone = NULL;

	for (size_t i = 0; f && uid && i < f->items.n; i++) {
		struct item *it = f->items.v[i];

		if (!item_is_event(it) || !str_eq_nocase(it->cal->uid, uid))
			continue;
		if (it->cal->recurrence_id == CLOCK_NEVER)
			return it;
		if (it->cal->recurrence_id == recurrence_id)
			alone = it;
	}
	return alone;
}

/* An occurrence that stands alone, its series not being there; NULL: none. */
static struct item *lone_occurrence(struct box *box, const char *uid)
{
	struct folder *f = box_folder(box, "calendar");

	for (size_t i = 0; f && uid && i < f->items.n; i++)
		if (item_is_event(f->items.v[i]) &&
		    f->items.v[i]->cal->recurrence_id != CLOCK_NEVER &&
		    !f->items.v[i]->cal->cancelled &&
		    str_eq_nocase(f->items.v[i]->cal->uid, uid))
			return f->items.v[i];
	return NULL;
}

struct item *meeting_item(struct state *st, const struct item *message)
{
	struct item *it = NULL;

	if (message->cal && message->cal->associated)
		it = item_find(st, message->cal->associated);
	if (it &&
	    (!item_is_event(it) || (it->folder->box != message->folder->box &&
				    !message->cal->delegated)))
		it = NULL;
	return it;
}

/* --- messages ------------------------------------------------------------ */
/* The event's own words as a message with that subject. */
static void message_mime(struct str *out, const struct box *from,
			 const struct item *it, const char *prefix,
			 const char *note, const struct addrs *to,
			 const struct addrs *cc, const char *method)
{
	struct str raw = STR_INIT, calendar = STR_INIT;
	struct mail m;

	mail_init(&m);
	if (!note) {
		item_read_mime(it, &raw);
		mail_read(&m, raw.s, raw.len);
	} else if (strchr(note, '<')) {
		m.html = xstrdup(note);
	} else {
		m.text = xstrdup(note);
	}
	mem_replace(&m.subject,
		    xasprintf("%s%s", prefix, str_or_empty(it->subject)));
	mem_replace(&m.message_id, NULL);
	m.date = clock_now();
	addrs_release(&m.from);
	addrs_release(&m.to);
	addrs_release(&m.cc);
	addrs_add(&m.from, from->name, from->address);
	for (size_t i = 0; i < to->n; i++)
		addrs_add(&m.to, to->v[i].name, to->v[i].email);
	for (size_t i = 0; cc && i < cc->n; i++)
		addrs_add(&m.cc, cc->v[i].name, cc->v[i].email);
	ical_add(&calendar, it, method);
	mem_replace(&m.calendar, str_take(&calendar));
	mail_write(out, &m);
	mail_release(&m);
	str_release(&raw);
}

static struct item *message_new(const struct box *from, const struct item *it,
				const char *item_class, const char *prefix,
				const char *note, const struct addrs *to,
				const struct addrs *cc, const char *method)
{
	struct item *message = item_new();
	struct str mime = STR_INIT;

	message_mime(&mime, from, it, prefix, note, to, cc, method);
	message->item_class = xstrdup(item_class);
	item_set_mime(message, mime.s, mime.len);
	mem_replace(&message->item_class, xstrdup(item_class));
	message->read = true;
	message->sensitivity = it->sensitivity;
	message->importance = it->importance;
	message->cal = cal_copy(it->cal);
	if (!it->master)
		cal_copy_exceptions(message, it);
	message->cal->stamp = clock_now();
	message->cal->recurrence_id =
		it->master ? it->original : it->cal->recurrence_id;
	mail_stamp(from, message);
	str_release(&mime);
	return message;
}

/* Takes the message. */
static void message_send(struct state *st, struct box *from,
			 struct item *message, bool keep)
{
	deliver(st, from, message);
	if (!keep) {
		item_free(message);
		return;
	}
	message->received = message->sent = clock_now();
	item_place(st, message, box_folder(from, "sentitems"), false);
}

void meeting_send(struct state *st, struct box *from, const struct item *it,
		  enum meeting_act act, const struct strv *only, bool keep)
{
	bool cancel = act == MEETING_CANCEL;
	struct addrs to = {0}, cc = {0};
	struct item *message;

	for (size_t i = 0; i < it->cal->attendees.n; i++) {
		const struct attendee *a = &it->cal->attendees.v[i];

		if (str_eq_nocase(a->email, it->cal->organizer.email) ||
		    (only && !strv_has(only, a->email)))
			continue;
		addrs_add(a->role == ROLE_OPTIONAL ? &cc : &to, a->name,
			  a->email);
	}
	if (to.n + cc.n > 0) {
		message = message_new(
			from, it, cancel ? class_cancel : class_request,
			cancel && !str_starts(str_or_empty(it->subject),
					      "Canceled: ")
				? "Canceled: "
				: "",
			NULL, &to, &cc, cancel ? "CANCEL" : "REQUEST");
		message->cal->cancelled = cancel;
		message->cal->request = REQUEST_NEW;
		message_send(st, from, message, keep);
	}
	addrs_release(&to);
	addrs_release(&cc);
}

/* --- answering ----------------------------------------------------------- */
static void answer_send(struct state *st, struct box *box,
			const struct item *event, enum cal_response response,
			const char *note, bool keep)
{
	static const struct {
		enum cal_response response;
		const char *item_class, *prefix;
	} kinds[] = {{RESPONSE_ACCEPT, "IPM.Schedule.Meeting.Resp.Pos",
		      "Accepted: "},
		     {RESPONSE_TENTATIVE, "IPM.Schedule.Meeting.Resp.Tent",
		      "Tentative: "},
		     {RESPONSE_DECLINE, "IPM.Schedule.Meeting.Resp.Neg",
		      "Declined: "}};
	bool proposes = event->cal->proposed_start != CLOCK_NEVER;
	struct addrs to = {0};
	struct item *message;
	size_t k = 0;

	while (kinds[k].response != response)
		k++;
	addrs_add(&to, event->cal->organizer.name, event->cal->organizer.email);
	message =
		message_new(box, event, kinds[k].item_class,
			    proposes ? "New Time Proposed: " : kinds[k].prefix,
			    note ? note : "", &to, NULL, "REPLY");
	cal_clear_exceptions(message->cal);
	/* What he knows of a series is the latest of it. */
	if (!event->master)
		message->cal->sequence = cal_latest(event->cal);
	message->cal->mine = response;
	message_send(st, box, message, keep);
	addrs_release(&to);
}

static void event_answered(struct item *it, enum cal_response response)
{
	it->cal->mine = response;
	it->cal->replied = clock_now();
	it->cal->busy = response == RESPONSE_ACCEPT ? it->cal->intended
						    : BUSY_TENTATIVE;
}

struct item *meeting_answer(struct state *st, struct box *box,
			    struct item *event, enum cal_response response,
			    const char *note, bool send, bool keep,
			    int64_t proposed_start, int64_t proposed_end)
{
	struct item *base = live(st, event);

	event_answered(event, response);
	event->cal->proposed_start = proposed_start;
	event->cal->proposed_end = proposed_end;
	if (send)
		answer_send(st, box, event, response, note, keep);
	event->cal->proposed_start = event->cal->proposed_end = CLOCK_NEVER;
	if (response == RESPONSE_DECLINE) {
		event_delete(st, event);
		return NULL;
	}
	if (event->master)
		occurrence_replace(base, event->original, item_clone(event));
	else
		for (size_t i = 0; i < base->cal->exceptions.n; i++)
			if (base->cal->exceptions.v[i].it)
				event_answered(base->cal->exceptions.v[i].it,
					       response);
	item_changed(st, base, false);
	return base;
}

void event_delete(struct state *st, struct item *it)
{
	struct item *base = live(st, it);
	struct folder *trash = box_folder(base->folder->box, "deleteditems");

	if (it->master) {
		occurrence_delete(base, it->original);
		item_changed(st, base, false);
	} else if (base->folder != trash) {
		item_move(st, base, trash);
	} else {
		item_delete(st, base);
	}
}

/* --- the attendant ------------------------------------------------------- */
static bool times_differ(const struct cal *a, const struct cal *b)
{
	if (a->start != b->start || a->end != b->end ||
	    a->recur.kind != b->recur.kind)
		return true;
	/* What does not repeat has no pattern, whatever is left of one. */
	return a->recur.kind != RECUR_NONE &&
	       (a->recur.interval != b->recur.interval ||
		a->recur.days != b->recur.days ||
		a->recur.end != b->recur.end ||
		a->recur.last != b->recur.last ||
		a->recur.count != b->recur.count);
}

/* What that attendee has of the meeting: his own answer, beside his name too,
 * and nobody else's. */
static struct cal *attendee_cal(const struct cal *from, const struct cal *old,
				const struct box *who)
{
	bool kept = old && !times_differ(from, old);
	struct cal *c = cal_copy(from);
	struct attendee *own;

	for (size_t i = 0; i < c->attendees.n; i++) {
		c->attendees.v[i].response = RESPONSE_UNKNOWN;
		c->attendees.v[i].responded = CLOCK_NEVER;
	}
	own = cal_attendee(c, who->address);
	c->intended = from->busy;
	c->mine = kept ? old->mine : RESPONSE_NONE;
	c->replied = kept ? old->replied : CLOCK_NEVER;
	if (own && kept && c->mine != RESPONSE_NONE)
		own->response = c->mine;
	c->busy = kept && old->mine == RESPONSE_ACCEPT ? from->busy
						       : BUSY_TENTATIVE;
	if (old) {
		c->reminder = old->reminder;
		c->reminder_minutes = old->reminder_minutes;
	}
	c->request_sent = false;
	c->request = REQUEST_NONE;
	return c;
}

static void take_words(struct item *event, const struct item *message)
{
	struct str raw = STR_INIT, out = STR_INIT;
	struct mail m;

	item_read_mime(message, &raw);
	mail_init(&m);
	mail_read(&m, raw.s, raw.len);
	addrs_release(&m.from);
	addrs_release(&m.to);
	addrs_release(&m.cc);
	mem_replace(&m.message_id, NULL);
	mem_replace(&m.calendar, NULL);
	mail_write(&out, &m);
	item_set_mime(event, out.s, out.len);
	event->sensitivity = message->sensitivity;
	event->importance = message->importance;
	mail_release(&m);
	str_release(&raw);
	str_release(&out);
}

/* The message's exceptions as the attendee has them. old: what he had of a
 * series whose times are the same, or NULL. */
static void take_exceptions(struct item *event, const struct item *message,
			    const struct cal *old, const struct box *who)
{
	cal_copy_exceptions(event, message);
	for (size_t i = 0; i < event->cal->exceptions.n; i++) {
		struct cal_exception *e = &event->cal->exceptions.v[i];
		const struct cal_exception *was =
			old ? cal_exception(old, e->original) : NULL;
		struct cal *c;

		if (!e->it)
			continue;
		c = attendee_cal(e->it->cal,
				 was && was->it ? was->it->cal : NULL, who);
		cal_free(e->it->cal);
		e->it->cal = c;
	}
	/* What he declined or deleted stays away. */
	for (size_t i = 0; old && i < old->exceptions.n; i++)
		if (!old->exceptions.v[i].it &&
		    !cal_exception(event->cal, old->exceptions.v[i].original))
			occurrence_delete(event, old->exceptions.v[i].original);
}

static struct item *attend_new(struct state *st, struct box *box,
			       struct item *message)
{
	struct item *event = item_new();

	event->item_class = xstrdup("IPM.Appointment");
	take_words(event, message);
	mem_replace(&event->item_class, xstrdup("IPM.Appointment"));
	event->cal = attendee_cal(message->cal, NULL, box);
	take_exceptions(event, message, NULL, box);
	event->read = true;
	item_place(st, event, box_folder(box, "calendar"), false);
	return event;
}

static void attend_occurrence(struct state *st, struct item *master,
			      struct item *message)
{
	struct occurrence o;
	struct item *old, *it;

	if (!cal_occurrence(master, 0, message->cal->recurrence_id, &o))
		return;
	old = occurrence_make(master, &o);
	it = item_clone(old);
	take_words(it, message);
	mem_replace(&it->item_class, xstrdup("IPM.Appointment"));
	cal_free(it->cal);
	it->cal = attendee_cal(message->cal, old->cal, message->folder->box);
	occurrence_replace(master, o.original, it);
	item_changed(st, master, false);
	item_free(old);
}

static struct item *attend_request(struct state *st, struct item *message)
{
	struct box *box = message->folder->box;
	struct cal *old, *m = message->cal;
	struct item *event = meeting_find(box, m->uid, m->recurrence_id);
	struct item *alone;

	if (!event) {
		/* The series has them all. */
		while (m->recurrence_id == CLOCK_NEVER &&
		       (alone = lone_occurrence(box, m->uid)))
			item_delete(st, alone);
		m->request = REQUEST_NEW;
		event = attend_new(st, box, message);
	} else if (event->cal->mine == RESPONSE_ORGANIZER) {
		return event;
	} else if (m->sequence < cal_sequence(event->cal, m->recurrence_id)) {
		m->request = REQUEST_OUTDATED;
		m->out_of_date = true;
	} else if (m->recurrence_id != CLOCK_NEVER &&
		   event->cal->recur.kind != RECUR_NONE) {
		m->request = REQUEST_FULL;
		attend_occurrence(st, event, message);
	} else {
		m->request = times_differ(m, event->cal)
				     ? REQUEST_FULL
				     : REQUEST_INFORMATIONAL;
		old = event->cal;
		event->cal = attendee_cal(m, old, box);
		take_words(event, message);
		take_exceptions(event, message,
				times_differ(m, old) ? NULL : old, box);
		cal_free(old);
		item_changed(st, event, false);
	}
	return event;
}

static void cancel_event(struct item *it)
{
	it->cal->cancelled = true;
	it->cal->busy = BUSY_FREE;
	it->cal->reminder = false;
	if (!str_starts(str_or_empty(it->subject), "Canceled: "))
		mem_replace(&it->subject, xasprintf("Canceled: %s",
						    str_or_empty(it->subject)));
}

static struct item *attend_cancel(struct state *st, struct item *message)
{
	struct item *event =
		meeting_find(message->folder->box, message->cal->uid,
			     message->cal->recurrence_id);
	struct occurrence o;
	struct item *it;

	while (!event && message->cal->recurrence_id == CLOCK_NEVER &&
	       (it = lone_occurrence(message->folder->box,
				     message->cal->uid))) {
		cancel_event(it);
		item_changed(st, it, false);
	}
	if (!event || event->cal->mine == RESPONSE_ORGANIZER)
		return event;
	if (message->cal->recurrence_id != CLOCK_NEVER &&
	    event->cal->recur.kind != RECUR_NONE) {
		if (cal_occurrence(event, 0, message->cal->recurrence_id, &o)) {
			it = occurrence_make(event, &o);
			cancel_event(it);
			it->cal->sequence = message->cal->sequence;
			occurrence_replace(event, o.original, it);
		}
	} else {
		cancel_event(event);
		event->cal->sequence = message->cal->sequence;
	}
	item_changed(st, event, false);
	return event;
}

static void track(struct item *it, const struct item *message)
{
	struct attendee *a = cal_attendee(it->cal, message->from.email);

	if (!a)
		a = cal_add_attendee(it->cal, ROLE_OPTIONAL, message->from.name,
				     message->from.email);
	a->response = message->cal->mine;
	a->responded = message->received;
	a->proposed_start = message->cal->proposed_start;
	a->proposed_end = message->cal->proposed_end;
}

static bool is_moved(const struct item *event, const struct item *it)
{
	return it->cal->start != it->original ||
	       it->cal->end - it->cal->start !=
		       event->cal->end - event->cal->start;
}

static struct item *attend_response(struct state *st, struct item *message)
{
	struct item *event =
		meeting_find(message->folder->box, message->cal->uid,
			     message->cal->recurrence_id);
	struct occurrence o;

	if (!event || event->cal->mine != RESPONSE_ORGANIZER)
		return NULL;
	message->cal->out_of_date =
		message->cal->sequence <
		cal_sequence(event->cal, message->cal->recurrence_id);
	if (message->cal->out_of_date)
		return event;
	if (message->cal->recurrence_id != CLOCK_NEVER &&
	    event->cal->recur.kind != RECUR_NONE) {
		if (cal_occurrence(event, 0, message->cal->recurrence_id, &o)) {
			struct item *it = occurrence_make(event, &o);

			track(it, message);
			occurrence_replace(event, o.original, it);
		}
	} else {
		track(event, message);
		for (size_t i = 0; i < event->cal->exceptions.n; i++) {
			struct item *it = event->cal->exceptions.v[i].it;

			/* Not of one that moved without his knowing. */
			if (it &&
			    (it->cal->sequence <= message->cal->sequence ||
			     !is_moved(event, it)))
				track(it, message);
		}
	}
	item_changed(st, event, false);
	return event;
}

struct clash {
	struct folder *f;
	const struct item *master;
	bool found;
};

static bool busy_elsewhere(struct folder *f, const struct item *but,
			   int64_t start, int64_t end)
{
	struct event_list list = {0};
	bool found = false;

	events_between(f, start, end, &list);
	for (size_t i = 0; i < list.n; i++)
		if (list.v[i]->id != but->id &&
		    list.v[i]->cal->busy != BUSY_FREE)
			found = true;
	events_free(&list);
	return found;
}

static bool clashes(void *arg, const struct occurrence *o)
{
	struct clash *c = arg;

	if (!o->exception || o->exception->it)
		c->found = busy_elsewhere(c->f, c->master, o->start, o->end);
	return !c->found;
}

/* Rooms say yes when they are free at every occurrence of the next year. */
static void room_answer(struct state *st, struct item *event)
{
	struct clash c = {event->folder, event, false};
	enum cal_response response;

	if (event->cal->recur.kind == RECUR_NONE)
		c.found = busy_elsewhere(c.f, event, event->cal->start,
					 event->cal->end);
	else
		cal_walk(event, event->cal->start + 366 * 86400LL, clashes, &c);
	response = c.found ? RESPONSE_DECLINE : RESPONSE_ACCEPT;
	(void)meeting_answer(st, event->folder->box, event, response,
			     c.found ? "The resource is already booked for "
				       "the specified time."
				     : "Your request was accepted.",
			     true, false, CLOCK_NEVER, CLOCK_NEVER);
}

void meeting_attend(struct state *st, struct item *message)
{
	const char *c = str_or_empty(message->item_class);
	struct box *box = message->folder->box;
	struct item *event = NULL;
	bool request = str_starts(c, class_request);

	if (!message->cal || st->unattended)
		return;
	if (request)
		event = attend_request(st, message);
	else if (str_starts(c, class_cancel))
		event = attend_cancel(st, message);
	else if (str_starts(c, "IPM.Schedule.Meeting.Resp"))
		event = attend_response(st, message);
	message->cal->associated = event ? event->id : 0;
	message->cal->processed = event != NULL;
	if (request && box->room && event && !message->cal->out_of_date)
		room_answer(st, event);
	if (box->room && !request && event && str_starts(c, class_cancel) &&
	    message->cal->recurrence_id == CLOCK_NEVER)
		event_delete(st, event);
}
