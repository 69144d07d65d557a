/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* The engine's public face: it starts the core and talks to it. */
#include "engine/core.h"
#include <malloc.h>
#include "base/clock.h"
#include "base/load.h"
#include "model/oof.h"
#include "model/public.h"
#include "model/recover.h"
#include "model/sharing.h"

void request_release(struct request *r)
{
	free(r->text);
	if (r->person)
		person_release(r->person);
	free(r->person);
	mem_wipe_text(&r->old_password);
	mem_wipe_text(&r->new_password);
	free(r->value);
	oof_free(r->oof);
	sharing_free(r->sharing);
	public_talk_free(r->talk);
	recover_talk_free(r->recover);
	oof_free(r->oof_was);
	intent_free(r->intent);
	memset(r, 0, sizeof(*r));
}

static struct engine *engine_new(const struct engine_options *o,
				 const struct backend_ops *ops,
				 int64_t second_ms)
{
	struct engine *e = xcalloc(1, sizeof(*e));

	e->ops = ops;
	e->account = account_copy(o->account);
	e->store_path = xstrdup(o->store_path);
	e->options = *o;
	e->options.account = e->account;
	e->options.store_path = e->store_path;
	e->second_ms = second_ms;
	e->commands = chan_new();
	e->results = chan_new();
	event_queue_init(&e->events);
	e->lock = chan_lock_new();
	e->password_lock = chan_lock_new();
	atomic_init(&e->refused, false);
	e->tokens =
		signin_tokens(e->account, o->secret, o->keep, o->password_ctx);
	e->state.last_sync = CLOCK_NEVER;
	e->state.next_try = CLOCK_NEVER;
	return e;
}

static void engine_free(struct engine *e)
{
	struct command *c;
	struct msg *m;

	while ((c = chan_try_receive(e->commands))) {
		request_release(&c->request);
		free(c);
	}
	while ((m = chan_try_receive(e->results)))
		msg_free(m);
	chan_free(e->commands);
	chan_free(e->results);
	event_queue_release(&e->events);
	chan_lock_free(e->lock);
	chan_lock_free(e->password_lock);
	if (e->password)
		mem_wipe(e->password, strlen(e->password));
	free(e->password);
	token_source_free(e->tokens);
	account_free(e->account);
	free(e->store_path);
	free(e);
}

/* Network buffers are made in one thread and freed in another: few arenas and
 * a fixed limit for mapped blocks keep the resident size near what is used. */
static void tame_malloc(void)
{
#ifdef __GLIBC__
	mallopt(M_ARENA_MAX, 2);
	mallopt(M_MMAP_THRESHOLD, 1024 * 1024);
	mallopt(M_TRIM_THRESHOLD, 2 * 1024 * 1024);
#endif
}

bool engine_start_with(struct engine **out, const struct engine_options *o,
		       const struct backend_ops *ops, int64_t second_ms,
		       struct err *err)
{
	struct engine *e;
	struct store *store;
	struct lockfile *lock = NULL;
	struct err why = ERR_INIT;

	tame_malloc();
	if (!load_content(err) ||
	    (o->mode != ENGINE_LOCAL && !load_network(err)))
		return false;
	if (!store_open_write(&store, o->store_path, err))
		return false;
	if (o->mode != ENGINE_LOCAL) {
		char *path CLEANUP(mem_free_ptr) =
			xasprintf("%s.lock", o->store_path);

		if (!lockfile_take(&lock, path, &why) &&
		    why.kind != ERR_CONFLICT) {
			store_close(store);
			*err = why;
			return false;
		}
	}
	store_set_book(store, o->account->book_path);
	e = engine_new(o, ops, second_ms);
	e->core = core_new(e, store, lock);
	e->thread = thread_start("core", core_run, e);
	*out = e;
	return true;
}

bool engine_start(struct engine **out, const struct engine_options *o,
		  struct err *err)
{
	const struct backend_ops *ops = backend_choose(o->account);

	if (!ops)
		return err_set(err, ERR_UNSUPPORTED,
			       "account %s: this protocol is not offered",
			       str_or_empty(o->account->name));
	return engine_start_with(out, o, ops, 1000, err);
}

static void send_command(struct engine *e, enum command_kind kind,
			 uint64_t ticket, struct request *taken)
{
	struct command *c = xcalloc(1, sizeof(*c));

	c->kind = kind;
	c->ticket = ticket;
	if (taken) {
		c->request = *taken;
		memset(taken, 0, sizeof(*taken));
	}
	chan_send(e->commands, c);
}

void engine_stop(struct engine *e)
{
	if (!e)
		return;
	send_command(e, COMMAND_STOP, 0, NULL);
	thread_join(e->thread);
	core_free(e->core);
	engine_free(e);
}

int engine_fd(struct engine *e)
{
	return chan_fd(e->events.bell);
}

int engine_urgent_fd(struct engine *e)
{
	return chan_fd(e->events.urgent);
}

bool engine_next_event(struct engine *e, struct event *out)
{
	return event_queue_next(&e->events, out);
}

uint64_t engine_new_ticket(struct engine *e)
{
	uint64_t ticket;

	chan_lock_take(e->lock);
	ticket = ++e->last_ticket;
	chan_lock_drop(e->lock);
	return ticket;
}

uint64_t engine_submit(struct engine *e, struct request *taken)
{
	uint64_t ticket = engine_new_ticket(e);

	send_command(e, COMMAND_REQUEST, ticket, taken);
	return ticket;
}

void engine_cancel(struct engine *e, uint64_t ticket)
{
	send_command(e, COMMAND_CANCEL, ticket, NULL);
}

void engine_answer(struct engine *e, uint64_t ticket, const char *text)
{
	struct answer *a = xcalloc(1, sizeof(*a));

	a->ticket = ticket;
	a->text = xstrdup(text);
	chan_lock_take(e->lock);
	if (e->question == ticket && e->asked) {
		chan_send(e->asked, a);
		a = NULL;
	}
	chan_lock_drop(e->lock);
	answer_free(a); /* nobody waits for it any more */
}

void engine_get_state(struct engine *e, struct engine_state *out)
{
	chan_lock_take(e->lock);
	*out = e->state;
	chan_lock_drop(e->lock);
}
