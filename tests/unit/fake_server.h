/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef TESTS_FAKE_SERVER_H
#define TESTS_FAKE_SERVER_H
/*
 * A server in memory behind backend.h, for testing the engine: it keeps a
 * change log for its sync states, gives new ids on a move, and can lose the
 * answer of any operation before or after carrying it out.
 */
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include "base/clock.h"
#include "base/vec.h"
#include "proto/backend.h"

struct fake_folder {
	char id[16], parent[16], name[64];
	enum folder_role role;
	bool alive;
	int64_t changes;
};
struct fake_item {
	char id[16], folder[16], key[64], search[16], subject[64];
	char categories[64];
	unsigned flags;
	int change;
	int64_t received;
	struct bytes raw;
	bool alive;
};
struct fake_change {
	char folder[16], item[16];
	bool gone;
};
enum fake_fault_kind {
	FAULT_BEFORE,
	FAULT_AFTER,
	FAULT_HANG_BEFORE,
	FAULT_HANG_AFTER
};
struct fake_fault {
	const char *op;
	int times; /* how often it strikes */
	enum fake_fault_kind kind;
	struct err err;
};

struct fake_server {
	struct chan_lock *lock;
	VEC(struct fake_folder) folders;
	VEC(struct fake_item) items;
	VEC(struct fake_change) log;
	VEC(struct fake_fault) faults;
	int last_id, page;
	int epoch; /* states of an earlier one are refused */
	int64_t tree_changes;
	int sent;     /* mails that went out */
	int unlisted; /* counted in the inbox, but never told */
	bool no_marks, no_new_ids, no_push;
	const char *password; /* wanted; NULL: none asked */
	int wrong_passwords;
	struct chan *news; /* struct notify_event copies for notify_wait */
	atomic_bool hanging;
	int ops;	  /* all requests */
	char trace[4096]; /* names of operations */
};

static struct fake_server fake;

struct backend {
	const struct backend_host *host;
	char *known; /* the password that worked */
};

static void fake_lock(void)
{
	chan_lock_take(fake.lock);
}
static void fake_unlock(void)
{
	chan_lock_drop(fake.lock);
}

static struct fake_folder *fake_folder(const char *id)
{
	for (size_t i = 0; i < fake.folders.n; i++)
		if (fake.folders.v[i].alive && str_eq(fake.folders.v[i].id, id))
			return &fake.folders.v[i];
	return NULL;
}

static struct fake_item *fake_item(const char *id)
{
	for (size_t i = 0; i < fake.items.n; i++)
		if (fake.items.v[i].alive && str_eq(fake.items.v[i].id, id))
			return &fake.items.v[i];
	return NULL;
}

static void fake_note(const char *folder, const char *item, bool gone)
{
	struct fake_change *c = vec_new(&fake.log);
	struct fake_folder *f = fake_folder(folder);

	snprintf(c->folder, sizeof(c->folder), "%s", folder);
	snprintf(c->item, sizeof(c->item), "%s", item);
	c->gone = gone;
	if (f)
		f->changes++;
}

static const char *fake_add_folder(const char *parent, const char *name,
				   enum folder_role role)
{
	struct fake_folder *f = vec_new(&fake.folders);

	snprintf(f->id, sizeof(f->id), "F%d", ++fake.last_id);
	snprintf(f->parent, sizeof(f->parent), "%s", parent);
	snprintf(f->name, sizeof(f->name), "%s", name);
	f->role = role;
	f->alive = true;
	fake.tree_changes++;
	return f->id;
}

static const char *fake_role_id(enum folder_role role)
{
	for (size_t i = 0; i < fake.folders.n; i++)
		if (fake.folders.v[i].role == role)
			return fake.folders.v[i].id;
	return NULL;
}

