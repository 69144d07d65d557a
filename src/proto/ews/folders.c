/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Folders: the hierarchy (dossier 8.1) and changes of it (14.1). */
#include "base/clock.h"
#include "net/xml.h"
#include "proto/ews/batch.h"
#include "proto/ews/ews.h"
#include "proto/ews/fields.h"
#include "proto/ews/rights.h"

#include <string.h>

#define MARKS_PAGE 1000 /* EWSFindCountLimit (5) */
#define EMPTY_PAGE 200	/* ids a step where EmptyFolder is missing */

static void add_shape(struct str *b, bool marks, bool extended)
{
	str_add(b, "<m:FolderShape><t:BaseShape>IdOnly</t:BaseShape>"
		   "<t:AdditionalProperties>");
	field_add_path(b, "folder:ParentFolderId");
	field_add_path(b, "folder:FolderClass");
	field_add_path(b, "folder:DisplayName");
	field_add_path(b, "folder:TotalCount");
	field_add_path(b, "folder:UnreadCount");
	field_add_path(b, "folder:EffectiveRights");
	if (extended) {
		field_add_path(b, "tag:0x10f4:Boolean"); /* PR_ATTR_HIDDEN */
		field_add_path(b, "tag:0x3601:Integer"); /* PR_FOLDER_TYPE */
		/* PR_MESSAGE_SIZE_EXTENDED */
		field_add_path(b, "tag:0x0e08:Long");
	}
	if (marks && extended) {
		field_add_path(b, "tag:0x670a:SystemTime");
		field_add_path(b, "tag:0x670b:Integer");
	}
	str_add(b, "</t:AdditionalProperties></m:FolderShape>");
}

/* The server took the request's form, or a part of it, amiss: another form may
 * do. Trouble that passes, or is the person's to mend, is none. */
static bool is_refusal(const struct err *e)
{
	return e->kind == ERR_UNSUPPORTED || e->kind == ERR_PROTOCOL;
}

/* --- roles ------------------------------------------------------------------
 */
struct roles {
	char **ids;
	enum folder_role asked[FOLDER_ROLE_COUNT];
};

static void write_roles(struct batch *t, const size_t *idx, size_t n,
			struct str *out)
{
	const struct roles *r = t->ctx;

	str_add(out, "<m:GetFolder><m:FolderShape><t:BaseShape>IdOnly"
		     "</t:BaseShape></m:FolderShape><m:FolderIds>");
	for (size_t k = 0; k < n; k++)
		soap_add_folder(out, NULL, folder_role_ews(r->asked[idx[k]]));
	str_add(out, "</m:FolderIds></m:GetFolder>");
}

static bool role_done(struct batch *t, size_t i, struct ews_message *m,
		      enum ews_rule rule, const struct err *e)
{
	struct roles *r = t->ctx;

	(void)rule;
	/* An error of one name: this mailbox has no such folder. */
	if (e->kind == ERR_NONE && m && m->folders.n > 0) {
		struct folder *f = &m->folders.v[0].folder;

		r->ids[r->asked[i]] = f->remote_id;
		f->remote_id = NULL;
	}
	return true;
}

/* Each name in a request of its own, for a server that refuses all of them for
 * one it does not know. False only where the next would fail as well. */
static bool find_one_by_one(struct batch *t, struct err *err)
{
	const struct roles *r = t->ctx;
	size_t n = t->n;
	bool ok = true;

	t->n = 1;
	for (size_t i = 0; ok && i < n; i++) {
		struct roles one = {.ids = r->ids, .asked = {r->asked[i]}};
		struct err e = ERR_INIT;

		t->ctx = &one;
		ok = ews_batch_run(t, &e) || is_refusal(&e);
		if (!ok && err)
			*err = e;
	}
	return ok;
}

bool ews_find_roles(struct backend *b, const struct op *op, char **ids,
		    struct err *err)
{
	struct err e = ERR_INIT;
	struct roles r = {.ids = ids};
	struct batch t = {.b = b,
			  .op = op,
			  .operation = "GetFolder",
			  .write = write_roles,
			  .done = role_done,
			  .ctx = &r};

