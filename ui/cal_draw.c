/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* The views of the calendar. */
#include <stdio.h>
#include <string.h>
#include "ui/calendar.h"
#include "ui/dates.h"

#define DAY ((int64_t)86400)
#define GUTTER 6
#define GUTTER_SECOND 4
#define WIDE 130 /* room for a small month */

static int64_t today(const struct cal *c)
{
	return zone_day(zone_wall(c->zone, clock_now()));
}

static void add_range(struct str *b, const struct cal *c)
{
	int64_t last = c->first + (c->n_days - 1) * DAY;
	struct clock_parts from, to;

	zone_parts(c->first, &from);
	zone_parts(last, &to);
	switch (c->mode) {
	case CAL_MONTH:
		dates_add_month(b, c->day);
		break;
	case CAL_AGENDA:
		str_add(b, "Agenda  from ");
		dates_add_day(b, c->first);
		break;
	case CAL_DAY:
		dates_add_day(b, c->day);
		break;
	case CAL_WORKWEEK:
	case CAL_WEEK:
		str_addf(b, "Week %d  ", dates_week_number(c->first));
		if (from.month == to.month && !dates_are_counted()) {
			str_addf(b, "%d-%d ", from.day, to.day);
			dates_add_month(b, last);
		} else {
			dates_add_short_day(b, c->first);
			str_add(b, " - ");
			dates_add_day(b, last);
		}
		break;
	}
}

/* Which calendars lie over one another. */
static void add_calendars(struct str *b, const struct cal *c)
{
	size_t shown = 0;

	for (size_t i = 0; i < c->folders.n; i++)
		shown += c->shown[i];
	for (size_t i = 0; shown > 1 && i < c->folders.n; i++)
		if (c->shown[i])
			str_addf(b, "%s%s", i ? ", " : "  ",
				 str_or_empty(c->folders.v[i].name));
}

static void draw_title(struct screen *s, const struct cal *c)
{
	static const char *const modes[] = {"day", "work week", "week", "month",
					    "agenda"};
	struct str b CLEANUP(str_release) = STR_INIT;
	struct str right CLEANUP(str_release) = STR_INIT;
	int offset = zone_offset(c->zone, clock_now()) / 60, used;

	draw_fill(&s->win, 0, 0, s->win.w, THEME_HEADER);
	add_range(&b, c);
	add_calendars(&b, c);
	used = draw_text(&s->win, 1, 0, -1, THEME_HEADER, b.s);
	if (c->second)
		str_addf(&right, "%s   ", zone_name(c->second));
	str_addf(&right, "%s   %s %c%d:%02d", modes[c->mode],
		 zone_name(c->zone), offset < 0 ? '-' : '+',
		 (offset < 0 ? -offset : offset) / 60,
		 (offset < 0 ? -offset : offset) % 60);
	if (used + (int)right.len + 4 < s->win.w)
		draw_text(&s->win, s->win.w - (int)right.len - 1, 0, -1,
			  THEME_HEADER, right.s);
}

/* What is under the cursor, on the screen's last row. */
static void draw_detail(struct screen *s, struct cal *c)
{
	const struct calendar_entry *e = cal_current(c);
	struct str b CLEANUP(str_release) = STR_INIT;
	int y = s->win.h - 1;
	const struct appointment *a;
	int yes, maybe, no, none;

	draw_fill(&s->win, 0, y, s->win.w, THEME_HEADER);
	if (!e) {
		if (c->view.n == 0)
			draw_text(&s->win, 1, y, -1, THEME_HEADER,
				  "No event here - n new");
		return;
	}
	a = e->appt;
	str_addf(&b, "%s ",
		 dates_weekday(zone_weekday(zone_wall(c->zone, e->start))));
	if (a->flags & APPT_ALL_DAY) {
		str_add(&b, "all day");
	} else {
		dates_add_clock(&b, zone_wall(c->zone, e->start));
		str_add_char(&b, '-');
		dates_add_clock(&b, zone_wall(c->zone, e->end));
	}
	str_addf(&b, "  %s", a->subject ? a->subject : "(no subject)");
	if (a->location)
		str_addf(&b, "   %s", a->location);
	if (a->flags & APPT_CANCELLED)
		str_add(&b, "   cancelled");
	else if (a->attendees.n && a->flags & APPT_ORGANIZER) {
		appointment_count_answers(a, &yes, &maybe, &no, &none);
		str_addf(&b, "   %d yes %d maybe %d no %d open", yes, maybe, no,
			 none);
	} else if (a->flags & APPT_MEETING) {
		str_addf(&b, "   %s",
			 a->my_answer == ANSWER_NONE ||
					 a->my_answer == ANSWER_UNKNOWN
				 ? "answer due"
				 : answer_name(a->my_answer));
	}
	if (e->series) {
		str_add(&b, "   ");
		recur_add_text(&b, &e->series->recur);
	}
	for (size_t i = 1; i < c->folders.n; i++)
		if (c->folders.v[i].id == e->folder)
			str_addf(&b, "   [%s]",
				 str_or_empty(c->folders.v[i].name));
	if (e->pending)
		str_add(&b, "   ^ waits");
	draw_text(&s->win, 1, y, -1, THEME_HEADER, b.s);
}

