/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* The event editor's fields as text, and back. */
#include <string.h>
#include "model/item.h"
#include "text/repeat.h"
#include "text/span.h"
#include "ui/dates.h"
#include "ui/event_form.h"
#include "ui/people.h"

#define DAY ((int64_t)86400)

const char *event_field_label(enum event_field id)
{
	static const char *const labels[] = {
#define X(name, label, help) label,
		EVENT_FIELDS(X)
#undef X
	};

	return labels[id];
}

const char *event_field_help(enum event_field id)
{
	static const char *const helps[] = {
#define X(name, label, help) help,
		EVENT_FIELDS(X)
#undef X
	};

	return helps[id];
}

static bool is_all_day(const struct event_form *f)
{
	return f->appt.flags & APPT_ALL_DAY;
}

static void add_when(struct str *out, const struct event_form *f)
{
	const struct appointment *a = &f->appt;
	int64_t days = (a->end - a->start) / DAY;

	if (is_all_day(f)) {
		dates_add_day(out, a->start);
		if (days > 1) {
			str_add(out, " - ");
			dates_add_day(out, a->end - DAY);
		}
		str_add(out, "  all day");
		return;
	}
	dates_add_day(out, zone_wall(f->zone, a->start));
	str_add(out, "  ");
	dates_add_times(out, a->start, a->end, false, f->zone);
	str_add(out, " (");
	dates_add_length(out, a->end - a->start);
	str_add_char(out, ')');
	if (zone_offset(f->zone, a->start) != zone_offset(f->own, a->start)) {
		str_add(out, "  here ");
		dates_add_times(out, a->start, a->end, false, f->own);
	}
}

static void add_lines(struct str *out, const char *text)
{
	size_t first = strcspn(text, "\r\n");
	size_t rest = 0;

	str_add_mem(out, text, first);
	for (const char *p = text + first; *p; p++)
		rest += *p == '\n';
	if (rest)
		str_addf(out, "  [+%zu lines]", rest);
}

void event_field_add(struct str *out, const struct event_form *f,
		     enum event_field id)
{
	const struct appointment *a = &f->appt;

	switch (id) {
	case EVENT_FIELD_TITLE:
		str_add(out, str_or_empty(a->subject));
		break;
	case EVENT_FIELD_WHEN:
		add_when(out, f);
		break;
	case EVENT_FIELD_ZONE:
		str_add(out, is_all_day(f) ? "every (whole days)"
					   : zone_name(f->zone));
		break;
	case EVENT_FIELD_REPEAT:
		recur_add_text(out, &a->recur);
		if (f->of_series && f->original != CLOCK_NEVER)
			str_add(out, "this one of the series");
		else if (a->recur.kind == RECUR_NONE)
			str_add(out, "none");
		break;
	case EVENT_FIELD_WHERE:
		str_add(out, str_or_empty(a->location));
		break;
	case EVENT_FIELD_REMIND:
		if (a->flags & APPT_REMINDER)
			dates_add_length(out, (int64_t)a->reminder * 60);
		else
			str_add(out, "none");
		break;
	case EVENT_FIELD_SHOW_AS:
		str_add(out, show_as_name(a->show_as));
		break;
	case EVENT_FIELD_PRIVATE:
		str_add(out,
			a->sensitivity == SENSITIVITY_PRIVATE ? "[x]" : "[ ]");
		break;
	case EVENT_FIELD_CATEGORY:
		for (const char *p = str_or_empty(a->categories); *p; p++)
			str_add(out, *p == '\n' ? ", " : (char[2]){*p, '\0'});
		break;
	case EVENT_FIELD_NOTES:
		add_lines(out, str_or_empty(a->notes));
		break;
	case EVENT_FIELD_COUNT:
		break;
	}
}

/* --- back ----------------------------------------------------------------- */

static void set_text(char **to, const char *text)
{
	mem_replace(to, text && *text ? xstrdup(text) : NULL);
}

static bool set_when(struct event_form *f, const char *text, struct err *err)
{
	struct appointment *a = &f->appt;
	struct span base = {.all_day = is_all_day(f),
			    .start = a->start,
			    .end = a->end},
		    s;
	const char *rest;

	if (!span_parse(text, f->zone, clock_now(), a->end - a->start, &base,
			&s, &rest, err))
		return false;
	if (*rest)
		return err_set(err, ERR_INPUT,
			       "\"%s\" is left over behind the time", rest);
	if (s.end <= s.start)
		return err_set(err, ERR_INPUT, "it would end before it begins");
	appointment_set_times(a, s.start, s.end, s.all_day, f->zone);
	return true;
}

/* The clock says the same, elsewhere. */
static bool set_zone(struct event_form *f, const char *text, struct err *err)
{
	const char *iana = calendar_zone_name(text);
	struct zone *z = zone_load(iana ? iana : text);
	struct appointment *a = &f->appt;

	if (!z)
		return err_set(err, ERR_INPUT,
			       "\"%s\" is no zone: Europe/Berlin, UTC", text);
	if (!is_all_day(f)) {
		int64_t length = a->end - a->start;

		a->start = zone_instant(z, zone_wall(f->zone, a->start));
		a->end = a->start + length;
	}
	zone_free(f->zone);
	f->zone = z;
	mem_replace(&a->zone, xstrdup(zone_name(z)));
	mem_replace(&a->zone_rule, NULL);
	return true;
}

