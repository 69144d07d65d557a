/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Folders: shapes, reading, finding (dossier 8.1, 14.1, 16). */
#include "tests/sim/ews.h"

#include <string.h>
#include "base/clock.h"
#include "base/codec.h"
#include "tests/sim/find.h"

enum folder_field {
	FF_PARENT,
	FF_CLASS,
	FF_NAME,
	FF_TOTAL,
	FF_CHILDREN,
	FF_RIGHTS,
	FF_DISTINGUISHED,
	FF_PERMISSIONS,
	FF_UNREAD,
	FF_COUNT
};

static const struct {
	const char *uri, *flags;
} folder_fields[FF_COUNT] = {
	[FF_PARENT] = {"folder:ParentFolderId", "A"},
	[FF_CLASS] = {"folder:FolderClass", "A"},
	[FF_NAME] = {"folder:DisplayName", "DA"},
	[FF_TOTAL] = {"folder:TotalCount", "DA"},
	[FF_CHILDREN] = {"folder:ChildFolderCount", "DA"},
	[FF_RIGHTS] = {"folder:EffectiveRights", "A"},
	[FF_DISTINGUISHED] = {"folder:DistinguishedFolderId", "A"},
	[FF_PERMISSIONS] = {"folder:PermissionSet", ""},
	[FF_UNREAD] = {"folder:UnreadCount", "DA"},
};

static int folder_field_find(const char *uri)
{
	for (int i = 0; i < FF_COUNT; i++)
		if (strcmp(folder_fields[i].uri, uri) == 0)
			return i;
	return -1;
}

void folder_shape_read(struct req *r, struct shape *s, const xmlNode *node)
{
	const char *base = xr_child_text(node, "BaseShape");
	char flag = 0;

	memset(s, 0, sizeof(*s));
	if (base && strcmp(base, "Default") == 0)
		flag = 'D';
	else if (base && strcmp(base, "AllProperties") == 0)
		flag = 'A';
	for (int i = 0; i < FF_COUNT; i++)
		s->want[i] = flag && strchr(folder_fields[i].flags, flag);
	for (xmlNode *n = xr_first(xr_child(node, "AdditionalProperties")); n;
	     n = xr_next(n)) {
		struct path p;
		int field = -1;

		if (xr_is(n, "FieldURI"))
			field = folder_field_find(
				str_or_empty(xr_attr(n, "FieldURI")));
		if (field >= 0)
			s->want[field] = true;
		else if (path_read(&p, n))
			vec_add(&s->ext, p);
	}
	if (r->rank < RANK_2013)
		s->want[FF_DISTINGUISHED] = false;
}

static void value_number(struct value *v, int64_t n)
{
	v->type = VALUE_NUMBER;
	v->number = n;
}

/* The store's limits, which its root shows (dossier 16); 0: none. */
static uint64_t limit_of(const struct box *box, long tag)
{
	switch (tag) {
	case 0x666d:
		return box->message_limit;
	case 0x666e:
		return box->no_send ? box->no_send : box->quota;
	case 0x3ff5:
		return box->warn ? box->warn : box->quota;
	default:
		return box->quota;
	}
}

void folder_value(const struct folder *f, const struct path *p, struct value *v)
{
	int64_t size = 0;

	for (size_t i = 0; p->tag == 0x0e08 && i < f->items.n; i++)
		size += (int64_t)f->items.v[i]->size;
	switch (p->tag) {
	case 0x10f4:
		v->type = VALUE_BOOL;
		v->number = f->hidden;
		break;
	case 0x0e08:
		value_number(v, size);
		break;
	case 0x3601:
		value_number(v, f->parent ? 1 : 0);
		break;
	case 0x3602:
		value_number(v, (int64_t)f->items.n);
		break;
	case 0x3603:
		value_number(v, (int64_t)f->unread);
		break;
	case 0x360a:
		v->type = VALUE_BOOL;
		v->number = folder_child_count(f) > 0;
		break;
	case 0x3617:
		value_number(v, 0);
		break;
	case 0x670b:
		value_number(v, (int64_t)f->deleted_total);
		break;
	case 0x670a:
		v->type = VALUE_TIME;
		v->number = f->last_commit;
		break;
	case 0x39fe:
		if (f->address) {
			v->type = VALUE_TEXT;
			str_add(&v->text, f->address);
		}
		break;
	case 0x3001:
		v->type = VALUE_TEXT;
		str_add(&v->text, f->name);
		break;
	case 0x3613:
		if (f->folder_class) {
			v->type = VALUE_TEXT;
			str_add(&v->text, f->folder_class);
		}
		break;
	case 0x666e:
	case 0x666a:
	case 0x3ff5:
	case 0x666d:
		if (!f->parent && limit_of(f->box, p->tag))
			value_number(
				v, (int64_t)(limit_of(f->box, p->tag) / 1024));
		break;
	default:
		for (size_t i = 0; i < f->props.n; i++) {
			if (!p->key || strcmp(f->props.v[i].key, p->key) != 0)
				continue;
			v->type = VALUE_TEXT;
			str_add(&v->text, f->props.v[i].values.n
						  ? f->props.v[i].values.v[0]
						  : "");
		}
	}
}

