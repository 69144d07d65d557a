/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Who may do what in a folder: PermissionSet (dossier 14.2). */
#include <string.h>

#include "model/permission.h"
#include "net/xml.h"
#include "proto/ews/event.h"
#include "proto/ews/fields.h"
#include "proto/ews/rights.h"

static const struct {
	enum tree_name name;
	const char *element;
	unsigned bit;
} flags[] = {
	{T_CanCreateItems, "t:CanCreateItems", PERMISSION_CREATE},
	{T_CanCreateSubFolders, "t:CanCreateSubFolders", PERMISSION_SUBFOLDERS},
	{T_IsFolderOwner, "t:IsFolderOwner", PERMISSION_OWNER},
	{T_IsFolderVisible, "t:IsFolderVisible", PERMISSION_VISIBLE},
	{T_IsFolderContact, "t:IsFolderContact", PERMISSION_CONTACT},
};
static const struct {
	enum tree_name name;
	const char *element;
	unsigned own, all;
} extents[] = {
	{T_EditItems, "t:EditItems", PERMISSION_EDIT_OWN, PERMISSION_EDIT_ALL},
	{T_DeleteItems, "t:DeleteItems", PERMISSION_DELETE_OWN,
	 PERMISSION_DELETE_ALL},
};

/* --- users ---------------------------------------------------------------- */
static char *copy_text(const struct node *n, enum tree_name name)
{
	const char *s = node_text(n, name);

	return s && *s ? xstrdup(s) : NULL;
}

void ews_read_user(const struct node *user, struct permission *p)
{
	const char *known = node_text(user, T_DistinguishedUser);

	p->who = str_eq(known, "Default")     ? PERMISSION_DEFAULT
		 : str_eq(known, "Anonymous") ? PERMISSION_ANONYMOUS
					      : PERMISSION_PERSON;
	p->sid = copy_text(user, T_SID);
	p->address = copy_text(user, T_PrimarySmtpAddress);
	p->name = copy_text(user, T_DisplayName);
	p->external = copy_text(user, T_ExternalUserIdentity);
}

/* One thing that says who: two that disagree would be refused. */
void ews_add_user(struct str *b, const struct permission *p)
{
	str_add(b, "<t:UserId>");
	if (p->who != PERMISSION_PERSON)
		xml_add_element(b, "t:DistinguishedUser",
				p->who == PERMISSION_DEFAULT ? "Default"
							     : "Anonymous");
	else if (p->external)
		xml_add_element(b, "t:ExternalUserIdentity", p->external);
	else if (p->address)
		xml_add_element(b, "t:PrimarySmtpAddress", p->address);
	else
		xml_add_element(b, "t:SID", str_or_empty(p->sid));
	str_add(b, "</t:UserId>");
}

/* --- reading -------------------------------------------------------------- */
static bool level_rights(const struct node *n, unsigned *rights)
{
	const char *name = node_text(n, T_CalendarPermissionLevel);
	enum permission_level level;

	if (!name)
		name = node_text(n, T_PermissionLevel);
	if (!name || !permission_level_parse(name, &level) ||
	    level == LEVEL_CUSTOM)
		return false;
	*rights = permission_level_rights(level);
	return true;
}

static unsigned read_rights(const struct node *n)
{
	const char *read = node_text(n, T_ReadItems);
	unsigned rights = 0;

	/* Single rights may be left out where a level says it all. */
	if ((!read || !node_find(n, T_CanCreateItems) ||
	     !node_find(n, T_EditItems) || !node_find(n, T_DeleteItems)) &&
	    level_rights(n, &rights))
		return rights;
	for (size_t i = 0; i < ARRAY_LEN(flags); i++)
		if (node_true(n, flags[i].name))
			rights |= flags[i].bit;
	for (size_t i = 0; i < ARRAY_LEN(extents); i++) {
		const char *s = node_text(n, extents[i].name);

		if (str_eq(s, "All"))
			rights |= extents[i].own | extents[i].all;
		else if (str_eq(s, "Owned"))
			rights |= extents[i].own;
	}
	if (str_eq(read, "FullDetails"))
		rights |= PERMISSION_READ;
	else if (str_eq(read, "TimeAndSubjectAndLocation"))
		rights |= PERMISSION_FREE_BUSY | PERMISSION_FREE_BUSY_DETAILS;
	else if (str_eq(read, "TimeOnly"))
		rights |= PERMISSION_FREE_BUSY;
	return rights;
}

static void read_set(const struct node *set, struct permission_set *out)
{
	const struct node *list = node_find(set, T_Permissions);

	*out = (struct permission_set){.calendar = !list};
	if (!list)
		list = node_find(set, T_CalendarPermissions);
	for (const struct node *n = list ? list->child : NULL; n; n = n->next) {
		struct permission *p = vec_new(out);

		ews_read_user(node_find(n, T_UserId), p);
		p->rights = read_rights(n);
	}
	for (const struct node *n = set->child; n; n = n->next)
		for (const struct node *u = n->child; u; u = u->next)
			if (u->name == T_UnknownEntry && u->text)
				strv_add(&out->unknown, u->text);
}

