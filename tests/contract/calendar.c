/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * Calendars and contacts: every pattern of recurrence with every kind of end
 * and of exception goes to the server and comes back as it was wished, over
 * every protocol; contacts with every field they share.
 */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "ical/recur.h"
#include "proto/people.h"
#include "tests/contract/contract.h"

#define HOUR ((int64_t)3600)
#define DAY ((int64_t)86400)
#define ZONE "W. Europe Standard Time"

struct cal_suite {
	const struct sim *s;
	const char *version;
	struct client c;
	const char *calendar, *contacts;
	struct tz_set *zones;
};

static const struct pattern {
	const char *name;
	struct recur recur;
} patterns[] = {
	{"daily", {.kind = RECUR_DAILY, .interval = 3}},
	{"weekly", {.kind = RECUR_WEEKLY, .interval = 2, .days = 0x14}},
	{"monthly", {.kind = RECUR_MONTHLY, .interval = 1, .day = 31}},
	{"monthly-nth",
	 {.kind = RECUR_MONTHLY_NTH, .interval = 2, .days = 0x04, .nth = 5}},
	{"yearly",
	 {.kind = RECUR_YEARLY, .interval = 1, .day = 15, .month = 12}},
	{"yearly-nth",
	 {.kind = RECUR_YEARLY_NTH,
	  .interval = 1,
	  .days = RECUR_WORKDAYS,
	  .nth = 1,
	  .month = 12}}};

enum exception_kind {
	EXCEPT_NONE,
	EXCEPT_MOVED,
	EXCEPT_RENAMED,
	EXCEPT_REMOVED,
	EXCEPT_RETOLD, /* at its time: other notes, shown otherwise */
	EXCEPT_ALL,    /* the first three of them in one series */
	EXCEPT_KINDS
};
static const char *const exception_names[EXCEPT_KINDS] = {
	"none", "moved", "renamed", "removed", "retold", "all of them"};
static const char *const end_names[] = {"endless", "until", "counted"};

/* --- one series ------------------------------------------------------------------- */

struct starts {
	int64_t v[4];
	size_t n;
};

static bool note_start(void *ctx, int64_t wall)
{
	struct starts *s = ctx;

	s->v[s->n++] = wall;
	return s->n < 4;
}

/* The pattern's own first occurrence is the series' start. */
static void make_series(const struct cal_suite *t, const struct pattern *p,
			enum recur_end end, bool all_day, struct starts *starts,
			struct appointment *a)
{
	int64_t from = zone_wall_of(2026, 12, 1, all_day ? 0 : 9, 0);
	const struct zone *z;
	struct starts far = {.n = 0};

	appointment_init(a);
	a->kind = APPOINTMENT_SERIES;
	a->zone = xstrdup(ZONE);
	z = tz_of(t->zones, a);
	a->recur = p->recur;
	a->recur.week_start = 1;
	a->recur.end_day = CLOCK_NEVER;
	recur_walk(&a->recur, from, from, INT64_MAX, 4, note_start, &far);
	a->recur.start_day = zone_day(far.v[0]);
	a->recur.end = end;
	a->recur.count = end == RECUR_COUNTED ? 12 : 0;
	if (end == RECUR_UNTIL)
		a->recur.end_day = zone_day(far.v[3]);
	for (size_t i = 0; i < far.n; i++)
		starts->v[i] = all_day ? far.v[i] : zone_instant(z, far.v[i]);
	starts->n = far.n;
	a->start = starts->v[0];
	a->end = a->start + (all_day ? DAY : HOUR);
	a->flags = all_day ? APPT_ALL_DAY : 0;
	a->show_as = SHOW_BUSY;
	a->subject = xasprintf("%s, %s", p->name, end_names[end]);
	a->location = xstrdup("Room; with, signs");
	a->flags |= APPT_REMINDER;
	a->reminder = 20;
}

static bool do_change(struct cal_suite *t, const struct appointment_change *c,
		      const struct appointment *was, const char *item,
		      struct item_result *out)
{
	struct event_order o = {.change = c,
				.was = was,
				.folder = t->calendar,
				.item = item,
				.token = "contract"};
	struct err err = ERR_INIT;

	return CHECK_MSG(
		t->c.ops->calendar->change_event(t->c.b, NULL, &o, out, &err),
		err.text);
}

