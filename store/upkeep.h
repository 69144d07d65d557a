/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef STORE_UPKEEP_H
#define STORE_UPKEEP_H
/*
 * What is done to the file as a whole while nobody works with it: giving free
 * space back, saving what can be read of a damaged one. Both leave the file as
 * it is unless they succeed.
 */
#include "base/err.h"
#include "base/str.h"

struct upkeep_sizes {
	int64_t before, after; /* bytes, of the file and its log */
};
/* Writes the file anew without its gaps. It asks for room on the disk for two
 * copies of what is in it first. */
bool store_vacuum(const char *path, struct upkeep_sizes *out,
		  struct err *err) MUST_CHECK;

/*
 * Puts every row that can be read into a new file, with indexes of its own,
 * which takes the place of the old one; that stays beside it, as *aside (the
 * caller's). Messages, contents, entries and contacts that cannot be read are
 * left out and marked to be fetched; the full-text index fills with the next
 * sync. Journal, folders and what is written in contacts here are not: when one
 * of their rows cannot be read the file stays as it is, ERR_DISK. ERR_CONFLICT:
 * somebody has it open. said: what was done, a sentence each; *aside NULL: the
 * file is sound.
 */
bool store_repair(const char *path, char **aside, struct strv *said,
		  struct err *err) MUST_CHECK;
#endif
