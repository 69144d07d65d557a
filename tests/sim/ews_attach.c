/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Attachments (dossier 11.1). */
#include "tests/sim/compose.h"

#include <string.h>
#include "base/codec.h"

static void load(const struct item *it, struct mail *m)
{
	struct str raw = STR_INIT;

	mail_init(m);
	item_read_mime(it, &raw);
	mail_read(m, raw.s, raw.len);
	str_release(&raw);
}

static void store(struct req *r, struct item *it, struct mail *m)
{
	struct str out = STR_INIT;

	mail_write(&out, m);
	item_set_mime(it, out.s, out.len);
	item_changed(r->st, it, false);
	str_release(&out);
}

static void put_root(struct req *r, const struct item *it)
{
	str_add(&r->out, " RootItemId=\"");
	id_add_item(&r->out, it->folder->box, it->folder->id, it->id);
	str_add(&r->out, "\" RootItemChangeKey=\"");
	id_add_change_key(&r->out, it->folder->box, 9, it->change);
	str_add(&r->out, "\"");
}

static void create_one(struct req *r, struct item *it, const xmlNode *n)
{
	const char *element = xr_is(n, "ItemAttachment") ? "t:ItemAttachment"
							 : "t:FileAttachment";
	struct mail m;

	load(it, &m);
	if (!attachment_read(&m, n)) {
		rsp_error(r, "ErrorInvalidAttachmentSubfilter",
			  "<m:Attachments/>");
	} else if (box_is_full(it->folder->box,
			       m.atts.v[m.atts.n - 1].content.len)) {
		rsp_error(r, "ErrorQuotaExceeded", "<m:Attachments/>");
	} else {
		size_t last = m.atts.n - 1;
		uint64_t key;

		if (!m.atts.v[last].name)
			m.atts.v[last].name = xstrdup("attachment");
		store(r, it, &m);
		/* Read back: inline ones come before the others. */
		key = attachment_key(&m, last);
		rsp_ok(r);
		str_addf(&r->out, "<m:Attachments><%s><t:AttachmentId Id=\"",
			 element);
		id_add_attachment(&r->out, it, key);
		str_add(&r->out, "\"");
		put_root(r, it);
		str_addf(&r->out, "/></%s></m:Attachments>", element);
		rsp_close(r);
	}
	mail_release(&m);
}

void op_create_attachment(struct req *r)
{
	const xmlNode *parent = xr_child(r->op, "ParentItemId");
	const char *code = NULL, *key = xr_attr(parent, "ChangeKey");
	struct item *it = req_item(r, parent, RIGHT_EDIT, &code);
	uint64_t change;
	size_t n = 0;

	if (it && key && !change_key_parse(&change, key))
		code = "ErrorInvalidChangeKey";
	rsp_begin(r);
	for (xmlNode *a = xr_first(xr_child(r->op, "Attachments")); a;
	     a = xr_next(a), n++) {
		if (code)
			rsp_error(r, code, "<m:Attachments/>");
		else
			create_one(r, it, a);
	}
	rsp_end(r);
	str_addf(&r->detail, " n=%zu", n);
}

/* --- getting ------------------------------------------------------------- */
/* An attached message is shown like an item, without ids. */
static void put_item(struct req *r, const struct item *parent,
		     const struct attachment *a)
{
	const xmlNode *wish = xr_child(r->op, "AttachmentShape");
	struct item *inner = item_new();
	struct shape shape = {.body = 'B'};
	static const enum field shown[] = {FIELD_CLASS,
					   FIELD_SUBJECT,
					   FIELD_SENSITIVITY,
					   FIELD_BODY,
					   FIELD_SIZE,
					   FIELD_IMPORTANCE,
					   FIELD_IN_REPLY_TO,
					   FIELD_SENT,
					   FIELD_DISPLAY_CC,
					   FIELD_DISPLAY_TO,
					   FIELD_HAS_ATTACHMENTS,
					   FIELD_SENDER,
					   FIELD_TO,
					   FIELD_CC,
					   FIELD_FROM,
					   FIELD_MESSAGE_ID,
					   FIELD_IS_READ,
					   FIELD_REFERENCES};

	for (size_t i = 0; i < ARRAY_LEN(shown); i++)
		shape.want[shown[i]] = true;
	shape.mime = xr_true(xr_child_text(wish, "IncludeMimeContent"));
	shape.no_id = true;
	item_set_mime(inner, a->content.s, a->content.len);
	inner->read = true;
	inner->received = inner->sent;
	inner->folder = parent->folder;
	item_write(r, inner, &shape);
	inner->folder = NULL;
	item_free(inner);
}

