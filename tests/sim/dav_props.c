/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* What the store computes of items and folders (dossier 6, 8, 21.2). */
#include "tests/sim/dav.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include "base/clock.h"
#include "base/codec.h"
#include "tests/sim/dav_fields.h"

#define MAILHEADER "urn:schemas:mailheader:"

/* --- items ------------------------------------------------------------------- */
/* "Name" <address>, as HM:from shows it. */
static bool mailbox(struct dav_val *v, const struct addr *a)
{
	if (!a->email && !a->name)
		return false;
	if (a->name && *a->name)
		str_addf(&v->text, "\"%s\" ", a->name);
	if (a->email)
		str_addf(&v->text, "<%s>", a->email);
	return true;
}

/* A header field's text, unfolded and decoded; false: it has none. */
static bool header(struct dav_val *v, const struct item *it, const char *name)
{
	struct str raw CLEANUP(str_release) = STR_INIT;
	struct str field CLEANUP(str_release) = STR_INIT;
	struct str value CLEANUP(str_release) = STR_INIT;
	size_t pos = 0, head;

	item_read_head(it, &raw);
	head = mime_head_len(raw.s, raw.len);
	while (mime_next_field(raw.s, head, &pos, &field, &value)) {
		char *s;

		if (strcasecmp(field.s, name) != 0)
			continue;
		s = mime_decode_text(value.s);
		val_text(v, s);
		free(s);
		return true;
	}
	return false;
}

static bool headers(struct dav_val *v, const struct item *it)
{
	struct str raw CLEANUP(str_release) = STR_INIT;

	if (it->draft || it->cal || it->contact)
		return false; /* absent on items that no transport made */
	item_read_head(it, &raw);
	val_text(v, "Microsoft Mail Internet Headers Version 2.0\r\n");
	str_add_mem(&v->text, raw.s, mime_head_len(raw.s, raw.len));
	return true;
}

static bool body(struct dav_val *v, const struct item *it, bool html)
{
	struct str raw CLEANUP(str_release) = STR_INIT;
	struct mail m;

	item_read_mime(it, &raw);
	mail_init(&m);
	mail_read(&m, raw.s, raw.len);
	if (html && m.html)
		val_text(v, m.html);
	else if (html)
		mime_text_to_html(&v->text, str_or_empty(m.text));
	else if (m.text)
		val_text(v, m.text);
	else
		mime_html_to_text(&v->text, str_or_empty(m.html));
	mail_release(&m);
	return true;
}

static bool conversation(struct dav_val *v, const struct item *it)
{
	struct dav_val h = {0};
	struct str raw CLEANUP(str_release) = STR_INIT;
	bool good = header(&h, it, "Thread-Index") &&
		    codec_base64_decode(&raw, h.text.s, h.text.len) &&
		    val_binary(v, raw.s, raw.len);

	dav_val_release(&h);
	return good;
}

static const struct {
	const char *class, *content;
} classes[] = {{"IPM.Appointment", "appointment"},
	       {"IPM.Contact", "person"},
	       {"IPM.DistList", "group"},
	       {"IPM.Task", "task"},
	       {"IPM.StickyNote", "note"},
	       {"IPM.Activity", "journal"},
	       {"IPM.Schedule.Meeting", "calendarmessage"},
	       {"REPORT", "dsn"}};

const char *dav_content_class(const struct item *it)
{
	for (size_t i = 0; i < ARRAY_LEN(classes); i++)
		if (strncasecmp(str_or_empty(it->item_class), classes[i].class,
				strlen(classes[i].class)) == 0)
			return classes[i].content;
	return "message";
}

const char *dav_class_of(const char *content_class)
{
	static const char urn[] = "urn:content-classes:";

	if (!content_class || strncasecmp(content_class, urn, strlen(urn)) != 0)
		return NULL;
	for (size_t i = 1; i < 6; i++)
		if (str_eq_nocase(content_class + strlen(urn),
				  classes[i].content))
			return classes[i].class;
	return NULL;
}

