/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* A backend with a host of its own, as the engine would have it. */
#include <string.h>

#include "base/clock.h"
#include "tests/contract/contract.h"

static bool password(void *ctx, bool retry, char **out, struct err *err)
{
	struct client *c = ctx;

	(void)retry, (void)err;
	c->asked++;
	*out = xstrdup(c->password);
	return true;
}

static int64_t paused_until(void *ctx)
{
	return ((struct client *)ctx)->paused_until;
}

static void pause_until(void *ctx, int64_t mono_ms)
{
	struct client *c = ctx;

	c->paused_until = mono_ms;
	c->pauses++;
}

static char *user_value(const struct sim *s, const char *key, int n)
{
	char *name CLEANUP(mem_free_ptr) =
		n > 1 ? xasprintf("%s%d", key, n) : xstrdup(key);

	return sim_value(s, name);
}

void client_open(struct client *c, const struct sim *s, int n, bool connect)
{
	struct err err = ERR_INIT;

	*c = (struct client){.account = account_new()};
	mem_replace(&c->account->url, xstrdup(s->url));
	mem_replace(&c->account->user, user_value(s, "user", n));
	mem_replace(&c->account->address, user_value(s, "address", n));
	c->account->allow_plain_http = true;
	c->account->poll_seconds = 1;
	c->password = user_value(s, "password", n);
	c->host = (struct backend_host){.password = password,
					.paused_until = paused_until,
					.pause_until = pause_until,
					.ctx = c};
	c->ops = backend_choose(c->account);
	c->b = c->ops->open(c->account, &c->host, NULL);
	if (!connect)
		return;
	CHECK_MSG(c->ops->connect(c->b, NULL, &c->info, &err), err.text);
	CHECK_MSG(c->ops->find_roles(c->b, NULL, c->ids, &err), err.text);
}

void client_close(struct client *c)
{
	c->ops->close(c->b);
	backend_info_release(&c->info);
	for (int i = 0; i < FOLDER_ROLE_COUNT; i++)
		free(c->ids[i]);
	free(c->password);
	account_free(c->account);
}

bool client_sync(struct client *c, const char *folder, char **state,
		 struct item_changes *out)
{
	char *at = state ? xstrdup(*state) : NULL;
	struct err err = ERR_INIT;
	bool more = true, ok = true;

	*out = (struct item_changes){0};
	for (int pages = 0; ok && more && pages < 1000; pages++) {
		struct sync_page page;

		ok = CHECK_MSG(
			c->ops->sync_items(c->b, NULL, folder, at, &page, &err),
			err.text);
		if (!ok)
			break;
		mem_replace(&at, xstrdup(page.state));
		more = page.more;
		for (size_t i = 0; i < page.items.n; i++)
			vec_add(out, page.items.v[i]);
		page.items.n = 0;
		sync_page_release(&page);
	}
	if (state)
		mem_replace(state, at);
	else
		free(at);
	return ok && !more;
}

const struct item *find_by_id(const struct item_changes *c, const char *id)
{
	for (size_t i = c->n; i-- > 0;)
		if (str_eq(c->v[i].item.remote_id, id))
			return &c->v[i].item;
	return NULL;
}

struct item *find_message(const struct item_changes *c, const char *message_id)
{
	for (size_t i = c->n; i-- > 0;)
		if (c->v[i].kind == CHANGE_UPSERT &&
		    str_eq(c->v[i].item.message_id, message_id))
			return &c->v[i].item;
	return NULL;
}

static bool keep_fetched(void *ctx, struct fetched *f)
{
	struct got *g = ctx;

	vec_add(g, *f);
	return true;
}

bool client_fetch(struct client *c, const struct item_ref *refs, size_t n,
		  bool mime, struct got *out, struct err *err)
{
	*out = (struct got){0};
	return c->ops->fetch(c->b, NULL, refs, n, mime, keep_fetched, out, err);
}

void got_release(struct got *g)
{
	for (size_t i = 0; i < g->n; i++)
		fetched_release(&g->v[i]);
	vec_release(g);
}
