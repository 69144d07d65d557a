/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef UI_EVENT_FORM_H
#define UI_EVENT_FORM_H
/*
 * The event editor: a row for each field, the people below, with what they do
 * at that time. Enter changes a row on the prompt line, letters do the rest.
 * Shared by event_form.c (what is edited), event_field.c (its rows) and
 * scr_event.c (screen, commands).
 */
#include "engine/calendar.h"
#include "ui/app.h"

#define BUSY_FOR_FORM "form:" /* before the free/busy screen's argument */

/* X(id, label, help) */
#define EVENT_FIELDS(X)                                                        \
	X(TITLE, "Title", "Enter changes it")                                  \
	X(WHEN, "When",                                                        \
	  "words work too: tomorrow 10-11, fri 9:30 for 45m, +2w, mon - wed")  \
	X(ZONE, "Zone", "such as Europe/Berlin; the time stays the same")      \
	X(REPEAT, "Repeat",                                                    \
	  "weekly on mon, thu until 22 dec; monthly on the last friday; none") \
	X(WHERE, "Where", "a place; rooms are found by f and R")               \
	X(REMIND, "Remind", "15m, 2h, 1d or none, before it begins")           \
	X(SHOW_AS, "Show as", "Space: free, tentative, busy, away, elsewhere") \
	X(PRIVATE, "Private", "Space: others see no more than busy")           \
	X(CATEGORY, "Category", "names with commas between")                   \
	X(NOTES, "Notes", "E opens them in the editor")
enum event_field {
#define X(id, label, help) EVENT_FIELD_##id,
	EVENT_FIELDS(X)
#undef X
		EVENT_FIELD_COUNT
};

/* What is known of somebody's time. */
struct event_busy {
	char *addr;
	bool answered;
	struct free_busy busy;
};
/* A distribution list that is not told about as a whole. */
struct event_group {
	char *addr;
	struct strv members; /* addresses; none: it is no list */
};
struct event_form {
	struct appointment appt, before;
	bool is_new;
	int64_t item, calendar; /* rows; item 0: a new one */
	int64_t original;	/* one of a series; CLOCK_NEVER: all of it */
	bool of_series;
	bool following; /* this one and the later ones: head ends before it */
	struct appointment head;
	char *place;		 /* "3 of 10"; NULL: not told */
	struct zone *zone, *own; /* the entry's, the person's */
	int at, top;		 /* cursor: fields, then people */
	VEC(struct event_busy) busy;
	struct strv asked; /* addresses of the running request */
	uint64_t ticket;   /* 0: none runs */
	VEC(struct event_group) groups;
	uint64_t expanding; /* the last of them; 0: none is */
	int64_t from, to;   /* what is asked about */
	struct slot next;   /* start CLOCK_NEVER: none better */
};
struct event_form *event_form_of(struct app *app); /* NULL: not open */

/* Opens it on a new event, or on an entry: `original` names one of a series,
 * with `following` that and all later ones; CLOCK_NEVER: all of it. */
void event_form_new(struct app *app, const struct appointment *a);
void event_form_edit(struct app *app, int64_t item, int64_t original,
		     bool following);
/* The free/busy screen's choice: into the open form (back), or a new event. */
void event_form_take(struct app *app, const struct appointment *a, bool back);
/* Opens the free/busy screen on an event (busy_act.c). */
void busy_open_with(struct app *app, const struct appointment *a,
		    bool for_form);

/* event_form.c */
bool event_form_set_up(struct app *app, struct event_form *f, const char *arg,
		       struct err *err) MUST_CHECK;
void event_form_release(struct event_form *f);
void event_form_ask_busy(struct app *app, struct event_form *f);
bool event_form_event(struct event_form *f, const struct event *ev);
/* NULL: nothing is known (yet). */
const struct free_busy *event_form_busy(const struct event_form *f,
					const char *addr);
/* How many members the list of that address has, and what they do at the event's
 * time; 0: it is none, or is told about as a whole. */
struct event_count {
	size_t known, busy;
	bool waits; /* some are being asked about */
};
size_t event_form_group(const struct event_form *f, const char *addr,
			struct event_count *n);
bool event_form_is_meeting(const struct event_form *f);
/* Start and end as instants. */
void event_form_span(const struct event_form *f, int64_t *from, int64_t *to);
/* Sends it on its way; quiet: nobody is told. False: said why not. */
bool event_form_keep(struct app *app, struct event_form *f, bool quiet);
/* Lets the series end before the first of those that f is about (following). */
bool event_form_end_series(struct app *app, const struct event_form *f,
			   bool quiet, const char *said);

/* event_field.c */
const char *event_field_label(enum event_field id);
const char *event_field_help(enum event_field id);
void event_field_add(struct str *out, const struct event_form *f,
		     enum event_field id);
/* False: *err says what is understood. */
bool event_field_set(struct event_form *f, enum event_field id,
		     const char *text, struct err *err) MUST_CHECK;
/* The next choice of a field that has choices; false: it has none. */
bool event_field_step(struct event_form *f, enum event_field id);
/* "alice, Bob <b@x>" as people of that role. Appends to the message line who
 * is not known. */
void event_form_add_people(struct app *app, struct event_form *f,
			   const char *text, enum attendee_role role);
#endif
