/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Making, changing, moving and deleting folders (dossier 14.1, 14.2). */
#include "tests/sim/ews.h"

#include <string.h>

static void put_folder_id(struct req *r, const struct folder *f)
{
	rsp_ok(r);
	str_add(&r->out, "<m:Folders><t:Folder>");
	xw_folder_id(&r->out, "t:FolderId", f);
	str_add(&r->out, "</t:Folder></m:Folders>");
	rsp_close(r);
}

static const char *class_of(const xmlNode *n)
{
	const char *given = xr_child_text(n, "FolderClass");

	if (given)
		return given;
	if (xr_is(n, "CalendarFolder"))
		return "IPF.Appointment";
	if (xr_is(n, "ContactsFolder"))
		return "IPF.Contact";
	if (xr_is(n, "TasksFolder"))
		return "IPF.Task";
	return "IPF.Note";
}

static bool set_ext(struct folder *f, const xmlNode *property)
{
	const char *value = str_or_empty(xr_child_text(property, "Value"));
	struct prop *stored = NULL;
	struct path p;

	if (!path_read(&p, xr_child(property, "ExtendedFieldURI")) ||
	    p.field >= 0)
		return false;
	if (p.tag == 0x10f4) {
		f->hidden = xr_true(value);
		path_release(&p);
		return true;
	}
	for (size_t i = 0; i < f->props.n; i++)
		if (strcmp(f->props.v[i].key, p.key) == 0)
			stored = &f->props.v[i];
	if (stored) {
		strv_release(&stored->values);
	} else {
		stored = vec_new(&f->props);
		stored->key = xstrdup(p.key);
	}
	strv_init(&stored->values);
	strv_add(&stored->values, value);
	path_release(&p);
	return true;
}

static void create_one(struct req *r, struct folder *parent, const xmlNode *n,
		       const char *name)
{
	struct folder *f =
		folder_new(r->st, parent->box, parent, name, class_of(n));

	for (xmlNode *x = xr_first(n); x; x = xr_next(x))
		if (xr_is(x, "ExtendedProperty") && !set_ext(f, x))
			str_add(&r->detail, " property-not-set");
	put_folder_id(r, f);
}

void op_create_folder(struct req *r)
{
	const char *code = NULL;
	struct folder *parent = req_folder_in(
		r, xr_child(r->op, "ParentFolderId"), RIGHT_SUBFOLDERS, &code);

	if (!parent && strcmp(code, "ErrorItemNotFound") == 0)
		code = "ErrorParentFolderNotFound";
	rsp_begin(r);
	for (xmlNode *n = xr_first(xr_child(r->op, "Folders")); n;
	     n = xr_next(n)) {
		const char *name = xr_child_text(n, "DisplayName");

		if (parent && xr_is(n, "SearchFolder"))
			rsp_error(r, "ErrorInvalidOperation", "<m:Folders/>");
		else if (parent && (!name || !*name))
			rsp_error(r, "ErrorFolderSavePropertyError",
				  "<m:Folders/>");
		else if (parent && folder_child(parent, name))
			rsp_error(r, "ErrorFolderExists", "<m:Folders/>");
		else if (!parent)
			rsp_error(r, code, "<m:Folders/>");
		else
			create_one(r, parent, n, name);
		str_addf(&r->detail, " name=\"%.80s\"", str_or_empty(name));
	}
	rsp_end(r);
}

/* --- UpdateFolder -------------------------------------------------------- */
static unsigned extent_rights(const char *text, unsigned all, unsigned own)
{
	return str_eq(text, "All") ? all : str_eq(text, "Owned") ? own : 0;
}

static unsigned custom_rights(const xmlNode *n)
{
	static const struct {
		const char *name;
		unsigned right;
	} flags[] = {{"CanCreateItems", RIGHT_CREATE},
		     {"CanCreateSubFolders", RIGHT_SUBFOLDERS},
		     {"IsFolderOwner", RIGHT_OWNER},
		     {"IsFolderVisible", RIGHT_VISIBLE},
		     {"IsFolderContact", RIGHT_CONTACT}};
	const char *read = xr_child_text(n, "ReadItems");
	unsigned rights = 0;

	for (size_t i = 0; i < ARRAY_LEN(flags); i++)
		if (xr_true(xr_child_text(n, flags[i].name)))
			rights |= flags[i].right;
	rights |= extent_rights(xr_child_text(n, "EditItems"), RIGHT_EDIT,
				RIGHT_EDIT_OWN);
	rights |= extent_rights(xr_child_text(n, "DeleteItems"), RIGHT_DELETE,
				RIGHT_DELETE_OWN);
	if (str_eq(read, "FullDetails"))
		rights |= RIGHT_READ | RIGHT_VISIBLE;
	else if (str_eq(read, "TimeOnly"))
		rights |= RIGHT_FREEBUSY;
	else if (str_eq(read, "TimeAndSubjectAndLocation"))
		rights |= RIGHT_FREEBUSY | RIGHT_SUBJECTS;
	return rights;
}

