/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "proto/ews/read.h"
#include "base/chan.h"
#include "proto/ews/read_private.h"

#include <string.h>

/* Longest text of one element; the longest real ones are bodies and sync
 * states. MIME and attachments have no limit of their own (base/str.h's). */
#define TEXT_MAX ((size_t)64 << 20)

static const char *const namespaces[] = {
	"http://schemas.microsoft.com/exchange/services/2006/types",
	"http://schemas.microsoft.com/exchange/services/2006/messages",
	"http://schemas.microsoft.com/exchange/services/2006/errors",
	/* as the documentation prints them, for whoever believes it */
	"https://schemas.microsoft.com/exchange/services/2006/types",
	"https://schemas.microsoft.com/exchange/services/2006/messages",
	"https://schemas.microsoft.com/exchange/services/2006/errors",
	"http://schemas.xmlsoap.org/soap/envelope/",
	"https://schemas.xmlsoap.org/soap/envelope/",
	"http://www.w3.org/2003/05/soap-envelope",
	"",
	NULL,
};

enum use { USE_SKIP, USE_KEEP, USE_BASE64 };
static const unsigned char uses[] = {
#define NAME(id, use) USE_##use,
#include "proto/ews/names.def"
#undef NAME
};

static const char *all_names[NAME_COUNT] = {
#define NAME(id, use) #id,
#include "proto/ews/names.def"
#undef NAME
};

static void fill_names(void)
{
	const struct field *f = field_table();

	for (size_t i = 0; i < FIELD_COUNT; i++)
		all_names[NAME_FIELDS + i] = f[i].element ? f[i].element : "-";
}

bool reader_is_true(const char *s)
{
	return strcmp(s, "true") == 0 || strcmp(s, "1") == 0;
}

static void message_init(struct ews_message *m, size_t index)
{
	*m = (struct ews_message){.index = index,
				  .class = EWS_ERROR,
				  .backoff_ms = -1,
				  .is_last = true,
				  .offset = -1};
	strv_init(&m->marks);
	strv_init(&m->keys);
	strv_init(&m->headers);
	strv_init(&m->bad_subscriptions);
}

static void attachment_release(struct ews_attachment *a)
{
	free(a->id);
	free(a->name);
	free(a->type);
	free(a->content_id);
	bytes_release(&a->content);
}

void ews_message_release(struct ews_message *m)
{
	free(m->code);
	free(m->text);
	free(m->inner);
	free(m->property);
	item_changes_release(&m->items);
	folder_changes_release(&m->folders);
	strv_release(&m->marks);
	strv_release(&m->keys);
	bytes_release(&m->mime);
	free(m->body);
	strv_release(&m->headers);
	for (size_t i = 0; i < m->attachments.n; i++)
		attachment_release(&m->attachments.v[i]);
	vec_release(&m->attachments);
	free(m->sync_state);
	free(m->subscription);
	free(m->watermark);
	for (size_t i = 0; i < m->events.n; i++) {
		free(m->events.v[i].folder);
		free(m->events.v[i].old_folder);
	}
	vec_release(&m->events);
	strv_release(&m->bad_subscriptions);
}

static void end_message(struct ews_reader *r)
{
	r->head.messages++;
	if (r->err.kind == ERR_NONE && !r->fn(r->ctx, &r->m, &r->err) &&
	    r->err.kind == ERR_NONE)
		err_set(&r->err, ERR_CANCELLED, "stopped");
	ews_message_release(&r->m);
	message_init(&r->m, r->head.messages);
	r->message_depth = 0;
}

static void begin_message(struct ews_reader *r, const struct xml_attrs *a)
{
	/* Inside another (delegates, mail tips): the outer one is complete. */
	if (r->message_depth)
		end_message(r);
	r->message_depth = r->depth;
	if (xml_attr_is(a, "ResponseClass", "Success"))
		r->m.class = EWS_SUCCESS;
	else if (xml_attr_is(a, "ResponseClass", "Warning"))
		r->m.class = EWS_WARNING;
}

