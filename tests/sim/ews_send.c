/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* CreateItem, smart responses, SendItem (dossier 10.1, 10.2). */
#include "tests/sim/ews_calendar.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>
#include "base/clock.h"

/* --- smart responses ----------------------------------------------------- */
static void add_without(struct addrs *out, const struct addrs *from,
			const char *own)
{
	for (size_t i = 0; i < from->n; i++)
		if (!str_eq_nocase(from->v[i].email, own))
			addrs_add(out, from->v[i].name, from->v[i].email);
}

static void quote_original(struct mail *m, const struct mail *old,
			   const xmlNode *response)
{
	const xmlNode *body = xr_child(response, "NewBodyContent");
	bool html = body && strcmp(str_or_empty(xr_attr(body, "BodyType")),
				   "HTML") == 0;
	struct str quoted = STR_INIT, text = STR_INIT, date = STR_INIT;
	const char *from = old->from.n ? old->from.v[0].name
						 ? old->from.v[0].name
						 : old->from.v[0].email
				       : "";

	if (!body)
		body = xr_child(response, "Body");
	if (old->date != CLOCK_NEVER)
		clock_add_rfc5322(&date, old->date);
	if (html) {
		str_addf(&quoted, "%s<hr><div><b>From:</b> ", xr_text(body));
		xw_text(&quoted, from);
		str_addf(&quoted, "<br><b>Sent:</b> %s<br><b>Subject:</b> ",
			 date.s);
		xw_text(&quoted, old->subject);
		str_add(&quoted, "</div>");
		if (old->html)
			str_add(&quoted, old->html);
		else
			mime_text_to_html(&quoted, str_or_empty(old->text));
		m->html = str_take(&quoted);
	} else {
		if (old->text)
			str_add(&text, old->text);
		else
			mime_html_to_text(&text, str_or_empty(old->html));
		str_addf(&quoted,
			 "%s\r\n\r\n-----Original Message-----\r\n"
			 "From: %s\r\nSent: %s\r\nSubject: %s\r\n\r\n"
			 "%s",
			 xr_text(body), from, date.s,
			 str_or_empty(old->subject), text.s);
		m->text = str_take(&quoted);
	}
	str_release(&date);
	str_release(&text);
	str_release(&quoted);
}

static void copy_attachments(struct mail *m, const struct mail *old)
{
	for (size_t i = 0; i < old->atts.n; i++) {
		const struct attachment *from = &old->atts.v[i];
		struct attachment *a = mail_attach(m);

		a->name = xstrdup(from->name);
		a->type = xstrdup(from->type);
		a->cid = xstrdup(from->cid);
		a->location = xstrdup(from->location);
		a->is_inline = from->is_inline;
		a->is_message = from->is_message;
		str_add_mem(&a->content, from->content.s, from->content.len);
	}
}

static void respond_head(struct req *r, struct mail *m, const struct mail *old,
			 const xmlNode *response)
{
	bool forward = xr_is(response, "ForwardItem");
	const char *subject = xr_child_text(response, "Subject");
	const char *id = old->message_id;

	m->subject =
		subject ? xstrdup(subject)
			: xasprintf("%s: %s", forward ? "FW" : "RE",
				    str_or_empty(subject_topic(old->subject)));
	if (id) {
		m->in_reply_to = xstrdup(id);
		m->references = old->references ? xasprintf("%s %s",
							    old->references, id)
						: xstrdup(id);
	}
	addrs_read(&m->to, xr_child(response, "ToRecipients"));
	addrs_read(&m->cc, xr_child(response, "CcRecipients"));
	addrs_read(&m->bcc, xr_child(response, "BccRecipients"));
	if (!forward && m->to.n == 0)
		add_without(&m->to,
			    old->reply_to.n ? &old->reply_to : &old->from, "");
	if (xr_is(response, "ReplyAllToItem")) {
		add_without(&m->to, &old->to, r->user->address);
		add_without(&m->cc, &old->cc, r->user->address);
	}
}

struct item *item_respond(struct req *r, const xmlNode *response,
			  const char **code)
{
	const xmlNode *ref = xr_child(response, "ReferenceItemId");
	struct item *old = req_item(r, ref, RIGHT_READ, code), *it;
	const char *key = xr_attr(ref, "ChangeKey");
	struct str raw = STR_INIT, out = STR_INIT;
	struct mail m, original;
	uint64_t change;

	if (!old)
		return NULL;
	if (!key || !change_key_parse(&change, key)) {
		*code = key ? "ErrorInvalidChangeKey"
			    : "ErrorChangeKeyRequired";
		return NULL;
	}
	if (change != old->change) {
		*code = "ErrorIrresolvableConflict";
		return NULL;
	}
	mail_init(&m);
	mail_init(&original);
	item_read_mime(old, &raw);
	mail_read(&original, raw.s, raw.len);
	respond_head(r, &m, &original, response);
	quote_original(&m, &original, response);
	if (xr_is(response, "ForwardItem"))
		copy_attachments(&m, &original);
	mail_write(&out, &m);
	it = item_new();
	it->draft = it->read = true;
	item_set_mime(it, out.s, out.len);
	old->verb = xr_is(response, "ForwardItem")	? 104
		    : xr_is(response, "ReplyAllToItem") ? 103
							: 102;
	old->icon = old->verb == 104 ? 262 : 261;
	old->verb_time = clock_now();
	item_changed(r->st, old, false);
	mail_release(&m);
	mail_release(&original);
	str_release(&raw);
	str_release(&out);
	return it;
}

/* --- CreateItem ---------------------------------------------------------- */
static struct folder *target(struct req *r, bool sent, const char **code)
{
	const xmlNode *named = xr_child(r->op, "SavedItemFolderId");