static const char *wanted_level(const xmlNode *n)
{
	const char *level = xr_child_text(n, "PermissionLevel");

	if (!level)
		level = xr_child_text(n, "CalendarPermissionLevel");
	return level ? level_name(level) : NULL;
}

/* The whole set is replaced; nothing is, when an entry is not good. */
static const char *set_permissions(struct req *r, struct folder *f,
				   const xmlNode *object)
{
	const xmlNode *list = xr_first(xr_child(object, "PermissionSet"));

	for (xmlNode *n = xr_first(list); n; n = xr_next(n)) {
		const xmlNode *id = xr_child(n, "UserId");
		const char *who = xr_child_text(id, "PrimarySmtpAddress");
		bool custom = str_eq(wanted_level(n), "Custom");

		if (!wanted_level(n) ||
		    (!custom && xr_child(n, "CanCreateItems")))
			return "ErrorInvalidPermissionSettings";
		if (!xr_child(id, "DistinguishedUser") &&
		    (!who ||
		     (!box_find(r->st, who) && !group_find(r->st, who))))
			return "ErrorInvalidUserInfo";
	}
	/* Those whom the directory does not know any more stay. */
	for (size_t i = f->grants.n; i-- > 0;)
		if (!f->grants.v[i].sid)
			vec_remove(&f->grants, i);
	f->everybody = f->anonymous = "None";
	for (xmlNode *n = xr_first(list); n; n = xr_next(n)) {
		const xmlNode *id = xr_child(n, "UserId");
		const char *known = xr_child_text(id, "DistinguishedUser");
		const char *who =
			str_or_empty(xr_child_text(id, "PrimarySmtpAddress"));
		struct grant g = {.who = box_find(r->st, who),
				  .group = group_find(r->st, who),
				  .level = wanted_level(n),
				  .custom = custom_rights(n)};

		if (str_eq(known, "Default")) {
			f->everybody = wanted_level(n);
		} else if (str_eq(known, "Anonymous")) {
			f->anonymous = wanted_level(n);
		} else if (g.who || g.group) {
			vec_add(&f->grants, g);
		}
	}
	folder_touch(r->st, f);
	return NULL;
}

static const char *set_folder(struct req *r, struct folder *f,
			      const xmlNode *change)
{
	const char *uri = str_or_empty(xr_attr(xr_first(change), "FieldURI"));
	const xmlNode *object = xr_next(xr_first(change));
	const char *name = xr_child_text(object, "DisplayName");
	const struct folder *twin;

	if (strcmp(uri, "folder:PermissionSet") == 0) {
		return set_permissions(r, f, object);
	}
	if (xr_is(xr_first(change), "ExtendedFieldURI")) {
		if (!set_ext(f, xr_child(object, "ExtendedProperty")))
			return "ErrorInvalidExtendedProperty";
		folder_touch(r->st, f);
		return NULL;
	}
	if (!xr_is(change, "SetFolderField") ||
	    strcmp(uri, "folder:DisplayName") != 0)
		return "ErrorInvalidPropertySet";
	if (f->distinguished)
		return "ErrorAccessDenied";
	if (!name || !*name)
		return "ErrorFolderSavePropertyError";
	twin = folder_child(f->parent, name);
	if (twin && twin != f)
		return "ErrorFolderExists";
	folder_rename(r->st, f, name);
	return NULL;
}

void op_update_folder(struct req *r)
{
	rsp_begin(r);
	for (xmlNode *n = xr_first(xr_child(r->op, "FolderChanges")); n;
	     n = xr_next(n)) {
		const char *code = NULL;
		struct folder *f =
			req_folder(r, xr_first(n), RIGHT_OWNER, &code);

		for (xmlNode *u = xr_first(xr_child(n, "Updates")); u && !code;
		     u = xr_next(u))
			code = set_folder(r, f, u);
		if (code)
			rsp_error(r, code, "<m:Folders/>");
		else
			put_folder_id(r, f);
	}
	rsp_end(r);
}

/* --- deleting and emptying ----------------------------------------------- */
/* A name that is free below `to`, for a folder on its way to the trash. */
static void move_with_free_name(struct req *r, struct folder *f,
				struct folder *to)
{
	char *name = xstrdup(f->name);

	for (int i = 1; folder_child(to, name); i++)
		mem_replace(&name, xasprintf("%s%d", f->name, i));
	mem_replace(&f->name, name);
	folder_move(r->st, f, to);
}