static bool set_repeat(struct event_form *f, const char *text, struct err *err)
{
	struct appointment *a = &f->appt;
	int64_t wall = is_all_day(f) ? a->start : zone_wall(f->zone, a->start);

	if (f->of_series && f->original != CLOCK_NEVER)
		return err_set(err, ERR_INPUT,
			       "this is one of a series: what repeats is "
			       "changed in all of it");
	if (!repeat_parse(text, wall, f->zone, clock_now(), &a->recur, err))
		return false;
	a->kind = a->recur.kind == RECUR_NONE ? APPOINTMENT_SINGLE
					      : APPOINTMENT_SERIES;
	return true;
}

static bool set_remind(struct appointment *a, const char *text, struct err *err)
{
	int64_t seconds;
	const char *rest;

	a->flags &= ~(unsigned)APPT_REMINDER;
	if (!*text || str_eq_nocase(text, "none") || str_eq_nocase(text, "no"))
		return true;
	/* "15 min", as it is shown */
	if (!span_parse_length(text, &seconds, &rest) || seconds < 0 ||
	    (*rest && !str_eq_nocase(rest, "min") &&
	     !str_eq_nocase(rest, "h") && !str_eq_nocase(rest, "days")))
		return err_set(err, ERR_INPUT,
			       "a reminder takes 15m, 2h, 1d or none");
	if (str_eq_nocase(rest, "h"))
		seconds *= 60;
	if (str_eq_nocase(rest, "days"))
		seconds *= 1440;
	a->reminder = (int)(seconds / 60);
	a->flags |= APPT_REMINDER;
	return true;
}

static void set_categories(struct appointment *a, const char *text)
{
	struct strv v CLEANUP(strv_release);
	char *joined CLEANUP(mem_free_ptr) = NULL;

	strv_init(&v);
	strv_split(&v, text, ",");
	joined = strv_join(&v, "\n");
	set_text(&a->categories, joined);
}

bool event_field_set(struct event_form *f, enum event_field id,
		     const char *text, struct err *err)
{
	struct appointment *a = &f->appt;

	switch (id) {
	case EVENT_FIELD_TITLE:
		set_text(&a->subject, text);
		return true;
	case EVENT_FIELD_WHEN:
		return set_when(f, text, err);
	case EVENT_FIELD_ZONE:
		return set_zone(f, text, err);
	case EVENT_FIELD_REPEAT:
		return set_repeat(f, text, err);
	case EVENT_FIELD_WHERE:
		set_text(&a->location, text);
		return true;
	case EVENT_FIELD_REMIND:
		return set_remind(a, text, err);
	case EVENT_FIELD_SHOW_AS:
		return show_as_find(text, &a->show_as) ||
		       err_set(err, ERR_INPUT,
			       "one of free, tentative, busy, away, elsewhere");
	case EVENT_FIELD_PRIVATE:
		a->sensitivity = str_eq_nocase(text, "yes")
					 ? SENSITIVITY_PRIVATE
					 : SENSITIVITY_NORMAL;
		return true;
	case EVENT_FIELD_CATEGORY:
		set_categories(a, text);
		return true;
	case EVENT_FIELD_NOTES:
		set_text(&a->notes, text);
		return true;
	case EVENT_FIELD_COUNT:
		break;
	}
	return true;
}

bool event_field_step(struct event_form *f, enum event_field id)
{
	struct appointment *a = &f->appt;

	if (id == EVENT_FIELD_PRIVATE) {
		a->sensitivity = a->sensitivity == SENSITIVITY_PRIVATE
					 ? SENSITIVITY_NORMAL
					 : SENSITIVITY_PRIVATE;
		return true;
	}
	if (id != EVENT_FIELD_SHOW_AS)
		return false;
	a->show_as = (enum show_as)((a->show_as + 1) % SHOW_NO_DATA);
	return true;
}

/* --- people --------------------------------------------------------------- */

void event_form_add_people(struct app *app, struct event_form *f,
			   const char *text, enum attendee_role role)
{
	struct str name CLEANUP(str_release) = STR_INIT;
	struct str addr CLEANUP(str_release) = STR_INIT;
	struct appointment *a = &f->appt;
	const char *pos = text;

	while (people_next(app, &pos, &name, &addr)) {
		struct attendee t = {.role = role,
				     .answer = ANSWER_NONE,
				     .answered = CLOCK_NEVER,
				     .proposed_start = CLOCK_NEVER,
				     .proposed_end = CLOCK_NEVER};
		struct attendee *old;

		old = appointment_attendee(a, addr.s);
		if (old) {
			old->role = role;
			continue;
		}
		t.addr = xstrdup(addr.s);
		t.name = name.len ? xstrdup(name.s) : NULL;
		vec_add(&a->attendees, t);
	}
	if (a->attendees.n)
		a->flags |= APPT_MEETING;
}
