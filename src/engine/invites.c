/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Meeting messages: what they are now, and what they clash with. */
#include <string.h>
#include "base/clock.h"
#include "engine/calendar.h"
#include "engine/message.h"
#include "ical/ics.h"
#include "ical/recur.h"
#include "store/calendar.h"

const char *invite_state_name(enum invite_state s)
{
	static const char *const names[] = {
#define X(id, name, words) name,
		INVITE_STATES(X)
#undef X
	};

	return names[s];
}

const char *invite_state_words(enum invite_state s)
{
	static const char *const words_of[] = {
#define X(id, name, words) words,
		INVITE_STATES(X)
#undef X
	};

	return words_of[s];
}

void invite_release(struct invite *i)
{
	appointment_release(&i->appt);
	free(i->sent_by);
	calendar_view_release(&i->clashes);
	calendar_view_release(&i->adjacent);
}

void invite_list_release(struct invite_list *l)
{
	for (size_t i = 0; i < l->n; i++)
		invite_release(&l->v[i]);
	vec_release(l);
}

static bool is_answer(enum answer_kind a)
{
	return a == ANSWER_ACCEPTED || a == ANSWER_TENTATIVE ||
	       a == ANSWER_DECLINED;
}

/* Does the calendar know a later state than the message? A first request has
 * the sequence 0, as those have that do not tell it. */
static bool is_newer(const struct appointment *entry,
		     const struct appointment *m)
{
	if (entry->sequence != m->sequence && m->sequence > 0)
		return entry->sequence > m->sequence;
	return entry->sequence > m->sequence && m->original == CLOCK_NEVER &&
	       (entry->start != m->start || entry->end != m->end);
}

struct later {
	int64_t message;
	const struct appointment *of;
	bool found;
};

static bool look_for_later(void *ctx, struct event_row *row)
{
	struct later *l = ctx;
	const struct appointment *a = l->of, *b = &row->appt;
	bool moved = a->start != b->start || a->end != b->end ||
		     b->kind == APPOINTMENT_CANCELLATION;

	if (row->item == l->message ||
	    (b->kind != APPOINTMENT_REQUEST &&
	     b->kind != APPOINTMENT_CANCELLATION) ||
	    (b->original != CLOCK_NEVER && b->original != a->original))
		return true;
	/* Some raise no number, but date their message. */
	l->found = b->sequence > a->sequence ||
		   (b->sequence == a->sequence && moved &&
		    b->original == a->original && a->stamp != CLOCK_NEVER &&
		    b->stamp > a->stamp);
	return !l->found;
}

bool calendar_is_overtaken(struct store *s, int64_t message,
			   const struct appointment *m)
{
	struct later l = {.message = message, .of = m};
	struct err err;

	return m->kind == APPOINTMENT_REQUEST && m->uid &&
	       query_events_of_uid(s, m->uid, look_for_later, &l, &err) &&
	       l.found;
}

static enum invite_state judge(struct store *s, const struct account *a,
			       const struct invite *i,
			       const struct appointment *entry)
{
	const struct appointment *m = &i->appt;
	/* What stands for a meeting from outside is an entry of our own. */
	bool own = (!i->outside && entry && entry->flags & APPT_ORGANIZER) ||
		   (m->organizer_addr && account_is_own(a, m->organizer_addr));

	if (m->kind == APPOINTMENT_RESPONSE)
		return INVITE_REPLY;
	if (m->kind == APPOINTMENT_CANCELLATION)
		return INVITE_CANCELLED;
	if (own)
		return INVITE_OWN;
	if (m->flags & APPT_FORWARD_COPY)
		return INVITE_COPY;
	if (m->flags & APPT_OUT_OF_DATE || (entry && is_newer(entry, m)) ||
	    calendar_is_overtaken(s, i->message, m))
		return INVITE_STALE;
	if (entry && entry->flags & APPT_CANCELLED)
		return INVITE_CANCELLED;
	if (is_answer(i->answer))
		return INVITE_ANSWERED;
	/* What one answers for somebody stands in that person's calendar. */
	if (!entry && m->calendar_id && !(m->flags & APPT_DELEGATED))
		return INVITE_GONE;
	if (i->outside && entry)
		return INVITE_UPDATED;
	return m->flags & APPT_UPDATE ? INVITE_UPDATED : INVITE_OPEN;
}

