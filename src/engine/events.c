/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * Calendar entries, availability and rooms. Entries are fetched once sync has
 * brought their item rows, and again whenever a change key differs.
 */
#include "engine/events.h"

#include <string.h>

#include "base/log.h"
#include "engine/calendar.h"
#include "engine/core.h"
#include "engine/engine.h"
#include "store/calendar.h"
#include "store/write.h"

#define WANTED 2000
#define BATCH 100
#define EVENT_WEIGHT 4000
#define SLICE 100

/* --- entries, in the lane ------------------------------------------------- */

struct fetching {
	size_t from;
	struct msg *msg;
};

static bool on_event(void *ctx, size_t index, struct fetched_event *owned_f)
{
	struct fetching *f = ctx;
	struct got_event got = {.which = f->from + index,
				.appt = owned_f->appt};

	if (owned_f->err.kind != ERR_NONE) {
		/* What may come later is asked for again by itself. */
		if (err_is_transient(&owned_f->err)) {
			appointment_release(&got.appt);
			return true;
		}
		got.absent = true;
	}
	vec_add(&f->msg->entries, got);
	return true;
}

bool job_run_events(struct lane *l, struct job *j, struct err *err)
{
	struct item_ref refs[BATCH];
	size_t n;

	if (!lane_ops(l)->calendar || !lane_ops(l)->calendar->fetch_events)
		return true;
	for (size_t from = 0; from < j->wanted.n; from += n) {
		struct fetching f = {.from = from,
				     .msg = msg_new(MSG_EVENTS, j)};
		struct op op;

		job_about(j, from);
		op = lane_op(l);
		for (n = 0; n < BATCH && from + n < j->wanted.n &&
			    str_eq(j->owners.v[from + n], j->owners.v[from]);
		     n++)
			refs[n] = (struct item_ref){
				.remote_id = j->wanted.v[from + n].remote_id};
		if (!lane_ops(l)->calendar->fetch_events(
			    l->backend, &op, refs, n, on_event, &f, err)) {
			msg_free(f.msg);
			return false;
		}
		if (!lane_post(l, f.msg, f.msg->entries.n * EVENT_WEIGHT))
			return err_set(err, ERR_CANCELLED, "cancelled");
		if (from + n < j->wanted.n && atomic_load(&j->yield)) {
			j->more = true;
			return true;
		}
	}
	return true;
}

/* --- in the core ---------------------------------------------------------- */

struct job *core_job_events(struct core *c)
{
	struct job *j = job_new(JOB_EVENTS);
	struct err err;

	if (!write_wanted_events(c->store, WANTED, &j->wanted, &err)) {
		core_tell_notice(c, &err);
		wanted_list_release(&j->wanted);
	}
	if (!j->wanted.n) {
		c->want_events = false;
		job_free(j);
		return NULL;
	}
	for (size_t i = 0; i < j->wanted.n; i++)
		strv_add(&j->owners, core_owner(c, j->wanted.v[i].folder));
	c->events_active = true;
	return j;
}

/* Messages this old were dealt with when they came, by whatever client. */
#define FRESH ((int64_t)14 * 86400)

/* Is there anything this message could still change? */
static bool may_matter(const struct appointment *m)
{
	int64_t first, last;

	if (!appointment_is_message(m) || m->flags & APPT_PROCESSED || !m->uid)
		return false;
	appointment_span(m, &first, &last);
	/* The span of a message is that of its first time only. */
	if (m->recur.kind != RECUR_NONE)
		return true;
	return m->start != CLOCK_NEVER && m->end > clock_now();
}

/* Whoever brought the answer into the calendar, there is no place in the entry for
 * another time that it proposes. */
static bool note_proposal(struct core *c, const struct appointment *m,
			  struct err *err)
{
	struct event_row row;
	int64_t id;
	bool ok = true;

	if (c->info.caps & CAP_ATTENDANT || m->kind != APPOINTMENT_RESPONSE)
		return true;
	id = query_event_of(c->store, m);
	if (!id || !query_event(c->store, id, &row, NULL))
		return true;
	if (appointment_take_proposal(&row.appt, m))
		ok = write_event_note(c->store, id, &row.appt, err);
	appointment_release(&row.appt);
	return ok;
}

/* Where the server does not bring meeting messages into the calendar, we do
 * (dossier WebDAV 16.3): what it changes is journalled like a wish. */
