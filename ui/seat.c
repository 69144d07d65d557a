/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "ui/seat.h"

#include <string.h>

#include "config/config.h"
#include "config/secret.h"
#include "engine/draft.h"
#include "ui/account.h"
#include "ui/message.h"

struct seat *seat_new(const struct config *config,
		      const struct account *account)
{
	struct seat *s = xcalloc(1, sizeof(*s));

	if (account) {
		s->account = account_copy(account);
		s->store_path = config_store_path(account->name);
		s->files = config;
	}
	return s;
}

void seat_free(struct seat *s)
{
	if (!s)
		return;
	/* The lanes end with the engine: nobody asks for the password then. */
	engine_stop(s->engine);
	if (s->store)
		store_close(s->store);
	config_free(s->config);
	account_free(s->account);
	free(s->store_path);
	secret_free(s->password);
	for (size_t i = 0; i < s->watched.n; i++) {
		free(s->watched.v[i].what);
		free(s->watched.v[i].file);
	}
	vec_release(&s->watched);
	vec_release(&s->done);
	draft_free(s->sent);
	event_release(&s->question);
	free(s);
}

void seat_open_mirror(struct seat *s, struct app *app)
{
	struct err err = ERR_INIT;

	if (!s->store && !store_open_read(&s->store, s->store_path, &err) &&
	    err.kind != ERR_NOT_FOUND && app)
		message_error(app, "The mirror cannot be read", &err);
	if (s->store)
		store_set_book(s->store, s->account->book_path);
}

/* --- for the engine's lanes --- */

static bool password_of(void *ctx, char **out, struct err *err)
{
	struct seat *s = ctx;

	if (s->password) {
		*out = xstrdup(s->password);
		return true;
	}
	return secret_password(s->config, s->account->name, out, err);
}

static bool secret_of(void *ctx, enum account_secret which, char **out,
		      struct err *err)
{
	struct seat *s = ctx;

	return account_secret(s->config, s->account->name, which, out, err);
}

static bool keep(void *ctx, const char *refresh, struct err *err)
{
	struct seat *s = ctx;

	return secret_store_refresh(s->config, s->account->name, refresh, err);
}

bool seat_start(struct seat *s, struct err *err)
{
	struct engine_options o = {
		.account = s->account,
		.store_path = s->store_path,
		.mode = ENGINE_FULL,
		.bodies = true,
		.password = password_of,
		.secret = secret_of,
		.keep = keep,
		.password_ctx = s,
		.interactive = true,
	};

	return config_again(s->files, &s->config, err) &&
	       account_make_dirs(s->account->name, err) &&
	       engine_start(&s->engine, &o, err);
}
