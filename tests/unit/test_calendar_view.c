/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* What a view of the calendar shows of what the store holds. */
#include "store_help.h"

#include "engine/calendar.h"
#include "store/calendar.h"

#define DAY 86400
#define START ((int64_t)1795770000) /* Friday, 2026-11-27 09:00 UTC */

static void add(struct fix *f, int64_t folder, const char *key,
		struct appointment *owned_a)
{
	struct item it;
	bool need;
	int64_t id;

	item_init(&it);
	it.remote_id = xstrdup(key);
	it.change_key = xstrdup("1");
	it.item_class = xstrdup("IPM.Appointment");
	must(write_item(f->s, folder, &it, &id, &need, &err));
	must(write_event(f->s, id, owned_a, "1", &err));
	item_release(&it);
	appointment_release(owned_a);
}

static struct appointment entry(const char *uid, const char *subject,
				int64_t start)
{
	struct appointment a;

	appointment_init(&a);
	a.kind = APPOINTMENT_SINGLE;
	a.uid = xstrdup(uid);
	a.subject = xstrdup(subject);
	a.zone = xstrdup("UTC");
	a.start = start;
	a.end = start + 3600;
	return a;
}

static struct appointment series(const char *uid)
{
	struct appointment a = entry(uid, "Daily", START);

	a.kind = APPOINTMENT_SERIES;
	a.recur = (struct recur){.kind = RECUR_DAILY,
				 .interval = 1,
				 .start_day = CLOCK_NEVER,
				 .end = RECUR_COUNTED,
				 .count = 4};
	return a;
}

/* Of a time that is an entry of its own beside its series, the entry is shown;
 * other series, and those of other folders, keep theirs. */
static void test_once(void **state)
{
	struct fix *f = *state;
	struct folder calendar = {.remote_id = (char *)"cal",
				  .name = (char *)"Calendar",
				  .kind = FOLDER_CALENDAR,
				  .role = FOLDER_ROLE_CALENDAR};
	struct appointment a, x;
	struct calendar_view v;
	size_t daily = 0;

	must(write_folder(f->s, &calendar, &err));
	a = series("U1");
	x = entry("U1", "Moved, as the series has it", START + DAY + 7200);
	x.kind = APPOINTMENT_EXCEPTION;
	x.original = START + DAY;
	vec_add(&a.exceptions, x);
	add(f, calendar.id, "series", &a);
	a = series("U2");
	add(f, calendar.id, "another", &a);
	a = entry("U1", "Moved", START + DAY + 7200);
	a.original = START + DAY;
	add(f, calendar.id, "moved", &a);
	a = entry("U1", "Told only by itself", START + 2 * DAY + 60);
	a.original = START + 2 * DAY;
	add(f, calendar.id, "early", &a);
	a = entry("U9", "An instance without its series", START + DAY);
	a.original = START + DAY;
	add(f, calendar.id, "alone", &a);
	must(calendar_read(f->s, &calendar.id, 1, START - DAY, START + 9 * DAY,
			   &v, &err));
	for (size_t i = 0; i < v.n; i++) {
		daily += strcmp(v.v[i].appt->subject, "Daily") == 0;
		assert_null(strstr(v.v[i].appt->subject, "as the series"));
	}
	assert_int_equal(daily, 2 + 4);
	assert_int_equal(v.n, 2 + 4 + 3);
	calendar_view_release(&v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_once, fix_open, fix_close),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
