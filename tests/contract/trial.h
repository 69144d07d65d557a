/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef TESTS_CONTRACT_TRIAL_H
#define TESTS_CONTRACT_TRIAL_H
/* What the tests with faults have in common, whatever the protocol: a signed-in
 * client that knows its Inbox, and rows of faults with what must come of each.
 */
#include "tests/contract/contract.h"

#define REFS 8

struct trial {
	const struct sim *s;
	bool keys; /* changes are sent with the change keys that were read */
	struct client c;
	struct item_changes inbox;
	struct item_ref refs[REFS];
};
void trial_open(struct trial *t);
void trial_close(struct trial *t);

/* Each item of refs exactly once, in any order, with its text. */
void trial_check_fetched(struct trial *t, const struct got *g);

/* A sync of the Inbox that must fail. */
struct sync_row {
	const char *name, *table;
	enum err_kind kind;
	int requests; /* of the operation, at most */
	bool waits;   /* and says when to come again */
};
void trial_sync_errors(struct trial *t, const char *operation,
		       const struct sync_row *rows, size_t n);

/* A change of all refs at once, which is never sent twice. */
struct edit_row {
	const char *table;
	bool ok;
	int requests;
};
void trial_edits(struct trial *t, const char *operation,
		 const struct item_edit *edit, const struct edit_row *rows,
		 size_t n);

/* A fetch under each of the tables, cancelled while it waits. */
void trial_cancel(struct trial *t, const char *const *tables, size_t n);
/* ctx: a struct trial; a wrong password is asked for once more. */
void trial_wrong_password(void *ctx);

struct trial_part {
	const char *name;
	void (*fn)(void *trial);
};
void trial_run(struct trial *t, const char *version,
	       const struct trial_part *parts, size_t n);
#endif
