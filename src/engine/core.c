/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * The core thread: the only writer of the store. Each turn takes what people
 * ask (first), then one slice of what a lane brought (at most some 200 rows, in
 * a transaction of its own), gives work to idle lanes and tells the news. A
 * slice that cannot be committed is tried again later: nothing is dropped.
 */
#include "engine/events.h"
#include <poll.h>
#include "base/clock.h"
#include "base/log.h"

typedef bool (*end_fn)(struct core *c, struct job *j, struct err *err);

#define TIDY_MS 1000
#define INDEX_SLICE 100 /* messages: some 30 ms, which a key may wait for */
#define PAUSE_MS 50

static const end_fn ends[JOB_COUNT] = {
#define JOB(id, function, at, rank, cap, text) job_end_##function,
#include "engine/jobs.def"
#undef JOB
};

struct core *core_new(struct engine *e, struct store *owned_store,
		      struct lockfile *owned_lock)
{
	struct core *c = xcalloc(1, sizeof(*c));
	bool online = e->options.mode != ENGINE_LOCAL;

	c->engine = e;
	c->store = owned_store;
	c->lock = owned_lock;
	c->network = owned_lock != NULL;
	c->online = online ? ENGINE_CONNECTING : ENGINE_OFFLINE;
	c->check_unsure = true;
	c->replay_due = clock_now();
	c->want_bodies = c->follower_asks = c->want_events = true;
	c->to_index = c->network; /* perhaps some are left */
	c->next_poll = INT64_MAX;
	c->data_version = store_data_version(owned_store);
	c->told_state = true;
	core_load_info(c);
	core_begin_book(c);
	if (c->network && e->options.mode == ENGINE_FULL)
		core_want_sync(c);
	return c;
}

static void forget_told(struct core *c)
{
	for (size_t i = 0; i < c->told.n; i++)
		event_release(&c->told.v[i]);
	c->told.n = 0;
	c->told_items.n = 0;
}

void core_free(struct core *c)
{
	store_close(c->store);
	lockfile_free(c->lock);
	core_folders_release(c);
	for (size_t i = 0; i < c->tickets.n; i++)
		request_release(&c->tickets.v[i].request);
	vec_release(&c->tickets);
	vec_release(&c->body_gone);
	forget_told(c);
	vec_release(&c->told);
	vec_release(&c->told_items);
	step_list_release(&c->staged);
	backend_info_release(&c->info);
	free(c);
}

/* --- telling -------------------------------------------------------------- */

void core_tell(struct core *c, struct event *taken)
{
	vec_add(&c->told, *taken);
}

void core_tell_items(struct core *c, int64_t folder)
{
	for (size_t i = 0; i < c->told_items.n; i++)
		if (c->told_items.v[i] == folder)
			return;
	vec_add(&c->told_items, folder);
}

void core_tell_new_mail(struct core *c, int64_t folder, int64_t item)
{
	struct event e = {.kind = EVENT_NEW_MAIL,
			  .folder = folder,
			  .count = 1,
			  .text = xasprintf("%lld", (long long)item)};

	core_tell(c, &e);
}

void core_tell_done(struct core *c, uint64_t ticket, int64_t entry,
		    const struct err *err)
{
	struct event e = {.kind = EVENT_DONE, .ticket = ticket, .entry = entry};

	if (err)
		e.err = *err;
	/* Whoever acts on it must find the change in the store's events. */
	core_flush(c);
	event_queue_push(&c->engine->events, &e);
}

void core_tell_notice(struct core *c, const struct err *err)
{
	struct event e = {.kind = EVENT_NOTICE, .err = *err};

	log_at(LOG_WARN, "engine", "%s", err->text);
	event_queue_push(&c->engine->events, &e);
}

void core_tell_body(struct core *c, int64_t item, const struct err *err)
{
	struct event e = {.kind = EVENT_BODY, .item = item};

	if (err)
		e.err = *err;
	event_queue_push(&c->engine->events, &e);
}

void core_tell_progress(struct core *c, uint64_t ticket, const char *text,
			int64_t done, int64_t total)
{
	struct event e = {.kind = EVENT_PROGRESS,
			  .ticket = ticket,
			  .done = done,
			  .total = total};
	struct engine_state *s = &c->engine->state;

	chan_lock_take(c->engine->lock);
	s->done = done;
	s->total = total;
	chan_lock_drop(c->engine->lock);
	e.text = xstrdup(str_or_empty(text));
	event_queue_push(&c->engine->events, &e);
}

static void copy_text(char *to, size_t size, const char *from)
{
	size_t len = strlen(str_or_empty(from));

	if (len >= size)
		len = size - 1;
	/* Not within a character. */
	while (len && from[len] && ((unsigned char)from[len] & 0xC0) == 0x80)
		len--;
	memcpy(to, str_or_empty(from), len);
	to[len] = 0;
}

static void describe_task(struct core *c, struct engine_state *s)
{
	const char *text = "";

	for (int i = 0; i < LANE_NOTIFICATION; i++) {
		const struct job *j = c->lanes[i].busy;
		const struct folder_work *f =
			j ? core_folder(c, j->folder) : NULL;

		if (j)
			text = f && f->path ? f->path : job_text(j->kind);
	}
	copy_text(s->task, sizeof(s->task), text);
	if (!*text)
		s->done = s->total = 0;
}

