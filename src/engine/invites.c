/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Meeting messages: what they are now, and what they clash with. */
#include <string.h>
#include "engine/calendar.h"
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

static enum invite_state judge(const struct account *a, const struct invite *i,
			       const struct appointment *entry)
{
	const struct appointment *m = &i->appt;
	bool own = (entry && entry->flags & APPT_ORGANIZER) ||
		   (m->organizer_addr && account_is_own(a, m->organizer_addr));

	if (m->kind == APPOINTMENT_RESPONSE)
		return INVITE_REPLY;
	if (m->kind == APPOINTMENT_CANCELLATION)
		return INVITE_CANCELLED;
	if (own)
		return INVITE_OWN;
	if (m->flags & APPT_FORWARD_COPY)
		return INVITE_COPY;
	if (m->flags & APPT_OUT_OF_DATE ||
	    (entry && entry->sequence > m->sequence && m->sequence > 0))
		return INVITE_STALE;
	if (entry && entry->flags & APPT_CANCELLED)
		return INVITE_CANCELLED;
	if (is_answer(i->answer))
		return INVITE_ANSWERED;
	if (!entry && m->calendar_id)
		return INVITE_GONE;
	return m->flags & APPT_UPDATE ? INVITE_UPDATED : INVITE_OPEN;
}

/* Others at that time that keep one from coming; times as the message says. */
static bool find_clashes(struct store *s, struct invite *i, struct err *err)
{
	int64_t start = i->appt.start, end = i->appt.end;
	struct calendar_view *views[2] = {&i->clashes, &i->adjacent};
	struct zone *z;

	if (start == CLOCK_NEVER)
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

/* Takes row->appt. */
static bool make(struct store *s, const struct account *a,
		 struct event_row *row, struct invite *out, struct err *err)
{
	struct event_row entry = {0};
	bool has;

	memset(out, 0, sizeof(*out));
	out->message = row->item;
	out->appt = row->appt;
	appointment_init(&row->appt);
	out->item = query_event_of(s, out->appt.calendar_id, out->appt.uid);
	has = out->item && query_event(s, out->item, &entry, NULL);
	if (!has)
		out->item = 0;
	out->answer = has ? entry.appt.my_answer : out->appt.my_answer;
	out->state = judge(a, out, has ? &entry.appt : NULL);
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

	return query_event(s, message, &row, err) && make(s, a, &row, out, err);
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

bool calendar_invites(struct store *s, const struct account *a, bool all,
		      int limit, struct invite_list *out, struct err *err)
{
	struct rows rows = {0};
	bool ok = query_meeting_messages(s, limit * 4, on_message, &rows, err);

	*out = (struct invite_list){0};
	for (size_t i = 0; i < rows.n; i++) {
		struct invite one;

		if (ok && (int)out->n < limit &&
		    make(s, a, &rows.v[i], &one, err)) {
			if (all || one.state == INVITE_OPEN ||
			    one.state == INVITE_UPDATED)
				vec_add(out, one);
			else
				invite_release(&one);
		}
		appointment_release(&rows.v[i].appt);
	}
	vec_release(&rows);
	return ok;
}
