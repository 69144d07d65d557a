/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Reminders put off or done with: at once here, then on the server, so that
 * other programs do not remind again. */
#include "base/clock.h"
#include "engine/calendar.h"
#include "engine/events.h"
#include "store/calendar.h"

/* When the one after this occurrence comes up; NEVER: it was the last. */
static int64_t next_signal(struct store *s, int64_t item, int64_t original)
{
	struct calendar_view v;
	int64_t signal = CLOCK_NEVER;

	if (!calendar_occurrence(s, item, original, &v, NULL))
		return CLOCK_NEVER;
	original = v.v[0].end;
	calendar_view_release(&v);
	if (!calendar_occurrence(s, item, original, &v, NULL))
		return CLOCK_NEVER;
	if (v.v[0].end > original)
		signal = v.v[0].start - (int64_t)v.v[0].appt->reminder * 60;
	calendar_view_release(&v);
	return signal;
}

static bool journal(struct core *c, const struct request *r, int64_t *entry,
		    struct err *err)
{
	struct appointment_change change CLEANUP(appointment_change_release);
	struct event_row row;
	struct intent *i;
	bool ok;

	appointment_change_init(&change);
	if (!query_event(c->store, r->item, &row, err))
		return false;
	change.op = APPT_CHANGE;
	change.set = APPT_SET_SIGNAL;
	change.quiet = true;
	change.appt.subject = row.appt.subject;
	row.appt.subject = NULL;
	change.appt.signal = r->to;
	if (r->to == CLOCK_NEVER && row.appt.recur.kind != RECUR_NONE &&
	    r->from)
		change.appt.signal = next_signal(c->store, r->item, r->from);
	appointment_release(&row.appt);
	i = intent_event(&change, 0, r->item, 0);
	ok = write_intent(c->store, i, entry, err);
	intent_free(i);
	return ok;
}

bool core_request_reminder(struct core *c, uint64_t ticket,
			   const struct request *r, struct err *err)
{
	int64_t entry = 0;

	if (!write_begin(c->store, err))
		return false;
	if (!write_reminder(c->store, r->item, r->from, r->to, err) ||
	    !journal(c, r, &entry, err) || !write_commit(c->store, err)) {
		write_rollback(c->store);
		return false;
	}
	core_tell_items(c, 0);
	c->replay_due = clock_now();
	core_tell_done(c, ticket, entry, NULL);
	return true;
}
