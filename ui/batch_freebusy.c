/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* freebusy: who is busy when, and when all can meet. */
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include "base/utf8.h"
#include "text/span.h"
#include "ui/batch_calendar.h"
#include "ui/session.h"

#define STEP 1800
#define LIMIT_MS 90000
#define MORNING ((int64_t)9 * 3600)

struct asking {
	cal_busy_fn fn;
	void *ctx;
	char *told; /* as the server suggests */
};

static void on_event(void *ctx, struct event *e)
{
	struct asking *a = ctx;

	if (e->kind == EVENT_BUSY && e->busy)
		a->fn(a->ctx, (size_t)e->count, e->busy);
	if (e->kind == EVENT_SUGGESTED)
		mem_replace(&a->told, xstrdup(e->text));
}

bool cal_ask_busy(struct batch *b, const struct strv *addresses, int64_t from,
		  int64_t to, cal_busy_fn fn, void *ctx, int *status)
{
	struct request r = {.kind = REQUEST_BUSY,
			    .text = strv_join(addresses, "\n"),
			    .from = from,
			    .to = to};
	struct asking a = {fn, ctx, NULL};

	return batch_ask(b, &r, LIMIT_MS, on_event, &a, status);
}

/* --- rooms ---------------------------------------------------------------- */

static void keep_rooms(void *ctx, struct event *e)
{
	if (e->kind == EVENT_ROOMS)
		mem_replace(ctx, xstrdup(e->text));
}

static bool ask_rooms(struct batch *b, const char *list, char **lines,
		      int *status)
{
	struct request r = {.kind = REQUEST_ROOMS, .text = xstrdup(list)};

	*lines = NULL;
	return batch_ask(b, &r, LIMIT_MS, keep_rooms, lines, status);
}

/* --- everybody asked ------------------------------------------------------ */

struct guest_row {
	char *addr, *name;
	enum guest_kind kind;
	struct free_busy busy;
	bool answered;
};
struct people {
	VEC(struct guest_row) rows;
	struct suggestion_list told; /* by the server */
};

static void on_busy(void *ctx, size_t index, const struct free_busy *f)
{
	struct people *p = ctx;

	if (index >= p->rows.n)
		return;
	free_busy_release(&p->rows.v[index].busy);
	free_busy_copy(&p->rows.v[index].busy, f);
	p->rows.v[index].answered = true;
}

static void people_release(struct people *p)
{
	for (size_t i = 0; i < p->rows.n; i++) {
		free(p->rows.v[i].addr);
		free(p->rows.v[i].name);
		free_busy_release(&p->rows.v[i].busy);
	}
	vec_release(&p->rows);
	vec_release(&p->told);
}

static void add_row(struct people *p, char *addr, char *name,
		    enum guest_kind kind)
{
	struct guest_row *r = vec_new(&p->rows);

	r->addr = addr;
	r->name = name ? name : xstrdup(addr);
	r->kind = kind;
	err_set(&r->busy.err, ERR_NETWORK, "no answer yet");
}

/* "addr<TAB>name" lines as rooms. */
static void add_rooms(struct people *p, const char *lines)
{
	struct strv v CLEANUP(strv_release);

	strv_init(&v);
	strv_split(&v, str_or_empty(lines), "\n");
	for (size_t i = 0; i < v.n; i++) {
		char *tab = strchr(v.v[i], '\t');

		if (tab)
			*tab = '\0';
		add_row(p, xstrdup(v.v[i]),
			tab && tab[1] ? xstrdup(tab + 1) : NULL, GUEST_ROOM);
	}
}

static bool wanted_rooms(struct batch *b, struct people *p, int *status)
{
	char *lines CLEANUP(mem_free_ptr) = NULL;
	const char *list = batch_value(b, OPT_ROOMS);

	if (!list)
		return true;
	if (str_eq_nocase(list, "any")) {
		char *lists CLEANUP(mem_free_ptr) = NULL;

		if (!ask_rooms(b, NULL, &lists, status))
			return false;
		if (!lists || !*lists) {
			fprintf(stderr, "retinue: this organisation has no "
					"lists of rooms\n");
			*status = BATCH_NOTHING;
			return false;
		}
		lists[strcspn(lists, "\t\n")] = '\0';
		if (!ask_rooms(b, lists, &lines, status))
			return false;
	} else if (!ask_rooms(b, list, &lines, status)) {
		return false;
	}
	add_rooms(p, lines);
	return true;
}

/* Names come first, a range behind them: the first operand that is a range with
 * all that follow. */
