/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef BASE_LOCKFILE_H
#define BASE_LOCKFILE_H
/*
 * One process at a time: an advisory lock on a file, let go by the kernel
 * when the process ends however it ends. The file itself stays.
 */
#include "base/err.h"

struct lockfile;
/* Makes `path` (0600) when missing and locks it without waiting. Fails with
 * ERR_CONFLICT when another holder exists (its process id in the text when
 * known), ERR_DISK when the file cannot be made. Caller: lockfile_free. */
bool lockfile_take(struct lockfile **out, const char *path,
		   struct err *err) MUST_CHECK;
void lockfile_free(struct lockfile *l); /* unlocks; NULL allowed */
#endif
