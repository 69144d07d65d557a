/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* agenda and next: the calendar as a list. */
#include "ui/batch_calendar.h"
#include <stdio.h>
#include <string.h>
#include "base/utf8.h"
#include "text/span.h"

#define NEXT_DAYS 60

static const char *const day_names[] = {"Sun", "Mon", "Tue", "Wed",
					"Thu", "Fri", "Sat"};
/* --- JSON ----------------------------------------------------------------- */

static json_t *date_json(int64_t wall)
{
	char text[32];
	struct clock_parts p;

	if (wall == CLOCK_NEVER)
		return json_null();
	zone_parts(wall, &p);
	snprintf(text, sizeof(text), "%04d-%02d-%02d", p.year, p.month, p.day);
	return json_string(text);
}

json_t *cal_time_json(int64_t t, bool all_day)
{
	return all_day ? date_json(t) : out_time_json(t);
}

json_t *cal_person_json(const char *name, const char *addr)
{
	if (!name && !addr)
		return json_null();
	return json_pack("{s:o,s:o}", "name", out_text_json(name), "address",
			 out_text_json(addr));
}

json_t *cal_attendees_json(const struct appointment *a)
{
	static const char *const roles[] = {"required", "optional", "resource"};
	json_t *list = json_array();

	for (size_t i = 0; i < a->attendees.n; i++) {
		const struct attendee *t = &a->attendees.v[i];
		json_t *j = cal_person_json(t->name, t->addr);

		if (!json_is_object(j))
			j = json_object();
		json_object_set_new(j, "role", json_string(roles[t->role]));
		json_object_set_new(j, "answer",
				    json_string(answer_name(t->answer)));
		json_object_set_new(j, "answered", out_time_json(t->answered));
		if (t->proposed_start != CLOCK_NEVER) {
			json_object_set_new(j, "proposed_start",
					    out_time_json(t->proposed_start));
			json_object_set_new(j, "proposed_end",
					    out_time_json(t->proposed_end));
		}
		json_array_append_new(list, j);
	}
	return list;
}

static json_t *categories_json(const char *names)
{
	struct strv v CLEANUP(strv_release);
	json_t *list = json_array();

	strv_init(&v);
	strv_split(&v, str_or_empty(names), "\n");
	for (size_t i = 0; i < v.n; i++)
		json_array_append_new(list, out_text_json(v.v[i]));
	return list;
}

static json_t *recurrence_json(const struct recur *r)
{
	struct str text CLEANUP(str_release) = STR_INIT;
	json_t *j, *days;

	if (r->kind == RECUR_NONE)
		return json_null();
	recur_add_text(&text, r);
	days = json_array();
	for (int d = 0; d < 7; d++)
		if (r->days >> d & 1)
			json_array_append_new(days, json_string(day_names[d]));
	j = json_pack("{s:s,s:i,s:o,s:s}", "kind", recur_kind_name(r->kind),
		      "interval", r->interval, "days", days, "text", text.s);
	if (r->day)
		json_object_set_new(j, "day", json_integer(r->day));
	if (r->month)
		json_object_set_new(j, "month", json_integer(r->month));
	if (r->nth)
		json_object_set_new(j, "nth", json_integer(r->nth));
	json_object_set_new(j, "count",
			    r->end == RECUR_COUNTED ? json_integer(r->count)
						    : json_null());
	json_object_set_new(j, "until",
			    r->end == RECUR_UNTIL ? date_json(r->end_day)
						  : json_null());
	return j;
}

static void set_text(json_t *j, const char *key, const char *text)
{
	json_object_set_new(j, key, out_text_json(text));
}

static void set_flag(json_t *j, const char *key, bool on)
{
	json_object_set_new(j, key, json_boolean(on));
}

