/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* The views of the calendar. */
#include <stdio.h>
#include <string.h>
#include "base/utf8.h"
#include "ui/calendar.h"
#include "ui/dates.h"

#define DAY ((int64_t)86400)
#define GUTTER 6
#define GUTTER_SECOND 4
#define WIDE 130 /* room for a small month */
#define ALL_DAY_MOST 3
#define SUBJECT_MOST 64 /* in the agenda: the place is not far from it */
#define CELL_LINED 8	/* a day of the month with a line beside it */

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

/* Which calendars lie over one another, with letter and colour; cells used. */
static int draw_legend(const struct win *w, int x, const struct cal *c)
{
	int at = x;

	for (size_t i = 0; i < c->layers.v.n; i++) {
		const struct cal_layer *l = &c->layers.v.v[i];
		const char letter[2] = {l->letter, '\0'};
		struct str text CLEANUP(str_release) = STR_INIT;
		int need;

		if (!l->shown || cal_layers_is_first(&c->layers, l))
			continue;
		str_addf(&text, " %s%s", l->name,
			 l->folder			    ? ""
			 : l->kept.to > l->kept.from	    ? ""
			 : c->layers.ticket && !l->kept.why ? " (asking)"
							    : " (no data)");
		need = 4 + (int)utf8_width(text.s);
		if (at + need > w->w - 2) {
			at += 2 +
			      draw_text(w, at + 2, 0, -1, THEME_HEADER, "...");
			break;
		}
		draw_text(w, at + 2, 0, 1, THEME_BAR, letter);
		draw_text(w, at + 3, 0, -1,
			  THEME_ON(cal_layer_style(l), THEME_HEADER), text.s);
		at += need - 1;
	}
	return at - x;
}

/* "Europe/Berlin +1:00" */
static void add_zone(struct str *b, const struct zone *z)
{
	int offset = zone_offset(z, clock_now()) / 60;

	str_addf(b, "%s %c%d:%02d", zone_name(z), offset < 0 ? '-' : '+',
		 (offset < 0 ? -offset : offset) / 60,
		 (offset < 0 ? -offset : offset) % 60);
}

static void draw_title(struct screen *s, const struct cal *c)
{
	static const char *const modes[] = {"day", "work week", "week", "month",
					    "agenda"};
	struct str b CLEANUP(str_release) = STR_INIT;
	struct str right CLEANUP(str_release) = STR_INIT;
	int used;

	draw_fill(&s->win, 0, 0, s->win.w, THEME_HEADER);
	add_range(&b, c);
	used = draw_text(&s->win, 1, 0, -1, THEME_HEADER, b.s);
	used += draw_legend(&s->win, used + 1, c);
	str_addf(&right, "%s   ", modes[c->mode]);
	add_zone(&right, c->zone);
	if (c->second) {
		str_add(&right, "   ");
		add_zone(&right, c->second);
	}
	/* With many calendars the view's name is what is left. */
	if (used + (int)right.len + 4 >= s->win.w) {
		str_clear(&right);
		str_add(&right, modes[c->mode]);
	}
	if (used + (int)right.len + 4 < s->win.w)
		draw_text(&s->win, s->win.w - (int)right.len - 1, 0, -1,
			  THEME_HEADER, right.s);
}

/* How it stands with the meeting that an entry is. */
static void add_standing(struct str *b, const struct appointment *a)
{
	int yes, maybe, no, none;

	if (a->flags & APPT_CANCELLED) {
		str_add(b, "   cancelled");
	} else if (a->attendees.n && a->flags & APPT_ORGANIZER) {
		appointment_count_answers(a, &yes, &maybe, &no, &none);
		str_addf(b, "   %d yes %d maybe %d no %d open", yes, maybe, no,
			 none);
	} else if (a->flags & APPT_MEETING) {
		str_addf(b, "   %s",
			 a->my_answer == ANSWER_NONE ||
					 a->my_answer == ANSWER_UNKNOWN
				 ? "answer due"
				 : answer_name(a->my_answer));
	}
}

/* Where the cursor is, and what one can do there. */
static void add_nothing(struct str *b, const struct cal *c)
{
	if (c->mode == CAL_AGENDA) {
		str_add(b, "No event here - n new");
		return;
	}
	dates_add_short_day(b, c->day);
	if (c->mode < CAL_MONTH) {
		str_add_char(b, ' ');
		dates_add_clock(b, c->day + (int64_t)c->slot * c->step);
	}
	str_add(b, "  nothing here - n new");
}

