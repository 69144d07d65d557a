/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Series: every pattern, end and exception; expansion against libical's own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <libical/ical.h>
#include <stdio.h>
#include <string.h>

#include "engine/calendar.h"
#include "ical/ics.h"

#define DAY ((int64_t)86400)

static int64_t at(int y, int m, int d, int h, int mi)
{
	return clock_from_utc(y, m, d, h, mi, 0);
}

/* --- the patterns --------------------------------------------------------- */

static struct recur patterns[64];
static size_t pattern_n;

static void add_pattern(struct recur r)
{
	r.start_day = at(2024, 1, 29, 0, 0);
	r.end_day = CLOCK_NEVER;
	if (!r.interval)
		r.interval = 1;
	patterns[pattern_n++] = r;
}

static void fill_patterns(void)
{
	pattern_n = 0;
	for (int i = 1; i <= 3; i++)
		add_pattern((struct recur){.kind = RECUR_DAILY, .interval = i});
	for (int i = 1; i <= 2; i++)
		for (int w = 0; w < 2; w++)
			add_pattern((struct recur){.kind = RECUR_WEEKLY,
						   .interval = i,
						   .days = 0x2a,
						   .week_start = w});
	for (int d = 1; d <= 31; d += 6)
		add_pattern((struct recur){.kind = RECUR_MONTHLY,
					   .interval = 1 + d % 3,
					   .day = d});
	add_pattern((struct recur){.kind = RECUR_MONTHLY, .day = 29});
	add_pattern((struct recur){.kind = RECUR_MONTHLY, .day = 30});
	for (int n = 1; n <= 5; n++) {
		add_pattern((struct recur){
			.kind = RECUR_MONTHLY_NTH, .nth = n, .days = 4});
		add_pattern((struct recur){.kind = RECUR_MONTHLY_NTH,
					   .interval = 2,
					   .nth = n,
					   .days = RECUR_WORKDAYS});
	}
	add_pattern((struct recur){
		.kind = RECUR_MONTHLY_NTH, .nth = 5, .days = RECUR_ALL_DAYS});
	add_pattern((struct recur){
		.kind = RECUR_MONTHLY_NTH, .nth = 1, .days = RECUR_WEEKEND});
	add_pattern(
		(struct recur){.kind = RECUR_YEARLY, .month = 2, .day = 29});
	add_pattern(
		(struct recur){.kind = RECUR_YEARLY, .month = 12, .day = 31});
	add_pattern(
		(struct recur){.kind = RECUR_YEARLY, .month = 4, .day = 31});
	add_pattern((struct recur){
		.kind = RECUR_YEARLY_NTH, .month = 3, .nth = 5, .days = 1});
	add_pattern((struct recur){
		.kind = RECUR_YEARLY_NTH, .month = 11, .nth = 4, .days = 0x10});
}

static struct recur with_end(struct recur r, int end)
{
	r.end = (enum recur_end)end;
	if (end == RECUR_UNTIL)
		r.end_day = at(2031, 6, 30, 0, 0);
	if (end == RECUR_COUNTED)
		r.count = 17;
	return r;
}

static void rules_come_back(void **state)
{
	(void)state;
	fill_patterns();
	for (size_t i = 0; i < pattern_n; i++)
		for (int end = 0; end < 3; end++) {
			struct recur r = with_end(patterns[i], end), back;
			struct str rule CLEANUP(str_release) = STR_INIT;
			struct err err = ERR_INIT;

			recur_add_rule(&rule, &r, NULL);
			if (!recur_from_rule(&back, rule.s, r.start_day, &err))
				fail_msg("%s: %s", rule.s, err.text);
			if (!recur_equal(&r, &back))
				fail_msg("%s is not what it was", rule.s);
		}
}

