/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Properties and their values (dossier 2.3, 2.4, 6, 8). */
#include "tests/sim/dav.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include "base/clock.h"
#include "base/codec.h"
#include "tests/sim/dav_fields.h"

static const struct {
	enum dav_field id;
	char type, on;
	const char *uri;
} table[] = {
#define X(id, type, on, uri) {DAV_F_##id, type, on, uri},
#include "tests/sim/dav_fields.def"
};

#define PROPTAG "http://schemas.microsoft.com/mapi/proptag/"
#define MAILHEADER "urn:schemas:mailheader:"

/* "0x0E23..." and "x0e23..." are one name. */
static char *canonical(const char *uri)
{
	const size_t n = strlen(PROPTAG);
	char *copy;

	if (strncmp(uri, PROPTAG, n) != 0)
		return xstrdup(uri);
	copy = xasprintf(PROPTAG "%s",
			 uri + n + (strncasecmp(uri + n, "0x", 2) == 0));
	for (char *p = copy + n; *p; p++)
		*p = (char)tolower((unsigned char)*p);
	return copy;
}

void dav_prop_init(struct dav_prop *p, const char *uri)
{
	size_t end = strlen(uri);

	while (end && !strchr(":/#", uri[end - 1]))
		end--;
	*p = (struct dav_prop){
		.id = -1, .uri = xstrdup(uri), .ns = end, .tag = -1};
	char *name CLEANUP(mem_free_ptr) = canonical(uri);

	for (size_t i = 0; i < ARRAY_LEN(table) && p->id < 0; i++)
		if (strcmp(table[i].uri, name) == 0)
			p->id = (int)i;
	if (strncmp(name, PROPTAG "x", sizeof(PROPTAG)) == 0)
		p->tag = strtol(name + sizeof(PROPTAG), NULL, 16);
}

void dav_props_add(struct dav_props *l, const char *uri)
{
	struct dav_prop p;

	dav_prop_init(&p, uri);
	vec_add(l, p);
}

void dav_props_release(struct dav_props *l)
{
	for (size_t i = 0; i < l->n; i++)
		free(l->v[i].uri);
	vec_release(l);
}

char *dav_uri_of(const xmlNode *n)
{
	const char *ns = n->ns ? (const char *)n->ns->href : "";
	const char *name = (const char *)n->name;
	unsigned code;

	/* An escaped first character: _x0030_x8570 (2.4). */
	if (strncmp(name, "_x", 2) == 0 && strlen(name) > 7 && name[6] == '_' &&
	    sscanf(name + 2, "%4x", &code) == 1 && code < 0x80)
		return xasprintf("%s%c%s", ns, (char)code, name + 7);
	return xasprintf("%s%s", ns, name);
}

void dav_val_release(struct dav_val *v)
{
	str_release(&v->text);
	strv_release(&v->list);
}

/* --- setting results ------------------------------------------------------- */
static bool text(struct dav_val *v, const char *s)
{
	if (!s)
		return false;
	str_add(&v->text, s);
	return true;
}

static bool number(struct dav_val *v, int64_t n)
{
	v->number = n;
	return true;
}

static bool date(struct dav_val *v, int64_t t)
{
	v->number = t;
	return t != CLOCK_NEVER;
}

static bool binary(struct dav_val *v, const void *p, size_t len)
{
	codec_base64_add(&v->text, p, len);
	return len > 0;
}

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
		text(v, s);
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
	text(v, "Microsoft Mail Internet Headers Version 2.0\r\n");
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
		text(v, m.html);
	else if (html)
		mime_text_to_html(&v->text, str_or_empty(m.text));
	else if (m.text)
		text(v, m.text);
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
		    binary(v, raw.s, raw.len);

	dav_val_release(&h);
	return good;
}

static const char *content_class(const struct item *it)
{
	static const struct {
		const char *class, *content;
	} map[] = {{"IPM.Appointment", "appointment"},
		   {"IPM.Contact", "person"},
		   {"IPM.DistList", "group"},
		   {"IPM.Task", "task"},
		   {"IPM.StickyNote", "note"},
		   {"IPM.Activity", "journal"},
		   {"IPM.Schedule.Meeting", "calendarmessage"},
		   {"REPORT", "dsn"}};

	for (size_t i = 0; i < ARRAY_LEN(map); i++)
		if (strncasecmp(str_or_empty(it->item_class), map[i].class,
				strlen(map[i].class)) == 0)
			return map[i].content;
	return "message";
}

static int64_t message_flags(const struct item *it)
{
	return (it->read ? 1 : 0) | (it->draft ? 8 : 0) |
	       (it->has_attachments ? 16 : 0) | (it->submitted ? 4 : 0);
}

