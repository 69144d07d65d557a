/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Property paths, and the values behind them. */
#include "tests/sim/ews.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include "base/clock.h"
#include "base/codec.h"
#include "tests/sim/cal.h"

/* --- paths --------------------------------------------------------------- */
void path_release(struct path *p)
{
	free(p->key);
	free(p->uri);
	free(p->type);
	p->key = p->uri = p->type = NULL;
}

static char *lower_copy(const char *s)
{
	char *copy = xstrdup(s);

	for (char *c = copy; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	return copy;
}

/* The element as a server echoes it: tags in lower-case hex without leading
 * zeros. */
static void path_extended(struct path *p, const xmlNode *n)
{
	const char *tag = xr_attr(n, "PropertyTag"), *id, *name, *set;
	const char *type = str_or_empty(xr_attr(n, "PropertyType"));
	struct str key = STR_INIT, uri = STR_INIT;

	id = xr_attr(n, "PropertyId");
	name = xr_attr(n, "PropertyName");
	set = xr_attr(n, "DistinguishedPropertySetId");
	p->tag = -1;
	p->type = xstrdup(type);
	str_add(&uri, "<t:ExtendedFieldURI");
	if (tag) {
		bool hex = tag[0] == '0' && (tag[1] == 'x' || tag[1] == 'X');

		p->tag = strtol(tag, NULL, hex ? 16 : 10);
		str_addf(&key, "tag:%lx", p->tag);
		str_addf(&uri, " PropertyTag=\"0x%lx\"", p->tag);
	} else {
		char *guid = lower_copy(
			str_or_empty(set ? set : xr_attr(n, "PropertySetId")));

		str_addf(&key, "set:%s:%s:%s", guid, id ? "id" : "name",
			 str_or_empty(id ? id : name));
		free(guid);
		str_add(&uri, set ? " DistinguishedPropertySetId=\""
				  : " PropertySetId=\"");
		xw_text(&uri, set ? set : xr_attr(n, "PropertySetId"));
		str_add(&uri, id ? "\" PropertyId=\"" : "\" PropertyName=\"");
		xw_text(&uri, id ? id : name);
		str_add(&uri, "\"");
	}
	str_addf(&uri, " PropertyType=\"%s\"/>", type);
	p->key = str_take(&key);
	p->uri = str_take(&uri);
	p->name = strrchr(p->key, ':') + 1;
}

bool path_read(struct path *p, const xmlNode *node)
{
	memset(p, 0, sizeof(*p));
	p->field = -1;
	p->tag = -1;
	if (xr_is(node, "FieldURI")) {
		p->field = field_find(str_or_empty(xr_attr(node, "FieldURI")));
		return p->field >= 0;
	}
	if (!xr_is(node, "ExtendedFieldURI"))
		return false;
	path_extended(p, node);
	return true;
}

/* --- values -------------------------------------------------------------- */
void value_init(struct value *v)
{
	v->type = VALUE_NONE;
	v->number = 0;
	str_init(&v->text);
	strv_init(&v->list);
}

void value_release(struct value *v)
{
	str_release(&v->text);
	strv_release(&v->list);
}

static void set_text(struct value *v, const char *s)
{
	if (!s)
		return;
	v->type = VALUE_TEXT;
	str_clear(&v->text);
	str_add(&v->text, s);
}

static void set_number(struct value *v, int64_t n)
{
	v->type = VALUE_NUMBER;
	v->number = n;
}

static void set_bool(struct value *v, bool on)
{
	v->type = VALUE_BOOL;
	v->number = on;
}

static void set_time(struct value *v, int64_t t)
{
	if (t == CLOCK_NEVER)
		return;
	v->type = VALUE_TIME;
	v->number = t;
}

static void set_base64(struct value *v, const void *p, size_t len)
{
	v->type = VALUE_TEXT;
	str_clear(&v->text);
	codec_base64_add(&v->text, p, len);
}

static const char *addr_shown(const struct addr *a)
{
	return a->name && *a->name ? a->name : a->email;
}

static void body_text(const struct item *it, struct value *v)
{
	struct str raw = STR_INIT;
	struct mail m;

	item_read_mime(it, &raw);
	mail_init(&m);
	mail_read(&m, raw.s, raw.len);
	v->type = VALUE_TEXT;
	if (m.text)
		str_add(&v->text, m.text);
	else if (m.html)
		mime_html_to_text(&v->text, m.html);
	mail_release(&m);
	str_release(&raw);
}

static void head_text(const struct item *it, struct value *v, const char *name)
{
	struct str raw = STR_INIT, field = STR_INIT, text = STR_INIT;
	size_t pos = 0, head;

	item_read_head(it, &raw);
	head = mime_head_len(raw.s, raw.len);
	if (!name) {
		v->type = VALUE_TEXT;
		str_add_mem(&v->text, raw.s, head);
	} else {
		while (mime_next_field(raw.s, head, &pos, &field, &text)) {
			if (strcasecmp(field.s, name) == 0) {
				char *s = mime_decode_text(text.s);

				set_text(v, s);
				free(s);
				break;
			}
		}
	}
	str_release(&raw);
	str_release(&field);
	str_release(&text);
}

static void field_value(const struct item *it, int field, struct value *v)
{
	static const char *const importance[] = {"Low", "Normal", "High"};

	switch (field) {
	case FIELD_CLASS:
		set_text(v, it->item_class);
		break;
	case FIELD_SUBJECT:
		set_text(v, str_or_empty(it->subject));
		break;
	case FIELD_RECEIVED:
		set_time(v, it->received);
		break;
	case FIELD_SENT:
		set_time(v, it->sent);
		break;
	case FIELD_MADE:
		set_time(v, it->made);
		break;
	case FIELD_MODIFIED:
		set_time(v, it->modified);
		break;
	case FIELD_SIZE:
		set_number(v, (int64_t)it->size);
		break;
	case FIELD_IMPORTANCE:
		set_text(v, importance[it->importance % 3]);
		break;
	case FIELD_IS_READ:
		set_bool(v, it->read);
		break;
	case FIELD_IS_DRAFT:
		set_bool(v, it->draft);
		break;
	case FIELD_HAS_ATTACHMENTS:
		set_bool(v, it->has_attachments);
		break;
	case FIELD_FROM:
		set_text(v, addr_shown(&it->from));
		break;
	case FIELD_SENDER:
		set_text(v, addr_shown(&it->sender));
		break;
	case FIELD_TO:
	case FIELD_DISPLAY_TO:
		set_text(v, it->display_to);
		break;
	case FIELD_CC:
	case FIELD_DISPLAY_CC:
		set_text(v, it->display_cc);
		break;
	case FIELD_MESSAGE_ID:
		set_text(v, it->message_id);
		break;
	case FIELD_IN_REPLY_TO:
		set_text(v, it->in_reply_to);
		break;
	case FIELD_REFERENCES:
		set_text(v, it->references);
		break;
	case FIELD_TOPIC:
		set_text(v, subject_topic(it->subject));
		break;
	case FIELD_BODY:
	case FIELD_TEXT_BODY:
		body_text(it, v);
		break;
	case FIELD_CATEGORIES:
		v->type = VALUE_LIST;
		for (size_t i = 0; i < it->categories.n; i++)
			strv_add(&v->list, it->categories.v[i]);
		break;
	default:
		break;
	}
}

static void item_entry_id(const struct item *it, struct value *v)
{
	struct str id = STR_INIT, raw = STR_INIT;

	id_add_item(&id, it->folder->box, it->folder->id, it->id);
	if (codec_base64_decode(&raw, id.s, id.len) && raw.len > 42)
		set_base64(v, raw.s + 42, raw.len - 42);
	str_release(&id);
	str_release(&raw);
}

static int64_t message_flags(const struct item *it)
{
	return (it->read ? 1 : 0) | (it->draft ? 8 : 0) |
	       (it->has_attachments ? 16 : 0) | (it->submitted ? 4 : 0) |
	       (it->change == it->created ? 2 : 0);
}

static bool state_tag_value(const struct item *it, const struct path *p,
			    struct value *v)
{
	switch (p->tag) {
	case 0x0029:
		set_bool(v, it->receipt);
		return true;
	case 0x007d:
		if (!it->draft)
			head_text(it, v, NULL);
		return true;
	case 0x1000:
		body_text(it, v);
		return true;
	case 0x1080:
		if (it->icon)
			set_number(v, it->icon);
		return true;
	case 0x1081:
		if (it->verb)
			set_number(v, it->verb);
		return true;
	case 0x1082:
		set_time(v, it->verb_time);
		return true;
	case 0x1090:
		if (it->flag)
			set_number(v, it->flag);
		return true;
	case 0x1091:
		set_time(v, it->flag_done);
		return true;
	case 0x1095:
		if (it->flag == 2)
			set_number(v, 6);
		return true;
	case 0x0e2b:
		if (it->flag)
			set_number(v, 1);
		return true;
	case 0x3fde:
		set_number(v, 65001);
		return true;
	default:
		return false;
	}
}

static bool tag_value(const struct item *it, const struct path *p,
		      struct value *v)
{
	switch (p->tag) {
	case 0x0e07:
		set_number(v, message_flags(it));
		return true;
	case 0x0e08:
		set_number(v, (int64_t)it->size);
		return true;
	case 0x0e23:
		set_number(v, (int64_t)it->uid);
		return true;
	case 0x0e06:
		set_time(v, it->received);
		return true;
	case 0x0039:
		set_time(v, it->sent);
		return true;
	case 0x3007:
		set_time(v, it->made);
		return true;
	case 0x3008:
		set_time(v, it->modified);
		return true;
	case 0x300b:
		set_base64(v, it->search_key, 16);
		return true;
	case 0x0fff:
		item_entry_id(it, v);
		return true;
	case 0x001a:
		set_text(v, it->item_class);
		return true;
	case 0x0037:
		set_text(v, str_or_empty(it->subject));
		return true;
	case 0x0e1d:
	case 0x0070:
		set_text(v, subject_topic(it->subject));
		return true;
	case 0x1035:
		set_text(v, it->message_id);
		return true;
	case 0x1042:
		set_text(v, it->in_reply_to);
		return true;
	case 0x1039:
		set_text(v, it->references);
		return true;
	case 0x0c1a:
		set_text(v, addr_shown(&it->sender));
		return true;
	case 0x0042:
		set_text(v, addr_shown(&it->from));
		return true;
	case 0x0c1f:
	case 0x5d01:
		set_text(v, it->sender.email);
		return true;
	case 0x0065:
	case 0x5d02:
		set_text(v, it->from.email);
		return true;
	case 0x0e04:
		set_text(v, it->display_to);
		return true;
	case 0x0e03:
		set_text(v, it->display_cc);
		return true;
	case 0x0e1b:
		set_bool(v, it->has_attachments);
		return true;
	case 0x0e69:
		set_bool(v, it->read);
		return true;
	case 0x0017:
		set_number(v, it->importance);
		return true;
	case 0x0036:
		set_number(v, it->sensitivity);
		return true;
	default:
		return state_tag_value(it, p, v);
	}
}

static void stored_value(const struct prop *stored, const struct path *p,
			 struct value *v)
{
	const char *first = stored->values.n ? stored->values.v[0] : "";
	int64_t t;

	if (str_ends(p->type, "Array")) {
		v->type = VALUE_LIST;
		for (size_t i = 0; i < stored->values.n; i++)
			strv_add(&v->list, stored->values.v[i]);
	} else if (strcmp(p->type, "SystemTime") == 0 &&
		   clock_parse_iso(first, &t)) {
		set_time(v, t);
	} else if (strcmp(p->type, "Integer") == 0 ||
		   strcmp(p->type, "Short") == 0 ||
		   strcmp(p->type, "Long") == 0) {
		set_number(v, strtoll(first, NULL, 10));
	} else if (strcmp(p->type, "Boolean") == 0) {
		set_bool(v, xr_true(first));
	} else {
		set_text(v, first);
	}
}

#define INSTANCE_TYPE "set:publicstrings:name:urn:schemas:calendar:instancetype"

void item_value(const struct item *it, const struct path *p, struct value *v)
{
	const struct prop *stored = NULL;

	if (p->field >= 0) {
		field_value(it, p->field, v);
		return;
	}
	if (p->tag >= 0 && tag_value(it, p, v))
		return;
	for (size_t i = 0; i < it->props.n && !stored; i++)
		if (strcmp(it->props.v[i].key, p->key) == 0)
			stored = &it->props.v[i];
	if (stored)
		stored_value(stored, p, v);
	else if (it->cal && str_eq(p->key, "set:appointment:id:33315"))
		set_bool(v, it->cal->recur.kind != RECUR_NONE);
	else if (it->cal && strcasecmp(p->key, INSTANCE_TYPE) == 0)
		set_number(v, it->master			  ? 2
			      : it->cal->recur.kind != RECUR_NONE ? 1
								  : 0);
	else if (str_starts(p->key, "set:internetheaders:name:"))
		head_text(it, v, p->name);
	else if (strcasecmp(p->key, "set:publicstrings:name:keywords") == 0 &&
		 it->categories.n > 0)
		field_value(it, FIELD_CATEGORIES, v);
}

void value_write(struct str *b, const struct path *p, const struct value *v)
{
	if (v->type == VALUE_NONE)
		return;
	str_add(b, "<t:ExtendedProperty>");
	str_add(b, p->uri);
	switch (v->type) {
	case VALUE_NONE:
		break;
	case VALUE_TEXT:
		xw_elem(b, "t:Value", v->text.s);
		break;
	case VALUE_NUMBER:
		xw_elemf(b, "t:Value", "%lld", (long long)v->number);
		break;
	case VALUE_BOOL:
		xw_bool(b, "t:Value", v->number != 0);
		break;
	case VALUE_TIME:
		xw_time(b, "t:Value", v->number);
		break;
	case VALUE_LIST:
		xw_open(b, "t:Values");
		for (size_t i = 0; i < v->list.n; i++)
			xw_elem(b, "t:Value", v->list.v[i]);
		xw_close(b, "t:Values");
		break;
	}
	str_add(b, "</t:ExtendedProperty>");
}

/* --- setting ------------------------------------------------------------- */
static int64_t time_of(const char *s)
{
	int64_t t;

	return clock_parse_iso(s, &t) ? t : CLOCK_NEVER;
}

static bool set_tag(struct item *it, long tag, const char *text, bool creating)
{
	long n = strtol(text, NULL, 10);

	switch (tag) {
	case 0x0e07:
		/* Only the first save can clear the unsent bit. */
		if (creating) {
			it->draft = (n & 8) != 0;
			it->read = n & 1;
		}
		return true;
	case 0x0e06:
		if (creating)
			it->received = time_of(text);
		return true;
	case 0x0039:
		it->sent = time_of(text);
		return true;
	case 0x0e69:
		if (creating)
			it->read = xr_true(text);
		return true;
	case 0x1080:
		it->icon = (int)n;
		return true;
	case 0x1081:
		it->verb = (int)n;
		return true;
	case 0x1082:
		it->verb_time = time_of(text);
		return true;
	case 0x1090:
		it->flag = (unsigned char)(n == 1 || n == 2 ? n : 0);
		return true;
	case 0x1091:
		it->flag_done = time_of(text);
		return true;
	case 0x0017:
		it->importance = (unsigned char)(n < 0 || n > 2 ? 1 : n);
		return true;
	case 0x0036:
		it->sensitivity = (unsigned char)(n & 3);
		return true;
	case 0x001a:
		mem_replace(&it->item_class, xstrdup(text));
		return true;
	default:
		return false;
	}
}

bool item_set_ext(struct item *it, const struct path *p, const xmlNode *value,
		  bool creating)
{
	struct strv values;
	const xmlNode *many = xr_child(value, "Values");

	strv_init(&values);
	if (many)
		for (xmlNode *n = xr_first(many); n; n = xr_next(n))
			strv_add(&values, xr_text(n));
	else
		strv_add(&values, str_or_empty(xr_child_text(value, "Value")));
	if (p->tag >= 0x8000) {
		strv_release(&values);
		return false;
	}
	if (strcasecmp(p->key, "set:publicstrings:name:keywords") == 0) {
		strv_release(&it->categories);
		it->categories = values;
		return true;
	}
	if (p->tag < 0 ||
	    !set_tag(it, p->tag, values.n ? values.v[0] : "", creating))
		prop_set(it, p->key, &values);
	strv_release(&values);
	return true;
}
