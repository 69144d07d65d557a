/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* event: make, show, change, cancel; iCalendar in and out. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "base/codec.h"
#include "model/appointment_change.h"
#include "text/span.h"
#include "ui/batch_calendar.h"

#define FILE_MAX ((size_t)64 << 20)
#define REMIND_DEFAULT 15

/* Operands from `from` on as one text. */
static void join_args(const struct batch *b, size_t from, struct str *out)
{
	for (size_t i = from; i < b->args.n; i++)
		str_addf(out, "%s%s", i > from ? " " : "", b->args.v[i]);
}

static int submit(struct batch *b, const struct appointment_change *c,
		  int64_t calendar, int64_t item, int64_t message,
		  const char *what)
{
	return batch_change(b, intent_event(c, calendar, item, message), what,
			    false);
}

/* --- options -------------------------------------------------------------- */

static bool add_people(struct batch *b, enum verb_option o,
		       enum attendee_role role, struct appointment *a)
{
	for (size_t i = 0; i < b->values[o].n; i++) {
		struct strv names CLEANUP(strv_release);

		strv_init(&names);
		strv_split(&names, b->values[o].v[i], ",");
		for (size_t k = 0; k < names.n; k++) {
			struct attendee t = {.role = role,
					     .answered = CLOCK_NEVER,
					     .proposed_start = CLOCK_NEVER,
					     .proposed_end = CLOCK_NEVER};

			t.addr = cal_address(b, names.v[k], &t.name);
			if (!t.addr)
				return false;
			if (appointment_attendee(a, t.addr))
				attendee_release(&t);
			else
				vec_add(&a->attendees, t);
		}
	}
	if (a->attendees.n)
		a->flags |= APPT_MEETING;
	return true;
}

static void remove_people(struct batch *b, struct appointment *a)
{
	for (size_t i = 0; i < b->values[OPT_REMOVE].n; i++)
		for (size_t k = a->attendees.n; k-- > 0;) {
			struct attendee *t = &a->attendees.v[k];

			if (!str_eq_nocase(t->addr,
					   b->values[OPT_REMOVE].v[i]) &&
			    !str_eq_nocase(t->name, b->values[OPT_REMOVE].v[i]))
				continue;
			attendee_release(t);
			vec_remove(&a->attendees, k);
		}
}

/* A rule is read as iCalendar: the one place that knows RRULE. */
static bool set_repeat(struct appointment *a, const char *rule,
		       const struct zone *zone)
{
	static const char *const words[] = {"daily", "weekly", "monthly",
					    "yearly"};
	struct str text CLEANUP(str_release) = STR_INIT;
	struct appointment_list l = {0};
	struct strv notes CLEANUP(strv_release);
	struct clock_parts p;
	struct err err;
	bool ok;

	strv_init(&notes);
	if (str_eq_nocase(rule, "none")) {
		memset(&a->recur, 0, sizeof(a->recur));
		a->recur.interval = 1;
		a->recur.start_day = a->recur.end_day = CLOCK_NEVER;
		a->kind = APPOINTMENT_SINGLE;
		return true;
	}
	zone_parts(a->flags & APPT_ALL_DAY ? a->start
					   : zone_wall(zone, a->start),
		   &p);
	str_addf(&text,
		 "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:x\r\n"
		 "DTSTART:%04d%02d%02dT%02d%02d%02d\r\nRRULE:",
		 p.year, p.month, p.day, p.hour, p.minute, p.second);
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (str_eq_nocase(rule, words[i])) {
			str_addf(&text, "FREQ=%s", rule);
			rule = "";
		}
	str_addf(&text, "%s\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n", rule);
	ok = !strpbrk(rule, "\r\n") &&
	     calendar_from_ics(text.s, text.len, &l, &notes, &err) && l.n &&
	     l.v[0].recur.kind != RECUR_NONE;
	if (ok) {
		a->recur = l.v[0].recur;
		a->kind = APPOINTMENT_SERIES;
	} else {
		batch_usage("--repeat: %s",
			    notes.n ? notes.v[0]
				    : "daily, weekly, monthly, yearly or a "
				      "rule such as FREQ=WEEKLY;BYDAY=MO,WE");
	}
	appointment_list_release(&l);
	return ok;
}

