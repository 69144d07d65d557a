/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "ical/recur.h"

#include <libical/ical.h>
#include <string.h>

#define DAY ((int64_t)86400)
/* Steps of libical's walk: more than any count Exchange allows. */
#define STEPS_MAX 20000

static const char *const day_codes[] = {"SU", "MO", "TU", "WE",
					"TH", "FR", "SA"};

static void add_wall(struct str *b, int64_t wall)
{
	struct clock_parts p;

	zone_parts(wall, &p);
	str_addf(b, "%04d%02d%02dT%02d%02d%02d", p.year, p.month, p.day, p.hour,
		 p.minute, p.second);
}

static void add_days(struct str *b, unsigned days, int nth)
{
	const char *sep = "";

	str_add(b, ";BYDAY=");
	for (int d = 0; d < 7; d++) {
		if (!(days >> d & 1))
			continue;
		str_add(b, sep);
		if (nth)
			str_addf(b, "%d", nth);
		str_add(b, day_codes[d]);
		sep = ",";
	}
}

/* The nth of one weekday, or of a set such as all working days. */
static void add_nth(struct str *b, const struct recur *r)
{
	int nth = r->nth == 5 ? -1 : r->nth;
	bool single = (r->days & (r->days - 1)) == 0;

	add_days(b, r->days, single ? nth : 0);
	if (!single)
		str_addf(b, ";BYSETPOS=%d", nth);
}

/* Day 31 means the last day of a shorter month (dossier EWS 12.3). */
static void add_month_day(struct str *b, int day, bool exchange)
{
	if (day <= 28 || exchange) {
		str_addf(b, ";BYMONTHDAY=%d", day == 31 ? -1 : day);
		return;
	}
	str_add(b, ";BYMONTHDAY=28");
	for (int d = 29; d <= day; d++)
		str_addf(b, ",%d", d);
	str_add(b, ";BYSETPOS=-1");
}

static void add_rule(struct str *b, const struct recur *r, const char *until,
		     bool exchange)
{
	static const char *const freq[] = {"",	      "DAILY",	 "WEEKLY",
					   "MONTHLY", "MONTHLY", "YEARLY",
					   "YEARLY"};

	str_addf(b, "FREQ=%s", freq[r->kind]);
	if (r->interval > 1)
		str_addf(b, ";INTERVAL=%d", r->interval);
	if (r->kind == RECUR_YEARLY || r->kind == RECUR_YEARLY_NTH)
		str_addf(b, ";BYMONTH=%d", r->month);
	if (r->kind == RECUR_WEEKLY)
		add_days(b, r->days, 0);
	else if (r->kind == RECUR_MONTHLY || r->kind == RECUR_YEARLY)
		add_month_day(b, r->day, exchange);
	else if (r->kind == RECUR_MONTHLY_NTH || r->kind == RECUR_YEARLY_NTH)
		add_nth(b, r);
	if (r->kind == RECUR_WEEKLY)
		str_addf(b, ";WKST=%s", day_codes[r->week_start]);
	if (r->end == RECUR_COUNTED) {
		str_addf(b, ";COUNT=%d", r->count);
	} else if (r->end == RECUR_UNTIL) {
		str_add(b, ";UNTIL=");
		if (until)
			str_add(b, until);
		else
			add_wall(b, r->end_day + DAY - 1);
	}
}

void recur_add_rule(struct str *b, const struct recur *r, const char *until)
{
	add_rule(b, r, until, false);
}

void recur_add_exchange_rule(struct str *b, const struct recur *r,
			     const char *until)
{
	add_rule(b, r, until, true);
}

/* --- reading a rule ------------------------------------------------------- */

static size_t count_of(const short *v, size_t most)
{
	size_t n = 0;

	while (n < most && v[n] != ICAL_RECURRENCE_ARRAY_MAX)
		n++;
	return n;
}

struct rule_parts {
	size_t days, month_days, months, positions;
	bool others;
};

static struct rule_parts parts_of_rule(const struct icalrecurrencetype *t)
{
	struct rule_parts p = {
		.days = count_of(t->by_day, ICAL_BY_DAY_SIZE),
		.month_days = count_of(t->by_month_day, ICAL_BY_MONTHDAY_SIZE),
		.months = count_of(t->by_month, ICAL_BY_MONTH_SIZE),
		.positions = count_of(t->by_set_pos, ICAL_BY_SETPOS_SIZE),
	};

