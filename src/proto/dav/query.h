/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef DAV_QUERY_H
#define DAV_QUERY_H
/* SEARCH (dossier 7) and PROPFIND, single and in batches. */
#include "proto/dav/dav.h"

struct query {
	unsigned use;	      /* columns: enum dav_use */
	const char *scope;    /* NULL: shallow */
	const char *where;    /* SQL; NULL: nothing */
	bool risky;	      /* it may be the condition that is refused */
	const char *order;    /* SQL; NULL: none */
	int64_t from, count;  /* rows wanted; count 0: all */
	bool repl;	      /* with a replication state ... */
	const char *collblob; /* ... this one; NULL: the first */
};
struct query_result {
	int64_t rows;	/* delivered */
	int64_t failed; /* of them; all of them: ERR_DENIED */
	bool more;	/* there are more rows behind them */
	char *collblob; /* owned (multistatus.h) */
};

/* Searches the folder at `path` (from the server's root). Asks for fewer
 * columns where the server refuses some. */
bool query_search(struct backend *b, const struct op *op, const char *path,
		  const struct query *q, dav_row_fn fn, void *ctx,
		  struct query_result *out, struct err *err) MUST_CHECK;
/* depth: "0", "1", "1,noroot". */
bool query_propfind(struct backend *b, const struct op *op, const char *path,
		    const char *depth, unsigned use, const enum dav_prop *extra,
		    dav_row_fn fn, void *ctx, struct err *err) MUST_CHECK;
/* The same for the items `names` (encoded segments) of a folder. */
bool query_bpropfind(struct backend *b, const struct op *op, const char *folder,
		     const char *const *names, size_t n, unsigned use,
		     dav_row_fn fn, void *ctx, struct err *err) MUST_CHECK;

/* PROPPATCH of one item: `set` and `remove` are elements (NULL: none), guard a
 * precondition such as "If-Match: *". *refused: the status of a property that
 * was not taken, 0: all were; where *refused is not 0 it is unknown which were.
 */
bool query_proppatch(struct backend *b, const struct op *op, const char *path,
		     const char *guard, const char *set, const char *remove,
		     int *refused, struct err *err) MUST_CHECK;

/* "cast("2003-02-01T00:00:00Z" as 'dateTime.tz')" */
void query_add_date(struct str *b, int64_t t);
/* 'text' with quotes doubled. */
void query_add_text(struct str *b, const char *s);
/* What every item search begins with: no folders, nothing hidden. */
#define QUERY_ITEMS "\"DAV:iscollection\" = False AND \"DAV:ishidden\" = False"
/* What stands in front of every body of ours. */
#define DAV_XML "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
#define DAV_TYPES                                                              \
	" xmlns:D=\"DAV:\" "                                                   \
	"xmlns:T=\"urn:uuid:c2f41010-65b3-11d1-a29f-00aa00c14882/\""
/* <D:target> with hrefs. */
void query_add_target(struct str *b, const char *const *names, size_t n);
#endif