/* raw NULL: a small message is made. Returns the id. */
static const char *fake_add_item(const char *folder, const char *subject,
				 const char *key, const void *raw, size_t len)
{
	struct fake_item *it = vec_new(&fake.items);

	snprintf(it->id, sizeof(it->id), "I%d", ++fake.last_id);
	snprintf(it->search, sizeof(it->search), "%08x", fake.last_id);
	snprintf(it->folder, sizeof(it->folder), "%s", folder);
	snprintf(it->subject, sizeof(it->subject), "%s", subject);
	if (key)
		snprintf(it->key, sizeof(it->key), "%s", key);
	else
		snprintf(it->key, sizeof(it->key), "m%d@x", fake.last_id);
	it->received = 1700000000 + fake.last_id * 60;
	it->change = 1;
	it->alive = true;
	if (raw) {
		bytes_set(&it->raw, raw, len);
	} else {
		char text[300];
		int n = snprintf(text, sizeof(text),
				 "From: a@x\r\nTo: b@x\r\nSubject: %s\r\n"
				 "Message-ID: <%s>\r\n\r\nText of %s\r\n",
				 subject, it->key, subject);
		bytes_set(&it->raw, text, (size_t)n);
	}
	fake_note(folder, it->id, false);
	return fake.items.v[fake.items.n - 1].id;
}

static void fake_remove_item(struct fake_item *it)
{
	it->alive = false;
	fake_note(it->folder, it->id, true);
}

static size_t fake_count(const char *folder)
{
	size_t n = 0;

	for (size_t i = 0; i < fake.items.n; i++)
		n += fake.items.v[i].alive &&
		     (!folder || str_eq(fake.items.v[i].folder, folder));
	return n;
}

static void fake_init(void)
{
	memset(&fake, 0, sizeof(fake));
	fake.lock = chan_lock_new();
	fake.news = chan_new();
	fake.page = 3;
	fake_add_folder("ROOT", "Inbox", FOLDER_ROLE_INBOX);
	fake_add_folder("ROOT", "Drafts", FOLDER_ROLE_DRAFTS);
	fake_add_folder("ROOT", "Sent Items", FOLDER_ROLE_SENT);
	fake_add_folder("ROOT", "Deleted Items", FOLDER_ROLE_DELETED);
	fake_add_folder("ROOT", "Outbox", FOLDER_ROLE_OUTBOX);
	fake_add_folder("ROOT", "Archive", FOLDER_ROLE_NONE);
}

static void fake_release(void)
{
	void *p;

	for (size_t i = 0; i < fake.items.n; i++)
		bytes_release(&fake.items.v[i].raw);
	vec_release(&fake.folders);
	vec_release(&fake.items);
	vec_release(&fake.log);
	vec_release(&fake.faults);
	while ((p = chan_try_receive(fake.news)))
		free(p);
	chan_free(fake.news);
	chan_lock_free(fake.lock);
}

UNUSED static void fake_fail(const char *op, int times,
			     enum fake_fault_kind kind, enum err_kind err)
{
	struct fake_fault f = {.op = op, .times = times, .kind = kind};

	err_set(&f.err, err, "the test says no to %s", op);
	if (err == ERR_SERVER)
		f.err.retry_after_ms = 20;
	fake_lock();
	vec_add(&fake.faults, f);
	fake_unlock();
}

static struct fake_fault *fake_find_fault(const char *op, bool after)
{
	for (size_t i = 0; i < fake.faults.n; i++) {
		struct fake_fault *f = &fake.faults.v[i];

		if (f->times > 0 && strcmp(f->op, op) == 0 &&
		    after == (f->kind == FAULT_AFTER ||
			      f->kind == FAULT_HANG_AFTER))
			return f;
	}
	return NULL;
}

/* At the begin and the end of each operation; false: it fails now. */
static bool fake_strike(const char *name, bool after, const struct op *op,
			struct err *err)
{
	struct fake_fault *f = fake_find_fault(name, after);
	bool hang;

	if (!f)
		return true;
	f->times--;
	hang = f->kind == FAULT_HANG_BEFORE || f->kind == FAULT_HANG_AFTER;
	*err = f->err;
	if (!hang)
		return false;
	fake.hanging = true;
	fake_unlock();
	while (!chan_flag_wait(op->cancel, 1000))
		;
	fake_lock();
	err_set(err, ERR_CANCELLED, "cancelled");
	return false;
}

