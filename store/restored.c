/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * What was deleted for good and had back: done on the server while the person
 * waits, and kept among the changes that can be taken back. Its ids there are a
 * fact; the rows come with the next sync.
 */
#include "store/rows.h"
#include "store/steps.h"

#define PREFIX "restored:" /* state.c forgets those of no entry */

static char *key_of(int64_t entry)
{
	return xasprintf(PREFIX "%lld", (long long)entry);
}

bool write_restored(struct store *s, const struct strv *ids, int64_t folder,
		    struct err *err)
{
	char *name CLEANUP(mem_free_ptr) = db_get_text(
		s, "SELECT name FROM folder WHERE id = :id", ARGS(I(folder)));
	char *text CLEANUP(mem_free_ptr) =
		xasprintf("restore %zu %s to %s", ids->n,
			  ids->n == 1 ? "item" : "items", str_or_empty(name));
	char *all CLEANUP(mem_free_ptr) = strv_join(ids, "\n");
	char *key CLEANUP(mem_free_ptr) = NULL;
	int64_t entry;
	bool ok;

	if (!db_begin(s, err))
		return false;
	ok = entry_add_done(s, JOURNAL_RESTORE, text, &entry, err);
	if (ok) {
		key = key_of(entry);
		ok = write_fact(s, key, all, err);
	}
	return db_end(s, ok, err);
}

/* Those that are mirrored go back; *any: there are some. */
static bool remove_all(struct store *s, const struct strv *ids, int64_t entry,
		       bool *any, struct err *err)
{
	*any = false;
	for (size_t i = 0; i < ids->n; i++) {
		int64_t item = item_find_remote(s, ids->v[i]);

		if (!item)
			continue;
		*any = true;
		if (!apply_delete(s, entry, item, DELETE_SOFT, 0, err))
			return false;
	}
	return true;
}

bool invert_restored(struct store *s, int64_t entry, int64_t *inverse,
		     struct err *err)
{
	struct strv ids CLEANUP(strv_release);
	char *key CLEANUP(mem_free_ptr) = key_of(entry);
	char *all CLEANUP(mem_free_ptr) = query_fact(s, key);
	char *was CLEANUP(mem_free_ptr) =
		db_get_text(s, "SELECT text FROM journal_entry WHERE id = :id",
			    ARGS(I(entry)));
	char *text CLEANUP(mem_free_ptr) =
		xasprintf("undo %s", str_or_empty(was));
	bool any;

	strv_init(&ids);
	if (!all)
		return err_set(err, ERR_INPUT, "it has been undone already");
	strv_split(&ids, all, "\n");
	if (!entry_add(s, JOURNAL_DELETE, 0, text, entry, inverse, err) ||
	    !remove_all(s, &ids, *inverse, &any, err))
		return false;
	if (!any)
		return err_set(err, ERR_INPUT,
			       "what came back is not here yet, or no longer: "
			       "run a sync first");
	return entry_set_undone(s, entry, err) && write_fact(s, key, NULL, err);
}
