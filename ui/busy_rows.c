/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Who is asked about, what is known of them, and when all can meet. */
#include <string.h>
#include "engine/engine.h"
#include "engine/event.h"
#include "model/item.h"
#include "ui/busy.h"
#include "ui/people.h"

#define DAY ((int64_t)86400)
/* Where the address list is not kept here the server is asked of so many. */
#define PROBES_MAX 5
#define QUARTERS (BUSY_DAYS * 96 + 8)

void busy_row_release(struct busy_row *r)
{
	free(r->name);
	free(r->addr);
	free_busy_release(&r->busy);
	free(r->cells);
}

struct busy_row *busy_add(struct busy *b, const char *name, const char *addr,
			  enum guest_kind kind)
{
	struct busy_row *r;

	for (size_t i = 0; i < b->rows.n; i++)
		if (str_eq_nocase(b->rows.v[i].addr, addr))
			return &b->rows.v[i];
	r = vec_new(&b->rows);
	r->addr = xstrdup(addr);
	r->name = xstrdup(name && *name ? name : addr);
	r->kind = kind;
	busy_others(b);
	return r;
}

/* Suggestions for some of them are none for all. */
void busy_others(struct busy *b)
{
	vec_release(&b->told);
	for (size_t i = 0; i < b->asks.n; i++)
		b->asks.v[i].length = 0;
	b->stale_slots = true;
}

struct busy_row *busy_add_known(struct app *app, struct busy *b,
				const char *name, const char *addr,
				enum guest_kind kind)
{
	struct str known CLEANUP(str_release) = STR_INIT;

	if (!name || !*name)
		people_name_of(app, addr, &known);
	return busy_add(b, known.len ? known.s : name, addr, kind);
}

int64_t busy_from(const struct busy *b)
{
	return zone_instant(b->zone, b->day);
}

int64_t busy_to(const struct busy *b)
{
	return zone_instant(b->zone, b->day + BUSY_DAYS * DAY);
}

bool busy_row_shown(const struct busy *b, size_t i)
{
	if (!b->rows.v[i].member)
		return true;
	while (i > 0 && b->rows.v[i].member)
		i--;
	return b->rows.v[i].expanded;
}

/* --- asking --------------------------------------------------------------- */

static struct busy_ask *submit(struct app *app, struct busy *b,
			       struct request *taken)
{
	struct busy_ask *a;

	if (!app->engine) {
		free(taken->text);
		free(taken->value);
		return NULL;
	}
	a = vec_new(&b->asks);
	strv_init(&a->addrs);
	a->ticket = engine_submit(app->engine, taken);
	return a;
}

void busy_ask(struct app *app, struct busy *b)
{
	struct request r = {
		.kind = REQUEST_BUSY, .from = busy_from(b), .to = busy_to(b)};
	struct str kinds = STR_INIT;
	struct strv addrs;
	struct busy_ask *a;
	bool all = true;

	strv_init(&addrs);
	for (size_t i = 0; i < b->rows.n; i++) {
		struct busy_row *row = &b->rows.v[i];

		all = all && !row->asked;
		if (row->asked || row->group)
			continue;
		row->asked = true;
		strv_add(&addrs, row->addr);
		str_add_char(&kinds, (char)('0' + row->kind));
	}
	if (!addrs.n) {
		str_release(&kinds);
		strv_release(&addrs);
		return;
	}
	busy_others(b);
	r.text = strv_join(&addrs, "\n");
	r.value = str_take(&kinds);
	r.length = all ? b->length : 0;
	a = submit(app, b, &r);
	if (a) {
		a->length = all ? b->length : 0;
		strv_release(&a->addrs);
		a->addrs = addrs;
	} else {
		strv_release(&addrs);
	}
}

void busy_ask_again(struct app *app, struct busy *b)
{
	for (size_t i = 0; i < b->rows.n; i++) {
		struct busy_row *r = &b->rows.v[i];

		free_busy_release(&r->busy);
		mem_replace(&r->cells, NULL);
		r->asked = r->answered = false;
	}
	/* Answers still on their way are of the days before. */
	for (size_t i = 0; i < b->asks.n; i++)
		if (!b->asks.v[i].group && !b->asks.v[i].rooms) {
			strv_release(&b->asks.v[i].addrs);
			strv_init(&b->asks.v[i].addrs);
		}
	b->stale_slots = true;
	busy_ask(app, b);
}

