/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* iCalendar: what is read can be looked at, written and read again. */
#include <stdint.h>

#include "ical/ics.h"
#include "model/freebusy.h"

#define DAY ((int64_t)86400)
#define MOST 200
#define NEAR (100000 * DAY)

static bool on_occurrence(void *ctx, const struct occurrence *o)
{
	size_t *n = ctx;

	if (!o->entry)
		BUG("an appearance of nothing");
	return ++*n < MOST;
}

static void look_at(struct tz_set *zones, struct appointment *a)
{
	int64_t first, last;
	size_t n = 0;

	(void)appointment_repair(a);
	appointment_span(a, &first, &last);
	if (last < first)
		BUG("an entry ends before it starts");
	if (a->start > -NEAR && a->start < NEAR)
		occurrences_walk(zones, a, tz_local(zones), a->start - DAY,
				 a->start + 400 * DAY, MOST, on_occurrence, &n);
	else
		occurrences_walk(zones, a, tz_local(zones), 0, 400 * DAY, MOST,
				 on_occurrence, &n);
	if (n > MOST)
		BUG("more appearances than asked for");
}

static void pack_again(const struct appointment *a)
{
	struct appointment b;
	struct str text = STR_INIT, twice = STR_INIT;

	appointment_pack(&text, a);
	appointment_init(&b);
	appointment_unpack(&b, text.s);
	appointment_pack(&twice, &b);
	if (!str_eq(text.s, twice.s))
		BUG("an entry changes by being kept");
	appointment_release(&b);
	str_release(&text);
	str_release(&twice);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tz_set *zones = tz_set_new();
	struct ics_options o = {.method = ICS_NONE};
	struct str out = STR_INIT;
	struct err err = ERR_INIT;
	struct ics c, again;

	if (!ics_read(&c, (const char *)data, size, zones, &err)) {
		if (err.kind == ERR_NONE)
			BUG("failed without an error");
		tz_set_free(zones);
		return 0;
	}
	for (size_t i = 0; i < c.entries.n && i < 20; i++) {
		look_at(zones, &c.entries.v[i]);
		pack_again(&c.entries.v[i]);
	}
	ics_write(&out, &c.entries, zones, &o);
	if (!ics_read(&again, out.s, out.len, zones, &err))
		BUG("what was written cannot be read: %s", err.text);
	ics_release(&again);
	str_release(&out);
	ics_release(&c);
	tz_set_free(zones);
	return 0;
}
