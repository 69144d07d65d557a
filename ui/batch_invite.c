/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* invite: meeting requests and their answers; remind. */
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "model/appointment_change.h"
#include "text/span.h"
#include "ui/batch_calendar.h"

static json_t *clash_json(struct batch *b, const struct calendar_view *v,
			  const struct zone *zone)
{
	json_t *list = json_array();

	for (size_t i = 0; i < v->n; i++)
		json_array_append_new(list,
				      cal_entry_json(b, &v->v[i], zone, false));
	return list;
}

static json_t *invite_json(struct batch *b, const struct invite *i,
			   const struct zone *zone)
{
	const struct appointment *a = &i->appt;
	bool all_day = a->flags & APPT_ALL_DAY;
	struct str repeat CLEANUP(str_release) = STR_INIT;
	json_t *j = json_object();

	recur_add_text(&repeat, &a->recur);
	json_object_set_new(j, "id", json_integer(i->message));
	json_object_set_new(j, "event",
			    i->item ? json_integer(i->item) : json_null());
	json_object_set_new(j, "state",
			    json_string(invite_state_name(i->state)));
	json_object_set_new(j, "subject",
			    out_text_json(str_or_empty(a->subject)));
	json_object_set_new(j, "location", out_text_json(a->location));
	json_object_set_new(j, "start", cal_time_json(a->start, all_day));
	json_object_set_new(j, "end", cal_time_json(a->end, all_day));
	json_object_set_new(j, "all_day", json_boolean(all_day));
	json_object_set_new(
		j, "organizer",
		cal_person_json(a->organizer_name, a->organizer_addr));
	json_object_set_new(j, "my_answer",
			    json_string(answer_name(i->answer)));
	json_object_set_new(j, "recurrence",
			    repeat.len ? json_string(repeat.s) : json_null());
	json_object_set_new(j, "occurrence", out_time_json(a->original));
	json_object_set_new(j, "delegated",
			    json_boolean(a->flags & APPT_DELEGATED));
	json_object_set_new(j, "response_wanted",
			    json_boolean(!(a->flags & APPT_NO_RESPONSE)));
	json_object_set_new(j, "attendees", cal_attendees_json(a));
	json_object_set_new(j, "clashes", clash_json(b, &i->clashes, zone));
	json_object_set_new(j, "adjacent", clash_json(b, &i->adjacent, zone));
	json_object_set_new(j, "uid", out_text_json(a->uid));
	return j;
}

static void print_invite(const struct invite *i, const struct zone *zone)
{
	struct str when CLEANUP(str_release) = STR_INIT;
	const struct appointment *a = &i->appt;
	bool all_day = a->flags & APPT_ALL_DAY;
	int64_t start = all_day ? zone_instant(zone, a->start) : a->start;
	int64_t end = all_day ? zone_instant(zone, a->end) : a->end;

	if (a->start != CLOCK_NEVER) {
		cal_add_day(&when, zone_wall(zone, start));
		str_add(&when, " ");
		cal_add_times(&when, start, end, all_day, zone);
	}
	printf("%-10lld %-30s %-24s %s%s%s\n", (long long)i->message, when.s,
	       str_or_empty(a->subject),
	       a->organizer_name ? a->organizer_name
				 : str_or_empty(a->organizer_addr),
	       i->state == INVITE_OPEN ? "" : "  ",
	       i->state == INVITE_OPEN ? "" : invite_state_name(i->state));
	for (size_t k = 0; k < i->clashes.n; k++) {
		struct str t CLEANUP(str_release) = STR_INIT;
		const struct calendar_entry *e = &i->clashes.v[k];

		cal_add_times(&t, e->start, e->end,
			      e->appt->flags & APPT_ALL_DAY, zone);
		printf("           clash: %s %s (%s)\n", t.s,
		       str_or_empty(e->appt->subject),
		       show_as_name(e->appt->show_as));
	}
}

static int list(struct batch *b, const struct zone *zone)
{
	struct invite_list l;
	json_t *array;
	struct err err;
	int limit, status;

	if (!batch_limit(b, 50, &limit))
		return BATCH_USAGE;
	if (!calendar_invites(b->store, b->account, batch_has(b, OPT_ALL),
			      limit, &l, &err))
		return batch_fail(&err);
	status = l.n ? BATCH_DONE : BATCH_NOTHING;
	array = json_array();
	for (size_t i = 0; i < l.n; i++)
		if (batch_has(b, OPT_JSON))
			json_array_append_new(array,
					      invite_json(b, &l.v[i], zone));
		else
			print_invite(&l.v[i], zone);
	if (batch_has(b, OPT_JSON))
		out_document(json_pack("{s:O}", "invites", array));
	else if (!l.n)
		fprintf(stderr, "No invitation waits for an answer.\n");
	json_decref(array);
	invite_list_release(&l);
	return status;
}

/* What the id names: a message, or an entry of the calendar. */
static bool find(struct batch *b, int64_t id, struct invite *out,
		 struct err *err)
{
	struct calendar_view v;
	struct item it;
	bool message;