void op_delete_folder(struct req *r)
{
	const char *type = str_or_empty(xr_attr(r->op, "DeleteType"));

	rsp_begin(r);
	for (xmlNode *id = xr_first(xr_child(r->op, "FolderIds")); id;
	     id = xr_next(id)) {
		const char *code = NULL;
		struct folder *f = req_folder(r, id, RIGHT_OWNER, &code);

		if (f && (f->distinguished || !f->parent))
			code = "ErrorDeleteDistinguishedFolder";
		else if (f && strcmp(type, "SoftDelete") == 0)
			code = "ErrorCannotDeleteObject";
		if (code) {
			rsp_error(r, code, NULL);
			continue;
		}
		str_addf(&r->detail, " name=\"%.80s\"", f->name);
		if (strcmp(type, "MoveToDeletedItems") == 0 &&
		    !folder_is_under(f, box_folder(f->box, "deleteditems")))
			move_with_free_name(r, f,
					    box_folder(f->box, "deleteditems"));
		else
			folder_delete(r->st, f);
		rsp_ok(r);
		rsp_close(r);
	}
	rsp_end(r);
}

static void empty_one(struct req *r, struct folder *f, const char *type)
{
	struct folder *to = NULL;

	if (strcmp(type, "MoveToDeletedItems") == 0)
		to = box_folder(f->box, "deleteditems");
	else if (strcmp(type, "SoftDelete") == 0)
		to = box_folder(f->box, "recoverableitemsdeletions");
	while (f->items.n > 0) {
		struct item *it = f->items.v[f->items.n - 1];

		if (to && to != f)
			item_move(r->st, it, to);
		else
			item_delete(r->st, it);
	}
}

static void delete_children(struct req *r, struct folder *f)
{
	for (size_t i = 0; i < f->box->folders.n;) {
		struct folder *child = f->box->folders.v[i];

		if (child->parent == f && !child->distinguished) {
			folder_delete(r->st, child);
			i = 0;
		} else {
			i++;
		}
	}
}

void op_empty_folder(struct req *r)
{
	const char *type = str_or_empty(xr_attr(r->op, "DeleteType"));
	bool deep = xr_true(xr_attr(r->op, "DeleteSubFolders"));

	rsp_begin(r);
	for (xmlNode *id = xr_first(xr_child(r->op, "FolderIds")); id;
	     id = xr_next(id)) {
		const char *code = NULL;
		struct folder *f = req_folder(r, id, RIGHT_DELETE, &code);
		const char *c = f ? str_or_empty(f->folder_class) : "";

		if (f && (!f->parent || str_starts(c, "IPF.Appointment")))
			code = "ErrorCannotEmptyFolder";
		if (code) {
			rsp_error(r, code, NULL);
			continue;
		}
		empty_one(r, f, type);
		if (deep)
			delete_children(r, f);
		str_addf(&r->detail, " folder=\"%.80s\"", f->name);
		rsp_ok(r);
		rsp_close(r);
	}
	rsp_end(r);
}

/* --- moving and copying -------------------------------------------------- */
static const char *place_code(struct req *r, const struct folder *f,
			      struct folder *to, bool copy)
{
	if (!copy && (f->distinguished || !f->parent))
		return "ErrorMoveDistinguishedFolder";
	if (folder_is_under(to, f))
		return "ErrorMoveCopyFailed";
	if (folder_child(to, f->name) && (copy || f->parent != to))
		return r->sim->product->rank <= RANK_2007SP1
			       ? "ErrorMoveCopyFailed"
			       : "ErrorFolderExists";
	if (f->box != to->box)
		return "ErrorCrossMailboxMoveCopy";
	return NULL;
}

static void place_folders(struct req *r, bool copy)
{
	const char *no_target = NULL;
	struct folder *to = req_folder_in(r, xr_child(r->op, "ToFolderId"),
					  RIGHT_SUBFOLDERS, &no_target);

	rsp_begin(r);
	for (xmlNode *id = xr_first(xr_child(r->op, "FolderIds")); id;
	     id = xr_next(id)) {
		const char *code = NULL;
		struct folder *f = NULL;

		if (!to)
			code = strcmp(no_target, "ErrorItemNotFound") == 0
				       ? "ErrorToFolderNotFound"
				       : no_target;
		else
			f = req_folder(r, id, copy ? RIGHT_READ : RIGHT_OWNER,
				       &code);
		if (f && !code)
			code = place_code(r, f, to, copy);
		if (code) {
			rsp_error(r, code, "<m:Folders/>");
			continue;
		}
		if (copy)
			f = folder_copy(r->st, f, to);
		else
			folder_move(r->st, f, to);
		put_folder_id(r, f);
	}
	rsp_end(r);
}

void op_move_folder(struct req *r)
{
	place_folders(r, false);
}

void op_copy_folder(struct req *r)
{
	place_folders(r, true);
}
