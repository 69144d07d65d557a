/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* One's own contacts: t:Contact and t:DistributionList (dossier 11.3). */
#include "base/log.h"
#include "net/xml.h"
#include "proto/ews/ews.h"
#include "proto/ews/people_read.h"

#include <string.h>

#define BATCH 50
#define ITEM_TRIES 2

/* --- reading ------------------------------------------------------------------ */

/* 2007 gives the members of a group only by expanding it. A server that does
 * not shows the group without them. */
static bool expand_group(struct backend *b, const struct op *op,
			 struct person *p, struct err *err)
{
	struct item_ref ref = {.remote_id = p->key,
			       .change_key = p->change_key};
	struct people_answer a = {0};
	struct str body = STR_INIT;
	struct err e = ERR_INIT;

	str_add(&body, "<m:ExpandDL><m:Mailbox>");
	soap_add_item(&body, &ref);
	str_add(&body, "</m:Mailbox></m:ExpandDL>");
	if (!people_call(b, op, "ExpandDL", &body, &a, &e)) {
		log_at(LOG_INFO, "ews", "a group without its members: %s",
		       e.text);
		if (err && err_is_transient(&e))
			*err = e;
		return !err_is_transient(&e);
	}
	for (size_t i = 0; i < a.people.n; i++) {
		struct str text CLEANUP(str_release) = STR_INIT;

		person_add_mailbox(&a.people.v[i], &text);
		if (text.len)
			strv_add(&p->members, text.s);
	}
	people_answer_release(&a);
	return true;
}

static bool fetch(struct backend *b, const struct op *op,
		  const struct item_ref *refs, size_t n,
		  struct person_list *out, struct err *err)
{
	struct people_answer a = {0};
	struct str body = STR_INIT;
	bool ok = true;

	str_add(&body, "<m:GetItem><m:ItemShape><t:BaseShape>AllProperties"
		       "</t:BaseShape><t:BodyType>Text</t:BodyType>");
	if (b->version >= EWS_2010)
		str_add(&body, "<t:AdditionalProperties><t:FieldURI "
			       "FieldURI=\"distributionlist:Members\"/>"
			       "</t:AdditionalProperties>");
	str_add(&body, "</m:ItemShape><m:ItemIds>");
	for (size_t i = 0; i < n; i++)
		soap_add_item(&body, &refs[i]);
	str_add(&body, "</m:ItemIds></m:GetItem>");
	if (!people_call(b, op, "GetItem", &body, &a, err))
		return false;
	for (size_t i = 0; ok && i < a.people.n; i++)
		if (b->version < EWS_2010 &&
		    a.people.v[i].kind == PERSON_LIST && a.people.v[i].key)
			ok = expand_group(b, op, &a.people.v[i], err);
	for (size_t i = 0; ok && i < a.people.n; i++) {
		a.people.v[i].source = PERSON_CONTACT;
		vec_add(out, a.people.v[i]);
		person_init(&a.people.v[i]);
	}
	people_answer_release(&a);
	return ok;
}

/* Is it the fault of one item, so that others may be had without it (6)? */
static bool is_of_item(const struct err *e)
{
	static const char *const codes[] = {
		"ErrorCorruptData", "ErrorItemCorrupt",
		"ErrorInternalServerError", "ErrorContentConversionFailed",
		"ErrorMimeContentConversionFailed"};

	for (size_t i = 0; i < ARRAY_LEN(codes); i++)
		if (strcmp(e->code, codes[i]) == 0)
			return true;
	return false;
}

static bool fetch_all(struct backend *b, const struct op *op,
		      const struct item_ref *refs, size_t n,
		      struct person_list *out, struct err *err)
{
	size_t step = BATCH, len;
	int tries = 0;

