/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* The core's list of folders and what is to be done about each. */
#include "engine/core.h"
#include <fnmatch.h>
#include "base/clock.h"

static void work_release(struct folder_work *f)
{
	free(f->remote);
	free(f->path);
	free(f->owner);
	free(f->mark);
	free(f->mark_asked);
	vec_release(&f->arrivals);
}

const char *core_owner(struct core *c, int64_t folder)
{
	const struct folder_work *f = core_folder(c, folder);

	return f ? str_or_empty(f->owner) : "";
}

void core_folders_release(struct core *c)
{
	for (size_t i = 0; i < c->folders.n; i++)
		work_release(&c->folders.v[i]);
	vec_release(&c->folders);
}

struct folder_work *core_folder(struct core *c, int64_t id)
{
	for (size_t i = 0; i < c->folders.n; i++)
		if (c->folders.v[i].id == id)
			return &c->folders.v[i];
	return NULL;
}

struct folder_work *core_folder_remote(struct core *c, const char *remote)
{
	for (size_t i = 0; i < c->folders.n; i++)
		if (str_eq(c->folders.v[i].remote, remote))
			return &c->folders.v[i];
	return NULL;
}

const char *core_role_remote(struct core *c, enum folder_role role)
{
	for (size_t i = 0; i < c->folders.n; i++)
		if (c->folders.v[i].role == role)
			return c->folders.v[i].remote;
	return NULL;
}

/* Patterns are taken in order, the last that fits decides; "!" in front takes
 * out. A folder no pattern speaks of stays out, unless all patterns take out.
 */
static bool wanted_by_patterns(const struct account *a, const char *path,
			       enum folder_role role)
{
	const char *role_name = folder_role_name(role);
	bool in = true;

	for (size_t i = 0; i < a->folders.n; i++)
		if (a->folders.v[i][0] != '!')
			in = false;
	for (size_t i = 0; i < a->folders.n; i++) {
		const char *p = a->folders.v[i];
		bool out = *p == '!';

		p += out;
		if (fnmatch(p, path, FNM_CASEFOLD) == 0 ||
		    (*role_name && str_eq_nocase(p, role_name)))
			in = !out;
	}
	return in;
}

static bool is_openable(const struct folder *f)
{
	return f->remote_id &&
	       (f->kind == FOLDER_MAIL || f->kind == FOLDER_CALENDAR) &&
	       f->role != FOLDER_ROLE_ROOT &&
	       !(f->flags & (FOLDER_SEARCH | FOLDER_LOCAL | FOLDER_MAILBOX));
}

static bool is_mirrored(const struct core *c, const struct folder *f,
			const char *path)
{
	return is_openable(f) &&
	       !(f->flags & (FOLDER_HIDDEN | FOLDER_NO_SYNC)) &&
	       wanted_by_patterns(c->engine->account, path, f->role);
}

static bool compare_begun(struct core *c, int64_t folder)
{
	char *key CLEANUP(mem_free_ptr) =
		xasprintf("compare:%lld", (long long)folder);
	char *value CLEANUP(mem_free_ptr) = query_fact(c->store, key);

	return value != NULL;
}

static void fill(struct core *c, struct folder_work *w, const struct folder *f,
		 bool known)
{
	mem_replace(&w->remote, xstrdup(f->remote_id));
	mem_replace(&w->path, query_path_of(c->store, f->id));
	w->id = f->id;
	w->role = f->role;
	w->is_others = f->owner != NULL;
	mem_replace(&w->owner, f->owner && !str_eq(f->owner, FOLDER_OF_PUBLIC)
				       ? xstrdup(f->owner)
				       : NULL);
	w->is_mailbox = f->flags & FOLDER_MAILBOX;
	w->rights = f->rights;
	w->is_calendar = f->kind == FOLDER_CALENDAR;
	w->total = f->total;
	w->is_public = str_eq(f->owner, FOLDER_OF_PUBLIC);
	w->openable = is_openable(f);
	w->mirrored = is_mirrored(c, f, str_or_empty(w->path));
	w->synced = f->synced_at != CLOCK_NEVER;
	if (!w->mirrored || known)
		return;
	w->dirty = !w->synced;
	w->newest = !w->synced && f->role == FOLDER_ROLE_INBOX;
	w->compare = compare_begun(c, f->id);
}

bool core_reload_folders(struct core *c, struct err *err)
{
	struct folder_list list CLEANUP(folder_list_release) = {0};
	VEC(struct folder_work) fresh = {0};

	if (!query_folders(c->store, &list, err))
		return false;
	for (size_t i = 0; i < list.n; i++) {
		struct folder_work *old = core_folder(c, list.v[i].id);
		struct folder_work *w = vec_new(&fresh);
		bool known = old && old->mirrored;

		if (old) {
			*w = *old;
			memset(old, 0, sizeof(*old));
			old->id = -1;
		}
		fill(c, w, &list.v[i], known);
		/* The role may have been learnt after the folder. */
		if (w->role == FOLDER_ROLE_INBOX && w->mirrored && !w->synced &&
		    !w->active && !w->done)
			w->newest = true;
	}
	core_folders_release(c);
	c->folders.v = fresh.v;
	c->folders.n = fresh.n;
	c->folders.cap = fresh.cap;
	return true;
}
