/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef ENGINE_SHARED_H
#define ENGINE_SHARED_H
/*
 * Private to the engine: what its threads share. Everything in struct engine is
 * constant after the start, or a channel, or guarded by `lock`, or atomic.
 */
#include <stdatomic.h>
#include "base/chan.h"
#include "engine/engine.h"
#include "engine/event_queue.h"
#include "proto/backend.h"
#include "proto/token.h"

struct core;

enum command_kind { COMMAND_REQUEST, COMMAND_CANCEL, COMMAND_STOP };
struct command {
	enum command_kind kind;
	uint64_t ticket;
	struct request request;
};

struct engine {
	const struct backend_ops *ops;
	struct account *account;
	struct token_source *tokens; /* NULL: none are fetched */
	char *store_path;
	struct engine_options options; /* account, store_path: the copies */
	int64_t second_ms; /* 1000; tests shorten back-offs with it */
	struct chan *commands, *results; /* to the core */
	struct event_queue events;
	struct thread *thread;
	struct core *core;

	struct chan_lock *lock;
	struct engine_state state;
	uint64_t last_ticket;
	int64_t paused_until; /* monotonic ms */
	uint64_t question;    /* ticket asked; 0 none */
	struct chan *asked;   /* where its answer goes */

	struct chan_lock *password_lock; /* held while asking */
	char *password;
	unsigned password_generation;
	atomic_bool refused; /* no use asking until a person acts */
};

/* As engine_start, with a protocol of the caller's and a length of the back-off
 * second in ms (for tests). */
bool engine_start_with(struct engine **out, const struct engine_options *o,
		       const struct backend_ops *ops, int64_t second_ms,
		       struct err *err) MUST_CHECK;
uint64_t engine_new_ticket(struct engine *e);

/* As in struct engine_options. NULL where the account fetches no tokens. */
typedef bool signin_secret_fn(void *ctx, enum account_secret which, char **out,
			      struct err *err);
typedef bool signin_keep_fn(void *ctx, const char *refresh, struct err *err);
struct token_source *signin_tokens(const struct account *account,
				   signin_secret_fn *load, signin_keep_fn *keep,
				   void *ctx);
#endif
