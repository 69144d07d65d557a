/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "ui/public_content.h"

#include "base/clock.h"
#include "ui/dates.h"

enum { COL_DATE, COL_FROM, COL_SUBJECT };
enum { COL_WHEN, COL_EVENT, COL_PLACE, COL_REPEATS };
enum { COL_NAME, COL_COMPANY, COL_EMAIL, COL_PHONE };

static const struct column post_columns[] = {
	{"date", "Date", COL_DATE, 6, 10, false, 1, NULL},
	{"from", "From", COL_FROM, 12, 22, false, 2, NULL},
	{"subject", "Subject", COL_SUBJECT, 16, 0, false, 0, NULL},
};
static const struct column event_columns[] = {
	{"when", "When", COL_WHEN, 22, 24, false, 0, NULL},
	{"event", "What", COL_EVENT, 12, 0, false, 0, NULL},
	{"place", "Where", COL_PLACE, 10, 16, false, 2, NULL},
	{"repeats", "Again", COL_REPEATS, 10, 18, false, 1, NULL},
};
static const struct column contact_columns[] = {
	{"name", "Name", COL_NAME, 14, 0, false, 0, NULL},
	{"company", "Company", COL_COMPANY, 10, 18, false, 2, NULL},
	{"email", "E-mail", COL_EMAIL, 16, 26, false, 3, NULL},
	{"phone", "Phone", COL_PHONE, 12, 16, false, 1, NULL},
};

const struct column *public_content_columns(enum folder_kind kind, size_t *n)
{
	if (kind == FOLDER_CALENDAR) {
		*n = ARRAY_LEN(event_columns);
		return event_columns;
	}
	if (kind == FOLDER_CONTACTS) {
		*n = ARRAY_LEN(contact_columns);
		return contact_columns;
	}
	*n = ARRAY_LEN(post_columns);
	return post_columns;
}

static void clear(struct public_content *c)
{
	item_list_release(&c->posts);
	appointment_list_release(&c->events);
	person_list_release(&c->people);
	c->posts = (struct item_list){0};
	c->events = (struct appointment_list){0};
	c->people = (struct person_list){0};
	c->more = false;
}

void public_content_release(struct public_content *c)
{
	clear(c);
	zone_free(c->zone);
	c->zone = NULL;
}

void public_content_take(struct public_content *c, struct public_talk *talk)
{
	clear(c);
	if (!c->zone)
		c->zone = zone_load_local();
	c->kind = talk->folder_kind;
	c->posts = talk->items;
	c->events = talk->events;
	c->people = talk->people;
	c->more = talk->more;
	talk->items = (struct item_list){0};
	talk->events = (struct appointment_list){0};
	talk->people = (struct person_list){0};
}

size_t public_content_count(const struct public_content *c)
{
	return c->kind == FOLDER_CALENDAR   ? c->events.n
	       : c->kind == FOLDER_CONTACTS ? c->people.n
					    : c->posts.n;
}

size_t public_content_first(const struct public_content *c)
{
	int64_t now = clock_now();
	size_t i = 0;

	if (c->kind != FOLDER_CALENDAR)
		return 0;
	while (i < c->events.n && c->events.v[i].end < now)
		i++;
	return i < c->events.n ? i : 0;
}

/* "Thu 26 Nov 15:00-16:00"; the year where it is another one. */
static void add_when(struct str *b, const struct appointment *a,
		     const struct zone *zone)
{
	bool all_day = a->flags & APPT_ALL_DAY;
	int64_t wall = all_day ? a->start : zone_wall(zone, a->start);
	struct clock_parts then, today;

	zone_parts(wall, &then);
	zone_parts(zone_wall(zone, clock_now()), &today);
	if (then.year == today.year)
		dates_add_short_day(b, wall);
	else
		dates_add_day(b, wall);
	str_add_char(b, ' ');
	dates_add_times(b, all_day ? zone_instant(zone, a->start) : a->start,
			all_day ? zone_instant(zone, a->end) : a->end, all_day,
			zone);
}

