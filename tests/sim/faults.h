/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef SIM_FAULTS_H
#define SIM_FAULTS_H
/*
 * Misbehaviour on demand: a table of lines such as
 *   op=GetItem nth=3 times=2 user=kim fault=busy:5000
 * "#" begins a comment. See exchange-sim --help for the list.
 */
#include "base/err.h"
#include "base/str.h"

enum fault_kind {
	FAULT_NONE,
	FAULT_DELAY,
	FAULT_DRIP,
	FAULT_DROP,
	FAULT_CUT,
	FAULT_WRONG_LENGTH,
	FAULT_401,
	FAULT_500,
	FAULT_STATUS,
	FAULT_503,
	FAULT_BUSY,
	FAULT_BUSY_MESSAGE,
	FAULT_STALE_SYNC,
	FAULT_ITEM_GONE,
	FAULT_PARTIAL,
	FAULT_DUPLICATE,
	FAULT_BAD_CHARS,
	FAULT_HUGE,
	FAULT_HTML,
	FAULT_CLOSE,
	FAULT_APPLY_DROP,
	FAULT_MAILBOX_MOVE,
	FAULT_NO_MAILBOX
};

struct fault {
	enum fault_kind kind;
	int64_t a, b;
};

struct faults;
struct faults *faults_new(void);
void faults_free(struct faults *f);
/* Replaces the table; on failure the old one stays. */
bool faults_parse(struct faults *f, const char *text,
		  struct err *err) MUST_CHECK;
/* Counts this request against every line and returns what it hits. */
struct fault faults_hit(struct faults *f, const char *op, const char *user);
#endif