static void set_text(char **to, const char *value)
{
	mem_replace(to, value && *value ? xstrdup(value) : NULL);
}

static bool set_remind(struct batch *b, struct appointment *a)
{
	const char *s = batch_value(b, OPT_REMIND);
	int64_t seconds;
	char *end;

	if (str_eq_nocase(s, "none")) {
		a->flags &= ~(unsigned)APPT_REMINDER;
		return true;
	}
	a->reminder = (int)strtol(s, &end, 10);
	if (*end && span_parse_length(s, &seconds, NULL))
		a->reminder = (int)(seconds / 60);
	else if (*end || end == s || a->reminder < 0)
		return batch_usage("--remind takes minutes, 2h, or none"),
		       false;
	a->flags |= APPT_REMINDER;
	return true;
}

/* Every option that says what the entry is like. */
static bool apply_options(struct batch *b, struct appointment *a,
			  const struct zone *zone)
{
	if (batch_has(b, OPT_WHERE))
		set_text(&a->location, batch_value(b, OPT_WHERE));
	if (batch_has(b, OPT_NOTE))
		set_text(&a->notes, batch_value(b, OPT_NOTE));
	if (batch_has(b, OPT_SUBJECT))
		set_text(&a->subject, batch_value(b, OPT_SUBJECT));
	if (batch_has(b, OPT_PRIVATE))
		a->sensitivity = SENSITIVITY_PRIVATE;
	if (batch_has(b, OPT_SET)) {
		set_text(&a->categories, batch_value(b, OPT_SET));
		for (char *p = a->categories; p && *p; p++)
			if (*p == ',')
				*p = '\n';
	}
	if (batch_has(b, OPT_SHOW_AS) &&
	    !show_as_find(batch_value(b, OPT_SHOW_AS), &a->show_as)) {
		batch_usage("--show-as takes free, tentative, busy, away or "
			    "elsewhere");
		return false;
	}
	if (batch_has(b, OPT_REMIND) && !set_remind(b, a))
		return false;
	if (batch_has(b, OPT_REPEAT) &&
	    !set_repeat(a, batch_value(b, OPT_REPEAT), zone))
		return false;
	remove_people(b, a);
	if (!add_people(b, OPT_WITH, ATTENDEE_REQUIRED, a) ||
	    !add_people(b, OPT_ADD, ATTENDEE_REQUIRED, a) ||
	    !add_people(b, OPT_OPTIONAL, ATTENDEE_OPTIONAL, a) ||
	    !add_people(b, OPT_ROOM, ATTENDEE_RESOURCE, a))
		return false;
	if (batch_has(b, OPT_ROOM) && !a->location && a->attendees.n) {
		const struct attendee *room =
			&a->attendees.v[a->attendees.n - 1];

		set_text(&a->location, room->name ? room->name : room->addr);
	}
	return true;
}

static void set_span(struct appointment *a, const struct span *s,
		     const struct zone *zone)
{
	appointment_set_times(a, s->start, s->end, s->all_day, zone);
}

/* --- add ------------------------------------------------------------------ */

static int64_t target_calendar(struct batch *b)
{
	const char *name = batch_value(b, OPT_FOLDER);
	int64_t id = name ? batch_folder(b, name)
			  : query_folder_role(b->store, FOLDER_ROLE_CALENDAR);

	if (!id && !name)
		fprintf(stderr, "retinue: there is no calendar here yet; "
				"`retinue sync` fetches it\n");
	return id;
}

static char *new_uid(void)
{
	char *id CLEANUP(mem_free_ptr) = codec_random_id();

	return xasprintf("%s@retinue", id);
}