static int64_t message_flags(const struct dav *d, const struct item *it)
{
	return (item_is_read(it, d->user) ? 1 : 0) | (it->draft ? 8 : 0) |
	       (it->has_attachments ? 16 : 0) | (it->submitted ? 4 : 0);
}

static bool item_dates(const struct item *it, enum dav_field id,
		       struct dav_val *v)
{
	switch ((int)id) {
	case DAV_F_CREATION_DATE:
		return val_date(v, it->made);
	case DAV_F_LAST_MODIFIED:
		return val_date(v, it->modified);
	case DAV_F_SENT:
		return val_date(v, it->sent);
	case DAV_F_RECEIVED:
		return val_date(v, it->received);
	case DAV_F_VERB_TIME:
		return val_date(v, it->verb_time);
	case DAV_F_FLAG_DONE:
		return val_date(v, it->flag == 1 ? it->flag_done : CLOCK_NEVER);
	default:
		return false;
	}
}

static bool item_numbers(const struct dav *d, const struct item *it,
			 enum dav_field id, struct dav_val *v)
{
	switch ((int)id) {
	case DAV_F_READ:
		return val_number(v, item_is_read(it, d->user));
	case DAV_F_HAS_ATTACHMENT:
		return val_number(v, it->has_attachments);
	case DAV_F_SUBMITTED:
		return val_number(v, it->submitted);
	case DAV_F_IMPORTANCE:
		return val_number(v, it->importance);
	case DAV_F_PRIORITY:
		return val_number(v, it->importance - 1);
	case DAV_F_SENSITIVITY:
		return val_number(v, it->sensitivity);
	case DAV_F_ARTICLE:
		/* Grows with content and flags, not with the read mark. */
		return val_number(v, (int64_t)it->content);
	case DAV_F_SIZE:
	case DAV_F_CONTENT_LENGTH:
		return val_number(v, (int64_t)it->size);
	case DAV_F_MESSAGE_FLAGS:
		return val_number(v, message_flags(d, it));
	case DAV_F_LAST_VERB:
		return val_number(v, it->verb) && it->verb;
	case DAV_F_ICON:
		return val_number(v, it->icon) && it->icon;
	case DAV_F_FLAG_STATUS:
		return val_number(v, it->flag) && it->flag;
	case DAV_F_IS_STRUCTURED:
	case DAV_F_IS_COLLECTION:
	case DAV_F_IS_FOLDER:
	case DAV_F_IS_HIDDEN:
		return val_number(v, 0);
	default:
		return item_dates(it, id, v);
	}
}

static bool item_texts(struct dav *d, const struct item *it, enum dav_field id,
		       struct dav_val *v)
{
	switch ((int)id) {
	case DAV_F_DISPLAY_NAME:
		return val_text(v, dav_item_name(d, it));
	case DAV_F_CONTENT_CLASS:
		str_addf(&v->text, "urn:content-classes:%s",
			 dav_content_class(it));
		return true;
	case DAV_F_CONTENT_TYPE:
		return val_text(v, "message/rfc822");
	case DAV_F_MESSAGE_CLASS:
		return val_text(v, it->item_class);
	case DAV_F_SUBJECT:
		return val_text(v, it->subject);
	case DAV_F_TOPIC:
		return val_text(v, subject_topic(it->subject));
	case DAV_F_FROM:
		return mailbox(v, &it->from);
	case DAV_F_FROM_NAME:
		return val_text(v, it->from.name);
	case DAV_F_FROM_EMAIL:
		return val_text(v, it->from.email);
	case DAV_F_SENDER:
		return mailbox(v, &it->sender);
	case DAV_F_TO:
		return header(v, it, "To");
	case DAV_F_CC:
		return header(v, it, "Cc");
	case DAV_F_DISPLAY_TO:
		return val_text(v, it->display_to);
	case DAV_F_DISPLAY_CC:
		return val_text(v, it->display_cc);
	case DAV_F_TEXT_BODY:
		return body(v, it, false);
	case DAV_F_HTML_BODY:
		return body(v, it, true);
	case DAV_F_HEADERS:
		return headers(v, it);
	case DAV_F_MESSAGE_ID:
		return val_text(v, it->message_id);
	case DAV_F_CONVERSATION:
		return conversation(v, it);
	case DAV_F_SEARCH_KEY:
		return val_binary(v, it->search_key, 16);
	case DAV_F_KEYWORDS:
		for (size_t i = 0; i < it->categories.n; i++)
			strv_add(&v->list, it->categories.v[i]);
		return it->categories.n > 0;
	case DAV_F_RAW: {
		struct str raw CLEANUP(str_release) = STR_INIT;

		item_read_mime(it, &raw);
		return val_binary(v, raw.s, raw.len);
	}
	default:
		return false;
	}
}