static bool item_dates(const struct item *it, enum dav_field id,
		       struct dav_val *v)
{
	switch ((int)id) {
	case DAV_F_CREATION_DATE:
		return date(v, it->made);
	case DAV_F_LAST_MODIFIED:
		return date(v, it->modified);
	case DAV_F_SENT:
		return date(v, it->sent);
	case DAV_F_RECEIVED:
		return date(v, it->received);
	case DAV_F_VERB_TIME:
		return date(v, it->verb_time);
	case DAV_F_FLAG_DONE:
		return date(v, it->flag == 1 ? it->flag_done : CLOCK_NEVER);
	default:
		return false;
	}
}

static bool item_numbers(const struct item *it, enum dav_field id,
			 struct dav_val *v)
{
	switch ((int)id) {
	case DAV_F_READ:
		return number(v, it->read);
	case DAV_F_HAS_ATTACHMENT:
		return number(v, it->has_attachments);
	case DAV_F_SUBMITTED:
		return number(v, it->submitted);
	case DAV_F_IMPORTANCE:
		return number(v, it->importance);
	case DAV_F_PRIORITY:
		return number(v, it->importance - 1);
	case DAV_F_SENSITIVITY:
		return number(v, it->sensitivity);
	case DAV_F_ARTICLE:
		/* Grows with content and flags, not with the read mark. */
		return number(v, (int64_t)it->content);
	case DAV_F_SIZE:
	case DAV_F_CONTENT_LENGTH:
		return number(v, (int64_t)it->size);
	case DAV_F_MESSAGE_FLAGS:
		return number(v, message_flags(it));
	case DAV_F_LAST_VERB:
		return number(v, it->verb) && it->verb;
	case DAV_F_ICON:
		return number(v, it->icon) && it->icon;
	case DAV_F_FLAG_STATUS:
		return number(v, it->flag) && it->flag;
	case DAV_F_IS_STRUCTURED:
	case DAV_F_IS_COLLECTION:
	case DAV_F_IS_FOLDER:
	case DAV_F_IS_HIDDEN:
		return number(v, 0);
	default:
		return item_dates(it, id, v);
	}
}

static bool item_texts(struct dav *d, const struct item *it, enum dav_field id,
		       struct dav_val *v)
{
	switch ((int)id) {
	case DAV_F_DISPLAY_NAME:
		return text(v, dav_item_name(d, it));
	case DAV_F_CONTENT_CLASS:
		str_addf(&v->text, "urn:content-classes:%s", content_class(it));
		return true;
	case DAV_F_CONTENT_TYPE:
		return text(v, "message/rfc822");
	case DAV_F_MESSAGE_CLASS:
		return text(v, it->item_class);
	case DAV_F_SUBJECT:
		return text(v, it->subject);
	case DAV_F_TOPIC:
		return text(v, subject_topic(it->subject));
	case DAV_F_FROM:
		return mailbox(v, &it->from);
	case DAV_F_FROM_NAME:
		return text(v, it->from.name);
	case DAV_F_FROM_EMAIL:
		return text(v, it->from.email);
	case DAV_F_SENDER:
		return mailbox(v, &it->sender);
	case DAV_F_TO:
		return header(v, it, "To");
	case DAV_F_CC:
		return header(v, it, "Cc");
	case DAV_F_DISPLAY_TO:
		return text(v, it->display_to);
	case DAV_F_DISPLAY_CC:
		return text(v, it->display_cc);
	case DAV_F_TEXT_BODY:
		return body(v, it, false);
	case DAV_F_HTML_BODY:
		return body(v, it, true);
	case DAV_F_HEADERS:
		return headers(v, it);
	case DAV_F_MESSAGE_ID:
		return text(v, it->message_id);
	case DAV_F_CONVERSATION:
		return conversation(v, it);
	case DAV_F_SEARCH_KEY:
		return binary(v, it->search_key, 16);
	case DAV_F_KEYWORDS:
		for (size_t i = 0; i < it->categories.n; i++)
			strv_add(&v->list, it->categories.v[i]);
		return it->categories.n > 0;
	case DAV_F_RAW: {
		struct str raw CLEANUP(str_release) = STR_INIT;

		item_read_mime(it, &raw);
		return binary(v, raw.s, raw.len);
	}
	default:
		return false;
	}
}

