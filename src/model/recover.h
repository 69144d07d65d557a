/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef MODEL_RECOVER_H
#define MODEL_RECOVER_H
/* What was deleted for good and can still be had back from the server: asked of
 * it when a person wants it, and not mirrored. */
#include "model/item.h"

enum recover_wish {
	RECOVER_LIST,	 /* the newest of it */
	RECOVER_RESTORE, /* `ids` go into `folder` */
	RECOVER_PURGE	 /* `ids` go for ever */
};
struct recover_talk {
	enum recover_wish wish;
	struct strv ids; /* of the server */
	int64_t folder;	 /* row of the store */
	/* The answer. */
	struct item_list items;
	bool more;	     /* there is more than was listed */
	int64_t done;	     /* restored or purged */
	struct strv new_ids; /* of what was restored */
};
struct recover_talk *recover_talk_new(enum recover_wish wish);
void recover_talk_free(struct recover_talk *t); /* NULL is allowed */
#endif