	for (int i = 0; i < FOLDER_ROLE_COUNT; i++) {
		ids[i] = NULL;
		if (folder_role_ews((enum folder_role)i))
			r.asked[t.n++] = (enum folder_role)i;
	}
	if (!ews_ready(b, op, err))
		return false;
	if (ews_batch_run(&t, &e))
		return true;
	if (is_refusal(&e) && find_one_by_one(&t, &e))
		return true;
	for (int i = 0; i < FOLDER_ROLE_COUNT; i++)
		mem_replace(&ids[i], NULL);
	if (err)
		*err = e;
	return false;
}

/* --- hierarchy ---------------------------------------------------------------
 */
static bool sync_once(struct backend *b, const struct op *op, const char *state,
		      struct ews_message *m, struct err *err)
{
	struct str body = STR_INIT;

	str_add(&body, "<m:SyncFolderHierarchy>");
	add_shape(&body, false, !b->shrunk);
	str_add(&body, "<m:SyncFolderId>");
	soap_add_folder(&body, NULL, "msgfolderroot");
	str_add(&body, "</m:SyncFolderId>");
	xml_add_element(&body, "m:SyncState", state);
	str_add(&body, "</m:SyncFolderHierarchy>");
	return soap_single(b, op, "SyncFolderHierarchy", &body, false, m, err);
}

bool ews_sync_folders(struct backend *b, const struct op *op, const char *state,
		      struct sync_page *out, struct err *err)
{
	struct ews_message m;
	struct err e = ERR_INIT;

	if (!ews_ready(b, op, err))
		return false;
	while (!sync_once(b, op, state, &m, &e)) {
		if (!b->shrunk && ews_shrink(b, &e))
			continue;
		if (is_refusal(&e))
			e.kind = ERR_UNSUPPORTED;
		if (err)
			*err = e;
		return false;
	}
	*out = (struct sync_page){.folders = m.folders,
				  .state = m.sync_state,
				  .more = !m.is_last};
	m.folders = (struct folder_changes){0};
	m.sync_state = NULL;
	/* The same state again would bring the same page again. */
	if (str_eq(out->state, state))
		out->more = false;
	ews_message_release(&m);
	return true;
}

/* --- marks ---------------------------------------------------------------- */
/* The server tells commit times in whole seconds: within the running second, by
 * its clock, a second change would not show, so such a mark is none. A clock a
 * day off says nothing about that. */
static char *mark_of(const char *seen, const struct folder *f, int64_t now)
{
	char *commit CLEANUP(mem_free_ptr) = xstrndup(seen, strcspn(seen, ";"));
	int64_t t, age;

	if (!clock_parse_iso(commit, &t))
		return NULL;
	age = now - t;
	if (age < 2 && age > -86400)
		return NULL;
	return xasprintf("%s;%lld;%lld", seen, (long long)f->total,
			 (long long)f->unread);
}

/* mailbox: somebody else's; NULL: one's own. */
static bool marks_page(struct backend *b, const struct op *op,
		       const char *mailbox, int64_t offset,
		       struct ews_message *m, struct err *err)
{
	struct str body = STR_INIT;

	str_add(&body, "<m:FindFolder Traversal=\"Deep\">");
	add_shape(&body, !b->no_marks, !b->shrunk);
	str_addf(&body,
		 "<m:IndexedPageFolderView MaxEntriesReturned=\"%d\" "
		 "Offset=\"%lld\" BasePoint=\"Beginning\"/>"
		 "<m:ParentFolderIds>",
		 MARKS_PAGE, (long long)offset);
	if (mailbox)
		soap_add_others_folder(&body, "msgfolderroot", mailbox);
	else
		soap_add_folder(&body, NULL, "msgfolderroot");
	str_add(&body, "</m:ParentFolderIds></m:FindFolder>");
	return soap_single(b, op, "FindFolder", &body, false, m, err);
}

/* A page, without the marks where the server does not give those. */
static bool marks_page_or_less(struct backend *b, const struct op *op,
			       const char *mailbox, int64_t offset,
			       struct ews_message *m, struct err *err)
{
	struct err e = ERR_INIT;

	if (marks_page(b, op, mailbox, offset, m, &e))
		return true;
	for (int less = 0; less < 2 && is_refusal(&e); less++) {
		if (!b->no_marks)
			b->no_marks = true;
		else if (b->shrunk || !ews_shrink(b, &e))
			break;
		err_clear(&e);
		if (marks_page(b, op, mailbox, offset, m, &e))
			return true;
	}
	if (is_refusal(&e))
		e.kind = ERR_UNSUPPORTED;
	if (err)
		*err = e;
	return false;
}

