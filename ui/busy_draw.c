/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* The grid of the free/busy screen, and the slots below it. */
#include <string.h>
#include "base/utf8.h"
#include "ui/busy.h"
#include "ui/dates.h"

#define DAY ((int64_t)86400)
#define HEAD_ROWS 3 /* title, days, hours */

/* How a row of time lies on the screen. */
struct lay {
	int names; /* cells of the names at the left */
	int cells; /* of the grid */
	int hour;  /* columns of an hour, with its gap */
	int drawn; /* of these, how many stand for time */
	int first, last;
	int day;  /* columns of a day, with its line */
	int rows; /* of people */
	int slots;
};

static void set_lay(const struct screen *s, const struct busy *b, struct lay *l)
{
	static const int drawn[] = {4, 2, 1}, widths[] = {5, 3, 1};
	int h = s->win.h;

	l->names = s->win.w >= 120 ? 24 : s->win.w >= 60 ? 15 : 10;
	l->cells = s->win.w - l->names;
	l->drawn = drawn[b->zoom];
	l->hour = widths[b->zoom];
	busy_hours(b, &l->first, &l->last);
	l->day = (l->last - l->first) * l->hour + 2;
	l->slots = h >= 20 ? BUSY_SLOTS : h >= 14 ? 3 : h >= 11 ? 1 : 0;
	/* Below the rows: the marker, the slots and their heading, a legend. */
	l->rows = h - HEAD_ROWS - 2 - (l->slots ? l->slots + 1 : 0);
	if (l->rows < 1)
		l->rows = 1;
}

/* Days that are shown before this one. */
static int day_index(const struct busy *b, int64_t day)
{
	int n = 0;

	for (int64_t d = b->day; d < day; d += DAY)
		n += busy_day_shown(b, d);
	return n;
}

/* The column of an instant in the whole grid. */
static int column_of(const struct busy *b, const struct lay *l, int64_t t)
{
	int64_t wall = zone_wall(b->zone, t), day = zone_day(wall);
	int quarter = (int)((wall - day) / BUSY_QUARTER) - l->first * 4;
	int most = (l->last - l->first) * 4, hour;

	if (quarter < 0)
		quarter = 0;
	if (quarter > most)
		quarter = most;
	hour = quarter / 4;
	return day_index(b, day) * l->day + hour * l->hour +
	       quarter % 4 * l->drawn / 4;
}

/* The wall time at a column; CLOCK_NEVER: a gap. *day: its midnight. */
static int64_t wall_at(const struct busy *b, const struct lay *l, int column,
		       int64_t *day)
{
	int index = column / l->day, in = column % l->day;
	int hour = in / l->hour, part = in % l->hour;
	int64_t d = b->day;

	for (; d < b->day + BUSY_DAYS * DAY; d += DAY)
		if (busy_day_shown(b, d) && index-- == 0)
			break;
	*day = d;
	if (d >= b->day + BUSY_DAYS * DAY || hour >= l->last - l->first ||
	    part >= l->drawn)
		return CLOCK_NEVER;
	return d + (l->first + hour) * 3600 + part * (3600 / l->drawn);
}

static void show_slot(struct busy *b, const struct lay *l)
{
	int from = column_of(b, l, b->start);
	int to = column_of(b, l, b->start + b->length);

	if (to < from)
		to = from;
	if (b->day_cells != l->day)
		b->left = 0;
	b->day_cells = l->day;
	/* Out of sight: its whole day comes in, or as much as there is room. */
	if (from < b->left || to > b->left + l->cells)
		b->left = from - from % l->day;
	if (to > b->left + l->cells)
		b->left = to - l->cells + l->hour;
	if (b->left > from)
		b->left = from;
	/* By whole hours, so that the heads stand still. */
	b->left -= b->left % l->day % l->hour;
	if (b->left < 0)
		b->left = 0;
}

/* --- cells ---------------------------------------------------------------- */