/* --- folders ----------------------------------------------------------------- */
static int64_t child_folders(const struct folder *f)
{
	int64_t n = 0;

	for (size_t i = 0; i < f->box->folders.n; i++) {
		const struct folder *c = f->box->folders.v[i];

		n += c->parent == f && !c->gone && !c->hidden;
	}
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
	} map[] = {{RIGHT_EDIT, 1},
		   {RIGHT_READ, 2},
		   {RIGHT_DELETE, 4},
		   {RIGHT_SUBFOLDERS, 8},
		   {RIGHT_CREATE, 16}};
	int64_t n = 0;

	if (f->box == d->user)
		return 63;
	for (size_t i = 0; i < ARRAY_LEN(map); i++)
		if (dav_may(d, f, map[i].right))
			n |= map[i].access;
	return n;
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
		return number(v, 1);
	case DAV_F_IS_HIDDEN:
		return number(v, f->hidden);
	case DAV_F_IS_STRUCTURED:
	case DAV_F_NO_SUBS:
		return number(v, 0);
	case DAV_F_HAS_SUBS:
		return number(v, child_folders(f) > 0);
	case DAV_F_CHILD_COUNT:
		return number(v, child_folders(f) + (int64_t)f->items.n);
	case DAV_F_OBJECT_COUNT:
	case DAV_F_VISIBLE_COUNT:
		return number(v, (int64_t)f->items.n);
	case DAV_F_UNREAD_COUNT:
		return number(v, (int64_t)f->unread);
	case DAV_F_FOLDER_SIZE:
		return number(v, folder_size(f));
	case DAV_F_ACCESS:
		return number(v, access_of(d, f));
	case DAV_F_DELETED_COUNT:
		return number(v, (int64_t)f->deleted_total);
	case DAV_F_FIRST_ARTICLE:
		return number(v, 1) && d->sim->dav_version != DAV_2003;
	case DAV_F_NEXT_ARTICLE:
		return number(v, (int64_t)d->st->change + 1) &&
		       d->sim->dav_version != DAV_2003;
	case DAV_F_COMMITTED:
	case DAV_F_LAST_MODIFIED:
		return date(v, f->last_commit);
	case DAV_F_CREATION_DATE:
		return date(v, f->last_commit);
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
		return text(v, f->name);
	case DAV_F_FOLDER_CLASS:
		return text(v, f->folder_class);
	case DAV_F_CONTENT_CLASS:
		str_addf(&v->text, "urn:content-classes:%s",
			 folder_content_class(f->folder_class));
		return true;
	case DAV_F_RESOURCE_TYPE:
		str_add(&v->text, "\001collection"); /* an element, see multi */
		return true;
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
	char *name CLEANUP(mem_free_ptr) = canonical(p->uri);
	char *key CLEANUP(mem_free_ptr) = xasprintf("dav:%s", name);
	const struct prop *s = item_prop(r->item, key);

	if (!s || !s->values.n)
		return false;
	/* the first value is the type as it was written */
	v->type = s->values.v[0][0] ? s->values.v[0][0] : 'T';
	if (v->type == 'M') {
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
		return dav_cal_value(r->item, p, v) || stored(r, p, v);
	}
	id = table[p->id].id;
	v->type = table[p->id].type;
	if (id == DAV_F_OOF)
		return r->kind == DAV_HIDDEN && r->box == d->user &&
		       number(v, r->box->oof.on);
	if (table[p->id].on == 'S')
		return (r->kind == DAV_STORE || r->kind == DAV_HIDDEN) &&
		       well_known(d, r->box, id, v);
	if (common(d, r, id, v))
		return true;
	if (r->item)
		return (id == DAV_F_ACCESS &&
			number(v, access_of(d, r->folder))) ||
		       item_numbers(r->item, id, v) ||
		       item_texts(d, r->item, id, v);
	return folder_numbers(d, r->folder, id, v) ||
	       folder_texts(r->folder, id, v);
}

/* --- writing -------------------------------------------------------------------- */
static char type_of(const xmlNode *value, const struct dav_prop *p)
{
	const char *dt = xr_attr(value, "dt");

	if (!dt)
		switch (p->tag >= 0 ? p->tag & 0xffff : 0) {
		case 0x0003:
		case 0x0002:
		case 0x0014:
			return 'N';
		case 0x000b:
			return 'B';
		case 0x0040:
			return 'D';
		case 0x0102:
			return 'X';
		case 0x101f:
		case 0x101e:
			return 'M';
		default:
			return xr_first(value) ? 'M' : 'T';
		}
	if (strncmp(dt, "mv.", 3) == 0)
		return 'M';
	if (str_eq(dt, "boolean"))
		return 'B';
	if (str_eq(dt, "int") || str_eq(dt, "i2") || str_eq(dt, "i4") ||
	    str_eq(dt, "i8"))
		return 'N';
	if (strncasecmp(dt, "dateTime", 8) == 0)
		return 'D';
	if (strncmp(dt, "bin.", 4) == 0)
		return 'X';
	return 'T';
}

