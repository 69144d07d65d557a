/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef MODEL_PUBLIC_H
#define MODEL_PUBLIC_H
/*
 * Public folders (dossiers EWS 15, WebDAV 20): one level of their tree, as the
 * server tells it to this reader. Texts are owned.
 */
#include "base/vec.h"
#include "model/appointment.h"
#include "model/folder.h"
#include "model/item.h"
#include "model/person.h"

struct public_folder {
	struct folder folder; /* remote_id, name, class, kind, counts, rights */
	char *address;	      /* mail to it; NULL: it takes none */
	bool has_subs;
};
struct public_list {
	struct public_folder *v;
	size_t n, cap;
};
void public_list_release(struct public_list *l);
/* By name, whatever the case. */
void public_list_sort(struct public_list *l);
/* "read, post, own subfolders"; "read-only"; never empty. */
void public_add_rights(struct str *b, unsigned rights);

/* What is asked of public folders, and the answer. */
enum public_wish {
	PUBLIC_LIST,	   /* the level below `id`, NULL: the top */
	PUBLIC_ITEMS,	   /* the newest in `id`, as what `folder_kind` says */
	PUBLIC_MESSAGE,	   /* the text of item `id` */
	PUBLIC_POST_NEW,   /* `raw` into `id` */
	PUBLIC_SUBSCRIBE,  /* `folder` is mirrored from now on */
	PUBLIC_UNSUBSCRIBE /* `id` no longer */
};
struct public_talk {
	enum public_wish wish;
	char *id;
	enum folder_kind folder_kind;
	struct bytes raw;     /* RFC 5322, CRLF: sent or received */
	struct folder folder; /* SUBSCRIBE */
	struct public_list list;
	struct item_list items;		/* of mail, and what is neither */
	struct appointment_list events; /* of a calendar, by start */
	struct person_list people;	/* of contacts, by name */
	bool more;
};
void public_talk_free(struct public_talk *t); /* a heap one; NULL is allowed */
#endif
