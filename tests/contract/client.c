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
	if (s->dav)
		c->account->protocol = ACCOUNT_WEBDAV;
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
	for (size_t i = 0; i < ARRAY_LEN(c->known); i++) {
		free(c->known[i].folder);
		if (c->known[i].folder)
			strv_release(&c->known[i].ids);
	}
	free(c->password);
	account_free(c->account);
}

/* What was told of a folder so far; anew: nothing. */
static struct strv *known_of(struct client *c, const char *folder, bool anew)
{
	struct known *k = NULL;

	for (size_t i = 0; !k && i < ARRAY_LEN(c->known); i++)
		if (!c->known[i].folder || str_eq(c->known[i].folder, folder))
			k = &c->known[i];
	if (!k)
		return NULL;
	if (!k->folder) {
		k->folder = xstrdup(folder);
		strv_init(&k->ids);
	}
	if (anew) {
		strv_release(&k->ids);
		strv_init(&k->ids);
	}
	return &k->ids;
}

static void drop_id(struct strv *ids, const char *id)
{
	for (size_t i = 0; i < ids->n; i++)
		if (strcmp(ids->v[i], id) == 0) {
			free(ids->v[i]);
			ids->v[i] = ids->v[--ids->n];
			return;
		}
}

/* Takes a page's changes over, and what they mean together. */
static void take_page(struct strv *known, struct strv *seen,
		      struct sync_page *page, struct item_changes *out)
{
	if (page->compare_begin) {
		strv_release(seen);
		strv_init(seen);
	}
	for (size_t i = 0; i < page->items.n; i++) {
		const struct item_change *ch = &page->items.v[i];

		if (ch->kind == CHANGE_GONE) {
			drop_id(known, ch->item.remote_id);
		} else {
			strv_add(seen, ch->item.remote_id);
			if (ch->kind == CHANGE_UPSERT &&
			    !strv_has(known, ch->item.remote_id))
				strv_add(known, ch->item.remote_id);
		}
		vec_add(out, page->items.v[i]);
	}
	page->items.n = 0;
	for (size_t i = known->n; page->compare_end && i-- > 0;)
		if (!strv_has(seen, known->v[i])) {
			struct item_change *gone = vec_new(out);

			gone->kind = CHANGE_GONE;
			item_init(&gone->item);
			gone->item.remote_id = known->v[i];
			known->v[i] = known->v[--known->n];
		}
}

bool client_sync(struct client *c, const char *folder, char **state,
		 struct item_changes *out)
{
	char *at = state ? xstrdup(*state) : NULL;
	struct strv *known = known_of(c, folder, !at);
	struct strv seen CLEANUP(strv_release);
	struct err err = ERR_INIT;
	bool more = true, ok = true;

	*out = (struct item_changes){0};
	strv_init(&seen);
	if (!CHECK(known != NULL))
		return false;
	for (int pages = 0; ok && more && pages < 1000; pages++) {
		struct sync_page page;

		ok = CHECK_MSG(
			c->ops->sync_items(c->b, NULL, folder, at, &page, &err),
			err.text);
		if (!ok)
			break;
		mem_replace(&at, xstrdup(page.state));
		more = page.more;
		take_page(known, &seen, &page, out);
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