/* A server that knows no pages gives the first one for ever. */
static bool is_repeated(const struct folder_marks *all,
			const struct ews_message *m)
{
	return all->n && m->folders.n &&
	       str_eq(all->v[0].folder.remote_id,
		      m->folders.v[0].folder.remote_id);
}

/* Moves what a message tells of folders to the end of *all. */
static void take_marks(const struct backend *b, struct ews_message *m,
		       struct folder_marks *all)
{
	int64_t now = b->date ? b->date : clock_now();

	for (size_t i = 0; i < m->folders.n; i++) {
		struct folder_mark *mark = vec_new(all);

		mark->folder = m->folders.v[i].folder;
		m->folders.v[i].folder = (struct folder){0};
		mark->count = mark->folder.total;
		mark->unread = mark->folder.unread;
		if (i < m->marks.n)
			mark->mark = mark_of(m->marks.v[i], &mark->folder, now);
	}
}

static bool marks_of(struct backend *b, const struct op *op,
		     const char *mailbox, struct folder_marks *out,
		     struct err *err)
{
	struct folder_marks all = {0};
	bool more = true;

	if (!ews_ready(b, op, err))
		return false;
	while (more) {
		struct ews_message m;

		if (!marks_page_or_less(b, op, mailbox, (int64_t)all.n, &m,
					err)) {
			folder_marks_release(&all);
			return false;
		}
		if (is_repeated(&all, &m)) {
			ews_message_release(&m);
			break;
		}
		more = !m.is_last && m.folders.n;
		take_marks(b, &m, &all);
		ews_message_release(&m);
	}
	*out = all;
	return true;
}

bool ews_folder_marks(struct backend *b, const struct op *op,
		      struct folder_marks *out, struct err *err)
{
	return marks_of(b, op, NULL, out, err);
}

/* --- other people's mailboxes (14.3) --------------------------------------- */
struct named {
	const char *mailbox;
	const enum folder_role *roles;
	struct folder_marks *out;
	struct err denied;
};

static void write_named(struct batch *t, const size_t *idx, size_t n,
			struct str *out)
{
	const struct named *o = t->ctx;

	str_add(out, "<m:GetFolder>");
	add_shape(out, !t->b->no_marks, !t->b->shrunk);
	str_add(out, "<m:FolderIds>");
	for (size_t k = 0; k < n; k++)
		soap_add_others_folder(out, folder_role_ews(o->roles[idx[k]]),
				       o->mailbox);
	str_add(out, "</m:FolderIds></m:GetFolder>");
}

static bool named_done(struct batch *t, size_t i, struct ews_message *m,
		       enum ews_rule rule, const struct err *e)
{
	struct named *o = t->ctx;

	(void)i, (void)rule;
	if (e->kind == ERR_NONE && m)
		take_marks(t->b, m, o->out);
	else if (o->denied.kind == ERR_NONE || e->kind == ERR_INPUT)
		o->denied = *e;
	return true;
}

/* Without a right on the top the tree cannot be listed; folders of a known
 * name can be asked for one by one. */
static bool named_folders(struct backend *b, const struct op *op,
			  struct named *o, size_t n, struct err *err)
{
	struct batch t = {.b = b,
			  .op = op,
			  .operation = "GetFolder",
			  .n = n,
			  .write = write_named,
			  .done = named_done,
			  .ctx = o};

	if (!ews_batch_run(&t, err))
		return false;
	if (o->out->n)
		return true;
	if (o->denied.kind == ERR_INPUT) {
		if (err)
			*err = o->denied;
		return false;
	}
	return err_set(err, ERR_DENIED,
		       "%s has not given you any right on these folders",
		       o->mailbox);
}