static bool attend(struct core *c, const struct wanted *w,
		   const struct appointment *m, struct err *err)
{
	struct event_row row = {0};
	struct appointment_change change;
	struct intent *i;
	struct item it;
	int64_t entry, id;
	bool fresh, has, news = true, ok = true;

	if (c->info.caps & CAP_ATTENDANT || !(c->info.caps & CAP_CALENDAR) ||
	    !may_matter(m) ||
	    w->folder != query_folder_role(c->store, FOLDER_ROLE_INBOX))
		return true;
	if (!query_item(c->store, w->item, &it, err))
		return false;
	fresh = it.received != CLOCK_NEVER && it.received > clock_now() - FRESH;
	item_release(&it);
	if (!fresh)
		return true;
	id = query_event_of(c->store, m);
	has = id && query_event(c->store, id, &row, NULL);
	if (has)
		news = appointment_take(&row.appt, m);
	else if (!id)
		/* The server may have an entry that is not here yet. */
		news = m->kind != APPOINTMENT_REQUEST ||
		       (!account_is_own(c->engine->account,
					str_or_empty(m->organizer_addr)) &&
			!calendar_is_overtaken(c->store, w->item, m));
	if (has)
		appointment_release(&row.appt);
	if (!news)
		return true;
	appointment_change_init(&change);
	change.op = APPT_TAKE;
	change.quiet = true;
	change.original = m->original;
	appointment_copy(&change.appt, m);
	mem_replace(&change.appt.remote_id, xstrdup(w->remote_id));
	i = intent_event(&change, 0, id, 0);
	ok = write_intent(c->store, i, &entry, err);
	intent_free(i);
	appointment_change_release(&change);
	c->replay_due = clock_now();
	c->told_state = true;
	return ok;
}

/* Entries first, then the messages of each meeting by its versions: a request
 * before what calls it off. They come in no order. */
static int by_age(const void *pa, const void *pb)
{
	const struct got_event *a = pa, *b = pb;
	int x = appointment_is_message(&a->appt);
	int y = appointment_is_message(&b->appt);

	int by_uid =
		strcmp(str_or_empty(a->appt.uid), str_or_empty(b->appt.uid));

	if (x != y)
		return x - y;
	if (by_uid)
		return by_uid;
	if (a->appt.sequence != b->appt.sequence)
		return a->appt.sequence < b->appt.sequence ? -1 : 1;
	if (a->appt.stamp != b->appt.stamp)
		return a->appt.stamp < b->appt.stamp ? -1 : 1;
	return a->which < b->which ? -1 : a->which > b->which;
}

bool core_apply_events(struct core *c, struct msg *m, size_t *cursor,
		       bool *done, struct err *err)
{
	size_t end =
		*cursor + SLICE < m->entries.n ? *cursor + SLICE : m->entries.n;

	if (*cursor == 0 && m->entries.n > 1)
		qsort(m->entries.v, m->entries.n, sizeof(*m->entries.v),
		      by_age);
	for (; *cursor < end; (*cursor)++) {
		struct got_event *g = &m->entries.v[*cursor];
		const struct wanted *w = &m->job->wanted.v[g->which];

		if (!write_event(c->store, w->item, g->absent ? NULL : &g->appt,
				 w->change_key, err) ||
		    (!g->absent && (!note_proposal(c, &g->appt, err) ||
				    !attend(c, w, &g->appt, err))))
			return false;
		core_tell_items(c, w->folder);
	}
	*done = end == m->entries.n;
	return true;
}

bool job_end_events(struct core *c, struct job *j, struct err *err UNUSED)
{
	c->events_active = false;
	/* One batch after another until nothing is wanted; the protocol that
	 * has no calendar is not asked again. */
	if (j->err.kind == ERR_NONE || err_is_transient(&j->err) ||
	    j->err.kind == ERR_CANCELLED || j->err.kind == ERR_AUTH) {
		int64_t left = query_events_missing(c->store);

		if (left >= (int64_t)j->wanted.n && !j->more)
			c->want_events = j->err.kind != ERR_NONE;
		return true;
	}
	c->want_events = false;
	if (j->err.kind != ERR_UNSUPPORTED)
		core_tell_notice(c, &j->err);
	return true;
}

/* --- availability and rooms ----------------------------------------------- */

struct asking {
	struct lane *lane;
	struct job *job;
};

static void on_busy(void *ctx, size_t index, struct free_busy *owned)
{
	struct asking *a = ctx;
	struct msg *m = msg_new(MSG_BUSY, a->job);

	m->which = index;
	m->busy = *owned;
	lane_post(a->lane, m, m->busy.spans.n * 100);
}