	p.others = count_of(t->by_year_day, ICAL_BY_YEARDAY_SIZE) ||
		   count_of(t->by_week_no, ICAL_BY_WEEKNO_SIZE) ||
		   count_of(t->by_hour, ICAL_BY_HOUR_SIZE) > 1 ||
		   count_of(t->by_minute, ICAL_BY_MINUTE_SIZE) > 1 ||
		   count_of(t->by_second, ICAL_BY_SECOND_SIZE) > 1;
	return p;
}

/* BYDAY as a mask; *nth the place all of them share, 0 none. */
static bool read_days(const struct icalrecurrencetype *t, size_t n,
		      unsigned *mask, int *nth)
{
	*mask = 0;
	*nth = 0;
	for (size_t i = 0; i < n; i++) {
		int weekday =
			(int)icalrecurrencetype_day_day_of_week(t->by_day[i]);
		int place = icalrecurrencetype_day_position(t->by_day[i]);

		if (weekday < 1 || weekday > 7 || (i && place != *nth))
			return false;
		*mask |= 1u << (weekday - 1);
		*nth = place;
	}
	return true;
}

static bool set_nth(struct recur *r, int nth)
{
	if (nth == 0 || nth < -1 || nth > 5)
		return false;
	r->nth = nth == -1 ? 5 : nth;
	return true;
}

/* BYMONTHDAY: one day, or the last of 28.. up to one (add_month_day). */
static bool read_month_days(struct recur *r, const struct icalrecurrencetype *t,
			    const struct rule_parts *p)
{
	int high = t->by_month_day[0];

	if (p->month_days == 1 && !p->positions) {
		if (high < 0 && high != -1)
			return false;
		r->day = high == -1 ? 31 : high;
		return true;
	}
	if (p->positions != 1 || t->by_set_pos[0] != -1)
		return false;
	for (size_t i = 0; i < p->month_days; i++) {
		if (t->by_month_day[i] < 28)
			return false;
		if (t->by_month_day[i] > high)
			high = t->by_month_day[i];
	}
	r->day = high;
	return (size_t)(high - 28 + 1) == p->month_days;
}

static bool read_monthly(struct recur *r, const struct icalrecurrencetype *t,
			 const struct rule_parts *p, bool yearly)
{
	int nth;

	if (p->days && p->month_days)
		return false;
	if (!p->days) {
		r->kind = yearly ? RECUR_YEARLY : RECUR_MONTHLY;
		return !p->month_days || read_month_days(r, t, p);
	}
	r->kind = yearly ? RECUR_YEARLY_NTH : RECUR_MONTHLY_NTH;
	if (!read_days(t, p->days, &r->days, &nth) || p->positions > 1)
		return false;
	if (p->positions == 1)
		return nth == 0 && set_nth(r, t->by_set_pos[0]);
	/* Without BYSETPOS only one day can be meant. */
	return p->days == 1 && set_nth(r, nth);
}

static bool read_pattern(struct recur *r, const struct icalrecurrencetype *t)
{
	struct rule_parts p = parts_of_rule(t);
	int nth;

	if (p.others || p.months > 1)
		return false;
	switch (t->freq) {
	case ICAL_DAILY_RECURRENCE:
		r->kind = RECUR_DAILY;
		if (p.months || p.month_days || p.positions)
			return false;
		if (!p.days)
			return true;
		/* "every day of these" is weekly on them */
		r->kind = RECUR_WEEKLY;
		return r->interval == 1 &&
		       read_days(t, p.days, &r->days, &nth) && !nth;
	case ICAL_WEEKLY_RECURRENCE:
		r->kind = RECUR_WEEKLY;
		if (p.months || p.month_days || p.positions)
			return false;
		return !p.days ||
		       (read_days(t, p.days, &r->days, &nth) && !nth);
	case ICAL_MONTHLY_RECURRENCE:
		return !p.months && read_monthly(r, t, &p, false);
	case ICAL_YEARLY_RECURRENCE:
		if (p.months)
			r->month = t->by_month[0];
		if (!p.months && p.days)
			return false;
		return r->month >= 1 && r->month <= 12 &&
		       read_monthly(r, t, &p, true);
	case ICAL_SECONDLY_RECURRENCE:
	case ICAL_MINUTELY_RECURRENCE:
	case ICAL_HOURLY_RECURRENCE:
	case ICAL_NO_RECURRENCE:
		break;
	}
	return false;
}

