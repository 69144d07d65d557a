/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "store/upkeep.h"

#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "store/db.h"

#define MARGIN (4 << 20) /* for what is not pages */

static int64_t size_of(const char *path)
{
	char *log CLEANUP(mem_free_ptr) = xasprintf("%s-wal", path);
	struct stat st;
	int64_t n = 0;

	if (stat(path, &st) == 0)
		n += st.st_size;
	if (stat(log, &st) == 0)
		n += st.st_size;
	return n;
}

/* SQLite copies what there is into a temporary file and from there into the
 * log, and only then the file gets it. */
static bool has_room(struct store *s, struct err *err)
{
	int64_t pages = 0, page = 0, gaps = 0;
	struct statvfs fs;

	if (!db_get_int(s, &pages, err, "PRAGMA page_count", NO_ARGS) ||
	    !db_get_int(s, &page, err, "PRAGMA page_size", NO_ARGS) ||
	    !db_get_int(s, &gaps, err, "PRAGMA freelist_count", NO_ARGS))
		return false;
	int64_t need = (pages - gaps) * page * 2 + MARGIN;

	if (statvfs(s->path, &fs) != 0)
		return err_errno(err, "cannot look at the disk of %s", s->path);
	int64_t room = (int64_t)fs.f_bavail * (int64_t)fs.f_frsize;

	return room >= need ||
	       err_set(err, ERR_DISK,
		       "there is no room for this: it takes %lld MB for a "
		       "while, and %lld MB are free beside %s",
		       (long long)(need >> 20), (long long)(room >> 20),
		       s->path);
}

/* Into the file, and the log emptied; a reader elsewhere may hold it. */
static bool empty_log(struct store *s, struct err *err)
{
	int64_t busy = 0;

	if (!db_get_int(s, &busy, err, "PRAGMA wal_checkpoint(TRUNCATE)",
			NO_ARGS))
		return false;
	return !busy || err_set(err, ERR_CONFLICT,
				"%s is in use by another process", s->path);
}

bool store_vacuum(const char *path, struct upkeep_sizes *out, struct err *err)
{
	struct store *s;
	bool ok;

	out->before = size_of(path);
	if (access(path, F_OK) != 0)
		return err_set(err, ERR_NOT_FOUND, "there is no %s yet", path);
	if (!store_open_write(&s, path, err))
		return false;
	ok = has_room(s, err);
	if (ok) {
		/* Not in memory: it may be all of it. */
		db_temp_beside(s);
		ok = empty_log(s, err) && db_script(s, "VACUUM", err) &&
		     empty_log(s, err);
		db_temp_beside(NULL);
	}
	store_close(s);
	out->after = size_of(path);
	return ok;
}
