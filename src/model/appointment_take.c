/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * What a meeting message does to the entry it is about, where no server does it
 * (dossier WebDAV 16.3): a request brings the meeting up to date, a
 * cancellation strikes it out, a response is noted beside its writer.
 */
#include <string.h>
#include "model/appointment_change.h"

#define CANCELED "Canceled: "

static bool same_times(const struct appointment *a, const struct appointment *b)
{
	return a->start == b->start && a->end == b->end &&
	       recur_equal(&a->recur, &b->recur);
}

static bool says_the_same(const struct appointment *m,
			  const struct appointment *a)
{
	return m->sequence == a->sequence && same_times(m, a) &&
	       !(a->flags & APPT_CANCELLED) && str_eq(m->subject, a->subject) &&
	       str_eq(m->location, a->location) &&
	       m->attendees.n == a->attendees.n;
}

static bool is_answer(enum answer_kind a)
{
	return a == ANSWER_ACCEPTED || a == ANSWER_TENTATIVE ||
	       a == ANSWER_DECLINED;
}

bool appointment_take_alone(struct appointment *x, const struct appointment *a)
{
	if (a->kind == APPOINTMENT_SERIES || a->original == CLOCK_NEVER ||
	    a->original != x->original || a->start != x->start ||
	    a->end != x->end || !is_answer(a->my_answer) ||
	    x->my_answer == a->my_answer)
		return false;
	x->my_answer = a->my_answer;
	x->replied = a->replied;
	return true;
}

/* The single times of a series that is replaced: each keeps what was said to it
 * as long as its own time is the same. */
static void take_exceptions(struct appointment *c, const struct appointment *a,
			    bool kept)
{
	for (size_t i = 0; i < c->exceptions.n; i++) {
		struct appointment *x = &c->exceptions.v[i];
		const struct appointment *old =
			appointment_exception(a, x->original);
		bool regular = x->start == x->original &&
			       x->end - x->start == c->end - c->start;

		x->flags &= ~(unsigned)APPT_ORGANIZER;
		x->my_answer = regular ? c->my_answer : ANSWER_NONE;
		if (kept && old)
			x->my_answer =
				old->start == x->start && old->end == x->end
					? old->my_answer
					: ANSWER_NONE;
		/* It stood alone before its series came. */
		appointment_take_alone(x, a);
	}
	/* What was declined or struck out stays away. */
	for (size_t i = 0; kept && i < a->removed.n; i++)
		if (!appointment_is_removed(c, a->removed.v[i]) &&
		    !appointment_exception(c, a->removed.v[i]))
			vec_add(&c->removed, a->removed.v[i]);
}

/* What stays one's own when an entry is replaced by what a request says: the
 * answer as long as the times are the same, the reminder, the categories. */
static void take_request(const struct appointment *m, struct appointment *a,
			 enum appointment_kind kind)
{
	bool kept = is_answer(a->my_answer) && same_times(m, a);
	struct appointment c;

	appointment_copy(&c, m);
	c.kind = kind;
	c.flags = (m->flags & (APPT_ALL_DAY | APPT_MEETING | APPT_NO_RESPONSE |
			       APPT_NO_PROPOSAL | APPT_ATTACHMENT)) |
		  (a->flags & APPT_REMINDER);
	c.reminder = a->reminder;
	c.sensitivity = a->sensitivity ? a->sensitivity : m->sensitivity;
	mem_replace(&c.categories, xstrdup(a->categories));
	mem_replace(&c.remote_id, xstrdup(a->remote_id));
	mem_replace(&c.change_key, xstrdup(a->change_key));
	mem_replace(&c.calendar_id, NULL);
	c.my_answer = kept ? a->my_answer : ANSWER_NONE;
	c.replied = kept ? a->replied : CLOCK_NEVER;
	if (!kept || a->my_answer != ANSWER_ACCEPTED)
		c.show_as =
			m->show_as == SHOW_FREE ? SHOW_FREE : SHOW_TENTATIVE;
	c.original = kind == APPOINTMENT_EXCEPTION ? a->original : CLOCK_NEVER;
	take_exceptions(&c, a, same_times(m, a));
	appointment_release(a);
	*a = c;
}

static void cancel(struct appointment *a, int sequence)
{
	char *subject;

	a->flags = (a->flags | APPT_CANCELLED) & ~(unsigned)APPT_REMINDER;
	a->show_as = SHOW_FREE;
	if (sequence > a->sequence)
		a->sequence = sequence;
	if (str_starts(str_or_empty(a->subject), CANCELED))
		return;
	subject = xasprintf(CANCELED "%s", str_or_empty(a->subject));
	mem_replace(&a->subject, subject);
}

static bool track(const struct appointment *m, struct appointment *a)
{
	const struct attendee *said =
		m->attendees.n ? &m->attendees.v[0] : NULL;
	struct attendee *t = said ? appointment_attendee(a, said->addr) : NULL;

	if (!said || !said->addr || !is_answer(m->my_answer))
		return false;
	/* An answer that came later counts, whatever came first here. */
	if (t && t->answered != CLOCK_NEVER && said->answered != CLOCK_NEVER &&
	    said->answered < t->answered)
		return false;
	if (t && t->answer == m->my_answer)
		return false;
	if (!t) {
		t = vec_new(&a->attendees);
		*t = (struct attendee){.addr = xstrdup(said->addr),
				       .name = xstrdup(said->name),
				       .role = ATTENDEE_OPTIONAL};
	}
	t->answer = m->my_answer;
	t->answered = said->answered;
	t->proposed_start = said->proposed_start;
	t->proposed_end = said->proposed_end;
	return true;
}