static size_t find_range(const struct batch *b, const struct zone *zone,
			 int64_t *from, int64_t *to)
{
	for (size_t i = 0; i < b->args.n; i++) {
		struct str text CLEANUP(str_release) = STR_INIT;

		if (strchr(b->args.v[i], '@'))
			continue;
		for (size_t k = i; k < b->args.n; k++)
			str_addf(&text, "%s%s", k > i ? " " : "", b->args.v[k]);
		if (span_parse_days(text.s, zone, clock_now(), from, to, NULL))
			return i;
	}
	*from = zone_instant(zone, zone_day(zone_wall(zone, clock_now())));
	*to = *from + 7 * (int64_t)86400;
	return b->args.n;
}

static bool add_names(struct batch *b, size_t n, struct people *p)
{
	char *name, *addr;

	for (size_t i = 0; i < n; i++) {
		if (!(addr = cal_address(b, b->args.v[i], &name)))
			return false;
		add_row(p, addr, name, GUEST_REQUIRED);
	}
	for (size_t i = 0; i < b->values[OPT_OPTIONAL].n; i++) {
		addr = cal_address(b, b->values[OPT_OPTIONAL].v[i], &name);
		if (!addr)
			return false;
		add_row(p, addr, name, GUEST_OPTIONAL);
	}
	return true;
}

/* --- out ------------------------------------------------------------------ */

static json_t *row_json(const struct guest_row *r)
{
	static const char *const kinds[] = {"required", "optional", "room"};
	const struct free_busy *f = &r->busy;
	json_t *spans = json_array(), *hours = json_array(), *j;

	for (size_t i = 0; i < f->spans.n; i++) {
		const struct busy_span *s = &f->spans.v[i];

		json_array_append_new(
			spans, json_pack("{s:o,s:o,s:s,s:o,s:o,s:b}", "start",
					 out_time_json(s->start), "end",
					 out_time_json(s->end), "show_as",
					 show_as_name(s->show_as), "subject",
					 out_text_json(s->subject), "location",
					 out_text_json(s->location), "private",
					 s->is_private));
	}
	for (size_t i = 0; i < f->hours.n; i++)
		json_array_append_new(hours,
				      json_pack("{s:i,s:i,s:i}", "days",
						(int)f->hours.v[i].days,
						"start", f->hours.v[i].start,
						"end", f->hours.v[i].end));
	j = cal_person_json(r->name, r->addr);
	json_object_set_new(j, "role", json_string(kinds[r->kind]));
	json_object_set_new(j, "busy", spans);
	json_object_set_new(j, "working_hours", hours);
	json_object_set_new(j, "error",
			    f->err.kind ? json_string(f->err.text)
					: json_null());
	return j;
}

static json_t *slot_json(const struct slot *s, const struct people *p,
			 bool soonest)
{
	struct str why CLEANUP(str_release) = STR_INIT;

	slot_add_reason(&why, s, soonest);
	return json_pack("{s:o,s:o,s:i,s:i,s:i,s:i,s:i,s:i,s:o,s:s}", "start",
			 out_time_json(s->start), "end", out_time_json(s->end),
			 "required_free", s->required_free, "required",
			 s->required, "optional_free", s->optional_free,
			 "optional", s->optional, "tentative", s->tentative,
			 "out_of_hours", s->out_of_hours, "room",
			 s->room == SIZE_MAX
				 ? json_null()
				 : cal_person_json(p->rows.v[s->room].name,
						   p->rows.v[s->room].addr),
			 "why", why.s);
}

static const char cells[] = {'.', ':', '#', '/', '-', '?'};

static void print_day(const struct people *p, int64_t day,
		      const struct zone *zone)
{
	struct str title CLEANUP(str_release) = STR_INIT;

	dates_add_day(&title, day);
	printf("%s\n%-22s", title.s, "");
	for (int h = 8; h < 18; h++)
		printf("%02d  ", h);
	printf("\n");
	for (size_t i = 0; i < p->rows.n; i++) {
		const struct guest_row *r = &p->rows.v[i];
		struct str line CLEANUP(str_release) = STR_INIT;
		char *name CLEANUP(mem_free_ptr) =
			utf8_clean_line(r->name, false);

		str_add_char(&line, r->kind == GUEST_REQUIRED	? '*'
				    : r->kind == GUEST_OPTIONAL ? 'o'
								: 'r');
		utf8_add_column(&line, name, 20, false, "…");
		str_add_char(&line, ' ');
		if (r->busy.err.kind != ERR_NONE) {
			printf("%s%s\n", line.s, r->busy.err.text);
			continue;
		}
		for (int k = 16; k < 36; k++) {
			int64_t at = zone_instant(zone, day + k * STEP);
			enum show_as s =
				free_busy_at(&r->busy, at, at + STEP, NULL);
			bool in = free_busy_in_hours(&r->busy, zone, at,
						     at + STEP);
			char c = s == SHOW_FREE && !in ? '=' : cells[s];

			str_add_char(&line, c);
			str_add_char(&line, c);
		}
		printf("%s\n", line.s);
	}
}