static int add(struct batch *b, const struct zone *zone)
{
	struct str text CLEANUP(str_release) = STR_INIT;
	struct appointment_change c CLEANUP(appointment_change_release);
	char *what CLEANUP(mem_free_ptr) = NULL;
	struct span span;
	const char *rest;
	struct err err;
	int64_t calendar;

	appointment_change_init(&c);
	join_args(b, 1, &text);
	if (!span_parse(text.s, zone, clock_now(), 3600, NULL, &span, &rest,
			&err)) {
		batch_fail(&err);
		return BATCH_USAGE;
	}
	c.op = APPT_CREATE;
	c.quiet = batch_has(b, OPT_QUIET);
	set_span(&c.appt, &span, zone);
	c.appt.uid = new_uid();
	set_text(&c.appt.subject, rest);
	c.appt.flags |= APPT_ORGANIZER;
	c.appt.my_answer = ANSWER_ORGANIZER;
	c.appt.organizer_addr = xstrdup(b->account->address);
	c.appt.organizer_name = xstrdup(b->account->display_name);
	c.appt.show_as = span.all_day ? SHOW_FREE : SHOW_BUSY;
	if (!span.all_day) {
		c.appt.flags |= APPT_REMINDER;
		c.appt.reminder = REMIND_DEFAULT;
	}
	if (!apply_options(b, &c.appt, zone))
		return BATCH_USAGE;
	if (!c.appt.subject)
		return batch_usage("an event needs a title behind its time");
	if (!(calendar = target_calendar(b)))
		return BATCH_NOTHING;
	what = xasprintf("add \"%s\"", c.appt.subject);
	return submit(b, &c, calendar, 0, 0, what);
}

/* --- show, edit, cancel --------------------------------------------------- */

static bool find(struct batch *b, const struct zone *zone,
		 struct calendar_view *v, bool *one, int *status)
{
	struct err err;
	int64_t item, when;

	if (b->args.n < 2) {
		*status = batch_usage("event %s needs an event", b->args.v[0]);
		return false;
	}
	if (!cal_reference(b->args.v[1], zone, &item, &when)) {
		*status = BATCH_USAGE;
		return false;
	}
	*one = when != CLOCK_NEVER;
	if (!calendar_occurrence(b->store, item, when, v, &err)) {
		*status = batch_fail(&err);
		return false;
	}
	return true;
}

static void print_attendees(const struct appointment *a)
{
	static const char *const roles[] = {"required", "optional", "resource"};

	for (size_t i = 0; i < a->attendees.n; i++) {
		const struct attendee *t = &a->attendees.v[i];

		printf("  %-30s %-9s %s\n",
		       t->name ? t->name : str_or_empty(t->addr),
		       roles[t->role], answer_name(t->answer));
	}
}

static void print_whole(const struct calendar_entry *e, const struct zone *zone)
{
	struct str when CLEANUP(str_release) = STR_INIT;
	struct str repeat CLEANUP(str_release) = STR_INIT;
	const struct appointment *a = e->appt;

	printf("%s\n", a->subject ? a->subject : "(no subject)");
	dates_add_day(&when, zone_wall(zone, e->start));
	str_add(&when, "  ");
	dates_add_times(&when, e->start, e->end, a->flags & APPT_ALL_DAY, zone);
	printf("When       %s\n", when.s);
	recur_add_text(&repeat, e->series ? &e->series->recur : &a->recur);
	if (repeat.len)
		printf("Repeat     %s\n", repeat.s);
	if (a->location)
		printf("Where      %s\n", a->location);
	printf("Show as    %s%s\n", show_as_name(a->show_as),
	       a->sensitivity == SENSITIVITY_PRIVATE ? ", private" : "");
	if (a->flags & APPT_REMINDER)
		printf("Remind     %d min before\n", a->reminder);
	if (a->organizer_addr && a->flags & APPT_MEETING)
		printf("Organizer  %s\n", a->organizer_name
						  ? a->organizer_name
						  : a->organizer_addr);
	if (a->flags & APPT_MEETING && !(a->flags & APPT_ORGANIZER))
		printf("My answer  %s\n", answer_name(a->my_answer));
	if (a->flags & APPT_CANCELLED)
		printf("Cancelled by the organizer\n");
	print_attendees(a);
	if (a->notes)
		printf("\n%s\n", a->notes);
}

