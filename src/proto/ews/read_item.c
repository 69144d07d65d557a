/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * The objects inside a response message: items, folders, attachments, events.
 * An object is read field by field into a struct and added to the message
 * when its element ends.
 */
#include "base/clock.h"
#include "proto/ews/read_private.h"

#include <string.h>

#define PR_ATTR_HIDDEN 0x10f4
#define PR_FOLDER_TYPE 0x3601
#define PR_MESSAGE_SIZE 0x0e08
#define PR_LOCAL_COMMIT_TIME_MAX 0x670a
#define PR_DELETED_COUNT_TOTAL 0x670b
/* Named properties get numbers above those of tags. */
#define NAMED(id) (0x10000u + (id))
#define CLIENT_KEY NAMED(0x10000u) /* EWS_KEY_PROPERTY */

static bool is_folder_name(int name)
{
	return name == NAME_Folder || name == NAME_CalendarFolder ||
	       name == NAME_ContactsFolder || name == NAME_TasksFolder ||
	       name == NAME_SearchFolder;
}

static bool is_event_name(int name)
{
	return name == NAME_CopiedEvent || name == NAME_CreatedEvent ||
	       name == NAME_DeletedEvent || name == NAME_ModifiedEvent ||
	       name == NAME_MovedEvent || name == NAME_NewMailEvent;
}

static void begin_item(struct ews_reader *r, enum change_kind change)
{
	r->object = OBJECT_ITEM;
	r->change = change;
	r->has_folder_id = false;
}

static void begin_folder(struct ews_reader *r, int name)
{
	r->object = OBJECT_FOLDER;
	r->change = CHANGE_UPSERT;
	r->rights = FOLDER_MAY_ALL;
	r->folder.size = -1;
	r->folder.synced_at = CLOCK_NEVER;
	if (name == NAME_SearchFolder)
		r->folder.flags |= FOLDER_SEARCH;
	if (name == NAME_CalendarFolder)
		r->folder.kind = FOLDER_CALENDAR;
	else if (name == NAME_ContactsFolder)
		r->folder.kind = FOLDER_CONTACTS;
	else if (name == NAME_TasksFolder)
		r->folder.kind = FOLDER_TASKS;
}

bool reader_begin_object(struct ews_reader *r, int name)
{
	int parent = reader_parent(r, 1);

	if (parent == NAME_Items) {
		begin_item(r, CHANGE_UPSERT);
	} else if (parent == NAME_Create || parent == NAME_Update) {
		if (is_folder_name(name))
			begin_folder(r, name);
		else
			begin_item(r, CHANGE_UPSERT);
	} else if (parent == NAME_Folders && is_folder_name(name)) {
		begin_folder(r, name);
	} else if (parent == NAME_Changes && name == NAME_Delete) {
		begin_item(r, CHANGE_GONE);
	} else if (parent == NAME_Changes && name == NAME_ReadFlagChange) {
		begin_item(r, CHANGE_READ);
	} else if (name == NAME_FileAttachment || name == NAME_ItemAttachment) {
		r->object = OBJECT_ATTACHMENT;
		r->attachment.is_item = name == NAME_ItemAttachment;
	} else if (is_event_name(name)) {
		r->object = OBJECT_EVENT;
		r->event.new_mail = name == NAME_NewMailEvent;
	}
	return r->object != OBJECT_NONE;
}

static void take_text(struct ews_reader *r, char **to)
{
	mem_replace(to, r->text.len ? xstrdup(r->text.s) : NULL);
}

/* --- items ---------------------------------------------------------------- */
static char **text_member(struct item *it, const struct field *f)
{
	return (char **)(void *)((char *)it + f->offset);
}

static int64_t *number_member(struct item *it, const struct field *f)
{
	return (int64_t *)(void *)((char *)it + f->offset);
}

static char *hex_of_base64(const char *s, size_t len)
{
	struct str raw CLEANUP(str_release) = STR_INIT;
	struct str hex = STR_INIT;

	if (!codec_base64_decode(&raw, s, len) || raw.len == 0)
		return NULL;
	codec_hex_add(&hex, raw.s, raw.len);
	return str_take(&hex);
}

