/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "engine/upkeep.h"

#include "base/load.h"
#include "base/lockfile.h"

/* Against engines that talk to the server; one that does not is in and out of
 * the file by SQLite's own locks. */
static bool take_lock(struct lockfile **out, const char *store_path,
		      struct err *err)
{
	char *path CLEANUP(mem_free_ptr) = xasprintf("%s.lock", store_path);

	if (!load_content(err))
		return false;
	return lockfile_take(out, path, err) ||
	       (err->kind == ERR_CONFLICT &&
		err_add(err, "a screen or a sync of this account is running; "
			     "end it first"));
}

bool engine_vacuum(const char *store_path, struct upkeep_sizes *out,
		   struct err *err)
{
	struct lockfile *lock;
	bool ok;

	if (!take_lock(&lock, store_path, err))
		return false;
	ok = store_vacuum(store_path, out, err);
	lockfile_free(lock);
	return ok;
}

bool engine_repair(const char *store_path, char **aside, struct strv *said,
		   struct err *err)
{
	struct lockfile *lock;
	bool ok;

	if (!take_lock(&lock, store_path, err))
		return false;
	ok = store_repair(store_path, aside, said, err);
	lockfile_free(lock);
	return ok;
}
