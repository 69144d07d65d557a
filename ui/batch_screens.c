/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* mail, calendar, people: the screens, opened where one wants to be. */
#include <unistd.h>
#include "base/clock.h"
#include "text/span.h"
#include "ui/batch.h"
#include "ui/calendar.h"
#include "ui/session.h"

int batch_screens(struct batch *b, struct session_setup *setup)
{
	setup->config = b->config;
	setup->account = b->account_name;
	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return batch_usage("the screens need a terminal; `retinue "
				   "--help` names the verbs");
	return session_run(setup);
}

int verb_mail(struct batch *b)
{
	struct session_setup setup = {.first = SCREEN_mail};

	if (b->args.n > 1 ||
	    (b->args.n && !str_starts(b->args.v[0], "mailto:")))
		return batch_usage("mail takes no operand but a mailto: link");
	if (b->args.n)
		setup.mailto = b->args.v[0];
	return batch_screens(b, &setup);
}

int verb_calendar(struct batch *b)
{
	char *words CLEANUP(mem_free_ptr) = strv_join(&b->args, " ");
	struct session_setup setup = {.first = SCREEN_calendar,
				      .first_arg = *words ? words : NULL};
	struct zone *zone = zone_load_local();
	const char *day = cal_skip_view(words, NULL);
	int64_t from, to;
	struct err err;
	bool ok = !*day ||
		  span_parse_days(day, zone, clock_now(), &from, &to, &err);

	zone_free(zone);
	return ok ? batch_screens(b, &setup) : batch_fail(&err);
}

int verb_people(struct batch *b)
{
	char *words CLEANUP(mem_free_ptr) = strv_join(&b->args, " ");
	/* Without words the screen asks for them. */
	struct session_setup setup = {.first = SCREEN_people,
				      .first_arg = *words ? "" : NULL,
				      .then = SCREEN_people,
				      .then_arg = *words ? words : NULL};

	return batch_screens(b, &setup);
}
