/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Answers to meeting requests: by the server's own objects, or, to organizers
 * outside, by a mail (RFC 5546 3.2.3, RFC 6047) and an entry of our own. */
#include <string.h>
#include "engine/calendar.h"
#include "engine/engine.h"
#include "ical/ics.h"
#include "mime/build.h"
#include "store/write.h"

bool invite_may_answer(const struct invite *i, struct err *err)
{
	switch (i->state) {
	case INVITE_OPEN:
	case INVITE_UPDATED:
	case INVITE_ANSWERED:
	case INVITE_COPY:
		break;
	case INVITE_STALE:
		return err_set(err, ERR_CONFLICT,
			       "this request is outdated: answer the newer "
			       "one");
	case INVITE_CANCELLED:
		return err_set(err, ERR_CONFLICT,
			       "the meeting was cancelled: there is nothing "
			       "to answer");
	case INVITE_GONE:
		return err_set(err, ERR_NOT_FOUND,
			       "the meeting is no longer in your calendar");
	case INVITE_OWN:
		return err_set(err, ERR_INPUT,
			       "this is your own meeting; `retinue event "
			       "edit` changes it");
	case INVITE_REPLY:
		return err_set(err, ERR_INPUT,
			       "this is an answer to your meeting, nothing to "
			       "answer");
	}
	if (!(i->appt.flags & APPT_MEETING))
		return err_set(err, ERR_INPUT, "this event is no meeting");
	if (i->outside && !i->appt.organizer_addr)
		return err_set(err, ERR_INPUT,
			       "the invitation does not say who organizes it");
	return true;
}

/* --- to an organizer outside ---------------------------------------------- */

static const char *answer_words(enum answer_kind a)
{
	return a == ANSWER_ACCEPTED   ? "Accepted"
	       : a == ANSWER_DECLINED ? "Declined"
				      : "Tentative";
}

static void add_calendar(struct str *out, const struct account *me,
			 const struct invite *i,
			 const struct invite_answer *how)
{
	struct ics_options o = {.method = ICS_COUNTER,
				.attendee_addr = me->address,
				.attendee_name = me->display_name,
				.answer = how->answer,
				.note = how->note};
	struct appointment other;
	struct attendee *mine;
	struct appointment_list l = {.v = &other, .n = 1};
	struct tz_set *zones;

	if (how->propose_start == CLOCK_NEVER) {
		calendar_reply_ics(out, &i->appt, me, how->answer, how->note);
		return;
	}
	appointment_copy(&other, &i->appt);
	other.start = how->propose_start;
	other.end = how->propose_end;
	other.flags &= ~(unsigned)APPT_ALL_DAY;
	other.stamp = CLOCK_NEVER;
	mine = appointment_attendee(&other, me->address);
	if (mine)
		mine->answer = how->answer;
	zones = tz_set_new();
	ics_write(out, &l, zones, &o);
	tz_set_free(zones);
	appointment_release(&other);
}

static void add_address(struct mime_address_list *l, const char *name,
			const char *addr)
{
	struct mime_address a = {.name = xstrdup(name), .addr = xstrdup(addr)};

	vec_add(l, a);
}

static struct intent *reply_mail(const struct account *me,
				 const struct invite *i,
				 const struct invite_answer *how)
{
	struct mime_draft d;
	struct str calendar = STR_INIT, raw = STR_INIT;
	struct bytes bytes;
	struct intent *intent;

	mime_draft_init(&d);
	add_address(&d.from, me->display_name, me->address);
	add_address(&d.to, i->appt.organizer_name, i->appt.organizer_addr);
	d.subject = xasprintf("%s: %s",
			      how->propose_start == CLOCK_NEVER
				      ? answer_words(how->answer)
				      : "New time proposed",
			      str_or_empty(i->appt.subject));
	d.text = xstrdup(str_or_empty(how->note));
	d.message_id = mime_new_message_id(me->address);
	add_calendar(&calendar, me, i, how);
	d.calendar = str_take(&calendar);
	d.calendar_method = xstrdup(
		how->propose_start == CLOCK_NEVER ? "REPLY" : "COUNTER");
	mime_build(&raw, &d, false);
	bytes = bytes_from_str(&raw);
	intent = intent_send(&bytes, d.message_id, how->due, i->message, 102);
	mime_draft_release(&d);
	return intent;
}

/* Our own entry that stands for the meeting; NULL: there is nothing to do. */
static struct intent *copy_entry(struct store *s, const struct invite *i,
				 const struct invite_answer *how)
{
	struct appointment_change c;
	struct intent *intent = NULL;
	bool gone = how->answer == ANSWER_DECLINED;

	if (gone && !i->item)
		return NULL;
	appointment_change_init(&c);
	c.op = gone ? APPT_CANCEL : i->item ? APPT_CHANGE : APPT_CREATE;
	c.quiet = true;
	c.answer = how->answer;
	appointment_copy(&c.appt, &i->appt);
	c.appt.kind = c.appt.recur.kind == RECUR_NONE ? APPOINTMENT_SINGLE
						      : APPOINTMENT_SERIES;
	/* Attendees would make it a meeting that we call. */
	for (size_t k = 0; k < c.appt.attendees.n; k++)
		attendee_release(&c.appt.attendees.v[k]);
	vec_release(&c.appt.attendees);
	c.appt.flags &= APPT_ALL_DAY | APPT_REMINDER;
	c.appt.my_answer = how->answer;
	c.appt.show_as =
		how->answer == ANSWER_ACCEPTED ? SHOW_BUSY : SHOW_TENTATIVE;
	c.set = APPT_SET_TIME | APPT_SET_SUBJECT | APPT_SET_LOCATION |
		APPT_SET_SHOW_AS;
	intent = intent_event(&c, query_folder_role(s, FOLDER_ROLE_CALENDAR),
			      i->item, c.op == APPT_CREATE ? i->message : 0);
	intent->due = how->due;
	appointment_change_release(&c);
	return intent;
}

/* --- all ------------------------------------------------------------------ */

size_t invite_answer(struct store *s, const struct account *me,
		     const struct invite *i, const struct invite_answer *how,
		     struct intent *out[2])
{
	struct appointment_change c;
	size_t n = 0;

	if (i->outside) {
		out[n] = copy_entry(s, i, how);
		n += out[n] != NULL;
		if (!how->quiet)
			out[n++] = reply_mail(me, i, how);
		return n;
	}
	appointment_change_init(&c);
	c.op = APPT_ANSWER;
	c.answer = how->answer;
	c.quiet = how->quiet;
	c.note = xstrdup(how->note);
	c.appt.subject = xstrdup(i->appt.subject);
	c.original = i->appt.original;
	c.propose_start = how->propose_start;
	c.propose_end = how->propose_end;
	out[n] = intent_event(&c, 0, i->item, i->message);
	out[n++]->due = how->due;
	appointment_change_release(&c);
	return n;
}