static void print_grid(const struct people *p, int64_t from, int64_t to,
		       const struct zone *zone)
{
	for (int64_t day = zone_day(zone_wall(zone, from));
	     day < zone_wall(zone, to); day += 86400) {
		int weekday = zone_weekday(day);

		/* A weekend only where it is all that was asked for. */
		if ((weekday == 0 || weekday == 6) && to - from > 2 * 86400)
			continue;
		print_day(p, day, zone);
	}
	printf("# busy  : tentative  / away  - elsewhere  = off hours  "
	       ". free  ? unknown\n");
}

static void print_slots(const struct slot_list *l, const struct people *p,
			const struct zone *zone)
{
	for (size_t i = 0; i < l->n; i++) {
		const struct slot *s = &l->v[i];
		struct str when CLEANUP(str_release) = STR_INIT;
		struct str why CLEANUP(str_release) = STR_INIT;

		dates_add_day(&when, zone_wall(zone, s->start));
		str_add(&when, "  ");
		dates_add_times(&when, s->start, s->end, false, zone);
		slot_add_reason(&why, s, i == 0);
		printf("%2zu  %-30s %d of %d", i + 1, when.s, s->required_free,
		       s->required);
		if (s->optional)
			printf("   %d of %d", s->optional_free, s->optional);
		if (s->room != SIZE_MAX)
			printf("   %s", p->rows.v[s->room].name);
		printf("   %s\n", why.s);
	}
	if (!l->n)
		fprintf(stderr, "No time in that range is thinkable.\n");
}

/* --duration, or an hour. False: usage said. */
static bool wanted_length(const struct batch *b, int64_t *length)
{
	const char *text = batch_value(b, OPT_DURATION);

	*length = 3600;
	if (text && !span_parse_length(text, length, NULL)) {
		batch_usage("--duration takes a length: 45m, 1h30m");
		return false;
	}
	return true;
}

/* *most 0: none are. */
static bool wanted_slots(struct batch *b, size_t *most, int64_t *length)
{
	const char *many = batch_value(b, OPT_SUGGEST);
	char *end;

	*most = 0;
	*length = 3600;
	if (!many)
		return true;
	*most = (size_t)strtoul(many, &end, 10);
	if (*end || !*most) {
		batch_usage("--suggest takes a number");
		return false;
	}
	return wanted_length(b, length);
}

static bool find_slots(struct batch *b, const struct people *p, int64_t from,
		       int64_t to, const struct zone *zone,
		       struct slot_list *out)
{
	struct guest *guests;
	struct slot_query q = {.from = from < clock_now() ? clock_now() : from,
			       .to = to,
			       .step = STEP,
			       .zone = zone,
			       .told = &p->told};

	*out = (struct slot_list){0};
	if (!wanted_slots(b, &q.most, &q.length))
		return false;
	if (!q.most)
		return true;
	guests = xcalloc(p->rows.n, sizeof(*guests));
	for (size_t i = 0; i < p->rows.n; i++)
		guests[i] = (struct guest){p->rows.v[i].kind, p->rows.v[i].name,
					   &p->rows.v[i].busy};
	q.guests = guests;
	q.n = p->rows.n;
	slots_find(&q, out);
	free(guests);
	return true;
}

static int print_all(struct batch *b, struct people *p, int64_t from,
		     int64_t to, const struct zone *zone)
{
	struct slot_list slots;
	json_t *people, *list;
	size_t failed = 0;

	if (!find_slots(b, p, from, to, zone, &slots))
		return BATCH_USAGE;
	for (size_t i = 0; i < p->rows.n; i++)
		failed += p->rows.v[i].busy.err.kind != ERR_NONE;
	if (batch_has(b, OPT_JSON)) {
		people = json_array();
		list = json_array();
		for (size_t i = 0; i < p->rows.n; i++)
			json_array_append_new(people, row_json(&p->rows.v[i]));
		for (size_t i = 0; i < slots.n; i++)
			json_array_append_new(
				list, slot_json(&slots.v[i], p, i == 0));
		out_document(json_pack("{s:o,s:o,s:o,s:o}", "from",
				       out_time_json(from), "to",
				       out_time_json(to), "people", people,
				       "suggestions", list));
	} else if (batch_has(b, OPT_SUGGEST)) {
		print_slots(&slots, p, zone);
	} else {
		print_grid(p, from, to, zone);
	}
	vec_release(&slots);
	return failed == p->rows.n ? BATCH_REFUSED
	       : failed		   ? BATCH_PARTLY
				   : BATCH_DONE;
}

