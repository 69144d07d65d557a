/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Storing messages and sending them (dossier 10.1). */
#include "base/codec.h"
#include "net/xml.h"
#include "proto/ews/ews.h"
#include "proto/ews/fields.h"

#include <stdio.h>

/* PR_MESSAGE_FLAGS 0x0E07: settable only in the call that makes the item. */
#define MSGFLAG_READ 1
#define MSGFLAG_UNSENT 8

static void add_property(struct str *b, const char *path, const char *value)
{
	str_add(b, "<t:ExtendedProperty>");
	str_add(b, path);
	xml_add_element(b, "t:Value", value);
	str_add(b, "</t:ExtendedProperty>");
}

bool ews_upload(struct backend *b, const struct op *op, const char *folder,
		const struct bytes *raw, const char *key, bool draft, bool read,
		struct item_result *out, struct err *err)
{
	struct str body = STR_INIT, path = STR_INIT;
	struct ews_message m;
	char flags[16];

	if (!ews_ready(b, op, err))
		return false;
	snprintf(flags, sizeof(flags), "%d",
		 draft	? MSGFLAG_UNSENT | MSGFLAG_READ
		 : read ? MSGFLAG_READ
			: 0);
	str_add(&body, "<m:CreateItem MessageDisposition=\"SaveOnly\">"
		       "<m:SavedItemFolderId>");
	soap_add_folder(&body, folder, NULL);
	str_add(&body, "</m:SavedItemFolderId><m:Items><t:Message>"
		       "<t:MimeContent CharacterSet=\"UTF-8\">");
	codec_base64_add(&body, raw->p, raw->len);
	str_add(&body, "</t:MimeContent>");
	field_add_path(&path, "tag:0x0e07:Integer");
	add_property(&body, path.s, flags);
	str_release(&path);
	if (key)
		add_property(&body, EWS_KEY_PROPERTY, key);
	str_add(&body, "</t:Message></m:Items></m:CreateItem>");
	if (!soap_single(b, op, "CreateItem", &body, true, &m, err))
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

bool ews_current_key(struct backend *b, const struct op *op, const char *id,
		     char **key, struct err *err)
{
	struct item_ref ref = {.remote_id = id};
	struct str body = STR_INIT;
	struct ews_message m;

	str_add(&body, "<m:GetItem><m:ItemShape><t:BaseShape>IdOnly"
		       "</t:BaseShape></m:ItemShape><m:ItemIds>");
	soap_add_item(&body, &ref);
	str_add(&body, "</m:ItemIds></m:GetItem>");
	if (!soap_single(b, op, "GetItem", &body, false, &m, err))
		return false;
	*key = m.items.n ? m.items.v[0].item.change_key : NULL;
	if (m.items.n)
		m.items.v[0].item.change_key = NULL;
	ews_message_release(&m);
	return true;
}

static bool send_once(struct backend *b, const struct op *op,
		      const struct item_ref *draft, const char *sent,
		      struct err *err)
{
	struct str body = STR_INIT;
	struct ews_message m;

	str_add(&body, "<m:SendItem SaveItemToFolder=\"true\"><m:ItemIds>");
	soap_add_item(&body, draft);
	str_add(&body, "</m:ItemIds><m:SavedItemFolderId>");
	soap_add_folder(&body, sent, "sentitems");
	str_add(&body, "</m:SavedItemFolderId></m:SendItem>");
	if (!soap_single(b, op, "SendItem", &body, true, &m, err))
		return false;
	ews_message_release(&m);
	return true;
}

bool ews_send(struct backend *b, const struct op *op,
	      const struct item_ref *draft, const char *sent, struct err *err)
{
	char *key CLEANUP(mem_free_ptr) = NULL;
	struct item_ref fresh = *draft;
	struct err e = ERR_INIT;

	if (!ews_ready(b, op, err))
		return false;
	if (draft->change_key) {
		if (send_once(b, op, draft, sent, &e))
			return true;
		if (ews_rule_of(e.code) != RULE_STALE) {
			if (err)
				*err = e;
			return false;
		}
	}
	/* Refused for its change key means not sent: once more is safe. */
	if (!ews_current_key(b, op, draft->remote_id, &key, err))
		return false;
	fresh.change_key = key;
	return send_once(b, op, &fresh, sent, err);
}