/* --- day, work week, week ------------------------------------------------- */

static int column_x(const struct screen *s, const struct cal *c, int i)
{
	int w = s->win.w - c->gutter - (c->side ? c->side + 1 : 0);

	return c->gutter + i * w / c->n_days;
}

static void draw_heads(struct screen *s, const struct cal *c)
{
	for (int i = 0; i < c->n_days; i++) {
		int x = column_x(s, c, i);
		int w = column_x(s, c, i + 1) - x;
		int64_t day = c->first + i * DAY;
		struct clock_parts p;
		char text[32];
		unsigned style = day == today(c) ? THEME_BAR_TAB
				 : day == c->day ? THEME_SUBJECT
						 : THEME_FIELD;

		zone_parts(day, &p);
		snprintf(text, sizeof(text),
			 w >= 12  ? " %s %d"
			 : w >= 9 ? "%s %d"
				  : "%s%d",
			 dates_weekday(p.weekday), p.day);
		draw_column(&s->win, x + 1, 1, w - 2 > 0 ? w - 2 : 1, false,
			    style, text);
	}
}

/* Whole-day entries as bars over their days, at most `rows` of them. */
static void draw_all_day(struct screen *s, const struct cal *c, int rows)
{
	int row = 0, more = 0;

	draw_text(&s->win, 1, 2, -1, THEME_DIMMED, "all");
	for (size_t i = 0; i < c->view.n; i++) {
		const struct calendar_entry *e = &c->view.v[i];
		int64_t a = zone_day(zone_wall(c->zone, e->start));
		int64_t b = zone_wall(c->zone, e->end);
		int from = (int)((a - c->first) / DAY);
		int to = (int)((b - 1 - c->first) / DAY);
		int x, w;

		if (!(e->appt->flags & APPT_ALL_DAY) && e->end - e->start < DAY)
			continue;
		if (b <= c->first || a >= c->first + c->n_days * DAY)
			continue;
		if (row >= rows) {
			more++;
			continue;
		}
		from = from < 0 ? 0 : from;
		to = to >= c->n_days ? c->n_days - 1 : to;
		x = column_x(s, c, from) + 1;
		w = column_x(s, c, to + 1) - x;
		draw_fill(&s->win, x, 2 + row, w, grid_style(e));
		draw_textf(&s->win, x, 2 + row, grid_style(e), "[%.*s", w - 2,
			   e->appt->subject ? e->appt->subject : "");
		draw_text(&s->win, x + w - 1, 2 + row, 1, grid_style(e), "]");
		row++;
	}
	if (more)
		draw_textf(&s->win, 1, 2 + rows - 1, THEME_MARK, "+%d", more);
}

static int all_day_rows(const struct cal *c)
{
	int most = 1;

	for (int i = 0; i < c->n_days; i++)
		if (c->days[i].all_day > most)
			most = c->days[i].all_day;
	return most > 3 ? 3 : most;
}

int cal_body_rows(const struct screen *s)
{
	return s->win.h - 4 > 1 ? s->win.h - 4 : 1;
}