static void event_cell(const struct public_content *c,
		       const struct appointment *a, int column, struct str *out,
		       enum theme_role *role)
{
	switch (column) {
	case COL_WHEN:
		add_when(out, a, c->zone);
		*role = THEME_DATE;
		break;
	case COL_EVENT:
		str_add(out, a->subject ? a->subject : "(no subject)");
		break;
	case COL_PLACE:
		str_add(out, str_or_empty(a->location));
		*role = THEME_DIMMED;
		break;
	case COL_REPEATS:
		if (a->recur.kind != RECUR_NONE)
			recur_add_text(out, &a->recur);
		*role = THEME_DIMMED;
		break;
	}
}

static void contact_cell(const struct person *p, int column, struct str *out,
			 enum theme_role *role)
{
	switch (column) {
	case COL_NAME:
		str_add(out, person_title(p));
		*role = THEME_PERSON;
		break;
	case COL_COMPANY:
		str_add(out, str_or_empty(p->company));
		break;
	case COL_EMAIL:
		str_add(out, str_or_empty(p->addr));
		break;
	case COL_PHONE:
		str_add(out, p->phone ? p->phone : str_or_empty(p->mobile));
		*role = THEME_DIMMED;
		break;
	}
}

void public_content_cell(const struct public_content *c, size_t i, int column,
			 struct str *out, enum theme_role *role)
{
	const struct item *it;

	if (c->kind == FOLDER_CALENDAR) {
		event_cell(c, &c->events.v[i], column, out, role);
		return;
	}
	if (c->kind == FOLDER_CONTACTS) {
		contact_cell(&c->people.v[i], column, out, role);
		return;
	}
	it = &c->posts.v[i];
	if (column == COL_DATE) {
		clock_add_short(out, it->received, clock_now());
		*role = THEME_DATE;
	} else if (column == COL_FROM) {
		str_add(out, it->from_name ? it->from_name : it->from_addr);
		*role = THEME_PERSON;
	} else {
		str_add(out, it->subject);
	}
}

const char *public_content_title(const struct public_content *c, size_t i)
{
	return str_or_empty(c->kind == FOLDER_CALENDAR ? c->events.v[i].subject
			    : c->kind == FOLDER_CONTACTS
				    ? person_title(&c->people.v[i])
				    : c->posts.v[i].subject);
}

static void add_line(struct str *b, const char *label, const char *text)
{
	if (text && *text)
		str_addf(b, "%-10s %s\n", label, text);
}

static void event_card(const struct public_content *c,
		       const struct appointment *a, struct str *b)
{
	struct str when CLEANUP(str_release) = STR_INIT;
	struct str again CLEANUP(str_release) = STR_INIT;

	add_when(&when, a, c->zone);
	add_line(b, "When", when.s);
	if (a->recur.kind != RECUR_NONE)
		recur_add_text(&again, &a->recur);
	add_line(b, "Again", again.s);
	add_line(b, "Where", a->location);
	add_line(b, "Called by",
		 a->organizer_name ? a->organizer_name : a->organizer_addr);
	if (a->notes && *a->notes)
		str_addf(b, "\n%s\n", a->notes);
}

bool public_content_add_card(const struct public_content *c, size_t i,
			     struct str *text)
{
	const struct person *p;

	if (c->kind == FOLDER_CALENDAR) {
		event_card(c, &c->events.v[i], text);
		return true;
	}
	if (c->kind != FOLDER_CONTACTS)
		return false;
	p = &c->people.v[i];
	for (int f = 0; f < PERSON_FIELDS; f++)
		if (f != PERSON_file_as && f != PERSON_notes)
			add_line(text, person_row((enum person_field)f)->label,
				 person_get(p, (enum person_field)f));
	if (p->notes)
		str_addf(text, "\n%s\n", p->notes);
	return true;
}

const char *public_content_empty(enum folder_kind kind)
{
	return kind == FOLDER_CALENDAR	 ? "No entry is in this calendar."
	       : kind == FOLDER_CONTACTS ? "No contact is in this folder."
					 : "Nothing is posted here yet - m "
					   "posts";
}

const char *public_content_mark(enum folder_kind kind)
{
	return kind == FOLDER_CALENDAR	 ? " (calendar)"
	       : kind == FOLDER_CONTACTS ? " (contacts)"
	       : kind == FOLDER_MAIL	 ? ""
					 : " (other)";
}

const char *public_content_words(enum folder_kind kind)
{
	return kind == FOLDER_CALENDAR	 ? "a calendar"
	       : kind == FOLDER_CONTACTS ? "a list of contacts"
					 : "a folder of another kind";
}
