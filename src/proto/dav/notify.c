/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * Notifications (dossier 10): subscriptions that are polled, for pushing by UDP
 * does not come through anywhere. The mailbox root tells of folders and of new
 * mail, each mail folder of what happens in it. Where the methods are filtered
 * the engine looks by itself.
 */
#include "base/log.h"
#include "proto/dav/dav.h"

#include <string.h>

#define LIFETIME 3600 /* seconds; polling prolongs it */
#define POLL_SECONDS 30
#define FOLDERS_MAX 60 /* watched one by one */
#define LOST_MAX 3     /* subscriptions that are gone at once: no use */
#define TREE_POLLS 5   /* then the folders are looked at as well */

/* A subscription is a line of b->subs: id, kind, folder id. */
enum sub_kind { SUB_NEW_MAIL = 'n', SUB_TREE = 't', SUB_FOLDER = 'f' };

struct watch {
	struct backend *b;
	const struct op *op;
	notify_fn fn;
	void *ctx;
	bool lost;     /* a subscription the server no longer knows */
	bool new_mail; /* of this poll */
	size_t answers;
	struct strv folders; /* with events, of this poll */
	bool tree;
};

static void add_sub(struct backend *b, enum sub_kind kind, const char *id,
		    const char *folder)
{
	strv_give(&b->subs, xasprintf("%s\t%c\t%s", id, (char)kind,
				      str_or_empty(folder)));
}

static bool take_id(void *ctx, struct dav_row *r, struct err *err)
{
	char **id = ctx;

	(void)err;
	if (r->ids && !*id)
		*id = xstrndup(r->ids, strcspn(r->ids, "\n"));
	return true;
}

static bool subscribe(struct watch *w, enum sub_kind kind, const char *path,
		      const char *folder, struct err *err)
{
	static const char *const types[] = {
		"Notification-type: update",
		"Notification-type: pragma/<http://schemas.microsoft.com/"
		"exchange/newmail>"};
	char *life CLEANUP(mem_free_ptr) =
		xasprintf("Subscription-lifetime: %d", LIFETIME);
	const char *headers[] = {types[kind == SUB_NEW_MAIL], life,
				 kind == SUB_NEW_MAIL ? "Depth: 0" : "Depth: 1",
				 NULL};
	char *id = NULL;
	struct dav_call c = {.method = "SUBSCRIBE",
			     .path = path,
			     .headers = headers,
			     .rows = take_id,
			     .ctx = &id};
	bool ok = dav_do(w->b, w->op, &c, err);

	if (ok && !id)
		id = http_answer_field(&c.answer, "Subscription-id");
	dav_call_release(&c);
	if (ok && !id)
		ok = err_set(err, ERR_UNSUPPORTED,
			     "the server gave no subscription id");
	if (ok)
		add_sub(w->b, kind, id, folder);
	free(id);
	return ok;
}

static bool is_watched(const struct folder *f)
{
	return f->kind == FOLDER_MAIL && !(f->flags & FOLDER_SEARCH);
}

static bool subscribe_all(struct watch *w, struct err *err)
{
	struct backend *b = w->b;
	size_t n = 0;

	if (!dav_load_tree(b, w->op, err))
		return false;
	if (!subscribe(w, SUB_TREE, b->root, NULL, err))
		return false;
	/* New mail is told by the Inbox as well: this only says which it is. */
	if (!subscribe(w, SUB_NEW_MAIL, b->root, NULL, err)) {
		if (!dav_is_filtered(err))
			return false;
		err_clear(err);
	}
	for (size_t i = 0; i < b->tree.n && n < FOLDERS_MAX; i++) {
		struct dav_folder *f = &b->tree.v[i];
		char *path CLEANUP(mem_free_ptr) = wire_path(b, f->path);
		struct err e = ERR_INIT;

		if (!is_watched(&f->folder))
			continue;
		n++;
		if (subscribe(w, SUB_FOLDER, path, f->folder.remote_id, &e))
			continue;
		/* One folder that cannot be watched, or is gone by now. */
		if (e.kind != ERR_NOT_FOUND && e.kind != ERR_DENIED) {
			*err = e;
			return false;
		}
	}
	return true;
}