/* All of them in one request, with what the server would suggest. */
static bool ask_all(struct batch *b, struct people *p, int64_t from, int64_t to,
		    int *status)
{
	struct request r = {.kind = REQUEST_BUSY, .from = from, .to = to};
	struct strv addresses CLEANUP(strv_release);
	struct asking a = {on_busy, p, NULL};
	struct str kinds = STR_INIT;
	size_t most;
	bool ok;

	*status = BATCH_USAGE;
	strv_init(&addresses);
	if (!wanted_slots(b, &most, &r.length))
		return false;
	if (!most)
		r.length = 0;
	for (size_t i = 0; i < p->rows.n; i++) {
		strv_add(&addresses, p->rows.v[i].addr);
		str_add_char(&kinds, (char)('0' + p->rows.v[i].kind));
	}
	r.text = strv_join(&addresses, "\n");
	r.value = str_take(&kinds);
	ok = batch_ask(b, &r, LIMIT_MS, on_event, &a, status);
	suggestions_unpack(&p->told, a.told);
	free(a.told);
	return ok;
}

/* --- on the screen -------------------------------------------------------- */

static void add_guests(struct appointment *a, const struct people *p)
{
	static const enum attendee_role roles[] = {
		[GUEST_REQUIRED] = ATTENDEE_REQUIRED,
		[GUEST_OPTIONAL] = ATTENDEE_OPTIONAL,
		[GUEST_ROOM] = ATTENDEE_RESOURCE};

	for (size_t i = 0; i < p->rows.n; i++) {
		const struct guest_row *r = &p->rows.v[i];
		struct attendee *t = vec_new(&a->attendees);

		t->role = roles[r->kind];
		/* The screen looks up what nobody named. */
		t->name = str_eq(r->name, r->addr) ? NULL : xstrdup(r->name);
		t->addr = xstrdup(r->addr);
		t->answered = CLOCK_NEVER;
		t->proposed_start = t->proposed_end = CLOCK_NEVER;
	}
}

static int open_screen(struct batch *b, const struct people *p, int64_t from,
		       bool ranged)
{
	struct session_setup setup = {.first = SCREEN_calendar,
				      .then = SCREEN_freebusy};
	struct str packed CLEANUP(str_release) = STR_INIT;
	struct appointment a;
	int64_t length = 0;

	bool timed = ranged || batch_has(b, OPT_DURATION);

	if (!wanted_length(b, &length))
		return BATCH_USAGE;
	appointment_init(&a);
	add_guests(&a, p);
	if (timed) { /* else it is the screen's next hour */
		a.start = ranged ? from + MORNING
				 : clock_now() / 3600 * 3600 + 3600;
		a.end = a.start + length;
	}
	appointment_pack(&packed, &a);
	appointment_release(&a);
	setup.then_arg = packed.s;
	batch_close_store(b);
	return batch_screens(b, &setup);
}

static int freebusy(struct batch *b, const struct zone *zone)
{
	struct people p = {0};
	int64_t from, to;
	size_t n = find_range(b, zone, &from, &to);
	int status = BATCH_NOTHING;

	if (!n)
		return batch_usage("freebusy needs a name or address");
	if (batch_has(b, OPT_TUI) &&
	    (batch_has(b, OPT_ROOMS) || batch_has(b, OPT_JSON) ||
	     batch_has(b, OPT_SUGGEST)))
		return batch_usage("--tui goes with --duration and --optional; "
				   "the screen suggests times, and R there "
				   "adds rooms");
	if (add_names(b, n, &p)) {
		if (batch_has(b, OPT_TUI))
			status = open_screen(b, &p, from, n < b->args.n);
		else if (wanted_rooms(b, &p, &status) &&
			 ask_all(b, &p, from, to, &status))
			status = print_all(b, &p, from, to, zone);
	}
	people_release(&p);
	return status;
}

int verb_freebusy(struct batch *b)
{
	struct zone *zone = zone_load_local();
	int status;

	if (batch_open_account(b, &status) && batch_open_store(b, &status))
		status = freebusy(b, zone);
	zone_free(zone);
	return status;
}