bool ews_open_mailbox(struct backend *b, const struct op *op,
		      const char *address, const enum folder_role *only,
		      size_t n, struct folder_marks *out, struct err *err)
{
	static const enum folder_role usual[] = {
		FOLDER_ROLE_INBOX, FOLDER_ROLE_CALENDAR, FOLDER_ROLE_CONTACTS,
		FOLDER_ROLE_TASKS, FOLDER_ROLE_NOTES,	 FOLDER_ROLE_JOURNAL,
		FOLDER_ROLE_SENT,  FOLDER_ROLE_DRAFTS,	 FOLDER_ROLE_DELETED,
		FOLDER_ROLE_JUNK};
	struct folder_marks found = {0};
	struct named o = {
		.mailbox = address, .roles = n ? only : usual, .out = &found};
	struct op theirs = op ? *op : (struct op){0};
	struct err e = ERR_INIT;

	if (!ews_ready(b, op, err))
		return false;
	theirs.mailbox = address;
	if (!n && marks_of(b, &theirs, address, &found, &e) && found.n) {
		*out = found;
		return true;
	}
	if (e.kind != ERR_NONE && e.kind != ERR_NOT_FOUND &&
	    e.kind != ERR_DENIED && !is_refusal(&e)) {
		if (err)
			*err = e;
		return false;
	}
	if (!named_folders(b, &theirs, &o, n ? n : ARRAY_LEN(usual), err)) {
		folder_marks_release(&found);
		return false;
	}
	*out = found;
	return true;
}

/* --- changes -------------------------------------------------------------- */
static const char *element_for_class(const char *class)
{
	if (!class)
		return "t:Folder";
	if (str_starts(class, "IPF.Appointment"))
		return "t:CalendarFolder";
	if (str_starts(class, "IPF.Contact"))
		return "t:ContactsFolder";
	if (str_starts(class, "IPF.Task"))
		return "t:TasksFolder";
	return "t:Folder";
}

bool ews_folder_create(struct backend *b, const struct op *op,
		       const char *parent, const char *name, const char *class,
		       char **id, struct err *err)
{
	const char *element = element_for_class(class);
	struct str body = STR_INIT;
	struct ews_message m;
	bool ok = true;

	if (!ews_ready(b, op, err))
		return false;
	str_add(&body, "<m:CreateFolder><m:ParentFolderId>");
	soap_add_folder(&body, parent, "msgfolderroot");
	str_addf(&body, "</m:ParentFolderId><m:Folders><%s>", element);
	xml_add_element(&body, "t:FolderClass", class ? class : "IPF.Note");
	xml_add_element(&body, "t:DisplayName", name);
	str_addf(&body, "</%s></m:Folders></m:CreateFolder>", element);
	if (!soap_single(b, op, "CreateFolder", &body, true, &m, err))
		return false;
	if (m.folders.n == 0) {
		ok = err_set(err, ERR_PROTOCOL,
			     "the server made the folder but gave no id");
	} else {
		*id = m.folders.v[0].folder.remote_id;
		m.folders.v[0].folder.remote_id = NULL;
	}
	ews_message_release(&m);
	return ok;
}

/* A change whose answer holds nothing of interest. */
static bool change(struct backend *b, const struct op *op,
		   const char *operation, struct str *owned_body,
		   struct err *err)
{
	struct ews_message m;

	if (!soap_single(b, op, operation, owned_body, true, &m, err))
		return false;
	ews_message_release(&m);
	return true;
}

bool ews_folder_rename(struct backend *b, const struct op *op, const char *id,
		       const char *name, struct err *err)
{
	struct str body = STR_INIT;

	if (!ews_ready(b, op, err))
		return false;
	str_add(&body, "<m:UpdateFolder><m:FolderChanges><t:FolderChange>");
	soap_add_folder(&body, id, NULL);
	str_add(&body, "<t:Updates><t:SetFolderField>");
	field_add_path(&body, "folder:DisplayName");
	str_add(&body, "<t:Folder>");
	xml_add_element(&body, "t:DisplayName", name);
	str_add(&body, "</t:Folder></t:SetFolderField></t:Updates>"
		       "</t:FolderChange></m:FolderChanges></m:UpdateFolder>");
	return change(b, op, "UpdateFolder", &body, err);
}

bool ews_folder_move(struct backend *b, const struct op *op, const char *id,
		     const char *new_parent, struct err *err)
{
	struct str body = STR_INIT;

	if (!ews_ready(b, op, err))
		return false;
	str_add(&body, "<m:MoveFolder><m:ToFolderId>");
	soap_add_folder(&body, new_parent, "msgfolderroot");
	str_add(&body, "</m:ToFolderId><m:FolderIds>");
	soap_add_folder(&body, id, NULL);
	str_add(&body, "</m:FolderIds></m:MoveFolder>");
	return change(b, op, "MoveFolder", &body, err);
}

