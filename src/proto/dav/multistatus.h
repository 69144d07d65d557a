/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef DAV_MULTISTATUS_H
#define DAV_MULTISTATUS_H
/*
 * Answers of status 207, read while they arrive (dossier 2.2): each response
 * is handed over as soon as it is complete, then forgotten, so memory holds one
 * response at a time. Needs no HTTP: tests and fuzzers feed it bytes.
 */
#include "base/err.h"
#include "proto/dav/props.h"

enum dav_change { DAV_CHANGED, DAV_NEW, DAV_DELETED };

/* One response. Receivers may take members out (and NULL them). */
struct dav_row {
	size_t index; /* in the answer, from 0 */
	char *href;   /* as the server wrote it; NULL: none */
	int status;   /* of the whole response; 0: none given */
	int refused;  /* first inner status of a propstat that is no success and
		       * not 404; 0: none */
	int missing;  /* properties with 404 */
	bool partly;  /* of a reading: some are told, the refused ones not */
	char *location;		 /* of a move */
	enum dav_change change;	 /* replication (9.1) */
	char *ids;		 /* subscription ids, one a line */
	char *value[PROP_COUNT]; /* of properties found; NULL: not told */
};
void dav_row_release(struct dav_row *r);
/* The worst the row tells: its status, else a refused property's, else 200. Who
 * only reads misses what is refused like what is not there. */
int dav_row_status(const struct dav_row *r);
bool dav_row_is_true(const struct dav_row *r, enum dav_prop p);
/* The number, or otherwise where there is none. */
int64_t dav_row_number(const struct dav_row *r, enum dav_prop p,
		       int64_t otherwise);
/* The values of a list in their order, empty ones too: lists run in parallel. */
void dav_row_list(const struct dav_row *r, enum dav_prop p, struct strv *out);

/* r is released after the call. False stops the reading with *err. */
typedef bool (*dav_row_fn)(void *ctx, struct dav_row *r, struct err *err);

struct dav_reader;
struct dav_reader *dav_reader_new(dav_row_fn fn, void *ctx);
/* The answer is to a request that changes nothing. */
void dav_reader_only_reads(struct dav_reader *r);
void dav_reader_free(struct dav_reader *r);
/* Fails with ERR_PROTOCOL on what is not XML, and with what fn said. */
bool dav_reader_feed(struct dav_reader *r, const char *s, size_t len,
		     struct err *err) MUST_CHECK;
/* Fails also when the document was no multistatus. */
bool dav_reader_finish(struct dav_reader *r, struct err *err) MUST_CHECK;
/* The replication state the answer tells; "": the one that was sent goes on to
 * be good, since nothing changed; NULL: none. */
const char *dav_reader_collblob(const struct dav_reader *r);
#endif
