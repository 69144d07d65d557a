/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* The plain values: owned copies, classes, address lists, edits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/clock.h"
#include "model/appointment_change.h"
#include "model/account.h"
#include "model/change.h"
#include "model/freebusy.h"

static void own_addresses(void **state)
{
	struct account *a = account_new(), *copy;

	(void)state;
	a->address = xstrdup("Ada@Example.org");
	strv_add(&a->identities, "ada@other.example");
	copy = account_copy(a);
	account_free(a);
	assert_true(account_is_own(copy, "ada@example.ORG"));
	assert_true(account_is_own(copy, "ADA@other.example"));
	assert_false(account_is_own(copy, "ada@example"));
	assert_false(account_is_own(copy, ""));
	assert_false(account_is_own(copy, NULL));
	account_free(copy);
	account_free(NULL);
}

static void folder_kinds_and_roles(void **state)
{
	static const struct {
		const char *class;
		enum folder_kind kind;
	} rows[] = {
		{NULL, FOLDER_MAIL},
		{"IPF.Note", FOLDER_MAIL},
		{"ipf.note.OutlookHomepage", FOLDER_MAIL},
		{"IPF.NoteX", FOLDER_OTHER},
		{"IPF.Appointment", FOLDER_CALENDAR},
		{"IPF.Contact.MOC.QuickContacts", FOLDER_CONTACTS},
		{"IPF.Task", FOLDER_TASKS},
		{"IPF.StickyNote", FOLDER_NOTES},
		{"IPF.Journal", FOLDER_JOURNAL},
		{"IPF.Configuration", FOLDER_OTHER},
		{"IP", FOLDER_OTHER},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		assert_int_equal(folder_kind_of_class(rows[i].class),
				 rows[i].kind);
	assert_int_equal(folder_role_find("INBOX"), FOLDER_ROLE_INBOX);
	assert_int_equal(folder_role_find(""), FOLDER_ROLE_NONE);
	assert_int_equal(folder_role_find("attic"), FOLDER_ROLE_NONE);
	assert_string_equal(folder_role_ews(FOLDER_ROLE_DELETED),
			    "deleteditems");
	assert_string_equal(folder_role_name(FOLDER_ROLE_SENT), "sent");
	assert_null(folder_role_ews(FOLDER_ROLE_ARCHIVE));
}

static void names_of_address_lists(void **state)
{
	static const struct {
		const char *list, *names;
	} rows[] = {
		{NULL, ""},
		{"", ""},
		{" , ;", ""},
		{"ada@example.org", "ada@example.org"},
		{"Ada Byron <ada@example.org>, <gh@navy.example>",
		 "Ada Byron, gh@navy.example"},
		{"\"Byron, Ada\" <ada@example.org>; Grace",
		 "Byron, Ada, Grace"},
		{"\"a \\\"b\\\" <c\" <x@y>", "a \"b\" <c"},
		{"Broken <x@y", "Broken"},
		{"\"never closed <x@y>", "never closed <x@y>"},
		{"J\xc3\xb6rg (Sales, EU) <j@x>", "J\xc3\xb6rg (Sales, EU)"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct str b = STR_INIT;

		item_add_names(&b, rows[i].list);
		assert_string_equal(b.s, rows[i].names);
		str_release(&b);
	}
}

static void addresses_one_by_one(void **state)
{
	const char *pos = "\"Byron, Ada\" <ada@example.org>, gh@navy.example,"
			  " No Address";
	struct str name = STR_INIT, addr = STR_INIT;

	(void)state;
	assert_true(item_next_address(&pos, &name, &addr));
	assert_string_equal(name.s, "Byron, Ada");
	assert_string_equal(addr.s, "ada@example.org");
	assert_true(item_next_address(&pos, &name, &addr));
	assert_string_equal(name.s, "");
	assert_string_equal(addr.s, "gh@navy.example");
	assert_true(item_next_address(&pos, &name, &addr));
	assert_string_equal(name.s, "No Address");
	assert_string_equal(addr.s, "");
	assert_false(item_next_address(&pos, &name, &addr));
	str_release(&name);
	str_release(&addr);
}

static void flags_of_classes(void **state)
{
	static const struct {
		const char *class;
		unsigned flags;
	} rows[] = {
		{NULL, 0},
		{"IPM.Note", 0},
		{"IPM.Schedule.Meeting.Request", ITEM_INVITATION},
		{"IPM.Schedule.Meeting.Notification.Forward", 0},
		{"ipm.schedule.meeting.canceled", ITEM_INVITATION},
		{"IPM.Schedule", 0},
		{"REPORT.IPM.Note.NDR", ITEM_REPORT},
		{"IPM.Note.SMIME", ITEM_ENCRYPTED},
		{"IPM.Note.SMIME.MultipartSigned", ITEM_SIGNED},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		assert_int_equal(item_flags_of_class(rows[i].class),
				 rows[i].flags);
}

static void copies_own_their_texts(void **state)
{
	struct item a, b;
	struct folder f = {.name = xstrdup("Inbox")}, g;
	struct item_edit e = {.set = EDIT_CATEGORIES,
			      .categories = xstrdup("Red")},
			 copy;

	(void)state;
	item_init(&a);
	assert_true(a.received == CLOCK_NEVER && a.flag_due == CLOCK_NEVER);
	a.subject = xstrdup("x");
	a.references = xstrdup("y");
	item_copy(&b, &a);
	item_release(&a);
	assert_null(a.subject);
	assert_string_equal(b.subject, "x");
	assert_string_equal(b.references, "y");
	item_release(&b);
	folder_copy(&g, &f);
	folder_release(&f);
	assert_string_equal(g.name, "Inbox");
	folder_release(&g);
	item_edit_copy(&copy, &e);
	item_edit_release(&e);
	assert_string_equal(copy.categories, "Red");
	item_edit_release(&copy);
}

static void edits(void **state)
{
	static const struct {
		struct item_edit e;
		unsigned before, after;
	} rows[] = {
		{{.set = EDIT_READ, .read = true},
		 ITEM_HIGH,
		 ITEM_HIGH | ITEM_READ},
		{{.set = EDIT_READ}, ITEM_READ | ITEM_DRAFT, ITEM_DRAFT},
		{{.set = EDIT_FLAG, .flag = ITEM_COMPLETE},
		 ITEM_FLAGGED,
		 ITEM_COMPLETE},
		{{.set = EDIT_FLAG}, ITEM_FLAGGED | ITEM_READ, ITEM_READ},
		{{.set = EDIT_IMPORTANCE, .importance = ITEM_LOW},
		 ITEM_HIGH,
		 ITEM_LOW},
		{{.set = EDIT_VERB, .verb = 103},
		 ITEM_FORWARDED,
		 ITEM_ANSWERED},
		{{.set = EDIT_VERB, .verb = 104},
		 ITEM_ANSWERED,
		 ITEM_FORWARDED},
		{{.set = 0, .read = true, .flag = ITEM_FLAGGED}, 0, 0},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct item it;

		item_init(&it);
		it.flags = rows[i].before;
		item_edit_apply(&rows[i].e, &it);
		assert_int_equal(it.flags, rows[i].after);
		item_release(&it);
	}
	struct item it;
	struct item_edit due = {
		.set = EDIT_FLAG, .flag = ITEM_FLAGGED, .flag_due = 5};

	item_init(&it);
	item_edit_apply(&due, &it);
	assert_int_equal(it.flag_due, 5);
	due.flag = ITEM_COMPLETE;
	item_edit_apply(&due, &it);
	assert_true(it.flag_due == CLOCK_NEVER);
	item_release(&it);
}

/* --- a series that moves ------------------------------------------------------ */

static void patterns_follow(void **state)
{
	/* Days of December 2026: the 1st is a Tuesday. */
	static const struct {
		struct recur r;
		int from, to; /* of December */
		const char *text;
	} t[] = {
		{{.kind = RECUR_DAILY, .interval = 2}, 1, 3, "every 2 days"},
		{{.kind = RECUR_WEEKLY, .interval = 1, .days = 0x04},
		 1,
		 4,
		 "weekly on Fri"},
		{{.kind = RECUR_WEEKLY, .interval = 1, .days = 0x12},
		 7,
		 8,
		 "weekly on Tue, Fri"},
		{{.kind = RECUR_WEEKLY, .interval = 1, .days = 0x12},
		 7,
		 10,
		 "weekly on Mon, Thu"},
		{{.kind = RECUR_WEEKLY, .interval = 1, .days = 0x41},
		 5,
		 6,
		 "weekly on Sat, Sun"},
		{{.kind = RECUR_MONTHLY, .interval = 1, .day = 3},
		 3,
		 4,
		 "monthly on day 4"},
		{{.kind = RECUR_MONTHLY_NTH,
		  .interval = 1,
		  .days = 0x04,
		  .nth = 2},
		 8,
		 17,
		 "monthly on the third Thu"},
		{{.kind = RECUR_MONTHLY_NTH,
		  .interval = 1,
		  .days = 0x20,
		  .nth = 5},
		 25,
		 28,
		 "monthly on the last Mon"},
		{{.kind = RECUR_MONTHLY_NTH,
		  .interval = 1,
		  .days = RECUR_WORKDAYS,
		  .nth = 1},
		 1,
		 2,
		 "monthly on the first weekday"},
		{{.kind = RECUR_YEARLY, .interval = 1, .day = 24, .month = 11},
		 1,
		 24,
		 "yearly on 24 Dec"},
		{{.kind = RECUR_NONE}, 1, 2, ""},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		struct recur r = t[i].r;
		struct str text = STR_INIT;
		int64_t from = zone_wall_of(2026, 12, t[i].from, 0, 0);
		int64_t to = zone_wall_of(2026, 12, t[i].to, 0, 0);

		recur_follow(&r, from, to);
		recur_add_text(&text, &r);
		assert_string_equal(str_or_empty(text.s), t[i].text);
		str_release(&text);
	}
}

/* The end stays where it is, unless the series would begin behind it. */
static void ends_follow(void **state)
{
	struct recur r = {.kind = RECUR_DAILY,
			  .interval = 1,
			  .end = RECUR_UNTIL,
			  .end_day = zone_wall_of(2026, 12, 9, 0, 0)};
	int64_t first = zone_wall_of(2026, 12, 1, 0, 0);

	(void)state;
	recur_follow(&r, first, zone_wall_of(2026, 12, 4, 0, 0));
	assert_int_equal(r.end_day, zone_wall_of(2026, 12, 9, 0, 0));
	assert_int_equal(r.start_day, zone_wall_of(2026, 12, 4, 0, 0));
	recur_follow(&r, zone_wall_of(2026, 12, 4, 0, 0),
		     zone_wall_of(2026, 12, 20, 0, 0));
	assert_int_equal(r.end_day, zone_wall_of(2026, 12, 25, 0, 0));
}

/* --- what the server suggests -------------------------------------------------- */

/* Of times that look alike to us the server knows the better; without it the
 * soonest is. What we know to be taken is no better for being told. */
static void servers_rank(void **state)
{
	struct free_busy unknown = {.err = ERR_INIT};
	struct suggestion told[] = {
		{32400 + 7200, 1}, {32400, 3}, {32400 + 3600, 1}};
	struct suggestion_list all = {told, 3, 3};
	struct guest guest = {GUEST_REQUIRED, "Ada", &unknown};
	struct zone *utc = zone_from_rule("UTC0");
	struct slot_query q = {.guests = &guest,
			       .n = 1,
			       .from = 32400,
			       .to = 32400 + 4 * 3600,
			       .length = 3600,
			       .step = 1800,
			       .zone = utc,
			       .most = 3};
	struct busy_span taken = {.start = 32400 + 3600,
				  .end = 32400 + 7200,
				  .show_as = SHOW_BUSY};
	struct slot_list slots;

	(void)state;
	vec_add(&unknown.spans, taken);
	slots_find(&q, &slots);
	assert_true(slots.n > 1);
	assert_int_equal(slots.v[0].start, 32400);
	assert_int_equal(slots.v[0].quality, 5);
	vec_release(&slots);
	q.told = &all;
	slots_find(&q, &slots);
	assert_int_equal(slots.v[0].start, 32400 + 7200);
	assert_int_equal(slots.v[0].quality, 1);
	assert_int_equal(slots.v[1].start, 32400);
	vec_release(&slots);
	free_busy_release(&unknown);
	zone_free(utc);
}

/* --- meeting messages where no server attends to them ------------------------ */

static void message(struct appointment *m, enum appointment_kind kind,
		    int64_t start, int sequence)
{
	appointment_init(m);
	m->kind = kind;
	m->uid = xstrdup("u");
	m->subject = xstrdup("Plan");
	m->organizer_addr = xstrdup("o@example.org");
	m->start = start;
	m->end = start + 3600;
	m->sequence = sequence;
	m->stamp = 1000 + sequence;
	m->show_as = SHOW_BUSY;
	m->flags = APPT_MEETING;
}

static void says(struct appointment *m, const char *addr, enum answer_kind a,
		 int64_t when)
{
	struct attendee *t = vec_new(&m->attendees);

	*t = (struct attendee){.addr = xstrdup(addr),
			       .answer = a,
			       .answered = when,
			       .proposed_start = CLOCK_NEVER,
			       .proposed_end = CLOCK_NEVER};
	m->my_answer = a;
}

static void requests_are_taken(void **state)
{
	struct appointment m, a;

	(void)state;
	message(&m, APPOINTMENT_REQUEST, 7200, 0);
	appointment_from_request(&a, &m);
	assert_int_equal(a.kind, APPOINTMENT_SINGLE);
	assert_int_equal(a.show_as, SHOW_TENTATIVE);
	assert_int_equal(a.my_answer, ANSWER_NONE);
	/* The same once more, by whatever client, is nothing new. */
	assert_false(appointment_take(&a, &m));
	m.stamp++;
	assert_false(appointment_take(&a, &m));
	/* Another title leaves the answer, another time does not. */
	a.my_answer = ANSWER_ACCEPTED;
	a.show_as = SHOW_BUSY;
	a.flags |= APPT_REMINDER;
	a.reminder = 7;
	mem_replace(&m.subject, xstrdup("Better plan"));
	assert_true(appointment_take(&a, &m));
	assert_string_equal(a.subject, "Better plan");
	assert_int_equal(a.my_answer, ANSWER_ACCEPTED);
	assert_int_equal(a.reminder, 7);
	m.start += 3600;
	m.end += 3600;
	m.sequence = 2;
	assert_true(appointment_take(&a, &m));
	assert_int_equal(a.my_answer, ANSWER_NONE);
	assert_int_equal(a.show_as, SHOW_TENTATIVE);
	/* What is out of date changes nothing. */
	m.sequence = 1;
	m.start = 0;
	assert_false(appointment_take(&a, &m));
	m.kind = APPOINTMENT_CANCELLATION;
	m.sequence = 3;
	assert_true(appointment_take(&a, &m));
	assert_true(a.flags & APPT_CANCELLED);
	assert_string_equal(a.subject, "Canceled: Better plan");
	assert_int_equal(a.show_as, SHOW_FREE);
	assert_false(a.flags & APPT_REMINDER);
	/* Nobody cancels one's own meeting. */
	a.flags = APPT_ORGANIZER;
	m.sequence = 4;
	assert_false(appointment_take(&a, &m));
	appointment_release(&m);
	appointment_release(&a);
}

static void answers_are_noted(void **state)
{
	struct appointment m, a;

	(void)state;
	message(&a, APPOINTMENT_SINGLE, 7200, 0);
	a.flags |= APPT_ORGANIZER;
	says(&a, "g@example.org", ANSWER_NONE, CLOCK_NEVER);
	a.my_answer = ANSWER_ORGANIZER;
	message(&m, APPOINTMENT_RESPONSE, 7200, 0);
	says(&m, "G@example.org", ANSWER_ACCEPTED, 500);
	assert_true(appointment_take(&a, &m));
	assert_int_equal(a.attendees.v[0].answer, ANSWER_ACCEPTED);
	assert_false(appointment_take(&a, &m));
	/* An earlier answer that comes late. */
	m.my_answer = m.attendees.v[0].answer = ANSWER_DECLINED;
	m.attendees.v[0].answered = 400;
	assert_false(appointment_take(&a, &m));
	m.attendees.v[0].answered = 600;
	assert_true(appointment_take(&a, &m));
	assert_int_equal(a.attendees.v[0].answer, ANSWER_DECLINED);
	/* Somebody it was passed on to. */
	mem_replace(&m.attendees.v[0].addr, xstrdup("new@example.org"));
	assert_true(appointment_take(&a, &m));
	assert_int_equal(a.attendees.n, 2);
	/* It is not our meeting. */
	a.flags = APPT_MEETING;
	mem_replace(&m.attendees.v[0].addr, xstrdup("third@example.org"));
	assert_false(appointment_take(&a, &m));
	appointment_release(&m);
	appointment_release(&a);
}

/* A single time has a version of its own, never behind its series'. */
static void answers_are_of_a_version(void **state)
{
	struct appointment m, a, x;

	(void)state;
	message(&a, APPOINTMENT_SERIES, 7200, 2);
	a.recur.kind = RECUR_DAILY;
	a.flags |= APPT_ORGANIZER;
	says(&a, "g@example.org", ANSWER_NONE, CLOCK_NEVER);
	appointment_occurrence(&x, &a, 7200 + 86400);
	x.sequence = 5;
	x.start += 60;
	x.end += 60;
	vec_add(&a.exceptions, x);
	assert_int_equal(appointment_version(&a, CLOCK_NEVER), 2);
	assert_int_equal(appointment_version(&a, 7200), 2);
	assert_int_equal(appointment_version(&a, 7200 + 86400), 5);
	assert_int_equal(appointment_latest(&a), 5);
	a.sequence = 7;
	assert_int_equal(appointment_version(&a, 7200 + 86400), 7);
	assert_int_equal(appointment_latest(&a), 7);
	assert_int_equal(appointment_next(&a), 8);
	vec_add(&a.removed, 7200);
	assert_int_equal(appointment_next(&a), 9);
	a.removed.n = 0;
	a.sequence = 2;
	/* To the series, which is not overtaken by what one of it became. */
	message(&m, APPOINTMENT_RESPONSE, 7200, 2);
	says(&m, "g@example.org", ANSWER_ACCEPTED, 500);
	assert_true(appointment_take(&a, &m));
	assert_int_equal(a.attendees.v[0].answer, ANSWER_ACCEPTED);
	/* Of the time that was moved meanwhile nothing is said by that. */
	assert_int_equal(a.exceptions.v[0].attendees.v[0].answer, ANSWER_NONE);
	/* To the time that was moved meanwhile. */
	m.original = 7200 + 86400;
	m.start = 7200 + 86400;
	m.end = m.start + 3600;
	m.sequence = 4;
	m.my_answer = m.attendees.v[0].answer = ANSWER_DECLINED;
	m.attendees.v[0].answered = 600;
	assert_false(appointment_take(&a, &m));
	/* To the same times under another title: it counts. */
	m.start += 60;
	m.end += 60;
	assert_true(appointment_take(&a, &m));
	assert_int_equal(a.exceptions.v[0].attendees.v[0].answer,
			 ANSWER_DECLINED);
	assert_int_equal(a.attendees.v[0].answer, ANSWER_ACCEPTED);
	appointment_release(&m);
	appointment_release(&a);
}

/* One time of an accepted series under another title is accepted still. */
static void a_time_keeps_its_answer(void **state)
{
	struct appointment m, a;

	(void)state;
	message(&m, APPOINTMENT_REQUEST, 7200, 0);
	m.recur = (struct recur){.kind = RECUR_WEEKLY,
				 .interval = 1,
				 .days = 0x10,
				 .start_day = 0,
				 .end = RECUR_COUNTED,
				 .count = 3};
	appointment_from_request(&a, &m);
	a.my_answer = ANSWER_ACCEPTED;
	appointment_release(&m);
	message(&m, APPOINTMENT_REQUEST, 7200 + 7 * 86400, 1);
	m.original = m.start;
	mem_replace(&m.subject, xstrdup("Better plan"));
	assert_true(appointment_take(&a, &m));
	assert_int_equal(a.exceptions.n, 1);
	assert_string_equal(a.exceptions.v[0].subject, "Better plan");
	assert_int_equal(a.exceptions.v[0].my_answer, ANSWER_ACCEPTED);
	appointment_release(&m);
	appointment_release(&a);
}

/* Single times of a series that is not there are each an entry of their own. */
static void times_stand_alone(void **state)
{
	struct appointment m, a, x, whole, alone;

	(void)state;
	message(&m, APPOINTMENT_REQUEST, 7200, 1);
	m.original = 7200;
	appointment_from_request(&a, &m);
	assert_true(appointment_is_about(&a, &m));
	/* Brought up to date it is still one of its series. */
	m.sequence = 2;
	m.start += 60;
	m.end += 60;
	assert_true(appointment_take(&a, &m));
	assert_int_equal(a.kind, APPOINTMENT_EXCEPTION);
	assert_int_equal(a.original, 7200);
	assert_int_equal(a.start, 7260);
	/* Its series comes, with it: what was said to it is said still. */
	a.my_answer = ANSWER_ACCEPTED;
	message(&whole, APPOINTMENT_REQUEST, 7200, 3);
	whole.recur.kind = RECUR_DAILY;
	appointment_copy(&x, &m);
	x.kind = APPOINTMENT_EXCEPTION;
	vec_add(&whole.exceptions, x);
	appointment_copy(&alone, &a);
	assert_true(appointment_take(&alone, &whole));
	assert_int_equal(alone.kind, APPOINTMENT_SERIES);
	assert_int_equal(alone.my_answer, ANSWER_NONE);
	assert_int_equal(alone.exceptions.v[0].my_answer, ANSWER_ACCEPTED);
	appointment_release(&alone);
	appointment_release(&whole);
	m.kind = APPOINTMENT_CANCELLATION;
	m.original = 7200 + 86400;
	m.sequence = 3;
	assert_false(appointment_is_about(&a, &m));
	assert_false(appointment_take(&a, &m));
	assert_false(a.flags & APPT_CANCELLED);
	/* The series is about all of them. */
	m.original = CLOCK_NEVER;
	assert_true(appointment_is_about(&a, &m));
	assert_true(appointment_take(&a, &m));
	assert_true(a.flags & APPT_CANCELLED);
	appointment_release(&m);
	appointment_release(&a);
}

/* Another title of a series leaves what was said to each of its times. */
static void answers_stay_with_their_times(void **state)
{
	struct appointment m, a, x;

	(void)state;
	message(&m, APPOINTMENT_REQUEST, 7200, 0);
	m.recur.kind = RECUR_DAILY;
	appointment_occurrence(&x, &m, 7200 + 86400);
	x.start += 60;
	x.end += 60;
	vec_add(&m.exceptions, x);
	appointment_occurrence(&x, &m, 7200 + 2 * 86400);
	mem_replace(&x.subject, xstrdup("Special"));
	vec_add(&m.exceptions, x);
	appointment_from_request(&a, &m);
	assert_int_equal(a.exceptions.n, 2);
	a.my_answer = a.exceptions.v[1].my_answer = ANSWER_ACCEPTED;
	a.exceptions.v[0].my_answer = ANSWER_TENTATIVE;
	vec_add(&a.removed, 7200 + 3 * 86400);
	m.sequence = 1;
	m.stamp++;
	mem_replace(&m.subject, xstrdup("Better plan"));
	assert_true(appointment_take(&a, &m));
	assert_int_equal(a.my_answer, ANSWER_ACCEPTED);
	assert_int_equal(a.exceptions.v[0].my_answer, ANSWER_TENTATIVE);
	assert_int_equal(a.exceptions.v[1].my_answer, ANSWER_ACCEPTED);
	assert_true(appointment_is_removed(&a, 7200 + 3 * 86400));
	/* One of them at another time is open again. */
	m.sequence = 2;
	m.exceptions.v[1].start += 600;
	mem_replace(&m.subject, xstrdup("Best plan"));
	assert_true(appointment_take(&a, &m));
	assert_int_equal(a.my_answer, ANSWER_ACCEPTED);
	assert_int_equal(a.exceptions.v[0].my_answer, ANSWER_TENTATIVE);
	assert_int_equal(a.exceptions.v[1].my_answer, ANSWER_NONE);
	appointment_release(&m);
	appointment_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(own_addresses),
		cmocka_unit_test(folder_kinds_and_roles),
		cmocka_unit_test(names_of_address_lists),
		cmocka_unit_test(addresses_one_by_one),
		cmocka_unit_test(flags_of_classes),
		cmocka_unit_test(copies_own_their_texts),
		cmocka_unit_test(edits),
		cmocka_unit_test(requests_are_taken),
		cmocka_unit_test(answers_are_noted),
		cmocka_unit_test(answers_are_of_a_version),
		cmocka_unit_test(patterns_follow),
		cmocka_unit_test(servers_rank),
		cmocka_unit_test(ends_follow),
		cmocka_unit_test(answers_stay_with_their_times),
		cmocka_unit_test(times_stand_alone),
		cmocka_unit_test(a_time_keeps_its_answer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
