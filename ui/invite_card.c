/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "ui/invite_card.h"

#include <string.h>

#include "base/utf8.h"
#include "model/item.h"
#include "ui/dates.h"
#include "ui/term.h"

#define LABEL 10
#define CARD_MAX 100
#define CLASHES_SHOWN 3
#define QUARTER 900

/* A row inside the frame: label, text, and how the text looks. */
static void add_row(struct pager *p, const struct invite_card *c,
		    const char *label, enum theme_role role, const char *text)
{
	const char *bar = term_is_plain()  ? " "
			  : term_is_utf8() ? "\xe2\x94\x82"
					   : "|";
	int inner = c->width - 4;
	struct str row CLEANUP(str_release) = STR_INIT;
	struct draw_span spans[4];
	size_t n = 0, at;

	str_add(&row, bar);
	spans[n++] = (struct draw_span){0, row.len, THEME_BORDER};
	str_add_char(&row, ' ');
	at = row.len;
	if (label) {
		utf8_add_column(&row, label, LABEL, false, NULL);
		spans[n++] = (struct draw_span){at, row.len - at, THEME_FIELD};
		inner -= LABEL;
	}
	at = row.len;
	utf8_add_column(&row, text, inner > 0 ? (size_t)inner : 0, false,
			term_is_utf8() ? "\xe2\x80\xa6" : "~");
	spans[n++] = (struct draw_span){at, row.len - at, role};
	str_add_char(&row, ' ');
	at = row.len;
	str_add(&row, bar);
	spans[n++] = (struct draw_span){at, row.len - at, THEME_BORDER};
	pager_add_head(p, THEME_NORMAL, row.s, spans, n);
}

static const char *corner(bool top, bool left)
{
	static const char *const corners[] = {"\xe2\x94\x98", "\xe2\x94\x94",
					      "\xe2\x94\x90", "\xe2\x94\x8c"};

	return term_is_plain()	? " "
	       : term_is_utf8() ? corners[top * 2 + left]
				: "+";
}

static void add_edge(struct pager *p, const struct invite_card *c,
		     const char *title, bool top)
{
	const char *line = term_is_plain()  ? " "
			   : term_is_utf8() ? "\xe2\x94\x80"
					    : "-";
	struct str row CLEANUP(str_release) = STR_INIT;
	struct draw_span spans[2];
	size_t n = 0;

	str_add(&row, corner(top, true));
	if (title) {
		size_t at;

		str_add(&row, line);
		at = row.len;
		str_addf(&row, " %s ", title);
		spans[n++] = (struct draw_span){at, row.len - at,
						c->focused ? THEME_BAR_TAB
							   : THEME_HEADING};
	}
	while (utf8_width(row.s) + 1 < (size_t)c->width)
		str_add(&row, line);
	str_add(&row, corner(top, false));
	pager_add_head(p, THEME_BORDER, row.s, spans, n);
}

/* --- what it says --------------------------------------------------------- */

bool invite_is_open(const struct invite *i)
{
	return i->state == INVITE_OPEN || i->state == INVITE_UPDATED ||
	       (i->state == INVITE_COPY && i->answer == ANSWER_NONE);
}

static const char *answered_words(enum answer_kind a)
{
	return a == ANSWER_ACCEPTED    ? "accepted"
	       : a == ANSWER_TENTATIVE ? "tentatively accepted"
	       : a == ANSWER_DECLINED  ? "declined"
				       : "not yet";
}

static void add_title(struct str *b, const struct invite_card *c)
{
	const struct invite *i = c->invite;
	const struct appointment *a = &i->appt;

	if (i->state == INVITE_REPLY) {
		str_addf(b, "%s %s your meeting",
			 c->item->from_name ? c->item->from_name : "Somebody",
			 a->my_answer == ANSWER_ACCEPTED   ? "accepted"
			 : a->my_answer == ANSWER_DECLINED ? "declined"
			 : a->my_answer == ANSWER_TENTATIVE
				 ? "tentatively accepted"
				 : "answered");
		return;
	}
	str_add(b, invite_state_words(i->state));
	if (i->state != INVITE_COPY && a->original != CLOCK_NEVER)
		str_add(b, ": one of a series");
	else if (i->state != INVITE_COPY && a->recur.kind != RECUR_NONE)
		str_add(b, ": a series");
}