	for (size_t i = 0; i < n; i += len) {
		struct err e = ERR_INIT;

		len = n - i < step ? n - i : step;
		if (fetch(b, op, refs + i, len, out, &e)) {
			step = BATCH;
			tries = 0;
			continue;
		}
		if (len > 1 &&
		    (is_of_item(&e) || ews_rule_of(e.code) == RULE_HALVE)) {
			step = len / 2;
			len = 0;
		} else if (is_of_item(&e) && tries++ < ITEM_TRIES - 1) {
			if (!soap_sleep(op, AGAIN_MS, err))
				return false;
			len = 0;
		} else if (is_of_item(&e)) {
			log_at(LOG_WARN, "ews", "a contact is left out: %s",
			       e.text);
			step = BATCH;
			tries = 0;
		} else {
			if (err)
				*err = e;
			return false;
		}
	}
	return true;
}

bool ews_read_contacts(struct backend *b, const struct op *op,
		       const struct item_list *items, struct person_list *out,
		       struct err *err)
{
	struct item_ref *refs = xcalloc(items->n + 1, sizeof(*refs));
	struct person_list got = {0};
	bool ok;

	for (size_t i = 0; i < items->n; i++)
		refs[i].remote_id = items->v[i].remote_id;
	ok = fetch_all(b, op, refs, items->n, &got, err);
	free(refs);
	if (ok)
		*out = got;
	else
		person_list_release(&got);
	return ok;
}

bool ews_sync_contacts(struct backend *b, const struct op *op,
		       const char *folder, const char *state,
		       struct contact_page *out, struct err *err)
{
	struct sync_page page = {0};
	struct contact_page got = {0};
	struct item_ref *refs;
	size_t n = 0;
	bool ok;

	strv_init(&got.gone);
	if (!ews_sync_items(b, op, folder, state, &page, err))
		return false;
	refs = xcalloc(page.items.n + 1, sizeof(*refs));
	for (size_t i = 0; i < page.items.n; i++) {
		const struct item_change *c = &page.items.v[i];

		if (c->kind == CHANGE_GONE)
			strv_add(&got.gone, c->item.remote_id);
		else
			refs[n++].remote_id = c->item.remote_id;
	}
	ok = fetch_all(b, op, refs, n, &got.people, err);
	free(refs);
	got.state = page.state;
	page.state = NULL;
	got.more = page.more;
	sync_page_release(&page);
	if (ok) {
		*out = got;
		return true;
	}
	contact_page_release(&got);
	return false;
}

/* --- writing ------------------------------------------------------------------ */

static bool has(const char *s)
{
	return s && *s;
}

/* The container of an indexed field, and its element within an address. */
static const char *container_of(const char *ews, const char **part)
{
	*part = NULL;
	if (str_starts(ews, "contacts:EmailAddress/"))
		return "t:EmailAddresses";
	if (str_starts(ews, "contacts:PhoneNumber/"))
		return "t:PhoneNumbers";
	if (!str_starts(ews, "contacts:PhysicalAddress:"))
		return NULL;
	*part = ews + strlen("contacts:PhysicalAddress:");
	return "t:PhysicalAddresses";
}

static void add_plain(struct str *b, const char *ews, const char *value)
{
	char *tag CLEANUP(mem_free_ptr) =
		xasprintf("t:%s", strchr(ews, ':') + 1);

	if (str_eq(ews, "item:Body")) {
		str_add(b, "<t:Body BodyType=\"Text\">");
		str_add_xml(b, value);
		str_add(b, "</t:Body>");
	} else if (str_eq(ews, "contacts:Birthday")) {
		/* Noon keeps the day in any zone. */
		xml_add_format(b, tag, "%.10sT11:59:00Z", value);
	} else {
		xml_add_element(b, tag, value);
	}
}

static void add_part(struct str *b, const char *part, const char *value)
{
	char *tag CLEANUP(mem_free_ptr) =
		xasprintf("t:%.*s", (int)strcspn(part, "/"), part);

	xml_add_element(b, tag, value);
}

