/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Changed on both sides: what each side has, in words. */
#include "engine/core.h"
#include "base/clock.h"

static void add_part(struct str *b, const char *text)
{
	if (b->len)
		str_add(b, ", ");
	str_add(b, text);
}

static void add_flag(struct str *b, unsigned flags)
{
	add_part(b, flags & ITEM_FLAGGED    ? "flagged"
		    : flags & ITEM_COMPLETE ? "flag complete"
					    : "no flag");
}

static void add_importance(struct str *b, unsigned flags)
{
	add_part(b, flags & ITEM_HIGH  ? "high importance"
		    : flags & ITEM_LOW ? "low importance"
				       : "normal importance");
}

static void add_categories(struct str *b, const char *categories)
{
	struct strv names CLEANUP(strv_release);
	char *line CLEANUP(mem_free_ptr) = NULL;

	strv_init(&names);
	strv_split(&names, str_or_empty(categories), "\n");
	line = strv_join(&names, "; ");
	add_part(b, names.n ? "categories " : "no categories");
	if (names.n)
		str_add(b, line);
}

/* The properties in `set` of an item with these values. */
static char *describe(unsigned set, unsigned flags, const char *categories)
{
	struct str b = STR_INIT;

	if (set & EDIT_READ)
		add_part(&b, flags & ITEM_READ ? "read" : "unread");
	if (set & EDIT_FLAG)
		add_flag(&b, flags);
	if (set & EDIT_CATEGORIES)
		add_categories(&b, categories);
	if (set & EDIT_IMPORTANCE)
		add_importance(&b, flags);
	if (set & EDIT_VERB)
		add_part(&b, flags & ITEM_ANSWERED    ? "answered"
			     : flags & ITEM_FORWARDED ? "forwarded"
						      : "not answered");
	return str_take(&b);
}

/* Are the two sets of names equal, in whatever order? */
static bool same_names(const char *a, const char *b)
{
	struct strv x CLEANUP(strv_release), y CLEANUP(strv_release);
	bool same;

	strv_init(&x);
	strv_init(&y);
	strv_split(&x, str_or_empty(a), "\n");
	strv_split(&y, str_or_empty(b), "\n");
	same = x.n == y.n;
	for (size_t i = 0; same && i < x.n; i++)
		same = strv_has(&y, x.v[i]);
	return same;
}

char *conflict_edit_text(const struct item_edit *e)
{
	struct item mine;
	char *text;

	item_init(&mine);
	item_edit_apply(e, &mine);
	text = describe(e->set, mine.flags, e->categories);
	item_release(&mine);
	return text;
}

bool conflict_describe(const struct item_edit *e, const struct item *server,
		       char **mine, char **theirs)
{
	unsigned mask = 0, set = 0;
	struct item ours;

	item_copy(&ours, server);
	item_edit_apply(e, &ours);
	if (e->set & EDIT_READ)
		mask |= ITEM_READ;
	if (e->set & EDIT_FLAG)
		mask |= ITEM_FLAGGED | ITEM_COMPLETE;
	if (e->set & EDIT_IMPORTANCE)
		mask |= ITEM_HIGH | ITEM_LOW;
	if (e->set & EDIT_VERB)
		mask |= ITEM_ANSWERED | ITEM_FORWARDED;
	if ((ours.flags ^ server->flags) & mask)
		set = e->set & ~(unsigned)EDIT_CATEGORIES;
	if ((e->set & EDIT_CATEGORIES) &&
	    !same_names(e->categories, server->categories))
		set |= EDIT_CATEGORIES;
	if (set) {
		*mine = describe(set, ours.flags, e->categories);
		*theirs = describe(set, server->flags, server->categories);
	}
	item_release(&ours);
	return set != 0;
}