	if (named) {
		struct folder *f = req_folder_in(r, named, RIGHT_CREATE, code);

		/* What is not passed by its moderator does not get in. */
		if (!f || !f->moderator || f->moderator == r->user)
			return f;
		*code = "ErrorCreateItemAccessDenied";
		return NULL;
	}
	return box_folder(r->user, sent ? "sentitems" : "drafts");
}

/* Sends, and keeps a copy in `keep` when not NULL. Takes the item. */
static void send_new(struct req *r, struct item *it, struct folder *keep)
{
	deliver(r->st, r->user, it);
	if (!keep) {
		item_free(it);
		return;
	}
	it->draft = false;
	it->read = true;
	it->received = it->sent = clock_now();
	item_place(r->st, it, keep, false);
}

static void create_one(struct req *r, const xmlNode *n, const char *disposition)
{
	bool send = strcmp(disposition, "SaveOnly") != 0;
	bool keep = strcmp(disposition, "SendOnly") != 0;
	const char *code = NULL;
	struct folder *f = keep ? target(r, send, &code) : NULL;
	struct item *it = NULL;

	if (!keep || f)
		it = xr_child(n, "ReferenceItemId") ? item_respond(r, n, &code)
						    : item_compose(n, &code);
	if (it && keep && box_is_full(f->box, it->size))
		code = "ErrorQuotaExceeded";
	if (it && send && !code && !box_may_send(r->user, it->size))
		code = "ErrorQuotaExceeded";
	if (it && send && !code) {
		mail_stamp(r->user, it);
		code = deliver_check(r->st, r->user, it);
	}
	if (code) {
		rsp_error(r, code, "<m:Items/>");
		item_free(it);
		return;
	}
	str_addf(&r->detail, " id=\"%.120s\"", str_or_empty(it->message_id));
	rsp_ok(r);
	if (send) {
		send_new(r, it, f);
		str_add(&r->out, "<m:Items/>");
	} else {
		it->creator = r->user;
		item_place(r->st, it, f, false);
		xw_open(&r->out, "m:Items");
		item_write_id(&r->out, it);
		xw_close(&r->out, "m:Items");
	}
	rsp_close(r);
}

void op_create_item(struct req *r)
{
	static const char *const kinds[] = {"Message", "PostItem",
					    "ReplyToItem", "ReplyAllToItem",
					    "ForwardItem"};
	const char *disposition = xr_attr(r->op, "MessageDisposition");
	const xmlNode *items = xr_child(r->op, "Items");
	size_t i = 0, total = xr_count(items);

	str_addf(&r->detail, " disposition=%s n=%zu",
		 disposition ? disposition : "none", total);
	rsp_begin(r);
	for (xmlNode *n = xr_first(items); n; n = xr_next(n), i++) {
		bool known = false;

		for (size_t k = 0; k < ARRAY_LEN(kinds); k++)
			known = known || xr_is(n, kinds[k]);
		if (batch_stopped(r, i, total))
			rsp_error(r, "ErrorBatchProcessingStopped",
				  "<m:Items/>");
		else if (xr_is(n, "CalendarItem"))
			event_create(r, n);
		else if (xr_is(n, "Contact") || xr_is(n, "DistributionList"))
			contact_create(r, n);
		else if (meeting_is_response(n) && disposition)
			meeting_respond(r, n, disposition);
		else if (!known && !meeting_is_response(n))
			rsp_error(r, "ErrorInvalidRequest", "<m:Items/>");
		else if (!disposition)
			rsp_error(r, "ErrorMessageDispositionRequired",
				  "<m:Items/>");
		else
			create_one(r, n, disposition);
	}
	rsp_end(r);
}

/* --- SendItem ------------------------------------------------------------ */
static const char *send_check(struct req *r, const xmlNode *id,
			      const struct item *it)
{
	const char *key = xr_attr(id, "ChangeKey");
	uint64_t change;

	if (!key || !*key)
		return "ErrorChangeKeyRequired";
	if (!change_key_parse(&change, key))
		return "ErrorInvalidChangeKey";
	if (change != it->change)
		return "ErrorIrresolvableConflict";
	if (!box_may_send(r->user, it->size))
		return "ErrorQuotaExceeded";
	return deliver_check(r->st, r->user, it);
}

void op_send_item(struct req *r)
{
	bool keep = xr_true(xr_attr(r->op, "SaveItemToFolder"));
	const xmlNode *ids = xr_child(r->op, "ItemIds");
	const char *code = NULL;
	struct folder *f = keep ? target(r, true, &code) : NULL;
	size_t n = 0, total = xr_count(ids);

	if (!keep && xr_child(r->op, "SavedItemFolderId"))
		code = "ErrorInvalidSendItemSaveSettings";
	rsp_begin(r);
	for (xmlNode *id = xr_first(ids); id; id = xr_next(id), n++) {
		const char *why = code;
		struct item *it = NULL;

		if (batch_stopped(r, n, total))
			why = "ErrorBatchProcessingStopped";
		if (!why)
			it = req_item(r, id, RIGHT_EDIT, &why);
		if (it && !why)
			why = send_check(r, id, it);
		if (!it || why) {
			rsp_error(r, why, NULL);
			continue;
		}
		mail_stamp(r->user, it);
		deliver(r->st, r->user, it);
		str_addf(&r->detail, " id=\"%.120s\"",
			 str_or_empty(it->message_id));
		if (keep) {
			it->draft = false;
			it->sent = clock_now();
			item_set_read(r->st, it, true);
			item_move(r->st, it, f);
		} else {
			item_delete(r->st, it);
		}
		rsp_ok(r);
		rsp_close(r);
	}
	rsp_end(r);
	str_addf(&r->detail, " n=%zu", n);
}
