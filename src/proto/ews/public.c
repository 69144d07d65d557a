/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * Public folders (dossier 15): FindFolder Shallow, level by level, from
 * publicfoldersroot. Items are listed and fetched like those of the mailbox;
 * what is posted is a PostItem.
 */
#include "base/clock.h"
#include "base/codec.h"
#include "proto/ews/fields.h"
#include "proto/ews/public.h"
#include "proto/ews/public_route.h"

#include <stdlib.h>

#define LEVEL_PAGE 1000 /* EWSFindCountLimit (5) */
enum { TAG_ADDRESS = 0x39fe, TAG_REPLICAS = 0x6698 };

static unsigned rights_of(const struct node *r)
{
	/* A server that does not tell lets us try. */
	if (!r)
		return FOLDER_MAY_READ | FOLDER_MAY_CREATE;
	return (node_true(r, T_Read) ? FOLDER_MAY_READ : 0u) |
	       (node_true(r, T_CreateContents) ? FOLDER_MAY_CREATE : 0u) |
	       (node_true(r, T_CreateHierarchy) ? FOLDER_MAY_NEST : 0u) |
	       (node_true(r, T_Modify) ? FOLDER_MAY_MODIFY : 0u) |
	       (node_true(r, T_Delete) ? FOLDER_MAY_DELETE : 0u);
}

/* The text of a tag; NULL: it is not there. */
static const char *tag_of(const struct node *folder, long tag)
{
	for (const struct node *p = folder->child; p; p = p->next) {
		const char *name = node_attr(node_find(p, T_ExtendedFieldURI),
					     A_PropertyTag);

		if (p->name == T_ExtendedProperty && name &&
		    strtol(name, NULL, 0) == tag)
			return node_text(p, T_Value);
	}
	return NULL;
}

static void read_folder(const struct node *n, struct public_list *out)
{
	const char *id = node_attr(node_find(n, T_FolderId), A_Id);
	const char *address = tag_of(n, TAG_ADDRESS);
	struct public_folder *f;

	if (!id)
		return;
	f = vec_new(out);
	f->folder.remote_id = route_new_id(tag_of(n, TAG_REPLICAS), id);
	f->folder.name = xstrdup(str_or_empty(node_text(n, T_DisplayName)));
	f->folder.class = xstrdup(node_text(n, T_FolderClass));
	f->folder.kind = folder_kind_of_class(f->folder.class);
	f->folder.total = node_int(n, T_TotalCount, 0);
	f->folder.unread = node_int(n, T_UnreadCount, 0);
	f->folder.size = -1;
	f->folder.synced_at = CLOCK_NEVER;
	f->has_subs = node_int(n, T_ChildFolderCount, 0) > 0;
	f->folder.rights = rights_of(node_find(n, T_EffectiveRights));
	f->address = address && *address ? xstrdup(address) : NULL;
}

size_t ews_public_read(const struct ews_tree *t, struct public_list *out)
{
	const struct node *list = node_deep(ews_tree_root(t), T_Folders);
	size_t n = 0;

	for (const struct node *f = list ? list->child : NULL; f;
	     f = f->next, n++)
		read_folder(f, out);
	return n;
}

static void write_level(struct str *b, const char *id, bool replicas,
			size_t offset)
{
	str_add(b, "<m:FindFolder Traversal=\"Shallow\"><m:FolderShape>"
		   "<t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties>");
	field_add_path(b, "folder:FolderClass");
	field_add_path(b, "folder:DisplayName");
	field_add_path(b, "folder:TotalCount");
	field_add_path(b, "folder:ChildFolderCount");
	field_add_path(b, "folder:UnreadCount");
	field_add_path(b, "folder:EffectiveRights");
	field_add_path(b, "tag:0x39fe:String"); /* PR_SMTP_ADDRESS */
	if (replicas)
		field_add_path(b, "tag:0x6698:Binary");
	str_addf(b,
		 "</t:AdditionalProperties></m:FolderShape>"
		 "<m:IndexedPageFolderView MaxEntriesReturned=\"%d\" "
		 "Offset=\"%zu\" BasePoint=\"Beginning\"/><m:ParentFolderIds>",
		 LEVEL_PAGE, offset);
	soap_add_folder(b, id, id ? NULL : "publicfoldersroot");
	str_add(b, "</m:ParentFolderIds></m:FindFolder>");
}