/* "<a@b> <c@d>" without the brackets, one blank between. Lists give the first
 * 255 characters only (5): an id that was cut is none. */
static char *ids_without_brackets(const char *s)
{
	struct str out = STR_INIT;
	const char *open = strrchr(s, '<');
	const char *end = open && !strchr(open, '>') ? open : s + strlen(s);

	for (; s < end; s++) {
		bool gap = strchr("<> \t\r\n,", *s) != NULL;

		if (!gap)
			str_add_char(&out, *s);
		else if (out.len && out.s[out.len - 1] != ' ')
			str_add_char(&out, ' ');
	}
	str_trim(&out);
	return str_take(&out);
}

static bool holds_message_ids(const struct field *f)
{
	return f->offset == offsetof(struct item, message_id) ||
	       f->offset == offsetof(struct item, in_reply_to) ||
	       f->offset == offsetof(struct item, references);
}

static void set_special(struct item *it, const struct field *f, const char *s)
{
	if (!f->tag) { /* item:Importance, the only one without a tag */
		if (strcmp(s, "High") == 0)
			it->flags |= ITEM_HIGH;
		else if (strcmp(s, "Low") == 0)
			it->flags |= ITEM_LOW;
		return;
	}
	if (f->tag == 0x1090) { /* PR_FLAG_STATUS */
		if (strcmp(s, "2") == 0)
			it->flags |= ITEM_FLAGGED;
		else if (strcmp(s, "1") == 0)
			it->flags |= ITEM_COMPLETE;
	} else if (f->tag == 0x1081) { /* PR_LAST_VERB_EXECUTED */
		if (strcmp(s, "102") == 0 || strcmp(s, "103") == 0)
			it->flags |= ITEM_ANSWERED;
		else if (strcmp(s, "104") == 0)
			it->flags |= ITEM_FORWARDED;
	}
}

/* Sizes are 32 bits on the wire and wrap round past 2 GiB (4.2). */
static int64_t size_number(const char *s)
{
	int64_t n = strtoll(s, NULL, 10);

	return n < 0 && n >= INT32_MIN ? n + ((int64_t)1 << 32) : n;
}

static void set_time(int64_t *to, const char *s)
{
	int64_t t;

	if (clock_parse_iso(s, &t))
		*to = t;
}

/* A field whose text is complete. */
static void set_field(struct ews_reader *r, const struct field *f)
{
	struct item *it = &r->item;
	const char *s = r->text.s;

	if (r->text.len == 0)
		return;
	switch (f->type) {
	case FIELD_TEXT:
		mem_replace(text_member(it, f),
			    holds_message_ids(f) ? ids_without_brackets(s)
						 : xstrdup(s));
		break;
	case FIELD_TIME:
		set_time(number_member(it, f), s);
		break;
	case FIELD_INT:
		*number_member(it, f) = size_number(s);
		break;
	case FIELD_HEX:
		mem_replace(text_member(it, f), hex_of_base64(s, r->text.len));
		break;
	case FIELD_BIT:
		if (reader_is_true(s))
			it->flags |= f->bit;
		break;
	case FIELD_SPECIAL:
		set_special(it, f, s);
		break;
	case FIELD_ADDR:
	case FIELD_RCPT:
	case FIELD_STRV:
		break; /* made of children */
	}
}

/* One mailbox of a recipient list, as RFC 5322 text in UTF-8. */
static void add_mailbox(struct str *b, const char *name, const char *address)
{
	bool quote = name && strpbrk(name, "\",<>@;:()[]\\");

	if (b->len)
		str_add(b, ", ");
	if (!name || str_eq(name, address)) {
		str_add(b, address ? address : "");
		return;
	}
	for (const char *p = quote ? str_add_char(b, '"'), name : name; *p;
	     p++) {
		if (*p == '"' || *p == '\\')
			str_add_char(b, '\\');
		str_add_char(b, *p);
	}
	if (quote)
		str_add_char(b, '"');
	if (address)
		str_addf(b, " <%s>", address);
}

