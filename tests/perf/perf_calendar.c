/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * perf_calendar fill FILE N   a store with a calendar of N made-up entries over
 *                             ten years, one in fifty a series (some endless,
 *                             with exceptions), one in ten all-day
 * perf_calendar query FILE N  months of it, as the month view reads them: now,
 *                             at the beginning, and in between
 *
 * Lines of `name n value unit goal`, separated by tabs.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "engine/calendar.h"
#include "store/calendar.h"
#include "store/write.h"

#define RUNS 15
#define DAY ((int64_t)86400)
#define YEARS 10
#define FIRST_DAY ((int64_t)1483228800) /* 1 January 2017 */
#define PAGE 500
#define MONTH_ROWS_DAYS 42 /* six weeks are drawn */

static struct err err;
#define must(call)                                                             \
	do {                                                                   \
		if (!(call)) {                                                 \
			fprintf(stderr, "%s: %s\n", #call, err.text);          \
			exit(1);                                               \
		}                                                              \
	} while (0)

static uint64_t seed = 88172645463325252u;

static int64_t roll(int64_t below)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (int64_t)(seed >> 16) % below;
}

static void make_series(struct appointment *a)
{
	a->kind = APPOINTMENT_SERIES;
	a->recur =
		(struct recur){.kind = RECUR_WEEKLY,
			       .interval = 1 + (int)roll(2),
			       .days = 1u << (1 + roll(5)),
			       .week_start = 1,
			       .start_day = CLOCK_NEVER,
			       .end = roll(4) ? RECUR_COUNTED : RECUR_ENDLESS,
			       .count = 10 + (int)roll(50)};
	for (int64_t i = roll(4); i > 0; i--)
		vec_add(&a->removed, a->start + i * 14 * DAY);
}

static void make_entry(struct appointment *a, int n, int of)
{
	int64_t day = FIRST_DAY + (int64_t)n * YEARS * 365 / of * DAY;

	appointment_init(a);
	a->kind = APPOINTMENT_SINGLE;
	a->uid = xasprintf("%032X", (unsigned)n);
	a->subject =
		xasprintf("Meeting about matter %lld", (long long)roll(900));
	a->location = xasprintf("Room %lld", (long long)roll(30));
	a->notes = xasprintf("%0*d", (int)roll(600), 0);
	a->zone = xstrdup("W. Europe Standard Time");
	a->show_as = SHOW_BUSY;
	a->start = day + 7 * 3600 + roll(20) * 1800;
	a->end = a->start + (1 + roll(4)) * 1800;
	if (n % 50 == 0) {
		make_series(a);
	} else if (n % 10 == 5) {
		a->flags |= APPT_ALL_DAY;
		a->start = day;
		a->end = day + (1 + roll(3)) * DAY;
	}
	for (int64_t i = roll(6); i > 0; i--) {
		struct attendee who = {.name = xasprintf("Person Number%lld",
							 (long long)roll(400)),
				       .addr = xasprintf("p%lld@example.org",
							 (long long)roll(400)),
				       .answered = CLOCK_NEVER,
				       .proposed_start = CLOCK_NEVER,
				       .proposed_end = CLOCK_NEVER};

		a->flags |= APPT_MEETING;
		vec_add(&a->attendees, who);
	}
}

static void add_entry(struct store *s, int64_t folder, int n, int of)
{
	struct appointment a;
	struct item it;
	int64_t id;
	bool need;

	make_entry(&a, n, of);
	item_init(&it);
	it.remote_id = xasprintf("AAMkAGVmMDEzMTM4LTZmYWUtNDdkNC1hMDZi%08d", n);
	it.change_key = xasprintf("DwAAABYAAAAiIsqMbYjsT5e%08d", n);
	it.item_class = xstrdup("IPM.Appointment");
	it.subject = xstrdup(a.subject);
	it.received = it.sent = a.start;
	it.size = 2000;
	must(write_item(s, folder, &it, &id, &need, &err));
	must(write_event(s, id, &a, it.change_key, &err));
	item_release(&it);
	appointment_release(&a);
}

static void fill(const char *path, int n)
{
	struct folder calendar = {.remote_id = (char *)"cal",
				  .name = (char *)"Calendar",
				  .kind = FOLDER_CALENDAR,
				  .role = FOLDER_ROLE_CALENDAR};
	struct folder inbox = {.remote_id = (char *)"in",
			       .name = (char *)"Inbox",
			       .role = FOLDER_ROLE_INBOX};
	struct store *s;

	must(store_open_write(&s, path, &err));
	must(write_folder(s, &inbox, &err));
	must(write_folder(s, &calendar, &err));
	for (int at = 0; at < n; at += PAGE) {
		must(write_begin(s, &err));
		for (int i = at; i < n && i < at + PAGE; i++)
			add_entry(s, calendar.id, i, n);
		must(write_commit(s, &err));
	}
	store_close(s);
}

static int by_time(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

static int64_t ns(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void month(struct store *s, const char *name, int n, int64_t from)
{
	int64_t t[RUNS], cpu[RUNS];
	size_t found = 0;

	for (int i = 0; i < RUNS; i++) {
		struct calendar_view v;
		int64_t start = ns(CLOCK_MONOTONIC);
		int64_t used = ns(CLOCK_THREAD_CPUTIME_ID);

		must(calendar_read(s, NULL, 0, from,
				   from + MONTH_ROWS_DAYS * DAY, &v, &err));
		cpu[i] = ns(CLOCK_THREAD_CPUTIME_ID) - used;
		t[i] = ns(CLOCK_MONOTONIC) - start;
		found = v.n;
		calendar_view_release(&v);
	}
	qsort(t, RUNS, sizeof(*t), by_time);
	qsort(cpu, RUNS, sizeof(*cpu), by_time);
	printf("calendar-month-%s\t%d\t%.2f\tms\t< 50\n", name, n,
	       (double)t[RUNS / 2] / 1e6);
	printf("calendar-month-%s-cpu\t%d\t%.2f\tms\t\n", name, n,
	       (double)cpu[RUNS / 2] / 1e6);
	printf("calendar-month-%s-entries\t%d\t%zu\tappearances\t\n", name, n,
	       found);
}

static void query(const char *path, int n)
{
	static const struct {
		const char *name;
		int64_t years;
	} when[] = {{"first", 0}, {"middle", YEARS / 2}, {"last", YEARS - 1}};
	struct store *s;

	must(store_open_read(&s, path, &err));
	for (size_t i = 0; i < ARRAY_LEN(when); i++)
		month(s, when[i].name, n,
		      FIRST_DAY + (when[i].years * 365 + 180) * DAY);
	store_close(s);
}

int main(int argc, char **argv)
{
	if (argc != 4 ||
	    (!str_eq(argv[1], "fill") && !str_eq(argv[1], "query"))) {
		fprintf(stderr, "usage: perf_calendar fill|query FILE N\n");
		return 2;
	}
	(str_eq(argv[1], "fill") ? fill : query)(
		argv[2], (int)strtol(argv[3], NULL, 10));
	return 0;
}