static enum theme_role letter_role(char c)
{
	switch (c) {
	case '#':
		return THEME_ERROR;
	case '/':
		return THEME_FLAGGED;
	case ':':
		return THEME_WARNING;
	case '-':
		return THEME_PERSON;
	case '.':
		return THEME_OK;
	default:
		return THEME_DIMMED;
	}
}

static bool in_slot(const struct busy *b, int64_t t)
{
	return t >= b->start && t < b->start + b->length;
}

static void draw_cell(const struct screen *s, const struct busy *b, int x,
		      int y, int64_t t, char c)
{
	char text[2] = {c, '\0'};

	draw_text(&s->win, x, y, 1,
		  in_slot(b, t) ? THEME_CURSOR : (unsigned)letter_role(c),
		  text);
}

/* A group: how many cannot come, once an hour. */
static void draw_count(const struct screen *s, const struct busy *b, size_t i,
		       int x, int y, int64_t t, int wide)
{
	int n = busy_count(b, i, t, 3600);

	if (wide > 1 || n < 10)
		draw_textf(&s->win, x, y,
			   in_slot(b, t) ? THEME_CURSOR : THEME_NORMAL, "%d",
			   n);
	else
		draw_text(&s->win, x, y, 1,
			  in_slot(b, t) ? THEME_CURSOR : THEME_NORMAL, "+");
}

/* i: the row; SIZE_MAX: all required ones. */
static void draw_times(const struct screen *s, const struct busy *b,
		       const struct lay *l, size_t i, int y)
{
	const struct busy_row *r = i == SIZE_MAX ? NULL : &b->rows.v[i];
	int64_t span = 3600 / l->drawn, day;

	for (int x = 0; x < l->cells; x++) {
		int64_t wall = wall_at(b, l, b->left + x, &day), t;

		if ((b->left + x) % l->day == l->day - 2)
			draw_text(&s->win, l->names + x, y, 1, THEME_BORDER,
				  term_is_utf8() ? "\xe2\x94\x82" : "|");
		if (wall == CLOCK_NEVER)
			continue;
		t = zone_instant(b->zone, wall);
		if (r && r->group && !r->expanded) {
			if (wall % 3600 == 0)
				draw_count(s, b, i, l->names + x, y, t,
					   l->hour);
			continue;
		}
		if (r && r->group)
			continue;
		draw_cell(s, b, l->names + x, y, t,
			  r ? busy_letter(b, r, t, span)
			    : busy_all(b, t, span));
	}
}

/* In `cells`: the number of a group's members is never cut. */
static void add_name(struct str *out, const struct busy *b, size_t i, int cells)
{
	static const char marks[] = {'*', 'o', 'r'};
	const struct busy_row *r = &b->rows.v[i];
	struct str name CLEANUP(str_release) = STR_INIT;
	struct str count CLEANUP(str_release) = STR_INIT;
	int members = 0;

	if (r->member)
		str_add_char(out, ' ');
	str_add_char(out,
		     r->group ? (r->expanded ? '-' : '+') : marks[r->kind]);
	for (size_t k = i + 1; k < b->rows.n && b->rows.v[k].member; k++)
		members++;
	if (r->group)
		str_addf(&count, " (%d)", members);
	cells -= (int)(utf8_width(out->s) + count.len);
	utf8_add_column(&name, r->name, cells > 0 ? (size_t)cells : 0, false,
			term_is_utf8() ? "\xe2\x80\xa6" : "~");
	if (r->group)
		str_trim(&name);
	str_add(out, name.s);
	str_add(out, count.s);
}

static void draw_row(const struct screen *s, const struct busy *b,
		     const struct lay *l, size_t i, int y)
{
	const struct busy_row *r = &b->rows.v[i];
	struct str name CLEANUP(str_release) = STR_INIT;
	bool here = (int)i == b->row;
	unsigned style = here			     ? THEME_CURSOR
			 : r->kind == GUEST_REQUIRED ? THEME_PERSON
						     : THEME_NORMAL;

	add_name(&name, b, i, l->names - 2);
	draw_text(&s->win, 0, y, 1, style, here ? ">" : " ");
	draw_column(&s->win, 1, y, l->names - 2, false, style, name.s);
	if (here)
		draw_cursor(&s->win, 0, y);
	if (!r->answered && !r->group)
		draw_text(&s->win, l->names, y, -1, THEME_DIMMED,
			  r->asked ? "asking ..." : "not asked");
	else if (r->busy.err.kind != ERR_NONE)
		draw_textf(&s->win, l->names, y, THEME_WARNING, "no data: %s",
			   r->busy.err.text);
	else
		draw_times(s, b, l, i, y);
}