static bool fake_sign_in(struct backend *b, struct err *err)
{
	bool retry = false;
	char *text;

	while (fake.password && !str_eq(b->known, fake.password)) {
		bool ok;

		fake_unlock();
		ok = b->host->password(b->host->ctx, retry, &text, err);
		fake_lock();
		if (!ok)
			return false;
		mem_replace(&b->known, text);
		retry = true;
		if (!str_eq(text, fake.password))
			fake.wrong_passwords++;
	}
	return true;
}

/* Every operation begins with this, and unlocks at its end. */
static bool fake_begin(struct backend *b, const char *name, const struct op *op,
		       struct err *err)
{
	fake_lock();
	fake.ops++;
	snprintf(fake.trace + strlen(fake.trace),
		 sizeof(fake.trace) - strlen(fake.trace), "%s ", name);
	if (fake_sign_in(b, err) && fake_strike(name, false, op, err))
		return true;
	fake_unlock();
	return false;
}

static bool fake_end(const char *name, const struct op *op, struct err *err)
{
	bool ok = fake_strike(name, true, op, err);

	fake_unlock();
	return ok;
}

static struct backend *fake_open(const struct account *a UNUSED,
				 const struct backend_host *host,
				 const struct backend_info *info UNUSED)
{
	struct backend *b = xcalloc(1, sizeof(*b));

	b->host = host;
	return b;
}

static void fake_close(struct backend *b)
{
	free(b->known);
	free(b);
}

static bool fake_connect(struct backend *b, const struct op *op,
			 struct backend_info *out, struct err *err)
{
	if (!fake_begin(b, "connect", op, err) || !fake_end("connect", op, err))
		return false;
	out->protocol = xstrdup("fake");
	out->version = xstrdup("1");
	out->build = xstrdup("15.1.1.1");
	out->url = xstrdup("fake://");
	out->caps = fake.no_push ? 0 : CAP_PUSH;
	return true;
}

static bool fake_find_roles(struct backend *b, const struct op *op, char **ids,
			    struct err *err)
{
	if (!fake_begin(b, "find_roles", op, err))
		return false;
	for (size_t i = 0; i < fake.folders.n; i++)
		if (fake.folders.v[i].role)
			ids[fake.folders.v[i].role] =
				xstrdup(fake.folders.v[i].id);
	return fake_end("find_roles", op, err);
}

static int64_t fake_unread(const char *folder)
{
	int64_t n = 0;

	for (size_t i = 0; i < fake.items.n; i++)
		n += fake.items.v[i].alive &&
		     !(fake.items.v[i].flags & ITEM_READ) &&
		     str_eq(fake.items.v[i].folder, folder);
	return n;
}

static void fake_tell_folder(const struct fake_folder *f, struct folder *out)
{
	memset(out, 0, sizeof(*out));
	out->remote_id = xstrdup(f->id);
	out->parent_remote = xstrdup(f->parent);
	out->name = xstrdup(f->name);
	out->class = xstrdup("IPF.Note");
	out->synced_at = CLOCK_NEVER;
	out->size = -1;
	out->total = (int64_t)fake_count(f->id);
}

static bool fake_sync_folders(struct backend *b, const struct op *op,
			      const char *state, struct sync_page *out,
			      struct err *err)
{
	if (!fake_begin(b, "sync_folders", op, err))
		return false;
	for (size_t i = 0; i < fake.folders.n; i++) {
		struct fake_folder *f = &fake.folders.v[i];
		struct folder_change *c;

		if (!f->alive && !state)
			continue;
		c = vec_new(&out->folders);
		c->kind = f->alive ? CHANGE_UPSERT : CHANGE_GONE;
		fake_tell_folder(f, &c->folder);
	}
	out->state = xasprintf("t%lld", (long long)fake.tree_changes);
	if (fake_end("sync_folders", op, err))
		return true;
	sync_page_release(out);
	return false;
}