/* What the clock says elsewhere, on the day of the cursor. */
static void draw_second(struct screen *s, const struct cal *c, int y,
			int seconds)
{
	struct clock_parts p;

	zone_parts(
		zone_wall(c->second, zone_instant(c->zone, c->day + seconds)),
		&p);
	if (p.minute)
		draw_textf(&s->win, 4, y, THEME_DIMMED, "%02d:%02d", p.hour,
			   p.minute);
	else
		draw_textf(&s->win, 4, y, THEME_DIMMED, "%02d", p.hour);
}

static void draw_gutter(struct screen *s, const struct cal *c, int y, int rows)
{
	int64_t now = zone_wall(c->zone, clock_now());
	int at = (int)((now - zone_day(now)) / c->step);

	for (int r = 0; r < rows; r++) {
		int slot = c->top + r, seconds = slot * c->step;

		if (seconds % 3600 == 0)
			draw_textf(&s->win, 1, y + r, THEME_DATE, "%02d",
				   seconds / 3600);
		if (seconds % 3600 == 0 && c->second)
			draw_second(s, c, y + r, seconds);
		if (slot == at && today(c) >= c->first &&
		    today(c) < c->first + c->n_days * DAY)
			draw_text(&s->win, 0, y + r, 1, THEME_ERROR, ">");
	}
}

static void draw_days(struct app *app, struct screen *s, struct cal *c)
{
	int bars = all_day_rows(c), y = 2 + bars;
	int rows = s->win.h - 1 - y;
	size_t selected = SIZE_MAX;
	const struct calendar_entry *e;

	if (rows < 1)
		return;
	c->grid_y = y;
	c->grid_rows = rows;
	cal_show_cursor(c, rows);
	e = cal_current(c);
	if (e)
		selected = (size_t)(e - c->view.v);
	draw_heads(s, c);
	draw_all_day(s, c, bars);
	draw_gutter(s, c, y, rows);
	for (int i = 0; i < c->n_days; i++) {
		int x = column_x(s, c, i);
		struct win w =
			win_sub(&s->win, x, y, column_x(s, c, i + 1) - x, rows);
		bool here = c->days[i].day == c->day;
		struct grid_look look = {.top = c->top,
					 .cursor = here ? c->slot : -1,
					 .selected = here ? selected : SIZE_MAX,
					 .focused = screen_top(app) == s,
					 .lines = true};

		grid_day_draw(&c->days[i], &c->view, &w, &look);
		if (here)
			draw_cursor(&w, 1, c->slot - c->top);
	}
}

/* --- month ---------------------------------------------------------------- */

static void draw_cell(struct screen *s, struct cal *c, int64_t day, int x,
		      int y, int w, int h)
{
	int64_t from = zone_instant(c->zone, day);
	int64_t to = zone_instant(c->zone, day + DAY);
	struct clock_parts p, m;
	int line = 1, left = 0;
	unsigned style;

	zone_parts(day, &p);
	zone_parts(c->day, &m);
	style = day == c->day	     ? THEME_CURSOR
		: day == today(c)    ? THEME_BAR_TAB
		: p.month != m.month ? THEME_DIMMED
				     : THEME_FIELD;
	draw_fill(&s->win, x, y, w - 1, style);
	draw_textf(&s->win, x, y, style, "%d%s%s", p.day,
		   p.day == 1 && w > 9 ? " " : "",
		   p.day == 1 && w > 9 ? dates_month_short(p.month) : "");
	if (day == c->day)
		draw_cursor(&s->win, x, y);
	for (size_t i = 0; i < c->view.n; i++) {
		const struct calendar_entry *e = &c->view.v[i];
		struct str text CLEANUP(str_release) = STR_INIT;

		if (e->start >= to)
			break;
		if (e->end <= from)
			continue;
		if (line >= h) {
			left++;
			continue;
		}
		zone_parts(zone_wall(c->zone, e->start), &p);
		if (e->appt->flags & APPT_ALL_DAY)
			str_add(&text, "<");
		else if (e->start < from)
			str_add(&text, ".. ");
		else
			str_addf(&text, "%02d ", p.hour);
		str_add(&text, e->appt->subject ? e->appt->subject : "");
		draw_column(&s->win, x, y + line, w - 1, false, grid_style(e),
			    text.s);
		line++;
	}
	if (left && w > 4)
		draw_textf(&s->win, x + w - 4, y, THEME_MARK, "+%d", left);
}