bool appointment_take_proposal(struct appointment *a,
			       const struct appointment *m)
{
	const struct attendee *said =
		m->attendees.n ? &m->attendees.v[0] : NULL;
	struct attendee *t;

	if (m->kind != APPOINTMENT_RESPONSE || !said || !said->addr)
		return false;
	if (m->original != CLOCK_NEVER && a->kind == APPOINTMENT_SERIES)
		a = appointment_exception(a, m->original);
	t = a ? appointment_attendee(a, said->addr) : NULL;
	if (!t || t->answer != m->my_answer ||
	    (t->proposed_start == said->proposed_start &&
	     t->proposed_end == said->proposed_end))
		return false;
	t->proposed_start = said->proposed_start;
	t->proposed_end = said->proposed_end;
	return true;
}

/* An answer to an earlier version counts as long as the times it was given to
 * are still those. */
static bool is_overtaken(const struct appointment *m,
			 const struct appointment *series,
			 const struct appointment *a)
{
	if (m->sequence >= appointment_version(series, m->original))
		return false;
	return m->start == CLOCK_NEVER || m->start != a->start ||
	       m->end != a->end;
}

/* Was that time moved after what the writer of an answer knew? */
static bool is_news_to(const struct appointment *m,
		       const struct appointment *series,
		       const struct appointment *x)
{
	return m->sequence < x->sequence &&
	       (x->start != x->original ||
		x->end - x->start != series->end - series->start);
}

static bool has_declined(const struct appointment *m,
			 const struct appointment *x)
{
	const struct attendee *t =
		m->attendees.n ? appointment_attendee(x, m->attendees.v[0].addr)
			       : NULL;

	return t && t->answer == ANSWER_DECLINED;
}

/* The occurrence that the message is about, as an exception of its own. */
static struct appointment *occurrence(struct appointment *a, int64_t original)
{
	struct appointment *x = appointment_exception(a, original), made;

	if (x)
		return x;
	appointment_occurrence(&made, a, original);
	vec_add(&a->exceptions, made);
	return &a->exceptions.v[a->exceptions.n - 1];
}

bool appointment_is_about(const struct appointment *a,
			  const struct appointment *m)
{
	return a->kind == APPOINTMENT_SERIES || a->original == CLOCK_NEVER ||
	       m->original == CLOCK_NEVER || a->original == m->original;
}

bool appointment_take(struct appointment *a, const struct appointment *m)
{
	bool one = m->original != CLOCK_NEVER && a->kind == APPOINTMENT_SERIES;
	bool own = a->flags & APPT_ORGANIZER;
	struct appointment *at = a;

	if (m->kind == APPOINTMENT_RESPONSE) {
		struct appointment copy;

		if (!own || (one && appointment_is_removed(a, m->original)))
			return false;
		if (!one) {
			bool news;

			if (is_overtaken(m, a, a))
				return false;
			news = track(m, a);

			/* An answer to the series is one to all of it, but for
			 * a single time that was declined and left, or moved
			 * without the writer's knowing. */
			for (size_t i = 0; i < a->exceptions.n; i++)
				if (!has_declined(m, &a->exceptions.v[i]) &&
				    !is_news_to(m, a, &a->exceptions.v[i]))
					news |= track(m, &a->exceptions.v[i]);
			return news;
		}
		appointment_occurrence(&copy, a, m->original);
		if (!is_overtaken(m, a, &copy) && track(m, &copy)) {
			appointment_release(&copy);
			return track(m, occurrence(a, m->original));
		}
		appointment_release(&copy);
		return false;
	}
	if (own || !appointment_is_about(a, m) ||
	    m->sequence < appointment_version(a, m->original))
		return false;
	if (one && appointment_is_removed(a, m->original))
		return false;
	/* The same message once more says nothing new. */
	if (one)
		at = appointment_exception(a, m->original);
	if (at && m->stamp != CLOCK_NEVER && at->stamp == m->stamp &&
	    at->sequence == m->sequence &&
	    !(m->kind == APPOINTMENT_CANCELLATION &&
	      !(at->flags & APPT_CANCELLED)))
		return false;
	/* Nor does one that another client has brought in already: what it made
	 * is not written over. */
	if (at && m->kind == APPOINTMENT_REQUEST && says_the_same(m, at))
		return false;
	if (one)
		at = occurrence(a, m->original);
	if (m->kind == APPOINTMENT_CANCELLATION) {
		cancel(at, m->sequence);
		for (size_t i = 0; at == a && i < a->exceptions.n; i++)
			cancel(&a->exceptions.v[i], m->sequence);
	} else {
		/* One that stands alone remains one of its series. */
		bool single = one || (m->original != CLOCK_NEVER &&
				      a->original == m->original);

		take_request(m, at,
			     single ? APPOINTMENT_EXCEPTION
			     : m->recur.kind == RECUR_NONE
				     ? APPOINTMENT_SINGLE
				     : APPOINTMENT_SERIES);
	}
	at->stamp = m->stamp;
	return true;
}

void appointment_from_request(struct appointment *out,
			      const struct appointment *m)
{
	appointment_init(out);
	out->original = m->original;
	take_request(m, out,
		     m->original != CLOCK_NEVER	   ? APPOINTMENT_EXCEPTION
		     : m->recur.kind == RECUR_NONE ? APPOINTMENT_SINGLE
						   : APPOINTMENT_SERIES);
}