static bool fake_folder_marks(struct backend *b, const struct op *op,
			      struct folder_marks *out, struct err *err)
{
	if (!fake_begin(b, "folder_marks", op, err))
		return false;
	for (size_t i = 0; i < fake.folders.n; i++) {
		struct fake_folder *f = &fake.folders.v[i];
		struct folder_mark *m;

		if (!f->alive)
			continue;
		m = vec_new(out);
		fake_tell_folder(f, &m->folder);
		m->count = m->folder.total;
		m->unread = fake_unread(f->id);
		if (f->role == FOLDER_ROLE_INBOX)
			m->count += fake.unlisted;
		if (!fake.no_marks)
			m->mark = xasprintf("c%lld", (long long)f->changes);
	}
	if (fake_end("folder_marks", op, err))
		return true;
	folder_marks_release(out);
	return false;
}

static void fake_tell_item(const struct fake_item *it, struct item *out)
{
	item_init(out);
	out->remote_id = xstrdup(it->id);
	out->change_key = xasprintf("k%d", it->change);
	out->item_class = xstrdup("IPM.Note");
	out->subject = xstrdup(it->subject);
	out->message_id = xstrdup(it->key);
	out->search_key = xstrdup(it->search);
	out->categories = *it->categories ? xstrdup(it->categories) : NULL;
	out->from_name = xstrdup("Ada");
	out->flags = it->flags;
	out->received = it->received;
	out->size = (int64_t)it->raw.len;
}

static bool fake_sync_items(struct backend *b, const struct op *op,
			    const char *folder, const char *state,
			    struct sync_page *out, struct err *err)
{
	int epoch = 0;
	size_t from = 0, i;
	bool ok = true;

	if (state)
		sscanf(state, "s%d:%zu", &epoch, &from);

	if (!fake_begin(b, "sync_items", op, err))
		return false;
	if (!fake_folder(folder))
		ok = err_set(err, ERR_NOT_FOUND, "no such folder");
	else if (state && epoch != fake.epoch)
		ok = err_set(err, ERR_STATE, "stale state");
	if (!ok) {
		fake_unlock();
		return false;
	}
	for (i = from; i < fake.log.n && (int)out->items.n < fake.page; i++) {
		const struct fake_change *c = &fake.log.v[i];
		const struct fake_item *it = fake_item(c->item);
		bool here = it && str_eq(it->folder, folder);
		struct item_change *change;

		if (!str_eq(c->folder, folder) || (!here && !state))
			continue;
		change = vec_new(&out->items);
		change->kind = here ? CHANGE_UPSERT : CHANGE_GONE;
		item_init(&change->item);
		if (here)
			fake_tell_item(it, &change->item);
		else
			change->item.remote_id = xstrdup(c->item);
	}
	out->state = xasprintf("s%d:%zu", fake.epoch, i);
	out->more = i < fake.log.n;
	if (fake_end("sync_items", op, err))
		return true;
	sync_page_release(out);
	return false;
}

static bool fake_list(struct backend *b, const struct op *op,
		      const char *folder, int64_t offset, int count,
		      struct item_list *out, bool *more, struct err *err)
{
	int64_t n = 0;

	if (!fake_begin(b, "list", op, err))
		return false;
	*more = false;
	for (size_t i = fake.items.n; i-- > 0;) {
		const struct fake_item *it = &fake.items.v[i];

		if (!it->alive || !str_eq(it->folder, folder) || n++ < offset)
			continue;
		*more = (int)out->n == count;
		if (*more)
			break;
		fake_tell_item(it, vec_new(out));
	}
	if (fake_end("list", op, err))
		return true;
	item_list_release(out);
	return false;
}