static void ask_members(struct app *app, struct busy *b, const char *addr,
			bool perhaps)
{
	struct request r = {
		.kind = REQUEST_EXPAND, .text = xstrdup(addr), .deep = true};
	struct busy_ask *a = submit(app, b, &r);

	if (a) {
		a->group = xstrdup(addr);
		a->perhaps = perhaps;
	}
}

void busy_ask_rooms(struct app *app, struct busy *b, const char *list)
{
	struct request r = {.kind = REQUEST_ROOMS, .text = xstrdup(list)};
	struct busy_ask *a = submit(app, b, &r);

	if (a) {
		a->rooms = true;
		a->lists = list == NULL;
	}
}

/* Somebody written to, or a contact: no group of the organisation's. */
static bool is_known(struct app *app, const char *addr)
{
	struct person_list found = {0};
	bool known = app->store &&
		     query_people(app->store, addr, 1, &found, NULL) && found.n;

	person_list_release(&found);
	return known;
}

static bool is_list(struct app *app, const char *addr)
{
	struct person p;
	bool list;

	if (!app->store || !query_book_address(app->store, addr, &p, NULL))
		return false;
	list = p.kind == PERSON_LIST;
	person_release(&p);
	return list;
}

void busy_add_text(struct app *app, struct busy *b, const char *text,
		   enum guest_kind kind)
{
	struct str name CLEANUP(str_release) = STR_INIT;
	struct str addr CLEANUP(str_release) = STR_INIT;
	const char *pos = text;
	int probes = PROBES_MAX;

	while (people_next(app, &pos, &name, &addr)) {
		struct busy_row *r;

		r = busy_add_known(app, b, name.s, addr.s, kind);
		if (!r->group && !r->asked && is_list(app, addr.s)) {
			r->group = r->asked = true;
			ask_members(app, b, addr.s, false);
		} else if (!r->group && !r->asked && probes-- > 0 &&
			   !is_known(app, addr.s)) {
			ask_members(app, b, addr.s, true);
		}
	}
}

/* --- answers -------------------------------------------------------------- */

static const char letters[] = {
	[SHOW_FREE] = '.', [SHOW_TENTATIVE] = ':', [SHOW_BUSY] = '#',
	[SHOW_AWAY] = '/', [SHOW_ELSEWHERE] = '-', [SHOW_NO_DATA] = '?'};

static int weight(char letter)
{
	static const char order[] = ".=-?:#/";
	const char *at = strchr(order, letter);

	return at ? (int)(at - order) : 0;
}

static void fill_cells(const struct busy *b, struct busy_row *r)
{
	int64_t from = busy_from(b);
	struct zone *own = free_busy_zone(&r->busy);
	const struct zone *hours = own ? own : b->zone;
	char *cells = xmalloc(QUARTERS + 1);

	for (int i = 0; i < QUARTERS; i++) {
		int64_t at = from + (int64_t)i * BUSY_QUARTER;

		cells[i] = free_busy_in_zone(&r->busy, hours, at,
					     at + BUSY_QUARTER)
				   ? '.'
				   : '=';
	}
	cells[QUARTERS] = '\0';
	for (size_t k = 0; k < r->busy.spans.n; k++) {
		const struct busy_span *s = &r->busy.spans.v[k];
		int64_t a =
			s->start > from ? (s->start - from) / BUSY_QUARTER : 0;
		int64_t z = (s->end - from + BUSY_QUARTER - 1) / BUSY_QUARTER;

		for (int64_t i = a; i < z && i < QUARTERS; i++)
			if (weight(letters[s->show_as]) > weight(cells[i]))
				cells[i] = letters[s->show_as];
	}
	mem_replace(&r->cells, cells);
	zone_free(own);
}

static bool take_busy(struct busy *b, const struct busy_ask *a,
		      const struct event *ev)
{
	size_t at = (size_t)ev->count;

	if (!ev->busy || at >= a->addrs.n)
		return false;
	for (size_t i = 0; i < b->rows.n; i++) {
		struct busy_row *r = &b->rows.v[i];

		if (r->group || !str_eq_nocase(r->addr, a->addrs.v[at]))
			continue;
		free_busy_release(&r->busy);
		free_busy_copy(&r->busy, ev->busy);
		r->answered = true;
		mem_replace(&r->cells, NULL);
		if (r->busy.err.kind == ERR_NONE)
			fill_cells(b, r);
	}
	b->stale_slots = true;
	return true;
}

