/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef MODEL_CHANGE_H
#define MODEL_CHANGE_H
/* What a server says has changed, and what a person wants changed. */
#include "base/err.h"
#include "model/folder.h"
#include "model/item.h"

enum change_kind {
	CHANGE_UPSERT, /* created or updated: treat alike (8.1) */
	CHANGE_GONE,   /* deleted, or moved away */
	CHANGE_READ    /* only the read flag: item.flags & ITEM_READ */
};

struct folder_change {
	enum change_kind kind; /* GONE: only folder.remote_id is set */
	struct folder folder;
};
struct item_change {
	enum change_kind kind; /* GONE, READ: remote_id, change_key, flags */
	struct item item;
};

struct folder_changes {
	struct folder_change *v;
	size_t n, cap;
};
struct item_changes {
	struct item_change *v;
	size_t n, cap;
};
void folder_changes_release(struct folder_changes *c);
void item_changes_release(struct item_changes *c);

/* An edit of an item's properties. Only the members named in `set` count. */
enum item_edit_set {
	EDIT_READ = 1 << 0,
	EDIT_FLAG = 1 << 1,
	EDIT_CATEGORIES = 1 << 2,
	EDIT_IMPORTANCE = 1 << 3,
	EDIT_VERB = 1 << 4, /* answered or forwarded, 10.2 */
};
struct item_edit {
	unsigned set; /* enum item_edit_set */
	bool read;
	unsigned flag;	     /* 0, ITEM_FLAGGED or ITEM_COMPLETE */
	int64_t flag_due;    /* CLOCK_NEVER: none */
	char *categories;    /* newline-separated; NULL: none left */
	unsigned importance; /* 0, ITEM_HIGH or ITEM_LOW */
	int verb;	     /* 102 reply, 103 reply all, 104 forward */
	int64_t verb_time;
};
void item_edit_release(struct item_edit *e);
void item_edit_copy(struct item_edit *to, const struct item_edit *from);
/* What e does to it->flags, flag_due and categories. */
void item_edit_apply(const struct item_edit *e, struct item *it);

enum delete_kind { DELETE_TO_DELETED, DELETE_SOFT, DELETE_HARD };
#endif
