/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef DAV_ITEM_H
#define DAV_ITEM_H
/*
 * Items: from a response to struct item, and from an id to an address.
 *
 * A change key says what the item was like where edits may meet: its name (not
 * a property, but what batches need), article number, flag, importance,
 * categories, last verb. An edit is a conflict when what it sets has changed
 * since (edit.c).
 */
#include "proto/dav/dav.h"

/* The item's id from its row; NULL: not in this mailbox. Caller frees. */
char *item_row_id(struct backend *b, const struct dav_row *r);
/* Fills it (initialised by the caller) from a row. False: not in this mailbox,
 * or no item. */
bool item_read_row(struct backend *b, const struct dav_row *r, struct item *it);

/* A change key taken apart. */
struct item_key {
	char *name;	     /* encoded segment; NULL unknown */
	int64_t article;     /* -1 unknown */
	int flag;	     /* 0, 1 complete, 2 flagged */
	int64_t due;	     /* CLOCK_NEVER */
	int importance;	     /* 0 low, 1, 2 high */
	int verb;	     /* 0 none */
	uint32_t categories; /* hash of the names, whatever their order */
};
bool item_key_read(struct item_key *k, const char *change_key);
char *item_key_write(const struct item_key *k);
void item_key_release(struct item_key *k);
void item_key_of_row(struct item_key *k, const struct dav_row *r);
uint32_t item_hash_categories(const char *names);

/* Where an item is. */
struct item_place {
	char *folder;	 /* its id; NULL: the id is a path ("p:") */
	char *base;	 /* path of its folder, from the server's root */
	char *name;	 /* encoded; NULL unknown */
	char *path;	 /* full, by name; NULL unknown */
	char *permanent; /* full, by permanent URL; NULL none */
};
void item_place_release(struct item_place *p);
/* Fails with NOT_FOUND for an id that is none, or whose folder is gone. */
bool item_find_place(struct backend *b, const struct op *op,
		     const struct item_ref *ref, struct item_place *out,
		     struct err *err) MUST_CHECK;
/* The path to use first, and the other one (NULL: none). */
const char *item_path(const struct item_place *p);
const char *item_other_path(const struct item_place *p);
/* Does the call on the item's path, and on its other one where the first is not
 * found. */
bool item_do(struct backend *b, const struct op *op, const struct item_place *p,
	     struct dav_call *c, struct err *err) MUST_CHECK;
/* Id and change key of the item at a path. *id NULL: there is none. */
bool item_ask_id(struct backend *b, const struct op *op, const char *path,
		 char **id, char **change_key, struct err *err) MUST_CHECK;
/* The id an item has in a folder after a move: from what the answer told
 * (*change_key is NULL then), else by asking. */
bool item_arrived_id(struct backend *b, const struct op *op, const char *folder,
		     const char *repl_uid, const char *permanent,
		     const char *location, char **id, char **change_key,
		     struct err *err) MUST_CHECK;
#endif
