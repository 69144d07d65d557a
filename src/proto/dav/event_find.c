/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Which entry of the calendar a meeting message is about (dossier 16.3). */
#include "base/clock.h"
#include "model/appointment_change.h"
#include "proto/dav/event.h"
#include "proto/dav/query.h"

struct lookup {
	struct backend *b;
	struct item_results found;
};

static bool on_entry(void *ctx, struct dav_row *r, struct err *err)
{
	struct lookup *l = ctx;
	struct item_result *one;
	struct item_key key;

	(void)err;
	if (dav_row_status(r) >= 300)
		return true;
	one = vec_new(&l->found);
	*one = (struct item_result){.new_id = item_row_id(l->b, r)};
	item_key_of_row(&key, r);
	one->new_change_key = item_key_write(&key);
	item_key_release(&key);
	return true;
}

char *dav_calendar_path(struct backend *b, const struct op *op, struct err *err)
{
	const char *below;

	if (!b->asked_root && !dav_read_root(b, op, err))
		return NULL;
	below = b->roles[FOLDER_ROLE_CALENDAR];
	if (!below) {
		err_set(err, ERR_NOT_FOUND, "the mailbox has no calendar");
		return NULL;
	}
	return xasprintf("%s%s%s", b->root, below,
			 str_ends(below, "/") ? "" : "/");
}

/* Several entries of one UID are single times without their series: is this the
 * one that the message is about? *yes false: or it is gone. */
static bool is_about(struct backend *b, const struct op *op,
		     struct tz_set *zones, const struct item_result *entry,
		     const struct appointment *m, bool *yes, struct err *err)
{
	struct item_ref ref = {entry->new_id, entry->new_change_key};
	struct event_source s = {.mime = STR_INIT};
	struct err e = ERR_INIT;
	bool ok;

	appointment_init(&s.appt);
	ok = dav_event_load(b, op, &ref, zones, &s, &e);
	*yes = ok && appointment_is_about(&s.appt, m);
	dav_event_source_release(&s);
	if (ok || e.kind == ERR_NOT_FOUND)
		return true;
	if (err)
		*err = e;
	return false;
}

bool dav_event_find(struct backend *b, const struct op *op,
		    const struct appointment *m, struct tz_set *zones,
		    char **id, char **key, struct item_results *others,
		    struct err *err)
{
	struct str where CLEANUP(str_release) = STR_INIT;
	struct lookup l = {.b = b};
	struct query q = {.use = USE_ITEM, .risky = true};
	struct query_result result = {0};
	char *path CLEANUP(mem_free_ptr) = dav_calendar_path(b, op, err);
	bool ok;

	if (!path)
		return false;
	str_add(&where, QUERY_ITEMS " AND \"urn:schemas:calendar:uid\" = ");
	query_add_text(&where, m->uid);
	q.where = where.s;
	ok = query_search(b, op, path, &q, on_entry, &l, &result, err);
	if (ok)
		free(result.collblob);
	for (size_t i = 0; ok && i < l.found.n; i++) {
		struct item_result *r = &l.found.v[i];
		bool yes = true;

		if (*id && others && m->original == CLOCK_NEVER) {
			vec_add(others, *r);
			*r = (struct item_result){0};
		}
		if (*id)
			continue;

		if (m->original != CLOCK_NEVER)
			ok = is_about(b, op, zones, r, m, &yes, err);
		if (!ok || !yes)
			continue;
		*id = xstrdup(r->new_id);
		*key = xstrdup(r->new_change_key);
	}
	item_results_release(&l.found);
	return ok;
}