/* --- folders ----------------------------------------------------------------- */
static int64_t child_folders(const struct folder *f)
{
	int64_t n = 0;

	for (size_t i = 0; i < f->kids.n; i++)
		n += !f->kids.v[i]->hidden;
	return n;
}

static int64_t folder_size(const struct folder *f)
{
	int64_t n = 0;

	for (size_t i = 0; i < f->items.n; i++)
		n += (int64_t)f->items.v[i]->size;
	return n;
}

static int64_t access_of(const struct dav *d, const struct folder *f)
{
	static const struct {
		unsigned right;
		int64_t access;
	} map[] = {{RIGHT_EDIT, 1},    {RIGHT_READ, 2},
		   {RIGHT_DELETE, 4},  {RIGHT_SUBFOLDERS, 8},
		   {RIGHT_CREATE, 16}, {RIGHT_OWNER, 32}};
	int64_t n = 0;

	for (size_t i = 0; i < ARRAY_LEN(map); i++)
		if (dav_may(d, f, map[i].right))
			n |= map[i].access;
	return n;
}

static int64_t item_access(const struct dav *d, const struct item *it)
{
	unsigned rights = item_rights(it, d->user);

	return (rights & RIGHT_EDIT ? 1 : 0) | (rights & RIGHT_READ ? 2 : 0) |
	       (rights & RIGHT_DELETE ? 4 : 0);
}

static const char *folder_content_class(const char *folder_class)
{
	static const struct {
		const char *class, *content;
	} map[] = {{"IPF.Note", "mailfolder"},
		   {"IPF.Appointment", "calendarfolder"},
		   {"IPF.Contact", "contactfolder"},
		   {"IPF.Task", "taskfolder"},
		   {"IPF.StickyNote", "notefolder"},
		   {"IPF.Journal", "journalfolder"}};

	for (size_t i = 0; i < ARRAY_LEN(map); i++)
		if (str_eq_nocase(folder_class, map[i].class))
			return map[i].content;
	return "folder";
}

static bool folder_numbers(struct dav *d, const struct folder *f,
			   enum dav_field id, struct dav_val *v)
{
	switch ((int)id) {
	case DAV_F_IS_COLLECTION:
	case DAV_F_IS_FOLDER:
		return val_number(v, 1);
	case DAV_F_IS_HIDDEN:
		return val_number(v, f->hidden);
	case DAV_F_IS_STRUCTURED:
	case DAV_F_NO_SUBS:
		return val_number(v, 0);
	case DAV_F_HAS_SUBS:
		return val_number(v, child_folders(f) > 0);
	case DAV_F_CHILD_COUNT:
		return val_number(v, child_folders(f) + (int64_t)f->items.n);
	case DAV_F_OBJECT_COUNT:
	case DAV_F_VISIBLE_COUNT:
		return val_number(v, (int64_t)f->items.n);
	case DAV_F_UNREAD_COUNT:
		return val_number(v, (int64_t)folder_unread(f, d->user));
	case DAV_F_FOLDER_SIZE:
		return val_number(v, folder_size(f));
	case DAV_F_ACCESS:
		return val_number(v, access_of(d, f));
	case DAV_F_DELETED_COUNT:
		return val_number(v, (int64_t)f->deleted_total);
	case DAV_F_FIRST_ARTICLE:
		return val_number(v, 1) && d->sim->dav_version != DAV_2003;
	case DAV_F_NEXT_ARTICLE:
		return val_number(v, (int64_t)d->st->change + 1) &&
		       d->sim->dav_version != DAV_2003;
	case DAV_F_COMMITTED:
	case DAV_F_LAST_MODIFIED:
		return val_date(v, f->last_commit);
	case DAV_F_CREATION_DATE:
		return val_date(v, f->last_commit);
	default:
		return false;
	}
}

