/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * Changes of what others may do: made on the server while the person waits, and
 * kept among the changes that can be taken back. What was before is a fact; an
 * entry has no steps.
 */
#include "store/steps.h"

#define PREFIX "rights-before:" /* state.c forgets those of no entry */

static char *key_of(int64_t entry)
{
	return xasprintf(PREFIX "%lld", (long long)entry);
}

char *query_rights_back(struct store *s, int64_t *entry)
{
	char *key CLEANUP(mem_free_ptr) = NULL, *back;
	int64_t id = *entry ? *entry : entry_last_undoable(s);

	key = key_of(id);
	back = query_fact(s, key);
	if (back)
		*entry = id;
	return back;
}

bool write_rights_done(struct store *s, const char *text, const char *back,
		       int64_t *entry, struct err *err)
{
	char *key CLEANUP(mem_free_ptr) = NULL;
	bool ok;

	if (!db_begin(s, err))
		return false;
	ok = entry_add_done(s, JOURNAL_RIGHTS, text, entry, err);
	if (ok) {
		key = key_of(*entry);
		ok = write_fact(s, key, back, err);
	}
	return db_end(s, ok, err);
}

bool write_rights_undone(struct store *s, int64_t entry, struct err *err)
{
	char *key CLEANUP(mem_free_ptr) = key_of(entry);

	if (!db_begin(s, err))
		return false;
	return db_end(s,
		      entry_set_undone(s, entry, err) &&
			      write_fact(s, key, NULL, err),
		      err);
}