static const char *folder_element(const struct folder *f)
{
	const char *c = str_or_empty(f->folder_class);

	if (str_starts(c, "IPF.Appointment"))
		return "t:CalendarFolder";
	if (str_starts(c, "IPF.Contact"))
		return "t:ContactsFolder";
	if (str_starts(c, "IPF.Task"))
		return "t:TasksFolder";
	return "t:Folder";
}

static const char *extent(unsigned rights, unsigned all, unsigned own)
{
	return rights & all ? "All" : rights & own ? "Owned" : "None";
}

/* who: a person, a group, or (both NULL) a well-known one. */
static void put_permission(struct str *b, bool calendar,
			   const struct grant *who, const char *distinguished,
			   const char *level, unsigned rights)
{
	const char *element =
		calendar ? "t:CalendarPermission" : "t:Permission";

	xw_open(b, element);
	xw_open(b, "t:UserId");
	if (who) {
		const struct box *box = who->who;

		xw_elem(b, "t:SID", box ? box->sid : who->group->sid);
		xw_elem(b, "t:PrimarySmtpAddress",
			box ? box->address : who->group->address);
		xw_elem(b, "t:DisplayName", box ? box->name : who->group->name);
	} else {
		xw_elem(b, "t:DistinguishedUser", distinguished);
	}
	xw_close(b, "t:UserId");
	xw_bool(b, "t:CanCreateItems", rights & RIGHT_CREATE);
	xw_bool(b, "t:CanCreateSubFolders", rights & RIGHT_SUBFOLDERS);
	xw_bool(b, "t:IsFolderOwner", rights & RIGHT_OWNER);
	xw_bool(b, "t:IsFolderVisible", rights & RIGHT_VISIBLE);
	xw_bool(b, "t:IsFolderContact", rights & RIGHT_CONTACT);
	xw_elem(b, "t:EditItems", extent(rights, RIGHT_EDIT, RIGHT_EDIT_OWN));
	xw_elem(b, "t:DeleteItems",
		extent(rights, RIGHT_DELETE, RIGHT_DELETE_OWN));
	xw_elem(b, "t:ReadItems",
		rights & RIGHT_READ ? "FullDetails"
		: calendar && rights & RIGHT_SUBJECTS
			? "TimeAndSubjectAndLocation"
		: calendar && rights & RIGHT_FREEBUSY ? "TimeOnly"
						      : "None");
	xw_elem(b, calendar ? "t:CalendarPermissionLevel" : "t:PermissionLevel",
		level);
	xw_close(b, element);
}

static void put_permissions(struct req *r, const struct folder *f)
{
	bool calendar =
		str_starts(str_or_empty(f->folder_class), "IPF.Appointment");
	const char *list = calendar ? "t:CalendarPermissions" : "t:Permissions";
	const char *anonymous = f->anonymous ? f->anonymous : "None";
	bool unknown = false;

	if (!(folder_rights(f, r->user) & RIGHT_OWNER))
		return;
	xw_open(&r->out, "t:PermissionSet");
	xw_open(&r->out, list);
	put_permission(&r->out, calendar, NULL, "Default", folder_everybody(f),
		       level_rights(folder_everybody(f)));
	put_permission(&r->out, calendar, NULL, "Anonymous", anonymous,
		       level_rights(anonymous));
	for (size_t i = 0; i < f->grants.n; i++) {
		const struct grant *g = &f->grants.v[i];

		if (g->sid)
			unknown = true;
		else
			put_permission(&r->out, calendar, g, NULL, g->level,
				       grant_rights(g));
	}
	xw_close(&r->out, list);
	if (unknown)
		xw_open(&r->out, "t:UnknownEntries");
	for (size_t i = 0; i < f->grants.n; i++)
		if (f->grants.v[i].sid)
			xw_elem(&r->out, "t:UnknownEntry", f->grants.v[i].sid);
	if (unknown)
		xw_close(&r->out, "t:UnknownEntries");
	xw_close(&r->out, "t:PermissionSet");
}

