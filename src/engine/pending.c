/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * The core's side of the journal: which steps go out, and what their outcomes
 * mean for the store. replay.c is the lane's side.
 *
 * Exactly once: a step is marked SENDING before the network hears of it. One
 * that was tried before, or was left SENDING by a killed process, is looked up
 * first. A mail is sent in two stages (upload as a draft, send that draft), and
 * the second never begins before the first is on disk: a draft's id can be
 * sent only once.
 */
#include "engine/core.h"
#include "base/clock.h"

#define STEPS 100
#define FREE_REPEATS 3
#define SLICE 50

/* Seconds before the n-th repeat. */
static int64_t back_off(int attempts)
{
	static const int64_t seconds[] = {5, 15, 60, 300, 900};
	size_t i = attempts < 0 ? 0 : (size_t)attempts;

	return seconds[i < ARRAY_LEN(seconds) ? i : ARRAY_LEN(seconds) - 1];
}

static bool fill_event(struct core *c, const struct journal_step *s,
		       struct step_extra *x, struct err *err)
{
	struct item it;

	if (!query_step_event(c->store, s->id, &x->change, &x->was, err))
		return false;
	if (!s->source)
		return true;
	/* Our own wish has hidden it. */
	if (!query_kept_item(c->store, s->source, &it, err)) {
		if (err->kind != ERR_NOT_FOUND)
			return false;
		err_clear(err);
		return true;
	}
	x->reference = xstrdup(it.remote_id);
	item_release(&it);
	return true;
}

/* What a lane must know of a step beyond the journal's row. */
static bool fill_extra(struct core *c, const struct journal_step *s,
		       struct step_extra *x, struct err *err)
{
	struct item it;

	if (s->kind == JOURNAL_EVENT)
		return fill_event(c, s, x, err);
	if (s->kind == JOURNAL_UPLOAD ||
	    (s->kind == JOURNAL_SEND && s->stage == 0))
		return query_step_raw(c->store, s->id, &x->raw, err);
	if ((s->kind != JOURNAL_MOVE && s->kind != JOURNAL_COPY) || !s->item)
		return true;
	if (!query_item(c->store, s->item, &it, err)) {
		if (err->kind != ERR_NOT_FOUND)
			return false;
		err_clear(err);
		return true;
	}
	x->message_id = xstrdup(it.message_id);
	x->search_key = xstrdup(it.search_key);
	item_release(&it);
	return true;
}

static bool fill_job(struct core *c, struct job *j, struct err *err)
{
	j->extra = xcalloc(j->steps.n ? j->steps.n : 1, sizeof(*j->extra));
	for (size_t i = 0; i < j->steps.n; i++)
		strv_add(&j->owners, str_or_empty(j->steps.v[i].owner));
	for (size_t i = 0; i < j->steps.n; i++)
		if (!fill_extra(c, &j->steps.v[i], &j->extra[i], err))
			return false;
	j->drafts = xstrdup(core_role_remote(c, FOLDER_ROLE_DRAFTS));
	j->sent = xstrdup(core_role_remote(c, FOLDER_ROLE_SENT));
	j->outbox = xstrdup(core_role_remote(c, FOLDER_ROLE_OUTBOX));
	return true;
}

/* Half-done and unsure steps first: nothing may overtake them. */
static bool find_steps(struct core *c, struct job *j, struct err *err)
{
	int64_t due = CLOCK_NEVER;

	if (c->staged.n) {
		j->steps = c->staged;
		c->staged = (struct step_list){0};
		return true;
	}
	if (c->check_unsure) {
		if (!write_unsure_steps(c->store, &j->steps, err))
			return false;
		c->check_unsure = false;
		j->unsure = j->steps.n > 0;
		if (j->unsure)
			return true;
	}
	/* Most of the time nothing does: no transaction for that. */
	if (!query_journal_waiting(c->store)) {
		c->replay_due = CLOCK_NEVER;
		return true;
	}
	if (!write_next_steps(c->store, clock_now(), STEPS, &j->steps, &due,
			      err))
		return false;
	c->replay_due = j->steps.n ? clock_now() : due;
	return true;
}

struct job *core_job_replay(struct core *c)
{
	struct job *j = job_new(JOB_REPLAY);
	struct err err = ERR_INIT;

	if (!find_steps(c, j, &err) || !fill_job(c, j, &err)) {
		/* Marked SENDING perhaps: look them up another time. */
		c->check_unsure = true;
		core_disk_trouble(c, &err);
		job_free(j);
		return NULL;
	}
	if (!j->steps.n) {
		job_free(j);
		return NULL;
	}
	c->replay_active = true;
	c->told_state = true;
	return j;
}

static void want_folder(struct core *c, const char *remote)
{
	struct folder_work *f = remote ? core_folder_remote(c, remote) : NULL;

	if (f && f->mirrored)
		f->dirty = true;
}