static void except(struct cal_suite *t, enum exception_kind kind,
		   int64_t original, const char *id, struct appointment *a,
		   bool tell)
{
	struct appointment_change c;
	struct item_result r = {0};

	appointment_change_init(&c);
	c.op = kind == EXCEPT_REMOVED ? APPT_CANCEL : APPT_CHANGE;
	c.quiet = !tell;
	c.original = original;
	appointment_release(&c.appt);
	appointment_occurrence(&c.appt, a, original);
	if (kind == EXCEPT_MOVED) {
		c.set = APPT_SET_TIME;
		c.appt.start += a->flags & APPT_ALL_DAY ? DAY : 2 * HOUR;
		c.appt.end += a->flags & APPT_ALL_DAY ? DAY : 3 * HOUR;
	} else if (kind == EXCEPT_RENAMED) {
		c.set = APPT_SET_SUBJECT | APPT_SET_LOCATION;
		mem_replace(&c.appt.subject, xstrdup("Another \xc3\xa4name"));
		mem_replace(&c.appt.location, xstrdup("Elsewhere"));
	} else if (kind == EXCEPT_RETOLD) {
		c.set = APPT_SET_NOTES | APPT_SET_SHOW_AS;
		mem_replace(&c.appt.notes,
			    xstrdup("Bring the plan; all of it"));
		c.appt.show_as = SHOW_AWAY;
	}
	if (do_change(t, &c, a, id, &r)) {
		appointment_change_apply(&c, a);
		free(r.new_id);
		free(r.new_change_key);
	}
	appointment_change_release(&c);
}

static bool keep_event(void *ctx, size_t index, struct fetched_event *owned)
{
	struct fetched_event *out = ctx;

	(void)index;
	*out = *owned;
	return true;
}

static void add_occurrence(struct str *b, const struct appointment *a)
{
	str_addf(b, "%lld %lld-%lld %s | %s | %s %d\n", (long long)a->original,
		 (long long)a->start, (long long)a->end,
		 a->flags & APPT_ALL_DAY ? "days" : "",
		 str_or_empty(a->subject), str_or_empty(a->location),
		 (int)a->show_as);
}

