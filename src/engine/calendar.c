/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Views of calendars. */
#include "engine/calendar.h"

#include <string.h>

#include "ical/ics.h"
#include "store/calendar.h"

#define DAY ((int64_t)86400)
#define APPEARANCES_MAX 20000

/* Appointments behind a view, and the zones they were placed with. */
struct calendar_pool {
	VEC(struct appointment *) v;
	struct tz_set *zones;
};

void calendar_view_release(struct calendar_view *v)
{
	vec_release(v);
	if (v->pool) {
		for (size_t i = 0; i < v->pool->v.n; i++) {
			appointment_release(v->pool->v.v[i]);
			free(v->pool->v.v[i]);
		}
		vec_release(&v->pool->v);
		tz_set_free(v->pool->zones);
		free(v->pool);
	}
	zone_free(v->zone);
	memset(v, 0, sizeof(*v));
}

const char *calendar_zone_name(const char *told)
{
	return tz_iana_of_windows(told);
}

static void view_init(struct calendar_view *v)
{
	memset(v, 0, sizeof(*v));
	v->pool = xcalloc(1, sizeof(*v->pool));
	v->pool->zones = tz_set_new();
	v->zone = zone_load_local();
}

bool calendar_folders(struct store *s, struct folder_list *out, struct err *err)
{
	struct folder_list all CLEANUP(folder_list_release) = {0};
	struct folder f;

	*out = (struct folder_list){0};
	if (!query_folders(s, &all, err))
		return false;
	for (int pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < all.n; i++) {
			bool own = all.v[i].role == FOLDER_ROLE_CALENDAR;

			if (all.v[i].kind != FOLDER_CALENDAR ||
			    own != (pass == 0) ||
			    all.v[i].flags & FOLDER_HIDDEN)
				continue;
			folder_copy(&f, &all.v[i]);
			vec_add(out, f);
		}
	return true;
}

struct reading {
	struct calendar_view *view;
	const int64_t *folders;
	size_t n;
	int64_t from, to;
	const struct event_row *row;
	const struct appointment *kept; /* in the pool; NULL: not yet */
};

static bool on_appearance(void *ctx, const struct occurrence *o)
{
	struct reading *r = ctx;
	struct calendar_view *v = r->view;
	struct calendar_entry *e = vec_new(v);

	e->item = r->row->item;
	e->folder = r->row->folder;
	e->appt = o->entry;
	e->series = o->of;
	e->start = o->start;
	e->end = o->end;
	e->original = o->original;
	e->pending = r->row->item_flags & ITEM_PENDING;
	e->conflict = r->row->item_flags & ITEM_CONFLICT;
	return v->n < APPEARANCES_MAX;
}

static bool is_wanted(const struct reading *r, int64_t folder)
{
	for (size_t i = 0; i < r->n; i++)
		if (r->folders[i] == folder)
			return true;
	return false;
}

static bool on_row(void *ctx, struct event_row *row)
{
	struct reading *r = ctx;
	size_t before = r->view->n;
	struct appointment *a;

	if (!is_wanted(r, row->folder) || appointment_is_message(&row->appt))
		return true;
	a = xmalloc(sizeof(*a));
	*a = row->appt;
	r->row = row;
	occurrences_walk(r->view->pool->zones, a, r->view->zone, r->from, r->to,
			 APPEARANCES_MAX, on_appearance, r);
	if (r->view->n == before) {
		free(a); /* the row still owns it */
	} else {
		vec_add(&r->view->pool->v, a);
		appointment_init(&row->appt);
	}
	return r->view->n < APPEARANCES_MAX;
}

static int by_start(const void *a, const void *b)
{
	const struct calendar_entry *x = a, *y = b;
	int by_subject;

	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	if (x->end != y->end)
		return x->end > y->end ? -1 : 1;
	/* What is nowhere comes last. */
	if (!x->item != !y->item)
		return x->item ? -1 : 1;
	if (!x->item)
		return (x->folder < y->folder) - (x->folder > y->folder);
	/* Not in the order in which they happened to be fetched. */
	by_subject = strcmp(str_or_empty(x->appt->subject),
			    str_or_empty(y->appt->subject));
	if (by_subject)
		return by_subject;
	if (x->folder != y->folder)
		return x->folder < y->folder ? -1 : 1;
	return (x->item > y->item) - (x->item < y->item);
}

/* Is it the time of a series that `alone` stands for by itself? */
static bool is_double(const struct calendar_entry *e,
		      const struct calendar_entry *alone)
{
	return e->series && e->folder == alone->folder &&
	       e->item != alone->item && e->original == alone->appt->original &&
	       str_eq(e->series->uid, alone->appt->uid);
}

/* A store of Exchange 2000 may keep a changed time as an entry of its own beside
 * the series (WebDAV dossier 16.1, instance type 3), which knows of it as well:
 * it happens once. */
