/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef SIM_COMPOSE_H
#define SIM_COMPOSE_H
/* Making and changing items from requests, and sending them. */
#include "tests/sim/ews.h"

void addrs_read(struct addrs *out, const xmlNode *list);
bool attachment_read(struct mail *m, const xmlNode *n) MUST_CHECK;
/* Content properties of an item element; true when there were any. */
bool overlay_mail(struct mail *m, const xmlNode *message, bool append);
/* The other ones. False: *code. *only_read turns false when there was anything
 * but IsRead, which itself is set only while creating. */
bool overlay_item(struct item *it, const xmlNode *message, bool creating,
		  bool *only_read, const char **code) MUST_CHECK;
/* A new item, not yet placed; NULL: *code. */
struct item *item_compose(const xmlNode *message, const char **code);
/* The MIME of a smart response (ReplyToItem ...); marks the original. */
struct item *item_respond(struct req *r, const xmlNode *response,
			  const char **code);

/* --- deliver.c ----------------------------------------------------------- */
/* Date, Message-ID and From where they are missing, on top of the item. */
void mail_stamp(const struct box *from, struct item *it);
/* May this be sent by that mailbox? NULL, or the error's code. */
const char *deliver_check(struct state *st, const struct box *from,
			  const struct item *it);
void deliver(struct state *st, struct box *from, const struct item *it);
/* A message from anywhere into one folder. */
struct item *deliver_local(struct state *st, struct folder *f, const char *mime,
			   size_t len);
/* The receipt a reader owes (dossier 10.3). */
void deliver_receipt(struct state *st, const struct item *it, bool was_read);
#endif
