/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef PROTO_SERVICES_H
#define PROTO_SERVICES_H
/*
 * The part of a backend beside mail, calendar and people: services of the
 * mailbox as a whole. The rules of backend.h hold; a member is NULL where the
 * protocol has nothing like it.
 */
#include "model/oof.h"
#include "proto/backend.h"

struct service_ops {
	/* One's own out-of-office settings. */
	bool (*oof_get)(struct backend *b, const struct op *op, struct oof *out,
			struct err *err);
	/* Replaces them: both texts are sent, NULL as empty. */
	bool (*oof_set)(struct backend *b, const struct op *op,
			const struct oof *o, struct err *err);
};

/* Never NULL: what a backend without services has is a table of nothing. */
const struct service_ops *backend_services(const struct backend_ops *ops);
#endif