static void drop_doubles(struct calendar_view *v)
{
	for (size_t i = 0; i < v->n; i++) {
		const struct calendar_entry alone = v->v[i];
		size_t n = 0, before = 0;

		if (alone.series || !alone.appt->uid ||
		    alone.appt->original == CLOCK_NEVER)
			continue;
		for (size_t k = 0; k < v->n; k++)
			if (!is_double(&v->v[k], &alone))
				v->v[n++] = v->v[k];
			else
				before += k < i;
		i -= before;
		v->n = n;
	}
}

/* Does it keep one from anything else? */
static bool holds(const struct calendar_entry *e, const struct folder_list *own)
{
	bool is_own = false;

	for (size_t i = 0; i < own->n && !is_own; i++)
		is_own = own->v[i].id == e->folder && !own->v[i].owner;
	return is_own && e->end > e->start && e->appt->show_as != SHOW_FREE &&
	       !(e->appt->flags & APPT_CANCELLED);
}

/* In order of their starts: an entry meets those before it that last longest.
 * What others do in their calendars is no clash of ours. */
void calendar_mark_clashes(struct store *s, struct calendar_view *v)
{
	struct folder_list own CLEANUP(folder_list_release) = {0};
	size_t longest = SIZE_MAX;

	if (v->n < 2 || !calendar_folders(s, &own, NULL))
		return;
	for (size_t i = 0; i < v->n; i++) {
		if (!holds(&v->v[i], &own))
			continue;
		if (longest != SIZE_MAX && v->v[longest].end > v->v[i].start)
			v->v[longest].clash = v->v[i].clash = true;
		if (longest == SIZE_MAX || v->v[i].end > v->v[longest].end)
			longest = i;
	}
}

bool calendar_read(struct store *s, const int64_t *folders, size_t n,
		   int64_t from, int64_t to, struct calendar_view *out,
		   struct err *err)
{
	int64_t own = n ? 0 : query_folder_role(s, FOLDER_ROLE_CALENDAR);
	struct reading r = {.view = out,
			    .folders = n ? folders : &own,
			    .n = n ? n : 1,
			    .from = from,
			    .to = to};

	view_init(out);
	if (!query_events(s, from - DAY, to + DAY, on_row, &r, err)) {
		calendar_view_release(out);
		return false;
	}
	drop_doubles(out);
	if (out->n)
		qsort(out->v, out->n, sizeof(*out->v), by_start);
	return true;
}

char *calendar_busy_key(const char *addr)
{
	return xasprintf("busy:%s", addr);
}

bool calendar_busy_kept(struct store *s, const char *addr,
			struct busy_kept *out)
{
	char *key CLEANUP(mem_free_ptr) = calendar_busy_key(addr);
	char *text CLEANUP(mem_free_ptr) = query_fact(s, key);

	return busy_kept_unpack(out, text);
}

void calendar_add_busy(struct calendar_view *v, const struct free_busy *f,
		       int64_t from, int64_t to, int64_t as)
{
	for (size_t i = 0; i < f->spans.n; i++) {
		const struct busy_span *b = &f->spans.v[i];
		struct calendar_entry e = {.folder = as,
					   .start = b->start,
					   .end = b->end,
					   .original = CLOCK_NEVER};
		struct appointment *a;

		if (b->start >= to || b->end <= from || b->show_as == SHOW_FREE)
			continue;
		a = xmalloc(sizeof(*a));
		appointment_init(a);
		a->start = b->start;
		a->end = b->end;
		a->show_as = b->show_as;
		a->subject = xstrdup(b->subject);
		a->location = xstrdup(b->location);
		if (b->is_private)
			a->sensitivity = SENSITIVITY_PRIVATE;
		e.appt = a;
		vec_add(&v->pool->v, a);
		vec_add(v, e);
	}
	if (v->n)
		qsort(v->v, v->n, sizeof(*v->v), by_start);
}

bool calendar_find(struct store *s, int64_t item, struct appointment *out,
		   int64_t *folder, struct err *err)
{
	struct event_row row;

	if (!query_event(s, item, &row, err))
		return false;
	*out = row.appt;
	if (folder)
		*folder = row.folder;
	return true;
}

/* Keeps the first appearance that is not over. */
static bool keep_first(void *ctx, const struct occurrence *o)
{
	struct reading *r = ctx;

	on_appearance(ctx, o);
	return r->view->n < 400;
}

bool calendar_occurrence(struct store *s, int64_t item, int64_t when,
			 struct calendar_view *out, struct err *err)
{
	struct event_row row;
	struct appointment *a;
	struct reading r = {.view = out, .row = &row};
	size_t best = 0;

