/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef UI_PUBLIC_CONTENT_H
#define UI_PUBLIC_CONTENT_H
/* What is in one public folder, as what it is: posts, entries of a calendar, or
 * contacts. Rows of the public folders' screen. */
#include "base/zone.h"
#include "model/public.h"
#include "ui/list.h"

struct public_content {
	enum folder_kind kind;
	struct item_list posts;
	struct appointment_list events;
	struct person_list people;
	bool more;	   /* the folder goes on */
	struct zone *zone; /* the person's; NULL: not read yet */
};
void public_content_release(struct public_content *c);
/* Takes what an answer to PUBLIC_ITEMS holds. */
void public_content_take(struct public_content *c, struct public_talk *talk);
size_t public_content_count(const struct public_content *c);
const struct column *public_content_columns(enum folder_kind kind, size_t *n);
void public_content_cell(const struct public_content *c, size_t i, int column,
			 struct str *out, enum theme_role *role);
/* The row to begin at: of a calendar the first that is not over. */
size_t public_content_first(const struct public_content *c);
/* The whole of an entry or contact as text. False: it is a post, to be read
 * from the server. */
bool public_content_add_card(const struct public_content *c, size_t i,
			     struct str *text);
const char *public_content_title(const struct public_content *c, size_t i);
/* " (calendar)" behind a name; nothing for posts. */
const char *public_content_mark(enum folder_kind kind);
/* What a folder without posts is: "a calendar". */
const char *public_content_words(enum folder_kind kind);
/* What stands in an empty one. */
const char *public_content_empty(enum folder_kind kind);
#endif