bool recur_from_rule(struct recur *out, const char *rule, int64_t start,
		     struct err *err)
{
	struct icalrecurrencetype t = icalrecurrencetype_from_string(rule);
	struct recur r = {.interval = t.interval > 0 ? t.interval : 1};
	struct clock_parts p;

	zone_parts(start, &p);
	r.start_day = zone_day(start);
	r.end_day = CLOCK_NEVER;
	r.days = 1u << p.weekday;
	r.day = p.day;
	r.month = p.month;
	r.week_start =
		t.week_start >= ICAL_SUNDAY_WEEKDAY ? (int)t.week_start - 1 : 1;
	if (t.freq == ICAL_NO_RECURRENCE || !read_pattern(&r, &t))
		return err_set(err, ERR_UNSUPPORTED,
			       "Exchange has no such repetition: %.120s", rule);
	if (r.kind != RECUR_WEEKLY && r.kind != RECUR_MONTHLY_NTH &&
	    r.kind != RECUR_YEARLY_NTH)
		r.days = 0;
	if (r.kind != RECUR_MONTHLY && r.kind != RECUR_YEARLY)
		r.day = 0;
	if (r.kind != RECUR_YEARLY && r.kind != RECUR_YEARLY_NTH)
		r.month = 0;
	if (r.kind != RECUR_WEEKLY)
		r.week_start = 0;
	if (t.count > 0) {
		r.end = RECUR_COUNTED;
		r.count = t.count;
	} else if (!icaltime_is_null_time(t.until)) {
		r.end = RECUR_UNTIL;
		r.end_day = clock_from_utc(t.until.year, t.until.month,
					   t.until.day, 0, 0, 0);
	}
	*out = r;
	return true;
}

/* --- walking -------------------------------------------------------------- */

static struct icaltimetype ical_time(int64_t wall)
{
	struct icaltimetype t = icaltime_null_time();
	struct clock_parts p;

	zone_parts(wall, &p);
	t.year = p.year;
	t.month = p.month;
	t.day = p.day;
	t.hour = p.hour;
	t.minute = p.minute;
	t.second = p.second;
	return t;
}

static int64_t wall_of(struct icaltimetype t)
{
	return clock_from_utc(t.year, t.month, t.day, t.hour, t.minute,
			      t.second);
}

/* A start nearer to `from` that gives the same days from there on. Only where
 * nothing is counted from the first. */
static int64_t jump(const struct recur *r, int64_t start, int64_t from)
{
	int64_t time = start - zone_day(start), step, k;
	struct clock_parts s, f;
	int months;

	if (r->end == RECUR_COUNTED || from <= start)
		return start;
	if (r->kind == RECUR_DAILY || r->kind == RECUR_WEEKLY) {
		step = DAY * r->interval * (r->kind == RECUR_WEEKLY ? 7 : 1);
		k = (from - start) / step - 1;
		return k > 0 ? start + k * step : start;
	}
	zone_parts(start, &s);
	zone_parts(from, &f);
	months = (f.year - s.year) * 12 + f.month - s.month;
	step = r->interval;
	if (r->kind == RECUR_YEARLY || r->kind == RECUR_YEARLY_NTH)
		step *= 12;
	k = months / step - 1;
	if (k <= 0)
		return start;
	if (step % 12 == 0 && r->kind >= RECUR_YEARLY)
		return zone_wall_of(s.year + (int)(k * step / 12), 1, 1, 0, 0) +
		       time;
	return zone_wall_of(s.year, s.month + (int)(k * step), 1, 0, 0) + time;
}

void recur_walk(const struct recur *r, int64_t start, int64_t from, int64_t to,
		size_t most, recur_fn fn, void *ctx)
{
	struct str rule CLEANUP(str_release) = STR_INIT;
	struct icalrecurrencetype t;
	icalrecur_iterator *it;
	int64_t begin = jump(r, start, from);

	if (r->kind == RECUR_NONE || r->kind >= RECUR_KIND_COUNT || to <= start)
		return;
	recur_add_rule(&rule, r, NULL);
	t = icalrecurrencetype_from_string(rule.s);
	it = icalrecur_iterator_new(t, ical_time(begin));
	if (!it)
		return;
	for (int i = 0; i < STEPS_MAX && most; i++) {
		struct icaltimetype next = icalrecur_iterator_next(it);
		int64_t wall;

		if (icaltime_is_null_time(next))
			break;
		wall = wall_of(next);
		if (wall >= to)
			break;
		if (wall < from || wall < start)
			continue;
		most--;
		if (!fn(ctx, wall))
			break;
	}
	icalrecur_iterator_free(it);
}