/* --- polling
 * ------------------------------------------------------------------------- */
static void note_event(struct watch *w, const char *sub)
{
	const char *kind = strchr(sub, '\t') + 1;

	if (*kind == SUB_TREE)
		w->tree = true;
	else if (*kind == SUB_NEW_MAIL)
		w->new_mail = true;
	else if (!strv_has(&w->folders, kind + 2))
		strv_add(&w->folders, kind + 2);
}

static bool on_polled(void *ctx, struct dav_row *r, struct err *err)
{
	struct watch *w = ctx;
	struct strv ids CLEANUP(strv_release);
	int status = dav_row_status(r);

	(void)err;
	w->answers++;
	strv_init(&ids);
	strv_split(&ids, str_or_empty(r->ids), "\n,");
	if (status == 412 || status == 409)
		w->lost = true;
	if (status != 200)
		return true;
	/* Something happened, and it does not say where. */
	if (ids.n == 0)
		w->lost = true;
	for (size_t i = 0; i < w->b->subs.n; i++) {
		const char *sub = w->b->subs.v[i];
		size_t n = strcspn(sub, "\t");

		for (size_t k = 0; k < ids.n; k++)
			if (strlen(ids.v[k]) == n &&
			    strncmp(ids.v[k], sub, n) == 0)
				note_event(w, sub);
	}
	return true;
}

static bool poll_once(struct watch *w, struct err *err)
{
	struct str ids CLEANUP(str_release) = STR_INIT;
	struct dav_call c = {.method = "POLL",
			     .path = w->b->root,
			     .rows = on_polled,
			     .ctx = w};
	struct err e = ERR_INIT;

	str_add(&ids, "Subscription-id: ");
	for (size_t i = 0; i < w->b->subs.n; i++)
		str_addf(&ids, "%s%.*s", i ? "," : "",
			 (int)strcspn(w->b->subs.v[i], "\t"), w->b->subs.v[i]);
	const char *headers[] = {ids.s, NULL};
	c.headers = headers;
	w->answers = 0;
	if (!dav_simple(w->b, w->op, &c, &e)) {
		/* Said of them all (10). */
		w->lost = e.number == 412 || e.number == 409;
		if (!w->lost && err)
			*err = e;
		return w->lost;
	}
	/* An answer that speaks of none of them is no answer. */
	if (w->answers == 0)
		w->lost = true;
	return true;
}

static const char *inbox(const struct backend *b)
{
	const struct dav_folder *f =
		b->roles[FOLDER_ROLE_INBOX]
			? dav_folder_at(b, b->roles[FOLDER_ROLE_INBOX])
			: NULL;

	return f ? f->folder.remote_id : NULL;
}

static void tell(struct watch *w, enum notify_kind kind, const char *folder,
		 bool new_mail)
{
	struct notify_event e = {kind, folder, new_mail};

	w->fn(w->ctx, &e);
}

static void tell_all(struct watch *w)
{
	const char *in = inbox(w->b);

	if (w->tree)
		tell(w, NOTIFY_HIERARCHY, NULL, false);
	if (w->new_mail && in && !strv_has(&w->folders, in))
		strv_add(&w->folders, in);
	for (size_t i = 0; i < w->folders.n; i++)
		tell(w, NOTIFY_FOLDER, w->folders.v[i],
		     w->new_mail && str_eq(w->folders.v[i], in));
	strv_release(&w->folders);
	strv_init(&w->folders);
	w->tree = w->new_mail = false;
}

static void forget(struct backend *b)
{
	strv_release(&b->subs);
	strv_init(&b->subs);
}

