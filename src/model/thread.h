/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef MODEL_THREAD_H
#define MODEL_THREAD_H
/*
 * The order and the shape of one conversation: which message answers which. A
 * parent is the message named by In-Reply-To, else the last one known of
 * References, else the one whose conversation index it extends. What has no
 * parent among the messages stands below the oldest one: that it belongs there
 * is given. Circles are cut where they close.
 */
#include <stdint.h>

#include "model/item.h"

struct thread_place {
	size_t item;   /* index of the message */
	int depth;     /* 0: the first one */
	bool last;     /* of its parent's answers */
	uint64_t open; /* bit d: the ancestor at depth d has more answers */
};

/* `items` must be ordered by age, oldest first; `out` has room for n. */
void thread_arrange(const struct item *items, size_t n,
		    struct thread_place *out);
#endif