	item_init(&it);
	if (!query_item(b->store, id, &it, err))
		return false;
	message = it.flags & ITEM_INVITATION;
	item_release(&it);
	if (message)
		return calendar_invite(b->store, b->account, id, out, err);
	if (!calendar_occurrence(b->store, id, CLOCK_NEVER, &v, err))
		return false;
	memset(out, 0, sizeof(*out));
	appointment_copy(&out->appt,
			 v.v[0].series ? v.v[0].series : v.v[0].appt);
	out->item = id;
	out->answer = out->appt.my_answer;
	out->state = out->appt.flags & APPT_ORGANIZER	? INVITE_OWN
		     : out->appt.flags & APPT_CANCELLED ? INVITE_CANCELLED
							: INVITE_OPEN;
	calendar_view_release(&v);
	return true;
}

static bool may_answer(const struct invite *i, struct err *err)
{
	switch (i->state) {
	case INVITE_OPEN:
	case INVITE_UPDATED:
	case INVITE_ANSWERED:
	case INVITE_COPY:
		break;
	case INVITE_STALE:
		return err_set(err, ERR_CONFLICT,
			       "this request is outdated: answer the newer "
			       "one");
	case INVITE_CANCELLED:
		return err_set(err, ERR_CONFLICT,
			       "the meeting was cancelled: there is nothing "
			       "to answer");
	case INVITE_GONE:
		return err_set(err, ERR_NOT_FOUND,
			       "the meeting is no longer in your calendar");
	case INVITE_OWN:
		return err_set(err, ERR_INPUT,
			       "this is your own meeting; `retinue event "
			       "edit` changes it");
	case INVITE_REPLY:
		return err_set(err, ERR_INPUT,
			       "this is an answer to your meeting, nothing to "
			       "answer");
	}
	if (i->appt.flags & APPT_MEETING)
		return true;
	return err_set(err, ERR_INPUT, "this event is no meeting");
}

static bool set_proposal(struct batch *b, const struct invite *i,
			 const struct zone *zone, struct appointment_change *c)
{
	struct span base = {.start = i->appt.start, .end = i->appt.end}, s;
	const char *rest;
	struct err err;

	if (!batch_has(b, OPT_PROPOSE))
		return true;
	if (c->answer == ANSWER_ACCEPTED) {
		batch_usage("another time goes with tentative or decline");
		return false;
	}
	if (i->appt.flags & APPT_NO_PROPOSAL) {
		batch_usage("the organizer wants no other times proposed");
		return false;
	}
	if (!span_parse(batch_value(b, OPT_PROPOSE), zone, clock_now(), 3600,
			&base, &s, &rest, &err)) {
		batch_fail(&err);
		return false;
	}
	c->propose_start = s.all_day ? zone_instant(zone, s.start) : s.start;
	c->propose_end = s.all_day ? zone_instant(zone, s.end) : s.end;
	return true;
}

static int answer(struct batch *b, const struct zone *zone,
		  enum answer_kind how, const char *verb)
{
	struct appointment_change c CLEANUP(appointment_change_release);
	char *what CLEANUP(mem_free_ptr) = NULL;
	struct invite i;
	struct err err;
	int64_t id;
	int status;

	appointment_change_init(&c);
	if (b->args.n != 2 || !batch_id(b->args.v[1], &id))
		return batch_usage("invite %s needs one id", b->args.v[0]);
	if (!find(b, id, &i, &err))
		return batch_fail(&err);
	c.op = APPT_ANSWER;
	c.answer = how;
	c.quiet = batch_has(b, OPT_QUIET);
	c.note = xstrdup(batch_value(b, OPT_NOTE));
	c.appt.subject = xstrdup(i.appt.subject);
	what = xasprintf("%s \"%s\"", verb, str_or_empty(i.appt.subject));
	if (!may_answer(&i, &err))
		status = batch_fail(&err);
	else if (!set_proposal(b, &i, zone, &c))
		status = BATCH_USAGE;
	else
		status = batch_change(b, intent_event(&c, 0, i.item, i.message),
				      what, false);
	invite_release(&i);
	return status;
}

static int show(struct batch *b, const struct zone *zone)
{
	struct invite i;
	struct err err;
	int64_t id;

	if (b->args.n != 2 || !batch_id(b->args.v[1], &id))
		return batch_usage("invite show needs one id");
	if (!find(b, id, &i, &err))
		return batch_fail(&err);
	if (batch_has(b, OPT_JSON)) {
		out_document(
			json_pack("{s:o}", "invite", invite_json(b, &i, zone)));
	} else {
		printf("%s\n", invite_state_words(i.state));
		print_invite(&i, zone);
		if (i.appt.location)
			printf("Where      %s\n", i.appt.location);
		if (i.appt.notes)
			printf("\n%s\n", i.appt.notes);
	}
	invite_release(&i);
	return BATCH_DONE;
}

int verb_invite(struct batch *b)
{
	const char *what = b->args.n ? b->args.v[0] : "list";
	struct zone *zone;
	int status;

	if (!batch_open_account(b, &status) || !batch_open_store(b, &status))
		return status;
	zone = zone_load_local();
	if (strcmp(what, "list") == 0)
		status = list(b, zone);
	else if (strcmp(what, "show") == 0)
		status = show(b, zone);
	else if (strcmp(what, "accept") == 0)
		status = answer(b, zone, ANSWER_ACCEPTED, "accept");
	else if (strcmp(what, "tentative") == 0)
		status =
			answer(b, zone, ANSWER_TENTATIVE, "accept tentatively");
	else if (strcmp(what, "decline") == 0)
		status = answer(b, zone, ANSWER_DECLINED, "decline");
	else
		status = batch_usage("invite needs list, show, accept, "
				     "tentative or decline");
	zone_free(zone);
	return status;
}
