/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* What changed in a folder (dossier 8.2), and its list newest first (11.2). */
#include "base/log.h"
#include "net/xml.h"
#include "proto/ews/ews.h"
#include "proto/ews/fields.h"

#include <string.h>

#define CHANGES_MAX 512 /* the schema's limit (5) */
#define CHANGES_MIN 16
#define PAGE_MAX 1000 /* EWSFindCountLimit (5) */

static void take_items(struct ews_message *m, struct item_list *out)
{
	for (size_t i = 0; i < m->items.n; i++)
		vec_add(out, m->items.v[i].item);
	m->items.n = 0; /* the items are out's now */
}

/* A server out of time is asked for less. */
static bool may_halve(const struct err *e, int *count, int least)
{
	if (ews_rule_of(e->code) != RULE_HALVE || *count <= least)
		return false;
	*count /= 2;
	return true;
}

unsigned ews_get_shape(const struct backend *b)
{
	return b->shrunk > 1 ? SHAPE_LEAN : b->shrunk > 0 ? SHAPE_PLAIN : 0;
}

unsigned ews_list_shape(const struct backend *b)
{
	return SHAPE_LISTED | ews_get_shape(b);
}

bool ews_is_property_code(const char *code)
{
	static const char *const codes[] = {
		"ErrorInvalidPropertyRequest",
		"ErrorInvalidExtendedProperty",
		"ErrorInvalidExtendedPropertyValue",
		"ErrorSchemaValidation",
		"ErrorUnsupportedPropertyDefinition",
		"ErrorPropertyValidationFailure"};

	for (size_t i = 0; i < ARRAY_LEN(codes); i++)
		if (strcmp(code, codes[i]) == 0)
			return true;
	return false;
}

bool ews_shrink(struct backend *b, const struct err *e)
{
	if (!ews_is_property_code(e->code) || b->shrunk >= 2)
		return false;
	b->shrunk++;
	log_at(LOG_INFO, "ews", "asks for fewer properties: %s", e->text);
	return true;
}

static bool sync_once(struct backend *b, const struct op *op,
		      const char *folder, const char *state, int max,
		      struct ews_message *m, struct err *err)
{
	struct str body = STR_INIT;

	str_add(&body, "<m:SyncFolderItems>");
	field_add_shape(&body, b->version, ews_list_shape(b));
	str_add(&body, "<m:SyncFolderId>");
	soap_add_folder(&body, folder, NULL);
	str_add(&body, "</m:SyncFolderId>");
	xml_add_element(&body, "m:SyncState", state);
	str_addf(&body,
		 "<m:MaxChangesReturned>%d</m:MaxChangesReturned>"
		 "</m:SyncFolderItems>",
		 max);
	return soap_single(b, op, "SyncFolderItems", &body, false, m, err);
}

bool ews_sync_items(struct backend *b, const struct op *op, const char *folder,
		    const char *state, struct sync_page *out, struct err *err)
{
	struct ews_message m;
	struct err e = ERR_INIT;
	int max = CHANGES_MAX;

	if (!ews_ready(b, op, err))
		return false;
	while (!sync_once(b, op, folder, state, max, &m, &e))
		if (!may_halve(&e, &max, CHANGES_MIN) && !ews_shrink(b, &e)) {
			if (err)
				*err = e;
			return false;
		}
	*out = (struct sync_page){
		.items = m.items, .state = m.sync_state, .more = !m.is_last};
	m.items = (struct item_changes){0};
	m.sync_state = NULL;
	/* Some servers repeat the same state for ever (8.2), and the same state
	 * again would bring the same page again. */
	if (str_eq(str_or_empty(out->state), str_or_empty(state)))
		out->more = false;
	if (!out->state || !*out->state)
		mem_replace(&out->state, xstrdup(state));
	ews_message_release(&m);
	return true;
}

/* folder NULL: the distinguished one `named`. */
static bool list_once(struct backend *b, const struct op *op,
		      const char *folder, const char *named, int64_t offset,
		      int count, bool ids_only, struct ews_message *m,
		      struct err *err)
{
	struct str body = STR_INIT;

	str_add(&body, "<m:FindItem Traversal=\"Shallow\">");
	if (ids_only)
		str_add(&body, "<m:ItemShape><t:BaseShape>IdOnly</t:BaseShape>"
			       "</m:ItemShape>");
	else
		field_add_shape(&body, b->version, ews_list_shape(b));
	str_addf(&body,
		 "<m:IndexedPageItemView MaxEntriesReturned=\"%d\" "
		 "Offset=\"%lld\" BasePoint=\"Beginning\"/>"
		 "<m:SortOrder><t:FieldOrder Order=\"Descending\">",
		 count, (long long)offset);
	field_add_path(&body, "item:DateTimeReceived");
	str_add(&body, "</t:FieldOrder></m:SortOrder><m:ParentFolderIds>");
	soap_add_folder(&body, folder, named);
	str_add(&body, "</m:ParentFolderIds></m:FindItem>");
	return soap_single(b, op, "FindItem", &body, false, m, err);
}

static bool list_pages(struct backend *b, const struct op *op,
		       const char *folder, const char *named, int64_t offset,
		       int count, bool ids_only, struct item_list *out,
		       bool *more, struct err *err)
{
	struct item_list got = {0};
	int page = PAGE_MAX;
	bool last = false;

	while (!last && (int64_t)got.n < count) {
		int want = count - (int)got.n;
		struct err e = ERR_INIT;
		struct ews_message m;
		size_t before = got.n;

		if (want > page)
			want = page;
		if (!list_once(b, op, folder, named, offset, want, ids_only, &m,
			       &e)) {
			page = want;
			if (may_halve(&e, &page, 1) ||
			    (!ids_only && ews_shrink(b, &e)))
				continue;
			item_list_release(&got);
			if (err)
				*err = e;
			return false;
		}
		take_items(&m, &got);
		last = m.is_last || got.n == before;
		/* The list may shift while it is paged: trust its own place. */
		offset = m.offset > offset ? m.offset
					   : offset + (int64_t)(got.n - before);
		ews_message_release(&m);
	}
	*out = got;
	*more = !last;
	return true;
}

bool ews_list(struct backend *b, const struct op *op, const char *folder,
	      int64_t offset, int count, struct item_list *out, bool *more,
	      struct err *err)
{
	return ews_ready(b, op, err) &&
	       list_pages(b, op, folder, NULL, offset, count, false, out, more,
			  err);
}

bool ews_list_ids(struct backend *b, const struct op *op, const char *folder,
		  int count, struct item_list *out, struct err *err)
{
	bool more;

	return list_pages(b, op, folder, NULL, 0, count, true, out, &more, err);
}

bool ews_recoverable_list(struct backend *b, const struct op *op,
			  int64_t offset, int count, struct item_list *out,
			  bool *more, struct err *err)
{
	if (!ews_ready(b, op, err))
		return false;
	if (b->version < EWS_2010_SP1)
		return err_set(err, ERR_UNSUPPORTED,
			       "this server keeps what was deleted for good "
			       "out of sight: Exchange 2010 SP1 and later list "
			       "it");
	return list_pages(b, op, NULL, "recoverableitemsdeletions", offset,
			  count, false, out, more, err);
}