static void tell_state(struct core *c)
{
	struct engine_state *s = &c->engine->state;
	struct event e = {.kind = EVENT_STATE};
	int64_t waiting = query_journal_waiting(c->store);
	char *server CLEANUP(mem_free_ptr) =
		c->info.build ? xasprintf("Exchange %s", c->info.build) : NULL;

	chan_lock_take(c->engine->lock);
	s->online = c->online;
	s->pushed = c->pushed;
	s->follower = !c->network && c->engine->options.mode != ENGINE_LOCAL;
	s->by_hand = c->by_hand;
	s->waiting = waiting;
	s->next_try = CLOCK_NEVER;
	if (c->online == ENGINE_OFFLINE && !c->by_hand && c->next_try)
		s->next_try = clock_now() +
			      (c->next_try - clock_mono_ms() + 999) / 1000;
	copy_text(s->server, sizeof(s->server), server);
	describe_task(c, s);
	chan_lock_drop(c->engine->lock);
	event_queue_push(&c->engine->events, &e);
}

void core_flush(struct core *c)
{
	struct event_queue *q = &c->engine->events;

	if (c->told_folders) {
		struct event e = {.kind = EVENT_FOLDERS};
		event_queue_push(q, &e);
	}
	for (size_t i = 0; i < c->told_items.n; i++) {
		struct event e = {.kind = EVENT_ITEMS,
				  .folder = c->told_items.v[i]};
		event_queue_push(q, &e);
	}
	for (size_t i = 0; i < c->told.n; i++)
		event_queue_push(q, &c->told.v[i]);
	c->told.n = 0;
	if (c->told_journal) {
		struct event e = {.kind = EVENT_JOURNAL};
		event_queue_push(q, &e);
	}
	if (c->told_state)
		tell_state(c);
	c->told_folders = c->told_journal = c->told_state = false;
	c->told_items.n = 0;
}

/* --- what lanes bring ----------------------------------------------------- */

static bool apply_done(struct core *c, struct msg *m, size_t *cursor UNUSED,
		       bool *done, struct err *err)
{
	struct job *j = m->job;

	*done = true;
	core_job_trouble(c, j);
	if (j->lane >= LANE_DIRECTORY)
		core_keep_directory(c, j);
	return ends[j->kind](c, j, err);
}

static bool apply_notify(struct core *c, struct msg *m, size_t *cursor UNUSED,
			 bool *done, struct err *err UNUSED)
{
	core_notify(c, m);
	*done = true;
	return true;
}

static bool apply_progress(struct core *c, struct msg *m, size_t *cursor UNUSED,
			   bool *done, struct err *err UNUSED)
{
	int64_t total = m->job->wanted.n == 1 ? m->job->wanted.v[0].size : 0;

	*done = true;
	if (m->total) {
		core_tell_progress(c, m->job->ticket, job_text(m->job->kind),
				   m->done, m->total);
		return true;
	}
	core_tell_progress(c, m->job->ticket, job_text(m->job->kind), m->bytes,
			   m->bytes <= total ? total : 0);
	return true;
}

static const apply_fn applies[] = {
	[MSG_INFO] = core_apply_info,
	[MSG_FOLDERS] = core_apply_folders,
	[MSG_ROLES] = core_apply_roles,
	[MSG_MARKS] = core_apply_marks,
	[MSG_OTHERS] = core_apply_others,
	[MSG_ITEMS] = core_apply_items,
	[MSG_LISTED] = core_apply_listed,
	[MSG_BODIES] = core_apply_bodies,
	[MSG_OUTCOMES] = core_apply_outcomes,
	[MSG_EVENTS] = core_apply_events,
	[MSG_BUSY] = core_apply_busy,
	[MSG_FOUND] = core_apply_found,
	[MSG_NOTIFY] = apply_notify,
	[MSG_PROGRESS] = apply_progress,
	[MSG_DONE] = apply_done,
	[MSG_CONTACTS] = core_apply_contacts,
	[MSG_CONTACT] = core_apply_contact,
	[MSG_PEOPLE] = core_apply_people,
	[MSG_BOOK] = core_apply_book,
};

static bool writes(const struct msg *m)
{
	return m->kind != MSG_NOTIFY && m->kind != MSG_PROGRESS &&
	       m->kind != MSG_DONE && m->kind != MSG_PEOPLE &&
	       m->kind != MSG_BOOK; /* the book is a file of its own */
}

/* The store cannot be written: keep what is in hand and try again; requests
 * end, since nobody knows how long it lasts. */
void core_disk_trouble(struct core *c, const struct err *err)
{
	int64_t wait = c->disk_failures < 4 ? 2 << c->disk_failures : 60;
	struct err notice = *err;

	write_rollback(c->store);
	forget_told(c);
	c->disk_retry = clock_mono_ms() + wait * c->engine->second_ms;
	err_add(&notice, "the mirror cannot be written");
	if (c->disk_failures++ == 0)
		core_tell_notice(c, &notice);
	core_fail_tickets(c, &notice);
}

