/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Calls whose answers are kept as trees. */
#include <string.h>
#include "proto/ews/soap.h"

struct first {
	struct err err;
	enum ews_rule rule;
	bool seen;
};

static bool look(void *ctx, struct ews_message *m, struct err *err)
{
	struct first *f = ctx;

	(void)err;
	if (m->index > 0)
		return true;
	f->seen = true;
	f->rule = ews_message_error(m, &f->err);
	return true;
}

static bool run(struct backend *b, const struct op *op, const char *operation,
		struct str *owned_body, bool changes, struct ews_tree *got,
		struct first *first, struct err *err)
{
	struct soap_call call = {.operation = operation,
				 .body = *owned_body,
				 .changes = changes,
				 .again = true,
				 .tree = got,
				 .fn = look,
				 .ctx = first};
	int busy = 0, again = 0;
	bool ok, repeat;

	do {
		memset(first, 0, sizeof(*first));
		ok = soap_do(b, op, &call, NULL, err);
		if (ok && first->rule == RULE_BUSY)
			soap_pause(b, &first->err);
		repeat = ok && first->rule == RULE_BUSY && ++busy <= BUSY_TRIES;
		if (ok && first->rule == RULE_AGAIN && !changes &&
		    ++again <= AGAIN_TRIES)
			ok = repeat = soap_sleep(op, AGAIN_MS * again, err);
	} while (repeat);
	str_release(&call.body);
	*owned_body = (struct str)STR_INIT;
	return ok;
}

bool soap_tree(struct backend *b, const struct op *op, const char *operation,
	       struct str *owned_body, bool changes, struct ews_tree *got,
	       struct err *err)
{
	struct first first;

	return run(b, op, operation, owned_body, changes, got, &first, err);
}

bool soap_tree_single(struct backend *b, const struct op *op,
		      const char *operation, struct str *owned_body,
		      bool changes, struct ews_tree *got, struct err *err)
{
	struct first first;

	if (!run(b, op, operation, owned_body, changes, got, &first, err))
		return false;
	if (!first.seen)
		return err_set(err, ERR_PROTOCOL,
			       "the answer to %s holds no result", operation);
	if (first.rule == RULE_NONE)
		return true;
	if (err)
		*err = first.err;
	return false;
}
