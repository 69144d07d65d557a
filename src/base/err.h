/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef BASE_ERR_H
#define BASE_ERR_H
/*
 * The error value. A function that can fail for reasons outside the program
 * returns bool, takes struct err *err last, and is MUST_CHECK; on false *err
 * is filled and its outputs are untouched. err may be NULL where the caller
 * does not care why. An err is plain data: no ownership, copied freely.
 */
#include "base/mem.h"

enum err_kind {
	ERR_NONE = 0,
	ERR_NETWORK,  /* could not reach, lost, timed out */
	ERR_AUTH,     /* sign-in refused */
	ERR_SERVER,   /* server is unwell or busy: try later */
	ERR_PROTOCOL, /* answer not understood, or our request wrong */
	ERR_NOT_FOUND,
	ERR_CONFLICT, /* changed meanwhile */
	ERR_QUOTA,
	ERR_DENIED, /* no right to do this */
	ERR_CANCELLED,
	ERR_DISK,	 /* local store or files */
	ERR_INPUT,	 /* the person's input or configuration */
	ERR_STATE,	 /* server refuses our sync state or id: start anew */
	ERR_UNSUPPORTED, /* this server or version does not offer it */
	ERR_KINDS
};

struct err {
	enum err_kind kind;
	int number;		/* HTTP status, errno, SQLite code; 0 none */
	int64_t retry_after_ms; /* > 0: not before this; 0: no hint */
	char code[64];	/* server's own code, e.g. "ErrorItemNotFound" */
	char text[512]; /* one sentence for people, UTF-8 */
};

#define ERR_INIT                                                               \
	{                                                                      \
		.kind = ERR_NONE                                               \
	}

/* Fills *err (if not NULL) and returns false, so that callers can write
 * `return err_set(err, ERR_NETWORK, "...");`. */
PRINTF(3, 4)
bool err_set(struct err *err, enum err_kind kind, const char *fmt, ...);
/* The same from errno: "<text>: <strerror>". Kind ERR_DISK. */
PRINTF(2, 3) bool err_errno(struct err *err, const char *fmt, ...);
/* Puts context in front: "while ...: <old text>". Returns false. */
PRINTF(2, 3) bool err_add(struct err *err, const char *fmt, ...);
void err_clear(struct err *err);
const char *err_kind_name(enum err_kind kind); /* "network", "auth", ... */
/* True where the same request may succeed later without anyone acting. */
bool err_is_transient(const struct err *err);
#endif
