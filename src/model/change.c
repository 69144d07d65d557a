/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "model/change.h"

#include "base/clock.h"

void folder_changes_release(struct folder_changes *c)
{
	for (size_t i = 0; i < c->n; i++)
		folder_release(&c->v[i].folder);
	vec_release(c);
}

void item_changes_release(struct item_changes *c)
{
	for (size_t i = 0; i < c->n; i++)
		item_release(&c->v[i].item);
	vec_release(c);
}

void item_edit_release(struct item_edit *e)
{
	free(e->categories);
	e->categories = NULL;
	e->set = 0;
}

void item_edit_copy(struct item_edit *to, const struct item_edit *from)
{
	struct item_edit c = *from;

	c.categories = xstrdup(from->categories);
	*to = c;
}

static void put_bits(struct item *it, unsigned mask, unsigned value)
{
	it->flags = (it->flags & ~mask) | (value & mask);
}

void item_edit_apply(const struct item_edit *e, struct item *it)
{
	if (e->set & EDIT_READ)
		put_bits(it, ITEM_READ, e->read ? ITEM_READ : 0);
	if (e->set & EDIT_FLAG) {
		put_bits(it, ITEM_FLAGGED | ITEM_COMPLETE, e->flag);
		it->flag_due =
			e->flag == ITEM_FLAGGED ? e->flag_due : CLOCK_NEVER;
	}
	if (e->set & EDIT_CATEGORIES)
		mem_replace(&it->categories, xstrdup(e->categories));
	if (e->set & EDIT_IMPORTANCE)
		put_bits(it, ITEM_HIGH | ITEM_LOW, e->importance);
	if (e->set & EDIT_VERB) {
		/* PR_LAST_VERB_EXECUTED: the last one alone is remembered. */
		unsigned bit = e->verb == 104 ? ITEM_FORWARDED
			       : e->verb == 102 || e->verb == 103
				       ? ITEM_ANSWERED
				       : 0;

		put_bits(it, ITEM_ANSWERED | ITEM_FORWARDED, bit);
	}
}