static int by_number(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

/* What must be the same on both sides, in one order. */
static char *normal(const struct appointment *a, bool week_start)
{
	struct str b = STR_INIT;
	int64_t originals[8];
	size_t n = 0;

	add_occurrence(&b, a);
	recur_add_text(&b, &a->recur);
	str_addf(&b, " from %lld", (long long)a->recur.start_day);
	/* FirstDayOfWeek came with 2010 SP1. */
	if (a->recur.kind == RECUR_WEEKLY && a->recur.interval > 1 &&
	    week_start)
		str_addf(&b, " weeks begin on %d", a->recur.week_start);
	str_addf(&b, "\nremind %d\n",
		 a->flags & APPT_REMINDER ? a->reminder : -1);
	for (size_t i = 0; i < a->removed.n && n < 8; i++)
		originals[n++] = a->removed.v[i];
	qsort(originals, n, sizeof(*originals), by_number);
	for (size_t i = 0; i < n; i++)
		str_addf(&b, "without %lld\n", (long long)originals[i]);
	n = 0;
	for (size_t i = 0; i < a->exceptions.n && n < 8; i++)
		originals[n++] = a->exceptions.v[i].original;
	qsort(originals, n, sizeof(*originals), by_number);
	for (size_t i = 0; i < n; i++) {
		const struct appointment *x =
			appointment_exception(a, originals[i]);

		add_occurrence(&b, x);
		str_addf(&b, "notes %s\n", str_or_empty(x->notes));
	}
	return str_take(&b);
}

static void round_trip(struct cal_suite *t, const struct pattern *p,
		       enum recur_end end, enum exception_kind kind,
		       bool all_day)
{
	static int made;
	struct appointment_change c;
	struct fetched_event got = {0};
	struct item_result r = {0};
	struct item_ref ref;
	struct starts starts = {.n = 0};
	struct err err = ERR_INIT;
	char *name CLEANUP(mem_free_ptr) =
		xasprintf("%s, %s, exceptions: %s%s", p->name, end_names[end],
			  exception_names[kind], all_day ? ", whole days" : "");
	char *is CLEANUP(mem_free_ptr) = NULL;
	char *wanted CLEANUP(mem_free_ptr) = NULL;

	appointment_change_init(&c);
	c.op = APPT_CREATE;
	c.quiet = true;
	make_series(t, p, end, all_day, &starts, &c.appt);
	c.appt.uid = xasprintf("series-%d@contract", ++made);
	appointment_init(&got.appt);
	if (!do_change(t, &c, NULL, NULL, &r))
		return;
	for (int k = EXCEPT_MOVED; k <= EXCEPT_RETOLD; k++)
		if ((kind == EXCEPT_ALL && k <= EXCEPT_REMOVED) ||
		    (int)kind == k)
			except(t, (enum exception_kind)k,
			       starts.v[kind == EXCEPT_ALL ? k : 1], r.new_id,
			       &c.appt, false);
	ref = (struct item_ref){.remote_id = r.new_id};
	CHECK_MSG(t->c.ops->calendar->fetch_events(t->c.b, NULL, &ref, 1,
						   keep_event, &got, &err),
		  err.text);
	is = normal(&got.appt, !str_eq(t->version, "2007sp1"));
	wanted = normal(&c.appt, !str_eq(t->version, "2007sp1"));
	if (!CHECK_MSG(str_eq(is, wanted), name))
		printf("# is\n# %s# wanted\n# %s", is, wanted);
	appointment_release(&got.appt);
	appointment_change_release(&c);
	free(r.new_id);
	free(r.new_change_key);
}

static void test_series(void *ctx)
{
	struct cal_suite *t = ctx;

	for (size_t p = 0; p < ARRAY_LEN(patterns); p++)
		for (int end = RECUR_ENDLESS; end <= RECUR_COUNTED; end++)
			for (int kind = 0; kind < EXCEPT_KINDS; kind++)
				for (int days = 0; days < 2; days++)
					round_trip(t, &patterns[p],
						   (enum recur_end)end,
						   (enum exception_kind)kind,
						   days != 0);
}

/* --- versions ----------------------------------------------------------------------- */

/* A single time that moves has a later version; the series has not, so that an
 * answer to it that is on its way is not overtaken. */
static void test_versions(void *ctx)
{
	struct cal_suite *t = ctx;
	const struct pattern *daily = &patterns[0];
	struct appointment_change c;
	struct fetched_event got = {0};
	struct item_result r = {0}, again = {0};
	struct item_ref ref;
	struct starts starts = {.n = 0};
	struct err err = ERR_INIT;
	struct attendee *guest;
	const struct appointment *x;
	int before;

	appointment_change_init(&c);
	appointment_init(&got.appt);
	c.op = APPT_CREATE;
	make_series(t, daily, RECUR_COUNTED, false, &starts, &c.appt);
	c.appt.uid = xstrdup("versions@contract");
	guest = vec_new(&c.appt.attendees);
	*guest = (struct attendee){.addr = xstrdup("guest@outside.example"),
				   .answered = CLOCK_NEVER,
				   .proposed_start = CLOCK_NEVER,
				   .proposed_end = CLOCK_NEVER};
	if (!do_change(t, &c, NULL, NULL, &r))
		return;
	ref = (struct item_ref){.remote_id = r.new_id};
	CHECK_MSG(t->c.ops->calendar->fetch_events(t->c.b, NULL, &ref, 1,
						   keep_event, &got, &err),
		  err.text);
	before = got.appt.sequence;
	appointment_release(&got.appt);
	except(t, EXCEPT_MOVED, starts.v[1], r.new_id, &c.appt, true);
	except(t, EXCEPT_REMOVED, starts.v[2], r.new_id, &c.appt, true);
	appointment_init(&got.appt);
	CHECK_MSG(t->c.ops->calendar->fetch_events(t->c.b, NULL, &ref, 1,
						   keep_event, &got, &err),
		  err.text);
	x = appointment_exception(&got.appt, starts.v[1]);
	CHECK(got.appt.sequence == before);
	CHECK(x && x->sequence == before + 1);
	CHECK(appointment_version(&got.appt, starts.v[1]) == before + 1);
	CHECK(appointment_version(&got.appt, starts.v[3]) == before);
	appointment_release(&got.appt);
	/* The series moves: later than whatever was said of its times. */
	c.op = APPT_CHANGE;
	c.set = APPT_SET_TIME;
	c.original = CLOCK_NEVER;
	c.appt.start += HOUR;
	c.appt.end += HOUR;
	if (do_change(t, &c, &c.appt, r.new_id, &again)) {
		free(again.new_id);
		free(again.new_change_key);
	}
	appointment_init(&got.appt);
	CHECK_MSG(t->c.ops->calendar->fetch_events(t->c.b, NULL, &ref, 1,
						   keep_event, &got, &err),
		  err.text);
	CHECK(got.appt.sequence > before + 1);
	CHECK(got.appt.exceptions.n == 0);
	appointment_release(&got.appt);
	appointment_change_release(&c);
	free(r.new_id);
	free(r.new_change_key);
}

/* --- single entries ---------------------------------------------------------------- */

static void test_single(void *ctx)
{
	struct cal_suite *t = ctx;
	struct appointment_change c;
	struct fetched_event got = {0};
	struct item_result r = {0}, r2 = {0};
	struct item_ref ref;
	struct err err = ERR_INIT;

	appointment_change_init(&c);
	appointment_init(&got.appt);
	c.op = APPT_CREATE;
	c.quiet = true;
	c.appt.uid = xstrdup("single@contract");
	c.appt.zone = xstrdup(ZONE);
	c.appt.start = 1796115600;
	c.appt.end = c.appt.start + HOUR;
	c.appt.subject = xstrdup("J\xc3\xbcrgen & <Co>");
	c.appt.notes = xstrdup("First line\nsecond line");
	c.appt.categories = xstrdup("Blue\nTravel");
	c.appt.sensitivity = SENSITIVITY_PRIVATE;
	c.appt.show_as = SHOW_AWAY;
	if (!do_change(t, &c, NULL, NULL, &r))
		return;
	ref = (struct item_ref){.remote_id = r.new_id};
	CHECK_MSG(t->c.ops->calendar->fetch_events(t->c.b, NULL, &ref, 1,
						   keep_event, &got, &err),
		  err.text);
	CHECK(str_eq(got.appt.subject, c.appt.subject));
	CHECK(str_eq(got.appt.notes, c.appt.notes));
	CHECK(str_eq(got.appt.categories, c.appt.categories));
	CHECK(str_eq(got.appt.uid, c.appt.uid));
	CHECK(got.appt.sensitivity == SENSITIVITY_PRIVATE);
	CHECK(got.appt.show_as == SHOW_AWAY);
	CHECK(got.appt.flags & APPT_ORGANIZER);
	appointment_release(&got.appt);
	/* by what was fetched: other words, another time */
	c.op = APPT_CHANGE;
	c.set = APPT_SET_SUBJECT | APPT_SET_TIME | APPT_SET_CATEGORIES |
		APPT_SET_REMINDER;
	mem_replace(&c.appt.subject, xstrdup("Later"));
	mem_replace(&c.appt.categories, NULL);
	c.appt.start += 2 * HOUR;
	c.appt.end += 2 * HOUR;
	c.appt.flags |= APPT_REMINDER;
	c.appt.reminder = 5;
	appointment_init(&got.appt);
	if (do_change(t, &c, NULL, r.new_id, &r2) &&
	    CHECK_MSG(t->c.ops->calendar->fetch_events(t->c.b, NULL, &ref, 1,
						       keep_event, &got, &err),
		      err.text)) {
		CHECK(str_eq(got.appt.subject, "Later"));
		CHECK(str_eq(got.appt.notes, c.appt.notes));
		CHECK(got.appt.start == c.appt.start);
		CHECK(got.appt.categories == NULL);
		CHECK(got.appt.flags & APPT_REMINDER && got.appt.reminder == 5);
	}
	appointment_release(&got.appt);
	free(r2.new_id);
	free(r2.new_change_key);
	c.op = APPT_CANCEL;
	r2 = (struct item_result){0};
	do_change(t, &c, NULL, r.new_id, &r2);
	appointment_init(&got.appt);
	CHECK(t->c.ops->calendar->fetch_events(t->c.b, NULL, &ref, 1,
					       keep_event, &got, &err));
	appointment_release(&got.appt);
	appointment_change_release(&c);
	free(r.new_id);
	free(r.new_change_key);
	free(r2.new_id);
	free(r2.new_change_key);
}

/* --- contacts ------------------------------------------------------------------------ */

/* The contact of that key; the others are dropped. False: it is not there. */
static bool find_contact(struct cal_suite *t, const char *key,
			 struct person *out)
{
	struct contact_page page = {0};
	struct err err = ERR_INIT;
	char *state = NULL;
	bool found = false, more = true;

	while (more &&
	       CHECK_MSG(t->c.ops->people->sync_contacts(
				 t->c.b, NULL, t->contacts, state, &page, &err),
			 err.text)) {
		for (size_t i = 0; i < page.people.n; i++)
			if (!found && str_eq(page.people.v[i].key, key)) {
				*out = page.people.v[i];
				person_init(&page.people.v[i]);
				found = true;
			}
		more = page.more;
		mem_replace(&state, xstrdup(page.state));
		contact_page_release(&page);
		memset(&page, 0, sizeof(page));
	}
	free(state);
	return found;
}

static bool write_person(struct cal_suite *t, const struct person *was,
			 const struct person *p, struct item_result *out)
{
	struct err err = ERR_INIT;

	return CHECK_MSG(t->c.ops->people->write_contact(
				 t->c.b, NULL, t->contacts, was, p, out, &err),
			 err.text);
}

static void check_person(const struct person *is, const struct person *wanted)
{
	for (int f = 0; f < PERSON_FIELDS; f++)
		CHECK_MSG(str_eq(str_or_empty(
					 person_get(is, (enum person_field)f)),
				 str_or_empty(person_get(
					 wanted, (enum person_field)f))),
			  person_row((enum person_field)f)->label);
}

static void test_contacts(void *ctx)
{
	struct cal_suite *t = ctx;
	struct person p, is, changed;
	struct item_result r = {0}, r2 = {0};
	struct item_results gone = {0};
	struct item_ref ref;
	struct err err = ERR_INIT;

	person_init(&p);
	p.kind = PERSON_USER;
	for (int f = 0; f < PERSON_FIELDS; f++) {
		const struct person_row *row = person_row((enum person_field)f);

		if (*row->ews && (*row->dav || f == PERSON_notes))
			*person_at(&p, (enum person_field)f) =
				xasprintf("%s \xc3\xa9<&>", row->label);
	}
	mem_replace(&p.addr, xstrdup("one@contacts.example"));
	mem_replace(&p.addr3, xstrdup("three@contacts.example"));
	mem_replace(&p.birthday, xstrdup("1970-05-01"));
	if (!write_person(t, NULL, &p, &r) || !CHECK(r.new_id != NULL))
		return;
	person_init(&is);
	if (CHECK(find_contact(t, r.new_id, &is))) {
		check_person(&is, &p);
		person_copy(&changed, &is);
		mem_replace(&changed.mobile, xstrdup("+49 170 1"));
		mem_replace(&changed.addr3, NULL);
		mem_replace(&changed.city, NULL);
		write_person(t, &is, &changed, &r2);
		person_release(&is);
		person_init(&is);
		if (CHECK(find_contact(t, r.new_id, &is)))
			check_person(&is, &changed);
		person_release(&changed);
	}
	ref = (struct item_ref){is.key ? is.key : r.new_id, is.change_key};
	CHECK_MSG(t->c.ops->remove(t->c.b, NULL, &ref, 1, DELETE_TO_DELETED,
				   &gone, &err),
		  err.text);
	item_results_release(&gone);
	person_release(&is);
	person_init(&is);
	CHECK(!find_contact(t, r.new_id, &is));
	person_release(&is);
	person_release(&p);
	free(r.new_id);
	free(r.new_change_key);
	free(r2.new_id);
	free(r2.new_change_key);
}

static const struct {
	const char *name;
	void (*fn)(void *);
} parts[] = {
	{"series come back as they were wished", test_series},
	{"a single time has a version of its own", test_versions},
	{"single entries are made, changed and cancelled", test_single},
	{"contacts are made, changed and removed", test_contacts},
};

void calendar_run(const struct sim *s, const char *version)
{
	struct cal_suite t = {.s = s, .version = version};

	client_open(&t.c, s, 1, true);
	t.calendar = t.c.ids[FOLDER_ROLE_CALENDAR];
	t.contacts = t.c.ids[FOLDER_ROLE_CONTACTS];
	t.zones = tz_set_new();
	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		char *name = xasprintf("%s: %s", version, parts[i].name);

		run_test(name, parts[i].fn, &t);
		free(name);
	}
	tz_set_free(t.zones);
	client_close(&t.c);
}