/* Others at that time that keep one from coming; times as the message says. */
static bool find_clashes(struct store *s, struct invite *i, struct err *err)
{
	int64_t start = i->appt.start, end = i->appt.end;
	struct calendar_view *views[2] = {&i->clashes, &i->adjacent};
	struct zone *z;

	/* Somebody else's time is not in this calendar. */
	if (start == CLOCK_NEVER || i->appt.flags & APPT_DELEGATED)
		return true;
	if (i->appt.flags & APPT_ALL_DAY) {
		z = zone_load_local();
		start = zone_instant(z, start);
		end = zone_instant(z, end);
		zone_free(z);
	}
	for (int k = 0; k < 2; k++) {
		struct calendar_view *v = views[k];
		int64_t slack = k ? 1800 : 0;
		size_t n = 0;

		if (!calendar_read(s, NULL, 0, start - slack, end + slack, v,
				   err))
			return false;
		for (size_t j = 0; j < v->n; j++) {
			const struct calendar_entry *e = &v->v[j];
			bool meets = e->start < end && e->end > start;

			if (e->item == i->item ||
			    (i->appt.uid &&
			     str_eq(e->appt->uid, i->appt.uid)) ||
			    e->appt->show_as == SHOW_FREE ||
			    e->appt->flags & APPT_CANCELLED || meets == (k > 0))
				continue;
			v->v[n++] = *e;
		}
		v->n = n;
	}
	return true;
}

/* What the entry says of a meeting that the server knows nothing of. */
static enum answer_kind answer_of_copy(const struct appointment *m,
				       const struct appointment *entry)
{
	if (!entry || entry->start != m->start || entry->end != m->end)
		return ANSWER_NONE;
	if (is_answer(entry->my_answer))
		return entry->my_answer;
	return entry->show_as == SHOW_TENTATIVE ? ANSWER_TENTATIVE
						: ANSWER_ACCEPTED;
}

static bool is_asked(const struct account *a, const struct appointment *m)
{
	for (size_t i = 0; i < m->attendees.n; i++)
		if (m->attendees.v[i].addr &&
		    account_is_own(a, m->attendees.v[i].addr))
			return true;
	return !m->attendees.n;
}

static void set_sender(struct store *s, struct invite *out)
{
	const char *organizer = out->appt.organizer_addr, *sender;
	struct item it;

	if (out->appt.kind == APPOINTMENT_RESPONSE || !organizer ||
	    !query_kept_item(s, out->message, &it, NULL))
		return;
	sender = it.sender_addr ? it.sender_addr : it.from_addr;
	if (sender && !str_eq_nocase(sender, organizer))
		out->sent_by = xstrdup(sender);
	item_release(&it);
}

static void set_answer(struct store *s, struct invite *out,
		       const struct appointment *entry)
{
	enum answer_kind given;

	if (out->outside)
		out->answer = answer_of_copy(&out->appt, entry);
	else
		out->answer = entry ? entry->my_answer : out->appt.my_answer;
	/* Until it has gone out the journal knows best, and of what was
	 * declined nothing else is left. */
	if (out->message && out->appt.kind == APPOINTMENT_REQUEST &&
	    query_answer_given(s, out->message, &given, &out->waits) &&
	    (out->waits || !entry))
		out->answer = given;
}

/* Takes row->appt. */
static bool make(struct store *s, const struct account *a,
		 struct event_row *row, bool outside, struct invite *out,
		 struct err *err)
{
	struct event_row entry = {0};
	bool has;

	memset(out, 0, sizeof(*out));
	out->message = row->item;
	out->outside = outside;
	out->appt = row->appt;
	appointment_init(&row->appt);
	set_sender(s, out);
	out->asked =
		out->appt.flags & APPT_DELEGATED || is_asked(a, &out->appt);
	out->item = query_event_of(s, &out->appt);
	has = out->item && query_event(s, out->item, &entry, NULL);
	if (!has)
		out->item = 0;
	set_answer(s, out, has ? &entry.appt : NULL);
	out->state = judge(s, a, out, has ? &entry.appt : NULL);
	/* What a short message leaves out the entry knows. */
	if (has && out->appt.recur.kind == RECUR_NONE &&
	    out->appt.original == CLOCK_NEVER)
		out->appt.recur = entry.appt.recur;
	if (has && !out->appt.attendees.n &&
	    out->appt.kind == APPOINTMENT_REQUEST) {
		struct appointment copy;

		appointment_copy(&copy, &entry.appt);
		out->appt.attendees.v = copy.attendees.v;
		out->appt.attendees.n = copy.attendees.n;
		out->appt.attendees.cap = copy.attendees.cap;
		memset(&copy.attendees, 0, sizeof(copy.attendees));
		appointment_release(&copy);
	}
	appointment_release(&entry.appt);
	if (find_clashes(s, out, err))
		return true;
	invite_release(out);
	return false;
}

bool calendar_invite(struct store *s, const struct account *a, int64_t message,
		     struct invite *out, struct err *err)
{
	struct event_row row;