static int show(struct batch *b, const struct zone *zone)
{
	struct calendar_view v;
	bool one;
	int status;

	if (!find(b, zone, &v, &one, &status))
		return status;
	if (batch_has(b, OPT_JSON))
		out_document(json_pack("{s:o}", "event",
				       cal_entry_json(b, &v.v[0], zone, true)));
	else
		print_whole(&v.v[0], zone);
	calendar_view_release(&v);
	return BATCH_DONE;
}

/* What an edit starts from: the occurrence, or the whole series. */
static void begin_change(struct appointment_change *c,
			 const struct calendar_entry *e, bool one)
{
	bool occurrence = one && e->series;

	appointment_copy(&c->appt, e->series && !one ? e->series : e->appt);
	if (!occurrence)
		return;
	c->original = e->original;
	/* An ordinary occurrence has the times of its series' first. */
	if (e->appt == e->series) {
		int64_t length = c->appt.end - c->appt.start;

		c->appt.start = e->original;
		c->appt.end = e->original + length;
	}
	c->appt.recur.kind = RECUR_NONE;
}

static bool edit_times(struct batch *b, struct appointment *a,
		       const struct zone *zone, int *status)
{
	struct str text CLEANUP(str_release) = STR_INIT;
	struct span base = {.all_day = a->flags & APPT_ALL_DAY,
			    .start = a->start,
			    .end = a->end};
	struct span span;
	const char *rest;
	struct err err;

	if (b->args.n < 3)
		return true;
	join_args(b, 2, &text);
	if (!span_parse(text.s, zone, clock_now(), a->end - a->start, &base,
			&span, &rest, &err)) {
		batch_fail(&err);
		*status = BATCH_USAGE;
		return false;
	}
	if (*rest) {
		*status = batch_usage("'%s' is left over behind the time; the "
				      "title is changed by --subject",
				      rest);
		return false;
	}
	set_span(a, &span, zone);
	return true;
}

/* The series ends before; nothing else of it changes. */
static struct intent *end_series(struct batch *b,
				 const struct appointment *head, int64_t item)
{
	struct appointment_change c CLEANUP(appointment_change_release);

	appointment_change_init(&c);
	c.op = APPT_CHANGE;
	c.set = APPT_SET_RECUR;
	c.quiet = batch_has(b, OPT_QUIET);
	appointment_copy(&c.appt, head);
	return intent_event(&c, 0, item, 0);
}

static int cancel_following(struct batch *b, const struct calendar_entry *e,
			    const struct appointment *head)
{
	char *what CLEANUP(mem_free_ptr) =
		xasprintf("end \"%s\"", str_or_empty(head->subject));

	return batch_change(b, end_series(b, head, e->item), what, false);
}

/* --following: what is new begins before the old ends, so that whatever comes
 * between nobody's meeting is gone. */
static int edit_following(struct batch *b, const struct calendar_entry *e,
			  const struct appointment *head,
			  struct appointment *rest, const struct zone *zone)
{
	struct appointment_change c CLEANUP(appointment_change_release);
	char *what CLEANUP(mem_free_ptr) = NULL;
	struct appointment before;
	int status = BATCH_DONE;
	bool ok, differs;

	appointment_change_init(&c);
	appointment_copy(&before, rest);
	ok = edit_times(b, rest, zone, &status) && apply_options(b, rest, zone);
	differs = appointment_differs(&before, rest);
	calendar_follow(&before, rest);
	appointment_release(&before);
	if (!ok)
		return status == BATCH_DONE ? BATCH_USAGE : status;
	if (!differs)
		return batch_usage("event edit: nothing would change");
	c.op = APPT_CREATE;
	c.quiet = batch_has(b, OPT_QUIET);
	appointment_copy(&c.appt, rest);
	what = xasprintf("change \"%s\" from one day on",
			 str_or_empty(rest->subject));
	return batch_change(b,
			    intent_then(intent_event(&c, e->folder, 0, 0),
					end_series(b, head, e->item)),
			    what, false);
}