void folder_write(struct req *r, const struct folder *f, const struct shape *s)
{
	const char *element = folder_element(f);
	bool calendar = strcmp(element, "t:CalendarFolder") == 0;
	struct str *b = &r->out;

	xw_open(b, element);
	xw_folder_id(b, "t:FolderId", f);
	if (s->want[FF_PARENT])
		xw_folder_id(b, "t:ParentFolderId", f->parent ? f->parent : f);
	if (s->want[FF_CLASS] && f->folder_class)
		xw_elem(b, "t:FolderClass", f->folder_class);
	if (s->want[FF_NAME])
		xw_elem(b, "t:DisplayName", f->name);
	if (s->want[FF_TOTAL])
		xw_elemf(b, "t:TotalCount", "%zu", f->items.n);
	if (s->want[FF_CHILDREN])
		xw_elemf(b, "t:ChildFolderCount", "%zu", folder_child_count(f));
	for (size_t i = 0; i < s->ext.n; i++) {
		struct value v;

		value_init(&v);
		folder_value(f, &s->ext.v[i], &v);
		if (s->ext.v[i].tag == 0x6698) {
			public_add_replica(r->sim, f, &v.text);
			v.type = v.text.len ? VALUE_TEXT : VALUE_NONE;
		}
		if (s->ext.v[i].uri)
			value_write(b, &s->ext.v[i], &v);
		value_release(&v);
	}
	if (s->want[FF_RIGHTS])
		rights_write(r, folder_rights(f, r->user));
	if (s->want[FF_DISTINGUISHED] && f->distinguished)
		xw_elem(b, "t:DistinguishedFolderId", f->distinguished);
	if (s->want[FF_PERMISSIONS])
		put_permissions(r, f);
	/* Calendars have no unread count in the schema. */
	if (s->want[FF_UNREAD] && !calendar &&
	    strcmp(element, "t:ContactsFolder") != 0)
		xw_elemf(b, "t:UnreadCount", "%zu", f->unread);
	xw_close(b, element);
}

void op_get_folder(struct req *r)
{
	struct shape shape;
	size_t n = 0;

	folder_shape_read(r, &shape, xr_child(r->op, "FolderShape"));
	rsp_begin(r);
	for (xmlNode *id = xr_first(xr_child(r->op, "FolderIds")); id;
	     id = xr_next(id), n++) {
		const char *code = NULL;
		const struct folder *f = req_folder(r, id, 0, &code);

		if (!f) {
			rsp_error(r, code, "<m:Folders/>");
			continue;
		}
		rsp_ok(r);
		xw_open(&r->out, "m:Folders");
		folder_write(r, f, &shape);
		xw_close(&r->out, "m:Folders");
		rsp_close(r);
	}
	rsp_end(r);
	str_addf(&r->detail, " n=%zu", n);
	shape_release(&shape);
}

/* --- FindFolder ---------------------------------------------------------- */
static void find_below(struct req *r, struct folder *top, bool deep,
		       const struct shape *shape)
{
	const xmlNode *view = xr_child(r->op, "IndexedPageFolderView");
	const xmlNode *restriction = xr_child(r->op, "Restriction");
	VEC(struct folder *) found = {0};
	size_t from = 0, to;
	struct box *box = top->box;

	for (size_t i = 0; i < box->folders.n; i++) {
		struct folder *f = box->folders.v[i];

		if (f == top || f->since > r->rank ||
		    (deep ? !folder_is_under(f, top) : f->parent != top) ||
		    !(folder_rights(f, r->user) & RIGHT_VISIBLE) ||
		    !folder_matches(f, xr_first(restriction)))
			continue;
		vec_add(&found, f);
	}
	to = found.n;
	if (view) {
		const char *max = xr_attr(view, "MaxEntriesReturned");

		from = strtoul(str_or_empty(xr_attr(view, "Offset")), NULL, 10);
		if (from > found.n)
			from = found.n;
		if (max && strtoul(max, NULL, 10) < to - from)
			to = from + strtoul(max, NULL, 10);
	}
	rsp_ok(r);
	str_add(&r->out, "<m:RootFolder");
	if (view)
		str_addf(&r->out, " IndexedPagingOffset=\"%zu\"", to);
	str_addf(&r->out,
		 " TotalItemsInView=\"%zu\" "
		 "IncludesLastItemInRange=\"%s\"><t:Folders>",
		 found.n, to == found.n ? "true" : "false");
	for (size_t i = from; i < to; i++)
		folder_write(r, found.v[i], shape);
	str_add(&r->out, "</t:Folders></m:RootFolder>");
	rsp_close(r);
	str_addf(&r->detail, " folder=\"%s\" n=%zu", top->name, to - from);
	vec_release(&found);
}

void op_find_folder(struct req *r)
{
	struct shape shape;
	const char *traversal = str_or_empty(xr_attr(r->op, "Traversal"));

	folder_shape_read(r, &shape, xr_child(r->op, "FolderShape"));
	rsp_begin(r);
	for (xmlNode *id = xr_first(xr_child(r->op, "ParentFolderIds")); id;
	     id = xr_next(id)) {
		const char *code = NULL;
		struct folder *top = req_folder(r, id, 0, &code);

		if (top && top->box->is_public &&
		    strcmp(traversal, "Deep") == 0) {
			code = "ErrorInvalidOperation"; /* 15 */
			top = NULL;
		}
		if (!top)
			rsp_error(r, code, NULL);
		else
			find_below(r, top, strcmp(traversal, "Deep") == 0,
				   &shape);
	}
	rsp_end(r);
	shape_release(&shape);
}
