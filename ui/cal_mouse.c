/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* The mouse on the calendar: choosing, moving and stretching, scrolling. */
#include "ui/calendar.h"
#include "ui/dates.h"

#define DAY ((int64_t)86400)
#define WHEEL_ROWS 3

/* The day and slot at a screen cell; false: none is there. */
static bool cell_at(struct screen *s, struct cal *c, int x, int y, int64_t *day,
		    int *slot)
{
	int w = s->win.w - c->gutter - (c->side ? c->side + 1 : 0);

	x -= s->win.x + c->gutter;
	y -= s->win.y + c->grid_y;
	if (c->mode >= CAL_MONTH || x < 0 || x >= w || y < 0 ||
	    y >= c->grid_rows)
		return false;
	*day = c->first + (int64_t)x * c->n_days / w * DAY;
	*slot = c->top + y;
	return *slot < DAY / c->step;
}

/* Is the slot the last one of the entry under the cursor? */
static bool at_its_end(struct cal *c, const struct calendar_entry *e)
{
	int64_t slot = c->day + (int64_t)c->slot * c->step;

	return zone_wall(c->zone, e->end) <= slot + c->step &&
	       e->end - e->start > c->step;
}

static int64_t dragged_by(const struct cal *c, int64_t day, int slot)
{
	return day - c->drag_day + (int64_t)(slot - c->drag_slot) * c->step;
}

/* While the button is down: when it would be. */
static void say_drag(struct app *app, struct cal *c, int64_t day, int slot)
{
	const struct calendar_entry *e = cal_current(c);
	int64_t by = dragged_by(c, day, slot);
	struct str b CLEANUP(str_release) = STR_INIT;
	int64_t start, end;

	if (!e)
		return;
	start = e->start + (c->stretching ? 0 : by);
	end = e->end + by;
	dates_add_short_day(&b, zone_wall(c->zone, start));
	str_add_char(&b, ' ');
	dates_add_times(&b, start, end > start ? end : start, false, c->zone);
	message_show(app, MESSAGE_INFO, "%s to %s",
		     c->stretching ? "Stretch" : "Move", b.s);
}

static void end_drag(struct app *app, struct cal *c, int64_t day, int slot)
{
	int64_t by = dragged_by(c, day, slot);

	c->dragging = false;
	c->day = c->drag_day;
	c->slot = c->drag_slot;
	if (by)
		cal_shift(app, c->stretching ? 0 : by, by);
	else
		cal_go(app, c, day);
}

static void show_event(struct app *app)
{
	struct command_call show = {.id = COMMAND_event_show};

	command_run(app, &show);
}

static bool grid_mouse(struct app *app, struct screen *s, struct cal *c,
		       const struct input *in)
{
	const struct calendar_entry *e;
	int64_t day;
	int slot;

	if (!cell_at(s, c, in->x, in->y, &day, &slot)) {
		if (in->action == MOUSE_RELEASE)
			c->dragging = false;
		return false;
	}
	if (in->action == MOUSE_RELEASE && c->dragging) {
		end_drag(app, c, day, slot);
		return true;
	}
	if (in->action == MOUSE_DRAG && c->dragging)
		say_drag(app, c, day, slot);
	if (in->action != MOUSE_PRESS)
		return in->action == MOUSE_DRAG;
	c->slot = slot;
	cal_go(app, c, day);
	e = cal_current(c);
	c->dragging = e && e->item && !(e->appt->flags & APPT_ALL_DAY);
	c->stretching = c->dragging && at_its_end(c, e);
	c->drag_day = day;
	c->drag_slot = slot;
	if (in->clicks == 2 && e && e->item) {
		c->dragging = false;
		show_event(app);
	}
	return true;
}

/* One click chooses the day, two open it. */
static bool month_mouse(struct app *app, struct screen *s, struct cal *c,
			const struct input *in)
{
	int x = in->x - s->win.x - CAL_MONTH_LEFT, y = in->y - s->win.y - 2;
	int week = y / cal_month_rows(s), w = s->win.w - CAL_MONTH_LEFT;
	struct command_call day = {.id = COMMAND_cal_day};
	int weekday = 0;

	if (in->action != MOUSE_PRESS || x < 0 || y < 0 || week > 5)
		return false;
	while (weekday < 6 && x >= (weekday + 1) * w / 7)
		weekday++;
	cal_go(app, c, c->first + (week * 7 + weekday) * DAY);
	if (in->clicks == 2)
		command_run(app, &day);
	return true;
}

static bool agenda_mouse(struct app *app, struct screen *s, struct cal *c,
			 const struct input *in)
{
	int row = in->y - s->win.y - 1;

	if (in->action != MOUSE_PRESS || row < 0 || (size_t)row >= c->lines.n ||
	    c->lines.v[row] == SIZE_MAX)
		return false;
	c->chosen = c->lines.v[row];
	app_damage(app, DAMAGE_SCREEN | DAMAGE_BAR);
	if (in->clicks == 2 && cal_current(c) && cal_current(c)->item)
		show_event(app);
	return true;
}

/* Days scroll under the cursor; months and lists are gone through. */
static void wheel(struct app *app, struct cal *c, int by)
{
	struct command_call call = {.id = by < 0 ? COMMAND_cal_up
						 : COMMAND_cal_down};

	if (c->mode == CAL_MONTH)
		call.id = by < 0 ? COMMAND_cal_previous_page
				 : COMMAND_cal_next_page;
	if (c->mode >= CAL_MONTH) {
		command_run(app, &call);
		return;
	}
	c->scrolled = true;
	c->top += by * WHEEL_ROWS;
	cal_show_cursor(c, c->grid_rows);
	app_damage(app, DAMAGE_SCREEN);
}

bool cal_mouse(struct app *app, struct screen *s, const struct input *in)
{
	struct cal *c = s->data;
	int64_t day;

	if (in->action == MOUSE_WHEEL_UP || in->action == MOUSE_WHEEL_DOWN) {
		wheel(app, c, in->action == MOUSE_WHEEL_UP ? -1 : 1);
		return true;
	}
	if (in->action == MOUSE_PRESS &&
	    cal_side_day(s, c, in->x, in->y, &day)) {
		cal_go(app, c, day);
		return true;
	}
	if (c->mode == CAL_MONTH)
		return month_mouse(app, s, c, in);
	if (c->mode == CAL_AGENDA)
		return agenda_mouse(app, s, c, in);
	return grid_mouse(app, s, c, in);
}
