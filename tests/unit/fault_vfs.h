/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef TESTS_FAULT_VFS_H
#define TESTS_FAULT_VFS_H
/*
 * A file system for SQLite that passes everything on until the n-th write,
 * sync or truncation, and from there on fails: a disk that is full or dead.
 */
#include <sqlite3.h>
#include <string.h>

#include "base/mem.h"

static struct {
	int left;   /* calls that still work; < 0: all of them */
	int code;   /* SQLITE_FULL, SQLITE_IOERR_WRITE ... */
	bool reads; /* reads count and fail too */
	int seen;   /* calls counted */
} fault = {.left = -1};

struct fault_file {
	sqlite3_file base;
	sqlite3_file *real;
};

static sqlite3_vfs *fault_real_vfs;
static sqlite3_vfs fault_own_vfs;

static bool fault_hits(void)
{
	fault.seen++;
	if (fault.left < 0)
		return false;
	if (fault.left > 0) {
		fault.left--;
		return false;
	}
	return true;
}

static sqlite3_file *fault_of(sqlite3_file *f)
{
	return ((struct fault_file *)f)->real;
}
#define REAL(f) fault_of(f)
#define CALL(f, m, ...) REAL(f)->pMethods->m(REAL(f), ##__VA_ARGS__)

static int fault_close(sqlite3_file *f)
{
	int rc = REAL(f)->pMethods ? REAL(f)->pMethods->xClose(REAL(f))
				   : SQLITE_OK;

	sqlite3_free(REAL(f));
	return rc;
}
static int fault_read(sqlite3_file *f, void *p, int n, sqlite3_int64 at)
{
	if (fault.reads && fault_hits())
		return SQLITE_IOERR_READ;
	return REAL(f)->pMethods->xRead(REAL(f), p, n, at);
}
static int fault_write(sqlite3_file *f, const void *p, int n, sqlite3_int64 at)
{
	if (fault_hits())
		return fault.code;
	return REAL(f)->pMethods->xWrite(REAL(f), p, n, at);
}
static int fault_truncate(sqlite3_file *f, sqlite3_int64 size)
{
	if (fault_hits())
		return SQLITE_IOERR_TRUNCATE;
	return REAL(f)->pMethods->xTruncate(REAL(f), size);
}
static int fault_sync(sqlite3_file *f, int flags)
{
	if (fault_hits())
		return SQLITE_IOERR_FSYNC;
	return REAL(f)->pMethods->xSync(REAL(f), flags);
}
static int fault_size(sqlite3_file *f, sqlite3_int64 *n)
{
	return REAL(f)->pMethods->xFileSize(REAL(f), n);
}
static int fault_lock(sqlite3_file *f, int l)
{
	return REAL(f)->pMethods->xLock(REAL(f), l);
}
static int fault_unlock(sqlite3_file *f, int l)
{
	return REAL(f)->pMethods->xUnlock(REAL(f), l);
}
static int fault_check(sqlite3_file *f, int *out)
{
	return REAL(f)->pMethods->xCheckReservedLock(REAL(f), out);
}
static int fault_control(sqlite3_file *f, int op, void *arg)
{
	return REAL(f)->pMethods->xFileControl(REAL(f), op, arg);
}
static int fault_sector(sqlite3_file *f)
{
	return REAL(f)->pMethods->xSectorSize(REAL(f));
}
static int fault_device(sqlite3_file *f)
{
	return REAL(f)->pMethods->xDeviceCharacteristics(REAL(f));
}
static int fault_shm_map(sqlite3_file *f, int page, int size, int extend,
			 void volatile **out)
{
	if (extend && fault_hits())
		return SQLITE_IOERR_SHMSIZE;
	return REAL(f)->pMethods->xShmMap(REAL(f), page, size, extend, out);
}
static int fault_shm_lock(sqlite3_file *f, int at, int n, int flags)
{
	return REAL(f)->pMethods->xShmLock(REAL(f), at, n, flags);
}
static void fault_shm_barrier(sqlite3_file *f)
{
	REAL(f)->pMethods->xShmBarrier(REAL(f));
}
static int fault_shm_unmap(sqlite3_file *f, int drop)
{
	return REAL(f)->pMethods->xShmUnmap(REAL(f), drop);
}

static const sqlite3_io_methods fault_methods = {
	.iVersion = 2,
	.xClose = fault_close,
	.xRead = fault_read,
	.xWrite = fault_write,
	.xTruncate = fault_truncate,
	.xSync = fault_sync,
	.xFileSize = fault_size,
	.xLock = fault_lock,
	.xUnlock = fault_unlock,
	.xCheckReservedLock = fault_check,
	.xFileControl = fault_control,
	.xSectorSize = fault_sector,
	.xDeviceCharacteristics = fault_device,
	.xShmMap = fault_shm_map,
	.xShmLock = fault_shm_lock,
	.xShmBarrier = fault_shm_barrier,
	.xShmUnmap = fault_shm_unmap,
};

static int fault_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *f,
		      int flags, int *out)
{
	struct fault_file *own = (struct fault_file *)f;
	int rc;

	(void)vfs;
	own->real = sqlite3_malloc(fault_real_vfs->szOsFile);
	memset(own->real, 0, (size_t)fault_real_vfs->szOsFile);
	rc = fault_real_vfs->xOpen(fault_real_vfs, name, own->real, flags, out);
	own->base.pMethods = rc == SQLITE_OK ? &fault_methods : NULL;
	if (rc != SQLITE_OK)
		sqlite3_free(own->real);
	return rc;
}

/* Every later connection of this process uses it. */
static void fault_install(void)
{
	fault_real_vfs = sqlite3_vfs_find(NULL);
	fault_own_vfs = *fault_real_vfs;
	fault_own_vfs.szOsFile = (int)sizeof(struct fault_file);
	fault_own_vfs.zName = "fault";
	fault_own_vfs.xOpen = fault_open;
	fault_own_vfs.pNext = NULL;
	sqlite3_vfs_register(&fault_own_vfs, 1);
}
#undef CALL
#undef REAL
#endif