static void get_one(struct req *r, const xmlNode *node)
{
	const char *text = str_or_empty(xr_attr(node, "Id"));
	struct item *it = NULL;
	struct id id;
	struct mail m;
	size_t i = 0;

	if (!id_parse(r->st, &id, text) || id.kind != ID_ATTACHMENT) {
		rsp_error(r, "ErrorInvalidAttachmentId", "<m:Attachments/>");
		return;
	}
	it = item_find(r->st, id.item);
	if (!it || it->folder->id != id.folder ||
	    !(folder_rights(it->folder, r->user) & RIGHT_READ)) {
		rsp_error(r, "ErrorItemNotFound", "<m:Attachments/>");
		return;
	}
	load(it, &m);
	while (i < m.atts.n && attachment_key(&m, i) != id.key)
		i++;
	if (i == m.atts.n) {
		rsp_error(r, "ErrorItemNotFound", "<m:Attachments/>");
	} else {
		const struct attachment *a = &m.atts.v[i];
		const char *element =
			a->is_message ? "t:ItemAttachment" : "t:FileAttachment";

		rsp_ok(r);
		xw_open(&r->out, "m:Attachments");
		xw_open(&r->out, element);
		attachment_write_head(r, it, &m, i);
		if (a->is_message) {
			put_item(r, it, a);
		} else {
			if (r->rank >= RANK_2010)
				xw_bool(&r->out, "t:IsContactPhoto", false);
			xw_base64(&r->out, "t:Content", a->content.s,
				  a->content.len);
		}
		xw_close(&r->out, element);
		xw_close(&r->out, "m:Attachments");
		rsp_close(r);
	}
	mail_release(&m);
}

void op_get_attachment(struct req *r)
{
	size_t n = 0;

	rsp_begin(r);
	for (xmlNode *id = xr_first(xr_child(r->op, "AttachmentIds")); id;
	     id = xr_next(id), n++)
		get_one(r, id);
	rsp_end(r);
	str_addf(&r->detail, " n=%zu", n);
}

static const char *delete_one(struct req *r, const char *text, struct item **it)
{
	struct id id;
	struct mail m;
	size_t i = 0;
	const char *code = NULL;

	if (!id_parse(r->st, &id, text) || id.kind != ID_ATTACHMENT)
		return "ErrorInvalidAttachmentId";
	*it = item_find(r->st, id.item);
	if (!*it || (*it)->folder->id != id.folder)
		return "ErrorItemNotFound";
	if (!(folder_rights((*it)->folder, r->user) & RIGHT_EDIT))
		return "ErrorAccessDenied";
	load(*it, &m);
	while (i < m.atts.n && attachment_key(&m, i) != id.key)
		i++;
	if (i == m.atts.n) {
		code = "ErrorItemNotFound";
	} else {
		struct attachment gone = m.atts.v[i];

		vec_remove(&m.atts, i);
		free(gone.name);
		free(gone.type);
		free(gone.cid);
		free(gone.location);
		str_release(&gone.content);
		store(r, *it, &m);
	}
	mail_release(&m);
	return code;
}

void op_delete_attachment(struct req *r)
{
	rsp_begin(r);
	for (xmlNode *id = xr_first(xr_child(r->op, "AttachmentIds")); id;
	     id = xr_next(id)) {
		struct item *it = NULL;
		const char *code =
			delete_one(r, str_or_empty(xr_attr(id, "Id")), &it);

		if (code) {
			rsp_error(r, code, NULL);
			continue;
		}
		rsp_ok(r);
		str_add(&r->out, "<m:RootItemId");
		put_root(r, it);
		str_add(&r->out, "/>");
		rsp_close(r);
	}
	rsp_end(r);
}
