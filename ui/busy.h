/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef UI_BUSY_H
#define UI_BUSY_H
/*
 * The free/busy screen: people, groups and rooms under each other, time to the
 * right. Rows fill as answers come; shared by its files busy_rows.c (who),
 * busy_draw.c (the grid), busy_act.c (commands), scr_freebusy.c (the screen).
 */
#include "engine/calendar.h"
#include "ui/app.h"

#define BUSY_QUARTER 900
#define BUSY_DAYS 14
#define BUSY_SLOTS 6

struct busy_row {
	char *name, *addr;
	enum guest_kind kind;
	bool group; /* a distribution list: the members follow */
	bool expanded;
	bool member; /* of the group above */
	bool self;
	bool asked, answered;
	struct free_busy busy;
	char *cells; /* a letter each quarter of an hour; NULL: not known */
};
struct busy_ask {
	uint64_t ticket;
	struct strv addrs; /* EVENT_BUSY counts them */
	char *group;	   /* EXPAND: the group's address; NULL: BUSY */
	bool perhaps;	   /* EXPAND: it may be no group at all */
	bool rooms, lists; /* ROOMS */
	int64_t length;	   /* BUSY, of all rows: suggestions were asked for */
};
struct busy {
	VEC(struct busy_row) rows;
	VEC(struct busy_ask) asks;
	struct zone *zone;
	int64_t day;	 /* wall midnight of the first day */
	int64_t start;	 /* of the slot under the cursor, instant */
	int64_t length;	 /* seconds */
	int64_t pressed; /* where the mouse button went down; CLOCK_NEVER */
	int zoom;	 /* 0: quarters of an hour, 1: halves, 2: hours */
	bool any_hour;	 /* nights and weekends too */
	int row, top;	 /* cursor; first shown */
	int left;	 /* first column of the grid that is shown */
	int day_cells;	 /* columns of a day when that was said */
	struct slot_list slots;
	/* What the server suggests for all of the rows and a meeting of
	 * told_length. */
	struct suggestion_list told;
	int64_t told_length;
	size_t n_guests; /* guests[i] of the slots are rows */
	size_t *guest_rows;
	bool stale_slots;
	char *room_lists;	 /* "address<TAB>name" lines; NULL: not asked */
	bool for_form;		 /* the event form waits for the choice */
	struct appointment appt; /* what it is about */
};

struct busy *busy_of(struct app *app); /* NULL: not open */

/* busy_rows.c */
struct busy_row *busy_add(struct busy *b, const char *name, const char *addr,
			  enum guest_kind kind);
/* The same by the name the address list has, where none is given. */
struct busy_row *busy_add_known(struct app *app, struct busy *b,
				const char *name, const char *addr,
				enum guest_kind kind);
/* It is about other people now, or they are needed otherwise. */
void busy_others(struct busy *b);
void busy_row_release(struct busy_row *r);
bool busy_row_shown(const struct busy *b, size_t i);
/* Asks for everybody who was not asked yet; all anew after a move. */
void busy_ask(struct app *app, struct busy *b);
void busy_ask_again(struct app *app, struct busy *b);
void busy_ask_rooms(struct app *app, struct busy *b, const char *list);
/* Text of a person, or several, as typed; groups are expanded. */
void busy_add_text(struct app *app, struct busy *b, const char *text,
		   enum guest_kind kind);
bool busy_event(struct app *app, struct busy *b, const struct event *ev);
void busy_find_slots(struct busy *b);
/* The instants between which anything is known. */
int64_t busy_from(const struct busy *b);
int64_t busy_to(const struct busy *b);
/* The letter for [from, from + span) of a row. */
char busy_letter(const struct busy *b, const struct busy_row *r, int64_t from,
		 int64_t span);
/* Of all required ones. */
char busy_all(const struct busy *b, int64_t from, int64_t span);
/* Members of the group at i who cannot come. */
int busy_count(const struct busy *b, size_t i, int64_t from, int64_t span);
/* First and last hour that is shown. */
void busy_hours(const struct busy *b, int *first, int *last);
bool busy_day_shown(const struct busy *b, int64_t day);

/* busy_draw.c */
void busy_draw(struct app *app, struct screen *s, struct busy *b);
/* The instant at a screen cell; CLOCK_NEVER: none. *row: row, or -1. */
int64_t busy_at(const struct screen *s, struct busy *b, int x, int y, int *row,
		int *slot);
#endif