static void store_prop(struct item *it, const struct dav_prop *p,
		       const xmlNode *value)
{
	char *name CLEANUP(mem_free_ptr) = canonical(p->uri);
	char *key CLEANUP(mem_free_ptr) = xasprintf("dav:%s", name);
	struct strv values CLEANUP(strv_release);
	char type[2] = {value ? type_of(value, p) : 'T', 0};

	strv_init(&values);
	if (!value) {
		prop_remove(it, key);
		return;
	}
	strv_init(&values);
	strv_add(&values, type);
	if (*type == 'M')
		for (xmlNode *n = xr_first(value); n; n = xr_next(n))
			strv_add(&values, xr_text(n));
	else
		strv_add(&values, xr_text(value));
	prop_set(it, key, &values);
}

static bool truth(const xmlNode *value)
{
	const char *s = value ? xr_text(value) : "0";

	return str_eq(s, "1") || str_eq_nocase(s, "true");
}

static int64_t number_of(const xmlNode *value)
{
	return value ? strtoll(xr_text(value), NULL, 10) : 0;
}

static int64_t date_of(const xmlNode *value)
{
	int64_t t;

	return value && clock_parse_iso(xr_text(value), &t) ? t : CLOCK_NEVER;
}

static void set_categories(struct item *it, const xmlNode *value)
{
	strv_release(&it->categories);
	strv_init(&it->categories);
	for (xmlNode *n = value ? xr_first(value) : NULL; n; n = xr_next(n))
		strv_add(&it->categories, xr_text(n));
}

enum dav_set dav_set_other(struct dav *d, const struct resource *r,
			   const struct dav_prop *p, const xmlNode *value)
{
	int id = p->id < 0 ? -1 : (int)table[p->id].id;

	if (id == DAV_F_OOF && r->kind == DAV_HIDDEN && r->box == d->user) {
		oof_set(r->box, truth(value), NULL);
		return DAV_SET_OK;
	}
	if (id == DAV_F_FOLDER_CLASS && r->kind == DAV_FOLDER && value &&
	    dav_may(d, r->folder, RIGHT_OWNER)) {
		mem_replace(&r->folder->folder_class, xstrdup(xr_text(value)));
		folder_touch(d->st, r->folder);
		return DAV_SET_OK;
	}
	return DAV_SET_READ_ONLY;
}

enum dav_set dav_set(struct dav *d, struct item *it, const struct dav_prop *p,
		     const xmlNode *value, bool creating)
{
	int64_t n = number_of(value);
	enum dav_set result;

	if (p->id < 0 && dav_cal_set(it, p, value, creating, &result))
		return result;
	switch (p->id < 0 ? -1 : (int)table[p->id].id) {
	case DAV_F_READ:
		if (creating)
			it->read = truth(value);
		else
			item_set_read(d->st, it, truth(value));
		break;
	case DAV_F_IMPORTANCE:
		if (n < 0 || n > 2)
			return DAV_SET_BAD;
		it->importance = (unsigned char)n;
		break;
	case DAV_F_SENSITIVITY:
		it->sensitivity = (unsigned char)(n & 3);
		break;
	case DAV_F_FLAG_STATUS:
		it->flag = (unsigned char)(n == 1 || n == 2 ? n : 0);
		break;
	case DAV_F_FLAG_DONE:
		it->flag_done = date_of(value);
		break;
	case DAV_F_LAST_VERB:
		it->verb = (int)n;
		break;
	case DAV_F_ICON:
		it->icon = (int)n;
		break;
	case DAV_F_VERB_TIME:
		it->verb_time = date_of(value);
		break;
	case DAV_F_KEYWORDS:
		set_categories(it, value);
		break;
	case DAV_F_SUBJECT:
		mem_replace(&it->subject, xstrdup(value ? xr_text(value) : ""));
		break;
	case DAV_F_MESSAGE_CLASS:
		if (value)
			mem_replace(&it->item_class, xstrdup(xr_text(value)));
		break;
	case DAV_F_MESSAGE_FLAGS:
		if (!creating)
			return DAV_SET_READ_ONLY;
		it->draft = n & 8;
		it->read = n & 1;
		break;
	case DAV_F_TOPIC:
	case DAV_F_CONTENT_CLASS:
	case DAV_F_TEXT_BODY:
	case DAV_F_HTML_BODY:
	case -1:
		store_prop(it, p, value);
		break;
	default:
		return DAV_SET_READ_ONLY;
	}
	return DAV_SET_OK;
}