static bool fake_fetch(struct backend *b, const struct op *op,
		       const struct item_ref *refs, size_t n, bool mime,
		       fetched_fn fn, void *ctx, struct err *err)
{
	if (!fake_begin(b, mime ? "fetch" : "look", op, err))
		return false;
	for (size_t i = 0; i < n; i++) {
		const struct fake_item *it = fake_item(refs[i].remote_id);
		struct fetched f = {0};
		bool on;

		item_init(&f.item);
		if (it) {
			fake_tell_item(it, &f.item);
			bytes_set(&f.mime, it->raw.p, it->raw.len);
		} else {
			f.item.remote_id = xstrdup(refs[i].remote_id);
			err_set(&f.err, ERR_NOT_FOUND, "gone");
		}
		fake_unlock();
		on = fn(ctx, &f);
		fake_lock();
		if (!on) {
			fake_unlock();
			return err_set(err, ERR_CANCELLED, "stopped");
		}
	}
	return fake_end("fetch", op, err);
}

static struct item_result *fake_result(struct item_results *out,
				       const struct fake_item *it)
{
	struct item_result *r = vec_new(out);

	if (!it)
		err_set(&r->err, ERR_NOT_FOUND, "no such item");
	return r;
}

static void fake_apply(struct fake_item *it, const struct item_edit *e)
{
	struct item tmp;

	item_init(&tmp);
	tmp.flags = it->flags;
	tmp.categories = *it->categories ? xstrdup(it->categories) : NULL;
	item_edit_apply(e, &tmp);
	it->flags = tmp.flags & ITEM_SERVER_FLAGS;
	snprintf(it->categories, sizeof(it->categories), "%s",
		 str_or_empty(tmp.categories));
	it->change++;
	fake_note(it->folder, it->id, false);
	item_release(&tmp);
}

static bool fake_finish(const char *name, const struct op *op,
			struct item_results *out, struct err *err)
{
	if (fake_end(name, op, err))
		return true;
	item_results_release(out);
	return false;
}

/* A change key that is not the item's own is a conflict. */
static bool fake_edit(struct backend *b, const struct op *op,
		      const struct item_ref *refs,
		      const struct item_edit *edits, size_t n,
		      struct item_results *out, struct err *err)
{
	if (!fake_begin(b, "edit", op, err))
		return false;
	for (size_t i = 0; i < n; i++) {
		struct fake_item *it = fake_item(refs[i].remote_id);
		struct item_result *r = fake_result(out, it);
		char now[16];

		if (!it)
			continue;
		snprintf(now, sizeof(now), "k%d", it->change);
		if (refs[i].change_key &&
		    strcmp(refs[i].change_key, now) != 0) {
			err_set(&r->err, ERR_CONFLICT, "changed meanwhile");
			continue;
		}
		fake_apply(it, &edits[i]);
		r->new_change_key = xasprintf("k%d", it->change);
	}
	return fake_finish("edit", op, out, err);
}

/* The same message under a new id in another folder. */
static char *fake_place(size_t index, const char *folder, bool keep)
{
	struct fake_item copy = fake.items.v[index];
	struct fake_item *it;

	if (!keep)
		fake_remove_item(&fake.items.v[index]);
	it = vec_new(&fake.items);
	*it = copy;
	it->raw = (struct bytes){0};
	bytes_set(&it->raw, copy.raw.p, copy.raw.len);
	it->alive = true;
	it->change = 1;
	snprintf(it->id, sizeof(it->id), "I%d", ++fake.last_id);
	snprintf(it->folder, sizeof(it->folder), "%s", folder);
	fake_note(folder, it->id, false);
	return xstrdup(it->id);
}

static bool fake_move_or_copy(struct backend *b, const char *name, bool keep,
			      const struct op *op, const struct item_ref *refs,
			      size_t n, const char *folder,
			      struct item_results *out, struct err *err)
{
	if (!fake_begin(b, name, op, err))
		return false;
	for (size_t i = 0; i < n; i++) {
		struct fake_item *it = fake_item(refs[i].remote_id);
		struct item_result *r = fake_result(out, it);
		char *id;

		if (!it)
			continue;
		id = fake_place((size_t)(it - fake.items.v), folder, keep);
		if (fake.no_new_ids)
			mem_replace(&id, NULL);
		r->new_id = id;
		r->new_change_key = id ? xstrdup("k1") : NULL;
	}
	return fake_finish(name, op, out, err);
}