/* --- around it ------------------------------------------------------------ */

static void draw_title(const struct screen *s, const struct busy *b)
{
	struct str t CLEANUP(str_release) = STR_INIT;
	static const char *const zooms[] = {"15m", "30m", "60m"};
	size_t waiting = 0;

	str_add(&t, "When can we meet?  ");
	dates_add_length(&t, b->length);
	str_add(&t, "   ");
	dates_add_short_day(&t, b->day);
	str_add(&t, " - ");
	dates_add_short_day(&t, b->day + (BUSY_DAYS - 1) * DAY);
	for (size_t i = 0; i < b->rows.n; i++)
		waiting += b->rows.v[i].asked && !b->rows.v[i].answered;
	if (s->win.w >= 76)
		str_addf(&t, "   %s   %s",
			 b->any_hour ? "all hours" : "working hours only",
			 zooms[b->zoom]);
	if (waiting)
		str_addf(&t, "   asking %zu", waiting);
	draw_fill(&s->win, 0, 0, s->win.w, THEME_HEADER);
	draw_column(&s->win, 1, 0, s->win.w - 2, false, THEME_HEADER, t.s);
}

static int day_of_month(int64_t day)
{
	struct clock_parts p;

	zone_parts(day, &p);
	return p.day;
}

static void draw_heads(const struct screen *s, const struct busy *b,
		       const struct lay *l)
{
	int64_t day, shown = INT64_MIN;
	int free_from = 0;

	for (int x = 0; x < l->cells; x++) {
		int in = (b->left + x) % l->day;
		int64_t wall = wall_at(b, l, b->left + x, &day);
		struct str head CLEANUP(str_release) = STR_INIT;
		int every = l->hour >= 3 ? 1 : 3;

		if (in == l->day - 2)
			for (int y = 1; y <= 2; y++)
				draw_text(&s->win, l->names + x, y, 1,
					  THEME_BORDER,
					  term_is_utf8() ? "\xe2\x94\x82"
							 : "|");
		if (wall == CLOCK_NEVER)
			continue;
		if (day != shown) {
			int room = l->day - 3 - in;

			shown = day;
			if (room > l->cells - x)
				room = l->cells - x;
			if (room > 10)
				dates_add_short_day(&head, day);
			else
				str_addf(&head, "%s %d",
					 dates_weekday(zone_weekday(day)),
					 day_of_month(day));
			if (room > 4)
				draw_column(&s->win, l->names + x, 1, room,
					    false, THEME_FIELD, head.s);
		}
		if (wall % 3600 == 0 &&
		    ((wall - day) / 3600 - l->first) % every == 0 &&
		    x >= free_from && x + 2 <= l->cells &&
		    in + 2 <= l->day - 2) {
			draw_textf(&s->win, l->names + x, 2, THEME_DATE, "%02d",
				   (int)((wall - day) / 3600));
			free_from = x + 3;
		}
	}
}