static const struct node *get_folder(struct backend *b, const struct op *op,
				     const char *folder, struct ews_tree *t,
				     struct err *err)
{
	struct str body = STR_INIT;
	const struct node *list;

	if (!ews_ready(b, op, err))
		return NULL;
	str_add(&body, "<m:GetFolder><m:FolderShape><t:BaseShape>IdOnly"
		       "</t:BaseShape><t:AdditionalProperties>");
	field_add_path(&body, "folder:PermissionSet");
	str_add(&body, "</t:AdditionalProperties></m:FolderShape>"
		       "<m:FolderIds>");
	soap_add_folder(&body, folder, NULL);
	str_add(&body, "</m:FolderIds></m:GetFolder>");
	if (!soap_tree_single(b, op, "GetFolder", &body, false, t, err))
		return NULL;
	list = node_deep(ews_tree_root(t), T_Folders);
	if (list && list->child)
		return list->child;
	err_set(err, ERR_PROTOCOL, "the server told nothing of the folder");
	return NULL;
}

bool ews_permissions_get(struct backend *b, const struct op *op,
			 const char *folder, struct permission_set *out,
			 struct err *err)
{
	struct ews_tree *t = ews_tree_new();
	const struct node *f = get_folder(b, op, folder, t, err);
	const struct node *set = node_find(f, T_PermissionSet);
	bool ok = set != NULL;

	if (ok)
		read_set(set, out);
	else if (f)
		err_set(err, ERR_DENIED,
			"only an owner of the folder is told who has which "
			"rights");
	ews_tree_free(t);
	return ok;
}

/* --- writing -------------------------------------------------------------- */
static void add_rights(struct str *b, unsigned rights, bool calendar)
{
	const char *level_tag =
		calendar ? "t:CalendarPermissionLevel" : "t:PermissionLevel";
	enum permission_level level;

	/* With a level, single rights are refused. */
	if (permission_is_level(rights, &level) &&
	    permission_level_fits(level, calendar)) {
		xml_add_element(b, level_tag, permission_level_name(level));
		return;
	}
	for (size_t i = 0; i < ARRAY_LEN(flags); i++)
		xml_add_element(b, flags[i].element,
				rights & flags[i].bit ? "true" : "false");
	for (size_t i = 0; i < ARRAY_LEN(extents); i++)
		xml_add_element(b, extents[i].element,
				rights & extents[i].all	  ? "All"
				: rights & extents[i].own ? "Owned"
							  : "None");
	xml_add_element(b, "t:ReadItems",
			rights & PERMISSION_READ ? "FullDetails"
			: calendar && rights & PERMISSION_FREE_BUSY_DETAILS
				? "TimeAndSubjectAndLocation"
			: calendar && rights & PERMISSION_FREE_BUSY ? "TimeOnly"
								    : "None");
	xml_add_element(b, level_tag, "Custom");
}

/* Entries of accounts that are gone may not be sent: the server keeps them
 * (ErrorCannotSetPermissionUnknownEntries). */
static void add_set(struct str *b, const struct permission_set *s)
{
	const char *list =
		s->calendar ? "t:CalendarPermissions" : "t:Permissions";
	const char *entry =
		s->calendar ? "t:CalendarPermission" : "t:Permission";

	str_addf(b, "<t:PermissionSet><%s>", list);
	for (size_t i = 0; i < s->n; i++) {
		str_addf(b, "<%s>", entry);
		ews_add_user(b, &s->v[i]);
		add_rights(b, s->v[i].rights, s->calendar);
		str_addf(b, "</%s>", entry);
	}
	str_addf(b, "</%s>", list);
	str_add(b, "</t:PermissionSet>");
}

bool ews_permissions_set(struct backend *b, const struct op *op,
			 const char *folder, const struct permission_set *set,
			 struct err *err)
{
	const char *element = set->calendar ? "t:CalendarFolder" : "t:Folder";
	struct str body = STR_INIT;
	struct ews_message m;

	if (!ews_ready(b, op, err))
		return false;
	str_add(&body, "<m:UpdateFolder><m:FolderChanges><t:FolderChange>");
	soap_add_folder(&body, folder, NULL);
	str_add(&body, "<t:Updates><t:SetFolderField>");
	field_add_path(&body, "folder:PermissionSet");
	str_addf(&body, "<%s>", element);
	add_set(&body, set);
	str_addf(&body, "</%s>", element);
	str_add(&body, "</t:SetFolderField></t:Updates></t:FolderChange>"
		       "</m:FolderChanges></m:UpdateFolder>");
	if (!soap_single(b, op, "UpdateFolder", &body, true, &m, err))
		return false;
	ews_message_release(&m);
	return true;
}