/* Members go below their group. */
static void take_members(struct app *app, struct busy *b, const char *group,
			 const struct person_list *people)
{
	size_t at = 0;

	while (at < b->rows.n && !str_eq_nocase(b->rows.v[at].addr, group))
		at++;
	if (at == b->rows.n)
		return;
	if (!people->n)
		return;
	b->rows.v[at].answered = b->rows.v[at].group = true;
	/* Its own answer, where it was quicker, would count for one of all. */
	free_busy_release(&b->rows.v[at].busy);
	mem_replace(&b->rows.v[at].cells, NULL);
	for (size_t i = 0; i < people->n; i++) {
		const struct person *p = &people->v[i];
		size_t before = b->rows.n;
		struct busy_row row;

		if (!p->addr)
			continue;
		busy_add(b, person_title(p), p->addr, b->rows.v[at].kind);
		if (b->rows.n == before)
			continue; /* is there by itself */
		row = b->rows.v[before];
		row.member = true;
		memmove(b->rows.v + at + 2, b->rows.v + at + 1,
			(before - at - 1) * sizeof(row));
		b->rows.v[at + 1] = row;
	}
	busy_ask(app, b);
}

static void add_rooms(struct app *app, struct busy *b, const char *lines)
{
	struct strv v CLEANUP(strv_release);

	strv_init(&v);
	strv_split(&v, str_or_empty(lines), "\n");
	for (size_t i = 0; i < v.n; i++) {
		char *tab = strchr(v.v[i], '\t');

		if (tab)
			*tab = '\0';
		busy_add(b, tab ? tab + 1 : NULL, v.v[i], GUEST_ROOM);
	}
	if (!v.n)
		message_show(app, MESSAGE_INFO, "There is no room in it");
	busy_ask(app, b);
}

static void list_chosen(struct app *app, void *ctx, char choice)
{
	struct busy *b = busy_of(app);
	struct strv v CLEANUP(strv_release);
	size_t at = (size_t)(choice - '1');

	(void)ctx;
	strv_init(&v);
	strv_split(&v, b ? str_or_empty(b->room_lists) : "", "\n");
	if (!choice || at >= v.n)
		return;
	v.v[at][strcspn(v.v[at], "\t")] = '\0';
	busy_ask_rooms(app, b, v.v[at]);
}

/* Which list of rooms? One needs no question. */
static void choose_list(struct app *app, struct busy *b, const char *lines)
{
	struct strv v CLEANUP(strv_release);
	struct str q CLEANUP(str_release) = STR_INIT;
	char choices[10] = "";

	mem_replace(&b->room_lists, xstrdup(lines));
	strv_init(&v);
	strv_split(&v, str_or_empty(lines), "\n");
	if (!v.n) {
		message_show(app, MESSAGE_INFO,
			     "There are no lists of rooms: a adds one by name");
		return;
	}
	if (v.n == 1) {
		list_chosen(app, NULL, '1');
		return;
	}
	str_add(&q, "Rooms of");
	for (size_t i = 0; i < v.n && i < 9; i++) {
		const char *tab = strchr(v.v[i], '\t');

		str_addf(&q, " (%zu) %s", i + 1, tab ? tab + 1 : v.v[i]);
		choices[i] = (char)('1' + i);
		choices[i + 1] = '\0';
	}
	str_add_char(&q, '?');
	prompt_choose(app, q.s, choices, 0, list_chosen, NULL, NULL);
}

static void end_ask(struct app *app, struct busy *b, size_t i,
		    const struct err *err)
{
	struct busy_ask *a = &b->asks.v[i];

	if (err->kind != ERR_NONE && a->group && !a->perhaps)
		message_error(app, "The list was not expanded", err);
	else if (err->kind != ERR_NONE && a->rooms)
		message_error(app, "No rooms", err);
	/* Whoever was not told has the reason of the whole. */
	for (size_t k = 0; k < b->rows.n; k++) {
		struct busy_row *r = &b->rows.v[k];

		if (r->answered || r->group || !strv_has(&a->addrs, r->addr))
			continue;
		r->answered = true;
		r->busy.err = *err;
		if (err->kind == ERR_NONE)
			err_set(&r->busy.err, ERR_SERVER, "no answer");
	}
	strv_release(&a->addrs);
	free(a->group);
	vec_remove(&b->asks, i);
	b->stale_slots = true;
}

static void take_told(struct busy *b, int64_t length, const char *text)
{
	vec_release(&b->told);
	suggestions_unpack(&b->told, text);
	b->told_length = length;
	b->stale_slots = true;
}