static void add_moment(struct str *b, int64_t start, int64_t end, bool all_day,
		       const struct zone *z)
{
	int64_t from = all_day ? zone_instant(z, start) : start;
	int64_t to = all_day ? zone_instant(z, end) : end;

	dates_add_day(b, zone_wall(z, from));
	str_add(b, "  ");
	dates_add_times(b, from, to, all_day, z);
}

/* The same in few cells: the hours are what one must see. */
static void add_brief_moment(struct str *b, const struct appointment *a,
			     const struct zone *z)
{
	bool all_day = a->flags & APPT_ALL_DAY;
	int64_t from = all_day ? zone_instant(z, a->start) : a->start;
	int64_t to = all_day ? zone_instant(z, a->end) : a->end;

	dates_add_short_day(b, zone_wall(z, from));
	str_add_char(b, ' ');
	dates_add_times(b, from, to, all_day, z);
}

/* "(09:00-10:00 Europe/London)" where the organizer's clock differs. */
static void add_their_time(struct str *b, const struct appointment *a,
			   const struct zone *mine)
{
	struct zone *z = NULL;
	const char *iana = a->zone ? calendar_zone_name(a->zone) : NULL;

	if (a->flags & APPT_ALL_DAY || !a->zone)
		return;
	z = zone_load(iana ? iana : a->zone);
	if (!z && a->zone_rule)
		z = zone_from_rule(a->zone_rule);
	if (z && zone_offset(z, a->start) != zone_offset(mine, a->start)) {
		str_add_char(b, '(');
		dates_add_times(b, a->start, a->end, false, z);
		str_addf(b, " %s)", iana ? iana : a->zone);
	}
	zone_free(z);
}

/* What does not fit beside goes below. */
static void add_when(struct pager *p, const struct invite_card *c,
		     enum theme_role role, const struct zone *z)
{
	const struct appointment *a = &c->invite->appt;
	struct str when CLEANUP(str_release) = STR_INIT;
	struct str theirs CLEANUP(str_release) = STR_INIT;
	size_t room = c->width > 4 + LABEL ? (size_t)(c->width - 4 - LABEL) : 0;

	add_moment(&when, a->start, a->end, a->flags & APPT_ALL_DAY, z);
	add_their_time(&theirs, a, z);
	if (utf8_width(when.s) > room) {
		str_clear(&when);
		add_brief_moment(&when, a, z);
	}
	if (theirs.len &&
	    utf8_width(when.s) + 1 + utf8_width(theirs.s) <= room) {
		str_addf(&when, " %s", theirs.s);
		str_clear(&theirs);
	}
	add_row(p, c, "When", role, when.s);
	if (theirs.len)
		add_row(p, c, "", THEME_NORMAL, theirs.s);
}

static void add_entries(struct pager *p, const struct invite_card *c,
			const char *label, enum theme_role role,
			const struct calendar_view *v)
{
	for (size_t i = 0; i < v->n && i < CLASHES_SHOWN; i++) {
		const struct calendar_entry *e = &v->v[i];
		struct str b CLEANUP(str_release) = STR_INIT;

		dates_add_times(&b, e->start, e->end,
				e->appt->flags & APPT_ALL_DAY, v->zone);
		str_addf(&b, "  %s (%s)",
			 e->appt->subject ? e->appt->subject : "(no subject)",
			 show_as_name(e->appt->show_as));
		if (i + 1 == CLASHES_SHOWN && v->n > CLASHES_SHOWN)
			str_addf(&b, "  +%zu", v->n - CLASHES_SHOWN);
		add_row(p, c, i ? "" : label, role, b.s);
	}
}

