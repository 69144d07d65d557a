/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "model/freebusy.h"

#include <string.h>

#define SLOTS_MAX 20000

void free_busy_release(struct free_busy *f)
{
	for (size_t i = 0; i < f->spans.n; i++) {
		free(f->spans.v[i].subject);
		free(f->spans.v[i].location);
	}
	vec_release(&f->spans);
	vec_release(&f->hours);
	free(f->zone_rule);
	memset(f, 0, sizeof(*f));
}

void free_busy_copy(struct free_busy *to, const struct free_busy *from)
{
	struct free_busy c = {.err = from->err,
			      .zone_rule = xstrdup(from->zone_rule),
			      .detailed = from->detailed};

	for (size_t i = 0; i < from->spans.n; i++) {
		struct busy_span s = from->spans.v[i];

		s.subject = xstrdup(s.subject);
		s.location = xstrdup(s.location);
		vec_add(&c.spans, s);
	}
	for (size_t i = 0; i < from->hours.n; i++)
		vec_add(&c.hours, from->hours.v[i]);
	*to = c;
}

void room_list_release(struct room_list *l)
{
	for (size_t i = 0; i < l->n; i++) {
		free(l->v[i].name);
		free(l->v[i].addr);
	}
	vec_release(l);
}

static int by_start(const void *a, const void *b)
{
	const struct busy_span *x = a, *y = b;

	return x->start < y->start ? -1 : x->start > y->start;
}

void free_busy_sort(struct free_busy *f)
{
	if (f->spans.n)
		qsort(f->spans.v, f->spans.n, sizeof(*f->spans.v), by_start);
}

void free_busy_add_digits(struct free_busy *f, const char *digits, int64_t from,
			  int64_t step)
{
	static const enum show_as meaning[] = {SHOW_FREE,      SHOW_TENTATIVE,
					       SHOW_BUSY,      SHOW_AWAY,
					       SHOW_ELSEWHERE, SHOW_NO_DATA};
	size_t i = 0;

	while (digits[i]) {
		size_t to = i + 1;
		unsigned d = (unsigned)(digits[i] - '0');

		while (digits[to] == digits[i])
			to++;
		if (d > 0 && d < ARRAY_LEN(meaning)) {
			struct busy_span s = {.start = from + (int64_t)i * step,
					      .end = from + (int64_t)to * step,
					      .show_as = meaning[d]};

			vec_add(&f->spans, s);
		}
		i = to;
	}
}

/* How strongly a state keeps somebody from coming. */
static int weight(enum show_as s)
{
	switch (s) {
	case SHOW_FREE:
		return 0;
	case SHOW_ELSEWHERE:
		return 1;
	case SHOW_NO_DATA:
		return 2;
	case SHOW_TENTATIVE:
		return 3;
	case SHOW_BUSY:
		return 4;
	case SHOW_AWAY:
		return 5;
	case SHOW_COUNT:
		break;
	}
	return 0;
}

enum show_as free_busy_at(const struct free_busy *f, int64_t from, int64_t to,
			  const struct busy_span **which)
{
	enum show_as best = SHOW_FREE;

	if (which)
		*which = NULL;
	if (f->err.kind != ERR_NONE)
		return SHOW_NO_DATA;
	for (size_t i = 0; i < f->spans.n; i++) {
		const struct busy_span *s = &f->spans.v[i];

		if (s->start >= to)
			break;
		if (s->end <= from || weight(s->show_as) <= weight(best))
			continue;
		best = s->show_as;
		if (which)
			*which = s;
	}
	return best;
}

static bool in_period(const struct free_busy *f, int weekday, int from, int to)
{
	static const struct work_period usual = {RECUR_WORKDAYS, 480, 1080};
	const struct work_period *v = f->hours.n ? f->hours.v : &usual;
	size_t n = f->hours.n ? f->hours.n : 1;

	for (size_t i = 0; i < n; i++)
		if (v[i].days >> weekday & 1 && from >= v[i].start &&
		    to <= v[i].end)
			return true;
	return false;
}

struct zone *free_busy_zone(const struct free_busy *f)
{
	return f->zone_rule ? zone_from_rule(f->zone_rule) : NULL;
}

bool free_busy_in_zone(const struct free_busy *f, const struct zone *hours,
		       int64_t from, int64_t to)
{
	int64_t wall = zone_wall(hours, from), day = zone_day(wall);
	int64_t end = zone_wall(hours, to) - day;

	return in_period(f, zone_weekday(wall), (int)((wall - day) / 60),
			 (int)((end + 59) / 60));
}

bool free_busy_in_hours(const struct free_busy *f, const struct zone *zone,
			int64_t from, int64_t to)
{
	struct zone *own = free_busy_zone(f);
	bool in = free_busy_in_zone(f, own ? own : zone, from, to);

	zone_free(own);
	return in;
}

/* --- what the server suggests ----------------------------------------------- */

#define UNTOLD 5

void suggestions_pack(struct str *b, const struct suggestion_list *l)
{
	for (size_t i = 0; i < l->n; i++)
		str_addf(b, "%lld %d\n", (long long)l->v[i].start,
			 l->v[i].quality);
}

void suggestions_unpack(struct suggestion_list *out, const char *text)
{
	const char *p = str_or_empty(text);

	*out = (struct suggestion_list){0};
	while (*p) {
		struct suggestion s;
		char *end;

		s.start = strtoll(p, &end, 10);
		s.quality = (int)strtol(end, &end, 10);
		if (end == p)
			return;
		if (s.quality > 0 && s.quality < UNTOLD)
			vec_add(out, s);
		p = end + strspn(end, "\n");
	}
}

