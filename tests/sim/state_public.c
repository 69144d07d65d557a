/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* The store of the public folders: a tree that belongs to nobody, in which
 * each reader has his own read marks. */
#include "tests/sim/state.h"

#include <string.h>
#include "tests/sim/events.h"

void public_build(struct state *st)
{
	static const char *const hidden[] = {"EFORMS REGISTRY",
					     "OFFLINE ADDRESS BOOK",
					     "SCHEDULE+ FREE BUSY"};
	struct box *box = box_bare(st, "public", "Public Folders");
	struct folder *root, *top;

	box->is_public = true;
	st->public_box = box;
	root = folder_new(st, box, NULL, "Root", NULL);
	root->distinguished = "root";
	root->everybody = "Reviewer";
	top = folder_new(st, box, root, "Public Folders", NULL);
	top->distinguished = "publicfoldersroot";
	top->everybody = "Reviewer";
	for (size_t i = 0; i < ARRAY_LEN(hidden); i++) {
		struct folder *f =
			folder_new(st, box, root, hidden[i], "IPF.Note");

		f->everybody = "Editor";
	}
}

struct folder *public_folder(struct state *st, const char *path,
			     const char *folder_class)
{
	struct folder *f = box_top(st->public_box);
	struct strv names CLEANUP(strv_release);

	strv_init(&names);
	strv_split(&names, path, "/");
	for (size_t i = 0; i < names.n; i++) {
		struct folder *child = folder_child(f, names.v[i]);

		if (!child) {
			child = folder_new(st, st->public_box, f, names.v[i],
					   folder_class);
			folder_inherit(child, f);
			/* People may write where nothing else is said. */
			if (folder_is_top(f))
				child->everybody = "Author";
		}
		f = child;
	}
	return f;
}

struct folder *public_by_address(struct state *st, const char *address)
{
	const struct box *box = st->public_box;

	for (size_t i = 0; box && i < box->folders.n; i++)
		if (box->folders.v[i]->address &&
		    str_eq_nocase(box->folders.v[i]->address, address))
			return box->folders.v[i];
	return NULL;
}

bool item_is_read(const struct item *it, const struct box *who)
{
	if (!it->folder || !it->folder->box->is_public)
		return it->read;
	for (size_t i = 0; i < it->readers.n; i++)
		if (it->readers.v[i] == who)
			return true;
	return false;
}

void item_read_by(struct state *st, struct item *it, struct box *who, bool read)
{
	if (!it->folder->box->is_public) {
		item_set_read(st, it, read);
		return;
	}
	if (item_is_read(it, who) == read)
		return;
	for (size_t i = 0; !read && i < it->readers.n; i++)
		if (it->readers.v[i] == who)
			vec_remove(&it->readers, i);
	if (read)
		vec_add(&it->readers, who);
	item_changed(st, it, true);
}

size_t folder_unread(const struct folder *f, const struct box *who)
{
	size_t n = 0;

	if (!f->box->is_public)
		return f->unread;
	for (size_t i = 0; i < f->items.n; i++)
		n += !item_is_read(f->items.v[i], who);
	return n;
}
