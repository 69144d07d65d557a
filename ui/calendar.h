/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef UI_CALENDAR_H
#define UI_CALENDAR_H
/* The calendar screen: its state, shared by drawing and commands. */
#include "ui/cal_layers.h"
#include "ui/grid.h"

enum cal_mode { CAL_DAY, CAL_WORKWEEK, CAL_WEEK, CAL_MONTH, CAL_AGENDA };
#define CAL_DAYS 7

struct cal {
	enum cal_mode mode;
	int64_t day;   /* wall midnight of the cursor */
	int slot;      /* of the cursor, in steps */
	int step;      /* seconds a row stands for: 900, 1800, 3600 */
	int nth;       /* among entries that overlap */
	int top;       /* first slot shown */
	size_t chosen; /* agenda, month: index into the view */
	struct calendar_view view;
	int64_t from, to; /* walls of what is read */
	int64_t first;	  /* wall of the first day shown */
	struct grid_day days[CAL_DAYS];
	int n_days;
	int week_start; /* 0 Sunday */
	struct zone *zone;
	struct cal_layers layers;
	bool stale, stale_layers;
	bool loaded;
	struct zone *second; /* shown beside the hours; NULL: none */
	char *second_name;   /* as configured when it was looked for */
	/* How it was drawn last, for the mouse. */
	int gutter, side;
	int grid_y, grid_rows;
	VEC(size_t) lines; /* agenda: entries by row from 1, SIZE_MAX a day */
	bool scrolled;	   /* by the wheel, off the cursor */
	/* What was made or moved, to be under the cursor once it is there. */
	char *follow; /* its subject; NULL: nothing */
	int64_t follow_start, follow_end,
		follow_since; /* since: clock_mono_ms */
	/* As it was moved to, for the next change before the store has it. */
	struct appointment moved;
	int64_t moved_item, moved_original; /* item 0: none */
	/* A drag with the left button: from where, of which end. */
	bool dragging, stretching;
	int64_t drag_day;
	int drag_slot;
	int64_t month_first; /* of the small month: wall of its first cell */
	uint64_t month_busy; /* a bit for each of its 42 days */
};

/* scr_calendar.c */
struct cal *cal_of(struct app *app); /* NULL: not open */
void cal_reload(struct app *app, struct cal *c);
/* Behind the view ("week", "agenda") at the beginning of a text; *mode (may be
 * NULL) is left alone where there is none. */
const char *cal_skip_view(const char *text, enum cal_mode *mode);
void cal_go(struct app *app, struct cal *c, int64_t day);
/* Goes to an instant (all_day: a wall midnight); the screen is open. */
void cal_show_time(struct app *app, int64_t start, bool all_day);
/* The cursor goes to this entry as soon as it is in the calendar. */
void cal_follow(struct app *app, struct cal *c, const struct appointment *a);
bool cal_is_following(const struct cal *c); /* it is not there yet */
/* The entry under the cursor; NULL: none. */
const struct calendar_entry *cal_current(struct cal *c);
/* Makes rows fit: called before drawing with the body's size. */
void cal_show_cursor(struct cal *c, int rows);
void cal_ask_people(struct app *app, struct cal *c, bool again);

/* cal_act.c: what the mouse did to the entry under the cursor. */
void cal_shift(struct app *app, int64_t start, int64_t end);
/* Not what one may only read; said then. */
bool cal_may_change(struct app *app, const struct cal *c,
		    const struct calendar_entry *e);

/* cal_mouse.c */
bool cal_mouse(struct app *app, struct screen *s, const struct input *in);

/* scr_calendars.c: shows or hides a calendar, and keeps it so. */
void cal_toggle_layer(struct app *app, struct cal *c, struct cal_layer *l);
/* Lays the free/busy of people over; text: as typed. False: of nobody. */
bool cal_add_people(struct app *app, struct cal *c, const char *text);

/* cal_side.c: a small month and the day's list at the right. */
#define CAL_SIDE 26
void cal_side_load(struct app *app, struct cal *c);
void cal_side_draw(struct screen *s, struct cal *c);
/* The day of the small month at a screen cell; false: none is there. */
bool cal_side_day(const struct screen *s, const struct cal *c, int x, int y,
		  int64_t *day);

/* cal_draw.c */
void cal_draw(struct app *app, struct screen *s, struct cal *c);
int cal_body_rows(const struct screen *s);
#define CAL_MONTH_LEFT 4		    /* cells of the weeks' numbers */
int cal_month_rows(const struct screen *s); /* of a week */
#endif