static void read_server_info(struct ews_reader *r, const struct xml_attrs *a)
{
	static const char *const parts[] = {"MajorVersion", "MinorVersion",
					    "MajorBuildNumber",
					    "MinorBuildNumber"};
	struct str build = STR_INIT;

	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		size_t len;
		const char *v = xml_attr(a, parts[i], &len);

		if (i)
			str_add_char(&build, '.');
		str_add_mem(&build, v ? v : "0", v ? len : 1);
	}
	mem_replace(&r->head.build, str_take(&build));
}

/* Elements of a message outside any object. */
static void message_start(struct ews_reader *r, int name,
			  const struct xml_attrs *a)
{
	size_t len;
	const char *v;

	switch (name) {
	case NAME_Value:
		mem_replace(&r->value_name, xml_attr_copy(a, "Name"));
		break;
	case NAME_FieldURI:
	case NAME_IndexedFieldURI:
		if (!r->m.property)
			r->m.property = xml_attr_copy(a, "FieldURI");
		break;
	case NAME_ExtendedFieldURI:
		if (!r->m.property)
			r->m.property = xml_attr_copy(a, "PropertyTag");
		break;
	case NAME_RootFolder:
		if (xml_attr(a, "IncludesLastItemInRange", &len))
			r->m.is_last = xml_attr_is(a, "IncludesLastItemInRange",
						   "true");
		v = xml_attr(a, "IndexedPagingOffset", &len);
		if (v)
			r->m.offset = strtoll(v, NULL, 10);
		break;
	default:
		break;
	}
}

static void on_start(void *ctx, int name, const struct xml_attrs *a)
{
	struct ews_reader *r = ctx;
	size_t len;

	r->open[r->depth++] = name;
	r->keep = false;
	if (name == XML_OTHER) {
		if (xml_attr(a, "ResponseClass", &len))
			begin_message(r, a);
		else if (r->message_depth && r->object == OBJECT_NONE &&
			 reader_begin_object(r, name))
			r->object_depth = r->depth; /* t:CalendarItem ... */
		return;
	}
	str_clear(&r->text);
	r->keep = name >= NAME_FIELDS || uses[name] == USE_KEEP;
	if (r->object != OBJECT_NONE)
		reader_object_start(r, name, a);
	else if (r->message_depth && reader_begin_object(r, name))
		r->object_depth = r->depth;
	else if (name == NAME_Fault)
		r->fault_depth = r->depth, r->head.is_fault = true;
	else if (name == NAME_ServerVersionInfo)
		read_server_info(r, a);
	else if (name == NAME_Envelope)
		r->head.is_envelope = true;
	else
		message_start(r, name, a);
}

static void on_text(void *ctx, const char *s, size_t len)
{
	struct ews_reader *r = ctx;

	if (r->sink)
		codec_base64_feed(&r->base64, r->sink, s, len);
	else if (r->keep)
		str_add_mem(&r->text, s, len);
}

/* A named value of MessageXml, in a message or a fault. */
static void end_value(struct ews_reader *r, int64_t *backoff_ms, char **inner)
{
	const char *name = str_or_empty(r->value_name);

	if (strcmp(name, "BackOffMilliseconds") == 0)
		*backoff_ms = strtoll(r->text.s, NULL, 10);
	else if (strcmp(name, "InnerErrorResponseCode") == 0)
		mem_replace(inner, xstrdup(r->text.s));
}

static void fault_end(struct ews_reader *r, int name)
{
	struct ews_head *h = &r->head;
	const char *colon;

	switch (name) {
	case NAME_ResponseCode:
		mem_replace(&h->fault_code, xstrdup(r->text.s));
		break;
	case NAME_faultcode:
		/* "a:ErrorX" on its own; only our codes mean something */
		colon = strrchr(r->text.s, ':');
		colon = colon ? colon + 1 : r->text.s;
		if (!h->fault_code && str_starts(colon, "Error"))
			h->fault_code = xstrdup(colon);
		h->is_client_fault = strcmp(colon, "Client") == 0 ||
				     strcmp(colon, "Sender") == 0 ||
				     strcmp(colon, "ActionNotSupported") == 0;
		break;
	case NAME_faultstring:
	case NAME_Text:
		if (!h->fault_text)
			h->fault_text = xstrdup(r->text.s);
		break;
	case NAME_Message:
		mem_replace(&h->fault_text, xstrdup(r->text.s));
		break;
	case NAME_Value:
		end_value(r, &h->backoff_ms, &h->fault_inner);
		break;
	default:
		break;
	}
}