static void draw_marker(const struct screen *s, const struct busy *b,
			const struct lay *l, int y)
{
	int from = column_of(b, l, b->start) - b->left;
	int to = column_of(b, l, b->start + b->length) - b->left;
	struct str t CLEANUP(str_release) = STR_INIT;
	int width;

	/* The end of an hour lies before the gap. */
	if (l->hour > l->drawn && (to + b->left) % l->day % l->hour == 0)
		to -= l->hour - l->drawn;
	if (to <= from)
		to = from + 1;
	str_add(&t, to - from > 1 ? "[" : "^");
	while (to - from > 1 && (int)t.len < to - from - 1)
		str_add_char(&t, '=');
	if (to - from > 1)
		str_add_char(&t, ']');
	str_add(&t, "  ");
	dates_add_short_day(&t, zone_wall(b->zone, b->start));
	str_add_char(&t, ' ');
	dates_add_times(&t, b->start, b->start + b->length, false, b->zone);
	width = (int)utf8_width(t.s);
	from += l->names;
	if (from + width > s->win.w) {
		/* No room at the right: the words before the mark. */
		struct str words CLEANUP(str_release) = STR_INIT;
		int mark = (int)strcspn(t.s, " ");

		str_add(&words, t.s + mark + 2);
		width = (int)utf8_width(words.s) + 2;
		if (from - width > 6)
			draw_text(&s->win, from - width, y, -1, THEME_SUBJECT,
				  words.s);
		str_cut(&t, (size_t)mark);
	}
	draw_text(&s->win, from, y, -1, THEME_SUBJECT, t.s);
}

static void draw_slots(const struct screen *s, const struct busy *b,
		       const struct lay *l, int y)
{
	bool wide = s->win.w >= 76;
	int room = s->win.w >= 100 ? 36 : 17, why_x = 53 + room;

	if (!l->slots)
		return;
	draw_fill(&s->win, 0, y, s->win.w, THEME_HEADER);
	draw_text(&s->win, 1, y, -1, THEME_HEADER,
		  wide ? "Suggested                    required   optional   "
			 "room"
		       : "Suggested              free");
	if (wide)
		draw_text(&s->win, why_x, y, -1, THEME_HEADER, "why");
	for (size_t i = 0; i < b->slots.n && (int)i < l->slots; i++) {
		const struct slot *t = &b->slots.v[i];
		struct str when CLEANUP(str_release) = STR_INIT;
		struct str why CLEANUP(str_release) = STR_INIT;
		bool here =
			t->start == b->start && t->end == b->start + b->length;
		unsigned style = here ? THEME_CURSOR : THEME_NORMAL;

		y++;
		dates_add_short_day(&when, zone_wall(b->zone, t->start));
		str_add(&when, "  ");
		dates_add_times(&when, t->start, t->end, false, b->zone);
		slot_add_reason(&why, t, i == 0);
		draw_fill(&s->win, 0, y, s->win.w, style);
		draw_textf(&s->win, 0, y, style, "%s%zu", here ? ">" : " ",
			   i + 1);
		draw_column(&s->win, 3, y, wide ? 26 : 20, false, style,
			    when.s);
		draw_textf(&s->win, wide ? 30 : 24, y, style, "%d of %d",
			   t->required_free, t->required);
		if (!wide) {
			draw_column(&s->win, 32, y, s->win.w - 33, false, style,
				    why.s);
			continue;
		}
		if (t->optional)
			draw_textf(&s->win, 41, y, style, "%d of %d",
				   t->optional_free, t->optional);
		if (t->room != SIZE_MAX)
			draw_column(&s->win, 52, y, room, false, style,
				    b->rows.v[b->guest_rows[t->room]].name);
		draw_column(&s->win, why_x, y, s->win.w - why_x - 1, false,
			    style, why.s);
	}
	if (!b->slots.n)
		draw_text(&s->win, 3, y + 1, -1, THEME_DIMMED,
			  b->asks.n ? "Asking ..."
				    : "No time is free here: ] looks at later "
				      "weeks");
}

/* What one may see of the cell under the cursor, else the legend. */
static void draw_legend(const struct screen *s, const struct busy *b)
{
	const struct busy_row *r = b->row >= 0 && (size_t)b->row < b->rows.n
					   ? &b->rows.v[b->row]
					   : NULL;
	const struct busy_span *span = NULL;
	struct str t CLEANUP(str_release) = STR_INIT;
	int y = s->win.h - 1;

	draw_fill(&s->win, 0, y, s->win.w, THEME_HEADER);
	if (r && r->answered && !r->group)
		free_busy_at(&r->busy, b->start, b->start + b->length, &span);
	if (span) {
		str_addf(&t, "%s: ", r->name);
		dates_add_times(&t, span->start, span->end, false, b->zone);
		str_addf(&t, " %s", show_as_name(span->show_as));
		if (span->is_private)
			str_add(&t, ", private");
		if (span->subject)
			str_addf(&t, "  %s", span->subject);
		if (span->location)
			str_addf(&t, "  (%s)", span->location);
		draw_column(&s->win, 1, y, s->win.w - 2, false, THEME_HEADER,
			    t.s);
		return;
	}
	draw_column(&s->win, 1, y, s->win.w - 2, false, THEME_HEADER,
		    "# busy  : tentative  / away  - elsewhere  = off hours  "
		    ". free  blank unknown");
}