static bool covers(const struct calendar_view *v, int64_t from, int64_t to)
{
	for (size_t i = 0; i < v->n; i++)
		if (v->v[i].start < to && v->v[i].end > from)
			return true;
	return false;
}

/* The hours around it, four cells each. */
static void add_picture(struct pager *p, const struct invite_card *c)
{
	const struct invite *i = c->invite;
	const struct zone *z = i->clashes.zone;
	int64_t from = i->appt.start - 3600, to = i->appt.end + 3600;
	int hours = (c->width - 4 - LABEL - 2) / 8;
	struct str b CLEANUP(str_release) = STR_INIT;

	if (!z || i->appt.flags & APPT_ALL_DAY || i->appt.start == CLOCK_NEVER)
		return;
	from -= from % 3600;
	for (int64_t h = from; h < to && hours-- > 0; h += 3600) {
		struct clock_parts t;

		zone_parts(zone_wall(z, h), &t);
		str_addf(&b, "%02d ", t.hour);
		for (int q = 0; q < 4; q++) {
			int64_t at = h + q * QUARTER;
			bool mine = at < i->appt.end &&
				    at + QUARTER > i->appt.start;
			bool clash = covers(&i->clashes, at, at + QUARTER) ||
				     covers(&i->adjacent, at, at + QUARTER);

			str_add_char(&b, mine && clash ? 'X'
					 : mine	       ? '#'
					 : clash       ? '='
						       : '.');
		}
		str_add_char(&b, ' ');
	}
	if ((int)b.len + LABEL + 30 <= c->width)
		str_add(&b, i->clashes.n ? "  # this  X clash  = yours"
					 : "  # this  = yours");
	add_row(p, c, "", i->clashes.n ? THEME_WARNING : THEME_NORMAL, b.s);
}

static void add_people(struct pager *p, const struct invite_card *c)
{
	const struct invite *i = c->invite;
	struct str b CLEANUP(str_release) = STR_INIT;
	int yes, maybe, no, none;

	if (i->state == INVITE_REPLY)
		return;
	appointment_count_answers(&i->appt, &yes, &maybe, &no, &none);
	if (i->appt.attendees.n) {
		str_addf(&b, "%zu:", i->appt.attendees.n);
		if (yes)
			str_addf(&b, "  %d yes", yes);
		if (maybe)
			str_addf(&b, "  %d maybe", maybe);
		if (no)
			str_addf(&b, "  %d no", no);
		if (none)
			str_addf(&b, "  %d not answered", none);
		add_row(p, c, "Attendees", THEME_NORMAL, b.s);
	}
	if (!i->asked)
		add_row(p, c, "", THEME_DIMMED,
			"You are not among them: it " INVITE_NOT_ASKED);
}

/* Who sent it, where that is not the organizer; for whom it came. */
static void add_way(struct pager *p, const struct invite_card *c)
{
	const struct appointment *a = &c->invite->appt;
	struct str b CLEANUP(str_release) = STR_INIT;

	if (c->invite->sent_by) {
		str_addf(&b, "%s, for the organizer %s", c->invite->sent_by,
			 a->organizer_name ? a->organizer_name
					   : a->organizer_addr);
		add_row(p, c, "Sent by", THEME_WARNING, b.s);
		str_clear(&b);
	}
	if (a->flags & APPT_DELEGATED) {
		str_add(&b, "you answer for ");
		item_add_names(&b, str_or_empty(c->item->to));
		add_row(p, c, "On behalf", THEME_WARNING, b.s);
	}
	if (c->invite->outside && c->invite->state != INVITE_REPLY)
		add_row(p, c, "From", THEME_DIMMED,
			"outside the organisation's calendars: a mail answers "
			"it");
}