static void draw_month(struct screen *s, struct cal *c)
{
	int left = 4, rows = (s->win.h - 3) / 6;

	if (rows < 1)
		rows = 1;
	for (int i = 0; i < 7; i++) {
		int x = left + i * (s->win.w - left) / 7;

		draw_text(&s->win, x, 1, -1, THEME_FIELD,
			  dates_weekday((c->week_start + i) % 7));
	}
	for (int week = 0; week < 6; week++) {
		int y = 2 + week * rows;

		if (y + rows > s->win.h - 1)
			break;
		draw_textf(&s->win, 0, y, THEME_DIMMED, "w%02d",
			   dates_week_number(c->first + (week * 7 + 3) * DAY));
		for (int i = 0; i < 7; i++) {
			int x = left + i * (s->win.w - left) / 7;
			int w = left + (i + 1) * (s->win.w - left) / 7 - x;

			draw_cell(s, c, c->first + (week * 7 + i) * DAY, x, y,
				  w, rows);
		}
	}
}

/* --- agenda --------------------------------------------------------------- */

static void draw_entry_row(struct screen *s, struct cal *c, size_t i, int y)
{
	const struct calendar_entry *e = &c->view.v[i];
	struct str b CLEANUP(str_release) = STR_INIT;
	unsigned style = i == c->chosen ? THEME_CURSOR : THEME_NORMAL;
	int w = s->win.w, place = w >= 70 ? 20 : 0;
	char mark[2] = {grid_texture(e->appt->show_as), '\0'};

	draw_fill(&s->win, 0, y, w, style);
	if (i == c->chosen) {
		draw_text(&s->win, 0, y, 1, style, ">");
		draw_cursor(&s->win, 0, y);
	}
	if (e->appt->flags & APPT_ALL_DAY) {
		str_add(&b, "all day");
	} else {
		dates_add_clock(&b, zone_wall(c->zone, e->start));
		str_add_char(&b, '-');
		dates_add_clock(&b, zone_wall(c->zone, e->end));
	}
	draw_column(&s->win, 2, y, 11, false, style, b.s);
	draw_text(&s->win, 14, y, 1, i == c->chosen ? style : grid_style(e),
		  mark);
	draw_column(&s->win, 16, y, w - 17 - place, false, style,
		    e->appt->subject ? e->appt->subject : "(no subject)");
	if (place && e->appt->location)
		draw_column(&s->win, w - place, y, place - 1, false, style,
			    e->appt->location);
}

static void draw_agenda(struct screen *s, struct cal *c)
{
	int rows = s->win.h - 2, y = 1;
	int64_t shown = INT64_MIN;
	size_t i = 0;

	/* Far down: begin so that the chosen one is in sight. */
	if (c->chosen > (size_t)rows / 2)
		i = c->chosen - (size_t)rows / 2;
	for (; i < c->view.n && y <= rows; i++) {
		int64_t day = zone_day(zone_wall(c->zone, c->view.v[i].start));

		if (day != shown) {
			struct str head CLEANUP(str_release) = STR_INIT;

			str_add(&head, day == today(c) ? "Today " : "");
			dates_add_short_day(&head, day);
			draw_text(&s->win, 1, y++, -1,
				  day == today(c) ? THEME_HEADING : THEME_FIELD,
				  head.s);
			shown = day;
			if (y > rows)
				break;
		}
		draw_entry_row(s, c, i, y++);
	}
	if (!c->view.n)
		draw_text(&s->win, 2, 2, -1, THEME_DIMMED,
			  "No event in these weeks - n new");
}

void cal_draw(struct app *app, struct screen *s, struct cal *c)
{
	draw_clear(&s->win, THEME_NORMAL);
	if (s->win.h < 4 || s->win.w < 30)
		return;
	c->gutter = GUTTER + (c->second ? GUTTER_SECOND : 0);
	c->side = s->win.w >= WIDE && c->mode < CAL_MONTH ? CAL_SIDE : 0;
	c->grid_rows = 0;
	draw_title(s, c);
	if (c->side)
		cal_side_draw(s, c);
	if (c->mode == CAL_MONTH)
		draw_month(s, c);
	else if (c->mode == CAL_AGENDA)
		draw_agenda(s, c);
	else
		draw_days(app, s, c);
	draw_detail(s, c);
}