	if (!query_event(s, message, &row, err))
		return false;
	/* A server that only passes it on knows no times. */
	if (row.appt.start == CLOCK_NEVER &&
	    row.appt.kind != APPOINTMENT_RESPONSE) {
		appointment_release(&row.appt);
		return err_set(err, ERR_NOT_FOUND,
			       "the server does not say when it is");
	}
	return make(s, a, &row, false, out, err);
}

bool calendar_message(struct store *s, int64_t message, struct item *out,
		      struct err *err)
{
	if (!query_kept_item(s, message, out, err))
		return false;
	if (out->folder || out->flags & ITEM_INVITATION)
		return true;
	item_release(out);
	return err_set(err, ERR_NOT_FOUND, "this message is gone");
}

/* The first calendar part that is about a meeting, as a message. */
static bool read_part(struct letter *l, size_t part, struct appointment *out)
{
	struct tz_set *zones = tz_set_new();
	struct str text CLEANUP(str_release) = STR_INIT;
	struct ics c;
	bool ok;

	letter_part_text(l, part, &text);
	ok = ics_read(&c, text.s, text.len, zones, NULL);
	tz_set_free(zones);
	if (!ok)
		return false;
	ok = c.method != ICS_NONE && c.method != ICS_OTHER;
	if (ok) {
		*out = c.entries.v[0];
		appointment_init(&c.entries.v[0]);
		out->flags |= APPT_MEETING;
		out->kind = APPOINTMENT_REQUEST;
		if (c.method == ICS_CANCEL)
			out->kind = APPOINTMENT_CANCELLATION;
		else if (c.method != ICS_REQUEST)
			out->kind = APPOINTMENT_RESPONSE;
		if (c.method == ICS_REPLY && out->attendees.n)
			out->my_answer = out->attendees.v[0].answer;
	}
	ics_release(&c);
	return ok;
}

bool calendar_invite_mail(struct store *s, const struct account *a,
			  int64_t message, struct letter *l, struct invite *out,
			  struct err *err)
{
	struct event_row row = {.item = message};
	struct letter_part p;

	for (size_t i = 0; i < letter_part_count(l); i++)
		if (letter_part(l, i, &p) &&
		    (str_eq_nocase(p.type, "text/calendar") ||
		     str_eq_nocase(p.type, "application/ics")) &&
		    read_part(l, i, &row.appt))
			return make(s, a, &row, true, out, err);
	return err_set(err, ERR_NOT_FOUND, "this is no invitation");
}

struct rows {
	struct event_row *v;
	size_t n, cap;
};

static bool on_message(void *ctx, struct event_row *row)
{
	struct rows *r = ctx;

	vec_add(r, *row);
	appointment_init(&row->appt);
	return true;
}

/* Nothing of it is still to come, or going on. */
static bool is_over(const struct appointment *a, int64_t now)
{
	bool all_day = a->flags & APPT_ALL_DAY;
	bool series = a->recur.kind != RECUR_NONE && a->original == CLOCK_NEVER;
	struct tz_set *zones;
	const struct zone *z;
	int64_t end = a->end, last;

	if (end == CLOCK_NEVER || (series && a->recur.end == RECUR_ENDLESS))
		return false;
	zones = tz_set_new();
	z = tz_of(zones, a);
	if (series) {
		last = recur_last(&a->recur,
				  all_day ? a->start : zone_wall(z, a->start));
		if (last != CLOCK_NEVER)
			end = (all_day ? last : zone_instant(z, last)) +
			      (a->end - a->start);
	}
	for (size_t i = 0; i < a->exceptions.n; i++)
		if (a->exceptions.v[i].end > end)
			end = a->exceptions.v[i].end;
	tz_set_free(zones);
	if (all_day) {
		struct zone *here = zone_load_local();

		end = zone_instant(here, end);
		zone_free(here);
	}
	return end <= now;
}

bool calendar_invites(struct store *s, const struct account *a, bool all,
		      int limit, struct invite_list *out, struct err *err)
{
	struct rows rows = {0};
	bool ok = query_meeting_messages(s, limit * 4, on_message, &rows, err);
	int64_t now = clock_now();

	*out = (struct invite_list){0};
	for (size_t i = 0; i < rows.n; i++) {
		struct invite one;

		if (ok && (int)out->n < limit &&
		    make(s, a, &rows.v[i], false, &one, err)) {
			if (all || ((one.state == INVITE_OPEN ||
				     one.state == INVITE_UPDATED) &&
				    !is_over(&one.appt, now)))
				vec_add(out, one);
			else
				invite_release(&one);
		}
		appointment_release(&rows.v[i].appt);
	}
	vec_release(&rows);
	return ok;
}