static void open_entry(struct str *b, const char *ews)
{
	str_add(b, "<t:Entry");
	xml_add_attr(b, "Key", strchr(ews, '/') + 1);
	str_add_char(b, '>');
}

/* Rows of one container stand together, and of one address too. */
static void add_indexed(struct str *b, const struct person *p, int from, int to)
{
	const char *entry = NULL, *part, *container = NULL;

	for (int f = from; f < to; f++) {
		const char *ews = person_row((enum person_field)f)->ews;
		const char *value = person_get(p, (enum person_field)f);
		const char *in = container_of(ews, &part);
		const char *key = in ? strchr(ews, '/') + 1 : NULL;

		if (!in || !has(value))
			continue;
		if (!container)
			str_addf(b, "<%s>", container = in);
		if (part && !str_eq(entry, key)) {
			if (entry)
				str_add(b, "</t:Entry>");
			open_entry(b, ews);
			entry = key;
		}
		if (part) {
			add_part(b, part, value);
			continue;
		}
		open_entry(b, ews);
		str_add_xml(b, value);
		str_add(b, "</t:Entry>");
	}
	if (entry)
		str_add(b, "</t:Entry>");
	if (container)
		str_addf(b, "</%s>", container);
}

static void add_categories(struct str *b, const struct person *p)
{
	struct strv names CLEANUP(strv_release) = {0};

	strv_split(&names, str_or_empty(p->categories), "\n");
	if (!names.n)
		return;
	str_add(b, "<t:Categories>");
	for (size_t i = 0; i < names.n; i++)
		xml_add_element(b, "t:String", names.v[i]);
	str_add(b, "</t:Categories>");
}

static void add_members(struct str *b, const struct strv *members)
{
	str_add(b, "<t:Members>");
	for (size_t i = 0; i < members->n; i++) {
		const char *m = members->v[i], *at = strrchr(m, '<');
		char *addr CLEANUP(mem_free_ptr) =
			at ? xstrndup(at + 1, strcspn(at + 1, ">"))
			   : xstrdup(m);
		struct str name CLEANUP(str_release) = STR_INIT;

		str_add_mem(&name, m, at ? (size_t)(at - m) : 0);
		str_trim(&name);
		str_add(b, "<t:Member><t:Mailbox>");
		xml_add_element(b, "t:Name", name.len ? name.s : addr);
		xml_add_element(b, "t:EmailAddress", addr);
		str_add(b, "<t:RoutingType>SMTP</t:RoutingType>"
			   "<t:MailboxType>OneOff</t:MailboxType>"
			   "</t:Mailbox></t:Member>");
	}
	str_add(b, "</t:Members>");
}

/* The order of person.def is the schema's. */
static void add_contact(struct str *b, const struct person *p)
{
	str_add(b, "<t:Contact>");
	if (has(p->notes))
		add_plain(b, "item:Body", p->notes);
	add_categories(b, p);
	for (int f = 0; f < PERSON_FIELDS; f++) {
		const char *ews = person_row((enum person_field)f)->ews, *part;
		const char *in = container_of(ews, &part);
		int end = f;

		if (!in) {
			if (*ews && f != PERSON_notes &&
			    has(person_get(p, (enum person_field)f)))
				add_plain(b, ews,
					  person_get(p, (enum person_field)f));
			continue;
		}
		while (end < PERSON_FIELDS &&
		       str_eq(container_of(
				      person_row((enum person_field)end)->ews,
				      &part),
			      in))
			end++;
		add_indexed(b, p, f, end);
		f = end - 1;
	}
	str_add(b, "</t:Contact>");
}

static void add_list(struct str *b, const struct person *p)
{
	str_add(b, "<t:DistributionList>");
	add_categories(b, p);
	xml_add_element(b, "t:DisplayName", person_title(p));
	xml_add_element(b, "t:FileAs", person_title(p));
	add_members(b, &p->members);
	str_add(b, "</t:DistributionList>");
}