bool job_run_busy(struct lane *l, struct job *j, struct err *err)
{
	struct asking a = {l, j};
	struct suggestion_list suggested = {0};
	struct free_busy_query q = {.addresses = &j->remotes,
				    .from = j->from,
				    .to = j->to,
				    .suggest = j->length,
				    .kinds = j->words,
				    .suggested = &suggested};
	struct str text = STR_INIT;
	struct op op = lane_op(l);
	bool ok;

	if (!lane_ops(l)->calendar || !lane_ops(l)->calendar->free_busy)
		return err_set(err, ERR_UNSUPPORTED,
			       "this server tells nothing about who is busy");
	ok = lane_ops(l)->calendar->free_busy(l->backend, &op, &q, on_busy, &a,
					      err);
	if (suggested.n) {
		suggestions_pack(&text, &suggested);
		mem_replace(&j->state, str_take(&text));
	}
	vec_release(&suggested);
	return ok;
}

struct job *core_job_busy(const struct ticket *t)
{
	bool rooms = t->request.kind == REQUEST_ROOMS;
	struct job *j = job_new(rooms ? JOB_ROOMS : JOB_BUSY);

	j->ticket = t->id;
	j->from = t->request.from;
	j->to = t->request.to;
	j->deep = t->request.deep;
	j->length = t->request.length;
	j->words = xstrdup(rooms ? t->request.text : t->request.value);
	if (!rooms)
		strv_split(&j->remotes, str_or_empty(t->request.text), "\n");
	return j;
}

/* For the calendars laid over one's own when nobody can be asked. */
static bool keep_busy(struct core *c, const struct msg *m, struct err *err)
{
	const struct job *j = m->job;
	char *key CLEANUP(mem_free_ptr) =
		calendar_busy_key(j->remotes.v[m->which]);
	char *text CLEANUP(mem_free_ptr) = query_fact(c->store, key);
	struct str packed CLEANUP(str_release) = STR_INIT;
	struct busy_kept k CLEANUP(busy_kept_release);

	busy_kept_unpack(&k, text);
	busy_kept_merge(&k, j->from, j->to, clock_now(), &m->busy);
	busy_kept_pack(&packed, &k);
	return write_fact(c->store, key, packed.s, err);
}

bool core_apply_busy(struct core *c, struct msg *m, size_t *cursor, bool *done,
		     struct err *err)
{
	struct event e = {.kind = EVENT_BUSY,
			  .ticket = m->job->ticket,
			  .count = (int64_t)m->which};

	if (m->job->deep && m->which < m->job->remotes.n &&
	    !keep_busy(c, m, err))
		return false;
	e.busy = xmalloc(sizeof(*e.busy));
	*e.busy = m->busy;
	memset(&m->busy, 0, sizeof(m->busy));
	core_tell(c, &e);
	*cursor = 1;
	*done = true;
	return true;
}

bool job_end_busy(struct core *c, struct job *j, struct err *err UNUSED)
{
	struct event e = {.kind = EVENT_SUGGESTED, .ticket = j->ticket};

	if (j->state) {
		e.text = xstrdup(j->state);
		event_queue_push(&c->engine->events, &e);
	}
	core_end_ticket(c, j->ticket, &j->err);
	return true;
}

/* The answer is short: it travels in the job. */
bool job_run_rooms(struct lane *l, struct job *j, struct err *err)
{
	struct room_list rooms = {0};
	struct str text = STR_INIT;
	struct op op = lane_op(l);

	if (!lane_ops(l)->calendar || !lane_ops(l)->calendar->rooms)
		return err_set(err, ERR_UNSUPPORTED,
			       "this server has no lists of rooms");
	if (!lane_ops(l)->calendar->rooms(l->backend, &op, j->words, &rooms,
					  err))
		return false;
	for (size_t i = 0; i < rooms.n; i++)
		str_addf(&text, "%s\t%s\n", rooms.v[i].addr,
			 str_or_empty(rooms.v[i].name));
	mem_replace(&j->state, str_take(&text));
	room_list_release(&rooms);
	return true;
}

bool job_end_rooms(struct core *c, struct job *j, struct err *err UNUSED)
{
	struct event e = {.kind = EVENT_ROOMS, .ticket = j->ticket};

	if (j->err.kind == ERR_NONE) {
		e.text = xstrdup(j->state);
		event_queue_push(&c->engine->events, &e);
	}
	core_end_ticket(c, j->ticket, &j->err);
	return true;
}
