/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef MODEL_STORAGE_H
#define MODEL_STORAGE_H
/*
 * How much a mailbox holds, and how much it may (dossiers EWS 16, WebDAV 24).
 * Bytes; STORAGE_UNKNOWN where nobody says.
 */
#include "base/str.h"

#define STORAGE_UNKNOWN (-1)
#define STORAGE_NO_LIMIT (-2)

struct storage {
	int64_t used;	     /* everything that counts */
	int64_t recoverable; /* of what was deleted, outside of the limits */
	int64_t warn, no_send, no_receive;
	int64_t largest; /* message that may be sent */
	char *origin;	 /* where the limits come from; NULL: none known */
};
void storage_init(struct storage *s);
void storage_release(struct storage *s);
/* A limit as servers tell it, in KB: 0 and -1 are none. */
int64_t storage_limit_of_kb(int64_t kb);
/* Has it a limit at all that is known? */
bool storage_has_limits(const struct storage *s);

/* How near the end it is. */
enum storage_level {
	STORAGE_FREE,
	STORAGE_NEAR,	 /* nine tenths of the first limit are used */
	STORAGE_WARNED,	 /* past the warning */
	STORAGE_NO_SEND, /* past the limit of sending */
	STORAGE_FULL	 /* nothing comes in any more */
};
enum storage_level storage_level(const struct storage *s);
const char *storage_level_name(enum storage_level l); /* "near" */
/* What a person ought to know: "The mailbox is full: ..."; false: nothing. */
bool storage_add_warning(struct str *b, const struct storage *s);
/* The limit that bars are drawn against; STORAGE_UNKNOWN: none. */
int64_t storage_measure(const struct storage *s);

/* As the store keeps it. Caller frees. */
char *storage_pack(const struct storage *s);
bool storage_unpack(struct storage *out, const char *text) MUST_CHECK;
#endif