/* Where the server's view must be read again after a step. */
static void want_news(struct core *c, const struct job *j,
		      const struct journal_step *s, bool new_id)
{
	struct folder_work *f = core_folder(c, s->folder);

	switch (s->kind) {
	case JOURNAL_SEND:
		want_folder(c, j->sent);
		want_folder(c, j->drafts);
		if (f)
			vec_add(&f->arrivals, s->item);
		return;
	case JOURNAL_MOVE:
	case JOURNAL_COPY:
	case JOURNAL_UPLOAD:
		if (!new_id)
			want_folder(c, s->folder_remote);
		if (f)
			vec_add(&f->arrivals, s->item);
		return;
	case JOURNAL_FOLDER_CREATE:
	case JOURNAL_FOLDER_MOVE:
	case JOURNAL_FOLDER_RENAME:
	case JOURNAL_FOLDER_DELETE:
		c->want_tree = true;
		return;
	case JOURNAL_FOLDER_EMPTY:
		c->want_tree = true;
		want_folder(c, s->folder_remote);
		return;
	case JOURNAL_EVENT:
		/* The server's own doing shows in all of these. */
		want_folder(c, core_role_remote(c, FOLDER_ROLE_CALENDAR));
		want_folder(c, s->folder_remote);
		want_folder(c, core_role_remote(c, FOLDER_ROLE_INBOX));
		want_folder(c, core_role_remote(c, FOLDER_ROLE_DELETED));
		want_folder(c, j->sent);
		c->want_events = true;
		return;
	case JOURNAL_EDIT:
	case JOURNAL_DELETE:
	case JOURNAL_RIGHTS: /* have no steps */
	case JOURNAL_CONTACT:
	case JOURNAL_RESTORE:
		return;
	}
}

/* Its row has no remote id: nothing is left to change, or sync has to bring the
 * id first. */
static bool settle_gone(struct core *c, const struct journal_step *s,
			struct err *err)
{
	struct item it;

	if (!query_item(c->store, s->item, &it, err)) {
		if (err->kind != ERR_NOT_FOUND)
			return false;
		err_clear(err);
		return write_step_done(c->store, s->id, NULL, NULL, err);
	}
	item_release(&it);
	c->want_tree = true;
	return write_step_retry(c->store, s->id, clock_now() + 1,
				"it has no place on the server yet", err);
}

static bool settle_stage(struct core *c, struct job *j, const struct outcome *o,
			 struct err *err)
{
	struct journal_step *s = &j->steps.v[o->step];

	if (!write_step_stage(c->store, s->id, 1, o->new_id, o->new_change_key,
			      err))
		return false;
	s->stage = 1;
	s->attempts = 0; /* tries of the first stage say nothing of this one */
	mem_replace(&s->remote_id, xstrdup(o->new_id));
	mem_replace(&s->change_key, xstrdup(o->new_change_key));
	j->extra[o->step].staged = true;
	return true;
}

static bool settle_retry(struct core *c, const struct journal_step *s,
			 const struct outcome *o, struct err *err)
{
	int64_t wait = back_off(s->attempts) * c->engine->second_ms;
	bool line = o->err.kind == ERR_NETWORK || o->err.kind == ERR_AUTH;

	/* Going offline is wait enough, unless it is this very step that
	 * breaks the line every time. */
	if (line && s->attempts < FREE_REPEATS)
		wait = 0;

	if (o->err.retry_after_ms > wait)
		wait = o->err.retry_after_ms;
	if (o->err.kind == ERR_NOT_FOUND)
		c->want_tree = true; /* it may have moved */
	return write_step_retry(c->store, s->id, clock_now() + wait / 1000,
				o->err.text, err);
}

static bool settle(struct core *c, struct job *j, const struct outcome *o,
		   struct err *err)
{
	const struct journal_step *s = &j->steps.v[o->step];

	switch (o->kind) {
	case OUTCOME_DONE:
		want_news(c, j, s, o->new_id != NULL);
		return write_step_done(c->store, s->id, o->new_id,
				       o->new_change_key, err);
	case OUTCOME_GONE:
		return settle_gone(c, s, err);
	case OUTCOME_STAGE:
		return settle_stage(c, j, o, err);
	case OUTCOME_RETRY:
		return settle_retry(c, s, o, err);
	case OUTCOME_FAILED:
		want_news(c, j, s, false);
		return write_step_failed(c->store, s->id, o->err.text, err);
	case OUTCOME_CONFLICT:
		return write_step_conflict(c->store, s->id, o->mine, o->server,
					   err);
	}
	return true;
}

static void tell_journal(struct core *c, const struct journal_step *s,
			 const struct outcome *o)
{
	struct event e = {.kind = EVENT_JOURNAL,
			  .entry = s->entry,
			  .item = s->item,
			  .err = o->err};

	if (o->kind == OUTCOME_STAGE)
		return;
	core_tell(c, &e);
}

bool core_apply_outcomes(struct core *c, struct msg *m, size_t *cursor,
			 bool *done, struct err *err)
{
	struct outcomes *list = &m->outcomes;
	size_t end = *cursor + SLICE < list->n ? *cursor + SLICE : list->n;
	size_t from = *cursor;

	for (; *cursor < end; (*cursor)++)
		if (!settle(c, m->job, &list->v[*cursor], err))
			return false;
	for (size_t i = from; i < end; i++) {
		const struct outcome *o = &list->v[i];
		const struct journal_step *s = &m->job->steps.v[o->step];

		tell_journal(c, s, o);
		core_tell_items(c, s->folder);
	}
	core_tell_items(c, 0);
	c->told_folders = c->told_state = true;
	*done = end == list->n;
	for (size_t i = 0; *done && i < list->n; i++)
		m->job->extra[list->v[i].step].settled = true;
	return true;
}

bool job_end_replay(struct core *c, struct job *j, struct err *err UNUSED)
{
	c->replay_active = false;
	c->told_state = true;
	c->replay_due = clock_now(); /* look for more at once */
	for (size_t i = 0; i < j->steps.n; i++) {
		if (!j->extra[i].settled)
			c->check_unsure = true;
		if (!j->extra[i].staged)
			continue;
		j->extra[i].staged = false;
		vec_add(&c->staged, j->steps.v[i]);
		memset(&j->steps.v[i], 0, sizeof(j->steps.v[i]));
	}
	return true;
}