/* True: --following is done, with *status. It is not where the first occurrence
 * is meant, that is all of the series: *one false. */
static bool follow(struct batch *b, const struct calendar_entry *e,
		   bool cancels, const struct zone *zone, bool *one,
		   int *status)
{
	struct appointment head, rest;
	struct err err = ERR_INIT;

	if (!batch_has(b, OPT_FOLLOWING))
		return false;
	if (!*one || !e->series) {
		*status = batch_usage("--following needs an occurrence of a "
				      "series: NUMBER@DATE");
		return true;
	}
	if (!calendar_split(e->series, e->original, &head, &rest, &err)) {
		*one = false;
		if (err.kind == ERR_NOT_FOUND)
			return false;
		*status = batch_fail(&err);
		return true;
	}
	*status = cancels ? cancel_following(b, e, &head)
			  : edit_following(b, e, &head, &rest, zone);
	appointment_release(&head);
	appointment_release(&rest);
	return true;
}

static int edit(struct batch *b, const struct zone *zone)
{
	struct appointment_change c CLEANUP(appointment_change_release);
	struct appointment before;
	char *what CLEANUP(mem_free_ptr) = NULL;
	struct calendar_view v;
	bool one;
	int status = BATCH_DONE;

	appointment_change_init(&c);
	if (!find(b, zone, &v, &one, &status))
		return status;
	if (follow(b, &v.v[0], false, zone, &one, &status)) {
		calendar_view_release(&v);
		return status;
	}
	begin_change(&c, &v.v[0], one);
	appointment_copy(&before, &c.appt);
	c.op = APPT_CHANGE;
	c.quiet = batch_has(b, OPT_QUIET);
	if (!edit_times(b, &c.appt, zone, &status) ||
	    !apply_options(b, &c.appt, zone)) {
		status = status == BATCH_DONE ? BATCH_USAGE : status;
	} else if (!(c.set = appointment_differs(&before, &c.appt))) {
		status = batch_usage("event edit: nothing would change");
	} else {
		what = xasprintf("change \"%s\"", str_or_empty(c.appt.subject));
		status = submit(b, &c, 0, v.v[0].item, 0, what);
	}
	appointment_release(&before);
	calendar_view_release(&v);
	return status;
}

static int cancel(struct batch *b, const struct zone *zone)
{
	struct appointment_change c CLEANUP(appointment_change_release);
	char *what CLEANUP(mem_free_ptr) = NULL;
	struct calendar_view v;
	bool one;
	int status;

	appointment_change_init(&c);
	if (!find(b, zone, &v, &one, &status))
		return status;
	if (follow(b, &v.v[0], true, zone, &one, &status)) {
		calendar_view_release(&v);
		return status;
	}
	c.op = APPT_CANCEL;
	c.quiet = batch_has(b, OPT_QUIET);
	c.note = xstrdup(batch_value(b, OPT_NOTE));
	if (one && v.v[0].series)
		c.original = v.v[0].original;
	what = xasprintf("cancel \"%s\"", str_or_empty(v.v[0].appt->subject));
	status = submit(b, &c, 0, v.v[0].item, 0, what);
	calendar_view_release(&v);
	return status;
}

/* --- iCalendar ------------------------------------------------------------ */

static bool read_file(const char *path, struct str *out, struct err *err)
{
	FILE *f;
	char buf[65536];
	size_t n;

	if (strcmp(path, "-") == 0)
		return batch_read_stdin(out, FILE_MAX, err);
	f = fopen(path, "re");
	if (!f)
		return err_errno(err, "%s", path);
	while ((n = fread(buf, 1, sizeof(buf), f)) > 0 && out->len < FILE_MAX)
		str_add_mem(out, buf, n);
	fclose(f);
	return true;
}

static int import_one(struct batch *b, struct appointment *a, int64_t calendar)
{
	struct appointment_change c CLEANUP(appointment_change_release);
	char *what CLEANUP(mem_free_ptr) = NULL;

	appointment_change_init(&c);
	c.op = APPT_CREATE;
	/* A copy of what somebody made: nobody is to hear of it. */
	c.quiet = true;
	appointment_copy(&c.appt, a);
	if (!c.appt.uid)
		c.appt.uid = new_uid();
	what = xasprintf("add \"%s\"", str_or_empty(a->subject));
	return submit(b, &c, calendar, 0, 0, what);
}