static bool fake_move(struct backend *b, const struct op *op,
		      const struct item_ref *refs, size_t n, const char *folder,
		      struct item_results *out, struct err *err)
{
	return fake_move_or_copy(b, "move", false, op, refs, n, folder, out,
				 err);
}

static bool fake_copy(struct backend *b, const struct op *op,
		      const struct item_ref *refs, size_t n, const char *folder,
		      struct item_results *out, struct err *err)
{
	return fake_move_or_copy(b, "copy", true, op, refs, n, folder, out,
				 err);
}

static bool fake_remove(struct backend *b, const struct op *op,
			const struct item_ref *refs, size_t n,
			enum delete_kind kind, struct item_results *out,
			struct err *err)
{
	if (!fake_begin(b, "remove", op, err))
		return false;
	for (size_t i = 0; i < n; i++) {
		struct fake_item *it = fake_item(refs[i].remote_id);

		fake_result(out, it);
		if (it && kind == DELETE_TO_DELETED)
			free(fake_place((size_t)(it - fake.items.v),
					fake_role_id(FOLDER_ROLE_DELETED),
					false));
		else if (it)
			fake_remove_item(it);
	}
	return fake_finish("remove", op, out, err);
}

static bool fake_folder_create(struct backend *b, const struct op *op,
			       const char *parent, const char *name,
			       const char *class UNUSED, char **id,
			       struct err *err)
{
	if (!fake_begin(b, "folder_create", op, err))
		return false;
	for (size_t i = 0; i < fake.folders.n; i++)
		if (fake.folders.v[i].alive &&
		    str_eq_nocase(fake.folders.v[i].name, name)) {
			fake_unlock();
			return err_set(err, ERR_CONFLICT, "exists");
		}
	*id = xstrdup(fake_add_folder(parent ? parent : "ROOT", name,
				      FOLDER_ROLE_NONE));
	if (fake_end("folder_create", op, err))
		return true;
	mem_replace(id, NULL);
	return false;
}

static bool fake_folder_rename(struct backend *b, const struct op *op,
			       const char *id, const char *name,
			       struct err *err)
{
	struct fake_folder *f;

	if (!fake_begin(b, "folder_rename", op, err))
		return false;
	f = fake_folder(id);
	if (f)
		snprintf(f->name, sizeof(f->name), "%s", name);
	fake.tree_changes++;
	return fake_end("folder_rename", op, err);
}

static bool fake_folder_move(struct backend *b, const struct op *op,
			     const char *id, const char *parent,
			     struct err *err)
{
	struct fake_folder *f;

	if (!fake_begin(b, "folder_move", op, err))
		return false;
	f = fake_folder(id);
	if (f)
		snprintf(f->parent, sizeof(f->parent), "%s",
			 parent ? parent : "ROOT");
	fake.tree_changes++;
	return fake_end("folder_move", op, err);
}

static bool fake_folder_remove(struct backend *b, const struct op *op,
			       const char *id, enum delete_kind kind UNUSED,
			       struct err *err)
{
	struct fake_folder *f;

	if (!fake_begin(b, "folder_remove", op, err))
		return false;
	f = fake_folder(id);
	if (!f) {
		fake_unlock();
		return err_set(err, ERR_NOT_FOUND, "no such folder");
	}
	for (size_t i = 0; i < fake.items.n; i++)
		if (str_eq(fake.items.v[i].folder, id))
			fake.items.v[i].alive = false;
	f->alive = false;
	fake.tree_changes++;
	return fake_end("folder_remove", op, err);
}

static bool fake_folder_empty(struct backend *b, const struct op *op,
			      const char *id, enum delete_kind kind UNUSED,
			      bool subfolders UNUSED, struct err *err)
{
	if (!fake_begin(b, "folder_empty", op, err))
		return false;
	for (size_t i = 0; i < fake.items.n; i++)
		if (fake.items.v[i].alive && str_eq(fake.items.v[i].folder, id))
			fake_remove_item(&fake.items.v[i]);
	return fake_end("folder_empty", op, err);
}