/* What is under the cursor, on the screen's last row. */
static void draw_detail(struct screen *s, struct cal *c)
{
	const struct calendar_entry *e = cal_current(c);
	struct str b CLEANUP(str_release) = STR_INIT;
	int y = s->win.h - 1;
	const struct cal_layer *layer;
	const struct appointment *a;

	draw_fill(&s->win, 0, y, s->win.w, THEME_HEADER);
	if (!e) {
		add_nothing(&b, c);
		draw_text(&s->win, 1, y, -1, THEME_HEADER, b.s);
		return;
	}
	a = e->appt;
	layer = cal_layers_of(&c->layers, e);
	str_addf(&b, "%s ",
		 dates_weekday(zone_weekday(zone_wall(c->zone, e->start))));
	if (a->flags & APPT_ALL_DAY) {
		str_add(&b, "all day");
	} else {
		dates_add_clock(&b, zone_wall(c->zone, e->start));
		str_add_char(&b, '-');
		dates_add_clock(&b, zone_wall(c->zone, e->end));
	}
	if (!e->item && layer)
		str_addf(&b, "  %s: %s", layer->name, show_as_name(a->show_as));
	if (e->item || a->subject)
		str_addf(&b, "  %s", a->subject ? a->subject : "(no subject)");
	if (e->clash)
		str_add(&b, "   CLASH");
	if (a->location)
		str_addf(&b, "   %s", a->location);
	add_standing(&b, a);
	if (e->series) {
		str_add(&b, "   ");
		recur_add_text(&b, &e->series->recur);
	}
	if (e->item && layer && !cal_layers_is_first(&c->layers, layer))
		str_addf(&b, "   [%s]", layer->name);
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

/* "Mon 23" where w cells have room for it, else "23". */
static void head_text(char *out, size_t size, int64_t day, int w, bool names)
{
	struct clock_parts p;

	zone_parts(day, &p);
	if (names)
		snprintf(out, size, "%s%s%s%d", w >= 12 ? " " : "",
			 dates_weekday(p.weekday), w >= 9 ? " " : "", p.day);
	else
		snprintf(out, size, "%d", p.day);
}

static void draw_heads(struct screen *s, const struct cal *c)
{
	/* The narrowest column decides for all. */
	int narrow = (column_x(s, c, c->n_days) - c->gutter) / c->n_days;
	bool names = true;
	char text[32];

	for (int i = 0; i < c->n_days; i++) {
		head_text(text, sizeof(text), c->first + i * DAY, narrow, true);
		names = names && (int)utf8_width(text) < narrow;
	}
	for (int i = 0; i < c->n_days; i++) {
		int x = column_x(s, c, i);
		int w = column_x(s, c, i + 1) - x;
		int64_t day = c->first + i * DAY;
		unsigned style = day == today(c) ? THEME_BAR_TAB
				 : day == c->day ? THEME_SUBJECT
						 : THEME_FIELD;

		head_text(text, sizeof(text), day, narrow, names);
		draw_column(&s->win, x + 1, 1, w - 1, false, style, text);
	}
}

/* The first row that is free from that column on, up to column `to`; rows: none.
 * They come by their starts. */
static int take_row(int *until, int rows, int from, int to)
{
	int row = 0;

	while (row < rows && until[row] >= from)
		row++;
	if (row < rows)
		until[row] = to;
	return row;
}

/* Whole-day entries as bars over their days, in at most `rows` rows. */
static void draw_all_day(struct screen *s, const struct cal *c, int rows)
{
	int until[ALL_DAY_MOST] = {-1, -1, -1};
	int more = 0;

	draw_text(&s->win, 1, 2, -1, THEME_DIMMED, "all");
	for (size_t i = 0; i < c->view.n; i++) {
		const struct calendar_entry *e = &c->view.v[i];
		unsigned style = cal_layers_style(&c->layers, e);
		struct str text CLEANUP(str_release) = STR_INIT;
		int64_t a = zone_day(zone_wall(c->zone, e->start));
		int64_t b = zone_wall(c->zone, e->end);
		int from = (int)((a - c->first) / DAY);
		int to = (int)((b - 1 - c->first) / DAY);
		int x, w, row;

		if (!(e->appt->flags & APPT_ALL_DAY) && e->end - e->start < DAY)
			continue;
		if (b <= c->first || a >= c->first + c->n_days * DAY)
			continue;
		from = from < 0 ? 0 : from;
		to = to >= c->n_days ? c->n_days - 1 : to;
		row = take_row(until, rows, from, to);
		if (row == rows) {
			more++;
			continue;
		}
		x = column_x(s, c, from) + 1;
		w = column_x(s, c, to + 1) - x;
		str_add_char(&text, '[');
		cal_layers_add_letter(&c->layers, e, &text);
		str_add(&text, e->item || e->appt->subject
				       ? str_or_empty(e->appt->subject)
				       : show_as_name(e->appt->show_as));
		draw_column(&s->win, x, 2 + row, w - 1, false, style, text.s);
		draw_text(&s->win, x + w - 1, 2 + row, 1, style, "]");
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
	return most > ALL_DAY_MOST ? ALL_DAY_MOST : most;
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
					 .lines = true,
					 .layers = &c->layers};

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
	unsigned style, mark;

	zone_parts(day, &p);
	zone_parts(c->day, &m);
	style = day == c->day	     ? THEME_CURSOR
		: day == today(c)    ? THEME_BAR_TAB
		: p.month != m.month ? THEME_DIMMED
				     : THEME_FIELD;
	mark = style == THEME_CURSOR || style == THEME_BAR_TAB
		       ? THEME_ON(THEME_MARK, style)
		       : THEME_MARK;
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
		cal_layers_add_letter(&c->layers, e, &text);
		str_add(&text, e->item || e->appt->subject
				       ? str_or_empty(e->appt->subject)
				       : show_as_name(e->appt->show_as));
		draw_column(&s->win, x, y + line, w - 1, false,
			    cal_layers_style(&c->layers, e), text.s);
		line++;
	}
	/* Behind the day's number; where there is no room for how many, only
	 * that there are. */
	if (left && w > 7)
		draw_textf(&s->win, x + w - 4, y, mark, "+%d", left);
	else if (left && w > 3)
		draw_textf(&s->win, x + 2, y, mark,
			   left < 10 && w > 4 ? "+%d" : "+", left);
}

