/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "model/recover.h"

struct recover_talk *recover_talk_new(enum recover_wish wish)
{
	struct recover_talk *t = xcalloc(1, sizeof(*t));

	t->wish = wish;
	strv_init(&t->ids);
	strv_init(&t->new_ids);
	return t;
}

void recover_talk_free(struct recover_talk *t)
{
	if (!t)
		return;
	strv_release(&t->ids);
	strv_release(&t->new_ids);
	item_list_release(&t->items);
	free(t);
}
