/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "proto/ews/public_route.h"

#include <string.h>

#include "base/codec.h"
#include "base/log.h"
#include "base/map.h"
#include "net/autodiscover.h"

#define PREFIX "pub:"
#define GUID_LEN 36

struct public_routes {
	char *tree_anchor, *tree_mailbox; /* NULL: not told */
	struct map *content;		  /* GUID -> address; "": not told */
};

/* --- ids --------------------------------------------------------------------- */

static bool is_routed(const char *id)
{
	return id && str_starts(id, PREFIX) &&
	       strlen(id) > strlen(PREFIX) + GUID_LEN;
}

const char *route_bare_id(const char *id)
{
	return is_routed(id) ? id + strlen(PREFIX) + GUID_LEN + 1 : id;
}

char *route_new_id(const char *replicas, const char *id)
{
	struct str raw CLEANUP(str_release) = STR_INIT;

	if (!replicas || is_routed(id) ||
	    !codec_base64_decode(&raw, replicas, strlen(replicas)) ||
	    raw.len < GUID_LEN ||
	    strspn(raw.s, "0123456789abcdefABCDEF-") < GUID_LEN)
		return xstrdup(id);
	return xasprintf(PREFIX "%.*s:%s", GUID_LEN, raw.s, id);
}

/* "pub:GUID:" of another id in front. */
static void put_mailbox(char **id, const char *like)
{
	char *with = *id && is_routed(like) && !is_routed(*id)
			     ? xasprintf("%.*s%s",
					 (int)strlen(PREFIX) + GUID_LEN + 1,
					 like, *id)
			     : NULL;

	if (with)
		mem_replace(id, with);
}

/* --- who has what ------------------------------------------------------------- */

void route_free(struct public_routes *r)
{
	if (!r)
		return;
	free(r->tree_anchor);
	free(r->tree_mailbox);
	map_free(r->content);
	free(r);
}

/* Asks the Autodiscover beside the web service: it is the same server, so the
 * sign-in goes nowhere else. */
static bool ask(struct backend *b, const struct op *op, const char *address,
		struct autodiscover_answer *out, struct err *err)
{
	const char *host = strstr(str_or_empty(b->account->url), "://");
	char *url CLEANUP(mem_free_ptr) =
		host ? xasprintf("%.*s/autodiscover/autodiscover.svc",
				 (int)(host + 3 - b->account->url +
				       (ptrdiff_t)strcspn(host + 3, "/")),
				 b->account->url)
		     : NULL;
	struct err e = ERR_INIT;

	*out = (struct autodiscover_answer){0};
	if (!url || !address ||
	    autodiscover_ask(b->http, url, address, op ? op->cancel : NULL, out,
			     &e))
		return true;
	log_at(LOG_INFO, "ews", "public folders of %s: %s", address, e.text);
	if (e.kind == ERR_CANCELLED && err)
		*err = e;
	return e.kind != ERR_CANCELLED;
}

static bool learn_tree(struct backend *b, const struct op *op, struct err *err)
{
	struct public_routes *r;
	struct autodiscover_answer own, tree = {0};
	bool ok = ask(b, op, b->account->address, &own, err) &&
		  (!own.public_mailbox ||
		   ask(b, op, own.public_mailbox, &tree, err));

	if (ok) {
		r = b->public_routes = xcalloc(1, sizeof(*r));
		r->content = map_new(free);
		if (own.public_mailbox && tree.mailbox) {
			r->tree_anchor = xstrdup(own.public_mailbox);
			r->tree_mailbox = xstrdup(tree.mailbox);
		}
	}
	autodiscover_answer_release(&own);
	autodiscover_answer_release(&tree);
	return ok;
}

static bool is_wanted(struct backend *b, const struct op *op, bool *ok,
		      struct err *err)
{
	*ok = ews_ready(b, op, err);
	if (!*ok || b->version < EWS_2013 || b->transport)
		return false;
	*ok = b->public_routes || learn_tree(b, op, err);
	return *ok && b->public_routes->tree_anchor;
}