int cal_month_rows(const struct screen *s)
{
	return s->win.h - 3 >= 6 ? (s->win.h - 3) / 6 : 1;
}

static void draw_month(struct screen *s, struct cal *c)
{
	int left = CAL_MONTH_LEFT, rows = cal_month_rows(s);

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
			if (i < 6 && rows > 1 && w >= CELL_LINED)
				draw_vline(&s->win, x + w - 1, y, rows,
					   THEME_BORDER);
		}
	}
}

/* --- agenda --------------------------------------------------------------- */

/* What the place has of a row; the subject begins at x. */
static int place_cells(int w, int x)
{
	int most = w - x - SUBJECT_MOST;

	return w < 70 ? 0 : most > 20 ? most : 20;
}

static void draw_entry_row(struct screen *s, struct cal *c, size_t i, int y)
{
	const struct calendar_entry *e = &c->view.v[i];
	const struct cal_layer *layer = cal_layers_of(&c->layers, e);
	struct str b CLEANUP(str_release) = STR_INIT;
	bool here = i == c->chosen;
	unsigned style = here ? THEME_CURSOR : THEME_NORMAL;
	unsigned look = here ? style : cal_layers_style(&c->layers, e);
	int w = s->win.w, x = 16, place = place_cells(w, x);
	int end = w - 1 - place - (e->clash ? 6 : 0);
	char mark[2] = {grid_texture(e->appt->show_as), '\0'};

	draw_fill(&s->win, 0, y, w, style);
	if (here) {
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
	draw_text(&s->win, 14, y, 1, look, mark);
	str_clear(&b);
	cal_layers_add_letter(&c->layers, e, &b);
	if (b.len) {
		draw_text(&s->win, x, y, 1, here ? style : THEME_BAR, b.s);
		x += 2;
	}
	str_clear(&b);
	if (e->item || e->appt->subject)
		str_add(&b,
			e->appt->subject ? e->appt->subject : "(no subject)");
	else
		str_addf(&b, "%s: %s", layer ? layer->name : "",
			 show_as_name(e->appt->show_as));
	if (e->end - e->start > DAY) {
		str_add(&b, "  (until ");
		dates_add_short_day(&b, zone_wall(c->zone, e->end - 1));
		str_add_char(&b, ')');
	}
	draw_column(&s->win, x, y, end - x, false,
		    layer && layer->colour ? look : style, b.s);
	if (e->clash)
		draw_text(&s->win, end + 1, y, 5, here ? style : THEME_ERROR,
			  "CLASH");
	if (place && e->appt->location)
		draw_column(&s->win, w - place, y, place - 1, false, style,
			    e->appt->location);
}

static void draw_agenda(struct screen *s, struct cal *c)
{
	int rows = s->win.h - 2, y = 1;
	int64_t shown = INT64_MIN;
	size_t i = 0;

	c->lines.n = 0;
	/* Far down: begin so that the chosen one is in sight. */
	if (c->chosen > (size_t)rows / 2)
		i = c->chosen - (size_t)rows / 2;
	for (; i < c->view.n && y <= rows; i++) {
		int64_t day = zone_day(zone_wall(c->zone, c->view.v[i].start));

		/* What goes on since days before is of the first one. */
		if (day < c->first)
			day = c->first;
		if (day != shown) {
			struct str head CLEANUP(str_release) = STR_INIT;

			str_add(&head, day == today(c) ? "Today " : "");
			dates_add_short_day(&head, day);
			draw_text(&s->win, 1, y++, -1,
				  day == today(c) ? THEME_HEADING : THEME_FIELD,
				  head.s);
			shown = day;
			vec_add(&c->lines, SIZE_MAX);
			if (y > rows)
				break;
		}
		vec_add(&c->lines, i);
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