static void set_whole(json_t *j, const struct appointment *a,
		      const struct appointment *series)
{
	const struct appointment *s = series ? series : a;

	json_object_set_new(j, "recurrence", recurrence_json(&s->recur));
	json_object_set_new(j, "attendees", cal_attendees_json(a));
	json_object_set_new(j, "exceptions",
			    json_integer((json_int_t)s->exceptions.n));
	json_object_set_new(j, "removed",
			    json_integer((json_int_t)s->removed.n));
	set_text(j, "notes", a->notes);
	json_object_set_new(j, "sequence", json_integer(a->sequence));
	json_object_set_new(j, "replied", out_time_json(a->replied));
}

json_t *cal_entry_json(struct batch *b, const struct calendar_entry *e,
		       const struct zone *zone, bool whole)
{
	const struct appointment *a = e->appt;
	char *path CLEANUP(mem_free_ptr) =
		e->folder ? query_path_of(b->store, e->folder) : NULL;
	bool all_day = a->flags & APPT_ALL_DAY;
	json_t *j = json_object(), *answers;
	int yes, maybe, no, none;

	json_object_set_new(j, "id", json_integer(e->item));
	set_text(j, "calendar", path);
	set_text(j, "uid", a->uid);
	set_text(j, "subject", str_or_empty(a->subject));
	set_text(j, "location", a->location);
	json_object_set_new(
		j, "start",
		cal_time_json(all_day ? zone_wall(zone, e->start) : e->start,
			      all_day));
	json_object_set_new(
		j, "end",
		cal_time_json(all_day ? zone_wall(zone, e->end) : e->end,
			      all_day));
	set_flag(j, "all_day", all_day);
	set_text(j, "zone", a->zone);
	set_text(j, "show_as", show_as_name(a->show_as));
	set_text(j, "sensitivity", sensitivity_name(a->sensitivity));
	set_flag(j, "private", a->sensitivity == SENSITIVITY_PRIVATE);
	set_flag(j, "meeting", a->flags & APPT_MEETING);
	set_flag(j, "organizer_is_me", a->flags & APPT_ORGANIZER);
	set_flag(j, "cancelled", a->flags & APPT_CANCELLED);
	json_object_set_new(
		j, "organizer",
		cal_person_json(a->organizer_name, a->organizer_addr));
	set_text(j, "my_answer", answer_name(a->my_answer));
	appointment_count_answers(a, &yes, &maybe, &no, &none);
	answers = json_pack("{s:i,s:i,s:i,s:i}", "accepted", yes, "tentative",
			    maybe, "declined", no, "none", none);
	json_object_set_new(j, "answers", answers);
	set_flag(j, "recurring", e->series != NULL);
	set_flag(j, "exception", a->kind == APPOINTMENT_EXCEPTION);
	json_object_set_new(
		j, "occurrence",
		cal_time_json(e->original,
			      e->series && e->series->flags & APPT_ALL_DAY));
	json_object_set_new(j, "reminder",
			    a->flags & APPT_REMINDER ? json_integer(a->reminder)
						     : json_null());
	json_object_set_new(j, "categories", categories_json(a->categories));
	set_text(j, "join_url", a->join_url);
	set_flag(j, "attachments", a->flags & APPT_ATTACHMENT);
	set_flag(j, "pending", e->pending);
	set_flag(j, "conflict", e->conflict);
	if (whole)
		set_whole(j, a, e->series);
	return j;
}

/* --- words ---------------------------------------------------------------- */

static const char *standing(const struct appointment *a)
{
	if (a->flags & APPT_CANCELLED)
		return "cancelled";
	if (!(a->flags & APPT_MEETING))
		return "";
	if (a->flags & APPT_ORGANIZER)
		return "organizer";
	switch (a->my_answer) {
	case ANSWER_ACCEPTED:
		return "yes";
	case ANSWER_TENTATIVE:
		return "maybe";
	case ANSWER_DECLINED:
		return "no";
	case ANSWER_UNKNOWN:
	case ANSWER_NONE:
		return "answer due";
	case ANSWER_ORGANIZER:
	case ANSWER_COUNT:
		break;
	}
	return "";
}