bool route_to_tree(struct backend *b, const struct op *op, struct err *err)
{
	bool ok;

	if (is_wanted(b, op, &ok, err)) {
		b->anchor = b->public_routes->tree_anchor;
		b->public_mailbox = b->public_routes->tree_mailbox;
	}
	return ok;
}

bool route_to_content(struct backend *b, const struct op *op, const char *id,
		      struct err *err)
{
	char guid[GUID_LEN + 1] = "", *address CLEANUP(mem_free_ptr) = NULL;
	struct autodiscover_answer a;
	const char *known, *at;
	bool ok;

	if (!is_routed(id))
		return true;
	if (!is_wanted(b, op, &ok, err))
		return ok;
	memcpy(guid, id + strlen(PREFIX), GUID_LEN);
	known = map_find(b->public_routes->content, guid);
	at = strchr(b->public_routes->tree_mailbox, '@');
	if (!known) {
		address = xasprintf("%s%s", guid, at ? at : "");
		if (!ask(b, op, address, &a, err))
			return false;
		map_set(b->public_routes->content, guid,
			xstrdup(str_or_empty(a.address)));
		autodiscover_answer_release(&a);
		known = map_find(b->public_routes->content, guid);
	}
	if (*known)
		b->anchor = b->public_mailbox = known;
	return true;
}

void route_end(struct backend *b)
{
	b->anchor = b->public_mailbox = NULL;
}

/* --- operations --------------------------------------------------------------- */

/* The refs from the first on that lie in the same mailbox, as it knows them. */
static struct item_ref *take_run(const struct item_ref *refs, size_t n,
				 size_t *len)
{
	struct item_ref *own = xcalloc(n + 1, sizeof(*own));
	const char *first = refs[0].remote_id;
	size_t like = is_routed(first) ? strlen(PREFIX) + GUID_LEN : 0, i = 0;

	for (; i < n; i++) {
		const char *id = refs[i].remote_id;

		if (is_routed(id) != (like > 0) ||
		    (like && strncmp(id, first, like) != 0))
			break;
		own[i] = refs[i];
		own[i].remote_id = route_bare_id(id);
	}
	*len = i;
	return own;
}

bool route_sync_items(struct backend *b, const struct op *op,
		      const char *folder, const char *state,
		      struct sync_page *out, struct err *err)
{
	/* Public folders have no such thing (15): no need to ask. */
	if (is_routed(folder))
		return err_set(err, ERR_UNSUPPORTED,
			       "public folders are listed, not synchronised");
	return ews_sync_items(b, op, folder, state, out, err);
}

bool route_list(struct backend *b, const struct op *op, const char *folder,
		int64_t offset, int count, struct item_list *out, bool *more,
		struct err *err)
{
	bool ok = route_to_content(b, op, folder, err) &&
		  ews_list(b, op, route_bare_id(folder), offset, count, out,
			   more, err);

	route_end(b);
	for (size_t i = 0; ok && i < out->n; i++)
		put_mailbox(&out->v[i].remote_id, folder);
	return ok;
}

struct fetching {
	const char *like;
	size_t from;
	fetched_fn fn;
	fetched_event_fn event;
	void *ctx;
};

static bool on_fetched(void *ctx, struct fetched *owned_f)
{
	const struct fetching *f = ctx;

	put_mailbox(&owned_f->item.remote_id, f->like);
	return f->fn(f->ctx, owned_f);
}

static bool on_event(void *ctx, size_t index, struct fetched_event *owned_f)
{
	const struct fetching *f = ctx;

	put_mailbox(&owned_f->appt.remote_id, f->like);
	return f->event(f->ctx, f->from + index, owned_f);
}