static void add_path(struct str *b, const char *ews)
{
	const char *slash = strchr(ews, '/');
	char *uri CLEANUP(mem_free_ptr) =
		xstrndup(ews, slash ? (size_t)(slash - ews) : strlen(ews));

	str_add(b, slash ? "<t:IndexedFieldURI" : "<t:FieldURI");
	xml_add_attr(b, "FieldURI", uri);
	xml_add_attr(b, "FieldIndex", slash ? slash + 1 : NULL);
	str_add(b, "/>");
}

static void add_change(struct str *b, const struct person *p, int f)
{
	const char *ews = person_row((enum person_field)f)->ews, *part;
	const char *value = person_get(p, (enum person_field)f);

	if (!has(value)) {
		str_add(b, "<t:DeleteItemField>");
		add_path(b, ews);
		str_add(b, "</t:DeleteItemField>");
		return;
	}
	str_add(b, "<t:SetItemField>");
	add_path(b, ews);
	str_add(b, "<t:Contact>");
	if (container_of(ews, &part))
		add_indexed(b, p, f, f + 1);
	else
		add_plain(b, ews, value);
	str_add(b, "</t:Contact></t:SetItemField>");
}

static size_t count(const struct strv *v, size_t n, const char *text)
{
	size_t found = 0;

	for (size_t i = 0; i < n; i++)
		found += str_eq(v->v[i], text);
	return found;
}

static bool remove_member(struct str *b, const char *key, struct err *err)
{
	if (!has(key))
		return err_set(err, ERR_UNSUPPORTED,
			       "the server does not tell which member of the "
			       "group that is");
	str_add(b, "<t:DeleteItemField><t:IndexedFieldURI "
		   "FieldURI=\"distributionlist:Members:Member\"");
	xml_add_attr(b, "FieldIndex", key);
	str_add(b, "/></t:DeleteItemField>");
	return true;
}

/* A member may be more than the text that stands for it here, if any does: an
 * entry of the directory, a contact, another group. So none is written again:
 * those left out are removed by their keys, new ones are appended. */
static bool add_member_changes(struct backend *b, const struct op *op,
			       const struct person *was, const struct person *p,
			       struct str *out, size_t *n, struct err *err)
{
	struct item_ref ref = {.remote_id = p->key};
	const struct strv *old = &was->members, *now = &p->members, *held;
	struct strv fresh CLEANUP(strv_release) = {0};
	struct people_answer a = {0};
	struct str ask = STR_INIT;
	bool ok = true;

	str_add(&ask, "<m:GetItem><m:ItemShape><t:BaseShape>IdOnly"
		      "</t:BaseShape><t:AdditionalProperties><t:FieldURI "
		      "FieldURI=\"contacts:DisplayName\"/><t:FieldURI "
		      "FieldURI=\"distributionlist:Members\"/>"
		      "</t:AdditionalProperties></m:ItemShape><m:ItemIds>");
	soap_add_item(&ask, &ref);
	str_add(&ask, "</m:ItemIds></m:GetItem>");
	if (!people_call(b, op, "GetItem", &ask, &a, err))
		return false;
	held = a.people.n ? &a.people.v[0].members : &fresh;
	for (size_t i = 0; ok && i < held->n; i++) {
		const char *m = held->v[i];

		if (count(old, old->n, m) > count(now, now->n, m) &&
		    count(held, i, m) <
			    count(old, old->n, m) - count(now, now->n, m)) {
			ok = remove_member(out, a.member_keys.v[i], err);
			++*n;
		}
	}
	for (size_t i = 0; i < now->n; i++) {
		size_t at = count(now, i, now->v[i]);

		if (at >= count(old, old->n, now->v[i]) &&
		    at >= count(held, held->n, now->v[i]))
			strv_add(&fresh, now->v[i]);
	}
	people_answer_release(&a);
	if (!ok || !fresh.n)
		return ok;
	str_add(out, "<t:AppendToItemField>");
	add_path(out, "distributionlist:Members");
	str_add(out, "<t:DistributionList>");
	add_members(out, &fresh);
	str_add(out, "</t:DistributionList></t:AppendToItemField>");
	++*n;
	return true;
}