static bool keep_last(void *ctx, int64_t wall)
{
	*(int64_t *)ctx = wall;
	return true;
}

int64_t recur_last(const struct recur *r, int64_t start)
{
	int64_t last = CLOCK_NEVER, from = start;

	if (r->end == RECUR_ENDLESS)
		return CLOCK_NEVER;
	/* Long before the end there is one for certain. */
	if (r->end == RECUR_UNTIL && r->end_day - start > 20000 * DAY)
		from = r->end_day - 20000 * DAY;
	recur_walk(r, start, from, INT64_MAX, SIZE_MAX, keep_last, &last);
	return last;
}

/* --- appearances ---------------------------------------------------------- */

struct walk {
	const struct appointment *series;
	const struct zone *zone, *viewer;
	int64_t from, to, length;
	size_t most;
	bool stopped;
	occurrence_fn fn;
	void *ctx;
};

static void show(struct walk *w, struct occurrence *o)
{
	if (w->stopped || o->start >= w->to ||
	    (o->end <= w->from && !(o->start == o->end && o->start >= w->from)))
		return;
	if (!w->most || !w->fn(w->ctx, o)) {
		w->stopped = true;
		return;
	}
	w->most--;
}

/* Instants of an entry as the viewer sees it. */
static void place(const struct walk *w, const struct appointment *a,
		  int64_t start, int64_t end, struct occurrence *o)
{
	bool all_day = a->flags & APPT_ALL_DAY;

	o->start = all_day ? zone_instant(w->viewer, start) : start;
	o->end = all_day ? zone_instant(w->viewer, end) : end;
}

static int64_t series_wall(const struct walk *w, int64_t t)
{
	return w->series->flags & APPT_ALL_DAY ? t : zone_wall(w->zone, t);
}

/* A changed or removed occurrence owns its whole day: there are never two on
 * one (12.3), and a zone that is known badly moves it by hours only. */
static bool is_replaced(const struct walk *w, int64_t day)
{
	const struct appointment *s = w->series;

	for (size_t i = 0; i < s->removed.n; i++)
		if (zone_day(series_wall(w, s->removed.v[i])) == day)
			return true;
	for (size_t i = 0; i < s->exceptions.n; i++)
		if (s->exceptions.v[i].original != CLOCK_NEVER &&
		    zone_day(series_wall(w, s->exceptions.v[i].original)) ==
			    day)
			return true;
	return false;
}

static bool on_wall(void *ctx, int64_t wall)
{
	struct walk *w = ctx;
	bool all_day = w->series->flags & APPT_ALL_DAY;
	int64_t at = all_day ? wall : zone_instant(w->zone, wall);
	struct occurrence o = {
		.entry = w->series, .of = w->series, .original = at};

	if (is_replaced(w, zone_day(wall)))
		return true;
	place(w, w->series, at, at + w->length, &o);
	show(w, &o);
	return !w->stopped;
}

void occurrences_walk(struct tz_set *zones, const struct appointment *a,
		      const struct zone *viewer, int64_t from, int64_t to,
		      size_t most, occurrence_fn fn, void *ctx)
{
	struct walk w = {.series = a,
			 .zone = tz_of(zones, a),
			 .viewer = viewer,
			 .from = from,
			 .to = to,
			 .length = a->end - a->start,
			 .most = most,
			 .fn = fn,
			 .ctx = ctx};
	struct occurrence o = {.entry = a, .original = CLOCK_NEVER};

	if (a->start == CLOCK_NEVER)
		return;
	if (a->recur.kind == RECUR_NONE) {
		place(&w, a, a->start, a->end, &o);
		show(&w, &o);
		return;
	}
	recur_walk(&a->recur, series_wall(&w, a->start),
		   from - w.length - 2 * DAY, to + 2 * DAY, SIZE_MAX, on_wall,
		   &w);
	for (size_t i = 0; i < a->exceptions.n; i++) {
		const struct appointment *x = &a->exceptions.v[i];

		if (x->start == CLOCK_NEVER || x->flags & APPT_CANCELLED)
			continue;
		o = (struct occurrence){
			.entry = x, .of = a, .original = x->original};
		place(&w, x, x->start, x->end, &o);
		show(&w, &o);
	}
}
