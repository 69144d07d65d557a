/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef SIM_AUTODISCOVER_H
#define SIM_AUTODISCOVER_H
#include "tests/sim/sim.h"

/* Returns the HTTP status; base: this server's "https://host". */
unsigned autodiscover_answer(struct sim *sim, const char *url,
			     const char *method, const char *base,
			     const struct str *body, struct str *out);

/* Public folder mailboxes of 2013 and later (ews_public.c): by either of their
 * addresses; both texts are the caller's. */
struct public_mailbox {
	char *address, *by_guid;
};
bool public_mailbox_find(const struct sim *sim, const char *address,
			 struct public_mailbox *out) MUST_CHECK;
/* The one with the tree; NULL before 2013. Caller frees. */
char *public_tree_mailbox(const struct sim *sim);
#endif