static bool remove_folder(struct backend *b, const struct op *op,
			  const char *id, enum delete_kind kind,
			  struct err *err)
{
	struct str body = STR_INIT;
	struct err e = ERR_INIT;

	str_addf(&body, "<m:DeleteFolder DeleteType=\"%s\"><m:FolderIds>",
		 ews_delete_type(kind));
	soap_add_folder(&body, id, NULL);
	str_add(&body, "</m:FolderIds></m:DeleteFolder>");
	if (change(b, op, "DeleteFolder", &body, &e))
		return true;
	if (e.kind == ERR_NOT_FOUND) /* gone already: that was wanted (6) */
		return true;
	if (err)
		*err = e;
	return false;
}

bool ews_folder_remove(struct backend *b, const struct op *op, const char *id,
		       enum delete_kind kind, struct err *err)
{
	return ews_ready(b, op, err) && remove_folder(b, op, id, kind, err);
}

/* --- emptying ------------------------------------------------------------- */
static bool empty_at_once(struct backend *b, const struct op *op,
			  const char *id, enum delete_kind kind,
			  bool subfolders, struct err *err)
{
	struct str body = STR_INIT;

	str_addf(&body,
		 "<m:EmptyFolder DeleteType=\"%s\" DeleteSubFolders=\"%s\">"
		 "<m:FolderIds>",
		 ews_delete_type(kind), subfolders ? "true" : "false");
	soap_add_folder(&body, id, NULL);
	str_add(&body, "</m:FolderIds></m:EmptyFolder>");
	return change(b, op, "EmptyFolder", &body, err);
}

/* Deletes a page of items. *left: something was there. */
static bool empty_page(struct backend *b, const struct op *op, const char *id,
		       enum delete_kind kind, bool *left, struct err *err)
{
	struct item_list items = {0};
	struct item_results results = {0};
	struct item_ref *refs;
	bool ok = ews_list_ids(b, op, id, EMPTY_PAGE, &items, err);

	*left = ok && items.n > 0;
	if (!*left)
		return ok;
	refs = xcalloc(items.n, sizeof(*refs));
	for (size_t i = 0; i < items.n; i++)
		refs[i].remote_id = items.v[i].remote_id;
	ok = ews_remove(b, op, refs, items.n, kind, &results, err);
	/* Any refusal ends it: the next page would begin with the same item. */
	for (size_t i = 0; ok && i < results.n; i++)
		if (results.v[i].err.kind != ERR_NONE) {
			ok = false;
			if (err)
				*err = results.v[i].err;
		}
	item_results_release(&results);
	item_list_release(&items);
	free(refs);
	return ok;
}

static bool remove_subfolders(struct backend *b, const struct op *op,
			      const char *id, enum delete_kind kind,
			      struct err *err)
{
	struct str body = STR_INIT;
	struct ews_message m;
	bool ok = true;

	str_add(&body, "<m:FindFolder Traversal=\"Shallow\"><m:FolderShape>"
		       "<t:BaseShape>IdOnly</t:BaseShape></m:FolderShape>"
		       "<m:ParentFolderIds>");
	soap_add_folder(&body, id, NULL);
	str_add(&body, "</m:ParentFolderIds></m:FindFolder>");
	if (!soap_single(b, op, "FindFolder", &body, false, &m, err))
		return false;
	for (size_t i = 0; ok && i < m.folders.n; i++)
		ok = remove_folder(b, op, m.folders.v[i].folder.remote_id, kind,
				   err);
	ews_message_release(&m);
	return ok;
}

bool ews_folder_empty(struct backend *b, const struct op *op, const char *id,
		      enum delete_kind kind, bool subfolders, struct err *err)
{
	struct err e = ERR_INIT;
	bool left = true;

	if (!ews_ready(b, op, err))
		return false;
	if (ews_caps(b) & CAP_EMPTY_FOLDER) {
		if (empty_at_once(b, op, id, kind, subfolders, &e))
			return true;
		if (e.kind != ERR_UNSUPPORTED && e.kind != ERR_PROTOCOL) {
			if (err)
				*err = e;
			return false;
		}
		b->no_empty = true; /* this server lacks it (19) */
	}
	while (left)
		if (!empty_page(b, op, id, kind, &left, err))
			return false;
	return !subfolders || remove_subfolders(b, op, id, kind, err);
}
