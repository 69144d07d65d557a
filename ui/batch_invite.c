/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* invite: meeting requests and their answers; remind. */
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "engine/engine.h"
#include "engine/message.h"
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
	json_object_set_new(j, "outside", json_boolean(i->outside));
	json_object_set_new(j, "waits", json_boolean(i->waits));
	json_object_set_new(j, "sent_by", out_text_json(i->sent_by));
	json_object_set_new(j, "invited", json_boolean(i->asked));
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
		dates_add_day(&when, zone_wall(zone, start));
		str_add(&when, " ");
		dates_add_times(&when, start, end, all_day, zone);
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

		dates_add_times(&t, e->start, e->end,
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

static bool find_in_mail(struct batch *b, int64_t id, struct invite *out,
			 struct err *err)
{
	struct bytes raw = {0};
	struct letter *l;
	bool ok;

	if (!query_mime(b->store, id, &raw, err) || !letter_read(&l, &raw, err))
		return false;
	ok = calendar_invite_mail(b->store, b->account, id, l, out, err);
	letter_free(l);
	return ok;
}

/* What the id names: a message, or an entry of the calendar. */
static bool find(struct batch *b, int64_t id, struct invite *out,
		 struct err *err)
{
	struct calendar_view v;
	struct item it;
	bool message, mail;
	struct err e = ERR_INIT;

	item_init(&it);
	if (!query_item(b->store, id, &it, err))
		return false;
	message = it.flags & ITEM_INVITATION;
	mail = !it.item_class || str_starts(it.item_class, "IPM.Note");
	item_release(&it);
	if (message && calendar_invite(b->store, b->account, id, out, &e))
		return true;
	if (message && e.kind != ERR_NOT_FOUND) {
		*err = e;
		return false;
	}
	if (mail || message)
		return find_in_mail(b, id, out, err);
	if (!calendar_occurrence(b->store, id, CLOCK_NEVER, &v, err))
		return false;
	memset(out, 0, sizeof(*out));
	appointment_copy(&out->appt,
			 v.v[0].series ? v.v[0].series : v.v[0].appt);
	out->item = id;
	out->asked = true;
	/* Here: all of the series, whichever occurrence was nearest. */
	out->appt.original = CLOCK_NEVER;
	out->answer = out->appt.my_answer;
	out->state = out->appt.flags & APPT_ORGANIZER	? INVITE_OWN
		     : out->appt.flags & APPT_CANCELLED ? INVITE_CANCELLED
							: INVITE_OPEN;
	calendar_view_release(&v);
	return true;
}

static bool set_proposal(struct batch *b, const struct invite *i,
			 const struct zone *zone, struct invite_answer *how)
{
	struct span base = {.start = i->appt.start, .end = i->appt.end}, s;
	const char *rest;
	struct err err;

	if (!batch_has(b, OPT_PROPOSE))
		return true;
	if (how->answer == ANSWER_ACCEPTED) {
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
	how->propose_start = s.all_day ? zone_instant(zone, s.start) : s.start;
	how->propose_end = s.all_day ? zone_instant(zone, s.end) : s.end;
	return true;
}

/* One change, or an entry in silence and the mail that answers. */
static int submit(struct batch *b, const struct invite *i,
		  const struct invite_answer *how, const char *what)
{
	struct intent *intents[2];
	size_t n = invite_answer(b->store, b->account, i, how, intents);
	struct request r = {.kind = REQUEST_INTENT};
	struct event done;
	struct err err;
	int status;

	if (n == 1 || batch_has(b, OPT_DRY_RUN)) {
		if (n > 1)
			intent_free(intents[0]);
		return n ? batch_change(b, intents[n - 1], what, false)
			 : batch_usage("invite: nothing would change");
	}
	r.intent = intents[0];
	if (!batch_engine(b,
			  batch_has(b, OPT_WAIT) ? ENGINE_FULL : ENGINE_LOCAL,
			  false, &status)) {
		intent_free(intents[0]);
		intent_free(intents[1]);
		return status;
	}
	if (!batch_request(b, &r, 30000, &done, &err)) {
		intent_free(intents[1]);
		return batch_fail(&err);
	}
	event_release(&done);
	return batch_change(b, intents[1], what, false);
}

static int answer(struct batch *b, const struct zone *zone,
		  enum answer_kind kind, const char *verb)
{
	struct invite_answer how = {.answer = kind,
				    .note = batch_value(b, OPT_NOTE),
				    .quiet = batch_has(b, OPT_QUIET),
				    .propose_start = CLOCK_NEVER,
				    .propose_end = CLOCK_NEVER};
	char *what CLEANUP(mem_free_ptr) = NULL;
	struct invite i;
	struct err err;
	int64_t id;
	int status;

	if (b->args.n != 2 || !batch_id(b->args.v[1], &id))
		return batch_usage("invite %s needs one id", b->args.v[0]);
	if (!find(b, id, &i, &err))
		return batch_fail(&err);
	what = xasprintf("%s \"%s\"", verb, str_or_empty(i.appt.subject));
	if (!invite_may_answer(&i, &err))
		status = batch_fail(&err);
	else if (!set_proposal(b, &i, zone, &how))
		status = BATCH_USAGE;
	else
		status = submit(b, &i, &how, what);
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
		if (i.sent_by)
			printf("Sent by    %s, for the organizer %s\n",
			       i.sent_by, i.appt.organizer_addr);
		if (!i.asked)
			printf("You are not among the attendees: "
			       "it " INVITE_NOT_ASKED "\n");
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