static int import(struct batch *b)
{
	struct str text CLEANUP(str_release) = STR_INIT;
	struct appointment_list l = {0};
	struct strv notes CLEANUP(strv_release);
	struct err err;
	int64_t calendar;
	int status = BATCH_DONE;

	strv_init(&notes);
	if (b->args.n != 2)
		return batch_usage("event import takes one file, or -");
	if (!(calendar = target_calendar(b)))
		return BATCH_NOTHING;
	if (!read_file(b->args.v[1], &text, &err) ||
	    !calendar_from_ics(text.s, text.len, &l, &notes, &err))
		return batch_fail(&err);
	for (size_t i = 0; i < l.n; i++) {
		int one = import_one(b, &l.v[i], calendar);
		if (one != BATCH_DONE)
			status = one;
	}
	for (size_t i = 0; i < notes.n; i++)
		fprintf(stderr, "retinue: %s\n", notes.v[i]);
	appointment_list_release(&l);
	return status;
}

static int export_ids(struct batch *b, const struct zone *zone,
		      struct appointment_list *l)
{
	for (size_t i = 1; i < b->args.n; i++) {
		struct appointment a;
		int64_t item, when;
		struct err err;

		if (!cal_reference(b->args.v[i], zone, &item, &when))
			return BATCH_USAGE;
		if (!calendar_find(b->store, item, &a, NULL, &err))
			return batch_fail(&err);
		vec_add(l, a);
	}
	return BATCH_DONE;
}

static int export_all(struct batch *b, struct appointment_list *l)
{
	int64_t calendar = target_calendar(b), last = 0;
	struct calendar_view v;
	struct err err;

	if (!calendar)
		return BATCH_NOTHING;
	if (!calendar_read(b->store, &calendar, 1, INT64_MIN / 4, INT64_MAX / 4,
			   &v, &err))
		return batch_fail(&err);
	/* A series appears often: each entry once. */
	for (size_t i = 0; i < v.n; i++) {
		struct appointment a;
		bool seen = false;

		for (size_t k = 0; v.v[i].series && k < i && !seen; k++)
			seen = v.v[k].item == v.v[i].item;
		if (seen || v.v[i].item == last)
			continue;
		last = v.v[i].item;
		appointment_copy(&a,
				 v.v[i].series ? v.v[i].series : v.v[i].appt);
		vec_add(l, a);
	}
	calendar_view_release(&v);
	return BATCH_DONE;
}

static int export_ics(struct batch *b, const struct zone *zone)
{
	struct str text CLEANUP(str_release) = STR_INIT;
	struct appointment_list l = {0};
	int status =
		b->args.n > 1 ? export_ids(b, zone, &l) : export_all(b, &l);

	if (status == BATCH_DONE) {
		calendar_to_ics(&text, l.v, l.n);
		fwrite(text.s, 1, text.len, stdout);
	}
	appointment_list_release(&l);
	return status;
}

int verb_event(struct batch *b)
{
	const char *what = b->args.n ? b->args.v[0] : "";
	struct zone *zone;
	int status;

	if (!batch_open_account(b, &status) || !batch_open_store(b, &status))
		return status;
	zone = zone_load_local();
	if (strcmp(what, "add") == 0)
		status = add(b, zone);
	else if (strcmp(what, "show") == 0)
		status = show(b, zone);
	else if (strcmp(what, "edit") == 0)
		status = edit(b, zone);
	else if (strcmp(what, "cancel") == 0)
		status = cancel(b, zone);
	else if (strcmp(what, "import") == 0)
		status = import(b);
	else if (strcmp(what, "export") == 0)
		status = export_ics(b, zone);
	else
		status = batch_usage("event needs add, show, edit, cancel, "
				     "import or export");
	zone_free(zone);
	return status;
}