	if (!query_event(s, item, &row, err))
		return false;
	view_init(out);
	a = xmalloc(sizeof(*a));
	*a = row.appt;
	vec_add(&out->pool->v, a);
	if (a->start == CLOCK_NEVER) { /* a server told no time */
		calendar_view_release(out);
		return err_set(err, ERR_NOT_FOUND, "this entry has no time");
	}
	if (when == CLOCK_NEVER && a->recur.kind == RECUR_NONE)
		when = a->start;
	else if (when == CLOCK_NEVER)
		when = clock_now();
	/* An original names its occurrence even where that has moved. */
	occurrences_walk(out->pool->zones, a, out->zone, when - 40 * DAY,
			 when + 800 * DAY, 400, keep_first, &r);
	if (!out->n) /* not near: its first */
		occurrences_walk(out->pool->zones, a, out->zone,
				 a->start - 2 * DAY, a->start + 800 * DAY, 400,
				 keep_first, &r);
	if (out->n)
		qsort(out->v, out->n, sizeof(*out->v), by_start);
	while (best < out->n && out->v[best].end <= when)
		best++;
	for (size_t i = 0; i < out->n; i++)
		if (out->v[i].original == when)
			best = i;
	if (best == out->n && out->n)
		best--;
	if (best >= out->n) {
		calendar_view_release(out);
		return err_set(err, ERR_NOT_FOUND,
			       "this entry does not happen again");
	}
	out->v[0] = out->v[best];
	out->n = 1;
	return true;
}

/* --- reminders ------------------------------------------------------------ */

void reminder_list_release(struct reminder_list *l)
{
	for (size_t i = 0; i < l->n; i++) {
		free(l->v[i].subject);
		free(l->v[i].location);
		free(l->v[i].join_url);
	}
	vec_release(l);
}

static int by_due(const void *a, const void *b)
{
	const struct reminder *x = a, *y = b;

	return x->due < y->due ? -1 : x->due > y->due;
}

static int64_t natural_due(const struct calendar_entry *e)
{
	return e->start - (int64_t)e->appt->reminder * 60;
}

/* When it comes up as the server has it: put off until its signal, and of a
 * series whatever is before that is done with. NEVER: it is. */
static int64_t due_of(const struct calendar_view *v, size_t i)
{
	const struct calendar_entry *e = &v->v[i];
	int64_t due = natural_due(e);
	int64_t signal = e->series ? e->series->signal : e->appt->signal;

	if (signal == CLOCK_NEVER || signal <= due)
		return due;
	if (!e->series)
		return signal;
	for (size_t k = i + 1; k < v->n; k++)
		if (v->v[k].item == e->item && natural_due(&v->v[k]) <= signal)
			return CLOCK_NEVER;
	return signal;
}

bool calendar_reminders(struct store *s, int64_t since, int64_t until,
			struct reminder_list *out, struct err *err)
{
	struct calendar_view v;
	bool ok = true;

	*out = (struct reminder_list){0};
	/* A reminder may come up to two weeks before. */
	if (!calendar_read(s, NULL, 0, since - DAY, until + 15 * DAY, &v, err))
		return false;
	for (size_t i = 0; ok && i < v.n; i++) {
		const struct calendar_entry *e = &v.v[i];
		int64_t due = due_of(&v, i);
		int64_t original = e->original == CLOCK_NEVER ? 0 : e->original;
		int64_t later;
		struct reminder r = {.item = e->item,
				     .original = original,
				     .start = e->start};

		if (!(e->appt->flags & APPT_REMINDER) ||
		    e->appt->flags & APPT_CANCELLED || due == CLOCK_NEVER)
			continue;
		ok = query_reminder(s, e->item, original, &later, err);
		if (!ok || later == CLOCK_NEVER)
			continue;
		r.due = later == INT64_MAX ? due : later;
		if (r.due <= since || r.due > until)
			continue;
		r.subject = xstrdup(e->appt->subject);
		r.location = xstrdup(e->appt->location);
		r.join_url = xstrdup(e->appt->join_url);
		vec_add(out, r);
	}
	if (out->n)
		qsort(out->v, out->n, sizeof(*out->v), by_due);
	calendar_view_release(&v);
	if (!ok)
		reminder_list_release(out);
	return ok;
}

/* --- iCalendar ------------------------------------------------------------ */

bool calendar_from_ics(const char *text, size_t len,
		       struct appointment_list *out, struct strv *notes,
		       struct err *err)
{
	struct tz_set *zones = tz_set_new();
	struct ics c;
	bool ok = ics_read(&c, text, len, zones, err);

	if (ok) {
		*out = c.entries;
		c.entries = (struct appointment_list){0};
		for (size_t i = 0; i < c.notes.n; i++)
			strv_add(notes, c.notes.v[i]);
		ics_release(&c);
	}
	tz_set_free(zones);
	return ok;
}

static void write_list(struct str *out, const struct appointment *entries,
		       size_t n, const struct ics_options *o)
{
	struct appointment_list l = {
		.v = (struct appointment *)(uintptr_t)entries, .n = n};
	struct tz_set *zones = tz_set_new();

	ics_write(out, &l, zones, o);
	tz_set_free(zones);
}

void calendar_to_ics(struct str *out, const struct appointment *entries,
		     size_t n)
{
	write_list(out, entries, n, NULL);
}

void calendar_reply_ics(struct str *out, const struct appointment *a,
			const struct account *me, enum answer_kind answer,
			const char *note)
{
	struct ics_options o = {.method = ICS_REPLY,
				.attendee_addr = me->address,
				.attendee_name = me->display_name,
				.answer = answer,
				.note = note};

	write_list(out, a, 1, &o);
}