/* Moves a page to the end of *all. False: it is the first one again, as who
 * knows no pages gives for ever. */
static bool take_page(struct public_list *all, struct public_list *page)
{
	bool again =
		all->n && page->n &&
		str_eq(all->v[0].folder.remote_id, page->v[0].folder.remote_id);

	for (size_t i = 0; !again && i < page->n; i++)
		vec_add(all, page->v[i]);
	if (!again)
		page->n = 0;
	public_list_release(page);
	return !again;
}

bool ews_public_list(struct backend *b, const struct op *op, const char *id,
		     struct public_list *out, struct err *err)
{
	struct public_list all = {0};
	size_t offset = 0;
	bool ok = ews_ready(b, op, err) && route_to_tree(b, op, err);
	bool more = true;

	while (ok && more) {
		struct public_list page = {0};
		struct str body = STR_INIT;
		struct ews_tree *t = ews_tree_new();
		size_t got;

		write_level(&body, route_bare_id(id), b->version >= EWS_2013,
			    offset);
		ok = soap_tree_single(b, op, "FindFolder", &body, false, t,
				      err);
		got = ok ? ews_public_read(t, &page) : 0;
		/* A site may give fewer at once than were asked for (5). */
		more = take_page(&all, &page) && got > 0 &&
		       (got == LEVEL_PAGE || ews_tree_is_cut(t));
		offset += got;
		ews_tree_free(t);
	}
	route_end(b);
	if (ok) {
		*out = all;
		return true;
	}
	public_list_release(&all);
	if (err && err->kind == ERR_NOT_FOUND && !id)
		err_set(err, ERR_UNSUPPORTED,
			"this server offers no public folders");
	return false;
}

/* Whatever is created is a draft and stays one, unless PR_MESSAGE_FLAGS says in
 * the same call that it is not (10.1). */
static bool post(struct backend *b, const struct op *op, const char *id,
		 const struct bytes *raw, bool finished, struct err *err)
{
	struct str body = STR_INIT;
	struct ews_message m;

	str_add(&body, "<m:CreateItem MessageDisposition=\"SaveOnly\">"
		       "<m:SavedItemFolderId>");
	soap_add_folder(&body, route_bare_id(id), NULL);
	str_add(&body, "</m:SavedItemFolderId><m:Items><t:PostItem>"
		       "<t:MimeContent CharacterSet=\"UTF-8\">");
	codec_base64_add(&body, raw->p, raw->len);
	str_add(&body, "</t:MimeContent>");
	if (finished) {
		str_add(&body, "<t:ExtendedProperty>");
		field_add_path(&body, "tag:0x0e07:Integer");
		str_add(&body, "<t:Value>1</t:Value></t:ExtendedProperty>");
	}
	str_add(&body, "</t:PostItem></m:Items></m:CreateItem>");
	if (!soap_single(b, op, "CreateItem", &body, true, &m, err))
		return false;
	ews_message_release(&m);
	return true;
}

bool ews_public_post(struct backend *b, const struct op *op, const char *id,
		     const struct bytes *raw, struct err *err)
{
	struct err e = ERR_INIT;
	bool ok;

	if (!ews_ready(b, op, err) || !route_to_content(b, op, id, err))
		return false;
	ok = post(b, op, id, raw, true, &e);
	/* Refused for the property, so not stored. */
	if (!ok && (ews_is_property_code(e.code) ||
		    str_eq(e.code, "ErrorInvalidPropertySet")))
		ok = post(b, op, id, raw, false, &e);
	route_end(b);
	if (ok)
		return true;
	if (err)
		*err = e;
	if (err && err->kind == ERR_DENIED)
		err_set(err, ERR_DENIED,
			"you may not write in this folder, or it is moderated: "
			"then what is meant for it is sent to its address");
	return false;
}

bool ews_public_contacts(struct backend *b, const struct op *op, const char *id,
			 int count, struct person_list *out, struct err *err)
{
	struct item_list items = {0};
	bool more, ok;

	ok = ews_ready(b, op, err) && route_to_content(b, op, id, err) &&
	     ews_list(b, op, route_bare_id(id), 0, count, &items, &more, err) &&
	     ews_read_contacts(b, op, &items, out, err);
	route_end(b);
	item_list_release(&items);
	return ok;
}