static void end_mailbox(struct ews_reader *r)
{
	/* An EX address is a path in the directory, no use to people (7). */
	if (r->box_ex || (r->box_address && *r->box_address == '/'))
		mem_replace(&r->box_address, NULL);
	if (r->field && r->field->type == FIELD_RCPT) {
		if (r->box_name || r->box_address)
			add_mailbox(&r->list, r->box_name, r->box_address);
	} else if (r->field &&
		   r->field->offset == offsetof(struct item, from_name)) {
		mem_replace(&r->item.from_name, r->box_name);
		mem_replace(&r->item.from_addr, r->box_address);
		r->box_name = r->box_address = NULL;
	} else if (r->field) {
		mem_replace(&r->item.sender_addr, r->box_address);
		r->box_address = NULL;
	}
	mem_replace(&r->box_name, NULL);
	mem_replace(&r->box_address, NULL);
	r->box_ex = false;
}

/* The number of an extended property: its tag, compared as a number (7). */
static unsigned property_number(const struct xml_attrs *a)
{
	char *tag CLEANUP(mem_free_ptr) = xml_attr_copy(a, "PropertyTag");
	char *id CLEANUP(mem_free_ptr) = NULL;

	if (tag)
		return (unsigned)strtoul(tag, NULL, 0);
	if (xml_attr_is(a, "PropertyName", "RetinueKey"))
		return CLIENT_KEY;
	id = xml_attr_copy(a, "PropertyId");
	return id && xml_attr_is(a, "DistinguishedPropertySetId", "Task")
		       ? NAMED((unsigned)strtoul(id, NULL, 0))
		       : 0;
}

static void end_item_property(struct ews_reader *r)
{
	const struct field *f = field_table();

	if (r->tag == NAMED(FIELD_TASK_DUE))
		set_time(&r->item.flag_due, r->text.s);
	else if (r->tag == FIELD_SENDER_SMTP)
		take_text(r, &r->sender_smtp);
	else if (r->tag == FIELD_FROM_SMTP)
		take_text(r, &r->from_smtp);
	else if (r->tag == CLIENT_KEY)
		take_text(r, &r->client_key);
	for (size_t i = 0; i < FIELD_COUNT; i++)
		if (f[i].tag && f[i].tag == r->tag)
			set_field(r, &f[i]);
}

static void item_start(struct ews_reader *r, int name,
		       const struct xml_attrs *a)
{
	bool own = r->depth == r->object_depth + 1;

	if (own && name >= NAME_FIELDS) {
		const struct field *f = &field_table()[name - NAME_FIELDS];

		if (f->type == FIELD_ADDR || f->type == FIELD_RCPT ||
		    f->type == FIELD_STRV) {
			r->field = f;
			str_clear(&r->list);
		}
		return;
	}
	if (own && (name == NAME_ItemId || name == NAME_FolderId)) {
		mem_replace(&r->item.remote_id, xml_attr_copy(a, "Id"));
		mem_replace(&r->item.change_key, xml_attr_copy(a, "ChangeKey"));
		r->has_folder_id = name == NAME_FolderId;
	} else if (own && name == NAME_MimeContent) {
		str_clear(&r->mime);
		r->base64 = (struct codec_base64){0};
		r->sink = &r->mime;
	} else if (own && name == NAME_Body) {
		r->m.is_html = xml_attr_is(a, "BodyType", "HTML");
	} else if (name == NAME_ExtendedFieldURI) {
		r->tag = property_number(a);
	} else if (name == NAME_InternetMessageHeader) {
		mem_replace(&r->header_name, xml_attr_copy(a, "HeaderName"));
	} else if (name == NAME_FileAttachment || name == NAME_ItemAttachment) {
		r->attachment.is_item = name == NAME_ItemAttachment;
	} else if (name == NAME_AttachmentId) {
		mem_replace(&r->attachment.id, xml_attr_copy(a, "Id"));
	}
}

static void end_attachment(struct ews_reader *r)
{
	struct ews_attachment *a = vec_new(&r->m.attachments);

	*a = r->attachment;
	a->content = bytes_from_str(&r->content);
	r->attachment = (struct ews_attachment){0};
}