static void print_entry(const struct calendar_entry *e, const struct zone *zone)
{
	struct str times CLEANUP(str_release) = STR_INIT;
	struct str line CLEANUP(str_release) = STR_INIT;
	const struct appointment *a = e->appt;
	char *subject CLEANUP(mem_free_ptr) = utf8_clean_line(
		a->subject ? a->subject : "(no subject)", false);
	char *where CLEANUP(mem_free_ptr) =
		utf8_clean_line(str_or_empty(a->location), false);
	static const char marks[] = {'.', ':', '#', '/', '-', '?'};

	dates_add_times(&times, e->start, e->end, a->flags & APPT_ALL_DAY,
			zone);
	str_add(&line, "  ");
	utf8_add_column(&line, times.s, 12, false, NULL);
	str_addf(&line, " %c ", marks[a->show_as]);
	utf8_add_column(&line, subject, 34, false, "…");
	str_add_char(&line, ' ');
	utf8_add_column(&line, where, 18, false, "…");
	str_addf(&line, " %s%s", standing(a), e->clash ? "  CLASH" : "");
	str_trim(&line);
	printf("  %s\n", line.s);
}

/* An entry of several days stands on its first of the range. */
static void print_days(const struct calendar_view *v, int64_t from)
{
	int64_t shown = INT64_MIN;

	for (size_t i = 0; i < v->n; i++) {
		const struct calendar_entry *e = &v->v[i];
		int64_t at = e->start < from ? from : e->start;
		int64_t day = zone_day(zone_wall(v->zone, at));

		if (day != shown) {
			struct str title CLEANUP(str_release) = STR_INIT;

			dates_add_day(&title, day);
			printf("%s\n", title.s);
			shown = day;
		}
		print_entry(e, v->zone);
	}
}

static int print_view(struct batch *b, const struct calendar_view *v,
		      int64_t from, const char *format)
{
	json_t *list = json_array();

	for (size_t i = 0; i < v->n; i++) {
		json_t *j = cal_entry_json(b, &v->v[i], v->zone, false);

		set_flag(j, "clash", v->v[i].clash);
		if (batch_has(b, OPT_JSONL))
			out_line(json_incref(j));
		else if (format && !out_format(format, j)) {
			json_decref(j);
			json_decref(list);
			return BATCH_USAGE;
		}
		json_array_append_new(list, j);
	}
	if (batch_has(b, OPT_JSON)) {
		out_document(json_pack("{s:O}", "events", list));
	} else if (!batch_has(b, OPT_JSONL) && !format) {
		print_days(v, from);
		if (!v->n)
			fprintf(stderr, "No event in this time.\n");
	}
	json_decref(list);
	return v->n ? BATCH_DONE : BATCH_NOTHING;
}

/* --- shared --------------------------------------------------------------- */

bool cal_range(struct batch *b, size_t from, const struct zone *zone,
	       int64_t *start, int64_t *end)
{
	struct str text CLEANUP(str_release) = STR_INIT;
	struct err err;

	for (size_t i = from; i < b->args.n; i++)
		str_addf(&text, "%s%s", i > from ? " " : "", b->args.v[i]);
	if (span_parse_days(text.s, zone, clock_now(), start, end, &err))
		return true;
	batch_fail(&err);
	return false;
}

bool cal_reference(const char *word, const struct zone *zone, int64_t *item,
		   int64_t *when)
{
	char *end;
	int64_t t;

	*when = CLOCK_NEVER;
	*item = strtoll(word, &end, 10);
	if (end != word && *item > 0 && !*end)
		return true;
	if (end != word && *item > 0 && *end == '@' &&
	    clock_parse_iso(end + 1, &t) && t != CLOCK_NEVER) {
		/* A date, or a time without a zone, is local. */
		bool exact =
			end[1] &&
			(strchr(end + 11, 'Z') ||
			 (strlen(end + 1) > 16 && strpbrk(end + 12, "+-")));

		*when = exact ? t : zone_instant(zone, t);
		return true;
	}
	fprintf(stderr,
		"retinue: '%s' is no event: a number as `retinue agenda "
		"--json` shows it, or NUMBER@DATE for one occurrence\n",
		word);
	return false;
}

