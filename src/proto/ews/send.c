/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Storing messages and sending them (dossier 10.1). */
#include "base/clock.h"
#include "base/codec.h"
#include "mime/read.h"
#include "net/xml.h"
#include "proto/ews/ews.h"
#include "proto/ews/fields.h"

#include <stdio.h>
#include <string.h>

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

static void add_tag(struct str *b, const char *tag, const char *value)
{
	struct str path CLEANUP(str_release) = STR_INIT;

	field_add_path(&path, tag);
	add_property(b, path.s, value);
}

/* When what is stored as received or sent was: else the day it is stored counts
 * (10.1). CLOCK_NEVER: it does not say. */
static int64_t date_of(const struct bytes *raw)
{
	struct mime_message *m;
	int64_t date = CLOCK_NEVER;

	if (!mime_read_headers_only(&m, raw->p, raw->len, NULL, NULL))
		return CLOCK_NEVER;
	date = mime_date(m);
	mime_message_free(m);
	return date;
}

static bool upload_once(struct backend *b, const struct op *op,
			const char *folder, const struct bytes *raw,
			const char *key, int flags, int64_t date,
			struct ews_message *got, struct err *err)
{
	struct str body = STR_INIT, when CLEANUP(str_release) = STR_INIT;
	char number[16];

	snprintf(number, sizeof(number), "%d", flags);
	str_add(&body, "<m:CreateItem MessageDisposition=\"SaveOnly\">"
		       "<m:SavedItemFolderId>");
	soap_add_folder(&body, folder, NULL);
	str_add(&body, "</m:SavedItemFolderId><m:Items><t:Message>"
		       "<t:MimeContent CharacterSet=\"UTF-8\">");
	codec_base64_add(&body, raw->p, raw->len);
	str_add(&body, "</t:MimeContent>");
	add_tag(&body, "tag:0x0e07:Integer", number);
	if (date != CLOCK_NEVER) {
		clock_add_iso(&when, date);
		/* PR_MESSAGE_DELIVERY_TIME, PR_CLIENT_SUBMIT_TIME */
		add_tag(&body, "tag:0x0e06:SystemTime", when.s);
		add_tag(&body, "tag:0x0039:SystemTime", when.s);
	}
	if (key)
		add_property(&body, EWS_KEY_PROPERTY, key);
	str_add(&body, "</t:Message></m:Items></m:CreateItem>");
	return soap_single(b, op, "CreateItem", &body, true, got, err);
}

/* Refused for a property, so not stored. */
static bool is_refused(const struct err *e)
{
	return ews_is_property_code(e->code) ||
	       strcmp(e->code, "ErrorInvalidPropertySet") == 0 ||
	       strcmp(e->code, "ErrorPropertyUpdate") == 0;
}

bool ews_upload(struct backend *b, const struct op *op, const char *folder,
		const struct bytes *raw, const char *key, bool draft, bool read,
		struct item_result *out, struct err *err)
{
	int64_t date = draft ? CLOCK_NEVER : date_of(raw);
	int flags = draft  ? MSGFLAG_UNSENT | MSGFLAG_READ
		    : read ? MSGFLAG_READ
			   : 0;
	struct ews_message m;
	struct err e = ERR_INIT;

	if (!ews_ready(b, op, err))
		return false;
	if (!upload_once(b, op, folder, raw, key, flags, date, &m, &e) &&
	    (date == CLOCK_NEVER || !is_refused(&e) ||
	     !upload_once(b, op, folder, raw, key, flags, CLOCK_NEVER, &m,
			  &e))) {
		if (err)
			*err = e;
		return false;
	}
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