/* Kinds of exception: none, moved, renamed, removed, both. */
static void make_series(struct appointment *a, const struct recur *r,
			int exceptions, bool all_day)
{
	appointment_init(a);
	a->kind = APPOINTMENT_SERIES;
	a->uid = xstrdup("uid-1");
	a->subject = xstrdup("Round; the, trip\nand a line");
	a->location = xstrdup("Room 2.01");
	a->notes = xstrdup("One\n\ttwo \\ three");
	a->categories = xstrdup("Work\nTravel");
	a->zone = xstrdup(all_day ? NULL : "Europe/Berlin");
	a->organizer_name = xstrdup("Ada Byron");
	a->organizer_addr = xstrdup("ada@example.org");
	a->stamp = at(2024, 1, 2, 8, 0);
	a->sensitivity = SENSITIVITY_PRIVATE;
	a->show_as = SHOW_AWAY;
	a->sequence = 3;
	a->flags = APPT_REMINDER | APPT_MEETING | (all_day ? APPT_ALL_DAY : 0);
	a->reminder = 30;
	a->start = at(2024, 1, 29, all_day ? 0 : 8, 0); /* 9:00 in Berlin */
	a->end = a->start + (all_day ? DAY : 2700);
	a->recur = *r;
	struct attendee t = {.name = xstrdup("Grace Hopper"),
			     .addr = xstrdup("grace@example.org"),
			     .role = ATTENDEE_OPTIONAL,
			     .answer = ANSWER_TENTATIVE,
			     .answered = CLOCK_NEVER,
			     .proposed_start = CLOCK_NEVER,
			     .proposed_end = CLOCK_NEVER};
	vec_add(&a->attendees, t);
	if (exceptions & 1)
		vec_add(&a->removed, a->start + 7 * DAY);
	if (exceptions & 2) {
		struct appointment x;

		appointment_copy(&x, a);
		x.removed.n = 0;
		x.kind = APPOINTMENT_EXCEPTION;
		x.recur = (struct recur){.interval = 1,
					 .start_day = CLOCK_NEVER,
					 .end_day = CLOCK_NEVER};
		x.original = a->start + 14 * DAY;
		x.start = x.original + (exceptions & 4 ? DAY : 0);
		x.end = x.start + (a->end - a->start);
		mem_replace(&x.subject, xstrdup("Moved"));
		vec_add(&a->exceptions, x);
	}
}

static void series_come_back(void **state)
{
	(void)state;
	fill_patterns();
	for (size_t i = 0; i < pattern_n; i++)
		for (int k = 0; k < 3 * 8 * 2; k++) {
			struct recur r = with_end(patterns[i], k % 3);
			struct str text CLEANUP(str_release) = STR_INIT;
			struct appointment a, b;

			make_series(&a, &r, k / 3 % 8, k / 24);
			appointment_pack(&text, &a);
			appointment_unpack(&b, text.s);
			if (!appointment_equal(&a, &b))
				fail_msg("pattern %zu, %d: %s", i, k, text.s);
			appointment_release(&a);
			appointment_release(&b);
		}
}

static void calendars_come_back(void **state)
{
	struct tz_set *zones = tz_set_new();

	(void)state;
	fill_patterns();
	for (size_t i = 0; i < pattern_n; i++)
		for (int k = 0; k < 3 * 8 * 2; k++) {
			struct recur r = with_end(patterns[i], k % 3);
			struct str text CLEANUP(str_release) = STR_INIT;
			struct appointment_list l = {0};
			struct appointment a;
			struct err err = ERR_INIT;
			struct ics back;

			make_series(&a, &r, k / 3 % 8, k / 24);
			vec_add(&l, a);
			ics_write(&text, &l, zones, NULL);
			if (!ics_read(&back, text.s, text.len, zones, &err))
				fail_msg("%s: %s", err.text, text.s);
			assert_int_equal(back.entries.n, 1);
			if (!appointment_equal(&l.v[0], &back.entries.v[0])) {
				struct str x = STR_INIT, y = STR_INIT;

				appointment_pack(&x, &l.v[0]);
				appointment_pack(&y, &back.entries.v[0]);
				fail_msg("%s\n%s\nbecame\n%s", text.s, x.s,
					 y.s);
			}
			ics_release(&back);
			appointment_list_release(&l);
		}
	tz_set_free(zones);
}

/* --- expansion ------------------------------------------------------------ */

struct walls {
	int64_t *v;
	size_t n, cap;
};

static bool keep(void *ctx, int64_t wall)
{
	struct walls *w = ctx;

	vec_add(w, wall);
	return true;
}

/* What libical itself says of the same rule, from its true beginning. */
static void own_walk(const struct recur *r, int64_t start, int64_t from,
		     int64_t to, struct walls *out)
{
	struct str rule CLEANUP(str_release) = STR_INIT;
	struct icaltimetype t = icaltime_null_time();
	struct icalrecurrencetype rr;
	struct clock_parts p;
	icalrecur_iterator *it;

	recur_add_rule(&rule, r, NULL);
	zone_parts(start, &p);
	t.year = p.year;
	t.month = p.month;
	t.day = p.day;
	t.hour = p.hour;
	t.minute = p.minute;
	rr = icalrecurrencetype_from_string(rule.s);
	it = icalrecur_iterator_new(rr, t);
	for (;;) {
		struct icaltimetype n = icalrecur_iterator_next(it);
		int64_t wall;

		if (icaltime_is_null_time(n))
			break;
		wall = clock_from_utc(n.year, n.month, n.day, n.hour, n.minute,
				      0);
		if (wall >= to)
			break;
		if (wall >= from)
			vec_add(out, wall);
	}
	icalrecur_iterator_free(it);
}