/* What differs between what the server had and what is wanted. */
static bool add_changes(struct backend *be, const struct op *op,
			const struct person *was, const struct person *p,
			struct str *b, size_t *n, struct err *err)
{
	if (p->kind == PERSON_LIST) {
		if (!str_eq(was->name, p->name) && has(p->name)) {
			str_add(b, "<t:SetItemField>");
			add_path(b, "contacts:DisplayName");
			str_add(b, "<t:DistributionList>");
			xml_add_element(b, "t:DisplayName", p->name);
			str_add(b, "</t:DistributionList></t:SetItemField>");
			++*n;
		}
		return strv_same(&was->members, &p->members) ||
		       add_member_changes(be, op, was, p, b, n, err);
	}
	for (int f = 0; f < PERSON_FIELDS; f++) {
		const char *before = person_get(was, (enum person_field)f);
		const char *after = person_get(p, (enum person_field)f);

		if (!*person_row((enum person_field)f)->ews ||
		    str_eq(str_or_empty(before), str_or_empty(after)))
			continue;
		add_change(b, p, f);
		++*n;
	}
	return true;
}

static bool write_one(struct backend *b, const struct op *op,
		      const char *operation, struct str *owned_body,
		      struct item_result *out, struct err *err)
{
	struct ews_message m;

	if (!soap_single(b, op, operation, owned_body, true, &m, err))
		return false;
	*out = (struct item_result){0};
	if (m.items.n > 0) {
		struct item *it = &m.items.v[0].item;

		out->new_id = it->remote_id;
		out->new_change_key = it->change_key;
		it->remote_id = it->change_key = NULL;
	}
	ews_message_release(&m);
	return true;
}

bool ews_write_contact(struct backend *b, const struct op *op,
		       const char *folder, const struct person *was,
		       const struct person *p, struct item_result *out,
		       struct err *err)
{
	struct str body = STR_INIT;
	struct item_ref ref = {.remote_id = p->key,
			       .change_key = p->change_key};
	size_t n = 0;

	if (!ews_ready(b, op, err))
		return false;
	if (p->kind == PERSON_LIST && b->version < EWS_2010)
		return err_set(err, ERR_UNSUPPORTED,
			       "this server lets nobody change contact groups "
			       "from here");
	if (!was) {
		str_add(&body, "<m:CreateItem><m:SavedItemFolderId>");
		soap_add_folder(&body, folder, "contacts");
		str_add(&body, "</m:SavedItemFolderId><m:Items>");
		p->kind == PERSON_LIST ? add_list(&body, p)
				       : add_contact(&body, p);
		str_add(&body, "</m:Items></m:CreateItem>");
		return write_one(b, op, "CreateItem", &body, out, err);
	}
	/* A change of the same field elsewhere is not overwritten unseen. */
	str_addf(&body,
		 "<m:UpdateItem ConflictResolution=\"%s\" "
		 "MessageDisposition=\"SaveOnly\"><m:ItemChanges>"
		 "<t:ItemChange>",
		 p->change_key ? "AutoResolve" : "AlwaysOverwrite");
	soap_add_item(&body, &ref);
	str_add(&body, "<t:Updates>");
	if (!add_changes(b, op, was, p, &body, &n, err)) {
		str_release(&body);
		return false;
	}
	if (!n) {
		str_release(&body);
		*out = (struct item_result){.new_id = xstrdup(p->key),
					    .new_change_key =
						    xstrdup(p->change_key)};
		return true;
	}
	str_add(&body, "</t:Updates></t:ItemChange></m:ItemChanges>"
		       "</m:UpdateItem>");
	return write_one(b, op, "UpdateItem", &body, out, err);
}