static bool well_known(struct dav *d, struct box *box, enum dav_field id,
		       struct dav_val *v)
{
	static const char *const names[] = {
		[DAV_F_INBOX] = "inbox",
		[DAV_F_DELETED_ITEMS] = "deleteditems",
		[DAV_F_DRAFTS] = "drafts",
		[DAV_F_SENT_ITEMS] = "sentitems",
		[DAV_F_OUTBOX] = "outbox",
		[DAV_F_CALENDAR] = "calendar",
		[DAV_F_CONTACTS] = "contacts",
		[DAV_F_TASKS] = "tasks",
		[DAV_F_NOTES] = "notes",
		[DAV_F_JOURNAL] = "journal",
		[DAV_F_JUNK] = "junkemail",
		[DAV_F_ROOT] = "msgfolderroot",
	};
	struct resource r = {.kind = DAV_FOLDER, .box = box};

	if (id == DAV_F_SENDMSG) {
		r.kind = DAV_SUBMIT;
	} else {
		if ((size_t)id >= ARRAY_LEN(names) || !names[id] ||
		    (id == DAV_F_JUNK && d->sim->dav_version == DAV_2000))
			return false;
		r.folder = box_folder(box, names[id]);
		if (!r.folder ||
		    (box != d->user && !dav_may(d, r.folder, RIGHT_READ)))
			return false;
	}
	dav_add_href(d, &v->text, &r);
	/* Without the slash that hrefs of collections carry (6.1). */
	if (v->text.len && id != DAV_F_SENDMSG)
		str_cut(&v->text, v->text.len - 1);
	return true;
}

static bool folder_texts(const struct folder *f, enum dav_field id,
			 struct dav_val *v)
{
	switch ((int)id) {
	case DAV_F_DISPLAY_NAME:
		return val_text(v, f->name);
	case DAV_F_FOLDER_CLASS:
		return val_text(v, f->folder_class);
	case DAV_F_CONTENT_CLASS:
		str_addf(&v->text, "urn:content-classes:%s",
			 folder_content_class(f->folder_class));
		return true;
	case DAV_F_RESOURCE_TYPE:
		str_add(&v->text, "\001collection"); /* an element, see multi */
		return true;
	case DAV_F_DEFAULT_CLASS:
		return val_text(
			v, f->box->is_public &&
					   str_starts(str_or_empty(
							      f->folder_class),
						      "IPF.Note")
				   ? "IPM.Post"
				   : NULL);
	case DAV_F_ADDRESS:
		return val_text(v, f->address);
	case DAV_F_CONTENT_TAG:
		str_addf(&v->text, "\"ct:%llx\"",
			 (unsigned long long)(f->last_change > f->change
						      ? f->last_change
						      : f->change));
		return true;
	default:
		return false;
	}
}

/* --- both --------------------------------------------------------------------- */
static bool common(struct dav *d, const struct resource *r, enum dav_field id,
		   struct dav_val *v)
{
	uint64_t change = r->item ? r->item->change : r->folder->last_change;
	struct resource up = {.kind = DAV_FOLDER,
			      .box = r->box,
			      .folder =
				      r->item ? r->folder : r->folder->parent};