/* A number for names, places and marks of all folders. */
static uint64_t tree_hash(const struct backend *b, bool marks)
{
	uint64_t h = 0xcbf29ce484222325u;

	for (size_t i = 0; i < b->tree.n; i++) {
		const struct dav_folder *f = &b->tree.v[i];
		const char *parts[] = {f->folder.remote_id, f->folder.name,
				       f->path, marks ? f->mark : NULL};

		for (size_t k = 0; k < ARRAY_LEN(parts); k++)
			for (const char *p = str_or_empty(parts[k]); *p; p++)
				h = (h ^ (unsigned char)*p) * 0x100000001b3u;
	}
	return h;
}

/* Not every server tells of folders made below the root, and there may be more
 * folders than are watched: now and then one request looks at them all. */
static bool look_at_tree(struct watch *w, struct err *err)
{
	uint64_t shape = tree_hash(w->b, false), all = tree_hash(w->b, true);

	if (!dav_load_tree(w->b, w->op, err))
		return false;
	w->tree |= tree_hash(w->b, false) != shape;
	if (!w->tree && w->b->tree.n > FOLDERS_MAX &&
	    tree_hash(w->b, true) != all)
		w->tree = true;
	return true;
}

/* A server that forgets at once what it has promised: made anew each time, the
 * subscriptions would cost more than looking. */
static bool dead(struct backend *b, struct err *err)
{
	b->no_notify = true;
	return err_set(err, ERR_UNSUPPORTED,
		       "this server forgets its notifications");
}

/* True: the watching ended in order. */
static bool watch(struct watch *w, struct err *err)
{
	int64_t seconds = w->b->account->poll_seconds;

	if (seconds <= 0 || seconds > POLL_SECONDS)
		seconds = POLL_SECONDS;
	for (int polls = 1;; polls++) {
		bool tree;

		if (!wire_sleep(w->op, seconds * 1000, err) ||
		    !poll_once(w, err))
			return false;
		if (!w->lost)
			w->b->lost_polls = 0;
		else if (++w->b->lost_polls >= LOST_MAX)
			return dead(w->b, err);
		if (polls % TREE_POLLS == 0 && !look_at_tree(w, err))
			return false;
		tree = w->tree;
		tell_all(w);
		/* New folders are to be watched as well. */
		if (w->lost || tree)
			break;
	}
	log_at(LOG_DEBUG, "dav", "subscribes anew");
	forget(w->b);
	return true;
}

bool dav_notify_wait(struct backend *b, const struct op *op, notify_fn fn,
		     void *ctx, struct err *err)
{
	struct watch w = {.b = b, .op = op, .fn = fn, .ctx = ctx};
	struct err e = ERR_INIT;
	bool ok = true;

	if (!dav_ready(b, op, err))
		return false;
	if (b->no_notify)
		return err_set(err, ERR_UNSUPPORTED,
			       "this server sends no notifications");
	strv_init(&w.folders);
	if (!b->roles[FOLDER_ROLE_INBOX])
		ok = dav_read_root(b, op, &e);
	if (ok && b->subs.n == 0) {
		bool known = b->has_tree;
		uint64_t shape = tree_hash(b, false);

		ok = subscribe_all(&w, &e);
		if (ok) {
			tell(&w, NOTIFY_ALL, NULL, false);
			if (known && tree_hash(b, false) != shape)
				tell(&w, NOTIFY_HIERARCHY, NULL, false);
		} else if (dav_is_filtered(&e) || e.kind == ERR_UNSUPPORTED ||
			   e.kind == ERR_PROTOCOL) {
			b->no_notify = true;
			e.kind = ERR_UNSUPPORTED;
		}
	}
	if (ok)
		ok = watch(&w, &e);
	if (!ok && e.kind != ERR_CANCELLED)
		forget(b);
	strv_release(&w.folders);
	if (!ok && err)
		*err = e;
	return ok;
}