char *cal_address(struct batch *b, const char *word, char **name)
{
	struct person_list people = {0};
	struct str n CLEANUP(str_release) = STR_INIT;
	struct str addr CLEANUP(str_release) = STR_INIT;
	const char *pos = word;
	char *found = NULL;
	struct err err;

	*name = NULL;
	if (strchr(word, '@')) {
		if (item_next_address(&pos, &n, &addr) && addr.len) {
			*name = n.len ? str_take(&n) : NULL;
			return str_take(&addr);
		}
		return xstrdup(word);
	}
	if (query_people(b->store, word, 1, &people, &err) && people.n) {
		found = xstrdup(people.v[0].addr);
		*name = xstrdup(people.v[0].name);
	} else {
		fprintf(stderr,
			"retinue: nobody known is called \"%s\"; give the "
			"address\n",
			word);
	}
	person_list_release(&people);
	return found;
}

/* --- verbs ---------------------------------------------------------------- */

struct of {
	struct batch *b;
	struct calendar_view *view;
	VEC(struct appointment *) made;
	struct err err;
};

/* Somebody else's time as entries. */
static void on_busy(void *ctx, size_t index, const struct free_busy *f)
{
	struct of *o = ctx;

	(void)index;
	o->err = f->err;
	for (size_t i = 0; i < f->spans.n; i++) {
		const struct busy_span *s = &f->spans.v[i];
		struct appointment *a = xmalloc(sizeof(*a));
		struct calendar_entry *e = vec_new(o->view);

		appointment_init(a);
		a->subject = xstrdup(s->is_private && !s->subject ? "Private"
				     : s->subject		  ? s->subject
						  : show_as_name(s->show_as));
		a->location = xstrdup(s->location);
		a->show_as = s->show_as;
		a->start = s->start;
		a->end = s->end;
		if (s->is_private)
			a->sensitivity = SENSITIVITY_PRIVATE;
		vec_add(&o->made, a);
		*e = (struct calendar_entry){.appt = a,
					     .start = s->start,
					     .end = s->end,
					     .original = CLOCK_NEVER};
	}
}

static int agenda_of(struct batch *b, const char *who, int64_t from, int64_t to,
		     const struct zone *zone)
{
	char *name CLEANUP(mem_free_ptr) = NULL;
	char *addr CLEANUP(mem_free_ptr) = cal_address(b, who, &name);
	struct strv list CLEANUP(strv_release);
	struct calendar_view v = {.zone = NULL};
	struct of o = {.b = b, .view = &v};
	int status = BATCH_NOTHING;

	strv_init(&list);
	if (!addr)
		return BATCH_NOTHING;
	strv_add(&list, addr);
	if (!cal_ask_busy(b, &list, from, to, on_busy, &o, &status))
		return status;
	if (o.err.kind != ERR_NONE) {
		err_add(&o.err, "%s", addr);
		status = batch_fail(&o.err);
	} else {
		v.zone = (struct zone *)(uintptr_t)zone;
		status = print_view(b, &v, from, batch_value(b, OPT_FORMAT));
	}
	for (size_t i = 0; i < o.made.n; i++) {
		appointment_release(o.made.v[i]);
		free(o.made.v[i]);
	}
	vec_release(&o.made);
	v.zone = NULL;
	calendar_view_release(&v);
	return status;
}

/* The calendars named by --folder, else the default one. */
static bool pick_calendars(struct batch *b, int64_t **ids, size_t *n)
{
	const struct strv *names = &b->values[OPT_FOLDER];
	VEC(int64_t) l = {0};

	for (size_t i = 0; i < names->n; i++) {
		int64_t id = batch_folder(b, names->v[i]);

		if (!id) {
			vec_release(&l);
			return false;
		}
		vec_add(&l, id);
	}
	*ids = l.v;
	*n = l.n;
	return true;
}

