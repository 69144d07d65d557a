/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * Do the server's counts of a folder agree with the rows, although nothing has
 * changed since the last sync? Where not, something was missed, whoever is to
 * blame: the folder is synchronised from the start and compared. It costs no
 * request where they agree. A difference that remains is kept and not looked
 * into again, nor another one too soon: some servers count what they do not
 * list.
 */
#include "base/clock.h"
#include "base/log.h"
#include "engine/core.h"

#include <stdio.h>

#define AGAIN_SECONDS 86400

/* Differences between the server's counts and ours, and when they were looked
 * into. */
struct uncounted {
	long long items, unread, looked;
};

static char *key_of(const struct folder_work *f)
{
	return xasprintf("uncounted:%lld", (long long)f->id);
}

static bool count(struct core *c, const struct folder_work *f,
		  struct uncounted *out, struct err *err)
{
	int64_t items, unread;

	if (!query_home_count(c->store, f->id, &items, &unread, err))
		return false;
	*out = (struct uncounted){.items = f->told_items - items,
				  .looked = clock_now()};
	if (!f->is_calendar && f->told_unread >= 0 && unread >= 0)
		out->unread = f->told_unread - unread;
	return true;
}

bool core_recount(struct core *c, struct folder_work *f, struct err *err)
{
	char *key CLEANUP(mem_free_ptr) = key_of(f);
	char *known CLEANUP(mem_free_ptr) = query_fact(c->store, key);
	char *text CLEANUP(mem_free_ptr) = NULL;
	struct uncounted now, was;

	if (f->told_items < 0)
		return true;
	if (!count(c, f, &now, err))
		return false;
	if (!now.items && !now.unread)
		return !known || write_fact(c->store, key, NULL, err);
	if (known &&
	    sscanf(known, "%lld %lld %lld", &was.items, &was.unread,
		   &was.looked) == 3 &&
	    ((was.items == now.items && was.unread == now.unread) ||
	     now.looked - was.looked < AGAIN_SECONDS))
		return true;
	log_at(LOG_WARN, "engine",
	       "%s: the server has %lld more messages, %lld more unread ones: "
	       "compared",
	       str_or_empty(f->path), now.items, now.unread);
	text = xasprintf("%lld %lld %lld", now.items, now.unread, now.looked);
	f->dirty = true;
	return write_fact(c->store, key, text, err) &&
	       write_sync_state(c->store, f->id, NULL, err);
}

bool core_recounted(struct core *c, const struct folder_work *f,
		    struct err *err)
{
	char *key CLEANUP(mem_free_ptr) = key_of(f);
	char *known CLEANUP(mem_free_ptr) = query_fact(c->store, key);
	struct uncounted now;

	if (!known)
		return true;
	if (!count(c, f, &now, err))
		return false;
	return now.items || now.unread || write_fact(c->store, key, NULL, err);
}