/* True when the text belonged to an attachment's description. */
static bool attachment_text(struct ews_reader *r, int name)
{
	switch (name) {
	case NAME_Name:
		take_text(r, &r->attachment.name);
		return true;
	case NAME_ContentType:
		take_text(r, &r->attachment.type);
		return true;
	case NAME_ContentId:
		take_text(r, &r->attachment.content_id);
		return true;
	case NAME_IsInline:
		r->attachment.is_inline = reader_is_true(r->text.s);
		return true;
	default:
		return false;
	}
}

/* Text inside From, ToRecipients, Categories. */
static void item_nested_end(struct ews_reader *r, int name)
{
	switch (name) {
	case NAME_Name:
		take_text(r, &r->box_name);
		break;
	case NAME_EmailAddress:
		take_text(r, &r->box_address);
		break;
	case NAME_RoutingType:
		r->box_ex = strcmp(r->text.s, "EX") == 0;
		break;
	case NAME_Mailbox:
		end_mailbox(r);
		break;
	case NAME_String:
		if (r->field && r->field->type == FIELD_STRV && r->text.len) {
			if (r->list.len)
				str_add_char(&r->list, '\n');
			str_add(&r->list, r->text.s);
		}
		break;
	case NAME_FlagStatus:
		if (strcmp(r->text.s, "Flagged") == 0)
			r->item.flags |= ITEM_FLAGGED;
		else if (strcmp(r->text.s, "Complete") == 0)
			r->item.flags |= ITEM_COMPLETE;
		break;
	case NAME_DueDate:
		set_time(&r->item.flag_due, r->text.s);
		break;
	case NAME_Value:
		end_item_property(r);
		break;
	case NAME_InternetMessageHeader:
		if (r->header_name)
			strv_give(
				&r->m.headers,
				xasprintf("%s: %s", r->header_name, r->text.s));
		break;
	case NAME_FileAttachment:
	case NAME_ItemAttachment:
		end_attachment(r);
		break;
	default:
		break;
	}
}

static void item_end(struct ews_reader *r, int name)
{
	bool own = r->depth == r->object_depth + 1;
	bool attached = reader_parent(r, 1) == NAME_FileAttachment ||
			reader_parent(r, 1) == NAME_ItemAttachment;

	if (attached && attachment_text(r, name))
		return;
	if (!own) {
		item_nested_end(r, name);
	} else if (name >= NAME_FIELDS) {
		if (r->field) {
			if (r->field->type != FIELD_ADDR && r->list.len)
				mem_replace(text_member(&r->item, r->field),
					    xstrdup(r->list.s));
			r->field = NULL;
		} else {
			set_field(r, &field_table()[name - NAME_FIELDS]);
		}
	} else if (name == NAME_MimeContent) {
		r->sink = NULL;
		r->m.mime_damaged = r->base64.bad || str_is_truncated(&r->mime);
		bytes_release(&r->m.mime);
		r->m.mime = bytes_from_str(&r->mime);
	} else if (name == NAME_Body) {
		take_text(r, &r->m.body);
	}
}

/* Addresses where Sender and From have paths of the directory (7). Who sends in
 * another's name has another address. */
static void complete_people(const struct ews_reader *r, struct item *it)
{
	if (!it->sender_addr && r->from_smtp)
		it->sender_addr = xstrdup(r->sender_smtp);
	if (!it->from_addr && r->from_smtp)
		it->from_addr = xstrdup(r->from_smtp);
	else if (!it->from_addr && !it->sender_addr)
		it->from_addr = xstrdup(r->sender_smtp);
}