static size_t shown_rows(const struct busy *b)
{
	size_t n = 0;

	for (size_t i = 0; i < b->rows.n; i++)
		n += busy_row_shown(b, i);
	return n;
}

static int index_of(const struct busy *b, int row)
{
	int n = 0;

	for (int i = 0; i < row; i++)
		n += busy_row_shown(b, (size_t)i);
	return n;
}

void busy_draw(struct app *app, struct screen *s, struct busy *b)
{
	struct lay l;
	int y = HEAD_ROWS, at = 0, rows;

	(void)app;
	draw_clear(&s->win, THEME_NORMAL);
	if (s->win.h < 8 || s->win.w < 30)
		return;
	if (b->stale_slots)
		busy_find_slots(b);
	set_lay(s, b, &l);
	show_slot(b, &l);
	rows = l.rows - 1; /* the line of all */
	if (index_of(b, b->row) < b->top)
		b->top = index_of(b, b->row);
	if (index_of(b, b->row) >= b->top + rows)
		b->top = index_of(b, b->row) - rows + 1;
	draw_title(s, b);
	draw_heads(s, b, &l);
	draw_column(&s->win, 1, y, l.names - 2, false, THEME_SUBJECT,
		    s->win.w < 60 ? "ALL" : "ALL required");
	draw_times(s, b, &l, SIZE_MAX, y++);
	for (size_t i = 0; i < b->rows.n && y < HEAD_ROWS + l.rows; i++)
		if (busy_row_shown(b, i) && at++ >= b->top)
			draw_row(s, b, &l, i, y++);
	if (!b->rows.n)
		draw_text(&s->win, l.names, y++, -1, THEME_DIMMED,
			  "Nobody is asked about: a adds people");
	/* Few people: the slots come up to them. */
	if ((int)shown_rows(b) + 1 < l.rows)
		y = HEAD_ROWS + (int)shown_rows(b) + 1 + !b->rows.n;
	else if ((int)shown_rows(b) > b->top + rows)
		draw_textf(&s->win, 1, y, THEME_MARK, "+%zu",
			   shown_rows(b) - (size_t)(b->top + rows));
	draw_marker(s, b, &l, y);
	draw_slots(s, b, &l, y + 1);
	draw_legend(s, b);
}

int64_t busy_at(const struct screen *s, struct busy *b, int x, int y, int *row,
		int *slot)
{
	struct lay l;
	int64_t day, wall;
	int at = 0, line = HEAD_ROWS + 1, slots_y;

	set_lay(s, b, &l);
	*row = *slot = -1;
	x -= s->win.x;
	y -= s->win.y;
	for (size_t i = 0; i < b->rows.n && line < HEAD_ROWS + l.rows; i++)
		if (busy_row_shown(b, i) && at++ >= b->top && line++ == y)
			*row = (int)i;
	slots_y = (int)shown_rows(b) + 1 < l.rows
			  ? HEAD_ROWS + (int)shown_rows(b) + 1 + !b->rows.n
			  : HEAD_ROWS + l.rows;
	if (y > slots_y + 1 && y <= slots_y + 1 + (int)b->slots.n)
		*slot = y - slots_y - 2;
	if (x < l.names || y < 1 || y > slots_y)
		return CLOCK_NEVER;
	wall = wall_at(b, &l, b->left + x - l.names, &day);
	return wall == CLOCK_NEVER ? wall : zone_instant(b->zone, wall);
}