static void add_answer(struct pager *p, const struct invite_card *c)
{
	const struct invite *i = c->invite;
	struct str b CLEANUP(str_release) = STR_INIT;
	bool done = i->answer == ANSWER_ACCEPTED ||
		    i->answer == ANSWER_TENTATIVE ||
		    i->answer == ANSWER_DECLINED;

	if (i->state == INVITE_REPLY || i->state == INVITE_OWN ||
	    (i->state == INVITE_CANCELLED && !done))
		return;
	str_add(&b, answered_words(i->answer));
	if (!done && i->appt.flags & APPT_NO_RESPONSE)
		str_add(&b, " (the organizer wants no answer)");
	if (i->waits)
		str_add(&b, "   ^ waits to go out, u takes it back");
	add_row(p, c, "You", done ? THEME_OK : THEME_STRONG, b.s);
}

static void add_keys(struct pager *p, const struct invite_card *c)
{
	const struct invite *i = c->invite;
	struct str b CLEANUP(str_release) = STR_INIT;
	bool wide = c->width >= 76;

	if (c->compact)
		return;
	if (!invite_may_answer(i, NULL)) {
		if (i->item)
			add_row(p, c, NULL, THEME_HINT,
				",y takes the keys: c calendar");
		return;
	}
	if (!c->focused) {
		add_row(p, c, NULL, THEME_HINT,
			wide ? ",y takes the keys: y accept  t tentative  "
			       "n decline  p other time"
			     : ",y answers");
		return;
	}
	str_add(&b, "> y accept  t tentative  n decline");
	if (!(i->appt.flags & APPT_NO_PROPOSAL))
		str_add(&b, wide ? "  p other time" : "  p");
	str_add(&b, wide ? "  c calendar  Y T N note" : "  c  YTN");
	add_row(p, c, NULL, THEME_HINT_KEY, b.s);
}

static void add_place(struct pager *p, const struct invite_card *c)
{
	const struct appointment *a = &c->invite->appt;
	struct str b CLEANUP(str_release) = STR_INIT;

	if (a->location)
		add_row(p, c, "Where", THEME_NORMAL, a->location);
	if (a->join_url)
		add_row(p, c, "Join", THEME_LINK, a->join_url);
	recur_add_text(&b, &a->recur);
	if (b.len)
		add_row(p, c, a->original != CLOCK_NEVER ? "Series" : "Repeat",
			THEME_NORMAL, b.s);
}

static void add_proposal(struct pager *p, const struct invite_card *c,
			 const struct zone *z)
{
	const struct appointment *a = &c->invite->appt;
	struct str b CLEANUP(str_release) = STR_INIT;

	if (c->invite->state != INVITE_REPLY)
		return;
	for (size_t i = 0; i < a->attendees.n; i++)
		if (a->attendees.v[i].proposed_start != CLOCK_NEVER && !b.len) {
			add_moment(&b, a->attendees.v[i].proposed_start,
				   a->attendees.v[i].proposed_end, false, z);
			add_row(p, c, "Proposes", THEME_WARNING, b.s);
		}
}

void invite_card_add(struct pager *p, const struct invite_card *card)
{
	struct invite_card c = *card;
	const struct invite *i = c.invite;
	struct zone *z = zone_load_local();
	struct str title CLEANUP(str_release) = STR_INIT;
	enum theme_role role = i->state == INVITE_CANCELLED ||
					       i->state == INVITE_STALE ||
					       i->state == INVITE_GONE
				       ? THEME_DIMMED
				       : THEME_SUBJECT;

	if (c.width > CARD_MAX)
		c.width = CARD_MAX;
	add_title(&title, &c);
	add_edge(p, &c, title.s, true);
	if (i->appt.start != CLOCK_NEVER)
		add_when(p, &c, role, z);
	add_place(p, &c);
	add_proposal(p, &c, z);
	add_way(p, &c);
	if (invite_is_open(i) || i->state == INVITE_ANSWERED) {
		add_entries(p, &c, "Clash", THEME_ERROR, &i->clashes);
		if (!c.compact)
			add_entries(p, &c, "Adjacent", THEME_DIMMED,
				    &i->adjacent);
		if (!c.compact)
			add_picture(p, &c);
	}
	if (!c.compact)
		add_people(p, &c);
	add_answer(p, &c);
	add_keys(p, &c);
	add_edge(p, &c, NULL, false);
	zone_free(z);
}
