/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * Storage (dossier 16): what all folders hold by PR_MESSAGE_SIZE_EXTENDED, the
 * limits by the tags of the message store, which some servers show on its root.
 */
#include "proto/ews/fields.h"
#include "proto/ews/storage.h"

#include <stdlib.h>

#define SIZES_PAGE 1000 /* EWSFindCountLimit (5) */
enum {
	TAG_SIZE = 0x0e08,
	TAG_WARN = 0x3ff5,
	TAG_NO_SEND = 0x666e,
	TAG_NO_RECEIVE = 0x666a,
	TAG_LARGEST = 0x666d
};

static void add_shape(struct str *b, bool limits)
{
	str_add(b, "<m:FolderShape><t:BaseShape>IdOnly</t:BaseShape>"
		   "<t:AdditionalProperties>");
	field_add_path(b, "tag:0x0e08:Long");
	if (limits) {
		field_add_path(b, "tag:0x3ff5:Integer");
		field_add_path(b, "tag:0x666e:Integer");
		field_add_path(b, "tag:0x666a:Integer");
		field_add_path(b, "tag:0x666d:Integer");
	}
	str_add(b, "</t:AdditionalProperties></m:FolderShape>");
}

/* The number of a tag on a folder; false: it is not there. */
static bool tag_of(const struct node *folder, long tag, int64_t *out)
{
	for (const struct node *p = folder ? folder->child : NULL; p;
	     p = p->next) {
		const char *name = node_attr(node_find(p, T_ExtendedFieldURI),
					     A_PropertyTag);
		const char *value = node_text(p, T_Value);

		if (p->name != T_ExtendedProperty || !name || !value ||
		    strtol(name, NULL, 0) != tag)
			continue;
		*out = strtoll(value, NULL, 10);
		return true;
	}
	return false;
}

static const struct node *first_folder(const struct node *message)
{
	const struct node *list = node_find(message, T_Folders);

	return list ? list->child : NULL;
}

static void take_limit(const struct node *folder, long tag, int64_t *to,
		       struct storage *out)
{
	int64_t kb;

	if (*to != STORAGE_UNKNOWN || !tag_of(folder, tag, &kb))
		return;
	*to = storage_limit_of_kb(kb);
	/* The size of a message is no limit of the mailbox. */
	if (!out->origin && to != &out->largest)
		out->origin = xstrdup("the mailbox store");
}

void ews_storage_read(const struct ews_tree *t, struct storage *out)
{
	const struct node *m;

	for (size_t i = 0; (m = ews_tree_message(t, i)); i++) {
		const struct node *f = first_folder(m);
		int64_t size;

		take_limit(f, TAG_WARN, &out->warn, out);
		take_limit(f, TAG_NO_SEND, &out->no_send, out);
		take_limit(f, TAG_NO_RECEIVE, &out->no_receive, out);
		take_limit(f, TAG_LARGEST, &out->largest, out);
		if (i == 0 && tag_of(f, TAG_SIZE, &size))
			out->used = size;
	}
}

/* Sizes of all folders below a distinguished one, added up. */
static bool add_sizes(struct backend *b, const struct op *op, const char *below,
		      int64_t *sum, struct err *err)
{
	char *first CLEANUP(mem_free_ptr) = NULL; /* of the page before */

	for (int64_t offset = 0;;) {
		struct ews_tree *t = ews_tree_new();
		struct str body = STR_INIT;
		const struct node *folders;
		const char *id;
		int64_t n = 0, size;
		bool ok, more;

		str_add(&body, "<m:FindFolder Traversal=\"Deep\">");
		add_shape(&body, false);
		str_addf(&body,
			 "<m:IndexedPageFolderView MaxEntriesReturned=\"%d\" "
			 "Offset=\"%lld\" BasePoint=\"Beginning\"/>"
			 "<m:ParentFolderIds>",
			 SIZES_PAGE, (long long)offset);
		soap_add_folder(&body, NULL, below);
		str_add(&body, "</m:ParentFolderIds></m:FindFolder>");
		ok = soap_tree_single(b, op, "FindFolder", &body, false, t,
				      err);
		folders = ok ? node_deep(ews_tree_root(t), T_Folders) : NULL;
		folders = folders ? folders->child : NULL;
		id = node_attr(node_find(folders, T_FolderId), A_Id);
		/* Who knows no pages gives the same one for ever. */
		if (first && str_eq(first, id))
			folders = NULL;
		mem_replace(&first, xstrdup(id));
		for (const struct node *f = folders; f; f = f->next, n++)
			if (tag_of(f, TAG_SIZE, &size) && size > 0)
				*sum += size;
		/* A site may give fewer at once than were asked for (5). */
		more = n > 0 && (n == SIZES_PAGE || ews_tree_is_cut(t));
		offset += n;
		ews_tree_free(t);
		if (!ok)
			return false;
		if (!more)
			return true;
	}
}

bool ews_storage_get(struct backend *b, const struct op *op,
		     struct storage *out, struct err *err)
{
	struct ews_tree *t;
	struct str body = STR_INIT;
	struct storage s;
	int64_t all = 0, deleted = 0;
	bool ok;

	if (!ews_ready(b, op, err))
		return false;
	str_add(&body, "<m:GetFolder>");
	add_shape(&body, true);
	str_add(&body, "<m:FolderIds>");
	soap_add_folder(&body, NULL, "root");
	soap_add_folder(&body, NULL, "msgfolderroot");
	str_add(&body, "</m:FolderIds></m:GetFolder>");
	t = ews_tree_new();
	storage_init(&s);
	ok = soap_tree(b, op, "GetFolder", &body, false, t, err);
	if (ok)
		ews_storage_read(t, &s);
	ews_tree_free(t);
	ok = ok && add_sizes(b, op, "root", &all, err);
	if (!ok) {
		storage_release(&s);
		return err_add(err, "while reading the sizes of folders");
	}
	/* 2007 keeps what is deleted out of sight. */
	if (b->version >= EWS_2010 &&
	    add_sizes(b, op, "recoverableitemsroot", &deleted, NULL)) {
		s.recoverable = deleted;
		/* It lies below the root, with a limit of its own. */
		all -= deleted <= all ? deleted : 0;
	}
	if (all > s.used)
		s.used = all;
	*out = s;
	return true;
}