/* --- slots ---------------------------------------------------------------- */

/* hours: the zone of the guest's working hours. */
static void judge_required(struct slot *s, const struct guest *g,
			   const struct zone *hours)
{
	enum show_as is = free_busy_at(g->busy, s->start, s->end, NULL);
	bool in = free_busy_in_zone(g->busy, hours, s->start, s->end);

	s->required++;
	if (is == SHOW_FREE || is == SHOW_ELSEWHERE)
		s->required_free++;
	else if (is == SHOW_TENTATIVE || is == SHOW_NO_DATA)
		s->tentative++;
	if (is != SHOW_FREE && is != SHOW_ELSEWHERE &&
	    (!s->who || s->early || weight(is) > weight(s->who_is))) {
		s->who = g->name;
		s->who_is = is;
		s->early = false;
	}
	if (in)
		return;
	s->out_of_hours++;
	if (!s->who) {
		s->who = g->name;
		s->early = true;
	}
}

static const struct zone *zone_of(const struct slot_query *q,
				  struct zone *const *zones, size_t i)
{
	return zones[i] ? zones[i] : q->zone;
}

static int told_quality(const struct slot_query *q, int64_t start)
{
	for (size_t i = 0; q->told && i < q->told->n; i++)
		if (q->told->v[i].start == start)
			return q->told->v[i].quality;
	return UNTOLD;
}

static struct slot judge(const struct slot_query *q, struct zone *const *zones,
			 int64_t start)
{
	struct slot s = {.start = start,
			 .end = start + q->length,
			 .room = SIZE_MAX,
			 .quality = told_quality(q, start)};

	for (size_t i = 0; i < q->n; i++) {
		const struct guest *g = &q->guests[i];
		bool is_free = free_busy_at(g->busy, s.start, s.end, NULL) ==
			       SHOW_FREE;

		switch (g->kind) {
		case GUEST_REQUIRED:
			judge_required(&s, g, zone_of(q, zones, i));
			break;
		case GUEST_OPTIONAL:
			s.optional++;
			s.optional_free += is_free;
			break;
		case GUEST_ROOM:
			if (is_free && s.room == SIZE_MAX)
				s.room = i;
			break;
		}
	}
	return s;
}

static int compare(const void *a, const void *b)
{
	const struct slot *x = a, *y = b;
	int busy_x = x->required - x->required_free - x->tentative;
	int busy_y = y->required - y->required_free - y->tentative;

	if (busy_x != busy_y)
		return busy_x - busy_y;
	if (x->tentative != y->tentative)
		return x->tentative - y->tentative;
	if (x->quality != y->quality)
		return x->quality - y->quality;
	if (x->out_of_hours != y->out_of_hours)
		return x->out_of_hours - y->out_of_hours;
	if (x->optional_free != y->optional_free)
		return y->optional_free - x->optional_free;
	if ((x->room == SIZE_MAX) != (y->room == SIZE_MAX))
		return x->room == SIZE_MAX ? 1 : -1;
	return x->start < y->start ? -1 : x->start > y->start;
}

/* The asker's own working hours bound the search: nobody wants to hear of
 * three in the morning. */
static bool is_thinkable(const struct slot_query *q, struct zone *const *zones,
			 int64_t start)
{
	static const struct free_busy usual;
	int64_t wall = zone_wall(q->zone, start);
	int hour = (int)((wall - zone_day(wall)) / 3600);

	if (q->any_hour)
		return true;
	for (size_t i = 0; i < q->n; i++)
		if (q->guests[i].kind == GUEST_REQUIRED &&
		    free_busy_in_zone(q->guests[i].busy, zone_of(q, zones, i),
				      start, start + q->length))
			return true;
	if (hour < 6 || hour > 20)
		return false;
	return free_busy_in_hours(&usual, q->zone, start, start + q->length);
}

void slots_find(const struct slot_query *q, struct slot_list *out)
{
	int64_t step = q->step > 0 ? q->step : 1800;
	int64_t first = (q->from + step - 1) / step * step;
	struct slot_list all = {0};
	struct zone **zones = xcalloc(q->n + 1, sizeof(*zones));

	*out = all;
	for (size_t i = 0; i < q->n; i++)
		zones[i] = free_busy_zone(q->guests[i].busy);
	for (int64_t t = first; t + q->length <= q->to && all.n < SLOTS_MAX;
	     t += step)
		if (is_thinkable(q, zones, t))
			vec_add(&all, judge(q, zones, t));
	for (size_t i = 0; i < q->n; i++)
		zone_free(zones[i]);
	free(zones);
	if (all.n)
		qsort(all.v, all.n, sizeof(*all.v), compare);
	/* Not three neighbours of one gap: the next begins after the last. */
	for (size_t i = 0; i < all.n && out->n < q->most; i++) {
		bool overlaps = false;

		for (size_t k = 0; k < out->n; k++)
			overlaps |= all.v[i].start < out->v[k].end &&
				    out->v[k].start < all.v[i].end;
		if (!overlaps)
			vec_add(out, all.v[i]);
	}
	vec_release(&all);
}

void slot_add_reason(struct str *b, const struct slot *s, bool soonest)
{
	const char *word = s->early			 ? "out of hours for"
			   : s->who_is == SHOW_TENTATIVE ? "maybe"
			   : s->who_is == SHOW_NO_DATA	 ? "not known"
			   : s->who_is == SHOW_AWAY	 ? "away"
							 : "busy";

	if (!s->who) {
		str_add(b, soonest ? "soonest" : "");
		return;
	}
	if (s->early)
		str_addf(b, "%s %s", word, s->who);
	else
		str_addf(b, "%s %s", s->who, word);
}
