/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* In the list of messages: when the meeting of an invitation is, and whether it
 * clashes. The calendar is read for the rows on the screen, in pauses. */
#include <string.h>
#include "base/utf8.h"
#include "engine/calendar.h"
#include "ui/dates.h"
#include "ui/mail_threads.h"

#define PAUSE_MS 30
#define AT_ONCE 3 /* are judged in a pause */
#define KEPT_MOST 400
#define SUBJECT_LEAST 12

static struct mail_meeting *find(struct mail *m, int64_t item)
{
	for (size_t i = 0; i < m->meetings.n; i++)
		if (m->meetings.v[i].item == item)
			return &m->meetings.v[i];
	return NULL;
}

static void forget(struct mail_meeting *mm)
{
	mem_replace(&mm->when, NULL);
	mem_replace(&mm->brief, NULL);
}

void mail_meetings_release(struct mail *m)
{
	app_timer_cancel(m->app, m->meeting_timer);
	m->meeting_timer = 0;
	for (size_t i = 0; i < m->meetings.n; i++)
		forget(&m->meetings.v[i]);
	vec_release(&m->meetings);
}

void mail_meetings_changed(struct mail *m)
{
	/* What is drawn again is judged again, no other. */
	for (size_t i = 0; i < m->meetings.n; i++) {
		m->meetings.v[i].stale = true;
		m->meetings.v[i].wanted = false;
	}
}

static void take_times(struct mail_meeting *mm, const struct appointment *a)
{
	struct zone *z = zone_load_local();
	struct str b = STR_INIT, brief = STR_INIT;
	bool all_day = a->flags & APPT_ALL_DAY;
	int64_t wall = all_day ? a->start : zone_wall(z, a->start);
	int64_t today = zone_day(zone_wall(z, clock_now()));

	/* Within the week its name says which day. */
	if (wall >= today && wall < today + 7 * 86400)
		str_add(&b, dates_weekday(zone_weekday(wall)));
	else
		dates_add_short_day(&b, wall);
	str_add(&brief, b.s);
	str_add_char(&b, ' ');
	dates_add_times(&b, a->start, a->end, all_day, z);
	if (!all_day) {
		str_add_char(&brief, ' ');
		dates_add_clock(&brief, wall);
	}
	zone_free(z);
	mm->when = str_take(&b);
	mm->brief = str_take(&brief);
}

static void judge(struct mail *m, struct mail_meeting *mm)
{
	struct invite inv;
	struct err err;

	mm->stale = false;
	mm->clash = false;
	forget(mm);
	if (!m->store || !m->app->account ||
	    !calendar_invite(m->store, m->app->account, mm->item, &inv, &err))
		return;
	if (inv.appt.start != CLOCK_NEVER && inv.state != INVITE_REPLY)
		take_times(mm, &inv.appt);
	mm->clash = inv.clashes.n &&
		    (inv.state == INVITE_OPEN || inv.state == INVITE_UPDATED);
	invite_release(&inv);
}

static void judge_some(struct app *app, void *ctx)
{
	struct mail *m = ctx;
	int left = AT_ONCE;

	m->meeting_timer = 0;
	for (size_t i = 0; i < m->meetings.n && left; i++)
		if (m->meetings.v[i].stale && m->meetings.v[i].wanted) {
			judge(m, &m->meetings.v[i]);
			left--;
		}
	/* Drawing asks for those that are left. */
	app_damage(app, DAMAGE_SCREEN);
}

static struct mail_meeting *wanted(struct mail *m, int64_t item)
{
	struct mail_meeting *mm = find(m, item);

	if (!mm) {
		if (m->meetings.n >= KEPT_MOST)
			mail_meetings_release(m);
		mm = vec_new(&m->meetings);
		mm->item = item;
		mm->stale = true;
	}
	mm->wanted = true;
	if (mm->stale && !m->meeting_timer)
		m->meeting_timer = app_timer(m->app, PAUSE_MS, judge_some, m);
	return mm;
}

/* Cuts the text to so many cells. */
static void cut(struct str *b, int cells)
{
	size_t used, n;

	if ((int)utf8_width(b->s) <= cells)
		return;
	n = utf8_fit(b->s, (size_t)(cells - 1), &used);
	str_cut(b, n);
	str_add(b, term_is_utf8() ? "\xe2\x80\xa6" : "~");
}

void mail_add_meeting(struct mail *m, const struct item *it, int cells,
		      struct str *out)
{
	struct str tail CLEANUP(str_release) = STR_INIT;
	const struct mail_meeting *mm;
	const char *text[3];

	if (!(it->flags & ITEM_INVITATION))
		return;
	mm = wanted(m, it->id);
	text[0] = mm->when;
	text[1] = mm->brief;
	text[2] = "";
	/* As much of the time as leaves room; the clash matters more. */
	for (size_t i = 0; i < ARRAY_LEN(text); i++) {
		str_clear(&tail);
		if (text[i] && *text[i])
			str_addf(&tail, " %s", text[i]);
		if (mm->clash)
			str_add(&tail, " CLASH");
		if (cells - (int)utf8_width(tail.s) >= SUBJECT_LEAST)
			break;
	}
	if (!tail.len)
		return;
	if ((int)utf8_width(out->s) + (int)utf8_width(tail.s) < cells)
		str_add_char(out, ' ');
	cut(out, cells - (int)utf8_width(tail.s));
	str_add(out, tail.s);
}