bool busy_event(struct app *app, struct busy *b, const struct event *ev)
{
	for (size_t i = 0; i < b->asks.n; i++) {
		struct busy_ask *a = &b->asks.v[i];

		if (!ev->ticket || a->ticket != ev->ticket)
			continue;
		switch ((int)ev->kind) {
		case EVENT_BUSY:
			return take_busy(b, a, ev);
		case EVENT_SUGGESTED:
			if (a->length)
				take_told(b, a->length, ev->text);
			return true;
		case EVENT_PEOPLE:
			if (a->group)
				take_members(app, b, a->group, &ev->people);
			return true;
		case EVENT_ROOMS:
			if (a->lists)
				choose_list(app, b, ev->text);
			else
				add_rooms(app, b, ev->text);
			return true;
		case EVENT_DONE:
			end_ask(app, b, i, &ev->err);
			return true;
		}
	}
	return false;
}

/* --- reading -------------------------------------------------------------- */

char busy_letter(const struct busy *b, const struct busy_row *r, int64_t from,
		 int64_t span)
{
	int64_t at = (from - busy_from(b)) / BUSY_QUARTER;
	char best = 0;

	for (int64_t i = at; i < at + span / BUSY_QUARTER; i++)
		if (r->cells && i >= 0 && i < QUARTERS &&
		    (!best || weight(r->cells[i]) > weight(best)))
			best = r->cells[i];
	return best ? best : ' ';
}

char busy_all(const struct busy *b, int64_t from, int64_t span)
{
	char best = 0;

	for (size_t i = 0; i < b->rows.n; i++) {
		const struct busy_row *r = &b->rows.v[i];
		char c;

		if (r->kind != GUEST_REQUIRED || !r->cells)
			continue;
		c = busy_letter(b, r, from, span);
		if (!best || weight(c) > weight(best))
			best = c;
	}
	return best ? best : ' ';
}

int busy_count(const struct busy *b, size_t i, int64_t from, int64_t span)
{
	int n = 0;

	for (size_t k = i + 1; k < b->rows.n && b->rows.v[k].member; k++)
		n += weight(busy_letter(b, &b->rows.v[k], from, span)) >=
		     weight(':');
	return n;
}

/* The hour of our day that a minute of theirs falls into. */
static int hour_here(const struct busy *b, const struct zone *theirs,
		     int minute)
{
	int64_t wall = b->day + minute * 60;

	if (theirs)
		wall = zone_wall(b->zone, zone_instant(theirs, wall));
	wall -= b->day;
	return wall < 0 ? 0 : wall > DAY ? 24 : (int)(wall / 3600);
}

void busy_hours(const struct busy *b, int *first, int *last)
{
	struct zone *own;

	*first = b->any_hour ? 0 : 8;
	*last = b->any_hour ? 24 : 18;
	for (size_t i = 0; i < b->rows.n && !b->any_hour; i++) {
		const struct free_busy *f = &b->rows.v[i].busy;

		if (!b->rows.v[i].self)
			continue;
		own = free_busy_zone(f);
		for (size_t k = 0; k < f->hours.n; k++) {
			int from = hour_here(b, own, f->hours.v[k].start);
			int to = hour_here(b, own, f->hours.v[k].end + 59);

			if (from < *first)
				*first = from;
			if (to > *last && to <= 24)
				*last = to;
		}
		zone_free(own);
	}
}

bool busy_day_shown(const struct busy *b, int64_t day)
{
	int weekday = zone_weekday(day);

	return b->any_hour || (weekday != 0 && weekday != 6);
}

/* --- slots ---------------------------------------------------------------- */

void busy_find_slots(struct busy *b)
{
	struct guest *guests = xcalloc(b->rows.n + 1, sizeof(*guests));
	int64_t now = clock_now(), from = busy_from(b);
	struct slot_query q = {.from = from > now ? from : now,
			       .to = busy_to(b),
			       .length = b->length,
			       .step = 1800,
			       .zone = b->zone,
			       .any_hour = b->any_hour,
			       .guests = guests,
			       .most = BUSY_SLOTS,
			       .told = b->told_length == b->length ? &b->told
								   : NULL};

	b->stale_slots = false;
	free(b->guest_rows);
	b->guest_rows = xcalloc(b->rows.n + 1, sizeof(*b->guest_rows));
	for (size_t i = 0; i < b->rows.n; i++) {
		const struct busy_row *r = &b->rows.v[i];

		/* Of whom nothing can be known nobody can wait. */
		if (r->group || !r->answered || r->busy.err.kind != ERR_NONE)
			continue;
		b->guest_rows[q.n] = i;
		guests[q.n++] = (struct guest){r->kind, r->name, &r->busy};
	}
	vec_release(&b->slots);
	if (q.n)
		slots_find(&q, &b->slots);
	free(guests);
}