static void message_end(struct ews_reader *r, int name)
{
	struct ews_message *m = &r->m;

	switch (name) {
	case NAME_ResponseCode:
		mem_replace(&m->code, xstrdup(r->text.s));
		break;
	case NAME_MessageText:
		mem_replace(&m->text, xstrdup(r->text.s));
		break;
	case NAME_Value:
		end_value(r, &m->backoff_ms, &m->inner);
		break;
	case NAME_SyncState:
		mem_replace(&m->sync_state, xstrdup(r->text.s));
		break;
	case NAME_IncludesLastItemInRange:
	case NAME_IncludesLastFolderInRange:
		m->is_last = reader_is_true(r->text.s);
		break;
	case NAME_SubscriptionId:
		if (reader_parent(r, 1) == NAME_ErrorSubscriptionIds)
			strv_add(&m->bad_subscriptions, r->text.s);
		else
			mem_replace(&m->subscription, xstrdup(r->text.s));
		break;
	case NAME_Watermark:
		mem_replace(&m->watermark, xstrdup(r->text.s));
		break;
	case NAME_MoreEvents:
		m->more_events = reader_is_true(r->text.s);
		break;
	case NAME_ConnectionStatus:
		m->connection = strcmp(r->text.s, "OK") == 0
					? EWS_CONNECTION_OK
					: EWS_CONNECTION_CLOSED;
		break;
	default:
		break;
	}
}

static void on_end(void *ctx, int name)
{
	struct ews_reader *r = ctx;

	if (r->object != OBJECT_NONE && r->depth == r->object_depth) {
		reader_end_object(r);
	} else if (r->object != OBJECT_NONE) {
		if (name != XML_OTHER)
			reader_object_end(r, name);
	} else if (r->fault_depth) {
		fault_end(r, name);
		if (r->depth == r->fault_depth)
			r->fault_depth = 0;
	} else if (r->message_depth && r->depth == r->message_depth) {
		end_message(r);
	} else if (r->message_depth) {
		message_end(r, name);
	}
	r->depth--;
	r->keep = false;
}

struct ews_reader *ews_reader_new(ews_message_fn fn, void *ctx)
{
	static const struct xml_handler handler = {on_start, on_text, on_end};
	static int filled;
	struct ews_reader *r = xcalloc(1, sizeof(*r));

	chan_once(&filled, fill_names);
	r->xml = xml_reader_new(all_names, NAME_COUNT, namespaces, &handler, r);
	r->fn = fn;
	r->ctx = ctx;
	r->head.backoff_ms = -1;
	str_init_max(&r->text, TEXT_MAX);
	str_init_max(&r->list, TEXT_MAX);
	str_init(&r->mime);
	str_init(&r->content);
	message_init(&r->m, 0);
	item_init(&r->item);
	return r;
}

void ews_reader_free(struct ews_reader *r)
{
	if (!r)
		return;
	xml_reader_free(r->xml);
	reader_release_object(r);
	ews_message_release(&r->m);
	str_release(&r->text);
	str_release(&r->list);
	str_release(&r->mime);
	str_release(&r->content);
	free(r->value_name);
	free(r->head.build);
	free(r->head.fault_code);
	free(r->head.fault_inner);
	free(r->head.fault_text);
	free(r);
}

static bool check(struct ews_reader *r, bool ok, struct err *err)
{
	if (r->err.kind == ERR_NONE)
		return ok;
	if (err)
		*err = r->err;
	return false;
}

bool ews_reader_feed(struct ews_reader *r, const char *s, size_t len,
		     struct err *err)
{
	if (r->err.kind != ERR_NONE)
		return check(r, false, err);
	return check(r, xml_feed(r->xml, s, len, err), err);
}

bool ews_reader_finish(struct ews_reader *r, struct err *err)
{
	if (r->err.kind != ERR_NONE)
		return check(r, false, err);
	return check(r, xml_finish(r->xml, err), err);
}

const struct ews_head *ews_reader_head(const struct ews_reader *r)
{
	return &r->head;
}
