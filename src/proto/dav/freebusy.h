/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef DAV_FREEBUSY_H
#define DAV_FREEBUSY_H
/*
 * Free/busy lies among the public folders, perhaps on another server (dossier
 * 18): asked by a page, or read from the messages behind it.
 */
#include "proto/dav/dav.h"

/* Where it is: the account's public folder server, else the one that the
 * mailbox's web access names. While it is open the calls of the backend go
 * there. */
struct public_place {
	struct backend *b;
	char *origin, *root; /* root: path with a slash at the end */
};
void public_open(struct public_place *p, struct backend *b,
		 const struct op *op);
void public_close(struct public_place *p);
/* The folder of all free/busy messages below root; caller frees. */
char *public_busy_folder(const struct public_place *p);
/* The messages of these people, as far as there are any: fn for each row, with
 * USE_BUSY. */
bool public_find_messages(const struct public_place *p, const struct op *op,
			  const char *const *addresses, size_t n, dav_row_fn fn,
			  void *ctx, struct err *err) MUST_CHECK;
/* The name behind the last "cn=" of a legacy DN is nearly always the part of
 * the address before the "@". */
bool public_is_whose(const char *dn, const char *address);

/* The kinds of a message: months, data, what they mean. */
struct busy_kind {
	enum dav_prop months, data;
	enum show_as show_as;
};
#define BUSY_KINDS 4
extern const struct busy_kind busy_kinds[BUSY_KINDS]; /* the first: all */
#define BUSY_EPOCH_MINUTES 194074560LL		      /* from 1601 to 1970 */
/* The first instant of a month given as year * 16 + month. */
int64_t busy_month_start(int month);
#endif
