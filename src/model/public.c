/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "model/public.h"

#include <strings.h>

void public_list_release(struct public_list *l)
{
	for (size_t i = 0; i < l->n; i++) {
		folder_release(&l->v[i].folder);
		free(l->v[i].address);
	}
	vec_release(l);
	*l = (struct public_list){0};
}

static int by_name(const void *a, const void *b)
{
	const struct public_folder *x = a, *y = b;

	return strcasecmp(str_or_empty(x->folder.name),
			  str_or_empty(y->folder.name));
}

void public_list_sort(struct public_list *l)
{
	if (l->n)
		qsort(l->v, l->n, sizeof(*l->v), by_name);
}

void public_add_rights(struct str *b, unsigned rights)
{
	static const struct {
		unsigned right;
		const char *text;
	} texts[] = {{FOLDER_MAY_READ, "read"},
		     {FOLDER_MAY_CREATE, "post"},
		     {FOLDER_MAY_NEST, "make folders"}};
	size_t before = b->len;

	if ((rights & (FOLDER_MAY_READ | FOLDER_MAY_CREATE)) ==
	    FOLDER_MAY_READ) {
		str_add(b, "read-only");
		return;
	}
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		if (rights & texts[i].right)
			str_addf(b, "%s%s", b->len > before ? ", " : "",
				 texts[i].text);
	if (b->len == before)
		str_add(b, "nothing but the name");
}

void public_talk_free(struct public_talk *t)
{
	if (!t)
		return;
	free(t->id);
	bytes_release(&t->raw);
	folder_release(&t->folder);
	public_list_release(&t->list);
	item_list_release(&t->items);
	appointment_list_release(&t->events);
	person_list_release(&t->people);
	free(t);
}
