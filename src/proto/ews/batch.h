/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef EWS_BATCH_H
#define EWS_BATCH_H
/*
 * One operation over many ids, driven until every id has a final result:
 * halved when the server runs out of time, continued where it stopped,
 * repeated when it was busy (dossier 6).
 */
#include "proto/ews/soap.h"

struct batch {
	struct backend *b;
	const struct op *op;
	const char *operation;
	size_t n;     /* inputs */
	bool changes; /* soap_call.changes */
	/* Appends the operation's element for the inputs idx[0..n). */
	void (*write)(struct batch *t, const size_t *idx, size_t n,
		      struct str *out);
	/* The final result of input i, once for each: e->kind ERR_NONE and its
	 * message, or the error (m NULL where the server sent no message).
	 * False stops the batch. */
	bool (*done)(struct batch *t, size_t i, struct ews_message *m,
		     enum ews_rule rule, const struct err *e);
	/* Inputs of different groups never share a request; may be NULL. */
	int (*group)(struct batch *t, size_t i);
	struct ews_tree *tree; /* of the answer, for done(); may be NULL */
	void *ctx;
};

/* False when a read failed (some inputs may have their results), or a change
 * before any input was done. A change that fails later makes the failure the
 * result of the inputs still waiting, and this is true: what was done must not
 * be lost. */
bool ews_batch_run(struct batch *t, struct err *err) MUST_CHECK;

/* A done() for item_results: new ids are the message's first item. */
bool batch_keep(struct item_results *out, size_t i, struct ews_message *m,
		const struct err *e);
#endif