static void end_item(struct ews_reader *r)
{
	struct item *it = &r->item;
	struct item_change *c;

	if (r->has_folder_id) {
		struct folder_change *f = vec_new(&r->m.folders);

		f->kind = r->change;
		f->folder.size = -1;
		f->folder.synced_at = CLOCK_NEVER;
		f->folder.remote_id = it->remote_id;
		f->folder.change_key = it->change_key;
		it->remote_id = it->change_key = NULL;
		item_release(it);
	} else if (it->remote_id) {
		complete_people(r, it);
		if (it->sender_addr && it->from_addr &&
		    str_eq_nocase(it->sender_addr, it->from_addr))
			mem_replace(&it->sender_addr, NULL);
		it->flags |= item_flags_of_class(it->item_class);
		c = vec_new(&r->m.items);
		c->kind = r->change;
		c->item = *it;
		if (r->client_key) {
			while (r->m.keys.n + 1 < r->m.items.n)
				strv_add(&r->m.keys, "");
			strv_add(&r->m.keys, r->client_key);
		}
	} else {
		item_release(it); /* nothing can be done without an id */
	}
	item_init(it);
	mem_replace(&r->sender_smtp, NULL);
	mem_replace(&r->from_smtp, NULL);
	mem_replace(&r->client_key, NULL);
}

/* --- folders -------------------------------------------------------------- */
static void folder_start(struct ews_reader *r, int name,
			 const struct xml_attrs *a)
{
	if (name == NAME_ExtendedFieldURI) {
		r->tag = property_number(a);
	} else if (r->depth != r->object_depth + 1) {
		return;
	} else if (name == NAME_FolderId) {
		mem_replace(&r->folder.remote_id, xml_attr_copy(a, "Id"));
		mem_replace(&r->folder.change_key,
			    xml_attr_copy(a, "ChangeKey"));
	} else if (name == NAME_ParentFolderId) {
		mem_replace(&r->folder.parent_remote, xml_attr_copy(a, "Id"));
	}
}

static void folder_property(struct ews_reader *r)
{
	struct folder *f = &r->folder;

	if (r->tag == PR_ATTR_HIDDEN && reader_is_true(r->text.s))
		f->flags |= FOLDER_HIDDEN;
	else if (r->tag == PR_FOLDER_TYPE && strcmp(r->text.s, "2") == 0)
		f->flags |= FOLDER_SEARCH;
	else if (r->tag == PR_MESSAGE_SIZE)
		f->size = strtoll(r->text.s, NULL, 10);
	else if (r->tag == PR_LOCAL_COMMIT_TIME_MAX)
		mem_replace(&r->commit_time, xstrdup(r->text.s));
	else if (r->tag == PR_DELETED_COUNT_TOTAL)
		mem_replace(&r->deletions, xstrdup(r->text.s));
}

static void set_right(struct ews_reader *r, enum folder_right right)
{
	if (reader_is_true(r->text.s))
		r->rights |= right;
	else
		r->rights &= ~(unsigned)right;
}

static void folder_end(struct ews_reader *r, int name)
{
	struct folder *f = &r->folder;

	switch (name) {
	case NAME_DisplayName:
		take_text(r, &f->name);
		break;
	case NAME_FolderClass:
		take_text(r, &f->class);
		break;
	case NAME_TotalCount:
		f->total = strtoll(r->text.s, NULL, 10);
		break;
	case NAME_UnreadCount:
		f->unread = strtoll(r->text.s, NULL, 10);
		break;
	case NAME_CreateContents:
		set_right(r, FOLDER_MAY_CREATE);
		break;
	case NAME_Modify:
		set_right(r, FOLDER_MAY_MODIFY);
		break;
	case NAME_Delete:
		set_right(r, FOLDER_MAY_DELETE);
		break;
	case NAME_Read:
		set_right(r, FOLDER_MAY_READ);
		break;
	case NAME_CreateHierarchy:
		set_right(r, FOLDER_MAY_NEST);
		break;
	case NAME_Value:
		folder_property(r);
		break;
	default:
		break;
	}
}

static void end_folder(struct ews_reader *r)
{
	struct folder *f = &r->folder;
	struct folder_change *c;

	if (!f->remote_id) {
		folder_release(f);
	} else {
		/* The element name is the stronger hint (8.1). */
		if (f->kind == FOLDER_MAIL)
			f->kind = folder_kind_of_class(f->class);
		f->rights = r->rights;
		if (!(r->rights & (FOLDER_MAY_CREATE | FOLDER_MAY_MODIFY)))
			f->flags |= FOLDER_READ_ONLY;
		c = vec_new(&r->m.folders);
		c->kind = CHANGE_UPSERT;
		c->folder = *f;
		strv_give(&r->m.marks,
			  xasprintf("%s;%s", str_or_empty(r->commit_time),
				    str_or_empty(r->deletions)));
	}
	mem_replace(&r->commit_time, NULL);
	mem_replace(&r->deletions, NULL);
	*f = (struct folder){0};
}