bool route_fetch(struct backend *b, const struct op *op,
		 const struct item_ref *refs, size_t n, bool mime,
		 fetched_fn fn, void *ctx, struct err *err)
{
	bool ok = true;

	for (size_t at = 0, len; ok && at < n; at += len) {
		struct item_ref *own = take_run(refs + at, n - at, &len);
		struct fetching f = {
			.like = refs[at].remote_id, .fn = fn, .ctx = ctx};

		ok = route_to_content(b, op, f.like, err) &&
		     ews_fetch(b, op, own, len, mime, on_fetched, &f, err);
		route_end(b);
		free(own);
	}
	return ok;
}

bool route_fetch_events(struct backend *b, const struct op *op,
			const struct item_ref *refs, size_t n,
			fetched_event_fn fn, void *ctx, struct err *err)
{
	bool ok = true;

	for (size_t at = 0, len; ok && at < n; at += len) {
		struct item_ref *own = take_run(refs + at, n - at, &len);
		struct fetching f = {.like = refs[at].remote_id,
				     .from = at,
				     .event = fn,
				     .ctx = ctx};

		ok = route_to_content(b, op, f.like, err) &&
		     ews_fetch_events(b, op, own, len, on_event, &f, err);
		route_end(b);
		free(own);
	}
	return ok;
}

static void take_results(struct item_results *out, struct item_results *more,
			 const char *like)
{
	for (size_t i = 0; i < more->n; i++) {
		put_mailbox(&more->v[i].new_id, like);
		vec_add(out, more->v[i]);
	}
	vec_release(more);
}

/* Changes, or where edits is NULL removes. */
static bool change(struct backend *b, const struct op *op,
		   const struct item_ref *refs, const struct item_edit *edits,
		   size_t n, enum delete_kind kind, struct item_results *out,
		   struct err *err)
{
	struct item_results all = {0};
	bool ok = true;

	for (size_t at = 0, len; ok && at < n; at += len) {
		struct item_ref *own = take_run(refs + at, n - at, &len);
		struct item_results some = {0};

		ok = route_to_content(b, op, refs[at].remote_id, err) &&
		     (edits ? ews_edit(b, op, own, edits + at, len, &some, err)
			    : ews_remove(b, op, own, len, kind, &some, err));
		route_end(b);
		free(own);
		if (ok)
			take_results(&all, &some, refs[at].remote_id);
	}
	if (ok)
		*out = all;
	else
		item_results_release(&all);
	return ok;
}

bool route_edit(struct backend *b, const struct op *op,
		const struct item_ref *refs, const struct item_edit *edits,
		size_t n, struct item_results *out, struct err *err)
{
	return change(b, op, refs, edits, n, DELETE_SOFT, out, err);
}

bool route_remove(struct backend *b, const struct op *op,
		  const struct item_ref *refs, size_t n, enum delete_kind kind,
		  struct item_results *out, struct err *err)
{
	return change(b, op, refs, NULL, n, kind, out, err);
}

/* Nothing moves between public folders and a mailbox, nor between mailboxes
 * that have them. */
static bool may_move(const struct item_ref *refs, size_t n, const char *folder,
		     struct err *err)
{
	for (size_t i = 0; i < n; i++)
		if (is_routed(refs[i].remote_id) || is_routed(folder))
			return err_set(err, ERR_UNSUPPORTED,
				       "this server moves and copies nothing "
				       "from or to public folders");
	return true;
}

bool route_move(struct backend *b, const struct op *op,
		const struct item_ref *refs, size_t n, const char *folder,
		struct item_results *out, struct err *err)
{
	return may_move(refs, n, folder, err) &&
	       ews_move(b, op, refs, n, folder, out, err);
}

bool route_copy(struct backend *b, const struct op *op,
		const struct item_ref *refs, size_t n, const char *folder,
		struct item_results *out, struct err *err)
{
	return may_move(refs, n, folder, err) &&
	       ews_copy(b, op, refs, n, folder, out, err);
}
