/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * What backends ask of the account: the password and the shared pause. One
 * lane at a time asks; the others wait for its answer and use it. A refused
 * password is never tried twice: every password has a generation, and only the
 * lane that was refused the current one asks anew.
 */
#include "engine/core.h"
#include "base/log.h"

#define WAIT_MS 50

void answer_free(struct answer *a)
{
	if (!a)
		return;
	if (a->text)
		mem_wipe(a->text, strlen(a->text));
	free(a->text);
	free(a);
}

static void set_question(struct engine *e, uint64_t ticket, struct chan *to)
{
	chan_lock_take(e->lock);
	e->question = ticket;
	e->asked = to;
	chan_lock_drop(e->lock);
}

/* Asks the person; NULL: refused or cancelled. */
static char *ask(struct lane *l, bool retry)
{
	struct engine *e = l->engine;
	struct event event = {.kind = EVENT_QUESTION,
			      .question = QUESTION_PASSWORD,
			      .ticket = engine_new_ticket(e),
			      .retry = retry};
	struct answer *a = NULL;
	char *text = NULL;

	event.text = xstrdup(e->account->user ? e->account->user
					      : e->account->address);
	set_question(e, event.ticket, l->answers);
	event_queue_push(&e->events, &event);
	while (!text && !lane_cancelled(l)) {
		a = chan_receive(l->answers, WAIT_MS);
		if (!a)
			continue;
		if (a->ticket == event.ticket) {
			text = a->text;
			a->text = NULL;
			answer_free(a);
			break;
		}
		answer_free(a); /* to a question of an earlier time */
	}
	set_question(e, 0, NULL);
	return text;
}

static void set_password(struct engine *e, char *owned)
{
	if (e->password)
		mem_wipe(e->password, strlen(e->password));
	free(e->password);
	e->password = owned;
	if (owned) {
		e->password_generation++;
		log_mask(owned);
	}
}

/* Finds a password with the lock held: configured first, then asked for. */
static bool find_password(struct lane *l, bool retry, struct err *err)
{
	struct engine *e = l->engine;
	struct err why = ERR_INIT;
	char *text = NULL;

	if (atomic_load(&e->refused))
		return err_set(err, ERR_AUTH, "the sign-in was refused");
	if (!retry && e->options.password &&
	    e->options.password(e->options.password_ctx, &text, &why)) {
		set_password(e, text);
		return true;
	}
	if (why.kind != ERR_NONE && strcmp(why.code, "ask") != 0) {
		atomic_store(&e->refused, true);
		*err = why;
		err->kind = ERR_AUTH;
		return false;
	}
	if (!e->options.interactive) {
		atomic_store(&e->refused, true);
		return err_set(err, ERR_AUTH,
			       retry ? "the server refuses the password"
				     : "no password is configured and nobody "
				       "can be asked");
	}
	text = ask(l, retry);
	if (!text) {
		if (lane_cancelled(l))
			return err_set(err, ERR_CANCELLED, "cancelled");
		atomic_store(&e->refused, true);
		return err_set(err, ERR_AUTH, "no password was given");
	}
	set_password(e, text);
	return true;
}

static bool host_password(void *ctx, bool retry, char **out, struct err *err)
{
	struct lane *l = ctx;
	struct engine *e = l->engine;
	bool ok = true, refused;

	chan_lock_take(e->password_lock);
	refused = retry && e->password &&
		  l->password_generation == e->password_generation;
	if (refused)
		set_password(e, NULL);
	if (!e->password)
		ok = find_password(l, refused, err);
	if (ok) {
		*out = xstrdup(e->password);
		l->password_generation = e->password_generation;
	}
	chan_lock_drop(e->password_lock);
	return ok;
}

struct token_source *signin_tokens(const struct account *account,
				   signin_secret_fn *load, signin_keep_fn *keep,
				   void *ctx)
{
	const struct token_keeper keeper = {load, keep, ctx};

	return load && keep ? token_source_new(account, &keeper) : NULL;
}

/* Their commands are run one at a time, as the password's. */
static bool host_secret(void *ctx, enum account_secret which, char **out,
			struct err *err)
{
	struct engine *e = ((struct lane *)ctx)->engine;
	bool ok = true;

	*out = NULL;
	if (e->tokens &&
	    (which == ACCOUNT_TOKEN || which == ACCOUNT_TOKEN_AGAIN))
		return token_source_get(e->tokens,
					&((struct lane *)ctx)->token_generation,
					which == ACCOUNT_TOKEN_AGAIN, out, err);
	if (!e->options.secret)
		return true;
	chan_lock_take(e->password_lock);
	ok = e->options.secret(e->options.password_ctx, which, out, err);
	chan_lock_drop(e->password_lock);
	return ok;
}

static int64_t host_paused_until(void *ctx)
{
	struct engine *e = ((struct lane *)ctx)->engine;
	int64_t until;

	chan_lock_take(e->lock);
	until = e->paused_until;
	chan_lock_drop(e->lock);
	return until;
}

static void host_pause_until(void *ctx, int64_t mono_ms)
{
	struct engine *e = ((struct lane *)ctx)->engine;

	chan_lock_take(e->lock);
	if (mono_ms > e->paused_until)
		e->paused_until = mono_ms;
	chan_lock_drop(e->lock);
}

void signin_init_host(struct lane *l)
{
	l->host = (struct backend_host){.password = host_password,
					.secret = host_secret,
					.paused_until = host_paused_until,
					.pause_until = host_pause_until,
					.ctx = l};
}