static int print_range(struct batch *b, int64_t from, int64_t to)
{
	struct calendar_view v;
	int64_t *ids;
	struct err err;
	size_t n;
	int status;

	if (!pick_calendars(b, &ids, &n))
		return BATCH_NOTHING;
	if (!n && !query_folder_role(b->store, FOLDER_ROLE_CALENDAR)) {
		fprintf(stderr, "retinue: there is no calendar here yet; "
				"`retinue sync` fetches it\n");
		free(ids);
		return BATCH_NOTHING;
	}
	if (!calendar_read(b->store, ids, n, from, to, &v, &err)) {
		free(ids);
		return batch_fail(&err);
	}
	free(ids);
	calendar_mark_clashes(b->store, &v);
	status = print_view(b, &v, from, batch_value(b, OPT_FORMAT));
	calendar_view_release(&v);
	return status;
}

int verb_agenda(struct batch *b)
{
	struct zone *zone = zone_load_local();
	const char *of = batch_value(b, OPT_OF);
	int64_t from, to;
	int status;

	if (!cal_range(b, 0, zone, &from, &to)) {
		zone_free(zone);
		return BATCH_USAGE;
	}
	if (!batch_open_account(b, &status)) {
		zone_free(zone);
		return status;
	}
	if (batch_has(b, OPT_FRESH))
		(void)batch_sync(b, false, false, 60000);
	if (batch_open_store(b, &status))
		status = of ? agenda_of(b, of, from, to, zone)
			    : print_range(b, from, to);
	zone_free(zone);
	return status;
}

static void print_next(const struct calendar_entry *e, const struct zone *zone)
{
	struct str line CLEANUP(str_release) = STR_INIT;
	int64_t minutes = (e->start - clock_now()) / 60;
	const struct appointment *a = e->appt;

	if (minutes <= 0)
		str_add(&line, "now");
	else if (minutes < 120)
		str_addf(&line, "in %lld min", (long long)minutes);
	else
		dates_add_day(&line, zone_wall(zone, e->start));
	str_add(&line, "  ");
	dates_add_times(&line, e->start, e->end, a->flags & APPT_ALL_DAY, zone);
	str_addf(&line, "  %s", a->subject ? a->subject : "(no subject)");
	if (a->location)
		str_addf(&line, "  %s", a->location);
	printf("%s\n", line.s);
}

/* The next one that keeps one busy; whole days do not count. */
int verb_next(struct batch *b)
{
	int64_t now = clock_now();
	struct calendar_view v;
	struct err err;
	int status;
	size_t i;

	if (b->args.n)
		return batch_usage("next takes no operands");
	if (!batch_open_account(b, &status))
		return status;
	if (batch_has(b, OPT_FRESH))
		(void)batch_sync(b, false, false, 60000);
	if (!batch_open_store(b, &status))
		return status;
	if (!calendar_read(b->store, NULL, 0, now,
			   now + (int64_t)NEXT_DAYS * 86400, &v, &err))
		return batch_fail(&err);
	for (i = 0; i < v.n; i++)
		if (!(v.v[i].appt->flags & (APPT_ALL_DAY | APPT_CANCELLED)) &&
		    v.v[i].start >= now - 300)
			break;
	if (i == v.n)
		fprintf(stderr, "No event in the next %d days.\n", NEXT_DAYS);
	else if (batch_has(b, OPT_JSON))
		out_document(
			json_pack("{s:o}", "event",
				  cal_entry_json(b, &v.v[i], v.zone, true)));
	else if (batch_value(b, OPT_FORMAT)) {
		json_t *j = cal_entry_json(b, &v.v[i], v.zone, true);

		if (!out_format(batch_value(b, OPT_FORMAT), j))
			status = BATCH_USAGE;
		json_decref(j);
	} else {
		print_next(&v.v[i], v.zone);
	}
	status = i < v.n ? BATCH_DONE : BATCH_NOTHING;
	calendar_view_release(&v);
	return status;
}