/* --- attachments and events ----------------------------------------------- */
static void attachment_start(struct ews_reader *r, int name,
			     const struct xml_attrs *a)
{
	int deep = r->depth - r->object_depth;

	if (deep == 1 && name == NAME_AttachmentId)
		mem_replace(&r->attachment.id, xml_attr_copy(a, "Id"));
	else if ((deep == 1 && name == NAME_Content) ||
		 (deep == 2 && name == NAME_MimeContent)) {
		str_clear(&r->content);
		r->base64 = (struct codec_base64){0};
		r->sink = &r->content;
	}
}

static void attachment_end(struct ews_reader *r, int name)
{
	if (r->sink && (name == NAME_Content || name == NAME_MimeContent))
		r->sink = NULL;
	else if (r->depth == r->object_depth + 1)
		attachment_text(r, name);
}

static void event_start(struct ews_reader *r, int name,
			const struct xml_attrs *a)
{
	struct ews_event *e = &r->event;

	if (name == NAME_FolderId) {
		e->is_folder = true;
		mem_replace(&e->folder, xml_attr_copy(a, "Id"));
	} else if (name == NAME_ParentFolderId && !e->is_folder) {
		mem_replace(&e->folder, xml_attr_copy(a, "Id"));
	} else if (name == NAME_OldParentFolderId) {
		mem_replace(&e->old_folder, xml_attr_copy(a, "Id"));
	} else if (name == NAME_UnreadCount) {
		e->has_count = true;
	}
}

static void event_end(struct ews_reader *r, int name)
{
	if (name == NAME_Watermark)
		mem_replace(&r->m.watermark, xstrdup(r->text.s));
}

/* --- all kinds ------------------------------------------------------------ */
void reader_object_start(struct ews_reader *r, int name,
			 const struct xml_attrs *a)
{
	switch (r->object) {
	case OBJECT_ITEM:
		item_start(r, name, a);
		break;
	case OBJECT_FOLDER:
		folder_start(r, name, a);
		break;
	case OBJECT_ATTACHMENT:
		attachment_start(r, name, a);
		break;
	case OBJECT_EVENT:
		event_start(r, name, a);
		break;
	case OBJECT_NONE:
		break;
	}
}

void reader_object_end(struct ews_reader *r, int name)
{
	switch (r->object) {
	case OBJECT_ITEM:
		item_end(r, name);
		break;
	case OBJECT_FOLDER:
		folder_end(r, name);
		break;
	case OBJECT_ATTACHMENT:
		attachment_end(r, name);
		break;
	case OBJECT_EVENT:
		event_end(r, name);
		break;
	case OBJECT_NONE:
		break;
	}
}

void reader_end_object(struct ews_reader *r)
{
	switch (r->object) {
	case OBJECT_ITEM:
		end_item(r);
		break;
	case OBJECT_FOLDER:
		end_folder(r);
		break;
	case OBJECT_ATTACHMENT:
		end_attachment(r);
		break;
	case OBJECT_EVENT:
		vec_add(&r->m.events, r->event);
		r->event = (struct ews_event){0};
		break;
	case OBJECT_NONE:
		break;
	}
	r->object = OBJECT_NONE;
	r->sink = NULL;
}

void reader_release_object(struct ews_reader *r)
{
	item_release(&r->item);
	folder_release(&r->folder);
	free(r->commit_time);
	free(r->deletions);
	free(r->attachment.id);
	free(r->attachment.name);
	free(r->attachment.type);
	free(r->attachment.content_id);
	free(r->event.folder);
	free(r->event.old_folder);
	free(r->box_name);
	free(r->box_address);
	free(r->sender_smtp);
	free(r->from_smtp);
	free(r->header_name);
}
