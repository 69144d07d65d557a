/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* remind: what is due, as a list or as it comes. */
#include <stdio.h>
#include <unistd.h>
#include "text/span.h"
#include "ui/batch_calendar.h"

#define BACK (12 * 3600)
#define LOOK_SECONDS 20

static json_t *reminder_json(const struct reminder *r)
{
	return json_pack("{s:I,s:o,s:o,s:o,s:o,s:o,s:o}", "id",
			 (json_int_t)r->item, "occurrence",
			 r->original ? out_time_json(r->original) : json_null(),
			 "subject", out_text_json(r->subject), "location",
			 out_text_json(r->location), "start",
			 out_time_json(r->start), "due", out_time_json(r->due),
			 "join_url", out_text_json(r->join_url));
}

static void print_one(struct batch *b, const struct reminder *r)
{
	int64_t minutes = (r->start - clock_now() + 59) / 60;

	if (batch_has(b, OPT_JSON)) {
		out_line(reminder_json(r));
		return;
	}
	printf("%s %s%s%s\n", r->subject ? r->subject : "(no subject)",
	       minutes > 0 ? "" : "has begun", r->location ? ", " : "",
	       str_or_empty(r->location));
	if (minutes > 0)
		printf("  in %lld min\n", (long long)minutes);
}

static int list(struct batch *b)
{
	int64_t now = clock_now();
	struct reminder_list l;
	json_t *array = json_array();
	struct err err;
	int status;

	if (!calendar_reminders(b->store, now - BACK, now, &l, &err)) {
		json_decref(array);
		return batch_fail(&err);
	}
	for (size_t i = 0; i < l.n; i++)
		if (batch_has(b, OPT_JSON))
			json_array_append_new(array, reminder_json(&l.v[i]));
		else
			print_one(b, &l.v[i]);
	if (batch_has(b, OPT_JSON))
		out_document(json_pack("{s:O}", "reminders", array));
	json_decref(array);
	status = l.n ? BATCH_DONE : BATCH_NOTHING;
	reminder_list_release(&l);
	return status;
}

/* Each once, as it becomes due, until a signal ends it. */
static int watch(struct batch *b)
{
	int64_t since = clock_now();

	for (;;) {
		int64_t now = clock_now();
		struct reminder_list l;
		struct err err;

		if (!calendar_reminders(b->store, since, now, &l, &err))
			return batch_fail(&err);
		for (size_t i = 0; i < l.n; i++)
			print_one(b, &l.v[i]);
		fflush(stdout);
		reminder_list_release(&l);
		since = now;
		sleep(LOOK_SECONDS);
	}
}

static int put_off(struct batch *b)
{
	const char *length = batch_value(b, OPT_SNOOZE);
	struct request r = {.kind = REQUEST_REMINDER};
	struct zone *zone = zone_load_local();
	struct event done;
	struct err err;
	int64_t seconds = 0, when;
	bool ok = cal_reference(b->args.v[0], zone, &r.item, &when);
	int status;

	zone_free(zone);
	if (!ok)
		return BATCH_USAGE;
	if (length && !span_parse_length(length, &seconds, NULL))
		return batch_usage("--snooze takes a length: 5m, 1h");
	r.from = when == CLOCK_NEVER ? 0 : when;
	r.to = length ? clock_now() + seconds : CLOCK_NEVER;
	if (!batch_engine(b, ENGINE_LOCAL, false, &status))
		return status;
	if (!batch_request(b, &r, 30000, &done, &err))
		return batch_fail(&err);
	event_release(&done);
	return BATCH_DONE;
}

int verb_remind(struct batch *b)
{
	int status;

	if (b->args.n > 1)
		return batch_usage("remind takes one event");
	if (b->args.n && !batch_has(b, OPT_SNOOZE) &&
	    !batch_has(b, OPT_DISMISS))
		return batch_usage("remind ID needs --snooze or --dismiss");
	if (!batch_open_account(b, &status) || !batch_open_store(b, &status))
		return status;
	if (b->args.n)
		return put_off(b);
	return batch_has(b, OPT_WATCH) ? watch(b) : list(b);
}