static bool fake_upload(struct backend *b, const struct op *op,
			const char *folder, const struct bytes *raw,
			const char *key, bool draft, bool read,
			struct item_result *out, struct err *err)
{
	const char *id;

	if (!fake_begin(b, "upload", op, err))
		return false;
	id = fake_add_item(folder, "uploaded", key, raw->p, raw->len);
	fake_item(id)->flags =
		(draft ? ITEM_DRAFT : 0u) | (read ? ITEM_READ : 0u);
	out->new_id = xstrdup(id);
	out->new_change_key = xstrdup("k1");
	if (fake_end("upload", op, err))
		return true;
	mem_replace(&out->new_id, NULL);
	mem_replace(&out->new_change_key, NULL);
	return false;
}

static bool fake_send(struct backend *b, const struct op *op,
		      const struct item_ref *draft, const char *sent,
		      struct err *err)
{
	struct fake_item *it;

	if (!fake_begin(b, "send", op, err))
		return false;
	it = fake_item(draft->remote_id);
	if (!it) {
		fake_unlock();
		return err_set(err, ERR_NOT_FOUND, "no such draft");
	}
	fake.sent++;
	it->flags = ITEM_READ;
	free(fake_place((size_t)(it - fake.items.v), sent, false));
	return fake_end("send", op, err);
}

static bool fake_find_key(struct backend *b, const struct op *op,
			  const char *folder, const char *key,
			  struct item_list *out, struct err *err)
{
	if (!fake_begin(b, "find_key", op, err))
		return false;
	for (size_t i = 0; i < fake.items.n; i++)
		if (fake.items.v[i].alive &&
		    str_eq(fake.items.v[i].folder, folder) &&
		    str_eq(fake.items.v[i].key, key))
			fake_tell_item(&fake.items.v[i], vec_new(out));
	if (fake_end("find_key", op, err))
		return true;
	item_list_release(out);
	return false;
}

static bool fake_notify_wait(struct backend *b, const struct op *op,
			     notify_fn fn, void *ctx, struct err *err)
{
	struct notify_event all = {.kind = NOTIFY_ALL}, *e;

	if (!fake_begin(b, "notify", op, err) || !fake_end("notify", op, err))
		return false;
	fn(ctx, &all);
	while (!chan_flag_is_up(op->cancel)) {
		e = chan_receive(fake.news, 5);
		if (e)
			fn(ctx, e);
		free(e);
	}
	return err_set(err, ERR_CANCELLED, "cancelled");
}

static bool fake_search(struct backend *b, const struct op *op,
			const char *const *folders, size_t n UNUSED,
			const char *words, int count UNUSED,
			struct item_list *out, struct err *err)
{
	if (!fake_begin(b, "search", op, err))
		return false;
	for (size_t i = 0; i < fake.items.n; i++)
		if (fake.items.v[i].alive &&
		    str_eq(fake.items.v[i].folder, folders[0]) &&
		    strstr(fake.items.v[i].subject, words))
			fake_tell_item(&fake.items.v[i], vec_new(out));
	return fake_end("search", op, err);
}

static const struct backend_ops fake_ops = {
	.name = "fake",
	.open = fake_open,
	.close = fake_close,
	.connect = fake_connect,
	.find_roles = fake_find_roles,
	.sync_folders = fake_sync_folders,
	.folder_marks = fake_folder_marks,
	.sync_items = fake_sync_items,
	.list = fake_list,
	.fetch = fake_fetch,
	.edit = fake_edit,
	.move = fake_move,
	.copy = fake_copy,
	.remove = fake_remove,
	.folder_create = fake_folder_create,
	.folder_rename = fake_folder_rename,
	.folder_move = fake_folder_move,
	.folder_remove = fake_folder_remove,
	.folder_empty = fake_folder_empty,
	.upload = fake_upload,
	.send = fake_send,
	.find_key = fake_find_key,
	.notify_wait = fake_notify_wait,
	.search = fake_search,
};
#endif