static void twenty_years_equal_libical(void **state)
{
	int64_t start = at(2024, 1, 29, 9, 30);

	(void)state;
	fill_patterns();
	for (size_t i = 0; i < pattern_n; i++)
		for (int end = 0; end < 3; end++)
			/* windows that begin anywhere in the 20 years */
			for (int y = 0; y < 20; y += 3) {
				struct recur r = with_end(patterns[i], end);
				int64_t from = start + (y * 365 + y * 7) * DAY +
					       y * 3600;
				int64_t to = at(2044, 1, 29, 0, 0);
				struct walls own = {0}, ours = {0};

				own_walk(&r, start, from, to, &own);
				recur_walk(&r, start, from, to, SIZE_MAX, keep,
					   &ours);
				if (own.n != ours.n ||
				    (own.n && memcmp(own.v, ours.v,
						     own.n * sizeof(*own.v))))
					fail_msg("pattern %zu end %d from year "
						 "%d: %zu, libical %zu",
						 i, end, y, ours.n, own.n);
				vec_release(&own);
				vec_release(&ours);
			}
}

static void a_rule_that_never_ends_is_bounded(void **state)
{
	struct recur r = {.kind = RECUR_DAILY, .interval = 1};
	struct walls w = {0};

	(void)state;
	recur_walk(&r, at(1990, 1, 1, 0, 0), 0, INT64_MAX, 1000, keep, &w);
	assert_int_equal(w.n, 1000);
	w.n = 0;
	recur_walk(&r, at(1990, 1, 1, 0, 0), at(2500, 1, 1, 0, 0),
		   at(2500, 1, 8, 0, 0), 1000, keep, &w);
	assert_int_equal(w.n, 7);
	vec_release(&w);
}

/* --- this one and the following --------------------------------------------- */

static void split_into_two(void **state)
{
	struct appointment a, head, rest;
	struct err err;
	struct appointment x;

	(void)state;
	appointment_init(&a);
	a.kind = APPOINTMENT_SERIES;
	a.uid = xstrdup("whole");
	a.zone = xstrdup("UTC");
	a.start = at(2024, 1, 29, 9, 0);
	a.end = a.start + 3600;
	a.recur = (struct recur){.kind = RECUR_DAILY,
				 .interval = 2,
				 .start_day = at(2024, 1, 29, 0, 0),
				 .end = RECUR_COUNTED,
				 .count = 10};
	for (int i = 1; i < 9; i += 6)
		vec_add(&a.removed, a.start + i * 2 * DAY);
	for (int i = 2; i < 9; i += 4) {
		appointment_occurrence(&x, &a, a.start + i * 2 * DAY);
		vec_add(&a.exceptions, x);
	}
	assert_true(
		calendar_split(&a, a.start + 4 * 2 * DAY, &head, &rest, &err));
	assert_string_equal(head.uid, "whole");
	assert_int_equal(head.recur.end, RECUR_UNTIL);
	assert_int_equal(head.recur.end_day, at(2024, 2, 4, 0, 0));
	assert_int_equal(head.removed.n, 1);
	assert_int_equal(head.exceptions.n, 1);
	assert_int_equal(head.exceptions.v[0].original, a.start + 4 * DAY);
	assert_string_not_equal(rest.uid, "whole");
	assert_int_equal(rest.recur.end, RECUR_COUNTED);
	assert_int_equal(rest.recur.count, 6);
	assert_int_equal(rest.start, a.start + 8 * DAY);
	assert_int_equal(rest.end, rest.start + 3600);
	assert_int_equal(rest.removed.n, 1);
	assert_int_equal(rest.removed.v[0], a.start + 14 * DAY);
	assert_int_equal(rest.exceptions.n, 1);
	assert_int_equal(rest.exceptions.v[0].original, a.start + 12 * DAY);
	/* At other times there are no such exceptions. */
	appointment_release(&head);
	appointment_copy(&head, &rest);
	rest.start += 60;
	calendar_follow(&head, &rest);
	assert_int_equal(rest.exceptions.n + rest.removed.n, 0);
	appointment_release(&head);
	appointment_release(&rest);
	/* From the first on it is all of it; others' meetings are theirs. */
	assert_false(calendar_split(&a, a.start, &head, &rest, &err));
	assert_int_equal(err.kind, ERR_NOT_FOUND);
	a.flags |= APPT_MEETING;
	assert_false(calendar_split(&a, a.start + 4 * DAY, &head, &rest, &err));
	assert_int_equal(err.kind, ERR_INPUT);
	appointment_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rules_come_back),
		cmocka_unit_test(series_come_back),
		cmocka_unit_test(calendars_come_back),
		cmocka_unit_test(twenty_years_equal_libical),
		cmocka_unit_test(a_rule_that_never_ends_is_bounded),
		cmocka_unit_test(split_into_two),
	};

	return cmocka_run_group_tests_name("recur", tests, NULL, NULL);
}