/* Applies one slice; true when the message is finished. */
static bool apply_slice(struct core *c, struct msg *m)
{
	size_t cursor = c->cursor;
	struct err err = ERR_INIT;
	bool done = false, ok;

	if (!writes(m))
		return applies[m->kind](c, m, &cursor, &done, &err) || done;
	ok = write_begin(c->store, &err) &&
	     applies[m->kind](c, m, &cursor, &done, &err) &&
	     write_commit(c->store, &err);
	if (!ok) {
		core_disk_trouble(c, &err);
		return false;
	}
	c->disk_failures = 0;
	c->disk_retry = 0;
	c->to_index = true; /* if it was much */
	c->cursor = cursor;
	return done;
}

static void finish_msg(struct core *c, struct msg *m)
{
	struct lane *l = &c->lanes[m->job->lane];

	lane_ack(l, m->weight);
	if (m->kind == MSG_DONE) {
		l->busy = NULL;
		c->told_state = true;
	}
	msg_free(m);
	c->msg = NULL;
	c->cursor = 0;
}

static void take_result(struct core *c)
{
	if (c->disk_retry > clock_mono_ms())
		return;
	if (!c->msg)
		c->msg = chan_try_receive(c->engine->results);
	if (c->msg && apply_slice(c, c->msg))
		finish_msg(c, c->msg);
}

/* --- the loop ------------------------------------------------------------- */

static void take_commands(struct core *c)
{
	struct command *cmd;

	while (!c->stopping && (cmd = chan_try_receive(c->engine->commands))) {
		switch (cmd->kind) {
		case COMMAND_REQUEST:
			core_request(c, cmd->ticket, &cmd->request);
			break;
		case COMMAND_CANCEL:
			core_cancel(c, cmd->ticket);
			break;
		case COMMAND_STOP:
			c->stopping = true;
			break;
		}
		request_release(&cmd->request);
		free(cmd);
	}
}

/* Of what came in number and was left out of the index. */
static void index_some(struct core *c)
{
	struct err err;

	if (!write_index(c->store, INDEX_SLICE, &c->to_index, &err))
		core_disk_trouble(c, &err);
}

/* Nothing to receive and nothing asked: what can wait is done then, a piece a
 * time. False: there is nothing of it. */
static bool use_pause(struct core *c)
{
	if (c->to_index)
		index_some(c);
	else if (c->tidy && !c->want_bodies && !c->bodies_active &&
		 !c->want_events)
		c->tidy = write_tidy(c->store);
	else
		return false;
	return true;
}

/* List and contents come before the index, while the server is quick. */
static int pause_ms(const struct core *c)
{
	return c->to_index && c->bodies_active ? PAUSE_MS : 0;
}

static void wait_for_work(struct core *c)
{
	bool stuck = c->disk_retry > clock_mono_ms();
	struct pollfd p[2] = {
		{chan_fd(c->engine->commands), POLLIN, 0},
		{chan_fd(c->engine->results), POLLIN, 0},
	};

	if (c->msg && !stuck)
		return;
	if (!stuck && poll(p, 2, pause_ms(c)) == 0 && use_pause(c))
		return;
	poll(p, stuck ? 1 : 2, (int)core_next_wake(c));
}

/* What lanes still say about the journal is worth keeping; all else comes again
 * with the next sync. */
static void wind_up(struct core *c)
{
	for (int i = 0; i < LANE_COUNT; i++)
		if (c->lanes[i].busy)
			chan_flag_raise(c->lanes[i].busy->cancel);
	for (int i = 0; i < LANE_COUNT; i++)
		lane_stop(&c->lanes[i]);
	c->disk_retry = 0;
	do {
		if (c->msg && c->msg->kind == MSG_OUTCOMES)
			while (!apply_slice(c, c->msg) && !c->disk_retry)
				;
		msg_free(c->msg);
		c->cursor = 0;
		c->msg = chan_try_receive(c->engine->results);
	} while (c->msg);
	/* A sync that runs once has no other idle moment. */
	int64_t until = clock_mono_ms() + TIDY_MS;

	while (c->to_index && !c->disk_retry && clock_mono_ms() < until)
		index_some(c);
	while (c->tidy && c->engine->options.mode == ENGINE_ONCE &&
	       clock_mono_ms() < until)
		c->tidy = write_tidy(c->store);
}

void core_run(void *engine)
{
	struct engine *e = engine;
	struct core *c = e->core;
	struct err err;

	/* A key must not wait for what is being mirrored. */
	if (e->options.interactive)
		thread_give_way();
	for (int i = 0; i < LANE_COUNT; i++)
		lane_start(&c->lanes[i], e, (enum lane_id)i);
	if (!core_reload_folders(c, &err))
		core_tell_notice(c, &err);
	while (!c->stopping) {
		core_tick(c);
		core_check_sync(c);
		core_schedule(c);
		core_check_tickets(c);
		core_flush(c);
		wait_for_work(c);
		take_commands(c);
		take_result(c);
	}
	wind_up(c);
}