	switch ((int)id) {
	case DAV_F_HREF:
		dav_add_href(d, &v->text, r);
		return true;
	case DAV_F_PERMANENT_URL:
		dav_add_permanent(d, &v->text, r);
		return true;
	case DAV_F_REPL_UID:
		dav_add_repl_uid(&v->text, r);
		return true;
	case DAV_F_RESOURCE_TAG:
	case DAV_F_ETAG:
		str_add(&v->text, id == DAV_F_ETAG ? "\"" : "rt:");
		for (size_t i = 0; i < sizeof(r->box->replica); i++)
			str_addf(&v->text, "%02x", r->box->replica[i]);
		str_addf(&v->text, "%012llx%s", (unsigned long long)change,
			 id == DAV_F_ETAG ? "\"" : "");
		return true;
	case DAV_F_PARENT_NAME:
		if (!up.folder)
			return false;
		dav_add_href(d, &v->text, &up);
		return true;
	default:
		return false;
	}
}

/* What a client stored that nobody computes. */
static bool stored(const struct resource *r, const struct dav_prop *p,
		   struct dav_val *v)
{
	char *name CLEANUP(mem_free_ptr) = dav_canonical(p->uri);
	char *key CLEANUP(mem_free_ptr) = xasprintf("dav:%s", name);
	const struct prop *s = item_prop(r->item, key);

	if (!s || !s->values.n)
		return false;
	/* the first value is the type as it was written */
	v->type = s->values.v[0][0] ? s->values.v[0][0] : 'T';
	if (strchr("MLQ", v->type)) {
		for (size_t i = 1; i < s->values.n; i++)
			strv_add(&v->list, s->values.v[i]);
		return true;
	}
	if (s->values.n > 1)
		str_add(&v->text, s->values.v[1]);
	if (v->type == 'N' || v->type == 'B')
		v->number = strtoll(v->text.s, NULL, 10);
	else if (v->type == 'D' && !clock_parse_iso(v->text.s, &v->number))
		v->type = 'T';
	return true;
}

bool dav_value(struct dav *d, const struct resource *r,
	       const struct dav_prop *p, struct dav_val *v)
{
	enum dav_field id;

	memset(v, 0, sizeof(*v));
	str_init(&v->text);
	strv_init(&v->list);
	v->type = 'T';
	if (!r->folder)
		return false;
	if (p->id < 0) {
		if (!r->item)
			return false;
		if (strncmp(p->uri, MAILHEADER, strlen(MAILHEADER)) == 0 &&
		    header(v, r->item, p->uri + strlen(MAILHEADER)))
			return true;
		return dav_local_value(d, r->item, p, v) ||
		       dav_cal_value(r->item, p, v) ||
		       dav_con_value(r->item, p, v) || stored(r, p, v);
	}
	id = (enum dav_field)p->id;
	v->type = p->type;
	if (id == DAV_F_OOF)
		return r->kind == DAV_HIDDEN && r->box == d->user &&
		       val_number(v, r->box->oof.on);
	if (id == DAV_F_DESCRIPTOR || id == DAV_F_NT_DESCRIPTOR)
		return dav_acl_value(d, r, p->id, v);
	if (id == DAV_F_TIMEZONE)
		return val_text(v, r->kind == DAV_STORE && r->box == d->user
					   ? "W. Europe Standard Time"
					   : NULL);
	if (p->on == 'S')
		return (r->kind == DAV_STORE || r->kind == DAV_HIDDEN) &&
		       well_known(d, r->box, id, v);
	if (common(d, r, id, v))
		return true;
	if (r->item)
		return (id == DAV_F_ACCESS &&
			val_number(v, item_access(d, r->item))) ||
		       item_numbers(d, r->item, id, v) ||
		       item_texts(d, r->item, id, v);
	return folder_numbers(d, r->folder, id, v) ||
	       folder_texts(r->folder, id, v);
}
